package bench

import (
	"context"
	"testing"

	"treatygraph/graph"
	"treatygraph/index"
)

// BenchmarkList asks for pages of the lists of everything: entities through filters and in orders, and statements.
func BenchmarkList(b *testing.B) {
	_, idx := million(b)
	s := idx.Snapshot()
	day := graph.MustDate("2000-01-01").Earliest()
	yes := true
	entities := func(q index.EntityQuery) func(*testing.B) {
		return func(b *testing.B) {
			q.Language = "en"
			if q.Page == (index.Page{}) {
				q.Page.First = 20
			}
			if _, err := s.Entities(context.Background(), q); err != nil { // sorts, once
				b.Fatal(err)
			}
			for b.Loop() {
				page, err := s.Entities(context.Background(), q)
				if err != nil || len(page.Items) == 0 {
					b.Fatal(len(page.Items), err)
				}
			}
		}
	}
	b.Run("entities by ID", entities(index.EntityQuery{}))
	b.Run("entities by label, sorted before", entities(index.EntityQuery{Order: index.OrderLabel}))
	b.Run("entities by statements, sorted before", entities(index.EntityQuery{Order: index.OrderStatements}))
	b.Run("entities by number, the last page", entities(index.EntityQuery{Order: index.OrderStatements, Page: index.Page{Last: 20}}))
	b.Run("entities that cite one", entities(index.EntityQuery{Order: index.OrderLabel, Filter: &index.EntityFilter{Has: &index.Condition{Predicates: []graph.Predicate{graph.PredCites}, Others: []graph.ID{Small}}}}))
	b.Run("entities that cite the hub, by label", entities(index.EntityQuery{Order: index.OrderLabel, Filter: &index.EntityFilter{Has: &index.Condition{Predicates: []graph.Predicate{graph.PredCites}, Others: []graph.ID{Hub}}}}))
	b.Run("instruments of unknown status", entities(index.EntityQuery{Filter: &index.EntityFilter{Status: &index.StatusCondition{Is: []graph.InstrumentState{graph.StateUnknown}, On: day}}}))
	b.Run("the first order by label", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer() // a day makes another list
			day++
			on := day
			b.StartTimer()
			if _, err := s.Entities(context.Background(), index.EntityQuery{Order: index.OrderLabel, Language: "en", At: index.AsOf{ValidOn: &on}, Page: index.Page{First: 20}}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("by label as of the next revision of 10,000 assertions", func(b *testing.B) {
		const first = 20
		head, revision := s.Head().Revision, graph.RevisionNumber(first)
		ask := func() {
			if _, err := s.Entities(context.Background(), index.EntityQuery{Order: index.OrderLabel, Language: "en", At: index.AsOf{Revision: revision}, Page: index.Page{First: 20}}); err != nil {
				b.Fatal(err)
			}
		}
		ask()
		for b.Loop() {
			if revision++; revision > head {
				b.StopTimer()
				revision = first
				ask()
				revision++
				b.StartTimer()
			}
			ask()
		}
	})
	claims := func(f index.ClaimFilter, order index.StatementOrder, count bool) func(*testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				page, err := s.Claims(context.Background(), index.ClaimQuery{Filter: f, Order: order, Count: count, Page: index.Page{First: 20}})
				if err != nil || len(page.Items) == 0 {
					b.Fatal(len(page.Items), err)
				}
			}
		}
	}
	b.Run("statements", claims(index.ClaimFilter{}, index.OrderPredicate, false))
	b.Run("statements counted", claims(index.ClaimFilter{}, index.OrderPredicate, true))
	b.Run("statements, the newest", claims(index.ClaimFilter{}, index.OrderNewestStatement, false))
	b.Run("statements of an entity", claims(index.ClaimFilter{Entities: []graph.ID{Small}}, index.OrderNewestStatement, true))
	b.Run("statements about the hub, the newest", claims(index.ClaimFilter{Objects: []graph.ID{Hub}}, index.OrderNewestStatement, true))
	b.Run("statements with evidence in a document", claims(index.ClaimFilter{Documents: []graph.ID{"document/source"}, Evidenced: &yes}, index.OrderPredicate, false))
	b.Run("statements of a data set", claims(index.ClaimFilter{Datasets: []graph.ID{"dataset/two"}}, index.OrderPredicate, false))
}
