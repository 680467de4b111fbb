// Package topology holds the shape of a graph in memory: append-only columns of assertion versions, adjacency in immutable segments
// over them, and walks over the statements of a node as of any revision and day. One writer grows it; readers never lock.
package topology

import (
	"sync/atomic"
	"unsafe"
)

// Columns grow by chunks of this many elements, so that growing copies nothing and a small graph stays small.
const (
	chunkBits = 13
	chunkSize = 1 << chunkBits
	chunkMask = chunkSize - 1
)

// A Column is a list that only grows. One goroutine appends; any number read what was published to them (through an atomic store
// after the append) without locks.
type Column[T any] struct {
	chunks atomic.Pointer[[]*[chunkSize]T]
	n      uint32 // the writer's
}

// Append adds an element and returns its place.
func (c *Column[T]) Append(v T) uint32 {
	i := c.n
	*c.grow(i) = v
	c.n++
	return i
}

// grow returns the place of element i, which is at most one behind the last.
func (c *Column[T]) grow(i uint32) *T {
	list := c.chunks.Load()
	if list == nil || int(i>>chunkBits) >= len(*list) {
		var longer []*[chunkSize]T
		if list != nil {
			longer = *list
		}
		longer = append(longer, new([chunkSize]T)) // readers of the shorter list never look at the new element
		c.chunks.Store(&longer)
		list = &longer
	}
	return &(*list)[i>>chunkBits][i&chunkMask]
}

// At returns the place of an element that was appended.
func (c *Column[T]) At(i uint32) *T { return &(*c.chunks.Load())[i>>chunkBits][i&chunkMask] }

// Len is for the writer; readers know from their view how many elements are theirs.
func (c *Column[T]) Len() uint32 { return c.n }

// Bytes returns the size of the elements themselves, the unused rest of the last chunk included.
func (c *Column[T]) Bytes() int64 {
	list := c.chunks.Load()
	if list == nil {
		return 0
	}
	var chunk [chunkSize]T
	return int64(len(*list)) * int64(unsafe.Sizeof(chunk))
}
