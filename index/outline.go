package index

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"treatygraph/graph"
)

// A Part is a section, passage or note of a document.
type Part struct {
	ID     graph.ID
	Parent graph.ID // the section around it, else the document
}

// Outline lists the parts of a document, or of a section of one, that are recorded, in reading order: a section before what it holds,
// passages by number, notes last. It reads the shape alone: numbers and paths stand in the IDs of parts.
func (s *Snapshot) Outline(whole graph.ID, at AsOf) []Part {
	parts, _ := s.outline(whole, at, maxOutlineDepth)
	return parts
}

// maxOutlineDepth bounds how deep sections stand in each other; parts that are parts of themselves end there.
const maxOutlineDepth = 32

// outline returns the parts below one, with the number of the first passage among them.
func (s *Snapshot) outline(whole graph.ID, at AsOf, depth int) (parts []Part, first int) {
	if depth == 0 {
		return nil, math.MaxInt
	}
	type child struct {
		Part
		number int // of its first passage
		below  []Part
	}
	var children []child
	q := StatementQuery{Entity: whole, Direction: In, Predicates: []graph.Predicate{graph.PredPartOf}, OtherKinds: graph.Set(graph.KindSection, graph.KindPassage), At: AsOf{Revision: at.Revision}, Page: Page{First: outlinePage}}
	for {
		page, err := s.Statements(q)
		if err != nil { // its own cursors are never refused
			break
		}
		for _, item := range page.Items {
			c := child{Part: Part{item.Other, whole}, number: partNumber(item.Other)}
			if item.Other.Kind() == graph.KindSection {
				c.below, c.number = s.outline(item.Other, at, depth-1)
			}
			children = append(children, c)
			q.Page.After = item.Cursor
		}
		if !page.HasNext {
			break
		}
	}
	slices.SortFunc(children, func(a, b child) int { return cmp.Or(sectionFirst(a.ID, b.ID), ComparePart(a.ID, b.ID)) })
	next := math.MaxInt
	for i := len(children) - 1; i >= 0; i-- { // a heading without passages stands before what comes next
		if children[i].ID.Kind() != graph.KindSection {
			continue
		}
		if children[i].number == math.MaxInt {
			children[i].number = next
		}
		next = children[i].number
	}
	slices.SortStableFunc(children, func(a, b child) int { return cmp.Compare(a.number, b.number) })
	first = math.MaxInt
	for _, c := range children {
		first = min(first, c.number)
		parts = append(append(parts, c.Part), c.below...)
	}
	return parts, first
}

const outlinePage = 1000

func sectionFirst(a, b graph.ID) int {
	switch isA, isB := a.Kind() == graph.KindSection, b.Kind() == graph.KindSection; {
	case isA == isB:
		return 0
	case isA:
		return -1
	default:
		return 1
	}
}

// ComparePart orders passages of one document by number with notes last, and sections by path, as their IDs say; what has neither by ID.
func ComparePart(a, b graph.ID) int {
	return cmp.Or(slices.Compare(partPath(a), partPath(b)), cmp.Compare(a, b))
}

// partNumber is the place of a passage among the passages; notes come after all of them.
func partNumber(id graph.ID) int {
	path := partPath(id)
	if len(path) == 2 && path[0] == 0 {
		return path[1]
	}
	return math.MaxInt - 1
}

// partPath reads the last part of an ID: "12" is 0 12, "note-3" is 1 3, "2.1.3" of a section is 2 1 3.
func partPath(id graph.ID) []int {
	last := string(id[strings.LastIndexByte(string(id), '/')+1:])
	if id.Kind() == graph.KindSection {
		var path []int
		for step := range strings.SplitSeq(last, ".") {
			n, err := strconv.Atoi(step)
			if err != nil {
				return nil
			}
			path = append(path, n)
		}
		return path
	}
	note, isNote := strings.CutPrefix(last, "note-")
	n, err := strconv.Atoi(note)
	switch {
	case err != nil:
		return []int{2, 0}
	case isNote:
		return []int{1, n}
	default:
		return []int{0, n}
	}
}

// A PartQuery asks for the passages or the sections of a document, in reading order.
type PartQuery struct {
	Document graph.ID
	Kind     graph.Kind // KindPassage or KindSection
	At       AsOf
	Page     Page
}

// Parts returns a page of a document's passages (notes last) or sections. The only error is ErrCursor.
func (s *Snapshot) Parts(q PartQuery) (EntityPage, error) {
	var page EntityPage
	ids := s.partsOf(q)
	from, to := 0, len(ids)
	place := func(cursor string, after bool) (int, error) {
		id, err := decodePartCursor(q.Kind, cursor)
		if err != nil {
			return 0, err
		}
		i, found := slices.BinarySearchFunc(ids, id, ComparePart)
		if found && after {
			i++
		}
		return i, nil
	}
	var err error
	if q.Page.After != "" {
		if from, err = place(q.Page.After, true); err != nil {
			return page, err
		}
	}
	if q.Page.Before != "" {
		if to, err = place(q.Page.Before, false); err != nil {
			return page, err
		}
	}
	to = max(from, to)
	if q.Page.Last > 0 {
		from = max(from, to-q.Page.Last)
	} else {
		to = min(to, from+q.Page.First)
	}
	page.HasPrevious, page.HasNext = from > 0, to < len(ids)
	for _, id := range ids[from:to] {
		page.Items = append(page.Items, EntityItem{id, encodePartCursor(q.Kind, id)})
	}
	return page, nil
}

// CountParts returns how many parts all pages of a query hold together.
func (s *Snapshot) CountParts(q PartQuery) int { return len(s.partsOf(q)) }

// partsOf lists the parts of a kind in the order of ComparePart, which for parts of one kind is the order of reading.
func (s *Snapshot) partsOf(q PartQuery) []graph.ID {
	var ids []graph.ID
	for _, p := range s.Outline(q.Document, q.At) {
		if p.ID.Kind() == q.Kind {
			ids = append(ids, p.ID)
		}
	}
	slices.SortFunc(ids, ComparePart)
	return ids
}

// An Occurrence is the place of words that mention something, in the order of reading.
type Occurrence struct {
	Unit       graph.ID // the passage, or section for its heading
	Start, End int      // code points of the text that the unit's span names
	Entity     graph.ID // what is mentioned; empty for what is not linked
	Document   graph.ID // in the list of an entity, the document that the unit is part of; else empty
}

// Compare orders occurrences of one unit: by where they begin, the longer first, then by entity.
func (o Occurrence) Compare(p Occurrence) int {
	return cmp.Or(cmp.Compare(o.Start, p.Start), cmp.Compare(p.End, o.End), cmp.Compare(o.Entity, p.Entity))
}
