package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/tools/shareddata"
)

// matched runs the command on a table and reads its result.
func (b bench) matched(t *testing.T, table string, args ...string) (rows [][]string, told string) {
	t.Helper()
	r := b.run(t, strings.NewReader(table), append([]string{"reconcile", "-"}, args...)...)
	if r.code != 0 {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	rows, err := csv.NewReader(strings.NewReader(r.stdout)).ReadAll()
	if err != nil {
		t.Fatalf("%v in %s", err, r.stdout)
	}
	return rows, r.stderr
}

func TestATableGetsTheEntitiesThatItsNamesMean(t *testing.T) {
	b := newBench(t)
	rows, told := b.matched(t, "\ufeffNr;Name;id\r\n1;\"Gambia, the\";x\r\n2;=cmd|' /C calc'!A0;y\r\n-3;Кокосовых островов;z\r\n4;\"Congo \"\"x\"\"; y\";\r\n5;Korea, Republic of;\r\n",
		"--column", "Name", "--kind", "territory")
	want := [][]string{
		{"Nr", "Name", "id", "treatygraph_id", "label", "score", "match", "reason", "candidates"},
		{"1", "Gambia, the", "x", "state/gmb", "Gambia", "95", "yes"},
		{"2", "'=cmd|' /C calc'!A0", "y", "", "", "", "no", "nothing is found"},
		{"-3", "Кокосовых островов", "z", "region/cck", "Cocos Islands"},
		{"4", `Congo "x"; y`, ""},
		{"5", "Korea, Republic of", "", "state/kor", "Republic of Korea", "95", "yes"},
	}
	if len(rows) != len(want) {
		t.Fatalf("%q", rows)
	}
	for i := range want {
		if len(rows[i]) != len(want[0]) || !slices.Equal(rows[i][:len(want[i])], want[i]) {
			t.Errorf("got %q, want %q", rows[i], want[i])
		}
	}
	if rows[3][6] != "no" {
		t.Errorf("an inflected name was taken without a person: %q", rows[3])
	}
	if !strings.Contains(told, "2 names matched") {
		t.Error(told)
	}
}

func TestRowsThatCannotBeUsedAreToldByTheirLines(t *testing.T) {
	b := newBench(t)
	rows, told := b.matched(t, "name,code\nChina,CN\n\nFrance\n\"two\nlines\",\n,XX\nKir\xffgisien,KG\n"+strings.Repeat("長", graph.MaxNameRunes+1)+",\n")
	if len(rows) != 7 || rows[2][0] != "France" || rows[2][2] != "" || rows[5][0] != "Kir\uFFFDgisien" {
		t.Errorf("%q", rows)
	}
	for _, line := range []string{"line 4: the row has 1 cells", "line 7: there is no name", "line 8: the row is not in UTF-8", "line 9: the name is longer"} {
		if !strings.Contains(told, line) {
			t.Errorf("%q is not in %s", line, told)
		}
	}
}

func TestAnotherColumnDecidesBetweenNamesakes(t *testing.T) {
	b := newBench(t)
	table := "name,code\nFrance,FR\nFrance,DE\nNowhere,CN\n"
	rows, _ := b.matched(t, table, "--property", "identifier:ISO3166_1_A2=code")
	for i, want := range [][]string{{"state/fra", "yes"}, {"state/deu", "no"}, {"state/chn", "no"}} {
		if row := rows[i+1]; row[2] != want[0] || row[5] != want[1] {
			t.Errorf("got %q, want %q", row, want)
		}
	}
}

func TestATableThatCannotBeReadGivesNothing(t *testing.T) {
	b := newBench(t)
	out := filepath.Join(b.dir, "out.csv")
	for message, table := range map[string]string{
		"empty":                "",
		"parse error on line":  "name\nFra\"nce\n",
		"is a quote not":       "name\nChina\n\"France\n" + strings.Repeat("x\n", maxRow),
		"UTF-16":               "\xff\xfen\x00",
		"workbook":             "PK\x03\x04xl/",
		"compressed":           "\x1f\x8b\x08",
		"the header is not in": "n\xffme\n",
		"there is no column":   "other\nChina\n",
		"more than 1000":       strings.Repeat("a,", maxColumns) + "a\n",
		"header is longer":     strings.Repeat("a", maxRow+1),
	} {
		r := b.run(t, strings.NewReader(table), "reconcile", "-", "--out", out, "--column", "name")
		if message == "empty" || strings.Contains(message, "0") || strings.Contains(message, "longer") {
			r = b.run(t, strings.NewReader(table), "reconcile", "-", "--out", out)
		}
		if r.code != exitUsage || !strings.Contains(r.stderr, message) || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("%s: exit code %d: %.300s", message, r.code, r.stderr)
		}
	}
	for _, args := range [][]string{{}, {"a", "b"}, {"-", "--kind", "country"}, {"-", "--language", "qqqq"}, {"-", "--property", "name"}, {"-", "--property", "p=name"},
		{"-", "--delimiter", "\""}, {filepath.Join(b.dir, "none.csv")}} {
		if r := b.run(t, strings.NewReader("name\nChina\n"), append([]string{"reconcile", "--out", out}, args...)...); r.code != exitUsage || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("%q: exit code %d: %s", args, r.code, r.stderr)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("something was written")
	}
}

func TestTheTableOf249CountriesIsReconciledInThreeLanguages(t *testing.T) {
	path := shareddata.File(t, "country-codes.csv")
	b := newBench(t)
	store := b.open(t)
	defer store.Close()
	idx, err := index.Follow(t.Context(), store, index.Options{LateTexts: true})
	if err != nil {
		t.Fatal(err)
	}
	defer idx.Close()
	for column, lang := range map[string]string{
		"official_name_cn": "zh", "official_name_ru": "ru", "official_name_en": "en",
		"UNTERM Chinese Short": "zh", "UNTERM Russian Short": "ru", "UNTERM English Short": "en", // "Gambia (the)", "Ниуэ **"
		"UNTERM Chinese Formal": "zh", "UNTERM Russian Formal": "ru", "UNTERM English Formal": "en", // "the Republic of Albania"
	} {
		rows, err := csv.NewReader(strings.NewReader(b.ok(t, "reconcile", path, "--column", column, "--kind", "territory", "--language", lang))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		code, id, name := slices.Index(rows[0], "ISO3166-1-Alpha-2"), slices.Index(rows[0], "id"), slices.Index(rows[0], column)
		named, right := 0, 0
		for i, row := range rows[1:] {
			if row[name] == "" { // not a member of the United Nations
				continue
			}
			named++
			want, _ := idx.Snapshot().ByIdentifier(graph.Identifier{Scheme: graph.SchemeISO31661A2, Value: row[code]}, index.AsOf{})
			switch {
			case row[id] == string(want):
				right++
			case row[id+3] == "yes":
				t.Errorf("%s, row %d: %q is %s and was taken for %s", column, i+2, row[name], want, row[id])
			default:
				t.Logf("%s, row %d: %q is %s, found %q", column, i+2, row[name], want, row[id:])
			}
		}
		t.Logf("%s: %d of %d right", column, right, named)
		if len(rows) != 250 || named < 195 || float64(right) < .99*float64(named) {
			t.Errorf("%s: %d of %d right", column, right, named)
		}
	}
}
