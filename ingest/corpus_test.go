package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"treatygraph/corpus"
	"treatygraph/extract"
	"treatygraph/graph"
)

// shipped copies the shipped corpus, with files replaced: a nil content takes a file away.
func shipped(t testing.TB, replaced map[string]string) fstest.MapFS {
	t.Helper()
	files := make(fstest.MapFS)
	err := fs.WalkDir(corpus.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(corpus.Files, name)
		files[name] = &fstest.MapFile{Data: content}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range replaced {
		files[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return files
}

func load(t testing.TB, files fs.FS) *Corpus {
	t.Helper()
	c, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheShippedDeclarationIsTheFileAsItCame(t *testing.T) {
	const want = "bc409e552fbb0306c283a8f3d4b5d67cdd73320052b79462d68596a068358ecd"
	content, err := fs.ReadFile(corpus.Files, "documents/declaration.zh.txt")
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != want {
		t.Errorf("its SHA-256 is %x", sum)
	}
}

func TestTheShippedCorpusLoads(t *testing.T) {
	c := load(t, corpus.Files)
	var ids []graph.ID
	for _, ds := range c.Datasets {
		ids = append(ids, ds.ID)
		said := make(map[graph.Predicate]int)
		for i := range ds.Desired {
			if a := &ds.Desired[i]; a.Subject == ds.ID {
				said[a.Predicate]++
			}
		}
		for _, p := range []graph.Predicate{graph.PredNamed, graph.PredVersion, graph.PredLicence, graph.PredDescribed} {
			if said[p] != 1 {
				t.Errorf("%s has %d statements %s of itself", ds.ID, said[p], p)
			}
		}
		for i := range ds.Desired {
			a := &ds.Desired[i]
			if ds.ID == "dataset/reference" && a.Subject != ds.ID && (len(a.Evidence) == 0 || a.Method != graph.MethodCurated) {
				t.Errorf("%s %s has no source", a.Subject, a.Predicate)
			}
		}
	}
	want := []graph.ID{DatasetAuthority, "dataset/document-e-cn.15-2008-21", "dataset/declaration", "dataset/reference", "dataset/countries"}
	if !slices.Equal(ids, want) {
		t.Errorf("datasets %v, want %v", ids, want)
	}
}

func TestLoadingTwiceGivesTheSameBytes(t *testing.T) {
	first, second := load(t, corpus.Files), load(t, corpus.Files)
	for i := range first.Datasets {
		if first.Datasets[i].Version != second.Datasets[i].Version {
			t.Errorf("%s has another version", first.Datasets[i].ID)
		}
	}
}

func TestTheShippedCorpusHoldsTheFactsOfTheDesign(t *testing.T) {
	facts := make(map[string]string)
	for _, ds := range load(t, corpus.Files).Datasets {
		for i := range ds.Desired {
			a := &ds.Desired[i]
			facts[strings.TrimSpace(string(a.Subject)+" "+a.Predicate.String()+" "+string(a.Object))] = strings.TrimSpace(a.Valid.String() + " " + a.Qualifiers.Vote)
		}
	}
	for fact, want := range map[string]string{
		"treaty/start-i ENTERED_INTO_FORCE":               "1994-12-05",
		"treaty/start-i EXPIRED":                          "2009-12-05",
		"state/sun SIGNED treaty/start-i":                 "1991-07-31",
		"treaty/moscow CONCLUDED":                         "2002-05-24",
		"treaty/moscow ENTERED_INTO_FORCE":                "2003-06-01",
		"treaty/new-start SUPERSEDES treaty/moscow":       "2011-02-05",
		"treaty/npt OPENED_FOR_SIGNATURE":                 "1968-07-01",
		"treaty/npt ENTERED_INTO_FORCE":                   "1970-03-05",
		"treaty/npt EXTENDED":                             "1995-05-11",
		"state/gbr DEPOSITARY_OF treaty/npt":              "1968-07-01",
		"state/prk WITHDREW_FROM treaty/npt":              "2003-04-11",
		"state/prk BOUND_BY treaty/npt":                   "1985-12-12/..",
		"treaty/inf CONCLUDED":                            "1987-12-08",
		"treaty/inf ENTERED_INTO_FORCE":                   "1988-06-01",
		"treaty/inf TERMINATED":                           "2019-08-02",
		"treaty/cfe CONCLUDED":                            "1990-11-19",
		"treaty/cfe PROVISIONALLY_APPLIED":                "1992-07-17",
		"treaty/cfe ENTERED_INTO_FORCE":                   "1992-11-09",
		"state/rus SUSPENDED treaty/cfe":                  "2007-12-12",
		"state/rus WITHDREW_FROM treaty/cfe":              "2023-11-07",
		"treaty/cfe-adapted ADOPTED":                      "1999-11-19",
		"resolution/s-res-1267-1999 ADOPTED":              "1999-10-15 15-0-0",
		"resolution/s-res-1540-2004 ADOPTED":              "2004-04-28 15-0-0",
		"resolution/s-res-1718-2006 ADOPTED":              "2006-10-14 15-0-0",
		"resolution/s-res-1737-2006 ADOPTED":              "2006-12-23 15-0-0",
		"resolution/s-res-1747-2007 ADOPTED":              "2007-03-24 15-0-0",
		"resolution/s-res-1803-2008 ADOPTED":              "2008-03-03 14-0-1",
		"resolution/s-res-1803-2008 ADOPTED_BY body/unsc": "2008-03-03",
		"document/e-cn.15-2008-21 EXPRESSES declaration/us-russia-strategic-framework-2008": "2008-04-15",
	} {
		if got, there := facts[fact]; !there || got != want {
			t.Errorf("%s: %q, want %q", fact, got, want)
		}
	}
	if _, there := facts["treaty/cfe-adapted ENTERED_INTO_FORCE"]; there {
		t.Error("the adapted CFE Treaty never entered into force")
	}
}

func TestEveryQuoteAndSpanStandsInTheText(t *testing.T) {
	c := load(t, corpus.Files)
	texts := make(map[graph.TextHash]*graph.Slicer)
	for _, ds := range c.Datasets {
		for _, text := range ds.Texts {
			texts[text.Hash] = graph.NewSlicer(text.Body)
		}
	}
	quotes, passages := 0, 0
	for _, ds := range c.Datasets {
		for i := range ds.Desired {
			a := &ds.Desired[i]
			for _, e := range a.Evidence {
				if e.Text == "" {
					continue
				}
				quotes++
				if slice, ok := texts[e.Text].Slice(e.Start, e.End); !ok || slice != e.Quote || e.Passage == "" {
					t.Errorf("%s %s: %+v is not %q", a.Subject, a.Predicate, e, slice)
				}
			}
			if a.Predicate == graph.PredSpan && a.Subject.Kind() == graph.KindPassage {
				passages++
				if slice, _ := texts[a.Value.Hash].Slice(a.Value.Start, a.Value.End); extract.Clean(slice) == "" {
					t.Errorf("%s is empty", a.Subject)
				}
			}
		}
	}
	if quotes < 40 || passages != 51 { // 50 and a footnote
		t.Errorf("%d quotes, %d passages", quotes, passages)
	}
}

const (
	goodDataset = "- id: dataset/authority\n  names:\n    - {text: A, lang: en, role: OFFICIAL}\n"
	goodTreaty  = "- id: treaty/a\n  names:\n    - {text: Treaty A, lang: en, role: OFFICIAL}\n- id: state/a\n  names:\n    - {text: State A, lang: en, role: OFFICIAL}\n"
	goodHead    = "dataset: dataset/r\ncitations:\n  c: {text: A source}\nstatements:\n"
	goodMeta    = "id: document/d\ntext: d.txt\nlanguage: zh\nnames:\n  - {text: D, lang: en, role: OFFICIAL}\n"
)

func small(replaced map[string]string) fstest.MapFS {
	files := map[string]string{
		"authority/a.yaml": goodDataset, "authority/b.yaml": goodTreaty, "documents/d.yaml": goodMeta,
		"documents/d.txt": "甲乙丙。\n甲丁。\n", "statements/s.yaml": goodHead + "  - {subject: treaty/a, predicate: ADOPTED, from: 2001, cite: c}\n",
	}
	maps.Copy(files, replaced)
	fsys := make(fstest.MapFS)
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return fsys
}

func TestBrokenFilesAreReportedWithFileAndLine(t *testing.T) {
	load(t, small(nil))
	statement := func(line string) map[string]string {
		return map[string]string{"statements/s.yaml": goodHead + "  - {" + line + "}\n"}
	}
	entry := func(lines string) map[string]string {
		return map[string]string{"authority/b.yaml": goodTreaty + lines}
	}
	tests := map[string]struct {
		files map[string]string
		want  []string
	}{
		"not YAML":                   {entry("- id: [\n"), []string{"authority/b.yaml:7: "}},
		"a list where fields belong": {map[string]string{"statements/s.yaml": "- a\n"}, []string{"statements/s.yaml:1: a mapping of fields is expected here"}},
		"unknown field":              {statement("subject: treaty/a, predicate: ADOPTED, on: 2001, cite: c"), []string{`statements/s.yaml:5: unknown field "on"`}},
		"field twice":                {entry("- id: treaty/b\n  id: treaty/c\n  names: []\n"), []string{"authority/b.yaml:8: "}},
		"missing field":              {statement("predicate: ADOPTED, cite: c"), []string{`statements/s.yaml:5: field "subject" is missing`}},
		"bad date":                   {statement("subject: treaty/a, predicate: ADOPTED, from: 2001-13, cite: c"), []string{`statements/s.yaml:5: from: date "2001-13": there is no month 13`}},
		"unknown predicate":          {statement("subject: treaty/a, predicate: LIKES, cite: c"), []string{`statements/s.yaml:5: predicate: predicate "LIKES" is not known`}},
		"dangling reference":         {statement("subject: state/a, predicate: SIGNED, object: treaty/b, cite: c"), []string{"statements/s.yaml:5: object: no file declares treaty/b"}},
		"kind that does not fit":     {statement("subject: treaty/a, predicate: SIGNED, object: treaty/a, cite: c"), []string{`statements/s.yaml:5: subject of treaty/a: "treaty/a" is of kind TREATY, which does not fit`}},
		"unknown citation":           {statement("subject: treaty/a, predicate: ADOPTED, cite: d"), []string{`statements/s.yaml:5: cite: "d" is not among the file's citations`}},
		"no source":                  {statement("subject: treaty/a, predicate: ADOPTED"), []string{"statements/s.yaml:5: a statement needs a source: cite or quotes"}},
		"bad vote":                   {statement("subject: treaty/a, predicate: ADOPTED, vote: most, cite: c"), []string{"statements/s.yaml:5: qualifiers.vote of treaty/a: "}},
		"quote not in the text":      {statement("subject: treaty/a, predicate: ADOPTED, quotes: [{document: document/d, quote: 戊}]"), []string{"statements/s.yaml:5: the quote is not in the text of document/d"}},
		"quote that stands twice":    {statement("subject: treaty/a, predicate: ADOPTED, quotes: [{document: document/d, quote: 甲}]"), []string{"statements/s.yaml:5: the quote stands 2 times in the text of document/d: give start, for example 0"}},
		"quote elsewhere":            {statement("subject: treaty/a, predicate: ADOPTED, quotes: [{document: document/d, quote: 甲, start: 1}]"), []string{"statements/s.yaml:5: the quote does not stand at code point 1 of document/d"}},
		"quote of a text not held":   {statement("subject: treaty/a, predicate: ADOPTED, quotes: [{document: document/e, quote: 甲}]"), []string{"statements/s.yaml:5: the text of document/e is not held"}},
		"the same claim twice": {map[string]string{"statements/s.yaml": goodHead + strings.Repeat("  - {subject: treaty/a, predicate: ADOPTED, cite: c}\n", 2)},
			[]string{"statements/s.yaml:6: the same claim (treaty/a ADOPTED) stands at statements/s.yaml:5 already"}},
		"ID twice":            {entry("- id: treaty/a\n  names: []\n"), []string{"authority/b.yaml:7: treaty/a stands at authority/b.yaml:1 already"}},
		"bad ID":              {entry("- id: treaty/B\n  names: []\n"), []string{`authority/b.yaml:7: id: id "treaty/B": 'B' is not lower case`}},
		"official name twice": {entry("- id: treaty/b\n  names:\n    - {text: TREATY a, lang: en, role: OFFICIAL}\n"), []string{`authority/b.yaml:9: the official name "TREATY a" of a TREATY in en stands at authority/b.yaml:3 already`}},
		"identifier twice": {entry("- id: treaty/b\n  names: [{text: B, lang: en, role: SHORT}]\n  identifiers: [{scheme: WIKIDATA, value: Q30}]\n- id: treaty/c\n  names: [{text: C, lang: en, role: SHORT}]\n  identifiers: [{scheme: WIKIDATA, value: Q30}]\n"),
			[]string{"authority/b.yaml:12: identifier WIKIDATA:Q30 stands at authority/b.yaml:9 already"}},
		"text that is not there": {map[string]string{"documents/d.yaml": strings.Replace(goodMeta, "d.txt", "e.txt", 1)}, []string{"documents/d.yaml:2: text: open documents/e.txt"}},
		"text that is not UTF-8": {map[string]string{"documents/d.txt": "\xff\xffa"}, []string{"documents/d.yaml:2: invalid: text is not UTF-8 at byte 0"}},
		"every problem, by file and line": {map[string]string{
			"authority/b.yaml":  goodTreaty + "- id: x\n",
			"statements/s.yaml": goodHead + "  - {subject: treaty/a, predicate: NO, cite: c}\n  - {subject: treaty/z, predicate: ADOPTED, cite: c}\n"},
			[]string{"authority/b.yaml:7: id: ", "statements/s.yaml:5: predicate: ", "statements/s.yaml:6: subject: no file declares treaty/z"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Load(small(test.files))
			var problems Problems
			if !errors.As(err, &problems) || !errors.Is(err, graph.ErrInvalid) {
				t.Fatalf("error %v", err)
			}
			lines := strings.Split(err.Error(), "\n")
			for i, want := range test.want {
				if i >= len(lines) || !strings.HasPrefix(lines[i], want) {
					t.Errorf("got\n%v\nwant line %d to begin with\n%s", err, i, want)
				}
			}
			if len(problems) != len(test.want) {
				t.Errorf("%d problems, want %d:\n%v", len(problems), len(test.want), err)
			}
		})
	}
}

func TestReadTextKeepsTheBytesThatDecodingChanged(t *testing.T) {
	for name, test := range map[string]struct {
		original []byte
		body     string
		kept     bool
	}{
		"UTF-8":             {[]byte("条约\r\n"), "条约\r\n", false},
		"UTF-8 with a mark": {[]byte("\uFEFF条约"), "条约", true},
		"UTF-16":            {[]byte{0xFF, 0xFE, 0x61, 0x67, 0xA6, 0x7E}, "条约", true},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := ReadText("zh", test.original)
			if err != nil {
				t.Fatal(err)
			}
			if text.Body != test.body || (text.Original != nil) != test.kept || test.kept && !bytes.Equal(text.Original, test.original) {
				t.Errorf("%+v", text)
			}
		})
	}
	if _, err := ReadText("zh", []byte("a\xffb")); !errors.Is(err, graph.ErrInvalid) {
		t.Errorf("error %v", err)
	}
}

func TestACorrectedTextKeepsTheIDsOfItsPassages(t *testing.T) {
	d := &Document{ID: "document/d", Language: "zh", TextVersion: 1}
	parts := func(body string) map[graph.ID]bool {
		ids := make(map[graph.ID]bool)
		for _, a := range hold(d, graph.NewText("zh", body, []byte(body))).dataset().Desired {
			ids[a.Subject] = true
		}
		return ids
	}
	before, after := parts("总则\n甲乙丙。\n甲丁。\n"), parts("总则\n甲乙丙戊。\n甲丁。\n")
	if !maps.Equal(before, after) || !before["passage/d/zh/1/2"] || !before["section/d/zh/1/1"] {
		t.Errorf("%v, then %v", before, after)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b, corpus.Files)
	}
}
