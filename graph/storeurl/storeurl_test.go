package storeurl_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"treatygraph/graph"
	"treatygraph/graph/storeurl"
)

func TestOpenOpensWhatTheAddressNames(t *testing.T) {
	file := "sqlite:" + filepath.Join(t.TempDir(), "a b?c=d#e%41.db")
	var identity string
	for range 2 {
		head := openAndClose(t, file)
		if identity == "" {
			identity = head.Store
		}
		if head.Store != identity {
			t.Fatal("another store under the same address")
		}
	}
	one, other := openAndClose(t, "sqlite::memory:"), openAndClose(t, "sqlite::memory:")
	if one.Store == other.Store {
		t.Fatal("two stores in memory are one")
	}
	t.Chdir(t.TempDir())
	openAndClose(t, "sqlite:relative.db")
	if _, err := os.Stat("relative.db"); err != nil {
		t.Fatal(err)
	}
}

func openAndClose(t *testing.T, url string) graph.Head {
	t.Helper()
	store, err := storeurl.Open(t.Context(), url, noEnvironment)
	if err != nil {
		t.Fatal(err)
	}
	head, err := store.Head(t.Context())
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	return head
}

// Each case holds for root too, whom permissions do not bind.
func TestAWrongAddressIsRefusedInOneSentenceWithoutItsCredentials(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	write(t, at("text.db"), strings.Repeat("not a database\n", 1000))
	write(t, at("short.db"), "x")
	storeAt(t, at("cut.db"), "")
	if err := os.Truncate(at("cut.db"), 5000); err != nil {
		t.Fatal(err)
	}
	storeAt(t, at("newer.db"), `PRAGMA user_version = 99`)
	foreign := at("foreign.db")
	execute(t, foreign, `CREATE TABLE t (x)`)
	storeAt(t, at("held.db"), "")
	held := execute(t, at("held.db"), `PRAGMA locking_mode = EXCLUSIVE`, `BEGIN EXCLUSIVE`, `PRAGMA user_version = 1`)
	defer held.Close()

	const unknown = "known are sqlite:, neo4j: and bolt:"
	for _, c := range []struct {
		sentence, url string
		class         error
		words         string
	}{
		{"empty", "", graph.ErrInvalid, unknown},
		{"without scheme", at("text.db"), graph.ErrInvalid, unknown},
		{"credentials without scheme", "neo4j-user:secret@host", graph.ErrInvalid, unknown},
		{"a password in the place of the scheme", "s3cret!Pass:x@host", graph.ErrInvalid, unknown},
		{"an unknown scheme", "postgres://user:secret@host/db", graph.ErrInvalid, "unknown scheme postgres:; known are sqlite:"},
		{"a Neo4j without host", "neo4j:secret@host", graph.ErrInvalid, "not of the form neo4j://"},
		{"a Neo4j whose password is not encoded", "neo4j://user:secr%et@host", graph.ErrInvalid, "percent-encoded"},
		{"a Neo4j with a query", "neo4j+s://user:secret@host/db?secret=1", graph.ErrInvalid, "nothing after the database's name"},
		{"a Neo4j with two databases", "bolt://user:secret@host/one/two", graph.ErrInvalid, "more than one database"},
		{"a password without a user", "bolt://:secret@host", graph.ErrInvalid, "without a user"},
		{"a Neo4j that is not there", "bolt://user:secret@127.0.0.1:1/db", graph.ErrUnavailable, "bolt://127.0.0.1:1/db cannot be reached"},
		{"a scheme in capitals", "SQLITE:x", graph.ErrInvalid, unknown},
		{"no path", "sqlite:", graph.ErrInvalid, "lacks the path"},
		{"an address in the form of a server's", "sqlite://user:secret@host/file.db", graph.ErrInvalid, "without //"},
		{"a folder", "sqlite:" + folder, graph.ErrUnavailable, "is a folder"},
		{"a folder that does not exist", "sqlite:" + at("none/file.db"), graph.ErrUnavailable, "folder that does not exist"},
		{"a file in the place of the folder", "sqlite:" + at("text.db/file.db"), graph.ErrUnavailable, at("text.db/file.db")},
		{"a device", "sqlite:/dev/null", graph.ErrUnavailable, "not a regular file"},
		{"a text", "sqlite:" + at("text.db"), graph.ErrCorrupt, "is not a SQLite file"},
		{"a short text", "sqlite:" + at("short.db"), graph.ErrCorrupt, "is not a SQLite file"},
		{"a file cut short", "sqlite:" + at("cut.db"), graph.ErrCorrupt, "is damaged"},
		{"a newer schema", "sqlite:" + at("newer.db"), graph.ErrUnavailable, "newer treatygraph"},
		{"another program's file", "sqlite:" + foreign, graph.ErrUnavailable, "another program"},
		{"a file that another program holds alone", "sqlite:" + at("held.db"), graph.ErrUnavailable, "locked by another program"},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			store, err := storeurl.Open(t.Context(), c.url, noEnvironment)
			if err == nil {
				store.Close()
				t.Fatal("it opened")
			}
			if store != nil || !errors.Is(err, c.class) || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v", err)
			}
			if strings.Contains(err.Error(), "ecret") || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error tells a secret or is no sentence: %v", err)
			}
		})
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// storeAt makes a store and changes its file behind its back.
func storeAt(t *testing.T, path, statement string) {
	t.Helper()
	openAndClose(t, "sqlite:"+path)
	if statement != "" {
		execute(t, path, statement).Close()
	}
}

// execute runs statements on one connection, which stays open until the test closes it or ends.
func execute(t *testing.T, path string, statements ...string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func noEnvironment(string) string { return "" }
