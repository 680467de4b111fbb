package index_test

import (
	"cmp"
	"slices"
	"strings"

	"treatygraph/graph"
	"treatygraph/index"
)

// model answers by looking at every version: slow and obvious.
type model struct {
	versions []graph.Version
	bodies   []*graph.Assertion
	head     graph.RevisionNumber
}

func newModel(m *memory) *model {
	m.mu.Lock()
	defer m.mu.Unlock()
	o := &model{versions: slices.Clone(m.versions), head: m.head.Revision}
	for _, v := range o.versions {
		a, err := graph.DecodeAssertion(v.Body)
		if err != nil {
			panic(err)
		}
		o.bodies = append(o.bodies, a)
	}
	return o
}

// A fact is a statement with its visible assertions.
type fact struct {
	id         graph.StatementID
	assertions []*graph.Assertion
	refs       []graph.Ref
}

func (f *fact) claim() *graph.Claim { return &f.assertions[0].Claim }

func (f *fact) rank() graph.Rank {
	var curated, all []graph.Rank
	for _, a := range f.assertions {
		all = append(all, a.Rank)
		if a.Method == graph.MethodCurated {
			curated = append(curated, a.Rank)
		}
	}
	if len(curated) > 0 {
		return slices.Max(curated) // DEPRECATED is the highest number
	}
	return slices.Min(all)
}

func (f *fact) evidenced() bool {
	return slices.ContainsFunc(f.assertions, func(a *graph.Assertion) bool { return len(a.Evidence) > 0 })
}

func (f *fact) start() graph.Day { return f.claim().Valid.Start() }

func (f *fact) holds(at index.AsOf) bool {
	if at.ValidOn == nil {
		return true
	}
	if f.claim().Predicate.Row().Tempo == graph.TempoEvent {
		return f.start() <= *at.ValidOn
	}
	return f.claim().Valid.Holds(*at.ValidOn)
}

func (o *model) revision(at index.AsOf) graph.RevisionNumber {
	if at.Revision == 0 || at.Revision > o.head {
		return o.head
	}
	return at.Revision
}

// facts returns all statements recorded at a time, whatever day they hold, by ID.
func (o *model) facts(at index.AsOf) []*fact {
	revision := o.revision(at)
	byID := map[graph.StatementID]*fact{}
	for i, v := range o.versions {
		if v.Ref.From > revision || v.To != 0 && v.To <= revision {
			continue
		}
		f := byID[v.Ref.Statement]
		if f == nil {
			f = &fact{id: v.Ref.Statement}
			byID[f.id] = f
		}
		f.assertions, f.refs = append(f.assertions, o.bodies[i]), append(f.refs, v.Ref)
	}
	var list []*fact
	for _, f := range byID {
		slices.SortFunc(f.refs, func(a, b graph.Ref) int {
			return cmp.Or(cmp.Compare(a.Dataset, b.Dataset), cmp.Compare(a.From, b.From))
		})
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b *fact) int { return cmp.Compare(a.id, b.id) })
	return list
}

func (o *model) exists(id graph.ID, at index.AsOf) bool {
	for i, v := range o.versions {
		if v.Ref.From <= o.revision(at) && o.bodies[i].Subject == id {
			return true
		}
	}
	return false
}

// canonical follows merges one step at a time.
func (o *model) canonical(at index.AsOf) func(graph.ID) graph.ID {
	next := map[graph.ID]*fact{}
	for _, f := range o.facts(at) {
		c := f.claim()
		if c.Predicate != graph.PredMergedInto || f.rank() == graph.RankDeprecated || !f.holds(at) {
			continue
		}
		if old := next[c.Subject]; old == nil || f.rank() < old.rank() || f.rank() == old.rank() && c.Object < old.claim().Object {
			next[c.Subject] = f
		}
	}
	return func(id graph.ID) graph.ID {
		path := []graph.ID{id}
		for {
			f := next[path[len(path)-1]]
			if f == nil {
				return path[len(path)-1]
			}
			to := f.claim().Object
			if i := slices.Index(path, to); i >= 0 {
				return slices.Min(path[i:])
			}
			path = append(path, to)
		}
	}
}

func (o *model) statements(q index.StatementQuery) []index.StatementItem {
	if !o.exists(q.Entity, q.At) {
		return nil
	}
	canonical := o.canonical(q.At)
	me := canonical(q.Entity)
	facts := o.facts(q.At)
	var list []index.StatementItem
	for _, f := range facts {
		c := f.claim()
		out := canonical(c.Subject) == me
		in := c.Object != "" && canonical(c.Object) == me
		item := index.StatementItem{}
		switch merged := out && in && c.Predicate == graph.PredMergedInto; {
		case merged && q.Direction != index.Out:
			item.Incoming, item.Other = true, c.Subject
		case merged:
			continue
		case out && q.Direction != index.In:
			if c.Object != "" {
				item.Other = canonical(c.Object)
			}
		case in && q.Direction != index.Out:
			item.Incoming, item.Other = true, canonical(c.Subject)
		default:
			continue
		}
		if !f.holds(q.At) || len(q.Predicates) > 0 && !slices.Contains(q.Predicates, c.Predicate) {
			continue
		}
		if q.OtherKinds != 0 && (item.Other == "" || !q.OtherKinds.Has(item.Other.Kind())) {
			continue
		}
		if q.Evidenced != nil && *q.Evidenced != f.evidenced() {
			continue
		}
		if !slices.ContainsFunc(f.assertions, func(a *graph.Assertion) bool {
			return (len(q.Methods) == 0 || slices.Contains(q.Methods, a.Method)) && (len(q.Datasets) == 0 || slices.Contains(q.Datasets, a.Dataset))
		}) {
			continue
		}
		if len(q.Ranks) > 0 {
			if !slices.Contains(q.Ranks, f.rank()) {
				continue
			}
		} else if f.rank() == graph.RankDeprecated || f.rank() == graph.RankNormal && o.outranked(facts, f, canonical) {
			continue
		}
		item.Statement = shapeOf(f)
		list = append(list, item)
	}
	slices.SortFunc(list, func(a, b index.StatementItem) int { return compareIn(q.Order, &a.Statement, &b.Statement) })
	return list
}

// compareIn orders two statements of a list.
func compareIn(order index.StatementOrder, a, b *index.Statement) int {
	byPredicate, byDay, byID := cmp.Compare(a.Predicate, b.Predicate), cmp.Compare(a.Valid.Start(), b.Valid.Start()), cmp.Compare(a.ID, b.ID)
	if order == index.OrderPredicate {
		return cmp.Or(byPredicate, byDay, byID)
	}
	isDated := func(s *index.Statement) bool { return s.Valid.Start() != graph.MinDay }
	switch {
	case isDated(a) && !isDated(b):
		return -1
	case isDated(b) && !isDated(a):
		return 1
	case order == index.OrderNewestStatement:
		byDay = -byDay
	}
	return cmp.Or(byDay, byPredicate, byID)
}

func (o *model) outranked(facts []*fact, f *fact, canonical func(graph.ID) graph.ID) bool {
	c := f.claim()
	for _, other := range facts {
		d := other.claim()
		if other == f || other.rank() != graph.RankPreferred || d.Predicate != c.Predicate || canonical(d.Subject) != canonical(c.Subject) {
			continue
		}
		switch c.Predicate.Row().Compete {
		case graph.CompeteSubject:
			return true
		case graph.CompetePair:
			if canonical(d.Object) == canonical(c.Object) {
				return true
			}
		}
	}
	return false
}

func shapeOf(f *fact) index.Statement {
	c := f.claim()
	s := index.Statement{ID: f.id, Subject: c.Subject, Predicate: c.Predicate, Object: c.Object, Valid: c.Valid, Effective: c.Qualifiers.EffectiveOn,
		About: c.Qualifiers.About, Rank: f.rank(), Refs: f.refs, Evidenced: f.evidenced()}
	if c.Value != nil {
		s.ValueKind = c.Value.Kind
	}
	for _, a := range f.assertions {
		s.Confidence = max(s.Confidence, a.Confidence)
		s.Methods = append(s.Methods, a.Method)
	}
	slices.Sort(s.Methods)
	s.Methods = slices.Compact(s.Methods)
	return s
}

func (o *model) names(id graph.ID, at index.AsOf) []index.NamedName {
	var list []index.NamedName
	canonical := o.canonical(at)
	if !o.exists(id, at) {
		return nil
	}
	for _, f := range o.facts(at) {
		if c := f.claim(); c.Predicate == graph.PredNamed && canonical(c.Subject) == canonical(id) && f.holds(at) && f.rank() != graph.RankDeprecated {
			n := index.NamedName{Name: c.Value.Name(), Statement: f.id, Rank: f.rank()}
			i := slices.IndexFunc(list, func(o index.NamedName) bool { return o.Name == n.Name })
			switch {
			case i < 0:
				list = append(list, n)
			case n.Rank < list[i].Rank:
				list[i] = n
			}
		}
	}
	slices.SortFunc(list, func(a, b index.NamedName) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), strings.Compare(string(a.Lang), string(b.Lang)), strings.Compare(a.Text, b.Text))
	})
	return list
}

func (o *model) identified(i graph.Identifier, at index.AsOf) (best graph.ID) {
	canonical := o.canonical(at)
	for _, f := range o.facts(at) {
		c := f.claim()
		if c.Value != nil && c.Value.Kind == graph.ValueIdentifier && c.Value.Identifier() == i && f.rank() != graph.RankDeprecated && f.holds(at) {
			if id := canonical(c.Subject); best == "" || id < best {
				best = id
			}
		}
	}
	return best
}

// lookup returns who is named so, and the best class.
func (o *model) lookup(text string, at index.AsOf) map[graph.ID]index.MatchClass {
	canonical := o.canonical(at)
	found := map[graph.ID]index.MatchClass{}
	for _, f := range o.facts(at) {
		c := f.claim()
		if c.Predicate != graph.PredNamed || f.rank() == graph.RankDeprecated || !f.holds(at) || graph.NormalizeName(c.Value.Text) != graph.NormalizeName(text) {
			continue
		}
		class := index.MatchExactName
		switch {
		case c.Value.Role == graph.NameAcronym:
			class = index.MatchAcronym
		case c.Value.Role == graph.NameHistoric:
			class = index.MatchHistoricName
		case c.Value.Text != text:
			class = index.MatchNormalisedName
		}
		id := canonical(c.Subject)
		if old, ok := found[id]; !ok || class < old {
			found[id] = class
		}
	}
	return found
}

func (o *model) entities(kinds graph.KindSet, at index.AsOf) []graph.ID {
	canonical := o.canonical(at)
	var list []graph.ID
	for i, v := range o.versions {
		id := o.bodies[i].Subject
		if v.Ref.From <= o.revision(at) && canonical(id) == id && (kinds == 0 || kinds.Has(id.Kind())) {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
