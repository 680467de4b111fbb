package reconcile

import (
	"regexp"
	"slices"
	"strings"

	"treatygraph/graph"
)

// The rules by which lists spell names otherwise than the names are. None of them knows a name.
var (
	footnote = regexp.MustCompile(`[\s*†‡§¹²³⁴-⁹]+$|\s*\[[0-9a-z]{1,2}\]$`)        // "Niue **", "Cyprus[3]"
	article  = regexp.MustCompile(`(?i)^the\s+|\s*\(the\)|,\s*the$`)               // "the Gambia", "Gambia (the)", "Gambia, the"
	inverted = regexp.MustCompile(`^([^,()]+?)\s*(?:,\s*([^,()]+)|\(([^()]+)\))$`) // "Korea, Republic of", "Korea (Republic of)"
	saint    = regexp.MustCompile(`(?i)\bst\.?\s`)                                 // "St. Lucia"
	and      = regexp.MustCompile(`\s*&\s*`)                                       // "Antigua & Barbuda"
	ending   = regexp.MustCompile(`\s+(?i:of|of the)$`)                            // what "Republic of" ends with
)

// spellings returns a name, and then in which other ways it may be spelled, nearest first.
func spellings(text string) []string {
	list := []string{text}
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" && !slices.ContainsFunc(list, func(known string) bool { return graph.NormalizeName(known) == graph.NormalizeName(s) }) {
			list = append(list, s)
		}
	}
	plain := footnote.ReplaceAllString(text, "")
	add(plain)
	plain = strings.TrimSpace(article.ReplaceAllString(plain, " "))
	add(plain)
	add(and.ReplaceAllString(saint.ReplaceAllString(plain, "Saint "), " and "))
	if m := inverted.FindStringSubmatch(plain); m != nil {
		if before := m[2] + m[3]; ending.MatchString(before) {
			add(before + " " + m[1])
		}
	}
	return list
}

// similarity tells how much of two names is the same: the share of pairs of neighbouring characters that both have (Dice's coefficient).
func similarity(a, b string) float64 {
	x, y := pairs(a), pairs(b)
	if len(x)+len(y) == 0 {
		return 0
	}
	both, all := 0, len(x)+len(y)
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] == y[0]:
			both++
			x, y = x[1:], y[1:]
		case slices.Compare(x[0][:], y[0][:]) < 0:
			x = x[1:]
		default:
			y = y[1:]
		}
	}
	return 2 * float64(both) / float64(all)
}

// pairs returns the pairs of neighbouring characters of a name, in order. A space stands before and behind it.
func pairs(name string) [][2]rune {
	runes := []rune(" " + graph.NormalizeName(name) + " ")
	list := make([][2]rune, 0, len(runes))
	for i := 1; i < len(runes); i++ {
		list = append(list, [2]rune{runes[i-1], runes[i]})
	}
	slices.SortFunc(list, func(a, b [2]rune) int { return slices.Compare(a[:], b[:]) })
	return list
}
