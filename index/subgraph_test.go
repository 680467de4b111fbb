package index_test

import (
	"cmp"
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

// shown are the statements of a time that a list shows by default.
func (o *model) shown(at index.AsOf) (list []*fact) {
	canonical, facts := o.canonical(at), o.facts(at)
	for _, f := range facts {
		if f.holds(at) && f.rank() != graph.RankDeprecated && (f.rank() == graph.RankPreferred || !o.outranked(facts, f, canonical)) {
			list = append(list, f)
		}
	}
	return list
}

// subgraph answers by going through all statements again and again.
func (o *model) subgraph(q index.SubgraphQuery) (g index.Subgraph) {
	canonical := o.canonical(q.At)
	type edge struct {
		from, to graph.ID
		fact     *fact
	}
	var edges []edge
	standing := map[graph.ID]int{}
	for _, f := range o.shown(q.At) {
		c := f.claim()
		from, to := canonical(c.Subject), graph.ID("")
		standing[from]++
		if c.Object == "" {
			continue
		}
		to = canonical(c.Object)
		if from == to && c.Predicate == graph.PredMergedInto {
			continue
		}
		if from != to {
			standing[to]++
		}
		if (q.Predicates == nil || slices.Contains(q.Predicates, c.Predicate)) && (q.Evidenced == nil || f.evidenced() == *q.Evidenced) {
			edges = append(edges, edge{from, to, f})
		}
	}
	barred := func(id graph.ID) bool {
		return slices.ContainsFunc(q.Without, func(w graph.ID) bool { return canonical(w) == id })
	}
	hops := map[graph.ID]int{}
	take := func(ids map[graph.ID]bool, hop int) {
		var list []graph.ID
		for id := range ids {
			if _, there := hops[id]; !there && !barred(id) && (hop == 0 || q.Kinds == 0 || q.Kinds.Has(id.Kind())) {
				list = append(list, id)
			}
		}
		slices.SortFunc(list, func(a, b graph.ID) int { return cmp.Or(standing[b]-standing[a], cmp.Compare(a, b)) })
		for _, id := range list[:min(len(list), q.MaxNodes-len(g.Nodes))] {
			hops[id] = hop
			g.Nodes = append(g.Nodes, id)
		}
		if hop == 0 {
			g.Seeds, g.MoreSeeds = len(g.Nodes), len(list)-len(g.Nodes)
		}
	}
	seeds := map[graph.ID]bool{}
	for _, id := range q.Seeds {
		if o.exists(id, q.At) {
			seeds[canonical(id)] = true
		}
	}
	take(seeds, 0)
	for hop := 1; hop <= q.Depth; hop++ {
		next := map[graph.ID]bool{}
		for _, e := range edges {
			for _, end := range [][2]graph.ID{{e.from, e.to}, {e.to, e.from}} {
				if at, there := hops[end[0]]; there && at == hop-1 {
					next[end[1]] = true
				}
			}
		}
		take(next, hop)
	}
	for _, n := range g.Nodes {
		missing := map[graph.ID]bool{}
		for _, e := range edges {
			for _, end := range [][2]graph.ID{{e.from, e.to}, {e.to, e.from}} {
				if _, there := hops[end[1]]; end[0] == n && !there && hops[n] < q.Depth && !barred(end[1]) && (q.Kinds == 0 || q.Kinds.Has(end[1].Kind())) {
					missing[end[1]] = true
				}
			}
		}
		if len(missing) > 0 {
			g.Omitted = append(g.Omitted, index.Omission{Entity: n, Count: len(missing)})
		}
	}
	end := map[graph.StatementID]int{}
	for _, e := range edges {
		if i, j := slices.Index(g.Nodes, e.from), slices.Index(g.Nodes, e.to); i >= 0 && j >= 0 {
			g.Statements = append(g.Statements, shapeOf(e.fact))
			end[e.fact.id] = max(i, j)
		}
	}
	inOrder := func(a, b index.Statement) int { return compareIn(q.Order, &a, &b) }
	slices.SortFunc(g.Statements, func(a, b index.Statement) int { return cmp.Or(end[a.ID]-end[b.ID], inOrder(a, b)) })
	if more := len(g.Statements) - q.MaxStatements; more > 0 {
		g.Statements, g.OmittedStatements = g.Statements[:q.MaxStatements], more
	}
	slices.SortFunc(g.Statements, inOrder)
	return g
}

func drawSubgraphQuery(t *rapid.T, head graph.RevisionNumber) index.SubgraphQuery {
	everyone := slices.Concat(someTreaties, someStates)
	q := index.SubgraphQuery{
		Seeds:         rapid.SliceOfN(rapid.SampledFrom(append(everyone, "treaty/none")), 1, 3).Draw(t, "seeds"),
		Depth:         rapid.IntRange(0, 4).Draw(t, "depth"),
		Predicates:    rapid.SampledFrom([][]graph.Predicate{nil, nil, {graph.PredSigned}, {graph.PredCites, graph.PredBoundBy}, {graph.PredMergedInto, graph.PredCites}}).Draw(t, "predicates"),
		Kinds:         rapid.SampledFrom([]graph.KindSet{0, 0, graph.Set(graph.KindTreaty), graph.Set(graph.KindState)}).Draw(t, "kinds"),
		Without:       rapid.SliceOfN(rapid.SampledFrom(everyone), 0, 2).Draw(t, "without"),
		MaxNodes:      rapid.IntRange(1, 8).Draw(t, "nodes"),
		MaxStatements: rapid.SampledFrom([]int{1, 3, 100}).Draw(t, "statements"),
		Order:         rapid.SampledFrom([]index.StatementOrder{index.OrderPredicate, index.OrderOldestStatement, index.OrderNewestStatement}).Draw(t, "order"),
		At:            drawAsOf(t, head),
	}
	if rapid.Bool().Draw(t, "by evidence") {
		yes := rapid.Bool().Draw(t, "evidenced")
		q.Evidenced = &yes
	}
	return q
}

// drawRecord makes a store of a few random revisions.
func drawRecord(t *rapid.T) *memory {
	m := newMemory()
	if _, err := m.Apply(context.Background(), base()); err != nil {
		t.Fatal(err)
	}
	for n := range rapid.IntRange(1, 12).Draw(t, "revisions") {
		if b, some := drawBatch(t, m, n); some {
			if _, err := m.Apply(context.Background(), b); err != nil {
				t.Fatal(err)
			}
		}
	}
	return m
}

func subgraphOf(t interface{ Fatal(...any) }, s *index.Snapshot, q index.SubgraphQuery) index.Subgraph {
	g, err := s.Subgraph(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// sameSubgraph compares but for what was looked at on the way.
func sameSubgraph(t *rapid.T, what string, q index.SubgraphQuery, got, want index.Subgraph) {
	got.Explored, want.Explored = 0, 0
	for _, g := range []*index.Subgraph{&got, &want} {
		if len(g.Nodes) == 0 {
			g.Nodes = nil
		}
		if len(g.Statements) == 0 {
			g.Statements = nil
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s: %+v:\n%+v, want\n%+v", what, q, got, want)
	}
}

func TestASubgraphIsThatOfANaiveSearch(t *testing.T) {
	cases.Check(t, 10_000, func(t *rapid.T) {
		m := drawRecord(t)
		o, s := newModel(m), follow(t, m).Snapshot()
		for range 4 {
			q := drawSubgraphQuery(t, o.head)
			sameSubgraph(t, "against the model", q, subgraphOf(t, s, q), o.subgraph(q))
		}
	})
}

func TestAPermalinkGivesTheSameSubgraphWhateverWasWrittenSince(t *testing.T) {
	cases.Check(t, 2_000, func(t *rapid.T) {
		m := drawRecord(t)
		x := follow(t, m)
		s := x.Snapshot()
		type kept struct {
			q     index.SubgraphQuery
			g     index.Subgraph
			token string
		}
		var all []kept
		for range 2 {
			k := kept{q: drawSubgraphQuery(t, s.Head().Revision)}
			k.g = subgraphOf(t, s, k.q)
			k.q.Seeds, k.q.MoreSeeds = k.g.Nodes[:k.g.Seeds], k.g.MoreSeeds
			var err error
			if k.token, err = s.Permalink(k.q); err != nil || len(k.token) > index.MaxPermalink {
				t.Fatal(err, k.token)
			}
			all = append(all, k)
		}
		for n := range rapid.IntRange(1, 4).Draw(t, "later") {
			if b, some := drawBatch(t, m, 100+n); some {
				if _, err := m.Apply(context.Background(), b); err != nil {
					t.Fatal(err)
				}
			}
		}
		later := reach(t, x, m.head.Revision)
		for _, k := range all {
			q, err := later.OpenPermalink(k.token)
			if err != nil {
				t.Fatal(err)
			}
			sameSubgraph(t, "by permalink", q, subgraphOf(t, later, q), k.g)
			if again, err := later.Permalink(q); again != k.token || err != nil {
				t.Fatalf("%+v: %s, then %s, %v", q, k.token, again, err)
			}
		}
	})
}

// TestASubgraphOfThePastIsThatOfARecordOfWhatWasVisibleThen asks a record that holds nothing but the assertions which were recorded then and
// hold on the day.
func TestASubgraphOfThePastIsThatOfARecordOfWhatWasVisibleThen(t *testing.T) {
	cases.Check(t, 5_000, func(t *rapid.T) {
		m := drawRecord(t)
		o, s := newModel(m), follow(t, m).Snapshot()
		q := drawSubgraphQuery(t, o.head)
		q.At.Revision = max(q.At.Revision, 1)
		then := newMemory()
		b := base()
		there := map[graph.AssertionKey]bool{}
		for _, a := range b.Assert {
			there[a.Key()] = true
		}
		for _, f := range o.facts(q.At) {
			// What does not hold but is preferred still stands in for what it contradicts.
			if !f.holds(q.At) && f.rank() == graph.RankPreferred {
				t.Skip("a preferred statement of another day")
			}
			for _, a := range f.assertions {
				if f.holds(q.At) && !there[a.Key()] {
					b.Assert = append(b.Assert, *a)
				}
			}
		}
		for _, f := range newModelOf(b) {
			if !slices.ContainsFunc(o.facts(q.At), func(g *fact) bool { return g.id == f }) {
				t.Skip("the base has changed")
			}
		}
		if _, err := then.Apply(context.Background(), b); err != nil {
			t.Fatal(err)
		}
		now := q
		now.At = index.AsOf{}
		got, want := subgraphOf(t, s, q), subgraphOf(t, follow(t, then).Snapshot(), now)
		for _, g := range []*index.Subgraph{&got, &want} { // who records a statement, and when, is not the subgraph's
			for i := range g.Statements {
				g.Statements[i].Refs = nil
			}
		}
		sameSubgraph(t, "as of then", q, got, want)
	})
}

func newModelOf(b *graph.Batch) (ids []graph.StatementID) {
	for _, a := range b.Assert {
		ids = append(ids, a.Claim.ID())
	}
	return ids
}

// TestASubgraphWithoutAnEntityIsThatOfARecordWithoutIt leaves room for all, since the statements of what is gone count for their other ends.
func TestASubgraphWithoutAnEntityIsThatOfARecordWithoutIt(t *testing.T) {
	cases.Check(t, 5_000, func(t *rapid.T) {
		m := drawRecord(t)
		o, s := newModel(m), follow(t, m).Snapshot()
		q := drawSubgraphQuery(t, o.head)
		q.At, q.MaxNodes, q.MaxStatements = index.AsOf{}, 100, 100
		gone := rapid.SampledFrom(slices.Concat(someTreaties, someStates)).Draw(t, "gone")
		canonical := o.canonical(q.At)
		is := func(id graph.ID) bool { return id != "" && canonical(id) == canonical(gone) }
		rest := newMemory()
		b := &graph.Batch{Key: "rest"}
		for _, f := range o.facts(q.At) {
			for _, a := range f.assertions {
				if !is(a.Subject) && !is(a.Object) {
					b.Assert = append(b.Assert, *a)
				}
			}
		}
		named := base().Assert
		for _, a := range named { // whatever was withdrawn, entities go on to exist
			if !is(a.Subject) && !slices.ContainsFunc(b.Assert, func(c graph.Assertion) bool { return c.Key() == a.Key() }) {
				b.Assert = append(b.Assert, a)
			}
		}
		if _, err := rest.Apply(context.Background(), b); err != nil {
			t.Fatal(err)
		}
		q.Without = nil
		want := subgraphOf(t, follow(t, rest).Snapshot(), q)
		q.Without = []graph.ID{gone}
		got := subgraphOf(t, s, q)
		ids := func(g index.Subgraph) (ids []graph.StatementID) {
			for _, s := range g.Statements {
				ids = append(ids, s.ID)
			}
			return ids
		}
		if g, w := slices.Sorted(slices.Values(got.Nodes)), slices.Sorted(slices.Values(want.Nodes)); !slices.Equal(g, w) || !slices.Equal(ids(got), ids(want)) {
			t.Fatalf("%+v:\n%v %v, want\n%v %v", q, g, ids(got), w, ids(want))
		}
	})
}

// linked is a record of statements between entities, and a name of each.
func linked(t testing.TB, edges func(add func(from graph.ID, p graph.Predicate, to graph.ID))) *index.Snapshot {
	t.Helper()
	r := &recording{memory: newMemory()}
	r.head = graph.Head{Store: "recording", Revision: 1}
	known := map[graph.ID]bool{}
	say := func(c graph.Claim) {
		a := graph.Assertion{Claim: c, Dataset: "dataset/a", Rank: graph.RankNormal, Method: graph.MethodImported}
		r.list = append(r.list, graph.Version{Ref: graph.Ref{Statement: a.Claim.ID(), Dataset: a.Dataset, From: 1}, Body: string(graph.AppendAssertion(nil, &a))})
	}
	name := func(id graph.ID) {
		if !known[id] {
			known[id] = true
			v := graph.NameValue(graph.Name{Text: string(id), Lang: "en", Role: graph.NameOfficial})
			say(graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: &v})
		}
	}
	name("dataset/a")
	edges(func(from graph.ID, p graph.Predicate, to graph.ID) {
		name(from)
		name(to)
		say(graph.Claim{Subject: from, Predicate: p, Object: to})
	})
	slices.SortFunc(r.list, func(a, b graph.Version) int { return a.Ref.Compare(b.Ref) })
	return follow(t, r).Snapshot()
}

func treatyNumber(i int) graph.ID { return graph.ID(fmt.Sprintf("treaty/t%06d", i)) }

func TestAStarKeepsWhatStandsInMostAndSaysHowMuchIsLeftOut(t *testing.T) {
	const leaves = 50_000
	s := linked(t, func(add func(graph.ID, graph.Predicate, graph.ID)) {
		for i := range leaves {
			add("state/hub", graph.PredSigned, treatyNumber(i))
		}
		add(treatyNumber(40_000), graph.PredCites, treatyNumber(41_000))
	})
	q := index.SubgraphQuery{Seeds: []graph.ID{"state/hub"}, Depth: 1, MaxNodes: 4, MaxStatements: 100}
	g := subgraphOf(t, s, q)
	if want := []graph.ID{"state/hub", treatyNumber(40_000), treatyNumber(41_000), treatyNumber(0)}; !slices.Equal(g.Nodes, want) {
		t.Errorf("nodes %v, want %v", g.Nodes, want)
	}
	if !slices.Equal(g.Omitted, []index.Omission{{Entity: "state/hub", Count: leaves - 3}}) || len(g.Statements) != 4 {
		t.Errorf("omitted %v, %d statements", g.Omitted, len(g.Statements))
	}
	if g.Explored != leaves {
		t.Errorf("explored %d", g.Explored)
	}
	q.Depth = 4 // nothing is left to go on from: the room is gone
	if deeper := subgraphOf(t, s, q); deeper.Explored != leaves || !slices.Equal(deeper.Nodes, g.Nodes) {
		t.Errorf("explored %d, nodes %v", deeper.Explored, deeper.Nodes)
	}
	ofHub := testing.AllocsPerRun(3, func() { subgraphOf(t, s, q) })
	if ofHub > 500 {
		t.Errorf("%v allocations for %d neighbours", ofHub, leaves)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Subgraph(ctx, q); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestACancelledSearchEndsWithinAThousandStatements(t *testing.T) {
	s := linked(t, func(add func(graph.ID, graph.Predicate, graph.ID)) {
		for i := range 5_000 {
			add("state/hub", graph.PredSigned, treatyNumber(i))
		}
	})
	ctx := &countingContext{Context: t.Context()}
	subgraphOf(t, s, index.SubgraphQuery{Seeds: []graph.ID{"state/hub"}, Depth: 1, MaxNodes: 10, MaxStatements: 10})
	if _, err := s.Subgraph(ctx, index.SubgraphQuery{Seeds: []graph.ID{"state/hub"}, Depth: 1, MaxNodes: 10, MaxStatements: 10}); err != nil || ctx.asked < 5_000/1_000 {
		t.Errorf("%v; the context was asked %d times", err, ctx.asked)
	}
}

type countingContext struct {
	context.Context
	asked int
}

func (c *countingContext) Err() error {
	c.asked++
	return c.Context.Err()
}

func TestACliqueShowsEachStatementOnceAndCutsThoseOfTheLastNodes(t *testing.T) {
	const n = 60
	s := linked(t, func(add func(graph.ID, graph.Predicate, graph.ID)) {
		for i := range n {
			for j := range i {
				add(treatyNumber(i), graph.PredCites, treatyNumber(j))
			}
		}
	})
	q := index.SubgraphQuery{Seeds: []graph.ID{treatyNumber(30)}, Depth: 1, MaxNodes: n, MaxStatements: n * n}
	g := subgraphOf(t, s, q)
	if len(g.Nodes) != n || len(g.Statements) != n*(n-1)/2 || g.Omitted != nil || g.OmittedStatements != 0 || g.Explored != n-1 {
		t.Errorf("%d nodes, %d statements, omitted %v and %d, explored %d", len(g.Nodes), len(g.Statements), g.Omitted, g.OmittedStatements, g.Explored)
	}
	q.MaxStatements = 10 // those among the first five nodes
	g = subgraphOf(t, s, q)
	for _, s := range g.Statements {
		if slices.Index(g.Nodes, s.Subject) > 4 || slices.Index(g.Nodes, s.Object) > 4 {
			t.Errorf("%s -> %s is kept", s.Subject, s.Object)
		}
	}
	if len(g.Statements) != 10 || g.OmittedStatements != n*(n-1)/2-10 {
		t.Errorf("%d statements, %d left out", len(g.Statements), g.OmittedStatements)
	}
}

func TestAChainIsFollowedAsFarAsAskedAndNoFurther(t *testing.T) {
	s := linked(t, func(add func(graph.ID, graph.Predicate, graph.ID)) {
		for i := range 2_000 {
			add(treatyNumber(i), graph.PredAmends, treatyNumber(i+1))
		}
	})
	for depth := range 5 {
		g := subgraphOf(t, s, index.SubgraphQuery{Seeds: []graph.ID{treatyNumber(1_000)}, Depth: depth, MaxNodes: 100, MaxStatements: 100})
		if len(g.Nodes) != 1+2*depth || len(g.Statements) != 2*depth || g.Explored != max(0, 4*depth-2) {
			t.Errorf("depth %d: %d nodes, %d statements, explored %d", depth, len(g.Nodes), len(g.Statements), g.Explored)
		}
	}
}
