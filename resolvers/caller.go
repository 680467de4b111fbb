package resolvers

import "context"

// A Caller is who asks, as far as the service knows. The zero value is anybody.
type Caller struct {
	Name  string // of a person or program, as revisions keep it; empty: not known
	Write bool   // whether it may write
}

type callerKey struct{}

// WithCaller says who asks.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf returns who asks.
func CallerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}
