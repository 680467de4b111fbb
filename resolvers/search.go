package resolvers

import (
	"context"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/view"
)

// Search resolves Query.search.
func (query) Search(ctx context.Context, text string, languages []graph.Language, kinds []graph.Kind, in view.SearchScope, fuzzy bool,
	first *int, after *string, last *int, before *string) (*view.SearchConnection, error) {
	if graph.NormalizeName(text) == "" {
		return nil, view.NewInputError("text", "is empty")
	}
	if languages != nil && len(languages) == 0 {
		return nil, view.NewInputError("languages", "an empty list asks for nothing; leave the argument out to ask for all")
	}
	if kinds != nil && len(kinds) == 0 {
		return nil, view.NewInputError("kinds", "an empty list asks for nothing; leave the argument out to ask for all")
	}
	return operation(ctx).Search(ctx, text, languages, graph.Set(kinds...), in, fuzzy, first, after, last, before)
}
