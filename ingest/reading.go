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
	g := gathering{dataset: ds, at: make(map[graph.AssertionKey]int)}
	for i := range ds.Desired {
		g.at[ds.Desired[i].Key()] = i
	}
	for _, m := range reading.Mentions {
		g.add(graph.Assertion{Claim: graph.Claim{Subject: h.partOf(m.Place), Predicate: graph.PredMentions, Object: m.Entity}, Rule: ruleMention, Confidence: m.Score}, h.quote(m.Quote))
	}
	for _, u := range reading.Unlinked {
		if utf8.ValidString(u.Text) && len(u.Text) <= graph.MaxValueBytes {
			g.add(graph.Assertion{Claim: graph.Claim{Subject: h.partOf(u.Place), Predicate: graph.PredUnlinked, Value: textValue(u.Text, h.Language)}, Rule: ruleMention}, h.quote(u.Quote))
		}
	}
	for _, s := range reading.Statements {
		for _, q := range s.Evidence {
			g.add(graph.Assertion{Claim: s.Claim, Rule: s.Rule, Confidence: s.Confidence}, h.quote(q))
		}
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
	dataset *Dataset
	at      map[graph.AssertionKey]int
}

// add takes one occurrence. What is beyond the bounds of an assertion's evidence is left out: the first ones stand.
func (g *gathering) add(a graph.Assertion, e graph.Evidence) {
	a.Dataset, a.Rank, a.Method = g.dataset.ID, graph.RankNormal, graph.MethodExtracted
	key := a.Key()
	i, there := g.at[key]
	if !there {
		i = len(g.dataset.Desired)
		g.at[key] = i
		g.dataset.Desired = append(g.dataset.Desired, a)
	}
	known := &g.dataset.Desired[i]
	if len(e.Quote) > graph.MaxQuoteBytes || len(known.Evidence) >= graph.MaxEvidence {
		return
	}
	known.Confidence = max(known.Confidence, a.Confidence)
	known.Evidence = append(known.Evidence, e)
}
