package index

import (
	"encoding/binary"
	"sync"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

const (
	// countedOnce is how many versions an entity's rows hold from which its counts are kept: going through so many takes longer than looking up.
	countedOnce = 500
	// keptListCounts bounds them; they take less than a megabyte.
	keptListCounts = 4_000
)

// listCounts keep how many statements entities with many have. A count belongs to a revision, not to a snapshot, so every snapshot that asks
// as of it shares it.
type listCounts struct {
	mu   sync.Mutex
	kept map[countKey]int
}

// A countKey is a query of statements in a form that can be compared, without its page and order.
type countKey struct {
	node           topology.Node
	out, in        bool
	predicates     string
	otherKinds     graph.KindSet
	methods, ranks uint8
	allDatasets    bool
	datasets       string
	evidenced      evidencedKey
	at             timeKey
}

func newCountKey(q *topology.Query) countKey {
	k := countKey{node: q.Node, out: q.Out, in: q.In, otherKinds: q.OtherKinds, methods: q.Methods, ranks: q.Ranks,
		allDatasets: q.Datasets == nil, evidenced: newEvidencedKey(q.Evidenced), at: newTimeKey(q.At)}
	if len(q.Predicates) > 0 {
		b := make([]byte, len(q.Predicates))
		for i, p := range q.Predicates {
			b[i] = byte(p)
		}
		k.predicates = string(b)
	}
	if len(q.Datasets) > 0 {
		var b []byte
		for _, n := range q.Datasets {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		k.datasets = string(b)
	}
	return k
}

// An evidencedKey is which statements are asked for, by evidence, in a form that can be compared.
type evidencedKey int8

const (
	eitherEvidenced evidencedKey = iota
	onlyEvidenced
	onlyUnevidenced
)

func newEvidencedKey(evidenced *bool) evidencedKey {
	switch {
	case evidenced == nil:
		return eitherEvidenced
	case *evidenced:
		return onlyEvidenced
	}
	return onlyUnevidenced
}

// of returns the count that was kept, else what is counted now.
func (c *listCounts) of(k countKey, count func() int) int {
	c.mu.Lock()
	n, found := c.kept[k]
	c.mu.Unlock()
	if found {
		return n
	}
	n = count() // two that ask at once both count
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) == keptListCounts {
		c.kept = make(map[countKey]int)
	}
	c.kept[k] = n
	return n
}
