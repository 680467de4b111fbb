package index_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"treatygraph/graph"
	"treatygraph/index"
)

// A counting context counts how often it is asked whether it is done, which each gathering does, and nothing else here.
type counting struct {
	context.Context
	asked *atomic.Int64
}

func (c counting) Err() error {
	c.asked.Add(1)
	return c.Context.Err()
}

func TestAGraphIsGatheredOnceForAllWhoAskTheSame(t *testing.T) {
	m := newMemory()
	applyBase(t, m)
	cites := func(from, to graph.ID) graph.Assertion {
		return says("dataset/a", graph.Claim{Subject: from, Predicate: graph.PredCites, Object: to})
	}
	first := apply(t, m, "first", cites("treaty/a", "treaty/b"))
	x := follow(t, m)
	s := reach(t, x, first)
	var gathered atomic.Int64
	ask := func(s *index.Snapshot, q index.AnalysisQuery) *index.Analysis {
		a, err := s.Analysis(counting{t.Context(), &gathered}, q)
		if err != nil {
			t.Error(err)
		}
		return a
	}
	q := index.AnalysisQuery{Predicates: []graph.Predicate{graph.PredCites, graph.PredAmends}}
	const askers = 20
	var answers [askers]*index.Analysis
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = ask(s, q) })
	}
	all.Wait()
	if n := gathered.Load(); n != 1 || len(slices.Compact(answers[:])) != 1 || len(answers[0].Graph.Edges) != 1 {
		t.Fatalf("%d gatherings for %d who asked at once: %v", n, askers, answers)
	}
	day := graph.MustDate("2000-01-01").Earliest()
	yes, no := true, false
	for name, other := range map[string]index.AnalysisQuery{
		"of all predicates":       {},
		"of no predicate":         {Predicates: []graph.Predicate{}},
		"of one predicate":        {Predicates: q.Predicates[:1]},
		"of a kind":               {Predicates: q.Predicates, Kinds: graph.Set(graph.KindTreaty)},
		"of a day":                {Predicates: q.Predicates, At: index.AsOf{ValidOn: &day}},
		"of what is evidenced":    {Predicates: q.Predicates, Evidenced: &yes},
		"of what is unevidenced":  {Predicates: q.Predicates, Evidenced: &no},
		"of an earlier revision":  {Predicates: q.Predicates, At: index.AsOf{Revision: first - 1}},
		"of the revision by name": {Predicates: []graph.Predicate{graph.PredAmends, graph.PredCites, graph.PredCites}, At: index.AsOf{Revision: first}},
	} {
		before, a := gathered.Load(), ask(s, other)
		if same := name == "of the revision by name"; (gathered.Load() == before) != same || (a == answers[0]) != same {
			t.Errorf("%s: %d gatherings after %d", name, gathered.Load(), before)
		}
		if ask(s, other) != a {
			t.Errorf("%s: gathered twice", name)
		}
		ask(s, q) // which goes on to be kept
	}

	later := reach(t, x, apply(t, m, "later", cites("treaty/b", "treaty/c")))
	before := gathered.Load()
	if a := ask(later, q); len(a.Graph.Edges) != 2 || gathered.Load() != before+1 {
		t.Errorf("after a later revision: %+v", a)
	}
	q.At.Revision = first
	if ask(later, q) != answers[0] || gathered.Load() != before+1 {
		t.Error("a later snapshot gathers anew what was gathered of an earlier revision")
	}
	a := answers[0]
	structure, err := a.Structure(t.Context())
	if again, _ := a.Structure(t.Context()); err != nil || again != structure {
		t.Error("the structure is found twice", err)
	}
}

// A stopping context says that it is done once it is asked, after it has said that it was asked.
type stopping struct {
	context.Context
	asked, goOn chan struct{}
}

func (s stopping) Err() error {
	close(s.asked)
	<-s.goOn
	return context.Canceled
}

func TestWhoGivesUpLeavesTheGatheringToWhoeverWaits(t *testing.T) {
	m := newMemory()
	applyBase(t, m)
	s := follow(t, m).Snapshot()
	gathering := stopping{t.Context(), make(chan struct{}), make(chan struct{})}
	var first, second error
	var a *index.Analysis
	var both sync.WaitGroup
	both.Go(func() { _, first = s.Analysis(gathering, index.AnalysisQuery{}) })
	<-gathering.asked
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Analysis(impatient, index.AnalysisQuery{}); !errors.Is(err, context.Canceled) {
		t.Errorf("who waits no longer gets %v", err)
	}
	both.Go(func() { a, second = s.Analysis(t.Context(), index.AnalysisQuery{}) })
	close(gathering.goOn)
	both.Wait()
	if !errors.Is(first, context.Canceled) || second != nil || a == nil {
		t.Errorf("%v, then %v %v", first, a, second)
	}
}

func TestTheGraphsThatAreKeptAreBoundedInNumberAndSize(t *testing.T) {
	var k index.KeptAnalyses
	for n := range index.MaxKeptAnalyses + 3 {
		k.Keep(n, 10)
	}
	if got := k.Kept(); len(got) != index.MaxKeptAnalyses || got[0] != 3 {
		t.Errorf("of small ones %v are kept", got)
	}
	k.Keep(5, 10) // again
	k.Keep(100, index.MaxAnalysed-20)
	if got := k.Kept(); !slices.Equal(got, []int{10, 5, 100}) {
		t.Errorf("beside a large one %v are kept", got)
	}
	k.Keep(101, index.MaxAnalysed)
	if got := k.Kept(); !slices.Equal(got, []int{101}) {
		t.Errorf("beside the largest %v are kept", got)
	}
	k.Ask(102) // and is not gathered yet
	k.Keep(103, index.MaxAnalysed)
	if got := k.Kept(); !slices.Equal(got, []int{102, 103}) {
		t.Errorf("beside one that is being gathered %v are kept", got)
	}
}
