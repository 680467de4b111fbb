package ingest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"treatygraph/corpus"
	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
)

type world struct {
	store graph.Store
	index *index.Index
}

func newWorld(t testing.TB) world {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "graph.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	idx, err := index.Follow(t.Context(), store, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(idx.Close(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	return world{store, idx}
}

func (w world) apply(t testing.TB, c *Corpus) []graph.Receipt {
	t.Helper()
	applied, err := ApplyCorpus(t.Context(), w.store, w.index, c, "test")
	if err != nil {
		t.Fatal(err)
	}
	return applied
}

func (w world) head(t testing.TB) graph.RevisionNumber {
	t.Helper()
	head, err := w.store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return head.Revision
}

func TestApplyingTheCorpusTwiceWritesNothingTheSecondTime(t *testing.T) {
	w := newWorld(t)
	c := load(t, corpus.Files)
	if applied := w.apply(t, c); len(applied) != len(c.Datasets) {
		t.Errorf("%d datasets applied, want %d", len(applied), len(c.Datasets))
	}
	before := w.head(t)
	if applied := w.apply(t, load(t, corpus.Files)); len(applied) != 0 || w.head(t) != before {
		t.Errorf("applied again: %+v", applied)
	}
}

func TestAnUpgradeWritesWhatChangedAndNothingElse(t *testing.T) {
	w := newWorld(t)
	w.apply(t, load(t, corpus.Files))
	before := w.head(t)

	edit := func(name, old, text string) (string, string) {
		content := string(shipped(t, nil)[name].Data)
		if strings.Count(content, old) != 1 {
			t.Fatalf("%s holds %q %d times", name, old, strings.Count(content, old))
		}
		return name, strings.Replace(content, old, text, 1)
	}
	treaties, named := edit("authority/treaties.yaml", "{text: START-1, lang: en", "{text: START 1, lang: en")
	reference, facts := edit("statements/reference.yaml",
		"  - {subject: treaty/start-i, predicate: EXPIRED, from: 2009-12-05, cite: start-text}\n",
		"  - {subject: treaty/start-i, predicate: REGISTERED, from: 2000, cite: start-text}\n")
	applied := w.apply(t, load(t, shipped(t, map[string]string{treaties: named, reference: facts})))

	if len(applied) != 2 || w.head(t) != before+2 {
		t.Fatalf("%d revisions, head %d after %d", len(applied), w.head(t), before)
	}
	var written, closed []string
	for change, err := range w.store.Changes(t.Context(), before) {
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range change.Written {
			written = append(written, predicateOf(t, v.Ref))
		}
		for _, ref := range change.Closed {
			closed = append(closed, predicateOf(t, ref))
		}
	}
	if got := fmt.Sprint(written); got != "[NAMED VERSION REGISTERED VERSION]" {
		t.Errorf("written %s", got)
	}
	if got := fmt.Sprint(closed); got != "[NAMED VERSION EXPIRED VERSION]" {
		t.Errorf("closed %s", got)
	}
}

func predicateOf(t *testing.T, ref graph.Ref) string {
	p, _, err := graph.ParseStatementID(string(ref.Statement))
	if err != nil {
		t.Fatal(err)
	}
	return p.String()
}

func TestTheCorpusAnswersTheQuestionsOfStatus(t *testing.T) {
	w := newWorld(t)
	w.apply(t, load(t, corpus.Files))
	s := w.index.Snapshot()
	day := func(text string) graph.Day { return graph.MustDate(text).Earliest() }
	for _, test := range []struct{ instrument, on, want string }{
		{"treaty/start-i", "2008-04-06", "IN_FORCE 1994-12-05"},
		{"treaty/start-i", "2009-12-06", "EXPIRED 2009-12-05"},
		{"treaty/inf", "2019-08-03", "TERMINATED 2019-08-02"},
		{"treaty/moscow", "2011-02-06", "SUPERSEDED 2011-02-05"},
		{"treaty/cfe", "1992-08-01", "PROVISIONALLY_APPLIED 1992-07-17"},
		{"treaty/cfe-adapted", "2008-04-06", "ADOPTED 1999-11-19"},
		{"resolution/s-res-1803-2008", "2008-04-06", "ADOPTED 2008-03-03"},
	} {
		status := s.InstrumentStatus(graph.ID(test.instrument), day(test.on), index.AsOf{})
		if got := status.Value.String() + " " + status.Since.String(); got != test.want {
			t.Errorf("%s on %s: %s, want %s (%s)", test.instrument, test.on, got, test.want, status.Explanation)
		}
	}
	for _, test := range []struct{ actor, instrument, on, want string }{
		{"state/rus", "treaty/cfe", "2008-04-06", "SUSPENDED 2007-12-12"},
		{"state/rus", "treaty/cfe", "2023-11-08", "WITHDRAWN 2023-11-07"},
		{"state/prk", "treaty/npt", "1990-01-01", "PARTY 1985-12-12"},
		{"state/prk", "treaty/npt", "2008-04-06", "DISPUTED 2003-04-11"},
		{"state/usa", "treaty/start-i", "2008-04-06", "PARTY 1994-12-05"},
		{"state/usa", "treaty/cfe-adapted", "2008-04-06", "SIGNATORY 1999-11-19"},
		{"state/rus", "treaty/npt", "2008-04-06", "PARTY 1970-03-05"},
	} {
		status := s.PartyStatus(graph.ID(test.actor), graph.ID(test.instrument), day(test.on), index.AsOf{})
		if got := status.Value.String() + " " + status.Since.String(); got != test.want {
			t.Errorf("%s and %s on %s: %s, want %s (%s)", test.actor, test.instrument, test.on, got, test.want, status.Explanation)
		}
	}
	if label := s.Label("treaty/moscow", "en", index.AsOf{}); label.Text != "Moscow Treaty" {
		t.Errorf("label %+v", label)
	}
}

func TestBadInputWritesNothing(t *testing.T) {
	w := newWorld(t)
	ds := &Dataset{ID: "dataset/x", Desired: []graph.Assertion{
		curated("dataset/x", graph.Claim{Subject: "state/a", Predicate: graph.PredSigned, Object: "treaty/nowhere"}),
	}}
	ds.seal()
	if _, err := ApplyCorpus(t.Context(), w.store, w.index, &Corpus{Datasets: []*Dataset{ds}}, "test"); !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "treaty/nowhere") {
		t.Errorf("error %v", err)
	}
	if head := w.head(t); head != 0 {
		t.Errorf("head %d", head)
	}
}

// A large dataset takes several batches; cut short after the first, it lacks its VERSION and is finished the next time.
func TestADatasetCutShortIsFinishedTheNextTime(t *testing.T) {
	w := newWorld(t)
	ds := &Dataset{ID: "dataset/large"}
	for i := range graph.MaxBatchRecords + 10 {
		id := graph.ID(fmt.Sprintf("topic/t%d", i))
		ds.Desired = append(ds.Desired, curated(ds.ID, graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: nameValue(graph.Name{Text: string(id), Lang: "en", Role: graph.NameShort})}))
	}
	ds.Desired = append(ds.Desired, curated(ds.ID, graph.Claim{Subject: ds.ID, Predicate: graph.PredNamed, Value: nameValue(graph.Name{Text: "Large", Lang: "en", Role: graph.NameShort})}))
	ds.seal()

	target := &failingTarget{indexTarget{Store: w.store, index: w.index}, 1}
	if _, err := Apply(t.Context(), target, ds, "test"); !errors.Is(err, graph.ErrUnavailable) {
		t.Fatalf("error %v", err)
	}
	if head := w.head(t); head != 1 {
		t.Fatalf("head %d", head)
	}
	w.apply(t, &Corpus{Datasets: []*Dataset{ds}})
	if refs := w.index.Snapshot().DatasetRefs(ds.ID); len(refs) != len(ds.Desired) {
		t.Errorf("%d assertions, want %d", len(refs), len(ds.Desired))
	}
	if applied := w.apply(t, &Corpus{Datasets: []*Dataset{ds}}); len(applied) != 0 {
		t.Errorf("applied again: %+v", applied)
	}
}

// A failingTarget fails every Apply but the first few.
type failingTarget struct {
	indexTarget
	left int
}

func (f *failingTarget) Apply(ctx context.Context, b *graph.Batch) (graph.Receipt, error) {
	if f.left--; f.left < 0 {
		return graph.Receipt{}, graph.ErrUnavailable
	}
	return f.indexTarget.Apply(ctx, b)
}

func TestAWriterInBetweenMakesTheComparisonStartAgain(t *testing.T) {
	w := newWorld(t)
	ds := &Dataset{ID: "dataset/x", Desired: []graph.Assertion{
		curated("dataset/x", graph.Claim{Subject: "dataset/x", Predicate: graph.PredNamed, Value: nameValue(graph.Name{Text: "X", Lang: "en", Role: graph.NameShort})}),
	}}
	ds.seal()
	target := &interruptedTarget{indexTarget{Store: w.store, index: w.index}, 2}
	receipt, err := Apply(t.Context(), target, ds, "test")
	if err != nil || receipt.Revision.Number != 3 {
		t.Errorf("receipt %+v, error %v", receipt, err)
	}
}

// An interruptedTarget lets somebody else write just before an Apply, a few times.
type interruptedTarget struct {
	indexTarget
	left int
}

func (f *interruptedTarget) Apply(ctx context.Context, b *graph.Batch) (graph.Receipt, error) {
	if f.left--; f.left >= 0 {
		other := curated("dataset/other", graph.Claim{Subject: "dataset/other", Predicate: graph.PredDescribed, Value: textValue(fmt.Sprint(f.left), "")})
		if _, err := f.indexTarget.Apply(ctx, &graph.Batch{Key: fmt.Sprint("other", f.left), Assert: []graph.Assertion{other}}); err != nil {
			return graph.Receipt{}, err
		}
	}
	return f.indexTarget.Apply(ctx, b)
}
