package text

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"treatygraph/graph"
)

// A Class is how a document matches; the lower, the better.
type Class uint8

// The classes of matches, best first.
const (
	Prefix   Class = iota + 1 // a name begins with the query, character by character after graph.NormalizeName
	Phrase                    // the words of the query stand in it next to each other; of a query with Chinese and the like: it stands in it
	AllWords                  // all words of the query stand in it, in English and Russian texts in any inflection; all runs of Chinese stand in it
	Fuzzy                     // likewise, but words may be misspelt
)

// A Query asks for documents. Its text is literal: no character has a meaning of its own.
type Query struct {
	Text     string
	Kinds    graph.KindSet    // 0: all
	Langs    []graph.Language // "zh" is also zh-Hans and zh-Hant; none: all
	Names    bool             // find names
	Passages bool             // find passages
	Fuzzy    bool             // find what matches with misspelt words, too
	Below    uint32           // only documents with lower numbers
}

// Limits of a query's text. A longer one costs more than anybody means: the longest titles stay below.
const (
	MaxQueryRunes = 256
	MaxQueryWords = 16 // and runs of Chinese characters
)

// terms is a query's text taken apart.
type terms struct {
	key   string   // all of it, normalised
	words []string // with spaces between them, as they are
	runs  []string // of characters of unspaced scripts: parts that were apart in the text, by spaces or other characters, are apart
}

// parse takes a text apart. The error is graph.ErrInvalid.
func parse(text string) (t terms, err error) {
	invalid := func(reason string, args ...any) error {
		return &graph.InvalidError{Record: "search", Field: "text", Reason: fmt.Sprintf(reason, args...)}
	}
	if len(text) > utf8.UTFMax*MaxQueryRunes || utf8.RuneCountInString(text) > MaxQueryRunes {
		return t, invalid("it is longer than %d characters", MaxQueryRunes)
	}
	t.key = graph.NormalizeName(text)
	for _, w := range wordTokens([]byte(t.key)) {
		t.words = append(t.words, string(w.Term))
	}
	for _, part := range strings.Fields(text) {
		t.runs = append(t.runs, strings.FieldsFunc(graph.NormalizeName(part), func(r rune) bool { return !isUnspaced(r) })...)
	}
	if n := len(t.words) + len(t.runs); n > MaxQueryWords {
		return t, invalid("it has %d words, more than %d", n, MaxQueryWords)
	}
	return t, nil
}

func (t *terms) empty() bool { return len(t.words) == 0 && len(t.runs) == 0 }

// content returns the words that all must stand in a text: without stop words, unless there is nothing else.
func (t *terms) content() []string {
	var list []string
	for _, w := range t.words {
		if stem(w, false) != "" && stem(w, true) != "" {
			list = append(list, w)
		}
	}
	if len(list) == 0 && len(t.runs) == 0 {
		return t.words
	}
	return list
}

// stem returns the stem of a word; empty for a stop word.
func stem(word string, inRussian bool) string {
	a := english
	if inRussian {
		a = russian
	}
	if list := a.Analyze([]byte(word)); len(list) > 0 {
		return string(list[0].Term)
	}
	return ""
}

// maxFuzzyLetters bounds the words that may be misspelt; the automaton of a longer one grows too large.
const maxFuzzyLetters = 40

// edits returns how many letters may be wrong in a word. Numbers must be right: another year is another treaty.
func edits(word string) int {
	if strings.ContainsAny(word, "0123456789") {
		return 0
	}
	switch n := utf8.RuneCountInString(word); {
	case n < 4 || n > maxFuzzyLetters:
		return 0
	case n < 8:
		return 1
	default:
		return 2
	}
}
