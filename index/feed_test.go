package index_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
)

func next(t interface{ Fatal(...any) }, f *index.Feed) (*index.Delta, *index.Snapshot) {
	d, s, err := f.Next(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return d, s
}

// changed are the statements of a list, through pages of two.
func changed(t interface{ Fatal(...any) }, l index.DeltaStatements) (ids []graph.StatementID) {
	p := index.Page{First: 2}
	for {
		page, err := l.Page(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			ids, p.After = append(ids, item.ID), item.Cursor
		}
		if !page.HasNext {
			return ids
		}
	}
}

// TestADeltaIsWhatANaiveScanFinds compares what a follower is told, and what one is told who comes later, with every version looked at.
func TestADeltaIsWhatANaiveScanFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMemory()
		x := follow(t, m)
		live := x.Feed(0)
		if _, err := m.Apply(context.Background(), base()); err != nil {
			t.Fatal(err)
		}
		for n := range rapid.IntRange(1, 8).Draw(t, "revisions") {
			if b, some := drawBatch(t, m, n); some {
				if _, err := m.Apply(context.Background(), b); err != nil {
					t.Fatal(err)
				}
			}
		}
		o := newModel(m)
		reach(t, x, o.head)
		late := follow(t, m) // whose ring is empty
		for _, feed := range []*index.Feed{live, late.Feed(0), late.Feed(0)} {
			for n := graph.RevisionNumber(1); n <= o.head; n++ {
				d, s := next(t, feed)
				if d.Revision.Number != n || d.Revision.Digest != m.changes[n-1].Revision.Digest {
					t.Fatalf("revision %d comes, want %d", d.Revision.Number, n)
				}
				f := drawDeltaFilter(t)
				got, some := s.Select(d, f)
				asserted, withdrawn := o.delta(n, f)
				if some != (f == nil || len(asserted)+len(withdrawn) > 0) {
					t.Fatalf("revision %d, filter %+v: something is %v", n, f, some)
				}
				if ids := changed(t, got.Asserted); !sameStatements(ids, asserted) || got.Asserted.Len() != len(asserted) {
					t.Fatalf("revision %d, filter %+v: asserts %v, want %v", n, f, ids, asserted)
				}
				if ids := changed(t, got.Withdrawn); !sameStatements(ids, withdrawn) || got.Withdrawn.Len() != len(withdrawn) {
					t.Fatalf("revision %d, filter %+v: withdraws %v, want %v", n, f, ids, withdrawn)
				}
				compareStanding(t, o, got.Asserted, n)
				compareStanding(t, o, got.Withdrawn, n-1)
			}
		}
	})
}

func drawDeltaFilter(t *rapid.T) *index.DeltaFilter {
	if rapid.IntRange(0, 3).Draw(t, "filtered") == 0 {
		return nil
	}
	return &index.DeltaFilter{
		Entities:   rapid.SampledFrom([][]graph.ID{nil, nil, {"treaty/a"}, {"state/b", "treaty/d"}, {"treaty/nowhere"}}).Draw(t, "entities"),
		Predicates: rapid.SampledFrom([][]graph.Predicate{nil, nil, {graph.PredSigned}, {graph.PredNamed, graph.PredCites}}).Draw(t, "predicates"),
		Kinds:      rapid.SampledFrom([]graph.KindSet{0, 0, graph.Set(graph.KindState), graph.Set(graph.KindTreaty, graph.KindDataset)}).Draw(t, "kinds"),
		Datasets:   rapid.SampledFrom([][]graph.ID{nil, nil, {"dataset/a"}, {"dataset/b", "dataset/c"}}).Draw(t, "datasets"),
	}
}

func sameStatements(a, b []graph.StatementID) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// delta looks at every version.
func (o *model) delta(n graph.RevisionNumber, f *index.DeltaFilter) (asserted, withdrawn []graph.StatementID) {
	canonical := o.canonical(index.AsOf{Revision: n})
	fits := func(a *graph.Assertion) bool {
		if f == nil {
			return true
		}
		ends := []graph.ID{canonical(a.Subject)}
		if a.Object != "" {
			ends = append(ends, canonical(a.Object))
		}
		return (f.Predicates == nil || slices.Contains(f.Predicates, a.Predicate)) && (f.Datasets == nil || slices.Contains(f.Datasets, a.Dataset)) &&
			(f.Entities == nil || slices.ContainsFunc(f.Entities, func(id graph.ID) bool { return slices.Contains(ends, canonical(id)) })) &&
			(f.Kinds == 0 || slices.ContainsFunc(ends, func(id graph.ID) bool { return f.Kinds.Has(id.Kind()) }))
	}
	written := map[graph.AssertionKey]bool{}
	for i, v := range o.versions {
		if v.Ref.From == n {
			written[o.bodies[i].Key()] = true
			if fits(o.bodies[i]) && !slices.Contains(asserted, v.Ref.Statement) {
				asserted = append(asserted, v.Ref.Statement)
			}
		}
	}
	for i, v := range o.versions {
		if v.To == n && !written[o.bodies[i].Key()] && fits(o.bodies[i]) && !slices.Contains(withdrawn, v.Ref.Statement) {
			withdrawn = append(withdrawn, v.Ref.Statement)
		}
	}
	return asserted, withdrawn
}

// compareStanding tells whether changed statements are shown as they stood at a revision, in their order.
func compareStanding(t *rapid.T, o *model, l index.DeltaStatements, n graph.RevisionNumber) {
	if l.Len() == 0 {
		return
	}
	page, err := l.Page(index.Page{Last: 1_000})
	if err != nil {
		t.Fatal(err)
	}
	facts := map[graph.StatementID]*fact{}
	for _, f := range o.facts(index.AsOf{Revision: n}) {
		facts[f.id] = f
	}
	for i := range page.Items {
		got := page.Items[i].Statement
		if f := facts[got.ID]; f == nil || !reflect.DeepEqual(got, shapeOf(f)) {
			t.Fatalf("at revision %d %s is\n%+v", n, got.ID, got)
		}
		if i > 0 && compareIn(index.OrderPredicate, &page.Items[i-1].Statement, &got) >= 0 {
			t.Fatalf("%s follows %s", got.ID, page.Items[i-1].ID)
		}
	}
}

// fill applies revisions of one name each.
func fill(t testing.TB, s graph.Store, from, to int) {
	for i := from; i < to; i++ {
		apply(t, s, fmt.Sprint("fill ", i), named(graph.ID(fmt.Sprintf("treaty/f%d", i)), "F"))
	}
}

// takeAll takes the revisions up to one and fails unless each comes once and in order.
func takeAll(t testing.TB, f *index.Feed, from, to graph.RevisionNumber) {
	t.Helper()
	for n := from; n <= to; n++ {
		d, s, err := f.Next(context.Background())
		if err != nil || d.Revision.Number != n || s.Head().Revision < n {
			t.Errorf("revision %d comes, want %d (%v)", d.Revision.Number, n, err)
			return
		}
	}
}

func TestAReaderWhoIsSlowerThanTheRingIsToldFromTheStore(t *testing.T) {
	m := newMemory()
	n := applyBase(t, m)
	x := follow(t, m)
	stalled, quick := x.Feed(n), x.Feed(n)
	const revisions = index.RingRevisions + 200
	fill(t, m, 0, 100)
	takeAll(t, quick, n+1, n+100)
	fill(t, m, 100, revisions)
	last := n + revisions
	reach(t, x, last)
	takeAll(t, quick, n+101, last)
	takeAll(t, stalled, n+1, last)
	if kept := x.RingLength(); kept != index.RingRevisions {
		t.Errorf("the ring holds %d revisions, want %d", kept, index.RingRevisions)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := stalled.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("with nothing to tell and no time: %v", err)
	}
}

func TestReadersThatReadWhileRevisionsAreWrittenMissNoneAndWaitForNone(t *testing.T) {
	for name, store := range map[string]graph.Store{"memory": newMemory(), "SQLite": openSQLite(t)} {
		t.Run(name, func(t *testing.T) {
			n := applyBase(t, store)
			x := follow(t, store)
			var readers sync.WaitGroup
			const revisions = 60
			for i := range 20 {
				readers.Go(func() {
					from := n + graph.RevisionNumber(i) // some begin with what is still to come
					takeAll(t, x.Feed(from), from+1, n+revisions)
				})
			}
			x.Feed(n) // one that never reads
			fill(t, store, 0, revisions)
			readers.Wait()
		})
	}
}

func TestAReplayOutlivesErrorsOfTheStoreAndWaitsForIt(t *testing.T) {
	m := newMemory()
	n := applyBase(t, m)
	fill(t, m, 0, 30)
	x := follow(t, m)
	m.setFail(graph.ErrUnavailable)
	told := make(chan graph.RevisionNumber)
	go func() {
		d, _, err := x.Feed(n).Next(context.Background())
		if err != nil {
			t.Error(err)
		}
		told <- d.Revision.Number
	}()
	eventually(t, func() bool { return x.Err() != nil })
	m.setFail(nil)
	if got := <-told; got != n+1 {
		t.Errorf("revision %d comes, want %d", got, n+1)
	}
}

func TestAFeedEndsWithItsIndex(t *testing.T) {
	m := newMemory()
	n := applyBase(t, m)
	x := follow(t, m)
	var readers sync.WaitGroup
	for _, after := range []graph.RevisionNumber{0, n, n + 5} {
		readers.Go(func() {
			feed := x.Feed(after)
			for {
				if _, _, err := feed.Next(context.Background()); err != nil {
					if !errors.Is(err, index.ErrClosed) {
						t.Errorf("after %d: %v", after, err)
					}
					return
				}
			}
		})
	}
	x.Close()
	readers.Wait()
}

func TestChangesAreFoundByTheDocumentOfTheirEvidenceAndByMergedEntities(t *testing.T) {
	store, err := sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	applyBase(t, store)
	x := follow(t, store)
	feed := x.Feed(1)
	signed := says("dataset/b", graph.Claim{Subject: "state/a", Predicate: graph.PredSigned, Object: "treaty/a"})
	signed.Evidence = []graph.Evidence{{Document: "document/d", Citation: "page 1"}}
	apply(t, store, "document", named("document/d", "D"))
	apply(t, store, "evidence", signed)
	apply(t, store, "merge", says("dataset/b", graph.Claim{Subject: "treaty/a", Predicate: graph.PredMergedInto, Object: "treaty/b"}))
	if _, err := store.Apply(t.Context(), &graph.Batch{Key: "withdraw", Author: "who", Summary: "why", Withdraw: []graph.AssertionKey{signed.Key()}}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		revision     graph.RevisionNumber
		byDoc, byOne bool // by document/d, by treaty/b
		entities     []graph.ID
	}{
		{2, false, false, []graph.ID{"document/d"}},
		{3, true, false, []graph.ID{"state/a", "treaty/a"}},
		{4, false, true, []graph.ID{"treaty/a", "treaty/b"}},
		{5, true, true, []graph.ID{"state/a", "treaty/a"}}, // treaty/a is treaty/b now
	} {
		d, s := next(t, feed)
		_, byDocument := s.Select(d, &index.DeltaFilter{Documents: []graph.ID{"document/d"}})
		_, byOne := s.Select(d, &index.DeltaFilter{Entities: []graph.ID{"treaty/b"}})
		all, _ := s.Select(d, nil)
		if d.Revision.Number != test.revision || byDocument != test.byDoc || byOne != test.byOne || !slices.Equal(all.Entities(), test.entities) {
			t.Errorf("revision %d: by document %v, by treaty/b %v, entities %v; want %+v", d.Revision.Number, byDocument, byOne, all.Entities(), test)
		}
		if test.revision == 5 && (d.Revision.Author != "who" || d.Revision.Summary != "why" || all.Asserted.Len() != 0 || all.Withdrawn.Len() != 1) {
			t.Errorf("the withdrawal is told as %+v", d.Revision)
		}
	}
}
