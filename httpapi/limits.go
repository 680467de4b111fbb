package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	Document           int           // bytes of a GraphQL document
	WriteBody          int64         // bytes of the body of a request from who may write: it may carry a document
	Tokens             int           // of a GraphQL document; counted before validation, whose cost grows with their square
	Name               int           // bytes of a name or number in a document; the search for what was meant compares each character
	Operations         int           // of a document; each is validated by itself, with all fragments that it spreads
	Fragments          int           // of a document; each is validated by itself, with all fragments that it spreads
	Fields             int           // of all operations and fragments of a document, with what they spread filled in
	Repeats            int           // of one field of the answer; validation compares each two
	FieldAliases       int           // of one field in one place
	Aliases            int           // of an operation, with its fragments filled in
	PlaceDirectives    int           // in one place of a document
	Directives         int           // of a document
	Depth              int           // of nested fields
	IntrospectionDepth int           // of nested fields below __schema and __type; tools ask about 15 deep
	Variables          int           // that a request gives values for
	String             int           // bytes of a string in a document or in variables; in those of a mutation, WriteBody alone bounds it
	List               int           // items that the lists of a document, or of the variables, have in all
	ValueDepth         int           // of lists and objects in each other, in a document or in variables
	Cost               int           // items that all lists of an operation may hold; each list multiplies what stands below it
	Errors             int           // that a response tells
	Deadline           time.Duration // for one operation that reads
	WriteDeadline      time.Duration // for one mutation: it may read a long document
	Rate               int           // points that one client may spend in a minute; here zero stands for no such limit
	Exports            int           // that one client may have running at once
	Sockets            SocketLimits  // of connections that stay open
}

// DefaultLimits are far above what people write by hand, and far below what would harm others.
var DefaultLimits = Limits{
	Body: 256 << 10, WriteBody: 16 << 20, Document: 64 << 10, Tokens: 1_000, Name: 100, Operations: 20, Fragments: 100, Fields: 5_000, Repeats: 100, FieldAliases: 30, Aliases: 100,
	PlaceDirectives: 5, Directives: 100, Depth: 12, IntrospectionDepth: 20, Variables: 100, String: 32 << 10, List: 1_000, ValueDepth: 20, Cost: 50_000, Errors: 10,
	Deadline: 10 * time.Second, WriteDeadline: time.Minute, Exports: 4, Sockets: DefaultSocketLimits,
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	l.Body = cmp.Or(l.Body, d.Body)
	l.WriteBody = cmp.Or(l.WriteBody, d.WriteBody)
	l.Document = cmp.Or(l.Document, d.Document)
	l.Tokens = cmp.Or(l.Tokens, d.Tokens)
	l.Name = cmp.Or(l.Name, d.Name)
	l.Operations = cmp.Or(l.Operations, d.Operations)
	l.Fragments = cmp.Or(l.Fragments, d.Fragments)
	l.Fields = cmp.Or(l.Fields, d.Fields)
	l.Repeats = cmp.Or(l.Repeats, d.Repeats)
	l.FieldAliases = cmp.Or(l.FieldAliases, d.FieldAliases)
	l.Aliases = cmp.Or(l.Aliases, d.Aliases)
	l.PlaceDirectives = cmp.Or(l.PlaceDirectives, d.PlaceDirectives)
	l.Directives = cmp.Or(l.Directives, d.Directives)
	l.Depth = cmp.Or(l.Depth, d.Depth)
	l.IntrospectionDepth = cmp.Or(l.IntrospectionDepth, d.IntrospectionDepth)
	l.Variables = cmp.Or(l.Variables, d.Variables)
	l.String = cmp.Or(l.String, d.String)
	l.List = cmp.Or(l.List, d.List)
	l.ValueDepth = cmp.Or(l.ValueDepth, d.ValueDepth)
	l.Cost = cmp.Or(l.Cost, d.Cost)
	l.Errors = cmp.Or(l.Errors, d.Errors)
	l.Deadline = cmp.Or(l.Deadline, d.Deadline)
	l.WriteDeadline = cmp.Or(l.WriteDeadline, d.WriteDeadline)
	l.Exports = cmp.Or(l.Exports, d.Exports)
	l.Sockets = l.Sockets.withDefaults()
	return l
}

// limited reads the body and refuses it when it is too long or no JSON.
func limited(l Limits, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if int64(len(r.URL.RawQuery)) > l.Body {
			writeError(w, r, http.StatusRequestURITooLong, resolvers.LimitExceeded, fmt.Sprintf("the query in the address is longer than %d bytes", l.Body))
			return
		}
		if r.Method == http.MethodPost {
			most := l.bodyOf(resolvers.CallerOf(r.Context()))
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
			var tooLong *http.MaxBytesError
			switch {
			case errors.As(err, &tooLong):
				writeError(w, r, http.StatusRequestEntityTooLarge, resolvers.LimitExceeded, fmt.Sprintf("the request body is longer than %d bytes", most))
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

// bodyOf returns how long a request, or a message on a socket, may be.
func (l Limits) bodyOf(caller resolvers.Caller) int64 {
	if caller.Write {
		return max(l.WriteBody, l.Body)
	}
	return l.Body
}

// deadline bounds the time of a query or mutation, and of each answer of a subscription.
type deadline struct{ Limits }

// ExtensionName makes deadline a graphql.HandlerExtension.
func (deadline) ExtensionName() string { return "Deadline" }

// Validate makes deadline a graphql.HandlerExtension.
func (deadline) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation sets the time by which the operation is to be answered.
func (l deadline) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	kind, most := graphql.GetOperationContext(ctx).Operation.Operation, l.Deadline
	if kind == ast.Mutation {
		most = l.WriteDeadline
	}
	if kind == ast.Subscription {
		answer := next(ctx)
		return func(ctx context.Context) *graphql.Response {
			ctx, cancel := context.WithTimeout(ctx, most)
			defer cancel()
			return answer(ctx)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	answer := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		defer cancel()
		return answer(ctx)
	}
}
