package index

import (
	"cmp"
	"context"
	"slices"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// A CoMention is an entity that texts mention beside another one.
type CoMention struct {
	Entity graph.ID
	Units  int // passages and headings that mention both
}

// MaxCoMentionUnits is how many passages and headings CoMentions reads; of an entity that is mentioned in more it reads those with the lowest IDs.
const MaxCoMentionUnits = 20_000

// CoMentions returns the entities of some kinds (0: all) that stand in the same passages and headings as an entity, those of most first, then by
// ID; and in how many units the entity itself stands, and whether all were read. The only error is the context's.
func (s *Snapshot) CoMentions(ctx context.Context, entity graph.ID, kinds graph.KindSet, at AsOf) (list []CoMention, units int, exact bool, err error) {
	self, found := s.Entity(entity, at)
	if !found {
		return nil, 0, true, nil
	}
	var of []graph.ID
	s.walkOver(self.ID, topology.Query{In: true, Predicates: mentionsOnly}, at, func(w *topology.Walk) bool {
		of = append(of, s.view.ID(w.Other))
		return true
	})
	slices.Sort(of)
	of = slices.Compact(of)
	units, exact = len(of), len(of) <= MaxCoMentionUnits
	counts := make(map[topology.Node]int)
	for i, unit := range of[:min(units, MaxCoMentionUnits)] {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return nil, 0, false, ctx.Err()
		}
		in := make(map[topology.Node]bool) // two names of a merged entity are one
		s.walkOver(unit, topology.Query{Out: true, Predicates: mentionsOnly, OtherKinds: kinds}, at, func(w *topology.Walk) bool {
			in[w.Other] = true
			return true
		})
		for n := range in {
			counts[n]++
		}
	}
	for n, count := range counts {
		if id := s.view.ID(n); id != self.ID {
			list = append(list, CoMention{id, count})
		}
	}
	slices.SortFunc(list, func(a, b CoMention) int {
		return cmp.Or(cmp.Compare(b.Units, a.Units), cmp.Compare(a.Entity, b.Entity))
	})
	return list, units, exact, nil
}

// SharedParties are the actors that stand towards two treaties in one of some ways on a day.
type SharedParties struct {
	A, B   graph.ID
	Actors []graph.ID // by ID
}

// SharedParties compares treaties two by two, in their order; pairs that share nobody are there too.
func (s *Snapshot) SharedParties(ctx context.Context, treaties []graph.ID, states PartySet, on graph.Day, at AsOf) ([]SharedParties, error) {
	parties := make([][]graph.ID, len(treaties))
	for i, treaty := range treaties {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		q := PartyQuery{Instrument: treaty, States: states, On: on, At: at}
		t := s.standings(&q)
		for n, actor := range t.actors {
			if q.States.Has(t.status(n).Value) {
				parties[i] = append(parties[i], actor)
			}
		}
	}
	var list []SharedParties
	for i := range treaties {
		for j := i + 1; j < len(treaties); j++ {
			pair := SharedParties{A: treaties[i], B: treaties[j]}
			for _, actor := range parties[i] {
				if _, both := slices.BinarySearch(parties[j], actor); both {
					pair.Actors = append(pair.Actors, actor)
				}
			}
			list = append(list, pair)
		}
	}
	return list, nil
}
