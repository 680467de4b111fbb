package resolvers

import (
	"bytes"
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/resolvers/internal/gen"
	"treatygraph/resolvers/internal/view"
)

// Subscription returns the entry point of subscriptions.
func (resolver) Subscription() gen.SubscriptionResolver { return subscription{} }

type subscription struct{}

type streamingKey struct{}

// WithStreaming says that an operation may have any number of answers, over any time: subscriptions are refused without.
func WithStreaming(ctx context.Context) context.Context {
	return context.WithValue(ctx, streamingKey{}, true)
}

// checkStream refuses a subscription that would be answered but once, and one of several streams or none, of which gqlgen only says that it failed.
func checkStream(ctx context.Context, c *graphql.OperationContext) *gqlerror.Error {
	switch {
	case c.Operation.Operation != ast.Subscription:
		return nil
	case ctx.Value(streamingKey{}) == nil:
		return Refuse(graph.ErrInvalid, "a subscription has many answers: ask over a WebSocket with the protocol graphql-transport-ws, or with Accept: text/event-stream")
	case len(graphql.CollectFields(c, c.Operation.SelectionSet, []string{"Subscription"})) != 1:
		return Refuse(graph.ErrInvalid, "a subscription has exactly one field")
	default:
		return nil
	}
}

// A stream is a subscription under way. gqlgen takes its events from a channel; each is put there just before its answer is asked for, so
// that nothing is made ahead of the client, no goroutine stands between, and the answer is known to be that event's.
type stream struct {
	changes *view.Changes
	events  chan *view.Change
	ended   bool
}

const streamKey = "treatygraph stream"

// Changes resolves Subscription.changes.
func (subscription) Changes(ctx context.Context, filter *view.ChangeFilter, afterRevision *int) (<-chan *view.Change, error) {
	changes, err := operation(ctx).Changes(filter, afterRevision)
	if err != nil {
		return nil, err
	}
	s := &stream{changes: changes, events: make(chan *view.Change, 1)}
	graphql.GetOperationContext(ctx).Stats.SetExtension(streamKey, s)
	return s.events, nil
}

// stream answers each event on the snapshot of its revision; nil when the context or the index ends. An error of the feed is the last answer.
func (o operations) stream(c *graphql.OperationContext, s *stream, answer graphql.ResponseHandler) graphql.ResponseHandler {
	return func(ctx context.Context) *graphql.Response {
		if s.ended {
			return nil
		}
		change, err := s.changes.Next(ctx)
		switch {
		case ctx.Err() != nil, errors.Is(err, index.ErrClosed):
			return nil
		case err != nil:
			s.ended = true
			return &graphql.Response{Errors: gqlerror.List{presenter{logger: o.Logger}.present(ctx, err)}}
		}
		change.On(graph.DayOf(o.Now()))
		c.Stats.SetExtension(operationKey, change.Op)
		s.events <- change
		response := answer(ctx)
		if response != nil && len(response.Errors) > 0 && bytes.HasSuffix(response.Data, []byte(":null}")) {
			response.Data = []byte("null") // changes is never null, so an error that nothing below holds ends here; gqlgen leaves this out
		}
		return response
	}
}
