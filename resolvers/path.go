package resolvers

import (
	"context"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/view"
)

// Paths resolves Query.paths.
func (query) Paths(ctx context.Context, from, to []string, predicates []graph.Predicate, steps []view.PathStep, pattern *string, without []string, kinds []graph.Kind,
	maxHops, first int, evidenced *bool, parallel view.ParallelEdges, asOf *view.AsOf) (*view.PathResult, error) {
	return operation(ctx).Paths(ctx, &view.PathQuestion{From: from, To: to, Predicates: predicates, Steps: steps, Pattern: pattern, Without: without, Kinds: kinds,
		MaxHops: maxHops, First: first, Evidenced: evidenced, Listed: parallel == view.ParallelListed}, asOf)
}
