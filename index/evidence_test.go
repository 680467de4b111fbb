package index_test

import (
	"slices"
	"testing"

	"treatygraph/graph"
	"treatygraph/index"
)

func TestStatementsWithEvidenceInADocumentAreFoundWhoeverAssertsThem(t *testing.T) {
	store := openSQLite(t)
	applyBase(t, store)
	apply(t, store, "documents", named("document/a", "A"), named("document/b", "B"))
	cites := func(object graph.ID, on string) graph.Claim {
		return graph.Claim{Subject: "treaty/a", Predicate: graph.PredCites, Object: object, Valid: graph.Interval{From: graph.MustDate(on)}}
	}
	seen := func(dataset graph.ID, c graph.Claim, documents ...graph.ID) graph.Assertion {
		a := says(dataset, c)
		for _, d := range documents {
			a.Evidence = append(a.Evidence, graph.Evidence{Document: d, Citation: "p. 1"})
		}
		return a
	}
	both := cites("treaty/b", "1992")
	wrong := seen("dataset/a", graph.Claim{Subject: "state/a", Predicate: graph.PredSigned, Object: "treaty/a", Valid: graph.Interval{From: graph.MustDate("1999")}}, "document/a")
	wrong.Rank, wrong.Reason = graph.RankDeprecated, "misread"
	first := apply(t, store, "evidence", wrong, seen("dataset/a", both, "document/a", "document/b"), seen("dataset/b", both), seen("dataset/b", cites("treaty/c", "1991"), "document/a"),
		seen("dataset/a", cites("treaty/d", "1990"), "document/b"))
	apply(t, store, "elsewhere", seen("dataset/b", cites("treaty/c", "1991"), "document/b"))

	x := follow(t, store)
	s := x.Snapshot()
	objects := func(document graph.ID, at index.AsOf) (list []graph.ID) {
		for _, statement := range s.EvidencedIn(document, at) {
			list = append(list, statement.Object)
			if one, ok := s.Statement(statement.ID, at); !ok || !slices.Equal(one.Refs, statement.Refs) {
				t.Errorf("%s has the assertions %v, want %v", statement.ID, statement.Refs, one.Refs)
			}
			if !slices.Contains(s.Documents(statement.ID, at), document) {
				t.Errorf("%s has no evidence in %s", statement.ID, document)
			}
		}
		return list
	}
	day := graph.MustDate("1991-06-01").Earliest()
	for _, test := range []struct {
		document graph.ID
		at       index.AsOf
		want     []graph.ID
	}{
		{"document/a", index.AsOf{}, []graph.ID{"treaty/a", "treaty/b"}},
		{"document/b", index.AsOf{}, []graph.ID{"treaty/d", "treaty/c", "treaty/b"}},
		{"document/a", index.AsOf{Revision: first}, []graph.ID{"treaty/a", "treaty/c", "treaty/b"}},
		{"document/a", index.AsOf{Revision: first, ValidOn: &day}, []graph.ID{"treaty/c"}},
		{"document/none", index.AsOf{}, nil},
	} {
		if got := objects(test.document, test.at); !slices.Equal(got, test.want) {
			t.Errorf("%s at %+v: %v, want %v", test.document, test.at, got, test.want)
		}
	}
}
