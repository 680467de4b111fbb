// Package resolvers answers GraphQL operations from the index. It is thin: arguments are turned into a question to
// internal/view, which holds what the API shows.
package resolvers

//go:generate go -C .. tool gqlgen generate
//go:generate go run ../tools/serial internal/gen/exec.go

import (
	"treatygraph/resolvers/internal/gen"
)

// resolver is the root of gqlgen's resolvers; the state is the operation's, in the context.
type resolver struct{}

// Query returns the entry points, one file for each noun.
func (resolver) Query() gen.QueryResolver { return query{} }

type query struct{}

// Mutation returns the ways to write.
func (resolver) Mutation() gen.MutationResolver { return mutation{} }

type mutation struct{}
