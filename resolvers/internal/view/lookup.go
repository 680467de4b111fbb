package view

import (
	"treatygraph/graph"
	"treatygraph/index"
)

// Match is the GraphQL type Match.
type Match struct {
	match *index.Match
	group *group
}

// Lookup returns the entities that a text may mean, best first.
func (op *Op) Lookup(text string, kinds graph.KindSet) []Match {
	found := op.Snapshot.Lookup(text, kinds, op.At)
	ids := make([]graph.ID, len(found))
	for i := range found {
		ids[i] = found[i].Entity
	}
	group := op.newGroup(ids)
	matches := make([]Match, len(found))
	for i := range found {
		matches[i] = Match{&found[i], group}
	}
	return matches
}

// Entity resolves Match.entity.
func (m Match) Entity() Entity { return m.group.entity(m.match.Entity) }

// Class resolves Match.class.
func (m Match) Class() MatchClass { return MatchClass(m.match.Class) }

// Reason resolves Match.reason.
func (m Match) Reason() string { return m.match.Reason }

// Name resolves Match.name.
func (m Match) Name() *Name {
	if m.match.Name.Text == "" {
		return nil
	}
	n := newName(m.match.Name)
	return &n
}

// Identifier resolves Match.identifier.
func (m Match) Identifier() *Identifier {
	if m.match.Identifier.Value == "" {
		return nil
	}
	i := newIdentifier(m.match.Identifier)
	return &i
}
