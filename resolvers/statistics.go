package resolvers

import (
	"context"

	"treatygraph/resolvers/internal/view"
)

// Statistics resolves Query.statistics.
func (query) Statistics(ctx context.Context) (*view.Statistics, error) {
	s := operation(ctx).Statistics()
	return &s, nil
}
