package graph

import (
	"strings"
	"unicode"
)

// JoinLines gives a passage of a text that was cut into lines as one line, with a space where a line end stood for one. Blanks are single
// spaces, blank lines nothing. Of a page number or a symbol in its midst it knows nothing.
func JoinLines(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	var beforeLast, last rune
	add := func(r rune) {
		b.WriteRune(r)
		beforeLast, last = last, r
	}
	space, ended := false, false
	for _, r := range s {
		switch {
		case IsLineEnd(r):
			ended = true
		case IsBlank(r):
			space = space || unicode.IsSpace(r)
		default:
			if last != 0 && (ended && SpaceAtLineEnd(beforeLast, last, r) || !ended && space) {
				add(' ')
			}
			add(r)
			space, ended = false, false
		}
	}
	return b.String()
}

// SpaceAtLineEnd tells whether a line end between two characters stands for a space: between words, and between a Chinese character
// and a Latin word or number (the usage of UN documents), not within Chinese and not after a hyphen: whether that was there before
// the line was cut is not guessed.
func SpaceAtLineEnd(beforeLast, last, next rune) bool {
	switch {
	case IsWidePunctuation(last) || IsWidePunctuation(next):
		return false
	case IsCJK(last) && IsCJK(next):
		return false
	case IsCJK(last) && IsSharedPunctuation(next), IsSharedPunctuation(last) && IsCJK(next):
		return false
	case IsHyphen(last):
		return IsBlank(beforeLast) || beforeLast == 0
	default:
		return true
	}
}

// IsBlank tells whether a character is white space, a byte order mark or a space without width.
func IsBlank(r rune) bool {
	if r > ' ' && r < 0x85 || r > 0x3000 && r < 0xFEFF { // nearly all there is
		return false
	}
	return unicode.IsSpace(r) || r == '\uFEFF' || r == '\u200B'
}

// IsLineEnd tells whether a line ends at a character.
func IsLineEnd(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// IsCJK tells whether a character belongs to the scripts that Chinese and Japanese are written in.
func IsCJK(r rune) bool {
	if r >= 0x4E00 && r <= 0x9FFF { // nearly all there is
		return true
	}
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo)
}

// IsWidePunctuation holds for the punctuation that only CJK text has, and full-width forms.
func IsWidePunctuation(r rune) bool {
	return r >= 0x3001 && r <= 0x303F && !IsCJK(r) || r >= 0xFF01 && r <= 0xFF5E && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// IsSharedPunctuation holds for punctuation that Latin and CJK text share.
func IsSharedPunctuation(r rune) bool {
	switch r {
	case '“', '”', '‘', '’', '…', '—', '–', '·', '(', ')', '[', ']':
		return true
	}
	return false
}

// IsHyphen holds for hyphens and dashes.
func IsHyphen(r rune) bool { return r == '-' || r == '\u2010' || r == '–' || r == '—' }
