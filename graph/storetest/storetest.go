// Package storetest proves that a graph.Store keeps every promise of the port. A store adopts it in a few lines:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t testing.TB) storetest.Open {
//			path := filepath.Join(t.TempDir(), "store.db")
//			return func(t testing.TB, clock func() time.Time) graph.Store { … }
//		})
//	}
//
// The suite knows nothing of the store behind the port: there is no way to skip a case or to expect something else of one store.
package storetest

import (
	"sync/atomic"
	"testing"
	"time"

	"treatygraph/graph"
)

// A Backend makes data for one test: new, empty, shared with no other test.
type Backend func(t testing.TB) Open

// Open opens one more handle on the data of its Backend; clock nil is the store's own choice. The suite closes what it opens.
type Open func(t testing.TB, clock func() time.Time) graph.Store

// A promise is one sentence of the port's contract and the proof of it.
type promise struct {
	sentence string
	prove    func(t *testing.T, open Open)
}

// Run proves every promise on data of its own.
func Run(t *testing.T, backend Backend) {
	for _, group := range []struct {
		of       string
		promises []promise
	}{
		{"Head", headPromises},
		{"Apply", applyPromises},
		{"Attempt", attemptPromises},
		{"Invalid", invalidPromises},
		{"Restore", restorePromises},
		{"Assertions", assertionsPromises},
		{"Texts", textsPromises},
		{"Scan", scanPromises},
		{"Revisions", revisionsPromises},
		{"Changes", changesPromises},
		{"Redact", redactPromises},
		{"Audit", auditPromises},
		{"Values", valuesPromises},
		{"Concurrency", concurrencyPromises},
		{"Cancel", cancelPromises},
		{"Changed", changedPromises},
		{"Close", closePromises},
		{"Model", modelPromises},
	} {
		t.Run(group.of, func(t *testing.T) {
			for _, p := range group.promises {
				t.Run(p.sentence, func(t *testing.T) { p.prove(t, closing(backend(t))) })
			}
		})
	}
}

// closing makes open close its handles at the end of the test.
func closing(open Open) Open {
	return func(t testing.TB, clock func() time.Time) graph.Store {
		t.Helper()
		store := open(t, clock)
		t.Cleanup(func() {
			if err := store.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
		return store
	}
}

// A standing clock shows one time until it is set.
type clock struct{ micros atomic.Int64 }

func newClock(at time.Time) *clock {
	c := new(clock)
	c.set(at)
	return c
}

func (c *clock) set(at time.Time) { c.micros.Store(at.UnixMicro()) }
func (c *clock) now() time.Time   { return time.UnixMicro(c.micros.Load()) }
