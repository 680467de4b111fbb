package ingest

import (
	"context"
	"slices"

	"treatygraph/graph"
)

// A part is where a passage, section or note of a document stands in the text that was read now.
type part struct {
	text       *graph.Text
	start, end int
}

// partsIn lists the parts that a document's dataset has spans of.
func partsIn(ds *Dataset, into map[graph.ID]part) {
	texts := make(map[graph.TextHash]*graph.Text, len(ds.Texts))
	for _, t := range ds.Texts {
		texts[t.Hash] = t
	}
	for i := range ds.Desired {
		if a := &ds.Desired[i]; a.Predicate == graph.PredSpan {
			into[a.Subject] = part{texts[a.Value.Hash], a.Value.Start, a.Value.End}
		}
	}
}

// A move is where a part of a text stood when it was first read, if its words are the same.
type move struct {
	hash  graph.TextHash
	delta int           // from the new text's offsets to the old one's
	whole bool          // all of the part is the same; else only quotes that are
	old   *graph.Slicer // of the text that holds the part
}

// settled returns what the dataset is to say with each part that a corrected text did not touch left where it was first read: its span and its quotes
// keep the text that they stand in. So a correction rewrites what it changed, and the quotes of a passage always stand in the text that its
// span names. The heading of a section that was changed further down stays, too, as far as its quotes do.
func settled(ctx context.Context, target Target, ds *Dataset) ([]graph.Assertion, error) {
	moves, err := movesOf(ctx, target, ds)
	if err != nil || len(moves) == 0 {
		return ds.Desired, err
	}
	desired := slices.Clone(ds.Desired)
	for i := range desired {
		a := &desired[i]
		if m, moved := moves[a.Subject]; moved && m.whole && a.Predicate == graph.PredSpan {
			v := *a.Value
			v.Hash, v.Start, v.End = m.hash, v.Start+m.delta, v.End+m.delta
			a.Value = &v
		}
		a.Evidence = settledQuotes(a.Evidence, moves)
	}
	return desired, nil
}

func settledQuotes(list []graph.Evidence, moves map[graph.ID]move) []graph.Evidence {
	copied := false
	for i := range list {
		m, moved := moves[list[i].Passage]
		if !moved {
			continue
		}
		start, end := list[i].Start+m.delta, list[i].End+m.delta
		if slice, ok := m.old.Slice(start, end); !ok || slice != list[i].Quote {
			continue
		}
		if !copied {
			list, copied = slices.Clone(list), true
		}
		list[i].Text, list[i].Start, list[i].End = m.hash, start, end
	}
	return list
}

// movesOf compares the parts that the dataset speaks of with how they stand in the store.
func movesOf(ctx context.Context, target Target, ds *Dataset) (map[graph.ID]move, error) {
	var spoken []graph.ID
	for i := range ds.Desired {
		a := &ds.Desired[i]
		if _, known := ds.parts[a.Subject]; known && a.Predicate == graph.PredSpan {
			spoken = append(spoken, a.Subject)
		}
		for _, e := range a.Evidence {
			if _, known := ds.parts[e.Passage]; known {
				spoken = append(spoken, e.Passage)
			}
		}
	}
	slices.Sort(spoken)
	spoken = slices.Compact(spoken)
	refs := target.Spans(spoken)
	if len(refs) == 0 {
		return nil, nil
	}
	recorded, err := target.Assertions(ctx, refs)
	if err != nil {
		return nil, err
	}
	var hashes []graph.TextHash
	for _, a := range recorded {
		if p := ds.parts[a.Subject]; p.text.Hash != a.Value.Hash && !slices.Contains(hashes, a.Value.Hash) {
			hashes = append(hashes, a.Value.Hash)
		}
	}
	if len(hashes) == 0 {
		return nil, nil
	}
	texts, err := target.Texts(ctx, hashes)
	if err != nil {
		return nil, err
	}
	slicers := make(map[graph.TextHash]*graph.Slicer)
	slicer := func(t *graph.Text) *graph.Slicer {
		if slicers[t.Hash] == nil {
			slicers[t.Hash] = graph.NewSlicer(t.Body)
		}
		return slicers[t.Hash]
	}
	moves := make(map[graph.ID]move)
	for _, a := range recorded {
		p, old := ds.parts[a.Subject], texts[a.Value.Hash]
		if old == nil || old.Redacted || old.Hash == p.text.Hash || a.Subject.Kind() == graph.KindDocument {
			continue
		}
		before, _ := slicer(old).Slice(a.Value.Start, a.Value.End)
		now, _ := slicer(p.text).Slice(p.start, p.end)
		if m := (move{old.Hash, a.Value.Start - p.start, before == now, slicer(old)}); m.whole || a.Subject.Kind() == graph.KindSection {
			moves[a.Subject] = m
		}
	}
	return moves, nil
}
