package httpapi

import (
	"cmp"
	"strings"
	"unicode"

	"treatygraph/export/rdf"
	"treatygraph/graph"
)

// entityPage is what entity.html shows.
type entityPage struct {
	Request entityRequest
	*entityData
}

// A link is what the template "link" shows.
type link struct {
	Request entityRequest
	To      namedEntity
}

// Link makes a link that stays at the request's time.
func (q entityRequest) Link(to namedEntity) link { return link{q, to} }

// A statementItem is what the template "statement" shows.
type statementItem struct {
	Request   entityRequest
	Statement shownStatement
}

// Statement makes an item of a list of statements.
func (q entityRequest) Statement(s shownStatement) statementItem { return statementItem{q, s} }

// A statementGroup is a run of statements that read alike.
type statementGroup struct {
	Title      string
	Statements []shownStatement
}

// Groups parts the statements by what they say. The list is in the order of predicates, so each is one run.
func (p entityPage) Groups() []statementGroup {
	var outward, inward []statementGroup
	for _, s := range p.Entity.Statements.Edges {
		groups, title := &outward, quiet(s.Node.Predicate)
		if s.Incoming {
			groups, title = &inward, s.predicate().Inverse
		}
		if n := len(*groups); n == 0 || (*groups)[n-1].Title != title {
			*groups = append(*groups, statementGroup{Title: title})
		}
		last := &(*groups)[len(*groups)-1]
		last.Statements = append(last.Statements, s)
	}
	return append(outward, inward...)
}

// NamesByLanguage parts the names by language; the API orders them so.
func (p entityPage) NamesByLanguage() []nameGroup {
	var groups []nameGroup
	for _, name := range p.Entity.Names {
		i := 0
		for i < len(groups) && groups[i].Language != name.Language {
			i++
		}
		if i == len(groups) {
			groups = append(groups, nameGroup{Language: name.Language})
		}
		groups[i].Names = append(groups[i].Names, name)
	}
	return groups
}

type nameGroup struct {
	Language string
	Names    []shownName
}

// languageTitles are the languages of the United Nations, in which nearly all names are.
var languageTitles = map[string]string{
	"ar": "Arabic", "en": "English", "es": "Spanish", "fr": "French", "ru": "Russian", "zh": "Chinese", "zh-Hans": "Chinese (simplified)", "zh-Hant": "Chinese (traditional)",
}

// Title is what people call the language, or its tag.
func (g nameGroup) Title() string { return cmp.Or(languageTitles[g.Language], g.Language) }

// Last is the last part of the ID, by which a passage is told from others of its document.
func (e namedEntity) Last() string { return e.ID[strings.LastIndexByte(e.ID, '/')+1:] }

// Dates says when the statement holds, empty when that is not stated.
func (s shownStatement) Dates() string {
	from, to := s.Node.Valid.From, s.Node.Valid.To
	switch {
	case from == "" && to == "":
		return ""
	case s.predicate().Tempo == graph.TempoEvent:
		return from
	case from == "" && to == "..":
		return "without an end"
	case to == "" || to == "..":
		return "from " + from
	case from == "" || from == "..":
		return "until " + to
	default:
		return "from " + from + " to " + to
	}
}

// schemes are the public schemes of identifiers as people call them.
var schemes = map[string]string{
	"UN_SYMBOL":    "UN document symbol",
	"UNTS":         "UN Treaty Series",
	"MTDSG":        "Multilateral Treaties Deposited with the Secretary-General",
	"WIKIDATA":     "Wikidata",
	"ISO3166_1_A2": "ISO 3166-1 alpha-2",
	"ISO3166_1_A3": "ISO 3166-1 alpha-3",
	"ISO3166_3":    "ISO 3166-3",
	"DOI":          "DOI",
	"URL":          "Web",
}

// Title is what people call the scheme.
func (i shownIdentifier) Title() string {
	return cmp.Or(schemes[i.Scheme], quiet(i.Scheme))
}

// Address is where the identifier leads on the web, empty when that does not follow from it.
func (i shownIdentifier) Address() string { return rdf.Address(i.identifier()) }

// quiet writes the name of an enum value in words.
func quiet(value string) string { return strings.ToLower(strings.ReplaceAll(value, "_", " ")) }

// languageOf tells the language of a text by its script, empty for others than Chinese and Russian: the API does not say it of texts.
func languageOf(text string) string {
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			return "zh"
		case unicode.Is(unicode.Cyrillic, r):
			return "ru"
		}
	}
	return ""
}
