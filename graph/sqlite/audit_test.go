package sqlite_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/graph/storetest"
)

func audit(t *testing.T, store graph.Store, repair bool) (flaws []graph.Flaw) {
	t.Helper()
	for flaw, err := range store.Audit(t.Context(), repair) {
		if err != nil {
			t.Fatal(err)
		}
		flaws = append(flaws, flaw)
	}
	return flaws
}

func TestWhatIsDerivedIsFoundFlawedAndPutRight(t *testing.T) {

	for name, test := range map[string]struct {
		damage []string
		what   string
		id     string
		flaws  int
	}{
		"an entity that is missing": {[]string{`DELETE FROM entity WHERE id IN ('treaty/npt', 'state/usa')`}, "entity", "treaty/npt", 2},
		"an entity too many":        {[]string{`INSERT INTO entity (id) VALUES ('treaty/stray')`}, "entity", "treaty/stray", 1},
		"a renamed entity":          {[]string{`UPDATE entity SET id = 'treaty/other' WHERE id = 'treaty/npt'`}, "entity", "treaty/npt", 2},
		"a last row too high":       {[]string{`UPDATE revision SET last_seq = last_seq + 1 WHERE number = 1`}, "revision", "1", 1},
		"a last row too low":        {[]string{`UPDATE revision SET last_seq = 1`}, "revision", "2", 2},
		"an index that lacks rows": {[]string{
			`CREATE TABLE kept AS SELECT rootpage, sql FROM sqlite_master WHERE name = 'assertion_closed'`,
			`PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'assertion_closed'`,
			`UPDATE assertion SET recorded_to = 2 WHERE seq = 1`,
			`PRAGMA writable_schema = ON; INSERT INTO sqlite_master SELECT 'index', 'assertion_closed', 'assertion', rootpage, sql FROM kept`,
			`DROP TABLE kept`,
		}, "file", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			store := mustOpen(t, path, sqlite.Options{})
			if _, err := store.Apply(t.Context(), storetest.Fixture()); err != nil {
				t.Fatal(err)
			}
			again := storetest.Fixture().Assert[2]
			again.Rank = graph.RankPreferred
			if _, err := store.Apply(t.Context(), &graph.Batch{Key: "2", Assert: []graph.Assertion{again}}); err != nil {
				t.Fatal(err)
			}
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			for _, statement := range test.damage { // each on a connection of its own, which reads the schema anew
				execute(t, path, statement)
			}
			store = mustOpen(t, path, sqlite.Options{})
			defer store.Close()
			named := func(f graph.Flaw) bool { return f.What == test.what && (test.id == "" || f.ID == test.id) }
			for _, repair := range []bool{false, true} {
				flaws := audit(t, store, repair)
				if len(flaws) < test.flaws || !slices.ContainsFunc(flaws, named) || slices.ContainsFunc(flaws, func(f graph.Flaw) bool { return f.Repaired != repair }) {
					t.Fatalf("repair %v: %+v", repair, flaws)
				}
			}
			if flaws := audit(t, store, false); len(flaws) > 0 {
				t.Errorf("afterwards %+v", flaws)
			}
		})
	}
}

func TestWhatWasRedactedIsNotInTheFileNorInItsLogWhileOthersHaveItOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	store := mustOpen(t, path, sqlite.Options{})
	defer store.Close()
	defer mustOpen(t, path, sqlite.Options{}).Close() // another handle, which watches the file
	const secret = "the secret of many pages "
	text := graph.NewText("en", strings.Repeat(secret, 5000), []byte(strings.Repeat(secret, 4000)))
	b := storetest.Fixture()
	b.Texts = append(b.Texts, text)
	said := b.Assert[2]
	said.Claim.Value = &graph.Value{Kind: graph.ValueText, Text: secret}
	b.Assert = append(b.Assert, said)
	if _, err := store.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	holds := func() (files []string) {
		for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
			if content, err := os.ReadFile(path + suffix); err == nil && strings.Contains(string(content), secret[:12]) {
				files = append(files, suffix)
			}
		}
		return files
	}
	if !slices.Contains(holds(), "-wal") {
		t.Fatalf("before, %v hold it", holds())
	}
	r := &graph.Redaction{Key: "r", Reason: "a test", Refs: []graph.Ref{{Statement: said.Claim.ID(), Dataset: said.Dataset, From: 1}}, Texts: []graph.TextHash{text.Hash}}
	if _, err := store.Redact(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if files := holds(); len(files) > 0 {
		t.Errorf("%q hold it", files)
	}
}
