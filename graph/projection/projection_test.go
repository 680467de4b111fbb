package projection_test

import (
	"fmt"
	"slices"
	"testing"

	"treatygraph/graph"
	"treatygraph/graph/projection"
)

// full is a claim with everything that a claim may have, but for its value.
func full() graph.Claim {
	return graph.Claim{
		Subject: "treaty/npt", Predicate: graph.PredDescribed, Valid: graph.Interval{From: graph.MustDate("1968"), To: graph.MustDate("1970")},
		Qualifiers: graph.Qualifiers{
			EffectiveOn: graph.MustDate("1969"), Depositary: "state/usa", Place: "place/moscow", OnBehalfOf: "state/sun", Vote: "1-0-0", Ordinal: 1, Role: "President", Note: "a note", About: "cites.1",
		},
	}
}

var values = []graph.Value{
	{Kind: graph.ValueText, Text: "words", Lang: "en"},
	{Kind: graph.ValueName, Text: "NPT", Lang: "en", Role: graph.NameAcronym},
	{Kind: graph.ValueIdentifier, Scheme: graph.SchemeWikidata, ID: "Q1"},
	{Kind: graph.ValueQuantity, Amount: "17.4", Unit: "t"},
	{Kind: graph.ValueDate, Date: graph.MustDate("1970-03")},
	{Kind: graph.ValueSpan, Hash: "00", Start: 1, End: 2},
}

func assertion(c graph.Claim) *graph.Assertion {
	return &graph.Assertion{Claim: c, Dataset: "dataset/one", Rank: graph.RankNormal, Method: graph.MethodCurated, Evidence: []graph.Evidence{{Quote: "it is so"}}}
}

// seen notes which properties show, and complains of those that are not listed with their type.
func seen(t *testing.T, shown map[string]bool, listed []projection.Property, p projection.Properties) {
	t.Helper()
	for name, value := range p {
		shown[name] = true
		i := slices.IndexFunc(listed, func(l projection.Property) bool { return l.Name == name })
		if i < 0 {
			t.Errorf("%s is not listed", name)
			continue
		}
		want := map[projection.Type]string{projection.Text: "string", projection.Texts: "[]string", projection.Number: "int64", projection.Day: "graph.Day"}[listed[i].Type]
		if got := fmt.Sprintf("%T", value); got != want {
			t.Errorf("%s is a %s and listed as %s", name, got, want)
		}
	}
}

func allSeen(t *testing.T, shown map[string]bool, listed []projection.Property) {
	t.Helper()
	for _, l := range listed {
		if !shown[l.Name] {
			t.Errorf("%s is listed and never shows", l.Name)
		}
	}
}

func TestEveryPropertyThatCanShowIsListedWithItsType(t *testing.T) {
	facts := make(map[string]bool)
	for _, v := range values {
		c := full()
		c.Value = &v
		seen(t, facts, projection.OfFacts, projection.Of(c.ID(), []*graph.Assertion{assertion(c)}).Properties)
	}
	allSeen(t, facts, projection.OfFacts)
	relationships := make(map[string]bool)
	c := full()
	c.Object = "treaty/start-i"
	seen(t, relationships, projection.OfRelationships, projection.Of(c.ID(), []*graph.Assertion{assertion(c)}).Properties)
	allSeen(t, relationships, projection.OfRelationships)
	entities := make(map[string]bool)
	namings := []projection.Naming{{Predicate: "NAMED", Value: "NPT", Lang: "en", Role: "ACRONYM", Rank: "NORMAL"}}
	for _, scheme := range graph.Schemes() {
		namings = append(namings, projection.Naming{Predicate: "IDENTIFIED_BY", Value: "1", Scheme: scheme.String(), Rank: "NORMAL"})
	}
	seen(t, entities, projection.OfEntities, projection.EntityProperties("treaty/npt", namings))
	allSeen(t, entities, projection.OfEntities)
}

func TestATombstoneIsLeftOutOfWhatAStatementShows(t *testing.T) {
	c := full()
	c.Object = "treaty/start-i"
	gone := &graph.Assertion{Claim: graph.Claim{Subject: c.Subject, Predicate: c.Predicate}, Dataset: "dataset/gone", Rank: graph.RankPreferred, Method: graph.MethodCurated, Redacted: "0"}
	if s := projection.Of(c.ID(), []*graph.Assertion{gone}); s != nil {
		t.Errorf("%v shows", s.Properties)
	}
	both := []*graph.Assertion{gone, assertion(c)}
	s := projection.Of(c.ID(), both)
	if datasets := s.Properties["datasets"]; s.Claim.Object != c.Object || !slices.Equal(datasets.([]string), []string{"dataset/one"}) || s.Properties["rank"] != "NORMAL" {
		t.Errorf("%v", s.Properties)
	}
	if both[0] != gone {
		t.Error("what was given is not as it was")
	}
}
