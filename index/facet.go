package index

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"treatygraph/graph"
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
	Years     []Facet[int]            // of their dates, see dates; in order
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
		dates := s.dates(q.At)
		for _, of := range classes {
			for id := range of {
				if err := ctx.Err(); err != nil {
					return Facets{}, err
				}
				if year := yearOf(dates.of(id)); year != noYear {
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
