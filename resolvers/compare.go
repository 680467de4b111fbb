package resolvers

import (
	"context"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/view"
)

// Compare resolves Query.compare.
func (query) Compare(ctx context.Context, seeds view.SubgraphSeeds, from, to view.AsOf, depth int, predicates []graph.Predicate, kinds []graph.Kind, without []string,
	evidenced *bool, maxNodes int) (*view.GraphDifference, error) {
	return operation(ctx).Compare(ctx, seeds, from, to, depth, predicates, kinds, without, evidenced, maxNodes)
}
