package bench

import (
	"context"
	"testing"

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
	b.ReportMetric(float64(len(a.Graph.Edges)), "statements")
	for name, measure := range map[string]func() error{
		"gathering": func() error {
			_, err := s.Analysis(ctx, index.AnalysisQuery{})
			return err
		},
		"structure": func() error {
			_, err := a.Graph.Structure(ctx)
			return err
		},
		"PageRank": func() error {
			_, err := a.PageRank(ctx, 20)
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
