package resolvers_test

import (
	"testing"

	"treatygraph/graph"
)

// twoRevisions is the fixture, and a second revision in which treaty/t0 expires in 2010 and gets another short name.
func twoRevisions(t *testing.T) api {
	t.Helper()
	store := openSQLite(t)
	fill(t, store, 3)
	apply(t, store, &graph.Batch{Key: "second", Author: "test", Summary: "second",
		Assert: []graph.Assertion{
			claim("treaty/t0", graph.PredExpired, on("2010-01-01"), cited("a third gazette")),
			named("treaty/t0", "Treaty Nought", "en", graph.NameShort),
		},
		Withdraw: []graph.AssertionKey{key(named("treaty/t0", "Treaty 0", "en", graph.NameShort))},
	})
	return newAPI(t, follow(t, store), store)
}

func key(a graph.Assertion) graph.AssertionKey { return a.Key() }

const statusOfT0 = `{revision{number digest} entity(id:"treaty/t0"){label ...on Treaty{status{value at}} statements{totalCount}}}`

func TestAnOlderRevisionGivesItsOldAnswer(t *testing.T) {
	a := twoRevisions(t)
	type answer struct {
		Revision struct {
			Number int
			Digest *string
		}
		Entity struct {
			Label  string
			Status struct{ Value, At string }
		}
	}
	for query, want := range map[string]struct {
		label, value string
		number       int
	}{
		"":                        {"Treaty Nought", "EXPIRED", 2},
		"query @asOf(revision:1)": {"Treaty 0", "IN_FORCE", 1},
		"query @asOf(revision:2)": {"Treaty Nought", "EXPIRED", 2},
		`query @asOf(recordedAt:"2026-01-15T12:00:00Z")`: {"Treaty 0", "IN_FORCE", 1}, // the second is a microsecond later
		`query @asOf(recordedAt:"2027-01-01T00:00:00Z")`: {"Treaty Nought", "EXPIRED", 2},
	} {
		var got answer
		r := a.answer(query+statusOfT0, nil, &got)
		if got.Entity.Label != want.label || got.Entity.Status.Value != want.value || got.Revision.Number != want.number {
			t.Errorf("%s: got %+v", query, got)
		}
		if r.Extensions.Revision == nil || r.Extensions.Revision.Number != want.number || r.Extensions.Revision.At == "" {
			t.Errorf("%s: extensions.revision is %+v", query, r.Extensions.Revision)
		}
		if got.Entity.Status.At != "2026-01-15" {
			t.Errorf("%s: a status without at is of %s, not today", query, got.Entity.Status.At)
		}
	}
}

func TestADayHoldsForTheWholeOperationAndAnArgumentWins(t *testing.T) {
	a := twoRevisions(t)
	var got struct {
		Entity struct {
			Status, Later struct{ Value, At string }
			Statements    struct{ TotalCount int }
		}
	}
	a.answer(`query($on: Date) @asOf(validOn:$on) {entity(id:"treaty/t0"){...on Treaty{status{value at} later:status(at:"2011-01-01"){value at}} statements(predicates:[EXPIRED]){totalCount}}}`,
		map[string]any{"on": "2005-05-05"}, &got)
	e := got.Entity
	if e.Status.Value != "IN_FORCE" || e.Status.At != "2005-05-05" || e.Later.Value != "EXPIRED" || e.Later.At != "2011-01-01" || e.Statements.TotalCount != 0 {
		t.Errorf("got %+v", got)
	}
}
