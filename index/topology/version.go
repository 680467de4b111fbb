package topology

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"sync/atomic"
	"unsafe"

	"treatygraph/graph"
)

// A versionChunk holds the shape of chunkSize assertion versions, 60 bytes each.
type versionChunk struct {
	hash       [chunkSize]graph.StatementHash
	subject    [chunkSize]Node
	object     [chunkSize]uint32 // a Node, or with a name or an identifier as value its number
	dataset    [chunkSize]Node
	evidence   [chunkSize]uint32 // a number of an evidence set
	from       [chunkSize]uint32
	to         [chunkSize]atomic.Uint32 // written in place, once; 0: open
	validFrom  [chunkSize]int32
	validTo    [chunkSize]int32
	effective  [chunkSize]int32
	confidence [chunkSize]uint16
	predicate  [chunkSize]graph.Predicate
	kind       [chunkSize]graph.ValueKind
	standing   [chunkSize]uint8 // rank in the low two bits, method above
	fromForm   [chunkSize]uint8
	toForm     [chunkSize]uint8
	effForm    [chunkSize]uint8
}

const rankBits = 2

// versions are the columns of all assertion versions, in the order of their Refs.
type versions struct {
	chunks atomic.Pointer[[]*versionChunk]
	n      uint32 // the writer's
}

// at returns the chunk of a version and its place there.
func (t *versions) at(i uint32) (*versionChunk, uint32) {
	return (*t.chunks.Load())[i>>chunkBits], i & chunkMask
}

// next returns the place of the version to be added.
func (t *versions) next() (*versionChunk, uint32) {
	list := t.chunks.Load()
	if list == nil || int(t.n>>chunkBits) >= len(*list) {
		var longer []*versionChunk
		if list != nil {
			longer = *list
		}
		longer = append(longer, new(versionChunk))
		t.chunks.Store(&longer)
		list = &longer
	}
	return (*list)[t.n>>chunkBits], t.n & chunkMask
}

func (t *versions) bytes() int64 {
	if list := t.chunks.Load(); list != nil {
		return int64(len(*list)) * int64(unsafe.Sizeof(versionChunk{}))
	}
	return 0
}

// visible tells whether a version was recorded at a revision.
func (t *versions) visible(i, revision uint32) bool {
	c, k := t.at(i)
	if c.from[k] > revision {
		return false
	}
	to := c.to[k].Load()
	return to == 0 || to > revision
}

// redacted tells whether a version is a tombstone: nothing else is closed by the revision that wrote it.
func (t *versions) redacted(i uint32) bool {
	c, k := t.at(i)
	return c.to[k].Load() == c.from[k]
}

var _, openForm = graph.Open.Pack()

// start returns the earliest day of the validity's beginning.
func (c *versionChunk) start(k uint32) graph.Day {
	if form := c.fromForm[k]; form == 0 || form == openForm {
		return graph.MinDay
	}
	return graph.Day(c.validFrom[k]) // a packed date has its earliest day
}

// holds tells whether a claim holds on a day: an event from its date on, a state while it is valid.
func (c *versionChunk) holds(k uint32, on graph.Day) bool {
	if on < c.start(k) {
		return false
	}
	if c.toForm[k] == 0 || c.predicate[k].Row().Tempo == graph.TempoEvent {
		return true
	}
	return on <= graph.UnpackDate(graph.Day(c.validTo[k]), c.toForm[k]).Latest()
}

// The order of a row is predicate, earliest day of the validity, hash of the claim: a property of the claim, so that a place in it stays
// a place whatever is written. Versions of one claim stand together, in the order they were recorded. A key holds the first 64 bits of
// the order: 8 of the predicate, 22 of the day, 34 of the hash.
const (
	keyDayBits  = 22
	keyHashBits = 34
)

func rowKey(p graph.Predicate, day graph.Day, hash *graph.StatementHash) uint64 {
	return uint64(p)<<(keyDayBits+keyHashBits) | uint64(day-graph.MinDay)<<keyHashBits | binary.BigEndian.Uint64(hash[:])>>(64-keyHashBits)
}

func (t *versions) key(i uint32) uint64 {
	c, k := t.at(i)
	return rowKey(c.predicate[k], c.start(k), &c.hash[k])
}

func (t *versions) hash(i uint32) *graph.StatementHash {
	c, k := t.at(i)
	return &c.hash[k]
}

// compare orders two versions in a row.
func (t *versions) compare(a, b uint32) int {
	if c := cmp.Compare(t.key(a), t.key(b)); c != 0 {
		return c
	}
	if c := bytes.Compare(t.hash(a)[:], t.hash(b)[:]); c != 0 {
		return c
	}
	return cmp.Compare(a, b)
}
