package index_test

import (
	"slices"
	"testing"

	"treatygraph/graph"
	"treatygraph/index"
)

// The fixture is a document with two sections, the second with a heading that has no passage and one that has:
//
//	d ─┬─ 1 ── passages 1, 2
//	   ├─ 2 ─┬─ 2.1
//	   │     ├─ 2.2 ── passages 10, 11
//	   │     └─ passage 9
//	   └─ note-1
func TestAnOutlineIsInReadingOrder(t *testing.T) {
	store := openSQLite(t)
	applyBase(t, store)
	part := func(id, of graph.ID) graph.Assertion {
		return says("dataset/a", graph.Claim{Subject: id, Predicate: graph.PredPartOf, Object: of})
	}
	apply(t, store, "document", named("document/d", "D"),
		part("passage/d/zh/1/11", "section/d/zh/1/2.2"), part("passage/d/zh/1/9", "section/d/zh/1/2"), part("passage/d/zh/1/note-1", "document/d"),
		part("section/d/zh/1/2", "document/d"), part("section/d/zh/1/1", "document/d"), part("section/d/zh/1/2.2", "section/d/zh/1/2"), part("section/d/zh/1/2.1", "section/d/zh/1/2"),
		part("passage/d/zh/1/10", "section/d/zh/1/2.2"), part("passage/d/zh/1/2", "section/d/zh/1/1"), part("passage/d/zh/1/1", "section/d/zh/1/1"))
	var got []string
	for _, p := range follow(t, store).Snapshot().Outline("document/d", index.AsOf{}) {
		got = append(got, string(p.ID))
	}
	want := []string{"section/d/zh/1/1", "passage/d/zh/1/1", "passage/d/zh/1/2", "section/d/zh/1/2", "passage/d/zh/1/9", "section/d/zh/1/2.1", "section/d/zh/1/2.2", "passage/d/zh/1/10", "passage/d/zh/1/11", "passage/d/zh/1/note-1"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}
