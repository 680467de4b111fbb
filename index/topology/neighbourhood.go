package topology

// StartMerged makes w a walk over what q asks for, where the caller has resolved the merges of q.At: who walks thousands of nodes as of
// one time resolves them once.
func (w *Walk) StartMerged(v *View, q Query, merged *Merged) {
	*w = Walk{v: v, q: q, merged: merged}
	w.runs, w.Rows = w.runRoom[:0], w.rowRoom[:0]
	canonical := merged.Canonical(q.Node)
	members := merged.Members(canonical)
	if members == nil {
		w.addRuns(canonical)
	}
	for _, n := range members {
		w.addRuns(n)
	}
}

// A NodeSet is a set of nodes: one bit for each node there is, however many it holds.
type NodeSet struct {
	words   []uint64
	touched []Node // what was added, while that is little
}

// fewTouched is how many nodes are taken out one by one when a set is emptied.
const fewTouched = 1 << 10

// Add adds a node and tells whether it was not there.
func (s *NodeSet) Add(n Node) bool {
	i, bit := int(n>>6), uint64(1)<<(n&63)
	if i >= len(s.words) {
		s.words = append(s.words, make([]uint64, max(i+1, 2*len(s.words))-len(s.words))...)
	}
	if s.words[i]&bit != 0 {
		return false
	}
	s.words[i] |= bit
	if len(s.touched) <= fewTouched {
		s.touched = append(s.touched, n)
	}
	return true
}

// Has tells whether a node is in the set.
func (s *NodeSet) Has(n Node) bool {
	i := int(n >> 6)
	return i < len(s.words) && s.words[i]&(1<<(n&63)) != 0
}

// Clear empties the set.
func (s *NodeSet) Clear() {
	if len(s.touched) > fewTouched {
		clear(s.words)
	} else {
		for _, n := range s.touched {
			s.words[n>>6] = 0
		}
	}
	s.touched = s.touched[:0]
}
