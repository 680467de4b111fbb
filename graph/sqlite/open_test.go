package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/graph/storetest"
)

// A refusal is a path that must not open, the class of the error and the words it must hold besides the path.
type refusal struct {
	sentence string
	make     func(t *testing.T, path string)
	class    error
	words    string
}

var refusals = []refusal{
	{"a folder", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o755)) }, graph.ErrUnavailable, "is a folder"},
	{"a file that is not SQLite's", func(t *testing.T, path string) {
		must(t, os.WriteFile(path, []byte(strings.Repeat("subject,predicate,object\n", 100)), 0o644))
	}, graph.ErrCorrupt, "is not a SQLite file"},
	{"a short file that is not SQLite's", func(t *testing.T, path string) { must(t, os.WriteFile(path, []byte("x"), 0o644)) }, graph.ErrCorrupt, "is not a SQLite file"},
	{"another program's SQLite file", func(t *testing.T, path string) { execute(t, path, `CREATE TABLE note (text TEXT)`) }, graph.ErrUnavailable, "another program"},
	{"another program's marked SQLite file", func(t *testing.T, path string) { execute(t, path, `PRAGMA application_id = 252006673`) }, graph.ErrUnavailable, "another program"},
	{"a newer schema", func(t *testing.T, path string) {
		must(t, mustOpen(t, path, sqlite.Options{}).Close())
		execute(t, path, `PRAGMA user_version = 2`)
	}, graph.ErrUnavailable, "newer treatygraph: its schema is version 2, this program knows up to 1"},
	{"a file cut short", func(t *testing.T, path string) {
		store := mustOpen(t, path, sqlite.Options{})
		if _, err := store.Apply(t.Context(), storetest.KillBatch(1)); err != nil {
			t.Fatal(err)
		}
		must(t, store.Close())
		must(t, os.Truncate(path, 4096+100))
	}, graph.ErrCorrupt, "is damaged"},
	{"a table that is gone", func(t *testing.T, path string) {
		must(t, mustOpen(t, path, sqlite.Options{}).Close())
		execute(t, path, `DROP TABLE meta`)
	}, graph.ErrCorrupt, "something else changed it"},
	{"a file that another program holds alone", func(t *testing.T, path string) {
		must(t, mustOpen(t, path, sqlite.Options{}).Close())
		db := raw(t, path)
		db.SetMaxOpenConns(1)
		for _, statement := range []string{`PRAGMA locking_mode = EXCLUSIVE`, `BEGIN EXCLUSIVE`, `PRAGMA user_version = 1`} {
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
	}, graph.ErrUnavailable, "is locked by another program"},
}

func TestWhatCannotBeUsedIsRefusedInOneSentenceAndLeftAsItIs(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.sentence, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.db")
			c.make(t, path)
			before, _ := os.ReadFile(path)
			store, err := sqlite.Open(t.Context(), path, sqlite.Options{LockWait: 50 * time.Millisecond})
			if err == nil {
				store.Close()
				t.Fatal("it opened")
			}
			if !errors.Is(err, c.class) || !strings.Contains(err.Error(), c.words) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "SQLITE") || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v", err)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
	for path, words := range map[string]string{"": "empty", filepath.Join(t.TempDir(), "none", "file.db"): "folder that does not exist"} {
		if _, err := sqlite.Open(t.Context(), path, sqlite.Options{}); !errors.Is(err, graph.ErrUnavailable) || !strings.Contains(err.Error(), words) {
			t.Errorf("%q: got %v", path, err)
		}
	}
}

func TestDamageIsReportedAndNotReturned(t *testing.T) {
	for name, damage := range map[string]string{
		"a body changed":    `UPDATE assertion SET body = replace(body, 'row', 'raw') WHERE seq = 3`,
		"a body cut":        `UPDATE assertion SET body = substr(body, 1, 40) WHERE seq = 3`,
		"a version gone":    `DELETE FROM assertion WHERE seq = 3`,
		"a version open":    `UPDATE assertion SET recorded_to = NULL WHERE seq = 3`,
		"a revision gone":   `DELETE FROM revision WHERE number = 1`,
		"a text gone":       `DELETE FROM text`,
		"an author changed": `UPDATE revision SET author = 'someone' WHERE number = 1`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.db")
			store := mustOpen(t, path, sqlite.Options{})
			defer store.Close()
			for n := range graph.RevisionNumber(2) {
				if _, err := store.Apply(t.Context(), storetest.KillBatch(n+1)); err != nil {
					t.Fatal(err)
				}
			}
			execute(t, path, damage)
			var last error
			for _, last = range store.Changes(t.Context(), 0) {
			}
			if !errors.Is(last, graph.ErrCorrupt) {
				t.Errorf("Changes ended with %v", last)
			}
		})
	}
	t.Run("a text changed", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "file.db")
		store := mustOpen(t, path, sqlite.Options{})
		defer store.Close()
		if _, err := store.Apply(t.Context(), storetest.KillBatch(1)); err != nil {
			t.Fatal(err)
		}
		execute(t, path, `UPDATE text SET body = 'other'`)
		if _, err := store.Texts(t.Context(), []graph.TextHash{storetest.KillBatch(1).Texts[0].Hash}); !errors.Is(err, graph.ErrCorrupt) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAFullDiskIsErrUnavailableAndWhatIsThereStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "full.db")
	store := mustOpen(t, path, sqlite.Options{MaxPages: 60})
	defer store.Close()
	n := graph.RevisionNumber(1)
	var err error
	for ; err == nil && n < 1000; n++ {
		_, err = store.Apply(t.Context(), storetest.KillBatch(n))
	}
	if !errors.Is(err, graph.ErrUnavailable) || !strings.Contains(err.Error(), "full") || !strings.Contains(err.Error(), path) {
		t.Fatalf("got %v", err)
	}
	failed := n - 1
	if list := keys(t, store); len(list) != int(failed)-1 || failed < 2 {
		t.Fatalf("%d revisions after %d failed", len(list), failed)
	}
	must(t, store.Close())
	store = mustOpen(t, path, sqlite.Options{})
	defer store.Close()
	if receipt, err := store.Apply(t.Context(), storetest.KillBatch(failed)); err != nil || receipt.Repeated || receipt.Revision.Number != failed {
		t.Fatalf("with room again: %+v, %v", receipt, err)
	}
}

func TestAWriteWaitsForAnotherProgramAndThenGivesUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "locked.db")
	store := mustOpen(t, path, sqlite.Options{LockWait: 100 * time.Millisecond})
	defer store.Close()
	other, err := raw(t, path).Conn(t.Context())
	must(t, err)
	defer other.Close()
	_, err = other.ExecContext(t.Context(), `BEGIN IMMEDIATE`)
	must(t, err)
	if _, err := store.Apply(t.Context(), storetest.KillBatch(1)); !errors.Is(err, graph.ErrUnavailable) || !strings.Contains(err.Error(), "locked by another program") {
		t.Fatalf("got %v", err)
	}
	if _, err := store.Head(t.Context()); err != nil {
		t.Fatalf("reading: %v", err)
	}
	_, err = other.ExecContext(t.Context(), `ROLLBACK`)
	must(t, err)
	if _, err := store.Apply(t.Context(), storetest.KillBatch(1)); err != nil {
		t.Fatal(err)
	}
}

func TestAReadOnlyFileOpensForReading(t *testing.T) {
	// Permissions do not bind root, so another process looks at the files, as nobody where we are root.
	folder, err := os.MkdirTemp("", "treatygraph-read-only-")
	must(t, err)
	t.Cleanup(func() {
		os.Chmod(folder, 0o755)
		os.RemoveAll(folder)
	})
	path := filepath.Join(folder, "file.db")
	store := mustOpen(t, path, sqlite.Options{})
	if _, err := store.Apply(t.Context(), storetest.KillBatch(1)); err != nil {
		t.Fatal(err)
	}
	must(t, store.Close())
	binary := filepath.Join(folder, "test")
	program, err := os.ReadFile(os.Args[0])
	must(t, err)
	must(t, os.WriteFile(binary, program, 0o755))
	must(t, os.Chmod(path, 0o444))
	for name, mode := range map[string]os.FileMode{"the folder too": 0o555, "in a folder anyone may write": 0o777} {
		t.Run(name, func(t *testing.T) {
			must(t, os.Chmod(folder, mode))
			command := exec.Command(binary, path)
			command.Env = append(os.Environ(), helperVariable+"=readOnly")
			command.Dir = "/"
			if os.Getuid() == 0 {
				command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
			}
			if output, err := command.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, output)
			}
		})
	}
}

// useReadOnly opens a file that it may only read: reading works, writing is ErrUnavailable.
func useReadOnly(arguments []string) int {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, arguments[0], sqlite.Options{})
	if err != nil {
		fmt.Println("open:", err)
		return 1
	}
	count := 0
	for _, err := range store.Changes(ctx, 0) {
		if err != nil {
			fmt.Println("changes:", err)
			return 1
		}
		count++
	}
	_, err = store.Apply(ctx, storetest.KillBatch(2))
	if count != 1 || !errors.Is(err, graph.ErrUnavailable) || !strings.Contains(err.Error(), "read-only") {
		fmt.Println("changes:", count, "apply:", err)
		return 1
	}
	if err := store.Close(); err != nil {
		fmt.Println("close:", err)
		return 1
	}
	return 0
}

func TestAStoreInMemoryIsPrivateToItsHandle(t *testing.T) {
	one, two := mustOpen(t, sqlite.Memory, sqlite.Options{}), mustOpen(t, sqlite.Memory, sqlite.Options{})
	defer two.Close()
	for n := range graph.RevisionNumber(3) {
		if _, err := one.Apply(t.Context(), storetest.KillBatch(n+1)); err != nil {
			t.Fatal(err)
		}
	}
	<-one.Changed()
	if got := keys(t, one); !slices.Equal(got, []string{"batch 1", "batch 2", "batch 3"}) {
		t.Fatalf("keys %v", got)
	}
	if got := keys(t, two); len(got) != 0 {
		t.Fatalf("the other holds %v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := one.Apply(ctx, storetest.KillBatch(4)); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if got := keys(t, one); len(got) != 3 {
		t.Fatalf("after a cancelled call: %v", got)
	}
	must(t, one.Close())
	if _, err := one.Head(t.Context()); !errors.Is(err, graph.ErrUnavailable) {
		t.Fatalf("got %v", err)
	}
}

func TestTheViewShowsWhatIsCurrent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "view.db")
	store := mustOpen(t, path, sqlite.Options{})
	defer store.Close()
	for n := range graph.RevisionNumber(2) {
		if _, err := store.Apply(t.Context(), storetest.KillBatch(n+1)); err != nil {
			t.Fatal(err)
		}
	}
	var rows, revisions int
	must(t, raw(t, path).QueryRow(`SELECT count(*), min(revision) FROM current WHERE predicate = 'DESCRIBED' AND value ->> 'text' = 'row'`).Scan(&rows, &revisions))
	if rows != storetest.KillRows || revisions != 2 {
		t.Fatalf("%d rows from revision %d", rows, revisions)
	}
}

func keys(t *testing.T, store graph.Store) (list []string) {
	t.Helper()
	for c, err := range store.Changes(t.Context(), 0) {
		must(t, err)
		list = append(list, c.Revision.Key)
	}
	return list
}

// raw opens the file past the store.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

func execute(t *testing.T, path, statement string) {
	t.Helper()
	db := raw(t, path)
	_, err := db.Exec(statement)
	must(t, err)
	must(t, db.Close())
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
