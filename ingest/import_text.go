package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"treatygraph/extract"
	"treatygraph/graph"
	"treatygraph/index"
)

// A treatyText is a treaty with its articles in Chinese and English side by side, as open-treaties has them.
type treatyText struct {
	Treaty   string          `json:"treaty"`
	Chinese  string          `json:"treaty_zh"`
	English  string          `json:"treaty_en"`
	Total    int             `json:"total_articles"`
	Before   string          `json:"preamble_zh"`
	BeforeEn string          `json:"preamble_en"`
	Articles []treatyArticle `json:"articles"`
}

type treatyArticle struct {
	Number  string `json:"article"`
	Title   string `json:"title_zh"`
	TitleEn string `json:"title_en"`
	Text    string `json:"content_zh"`
	TextEn  string `json:"content_en"`
}

// langHant is the Chinese of these texts.
const langHant graph.Language = "zh-Hant"

// texts reads the text of a treaty: each article is a PROVISION, and each language a document that expresses the treaty, its sections the provisions.
func (im *importing) texts() error {
	content, err := im.File.whole()
	if err != nil {
		return err
	}
	wrong := func(line int, format string, args ...any) error {
		return Problems{{im.File.Name, line, fmt.Sprintf(format, args...)}}
	}
	var text treatyText
	if err := decodeStrict(content, &text); err != nil {
		return wrong(lineOfError(content, err), "%v", err)
	}
	if text.English == "" || text.Chinese == "" || len(text.Articles) == 0 {
		return wrong(0, "treaty_en, treaty_zh and articles are needed")
	}
	if text.Total != 0 && text.Total != len(text.Articles) {
		return wrong(0, "%d articles stand there, of %d", len(text.Articles), text.Total)
	}
	first := im.row("treaty_en")
	treaty, known := first.match(askTreaty, "", text.English)
	if !known {
		first.end()
		return nil
	}
	if other := im.matcher.namesOf(graph.Instruments).exact[graph.NormalizeName(text.Chinese)]; len(other) > 0 && !slices.Contains(other, treaty) {
		return wrong(0, "%s is %s, but %s is %s", quoted(text.English), treaty, quoted(text.Chinese), other[0])
	}
	provisions, _, err := provisionsOf(im.ctx, im.store, im.snapshot, treaty, func(a *graph.Assertion) bool { return a.Dataset != im.Dataset.ID })
	if err != nil {
		return err
	}
	slug := strings.ReplaceAll(strings.TrimPrefix(string(treaty), treaty.Kind().Prefix()+"/"), "/", "-")
	chinese := newVersion(slug, treaty, langHant, text.Chinese, text.Before, im.Dataset.Licence)
	english := newVersion(slug, treaty, "en", text.English, text.BeforeEn, im.Dataset.Licence)
	for i, a := range text.Articles {
		chinese.article("第"+a.Number+"條", a.Title, a.Text)
		english.article("Article "+strconv.Itoa(i+1), a.TitleEn, a.TextEn)
	}
	for _, v := range []*version{chinese, english} {
		if err := im.hold(v); err != nil {
			return err
		}
	}
	for i, a := range text.Articles {
		r := im.row(fmt.Sprintf("articles[%d]", i))
		switch {
		case extract.ArticleNumber(chinese.headings[i]) != extract.Number{Article: i + 1}:
			r.reject("article", "%s is not the number of article %d", quoted(a.Number), i+1)
		case strings.TrimSpace(a.Text) == "" || strings.TrimSpace(a.TextEn) == "":
			r.reject("content_zh, content_en", "the text is missing in one language")
		}
		id := cmp.Or(provisions[i+1], graph.ID(fmt.Sprintf("%s/%s-article-%d", graph.KindProvision.Prefix(), slug, i+1)))
		if i == 0 {
			r.introduce(slices.Collect(claimsOf(first.said))...)
			r.makes, r.notes, r.lacks = first.makes, first.notes, first.lacks
		}
		r.say(graph.Claim{Subject: id, Predicate: graph.PredProvisionOf, Object: treaty, Qualifiers: graph.Qualifiers{Ordinal: i + 1}}, "")
		for _, name := range []graph.Name{{Text: fmt.Sprintf("Article %d of the %s", i+1, text.English), Lang: "en"}, {Text: fmt.Sprintf("%s第%s條", text.Chinese, a.Number), Lang: langHant}} {
			name.Role = graph.NameOfficial
			r.say(graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: nameValue(name)}, "")
		}
		for _, title := range []graph.Value{*textValue(a.Title, langHant), *textValue(a.TitleEn, "en")} {
			if title.Text != "" {
				r.say(graph.Claim{Subject: id, Predicate: graph.PredDescribed, Value: &title}, "")
			}
		}
		for _, v := range []*version{chinese, english} {
			if section := v.sections[i]; section != "" {
				r.say(graph.Claim{Subject: section, Predicate: graph.PredExpresses, Object: id}, "")
			} else {
				r.note("", "no section of %s has the heading %s", v.document.ID, quoted(v.headings[i]))
			}
		}
		r.end()
	}
	return nil
}

// claimsOf goes through the claims of assertions.
func claimsOf(list []graph.Assertion) func(func(graph.Claim) bool) {
	return func(yield func(graph.Claim) bool) {
		for i := range list {
			if !yield(list[i].Claim) {
				return
			}
		}
	}
}

// provisionsOf returns the provisions that an instrument has by the assertions that count: by number, and all of them.
func provisionsOf(ctx context.Context, store graph.Reader, snapshot *index.Snapshot, treaty graph.ID, counts func(*graph.Assertion) bool) (numbered map[int]graph.ID, all map[graph.ID]bool, err error) {
	page, err := snapshot.Statements(index.StatementQuery{Entity: treaty, Direction: index.In, Predicates: []graph.Predicate{graph.PredProvisionOf}, Page: index.Page{First: maxProvisions}})
	if err != nil {
		return nil, nil, err
	}
	var refs []graph.Ref
	for _, item := range page.Items {
		refs = append(refs, item.Refs...)
	}
	loaded, err := store.Assertions(ctx, refs)
	if err != nil {
		return nil, nil, err
	}
	numbered, all = make(map[int]graph.ID), make(map[graph.ID]bool)
	for _, ref := range refs {
		if a := loaded[ref]; a != nil && counts(a) {
			all[a.Subject] = true
			if a.Qualifiers.Ordinal > 0 {
				numbered[a.Qualifiers.Ordinal] = a.Subject
			}
		}
	}
	return numbered, all, nil
}

// maxProvisions is more than the provisions of any treaty.
const maxProvisions = 10_000

// A version is a treaty's text in one language, on its way to become a document.
type version struct {
	document *Document
	body     strings.Builder
	headings []string   // of the articles
	sections []graph.ID // of the articles; empty where none has the heading
}

func newVersion(slug string, treaty graph.ID, lang graph.Language, title, preamble, licence string) *version {
	v := &version{document: &Document{
		ID: graph.ID(graph.KindDocument.Prefix() + "/" + slug + "-" + strings.ToLower(string(lang))), Language: lang, TextVersion: 1, Licence: licence,
		Names: []graph.Name{{Text: title, Lang: lang, Role: graph.NameOfficial}}, Expresses: []graph.ID{treaty},
	}}
	v.body.WriteString(title + "\n\n")
	if preamble = strings.TrimSpace(preamble); preamble != "" {
		v.body.WriteString(preamble + "\n\n")
	}
	return v
}

func (v *version) article(heading, title, text string) {
	heading = strings.TrimSpace(heading + " " + strings.Join(strings.Fields(title), " "))
	v.headings = append(v.headings, heading)
	v.body.WriteString(heading + "\n\n" + strings.TrimSpace(text) + "\n\n")
}

// hold makes a document of a text, to be read when the dataset stands, and finds its sections.
func (im *importing) hold(v *version) error {
	text, err := ReadText(v.document.Language, []byte(v.body.String()))
	if err != nil {
		return fmt.Errorf("%s: %s: %w", im.File.Name, v.document.ID, err)
	}
	im.documents = append(im.documents, Request{Document: v.document, Text: text, Author: im.Author, DryRun: im.DryRun})
	sections := hold(v.document, text).parts.Sections
	v.sections = make([]graph.ID, len(v.headings))
	at := 0
	for i, heading := range v.headings {
		for next := at; next < len(sections); next++ {
			if strings.Join(strings.Fields(sections[next].Title), " ") == heading {
				v.sections[i], at = v.document.SectionID(sections[next].Path), next+1
				break
			}
		}
	}
	return nil
}
