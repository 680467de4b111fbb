package index_test

import (
	"context"
	"reflect"
	"slices"

	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/index"
)

// compareDifference checks what must be true of any comparison: each statement of a side is in one list or the same on both, what is gained has
// no counterpart among what is lost, and turned round what was gained is lost. Statements are paired by the merges of the later side, so
// that changes need not be the same the other way round.
func compareDifference(t *rapid.T, s *index.Snapshot, o *model) {
	side := func() *index.Side {
		at := drawAsOf(t, o.head)
		filter := index.ClaimFilter{Predicates: []graph.Predicate{graph.PredSigned, graph.PredBoundBy, graph.PredCites}}
		page, err := s.Claims(context.Background(), index.ClaimQuery{Filter: filter, At: at, Page: index.Page{First: 1000}})
		if err != nil {
			t.Fatal(err)
		}
		side := &index.Side{Nodes: o.entities(0, at), At: at, Day: graph.MustDate(rapid.SampledFrom(someDays).Draw(t, "status on")).Earliest()}
		for _, item := range page.Items {
			side.Statements = append(side.Statements, item.Statement)
		}
		return side
	}
	from, to := side(), side()
	d := s.Difference(from, to)
	canonical := o.canonical(to.At)
	type what struct {
		subject, object graph.ID
		predicate       graph.Predicate
	}
	of := func(s *index.Statement) what { return what{canonical(s.Subject), canonical(s.Object), s.Predicate} }
	onFrom, onTo := map[int]int{}, map[int]int{}
	for _, j := range d.Lost {
		onFrom[j]++
	}
	for _, i := range d.Gained {
		onTo[i]++
	}
	for _, c := range d.Changed {
		onFrom[c.From]++
		onTo[c.To]++
		before, after := &from.Statements[c.From], &to.Statements[c.To]
		if of(before) != of(after) || c.What == 0 || before.ID == after.ID && before.Rank == after.Rank && slices.Equal(before.Refs, after.Refs) {
			t.Fatalf("%+v is no change of %+v", after, before)
		}
	}
	has := func(statements []index.Statement, s *index.Statement) bool {
		return slices.ContainsFunc(statements, func(o index.Statement) bool {
			return o.ID == s.ID && o.Rank == s.Rank && slices.Equal(o.Refs, s.Refs)
		})
	}
	for j := range from.Statements {
		if want := !has(to.Statements, &from.Statements[j]); (onFrom[j] == 1) != want || onFrom[j] > 1 {
			t.Fatalf("statement %d of from stands in %d lists: %+v", j, onFrom[j], d)
		}
	}
	for i := range to.Statements {
		if want := !has(from.Statements, &to.Statements[i]); (onTo[i] == 1) != want || onTo[i] > 1 {
			t.Fatalf("statement %d of to stands in %d lists: %+v", i, onTo[i], d)
		}
	}
	for _, j := range d.Lost {
		for _, i := range d.Gained {
			if of(&from.Statements[j]) == of(&to.Statements[i]) {
				t.Fatalf("%+v is lost and %+v gained", from.Statements[j], to.Statements[i])
			}
		}
	}
	for _, c := range d.Statuses {
		if c.From.Value == c.To.Value || !reflect.DeepEqual(c.From, s.InstrumentStatus(c.Instrument, from.Day, from.At)) || !reflect.DeepEqual(c.To, s.InstrumentStatus(c.Instrument, to.Day, to.At)) {
			t.Fatalf("%+v", c)
		}
	}
	if back := s.Difference(to, from); !slices.Equal(back.EntitiesGained, d.EntitiesLost) || !slices.Equal(back.EntitiesLost, d.EntitiesGained) || len(back.Statuses) != len(d.Statuses) {
		t.Fatalf("turned round %+v is %+v", d, back)
	}
}
