package neo4j_test

import (
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/storetest"
	server "treatygraph/tools/neo4j"
)

func TestStore(t *testing.T) {
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			t.Parallel() // each version has a server of its own
			storetest.Run(t, backend(version))
		})
	}
}

func BenchmarkStore(b *testing.B) {
	for _, version := range server.VersionsToTest(b) {
		b.Run(version, func(b *testing.B) { storetest.Bench(b, backend(version)) })
	}
}

// backend leases a database for each test, so that other packages have their turn in between.
func backend(version string) storetest.Backend {
	return func(t testing.TB) storetest.Open {
		t.Helper()
		address := server.Lease(t, version).URL()
		return func(t testing.TB, clock func() time.Time) graph.Store {
			t.Helper()
			return mustOpen(t, address, neo4j.Options{Clock: clock})
		}
	}
}

func mustOpen(t testing.TB, address string, o neo4j.Options) *neo4j.Store {
	t.Helper()
	store, err := neo4j.Open(t.Context(), address, o)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
