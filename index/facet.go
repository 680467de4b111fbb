package index

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// A FacetSet tells what is to be counted of what a search finds.
type FacetSet uint8

// The facets.
const (
	FacetKinds FacetSet = 1 << iota
	FacetLanguages
	FacetYears
)

// A Facet is how many of the entities found share a property.
type Facet[K any] struct {
	Of    K
	Count int
}

// Facets count the entities that a search found, on all pages. What was not asked for is nil.
type Facets struct {
	Kinds     []Facet[graph.Kind]     // the most frequent first, then in the order of kinds
	Languages []Facet[graph.Language] // in which a name or passage was found, as recorded; the most frequent first, then by tag. An entity counts in each
	Years     []Facet[int]            // see year; in order
}

func (s *Snapshot) facets(ctx context.Context, q *SearchQuery, classes found, langs spoken) (f Facets, err error) {
	if q.Facets&FacetKinds != 0 {
		counts := make(map[graph.Kind]int)
		for _, of := range classes {
			for id := range of {
				counts[id.Kind()]++
			}
		}
		f.Kinds = frequent(counts)
	}
	if q.Facets&FacetLanguages != 0 {
		counts := make(map[graph.Language]int, len(langs))
		for lang, of := range langs {
			counts[lang] = len(of)
		}
		f.Languages = frequent(counts)
	}
	if q.Facets&FacetYears != 0 {
		counts := make(map[int]int)
		years := years{s: s, at: AsOf{Revision: q.At.Revision}, known: make(map[graph.ID]int)}
		for _, of := range classes {
			for id := range of {
				if err := ctx.Err(); err != nil {
					return Facets{}, err
				}
				if year := years.of(id, maxOutlineDepth); year != noYear {
					counts[year]++
				}
			}
		}
		f.Years = frequent(counts)
		slices.SortFunc(f.Years, func(a, b Facet[int]) int { return cmp.Compare(a.Of, b.Of) })
	}
	return f, nil
}

func frequent[K cmp.Ordered](counts map[K]int) []Facet[K] {
	list := make([]Facet[K], 0, len(counts))
	for k, n := range counts {
		list = append(list, Facet[K]{k, n})
	}
	slices.SortFunc(list, func(a, b Facet[K]) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Of, b.Of)) })
	return list
}

// noYear is the year of what has none: years of dates have four digits.
const noYear = -1

// years finds the years of entities and keeps those of wholes, which are asked for with each of their parts.
type years struct {
	s     *Snapshot
	at    AsOf
	known map[graph.ID]int
}

var (
	madePredicates = []graph.Predicate{graph.PredAdopted, graph.PredOpenedForSignature, graph.PredConcluded} // in the order of walks
	issuedOnly     = []graph.Predicate{graph.PredIssued}
	// wholes tell by kind what the year of an entity without a date of its own is taken from.
	wholes = map[graph.Kind][]graph.Predicate{
		graph.KindDocument:  {graph.PredExpresses},
		graph.KindSection:   {graph.PredPartOf},
		graph.KindPassage:   {graph.PredPartOf},
		graph.KindProvision: {graph.PredProvisionOf},
	}
)

// of returns the year in which an instrument was adopted or, if that is not recorded, opened for signature or concluded; in which a document was
// issued or, if that is not recorded, in which the instrument was made that it expresses; of a part that of its whole. Others have none.
func (y *years) of(id graph.ID, depth int) int {
	if year, found := y.known[id]; found {
		return year
	}
	year := noYear
	switch kind := id.Kind(); {
	case graph.Instruments.Has(kind):
		year = y.dated(id, madePredicates)
	case kind == graph.KindDocument:
		year = y.dated(id, issuedOnly)
	}
	if up := wholes[id.Kind()]; year == noYear && up != nil && depth > 0 {
		w, done := y.s.walk(id, topology.Query{Out: true, Predicates: up}, y.at)
		var others []graph.ID
		for w != nil && w.Next() {
			others = append(others, y.s.view.ID(w.Other))
		}
		done()
		for i := 0; i < len(others) && year == noYear; i++ {
			year = y.of(others[i], depth-1)
		}
	}
	if id.Kind() != graph.KindPassage { // nothing is part of a passage
		y.known[id] = year
	}
	return year
}

// dated returns the year of the first statement whose date leaves no other.
func (y *years) dated(id graph.ID, predicates []graph.Predicate) int {
	w, done := y.s.walk(id, topology.Query{Out: true, Predicates: predicates}, y.at)
	defer done()
	for w != nil && w.Next() {
		if year := yearOf(y.s.view.Row(w.Rows[0]).Valid.From); year != noYear {
			return year
		}
	}
	return noYear
}

func yearOf(d graph.Date) int {
	if d.IsZero() || d.IsOpen() {
		return noYear
	}
	const digits = len("2008")
	first, last := d.Earliest().String()[:digits], d.Latest().String()[:digits]
	year, err := strconv.Atoi(first)
	if first != last || err != nil {
		return noYear
	}
	return year
}
