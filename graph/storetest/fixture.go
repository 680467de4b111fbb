package storetest

import (
	"fmt"
	"strings"

	"treatygraph/graph"
)

// The fixture is a small graph with a document in Chinese. Two datasets assert; DESCRIBED and the like stand as words at their nodes.
//
//	dataset/curated, dataset/mined (NAMED)
//
//	state/usa ──SIGNED 1991-07-31──┐
//	                               ▼                                  treaty/start-i   ENTERED_INTO_FORCE 1994-12-05
//	state/rus ──SUCCESSOR_OF──▶ state/sun ──SIGNED 1991-07-31──▶      treaty/start-i   EXPIRED 2009-12-05
//	    │                                                                  ▲
//	    ├──RESERVED (by curated and by mined)─────────────────────▶ treaty/npt
//	state/usa ──OBJECTED about that reservation───────────────────▶ treaty/npt
//	                                                                       │
//	document/joint ◀──PART_OF── passage/joint/zh/1/1 ──MENTIONS────────────┘ (quote 削减战略武器 at [2, 8))
//	     └ SPAN of the text                  └ SPAN [0, 8)
const fixtureText = "关于削减战略武器的联合声明。\n𠀀字与\u00e9及e\u0301。\nThe Parties reaffirm START.\n"

// datasets of the fixture.
const (
	curated graph.ID = "dataset/curated"
	mined   graph.ID = "dataset/mined"
)

// Fixture returns the batch that writes the fixture into an empty store.
func Fixture() *graph.Batch {
	text := graph.NewText("zh", fixtureText, []byte("\xb9\xd8\xd3\xda")) // the original bytes are another encoding's
	reserved := claim("state/rus", graph.PredReserved, "treaty/npt", "1968-07-01")
	objected := claim("state/usa", graph.PredObjected, "treaty/npt", "1968-07-02")
	objected.Qualifiers.About = reserved.ID()
	entered := claim("treaty/start-i", graph.PredEnteredIntoForce, "", "1994-12-05")
	expired := claim("treaty/start-i", graph.PredExpired, "", "2009-12-05")
	span := func(subject graph.ID, end int) graph.Claim {
		return graph.Claim{Subject: subject, Predicate: graph.PredSpan, Value: &graph.Value{Kind: graph.ValueSpan, Hash: text.Hash, End: end}}
	}
	signed := claim("state/usa", graph.PredSigned, "treaty/start-i", "1991-07-31")
	signed.Qualifiers = graph.Qualifiers{Place: "place/moscow", Depositary: "state/sun", OnBehalfOf: "state/usa", Role: "President", Note: "with \"annexes\"\n", Ordinal: 1, EffectiveOn: date("1994-12-05")}
	mention := by(mined, claim("passage/joint/zh/1/1", graph.PredMentions, "treaty/start-i", ""))
	mention.Method, mention.Rule, mention.Confidence = graph.MethodExtracted, "name", 930
	mention.Evidence = []graph.Evidence{
		{Text: text.Hash, Document: "document/joint", Passage: "passage/joint/zh/1/1", Start: 2, End: 8, Quote: "削减战略武器", Lang: "zh", Score: 900, Reason: "exact name"},
		{Citation: "1974 UNTS 483", URL: "https://treaties.un.org/"},
	}
	deprecated := by(mined, claim("state/usa", graph.PredRatified, "treaty/start-i", "1992-10"))
	deprecated.Rank, deprecated.Reason = graph.RankDeprecated, "the month is the Senate's"

	b := &graph.Batch{Key: "fixture", Author: "storetest", Summary: "a small graph", Texts: []*graph.Text{text}}
	b.Assert = []graph.Assertion{
		by(curated, described(curated, "what people wrote")),
		by(curated, described(mined, "what rules read")),
		by(curated, described("state/usa", "United States of America")),
		by(curated, described("state/rus", "Российская Федерация")),
		by(curated, described("state/sun", "СССР")),
		by(curated, described("place/moscow", "莫斯科")),
		by(curated, described("treaty/start-i", "START I")),
		by(curated, described("treaty/npt", "不扩散核武器条约")),
		by(curated, described("document/joint", "联合声明")),
		by(curated, signed),
		by(curated, claim("state/sun", graph.PredSigned, "treaty/start-i", "1991-07-31")),
		by(curated, claim("state/rus", graph.PredSuccessorOf, "state/sun", "1991-12-26")),
		by(curated, entered),
		by(curated, expired),
		by(curated, reserved),
		by(mined, reserved),
		by(curated, objected),
		by(mined, claim("passage/joint/zh/1/1", graph.PredPartOf, "document/joint", "")),
		by(mined, span("document/joint", len([]rune(fixtureText)))),
		by(mined, span("passage/joint/zh/1/1", 8)),
		mention,
		deprecated,
	}
	return b
}

func date(s string) graph.Date {
	if s == "" {
		return graph.Date{}
	}
	d, err := graph.ParseDate(s)
	if err != nil {
		panic(err) // a fixture is wrong
	}
	return d
}

func claim(subject graph.ID, p graph.Predicate, object graph.ID, from string) graph.Claim {
	return graph.Claim{Subject: subject, Predicate: p, Object: object, Valid: graph.Interval{From: date(from)}}
}

func described(subject graph.ID, text string) graph.Claim {
	return graph.Claim{Subject: subject, Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: text}}
}

func by(dataset graph.ID, c graph.Claim) graph.Assertion {
	return graph.Assertion{Claim: c, Dataset: dataset, Rank: graph.RankNormal, Method: graph.MethodCurated}
}

// batch returns a batch that asserts, under a key of its own.
func batch(key string, assert ...graph.Assertion) *graph.Batch {
	return &graph.Batch{Key: key, Author: "storetest", Assert: assert}
}

// withdraw returns a batch that withdraws.
func withdraw(key string, assertions ...graph.Assertion) *graph.Batch {
	b := &graph.Batch{Key: key, Author: "storetest"}
	for i := range assertions {
		b.Withdraw = append(b.Withdraw, assertions[i].Key())
	}
	return b
}

// rows returns n assertions of one dataset about topics first, first+1 …; note tells versions of them apart.
func rows(dataset graph.ID, first, n int, note string) []graph.Assertion {
	list := make([]graph.Assertion, n)
	for i := range list {
		list[i] = by(dataset, described(graph.ID(fmt.Sprintf("topic/%s-%d", strings.TrimPrefix(string(dataset), "dataset/"), first+i)), "行 row"))
		if note != "" {
			list[i].Evidence = []graph.Evidence{{Citation: note}}
		}
	}
	return list
}

// declared returns the assertion by which a dataset comes to exist.
func declared(dataset graph.ID) graph.Assertion {
	return by(dataset, described(dataset, "a dataset"))
}
