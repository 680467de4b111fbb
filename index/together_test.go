package index_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/index"
)

// compareShared compares the parties that treaties share with the status of each actor.
func compareShared(t *rapid.T, s *index.Snapshot, o *model) {
	at, day := drawAsOf(t, o.head), graph.MustDate(rapid.SampledFrom(someDays).Draw(t, "on")).Earliest()
	states := rapid.SampledFrom([]index.PartySet{index.Parties(graph.PartyParty), index.Parties(graph.PartySignatory, graph.PartyContracting, graph.PartyParty)}).Draw(t, "states")
	canonical := o.canonical(index.AsOf{Revision: at.Revision})
	var treaties []graph.ID
	for _, id := range someTreaties {
		if o.exists(id, at) && canonical(id) == id {
			treaties = append(treaties, id)
		}
	}
	pairs, err := s.SharedParties(context.Background(), treaties, states, day, at)
	if err != nil || len(pairs) != len(treaties)*(len(treaties)-1)/2 {
		t.Fatal(pairs, err)
	}
	for _, p := range pairs {
		var want []graph.ID
		for _, actor := range someStates {
			if canonical(actor) == actor && o.exists(actor, at) && states.Has(s.PartyStatus(actor, p.A, day, at).Value) && states.Has(s.PartyStatus(actor, p.B, day, at).Value) {
				want = append(want, actor)
			}
		}
		if !slices.Equal(p.Actors, want) {
			t.Fatalf("%s and %s on %s at %+v share %v, want %v", p.A, p.B, day, at, p.Actors, want)
		}
	}
}

func TestWhatStandsInTheSamePassagesIsCounted(t *testing.T) {
	m := newMemory()
	applyBase(t, m)
	b := &graph.Batch{Key: "mentions"}
	mention := func(passage int, of ...graph.ID) {
		for _, id := range of {
			b.Assert = append(b.Assert, graph.Assertion{Claim: graph.Claim{Subject: graph.ID(fmt.Sprint("passage/d/en/1/", passage)), Predicate: graph.PredMentions, Object: id},
				Dataset: "dataset/a", Rank: graph.RankNormal, Method: graph.MethodCurated})
		}
	}
	mention(1, "treaty/a", "treaty/b", "state/a")
	mention(2, "treaty/a", "treaty/b")
	mention(3, "treaty/c", "treaty/b")
	mention(4, "treaty/c", "treaty/a") // both will be one
	mention(5, "treaty/d")
	if _, err := m.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	before := m.head.Revision
	merged := apply(t, m, "merge", graph.Assertion{Claim: graph.Claim{Subject: "treaty/c", Predicate: graph.PredMergedInto, Object: "treaty/a"}, Dataset: "dataset/a", Rank: graph.RankNormal, Method: graph.MethodCurated})
	s := reach(t, follow(t, m), merged)
	for name, c := range map[string]struct {
		of    graph.ID
		kinds graph.KindSet
		at    index.AsOf
		want  []index.CoMention
		units int
	}{
		"merged":            {"treaty/c", 0, index.AsOf{}, []index.CoMention{{Entity: "treaty/b", Units: 3}, {Entity: "state/a", Units: 1}}, 4},
		"before the merge":  {"treaty/a", 0, index.AsOf{Revision: before}, []index.CoMention{{Entity: "treaty/b", Units: 2}, {Entity: "state/a", Units: 1}, {Entity: "treaty/c", Units: 1}}, 3},
		"treaties only":     {"treaty/a", graph.Set(graph.KindTreaty), index.AsOf{}, []index.CoMention{{Entity: "treaty/b", Units: 3}}, 4},
		"alone":             {"treaty/d", 0, index.AsOf{}, nil, 1},
		"mentioned nowhere": {"state/b", 0, index.AsOf{}, nil, 0},
	} {
		got, units, exact, err := s.CoMentions(t.Context(), c.of, c.kinds, c.at)
		if err != nil || !exact || units != c.units || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v in %d units, %v, %v", name, got, units, exact, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, _, err := s.CoMentions(ended, "treaty/a", 0, index.AsOf{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestAPartyIsFoundByAFilterBeforeItsTreatyIsMerged: the merge holds from a later day on, but an act counts for both treaties on every day.
func TestAPartyIsFoundByAFilterBeforeItsTreatyIsMerged(t *testing.T) {
	m := newMemory()
	applyBase(t, m)
	on := func(from graph.Date) graph.Interval { return graph.Interval{From: from} }
	head := apply(t, m, "acts",
		graph.Assertion{Claim: graph.Claim{Subject: "state/a", Predicate: graph.PredSigned, Object: "treaty/a", Valid: on(graph.MustDate("1980-01-01"))}, Dataset: "dataset/a", Rank: graph.RankNormal, Method: graph.MethodCurated},
		graph.Assertion{Claim: graph.Claim{Subject: "treaty/a", Predicate: graph.PredMergedInto, Object: "treaty/b", Valid: on(graph.MustDate("1991-05-06"))}, Dataset: "dataset/a", Rank: graph.RankNormal, Method: graph.MethodCurated})
	s := reach(t, follow(t, m), head)
	for day, want := range map[string][]graph.ID{"1990-01-01": {"treaty/a", "treaty/b"}, "1995-01-01": {"treaty/b"}} {
		d := graph.MustDate(day).Earliest()
		q := index.EntityQuery{At: index.AsOf{ValidOn: &d}, Page: index.Page{First: 10}, Filter: &index.EntityFilter{
			Party: &index.PartyCondition{Actor: "state/a", Is: []graph.PartyState{graph.PartySignatory}, On: graph.MustDate("1990-01-01").Earliest()}}}
		page, err := s.Entities(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var got []graph.ID
		for _, item := range page.Items {
			got = append(got, item.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("on %s: %v, want %v", day, got, want)
		}
	}
}
