package ingest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"treatygraph/graph"
)

// problemsOf loads a small corpus of which one file is replaced, and returns the problems that stand in that file.
func problemsOf(t testing.TB, name, content string) []string {
	t.Helper()
	_, err := Load(small(map[string]string{name: content}))
	if err == nil {
		return nil
	}
	var problems Problems
	if !errors.As(err, &problems) || !errors.Is(err, graph.ErrInvalid) {
		t.Fatalf("error %v", err)
	}
	var here []string
	for _, p := range problems {
		if p.File == name {
			here = append(here, strings.TrimPrefix(p.String(), name))
		}
	}
	return here
}

func expectProblems(t *testing.T, name, content string, want ...string) {
	t.Helper()
	got := problemsOf(t, name, content)
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("problems\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			return
		}
	}
}

func TestWhatTheFormatsHaveNoUseForIsRefusedWhereItStands(t *testing.T) {
	const (
		anchors = "anchors (&) are not read: write the value out where it is meant"
		aliases = "aliases (*) are not read: write the value out where it is meant"
		merges  = "merge keys (<<) are not read: write the fields out where they are meant"
		tags    = "tags (!) are not read: every value is text as it is written"
	)
	bomb := "- &a0 [x]\n"
	for i := range 30 {
		bomb += fmt.Sprintf("- &a%d [%s]\n", i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	var ofBomb []string
	for i := range maxYAMLRefusals {
		ofBomb = append(ofBomb, fmt.Sprintf(":%d: %s", i+1, anchors))
	}
	for name, test := range map[string]struct {
		content string
		want    []string
	}{
		"an anchor and an alias":    {goodTreaty + "- id: &x treaty/b\n  names: *x\n", []string{":7: " + anchors, ":8: " + aliases}},
		"an alias of nothing":       {goodTreaty + "- *x\n", []string{":7: " + aliases}},
		"an alias as a key":         {goodTreaty + "- id: treaty/b\n  *x : y\n", []string{":8: " + aliases}},
		"an alias of itself":        {"- &x [*x]\n", []string{":1: " + anchors}},
		"a merge":                   {goodTreaty + "- &x\n  id: treaty/b\n- <<: *x\n  names: []\n", []string{":7: " + anchors, ":9: " + merges}},
		"merges in a circle":        {"- &x\n  <<: *y\n- &y\n  <<: *x\n", []string{":1: " + anchors, ":2: " + merges, ":3: " + anchors, ":4: " + merges}},
		"an alias bomb":             {bomb, ofBomb},
		"tags":                      {"- id: !!binary dHJlYXR5L2I=\n  names: !own []\n", []string{":1: " + tags, ":2: " + tags}},
		"a tag of a list":           {"!!set\n- a\n", []string{":1: " + tags}},
		"a directive":               {"%YAML 1.1\n---\n- id: treaty/b\n", []string{":1: directives (%) are not read"}},
		"a directive of tags":       {"%TAG ! tag:x,2000:\n---\n- a\n", []string{":1: directives (%) are not read"}},
		"a marked key":              {"- ? id\n  : treaty/b\n", []string{":1: keys marked by ? are not read: write the key alone"}},
		"a list for a key":          {"- [id]: treaty/b\n  names: []\n", []string{":1: "}},
		"a mapping for a key":       {"- {id: x}: treaty/b\n", []string{":1: "}},
		"a number for a key":        {"- 1: treaty/b\n", []string{`:1: unknown field "1"`, `:1: field "id" is missing`}},
		"null for a key":            {"- ~: treaty/b\n", []string{`:1: unknown field "~"`, `:1: field "id" is missing`}},
		"<< as text":                {"- \"<<\": treaty/b\n", []string{`:1: unknown field "<<"`, `:1: field "id" is missing`}},
		"a field twice":             {"- id: treaty/b\n  id: treaty/c\n  names: []\n", []string{":2: mapping key \"id\" already defined at [1:3]"}},
		"a field twice in brackets": {"- {id: treaty/b,\n   id: treaty/c}\n", []string{":2: mapping key \"id\" already defined at [1:4]"}},
		"two documents":             {goodTreaty + "---\n" + goodTreaty, []string{":7: a second YAML document in the file"}},
		"two marked documents":      {"---\n" + goodTreaty + "---\n", []string{":8: a second YAML document in the file"}},
		"something after the end":   {goodTreaty + "...\n- id: treaty/b\n", []string{":8: a second YAML document in the file"}},
		"nothing":                   {"", []string{": the file is empty"}},
		"a comment alone":           {"# nothing\n", []string{": the file is empty"}},
		"a mark alone":              {"---\n", []string{": the file is empty"}},
		"a tab for blanks":          {"- id: treaty/b\n\tnames: []\n", []string{":2: "}},
		"bytes of Latin-1":          {goodTreaty + "- id: treaty/\xE9\n", []string{":7: the file is not UTF-8: byte E9"}},
		"UTF-16":                    {"\xFF\xFE-\x00 \x00a\x00", []string{":1: the file is not UTF-8: byte FF"}},
		"NUL":                       {"- id: treaty/b\n  names: a\x00b\n", []string{":2: character U+0000 is not allowed"}},
		"an escape":                 {"- id: treaty/b # \x1B[31m\n", []string{":1: character U+001B is not allowed"}},
		"a second mark":             {"\uFEFF\uFEFF- id: treaty/b\n", []string{":1: character U+FEFF is not allowed"}},
		"a text that does not end":  {"- id: treaty/b\n  names: \"a\n", []string{":2: "}},
		"brackets that do not end":  {"- id: [a, {b: c\n", []string{":1: "}},
		"a bracket too many":        {"- id: a]\n- ]\n", []string{":2: "}},
	} {
		t.Run(name, func(t *testing.T) { expectProblems(t, "authority/b.yaml", test.content, test.want...) })
	}
}

// largeBytes is the size of the large files: what grows with the square of it is seen there, and the tests are short.
const largeBytes = maxYAMLBytes / 8

// fill repeats a pattern to a large file.
func fill(pattern string) string { return strings.Repeat(pattern, largeBytes/len(pattern)) }

// numbered repeats a pattern with a number in it to a large file.
func numbered(pattern string) string {
	var b strings.Builder
	for i := 0; b.Len() < largeBytes; i++ {
		fmt.Fprintf(&b, pattern, i)
	}
	return b.String()
}

func stairs(pattern string) string {
	var b strings.Builder
	for i := 0; b.Len() < largeBytes; i++ {
		b.WriteString(strings.Repeat(" ", i) + pattern)
	}
	return b.String()
}

// What the work on a file of the largest size may allocate: the parser takes some hundred bytes for each byte of the file, and not a
// multiple that grows with the file.
const hostileBytes = 1_000 * largeBytes

func TestHostileFilesAreRefusedBeforeTheyGrow(t *testing.T) {
	const (
		deep   = "lists and mappings stand more than 10 deep in each other"
		fields = "a mapping has more than 1000 fields"
		long   = "a key is longer than 64 bytes"
		second = "a second YAML document in the file"
	)
	for name, test := range map[string]struct{ content, want string }{
		"a file too large":              {strings.Repeat("- a\n", maxYAMLBytes/4+1), ": the file has 1048580 bytes, more than 1048576: divide it"},
		"open brackets":                 {fill("["), ":1: " + deep},
		"brackets":                      {strings.Repeat("[", largeBytes/2) + strings.Repeat("]", largeBytes/2), ":1: " + deep},
		"braces":                        {fill("{a: "), ":1: " + deep},
		"lists in a line":               {fill("- "), ":1: " + deep},
		"fields in a line":              {fill("a: "), ":1: " + deep},
		"colons in a line":              {fill(": "), ":1: " + deep},
		"marked keys in a line":         {fill("? "), ":1: keys marked by ? are not read"},
		"stairs of fields":              {stairs("a:\n"), ":11: " + deep},
		"stairs of lists":               {stairs("-\n"), ":11: " + deep},
		"fields":                        {numbered("a%d: x\n"), ":1001: " + fields},
		"fields of one name":            {fill("a: x\n"), ":1001: " + fields},
		"fields in braces":              {"{" + numbered("a%d: x,\n"), ":1001: " + fields},
		"fields with lists beside them": {numbered("a%d:\n- x\n"), ":2001: " + fields},
		"a long key":                    {strings.Repeat("k", 1000) + ":\n" + fill("- a\n"), ":1: " + long},
		"a long key in braces":          {"{\"" + strings.Repeat("k", 1000) + "\": [" + fill("a,") + "]}", ":1: " + long},
		"documents":                     {fill("--- a\n"), ":2: " + second},
		"ends":                          {fill("a\n...\n"), ":3: " + second},
		"anchors in a line":             {fill("&a "), ":1: anchors (&) are not read"},
		"tags in a line":                {fill("!!str "), ":1: tags (!) are not read"},
		"aliases":                       {"- &a x\n" + fill("- *a\n")[7:], ":1: anchors (&) are not read"},
		"merges":                        {fill("<<: *a\n"), ":1: merge keys (<<) are not read"},
		"directives":                    {fill("%YAML 1.2\n"), ":1: directives (%) are not read"},
		"items without values":          {fill("-\n"), ":1: a value is missing"},
		"fields without values":         {fill("- a:\n"), ":1: a value is missing"},
		"values missing in brackets":    {"[" + fill("{a: },"), ":1: a value is missing"},
		"names alone in braces":         {"[" + fill("{a}, "), ":1: a value is missing"},
		"a text that does not end":      {"- \"" + fill("x\n ")[3:], ":1: "},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			if took := allocated(func() { got = problemsOf(t, "authority/b.yaml", test.content) }); took > hostileBytes {
				t.Errorf("%d bytes were allocated, more than %d", took, hostileBytes)
			}
			if len(got) == 0 || len(got) > maxYAMLRefusals || !strings.HasPrefix(got[0], test.want) {
				t.Errorf("%d problems, %.300q, want %s", len(got), got, test.want)
			}
		})
	}
}

func TestAFileWithinTheLimitsIsParsedInMemoryInProportion(t *testing.T) {
	key := strings.Repeat("k", maxYAMLKeyBytes)
	deep := ""
	for i := range maxYAMLDepth - 2 {
		deep += strings.Repeat(" ", i) + key + ":\n"
	}
	for name, content := range map[string]string{
		"list":                    fill("- a\n"),
		"list in brackets":        "[" + fill("a,")[2:] + "]",
		"empty lists in brackets": "[" + fill("[],")[3:] + "]",
		"braces in brackets":      "[" + fill("{a: b},")[7:] + "]",
		"statements":              fill("- {subject: treaty/a, predicate: ADOPTED, from: 2001, cite: c}\n"),
		"names":                   fill("- id: treaty/a\n  names:\n    - {text: Treaty A, lang: en, role: OFFICIAL}\n"),
		"a list far down":         deep + strings.Repeat(" ", maxYAMLDepth) + "[" + fill("a,")[(4+len(deep)+maxYAMLDepth)/2*2:] + "]\n",
		"one text":                "- \"" + fill("x")[4:] + "\"",
		"lines of one text":       "- |\n" + fill("  x\n")[4:],
		"lines of a plain text":   "- " + fill("x\n  ")[8:],
		"comments":                fill("# a\n"),
		"blank lines":             fill("\n"),
		"blanks":                  fill(" "),
		"quotes":                  fill("- ''\n"),
	} {
		t.Run(name, func(t *testing.T) {
			var problems Problems
			if took := allocated(func() { yamlFile{"a.yaml", &problems}.open([]byte(content)) }); took > hostileBytes {
				t.Errorf("%d bytes were allocated, more than %d", took, hostileBytes)
			} else {
				t.Logf("%d MB for %d bytes; %.80v", took>>20, len(content), problems)
			}
			if len(problems) > 1 {
				t.Errorf("%d problems", len(problems))
			}
		})
	}
}

func TestMarksAndLineEndsChangeNothing(t *testing.T) {
	block := "- id: treaty/b\n  names:\n    - {text: B, lang: en, role: SHORT}\n  description:\n    en: |\n      Two\n      lines.\n"
	want := load(t, small(map[string]string{"authority/b.yaml": goodTreaty + block}))
	for name, with := range map[string]func(string) string{
		"a mark":          func(s string) string { return "\uFEFF" + s },
		"CRLF":            func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"CR":              func(s string) string { return strings.ReplaceAll(s, "\n", "\r") },
		"a mark and CRLF": func(s string) string { return "\uFEFF" + strings.ReplaceAll(s, "\n", "\r\n") },
		"a header":        func(s string) string { return "# a comment\n---\n" + s },
		"an end":          func(s string) string { return s + "...\n# a comment\n" },
	} {
		t.Run(name, func(t *testing.T) {
			got := load(t, small(map[string]string{"authority/b.yaml": with(goodTreaty + block)}))
			for i := range want.Datasets {
				if got.Datasets[i].Version != want.Datasets[i].Version {
					t.Errorf("%s has another version", want.Datasets[i].ID)
				}
			}
		})
	}
	crlf := strings.ReplaceAll(goodTreaty+block+"- id: treaty/c\n  on: x\n  names: []\n", "\n", "\r\n")
	expectProblems(t, "authority/b.yaml", crlf, `:15: unknown field "on"`)
}

func TestAReferenceToNothingIsReportedAtItsField(t *testing.T) {
	statement := "  - subject: state/a\n    predicate: SIGNED\n    object: treaty/a\n    depositary: state/b\n    place: place/p\n    onBehalfOf: state/c\n    cite: c\n"
	expectProblems(t, "statements/s.yaml", goodHead+statement,
		":8: depositary: no file declares state/b", ":9: place: no file declares place/p", ":10: onBehalfOf: no file declares state/c")
	expectProblems(t, "statements/s.yaml", goodHead+"  - subject: state/x\n    predicate: SIGNED\n    object:\n      treaty/x\n    cite: c\n",
		":5: subject: no file declares state/x", ":8: object: no file declares treaty/x")
	expectProblems(t, "documents/d.yaml", goodMeta+"expresses:\n  - treaty/a\n  - treaty/x\n", ":8: expresses: no file declares treaty/x")
}

// FuzzLoad replaces one file of a small corpus. Seeds are what an author may write and what a stranger may send.
func FuzzLoad(f *testing.F) {
	names := []string{"authority/b.yaml", "documents/d.yaml", "statements/s.yaml", "documents/d.txt"}
	for _, seed := range []struct {
		file    uint8
		content string
	}{
		{0, goodTreaty}, {1, goodMeta}, {2, goodHead + "  - {subject: treaty/a, predicate: ADOPTED, from: 2001, cite: c}\n"},
		{2, goodHead + "  - subject: state/a\n    predicate: SIGNED\n    object: treaty/a\n    quotes: [{document: document/d, quote: 甲乙, start: 0}]\n"},
		{0, goodTreaty + "- id: treaty/b\n  description: {en: |\n  x}\n"}, {0, "- id: &x [*x]\n  <<: *x\n"}, {0, "%YAML 1.2\n--- !!set\n? a\n...\n"},
		{0, "- ~\n- 1\n- {}\n- []\n- [a]: b\n- {a: b}: c\n- : x\n"}, {1, "id:\ntext: [\nlanguage: }"}, {2, "dataset: dataset/r\nstatements: {a: b}\ncitations: [a]\n"},
		{0, "-\ta: \"\\x\n"}, {3, "甲乙丙"}, {3, "\xFF\xFEa\x00"},
	} {
		f.Add(seed.file, seed.content)
	}
	f.Fuzz(func(t *testing.T, file uint8, content string) {
		name := names[int(file)%len(names)]
		_, err := Load(small(map[string]string{name: content}))
		if err == nil {
			return
		}
		var problems Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("error %v", err)
		}
		for _, p := range problems {
			if p.File == "" || p.Message == "" || p.Line < 0 || p.Line > 1+strings.Count(content, "\n")+strings.Count(content, "\r") && p.File == name {
				t.Errorf("problem %+v", p)
			}
		}
	})
}
