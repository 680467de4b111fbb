package text

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"treatygraph/graph"
)

// A Mark is a part of a text: the code points [Start, End).
type Mark struct{ Start, End int }

// A Highlighter marks in a text what a query found there. It takes the text apart as it stands, where the index takes apart its normal form: where
// the two differ, as in a word with a hyphen that may be left out, less may be marked than was found.
type Highlighter struct {
	terms   terms
	whole   []unit // of the query
	content []string
	runs    [][]unit
}

// NewHighlighter takes a query's text apart. The error is graph.ErrInvalid, as of Search.
func NewHighlighter(query string) (*Highlighter, error) {
	t, err := parse(query)
	if err != nil {
		return nil, err
	}
	h := &Highlighter{terms: t, whole: units(t.key), content: t.content()}
	for _, run := range t.runs {
		h.runs = append(h.runs, units(run))
	}
	return h, nil
}

// Marks returns what the query found in a text of a language by a class: in order, apart from each other.
func (h *Highlighter) Marks(class Class, lang graph.Language, text string) []Mark {
	us := units(text)
	var marks []Mark
	switch class {
	case Prefix:
		if len(us) > 0 {
			marks = h.phrase(us, 1, true)
		}
	case Phrase:
		marks = h.phrase(us, len(us), len(h.runs) > 0)
	}
	if len(marks) == 0 {
		marks = h.words(us, lang, class == Fuzzy)
	}
	return merged(marks)
}

// phrase marks where the whole query stands, beginning at one of the first units. Cut: its first and last words may be parts of words,
// as in a search by any part of a text.
func (h *Highlighter) phrase(us []unit, first int, cut bool) (marks []Mark) {
	n := len(h.whole)
	for i := 0; n > 0 && i < first && i+n <= len(us); i++ {
		m := Mark{us[i].start, us[i+n-1].end}
		fits := true
		for j := 0; j < n && fits; j++ {
			word, want := us[i+j], h.whole[j].key
			switch {
			case word.key == want:
			case cut && j == n-1 && strings.HasPrefix(word.key, want):
				if word.straight() {
					m.End = word.start + utf8.RuneCountInString(want)
				}
			case cut && j == 0 && n > 1 && len(h.runs) > 0 && strings.HasSuffix(word.key, want):
				if word.straight() {
					m.Start = word.end - utf8.RuneCountInString(want)
				}
			default:
				fits = false
			}
		}
		if fits {
			marks = append(marks, m)
		}
	}
	return marks
}

// words marks every word and run of the query.
func (h *Highlighter) words(us []unit, lang graph.Language, fuzzy bool) (marks []Mark) {
	for i := range us {
		if us[i].unspaced {
			for _, run := range h.runs {
				if len(run) > 0 && i+len(run) <= len(us) && slices.EqualFunc(us[i:i+len(run)], run, func(a, b unit) bool { return a.key == b.key }) {
					marks = append(marks, Mark{us[i].start, us[i+len(run)-1].end})
				}
			}
		} else if slices.ContainsFunc(h.content, func(word string) bool { return means(us[i].key, word, lang, fuzzy) }) {
			marks = append(marks, Mark{us[i].start, us[i].end})
		}
	}
	return marks
}

// means tells whether a word of a text is a word of a query: as it is, in another inflection or, when fuzzy, misspelt.
func means(has, want string, lang graph.Language, fuzzy bool) bool {
	if has == want {
		return true
	}
	if fuzzy {
		most := edits(want)
		return most > 0 && distance([]rune(has), []rune(want), most) <= most
	}
	a, _ := utf8.DecodeRuneInString(has)
	if b, _ := utf8.DecodeRuneInString(want); a != b { // stems keep the beginning; most words need no stem so
		return false
	}
	base := lang.Base()
	if base != "en" && base != "ru" {
		return false
	}
	s := stem(want, base == "ru")
	return s != "" && s == stem(has, base == "ru")
}

// distance returns how many letters to put, leave out, replace or exchange with the next make the one word of the other; above most: any such number.
func distance(a, b []rune, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	before, above := make([]int, len(b)+1), make([]int, len(b)+1) // the rows for two letters less and for one
	row := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(above[j]+cost, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}

// A unit is a word, or a single character of an unspaced script.
type unit struct {
	start, end int    // code points of the text
	key        string // after graph.NormalizeName
	unspaced   bool
}

// straight tells whether each character of the text became one of the key.
func (u *unit) straight() bool { return utf8.RuneCountInString(u.key) == u.end-u.start }

// units takes a text apart.
func units(text string) []unit {
	var list []unit
	at, runes := 0, 0 // a place in the text, in bytes and code points
	add := func(part string, unspaced bool) {
		n := utf8.RuneCountInString(part)
		if key := graph.NormalizeName(part); isWord([]byte(key)) {
			list = append(list, unit{runes, runes + n, key, unspaced})
		}
		runes += n
		at += len(part)
	}
	for _, t := range tokenizer.Tokenize([]byte(text)) {
		runes += utf8.RuneCountInString(text[at:t.Start])
		at = t.Start
		word := string(t.Term)
		for word != "" {
			end := strings.IndexFunc(word, isUnspaced)
			switch {
			case end < 0:
				end = len(word)
				add(word, false)
			case end > 0:
				add(word[:end], false)
			default:
				_, end = utf8.DecodeRuneInString(word)
				add(word[:end], true)
			}
			word = word[end:]
		}
	}
	return list
}

// merged sorts marks and makes one of those that touch.
func merged(marks []Mark) []Mark {
	slices.SortFunc(marks, func(a, b Mark) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	kept := marks[:0]
	for _, m := range marks {
		if n := len(kept); n > 0 && m.Start <= kept[n-1].End {
			kept[n-1].End = max(kept[n-1].End, m.End)
			continue
		}
		kept = append(kept, m)
	}
	return kept
}
