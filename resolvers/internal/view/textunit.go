package view

import (
	"context"
	"fmt"

	"treatygraph/graph"
	"treatygraph/index"
)

// textUnit is an entity that has words.
type textUnit struct{ entity }

func (textUnit) isTextUnit() {}

// Text resolves the text of a part.
func (u textUnit) Text(ctx context.Context) (*string, error) {
	type question struct{}
	words := ask(u.group, question{}, func() *words { return u.group.words(ctx) })
	if words.err != nil {
		return nil, words.err
	}
	if text, found := words.byEntity[u.id]; found {
		return &text, nil
	}
	return nil, nil // null: the text is not held
}

// words are the texts of a group's text units.
type words struct {
	byEntity map[graph.ID]string
	spans    map[graph.ID]*graph.Value
	texts    map[graph.TextHash]*graph.Text
	slicers  map[graph.TextHash]*graph.Slicer
	err      error
}

// words loads the spans of all text units of the group with one call, and the texts they are cut from with another.
func (g *group) words(ctx context.Context) *words {
	w := &words{byEntity: map[graph.ID]string{}, spans: map[graph.ID]*graph.Value{}, slicers: map[graph.TextHash]*graph.Slicer{}}
	spans := g.pages(ctx, graph.TextUnits, index.StatementQuery{
		Direction: index.Out, Predicates: []graph.Predicate{graph.PredSpan}, Page: index.Page{First: 1},
	})
	var hashes []graph.TextHash
	seen := map[graph.TextHash]bool{}
	for _, id := range g.of(graph.TextUnits) {
		statements, err := spans.of(id)
		if err != nil {
			w.err = err
			return w
		}
		for _, s := range statements {
			a, err := s.claim(ctx)
			if err != nil {
				w.err = err
				return w
			}
			if a.Value == nil { // redacted a moment ago
				continue
			}
			w.spans[id] = a.Value
			if !seen[a.Value.Hash] {
				seen[a.Value.Hash] = true
				hashes = append(hashes, a.Value.Hash)
			}
		}
	}
	if len(hashes) == 0 {
		return w
	}
	texts, err := g.op.Content.Texts(ctx, hashes)
	if err != nil {
		w.err = fmt.Errorf("load %d texts: %w", len(hashes), err)
		return w
	}
	w.texts = texts
	for id, v := range w.spans {
		if texts[v.Hash] == nil {
			w.err = fmt.Errorf("%w: the store lacks text %s of %s", graph.ErrCorrupt, v.Hash, id)
			return w
		}
		if texts[v.Hash].Redacted { // null, as what is not held
			delete(w.spans, id)
			continue
		}
		if w.slicers[v.Hash] == nil {
			w.slicers[v.Hash] = graph.NewSlicer(texts[v.Hash].Body)
		}
		text, inside := w.slicers[v.Hash].Slice(v.Start, v.End)
		if !inside {
			w.err = fmt.Errorf("%w: the span of %s lies outside its text", graph.ErrCorrupt, id)
			return w
		}
		w.byEntity[id] = text
	}
	return w
}
