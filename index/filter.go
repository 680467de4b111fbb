package index

import (
	"maps"
	"slices"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// An EntityFilter tells which entities belong in a list: those that meet every part which is set. The zero filter lets all pass. IDs in it
// are any IDs; merges are resolved.
type EntityFilter struct {
	Kinds       graph.KindSet      // 0: all
	IDs         []graph.ID         // one of these
	Names       []string           // bears one of these names, as graph.NormalizeName compares them
	Identifiers []graph.Identifier // has one of these
	Schemes     []graph.Scheme     // has an identifier in one of these
	Dated       *Days              // its own date lies in these: see dates
	Status      *StatusCondition   // an instrument with one of these statuses
	Party       *PartyCondition    // a treaty towards which an actor stands so
	MentionedIn []graph.ID         // one of these texts, or a part of it, mentions it
	Has         *Condition         // it stands in such a statement
	All         []EntityFilter     // meets all of these
	Any         []EntityFilter     // meets one of these
	Not         *EntityFilter      // does not meet this
}

// Days are the days from one to another, both included.
type Days struct{ From, To graph.Day }

// holds tells whether the whole of a date, as far as it is known, lies in the days.
func (d *Days) holds(date graph.Date) bool {
	return d == nil || !date.IsZero() && !date.IsOpen() && d.From <= date.Earliest() && date.Latest() <= d.To
}

// A StatusCondition asks what became of an instrument.
type StatusCondition struct {
	Is []graph.InstrumentState // one of these
	On graph.Day
}

// A PartyCondition asks where an actor stands towards a treaty.
type PartyCondition struct {
	Actor graph.ID
	Is    []graph.PartyState // one of these
	On    graph.Day
}

// A Condition asks of a statement of an entity; every part that is set must be met, by one statement.
type Condition struct {
	Direction  Direction // of the entity
	Predicates []graph.Predicate
	Others     []graph.ID    // one of these at the far end
	OtherKinds graph.KindSet // 0: all
	Dated      *Days         // of the beginning of the validity
	Datasets   []graph.ID
	Methods    []graph.Method
	Evidenced  *bool
}

// A matcher is a filter made ready for one snapshot and time.
type matcher struct {
	sets  []idSet               // what is in none of these fits not
	tests []func(graph.ID) bool // the cheap ones first
}

type idSet map[graph.ID]struct{}

func (m *matcher) fits(id graph.ID) bool {
	for _, set := range m.sets {
		if _, in := set[id]; !in {
			return false
		}
	}
	for _, test := range m.tests {
		if !test(id) {
			return false
		}
	}
	return true
}

// only returns the smallest set outside of which nothing fits, by ID; false when all entities must be looked at.
func (m *matcher) only() ([]graph.ID, bool) {
	if len(m.sets) == 0 {
		return nil, false
	}
	smallest := slices.MinFunc(m.sets, func(a, b idSet) int { return len(a) - len(b) })
	return slices.Sorted(maps.Keys(smallest)), true
}

// matcher makes a filter ready. What names its entities becomes a set, found from the other end; the rest is asked of each entity.
func (s *Snapshot) matcher(f *EntityFilter, at AsOf) *matcher {
	m := new(matcher)
	if f == nil {
		return m
	}
	set := func(find func(add func(graph.ID))) {
		found := idSet{}
		find(func(id graph.ID) { found[id] = struct{}{} })
		m.sets = append(m.sets, found)
	}
	test := func(t func(graph.ID) bool) { m.tests = append(m.tests, t) }
	if f.Kinds != 0 {
		test(func(id graph.ID) bool { return f.Kinds.Has(id.Kind()) })
	}
	if f.IDs != nil {
		set(func(add func(graph.ID)) {
			for _, id := range f.IDs {
				if e, found := s.Entity(id, at); found {
					add(e.ID)
				}
			}
		})
	}
	if f.Names != nil {
		set(func(add func(graph.ID)) {
			for _, name := range f.Names {
				s.named(name, at, func(id graph.ID, _ graph.Name) { add(id) })
			}
		})
	}
	if f.Identifiers != nil {
		set(func(add func(graph.ID)) {
			for _, i := range f.Identifiers {
				s.identified(i, at, add)
			}
		})
	}
	if f.MentionedIn != nil {
		set(func(add func(graph.ID)) { s.mentioned(f.MentionedIn, at, add) })
	}
	if f.Has != nil && f.Has.Others != nil {
		set(func(add func(graph.ID)) { s.havingOther(f.Has, at, add) })
	}
	if f.Party != nil && !slices.Contains(f.Party.Is, graph.PartyNone) {
		set(func(add func(graph.ID)) { s.actedOn(f.Party, at, add) })
	}
	for i := range f.All {
		sub := s.matcher(&f.All[i], at)
		m.sets = append(m.sets, sub.sets...)
		m.tests = append(m.tests, sub.tests...)
	}
	if f.Any != nil {
		s.matchAny(m, f.Any, at)
	}
	if f.Not != nil {
		sub := s.matcher(f.Not, at)
		test(func(id graph.ID) bool { return !sub.fits(id) })
	}
	if f.Schemes != nil {
		test(func(id graph.ID) bool {
			return slices.ContainsFunc(s.Identifiers(id, at), func(i graph.Identifier) bool { return slices.Contains(f.Schemes, i.Scheme) })
		})
	}
	if f.Dated != nil {
		dates := s.dates(at)
		test(func(id graph.ID) bool { return f.Dated.holds(dates.of(id)) })
	}
	if f.Has != nil && f.Has.Others == nil {
		test(func(id graph.ID) bool { return s.has(id, f.Has, at) })
	}
	if f.Status != nil {
		test(func(id graph.ID) bool {
			return graph.Instruments.Has(id.Kind()) && slices.Contains(f.Status.Is, s.InstrumentStatus(id, f.Status.On, at).Value)
		})
	}
	if f.Party != nil {
		test(func(id graph.ID) bool {
			return id.Kind() == graph.KindTreaty && slices.Contains(f.Party.Is, s.PartyStatus(f.Party.Actor, id, f.Party.On, at).Value)
		})
	}
	return m
}

// matchAny adds to m that one of several filters must be met.
func (s *Snapshot) matchAny(m *matcher, any []EntityFilter, at AsOf) {
	subs := make([]*matcher, len(any))
	union, bounded := idSet{}, true
	for i := range any {
		subs[i] = s.matcher(&any[i], at)
		ids, ok := subs[i].only()
		bounded = bounded && ok
		for _, id := range ids {
			union[id] = struct{}{}
		}
	}
	if bounded {
		m.sets = append(m.sets, union)
	}
	m.tests = append(m.tests, func(id graph.ID) bool {
		return slices.ContainsFunc(subs, func(sub *matcher) bool { return sub.fits(id) })
	})
}

// remembered returns whether a filter lets an entity pass; an entity that is asked for again is not looked at again.
func (s *Snapshot) remembered(f *EntityFilter, at AsOf) func(graph.ID) bool {
	if f == nil {
		return func(graph.ID) bool { return true }
	}
	m, known := s.matcher(f, at), make(map[graph.ID]bool)
	return func(id graph.ID) bool {
		fits, asked := known[id]
		if !asked {
			fits = m.fits(id)
			known[id] = fits
		}
		return fits
	}
}

// mentioned visits what texts and their parts mention.
func (s *Snapshot) mentioned(texts []graph.ID, at AsOf, add func(graph.ID)) {
	for _, text := range texts {
		units := []graph.ID{text}
		for _, part := range s.Outline(text, at) {
			units = append(units, part.ID)
		}
		for _, unit := range units {
			s.walkOver(unit, topology.Query{Out: true, Predicates: mentionsOnly}, at, func(w *topology.Walk) bool {
				add(s.view.ID(w.Other))
				return true
			})
		}
	}
}

// havingOther visits what stands in a statement that meets a condition, found from its far ends.
func (s *Snapshot) havingOther(c *Condition, at AsOf, add func(graph.ID)) {
	turned := [...]Direction{Both: Both, Out: In, In: Out}
	t := s.query(&StatementQuery{Direction: turned[c.Direction], Predicates: c.Predicates, Datasets: c.Datasets, Methods: c.Methods, Evidenced: c.Evidenced, At: at})
	for _, other := range c.Others {
		if e, found := s.Entity(other, at); !found || c.OtherKinds != 0 && !c.OtherKinds.Has(e.ID.Kind()) {
			continue
		}
		s.walkOver(other, t, at, func(w *topology.Walk) bool {
			if w.Other != 0 && c.Dated.holds(s.view.Row(w.Rows[0]).Valid.From) {
				add(s.view.ID(w.Other))
			}
			return true
		})
	}
}

// has tells whether an entity stands in a statement that meets a condition.
func (s *Snapshot) has(id graph.ID, c *Condition, at AsOf) (has bool) {
	t := s.query(&StatementQuery{Direction: c.Direction, Predicates: c.Predicates, OtherKinds: c.OtherKinds, Datasets: c.Datasets, Methods: c.Methods, Evidenced: c.Evidenced, At: at})
	s.walkOver(id, t, at, func(w *topology.Walk) bool {
		has = c.Dated.holds(s.view.Row(w.Rows[0]).Valid.From)
		return !has
	})
	return has
}

// actedOn visits the treaties about which an actor, or one whose successor it is, did anything. Standings know the merges of all days: an act
// about a treaty counts for whatever is one with it on any of them.
func (s *Snapshot) actedOn(c *PartyCondition, at AsOf, add func(graph.ID)) {
	always := AsOf{Revision: at.Revision}
	merged := s.view.Merged(s.at(always))
	for _, actor := range append([]graph.ID{c.Actor}, s.predecessors(c.Actor, c.On, at)...) {
		s.walkOver(actor, topology.Query{Out: true, Predicates: actionPredicates, Ranks: 1<<graph.RankPreferred | 1<<graph.RankNormal}, always, func(w *topology.Walk) bool {
			for _, n := range merged.All(w.Other) {
				if e, found := s.Entity(s.view.ID(n), at); found {
					add(e.ID)
				}
			}
			return true
		})
	}
}

// walkOver visits an entity's statements until visit says no.
func (s *Snapshot) walkOver(id graph.ID, q topology.Query, at AsOf, visit func(*topology.Walk) bool) {
	w, done := s.walk(id, q, at)
	defer done()
	for w != nil && w.Next() {
		if !visit(w) {
			return
		}
	}
}
