package main

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"treatygraph/extract"
	"treatygraph/graph"
)

// A source is a text in its clean form, which pages show, with the way back to the text as it is held.
type source struct {
	*extract.Normalised
	clean *graph.Slicer
	base  int // where the raw text begins in the held one
}

func newSource(n *extract.Normalised, base int) *source {
	return &source{n, graph.NewSlicer(n.Clean), base}
}

func (s *source) rawAt(clean int) int {
	raw, _, _ := s.RawSpan(clean, clean+1)
	return s.base + raw
}

// A line is a piece of a source: characters, and where each stands in the held text.
type line struct {
	text []rune
	raw  []int
}

// cut returns what of [start, end) of the held text is shown: blanks and what the page added are left out.
func (s *source) cut(start, end int) *line {
	first := sort.Search(s.clean.Len(), func(i int) bool { return s.rawAt(i) >= start })
	l := &line{}
	last := first
	for ; last < s.clean.Len(); last++ {
		raw := s.rawAt(last)
		if raw >= end {
			break
		}
		l.raw = append(l.raw, raw)
	}
	text, _ := s.clean.Slice(first, last)
	l.text = []rune(text)
	for len(l.text) > 0 && l.text[0] == '\n' { // the paragraph's own beginning
		l.text, l.raw = l.text[1:], l.raw[1:]
	}
	return l
}

// at returns the first character that stands at or after a code point of the held text.
func (l *line) at(raw int) int {
	i, _ := slices.BinarySearch(l.raw, raw)
	for i < len(l.text) && l.text[i] == '\n' { // it stands for no character of its own
		i++
	}
	return i
}

// A token is a piece of a part as the page shows it. Exactly one of Open, Close, Text, Hidden, Numbers and Furniture is set.
type token struct {
	Open      *openMark
	Close     bool
	Text      string
	Hidden    string        // a character that is shown by its number
	Numbers   []evidenceEnd // of the statements whose evidence ends here
	Furniture string
}

// An evidenceEnd is the number of a statement, with the words that are its evidence.
type evidenceEnd struct {
	Number int
	Words  string
	Range  bool // it stands for all numbers from the one before it
}

// An openMark begins a coloured span. Marks that overlap are cut where they cross: the later pieces are continued.
type openMark struct {
	Anchor    string // of the first piece
	Class     string
	Title     string
	Continued bool
	Height    int // marks inside it, one in the other: its line is drawn below theirs
}

// maxHeight bounds how many lines below each other can be told apart.
const maxHeight = 3

// A placed mark covers the characters [from, to) of a line.
type placed struct {
	from, to int
	open     openMark
}

// An inset stands before a character of a line.
type inset struct {
	at        int
	numbers   []evidenceEnd
	furniture string
}

// tokens weaves marks and insets into a line. Marks are ordered by from, longer first.
func tokens(l *line, marks []*placed, insets []inset) []token {
	var out []token
	var open []*placed
	cuts := []int{0, len(l.text)}
	for _, m := range marks {
		cuts = append(cuts, m.from, m.to)
	}
	for _, i := range insets {
		cuts = append(cuts, i.at)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	next := 0
	heights(marks)
	for k, at := range cuts {
		var again []*placed
		if i := slices.IndexFunc(open, func(m *placed) bool { return m.to <= at }); i >= 0 {
			for _, m := range open[i:] {
				out = append(out, token{Close: true})
				if m.to > at {
					again = append(again, m)
				}
			}
			open = open[:i]
		}
		for len(insets) > 0 && insets[0].at == at {
			out = append(out, token{Numbers: insets[0].numbers, Furniture: insets[0].furniture})
			insets = insets[1:]
		}
		for _, m := range again {
			o := m.open
			o.Continued, o.Anchor = true, ""
			out, open = append(out, token{Open: &o}), append(open, m)
		}
		for ; next < len(marks) && marks[next].from == at; next++ {
			out, open = append(out, token{Open: &marks[next].open}), append(open, marks[next])
		}
		if k+1 < len(cuts) {
			out = appendText(out, l.text[at:cuts[k+1]])
		}
	}
	return out
}

// heights tells each mark how many stand in it, one in the other.
func heights(marks []*placed) {
	var open []*placed
	for _, m := range marks {
		open = slices.DeleteFunc(open, func(o *placed) bool { return o.to <= m.from })
		for i, o := range open {
			o.open.Height = min(max(o.open.Height, len(open)-i), maxHeight)
		}
		open = append(open, m)
	}
}

func appendText(out []token, text []rune) []token {
	for len(text) > 0 {
		n := slices.IndexFunc(text, hidden)
		if n == 0 {
			out = append(out, token{Hidden: fmt.Sprintf("U+%04X", text[0])})
			text = text[1:]
			continue
		}
		if n < 0 {
			n = len(text)
		}
		out = append(out, token{Text: string(text[:n])})
		text = text[n:]
	}
	return out
}

// line returns the characters of a part and the source they come from.
func (r *review) line(p *part) (*source, *line) {
	s := r.sources[p.hash]
	if s == nil {
		return nil, &line{}
	}
	if p.note { // footnotes stand apart from the clean text
		s = newSource(extract.Normalise(s.Raw(p.start, p.end)), p.start)
	}
	return s, s.cut(p.start, p.end)
}

// spot returns which characters of a part's line evidence covers. Evidence in another text than the part's is found by its words, if they stand there once.
func spot(p *part, l *line, hash graph.TextHash, from, to int, words string) (int, int, bool) {
	if hash == p.hash {
		a, b := l.at(from), l.at(to)
		return a, b, a < b
	}
	text, clean := string(l.text), extract.Clean(words)
	if clean == "" || strings.Count(text, clean) != 1 {
		return 0, 0, false
	}
	a := len([]rune(text[:strings.Index(text, clean)]))
	return a, a + len([]rune(clean)), true
}

// furnitureIn returns what the page added within a part, where it stands.
func furnitureIn(s *source, p *part, l *line) (list []inset) {
	if s == nil {
		return nil
	}
	for _, piece := range s.Apart {
		if start := s.base + piece.Start; piece.Kind == extract.Furniture && p.start <= start && start < p.end {
			list = append(list, inset{at: l.at(start), furniture: visible(piece.Text)})
		}
	}
	return list
}

// citesIn returns the numbers of the statements, where their evidence ends.
func citesIn(p *part, l *line) (list []inset) {
	ends := make(map[int][]evidenceEnd)
	for _, c := range p.cites {
		at := len(l.text)
		if c.hash == p.hash {
			at = l.at(c.to)
		}
		ends[at] = append(ends[at], evidenceEnd{Number: c.statement.number, Words: visible(extract.Clean(c.words))})
	}
	for at, n := range ends {
		slices.SortStableFunc(n, func(a, b evidenceEnd) int { return cmp.Compare(a.Number, b.Number) })
		n = slices.CompactFunc(n, func(a, b evidenceEnd) bool { return a.Number == b.Number })
		list = append(list, inset{at: at, numbers: ranges(n)})
	}
	slices.SortFunc(list, func(a, b inset) int { return cmp.Compare(a.at, b.at) })
	return list
}

// ranges writes three and more numbers in a row as the first and the last.
func ranges(list []evidenceEnd) (out []evidenceEnd) {
	for i := 0; i < len(list); {
		last := i
		for last+1 < len(list) && list[last+1].Number == list[last].Number+1 {
			last++
		}
		out = append(out, list[i])
		if last > i+1 {
			list[last].Range = true
		}
		if last > i {
			out = append(out, list[last])
		}
		i = last + 1
	}
	return out
}
