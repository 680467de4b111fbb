package view

import (
	"context"

	"treatygraph/graph"
	"treatygraph/index"
)

// Statement is the GraphQL type Statement: its shape, and the batch that loads its content.
type Statement struct {
	shape *index.Statement
	batch *batch
}

// ID resolves Statement.id.
func (s Statement) ID() string { return string(s.shape.ID) }

// Subject resolves Statement.subject.
func (s Statement) Subject() Entity {
	b := s.batch
	return b.group(roleSubject, func() []graph.ID {
		ids := make([]graph.ID, len(b.statements))
		for i := range b.statements {
			ids[i] = b.op.canonical(b.statements[i].Subject)
		}
		return ids
	}).entity(b.op.canonical(s.shape.Subject))
}

// Predicate resolves Statement.predicate.
func (s Statement) Predicate() graph.Predicate { return s.shape.Predicate }

// Object resolves Statement.object.
func (s Statement) Object() Entity {
	if s.shape.Object == "" {
		return nil
	}
	b := s.batch
	return b.group(roleObject, func() []graph.ID {
		var ids []graph.ID
		for i := range b.statements {
			if object := b.statements[i].Object; object != "" {
				ids = append(ids, b.op.canonical(object))
			}
		}
		return ids
	}).entity(b.op.canonical(s.shape.Object))
}

// Value resolves Statement.value.
func (s Statement) Value(ctx context.Context) (StatementValue, error) {
	if s.shape.ValueKind == graph.ValueNone {
		return nil, nil // null: it has none
	}
	a, err := s.claim(ctx)
	if err != nil || a.Value == nil { // without one it was redacted a moment ago
		return nil, err
	}
	return newValue(a.Value), nil
}

// Valid resolves Statement.valid.
func (s Statement) Valid() *Validity {
	if s.shape.Valid.IsZero() {
		return nil
	}
	return &Validity{From: s.shape.Valid.From, To: s.shape.Valid.To}
}

// Rank resolves Statement.rank.
func (s Statement) Rank() graph.Rank { return s.shape.Rank }

// Qualifiers resolves Statement.qualifiers.
func (s Statement) Qualifiers(ctx context.Context) (*Qualifiers, error) {
	a, err := s.claim(ctx)
	if err != nil || a.Qualifiers == (graph.Qualifiers{}) {
		return nil, err
	}
	return &Qualifiers{&a.Qualifiers, s.batch}, nil
}

// Assertions resolves Statement.assertions.
func (s Statement) Assertions(ctx context.Context) ([]Assertion, error) {
	assertions := make([]Assertion, len(s.shape.Refs))
	for i, ref := range s.shape.Refs {
		a, err := s.batch.assertion(ctx, ref)
		if err != nil {
			return nil, err
		}
		assertions[i] = Assertion{a, s.batch}
	}
	return assertions, nil
}

// Evidence resolves Statement.evidence.
func (s Statement) Evidence(ctx context.Context) ([]Evidence, error) {
	assertions, err := s.Assertions(ctx)
	if err != nil {
		return nil, err
	}
	all := []Evidence{}
	for _, a := range assertions {
		all = append(all, a.Evidence()...)
	}
	return all, nil
}

// claim returns an assertion of the statement: what is claimed is the same in all of them.
func (s Statement) claim(ctx context.Context) (*graph.Assertion, error) {
	return s.batch.assertion(ctx, s.shape.Refs[0])
}

// Validity is the GraphQL type Validity.
type Validity struct{ From, To graph.Date }

// StatementConnection is the GraphQL type StatementConnection.
type StatementConnection struct {
	pages *pages
	page  *page
}

// Edges resolves StatementConnection.edges.
func (c StatementConnection) Edges() []StatementEdge {
	edges := make([]StatementEdge, len(c.page.page.Items))
	for i := range edges {
		edges[i] = StatementEdge{&c.page.page.Items[i], c.pages, c.page.first + i}
	}
	return edges
}

// Nodes resolves StatementConnection.nodes.
func (c StatementConnection) Nodes() []Statement {
	nodes := make([]Statement, len(c.page.page.Items))
	for i := range nodes {
		nodes[i] = c.pages.batch.statement(c.page.first + i)
	}
	return nodes
}

// PageInfo resolves StatementConnection.pageInfo.
func (c StatementConnection) PageInfo() PageInfo {
	p := &c.page.page
	return newPageInfo(p.HasNext, p.HasPrevious, len(p.Items), func(i int) string { return p.Items[i].Cursor })
}

// TotalCount resolves StatementConnection.totalCount; it counts only when asked.
func (c StatementConnection) TotalCount(ctx context.Context) (int, error) { return c.page.count(ctx) }

// StatementEdge is the GraphQL type StatementEdge.
type StatementEdge struct {
	item  *index.StatementItem
	pages *pages
	at    int // its statement's place in the batch
}

// Cursor resolves StatementEdge.cursor.
func (e StatementEdge) Cursor() string { return e.item.Cursor }

// Node resolves StatementEdge.node.
func (e StatementEdge) Node() Statement { return e.pages.batch.statement(e.at) }

// Other resolves StatementEdge.other.
func (e StatementEdge) Other() Entity {
	if e.item.Other == "" {
		return nil
	}
	return e.pages.others().entity(e.item.Other)
}

// Incoming resolves StatementEdge.incoming.
func (e StatementEdge) Incoming() bool { return e.item.Incoming }
