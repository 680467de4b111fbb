package index

import (
	"cmp"
	"slices"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// Mentions are the text units in which an entity, and what is merged into it, is mentioned with evidence: by the ID of the document, then in
// the order of reading. Finding them costs the shape of each; only documents that are looked into are put in order. A unit that is part of
// no document stands as a document of its own. Mentions are for one goroutine.
type Mentions struct {
	s         *Snapshot
	at        AsOf
	documents []mentioning // by ID
}

// mentioning is one document's part of Mentions.
type mentioning struct {
	id     graph.ID
	claims []mentioningClaim
	units  []graph.ID // in order; nil until asked for
}

// A mentioningClaim is a unit and a version of a statement that it mentions the entity.
type mentioningClaim struct {
	unit topology.Node
	row  uint32
}

var (
	mentionsOnly = []graph.Predicate{graph.PredMentions}
	partOfOnly   = []graph.Predicate{graph.PredPartOf}
)

// Mentions returns where an entity is mentioned.
func (s *Snapshot) Mentions(entity graph.ID, at AsOf) *Mentions {
	m := &Mentions{s: s, at: at}
	yes := true
	w, done := s.walk(entity, topology.Query{In: true, Predicates: mentionsOnly, Evidenced: &yes}, at)
	defer done()
	place := make(map[topology.Node]int)
	wholes := wholeFinder{view: s.view, at: topology.At{Revision: s.at(at).Revision}, known: make(map[topology.Node]topology.Node)}
	for w != nil && w.Next() {
		whole := wholes.of(w.Other, maxOutlineDepth)
		i, known := place[whole]
		if !known {
			i = len(m.documents)
			place[whole] = i
			m.documents = append(m.documents, mentioning{id: s.view.ID(whole)})
		}
		m.documents[i].claims = append(m.documents[i].claims, mentioningClaim{w.Other, w.Rows[0]})
	}
	slices.SortFunc(m.documents, func(a, b mentioning) int { return cmp.Compare(a.id, b.id) })
	return m
}

// A wholeFinder finds what units are parts of in the end, and remembers it of what may have many parts.
type wholeFinder struct {
	view  *topology.View
	at    topology.At
	known map[topology.Node]topology.Node
	walk  topology.Walk
}

func (f *wholeFinder) of(n topology.Node, depth int) topology.Node {
	kind := f.view.Kind(n)
	if kind == graph.KindDocument || depth == 0 {
		return n
	}
	if whole, known := f.known[n]; known {
		return whole
	}
	whole := n
	f.walk.Start(f.view, topology.Query{Node: n, Out: true, Predicates: partOfOnly, OtherKinds: graph.TextUnits, At: f.at})
	if f.walk.Next() {
		whole = f.of(f.walk.Other, depth-1)
	}
	if kind != graph.KindPassage { // nothing is part of a passage
		f.known[n] = whole
	}
	return whole
}

// Documents returns how many documents there are.
func (m *Mentions) Documents() int { return len(m.documents) }

// Document returns the ID of document d.
func (m *Mentions) Document(d int) graph.ID { return m.documents[d].id }

// Units returns the units of document d in the order of reading.
func (m *Mentions) Units(d int) []graph.ID {
	doc := &m.documents[d]
	if doc.units == nil {
		for _, c := range doc.claims {
			doc.units = append(doc.units, m.s.view.ID(c.unit))
		}
		if len(doc.units) > 1 {
			place := m.s.places(doc.id, m.at)
			slices.SortFunc(doc.units, func(a, b graph.ID) int { return cmp.Or(cmp.Compare(place(a), place(b)), ComparePart(a, b)) })
			doc.units = slices.Compact(doc.units)
		}
	}
	return doc.units
}

// Statements returns the statements that a unit of document d mentions the entity.
func (m *Mentions) Statements(d int, unit graph.ID) []Statement {
	var list []Statement
	for _, c := range m.documents[d].claims {
		if m.s.view.ID(c.unit) != unit {
			continue
		}
		rows := m.s.view.Recorded(nil, m.s.view.Row(c.row).Hash, m.s.at(m.at).Revision)
		list = append(list, m.s.statement(rows, m.s.view.Fold(rows)))
	}
	return list
}

// Locate returns the place of the first unit that does not stand before a unit of a document, and whether it is that one.
func (m *Mentions) Locate(document, unit graph.ID) (d, u int, found bool) {
	d, found = slices.BinarySearchFunc(m.documents, document, func(doc mentioning, id graph.ID) int { return cmp.Compare(doc.id, id) })
	if !found {
		return d, 0, false
	}
	units := m.Units(d)
	if u = slices.Index(units, unit); u >= 0 {
		return d, u, true
	}
	place := m.s.places(document, m.at)
	u, _ = slices.BinarySearchFunc(units, unit, func(a, b graph.ID) int { return cmp.Or(cmp.Compare(place(a), place(b)), ComparePart(a, b)) })
	return d, u, false
}

// places tells where a unit stands in a document: the document itself first, then its parts as in Outline. What is no part of it, because
// it was or will be one, stands before the first part of its kind that ComparePart puts after it.
func (s *Snapshot) places(document graph.ID, at AsOf) func(graph.ID) int {
	parts := s.Outline(document, at)
	known := make(map[graph.ID]int, len(parts)+1)
	for i, p := range parts {
		known[p.ID] = 2*i + 2
	}
	known[document] = 0
	return func(unit graph.ID) int {
		if place, found := known[unit]; found {
			return place
		}
		for i, p := range parts {
			if p.ID.Kind() == unit.Kind() && ComparePart(p.ID, unit) > 0 {
				return 2*i + 1
			}
		}
		return 2*len(parts) + 1
	}
}
