package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/metrics"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
)

const (
	soakClients = 200
	// soakVariable says how long to soak, as 90s or 10m.
	soakVariable = "TREATYGRAPH_SOAK"
	// soakHubDegree is how many statements the node that clients walk along has from the beginning; the writer adds and withdraws more.
	soakHubDegree = 230
	// soakKept is how many statements of the writer's stand at a time; older ones are withdrawn.
	soakKept = 20
	// batchesPerTreaty keeps the list of treaties short: an entity that was once there is never withdrawn.
	batchesPerTreaty = 10
	// writeEvery is the time between two batches of the writer.
	writeEvery = 50 * time.Millisecond
	// soakSeen bounds the answers that are remembered on the way, each of some kilobytes.
	soakSeen = 500
	// soakProper is how long a soak must be at least for its memory to be judged: before that, caches fill and the heap finds its size.
	soakProper = 2 * time.Minute
	// bytesPerBatch is what a batch of the writer's adds: for good three versions, a name at times, and the record of a revision; and their
	// contents to the cache, until that is full.
	bytesPerBatch = 6 << 10
	// slowest is far more than the server's own deadline for an operation: a client that waits longer was forgotten.
	slowest = time.Minute
)

// soakTime is a minute under the race detector, which CI runs once, and shorter where only the rest is of interest.
func soakTime(t *testing.T) time.Duration {
	if text := os.Getenv(soakVariable); text != "" {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatalf("%s: %v", soakVariable, err)
		}
		return d
	}
	switch {
	case raceDetector:
		return time.Minute
	case testing.Short():
		return 2 * time.Second
	default:
		return 5 * time.Second
	}
}

// The program serves two hundred clients while another handle writes to its file. Every answer is free of errors, walks along lists neither
// repeat nor lose what stood there all the time, answers as of a revision never change by a byte, and in the end nothing is left over.
func TestTwoHundredClientsAndAWriterLeaveNoErrorAndNothingBehind(t *testing.T) {
	http.DefaultClient.CloseIdleConnections()       // what other tests left
	before := waitForLess(resources{}, time.Second) // what ends by itself has ended
	if before.files == 0 {
		t.Log("NOT TESTED: open files, which this system does not list in " + fileFolder)
	}

	file := filepath.Join(t.TempDir(), "soak.db")
	address, stop := runInside(t, "--store", "sqlite:"+file, "--log-level", "warn", "--rate-limit", "0")
	s := newSoak(t, address, file)
	clientsEnd, cancel := context.WithTimeout(t.Context(), soakTime(t))
	defer cancel()
	var clients, writer sync.WaitGroup
	for i := range soakClients {
		clients.Go(func() { s.client(clientsEnd, i) })
	}
	writerEnd, cancelWriter := context.WithCancel(t.Context())
	defer cancelWriter()
	writer.Go(func() { s.write(writerEnd) })
	samples := s.sample(clientsEnd, soakTime(t))
	clients.Wait()
	cancelWriter()
	writer.Wait()
	s.checkEnd()
	if soakTime(t) >= soakProper {
		mustBeFlat(t, samples)
	}
	for what, n := range s.done {
		t.Logf("%6d × %s", n.Load(), what)
		if n.Load() == 0 && raceDetector {
			t.Errorf("nobody came to the end of: %s", what)
		}
	}
	t.Logf("%d requests, %d revisions, slowest answer %v", s.requests.Load(), s.written.Load(), time.Duration(s.slowest.Load()))
	if err := s.store.Close(); err != nil {
		t.Error(err)
	}
	s.first.http.CloseIdleConnections()
	if log := stop(); log != "" {
		t.Errorf("the server logs\n%s", log)
	}
	if after := waitForLess(before, patience); after.goroutines > before.goroutines || after.files > before.files {
		var stacks bytes.Buffer
		_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1)
		t.Errorf("%+v before, %+v after: %s\n%s", before, after, openFiles(), stacks.String())
	} else {
		t.Logf("%+v before, %+v after", before, after)
	}
}

// runInside runs the program in this process, so that its goroutines and files can be counted, and returns its URL. What stop returns
// is what it logged.
func runInside(t *testing.T, args ...string) (address string, stop func() string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	in, out := io.Pipe()
	var log bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"--listen", "127.0.0.1:0"}, args...), func(string) string { return "" }, out, &log)
		out.Close()
	}()
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil {
		cancel()
		t.Fatalf("the program ended with %d: %s", <-code, &log)
	}
	stop = sync.OnceValue(func() string {
		cancel()
		if c := <-code; c != 0 {
			t.Errorf("the program ended with %d", c)
		}
		return log.String()
	})
	t.Cleanup(func() { stop() })
	return strings.TrimSuffix(line, "\n"), stop
}

// Resources are what must not grow.
type resources struct{ goroutines, files int }

// A sample says what is used at a time.
type sample struct {
	resources
	live    int64 // bytes of the heap that the last collection found in use
	process int64 // bytes of memory that the process has, where the system tells
	written int64 // batches
}

// sample takes samples until the end, and prints them.
func (s *soak) sample(end context.Context, whole time.Duration) (samples []sample) {
	const number = 40
	tick := time.NewTicker(max(whole/number, time.Second))
	defer tick.Stop()
	began := time.Now()
	for {
		select {
		case <-end.Done():
			return samples
		case <-tick.C:
		}
		heap := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(heap)
		now := sample{resources{runtime.NumGoroutine(), len(openFiles())}, int64(heap[0].Value.Uint64()), processMemory(), s.written.Load()}
		samples = append(samples, now)
		s.t.Logf("%6s: heap in use %4d MB, process %4d MB, %4d goroutines, %3d files, %6d requests, revision %d", time.Since(began).Round(time.Second),
			now.live>>20, now.process>>20, now.goroutines, now.files, s.requests.Load(), now.written)
	}
}

// processMemory returns the bytes that are resident, 0 where the system does not tell.
func processMemory() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(text), &size, &resident); err != nil {
		return 0
	}
	return resident * int64(os.Getpagesize())
}

// mustBeFlat compares the last quarter of the samples with the second; the first is for warming up. What the writer added is no leak.
func mustBeFlat(t *testing.T, samples []sample) {
	t.Helper()
	quarter := len(samples) / 4
	early, late := samples[quarter:2*quarter], samples[len(samples)-quarter:]
	added := bytesPerBatch * (median(late, func(s sample) int64 { return s.written }) - median(early, func(s sample) int64 { return s.written }))
	for _, what := range []struct {
		name  string
		of    func(sample) int64
		share int64 // of growth in a hundred that is noise
		plus  int64
	}{
		{"bytes of the heap in use", func(s sample) int64 { return s.live }, 15, added},
		{"bytes of the process", func(s sample) int64 { return s.process }, 25, 2 * added}, // the heap may be twice what is in use
		{"goroutines", func(s sample) int64 { return int64(s.goroutines) }, 5, 20},
		{"files", func(s sample) int64 { return int64(s.files) }, 5, 10},
	} {
		before, after := median(early, what.of), median(late, what.of)
		if most := before + before*what.share/100 + what.plus; after > most {
			t.Errorf("%s: %d in the second quarter became %d in the last, more than %d", what.name, before, after, most)
		} else {
			t.Logf("%s: %d in the second quarter, %d in the last, at most %d", what.name, before, after, most)
		}
	}
}

func median(samples []sample, of func(sample) int64) int64 {
	values := make([]int64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// waitForLess returns what is used as soon as it is no more than most, else after the patience.
func waitForLess(most resources, patience time.Duration) (now resources) {
	for until := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		now = resources{runtime.NumGoroutine(), len(openFiles())}
		enough := now.goroutines <= most.goroutines && now.files <= most.files
		if enough || time.Now().After(until) {
			return now
		}
	}
}

// fileFolder is where Linux lists the open files of a process.
const fileFolder = "/proc/self/fd"

// openFiles names the open files where the system tells, none elsewhere.
func openFiles() (names []string) {
	entries, _ := os.ReadDir(fileFolder)
	for _, e := range entries {
		if name, err := os.Readlink(filepath.Join(fileFolder, e.Name())); err == nil {
			names = append(names, name)
		}
	}
	return names
}

// A soak is what the clients and the writer share.
type soak struct {
	t       *testing.T
	address string
	store   *sqlite.Store // the writer's own handle
	first   *soakClient
	golden  []string // documents

	revision   int          // as of which the next are remembered
	remembered []exchange   // documents as of that revision, and their answers' data
	treaties   []string     // that stand from the beginning to the end
	statements []string     // of the hub, likewise
	seen       sync.Map     // document as of a later revision → data
	kept       atomic.Int64 // how many were to be kept in seen
	requests   atomic.Int64 // answered
	written    atomic.Int64 // batches
	slowest    atomic.Int64 // nanoseconds
	done       map[string]*atomic.Int64
}

type exchange struct {
	query string
	data  json.RawMessage
}

const (
	soakHub     graph.ID = "resolution/soak-hub"
	soakDataset graph.ID = "dataset/soak"
)

func soakAssertion(c graph.Claim, citation string) graph.Assertion {
	a := graph.Assertion{Claim: c, Dataset: soakDataset, Rank: graph.RankNormal, Method: graph.MethodCurated}
	if citation != "" {
		a.Evidence = []graph.Evidence{{Citation: citation}}
	}
	return a
}

func soakName(id graph.ID, text string) graph.Assertion {
	v := graph.NameValue(graph.Name{Text: text, Lang: "en", Role: graph.NameShort})
	return soakAssertion(graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: &v}, "")
}

func soakCites(i int, citation string) graph.Assertion {
	day := (graph.MustDate("1990-01-01").Earliest() + graph.Day(i*37%5000)).Date()
	return soakAssertion(graph.Claim{Subject: "resolution/soak", Predicate: graph.PredCites, Object: soakHub,
		Valid: graph.Interval{From: day}, Qualifiers: graph.Qualifiers{Ordinal: i + 1}}, citation)
}

func soakTreaty(i int) graph.Assertion {
	return soakName(graph.ID(fmt.Sprintf("treaty/soak-%d", i)), fmt.Sprintf("Soak Treaty on matter %d", i))
}

// newSoak writes what clients walk along, waits until the server has it, and remembers answers.
func newSoak(t *testing.T, address, file string) *soak {
	t.Helper()
	s := &soak{t: t, address: address, done: map[string]*atomic.Int64{}}
	for _, what := range soakWork {
		s.done[what.name] = new(atomic.Int64)
	}
	s.first = s.newClient()
	var err error
	if s.store, err = sqlite.Open(t.Context(), file, sqlite.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.store.Close() })
	b := &graph.Batch{Key: "soak", Author: "soak", Assert: []graph.Assertion{
		soakName(soakDataset, "Soak data"), soakName(soakHub, "Soak hub"), soakName("resolution/soak", "Soak source")}}
	for i := range soakHubDegree {
		b.Assert = append(b.Assert, soakCites(i, "at first"))
	}
	receipt, err := s.store.Apply(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	s.revision = int(receipt.Revision.Number)
	await(t, "the server sees what another handle wrote", func() bool {
		s.first.ask(`{revision{number}}`, nil)
		return s.first.newest >= s.revision
	})
	s.treaties, s.statements = s.first.walkTreaties(false), s.first.walkHub(0, false)
	if len(s.treaties) < 20 || len(s.statements) < soakHubDegree {
		t.Fatalf("%d treaties, %d statements", len(s.treaties), len(s.statements))
	}
	s.remember()
	return s
}

// operations begin a document of ours, or one that stands in resolvers/testdata.
var operationStart = regexp.MustCompile(`(?m)^(query @asOf\(validOn: "[^"]*"\) )?\{`)

// remember asks every golden query as of one revision and one day.
func (s *soak) remember() {
	s.t.Helper()
	files, err := filepath.Glob("resolvers/testdata/queries/*.graphql")
	if err != nil || len(files) < 10 {
		s.t.Fatalf("no queries: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			s.t.Fatal(err)
		}
		s.golden = append(s.golden, string(text))
		if found := operationStart.FindAllIndex(text, -1); len(found) != 1 {
			s.t.Fatalf("%s: %d operations", file, len(found))
		}
		query := operationStart.ReplaceAllString(string(text), fmt.Sprintf(`query @asOf(revision:%d, validOn: "2026-01-15") {`, s.revision))
		s.remembered = append(s.remembered, exchange{query, s.first.ask(query, nil)})
	}
	if s.t.Failed() {
		s.t.FailNow()
	}
}

// write applies batches until the end: new treaties and statements, other evidence for one that stands; and withdraws statements it added.
func (s *soak) write(end context.Context) {
	tick := time.NewTicker(writeEvery)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-end.Done():
			return
		case <-tick.C:
		}
		b := &graph.Batch{Key: fmt.Sprint("soak ", n), Author: "soak", Summary: "another", Assert: []graph.Assertion{
			soakTreaty(n / batchesPerTreaty), soakCites(soakHubDegree+n, "later"), soakCites(n%soakHubDegree, fmt.Sprint("as of batch ", n))}}
		if n > soakKept {
			old := soakCites(soakHubDegree+n-soakKept, "")
			b.Withdraw = []graph.AssertionKey{old.Key()}
		}
		if _, err := s.store.Apply(context.WithoutCancel(end), b); err != nil {
			s.t.Errorf("batch %d: %v", n, err)
			return
		}
		s.written.Store(int64(n))
	}
}

// checkEnd asks for the lists as the writer must have left them.
func (s *soak) checkEnd() {
	s.t.Helper()
	head, err := s.store.Head(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	await(s.t, "the server has all that was written", func() bool {
		s.first.ask(`{revision{number}}`, nil)
		return s.first.newest >= int(head.Revision)
	})
	written := int(s.written.Load())
	if written == 0 {
		s.t.Error("the writer wrote nothing")
	}
	if got, want := len(s.first.walkTreaties(true)), len(s.treaties)+1+written/batchesPerTreaty; got != want {
		s.t.Errorf("%d treaties stand in the end, not %d", got, want)
	}
	if got, want := len(s.first.walkHub(0, false)), len(s.statements)+min(written, soakKept); got != want {
		s.t.Errorf("%d statements stand at the hub in the end, not %d", got, want)
	}
	response, err := s.first.http.Get(s.address + "/readyz")
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	if text, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK {
		s.t.Errorf("readyz says %s: %s", response.Status, text)
	}
}

// soakWork is what clients do, each with how many in a hundred.
var soakWork = []struct {
	name  string
	share int
	do    func(c *soakClient, r *rand.Rand)
}{
	{"a question of the golden tests", 30, func(c *soakClient, r *rand.Rand) { c.ask(c.golden[r.IntN(len(c.golden))], nil) }},
	{"the same as of the first revision", 20, func(c *soakClient, r *rand.Rand) {
		e := c.remembered[r.IntN(len(c.remembered))]
		if got := c.ask(e.query, nil); !bytes.Equal(got, e.data) && !c.t.Failed() {
			c.t.Errorf("%s\nanswers\n%s\nnot, as before,\n%s", e.query, got, e.data)
		}
	}},
	{"a page as of a revision on the way", 12, func(c *soakClient, r *rand.Rand) {
		const quarters, every = 5, 5 // few of them, so that many ask for the same
		at := c.revision + (c.newest-c.revision)*r.IntN(quarters)/(quarters-1)/every*every
		query := fmt.Sprintf(`query @asOf(revision:%d){entity(id:"%s"){statements(direction:IN,last:20){totalCount edges{cursor node{id evidence{citation}}}}} treaties(first:30,orderBy:ID){totalCount nodes{id label names{text}}}}`, at, soakHub)
		data := c.ask(query, nil)
		known, was := c.seen.Load(query)
		if !was && c.kept.Add(1) <= soakSeen {
			known, was = c.seen.LoadOrStore(query, data)
		}
		if was && !bytes.Equal(known.(json.RawMessage), data) && !c.t.Failed() {
			c.t.Errorf("%s\nanswers\n%s\nnot, as before,\n%s", query, data, known)
		}
	}},
	{"all treaties, forwards", 5, func(c *soakClient, _ *rand.Rand) { c.mustHold("treaties", c.walkTreaties(false), c.treaties) }},
	{"all treaties, backwards", 5, func(c *soakClient, _ *rand.Rand) { c.mustHold("treaties backwards", c.walkTreaties(true), c.treaties) }},
	{"all statements of the hub, forwards", 5, func(c *soakClient, _ *rand.Rand) { c.mustHold("statements", c.walkHub(0, false), c.statements) }},
	{"all statements of the hub, both ways as of a revision", 3, func(c *soakClient, _ *rand.Rand) {
		at := c.newest
		there, back := c.walkHub(at, false), c.walkHub(at, true)
		slices.Reverse(back)
		if !slices.Equal(there, back) && !c.t.Failed() {
			c.t.Errorf("as of %d the hub's statements are\n%v\nand, from the end,\n%v", at, there, back)
		}
	}},
	{"a search", 10, func(c *soakClient, r *rand.Rand) {
		words := []string{"核", "nuclear", "договор", "Soak Treaty", "matter 7", "S/RES/1540", "恐怖主义"}
		c.ask(`query($text:String!,$first:Int){search(text:$text,first:$first){totalCount nodes{entity{id label} class fragments{text highlights{start end}}} facets{kinds{kind count}}}}`,
			map[string]any{"text": words[r.IntN(len(words))], "first": 1 + r.IntN(20)})
	}},
	{"a question by GET", 5, func(c *soakClient, _ *rand.Rand) {
		c.send(c.newRequest(http.MethodGet, "/graphql?query="+url.QueryEscape(moscowTreaty), nil))
	}},
	{"a question nobody waits for", 3, func(c *soakClient, r *rand.Rand) {
		request := c.newRequest(http.MethodPost, "/graphql", map[string]any{"query": c.golden[r.IntN(len(c.golden))]})
		ctx, cancel := context.WithTimeout(request.Context(), time.Duration(r.IntN(20))*time.Millisecond)
		defer cancel()
		if response, err := c.http.Do(request.WithContext(ctx)); err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
	}},
	{"whether it lives", 2, func(c *soakClient, _ *rand.Rand) {
		response, err := c.http.Get(c.address + "/healthz")
		if err != nil {
			c.t.Error(err)
			return
		}
		defer response.Body.Close()
		_, _ = io.Copy(io.Discard, response.Body)
		if response.StatusCode != http.StatusOK {
			c.t.Error("healthz says", response.Status)
		}
	}},
}

// A soakClient asks one thing after another over a connection of its own.
type soakClient struct {
	*soak
	http   *http.Client
	newest int // revision that it was answered from
}

func (s *soak) newClient() *soakClient {
	return &soakClient{soak: s, http: &http.Client{Timeout: slowest, Transport: &http.Transport{MaxConnsPerHost: 1, MaxIdleConnsPerHost: 1}}}
}

// client works until the end, and no longer than until the first failure of anybody.
func (s *soak) client(end context.Context, number int) {
	c, random := s.newClient(), rand.New(rand.NewPCG(20080406, uint64(number)))
	defer c.http.CloseIdleConnections()
	c.newest = s.revision
	for end.Err() == nil && !s.t.Failed() {
		began, choice := time.Now(), random.IntN(100)
		for _, work := range soakWork {
			if choice -= work.share; choice < 0 {
				work.do(c, random)
				s.done[work.name].Add(1)
				break
			}
		}
		// People read what they get. The busier the machine, the longer: so that no operation reaches its deadline on a slow one.
		pause := max(2*time.Since(began), 50*time.Millisecond) + time.Duration(random.IntN(200))*time.Millisecond
		select {
		case <-end.Done():
		case <-time.After(pause):
		}
	}
}

// pinned stands in an operation whose answer has the number of an older revision.
const pinned = "@asOf(revision:"

// ask sends an operation and returns the data of its answer.
func (c *soakClient) ask(query string, variables map[string]any) json.RawMessage {
	data, revision := c.send(c.newRequest(http.MethodPost, "/graphql", map[string]any{"query": query, "variables": variables}))
	if !strings.Contains(query, pinned) && data != nil {
		if revision < c.newest {
			c.t.Errorf("revision %d was answered after %d", revision, c.newest)
		}
		c.newest = revision
	}
	return data
}

func (c *soakClient) newRequest(method, path string, body map[string]any) *http.Request {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // of strings and numbers
	}
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.address+path, bytes.NewReader(text))
	if err != nil {
		panic(err) // the address is the server's own
	}
	request.Header.Set("Content-Type", "application/json")
	return request
}

// send sends a request, checks what holds of every answer, and returns its data and revision.
func (c *soakClient) send(request *http.Request) (data json.RawMessage, revision int) {
	began := time.Now()
	response, err := c.http.Do(request)
	if err != nil {
		c.t.Error(err)
		return nil, 0
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	var a struct {
		Data, Errors json.RawMessage
		Extensions   struct{ Revision struct{ Number int } }
	}
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	if err != nil || response.StatusCode != http.StatusOK || a.Errors != nil || a.Data == nil {
		c.t.Errorf("%s after %v, %v: %s", response.Status, time.Since(began), err, text)
		return nil, 0
	}
	c.requests.Add(1)
	took := int64(time.Since(began))
	for old := c.slowest.Load(); took > old && !c.slowest.CompareAndSwap(old, took); old = c.slowest.Load() {
	}
	return a.Data, a.Extensions.Revision.Number
}

// walkTreaties goes along all treaties: forwards by label, backwards by ID.
func (c *soakClient) walkTreaties(backwards bool) []string {
	if backwards {
		return c.walk(`query($cursor:String){list:treaties(last:30,before:$cursor,orderBy:ID){nodes{id} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}}}`, true)
	}
	return c.walk(`query($cursor:String){list:treaties(first:30,after:$cursor,orderBy:LABEL){nodes{id} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}}}`, false)
}

// walkHub goes along the statements of the hub, as of a revision when one is given.
func (c *soakClient) walkHub(at int, backwards bool) []string {
	operation, page := `query($cursor:String)`, `first:40,after:$cursor`
	if backwards {
		page = `last:40,before:$cursor`
	}
	if at > 0 {
		operation = fmt.Sprintf(`query($cursor:String) @asOf(revision:%d)`, at)
	}
	return c.walk(operation+fmt.Sprintf(`{entity(id:"%s"){list:statements(%s){nodes{id} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}}}}`, soakHub, page), backwards)
}

// walk goes along a list page by page. An ID that comes twice is an error.
func (c *soakClient) walk(query string, backwards bool) (ids []string) {
	type list struct {
		Nodes    []struct{ ID string }
		PageInfo struct {
			HasNextPage, HasPreviousPage bool
			StartCursor, EndCursor       *string
		}
	}
	met := map[string]bool{}
	for cursor := (*string)(nil); !c.t.Failed(); {
		var answer struct {
			List   *list
			Entity struct{ List *list }
		}
		if err := json.Unmarshal(c.ask(query, map[string]any{"cursor": cursor}), &answer); err != nil {
			c.t.Error(err)
			return nil
		}
		page := answer.List
		if page == nil {
			page = answer.Entity.List
		}
		if backwards {
			slices.Reverse(page.Nodes)
		}
		for _, node := range page.Nodes {
			if met[node.ID] {
				c.t.Errorf("%s comes twice in %s", node.ID, query)
			}
			met[node.ID] = true
			ids = append(ids, node.ID)
		}
		more := page.PageInfo.HasNextPage
		cursor = page.PageInfo.EndCursor
		if backwards {
			more, cursor = page.PageInfo.HasPreviousPage, page.PageInfo.StartCursor
		}
		if !more {
			break
		}
		if cursor == nil {
			c.t.Errorf("there is more, but no cursor, in %s", query)
		}
	}
	return ids
}

// mustHold checks that a walk met what stood there all the time.
func (c *soakClient) mustHold(what string, got, want []string) {
	if c.t.Failed() {
		return
	}
	met := map[string]bool{}
	for _, id := range got {
		met[id] = true
	}
	for _, id := range want {
		if !met[id] {
			c.t.Errorf("a walk along the %s misses %s", what, id)
		}
	}
}
