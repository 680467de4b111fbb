package bench

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/index"
)

// ends draws the ends of paths.
type ends struct {
	s     *index.Snapshot
	shape Shape
}

func (e ends) any(random *rand.Rand) graph.ID { return entity(random.IntN(e.shape.Entities)) }

// citer is next to the hub.
func (e ends) citer(random *rand.Rand) graph.ID { return entity(random.IntN(e.shape.HubDegree)) }

// near is two hops away, not by the hub.
func (e ends) near(b *testing.B, id graph.ID) graph.ID {
	for range 2 {
		page, err := e.s.Statements(index.StatementQuery{Entity: id, Direction: index.Out, Predicates: []graph.Predicate{graph.PredCites}, Page: index.Page{Last: 5}})
		if err != nil {
			b.Fatal(err)
		}
		i := slices.IndexFunc(page.Items, func(i index.StatementItem) bool { return i.Other != Hub })
		if i < 0 {
			break
		}
		id = page.Items[i].Other
	}
	return id
}

// BenchmarkPaths finds five shortest paths of at most six hops between pairs that are drawn from a seed, each pair once, and reports how long the
// median and the slowest twentieth took.
func BenchmarkPaths(b *testing.B) {
	_, x := million(b)
	s := x.Snapshot()
	shape := size(b)
	day := graph.MustDate("2000-01-01").Earliest()
	yes := true
	pattern, err := index.ParsePattern("CITES>+ CITES<")
	if err != nil {
		b.Fatal(err)
	}
	draw := ends{s, shape}
	for _, bench := range []struct {
		name string
		ask  func(*rand.Rand, *index.PathQuery)
	}{
		{"near", func(r *rand.Rand, q *index.PathQuery) {
			from := draw.any(r)
			q.From, q.To = []graph.ID{from}, []graph.ID{draw.near(b, from)}
		}},
		{"far", func(r *rand.Rand, q *index.PathQuery) {
			q.From, q.To = []graph.ID{draw.any(r)}, []graph.ID{draw.any(r)}
		}},
		{"far, not by the hub", func(r *rand.Rand, q *index.PathQuery) {
			q.From, q.To, q.Without = []graph.ID{draw.any(r)}, []graph.ID{draw.any(r)}, []graph.ID{Hub}
		}},
		{"by the hub", func(r *rand.Rand, q *index.PathQuery) {
			q.From, q.To = []graph.ID{draw.citer(r)}, []graph.ID{draw.citer(r)}
		}},
		{"from the hub", func(r *rand.Rand, q *index.PathQuery) { q.From, q.To = []graph.ID{Hub}, []graph.ID{draw.any(r)} }},
		{"none", func(r *rand.Rand, q *index.PathQuery) {
			q.From, q.To = []graph.ID{draw.any(r)}, []graph.ID{"document/source"}
		}},
		{"none, told by the kinds between", func(r *rand.Rand, q *index.PathQuery) {
			q.From, q.To, q.Kinds = []graph.ID{draw.any(r)}, []graph.ID{draw.any(r)}, graph.Set(graph.KindTreaty)
		}},
		{"as of a day", func(r *rand.Rand, q *index.PathQuery) {
			q.From, q.To, q.At = []graph.ID{draw.any(r)}, []graph.ID{draw.any(r)}, index.AsOf{ValidOn: &day}
		}},
		{"evidenced", func(r *rand.Rand, q *index.PathQuery) {
			q.From, q.To, q.Evidenced = []graph.ID{draw.any(r)}, []graph.ID{draw.any(r)}, &yes
		}},
		{"by a pattern", func(r *rand.Rand, q *index.PathQuery) {
			q.From, q.To, q.Pattern = []graph.ID{draw.any(r)}, []graph.ID{draw.any(r)}, pattern
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			random := rand.New(rand.NewPCG(7, 11))
			var took []time.Duration
			paths, explored, cut := 0, 0, 0
			for b.Loop() {
				q := index.PathQuery{MaxHops: 6, First: 5}
				for bench.ask(random, &q); q.From[0] == q.To[0]; bench.ask(random, &q) {
				}
				began := time.Now()
				found, err := s.Paths(context.Background(), q)
				took = append(took, time.Since(began))
				if err != nil {
					b.Fatal(err)
				}
				paths, explored = paths+len(found.Paths), explored+found.Explored
				if found.Bound == index.PathsBudget {
					cut++
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			n := float64(len(took))
			for unit, sum := range map[string]int{"paths": paths, "explored": explored, "cut": cut} {
				value, _ := strconv.ParseFloat(strconv.FormatFloat(float64(sum)/n, 'f', 2, 64), 64)
				b.ReportMetric(value, unit)
			}
		})
	}
}

// BenchmarkPathsToTheBudget asks for what spends the whole budget: ways of exactly twelve hops.
func BenchmarkPathsToTheBudget(b *testing.B) {
	_, x := million(b)
	pattern, err := index.ParsePattern("_{12}")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		found, err := x.Snapshot().Paths(context.Background(), index.PathQuery{From: []graph.ID{entity(1)}, To: []graph.ID{entity(2)}, Pattern: pattern, MaxHops: index.MaxHops, First: 100})
		if err != nil || found.Bound != index.PathsBudget {
			b.Fatal(err, found.Bound)
		}
	}
}
