package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"treatygraph/resolvers"
)

// Limits bound what one request may cost. Zero fields stand for the defaults.
type Limits struct {
	Body               int64         // bytes of a request's body, and of a GET request's query
	Tokens             int           // of a GraphQL document; counted before validation, whose cost grows with their square
	Depth              int           // of nested fields
	IntrospectionDepth int           // of nested fields below __schema and __type; tools ask about 15 deep
	Cost               int           // items that all lists of an operation may hold; each list multiplies what stands below it
	Deadline           time.Duration // for one operation
	Sockets            SocketLimits  // of connections that stay open
}

// DefaultLimits are far above what people write by hand, and far below what would harm others.
var DefaultLimits = Limits{Body: 256 << 10, Tokens: 1_000, Depth: 12, IntrospectionDepth: 20, Cost: 50_000, Deadline: 10 * time.Second}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	if l.Body == 0 {
		l.Body = d.Body
	}
	if l.Tokens == 0 {
		l.Tokens = d.Tokens
	}
	if l.Depth == 0 {
		l.Depth = d.Depth
	}
	if l.IntrospectionDepth == 0 {
		l.IntrospectionDepth = d.IntrospectionDepth
	}
	if l.Cost == 0 {
		l.Cost = d.Cost
	}
	if l.Deadline == 0 {
		l.Deadline = d.Deadline
	}
	l.Sockets = l.Sockets.withDefaults()
	return l
}

// limited reads the body and refuses it when it is too long or no JSON.
func limited(l Limits, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if int64(len(r.URL.RawQuery)) > l.Body {
			writeError(w, r, http.StatusRequestURITooLong, resolvers.LimitExceeded, "the query in the address is too long")
			return
		}
		if r.Method == http.MethodPost {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, l.Body))
			var tooLong *http.MaxBytesError
			switch {
			case errors.As(err, &tooLong):
				writeError(w, r, http.StatusRequestEntityTooLarge, resolvers.LimitExceeded, "the request body is too long")
				return
			case err != nil:
				writeError(w, r, http.StatusBadRequest, resolvers.BadUserInput, "the request body could not be read")
				return
			case !json.Valid(body):
				writeError(w, r, http.StatusBadRequest, resolvers.BadUserInput, "the request body is not JSON")
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		next.ServeHTTP(w, r)
	})
}

// deadline bounds the time of a query or mutation, and of each answer of a subscription.
type deadline struct{ Limits }

// ExtensionName makes deadline a graphql.HandlerExtension.
func (deadline) ExtensionName() string { return "Deadline" }

// Validate makes deadline a graphql.HandlerExtension.
func (deadline) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation sets the time by which the operation is to be answered.
func (l deadline) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
		answer := next(ctx)
		return func(ctx context.Context) *graphql.Response {
			ctx, cancel := context.WithTimeout(ctx, l.Deadline)
			defer cancel()
			return answer(ctx)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, l.Deadline)
	answer := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		defer cancel()
		return answer(ctx)
	}
}
