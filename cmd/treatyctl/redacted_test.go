package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"treatygraph/graph"
	server "treatygraph/tools/neo4j"
)

// redacted makes a bench whose record holds tombstones and a redacted text, and another statement with a secret.
func redacted(t *testing.T) (b bench, left graph.StatementID) {
	t.Helper()
	b = newBench(t)
	left, text := b.confide(t)
	b.ok(t, "redact", "--text", string(text), "--reason", "a court ordered it", "--yes")
	return b, left
}

func (b bench) wantVerified(t *testing.T, address string, tombstones int) {
	t.Helper()
	v, code := b.verify(t, "--store", address)
	if code != 0 || v.Counts.Findings+v.Counts.Flaws != 0 || v.Tombstones != tombstones || v.Redacted != 1 {
		t.Fatalf("%s: exit code %d, %+v", address, code, v)
	}
}

func TestARedactedRecordIsWrittenBroughtBackCopiedAndRedactedFurther(t *testing.T) {
	b, left := redacted(t)
	b.wantVerified(t, b.store, 1)
	file := filepath.Join(b.dir, "record.ndjson")
	b.ok(t, "backup", "--out", file)
	// Each way brings it into an empty store, which is then redacted further.
	way := func(t *testing.T, to string, args ...string) {
		t.Helper()
		b.ok(t, args...)
		wantSame(t, openAt(t, to), b.open(t))
		b.wantVerified(t, to, 1)
		again := filepath.Join(t.TempDir(), "again.ndjson")
		b.ok(t, "backup", "--store", to, "--out", again)
		want, err := os.ReadFile(file)
		if got, e := os.ReadFile(again); err != nil || e != nil || string(got) != string(want) {
			t.Errorf("the backup of %s is another, errors %v, %v", to, err, e)
		}
		b.ok(t, "redact", "--store", to, "--statement", string(left), "--reason", "another court", "--yes")
		b.wantVerified(t, to, 3)
		back := "sqlite:" + filepath.Join(t.TempDir(), "back.db")
		b.ok(t, "copy", to, back)
		wantSame(t, openAt(t, back), openAt(t, to))
		b.wantVerified(t, back, 3)
	}
	for i, how := range []string{"restore", "copy"} {
		from := []string{file, b.store}[i]
		arguments := func(to string) []string {
			if how == "copy" {
				return []string{"copy", from, to}
			}
			return []string{"restore", from, "--store", to}
		}
		t.Run(how+" to SQLite", func(t *testing.T) {
			to := "sqlite:" + filepath.Join(t.TempDir(), "to.db")
			way(t, to, arguments(to)...)
		})
		t.Run(how+" to Neo4j", func(t *testing.T) {
			for _, version := range server.VersionsToTest(t) {
				t.Run(version, func(t *testing.T) {
					to := server.Lease(t, version).URL()
					way(t, to, arguments(to)...)
				})
			}
		})
	}
}

func TestADocumentWhoseTextWasRedactedIsRefusedInOneSentence(t *testing.T) {
	b := newBench(t)
	args := []string{"ingest", b.file, "--id", "document/again", "--language", "zh", "--title", "声明"}
	b.ok(t, args...)
	text := graph.NewText("zh", declaration(t), nil).Hash
	b.ok(t, "redact", "--text", string(text), "--reason", "a court ordered it", "--yes")
	head := b.head(t)
	for _, args := range [][]string{args, {"ingest", "--again", "--id", "document/again"}, append(args[:len(args):len(args)], "--dry-run")} {
		if r := b.run(t, strings.NewReader(""), args...); r.code != exitUsage || !strings.Contains(r.stderr, "redacted") || strings.Count(r.stderr, "\n") != 1 || r.stdout != "" {
			t.Errorf("%q: %+v", args, r)
		}
	}
	if after := b.head(t); after != head {
		t.Errorf("the head is %+v, was %+v", after, head)
	}
	// Without the words that had to go it is taken, and keeps what was said of the document.
	other := b.write(t, "other.txt", strings.Replace(declaration(t), "《不扩散核武器条约》", "某条约", 1))
	b.ok(t, "ingest", other, "--id", "document/again", "--language", "zh")
	if _, code := b.verify(t); code != 0 {
		t.Errorf("verify ends with %d", code)
	}
	if out := b.ok(t, "ingest", "--again", "--id", "document/again"); !strings.Contains(out, "document/again") {
		t.Errorf("printed %s", out)
	}
	named := 0
	_, versions := history(t, b.open(t))
	for _, v := range versions {
		if v.To == 0 && strings.HasPrefix(v.Body, `{"subject":"document/again","predicate":"NAMED"`) {
			named++
		}
	}
	if named != 1 {
		t.Errorf("%d names of the document stand", named)
	}
}

// An interrupting writer does something before the first that it is given.
type interrupting struct{ first func() }

func (w *interrupting) Write(b []byte) (int, error) {
	if w.first != nil {
		w.first()
		w.first = nil
	}
	return len(b), nil
}

func TestWhatIsWrittenWhileItIsRedactedGoesToo(t *testing.T) {
	b := newBench(t)
	statement, text := b.confide(t)
	between := func() {
		store := b.open(t)
		_, versions := history(t, store)
		batch := &graph.Batch{Key: "between"}
		for _, v := range versions {
			a, err := graph.DecodeAssertion(v.Body)
			if err != nil {
				t.Fatal(err)
			}
			if v.To == 0 && (v.Ref.Statement == statement || a.Subject == "person/x" && a.Object != "") { // the name, and what quotes the text
				a.Confidence = 1
				batch.Assert = append(batch.Assert, *a)
			}
		}
		if _, err := store.Apply(t.Context(), batch); err != nil || len(batch.Assert) != 2 {
			t.Fatalf("%d rewritten, error %v", len(batch.Assert), err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"redact", "--store", b.store, "--entity", "person/x", "--text", string(text), "--reason", "a court ordered it", "--yes"}
	var stderr strings.Builder
	if code := run(t.Context(), args, noEnv, strings.NewReader(""), &interrupting{between}, &stderr); code != 0 {
		t.Fatalf("exit code %d, %s", code, stderr.String())
	}
	if files := b.holds(t, "绝密"); len(files) > 0 {
		t.Errorf("%v hold the secret", files)
	}
	if v, code := b.verify(t); code != 0 || v.Tombstones != 6 {
		t.Errorf("exit code %d, %+v", code, v)
	}
}
