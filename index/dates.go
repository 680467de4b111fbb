package index

import (
	"treatygraph/graph"
	"treatygraph/index/topology"
)

// dates finds the dates of entities, and keeps those of wholes, which are asked for with each of their parts. It is for one goroutine.
//
// An instrument dates from its adoption or, if that is not recorded, from its opening for signature or its conclusion; a document from its
// issue or, if that is not recorded, from the making of the instrument that it expresses; a part from its whole. Others have no date.
type dates struct {
	s     *Snapshot
	at    AsOf
	known map[graph.ID]graph.Date
}

// dates asks what was recorded at a time, whatever held on its day.
func (s *Snapshot) dates(at AsOf) *dates {
	return &dates{s, AsOf{Revision: at.Revision}, make(map[graph.ID]graph.Date)}
}

var (
	madePredicates = []graph.Predicate{graph.PredAdopted, graph.PredOpenedForSignature, graph.PredConcluded} // in the order of walks
	issuedOnly     = []graph.Predicate{graph.PredIssued}
	// wholes tell by kind what the date of an entity without a date of its own is taken from.
	wholes = map[graph.Kind][]graph.Predicate{
		graph.KindDocument:  {graph.PredExpresses},
		graph.KindSection:   {graph.PredPartOf},
		graph.KindPassage:   {graph.PredPartOf},
		graph.KindProvision: {graph.PredProvisionOf},
	}
)

// of returns the date of an entity; the zero date when it has none.
func (d *dates) of(id graph.ID) graph.Date { return d.below(id, maxOutlineDepth) }

func (d *dates) below(id graph.ID, depth int) graph.Date {
	if date, found := d.known[id]; found {
		return date
	}
	var date graph.Date
	switch kind := id.Kind(); {
	case graph.Instruments.Has(kind):
		date = d.first(id, madePredicates)
	case kind == graph.KindDocument:
		date = d.first(id, issuedOnly)
	}
	if up := wholes[id.Kind()]; date.IsZero() && up != nil && depth > 0 {
		var others []graph.ID
		d.s.walkOver(id, topology.Query{Out: true, Predicates: up}, d.at, func(w *topology.Walk) bool {
			others = append(others, d.s.view.ID(w.Other))
			return true
		})
		for i := 0; i < len(others) && date.IsZero(); i++ {
			date = d.below(others[i], depth-1)
		}
	}
	if id.Kind() != graph.KindPassage { // nothing is part of a passage
		d.known[id] = date
	}
	return date
}

// first returns the first date that is stated.
func (d *dates) first(id graph.ID, predicates []graph.Predicate) (date graph.Date) {
	d.s.walkOver(id, topology.Query{Out: true, Predicates: predicates}, d.at, func(w *topology.Walk) bool {
		if from := d.s.view.Row(w.Rows[0]).Valid.From; !from.IsOpen() {
			date = from
		}
		return date.IsZero()
	})
	return date
}
