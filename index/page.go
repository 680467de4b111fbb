package index

import (
	"slices"

	"treatygraph/index/topology"
)

// Statements returns a page of an entity's statements and of what is merged into it, in the order of the query. An entity that does not
// exist at the time has none. The only error is ErrCursor.
//
// A claim that the merges make one of an entity with itself is shown once in a list of Both. A MERGED_INTO statement in effect is shown
// as incoming at the entity it leads to, with the entity that was merged, as claimed, at the far end.
func (s *Snapshot) Statements(q StatementQuery) (StatementPage, error) {
	t := s.query(&q)
	list := listOf(q.Direction, q.Order)
	var err error
	if q.Page.After != "" {
		if t.After, err = decodeStatementCursor(list, q.Page.After); err != nil {
			return StatementPage{}, err
		}
	}
	if q.Page.Before != "" {
		if t.Before, err = decodeStatementCursor(list, q.Page.Before); err != nil {
			return StatementPage{}, err
		}
	}
	if q.Order != OrderPredicate {
		return s.statementsByDate(&q, t), nil
	}
	var page StatementPage
	limit := q.Page.First
	if q.Page.Last > 0 {
		t.Backward, limit = true, q.Page.Last
	}
	w, done := s.walk(q.Entity, t, q.At)
	defer done()
	if w == nil {
		return page, nil
	}
	var first, last topology.Position
	more := false
	for w.Next() {
		if len(page.Items) == limit {
			more = true
			break
		}
		if last = w.Position(); len(page.Items) == 0 {
			first = last
			page.Items = make([]StatementItem, 0, min(limit, maxPrepared))
		}
		page.Items = append(page.Items, s.statementItem(w, list))
	}
	if t.Backward {
		slices.Reverse(page.Items)
		first, last = last, first
	}
	// What lies outside the page is looked for without the page's bounds; when nothing lies between the bounds, what is on this side of
	// the one is what is on that side of the other.
	before, after := &first, &last
	if len(page.Items) == 0 {
		before, after = t.Before, t.After
	}
	page.HasPrevious = more && t.Backward || t.After != nil && s.any(&q, t, nil, before)
	page.HasNext = more && !t.Backward || t.Before != nil && s.any(&q, t, after, nil)
	return page, nil
}

func (s *Snapshot) statementItem(w *topology.Walk, list statementList) StatementItem {
	return StatementItem{Statement: s.statement(w.Rows, w.Fold), Other: s.view.ID(w.Other), Incoming: w.Incoming, Cursor: encodeStatementCursor(list, w.Position())}
}

// statementsByDate fills a page in another order than that of the rows: it goes through all of the entity's statements.
func (s *Snapshot) statementsByDate(q *StatementQuery, t topology.Query) StatementPage {
	type place struct {
		topology.Position
		item StatementItem
	}
	at := func(p *topology.Position) *place {
		if p == nil {
			return nil
		}
		return &place{Position: *p}
	}
	kept := newWindow(func(a, b place) int { return q.Order.compare(&a.Position, &b.Position) }, at(t.After), at(t.Before), q.Page)
	t.After, t.Before = nil, nil
	s.walkOver(q.Entity, t, q.At, func(w *topology.Walk) bool {
		if p := (place{Position: w.Position()}); kept.needs(p) {
			p.item = s.statementItem(w, listOf(q.Direction, q.Order))
			kept.add(p)
		}
		return true
	})
	var page StatementPage
	var places []place
	places, page.HasPrevious, page.HasNext = kept.page()
	for i := range places {
		page.Items = append(page.Items, places[i].item)
	}
	return page
}

// any tells whether there is a statement between two positions.
func (s *Snapshot) any(q *StatementQuery, t topology.Query, after, before *topology.Position) bool {
	t.After, t.Before, t.Backward = after, before, before != nil // from the near end, where one is likely to be soonest
	w, done := s.walk(q.Entity, t, q.At)
	defer done()
	return w.Next()
}

// CountStatements returns how many statements all pages of a query hold together.
func (s *Snapshot) CountStatements(q StatementQuery) int {
	w, done := s.walk(q.Entity, s.query(&q), q.At)
	defer done()
	if w == nil {
		return 0
	}
	return s.count(w)
}

// count returns how many statements a walk which was just started goes through.
func (s *Snapshot) count(w *topology.Walk) int {
	count := func() (n int) {
		for w.Next() {
			n++
		}
		return n
	}
	if w.Most() < countedOnce {
		return count()
	}
	return s.listCounts.of(newCountKey(w.Query()), count)
}

// query puts a query into the topology's terms, but for its node and page.
func (s *Snapshot) query(q *StatementQuery) topology.Query {
	t := topology.Query{Out: q.Direction != In, In: q.Direction != Out, OtherKinds: q.OtherKinds, Evidenced: q.Evidenced}
	if len(q.Predicates) > 0 {
		t.Predicates = q.Predicates
		if len(t.Predicates) > 1 {
			t.Predicates = slices.Clone(t.Predicates)
			slices.Sort(t.Predicates)
			t.Predicates = slices.Compact(t.Predicates)
		}
	}
	for _, m := range q.Methods {
		t.Methods |= 1 << m
	}
	for _, r := range q.Ranks {
		t.Ranks |= 1 << r
	}
	if len(q.Datasets) > 0 {
		nodes, _ := s.standFor(q.Datasets, s.view.Merged(s.at(q.At)))
		t.Datasets = append([]topology.Node{}, nodes...) // nil would be all
	}
	return t
}

// maxPrepared bounds the memory taken before anything was found.
const maxPrepared = 128
