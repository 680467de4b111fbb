package graph

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// UNSymbol is the symbol of a United Nations document, such as "S/RES/1803 (2008)" or "E/CN.15/2008/21": components between
// slashes, the first naming the body, each possibly followed by a group in parentheses (the year of a Security Council resolution,
// the session of an early resolution of the Assembly, a volume or part of a document). Two symbols are the same document if their
// Keys are equal. The zero value is no symbol.
type UNSymbol struct {
	text, key string
	body      string
	number    int // of the resolution that the symbol names, if that alone tells it within its body; else 0
}

// Limits of symbols. The longest in use have some 50 characters, in six or seven components.
const (
	maxSymbolRunes = 100
	maxBodyLetters = 12
	maxGroupRunes  = 40
	// maxResolution is far above the numbers reached: 2,800 in the Security Council after 80 years.
	maxResolution = 99_999
	// firstCouncilYear is the year of the Security Council's first meeting; lastCouncilYear only catches slips.
	firstCouncilYear, lastCouncilYear = 1946, 2199
)

// SecurityCouncilResolution returns the symbol of a resolution of the Security Council, for example "S/RES/1540 (2004)"; without the
// year if that is 0. It returns the zero UNSymbol for a number outside 1–99,999 or a year outside 1946–2199.
func SecurityCouncilResolution(number, year int) UNSymbol {
	if number < 1 || number > maxResolution || year != 0 && (year < firstCouncilYear || year > lastCouncilYear) {
		return UNSymbol{}
	}
	key := "S/RES/" + strconv.Itoa(number)
	text := key
	if year != 0 {
		text += fmt.Sprintf(" (%d)", year)
	}
	return UNSymbol{text: text, key: key, body: "S", number: number}
}

// String returns the canonical spelling: components in upper case except "Add.1", "Amend.1", "Corr.1", "Rev.1" and "Sub.1"; one space
// before a parenthesis, but none before the session of a resolution ("A/RES/1962(XVIII)"), as the UN writes them.
func (u UNSymbol) String() string { return u.text }

// Key returns what identifies the document, itself a symbol: String without the year of a Security Council resolution, so that
// S/RES/1540 and S/RES/1540 (2004) are one. The session of a resolution of another body stays, for the UN never omits it.
func (u UNSymbol) Key() string { return u.key }

// Resolution returns the body ("S", "A", "E") and the number of the resolution that the symbol names. It is ok only where the number
// alone tells the resolution within its body: S/RES/1540 (2004), A/RES/1962(XVIII), but not A/RES/62/1, numbered anew each session,
// and no part, addendum or corrigendum of a resolution.
func (u UNSymbol) Resolution() (body string, number int, ok bool) {
	if u.number == 0 {
		return "", 0, false
	}
	return u.body, u.number, true
}

// ParseUNSymbol reads a symbol. It is tolerant in case, in white space around slashes and parentheses and after dots, and in the form
// of characters (full-width letters, any kind of dash or slash); trailing asterisks, which mark a reissue, are dropped. The error
// says what is wrong at which character, counted from 1. The form is checked, not whether the UN ever issued such a document; the
// number of a Security Council resolution must lie within 1–99,999 and its year within 1946–2199.
func ParseUNSymbol(s string) (UNSymbol, error) {
	p, err := newSymbolParser(s)
	if err != nil {
		return UNSymbol{}, err
	}
	parts, err := p.parts()
	if err != nil {
		return UNSymbol{}, err
	}
	return p.symbol(parts)
}

// symbolPart is one component: word "1962", group "XVIII" in parentheses, letter "A" of a resolution in several parts after the group.
type symbolPart struct {
	word, group, letter string
	at, groupAt         int // indexes of the word and of the parenthesis
}

// symbolParser reads a symbol from left to right.
type symbolParser struct {
	input string
	chars []byte // ASCII, upper case
	at    []int  // the number in input of each of chars
	next  int
}

// newSymbolParser brings the text to plain ASCII and remembers where each character stood.
func newSymbolParser(s string) (*symbolParser, error) {
	p := &symbolParser{input: s}
	if !utf8.ValidString(s) {
		return nil, fmt.Errorf("un symbol %s is not valid UTF-8", quote(s))
	}
	if len(s) > 4*maxSymbolRunes || utf8.RuneCountInString(s) > maxSymbolRunes {
		return nil, fmt.Errorf("un symbol %s is longer than %d characters", quote(s), maxSymbolRunes)
	}
	number := 0
	for _, r := range s {
		number++
		plain := string(r)
		if r >= utf8.RuneSelf {
			plain = norm.NFKC.String(plain)
			switch folded := foldRune(r); {
			case folded == '-', folded == ' ':
				plain = string(folded)
			case r == '⁄', r == '∕', r == '⧸':
				plain = "/"
			}
		}
		for _, c := range plain {
			switch {
			case c >= utf8.RuneSelf:
				return nil, fmt.Errorf("un symbol %s: character %d: %q does not occur in symbols", quote(s), number, r)
			case 'a' <= c && c <= 'z':
				c -= 'a' - 'A'
			case c < ' ' || c == 0x7f:
				c = ' '
			}
			p.chars, p.at = append(p.chars, byte(c)), append(p.at, number)
		}
	}
	end := len(p.chars)
	for end > 0 && (p.chars[end-1] == ' ' || p.chars[end-1] == '*') {
		end--
	}
	p.chars = p.chars[:end]
	p.skipSpaces()
	return p, nil
}

// fail makes the error for the character at index i.
func (p *symbolParser) fail(i int, format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	if i >= len(p.chars) {
		return fmt.Errorf("un symbol %s: at the end: %s", quote(p.input), what)
	}
	return fmt.Errorf("un symbol %s: character %d: %s", quote(p.input), p.at[i], what)
}

// peek returns the next character, 0 at the end.
func (p *symbolParser) peek() byte {
	if p.next == len(p.chars) {
		return 0
	}
	return p.chars[p.next]
}

func (p *symbolParser) skipSpaces() {
	for p.peek() == ' ' {
		p.next++
	}
}

// parts reads components up to the end.
func (p *symbolParser) parts() ([]symbolPart, error) {
	var parts []symbolPart
	for {
		part := symbolPart{at: p.next}
		var err error
		if part.word, err = p.word(); err != nil {
			return nil, err
		}
		p.skipSpaces()
		resolution := len(parts) > 1 && parts[1].word == "RES"
		if p.peek() == '(' {
			part.groupAt = p.next
			if part.group, err = p.group(); err != nil {
				return nil, err
			}
			p.skipSpaces()
			if resolution {
				part.letter = p.letter()
			}
		} else if resolution && isDigit(part.word[len(part.word)-1]) {
			part.word += p.letter() // "A/RES/47/52 A"
		}
		p.skipSpaces()
		parts = append(parts, part)
		if p.next == len(p.chars) {
			return parts, nil
		}
		if c := p.peek(); c != '/' {
			return nil, p.fail(p.next, "%q where a slash should stand", c)
		}
		p.next++
		p.skipSpaces()
	}
}

// word reads letters and digits, joined by single dots and hyphens: "RES", "CN.15", "Add.1", "ES-10".
func (p *symbolParser) word() (string, error) {
	var word []byte
	for {
		run := p.next
		for isLetter(p.peek()) || isDigit(p.peek()) {
			word = append(word, p.peek())
			p.next++
		}
		if p.next == run {
			return "", p.fail(p.next, "a letter or digit is missing")
		}
		c := p.peek()
		if c != '.' && c != '-' {
			return symbolWord(string(word)), nil
		}
		word = append(word, c)
		p.next++
		if c == '.' {
			p.skipSpaces()
		} else if isDigit(word[len(word)-2]) && isLetter(p.peek()) {
			return "", p.fail(p.next, "a second symbol begins")
		}
	}
}

// symbolWord gives a component in upper case the case that the UN writes.
func symbolWord(word string) string {
	name, _, found := strings.Cut(word, ".")
	if found {
		switch name {
		case "ADD", "AMEND", "CORR", "REV", "SUB":
			return name[:1] + strings.ToLower(name[1:]) + word[len(name):]
		}
	}
	return word
}

// group reads what stands in parentheses: "2008", "XVIII", "Vol. I", "Parts I and II".
func (p *symbolParser) group() (string, error) {
	open := p.next
	p.next++
	var b strings.Builder
	for ; p.peek() != ')'; p.next++ {
		switch c := p.peek(); {
		case c == 0:
			return "", p.fail(open, "the parenthesis is not closed")
		case isLetter(c), isDigit(c), c == '-', c == ' ':
			b.WriteByte(c)
		case c == '.', c == ',':
			b.WriteByte(c)
			b.WriteByte(' ')
		default:
			return "", p.fail(p.next, "%q does not occur in parentheses", c)
		}
	}
	p.next++
	words := strings.Fields(b.String())
	if len(words) == 0 {
		return "", p.fail(open, "the parentheses are empty")
	}
	for i, word := range words {
		words[i] = groupWord(word)
	}
	group := strings.Join(words, " ")
	if len(group) > maxGroupRunes {
		return "", p.fail(open, "the parentheses hold more than %d characters", maxGroupRunes)
	}
	return group, nil
}

// groupWord gives a word in parentheses, in upper case, the case that the UN writes: "Vol.", "Resumption", "and", but "XVIII", "S-VI".
func groupWord(word string) string {
	letters := strings.TrimRight(word, ".,")
	if letters == "AND" || letters == "TO" {
		return strings.ToLower(word)
	}
	roman := strings.Trim(letters, "IVXLCDM") == ""
	if len(letters) < 3 || roman || strings.ContainsAny(letters, "-0123456789") {
		return word
	}
	return word[:1] + strings.ToLower(word[1:])
}

// letter reads the letter of a part of a resolution, if one stands here at the end of a component.
func (p *symbolParser) letter() string {
	if !isLetter(p.peek()) {
		return ""
	}
	for after := p.next + 1; ; after++ {
		switch {
		case after == len(p.chars) || p.chars[after] == '/':
			letter := string(p.chars[p.next])
			p.next = after
			return letter
		case p.chars[after] != ' ':
			return ""
		}
	}
}

// symbol checks the components as a whole and writes them.
func (p *symbolParser) symbol(parts []symbolPart) (UNSymbol, error) {
	body := parts[0].word
	if i := strings.IndexFunc(body, func(r rune) bool { return r != '-' && !isLetter(byte(r)) }); i >= 0 {
		return UNSymbol{}, p.fail(parts[0].at, "the body %q is not made of letters", body)
	}
	switch {
	case len(body) > maxBodyLetters:
		return UNSymbol{}, p.fail(parts[0].at, "the body is longer than %d letters", maxBodyLetters)
	case parts[0].group != "":
		return UNSymbol{}, p.fail(parts[0].groupAt, "the body has a parenthesis")
	case len(parts) == 1:
		return UNSymbol{}, p.fail(len(p.chars), "nothing follows the body")
	}
	resolution := parts[1].word == "RES" && len(parts) > 2
	number := 0
	if resolution {
		var err error
		if number, err = p.resolution(body, &parts[2]); err != nil {
			return UNSymbol{}, err
		}
		if len(parts) > 3 || parts[2].letter != "" {
			number = 0
		}
	}
	u := UNSymbol{body: body, number: number}
	for i, part := range parts {
		isYear := resolution && i == 2 && body == "S"
		text := "/" + part.word
		key := text
		if part.group != "" {
			group := " (" + part.group + ")"
			if resolution && i == 2 && body != "S" {
				group = group[1:]
			}
			text += group + part.letter
			if !isYear {
				key = text
			}
		}
		u.text, u.key = u.text+text, u.key+key
	}
	u.text, u.key = u.text[1:], u.key[1:]
	if !strings.ContainsAny(u.key, "0123456789") {
		return UNSymbol{}, p.fail(len(p.chars), "there is no number")
	}
	return u, nil
}

// resolution reads the component after RES, drops its leading zeros and returns its number, 0 if it is none.
func (p *symbolParser) resolution(body string, part *symbolPart) (int, error) {
	number, err := strconv.Atoi(part.word)
	switch isNumber := err == nil && number > 0 && number <= maxResolution; {
	case isNumber:
		part.word = strconv.Itoa(number)
	case body == "S":
		return 0, p.fail(part.at, "%q is not the number of a resolution", part.word)
	default:
		return 0, nil // a special session: A/RES/S-10/2
	}
	if body != "S" {
		return number, nil
	}
	if part.letter != "" {
		return 0, p.fail(part.at, "resolutions of the Security Council have no lettered parts")
	}
	if part.group != "" {
		year, err := strconv.Atoi(part.group)
		if err != nil || len(part.group) != 4 || year < firstCouncilYear || year > lastCouncilYear {
			return 0, p.fail(part.groupAt, "%q is not the year of a resolution", part.group)
		}
	}
	return number, nil
}

func isLetter(c byte) bool { return 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
