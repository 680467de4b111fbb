package storetest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
)

// A state is all that a reader can see of a store.
type state struct {
	head     graph.Head
	versions []graph.Version
	changes  []graph.Change
}

func mustApply(t testing.TB, store graph.Writer, b *graph.Batch) graph.Receipt {
	t.Helper()
	receipt, err := store.Apply(t.Context(), b)
	if err != nil {
		t.Fatalf("apply %q: %v", b.Key, err)
	}
	return receipt
}

func mustHead(t testing.TB, store graph.Store) graph.Head {
	t.Helper()
	head, err := store.Head(t.Context())
	if err != nil {
		t.Fatalf("head: %v", err)
	}
	return head
}

// scan reads all versions, and checks their order.
func scan(t testing.TB, store graph.Store) (graph.Head, []graph.Version) {
	t.Helper()
	head, versions, err := store.Scan(t.Context())
	if err != nil {
		t.Fatalf("scan: %v", err)
	}
	return head, collect(t, versions)
}

func collect(t testing.TB, versions iter.Seq2[graph.Version, error]) []graph.Version {
	t.Helper()
	var list []graph.Version
	for v, err := range versions {
		if err != nil {
			t.Fatalf("scan: %v", err)
		}
		v.Ref.Statement, v.Ref.Dataset, v.Body = graph.StatementID(strings.Clone(string(v.Ref.Statement))), graph.ID(strings.Clone(string(v.Ref.Dataset))), strings.Clone(v.Body)
		list = append(list, v)
	}
	if !slices.IsSortedFunc(list, func(a, b graph.Version) int { return a.Ref.Compare(b.Ref) }) {
		t.Fatal("scan: versions do not come in the order of Ref.Compare")
	}
	return list
}

// changes reads the changes after a revision, with nothing between them missing.
func changes(t testing.TB, store graph.Store, after graph.RevisionNumber) []graph.Change {
	t.Helper()
	var list []graph.Change
	for c, err := range store.Changes(t.Context(), after) {
		if err != nil {
			t.Fatalf("changes after %d: %v", after, err)
		}
		if want := after + graph.RevisionNumber(len(list)) + 1; c.Revision.Number != want {
			t.Fatalf("changes after %d: revision %d where %d is due", after, c.Revision.Number, want)
		}
		list = append(list, c)
	}
	return list
}

func read(t testing.TB, store graph.Store) state {
	t.Helper()
	var s state
	s.head, s.versions = scan(t, store)
	s.changes = changes(t, store, 0)
	return s
}

func (s state) equal(o state) bool {
	return s.head == o.head && slices.Equal(s.versions, o.versions) && slices.EqualFunc(s.changes, o.changes, equalChange)
}

func equalChange(a, b graph.Change) bool {
	return a.Revision == b.Revision && slices.Equal(a.Written, b.Written) && slices.Equal(a.Closed, b.Closed) && slices.Equal(a.Texts, b.Texts)
}

// replay builds the versions that a sequence of changes leaves behind, in the order of Ref.
func replay(list []graph.Change) []graph.Version {
	var versions []graph.Version
	at := make(map[graph.Ref]int)
	for _, c := range list {
		for _, v := range c.Written {
			at[v.Ref] = len(versions)
			versions = append(versions, v)
		}
		for _, ref := range c.Closed {
			versions[at[ref]].To = c.Revision.Number
		}
	}
	return versions
}

// verified follows a chain of changes from the digest before it.
func verified(t testing.TB, before graph.Digest, list []graph.Change) graph.Digest {
	t.Helper()
	for i := range list {
		if err := list[i].Verify(before); err != nil {
			t.Fatal(err)
		}
		before = list[i].Revision.Digest
	}
	return before
}

// wantError asks for one class of error and for no other.
func wantError(t testing.TB, err, want error) {
	t.Helper()
	for _, class := range []error{graph.ErrInvalid, graph.ErrConflict, graph.ErrUnavailable, graph.ErrUnknownOutcome, graph.ErrCorrupt, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, class) != (class == want) {
			t.Fatalf("got error %v, want %v", err, want)
		}
	}
}

// unchanged runs f and asks that no reader sees a difference after it.
func unchanged(t testing.TB, store graph.Store, f func()) {
	t.Helper()
	before := read(t, store)
	f()
	if after := read(t, store); !after.equal(before) {
		t.Fatalf("something was written: head %v became %v", before.head, after.head)
	}
}
