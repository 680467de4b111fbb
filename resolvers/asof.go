package resolvers

import (
	"github.com/99designs/gqlgen/graphql"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/view"
	"treatygraph/resolvers/scalar"
)

// asOfDirective is what errors about the directive put before the name of a part.
const asOfDirective = "@asOf "

// asOf reads the operation's @asOf; nil without one. The directive is not one of a field, so gqlgen leaves reading it to us.
func asOf(c *graphql.OperationContext) (*view.AsOf, error) {
	directive := c.Operation.Directives.ForName("asOf")
	if directive == nil {
		return nil, nil
	}
	args := directive.ArgumentMap(c.Variables)
	var a view.AsOf
	var err error
	if a.ValidOn, err = part[graph.Date](args, "validOn", scalar.UnmarshalDate); err != nil {
		return nil, err
	}
	if a.RecordedAt, err = part(args, "recordedAt", scalar.UnmarshalDateTime); err != nil {
		return nil, err
	}
	a.Revision, err = part(args, "revision", scalar.UnmarshalInt)
	return &a, err
}

// part reads one argument; nil when it is left out.
func part[T any](args map[string]any, name string, read func(any) (T, error)) (*T, error) {
	given := args[name]
	if given == nil {
		return nil, nil
	}
	v, err := read(given)
	if err != nil {
		return nil, view.NewInputError(asOfDirective+name, "%v", err)
	}
	return &v, nil
}
