package graph

import "time"

// The smallest graph with everything in it: a dataset, a treaty with a date and a name, a document with a passage that mentions it.
const fixtureText = "《莫斯科条约》是另一个重要步骤，目前仍然有效。𝔸"

func fixtureAssertions() []Assertion {
	text := HashText(fixtureText)
	curated := func(c Claim) Assertion {
		return Assertion{Claim: c, Dataset: "dataset/test", Rank: RankNormal, Method: MethodCurated}
	}
	name := func(id ID, words string) Assertion {
		v := NameValue(Name{Text: words, Lang: "en", Role: NameShort})
		return curated(Claim{Subject: id, Predicate: PredNamed, Value: &v})
	}
	mention := curated(Claim{Subject: "passage/d/zh/1/1", Predicate: PredMentions, Object: "treaty/moscow"})
	mention.Method, mention.Rule, mention.Confidence = MethodExtracted, "title-in-brackets", 980
	mention.Evidence = []Evidence{{Text: text, Document: "document/d", Passage: "passage/d/zh/1/1", Start: 0, End: 7, Quote: "《莫斯科条约》", Lang: "zh", Score: 990, Reason: "exact name"}}
	entered := curated(Claim{Subject: "treaty/moscow", Predicate: PredEnteredIntoForce, Valid: Interval{From: MustDate("2003-06-01")},
		Qualifiers: Qualifiers{Depositary: "state/rus", Note: "a \"quoted\" note\nwith\ttwo lines \\ and a bell \x07", Ordinal: 2, Vote: "15-0-0", Role: "x", EffectiveOn: MustDate("2003-06")}})
	entered.Evidence = []Evidence{{Citation: "Treaty, article IV", URL: "https://treaties.un.org/x"}}
	deprecated := name("treaty/moscow", "Treaty of Moscow")
	deprecated.Rank, deprecated.Reason = RankDeprecated, "not in use"
	span := Value{Kind: ValueSpan, Hash: text, Start: 0, End: 7}
	quantity := Value{Kind: ValueQuantity, Amount: "17.4", Unit: "t"}
	return []Assertion{
		name("dataset/test", "Test"), name("treaty/moscow", "Moscow Treaty"), name("document/d", "A document"), name("state/rus", "Russian Federation"),
		curated(Claim{Subject: "passage/d/zh/1/1", Predicate: PredSpan, Value: &span}),
		curated(Claim{Subject: "state/rus", Predicate: PredQuantity, Value: &quantity}),
		curated(Claim{Subject: "state/rus", Predicate: PredBoundBy, Object: "treaty/moscow", Valid: Interval{From: MustDate("2003-06-01"), To: Open}}),
		mention, entered, deprecated,
	}
}

func fixtureBatch() *Batch {
	return &Batch{Key: "k", Author: "a", Summary: "s", Texts: []*Text{NewText("zh", fixtureText, []byte(fixtureText))}, Assert: fixtureAssertions()}
}

var fixtureTime = time.Date(2026, 1, 2, 3, 4, 5, 678901234, time.UTC)
