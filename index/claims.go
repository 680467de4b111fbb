package index

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// A ClaimFilter tells which statements belong in a list: those that meet every part which is set. IDs in it are any IDs; merges are
// resolved.
type ClaimFilter struct {
	IDs          []graph.StatementID
	Documents    []graph.ID // evidence in one of these
	Subjects     []graph.ID
	Objects      []graph.ID
	Entities     []graph.ID    // on either end
	SubjectKinds graph.KindSet // 0: all
	ObjectKinds  graph.KindSet // 0: all, and what has no object
	Predicates   []graph.Predicate
	Dated        *Days // of the beginning of the validity
	Datasets     []graph.ID
	Methods      []graph.Method // one assertion must fit both Methods and Datasets
	Evidenced    *bool
	Ranks        []graph.Rank // at the top of a query nil hides what is deprecated or outranked
	All          []ClaimFilter
	Any          []ClaimFilter
	Not          *ClaimFilter
}

// A StatementOrder is an order of statements; equals follow each other by ID.
type StatementOrder uint8

// The orders of statements.
const (
	OrderPredicate       StatementOrder = iota // then by the earliest day of the validity
	OrderOldestStatement                       // by the earliest day of the validity, the undated last
	OrderNewestStatement                       // the latest such day first, the undated last
)

// A ClaimQuery asks for statements of all entities.
type ClaimQuery struct {
	Filter ClaimFilter
	Order  StatementOrder
	At     AsOf
	Page   Page
	Count  bool // count all pages
}

// A ClaimItem is one statement of a list.
type ClaimItem struct {
	Statement
	Cursor string
}

// A ClaimPage is a part of a list.
type ClaimPage struct {
	Items                []ClaimItem
	HasNext, HasPrevious bool
	Total                int // of all pages, if it was asked for
}

// Claims returns a page of statements. Unless the filter names IDs or ends, it looks at every version once, at a few bytes each, and keeps
// no more than the page. The errors are ErrCursor and the context's.
func (s *Snapshot) Claims(ctx context.Context, q ClaimQuery) (ClaimPage, error) {
	type place struct {
		topology.Position
		row uint32
	}
	compare := func(a, b place) int { return q.Order.compare(&a.Position, &b.Position) }
	var bounds [2]*place
	for i, cursor := range []string{q.Page.After, q.Page.Before} {
		if cursor == "" {
			continue
		}
		p, err := decodeStatementCursor(listOfClaims(q.Order), cursor)
		if err != nil {
			return ClaimPage{}, err
		}
		bounds[i] = &place{Position: *p}
	}
	w := newWindow(compare, bounds[0], bounds[1], q.Page)
	at := s.at(q.At)
	total := 0
	passes := func(i uint32, p topology.Position) bool { return q.Count || w.needs(place{p, i}) }
	if err := s.claims(ctx, &q.Filter, at, passes, func(i uint32, position topology.Position, _ []uint32) {
		total++
		if p := (place{position, i}); w.needs(p) {
			w.add(p)
		}
	}); err != nil {
		return ClaimPage{}, err
	}
	page := ClaimPage{Total: total}
	var places []place
	places, page.HasPrevious, page.HasNext = w.page()
	for _, p := range places {
		rows := s.view.Recorded(nil, p.Hash, at.Revision)
		page.Items = append(page.Items, ClaimItem{s.statement(rows, s.view.Fold(rows)), encodeStatementCursor(listOfClaims(q.Order), p.Position)})
	}
	return page, nil
}

// claims visits the statements that belong in a list, each once with its visible versions, the newest first, which are good until visit
// returns; passes tells of what may be left out before dearer questions are asked. The only error is the context's.
func (s *Snapshot) claims(ctx context.Context, f *ClaimFilter, at topology.At, passes func(uint32, topology.Position) bool, visit func(newest uint32, p topology.Position, rows []uint32)) error {
	m := s.claimMatcher(f, at)
	hides := f.Ranks == nil
	steps := 0
	var rows []uint32
	c := new(claim) // one for all
	m.candidates(func(i uint32) bool {
		if steps++; steps%checkEvery == 0 && ctx.Err() != nil {
			return false
		}
		if !s.view.Visible(i, at.Revision) || !s.view.Holds(i, at.ValidOn) {
			return true
		}
		p := s.view.PositionOf(i)
		if f.Predicates != nil && !slices.Contains(f.Predicates, p.Predicate) { // told before the dearer questions
			return true
		}
		if !passes(i, p) {
			return true
		}
		if rows = s.view.Recorded(rows[:0], p.Hash, at.Revision); rows[0] != i { // each statement once
			return true
		}
		*c = claim{row: s.view.Row(i), rows: rows, fold: s.view.Fold(rows)}
		if hides && s.hidden(c, i, at) || !m.fits(c) {
			return true
		}
		visit(i, p, rows)
		return true
	})
	return ctx.Err()
}

// compare orders two places of a list.
func (o StatementOrder) compare(a, b *topology.Position) int {
	undated := func(p *topology.Position) int {
		if p.Day == graph.MinDay {
			return 1
		}
		return 0
	}
	byDay, byPredicate := cmp.Compare(a.Day, b.Day), cmp.Compare(a.Predicate, b.Predicate)
	ends := cmp.Or(bytes.Compare(a.Hash[:], b.Hash[:]), topology.CompareBool(a.Incoming, b.Incoming))
	switch o {
	case OrderOldestStatement:
		return cmp.Or(undated(a)-undated(b), byDay, byPredicate, ends)
	case OrderNewestStatement:
		return cmp.Or(undated(a)-undated(b), -byDay, byPredicate, ends)
	default:
		return cmp.Or(byPredicate, byDay, ends)
	}
}

// A claim is what filters look at: the newest visible version of a statement, and all of them.
type claim struct {
	row  topology.Row
	rows []uint32
	fold topology.Fold
}

// A claimMatcher is a filter made ready for one snapshot and time.
type claimMatcher struct {
	s     *Snapshot
	tests []func(*claim) bool
	// candidates visits the versions outside of which nothing fits, at least one of each statement that does, the newest visible one among
	// them, no version twice.
	candidates func(visit func(uint32) bool)
	cost       int // of the candidates; the matcher with the lowest gives them
}

func (m *claimMatcher) fits(c *claim) bool {
	for _, test := range m.tests {
		if !test(c) {
			return false
		}
	}
	return true
}

// bound offers candidates that come cheaper than those known.
func (m *claimMatcher) bound(cost int, candidates func(visit func(uint32) bool)) {
	if cost < m.cost {
		m.cost, m.candidates = cost, candidates
	}
}

func (s *Snapshot) claimMatcher(f *ClaimFilter, at topology.At) *claimMatcher {
	m := &claimMatcher{s: s, cost: int(s.view.Versions()), candidates: func(visit func(uint32) bool) {
		for i := range s.view.Versions() {
			if !visit(i) {
				return
			}
		}
	}}
	test := func(t func(*claim) bool) { m.tests = append(m.tests, t) }
	if f.IDs != nil {
		hashes := make(map[graph.StatementHash]graph.Predicate, len(f.IDs))
		for _, id := range f.IDs {
			if predicate, hash, err := graph.ParseStatementID(string(id)); err == nil {
				hashes[hash] = predicate
			}
		}
		m.bound(len(hashes), func(visit func(uint32) bool) {
			for hash := range hashes {
				if rows := s.view.Recorded(nil, hash, at.Revision); len(rows) > 0 && !visit(rows[0]) {
					return
				}
			}
		})
		test(func(c *claim) bool {
			predicate, named := hashes[c.row.Hash]
			return named && predicate == c.row.Predicate
		})
	}
	if f.Predicates != nil {
		test(func(c *claim) bool { return slices.Contains(f.Predicates, c.row.Predicate) })
	}
	merged := s.view.Merged(at)
	for _, end := range []struct {
		ids     []graph.ID
		out, in bool
	}{{f.Subjects, true, false}, {f.Objects, false, true}, {f.Entities, true, true}} {
		if end.ids == nil {
			continue
		}
		nodes, cost := s.standFor(end.ids, merged)
		m.bound(cost, func(visit func(uint32) bool) { s.view.RowsOf(nodes, end.out, end.in, visit) })
		test(func(c *claim) bool {
			return end.out && slices.Contains(nodes, c.row.Subject) || end.in && c.row.Object != 0 && slices.Contains(nodes, c.row.Object)
		})
	}
	for _, end := range []struct {
		kinds graph.KindSet
		of    func(*claim) topology.Node
	}{{f.SubjectKinds, func(c *claim) topology.Node { return c.row.Subject }}, {f.ObjectKinds, func(c *claim) topology.Node { return c.row.Object }}} {
		if end.kinds != 0 {
			test(func(c *claim) bool {
				n := merged.Canonical(end.of(c))
				return n != 0 && end.kinds.Has(s.view.Kind(n))
			})
		}
	}
	if f.Dated != nil {
		test(func(c *claim) bool { return f.Dated.holds(c.row.Valid.From) })
	}
	if f.Documents != nil {
		documents, _ := s.standFor(f.Documents, merged)
		s.boundByVersions(m, at, documents, s.view.EvidencedIn)
		test(func(c *claim) bool {
			return slices.ContainsFunc(c.rows, func(i uint32) bool {
				return slices.ContainsFunc(s.view.Documents(i), func(n topology.Node) bool { return slices.Contains(documents, n) })
			})
		})
	}
	if f.Methods != nil || f.Datasets != nil {
		datasets, _ := s.standFor(f.Datasets, merged)
		if f.Datasets != nil {
			s.boundByVersions(m, at, datasets, s.view.Of)
		}
		test(func(c *claim) bool {
			return slices.ContainsFunc(c.rows, func(i uint32) bool {
				row := s.view.Row(i)
				return (f.Methods == nil || slices.Contains(f.Methods, row.Method)) && (f.Datasets == nil || slices.Contains(datasets, row.Dataset))
			})
		})
	}
	if f.Evidenced != nil {
		test(func(c *claim) bool { return c.fold.Evidenced == *f.Evidenced })
	}
	if f.Ranks != nil {
		test(func(c *claim) bool { return slices.Contains(f.Ranks, c.fold.Rank) })
	}
	for i := range f.All {
		sub := s.claimMatcher(&f.All[i], at)
		m.bound(sub.cost, sub.candidates)
		m.tests = append(m.tests, sub.tests...)
	}
	if f.Any != nil {
		subs, cost := make([]*claimMatcher, len(f.Any)), 0
		for i := range f.Any {
			subs[i] = s.claimMatcher(&f.Any[i], at)
			cost += subs[i].cost
		}
		m.bound(cost, s.newestOf(at, func(visit func(uint32)) {
			for _, sub := range subs {
				sub.candidates(func(i uint32) bool {
					visit(i)
					return true
				})
			}
		}))
		test(func(c *claim) bool {
			return slices.ContainsFunc(subs, func(sub *claimMatcher) bool { return sub.fits(c) })
		})
	}
	if f.Not != nil {
		sub := s.claimMatcher(f.Not, at)
		test(func(c *claim) bool { return !sub.fits(c) })
	}
	return m
}

// boundByVersions makes candidates of the versions that some documents or data sets have, when they are few.
func (s *Snapshot) boundByVersions(m *claimMatcher, at topology.At, nodes []topology.Node, versionsOf func(n topology.Node, revision uint32) []uint32) {
	var versions []uint32
	for _, n := range nodes {
		versions = append(versions, versionsOf(n, at.Revision)...)
	}
	const dearer = 8 // to find the statement of a version than to look at a version
	m.bound(dearer*len(versions), s.newestOf(at, func(visit func(uint32)) {
		for _, i := range versions {
			visit(i)
		}
	}))
}

// newestOf makes candidates of versions in any order and number.
func (s *Snapshot) newestOf(at topology.At, versions func(visit func(uint32))) func(visit func(uint32) bool) {
	return func(visit func(uint32) bool) {
		seen, ended := make(map[graph.StatementHash]bool), false
		var rows []uint32
		versions(func(i uint32) {
			if hash := s.view.PositionOf(i).Hash; !ended && !seen[hash] {
				seen[hash] = true
				if rows = s.view.Recorded(rows[:0], hash, at.Revision); len(rows) > 0 {
					ended = !visit(rows[0])
				}
			}
		})
	}
}

// numbers are the nodes of IDs; what has none is left out.
func (s *Snapshot) numbers(ids []graph.ID) []topology.Node {
	var nodes []topology.Node
	for _, id := range ids {
		if n, ok := s.view.Number(id); ok {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// standFor returns all nodes that IDs stand for, each once, and how many versions they have.
func (s *Snapshot) standFor(ids []graph.ID, merged *topology.Merged) (nodes []topology.Node, degree int) {
	for _, n := range s.numbers(ids) {
		nodes = append(nodes, merged.All(n)...)
	}
	slices.Sort(nodes)
	nodes = slices.Compact(nodes)
	for _, n := range nodes {
		degree += s.view.Degree(n)
	}
	return nodes, degree
}
