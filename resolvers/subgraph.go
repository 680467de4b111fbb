package resolvers

import (
	"context"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/view"
)

// Subgraph resolves Query.subgraph.
func (query) Subgraph(ctx context.Context, seeds view.SubgraphSeeds, depth int, predicates []graph.Predicate, kinds []graph.Kind, without []string, evidenced *bool,
	maxNodes int, asOf *view.AsOf) (*view.Subgraph, error) {
	return operation(ctx).Subgraph(ctx, seeds, depth, predicates, kinds, without, evidenced, maxNodes, asOf)
}
