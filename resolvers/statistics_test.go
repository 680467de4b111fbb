package resolvers_test

import (
	"testing"

	"treatygraph/graph"
)

func TestStatisticsAreThoseOfTheTimeThatIsAskedFor(t *testing.T) {
	store := openSQLite(t)
	fill(t, store, 2)
	force := claim("treaty/t0", graph.PredEnteredIntoForce, on("2000-01-01"))
	wrong := claim("treaty/t1", graph.PredAdopted, on("1990"), func(a *graph.Assertion) { a.Rank, a.Reason = graph.RankDeprecated, "misread" })
	apply(t, store, &graph.Batch{Key: "again", Withdraw: []graph.AssertionKey{force.Key()}, Assert: []graph.Assertion{wrong}})
	a := newAPI(t, follow(t, store), store)
	type statistics struct {
		Revision                                                      struct{ Number int }
		Entities, Statements, DeprecatedStatements, Assertions, Names int
		EarliestEvent, LatestEvent                                    *string
		EntitiesByKind                                                []struct {
			Kind  string
			Count int
		}
	}
	ask := func(directive string) statistics {
		var data struct{ Statistics statistics }
		a.answer(`query `+directive+`{statistics{revision{number} entities statements deprecatedStatements assertions names earliestEvent latestEvent entitiesByKind{kind count}}}`, nil, &data)
		return data.Statistics
	}
	// 2 treaties, 2 states, document, 2 passages, dataset; names 2 × 2 + 2 + 2; 2 descriptions, 2 entries into force, 4 signatures, 3 × 2 of passages
	now, before := ask(""), ask("@asOf(revision:1)")
	if before.Revision.Number != 1 || before.Entities != 8 || before.Names != 8 || before.Statements != 22 || before.Assertions != 22 || before.DeprecatedStatements != 0 || len(before.EntitiesByKind) != 5 {
		t.Errorf("before: %+v", before)
	}
	if now.Revision.Number != 2 || now.Statements != 22 || now.DeprecatedStatements != 1 || *now.EarliestEvent != "1999-01-01" || *now.LatestEvent != "2000-01-01" {
		t.Errorf("now: %+v", now)
	}
	if early := ask(`@asOf(validOn:"1998-01-01")`); early.EarliestEvent != nil || early.Statements != 22-4-1 {
		t.Errorf("before all events but one held to be wrong: %+v", early)
	}
}

// statisticsOfTheCorpusAgreeWithItsListsAndWithThemselves is one of corpusTests.
func statisticsOfTheCorpusAgreeWithItsListsAndWithThemselves(t *testing.T, a api) {
	type counts []struct {
		Kind    string
		Dataset struct{ ID, Label string }
		Count   int
	}
	var data struct {
		Treaties   struct{ TotalCount int }
		Statistics struct {
			Entities, Statements, Assertions, Names, DocumentsWithText, EvidencedStatements                             int
			EntitiesByKind, StatementsByPredicate, AssertionsByMethod, AssertionsByDataset, NamesByLanguage, MostOfThem counts
		}
	}
	a.answer(`{treaties{totalCount} statistics{entities statements assertions names documentsWithText evidencedStatements entitiesByKind{kind count} statementsByPredicate{count}
		assertionsByMethod{count} assertionsByDataset(first:100){dataset{id label} count} namesByLanguage{count} mostOfThem:assertionsByDataset(first:2){dataset{id} count}}}`, nil, &data)
	s := data.Statistics
	for name, list := range map[string]struct {
		counts counts
		want   int
	}{"kinds": {s.EntitiesByKind, s.Entities}, "predicates": {s.StatementsByPredicate, s.Statements}, "methods": {s.AssertionsByMethod, s.Assertions},
		"data sets": {s.AssertionsByDataset, s.Assertions}, "languages": {s.NamesByLanguage, s.Names}} {
		sum := 0
		for _, c := range list.counts {
			sum += c.Count
		}
		if sum != list.want || sum == 0 {
			t.Errorf("%s: %d in sum, %d in all", name, sum, list.want)
		}
	}
	if s.EntitiesByKind[0].Kind != "TREATY" || s.EntitiesByKind[0].Count != data.Treaties.TotalCount || s.DocumentsWithText < 1 || s.EvidencedStatements >= s.Statements {
		t.Errorf("%+v, %d treaties", s, data.Treaties.TotalCount)
	}
	if len(s.MostOfThem) != 2 || s.MostOfThem[0].Count < s.MostOfThem[1].Count || s.MostOfThem[0].Dataset.ID != s.AssertionsByDataset[0].Dataset.ID {
		t.Errorf("%+v", s.MostOfThem)
	}
}
