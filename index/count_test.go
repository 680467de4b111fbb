package index_test

import (
	"slices"
	"testing"

	"treatygraph/graph"
	"treatygraph/index"
)

func TestACountThatIsKeptIsThatOfTheSameQuestionOnly(t *testing.T) {
	m, x := hub(t, 700)
	before := x.Snapshot().Head().Revision
	var list []graph.Assertion
	for i := range 30 {
		a := says("dataset/b", graph.Claim{Subject: "state/a", Predicate: graph.PredSuspended, Object: "treaty/a", Valid: graph.Interval{From: graph.Day(i).Date()}})
		if i%3 == 0 {
			a.Rank, a.Reason = graph.RankDeprecated, "wrong"
		}
		if i%2 == 0 {
			a.Method, a.Evidence = graph.MethodImported, []graph.Evidence{{Citation: "a gazette"}}
		}
		list = append(list, a)
	}
	after := apply(t, m, "more", list...)
	s, day, otherDay, yes, no := reach(t, x, after), graph.Day(10), graph.Day(20), true, false
	var questions []index.StatementQuery
	for _, at := range []index.AsOf{{}, {Revision: before}, {Revision: after}, {ValidOn: &day}, {ValidOn: &otherDay}, {Revision: before, ValidOn: &day}} {
		questions = append(questions,
			index.StatementQuery{At: at}, index.StatementQuery{At: at, Direction: index.In}, index.StatementQuery{At: at, Direction: index.Out},
			index.StatementQuery{At: at, Predicates: []graph.Predicate{graph.PredSuspended}},
			index.StatementQuery{At: at, Predicates: []graph.Predicate{graph.PredSuspended, graph.PredSigned}},
			index.StatementQuery{At: at, OtherKinds: graph.Set(graph.KindTreaty)}, index.StatementQuery{At: at, OtherKinds: graph.Set(graph.KindState)},
			index.StatementQuery{At: at, Methods: []graph.Method{graph.MethodImported}}, index.StatementQuery{At: at, Ranks: []graph.Rank{graph.RankDeprecated}},
			index.StatementQuery{At: at, Datasets: []graph.ID{"dataset/b"}}, index.StatementQuery{At: at, Datasets: []graph.ID{"dataset/none"}},
			index.StatementQuery{At: at, Evidenced: &yes}, index.StatementQuery{At: at, Evidenced: &no})
	}
	different := map[int]bool{}
	for range 2 { // the second time, all are kept
		for _, q := range questions {
			q.Entity = "state/a"
			got := s.CountStatements(q)
			different[got] = true
			want := 0
			for q.Page.First = 100; ; {
				page, err := s.Statements(q)
				if err != nil {
					t.Fatal(err)
				}
				if want += len(page.Items); !page.HasNext {
					break
				}
				q.Page.After = page.Items[len(page.Items)-1].Cursor
			}
			if got != want {
				t.Errorf("%+v: counted %d, there are %d", q, got, want)
			}
		}
		slices.Reverse(questions)
	}
	if len(different) < 8 {
		t.Errorf("the questions are too much alike: %v", different)
	}
}
