package resolvers

import (
	"context"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/view"
)

// Search resolves Query.search.
func (query) Search(ctx context.Context, text string, languages []graph.Language, kinds []graph.Kind, filter *view.EntityFilter, in view.SearchScope, fuzzy bool,
	asOf *view.AsOf, first *int, after *string, last *int, before *string) (*view.SearchConnection, error) {
	if graph.NormalizeName(text) == "" {
		return nil, view.NewInputError("text", "is empty")
	}
	if err := view.NotEmpty("languages", languages); err != nil {
		return nil, err
	}
	if err := view.NotEmpty("kinds", kinds); err != nil {
		return nil, err
	}
	return operation(ctx).Search(ctx, text, languages, graph.Set(kinds...), filter, in, fuzzy, asOf, first, after, last, before)
}
