package ingest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"treatygraph/graph"
	"treatygraph/index"
)

func textImport(t testing.TB, name string) Import {
	return Import{Kind: "treaty-text", File: FileSource(sharedData(t, "texts/"+name+".json")), Language: "en", Author: "test",
		Dataset: DatasetHeader{ID: graph.ID("dataset/text-" + name), Title: "open-treaties: " + name, Licence: "CC0-1.0"}}
}

func TestTheArticlesOfATreatyAreProvisionsThatTwoTextsExpressSideBySide(t *testing.T) {
	w := withNames(t)
	for name, test := range map[string]struct {
		treaty   string
		articles int
		known    graph.ID // a provision that the authority files have
	}{
		"genocide": {"genocide-convention", 19, ""}, "outer-space": {"outer-space", 17, ""}, "un-charter": {"un-charter", 111, "provision/un-charter-article-33"}, "vcdr": {"vcdr", 53, ""},
	} {
		r := w.imported(t, textImport(t, name))
		if r.Rows != test.articles || r.Taken != test.articles || len(r.Documents) != 2 || len(r.Notes) != 0 {
			t.Fatalf("%s: %+v", name, r)
		}
		s := w.index.Snapshot()
		for i := range test.articles {
			id := graph.ID(fmt.Sprintf("provision/%s-article-%d", test.treaty, i+1))
			page, err := s.Statements(index.StatementQuery{Entity: id, Direction: index.In, Predicates: []graph.Predicate{graph.PredExpresses}, Page: index.Page{First: 10}})
			if err != nil || len(page.Items) != 2 {
				t.Fatalf("%s is expressed by %d sections, error %v", id, len(page.Items), err)
			}
			for _, item := range page.Items {
				lang := string(item.Other)
				if !strings.Contains(lang, "/zh-hant/1/") && !strings.Contains(lang, "/en/1/") {
					t.Errorf("%s is expressed by %s", id, lang)
				}
				if parts := s.Outline(item.Other, index.AsOf{}); len(parts) == 0 {
					t.Errorf("%s has no passage", item.Other)
				}
			}
		}
		if test.known != "" && !strings.Contains(strings.Join(w.claims(t, textImport(t, name).Dataset.ID), "\n"), string(test.known)+" PROVISION_OF") {
			t.Errorf("%s is not met", test.known)
		}
	}

	// The Genocide Convention speaks of the United Nations in both languages.
	s := w.index.Snapshot()
	mentioned := make(map[string]bool)
	page, err := s.Statements(index.StatementQuery{Entity: "organisation/un", Direction: index.In, Predicates: []graph.Predicate{graph.PredMentions}, Page: index.Page{First: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range page.Items {
		mentioned[strings.Split(string(item.Other), "/")[1]] = true
	}
	if !mentioned["genocide-convention-zh-hant"] || !mentioned["genocide-convention-en"] {
		t.Errorf("the United Nations are mentioned in %v", mentioned)
	}

	before := w.head(t)
	if r := w.imported(t, textImport(t, "genocide")); r.Effect() != "nothing has changed" || w.head(t) != before {
		t.Errorf("again: %s", r.Effect())
	}
}

func TestABrokenTextOfATreatyIsRefusedWithThePlace(t *testing.T) {
	w := withNames(t)
	before := w.head(t)
	const article = `{"article":"一","title_zh":"","title_en":"","content_zh":"甲。","content_en":"A."}`
	head := `{"treaty_zh":"防止及懲治危害種族罪公約","treaty_en":"Convention on the Prevention and Punishment of the Crime of Genocide",`
	for file, want := range map[string]string{
		head + `"articles":[` + article + `]`:                                 "t.json:1: unexpected EOF",
		head + `"articles":[]}`:                                               "t.json: treaty_en, treaty_zh and articles are needed",
		head + `"total_articles":2,"articles":[` + article + `]}`:             "t.json: 1 articles stand there, of 2",
		head + `"articles":[` + article + `,` + article + `]}`:                `articles[1], article: "一" is not the number of article 2`,
		head + `"articles":[` + strings.Replace(article, "A.", " ", 1) + `]}`: "articles[0], content_zh, content_en: the text is missing in one language",
		strings.Replace(head, "防止及懲治危害種族罪公約", "聯合國憲章", 1) + `"articles":[` + article + `]}`: "but \"聯合國憲章\" is treaty/un-charter",
		head + `"articles":[` + article + `],"more":1}`:                                     `unknown field "more"`,
	} {
		i := textImport(t, "genocide")
		i.File = BytesSource("t.json", []byte(file))
		_, err := ImportFile(t.Context(), w.store, w.index, i)
		if !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", file, err, want)
		}
	}
	if after := w.head(t); after != before {
		t.Errorf("head %d, was %d", after, before)
	}
}
