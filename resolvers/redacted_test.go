package resolvers_test

import (
	"fmt"
	"slices"
	"testing"

	"treatygraph/graph"
)

// Of the fixture the text is redacted with all that stands in it, a name, a relationship, and one of two assertions of an event.
func TestOfWhatWasRedactedNoAnswerShowsAnythingAndNoneFails(t *testing.T) {
	store := openSQLite(t)
	fill(t, store, 2)
	name := named("treaty/t0", "条约0", "zh", graph.NameShort)
	signed := claim("state/s0", graph.PredSigned, object("treaty/t0"), on("1999-01-01"))
	force := claim("treaty/t0", graph.PredEnteredIntoForce, on("2000-01-01"), cited("a private letter"))
	force.Dataset = "dataset/other"
	whole := graph.NewText("zh", "第三份全文。", nil)
	document := claim("document/doc", graph.PredSpan, value(graph.Value{Kind: graph.ValueSpan, Hash: whole.Hash, End: 6}))
	declared := named("dataset/other", "Other data", "en", graph.NameOfficial)
	declared.Dataset = "dataset/other"
	apply(t, store, &graph.Batch{Key: "more", Texts: []*graph.Text{whole}, Assert: []graph.Assertion{declared, force, document}})
	r := &graph.Redaction{Key: "r", Reason: "a test", Texts: []graph.TextHash{whole.Hash}} // the span of the whole document stays
	_, versions, err := store.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for v, err := range versions {
		if err != nil {
			t.Fatal(err)
		}
		a, err := graph.DecodeAssertion(v.Body)
		if err != nil {
			t.Fatal(err)
		}
		meant := slices.Contains([]graph.StatementID{name.Claim.ID(), signed.Claim.ID()}, v.Ref.Statement) || v.Ref.Statement == force.Claim.ID() && v.Ref.Dataset == "dataset/other"
		a.Texts(func(hash graph.TextHash) {
			if hash != whole.Hash {
				meant = true
				if !slices.Contains(r.Texts, hash) {
					r.Texts = append(r.Texts, hash)
				}
			}
		})
		if meant {
			r.Refs = append(r.Refs, v.Ref)
		}
	}
	if _, err := store.Redact(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	a := newAPI(t, follow(t, store), store)
	var data struct {
		Treaty struct {
			Names      []struct{ Text string }
			Statements struct{ TotalCount int }
			Force      struct {
				Nodes []struct {
					Assertions []struct{ Dataset struct{ ID string } }
					Evidence   []struct{ Citation string }
					History    []struct {
						From, To  *struct{ Number int }
						Assertion struct {
							Rank     string
							Dataset  struct{ ID string }
							Evidence []struct{ Citation, Quote *string }
						}
					}
				}
			}
		}
		Gone, Mention *struct{ ID string }
		Doc           struct{ Text, Raw *string }
		Passage       struct {
			Text     *string
			Mentions struct{ TotalCount int }
		}
		Search struct {
			Nodes []struct{ Fragments []struct{ Text string } }
		}
	}
	a.answer(fmt.Sprintf(`{
		treaty:entity(id:"treaty/t0"){names{text} ...on Treaty{force:statements(first:9,predicates:[ENTERED_INTO_FORCE]){nodes{
			assertions{dataset{id}} evidence{citation} history{from{number} to{number} assertion{rank dataset{id} evidence{citation quote}}}}}}}
		gone:node(id:%q){id}
		doc:entity(id:"document/doc"){...on Document{text raw:text(raw:true)}}
		passage:entity(id:"passage/doc/1"){...on TextUnit{text}}
	}`, signed.Claim.ID()), nil, &data)
	if len(data.Treaty.Names) != 1 || data.Treaty.Names[0].Text != "Treaty 0" {
		t.Errorf("names %+v", data.Treaty.Names)
	}
	if data.Gone != nil {
		t.Errorf("the statement is %+v", data.Gone)
	}
	if data.Doc.Text != nil || data.Doc.Raw != nil || data.Passage.Text != nil {
		t.Errorf("the document reads %+v, the passage %+v", data.Doc, data.Passage)
	}
	if len(data.Treaty.Force.Nodes) != 1 {
		t.Fatalf("in force: %+v", data.Treaty.Force)
	}
	event := data.Treaty.Force.Nodes[0]
	if len(event.Assertions) != 1 || len(event.Evidence) != 1 || event.Evidence[0].Citation != "a gazette" || len(event.History) != 2 {
		t.Fatalf("the event is %+v", event)
	}
	if stone := event.History[1]; stone.From.Number != 2 || stone.To == nil || stone.Assertion.Dataset.ID != "dataset/other" || stone.Assertion.Rank != "NORMAL" || len(stone.Assertion.Evidence) != 0 {
		t.Errorf("its history is %+v", event.History)
	}
}
