package resolvers

import (
	"context"

	"treatygraph/resolvers/internal/view"
)

// Revision resolves Query.revision.
func (query) Revision(ctx context.Context) (*view.Revision, error) {
	r := operation(ctx).Revision()
	return &r, nil
}
