package bench

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"testing"
	"time"

	"treatygraph/export"
	"treatygraph/export/parquet"
	"treatygraph/export/selection"
	"treatygraph/graph"
)

// BenchmarkExport writes everything as of the first revision, of some 10,000 assertions, and as of the newest in every format, and prints
// how much the heap grew meanwhile at most; with the bare scan of the store to hold NDJSON against.
func BenchmarkExport(b *testing.B) {
	store, idx := million(b)
	s := idx.Snapshot()
	for _, revision := range []graph.RevisionNumber{1, s.Head().Revision} {
		source, err := selection.Open(b.Context(), s, store, selection.Query{Revision: revision})
		if err != nil {
			b.Fatal(err)
		}
		about := source.About()
		b.Run(fmt.Sprintf("assertions=%d", about.Assertions), func(b *testing.B) {
			for _, f := range slices.Concat(export.Formats, []*export.Format{parquet.Parquet}) {
				b.Run(f.Name, func(b *testing.B) {
					write := func() [sha256.Size]byte {
						sum := sha256.New()
						if _, err := export.Write(context.Background(), sum, f, source, nil); err != nil {
							b.Fatal(err)
						}
						return [sha256.Size]byte(sum.Sum(nil))
					}
					grown := watchHeap()
					first := write()
					heap := grown()
					for b.Loop() {
						if write() != first {
							b.Fatal("other bytes than the first time")
						}
					}
					b.ReportMetric(float64(heap)/(1<<20), "heap-MB")
					b.ReportMetric(float64(about.Statements)*float64(b.N)/b.Elapsed().Seconds(), "statements/s")
				})
			}
			b.Run("scan", func(b *testing.B) {
				for b.Loop() {
					_, versions, err := store.Scan(context.Background())
					if err != nil {
						b.Fatal(err)
					}
					n := 0
					for v, err := range versions {
						if err != nil {
							b.Fatal(err)
						}
						if v.Ref.From > revision {
							break
						}
						n++
						_, _ = io.WriteString(io.Discard, v.Body)
					}
					if n < about.Assertions {
						b.Fatalf("%d versions", n)
					}
				}
				b.ReportMetric(float64(about.Statements)*float64(b.N)/b.Elapsed().Seconds(), "statements/s")
			})
		})
	}
}

// watchHeap looks at the heap every few milliseconds until the function it returns is called, which tells how many bytes it grew. Until
// then garbage is collected often, so that little of what it sees is.
func watchHeap() (grown func() uint64) {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	read := func() uint64 {
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	runtime.GC()
	percent := debug.SetGCPercent(5)
	before, most := read(), uint64(0)
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			most = max(most, read())
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-ended
		debug.SetGCPercent(percent)
		return most - min(before, most)
	}
}
