package extract

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"treatygraph/graph"
)

// A Unit is a part of a text as far as it is compared with the parts of the same text in another language.
type Unit struct {
	Number Number   // of an article
	Annex  int      // the annex where it stands; 0: the main part
	Told   bool     // the heading of the annex says its number, else annexes are counted
	Begins bool     // it is the heading of an annex
	Again  bool     // another article of the annex has the same number
	Depth  int      // how deep it stands, from 1
	Length int      // characters of its own passages, not of the parts inside
	Whole  int      // of an article: characters up to the next article or annex
	Signs  []string // what is the same in all languages: figures of two digits and more, sorted
}

// A Pair is two units that say the same, by their indexes.
type Pair struct {
	A, B   int
	Number bool    // they have the same number in the same annex, which no other article there has, and lengths that do not deny it
	Doubt  float64 // 0: none; Doubt of two units that are no counterparts is that of leaving both out
	Reason string
}

// Doubtful tells whether a person should look: nothing but the place speaks for the two, or something speaks against them.
func (p Pair) Doubtful() bool { return p.Doubt >= costUnlike/(2*costLeftOut) }

// mostByPlace is the score of what has no number that tells: of such pairs with the least doubt five in six were right, where a fifth of either text was missing.
const mostByPlace = 800

// Score tells how sure a pair is.
func (p Pair) Score() graph.Thousandths {
	if p.Number {
		return 1000
	}
	return graph.Thousandths(mostByPlace - (mostByPlace-500)*p.Doubt)
}

// MaxUnits bounds the units of a text that are aligned: the work grows with their square.
const MaxUnits = 2_000

// maxSigns bounds the figures of a unit that are compared: a long table says no more by them than by the first.
const maxSigns = 32

// Costs of an alignment, in the negative logarithms of probabilities that lengths are measured in.
const (
	costLeftOut   = 4.0 // of a unit without a counterpart: one in fifty
	costUnlike    = 3.0 // of a number on one side alone, of one that stands there more than once, and of the same number with a length that denies it
	costAnnex     = 3.0 // of annexes that are counted differently
	costEmpty     = 4.0 // of two units of which nothing but their place speaks: as likely wrong as right
	costDepth     = 1.0 // for each level of difference
	mostLength    = 7.0 // more says no more: units of other lengths are rare, not impossible
	bonusSigns    = 3.0 // of having all signs in common
	lengthVariety = 6.8 // the variance of lengths per character, of Gale and Church
)

// Articles of the same number have lengths that deny it where one is so many times as long as the other, and not merely by a sentence.
const (
	unlikeTimes = 4
	unlikeLeast = 200
)

var signs = regexp.MustCompile(`[0-9]{2,}`)

// Units returns the sections of a document as units, in the order of reading.
func (d *Document) Units() []Unit {
	units := make([]Unit, len(d.Sections))
	fromOne := false
	for i, s := range d.Sections {
		units[i] = Unit{Number: ArticleNumber(s.Title), Depth: strings.Count(s.Path, ".") + 1}
		fromOne = fromOne || units[i].Number.Bis == 1
	}
	if fromOne { // the first article that was put in is 之一 here, elsewhere 之二, as it is bis
		for i := range units {
			if n := &units[i].Number; n.Bis > 0 {
				n.Bis++
			}
		}
	}
	for _, p := range d.Passages {
		if p.Section >= 0 {
			u := &units[p.Section]
			u.Length += p.End - p.Start
			u.Signs = append(u.Signs, signs.FindAllString(p.Text, maxSigns-len(u.Signs))...)
		}
	}
	for i := range units {
		slices.Sort(units[i].Signs)
		units[i].Signs = slices.Compact(units[i].Signs)
	}
	d.place(units)
	return units
}

// place tells what stands in an annex. An annex begins at its heading, unless articles go on behind it as they were counted before, or where articles begin
// anew with 1. An article that stands in a list of contents has no number: the text that is meant comes later.
func (d *Document) place(units []Unit) {
	annexes := make(map[int]int) // by index of the section; 0: it says no number
	full := make(map[Number]int) // the last article of a number that has a text, by index
	text := 0
	for i := len(units) - 1; i >= 0; i-- {
		u := &units[i]
		text += u.Length
		u.Whole = text
		n, isAnnex := annexNumber(d.Sections[i].Title)
		if isAnnex {
			annexes[i] = n
		}
		if isAnnex || u.Number.Article > 0 {
			text = 0
		}
		if _, later := full[u.Number]; !later && u.Whole > 0 {
			full[u.Number] = i
		}
	}
	listed, before := false, 0 // before: the number of the last article that is not listed
	for i := range units {
		if u := &units[i]; u.Number.Article > 0 {
			deleted := before > 0 && u.Number.Article == before+1 // an annex may have an article of its number
			if listed = u.Length == 0 && (u.Whole == 0 || listed) && full[u.Number] > i && !deleted; listed {
				u.Number = Number{}
			} else {
				before = u.Number.Article
			}
		}
	}
	following := make([]int, len(units)) // the number of the next article
	for i := len(units) - 2; i >= 0; i-- {
		following[i] = cmp.Or(units[i+1].Number.Article, following[i+1])
	}
	annex, told, last := 0, false, 0
	for i := range units {
		u := &units[i]
		if n, isAnnex := annexes[i]; isAnnex && (last == 0 || following[i] != last+1) {
			annex, told, last = cmp.Or(n, annex+1), n > 0, 0
			u.Begins = true
		}
		if u.Number == (Number{Article: 1}) && last > 0 {
			annex, told = annex+1, false
		}
		last = cmp.Or(u.Number.Article, last)
		u.Annex, u.Told = annex, told
	}
	first := make(map[article]*Unit)
	for i := range units {
		u := &units[i]
		if before := first[u.article()]; u.Number.Article > 0 && before != nil {
			before.Again, u.Again = true, true
		} else {
			first[u.article()] = u
		}
	}
}

// An article is where a number stands.
type article struct {
	annex  int
	number Number
}

func (u *Unit) article() article { return article{u.Annex, u.Number} }

// Align finds which units of two texts say the same, in the order in which both stand: the pairs of least cost, by dynamic programming. Units with different numbers are none, nor are an article of the main part and one
// of an annex. Where there are no numbers, lengths tell, as in W. A. Gale and K. W. Church, "A Program for Aligning Sentences in Bilingual Corpora", Computational Linguistics 19 (1993), and the figures that stand in both.
// Either text may come first. The only errors are those of the context, and of texts of more than MaxUnits.
func Align(ctx context.Context, a, b []Unit) ([]Pair, error) {
	if n := max(len(a), len(b)); n > MaxUnits {
		return nil, fmt.Errorf("%d units, more than %d", n, MaxUnits)
	}
	ratio := ratioOf(a, b)
	width := len(b) + 1
	cost := make([]float64, 2*width) // of this row and the one before
	from := make([]byte, (len(a)+1)*width)
	const both, left, right = 1, 2, 3
	for i := 0; i <= len(a); i++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row, above := cost[i%2*width:][:width], cost[(i+1)%2*width:][:width]
		for j := range row {
			best, step := math.Inf(1), byte(0)
			if i == 0 && j == 0 {
				best = 0
			}
			if i > 0 && above[j]+costLeftOut < best {
				best, step = above[j]+costLeftOut, left
			}
			if j > 0 && row[j-1]+costLeftOut < best {
				best, step = row[j-1]+costLeftOut, right
			}
			if i > 0 && j > 0 {
				if c := above[j-1] + difference(&a[i-1], &b[j-1], ratio); c <= best {
					best, step = c, both
				}
			}
			row[j], from[i*width+j] = best, step
		}
	}
	var pairs []Pair
	for i, j := len(a), len(b); i > 0 || j > 0; {
		switch from[i*width+j] {
		case both:
			i, j = i-1, j-1
			pairs = append(pairs, paired(a, b, i, j, ratio))
		case left:
			i--
		default:
			j--
		}
	}
	slices.Reverse(pairs)
	return pairs, nil
}

// paired tells why two units are taken for the same, and how doubtful that is.
func paired(a, b []Unit, i, j int, ratio float64) Pair {
	x, y := &a[i], &b[j]
	p := Pair{A: i, B: j, Doubt: min(1, max(0, difference(x, y, ratio))/(2*costLeftOut))}
	switch same := x.Number == y.Number && x.Number.Article > 0; {
	case same && x.Annex != y.Annex:
		p.Reason = "the same number, in an annex that may be another"
	case same && (x.Again || y.Again):
		p.Reason = "the same number, which stands there more than once"
	case same && unlikeLengths(x, y, ratio):
		p.Reason = "the same number, of another length"
	case same:
		p.Number, p.Doubt, p.Reason = true, 0, "the same number"
	case x.Begins && y.Begins:
		p.Reason = "headings of annexes"
	default:
		p.Reason = "the same place"
		if costOfLengths(x, y, ratio) < costLeftOut {
			p.Reason += ", length"
		}
		if shared(x.Signs, y.Signs) > 0 {
			p.Reason += ", figures"
		}
	}
	return p
}

// leastArticles is how many articles tell a ratio, so that one that was cut short does not.
const leastArticles = 3

// ratioOf tells how many characters of the second text stand for one of the first: by the articles that both have, since one of them may have annexes that the other lacks; where those are too few, by all.
func ratioOf(a, b []Unit) float64 {
	lengths := make(map[article]int)
	la, lb := 0, 0
	for i := range a {
		la += a[i].Length
		lengths[a[i].article()] = a[i].Whole
	}
	var ratios []float64
	for i := range b {
		u := &b[i]
		lb += u.Length
		if n := lengths[u.article()]; u.Number.Article > 0 && n > 0 && u.Whole > 0 {
			ratios = append(ratios, float64(u.Whole)/float64(n))
		}
	}
	if n := len(ratios); n >= leastArticles {
		slices.Sort(ratios)
		return math.Sqrt(ratios[(n-1)/2] * ratios[n/2]) // the median, the same from either side
	}
	if la == 0 || lb == 0 {
		return 1
	}
	return float64(lb) / float64(la)
}

// difference is the cost of taking two units for the same.
func difference(a, b *Unit, ratio float64) (cost float64) {
	numbered := a.Number.Article > 0 && b.Number.Article > 0
	if numbered && (a.Number != b.Number || (a.Annex == 0) != (b.Annex == 0) || a.Told && b.Told && a.Annex != b.Annex) {
		return math.Inf(1)
	}
	if a.Annex != b.Annex {
		cost += costAnnex
	}
	depth := costDepth * math.Abs(float64(a.Depth-b.Depth))
	if numbered {
		if unlikeLengths(a, b, ratio) {
			cost += costUnlike
		}
		if a.Again || b.Again {
			cost += costUnlike + min(costOfLengths(a, b, ratio), costUnlike)
		}
		return cost + depth/2
	}
	cost += depth
	if a.Number != b.Number || a.Begins != b.Begins {
		cost += costUnlike
	}
	if !a.Begins || !b.Begins {
		cost += costOfLengths(a, b, ratio)
	}
	if all := len(a.Signs) + len(b.Signs); all > 0 {
		cost -= bonusSigns * float64(2*shared(a.Signs, b.Signs)) / float64(all)
	}
	return cost
}

// costOfLengths is what the lengths of two units say.
func costOfLengths(a, b *Unit, ratio float64) float64 {
	x, y := sameScale(a.Length, b.Length, ratio)
	if x+y == 0 {
		return costEmpty
	}
	delta := math.Abs(y-x) / math.Sqrt(lengthVariety*(x+y)/2)
	return min(mostLength, -math.Log(max(math.Erfc(delta/math.Sqrt2), math.SmallestNonzeroFloat64)))
}

// sameScale returns two lengths as if both were of the language that takes more characters, so that it does not matter which text comes first.
func sameScale(a, b int, ratio float64) (x, y float64) {
	return float64(a) * max(1, ratio), float64(b) * max(1, 1/ratio)
}

func unlikeLengths(a, b *Unit, ratio float64) bool {
	x, y := sameScale(a.Whole, b.Whole, ratio)
	return math.Abs(x-y) > unlikeLeast && max(x, y) > unlikeTimes*min(x, y)
}

// shared counts what stands in two sorted lists.
func shared(a, b []string) (n int) {
	for len(a) > 0 && len(b) > 0 {
		switch order := strings.Compare(a[0], b[0]); {
		case order < 0:
			a = a[1:]
		case order > 0:
			b = b[1:]
		default:
			a, b, n = a[1:], b[1:], n+1
		}
	}
	return n
}
