package gen

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// marshalSlice resolves the elements of a list one after the other. It stands in the place of graphql.MarshalSliceConcurrently, which
// starts a goroutine for each: here the first element asked loads for the whole level, so the others have nothing to wait for, and growing
// the stacks of the goroutines took a third of a request's time.
func marshalSlice(ctx context.Context, length int, _ int64, _ bool, marshal func(context.Context, int) graphql.Marshaler) graphql.Array {
	if tally := TallyOf(ctx); tally != nil {
		tally.Items.Add(int64(length))
	}
	list := make(graphql.Array, length)
	for i := range list {
		inner := graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &i})
		if err := ctx.Err(); err != nil {
			graphql.AddError(inner, err)
			for j := i; j < length; j++ {
				list[j] = graphql.Null
			}
			break
		}
		list[i] = marshalElement(inner, i, marshal)
	}
	return list
}

// marshalElement turns a panic into an error of the element.
func marshalElement(ctx context.Context, i int, marshal func(context.Context, int) graphql.Marshaler) (m graphql.Marshaler) {
	defer func() {
		if r := recover(); r != nil {
			graphql.AddError(ctx, graphql.Recover(ctx, r))
			m = graphql.Null
		}
	}()
	return marshal(ctx, i)
}
