package extract

import (
	"hash/maphash"
	"math/bits"
	"unicode/utf8"
)

// A dictionary numbers words. It is a hash table with open addressing over one piece of memory, for words are looked up for every word
// of a text.
type dictionary struct {
	seed  maphash.Seed
	slots []wordSlot // a power of two, at most three quarters of them taken
	words []dictionaryWord
	arena []byte
}

type wordSlot struct{ hash, index uint32 } // index is one more than the word's; 0 is a free slot

type dictionaryWord struct {
	from, to uint32 // in the arena
	use      wordUse
}

// A wordUse tells what a word by itself is to names.
type wordUse uint8

const (
	beginsNames wordUse = 1 << iota
	isName
)

// firstWord is the number of the first word. Characters are their own numbers, below.
const firstWord = utf8.MaxRune + 1

// find returns a word's number, 0 if it has none.
func (d *dictionary) find(letters []byte) (number uint32, use wordUse) {
	if len(d.slots) == 0 {
		return 0, 0
	}
	slot, _ := d.slot(letters)
	if slot.index == 0 {
		return 0, 0
	}
	return firstWord + slot.index - 1, d.words[slot.index-1].use
}

// slot returns the slot of a word, or the free one where it belongs, and the word's hash.
func (d *dictionary) slot(letters []byte) (*wordSlot, uint32) {
	h := maphash.Bytes(d.seed, letters)
	hash, mask := uint32(h>>32), uint64(len(d.slots)-1)
	for at := h & mask; ; at = (at + 1) & mask {
		slot := &d.slots[at]
		if slot.index == 0 {
			return slot, hash
		}
		if slot.hash == hash {
			if w := &d.words[slot.index-1]; string(d.arena[w.from:w.to]) == string(letters) {
				return slot, hash
			}
		}
	}
}

// intern returns a word's number, a new one if it has none.
func (d *dictionary) intern(letters []byte) uint32 {
	if len(d.words)*4 >= len(d.slots)*3 {
		d.rehash()
	}
	slot, hash := d.slot(letters)
	if slot.index == 0 {
		from := uint32(len(d.arena))
		d.arena = append(d.arena, letters...)
		d.words = append(d.words, dictionaryWord{from: from, to: uint32(len(d.arena))})
		*slot = wordSlot{hash, uint32(len(d.words))}
	}
	return firstWord + slot.index - 1
}

func (d *dictionary) rehash() {
	d.slots = make([]wordSlot, max(64, 2*len(d.slots)))
	for i, w := range d.words {
		slot, hash := d.slot(d.arena[w.from:w.to])
		*slot = wordSlot{hash, uint32(i + 1)}
	}
}

// use notes that a name begins with a word, or is it.
func (d *dictionary) use(number uint32, alone bool) {
	w := &d.words[number-firstWord]
	if w.use |= beginsNames; alone {
		w.use |= isName
	}
}

// A trie leads from place to place by symbols. Edges stand in one hash table with open addressing; where only one name leads on, what is
// left of it is written out as a tail. So a name costs a few far reads of memory, at the beginning that it shares with others, and near
// ones for the rest.
type trie struct {
	edges []edge // a power of two, at most half of them taken
	taken int
	tails []uint32 // each is symbols, 0, and the end
}

// An edge leads from a state to the next, or to a tail. In a free one symbol is 0.
type edge struct {
	state, symbol uint32
	triePlace
}

// A triePlace is where symbols lead. The zero value is the root.
type triePlace struct {
	at  int32 // a state, or the bits of a place in tails inverted
	end int32 // the first variant of the names that end here, 0 if none do
}

// step returns where a symbol leads from a place.
func (t *trie) step(from triePlace, symbol uint32) (to triePlace, ok bool) {
	if from.at < 0 {
		at := ^from.at
		if symbol == 0 || t.tails[at] != symbol {
			return triePlace{}, false
		}
		return t.tailPlace(at + 1), true
	}
	if symbol == 0 || len(t.edges) == 0 {
		return triePlace{}, false
	}
	e := t.edge(uint32(from.at), symbol)
	return e.triePlace, e.symbol != 0
}

func (t *trie) tailPlace(at int32) triePlace {
	if t.tails[at] == 0 {
		return triePlace{^at, int32(t.tails[at+1])}
	}
	return triePlace{at: ^at}
}

// edge returns an edge, or the free one where it belongs.
func (t *trie) edge(state, symbol uint32) *edge {
	mask := uint64(len(t.edges) - 1)
	for at := spread(state, symbol) >> 20 & mask; ; at = (at + 1) & mask {
		if e := &t.edges[at]; e.symbol == 0 || e.state == state && e.symbol == symbol {
			return e
		}
	}
}

// add adds a name that ends with a variant. The first shared symbols are those with which another name may begin, too.
func (t *trie) add(symbols []uint32, shared int, end int32) {
	state := uint32(0)
	for i, symbol := range symbols[:min(shared+1, len(symbols))] {
		if t.taken*2 >= len(t.edges) {
			t.rehash()
		}
		e := t.edge(state, symbol)
		if e.symbol == 0 {
			t.taken++
			*e = edge{state, symbol, triePlace{at: int32(t.taken)}}
		}
		switch {
		case i == len(symbols)-1:
			e.end = end
		case i == shared:
			e.at = ^int32(len(t.tails))
			t.tails = append(append(t.tails, symbols[i+1:]...), 0, uint32(end))
		}
		state = uint32(e.at)
	}
}

func (t *trie) rehash() {
	old := t.edges
	t.edges = make([]edge, max(64, 2*len(old)))
	for _, e := range old {
		if e.symbol != 0 {
			*t.edge(e.state, e.symbol) = e
		}
	}
}

// spread mixes two numbers so that all bits of the result from the twentieth on depend on both.
func spread(a, b uint32) uint64 {
	const odd = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio
	high, low := bits.Mul64(uint64(a)<<32|uint64(b), odd)
	return (high ^ low) * odd
}

// A bitset holds hashes. What it does not hold was never added; what it holds may not have been: one in twenty.
type bitset []uint64

func newBitset(n int) bitset {
	const spare = 16 // bits for each
	return make(bitset, 1<<bits.Len(uint(n*spare/64)))
}

func (b bitset) add(hash uint64) { b[hash>>6&uint64(len(b)-1)] |= 1 << (hash & 63) }

func (b bitset) has(hash uint64) bool { return b[hash>>6&uint64(len(b)-1)]>>(hash&63)&1 != 0 }

// pairOf returns the hash of the first two symbols of a name.
func pairOf(first, second uint32) uint64 { return spread(first, second) >> 16 }
