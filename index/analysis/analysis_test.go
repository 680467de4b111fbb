package analysis_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/graph/network"
	"gonum.org/v1/gonum/graph/simple"
	"pgregory.net/rapid"

	"treatygraph/index/analysis"
	"treatygraph/tools/cases"
)

func draw(t *rapid.T) analysis.Graph {
	g := analysis.Graph{Nodes: rapid.IntRange(1, 9).Draw(t, "nodes")}
	for range rapid.IntRange(0, 14).Draw(t, "edges") {
		from, to := rapid.IntRange(0, g.Nodes-1).Draw(t, "from"), rapid.IntRange(0, g.Nodes-1).Draw(t, "to")
		if from != to {
			g.Edges = append(g.Edges, analysis.Edge{From: int32(from), To: int32(to)})
		}
	}
	return g
}

// pieces colours nodes by spreading colours along edges until nothing changes; it leaves out a node, an edge, or with -1 none.
func pieces(g analysis.Graph, withoutNode, withoutEdge int) (colours []int, count int) {
	for n := range g.Nodes {
		colours = append(colours, n)
	}
	for changed := true; changed; {
		changed = false
		for i, e := range g.Edges {
			if i == withoutEdge || int(e.From) == withoutNode || int(e.To) == withoutNode {
				continue
			}
			if a, b := colours[e.From], colours[e.To]; a != b {
				colours[e.From], colours[e.To], changed = min(a, b), min(a, b), true
			}
		}
	}
	seen := map[int]bool{}
	for n, colour := range colours {
		if n != withoutNode {
			seen[colour] = true
		}
	}
	return colours, len(seen)
}

func TestStructureIsThatOfTakingEachNodeAndEdgeAway(t *testing.T) {
	cases.Check(t, 10_000, func(t *rapid.T) {
		g := draw(t)
		s, err := g.Structure(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		colours, count := pieces(g, -1, -1)
		if s.Components != count {
			t.Fatalf("%d components, want %d", s.Components, count)
		}
		for a := range g.Nodes {
			for b := range g.Nodes {
				if (s.Component[a] == s.Component[b]) != (colours[a] == colours[b]) || a < b && colours[a] == a && colours[b] == b && s.Component[a] > s.Component[b] {
					t.Fatalf("components %v, want as %v", s.Component, colours)
				}
			}
		}
		var bridges, cuts []int32
		for i := range g.Edges {
			if _, n := pieces(g, -1, i); n > count {
				bridges = append(bridges, int32(i))
			}
		}
		for n := range g.Nodes {
			if _, left := pieces(g, n, -1); left > count {
				cuts = append(cuts, int32(n))
			}
		}
		if !slices.Equal(s.Bridges, bridges) || !slices.Equal(s.Articulation, cuts) {
			t.Fatalf("%+v: bridges %v, want %v; articulation %v, want %v", g, s.Bridges, bridges, s.Articulation, cuts)
		}
	})
}

// TestPageRankIsThatOfGonum compares graphs without edges beside each other, which gonum does not have.
func TestPageRankIsThatOfGonum(t *testing.T) {
	cases.Check(t, 10_000, func(t *rapid.T) {
		g := draw(t)
		slices.SortFunc(g.Edges, func(a, b analysis.Edge) int { return int(a.From-b.From)*100 + int(a.To-b.To) })
		g.Edges = slices.Compact(g.Edges)
		theirs := simple.NewDirectedGraph()
		for n := range g.Nodes {
			theirs.AddNode(simple.Node(n))
		}
		for _, e := range g.Edges {
			theirs.SetEdge(simple.Edge{F: simple.Node(e.From), T: simple.Node(e.To)})
		}
		want := network.PageRankSparse(theirs, 0.85, 1e-12)
		got, err := g.PageRank(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for n, rank := range got {
			sum += rank
			if math.Abs(rank-want[int64(n)]) > 1e-8 {
				t.Fatalf("%+v: node %d has %v, gonum says %v", g, n, rank, want[int64(n)])
			}
		}
		if math.Abs(sum-1) > 1e-7 {
			t.Fatalf("the ranks add up to %v", sum)
		}
	})
}

func TestALongChainNeedsNoDeepStackAndEndsWithItsContext(t *testing.T) {
	g := analysis.Graph{Nodes: 200_000}
	for n := range int32(g.Nodes - 1) {
		g.Edges = append(g.Edges, analysis.Edge{From: n, To: n + 1})
	}
	s, err := g.Structure(t.Context())
	if err != nil || s.Components != 1 || len(s.Bridges) != g.Nodes-1 || len(s.Articulation) != g.Nodes-2 {
		t.Errorf("%d components, %d bridges, %d articulation points, %v", s.Components, len(s.Bridges), len(s.Articulation), err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.Structure(ended); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := g.PageRank(ended); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestAnEmptyGraphHasNothing(t *testing.T) {
	var g analysis.Graph
	s, err := g.Structure(t.Context())
	rank, _ := g.PageRank(t.Context())
	if err != nil || s.Components != 0 || len(s.Bridges)+len(s.Articulation)+len(rank)+len(g.Degrees()) != 0 {
		t.Errorf("%+v %v %v", s, rank, err)
	}
}
