package topology

import (
	"bytes"
	"cmp"
	"slices"
	"sort"

	"treatygraph/graph"
)

// A Position is a place in the order of a list of statements.
type Position struct {
	Predicate graph.Predicate
	Day       graph.Day // the earliest of the validity
	Hash      graph.StatementHash
	Incoming  bool
}

// A Query asks for the statements of one node and of what is merged into it.
type Query struct {
	Node       Node
	Out, In    bool
	Predicates []graph.Predicate // sorted, each once; nil: all
	OtherKinds graph.KindSet     // 0: all, statements without object too
	Methods    uint8             // bits 1<<method; 0: all
	Datasets   []Node            // nil: all
	Evidenced  *bool
	Ranks      uint8 // bits 1<<rank; 0: not deprecated, and where claims compete and one is preferred only it
	At         At
	Backward   bool
	After      *Position // only what comes after it
	Before     *Position // only what comes before it
}

// A Walk goes through the statements that a query asks for, in row order or backward. Its cost does not depend on where it starts.
type Walk struct {
	Rows     []uint32 // the visible versions of the statement; valid until Next
	Incoming bool     // the node is its object
	Other    Node     // the far end, merges resolved; 0 without one
	Fold     Fold

	v       *View
	q       Query
	merged  *Merged
	runs    []run
	next    int // of q.Predicates
	started bool
	runRoom [24]run
	rowRoom [8]uint32
}

// A run is a part of a row of one segment that is still to come.
type run struct {
	all      []uint32 // within the query's positions
	rest     []uint32 // of these, of the predicate that is being read
	key      uint64   // of the next
	incoming bool
}

// Start makes w a walk over what q asks for.
func (w *Walk) Start(v *View, q Query) { w.StartMerged(v, q, v.Merged(q.At)) }

// Most returns a number of statements that a walk which was just started cannot exceed: how many versions it may meet.
func (w *Walk) Most() (n int) {
	for i := range w.runs {
		n += len(w.runs[i].all)
	}
	return n
}

// Query returns what the walk was started with.
func (w *Walk) Query() *Query { return &w.q }

func (w *Walk) addRuns(n Node) {
	for _, s := range w.v.segments {
		if w.q.Out {
			w.addRun(s.out.of(n), false)
		}
		if w.q.In {
			w.addRun(s.in.of(n), true)
		}
	}
}

func (w *Walk) addRun(rows []uint32, incoming bool) {
	if p := w.q.After; p != nil {
		rows = rows[sort.Search(len(rows), func(i int) bool { return w.compareTo(rows[i], incoming, p) > 0 }):]
	}
	if p := w.q.Before; p != nil {
		rows = rows[:sort.Search(len(rows), func(i int) bool { return w.compareTo(rows[i], incoming, p) >= 0 })]
	}
	if len(rows) > 0 {
		w.runs = append(w.runs, run{all: rows, incoming: incoming})
	}
}

// compareTo compares a row entry with a position.
func (w *Walk) compareTo(i uint32, incoming bool, p *Position) int {
	t := &w.v.g.versions
	return cmp.Or(cmp.Compare(t.key(i), rowKey(p.Predicate, p.Day, &p.Hash)), bytes.Compare(t.hash(i)[:], p.Hash[:]), CompareBool(incoming, p.Incoming))
}

// CompareBool puts false before true.
func CompareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// enter begins the next predicate, or the whole row when the query names none.
func (w *Walk) enter() bool {
	if w.q.Predicates == nil {
		if w.started {
			return false
		}
		w.started = true
		for i := range w.runs {
			w.runs[i].rest = w.runs[i].all
			w.load(&w.runs[i])
		}
		return true
	}
	if w.next == len(w.q.Predicates) {
		return false
	}
	p := w.q.Predicates[w.next]
	if w.q.Backward {
		p = w.q.Predicates[len(w.q.Predicates)-1-w.next]
	}
	w.next++
	for i := range w.runs {
		r := &w.runs[i]
		r.rest = w.v.ofPredicate(r.all, p)
		w.load(r)
	}
	return true
}

// ofPredicate cuts from a row the versions with one predicate.
func (v *View) ofPredicate(rows []uint32, p graph.Predicate) []uint32 {
	at := func(i int) graph.Predicate {
		c, k := v.g.versions.at(rows[i])
		return c.predicate[k]
	}
	lo := sort.Search(len(rows), func(i int) bool { return at(i) >= p })
	hi := lo + sort.Search(len(rows)-lo, func(i int) bool { return at(lo+i) > p })
	return rows[lo:hi]
}

func (w *Walk) load(r *run) {
	if len(r.rest) > 0 {
		r.key = w.v.g.versions.key(w.head(r))
	}
}

func (w *Walk) head(r *run) uint32 {
	if w.q.Backward {
		return r.rest[len(r.rest)-1]
	}
	return r.rest[0]
}

func (w *Walk) pop(r *run) {
	if w.q.Backward {
		r.rest = r.rest[:len(r.rest)-1]
	} else {
		r.rest = r.rest[1:]
	}
	w.load(r)
}

// compareRuns orders two runs by what comes next in them.
func (w *Walk) compareRuns(a, b *run) int {
	c := cmp.Compare(a.key, b.key)
	if c == 0 {
		t := &w.v.g.versions
		c = cmp.Or(bytes.Compare(t.hash(w.head(a))[:], t.hash(w.head(b))[:]), CompareBool(a.incoming, b.incoming))
	}
	if w.q.Backward {
		return -c
	}
	return c
}

// Next goes to the next statement that the query asks for.
func (w *Walk) Next() bool {
	for {
		first := -1
		for i := range w.runs {
			if len(w.runs[i].rest) > 0 && (first < 0 || w.compareRuns(&w.runs[i], &w.runs[first]) < 0) {
				first = i
			}
		}
		if first < 0 {
			if !w.enter() {
				return false
			}
			continue
		}
		r := &w.runs[first]
		claim, key := w.head(r), r.key
		w.Incoming = r.incoming
		wanted := w.wants(claim)
		w.Rows = w.Rows[:0]
		t := &w.v.g.versions
		hash := t.hash(claim)
		for i := first; i < len(w.runs); i++ { // no earlier run holds the claim on this side: the first of equals was taken
			r := &w.runs[i]
			for len(r.rest) > 0 && r.key == key && r.incoming == w.Incoming && *t.hash(w.head(r)) == *hash {
				if h := w.head(r); wanted && t.visible(h, w.q.At.Revision) {
					w.Rows = append(w.Rows, h)
				}
				w.pop(r)
			}
		}
		if len(w.Rows) > 0 && w.fits(claim) {
			return true
		}
	}
}

// wants tells by the claim alone whether the query asks for it, and finds the far end.
func (w *Walk) wants(claim uint32) bool {
	c, k := w.v.g.versions.at(claim)
	if on := w.q.At.ValidOn; on != nil && !c.holds(k, *on) {
		return false
	}
	w.Other = 0
	if c.kind[k] == graph.ValueNone && c.object[k] != 0 {
		subject, object := w.merged.Canonical(c.subject[k]), w.merged.Canonical(c.object[k])
		switch {
		case subject != object:
			w.Other = object
			if w.Incoming {
				w.Other = subject
			}
		case c.predicate[k] == graph.PredMergedInto: // in effect: shown where it leads, with the entity as claimed
			if !w.Incoming {
				return false
			}
			w.Other = c.subject[k]
		case w.Incoming && w.q.Out: // both ends are this entity: shown once
			return false
		default:
			w.Other = object
		}
	}
	return w.q.OtherKinds == 0 || w.Other != 0 && w.q.OtherKinds.Has(w.v.Kind(w.Other))
}

// fits tells by the visible assertions whether the query asks for the statement, and folds them.
func (w *Walk) fits(claim uint32) bool {
	w.Fold = w.v.Fold(w.Rows)
	if w.q.Evidenced != nil && w.Fold.Evidenced != *w.q.Evidenced {
		return false
	}
	if w.q.Methods != 0 || w.q.Datasets != nil {
		if !slices.ContainsFunc(w.Rows, w.admits) {
			return false
		}
	}
	if w.q.Ranks != 0 {
		return w.q.Ranks&(1<<w.Fold.Rank) != 0
	}
	if w.Fold.Rank == graph.RankDeprecated {
		return false
	}
	return w.Fold.Rank == graph.RankPreferred || !w.v.outranked(claim, w.q.At.Revision, w.merged)
}

func (w *Walk) admits(i uint32) bool {
	c, k := w.v.g.versions.at(i)
	return (w.q.Methods == 0 || w.q.Methods&(1<<c.method(k)) != 0) && (w.q.Datasets == nil || slices.Contains(w.q.Datasets, c.dataset[k]))
}

// outranked tells whether a claim that competes with this one is preferred, on whatever day that one holds: what is known better
// replaces what it contradicts.
func (v *View) outranked(claim, revision uint32, merged *Merged) bool {
	if v.preferred == 0 {
		return false
	}
	about := v.g.rivalry(claim)
	if about.predicate.Row().Compete == graph.CompeteNone {
		return false
	}
	if merged == nil {
		return v.prefers(about, claim, revision)
	}
	subjects, objects := merged.All(about.subject), []Node{0}
	if about.object != 0 {
		objects = merged.All(about.object)
	}
	for _, s := range subjects {
		for _, o := range objects {
			if v.prefers(rivalry{s, o, about.predicate}, claim, revision) {
				return true
			}
		}
	}
	return false
}

// All returns every node that is one with n.
func (m *Merged) All(n Node) []Node {
	if list := m.Members(m.Canonical(n)); list != nil {
		return list
	}
	return []Node{n}
}

// prefers tells whether a claim other than the given one is preferred among those that compete about something.
func (v *View) prefers(about rivalry, but, revision uint32) bool {
	g := v.g
	e, ok := g.preferred.Find(about.hash(g.nodes.seed), v.preferred, func(e uint32) bool { return g.rivalry(*g.prefer.At(e)) == about })
	var room [8]uint32
	for ; ok; e, ok = g.preferred.Prev(e) {
		i := *g.prefer.At(e)
		hash := *g.versions.hash(i)
		if hash == *g.versions.hash(but) || !v.Visible(i, revision) {
			continue
		}
		if v.Fold(v.Recorded(room[:0], hash, revision)).Rank == graph.RankPreferred {
			return true
		}
	}
	return false
}

// Outranked tells whether a claim is hidden by default at a revision because one that competes with it is preferred.
func (v *View) Outranked(claim uint32, at At) bool {
	return v.outranked(claim, at.Revision, v.Merged(at))
}

// Position returns where the walk stands.
func (w *Walk) Position() Position {
	p := w.v.PositionOf(w.Rows[0])
	p.Incoming = w.Incoming
	return p
}
