package guard_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"treatygraph/graph"
	"treatygraph/graph/guard"
	"treatygraph/graph/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A reader answers as its function does.
type reader func(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error)

func (r reader) Assertions(context.Context, []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	return nil, errors.New("not asked here")
}

func (r reader) Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	return r(ctx, hashes)
}

func ask(ctx context.Context, c *guard.Contents) error {
	_, err := c.Texts(ctx, []graph.TextHash{"a"})
	return err
}

// The clock of these tests is synctest's, so that the waits are exact.

func TestACallWithoutAPlaceIsShedAfterTheWaitAndTheStoreSeesNoMoreThanItsPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const places, callers = 3, 20
		var mu sync.Mutex
		now, most := 0, 0
		c := guard.NewContents(reader(func(context.Context, []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			now--
			mu.Unlock()
			return nil, nil
		}), guard.Options{Calls: places})
		var wait sync.WaitGroup
		var took []time.Duration
		for range callers {
			wait.Go(func() {
				began := time.Now()
				if err := ask(t.Context(), c); err != nil {
					if !errors.Is(err, graph.ErrUnavailable) {
						t.Error(err)
					}
					mu.Lock()
					took = append(took, time.Since(began))
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		if most != places || len(took) != callers-places || slices.Max(took) != guard.DefaultWait {
			t.Errorf("at most %d under way, %d shed, the last after %v", most, len(took), slices.Max(took))
		}
		if s := c.State(); s.Calls != 0 || s.Away || s.ShedFull != callers-places {
			t.Errorf("got %+v", s)
		}
		if err := ask(t.Context(), c); err != nil {
			t.Error("afterwards:", err)
		}
	})
}

func TestAStoreThatDoesNotAnswerIsTriedByOneCallAtATimeAndFoundWithinASecondOfItsReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var away atomic.Bool
		var tries atomic.Int32
		away.Store(true)
		c := guard.NewContents(reader(func(ctx context.Context, _ []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
			tries.Add(1)
			if away.Load() {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return nil, nil
		}), guard.Options{})
		if err := ask(t.Context(), c); !errors.Is(err, graph.ErrUnavailable) || !c.State().Away {
			t.Fatalf("a call that is not answered ends with %v, %+v", err, c.State())
		}
		tries.Store(0)
		var wait sync.WaitGroup
		const seconds, perSecond = 20, 100
		for range seconds * perSecond {
			time.Sleep(time.Second / perSecond)
			wait.Go(func() {
				if err := ask(t.Context(), c); !errors.Is(err, graph.ErrUnavailable) {
					t.Error(err)
				}
			})
			if n := c.State().Calls; n > 1 {
				t.Fatalf("%d calls pile up", n)
			}
		}
		wait.Wait()
		if most := seconds/int(guard.DefaultLimit/time.Second) + 1; tries.Load() == 0 || int(tries.Load()) > most {
			t.Errorf("%d tries in %d s", tries.Load(), seconds)
		}
		away.Store(false)
		back := time.Now()
		for ask(t.Context(), c) != nil {
			time.Sleep(10 * time.Millisecond)
		}
		if took := time.Since(back); took > time.Second || c.State().Away {
			t.Errorf("found after %v, %+v", took, c.State())
		}
	})
}

func TestACallStuckInTheStoreKeepsItsPlaceButNotItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		c := guard.NewContents(reader(func(context.Context, []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
			<-release
			return nil, nil
		}), guard.Options{})
		began := time.Now()
		if err := ask(t.Context(), c); !errors.Is(err, graph.ErrUnavailable) || time.Since(began) != guard.DefaultLimit {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		if n := c.State().Calls; n != 1 {
			t.Errorf("%d places are taken", n)
		}
		close(release)
		synctest.Wait()
		if n := c.State().Calls; n != 0 {
			t.Errorf("%d places are taken at the end", n)
		}
	})
}

func TestALimitHoldsForEveryFiveHundredKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := guard.NewContents(reader(func(ctx context.Context, _ []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}), guard.Options{})
		began := time.Now()
		if _, err := c.Texts(t.Context(), make([]graph.TextHash, 1200)); !errors.Is(err, graph.ErrUnavailable) || time.Since(began) != 3*guard.DefaultLimit {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

func TestOnlyWhatTellsThatTheStoreIsAwayShedsOtherCalls(t *testing.T) {
	unavailable := fmt.Errorf("%w: gone", graph.ErrUnavailable)
	for name, test := range map[string]struct {
		err  error // of the store
		away bool
	}{
		"an answer":               {nil, false},
		"damage":                  {graph.ErrCorrupt, false},
		"a store that is away":    {unavailable, true},
		"a caller that went away": {context.Canceled, false},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			c := guard.NewContents(reader(func(context.Context, []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
				if errors.Is(test.err, context.Canceled) {
					cancel()
				}
				return nil, test.err
			}), guard.Options{})
			if err := ask(ctx, c); !errors.Is(err, test.err) {
				t.Errorf("got %v", err)
			}
			if s := c.State(); s.Away != test.away {
				t.Errorf("got %+v", s)
			}
		})
	}
}

func TestAPanicInTheStoreIsAnErrorOfTheCall(t *testing.T) {
	c := guard.NewContents(reader(func(context.Context, []graph.TextHash) (map[graph.TextHash]*graph.Text, error) { panic("boom") }), guard.Options{})
	if err := ask(t.Context(), c); err == nil || c.State().Calls != 0 {
		t.Errorf("got %v, %+v", err, c.State())
	}
}

func TestAnObserverIsToldOfEveryCallWithItsError(t *testing.T) {
	opened, err := sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	type key struct{}
	var ended []string
	failed := map[string]error{}
	store := guard.Observe(opened, func(ctx context.Context, method string) (context.Context, func(error)) {
		return context.WithValue(ctx, key{}, method), func(err error) { ended = append(ended, method); failed[method] = err }
	})
	calls := func() {
		_, _ = store.Head(t.Context())
		_, _ = store.Assertions(t.Context(), nil)
		_, _ = store.Texts(t.Context(), nil)
		if _, versions, err := store.Scan(t.Context()); err == nil {
			for range versions {
			}
		}
		for range store.Revisions(t.Context(), 0) {
		}
		for range store.Changes(t.Context(), 0) {
		}
		_, _ = store.Apply(t.Context(), &graph.Batch{})
		_ = store.Restore(t.Context(), &graph.Change{}, nil)
		_, _ = store.Redact(t.Context(), &graph.Redaction{})
		for range store.Audit(t.Context(), false) {
		}
	}
	calls()
	if !slices.Equal(ended, guard.Methods) || !errors.Is(failed["apply"], graph.ErrInvalid) || !errors.Is(failed["restore"], graph.ErrInvalid) {
		t.Errorf("told of %v: %v", ended, failed)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	ended = nil
	calls()
	if !slices.Equal(ended, guard.Methods) {
		t.Errorf("of a closed store told of %v", ended)
	}
	for _, method := range guard.Methods {
		if err := failed[method]; method != "apply" && method != "restore" && method != "redact" && !errors.Is(err, graph.ErrUnavailable) {
			t.Errorf("%s of a closed store: told %v", method, err)
		}
	}
}
