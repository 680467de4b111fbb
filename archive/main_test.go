package archive_test

import (
	"bytes"
	"context"
	"iter"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"treatygraph/archive"
	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/graph/storetest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("treatygraph/tools/neo4j.(*Server).await"))
}

// newStore opens an empty store in memory under a clock that goes on by a second with each revision.
func newStore(t testing.TB) *sqlite.Store {
	t.Helper()
	at := time.Date(2026, 1, 2, 3, 4, 5, 678900000, time.UTC)
	store, err := sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{Clock: func() time.Time { at = at.Add(time.Second); return at }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func apply(t testing.TB, store graph.Writer, b *graph.Batch) {
	t.Helper()
	if _, err := store.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

func described(id graph.ID, text string) graph.Assertion {
	return graph.Assertion{Claim: graph.Claim{Subject: id, Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: text}},
		Dataset: "dataset/curated", Rank: graph.RankNormal, Method: graph.MethodCurated}
}

// odd is what a file of lines of JSON may be tempted to change.
const odd = "\"quotes\" \\ / <b>&amp;</b> \u2028\u2029 \x01\x1f\x7f\t\r\n 𠀀👩‍👩‍👧 e\u0301 é \ufeff"

// record is a small history: the fixture, a rewrite, a withdrawal with an assertion anew, texts with originals, a revision that changes nothing,
// and words that are hard to keep.
func record(t testing.TB) *sqlite.Store {
	t.Helper()
	store := newStore(t)
	fixture := storetest.Fixture()
	apply(t, store, fixture)
	changed := fixture.Assert[2]
	changed.Rank = graph.RankPreferred
	apply(t, store, &graph.Batch{Key: "rewrite", Author: "someone", Summary: odd, Assert: []graph.Assertion{changed}})
	apply(t, store, &graph.Batch{Key: "withdraw", Withdraw: []graph.AssertionKey{changed.Key(), fixture.Assert[3].Key(), fixture.Assert[15].Key()}})
	apply(t, store, &graph.Batch{Key: "anew " + odd, Assert: []graph.Assertion{fixture.Assert[2]}, Texts: []*graph.Text{
		graph.NewText("zh", odd, []byte("\xff\xfe raw")), graph.NewText("ru", "Договор", nil), graph.NewText("en", "a", nil)}})
	apply(t, store, &graph.Batch{Key: "nothing", Assert: []graph.Assertion{fixture.Assert[2]}})
	apply(t, store, &graph.Batch{Key: "words", Author: odd, Assert: []graph.Assertion{described("topic/odd", odd), described("topic/odd", "plain"), described("topic/even", "plain")}})
	return store
}

func write(t testing.TB, from graph.Reader, until graph.RevisionNumber) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := archive.Write(t.Context(), &b, from, until, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A state is what a store holds, without its identity.
type state struct {
	head     graph.Head
	versions []graph.Version
	changes  []graph.Change
}

func read(t testing.TB, store graph.Reader) (s state) {
	t.Helper()
	head, versions, err := store.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.head = graph.Head{Revision: head.Revision, Digest: head.Digest}
	s.versions = all(t, versions)
	s.changes = all(t, store.Changes(t.Context(), 0))
	return s
}

func all[T any](t testing.TB, items iter.Seq2[T, error]) (list []T) {
	t.Helper()
	for item, err := range items {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, item)
	}
	return list
}

func (s state) equal(o state) bool {
	return s.head == o.head && slices.Equal(s.versions, o.versions) && slices.EqualFunc(s.changes, o.changes, func(a, b graph.Change) bool {
		return a.Revision == b.Revision && slices.Equal(a.Written, b.Written) && slices.Equal(a.Closed, b.Closed) && slices.Equal(a.Texts, b.Texts)
	})
}

func wantHead(t testing.TB, store graph.Reader, want graph.RevisionNumber) {
	t.Helper()
	if head, err := store.Head(context.WithoutCancel(t.Context())); err != nil || head.Revision != want {
		t.Fatalf("the store is at revision %d, not %d; error %v", head.Revision, want, err)
	}
}
