package ingest

import (
	"context"
	"iter"
	"slices"

	"treatygraph/extract"
	"treatygraph/graph"
	"treatygraph/index"
)

// textKinds are the kinds whose names are no vocabulary: a heading names its section, not a thing that other texts speak of.
var textKinds = graph.Set(graph.KindDocument, graph.KindSection, graph.KindPassage, graph.KindDataset)

// isVocabulary tells whether other texts may call an entity by a name. The descriptive names of a provision are the headings of its sections: "Article 1" is an article of
// any text.
func isVocabulary(id graph.ID, n *graph.Name) bool {
	return !textKinds.Has(id.Kind()) && (id.Kind() != graph.KindProvision || n.Role != graph.NameDescriptive)
}

// datingPredicates tell when an instrument was there.
var datingPredicates = []graph.Predicate{graph.PredAdopted, graph.PredConcluded, graph.PredSigned, graph.PredOpenedForSignature, graph.PredEnteredIntoForce}

// A vocabularyBuilder gathers what the reader of texts is to know of the world.
type vocabularyBuilder struct {
	entities map[graph.ID]*extract.Entity
	order    []graph.ID
}

func (b *vocabularyBuilder) entity(id graph.ID) *extract.Entity {
	e := b.entities[id]
	if e == nil {
		e = &extract.Entity{ID: id}
		b.entities[id] = e
		b.order = append(b.order, id)
	}
	return e
}

func (b *vocabularyBuilder) date(id graph.ID, d graph.Date) {
	if e := b.entity(id); !d.IsZero() && !slices.Contains(e.Dates, d) {
		e.Dates = append(e.Dates, d)
	}
}

// link takes a fact about an instrument. About an action it is the object that is dated.
func (b *vocabularyBuilder) link(subject graph.ID, p graph.Predicate, object graph.ID, from graph.Date, ordinal int) {
	switch {
	case p == graph.PredAmends:
		e := b.entity(subject)
		e.Amends = append(e.Amends, object)
	case p == graph.PredProvisionOf:
		b.entity(subject).Provision = extract.Provision{Of: object, Number: ordinal}
	case p == graph.PredSigned:
		b.date(object, from)
	case slices.Contains(datingPredicates, p):
		b.date(subject, from)
	}
}

func (b *vocabularyBuilder) build() *extract.Vocabulary {
	list := make([]extract.Entity, 0, len(b.order))
	for _, id := range b.order {
		e := b.entities[id]
		slices.SortFunc(e.Dates, graph.Date.Compare)
		slices.Sort(e.Amends)
		list = append(list, *e)
	}
	return extract.NewVocabulary(list)
}

// vocabularyOf returns the vocabulary that assertions make. What was itself read from texts is left out: else a text would be read otherwise the
// second time.
func vocabularyOf(assertions iter.Seq[*graph.Assertion]) *extract.Vocabulary {
	b := &vocabularyBuilder{entities: make(map[graph.ID]*extract.Entity)}
	for a := range assertions {
		if a.Method == graph.MethodExtracted || a.Rank == graph.RankDeprecated {
			continue
		}
		switch {
		case a.Predicate == graph.PredIdentifiedBy:
			e := b.entity(a.Subject)
			e.Identifiers = append(e.Identifiers, a.Value.Identifier())
		case a.Predicate == graph.PredNamed:
			if n := a.Value.Name(); isVocabulary(a.Subject, &n) {
				e := b.entity(a.Subject)
				e.Names = append(e.Names, n)
			}
		default:
			b.link(a.Subject, a.Predicate, a.Object, a.Valid.From, a.Qualifiers.Ordinal)
		}
	}
	return b.build()
}

// vocabularyPage is how many entities are taken from the index at once.
const vocabularyPage = 1000

// vocabularyIn returns the vocabulary of a snapshot: names and identifiers as they stand, facts that are curated, imported or derived, but not those read from texts. Ordinals
// of provisions are content, which the snapshot does not hold; load gives them.
func vocabularyIn(ctx context.Context, s *index.Snapshot, load func([]graph.Ref) (map[graph.Ref]*graph.Assertion, error)) (*extract.Vocabulary, error) {
	b := &vocabularyBuilder{entities: make(map[graph.ID]*extract.Entity)}
	var provisions []graph.Ref
	after := ""
	for {
		page, err := s.Entities(ctx, index.EntityQuery{Page: index.Page{First: vocabularyPage, After: after}})
		if err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			after = item.Cursor
			if k := item.ID.Kind(); k == graph.KindSection || k == graph.KindPassage || k == graph.KindDataset {
				continue
			}
			e := b.entity(item.ID)
			e.Identifiers = s.Identifiers(item.ID, index.AsOf{})
			for _, n := range s.Names(item.ID, index.AsOf{}) {
				if isVocabulary(item.ID, &n.Name) {
					e.Names = append(e.Names, n.Name)
				}
			}
			if !graph.Instruments.Has(item.ID.Kind()) && item.ID.Kind() != graph.KindProvision {
				continue
			}
			provisions = append(provisions, b.facts(s, item.ID)...)
		}
		if !page.HasNext {
			break
		}
	}
	loaded, err := load(provisions)
	if err != nil {
		return nil, err
	}
	for _, ref := range provisions {
		if a := loaded[ref]; a != nil {
			b.link(a.Subject, a.Predicate, a.Object, a.Valid.From, a.Qualifiers.Ordinal)
		}
	}
	return b.build(), nil
}

// facts takes what dates and links an instrument, and returns the statements whose content is wanted.
func (b *vocabularyBuilder) facts(s *index.Snapshot, id graph.ID) (provisions []graph.Ref) {
	after := ""
	for {
		page, err := s.Statements(index.StatementQuery{
			Entity: id, Predicates: append([]graph.Predicate{graph.PredAmends, graph.PredProvisionOf}, datingPredicates...),
			Methods: []graph.Method{graph.MethodCurated, graph.MethodImported, graph.MethodDerived}, Page: index.Page{First: vocabularyPage, After: after},
		})
		if err != nil { // only cursors are wrong, and these are its own
			return provisions
		}
		for _, item := range page.Items {
			after = item.Cursor
			switch {
			case item.Predicate == graph.PredProvisionOf && !item.Incoming:
				provisions = append(provisions, item.Refs...)
			case item.Predicate == graph.PredSigned && item.Incoming:
				b.date(id, item.Valid.From)
			case !item.Incoming:
				b.link(id, item.Predicate, item.Other, item.Valid.From, 0)
			}
		}
		if !page.HasNext {
			return provisions
		}
	}
}
