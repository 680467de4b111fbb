package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"text/template"
	"time"

	"github.com/goccy/go-yaml"

	"treatygraph/edit"
	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/ingest"
)

// What one hostile request may cost and get.
const (
	hostileAnswer    = 64 << 10 // bytes of an answer
	hostileAllocated = 64 << 20 // bytes allocated for it
	hostileSnapshots = 4        // states of the index that were taken
	hostileLoads     = 40       // calls for content, each of which is one call of the store at most
	hostileHeads     = 1        // questions to the store for its head
	hostileErrors    = 10       // errors in an answer
	hostileLog       = 4 << 10  // bytes of the log
	hostileEcho      = 120      // bytes of the request in a row that errors and headers may repeat
)

// A hostileCase is one request, as testdata/hostile has it. What is in << >> is written out by text/template.
type hostileCase struct {
	Name   string
	Method string // POST when empty
	Target string // /graphql when empty
	Header map[string]string

	Query, Variables, Operation string  // make the body
	Body                        *string // takes their place

	Want string // codes that may come back; "BAD_USER_INPUT LIMIT_EXCEEDED" when empty. OK: an answer without errors
}

// hostileWords are what << >> may hold in the files of cases.
var hostileWords = template.FuncMap{
	// rep repeats a text.
	"rep": func(n int, text string) string { return strings.Repeat(text, n) },
	// each repeats a text with #i for the number, from 0, and #j for the next number.
	"each": func(n int, text string) string {
		var all strings.Builder
		for i := range n {
			all.WriteString(strings.NewReplacer("#i", fmt.Sprint(i), "#j", fmt.Sprint(i+1)).Replace(text))
		}
		return all.String()
	},
	// bytes gives bytes that no file in UTF-8 can hold.
	"bytes": func(digits string) (string, error) {
		b, err := hex.DecodeString(digits)
		return string(b), err
	},
}

func (c *hostileCase) UnmarshalYAML(content []byte) error {
	type plain hostileCase // which has no such method
	if err := yaml.UnmarshalWithOptions(content, (*plain)(c), yaml.Strict()); err != nil {
		return err
	}
	var failed error
	for _, field := range []*string{&c.Method, &c.Target, &c.Query, &c.Variables, &c.Operation, c.Body} {
		if field != nil {
			*field = writeOut(*field, &failed)
		}
	}
	for name, value := range c.Header {
		c.Header[name] = writeOut(value, &failed)
	}
	return failed
}

// writeOut writes out what stands in << >>, and keeps the first error.
func writeOut(text string, failed *error) string {
	var out strings.Builder
	parsed, err := template.New("").Delims("<<", ">>").Funcs(hostileWords).Parse(text)
	if err == nil {
		err = parsed.Execute(&out, nil)
	}
	*failed = cmp.Or(*failed, err)
	return out.String()
}

// hostileCases reads the files of cases, by name of the file.
func hostileCases(t testing.TB) map[string][]hostileCase {
	t.Helper()
	files, err := filepath.Glob("testdata/hostile/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	all, seen := map[string][]hostileCase{}, map[string]bool{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []hostileCase
		if err := yaml.Unmarshal(content, &cases); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, c := range cases {
			if seen[c.Name] {
				t.Fatalf("%s: two cases are called %q", file, c.Name)
			}
			seen[c.Name] = true
		}
		all[strings.TrimSuffix(filepath.Base(file), ".yaml")] = cases
	}
	return all
}

// body is what the request sends. Variables stand in it as they were written, also when they are no JSON.
func (c *hostileCase) body() string {
	if c.Body != nil {
		return *c.Body
	}
	text := func(s string) string {
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(s) // a string always can be
		return strings.TrimSpace(out.String())
	}
	body := `{"query":` + text(c.Query)
	if c.Variables != "" {
		body += `,"variables":` + c.Variables
	}
	if c.Operation != "" {
		body += `,"operationName":` + text(c.Operation)
	}
	return body + "}"
}

func (c *hostileCase) request(ctx context.Context) (*http.Request, error) {
	method, target := cmp.Or(c.Method, http.MethodPost), cmp.Or(c.Target, "/graphql")
	var body string
	if method != http.MethodGet {
		body = c.body()
	}
	request, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.RequestURI, request.Host, request.RemoteAddr = target, "example.com", "192.0.2.1:1234"
	request.Header.Set("Content-Type", "application/json")
	if strings.HasPrefix(target, "/entity/") {
		request.Header.Set("Accept", "application/json")
	}
	for name, value := range c.Header {
		request.Header.Set(name, value)
	}
	return request, nil
}

// A hostileService is the service over the shipped corpus, with everything counted that a request may cost.
type hostileService struct {
	http.Handler
	content  *countedSource
	store    *countedStore
	log      *lockedBuffer
	innocent []byte // what it answers to an innocent request
}

type countedSource struct {
	*source
	snapshots, loads atomic.Int64
	err              error // of all loads; nil: they work
}

func (s *countedSource) Snapshot() *index.Snapshot {
	s.snapshots.Add(1)
	return s.source.Snapshot()
}

func (s *countedSource) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	s.loads.Add(1)
	if s.err != nil {
		return nil, s.err
	}
	return s.source.Assertions(ctx, refs)
}

func (s *countedSource) Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	s.loads.Add(1)
	if s.err != nil {
		return nil, s.err
	}
	return s.source.Texts(ctx, hashes)
}

type countedStore struct {
	*store
	heads atomic.Int64
}

func (s *countedStore) Head(ctx context.Context) (graph.Head, error) {
	s.heads.Add(1)
	return s.store.Head(ctx)
}

// A lockedBuffer takes lines of a log from several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// take returns what was written since the last time.
func (b *lockedBuffer) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	text := b.String()
	b.Reset()
	return text
}

const hostileToken = "a secret that lets write"

func serveHostile(t testing.TB) *hostileService {
	t.Helper()
	s, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	h := &hostileService{content: &countedSource{source: &source{Index: s.source.Index}}, store: &countedStore{store: &store{Store: s.store.Store}}, log: &lockedBuffer{}}
	h.Handler = NewHandler(Config{
		Source: h.content, Store: h.store, Now: func() time.Time { return now }, Auth: WriteToken(hostileToken),
		Desk:   &edit.Desk{Store: s.store.Store, Index: s.source.Index, Documents: ingest.Documents{Store: s.store.Store, Index: s.source.Index}},
		Logger: slog.New(slog.NewTextHandler(h.log, nil)),
	})
	h.innocent = h.ask(t)
	return h
}

// ask sends a request that is meant well, and returns the answer.
func (s *hostileService) ask(t testing.TB) []byte {
	t.Helper()
	body := `{"query":"{entity(name:\"莫斯科条约\"){id label(language:\"en\") statements(first:3){nodes{id evidence{quote}}}}}"}`
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	var answer struct{ Data json.RawMessage }
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || !bytes.Contains(answer.Data, []byte(`"Moscow Treaty"`)) {
		t.Fatalf("the innocent request is answered %d %s (%v)", recorder.Code, recorder.Body, err)
	}
	return answer.Data
}

// A hostileError is an error as clients see it.
type hostileError struct {
	Message    string
	Extensions struct{ Code, RequestID string }
}

// try sends a hostile request, and checks that it cost little, was answered shortly and plainly, and harmed nothing.
func (s *hostileService) try(t *testing.T, c hostileCase) {
	t.Helper()
	recorder := s.send(t, &c)
	if again := s.ask(t); !bytes.Equal(again, s.innocent) {
		t.Errorf("afterwards the innocent request is answered %s", again)
	}
	if t.Failed() {
		t.Logf("answered %d %v %.2000s", recorder.Code, recorder.Header(), recorder.Body)
	}
}

// send is try without a look at what comes after.
func (s *hostileService) send(t *testing.T, c *hostileCase) *httptest.ResponseRecorder {
	t.Helper()
	request, err := c.request(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.log.take()
	snapshots, loads, heads := s.content.snapshots.Load(), s.content.loads.Load(), s.store.heads.Load()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	runtime.ReadMemStats(&after)

	for _, counted := range []struct {
		what      string
		got, most int64
	}{
		{"bytes of the answer", int64(recorder.Body.Len()), hostileAnswer},
		{"bytes allocated", int64(after.TotalAlloc - before.TotalAlloc), hostileAllocated},
		{"snapshots", s.content.snapshots.Load() - snapshots, hostileSnapshots},
		{"loads of content", s.content.loads.Load() - loads, hostileLoads},
		{"questions to the store", s.store.heads.Load() - heads, hostileHeads},
	} {
		if counted.got > counted.most {
			t.Errorf("%d %s, more than %d", counted.got, counted.what, counted.most)
		}
	}
	if log := s.log.take(); strings.Contains(log, "panic") || strings.Contains(log, "INTERNAL") || len(log) > hostileLog {
		t.Errorf("the log has %d bytes: %.2000s", len(log), log)
	}
	s.check(t, c, recorder)
	return recorder
}

// check looks at an answer: its codes, its form, and what it repeats of the request.
func (s *hostileService) check(t *testing.T, c *hostileCase, r *httptest.ResponseRecorder) {
	t.Helper()
	var codes []string
	shown := []string{}
	for name, values := range r.Header() {
		for _, value := range values {
			if shown = append(shown, value); strings.ContainsAny(name+value, "\r\n") {
				t.Errorf("the header %q goes on after the end of a line: %q", name, value)
			}
		}
	}
	switch mediaType, _, _ := strings.Cut(r.Header().Get("Content-Type"), ";"); mediaType {
	case "application/json", "application/graphql-response+json", "application/ld+json":
		var answer struct{ Errors []hostileError }
		if err := json.Unmarshal(r.Body.Bytes(), &answer); err != nil {
			t.Errorf("the answer is no JSON: %v", err)
		}
		if len(answer.Errors) > hostileErrors {
			t.Errorf("%d errors", len(answer.Errors))
		}
		for _, e := range answer.Errors {
			codes = append(codes, e.Extensions.Code)
			if e.Message == "" || e.Extensions.RequestID == "" || e.Extensions.RequestID != r.Header().Get("X-Request-Id") {
				t.Errorf("the error %+v is without words or its request's name, %q", e, r.Header().Get("X-Request-Id"))
			}
			shown = append(shown, e.Message)
		}
		if len(answer.Errors) > 0 {
			shown = append(shown, r.Body.String())
		}
		if r.Code >= 400 && len(answer.Errors) == 0 {
			t.Errorf("%d without an error", r.Code)
		}
	default: // a page for people, or an answer without a body
		if code := map[int]string{400: "BAD_USER_INPUT", 404: "NOT_FOUND", 405: "BAD_USER_INPUT", 413: "LIMIT_EXCEEDED", 414: "LIMIT_EXCEEDED"}[r.Code]; r.Code >= 400 {
			codes = append(codes, cmp.Or(code, fmt.Sprint(r.Code)))
			shown = append(shown, r.Body.String())
		}
		if strings.Contains(strings.ToLower(r.Body.String()), "<script") {
			t.Error("the page holds a script")
		}
		if strings.HasPrefix(c.Target, "/graphql") || c.Target == "" {
			if r.Body.Len() > 0 {
				t.Errorf("the answer is of the type %q", mediaType)
			}
		}
	}
	if r.Code >= 500 {
		t.Errorf("the status is %d", r.Code)
	}
	if len(codes) == 0 {
		codes = []string{"OK"}
	}
	want := strings.Fields(cmp.Or(c.Want, "BAD_USER_INPUT LIMIT_EXCEEDED"))
	for _, code := range slices.Compact(codes) {
		if !slices.Contains(want, code) {
			t.Errorf("the code is %s, not %s", code, strings.Join(want, " or "))
		}
	}
	if repeated := longEcho(c.sent(), shown); repeated != "" {
		t.Errorf("the answer repeats much of the request: %.200q", repeated)
	}
}

// sent is everything that a request says, as it is written and as it is meant.
func (c *hostileCase) sent() []string {
	sent := []string{c.Method, c.Target, c.Query, c.Variables, c.Operation, c.body()}
	if target, err := url.PathUnescape(c.Target); err == nil {
		sent = append(sent, target)
	}
	for name, value := range c.Header {
		sent = append(sent, name, value)
	}
	return sent
}

var echoSeed = maphash.MakeSeed()

// longEcho returns a run of hostileEcho+1 bytes that something shown has from something sent, empty when there is none.
func longEcho(sent, shown []string) string {
	const run = hostileEcho + 1
	windows := map[uint64]bool{}
	for _, text := range shown {
		for i := 0; i+run <= len(text); i++ {
			windows[maphash.String(echoSeed, text[i:i+run])] = true
		}
	}
	if len(windows) == 0 {
		return ""
	}
	for _, text := range sent {
		for i := 0; i+run <= len(text); i++ {
			if windows[maphash.String(echoSeed, text[i:i+run])] {
				return text[i : i+run]
			}
		}
	}
	return ""
}

func TestHostileRequestsAreAnsweredShortlyAndCostLittle(t *testing.T) {
	s := serveHostile(t)
	count := 0
	for file, cases := range hostileCases(t) {
		count += len(cases)
		t.Run(file, func(t *testing.T) {
			for _, c := range cases {
				t.Run(c.Name, func(t *testing.T) { s.try(t, c) })
			}
		})
	}
	if count < 200 {
		t.Errorf("there are only %d requests", count)
	}
}

// BenchmarkHostile prints which hostile requests take the most time of the processor; none should take more than 100 ms.
func BenchmarkHostile(b *testing.B) {
	type timed struct {
		name string
		took time.Duration
	}
	var all []timed
	for b.Loop() {
		s := serveHostile(b)
		all = all[:0]
		for file, cases := range hostileCases(b) {
			for _, c := range cases {
				request, err := c.request(b.Context())
				if err != nil {
					b.Fatal(err)
				}
				runtime.GC() // what the request before left is not this one's
				began := processorTime(b)
				s.ServeHTTP(httptest.NewRecorder(), request)
				all = append(all, timed{file + ": " + c.Name, processorTime(b) - began})
			}
		}
	}
	slices.SortFunc(all, func(a, b timed) int { return cmp.Compare(b.took, a.took) })
	for _, t := range all[:10] {
		b.Logf("%6.1f ms  %s", float64(t.took.Microseconds())/1000, t.name)
	}
	b.ReportMetric(float64(all[0].took.Microseconds())/1000, "ms-slowest")
}

// processorTime is the time that the processor gave to this program so far.
func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
