package view

import (
	"time"

	"treatygraph/graph"
	"treatygraph/index"
)

// AsOf is the GraphQL input AsOf, and what the directive @asOf holds.
type AsOf struct {
	ValidOn    *graph.Date
	RecordedAt *time.Time
	Revision   *int
}

// AsOf returns the operation as of another time; prefix is what errors put before the name of a part.
func (op *Op) AsOf(prefix string, a *AsOf) (*Op, error) {
	if a == nil {
		return op, nil
	}
	at, err := op.resolve(prefix, a)
	if err != nil {
		return nil, err
	}
	other := *op
	other.At = at
	return &other, nil
}

// resolve makes an AsOf precise. What it leaves out stays as the operation has it.
func (op *Op) resolve(prefix string, a *AsOf) (index.AsOf, error) {
	at := op.At
	if a.RecordedAt != nil && a.Revision != nil {
		return at, inputError(prefix+"revision", "stands together with recordedAt; give one of the two")
	}
	if a.ValidOn != nil {
		day, err := FullDay(prefix+"validOn", *a.ValidOn)
		if err != nil {
			return at, err
		}
		at.ValidOn = &day
	}
	if t := a.RecordedAt; t != nil {
		if at.Revision = op.Snapshot.RevisionAt(*t); at.Revision == 0 {
			return at, inputError(prefix+"recordedAt", "nothing was recorded at %s", t.UTC().Format(time.RFC3339))
		}
	}
	if n := a.Revision; n != nil {
		if newest := op.Snapshot.Head().Revision; *n < 1 || graph.RevisionNumber(*n) > newest {
			return at, inputError(prefix+"revision", "%d is not between 1 and the newest, %d", *n, newest)
		}
		at.Revision = graph.RevisionNumber(*n)
	}
	return at, nil
}

// asOfPrefix is what errors about a field's argument put before the name of a part.
const asOfPrefix = "asOf."

// asOf returns the group as of another time.
func (g *group) asOf(a *AsOf) (*group, error) {
	if a == nil {
		return g, nil
	}
	op, err := g.op.AsOf(asOfPrefix, a)
	if err != nil {
		return nil, err
	}
	type question struct {
		revision graph.RevisionNumber
		day      graph.Day
		anyDay   bool
	}
	q := question{revision: op.At.Revision, anyDay: op.At.ValidOn == nil}
	if op.At.ValidOn != nil {
		q.day = *op.At.ValidOn
	}
	return ask(g, q, func() *group { return &group{op: op, ids: g.ids} }), nil
}
