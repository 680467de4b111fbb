package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(withCorpus{m}) }

// A source is an index that can be told to fail.
type source struct {
	*index.Index
	err error
}

func (s *source) Err() error { return errors.Join(s.err, s.Index.Err()) }

type store struct {
	graph.Store
	err error
}

func (s *store) Head(ctx context.Context) (graph.Head, error) {
	if s.err != nil {
		return graph.Head{}, s.err
	}
	return s.Store.Head(ctx)
}

type service struct {
	http.Handler
	source *source
	store  *store
	log    *bytes.Buffer
}

// serve returns the service over a store with one treaty.
func serve(t *testing.T, limits Limits) *service {
	t.Helper()
	opened, err := sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	name := func(id graph.ID) graph.Assertion {
		v := graph.NameValue(graph.Name{Text: "Name", Lang: "en", Role: graph.NameOfficial})
		return graph.Assertion{Claim: graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: &v}, Dataset: "dataset/test", Rank: graph.RankNormal, Method: graph.MethodCurated}
	}
	if _, err := opened.Apply(t.Context(), &graph.Batch{Key: "1", Author: "test", Assert: []graph.Assertion{name("dataset/test"), name("treaty/one")}}); err != nil {
		t.Fatal(err)
	}
	idx, err := index.Follow(t.Context(), opened, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = idx.Close() })
	s := &service{source: &source{Index: idx}, store: &store{Store: opened}, log: &bytes.Buffer{}}
	s.Handler = NewHandler(Config{Source: s.source, Store: s.store, Now: time.Now, Logger: slog.New(slog.NewTextHandler(s.log, nil)), Limits: limits})
	return s
}

func (s *service) do(t *testing.T, method, target, contentType string, body io.Reader) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, target, body)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return recorder
}

func (s *service) post(t *testing.T, query string) *httptest.ResponseRecorder {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	return s.do(t, http.MethodPost, "/graphql", "application/json", bytes.NewReader(body))
}

// code returns the code of the first error, empty without one.
func code(t *testing.T, r *httptest.ResponseRecorder) string {
	t.Helper()
	var answer struct {
		Errors []struct {
			Extensions struct{ Code, RequestID string }
		}
	}
	if err := json.Unmarshal(r.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
	if len(answer.Errors) == 0 {
		return ""
	}
	if id := answer.Errors[0].Extensions.RequestID; id == "" || id != r.Header().Get("X-Request-Id") {
		t.Errorf("requestId is %q, the header %q", id, r.Header().Get("X-Request-Id"))
	}
	return answer.Errors[0].Extensions.Code
}

func TestRequestsBeyondALimitAreRefused(t *testing.T) {
	s := serve(t, Limits{})
	deep := func(n int) string {
		return `{entity(id:"treaty/one"){` + strings.Repeat("statements{edges{other{", n) + "id" + strings.Repeat("}}}", n) + "}}"
	}
	fragments := `{entity(id:"treaty/one"){...A}} fragment A on Entity{statements{edges{other{...B}}}} fragment B on Entity{statements{edges{other{...C}}}}
		fragment C on Entity{statements{edges{other{...D}}}} fragment D on Entity{statements{edges{other{id}}}}`
	lists := func(size string, n int) string {
		return `{entities(` + size + `){nodes{` + strings.Repeat("statements("+size+"){nodes{object{", n) + "id" + strings.Repeat("}}}", n) + "}}}"
	}
	manyIDs := `{nodes(ids:["treaty/one"` + strings.Repeat(`,"treaty/one"`, 99) + `]){... on Entity{statements(first:100){nodes{object{`
	for name, test := range map[string]struct {
		query  string
		status int
		code   string
	}{
		"two large lists":     {lists("first:100", 1), 200, ""},
		"three large lists":   {lists("first:100", 2), 422, "LIMIT_EXCEEDED"},
		"three from the end":  {lists("last:100", 2), 422, "LIMIT_EXCEEDED"},
		"four usual lists":    {strings.ReplaceAll(lists("first:20", 3), "(first:20)", ""), 422, "LIMIT_EXCEEDED"},
		"lists of IDs":        {manyIDs + "id}}}}}}", 200, ""},
		"more below IDs":      {manyIDs + "statements{nodes{id}}}}}}}}", 422, "LIMIT_EXCEEDED"},
		"lists in fragments":  {`{entities(first:100){nodes{...A}}} fragment A on Entity{a:statements{nodes{...B}} b:statements{nodes{...B}}} fragment B on Statement{object{statements(first:50){nodes{id}}}}`, 422, "LIMIT_EXCEEDED"},
		"lists by a variable": {`query($n:Int=100){entities(first:$n){nodes{statements(first:$n){nodes{object{statements(first:$n){nodes{id}}}}}}}}`, 422, "LIMIT_EXCEEDED"},
		"within":              {deep(3), 200, ""},
		"lists in a graph":    {`{subgraph(seeds:{ids:["treaty/one"]} maxNodes:5000){nodes{statements{nodes{id}}}}}`, 422, "LIMIT_EXCEEDED"},
		"graphs in a list":    {`{entities(first:100){nodes{neighbourhood{nodes{id}}}}}`, 422, "LIMIT_EXCEEDED"},
		"too deep":            {deep(4), 422, "LIMIT_EXCEEDED"},
		"deep in fragments":   {fragments, 422, "LIMIT_EXCEEDED"},
		"too many tokens":     {"{" + strings.Repeat("a:__typename ", 400) + "}", 422, "LIMIT_EXCEEDED"},
		"too long a body":     {strings.Repeat(" ", 256<<10) + "{__typename}", 413, "LIMIT_EXCEEDED"},
		"deep introspection":  {"{__schema{types{" + strings.Repeat("fields{type{", 10) + "name" + strings.Repeat("}}", 10) + "}}}", 200, "BAD_USER_INPUT"},
		"usual introspection": {introspection, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := s.post(t, test.query)
			got := code(t, r)
			if r.Code != test.status || got != test.code {
				t.Errorf("got %d %s: %.300s", r.Code, got, r.Body)
			}
		})
	}
}

// introspection nests as deep as that of the usual tools.
const introspection = `{__schema{queryType{name} types{name kind description fields(includeDeprecated:true){name args{name type{...T} defaultValue} type{...T}}
	interfaces{...T} enumValues{name} possibleTypes{...T}} directives{name locations args{name}}}}
	fragment T on __Type{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name}}}}}}}`

func TestAnOperationEndsAtItsDeadline(t *testing.T) {
	s := serve(t, Limits{Deadline: time.Nanosecond})
	if r := s.post(t, `{treaties{nodes{id}}}`); code(t, r) != "TIMEOUT" {
		t.Errorf("got %s", r.Body)
	}
}

func TestGraphQLTakesPostsWithJSONAndGetsWithQueries(t *testing.T) {
	s := serve(t, Limits{})
	get := "/graphql?query=" + url.QueryEscape("query($id:ID!){node(id:$id){id}}") + "&variables=" + url.QueryEscape(`{"id":"treaty/one"}`)
	for name, test := range map[string]struct {
		method, target, contentType, body string
		status                            int
		code                              string
	}{
		"post":              {"POST", "/graphql", "application/json; charset=utf-8", `{"query":"{__typename}"}`, 200, ""},
		"get":               {"GET", get, "", "", 200, ""},
		"get without query": {"GET", "/graphql", "", "", 400, "BAD_USER_INPUT"},
		"variables no JSON": {"GET", get + "x", "", "", 400, "BAD_USER_INPUT"},
		"variables a list":  {"GET", "/graphql?query=%7B__typename%7D&variables=%5B1%5D", "", "", 400, "BAD_USER_INPUT"},
		"extensions":        {"GET", "/graphql?query=%7B__typename%7D&extensions=x", "", "", 400, "BAD_USER_INPUT"},
		"half an escape":    {"GET", "/graphql?query=%7B__typename%7D&variables=%2", "", "", 400, "BAD_USER_INPUT"},
		"form":              {"POST", "/graphql", "application/x-www-form-urlencoded", `{"query":"{__typename}"}`, 415, "BAD_USER_INPUT"},
		"no JSON":           {"POST", "/graphql", "application/json", `{"query":`, 400, "BAD_USER_INPUT"},
		"no object":         {"POST", "/graphql", "application/json", `[1]`, 400, "BAD_USER_INPUT"},
		"query is a number": {"POST", "/graphql", "application/json", `{"query":5}`, 400, "BAD_USER_INPUT"},
		"put":               {"PUT", "/graphql", "application/json", `{}`, 405, "BAD_USER_INPUT"},
	} {
		t.Run(name, func(t *testing.T) {
			r := s.do(t, test.method, test.target, test.contentType, strings.NewReader(test.body))
			if got := code(t, r); r.Code != test.status || got != test.code {
				t.Errorf("got %d %s: %s", r.Code, got, r.Body)
			}
		})
	}
}

func TestReadyzSaysWhyTheServiceIsNotReady(t *testing.T) {
	s := serve(t, Limits{})
	ask := func() (int, string) {
		r := s.do(t, http.MethodGet, "/readyz", "", nil)
		return r.Code, r.Body.String()
	}
	if status, body := ask(); status != 200 || !strings.Contains(body, `"ready":true`) {
		t.Errorf("got %d %s", status, body)
	}
	s.source.err = errors.New("secret")
	if status, body := ask(); status != 503 || !strings.Contains(body, "no longer follows") || strings.Contains(body, "secret") {
		t.Errorf("got %d %s", status, body)
	}
	s.store.err = errors.New("secret")
	if status, body := ask(); status != 503 || !strings.Contains(body, "cannot be reached") || strings.Contains(body, "secret") {
		t.Errorf("got %d %s", status, body)
	}
	if r := s.do(t, http.MethodGet, "/healthz", "", nil); r.Code != 200 {
		t.Errorf("healthz says %d", r.Code)
	}
}

func TestARequestKeepsAPlainNameAndLosesAnyOther(t *testing.T) {
	s := serve(t, Limits{})
	for given, kept := range map[string]bool{"abc-1": true, "a b": false, "": false, strings.Repeat("x", 65): false} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/healthz", nil)
		request.Header.Set("X-Request-Id", given)
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, request)
		if got := recorder.Header().Get("X-Request-Id"); (got == given) != kept || got == "" {
			t.Errorf("%q became %q", given, got)
		}
	}
}

func TestAPanicOutsideOfResolversIsAnsweredAndLogged(t *testing.T) {
	var log bytes.Buffer
	handler := withRequestID(recovering(slog.New(slog.NewTextHandler(&log, nil)), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret") })))
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if recorder.Code != 500 || code(t, recorder) != "INTERNAL" || strings.Contains(recorder.Body.String(), "secret") || !strings.Contains(log.String(), "secret") {
		t.Errorf("got %d %s, logged %s", recorder.Code, recorder.Body, log.String())
	}
}

// panicking is a source at which the executor itself panics, not a resolver.
type panicking struct{ Source }

func (panicking) Snapshot() *index.Snapshot { panic("no snapshot") }

func TestAPanicOfTheExecutorIsAnsweredInGraphQLsForm(t *testing.T) {
	s := serveCorpus(t).with(func(c *Config) { c.Source = panicking{c.Source} })
	r := s.ask(t, "POST", "/graphql", `{"query":"{__typename}"}`)
	if r.Code != 500 || code(t, r) != "INTERNAL" || strings.Contains(r.Body.String(), "snapshot") {
		t.Errorf("got %d %s", r.Code, r.Body)
	}
	if header := r.Header(); header.Get("Content-Type") != "application/json; charset=utf-8" || header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %v", header)
	}
}
