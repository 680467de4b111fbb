package export_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"treatygraph/export"
	"treatygraph/export/exporttest"
	"treatygraph/export/selection"
	"treatygraph/graph"
)

// readCSV reads a table into rows by the names of the columns.
func readCSV(t *testing.T, files map[string][]byte, name string) []map[string]string {
	t.Helper()
	content, marked := bytes.CutPrefix(files[name], []byte("\ufeff"))
	if !marked {
		t.Errorf("%s has no byte order mark", name)
	}
	lines, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := make(map[string]string)
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// unguarded is the text that a cell stands for.
func unguarded(cell string) string { return strings.TrimPrefix(cell, "'") }

// oneLineEnd is how encoding/csv reads a text: with \n at the end of every line.
func oneLineEnd(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

func TestEveryOddTextComesBackFromCSVAndNoneIsAFormula(t *testing.T) {
	files := exporttest.Files(t, exporttest.Written(t, export.CSV, exporttest.Odd(t).Source(t, selection.Query{Evidence: true})))
	seen := make(map[string]int)
	for _, row := range readCSV(t, files, "statements.csv") {
		if row["subject"] == "topic/texts" && row["predicate"] == "DESCRIBED" {
			seen[unguarded(row["value"])]++
		}
	}
	for _, text := range exporttest.Texts {
		seen[oneLineEnd(text)]--
	}
	for text, n := range seen {
		if n != 0 {
			t.Errorf("%q is there %+d times more than it should", text, n)
		}
	}
	numbers := []string{"amount", "confidence", "score", "ordinal", "n", "start", "end"}
	for name := range files {
		if !strings.HasSuffix(name, ".csv") {
			continue
		}
		for _, row := range readCSV(t, files, name) {
			for column, cell := range row {
				if strings.IndexAny(cell, "=+-@\t\r\n") == 0 && !slices.Contains(numbers, column) {
					t.Errorf("%s: %s has the formula %q", name, column, cell)
				}
			}
		}
	}
}

func TestANumberIsLeftANumberInCSV(t *testing.T) {
	files := exporttest.Files(t, exporttest.Written(t, export.CSV, exporttest.Odd(t).Source(t, selection.Query{Selection: `{"predicates":["QUANTITY"],"subjects":["treaty/odd"]}`})))
	var amounts, values []string
	for _, row := range readCSV(t, files, "statements.csv") {
		amounts, values = append(amounts, row["amount"]), append(values, row["value"])
	}
	slices.Sort(amounts)
	slices.Sort(values)
	if fmt.Sprint(amounts) != "[-3 0.001 17.4 34000]" || fmt.Sprint(values) != "['-3 0.001 17.4 34000]" {
		t.Errorf("%v, %v", amounts, values)
	}
}

// TestTheTablesHoldWhatTheSourceYields looks at each column of statements, assertions and evidence by its own way to the value.
func TestTheTablesHoldWhatTheSourceYields(t *testing.T) {
	source := exporttest.Odd(t).Source(t, selection.Query{Evidence: true})
	tables := exporttest.Tables(t, source)
	place := func(name string) func(row []any, column string) any {
		return func(row []any, column string) any {
			i := slices.IndexFunc(tables[name].Columns, func(c export.Column) bool { return c.Name == column })
			if i < 0 {
				t.Fatalf("%s has no column %s", name, column)
			}
			return row[i]
		}
	}
	text := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	share := func(n graph.Thousandths) any {
		return map[graph.Thousandths]any{0: nil, 500: "0.5", 700: "0.7", 800: "0.8", 900: "0.9", 930: "0.93", 950: "0.95", 1000: "1"}[n]
	}
	days := func(want map[string]any, column string, d graph.Date) {
		want[column], want[column+"_earliest"], want[column+"_latest"] = text(d.String()), nil, nil
		if d.Precision() != graph.PrecisionNone {
			want[column+"_earliest"], want[column+"_latest"] = d.Earliest().String(), d.Latest().String()
		}
	}
	labels := map[graph.ID]string{"": ""}
	for e := range source.Entities(t.Context()) {
		labels[e.ID] = e.Label.Text
	}
	check := func(table string, n int, want map[string]any) {
		if n >= len(tables[table].Rows) {
			t.Fatalf("%s has %d rows", table, n)
		}
		for column, value := range want {
			if got := place(table)(tables[table].Rows[n], column); fmt.Sprint(got) != fmt.Sprint(value) {
				t.Errorf("%s[%d].%s is %v, not %v", table, n, column, got, value)
			}
		}
	}
	var statements, assertions, evidence, merged int
	for s, err := range source.Statements(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		q := &s.Qualifiers
		want := map[string]any{
			"id": s.ID, "subject": s.Source, "subject_label": labels[s.Source], "predicate": s.Predicate, "object": text(string(s.Target)), "object_label": text(labels[s.Target]),
			"depositary": text(string(q.Depositary)), "place": text(string(q.Place)), "on_behalf_of": text(string(q.OnBehalfOf)), "vote": text(q.Vote), "role": text(q.Role),
			"note": text(q.Note), "about": text(string(q.About)), "rank": s.Rank, "confidence": share(s.Confidence), "recorded": s.Recorded,
			"methods": s.Methods(), "datasets": s.Datasets(), "claimed_subject": nil, "claimed_object": nil,
		}
		if s.Subject != s.Source {
			want["claimed_subject"] = s.Subject
			merged++
		}
		if s.Object != s.Target {
			want["claimed_object"] = s.Object
			merged++
		}
		days(want, "valid_from", s.Valid.From)
		days(want, "valid_to", s.Valid.To)
		days(want, "effective_on", q.EffectiveOn)
		if v := s.Value; v != nil {
			want["value"], want["value_kind"] = v.Text+v.ID+v.Amount+string(v.Hash), v.Kind
			want["value_language"], want["amount"], want["unit"] = text(string(v.Lang)), text(v.Amount), text(v.Unit)
			if v.Kind == graph.ValueIdentifier {
				want["value_scheme"] = v.Scheme
			}
			if v.Kind == graph.ValueSpan {
				want["span_start"], want["span_end"] = v.Start, v.End
			}
		}
		check("statements", statements, want)
		statements++
		for _, a := range s.Assertions {
			check("assertions", assertions, map[string]any{
				"statement": s.ID, "dataset": a.Dataset, "rank": a.Rank, "method": a.Method, "rule": text(a.Rule), "reason": text(a.Reason),
				"confidence": share(a.Confidence), "evidence": len(a.Evidence), "redacted": a.Redacted != "",
			})
			assertions++
			for i, e := range a.Evidence {
				want := map[string]any{
					"statement": s.ID, "dataset": a.Dataset, "n": i + 1, "document": text(string(e.Document)), "passage": text(string(e.Passage)), "start": nil, "end": nil,
					"quote": text(e.Quote), "language": text(string(e.Lang)), "score": share(e.Score), "reason": text(e.Reason), "citation": text(e.Citation),
					"url": text(e.URL), "text": text(string(e.Text)),
				}
				if e.Text != "" {
					want["start"], want["end"] = e.Start, e.End
				}
				check("evidence", evidence, want)
				evidence++
			}
		}
	}
	for table, n := range map[string]int{"statements": statements, "assertions": assertions, "evidence": evidence} {
		if len(tables[table].Rows) != n || n == 0 {
			t.Errorf("%s has %d rows, not %d", table, len(tables[table].Rows), n)
		}
	}
	if merged == 0 {
		t.Error("no end was merged")
	}
}

func TestEvidenceStandsInTheTablesWhereItIsAskedFor(t *testing.T) {
	record := exporttest.Odd(t)
	for _, wanted := range []bool{false, true} {
		files := exporttest.Files(t, exporttest.Written(t, export.CSV, record.Source(t, selection.Query{Evidence: wanted})))
		if _, there := files["evidence.csv"]; there != wanted {
			t.Errorf("asked for: %t, there: %t", wanted, there)
		}
	}
}

func TestOneSelectionIsTheSameCSVEachTime(t *testing.T) {
	record := exporttest.Odd(t)
	first := exporttest.Written(t, export.CSV, record.Source(t, selection.Query{Evidence: true}))
	if again := exporttest.Written(t, export.CSV, record.Source(t, selection.Query{Evidence: true})); !bytes.Equal(first, again) {
		t.Error("two exports differ")
	}
}
