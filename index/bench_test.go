package index_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
)

// A recording is a store of one revision that only gives back what it was made of, so that benchmarks measure the index.
type recording struct {
	*memory
	list []graph.Version
}

func (r *recording) Scan(context.Context) (graph.Head, iter.Seq2[graph.Version, error], error) {
	return r.head, func(yield func(graph.Version, error) bool) {
		for _, v := range r.list {
			if !yield(v, nil) {
				return
			}
		}
	}, nil
}

func (r *recording) Revisions(context.Context, graph.RevisionNumber) iter.Seq2[graph.Revision, error] {
	return func(yield func(graph.Revision, error) bool) {
		yield(graph.Revision{Number: 1, At: time.Unix(1, 0), Digest: graph.Digest(strings.Repeat("0", 64))}, nil)
	}
}

const (
	benchHub    = graph.ID("state/hub")
	benchMedian = graph.ID("treaty/t7")
	hubDegree   = 24_000
)

// benchAssertions makes n assertions about n/10 treaties: a name each, hubDegree signatures by the hub, citations among random pairs.
func benchAssertions(n int, yield func(*graph.Assertion)) {
	random := rand.New(rand.NewPCG(1, 2))
	treaties := n / 10
	id := func(i int) graph.ID { return graph.ID(fmt.Sprintf("treaty/t%d", i)) }
	day := func() graph.Date { return graph.Day(random.IntN(20_000)).Date() }
	common := graph.Assertion{Dataset: "dataset/d", Rank: graph.RankNormal, Method: graph.MethodImported}
	say := func(c graph.Claim) {
		a := common
		a.Claim = c
		yield(&a)
	}
	name := func(id graph.ID, text string) {
		v := graph.NameValue(graph.Name{Text: text, Lang: "en", Role: graph.NameOfficial})
		say(graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: &v})
	}
	name("dataset/d", "The data set")
	name(benchHub, "The hub")
	for i := range treaties {
		name(id(i), fmt.Sprintf("Treaty number %d", i))
	}
	for i := range min(hubDegree, treaties) {
		say(graph.Claim{Subject: benchHub, Predicate: graph.PredSigned, Object: id(i), Valid: graph.Interval{From: day()}})
	}
	for range n - treaties - min(hubDegree, treaties) - 2 {
		i, j := random.IntN(treaties), random.IntN(treaties-1)
		if j >= i {
			j++
		}
		common.Evidence = []graph.Evidence{{Citation: "Registry, p. 12"}}
		if random.IntN(20) == 0 {
			common.Evidence = []graph.Evidence{{Document: "document/x", Citation: "Registry, p. 13"}}
		}
		say(graph.Claim{Subject: id(i), Predicate: graph.PredCites, Object: id(j), Valid: graph.Interval{From: day()}})
	}
}

func newRecording(n int) *recording {
	r := &recording{memory: newMemory()}
	r.head = graph.Head{Store: "recording", Revision: 1}
	benchAssertions(n, func(a *graph.Assertion) {
		r.list = append(r.list, graph.Version{Ref: graph.Ref{Statement: a.Claim.ID(), Dataset: a.Dataset, From: 1}, Body: string(graph.AppendAssertion(nil, a))})
	})
	return r
}

var million = sync.OnceValue(func() *recording { return newRecording(1_000_000) })

var benchIndex = sync.OnceValue(func() *index.Snapshot {
	x, err := index.Follow(context.Background(), million(), index.Options{LateTexts: true})
	if err != nil {
		panic(err)
	}
	defer x.Close()
	return x.Snapshot()
})

func BenchmarkPage(b *testing.B) {
	s := benchIndex()
	day := graph.MustDate("2020-01-01").Earliest()
	yes := true
	deep := func(id graph.ID, items int) string {
		q := index.StatementQuery{Entity: id, Page: index.Page{First: 100}}
		for range items / 100 {
			page, _ := s.Statements(q)
			q.Page.After = page.Items[99].Cursor
		}
		return q.Page.After
	}
	for _, bench := range []struct {
		name string
		q    index.StatementQuery
	}{
		{"median/first", index.StatementQuery{Entity: benchMedian, Page: index.Page{First: 20}}},
		{"hub/first", index.StatementQuery{Entity: benchHub, Page: index.Page{First: 20}}},
		{"hub/1000th", index.StatementQuery{Entity: benchHub, Page: index.Page{First: 20, After: deep(benchHub, 19_900)}}},
		{"hub/middle", index.StatementQuery{Entity: benchHub, Page: index.Page{First: 20, After: deep(benchHub, 10_000)}}},
		{"hub/last", index.StatementQuery{Entity: benchHub, Page: index.Page{Last: 20}}},
		{"hub/as of", index.StatementQuery{Entity: benchHub, Page: index.Page{First: 20}, At: index.AsOf{ValidOn: &day, Revision: 1}}},
		{"hub/ranks", index.StatementQuery{Entity: benchHub, Page: index.Page{First: 20}, Ranks: []graph.Rank{graph.RankNormal, graph.RankPreferred}}},
		{"hub/provenance", index.StatementQuery{Entity: benchHub, Page: index.Page{First: 20}, Methods: []graph.Method{graph.MethodImported}, Datasets: []graph.ID{"dataset/d"}}},
		{"median/as of, ranks, evidence", index.StatementQuery{Entity: benchMedian, Page: index.Page{First: 20}, At: index.AsOf{ValidOn: &day, Revision: 1},
			Ranks: []graph.Rank{graph.RankNormal}, Evidenced: &yes, Predicates: []graph.Predicate{graph.PredCites}}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			items := 0
			for b.Loop() {
				page, err := s.Statements(bench.q)
				if err != nil {
					b.Fatal(err)
				}
				items = len(page.Items)
			}
			b.ReportMetric(float64(items), "items")
		})
	}
}

func BenchmarkCount(b *testing.B) {
	s := benchIndex()
	for name, id := range map[string]graph.ID{"median": benchMedian, "hub": benchHub} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n = s.CountStatements(index.StatementQuery{Entity: id})
			}
			b.ReportMetric(float64(n), "items")
		})
	}
}

func BenchmarkLookup(b *testing.B) {
	s := benchIndex()
	for _, text := range []string{"Treaty number 77", "treaty/t77"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if m := s.Lookup(text, 0, index.AsOf{}); len(m) != 1 {
					b.Fatal(m)
				}
			}
		})
	}
}

func BenchmarkLabel(b *testing.B) {
	s := benchIndex()
	b.ReportAllocs()
	for b.Loop() {
		s.Label(benchMedian, "zh-Hant", index.AsOf{})
	}
}

func BenchmarkBuild(b *testing.B) {
	r := million()
	b.ReportAllocs()
	for b.Loop() {
		x, err := index.Follow(context.Background(), r, index.Options{LateTexts: true})
		if err != nil {
			b.Fatal(err)
		}
		m := x.MemoryBytes()
		x.Close()
		n := float64(m.Versions)
		b.ReportMetric(float64(m.Shape)/n, "shape-B/version")
		b.ReportMetric(float64(m.IDs)/n, "ids-B/version")
		b.ReportMetric(float64(m.Names)/n, "names-B/version")
	}
}

// BenchmarkBuildFromSQLite reads a database of a million versions, which it makes once and leaves in the directory for temporary files.
func BenchmarkBuildFromSQLite(b *testing.B) {
	path := filepath.Join(os.TempDir(), "treatygraph-bench-index-1.db")
	_, missing := os.Stat(path)
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	if missing != nil {
		fillSQLite(b, store)
	}
	b.ReportAllocs()
	for b.Loop() {
		x, err := index.Follow(context.Background(), store, index.Options{LateTexts: true})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(x.MemoryBytes().Versions), "versions")
		x.Close()
	}
}

func fillSQLite(b *testing.B, store graph.Store) {
	doc := graph.NameValue(graph.Name{Text: "X", Lang: "en", Role: graph.NameOfficial})
	batch := &graph.Batch{Key: "0", Assert: []graph.Assertion{{Claim: graph.Claim{Subject: "document/x", Predicate: graph.PredNamed, Value: &doc},
		Dataset: "dataset/d", Rank: graph.RankNormal, Method: graph.MethodImported}}}
	n := 0
	seen := map[graph.AssertionKey]bool{}
	flush := func() {
		n++
		batch.Key = fmt.Sprint(n)
		if _, err := store.Apply(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
		batch = &graph.Batch{}
		clear(seen)
	}
	benchAssertions(1_000_000, func(a *graph.Assertion) {
		if k := a.Key(); !seen[k] {
			seen[k] = true
			batch.Assert = append(batch.Assert, *a)
		}
		if len(batch.Assert) == graph.MaxBatchRecords {
			flush()
		}
	})
	flush()
}

// BenchmarkSubgraph asks for what lies within two hops of nodes of all sizes, at most 500 entities.
func BenchmarkSubgraph(b *testing.B) {
	s := benchIndex()
	day := graph.MustDate("2020-01-01").Earliest()
	for _, bench := range []struct {
		name string
		seed graph.ID
		at   index.AsOf
	}{{"hub", benchHub, index.AsOf{}}, {"hub as of", benchHub, index.AsOf{ValidOn: &day, Revision: 1}}, {"median", benchMedian, index.AsOf{}}, {"far from the hub", "treaty/t77777", index.AsOf{}}} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			var times []time.Duration
			var g index.Subgraph
			for b.Loop() {
				began := time.Now()
				var err error
				if g, err = s.Subgraph(context.Background(), index.SubgraphQuery{Seeds: []graph.ID{bench.seed}, Depth: 2, MaxNodes: 500, MaxStatements: 10_000, At: bench.at}); err != nil {
					b.Fatal(err)
				}
				times = append(times, time.Since(began))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(len(g.Nodes)), "nodes")
			b.ReportMetric(float64(len(g.Statements)), "statements")
			b.ReportMetric(float64(g.Explored), "explored")
		})
	}
}
