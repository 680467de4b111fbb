package bench

import (
	"context"
	"testing"

	"treatygraph/graph"
	"treatygraph/index"
)

// BenchmarkAnalysis takes the whole graph as a graph of numbers, and measures it.
func BenchmarkAnalysis(b *testing.B) {
	_, idx := million(b)
	s := idx.Snapshot()
	ctx := context.Background()
	a, err := s.Analysis(ctx, index.AnalysisQuery{})
	if err != nil || len(a.Graph.Edges) == 0 {
		b.Fatal(err)
	}
	again := func() error {
		a, err := s.Analysis(ctx, index.AnalysisQuery{})
		if err != nil {
			return err
		}
		if _, err := a.Structure(ctx); err != nil {
			return err
		}
		_, err = a.PageRank(ctx, 20)
		return err
	}
	if err := again(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(a.Graph.Edges)), "statements")
	day := graph.MustDate("2020-01-01").Earliest()
	for name, measure := range map[string]func() error{
		"gathering": func() error {
			day++ // another time, so that nothing is kept of it
			_, err := s.Analysis(ctx, index.AnalysisQuery{At: index.AsOf{ValidOn: &day}})
			return err
		},
		"all again": again,
		"structure": func() error {
			_, err := a.Graph.Structure(ctx)
			return err
		},
		"PageRank": func() error {
			_, err := a.Graph.PageRank(ctx)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := measure(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
