package view

import (
	"context"

	"treatygraph/graph"
	"treatygraph/index"
)

// ChangeFilter is the GraphQL input ChangeFilter.
type ChangeFilter struct {
	Entities   []string
	Predicates []graph.Predicate
	Kinds      []graph.Kind
	Datasets   []string
	Documents  []string
}

// Changes are what one revision after the other does, as far as a filter lets it through.
type Changes struct {
	op     *Op
	filter *index.DeltaFilter
	feed   *index.Feed
}

// Changes returns the changes after a revision; nil: those from the operation's snapshot on.
func (op *Op) Changes(filter *ChangeFilter, afterRevision *int) (*Changes, error) {
	c := &Changes{op: op}
	if filter != nil {
		r := filterReader{op: op}
		c.filter = &index.DeltaFilter{
			Entities: r.ids("filter.entities", filter.Entities), Predicates: items(&r, "filter.predicates", filter.Predicates),
			Kinds: graph.Set(items(&r, "filter.kinds", filter.Kinds)...), Datasets: r.ids("filter.datasets", filter.Datasets),
			Documents: r.ids("filter.documents", filter.Documents),
		}
		if r.err != nil {
			return nil, r.err
		}
	}
	after := op.Snapshot.Head().Revision
	if n := afterRevision; n != nil {
		if *n < 0 || graph.RevisionNumber(*n) > after {
			return nil, inputError("afterRevision", "%d is not between 0 and the newest, %d", *n, after)
		}
		after = graph.RevisionNumber(*n)
	}
	c.feed = op.Content.Feed(after)
	return c, nil
}

// Next returns the next change as soon as there is one. The errors are those of index.Feed.
func (c *Changes) Next(ctx context.Context) (*Change, error) {
	for {
		delta, snapshot, err := c.feed.Next(ctx)
		if err != nil {
			return nil, err
		}
		selection, some := snapshot.Select(delta, c.filter)
		if !some {
			continue
		}
		after := *c.op
		after.Snapshot, after.At = snapshot, index.AsOf{Revision: delta.Revision.Number}
		before := after
		before.At.Revision--
		return &Change{Op: &after, before: &before, selection: selection}, nil
	}
}

// Change is the GraphQL type Change.
type Change struct {
	Op        *Op // as of its revision
	before    *Op // as of the revision before
	selection index.Selection
}

// On says which day it is.
func (c *Change) On(today graph.Day) { c.Op.Today, c.before.Today = today, today }

// Revision resolves Change.revision.
func (c *Change) Revision() Revision { return c.Op.Revision() }

// Asserted resolves Change.asserted.
func (c *Change) Asserted(first *int, after *string, last *int, before *string) (*StatementConnection, error) {
	return c.Op.changed(c.selection.Asserted, first, after, last, before)
}

// Withdrawn resolves Change.withdrawn.
func (c *Change) Withdrawn(first *int, after *string, last *int, before *string) (*StatementConnection, error) {
	return c.before.changed(c.selection.Withdrawn, first, after, last, before)
}

func (op *Op) changed(statements index.DeltaStatements, first *int, after *string, last *int, before *string) (*StatementConnection, error) {
	asked, err := newPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	p := page{count: func(context.Context) (int, error) { return statements.Len(), nil }}
	if p.page, err = statements.Page(asked); err != nil {
		return nil, pageError(err, asked)
	}
	shapes := make([]index.Statement, len(p.page.Items))
	for i := range p.page.Items {
		shapes[i] = p.page.Items[i].Statement
	}
	return &StatementConnection{&pages{op: op, batch: op.newBatch(shapes), byEntity: map[graph.ID]page{"": p}}, &p}, nil
}

// Entities resolves Change.entities.
func (c *Change) Entities(ctx context.Context, first *int, after *string, last *int, before *string) (*EntityConnection, error) {
	asked, err := newPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	op := c.Op
	query := index.EntityQuery{Filter: &index.EntityFilter{IDs: c.selection.Entities()}, At: op.At, Page: asked}
	l := &EntityConnection{count: func(ctx context.Context) (int, error) { return op.Snapshot.CountEntities(ctx, query) }}
	if l.page, err = op.Snapshot.Entities(ctx, query); err != nil {
		return nil, pageError(err, asked)
	}
	l.group = op.newGroup(idsOf(l.page))
	return l, nil
}
