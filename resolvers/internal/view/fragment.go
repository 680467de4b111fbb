package view

import (
	"unicode"

	"treatygraph/graph"
	"treatygraph/index"
)

// What is shown of a passage: so many parts, each about so many characters long, and so many of them before what was found.
const (
	maxFragments    = 3
	fragmentLength  = 240
	fragmentContext = 60
	// fragmentSlack is how far a cut may move to fall between words; scripts without spaces are cut where it comes.
	fragmentSlack = 20
)

// Fragment is the GraphQL type Fragment.
type Fragment struct {
	Text                    string
	Language                graph.Language
	Start, End, WholeLength int
	Highlights              []Highlight
}

// Highlight is the GraphQL type Highlight.
type Highlight struct{ Start, End int }

// newFragment cuts [start, end) and takes those of the marks that lie in it, or the parts of them that do.
func newFragment(whole []rune, lang graph.Language, start, end int, marks []index.Mark) Fragment {
	f := Fragment{Text: string(whole[start:end]), Language: lang, Start: start, End: end, WholeLength: len(whole), Highlights: []Highlight{}}
	for _, m := range marks {
		if from, to := max(m.Start, start), min(m.End, end); from < to {
			f.Highlights = append(f.Highlights, Highlight{from - start, to - start})
		}
	}
	return f
}

// excerpts cuts the parts of a passage in which the first marks lie; its beginning when there are none.
func excerpts(text string, lang graph.Language, marks []index.Mark) []Fragment {
	whole := []rune(text)
	if len(whole) <= fragmentLength || len(marks) == 0 {
		return []Fragment{newFragment(whole, lang, 0, cutAt(whole, fragmentLength), marks)}
	}
	var list []Fragment
	end := 0
	for _, m := range marks {
		if m.Start < end {
			continue
		}
		if len(list) == maxFragments {
			break
		}
		start := 0
		if from := m.Start - fragmentContext; from > end {
			start = min(cutAt(whole, from), m.Start)
		} else {
			start = end
		}
		end = max(cutAt(whole, start+fragmentLength), min(m.End, start+2*fragmentLength))
		list = append(list, newFragment(whole, lang, start, end, marks))
	}
	return list
}

// cutAt returns the beginning of the word at or next before a place, or the place itself where no word begins near.
func cutAt(whole []rune, place int) int {
	if place >= len(whole) {
		return len(whole)
	}
	for at := place; at > 0 && at > place-fragmentSlack; at-- {
		if unicode.IsSpace(whole[at-1]) {
			return at
		}
	}
	return place
}
