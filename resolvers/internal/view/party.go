package view

import (
	"context"

	"treatygraph/graph"
	"treatygraph/index"
)

// PartyConnection is the GraphQL type PartyConnection.
type PartyConnection struct {
	treaty instrument
	query  index.PartyQuery
	page   index.PartyPage
	level  *parties
}

// PartyEdge is the GraphQL type PartyEdge.
type PartyEdge struct {
	Cursor string
	Node   PartyStatus
}

// parties are the pages of one question for each treaty of a group, with one group for all their actors.
type parties struct {
	pages  map[graph.ID]index.PartyPage
	errs   map[graph.ID]error
	actors *group
	deciding
}

// Parties resolves Treaty.parties.
func (t Treaty) Parties(ctx context.Context, at *graph.Date, status []graph.PartyState, first *int, after *string, last *int, before *string) (PartyConnection, error) {
	op := t.group.op
	day, err := op.day(at)
	if err != nil {
		return PartyConnection{}, err
	}
	states, err := partyStates(status)
	if err != nil {
		return PartyConnection{}, err
	}
	page, err := newPage(first, after, last, before)
	if err != nil {
		return PartyConnection{}, err
	}
	query := func(id graph.ID) index.PartyQuery {
		return index.PartyQuery{Instrument: id, States: states, On: day, At: op.At, Page: page}
	}
	type question struct {
		states index.PartySet
		day    graph.Day
		page   index.Page
	}
	level := ask(t.group, question{states, day, page}, func() *parties {
		p := &parties{pages: map[graph.ID]index.PartyPage{}, errs: map[graph.ID]error{}, deciding: deciding{op: op}}
		var actors []graph.ID
		for _, id := range t.group.of(graph.Set(graph.KindTreaty)) {
			listed, err := index.PartyPage{}, ctx.Err()
			if err == nil {
				listed, err = op.Snapshot.Parties(query(id))
			}
			p.pages[id], p.errs[id] = listed, pageError(err, page)
			for i := range listed.Items {
				actors, p.ids = append(actors, listed.Items[i].Actor), append(p.ids, listed.Items[i].Status.Because...)
			}
		}
		p.actors = op.newGroup(actors)
		return p
	})
	return PartyConnection{t.instrument, query(t.id), level.pages[t.id], level}, level.errs[t.id]
}

func (c PartyConnection) status(i int) PartyStatus {
	item := &c.page.Items[i]
	return newPartyStatus(&item.Status, c.level.actors.entity(item.Actor), c.treaty, &c.level.deciding)
}

// Edges resolves PartyConnection.edges.
func (c PartyConnection) Edges() []PartyEdge {
	edges := make([]PartyEdge, len(c.page.Items))
	for i := range edges {
		edges[i] = PartyEdge{c.page.Items[i].Cursor, c.status(i)}
	}
	return edges
}

// Nodes resolves PartyConnection.nodes.
func (c PartyConnection) Nodes() []PartyStatus {
	nodes := make([]PartyStatus, len(c.page.Items))
	for i := range nodes {
		nodes[i] = c.status(i)
	}
	return nodes
}

// PageInfo resolves PartyConnection.pageInfo.
func (c PartyConnection) PageInfo() PageInfo {
	return newPageInfo(c.page.HasNext, c.page.HasPrevious, len(c.page.Items), func(i int) string { return c.page.Items[i].Cursor })
}

// TotalCount resolves PartyConnection.totalCount; it counts only when asked.
func (c PartyConnection) TotalCount() int { return c.treaty.group.op.Snapshot.CountParties(c.query) }

// partyStates reads an argument that says how actors stand.
func partyStates(status []graph.PartyState) (index.PartySet, error) {
	if len(status) == 0 {
		return 0, inputError("status", "an empty list asks for nobody; leave the argument out to ask for those for whom the treaty is in force")
	}
	states := index.Parties(status...)
	if states.Has(graph.PartyNone) {
		return 0, inputError("status", "NONE is where everybody else stands, who cannot be listed")
	}
	return states, nil
}
