package ingest

import (
	"unicode/utf8"

	"treatygraph/extract"
	"treatygraph/graph"
)

// ruleMention is the rule that links words to what they mention; those of statements name themselves.
const ruleMention = "mention"

// read adds to a document's dataset what its text mentions and says.
func (h *held) read(ds *Dataset, v *extract.Vocabulary) *extract.Reading {
	reading := extract.Read(h.parts, extract.About{Document: h.ID, Language: h.Language, Date: h.Date, Expresses: h.Expresses, PartID: h.partOf}, v)
	g := gathering{held: h, dataset: ds, at: make(map[graph.AssertionKey]int)}
	for i := range ds.Desired {
		g.at[ds.Desired[i].Key()] = i
	}
	for _, m := range reading.Mentions {
		g.add(graph.Assertion{Claim: graph.Claim{Subject: h.partOf(m.Place), Predicate: graph.PredMentions, Object: m.Entity}, Rule: ruleMention, Confidence: m.Score}, m.Quote)
	}
	for _, u := range reading.Unlinked {
		if utf8.ValidString(u.Text) && len(u.Text) <= graph.MaxValueBytes {
			g.add(graph.Assertion{Claim: graph.Claim{Subject: h.partOf(u.Place), Predicate: graph.PredUnlinked, Value: textValue(u.Text, h.Language)}, Rule: ruleMention}, u.Quote)
		}
	}
	for _, s := range reading.Statements {
		g.add(graph.Assertion{Claim: s.Claim, Rule: s.Rule, Confidence: s.Confidence}, s.Evidence...)
	}
	return reading
}

// partOf names a part of the document.
func (h *held) partOf(p extract.Place) graph.ID {
	switch p.Kind {
	case extract.InHeading:
		return h.SectionID(h.parts.Sections[p.Index].Path)
	case extract.InNote:
		return h.noteID(p.Index + 1)
	default:
		return h.PassageID(p.Index + 1)
	}
}

func (h *held) quote(q extract.Quote) graph.Evidence {
	e := h.evidence(h.partOf(q.Place), q.Start, q.End)
	e.Score, e.Reason = q.Score, q.Reason
	return e
}

// A gathering joins what is said of one claim in several places to one assertion with all the evidence.
type gathering struct {
	*held
	dataset *Dataset
	at      map[graph.AssertionKey]int
}

// add takes occurrences of a claim. What is beyond the bounds of quotes and of an assertion's evidence is left out: the first ones stand. A claim without
// any is not taken.
func (g *gathering) add(a graph.Assertion, quotes ...extract.Quote) {
	a.Dataset, a.Rank, a.Method = g.dataset.ID, graph.RankNormal, graph.MethodExtracted
	key := a.Key()
	i, there := g.at[key]
	for _, q := range quotes {
		e := g.quote(q)
		if len(e.Quote) > graph.MaxQuoteBytes {
			continue
		}
		if !there {
			i, there = len(g.dataset.Desired), true
			g.at[key] = i
			g.dataset.Desired = append(g.dataset.Desired, a)
		}
		known := &g.dataset.Desired[i]
		if len(known.Evidence) >= graph.MaxEvidence {
			return
		}
		known.Confidence = max(known.Confidence, a.Confidence)
		known.Evidence = append(known.Evidence, e)
	}
}
