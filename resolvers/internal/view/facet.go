package view

import (
	"treatygraph/graph"
	"treatygraph/index"
)

// SearchFacets is the GraphQL type SearchFacets.
type SearchFacets struct{ counted *index.Facets }

// The GraphQL types of the facets.
type (
	KindFacet struct {
		Kind  graph.Kind
		Count int
	}
	LanguageFacet struct {
		Language graph.Language
		Count    int
	}
	YearFacet struct{ Year, Count int }
)

// Kinds resolves SearchFacets.kinds.
func (f SearchFacets) Kinds() []KindFacet {
	return each(f.counted.Kinds, func(c index.Facet[graph.Kind]) KindFacet { return KindFacet{c.Of, c.Count} })
}

// Languages resolves SearchFacets.languages.
func (f SearchFacets) Languages() []LanguageFacet {
	return each(f.counted.Languages, func(c index.Facet[graph.Language]) LanguageFacet { return LanguageFacet{c.Of, c.Count} })
}

// Years resolves SearchFacets.years.
func (f SearchFacets) Years() []YearFacet {
	return each(f.counted.Years, func(c index.Facet[int]) YearFacet { return YearFacet{c.Of, c.Count} })
}

func each[A, B any](list []A, show func(A) B) []B {
	all := make([]B, len(list))
	for i, a := range list {
		all[i] = show(a)
	}
	return all
}
