package httpapi

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/graph"
	"treatygraph/resolvers"
)

// The media types of answers: that of GraphQL, whose status codes tell how it went, and that of clients which do not know it.
const (
	mediaGraphQL = "application/graphql-response+json"
	mediaJSON    = "application/json"
)

// storeRetry is what a client is told to wait for before it asks again a store that was away: one that is back is in use within this time.
const storeRetry = 5 * time.Second

// overHTTP answers one operation a request, as the GraphQL-over-HTTP draft has it: POST with JSON, and GET for queries.
type overHTTP struct{ Limits }

var _ graphql.Transport = overHTTP{}

// Supports makes overHTTP a graphql.Transport.
func (overHTTP) Supports(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodPost
}

// Do makes overHTTP a graphql.Transport.
func (t overHTTP) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	start := graphql.Now()
	w.Header().Set("Content-Type", responseType(r)+"; charset=utf-8") // also of what the executor answers when something panics
	w.Header().Set("Cache-Control", uncached.control)
	params, err := readRequest(r)
	if err != nil {
		writeError(w, r, http.StatusBadRequest, resolvers.BadUserInput, err.Error())
		return
	}
	params.Headers, params.ReadTime = r.Header, graphql.TraceTiming{Start: start, End: graphql.Now()}
	operation, errs := exec.CreateOperationContext(r.Context(), params)
	ctx := graphql.WithOperationContext(r.Context(), operation)
	if errs != nil {
		writeResponse(w, r, exec.DispatchError(ctx, errs), uncached)
		return
	}
	if operation.Operation.Operation == ast.Mutation && r.Method == http.MethodGet {
		const words = "GET is for queries; send what writes with POST"
		exec.DispatchError(ctx, gqlerror.List{resolvers.Refuse(graph.ErrInvalid, words)}) // to whoever counts operations and what they cost
		w.Header().Set("Allow", http.MethodPost)
		writeError(w, r, http.StatusMethodNotAllowed, resolvers.BadUserInput, words)
		return
	}
	keep := cachingOf(r, operation)
	if keep.matches(r) {
		exec.DispatchError(ctx, nil)   // an answer without data and without errors, to whoever counts operations and what they cost
		w.Header().Del("Content-Type") // of what is not there
		keep.write(w.Header())
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if operation.Operation.Operation == ast.Mutation {
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(t.WriteDeadline + answerTime)) // the server's is for what reads
	}
	responses, ctx := exec.DispatchOperation(r.Context(), operation)
	writeResponse(w, r, responses(ctx), keep)
}

// writeResponse answers; what failed is kept by nobody.
func writeResponse(w http.ResponseWriter, r *http.Request, response *graphql.Response, keep caching) {
	if len(response.Errors) > 0 {
		keep = uncached
	}
	body, err := encode(response)
	if err != nil {
		panic(err) // answers are made of what can be written; the request is answered with an internal error
	}
	media, header := responseType(r), w.Header()
	status := statusFor(response, media, header.Get("Retry-After") != "")
	switch {
	case status == http.StatusServiceUnavailable && header.Get("Retry-After") == "":
		header.Set("Retry-After", strconv.Itoa(int(storeRetry.Seconds())))
	case status == http.StatusUnauthorized && header.Get("WWW-Authenticate") == "":
		header.Set("WWW-Authenticate", "Bearer")
	}
	keep.write(header)
	header.Set("Content-Type", media+"; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that is gone needs no answer
}

// responseType is the media type of the answer. A client that names GraphQL's own gets it unless it likes JSON better; to one that takes anything
// JSON is given, which all understand.
func responseType(r *http.Request) string {
	accept := r.Header.Values("Accept")
	for _, named := range preferences(accept) {
		if named.of == mediaGraphQL {
			return negotiate(accept, mediaGraphQL, mediaJSON)
		}
	}
	return mediaJSON
}

// encode writes a response. Data is JSON that the executor has just made, and is neither read nor copied value by value again. It is left out, not
// null, where nothing was executed.
func encode(response *graphql.Response) ([]byte, error) {
	body := make([]byte, 0, len(response.Data)+1_000)
	var err error
	add := func(name string, value any) {
		text, failed := json.Marshal(value)
		if failed != nil {
			err = failed
		}
		body = append(append(body, `,"`+name+`":`...), text...)
	}
	if len(response.Errors) > 0 {
		add("errors", response.Errors)
	}
	if len(response.Data) > 0 {
		body = append(append(body, `,"data":`...), response.Data...)
	}
	if len(response.Extensions) > 0 {
		add("extensions", response.Extensions)
	}
	if len(body) == 0 {
		return []byte("{}"), err
	}
	body[0] = '{' // in the place of the first comma
	return append(body, '}'), err
}

// statusFor is the status of a response: 200 when it has data, else that of its gravest error.
func statusFor(response *graphql.Response, media string, later bool) int {
	executed := len(response.Data) > 0
	status := http.StatusOK
	if executed && string(response.Data) != "null" {
		return status
	}
	for _, e := range response.Errors {
		status = max(status, statusOfError(e, media, executed, later))
	}
	return status
}

// statusOfError is the status of a response without data. What HTTP itself acts on (who asks, when to come back) and what the service will not run
// has its status in both media types. All else is told so only in GraphQL's own type: in application/json, 200 is what tells a client that the
// answer is GraphQL's and not that of something between (GraphQL-over-HTTP draft, sections 6.4.1 and 6.4.2). A null that an error has
// made of all data is an answer, unless the service, not the question, is at fault.
func statusOfError(e *gqlerror.Error, media string, executed, later bool) int {
	code, _ := e.Extensions["code"].(resolvers.Code)
	ours := media == mediaGraphQL
	switch {
	case code == resolvers.Unauthenticated:
		return http.StatusUnauthorized
	case code == resolvers.Forbidden:
		return http.StatusForbidden
	case code == resolvers.Unavailable:
		return http.StatusServiceUnavailable
	case code == resolvers.Timeout && ours:
		return http.StatusGatewayTimeout
	case code == resolvers.Internal && ours:
		return http.StatusInternalServerError
	case code == resolvers.LimitExceeded && later: // who refused for the rate has said when to come back
		return http.StatusTooManyRequests
	case code == resolvers.LimitExceeded && !executed:
		return http.StatusUnprocessableEntity
	case !executed && ours:
		return http.StatusBadRequest
	default:
		return http.StatusOK
	}
}
