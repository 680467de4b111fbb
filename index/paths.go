package index

import (
	"context"
	"slices"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// MaxHops is how long a path can be asked for.
const MaxHops = topology.MaxHops

// A Pattern is a regular expression that whole paths must match.
type Pattern struct{ of *topology.Pattern }

// ParsePattern reads a pattern such as "CITES>* EXPRESSES< (MENTIONS | _){1,2}". Its errors say at which character it is wrong.
func ParsePattern(text string) (*Pattern, error) {
	p, err := topology.ParsePattern(text)
	if err != nil {
		return nil, err
	}
	return &Pattern{p}, nil
}

// A PathStep is a predicate and the end of the statement on which the step begins: Out is the subject.
type PathStep struct {
	Predicate graph.Predicate
	Direction Direction
}

// A PathQuery asks for paths that meet no entity twice. IDs in it are any IDs; merges are resolved. A statement that is deprecated or
// outranked leads nowhere.
type PathQuery struct {
	From, To   []graph.ID
	Predicates []graph.Predicate // of every statement on the path; nil: all
	Steps      []PathStep        // one of these at each step; nil: any
	Pattern    *Pattern          // of the whole path; nil: any
	Without    []graph.ID        // not on the path
	Kinds      graph.KindSet     // of the entities between the ends; 0: all
	Evidenced  *bool             // nil: either
	Listed     bool              // each choice among parallel statements is a path of its own
	MaxHops    int               // 1 to MaxHops
	First      int
	At         AsOf
	Budget     int // how many entities and beginnings of paths may be explored; 0: topology.DefaultPathBudget
}

// A PathHop is a part of a path.
type PathHop struct {
	From, To  graph.ID // canonical
	Statement Statement
	Against   bool        // To is the subject
	Parallel  []Statement // what can stand in its place, itself included, the highest rank and confidence first; the first MaxParallel
	Count     int         // how many there are
}

// MaxParallel is how many parallel statements a hop shows.
const MaxParallel = 100

// PathBound tells what kept a search from showing all paths.
type PathBound = topology.PathBound

// The bounds.
const (
	PathsAll      = topology.PathsAll
	PathsFirst    = topology.PathsFirst
	PathsBudget   = topology.PathsBudget
	PathsDeadline = topology.PathsDeadline
)

// Paths are the first paths in order, also when a bound cut the search.
type Paths struct {
	Paths    [][]PathHop
	Bound    PathBound // PathsAll: it is proved that there is no other
	Explored int
}

// Paths finds paths; see topology.View.Paths for their order. Ends that do not exist at the time have none. The error is that of a
// cancelled context.
func (s *Snapshot) Paths(ctx context.Context, q PathQuery) (Paths, error) {
	at := s.at(q.At)
	merged := s.view.Merged(at)
	nodes := func(ids []graph.ID) (list []topology.Node) {
		for _, id := range ids {
			if n, ok := s.view.Node(id, at.Revision); ok {
				list = append(list, merged.Canonical(n))
			}
		}
		return list
	}
	t := topology.PathQuery{From: nodes(q.From), To: nodes(q.To), Without: nodes(q.Without), Kinds: q.Kinds, Evidenced: q.Evidenced, Listed: q.Listed,
		MaxHops: min(q.MaxHops, MaxHops), First: q.First, At: at, Budget: q.Budget}
	if q.Pattern != nil {
		t.Pattern = q.Pattern.of
	}
	t.Predicates, t.Allowed = steps(q.Predicates, q.Steps)
	found, err := s.view.Paths(ctx, t)
	if err != nil {
		return Paths{}, err
	}
	out := Paths{Bound: found.Bound, Explored: found.Explored}
	statement := func(row uint32) Statement {
		rows := s.view.Recorded(nil, s.view.Row(row).Hash, at.Revision)
		return s.statement(rows, s.view.Fold(rows))
	}
	for _, path := range found.Paths {
		hops := make([]PathHop, len(path))
		for i, h := range path {
			hops[i] = PathHop{From: s.view.ID(h.From), To: s.view.ID(h.To), Statement: statement(h.Row), Against: h.Against, Count: len(h.Parallel)}
			for _, row := range h.Parallel[:min(len(h.Parallel), MaxParallel)] {
				hops[i].Parallel = append(hops[i].Parallel, statement(row))
			}
		}
		out.Paths = append(out.Paths, hops)
	}
	return out, nil
}

// steps puts what may be taken into the topology's terms: the predicates, nil for all, and a test.
func steps(predicates []graph.Predicate, list []PathStep) ([]graph.Predicate, func(topology.Step) bool) {
	if predicates == nil && list == nil {
		return nil, nil
	}
	may := map[topology.Step]bool{}
	allow := func(p graph.Predicate, d Direction) {
		if predicates != nil && !slices.Contains(predicates, p) {
			return
		}
		if d != In {
			may[topology.NewStep(p, false)] = true
		}
		if d != Out {
			may[topology.NewStep(p, true)] = true
		}
	}
	if list == nil {
		for _, p := range predicates {
			allow(p, Both)
		}
	}
	for _, step := range list {
		allow(step.Predicate, step.Direction)
	}
	used := []graph.Predicate{}
	for _, p := range graph.Predicates() {
		if may[topology.NewStep(p, false)] || may[topology.NewStep(p, true)] {
			used = append(used, p)
		}
	}
	var room [512]bool // asked for every statement that is met
	for step := range may {
		room[step] = true
	}
	return used, func(step topology.Step) bool { return room[step] }
}
