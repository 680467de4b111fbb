package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/vektah/gqlparser/v2/ast"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"treatygraph/graph"
	"treatygraph/graph/guard"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
)

// A watched is the service with everything that the program wires for observing it.
type watched struct {
	http.Handler
	metrics *Metrics
	log     *bytes.Buffer
}

// watch serves a store with one statement that has a quote, in JSON and with all that is logged.
func watch(t *testing.T, env func(string) string) *watched {
	t.Helper()
	w := &watched{metrics: NewMetrics(), log: &bytes.Buffer{}}
	logger := slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	tracer, end, err := NewTracer(t.Context(), env, logger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = end() })
	opened, err := sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	named := func(id graph.ID) graph.Assertion {
		v := graph.NameValue(graph.Name{Text: "Name", Lang: "en", Role: graph.NameOfficial})
		return graph.Assertion{Claim: graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: &v}, Dataset: "dataset/test", Rank: graph.RankNormal, Method: graph.MethodCurated,
			Evidence: []graph.Evidence{{Citation: "a citation"}}}
	}
	if _, err := opened.Apply(t.Context(), &graph.Batch{Key: "1", Author: "test", Assert: []graph.Assertion{named("dataset/test"), named("treaty/one")}}); err != nil {
		t.Fatal(err)
	}
	store := guard.Observe(opened, ObserveStore(w.metrics, tracer))
	contents := guard.NewContents(store, guard.Options{})
	x, err := index.Follow(t.Context(), store, index.Options{Contents: contents, LateTexts: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	w.metrics.WatchIndex(x)
	w.metrics.WatchContents(contents)
	w.Handler = NewHandler(Config{Source: x, Store: store, Now: time.Now, Logger: logger, Metrics: w.metrics, Tracer: tracer})
	return w
}

func noEnvironment(string) string { return "" }

func (w *watched) send(t *testing.T, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	return recorder
}

func (w *watched) ask(t *testing.T, query string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return w.send(t, r)
}

func (w *watched) scrape(t *testing.T) string {
	t.Helper()
	return w.send(t, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)).Body.String()
}

// lines returns the lines of the log with a message.
func (w *watched) lines(t *testing.T, message string) (lines []map[string]any) {
	t.Helper()
	for _, text := range strings.Split(strings.TrimSpace(w.log.String()), "\n") {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if line["msg"] == message {
			lines = append(lines, line)
		}
	}
	return lines
}

const (
	asksEvidence = `query($id:ID="treaty/one"){entity(id:$id){statements(first:3){nodes{evidence{citation}}}}}`
	asksShape    = `{entity(id:"treaty/one"){id}}`
)

func mustHold(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, line := range want {
		if !strings.Contains(text, "\n"+line+"\n") {
			name, _, _ := strings.Cut(line, "{")
			t.Errorf("lacks %s; has\n%s", line, strings.Join(regexp.MustCompile(`(?m)^`+name+`.*$`).FindAllString(text, -1), "\n"))
		}
	}
}

func TestWhatIsAskedIsCountedByKindCodeRouteAndStoreCall(t *testing.T) {
	w := watch(t, noEnvironment)
	w.ask(t, asksShape)
	w.ask(t, asksEvidence)
	w.ask(t, asksEvidence)
	w.ask(t, `{nonsense}`)
	w.ask(t, `{{`)
	w.ask(t, `{entities(first:0){nodes{id}}}`)
	w.send(t, httptest.NewRequestWithContext(t.Context(), "BREW", "/nowhere/at/all", nil))
	got := w.scrape(t)
	mustHold(t, got,
		`treatygraph_operations_total{code="OK",kind="query",name="other"} 3`,
		`treatygraph_operations_total{code="BAD_USER_INPUT",kind="query",name="other"} 1`,
		`treatygraph_operations_total{code="BAD_USER_INPUT",kind="none",name="other"} 2`,
		`treatygraph_operation_duration_seconds_count{kind="query",name="other"} 4`,
		`treatygraph_operation_requested_cost_items_count 4`,
		`treatygraph_http_request_duration_seconds_count{route="/graphql"} 6`,
		`treatygraph_http_requests_total{method="other",route="none",status="404"} 1`,
		`treatygraph_http_request_body_bytes_count 6`,
		`treatygraph_http_requests_in_flight 1`,
		`treatygraph_store_calls_total{method="assertions",outcome="ok"} 1`,
		`treatygraph_store_call_duration_seconds_count{method="assertions"} 1`,
		`treatygraph_cache_misses_total{cache="assertions"} 1`,
		`treatygraph_cache_hits_total{cache="assertions"} 1`,
		`treatygraph_index_revision 1`,
		`treatygraph_index_lag_revisions 0`,
		`treatygraph_index_following 1`,
		`treatygraph_statements 2`,
		`treatygraph_entities{kind="TREATY"} 1`,
		`treatygraph_store_guard_away 0`,
		`treatygraph_sockets 0`,
	)
	for _, name := range []string{`treatygraph_http_requests_total{method="POST",route="/graphql",status="200"}`, "treatygraph_build_info", "go_goroutines", "process_resident_memory_bytes", "treatygraph_cache_size_bytes"} {
		if !strings.Contains(got, "\n"+name) {
			t.Errorf("lacks %s", name)
		}
	}
}

func TestOnlyATrustedDocumentHasANameAndNothingAClientSendsMakesAnotherSeries(t *testing.T) {
	w := watch(t, noEnvironment)
	series := func() (lines int) {
		for line := range strings.Lines(w.scrape(t)) {
			if !strings.Contains(line, "treatygraph_store_call") { // the index asks the store when it likes
				lines++
			}
		}
		return lines
	}
	w.ask(t, asksShape)
	w.ask(t, `{x}`)
	w.send(t, httptest.NewRequestWithContext(t.Context(), "BREW", "/x", nil))
	series() // the first makes the series of /metrics itself
	before := series()
	for i := range 20 {
		w.ask(t, fmt.Sprintf(`query Name%d{entity(id:"treaty/one"){id}}`, i), "X-Request-Id", fmt.Sprint("id-", i), "User-Agent", fmt.Sprint("agent/", i))
		w.ask(t, fmt.Sprintf(`{x%d}`, i))
		w.send(t, httptest.NewRequestWithContext(t.Context(), fmt.Sprint("BREW", i), fmt.Sprint("/x", i), nil))
	}
	if after := series(); after != before {
		t.Errorf("%d lines became %d", before, after)
	}
	const document = "query Everything { revision { number } }"
	known := newByName(Config{Trusted: trusted(t, `{"id": "`+document+`"}`)})
	for query, want := range map[string]string{document: "Everything", document + " ": "other"} {
		op := &graphql.OperationContext{RawQuery: query, Operation: &ast.OperationDefinition{Name: "Everything"}}
		if err := known.MutateOperationContext(t.Context(), op); err != nil || nameOf(op) != want {
			t.Errorf("%q is observed as %q, %v", query, nameOf(op), err)
		}
	}
}

func TestTheMetricsAreAsPrometheusWantsThem(t *testing.T) {
	w := watch(t, noEnvironment)
	w.ask(t, asksEvidence)
	w.scrape(t)
	problems, err := promlint.New(strings.NewReader(w.scrape(t))).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestEachRequestAndOperationIsOneLineOfTheLogWithTheRequestsID(t *testing.T) {
	w := watch(t, noEnvironment)
	w.ask(t, asksEvidence, "X-Request-Id", "mine")
	requests, operations := w.lines(t, "request"), w.lines(t, "operation")
	if len(requests) != 1 || len(operations) != 1 {
		t.Fatalf("got\n%s", w.log)
	}
	for name, want := range map[string]any{"requestId": "mine", "route": "/graphql", "method": "POST", "status": 200., "level": "INFO"} {
		if got := requests[0][name]; got != want {
			t.Errorf("request: %s is %v, not %v", name, got, want)
		}
	}
	for name, want := range map[string]any{"requestId": "mine", "kind": "query", "name": "other", "code": "OK", "errors": 0., "cost": 9.} {
		if got := operations[0][name]; got != want {
			t.Errorf("operation: %s is %v, not %v", name, got, want)
		}
	}
	if requests[0]["ms"] == nil || operations[0]["ms"] == nil || requests[0]["bytes"].(float64) < 50 {
		t.Errorf("got %v and %v", requests[0], operations[0])
	}
}

func TestProbesAreLoggedOnlyForWhoWantsAll(t *testing.T) {
	w := watch(t, noEnvironment)
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		w.send(t, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	}
	lines := w.lines(t, "request")
	if len(lines) != 3 {
		t.Fatalf("got\n%s", w.log)
	}
	for _, line := range lines {
		if line["level"] != "DEBUG" {
			t.Errorf("got %v", line)
		}
	}
}

func TestNothingThatAClientSentIsLoggedOrCountedOrTraced(t *testing.T) {
	const canary = "canary2b7e151628aed2a6"
	receiver := newReceiver(t)
	w := watch(t, receiver.environment(t))
	w.ask(t, `query `+canary+`{entity(id:"treaty/one"){`+canary+`: id}}`, "Authorization", "Bearer "+canary, "Cookie", "session="+canary, "User-Agent", canary, "Referer", canary)
	w.ask(t, `query `+canary+`{entity(name:"`+canary+`"){id}}`, "X-Request-Id", "not plain: "+canary)
	w.ask(t, `{`+canary)
	w.ask(t, `{entities(first:0, after:"`+canary+`"){nodes{id}}}`)
	for _, target := range []string{"/graphql?query=" + url.QueryEscape(`{entity(name:"`+canary+`"){id}}`), "/graphql?query=" + canary, "/entity/treaty/" + canary, "/" + canary} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
		r.SetBasicAuth(canary, canary)
		w.send(t, r)
		w.send(t, httptest.NewRequestWithContext(t.Context(), canary, target, nil))
	}
	if len(w.lines(t, "request")) != 12 || strings.Contains(w.log.String(), canary) {
		t.Errorf("the log has %d requests:\n%s", len(w.lines(t, "request")), w.log)
	}
	if got := w.scrape(t); strings.Contains(got, canary) {
		t.Errorf("the metrics have\n%s", got)
	}
	spans := receiver.await(t, func(spans []*traces.Span) bool { return len(spans) >= 12 })
	if text := fmt.Sprint(spans); strings.Contains(text, canary) {
		t.Errorf("the traces have\n%s", text)
	}
}

// A receiver takes spans by OTLP over HTTP.
type receiver struct {
	*httptest.Server
	mu    sync.Mutex
	spans []*traces.Span
	about []string // attributes of the resources
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body := io.Reader(request.Body)
		if request.Header.Get("Content-Encoding") == "gzip" {
			unpacked, err := gzip.NewReader(body)
			if err != nil {
				t.Error(err)
				return
			}
			body = unpacked
		}
		text, err := io.ReadAll(body)
		var export collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(text, &export)
		}
		if err != nil || request.URL.Path != "/v1/traces" || request.Header.Get("Content-Type") != "application/x-protobuf" {
			t.Errorf("%v: %s %s", err, request.URL, request.Header)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, of := range export.ResourceSpans {
			r.about = append(r.about, fmt.Sprint(of.Resource))
			for _, scope := range of.ScopeSpans {
				r.spans = append(r.spans, scope.Spans...)
			}
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(r.Close)
	return r
}

// environment makes this process send its spans to the receiver, soon.
func (r *receiver) environment(t *testing.T) func(string) string {
	t.Helper()
	set := map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": r.URL, "OTEL_BSP_SCHEDULE_DELAY": "20"}
	for name, value := range set {
		t.Setenv(name, value) // the libraries read it themselves
	}
	return func(name string) string { return set[name] }
}

func (r *receiver) await(t *testing.T, enough func([]*traces.Span) bool) []*traces.Span {
	t.Helper()
	const patience = 30 * time.Second
	for until := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		r.mu.Lock()
		spans := slices.Clone(r.spans)
		r.mu.Unlock()
		if enough(spans) {
			return spans
		}
		if time.Now().After(until) {
			t.Fatalf("only %v", spans)
		}
	}
}

func TestARequestItsOperationAndItsStoreCallAreOneTraceBelowTheCallersOwn(t *testing.T) {
	receiver := newReceiver(t)
	w := watch(t, receiver.environment(t))
	const traceID, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	w.ask(t, asksEvidence, "traceparent", "00-"+traceID+"-"+parent+"-01")
	spans := receiver.await(t, func(spans []*traces.Span) bool { return len(spans) >= 3 })
	below := parent
	for _, name := range []string{"POST /graphql", "query other", "store assertions"} {
		i := slices.IndexFunc(spans, func(s *traces.Span) bool { return s.Name == name })
		if i < 0 {
			t.Fatalf("no span %s in %v", name, spans)
		}
		if s := spans[i]; fmt.Sprintf("%x", s.TraceId) != traceID || fmt.Sprintf("%x", s.ParentSpanId) != below {
			t.Errorf("%s is not below %s: %v", name, below, s)
		}
		below = fmt.Sprintf("%x", spans[i].SpanId)
	}
	if len(spans) != 3 {
		t.Errorf("what the index asks by itself is traced too: %v", spans)
	}
	if line := w.lines(t, "operation")[0]; line["traceId"] != traceID {
		t.Errorf("the log has %v", line)
	}
	if !strings.Contains(receiver.about[0], "treatygraph") {
		t.Errorf("the service is called %s", receiver.about[0])
	}
}

func TestWithoutAReceiverThereIsNoTracerAndNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, env := range []map[string]string{
		{},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "none"},
	} {
		tracer, end, err := NewTracer(t.Context(), func(name string) string { return env[name] }, slog.New(slog.DiscardHandler))
		if tracer != nil || err != nil {
			t.Errorf("%v: got %v, %v", env, tracer, err)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines became %d", before, after)
	}
}

func TestProfilesAreServedWithoutTheCommandLineAndNotBesideTheAPI(t *testing.T) {
	debug := NewDebugServer().Handler
	for path, want := range map[string]int{"/debug/pprof/": 200, "/debug/pprof/goroutine?debug=1": 200, "/debug/pprof/heap": 200, "/debug/pprof/cmdline": 404} {
		recorder := httptest.NewRecorder()
		debug.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if recorder.Code != want {
			t.Errorf("%s: %d", path, recorder.Code)
		}
	}
	w := watch(t, noEnvironment)
	if recorder := w.send(t, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/debug/pprof/", nil)); recorder.Code != http.StatusNotFound {
		t.Errorf("the API answers %d", recorder.Code)
	}
}

// BenchmarkASmallQuery is the whole way of one, without a connection, with a log that nobody keeps: what observing costs is the distance
// between log=none and the handler before it counted anything, and between the lines.
func BenchmarkASmallQuery(b *testing.B) {
	opened, err := sqlite.Open(b.Context(), sqlite.Memory, sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer opened.Close()
	x, err := index.Follow(b.Context(), opened, index.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	provider := sdk.NewTracerProvider()
	for name, c := range map[string]Config{
		"log=none":        {Logger: slog.New(slog.DiscardHandler)},
		"log=json":        {Logger: slog.New(slog.NewJSONHandler(io.Discard, nil))},
		"log=json,traced": {Logger: slog.New(slog.NewJSONHandler(io.Discard, nil)), Tracer: provider.Tracer("")},
	} {
		b.Run(name, func(b *testing.B) {
			c.Source, c.Store, c.Now = x, opened, time.Now
			handler, body := NewHandler(c), []byte(`{"query":"{entity(id:\"treaty/none\"){id}}"}`)
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				recorder := httptest.NewRecorder()
				handler.ServeHTTP(recorder, r)
				if recorder.Code != http.StatusOK {
					b.Fatal(recorder.Body)
				}
			}
		})
	}
}

// withoutContents is a source whose store is away.
type withoutContents struct{ Source }

func (withoutContents) Assertions(context.Context, []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	return nil, graph.ErrUnavailable
}

func TestTheLogNamesTheFieldThatFailedAsTheSchemaDoes(t *testing.T) {
	var log bytes.Buffer
	s := serveCorpus(t).with(func(c *Config) {
		c.Source, c.Logger = withoutContents{c.Source}, slog.New(slog.NewTextHandler(&log, nil))
	})
	s.ask(t, "POST", "/graphql", `{"query":"{canary1:entity(id:\"treaty/start-i\"){canary2:statements(first:1){canary3:nodes{canary4:evidence{canary5:quote}}}}}"}`)
	if text := log.String(); !strings.Contains(text, "UNAVAILABLE") || !strings.Contains(text, "field=Statement.evidence") || strings.Contains(text, "canary") {
		t.Errorf("the log says\n%s", text)
	}
}
