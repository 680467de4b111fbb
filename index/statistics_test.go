package index_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/tools/cases"
)

// statistics counts by looking at everything.
func (o *model) statistics(at index.AsOf) (c index.Claims, kinds map[graph.Kind]int) {
	c = index.Claims{ByPredicate: map[graph.Predicate]int{}, ByMethod: map[graph.Method]int{}}
	datasets, languages := map[graph.ID]int{}, map[graph.Language]int{}
	for _, f := range o.facts(at) {
		claim := f.claim()
		if !f.holds(at) {
			continue
		}
		c.Statements++
		c.ByPredicate[claim.Predicate]++
		if f.evidenced() {
			c.Evidenced++
		}
		if claim.Predicate == graph.PredNamed {
			c.Names++
			languages[claim.Value.Lang]++
		}
		for _, a := range f.assertions {
			c.Assertions++
			c.ByMethod[a.Method]++
			datasets[a.Dataset]++
		}
		from := claim.Valid.From
		if f.rank() == graph.RankDeprecated {
			c.Deprecated++
		} else if claim.Predicate.Row().Tempo == graph.TempoEvent && !from.IsZero() {
			if c.First.IsZero() || from.Earliest() < c.First.Earliest() || from.Earliest() == c.First.Earliest() && from.String() < c.First.String() {
				c.First = from
			}
			if c.Last.IsZero() || from.Latest() > c.Last.Latest() || from.Latest() == c.Last.Latest() && from.String() > c.Last.String() {
				c.Last = from
			}
		}
	}
	c.ByDataset, c.ByLanguage = mostFirst(datasets), mostFirst(languages)
	kinds = map[graph.Kind]int{}
	for _, id := range o.entities(0, at) {
		kinds[id.Kind()]++
	}
	return c, kinds
}

// mostFirst picks the most frequent of what is left, again and again.
func mostFirst[K ~string](counts map[K]int) []index.Facet[K] {
	list := []index.Facet[K]{}
	for len(counts) > 0 {
		var best K
		for k, n := range counts {
			if best == "" || n > counts[best] || n == counts[best] && k < best {
				best = k
			}
		}
		list = append(list, index.Facet[K]{Of: best, Count: counts[best]})
		delete(counts, best)
	}
	return list
}

func TestStatisticsAreWhatCountingEverythingGives(t *testing.T) {
	cases.Check(t, 1_000, func(t *rapid.T) {
		m := newMemory()
		if _, err := m.Apply(context.Background(), base()); err != nil {
			t.Fatal(err)
		}
		early := follow(t, m)
		for n := range rapid.IntRange(1, 8).Draw(t, "revisions") {
			if b, some := drawBatch(t, m, n); some {
				if _, err := m.Apply(context.Background(), b); err != nil {
					t.Fatal(err)
				}
			}
		}
		o := newModel(m)
		for _, s := range []*index.Snapshot{reach(t, early, o.head), follow(t, m).Snapshot()} {
			for range 10 { // more times than are kept
				at := drawAsOf(t, o.head)
				claims, kinds := o.statistics(at)
				got := s.Statistics(at)
				if !reflect.DeepEqual(*got.Claims(), claims) || !reflect.DeepEqual(got.Entities(), kinds) {
					t.Fatalf("%+v: %+v %v, want %+v %v", at, *got.Claims(), got.Entities(), claims, kinds)
				}
				if again := s.Statistics(at); again.Claims() != got.Claims() {
					t.Fatalf("%+v is counted twice", at)
				}
			}
		}
	})
}

func TestStatisticsOfARevisionAreSharedBySnapshotsAndDoNotChange(t *testing.T) {
	store := openSQLite(t)
	first := applyBase(t, store)
	x := follow(t, store)
	before := reach(t, x, first)
	claims := before.Statistics(index.AsOf{}).Claims()
	n := apply(t, store, "more", dated("treaty/a", graph.PredAdopted, "1968-07-01"))
	after := reach(t, x, n)
	if after.Statistics(index.AsOf{Revision: first}).Claims() != claims {
		t.Error("the first revision is counted again")
	}
	if got := after.Statistics(index.AsOf{}).Claims(); got.Statements != claims.Statements+1 || fmt.Sprint(got.First) != "1968-07-01" || before.Statistics(index.AsOf{}).Claims() != claims {
		t.Errorf("%+v after %+v", got, claims)
	}
}

func TestDocumentsWhoseTextIsHeldAreCounted(t *testing.T) {
	store := openSQLite(t)
	txt := graph.NewText("en", "words", nil)
	r, err := store.Apply(t.Context(), &graph.Batch{Key: "documents", Texts: []*graph.Text{txt}, Assert: append(base().Assert, named("document/a", "A"), named("document/b", "B"),
		says("dataset/a", graph.Claim{Subject: "document/a", Predicate: graph.PredSpan, Value: &graph.Value{Kind: graph.ValueSpan, Hash: txt.Hash, End: 5}}),
		says("dataset/b", graph.Claim{Subject: "document/a", Predicate: graph.PredSpan, Value: &graph.Value{Kind: graph.ValueSpan, Hash: txt.Hash, End: 4}}))})
	if err != nil {
		t.Fatal(err)
	}
	if n := reach(t, follow(t, store), r.Revision.Number).Statistics(index.AsOf{}).DocumentsWithText(); n != 1 {
		t.Error(n)
	}
}

func BenchmarkStatistics(b *testing.B) {
	s := benchIndex()
	b.Run("a million versions", func(b *testing.B) {
		b.ReportAllocs()
		day := graph.MustDate("2020-01-01").Earliest()
		for b.Loop() {
			day++ // another time, so that nothing is kept of it
			s.Statistics(index.AsOf{ValidOn: &day}).Claims()
		}
	})
	b.Run("again", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s.Statistics(index.AsOf{}).Claims()
		}
	})
}
