package sqlite

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"treatygraph/graph"
)

func TestAScanOfLargeBodiesHoldsOnlyAFewAtATime(t *testing.T) {
	const bodies, items = 24, 64
	store, err := Open(t.Context(), filepath.Join(t.TempDir(), "large.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	evidence := make([]graph.Evidence, items)
	for i := range evidence {
		evidence[i] = graph.Evidence{Citation: "a long report", Quote: strings.Repeat("q", graph.MaxQuoteBytes)}
	}
	b := &graph.Batch{Key: "k"}
	for i := range bodies {
		name := graph.NameValue(graph.Name{Text: fmt.Sprint("Name ", i), Lang: "en", Role: graph.NameAlias})
		b.Assert = append(b.Assert, graph.Assertion{Claim: graph.Claim{Subject: "dataset/large", Predicate: graph.PredNamed, Value: &name},
			Dataset: "dataset/large", Rank: graph.RankNormal, Method: graph.MethodCurated, Evidence: evidence})
	}
	if _, err := store.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	end, err := store.pageEnd(t.Context(), 0, bodies)
	if err != nil || end < 1 || end*items*graph.MaxQuoteBytes > bytesPerPage {
		t.Errorf("the first page ends at row %d, %v", end, err)
	}
	_, versions, err := store.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for v, err := range versions {
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Body) < items*graph.MaxQuoteBytes {
			t.Errorf("body %d is cut", seen)
		}
		seen++
	}
	if seen != bodies {
		t.Errorf("%d of %d versions", seen, bodies)
	}
}
