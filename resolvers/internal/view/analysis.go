package view

import (
	"context"
	"slices"
	"sync"

	"treatygraph/graph"
	"treatygraph/index"
)

// Analysis is the GraphQL type Analysis.
type Analysis struct {
	op    *Op
	graph *index.Analysis
}

// EntityDegree is the GraphQL type EntityDegree.
type EntityDegree struct {
	Entity Entity
	Degree int
}

// EntityShare is the GraphQL type EntityShare.
type EntityShare struct {
	Entity Entity
	Share  float64
}

// Component is the GraphQL type Component.
type Component struct {
	ids  []graph.ID
	list *components
}

// components are those of one list, whose entities make a level.
type components struct {
	op     *Op
	groups [][]graph.ID
	mu     sync.Mutex
	levels map[int]*group // by how many entities of each are asked for
}

func (c *components) level(first int) *group {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.levels[first] == nil {
		var ids []graph.ID
		for _, of := range c.groups {
			ids = append(ids, of[:min(first, len(of))]...)
		}
		if c.levels == nil {
			c.levels = map[int]*group{}
		}
		c.levels[first] = c.op.newGroup(ids)
	}
	return c.levels[first]
}

// Analysis gathers the record as a graph.
func (op *Op) Analysis(ctx context.Context, predicates []graph.Predicate, kinds []graph.Kind, evidenced *bool, asOf *AsOf) (*Analysis, error) {
	op, err := op.AsOf(asOfPrefix, asOf)
	if err != nil {
		return nil, err
	}
	r := filterReader{op: op}
	q := index.AnalysisQuery{Predicates: items(&r, "predicates", predicates), Kinds: graph.Set(items(&r, "kinds", kinds)...), Evidenced: evidenced, At: op.At}
	if r.err != nil {
		return nil, r.err
	}
	g, err := op.Snapshot.Analysis(ctx, q)
	return &Analysis{op: op, graph: g}, err
}

// EntityCount resolves Analysis.entityCount.
func (a *Analysis) EntityCount() int { return a.graph.Graph.Nodes }

// StatementCount resolves Analysis.statementCount.
func (a *Analysis) StatementCount() int { return len(a.graph.Graph.Edges) }

// Exact resolves Analysis.exact.
func (a *Analysis) Exact() bool { return a.graph.Exact }

// Degrees resolves Analysis.degrees.
func (a *Analysis) Degrees(first int) ([]EntityDegree, error) {
	if err := checkSize("first", first); err != nil {
		return nil, err
	}
	ranked := a.graph.Degrees(first)
	group := groupOf(a.op, ranked)
	list := make([]EntityDegree, len(ranked))
	for i, r := range ranked {
		list[i] = EntityDegree{group.entity(r.ID), r.Number}
	}
	return list, nil
}

// PageRank resolves Analysis.pageRank.
func (a *Analysis) PageRank(ctx context.Context, first int) ([]EntityShare, error) {
	if err := checkSize("first", first); err != nil {
		return nil, err
	}
	ranked, err := a.graph.PageRank(ctx, first)
	if err != nil {
		return nil, err
	}
	group := groupOf(a.op, ranked)
	list := make([]EntityShare, len(ranked))
	for i, r := range ranked {
		list[i] = EntityShare{group.entity(r.ID), r.Number}
	}
	return list, nil
}

func groupOf[N int | float64](op *Op, ranked []index.Ranked[N]) *group {
	ids := make([]graph.ID, len(ranked))
	for i, r := range ranked {
		ids[i] = r.ID
	}
	return op.newGroup(ids)
}

// ComponentCount resolves Analysis.componentCount.
func (a *Analysis) ComponentCount(ctx context.Context) (int, error) {
	s, err := a.graph.Structure(ctx)
	if err != nil {
		return 0, err
	}
	return s.Components, nil
}

// Components resolves Analysis.components.
func (a *Analysis) Components(ctx context.Context, first int) ([]Component, error) {
	if err := checkSize("first", first); err != nil {
		return nil, err
	}
	s, err := a.graph.Structure(ctx)
	if err != nil {
		return nil, err
	}
	groups := a.graph.Components(s)
	level := &components{op: a.op, groups: groups[:min(first, len(groups))]}
	list := make([]Component, len(level.groups))
	for i, ids := range level.groups {
		list[i] = Component{ids, level}
	}
	return list, nil
}

// Size resolves Component.size.
func (c Component) Size() int { return len(c.ids) }

// Entities resolves Component.entities.
func (c Component) Entities(first int) ([]Entity, error) {
	if err := checkSize("first", first); err != nil {
		return nil, err
	}
	return entitiesOf[Entity](c.list.level(first), c.ids[:min(first, len(c.ids))]), nil
}

// BridgeCount resolves Analysis.bridgeCount.
func (a *Analysis) BridgeCount(ctx context.Context) (int, error) {
	s, err := a.graph.Structure(ctx)
	if err != nil {
		return 0, err
	}
	return len(s.Bridges), nil
}

// Bridges resolves Analysis.bridges.
func (a *Analysis) Bridges(ctx context.Context, first int) ([]Statement, error) {
	if err := checkSize("first", first); err != nil {
		return nil, err
	}
	s, err := a.graph.Structure(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]graph.StatementID, len(s.Bridges))
	for i, edge := range s.Bridges {
		ids[i] = a.graph.Statement(edge)
	}
	slices.Sort(ids)
	var shapes []index.Statement
	for _, id := range ids[:min(first, len(ids))] {
		if shape, found := a.op.Snapshot.Statement(id, a.op.At); found {
			shapes = append(shapes, shape)
		}
	}
	batch := a.op.newBatch(shapes)
	list := make([]Statement, len(shapes))
	for i := range list {
		list[i] = batch.statement(i)
	}
	return list, nil
}

// ArticulationPointCount resolves Analysis.articulationPointCount.
func (a *Analysis) ArticulationPointCount(ctx context.Context) (int, error) {
	s, err := a.graph.Structure(ctx)
	if err != nil {
		return 0, err
	}
	return len(s.Articulation), nil
}

// ArticulationPoints resolves Analysis.articulationPoints.
func (a *Analysis) ArticulationPoints(ctx context.Context, first int) ([]Entity, error) {
	s, err := a.graph.Structure(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]graph.ID, len(s.Articulation))
	for i, node := range s.Articulation {
		ids[i] = a.graph.IDs[node]
	}
	return firstEntities[Entity](a.op, ids, first)
}

// firstEntities are the first of some entities, which are known to exist, as one level.
func firstEntities[N Entity](op *Op, ids []graph.ID, first int) ([]N, error) {
	if err := checkSize("first", first); err != nil {
		return nil, err
	}
	ids = ids[:min(first, len(ids))]
	return entitiesOf[N](op.newGroup(ids), ids), nil
}

func entitiesOf[N Entity](level *group, ids []graph.ID) []N {
	list := make([]N, len(ids))
	for i, id := range ids {
		list[i] = level.entity(id).(N)
	}
	return list
}

// SharedParties is the GraphQL type SharedParties.
type SharedParties struct {
	op    *Op
	pair  index.SharedParties
	group *group // of all treaties asked for
}

// MaxSharedParties is how many treaties are compared two by two.
const MaxSharedParties = 20

// SharedParties compares treaties two by two.
func (op *Op) SharedParties(ctx context.Context, treaties []string, status []graph.PartyState, at *graph.Date) ([]SharedParties, error) {
	if n := len(treaties); n < 2 || n > MaxSharedParties {
		return nil, inputError("treaties", "%d treaties are not 2 to %d", n, MaxSharedParties)
	}
	states, err := partyStates(status)
	if err != nil {
		return nil, err
	}
	day, err := op.day(at)
	if err != nil {
		return nil, err
	}
	ids := make([]graph.ID, len(treaties))
	for i, text := range treaties {
		argument := item("treaties", i)
		id, err := graph.ParseID(text)
		if err != nil {
			return nil, inputError(argument, "%v", err)
		}
		if id.Kind() != graph.KindTreaty {
			return nil, inputError(argument, "%q is of kind %s, not a treaty", id, id.Kind())
		}
		e, found := op.Snapshot.Entity(id, op.At)
		if !found {
			return nil, &NotFoundError{argument, id}
		}
		if slices.Contains(ids[:i], e.ID) {
			return nil, inputError(argument, "%q is asked for twice", e.ID)
		}
		ids[i] = e.ID
	}
	pairs, err := op.Snapshot.SharedParties(ctx, ids, states, day, op.At)
	if err != nil {
		return nil, err
	}
	group := op.newGroup(ids)
	list := make([]SharedParties, len(pairs))
	for i, pair := range pairs {
		list[i] = SharedParties{op, pair, group}
	}
	return list, nil
}

// Treaties resolves SharedParties.treaties.
func (s SharedParties) Treaties() []Treaty {
	return []Treaty{{instrument{entity{s.pair.A, s.group}}}, {instrument{entity{s.pair.B, s.group}}}}
}

// Count resolves SharedParties.count.
func (s SharedParties) Count() int { return len(s.pair.Actors) }

// Actors resolves SharedParties.actors.
func (s SharedParties) Actors(first int) ([]Actor, error) {
	return firstEntities[Actor](s.op, s.pair.Actors, first)
}

// CoMentions is the GraphQL type CoMentions.
type CoMentions struct {
	Units    int
	Exact    bool
	Entities []CoMention
}

// CoMention is the GraphQL type CoMention.
type CoMention struct {
	Entity Entity
	Units  int
}

// CoMentions counts what texts mention beside an entity.
func (op *Op) CoMentions(ctx context.Context, entity string, kinds []graph.Kind, first int, asOf *AsOf) (*CoMentions, error) {
	op, err := op.AsOf(asOfPrefix, asOf)
	if err != nil {
		return nil, err
	}
	if err := notEmpty("kinds", kinds); err != nil {
		return nil, err
	}
	if err := checkSize("first", first); err != nil {
		return nil, err
	}
	id, err := graph.ParseID(entity)
	if err != nil {
		return nil, inputError("entity", "%v", err)
	}
	if _, found := op.Snapshot.Entity(id, op.At); !found {
		return nil, &NotFoundError{"entity", id}
	}
	list, units, exact, err := op.Snapshot.CoMentions(ctx, id, graph.Set(kinds...), op.At)
	if err != nil {
		return nil, err
	}
	list = list[:min(first, len(list))]
	ids := make([]graph.ID, len(list))
	for i := range list {
		ids[i] = list[i].Entity
	}
	group := op.newGroup(ids)
	out := &CoMentions{Units: units, Exact: exact, Entities: make([]CoMention, len(list))}
	for i, c := range list {
		out.Entities[i] = CoMention{group.entity(c.Entity), c.Units}
	}
	return out, nil
}
