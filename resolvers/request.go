package resolvers

import (
	"context"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/view"
)

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

type languageKey struct{}

// WithLanguage sets the language of labels, descriptions and alphabets for operations that do not ask for one.
func WithLanguage(ctx context.Context, l graph.Language) context.Context {
	return context.WithValue(ctx, languageKey{}, l)
}

func language(ctx context.Context) graph.Language {
	if l, given := ctx.Value(languageKey{}).(graph.Language); given {
		return l
	}
	return view.FallbackLanguage
}
