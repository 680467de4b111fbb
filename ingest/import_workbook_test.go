package ingest

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"treatygraph/graph"
)

// workbookOf makes a workbook with a library of others', so that what reads it here does not judge itself. Each row is a list of values; change may do more.
func workbookOf(t testing.TB, rows [][]any, change ...func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range change {
		c(f)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// formatted shows a cell in a format.
func formatted(t testing.TB, cell, code string, value any) func(*excelize.File) {
	return func(f *excelize.File) {
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		if err == nil {
			err = errors.Join(f.SetCellValue("Sheet1", cell, value), f.SetCellStyle("Sheet1", cell, cell, style))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// rowsOf reads all rows after the header, each with what is wrong with it.
func rowsOf(t testing.TB, s Source) (list []string) {
	t.Helper()
	table, err := openTable(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := table.each(func(line int, cells []string, wrong string) {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%d %s %s", line, strings.Join(cells, "|"), wrong)))
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestASheetOfAWorkbookIsATable(t *testing.T) {
	signed := time.Date(1968, 7, 1, 0, 0, 0, 0, time.UTC)
	content := workbookOf(t, [][]any{
		{"State", "Day", "Number", "Yes", "Note"},
		{"France", "", 1968, true, "  <a> & \"b\"\n中文"},
		{},
		{"Japan", "", 0.1, false},
	}, formatted(t, "B2", "dd/mm/yyyy", signed), formatted(t, "B4", "mmm yyyy", signed), func(f *excelize.File) {
		rich := []excelize.RichTextRun{{Text: "Ja"}, {Text: "pan", Font: &excelize.Font{Bold: true}}}
		if err := f.SetCellRichText("Sheet1", "A4", rich); err != nil {
			t.Fatal(err)
		}
		if _, err := f.NewSheet("Second"); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Second", "B3", &[]any{"State", "Day"}); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Second", "B4", &[]any{"Chad", 60}); err != nil {
			t.Fatal(err)
		}
	})
	s := BytesSource("table.xlsx", content)
	want := []string{"2 France|1968-07-01|1968|true|  <a> & \"b\"\n中文", "4 Japan|1968-07|0.1|false|"}
	if got := rowsOf(t, s); !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	s.Sheet = "Second"
	if got := rowsOf(t, s); !slices.Equal(got, []string{"4 |Chad|60"}) {
		t.Errorf("second sheet: %q", got)
	}
	s.Sheet = "Third"
	if _, err := openTable(s); !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), `there is no sheet "Third"; there are "Sheet1", "Second"`) {
		t.Errorf("third sheet: %v", err)
	}
}

func TestDatesOfSheetsAreReadByTheirFormatAndSystem(t *testing.T) {
	for _, c := range []struct {
		code   string
		serial float64
		old    bool // counted from 1904
		want   string
	}{
		{"yyyy-mm-dd", 1, false, "1900-01-01"}, {"d.m.yy", 59, false, "1900-02-28"}, {"yyyy-mm-dd", 60, false, ""}, {"yyyy-mm-dd", 61, false, "1900-03-01"}, {"yyyy-mm-dd", 2_958_465, false, "9999-12-31"},
		{"yyyy-mm-dd", 2_958_466, false, ""}, {"yyyy-mm-dd", -1, false, ""}, {"yyyy-mm-dd", 0, false, ""}, {"yyyy-mm-dd", 0, true, "1904-01-01"}, {"yyyy-mm-dd", 1, true, "1904-01-02"},
		{"mmm yyyy", 25_020, false, "1968-07"}, {"yyyy", 25_020, false, "1968"}, {"dddd, d mmmm yyyy", 25_020, false, "1968-07-01"}, {`[$-409]d\-mmm\-yy;@`, 25_020, false, "1968-07-01"}, {"yyyy-mm-dd hh:mm", 25_020.5, false, "1968-07-01T12:00:00"},
		{"#,##0", 25_020, false, "25020"}, {`0" days"`, 25_020, false, "25020"}, {"[Red]0.00", 25_020.5, false, "25020.5"}, {"General", 25_020, false, "25020"}, {"h:mm", 0.5, false, "0.5"},
	} {
		content := workbookOf(t, [][]any{{"Day"}, {""}}, formatted(t, "A2", c.code, c.serial), func(f *excelize.File) {
			if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &c.old}); err != nil {
				t.Fatal(err)
			}
		})
		got := rowsOf(t, BytesSource("table.xlsx", content))
		if c.want == "" {
			if len(got) != 1 || !strings.Contains(got[0], "cell A2 holds") {
				t.Errorf("%s %v: %q", c.code, c.serial, got)
			}
		} else if !slices.Equal(got, []string{"2 " + c.want}) {
			t.Errorf("%s %v: %q, want %s", c.code, c.serial, got, c.want)
		}
	}
}

// altered changes a part of a workbook; a part that is not there is added.
func altered(t testing.TB, content []byte, part string, change func(string) string) string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	found := false
	write := func(name, text string) {
		out, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(out, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part {
			found = true
			text = []byte(change(string(text)))
		}
		write(f.Name, string(text))
	}
	if !found {
		write(part, change(""))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const (
	partSheet  = "xl/worksheets/sheet1.xml"
	partShared = "xl/sharedStrings.xml"
	partBook   = "xl/workbook.xml"
)

// brokenWorkbooks are workbooks that are wrong, by themselves or in a row.
func brokenWorkbooks(t testing.TB) (list []broken) {
	good := workbookOf(t, [][]any{{"State", "Treaty", "Signature"}, {"France", "NPT", "1968-07-01"}, {"Japan", "NPT", "1970-02-03"}})
	add := func(name, content, says string) { list = append(list, broken{"participation", name, content, says}) }
	replaced := func(part, old, by string) string {
		return altered(t, good, part, func(text string) string {
			if !strings.Contains(text, old) {
				t.Fatalf("%s does not hold %q:\n%s", part, old, text)
			}
			return strings.Replace(text, old, by, 1)
		})
	}
	with := func(change func(*excelize.File) error) string {
		return string(workbookOf(t, [][]any{{"State", "Treaty", "Signature"}, {"France", "NPT", "1968-07-01"}, {"Japan", "NPT", "1970-02-03"}}, func(f *excelize.File) {
			if err := change(f); err != nil {
				t.Fatal(err)
			}
		}))
	}
	add("a formula", with(func(f *excelize.File) error { return f.SetCellFormula("Sheet1", "C3", "A1&A2") }), `line 3: cell C3 is a formula, "=A1&A2"`)
	add("an error", replaced(partSheet, `<c r="C3" t="s"><v>7</v>`, `<c r="C3" t="e"><v>#REF!</v>`), `line 3: cell C3 holds the error "#REF!"`)
	add("no number", replaced(partSheet, `<c r="C3" t="s"><v>7</v>`, `<c r="C3"><v>NaN</v>`), `line 3: cell C3 holds "NaN", which is no number`)
	add("a text that is not there", replaced(partSheet, `<c r="C3" t="s"><v>7</v>`, `<c r="C3" t="s"><v>70</v>`), `line 3: cell C3 refers to text "70"`)
	add("a type that is not known", replaced(partSheet, `<c r="C3" t="s">`, `<c r="C3" t="x">`), `line 3: cell C3 is of the unknown type "x"`)
	add("a bad date", with(func(f *excelize.File) error { return f.SetCellValue("Sheet1", "C3", "never") }), "line 3, Signature: ")
	add("a cell too many", with(func(f *excelize.File) error { return f.SetCellValue("Sheet1", "E3", "x") }), "line 3: the row has 5 cells, the header 3")
	add("a cell of 20 KB", with(func(f *excelize.File) error { return f.SetCellValue("Sheet1", "B3", strings.Repeat("x", 20<<10)) }), `line 3: the cell of column "Treaty" has 20480 bytes`)
	add("a cell of 10 MB", replaced(partShared, "<t>Japan</t>", "<t>"+strings.Repeat("x", 10<<20)+"</t>"), "a piece of xl/sharedStrings.xml is longer than")
	add("cells out of order", replaced(partSheet, `r="C3"`, `r="A3"`), `table.csv:3: .*cell "A3" is out of place`)
	add("a column far away", replaced(partSheet, `r="C3"`, `r="ZZZ3"`), `table.csv:3: .*cell "ZZZ3" is out of place`)
	add("rows out of order", replaced(partSheet, `<row r="3"`, `<row r="1"`), "table.csv:3: .*row 1 stands behind row 2")
	add("a formula in the header", with(func(f *excelize.File) error { return f.SetCellFormula("Sheet1", "C1", "A2") }), "table.csv:1: the header cannot be read: cell C1 is a formula")
	add("no rows", string(workbookOf(t, nil)), `sheet "Sheet1" is empty`)
	add("a header alone", string(workbookOf(t, [][]any{{"State", "Treaty", "Signature"}})), "there is no row")
	add("XML entities", replaced(partSheet, "<worksheet", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet`), "declares a document type")
	add("an external entity", replaced(partShared, "<sst", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><sst`), "declares a document type")
	add("an entity that nobody declared", replaced(partShared, "<t>Japan</t>", "<t>&japan;</t>"), "xl/sharedStrings.xml cannot be read: .*entity")
	add("XML cut short", altered(t, good, partSheet, func(s string) string { return s[:len(s)/2] }), "table.csv:[1-3]: .*cannot be read|cannot be read")
	add("XML that is not UTF-8", replaced(partShared, "Japan", "Jap\xffan"), "xl/sharedStrings.xml cannot be read: .*UTF-8")
	add("a sheet that is not there", replaced(partBook, `r:id="rId`, `r:id="rIdX`), "no sheet can be read")
	add("no sheets", altered(t, good, partBook, func(string) string { return "<workbook/>" }), "no sheet can be read")
	add("only hidden sheets", replaced(partBook, `<sheet name="Sheet1"`, `<sheet state="hidden" name="Sheet1"`), `no sheet can be read; there are "Sheet1"`)
	add("a bomb of rows", altered(t, good, partSheet, func(string) string {
		return "<worksheet><sheetData><row r=\"1\">" + strings.Repeat("<c><v>1</v></c>", 2_000) + "</row></sheetData></worksheet>"
	}), `out of place|is no column|1000 columns`)
	add("a bomb of one piece", altered(t, good, partSheet, func(string) string { return "<worksheet>" + strings.Repeat(" ", 64<<20) }), "a piece of xl/worksheets/sheet1.xml is longer than")
	add("a bomb of texts", altered(t, good, partShared, func(string) string { return "<sst>" + strings.Repeat("<si><t>x</t></si>", 10<<20) + "</sst>" }), "xl/sharedStrings.xml is longer than")
	add("cut short", string(good[:len(good)/2]), "the archive is cut short or damaged")
	add("another archive", altered(t, nil2zip(t), "hello.txt", func(string) string { return "hello" }), "ZIP archive and no spreadsheet")
	add("an old workbook, or one with a password", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"+strings.Repeat("\x00", 100), "an old Office document")
	return list
}

// nil2zip is an archive without files.
func nil2zip(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := zip.NewWriter(&b).Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestBrokenWorkbooksAreRefusedWithTheRowAndNothingIsWritten(t *testing.T) {
	w := withNames(t)
	before := w.head(t)
	for _, b := range brokenWorkbooks(t) {
		i := Import{Kind: b.kind, File: BytesSource("table.csv", []byte(b.content)), Language: "en", Dataset: DatasetHeader{ID: "dataset/table", Title: "A table"}}
		_, err := ImportFile(t.Context(), w.store, w.index, i)
		if !errors.Is(err, graph.ErrInvalid) || !regexp.MustCompile(b.says).MatchString(err.Error()) || len(err.Error()) > 2_000 {
			t.Errorf("%s: %.300v\nwant %s", b.name, err, b.says)
		}
	}
	if after := w.head(t); after != before {
		t.Errorf("head %d, was %d", after, before)
	}
}

func TestAWorkbookSaysWhatTheSameTableSaysAsText(t *testing.T) {
	w := withNames(t)
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	w.imported(t, participationOf("State,Treaty,Signature\nFrance,NPT,1968-07-01\nJapan,NPT,1970-02-03\n"))
	head := w.head(t)
	i := participationOf("")
	i.File = BytesSource("table.xlsx", workbookOf(t, [][]any{{"State", "Treaty", "Signature"}, {"France", "NPT"}, {"Japan", "NPT"}},
		formatted(t, "C2", "d mmmm yyyy", day(1968, 7, 1)), formatted(t, "C3", "mm/dd/yy", day(1970, 2, 3))))
	if r := w.imported(t, i); r.Effect() != "nothing has changed" || w.head(t) != head {
		t.Errorf("%s\n%s", r.Effect(), strings.Join(w.claims(t, "dataset/table"), "\n"))
	}
}

func TestMergedCellsOtherSheetsAndPaintedCellsAreTold(t *testing.T) {
	w := withNames(t)
	i := participationOf("")
	i.File = BytesSource("table.xlsx", workbookOf(t, [][]any{{"State", "Treaty", "Signature"}, {"France", "NPT", "1968-07-01"}, {"Japan", "NPT", "1970-02-03"}}, func(f *excelize.File) {
		painted, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
		if _, e := f.NewSheet("Hidden"); err == nil {
			err = e
		}
		if err := errors.Join(err, f.SetCellStyle("Sheet1", "BZZ2", "BZZ2", painted), f.MergeCell("Sheet1", "B2", "B3"), f.SetSheetVisible("Hidden", false)); err != nil {
			t.Fatal(err)
		}
	}))
	i.SkipRejected = true
	r := w.imported(t, i)
	var notes []string
	for _, n := range r.Notes {
		notes = append(notes, n.String())
	}
	want := []string{
		`the file: of 2 sheets "Sheet1" is read alone`,
		`the file: 1 cells are merged, the first over "B2:B3": each counts at its first place alone, and the others are empty`,
	}
	if r.Taken != 1 || r.Rejected != 1 || !slices.Equal(notes, want) {
		t.Errorf("%s\n%q", r.Summary(), notes)
	}
}
