package ingest

import (
	"fmt"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"treatygraph/graph"
)

// What a text must have to be taken for one in an encoding that no mark names.
const (
	// usualAny: of all units one in eight is a usual character, so a text read in the wrong order of bytes stays far below.
	usualAny = 0.85

	// minAny, minHan and minCyrillic: bytes that chance put together look the same as a text of fewer letters than that.
	minAny      = 16
	minHan      = 16
	minCyrillic = 12
	// minExpected: but where the language is said to be one of the family, a word of two letters is believed.
	minExpected = 2

	// commonHan: nearly all of a Chinese text is common characters; of Big5, Shift JIS or UTF-8 read as GB18030 about a third is.
	commonHan = 0.85
	// frequentHan: more than half of a Chinese text is frequent characters. Of Korean read as GB18030 all is common, but a fifth is frequent.
	frequentHan = 0.35
	// manyHan is how many characters it takes to ask that.
	manyHan = 8

	// saneCyrillic: nearly all letters of a text stand in words in small letters, with a capital first, or in capitals; in a wrong
	// encoding they are mixed, with each other or with Latin ones.
	saneCyrillic = 0.9
	// maxCyrillicRank bounds the mean rank of the letters by frequency: 7 to 9 in Russian, Ukrainian, Bulgarian and Serbian, 14 where
	// KOI8-R and windows-1251 are taken for each other, and 12 where letters are Hebrew, which have no case to show it.
	maxCyrillicRank = 11
	// capitalsRank is what a text all in capitals is behind one in small letters, where both would do: they are the rarer.
	capitalsRank = 2
)

func percent(part, whole int) string { return fmt.Sprintf("%d%%", 100*part/max(whole, 1)) }

// judgeAny asks that nearly all characters be usual: signs, common Chinese characters, Latin, Cyrillic or Arabic letters.
func judgeAny(text string, _ bool) fit {
	usual, all := 0, 0
	for _, r := range text {
		all++
		if isUsual(r) {
			usual++
		}
	}
	switch {
	case all < minAny:
		return fit{flaw: "too short to tell"}
	case float64(usual) < usualAny*float64(all):
		return fit{flaw: fmt.Sprintf("only %s of its characters would be usual ones", percent(usual, all))}
	}
	return fit{worse: -float64(usual) / float64(all)}
}

func isUsual(r rune) bool {
	switch {
	case r < 0x80:
		return ' ' <= r && r <= '~' || '\t' <= r && r <= '\r'
	case unicode.Is(unicode.Han, r):
		return hanClassOf(r) != hanRare
	}
	return isSign(r) || unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Arabic)
}

// isSign tells whether a character beyond ASCII is one that stands between words in many scripts, by blocks: Latin-1, General
// Punctuation to Miscellaneous Symbols, CJK punctuation, full-width forms.
func isSign(r rune) bool {
	switch {
	case r == 0x85, 0xA0 <= r && r <= 0xBF, 0x2010 <= r && r <= 0x206F, 0x20A0 <= r && r <= 0x266F, 0x3000 <= r && r <= 0x301F,
		0xFE30 <= r && r <= 0xFE4F, 0xFF01 <= r && r <= 0xFF5E, 0xFFE0 <= r && r <= 0xFFE5:
		return true
	}
	return r == '×' || r == '÷'
}

// judgeHan asks that Chinese characters be common, hardly any beside a Latin letter, and where there are many, that enough of them be frequent.
func judgeHan(text string, expected bool) fit {
	all, common, frequent, odd := 0, 0, 0, 0
	for at, r := range text {
		switch {
		case r < 0x80 || isSign(r):
		case unicode.Is(unicode.Han, r):
			all++
			switch class := hanClassOf(r); {
			case isASCIILetterAt(text, at-1) || isASCIILetterAt(text, at+utf8.RuneLen(r)): // as of é and the letter after it
			case class == hanFrequent:
				frequent++
				common++
			case class == hanCommon:
				common++
			}
		case !unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek):
			odd++
		}
	}
	switch {
	case all == 0, all < minHan && !expected:
		return fit{flaw: "too few Chinese characters to tell"}
	case float64(common) < commonHan*float64(all+odd):
		return fit{flaw: fmt.Sprintf("only %s of its characters would be common ones", percent(common, all+odd))}
	case all >= manyHan && float64(frequent) < frequentHan*float64(all):
		return fit{flaw: fmt.Sprintf("only %s of its Chinese characters would be frequent ones", percent(frequent, all))}
	}
	return fit{}
}

type hanClass byte

const (
	hanRare hanClass = iota
	hanCommon
	hanFrequent
)

const (
	firstHan = 0x3400
	lastHan  = 0x9FFF
)

func hanClassOf(r rune) hanClass {
	if r < firstHan || r > lastHan {
		return hanRare
	}
	return hanClasses()[r-firstHan]
}

// hanClasses holds the classes of Chinese characters, traditional ones with those of their simplified forms. Common are the 3,755 of
// level 1 of GB 2312-80, which it chose by use; they have the codes B0A1 to D7F9.
var hanClasses = sync.OnceValue(func() *[lastHan - firstHan + 1]hanClass {
	var classes [lastHan - firstHan + 1]hanClass
	var level1 []byte
	for lead := byte(0xB0); lead <= 0xD7; lead++ {
		for trail := byte(0xA1); trail <= 0xFE && (lead < 0xD7 || trail <= 0xF9); trail++ {
			level1 = append(level1, lead, trail)
		}
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(level1)
	if err != nil {
		panic(err) // the decoder has no errors
	}
	for _, r := range string(text) {
		classes[r-firstHan] = hanCommon
	}
	for _, r := range frequentCharacters {
		classes[r-firstHan] = hanFrequent
	}
	for r := rune(firstHan); r <= lastHan; r++ {
		for _, simplified := range graph.NormalizeName(string(r)) {
			if firstHan <= simplified && simplified <= lastHan {
				classes[r-firstHan] = max(classes[r-firstHan], classes[simplified-firstHan])
			}
		}
	}
	return &classes
})

// frequentCharacters are those met most in Chinese, and those of treaties: in a few lines of text, half of the characters are here. Which
// stand at the end of the list matters little.
const frequentCharacters = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事" +
	"成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又" +
	"关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教原东声" +
	"提立及比员解水名真论处走义各入几口认条平系气题活尔更别打变四神总何电数安少报才结反受目太量再感建务接必场件计管期市直德资命山金指克许统区" +
	"保至形社便空决治展科司五基书非则界达光放强即难且权思完设式路记南品住告类求据程北边该交规万取拉格望术领共确传师观清今切院识候带导争运" +
	"约缔际织宪章款议宣言核武器联秘签署批准效退例协责委范围土局犯罪毒恐怖防扩散裁俄罗邦弹削减济贸易投费盟届洲遵守废止修改附履均未及凡"

// judgeCyrillic asks that nearly all letters beyond ASCII be Cyrillic and stand in words of a sane case, and that they be frequent ones.
func judgeCyrillic(text string, expected bool) fit {
	var t cyrillicTally
	for _, r := range text {
		t.add(r)
	}
	t.endWord()
	least := minCyrillic
	if expected {
		least = minExpected
	}
	rank := float64(t.ranks) / float64(max(t.letters, 1))
	switch {
	case t.letters == 0, float64(t.sane) < saneCyrillic*float64(t.letters+t.odd):
		return fit{flaw: fmt.Sprintf("only %s of its letters would stand in Cyrillic words", percent(t.sane, t.letters+t.odd))}
	case t.inWords < least:
		return fit{flaw: "too few Cyrillic words to tell"}
	case rank > maxCyrillicRank:
		return fit{flaw: "its frequent letters would be rare ones"}
	}
	return fit{worse: rank + capitalsRank*float64(t.capitals)/float64(t.letters)}
}

// A cyrillicTally counts the Cyrillic letters of a text and how they stand in words, which are runs of letters.
type cyrillicTally struct {
	letters  int // Cyrillic letters
	capitals int // of these, capitals
	sane     int // of these, in words of a sane case without other letters
	inWords  int // of these, in words of more than one letter
	odd      int // what a text in Cyrillic has no use for
	ranks    int // sum of the letters' ranks

	word struct{ cyrillic, others, upper, upperAfterFirst int } // being read
}

func (t *cyrillicTally) add(r rune) {
	w := &t.word
	switch {
	case unicode.Is(unicode.Cyrillic, r):
		if unicode.IsUpper(r) {
			w.upper++
			if w.cyrillic > 0 {
				w.upperAfterFirst++
			}
		}
		w.cyrillic++
		t.ranks += cyrillicRank(unicode.ToLower(r))
	case unicode.IsLetter(r):
		w.others++
	default:
		t.endWord()
		if r >= 0x80 && !isSign(r) || 0x2500 <= r && r <= 0x259F { // lines of tables, as KOI8-R has them
			t.odd++
		}
	}
}

func (t *cyrillicTally) endWord() {
	w := t.word
	t.letters += w.cyrillic
	t.capitals += w.upper
	if w.others == 0 && (w.upperAfterFirst == 0 || w.upper == w.cyrillic) {
		t.sane += w.cyrillic
		if w.cyrillic > 1 {
			t.inWords += w.cyrillic
		}
	}
	t.word = struct{ cyrillic, others, upper, upperAfterFirst int }{}
}

// cyrillicByFrequency holds the letters of Russian, those met most first.
const cyrillicByFrequency = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"

// cyrillicRank returns the place of a small letter by frequency; of other languages, і and ј have that of и, other letters a middling one.
func cyrillicRank(r rune) int {
	const middling = 16
	switch {
	case r == 'і' || r == 'ј':
		r = 'и'
	case r < 'а' || r > 'ё' || cyrillicRanks()[r-'а'] == 0:
		return middling
	}
	return cyrillicRanks()[r-'а'] - 1
}

// cyrillicRanks holds the rank of each letter from а on, counted from 1; 0 where it has none.
var cyrillicRanks = sync.OnceValue(func() *['ё' - 'а' + 1]int {
	var ranks ['ё' - 'а' + 1]int
	for i, r := range []rune(cyrillicByFrequency) {
		ranks[r-'а'] = i + 1
	}
	return &ranks
})
