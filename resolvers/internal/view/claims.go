package view

import (
	"context"

	"treatygraph/graph"
	"treatygraph/index"
)

// Statements returns a part of the list of all statements.
func (op *Op) Statements(ctx context.Context, filter *StatementFilter, orderBy StatementOrder, asOf *AsOf,
	first *int, after *string, last *int, before *string) (c *StatementConnection, err error) {
	if op, err = op.AsOf(asOfPrefix, asOf); err != nil {
		return nil, err
	}
	q := index.ClaimQuery{Order: index.StatementOrder(orderBy), At: op.At}
	if q.Page, err = newPage(first, after, last, before); err != nil {
		return nil, err
	}
	if q.Filter, err = op.statementFilter("filter", filter); err != nil {
		return nil, err
	}
	found, err := op.Snapshot.Claims(ctx, q)
	if err != nil {
		return nil, pageError(err, q.Page)
	}
	p := page{page: index.StatementPage{HasNext: found.HasNext, HasPrevious: found.HasPrevious}, count: func(ctx context.Context) (int, error) {
		counted := q
		counted.Count, counted.Page = true, index.Page{First: 1}
		all, err := op.Snapshot.Claims(ctx, counted)
		return all.Total, err
	}}
	statements := make([]index.Statement, len(found.Items))
	for i, item := range found.Items {
		statements[i] = item.Statement
		p.page.Items = append(p.page.Items, index.StatementItem{Statement: item.Statement, Other: op.canonical(item.Object), Cursor: item.Cursor})
	}
	return &StatementConnection{&pages{op: op, batch: op.newBatch(statements), byEntity: map[graph.ID]page{"": p}}, &p}, nil
}
