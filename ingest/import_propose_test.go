package ingest

import (
	"strings"
	"testing"
	"time"

	"treatygraph/graph"
)

func TestADraftOfAMappingIsTakenAsItIs(t *testing.T) {
	w := withNames(t)
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	book := workbookOf(t, [][]any{{"Country", "Bloc", "Joined"}, {"France", "United Nations"}, {"Japan", "United Nations"}, {"Japan", "Nobody's Club"}},
		formatted(t, "C2", "yyyy-mm-dd", day(1945, 10, 24)), formatted(t, "C3", "yyyy-mm-dd", day(1956, 12, 18)))
	for name, c := range map[string]struct {
		file  Source
		holds []string
		taken int
	}{
		"acts": {BytesSource("acts.csv", []byte("State;Agreement;Type of act;Day;Signed;Remark\nFrance;Two Lakes Pact;Ratification;13/02/1975;01/02/1975;x\nJapan;Two Lakes Pact;ratification;03/04/1975;;\nJapan;Second Lake Pact;Accession;03/04/1976;;\n")),
			[]string{`"accession": ACCEDED_TO`, `"ratification": RATIFIED`, "SIGNED", "the day first, as line 2 shows", `# not used: "Remark"`}, 3},
		"members":       {Source{Name: "book.xlsx", Open: BytesSource("", book).Open}, []string{"MEMBER_OF", `from: "Joined"`}, 2},
		"names":         {BytesSource("names.csv", []byte("Code,Name,Name fr,国名\nFRA,France,France,法国\nJPN,Japan,Japon,日本\nTCD,Chad,Tchad,乍得\n")), []string{"scheme: ISO3166_1_A3", "language: fr", "language: zh"}, 3},
		"nothing known": {BytesSource("x.csv", []byte("Thing,\"Odd \"\"header\"\": {x}\nline\"\nAlpha,1\nBeta,2\n")), []string{"no column holds names"}, 2},
	} {
		draft, err := ProposeMapping(t.Context(), w.index, c.file, "en")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, holds := range c.holds {
			if !strings.Contains(draft, holds) {
				t.Errorf("%s: no %s in\n%s", name, holds, draft)
			}
		}
		i := mappingOf("", draft)
		i.File, i.DryRun = c.file, true
		if r := w.imported(t, i); r.Taken != c.taken || r.Asserted == 0 {
			t.Errorf("%s: %s\n%+v\n%s", name, r.Summary(), r.Bad, draft)
		}
	}
	if _, err := ProposeMapping(t.Context(), w.index, BytesSource("x.csv", []byte("a,b\n")), "en"); err == nil {
		t.Error("a table without rows gave a draft")
	}
}

func TestDraftsForFilesOfOthersAreTakenAsTheyAre(t *testing.T) {
	w := withCorpus(t)
	for name, holds := range map[string]string{"country-codes.csv": "IDENTIFIED_BY", "copyright-treaty-actions.csv": "by: "} {
		file := FileSource(sharedData(t, name))
		draft, err := ProposeMapping(t.Context(), w.index, file, "en")
		if err != nil || !strings.Contains(draft, holds) {
			t.Fatalf("%s: %v\n%s", name, err, draft)
		}
		i := mappingOf("", draft)
		i.File, i.DryRun, i.Dataset.ID = file, true, graph.ID("dataset/drafted")
		r := w.imported(t, i)
		t.Logf("%s: %s\n%s", name, r.Summary(), draft)
		if 10*(r.Taken+r.Waiting) < 9*r.Rows || r.Taken == 0 {
			t.Errorf("%s: %s", name, r.Summary())
		}
	}
}
