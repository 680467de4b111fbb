package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
)

// damage changes the bench's file behind the store's back.
func (b bench) damage(t *testing.T, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", strings.TrimPrefix(b.store, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if result, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		} else if n, _ := result.RowsAffected(); n == 0 {
			t.Fatalf("%s: changes nothing", s)
		}
	}
}

func (b bench) verify(t *testing.T, args ...string) (verdict, int) {
	t.Helper()
	r := b.run(t, strings.NewReader(""), append([]string{"verify", "--json"}, args...)...)
	var v verdict
	if err := json.Unmarshal([]byte(r.stdout), &v); err != nil {
		t.Fatalf("%v: %s, standard error %q", err, r.stdout, r.stderr)
	}
	return v, r.code
}

func TestVerifyFindsTheShippedCorpusSound(t *testing.T) {
	b := newBench(t)
	head := b.head(t)
	v, code := b.verify(t)
	if code != 0 || v.Counts.Findings+v.Counts.Flaws != 0 || v.Revision != int(head.Revision) || v.Digest != string(head.Digest) || v.Versions < 1000 || v.Texts == 0 {
		t.Errorf("exit code %d, %+v", code, v)
	}
	if out := b.ok(t, "verify"); !strings.Contains(out, "0 findings") || strings.Count(out, "\n") > v.Counts.Notices+5 {
		t.Errorf("printed %s", out)
	}
}

func TestVerifyNamesWhatIsDamagedAndRepairsOnlyWhatIsDerived(t *testing.T) {
	const quoted = `(SELECT seq FROM assertion WHERE body LIKE '%"quote":"%' ORDER BY seq LIMIT 1)`
	for name, test := range map[string]struct {
		damage []string
		field  string // of a finding
		what   string // of a flaw
	}{
		"a quote":               {[]string{`UPDATE assertion SET body = replace(body, '"quote":"', '"quote":"x') WHERE seq = ` + quoted}, "digest", ""},
		"a quote, named":        {[]string{`UPDATE assertion SET body = replace(body, '"quote":"', '"quote":"x') WHERE seq = ` + quoted}, "evidence[0].quote", ""},
		"a body":                {[]string{`UPDATE assertion SET body = body || ' ' WHERE seq = 5`}, "body", ""},
		"a claim":               {[]string{`UPDATE assertion SET body = replace(body, '"subject":"dataset/', '"subject":"dataset/x') WHERE seq = (SELECT min(seq) FROM assertion WHERE body LIKE '{"subject":"dataset/%')`}, "claim", ""},
		"an object":             {[]string{`UPDATE assertion SET body = replace(body, '"object":"treaty/', '"object":"treaty/x') WHERE seq = (SELECT min(seq) FROM assertion WHERE body LIKE '%"object":"treaty/%')`}, "object", ""},
		"a text":                {[]string{`UPDATE text SET body = body || 'x' WHERE hash = (SELECT min(hash) FROM text)`}, "text", ""},
		"a text that is gone":   {[]string{`DELETE FROM text WHERE hash = (SELECT min(hash) FROM text)`}, "digest", ""},
		"a time":                {[]string{`UPDATE revision SET at = at + 1 WHERE number = 2`}, "digest", ""},
		"a closing":             {[]string{`UPDATE assertion SET recorded_to = 3 WHERE seq = 1`}, "closed", ""},
		"an entity that lacks":  {[]string{`DELETE FROM entity WHERE id = 'treaty/npt'`}, "", "entity"},
		"an entity too many":    {[]string{`INSERT INTO entity (id) VALUES ('treaty/stray')`}, "", "entity"},
		"a revision's last row": {[]string{`UPDATE revision SET last_seq = last_seq + 1 WHERE number = 2`}, "digest", "revision"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.damage(t, test.damage...)
			found := func(v verdict) (field, what bool) {
				for _, f := range v.Findings {
					field = field || f.Field == test.field
				}
				for _, f := range v.Flaws {
					what = what || f.What == test.what
				}
				return field || test.field == "", what || test.what == ""
			}
			v, code := b.verify(t)
			if field, what := found(v); code != exitFindings || !field || !what || v.Counts.Repaired != 0 {
				t.Fatalf("exit code %d, %+v", code, v)
			}
			v, code = b.verify(t, "--repair")
			if _, what := found(v); !what || v.Counts.Repaired != v.Counts.Flaws {
				t.Fatalf("with --repair: exit code %d, %+v", code, v)
			}
			v, code = b.verify(t)
			if recordIsSound := test.field == "" || test.what != ""; (code == 0) != recordIsSound || v.Counts.Flaws != 0 {
				t.Fatalf("after it: exit code %d, %+v", code, v)
			}
		})
	}
}

func TestVerifyOfAFileThatIsMissingMakesNone(t *testing.T) {
	b := newBench(t)
	path := filepath.Join(b.dir, "none.db")
	if r := b.run(t, strings.NewReader(""), "verify", "--store", "sqlite:"+path); r.code != exitUsage {
		t.Errorf("exit code %d, %s", r.code, r.stderr)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it made the file")
	}
}

const secret = "绝密 of the person"

// confide puts a secret into the record: a name, a text and what quotes it.
func (b bench) confide(t *testing.T) (statement graph.StatementID, text graph.TextHash) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), strings.TrimPrefix(b.store, "sqlite:"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	body := graph.NewText("zh", secret+"的全文", nil)
	name := graph.NameValue(graph.Name{Text: secret, Lang: "zh", Role: graph.NameAlias})
	described := &graph.Value{Kind: graph.ValueText, Text: "another " + secret, Lang: "en"}
	by := func(c graph.Claim) graph.Assertion {
		return graph.Assertion{Claim: c, Dataset: "dataset/private", Rank: graph.RankNormal, Method: graph.MethodCurated}
	}
	said := by(graph.Claim{Subject: "person/x", Predicate: graph.PredMemberOf, Object: "organisation/iaea"})
	said.Evidence = []graph.Evidence{{Text: body.Hash, Document: "document/private", Start: 0, End: 2, Quote: "绝密"}}
	named := by(graph.Claim{Subject: "person/x", Predicate: graph.PredNamed, Value: &name})
	batch := &graph.Batch{Key: "secret", Texts: []*graph.Text{body}, Assert: []graph.Assertion{
		by(graph.Claim{Subject: "dataset/private", Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: "private"}}),
		by(graph.Claim{Subject: "document/private", Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: "a document"}}),
		named, by(graph.Claim{Subject: "person/x", Predicate: graph.PredDescribed, Value: described}), said,
	}}
	if _, err := store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	named.Rank = graph.RankPreferred
	if _, err := store.Apply(t.Context(), &graph.Batch{Key: "again", Assert: []graph.Assertion{named}}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return named.Claim.ID(), body.Hash
}

// holds tells which of the bench's files hold some bytes.
func (b bench) holds(t *testing.T, what string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(b.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(what)) {
			files = append(files, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestWhatIsRedactedIsInNoFileOfTheStoreNorInTheSavedIndex(t *testing.T) {
	b := newBench(t)
	_, text := b.confide(t)
	b.ok(t, "ingest", "--again", "--id", "document/e-cn.15-2008-21", "--dry-run") // opens the index, which is saved
	if files := b.holds(t, secret); len(files) < 2 {
		t.Fatalf("before, only %v hold the secret", files)
	}
	out := b.ok(t, "redact", "--entity", "person/x", "--text", string(text), "--reason", "a court ordered it", "--yes")
	if strings.Contains(out, "绝密") || !strings.Contains(out, "4 assertion versions of 3 statements and 1 text are removed") || !strings.Contains(out, "a court ordered it") {
		t.Errorf("it printed %s", out)
	}
	if files := b.holds(t, "绝密"); len(files) > 0 {
		t.Errorf("%v hold the secret", files)
	}
	v, code := b.verify(t)
	if code != 0 || v.Tombstones != 4 || v.Redacted != 1 {
		t.Errorf("exit code %d, %+v", code, v)
	}
	head := b.head(t)
	b.ok(t, "redact", "--entity", "person/x", "--text", string(text), "--reason", "a court ordered it", "--yes")
	if again := b.head(t); again != head {
		t.Errorf("redacting again moved the head to %+v", again)
	}
}

func TestRedactShowsTheContentOnlyBeforeADryRunAndRemovesNothingThen(t *testing.T) {
	b := newBench(t)
	statement, _ := b.confide(t)
	head := b.head(t)
	out := b.ok(t, "redact", "--statement", string(statement), "--reason", "x", "--dry-run")
	if !strings.Contains(out, secret) || !strings.Contains(out, "2 assertion versions of 1 statement and 0 texts would be removed") {
		t.Errorf("it printed %s", out)
	}
	if after := b.head(t); after != head {
		t.Errorf("the head is %+v", after)
	}
	b.ok(t, "redact", "--statement", string(statement), "--reason", "x", "--yes")
	if v, _ := b.verify(t); v.Tombstones != 2 {
		t.Errorf("%+v", v)
	}
}

func TestWhatIsToBeRedactedMustBeThereAndSaidWhole(t *testing.T) {
	b := newBench(t)
	statement, _ := b.confide(t)
	head := b.head(t)
	known := []string{"redact", "--statement", string(statement), "--reason", "x"}
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"nothing":               {[]string{"redact", "--reason", "x", "--yes"}, "--statement"},
		"no reason":             {[]string{"redact", "--statement", string(statement), "--yes"}, "--reason"},
		"a long reason":         {append(known[:3:3], "--reason", strings.Repeat("x", graph.MaxReasonBytes+1), "--yes"), "--reason"},
		"neither yes nor dry":   {known, "--yes"},
		"both":                  {append(known[:5:5], "--yes", "--dry-run"), "--yes"},
		"an argument":           {append(known[:5:5], "--yes", "more"), "more"},
		"a malformed statement": {[]string{"redact", "--statement", "x", "--reason", "x", "--yes"}, "--statement"},
		"an unknown statement":  {[]string{"redact", "--statement", string(statement[:len(statement)-2]) + "00", "--reason", "x", "--yes"}, "--statement"},
		"an unknown entity":     {[]string{"redact", "--entity", "person/unheard-of", "--reason", "x", "--yes"}, "--entity"},
		"an unknown text":       {[]string{"redact", "--text", "0000", "--reason", "x", "--yes"}, "--text"},
	} {
		if r := b.run(t, strings.NewReader(""), test.args...); r.code != exitUsage || !strings.Contains(r.stderr, test.says) {
			t.Errorf("%s: exit code %d, %q", name, r.code, r.stderr)
		}
	}
	if after := b.head(t); after != head {
		t.Errorf("the head is %+v", after)
	}
}
