package resolvers

import (
	"context"

	"treatygraph/resolvers/internal/view"
)

// How many items a list gives when it is not told how many, and at most.
const (
	DefaultPage = view.DefaultPage
	MaxPage     = view.MaxPage
)

// MaxNodes is the most IDs that Query.nodes takes at once, as many as a page holds.
const MaxNodes = MaxPage

// Node resolves Query.node.
func (query) Node(ctx context.Context, id string) (view.Node, error) { return operation(ctx).Node(id) }

// Nodes resolves Query.nodes.
func (query) Nodes(ctx context.Context, ids []string) ([]view.Node, error) {
	if len(ids) > MaxNodes {
		return nil, view.NewInputError("ids", "%d are more than %d", len(ids), MaxNodes)
	}
	return operation(ctx).Nodes(ids)
}
