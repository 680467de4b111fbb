package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"treatygraph/graph"
)

// A NetworkBackend is a store that talks over a network, to a server that others use too. Addresses are host:port.
type NetworkBackend struct {
	// Data makes data for one test, new, empty and shared with no other, and returns the address of its server.
	Data func(t testing.TB) (address string)
	// Server starts a server with empty data for one test to kill, and ends it with the test.
	Server func(t testing.TB) Server
	// Open opens one more handle on the data, through an address that leads to the server. The suite closes what it opens.
	Open func(t testing.TB, address string, clock func() time.Time) graph.Store
	// IsCommit tells whether what a client sent at a time ends with the message that commits a transaction.
	IsCommit func(chunk []byte) bool
}

// A Server is a process that can be killed.
type Server interface {
	Address() string
	Kill() error                       // as a crash would
	Restart(ctx context.Context) error // at the same address with the same data, after an orderly end if it runs
}

// Faults proves on data of its own each that faults of the network and of the server neither lose what was acknowledged, nor leave parts
// of a batch, nor write one twice, nor let a call hang: it ends at most a second after its deadline.
//
// goleak must ignore what toxiproxy leaves behind when a connection ends while it has bytes to pass on: see LeakedByFaults.
func Faults(t *testing.T, backend NetworkBackend) {
	for _, p := range faultPromises {
		t.Run(p.sentence, func(t *testing.T) { p.prove(t, &network{backend: backend}) })
	}
}

// LeakedByFaults are functions in which goroutines of toxiproxy wait for ever: those of a connection that ended while there were bytes to
// pass on. goleak.IgnoreAnyFunction takes them.
var LeakedByFaults = []string{
	"github.com/Shopify/toxiproxy/v2/toxics.(*ToxicStub).Run",
	"github.com/Shopify/toxiproxy/v2.(*ToxicLink).read",
}

type faultPromise struct {
	sentence string
	prove    func(t *testing.T, n *network)
}

// A network is the way of one test to its server.
type network struct {
	backend NetworkBackend
	address string
}

// open opens a handle that must close quickly, whatever the network does then.
func (n *network) open(t testing.TB, address string) graph.Store {
	t.Helper()
	const closeWithin = 5 * time.Second
	store := n.backend.Open(t, address, nil)
	t.Cleanup(func() {
		ended := make(chan error, 1)
		go func() { ended <- store.Close() }()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("close: %v", err)
			}
		case <-time.After(closeWithin):
			t.Errorf("Close has not ended after %v", closeWithin)
			<-ended
		}
	})
	return store
}

func (n *network) direct(t testing.TB) graph.Store {
	t.Helper()
	n.address = n.backend.Data(t)
	return n.open(t, n.address)
}

func (n *network) relay(t testing.TB) *relay {
	t.Helper()
	return newRelay(t, n.address, n.backend.IsCommit)
}

func (n *network) proxy(t testing.TB, toxics ...string) *toxiproxy.Proxy {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, "faults", "127.0.0.1:0", n.address)
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	for _, toxic := range toxics {
		poison(t, proxy, toxic)
	}
	return proxy
}

func poison(t testing.TB, proxy *toxiproxy.Proxy, toxic string) {
	t.Helper()
	if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		t.Fatal(err)
	}
}

const (
	// faultRows make a batch of some 100 kB: many times muchSent, and written in a moment.
	faultRows = 300
	// enough is a deadline that no working call meets.
	enough = 20 * time.Second
	// short is a deadline that a call meets when the network is silent.
	short = 2 * time.Second
	// unlockedWithin is when another handle must be able to write after one fell silent under the lock, whose deadline was short: a server
	// ends the transaction of a silent client some moments after that deadline.
	unlockedWithin = 10 * time.Second
)

// faultBatch is batch i: it says anew half of what batch i-1 said, and something of its own.
func faultBatch(dataset graph.ID, i int) *graph.Batch {
	list := rows(dataset, i*faultRows/2, faultRows, fmt.Sprint(i))
	if i == 0 {
		list[0] = declared(dataset)
	}
	return batch(fmt.Sprintf("%s %d", dataset, i), list...)
}

var faultPromises = []faultPromise{
	{"with a latency of 50 to 200 ms everything works", func(t *testing.T, n *network) {
		direct := n.direct(t)
		proxy := n.proxy(t, `{"type": "latency", "stream": "downstream", "attributes": {"latency": 125, "jitter": 75}}`)
		slow, j := n.open(t, proxy.Listen), newJournal()
		if err := j.apply(t, slow, faultBatch(curated, 0), enough); err != nil {
			t.Fatal(err)
		}
		if receipt, err := slow.Apply(t.Context(), faultBatch(curated, 0)); err != nil || !receipt.Repeated || receipt.Revision.Number != 1 {
			t.Fatalf("%+v, %v", receipt, err)
		}
		other := faultBatch(curated, 1)
		other.IfHead = new(graph.RevisionNumber)
		_, err := slow.Apply(t.Context(), other)
		wantError(t, err, graph.ErrConflict)
		if !read(t, slow).equal(read(t, direct)) {
			t.Fatal("slow and direct handles give different answers")
		}
		j.check(t, direct)
	}},
	{"a connection that is cut around COMMIT leaves the batch whole or not there, and its writer knows which", func(t *testing.T, n *network) {
		direct, j := n.direct(t), newJournal()
		relay := n.relay(t)
		store := n.open(t, relay.address())
		first := faultBatch(curated, 0)
		if err := j.apply(t, store, first, enough); err != nil {
			t.Fatal(err)
		}
		told := map[bool]int{}
		i := 1
		for _, deed := range []deed{cut, reset} {
			for _, f := range []fault{{inBatch, deed, muchSent}, {inBatch, deed, 2 * muchSent}, {inBatch, deed, 4 * muchSent}, {beforeCommit, deed, 0},
				{withCommit, deed, 0}, {beforeAnswer, deed, 0}, {inAnswer, deed, 0}, {afterAnswer, deed, 0}} {
				relay.arm(f)
				err := j.apply(t, store, faultBatch(curated, i), enough)
				i++
				if !relay.heal() {
					t.Fatalf("the fault %+v was not met", f)
				}
				// The server can be reached again, so that what became of the batch can be, and is, found out.
				if err != nil && !errors.Is(err, graph.ErrUnavailable) {
					t.Errorf("%+v: %v", f, err)
				}
				told[err == nil]++
				if err != nil && f.moment >= beforeAnswer {
					t.Errorf("%+v: it was committed, and its writer was told: %v", f, err)
				}
			}
		}
		t.Logf("%d acknowledged, %d not", told[true], told[false])
		j.check(t, direct)
	}},
	{"a connection that is cut around COMMIT leaves a restored revision whole or not there, and asking again has it", func(t *testing.T, n *network) {
		direct, original := n.direct(t), newOriginal(time.Now)
		relay := n.relay(t)
		store := n.open(t, relay.address())
		faults := []fault{{inBatch, cut, muchSent}, {beforeCommit, cut, 0}, {withCommit, cut, 0}, {beforeAnswer, cut, 0}, {inAnswer, reset, 0}, {afterAnswer, reset, 0}}
		for i := range len(faults) + 1 {
			mustApply(t, original, faultBatch(curated, i))
		}
		list := original.steps()
		mustRestore(t, store, list[:1])
		for i, f := range faults {
			s := list[i+1]
			relay.arm(f)
			err := bounded(t, "Restore", enough, func(ctx context.Context) error { return s.restore(ctx, store) })
			if !relay.heal() {
				t.Fatalf("the fault %+v was not met", f)
			}
			head := mustHead(t, direct).Revision
			if err != nil && (!errors.Is(err, graph.ErrUnavailable) || head != s.change.Revision.Number-1) || err == nil && head != s.change.Revision.Number {
				t.Errorf("%+v: told %v, and the head is %d", f, err, head)
			}
			mustRestore(t, store, []step{s})
		}
		sameHistory(t, direct, original)
	}},
	{"a server that is gone from COMMIT on leaves no false answer", func(t *testing.T, n *network) {
		direct, j := n.direct(t), newJournal()
		relay := n.relay(t)
		store := n.open(t, relay.address())
		if err := j.apply(t, store, faultBatch(curated, 0), enough); err != nil {
			t.Fatal(err)
		}
		i := 1
		for _, f := range []fault{{inBatch, ruin, muchSent}, {beforeCommit, ruin, 0}, {withCommit, ruin, 0}, {beforeAnswer, ruin, 0}, {inAnswer, ruin, 0}, {afterAnswer, ruin, 0}} {
			relay.arm(f)
			limit := short / 2
			if f.moment == beforeAnswer {
				limit = enough // an attempt that its store gives up, not its caller
			}
			err := j.apply(t, store, faultBatch(curated, i), limit)
			i++
			if !relay.heal() {
				t.Fatalf("the fault %+v was not met", f)
			}
			switch {
			case f.moment == inBatch && err == nil, f.moment > beforeCommit && f.moment < afterAnswer && !errors.Is(err, graph.ErrUnknownOutcome):
				t.Errorf("%+v: %v", f, err)
			}
			// The same handle works again.
			if err := j.apply(t, store, faultBatch(curated, i), enough); err != nil {
				t.Fatalf("after %+v: %v", f, err)
			}
			i++
		}
		j.check(t, direct)
	}},
	{"a half-open connection ends a write at its deadline, and does not keep others from writing", func(t *testing.T, n *network) {
		direct, j := n.direct(t), newJournal()
		if err := j.apply(t, direct, faultBatch(curated, 0), enough); err != nil {
			t.Fatal(err)
		}
		relay := n.relay(t)
		i := 1
		for _, f := range []fault{{inBatch, silence, muchSent}, {beforeCommit, silence, 0}, {withCommit, silence, 0}, {inAnswer, silence, 0},
			{inBatch, hold, 4 * muchSent}, {beforeCommit, hold, 0}} {
			store := n.open(t, relay.address())
			relay.arm(f)
			began := time.Now()
			err := j.apply(t, store, faultBatch(curated, i), short)
			ended := time.Since(began)
			if !relay.met() {
				t.Fatalf("the fault %+v was not met", f)
			}
			if err := j.apply(t, direct, faultBatch(curated, i+1), unlockedWithin); err != nil {
				t.Fatalf("%+v: another handle cannot write: %v", f, err)
			}
			t.Logf("%+v: ended after %v, the other wrote after %v: %v", f, ended.Round(time.Millisecond), time.Since(began).Round(time.Millisecond), err)
			relay.heal()
			if err := j.apply(t, store, faultBatch(curated, i+2), enough); err != nil {
				t.Fatalf("after %+v: %v", f, err)
			}
			i += 3
		}
		j.check(t, direct)
	}},
	{"readers whose connection is cut, or falls silent, end with an error or with the whole answer", func(t *testing.T, n *network) {
		direct := n.direct(t)
		const revisions, size = 12, 800
		for i := range revisions {
			list := rows(curated, i*size, size, "")
			if i == 0 {
				list[0] = declared(curated)
			}
			mustApply(t, direct, batch(fmt.Sprint(i), list...))
		}
		want := read(t, direct)
		relay := n.relay(t)
		store := n.open(t, relay.address())
		told := map[bool]int{}
		for _, f := range []fault{{inReply, cut, 0}, {inReply, reset, 100}, {inReply, cut, 3000}, {inReply, reset, 60_000}, {inReply, cut, 1_000_000}} {
			for name, ask := range readers(want) {
				relay.arm(f)
				err := bounded(t, name, short, func(ctx context.Context) error { return ask(ctx, t, store) })
				told[err == nil]++
				relay.heal() // the answer may have been too short for the fault
			}
		}
		t.Logf("cut once: %d whole answers, %d errors", told[true], told[false])
		for _, f := range []fault{{inReply, ruin, 3000}, {inReply, hold, 3000}, {inReply, hold, 1_000_000}, {inReply, silence, 0}, {inReply, silence, 3000}, {inReply, silence, 1_000_000}} {
			relay.arm(f)
			var wait sync.WaitGroup
			var whole, failed atomic.Int32
			for name, ask := range readers(want) {
				wait.Go(func() {
					if bounded(t, name, short, func(ctx context.Context) error { return ask(ctx, t, store) }) == nil {
						whole.Add(1)
					} else {
						failed.Add(1)
					}
				})
			}
			wait.Wait()
			if !relay.heal() {
				t.Fatalf("the fault %+v was not met", f)
			}
			t.Logf("%+v: %d whole answers, %d errors", f, whole.Load(), failed.Load())
		}
		// A limit on each connection, so that every try of a long answer ends in the middle.
		proxy := n.proxy(t, `{"type": "limit_data", "stream": "downstream", "attributes": {"bytes": 200000}}`)
		limited := n.open(t, proxy.Listen)
		for name, ask := range readers(want) {
			err := bounded(t, name, short, func(ctx context.Context) error { return ask(ctx, t, limited) })
			if long := name == "Scan" || name == "Changes"; long && err == nil {
				t.Errorf("%s: a whole answer through connections that are too short for it", name)
			}
		}
		for name, ask := range readers(want) {
			if err := bounded(t, name, enough, func(ctx context.Context) error { return ask(ctx, t, store) }); err != nil {
				t.Errorf("%s, when all is well again: %v", name, err)
			}
		}
	}},
	{"a proxy that falls silent or resets connections beside writers harms nothing", func(t *testing.T, n *network) {
		direct, j := n.direct(t), newJournal()
		for round, toxic := range []string{
			`{"type": "timeout", "stream": "downstream", "attributes": {"timeout": 0}}`,
			`{"type": "timeout", "stream": "downstream", "attributes": {"timeout": 300}}`,
			`{"type": "reset_peer", "stream": "downstream", "attributes": {"timeout": 0}}`,
		} {
			proxy := n.proxy(t)
			store := n.open(t, proxy.Listen)
			var wait sync.WaitGroup
			done := make(chan struct{})
			var acknowledged, refused atomic.Int32
			for w := range 2 {
				wait.Go(func() {
					for i := 0; ; i++ {
						select {
						case <-done:
							return
						default:
						}
						if j.apply(t, store, faultBatch(graph.ID(fmt.Sprintf("dataset/r%dw%d", round, w)), i), short) == nil {
							acknowledged.Add(1)
						} else {
							refused.Add(1)
							return // what comes after may lack the dataset
						}
					}
				})
			}
			eventually(t, enough, "writing", func() bool { return acknowledged.Load() > 3 || refused.Load() > 0 })
			poison(t, proxy, toxic)
			wait.Wait()
			close(done)
			t.Logf("round %d: %d acknowledged, %d not", round, acknowledged.Load(), refused.Load())
		}
		j.check(t, direct)
	}},
	{"when a proxy refuses connections for two seconds, the same handle works again after it", func(t *testing.T, n *network) {
		direct, j := n.direct(t), newJournal()
		proxy := n.proxy(t)
		store := n.open(t, proxy.Listen)
		if err := j.apply(t, store, faultBatch(curated, 0), enough); err != nil {
			t.Fatal(err)
		}
		proxy.Stop()
		i := 1
		var wait sync.WaitGroup
		for name, ask := range readers(state{}) {
			wait.Go(func() {
				if bounded(t, name, short, func(ctx context.Context) error { return ask(ctx, t, store) }) == nil && name != "Assertions" { // of nothing
					t.Errorf("%s: no error, and no server", name)
				}
			})
		}
		for end := time.Now().Add(2 * time.Second); time.Now().Before(end); i++ {
			if j.apply(t, store, faultBatch(curated, i), short) == nil {
				t.Error("Apply: no error, and no server")
			}
		}
		wait.Wait()
		if err := proxy.Start(); err != nil {
			t.Fatal(err)
		}
		if err := j.apply(t, store, faultBatch(curated, i), enough); err != nil {
			t.Fatal(err)
		}
		mustHead(t, store)
		mustApply(t, direct, batch("signal", by(curated, described(curated, "signal")))) // by another handle
		j.attempts["signal"] = &attempt{batch: batch("signal", by(curated, described(curated, "signal"))), err: graph.ErrUnknownOutcome}
		eventually(t, enough, "signalled", func() bool {
			select {
			case <-store.Changed():
				return mustHead(t, store) == mustHead(t, direct)
			default:
				return false
			}
		})
		j.check(t, direct)
	}},
	{"a server that is restarted, and killed five times, under three writers loses and doubles nothing, and a follower sees all in order", surviveTheServer},
}

// readers are calls of which each compares what it gets with what there is, and returns the error with which it ended.
func readers(want state) map[string]func(ctx context.Context, t *testing.T, store graph.Store) error {
	refs := make([]graph.Ref, len(want.versions))
	for i, v := range want.versions {
		refs[i] = v.Ref
	}
	return map[string]func(ctx context.Context, t *testing.T, store graph.Store) error{
		"Head": func(ctx context.Context, t *testing.T, store graph.Store) error {
			head, err := store.Head(ctx)
			if err == nil && head != want.head {
				t.Errorf("Head: %v, want %v", head, want.head)
			}
			return err
		},
		"Assertions": func(ctx context.Context, t *testing.T, store graph.Store) error {
			found, err := store.Assertions(ctx, refs)
			if err == nil && len(found) != len(refs) {
				t.Errorf("Assertions: %d of %d", len(found), len(refs))
			}
			return err
		},
		"Scan": func(ctx context.Context, t *testing.T, store graph.Store) error {
			head, versions, err := store.Scan(ctx)
			if err != nil {
				return err
			}
			if head != want.head {
				t.Errorf("Scan: %v, want %v", head, want.head)
			}
			return prefix(t, "Scan", versions, want.versions, func(a, b graph.Version) bool { return a == b })
		},
		"Changes": func(ctx context.Context, t *testing.T, store graph.Store) error {
			return prefix(t, "Changes", store.Changes(ctx, 0), want.changes, equalChange)
		},
		"Revisions": func(ctx context.Context, t *testing.T, store graph.Store) error {
			return prefix(t, "Revisions", store.Revisions(ctx, 0), want.changes, func(a graph.Revision, b graph.Change) bool { return a == b.Revision })
		},
	}
}

// prefix reads items to the end, which is right up to an error, or to the end of what there is.
func prefix[T, W any](t *testing.T, name string, items func(func(T, error) bool), want []W, equal func(T, W) bool) (last error) {
	count := 0
	for item, err := range items {
		switch {
		case last != nil:
			t.Errorf("%s: an item after the error", name)
		case err != nil:
			last = err
		case count == len(want) || !equal(item, want[count]):
			t.Errorf("%s: item %d is wrong", name, count)
			return nil
		default:
			count++
		}
	}
	if last == nil && count != len(want) {
		t.Errorf("%s: ended in peace after %d items of %d", name, count, len(want))
	}
	return last
}

func surviveTheServer(t *testing.T, n *network) {
	const (
		serverWriters = 3
		limit         = 5 * time.Second
		followLimit   = 10 * time.Second
		progress      = 2 * time.Minute // of each writer between two faults: many times what it takes
	)
	kills := 5
	if testing.Short() {
		kills = 1
	}
	server := n.backend.Server(t)
	n.address = server.Address()
	relay, j := n.relay(t), newJournal()
	store, other, follower := n.open(t, relay.address()), n.open(t, relay.address()), n.open(t, n.address)
	done := make(chan struct{})
	end := sync.OnceFunc(func() { close(done) })
	var writing, following sync.WaitGroup
	var written [serverWriters]atomic.Int32
	var tries, unavailable, unknown atomic.Int32
	for w := range serverWriters {
		handle := []graph.Store{store, other}[w%2]
		writing.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				b := faultBatch(graph.ID(fmt.Sprintf("dataset/w%d", w)), i)
				for give := time.Now().Add(progress); ; {
					tries.Add(1)
					err := j.apply(t, handle, b, limit)
					if err == nil {
						break
					}
					if errors.Is(err, graph.ErrUnknownOutcome) {
						unknown.Add(1)
					} else {
						unavailable.Add(1)
					}
					if time.Now().After(give) {
						t.Errorf("batch %s: %v", b.Key, err)
						return
					}
					select {
					case <-done:
						if t.Failed() {
							return
						}
					case <-time.After(50 * time.Millisecond): // a refused connection costs nothing, and the server needs the processor
					}
				}
				written[w].Add(1)
			}
		})
	}
	var seen atomic.Uint64
	stop := make(chan struct{})
	following.Go(func() {
		var digest graph.Digest
		for {
			err := bounded(t, "Changes", followLimit, func(ctx context.Context) error {
				for c, err := range follower.Changes(ctx, graph.RevisionNumber(seen.Load())) {
					if err != nil {
						return err
					}
					if c.Revision.Number != graph.RevisionNumber(seen.Load())+1 {
						t.Errorf("the follower got revision %d after %d", c.Revision.Number, seen.Load())
						return nil
					}
					if err := c.Verify(digest); err != nil {
						t.Errorf("the follower: %v", err)
						return nil
					}
					if b := j.batchOf(c.Revision.Key); b == nil || len(c.Written) != len(b.Assert) {
						t.Errorf("the follower got revision %d with %d rows", c.Revision.Number, len(c.Written))
					}
					digest = c.Revision.Digest
					seen.Add(1)
				}
				return nil
			})
			if errors.Is(err, graph.ErrUnknownOutcome) {
				t.Errorf("a reader was told: %v", err)
			}
			select {
			case <-stop:
				return
			case <-follower.Changed():
			case <-time.After(time.Second):
			}
		}
	})
	advance := func() {
		t.Helper()
		var before [serverWriters]int32
		for w := range before {
			before[w] = written[w].Load()
		}
		eventually(t, progress, "writing again", func() bool {
			for w := range before {
				if written[w].Load() < before[w]+2 {
					return false
				}
			}
			return true
		})
	}
	defer following.Wait()
	defer close(stop)
	defer writing.Wait()
	defer end() // also on a failure: nothing goes on after the test
	advance()
	began := time.Now()
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("the server ended and was up again in %v", time.Since(began).Round(time.Millisecond))
	for kill := range kills {
		advance()
		t.Logf("writing again after %v", time.Since(began).Round(time.Millisecond))
		if kill%2 == 0 { // as soon as it has got a COMMIT
			relay.arm(fault{withCommit, ruin, 0})
			eventually(t, progress, "at a COMMIT", relay.met)
		} else { // at some moment of the writing
			time.Sleep(rand.N(100 * time.Millisecond))
		}
		began = time.Now()
		if err := server.Kill(); err != nil {
			t.Fatal(err)
		}
		relay.heal()
		if err := server.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Logf("the server was killed, and up again in %v", time.Since(began).Round(time.Millisecond))
	}
	advance()
	end()
	writing.Wait()
	direct := n.open(t, n.address)
	head := mustHead(t, direct)
	eventually(t, enough, "followed to the head", func() bool { return seen.Load() == uint64(head.Revision) })
	t.Logf("%d batches in %d tries: %d unavailable, %d unknown", head.Revision, tries.Load(), unavailable.Load(), unknown.Load())
	for _, key := range slices.Sorted(maps.Keys(j.attempts)) {
		if err := j.attempts[key].err; err != nil {
			t.Errorf("batch %s: %v", key, err)
		}
	}
	j.check(t, direct)
}
