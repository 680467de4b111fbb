package view

import (
	"context"

	"treatygraph/graph"
	"treatygraph/index"
)

// Passages resolves Document.passages.
func (d Document) Passages(ctx context.Context, first *int, after *string, last *int, before *string) (PassageConnection, error) {
	return parts[Passage](ctx, d, graph.KindPassage, first, after, last, before)
}

// Sections resolves Document.sections.
func (d Document) Sections(ctx context.Context, first *int, after *string, last *int, before *string) (SectionConnection, error) {
	return parts[Section](ctx, d, graph.KindSection, first, after, last, before)
}

// parts asks for the parts of all documents of the level, so that what is asked of the parts is loaded together.
func parts[N Entity](ctx context.Context, d Document, kind graph.Kind, first *int, after *string, last *int, before *string) (l EntityList[N], err error) {
	page, err := newPage(first, after, last, before)
	if err != nil {
		return l, err
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
	op := d.group.op
	query := func(document graph.ID) index.PartQuery {
		return index.PartQuery{Document: document, Kind: kind, At: op.At, Page: page}
	}
	a := ask(d.group, question{kind, page}, func() answer {
		a := answer{page: map[graph.ID]index.EntityPage{}, err: map[graph.ID]error{}}
		var ids []graph.ID
		for _, id := range d.group.of(graph.Set(graph.KindDocument)) {
			p, err := index.EntityPage{}, ctx.Err()
			if err == nil {
				p, err = op.Snapshot.Parts(query(id))
			}
			a.page[id], a.err[id] = p, pageError(err, page)
			ids = append(ids, idsOf(p)...)
		}
		a.group = op.newGroup(ids)
		return a
	})
	count := func(context.Context) (int, error) { return op.Snapshot.CountParts(query(d.id)), nil }
	return EntityList[N]{a.page[d.id], a.group, count}, a.err[d.id]
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
