package main

import (
	"fmt"
	"strings"
	"unicode"
)

// hidden tells whether a character is shown by its number, because it would not be seen or would change how others are shown: controls,
// characters of direction and other format characters. Joiners and the soft hyphen, which belong to the spelling of words, are let be.
func hidden(r rune) bool {
	switch r {
	case '\n', '\t', '\u200C', '\u200D', '\u00AD':
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// visible returns a text with hidden characters shown by their numbers, for terminals and attributes.
func visible(s string) string {
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			fmt.Fprintf(&b, "[U+%04X]", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
