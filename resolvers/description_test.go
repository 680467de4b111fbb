package resolvers_test

import (
	"testing"

	"treatygraph/graph"
)

func TestADescriptionIsFoundInWhatIsNearestToTheLanguage(t *testing.T) {
	store := openSQLite(t)
	fill(t, store, 1)
	describe := func(id graph.ID, text, lang string) graph.Assertion {
		return claim(id, graph.PredDescribed, value(graph.Value{Kind: graph.ValueText, Text: text, Lang: graph.Language(lang)}))
	}
	apply(t, store, &graph.Batch{Key: "descriptions", Assert: []graph.Assertion{
		describe("treaty/t0", "条约", "zh"), describe("treaty/t0", "條約", "zh-Hant"), describe("state/s0", "государство", "ru"), describe("document/doc", "A document", "en-GB"),
	}})
	a := newAPI(t, follow(t, store), store)
	for _, test := range []struct{ id, language, want string }{
		{"treaty/t0", "zh", "条约"}, {"treaty/t0", "zh-CN", "条约"}, {"treaty/t0", "zh-Hant-TW", "條約"}, {"treaty/t0", "fr", "A treaty"}, {"treaty/t0", "en-US", "A treaty"},
		{"state/s0", "ru", "государство"}, {"state/s0", "ru-RU", "государство"}, {"state/s0", "en", ""}, {"document/doc", "en", "A document"}, {"document/doc", "zh", "A document"},
	} {
		var data struct{ Entity struct{ Description string } }
		a.answer(`query($id:ID! $l:Language){entity(id:$id){description(language:$l)}}`, map[string]any{"id": test.id, "l": test.language}, &data)
		if data.Entity.Description != test.want {
			t.Errorf("%s in %s: got %q, want %q", test.id, test.language, data.Entity.Description, test.want)
		}
	}
}

func TestWhatHasNoNameIsShownByItsIDWithoutItsKind(t *testing.T) {
	a, _ := counted(t, 1)
	var data struct{ Entity struct{ Label string } }
	a.answer(`{entity(id:"passage/doc/1"){label}}`, nil, &data)
	if data.Entity.Label != "doc/1" {
		t.Errorf("got %q", data.Entity.Label)
	}
}
