package resolvers_test

import (
	"slices"
	"testing"

	"treatygraph/graph"
)

// What evidence and assertions name may have been merged since: it answers under both IDs, and is shown as what it is now.
func TestSourcesThatWereMergedAreFoundUnderBothIDsAndShownUnderOne(t *testing.T) {
	store := openSQLite(t)
	fill(t, store, 3)
	apply(t, store, &graph.Batch{Key: "merge", Assert: []graph.Assertion{
		named("document/new", "New", "en", graph.NameOfficial), named("dataset/new", "New", "en", graph.NameOfficial), named("passage/new/1", "New", "en", graph.NameOfficial),
		claim("document/doc", graph.PredMergedInto, object("document/new")),
		claim(testDataset, graph.PredMergedInto, object("dataset/new")),
		claim("passage/doc/1", graph.PredMergedInto, object("passage/new/1")),
	}})
	a := newAPI(t, follow(t, store), store)
	type source struct{ ID, Label string }
	type statement struct {
		Assertions []struct{ Dataset source }
		Evidence   []struct {
			Document source
			Passage  struct{ ID string }
		}
	}
	type list struct {
		TotalCount int
		Nodes      []statement
	}
	var data struct {
		Old, New   list
		Entity     struct{ Old, New list }
		Has        struct{ TotalCount int }
		Statistics struct {
			AssertionsByDataset []struct {
				Dataset source
				Count   int
			}
			Assertions int
		}
	}
	a.answer(`{
		old: statements(filter: {document: "document/doc"} orderBy: OLDEST) {...list}
		new: statements(filter: {document: "document/new", datasets: ["dataset/new"]} orderBy: OLDEST) {...list}
		entity(id: "treaty/t0") {
			old: statements(predicates: [MENTIONS], datasets: ["dataset/test"]) {...list}
			new: statements(predicates: [MENTIONS], datasets: ["dataset/new"]) {...list}
		}
		has: treaties(filter: {has: {datasets: ["dataset/new"], predicates: [MENTIONS]}}) {totalCount}
		statistics {assertions assertionsByDataset {dataset {id label} count}}
	} fragment list on StatementConnection {totalCount nodes {assertions {dataset {id label}} evidence {document {id label} passage {id}}}}`, nil, &data)
	for name, l := range map[string]list{"old": data.Old, "new": data.New} {
		if l.TotalCount != 3 || len(l.Nodes) != 3 {
			t.Fatalf("%s: %+v", name, l)
		}
		var passages []string
		for _, s := range l.Nodes {
			if s.Assertions[0].Dataset != (source{"dataset/new", "New"}) || s.Evidence[0].Document != (source{"document/new", "Document"}) {
				t.Errorf("%s: %+v", name, s)
			}
			passages = append(passages, s.Evidence[0].Passage.ID)
		}
		if slices.Sort(passages); !slices.Equal(passages, []string{"passage/doc/2", "passage/doc/3", "passage/new/1"}) {
			t.Errorf("%s: passages %q", name, passages)
		}
	}
	if data.Entity.Old.TotalCount != 1 || data.Entity.New.TotalCount != 1 || data.Has.TotalCount != 3 {
		t.Errorf("%+v, %+v", data.Entity, data.Has)
	}
	if by := data.Statistics.AssertionsByDataset; len(by) != 1 || by[0].Dataset.ID != "dataset/new" || by[0].Count != data.Statistics.Assertions {
		t.Errorf("%+v", by)
	}
}
