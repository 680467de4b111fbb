package bench

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/httpapi"
	"treatygraph/index"
)

const (
	subscriptionsEach = 5
	// stalledOne is how many sockets there are for each that takes nothing of what it is sent.
	stalledOne = 10
	// smallBuffer is what the system keeps of what is sent, and at the stalled of what is received, so that they are noticed within some revisions.
	smallBuffer = 4 << 10
	// crowdPatience bounds what is waited for.
	crowdPatience = 2 * time.Minute
)

// A crowd is many clients of one service that follow its changes, each over a socket of its own with several subscriptions.
type crowd struct {
	t       testing.TB
	store   graph.Store
	sockets *httpapi.Sockets
	healthy int
	head    int            // the revision before the first that is told
	written int            // how many were told
	missing sync.WaitGroup // deliveries of the last revisions
	mu      sync.Mutex
	began   map[int]time.Time // of writing each revision
	times   []time.Duration   // from then until a subscription had it
	wrong   atomic.Int64      // deliveries that were not the next revision
}

// gather starts a service and a crowd of so many sockets. A client has to take a message within a time; 0: the default.
func gather(t testing.TB, sockets int, write time.Duration) *crowd {
	t.Helper()
	c := &crowd{t: t, sockets: httpapi.NewSockets(), began: map[int]time.Time{}}
	var err error
	if c.store, err = sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.store.Close() })
	c.head = c.apply(naming("dataset/bench", 0), naming("treaty/bench", 0))
	idx, err := index.Follow(t.Context(), c.store, index.Options{LateTexts: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { idx.Close() })
	server := httpapi.NewServer(httpapi.Config{Source: idx, Store: c.store, Now: today, Logger: slog.New(slog.DiscardHandler), Sockets: c.sockets,
		Limits: httpapi.Limits{Sockets: httpapi.SocketLimits{PerAddress: sockets, Write: write}}})
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		_ = conn.(*net.TCPConn).SetWriteBuffer(smallBuffer)
		return ctx
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() { _ = server.Serve(listener) })
	clients, leave := context.WithCancel(context.Background())
	t.Cleanup(func() {
		leave()
		ctx, cancel := context.WithTimeout(context.Background(), crowdPatience)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := c.sockets.Wait(ctx); err != nil {
			t.Error(err)
		}
		work.Wait()
	})
	for i := range sockets {
		stalled := i%stalledOne == 0
		conn := c.connect(clients, "ws://"+listener.Addr().String()+"/graphql", stalled)
		if stalled {
			t.Cleanup(func() { _ = conn.CloseNow() })
			continue
		}
		c.healthy++
		work.Go(func() { c.follow(clients, conn) })
	}
	return c
}

func naming(id graph.ID, n int) graph.Assertion {
	v := graph.NameValue(graph.Name{Text: fmt.Sprint("Name ", n), Lang: "en", Role: graph.NameAlias})
	return graph.Assertion{Claim: graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: &v}, Dataset: "dataset/bench", Rank: graph.RankNormal, Method: graph.MethodCurated}
}

func (c *crowd) apply(list ...graph.Assertion) int {
	c.t.Helper()
	receipt, err := c.store.Apply(context.Background(), &graph.Batch{Key: fmt.Sprint(c.written), Author: "bench", Assert: list})
	if err != nil {
		c.t.Fatal(err)
	}
	return int(receipt.Revision.Number)
}

// connect opens a socket and begins its subscriptions.
func (c *crowd) connect(ctx context.Context, url string, stalled bool) *websocket.Conn {
	c.t.Helper()
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil && stalled {
			err = conn.(*net.TCPConn).SetReadBuffer(smallBuffer)
		}
		return conn, err
	}}
	conn, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		c.t.Fatal(err)
	}
	messages := []string{`{"type":"connection_init"}`}
	for i := range subscriptionsEach {
		messages = append(messages, fmt.Sprintf(`{"type":"subscribe","id":"%d","payload":{"query":"subscription{changes(afterRevision:%d){revision{number at} asserted{totalCount}}}"}}`, i, c.head))
	}
	for _, m := range messages {
		if err := conn.Write(ctx, websocket.MessageText, []byte(m)); err != nil {
			c.t.Fatal(err)
		}
	}
	return conn
}

// follow takes what a socket is sent, and expects of each subscription all revisions in order.
func (c *crowd) follow(ctx context.Context, conn *websocket.Conn) {
	defer func() { _ = conn.CloseNow() }()
	next := [subscriptionsEach]int{}
	for {
		_, content, err := conn.Read(ctx)
		if err != nil {
			if ctx.Err() == nil {
				c.t.Errorf("a socket that reads was ended: %v", err)
			}
			return
		}
		_, after, told := bytes.Cut(content, []byte(`"number":`))
		if !told {
			if !bytes.Contains(content, []byte("connection_ack")) {
				c.t.Errorf("a socket is told %.300s", content)
			}
			continue
		}
		digits, _, _ := bytes.Cut(after, []byte(","))
		number, _ := strconv.Atoi(string(digits))
		id := content[bytes.Index(content, []byte(`"id":"`))+len(`"id":"`)] - '0'
		next[id]++
		if number != c.head+next[id] {
			c.wrong.Add(1)
		}
		now := time.Now()
		c.mu.Lock()
		c.times = append(c.times, now.Sub(c.began[number]))
		c.mu.Unlock()
		c.missing.Done()
	}
}

// write records one more revision, which every healthy subscription is to get.
func (c *crowd) write() {
	c.written++
	c.missing.Add(c.healthy * subscriptionsEach)
	c.mu.Lock()
	c.began[c.head+c.written] = time.Now()
	c.mu.Unlock()
	c.apply(naming("treaty/bench", c.written))
}

// delivered waits until the healthy ones have all that was written.
func (c *crowd) delivered() {
	c.t.Helper()
	all := make(chan struct{})
	go func() { defer close(all); c.missing.Wait() }()
	select {
	case <-all:
	case <-time.After(crowdPatience):
		c.mu.Lock()
		defer c.mu.Unlock()
		c.t.Fatalf("%d of %d deliveries were made", len(c.times), c.written*c.healthy*subscriptionsEach)
	}
}

// BenchmarkSockets writes revisions that 1,000 sockets with 5 subscriptions each are told, a tenth of which take nothing. An operation is one
// revision until all that read have it: 4,500 deliveries. Clients and server share the processors, and heap-KB/socket holds both ends.
func BenchmarkSockets(b *testing.B) {
	const sockets = 1_000
	before := heap()
	c := gather(b, sockets, 0)
	c.write()
	c.delivered() // so all run
	used := heap() - before
	c.times = c.times[:0]
	for b.Loop() {
		c.write()
		c.delivered()
	}
	if wrong := c.wrong.Load(); wrong > 0 {
		b.Fatalf("%d deliveries were not the next revision", wrong)
	}
	b.ReportMetric(float64(used)/1024/sockets, "heap-KB/socket")
	b.ReportMetric(milliseconds(percentile(c.times, 50)), "p50-ms")
	b.ReportMetric(milliseconds(percentile(c.times, 95)), "p95-ms")
	b.ReportMetric(milliseconds(percentile(c.times, 99)), "p99-ms")
	b.ReportMetric(float64(c.sockets.Open()), "open")
}

// heap is what is in use of the heap and of stacks.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

func TestSocketsThatStallLoseNothingForTheOthers(t *testing.T) {
	const sockets, revisions = 100, 40
	c := gather(t, sockets, crowdPatience) // those that stall stay, stuck in the middle of a message
	for n := range revisions {
		if c.write(); n%10 == 0 { // in bursts of ten
			c.delivered()
		}
	}
	c.delivered()
	c.mu.Lock()
	made := len(c.times)
	c.mu.Unlock()
	if wrong := c.wrong.Load(); wrong > 0 || made != revisions*c.healthy*subscriptionsEach {
		t.Errorf("%d deliveries, %d of which were not the next revision", made, wrong)
	}
	if open := c.sockets.Open(); open != sockets {
		t.Errorf("%d sockets are open", open)
	}
}
