// Package extract turns a text into its parts. It is pure: no files, no clock, no graph; the same text gives the same parts.
//
// Offsets count Unicode code points of the raw text as it is held, half open. The clean text is derived from it and never stored.
package extract

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"treatygraph/graph"
)

// A Normalised text is a raw text read as its author meant it: hard-wrapped lines are joined to paragraphs again, blanks are single
// spaces, and what the page added (its number and symbol, footnotes) stands apart. Nothing is lost: every code point of the raw text
// that is no blank lies in a paragraph or in a piece apart.
type Normalised struct {
	Clean      string      // the paragraphs, one a line
	Paragraphs []Paragraph // in reading order
	Apart      []Piece     // in reading order
	raw        []rune
	clean      []rune // of Clean
	runs       []run
}

// A Paragraph lies at [Start, End) of the clean text and within [RawStart, RawEnd) of the raw one, which begins and ends with a
// character that is no blank. Pieces apart may lie inside the raw span.
type Paragraph struct {
	Text             string
	Start, End       int
	RawStart, RawEnd int
	Lines            int // lines of the raw text that it was joined from
}

// A PieceKind tells what stands apart from the paragraphs.
type PieceKind uint8

// Furniture is a page number, a running symbol or a footnote rule; a Footnote is the text of a note.
const (
	Furniture PieceKind = iota
	Footnote
)

// A Piece lies at [Start, End) of the raw text.
type Piece struct {
	Kind       PieceKind
	Text       string // clean
	Start, End int
}

// A run begins where code points of the clean text and of the raw one go on side by side.
type run struct{ clean, raw int }

// Normalise reads a raw text. Invalid UTF-8 counts one code point a byte, as range does.
func Normalise(raw string) *Normalised {
	n := &Normalised{raw: []rune(raw)}
	lines := splitLines(n.raw)
	classify(n.raw, lines, true)
	layout := measure(n.raw, lines)

	b := newBuilder(len(raw), len(n.raw))
	previous, blank := -1, false
	for i := range lines {
		l := &lines[i]
		switch l.class {
		case classBlank:
			blank = true
			continue
		case classFurniture:
			n.Apart = append(n.Apart, n.piece(Furniture, l))
			continue
		case classFootnote:
			n.footnote(l)
			continue
		}
		if previous >= 0 && layout.breaks(n.raw, &lines[previous], l, blank) {
			n.close(&b)
		}
		if b.lines == 0 {
			if len(n.Paragraphs) > 0 {
				b.add(l.start, '\n')
			}
			b.mark()
			n.Paragraphs = append(n.Paragraphs, Paragraph{Start: b.length, RawStart: l.start})
		}
		b.line(n.raw, l)
		n.Paragraphs[len(n.Paragraphs)-1].RawEnd = l.end
		previous, blank = i, false
	}
	n.close(&b)
	n.Clean, n.clean, n.runs = string(b.text), b.clean, b.runs
	return n
}

// Clean gives the clean form of a raw slice that is one paragraph or a part of one, such as a quote: the same words that Normalise
// gives for it, from the slice alone.
func Clean(slice string) string {
	n := &Normalised{raw: []rune(slice)}
	return n.part(0, len(n.raw)).Clean
}

// part reads the raw code points [start, end) as Clean does; its offsets map to the whole text.
func (n *Normalised) part(start, end int) *Normalised {
	slice := n.raw[start:end]
	lines := splitLines(slice)
	classify(slice, lines, false)
	b := newBuilder(len(slice)*utf8.UTFMax, len(slice))
	for i := range lines {
		if lines[i].class == classContent {
			b.line(slice, &lines[i])
		}
	}
	for i := range b.runs {
		b.runs[i].raw += start
	}
	return &Normalised{Clean: string(b.text), raw: n.raw, clean: b.clean, runs: b.runs}
}

// Len returns the number of code points of the raw text.
func (n *Normalised) Len() int { return len(n.raw) }

// Raw returns the code points [start, end) of the raw text.
func (n *Normalised) Raw(start, end int) string { return string(n.raw[start:end]) }

// RawSpan maps the code points [start, end) of the clean text to the raw text. A span that is empty or outside gives false.
func (n *Normalised) RawSpan(start, end int) (rawStart, rawEnd int, ok bool) {
	if start < 0 || start >= end || end > len(n.clean) {
		return 0, 0, false
	}
	return n.rawOffset(start), n.rawOffset(end-1) + 1, true
}

func (n *Normalised) rawOffset(clean int) int {
	i, found := slices.BinarySearchFunc(n.runs, clean, func(r run, at int) int { return r.clean - at })
	if !found {
		i--
	}
	return n.runs[i].raw + clean - n.runs[i].clean
}

func (n *Normalised) close(b *builder) {
	if b.lines == 0 {
		return
	}
	p := &n.Paragraphs[len(n.Paragraphs)-1]
	p.Text, p.End, p.Lines = b.sinceMark(), b.length, b.lines
	b.lines, b.last, b.beforeLast = 0, 0, 0
}

func (n *Normalised) piece(kind PieceKind, l *line) Piece {
	var b builder
	b.line(n.raw, l)
	return Piece{Kind: kind, Text: string(b.text), Start: l.start, End: l.end}
}

// footnote adds a line to the note before it, or begins a note where the line begins with a mark.
func (n *Normalised) footnote(l *line) {
	if last := len(n.Apart) - 1; !l.begins && last >= 0 && n.Apart[last].Kind == Footnote {
		p := &n.Apart[last]
		p.End = l.end
		p.Text = Clean(string(n.raw[p.Start:p.End]))
		return
	}
	n.Apart = append(n.Apart, n.piece(Footnote, l))
}

// A builder writes clean text and remembers where each code point came from.
type builder struct {
	text             []byte
	clean            []rune // of text
	runs             []run
	length           int // code points written
	marked           int // bytes written at the mark
	lines            int // lines of the paragraph so far
	last, beforeLast rune
}

// newBuilder makes room for a text of so many bytes and code points.
func newBuilder(bytes, runes int) builder {
	return builder{text: make([]byte, 0, bytes), clean: make([]rune, 0, runes)}
}

func (b *builder) mark() { b.marked = len(b.text) }

func (b *builder) sinceMark() string { return string(b.text[b.marked:]) }

// add writes characters that stand at a place of the raw text.
func (b *builder) add(raw int, chars ...rune) {
	if last := len(b.runs) - 1; last < 0 || b.runs[last].raw+b.length-b.runs[last].clean != raw {
		b.runs = append(b.runs, run{b.length, raw})
	}
	for _, r := range chars {
		b.text = utf8.AppendRune(b.text, r)
		b.beforeLast, b.last = b.last, r
	}
	b.clean = append(b.clean, chars...)
	b.length += len(chars)
}

// line adds a line to the paragraph, with a space between where the line end stood for one.
func (b *builder) line(raw []rune, l *line) {
	if b.lines > 0 && graph.SpaceAtLineEnd(b.beforeLast, b.last, raw[l.start]) {
		b.add(l.start-1, ' ')
	}
	b.lines++
	for i := l.start; i < l.end; {
		from := i
		for i < l.end && !graph.IsBlank(raw[i]) {
			i++
		}
		b.add(from, raw[from:i]...)
		space, at := false, i
		for ; i < l.end && graph.IsBlank(raw[i]); i++ {
			if !space && unicode.IsSpace(raw[i]) {
				space, at = true, i
			}
		}
		if space {
			b.add(at, ' ')
		}
	}
}
