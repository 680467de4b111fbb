package httpapi

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/resolvers"
)

// depthLimit refuses operations whose fields nest too deeply, before they are executed.
type depthLimit struct{ Limits }

// ExtensionName makes depthLimit a graphql.HandlerExtension.
func (depthLimit) ExtensionName() string { return "DepthLimit" }

// Validate makes depthLimit a graphql.HandlerExtension.
func (depthLimit) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext checks one operation.
func (l depthLimit) MutateOperationContext(_ context.Context, c *graphql.OperationContext) *gqlerror.Error {
	d := depths{fragments: map[string]int{}}
	for _, selection := range c.Operation.SelectionSet {
		limit, what := l.Depth, "fields"
		if field, ok := selection.(*ast.Field); ok && (field.Name == "__schema" || field.Name == "__type") {
			limit, what = l.IntrospectionDepth, "fields of introspection"
		}
		if depth := d.of(ast.SelectionSet{selection}); depth > limit {
			return resolvers.Refuse(resolvers.ErrLimit, "%s nest %d deep, more than %d", what, depth, limit)
		}
	}
	return nil
}

// depths measures selections; each fragment once. Validation has refused fragments that spread themselves.
type depths struct{ fragments map[string]int }

func (d depths) of(selections ast.SelectionSet) int {
	deepest := 0
	for _, selection := range selections {
		depth := 0
		switch s := selection.(type) {
		case *ast.Field:
			depth = 1 + d.of(s.SelectionSet)
		case *ast.InlineFragment:
			depth = d.of(s.SelectionSet)
		case *ast.FragmentSpread:
			known, found := d.fragments[s.Name]
			if !found && s.Definition != nil {
				known = d.of(s.Definition.SelectionSet)
				d.fragments[s.Name] = known
			}
			depth = known
		}
		deepest = max(deepest, depth)
	}
	return deepest
}
