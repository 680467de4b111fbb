package bench

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
	server "treatygraph/tools/neo4j"
)

// served is the graph of the benchmarks over HTTP on Neo4j: filled within a minute, with the hub of OneMillion.
var served = Shape{Assertions: 200_000, Entities: 20_000, HubDegree: OneMillion.HubDegree, Seed: OneMillion.Seed}

// BenchmarkHTTP asks the real server over loopback for L1 (one node with six fields), L3 (1 × 10 × 10 nested connections), HUB (20
// statements of the largest node) and GRAPH (what lies within two hops of it, as far as 500 entities): over SQLite with the graph of size, and over each version of Neo4j with the graph of served, where
// the answers must be those of SQLite byte for byte.
//
// What has no further word is answered from the shape in memory. "content" also asks for quotes, which are not in the shape: "warm" from
// the cache, "cold" from the store, with a cache that holds nothing (the store's own caches are as they come).
func BenchmarkHTTP(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) {
		store, _ := million(b)
		benchHTTP(b, store, nil)
	})
	for _, version := range server.Versions {
		b.Run("Neo4j-"+version, func(b *testing.B) {
			own := startNeo4j(b, version)
			store, err := neo4j.Open(b.Context(), own.URL(), neo4j.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { store.Close() })
			twin, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "twin.db"), sqlite.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { twin.Close() })
			for _, s := range []graph.Store{store, twin} {
				if _, err := served.Fill(b.Context(), s); err != nil {
					b.Fatal(err)
				}
			}
			benchHTTP(b, store, twin)
		})
	}
}

// startNeo4j starts a server for one benchmark. Where none can be had it says so, also without -v, and skips the benchmark.
func startNeo4j(b *testing.B, version string) *server.Server {
	b.Helper()
	own, err := server.Start(b.Context(), server.Config{Version: version, Home: b.TempDir()})
	if errors.Is(err, server.ErrMissing) {
		fmt.Fprintf(os.Stderr, "NOT MEASURED on Neo4j %s: %v\n", version, err)
		b.Skip(err)
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { own.Stop() })
	return own
}

// A question is a query with the variables it is asked with in turn.
type question struct {
	name      string
	query     string
	variables []map[string]any
	key       string // a key of the answer, with the quotation marks around it, and
	count     int    // how often it stands in it: result counts are checked before times
	content   bool   // asks for what is not in the shape
}

const (
	l1        = `query($id:ID!){entity(id:$id){id kind label url names{text language role} identifiers{scheme value}}}`
	l1Content = `query($id:ID!){node(id:$id){id ... on Statement{predicate rank valid{from} qualifiers{ordinal} evidence{quote}}}}`
	l3        = `query($id:ID!){entity(id:$id){id label statements(first:10,predicates:[CITES]){edges{other{id label statements(first:10,predicates:[CITES]){edges{other{id label kind}}}}}}}}`
	l3Content = `query($id:ID!){entity(id:$id){id label statements(first:10,predicates:[CITES]){edges{node{evidence{quote}} other{id label statements(first:10,predicates:[CITES]){edges{node{evidence{quote}} other{id label kind}}}}}}}}`
	hubPage   = `query($id:ID!,$after:String){entity(id:$id){statements(first:20,after:$after,direction:IN){edges{cursor node{id predicate valid{from}} other{id label}} pageInfo{hasNextPage}}}}`
	hubCount  = `query($id:ID!,$after:String){entity(id:$id){statements(first:20,after:$after,direction:IN){totalCount edges{cursor node{id predicate valid{from}} other{id label}} pageInfo{hasNextPage}}}}`
	twoHops   = `query($id:ID!){subgraph(seeds:{ids:[$id]},depth:2){nodes{id label} statements{id predicate subject{id} object{id}} truncated omitted{count}}}`
	hubQuotes = `query($id:ID!,$after:String){entity(id:$id){statements(first:20,after:$after,direction:IN){edges{cursor node{id predicate valid{from} evidence{quote}} other{id label}} pageInfo{hasNextPage}}}}`
)

// Places of the questions whose figures are compared with each other.
const (
	askHub = iota
	askHubCount
	askSmall
	askHubPage1000
	askL3
)

// questions are the same for every store that holds the same graph.
func questions(b *testing.B, x *index.Index) []question {
	b.Helper()
	s := x.Snapshot()
	ids := func(list ...graph.ID) (variables []map[string]any) {
		for _, id := range list {
			variables = append(variables, map[string]any{"id": id})
		}
		return variables
	}
	roots := roots(b, s)
	page1000 := index.StatementQuery{Entity: Hub, Direction: index.In, Page: index.Page{First: 20}}
	var statements []map[string]any
	for range 999 {
		page, err := s.Statements(page1000)
		if err != nil || !page.HasNext {
			b.Fatal("the hub is too small", err)
		}
		statements = append(statements, map[string]any{"id": page.Items[0].ID})
		page1000.Page.After = page.Items[len(page.Items)-1].Cursor
	}
	far := []map[string]any{{"id": Hub, "after": page1000.Page.After}}
	return []question{
		askHub:         {"HUB", hubPage, ids(Hub), `"cursor":`, 20, false},
		askHubCount:    {"HUB/totalCount", hubCount, ids(Hub), `"cursor":`, 20, false},
		askSmall:       {"HUB/nodeOfDegree20", hubPage, ids(Small), `"cursor":`, 20, false},
		askHubPage1000: {"HUB/page1000", hubPage, far, `"cursor":`, 20, false},
		askL3:          {"L3", l3, ids(roots...), `"id":`, 111, false},
		{"L1", l1, ids(roots...), `"id":`, 1, false},
		{"GRAPH", twoHops, ids(Hub), `"label":`, 500, false},
		{"L1/content", l1Content, statements[:len(roots)], `"quote":`, 1, true},
		{"L3/content", l3Content, ids(roots...), `"quote":`, 110, true},
		{"HUB/content", hubQuotes, ids(Hub), `"quote":`, 20, true},
	}
}

// roots are entities with ten neighbours that have ten each.
func roots(b *testing.B, s *index.Snapshot) (roots []graph.ID) {
	const enough = 64
	ten := func(id graph.ID) []index.StatementItem {
		page, err := s.Statements(index.StatementQuery{Entity: id, Predicates: []graph.Predicate{graph.PredCites}, Page: index.Page{First: 10}})
		if err != nil {
			b.Fatal(err)
		}
		return page.Items
	}
next:
	for i := 0; len(roots) < enough; i += 7 {
		items := ten(entity(i))
		if len(items) < 10 {
			continue
		}
		for _, item := range items {
			if len(ten(item.Other)) < 10 {
				continue next
			}
		}
		roots = append(roots, entity(i))
	}
	return roots
}

// benchHTTP measures a store. When a twin with the same graph is given, its answers must be the same.
func benchHTTP(b *testing.B, store, twin graph.Store) {
	const noCache = 2 // bytes: no entry is as small
	warm, cold := serve(b, store, 0), serve(b, store, noCache)
	list := questions(b, warm.index)
	asked := make([]exchanges, len(list))
	for i, q := range list {
		asked[i] = prepare(b, warm, q)
		asked[i].repeat(b, warm, false)
		if q.content {
			for range 5 { // more than once, for a store that gets faster by use
				asked[i].repeat(b, cold, true)
			}
		}
	}
	if twin != nil {
		other := serve(b, twin, 0)
		for i, q := range list {
			compare(b, q, asked[i], prepare(b, other, q))
		}
	}
	for i, q := range list {
		if !q.content {
			b.Run(q.name, func(b *testing.B) { asked[i].measure(b, warm) })
			continue
		}
		b.Run(q.name+"/warm", func(b *testing.B) { asked[i].measure(b, warm) })
		b.Run(q.name+"/cold", func(b *testing.B) { asked[i].measure(b, cold) })
		b.Run(q.name+"/warm/8clients", func(b *testing.B) { asked[i].measureClients(b, warm.address, 8) })
		b.Run(q.name+"/cold/8clients", func(b *testing.B) { asked[i].measureClients(b, cold.address, 8) })
	}
	b.Run("L3/8clients", func(b *testing.B) { asked[askL3].measureClients(b, warm.address, 8) })
	b.Run("L3/sameBytesFromNetHTTP", func(b *testing.B) { asked[askL3][:1].measureClients(b, echo(b, asked[askL3][0].answer), 8) })
	b.Run("HUB/ratios", func(b *testing.B) {
		times, c := make([][]time.Duration, askHubPage1000+1), dial(b, warm.address)
		for b.Loop() {
			for i := range times { // in turn, so that they meet the same noise
				times[i] = append(times[i], asked[i].one(b, c, 0))
			}
		}
		ratio := func(a, to int) float64 {
			return float64(percentile(times[a], 50)) / float64(percentile(times[to], 50))
		}
		b.ReportMetric(ratio(askHub, askSmall), "hub/small")
		b.ReportMetric(ratio(askHubPage1000, askHub), "page1000/page1")
		b.ReportMetric(ratio(askHubCount, askHub), "totalCount/without")
	})
}

// Exchanges are the requests of a question with what they must be answered.
type exchanges []struct{ request, answer []byte }

// prepare asks a question in all its forms, and checks the counts.
func prepare(b *testing.B, s *service, q question) (all exchanges) {
	b.Helper()
	c := dial(b, s.address)
	for _, variables := range q.variables {
		r := request(b, q.query, variables)
		answer, err := c.ask(r)
		if err != nil {
			b.Fatal(q.name, err)
		}
		if n := bytes.Count(dataOf(b, answer), []byte(q.key)); n != q.count {
			b.Fatalf("%s: %s stands %d times, not %d, in %s", q.name, q.key, n, q.count, answer)
		}
		all = append(all, struct{ request, answer []byte }{r, bytes.Clone(answer)})
	}
	return all
}

func compare(b *testing.B, q question, got, want exchanges) {
	b.Helper()
	if len(got) != len(want) {
		b.Fatalf("%s: %d answers, the twin has %d", q.name, len(got), len(want))
	}
	for i := range got {
		if g, w := dataOf(b, got[i].answer), dataOf(b, want[i].answer); !bytes.Equal(g, w) || !bytes.Equal(got[i].request, want[i].request) {
			b.Fatalf("%s is answered\n%s\nand by the twin\n%s", q.name, g, w)
		}
	}
}

// repeat asks everything again, from the cache or not.
func (e exchanges) repeat(b *testing.B, s *service, loads bool) {
	b.Helper()
	c := dial(b, s.address)
	for i := range e {
		before := s.loaded.Load()
		e.one(b, c, i)
		if loaded := s.loaded.Load() - before; loads != (loaded > 0) {
			b.Fatalf("%d assertions were loaded for %s", loaded, e[i].request)
		}
	}
}

// one asks once and returns the time it took. The answer must be the one known.
func (e exchanges) one(b *testing.B, c *client, i int) time.Duration {
	began := time.Now()
	answer, err := c.ask(e[i].request)
	took := time.Since(began)
	if err != nil || !bytes.Equal(answer, e[i].answer) {
		b.Errorf("%v, answer %s, not %s", err, answer, e[i].answer)
	}
	return took
}

// measure asks over and over. Allocations and processor time are those of both ends of the connection, and of a store in this process.
func (e exchanges) measure(b *testing.B, s *service) {
	b.ReportAllocs()
	c := dial(b, s.address)
	times := make([]time.Duration, 0, 1<<16)
	before, used := s.loaded.Load(), processorTime()
	for i := 0; b.Loop(); i++ {
		times = append(times, e.one(b, c, i%len(e)))
	}
	report(b, times, used)
	b.ReportMetric(float64(s.loaded.Load()-before)/float64(b.N), "loaded/op")
}

// measureClients asks from so many connections at once.
func (e exchanges) measureClients(b *testing.B, address string, clients int) {
	b.ReportAllocs()
	connections := make([]*client, clients)
	for i := range connections {
		connections[i] = dial(b, address)
	}
	times := make([]time.Duration, b.N)
	var next atomic.Int64
	var work sync.WaitGroup
	used := processorTime()
	b.ResetTimer()
	for _, c := range connections {
		work.Go(func() {
			for i := int(next.Add(1) - 1); i < b.N; i = int(next.Add(1) - 1) {
				times[i] = e.one(b, c, i%len(e))
			}
		})
	}
	work.Wait()
	report(b, times, used)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// echo serves the bytes to whoever asks: what is left when nothing is done for an answer.
func echo(b *testing.B, answer []byte) string {
	return listen(b, &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		_, _ = w.Write(answer)
	})})
}
