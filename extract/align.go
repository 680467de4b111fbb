package extract

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// A Unit is a part of a text as far as it is compared with the parts of the same text in another language.
type Unit struct {
	Number int             // of an article; 0: it has none
	Depth  int             // how deep it stands, from 1
	Length int             // characters of its own passages, not of the parts inside
	Signs  map[string]bool // what is the same in all languages: figures of two digits and more
}

// A Pair is two units that say the same, by their indexes.
type Pair struct {
	A, B   int
	Number bool    // they have the same number
	Doubt  float64 // 0: none; Doubt of two units that are no counterparts is that of leaving both out
}

// MaxUnits bounds the units of a text that are aligned: the work grows with their square.
const MaxUnits = 2_000

// Costs of an alignment, in the negative logarithms of probabilities that lengths are measured in.
const (
	costLeftOut   = 4.0 // of a unit without a counterpart: one in fifty
	costUnlike    = 3.0 // of a number on one side alone
	costDepth     = 1.0 // for each level of difference
	mostLength    = 7.0 // more says no more: units of other lengths are rare, not impossible
	bonusSigns    = 3.0 // of having all signs in common
	lengthVariety = 6.8 // the variance of lengths per character, of Gale and Church
)

var articleHeadings = []*regexp.Regexp{
	regexp.MustCompile(`^第\s*([0-9零〇一二三四五六七八九十百]+)\s*[条條]`),
	regexp.MustCompile(`(?i)^(?:article|artículo|статья)\s+([0-9]+|[IVXLC]+)(?:$|[\s.:\-—–])`),
}

// ArticleNumber reads the number of an article from its heading, in Chinese, English, French, Spanish or Russian; 0: it has none.
func ArticleNumber(heading string) int {
	for _, h := range articleHeadings {
		if m := h.FindStringSubmatch(strings.TrimSpace(heading)); m != nil {
			return numeral(m[1])
		}
	}
	return 0
}

// numeral reads Arabic, Roman and Chinese numerals below a thousand; 0: it is none.
func numeral(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	total, digit, before := 0, 0, 0
	for _, r := range strings.ToUpper(s) {
		if value := romanDigits[r]; value > 0 {
			if total += value; before > 0 && before < value {
				total -= 2 * before
			}
			before = value
			continue
		}
		at := strings.IndexRune("〇一二三四五六七八九", r)
		switch {
		case r == '零':
			digit = 0
		case at >= 0:
			digit = at / len("〇")
		case r == '十':
			total, digit = total+10*max(digit, 1), 0
		case r == '百':
			total, digit = total+100*max(digit, 1), 0
		default:
			return 0
		}
	}
	return total + digit
}

var romanDigits = map[rune]int{'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100}

var signs = regexp.MustCompile(`[0-9]{2,}`)

// Units returns the sections of a document as units, in the order of reading.
func (d *Document) Units() []Unit {
	units := make([]Unit, len(d.Sections))
	for i, s := range d.Sections {
		units[i] = Unit{Number: ArticleNumber(s.Title), Depth: strings.Count(s.Path, ".") + 1, Signs: make(map[string]bool)}
	}
	for _, p := range d.Passages {
		if p.Section >= 0 {
			units[p.Section].Length += p.End - p.Start
			for _, s := range signs.FindAllString(p.Text, -1) {
				units[p.Section].Signs[s] = true
			}
		}
	}
	return units
}

// Align finds which units of two texts say the same, in the order in which both stand: the pairs of least cost, by dynamic programming. Units with different numbers are none. Where there are no numbers, lengths tell, as
// in W. A. Gale and K. W. Church, "A Program for Aligning Sentences in Bilingual Corpora", Computational Linguistics 19 (1993), and the figures that stand in both. Texts of more than MaxUnits have no alignment.
func Align(a, b []Unit) []Pair {
	if len(a) > MaxUnits || len(b) > MaxUnits {
		return nil
	}
	ratio := ratioOf(a, b)
	width := len(b) + 1
	cost := make([]float64, 2*width) // of this row and the one before
	from := make([]byte, (len(a)+1)*width)
	const both, left, right = 1, 2, 3
	for i := 0; i <= len(a); i++ {
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
			pairs = append(pairs, Pair{i, j, a[i].Number > 0 && a[i].Number == b[j].Number, min(1, max(0, difference(&a[i], &b[j], ratio))/(2*costLeftOut))})
		case left:
			i--
		default:
			j--
		}
	}
	for i, j := 0, len(pairs)-1; i < j; i, j = i+1, j-1 {
		pairs[i], pairs[j] = pairs[j], pairs[i]
	}
	return pairs
}

// ratioOf tells how many characters of the second text stand for one of the first.
func ratioOf(a, b []Unit) float64 {
	la, lb := 0, 0
	for _, u := range a {
		la += u.Length
	}
	for _, u := range b {
		lb += u.Length
	}
	if la == 0 || lb == 0 {
		return 1
	}
	return float64(lb) / float64(la)
}

// difference is the cost of taking two units for the same.
func difference(a, b *Unit, ratio float64) (cost float64) {
	switch {
	case a.Number != b.Number && a.Number > 0 && b.Number > 0:
		return math.Inf(1)
	case a.Number != b.Number:
		cost = costUnlike
	case a.Number > 0:
		return costDepth * math.Abs(float64(a.Depth-b.Depth)) / 2
	}
	expected, is := float64(a.Length)*ratio, float64(b.Length)
	if expected+is > 0 {
		delta := math.Abs(is-expected) / math.Sqrt(lengthVariety*(expected+is)/2)
		cost += min(mostLength, -math.Log(max(math.Erfc(delta/math.Sqrt2), math.SmallestNonzeroFloat64)))
	}
	cost += costDepth * math.Abs(float64(a.Depth-b.Depth))
	if all := len(a.Signs) + len(b.Signs); all > 0 {
		shared := 0
		for s := range a.Signs {
			if b.Signs[s] {
				shared++
			}
		}
		cost -= bonusSigns * float64(2*shared) / float64(all)
	}
	return cost
}
