package topology

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"errors"
	"slices"
	"strings"

	"treatygraph/graph"
)

// MaxHops is how long paths may be at most.
const MaxHops = 12

// What a search may cost by default. The work and the memory of a search are bounded by it.
const (
	DefaultPathBudget = 200_000
	// For each unit of the budget so many statements may be read, so many looked at again, and so many nodes stand on levels.
	readPerUnit  = 5
	againPerUnit = 20
	keptPerUnit  = 3
	// checkedEvery and checkedLooks are how often a search looks whether it is still wanted.
	checkedEvery = 128
	checkedLooks = 1 << 13
	// lookedUp is how many predicates are looked up in a row at most; beyond, all statements are gone through.
	lookedUp = 8

	fullConfidence = 1000
)

// A PathQuery asks for simple paths, which meet no entity twice, from one of some nodes to one of others. Nodes are canonical; no node is on
// both ends. A path may lead through other nodes of From and To.
type PathQuery struct {
	From, To   []Node
	Allowed    func(Step) bool   // nil: all steps
	Predicates []graph.Predicate // sorted, each once: Allowed lets no other pass, so the rest need not be read; nil: unknown
	Pattern    *Pattern          // nil: any
	Without    []Node
	Kinds      graph.KindSet // of the nodes between the ends; 0: all
	Evidenced  *bool
	Listed     bool // paths through the same nodes by other statements are paths of their own
	MaxHops    int
	First      int
	At         At
	Budget     int // 0: DefaultPathBudget
}

// A PathBound is what kept a search from showing all paths.
type PathBound uint8

// The bounds of a search.
const (
	PathsAll      PathBound = iota // none: all paths are there
	PathsFirst                     // there are more than were asked for
	PathsBudget                    // the budget is spent
	PathsDeadline                  // the time is up
)

// A Hop is one part of a path. Its statements are given by one of their versions.
type Hop struct {
	From, To Node
	Row      uint32
	Against  bool     // To is the subject
	Parallel []uint32 // of all statements that can stand in the place of Row, itself included; in PathQuery.Listed of itself alone
}

// Paths are the first paths in order, whatever the bound.
type Paths struct {
	Paths    [][]Hop
	Bound    PathBound
	Explored int // nodes whose statements were gone through, and paths begun
}

// Paths finds the first paths in this order, which is a property of the paths alone: by length; by the lowest rank of a statement on the
// path, the highest first; by the lowest confidence on it, the highest first, where one that is not stated counts as full; by the IDs of its
// nodes from the first on; by the IDs of its statements. Of paths through the same nodes the first stands for all, unless they are Listed.
//
// It grows from both ends, level by level, what lies on ways of that many steps, the cheaper end first; steps straight back are
// left out, so that what only hangs on a node is soon done with. When the levels together reach a length, the ways of this length are gone through best
// first: what can be told of the rest of a way (the least rank and confidence that cost nothing) never promises less than there is, so
// paths come in order, and what was found when a bound cuts the search are the first paths all the same.
//
// The only error is that of a cancelled context; a deadline that has passed is a bound.
func (v *View) Paths(ctx context.Context, q PathQuery) (Paths, error) {
	s := newPathSearch(ctx, v, &q)
	s.run()
	if errors.Is(s.err, context.DeadlineExceeded) {
		s.bound, s.err = PathsDeadline, nil
	}
	return Paths{s.found, s.bound, s.explored}, s.err
}

// A pathEdge is a statement as seen from a node.
type pathEdge struct {
	other      Node
	row        uint32
	step       Step
	confidence uint16
	rank       graph.Rank
}

// A pathNode is a node on a level: something is known of the ways of the level's length between it and the end that the level grew from.
type pathNode struct {
	node       Node
	states     stateSet // in which the pattern may be there
	rank       graph.Rank
	confidence uint16
	neighbours uint8   // how many of towards are given
	towards    [2]Node // the first different nodes on these ways
}

// leadsOn tells whether one of the ways goes on elsewhere than back.
func (n *pathNode) leadsOn(back Node) bool {
	return n.neighbours == 2 || n.neighbours == 1 && n.towards[0] != back
}

type pathLevel struct {
	nodes []pathNode
	at    map[Node]int32
}

func (l *pathLevel) of(n Node) *pathNode {
	if i, there := l.at[n]; there {
		return &l.nodes[i]
	}
	return nil
}

// pathSearch is one search.
type pathSearch struct {
	ctx       context.Context
	v         *View
	q         *PathQuery
	merged    *Merged
	automaton *automaton
	starts    map[Node]bool
	ends      map[Node]bool
	without   map[Node]bool
	edges     map[Node][]pathEdge
	forward   []*pathLevel // the i-th: after i steps from the starts
	backward  []*pathLevel // the i-th: i steps before the ends
	rest      []*pathLevel // in place of backward, for the length at hand
	walk      Walk
	scratch   []pathEdge

	explored, budget      int
	read, again           int // statements
	kept                  int // nodes on levels
	checked, checkedLooks int
	bound                 PathBound
	err                   error
	found                 [][]Hop
}

func newPathSearch(ctx context.Context, v *View, q *PathQuery) *pathSearch {
	s := &pathSearch{ctx: ctx, v: v, q: q, merged: v.Merged(q.At), budget: q.Budget, edges: map[Node][]pathEdge{}}
	if s.budget == 0 {
		s.budget = DefaultPathBudget
	}
	set := func(nodes []Node) map[Node]bool {
		out := make(map[Node]bool, len(nodes))
		for _, n := range nodes {
			out[n] = true
		}
		return out
	}
	s.starts, s.ends, s.without = set(q.From), set(q.To), set(q.Without)
	if q.Allowed == nil {
		q.Allowed = func(Step) bool { return true }
	}
	s.automaton = newAutomaton(q.Pattern, q.Allowed)
	predicates := q.Predicates
	if of := q.Pattern.predicates(); of != nil {
		if predicates == nil {
			predicates = of
		} else {
			predicates = slices.DeleteFunc(slices.Clone(predicates), func(p graph.Predicate) bool { return !slices.Contains(of, p) })
		}
	}
	if len(predicates) > lookedUp {
		predicates = nil
	}
	s.walk.q = Query{Out: true, In: true, Predicates: predicates, Evidenced: q.Evidenced, At: q.At}
	return s
}

// stopped tells whether the search must end, and looks now and then whether it is still wanted.
func (s *pathSearch) stopped() bool {
	if s.err != nil || s.bound != PathsAll {
		return true
	}
	if looks := s.read + s.again; s.explored-s.checked >= checkedEvery || looks-s.checkedLooks >= checkedLooks {
		s.checked, s.checkedLooks = s.explored, looks
		s.err = s.ctx.Err()
		s.limit()
	}
	return s.err != nil || s.bound != PathsAll
}

// limit ends the search when the budget is spent.
func (s *pathSearch) limit() bool {
	if s.explored > s.budget || s.read > readPerUnit*s.budget || s.again > againPerUnit*s.budget || s.kept > keptPerUnit*s.budget || s.automaton.full() {
		s.explored = min(s.explored, s.budget)
		s.bound = PathsBudget
	}
	return s.bound != PathsAll
}

// explore spends a unit of the budget.
func (s *pathSearch) explore() bool {
	if s.stopped() {
		return false
	}
	s.explored++
	return !s.limit()
}

// of returns a node's edges, in the order of its row. They are gone through once.
func (s *pathSearch) of(n Node) []pathEdge {
	if list, known := s.edges[n]; known {
		return list
	}
	if !s.explore() {
		return nil
	}
	list := s.scratch[:0]
	q := s.walk.q
	q.Node = n
	w := &s.walk
	*w = Walk{v: s.v, q: q, merged: s.merged}
	w.runs, w.Rows = w.runRoom[:0], w.rowRoom[:0]
	for _, member := range s.merged.All(n) {
		w.addRuns(member)
	}
	for w.Next() {
		if s.read++; s.stopped() {
			break
		}
		if w.Other == 0 || s.merged.Canonical(w.Other) == n { // no object, or one that is the same entity now
			continue
		}
		c, k := s.v.g.versions.at(w.Rows[0])
		e := pathEdge{w.Other, w.Rows[0], NewStep(c.predicate[k], w.Incoming), uint16(w.Fold.Confidence), w.Fold.Rank}
		if e.confidence == 0 {
			e.confidence = fullConfidence
		}
		if (s.q.Allowed(e.step) || s.q.Allowed(e.step.Turned())) && !s.without[e.other] {
			list = append(list, e)
		}
	}
	s.scratch = list
	s.limit()
	list = slices.Clone(list)
	s.edges[n] = list
	return list
}

// turned adds the edges from one node to another as the other, whose edges are known, has them.
func (s *pathSearch) turned(list []pathEdge, other, from Node) []pathEdge {
	edges := s.edges[other]
	s.again += len(edges)
	for _, e := range edges {
		if e.other == from {
			e.other, e.step = other, e.step.Turned()
			list = append(list, e)
		}
	}
	return list
}

// toEnds is how many edges the ends have.
func (s *pathSearch) toEnds() (n int) {
	for i := range s.rest[0].nodes {
		n += len(s.edges[s.rest[0].nodes[i].node])
	}
	return n
}

// joining returns the edges between two nodes, from the one that costs less.
func (s *pathSearch) joining(from, to Node) (list []pathEdge) {
	a, known := s.edges[from]
	if b, there := s.edges[to]; there && (!known || len(b) < len(a)) {
		return s.turned(nil, to, from)
	}
	edges := s.of(from)
	s.again += len(edges)
	for _, e := range edges {
		if e.other == to {
			list = append(list, e)
		}
	}
	return list
}

// between tells whether a node may stand between the ends.
func (s *pathSearch) between(n Node) bool {
	if len(s.starts) == 1 && s.starts[n] || len(s.ends) == 1 && s.ends[n] { // it is on every path already
		return false
	}
	return s.q.Kinds == 0 || s.q.Kinds.Has(s.v.Kind(n))
}

// add puts on a level that a node has ways by a neighbour.
func (l *pathLevel) add(a *automaton, n Node, states stateSet, rank graph.Rank, confidence uint16, by Node) {
	i, there := l.at[n]
	if !there {
		l.at[n] = int32(len(l.nodes))
		l.nodes = append(l.nodes, pathNode{node: n, states: states, rank: rank, confidence: confidence, neighbours: 1, towards: [2]Node{by}})
		return
	}
	p := &l.nodes[i]
	p.states = a.union(p.states, states)
	p.rank, p.confidence = min(p.rank, rank), max(p.confidence, confidence)
	if p.neighbours == 1 && p.towards[0] != by {
		p.towards[1], p.neighbours = by, 2
	}
}

func (s *pathSearch) firstLevel(nodes []Node, states stateSet) *pathLevel {
	l := &pathLevel{at: map[Node]int32{}}
	for _, n := range nodes {
		if _, there := l.at[n]; !there && !s.without[n] {
			l.at[n] = int32(len(l.nodes))
			l.nodes = append(l.nodes, pathNode{node: n, states: states, rank: graph.RankPreferred, confidence: fullConfidence})
		}
	}
	return l
}

// cost is about what it takes to grow from a level.
func (s *pathSearch) cost(l *pathLevel) (cost int) {
	for i := range l.nodes {
		if _, known := s.edges[l.nodes[i].node]; known {
			cost++
		} else {
			cost += 1 + s.v.Degree(l.nodes[i].node)
		}
	}
	return cost
}

// growForward adds the level after one more step from the starts.
func (s *pathSearch) growForward() {
	last := s.forward[len(s.forward)-1]
	next := &pathLevel{at: map[Node]int32{}}
	for i := range last.nodes {
		u := last.nodes[i]
		if len(s.forward) > 1 && !s.between(u.node) {
			continue
		}
		edges := s.of(u.node)
		s.again += len(edges)
		for _, e := range edges {
			if len(s.forward) > 1 && !u.leadsOn(e.other) || !s.between(e.other) && !s.ends[e.other] {
				continue
			}
			if states := s.automaton.next(u.states, e.step); states != 0 {
				next.add(s.automaton, e.other, states, 0, 0, u.node)
			}
		}
		if s.stopped() {
			return
		}
	}
	s.kept += len(next.nodes)
	s.forward = append(s.forward, next)
}

// growBackward adds the level of one more step before the ends.
func (s *pathSearch) growBackward() {
	last := s.backward[len(s.backward)-1]
	next := &pathLevel{at: map[Node]int32{}}
	for i := range last.nodes {
		w := last.nodes[i]
		if len(s.backward) > 1 && !s.between(w.node) {
			continue
		}
		edges := s.of(w.node)
		s.again += len(edges)
		for _, e := range edges {
			if len(s.backward) > 1 && !w.leadsOn(e.other) || !s.between(e.other) && !s.starts[e.other] {
				continue
			}
			if states := s.automaton.previous(w.states, e.step.Turned()); states != 0 {
				next.add(s.automaton, e.other, states, max(e.rank, w.rank), min(e.confidence, w.confidence), w.node)
			}
		}
		if s.stopped() {
			return
		}
	}
	s.kept += len(next.nodes)
	s.backward = append(s.backward, next)
}

// restrict makes of the ways of a length the levels that backward has not, from what forward has: s.rest is then what is known of each
// number of remaining steps.
func (s *pathSearch) restrict(length int) {
	s.rest = append(s.rest[:0], s.backward...)
	for left := len(s.backward); left <= length; left++ {
		candidates, after := s.forward[length-left], s.rest[left-1]
		next := &pathLevel{at: map[Node]int32{}}
		for i := range candidates.nodes {
			u := candidates.nodes[i]
			if length != left && !s.between(u.node) {
				continue
			}
			edges := s.of(u.node)
			s.again += len(edges)
			for _, e := range edges {
				w := after.of(e.other)
				if w == nil || left > 1 && (!w.leadsOn(u.node) || !s.between(w.node)) {
					continue
				}
				if states := s.automaton.previous(w.states, e.step); s.automaton.meet(states, u.states) {
					next.add(s.automaton, u.node, states, max(e.rank, w.rank), min(e.confidence, w.confidence), w.node)
				}
			}
			if s.stopped() {
				return
			}
		}
		s.kept += len(next.nodes)
		s.rest = append(s.rest, next)
	}
}

// run searches length after length.
func (s *pathSearch) run() {
	if s.err = s.ctx.Err(); s.err != nil {
		return
	}
	s.forward = []*pathLevel{s.firstLevel(s.q.From, s.automaton.begun)}
	s.backward = []*pathLevel{s.firstLevel(s.q.To, s.automaton.ended)}
	for length := 1; length <= s.q.MaxHops; length++ {
		f, b := s.forward[len(s.forward)-1], s.backward[len(s.backward)-1]
		if len(f.nodes) == 0 || len(b.nodes) == 0 {
			return // no way is that long
		}
		if s.cost(f) < s.cost(b) {
			s.growForward()
		} else {
			s.growBackward()
		}
		if s.stopped() {
			return
		}
		if s.restrict(length); s.stopped() {
			return
		}
		if s.collect(length); s.stopped() {
			return
		}
	}
}

// A partial is the beginning of a path.
type partial struct {
	nodes      [MaxHops + 1]Node
	rows       [MaxHops]uint32 // of the statements, when they are listed
	hops       uint8
	exact      bool // it is a whole path, and what is promised of it is so
	states     stateSet
	rank       graph.Rank // the best that can become of it
	confidence uint16
	chosen     []Hop // of a whole path
}

// A partials is a heap with the best beginning on top.
type partials struct {
	s    *pathSearch
	list []*partial
}

func (p *partials) Len() int      { return len(p.list) }
func (p *partials) Swap(i, j int) { p.list[i], p.list[j] = p.list[j], p.list[i] }
func (p *partials) Push(x any)    { p.list = append(p.list, x.(*partial)) }
func (p *partials) Pop() any {
	last := len(p.list) - 1
	x := p.list[last]
	p.list[last] = nil
	p.list = p.list[:last]
	return x
}
func (p *partials) Less(i, j int) bool { return p.s.compare(p.list[i], p.list[j]) < 0 }

// compare puts what may become a better path first, and beginnings before what goes on from them.
func (s *pathSearch) compare(a, b *partial) int {
	if c := cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.confidence, a.confidence)); c != 0 {
		return c
	}
	for i := range min(a.hops, b.hops) + 1 {
		if a.nodes[i] != b.nodes[i] {
			return strings.Compare(string(s.v.ID(a.nodes[i])), string(s.v.ID(b.nodes[i])))
		}
	}
	if a.hops != b.hops {
		return cmp.Compare(a.hops, b.hops)
	}
	if s.q.Listed {
		for i := range a.hops {
			if a.rows[i] != b.rows[i] {
				return s.v.compareStatements(a.rows[i], b.rows[i])
			}
		}
	}
	return 0
}

// statementOrder is the place of a predicate among the beginnings of statement IDs.
var statementOrder = func() (order [256]uint8) {
	list := graph.Predicates()
	slices.SortFunc(list, func(a, b graph.Predicate) int {
		return strings.Compare(strings.ToLower(a.String())+".", strings.ToLower(b.String())+".")
	})
	for i, p := range list {
		order[p] = uint8(i)
	}
	return order
}()

// compareStatements orders the claims of two versions by their IDs.
func (v *View) compareStatements(a, b uint32) int {
	c, k := v.g.versions.at(a)
	d, l := v.g.versions.at(b)
	return cmp.Or(cmp.Compare(statementOrder[c.predicate[k]], statementOrder[d.predicate[l]]), bytes.Compare(c.hash[k][:], d.hash[l][:]))
}

// collect finds the paths of a length in order, until one more was found than was asked for.
func (s *pathSearch) collect(length int) {
	begin := s.rest[length]
	h := &partials{s: s}
	for i := range begin.nodes {
		n := &begin.nodes[i]
		if !s.starts[n.node] || !s.automaton.meet(n.states, s.automaton.begun) {
			continue
		}
		if !s.explore() {
			return
		}
		p := &partial{states: s.automaton.begun, rank: n.rank, confidence: n.confidence}
		p.nodes[0] = n.node
		heap.Push(h, p)
	}
	for h.Len() > 0 {
		p := heap.Pop(h).(*partial)
		switch {
		case int(p.hops) < length:
			if s.extend(h, p, length); s.stopped() {
				return
			}
		case !p.exact:
			if s.choose(p); s.stopped() {
				return
			}
			heap.Push(h, p)
		case len(s.found) == s.q.First:
			s.bound = PathsFirst
			return
		default:
			s.found = append(s.found, p.chosen)
		}
	}
}

// An extension is what is known of a step to one node.
type extension struct {
	node       *pathNode
	row        uint32
	states     stateSet
	rank       graph.Rank
	confidence uint16
}

// extend puts all beginnings on the heap that are one step longer.
func (s *pathSearch) extend(h *partials, p *partial, length int) {
	at := p.nodes[p.hops]
	left := length - int(p.hops) - 1
	after := s.rest[left]
	var list []extension
	var places map[Node]int
	edges, known := s.edges[at]
	if !known && left == 0 && s.toEnds() <= s.v.Degree(at) {
		for i := range s.rest[0].nodes {
			edges = s.turned(edges, s.rest[0].nodes[i].node, at)
		}
	} else {
		edges = s.of(at)
	}
	s.again += len(edges)
	for _, e := range edges {
		w := after.of(e.other)
		if w == nil || left > 0 && !s.between(w.node) || slices.Contains(p.nodes[:p.hops+1], w.node) ||
			left > 0 && w.neighbours == 1 && slices.Contains(p.nodes[:p.hops+1], w.towards[0]) {
			continue
		}
		states := s.automaton.next(p.states, e.step)
		if !s.automaton.meet(states, w.states) {
			continue
		}
		x := extension{w, e.row, states, e.rank, e.confidence}
		if !s.q.Listed {
			if i, there := places[w.node]; there {
				old := &list[i]
				old.states = s.automaton.union(old.states, states)
				old.rank, old.confidence = min(old.rank, x.rank), max(old.confidence, x.confidence)
				continue
			}
			if places == nil {
				places = map[Node]int{}
			}
			places[w.node] = len(list)
		}
		list = append(list, x)
	}
	for i := range list {
		if !s.explore() {
			return
		}
		x := &list[i]
		next := &partial{nodes: p.nodes, rows: p.rows, hops: p.hops + 1, states: x.states}
		next.nodes[next.hops], next.rows[p.hops] = x.node.node, x.row
		next.rank = max(p.rank, x.rank, x.node.rank)
		next.confidence = min(p.confidence, x.confidence, x.node.confidence)
		heap.Push(h, next)
	}
}

// choose fills in the hops of a whole path, and tells its rank and confidence as they are.
func (s *pathSearch) choose(p *partial) {
	hops := make([][]pathEdge, p.hops)
	for i := range hops {
		hops[i] = s.joining(p.nodes[i], p.nodes[i+1])
		if s.q.Listed {
			hops[i] = slices.DeleteFunc(hops[i], func(e pathEdge) bool { return e.row != p.rows[i] })
		}
		if s.stopped() {
			return
		}
	}
	before, after := s.ways(hops, nil)
	p.exact = true
	p.chosen = make([]Hop, len(hops))
	for i := range hops {
		// What no way takes through here can stand in nobody's place.
		hops[i] = slices.DeleteFunc(hops[i], func(e pathEdge) bool {
			return !s.automaton.meet(s.automaton.next(before[i], e.step), after[i+1])
		})
		slices.SortFunc(hops[i], func(a, b pathEdge) int {
			return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.confidence, a.confidence), s.v.compareStatements(a.row, b.row))
		})
		for _, e := range hops[i] {
			p.chosen[i].Parallel = append(p.chosen[i].Parallel, e.row)
		}
	}
	possible := func(fits func(*pathEdge) bool) bool {
		before, _ := s.ways(hops, fits)
		return s.automaton.meet(before[len(hops)], s.automaton.ended)
	}
	for p.rank = graph.RankPreferred; p.rank < graph.RankDeprecated; p.rank++ {
		if possible(func(e *pathEdge) bool { return e.rank <= p.rank }) {
			break
		}
	}
	var levels []uint16
	for i := range hops {
		for j := range hops[i] {
			if hops[i][j].rank <= p.rank {
				levels = append(levels, hops[i][j].confidence)
			}
		}
	}
	slices.Sort(levels)
	levels = slices.Compact(levels)
	worst, _ := slices.BinarySearchFunc(levels, true, func(least uint16, _ bool) int { // the first that is too much
		if possible(func(e *pathEdge) bool { return e.rank <= p.rank && e.confidence >= least }) {
			return -1
		}
		return 1
	})
	p.confidence = levels[worst-1]
	fits := func(e *pathEdge) bool { return e.rank <= p.rank && e.confidence >= p.confidence }
	_, after = s.ways(hops, fits)
	states := s.automaton.begun
	for i := range hops {
		var best *pathEdge
		for j := range hops[i] {
			e := &hops[i][j]
			if fits(e) && s.automaton.meet(s.automaton.next(states, e.step), after[i+1]) && (best == nil || s.v.compareStatements(e.row, best.row) < 0) {
				best = e
			}
		}
		states = s.automaton.next(states, best.step)
		hop := &p.chosen[i]
		hop.From, hop.To, hop.Row, hop.Against = p.nodes[i], p.nodes[i+1], best.row, best.step&1 != 0
	}
}

// ways returns for each node of a path the states that its statements lead to from the beginning, and from which they lead to the end.
func (s *pathSearch) ways(hops [][]pathEdge, fits func(*pathEdge) bool) (before, after []stateSet) {
	before, after = make([]stateSet, len(hops)+1), make([]stateSet, len(hops)+1)
	before[0], after[len(hops)] = s.automaton.begun, s.automaton.ended
	for i := range hops {
		for j := range hops[i] {
			if e := &hops[i][j]; fits == nil || fits(e) {
				before[i+1] = s.automaton.union(before[i+1], s.automaton.next(before[i], e.step))
			}
		}
	}
	for i := len(hops) - 1; i >= 0; i-- {
		for j := range hops[i] {
			if e := &hops[i][j]; fits == nil || fits(e) {
				after[i] = s.automaton.union(after[i], s.automaton.previous(after[i+1], e.step))
			}
		}
	}
	return before, after
}
