package view

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"treatygraph/graph"
	"treatygraph/index"
)

// GraphDifference is the GraphQL type GraphDifference.
type GraphDifference struct {
	From, To   *Subgraph
	difference index.Difference
	days       [2]graph.Day // of the statuses
}

// StatementChange is the GraphQL type StatementChange.
type StatementChange struct {
	Before, After Statement
	DiffersIn     []StatementAspect
}

// StatusChange is the GraphQL type StatusChange.
type StatusChange struct {
	Instrument    Instrument
	Before, After InstrumentStatus
}

// StatementAspect is the GraphQL enum StatementAspect.
type StatementAspect uint8

var statementAspectNames = []string{"VALIDITY", "RANK", "ASSERTIONS"} // in the order of the bits of index.ChangeSet

// MarshalStatementAspect writes the enum StatementAspect.
func MarshalStatementAspect(a StatementAspect) graphql.Marshaler {
	return graphql.MarshalString(statementAspectNames[a])
}

// UnmarshalStatementAspect reads the enum StatementAspect.
func UnmarshalStatementAspect(v any) (StatementAspect, error) {
	i, err := parseEnum("aspect", statementAspectNames, v)
	return StatementAspect(i), err
}

// Compare compares a part of the graph at two times.
func (op *Op) Compare(ctx context.Context, seeds SubgraphSeeds, from, to AsOf, depth int, predicates []graph.Predicate, kinds []graph.Kind, without []string,
	evidenced *bool, maxNodes int) (*GraphDifference, error) {
	if err := seeds.one(); err != nil {
		return nil, err
	}
	if seeds.Permalink != nil {
		return nil, inputError("seeds.permalink", "stands for a time of its own; begin with ids, search, filter or document")
	}
	var sides [2]*Op
	for i, at := range []struct {
		prefix string
		asOf   AsOf
	}{{"from.", from}, {"to.", to}} {
		var err error
		if sides[i], err = op.AsOf(at.prefix, &at.asOf); err != nil {
			return nil, err
		}
	}
	for _, given := range []struct {
		argument string
		ids      []string
	}{{"seeds.ids", seeds.IDs}, {"without", without}} {
		for i, text := range given.ids {
			if id, err := graph.ParseID(text); err == nil && !sides[0].holds(id) && !sides[1].holds(id) {
				return nil, &NotFoundError{item(given.argument, i), id}
			}
		}
	}
	if seeds.Document != nil {
		if id, err := graph.ParseID(*seeds.Document); err == nil && graph.TextUnits.Has(id.Kind()) && !sides[0].holds(id) && !sides[1].holds(id) {
			return nil, &NotFoundError{"seeds.document", id}
		}
	}
	d := new(GraphDifference)
	var compared [2]index.Side
	for i, g := range []**Subgraph{&d.From, &d.To} {
		side := sides[i]
		q, err := side.subgraphQuery(depth, MaxSubgraphDepth, predicates, kinds, side.heldOf(without), evidenced, maxNodes)
		if err != nil {
			return nil, err
		}
		begin := seeds
		begin.IDs = side.heldOf(seeds.IDs)
		if begin.IDs != nil || seeds.Search != nil || seeds.Filter != nil || seeds.Document != nil && side.holds(graph.ID(*seeds.Document)) {
			if err := side.seed(ctx, &q, &begin); err != nil {
				return nil, err
			}
		}
		if *g, err = side.subgraph(ctx, q, ""); err != nil {
			return nil, err
		}
		if d.days[i], err = side.day(nil); err != nil {
			return nil, err
		}
		compared[i] = index.Side{Nodes: (*g).found.Nodes, Statements: (*g).found.Statements, At: side.At, Day: d.days[i]}
	}
	d.difference = op.Snapshot.Difference(&compared[0], &compared[1])
	return d, nil
}

// holds tells whether the record holds an entity.
func (op *Op) holds(id graph.ID) bool {
	_, found := op.Snapshot.Entity(id, op.At)
	return found
}

// heldOf leaves out the entities that the record does not hold; what is no ID stays, to be refused by its name.
func (op *Op) heldOf(ids []string) (list []string) {
	if len(ids) == 0 {
		return ids // to be refused when it is empty
	}
	for _, text := range ids {
		if id, err := graph.ParseID(text); err != nil || op.holds(id) {
			list = append(list, text)
		}
	}
	return list
}

func (g *Subgraph) statement(i int) Statement { return g.level.batch.statement(g.first + i) }

func (g *Subgraph) statementsAt(places []int) []Statement {
	list := make([]Statement, len(places))
	for i, place := range places {
		list[i] = g.statement(place)
	}
	return list
}

// Gained resolves GraphDifference.gained.
func (d *GraphDifference) Gained() []Statement { return d.To.statementsAt(d.difference.Gained) }

// Lost resolves GraphDifference.lost.
func (d *GraphDifference) Lost() []Statement { return d.From.statementsAt(d.difference.Lost) }

// Changed resolves GraphDifference.changed.
func (d *GraphDifference) Changed() []StatementChange {
	list := make([]StatementChange, len(d.difference.Changed))
	for i, c := range d.difference.Changed {
		list[i] = StatementChange{Before: d.From.statement(c.From), After: d.To.statement(c.To)}
		for aspect := range statementAspectNames {
			if c.What&(1<<aspect) != 0 {
				list[i].DiffersIn = append(list[i].DiffersIn, StatementAspect(aspect))
			}
		}
	}
	return list
}

// EntitiesGained resolves GraphDifference.entitiesGained.
func (d *GraphDifference) EntitiesGained() []Entity {
	return entitiesOf[Entity](d.To.level.group, d.difference.EntitiesGained)
}

// EntitiesLost resolves GraphDifference.entitiesLost.
func (d *GraphDifference) EntitiesLost() []Entity {
	return entitiesOf[Entity](d.From.level.group, d.difference.EntitiesLost)
}

// StatusChanges resolves GraphDifference.statusChanges.
func (d *GraphDifference) StatusChanges() []StatusChange {
	changes := d.difference.Statuses
	before, after := &deciding{op: d.From.op}, &deciding{op: d.To.op}
	ids := make([]graph.ID, len(changes))
	for i, c := range changes {
		ids[i] = c.Instrument
		before.ids, after.ids = append(before.ids, c.From.Because...), append(after.ids, c.To.Because...)
	}
	group := d.To.op.newGroup(ids)
	list := make([]StatusChange, len(changes))
	for i, c := range changes {
		status := func(day graph.Day, why *deciding, s *graph.InstrumentStatus) InstrumentStatus {
			return InstrumentStatus{Value: s.Value, Since: s.Since, Because: why.because(s.Because), Explanation: s.Explanation, At: day.Date()}
		}
		list[i] = StatusChange{group.entity(c.Instrument).(Instrument), status(d.days[0], before, &c.From), status(d.days[1], after, &c.To)}
	}
	return list
}
