package resolvers

import (
	"context"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/view"
)

// Treaties resolves Query.treaties.
func (query) Treaties(ctx context.Context, first *int, after *string, last *int, before *string, orderBy view.EntityOrder, language graph.Language) (*view.TreatyConnection, error) {
	c, err := operation(ctx).Treaties(first, after, last, before, orderBy, language)
	return &c, err
}
