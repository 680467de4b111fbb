package extract

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"treatygraph/graph"
)

// An Entry is one name of one entity.
type Entry struct {
	Entity graph.ID
	Name   graph.Name
}

// A Lexicon finds names in texts. It never changes and may be used from any number of goroutines.
//
// Names are compared as graph.NormalizeName compares them, whatever the script, and further so:
//
//   - Next to a Latin or Cyrillic letter at either end of a name stands no letter of its script and no digit in the text, and next to a digit
//     no digit: Treaty stands in "Treaty's", not in "Treaty2". Quotes and blanks end a word. Characters of other scripts have no such bounds.
//   - Acronyms, and names of up to MaxCapitals letters that are all capitals, are found in the letter case they are written in: START is a
//     treaty, start is none. Any other name that begins with a capital is found where the text has a capital there, too.
//   - Russian words are found in any case and number, except in acronyms and the like; see inflected.
//   - A name whose normal form is one character is never found: 美 says too little without what stands around it.
type Lexicon struct {
	entries  []Entry
	words    dictionary
	longest  int // bytes of the longest word of a name
	trie     trie
	pairs    bitset // of the first two symbols of names
	variants []variant
	several  map[int32][]int32 // the entries of all variants of one end, for those that have more than one
	lexers   sync.Pool
}

// MaxCapitals is how many letters a name has at most that is taken for initials when they are all capitals.
const MaxCapitals = 5

// A NameMatch is a name that stands at [Start, End) code points of the text, without the quotes around it.
type NameMatch struct {
	Start, End int
	Entries    []int32 // indexes into the entries given: all names with that form, in order; not to be changed
}

// from counts a match that is counted from a place of a text from the text's beginning.
func (m NameMatch) from(place int) NameMatch {
	m.Start, m.End = m.Start+place, m.End+place
	return m
}

// A caseRule says which letter case a text must have for a name.
type caseRule uint8

const (
	anyCase      caseRule = iota
	capitalFirst          // the first letter is a capital
	exactCase             // every letter is in the case of the name
)

// A variant is what names have in common that are found in the same places.
type variant struct {
	next     int32 // another one that ends at the same place of the trie; 0 is none
	rule     caseRule
	cases    string // of the letters, if the rule is exact
	cyrillic []byte // the Cyrillic words, each followed by a space
	entries  []int32
}

// NewLexicon makes a lexicon of names. It keeps the entries' strings.
func NewLexicon(entries []Entry) *Lexicon {
	l := &Lexicon{
		entries:  slices.Clone(entries),
		words:    dictionary{seed: maphash.MakeSeed()},
		pairs:    newBitset(len(entries)),
		variants: make([]variant, 1, len(entries)+1),
		several:  map[int32][]int32{},
	}
	l.build(l.read())
	l.lexers.New = func() any { return new(lexer) }
	return l
}

// A nameForm is a name as a sequence of symbols.
type nameForm struct {
	symbols []uint32
	variant
}

// read reads all names, numbers their words and returns their forms in the order of their symbols; equal ones in the order of their entries.
func (l *Lexicon) read() []*nameForm {
	s := &lexer{throughQuotes: true}
	forms := make([]*nameForm, 0, len(l.entries))
	for i := range l.entries {
		name := &l.entries[i].Name
		s.read(name.Text)
		lexemes := trimApostrophes(s.lexemes)
		if !isFindable(lexemes, s) {
			continue
		}
		f := &nameForm{l.symbols(lexemes, s), variant{rule: ruleOf(name, lexemes, s), cyrillic: cyrillicWords(lexemes, s), entries: []int32{int32(i)}}}
		if f.rule == exactCase {
			f.cases = string(s.cases[lexemes[0].cases:lexemes[len(lexemes)-1].casesTo])
		}
		forms = append(forms, f)
	}
	slices.SortFunc(forms, func(a, b *nameForm) int {
		return cmp.Or(slices.Compare(a.symbols, b.symbols), cmp.Compare(a.entries[0], b.entries[0]))
	})
	return forms
}

func (l *Lexicon) symbols(lexemes []lexeme, s *lexer) []uint32 {
	symbols := make([]uint32, len(lexemes))
	for i := range lexemes {
		t := &lexemes[i]
		if t.kind.inWords() {
			letters := s.letters[t.letters:t.lettersTo]
			l.longest = max(l.longest, len(letters))
			t.number = l.words.intern(wordKey(t.kind, letters))
		}
		symbols[i] = t.symbol(i == 0)
	}
	if lexemes[0].kind.inWords() {
		l.words.use(lexemes[0].number, len(lexemes) == 1)
	}
	if len(lexemes) > 1 {
		l.pairs.add(pairOf(symbols[0], symbols[1]))
	}
	return symbols
}

func (l *Lexicon) build(forms []*nameForm) {
	shared := 0 // symbols with the form before
	for i := 0; i < len(forms); {
		symbols := forms[i].symbols
		end := int32(len(l.variants))
		next := i
		for ; next < len(forms) && slices.Equal(forms[next].symbols, symbols); next++ {
			l.addVariant(end, &forms[next].variant)
		}
		sharedNext := 0
		if next < len(forms) {
			sharedNext = commonPrefix(symbols, forms[next].symbols)
		}
		l.trie.add(symbols, max(shared, sharedNext), end)
		if int(end)+1 < len(l.variants) {
			l.several[end] = l.merged(end, func(*variant) bool { return true })
		}
		i, shared = next, sharedNext
	}
}

// addVariant adds an entry to its variant, one of those from first on, or as a new one.
func (l *Lexicon) addVariant(first int32, v *variant) {
	for i := int(first); i < len(l.variants); i++ {
		if old := &l.variants[i]; old.rule == v.rule && old.cases == v.cases && bytes.Equal(old.cyrillic, v.cyrillic) {
			old.entries = append(old.entries, v.entries...)
			return
		}
	}
	if last := len(l.variants) - 1; last >= int(first) {
		l.variants[last].next = int32(len(l.variants))
	}
	l.variants = append(l.variants, *v)
}

func commonPrefix(a, b []uint32) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func trimApostrophes(lexemes []lexeme) []lexeme {
	isApostrophe := func(t lexeme) bool { return t.number == '\'' }
	for len(lexemes) > 0 && isApostrophe(lexemes[0]) {
		lexemes = lexemes[1:]
	}
	for len(lexemes) > 0 && isApostrophe(lexemes[len(lexemes)-1]) {
		lexemes = lexemes[:len(lexemes)-1]
	}
	return lexemes
}

// isFindable holds for names of at least two characters.
func isFindable(lexemes []lexeme, s *lexer) bool {
	return len(lexemes) > 1 || len(lexemes) == 1 && utf8.RuneCount(s.letters[lexemes[0].letters:lexemes[0].lettersTo]) > 1
}

func ruleOf(name *graph.Name, lexemes []lexeme, s *lexer) caseRule {
	cases := s.cases[lexemes[0].cases:lexemes[len(lexemes)-1].casesTo]
	switch {
	case name.Role == graph.NameAcronym, len(cases) > 0 && len(cases) <= MaxCapitals && allCapitals(cases) && !hasOtherLetters(lexemes):
		return exactCase
	case lexemes[0].kind.isLetter() && cases[0] == upperCase:
		return capitalFirst
	}
	return anyCase
}

func allCapitals(cases []byte) bool { return bytes.IndexByte(cases, lowerCase) < 0 }

func hasOtherLetters(lexemes []lexeme) bool {
	return slices.ContainsFunc(lexemes, func(t lexeme) bool { return !t.kind.inWords() && unicode.IsLetter(rune(t.number)) })
}

func cyrillicWords(lexemes []lexeme, s *lexer) (words []byte) {
	for _, t := range lexemes {
		if t.kind == runeCyrillic {
			words = append(append(words, s.letters[t.letters:t.lettersTo]...), ' ')
		}
	}
	return words
}

// wordKey is what stands in the dictionary for a word.
func wordKey(kind runeClass, letters []byte) []byte {
	if kind == runeCyrillic {
		return russianRoot(letters)
	}
	return letters
}

// Entry returns the entry with an index.
func (l *Lexicon) Entry(i int32) Entry { return l.entries[i] }

// Lookup returns the entries whose normal form is the text's, in any letter case but in this inflection, in order; nil if there are none.
// The list is not to be changed.
func (l *Lexicon) Lookup(text string) []int32 {
	s := l.lexer()
	defer l.release(s)
	s.read(graph.NormalizeName(text))
	if !isFindable(s.lexemes, s) {
		return nil
	}
	l.resolve(s)
	at, ok := triePlace{}, true
	for i := range s.lexemes {
		if at, ok = l.trie.step(at, s.lexemes[i].symbol(i == 0)); !ok {
			return nil
		}
	}
	words := cyrillicWords(s.lexemes, s)
	return l.accepted(at.end, func(v *variant) bool { return bytes.Equal(v.cyrillic, words) })
}

// Find appends to buf the names that stand in a text: at each place the longest, from left to right, none overlapping another. None
// crosses a line end ('\n'). Invalid UTF-8 counts one code point a byte, as range does.
func (l *Lexicon) Find(text string, buf []NameMatch) []NameMatch {
	s := l.lexer()
	defer l.release(s)
	for start := 0; ; {
		end := strings.IndexByte(text, '\n')
		line := text
		if end >= 0 {
			line = text[:end]
		}
		length := s.read(line)
		l.resolve(s)
		buf = l.findInLine(s, start, buf)
		if end < 0 {
			return buf
		}
		text = text[end+1:]
		start += length + 1
	}
}

// maxKept bounds the lexemes of a lexer that is kept for the next text: some megabytes.
const maxKept = 1 << 16

func (l *Lexicon) lexer() *lexer { return l.lexers.Get().(*lexer) }

func (l *Lexicon) release(s *lexer) {
	if cap(s.lexemes) <= maxKept {
		l.lexers.Put(s)
	}
}

// resolve gives the words of a text their symbols.
func (l *Lexicon) resolve(s *lexer) {
	for i := range s.lexemes {
		if t := &s.lexemes[i]; t.kind.inWords() {
			t.number, t.use = l.words.find(wordKey(t.kind, s.letters[t.letters:t.lettersTo]))
		}
	}
}

func (l *Lexicon) findInLine(s *lexer, start int, buf []NameMatch) []NameMatch {
	for i := 0; i < len(s.lexemes); {
		if !l.mayBegin(s.lexemes, i) {
			i++
			continue
		}
		last, entries := l.longestAt(s, i)
		if entries == nil {
			i++
			continue
		}
		buf = append(buf, NameMatch{start + int(s.lexemes[i].start), start + int(s.lexemes[last].end), entries})
		i = last + 1
	}
	return buf
}

// mayBegin turns down most lexemes at which no name begins.
func (l *Lexicon) mayBegin(lexemes []lexeme, i int) bool {
	t := &lexemes[i]
	if t.glued || t.kind.isLetter() && t.touching && lexemes[i-1].kind == runeDigit {
		return false
	}
	if i+1 < len(lexemes) && lexemes[i+1].joined {
		return true // longestAt tells what the word is with its next part
	}
	switch {
	case t.kind.inWords() && t.use&beginsNames == 0:
		return false
	case t.kind.inWords() && t.use&isName != 0:
		return true
	case i+1 == len(lexemes):
		return false
	case i+2 < len(lexemes) && lexemes[i+2].joined:
		return true
	}
	return l.pairs.has(pairOf(t.symbol(true), lexemes[i+1].symbol(false)))
}

// longestAt returns the last lexeme of the longest name that begins at lexeme i, and its entries.
func (l *Lexicon) longestAt(s *lexer, i int) (last int, entries []int32) {
	at := triePlace{}
	for j := i; j < len(s.lexemes); j++ {
		t := s.lexemes[j] // what it becomes with the parts joined to it
		next, ok := l.trie.step(at, t.symbol(j == i))
		for first := j == i; j+1 < len(s.lexemes) && s.lexemes[j+1].joined; next, ok = l.trie.step(at, t.symbol(first)) {
			// A quote ends a name, but a name that goes on has all of the word: normal forms are without quotes.
			if found := l.endingAt(next, s, i, j); found != nil {
				last, entries = j, found
			}
			j++
			if t.lettersTo = s.lexemes[j].lettersTo; int(t.lettersTo-t.letters) > l.longest+maxEnding {
				return last, entries
			}
			t.number, _ = l.words.find(wordKey(t.kind, s.letters[t.letters:t.lettersTo]))
		}
		if !ok {
			break
		}
		if found := l.endingAt(next, s, i, j); found != nil {
			last, entries = j, found
		}
		at = next
	}
	return last, entries
}

// endingAt returns the entries of the names that end at a place, if they may stand at lexemes i to j.
func (l *Lexicon) endingAt(at triePlace, s *lexer, i, j int) []int32 {
	if at.end == 0 || !mayEnd(s.lexemes, j) {
		return nil
	}
	return l.accepted(at.end, func(v *variant) bool {
		switch cases := s.cases[s.lexemes[i].cases:s.lexemes[j].casesTo]; {
		case v.rule == exactCase && string(cases) != v.cases, v.rule == capitalFirst && cases[0] != upperCase:
			return false
		}
		return len(v.cyrillic) == 0 || sameWords(v, s, s.lexemes[i:j+1])
	})
}

func mayEnd(lexemes []lexeme, j int) bool {
	if j+1 == len(lexemes) {
		return true
	}
	t, next := &lexemes[j], &lexemes[j+1]
	return !next.glued && !(next.touching && next.kind == runeDigit && t.kind.isLetter())
}

// sameWords tells whether the Cyrillic words of the text are those of a variant.
func sameWords(v *variant, s *lexer, lexemes []lexeme) bool {
	rest := v.cyrillic
	for i := 0; i < len(lexemes); i++ {
		if lexemes[i].kind != runeCyrillic {
			continue
		}
		from := lexemes[i].letters
		for i+1 < len(lexemes) && lexemes[i+1].joined {
			i++
		}
		var word []byte
		word, rest, _ = bytes.Cut(rest, []byte(" "))
		if in := s.letters[from:lexemes[i].lettersTo]; !bytes.Equal(word, in) && (v.rule == exactCase || !inflected(word, in)) {
			return false
		}
	}
	return true
}

// accepted returns the entries of those variants with one end that are accepted, in order; nil if none are.
func (l *Lexicon) accepted(head int32, accept func(*variant) bool) []int32 {
	var one *variant
	count, all := 0, 0
	for at := head; at != 0; at = l.variants[at].next {
		all++
		if v := &l.variants[at]; accept(v) {
			one = v
			count++
		}
	}
	switch {
	case count == 0:
		return nil
	case count == 1:
		return slices.Clip(one.entries)
	case count == all:
		return l.several[head]
	}
	return l.merged(head, accept)
}

func (l *Lexicon) merged(head int32, accept func(*variant) bool) (entries []int32) {
	for at := head; at != 0; at = l.variants[at].next {
		if v := &l.variants[at]; accept(v) {
			entries = append(entries, v.entries...)
		}
	}
	slices.Sort(entries)
	return slices.Clip(entries)
}
