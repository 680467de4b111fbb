package index_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/tools/cases"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("treatygraph/tools/neo4j.(*Server).await"))
}

var (
	someDatasets = []graph.ID{"dataset/a", "dataset/b", "dataset/c"}
	someTreaties = []graph.ID{"treaty/a", "treaty/b", "treaty/c", "treaty/d"}
	someStates   = []graph.ID{"state/a", "state/b", "state/c"}
	someDates    = []graph.Date{{}, graph.MustDate("1990"), graph.MustDate("1991-05"), graph.MustDate("1991-05-07"), graph.MustDate("1995-01-01")}
	someTexts    = []string{"Treaty A", "treaty a", "TA", "条约"}
	someLangs    = []graph.Language{"en", "zh", "ru"}
)

// base gives every entity a first statement, so that anything may refer to it.
func base() *graph.Batch {
	b := &graph.Batch{Key: "base"}
	for _, id := range slices.Concat(someDatasets, someTreaties, someStates) {
		v := graph.NameValue(graph.Name{Text: string(id), Lang: "en", Role: graph.NameOfficial})
		b.Assert = append(b.Assert, graph.Assertion{Claim: graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: &v}, Dataset: "dataset/a",
			Rank: graph.RankNormal, Method: graph.MethodCurated})
	}
	return b
}

func drawAssertion(t *rapid.T) graph.Assertion {
	pick := func(name string, ids ...graph.ID) graph.ID { return rapid.SampledFrom(ids).Draw(t, name) }
	a := graph.Assertion{Dataset: pick("dataset", someDatasets...), Rank: rapid.SampledFrom([]graph.Rank{1, 2, 2, 3}).Draw(t, "rank"),
		Method:     rapid.SampledFrom([]graph.Method{1, 2, 3, 4}).Draw(t, "method"),
		Confidence: rapid.SampledFrom([]graph.Thousandths{0, 500, 1000}).Draw(t, "confidence")}
	if a.Rank == graph.RankDeprecated {
		a.Reason = "wrong"
	}
	if a.Method == graph.MethodExtracted {
		a.Rule = "rule"
	}
	if rapid.Bool().Draw(t, "evidenced") {
		a.Evidence = []graph.Evidence{{Citation: "a book"}}
	}
	date := func(name string) graph.Date { return rapid.SampledFrom(someDates).Draw(t, name) }
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0, 1:
		a.Subject, a.Predicate, a.Object = pick("state", someStates...), graph.PredSigned, pick("treaty", someTreaties...)
		a.Valid.From = date("on")
	case 2:
		a.Subject, a.Predicate = pick("treaty", someTreaties...), graph.PredEnteredIntoForce
		a.Valid.From = date("on")
		a.Qualifiers.EffectiveOn = date("effective")
	case 3:
		a.Subject, a.Predicate, a.Object = pick("state", someStates...), graph.PredBoundBy, pick("treaty", someTreaties...)
		if a.Valid.From, a.Valid.To = date("from"), date("to"); a.Valid.Valid() != nil {
			a.Valid.To = graph.Open
		}
	case 4:
		ids := rapid.SampledFrom([][]graph.ID{someTreaties, someStates}).Draw(t, "merging")
		a.Subject, a.Predicate, a.Object = pick("from", ids...), graph.PredMergedInto, pick("to", ids...)
		a.Valid.From = rapid.SampledFrom([]graph.Date{{}, {}, graph.MustDate("1991-05-06")}).Draw(t, "since")
	case 5:
		a.Subject, a.Predicate, a.Object = pick("one", someTreaties...), graph.PredCites, pick("other", someTreaties...)
		a.Valid.From = date("on")
	case 6:
		v := graph.NameValue(graph.Name{Text: rapid.SampledFrom(someTexts).Draw(t, "text"), Lang: rapid.SampledFrom(someLangs).Draw(t, "lang"),
			Role: rapid.SampledFrom(graph.NameRoles()).Draw(t, "role")})
		a.Subject, a.Predicate, a.Value = pick("named", someTreaties...), graph.PredNamed, &v
		a.Valid.From = date("since")
	case 7:
		v := graph.IdentifierValue(graph.Identifier{Scheme: graph.SchemeWikidata, Value: rapid.SampledFrom([]string{"Q1", "Q2"}).Draw(t, "item")})
		a.Subject, a.Predicate, a.Value = pick("identified", someTreaties...), graph.PredIdentifiedBy, &v
	case 9:
		a.Subject, a.Predicate = pick("dissolved", someStates...), graph.PredDissolved
		a.Valid.From = date("on")
	case 8:
		a.Subject, a.Predicate = pick("made", someTreaties...), rapid.SampledFrom([]graph.Predicate{graph.PredAdopted, graph.PredConcluded}).Draw(t, "how")
		a.Valid.From = date("on")
	}
	return a
}

// drawBatch draws what a revision does; false when nothing is left of it.
func drawBatch(t *rapid.T, m *memory, n int) (*graph.Batch, bool) {
	b := &graph.Batch{Key: fmt.Sprint("batch ", n)}
	seen := map[graph.AssertionKey]bool{}
	for range rapid.IntRange(1, 6).Draw(t, "assertions") {
		a := drawAssertion(t)
		if a.Subject == a.Object || seen[a.Key()] {
			continue
		}
		seen[a.Key()] = true
		b.Assert = append(b.Assert, a)
	}
	var open []graph.AssertionKey
	for k := range m.open {
		open = append(open, k)
	}
	slices.SortFunc(open, func(a, b graph.AssertionKey) int {
		return graph.Ref{Statement: a.Statement, Dataset: a.Dataset}.Compare(graph.Ref{Statement: b.Statement, Dataset: b.Dataset})
	})
	for range rapid.IntRange(0, 3).Draw(t, "withdrawals") {
		k := rapid.SampledFrom(open).Draw(t, "withdraw")
		if !seen[k] {
			seen[k] = true
			b.Withdraw = append(b.Withdraw, k)
		}
	}
	return b, len(b.Assert)+len(b.Withdraw) > 0
}

func drawAsOf(t *rapid.T, head graph.RevisionNumber) index.AsOf {
	var at index.AsOf
	if rapid.Bool().Draw(t, "on a day") {
		day := rapid.SampledFrom([]string{"1989-12-31", "1990-12-31", "1991-05-06", "1991-05-07", "2000-01-01"}).Draw(t, "day")
		d := graph.MustDate(day).Earliest()
		at.ValidOn = &d
	}
	at.Revision = graph.RevisionNumber(rapid.IntRange(0, int(head)+1).Draw(t, "revision"))
	return at
}

func drawQuery(t *rapid.T, head graph.RevisionNumber) index.StatementQuery {
	q := index.StatementQuery{
		Entity:     rapid.SampledFrom(slices.Concat(someTreaties, someStates)).Draw(t, "entity"),
		Direction:  rapid.SampledFrom([]index.Direction{index.Both, index.Both, index.Out, index.In}).Draw(t, "direction"),
		OtherKinds: rapid.SampledFrom([]graph.KindSet{0, 0, graph.Set(graph.KindTreaty), graph.Set(graph.KindState)}).Draw(t, "kinds"),
		Predicates: rapid.SampledFrom([][]graph.Predicate{nil, nil, {graph.PredSigned}, {graph.PredSigned, graph.PredBoundBy, graph.PredCites}, {graph.PredMergedInto}, {graph.PredEnteredIntoForce, graph.PredNamed}}).Draw(t, "predicates"),
		Methods:    rapid.SampledFrom([][]graph.Method{nil, nil, {graph.MethodCurated}, {graph.MethodExtracted, graph.MethodDerived}}).Draw(t, "methods"),
		Datasets:   rapid.SampledFrom([][]graph.ID{nil, nil, {"dataset/a"}, {"dataset/b", "dataset/nowhere"}}).Draw(t, "datasets"),
		Ranks:      rapid.SampledFrom([][]graph.Rank{nil, nil, {graph.RankPreferred}, {graph.RankNormal, graph.RankDeprecated}}).Draw(t, "ranks"),
		Order:      rapid.SampledFrom([]index.StatementOrder{index.OrderPredicate, index.OrderPredicate, index.OrderOldestStatement, index.OrderNewestStatement}).Draw(t, "order"),
		At:         drawAsOf(t, head),
	}
	if rapid.Bool().Draw(t, "by evidence") {
		yes := rapid.Bool().Draw(t, "evidenced")
		q.Evidenced = &yes
	}
	return q
}

func follow(t interface {
	Fatal(...any)
	Cleanup(func())
}, m graph.Store) *index.Index {
	x, err := index.Follow(context.Background(), m, index.Options{LateTexts: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

func reach(t interface{ Fatal(...any) }, x *index.Index, n graph.RevisionNumber) *index.Snapshot {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s, err := x.Wait(ctx, n)
	if err != nil {
		t.Fatal(err, x.Err())
	}
	return s
}

func TestEveryAnswerIsThatOfANaiveScan(t *testing.T) {
	cases.Check(t, 1_000, func(t *rapid.T) {
		m := newMemory()
		if _, err := m.Apply(context.Background(), base()); err != nil {
			t.Fatal(err)
		}
		early := follow(t, m)
		for n := range rapid.IntRange(1, 12).Draw(t, "revisions") {
			b, some := drawBatch(t, m, n)
			if !some {
				continue
			}
			receipt, err := m.Apply(context.Background(), b)
			if err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "lists before the next revision") { // which later ones are made of
				s := reach(t, early, receipt.Revision.Number)
				for _, order := range []index.EntityOrder{index.OrderLabel, index.OrderOldest, index.OrderNewest, index.OrderStatements} {
					if _, err := s.Entities(context.Background(), index.EntityQuery{Order: order, Language: "en", Page: index.Page{First: 1}}); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		late := follow(t, m) // reads all at once what the other followed
		o := newModel(m)
		for _, s := range []*index.Snapshot{reach(t, early, o.head), late.Snapshot()} {
			if s.Head() != m.head {
				t.Fatalf("head %v, want %v", s.Head(), m.head)
			}
			for range 12 {
				compareStatements(t, s, o, drawQuery(t, o.head))
			}
			for range 4 {
				compareClaims(t, s, o)
			}
			compareRelationships(t, s, o)
			at := drawAsOf(t, o.head)
			compareEntities(t, s, o, at)
		}
		for range 4 {
			q := drawQuery(t, o.head)
			compareStatements(t, late.Snapshot(), o, q)
		}
	})
}

// TestWhatIsComputedOfRelationshipsIsThatOfANaiveScan asks small records, so that there can be many.
func TestWhatIsComputedOfRelationshipsIsThatOfANaiveScan(t *testing.T) {
	cases.Check(t, 10_000, func(t *rapid.T) {
		m := drawRecord(t)
		compareRelationships(t, follow(t, m).Snapshot(), newModel(m))
	})
}

func compareRelationships(t *rapid.T, s *index.Snapshot, o *model) {
	compareAnalysis(t, s, o)
	compareShared(t, s, o)
	compareDifference(t, s, o)
}

func compareStatements(t *rapid.T, s *index.Snapshot, o *model, q index.StatementQuery) {
	want := o.statements(q)
	if got := s.CountStatements(q); got != len(want) {
		t.Fatalf("%+v: counts %d, want %d", q, got, len(want))
	}
	size := rapid.IntRange(1, 5).Draw(t, "page size")
	var got []index.StatementItem
	forward, backward := q, q
	for forward.Page.First = size; ; {
		page, err := s.Statements(forward)
		if err != nil {
			t.Fatal(err)
		}
		checkPage(t, page.Items, page.HasPrevious, page.HasNext, len(got), size, len(want))
		got = append(got, page.Items...)
		if !page.HasNext {
			break
		}
		forward.Page.After = page.Items[len(page.Items)-1].Cursor
	}
	equal(t, q, got, want)
	got = nil
	for backward.Page.Last = size; ; {
		page, err := s.Statements(backward)
		if err != nil {
			t.Fatal(err)
		}
		checkPage(t, page.Items, page.HasNext, page.HasPrevious, len(got), size, len(want))
		got = append(page.Items, got...)
		if !page.HasPrevious {
			break
		}
		backward.Page.Before = page.Items[0].Cursor
	}
	equal(t, q, got, want)
	if len(got) > 1 { // a window between two cursors, and an empty one
		i := rapid.IntRange(0, len(got)-2).Draw(t, "after")
		j := rapid.IntRange(i+1, len(got)-1).Draw(t, "before")
		w := q
		w.Page = index.Page{First: 100, After: got[i].Cursor, Before: got[j].Cursor}
		if rapid.Bool().Draw(t, "last") {
			w.Page.First, w.Page.Last = 0, 100
		}
		page, err := s.Statements(w)
		if err != nil || !page.HasNext || !page.HasPrevious {
			t.Fatalf("%+v: %v, next %v, previous %v between two items", w, err, page.HasNext, page.HasPrevious)
		}
		equal(t, w, page.Items, want[i+1:j])
	}
}

func checkPage(t *rapid.T, items []index.StatementItem, behind, ahead bool, before, size, total int) {
	if n := min(size, total-before); len(items) != n {
		t.Fatalf("%d items after %d of %d, want %d", len(items), before, total, n)
	}
	if behind != (before > 0) || ahead != (before+len(items) < total) {
		t.Fatalf("after %d of %d: behind %v, ahead %v", before, total, behind, ahead)
	}
}

func equal(t *rapid.T, q index.StatementQuery, got, want []index.StatementItem) {
	if len(got) != len(want) {
		t.Fatalf("%+v: %d items, want %d", q, len(got), len(want))
	}
	for i := range got {
		item := got[i]
		item.Cursor = ""
		if !reflect.DeepEqual(item, want[i]) {
			t.Fatalf("%+v: item %d is\n%+v, want\n%+v", q, i, item, want[i])
		}
	}
}

func compareEntities(t *rapid.T, s *index.Snapshot, o *model, at index.AsOf) {
	canonical := o.canonical(at)
	for _, id := range slices.Concat(someTreaties, someStates, []graph.ID{"treaty/none"}) {
		e, ok := s.Entity(id, at)
		if ok != o.exists(id, at) || ok && e != (index.Entity{ID: canonical(id), Asked: id}) {
			t.Fatalf("entity %s at %+v is %v, %v", id, at, e, ok)
		}
		if got, want := s.Names(id, at), o.names(id, at); !reflect.DeepEqual(got, want) {
			t.Fatalf("names of %s at %+v are\n%v, want\n%v", id, at, got, want)
		}
	}
	for _, f := range o.facts(index.AsOf{}) {
		got, ok := s.Statement(f.id, index.AsOf{})
		if !ok || !reflect.DeepEqual(got, shapeOf(f)) {
			t.Fatalf("statement %s is %+v, %v", f.id, got, ok)
		}
	}
	for _, v := range o.versions {
		if !slices.Contains(s.Versions(v.Ref.Statement), index.Version{Ref: v.Ref, To: v.To}) {
			t.Fatalf("versions of %s lack %v", v.Ref.Statement, v.Ref)
		}
	}
	for _, value := range []string{"Q1", "Q2", "Q3"} {
		i := graph.Identifier{Scheme: graph.SchemeWikidata, Value: value}
		got, ok := s.ByIdentifier(i, at)
		if want := o.identified(i, at); got != want || ok != (want != "") {
			t.Fatalf("%v at %+v is %s, want %s", i, at, got, want)
		}
	}
	for _, text := range someTexts {
		want := o.lookup(text, at)
		got := s.Lookup(text, 0, at)
		if len(got) != len(want) {
			t.Fatalf("%q at %+v: %v, want %v", text, at, got, want)
		}
		for i, m := range got {
			if m.Class != want[m.Entity] || i > 0 && m.Class < got[i-1].Class {
				t.Fatalf("%q at %+v: %v, want %v", text, at, got, want)
			}
		}
	}
	for _, kinds := range []graph.KindSet{0, graph.Set(graph.KindTreaty), graph.Set(graph.KindTreaty, graph.KindState)} {
		q := index.EntityQuery{Kinds: kinds, At: at}
		want := o.entities(kinds, at)
		if rapid.Bool().Draw(t, "filtered") {
			f := drawEntityFilter(t, 2)
			q.Filter = &f
			want = slices.DeleteFunc(want, func(id graph.ID) bool { return !o.fits(s, id, &f, at) })
		}
		if n, err := s.CountEntities(context.Background(), q); n != len(want) || err != nil {
			t.Fatalf("%d entities, want %v: %v", n, want, err)
		}
		for _, order := range []index.EntityOrder{index.OrderID, index.OrderLabel, index.OrderOldest, index.OrderNewest, index.OrderStatements} {
			q.Order, q.Language = order, "en"
			got := listEntities(t, s, q, rapid.IntRange(1, 4).Draw(t, "entities a page"), rapid.Bool().Draw(t, "backward"))
			if order == index.OrderLabel {
				slices.Sort(got)
			} else {
				o.sort(want, order, at)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("entities in order %d are %v, want %v; filter %+v", order, got, want, q.Filter)
			}
			slices.Sort(want)
		}
	}
	for _, d := range someDatasets {
		var want []graph.Ref
		for _, v := range o.versions {
			if v.To == 0 && v.Ref.Dataset == d {
				want = append(want, v.Ref)
			}
		}
		if got := s.DatasetRefs(d); !slices.Equal(got, want) {
			t.Fatalf("%s asserts %v, want %v", d, got, want)
		}
	}
}

func listEntities(t *rapid.T, s *index.Snapshot, q index.EntityQuery, size int, backward bool) (ids []graph.ID) {
	for {
		q.Page.First, q.Page.Last = size, 0
		if backward {
			q.Page.First, q.Page.Last = 0, size
		}
		page, err := s.Entities(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		var some []graph.ID
		for _, item := range page.Items {
			some = append(some, item.ID)
		}
		started := len(ids) > 0
		if backward {
			ids = append(some, ids...)
			if page.HasNext != started {
				t.Fatalf("has next %v after %v", page.HasNext, ids)
			}
			if !page.HasPrevious {
				return ids
			}
			q.Page.Before = page.Items[0].Cursor
		} else {
			ids = append(ids, some...)
			if page.HasPrevious != started {
				t.Fatalf("has previous %v at %v", page.HasPrevious, ids)
			}
			if !page.HasNext {
				return ids
			}
			q.Page.After = page.Items[len(page.Items)-1].Cursor
		}
	}
}
