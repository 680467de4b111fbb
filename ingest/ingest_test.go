package ingest

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"treatygraph/corpus"
	"treatygraph/graph"
)

const declarationID graph.ID = "document/e-cn.15-2008-21"

// shippedDeclaration is the declaration as a person would hand it in, after the shipped corpus was applied.
func shippedDeclaration(t testing.TB) (world, *Document, string) {
	t.Helper()
	w := newWorld(t)
	c := load(t, corpus.Files)
	w.apply(t, c)
	body, err := fs.ReadFile(corpus.Files, "documents/declaration.zh.txt")
	if err != nil {
		t.Fatal(err)
	}
	return w, c.held[declarationID].Document, string(body)
}

func (w world) ingest(t testing.TB, d *Document, body string) *Outcome {
	t.Helper()
	r := Request{Document: d, Author: "test"}
	if body != "" {
		text, err := ReadText(d.Language, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Text = text
	}
	out, err := IngestDocument(t.Context(), w.store, w.index, r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestADocumentIngestedAgainChangesNothing(t *testing.T) {
	w, d, body := shippedDeclaration(t)
	head := w.head(t)
	for name, body := range map[string]string{"from its file": body, "from the text that is held": ""} {
		if out := w.ingest(t, d, body); out.Receipt != nil || len(out.Changes) > 0 || w.head(t) != head {
			t.Errorf("%s: %d asserted, %d withdrawn, %v", name, out.Asserted, out.Withdrawn, out.Changes)
		}
	}
}

func TestADocumentMayHaveADatasetOfItsOwnNaming(t *testing.T) {
	w, _, body := shippedDeclaration(t)
	d := &Document{ID: "document/other", Language: "zh", In: "dataset/other"}
	if out := w.ingest(t, d, body); out.Receipt == nil || out.Dataset.ID != "dataset/other" {
		t.Fatalf("%+v", out)
	}
	if out := w.ingest(t, &Document{ID: d.ID}, ""); out.Receipt != nil || out.Dataset.ID != "dataset/other" {
		t.Errorf("again: dataset %s, %d asserted, %d withdrawn", out.Dataset.ID, out.Asserted, out.Withdrawn)
	}
	head := w.head(t)
	text, err := ReadText("zh", []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, wrong := range map[string]*Document{
		"a dataset that holds something else": {ID: "document/third", Language: "zh", In: DatasetAuthority},
		"another dataset than before":         {ID: "document/other", Language: "zh", In: "dataset/another"},
		"no dataset":                          {ID: "document/third", Language: "zh", In: "treaty/npt"},
	} {
		if _, err := IngestDocument(t.Context(), w.store, w.index, Request{Document: wrong, Text: text}); !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "dataset") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if w.head(t) != head {
		t.Error("something was written")
	}
}

func TestWhatARequestLeavesUnsetStaysAsItIs(t *testing.T) {
	w, d, body := shippedDeclaration(t)
	if out := w.ingest(t, &Document{ID: d.ID, Language: "zh"}, body); out.Receipt != nil {
		t.Errorf("%d asserted, %d withdrawn: %v", out.Asserted, out.Withdrawn, out.Changes)
	}
}

func TestAChangedSentenceChangesItsOwnStatementsAlone(t *testing.T) {
	w, d, body := shippedDeclaration(t)
	changed := strings.Replace(body, "我们申明继续支持《不扩散核武器条约》", "我们现在反对《欧洲常规武装部队条约》", 1)
	if changed == body {
		t.Fatal("the declaration no longer holds the sentence that this test changes")
	}
	before := w.refs(t, d)
	out := w.ingest(t, d, changed)
	passage := d.PassageID(26)
	for _, c := range out.Changes {
		if c.Part != passage && c.Part != declarationID && !isAround(c.Said.Subject) {
			t.Errorf("%s: %s %s %s, gained %v", c.Part, c.Said.Subject, c.Said.Predicate, c.Said.Object, c.Gains)
		}
	}
	wants := map[string]bool{"state/usa SUPPORTS treaty/npt": false, "state/rus OPPOSES treaty/cfe": true}
	for _, c := range out.Changes {
		claim := string(c.Said.Subject) + " " + c.Said.Predicate.String() + " " + string(c.Said.Object)
		if gains, wanted := wants[claim]; wanted && gains == c.Gains {
			delete(wants, claim)
		}
	}
	if len(wants) > 0 {
		t.Errorf("not among the changes: %v", wants)
	}
	// What was written anew speaks, or spoke, of that passage, of the sections around it, or of the document as a whole.
	after := w.refs(t, d)
	old, err := w.store.Assertions(t.Context(), before)
	if err != nil {
		t.Fatal(err)
	}
	spoke := make(map[graph.AssertionKey]bool)
	for _, a := range old {
		spoke[a.Key()] = slices.ContainsFunc(a.Evidence, func(e graph.Evidence) bool { return e.Passage == passage })
	}
	loaded, err := w.store.Assertions(t.Context(), after)
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range after {
		if slices.Contains(before, ref) {
			continue
		}
		a := loaded[ref]
		speaks := a.Subject == passage || isAround(a.Subject) || a.Subject == declarationID || a.Subject.Kind() == graph.KindDataset || spoke[a.Key()]
		for _, e := range a.Evidence {
			speaks = speaks || e.Passage == passage
		}
		if !speaks {
			t.Errorf("written anew: %s %s %s %+v", a.Subject, a.Predicate, a.Object, a.Evidence)
		}
	}
	if kept := len(before) - out.Withdrawn; kept < len(before)*9/10 {
		t.Errorf("only %d of %d assertions were left alone", kept, len(before))
	}
	// and back again, by way of the same carefulness
	w.ingest(t, d, body)
	if out := w.ingest(t, d, body); out.Receipt != nil {
		t.Errorf("the old text again and again: %d asserted", out.Asserted)
	}
	w.checkQuotes(t, d)
}

// isAround tells whether an entity is one of the sections around the changed passage, whose spans grow with it.
func isAround(id graph.ID) bool {
	return slices.Contains([]graph.ID{"section/e-cn.15-2008-21/zh/1/2", "section/e-cn.15-2008-21/zh/1/2.1", "section/e-cn.15-2008-21/zh/1/2.1.2", "section/e-cn.15-2008-21/zh/1/2.1.2.1"}, id)
}

func (w world) refs(t testing.TB, d *Document) []graph.Ref {
	t.Helper()
	target := &indexTarget{Store: w.store, index: w.index}
	if _, err := target.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return target.DatasetRefs(d.Dataset())
}

// checkQuotes holds that the quotes of a passage stand in the text that its span names, and inside that span.
func (w world) checkQuotes(t testing.TB, d *Document) {
	t.Helper()
	refs := w.refs(t, d)
	loaded, err := w.store.Assertions(t.Context(), refs)
	if err != nil {
		t.Fatal(err)
	}
	spans := make(map[graph.ID]*graph.Value)
	for _, a := range loaded {
		if a.Predicate == graph.PredSpan {
			spans[a.Subject] = a.Value
		}
	}
	checked := 0
	for _, a := range loaded {
		for _, e := range a.Evidence {
			span := spans[e.Passage]
			if e.Passage.Kind() != graph.KindPassage || span == nil {
				continue
			}
			checked++
			if e.Text != span.Hash || e.Start < span.Start || e.End > span.End {
				t.Errorf("%s %s: the quote at [%d,%d) does not stand in the span [%d,%d) of %s", a.Subject, a.Predicate, e.Start, e.End, span.Start, span.End, e.Passage)
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d quotes were checked", checked)
	}
}

func TestABetterVocabularyChangesWhatItReadsBetterAlone(t *testing.T) {
	w, d, body := shippedDeclaration(t)
	name := curated("dataset/better", graph.Claim{Subject: "topic/clean-coal", Predicate: graph.PredNamed, Value: nameValue(graph.Name{Text: "清洁煤炭技术", Lang: "zh", Role: graph.NameShort})})
	itself := curated("dataset/better", graph.Claim{Subject: "dataset/better", Predicate: graph.PredNamed, Value: nameValue(graph.Name{Text: "Better", Lang: "en", Role: graph.NameShort})})
	if _, err := w.store.Apply(t.Context(), &graph.Batch{Key: "better", Assert: []graph.Assertion{itself, name}}); err != nil {
		t.Fatal(err)
	}
	out := w.ingest(t, d, body)
	if len(out.Changes) != 1 || out.Changes[0].Said.Object != "topic/clean-coal" || out.Changes[0].Said.Predicate != graph.PredMentions || out.Changes[0].Part != d.PassageID(48) {
		t.Errorf("changes %+v", out.Changes)
	}
	if out.Asserted != 2 || out.Withdrawn != 1 { // the mention, and the dataset's version
		t.Errorf("%d asserted, %d withdrawn", out.Asserted, out.Withdrawn)
	}
}

func TestADryRunWritesNothing(t *testing.T) {
	w, d, body := shippedDeclaration(t)
	head := w.head(t)
	text, err := ReadText("zh", []byte(strings.Replace(body, "伊朗", "伊拉克", 1)))
	if err != nil {
		t.Fatal(err)
	}
	out, err := IngestDocument(t.Context(), w.store, w.index, Request{Document: d, Text: text, DryRun: true})
	if err != nil || out.Asserted == 0 || out.Receipt != nil || w.head(t) != head {
		t.Errorf("%+v, %v, head %d after %d", out, err, w.head(t), head)
	}
}

func TestAWrongRequestIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	w, d, body := shippedDeclaration(t)
	head := w.head(t)
	text, err := ReadText("zh", []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Document){
		"an ID of another kind":           func(d *Document) { d.ID = "treaty/x" },
		"an ID that is none":              func(d *Document) { d.ID = "document/" },
		"an instrument that is not there": func(d *Document) { d.Expresses = []graph.ID{"treaty/nowhere"} },
		"an expressed thing that is none": func(d *Document) { d.Expresses = []graph.ID{"state/usa"} },
		"a language that is none":         func(d *Document) { d.Language = "zz_!" },
		"a name with a control character": func(d *Document) { d.Names = []graph.Name{{Text: "a\u202eb", Lang: "en", Role: graph.NameShort}} },
	} {
		wrong := *d
		change(&wrong)
		if _, err := IngestDocument(t.Context(), w.store, w.index, Request{Document: &wrong, Text: text}); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := IngestDocument(t.Context(), w.store, w.index, Request{Document: &Document{ID: "document/unheard-of"}}); !errors.Is(err, graph.ErrInvalid) {
		t.Errorf("a document that is not held, again: %v", err)
	}
	if w.head(t) != head {
		t.Error("something was written")
	}
}
