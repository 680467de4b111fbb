package ingest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
	server "treatygraph/tools/neo4j"
)

// generatedRows writes a participation table with the proportions of the copyright treaties': some states, many treaties, four rows in five with an act that binds, half with a signature.
func generatedRows(t testing.TB, rows int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "generated.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "Contracting Party,Treaty,Signature Date,Instrument Type,Instrument Date,Entry Into Force Date")
	random := rand.New(rand.NewPCG(1, 2))
	states := []string{"France", "China", "Japan", "Italy", "Peru", "Chad", "Mali", "Cuba", "Germany", "Spain", "Russian Federation", "Viet Nam", "The Gambia", "United Kingdom", "Côte d'Ivoire", "Fiji"}
	types := []string{"Accession", "Accession", "Ratification", "Acceptance"}
	day := func(from int) string { return graph.Day(from + random.IntN(15000)).String() }
	for i := range rows {
		signed, act, on, force := "", "", "", ""
		if i%5 == 0 || i%2 == 0 {
			signed = day(-5000)
		}
		if i%5 != 0 {
			act, on, force = types[random.IntN(len(types))], day(10000), day(11000)
		}
		fmt.Fprintf(w, "%s,Convention %d on Generated Matters,%s,%s,%s,%s\n", states[i%len(states)], i/len(states), signed, act, on, force)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return path
}

func generatedImport(path string) Import {
	return Import{Kind: "participation", File: FileSource(path), Language: "en", Author: "test", Dataset: DatasetHeader{ID: "dataset/generated", Title: "Generated"}}
}

// A failingStore fails every Apply but the first few, as one whose process is killed.
type failingStore struct {
	graph.Store
	left int
}

func (f *failingStore) Apply(ctx context.Context, b *graph.Batch) (graph.Receipt, error) {
	if f.left--; f.left < 0 {
		return graph.Receipt{}, graph.ErrUnavailable
	}
	return f.Store.Apply(ctx, b)
}

func TestAnImportThatWasCutShortIsFinishedWithoutLossOrDoubling(t *testing.T) {
	path := generatedRows(t, 10_000)
	whole := withNames(t)
	whole.imported(t, generatedImport(path))

	w := withNames(t)
	failed, err := ImportFile(t.Context(), &failingStore{w.store, 2}, w.index, generatedImport(path))
	if !errors.Is(err, graph.ErrUnavailable) || failed.Asserted != 2*graph.MaxBatchRecords {
		t.Fatalf("error %v, %s", err, failed.Effect())
	}
	cut := w.head(t)
	if _, err := w.index.Wait(t.Context(), cut); err != nil {
		t.Fatal(err)
	}
	before := len(w.index.Snapshot().DatasetRefs("dataset/generated"))
	if cut != 3 || before < graph.MaxBatchRecords {
		t.Fatalf("head %d, %d assertions", cut, before)
	}
	r := w.imported(t, generatedImport(path))
	want := len(whole.index.Snapshot().DatasetRefs("dataset/generated"))
	if after := len(w.index.Snapshot().DatasetRefs("dataset/generated")); after != want || r.Asserted != want-before || r.Withdrawn != 0 {
		t.Errorf("%d assertions after %d, want %d; %s", after, before, want, r.Effect())
	}
	if again := w.imported(t, generatedImport(path)); again.Asserted+again.Withdrawn != 0 {
		t.Errorf("again: %s", again.Effect())
	}
}

func TestAnImportHasTheSameVersionInWhateverOrderItsRowsStand(t *testing.T) {
	w := withNames(t)
	const header = "State,Treaty,Signature\n"
	w.imported(t, participationOf(header+"France,NPT,1968\nJapan,NPT,1970\n"))
	before := w.head(t)
	if r := w.imported(t, participationOf(header+"Japan,NPT,1970\nFrance,NPT,1968\n")); r.Effect() != "nothing has changed" || w.head(t) != before {
		t.Errorf("%s", r.Effect())
	}
}

// discard takes batches and keeps nothing of them.
type discard struct {
	graph.Store
	records int
	number  graph.RevisionNumber
}

func (d *discard) Apply(_ context.Context, b *graph.Batch) (graph.Receipt, error) {
	d.records += len(b.Assert)
	d.number++
	return graph.Receipt{Revision: graph.Revision{Number: d.number}}, nil
}

// What an import holds grows by what it must remember of each statement, and by nothing else: rows, batches and remarks are not kept.
func TestTheMemoryOfAnImportGrowsByAFewBytesForEachStatement(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector keeps memory of its own")
	}
	w := withNames(t)
	held := func(rows int) (bytes, statements int) {
		path := generatedRows(t, rows)
		sink := &discard{Store: w.store}
		var before, most uint64
		i := generatedImport(path)
		i.Treaty = ""
		i.Progress = func(stage string, done, total int) {
			if stage == StageWrite && done == total {
				most = heap()
			}
		}
		for range 10 {
			before = heap()
			if _, err := ImportFile(t.Context(), sink, w.index, i); err != nil {
				t.Fatal(err)
			}
			if after := heap(); max(before, after)-min(before, after) < heapNoise {
				return int(most) - int(before), sink.records
			}
			sink.records = 0
		}
		t.Fatal("the heap is not quiet enough to be measured")
		return 0, 0
	}
	held(2_000) // fills what is kept between imports
	small, few := held(2_000)
	large, many := held(20_000)
	if each := (large - small) / (many - few); each > maxHeldBytes {
		t.Errorf("%d bytes for %d statements, %d for %d: %d each", small, few, large, many, each)
	} else {
		t.Logf("%d bytes for each statement", each)
	}
}

// maxHeldBytes bounds what an import may hold for each statement: its hash and row in a map, and its share of the batch that is being made. An assertion alone takes
// twice as much.
const maxHeldBytes = 400

// heapNoise is how much of the heap may come or go beside an import that is measured; with more, what other tests left was freed meanwhile, and it is measured again.
const heapNoise = 256 << 10

func heap() uint64 {
	runtime.GC() // twice: what pools hold outlives a collection
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkImport imports generated rows into SQLite files: TREATYGRAPH_ROWS of them, else 100,000.
func BenchmarkImport(b *testing.B) {
	benchmarkImport(b, 100_000, func(b *testing.B) graph.Store {
		store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "graph.db"), sqlite.Options{})
		if err != nil {
			b.Fatal(err)
		}
		return store
	})
}

// BenchmarkImportNeo4j is the same with Neo4j: TREATYGRAPH_ROWS, else 20,000.
func BenchmarkImportNeo4j(b *testing.B) {
	for _, version := range server.VersionsToTest(b) {
		b.Run(version, func(b *testing.B) {
			database := server.Lease(b, version)
			benchmarkImport(b, 20_000, func(b *testing.B) graph.Store {
				if err := database.Empty(b.Context()); err != nil {
					b.Fatal(err)
				}
				store, err := neo4j.Open(b.Context(), database.URL(), neo4j.Options{})
				if err != nil {
					b.Fatal(err)
				}
				return store
			})
		})
	}
}

func benchmarkImport(b *testing.B, rows int, open func(*testing.B) graph.Store) {
	if n, err := strconv.Atoi(os.Getenv("TREATYGRAPH_ROWS")); err == nil {
		rows = n
	}
	path := generatedRows(b, rows)
	for b.Loop() {
		b.StopTimer()
		store := open(b)
		idx, err := index.Follow(b.Context(), store, index.Options{LateTexts: true})
		if err != nil {
			b.Fatal(err)
		}
		w := world{store, idx}
		w.apply(b, &Corpus{Datasets: load(b, os.DirFS("../corpus")).Datasets[:1]})
		b.StartTimer()
		began := time.Now()
		i := generatedImport(path)
		var checked time.Duration
		i.Progress = func(stage string, done, total int) {
			if stage == StageRead && done == total {
				checked = time.Since(began)
			}
		}
		report, err := ImportFile(b.Context(), store, idx, i)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(rows)/time.Since(began).Seconds(), "rows/s")
		b.ReportMetric(float64(rows)/checked.Seconds(), "checked-rows/s")
		b.ReportMetric(float64(report.Asserted)/float64(rows), "assertions/row")
		b.StopTimer()
		if err := errors.Join(idx.Close(), store.Close()); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
