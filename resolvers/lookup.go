package resolvers

import (
	"context"
	"strings"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/view"
)

// Lookup resolves Query.lookup.
func (query) Lookup(ctx context.Context, text string, kinds []graph.Kind, asOf *view.AsOf) ([]view.Match, error) {
	if err := view.NotEmpty("kinds", kinds); err != nil {
		return nil, err
	}
	op, err := operation(ctx).AsOf("asOf.", asOf)
	if err != nil {
		return nil, err
	}
	return lookup(op, "text", text, kinds)
}

func lookup(op *view.Op, argument, text string, kinds []graph.Kind) ([]view.Match, error) {
	if strings.TrimSpace(text) == "" {
		return nil, view.NewInputError(argument, "is empty")
	}
	if n := len([]rune(text)); n > graph.MaxNameRunes {
		return nil, view.NewInputError(argument, "%d characters are more than %d", n, graph.MaxNameRunes)
	}
	wanted := graph.AnyKind
	if kinds != nil {
		wanted = graph.Set(kinds...)
	}
	return op.Lookup(text, wanted), nil
}
