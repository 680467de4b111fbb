package view

import (
	"treatygraph/graph"
	"treatygraph/index"
)

// TreatyConnection is the GraphQL type TreatyConnection.
type TreatyConnection struct {
	op    *Op
	query index.EntityQuery
	page  index.EntityPage
	group *group
}

// TreatyEdge is the GraphQL type TreatyEdge.
type TreatyEdge struct {
	Cursor string
	Node   Treaty
}

// Treaties returns a part of the list of all treaties.
func (op *Op) Treaties(first *int, after *string, last *int, before *string, order EntityOrder, language graph.Language) (TreatyConnection, error) {
	page, err := newPage(first, after, last, before)
	if err != nil {
		return TreatyConnection{}, err
	}
	c := TreatyConnection{op: op, query: index.EntityQuery{Kinds: graph.Set(graph.KindTreaty), Order: index.EntityOrder(order), Language: language, At: op.At, Page: page}}
	if c.page, err = op.Snapshot.Entities(c.query); err != nil {
		return TreatyConnection{}, pageError(err, page)
	}
	ids := make([]graph.ID, len(c.page.Items))
	for i, item := range c.page.Items {
		ids[i] = item.ID
	}
	c.group = op.newGroup(ids)
	return c, nil
}

// Edges resolves TreatyConnection.edges.
func (c TreatyConnection) Edges() []TreatyEdge {
	edges := make([]TreatyEdge, len(c.page.Items))
	for i, item := range c.page.Items {
		edges[i] = TreatyEdge{item.Cursor, c.treaty(item.ID)}
	}
	return edges
}

// Nodes resolves TreatyConnection.nodes.
func (c TreatyConnection) Nodes() []Treaty {
	nodes := make([]Treaty, len(c.page.Items))
	for i, item := range c.page.Items {
		nodes[i] = c.treaty(item.ID)
	}
	return nodes
}

func (c TreatyConnection) treaty(id graph.ID) Treaty { return Treaty{instrument{entity{id, c.group}}} }

// PageInfo resolves TreatyConnection.pageInfo.
func (c TreatyConnection) PageInfo() PageInfo {
	return newPageInfo(c.page.HasNext, c.page.HasPrevious, len(c.page.Items), func(i int) string { return c.page.Items[i].Cursor })
}

// TotalCount resolves TreatyConnection.totalCount; it counts only when asked.
func (c TreatyConnection) TotalCount() int { return c.op.Snapshot.CountEntities(c.query) }
