package topology

import (
	"slices"
	"sort"
	"sync"

	"treatygraph/graph"
)

// Merged tells which entities are one, as of a time. The nil Merged: none are.
type Merged struct {
	into    map[Node]Node   // of every node that is part of a merge: the node that stands for all
	members map[Node][]Node // of that node: all, itself included, by number
}

// Canonical returns the node that stands for n: itself when it is not merged.
func (m *Merged) Canonical(n Node) Node {
	if m != nil {
		if c, ok := m.into[n]; ok {
			return c
		}
	}
	return n
}

// Members returns the nodes that canonical stands for; nil for itself only.
func (m *Merged) Members(canonical Node) []Node {
	if m == nil {
		return nil
	}
	return m.members[canonical]
}

// resolutions keeps what was computed for some times, by which changes of merges had happened by then.
type resolutions struct {
	mu   sync.Mutex
	kept map[epoch]*Merged
}

type epoch struct{ revisions, days int }

// keptResolutions bounds the times kept; each costs memory only for what is merged then.
const keptResolutions = 64

// Merged resolves the MERGED_INTO statements recorded at a revision and holding on the day. One that is deprecated does not count. Of
// several of one subject the preferred counts, then the one whose object has the smallest ID. Chains are followed to their end; the
// entities of a circle all stand under its smallest ID.
func (v *View) Merged(at At) *Merged {
	if len(v.merges) == 0 {
		return nil
	}
	e := epoch{sort.Search(len(v.merged), func(i int) bool { return v.merged[i] > at.Revision }), -1}
	if e.revisions == 0 {
		return nil
	}
	if at.ValidOn != nil && len(v.days) > 0 {
		e.days = sort.Search(len(v.days), func(i int) bool { return v.days[i] > *at.ValidOn })
		if e.days == len(v.days) {
			e.days = -1
		}
	}
	// The key must not change its meaning as the writer goes on: revisions before the view's head are settled, and so is the list of
	// merges up to them; days are counted only among these.
	if e.days >= 0 {
		return v.resolve(at)
	}
	r := &v.g.resolved
	r.mu.Lock()
	m, ok := r.kept[e]
	r.mu.Unlock()
	if ok {
		return m
	}
	m = v.resolve(At{Revision: at.Revision})
	r.mu.Lock()
	if r.kept == nil || len(r.kept) >= keptResolutions {
		r.kept = make(map[epoch]*Merged)
	}
	r.kept[e] = m
	r.mu.Unlock()
	return m
}

func (v *View) resolve(at At) *Merged {
	type target struct {
		object Node
		rank   graph.Rank
	}
	next := make(map[Node]target)
	var rows []uint32
	for _, i := range v.merges {
		if !v.Visible(i, at.Revision) || !v.Holds(i, at.ValidOn) {
			continue
		}
		c, k := v.g.versions.at(i)
		rows = v.Recorded(rows[:0], c.hash[k], at.Revision)
		t := target{c.object[k], v.Fold(rows).Rank}
		if t.rank == graph.RankDeprecated {
			continue
		}
		if old, there := next[c.subject[k]]; !there || t.rank < old.rank || t.rank == old.rank && v.ID(t.object) < v.ID(old.object) {
			next[c.subject[k]] = t
		}
	}
	if len(next) == 0 {
		return nil
	}
	m := &Merged{into: make(map[Node]Node), members: make(map[Node][]Node)}
	for n := range next {
		end := v.endOf(n, func(n Node) (Node, bool) {
			t, ok := next[n]
			return t.object, ok
		})
		m.into[n], m.into[end] = end, end
	}
	for n, end := range m.into {
		m.members[end] = append(m.members[end], n)
	}
	for _, list := range m.members {
		slices.Sort(list)
	}
	return m
}

// endOf follows next from n to the end of the chain, or to the smallest ID of the circle it runs into.
func (v *View) endOf(n Node, next func(Node) (Node, bool)) Node {
	seen := map[Node]bool{}
	for !seen[n] {
		seen[n] = true
		t, ok := next(n)
		if !ok {
			return n
		}
		n = t
	}
	smallest := n
	for t, _ := next(n); t != n; t, _ = next(t) {
		if v.ID(t) < v.ID(smallest) {
			smallest = t
		}
	}
	return smallest
}
