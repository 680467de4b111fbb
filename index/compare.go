package index

import (
	"cmp"
	"slices"

	"treatygraph/graph"
)

// A Side is what was asked of one of two times.
type Side struct {
	Nodes      []graph.ID  // canonical at the time
	Statements []Statement // each once
	At         AsOf
	Day        graph.Day // of the statuses
}

// A Difference is what one side has and the other has not. Each list stands in the order of the side that it comes from, changes in that of
// the later side.
type Difference struct {
	Gained, Lost                 []int // places among the statements of to, of from
	Changed                      []Change
	EntitiesGained, EntitiesLost []graph.ID
	Statuses                     []StatusChange // by ID
}

// A Change is a statement that has another form on each side: its places among the statements of from and to, and what differs.
type Change struct {
	From, To int
	What     ChangeSet
}

// A ChangeSet tells in what two forms of a statement differ.
type ChangeSet uint8

// What can differ.
const (
	ChangedValidity   ChangeSet = 1 << iota // the time in which it holds
	ChangedRank                             // how it stands
	ChangedAssertions                       // who says so, or with which evidence
)

// A StatusChange is an instrument with another status on each side.
type StatusChange struct {
	Instrument graph.ID
	From, To   graph.InstrumentStatus
}

// Difference compares two sides. A statement that both have with another rank or other assertions is changed; so is one that one side alone
// has, where the other has one of the same subject, predicate and object instead, the earliest with the earliest.
func (s *Snapshot) Difference(from, to *Side) Difference {
	var d Difference
	onFrom := make(map[graph.StatementID]int, len(from.Statements))
	for i := range from.Statements {
		onFrom[from.Statements[i].ID] = i
	}
	instead := make(map[triple][]int) // what from alone has
	both := make(map[int]bool)
	var toAlone []int
	for i := range to.Statements {
		after := &to.Statements[i]
		j, there := onFrom[after.ID]
		if !there {
			toAlone = append(toAlone, i)
			continue
		}
		both[j] = true
		before := &from.Statements[j]
		var what ChangeSet
		if before.Rank != after.Rank {
			what |= ChangedRank
		}
		if !slices.Equal(before.Refs, after.Refs) {
			what |= ChangedAssertions
		}
		if what != 0 {
			d.Changed = append(d.Changed, Change{j, i, what})
		}
	}
	for j := range from.Statements {
		if !both[j] {
			key := s.tripleOf(&from.Statements[j], to.At)
			instead[key] = append(instead[key], j)
		}
	}
	earliest := func(statements []Statement) func(a, b int) int {
		return func(a, b int) int {
			x, y := &statements[a], &statements[b]
			return cmp.Or(cmp.Compare(x.Valid.Start(), y.Valid.Start()), cmp.Compare(x.ID, y.ID))
		}
	}
	for _, list := range instead {
		slices.SortFunc(list, earliest(from.Statements))
	}
	slices.SortFunc(toAlone, earliest(to.Statements))
	for _, i := range toAlone {
		after := &to.Statements[i]
		key := s.tripleOf(after, to.At)
		if after.Object == "" || len(instead[key]) == 0 {
			d.Gained = append(d.Gained, i)
			continue
		}
		j := instead[key][0]
		instead[key] = instead[key][1:]
		both[j] = true
		before := &from.Statements[j]
		what := ChangedAssertions
		if before.Valid != after.Valid {
			what |= ChangedValidity
		}
		if before.Rank != after.Rank {
			what |= ChangedRank
		}
		d.Changed = append(d.Changed, Change{j, i, what})
	}
	slices.Sort(d.Gained)
	slices.SortFunc(d.Changed, func(a, b Change) int { return a.To - b.To })
	for j := range from.Statements {
		if !both[j] {
			d.Lost = append(d.Lost, j)
		}
	}
	d.EntitiesGained, d.EntitiesLost = missing(to.Nodes, from.Nodes), missing(from.Nodes, to.Nodes)
	d.Statuses = s.statusChanges(from, to)
	return d
}

// A triple is what a statement says without when and how.
type triple struct {
	Subject   graph.ID
	Predicate graph.Predicate
	Object    graph.ID
}

// tripleOf resolves merges as of one time for both sides.
func (s *Snapshot) tripleOf(of *Statement, at AsOf) triple {
	canonical := func(id graph.ID) graph.ID {
		if e, found := s.Entity(id, at); found {
			return e.ID
		}
		return id
	}
	return triple{canonical(of.Subject), of.Predicate, canonical(of.Object)}
}

// missing returns what stands in a list and not in another, in the order of the list.
func missing(in, notIn []graph.ID) (list []graph.ID) {
	known := make(map[graph.ID]bool, len(notIn))
	for _, id := range notIn {
		known[id] = true
	}
	for _, id := range in {
		if !known[id] {
			list = append(list, id)
		}
	}
	return list
}

// statusChanges compares the instruments of either side.
func (s *Snapshot) statusChanges(from, to *Side) (list []StatusChange) {
	instruments := slices.Concat(from.Nodes, to.Nodes)
	slices.Sort(instruments)
	for _, id := range slices.Compact(instruments) {
		if !graph.Instruments.Has(id.Kind()) {
			continue
		}
		before, after := s.InstrumentStatus(id, from.Day, from.At), s.InstrumentStatus(id, to.Day, to.At)
		if before.Value != after.Value {
			list = append(list, StatusChange{id, before, after})
		}
	}
	return list
}
