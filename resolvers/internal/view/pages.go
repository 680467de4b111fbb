package view

import (
	"context"
	"fmt"

	"treatygraph/graph"
	"treatygraph/index"
)

// A statementsQuestion is a query of an entity's statements in a form that can be compared.
type statementsQuestion struct {
	kinds      graph.KindSet
	direction  index.Direction
	predicates string
	otherKinds graph.KindSet
	evidenced  string
	order      index.StatementOrder
	page       index.Page
}

func newStatementsQuestion(q *index.StatementQuery, kinds graph.KindSet) statementsQuestion {
	predicates := make([]byte, len(q.Predicates))
	for i, p := range q.Predicates {
		predicates[i] = byte(p)
	}
	evidenced := ""
	if q.Evidenced != nil {
		evidenced = fmt.Sprint(*q.Evidenced)
	}
	return statementsQuestion{kinds, q.Direction, string(predicates), q.OtherKinds, evidenced, q.Order, q.Page}
}

// pages are the answers of one query for each entity of a group, with one batch for the content of all their statements.
type pages struct {
	op       *Op
	batch    *batch
	byEntity map[graph.ID]page
}

// A page is the part of one entity's list.
type page struct {
	count func(context.Context) (int, error)
	page  index.StatementPage
	err   error
	first int // where its statements begin in the batch
}

// pages asks the snapshot for each entity of the kinds.
func (g *group) pages(ctx context.Context, kinds graph.KindSet, query index.StatementQuery) *pages {
	query.At = g.op.At
	ps := &pages{op: g.op, byEntity: map[graph.ID]page{}}
	var statements []index.Statement
	for _, id := range g.of(kinds) {
		query := query
		query.Entity = id
		p := page{first: len(statements), count: func(context.Context) (int, error) { return g.op.Snapshot.CountStatements(query), nil }}
		if p.err = ctx.Err(); p.err == nil {
			p.page, p.err = g.op.Snapshot.Statements(query)
			p.err = pageError(p.err, query.Page)
		}
		for i := range p.page.Items {
			statements = append(statements, p.page.Items[i].Statement)
		}
		ps.byEntity[id] = p
	}
	ps.batch = g.op.newBatch(statements)
	return ps
}

// of returns the statements of one entity's page.
func (ps *pages) of(id graph.ID) ([]Statement, error) {
	p := ps.byEntity[id]
	if p.err != nil {
		return nil, p.err
	}
	statements := make([]Statement, len(p.page.Items))
	for i := range statements {
		statements[i] = ps.batch.statement(p.first + i)
	}
	return statements, nil
}

func (ps *pages) connection(id graph.ID) (StatementConnection, error) {
	p := ps.byEntity[id]
	return StatementConnection{pages: ps, page: &p}, p.err
}

// others is the group of the entities at the far ends of all the pages' statements.
func (ps *pages) others() *group {
	return ps.batch.group(roleOther, func() []graph.ID {
		var ids []graph.ID
		for _, p := range ps.byEntity {
			for i := range p.page.Items {
				if other := p.page.Items[i].Other; other != "" {
					ids = append(ids, other)
				}
			}
		}
		return ids
	})
}
