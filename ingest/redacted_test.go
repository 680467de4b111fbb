package ingest

import (
	"path/filepath"
	"strings"
	"testing"

	"treatygraph/corpus"
	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
)

// The shipped document is redacted with all that stands in its text, and so are the VERSIONs, so that every dataset is compared whole.
func TestApplyingTheCorpusAgainBringsNothingBackThatWasRedacted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	open := func() world {
		store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		idx, err := index.Follow(t.Context(), store, index.Options{LateTexts: true})
		if err != nil {
			t.Fatal(err)
		}
		return world{store, idx}
	}
	end := func(w world) {
		if err := w.index.Close(); err != nil {
			t.Error(err)
		}
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	}
	stones := func(w world) (n int) {
		_, versions, err := w.store.Scan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for v, err := range versions {
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(v.Body, `,"redacted":"`) && v.To == 0 {
				n++
			}
		}
		return n
	}
	c := load(t, corpus.Files)
	w := open()
	w.apply(t, c)
	r := &graph.Redaction{Key: "r", Reason: "a test"}
	texts := make(map[graph.TextHash]bool)
	_, versions, err := w.store.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for v, err := range versions {
		if err != nil {
			t.Fatal(err)
		}
		a, err := graph.DecodeAssertion(v.Body)
		if err != nil {
			t.Fatal(err)
		}
		meant := a.Predicate == graph.PredVersion
		a.Texts(func(hash graph.TextHash) { texts[graph.TextHash(strings.Clone(string(hash)))], meant = true, true })
		if meant {
			r.Refs = append(r.Refs, graph.Ref{Statement: graph.StatementID(strings.Clone(string(v.Ref.Statement))), Dataset: a.Dataset, From: v.Ref.From})
		}
	}
	for hash := range texts {
		r.Texts = append(r.Texts, hash)
	}
	if _, err := w.store.Redact(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	want := stones(w)
	end(w)

	w = open()
	before := w.head(t)
	if applied := w.apply(t, c); len(applied) != 0 || w.head(t) != before || want != len(r.Refs) || len(r.Texts) == 0 {
		t.Errorf("applied again: %+v; %d tombstones of %d", applied, want, len(r.Refs))
	}
	// Rules that read the text otherwise than before say nothing of it.
	for _, ds := range c.Datasets {
		for i := range ds.Desired {
			if a := &ds.Desired[i]; a.Method == graph.MethodExtracted {
				a.Confidence = 1
			}
		}
	}
	w.apply(t, c)
	if n := stones(w); n != want {
		t.Errorf("%d tombstones stand, not %d", n, want)
	}
	for hash := range texts {
		if held, err := w.store.Texts(t.Context(), []graph.TextHash{hash}); err != nil || !held[hash].Redacted {
			t.Errorf("the text is %+v, error %v", held[hash], err)
		}
	}
	end(w)
}
