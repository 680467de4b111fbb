package topology

import (
	"hash/maphash"
	"strings"
	"sync/atomic"

	"treatygraph/graph"
)

// A Node is the number of an entity in one graph. 0 is none.
type Node = uint32

// nodes maps IDs to numbers and back.
type nodes struct {
	seed  maphash.Seed
	ids   Column[graph.ID]
	kinds Column[graph.Kind]
	born  Column[atomic.Uint32] // the revision that first had it as a subject; 0: none did
	table *Chains
	last  Node // what was interned last as a dataset: most often the next one too; the writer's
}

func newNodes() *nodes {
	n := &nodes{seed: maphash.MakeSeed()}
	n.table = NewChains(
		func(e uint32) uint64 { return maphash.String(n.seed, string(*n.ids.At(e))) },
		func(a, b uint32) bool { return *n.ids.At(a) == *n.ids.At(b) })
	n.add("")
	return n
}

func (n *nodes) add(id graph.ID) Node {
	return n.put(graph.ID(strings.Clone(string(id)))) // not to keep alive what it was cut from
}

func (n *nodes) put(id graph.ID) Node {
	n.ids.Append(id)
	n.kinds.Append(id.Kind())
	n.born.grow(n.born.n)
	n.born.n++
	return n.table.Add()
}

// find returns the number of an ID among the first count nodes.
func (n *nodes) find(id graph.ID, count uint32) (Node, bool) {
	if id == "" {
		return 0, false
	}
	return n.table.Find(maphash.String(n.seed, string(id)), count, func(e uint32) bool { return *n.ids.At(e) == id })
}

func (n *nodes) intern(id graph.ID) Node {
	if id == "" {
		return 0
	}
	if node, ok := n.find(id, n.ids.Len()); ok {
		return node
	}
	return n.add(id)
}

// dataset is intern for datasets, of which one usually says much in a row.
func (n *nodes) dataset(id graph.ID) Node {
	if *n.ids.At(n.last) != id {
		n.last = n.intern(id)
	}
	return n.last
}

func (n *nodes) bytes() int64 {
	size := n.ids.Bytes() + n.kinds.Bytes() + n.born.Bytes() + n.table.Bytes()
	for i := range n.ids.Len() {
		size += int64(len(*n.ids.At(i)))
	}
	return size
}
