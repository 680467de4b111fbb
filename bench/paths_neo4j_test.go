package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"treatygraph/graph"
	"treatygraph/index"
	server "treatygraph/tools/neo4j"
)

// How much a comparison asks.
const (
	warmPairs = 20 // of each sort, first and without a clock: Neo4j compiles and caches what it can
	timePairs = 60
	pathCount = 5
	// cutOff is when Neo4j gives a query up. The query counts with the time until then, the least that it would have taken.
	cutOff     = 10 * time.Second
	warmCutOff = 2 * time.Second // enough to compile what takes long
	// sortTime is when no further pair of a sort is asked for, so that the whole ends in time also where most queries are cut off.
	sortTime = 3 * time.Minute
)

// BenchmarkPathsBesideNeo4j finds five shortest paths between the same pairs by index.Paths, and in Neo4j, with 1 GB of heap and 256 MB of page
// cache, by SHORTEST 5 and, the first alone, by shortestPath: in turn, pair by pair. Lengths are compared before times. A time of Neo4j
// includes the way to it over loopback, one of ours is that of a call. Where others share the machine the processor time, of this process and of
// Neo4j's, is steadier than the clock.
//
// Neo4j holds the entities and citations of the graph of size with what these queries read, as a graph made for them would. That is much
// less than package graph/neo4j keeps, to the advantage of Neo4j's caches.
func BenchmarkPathsBesideNeo4j(b *testing.B) {
	_, x := million(b)
	s, shape := x.Snapshot(), size(b)
	own := startNeo4j(b, server.Versions[0])
	client, err := driver.NewDriverWithContext(own.URL(), driver.NoAuth())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { client.Close(context.Background()) })
	fillCitations(b, client, shape)
	session := client.NewSession(b.Context(), driver.SessionConfig{AccessMode: driver.AccessModeRead})
	b.Cleanup(func() { session.Close(context.Background()) })

	day := graph.MustDate("2000-01-01").Earliest()
	draw := ends{s, shape}
	anywhere := func(r *rand.Rand, q *index.PathQuery) {
		q.From, q.To = []graph.ID{draw.any(r)}, []graph.ID{draw.any(r)}
	}
	for _, sort := range []struct {
		name    string
		maxHops int
		on      *graph.Day
		pair    func(*rand.Rand, *index.PathQuery)
	}{
		{"near", 6, nil, func(r *rand.Rand, q *index.PathQuery) {
			from := draw.any(r)
			q.From, q.To = []graph.ID{from}, []graph.ID{draw.near(b, from)}
		}},
		{"far", 6, nil, anywhere},
		{"by the hub", 6, nil, func(r *rand.Rand, q *index.PathQuery) {
			q.From, q.To = []graph.ID{draw.citer(r)}, []graph.ID{draw.citer(r)}
		}},
		{"as of a day", 6, &day, anywhere},
		{"none, an end without citations", 6, nil, func(r *rand.Rand, q *index.PathQuery) {
			q.From, q.To = []graph.ID{draw.any(r)}, []graph.ID{"document/source"}
		}},
		{"none within three hops", 3, nil, func(r *rand.Rand, q *index.PathQuery) {
			for {
				anywhere(r, q)
				if found, err := s.Paths(b.Context(), *q); err != nil || len(found.Paths) == 0 {
					return
				}
			}
		}},
	} {
		b.Run(sort.name, func(b *testing.B) {
			c := comparison{s: s, session: session, pid: own.PID(), on: sort.on, one: shortestPath(sort.maxHops, sort.on), five: shortestFive(sort.maxHops, sort.on)}
			random, began := rand.New(rand.NewPCG(5, 13)), time.Now()
			ask := func(cutOff time.Duration) (t pairTimes) {
				q := index.PathQuery{Predicates: []graph.Predicate{graph.PredCites}, Listed: true, MaxHops: sort.maxHops, First: pathCount, At: index.AsOf{ValidOn: sort.on}}
				for sort.pair(random, &q); q.From[0] == q.To[0]; sort.pair(random, &q) {
				}
				return c.ask(b, q, cutOff)
			}
			for range warmPairs {
				ask(warmCutOff)
			}
			var asked []pairTimes
			for b.Loop() {
				for i := 0; i < timePairs && (i == 0 || time.Since(began) < sortTime); i++ {
					asked = append(asked, ask(cutOff))
				}
			}
			reportPairs(b, asked)
		})
	}
}

// These ask along CITES in either direction without what is deprecated, and as of a day along what began before: what index.PathQuery asks for.
func shortestPath(maxHops int, on *graph.Day) string {
	return fmt.Sprintf(`MATCH (a:Entity {id: $from}), (b:Entity {id: $to})
		MATCH p = shortestPath((a)-[:CITES*..%d]-(b)) WHERE all(r IN relationships(p) WHERE %s)
		RETURN [n IN nodes(p) | n.id]`, maxHops, holds(on))
}

func shortestFive(maxHops int, on *graph.Day) string {
	return fmt.Sprintf(`MATCH p = SHORTEST %d (a:Entity {id: $from})-[r:CITES WHERE %s]-{1,%d}(b:Entity {id: $to})
		RETURN [n IN nodes(p) | n.id] ORDER BY length(p)`, pathCount, holds(on), maxHops)
}

func holds(on *graph.Day) string {
	if on == nil {
		return `r.rank <> 'DEPRECATED'`
	}
	return `r.rank <> 'DEPRECATED' AND r.validFromDay <= $day`
}

// fillCitations writes the entities and the citations of a shape, of the latter their ranks and beginnings.
func fillCitations(b *testing.B, client driver.DriverWithContext, shape Shape) {
	b.Helper()
	run := func(query string, params map[string]any) {
		b.Helper()
		if _, err := driver.ExecuteQuery(b.Context(), client, query, params, driver.EagerResultTransformer); err != nil {
			b.Fatal(err)
		}
	}
	run(`CREATE CONSTRAINT entity FOR (e:Entity) REQUIRE e.id IS UNIQUE`, nil)
	for batch := range shape.Batches {
		var entities, citations []any
		for i := range batch.Assert {
			switch a := &batch.Assert[i]; a.Claim.Predicate {
			case graph.PredNamed:
				entities = append(entities, string(a.Claim.Subject))
			case graph.PredCites:
				citations = append(citations, []any{string(a.Claim.Subject), string(a.Claim.Object), a.Rank.String(), int64(a.Claim.Valid.From.Earliest())})
			}
		}
		run(`UNWIND $rows AS id CREATE (:Entity {id: id})`, map[string]any{"rows": entities})
		run(`UNWIND $rows AS row MATCH (a:Entity {id: row[0]}), (b:Entity {id: row[1]}) CREATE (a)-[:CITES {rank: row[2], validFromDay: row[3]}]->(b)`,
			map[string]any{"rows": citations})
	}
	run(`CALL db.awaitIndexes()`, nil)
}

// A comparison asks index.Paths and Neo4j for the same.
type comparison struct {
	s         *index.Snapshot
	session   driver.SessionWithContext
	pid       int // of Neo4j
	on        *graph.Day
	one, five string // queries
}

// pairTimes are how long it took to find the paths of a pair.
type pairTimes struct {
	paths              int // of ours
	ours, one, five    time.Duration
	oneCut, fiveCut    bool          // the query was given up, and would have taken longer
	oursUsed, fiveUsed time.Duration // of the processor
}

func (c *comparison) ask(b *testing.B, q index.PathQuery, cutOff time.Duration) (t pairTimes) {
	b.Helper()
	used, began := processorTime(), time.Now()
	found, err := c.s.Paths(b.Context(), q)
	t.ours, t.oursUsed = time.Since(began), processorTime()-used
	if err != nil || found.Bound == index.PathsBudget {
		b.Fatal(err, found.Bound)
	}
	lengths := make([]int, len(found.Paths))
	for i, path := range found.Paths {
		lengths[i] = len(path)
	}
	t.paths = len(lengths)
	var one, five [][]string
	one, t.one, t.oneCut = c.neo4j(b, c.one, q, cutOff)
	used = processorTimeOf(c.pid)
	five, t.five, t.fiveCut = c.neo4j(b, c.five, q, cutOff)
	t.fiveUsed = processorTimeOf(c.pid) - used
	if !t.oneCut && !sameLengths(one, lengths, 1) || !t.fiveCut && !sameLengths(five, lengths, pathCount) {
		b.Fatalf("%v to %v: %v by shortestPath, %v by SHORTEST, lengths of ours %v", q.From, q.To, one, five, lengths)
	}
	return t
}

// sameLengths tells whether trails of Neo4j are as long as the paths. SHORTEST takes the shortest trails, which may meet an entity twice; those that do
// not are the beginning of the paths.
func sameLengths(trails [][]string, paths []int, most int) bool {
	var simple []int
	for _, ids := range trails {
		if len(slices.Compact(slices.Sorted(slices.Values(ids)))) == len(ids) {
			simple = append(simple, len(ids)-1)
		}
	}
	if len(trails) < most { // no trail is missing, hence no path
		return slices.Equal(simple, paths)
	}
	return len(simple) <= len(paths) && slices.Equal(simple, paths[:len(simple)])
}

// neo4j returns the trails as the IDs on them, or that the query was cut off.
func (c *comparison) neo4j(b *testing.B, query string, q index.PathQuery, cutOff time.Duration) (trails [][]string, took time.Duration, cut bool) {
	b.Helper()
	params := map[string]any{"from": string(q.From[0]), "to": string(q.To[0])}
	if c.on != nil {
		params["day"] = int64(*c.on)
	}
	began := time.Now()
	result, err := c.session.Run(b.Context(), query, params, driver.WithTxTimeout(cutOff))
	var records []*driver.Record
	if err == nil {
		records, err = result.Collect(b.Context())
	}
	took = time.Since(began)
	if err != nil && !gaveUp(err) {
		b.Fatal(err)
	}
	for _, r := range records {
		var ids []string
		for _, id := range r.Values[0].([]any) {
			ids = append(ids, id.(string))
		}
		trails = append(trails, ids)
	}
	return trails, took, err != nil
}

// gaveUp tells whether Neo4j ended a query because its time or the memory for transactions was spent.
func gaveUp(err error) bool {
	var answer *driver.Neo4jError
	return errors.As(err, &answer) && (strings.HasPrefix(answer.Code, "Neo.ClientError.Transaction.TransactionTimedOut") || answer.Code == "Neo.TransientError.General.MemoryPoolOutOfMemoryError")
}

func reportPairs(b *testing.B, asked []pairTimes) {
	b.Helper()
	var ours, one, five, oursUsed, fiveUsed []time.Duration
	paths, oneCut, fiveCut := 0, 0, 0
	for _, t := range asked {
		ours, one, five = append(ours, t.ours), append(one, t.one), append(five, t.five)
		oursUsed, fiveUsed = append(oursUsed, t.oursUsed), append(fiveUsed, t.fiveUsed)
		paths += t.paths
		if t.oneCut {
			oneCut++
		}
		if t.fiveCut {
			fiveCut++
		}
	}
	b.ReportMetric(0, "ns/op") // of a round of pairs, which says nothing
	b.ReportMetric(float64(len(asked)), "pairs")
	b.ReportMetric(float64(paths)/float64(len(asked)), "paths")
	for _, side := range []struct {
		name  string
		times []time.Duration
	}{{"ours", ours}, {"shortestPath", one}, {"SHORTEST-5", five}} {
		b.ReportMetric(milliseconds(percentile(side.times, 50)), side.name+"-p50-ms")
		b.ReportMetric(milliseconds(percentile(side.times, 95)), side.name+"-p95-ms")
	}
	b.ReportMetric(float64(oneCut), "shortestPath-cut-off")
	b.ReportMetric(float64(fiveCut), "SHORTEST-5-cut-off")
	b.ReportMetric(float64(percentile(ours, 95))/float64(percentile(five, 95)), "p95-ours/SHORTEST-5")
	if used := percentile(fiveUsed, 95); used > 0 {
		b.ReportMetric(milliseconds(percentile(oursUsed, 95)), "ours-p95-cpu-ms")
		b.ReportMetric(milliseconds(used), "SHORTEST-5-p95-cpu-ms")
		b.ReportMetric(float64(percentile(oursUsed, 95))/float64(used), "p95-cpu-ours/SHORTEST-5")
	}
}
