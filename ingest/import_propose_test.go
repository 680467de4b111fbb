package ingest

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/tools/cases"
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
	if testing.Short() {
		t.Skip("drafts of smaller tables are tried under the race detector")
	}
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
		if r.Rejected > 0 || 10*r.Taken < 9*r.Rows || (r.Waiting > 0) != strings.Contains(draft, "# WAITS") {
			t.Errorf("%s: %s", name, r.Summary())
		}
	}
}

func TestADraftSaysNoMoreThanTheTableShows(t *testing.T) {
	w := withNames(t)
	for name, c := range map[string]struct {
		table        string
		holds, lacks []string
		taken        int
	}{
		"symbols of resolutions": {"Country,Resolution,Date\nFrance,S/RES/1325 (2000),2000-10-31\nJapan,A/RES/62/1,2007-10-01\n", []string{"kinds: resolution, new: true"}, []string{"treaty"}, 2},
		"symbols alone":          {"Symbol\nS/RES/9001 (2090)\nA/RES/62/1\n", []string{"kinds: resolution, new: true"}, []string{"organisation"}, 2},
		"titles":                 {"Title,Year\nTreaty on the Two Lakes,1990\nConvention on the Third Lake,1991\n", []string{"kinds: treaty, new: true"}, []string{"organisation"}, 2},
		"no acts":                {"Country,Treaty,Date\nFrance,Two Lakes Pact,1990-01-02\n", []string{"CONCERNS", "is a guess"}, []string{"BOUND_BY"}, 1},
		"acts without dates":     {"Country,Treaty,Act\nFrance,Two Lakes Pact,Ratification\nJapan,Two Lakes Pact,Signature\n", []string{`"ratification": RATIFIED`, `"signature": SIGNED`}, []string{"BOUND_BY", "from:"}, 2},
		"dates of no order":      {"Country,Treaty,Signed,Entry into force\nFrance,Two Lakes Pact,1990-01-01,01/02/1990\n", []string{`"Entry into force": dates, left out`, "SIGNED"}, []string{"BOUND_BY"}, 1},
		"bad dates among good":   {"Country,Treaty,Signed\nFrance,Two Lakes Pact,1990-01-01\nJapan,Two Lakes Pact,soon\nChad,Two Lakes Pact,1990-01-03\n", []string{`# NOT TAKEN, for "Signed": line 3: "soon" is no date`, "2 of the rows are taken"}, nil, 2},
		"a row of its own":       {"Country,Treaty,Signed\nFrance,Two Lakes Pact\nJapan,Two Lakes Pact,1990-01-01\n", []string{"# NOT TAKEN by any mapping: line 2: the row has 2 cells, the header 3"}, nil, 1},
		"a header that is none":  {"\"\x01{a}: #\"\"'\\\",,- b\nAlpha,x,Beta\n", []string{"# not used: 1 columns"}, nil, 1},
	} {
		draft, r := w.drafted(t, BytesSource("x.csv", []byte(c.table)))
		for _, holds := range c.holds {
			if !strings.Contains(draft, holds) {
				t.Errorf("%s: no %s in\n%s", name, holds, draft)
			}
		}
		for _, lacks := range c.lacks {
			for line := range strings.Lines(draft) {
				if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") && strings.Contains(line, lacks) {
					t.Errorf("%s: %s in\n%s", name, lacks, draft)
				}
			}
		}
		if r.Taken != c.taken {
			t.Errorf("%s: %s\n%+v\n%s", name, r.Summary(), r.Bad, draft)
		}
	}
}

// drafted drafts a mapping and imports the table by it, without writing.
func (w world) drafted(t testing.TB, file Source) (string, *Report) {
	t.Helper()
	draft, err := ProposeMapping(t.Context(), w.index, file, "en")
	if err != nil {
		t.Fatal(err)
	}
	i := mappingOf("", draft)
	i.File, i.DryRun, i.SkipRejected, i.Dataset.ID = file, true, true, "dataset/drafted"
	return draft, w.imported(t, i)
}

func TestADraftOfAnyTableLoadsAndItsCommentsCountWhatItDoesNotTake(t *testing.T) {
	w := withNames(t)
	cells := rapid.OneOf(rapid.SampledFrom([]string{"", "France", "FRA", "JP", "Japan", "United Nations", "NPT", "Treaty on Lakes", "S/RES/1325 (2000)", "A/RES/62/1", "Ratification", "signed", "01/02/1990", "13/02/1990",
		"02/13/1990", "1990-01-02", "31.02.1990", "9999", "Q42", "10.1000/x", "https://example.org/", "- a: b", "{x}", "# y", "条约", "=1+1", "a\nb", "7"}), rapid.StringN(0, 20, 60))
	tops := rapid.OneOf(rapid.SampledFrom([]string{"", "Country", "Treaty", "Date", "Signed", "Entry into force", "Act", "Name", "Name fr", "Symbol", "Until", "- a", "{a: b}", "#", `"`, "'", "null", "~", "a\nb", "\x01\x7f\u0085\ufeff\u2028"}), rapid.StringN(0, 20, 60))
	const all = 60
	cases.Check(t, all, func(rt *rapid.T) {
		width := rapid.IntRange(1, 6).Draw(rt, "width")
		clean := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\x00", "")) }
		var table [][]string
		seen := make(map[string]bool)
		header := make([]string, width)
		for i := range header {
			if h := clean(tops.Draw(rt, "header")); !seen[h] {
				header[i], seen[h] = h, true
			}
		}
		header[0] += "k" // no table is without any header
		table = append(table, header)
		for range rapid.IntRange(1, 5).Draw(rt, "rows") {
			row := make([]string, width)
			for i := range row {
				row[i] = clean(cells.Draw(rt, "cell"))
			}
			table = append(table, row)
		}
		file := csvOf(table)
		if _, err := sampleOf(file); err != nil {
			return // no table
		}
		draft, err := ProposeMapping(t.Context(), w.index, file, "en")
		if err != nil {
			rt.Fatalf("%q: %v", table, err)
		}
		i := mappingOf("", draft)
		i.File, i.DryRun, i.SkipRejected, i.Dataset.ID = file, true, true, "dataset/drafted"
		r, err := ImportFile(t.Context(), w.store, w.index, i)
		if err != nil {
			rt.Fatalf("%q: %v\n%s", table, err, draft)
		}
		if (r.Rejected > 0) != strings.Contains(draft, "# NOT TAKEN") || (r.Waiting > 0) != strings.Contains(draft, "# WAITS") {
			rt.Fatalf("%s\n%+v\n%s", r.Summary(), r.Bad, draft)
		}
	})
}

// csvOf writes a table with each cell in quotes.
func csvOf(rows [][]string) Source {
	var text strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				text.WriteByte(',')
			}
			text.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
		}
		text.WriteByte('\n')
	}
	return BytesSource("any.csv", []byte(text.String()))
}

func TestASampleEndsAfterSomeMebibytesAndATableMayHaveAThousandColumns(t *testing.T) {
	if testing.Short() {
		t.Skip("mebibytes take the race detector long")
	}
	w := withNames(t)
	row := `"` + strings.Repeat("x", 10_000) + "\",1\n"
	var read int
	file := Source{Name: "long.csv", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(&counted{strings.NewReader("Name,N\n" + strings.Repeat(row, 4*sampledBytes/len(row))), &read}), nil
	}}
	if s, err := sampleOf(file); err != nil || len(s.rows) > sampledBytes/10_000+1 || len(s.rows[0][0]) > sampledCellBytes || read > sampledBytes+4*maxRowBytes {
		t.Errorf("%v, %d bytes were read", err, read)
	}
	for _, sort := range []string{"name", "signed"} {
		header, row := "Country,"+map[string]string{"name": "Remark", "signed": "Treaty"}[sort], "France,Two Lakes"
		for i := len("ab"); i < maxColumns; i++ {
			header += fmt.Sprintf(",%s %d %s", sort, i, strings.Repeat("\x01", draftedHeaderBytes-len("signed 1000 ")))
			row += map[string]string{"name": ",Alpha", "signed": ",1990-01-01"}[sort]
		}
		if draft, r := w.drafted(t, BytesSource("wide.csv", []byte(header+"\n"+row+"\n"))); r.Taken != 1 {
			t.Errorf("%s\n%.2000s", r.Summary(), draft)
		}
	}
}

// counted counts what is read.
type counted struct {
	r    io.Reader
	read *int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	*c.read += n
	return n, err
}
