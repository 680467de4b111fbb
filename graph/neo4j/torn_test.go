package neo4j_test

import (
	"context"
	"errors"
	"testing"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/storetest"
	server "treatygraph/tools/neo4j"
)

// Two guards keep a reader from a revision that is not wholly there: the lock, under which a head is taken, and the digest, with which what
// was read is compared. Here each is proven by itself; storetest lets a follower run beside a writer.

func TestAReaderTakesItsHeadOnlyWhenNoWriterHasTheLock(t *testing.T) {
	const moment = 300 * time.Millisecond
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			address := server.Lease(t, version).URL()
			store := mustOpen(t, address, neo4j.Options{})
			defer store.Close()
			_, err := store.Apply(t.Context(), storetest.KillBatch(1))
			must(t, err)
			d, err := driver.NewDriverWithContext(address, driver.NoAuth())
			must(t, err)
			defer d.Close(context.WithoutCancel(t.Context()))
			session := d.NewSession(t.Context(), driver.SessionConfig{})
			defer session.Close(context.WithoutCancel(t.Context()))
			writer, err := session.BeginTransaction(t.Context())
			must(t, err)
			result, err := writer.Run(t.Context(), `MATCH (c:Counter {one: 1}) SET c.locked = true`, nil)
			must(t, err)
			_, err = result.Consume(t.Context())
			must(t, err)

			for name, read := range map[string]func(ctx context.Context) error{
				"Scan": func(ctx context.Context) error { _, _, err := store.Scan(ctx); return err },
				"Changes": func(ctx context.Context) (last error) {
					for _, last = range store.Changes(ctx, 0) {
					}
					return last
				},
				"Apply": func(ctx context.Context) error { _, err := store.Apply(ctx, storetest.KillBatch(2)); return err },
			} {
				ctx, cancel := context.WithTimeout(t.Context(), moment)
				if err := read(ctx); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s beside a transaction that has the lock ends with %v", name, err)
				}
				cancel()
			}
			if head, err := store.Head(t.Context()); err != nil || head.Revision != 1 {
				t.Errorf("Head, which needs no lock: %v, %v", head, err)
			}
			must(t, writer.Rollback(t.Context()))
			_, _, err = store.Scan(t.Context())
			must(t, err)
		})
	}
}

func TestWhatDoesNotMatchItsDigestIsReadAgainUntilItDoes(t *testing.T) {
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			address := server.Lease(t, version).URL()
			store := mustOpen(t, address, neo4j.Options{})
			defer store.Close()
			for n := range graph.RevisionNumber(2) {
				_, err := store.Apply(t.Context(), storetest.KillBatch(n+1))
				must(t, err)
			}
			cypher(t, address, `MATCH (x:Record {seq: 50}) SET x.late = x.body, x.body = replace(x.body, 'row', 'raw')`)
			go func() {
				for store.Torn() == 0 && t.Context().Err() == nil {
					time.Sleep(time.Millisecond)
				}
				cypher(t, address, `MATCH (x:Record {seq: 50}) SET x.body = x.late REMOVE x.late`)
			}()
			var digest graph.Digest
			count := 0
			for c, err := range store.Changes(t.Context(), 0) {
				must(t, err)
				must(t, c.Verify(digest))
				digest = c.Revision.Digest
				count++
			}
			if count != 2 || store.Torn() == 0 {
				t.Errorf("%d revisions, %d readings again", count, store.Torn())
			}
		})
	}
}

func TestDamageIsReportedAndNotReturned(t *testing.T) {
	for _, version := range server.VersionsToTest(t) {
		database := server.Lease(t, version)
		for name, damage := range map[string]string{
			"a body changed":    `MATCH (x:Record {seq: 3}) SET x.body = replace(x.body, 'row', 'raw')`,
			"a body cut":        `MATCH (x:Record {seq: 3}) SET x.body = left(x.body, 40)`,
			"a version gone":    `MATCH (x:Record {seq: 3}) DELETE x`,
			"a closing gone":    `MATCH (r:Revision {number: 2}) SET r.closed = r.closed[1..]`,
			"a revision gone":   `MATCH (r:Revision {number: 1}) DELETE r`,
			"a text not listed": `MATCH (r:Revision {number: 1}) SET r.texts = []`,
			"an author changed": `MATCH (r:Revision {number: 1}) SET r.author = 'someone'`,
		} {
			t.Run(version+"/"+name, func(t *testing.T) {
				must(t, database.Empty(t.Context()))
				store := mustOpen(t, database.URL(), neo4j.Options{})
				defer store.Close()
				for n := range graph.RevisionNumber(2) {
					_, err := store.Apply(t.Context(), storetest.KillBatch(n+1))
					must(t, err)
				}
				cypher(t, database.URL(), damage)
				var last error
				for _, last = range store.Changes(t.Context(), 0) {
				}
				if !errors.Is(last, graph.ErrCorrupt) {
					t.Errorf("Changes ended with %v", last)
				}
			})
		}
		t.Run(version+"/a text changed", func(t *testing.T) {
			must(t, database.Empty(t.Context()))
			store := mustOpen(t, database.URL(), neo4j.Options{})
			defer store.Close()
			_, err := store.Apply(t.Context(), storetest.KillBatch(1))
			must(t, err)
			cypher(t, database.URL(), `MATCH (t:Text) SET t.body = 'other'`)
			if _, err := store.Texts(t.Context(), []graph.TextHash{storetest.KillBatch(1).Texts[0].Hash}); !errors.Is(err, graph.ErrCorrupt) {
				t.Errorf("got %v", err)
			}
		})
	}
}
