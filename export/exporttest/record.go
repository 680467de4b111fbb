// Package exporttest gives tests of formats records to export: the shipped corpus, and one of all that a format may stumble over.
package exporttest

import (
	"archive/zip"
	"bytes"
	"io"
	"path/filepath"
	"testing"
	"time"

	"treatygraph/corpus"
	"treatygraph/export"
	"treatygraph/export/selection"
	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/graph/storetest"
	"treatygraph/index"
	"treatygraph/ingest"
)

// A Record is a store with a snapshot of its index.
type Record struct {
	Store    graph.Store
	Index    *index.Index
	Snapshot *index.Snapshot
}

// Corpus returns the shipped corpus in a SQLite file of its own.
func Corpus(t testing.TB) *Record {
	t.Helper()
	return open(t, func(store graph.Store, idx *index.Index) error {
		shipped, err := ingest.Load(corpus.Files)
		if err == nil {
			_, err = ingest.ApplyCorpus(t.Context(), store, idx, shipped, "exporttest")
		}
		return err
	})
}

// Odd returns a small record that holds what a format may stumble over: the fixture of the stores' tests, and Oddities.
func Odd(t testing.TB) *Record {
	t.Helper()
	return open(t, func(store graph.Store, _ *index.Index) error {
		for _, b := range []*graph.Batch{storetest.Fixture(), Oddities()} {
			if _, err := store.Apply(t.Context(), b); err != nil {
				return err
			}
		}
		return nil
	})
}

func open(t testing.TB, fill func(graph.Store, *index.Index) error) *Record {
	t.Helper()
	second := 0
	clock := func() time.Time { // that of a revision is in what is exported
		second++
		return time.Date(2026, 1, 1, 0, 0, second, 0, time.UTC)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "record.db"), sqlite.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return Follow(t, store, fill)
}

// Follow fills a store and returns it with its index.
func Follow(t testing.TB, store graph.Store, fill func(graph.Store, *index.Index) error) *Record {
	t.Helper()
	idx, err := index.Follow(t.Context(), store, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = idx.Close() })
	if err := fill(store, idx); err != nil {
		t.Fatal(err)
	}
	head, err := store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := idx.Wait(t.Context(), head.Revision)
	if err != nil {
		t.Fatal(err)
	}
	return &Record{store, idx, snapshot}
}

// Source opens a selection of the record.
func (r *Record) Source(t testing.TB, q selection.Query) *selection.Source {
	t.Helper()
	source, err := selection.Open(t.Context(), r.Snapshot, r.Store, q)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// Around returns the permalink of what lies within some hops of an entity.
func (r *Record) Around(t testing.TB, id graph.ID, hops int) string {
	t.Helper()
	link, err := r.Snapshot.Permalink(index.SubgraphQuery{Seeds: []graph.ID{id}, Depth: hops, MaxNodes: 500, MaxStatements: 2000})
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// Written returns an export.
func Written(t testing.TB, f *export.Format, source export.Source) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := export.Write(t.Context(), &b, f, source, nil); err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	return b.Bytes()
}

// Files returns the files of a ZIP by name.
func Files(t testing.TB, packed []byte) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string][]byte)
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		files[f.Name] = content
	}
	return files
}
