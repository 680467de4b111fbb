package neo4j_test

import (
	"bytes"
	"errors"
	"net/url"
	"os"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/storetest"
	server "treatygraph/tools/neo4j"
)

func TestFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("faults are left out of short runs")
	}
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			t.Parallel() // each version has a server of its own
			storetest.Faults(t, networkBackend(t, version))
		})
	}
}

// commit is Bolt's message COMMIT (a structure without fields, tag 0x12) as one chunk with its length and its end mark. The driver sends
// it when all answers before it have come, so alone.
var commit = []byte{0, 2, 0xB0, 0x12, 0, 0}

func networkBackend(t *testing.T, version string) storetest.NetworkBackend {
	database := server.Lease(t, version)
	at, err := url.Parse(database.URL())
	must(t, err)
	return storetest.NetworkBackend{
		Data: func(t testing.TB) string {
			t.Helper()
			must(t, database.Empty(t.Context()))
			return at.Host
		},
		Server: func(t testing.TB) storetest.Server {
			t.Helper()
			own, err := server.Start(t.Context(), server.Config{Version: version})
			if errors.Is(err, server.ErrMissing) && os.Getenv("CI") != "true" {
				t.Skipf("NOT TESTED on a server of its own: %v", err) // NEO4J_TEST_URI serves the other cases
			}
			must(t, err)
			t.Cleanup(func() { must(t, own.Stop()) })
			return own
		},
		Open: func(t testing.TB, address string, clock func() time.Time) graph.Store {
			t.Helper()
			password, _ := at.User.Password() // a server without authentication takes any
			return mustOpen(t, "bolt://"+address, neo4j.Options{User: at.User.Username(), Password: password, Clock: clock})
		},
		IsCommit: func(chunk []byte) bool { return bytes.HasSuffix(chunk, commit) },
	}
}
