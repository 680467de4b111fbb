package resolvers_test

import (
	"fmt"
	"testing"

	"treatygraph/graph"
)

// The fixture is n treaties, each SIGNED by n states, and one document whose n passages MENTION a treaty each:
//
//	state/s0 … state/sn  --SIGNED-->  treaty/t0 … treaty/tn  <--MENTIONS--  passage/doc/1 … n  --PART_OF-->  document/doc
//
// Every treaty has two names, a description, and ENTERED_INTO_FORCE on 2000-01-01.
const testDataset graph.ID = "dataset/test"

func claim(subject graph.ID, p graph.Predicate, set ...func(*graph.Assertion)) graph.Assertion {
	a := graph.Assertion{Claim: graph.Claim{Subject: subject, Predicate: p}, Dataset: testDataset, Rank: graph.RankNormal, Method: graph.MethodCurated}
	for _, s := range set {
		s(&a)
	}
	return a
}

func object(id graph.ID) func(*graph.Assertion) { return func(a *graph.Assertion) { a.Object = id } }

func on(date string) func(*graph.Assertion) {
	return func(a *graph.Assertion) { a.Valid.From = graph.MustDate(date) }
}

func value(v graph.Value) func(*graph.Assertion) { return func(a *graph.Assertion) { a.Value = &v } }

func cited(citation string) func(*graph.Assertion) {
	return func(a *graph.Assertion) { a.Evidence = append(a.Evidence, graph.Evidence{Citation: citation}) }
}

func named(id graph.ID, text, lang string, role graph.NameRole) graph.Assertion {
	return claim(id, graph.PredNamed, value(graph.NameValue(graph.Name{Text: text, Lang: graph.Language(lang), Role: role})))
}

func fill(t *testing.T, store graph.Store, n int) {
	t.Helper()
	b := graph.Batch{Key: "fixture", Author: "test", Summary: "fixture", Assert: []graph.Assertion{
		named(testDataset, "Test data", "en", graph.NameOfficial),
		named("document/doc", "Document", "en", graph.NameOfficial),
	}}
	body := ""
	for i := range n {
		body += fmt.Sprintf("第%d条提到条约。", i)
	}
	text := graph.NewText("zh", body, nil)
	b.Texts = []*graph.Text{text}
	at := 0
	for i := range n {
		treaty, state := graph.ID(fmt.Sprintf("treaty/t%d", i)), graph.ID(fmt.Sprintf("state/s%d", i))
		b.Assert = append(b.Assert,
			named(treaty, fmt.Sprintf("Treaty %d", i), "en", graph.NameShort),
			named(treaty, fmt.Sprintf("条约%d", i), "zh", graph.NameShort),
			claim(treaty, graph.PredDescribed, value(graph.Value{Kind: graph.ValueText, Text: "A treaty", Lang: "en"})),
			claim(treaty, graph.PredEnteredIntoForce, on("2000-01-01"), cited("a gazette")),
			named(state, fmt.Sprintf("State %d", i), "en", graph.NameOfficial))
		for j := range n {
			b.Assert = append(b.Assert, claim(state, graph.PredSigned, object(graph.ID(fmt.Sprintf("treaty/t%d", j))), on("1999-01-01"), cited("another gazette")))
		}
		passage := graph.ID(fmt.Sprintf("passage/doc/%d", i+1))
		sentence := fmt.Sprintf("第%d条提到条约。", i)
		length := len([]rune(sentence))
		b.Assert = append(b.Assert,
			claim(passage, graph.PredSpan, value(graph.Value{Kind: graph.ValueSpan, Hash: text.Hash, Start: at, End: at + length})),
			claim(passage, graph.PredPartOf, object("document/doc")),
			claim(passage, graph.PredMentions, object(treaty), func(a *graph.Assertion) {
				a.Method, a.Rule, a.Confidence = graph.MethodExtracted, "names", 900
				a.Evidence = []graph.Evidence{{Text: text.Hash, Document: "document/doc", Passage: passage, Start: at, End: at + length, Quote: sentence, Lang: "zh", Score: 950}}
			}))
		at += length
	}
	apply(t, store, &b)
}

func apply(t *testing.T, store graph.Store, b *graph.Batch) {
	t.Helper()
	if _, err := store.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}
