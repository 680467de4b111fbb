package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"treatygraph/corpus"
	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
	"treatygraph/ingest"
)

// filled is a SQLite file with the shipped corpus; tests work on copies.
var filled string

// programVariable makes this binary the program itself, so that tests can start it as another process.
const programVariable = "TREATYCTL_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(programVariable) != "" {
		main()
	}
	dir, err := os.MkdirTemp("", "treatyctl")
	if err == nil {
		filled = filepath.Join(dir, "filled.db")
		err = fill(filled)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func fill(path string) (err error) {
	shipped, err := ingest.Load(corpus.Files)
	if err != nil {
		return err
	}
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		return err
	}
	defer closing(store.Close, &err)
	idx, err := index.Follow(context.Background(), store, index.Options{LateTexts: true})
	if err != nil {
		return err
	}
	defer closing(idx.Close, &err)
	_, err = ingest.ApplyCorpus(context.Background(), store, idx, shipped, "test")
	return err
}

// A bench is a folder with a filled record and the declaration as a file.
type bench struct {
	dir, store, file string
}

func newBench(t *testing.T) bench {
	t.Helper()
	dir := t.TempDir()
	b := bench{dir, "sqlite:" + filepath.Join(dir, "graph.db"), filepath.Join(dir, "declaration.txt")}
	content, err := os.ReadFile(filled)
	if err != nil {
		t.Fatal(err)
	}
	b.write(t, "graph.db", string(content))
	b.write(t, "declaration.txt", declaration(t))
	return b
}

func declaration(t testing.TB) string {
	t.Helper()
	text, err := corpus.Files.ReadFile("documents/declaration.zh.txt")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (b bench) write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A result is what a run of the program came to.
type result struct {
	code           int
	stdout, stderr string
}

// run runs the program on the bench's record.
func (b bench) run(t *testing.T, stdin io.Reader, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	env := func(name string) string { return map[string]string{"TREATYGRAPH_STORE": b.store}[name] }
	code := run(t.Context(), args, env, stdin, &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// ok runs the program and expects it to end well.
func (b bench) ok(t *testing.T, args ...string) string {
	t.Helper()
	r := b.run(t, strings.NewReader(""), args...)
	if r.code != 0 {
		t.Fatalf("%q: exit code %d, standard error %q", args, r.code, r.stderr)
	}
	return r.stdout
}

func (b bench) open(t *testing.T) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), strings.TrimPrefix(b.store, "sqlite:"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func (b bench) head(t *testing.T) graph.Head {
	t.Helper()
	store := b.open(t)
	head, err := store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return head
}

func TestWhatIsAskedForWronglyIsOneLineAndExitCode2AndWritesNothing(t *testing.T) {
	b := newBench(t)
	before := b.head(t)
	whole := []string{"ingest", b.file, "--symbol", "E/CN.15/2008/21", "--language", "zh"}
	with := func(more ...string) []string { return append(append([]string{}, whole...), more...) }
	file := func(name, content string) []string {
		return []string{"ingest", b.write(t, name, content), "--symbol", "A/1/1", "--language", "en"}
	}
	big := b.write(t, "big.txt", "")
	if err := os.Truncate(big, graph.MaxTextBytes+1); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"no command":                   {nil, "command"},
		"unknown command":              {[]string{"digest"}, "digest"},
		"unknown flag":                 {with("--nonsense"), "--nonsense"},
		"unknown store":                {with("--store", "mysql:here"), "--store"},
		"no file":                      {[]string{"ingest", "--symbol", "A/1/1", "--language", "en"}, "FILE"},
		"two files":                    {with(b.file), "FILE"},
		"neither symbol nor ID":        {[]string{"ingest", b.file, "--language", "zh"}, "--symbol"},
		"symbol that is none":          {[]string{"ingest", b.file, "--symbol", "no symbol", "--language", "zh"}, "--symbol"},
		"ID of another kind":           {with("--id", "treaty/npt"), "--id"},
		"no language":                  {[]string{"ingest", b.file, "--symbol", "A/1/1"}, "--language"},
		"unknown language":             {[]string{"ingest", b.file, "--symbol", "A/1/1", "--language", "qqqq"}, "--language"},
		"date that is none":            {with("--date", "2008-02-30"), "--date"},
		"date without end":             {with("--date", ".."), "--date"},
		"title with a control":         {with("--title", "a\u202Eb"), "--title"},
		"text version 0":               {with("--text-version", "0"), "--text-version"},
		"malformed instrument":         {with("--expresses", "Treaty"), "--expresses"},
		"unknown instrument":           {with("--expresses", "treaty/unheard-of"), "--expresses"},
		"instrument that is none":      {with("--expresses", "state/usa"), "--expresses"},
		"again with a file":            {with("--again"), "--again"},
		"again with a title":           {[]string{"ingest", "--again", "--symbol", "A/1/1", "--title", "x"}, "--title"},
		"again of an unknown document": {[]string{"ingest", "--again", "--symbol", "A/1/1"}, "document/a-1-1"},
		"missing file":                 {[]string{"ingest", filepath.Join(b.dir, "missing.txt"), "--symbol", "A/1/1", "--language", "en"}, "missing.txt"},
		"folder":                       {[]string{"ingest", b.dir, "--symbol", "A/1/1", "--language", "en"}, b.dir},
		"empty file":                   {file("empty.txt", ""), "empty.txt"},
		"blank file":                   {file("blank.txt", " \n\t\n"), "blank.txt"},
		"NUL":                          {file("nul.txt", "Treaty\x00of peace"), "nul.txt"},
		"PDF":                          {file("scan.pdf", "%PDF-1.7\n"), "scan.pdf"},
		"bytes of no encoding":         {file("odd.txt", "Treaty \xff\x81\xfe\x00\x9f"), "odd.txt"},
		"too large":                    {[]string{"ingest", big, "--symbol", "A/1/1", "--language", "en"}, "big.txt"},
		"review of nothing":            {[]string{"review"}, "DOCUMENT"},
		"review of no document":        {[]string{"review", "treaty/npt"}, "DOCUMENT"},
		"review of an unknown one":     {[]string{"review", "document/unheard-of"}, "document/unheard-of"},
		"review in no language":        {[]string{"review", "document/e-cn.15-2008-21", "--language", "qqqq"}, "--language"},
		"review into no folder":        {[]string{"review", "document/e-cn.15-2008-21", "--out", filepath.Join(b.dir, "none", "x.html")}, "--out"},
		"review of a missing store":    {[]string{"review", "document/e-cn.15-2008-21", "--store", "sqlite:" + filepath.Join(b.dir, "none.db")}, "--store"},
	} {
		t.Run(name, func(t *testing.T) {
			r := b.run(t, strings.NewReader(""), test.args...)
			if r.code != exitUsage || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, test.says) {
				t.Errorf("exit code %d, stdout %q, stderr %q", r.code, r.stdout, r.stderr)
			}
		})
	}
	if after := b.head(t); after != before {
		t.Errorf("head %+v, was %+v", after, before)
	}
	if _, err := os.Stat(filepath.Join(b.dir, "none.db")); err == nil {
		t.Error("a review made the store that it did not find")
	}
}

func TestHelpNamesTheCommandsAndTheirFlagsAndNoPassword(t *testing.T) {
	env := func(name string) string {
		return map[string]string{"TREATYGRAPH_STORE": "neo4j://user:secret@host"}[name]
	}
	for _, test := range []struct {
		args []string
		says []string
	}{
		{[]string{"backup", "--help"}, []string{"--out", "--store"}},
		{[]string{"restore", "--help"}, []string{"FILE", "--store"}},
		{[]string{"copy", "--help"}, []string{"FROM", "TO"}},
		{[]string{"--help"}, []string{"ingest", "review", "backup", "restore", "copy", "--store", "--index", "TREATYGRAPH_"}},
		{[]string{"ingest", "--help"}, []string{"--symbol", "--language", "--id", "--title", "--date", "--expresses", "--text-version", "--licence", "--author", "--dry-run", "--again", "--store"}},
		{[]string{"review", "--help"}, []string{"--out", "--language", "--store"}},
		{[]string{"import", "--help"}, []string{"participation", "countries", "citations", "--dataset", "--title", "--licence", "--decisions", "--review", "--report", "--dry-run", "--skip-rejected", "--store"}},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), test.args, env, strings.NewReader(""), &stdout, &stderr); code != 0 {
			t.Errorf("%v: exit code %d", test.args, code)
		}
		for _, s := range test.says {
			if !strings.Contains(stdout.String(), s) {
				t.Errorf("%v does not name %s", test.args, s)
			}
		}
		if strings.Contains(stdout.String(), "secret") {
			t.Errorf("%v shows the password", test.args)
		}
	}
}
