package index_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
)

func named(id graph.ID, text string) graph.Assertion {
	v := graph.NameValue(graph.Name{Text: text, Lang: "en", Role: graph.NameOfficial})
	return says("dataset/a", graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: &v})
}

func says(dataset graph.ID, c graph.Claim) graph.Assertion {
	return graph.Assertion{Claim: c, Dataset: dataset, Rank: graph.RankNormal, Method: graph.MethodCurated}
}

func apply(t testing.TB, s graph.Store, key string, list ...graph.Assertion) graph.RevisionNumber {
	t.Helper()
	r, err := s.Apply(context.Background(), &graph.Batch{Key: key, Assert: list})
	if err != nil {
		t.Fatal(err)
	}
	return r.Revision.Number
}

func applyBase(t testing.TB, s graph.Store) graph.RevisionNumber {
	t.Helper()
	return apply(t, s, "base", base().Assert...)
}

func openSQLite(t testing.TB) graph.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), t.TempDir()+"/graph.db", sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestASnapshotDoesNotChangeWhileTheStoreDoes(t *testing.T) {
	store := openSQLite(t)
	applyBase(t, store)
	x := follow(t, store)
	type answers struct {
		page  index.StatementPage
		count int
		names []index.NamedName
		found []index.Match
	}
	ask := func(s *index.Snapshot) (a answers) {
		q := index.StatementQuery{Entity: "treaty/a", Page: index.Page{First: 50}}
		a.page, _ = s.Statements(q)
		a.count, a.names, a.found = s.CountStatements(q), s.Names("treaty/a", index.AsOf{}), s.Lookup("One name", 0, index.AsOf{})
		return a
	}
	var readers sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		readers.Go(func() {
			for {
				s := x.Snapshot()
				first := ask(s)
				for range 5 {
					select {
					case <-stop:
						return
					default:
						runtime.Gosched()
					}
					if again := ask(s); !reflect.DeepEqual(first, again) {
						t.Errorf("revision %d answers\n%+v, then\n%+v", s.Head().Revision, first, again)
						return
					}
				}
			}
		})
	}
	var last graph.RevisionNumber
	for i := range 60 {
		id := graph.ID(fmt.Sprintf("treaty/n%d", i))
		b := &graph.Batch{Key: fmt.Sprint(i), Assert: []graph.Assertion{named(id, "One name"),
			says("dataset/b", graph.Claim{Subject: id, Predicate: graph.PredCites, Object: "treaty/a"})}}
		if i%3 == 0 {
			b.Assert = append(b.Assert, says("dataset/a", graph.Claim{Subject: id, Predicate: graph.PredMergedInto, Object: "treaty/a"}))
		}
		if i > 0 {
			old := named(graph.ID(fmt.Sprintf("treaty/n%d", i-1)), "One name")
			b.Withdraw = append(b.Withdraw, old.Key())
		}
		r, err := store.Apply(context.Background(), b)
		if err != nil {
			t.Fatal(err)
		}
		last = r.Revision.Number
	}
	s := reach(t, x, last)
	close(stop)
	readers.Wait()
	if n := s.CountStatements(index.StatementQuery{Entity: "treaty/a", Direction: index.In}); n != 80 {
		t.Errorf("%d statements, want 60 citations and 20 merges", n)
	}
}

// hub returns a store and an index of a state that signed degree treaties.
func hub(t testing.TB, degree int) (*memory, *index.Index) {
	m := newMemory()
	applyBase(t, m)
	for from := 0; from < degree; from += 2_000 {
		var list []graph.Assertion
		for i := from; i < min(from+2_000, degree); i++ {
			id := graph.ID(fmt.Sprintf("treaty/t%d", i))
			list = append(list, named(id, "T"), says("dataset/a", graph.Claim{Subject: "state/a", Predicate: graph.PredSigned, Object: id}))
		}
		apply(t, m, fmt.Sprint(from), list...)
	}
	return m, follow(t, m)
}

func TestARevisionOfAHubCostsWhatItWrites(t *testing.T) {
	const revisions = 64
	cost := func(degree int) uint64 {
		m, x := hub(t, degree)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for i := range revisions {
			n := apply(t, m, fmt.Sprint("more ", i), says("dataset/b", graph.Claim{Subject: "state/a", Predicate: graph.PredSuspended, Object: "treaty/a",
				Valid: graph.Interval{From: graph.Day(i).Date()}}))
			reach(t, x, n)
		}
		runtime.ReadMemStats(&after)
		return (after.TotalAlloc - before.TotalAlloc) / revisions
	}
	small, large := cost(100), cost(6_000)
	if large > 3*small+16<<10 { // copying the hub's two rows would add 48 KB
		t.Errorf("a revision takes %d bytes at a hub of 6,000, but %d at one of 100", large, small)
	}
}

func TestPagesOfAHubFarDownReadNoMoreThanTheFirst(t *testing.T) {
	_, x := hub(t, 6_000)
	s := x.Snapshot()
	q := index.StatementQuery{Entity: "state/a", Predicates: []graph.Predicate{graph.PredSigned}, Page: index.Page{First: 100}}
	allocs := func() float64 { return testing.AllocsPerRun(20, func() { s.Statements(q) }) }
	first := allocs()
	total := 0
	for {
		page, err := s.Statements(q)
		if err != nil {
			t.Fatal(err)
		}
		total += len(page.Items)
		if !page.HasNext {
			break
		}
		q.Page.After = page.Items[len(page.Items)-1].Cursor
		if more := allocs(); total == 5_800 && more > first+16 {
			t.Errorf("a page after %d items takes %v allocations, the first %v", total, more, first)
		}
	}
	if n := s.CountStatements(q); total != 6_000 || n != total {
		t.Errorf("%d items, counted %d, want 6,000", total, n)
	}
	if n := testing.AllocsPerRun(20, func() { s.CountStatements(q) }); n > 4 {
		t.Errorf("counting allocates %v times", n)
	}
}

func TestThePageOfContentTakesOneStoreCallAndThenNone(t *testing.T) {
	m, x := hub(t, 100)
	page, _ := x.Snapshot().Statements(index.StatementQuery{Entity: "state/a", Page: index.Page{First: 50}})
	var refs []graph.Ref
	for _, item := range page.Items {
		refs = append(refs, item.Refs...)
	}
	refs = append(refs, refs[0]) // doubles are asked for once
	missing := graph.Ref{Statement: refs[0].Statement, Dataset: "dataset/b", From: 9}
	for call := range 2 {
		got, err := x.Assertions(context.Background(), append(slices.Clone(refs), missing)[:len(refs)+1-call])
		if err != nil || len(got) != 50 || got[refs[3]].Object == "" {
			t.Fatalf("%d assertions, %v", len(got), err)
		}
		if m.calls != 1 || m.asked != 51 {
			t.Fatalf("%d calls for %d refs, want one for 51", m.calls, m.asked)
		}
	}
	m.setFail(graph.ErrUnavailable)
	if _, err := x.Assertions(context.Background(), refs); err != nil {
		t.Errorf("what is in the cache needs the store: %v", err)
	}
	if _, err := x.Assertions(context.Background(), []graph.Ref{missing}); !errors.Is(err, graph.ErrUnavailable) {
		t.Errorf("a failing store gives %v", err)
	}
}

func TestTheContentCacheIsBoundedInBytes(t *testing.T) {
	m := newMemory()
	var hashes []graph.TextHash
	b := &graph.Batch{Key: "texts"}
	for i := range 64 {
		text := graph.NewText("en", fmt.Sprint(i, strings.Repeat(" words", 10_000)), nil) // 60 KB
		b.Texts, hashes = append(b.Texts, text), append(hashes, text.Hash)
	}
	if _, err := m.Apply(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	x, err := index.Follow(context.Background(), m, index.Options{CacheBytes: 1 << 20, LateTexts: true})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	load := func() {
		t.Helper()
		for _, h := range hashes {
			if got, err := x.Texts(context.Background(), []graph.TextHash{h}); err != nil || got[h] == nil {
				t.Fatal(err)
			}
		}
	}
	load()
	time.Sleep(10 * time.Millisecond) // the cache evicts beside its callers
	m.calls = 0
	load()
	if m.calls < 64-9 { // half of a MiB holds 8
		t.Errorf("%d of 64 texts were read again: a cache of 1 MiB holds 3.8 MB", m.calls)
	}
}

func TestWaitReturnsWhenTheRevisionIsThereOrTheContextEnds(t *testing.T) {
	m := newMemory()
	n := applyBase(t, m)
	x := follow(t, m)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := x.Wait(ctx, n+1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for what never comes: %v", err)
	}
	var waiting sync.WaitGroup
	for range 4 {
		waiting.Go(func() {
			if s, err := x.Wait(context.Background(), n+1); err != nil || s.Head().Revision != n+1 {
				t.Error(err)
			}
		})
	}
	apply(t, m, "next", named("treaty/z", "Z"))
	waiting.Wait()
	waiting.Go(func() {
		if _, err := x.Wait(context.Background(), n+2); !errors.Is(err, index.ErrClosed) {
			t.Errorf("waiting on a closed index: %v", err)
		}
	})
	x.Close()
	waiting.Wait()
	if x.Close() != nil {
		t.Error("a second Close failed")
	}
}

func TestAnIndexThatIsHeldStaysWhereItIsUntilItIsReleased(t *testing.T) {
	store := openSQLite(t)
	applyBase(t, store)
	x := follow(t, store)
	release, err := x.Hold(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	next := apply(t, store, "next", named("treaty/next", "Next"))
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := x.Wait(short, next); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("held: %v", err)
	}
	if _, err := x.Hold(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("held twice: %v", err)
	}
	release()
	if s, err := x.Wait(t.Context(), next); err != nil || s.Head().Revision != next {
		t.Errorf("released: %v", err)
	}
	if _, err := x.Hold(t.Context()); err != nil { // closing waits for nobody
		t.Error(err)
	}
	apply(t, store, "last", named("treaty/last", "Last"))
	if err := x.Close(); err != nil {
		t.Error(err)
	}
}

func TestAnIndexOutlivesErrorsOfItsStore(t *testing.T) {
	m := newMemory()
	n := applyBase(t, m)
	x := follow(t, m)
	m.setFail(graph.ErrUnavailable)
	eventually(t, func() bool { return errors.Is(x.Err(), graph.ErrUnavailable) })
	if _, ok := x.Snapshot().Entity("treaty/a", index.AsOf{}); !ok {
		t.Error("reads end with the store")
	}
	m.setFail(nil)
	apply(t, m, "next", named("treaty/z", "Z"))
	reach(t, x, n+1)
	eventually(t, func() bool { return x.Err() == nil })
}

func TestAnotherStoreOrAnotherHistoryIsNotFollowed(t *testing.T) {
	for name, change := range map[string]func(*memory){
		"another identity": func(m *memory) { m.head.Store = "another" },
		"went back":        func(m *memory) { m.head.Revision-- },
		"another digest":   func(m *memory) { m.head.Digest = "0" },
		"torn revision": func(m *memory) {
			c := m.changes[0]
			c.Revision.Number++
			m.changes = append(m.changes, c)
			m.head.Revision++
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMemory()
			n := applyBase(t, m)
			x := follow(t, m)
			m.mu.Lock()
			change(m)
			m.mu.Unlock()
			eventually(t, func() bool { return errors.Is(x.Err(), graph.ErrCorrupt) })
			if got := x.Snapshot().Head().Revision; got != n {
				t.Errorf("the index went on to revision %d", got)
			}
		})
	}
}

func eventually(t *testing.T, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come about")
		}
	}
}

func TestTimesOfRevisionsAreFoundByNumberAndTime(t *testing.T) {
	m := newMemory()
	if s := follow(t, m).Snapshot(); s.Head().Revision != 0 || !s.At().IsZero() || s.RevisionAt(time.Now()) != 0 {
		t.Error("an empty store has a revision")
	}
	n := applyBase(t, m)
	next := apply(t, m, "next", named("treaty/z", "Z"))
	s := reach(t, follow(t, m), next)
	r, ok := s.Revision(n)
	if !ok || s.RevisionAt(r.At) != n || s.RevisionAt(r.At.Add(-1)) != n-1 || s.RevisionAt(s.At()) != next {
		t.Errorf("revision %d is at %v, found %d", n, r.At, s.RevisionAt(r.At))
	}
	if newest, _ := s.Revision(next); len(r.Digest) != 64 || r.Digest == newest.Digest || newest.Digest != s.Head().Digest {
		t.Errorf("digests %s, %s, and %s of the head", r.Digest, newest.Digest, s.Head().Digest)
	}
	if _, ok := s.Revision(next + 1); ok {
		t.Error("a revision to come has a time")
	}
}

func TestACursorOfAnotherListIsRefused(t *testing.T) {
	_, x := hub(t, 10)
	s := x.Snapshot()
	out, _ := s.Statements(index.StatementQuery{Entity: "state/a", Direction: index.Out, Page: index.Page{First: 1}})
	entities, _ := s.Entities(t.Context(), index.EntityQuery{Page: index.Page{First: 1}})
	labels, _ := s.Entities(t.Context(), index.EntityQuery{Order: index.OrderLabel, Language: "en", Page: index.Page{First: 1}})
	for _, cursor := range []string{out.Items[0].Cursor, entities.Items[0].Cursor, labels.Items[0].Cursor, "x", "c3g", strings.Repeat("A", 500), "%%%"} {
		if _, err := s.Statements(index.StatementQuery{Entity: "state/a", Page: index.Page{First: 1, After: cursor}}); !errors.Is(err, index.ErrCursor) {
			t.Errorf("statements after %q: %v", cursor, err)
		}
		if _, err := s.Entities(t.Context(), index.EntityQuery{Order: index.OrderLabel, Language: "ru", Page: index.Page{Last: 1, Before: cursor}}); !errors.Is(err, index.ErrCursor) {
			t.Errorf("entities before %q: %v", cursor, err)
		}
	}
}

func TestLabelsFallBackThroughLanguagesAndRoles(t *testing.T) {
	m := newMemory()
	applyBase(t, m)
	name := func(text string, lang graph.Language, role graph.NameRole, rank graph.Rank) graph.Assertion {
		v := graph.NameValue(graph.Name{Text: text, Lang: lang, Role: role})
		a := says("dataset/a", graph.Claim{Subject: "treaty/x", Predicate: graph.PredNamed, Value: &v})
		a.Rank = rank
		return a
	}
	n := apply(t, m, "names", name("Official", "en", graph.NameOfficial, graph.RankNormal), name("Short", "en", graph.NameShort, graph.RankNormal),
		name("条约", "zh-Hans", graph.NameShort, graph.RankNormal), name("條約", "zh-Hant", graph.NameOfficial, graph.RankNormal),
		name("Договор", "ru", graph.NameShort, graph.RankNormal), name("Предпочтительный", "ru", graph.NameAlias, graph.RankPreferred))
	s := reach(t, follow(t, m), n)
	for lang, want := range map[graph.Language]string{"en": "Short", "en-GB": "Short", "fr": "Short", "zh-Hant-TW": "條約", "zh-Hans": "条约", "zh": "条约", "ru": "Предпочтительный", "": "Short"} {
		if got := s.Label("treaty/x", lang, index.AsOf{}).Text; got != want {
			t.Errorf("label in %q is %s, want %s", lang, got, want)
		}
	}
	if got := s.Label("treaty/none/1", "en", index.AsOf{}); got.Text != "none/1" {
		t.Errorf("label of an unnamed entity is %v", got)
	}
}

func TestStatusFollowsSuccessionFromItsDay(t *testing.T) {
	m := newMemory()
	applyBase(t, m)
	on := func(s string) graph.Interval { return graph.Interval{From: graph.MustDate(s)} }
	act := func(actor graph.ID, p graph.Predicate, object graph.ID, day string) graph.Assertion {
		return says("dataset/a", graph.Claim{Subject: actor, Predicate: p, Object: object, Valid: on(day)})
	}
	n := apply(t, m, "status", act("state/a", graph.PredRatified, "treaty/a", "1980-01-01"), act("treaty/a", graph.PredEnteredIntoForce, "", "1981-01-01"),
		act("state/b", graph.PredSuccessorOf, "state/a", "1991-12-26"), act("state/c", graph.PredSuccessorOf, "state/b", "1995-01-01"),
		act("state/a", graph.PredSuccessorOf, "state/c", "1996-01-01"))
	s := reach(t, follow(t, m), n)
	day := func(text string) graph.Day { return graph.MustDate(text).Earliest() }
	if got := s.InstrumentStatus("treaty/a", day("1985-01-01"), index.AsOf{}); got.Value != graph.StateInForce {
		t.Errorf("status is %+v", got)
	}
	for _, c := range []struct {
		actor graph.ID
		on    string
		want  graph.PartyState
	}{{"state/a", "1980-06-01", graph.PartyContracting}, {"state/a", "1985-01-01", graph.PartyParty}, {"state/b", "1990-01-01", graph.PartyNone},
		{"state/b", "1992-01-01", graph.PartyParty}, {"state/c", "1992-01-01", graph.PartyNone}, {"state/c", "2000-01-01", graph.PartyParty}} {
		if got := s.PartyStatus(c.actor, "treaty/a", day(c.on), index.AsOf{}); got.Value != c.want {
			t.Errorf("%s on %s is %+v, want %s", c.actor, c.on, got, c.want)
		}
	}
}
