package topology

import "slices"

// Segments are merged as in a log-structured merge tree: each is at least tierFactor times as large as the one after it, so there are
// at most log4(n) and a version is sorted into a new one O(log n) times in its life, whatever revisions write.
const (
	tierFactor = 4
	// inlineRows bounds what a revision merges itself, a few milliseconds; larger merges are handed out by NextMerge.
	inlineRows = 1 << 14
)

// A Merge is two neighbouring segments to be merged outside the writer.
type Merge struct {
	graph *Graph
	a, b  *segment
	nodes Node
	done  *segment
}

// Run does the work. It may run beside the writer and readers.
func (m *Merge) Run() { m.done = m.graph.merge(m.a, m.b, m.nodes) }

// settle merges small segments and returns the merge that is too large to be done here, if none is under way.
func (g *Graph) settle() *Merge {
	for len(g.segments) > 1 {
		i := len(g.segments) - 2
		for i >= 0 && g.segments[i].len() >= tierFactor*g.segments[i+1].len() {
			i--
		}
		if i < 0 {
			return nil
		}
		a, b := g.segments[i], g.segments[i+1]
		if g.merging != nil && (a == g.merging.a || a == g.merging.b || b == g.merging.a) {
			return nil
		}
		if a.len()+b.len() > inlineRows {
			if g.merging != nil {
				return nil
			}
			g.merging = &Merge{graph: g, a: a, b: b, nodes: g.nodes.ids.Len()}
			return g.merging
		}
		g.segments = replaced(g.segments, i, g.merge(a, b, g.nodes.ids.Len()))
	}
	return nil
}

// Adopt puts the result of a merge that has run in place of its parts, and returns the next. It is the writer's.
func (g *Graph) Adopt(m *Merge) *Merge {
	g.segments = replaced(g.segments, slices.Index(g.segments, m.a), m.done)
	g.merging = nil
	return g.settle()
}

// replaced returns a copy of list with one segment in place of those at i and i+1: views hold the old list.
func replaced(list []*segment, i int, s *segment) []*segment {
	out := make([]*segment, 0, len(list))
	return append(append(append(out, list[:i]...), s), list[i+2:]...)
}

func (g *Graph) merge(a, b *segment, nodes Node) *segment {
	return &segment{
		from: a.from, to: b.to, nodeFrom: a.nodeFrom, nodeTo: b.nodeTo,
		out: g.mergeAdjacency(&a.out, &b.out, nodes),
		in:  g.mergeAdjacency(&a.in, &b.in, nodes),
		ids: mergeSorted(make([]Node, 0, len(a.ids)+len(b.ids)), a.ids, b.ids, func(x, y Node) bool { return *g.nodes.ids.At(x) < *g.nodes.ids.At(y) }),
	}
}

func (g *Graph) mergeAdjacency(a, b *adjacency, nodes Node) adjacency {
	out := adjacency{nodes: make([]Node, 0, min(a.size()+b.size(), int(nodes))), rows: make([]uint32, 0, len(a.rows)+len(b.rows))}
	before := func(x, y uint32) bool { return g.versions.compare(x, y) < 0 }
	add := func(n Node, row, other []uint32) {
		if len(row)+len(other) == 0 {
			return
		}
		out.nodes, out.starts = append(out.nodes, n), append(out.starts, uint32(len(out.rows)))
		out.rows = mergeSorted(out.rows, row, other, before)
	}
	i, j := 0, 0
	for i < a.size() && j < b.size() {
		switch x, y := a.node(i), b.node(j); {
		case x < y:
			add(x, a.row(i), nil)
			i++
		case y < x:
			add(y, b.row(j), nil)
			j++
		default:
			add(x, a.row(i), b.row(j))
			i, j = i+1, j+1
		}
	}
	for ; i < a.size(); i++ {
		add(a.node(i), a.row(i), nil)
	}
	for ; j < b.size(); j++ {
		add(b.node(j), b.row(j), nil)
	}
	out.starts = append(out.starts, uint32(len(out.rows)))
	if len(out.nodes) > int(nodes)/2 {
		return out.dense(nodes)
	}
	out.nodes, out.starts = slices.Clip(out.nodes), slices.Clip(out.starts)
	return out
}

// dense returns the adjacency with starts indexed by node, for a segment that knows most nodes: 4 bytes a node and no search.
func (a *adjacency) dense(nodes Node) adjacency {
	d := adjacency{starts: make([]uint32, nodes+1), rows: a.rows}
	for i, n := range a.nodes {
		d.starts[n+1] = uint32(len(a.row(i)))
	}
	for n := range nodes {
		d.starts[n+1] += d.starts[n]
	}
	return d
}

// mergeSorted appends two sorted lists to out as one. The part of the longer list that comes at once is found by halving, so that one
// row in a hub's costs few comparisons.
func mergeSorted(out, a, b []uint32, before func(x, y uint32) bool) []uint32 {
	if len(a) < len(b) {
		a, b = b, a
	}
	for _, y := range b {
		lo, hi := 0, len(a)
		if len(b) > len(a)/8 {
			for lo < hi && before(a[lo], y) {
				lo++
			}
		} else {
			for lo < hi {
				if mid := (lo + hi) / 2; before(a[mid], y) {
					lo = mid + 1
				} else {
					hi = mid
				}
			}
		}
		out = append(append(out, a[:lo]...), y)
		a = a[lo:]
	}
	return append(out, a...)
}
