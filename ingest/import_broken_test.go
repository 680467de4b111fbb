package ingest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"treatygraph/graph"
)

// A broken file and what its message must say: where, and what.
type broken struct {
	kind, name, content string
	says                string // a pattern
}

// The good files that the broken ones are made of.
const (
	goodTable     = "Contracting Party,Treaty,Signature Date,Instrument Type,Instrument Date,Entry Into Force Date\nFrance,NPT,1968-07-01,Ratification,1970-01-02,1970-03-05\nJapan,NPT,1970-02-03,Ratification,1976-06-08,1976-06-08\n"
	goodCitations = `{"nodes":[{"res":1,"in":1,"year":1946},{"res":2,"in":0,"year":1946}],"edges":[{"source":2,"target":1}]}`
	goodCountries = "ISO3166-1-Alpha-3,ISO3166-1-Alpha-2,is_independent,wikidata_id,official_name_en\nFRA,FR,Yes,Q142,France\nJPN,JP,Yes,Q17,Japan\n"
)

// inCell puts a text into a cell of the third line of a table.
func inCell(table string, column int, text string) string {
	lines := strings.SplitAfter(table, "\n")
	cells := strings.Split(strings.TrimSuffix(lines[2], "\n"), ",")
	cells[column] = text
	lines[2] = strings.Join(cells, ",") + "\n"
	return strings.Join(lines, "")
}

func gzipOf(t *testing.T, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func brokenFiles(t *testing.T) (list []broken) {
	add := func(kind, name, content, says string) { list = append(list, broken{kind, name, content, says}) }
	header := strings.Split(strings.SplitN(goodTable, "\n", 2)[0], ",")

	// What no cell may hold, in every column.
	for name, cell := range map[string]string{
		"bad UTF-8": "Fr\xffnce", "UTF-8 cut short": "法\xe5\x9b", "Windows-1252": "C\xf4te", "a surrogate": "\xed\xa0\x80", "NUL": "Fra\x00nce",
		"a formula": "=HYPERLINK(\"\"http://example.org\"\")", "an old formula": "@SUM(A1)", "a cell of 20 KB": strings.Repeat("x", 20<<10),
	} {
		if strings.ContainsAny(cell, "\"") {
			cell = `"` + cell + `"`
		}
		for i, column := range header {
			add("participation", name+" in "+column, inCell(goodTable, i, cell), "line 3: the cell of column \""+column+"\" ")
		}
		for i, column := range strings.Split(strings.SplitN(goodCountries, "\n", 2)[0], ",") {
			add("countries", name+" in "+column, inCell(goodCountries, i, cell), "line 3: the cell of column \""+column+"\" ")
		}
	}
	// Dates that are none.
	for i, column := range header {
		if !strings.HasSuffix(column, "Date") {
			continue
		}
		for _, date := range []string{"1968-02-30", "30.02.1968", "31 Jun 1968", "1968-13-01", "1968-00-10", "32.01.1968", "13/13/1968", "1968-1968", "01.02.68", "12 Feb 68", "never", "24881", "1968-02-03T12:30:00Z",
			"1968/1969", "Feb 1968 Mar", "0.0.0", "1968年13月1日", "03/04/1968", "..", "9999-12-31", "1968-02-03 [1970-01-01]", "<!ENTITY x>", "1968-02-03; yesterday"} {
			add("participation", date+" in "+column, inCell(goodTable, i, date), "line 3, "+column+": ")
		}
	}
	table := func(name, content, says string) { add("participation", name, content, says) }
	table("empty", "", "file is empty")
	table("a header alone", header[0]+",Treaty,Signature\n", "there is no row")
	table("white space", " \n\n\t\n", "no column looks like")
	table("a cell too few", goodTable+"Italy,NPT,1968\n", "line 4: the row has 3 cells, the header 6")
	table("a cell too many", goodTable+"Italy,NPT,1968,,,,\n", "line 4: the row has 7 cells, the header 6")
	table("a quote within a cell", goodTable+"It\"aly,NPT,1968,,,\n", "line 4: a quotation mark")
	table("a quote that is not closed", goodTable+"\"Italy,NPT,1968,,,\n", "line 4: a quotation mark")
	table("a row of 10 MB", goodTable+"\""+strings.Repeat("x", 10<<20)+"\",NPT,1968,,,\n", "table.csv:4: .*longer than")
	table("CRLF and a bad date", strings.ReplaceAll(inCell(goodTable, 2, "never"), "\n", "\r\n"), "line 3, Signature Date: ")
	table("a byte order mark and a bad date", "\uFEFF"+inCell(goodTable, 2, "never"), "line 3, Signature Date: ")
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(inCell(goodTable, 2, "never"))
	if err != nil {
		t.Fatal(err)
	}
	table("UTF-16 and a bad date", utf16, "line 3, Signature Date: ")
	table("a bad date after a cell of several lines", strings.Replace(inCell(goodTable, 2, "never"), "France,NPT", "\"\nFrance\",NPT", 1), "line 4, Signature Date: ")
	table("a column twice", "State,Treaty,Signature,Treaty\nFrance,NPT,1968,NPT\n", `table.csv:1: columns 2 and 4 are both called "Treaty"`)
	table("two treaties", "State,Treaty,Convention,Signature\nFrance,NPT,NPT,1968\n", `table.csv:1: columns "Treaty" and "Convention" both look like`)
	table("no actor", "Name,Treaty,Signature\nFrance,NPT,1968\n", "table.csv:1: no column looks like the actor")
	table("no treaty", "State,Signature\nFrance,1968\n", "table.csv:1: no column looks like the treaty")
	table("no date", "State,Treaty\nFrance,NPT\n", "table.csv:1: no column looks like the date")
	table("an act without its date", "State,Treaty,Action\nFrance,NPT,Ratification\n", "table.csv:1: an act and its date need two columns")
	table("a header that is not UTF-8", "St\xffate,Treaty,Signature\nFrance,NPT,1968\n", "table.csv:1: the header of column 1")
	table("a header with NUL", "State\x00,Treaty,Signature\nFrance,NPT,1968\n", "table.csv:1: the header of column 1")
	table("a header of one quote", "\"State,Treaty\nFrance,NPT\n", "table.csv:1: the header")
	table("2,000 columns", strings.Repeat("x,", 2000)+"\n", "table.csv:1: ")
	table("no actor in a row", inCell(goodTable, 0, ""), "line 3, Contracting Party: the actor is missing")
	table("no treaty in a row", inCell(goodTable, 1, " "), "line 3, Treaty: the treaty is missing")
	table("an act that is none", inCell(goodTable, 3, "Invasion"), "line 3, Instrument Type: \"Invasion\" is no act")
	table("a date without an act", inCell(goodTable, 3, ""), "line 3, Instrument Date: a date stands here, and no act")
	table("a row that says nothing", goodTable+"Italy,NPT,,,,\n", "line 4: no act and no date")
	table("an end before its beginning", "State,Treaty,In force,Until\nFrance,NPT,1970-01-01,1969-01-01\n", "line 2, In force: the end is before the beginning")
	table("an end without a beginning", "State,Treaty,Signature,In force,Until\nFrance,NPT,1968,,1969-01-01\n", "line 2, Until: an end stands here")
	table("both orders in a column", "State,Treaty,Signature\nFrance,NPT,24/02/1968\nJapan,NPT,02/24/1968\nItaly,NPT,03/04/1968\n", "line 4, Signature: .*can be read")
	table("a PDF", "%PDF-1.7\n", "a PDF|PDF")
	table("a spreadsheet", "PK\x03\x04\x14\x00", "ZIP|archive|spreadsheet|Office")
	packed := gzipOf(t, strings.Repeat(goodTable, 1000))
	table("gzip cut short", packed[:len(packed)/2], "gzip file is cut short or damaged")
	table("gzip with a wrong sum", packed[:len(packed)-8]+"\x00\x00\x00\x00"+packed[len(packed)-4:], "gzip file is cut short or damaged")
	table("gzip of a bad date", gzipOf(t, inCell(goodTable, 2, "never")), "line 3, Signature Date: ")
	table("gzip in gzip", gzipOf(t, gzipOf(t, goodTable)), "gzip|not text|UTF-8|NUL")
	table("a gzip header alone", "\x1f\x8b\x08", "gzip file is damaged")

	citations := func(name, content, says string) { add("citations", name, content, says) }
	citations("empty", "", "file is empty")
	citations("cut short", goodCitations[:40], "table.csv:1: unexpected EOF")
	citations("cut short on line 3", "{\n\"nodes\":\n[{\"res\":", "table.csv:3: unexpected EOF")
	citations("no JSON", "nodes,edges\n", "table.csv:1: invalid character")
	citations("a list", "[]", "table.csv:1: ")
	citations("something behind it", goodCitations+"{}", "something follows")
	citations("an unknown field", `{"nodes":[],"edges":[],"more":1}`, `unknown field "more"`)
	citations("no nodes", `{"nodes":[],"edges":[]}`, "there is no row")
	citations("NaN", `{"nodes":[{"res":NaN,"year":1946}],"edges":[]}`, "table.csv:1: invalid character 'N'")
	citations("very deep", strings.Repeat("[", 20_000), "exceeded max depth|unexpected EOF|cannot unmarshal")
	for name, node := range map[string]string{
		"text for a number": `{"res":"1","year":1946}`, "a fraction": `{"res":1.5,"year":1946}`, "a number too large": `{"res":99999999999999999999,"year":1946}`, "number 0": `{"res":0,"year":1946}`, "number -1": `{"res":-1,"year":1946}`,
		"no year": `{"res":3}`, "a year before the Council": `{"res":3,"year":1945}`, "a year far ahead": `{"res":3,"year":2525}`, "a field that is not known": `{"res":3,"year":1946,"veto":true}`, "null": `null`, "a list": `[1946]`, "twice": `{"res":1,"year":1946}`,
		"a URL": `"https://example.org/node.json"`,
	} {
		citations("node: "+name, strings.Replace(goodCitations, `{"res":2,"in":0,"year":1946}`, `{"res":2,"in":0,"year":1946},`+node, 1), `nodes\[2\]`)
	}
	for name, edge := range map[string]string{
		"a dangling source": `{"source":3,"target":1}`, "a dangling target": `{"source":2,"target":3}`, "itself": `{"source":1,"target":1}`, "text": `{"source":"2","target":1}`, "nothing": `{}`, "a field that is not known": `{"source":2,"target":1,"weight":2}`, "null": `null`,
	} {
		citations("edge: "+name, strings.Replace(goodCitations, `{"source":2,"target":1}`, `{"source":2,"target":1},`+edge, 1), `edges\[1\]`)
	}
	citations("edge: into the future", `{"nodes":[{"res":1,"year":1946},{"res":20,"year":1947}],"edges":[{"source":1,"target":20}]}`, `edges\[0\]: resolution 1 of 1946 cannot cite`)

	countries := func(name, content, says string) { add("countries", name, content, says) }
	countries("no code column", "Name,is_independent\nFrance,Yes\n", `table.csv:1: column "ISO3166-1-Alpha-3" is missing`)
	countries("no status column", "ISO3166-1-Alpha-3,Name\nFRA,France\n", `table.csv:1: column "is_independent" is missing`)
	countries("a code of two letters", inCell(goodCountries, 0, "JP"), "line 3, ISO3166-1-Alpha-3: ")
	countries("no code", inCell(goodCountries, 0, ""), "line 3, ISO3166-1-Alpha-3: ")
	countries("a code that is none", inCell(goodCountries, 0, "J1N"), "line 3, ISO3166-1-Alpha-3: ")
	countries("a code of three letters for two", inCell(goodCountries, 1, "JPN"), "line 3, ISO3166-1-Alpha-2: ")
	countries("a country twice", inCell(goodCountries, 0, "FRA"), "line 3, ISO3166-1-Alpha-3: state/fra stands on line 2 already")
	countries("no name", inCell(goodCountries, 4, ""), "line 3: there is no name of JPN")
	countries("a Wikidata item that is none", inCell(goodCountries, 3, "Japan"), "line 3, wikidata_id: ")
	countries("an address elsewhere", inCell(goodCountries, 3, "https://example.org/Q17"), "line 3, wikidata_id: ")
	countries("a name that turns what follows round", inCell(goodCountries, 4, "Ja\u202Epan"), "line 3: value of NAMED")
	countries("a name of 600 characters", inCell(goodCountries, 4, strings.Repeat("x", 600)), "line 3: value of NAMED")
	return list
}

func TestBrokenFilesAreRefusedWithTheRowAndNothingIsWritten(t *testing.T) {
	w := withNames(t)
	before := w.head(t)
	cases := brokenFiles(t)
	t.Logf("%d broken files", len(cases))
	if len(cases) < 200 {
		t.Errorf("only %d broken files", len(cases))
	}
	for _, b := range cases {
		i := Import{Kind: b.kind, File: BytesSource("table.csv", []byte(b.content)), Language: "en", Dataset: DatasetHeader{ID: "dataset/table", Title: "A table"}}
		report, err := ImportFile(t.Context(), w.store, w.index, i)
		if !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("%s, %s: error %v", b.kind, b.name, err)
			continue
		}
		if says := err.Error(); !regexp.MustCompile(b.says).MatchString(says) || len(says) > 2_000 {
			t.Errorf("%s, %s: %.300s\nwant %s", b.kind, b.name, says, b.says)
		}
		if report != nil && (report.Asserted != 0 || report.Revision != 0) {
			t.Errorf("%s, %s: %+v", b.kind, b.name, report)
		}
	}
	if after := w.head(t); after != before {
		t.Errorf("head %d, was %d", after, before)
	}
}

func TestTheGoodFilesThatBrokenOnesAreMadeOfAreTaken(t *testing.T) {
	w := withNames(t)
	for kind, content := range map[string]string{"participation": goodTable, "citations": goodCitations, "countries": goodCountries} {
		for form, changed := range map[string]string{"as it is": content, "with a byte order mark": "\uFEFF" + content, "with CRLF": strings.ReplaceAll(content, "\n", "\r\n"), "packed": gzipOf(t, content)} {
			i := Import{Kind: kind, File: BytesSource("table.csv", []byte(changed)), Language: "en", Dataset: DatasetHeader{ID: graph.ID("dataset/" + kind), Title: "A table"}}
			if r := w.imported(t, i); r.Taken == 0 || form != "as it is" && r.Asserted+r.Withdrawn != 0 && w.head(t) > 4 {
				t.Errorf("%s %s: %+v", kind, form, r)
			}
		}
	}
	if head := w.head(t); head != 4 {
		t.Errorf("head %d: the same content in another form is another", head)
	}
}

// An endless file must be given up at the limit, not read into memory.
type endlessFile struct{ read int64 }

func (e *endlessFile) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "France,NPT,1968\n"[(e.read+int64(i))%16]
	}
	e.read += int64(len(p))
	return len(p), nil
}

func TestAFileWithoutEndIsReadToTheLimitAndNoFurther(t *testing.T) {
	file := &endlessFile{}
	l := &limited{file, 1 << 20, refused("too long")}
	n, err := io.Copy(io.Discard, l)
	if !errors.Is(err, graph.ErrInvalid) || n > 2<<20 || file.read > 2<<20 {
		t.Errorf("%d bytes, error %v", n, err)
	}
	bomb := gzipOf(t, strings.Repeat("x", 32<<20))
	if len(bomb) > 1<<20 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	_, err = openTable(BytesSource("bomb.csv", []byte(bomb)))
	if !errors.Is(err, graph.ErrInvalid) {
		t.Errorf("a bomb without line ends: error %v", err)
	}
}
