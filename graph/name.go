package graph

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A NameRole says what a name is to its entity. The zero value is no role.
type NameRole uint8

// The roles of names.
const (
	NameOfficial    NameRole = iota + 1 // the full title, as in the authentic text or on the entity's own seal
	NameShort                           // the accepted short title: "New START"
	NameAlias                           // another name in use: "Moscow Treaty"
	NameAcronym                         // initials: "NPT", "СНВ-1"
	NameHistoric                        // a name it once had
	NameDescriptive                     // words that describe rather than name: "the treaty of 1991"
)

var nameRoleNames = []string{
	NameOfficial: "OFFICIAL", NameShort: "SHORT", NameAlias: "ALIAS",
	NameAcronym: "ACRONYM", NameHistoric: "HISTORIC", NameDescriptive: "DESCRIPTIVE",
}

// String returns the name of the role, for example "OFFICIAL".
func (r NameRole) String() string { return nameOf(nameRoleNames, int(r)) }

// ParseNameRole reads the name that String gives.
func ParseNameRole(s string) (NameRole, error) {
	i, err := parseName(nameRoleNames, "name role", s)
	return NameRole(i), err
}

// NameRoles returns all roles in order.
func NameRoles() []NameRole {
	return []NameRole{NameOfficial, NameShort, NameAlias, NameAcronym, NameHistoric, NameDescriptive}
}

// MaxNameRunes bounds a name. The longest titles of treaties and resolutions take some 300 characters.
const MaxNameRunes = 500

// Name is one name of an entity, spelled as its source spells it.
type Name struct {
	Text string
	Lang Language
	Role NameRole
}

// Valid tells what is wrong with the name: text that is no valid UTF-8, empty or nothing but quotes, longer than MaxNameRunes code
// points, or holding control characters, line or paragraph separators or bidi controls (they change how the text around a name
// reads); a language that is absent or not canonical; no role.
func (n Name) Valid() error {
	switch {
	case !utf8.ValidString(n.Text):
		return fmt.Errorf("name %s is not valid UTF-8", quote(n.Text))
	case utf8.RuneCountInString(n.Text) > MaxNameRunes:
		return fmt.Errorf("name %s is longer than %d characters", quote(n.Text), MaxNameRunes)
	case NormalizeName(n.Text) == "":
		return fmt.Errorf("name %s is empty", quote(n.Text))
	}
	for _, r := range n.Text {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r) {
			return fmt.Errorf("name %s contains the control character %U", quote(n.Text), r)
		}
	}
	if err := n.Lang.check(); err != nil {
		return err
	}
	if n.Role < NameOfficial || n.Role > NameDescriptive {
		return errors.New("name role is missing")
	}
	return nil
}

// foldCase is Unicode's full case folding. It keeps no state, so goroutines may share it.
var foldCase = cases.Fold()

// maxMarks bounds the combining marks kept after one character. No spelling in use has more than a few; a longer run is a prank, and
// from 30 on package norm itself breaks it up (UAX #15, Stream-Safe Text Format).
const maxMarks = 16

// NormalizeName returns the form under which names are compared; it is not for display. It is idempotent, and never fails:
//
//   - compatibility forms are resolved and case is folded (NFKC and full case folding, Unicode 3.13, D146): full-width letters, "№",
//     "Ⅰ", "ß" and so on meet their plain forms;
//   - traditional Han characters become simplified ones (see han.go), and ○ standing for zero becomes 〇;
//   - ё becomes е, as Russian texts write both; other diacritics stay, for they tell names apart;
//   - dashes, minus signs and hyphens of all kinds become '-', runs of them one; middle dots of all kinds become '·';
//   - double quotes, angle and corner quotes (“”„«»‹›《》〈〉「」『』) are dropped, single quotes and apostrophes become ' and are
//     trimmed at both ends;
//   - white space and control characters become one space, dropped at both ends and beside a Han character, 、 or 。;
//   - invisible characters (soft hyphens, joiners, bidi controls, variation selectors) are dropped.
//
// All other punctuation stays: "S/RES/1540 (2004)" becomes "s/res/1540 (2004)".
func NormalizeName(s string) string {
	if isNormalASCII(s) {
		return s
	}
	if isSimple(s) {
		return foldRunes(s)
	}
	// The acute accent is typed for an apostrophe, but its compatibility form is a space and a mark.
	s = strings.ReplaceAll(s, "\u00b4", "'")
	s = strings.ReplaceAll(s, "\u1ffd", "'")
	// Decomposed text makes what follows independent of the form it came in, and stable: nothing that is dropped or replaced can
	// bring a character together with a mark and so make a new one that should have been replaced.
	s = norm.NFKD.String(s)
	if needsFolding(s) {
		s = foldCase.String(s)
	}
	return norm.NFKC.String(foldRunes(s))
}

// isNormalASCII tells whether the text is ASCII and its own normal form, as names are that were normalised before.
func isNormalASCII(s string) bool {
	var prev byte = ' '
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf || asciiFolding[c] != c || c == ' ' && prev == ' ' || c == '-' && prev == '-' {
			return false
		}
		prev = c
	}
	return s == "" || s[0] != '\'' && prev != ' ' && prev != '\''
}

// isSimple tells whether the text has only characters that foldRune folds by itself, and no marks: most names in Chinese, Russian and
// English. Normalisation forms do not matter to it; looking them up would take most of the time.
func isSimple(s string) bool {
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf, r >= '一' && r <= lastHan, r >= 'А' && r <= 'я':
			continue
		}
		switch r {
		case 'Ё', 'ё', '·', '«', '»', '–', '—', '‘', '’', '“', '”', '、', '。', '《', '》', '〈', '〉', '「', '」', '『', '』':
			continue
		}
		return false
	}
	return true
}

// asciiFolding holds what each ASCII character becomes; 0 is dropped.
var asciiFolding = func() (table [utf8.RuneSelf]byte) {
	for c := range table {
		switch {
		case c < ' ' || c == 0x7f:
			table[c] = ' '
		case 'A' <= c && c <= 'Z':
			table[c] = byte(c) + 'a' - 'A'
		case c == '`':
			table[c] = '\''
		case c != '"':
			table[c] = byte(c)
		}
	}
	return table
}()

// needsFolding tells whether decomposed text has letters whose case foldRune does not fold by itself: hardly ever so in Chinese, Russian
// and the Latin scripts.
func needsFolding(s string) bool {
	for _, r := range s {
		switch {
		case r < 'À':
		case r >= '\u0300' && r <= '\u036f' && r != '\u0345': // marks; the iota below a Greek letter is one, and folds to a letter
		case r >= 'Ѐ' && r <= 'џ':
		case r >= '\u2000' && r <= '\u206f': // punctuation
		case r >= '\u2e80' && r <= lastHan:
		default:
			return true
		}
	}
	return false
}

// foldRunes folds everything that goes by single characters, and white space. The text must be simple, or decomposed and case folded.
func foldRunes(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	var (
		prev  rune // the last character written; 0 at the start
		base  rune // the last one that is not a mark
		marks int  // how many marks follow base
		space bool // white space was read since prev
	)
	for _, r := range s {
		r = foldRune(r)
		switch {
		case r == dropped || r == '-' && prev == '-' && !space:
			continue
		case r == ' ':
			space, base, marks = true, 0, 0
			continue
		case r >= '\u0300' && r < firstHan || r > lastHan:
			if !unicode.Is(unicode.M, r) && (r < '\u1160' || r > '\u11ff') { // vowels and finals of Hangul count as marks
				base, marks = r, 0
				break
			}
			if base == 'е' && r == '\u0308' { // the dots of ё
				continue
			}
			if marks++; marks > maxMarks {
				continue
			}
		default:
			base, marks = r, 0
		}
		if space && prev != 0 && !isHan(prev) && !isHan(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		prev, space = r, false
	}
	return strings.Trim(b.String(), " '")
}

// dropped is what foldRune returns for a character that leaves nothing behind.
const dropped rune = 0

func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return rune(asciiFolding[r])
	case r >= firstHan && r <= lastHan:
		return SimplifyHan(r)
	case r == 'Ё', r == 'ё': // decomposed ones are left to foldRunes
		return 'е'
	case r >= 'Ѐ' && r <= 'Џ':
		return r + ('ѐ' - 'Ѐ')
	case r >= 'А' && r <= 'Я':
		return r + ('а' - 'А')
	case r >= 'Ͱ' && r <= 'ԯ': // Greek and Cyrillic letters and their marks
		return r
	case r >= 'Ꭰ' && r <= 'ᏽ' || r >= 'ꭰ' && r <= 'ꮿ':
		return unicode.ToUpper(r) // Cherokee folds to capitals; cases.Fold of x/text v0.43.0 exchanges the two cases instead
	}
	switch r {
	case '“', '”', '„', '‟', '«', '»', '‹', '›', '〝', '〞', '〟', '❝', '❞', '⟨', '⟩', '⟪', '⟫',
		'《', '》', '〈', '〉', '「', '」', '『', '』':
		return dropped
	case '‘', '’', '‚', '‛', 'ʼ', 'ʹ', '′', '❛', '❜', '՚':
		return '\''
	case '·', '•', '‧', '∙', '⋅', '・', '⸱', '᛫':
		return '·'
	case '−', '˗', '⁃', '─', '━': // not in Unicode's class of dashes, but written for one
		return '-'
	case '○', '◯':
		return '〇'
	case '\u034f': // combining grapheme joiner
		return dropped
	}
	switch {
	case unicode.Is(unicode.Pd, r):
		return '-'
	case unicode.IsSpace(r) || unicode.IsControl(r):
		return ' '
	case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
		return dropped
	}
	return r
}

// isHan tells whether spaces beside the character carry no meaning.
func isHan(r rune) bool {
	if r >= firstHan && r <= lastHan {
		return true
	}
	return r >= '\u2e80' && (r == '、' || r == '。' || unicode.Is(unicode.Han, r))
}
