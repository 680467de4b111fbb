package view

import (
	"treatygraph/graph"
	"treatygraph/index"
)

// Statistics is the GraphQL type Statistics.
type Statistics struct {
	op      *Op
	counted index.Statistics
}

// The GraphQL types of what is counted apart.
type (
	KindCount struct {
		Kind  graph.Kind
		Count int
	}
	PredicateCount struct {
		Predicate graph.Predicate
		Count     int
	}
	MethodCount struct {
		Method graph.Method
		Count  int
	}
	DatasetCount struct {
		Dataset Dataset
		Count   int
	}
	LanguageCount struct {
		Language graph.Language
		Count    int
	}
)

// Statistics counts what the record holds as of the operation's time.
func (op *Op) Statistics() Statistics { return Statistics{op, op.Snapshot.Statistics(op.At)} }

// Revision resolves Statistics.revision.
func (s Statistics) Revision() Revision { return s.op.Revision() }

// Entities resolves Statistics.entities.
func (s Statistics) Entities() int {
	total := 0
	for _, n := range s.counted.Entities() {
		total += n
	}
	return total
}

// EntitiesByKind resolves Statistics.entitiesByKind.
func (s Statistics) EntitiesByKind() []KindCount {
	return inOrder(graph.Kinds(), s.counted.Entities(), func(k graph.Kind, n int) KindCount { return KindCount{k, n} })
}

// DocumentsWithText resolves Statistics.documentsWithText.
func (s Statistics) DocumentsWithText() int { return s.counted.DocumentsWithText() }

// Statements resolves Statistics.statements.
func (s Statistics) Statements() int { return s.counted.Claims().Statements }

// StatementsByPredicate resolves Statistics.statementsByPredicate.
func (s Statistics) StatementsByPredicate() []PredicateCount {
	return inOrder(graph.Predicates(), s.counted.Claims().ByPredicate, func(p graph.Predicate, n int) PredicateCount { return PredicateCount{p, n} })
}

// EvidencedStatements resolves Statistics.evidencedStatements.
func (s Statistics) EvidencedStatements() int { return s.counted.Claims().Evidenced }

// DeprecatedStatements resolves Statistics.deprecatedStatements.
func (s Statistics) DeprecatedStatements() int { return s.counted.Claims().Deprecated }

// Assertions resolves Statistics.assertions.
func (s Statistics) Assertions() int { return s.counted.Claims().Assertions }

// AssertionsByMethod resolves Statistics.assertionsByMethod.
func (s Statistics) AssertionsByMethod() []MethodCount {
	methods := []graph.Method{graph.MethodCurated, graph.MethodExtracted, graph.MethodImported, graph.MethodDerived}
	return inOrder(methods, s.counted.Claims().ByMethod, func(m graph.Method, n int) MethodCount { return MethodCount{m, n} })
}

// AssertionsByDataset resolves Statistics.assertionsByDataset.
func (s Statistics) AssertionsByDataset(first int) ([]DatasetCount, error) {
	list, err := firstOf(s.counted.Claims().ByDataset, first)
	ids := each(list, func(f index.Facet[graph.ID]) graph.ID { return f.Of })
	group := s.op.newGroup(ids)
	return each(list, func(f index.Facet[graph.ID]) DatasetCount { return DatasetCount{Dataset{entity{f.Of, group}}, f.Count} }), err
}

// Names resolves Statistics.names.
func (s Statistics) Names() int { return s.counted.Claims().Names }

// NamesByLanguage resolves Statistics.namesByLanguage.
func (s Statistics) NamesByLanguage(first int) ([]LanguageCount, error) {
	list, err := firstOf(s.counted.Claims().ByLanguage, first)
	return each(list, func(f index.Facet[graph.Language]) LanguageCount { return LanguageCount{f.Of, f.Count} }), err
}

// EarliestEvent resolves Statistics.earliestEvent; the zero date is null.
func (s Statistics) EarliestEvent() graph.Date { return s.counted.Claims().First }

// LatestEvent resolves Statistics.latestEvent; the zero date is null.
func (s Statistics) LatestEvent() graph.Date { return s.counted.Claims().Last }

// inOrder lists what was counted in the order of a closed table.
func inOrder[K comparable, V any](table []K, counts map[K]int, show func(K, int) V) []V {
	list := make([]V, 0, len(counts))
	for _, k := range table {
		if n := counts[k]; n > 0 {
			list = append(list, show(k, n))
		}
	}
	return list
}

// firstOf takes the first of what may be many.
func firstOf[T any](list []T, first int) ([]T, error) {
	if err := checkSize("first", first); err != nil {
		return nil, err
	}
	return list[:min(first, len(list))], nil
}
