package index_test

import (
	"fmt"
	"testing"

	"treatygraph/graph"
	"treatygraph/index"
)

func dated(id graph.ID, p graph.Predicate, date string) graph.Assertion {
	return says("dataset/a", graph.Claim{Subject: id, Predicate: p, Valid: graph.Interval{From: graph.MustDate(date)}})
}

func TestFacetsOfASearchAreCountedOverAllPagesWhenAskedFor(t *testing.T) {
	store := openSQLite(t)
	body := "核武器。核武器。"
	txt := graph.NewText("zh", body, nil)
	span := func(id graph.ID, start int) graph.Assertion {
		return says("dataset/a", graph.Claim{Subject: id, Predicate: graph.PredSpan, Value: &graph.Value{Kind: graph.ValueSpan, Hash: txt.Hash, Start: start, End: start + 4}})
	}
	part := func(id, of graph.ID) graph.Assertion {
		return says("dataset/a", graph.Claim{Subject: id, Predicate: graph.PredPartOf, Object: of})
	}
	n := func(id graph.ID, lang graph.Language, text string) graph.Assertion { return nameOf(id, lang, text) }
	r, err := store.Apply(t.Context(), &graph.Batch{Key: "all", Texts: []*graph.Text{txt}, Assert: append(base().Assert,
		n("treaty/npt", "zh", "不扩散核武器条约"), n("treaty/npt", "zh-Hant", "不擴散核武器條約"), n("treaty/npt", "en", "NPT"), dated("treaty/npt", graph.PredAdopted, "1968-07-01"),
		n("treaty/later", "zh", "核武器第二条约"), dated("treaty/later", graph.PredConcluded, "1968"), dated("treaty/later", graph.PredEnteredIntoForce, "1971-01-01"),
		n("treaty/vague", "zh", "核武器第三条约"), dated("treaty/vague", graph.PredAdopted, "199X"),
		n("topic/w", "zh", "核武器"),
		n("document/d", "en", "D"), dated("document/d", graph.PredIssued, "2008-05-09"),
		n("section/d/1", "en", "S"), part("section/d/1", "document/d"),
		n("passage/d/1", "en", "P"), span("passage/d/1", 0), part("passage/d/1", "section/d/1"),
		n("passage/d/2", "en", "Q"), span("passage/d/2", 4), part("passage/d/2", "document/d"))})
	if err != nil {
		t.Fatal(err)
	}
	s := reach(t, follow(t, store), r.Revision.Number)
	q := index.SearchQuery{Text: "核武器", Names: true, Passages: true, First: 1}
	if page, err := s.Search(t.Context(), q); err != nil || page.Facets.Kinds != nil || page.Facets.Languages != nil || page.Facets.Years != nil {
		t.Errorf("unasked for: %+v, %v", page.Facets, err)
	}
	q.Facets = index.FacetKinds | index.FacetLanguages | index.FacetYears
	page, err := s.Search(t.Context(), q)
	if err != nil || page.Total != 6 {
		t.Fatal(page, err)
	}
	want := fmt.Sprint(index.Facets{
		Kinds:     []index.Facet[graph.Kind]{{Of: graph.KindTreaty, Count: 3}, {Of: graph.KindPassage, Count: 2}, {Of: graph.KindTopic, Count: 1}},
		Languages: []index.Facet[graph.Language]{{Of: "zh", Count: 6}, {Of: "zh-Hant", Count: 1}},
		Years:     []index.Facet[int]{{Of: 1968, Count: 2}, {Of: 2008, Count: 2}},
	})
	if got := fmt.Sprint(page.Facets); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// What gives a passage's text comes with it.
	for q.After = ""; ; q.After = page.Items[0].Cursor {
		if page, err = s.Search(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		if item := page.Items[0]; (item.Span != graph.Ref{}) != (item.Entity.Kind() == graph.KindPassage) || item.Statements == 0 {
			t.Errorf("%+v", item)
		}
		if !page.HasNext {
			break
		}
	}
}

func TestOfTwoPassagesThatAreOneTheSameIsShownInWhateverOrderTheyWereRecorded(t *testing.T) {
	var shown []graph.StatementID
	for _, order := range [][2]graph.ID{{"passage/d/1", "passage/d/2"}, {"passage/d/2", "passage/d/1"}} {
		store := openSQLite(t)
		applyBase(t, store)
		for _, id := range order {
			txt := graph.NewText("en", "lonely "+string(id), nil)
			_, err := store.Apply(t.Context(), &graph.Batch{Key: string(id), Texts: []*graph.Text{txt}, Assert: []graph.Assertion{
				says("dataset/a", graph.Claim{Subject: id, Predicate: graph.PredSpan, Value: &graph.Value{Kind: graph.ValueSpan, Hash: txt.Hash, End: 6}})}})
			if err != nil {
				t.Fatal(err)
			}
		}
		n := apply(t, store, "merge", says("dataset/a", graph.Claim{Subject: "passage/d/2", Predicate: graph.PredMergedInto, Object: "passage/d/1"}))
		page, err := reach(t, follow(t, store), n).Search(t.Context(), index.SearchQuery{Text: "lonely", Passages: true, First: 9})
		if err != nil || len(page.Items) != 1 {
			t.Fatal(page, err)
		}
		shown = append(shown, page.Items[0].Span.Statement)
	}
	if shown[0] != shown[1] {
		t.Errorf("shown are %v", shown)
	}
}
