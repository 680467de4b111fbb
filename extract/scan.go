package extract

import (
	"slices"
	"unicode"

	"treatygraph/graph"
)

// A token is one meaningful piece of a unit: a mention, a date, a quantity or a word of the grammar. What lies between tokens is filler.
type token struct {
	span
	class   wordClass // classNone for mentions, dates and quantities
	word    *word
	mention int // index into the unit's mentions, -1 for none
	date    graph.Date
	measure *measurement // of a quantity
}

// A measurement is an amount with its unit.
type measurement struct{ amount, unit string }

// isMoney tells currencies, which are codes of three letters, from other units.
func (m *measurement) isMoney() bool { return len(m.unit) == 3 }

func (t *token) isMention() bool { return t.mention >= 0 }
func (t *token) isDate() bool    { return !t.date.IsZero() }

// A scanner reads one unit from left to right into tokens. Mentions are linked as they come, since what is said later points back at
// what was said before.
type scanner struct {
	*reader
	*unit
	place   int // the unit's index among the units
	at      int
	next    span // the first name that does not begin before this place; empty for none
	wordEnd int  // where the last word of the grammar ended
}

// recognise fills in a unit's mentions, unlinked mentions and tokens.
func (r *reader) recognise(place int) {
	u := &r.units[place]
	u.tokens = r.room[:0]
	u.mentions = make([]mention, 0, len(u.names)+len(u.names)/4)
	s := &scanner{reader: r, unit: u, place: place}
	names, context := u.names, u.partyless
	for s.at < len(u.fold) {
		names, context = from(names, s.at), from(context, s.at)
		if begins(names, s.at) && s.partOfWord(names[0]) {
			names = names[1:]
		}
		s.next = span{}
		if len(names) > 0 {
			s.next = span{names[0].Start, names[0].End}
		}
		c := u.fold[s.at]
		switch {
		case begins(names, s.at) && !longer(context, names) && s.named(r.lexicon, names[0]):
		case begins(context, s.at) && s.named(r.context, context[0]):
		case c == '《' || c == '〈':
			s.title(names)
		case c == '第' || c >= '0' && c <= '9' || isChineseNumeral(c):
			if !s.numeral() {
				s.wordOrNothing()
			}
		case isWordLetter(c):
			s.latin()
		case r.letters[u.text[s.at]] != "" && s.letterPair():
		default:
			s.wordOrNothing()
		}
	}
	r.room, u.tokens = u.tokens, slices.Clone(u.tokens)
}

// from leaves out the matches that begin before a place.
func from(matches []NameMatch, at int) []NameMatch {
	for len(matches) > 0 && matches[0].Start < at {
		matches = matches[1:]
	}
	return matches
}

func begins(matches []NameMatch, at int) bool { return len(matches) > 0 && matches[0].Start == at }

// partOfWord tells whether a Chinese name is no name but a part of a longer word: 国际法 in 国际法庭, 西班牙 in 西班牙文.
func (s *scanner) partOfWord(m NameMatch) bool {
	if m.End >= len(s.fold) || !graph.IsCJK(s.fold[m.End-1]) || !graph.IsCJK(s.fold[m.End]) {
		return false
	}
	for at := m.Start; at < m.End; at++ {
		if w, n := grammar.at(s.fold, at); w != nil && w.class == classNone && at+n > m.End && n > m.End-m.Start {
			return true
		}
	}
	return s.state(&m) != "" && followsAny(s.fold, m.End, languages) && !followsAny(s.fold, m.End, noLanguages)
}

// longer tells whether the first of a begins where the first of b does, and reaches further.
func longer(a, b []NameMatch) bool {
	return len(a) > 0 && len(b) > 0 && a[0].Start == b[0].Start && a[0].End > b[0].End
}

func (s *scanner) push(t token) {
	if t.end <= t.start {
		t.end = t.start + 1
	}
	s.tokens = append(s.tokens, t)
	s.at = t.end
}

func (s *scanner) pushMention(m mention) {
	s.mentions = append(s.mentions, m)
	s.push(token{span: m.span, mention: len(s.mentions) - 1})
}

// wordOrNothing takes a word of the grammar, else passes over one character.
func (s *scanner) wordOrNothing() {
	w, n := s.word()
	if w == nil {
		if s.fold[s.at] == '.' && s.endsSentence(s.at) {
			s.push(token{span: span{s.at, s.at + 1}, class: classStop, mention: -1})
			return
		}
		s.at++
		return
	}
	here := span{s.at, s.at + n}
	defer func() { s.wordEnd = here.end }()
	if w.class == classType && s.typeWord(w, here) {
		return
	}
	if w.class == classNone || s.qualifies(w, here) {
		s.at = here.end
		return
	}
	class := w.class
	if s.isNegated(w, here) {
		class = classNot
	}
	s.push(token{span: here, class: class, word: w, mention: -1})
}

// isNegated tells whether a Chinese verb is denied by the character before it: 不签署, 未生效.
func (s *scanner) isNegated(w *word, here span) bool {
	if here.start == 0 || s.fold[here.start-1] != '不' && s.fold[here.start-1] != '未' {
		return false
	}
	switch w.class {
	case classPosition, classReaffirm, classComply, classWill, classAgainst, classAccede, classVerb, classConcerns, classFound, classAdopt, classEvent, classPromote, classAchieve, classStrengthen, classGive, classSupport, classSupply:
		return true
	}
	return false
}

// word returns the longest word of the grammar at this place. Where it reaches into a name that is longer than it, it is read as a shorter one: 同 before
// 意大利, not 同意.
func (s *scanner) word() (*word, int) {
	w, n := grammar.at(s.fold, s.at)
	if w != nil && s.next.start > s.at && s.next.start < s.at+n && s.next.end-s.next.start > n {
		return grammar.at(s.fold[:s.next.start], s.at)
	}
	return w, n
}

// qualifies tells whether a Chinese verb only qualifies a noun: 所商定的, 商定的.
func (s *scanner) qualifies(w *word, here span) bool {
	if w.class != classVerb && w.class != classPosition || !graph.IsCJK(s.fold[here.start]) {
		return false
	}
	return here.start > 0 && s.fold[here.start-1] == '所' || w.class == classPosition && here.end < len(s.fold) && s.fold[here.end] == '的'
}

// endsSentence tells whether a point ends a sentence: what follows begins with a capital, and what stands before is no abbreviation of one
// letter.
func (s *scanner) endsSentence(at int) bool {
	if at+1 >= len(s.text) {
		return true
	}
	if s.text[at+1] != ' ' || at < 2 {
		return false
	}
	if unicode.IsUpper(s.text[at-1]) && !isWordLetter(s.fold[at-2]) || at >= 2 && s.fold[at-1] == 'o' && s.fold[at-2] == 'n' {
		return false
	}
	return at+2 < len(s.text) && unicode.IsUpper(s.text[at+2])
}

// latin takes what begins with a letter of a script with blanks: a symbol, a word of the grammar, "resolution 1540", "Article VI", or a run of
// capitalised words that stands in Chinese text and so names something.
func (s *scanner) latin() {
	if s.at > 0 && isWordLetter(s.fold[s.at-1]) {
		s.at++
		return
	}
	if s.symbol() || s.latinReference() || s.foreignName() {
		return
	}
	if w, _ := grammar.at(s.fold, s.at); w != nil {
		s.wordOrNothing()
		return
	}
	for s.at < len(s.fold) && (isWordLetter(s.fold[s.at]) || s.fold[s.at] == '\'') {
		s.at++
	}
}

// letterPair takes two or more states named by one character each, as in 美俄关系: not where the characters are parts of other words, so what
// follows must be a word for what is between states.
func (s *scanner) letterPair() bool {
	end := s.at
	seen := make(map[graph.ID]bool, 4)
	for end < len(s.text) && s.letters[s.text[end]] != "" && !seen[s.letters[s.text[end]]] {
		seen[s.letters[s.text[end]]] = true
		end++
	}
	if end-s.at < 2 || !followsAny(s.fold, end, betweenStates) {
		return false
	}
	for i := s.at; i < end; i++ {
		s.pushMention(mention{span: span{i, i + 1}, entity: s.letters[s.text[i]], score: scoreLetter, reason: "one character for the state, beside another"})
	}
	return true
}

// follows tells whether a word stands at a place of folded text.
func follows(text []rune, at int, word string) bool {
	if at < 0 {
		return false
	}
	for _, c := range word {
		if at >= len(text) || text[at] != c {
			return false
		}
		at++
	}
	return true
}

func followsAny(text []rune, at int, words []string) bool {
	for _, w := range words {
		if follows(text, at, w) {
			return true
		}
	}
	return false
}

// foreignName reports two or more capitalised Latin words in a row, where the text is Chinese: a name that the vocabulary does not hold.
func (s *scanner) foreignName() bool {
	if s.about.Language.Base() != "zh" {
		return false
	}
	words, end := 0, s.at
	for at := s.at; at < len(s.text) && unicode.IsUpper(s.text[at]); {
		for at < len(s.text) && (unicode.IsLetter(s.text[at]) && !graph.IsCJK(s.text[at]) || s.text[at] == '.' || graph.IsHyphen(s.text[at]) || s.text[at] == '\'') {
			at++
		}
		words, end = words+1, at
		if at >= len(s.text) || s.text[at] != ' ' {
			break
		}
		at++
	}
	if words < 2 {
		return false
	}
	s.unlinked = append(s.unlinked, unlinked{span{s.at, end}, "a name that the vocabulary does not hold"})
	s.at = end
	return true
}
