package resolvers

import (
	"context"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/view"
)

// Analysis resolves Query.analysis.
func (query) Analysis(ctx context.Context, predicates []graph.Predicate, kinds []graph.Kind, evidenced *bool, asOf *view.AsOf) (*view.Analysis, error) {
	return operation(ctx).Analysis(ctx, predicates, kinds, evidenced, asOf)
}

// SharedParties resolves Query.sharedParties.
func (query) SharedParties(ctx context.Context, treaties []string, status []graph.PartyState, at *graph.Date) ([]view.SharedParties, error) {
	return operation(ctx).SharedParties(ctx, treaties, status, at)
}

// CoMentions resolves Query.coMentions.
func (query) CoMentions(ctx context.Context, entity string, kinds []graph.Kind, first int, asOf *view.AsOf) (*view.CoMentions, error) {
	return operation(ctx).CoMentions(ctx, entity, kinds, first, asOf)
}
