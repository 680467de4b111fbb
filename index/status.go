package index

import (
	"slices"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

var (
	lifePredicates   = sorted(append(inGroup(graph.GroupEvent), graph.PredForeseen)...)
	actedPredicates  = sorted(graph.PredSigned, graph.PredInitialled, graph.PredSupersedes)
	actionPredicates = inGroup(graph.GroupAction)
	successorOnly    = []graph.Predicate{graph.PredSuccessorOf}
)

// sorted is the order that walks read predicates in.
func sorted(list ...graph.Predicate) []graph.Predicate {
	slices.Sort(list)
	return list
}

func inGroup(group graph.PredicateGroup) []graph.Predicate {
	var list []graph.Predicate
	for _, p := range graph.Predicates() {
		if p.Row().Group == group {
			list = append(list, p)
		}
	}
	return list
}

// InstrumentStatus derives an instrument's status on a day from what was recorded; at.ValidOn has no influence.
func (s *Snapshot) InstrumentStatus(id graph.ID, on graph.Day, at AsOf) graph.InstrumentStatus {
	return graph.DeriveInstrumentStatus(s.instrumentEvents(id, at), on)
}

// PartyStatus derives how an actor stands towards an instrument on a day. The acts of those whose successor it is, directly or through
// others, count as its own from the day of succession on.
func (s *Snapshot) PartyStatus(actor, instrument graph.ID, on graph.Day, at AsOf) graph.PartyStatus {
	if e, ok := s.Entity(actor, AsOf{Revision: at.Revision}); ok {
		actor = e.ID
	}
	line := s.predecessors(actor, on, at)
	var actions []graph.Event
	s.events(instrument, topology.Query{In: true, Predicates: actionPredicates}, at, func(e graph.Event, other graph.ID) {
		if other == actor {
			e.Actor = actor
			actions = append(actions, e)
			return
		}
		for _, p := range line {
			if p == other {
				e.Actor, e.Via = actor, other
				actions = append(actions, e)
			}
		}
	})
	return graph.DerivePartyStatus(actor, actions, s.instrumentEvents(instrument, at), on)
}

func (s *Snapshot) instrumentEvents(id graph.ID, at AsOf) []graph.Event {
	var list []graph.Event
	s.events(id, topology.Query{Out: true, Predicates: lifePredicates}, at, func(e graph.Event, _ graph.ID) { list = append(list, e) })
	s.events(id, topology.Query{In: true, Predicates: actedPredicates}, at, func(e graph.Event, other graph.ID) {
		if e.Predicate == graph.PredSupersedes {
			e.Other = other
		} else {
			e.Actor = other
		}
		list = append(list, e)
	})
	return list
}

// predecessors lists the entities whose successor an actor is on a day, in the order they are found.
func (s *Snapshot) predecessors(actor graph.ID, on graph.Day, at AsOf) []graph.ID {
	line := []graph.ID{actor}
	seen := map[graph.ID]bool{actor: true}
	for i := 0; i < len(line); i++ {
		w, done := s.walk(line[i], topology.Query{Out: true, Predicates: successorOnly}, AsOf{Revision: at.Revision})
		if w == nil {
			done()
			continue
		}
		for w.Next() {
			if other := s.view.ID(w.Other); !seen[other] && s.view.Holds(w.Rows[0], &on) {
				seen[other] = true
				line = append(line, other)
			}
		}
		done()
	}
	return line[1:]
}

// events visits an entity's statements of all times and of every rank but DEPRECATED: the rules of status weigh competing ones.
func (s *Snapshot) events(id graph.ID, q topology.Query, at AsOf, visit func(e graph.Event, other graph.ID)) {
	q.Ranks = 1<<graph.RankPreferred | 1<<graph.RankNormal
	w, done := s.walk(id, q, AsOf{Revision: at.Revision})
	defer done()
	if w == nil {
		return
	}
	for w.Next() {
		row := s.view.Row(w.Rows[0])
		visit(graph.Event{Statement: graph.NewStatementID(row.Predicate, row.Hash), Predicate: row.Predicate, Valid: row.Valid, Effective: row.Effective,
			Rank: w.Fold.Rank}, s.view.ID(w.Other))
	}
}
