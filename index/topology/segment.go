package topology

import (
	"cmp"
	"slices"
	"sync"
	"unsafe"
)

// An adjacency holds, for each of some nodes, a row of versions in row order.
type adjacency struct {
	nodes  []Node   // sorted; nil when starts is indexed by node itself
	starts []uint32 // one more than there are nodes
	rows   []uint32
}

// of returns the row of a node, which must not be changed.
func (a *adjacency) of(n Node) []uint32 {
	i := int(n)
	if a.nodes != nil {
		var found bool
		if i, found = slices.BinarySearch(a.nodes, n); !found {
			return nil
		}
	} else if i+1 >= len(a.starts) {
		return nil
	}
	return a.rows[a.starts[i]:a.starts[i+1]]
}

// size returns the number of places for nodes; node and row give the i-th.
func (a *adjacency) size() int { return max(len(a.starts)-1, 0) }

func (a *adjacency) node(i int) Node {
	if a.nodes == nil {
		return Node(i)
	}
	return a.nodes[i]
}

func (a *adjacency) row(i int) []uint32 { return a.rows[a.starts[i]:a.starts[i+1]] }

func (a *adjacency) bytes() int64 { return 4 * int64(cap(a.nodes)+cap(a.starts)+cap(a.rows)) }

// A segment is the immutable adjacency of a range of versions, and the order by ID of the nodes that came with them.
type segment struct {
	from, to         uint32 // versions [from, to)
	nodeFrom, nodeTo Node   // nodes [nodeFrom, nodeTo)
	out, in          adjacency
	ids              []Node // those nodes, by ID
}

func (s *segment) len() int { return int(s.to - s.from) }

func (s *segment) bytes() int64 {
	return s.out.bytes() + s.in.bytes() + int64(unsafe.Sizeof(*s)) + 4*int64(cap(s.ids))
}

// newSegment sorts the versions [from, to) into rows, both orders at once.
func (g *Graph) newSegment(from, to uint32, nodeFrom, nodeTo Node) *segment {
	s := &segment{from: from, to: to, nodeFrom: nodeFrom, nodeTo: nodeTo}
	subject := func(i uint32) Node {
		c, k := g.versions.at(i)
		return c.subject[k]
	}
	object := func(i uint32) Node {
		c, k := g.versions.at(i)
		if c.kind[k] != 0 {
			return 0
		}
		return c.object[k]
	}
	if s.len() < parallelRows {
		s.out, s.in, s.ids = g.adjacency(from, to, nodeTo, subject), g.adjacency(from, to, nodeTo, object), g.byID(nodeFrom, nodeTo)
		return s
	}
	var both sync.WaitGroup
	both.Go(func() { s.out = g.adjacency(from, to, nodeTo, subject) })
	both.Go(func() {
		s.in = g.adjacency(from, to, nodeTo, object)
		s.ids = g.byID(nodeFrom, nodeTo)
	})
	both.Wait()
	return s
}

// parallelRows is the size from which starting goroutines pays.
const parallelRows = 1 << 14

func (g *Graph) byID(from, to Node) []Node {
	list := make([]Node, 0, to-from)
	for n := max(from, 1); n < to; n++ {
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b Node) int { return cmp.Compare(*g.nodes.ids.At(a), *g.nodes.ids.At(b)) })
	return list
}

// A keyed is a version with its sort key at hand.
type keyed struct {
	key uint64
	row uint32
}

// adjacency gathers the versions by end; a version whose end is 0 is left out.
func (g *Graph) adjacency(from, to uint32, nodes Node, end func(uint32) Node) adjacency {
	if int(to-from) < int(nodes)/4 {
		return g.sparse(from, to, end)
	}
	a := adjacency{starts: make([]uint32, nodes+1)} // counting sort by node
	for i := from; i < to; i++ {
		if n := end(i); n != 0 && n < nodes {
			a.starts[n+1]++
		}
	}
	for n := range nodes {
		a.starts[n+1] += a.starts[n]
	}
	a.rows = make([]uint32, a.starts[nodes])
	next := slices.Clone(a.starts)
	for i := from; i < to; i++ {
		if n := end(i); n != 0 && n < nodes {
			a.rows[next[n]] = i
			next[n]++
		}
	}
	var scratch []keyed
	for n := range nodes {
		scratch = g.sortRow(a.row(int(n)), scratch)
	}
	return a
}

func (g *Graph) sparse(from, to uint32, end func(uint32) Node) adjacency {
	type edge struct {
		node Node
		row  uint32
	}
	list := make([]edge, 0, to-from)
	for i := from; i < to; i++ {
		if n := end(i); n != 0 {
			list = append(list, edge{n, i})
		}
	}
	slices.SortFunc(list, func(a, b edge) int { return cmp.Or(cmp.Compare(a.node, b.node), g.versions.compare(a.row, b.row)) })
	a := adjacency{nodes: []Node{}, rows: make([]uint32, len(list))}
	for i, e := range list {
		if i == 0 || list[i-1].node != e.node {
			a.nodes, a.starts = append(a.nodes, e.node), append(a.starts, uint32(i))
		}
		a.rows[i] = e.row
	}
	a.starts = append(a.starts, uint32(len(list)))
	return a
}

// sortRow sorts a row in place, with its keys beside it in scratch, which is returned for the next.
func (g *Graph) sortRow(row []uint32, scratch []keyed) []keyed {
	if len(row) < 2 {
		return scratch
	}
	scratch = scratch[:0]
	for _, i := range row {
		scratch = append(scratch, keyed{g.versions.key(i), i})
	}
	slices.SortFunc(scratch, func(a, b keyed) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return g.versions.compare(a.row, b.row)
	})
	for i := range scratch {
		row[i] = scratch[i].row
	}
	return scratch
}
