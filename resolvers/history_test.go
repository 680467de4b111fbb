package resolvers_test

import (
	"fmt"
	"testing"

	"treatygraph/graph"
)

func TestAStatementKnowsItsHistoryAndAnEarlierRevisionKnowsNoMore(t *testing.T) {
	store := openSQLite(t)
	fill(t, store, 2)
	idx := follow(t, store)
	force := claim("treaty/t0", graph.PredEnteredIntoForce, on("2000-01-01"), cited("a gazette"))
	apply(t, store, &graph.Batch{Key: "withdraw", Withdraw: []graph.AssertionKey{force.Key()}})
	again := force
	again.Evidence = []graph.Evidence{{Citation: "a better gazette"}}
	other := claim("treaty/t0", graph.PredEnteredIntoForce, on("2001-01-01"), cited("another gazette"))
	apply(t, store, &graph.Batch{Key: "again", Assert: []graph.Assertion{again, other}})
	if _, err := idx.Wait(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	a := newAPI(t, idx, store)
	for statement, want := range map[graph.StatementID]int{force.Claim.ID(): 1, other.Claim.ID(): 3} {
		var data struct {
			Node struct{ Recorded struct{ Number int } }
		}
		a.answer(fmt.Sprintf(`{node(id:%q){...on Statement{recorded{number}}}}`, statement), nil, &data)
		if data.Node.Recorded.Number != want {
			t.Errorf("%s is recorded since %d, not %d", statement, data.Node.Recorded.Number, want)
		}
	}
	type version struct {
		From, To  *struct{ Number int }
		Assertion struct{ Evidence []struct{ Citation string } }
	}
	ask := func(directive string) (versions []version, competing int) {
		var data struct {
			Node struct {
				History   []version
				Competing []struct{ ID string }
			}
		}
		a.answer(fmt.Sprintf(`query %s {node(id:%q){...on Statement{history{from{number} to{number} assertion{evidence{citation}}} competing{id}}}}`, directive, force.Claim.ID()), nil, &data)
		return data.Node.History, len(data.Node.Competing)
	}
	versions, competing := ask("")
	if len(versions) != 2 || versions[0].From.Number != 1 || versions[0].To == nil || versions[0].To.Number != 2 || versions[1].From.Number != 3 || versions[1].To != nil ||
		versions[0].Assertion.Evidence[0].Citation != "a gazette" || versions[1].Assertion.Evidence[0].Citation != "a better gazette" || competing != 1 {
		t.Errorf("now: %+v, %d competing", versions, competing)
	}
	if versions, competing = ask("@asOf(revision:1)"); len(versions) != 1 || versions[0].To != nil || competing != 0 {
		t.Errorf("at revision 1: %+v, %d competing", versions, competing)
	}
}

func TestHistoriesOfAWholeLevelAreLoadedWithOneCall(t *testing.T) {
	for _, n := range []int{2, 9} {
		a, store := counted(t, n)
		var data any
		a.answer(`{treaties{nodes{statements(first:9){nodes{history{assertion{dataset{label} evidence{citation}}} competing{id rank}}}}}}`, nil, &data)
		if got := store.assertions.Load(); got > 1 {
			t.Errorf("%d treaties: %d calls for assertions, not 1", n, got)
		}
	}
}
