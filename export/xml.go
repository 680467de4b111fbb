package export

import (
	"strings"
	"unicode/utf8"
)

// cleanXML replaces what XML 1.0 cannot carry, not even by a reference, by U+FFFD. Without such it returns the text itself.
// Source: Char in https://www.w3.org/TR/xml/#charsets.
func cleanXML(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= ' ' && r <= 0xd7ff, r >= 0xe000 && r <= utf8.RuneError, r >= 0x10000, r == '\t', r == '\n', r == '\r':
			return r
		}
		return utf8.RuneError
	}, s)
}

// appendXML writes a text that is clean, for content and attributes alike. Readers turn line ends into \n and, in attributes, blanks into
// spaces: references keep them as they are. U+0085 and U+2028 are line ends to those who read by the rules of XML 1.1.
func appendXML[T ~string | ~[]byte](b []byte, s T) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '&':
			b = append(b, "&amp;"...)
		case c == '<':
			b = append(b, "&lt;"...)
		case c == '>':
			b = append(b, "&gt;"...)
		case c == '"':
			b = append(b, "&quot;"...)
		case c == '\t':
			b = append(b, "&#9;"...)
		case c == '\n':
			b = append(b, "&#10;"...)
		case c == '\r':
			b = append(b, "&#13;"...)
		case c == 0xc2 && s[i+1] == 0x85:
			b = append(b, "&#133;"...)
			i++
		case c == 0xe2 && s[i+1] == 0x80 && s[i+2] == 0xa8:
			b = append(b, "&#8232;"...)
			i += 2
		default:
			b = append(b, c)
		}
	}
	return b
}
