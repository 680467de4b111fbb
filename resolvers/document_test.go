package resolvers_test

import (
	"fmt"
	"testing"

	"treatygraph/graph"
)

// The text of this document has a heading, a passage that a page end cut in two, with a note in its midst, and page furniture.
func TestADocumentIsReadByPeopleWithoutWhatThePageAdded(t *testing.T) {
	store := openSQLite(t)
	fill(t, store, 1)
	const body = "A/1\n\n1. Purpose:\nThe parties shall* co-\noperate in the\n* In good faith.\nfield of peace.\nThe second\tparagraph.\n12\n"
	text := graph.NewText("en", body, nil)
	old := graph.NewText("en", "An older edition.", nil)
	span := func(id graph.ID, of *graph.Text, start, end int) graph.Assertion {
		return claim(id, graph.PredSpan, value(graph.Value{Kind: graph.ValueSpan, Hash: of.Hash, Start: start, End: end}))
	}
	at := func(words string) int {
		for i := range body {
			if len(body)-i >= len(words) && body[i:i+len(words)] == words {
				return i
			}
		}
		t.Fatal(words)
		return 0
	}
	apply(t, store, &graph.Batch{Key: "document", Texts: []*graph.Text{text, old}, Assert: []graph.Assertion{
		named("document/d", "D", "en", graph.NameOfficial), span("document/d", text, 0, len(body)),
		named("section/d/en/1/1", "Purpose", "en", graph.NameDescriptive), named("section/d/en/1/1", "目的", "zh", graph.NameDescriptive), claim("section/d/en/1/1", graph.PredPartOf, object("document/d")),
		claim("passage/d/en/1/1", graph.PredPartOf, object("section/d/en/1/1")), span("passage/d/en/1/1", text, at("The parties"), at("\nThe second")),
		claim("passage/d/en/1/2", graph.PredPartOf, object("section/d/en/1/1")), span("passage/d/en/1/2", text, at("The second"), at("\n12")),
		claim("passage/d/en/1/3", graph.PredPartOf, object("section/d/en/1/1")), span("passage/d/en/1/3", old, 0, 17),
		claim("passage/d/en/1/note-1", graph.PredPartOf, object("document/d")), span("passage/d/en/1/note-1", text, at("* In good"), at("\nfield")),
		named("document/whole", "W", "en", graph.NameOfficial), span("document/whole", old, 0, 17),
	}})
	a := newAPI(t, follow(t, store), store)
	const smooth = "Purpose\n\nThe parties shall* co-operate in the field of peace.\n\nThe second paragraph.\n\nAn older edition.\n\n* In good faith."
	var data struct {
		Nodes []struct{ Text, Raw, Unit *string }
		P     struct{ Text string }
	}
	a.answer(`{nodes(ids:["document/d","document/whole","document/doc","state/s0"]){...on Document{text raw:text(raw:true)} ...on TextUnit{unit:text}}
		p:entity(id:"passage/d/en/1/1"){...on TextUnit{text}}}`, nil, &data)
	show := func(s *string) string {
		if s == nil {
			return "null"
		}
		return fmt.Sprintf("%q", *s)
	}
	for i, want := range []struct{ text, raw string }{
		{fmt.Sprintf("%q", smooth), fmt.Sprintf("%q", body)}, {`"An older edition."`, `"An older edition."`}, {`"第0条提到条约。"`, "null"}, {"null", "null"},
	} {
		if got := data.Nodes[i]; show(got.Text) != want.text || show(got.Unit) != want.text || show(got.Raw) != want.raw {
			t.Errorf("%d: %s, as a text unit %s, raw %s; want %+v", i, show(got.Text), show(got.Unit), show(got.Raw), want)
		}
	}
	if want := body[at("The parties"):at("\nThe second")]; data.P.Text != want {
		t.Errorf("the passage is %q, not the words that evidence points into, %q", data.P.Text, want)
	}
}
