package bench

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/index"
	server "treatygraph/tools/neo4j"
)

// Both ask the projection for what index.Paths finds: along CITES in either direction, without what is deprecated.
const (
	shortestOne = `MATCH (a:Entity {id: $from}), (b:Entity {id: $to})
		MATCH p = shortestPath((a)-[:CITES*..6]-(b)) WHERE all(r IN relationships(p) WHERE r.rank <> 'DEPRECATED')
		RETURN [n IN nodes(p) | n.id] AS ids`
	shortestFive = `MATCH p = SHORTEST 5 (a:Entity {id: $from})-[r:CITES WHERE r.rank <> 'DEPRECATED']-{1,6}(b:Entity {id: $to})
		RETURN [n IN nodes(p) | n.id] AS ids ORDER BY length(p)`
)

// How often the pairs are asked for: first without a clock, so that Neo4j has compiled and cached what it can.
const (
	warmPairs = 30
	pairs     = 100
)

// BenchmarkPathsBesideNeo4j finds five shortest paths between the same pairs with index.Paths, and in Neo4j, with 1 GB of heap and 256 MB of page
// cache, by shortestPath and by SHORTEST 5; over the graph of served. Lengths are compared before times.
func BenchmarkPathsBesideNeo4j(b *testing.B) {
	for _, version := range server.Versions {
		b.Run(version, func(b *testing.B) {
			own := startNeo4j(b, version)
			store, err := neo4j.Open(b.Context(), own.URL(), neo4j.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { store.Close() })
			if _, err := served.Fill(b.Context(), store); err != nil {
				b.Fatal(err)
			}
			x, err := index.Follow(b.Context(), store, index.Options{LateTexts: true})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { x.Close() })
			client, err := driver.NewDriverWithContext(own.URL(), driver.NoAuth())
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { client.Close(context.Background()) })
			session := client.NewSession(b.Context(), driver.SessionConfig{AccessMode: driver.AccessModeRead})
			b.Cleanup(func() { session.Close(context.Background()) })
			beside(b, session, x.Snapshot())
		})
	}
}

func beside(b *testing.B, session driver.SessionWithContext, s *index.Snapshot) {
	random := rand.New(rand.NewPCG(5, 13))
	var ours, one, five []time.Duration
	equal := 0
	for i := range warmPairs + pairs {
		from, to := entity(random.IntN(served.Entities)), entity(random.IntN(served.Entities))
		if from == to {
			continue
		}
		began := time.Now()
		found, err := s.Paths(context.Background(), index.PathQuery{From: []graph.ID{from}, To: []graph.ID{to}, MaxHops: 6, First: 5, Listed: true})
		tookOurs := time.Since(began)
		if err != nil {
			b.Fatal(err)
		}
		first, tookOne := askPaths(b, session, shortestOne, from, to)
		all, tookFive := askPaths(b, session, shortestFive, from, to)
		lengths := make([]int, len(found.Paths))
		for j, p := range found.Paths {
			lengths[j] = len(p)
		}
		if !slices.Equal(first, lengths[:min(1, len(lengths))]) || !slices.Equal(all, lengths) {
			b.Fatalf("%s to %s: %v by shortestPath, %v by SHORTEST 5, %v ours", from, to, first, all, lengths)
		}
		if equal++; i >= warmPairs {
			ours, one, five = append(ours, tookOurs), append(one, tookOne), append(five, tookFive)
		}
	}
	for range b.N { // the pairs were asked for once, above
	}
	b.ReportMetric(float64(equal), "pairs-with-equal-lengths")
	at := func(took []time.Duration, percent int) float64 {
		slices.Sort(took)
		return float64(took[len(took)*percent/100].Microseconds()) / 1000
	}
	for name, took := range map[string][]time.Duration{"ours": ours, "shortestPath": one, "SHORTEST-5": five} {
		b.ReportMetric(at(took, 50), name+"-p50-ms")
		b.ReportMetric(at(took, 95), name+"-p95-ms")
	}
	b.ReportMetric(at(ours, 95)/at(five, 95), "ours/SHORTEST-5-p95")
}

// askPaths returns the lengths of the paths, in hops.
func askPaths(b *testing.B, session driver.SessionWithContext, query string, from, to graph.ID) (lengths []int, took time.Duration) {
	b.Helper()
	began := time.Now()
	result, err := session.Run(b.Context(), query, map[string]any{"from": string(from), "to": string(to)})
	if err != nil {
		b.Fatal(err)
	}
	records, err := result.Collect(b.Context())
	took = time.Since(began)
	if err != nil {
		b.Fatal(err)
	}
	for _, r := range records {
		ids, _ := r.Values[0].([]any)
		lengths = append(lengths, len(ids)-1)
	}
	return lengths, took
}
