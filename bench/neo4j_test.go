package bench

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
	server "treatygraph/tools/neo4j"
)

// BenchmarkNeo4j fills a Neo4j of each version with the graph of size, and measures writing, starting and reading: on one server,
// because filling takes minutes. The server is not one of the tests': those compile less.
func BenchmarkNeo4j(b *testing.B) {
	for _, version := range server.Versions {
		b.Run(version, func(b *testing.B) {
			own := startNeo4j(b, version)
			store, err := neo4j.Open(b.Context(), own.URL(), neo4j.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { store.Close() })
			benchWrites(b, store)
			benchReads(b, store)
		})
	}
}

// BenchmarkSQLiteReads measures over SQLite what BenchmarkNeo4j measures over Neo4j.
func BenchmarkSQLiteReads(b *testing.B) {
	million(b)
	again, err := sqlite.Open(b.Context(), filepath.Join(shared.dir, "bench.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer again.Close()
	benchReads(b, again)
}

// benchWrites fills the store, and then writes ten of the batches anew with other evidence.
func benchWrites(b *testing.B, store graph.Store) {
	shape := size(b)
	var slowest time.Duration
	count, began := 0, time.Now()
	for batch := range shape.Batches {
		start := time.Now()
		if _, err := store.Apply(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		slowest = max(slowest, time.Since(start))
		count += len(batch.Assert)
	}
	rate := float64(count) / time.Since(began).Seconds()
	b.Run("Fill", func(b *testing.B) { // was done above, once
		b.ReportMetric(rate, "assertions/s")
		b.ReportMetric(slowest.Seconds(), "slowest-s/batch")
	})
	b.Run("Rewrite", func(b *testing.B) {
		var batches []*graph.Batch
		for batch := range shape.Batches {
			if batches = append(batches, batch); len(batches) == 10 {
				break
			}
		}
		n := 0
		for b.Loop() {
			batch := batches[n%len(batches)]
			n++
			batch.Key = fmt.Sprint("rewrite ", time.Now().UnixNano())
			for i := range batch.Assert {
				batch.Assert[i].Evidence = []graph.Evidence{{Citation: batch.Key}}
			}
			if _, err := store.Apply(context.Background(), batch); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(batches[0].Assert)*b.N)/b.Elapsed().Seconds(), "assertions/s")
	})
}

func benchReads(b *testing.B, store graph.Store) {
	b.Run("IndexStart", func(b *testing.B) {
		for b.Loop() {
			x, err := index.Follow(context.Background(), store, index.Options{LateTexts: true})
			if err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			x.Close()
			b.StartTimer()
		}
	})
	b.Run("IndexStartSaved", func(b *testing.B) {
		folder := b.TempDir()
		start := func() *index.Index {
			x, err := index.Follow(context.Background(), store, index.Options{Folder: folder, LateTexts: true})
			if err != nil {
				b.Fatal(err)
			}
			return x
		}
		start().Close()
		for b.Loop() {
			x := start()
			b.StopTimer()
			x.Close()
			b.StartTimer()
		}
	})
	x, err := index.Follow(b.Context(), store, index.Options{LateTexts: true})
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	s := x.Snapshot()
	// A page of 100 entities, each with its first five statements and their evidence.
	page := func(offset int) {
		wanted := make(map[graph.Ref]bool)
		for i := range 100 {
			id := entity(offset + i)
			list, err := s.Statements(index.StatementQuery{Entity: id, Page: index.Page{First: 5}})
			if err != nil {
				b.Fatal(err)
			}
			for _, item := range list.Items {
				for _, ref := range item.Statement.Refs {
					wanted[ref] = true
				}
			}
		}
		got, err := x.Assertions(context.Background(), slices.Collect(maps.Keys(wanted)))
		if err != nil || len(got) != len(wanted) || len(wanted) < 100 {
			b.Fatal(len(got), len(wanted), err)
		}
	}
	b.Run("Page100/cold", func(b *testing.B) {
		offset := 1000
		for b.Loop() {
			page(offset)
			offset += 100
		}
	})
	b.Run("Page100/warm", func(b *testing.B) {
		for b.Loop() {
			page(1000)
		}
	})
}
