package index

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// A Delta is what one revision did to the statements of the record. It is shared and never changes.
type Delta struct {
	Revision graph.Revision
	// The versions of assertions that the revision wrote, and those that it closed without writing another in their place, each list in the
	// order of OrderPredicate.
	asserted, withdrawn []uint32
}

func (c *Delta) size() int { return len(c.asserted) + len(c.withdrawn) }

// delta finds the versions of a stored change, which the snapshot holds.
func (s *Snapshot) delta(stored *graph.Change) (*Delta, error) {
	c := &Delta{Revision: stored.Revision, asserted: make([]uint32, len(stored.Written))}
	written := make(map[graph.AssertionKey]bool, len(stored.Written))
	var err error
	for i := range stored.Written {
		ref := stored.Written[i].Ref
		written[graph.AssertionKey{Statement: ref.Statement, Dataset: ref.Dataset}] = true
		if c.asserted[i], err = s.version(ref); err != nil {
			return nil, err
		}
	}
	c.asserted = slices.DeleteFunc(c.asserted, s.view.Redacted) // which shows at no revision
	for _, ref := range stored.Closed {
		if written[graph.AssertionKey{Statement: ref.Statement, Dataset: ref.Dataset}] {
			continue
		}
		i, err := s.version(ref)
		if err != nil {
			return nil, err
		}
		if !s.view.Redacted(i) {
			c.withdrawn = append(c.withdrawn, i)
		}
	}
	for _, list := range [][]uint32{c.asserted, c.withdrawn} {
		slices.SortFunc(list, func(a, b uint32) int {
			p, q := s.view.PositionOf(a), s.view.PositionOf(b)
			return cmp.Or(OrderPredicate.compare(&p, &q), cmp.Compare(a, b))
		})
	}
	return c, nil
}

// version returns the number of a recorded version.
func (s *Snapshot) version(ref graph.Ref) (uint32, error) {
	_, hash, err := graph.ParseStatementID(string(ref.Statement))
	if err != nil {
		return 0, fmt.Errorf("%w: %s: %w", graph.ErrCorrupt, ref, err)
	}
	for i, ok := s.view.Newest(hash); ok; i, ok = s.view.Older(i) {
		if row := s.view.Row(i); graph.RevisionNumber(row.From) == ref.From && s.view.ID(row.Dataset) == ref.Dataset {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%w: the index lacks %s", graph.ErrCorrupt, ref)
}

// A DeltaFilter tells which assertions of a delta are asked for: those that meet every part which is set. IDs in it are any IDs; merges
// are resolved as of the delta's revision.
type DeltaFilter struct {
	Entities   []graph.ID // on either end
	Predicates []graph.Predicate
	Kinds      graph.KindSet // on either end; 0: all
	Datasets   []graph.ID
	Documents  []graph.ID // evidence in one of these
}

// A Selection is what of a delta a filter lets through.
type Selection struct {
	Asserted  DeltaStatements // as they stand after the revision
	Withdrawn DeltaStatements // as they stood before it
}

// DeltaStatements are statements of which a revision changed assertions, in the order of OrderPredicate.
type DeltaStatements struct {
	s        *Snapshot
	rows     []uint32             // one version of each
	revision graph.RevisionNumber // as of which they are shown
}

// Select returns what of a delta the filter lets through, and whether that is anything. Without a filter it is all, and always something: also of
// a revision that changed no statement. The snapshot is not older than the delta.
func (s *Snapshot) Select(c *Delta, f *DeltaFilter) (Selection, bool) {
	n := c.Revision.Number
	fits := func(uint32) bool { return true }
	if f != nil {
		fits = s.deltaMatcher(f, topology.At{Revision: uint32(n)})
	}
	selected := func(versions []uint32, revision graph.RevisionNumber) DeltaStatements {
		l := DeltaStatements{s: s, revision: revision}
		var last graph.StatementHash
		for _, i := range versions {
			if hash := s.view.PositionOf(i).Hash; (len(l.rows) == 0 || hash != last) && fits(i) {
				l.rows, last = append(l.rows, i), hash
			}
		}
		return l
	}
	out := Selection{selected(c.asserted, n), selected(c.withdrawn, n-1)}
	return out, f == nil || len(out.Asserted.rows)+len(out.Withdrawn.rows) > 0
}

// deltaMatcher makes a filter ready for the versions that one revision changed.
func (s *Snapshot) deltaMatcher(f *DeltaFilter, at topology.At) func(i uint32) bool {
	merged := s.view.Merged(at)
	nodes := func(ids []graph.ID) []topology.Node {
		list, _ := s.standFor(ids, merged)
		return list
	}
	entities, datasets, documents := nodes(f.Entities), nodes(f.Datasets), nodes(f.Documents)
	isKind := func(n topology.Node) bool { return n != 0 && f.Kinds.Has(s.view.Kind(merged.Canonical(n))) }
	return func(i uint32) bool {
		row := s.view.Row(i)
		return (f.Predicates == nil || slices.Contains(f.Predicates, row.Predicate)) &&
			(f.Entities == nil || slices.Contains(entities, row.Subject) || row.Object != 0 && slices.Contains(entities, row.Object)) &&
			(f.Kinds == 0 || isKind(row.Subject) || isKind(row.Object)) &&
			(f.Datasets == nil || slices.Contains(datasets, row.Dataset)) &&
			(f.Documents == nil || slices.ContainsFunc(s.view.Documents(i), func(n topology.Node) bool { return slices.Contains(documents, n) }))
	}
}

// Len returns how many statements there are.
func (l DeltaStatements) Len() int { return len(l.rows) }

// Page returns a part of the statements. The only error is ErrCursor.
func (l DeltaStatements) Page(p Page) (StatementPage, error) {
	lo, hi := 0, len(l.rows)
	for _, bound := range []struct {
		cursor string
		cut    func(at *topology.Position)
	}{
		{p.After, func(at *topology.Position) {
			lo = sort.Search(len(l.rows), func(i int) bool { return l.compare(i, at) > 0 })
		}},
		{p.Before, func(at *topology.Position) {
			hi = sort.Search(len(l.rows), func(i int) bool { return l.compare(i, at) >= 0 })
		}},
	} {
		if bound.cursor == "" {
			continue
		}
		at, err := decodeStatementCursor(listOfClaims(OrderPredicate), bound.cursor)
		if err != nil {
			return StatementPage{}, err
		}
		bound.cut(at)
	}
	lo = min(lo, hi)
	if p.Last > 0 {
		lo = max(lo, hi-p.Last)
	} else {
		hi = min(hi, lo+p.First)
	}
	page := StatementPage{HasPrevious: lo > 0, HasNext: hi < len(l.rows)}
	merged := l.s.view.Merged(topology.At{Revision: uint32(l.revision)})
	for _, i := range l.rows[lo:hi] {
		at := l.s.view.PositionOf(i)
		rows := l.s.view.Recorded(nil, at.Hash, uint32(l.revision))
		item := StatementItem{Statement: l.s.statement(rows, l.s.view.Fold(rows)), Cursor: encodeStatementCursor(listOfClaims(OrderPredicate), at)}
		if object := l.s.view.Row(i).Object; object != 0 {
			item.Other = l.s.view.ID(merged.Canonical(object))
		}
		page.Items = append(page.Items, item)
	}
	return page, nil
}

func (l DeltaStatements) compare(i int, at *topology.Position) int {
	p := l.s.view.PositionOf(l.rows[i])
	return OrderPredicate.compare(&p, at)
}

// Entities returns the subjects and objects of what was selected, each once, by ID, with merges unresolved.
func (c *Selection) Entities() []graph.ID {
	seen := map[topology.Node]bool{}
	for _, l := range []DeltaStatements{c.Asserted, c.Withdrawn} {
		for _, i := range l.rows {
			row := l.s.view.Row(i)
			seen[row.Subject], seen[row.Object] = true, true
		}
	}
	delete(seen, 0)
	ids := make([]graph.ID, 0, len(seen))
	for n := range seen {
		ids = append(ids, c.Asserted.s.view.ID(n))
	}
	slices.Sort(ids)
	return ids
}
