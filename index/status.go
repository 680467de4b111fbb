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
	return graph.DeriveInstrumentStatus(id.Kind(), s.instrumentEvents(id, at), on)
}

// PartyStatus derives how an actor stands towards an instrument on a day. The acts of those whose successor it is, directly or through
// others, count as its own from the day of succession on.
func (s *Snapshot) PartyStatus(actor, instrument graph.ID, on graph.Day, at AsOf) graph.PartyStatus {
	if e, ok := s.Entity(actor, AsOf{Revision: at.Revision}); ok {
		actor = e.ID
	}
	predecessors := s.predecessors(actor, on, at)
	acts := s.acts(instrument, at, func(id graph.ID) bool { return id == actor || slices.Contains(predecessors, id) })
	return graph.DerivePartyStatus(actor, append(acts.of(actor, predecessors), s.end(actor, at)...), s.instrumentEvents(instrument, at), on)
}

var dissolvedOnly = []graph.Predicate{graph.PredDissolved}

// end are the events by which an actor itself ceased to exist.
func (s *Snapshot) end(actor graph.ID, at AsOf) (list []graph.Event) {
	s.events(actor, topology.Query{Out: true, Predicates: dissolvedOnly}, at, func(e graph.Event, _ graph.ID) {
		e.Actor = actor
		list = append(list, e)
	})
	return list
}

// acts are what actors did about an instrument, by actor.
type acts map[graph.ID][]graph.Event

func (s *Snapshot) acts(instrument graph.ID, at AsOf, wanted func(graph.ID) bool) acts {
	all := acts{}
	s.events(instrument, topology.Query{In: true, Predicates: actionPredicates}, at, func(e graph.Event, actor graph.ID) {
		if wanted(actor) {
			e.Actor = actor
			all[actor] = append(all[actor], e)
		}
	})
	return all
}

// of returns the acts of an actor and, carried over, those of its predecessors.
func (a acts) of(actor graph.ID, predecessors []graph.ID) []graph.Event {
	own := slices.Clip(a[actor])
	for _, p := range predecessors {
		for _, e := range a[p] {
			e.Actor, e.Via = actor, p
			own = append(own, e)
		}
	}
	return own
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
	return s.line([]graph.ID{actor}, topology.Query{Out: true, Predicates: successorOnly}, on, at)[1:]
}

// line adds to some entities those that a query leads to from them, directly or through others, by statements that hold on a day. The
// statements may be of any time, so that one that holds is shown as it would be on every other day.
func (s *Snapshot) line(line []graph.ID, q topology.Query, on graph.Day, at AsOf) []graph.ID {
	var seen map[graph.ID]bool // made when needed: most states have neither predecessors nor successors
	for i := 0; i < len(line); i++ {
		w, done := s.walk(line[i], q, AsOf{Revision: at.Revision})
		for w != nil && w.Next() {
			if seen == nil {
				seen = make(map[graph.ID]bool, len(line))
				for _, id := range line {
					seen[id] = true
				}
			}
			if other := s.view.ID(w.Other); !seen[other] && s.view.Holds(w.Rows[0], &on) {
				seen[other] = true
				line = append(line, other)
			}
		}
		done()
	}
	return line
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
