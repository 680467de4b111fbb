package neo4j_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	server "treatygraph/tools/neo4j"
)

const crashRows = 40

// crashBatch is the batch of revision n: the first says what the others say anew each time.
func crashBatch(n graph.RevisionNumber) *graph.Batch {
	return rowsBatch(n, crashRows)
}

func rowsBatch(n graph.RevisionNumber, rows int) *graph.Batch {
	b := &graph.Batch{Key: fmt.Sprint("batch ", n), Texts: []*graph.Text{graph.NewText("en", fmt.Sprint("text ", n), nil)}}
	for i := range rows {
		subject := graph.ID(fmt.Sprint("topic/", i))
		if i == 0 {
			subject = "dataset/crash"
		}
		b.Assert = append(b.Assert, graph.Assertion{
			Claim:   graph.Claim{Subject: subject, Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: "row"}},
			Dataset: "dataset/crash", Rank: graph.RankNormal, Method: graph.MethodCurated,
			Evidence: []graph.Evidence{{Citation: fmt.Sprint("revision ", n)}},
		})
	}
	return b
}

// Two guards keep a reader from a revision that is not wholly there: the lock, under which a head is taken, and the digest, with which what
// was read is compared. Each is tried alone: without the lock the first test sees torn readings, without the digest the others see damage.

func TestAFollowerBesideAWriterNeverReadsATornRevision(t *testing.T) {
	const revisions, rows = 40, 4000
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			address := server.Lease(t, version).URL()
			writer, follower := mustOpen(t, address, neo4j.Options{}), mustOpen(t, address, neo4j.Options{})
			defer writer.Close()
			defer follower.Close()
			failed := make(chan error, 1)
			go func() {
				defer close(failed)
				for n := range graph.RevisionNumber(revisions) {
					if _, err := writer.Apply(t.Context(), rowsBatch(n+1, rows)); err != nil {
						failed <- err
						return
					}
				}
			}()
			var digest graph.Digest
			for at := graph.RevisionNumber(0); at < revisions; {
				for c, err := range follower.Changes(t.Context(), at) {
					must(t, err)
					must(t, c.Verify(digest))
					at, digest = c.Revision.Number, c.Revision.Digest
				}
				select {
				case err := <-failed:
					must(t, err)
				default:
				}
			}
			if torn := follower.Torn(); torn > 0 {
				t.Errorf("%d readings did not match their digests: the lock does not keep readers from a revision that is being written", torn)
			}
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
				_, err := store.Apply(t.Context(), crashBatch(n+1))
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
					_, err := store.Apply(t.Context(), crashBatch(n+1))
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
			_, err := store.Apply(t.Context(), crashBatch(1))
			must(t, err)
			cypher(t, database.URL(), `MATCH (t:Text) SET t.body = 'other'`)
			if _, err := store.Texts(t.Context(), []graph.TextHash{crashBatch(1).Texts[0].Hash}); !errors.Is(err, graph.ErrCorrupt) {
				t.Errorf("got %v", err)
			}
		})
	}
}
