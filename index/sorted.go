package index

import (
	"slices"
	"sync"
	"sync/atomic"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// sortedLists keeps lists of entities in other orders than that of their IDs. A list belongs to a revision, not to a snapshot, so every
// snapshot that asks as of it shares it.
type sortedLists struct {
	mu   sync.Mutex
	kept []*sortedList // the one used last at the end
}

// keptSortedLists bounds the lists; one of 100,000 entities takes some 10 MB.
const keptSortedLists = 8

type sortedList struct {
	sortedListKey
	once     sync.Once
	finished atomic.Bool
	items    []entityPosition
}

type sortedListKey struct {
	timeKey
	kinds graph.KindSet
	order EntityOrder
	lang  graph.Language // by label only
}

// A timeKey is a time to ask of in a form that can be compared.
type timeKey struct {
	revision uint32
	day      graph.Day
	anyDay   bool
}

func newTimeKey(at topology.At) timeKey {
	k := timeKey{revision: at.Revision, anyDay: at.ValidOn == nil}
	if at.ValidOn != nil {
		k.day = *at.ValidOn
	}
	return k
}

func (s *Snapshot) sortedList(q *EntityQuery) *sortedList {
	when := s.at(q.At)
	want := &sortedList{sortedListKey: sortedListKey{timeKey: newTimeKey(when), kinds: q.Kinds, order: q.Order}}
	if q.Order == OrderLabel {
		want.lang = q.Language
	}
	want, earlier := s.sorted.find(want)
	want.once.Do(func() {
		defer want.finished.Store(true)
		if earlier != nil {
			if items, ok := s.sortedAfter(earlier, q, when); ok {
				want.items = items
				return
			}
		}
		keys := s.orderOf(q)
		s.view.Entities(topology.EntityQuery{Kinds: q.Kinds, At: when}, func(n topology.Node) bool {
			want.items = append(want.items, keys.position(s.view.ID(n)))
			return true
		})
		slices.SortFunc(want.items, entityPosition.compare)
	})
	return want
}

// find returns the list with a key, which is kept from now on, and if it is new the newest finished list of an earlier revision that differs
// in nothing else.
func (l *sortedLists) find(want *sortedList) (list, earlier *sortedList) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.IndexFunc(l.kept, func(l *sortedList) bool { return l.sortedListKey == want.sortedListKey }); i >= 0 {
		want = l.kept[i]
		l.kept = append(slices.Delete(l.kept, i, i+1), want)
		return want, nil
	}
	for _, kept := range l.kept {
		key := kept.sortedListKey
		key.revision = want.revision
		if key == want.sortedListKey && kept.revision < want.revision && kept.finished.Load() && (earlier == nil || kept.revision > earlier.revision) {
			earlier = kept
		}
	}
	if len(l.kept) == keptSortedLists {
		l.kept = slices.Delete(l.kept, 0, 1)
	}
	l.kept = append(l.kept, want)
	return want, earlier
}

// sortedAfter makes a list of one of an earlier revision: what was touched since gets its place anew. False when so much was touched, or in
// such a way, that all have to be sorted: by merges, by a preferred statement that hides others, by dates that parts take from their wholes.
func (s *Snapshot) sortedAfter(earlier *sortedList, q *EntityQuery, when topology.At) ([]entityPosition, bool) {
	merged := s.view.Merged(when)
	touched, possible := make(map[graph.ID]bool), true
	touch := func(n topology.Node) {
		if n != 0 {
			touched[s.view.ID(merged.Canonical(n))] = true
		}
	}
	s.view.Changed(earlier.revision, when.Revision, func(i uint32) bool {
		row := s.view.Row(i)
		touch(row.Subject)
		switch q.Order {
		case OrderStatements:
			touch(row.Object)
			possible = row.Rank != graph.RankPreferred || row.Predicate.Row().Compete == graph.CompeteNone
		case OrderOldest, OrderNewest:
			possible = !slices.Contains(datingPredicates, row.Predicate)
		}
		possible = possible && row.Predicate != graph.PredMergedInto && len(touched) <= len(earlier.items)/4+1
		return possible
	})
	if !possible {
		return nil, false
	}
	keys := s.orderOf(q)
	var anew []entityPosition
	for id := range touched {
		if e, found := s.Entity(id, q.At); found && e.ID == id && (q.Kinds == 0 || q.Kinds.Has(id.Kind())) {
			anew = append(anew, keys.position(id))
		}
	}
	slices.SortFunc(anew, entityPosition.compare)
	items := make([]entityPosition, 0, len(earlier.items)+len(anew))
	for _, item := range earlier.items {
		if touched[item.id] {
			continue
		}
		for len(anew) > 0 && anew[0].compare(item) < 0 {
			items, anew = append(items, anew[0]), anew[1:]
		}
		items = append(items, item)
	}
	return append(items, anew...), true
}

// datingPredicates are those that dates rest on.
var datingPredicates = append(slices.Concat(madePredicates, issuedOnly), graph.PredExpresses, graph.PredPartOf, graph.PredProvisionOf)
