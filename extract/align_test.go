package extract

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func unitsOf(lengths ...int) []Unit {
	units := make([]Unit, len(lengths))
	for i, n := range lengths {
		units[i] = Unit{Depth: 1, Length: n}
	}
	return units
}

// numbered are articles in the order of a text; what follows a 0 stands in an annex.
func numbered(numbers ...int) (units []Unit) {
	annex := 0
	for _, n := range numbers {
		if n == 0 {
			annex++
			continue
		}
		units = append(units, Unit{Number: Number{Article: n}, Annex: annex, Depth: 1, Length: 100, Whole: 100})
	}
	return units
}

func aligned(t *testing.T, a, b []Unit) []Pair {
	t.Helper()
	pairs, err := Align(t.Context(), a, b)
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}

func indexes(pairs []Pair) (list [][2]int) {
	for _, p := range pairs {
		list = append(list, [2]int{p.A, p.B})
	}
	return list
}

func TestNumbersOfArticlesAreReadInTheLanguagesOfTreaties(t *testing.T) {
	for heading, want := range map[string]Number{
		"第二条": {2, 0}, "第十二條 標題": {12, 0}, "第一百〇五条": {105, 0}, "第一百零五條": {105, 0}, "第二十條": {20, 0}, "第 3 条": {3, 0}, "第１２条": {12, 0}, "第IV条": {4, 0}, "第廿一條": {21, 0},
		"第一〇一條": {101, 0}, "第二〇條": {20, 0}, "第一二〇条": {120, 0}, "第一百二十三条　範圍": {123, 0},
		"第二条之一": {2, 1}, "第二條之二 標題": {2, 2}, "第一百二十条之一【罪名】": {120, 1}, "第四十一之一條": {41, 1}, "第2.1条": {2, 2}, "第三条分条": {3, 2}, "第六条 bis": {6, 2},
		"Article 4": {4, 0}, "ARTICLE XIV.": {14, 0}, "Article IV": {4, 0}, "Article Ⅳ": {4, 0}, "Article IX – Scope": {9, 0}, "Art. 7": {7, 0}, "Article 5, paragraph 2": {5, 0}, "Article One": {1, 0},
		"Article 2 bis": {2, 2}, "Article 5bis": {5, 2}, "Article IV ter": {4, 3}, "Article IVbis – Scope": {4, 2}, "Article 6 (quater)": {6, 4}, "Article 4A": {4, 2}, "Article 1.2": {1, 3}, "Article 4 A new start": {4, 0},
		"Article 1er bis": {1, 2}, "ARTICLE Ier": {1, 0}, "Article Ier bis – Objet": {1, 2}, "Article 5ème": {5, 0}, "Artículo 1o.- Objeto": {1, 0}, "Article 12 A": {12, 2}, "Article VIII B – Scope": {8, 3}, "第3條-1": {3, 2},
		"Article 2e": {}, "Article 1.0": {}, "第2.0条": {}, "Artículo 4 y 5": {4, 0}, "Article 4 a) Scope": {4, 0},
		"Article premier": {1, 0}, "ARTICLE PREMIER": {1, 0}, "Article 1er": {1, 0}, "Article 1er. Objet": {1, 0}, "Article unique": {1, 0},
		"Artículo 5.": {5, 0}, "ARTICULO III": {3, 0}, "Artículo primero": {1, 0}, "Artículo 1º.- Objeto": {1, 0}, "Artículo 9 bis": {9, 2},
		"Статья 7": {7, 0}, "статья XL": {40, 0}, "Статья ХХI": {21, 0}, "Статья первая": {1, 0}, "СТАТЬЯ ЧЕТВЁРТАЯ": {4, 0}, "статья 2 бис": {2, 2}, "Статья 2.1": {2, 2}, "Ст. 8": {8, 0},
		"Articles": {}, "Articles 4 and 5": {}, "Article": {}, "Article civil": {}, "Article IIII": {}, "Article 4xyz": {}, "Article 1.2.3": {}, "Article 2²": {}, "第二条约": {}, "第三条款": {}, "第五条之一般规定": {},
		"第二章": {}, "Section 3": {}, "": {}, "第条": {}, "第〇条": {}, "Article 99999999999999999999": {},
	} {
		if got := ArticleNumber(heading); got != want {
			t.Errorf("%q: %v, want %v", heading, got, want)
		}
	}
}

func TestAnnexesAreKnownByTheirHeadings(t *testing.T) {
	for heading, want := range map[string]int{
		"Annex": 0, "ANNEX II": 2, "Annexe 3 – Bateaux": 3, "Appendix B": 2, "Annex C": 3, "Anexo IV": 4, "Приложение № 2": 2, "附件二": 2, "附錄 3": 3, "附件一览表": 0, "湖泊公约附件": 0, "第一附件": 0, "第七十五条 附件": -1, "第二十二條附件": -1, "Annex on boats": 0,
		"Article 5": -1, "Annual report": -1, "第二条": -1,
	} {
		got, is := annexNumber(heading)
		if !is {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d, want %d", heading, got, want)
		}
	}
}

// standing writes where the articles of a text stand: an annex, a point and the article; "!" where the annex says its number.
func standing(raw string) (list []string) {
	for _, u := range Segment(raw).Units() {
		if u.Number.Article > 0 {
			told := ""
			if u.Told {
				told = "!"
			}
			list = append(list, fmt.Sprintf("%d%s.%d", u.Annex, told, u.Number.Article)+[]string{"", "", " bis", " ter"}[u.Number.Bis])
		}
	}
	return list
}

func TestArticlesStandInTheAnnexThatTheTextPutsThemIn(t *testing.T) {
	for text, want := range map[string]string{
		"Pact|Article 1|=|Article 2|=|Annex|Article 1|=":                                      "0.1, 0.2, 1.1",
		"Pact|Article 1|=|Annex II|Article 1|=|Article 2|=":                                   "0.1, 2!.1, 2!.2",
		"Pact|Article 1|=|Article 2|=|Rules|Article 1|=":                                      "0.1, 0.2, 1.1",
		"Pact|Article 1|=|Article 2|=|Annexes|=|Article 3|=|Annex I|=|Annex II|=|Article 1|=": "0.1, 0.2, 0.3, 2!.1",
		"Pact|Contents|Article 1|Article 2|Start|=|Article 1|=|Article 2|=":                   "0.1, 0.2",
		"Pact|Article 1|=|Article 2|Article 3|=":                                              "0.1, 0.2, 0.3",           // the second was deleted
		"Pact|Article 1|=|Article 2|Article 3|=|Annex|Article 1|=|Article 2|=":                "0.1, 0.2, 0.3, 1.1, 1.2", // and the annex has a second one
		"Pact|Article 1|=|Article 7|=|Article 2|=|Article 8|=":                                "0.1, 0.7, 0.2, 0.8",      // others are quoted
		"公约|第一条|=|第二条 附件|=|第三条|=|附件|第一条|=":                                                    "0.1, 0.2, 0.3, 1.1",
		"公约|第一条|=|第一条之一|=|第一条之二|=":                                                            "0.1, 0.1 bis, 0.1 ter",
		"公約|第六條|=|第六條之二|=|第六條之三|=":                                                            "0.6, 0.6 bis, 0.6 ter",
		"Paris|Article 6|=|Article 6 bis|=|Article 6 ter|=":                                   "0.6, 0.6 bis, 0.6 ter",
	} {
		raw := strings.ReplaceAll(strings.ReplaceAll(text, "|", "\n\n"), "=", "The Parties share the lake.") + "\n"
		if got := strings.Join(standing(raw), ", "); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestArticlesAreAlignedByNumberWhateverIsMissing(t *testing.T) {
	for name, c := range map[string]struct {
		a, b []Unit
		want [][2]int
	}{
		"all":               {numbered(1, 2, 3), numbered(1, 2, 3), [][2]int{{0, 0}, {1, 1}, {2, 2}}},
		"one is missing":    {numbered(1, 2, 3), numbered(1, 3), [][2]int{{0, 0}, {2, 1}}},
		"one was put in":    {numbered(1, 3), numbered(1, 2, 3), [][2]int{{0, 0}, {1, 2}}},
		"an annex":          {numbered(1, 2, 0, 1, 2), numbered(1, 2, 0, 1, 2), [][2]int{{0, 0}, {1, 1}, {2, 2}, {3, 3}}},
		"an annex without":  {numbered(1, 2, 0, 1, 2), numbered(1, 2), [][2]int{{0, 0}, {1, 1}}},
		"only the annex":    {numbered(1, 2, 0, 1, 2), numbered(0, 1, 2), [][2]int{{2, 0}, {3, 1}}},
		"a longer main one": {numbered(1, 0, 1, 2, 3), numbered(1, 2, 3), [][2]int{{0, 0}}},
		"another annex":     {numbered(1, 0, 1, 0, 1), numbered(1, 0, 0, 1), [][2]int{{0, 0}, {2, 1}}},
		"nothing in common": {numbered(1, 2), numbered(7, 8), nil},
		"nothing":           {nil, numbered(1), nil},
		"by length":         {unitsOf(100, 1000, 50, 400), unitsOf(310, 2900, 160, 1250), [][2]int{{0, 0}, {1, 1}, {2, 2}, {3, 3}}},
		"one less":          {unitsOf(100, 1000, 50, 400, 900), unitsOf(300, 3000, 1200, 2700), [][2]int{{0, 0}, {1, 1}, {3, 2}, {4, 3}}},
	} {
		if got := indexes(aligned(t, c.a, c.b)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if got := indexes(aligned(t, c.b, c.a)); len(got) != len(c.want) || slices.ContainsFunc(got, func(p [2]int) bool { return !slices.Contains(c.want, [2]int{p[1], p[0]}) }) {
			t.Errorf("%s, the other way: %v, want %v", name, got, c.want)
		}
	}
}

func TestWhatOnlyItsPlaceTellsIsUncertain(t *testing.T) {
	told := func(n, annex int) Unit {
		return Unit{Number: Number{Article: n}, Annex: annex, Told: annex > 0, Depth: 1, Length: 900, Whole: 900}
	}
	long, again := told(1, 0), told(1, 0)
	long.Whole, again.Again = 9000, true
	for name, c := range map[string]struct {
		a, b   Unit
		reason string
		least  float64
	}{
		"empty":                {Unit{Depth: 1}, Unit{Depth: 1}, "the same place", 0.5},
		"annexes begin":        {Unit{Depth: 1, Annex: 1, Begins: true}, Unit{Depth: 1, Annex: 1, Begins: true}, "headings of annexes", 0},
		"numbers":              {told(1, 0), told(1, 0), "the same number", 0},
		"another length":       {told(1, 0), long, "the same number, of another length", 0.3},
		"more than once":       {told(1, 0), again, "the same number, which stands there more than once", 0.375},
		"an annex not told":    {told(1, 1), Unit{Number: Number{Article: 1}, Annex: 2, Depth: 1, Whole: 900}, "the same number, in an annex that may be another", 0.3},
		"length":               {Unit{Depth: 1, Length: 50}, Unit{Depth: 1, Length: 50}, "the same place, length", 0},
		"figures":              {Unit{Depth: 1, Length: 50, Signs: []string{"1970"}}, Unit{Depth: 1, Length: 50, Signs: []string{"12", "1970"}}, "the same place, length, figures", 0},
		"annexes with numbers": {told(1, 1), told(1, 2), "", 0},
	} {
		// A second unit keeps the scale of the two texts the same.
		pairs := aligned(t, []Unit{c.a, {Depth: 9, Length: 1e6}}, []Unit{c.b, {Depth: 9, Length: 1e6}})
		if c.reason == "" {
			if len(pairs) != 1 {
				t.Errorf("%s: %+v", name, pairs)
			}
			continue
		}
		if p := pairs[0]; len(pairs) != 2 || p.Reason != c.reason || p.Doubt < c.least || p.Number != (c.reason == "the same number") || p.Number && p.Doubt > 0 || (p.Score() == 1000) != p.Number || p.Score() < 500 || p.Score() > 1000 {
			t.Errorf("%s: %+v", name, pairs)
		}
	}
}

func TestAligningIsBoundedAndEndsWithItsContext(t *testing.T) {
	if _, err := Align(t.Context(), make([]Unit, MaxUnits+1), unitsOf(1)); err == nil {
		t.Error("too many units are aligned")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Align(ended, unitsOf(1), unitsOf(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
	var table strings.Builder
	for i := range 10 * maxSigns {
		fmt.Fprintf(&table, "In %d they met. ", 1000+i)
	}
	for _, u := range Segment("Pact\n\nArticle 1\n\n" + table.String() + "\n\n" + table.String() + "\n").Units() {
		if len(u.Signs) > maxSigns {
			t.Errorf("%d figures are compared", len(u.Signs))
		}
	}
}

// A text that quotes an article has its number twice. Lengths tell which is meant, and a person is asked.
func TestAnArticleThatStandsThereTwiceIsFoundByItsLength(t *testing.T) {
	sentence := "The Parties share the lake and its boats. "
	text := func(lengths ...int) []Unit {
		var b strings.Builder
		b.WriteString("Pact\n\nArticle 1\n\n" + sentence)
		for _, n := range lengths {
			b.WriteString("\n\nArticle 2\n\n" + strings.Repeat(sentence, n))
		}
		return Segment(b.String()).Units()
	}
	pairs := aligned(t, text(1, 20), text(20))
	if want := [][2]int{{0, 0}, {1, 1}, {3, 2}}; !slices.Equal(indexes(pairs), want) || !pairs[2].Doubtful() || !pairs[1].Number {
		t.Errorf("%+v", pairs)
	}
}

func TestWhatOneTextHasAloneDoesNotChangeWhatLengthsSay(t *testing.T) {
	a := append(unitsOf(300), numbered(1, 2, 3)...)
	b := append(slices.Clone(a), Unit{Annex: 1, Begins: true, Depth: 1, Length: 90_000, Whole: 90_000})
	for _, texts := range [][2][]Unit{{a, b}, {b, a}} {
		pairs := aligned(t, texts[0], texts[1])
		if len(pairs) != len(a) || slices.ContainsFunc(pairs, Pair.Doubtful) {
			t.Errorf("%+v", pairs)
		}
	}
}

// Pairs are in order, none twice, and none has different numbers, whatever the texts.
func TestAlignmentsAreInOrderWhateverTheTexts(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	some := func() []Unit {
		units := make([]Unit, random.IntN(30))
		for i := range units {
			units[i] = Unit{Number: Number{Article: random.IntN(4)}, Annex: random.IntN(2), Depth: 1 + random.IntN(3), Length: random.IntN(500), Whole: random.IntN(500)}
			if random.IntN(3) == 0 {
				units[i].Signs = []string{"19"}
			}
		}
		return units
	}
	for range 500 {
		a, b := some(), some()
		last := Pair{A: -1, B: -1}
		for _, p := range aligned(t, a, b) {
			x, y := &a[p.A], &b[p.B]
			both := x.Number.Article > 0 && y.Number.Article > 0
			if p.A <= last.A || p.B <= last.B || p.Doubt < 0 || p.Doubt > 1 || p.Reason == "" || both && (x.Number != y.Number || x.Annex != y.Annex) || p.Number && (!both || p.Doubt > 0) {
				t.Fatalf("%+v after %+v of\n%v\n%v", p, last, a, b)
			}
			last = p
		}
	}
}
