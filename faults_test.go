package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"treatygraph/graph"
	"treatygraph/graph/guard"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/sqlite"
	"treatygraph/graph/storetest"
	server "treatygraph/tools/neo4j"
)

const (
	// faultClients are fewer than the guard has places: what is refused is refused because the store is away.
	faultClients = guard.DefaultCalls - 4
	// faultContents are more than the clients ask for in all: each question for contents needs the store, until they have been asked once.
	faultContents = 2000
	// faultPause is between two questions of a client.
	faultPause = 10 * time.Millisecond
	// enoughRefused is many times what may have been under way when the store went away.
	enoughRefused = 5 * guard.DefaultCalls
	// pileUp is more goroutines than clients, both ends of their connections, the guard's places, and a proxy's for 32 connections need.
	pileUp = 6*faultClients + 2*guard.DefaultCalls + 8*32 + 50
	// faultSecret stands in the address of a store, and must stand nowhere else.
	faultSecret = "canary9e107d9d372bb682"
)

func TestWhileNeo4jIsSlowSilentOrGoneMemoryAnswersTheRestIsShedAndAllIsWellSoonAfter(t *testing.T) {
	address := server.Lease(t, server.VersionsToTest(t)[0]).URL()
	began := time.Now()
	defer func() { t.Logf("with the server at hand: %v", time.Since(began).Round(time.Second)) }()
	direct, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	writer, err := neo4j.Open(t.Context(), address, neo4j.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ids := writeContents(t, writer)
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	nothingLeft := countBefore(t)
	proxy := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "faults", "127.0.0.1:0", direct.Host)
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	defer proxy.Stop()
	poison := func(toxic string) func() {
		added, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic))
		if err != nil {
			t.Fatal(err)
		}
		return func() {
			if err := proxy.Toxics.RemoveToxic(context.Background(), added.Name); err != nil {
				t.Error(err)
			}
		}
	}
	through := *direct
	through.Host = proxy.Listen
	if through.User == nil {
		through.User = url.UserPassword("neo4j", faultSecret) // which a server without authentication takes
	}
	f := newFaults(t, ids, "--store", through.String())
	f.wait("all is well", func(a *answered) bool { return a.contents.Load() > faultClients })

	heal := poison(`{"type": "latency", "stream": "downstream", "attributes": {"latency": 100}}`)
	f.wait("a slow store is waited for", func(a *answered) bool { return a.contents.Load() > faultClients && a.memory.Load() > faultClients })
	heal()
	f.recovered()

	heal = poison(`{"type": "timeout", "stream": "downstream", "attributes": {"timeout": 0}}`)
	f.refuses("Neo4j is silent")
	heal()
	f.recovered()

	proxy.Stop()
	f.refuses("Neo4j is gone")
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	f.recovered()

	log := f.end()
	secret, _ := through.User.Password()
	if strings.Contains(log, secret) || strings.Contains(log, "panic") {
		t.Errorf("the log has a secret or a panic:\n%s", log)
	}
	proxy.Stop()
	nothingLeft()
}

// writeContents writes statements with evidence, and returns their IDs.
func writeContents(t *testing.T, store graph.Store) (ids []string) {
	t.Helper()
	b := &graph.Batch{Key: "contents", Author: "test", Assert: []graph.Assertion{
		soakName(soakDataset, "Data"), soakName(soakHub, "Hub"), soakName("resolution/soak", "Source")}}
	for i := range faultContents {
		a := soakCites(i, fmt.Sprint("content ", i))
		b.Assert = append(b.Assert, a)
		ids = append(ids, string(a.Key().Statement))
	}
	if _, err := store.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	return ids
}

// countBefore returns a check that no goroutine and no open file is left of what begins after it.
func countBefore(t *testing.T) (nothingLeft func()) {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	before := waitForLess(resources{}, time.Second)
	ignored := []goleak.Option{goleak.IgnoreCurrent(), goleak.IgnoreAnyFunction("treatygraph/tools/neo4j.(*Server).await")}
	for _, function := range storetest.LeakedByFaults {
		ignored = append(ignored, goleak.IgnoreAnyFunction(function))
	}
	return func() {
		t.Helper()
		goleak.VerifyNone(t, ignored...)
		anyNumber := runtime.NumGoroutine()
		if after := waitForLess(resources{anyNumber, before.files}, patience); after.files > before.files {
			t.Errorf("%d files were open before, %d after: %s", before.files, after.files, openFiles())
		}
	}
}

// Faults are a service under load, of whose questions some need contents.
type faults struct {
	t       *testing.T
	address string
	http    *http.Client
	ids     []string
	next    atomic.Int64
	now     atomic.Pointer[answered] // since the last wait began
	most    atomic.Int64             // goroutines seen
	end     func() (log string)
}

// Answered counts answers.
type answered struct {
	memory   atomic.Int64 // without contents
	contents atomic.Int64 // with contents
	refused  atomic.Int64 // UNAVAILABLE in place of contents
}

// newFaults starts the program and its clients.
func newFaults(t *testing.T, ids []string, args ...string) *faults {
	t.Helper()
	address, stop := runInside(t, append([]string{"--corpus", "none", "--log-level", "debug"}, args...)...)
	f := &faults{t: t, address: address, ids: ids, http: &http.Client{Timeout: slowest, Transport: &http.Transport{MaxIdleConnsPerHost: faultClients + 1}}}
	f.now.Store(new(answered))
	clientsEnd, cancel := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	for i := range faultClients {
		clients.Go(func() {
			for n := i; clientsEnd.Err() == nil && !t.Failed(); n++ {
				if n%2 == 0 {
					f.ask(`{entity(id:"`+string(soakHub)+`"){id label statements(first:5){totalCount nodes{id subject{label}}}}}`, nil)
				} else {
					f.ask(`query($id:ID!){node(id:$id){... on Statement{evidence{citation}}}}`, &f.ids[int(f.next.Add(1))%len(f.ids)])
				}
				f.most.Store(max(f.most.Load(), int64(runtime.NumGoroutine()))) // which may lose one, of many
				time.Sleep(faultPause)
			}
		})
	}
	f.end = sync.OnceValue(func() string {
		cancel()
		clients.Wait()
		f.http.CloseIdleConnections()
		return stop()
	})
	t.Cleanup(func() { f.end() })
	return f
}

// ask asks for the contents of a statement, or without an ID for what memory has.
func (f *faults) ask(query string, id *string) {
	now := f.now.Load() // an answer belongs to the time of its question
	body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"id": id}})
	if err != nil {
		panic(err) // of strings
	}
	response, err := f.http.Post(f.address+"/graphql", "application/json", strings.NewReader(string(body)))
	if err != nil {
		f.t.Error(err)
		return
	}
	defer response.Body.Close()
	var a struct {
		Data   json.RawMessage
		Errors []struct{ Extensions struct{ Code string } }
	}
	text, err := io.ReadAll(response.Body)
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	switch {
	case strings.Contains(string(text)+fmt.Sprint(response.Header), faultSecret):
		f.t.Errorf("the answer has a secret: %s", text)
	case err == nil && len(a.Errors) == 0 && id == nil && strings.Contains(string(a.Data), `"Source"`):
		now.memory.Add(1)
	case err == nil && len(a.Errors) == 0 && id != nil && strings.Contains(string(a.Data), `"content `):
		now.contents.Add(1)
	case err == nil && len(a.Errors) == 1 && id != nil && a.Errors[0].Extensions.Code == "UNAVAILABLE":
		now.refused.Add(1)
	default:
		f.t.Errorf("%s, %v: %s", response.Status, err, text)
	}
}

// wait begins to count anew, and returns when enough is counted.
func (f *faults) wait(what string, enough func(*answered) bool) {
	f.t.Helper()
	now, began := new(answered), time.Now()
	f.now.Store(now)
	await(f.t, what, func() bool { return f.t.Failed() || enough(now) })
	if f.t.Failed() {
		f.t.FailNow()
	}
	f.t.Logf("%s: %d from memory, %d contents, %d refused in %v", what, now.memory.Load(), now.contents.Load(), now.refused.Load(), time.Since(began).Round(time.Millisecond))
}

// refuses waits until many were refused and at least as many were answered from memory, and checks what the service says of itself.
func (f *faults) refuses(what string) {
	f.t.Helper()
	f.most.Store(0)
	f.wait(what, func(a *answered) bool { return a.refused.Load() > enoughRefused && a.memory.Load() > enoughRefused })
	if away := f.metric("treatygraph_store_guard_away"); away != 1 {
		f.t.Errorf("%s: the guard says %v", what, away)
	}
	if calls := f.metric("treatygraph_store_guard_calls"); calls > guard.DefaultCalls {
		f.t.Errorf("%s: %v calls are under way", what, calls)
	}
	if shed := f.metric(`treatygraph_store_guard_shed_total{reason="away"}`); shed < enoughRefused/2 {
		f.t.Errorf("%s: only %v calls were shed without a try", what, shed)
	}
	if most := f.most.Load(); most > pileUp {
		f.t.Errorf("%s: %d goroutines pile up", what, most)
	}
	await(f.t, "the index says that it cannot follow", func() bool { return f.metric("treatygraph_index_following") == 0 })
	if status, _ := f.get("/readyz"); status != http.StatusServiceUnavailable {
		f.t.Errorf("%s: readyz says %d", what, status)
	}
}

// recovered waits until all is as it was before the fault.
func (f *faults) recovered() {
	f.t.Helper()
	began := time.Now()
	await(f.t, "contents again", func() bool {
		now := new(answered)
		f.now.Store(now)
		time.Sleep(5 * faultPause)
		return now.contents.Load() > 0 && now.refused.Load() == 0
	})
	contents := time.Since(began)
	await(f.t, "ready again", func() bool { status, _ := f.get("/readyz"); return status == http.StatusOK })
	f.t.Logf("contents again %v after the fault, ready %v after it", contents.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
	await(f.t, "the guard says so", func() bool { return f.metric("treatygraph_store_guard_away") == 0 })
}

func (f *faults) get(path string) (status int, body string) {
	f.t.Helper()
	response, err := f.http.Get(f.address + path)
	if err != nil {
		f.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// metric returns the value of a series.
func (f *faults) metric(series string) float64 {
	f.t.Helper()
	_, text := f.get("/metrics")
	found := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(series) + ` (\S+)$`).FindStringSubmatch(text)
	if found == nil {
		f.t.Fatalf("no series %s", series)
	}
	value, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		f.t.Fatal(err)
	}
	return value
}

func TestWhileAnotherWritesToTheFileNothingIsRefused(t *testing.T) {
	f, file, nothingLeft := faultsOverSQLite(t)
	unlock := lockForWriting(t, file)
	f.wait("the file is locked for writing", func(a *answered) bool { return a.contents.Load() > faultClients && a.memory.Load() > faultClients })
	if n := f.now.Load().refused.Load(); n > 0 {
		t.Errorf("%d were refused", n)
	}
	unlock()
	f.end()
	nothingLeft()
}

func faultsOverSQLite(t *testing.T) (f *faults, file string, nothingLeft func()) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "faults.db")
	store, err := sqlite.Open(t.Context(), file, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ids := writeContents(t, store)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	nothingLeft = countBefore(t)
	f = newFaults(t, ids, "--store", "sqlite:"+file)
	f.wait("all is well", func(a *answered) bool { return a.contents.Load() > faultClients })
	return f, file, nothingLeft
}

// lockForWriting holds the lock of a writer, as one in the middle of a long transaction does.
func lockForWriting(t *testing.T, file string) (unlock func()) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), `BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		_, err := conn.ExecContext(t.Context(), `ROLLBACK`)
		if err := errors.Join(err, conn.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	}
}
