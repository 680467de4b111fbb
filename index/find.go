package index

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"math"
	"slices"
	"sort"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// Entities returns a page of the entities that exist at a time. What is merged into another is not listed. The errors are ErrCursor and
// the context's.
func (s *Snapshot) Entities(ctx context.Context, q EntityQuery) (EntityPage, error) {
	var after, before *entityPosition
	for _, c := range []struct {
		text string
		to   **entityPosition
	}{{q.Page.After, &after}, {q.Page.Before, &before}} {
		if c.text == "" {
			continue
		}
		p, err := decodeEntityCursor(q.Order, q.Language, c.text)
		if err != nil {
			return EntityPage{}, err
		}
		*c.to = &p
	}
	page := pageOfEntities(&q, after, before, s.entityList(ctx, &q))
	return page, ctx.Err()
}

// CountEntities returns how many entities all pages of a query hold together. The only error is the context's.
func (s *Snapshot) CountEntities(ctx context.Context, q EntityQuery) (count int, err error) {
	q.Order = OrderID // which needs no list
	s.entityList(ctx, &q)(nil, nil, false, func(entityPosition) bool {
		count++
		return true
	})
	return count, ctx.Err()
}

// An entityList goes through a list between two positions, nil for its ends, until yield says no.
type entityList func(after, before *entityPosition, backward bool, yield func(entityPosition) bool)

// entityList chooses how to go through what a query asks for: when its filter names all that can fit, they are sorted; else by ID the shape
// is read in its own order, and otherwise a list is kept that all queries of the revision share.
func (s *Snapshot) entityList(ctx context.Context, q *EntityQuery) entityList {
	m := s.matcher(q.Filter, q.At)
	ids, named := m.only()
	if named && (q.Order == OrderID || len(ids) <= sortedAnew) {
		k := s.orderOf(q)
		items := make([]entityPosition, 0, len(ids))
		for _, id := range ids {
			if e, found := s.Entity(id, q.At); found && e.ID == id && (q.Kinds == 0 || q.Kinds.Has(id.Kind())) {
				items = append(items, k.position(id))
			}
		}
		slices.SortFunc(items, entityPosition.compare)
		return kept(ctx, m, k.through(items))
	}
	if q.Order != OrderID {
		return kept(ctx, m, s.orderOf(q).through(s.sortedList(q).items))
	}
	return kept(ctx, m, func(after, before *entityPosition, backward bool, yield func(entityPosition) bool) {
		t := topology.EntityQuery{Kinds: q.Kinds, At: s.at(q.At), Backward: backward}
		if after != nil {
			t.After = after.id
		}
		if before != nil {
			t.Before = before.id
		}
		s.view.Entities(t, func(n topology.Node) bool { return yield(entityPosition{id: s.view.ID(n)}) })
	})
}

// sortedAnew is how many entities are sorted for one page rather than looked for in the list of all, which is kept.
const sortedAnew = 1_000

// kept passes on what the matcher lets through, until the context ends.
func kept(ctx context.Context, m *matcher, list entityList) entityList {
	return func(after, before *entityPosition, backward bool, yield func(entityPosition) bool) {
		steps := 0
		list(after, before, backward, func(p entityPosition) bool {
			if steps++; steps%checkEvery == 0 && ctx.Err() != nil {
				return false
			}
			return !m.fits(p.id) || yield(p)
		})
	}
}

// checkEvery is how many entities or statements are looked at between two looks at the context.
const checkEvery = 256

// pageOfEntities fills a page from a list.
func pageOfEntities(q *EntityQuery, after, before *entityPosition, through entityList) EntityPage {
	limit, backward := q.Page.First, false
	if q.Page.Last > 0 {
		limit, backward = q.Page.Last, true
	}
	var page EntityPage
	var first, last entityPosition
	more := false
	through(after, before, backward, func(p entityPosition) bool {
		if len(page.Items) == limit {
			more = true
			return false
		}
		if last = p; len(page.Items) == 0 {
			first = p
		}
		page.Items = append(page.Items, EntityItem{p.id, encodeEntityCursor(q.Order, q.Language, p)})
		return true
	})
	if backward {
		slices.Reverse(page.Items)
		first, last = last, first
	}
	from, to := &last, &first // of what lies outside, as in Statements
	if len(page.Items) == 0 {
		from, to = after, before
	}
	exists := func(after, before *entityPosition) (found bool) {
		through(after, before, before != nil, func(entityPosition) bool {
			found = true
			return false
		})
		return found
	}
	page.HasPrevious = more && backward || after != nil && exists(nil, to)
	page.HasNext = more && !backward || before != nil && exists(from, nil)
	return page
}

// An entityPosition is a place in the order of a list: that of the key, then of the ID.
type entityPosition struct {
	key  []byte // nil by ID
	text string // what the cursor says of the key: by label the label, else the key itself
	id   graph.ID
}

func (p entityPosition) compare(q entityPosition) int {
	return cmp.Or(bytes.Compare(p.key, q.key), cmp.Compare(p.id, q.id))
}

// An entityKeys makes the keys of one order. It is for one goroutine.
type entityKeys struct {
	s        *Snapshot
	q        *EntityQuery
	collator *collate.Collator
	buffer   collate.Buffer
	dates    *dates
}

func (s *Snapshot) orderOf(q *EntityQuery) *entityKeys {
	k := &entityKeys{s: s, q: q}
	switch q.Order {
	case OrderLabel:
		tag, err := language.Parse(string(q.Language))
		if err != nil {
			tag = language.Und
		}
		k.collator = collate.New(tag)
	case OrderOldest, OrderNewest:
		k.dates = s.dates(q.At)
	}
	return k
}

// position returns the place of an entity.
func (k *entityKeys) position(id graph.ID) entityPosition {
	switch k.q.Order {
	case OrderLabel:
		return k.at(k.s.Label(id, k.q.Language, k.q.At).Text, id)
	case OrderOldest, OrderNewest:
		number := uint32(math.MaxUint32) // the undated come last
		if date := k.dates.of(id); !date.IsZero() && k.q.Order == OrderOldest {
			number = uint32(date.Earliest() - graph.MinDay)
		} else if !date.IsZero() {
			number = uint32(graph.MaxDay - date.Earliest())
		}
		return k.at(numberKey(number), id)
	case OrderStatements:
		return k.at(numberKey(math.MaxUint32-uint32(k.s.CountStatements(StatementQuery{Entity: id, At: k.q.At}))), id)
	default:
		return entityPosition{id: id}
	}
}

const numberKeySize = 4

func numberKey(n uint32) string { return string(binary.BigEndian.AppendUint32(nil, n)) }

// at returns the place that a cursor names.
func (k *entityKeys) at(text string, id graph.ID) entityPosition {
	p := entityPosition{text: text, id: id}
	switch k.q.Order {
	case OrderID:
	case OrderLabel:
		p.key = slices.Clone(k.collator.KeyFromString(&k.buffer, text))
		k.buffer.Reset()
	default:
		p.key = []byte(text)
	}
	return p
}

// through goes through a sorted list.
func (k *entityKeys) through(items []entityPosition) entityList {
	place := func(p *entityPosition, equal bool) int { // of the first item after p, or at p
		at := k.at(p.text, p.id)
		return sort.Search(len(items), func(i int) bool {
			c := items[i].compare(at)
			return c > 0 || c == 0 && equal
		})
	}
	return func(after, before *entityPosition, backward bool, yield func(entityPosition) bool) {
		lo, hi := 0, len(items)
		if after != nil {
			lo = place(after, false)
		}
		if before != nil {
			hi = max(lo, place(before, true))
		}
		for i := range hi - lo {
			item := items[lo+i]
			if backward {
				item = items[hi-1-i]
			}
			if !yield(item) {
				return
			}
		}
	}
}
