package index_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/tools/cases"
)

// everyPage reads a list of parties page by page, and checks that each page knows what is before and after it.
func everyPage(t interface{ Fatalf(string, ...any) }, s *index.Snapshot, q index.PartyQuery, size int, backward bool) (list []index.PartyItem) {
	for {
		q.Page.First, q.Page.Last = size, 0
		if backward {
			q.Page.First, q.Page.Last = 0, size
		}
		page, err := s.Parties(q)
		if err != nil || len(page.Items) > size {
			t.Fatalf("%+v: %v, %d items", q, err, len(page.Items))
		}
		behind, ahead := page.HasPrevious, page.HasNext
		if backward {
			behind, ahead = ahead, behind
		}
		if behind != (len(list) > 0) {
			t.Fatalf("%+v: after %d items something is behind: %v", q, len(list), behind)
		}
		if backward {
			list = append(page.Items, list...)
		} else {
			list = append(list, page.Items...)
		}
		if !ahead {
			return list
		}
		if len(page.Items) == 0 {
			t.Fatalf("%+v: an empty page goes on", q)
		}
		if backward {
			q.Page.Before = page.Items[0].Cursor
		} else {
			q.Page.After = page.Items[len(page.Items)-1].Cursor
		}
	}
}

// drawAct draws what a state may do about a treaty, or a succession.
func drawAct(t *rapid.T) graph.Assertion {
	state := func(name string) graph.ID { return rapid.SampledFrom(someStates).Draw(t, name) }
	a := graph.Assertion{Dataset: rapid.SampledFrom(someDatasets).Draw(t, "dataset"), Method: graph.MethodImported,
		Rank: rapid.SampledFrom([]graph.Rank{1, 2, 2, 2, 3}).Draw(t, "rank")}
	if a.Rank == graph.RankDeprecated {
		a.Reason = "wrong"
	}
	date := func(name string) graph.Date { return rapid.SampledFrom(someDates).Draw(t, name) }
	switch rapid.IntRange(0, 4).Draw(t, "kind of act") {
	case 0:
		a.Subject, a.Predicate, a.Object = state("successor"), graph.PredSuccessorOf, state("predecessor")
	case 1:
		ids := rapid.SampledFrom([][]graph.ID{someTreaties[:2], someStates}).Draw(t, "merging")
		a.Subject, a.Predicate, a.Object = rapid.SampledFrom(ids).Draw(t, "from"), graph.PredMergedInto, rapid.SampledFrom(ids).Draw(t, "to")
	case 2:
		a.Subject, a.Predicate = rapid.SampledFrom(someTreaties[:2]).Draw(t, "treaty"), rapid.SampledFrom([]graph.Predicate{graph.PredEnteredIntoForce, graph.PredTerminated}).Draw(t, "event")
	default:
		a.Subject, a.Object = state("actor"), rapid.SampledFrom(someTreaties[:2]).Draw(t, "treaty")
		a.Predicate = rapid.SampledFrom([]graph.Predicate{graph.PredSigned, graph.PredRatified, graph.PredAccededTo, graph.PredBoundBy, graph.PredWithdrewFrom}).Draw(t, "act")
	}
	a.Valid.From = date("on")
	if a.Predicate.Row().Group == graph.GroupAction && a.Predicate != graph.PredBoundBy {
		a.Qualifiers.EffectiveOn = date("effective")
	}
	return a
}

func TestPartiesAreThoseWhosePartyStatusSaysSo(t *testing.T) {
	cases.Check(t, 10_000, func(t *rapid.T) {
		m := newMemory()
		if _, err := m.Apply(context.Background(), base()); err != nil {
			t.Fatal(err)
		}
		for n := range rapid.IntRange(1, 5).Draw(t, "revisions") {
			b, seen := &graph.Batch{Key: fmt.Sprint(n)}, map[graph.AssertionKey]bool{}
			for range rapid.IntRange(1, 8).Draw(t, "acts") {
				if a := drawAct(t); a.Subject != a.Object && !seen[a.Key()] {
					seen[a.Key()] = true
					b.Assert = append(b.Assert, a)
				}
			}
			if len(b.Assert) == 0 {
				continue
			}
			if _, err := m.Apply(context.Background(), b); err != nil {
				t.Fatal(err)
			}
		}
		s := follow(t, m).Snapshot()
		for range 6 {
			at := drawAsOf(t, m.head.Revision)
			q := index.PartyQuery{Instrument: rapid.SampledFrom(someTreaties[:2]).Draw(t, "instrument"), At: at,
				States: index.PartySet(rapid.Uint16Range(1, 1<<8-1).Draw(t, "states")),
				On:     graph.MustDate(rapid.SampledFrom([]string{"1989-12-31", "1990-06-01", "1991-05-07", "2000-01-01"}).Draw(t, "on")).Earliest()}
			var want []index.PartyItem
			for _, id := range someStates {
				e, exists := s.Entity(id, index.AsOf{Revision: at.Revision})
				status := s.PartyStatus(id, q.Instrument, q.On, at)
				if exists && e.ID == id && status.Value != graph.PartyNone && q.States.Has(status.Value) {
					want = append(want, index.PartyItem{Actor: id, Status: status})
				}
			}
			if n := s.CountParties(q); n != len(want) {
				t.Fatalf("%+v: %d, want %d", q, n, len(want))
			}
			checkPartiesBetween(t, s, q, want)
			for _, backward := range []bool{false, true} {
				got := everyPage(t, s, q, rapid.IntRange(1, 4).Draw(t, "size"), backward)
				for i := range got {
					got[i].Cursor = ""
				}
				if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
					t.Fatalf("%+v:\n%+v, want\n%+v", q, got, want)
				}
			}
		}
	})
}

// checkPartiesBetween asks for what lies between the cursors of a list of others as well.
func checkPartiesBetween(t *rapid.T, s *index.Snapshot, q index.PartyQuery, all []index.PartyItem) {
	everybody := q
	everybody.States, everybody.Page.First = 1<<8-1, 9
	page, err := s.Parties(everybody)
	if err != nil || len(page.Items) == 0 {
		return
	}
	pick := func(name string) index.PartyItem { return rapid.SampledFrom(page.Items).Draw(t, name) }
	after, before := pick("after"), pick("before")
	q.Page = index.Page{First: 1, After: after.Cursor, Before: before.Cursor}
	if rapid.Bool().Draw(t, "last") {
		q.Page.First, q.Page.Last = 0, 1
	}
	got, err := s.Parties(q)
	if err != nil {
		t.Fatal(err)
	}
	low, high := after.Actor, max(after.Actor, before.Actor) // of an empty page: where it would be
	if len(got.Items) > 0 {
		low, high = got.Items[0].Actor, got.Items[len(got.Items)-1].Actor
	}
	var previous, next, between bool
	for _, item := range all {
		previous = previous || item.Actor < low || len(got.Items) == 0 && item.Actor == low
		next = next || item.Actor > high || len(got.Items) == 0 && item.Actor == high && high != low
		between = between || after.Actor < item.Actor && item.Actor < before.Actor
	}
	if got.HasPrevious != previous || got.HasNext != next || (len(got.Items) > 0) != between {
		t.Fatalf("%+v between %s and %s: %+v, want previous %v, next %v, some %v", q, after.Actor, before.Actor, got, previous, next, between)
	}
}

func TestSuccessorsAreListedFromTheDayOfSuccessionOn(t *testing.T) {
	store := openSQLite(t)
	applyBase(t, store)
	of := func(subject graph.ID, p graph.Predicate, object graph.ID, on string) graph.Assertion {
		return says("dataset/a", graph.Claim{Subject: subject, Predicate: p, Object: object, Valid: graph.Interval{From: graph.MustDate(on)}})
	}
	n := apply(t, store, "acts", dated("treaty/a", graph.PredEnteredIntoForce, "1980-01-01"), of("state/a", graph.PredRatified, "treaty/a", "1979-01-01"),
		of("state/b", graph.PredSuccessorOf, "state/a", "1991-12-26"), of("state/c", graph.PredSuccessorOf, "state/b", "2006-06-03"))
	s := reach(t, follow(t, store), n)
	for day, want := range map[string][]graph.ID{
		"1979-12-31": nil, "1980-01-01": {"state/a"}, "1991-12-25": {"state/a"}, "1991-12-26": {"state/a", "state/b"}, "2006-06-03": {"state/a", "state/b", "state/c"},
	} {
		page, err := s.Parties(index.PartyQuery{Instrument: "treaty/a", States: index.Parties(graph.PartyParty), On: graph.MustDate(day).Earliest(), Page: index.Page{First: 9}})
		var got []graph.ID
		for _, item := range page.Items {
			got = append(got, item.Actor)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v %v, want %v", day, got, err, want)
		}
	}
}

func TestCursorsOfPartiesStayGoodAndBelongToPartiesAlone(t *testing.T) {
	store := openSQLite(t)
	applyBase(t, store)
	signed := func(states ...graph.ID) (list []graph.Assertion) {
		for _, id := range states {
			list = append(list, says("dataset/a", graph.Claim{Subject: id, Predicate: graph.PredSigned, Object: "treaty/a", Valid: graph.Interval{From: graph.MustDate("1990-01-01")}}))
		}
		return list
	}
	q := index.PartyQuery{Instrument: "treaty/a", States: index.Parties(graph.PartySignatory), On: graph.MustDate("1991-01-01").Earliest(), Page: index.Page{First: 1}}
	x := follow(t, store)
	s := reach(t, x, apply(t, store, "first", signed("state/b")...))
	page, err := s.Parties(q)
	if err != nil || len(page.Items) != 1 || page.HasNext || page.HasPrevious {
		t.Fatal(page, err)
	}
	q.Page.After = page.Items[0].Cursor
	s = reach(t, x, apply(t, store, "then", signed("state/a", "state/c")...))
	if page, err = s.Parties(q); err != nil || len(page.Items) != 1 || page.Items[0].Actor != "state/c" || !page.HasPrevious || page.HasNext {
		t.Error(page, err)
	}
	entities, _ := s.Entities(context.Background(), index.EntityQuery{Page: index.Page{First: 1}})
	for _, cursor := range []string{entities.Items[0].Cursor, "?", "YQ"} {
		q.Page.After = cursor
		if _, err := s.Parties(q); !errors.Is(err, index.ErrCursor) {
			t.Errorf("%q: %v", cursor, err)
		}
	}
}

// BenchmarkParties asks for a page and for the number of the 200 parties of a treaty, each of which signed and ratified it.
func BenchmarkParties(b *testing.B) {
	m := newMemory()
	batch := base()
	batch.Assert = append(batch.Assert, dated("treaty/a", graph.PredEnteredIntoForce, "1980-01-01"))
	for i := range 200 {
		id := graph.ID(fmt.Sprintf("state/p%d", i))
		for _, p := range []graph.Predicate{graph.PredSigned, graph.PredRatified} {
			batch.Assert = append(batch.Assert, says("dataset/a", graph.Claim{Subject: id, Predicate: p, Object: "treaty/a", Valid: graph.Interval{From: graph.MustDate("1979-01-01")}}))
		}
	}
	if _, err := m.Apply(context.Background(), batch); err != nil {
		b.Fatal(err)
	}
	s := follow(b, m).Snapshot()
	q := index.PartyQuery{Instrument: "treaty/a", States: index.Parties(graph.PartyParty), On: graph.MustDate("2000-01-01").Earliest(), Page: index.Page{First: 20}}
	b.Run("page", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if page, err := s.Parties(q); err != nil || len(page.Items) != 20 {
				b.Fatal(page, err)
			}
		}
	})
	b.Run("count", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if n := s.CountParties(q); n != 200 {
				b.Fatal(n)
			}
		}
	})
}
