package ingest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"treatygraph/extract"
	"treatygraph/graph"
)

// A Document is what is known of a document besides its text.
type Document struct {
	ID           graph.ID
	Language     graph.Language
	TextVersion  int // part of the IDs of sections and passages; see PassageID
	Date         graph.Date
	Names        []graph.Name
	Identifiers  []graph.Identifier
	Descriptions []graph.Value // of kind TEXT
	Expresses    []graph.ID    // the instruments whose text it holds
	Licence      string
	In           graph.ID // the dataset that says what it holds; empty: the usual one, see Dataset
}

// DocumentID returns the ID that a symbol gives: document/e-cn.15-2008-21 for E/CN.15/2008/21.
func DocumentID(symbol graph.Identifier) graph.ID {
	slug := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '_':
			return r
		}
		return '-'
	}, strings.ToLower(symbol.Value))
	return graph.ID(graph.KindDocument.Prefix() + "/" + strings.Trim(slug, "-"))
}

// Dataset returns the ID of the dataset that says what the document holds: In, else dataset/document-<slug>.
func (d *Document) Dataset() graph.ID {
	if d.In != "" {
		return d.In
	}
	return graph.ID("dataset/document-" + d.flatSlug())
}

func (d *Document) slug() string { return strings.TrimPrefix(string(d.ID), "document/") }

func (d *Document) flatSlug() string { return strings.ReplaceAll(d.slug(), "/", "-") }

// PassageID returns the ID of the n-th passage of the text, n from 1. The text version in it is a number that the document's metadata
// state: it stays when a text is corrected, so that the passages before the correction, and all of them where none was added or
// taken away, keep their IDs; it is raised when another edition of the text takes its place.
func (d *Document) PassageID(n int) graph.ID { return d.partID(graph.KindPassage, strconv.Itoa(n)) }

// SectionID returns the ID of the section at a path such as "2.1.3".
func (d *Document) SectionID(path string) graph.ID { return d.partID(graph.KindSection, path) }

func (d *Document) noteID(n int) graph.ID {
	return d.partID(graph.KindPassage, "note-"+strconv.Itoa(n))
}

func (d *Document) partID(kind graph.Kind, part string) graph.ID {
	return graph.ID(kind.Prefix() + "/" + d.slug() + "/" + strings.ToLower(string(d.Language)) + "/" + strconv.Itoa(max(d.TextVersion, 1)) + "/" + part)
}

// The names of the rules that read parts of a text.
const ruleSegment = "segment"

// A held document is one whose text is there: what it is made of, and where a quote stands in it.
type held struct {
	*Document
	text  *graph.Text
	parts *extract.Document
}

func hold(d *Document, text *graph.Text) *held { return &held{d, text, extract.Segment(text.Body)} }

// dataset returns what the document's dataset is to say: the document with its names and identifiers, its sections and passages with their
// spans, footnotes, and how one is part of another. Ordinals count sections, passages and notes in reading order, each from 1.
func (h *held) dataset() *Dataset {
	ds := &Dataset{ID: h.Dataset(), Texts: []*graph.Text{h.text}}
	add := func(c graph.Claim) { ds.Desired = append(ds.Desired, curated(ds.ID, c)) }

	for _, n := range h.Names {
		add(graph.Claim{Subject: h.ID, Predicate: graph.PredNamed, Value: nameValue(n)})
	}
	for _, i := range h.Identifiers {
		add(graph.Claim{Subject: h.ID, Predicate: graph.PredIdentifiedBy, Value: identifierValue(i)})
	}
	for i := range h.Descriptions {
		add(graph.Claim{Subject: h.ID, Predicate: graph.PredDescribed, Value: &h.Descriptions[i]})
	}
	if !h.Date.IsZero() {
		add(graph.Claim{Subject: h.ID, Predicate: graph.PredIssued, Valid: graph.Interval{From: h.Date}})
	}
	for _, instrument := range h.Expresses {
		add(graph.Claim{Subject: h.ID, Predicate: graph.PredExpresses, Object: instrument, Valid: graph.Interval{From: h.Date}})
	}
	add(graph.Claim{Subject: h.ID, Predicate: graph.PredSpan, Value: h.span(0, h.parts.Len())})
	h.addParts(ds)
	ds.parts = make(map[graph.ID]part)
	partsIn(ds, ds.parts)

	label := h.slug()
	if len(h.Identifiers) > 0 {
		label = h.Identifiers[0].Value
	}
	add(graph.Claim{Subject: ds.ID, Predicate: graph.PredNamed, Value: nameValue(graph.Name{Text: "Document " + label, Lang: "en", Role: graph.NameDescriptive})})
	add(graph.Claim{Subject: ds.ID, Predicate: graph.PredDescribed, Value: textValue("What the document "+label+" is and holds, and what its text says.", "en")})
	if h.Licence != "" {
		add(graph.Claim{Subject: ds.ID, Predicate: graph.PredLicence, Value: textValue(h.Licence, "en")})
	}
	return ds
}

func (h *held) addParts(ds *Dataset) {
	add := func(c graph.Claim, evidence ...graph.Evidence) {
		ds.Desired = append(ds.Desired, graph.Assertion{Claim: c, Dataset: ds.ID, Rank: graph.RankNormal, Method: graph.MethodExtracted, Rule: ruleSegment, Evidence: evidence})
	}
	around := func(section int) graph.ID {
		if section < 0 {
			return h.ID
		}
		return h.SectionID(h.parts.Sections[section].Path)
	}
	part := func(id, of graph.ID, q graph.Qualifiers, start, end int) {
		add(graph.Claim{Subject: id, Predicate: graph.PredPartOf, Object: of, Qualifiers: q})
		add(graph.Claim{Subject: id, Predicate: graph.PredSpan, Value: h.span(start, end)})
	}
	for i, s := range h.parts.Sections {
		id := h.SectionID(s.Path)
		part(id, around(s.Parent), graph.Qualifiers{Ordinal: i + 1}, s.Start, s.End)
		if name := (graph.Name{Text: s.Title, Lang: h.Language, Role: graph.NameDescriptive}); name.Valid() == nil {
			var heading []graph.Evidence
			if e := h.evidence(id, s.Start, s.HeadingEnd); len(e.Quote) <= graph.MaxQuoteBytes {
				heading = append(heading, e)
			}
			add(graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: nameValue(name)}, heading...)
		}
	}
	for i, p := range h.parts.Passages {
		part(h.PassageID(i+1), around(p.Section), graph.Qualifiers{Ordinal: i + 1}, p.Start, p.End)
	}
	for i, n := range h.parts.Notes {
		part(h.noteID(i+1), h.ID, graph.Qualifiers{Ordinal: i + 1, Role: "footnote"}, n.Start, n.End)
	}
}

func (h *held) span(start, end int) *graph.Value {
	return &graph.Value{Kind: graph.ValueSpan, Hash: h.text.Hash, Start: start, End: end}
}

func (h *held) evidence(in graph.ID, start, end int) graph.Evidence {
	return graph.Evidence{Text: h.text.Hash, Document: h.ID, Passage: in, Start: start, End: end, Quote: h.parts.Raw(start, end), Lang: h.Language}
}

// find returns the evidence for words of the text, given in clean form or as they stand. They must stand in one paragraph, and once;
// with start, at that code point of the raw text.
func (h *held) find(quote string, start int, stated bool) (graph.Evidence, error) {
	if extract.Clean(quote) == "" {
		return graph.Evidence{}, fmt.Errorf("the quote is empty")
	}
	found := h.places(quote)
	if stated {
		found = slices.DeleteFunc(found, func(e graph.Evidence) bool { return e.Start != start })
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0 && stated:
		return graph.Evidence{}, fmt.Errorf("the quote does not stand at code point %d of %s", start, h.ID)
	case len(found) == 0:
		return graph.Evidence{}, fmt.Errorf("the quote is not in the text of %s", h.ID)
	default:
		return graph.Evidence{}, fmt.Errorf("the quote stands %d times in the text of %s: give start, for example %d", len(found), h.ID, found[0].Start)
	}
}

// places returns all places of words that are not empty, in the order of reading.
func (h *held) places(quote string) (found []graph.Evidence) {
	words := extract.Clean(quote)
	for at := 0; ; {
		next := strings.Index(h.parts.Clean[at:], words)
		if next < 0 {
			return found
		}
		at += next
		from := utf8.RuneCountInString(h.parts.Clean[:at])
		rawStart, rawEnd, _ := h.parts.RawSpan(from, from+utf8.RuneCountInString(words))
		found = append(found, h.evidence(h.partAt(rawStart, rawEnd), rawStart, rawEnd))
		_, size := utf8.DecodeRuneInString(words)
		at += size
	}
}

// partAt returns the passage around a span, else the innermost section, else nothing.
func (h *held) partAt(start, end int) graph.ID {
	for i, p := range h.parts.Passages {
		if p.Start <= start && end <= p.End {
			return h.PassageID(i + 1)
		}
	}
	for i := len(h.parts.Sections) - 1; i >= 0; i-- {
		if s := &h.parts.Sections[i]; s.Start <= start && end <= s.End {
			return h.SectionID(s.Path)
		}
	}
	return ""
}
