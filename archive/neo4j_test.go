package archive_test

import (
	"bytes"
	"testing"

	"treatygraph/archive"
	"treatygraph/corpus"
	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/index"
	"treatygraph/ingest"
	server "treatygraph/tools/neo4j"
)

// shipped fills a store with the corpus that the program ships, and with a history of its own: of each tenth assertion a second version, and
// of each of those that is left over the withdrawal.
func shipped(t *testing.T, store graph.Store) {
	t.Helper()
	files, err := ingest.Load(corpus.Files)
	if err != nil {
		t.Fatal(err)
	}
	idx, err := index.Follow(t.Context(), store, index.Options{LateTexts: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ingest.ApplyCorpus(t.Context(), store, idx, files, "test"); err != nil {
		t.Fatal(err)
	}
	if err := idx.Close(); err != nil {
		t.Fatal(err)
	}
	again := &graph.Batch{Key: "again"}
	gone := &graph.Batch{Key: "gone", Texts: []*graph.Text{graph.NewText("ru", "Договор", []byte("\xc4\xcf\xc7"))}}
	for i, v := range read(t, store).versions {
		if i%10 != 0 {
			continue
		}
		a, err := graph.DecodeAssertion(v.Body)
		if err != nil {
			t.Fatal(err)
		}
		a.Confidence = 1
		again.Assert = append(again.Assert, *a)
		if i%20 == 0 {
			gone.Withdraw = append(gone.Withdraw, a.Key())
		}
	}
	apply(t, store, again)
	apply(t, store, gone)
}

func TestTheShippedRecordGoesFromSQLiteToNeo4jAndBackByCopyAndByFile(t *testing.T) {
	original := newStore(t)
	shipped(t, original)
	want, file := read(t, original), write(t, original, 0)
	t.Logf("%d versions, %d revisions, %d bytes", len(want.versions), len(want.changes), len(file))
	for _, version := range server.VersionsToTest(t) {
		for how, bring := range map[string]func(to graph.Store) error{
			"copy": func(to graph.Store) error { return copyError(t, original, to) },
			"file": func(to graph.Store) error { return restoreError(t, file, to) },
		} {
			t.Run(version+" by "+how, func(t *testing.T) {
				between, err := neo4j.Open(t.Context(), server.Lease(t, version).URL(), neo4j.Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer between.Close()
				if err := bring(between); err != nil {
					t.Fatal(err)
				}
				back := newStore(t)
				s, err := archive.Copy(t.Context(), between, back, nil)
				if err != nil || s.Assertions != len(want.versions) {
					t.Fatalf("%+v, error %v", s, err)
				}
				for name, store := range map[string]graph.Reader{"Neo4j": between, "SQLite": back} {
					if !read(t, store).equal(want) {
						t.Errorf("%s holds another record", name)
					}
					if !bytes.Equal(write(t, store, 0), file) {
						t.Errorf("%s gives other bytes", name)
					}
				}
			})
		}
	}
}
