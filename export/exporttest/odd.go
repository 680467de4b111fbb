package exporttest

import (
	"treatygraph/graph"
)

// Texts are what formats and the programs that read them may take for something else, or not be able to say.
var Texts = []string{
	"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", // formulas of spreadsheets
	"a,b;c\td", `"quoted"`, `'single'`, `back\slash`, `\n is not a line`, "line\nline", "line\r\nline", "one\rline", // separators and quotes
	"<a href='x'>&amp;&#10;]]>", "<!-- -->", "{\"a\":[1]}", "${x}", "`x`", "%s", "#!", "--", "//", "/* */", // other languages
	"条约", "條約", "Договор", "𠀀𠀁", "👩‍👩‍👧", "\u202eright to left", "é", "e\u0301", "\u00a0", "\u2028", "\ufeff", // scripts and what is not seen
	"\u0001", "\u000b", "\u001f", "\u007f", "\u0085", "\ufffe", "\uffff", // what XML 1.0 has no place for, or hardly
	"NULL", "null", "NA", "NaN", "true", "007", "1e3", "1991-07-31", " a ", "\\N", // what readers guess at
}

// Oddities is a batch that goes with the fixture of the stores' tests: odd texts and names, several statements of one kind between the
// same two, merges, statements of every rank, values of every kind, and dates that are no days.
func Oddities() *graph.Batch {
	const odd graph.ID = "dataset/odd"
	b := &graph.Batch{Key: "oddities", Author: "exporttest", Summary: "what formats stumble over"}
	say := func(c graph.Claim) *graph.Assertion {
		b.Assert = append(b.Assert, graph.Assertion{Claim: c, Dataset: odd, Rank: graph.RankNormal, Method: graph.MethodImported})
		return &b.Assert[len(b.Assert)-1]
	}
	text := func(subject graph.ID, words string) *graph.Assertion {
		return say(graph.Claim{Subject: subject, Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: words}})
	}
	name := func(subject graph.ID, words string, lang graph.Language, role graph.NameRole) *graph.Assertion {
		value := graph.NameValue(graph.Name{Text: words, Lang: lang, Role: role})
		return say(graph.Claim{Subject: subject, Predicate: graph.PredNamed, Value: &value})
	}
	relates := func(subject graph.ID, p graph.Predicate, object graph.ID, from string) *graph.Assertion {
		c := graph.Claim{Subject: subject, Predicate: p, Object: object}
		if from != "" {
			c.Valid.From = graph.MustDate(from)
		}
		return say(c)
	}
	say(graph.Claim{Subject: odd, Predicate: graph.PredLicence, Value: &graph.Value{Kind: graph.ValueText, Text: "CC0-1.0"}})
	say(graph.Claim{Subject: odd, Predicate: graph.PredAttribution, Value: &graph.Value{Kind: graph.ValueText, Text: "Odd & Sons, \"the\" makers"}})
	name(odd, "Odd things", "en", graph.NameOfficial)
	for _, words := range Texts {
		text("topic/texts", words)
	}
	for _, words := range []string{"=cmd|' /C calc'!A0", "<b>&\"'", "协议；协定", "Соглашение", "𠀀字", "a, b"} {
		name("treaty/odd", words, "en", graph.NameAlias)
	}
	name("treaty/odd", "奇怪的条约", "zh", graph.NameOfficial)
	name("treaty/odd", "奇怪的條約", "zh-Hant", graph.NameOfficial)
	name("treaty/odd", "Odd Treaty", "en", graph.NameShort).Rank = graph.RankPreferred
	wrong := name("treaty/odd", "Wrong Treaty", "en", graph.NameShort)
	wrong.Rank, wrong.Reason = graph.RankDeprecated, "nobody calls it so"
	for _, date := range []string{"1991-07-31", "1991-07", "199X", "1999-XX", "1991%"} { // one pair, one predicate, five statements
		relates("state/usa", graph.PredSigned, "treaty/odd", date)
	}
	for i, amount := range []string{"17.4", "-3", "0.001", "34000"} {
		a := say(graph.Claim{Subject: "treaty/odd", Predicate: graph.PredQuantity, Value: &graph.Value{Kind: graph.ValueQuantity, Amount: amount, Unit: "t"}})
		a.Qualifiers.Ordinal, a.Qualifiers.Note = i+1, "plutonium, \"weapon-grade\""
	}
	say(graph.Claim{Subject: "treaty/odd", Predicate: graph.PredIdentifiedBy, Value: &graph.Value{Kind: graph.ValueIdentifier, Scheme: graph.SchemeWikidata, ID: "Q12345"}})
	say(graph.Claim{Subject: "treaty/odd", Predicate: graph.PredAdopted, Valid: graph.Interval{From: graph.MustDate("1990-12-01~")}})
	say(graph.Claim{Subject: "treaty/odd", Predicate: graph.PredEnteredIntoForce, Valid: graph.Interval{From: graph.MustDate("1991-01")}})
	name("treaty/odd-twin", "Odd Twin", "en", graph.NameOfficial)
	name("treaty/odd-triplet", "Odd Triplet", "en", graph.NameOfficial)
	relates("treaty/odd-twin", graph.PredMergedInto, "treaty/odd", "")
	relates("treaty/odd-triplet", graph.PredMergedInto, "treaty/odd-twin", "")
	relates("state/rus", graph.PredRatified, "treaty/odd-triplet", "1992")
	relates("treaty/odd-twin", graph.PredCites, "treaty/npt", "")
	relates("treaty/odd-triplet", graph.PredCites, "treaty/odd", "") // merges make it a statement of one with itself
	held := relates("state/sun", graph.PredRatified, "treaty/odd", "1991-08-01")
	held.Confidence = 500
	held.Evidence = []graph.Evidence{{Citation: "A, \"B\" and C\nD", URL: "https://example.org/?a=1&b=2", Quote: "=they said", Lang: "en"}}
	denied := relates("state/sun", graph.PredRatified, "treaty/start-i", "1991-09")
	denied.Rank, denied.Reason = graph.RankDeprecated, "it is wrong; see <above>"
	return b
}
