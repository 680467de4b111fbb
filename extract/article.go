package extract

import (
	"cmp"
	"regexp"
	"strings"
)

// A Number is that of an article. An article that was put in later has the number of the one before it, and what tells the two apart.
type Number struct {
	Article int // 0: none
	Bis     int // 0: the article itself; 2: bis, 3: ter and so on; 1 of a heading that says 之一, see Units
}

// Compare orders numbers as articles stand in a text.
func (n Number) Compare(other Number) int {
	return cmp.Or(cmp.Compare(n.Article, other.Article), cmp.Compare(n.Bis, other.Bis))
}

// Headings are read folded: simplified Han, lower case, plain digits. Behind the word for an article stand its number and, where it has one, its heading.
var (
	hanArticle   = regexp.MustCompile(`^第\s*([0-9]+|[〇零○一二两三四五六七八九十百千]+|[ivxlc]+)(?:[.\-]([0-9]+)|之\s*([0-9一二三四五六七八九十]+))?\s*条(.*)$`)
	hanInserted  = regexp.MustCompile(`^\s*之\s*([0-9]+|[一二三四五六七八九十]+)`)
	latinArticle = regexp.MustCompile(`^(?:(?:article|art[ií]culo|статья)\s+|(?:art|ст)\.\s*)([0-9]+|\pL+)(.*)$`)
	latinOrdinal = regexp.MustCompile(`^(?:\s?er|re|\s?i?ème|st|nd|rd|th|\.?[oº°]|-?я)([^\pL\pN]|$)`)
	partNumber   = regexp.MustCompile(`^[.\-]([0-9]+)`)
	headingMark  = regexp.MustCompile(`^\s*([.:\-–—]|$)`)
	repeated     = regexp.MustCompile(`^[\s\-–]*\(?(\pL+)\)?`)
	annexHeading = regexp.MustCompile(`^(?:(?:annexe?|appendi(?:x|ce)|anexo|ap[eé]ndice|приложение)(?:$|[^\pL\pN]+(?:no\.?\s*)?)|附[件录]\s*)([0-9]+|[一二三四五六七八九十]+|\pL*)(?:$|[^\pL\pN])`)
)

// ordinals are the words that treaties number their articles with, each list from one.
var ordinals = wordsInOrder(
	"premier deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième",
	"première", "ier", "unique", "único",
	"first second third fourth fifth sixth seventh eighth ninth tenth",
	"one two three four five six seven eight nine ten eleven twelve",
	"primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo",
	"первая вторая третья четвертая пятая шестая седьмая восьмая девятая десятая",
)

// repetitions are the words for an article put in later, from the article itself, which has none.
var repetitions = wordsInOrder(
	"- bis ter quater quinquies sexies septies octies nonies decies",
	"- бис тер кватер квинквиес сексиес септиес октиес нониес дециес",
)

func wordsInOrder(lists ...string) map[string]int {
	order := make(map[string]int)
	for _, list := range lists {
		for i, w := range strings.Fields(list) {
			order[w] = i + 1
		}
	}
	return order
}

// sameNumerals turns numerals that look or mean the same into those that are read: 廿, Roman numbers that are one character, and Cyrillic letters in them.
var (
	sameNumerals = strings.NewReplacer("廿", "二十", "卅", "三十", "ⅰ", "i", "ⅱ", "ii", "ⅲ", "iii", "ⅳ", "iv", "ⅴ", "v", "ⅵ", "vi", "ⅶ", "vii", "ⅷ", "viii", "ⅸ", "ix", "ⅹ", "x", "ⅺ", "xi", "ⅻ", "xii")
	latinLetters = strings.NewReplacer("х", "x", "с", "c", "і", "i")
)

func folded(heading string) string {
	return sameNumerals.Replace(string(foldRunes([]rune(strings.TrimSpace(heading)))))
}

// ArticleNumber reads the number of an article from its heading, in Chinese, English, French, Spanish or Russian. A heading that could be read in two ways has none.
func ArticleNumber(heading string) Number {
	text := folded(heading)
	if m := hanArticle.FindStringSubmatch(text); m != nil {
		return hanNumber(m[1], m[2], m[3], m[4])
	}
	m := latinArticle.FindStringSubmatch(text)
	if m == nil {
		return Number{}
	}
	n, behind := Number{Article: arabicOrHan(m[1])}, m[2]
	if n.Article == 0 {
		n = wordNumber(m[1])
	} else if end := latinOrdinal.FindStringSubmatch(behind); end != nil {
		behind = behind[len(end[0])-len(end[1]):]
	}
	if part := partNumber.FindStringSubmatch(behind); part != nil {
		return n.part(part[1], behind[len(part[0]):])
	}
	if again := repeated.FindStringSubmatch(behind); again != nil {
		if bis := repetitions[again[1]]; bis > 0 {
			return n.inserted(bis, behind[len(again[0]):])
		}
		// 4A stands behind 4 as 4 bis does, and so does 4 A where no words go on behind it. 2e may be the second article or one behind 2d.
		letter, rest := strings.TrimLeft(again[0], " -–"), behind[len(again[0]):]
		if alone := letter == again[0] || headingMark.MatchString(rest); alone && len(letter) == 1 && letter >= "a" && letter <= "z" && letter != "e" {
			return n.inserted(int(letter[0]-'a')+2, rest)
		}
	}
	return n.inserted(n.Bis, behind)
}

// hanNumber reads 第二条, 第2.1条, 第2条-1, 第二之一条 and 第二条之一.
func hanNumber(article, part, before, behind string) Number {
	n := Number{Article: cmp.Or(arabicOrHan(article), roman(article))}
	switch m := hanInserted.FindStringSubmatch(behind); {
	case strings.HasPrefix(behind, "约"), strings.HasPrefix(behind, "款"): // 条约 and 条款 are words of their own
		return Number{}
	case part != "":
		return n.part(part, "")
	case before != "":
		return n.inserted(arabicOrHan(before), "")
	case m != nil: // 第五条之一般规定 is no such number, and what 第五条之一 stands before must part the two
		return n.inserted(arabicOrHan(m[1]), behind[len(m[0]):])
	case strings.HasPrefix(behind, "分条"):
		return n.inserted(2, "")
	}
	if part := partNumber.FindStringSubmatch(behind); part != nil {
		return n.part(part[1], behind[len(part[0]):])
	}
	if again := repeated.FindStringSubmatch(behind); again != nil && repetitions[again[1]] > 0 {
		return n.inserted(repetitions[again[1]], behind[len(again[0]):])
	}
	return n
}

// inserted returns the number of an article put in behind another; none where there is no first number or the second one runs into what follows.
func (n Number) inserted(bis int, behind string) Number {
	if n.Article == 0 || partNumber.MatchString(behind) || behind != "" && !strings.ContainsAny(firstRune(behind), " \t\u00a0\u3000.:,;()[]（）【】〔〕：，-–—") {
		return Number{}
	}
	n.Bis = bis
	return n
}

// part returns the number of an article that is counted on behind a point: 2.1 is the first one put in behind 2.
func (n Number) part(digits, behind string) Number {
	part := arabicOrHan(digits)
	if part == 0 {
		return Number{}
	}
	return n.inserted(part+1, behind)
}

func firstRune(s string) string { return s[:byteOffset(s, 1)] }

// wordNumber reads a number that is a word or Roman, with or without the word for a repetition at its end.
func wordNumber(word string) Number {
	if n := cmp.Or(ordinals[word], roman(word)); n > 0 {
		return Number{Article: n}
	}
	for again, bis := range repetitions {
		if rest, found := strings.CutSuffix(word, again); found && roman(rest) > 0 {
			return Number{roman(rest), bis}
		}
	}
	return Number{}
}

// arabicOrHan reads a numeral that is the whole text; 0: it is none.
func arabicOrHan(s string) int {
	text := []rune(s)
	if n, end := number(text, 0); end == len(text) {
		return n
	}
	return 0
}

// roman reads a Roman numeral that is written as it should be, so that no word is taken for one; 0: it is none.
func roman(s string) int {
	s = latinLetters.Replace(s)
	if n := parseRoman(s); strings.EqualFold(romanNumeral(n), s) {
		return n
	}
	return 0
}

// annexNumber tells whether a heading names an annex, and the number that it says; 0: it says none.
func annexNumber(heading string) (n int, is bool) {
	m := annexHeading.FindStringSubmatch(folded(heading))
	if m == nil {
		return 0, namesAnnex(heading)
	}
	if len(m[1]) == 1 && strings.Contains("abcdefghjklmnopqrstuwyz", m[1]) { // Annex C is the third, Annex I, V and X are Roman
		return int(m[1][0]-'a') + 1, true
	}
	return cmp.Or(arabicOrHan(m[1]), roman(m[1])), true
}
