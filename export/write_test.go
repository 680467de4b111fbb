package export_test

import (
	"bytes"
	"context"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"

	"treatygraph/export"
	"treatygraph/export/exporttest"
	"treatygraph/export/selection"
	"treatygraph/graph"
)

// TestAFileThatIsCutOffDoesNotEndAsAWholeOneDoes looks at formats of one file; of a ZIP what is cut off is its directory.
func TestAFileThatIsCutOffDoesNotEndAsAWholeOneDoes(t *testing.T) {
	odd := exporttest.Odd(t)
	for name, q := range map[string]selection.Query{"odd": {Evidence: true}, "nothing": {Selection: `{"subjects":["treaty/none"]}`}} {
		source := odd.Source(t, q)
		for _, f := range export.Formats {
			if f.Packed() {
				continue
			}
			lines := slices.Collect(bytes.Lines(exporttest.Written(t, f, source)))
			last := lines[len(lines)-1]
			if !bytes.HasSuffix(last, []byte("\n")) || slices.ContainsFunc(lines[:len(lines)-1], func(line []byte) bool { return bytes.Equal(line, last) }) {
				t.Errorf("%s, %s: it ends with %q, as a part of it may", name, f.Name, last)
			}
			if form := []*export.Format{export.Turtle, export.NTriples, export.NQuads}; slices.Contains(form, f) && !bytes.Contains(last, []byte("statements")) {
				t.Errorf("%s, %s: it ends with %q, which does not tell that it is the end", name, f.Name, last)
			}
			if f == export.Cypher && !bytes.HasPrefix(last, []byte("RETURN ")) {
				t.Errorf("%s: it ends with %q", name, last)
			}
		}
	}
}

func TestProgressGoesFromNothingToAllOnceOverAllFiles(t *testing.T) {
	source := exporttest.Corpus(t).Source(t, selection.Query{})
	for _, f := range export.Formats {
		all, last := 0, 0
		if _, err := export.Write(t.Context(), io.Discard, f, source, func(written, of int) {
			if written <= last || written > of || all != 0 && of != all {
				t.Errorf("%s: %d of %d after %d of %d", f.Name, written, of, last, all)
			}
			last, all = written, of
		}); err != nil {
			t.Fatal(err)
		}
		if all == 0 || all-last >= 512 {
			t.Errorf("%s: %d of %d at the end", f.Name, last, all)
		}
	}
}

func TestWhatIsToldOfASelectionBeforeIsWhatItHolds(t *testing.T) {
	corpus, odd := exporttest.Corpus(t), exporttest.Odd(t)
	near := corpus.Around(t, "treaty/npt", 2)
	for _, c := range []struct {
		record *exporttest.Record
		query  selection.Query
	}{
		{corpus, selection.Query{}}, {corpus, selection.Query{Revision: 1}}, {corpus, selection.Query{ValidOn: "1975-01-01"}}, {corpus, selection.Query{Selection: near}},
		{corpus, selection.Query{Selection: `{"predicates":["RATIFIED"]}`, ValidOn: "1975-01-01"}}, {corpus, selection.Query{Selection: `{"ranks":["DEPRECATED"]}`}},
		{odd, selection.Query{}}, {odd, selection.Query{Revision: 1}}, {odd, selection.Query{Revision: 2, ValidOn: "1991-07-31"}}, {odd, selection.Query{Selection: odd.Around(t, "treaty/odd-triplet", 1)}},
		{odd, selection.Query{Selection: `{"subjects":["treaty/odd-twin"]}`}}, {odd, selection.Query{Selection: `{"subjects":["treaty/none"]}`}},
	} {
		source := c.record.Source(t, c.query)
		about := source.About()
		asserted := 0
		for _, d := range about.Datasets {
			asserted += d.Assertions
		}
		rows := make(map[string]int)
		for _, f := range []*export.Format{export.NDJSON, export.CSV} {
			m, err := export.Write(t.Context(), io.Discard, f, source, nil)
			if err != nil {
				t.Fatalf("%+v: %v", c.query, err)
			}
			for _, r := range m.Resources {
				rows["entities"] = max(rows["entities"], r.Entities)
				rows["statements"] = max(rows["statements"], r.Statements)
				rows["assertions"] = max(rows["assertions"], r.Assertions)
			}
		}
		if about.Entities != rows["entities"] || about.Statements != rows["statements"] || about.Assertions != rows["assertions"] || asserted != about.Assertions {
			t.Errorf("%+v: %d entities, %d statements, %d assertions, %d by dataset; there are %v", c.query, about.Entities, about.Statements, about.Assertions, asserted, rows)
		}
	}
}

// lacking is a source that lacks the last of what it told of.
type lacking struct{ export.Source }

func (o lacking) Statements(ctx context.Context) iter.Seq2[*export.Statement, error] {
	return butLast(o.About().Statements, o.Source.Statements(ctx))
}

func (o lacking) Assertions(ctx context.Context) iter.Seq2[*graph.Version, error] {
	return butLast(o.About().Assertions, o.Source.Assertions(ctx))
}

func butLast[T any](all int, items iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		n := 0
		for item, err := range items {
			if n++; n == all || !yield(item, err) {
				return
			}
		}
	}
}

func TestWhatVanishesFromTheStoreMeanwhileEndsAnExport(t *testing.T) {
	source := lacking{exporttest.Odd(t).Source(t, selection.Query{})}
	for _, f := range export.Formats {
		if _, err := export.Write(t.Context(), io.Discard, f, source, nil); err == nil || !strings.Contains(err.Error(), "the store changed") {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

// redacting is a store in which all signatures were redacted since the snapshot.
type redacting struct{ graph.Store }

func (s redacting) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	loaded, err := s.Store.Assertions(ctx, refs)
	for _, a := range loaded {
		if a.Predicate == graph.PredSigned {
			*a = graph.Assertion{Claim: graph.Claim{Subject: a.Subject, Predicate: a.Predicate}, Dataset: a.Dataset, Rank: a.Rank, Method: a.Method, Redacted: graph.Digest(strings.Repeat("0", 64))}
		}
	}
	return loaded, err
}

func TestWhatIsRedactedMeanwhileIsNoStatement(t *testing.T) {
	record := exporttest.Odd(t)
	source, err := selection.Open(t.Context(), record.Snapshot, redacting{record.Store}, selection.Query{Selection: `{"predicates":["SIGNED"]}`})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range export.Formats {
		if _, err := export.Write(t.Context(), io.Discard, f, source, nil); err == nil {
			t.Errorf("%s: it is exported", f.Name)
		}
	}
}
