package index_test

import (
	"cmp"
	"context"
	"reflect"
	"slices"

	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/index"
)

var someDays = []string{"1990-01-01", "1990-12-31", "1991-05-06", "1991-05-07", "1996-01-01"}

func drawDays(t *rapid.T) *index.Days {
	day := func(name string) graph.Day {
		return graph.MustDate(rapid.SampledFrom(someDays).Draw(t, name)).Earliest()
	}
	from, to := day("from day"), day("to day")
	return &index.Days{From: min(from, to), To: max(from, to)}
}

// drawEntityFilter draws one or two parts, so that something is often left to pass.
func drawEntityFilter(t *rapid.T, depth int) (f index.EntityFilter) {
	everyone := slices.Concat(someTreaties, someStates, []graph.ID{"treaty/none"})
	ids := func(name string) []graph.ID {
		return rapid.SliceOfN(rapid.SampledFrom(everyone), 1, 3).Draw(t, name)
	}
	day := func() graph.Day { return graph.MustDate(rapid.SampledFrom(someDays).Draw(t, "on")).Earliest() }
	below := func() []index.EntityFilter {
		return []index.EntityFilter{drawEntityFilter(t, depth-1), drawEntityFilter(t, depth-1)}
	}
	has := func() {
		q := drawQuery(t, 0)
		f.Has = &index.Condition{Direction: q.Direction, OtherKinds: q.OtherKinds}
		switch rapid.IntRange(0, 3).Draw(t, "condition") {
		case 0:
			f.Has.Predicates = q.Predicates
		case 1:
			f.Has.Datasets, f.Has.Methods = q.Datasets, q.Methods
		case 2:
			f.Has.Evidenced = q.Evidenced
		case 3:
			f.Has.Dated = drawDays(t)
		}
		if rapid.Bool().Draw(t, "with others") {
			f.Has.Others = ids("others")
		}
	}
	parts := []func(){
		func() { f.Kinds = graph.Set(graph.KindTreaty) },
		func() { f.IDs = ids("ids") },
		func() { f.Names = []string{rapid.SampledFrom(someTexts).Draw(t, "name")} },
		func() {
			f.Identifiers = []graph.Identifier{{Scheme: graph.SchemeWikidata, Value: rapid.SampledFrom([]string{"Q1", "Q2"}).Draw(t, "identifier")}}
		},
		func() { f.Schemes = []graph.Scheme{graph.SchemeWikidata, graph.SchemeDOI} },
		func() { f.Dated = drawDays(t) },
		func() {
			f.Status = &index.StatusCondition{Is: []graph.InstrumentState{graph.StateInForce, graph.StateAdopted}, On: day()}
		},
		func() {
			states := [][]graph.PartyState{{graph.PartySignatory}, {graph.PartyParty, graph.PartySignatory}, {graph.PartyNone}}
			f.Party = &index.PartyCondition{Actor: rapid.SampledFrom(someStates).Draw(t, "actor"), Is: rapid.SampledFrom(states).Draw(t, "is"), On: day()}
		},
		has, has, has,
		func() { f.All = below() },
		func() { f.Any = below() },
		func() {
			not := drawEntityFilter(t, depth-1)
			f.Not = &not
		},
	}
	if depth == 0 {
		parts = parts[:len(parts)-3]
	}
	for range rapid.IntRange(1, 2).Draw(t, "parts") {
		rapid.SampledFrom(parts).Draw(t, "part")()
	}
	return f
}

func within(d *index.Days, date graph.Date) bool {
	return d == nil || !date.IsZero() && !date.IsOpen() && date.Earliest() >= d.From && date.Latest() <= d.To
}

// fits asks one entity after the other.
func (o *model) fits(s *index.Snapshot, id graph.ID, f *index.EntityFilter, at index.AsOf) bool {
	canonical := o.canonical(at)
	is := func(ids []graph.ID, id graph.ID) bool {
		return slices.ContainsFunc(ids, func(one graph.ID) bool { return o.exists(one, at) && canonical(one) == id })
	}
	holds := func(has bool, asked bool) bool { return has || !asked }
	return holds(f.Kinds.Has(id.Kind()), f.Kinds != 0) && holds(is(f.IDs, id), f.IDs != nil) &&
		holds(slices.ContainsFunc(f.Names, func(name string) bool { _, named := o.lookup(name, at)[id]; return named }), f.Names != nil) &&
		holds(slices.ContainsFunc(s.Identifiers(id, at), func(i graph.Identifier) bool { return slices.Contains(f.Identifiers, i) }), f.Identifiers != nil) &&
		holds(slices.ContainsFunc(s.Identifiers(id, at), func(i graph.Identifier) bool { return slices.Contains(f.Schemes, i.Scheme) }), f.Schemes != nil) &&
		holds(f.Dated != nil && within(f.Dated, o.date(id, at)), f.Dated != nil) &&
		holds(f.Status != nil && id.Kind() == graph.KindTreaty && slices.Contains(f.Status.Is, s.InstrumentStatus(id, status(f).On, at).Value), f.Status != nil) &&
		holds(f.Party != nil && id.Kind() == graph.KindTreaty && slices.Contains(f.Party.Is, s.PartyStatus(party(f).Actor, id, party(f).On, at).Value), f.Party != nil) &&
		holds(f.Has != nil && o.has(id, f.Has, is, at), f.Has != nil) &&
		!slices.ContainsFunc(f.All, func(one index.EntityFilter) bool { return !o.fits(s, id, &one, at) }) &&
		holds(slices.ContainsFunc(f.Any, func(one index.EntityFilter) bool { return o.fits(s, id, &one, at) }), f.Any != nil) &&
		holds(f.Not != nil && !o.fits(s, id, f.Not, at), f.Not != nil)
}

func status(f *index.EntityFilter) index.StatusCondition { return *f.Status }

func party(f *index.EntityFilter) index.PartyCondition { return *f.Party }

func (o *model) has(id graph.ID, c *index.Condition, is func([]graph.ID, graph.ID) bool, at index.AsOf) bool {
	list := o.statements(index.StatementQuery{Entity: id, Direction: c.Direction, Predicates: c.Predicates, OtherKinds: c.OtherKinds, Datasets: c.Datasets,
		Methods: c.Methods, Evidenced: c.Evidenced, At: at})
	return slices.ContainsFunc(list, func(s index.StatementItem) bool {
		return (c.Others == nil || s.Other != "" && is(c.Others, s.Other)) && within(c.Dated, s.Valid.From)
	})
}

// date is when a treaty was adopted, else when it was concluded.
func (o *model) date(id graph.ID, at index.AsOf) graph.Date {
	for _, s := range o.statements(index.StatementQuery{Entity: id, Direction: index.Out, Predicates: []graph.Predicate{graph.PredAdopted, graph.PredConcluded},
		At: index.AsOf{Revision: at.Revision}}) {
		if !s.Valid.From.IsZero() {
			return s.Valid.From
		}
	}
	return graph.Date{}
}

// sort puts entities in an order but that of labels.
func (o *model) sort(ids []graph.ID, order index.EntityOrder, at index.AsOf) {
	slices.SortFunc(ids, func(a, b graph.ID) int {
		c := 0
		switch x, y := o.date(a, at), o.date(b, at); {
		case order == index.OrderStatements:
			c = len(o.statements(index.StatementQuery{Entity: b, At: at})) - len(o.statements(index.StatementQuery{Entity: a, At: at}))
		case order == index.OrderID, x.IsZero() && y.IsZero():
		case x.IsZero():
			c = 1
		case y.IsZero():
			c = -1
		default:
			if c = cmp.Compare(x.Earliest(), y.Earliest()); order == index.OrderNewest {
				c = -c
			}
		}
		return cmp.Or(c, cmp.Compare(a, b))
	})
}

// drawClaimFilter draws up to two parts.
func drawClaimFilter(t *rapid.T, o *model, depth int) (f index.ClaimFilter) {
	q := drawQuery(t, 0)
	everyone := slices.Concat(someTreaties, someStates, []graph.ID{"treaty/none"})
	ids := func(name string) []graph.ID {
		return rapid.SliceOfN(rapid.SampledFrom(everyone), 1, 3).Draw(t, name)
	}
	below := func() []index.ClaimFilter {
		return []index.ClaimFilter{drawClaimFilter(t, o, depth-1), drawClaimFilter(t, o, depth-1)}
	}
	parts := []func(){
		func() { f.Predicates = q.Predicates },
		func() { f.Datasets, f.Methods = q.Datasets, q.Methods },
		func() { f.Evidenced = q.Evidenced },
		func() { f.Ranks = q.Ranks },
		func() { f.Subjects = ids("subjects") },
		func() { f.Objects = ids("objects") },
		func() { f.Entities = ids("entities") },
		func() { f.SubjectKinds = graph.Set(graph.KindTreaty) },
		func() { f.ObjectKinds = graph.Set(graph.KindTreaty) },
		func() { f.Dated = drawDays(t) },
		func() {
			for _, v := range o.versions[:min(len(o.versions), 20)] {
				f.IDs = append(f.IDs, v.Ref.Statement)
			}
		},
		func() { f.All = below() },
		func() { f.Any = below() },
		func() {
			not := drawClaimFilter(t, o, depth-1)
			f.Not = &not
		},
	}
	if depth == 0 {
		parts = parts[:len(parts)-3]
	}
	for range rapid.IntRange(0, 2).Draw(t, "parts") {
		rapid.SampledFrom(parts).Draw(t, "part")()
	}
	return f
}

// meets asks one statement after the other.
func (o *model) meets(f *fact, c *index.ClaimFilter, canonical func(graph.ID) graph.ID) bool {
	claim := f.claim()
	is := func(ids []graph.ID, end graph.ID) bool {
		return end != "" && slices.ContainsFunc(ids, func(id graph.ID) bool { return canonical(id) == canonical(end) })
	}
	holds := func(has bool, asked bool) bool { return has || !asked }
	return holds(slices.Contains(c.IDs, f.id), c.IDs != nil) && holds(slices.Contains(c.Predicates, claim.Predicate), c.Predicates != nil) &&
		holds(is(c.Subjects, claim.Subject), c.Subjects != nil) && holds(is(c.Objects, claim.Object), c.Objects != nil) &&
		holds(is(c.Entities, claim.Subject) || is(c.Entities, claim.Object), c.Entities != nil) &&
		holds(c.SubjectKinds.Has(canonical(claim.Subject).Kind()), c.SubjectKinds != 0) &&
		holds(claim.Object != "" && c.ObjectKinds.Has(canonical(claim.Object).Kind()), c.ObjectKinds != 0) &&
		within(c.Dated, claim.Valid.From) && (c.Evidenced == nil || *c.Evidenced == f.evidenced()) && holds(slices.Contains(c.Ranks, f.rank()), c.Ranks != nil) &&
		slices.ContainsFunc(f.assertions, func(a *graph.Assertion) bool {
			return holds(slices.Contains(c.Methods, a.Method), c.Methods != nil) && holds(slices.Contains(c.Datasets, a.Dataset), c.Datasets != nil)
		}) &&
		!slices.ContainsFunc(c.All, func(one index.ClaimFilter) bool { return !o.meets(f, &one, canonical) }) &&
		holds(slices.ContainsFunc(c.Any, func(one index.ClaimFilter) bool { return o.meets(f, &one, canonical) }), c.Any != nil) &&
		holds(c.Not != nil && !o.meets(f, c.Not, canonical), c.Not != nil)
}

// compareClaims reads a list of statements forward and backward.
func compareClaims(t *rapid.T, s *index.Snapshot, o *model) {
	q := index.ClaimQuery{Filter: drawClaimFilter(t, o, 2), At: drawAsOf(t, o.head), Count: rapid.Bool().Draw(t, "count"),
		Order: rapid.SampledFrom([]index.StatementOrder{index.OrderPredicate, index.OrderOldestStatement, index.OrderNewestStatement}).Draw(t, "order of all")}
	canonical, facts := o.canonical(q.At), o.facts(q.At)
	var want []index.Statement
	for _, f := range facts {
		shown := q.Filter.Ranks != nil || f.rank() == graph.RankPreferred || f.rank() == graph.RankNormal && !o.outranked(facts, f, canonical)
		if shown && f.holds(q.At) && o.meets(f, &q.Filter, canonical) {
			want = append(want, shapeOf(f))
		}
	}
	slices.SortFunc(want, func(a, b index.Statement) int { return compareIn(q.Order, &a, &b) })
	size := rapid.IntRange(1, 5).Draw(t, "claims a page")
	for _, backward := range []bool{false, true} {
		var got []index.Statement
		for q.Page = (index.Page{First: size}); ; {
			if backward {
				q.Page.First, q.Page.Last = 0, size
			}
			page, err := s.Claims(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			if q.Count && page.Total != len(want) {
				t.Fatalf("%+v: total %d, want %d", q, page.Total, len(want))
			}
			var some []index.Statement
			for _, item := range page.Items {
				some = append(some, item.Statement)
			}
			behind, ahead := page.HasPrevious, page.HasNext
			if backward {
				behind, ahead = ahead, behind
			}
			if behind != (len(got) > 0) || len(some) != min(size, len(want)-len(got)) || ahead != (len(got)+len(some) < len(want)) {
				t.Fatalf("%+v: %d items after %d of %d, behind %v, ahead %v", q, len(some), len(got), len(want), behind, ahead)
			}
			if got = append(got, some...); backward {
				got = append(slices.Clone(some), got[:len(got)-len(some)]...)
			}
			if !ahead {
				break
			}
			if backward {
				q.Page.Before = page.Items[0].Cursor
			} else {
				q.Page.After = page.Items[len(page.Items)-1].Cursor
			}
		}
		if len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v:\n%+v, want\n%+v", q, got, want)
		}
	}
}
