package storetest

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"treatygraph/graph"
)

// beyond is how much later than its deadline a call may end.
const beyond = time.Second

// A journal is what writers were told of their batches, to be held against what the store has.
type journal struct {
	mu       sync.Mutex
	attempts map[string]*attempt
}

type attempt struct {
	batch   *graph.Batch
	receipt graph.Receipt
	err     error // nil: acknowledged
}

func newJournal() *journal { return &journal{attempts: make(map[string]*attempt)} }

// apply applies a batch with a deadline and notes what was told. What an earlier attempt with the key was told no longer counts.
func (j *journal) apply(t testing.TB, store graph.Store, b *graph.Batch, limit time.Duration) error {
	t.Helper()
	a := &attempt{batch: b}
	j.mu.Lock()
	j.attempts[b.Key] = a
	j.mu.Unlock()
	var receipt graph.Receipt
	err := bounded(t, "Apply", limit, func(ctx context.Context) (err error) {
		receipt, err = store.Apply(ctx, b)
		return err
	})
	j.mu.Lock()
	a.receipt, a.err = receipt, err
	j.mu.Unlock()
	return err
}

// batchOf returns the batch of a key, nil when there is none.
func (j *journal) batchOf(key string) *graph.Batch {
	j.mu.Lock()
	defer j.mu.Unlock()
	if a := j.attempts[key]; a != nil {
		return a.batch
	}
	return nil
}

// check reads everything with a handle that met no fault: what was acknowledged is there once and whole, what was not written is not
// there, and what is unknown is there wholly or not at all, and once after it was applied again. Then all is acknowledged.
func (j *journal) check(t testing.TB, direct graph.Store) {
	t.Helper()
	there := j.revisions(t, direct)
	again := 0
	for key, a := range j.attempts {
		c, is := there[key]
		switch {
		case a.err == nil && !is:
			t.Errorf("batch %s was acknowledged as revision %d and is not there", key, a.receipt.Revision.Number)
		case a.err == nil && c.Revision != a.receipt.Revision:
			t.Errorf("batch %s: its receipt says %+v, and there is %+v", key, a.receipt.Revision, c.Revision)
		case errors.Is(a.err, graph.ErrUnavailable) && is:
			t.Errorf("batch %s is there as revision %d, though its writer was told: %v", key, c.Revision.Number, a.err)
		case a.err != nil:
			receipt := mustApply(t, direct, a.batch)
			if receipt.Repeated != is || is && receipt.Revision != c.Revision {
				t.Errorf("batch %s, applied again: %+v; there was %+v", key, receipt, c.Revision)
			}
			a.receipt, a.err = receipt, nil
			again++
		}
	}
	if again > 0 {
		there = j.revisions(t, direct)
	}
	if len(there) != len(j.attempts) {
		t.Errorf("%d revisions of %d batches", len(there), len(j.attempts))
	}
	if t.Failed() {
		t.FailNow()
	}
}

// revisions reads all changes by their keys. Each must be whole and one of the journal's, and together they must give what Scan does.
func (j *journal) revisions(t testing.TB, direct graph.Store) map[string]*graph.Change {
	t.Helper()
	got := read(t, direct)
	if verified(t, "", got.changes) != got.head.Digest || len(got.changes) != int(got.head.Revision) {
		t.Fatalf("the digests of %d revisions do not lead to the head %v", len(got.changes), got.head)
	}
	if !slices.Equal(replay(got.changes), got.versions) {
		t.Fatal("the changes are not what Scan gives")
	}
	there := make(map[string]*graph.Change, len(got.changes))
	for i := range got.changes {
		c := &got.changes[i]
		if there[c.Revision.Key] != nil {
			t.Fatalf("batch %s is there twice", c.Revision.Key)
		}
		there[c.Revision.Key] = c
		j.whole(t, c)
	}
	return there
}

// whole asks that a revision holds each assertion of its batch, which must say something new, and nothing else.
func (j *journal) whole(t testing.TB, c *graph.Change) {
	t.Helper()
	b := j.batchOf(c.Revision.Key)
	if b == nil {
		t.Fatalf("revision %d: nobody sent a batch %q", c.Revision.Number, c.Revision.Key)
	}
	sent, stored := make([]string, len(b.Assert)), make([]string, len(c.Written))
	for i := range b.Assert {
		sent[i] = string(graph.AppendAssertion(nil, &b.Assert[i]))
	}
	for i := range c.Written {
		stored[i] = c.Written[i].Body
	}
	slices.Sort(sent)
	slices.Sort(stored)
	if !slices.Equal(sent, stored) || c.Revision.BatchDigest != b.Digest() {
		t.Fatalf("revision %d has %d rows of the %d of batch %s", c.Revision.Number, len(c.Written), len(b.Assert), b.Key)
	}
}

// bounded calls f with a deadline, asks that it ends at most a second after it, and that an error is one of the port, for people.
func bounded(t testing.TB, name string, limit time.Duration, f func(ctx context.Context) error) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	began := time.Now()
	result := make(chan error, 1)
	go func() { result <- f(ctx) }()
	// A timer for the last moment, rather than a clock read after the call: a machine at its limit delays both alike.
	last := time.NewTimer(limit + beyond)
	defer last.Stop()
	var err error
	select {
	case err = <-result:
	case <-last.C:
		select {
		case err = <-result:
		default:
			err = <-result
			t.Errorf("%s ended %v after its deadline with %v", name, time.Since(began)-limit, err)
		}
	}
	if err != nil {
		wantFault(t, name, ctx, err)
	}
	return err
}

// internal is what no text for people holds: a dotted code, an address, a Go type.
var internal = regexp.MustCompile(`\b[A-Z]\w+(\.[A-Z]\w+){2,}|0x[0-9a-f]{4}|\*\w+\.[A-Z]|[a-z]util\b`)

// wantFault asks for an error that a fault of the network may have.
func wantFault(t testing.TB, name string, ctx context.Context, err error) {
	t.Helper()
	classes := 0
	for _, class := range []error{graph.ErrUnavailable, graph.ErrUnknownOutcome, context.DeadlineExceeded} {
		if errors.Is(err, class) {
			classes++
		}
	}
	if classes != 1 {
		t.Errorf("%s: %v is of %d classes that a fault may have", name, err, classes)
	}
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		t.Errorf("%s: %v, before the deadline", name, err)
	}
	if text := err.Error(); strings.ContainsAny(text, "\r\n\t") || internal.MatchString(text) {
		t.Errorf("%s: an error not made for people: %q", name, text)
	}
}
