package view

import (
	"context"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"treatygraph/graph"
	"treatygraph/index"
)

// PathStep is the GraphQL input PathStep.
type PathStep struct {
	Predicate graph.Predicate
	Direction Direction
}

// ParallelEdges is the GraphQL enum ParallelEdges.
type ParallelEdges int

// What becomes of parallel statements.
const (
	ParallelFolded ParallelEdges = iota
	ParallelListed
)

// PathBound is the GraphQL enum PathBound.
type PathBound index.PathBound

var (
	parallelEdgesNames = []string{ParallelFolded: "FOLDED", ParallelListed: "LISTED"}
	pathBoundNames     = []string{index.PathsFirst: "FIRST", index.PathsBudget: "NODE_BUDGET", index.PathsDeadline: "DEADLINE"}
)

// MarshalParallelEdges writes the enum ParallelEdges.
func MarshalParallelEdges(p ParallelEdges) graphql.Marshaler {
	return graphql.MarshalString(parallelEdgesNames[p])
}

// UnmarshalParallelEdges reads the enum ParallelEdges.
func UnmarshalParallelEdges(v any) (ParallelEdges, error) {
	i, err := parseEnum("parallel", parallelEdgesNames, v)
	return ParallelEdges(i), err
}

// MarshalPathBound writes the enum PathBound.
func MarshalPathBound(b PathBound) graphql.Marshaler {
	return graphql.MarshalString(pathBoundNames[b])
}

// UnmarshalPathBound reads the enum PathBound.
func UnmarshalPathBound(v any) (PathBound, error) {
	i, err := parseEnum("reason", pathBoundNames, v)
	return PathBound(i), err
}

// A PathQuestion holds the arguments of Query.paths.
type PathQuestion struct {
	From, To       []string
	Predicates     []graph.Predicate
	Steps          []PathStep
	Pattern        *string
	Without        []string
	Kinds          []graph.Kind
	MaxHops, First int
	Evidenced      *bool
	Listed         bool
}

// PathResult is the GraphQL type PathResult.
type PathResult struct {
	found    index.Paths
	group    *group      // of the entities on all paths
	chosen   *statements // of the hops of all paths
	parallel *statements // of all that can stand in their place, which may be many more
}

// statements are a batch whose statements are found by their IDs.
type statements struct {
	batch *batch
	place map[graph.StatementID]int
}

func (op *Op) newStatements(list []index.Statement) *statements {
	s := &statements{place: map[graph.StatementID]int{}}
	var each []index.Statement
	for i := range list {
		if _, there := s.place[list[i].ID]; !there {
			s.place[list[i].ID] = len(each)
			each = append(each, list[i])
		}
	}
	s.batch = op.newBatch(each)
	return s
}

func (s *statements) of(id graph.StatementID) Statement { return s.batch.statement(s.place[id]) }

// searchShare is the share of the time left that a search may take: what was found must still be written.
const searchShare = 0.75

// Paths answers Query.paths.
func (op *Op) Paths(ctx context.Context, question *PathQuestion, asOf *AsOf) (*PathResult, error) {
	op, err := op.AsOf(asOfPrefix, asOf)
	if err != nil {
		return nil, err
	}
	q, err := op.pathQuery(question)
	if err != nil {
		return nil, err
	}
	searching := ctx
	if deadline, limited := ctx.Deadline(); limited {
		var cancel context.CancelFunc
		searching, cancel = context.WithTimeout(ctx, time.Duration(searchShare*float64(time.Until(deadline))))
		defer cancel()
	}
	r := &PathResult{}
	if r.found, err = op.Snapshot.Paths(searching, q); err != nil {
		return nil, err
	}
	var ids []graph.ID
	var chosen, parallel []index.Statement
	for _, path := range r.found.Paths {
		for _, h := range path {
			ids, chosen, parallel = append(ids, h.From, h.To), append(chosen, h.Statement), append(parallel, h.Parallel...)
		}
	}
	r.group, r.chosen, r.parallel = op.newGroup(ids), op.newStatements(chosen), op.newStatements(parallel)
	return r, nil
}

// pathQuery checks the arguments.
func (op *Op) pathQuery(question *PathQuestion) (q index.PathQuery, err error) {
	r := filterReader{op: op}
	for _, ends := range []struct {
		argument string
		ids      []string
	}{{"from", question.From}, {"to", question.To}} {
		if len(ends.ids) == 0 {
			r.refuse(ends.argument, "names no entity; give at least one ID")
		}
	}
	q = index.PathQuery{From: r.ids("from", question.From), To: r.ids("to", question.To), Predicates: items(&r, "predicates", question.Predicates),
		Without: r.ids("without", question.Without), Kinds: graph.Set(items(&r, "kinds", question.Kinds)...), Evidenced: question.Evidenced,
		Listed: question.Listed, MaxHops: question.MaxHops, First: question.First, At: op.At}
	for _, step := range items(&r, "steps", question.Steps) {
		q.Steps = append(q.Steps, index.PathStep{Predicate: step.Predicate, Direction: index.Direction(step.Direction)})
	}
	if question.MaxHops < 1 || question.MaxHops > index.MaxHops {
		r.refuse("maxHops", "%d is not between 1 and %d", question.MaxHops, index.MaxHops)
	}
	if err := checkSize("first", question.First); err != nil && r.err == nil {
		r.err = err
	}
	if question.Pattern != nil && r.err == nil {
		if q.Pattern, err = index.ParsePattern(*question.Pattern); err != nil {
			r.refuse("pattern", "%v", err)
		}
	}
	if r.err != nil {
		return q, r.err
	}
	for _, list := range []struct {
		argument string
		ids      []graph.ID
	}{{"from", q.From}, {"to", q.To}, {"without", q.Without}} {
		for i, id := range list.ids {
			e, found := op.Snapshot.Entity(id, op.At)
			if !found {
				return q, &NotFoundError{item(list.argument, i), id}
			}
			list.ids[i] = e.ID
		}
	}
	for _, other := range []struct {
		argument string
		ids      []graph.ID
		not      string
		among    []graph.ID
	}{{"to", q.To, "from", q.From}, {"without", q.Without, "from", q.From}, {"without", q.Without, "to", q.To}} {
		for i, id := range other.ids {
			if slices.Contains(other.among, id) {
				return q, inputError(item(other.argument, i), "%q stands in %s too, under this ID or one merged with it", string(id), other.not)
			}
		}
	}
	return q, nil
}

// Paths resolves PathResult.paths.
func (r *PathResult) Paths() []Path {
	paths := make([]Path, len(r.found.Paths))
	for i := range paths {
		paths[i] = Path{r, r.found.Paths[i]}
	}
	return paths
}

// Complete resolves PathResult.complete.
func (r *PathResult) Complete() bool { return r.found.Bound == index.PathsAll }

// Reason resolves PathResult.reason.
func (r *PathResult) Reason() *PathBound {
	if r.Complete() {
		return nil
	}
	bound := PathBound(r.found.Bound)
	return &bound
}

// Explored resolves PathResult.explored.
func (r *PathResult) Explored() int { return r.found.Explored }

// Path is the GraphQL type Path.
type Path struct {
	result *PathResult
	hops   []index.PathHop
}

// Hops resolves Path.hops.
func (p Path) Hops() []PathHop {
	hops := make([]PathHop, len(p.hops))
	for i := range hops {
		hops[i] = PathHop{p.result, &p.hops[i]}
	}
	return hops
}

// Length resolves Path.length.
func (p Path) Length() int { return len(p.hops) }

// PathHop is the GraphQL type PathHop.
type PathHop struct {
	result *PathResult
	hop    *index.PathHop
}

// From resolves PathHop.from.
func (h PathHop) From() Entity { return h.result.group.entity(h.hop.From) }

// To resolves PathHop.to.
func (h PathHop) To() Entity { return h.result.group.entity(h.hop.To) }

// Statement resolves PathHop.statement.
func (h PathHop) Statement() Statement { return h.result.chosen.of(h.hop.Statement.ID) }

// Direction resolves PathHop.direction.
func (h PathHop) Direction() Direction {
	if h.hop.Against {
		return Direction(index.In)
	}
	return Direction(index.Out)
}

// Statements resolves PathHop.statements.
func (h PathHop) Statements() []Statement {
	list := make([]Statement, len(h.hop.Parallel))
	for i := range list {
		list[i] = h.result.parallel.of(h.hop.Parallel[i].ID)
	}
	return list
}

// StatementCount resolves PathHop.statementCount.
func (h PathHop) StatementCount() int { return h.hop.Count }
