package index

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// Entities returns a page of the entities that exist at a time. What is merged into another is not listed. The only error is ErrCursor.
func (s *Snapshot) Entities(q EntityQuery) (EntityPage, error) {
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
	if q.Order == OrderLabel {
		return s.pageByLabel(&q, after, before), nil
	}
	return pageOfEntities(&q, after, before, func(after, before *entityPosition, backward bool, yield func(entityPosition) bool) {
		t := topology.EntityQuery{Kinds: q.Kinds, At: s.at(q.At), Backward: backward}
		if after != nil {
			t.After = after.id
		}
		if before != nil {
			t.Before = before.id
		}
		s.view.Entities(t, func(n topology.Node) bool { return yield(entityPosition{id: s.view.ID(n)}) })
	}), nil
}

// pageOfEntities fills a page from a way to go through the list between two positions.
func pageOfEntities(q *EntityQuery, after, before *entityPosition, through func(after, before *entityPosition, backward bool, yield func(entityPosition) bool)) EntityPage {
	limit, backward := q.Page.First, false
	if q.Page.Last > 0 {
		limit, backward = q.Page.Last, true
	}
	var page EntityPage
	var first, last entityPosition
	more := false
	through(after, before, backward, func(p entityPosition) bool {
		if q.Keep != nil && !q.Keep(p.id) {
			return true
		}
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
		through(after, before, before != nil, func(p entityPosition) bool {
			found = q.Keep == nil || q.Keep(p.id)
			return !found
		})
		return found
	}
	page.HasPrevious = more && backward || after != nil && exists(nil, to)
	page.HasNext = more && !backward || before != nil && exists(from, nil)
	return page
}

// CountEntities returns how many entities all pages of a query hold together.
func (s *Snapshot) CountEntities(q EntityQuery) int {
	count := 0
	s.view.Entities(topology.EntityQuery{Kinds: q.Kinds, At: s.at(q.At)}, func(n topology.Node) bool {
		if q.Keep == nil || q.Keep(s.view.ID(n)) {
			count++
		}
		return true
	})
	return count
}

// labelLists keeps lists of entities in the order of their labels. A list belongs to a revision, not to a snapshot, so every snapshot
// that asks as of it shares it.
type labelLists struct {
	mu   sync.Mutex
	kept []*labelList // the one used last at the end
}

// keptLabelLists bounds the lists; one of 100,000 entities takes some 10 MB.
const keptLabelLists = 8

type labelList struct {
	revision uint32
	day      graph.Day
	anyDay   bool
	kinds    graph.KindSet
	lang     graph.Language

	once  sync.Once
	items []labelItem
}

type labelItem struct {
	key   []byte // of the label, in the collation of the language
	label string
	id    graph.ID
}

func (a *labelList) sameList(b *labelList) bool {
	return a.revision == b.revision && a.day == b.day && a.anyDay == b.anyDay && a.kinds == b.kinds && a.lang == b.lang
}

func (s *Snapshot) labelList(q *EntityQuery) *labelList {
	when := s.at(q.At)
	want := &labelList{revision: when.Revision, kinds: q.Kinds, lang: q.Language, anyDay: when.ValidOn == nil}
	if when.ValidOn != nil {
		want.day = *when.ValidOn
	}
	l := s.labels
	l.mu.Lock()
	if i := slices.IndexFunc(l.kept, want.sameList); i >= 0 {
		want = l.kept[i]
		l.kept = slices.Delete(l.kept, i, i+1)
	} else if len(l.kept) == keptLabelLists {
		l.kept = slices.Delete(l.kept, 0, 1)
	}
	l.kept = append(l.kept, want)
	l.mu.Unlock()
	want.once.Do(func() { want.items = s.labelled(q) })
	return want
}

func collator(lang graph.Language) *collate.Collator {
	tag, err := language.Parse(string(lang))
	if err != nil {
		tag = language.Und
	}
	return collate.New(tag)
}

// labelled sorts the entities of a query by label.
func (s *Snapshot) labelled(q *EntityQuery) []labelItem {
	var list []labelItem
	col := collator(q.Language)
	var buffer collate.Buffer
	s.view.Entities(topology.EntityQuery{Kinds: q.Kinds, At: s.at(q.At)}, func(n topology.Node) bool {
		id := s.view.ID(n)
		label := s.Label(id, q.Language, q.At).Text
		key := slices.Clone(col.KeyFromString(&buffer, label))
		buffer.Reset()
		list = append(list, labelItem{key, label, id})
		return true
	})
	slices.SortFunc(list, func(a, b labelItem) int { return cmp.Or(bytes.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) })
	return list
}

func (s *Snapshot) pageByLabel(q *EntityQuery, after, before *entityPosition) EntityPage {
	list := s.labelList(q).items
	col := collator(q.Language)
	var buffer collate.Buffer
	place := func(p *entityPosition, equal bool) int { // of the first item after p, or at p
		key := col.KeyFromString(&buffer, p.label)
		defer buffer.Reset()
		return sort.Search(len(list), func(i int) bool {
			c := cmp.Or(bytes.Compare(list[i].key, key), cmp.Compare(list[i].id, p.id))
			return c > 0 || c == 0 && equal
		})
	}
	return pageOfEntities(q, after, before, func(after, before *entityPosition, backward bool, yield func(entityPosition) bool) {
		lo, hi := 0, len(list)
		if after != nil {
			lo = place(after, false)
		}
		if before != nil {
			hi = max(lo, place(before, true))
		}
		for i := range hi - lo {
			item := &list[lo+i]
			if backward {
				item = &list[hi-1-i]
			}
			if !yield(entityPosition{item.label, item.id}) {
				return
			}
		}
	})
}
