package main

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"treatygraph/tools/shareddata"
)

const actions = "Contracting Party,Treaty,Signature Date,Instrument Type,Instrument Date,Entry Into Force Date\n" +
	"France,NPT,,Accession,1992-08-03,1992-08-03\n" +
	"Atlantis,NPT,1968-07-01,,,\n"

// imports are the arguments that import the bench's table.
func (b bench) imports(t *testing.T, more ...string) []string {
	return append([]string{"import", "participation", filepath.Join(b.dir, "actions.csv"), "--dataset", "dataset/actions", "--title", "Treaty actions", "--licence", "CC0-1.0"}, more...)
}

func TestATableIsImportedOnceAndWhatIsUncertainOnceItIsDecided(t *testing.T) {
	b := newBench(t)
	b.write(t, "actions.csv", actions)
	review, page := filepath.Join(b.dir, "review.csv"), filepath.Join(b.dir, "report.html")
	out := b.ok(t, b.imports(t, "--review", review, "--report", page)...)
	for _, want := range []string{"dataset/actions: 2 rows read, 1 taken, 0 rejected, 1 waiting for a decision, 0 left out by one; 5 assertions written, 0 withdrawn, revision ", "Contracting Party: actor", `actor "Atlantis" (1 rows, first line 3)`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	if html, err := os.ReadFile(page); err != nil || !strings.Contains(string(html), "Atlantis") {
		t.Errorf("the page: %v", err)
	}
	head := b.head(t)
	if out := b.ok(t, b.imports(t)...); !strings.Contains(out, "nothing has changed") || b.head(t) != head {
		t.Errorf("again: %s", out)
	}

	answers, err := os.ReadFile(review)
	if err != nil {
		t.Fatal(err)
	}
	b.write(t, "review.csv", strings.Replace(string(answers), "actor,Atlantis,,", "actor,Atlantis,new organisation/atlantis,", 1))
	if out := b.ok(t, b.imports(t, "--decisions", review, "--dry-run")...); !strings.Contains(out, "2 taken") || !strings.Contains(out, "would be written") || b.head(t) != head {
		t.Errorf("a dry run: %s", out)
	}
	if out := b.ok(t, b.imports(t, "--decisions", review)...); !strings.Contains(out, "2 taken") || !strings.Contains(out, "organisation/atlantis") || b.head(t) == head {
		t.Errorf("decided: %s", out)
	}
}

func TestAnImportThatCannotBeIsExitCode2AndWritesNothing(t *testing.T) {
	b := newBench(t)
	before := b.head(t)
	good := b.write(t, "actions.csv", actions)
	with := func(more ...string) []string { return b.imports(t, more...) }
	file := func(kind, name, content string) []string {
		return []string{"import", kind, b.write(t, name, content), "--dataset", "dataset/x", "--title", "X"}
	}
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"no file":                 {[]string{"import", "participation"}, "FILE"},
		"unknown kind":            {[]string{"import", "tables", good, "--dataset", "dataset/x", "--title", "X"}, "tables"},
		"no dataset":              {[]string{"import", "participation", good, "--title", "X"}, "--dataset"},
		"no title":                {[]string{"import", "participation", good, "--dataset", "dataset/x"}, "--title"},
		"dataset of another kind": {with("--dataset", "treaty/npt"), "--dataset"},
		"dataset of the corpus":   {with("--dataset", "dataset/authority"), "--dataset"},
		"URL that is none":        {with("--url", "here"), "--url"},
		"unknown language":        {with("--language", "qqqq"), "--language"},
		"unknown order":           {with("--dates", "backwards"), "--dates"},
		"column without a role":   {with("--column", "Treaty"), "--column"},
		"column that is not":      {with("--column", "Nothing=actor"), "Nothing"},
		"unknown role":            {with("--column", "Treaty=friend"), "friend"},
		"report of no form":       {with("--report", "report.pdf"), "--report"},
		"missing decisions":       {with("--decisions", filepath.Join(b.dir, "none.csv")), "none.csv"},
		"missing file":            {[]string{"import", "participation", filepath.Join(b.dir, "none.csv"), "--dataset", "dataset/x", "--title", "X"}, "none.csv"},
		"folder":                  {[]string{"import", "participation", b.dir, "--dataset", "dataset/x", "--title", "X"}, b.dir},
		"empty file":              {file("participation", "empty.csv", ""), "empty.csv"},
		"no rows":                 {file("participation", "header.csv", "State,Treaty,Signature\n"), "header.csv"},
		"bad row":                 {file("participation", "bad.csv", "State,Treaty,Signature\nFrance,NPT,never\n"), "line 2, Signature"},
		"no JSON":                 {file("citations", "bad.json", "{\"nodes\": [\n}"), "bad.json:2"},
	} {
		t.Run(name, func(t *testing.T) {
			r := b.run(t, strings.NewReader(""), test.args...)
			if r.code != exitUsage || r.stdout != "" || !strings.Contains(r.stderr, test.says) {
				t.Errorf("exit code %d, stdout %q, stderr %q", r.code, r.stdout, r.stderr)
			}
		})
	}
	if after := b.head(t); after != before {
		t.Errorf("head %+v, was %+v", after, before)
	}
}

func TestADraftOfAMappingIsPrintedAndImportsTheFile(t *testing.T) {
	b := newBench(t)
	table := b.write(t, "members.csv", "Club,Member,Since\nUnited Nations,France,1945\nUnited Nations,Japan,18 Dec 1956\n")
	draft := b.ok(t, "import", "--propose", table)
	mapping := b.write(t, "members.yaml", draft)
	out := b.ok(t, "import", "mapping", table, "--mapping", mapping, "--dataset", "dataset/members", "--title", "Members")
	if !strings.Contains(out, "2 rows read, 2 taken") || !strings.Contains(out, "Member: subject") {
		t.Errorf("%s\n%s", out, draft)
	}
	for _, args := range [][]string{{"import", "--propose"}, {"import", "--propose", table, "x"}, {"import", "--propose", table + "x"}, {"import", "--propose", table, "--sheet", "One"}, {"import", "--propose", table, "--language", "?"},
		{"import", "mapping", table, "--dataset", "dataset/x", "--title", "X"}, {"import", "countries", table, "--mapping", mapping, "--dataset", "dataset/x", "--title", "X"},
		{"import", "mapping", table, "--mapping", table, "--dataset", "dataset/x", "--title", "X"}} {
		if r := b.run(t, nil, args...); r.code != 2 {
			t.Errorf("%q: code %d, %s", args, r.code, r.stderr)
		}
	}
}

func TestAReviewAndAReportTakeTheirNamesWhenTheyAreWhole(t *testing.T) {
	b := newBench(t)
	b.write(t, "actions.csv", actions)
	for flag, name := range map[string]string{"--review": "review.csv", "--report": "report.html"} {
		into := filepath.Join(b.dir, "none", name)
		r := b.run(t, nil, b.imports(t, flag, into)...)
		if r.code != exitFailure || !strings.Contains(r.stderr, flag+": ") || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("%s into no folder: %+v", flag, r)
		}
		kept := b.write(t, name, "kept")
		opened, err := os.Open(kept)
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		b.ok(t, b.imports(t, flag, kept)...)
		if old, err := io.ReadAll(opened); err != nil || string(old) != "kept" {
			t.Errorf("%s was written over and not replaced: it holds %q, error %v", flag, old, err)
		}
		if written, err := os.ReadFile(kept); err != nil || !strings.Contains(string(written), "Atlantis") {
			t.Errorf("%s holds %q, error %v", flag, written, err)
		}
	}
}

// shownFile finds in the guide a file that a command reads, by the name in its first line or in the line above it.
var shownFile = regexp.MustCompile("(?s)(?:```yaml\n# (\\S+\\.yaml)|`([^`\n]+)`:\n```(?:csv|json))\n(.*?)```")

// shownImport finds in the guide a command, and the first line of what it prints.
var shownImport = regexp.MustCompile("(?s)```sh\ntreatyctl (import .*?)```\n```\n(.*?)\n")

func TestTheGuideToImportsShowsWhatTheCommandsPrint(t *testing.T) {
	guide, err := os.ReadFile("../../docs/imports.md")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	written := make(map[string]string)
	for _, m := range shownFile.FindAllStringSubmatch(string(guide), -1) {
		written[m[1]+m[2]] = b.write(t, m[1]+m[2], m[3])
	}
	shown := shownImport.FindAllStringSubmatch(string(guide), -1)
	if len(shown) < 3 {
		t.Fatalf("%d commands in the guide", len(shown))
	}
	for _, s := range shown {
		var args []string
		for _, word := range regexp.MustCompile(`"[^"]*"|[^\s\\]+`).FindAllString(s[1], -1) {
			args = append(args, strings.Trim(word, `"`))
		}
		if args[2] = cmp.Or(written[args[2]], args[2]); !filepath.IsAbs(args[2]) {
			args[2] = shareddata.File(t, args[2])
		}
		for _, flag := range []string{"--review", "--mapping"} {
			if at := slices.Index(args, flag); at > 0 {
				args[at+1] = filepath.Join(b.dir, args[at+1])
			}
		}
		if out := b.ok(t, args...); !strings.HasPrefix(out, s[2]+"\n") {
			line, _, _ := strings.Cut(out, "\n")
			t.Errorf("%s prints\n%s\nnot\n%s", args[1], line, s[2])
		}
	}
}
