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

// row is what the statements of Cypher take: both ends and the properties.
func (s *statement) row() []any {
	return []any{string(s.claim.Subject), string(s.claim.Object), s.properties}
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

// namingOf reads one from the columns of its fact.
func namingOf(row []any) projection.Naming {
	return projection.Naming{Predicate: str(row[0]), Value: str(row[1]), Lang: str(row[2]), Role: str(row[3]), Rank: str(row[4]), Scheme: str(row[5])}
}

// naming returns the name or identifier that a statement gives.
func (s *statement) naming() projection.Naming {
	p := s.properties
	return namingOf([]any{p["predicate"], p["value"], p["lang"], p["nameRole"], p["rank"], p["scheme"]})
}

// A difference is what a revision changes in the projection.
type difference struct {
	entities map[graph.Kind][]string // new ones
	gone     []*statement
	made     []*statement
	changed  []*statement
	renamed  []string // entities one of whose names or identifiers changed
}

// A said is what the datasets assert of statements: bodies by statement and dataset.
type said map[graph.StatementID]map[graph.ID]string

// differenceOf works out what a plan changes, from the open versions of all statements it touches.
func differenceOf(plan *graph.Plan, open openVersions) (*difference, error) {
	touched := make(said)
	for _, ref := range plan.Change.Closed {
		touched[ref.Statement] = nil
	}
	for i := range plan.Change.Written {
		touched[plan.Change.Written[i].Ref.Statement] = nil
	}
	before, after := make(said, len(touched)), make(said, len(touched))
	for id := range touched {
		before[id], after[id] = open.bodies(id), open.bodies(id)
	}
	for _, ref := range plan.Change.Closed {
		delete(after[ref.Statement], ref.Dataset)
	}
	for i := range plan.Change.Written {
		v := &plan.Change.Written[i]
		after[v.Ref.Statement][v.Ref.Dataset] = v.Body
	}
	d, err := compareSaid(before, after)
	if err != nil {
		return nil, err
	}
	for _, id := range plan.Entities {
		d.entities[id.Kind()] = append(d.entities[id.Kind()], string(id))
		d.renamed = append(d.renamed, string(id)) // their nodes show a name from the beginning
	}
	slices.Sort(d.renamed)
	d.renamed = slices.Compact(d.renamed)
	return d, nil
}

// compareSaid works out what changes when what is said of the same statements does.
func compareSaid(before, after said) (*difference, error) {
	d := &difference{entities: make(map[graph.Kind][]string)}
	renamed := make(map[string]bool)
	for _, id := range slices.Sorted(maps.Keys(after)) {
		was, err := folded(id, before[id])
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
		if names(one.claim.Predicate) {
			renamed[string(one.claim.Subject)] = true
		}
	}
	d.renamed = slices.Sorted(maps.Keys(renamed))
	return d, nil
}

// names tells whether statements with a predicate are what an entity's names and identifiers are made of.
func names(p graph.Predicate) bool { return p == graph.PredNamed || p == graph.PredIdentifiedBy }

// folded returns what is shown of a statement: nothing when nobody asserts it, or tombstones alone.
func folded(id graph.StatementID, bodies map[graph.ID]string) (*statement, error) {
	list := make([]*graph.Assertion, 0, len(bodies))
	for _, body := range bodies {
		a, err := graph.DecodeAssertion(body)
		if err != nil {
			return nil, err
		}
		if a.Redacted == "" {
			list = append(list, a)
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	return statementOf(id, list), nil
}
