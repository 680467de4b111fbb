package view

import (
	"context"

	"treatygraph/graph"
	"treatygraph/index"
)

// PassageConnection is the GraphQL type PassageConnection.
type PassageConnection struct{ partList }

// SectionConnection is the GraphQL type SectionConnection.
type SectionConnection struct{ partList }

// PassageEdge is the GraphQL type PassageEdge.
type PassageEdge struct {
	Cursor string
	Node   Passage
}

// SectionEdge is the GraphQL type SectionEdge.
type SectionEdge struct {
	Cursor string
	Node   Section
}

// A partList is a part of the list of one document's passages or sections.
type partList struct {
	op    *Op
	query index.PartQuery
	page  index.EntityPage
	group *group // of the parts on the pages of all documents of the level
}

// PageInfo resolves the connections' pageInfo.
func (l partList) PageInfo() PageInfo {
	return newPageInfo(l.page.HasNext, l.page.HasPrevious, len(l.page.Items), func(i int) string { return l.page.Items[i].Cursor })
}

// TotalCount resolves the connections' totalCount; it counts only when asked.
func (l partList) TotalCount() int { return l.op.Snapshot.CountParts(l.query) }

// Nodes resolves PassageConnection.nodes.
func (c PassageConnection) Nodes() []Passage {
	nodes := make([]Passage, len(c.page.Items))
	for i, item := range c.page.Items {
		nodes[i] = Passage{textUnit{entity{item.ID, c.group}}}
	}
	return nodes
}

// Edges resolves PassageConnection.edges.
func (c PassageConnection) Edges() []PassageEdge {
	edges := make([]PassageEdge, len(c.page.Items))
	for i, node := range c.Nodes() {
		edges[i] = PassageEdge{c.page.Items[i].Cursor, node}
	}
	return edges
}

// Nodes resolves SectionConnection.nodes.
func (c SectionConnection) Nodes() []Section {
	nodes := make([]Section, len(c.page.Items))
	for i, item := range c.page.Items {
		nodes[i] = Section{textUnit{entity{item.ID, c.group}}}
	}
	return nodes
}

// Edges resolves SectionConnection.edges.
func (c SectionConnection) Edges() []SectionEdge {
	edges := make([]SectionEdge, len(c.page.Items))
	for i, node := range c.Nodes() {
		edges[i] = SectionEdge{c.page.Items[i].Cursor, node}
	}
	return edges
}

// Passages resolves Document.passages.
func (d Document) Passages(ctx context.Context, first *int, after *string, last *int, before *string) (PassageConnection, error) {
	l, err := d.parts(ctx, graph.KindPassage, first, after, last, before)
	return PassageConnection{l}, err
}

// Sections resolves Document.sections.
func (d Document) Sections(ctx context.Context, first *int, after *string, last *int, before *string) (SectionConnection, error) {
	l, err := d.parts(ctx, graph.KindSection, first, after, last, before)
	return SectionConnection{l}, err
}

// parts asks for the parts of all documents of the level, so that what is asked of the parts is loaded together.
func (d Document) parts(ctx context.Context, kind graph.Kind, first *int, after *string, last *int, before *string) (partList, error) {
	page, err := newPage(first, after, last, before)
	if err != nil {
		return partList{}, err
	}
	type question struct {
		kind graph.Kind
		page index.Page
	}
	type answer struct {
		page  map[graph.ID]index.EntityPage
		err   map[graph.ID]error
		group *group
	}
	query := func(document graph.ID) index.PartQuery {
		return index.PartQuery{Document: document, Kind: kind, At: d.group.op.At, Page: page}
	}
	a := ask(d.group, question{kind, page}, func() answer {
		a := answer{page: map[graph.ID]index.EntityPage{}, err: map[graph.ID]error{}}
		var ids []graph.ID
		for _, id := range d.group.of(graph.Set(graph.KindDocument)) {
			p, err := index.EntityPage{}, ctx.Err()
			if err == nil {
				p, err = d.group.op.Snapshot.Parts(query(id))
			}
			a.page[id], a.err[id] = p, pageError(err, page)
			for _, item := range p.Items {
				ids = append(ids, item.ID)
			}
		}
		a.group = d.group.op.newGroup(ids)
		return a
	})
	return partList{d.group.op, query(d.id), a.page[d.id], a.group}, a.err[d.id]
}

// Section resolves Passage.section.
func (p Passage) Section() *Section {
	if id := p.parent(graph.KindSection); id != "" {
		return &Section{textUnit{entity{id, p.parents()}}}
	}
	return nil
}

// Section resolves Section.section.
func (s Section) Section() *Section {
	if id := s.parent(graph.KindSection); id != "" {
		return &Section{textUnit{entity{id, s.parents()}}}
	}
	return nil
}

// parent returns what a part is part of, when that is of a kind.
func (u textUnit) parent(kind graph.Kind) graph.ID {
	if id := parentOf(u.group.op, u.id); id.Kind() == kind {
		return id
	}
	return ""
}

func parentOf(op *Op, id graph.ID) graph.ID {
	page, err := op.Snapshot.Statements(index.StatementQuery{
		Entity: id, Direction: index.Out, Predicates: []graph.Predicate{graph.PredPartOf}, OtherKinds: graph.TextUnits,
		At: index.AsOf{Revision: op.At.Revision}, Page: index.Page{First: 1},
	})
	if err != nil || len(page.Items) == 0 {
		return ""
	}
	return page.Items[0].Other
}

// parents is the group of what the units of the level are parts of.
func (u textUnit) parents() *group {
	type question struct{}
	return ask(u.group, question{}, func() *group {
		var ids []graph.ID
		for _, id := range u.group.of(graph.TextUnits) {
			if up := parentOf(u.group.op, id); up != "" {
				ids = append(ids, up)
			}
		}
		return u.group.op.newGroup(ids)
	})
}
