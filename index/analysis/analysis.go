// Package analysis computes on graphs of numbered nodes: what hangs together, what alone holds it together, and what matters most. Its results
// depend on the graph alone, to the last bit.
package analysis

import (
	"context"
	"slices"
)

// A Graph has the nodes 0 to Nodes-1. Two nodes may be joined by several edges; no edge leads from a node to itself.
type Graph struct {
	Nodes int
	Edges []Edge
}

// An Edge leads from one node to another. Only PageRank looks at its direction.
type Edge struct{ From, To int32 }

// checkEvery is how many nodes are looked at between two looks at the context.
const checkEvery = 1_000

// An adjacency lists for each node its edges.
type adjacency struct {
	starts []int32 // of each node's part of edges; one more than nodes
	edges  []int32
}

func (g *Graph) adjacent() adjacency {
	a := adjacency{starts: make([]int32, g.Nodes+1), edges: make([]int32, 2*len(g.Edges))}
	for _, e := range g.Edges {
		a.starts[e.From+1]++
		a.starts[e.To+1]++
	}
	for n := range g.Nodes {
		a.starts[n+1] += a.starts[n]
	}
	next := slices.Clone(a.starts)
	for i, e := range g.Edges {
		for _, n := range [2]int32{e.From, e.To} {
			a.edges[next[n]] = int32(i)
			next[n]++
		}
	}
	return a
}

func (g *Graph) other(edge, node int32) int32 {
	if e := g.Edges[edge]; e.From != node {
		return e.From
	} else {
		return e.To
	}
}

// Degrees returns how many edges each node has.
func (g *Graph) Degrees() []int {
	degrees := make([]int, g.Nodes)
	for _, e := range g.Edges {
		degrees[e.From]++
		degrees[e.To]++
	}
	return degrees
}

// A Structure tells how a graph hangs together.
type Structure struct {
	Component    []int32 // of each node; components are numbered by their lowest node
	Components   int
	Bridges      []int32 // the edges without which a component falls apart, in order
	Articulation []int32 // the nodes without which a component falls apart, in order
}

// Structure finds components, bridges and articulation points in one walk in depth (J. Hopcroft and R. Tarjan, Algorithm 447, CACM 16, 1973).
// Edges beside each other are no bridges. The only error is the context's.
func (g *Graph) Structure(ctx context.Context) (Structure, error) {
	const unseen = -1
	s := Structure{Component: make([]int32, g.Nodes)}
	a := g.adjacent()
	order := make([]int32, g.Nodes) // in which nodes were reached
	low := make([]int32, g.Nodes)   // the first node that can be reached from below without going back over the edge that led here
	for n := range order {
		order[n] = unseen
	}
	type visit struct {
		node, by int32 // by: the edge that led here
		next     int32 // of the node's edges
		below    int   // how many nodes were reached from here
	}
	cuts := make([]bool, g.Nodes)
	reached := int32(0)
	var stack []visit
	enter := func(node, by int32) error {
		order[node], low[node] = reached, reached
		s.Component[node] = int32(s.Components)
		stack = append(stack, visit{node: node, by: by, next: a.starts[node]})
		if reached++; reached%checkEvery == 0 {
			return ctx.Err()
		}
		return nil
	}
	for root := range int32(g.Nodes) {
		if order[root] != unseen {
			continue
		}
		if err := enter(root, unseen); err != nil {
			return Structure{}, err
		}
		for len(stack) > 0 {
			v := &stack[len(stack)-1]
			if v.next == a.starts[v.node+1] {
				done := *v
				stack = stack[:len(stack)-1]
				if len(stack) == 0 {
					cuts[done.node] = done.below > 1
					continue
				}
				up := &stack[len(stack)-1]
				up.below++
				low[up.node] = min(low[up.node], low[done.node])
				if low[done.node] > order[up.node] {
					s.Bridges = append(s.Bridges, done.by)
				}
				if low[done.node] >= order[up.node] && up.by != unseen {
					cuts[up.node] = true
				}
				continue
			}
			edge := a.edges[v.next]
			v.next++
			switch to := g.other(edge, v.node); {
			case edge == v.by:
			case order[to] != unseen:
				low[v.node] = min(low[v.node], order[to])
			default:
				if err := enter(to, edge); err != nil {
					return Structure{}, err
				}
			}
		}
		s.Components++
	}
	slices.Sort(s.Bridges)
	for n, cut := range cuts {
		if cut {
			s.Articulation = append(s.Articulation, int32(n))
		}
	}
	return s, nil
}

// The constants of PageRank.
const (
	damping   = 0.85  // how often a reader follows an edge instead of going anywhere
	tolerance = 1e-12 // of the sum of all changes
	rounds    = 200   // at most; the changes shrink by damping in each, to 1e-14
)

// PageRank returns for each node the share of time that a reader spends there who follows edges at random (L. Page, S. Brin, R. Motwani and
// T. Winograd, The PageRank Citation Ranking, 1999): edges beside each other count each, and from a node without outgoing edges the reader
// goes anywhere. The shares are rounded to nine digits after the point, so that they do not tell in which order they were added. The only
// error is the context's.
func (g *Graph) PageRank(ctx context.Context) ([]float64, error) {
	if g.Nodes == 0 {
		return nil, nil
	}
	out := make([]float64, g.Nodes)
	for _, e := range g.Edges {
		out[e.From]++
	}
	rank, next := make([]float64, g.Nodes), make([]float64, g.Nodes)
	for n := range rank {
		rank[n] = 1 / float64(g.Nodes)
	}
	for range rounds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		anywhere := 0.0
		for n := range rank {
			if out[n] == 0 {
				anywhere += rank[n]
			}
		}
		base := (1 - damping + damping*anywhere) / float64(g.Nodes)
		for n := range next {
			next[n] = base
		}
		for _, e := range g.Edges {
			next[e.To] += damping * rank[e.From] / out[e.From]
		}
		change := 0.0
		for n := range rank {
			change += max(rank[n]-next[n], next[n]-rank[n])
		}
		rank, next = next, rank
		if change < tolerance {
			break
		}
	}
	const digits = 1e9
	for n := range rank {
		rank[n] = float64(int64(rank[n]*digits+0.5)) / digits
	}
	return rank, nil
}
