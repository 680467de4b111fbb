package index

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"treatygraph/graph"
	"treatygraph/index/analysis"
	"treatygraph/index/topology"
)

// MaxAnalysed is how many statements an Analysis takes. Of more it takes those with the lowest hashes, which is a sample, and says so.
const MaxAnalysed = 2_000_000

// An AnalysisQuery tells which part of the snapshot is analysed: the statements with an object that a query of statements shows by default,
// between entities of some kinds.
type AnalysisQuery struct {
	Predicates []graph.Predicate // nil: all
	Kinds      graph.KindSet     // 0: all
	Evidenced  *bool             // nil: either
	At         AsOf
}

// An Analysis is entities and the statements between them as a graph of numbers. Merges are resolved; a statement that they make one of an
// entity with itself is left out. An entity without a statement is left out too.
type Analysis struct {
	IDs   []graph.ID // by number, sorted
	Graph analysis.Graph
	Exact bool // nothing was left out because there was too much

	claims    []topology.Position // of the edges, in the order of their hashes
	structure shared[*analysis.Structure]
	shares    shared[[]float64]
}

// Statement returns the statement that an edge is.
func (a *Analysis) Statement(edge int32) graph.StatementID {
	return graph.NewStatementID(a.claims[edge].Predicate, a.claims[edge].Hash)
}

// Analysis returns a graph. It is gathered once for all who ask the same of the same time and kept for a while, so nobody may change it. The
// only error is the context's.
func (s *Snapshot) Analysis(ctx context.Context, q AnalysisQuery) (*Analysis, error) {
	g := s.analyses.find(newAnalysisKey(&q, s.at(q.At)))
	return g.get(ctx, func() (*Analysis, error) {
		a, err := s.gather(ctx, q)
		if err == nil {
			s.analyses.weigh(g, len(a.Graph.Edges))
		}
		return a, err
	})
}

// gather looks at every version once.
func (s *Snapshot) gather(ctx context.Context, q AnalysisQuery) (*Analysis, error) {
	at := s.at(q.At)
	merged := s.view.Merged(at)
	kept := newWindow(func(a, b edge) int { return a.compare(&b) }, nil, nil, Page{First: MaxAnalysed})
	edgeOf := func(i uint32, p topology.Position) edge {
		from, to := s.view.Ends(i)
		return edge{position: p, from: merged.Canonical(from), to: merged.Canonical(to)}
	}
	passes := func(i uint32, p topology.Position) bool {
		if _, to := s.view.Ends(i); to == 0 || p.Predicate == graph.PredMergedInto || q.Predicates != nil && !slices.Contains(q.Predicates, p.Predicate) {
			return false
		}
		e := edgeOf(i, p)
		return e.from != e.to && (q.Kinds == 0 || q.Kinds.Has(s.view.Kind(e.from)) && q.Kinds.Has(s.view.Kind(e.to))) && kept.needs(e)
	}
	if err := s.claims(ctx, &ClaimFilter{Evidenced: q.Evidenced}, at, passes, func(i uint32, p topology.Position, _ []uint32) {
		kept.add(edgeOf(i, p))
	}); err != nil {
		return nil, err
	}
	edges, _, more := kept.page()
	return s.newAnalysis(edges, !more), nil
}

// AnalysisOf makes an Analysis of statements that were gathered already.
func (s *Snapshot) AnalysisOf(statements []Statement, at AsOf) *Analysis {
	when := s.at(at)
	merged := s.view.Merged(when)
	var edges []edge
	for i := range statements {
		from, known := s.view.Number(statements[i].Subject)
		to, linked := s.view.Number(statements[i].Object)
		predicate, hash, err := graph.ParseStatementID(string(statements[i].ID))
		if e := (edge{topology.Position{Predicate: predicate, Hash: hash}, merged.Canonical(from), merged.Canonical(to)}); known && linked && err == nil && e.from != e.to {
			edges = append(edges, e)
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return a.compare(&b) })
	return s.newAnalysis(edges, true)
}

// hidden tells whether a query of statements leaves a claim out by default; i is its newest visible version.
func (s *Snapshot) hidden(c *claim, i uint32, at topology.At) bool {
	return c.fold.Rank == graph.RankDeprecated || c.fold.Rank != graph.RankPreferred && s.view.Outranked(i, at)
}

// An edge is a statement between two entities.
type edge struct {
	position topology.Position
	from, to topology.Node
}

// compare orders edges by hash: as good as at random, and the same everywhere.
func (e *edge) compare(o *edge) int {
	return cmp.Or(bytes.Compare(e.position.Hash[:], o.position.Hash[:]), cmp.Compare(e.position.Predicate, o.position.Predicate))
}

// newAnalysis numbers entities and statements by their IDs.
func (s *Snapshot) newAnalysis(edges []edge, exact bool) *Analysis {
	a := &Analysis{Exact: exact, Graph: analysis.Graph{Edges: make([]analysis.Edge, len(edges))}, claims: make([]topology.Position, len(edges)),
		structure: newShared[*analysis.Structure](), shares: newShared[[]float64]()}
	number := make(map[topology.Node]int32)
	var nodes []topology.Node
	for i := range edges {
		for _, n := range [2]topology.Node{edges[i].from, edges[i].to} {
			if _, known := number[n]; !known {
				number[n] = 0
				nodes = append(nodes, n)
			}
		}
	}
	slices.SortFunc(nodes, func(x, y topology.Node) int { return cmp.Compare(s.view.ID(x), s.view.ID(y)) })
	for i, n := range nodes {
		number[n] = int32(i)
		a.IDs = append(a.IDs, s.view.ID(n))
	}
	for i := range edges {
		a.Graph.Edges[i] = analysis.Edge{From: number[edges[i].from], To: number[edges[i].to]}
		a.claims[i] = edges[i].position
	}
	a.Graph.Nodes = len(nodes)
	return a
}

// A Ranked is an entity with a number.
type Ranked[N int | float64] struct {
	ID     graph.ID
	Number N
}

// Degrees returns the entities with the most statements, then by ID; at most the first so many, at least one.
func (a *Analysis) Degrees(first int) []Ranked[int] { return ranked(a, a.Graph.Degrees(), first) }

// PageRank returns the entities with the highest shares, then by ID; at most the first so many, at least one. The only error is the context's.
func (a *Analysis) PageRank(ctx context.Context, first int) ([]Ranked[float64], error) {
	shares, err := a.shares.get(ctx, func() ([]float64, error) { return a.Graph.PageRank(ctx) })
	return ranked(a, shares, first), err
}

func ranked[N int | float64](a *Analysis, numbers []N, first int) []Ranked[N] {
	kept := newWindow(func(x, y Ranked[N]) int { return cmp.Or(cmp.Compare(y.Number, x.Number), cmp.Compare(x.ID, y.ID)) }, nil, nil, Page{First: min(first, len(numbers))})
	for i, n := range numbers {
		if r := (Ranked[N]{a.IDs[i], n}); kept.needs(r) {
			kept.add(r)
		}
	}
	list, _, _ := kept.page()
	return list
}

// Structure tells how the graph hangs together. The only error is the context's.
func (a *Analysis) Structure(ctx context.Context) (*analysis.Structure, error) {
	return a.structure.get(ctx, func() (*analysis.Structure, error) {
		s, err := a.Graph.Structure(ctx)
		return &s, err
	})
}

// Components groups the entities that hang together: the largest group first, then the one with the lowest ID, each by ID.
func (a *Analysis) Components(s *analysis.Structure) [][]graph.ID {
	groups := make([][]graph.ID, s.Components)
	for n, c := range s.Component {
		groups[c] = append(groups[c], a.IDs[n])
	}
	slices.SortStableFunc(groups, func(x, y []graph.ID) int { return len(y) - len(x) })
	return groups
}
