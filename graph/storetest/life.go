package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"treatygraph/graph"
)

// changedWithin is what the contract allows another handle: a second, and as much again for a loaded machine.
const changedWithin = 2 * time.Second

var changedPromises = []promise{
	{"a write signals the handle that wrote, at once", func(t *testing.T, open Open) {
		store := open(t, nil)
		drain(store)
		mustApply(t, store, Fixture())
		select {
		case <-store.Changed():
		default:
			t.Fatal("no signal")
		}
	}},
	{"a write signals other handles within a second", func(t *testing.T, open Open) {
		writer, other := open(t, nil), open(t, nil)
		for i := range 3 {
			drain(other)
			mustApply(t, writer, batch(fmt.Sprint(i), by(curated, described(curated, fmt.Sprint(i)))))
			select {
			case <-other.Changed():
			case <-time.After(changedWithin):
				t.Fatal("no signal")
			}
			if head := mustHead(t, other); head.Revision != graph.RevisionNumber(i+1) {
				t.Fatalf("a signal at head %d", head.Revision)
			}
		}
	}},
	{"signals nobody reads block nothing, and fold", func(t *testing.T, open Open) {
		store := open(t, nil)
		for i := range 20 {
			mustApply(t, store, batch(fmt.Sprint(i), by(curated, described(curated, fmt.Sprint(i)))))
		}
		<-store.Changed()
	}},
	{"the channel stays the same and is never closed", func(t *testing.T, open Open) {
		store := open(t, nil)
		channel := store.Changed()
		mustApply(t, store, Fixture())
		if store.Changed() != channel {
			t.Fatal("another channel")
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			select {
			case _, ok := <-channel:
				if !ok {
					t.Fatal("closed")
				}
			default:
			}
		}
	}},
}

// drain waits until the signals of earlier writes have come.
func drain(store graph.Store) {
	for {
		select {
		case <-store.Changed():
		case <-time.After(changedWithin / 4):
			return
		}
	}
}

var closePromises = []promise{
	{"a second Close does nothing", func(t *testing.T, open Open) {
		store := open(t, nil)
		for range 3 {
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}},
	{"calls after Close end with ErrUnavailable", func(t *testing.T, open Open) {
		store := open(t, nil)
		history(t, store)
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		for name, err := range everyCall(t.Context(), store) {
			if err == nil {
				t.Errorf("%s: no error", name)
				continue
			}
			wantError(t, err, graph.ErrUnavailable)
		}
	}},
	{"loops under way end with ErrUnavailable", func(t *testing.T, open Open) {
		for name, loop := range map[string]func(graph.Store) error{
			"Scan": func(s graph.Store) error {
				_, versions, err := s.Scan(t.Context())
				if err != nil {
					return err
				}
				return endOf(versions, func() { s.Close() })
			},
			"Changes":   func(s graph.Store) error { return endOf(s.Changes(t.Context(), 0), func() { s.Close() }) },
			"Revisions": func(s graph.Store) error { return endOf(s.Revisions(t.Context(), 0), func() { s.Close() }) },
		} {
			store := open(t, nil)
			if mustHead(t, store).Revision == 0 {
				history(t, store)
			}
			if err := loop(store); err == nil {
				t.Errorf("%s: no error", name)
			} else {
				wantError(t, err, graph.ErrUnavailable)
			}
		}
	}},
	{"writes under way when the store closes are whole or not there", func(t *testing.T, open Open) {
		var sent []*graph.Batch
		for i := range 10 {
			store := open(t, nil)
			b := batch(fmt.Sprint(i), append(rows(curated, 0, 2000, fmt.Sprint(i)), declared(curated))...)
			sent = append(sent, b)
			result := make(chan error, 1)
			go func() {
				_, err := store.Apply(t.Context(), b)
				result <- err
			}()
			time.Sleep(time.Duration(i) * 4 * time.Millisecond)
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			if err := <-result; err != nil {
				wantError(t, err, graph.ErrUnavailable)
				if got := changes(t, open(t, nil), 0); slices.ContainsFunc(got, func(c graph.Change) bool { return c.Revision.Key == b.Key }) {
					t.Fatal("ErrUnavailable, but it was written")
				}
			}
		}
		store := open(t, nil)
		for _, b := range sent {
			mustApply(t, store, b)
		}
		got := read(t, store)
		if len(got.changes) != len(sent) || !slices.Equal(replay(got.changes), got.versions) {
			t.Fatalf("%d revisions of %d batches", len(got.changes), len(sent))
		}
	}},
}
