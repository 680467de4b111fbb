package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"

	"treatygraph/export/rdf"
	"treatygraph/graph"
	"treatygraph/resolvers"
)

// The forms in which an entity is given.
const (
	formHTML   = "text/html"
	formJSONLD = "application/ld+json"
	formTurtle = "text/turtle"
	formJSON   = "application/json"
)

//go:embed entity.graphql
var entityQuery string

// newEntity serves /entity/{id}: what the record says of one entity, by one fixed operation of the API in the form that the client wants.
// It takes no limits on operations, which are for what clients write.
func newEntity(c Config) http.Handler {
	server := resolvers.NewExecutor(resolvers.Config{Source: c.Source, Now: c.Now, Logger: c.Logger})
	server.SetQueryCache(lru.New[*ast.QueryDocument](1))
	server.Use(deadline{c.Limits})
	server.AddTransport(entityTransport{c})
	return server
}

// entityTransport turns requests for an entity into the operation, and its answers into pages.
type entityTransport struct{ Config }

var _ graphql.Transport = entityTransport{}

// Supports makes entityTransport a graphql.Transport.
func (entityTransport) Supports(*http.Request) bool { return true }

// Do makes entityTransport a graphql.Transport.
func (t entityTransport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	request := entityRequest{
		ID:       r.PathValue("id"),
		Form:     negotiate(r.Header.Values("Accept"), formHTML, formJSONLD, formTurtle, formJSON),
		Language: acceptedLanguage(r.Header.Values("Accept-Language")),
		Base:     base(r),
		Params:   r.URL.Query(),
	}
	header := w.Header()
	header.Add("Vary", "Accept, Accept-Language")
	header.Set("Content-Language", string(request.Language))
	variables, err := request.variables()
	if err != nil {
		request.fail(w, r, http.StatusBadRequest, resolvers.BadUserInput, err.Error())
		return
	}
	response := execute(r.Context(), exec, variables)
	if len(response.Errors) > 0 {
		code, _ := response.Errors[0].Extensions["code"].(resolvers.Code)
		request.fail(w, r, statusOf(code), code, response.Errors[0].Message)
		return
	}
	var data entityData
	if err := json.Unmarshal(response.Data, &data); err != nil {
		panic(err) // the operation asks for what entityData holds; the request is answered with an internal error
	}
	switch {
	case data.Entity == nil:
		request.fail(w, r, http.StatusNotFound, resolvers.NotFound, "the record knows nothing of "+request.ID)
	case data.Entity.ID != request.ID:
		// Permanent, as whoever keeps the old address should keep the new one; asked again each time, as a merge can be undone.
		header.Set("Cache-Control", "no-cache")
		target := url.URL{Path: data.Entity.URL, RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, target.String(), http.StatusPermanentRedirect)
	default:
		request.answer(w, r, &data, response.Data)
	}
}

// execute runs the operation.
func execute(ctx context.Context, exec graphql.GraphExecutor, variables map[string]any) *graphql.Response {
	now := graphql.Now()
	params := &graphql.RawParams{Query: entityQuery, Variables: variables, ReadTime: graphql.TraceTiming{Start: now, End: now}}
	operation, errs := exec.CreateOperationContext(ctx, params)
	if errs != nil {
		return exec.DispatchError(graphql.WithOperationContext(ctx, operation), errs)
	}
	responses, ctx := exec.DispatchOperation(ctx, operation)
	return responses(ctx)
}

// An entityRequest is what a client wants to see.
type entityRequest struct {
	ID       string
	Form     string
	Language graph.Language
	Base     string     // the address of this service, without a slash at the end
	Params   url.Values // of the address: after, passagesAfter, validOn, revision
}

// base is the address under which the client reached the service.
func base(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return (&url.URL{Scheme: scheme, Host: r.Host}).String()
}

func (q entityRequest) variables() (map[string]any, error) {
	variables := map[string]any{"id": q.ID, "language": string(q.Language), "predicates": shownPredicates}
	if q.Form == formJSONLD || q.Form == formTurtle {
		variables["linked"] = true
	}
	for _, name := range []string{"after", "passagesAfter", "validOn"} {
		if v := q.Params.Get(name); v != "" {
			variables[name] = v
		}
	}
	if v := q.Params.Get("revision"); v != "" {
		n, err := strconv.ParseInt(v, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("revision %.20q is not a number", v)
		}
		variables["revision"] = n
	}
	return variables, nil
}

// shownPredicates are those of the statements in the list: all but those that the names, identifiers, descriptions and texts show, and merges,
// both ends of which are now the entity.
var shownPredicates = func() (names []string) {
	for p := graph.PredUnknown + 1; p.Row().Name != ""; p++ {
		switch p {
		case graph.PredNamed, graph.PredIdentifiedBy, graph.PredDescribed, graph.PredSpan, graph.PredMergedInto:
		default:
			names = append(names, p.String())
		}
	}
	return names
}()

// Of returns a path of this service with what the request says of time, so that links stay at it, and with more parameters.
func (q entityRequest) Of(path string, more ...string) string {
	params := url.Values{}
	for _, name := range []string{"validOn", "revision"} {
		if v := q.Params.Get(name); v != "" {
			params.Set(name, v)
		}
	}
	for i := 0; i+1 < len(more); i += 2 {
		params.Set(more[i], more[i+1])
	}
	if len(params) == 0 {
		return path
	}
	return path + "?" + params.Encode()
}

func (q entityRequest) answer(w http.ResponseWriter, r *http.Request, data *entityData, raw json.RawMessage) {
	header := w.Header()
	if page := data.Entity.Statements.PageInfo; page.HasNextPage {
		header.Set("Link", "<"+q.Of(data.Entity.URL, "after", page.EndCursor)+`>; rel="next"`)
	}
	var body bytes.Buffer
	contentType := q.Form
	switch q.Form {
	case formJSON:
		body.Write(raw)
	case formJSONLD:
		body.Write(linkedData(rdf.NewJSONLD, q, data))
	case formTurtle:
		contentType += "; charset=utf-8"
		body.Write(linkedData(rdf.NewTurtle, q, data))
	default:
		contentType += "; charset=utf-8"
		secure(header, pagePolicy)
		body.Write(render("entity.html", entityPage{q, data}))
	}
	sum := sha256.Sum256(body.Bytes())
	header.Set("Etag", `W/"`+hex.EncodeToString(sum[:16])+`"`)
	header.Set("Cache-Control", "no-cache")
	header.Set("Content-Type", contentType)
	header.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body.Bytes()))
}

// fail answers in the form that was asked for.
func (q entityRequest) fail(w http.ResponseWriter, r *http.Request, status int, code resolvers.Code, message string) {
	w.Header().Set("Content-Language", "en") // errors name nothing that has a label
	if q.Form != formHTML {
		writeError(w, r, status, code, message)
		return
	}
	writePage(w, status, pagePolicy, "problem.html", map[string]any{"Title": http.StatusText(status), "Message": message, "RequestID": resolvers.RequestID(r.Context())})
}

func statusOf(code resolvers.Code) int {
	switch code {
	case resolvers.BadUserInput, resolvers.LimitExceeded:
		return http.StatusBadRequest
	case resolvers.NotFound:
		return http.StatusNotFound
	case resolvers.Timeout:
		return http.StatusGatewayTimeout
	case resolvers.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}
