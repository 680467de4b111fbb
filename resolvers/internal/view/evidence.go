package view

import "treatygraph/graph"

// Evidence is the GraphQL type Evidence.
type Evidence struct {
	e     *graph.Evidence
	batch *batch
}

// Document resolves Evidence.document.
func (e Evidence) Document() *Document {
	if e.e.Document == "" {
		return nil
	}
	return &Document{textUnit{e.batch.named(roleDocument, graph.Set(graph.KindDocument), e.e.Document, func(a *graph.Assertion, add func(graph.ID)) {
		for i := range a.Evidence {
			add(a.Evidence[i].Document)
		}
	})}}
}

// Passage resolves Evidence.passage.
func (e Evidence) Passage() TextUnit {
	if e.e.Passage == "" {
		return nil
	}
	named := e.batch.named(rolePassage, graph.TextUnits, e.e.Passage, func(a *graph.Assertion, add func(graph.ID)) {
		for i := range a.Evidence {
			add(a.Evidence[i].Passage)
		}
	})
	unit, _ := named.group.entity(named.id).(TextUnit)
	return unit
}

// Start resolves Evidence.start.
func (e Evidence) Start() *int { return e.offset(e.e.Start) }

// End resolves Evidence.end.
func (e Evidence) End() *int { return e.offset(e.e.End) }

func (e Evidence) offset(n int) *int {
	if e.e.Text == "" {
		return nil
	}
	return &n
}

// TextHash resolves Evidence.textHash.
func (e Evidence) TextHash() *string { return some(string(e.e.Text)) }

// Quote resolves Evidence.quote.
func (e Evidence) Quote() *string { return some(e.e.Quote) }

// Language resolves Evidence.language; empty is null.
func (e Evidence) Language() graph.Language { return e.e.Lang }

// Score resolves Evidence.score.
func (e Evidence) Score() *float64 { return fraction(e.e.Score) }

// Reason resolves Evidence.reason.
func (e Evidence) Reason() *string { return some(e.e.Reason) }

// Citation resolves Evidence.citation.
func (e Evidence) Citation() *string { return some(e.e.Citation) }

// URL resolves Evidence.url.
func (e Evidence) URL() *string { return some(e.e.URL) }
