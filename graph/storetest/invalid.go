package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"treatygraph/graph"
)

// An invalid input is one change to a good batch, which follows the fixture: assert[0] is what changes, assert[1] would be written
// with it. Record and field are what the error must name.
type invalid struct {
	sentence      string
	record, field string
	spoil         func(b *graph.Batch, a *graph.Assertion)
}

var invalidPromises = []promise{
	{"bad input is ErrInvalid that names record and field, and nothing is written", func(t *testing.T, open Open) {
		store := open(t, nil)
		mustApply(t, store, Fixture())
		before := read(t, store)
		for _, c := range invalids {
			t.Run(c.sentence, func(t *testing.T) {
				head := mustHead(t, store)
				b := good()
				b.Key = c.sentence
				c.spoil(b, &b.Assert[0])
				_, err := store.Apply(t.Context(), b)
				wantError(t, err, graph.ErrInvalid)
				var named *graph.InvalidError
				if !errors.As(err, &named) || !strings.HasPrefix(named.Record, c.record) || named.Field != c.field || named.Reason == "" {
					t.Errorf("got %v, want record %s and field %s", err, c.record, c.field)
				}
				if after := mustHead(t, store); after != head {
					t.Errorf("the head moved to %v", after)
				}
			})
		}
		if after := read(t, store); !after.equal(before) {
			t.Fatal("something was written")
		}
		mustApply(t, store, good()) // so that each of them failed for its one change only
	}},
}

// good returns a batch that may follow the fixture.
func good() *graph.Batch {
	a := by(curated, claim("state/usa", graph.PredRatified, "treaty/start-i", "1992-10-01"))
	a.Qualifiers = graph.Qualifiers{Depositary: "state/sun", Place: "place/moscow", OnBehalfOf: "state/usa"}
	hash := graph.HashText(fixtureText)
	a.Evidence = []graph.Evidence{{Text: hash, Document: "document/joint", Passage: "passage/joint/zh/1/1", Start: 2, End: 8, Quote: "削减战略武器"}}
	return batch("good", a, by(curated, described("state/fra", "France")))
}

var invalids = []invalid{
	{"a key that is empty", "batch", "key", func(b *graph.Batch, _ *graph.Assertion) { b.Key = "" }},
	{"a key that is too long", "batch", "key", func(b *graph.Batch, _ *graph.Assertion) { b.Key = strings.Repeat("k", graph.MaxKeyBytes+1) }},
	{"an author that is not UTF-8", "batch", "author", func(b *graph.Batch, _ *graph.Assertion) { b.Author = "\xff" }},
	{"a summary that is too long", "batch", "summary", func(b *graph.Batch, _ *graph.Assertion) { b.Summary = strings.Repeat("s", graph.MaxNoteBytes+1) }},
	{"an empty batch", "batch", "size", func(b *graph.Batch, _ *graph.Assertion) { b.Assert = nil }},
	{"too many records", "batch", "size", func(b *graph.Batch, _ *graph.Assertion) {
		b.Assert = append(b.Assert, rows(curated, 0, graph.MaxBatchRecords-1, "")...)
	}},
	{"too many bytes", "batch", "size", func(b *graph.Batch, _ *graph.Assertion) {
		for i := range graph.MaxBatchBytes/graph.MaxTextBytes + 1 {
			b.Texts = append(b.Texts, graph.NewText("en", fmt.Sprint(i)+strings.Repeat("x", graph.MaxTextBytes-1), nil))
		}
	}},

	{"a text that is missing", "text[0]", "hash", func(b *graph.Batch, _ *graph.Assertion) { b.Texts = []*graph.Text{nil} }},
	{"a text under another's hash", "text[0]", "hash", func(b *graph.Batch, _ *graph.Assertion) {
		b.Texts = []*graph.Text{{Hash: graph.HashText("a"), Lang: "en", Body: "b"}}
	}},
	{"a text twice", "text[1]", "hash", func(b *graph.Batch, _ *graph.Assertion) {
		b.Texts = []*graph.Text{graph.NewText("en", "a", nil), graph.NewText("en", "a", nil)}
	}},
	{"a text that is empty", "text[0]", "body", func(b *graph.Batch, _ *graph.Assertion) { b.Texts = []*graph.Text{graph.NewText("en", "", nil)} }},
	{"a text that is not UTF-8", "text[0]", "body", func(b *graph.Batch, _ *graph.Assertion) { b.Texts = []*graph.Text{graph.NewText("en", "\xff", nil)} }},
	{"a text without language", "text[0]", "lang", func(b *graph.Batch, _ *graph.Assertion) { b.Texts = []*graph.Text{graph.NewText("", "a", nil)} }},
	{"a held text in another language", "text[0]", "lang", func(b *graph.Batch, _ *graph.Assertion) {
		b.Texts = []*graph.Text{graph.NewText("en", fixtureText, nil)}
	}},

	{"a predicate that is not known", "assert[0]", "predicate", func(_ *graph.Batch, a *graph.Assertion) { a.Predicate = 250 }},
	{"no predicate", "assert[0]", "predicate", func(_ *graph.Batch, a *graph.Assertion) { a.Predicate = graph.PredUnknown }},
	{"no subject", "assert[0]", "subject", func(_ *graph.Batch, a *graph.Assertion) { a.Subject = "" }},
	{"a subject without kind", "assert[0]", "subject", func(_ *graph.Batch, a *graph.Assertion) { a.Subject = "usa" }},
	{"a subject of an unknown kind", "assert[0]", "subject", func(_ *graph.Batch, a *graph.Assertion) { a.Subject = "planet/usa" }},
	{"a subject in capitals", "assert[0]", "subject", func(_ *graph.Batch, a *graph.Assertion) { a.Subject = "state/USA" }},
	{"a subject that ends in a slash", "assert[0]", "subject", func(_ *graph.Batch, a *graph.Assertion) { a.Subject = "state/" }},
	{"a subject with a space", "assert[0]", "subject", func(_ *graph.Batch, a *graph.Assertion) { a.Subject = "state/u sa" }},
	{"a subject that is too long", "assert[0]", "subject", func(_ *graph.Batch, a *graph.Assertion) {
		a.Subject = graph.ID("state/" + strings.Repeat("a", graph.MaxIDBytes))
	}},
	{"a subject of a kind that does not fit", "assert[0]", "subject", func(_ *graph.Batch, a *graph.Assertion) { a.Subject = "treaty/npt" }},
	{"no object", "assert[0]", "object", func(_ *graph.Batch, a *graph.Assertion) { a.Object = "" }},
	{"an object of a kind that does not fit", "assert[0]", "object", func(_ *graph.Batch, a *graph.Assertion) { a.Object = "state/rus" }},
	{"an object where none is due", "assert[0]", "object", func(_ *graph.Batch, a *graph.Assertion) {
		a.Claim = described("state/usa", "x")
		a.Object = "treaty/npt"
	}},
	{"an object that is the subject", "assert[0]", "object", func(_ *graph.Batch, a *graph.Assertion) {
		a.Claim = claim("state/usa", graph.PredPartOf, "state/usa", "")
	}},
	{"an object that does not exist", "assert[0]", "object", func(_ *graph.Batch, a *graph.Assertion) { a.Object = "treaty/unheard-of" }},
	{"a value where none is due", "assert[0]", "value", func(_ *graph.Batch, a *graph.Assertion) { a.Value = &graph.Value{Kind: graph.ValueText, Text: "x"} }},
	{"no value", "assert[0]", "value", func(_ *graph.Batch, a *graph.Assertion) { a.Claim = described("state/usa", "x"); a.Value = nil }},
	{"a value of another kind", "assert[0]", "value", func(_ *graph.Batch, a *graph.Assertion) {
		a.Claim = described("state/usa", "x")
		a.Value = &graph.Value{Kind: graph.ValueQuantity, Amount: "1"}
	}},
	{"a value that is empty", "assert[0]", "value", func(_ *graph.Batch, a *graph.Assertion) { a.Claim = described("state/usa", "") }},
	{"a value that is not UTF-8", "assert[0]", "value", func(_ *graph.Batch, a *graph.Assertion) { a.Claim = described("state/usa", "\xc3") }},
	{"a value with a NUL", "assert[0]", "value", func(_ *graph.Batch, a *graph.Assertion) { a.Claim = described("state/usa", "a\x00b") }},
	{"an amount that is no number", "assert[0]", "value", func(_ *graph.Batch, a *graph.Assertion) {
		a.Claim = graph.Claim{Subject: "state/usa", Predicate: graph.PredQuantity, Value: &graph.Value{Kind: graph.ValueQuantity, Amount: "1e3"}}
	}},
	{"a name without text", "assert[0]", "value", func(_ *graph.Batch, a *graph.Assertion) {
		a.Claim = graph.Claim{Subject: "state/usa", Predicate: graph.PredNamed, Value: &graph.Value{Kind: graph.ValueName, Lang: "en"}}
	}},
	{"an identifier that is empty", "assert[0]", "value", func(_ *graph.Batch, a *graph.Assertion) {
		a.Claim = graph.Claim{Subject: "state/usa", Predicate: graph.PredIdentifiedBy, Value: &graph.Value{Kind: graph.ValueIdentifier, Scheme: schemeOf("WIKIDATA")}}
	}},
	{"a span of a text that is not held", "assert[0]", "value.hash", func(_ *graph.Batch, a *graph.Assertion) {
		a.Claim = graph.Claim{Subject: "document/joint", Predicate: graph.PredSpan, Value: &graph.Value{Kind: graph.ValueSpan, Hash: graph.HashText("?"), End: 1}}
	}},
	{"a span beyond its text", "assert[0]", "value.end", func(_ *graph.Batch, a *graph.Assertion) {
		a.Claim = graph.Claim{Subject: "document/joint", Predicate: graph.PredSpan, Value: &graph.Value{Kind: graph.ValueSpan, Hash: graph.HashText(fixtureText), End: len(fixtureText)}}
	}},
	{"an event with an end", "assert[0]", "valid", func(_ *graph.Batch, a *graph.Assertion) { a.Valid.To = date("1999") }},
	{"an event with an open date", "assert[0]", "valid", func(_ *graph.Batch, a *graph.Assertion) { a.Valid.From = date("..") }},
	{"a state that ends before it begins", "assert[0]", "valid", func(_ *graph.Batch, a *graph.Assertion) {
		a.Claim = described("state/usa", "x")
		a.Valid = graph.Interval{From: date("2000"), To: date("1999")}
	}},
	{"a state that is open at both ends", "assert[0]", "valid", func(_ *graph.Batch, a *graph.Assertion) {
		a.Claim = described("state/usa", "x")
		a.Valid = graph.Interval{From: date(".."), To: date("..")}
	}},
	{"an effect of open date", "assert[0]", "qualifiers.effectiveOn", func(_ *graph.Batch, a *graph.Assertion) { a.Qualifiers.EffectiveOn = date("..") }},
	{"a depositary that does not exist", "assert[0]", "qualifiers.depositary", func(_ *graph.Batch, a *graph.Assertion) { a.Qualifiers.Depositary = "state/xxx" }},
	{"a depositary of a kind that does not fit", "assert[0]", "qualifiers.depositary", func(_ *graph.Batch, a *graph.Assertion) { a.Qualifiers.Depositary = "treaty/npt" }},
	{"a place that does not exist", "assert[0]", "qualifiers.place", func(_ *graph.Batch, a *graph.Assertion) { a.Qualifiers.Place = "place/nowhere" }},
	{"someone else who does not exist", "assert[0]", "qualifiers.onBehalfOf", func(_ *graph.Batch, a *graph.Assertion) { a.Qualifiers.OnBehalfOf = "state/xxx" }},
	{"a vote of another form", "assert[0]", "qualifiers.vote", func(_ *graph.Batch, a *graph.Assertion) { a.Qualifiers.Vote = "15:0" }},
	{"an ordinal below 1", "assert[0]", "qualifiers.ordinal", func(_ *graph.Batch, a *graph.Assertion) { a.Qualifiers.Ordinal = -1 }},
	{"a note that is too long", "assert[0]", "qualifiers.note", func(_ *graph.Batch, a *graph.Assertion) {
		a.Qualifiers.Note = strings.Repeat("n", graph.MaxNoteBytes+1)
	}},
	{"about what is no statement", "assert[0]", "qualifiers.about", func(_ *graph.Batch, a *graph.Assertion) { a.Qualifiers.About = "reserved" }},
	{"about a statement that does not exist", "assert[0]", "qualifiers.about", func(_ *graph.Batch, a *graph.Assertion) {
		a.Qualifiers.About = graph.NewStatementID(graph.PredReserved, graph.StatementHash{1})
	}},
	{"no dataset", "assert[0]", "dataset", func(_ *graph.Batch, a *graph.Assertion) { a.Dataset = "" }},
	{"a dataset that is none", "assert[0]", "dataset", func(_ *graph.Batch, a *graph.Assertion) { a.Dataset = "state/usa" }},
	{"a dataset that does not exist", "assert[0]", "dataset", func(_ *graph.Batch, a *graph.Assertion) { a.Dataset = "dataset/unheard-of" }},
	{"a rank that is not known", "assert[0]", "rank", func(_ *graph.Batch, a *graph.Assertion) { a.Rank = 0 }},
	{"a deprecated one without reason", "assert[0]", "reason", func(_ *graph.Batch, a *graph.Assertion) { a.Rank = graph.RankDeprecated }},
	{"a method that is not known", "assert[0]", "method", func(_ *graph.Batch, a *graph.Assertion) { a.Method = 9 }},
	{"an extracted one without rule", "assert[0]", "rule", func(_ *graph.Batch, a *graph.Assertion) { a.Method = graph.MethodExtracted }},
	{"a confidence above 1", "assert[0]", "confidence", func(_ *graph.Batch, a *graph.Assertion) { a.Confidence = 1001 }},
	{"too much evidence", "assert[0]", "evidence", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence = make([]graph.Evidence, graph.MaxEvidence+1) }},
	{"evidence of nothing", "assert[0]", "evidence[0].citation", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0] = graph.Evidence{} }},
	{"a held text without document", "assert[0]", "evidence[0].document", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0].Document = "" }},
	{"a document that does not exist", "assert[0]", "evidence[0].document", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0].Document = "document/none" }},
	{"a document that is none", "assert[0]", "evidence[0].document", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0].Document = "state/usa" }},
	{"a passage that does not exist", "assert[0]", "evidence[0].passage", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0].Passage = "passage/joint/zh/1/2" }},
	{"a hash that is none", "assert[0]", "evidence[0].text", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0].Text = "abc" }},
	{"a text that is not held", "assert[0]", "evidence[0].text", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0].Text = graph.HashText("?") }},
	{"a span that is empty", "assert[0]", "evidence[0].start", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0].End = 2 }},
	{"a quote beyond its text", "assert[0]", "evidence[0].end", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0].End = 1 << 40 }},
	{"a quote that is empty", "assert[0]", "evidence[0].quote", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0].Quote = "" }},
	{"a quote that stands one character away", "assert[0]", "evidence[0].quote", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0].Start, a.Evidence[0].End = 3, 9 }},
	{"a quote counted in bytes", "assert[0]", "evidence[0].end", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0].End = 2 + len(fixtureText) }},
	{"a quote in another normal form", "assert[0]", "evidence[0].quote", func(_ *graph.Batch, a *graph.Assertion) {
		e := &a.Evidence[0]
		e.Start, e.End, e.Quote = 18, 19, "e\u0301"
	}},
	{"a score above 1", "assert[0]", "evidence[0].score", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0].Score = 1001 }},
	{"an address that is none", "assert[0]", "evidence[0].url", func(_ *graph.Batch, a *graph.Assertion) { a.Evidence[0].URL = "javascript:alert(1)" }},

	{"a claim twice for one dataset", "assert[2]", "claim", func(b *graph.Batch, a *graph.Assertion) {
		again := *a
		again.Rank = graph.RankPreferred
		b.Assert = append(b.Assert, again)
	}},
	{"to withdraw what is no statement", "withdraw[0]", "statement", func(b *graph.Batch, _ *graph.Assertion) {
		b.Withdraw = []graph.AssertionKey{{Statement: "x", Dataset: curated}}
	}},
	{"to withdraw for what is no dataset", "withdraw[0]", "dataset", func(b *graph.Batch, _ *graph.Assertion) {
		b.Withdraw = []graph.AssertionKey{{Statement: Fixture().Assert[0].ID(), Dataset: "state/usa"}}
	}},
	{"to withdraw what was never asserted", "withdraw[0]", "statement", func(b *graph.Batch, a *graph.Assertion) {
		other := by(curated, described("state/usa", "never said"))
		b.Withdraw = []graph.AssertionKey{other.Key()}
	}},
	{"to withdraw what another dataset asserts", "withdraw[0]", "statement", func(b *graph.Batch, _ *graph.Assertion) {
		other := by(mined, described("state/usa", "United States of America"))
		b.Withdraw = []graph.AssertionKey{other.Key()}
	}},
	{"to withdraw twice", "withdraw[1]", "statement", func(b *graph.Batch, _ *graph.Assertion) {
		key := Fixture().Assert[2].Key()
		b.Withdraw = []graph.AssertionKey{key, key}
	}},
	{"to assert and withdraw at once", "withdraw[0]", "statement", func(b *graph.Batch, _ *graph.Assertion) {
		b.Assert = append(b.Assert, Fixture().Assert[2])
		b.Withdraw = []graph.AssertionKey{Fixture().Assert[2].Key()}
	}},
}
