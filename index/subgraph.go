package index

import (
	"cmp"
	"context"
	"slices"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// SubgraphRanking is the version of the rules by which Subgraph chooses what is left when there is not room for all. It changes with
// every change after which the same query could have another answer (also in how the seeds of a document are found), so that a permalink is refused rather than answered otherwise.
const SubgraphRanking = 1

// How much a subgraph may be asked for.
const (
	MaxSubgraphDepth      = 10
	MaxSubgraphNodes      = 5_000
	MaxSubgraphStatements = 10_000
)

// A SubgraphQuery asks for a part of the graph around some entities. IDs in it are any IDs; merges are resolved.
type SubgraphQuery struct {
	Seeds         []graph.ID        // what the record does not hold at the time is left out
	Document      graph.ID          // what this text or a part of it mentions, and what it expresses, are seeds too; empty: none
	MoreSeeds     int               // how many seeds were left out already
	Depth         int               // how many statements away an entity may be
	Predicates    []graph.Predicate // of the statements, walked and shown; nil: all
	Kinds         graph.KindSet     // of the entities that are reached; 0: all. Seeds may be of any kind
	Without       []graph.ID        // never entered
	Evidenced     *bool             // of the statements, walked and shown; nil: either
	MaxNodes      int               // at least 1, as MaxStatements
	MaxStatements int
	Order         StatementOrder // of the statements
	At            AsOf
}

// A Subgraph is a part of the graph. It is without statements that have no object, and without the MERGED_INTO statements in effect, whose
// ends are one entity.
type Subgraph struct {
	// Nodes are canonical: fewer hops first, then those in more statements at the time, then by ID. When there is not room for all, the
	// last are left out, and what lies behind them.
	Nodes []graph.ID
	Seeds int // how many of the nodes are seeds
	// Statements are all the statements that the query asks for with both ends among the nodes, each once. When there is not room for all,
	// those are left out whose later end comes last among the nodes.
	Statements        []Statement
	MoreSeeds         int // seeds that were left out for want of room
	Omitted           []Omission
	OmittedStatements int // among the nodes, left out for want of room
	Explored          int // how many statements were looked at to find the nodes
}

// An Omission says how many entities that the subgraph would hold one hop from a node were left out for want of room.
type Omission struct {
	Entity graph.ID
	Count  int
}

// Subgraph returns the part of the graph that a query asks for. Its memory grows with what may be returned, and by one bit for each entity
// of the record. The only error is the context's.
func (s *Snapshot) Subgraph(ctx context.Context, q SubgraphQuery) (Subgraph, error) {
	e := s.explorer(ctx, &q)
	e.seed()
	for hop := 1; hop <= q.Depth && e.err == nil; hop++ {
		e.hop()
	}
	g := Subgraph{Nodes: make([]graph.ID, len(e.nodes)), Seeds: e.seeds, MoreSeeds: e.moreSeeds}
	for i, n := range e.nodes {
		g.Nodes[i] = s.view.ID(n)
	}
	g.Explored = e.explored
	e.gather(&g)
	if e.err != nil {
		return Subgraph{}, e.err
	}
	return g, nil
}

var expressesOnly = []graph.Predicate{graph.PredExpresses}

// An explorer finds a subgraph.
type explorer struct {
	s      *Snapshot
	ctx    context.Context
	err    error
	steps  int
	q      *SubgraphQuery
	at     topology.At
	merged *topology.Merged
	walked topology.Query // what is asked of each node
	walk   topology.Walk
	other  topology.Walk // for importance, while walk goes on

	without   map[topology.Node]bool
	place     map[topology.Node]int // in nodes
	nodes     []topology.Node
	seeds     int
	moreSeeds int
	expanded  int  // the first so many nodes' neighbours belong to the subgraph if there is room
	from      int  // where the last level begins
	full      bool // there was not room for all of a level, or for the next
	seen      topology.NodeSet
	explored  int
}

func (s *Snapshot) explorer(ctx context.Context, q *SubgraphQuery) *explorer {
	e := &explorer{s: s, ctx: ctx, q: q, at: s.at(q.At), without: map[topology.Node]bool{}, place: map[topology.Node]int{}, moreSeeds: q.MoreSeeds}
	e.merged = s.view.Merged(e.at)
	e.walked = s.query(&StatementQuery{Predicates: q.Predicates, Evidenced: q.Evidenced})
	e.walked.At = e.at
	for _, n := range s.numbers(q.Without) {
		e.without[e.merged.Canonical(n)] = true
	}
	return e
}

// step tells whether to go on.
func (e *explorer) step() bool {
	if e.steps++; e.steps%checkEvery == 0 && e.err == nil {
		e.err = e.ctx.Err()
	}
	return e.err == nil
}

// A candidate is a node that a level may hold.
type candidate struct {
	statements int // it stands in
	id         graph.ID
	node       topology.Node
}

func (a candidate) compare(b candidate) int {
	return cmp.Or(cmp.Compare(b.statements, a.statements), cmp.Compare(a.id, b.id))
}

// A level is the candidates at one distance from the seeds; the window keeps those there is room for.
type level struct {
	e    *explorer
	kept *window[candidate]
	met  int // candidates
}

func (e *explorer) level() *level {
	e.seen.Clear()
	return &level{e: e, kept: newWindow(candidate.compare, nil, nil, Page{First: e.q.MaxNodes - len(e.nodes)})}
}

// meet adds a node to the level, once.
func (l *level) meet(n topology.Node) {
	e := l.e
	if !e.seen.Add(n) {
		return
	}
	l.met++
	c := candidate{id: e.s.view.ID(n), node: n}
	// No node stands in more statements than its rows hold versions: most of a hub's neighbours need not be counted.
	if l.kept.full {
		for _, member := range e.members(n) {
			c.statements += e.s.view.Degree(member)
		}
		if !l.kept.needs(c) {
			return
		}
	}
	e.other.StartMerged(e.s.view, topology.Query{Node: n, Out: true, In: true, At: e.at}, e.merged)
	if c.statements = e.s.count(&e.other); l.kept.needs(c) {
		l.kept.add(c)
	}
}

func (e *explorer) members(n topology.Node) []topology.Node {
	if list := e.merged.Members(n); list != nil {
		return list
	}
	return []topology.Node{n}
}

// close takes the level's nodes over.
func (l *level) close() {
	e := l.e
	kept, _, _ := l.kept.page()
	e.from = len(e.nodes)
	for _, c := range kept {
		e.place[c.node] = len(e.nodes)
		e.nodes = append(e.nodes, c.node)
	}
	e.full = e.full || l.met > len(kept)
}

// seed makes the first level.
func (e *explorer) seed() {
	l := e.level()
	seeds := slices.Clone(e.q.Seeds)
	if text := e.q.Document; text != "" {
		add := func(id graph.ID) { seeds = append(seeds, id) }
		e.s.mentioned([]graph.ID{text}, e.q.At, add)
		e.s.walkOver(text, topology.Query{Out: true, Predicates: expressesOnly}, e.q.At, func(w *topology.Walk) bool {
			add(e.s.view.ID(w.Other))
			return true
		})
	}
	for _, id := range seeds {
		if n, ok := e.s.view.Node(id, e.at.Revision); ok && e.step() && !e.without[e.merged.Canonical(n)] {
			l.meet(e.merged.Canonical(n))
		}
	}
	l.close()
	e.seeds = len(e.nodes)
	e.moreSeeds += l.met - e.seeds
}

// hop makes the next level of what is one statement away from the last.
func (e *explorer) hop() {
	last := e.nodes[e.from:]
	if e.expanded = len(e.nodes); len(last) == 0 {
		return
	}
	if len(e.nodes) == e.q.MaxNodes {
		e.from, e.full = len(e.nodes), true // gather tells whether anything is missing
		return
	}
	l := e.level()
	for _, n := range last {
		e.through(n, true, true, func(other topology.Node) {
			e.explored++
			if _, there := e.place[other]; !there && e.admits(other) {
				l.meet(other)
			}
		})
	}
	l.close()
}

// admits tells whether a node may be reached.
func (e *explorer) admits(n topology.Node) bool {
	return (e.q.Kinds == 0 || e.q.Kinds.Has(e.s.view.Kind(n))) && !e.without[n]
}

// through visits the statements of a node with an entity at the far end.
func (e *explorer) through(n topology.Node, out, in bool, visit func(other topology.Node)) {
	q := e.walked
	q.Node, q.Out, q.In = n, out, in
	e.walk.StartMerged(e.s.view, q, e.merged)
	for e.step() && e.walk.Next() {
		if other := e.walk.Other; other != 0 && e.merged.Canonical(other) == other { // what is merged in effect leads nowhere
			visit(other)
		}
	}
}

// gather fills in the statements and what was left out. Each statement is found at its subject; what was left out, where there was not
// room for all, at the nodes from which one would go on.
func (e *explorer) gather(g *Subgraph) {
	type found struct {
		end int // the later of its ends
		topology.Position
	}
	within := newWindow(func(a, b found) int {
		return cmp.Or(cmp.Compare(a.end, b.end), e.q.Order.compare(&a.Position, &b.Position))
	}, nil, nil, Page{First: e.q.MaxStatements})
	total := 0
	for i, n := range e.nodes {
		missing := 0
		e.seen.Clear()
		e.through(n, true, e.full && i < e.expanded, func(other topology.Node) {
			j, there := e.place[other]
			switch {
			case !there:
				if i < e.expanded && e.full && e.admits(other) && e.seen.Add(other) {
					missing++
				}
			case !e.walk.Incoming:
				total++
				if f := (found{max(i, j), e.walk.Position()}); within.needs(f) {
					within.add(f)
				}
			}
		})
		if missing > 0 {
			g.Omitted = append(g.Omitted, Omission{e.s.view.ID(n), missing})
		}
	}
	kept, _, _ := within.page()
	g.OmittedStatements = total - len(kept)
	slices.SortFunc(kept, func(a, b found) int { return e.q.Order.compare(&a.Position, &b.Position) })
	g.Statements = make([]Statement, len(kept))
	for i, f := range kept {
		rows := e.s.view.Recorded(nil, f.Hash, e.at.Revision)
		g.Statements[i] = e.s.statement(rows, e.s.view.Fold(rows))
	}
}
