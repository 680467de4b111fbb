package index

import (
	"cmp"
	"context"
	"iter"
	"math/bits"
	"slices"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// A Selected is a part of the graph as it stood at one time, to be gone through as often as wanted. It takes one bit for each version and
// each entity of the record, whatever it holds.
type Selected struct {
	At         AsOf
	Entities   int // with those that are merged into another
	Statements int
	Assertions int               // the visible ones of the statements
	Datasets   []SelectedDataset // that make them, by ID

	s     *Snapshot
	at    topology.At
	found rowSet // the newest visible version of each statement
	said  rowSet // the visible versions of the statements
	nodes *topology.NodeSet
}

// A SelectedDataset says how much of a selection a dataset asserts.
type SelectedDataset struct {
	ID         graph.ID
	Assertions int
}

// everyRank asks for statements that lists leave out by default, too.
var everyRank = []graph.Rank{graph.RankPreferred, graph.RankNormal, graph.RankDeprecated}

// SelectAll selects everything: all entities, and all statements whatever their rank. The only error is the context's.
func (s *Snapshot) SelectAll(ctx context.Context, at AsOf) (*Selected, error) {
	out := s.selection(at)
	out.nodes = nil
	if err := out.claims(ctx, &ClaimFilter{Ranks: everyRank}); err != nil {
		return nil, err
	}
	s.view.Entities(topology.EntityQuery{At: out.at, Merged: true}, func(topology.Node) bool {
		out.Entities++
		return true
	})
	return out, ctx.Err()
}

// SelectClaims selects the statements of a filter and the entities at their ends. The only error is the context's.
func (s *Snapshot) SelectClaims(ctx context.Context, f *ClaimFilter, at AsOf) (*Selected, error) {
	out := s.selection(at)
	return out, out.claims(ctx, f)
}

// SelectSubgraph selects the nodes and statements of a subgraph. The only error is the context's.
func (s *Snapshot) SelectSubgraph(ctx context.Context, q SubgraphQuery) (*Selected, error) {
	g, err := s.Subgraph(ctx, q)
	if err != nil {
		return nil, err
	}
	out := s.selection(q.At)
	for _, n := range s.numbers(g.Nodes) {
		out.addNode(n)
	}
	for i := range g.Statements {
		_, hash, err := graph.ParseStatementID(string(g.Statements[i].ID))
		if err != nil {
			return nil, err
		}
		rows := s.view.Recorded(nil, hash, out.at.Revision)
		out.add(rows[0], rows)
	}
	return out.counted(), nil
}

func (s *Snapshot) selection(at AsOf) *Selected {
	return &Selected{At: at, s: s, at: s.at(at), nodes: new(topology.NodeSet)}
}

func (o *Selected) claims(ctx context.Context, f *ClaimFilter) error {
	err := o.s.claims(ctx, f, o.at, func(uint32, topology.Position) bool { return true }, func(newest uint32, _ topology.Position, rows []uint32) {
		o.add(newest, rows)
	})
	o.counted()
	return err
}

// add takes a statement with its ends, as claimed and with merges resolved.
func (o *Selected) add(newest uint32, rows []uint32) {
	if !o.found.add(newest) {
		return
	}
	o.Statements++
	for _, i := range rows {
		o.said.add(i)
	}
	if o.nodes == nil {
		return
	}
	merged := o.s.view.Merged(o.at)
	subject, object := o.s.view.Ends(newest)
	for _, n := range []topology.Node{subject, object} {
		if n != 0 {
			o.addNode(n)
			o.addNode(merged.Canonical(n))
		}
	}
}

func (o *Selected) addNode(n topology.Node) {
	if o.nodes.Add(n) {
		o.Entities++
	}
}

// counted sums up who said how much.
func (o *Selected) counted() *Selected {
	count := make(map[topology.Node]int)
	for i := range o.said.rows() {
		count[o.s.view.Row(i).Dataset]++
		o.Assertions++
	}
	for n, assertions := range count {
		o.Datasets = append(o.Datasets, SelectedDataset{o.s.view.ID(n), assertions})
	}
	slices.SortFunc(o.Datasets, func(a, b SelectedDataset) int { return cmp.Compare(a.ID, b.ID) })
	return o
}

// EachEntity goes through the entities by ID; into is the one that an entity is merged into, empty for one that is not.
func (o *Selected) EachEntity() iter.Seq2[graph.ID, graph.ID] {
	return func(yield func(id, into graph.ID) bool) {
		merged := o.s.view.Merged(o.at)
		o.s.view.Entities(topology.EntityQuery{At: o.at, Merged: true}, func(n topology.Node) bool {
			if o.nodes != nil && !o.nodes.Has(n) {
				return true
			}
			var into graph.ID
			if c := merged.Canonical(n); c != n {
				into = o.s.view.ID(c)
			}
			return yield(o.s.view.ID(n), into)
		})
	}
}

// A SelectedStatement is a statement with its ends, merges resolved.
type SelectedStatement struct {
	Statement
	Source, Target graph.ID // Target is empty without an object
}

// EachStatement goes through the statements in the order in which their newest assertions were recorded: by revision, then statement.
func (o *Selected) EachStatement() iter.Seq[SelectedStatement] {
	return func(yield func(SelectedStatement) bool) {
		merged := o.s.view.Merged(o.at)
		var rows []uint32
		for i := range o.found.rows() {
			rows = o.s.view.Recorded(rows[:0], o.s.view.PositionOf(i).Hash, o.at.Revision)
			subject, object := o.s.view.Ends(i)
			out := SelectedStatement{Statement: o.s.statement(rows, o.s.view.Fold(rows)), Source: o.s.view.ID(merged.Canonical(subject))}
			if object != 0 {
				out.Target = o.s.view.ID(merged.Canonical(object))
			}
			if !yield(out) {
				return
			}
		}
	}
}

// EachAssertion goes through the visible assertions of the statements in the order of their Refs.
func (o *Selected) EachAssertion() iter.Seq[graph.Ref] {
	return func(yield func(graph.Ref) bool) {
		for i := range o.said.rows() {
			row := o.s.view.Row(i)
			if !yield(o.s.ref(graph.NewStatementID(row.Predicate, row.Hash), &row)) {
				return
			}
		}
	}
}

// Everything tells whether all that was recorded at the time is selected, whenever it holds.
func (o *Selected) Everything() bool { return o.nodes == nil && o.at.ValidOn == nil }

// Revision is the revision that the selection is of.
func (o *Selected) Revision() graph.RevisionNumber { return graph.RevisionNumber(o.at.Revision) }

// Date returns the date of an entity by the rules of the lists that are ordered by it; the zero date when it has none.
func (o *Selected) Date() func(graph.ID) graph.Date { return o.s.dates(o.At).of }

// A rowSet is a set of versions, one bit for each there is.
type rowSet []uint64

// add adds a version and tells whether it was not there.
func (s *rowSet) add(i uint32) bool {
	word, bit := int(i>>6), uint64(1)<<(i&63)
	if word >= len(*s) {
		*s = append(*s, make([]uint64, max(word+1, 2*len(*s))-len(*s))...)
	}
	if (*s)[word]&bit != 0 {
		return false
	}
	(*s)[word] |= bit
	return true
}

// rows goes through the set from the lowest version on.
func (s rowSet) rows() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for w, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(uint32(w<<6 + bits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}

// EventsOf returns what happened to an entity: its statements of events without an object, in the order of a page of them.
func (s *Snapshot) EventsOf(id graph.ID, at AsOf) []Statement {
	if !graph.Instruments.Has(id.Kind()) {
		return nil
	}
	var list []Statement
	s.walkOver(id, topology.Query{Out: true, Predicates: eventsOnly}, at, func(w *topology.Walk) bool {
		list = append(list, s.statement(w.Rows, w.Fold))
		return true
	})
	return list
}

var eventsOnly = func() (list []graph.Predicate) {
	for _, p := range graph.Predicates() {
		if row := p.Row(); row.Objects == 0 && row.Value == graph.ValueNone && row.Tempo == graph.TempoEvent {
			list = append(list, p)
		}
	}
	return list
}()

// A Naming is a statement that gives a name or an identifier.
type Naming struct {
	Statement  graph.StatementID
	Rank       graph.Rank
	Name       graph.Name       // zero for an identifier
	Identifier graph.Identifier // zero for a name
}

// Namings returns the statements that give an entity's own names and identifiers, merges left aside and whatever their rank, by statement.
func (s *Snapshot) Namings(id graph.ID, at AsOf) []Naming {
	n, ok := s.view.Number(id)
	if !ok {
		return nil
	}
	when := s.at(at)
	var list []Naming
	var rows []uint32
	s.view.RowsOf([]topology.Node{n}, true, false, func(i uint32) bool {
		p := s.view.PositionOf(i)
		if p.Predicate != graph.PredNamed && p.Predicate != graph.PredIdentifiedBy || !s.view.Visible(i, when.Revision) || !s.view.Holds(i, when.ValidOn) {
			return true
		}
		if rows = s.view.Recorded(rows[:0], p.Hash, when.Revision); rows[0] != i {
			return true
		}
		out := Naming{Statement: graph.NewStatementID(p.Predicate, p.Hash), Rank: s.view.Fold(rows).Rank}
		if value := s.view.Row(i).Value; p.Predicate == graph.PredNamed {
			out.Name = s.names.list.At(value).name()
		} else {
			out.Identifier = s.names.identifiers.At(value).identifier()
		}
		list = append(list, out)
		return true
	})
	slices.SortFunc(list, func(a, b Naming) int { return cmp.Compare(a.Statement, b.Statement) })
	return list
}
