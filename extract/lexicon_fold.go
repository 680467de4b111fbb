package extract

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"treatygraph/graph"
)

// A runeClass says how a character behaves between its neighbours once it is folded.
type runeClass uint8

const (
	runeOther runeClass = iota
	runeLatin
	runeCyrillic
	runeDigit
	runeSpaceless // Han and the like: blanks beside it carry no meaning
	runeMark
	runeBlank
	runeQuote     // leaves nothing behind, but ends a word
	runeInvisible // leaves nothing behind, and a word goes on across it
	runeEntangled // is folded together with its neighbours, see foldCluster
)

// isLetter holds for the scripts whose words have bounds and letter case.
func (c runeClass) isLetter() bool { return c == runeLatin || c == runeCyrillic }

// inWords holds for the classes whose characters make words.
func (c runeClass) inWords() bool { return c.isLetter() || c == runeDigit }

// A folding is what graph.NormalizeName makes of one character: another character, and its class.
type folding uint32

const (
	foldingClass         = 24 // bits below hold the character
	foldingUpper folding = 1 << 28
	foldingJoins folding = 1 << 29 // it may combine with what stands before it
)

func newFolding(r rune, c runeClass) folding { return folding(r) | folding(c)<<foldingClass }

func (f folding) rune() rune       { return rune(f & (1<<foldingClass - 1)) }
func (f folding) class() runeClass { return runeClass(f >> foldingClass & 15) }
func (f folding) joins() bool      { return f&foldingJoins != 0 }

func (f folding) letterCase() byte {
	if f&foldingUpper != 0 {
		return upperCase
	}
	return lowerCase
}

// foldGuard stands around characters that are folded apart from their text: a digit keeps blanks and apostrophes from being trimmed, and
// no mark combines with it.
const foldGuard = "0"

func normalApart(s string) string {
	s = graph.NormalizeName(foldGuard + s + foldGuard)
	return s[len(foldGuard) : len(s)-len(foldGuard)]
}

// foldings holds those of the Basic Multilingual Plane. It is made from graph.NormalizeName itself, so that the two cannot differ; this
// takes some 60 ms, once.
var foldings = sync.OnceValue(func() *[1 << 16]folding {
	var table [1 << 16]folding
	for r := range rune(len(table)) {
		table[r] = foldingOf(r)
	}
	return &table
})

func foldingOf(r rune) folding {
	if !utf8.ValidRune(r) {
		r = utf8.RuneError
	}
	s := string(r)
	if !norm.NFKC.PropertiesString(s).BoundaryBefore() {
		return newFolding(r, runeEntangled) | foldingJoins
	}
	form := normalApart(s)
	folded, size := utf8.DecodeRuneInString(form)
	switch {
	case form == "" && (unicode.In(r, unicode.Cf, unicode.Variation_Selector) || r == '\u034f'):
		return newFolding(0, runeInvisible)
	case form == "":
		return newFolding(0, runeQuote)
	case size < len(form):
		return newFolding(r, runeEntangled)
	}
	f := newFolding(folded, runeClassOf(folded))
	if isUpper(r) {
		f |= foldingUpper
	}
	return f
}

// isUpper also holds for Ⅰ, Ⓐ and ǅ, which are not in Unicode's class of capital letters.
func isUpper(r rune) bool { return unicode.ToLower(r) != r }

// runeClassOf tells the class of a folded character.
func runeClassOf(r rune) runeClass {
	switch {
	case r == ' ':
		return runeBlank
	case unicode.IsDigit(r):
		return runeDigit
	case unicode.Is(unicode.M, r):
		return runeMark
	case unicode.Is(unicode.Latin, r) && unicode.IsLetter(r):
		return runeLatin
	case unicode.Is(unicode.Cyrillic, r) && unicode.IsLetter(r):
		return runeCyrillic
	case r == '、', r == '。', r >= '\u3400' && r <= '\u9fff', unicode.Is(unicode.Han, r): // as NormalizeName sees it
		return runeSpaceless
	}
	return runeOther
}

// joinsAt tells whether the character at a byte of the text combines with what stands before it, as a mark does. What folding drops may
// stand between them.
func joinsAt(text string, at int) bool {
	if at == len(text) {
		return false
	}
	if c := text[at]; c < utf8.RuneSelf && c != '"' || c == 0xd0 || c == 0xd1 || c >= 0xe4 && c <= 0xe9 { // ASCII, Cyrillic, Han
		return false
	}
	return clusterEnd(text, at) > at
}

// clusterEnd returns where the characters end that combine with the one before the byte.
func clusterEnd(text string, at int) int {
	for end := at; ; {
		r, size := utf8.DecodeRuneInString(text[at:])
		joins, drops := neighbour(r)
		if !joins && !drops || size == 0 {
			return end
		}
		if at += size; joins {
			end = at
		}
	}
}

// neighbour tells whether a character combines with what stands before it, and whether folding drops it.
func neighbour(r rune) (joins, drops bool) {
	if r < 1<<16 {
		f := foldings()[r]
		return f.joins(), f.class() == runeQuote || f.class() == runeInvisible
	}
	var b [utf8.UTFMax]byte
	return !norm.NFKC.Properties(utf8.AppendRune(b[:0], r)).BoundaryBefore(), unicode.In(r, unicode.Cf, unicode.Variation_Selector)
}

// A cluster is a character whose folding needs more than a look into the table, with the marks that combine with it. foldCluster gives what
// becomes of it.
func foldCluster(cluster string) []folding {
	var list []folding
	letters := 0
	for _, r := range normalApart(cluster) {
		f := newFolding(r, runeClassOf(r))
		if f.class().isLetter() {
			letters++
		}
		list = append(list, f)
	}
	var cases []folding // of the letters before folding
	for _, r := range norm.NFKD.String(cluster) {
		if unicode.IsLetter(r) {
			cases = append(cases, 0)
			if isUpper(r) {
				cases[len(cases)-1] = foldingUpper
			}
		}
	}
	letter := 0
	for i := range list {
		if list[i].class().isLetter() && len(cases) > 0 {
			if len(cases) == letters {
				list[i] |= cases[letter]
			} else { // one letter became several, as ß does
				list[i] |= cases[0]
			}
			letter++
		}
	}
	return list
}

// maxMemo bounds the clusters that a lexer remembers, and maxMemoLength their bytes. A text has few different ones, and one in a decomposed
// form has them in every line.
const maxMemo, maxMemoLength = 1024, 32

// A lexeme is what names are compared by: a word of one script, a number, or any other single character but a blank.
type lexeme struct {
	number             uint32 // the character, or the number that the dictionary gives the word; 0 is none
	start, end         int32  // code points
	letters, lettersTo int32  // of a word or number
	cases, casesTo     int32
	kind               runeClass
	spaced             bool // a blank that counts stands before it
	touching           bool // nothing that is seen stands between it and the lexeme before
	joined             bool // only quotes stand between it and the lexeme before, which is of its kind: they may be one word
	glued              bool // it comes of the same cluster as the lexeme before
	use                wordUse
}

// A lexer cuts a text to lexemes. It is reused from line to line.
type lexer struct {
	lexemes []lexeme
	letters []byte // of all words, folded, one after the other
	cases   []byte // of all letters: upperCase or lowerCase
	memo    map[string][]folding

	throughQuotes bool // quotes do not end words
	open          bool // the last lexeme may go on
	space, quote  bool // read since the last lexeme
}

const upperCase, lowerCase = 'U', 'l'

// read takes a text that is one line; a line end in it is a blank. It returns the code points.
func (s *lexer) read(text string) (length int) {
	s.lexemes, s.letters, s.cases = s.lexemes[:0], s.letters[:0], s.cases[:0]
	s.open, s.space, s.quote = false, false, false
	table := foldings()
	n := int32(0)
	for at := 0; at < len(text); {
		switch c := text[at]; {
		case isASCIILetter(c):
			if end := asciiLetters(text, at); end > at {
				s.asciiWord(text[at:end], n)
				n += int32(end - at)
				at = end
				continue
			}
		case c == 0xd0 || c == 0xd1:
			if end := cyrillicLetters(text, at); end > at {
				s.cyrillicWord(text[at:end], n)
				n += int32(end-at) / 2
				at = end
				continue
			}
		}
		r, size := rune(text[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[at:])
		}
		f := newFolding(r, runeEntangled)
		if r < 1<<16 {
			f = table[r]
		}
		switch c := f.class(); {
		case c == runeQuote || c == runeInvisible: // what combines with what stands before it was read with that
			s.quote = s.quote || c == runeQuote && !s.throughQuotes
		case c == runeSpaceless && !joinsAt(text, at+size):
			s.character(f, n)
		case c == runeEntangled || joinsAt(text, at+size):
			end := clusterEnd(text, at+size)
			to := n + int32(utf8.RuneCountInString(text[at:end]))
			s.cluster(text[at:end], n, to)
			at, n = end, to
			continue
		default:
			s.add(f, n, n+1, false)
		}
		at += size
		n++
	}
	return int(n)
}

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// asciiLetters returns where the letters end that stand by themselves.
func asciiLetters(text string, at int) int {
	for at < len(text) && isASCIILetter(text[at]) {
		at++
	}
	if joinsAt(text, at) {
		at--
	}
	return at
}

// cyrillicLetters does the same for U+0400 to U+047F: two bytes each, all of them letters, and what they fold to is among them.
func cyrillicLetters(text string, at int) int {
	from := at
	for at+1 < len(text) && (text[at] == 0xd0 || text[at] == 0xd1) && text[at+1]&0xc0 == 0x80 {
		at += 2
	}
	if at > from && joinsAt(text, at) {
		at -= 2
	}
	return at
}

func (s *lexer) asciiWord(letters string, start int32) {
	t := s.wordLexeme(runeLatin, start)
	for _, c := range []byte(letters) {
		s.letters = append(s.letters, c|0x20)
		s.cases = append(s.cases, lowerCase-(lowerCase-upperCase)*(^c>>5&1))
	}
	s.extend(t, start+int32(len(letters)))
}

func (s *lexer) cyrillicWord(letters string, start int32) {
	t := s.wordLexeme(runeCyrillic, start)
	table := foldings()
	for i := 0; i+1 < len(letters); i += 2 {
		f := table[rune(letters[i]&0x1f)<<6|rune(letters[i+1]&0x3f)]
		s.letters = append(s.letters, 0xc0|byte(f.rune()>>6), 0x80|byte(f.rune()&0x3f))
		s.cases = append(s.cases, f.letterCase())
	}
	s.extend(t, start+int32(len(letters)/2))
}

// extend lets a word reach to what was read.
func (s *lexer) extend(t *lexeme, end int32) {
	t.end, t.lettersTo, t.casesTo = end, int32(len(s.letters)), int32(len(s.cases))
}

func (s *lexer) cluster(text string, start, end int32) {
	list, known := s.memo[text]
	if !known {
		list = foldCluster(text)
		if s.memo == nil {
			s.memo = map[string][]folding{}
		}
		if len(s.memo) < maxMemo && len(text) <= maxMemoLength {
			s.memo[strings.Clone(text)] = list
		}
	}
	glued := false
	for _, f := range list {
		s.add(f, start, end, glued)
		glued = glued || f.class() != runeBlank
	}
}

// add adds a folded character that stands at [start, end) of the text.
func (s *lexer) add(f folding, start, end int32, glued bool) {
	kind := f.class()
	before := len(s.lexemes) - 1
	switch {
	case kind == runeBlank:
		s.space = true
		return
	case kind.inWords():
		t := s.wordLexeme(kind, start)
		t.glued = t.glued || glued && len(s.lexemes)-1 > before
		s.letter(t, f, end)
		return
	case kind == runeMark && s.open && !s.space:
		s.letter(&s.lexemes[before], f, end)
		return
	case f.rune() == '-' && before >= 0 && s.lexemes[before].number == '-' && !s.space:
		s.lexemes[before].end = end
		return
	}
	t := s.lexeme(kind, start)
	t.glued = glued
	t.end = end
	t.number = uint32(f.rune())
	s.open = false
}

// character adds one beside which blanks carry no meaning: most of a Chinese text.
func (s *lexer) character(f folding, start int32) {
	letters, cases := int32(len(s.letters)), int32(len(s.cases))
	touching := !s.space && !s.quote && len(s.lexemes) > 0
	s.open, s.space, s.quote = false, false, false
	s.lexemes = append(s.lexemes, lexeme{
		number: uint32(f.rune()), start: start, end: start + 1, kind: runeSpaceless, touching: touching,
		letters: letters, lettersTo: letters, cases: cases, casesTo: cases,
	})
}

// wordLexeme returns the lexeme that a letter or digit goes to: the last one or a new one.
func (s *lexer) wordLexeme(kind runeClass, start int32) *lexeme {
	if s.open && !s.space && !s.quote {
		if last := &s.lexemes[len(s.lexemes)-1]; last.kind == kind {
			return last
		}
	}
	t := s.lexeme(kind, start)
	s.open = true
	return t
}

func (s *lexer) letter(t *lexeme, f folding, end int32) {
	s.letters = utf8.AppendRune(s.letters, f.rune())
	if f.class().isLetter() {
		s.cases = append(s.cases, f.letterCase())
	}
	s.extend(t, end)
}

// lexeme begins a new lexeme.
func (s *lexer) lexeme(kind runeClass, start int32) *lexeme {
	letters, cases := int32(len(s.letters)), int32(len(s.cases))
	t := lexeme{start: start, letters: letters, lettersTo: letters, cases: cases, casesTo: cases, kind: kind}
	if len(s.lexemes) > 0 {
		last := &s.lexemes[len(s.lexemes)-1]
		t.spaced = s.space && last.kind != runeSpaceless && kind != runeSpaceless
		t.touching = !s.space && !s.quote
		t.joined = s.quote && !s.space && last.kind == kind && kind.inWords()
	}
	s.space, s.quote = false, false
	s.lexemes = append(s.lexemes, t)
	return &s.lexemes[len(s.lexemes)-1]
}

// symbol returns what the lexeme is to a trie: its number and whether a blank stands before it, of which the first lexeme of a name knows
// nothing.
func (t *lexeme) symbol(first bool) uint32 {
	if t.spaced && !first {
		return t.number<<1 | 1
	}
	return t.number << 1
}
