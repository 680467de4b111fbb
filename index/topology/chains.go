package topology

import "sync/atomic"

// Chains is a hash table from keys to lists of entries, newest first, that only grows. Entries are numbers 0, 1, 2 …; their keys stand
// elsewhere: a slot keeps an entry and half of its key's hash, so that other keys are rarely looked at. Readers give the number of entries that existed in their view and see no later one, so one
// table serves every snapshot.
type Chains struct {
	slots atomic.Pointer[[]atomic.Uint64] // upper half: of the hash; lower half: entry + 1, the newest of its key; 0: free
	prev  Column[uint32]                  // entry + 1, the one before of the same key; 0: none
	used  int
	hash  func(entry uint32) uint64
	same  func(a, b uint32) bool // two entries have one key
}

const minSlots = 64

// NewChains makes a table over entries whose keys hash and same know.
func NewChains(hash func(entry uint32) uint64, same func(a, b uint32) bool) *Chains {
	c := &Chains{hash: hash, same: same}
	slots := make([]atomic.Uint64, minSlots)
	c.slots.Store(&slots)
	return c
}

// Add adds the next entry, which must be Len. Its key must be readable already.
func (c *Chains) Add() (entry uint32) {
	entry = c.prev.Len()
	slots := *c.slots.Load()
	if c.used*4 >= len(slots)*3 {
		slots = c.double(slots)
	}
	mask := uint64(len(slots) - 1)
	tag := c.hash(entry) >> 32
	for i := tag & mask; ; i = (i + 1) & mask {
		slot := slots[i].Load()
		head := uint32(slot)
		if head != 0 && (slot>>32 != tag || !c.same(head-1, entry)) {
			continue
		}
		if head == 0 {
			c.used++
		}
		c.prev.Append(head)
		slots[i].Store(tag<<32 | uint64(entry+1))
		return entry
	}
}

func (c *Chains) double(old []atomic.Uint64) []atomic.Uint64 {
	slots := make([]atomic.Uint64, 2*len(old))
	mask := uint64(len(slots) - 1)
	for j := range old {
		slot := old[j].Load()
		if slot == 0 {
			continue
		}
		i := slot >> 32 & mask
		for slots[i].Load() != 0 {
			i = (i + 1) & mask
		}
		slots[i].Store(slot)
	}
	c.slots.Store(&slots)
	return slots
}

// Len returns the number of entries. It is for the writer.
func (c *Chains) Len() uint32 { return c.prev.Len() }

// Find returns the newest of the first n entries with a key. Is tells whether an entry has it.
func (c *Chains) Find(hash uint64, n uint32, is func(entry uint32) bool) (entry uint32, ok bool) {
	slots := *c.slots.Load()
	mask := uint64(len(slots) - 1)
	tag := hash >> 32
	for i := tag & mask; ; i = (i + 1) & mask {
		slot := slots[i].Load()
		if slot == 0 {
			return 0, false
		}
		if slot>>32 != tag {
			continue
		}
		head := uint32(slot)
		for head > n {
			head = *c.prev.At(head - 1)
		}
		if head != 0 && is(head-1) {
			return head - 1, true
		}
	}
}

// Prev returns the entry before of the same key.
func (c *Chains) Prev(entry uint32) (uint32, bool) {
	head := *c.prev.At(entry)
	return head - 1, head != 0
}

// Bytes returns the size of the table.
func (c *Chains) Bytes() int64 { return int64(len(*c.slots.Load()))*8 + c.prev.Bytes() }
