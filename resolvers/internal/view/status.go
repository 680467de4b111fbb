package view

import (
	"context"

	"treatygraph/graph"
	"treatygraph/index"
)

// instrument is an entity with a life.
type instrument struct{ entity }

// InstrumentStatus is the GraphQL type InstrumentStatus.
type InstrumentStatus struct {
	Value       graph.InstrumentState
	Since       graph.Date
	Because     []Statement
	Explanation string
	At          graph.Date
}

// PartyStatus is the GraphQL type PartyStatus.
type PartyStatus struct {
	Value       graph.PartyState
	Actor       Entity
	Treaty      Treaty
	Since       graph.Date
	Because     []Statement
	Explanation string
	At          graph.Date
}

// Status resolves Instrument.status.
func (i instrument) Status(ctx context.Context, at *graph.Date) (InstrumentStatus, error) {
	op := i.group.op
	day, err := op.day(at)
	if err != nil {
		return InstrumentStatus{}, err
	}
	type question struct {
		kinds graph.KindSet
		day   graph.Day
	}
	kinds := narrow(ctx, i.id)
	level := ask(i.group, question{kinds, day}, func() *statuses[graph.InstrumentStatus] {
		return newStatuses(op, i.group.of(kinds), func(id graph.ID) (graph.InstrumentStatus, []graph.StatementID) {
			s := op.Snapshot.InstrumentStatus(id, day, op.At)
			return s, s.Because
		})
	})
	s := level.byEntity[i.id]
	return InstrumentStatus{
		Value: s.Value, Since: s.Since, Because: level.because(s.Because), Explanation: s.Explanation, At: day.Date(),
	}, nil
}

// PartyStatus resolves Treaty.partyStatus.
func (i instrument) PartyStatus(ctx context.Context, actor string, at *graph.Date) (PartyStatus, error) {
	op := i.group.op
	day, err := op.day(at)
	if err != nil {
		return PartyStatus{}, err
	}
	id, err := graph.ParseID(actor)
	if err != nil {
		return PartyStatus{}, inputError("actor", "%v", err)
	}
	if !graph.Actors.Has(id.Kind()) {
		return PartyStatus{}, inputError("actor", "%q is of kind %s, which cannot act", id, id.Kind())
	}
	who, found := op.Snapshot.Entity(id, op.At)
	if !found {
		return PartyStatus{}, &NotFoundError{"actor", id}
	}
	type question struct {
		kinds graph.KindSet
		actor graph.ID
		day   graph.Day
	}
	kinds := narrow(ctx, i.id)
	level := ask(i.group, question{kinds, who.ID, day}, func() *statuses[graph.PartyStatus] {
		return newStatuses(op, i.group.of(kinds), func(id graph.ID) (graph.PartyStatus, []graph.StatementID) {
			s := op.Snapshot.PartyStatus(who.ID, id, day, op.At)
			return s, s.Because
		})
	})
	type whoQuestion struct{ actor graph.ID }
	actors := ask(i.group, whoQuestion{who.ID}, func() *group { return op.newGroup([]graph.ID{who.ID}) })
	s := level.byEntity[i.id]
	return PartyStatus{
		Value: s.Value, Actor: actors.entity(who.ID), Treaty: Treaty{i}, Since: s.Since,
		Because: level.because(s.Because), Explanation: s.Explanation, At: day.Date(),
	}, nil
}

// statuses are the statuses of a group, with one batch for the statements that decided them.
type statuses[S any] struct {
	byEntity map[graph.ID]S
	batch    *batch
	places   map[graph.StatementID]int // in the batch
}

func newStatuses[S any](op *Op, ids []graph.ID, derive func(graph.ID) (S, []graph.StatementID)) *statuses[S] {
	ss := &statuses[S]{byEntity: make(map[graph.ID]S, len(ids)), places: map[graph.StatementID]int{}}
	var shapes []index.Statement
	at := index.AsOf{Revision: op.At.Revision} // what decided need not hold on the operation's day any more
	for _, id := range ids {
		status, because := derive(id)
		ss.byEntity[id] = status
		for _, s := range because {
			if _, seen := ss.places[s]; seen {
				continue
			}
			if shape, found := op.Snapshot.Statement(s, at); found {
				ss.places[s] = len(shapes)
				shapes = append(shapes, shape)
			}
		}
	}
	ss.batch = op.newBatch(shapes)
	return ss
}

func (ss *statuses[S]) because(ids []graph.StatementID) []Statement {
	statements := make([]Statement, 0, len(ids))
	for _, id := range ids {
		if place, found := ss.places[id]; found {
			statements = append(statements, ss.batch.statement(place))
		}
	}
	return statements
}
