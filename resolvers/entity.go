package resolvers

import (
	"context"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/view"
)

// Entity resolves Query.entity.
func (query) Entity(ctx context.Context, id *string, identifier *view.IdentifierInput, name *string) (view.Entity, error) {
	op := operation(ctx)
	given := 0
	for _, is := range []bool{id != nil, identifier != nil, name != nil} {
		if is {
			given++
		}
	}
	switch {
	case given != 1:
		return nil, view.NewInputError("entity", "takes exactly one of id, identifier and name; %d are given", given)
	case id != nil:
		parsed, err := graph.ParseID(*id)
		if err != nil {
			return nil, view.NewInputError("id", "%v", err)
		}
		return op.Entity(parsed), nil
	case identifier != nil:
		parsed, err := graph.ParseIdentifier(identifier.Scheme, identifier.Value)
		if err != nil {
			return nil, view.NewInputError("identifier", "%v", err)
		}
		found, ok := op.Snapshot.ByIdentifier(parsed, op.At)
		if !ok {
			return nil, nil // null: nobody bears it
		}
		return op.Entity(found), nil
	default:
		matches, err := lookup(op, "name", *name, nil)
		if err != nil || len(matches) == 0 {
			return nil, err
		}
		return matches[0].Entity(), nil
	}
}
