package view

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"treatygraph/graph"
)

// Text resolves Document.text.
func (d Document) Text(ctx context.Context, raw *bool) (*string, error) {
	if raw != nil && *raw {
		return d.textUnit.Text(ctx)
	}
	type question struct{}
	texts := ask(d.group, question{}, func() *words { return d.group.readable(ctx) })
	if texts.err != nil {
		return nil, texts.err
	}
	if text, found := texts.byEntity[d.id]; found {
		return &text, nil
	}
	return nil, nil // null: the text is not held
}

// readable puts the documents of a group together from the names of their sections and the words of their passages, which are loaded with
// two calls for all. A document of which no passage has words is given as it was recorded.
func (g *group) readable(ctx context.Context) *words {
	documents := g.of(graph.Set(graph.KindDocument))
	parts := make(map[graph.ID][]graph.ID, len(documents))
	wanted := slices.Clone(documents)
	for _, id := range documents {
		for _, p := range g.op.Snapshot.Outline(id, g.op.At) {
			parts[id] = append(parts[id], p.ID)
			if p.ID.Kind() == graph.KindPassage {
				wanted = append(wanted, p.ID)
			}
		}
	}
	w := g.op.newGroup(wanted).words(ctx)
	if w.err != nil {
		return w
	}
	for _, id := range documents {
		inOrder := w.inOrder(parts[id])
		var paragraphs []string
		for _, part := range parts[id] {
			if part.Kind() == graph.KindSection {
				if heading := g.op.Snapshot.Label(part, w.language(inOrder), g.op.At); heading.Lang != "" {
					paragraphs = append(paragraphs, heading.Text)
				}
			} else if span := w.spans[part]; span != nil {
				paragraphs = append(paragraphs, w.without(span, inOrder))
			}
		}
		if len(inOrder) > 0 {
			w.byEntity[id] = strings.Join(paragraphs, "\n\n")
		}
	}
	return w
}

// inOrder lists the spans of parts by text and beginning.
func (w *words) inOrder(parts []graph.ID) []*graph.Value {
	var list []*graph.Value
	for _, part := range parts {
		if span := w.spans[part]; span != nil {
			list = append(list, span)
		}
	}
	slices.SortFunc(list, compareSpans)
	return list
}

func compareSpans(a, b *graph.Value) int {
	return cmp.Or(cmp.Compare(a.Hash, b.Hash), cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
}

// language is that of the text in which spans stand.
func (w *words) language(spans []*graph.Value) graph.Language {
	if len(spans) == 0 {
		return ""
	}
	return w.texts[spans[0].Hash].Lang
}

// without returns the words of a passage, its lines joined, without the notes that a page end put in their midst.
func (w *words) without(span *graph.Value, inOrder []*graph.Value) string {
	var b strings.Builder
	slicer, from := w.slicers[span.Hash], span.Start
	add := func(to int) {
		words, _ := slicer.Slice(from, to) // words has seen that spans lie inside
		b.WriteString(words)
	}
	i, _ := slices.BinarySearchFunc(inOrder, span, compareSpans)
	for _, other := range inOrder[i:] {
		if other.Hash != span.Hash || other.Start >= span.End {
			break
		}
		if other.Start > from && other.End < span.End {
			add(other.Start)
			from = other.End
		}
	}
	add(span.End)
	return graph.JoinLines(b.String())
}
