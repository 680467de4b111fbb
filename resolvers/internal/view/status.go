package view

import (
	"context"
	"sync"

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
	Explanation string
	At          graph.Date
	because     []graph.StatementID
	level       *deciding
}

func newPartyStatus(s *graph.PartyStatus, actor Entity, treaty instrument, level *deciding) PartyStatus {
	return PartyStatus{Value: s.Value, Actor: actor, Treaty: Treaty{treaty}, Since: s.Since, Explanation: s.Explanation, At: s.At.Date(), because: s.Because, level: level}
}

// Because resolves PartyStatus.because.
func (s PartyStatus) Because() []Statement { return s.level.because(s.because) }

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
	return newPartyStatus(&s, actors.entity(who.ID), i, &level.deciding), nil
}

// statuses are the statuses of a group, with what decided them.
type statuses[S any] struct {
	byEntity map[graph.ID]S
	deciding
}

func newStatuses[S any](op *Op, ids []graph.ID, derive func(graph.ID) (S, []graph.StatementID)) *statuses[S] {
	ss := &statuses[S]{byEntity: make(map[graph.ID]S, len(ids)), deciding: deciding{op: op}}
	for _, id := range ids {
		status, because := derive(id)
		ss.byEntity[id] = status
		ss.ids = append(ss.ids, because...)
	}
	return ss
}

// deciding are the statements that decided the statuses of a level, in one batch.
type deciding struct {
	op     *Op
	ids    []graph.StatementID
	once   sync.Once
	batch  *batch
	places map[graph.StatementID]int // in the batch
}

func (d *deciding) because(ids []graph.StatementID) []Statement {
	d.once.Do(func() {
		var shapes []index.Statement
		d.places = make(map[graph.StatementID]int, len(d.ids))
		at := index.AsOf{Revision: d.op.At.Revision} // what decided need not hold on the operation's day any more
		for _, id := range d.ids {
			if _, seen := d.places[id]; seen {
				continue
			}
			if shape, found := d.op.Snapshot.Statement(id, at); found {
				d.places[id] = len(shapes)
				shapes = append(shapes, shape)
			}
		}
		d.batch = d.op.newBatch(shapes)
	})
	statements := make([]Statement, 0, len(ids))
	for _, id := range ids {
		if place, found := d.places[id]; found {
			statements = append(statements, d.batch.statement(place))
		}
	}
	return statements
}
