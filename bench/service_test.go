package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/httpapi"
	"treatygraph/index"
)

// A service is the real server on a loopback port, over an index of a store.
type service struct {
	index   *index.Index
	address string
	loaded  *atomic.Int64 // how many assertions the index asked its store for
}

// counting is a store that counts the assertions it is asked for.
type counting struct {
	graph.Store
	loaded *atomic.Int64
}

func (c counting) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	c.loaded.Add(int64(len(refs)))
	return c.Store.Assertions(ctx, refs)
}

// today is the clock of the services: answers must not change at midnight.
func today() time.Time { return time.Date(2026, time.November, 26, 12, 0, 0, 0, time.UTC) }

// serve starts a service that keeps at most so many bytes of content, and ends it with the benchmark.
func serve(b *testing.B, store graph.Store, cacheBytes int64) *service {
	b.Helper()
	s := &service{loaded: new(atomic.Int64)}
	var err error
	if s.index, err = index.Follow(b.Context(), counting{store, s.loaded}, index.Options{CacheBytes: cacheBytes, LateTexts: true}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.index.Close() })
	s.address = listen(b, httpapi.NewServer(httpapi.Config{Source: s.index, Store: store, Now: today, Logger: slog.New(slog.DiscardHandler)}))
	return s
}

func listen(b *testing.B, server *http.Server) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Serve(listener) }()
	b.Cleanup(func() { server.Close(); <-ended })
	return listener.Addr().String()
}

// A client asks over one connection that stays open. It does little itself, so that what is measured is the server.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	body bytes.Buffer
}

// dial opens a connection, to be used at once: the server closes idle ones.
func dial(b *testing.B, address string) *client {
	b.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	return &client{conn: conn, in: bufio.NewReader(conn)}
}

// ask sends a request and returns the body of its answer, which is good until the next.
func (c *client) ask(request []byte) ([]byte, error) {
	if _, err := c.conn.Write(request); err != nil {
		return nil, err
	}
	response, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	c.body.Reset()
	if _, err := c.body.ReadFrom(response.Body); err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", response.Status, c.body.Bytes())
	}
	return c.body.Bytes(), nil
}

// request is a GraphQL operation in the form that goes over the wire.
func request(b *testing.B, query string, variables map[string]any) []byte {
	b.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		b.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, "http://bench/graphql", bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		b.Fatal(err)
	}
	return wire.Bytes()
}

// dataOf returns an answer's data, and fails when it has errors.
func dataOf(b *testing.B, answer []byte) json.RawMessage {
	b.Helper()
	var a struct{ Data, Errors json.RawMessage }
	if err := json.Unmarshal(answer, &a); err != nil || a.Errors != nil || a.Data == nil {
		b.Fatalf("%v: %s", err, answer)
	}
	return a.Data
}

// report adds the times that half and 95 of 100 requests stayed under, and the processor time of each since so much was used.
func report(b *testing.B, times []time.Duration, used time.Duration) {
	b.Helper()
	b.ReportMetric(milliseconds(processorTime()-used)/float64(len(times)), "cpu-ms/op")
	b.ReportMetric(milliseconds(percentile(times, 50)), "p50-ms")
	b.ReportMetric(milliseconds(percentile(times, 95)), "p95-ms")
}

func percentile(times []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[min(len(sorted)*p/100, len(sorted)-1)]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
