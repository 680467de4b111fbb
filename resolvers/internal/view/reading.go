package view

import (
	"slices"

	"treatygraph/graph"
	"treatygraph/index"
)

// A reading is the text units in which a list of occurrences stands, by document and in the order of reading. It is all shape.
type reading interface {
	documents() int
	document(d int) graph.ID // as cursors name it; empty where they do not
	units(d int) []graph.ID
	// statements returns those of a unit that have evidence.
	statements(d int, unit graph.ID) []index.Statement
	any(d int, unit graph.ID) bool
	// atLeast is how many occurrences statements of one unit have at least.
	atLeast(statements []index.Statement) int
	// locate returns the place of the first unit that is not before the cursor's, and whether it is that one; known is false when the
	// cursor cannot be of this list.
	locate(cursor index.Occurrence) (at place, found, known bool)
}

func newReading(op *Op, list index.OccurrenceList, id graph.ID) reading {
	switch list {
	case index.OccurrencesOfEntity:
		return entityReading{op.Snapshot.Mentions(id, op.At)}
	case index.OccurrencesLinked:
		return newUnitReading(op, graph.PredMentions, id)
	default:
		return newUnitReading(op, graph.PredUnlinked, id)
	}
}

// A place is that of a unit in a reading.
type place struct{ document, unit int }

func (p place) before(q place) bool {
	return p.document < q.document || p.document == q.document && p.unit < q.unit
}

// A stepper visits the units of [from, to) until visit says no.
type stepper func(r reading, from, to place, visit func(at place, unit graph.ID) bool)

func forward(r reading, from, to place, visit func(place, graph.ID) bool) {
	for d := from.document; d < r.documents() && (place{d, 0}).before(to); d++ {
		units := r.units(d)
		for u := range units {
			if at := (place{d, u}); !at.before(from) && (!at.before(to) || !visit(at, units[u])) {
				return
			}
		}
	}
}

func backward(r reading, from, to place, visit func(place, graph.ID) bool) {
	for d := min(to.document, r.documents()-1); d >= from.document; d-- {
		if !(place{d, 0}).before(to) {
			continue
		}
		units := r.units(d)
		for u := len(units) - 1; u >= 0; u-- {
			if at := (place{d, u}); at.before(to) && (at.before(from) || !visit(at, units[u])) {
				return
			}
		}
	}
}

// unitReading is a text unit and its parts.
type unitReading struct {
	op        *Op
	predicate graph.Predicate
	parts     []graph.ID
}

func newUnitReading(op *Op, predicate graph.Predicate, id graph.ID) unitReading {
	r := unitReading{op: op, predicate: predicate}
	if id.Kind() != graph.KindDocument { // which has no words of its own
		r.parts = append(r.parts, id)
	}
	if id.Kind() == graph.KindDocument || id.Kind() == graph.KindSection {
		for _, p := range op.Snapshot.Outline(id, op.At) {
			r.parts = append(r.parts, p.ID)
		}
	}
	return r
}

func (r unitReading) documents() int        { return 1 }
func (r unitReading) document(int) graph.ID { return "" }
func (r unitReading) units(int) []graph.ID  { return r.parts }

func (r unitReading) query(unit graph.ID, size int) index.StatementQuery {
	yes := true
	return index.StatementQuery{Entity: unit, Direction: index.Out, Predicates: []graph.Predicate{r.predicate}, Evidenced: &yes, At: r.op.At, Page: index.Page{First: size}}
}

func (r unitReading) any(_ int, unit graph.ID) bool {
	page, err := r.op.Snapshot.Statements(r.query(unit, 1))
	return err == nil && len(page.Items) > 0
}

// unitPage is how many statements of a unit are taken from the index at once.
const unitPage = 1000

func (r unitReading) statements(_ int, unit graph.ID) []index.Statement {
	var list []index.Statement
	q := r.query(unit, unitPage)
	for {
		page, err := r.op.Snapshot.Statements(q)
		if err != nil { // its own cursors are never refused
			return list
		}
		for _, item := range page.Items {
			list = append(list, item.Statement)
			q.Page.After = item.Cursor
		}
		if !page.HasNext {
			return list
		}
	}
}

// atLeast counts statements, those of entities that are one as one: they may mention it with the same words.
func (r unitReading) atLeast(statements []index.Statement) int {
	seen := make(map[graph.ID]bool, len(statements))
	count := 0
	for i := range statements {
		if object := statements[i].Object; object != "" {
			seen[r.op.canonical(object)] = true
		} else {
			count++
		}
	}
	return count + len(seen)
}

func (r unitReading) locate(cursor index.Occurrence) (at place, found, known bool) {
	i := slices.Index(r.parts, cursor.Unit)
	return place{0, i}, i >= 0, i >= 0
}

// entityReading is where an entity stands in all texts.
type entityReading struct{ mentions *index.Mentions }

func (r entityReading) documents() int          { return r.mentions.Documents() }
func (r entityReading) document(d int) graph.ID { return r.mentions.Document(d) }
func (r entityReading) units(d int) []graph.ID  { return r.mentions.Units(d) }

func (r entityReading) statements(d int, unit graph.ID) []index.Statement {
	return r.mentions.Statements(d, unit)
}

func (r entityReading) any(int, graph.ID) bool                   { return true }
func (r entityReading) atLeast(statements []index.Statement) int { return min(len(statements), 1) }

func (r entityReading) locate(cursor index.Occurrence) (at place, found, known bool) {
	at.document, at.unit, found = r.mentions.Locate(cursor.Document, cursor.Unit)
	return at, found, true
}
