package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"treatygraph/graph"
)

// together calls f(0) … f(n-1) at once and fails on any error.
func together(t testing.TB, n int, f func(i int) (graph.Receipt, error)) []graph.Receipt {
	t.Helper()
	receipts := make([]graph.Receipt, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			var err error
			if receipts[i], err = f(i); err != nil {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wait.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return receipts
}

// writers and batches each of the concurrent cases, and rows of each batch.
const (
	writers           = 8
	writerBatches     = 20
	writerRows        = 25
	followed          = 60
	followedRows      = 4000
	followedRowsShort = 500 // with -short, as under the race detector: what races does so with few rows
)

var concurrencyPromises = []promise{
	{"concurrent calls are put in an order and none is lost", func(t *testing.T, open Open) {
		writeTogether(t, []graph.Store{open(t, nil)})
	}},
	{"two handles on the same data write and read as one", func(t *testing.T, open Open) {
		writeTogether(t, []graph.Store{open(t, nil), open(t, nil)})
	}},
	{"of calls that ask for the same head one is written", func(t *testing.T, open Open) {
		stores := []graph.Store{open(t, nil), open(t, nil)}
		head := graph.RevisionNumber(0)
		won := 0
		together(t, writers, func(i int) (graph.Receipt, error) {
			b := batch(fmt.Sprint(i), declared(curated))
			b.IfHead = &head
			receipt, err := stores[i%2].Apply(t.Context(), b)
			if errors.Is(err, graph.ErrConflict) {
				return receipt, nil
			}
			won++ // only one gets here, as the race detector would tell
			return receipt, err
		})
		if won != 1 || mustHead(t, stores[0]).Revision != 1 {
			t.Fatalf("%d won", won)
		}
	}},
	{"readers see whole revisions only, while they are written", func(t *testing.T, open Open) {
		store, other := open(t, nil), open(t, nil)
		const size, revisions = 500, 20
		mustApply(t, store, batch("0", append(rows(curated, 0, size-1, "0"), declared(curated))...))
		done := make(chan struct{})
		var wait sync.WaitGroup
		for _, reader := range []graph.Store{store, other} {
			wait.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					head, versions, err := reader.Scan(t.Context())
					if err != nil {
						t.Error(err)
						return
					}
					count, current := 0, 0
					for v, err := range versions {
						if err != nil {
							t.Error(err)
							return
						}
						count++
						if v.To == 0 {
							current++
						}
					}
					if want := size + (size-1)*int(head.Revision-1); count != want || current != size {
						t.Errorf("at revision %d: %d versions of %d, %d current of %d", head.Revision, count, want, current, size)
						return
					}
				}
			})
		}
		for i := 1; i < revisions; i++ {
			mustApply(t, store, batch(fmt.Sprint(i), rows(curated, 0, size-1, fmt.Sprint(i))...))
		}
		close(done)
		wait.Wait()
	}},
	{"a follower beside 60 large revisions sees each whole and ends with what Scan gives", func(t *testing.T, open Open) {
		writer, follower := open(t, nil), open(t, nil)
		size := followedRows
		if testing.Short() {
			size = followedRowsShort
		}
		var wait sync.WaitGroup
		wait.Go(func() {
			for i := range followed {
				list := rows(curated, i*size/2, size, fmt.Sprint(i)) // after the first each closes half of those before it
				if i == 0 {
					list[0] = declared(curated)
				}
				if _, err := writer.Apply(t.Context(), batch(fmt.Sprint(i), list...)); err != nil {
					t.Error(err)
					return
				}
			}
		})
		defer wait.Wait()
		var list []graph.Change
		var digest graph.Digest
		deadline := time.Now().Add(5 * time.Minute)
		for len(list) < followed {
			if time.Now().After(deadline) || t.Failed() {
				t.Fatalf("the follower is at revision %d of %d", len(list), followed)
			}
			news := changes(t, follower, graph.RevisionNumber(len(list)))
			digest = verified(t, digest, news)
			for _, c := range news {
				if len(c.Written) != size {
					t.Fatalf("revision %d: %d rows", c.Revision.Number, len(c.Written))
				}
			}
			if list = append(list, news...); len(news) == 0 {
				select {
				case <-follower.Changed():
				case <-time.After(time.Second):
				}
			}
		}
		head, versions := scan(t, follower)
		if head.Digest != digest || !slices.Equal(replay(list), versions) {
			t.Fatal("what was followed is not what Scan gives")
		}
	}},
}

// writeTogether lets writers write batches of their own datasets, and checks that all are there, in one order.
func writeTogether(t *testing.T, stores []graph.Store) {
	receipts := make([][]graph.Receipt, writers)
	together(t, writers, func(w int) (last graph.Receipt, err error) {
		dataset := graph.ID(fmt.Sprintf("dataset/w%d", w))
		for i := range writerBatches {
			list := rows(dataset, i*writerRows, writerRows, "")
			if i == 0 {
				list[0] = declared(dataset)
			}
			if last, err = stores[w%len(stores)].Apply(t.Context(), batch(fmt.Sprintf("%d-%d", w, i), list...)); err != nil {
				return last, err
			}
			receipts[w] = append(receipts[w], last)
		}
		return last, nil
	})
	got := read(t, stores[0])
	if len(got.versions) != writers*writerBatches*writerRows || len(got.changes) != writers*writerBatches {
		t.Fatalf("%d versions in %d revisions", len(got.versions), len(got.changes))
	}
	if !slices.Equal(replay(got.changes), got.versions) || verified(t, "", got.changes) != got.head.Digest {
		t.Fatal("the changes are not what Scan gives")
	}
	for w, list := range receipts {
		for i, r := range list {
			if i > 0 && (r.Revision.Number <= list[i-1].Revision.Number || !r.Revision.At.After(list[i-1].Revision.At)) {
				t.Fatalf("writer %d: revision %d after %d", w, r.Revision.Number, list[i-1].Revision.Number)
			}
			if got.changes[r.Revision.Number-1].Revision != r.Revision {
				t.Fatalf("writer %d: revision %d is another's", w, r.Revision.Number)
			}
		}
	}
	for _, other := range stores[1:] {
		if !read(t, other).equal(got) {
			t.Fatal("the handles give different answers")
		}
	}
}

var cancelPromises = []promise{
	{"a context that is done ends every call with its error, and nothing is written", func(t *testing.T, open Open) {
		store := open(t, nil)
		history(t, store)
		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		late, cancelLate := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
		defer cancelLate()
		for ctx, want := range map[context.Context]error{canceled: context.Canceled, late: context.DeadlineExceeded} {
			unchanged(t, store, func() {
				for name, err := range everyCall(ctx, store) {
					if err == nil {
						t.Errorf("%s: no error", name)
						continue
					}
					wantError(t, err, want)
				}
			})
		}
	}},
	{"a context that is cancelled while a loop runs ends it with the error last", func(t *testing.T, open Open) {
		store := open(t, nil)
		history(t, store)
		ctx, cancel := context.WithCancel(t.Context())
		_, versions, err := store.Scan(ctx)
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, endOf(versions, cancel), context.Canceled)
		ctx, cancel = context.WithCancel(t.Context())
		wantError(t, endOf(store.Changes(ctx, 0), cancel), context.Canceled)
		ctx, cancel = context.WithCancel(t.Context())
		wantError(t, endOf(store.Revisions(ctx, 0), cancel), context.Canceled)
	}},
	{"a call that is cancelled at any moment wrote the whole batch or nothing", func(t *testing.T, open Open) {
		store := open(t, nil)
		mustApply(t, store, batch("start", declared(curated)))
		written := 1
		for i := range 40 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*time.Millisecond)
			b := batch(fmt.Sprint(i), rows(curated, 0, 1000, fmt.Sprint(i))...)
			receipt, err := store.Apply(ctx, b)
			cancel()
			head := mustHead(t, store)
			if err != nil {
				wantError(t, err, context.DeadlineExceeded)
				receipt = mustApply(t, store, b) // the same key tells, and has, the outcome
			} else if head.Revision != receipt.Revision.Number {
				t.Fatalf("head %d after receipt of %d", head.Revision, receipt.Revision.Number)
			}
			if written++; int(receipt.Revision.Number) != written {
				t.Fatalf("revision %d, want %d", receipt.Revision.Number, written)
			}
		}
		got := read(t, store)
		if !slices.Equal(replay(got.changes), got.versions) || len(got.versions) != 1+40*1000 {
			t.Fatalf("%d versions", len(got.versions))
		}
	}},
}

// everyCall calls each method once and returns its error.
func everyCall(ctx context.Context, store graph.Store) map[string]error {
	errs := make(map[string]error)
	_, errs["Head"] = store.Head(ctx)
	key := Fixture().Assert[0].Key()
	_, errs["Assertions"] = store.Assertions(ctx, []graph.Ref{{Statement: key.Statement, Dataset: key.Dataset, From: 1}})
	_, errs["Texts"] = store.Texts(ctx, []graph.TextHash{graph.HashText(fixtureText)})
	_, errs["Apply"] = store.Apply(ctx, batch("every call", by(curated, described("state/fra", "France"))))
	first := newOriginal(time.Now)
	if _, err := first.Apply(ctx, Fixture()); err != nil {
		panic(err) // the fixture is wrong
	}
	errs["Restore"] = first.steps()[0].restore(ctx, store)
	_, errs["Redact"] = store.Redact(ctx, &graph.Redaction{Key: "every call", Reason: "every call", Texts: []graph.TextHash{graph.HashText(fixtureText)}})
	errs["Audit"] = endOf(store.Audit(ctx, false), nil)
	if _, versions, err := store.Scan(ctx); err != nil {
		errs["Scan"] = err
	} else {
		errs["Scan"] = endOf(versions, nil)
	}
	errs["Changes"] = endOf(store.Changes(ctx, 0), nil)
	errs["Revisions"] = endOf(store.Revisions(ctx, 0), nil)
	return errs
}

// endOf runs a loop to its end, calling during after the first item, and returns the error that came last.
func endOf[T any](items func(func(T, error) bool), during func()) (last error) {
	count := 0
	for _, err := range items {
		if last != nil {
			return errors.Join(last, errItemAfterError)
		}
		if last = err; err == nil {
			if count++; count == 1 && during != nil {
				during()
			}
		}
	}
	return last
}

var errItemAfterError = fmt.Errorf("%w: and an item after it", graph.ErrCorrupt)
