package resolvers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/gen"
	"treatygraph/resolvers/internal/view"
	"treatygraph/resolvers/scalar"
)

// A Code is what extensions.code says of an error.
type Code string

// The codes.
const (
	BadUserInput    Code = "BAD_USER_INPUT"
	NotFound        Code = "NOT_FOUND"
	Conflict        Code = "CONFLICT"
	LimitExceeded   Code = "LIMIT_EXCEEDED"
	Unauthenticated Code = "UNAUTHENTICATED"
	Forbidden       Code = "FORBIDDEN"
	Timeout         Code = "TIMEOUT"
	Unavailable     Code = "UNAVAILABLE"
	Internal        Code = "INTERNAL"

	// PersistedQueryNotFound is what clients of Apollo look for before they send the document that its hash stands for.
	PersistedQueryNotFound Code = "PERSISTED_QUERY_NOT_FOUND"
)

// ErrLimit is the class of errors for requests that ask for more than a limit.
var ErrLimit = errors.New("limit exceeded")

// Refuse makes an error of a request that will not be executed; the transport answers it with a client error.
func Refuse(class error, format string, args ...any) *gqlerror.Error {
	return refused(&refusal{class: class, reason: fmt.Sprintf(format, args...)})
}

// RefuseAs is Refuse with the code itself, for what no class of errors stands for.
func RefuseAs(code Code, format string, args ...any) *gqlerror.Error {
	return refused(&refusal{code: code, reason: fmt.Sprintf(format, args...)})
}

type refusal struct {
	class  error
	code   Code // when there is no class
	reason string
}

func (r *refusal) Error() string        { return r.reason }
func (r *refusal) Is(target error) bool { return target == r.class }

func refused(err error) *gqlerror.Error {
	e := gqlerror.Wrap(err)
	errcode.Set(e, errcode.ValidationFailed) // tells gqlgen's transports that nothing was executed
	return e
}

// NewError returns an error as clients see it.
func NewError(code Code, requestID, message string) *gqlerror.Error {
	extensions := map[string]any{"code": code}
	if requestID != "" {
		extensions["requestId"] = requestID
	}
	return &gqlerror.Error{Message: shortened(message), Extensions: extensions}
}

// classify returns the code of an error, and what to say of it outside.
func classify(err error) (Code, string) {
	var notFound *view.NotFoundError
	var refusal *refusal
	var parsed *gqlerror.Error
	isParsed := errors.As(err, &parsed) && parsed.Err == nil
	switch {
	case errors.As(err, &refusal) && refusal.code != "":
		return refusal.code, refusal.reason
	case errors.Is(err, ErrLimit):
		return LimitExceeded, message(err)
	case errors.As(err, &notFound):
		return NotFound, notFound.Error()
	case errors.Is(err, graph.ErrInvalid):
		return BadUserInput, message(err)
	case errors.Is(err, graph.ErrConflict):
		return Conflict, message(err)
	case errors.Is(err, graph.ErrUnknownOutcome):
		return Unavailable, "the store was lost while writing; send the same again with the same key to learn what became of it"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Timeout, "the operation took too long"
	case errors.Is(err, graph.ErrUnavailable):
		return Unavailable, "the store cannot be reached now"
	case isParsed && strings.HasPrefix(parsed.Message, "exceeded token limit"):
		return LimitExceeded, parsed.Message
	case isParsed && isOfRequest(parsed):
		return BadUserInput, messageOfRequest(parsed)
	case isParsed && strings.HasPrefix(parsed.Message, "json request body could not be decoded"):
		return BadUserInput, "the request body is not a GraphQL request in JSON" // gqlgen's own message repeats the whole body
	default:
		return Internal, "internal error"
	}
}

// isOfRequest tells whether gqlparser refused the request before it was executed.
func isOfRequest(e *gqlerror.Error) bool {
	code := e.Extensions["code"]
	return code == errcode.ValidationFailed || code == errcode.ParseFailed
}

// messageOfRequest says what is wrong with a request, and names the variable or parameter where the message alone does not.
func messageOfRequest(e *gqlerror.Error) string {
	if isOfVariable(e.Path) {
		reason := e.Message
		if strings.HasPrefix(reason, "cannot use ") && strings.HasSuffix(reason, " as Int") { // of 2.0 it says "value 0"
			reason = "is not a whole number"
		}
		return "$" + argumentName(e.Path[1:]) + ": " + reason
	}
	if name, ok := strings.CutPrefix(e.Message, "operation "); ok && strings.HasSuffix(name, " not found") {
		if name = strings.TrimSuffix(name, " not found"); name == "" {
			return "operationName: the document holds several operations; name the one to run"
		}
		return fmt.Sprintf("operationName: the document holds no operation %.60q", name)
	}
	return e.Message
}

// isOfVariable tells whether gqlparser's path of an error leads into the variables; a response's path never does.
func isOfVariable(path ast.Path) bool {
	return len(path) > 1 && path[0] == ast.PathName("variable")
}

// message is the innermost text that gqlgen's wrapping leaves.
func message(err error) string {
	var wrapped *gqlerror.Error
	if errors.As(err, &wrapped) {
		return wrapped.Message
	}
	return err.Error()
}

// presenter is the one place where errors get their code and their words for the outside.
type presenter struct {
	logger *slog.Logger
	most   int // errors of one response; 0: all
}

// present returns nil for an error that is one too many: gqlgen compares each error of a non-null field with all others before it.
func (p presenter) present(ctx context.Context, err error) *gqlerror.Error {
	if tally := gen.TallyOf(ctx); p.most > 0 && tally != nil && tally.Errors.Add(1) > int64(p.most) {
		return nil
	}
	e := graphql.DefaultErrorPresenter(ctx, err)
	code, text := classify(err)
	id := RequestID(ctx)
	if code == Internal || code == Unavailable {
		p.logger.ErrorContext(ctx, string(code), "requestId", id, "field", fieldOf(ctx), "error", message(err))
	}
	shown := NewError(code, id, text)
	var wait *RateLimitError
	if errors.As(err, &wait) {
		shown.Extensions["retryAfter"] = wait.Seconds()
	}
	shown.Locations, shown.Rule = e.Locations, e.Rule
	if code != BadUserInput || !isOfRequest(e) || !isOfVariable(e.Path) {
		shown.Path = e.Path
	}
	var input *scalar.InputError
	if errors.As(err, &input) && graphql.HasOperationContext(ctx) {
		// gqlgen's path goes on into the arguments; a response's path ends at the field, and the argument belongs into the words.
		if field := graphql.GetPath(ctx); len(e.Path) > len(field) {
			shown.Message = shortened(argumentName(e.Path[len(field):]) + ": " + input.Reason)
			shown.Path = field
		}
	}
	return shown
}

// fieldOf names the field in which an error came up, by its names in the schema: the path is made of aliases, which are the client's.
func fieldOf(ctx context.Context) string {
	f := graphql.GetFieldContext(ctx)
	for f != nil && f.Field.Field == nil { // an item of a list
		f = f.Parent
	}
	if f == nil {
		return ""
	}
	return f.Object + "." + f.Field.Name
}

func argumentName(path ast.Path) string { return strings.TrimPrefix(path.String(), ".") }

// A panicError is a panic in a resolver with where it happened.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

func recovered(_ context.Context, value any) error { return &panicError{value, debug.Stack()} }
