package bench

import (
	"math/rand/v2"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/index"
)

// BenchmarkCompare finds a part of the graph, at most 500 entities, at two times and what differs: two hops around entities that are drawn from a
// seed, and one hop around the hub; on two days, and at two revisions.
func BenchmarkCompare(b *testing.B) {
	_, x := million(b)
	s := x.Snapshot()
	head := s.Head().Revision
	earlier, later := graph.MustDate("2000-01-01").Earliest(), graph.MustDate("2010-01-01").Earliest()
	draw := ends{s, size(b)}
	for _, bench := range []struct {
		name     string
		depth    int
		seed     func(*rand.Rand) graph.ID
		from, to index.AsOf
	}{
		{"two hops, two days", 2, draw.any, index.AsOf{ValidOn: &earlier}, index.AsOf{ValidOn: &later}},
		{"two hops, two revisions", 2, draw.any, index.AsOf{Revision: head / 2}, index.AsOf{Revision: head}},
		{"the hub, two days", 1, hub, index.AsOf{ValidOn: &earlier}, index.AsOf{ValidOn: &later}},
		{"the hub, two revisions", 1, hub, index.AsOf{Revision: head / 2}, index.AsOf{Revision: head}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			random := rand.New(rand.NewPCG(17, 19))
			var times []time.Duration
			statements, differences := 0, 0
			used := processorTime()
			for b.Loop() {
				seed := bench.seed(random)
				began := time.Now()
				from, to := compareSide(b, s, seed, bench.depth, bench.from), compareSide(b, s, seed, bench.depth, bench.to)
				d := s.Difference(from, to)
				times = append(times, time.Since(began))
				statements += len(from.Statements) + len(to.Statements)
				differences += len(d.Gained) + len(d.Lost) + len(d.Changed)
			}
			if differences == 0 {
				b.Fatal("nothing differs")
			}
			report(b, times, used)
			b.ReportMetric(float64(statements/len(times)), "statements")
			b.ReportMetric(float64(differences/len(times)), "differences")
		})
	}
}

func hub(*rand.Rand) graph.ID { return Hub }

// compareSide is the part of the graph around a seed at one time.
func compareSide(b *testing.B, s *index.Snapshot, seed graph.ID, depth int, at index.AsOf) *index.Side {
	b.Helper()
	g, err := s.Subgraph(b.Context(), index.SubgraphQuery{Seeds: []graph.ID{seed}, Depth: depth, MaxNodes: 500, MaxStatements: index.MaxSubgraphStatements, At: at})
	if err != nil {
		b.Fatal(err)
	}
	statuses := graph.MustDate("2010-01-01").Earliest()
	if at.ValidOn != nil {
		statuses = *at.ValidOn
	}
	return &index.Side{Nodes: g.Nodes, Statements: g.Statements, At: at, Day: statuses}
}
