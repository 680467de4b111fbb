package index_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
)

const redacted = "dataset/d"

func redactable(c graph.Claim) graph.Assertion {
	return graph.Assertion{Claim: c, Dataset: redacted, Rank: graph.RankNormal, Method: graph.MethodCurated}
}

func redactableName(text string) graph.Assertion {
	v := graph.NameValue(graph.Name{Text: text, Lang: "en", Role: graph.NameShort})
	return redactable(graph.Claim{Subject: "person/x", Predicate: graph.PredNamed, Value: &v})
}

func openFile(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func redact(t *testing.T, store graph.Store, key string, refs ...graph.Ref) {
	t.Helper()
	if _, err := store.Redact(t.Context(), &graph.Redaction{Key: key, Reason: "a test", Refs: refs}); err != nil {
		t.Fatal(err)
	}
}

func refAt(a graph.Assertion, from graph.RevisionNumber) graph.Ref {
	return graph.Ref{Statement: a.Claim.ID(), Dataset: a.Dataset, From: from}
}

// Of person/x a secret name was redacted in its first version and asserted again since, another in all versions, and a membership and a merge.
func TestATombstoneShowsNowhereButItsEntityExists(t *testing.T) {
	store := openFile(t, filepath.Join(t.TempDir(), "store.db"))
	back, gone, other := redactableName("Back Again"), redactableName("Wholly Gone"), redactableName("Other")
	identifier := graph.IdentifierValue(graph.Identifier{Scheme: graph.SchemeWikidata, Value: "Q42"})
	identified := redactable(graph.Claim{Subject: "person/x", Predicate: graph.PredIdentifiedBy, Value: &identifier})
	member := redactable(graph.Claim{Subject: "person/x", Predicate: graph.PredMemberOf, Object: "organisation/o"})
	merged := redactable(graph.Claim{Subject: "person/old", Predicate: graph.PredMergedInto, Object: "person/x"})
	secretive := redactable(graph.Claim{Subject: "person/only", Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: "x"}})
	write(t, store, &graph.Batch{Key: "1", Assert: []graph.Assertion{
		redactable(graph.Claim{Subject: redacted, Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: "d"}}),
		redactable(graph.Claim{Subject: "organisation/o", Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: "o"}}),
		back, gone, identified, member, merged, secretive}})
	redact(t, store, "2", refAt(back, 1), refAt(gone, 1), refAt(identified, 1), refAt(member, 1), refAt(merged, 1), refAt(secretive, 1))
	write(t, store, &graph.Batch{Key: "3", Withdraw: []graph.AssertionKey{back.Key(), gone.Key(), merged.Key()}})
	write(t, store, &graph.Batch{Key: "4", Assert: []graph.Assertion{back, other}})
	best := back
	best.Rank = graph.RankPreferred
	write(t, store, &graph.Batch{Key: "5", Assert: []graph.Assertion{best}})

	folder := t.TempDir()
	for range 2 { // the first from the store, which saves; the second from what was saved
		x := followSaved(t, store, folder)
		s := x.Snapshot()
		names := s.Names("person/x", index.AsOf{})
		if len(names) != 2 || names[0].Text != "Back Again" || names[1].Text != "Other" {
			t.Errorf("names %+v", names)
		}
		for revision := graph.RevisionNumber(1); revision <= 3; revision++ {
			at := index.AsOf{Revision: revision}
			for _, id := range []graph.ID{"person/x", "person/only", "person/old"} {
				if e, exists := s.Entity(id, at); !exists || e.ID != id {
					t.Errorf("at %d %s is %+v, %v", revision, id, e, exists)
				}
			}
			if n := s.CountStatements(index.StatementQuery{Entity: "person/x", At: at}); n != 0 {
				t.Errorf("at %d %d statements show", revision, n)
			}
		}
		for _, text := range []string{"Wholly Gone", "Q42"} {
			if found := s.Lookup(text, 0, index.AsOf{}); len(found) != 0 {
				t.Errorf("%q finds %+v", text, found)
			}
		}
		if found := s.Lookup("Back Again", 0, index.AsOf{}); len(found) != 1 || found[0].Entity != "person/x" {
			t.Errorf("the name that was asserted again finds %+v", found)
		}
		versions := s.Versions(back.Claim.ID())
		if len(versions) != 3 || !versions[0].Redacted || versions[1].Redacted || versions[1].To != 5 || versions[2].To != 0 {
			t.Errorf("versions %+v", versions)
		}
		if _, shows := s.Statement(gone.Claim.ID(), index.AsOf{Revision: 2}); shows {
			t.Error("a tombstone shows")
		}
		stones := s.Redacted(redacted)
		if len(stones) != 5 || slices.Contains(stones, refAt(back, 1)) {
			t.Errorf("the last words that were redacted: %v", stones)
		}
		if refs := s.DatasetRefs(redacted); len(refs) != 4 {
			t.Errorf("the dataset says %v", refs)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(filepath.Join(folder, "shape"))
	if err != nil || strings.Contains(string(content), "Gone") || !strings.Contains(string(content), "Back Again") {
		t.Errorf("the saved index: %d bytes, %v", len(content), err)
	}
}

func TestAnIndexThatTakesOverEachChangeShowsNoTombstoneEither(t *testing.T) {
	store := openFile(t, filepath.Join(t.TempDir(), "store.db"))
	gone := redactableName("Wholly Gone")
	write(t, store, &graph.Batch{Key: "1", Assert: []graph.Assertion{
		redactable(graph.Claim{Subject: redacted, Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: "d"}}), gone}})
	redact(t, store, "2", refAt(gone, 1))
	write(t, store, &graph.Batch{Key: "3", Withdraw: []graph.AssertionKey{gone.Key()}})
	replayed := newMemory()
	x := follow(t, replayed)
	feed := x.Feed(0)
	replayed.mu.Lock()
	for c, err := range store.Changes(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		replayed.changes = append(replayed.changes, c)
		replayed.head.Revision, replayed.head.Digest = c.Revision.Number, c.Revision.Digest
	}
	replayed.mu.Unlock()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for revision := graph.RevisionNumber(1); revision <= 3; revision++ {
		delta, s, err := feed.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		changes, _ := s.Select(delta, nil)
		if want := map[graph.RevisionNumber]int{1: 1}[revision]; changes.Asserted.Len() != want || changes.Withdrawn.Len() != 0 {
			t.Errorf("revision %d asserts %d statements, withdraws %d", revision, changes.Asserted.Len(), changes.Withdrawn.Len())
		}
		if page, err := changes.Asserted.Page(index.Page{First: 9}); err != nil || len(page.Items) != changes.Asserted.Len() {
			t.Errorf("revision %d: %+v, error %v", revision, page, err)
		}
	}
	s := x.Snapshot()
	if _, exists := s.Entity("person/x", index.AsOf{}); !exists || s.CountStatements(index.StatementQuery{Entity: "person/x"}) != 0 || len(s.Versions(gone.Claim.ID())) != 1 {
		t.Errorf("versions %+v", s.Versions(gone.Claim.ID()))
	}
}

func TestAFollowerOfAStoreThatWasRedactedStopsAndSavesNothingMore(t *testing.T) {
	path, folder := filepath.Join(t.TempDir(), "store.db"), t.TempDir()
	store, other := openFile(t, path), openFile(t, path)
	gone := redactableName("Wholly Gone")
	write(t, store, &graph.Batch{Key: "1", Assert: []graph.Assertion{
		redactable(graph.Claim{Subject: redacted, Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: "d"}}), gone}})
	x := followSaved(t, store, folder)
	redact(t, other, "2", refAt(gone, 1))
	if err := index.Forget(folder); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := x.Wait(ctx, 2); !errors.Is(err, graph.ErrCorrupt) || !strings.Contains(err.Error(), "start again") {
		t.Errorf("who waits for the revision is told %v", err)
	}
	if err := x.Err(); err == nil || !strings.Contains(err.Error(), "start again") {
		t.Errorf("it follows on: %v", err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) > 0 {
		t.Errorf("saved %v, error %v", files, err)
	}
}

func TestWhatIsForgottenLeavesNothingInTheFolder(t *testing.T) {
	store, folder := openFile(t, filepath.Join(t.TempDir(), "store.db")), t.TempDir()
	write(t, store, &graph.Batch{Key: "1", Assert: []graph.Assertion{
		redactable(graph.Claim{Subject: redacted, Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: "d"}}), redactableName("Unheard-of")}})
	x := followSaved(t, store, folder)
	page, err := x.Snapshot().Search(t.Context(), index.SearchQuery{Text: "unheard", Names: true, First: 1}) // waits for the text index
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v, error %v", page, err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	left := func() []os.DirEntry {
		files, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	if files := left(); len(files) != 2 { // shape and texts
		t.Fatalf("saved %v", files)
	}
	if err := index.Forget(folder); err != nil {
		t.Fatal(err)
	}
	if files := left(); len(files) > 0 {
		t.Errorf("left %v", files)
	}
}
