package topology

import (
	"cmp"
	"slices"
	"sort"

	"treatygraph/graph"
)

// An EntityQuery asks for entities in the order of their IDs: those that existed at the time and, unless it asks for these too, are not
// merged into another.
type EntityQuery struct {
	Kinds         graph.KindSet // 0: all
	At            At
	After, Before graph.ID // only what comes after, before; empty: no bound
	Backward      bool
	Merged        bool // those that are merged into another, too
}

// Entities goes through the entities that q asks for until yield says no.
func (v *View) Entities(q EntityQuery, yield func(Node) bool) {
	merged := v.Merged(q.At)
	prefixes := prefixesOf(q.Kinds)
	if q.Backward {
		slices.Reverse(prefixes)
	}
	var lists [][]Node
	for _, prefix := range prefixes {
		lists = lists[:0]
		for _, s := range v.segments {
			if list := v.between(s.ids, prefix, q.After, q.Before); len(list) > 0 {
				lists = append(lists, list)
			}
		}
		if !v.mergeIDs(lists, q.Backward, func(n Node) bool {
			return !v.existed(n, q.At.Revision) || !q.Merged && merged.Canonical(n) != n || yield(n)
		}) {
			return
		}
	}
}

// prefixesOf returns what the IDs of kinds begin with, in order.
func prefixesOf(kinds graph.KindSet) []string {
	if kinds == 0 {
		kinds = graph.AnyKind
	}
	var list []string
	for _, k := range graph.Kinds() {
		if kinds.Has(k) {
			list = append(list, k.Prefix()+"/")
		}
	}
	slices.Sort(list)
	return list
}

// between cuts from a list ordered by ID those with a prefix, after and before the bounds.
func (v *View) between(list []Node, prefix string, after, before graph.ID) []Node {
	end := graph.ID(prefix[:len(prefix)-1] + "0") // '0' follows '/'
	if before != "" {
		end = min(end, before)
	}
	lo := sort.Search(len(list), func(i int) bool { id := v.ID(list[i]); return id >= graph.ID(prefix) && (after == "" || id > after) })
	hi := sort.Search(len(list), func(i int) bool { return v.ID(list[i]) >= end })
	return list[lo:max(lo, hi)]
}

// mergeIDs visits the nodes of several lists ordered by ID in that order, and returns false when visit does.
func (v *View) mergeIDs(lists [][]Node, backward bool, visit func(Node) bool) bool {
	head := func(list []Node) Node {
		if backward {
			return list[len(list)-1]
		}
		return list[0]
	}
	for {
		first := -1
		for i, list := range lists {
			if len(list) == 0 {
				continue
			}
			if first >= 0 {
				c := cmp.Compare(v.ID(head(list)), v.ID(head(lists[first])))
				if c > 0 != backward {
					continue
				}
			}
			first = i
		}
		if first < 0 {
			return true
		}
		n := head(lists[first])
		if backward {
			lists[first] = lists[first][:len(lists[first])-1]
		} else {
			lists[first] = lists[first][1:]
		}
		if !visit(n) {
			return false
		}
	}
}
