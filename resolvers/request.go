package resolvers

import "context"

type requestKey struct{}

// WithRequestID names the request that a context belongs to; errors show the name and logs keep it.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID returns the name of the request, empty without one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}
