package extract

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func unitsOf(lengths ...int) []Unit {
	units := make([]Unit, len(lengths))
	for i, n := range lengths {
		units[i] = Unit{Depth: 1, Length: n}
	}
	return units
}

func numbered(numbers ...int) []Unit {
	units := make([]Unit, len(numbers))
	for i, n := range numbers {
		units[i] = Unit{Number: n, Depth: 1, Length: 100}
	}
	return units
}

func indexes(pairs []Pair) (list [][2]int) {
	for _, p := range pairs {
		list = append(list, [2]int{p.A, p.B})
	}
	return list
}

func TestNumbersOfArticlesAreReadInTheLanguagesOfTreaties(t *testing.T) {
	for heading, want := range map[string]int{
		"第二条": 2, "第十二條 標題": 12, "第一百〇五条": 105, "第二十條": 20, "第 3 条": 3, "第一百零五條": 105, "Article 4": 4, "ARTICLE XIV.": 14, "Article IX – Scope": 9, "Статья 7": 7, "статья XL": 40, "Article premier": 0,
		"Artículo 5.": 5, "Articles": 0, "Article 5bis": 0, "第二章": 0, "Section 3": 0, "": 0, "第条": 0,
	} {
		if got := ArticleNumber(heading); got != want {
			t.Errorf("%q: %d, want %d", heading, got, want)
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
		"an annex":          {numbered(1, 2, 1, 2), numbered(1, 2, 1, 2), [][2]int{{0, 0}, {1, 1}, {2, 2}, {3, 3}}},
		"an annex without":  {numbered(1, 2, 3, 1, 2), numbered(1, 2, 3), [][2]int{{0, 0}, {1, 1}, {2, 2}}},
		"nothing in common": {numbered(1, 2), numbered(7, 8), nil},
		"nothing":           {nil, numbered(1), nil},
		"by length":         {unitsOf(100, 1000, 50, 400), unitsOf(310, 2900, 160, 1250), [][2]int{{0, 0}, {1, 1}, {2, 2}, {3, 3}}},
		"one less":          {unitsOf(100, 1000, 50, 400, 900), unitsOf(300, 3000, 1200, 2700), [][2]int{{0, 0}, {1, 1}, {3, 2}, {4, 3}}},
	} {
		if got := indexes(Align(c.a, c.b)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if pairs := Align(make([]Unit, MaxUnits+1), unitsOf(1)); pairs != nil {
		t.Errorf("too many units: %d pairs", len(pairs))
	}
}

// Pairs are in order, none twice, and none has different numbers, whatever the texts.
func TestAlignmentsAreInOrderWhateverTheTexts(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	some := func() []Unit {
		units := make([]Unit, random.IntN(30))
		for i := range units {
			units[i] = Unit{Number: random.IntN(4), Depth: 1 + random.IntN(3), Length: random.IntN(500), Signs: map[string]bool{}}
			if random.IntN(3) == 0 {
				units[i].Signs["19"] = true
			}
		}
		return units
	}
	for range 500 {
		a, b := some(), some()
		last := Pair{A: -1, B: -1}
		for _, p := range Align(a, b) {
			if p.A <= last.A || p.B <= last.B || p.Doubt < 0 || p.Doubt > 1 || a[p.A].Number != b[p.B].Number && a[p.A].Number*b[p.B].Number > 0 || p.Number != (a[p.A].Number > 0 && a[p.A].Number == b[p.B].Number) {
				t.Fatalf("%+v after %+v of\n%v\n%v", p, last, a, b)
			}
			last = p
		}
	}
}
