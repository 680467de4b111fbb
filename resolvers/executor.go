package resolvers

import (
	"context"
	"log/slog"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/edit"
	"treatygraph/export"
	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/resolvers/internal/gen"
	"treatygraph/resolvers/internal/view"
)

// Source is what answers come from; *index.Index is one.
type Source interface {
	view.Content
	// Snapshot returns the newest state of the record.
	Snapshot() *index.Snapshot
}

// Config is what an executor needs.
type Config struct {
	Source Source
	Now    func() time.Time // the clock that says what today is
	Logger *slog.Logger     // gets what is not said outside
	Errors int              // how many errors of one response are told at most; 0: all
	Desk   *edit.Desk       // where mutations write; nil: nothing can be written

	Formats []*export.Format // that subgraphs can be downloaded in, in the order of Subgraph.downloads
}

// NewExecutor returns the executor of the API, without transports and limits.
func NewExecutor(c Config) *handler.Server {
	server := handler.New(gen.NewExecutableSchema(gen.Config{Resolvers: resolver{}}))
	server.Use(&strict{})
	server.Use(operations{c})
	server.SetErrorPresenter(presenter{c.Logger, c.Errors}.present)
	server.SetRecoverFunc(recovered)
	return server
}

// operations gives each operation its one snapshot, and each response its revision.
type operations struct{ Config }

// ExtensionName makes operations a graphql.HandlerExtension.
func (operations) ExtensionName() string { return operationKey }

// Validate makes operations a graphql.HandlerExtension.
func (operations) Validate(graphql.ExecutableSchema) error { return nil }

const operationKey = "treatygraph"

// MutateOperationContext begins an operation.
func (o operations) MutateOperationContext(ctx context.Context, c *graphql.OperationContext) *gqlerror.Error {
	if err := checkStream(ctx, c); err != nil {
		return err
	}
	op := &view.Op{Snapshot: o.Source.Snapshot(), Content: content{o.Source}, Today: graph.DayOf(o.Now()), Language: language(ctx), Formats: o.Formats}
	if c.Operation.Operation == ast.Mutation {
		if err := o.mayWrite(ctx); err != nil {
			return refused(err)
		}
		op.Desk, op.Caller = o.Desk, CallerOf(ctx).Name
	}
	at, err := asOf(c)
	if err == nil {
		op, err = op.AsOf(asOfDirective, at)
	}
	if err != nil {
		return refused(err)
	}
	c.Stats.SetExtension(operationKey, op)
	return nil
}

// operation returns what the operation's answers share.
func operation(ctx context.Context) *view.Op {
	return graphql.GetOperationContext(ctx).Stats.GetExtension(operationKey).(*view.Op)
}

// InterceptResponse states the revision, also of answers that are errors only; after a mutation the one that it led to.
func (o operations) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	op, begun := (*view.Op)(nil), false
	if graphql.HasOperationContext(ctx) {
		op, begun = graphql.GetOperationContext(ctx).Stats.GetExtension(operationKey).(*view.Op)
	}
	if !begun {
		op = &view.Op{Snapshot: o.Source.Snapshot()}
	}
	response := next(ctx)
	if response != nil {
		if response.Extensions == nil {
			response.Extensions = map[string]any{}
		}
		response.Extensions["revision"] = op.Revision()
	}
	return response
}

// InterceptOperation answers an operation that ran out of time before it began with an error, not with nothing.
func (o operations) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	answer := next(ctx)
	c := graphql.GetOperationContext(ctx)
	if s, is := c.Stats.GetExtension(streamKey).(*stream); is {
		return o.stream(c, s, answer)
	}
	return func(ctx context.Context) *graphql.Response {
		if response := answer(ctx); response != nil || ctx.Err() == nil {
			return response
		}
		return &graphql.Response{Errors: gqlerror.List{presenter{logger: o.Logger}.present(ctx, ctx.Err())}}
	}
}
