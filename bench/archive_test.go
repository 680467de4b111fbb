package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"treatygraph/archive"
	"treatygraph/graph/sqlite"
)

// BenchmarkHistory writes the history of generated records to nowhere and restores it into new files, each in batches of 10,000 assertions. Beside
// the rate it tells the most heap that was in use behind any revision: it is to be the same for 10,000 assertions and for 300,000, but for the
// open assertions that a check knows by their hashes.
func BenchmarkHistory(b *testing.B) {
	for _, assertions := range []int{10_000, 100_000, 300_000} {
		shape := Shape{Assertions: assertions, Entities: assertions / 10, HubDegree: assertions / 50, Seed: 1}
		store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "history.db"), sqlite.Options{})
		if err != nil {
			b.Fatal(err)
		}
		defer store.Close()
		if _, err := shape.Fill(b.Context(), store); err != nil {
			b.Fatal(err)
		}
		path := filepath.Join(b.TempDir(), "history.ndjson")
		file, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		defer file.Close()
		if _, err := archive.Write(b.Context(), file, store, 0, nil); err != nil {
			b.Fatal(err)
		}
		run := func(name string, once func(ctx context.Context, progress archive.Progress) error) {
			b.Run(fmt.Sprintf("%s/%d", name, assertions), func(b *testing.B) {
				runtime.GC()
				var most uint64
				watch := func(string, int, int) {
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapInuse)
				}
				used := processorTime()
				for b.Loop() {
					if err := once(b.Context(), watch); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(assertions)*float64(b.N)/b.Elapsed().Seconds(), "assertions/s")
				if used = processorTime() - used; used > 0 {
					b.ReportMetric(float64(assertions)*float64(b.N)/used.Seconds(), "assertions/cpu-s")
				}
				b.ReportMetric(float64(most)/(1<<20), "MB-heap")
			})
		}
		run("Write", func(ctx context.Context, progress archive.Progress) error {
			_, err := archive.Write(ctx, io.Discard, store, 0, progress)
			return err
		})
		run("Check", func(ctx context.Context, progress archive.Progress) error {
			if _, err := file.Seek(0, io.SeekStart); err != nil {
				return err
			}
			_, err := archive.Check(ctx, file, progress)
			return err
		})
		run("Restore", func(ctx context.Context, progress archive.Progress) error {
			to, err := sqlite.Open(ctx, filepath.Join(b.TempDir(), "restored.db"), sqlite.Options{})
			if err != nil {
				return err
			}
			defer to.Close()
			_, err = archive.Restore(ctx, file, to, progress)
			return err
		})
	}
}

// What is written holds a revision at a time: ten times the record takes no more of the heap.
func TestAHistoryIsWrittenInTheMemoryOfOneRevision(t *testing.T) {
	var most [2]uint64
	for i, assertions := range []int{10_000, 100_000} {
		store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "history.db"), sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		shape := Shape{Assertions: assertions, Entities: 1000, HubDegree: 200, Seed: 1}
		if _, err := shape.Fill(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		if _, err := archive.Write(t.Context(), io.Discard, store, 0, func(string, int, int) {
			runtime.GC() // what is left is what is held
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most[i] = max(most[i], m.HeapAlloc)
		}); err != nil {
			t.Fatal(err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d and %d bytes of live heap at most", most[0], most[1])
	const slack = 4 << 20 // of 60 MB that the larger record has more
	if most[1] > most[0]+slack {
		t.Errorf("%d bytes of live heap for 10,000 assertions, %d for 100,000", most[0], most[1])
	}
}
