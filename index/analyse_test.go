package index_test

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/index"
)

// compareAnalysis compares a gathered graph with the statements that lists show.
func compareAnalysis(t *rapid.T, s *index.Snapshot, o *model) {
	q := index.AnalysisQuery{At: drawAsOf(t, o.head), Kinds: rapid.SampledFrom([]graph.KindSet{0, graph.Set(graph.KindTreaty)}).Draw(t, "kinds"),
		Predicates: rapid.SampledFrom([][]graph.Predicate{nil, {graph.PredSigned, graph.PredCites}}).Draw(t, "predicates")}
	a, err := s.Analysis(context.Background(), q)
	if err != nil || !a.Exact {
		t.Fatal(a, err)
	}
	canonical, facts := o.canonical(q.At), o.facts(q.At)
	type pair struct {
		id       graph.StatementID
		from, to graph.ID
	}
	var want, got []pair
	for _, f := range facts {
		c := f.claim()
		p := pair{f.id, canonical(c.Subject), canonical(c.Object)}
		shown := f.rank() == graph.RankPreferred || f.rank() == graph.RankNormal && !o.outranked(facts, f, canonical)
		if !shown || !f.holds(q.At) || c.Object == "" || p.from == p.to || c.Predicate == graph.PredMergedInto || q.Predicates != nil && !slices.Contains(q.Predicates, c.Predicate) ||
			q.Kinds != 0 && !(q.Kinds.Has(p.from.Kind()) && q.Kinds.Has(p.to.Kind())) {
			continue
		}
		want = append(want, p)
	}
	for i, e := range a.Graph.Edges {
		got = append(got, pair{a.Statement(int32(i)), a.IDs[e.From], a.IDs[e.To]})
	}
	slices.SortFunc(got, func(x, y pair) int { return slices.Compare([]byte(x.id), []byte(y.id)) })
	if !slices.Equal(got, want) || !slices.IsSorted(a.IDs) || a.Graph.Nodes != len(a.IDs) {
		t.Fatalf("%+v: %v, want %v", q, got, want)
	}
	statements, err := s.Claims(context.Background(), index.ClaimQuery{Filter: index.ClaimFilter{Predicates: q.Predicates, SubjectKinds: q.Kinds, ObjectKinds: q.Kinds}, At: q.At, Page: index.Page{First: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	var list []index.Statement
	for _, item := range statements.Items {
		if item.Predicate != graph.PredMergedInto {
			list = append(list, item.Statement)
		}
	}
	if again := s.AnalysisOf(list, q.At); !slices.Equal(again.IDs, a.IDs) || len(again.Graph.Edges) > 0 && again.Statement(0) != a.Statement(0) || !slices.Equal(again.Graph.Edges, a.Graph.Edges) {
		t.Fatalf("%+v of the statements, %+v of the snapshot", again, a)
	}
}

func TestWhatMattersMostComesFirst(t *testing.T) {
	m := newMemory()
	applyBase(t, m)
	cites := func(from, to graph.ID) graph.Assertion {
		return graph.Assertion{Claim: graph.Claim{Subject: from, Predicate: graph.PredCites, Object: to}, Dataset: "dataset/a", Rank: graph.RankNormal, Method: graph.MethodCurated}
	}
	apply(t, m, "cites", cites("treaty/a", "treaty/d"), cites("treaty/b", "treaty/d"), cites("treaty/d", "treaty/c"))
	a, err := follow(t, m).Snapshot().Analysis(t.Context(), index.AnalysisQuery{Kinds: graph.Set(graph.KindTreaty)})
	if err != nil {
		t.Fatal(err)
	}
	structure, err := a.Structure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ranks, err := a.PageRank(t.Context(), 2)
	if degrees := a.Degrees(1); err != nil || len(degrees) != 1 || degrees[0] != (index.Ranked[int]{ID: "treaty/d", Number: 3}) || len(ranks) != 2 || ranks[0].ID != "treaty/c" || ranks[1].ID != "treaty/d" {
		t.Errorf("%v %v %v", degrees, ranks, err)
	}
	if groups := a.Components(structure); len(groups) != 1 || len(groups[0]) != 4 || len(structure.Bridges) != 3 || a.IDs[structure.Articulation[0]] != "treaty/d" {
		t.Errorf("%v %+v", groups, structure)
	}
}
