package bench

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
)

// size lets a person measure another size: TREATYGRAPH_BENCH_ASSERTIONS=100000 make bench.
func size(b *testing.B) Shape {
	shape := OneMillion
	if text := os.Getenv("TREATYGRAPH_BENCH_ASSERTIONS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 100_000 {
			b.Fatalf("TREATYGRAPH_BENCH_ASSERTIONS=%q is not a number from 100000", text)
		}
		shape.Assertions, shape.Entities = n, n/10
	}
	return shape
}

var shared struct {
	sync.Once
	store *sqlite.Store
	index *index.Index
	dir   string
	err   error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.index != nil {
		shared.index.Close()
	}
	if shared.store != nil {
		shared.store.Close()
	}
	if shared.dir != "" {
		os.RemoveAll(shared.dir)
	}
	os.Exit(code)
}

// million returns the filled store and an index of it, made once a run.
func million(b *testing.B) (*sqlite.Store, *index.Index) {
	b.Helper()
	shape := size(b)
	shared.Do(func() {
		ctx := context.Background()
		if shared.dir, shared.err = os.MkdirTemp("", "treatygraph-bench-"); shared.err != nil {
			return
		}
		if shared.store, shared.err = sqlite.Open(ctx, filepath.Join(shared.dir, "bench.db"), sqlite.Options{}); shared.err != nil {
			return
		}
		if _, shared.err = shape.Fill(ctx, shared.store); shared.err != nil {
			return
		}
		shared.index, shared.err = index.Follow(ctx, shared.store, index.Options{LateTexts: true})
	})
	if shared.err != nil {
		b.Fatal(shared.err)
	}
	return shared.store, shared.index
}

var applyShape = Shape{Assertions: 100_000, Entities: 10_000, HubDegree: 2_000, Seed: 1}

// BenchmarkApply writes 100,000 assertions in batches of 10,000 into a new file.
func BenchmarkApply(b *testing.B) {
	var batches []*graph.Batch
	for batch := range applyShape.Batches {
		batches = append(batches, batch)
	}
	for b.Loop() {
		store, err := sqlite.Open(context.Background(), filepath.Join(b.TempDir(), "bench.db"), sqlite.Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, batch := range batches {
			if _, err := store.Apply(context.Background(), batch); err != nil {
				b.Fatal(err)
			}
		}
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(applyShape.Assertions)*float64(b.N)/b.Elapsed().Seconds(), "assertions/s")
}

// BenchmarkBareInsert is what BenchmarkApply is held against: the same bodies into the same table with the same indexes, in transactions
// of 10,000, without a check, a digest or an entity.
func BenchmarkBareInsert(b *testing.B) {
	type row struct{ statement, dataset, body string }
	var batches [][]row
	for batch := range applyShape.Batches {
		var rows []row
		for i := range batch.Assert {
			a := &batch.Assert[i]
			rows = append(rows, row{string(a.Claim.ID()), string(a.Dataset), string(graph.AppendAssertion(nil, a))})
		}
		batches = append(batches, rows)
	}
	for b.Loop() {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
		if err != nil {
			b.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		must := func(err error) {
			if err != nil {
				b.Fatal(err)
			}
		}
		_, err = db.Exec(`CREATE TABLE assertion (seq INTEGER PRIMARY KEY, statement TEXT NOT NULL, dataset TEXT NOT NULL, recorded_from INTEGER NOT NULL, recorded_to INTEGER, body TEXT NOT NULL) STRICT;
			CREATE UNIQUE INDEX assertion_ref ON assertion (statement, dataset, recorded_from);
			CREATE INDEX assertion_closed ON assertion (recorded_to) WHERE recorded_to IS NOT NULL`)
		must(err)
		for i, rows := range batches {
			tx, err := db.Begin()
			must(err)
			insert, err := tx.Prepare(`INSERT INTO assertion (statement, dataset, recorded_from, body) VALUES (?, ?, ?, ?)`)
			must(err)
			for _, r := range rows {
				_, err := insert.Exec(r.statement, r.dataset, i+1, r.body)
				must(err)
			}
			must(tx.Commit())
		}
		must(db.Close())
	}
	b.ReportMetric(float64(applyShape.Assertions)*float64(b.N)/b.Elapsed().Seconds(), "assertions/s")
}

// BenchmarkScan reads every version of the store.
func BenchmarkScan(b *testing.B) {
	store, _ := million(b)
	rows := 0
	for b.Loop() {
		rows = 0
		_, versions, err := store.Scan(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range versions {
			if err != nil {
				b.Fatal(err)
			}
			rows++
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "versions/s")
}

// BenchmarkIndexStart builds the index from the store, and prints the bytes of the shape for each version.
func BenchmarkIndexStart(b *testing.B) {
	store, _ := million(b)
	for b.Loop() {
		x, err := index.Follow(context.Background(), store, index.Options{LateTexts: true})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := x.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkIndexStartSaved reads the index from what another saved, and prints the bytes of the file.
func BenchmarkIndexStartSaved(b *testing.B) {
	store, _ := million(b)
	folder := b.TempDir()
	start := func() *index.Index {
		x, err := index.Follow(context.Background(), store, index.Options{Folder: folder, LateTexts: true})
		if err != nil {
			b.Fatal(err)
		}
		return x
	}
	if err := start().Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(folder, "shape"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		x := start()
		b.StopTimer()
		if err := x.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(info.Size()), "file-B")
}

// BenchmarkPage takes pages of 20 statements: of the hub and of a small node, first and far, plain and with filters.
func BenchmarkPage(b *testing.B) {
	_, x := million(b)
	s := x.Snapshot()
	day := graph.MustDate("2008-04-06").Earliest()
	evidenced := true
	far := index.StatementQuery{Entity: Hub, Page: index.Page{First: 20}}
	for range 999 {
		page, err := s.Statements(far)
		if err != nil || !page.HasNext {
			b.Fatal("the hub is too small", err)
		}
		far.Page.After = page.Items[len(page.Items)-1].Cursor
	}
	query := func(entity graph.ID, edit func(*index.StatementQuery)) index.StatementQuery {
		q := index.StatementQuery{Entity: entity, Direction: index.In, Page: index.Page{First: 20}}
		if edit != nil {
			edit(&q)
		}
		return q
	}
	for _, c := range []struct {
		name  string
		query index.StatementQuery
	}{
		{"small/first", query(Small, nil)},
		{"hub/first", query(Hub, nil)},
		{"hub/page1000", far},
		{"hub/validOn", query(Hub, func(q *index.StatementQuery) { q.At.ValidOn = &day })},
		{"hub/revision", query(Hub, func(q *index.StatementQuery) { q.At.Revision = s.Head().Revision - 1 })},
		{"hub/ranks", query(Hub, func(q *index.StatementQuery) {
			q.Ranks = []graph.Rank{graph.RankPreferred, graph.RankNormal, graph.RankDeprecated}
		})},
		{"hub/evidenced", query(Hub, func(q *index.StatementQuery) { q.Evidenced = &evidenced })},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				page, err := s.Statements(c.query)
				if err != nil || len(page.Items) == 0 {
					b.Fatal(len(page.Items), err)
				}
			}
		})
	}
	b.Run("hub/count", func(b *testing.B) { // kept after the first time
		b.ReportAllocs()
		for b.Loop() {
			if n := s.CountStatements(query(Hub, nil)); n < 1000 {
				b.Fatal(n)
			}
		}
	})
	b.Run("hub/countAnew", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			another := graph.Day(1_000_000 + i) // all that began holds then
			if n := s.CountStatements(query(Hub, func(q *index.StatementQuery) { q.At.ValidOn = &another })); n < 1000 {
				b.Fatal(n)
			}
		}
	})
}

// BenchmarkContent loads the assertions of a page of 20 through the cache: cold (another page each time) and warm.
func BenchmarkContent(b *testing.B) {
	_, x := million(b)
	s := x.Snapshot()
	var pages [][]graph.Ref
	q := index.StatementQuery{Entity: Hub, Page: index.Page{First: 20}}
	for range 900 {
		page, err := s.Statements(q)
		if err != nil {
			b.Fatal(err)
		}
		var refs []graph.Ref
		for _, item := range page.Items {
			refs = append(refs, item.Refs...)
		}
		pages = append(pages, refs)
		q.Page.After = page.Items[len(page.Items)-1].Cursor
	}
	b.Run("warm", func(b *testing.B) {
		for b.Loop() {
			if m, err := x.Assertions(context.Background(), pages[0]); err != nil || len(m) != len(pages[0]) {
				b.Fatal(len(m), err)
			}
		}
	})
	b.Run("cold", func(b *testing.B) {
		store := shared.store
		i := 0
		for b.Loop() {
			refs := pages[i%len(pages)]
			if m, err := store.Assertions(context.Background(), refs); err != nil || len(m) != len(refs) {
				b.Fatal(len(m), err)
			}
			i++
		}
	})
}

// BenchmarkLookup finds an entity by name.
func BenchmarkLookup(b *testing.B) {
	_, x := million(b)
	s := x.Snapshot()
	i := 0
	for b.Loop() {
		n := i % 10_000
		if m := s.Lookup(fmt.Sprintf("resolution %d ON matter %d", n, n%997), 0, index.AsOf{}); len(m) != 1 {
			b.Fatal(n, len(m))
		}
		i++
	}
}
