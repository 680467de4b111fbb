package sqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/graph/storetest"
)

func TestStore(t *testing.T) { storetest.Run(t, backend) }

func BenchmarkStore(b *testing.B) { storetest.Bench(b, backend) }

// backend makes a file in a folder whose name means something to URIs, shells and SQL.
func backend(t testing.TB) storetest.Open {
	path := filepath.Join(t.TempDir(), "a ?b=%20'c;#ü.db")
	return func(t testing.TB, clock func() time.Time) graph.Store {
		t.Helper()
		return mustOpen(t, path, sqlite.Options{Clock: clock, LockWait: time.Minute})
	}
}

func mustOpen(t testing.TB, path string, o sqlite.Options) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return store
}
