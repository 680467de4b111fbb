package ingest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"treatygraph/graph"
)

// A charset is an encoding at work.
type charset struct {
	name     Encoding
	encoding encoding.Encoding    // nil for UTF-8
	size     func(src []byte) int // bytes of the first character of src, which is well-formed
	family   *family
}

// A family is the encodings that stand for the same characters, so that a text reads as one by the same measure.
type family struct {
	languages []string // base languages that are written with these characters
	judge     func(text string, expected bool) fit
}

// A fit is how well a text reads in an encoding.
type fit struct {
	flaw  string  // why it does not; "" when it does
	worse float64 // compares the encodings of a family: the smaller is the likelier one
}

var (
	anyScript = &family{nil, judgeAny}
	han       = &family{[]string{"zh"}, judgeHan}
	cyrillic  = &family{[]string{"be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "tg", "uk"}, judgeCyrillic}

	charsetUTF8    = &charset{UTF8, nil, sizeUTF8, nil}
	charsetUTF16LE = &charset{UTF16LE, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), sizeUTF16(1), anyScript}
	charsetUTF16BE = &charset{UTF16BE, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), sizeUTF16(0), anyScript}
	charsetGB18030 = &charset{GB18030, simplifiedchinese.GB18030, sizeGB18030, han}
	charset1251    = &charset{Windows1251, charmap.Windows1251, sizeByte, cyrillic}
	charsetKOI8R   = &charset{KOI8R, charmap.KOI8R, sizeByte, cyrillic}

	// candidates are tried in this order.
	candidates = []*charset{charsetUTF16LE, charsetUTF16BE, charsetGB18030, charset1251, charsetKOI8R}
)

// expects tells whether texts in the language are likely to be in the encoding.
func (f *family) expects(lang graph.Language) bool { return slices.Contains(f.languages, lang.Base()) }

func sizeByte([]byte) int { return 1 }

func sizeUTF8(src []byte) int {
	_, size := utf8.DecodeRune(src)
	return size
}

// sizeUTF16 takes the place of the high byte in a unit of two; a high surrogate, D8 to DB, begins a pair.
func sizeUTF16(high int) func([]byte) int {
	return func(src []byte) int {
		if len(src) > 1 && src[high]&0xFC == 0xD8 {
			return 4
		}
		return 2
	}
}

func sizeGB18030(src []byte) int {
	switch {
	case src[0] <= 0x80 || len(src) == 1: // 0x80 alone is the euro sign in Microsoft's code page 936
		return 1
	case '0' <= src[1] && src[1] <= '9':
		return 4
	}
	return 2
}

// offset returns the byte at which the n-th character of src begins, n from 0. What stands before it is well-formed.
func (c *charset) offset(src []byte, n int) int {
	at := 0
	for ; n > 0 && at < len(src); n-- {
		at += c.size(src[at:])
	}
	return min(at, len(src))
}

// A decoded text is what an encoding makes of bytes.
type decoded struct {
	body      string
	malformed int // the first byte that the encoding does not know, -1 when it knows all
	cut       int // the byte at which graph.MaxTextBytes are full, -1 when all fits
}

func (c *charset) decode(src []byte) decoded {
	if c.encoding == nil {
		return decoded{string(src), firstBadUTF8(src), -1}
	}
	// No encoding makes more than three bytes of one. A longer text is decoded until the room is full, and no further.
	room := make([]byte, min(3*len(src), graph.MaxTextBytes)+utf8.UTFMax)
	n, consumed, err := c.encoding.NewDecoder().Transform(room, src, true)
	text := decoded{string(room[:n]), -1, -1}
	if err != nil || n > graph.MaxTextBytes {
		text.cut = consumed
	}
	if at := strings.IndexRune(text.body, utf8.RuneError); at >= 0 {
		text.malformed = c.offset(src, utf8.RuneCountInString(text.body[:at]))
	}
	return text
}

// detect finds the encoding of a text without a byte order mark. UTF-8 wins where all bytes are, unless NUL is among them, as it is in
// UTF-16. Another encoding fits when it knows all bytes and the text that it gives reads as one; judgeAny, judgeHan and judgeCyrillic
// say what that is. Where more than one fits, the first of candidates is taken, but before it one of a family that expects the
// language, and in one family the likelier.
func detect(lang graph.Language, original []byte) (*charset, decoded, error) {
	nul, bad := bytes.IndexByte(original, 0), firstBadUTF8(original)
	if bad < 0 && nul < 0 {
		return charsetUTF8, charsetUTF8.decode(original), nil
	}
	if isDamagedUTF8(original) {
		return nil, decoded{}, refused("text is not UTF-8 at byte %d, though most of it is: it was damaged or cut off", bad)
	}
	var (
		best    *charset
		text    decoded
		bestFit fit
		tried   []string
	)
	for _, c := range candidates {
		if nul >= 0 && c.family != anyScript {
			continue // where a character is one byte, NUL is no part of a text
		}
		d := c.decode(original)
		if d.malformed >= 0 {
			tried = append(tried, fmt.Sprintf("%s (malformed at byte %d)", c.name, d.malformed))
			continue
		}
		expected := c.family.expects(lang)
		f := c.family.judge(d.body, expected)
		switch {
		case f.flaw != "":
			tried = append(tried, fmt.Sprintf("%s (%s)", c.name, f.flaw))
		case best == nil, expected && !best.family.expects(lang), c.family == best.family && f.worse < bestFit.worse:
			best, text, bestFit = c, d, f
		}
	}
	if best != nil {
		return best, text, nil
	}
	if nul >= 0 {
		return nil, decoded{}, refused("NUL at byte %d: the file is binary, or in an encoding that is not read; it is not %s", nul, strings.Join(tried, ", nor "))
	}
	hint := ""
	if looksLatin(original) {
		hint = "; it looks like ISO-8859-1 or windows-1252: convert it to UTF-8"
	}
	return nil, decoded{}, refused("text is not UTF-8 at byte %d, nor %s%s", bad, strings.Join(tried, ", nor "), hint)
}

// firstBadUTF8 returns where the bytes stop being UTF-8, -1 when all are.
func firstBadUTF8(b []byte) int {
	for at := 0; at < len(b); {
		r, size := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// isDamagedUTF8 tells whether a text is UTF-8 but for a few places: sequences of UTF-8 come by accident, but not ten for each place
// where there is none. Read in another encoding such a text would be all wrong.
func isDamagedUTF8(b []byte) bool {
	const enough, each = 8, 10
	good, places, within := 0, 0, false
	for at := 0; at < len(b); {
		r, size := utf8.DecodeRune(b[at:])
		bad := r == utf8.RuneError && size == 1
		switch {
		case bad && !within:
			places++
		case size > 1:
			good++
		}
		within = bad
		at += size
	}
	return places > 0 && good >= enough && good >= each*places
}

// looksLatin tells whether most bytes beyond ASCII are letters of ISO-8859-1 that touch an ASCII letter, as in French or Spanish.
func looksLatin(b []byte) bool {
	letters, others := 0, 0
	for at, c := range b {
		switch {
		case c < utf8.RuneSelf:
		case c >= 0xC0 && (isASCIILetterAt(b, at-1) || isASCIILetterAt(b, at+1)):
			letters++
		default:
			others++
		}
	}
	return letters > others
}

func isASCIILetterAt[T string | []byte](text T, at int) bool {
	return at >= 0 && at < len(text) && 'a' <= text[at]|0x20 && text[at]|0x20 <= 'z'
}
