package index_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
	server "treatygraph/tools/neo4j"
)

// sequencesVariable sets how many sequences the equality test draws; make test-long sets 10,000.
const sequencesVariable = "TREATYGRAPH_SEQUENCES"

// TestEveryStoreGivesTheSameScansAndAnswers applies random sequences of batches, good and bad, to SQLite and to every Neo4j under one clock.
// After each batch receipts and errors are equal, digests with them, which cover all that was written; after each tenth sequence, and at the
// end, whole scans, byte for byte, and what an index says of everything.
func TestEveryStoreGivesTheSameScansAndAnswers(t *testing.T) {
	sequences := 1000
	if testing.Short() {
		sequences = 20
	}
	if given := os.Getenv(sequencesVariable); given != "" {
		var err error
		if sequences, err = strconv.Atoi(given); err != nil {
			t.Fatal(err)
		}
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	clock := func() time.Time { return at }
	stores := openEach(t, clock)
	rejected := 0
	for n := range sequences {
		draw := rapid.Custom(drawSequence).Example(n)
		for i, b := range draw {
			b.Key = fmt.Sprint(n%50, "/", b.Key) // some keys come again
			at = at.Add(time.Duration(n) * time.Microsecond)
			if outcome := applyEach(t, stores, b); outcome != "" {
				rejected++
			}
			if t.Failed() {
				t.Fatalf("batch %d of sequence %d", i, n)
			}
		}
		if n%(sequences/10) == 0 {
			equalScans(t, stores)
		}
	}
	equalScans(t, stores)
	equalAnswers(t, stores)
	if rejected == 0 {
		t.Error("no batch was refused")
	}
}

type namedStore struct {
	name string
	graph.Store
}

func openEach(t *testing.T, clock func() time.Time) (stores []namedStore) {
	file, err := sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	stores = append(stores, namedStore{"SQLite", file})
	for _, version := range server.VersionsToTest(t) {
		store, err := neo4j.Open(t.Context(), server.Lease(t, version).URL(), neo4j.Options{Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		stores = append(stores, namedStore{"Neo4j " + version, store})
	}
	return stores
}

// applyEach applies a batch to all stores at once and compares what they say of it; it returns the error's text.
func applyEach(t *testing.T, stores []namedStore, b *graph.Batch) string {
	outcomes := make([]string, len(stores))
	receipts := make([]graph.Receipt, len(stores))
	var wait sync.WaitGroup
	for i, s := range stores {
		wait.Go(func() {
			var err error
			if receipts[i], err = s.Apply(t.Context(), b); err != nil {
				outcomes[i] = err.Error()
			}
		})
	}
	wait.Wait()
	for i := range stores {
		if receipts[i] != receipts[0] || outcomes[i] != outcomes[0] {
			t.Errorf("%s says %+v %s\n%s says %+v %s", stores[0].name, receipts[0], outcomes[0], stores[i].name, receipts[i], outcomes[i])
		}
	}
	return outcomes[0]
}

func equalScans(t *testing.T, stores []namedStore) {
	var first []graph.Version
	for i, s := range stores {
		_, versions, err := s.Scan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var list []graph.Version
		for v, err := range versions {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, v)
		}
		if i == 0 {
			first = list
		} else if !slices.Equal(list, first) {
			t.Fatalf("%s scans %d versions that are not the %d of %s", s.name, len(list), len(first), stores[0].name)
		}
	}
}

// equalAnswers compares what an index over each store says, at several revisions.
func equalAnswers(t *testing.T, stores []namedStore) {
	var first []byte
	for i, s := range stores {
		x, err := index.Follow(context.WithoutCancel(t.Context()), s.Store, index.Options{})
		if err != nil {
			t.Fatal(err)
		}
		said := everything(t, x.Snapshot())
		x.Close()
		if i == 0 {
			first = said
			if len(first) < 1000 {
				t.Errorf("the answers are only %d bytes", len(first))
			}
		} else if string(said) != string(first) {
			t.Errorf("an index over %s gives other answers than one over %s", s.name, stores[0].name)
		}
	}
}

func everything(t *testing.T, s *index.Snapshot) []byte {
	var said []any
	head := s.Head().Revision
	for _, revision := range []graph.RevisionNumber{head, head - head/3, head / 2, 1} {
		at := index.AsOf{Revision: revision}
		for _, id := range equalityIDs {
			said = append(said, s.Names(id, at), s.Label(id, "zh", at), s.Identifiers(id, at))
			page, err := s.Statements(index.StatementQuery{Entity: id, At: at, Page: index.Page{First: 100}})
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range page.Items {
				said = append(said, item.Statement, item.Cursor, s.Versions(item.Statement.ID))
			}
		}
		for _, name := range []string{"美", "USA", "NPT", "不扩散核武器条约", "Q1"} {
			said = append(said, s.Lookup(name, 0, at))
			found, err := s.Search(t.Context(), index.SearchQuery{Text: name, Names: true, At: at, First: 10})
			if err != nil {
				t.Fatal(err)
			}
			said = append(said, found)
		}
	}
	text, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

var equalityIDs = []graph.ID{"dataset/one", "dataset/two", "state/usa", "treaty/npt", "treaty/ctbt"}

// drawSequence draws a few batches from so few claims, keys and datasets that they meet each other, and often enough are refused.
func drawSequence(t *rapid.T) (list []*graph.Batch) {
	name := func(s string, lang graph.Language) *graph.Value {
		v := graph.NameValue(graph.Name{Text: s, Lang: lang, Role: graph.NameShort})
		return &v
	}
	wikidata := graph.IdentifierValue(graph.Identifier{Scheme: graph.SchemeWikidata, Value: "Q1"})
	year, err := graph.ParseDate("1968")
	if err != nil {
		t.Fatal(err)
	}
	claims := []graph.Claim{
		{Subject: "dataset/one", Predicate: graph.PredNamed, Value: name("One", "en")},
		{Subject: "dataset/two", Predicate: graph.PredNamed, Value: name("Two", "en")},
		{Subject: "state/usa", Predicate: graph.PredNamed, Value: name("USA", "en")},
		{Subject: "state/usa", Predicate: graph.PredNamed, Value: name("美国", "zh")},
		{Subject: "state/usa", Predicate: graph.PredIdentifiedBy, Value: &wikidata},
		{Subject: "treaty/npt", Predicate: graph.PredNamed, Value: name("不扩散核武器条约", "zh")},
		{Subject: "treaty/npt", Predicate: graph.PredNamed, Value: name("NPT", "en")},
		{Subject: "treaty/ctbt", Predicate: graph.PredNamed, Value: name("𠀀 \"CTBT\"\n", "en")},
		{Subject: "state/usa", Predicate: graph.PredSigned, Object: "treaty/npt", Valid: graph.Interval{From: year}},
		{Subject: "state/usa", Predicate: graph.PredSigned, Object: "treaty/ctbt"},
		{Subject: "treaty/ctbt", Predicate: graph.PredMergedInto, Object: "treaty/npt", Valid: graph.Interval{From: year}},
	}
	for i := range rapid.IntRange(1, 4).Draw(t, "batches") {
		b := &graph.Batch{Key: fmt.Sprint(i), Author: rapid.SampledFrom([]string{"", "甲"}).Draw(t, "author")}
		if rapid.IntRange(0, 5).Draw(t, "text") == 0 {
			b.Texts = append(b.Texts, graph.NewText("zh", rapid.SampledFrom([]string{"一", "二", "三\r\n"}).Draw(t, "body"), []byte{0xff, 0}))
		}
		for j := range rapid.IntRange(0, 5).Draw(t, "records") {
			a := graph.Assertion{Claim: rapid.SampledFrom(claims).Draw(t, fmt.Sprint("claim ", j)), Rank: graph.Rank(rapid.IntRange(1, 2).Draw(t, "rank")),
				Dataset: rapid.SampledFrom([]graph.ID{"dataset/one", "dataset/two"}).Draw(t, "dataset"), Method: graph.MethodCurated}
			if rapid.IntRange(0, 2).Draw(t, "withdraw") == 0 {
				b.Withdraw = append(b.Withdraw, a.Key())
			} else {
				b.Assert = append(b.Assert, a)
			}
		}
		list = append(list, b)
	}
	return list
}
