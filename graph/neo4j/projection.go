package neo4j

import (
	"maps"
	"reflect"
	"slices"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"treatygraph/graph"
	"treatygraph/graph/projection"
)

// A statement is one claim as the projection shows it: a relationship when it has an object, else a fact.
type statement struct {
	id         graph.StatementID
	claim      graph.Claim
	properties map[string]any
}

// statementOf folds what the datasets assert of one claim, in the order of the datasets. It is nil when nothing is left but tombstones.
func statementOf(id graph.StatementID, assertions []*graph.Assertion) *statement {
	s := projection.Of(id, assertions)
	if s == nil {
		return nil
	}
	for key, value := range s.Properties {
		if d, is := value.(graph.Day); is {
			s.Properties[key] = day(d)
		}
	}
	return &statement{id, *s.Claim, s.Properties}
}

func day(d graph.Day) driver.Date {
	return driver.DateOf(time.Unix(int64(d)*24*60*60, 0).UTC())
}

// A naming fact is what an entity's names and identifiers are made of.
type naming struct{ predicate, value, lang, role, rank, scheme string }

// entityProperties returns what an entity's node shows.
func entityProperties(id string, facts []naming) map[string]any {
	list := make([]projection.Naming, len(facts))
	for i, f := range facts {
		list[i] = projection.Naming{Predicate: f.predicate, Value: f.value, Lang: f.lang, Role: f.role, Rank: f.rank, Scheme: f.scheme}
	}
	return projection.EntityProperties(id, list)
}

// A difference is what a revision changes in the projection.
type difference struct {
	entities map[graph.Kind][]string // new ones
	gone     []*statement
	made     []*statement
	changed  []*statement
	renamed  []string // entities one of whose names or identifiers changed
}

// differenceOf works out what a plan changes, from the open versions of all statements it touches.
func differenceOf(plan *graph.Plan, open openVersions) (*difference, error) {
	d := &difference{entities: make(map[graph.Kind][]string)}
	for _, id := range plan.Entities {
		d.entities[id.Kind()] = append(d.entities[id.Kind()], string(id))
	}
	after := make(map[graph.StatementID]map[graph.ID]string)
	of := func(id graph.StatementID) map[graph.ID]string {
		bodies, there := after[id]
		if !there {
			bodies = make(map[graph.ID]string, len(open[id])+1)
			for _, v := range open[id] {
				bodies[v.dataset] = v.body
			}
			after[id] = bodies
		}
		return bodies
	}
	for _, ref := range plan.Change.Closed {
		delete(of(ref.Statement), ref.Dataset)
	}
	for i := range plan.Change.Written {
		v := &plan.Change.Written[i]
		of(v.Ref.Statement)[v.Ref.Dataset] = v.Body
	}
	renamed := make(map[string]bool)
	for _, id := range slices.Sorted(maps.Keys(after)) {
		before := make(map[graph.ID]string, len(open[id]))
		for _, v := range open[id] {
			before[v.dataset] = v.body
		}
		was, err := folded(id, before)
		if err != nil {
			return nil, err
		}
		is, err := folded(id, after[id])
		if err != nil {
			return nil, err
		}
		one := is
		switch {
		case is == nil && was == nil:
			continue
		case is == nil:
			d.gone, one = append(d.gone, was), was
		case was == nil:
			d.made = append(d.made, is)
		case reflect.DeepEqual(was.properties, is.properties):
			continue
		default:
			d.changed = append(d.changed, is)
		}
		if p := one.claim.Predicate; p == graph.PredNamed || p == graph.PredIdentifiedBy {
			renamed[string(one.claim.Subject)] = true
		}
	}
	for _, id := range plan.Entities { // their nodes show a name from the beginning
		renamed[string(id)] = true
	}
	d.renamed = slices.Sorted(maps.Keys(renamed))
	return d, nil
}

func folded(id graph.StatementID, bodies map[graph.ID]string) (*statement, error) {
	if len(bodies) == 0 {
		return nil, nil
	}
	list := make([]*graph.Assertion, 0, len(bodies))
	for _, body := range bodies {
		a, err := graph.DecodeAssertion(body)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return statementOf(id, list), nil
}
