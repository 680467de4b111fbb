package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
)

func TestABatchMayEndWithinARow(t *testing.T) {
	const mapping = `rows:
  - subject: {id: "treaty/a-{No}"}
    statements:
      - {predicate: NAMED, value: No}
      - {predicate: AMENDS, object: {id: "treaty/b-{No}"}}
  - subject: {id: "treaty/b-{No}"}
    statements:
      - {predicate: NAMED, value: No}
`
	var rows strings.Builder
	rows.WriteString("No\n")
	for i := range graph.MaxBatchRecords/3 + 1 { // behind two statements of the dataset the first batch ends with the AMENDS of the last row but one
		fmt.Fprintf(&rows, "n%d\n", i)
	}
	w := withNames(t)
	if r := w.imported(t, mappingOf(rows.String(), mapping)); r.Asserted != 3*r.Rows+3 {
		t.Errorf("%s", r.Effect())
	}
}

func TestABatchOfLongTextsEndsBeforeAStoreRefusesIt(t *testing.T) {
	note := strings.Repeat("x", graph.MaxNoteBytes)
	for name, a := range map[string]graph.Assertion{
		"values":   {Claim: graph.Claim{Value: textValue(strings.Repeat("x", graph.MaxValueBytes), "en")}},
		"evidence": {Evidence: []graph.Evidence{{Citation: note}, {Citation: note}}},
	} {
		w := &importWriter{dry: true}
		for w.asserted == 0 {
			w.assert(a)
		}
		if size := w.asserted * len(graph.AppendAssertion(nil, &a)); size < maxPendingBytes || size > 2*maxPendingBytes {
			t.Errorf("%s: a batch of %d assertions has %d bytes", name, w.asserted, size)
		}
	}
}

// after gives a file whose content is another from an opening on.
func after(openings int, before, then string) Source {
	return Source{Name: "table.csv", Open: func() (io.ReadCloser, error) {
		if openings--; openings < 0 {
			before = then
		}
		return io.NopCloser(strings.NewReader(before)), nil
	}}
}

func TestWhatAFileLosesBetweenItsReadingsIsToldAndWrittenTheNextTime(t *testing.T) {
	w := withNames(t)
	const less = "State,Treaty,Signature\nFrance,NPT,1968-07-01\n"
	const all = less + "Japan,NPT,1970\n"
	openings := 0
	counted := participationOf(all)
	counted.DryRun = true
	open := counted.File.Open
	counted.File.Open = func() (io.ReadCloser, error) { openings++; return open() }
	w.imported(t, counted)

	i := participationOf("")
	i.File = after(openings-1, all, less) // the last time
	if _, err := ImportFile(t.Context(), w.store, w.index, i); !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "another than it was") {
		t.Errorf("error %v", err)
	}
	w.imported(t, participationOf(all))
	if got := w.claims(t, "dataset/table"); len(got) != 2 {
		t.Errorf("%q", got)
	}
}

func TestAnImportWhoseContextEndsTellsSoAndHasNoReport(t *testing.T) {
	w := withNames(t)
	for _, dry := range []bool{true, false} {
		ctx, cancel := context.WithCancel(t.Context())
		i := participationOf("State,Treaty,Signature\nFrance,NPT,1968-07-02\n")
		i.DryRun = dry
		open := i.File.Open
		i.File.Open = func() (io.ReadCloser, error) { cancel(); return open() }
		if r, err := ImportFile(ctx, w.store, w.index, i); r != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("dry %t: %+v, error %v", dry, r, err)
		}
	}
}

// What only the dataset's own earlier edition named is not there, in whatever way a row comes to speak of it.
func TestAnIDDecidesNothingForTheDatasetThatMadeIt(t *testing.T) {
	const header = "State,Treaty,Signature\n"
	atlantis, island := askedOf(askActor, "Atlantis"), askedOf(askActor, "The Island")
	made, bare := Decision{ID: "state/atlantis", New: true}, Decision{ID: "state/atlantis"}
	for name, c := range map[string]struct {
		rows      string
		decisions Decisions
		want      string
	}{
		"a cell with the ID waits":         {"Atlantis,NPT,1968\nstate/atlantis,NPT,1969\n", Decisions{atlantis: made}, "1 taken, 0 rejected, 1 waiting"},
		"so does that of a treaty":         {"France,treaty/zemblan-pact,1969\n", nil, "0 taken, 0 rejected, 1 waiting"},
		"another text is decided to be it": {"The Island,NPT,1969\nAtlantis,NPT,1968\n", Decisions{atlantis: made, island: bare}, "2 taken, 0 rejected, 0 waiting"},
		"the row that makes it is bad":     {"Atlantis,NPT,never\nThe Island,NPT,1969\n", Decisions{atlantis: made, island: bare}, "0 taken, 2 rejected, 0 waiting"},
		"nothing makes it":                 {"Atlantis,NPT,1968\n", Decisions{atlantis: bare}, "0 taken, 1 rejected, 0 waiting"},
	} {
		w := withNames(t)
		i := participationOf(header + c.rows)
		i.Decisions, i.SkipRejected = c.decisions, true
		first := w.imported(t, i)
		want := w.claims(t, "dataset/table")
		w.imported(t, participationOf(header+"Atlantis,NPT,1968\n", func(i *Import) { i.Decisions = Decisions{atlantis: made} }))
		again := w.imported(t, i)
		if got := w.claims(t, "dataset/table"); !strings.Contains(first.Summary(), c.want) || again.Summary() != first.Summary() || !slices.Equal(got, want) {
			t.Errorf("%s: %s, then %s\n%q, then %q", name, first.Summary(), again.Summary(), want, got)
		}
	}
}

func TestLongNamesWithTheSameBeginningAreNotOneEntity(t *testing.T) {
	w := withNames(t)
	const long = "Agreement between the Government of the Zemblan Republic and the Government of the Ruritanian Kingdom concerning "
	r := w.imported(t, participationOf("State,Treaty,Signature\nFrance,"+long+"air services,1968-07-02\nJapan,"+long+"double taxation,1999\nJapan,"+long+"Air  Services,1999\n"))
	if r.Taken != 2 || len(r.Created) != 1 || len(r.Questions) != 1 || !strings.HasSuffix(r.Questions[0].Reason, "is made of another in the file") || r.Questions[0].Proposal != "" {
		t.Errorf("%+v", r)
	}
}

// Rows that are held back and hang on each other are decided on by looking at each once, not at all of them for each.
func TestAChainOfRowsThatHangsOnNothingIsRefusedInOneGo(t *testing.T) {
	w := withNames(t)
	im := &importing{Import: &Import{}, snapshot: w.index.Snapshot(), subjects: make(map[graph.ID]bool), hasName: make(map[graph.ID]bool)}
	im.matcher = newMatcher(im)
	const rows = 20_000
	for i := range rows {
		r := im.row("row")
		r.say(graph.Claim{Subject: graph.ID(fmt.Sprintf("treaty/x-%d", i)), Predicate: graph.PredAmends, Object: graph.ID(fmt.Sprintf("treaty/x-%d", i+1))}, "")
		if !im.late.hold(r) {
			t.Fatalf("row %d is not held back", i)
		}
	}
	im.settleLate()
	if im.report.Rejected != rows || len(im.late.rows) != 0 {
		t.Errorf("%d are refused, %d left", im.report.Rejected, len(im.late.rows))
	}
}

func TestRowsThatSayLittleOrHaveLongCellsAreNotHeldBackWithoutEnd(t *testing.T) {
	im := &importing{Import: &Import{}}
	held := 0
	for im.late.hold(&row{im: im}) {
		held++
	}
	if held > 100_000 {
		t.Errorf("%d rows that say nothing", held)
	}
	im = &importing{Import: &Import{}}
	if !im.late.hold(&row{im: im}) || im.late.hold(&row{im: im, bytes: maxLateBytes}) {
		t.Error("cells do not count")
	}
}

func TestATreatyThatATextMakesIsTold(t *testing.T) {
	w := newWorld(t)
	w.apply(t, &Corpus{})
	i := Import{Kind: "treaty-text", Language: "en", Author: "test", Dataset: DatasetHeader{ID: "dataset/text", Title: "A text"}, File: BytesSource("t.json", []byte(
		`{"treaty":"t","treaty_zh":"湖約","treaty_en":"Zemblan Lake Pact","articles":[{"article":"一","title_zh":"","title_en":"","content_zh":"湖是和平的。","content_en":"The lake is peaceful."}]}`))}
	if r := w.imported(t, i); !slices.Equal(r.Created, []graph.ID{"treaty/zemblan-lake-pact"}) {
		t.Errorf("%+v", r)
	}
}

func TestARowMaySayWhatTheDatasetSaysOfItself(t *testing.T) {
	w := withNames(t)
	i := mappingOf("Title\nA table\n", "language: en\nrows:\n  - subject: {id: dataset/table}\n    statements:\n      - {predicate: NAMED, value: Title, role: OFFICIAL}\n")
	w.imported(t, i)
	if again := w.imported(t, i); again.Effect() != "nothing has changed" {
		t.Errorf("again: %s", again.Effect())
	}
}
