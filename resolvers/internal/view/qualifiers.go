package view

import "treatygraph/graph"

// Qualifiers is the GraphQL type Qualifiers.
type Qualifiers struct {
	q     *graph.Qualifiers
	batch *batch
}

// EffectiveOn resolves Qualifiers.effectiveOn.
func (q Qualifiers) EffectiveOn() graph.Date { return q.q.EffectiveOn }

// Depositary resolves Qualifiers.depositary.
func (q Qualifiers) Depositary() Entity { return q.entity(q.q.Depositary) }

// Place resolves Qualifiers.place.
func (q Qualifiers) Place() Entity { return q.entity(q.q.Place) }

// OnBehalfOf resolves Qualifiers.onBehalfOf.
func (q Qualifiers) OnBehalfOf() Entity { return q.entity(q.q.OnBehalfOf) }

// Vote resolves Qualifiers.vote.
func (q Qualifiers) Vote() *string { return some(q.q.Vote) }

// Ordinal resolves Qualifiers.ordinal.
func (q Qualifiers) Ordinal() *int { return some(q.q.Ordinal) }

// Role resolves Qualifiers.role.
func (q Qualifiers) Role() *string { return some(q.q.Role) }

// Note resolves Qualifiers.note.
func (q Qualifiers) Note() *string { return some(q.q.Note) }

// About resolves Qualifiers.about.
func (q Qualifiers) About() *Statement {
	if q.q.About == "" {
		return nil
	}
	abouts := q.batch.abouts()
	if s, found := abouts.byID(q.q.About); found {
		return &s
	}
	return nil
}

func (q Qualifiers) entity(id graph.ID) Entity {
	if id == "" {
		return nil
	}
	op := q.batch.op
	return q.batch.loaded(roleQualifier, func(a *graph.Assertion, add func(graph.ID)) {
		for _, id := range []graph.ID{a.Qualifiers.Depositary, a.Qualifiers.Place, a.Qualifiers.OnBehalfOf} {
			if id != "" {
				add(op.canonical(id))
			}
		}
	}).entity(op.canonical(id))
}

// some is null for a value that is not stated.
func some[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
