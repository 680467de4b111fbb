package resolvers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"treatygraph/edit"
	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/sqlite"
	"treatygraph/httpapi"
	"treatygraph/index"
	"treatygraph/ingest"
	server "treatygraph/tools/neo4j"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("treatygraph/tools/neo4j.(*Server).await"))
}

// now is the time by which all these tests run: today is 2026-01-15.
var now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// storesOf returns by name the stores that the suites run over.
func storesOf(t *testing.T) map[string]func(*testing.T) graph.Store {
	stores := map[string]func(*testing.T) graph.Store{"SQLite": openSQLite}
	for _, version := range server.VersionsToTest(t) {
		stores["Neo4j "+version] = func(t *testing.T) graph.Store { return openNeo4j(t, version) }
	}
	return stores
}

func openNeo4j(t *testing.T, version string) graph.Store {
	t.Helper()
	store, err := neo4j.Open(t.Context(), server.Lease(t, version).URL(), neo4j.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func openSQLite(t *testing.T) graph.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// follow returns an index over a store. It indexes no texts before the first search: a second after its start that would load content too,
// among what a test counts.
func follow(t *testing.T, store graph.Store) *index.Index {
	t.Helper()
	idx, err := index.Follow(t.Context(), store, index.Options{LateTexts: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = idx.Close() })
	return idx
}

// An api is the whole service but for the network.
type api struct {
	t       *testing.T
	handler http.Handler
	token   string // of who asks; empty: anybody

	// Of the services over the corpus only:
	snapshot func() *index.Snapshot
	write    func(*testing.T, *graph.Batch) // and waits until the service knows
}

func newAPI(t *testing.T, source httpapi.Source, store graph.Store) api {
	t.Helper()
	config := httpapi.Config{Source: source, Store: store, Now: clock, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if idx, is := source.(*index.Index); is {
		config.Auth, config.Desk = tokens{}, &edit.Desk{Store: store, Index: idx, Documents: ingest.Documents{Store: store, Index: idx}}
	}
	return api{t: t, handler: httpapi.NewHandler(config)}
}

type response struct {
	Status int             `json:"-"`
	Data   json.RawMessage `json:"data"`
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct{ Code, RequestID string }
	} `json:"errors"`
	Extensions struct {
		Revision *struct {
			Number int
			At     string
			Digest string
		}
	} `json:"extensions"`
}

func (a api) ask(query string, variables map[string]any) response {
	a.t.Helper()
	return a.send(a.t.Context(), map[string]any{"query": query, "variables": variables})
}

// within asks under a context of its own.
func (a api) within(ctx context.Context, query string) response {
	a.t.Helper()
	return a.send(ctx, map[string]any{"query": query})
}

func (a api) send(ctx context.Context, content map[string]any) response {
	a.t.Helper()
	code, body := a.bytes(ctx, content)
	r := response{Status: code}
	if err := json.Unmarshal(body, &r); err != nil {
		a.t.Fatalf("%v in %s", err, body)
	}
	return r
}

// bytes sends a request and returns the answer as it comes.
func (a api) bytes(ctx context.Context, content map[string]any) (status int, answer []byte) {
	a.t.Helper()
	body, err := json.Marshal(content)
	if err != nil {
		a.t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	if a.token != "" {
		request.Header.Set("Authorization", "Bearer "+a.token)
	}
	recorder := httptest.NewRecorder()
	a.handler.ServeHTTP(recorder, request)
	return recorder.Code, recorder.Body.Bytes()
}

// answer asks what must succeed and reads the data.
func (a api) answer(query string, variables map[string]any, into any) response {
	a.t.Helper()
	r := a.ask(query, variables)
	if len(r.Errors) > 0 {
		a.t.Fatalf("%s: %+v", query, r.Errors)
	}
	if err := json.Unmarshal(r.Data, into); err != nil {
		a.t.Fatal(err)
	}
	return r
}

// A countingStore counts the calls that load content.
type countingStore struct {
	graph.Store
	assertions, texts atomic.Int32
	fail              func(context.Context) error // what loading answers instead, when set
}

func (s *countingStore) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	s.assertions.Add(1)
	if s.fail != nil {
		return nil, s.fail(ctx)
	}
	return s.Store.Assertions(ctx, refs)
}

func (s *countingStore) Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	s.texts.Add(1)
	return s.Store.Texts(ctx, hashes)
}
