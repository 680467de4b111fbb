package extract

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"treatygraph/graph"
)

// A Document is a text in its parts. Every code point of the raw text that is no blank lies in exactly one heading, passage, note or
// piece of furniture; furniture and notes may lie inside the span of the passage that a page end cut in two.
type Document struct {
	*Normalised
	Sections []Section // in reading order
	Passages []Passage // in reading order, none overlapping another
	Notes    []Piece   // footnotes, in reading order
}

// A Section begins with its heading and reaches to the next heading that stands as high or higher.
type Section struct {
	Parent     int    // index of the section around it, -1 for the document itself
	Path       string // its place: "2.1.3" is the third part of the first part of the second
	Title      string // the heading without the colon that ends it and without note marks
	RunIn      bool   // the heading stands at the beginning of a paragraph
	Start, End int    // raw span, heading included
	HeadingEnd int    // raw end of the heading, which begins at Start; a run-in heading's colon belongs to it
	heading    span   // of the heading in the clean text
	level      int
}

// A span is [start, end) code points of the clean text.
type span struct{ start, end int }

// A Passage is a paragraph, without the run-in heading that it may begin with.
type Passage struct {
	Section    int    // index of the innermost section, -1 for none
	Text       string // clean: what Clean gives for the raw slice
	Start, End int    // raw span
	clean      span   // of the clean text
}

// Bounds of headings, in columns, so that no sentence is taken for one.
const (
	maxRunInColumns   = 60
	maxHeadingColumns = 160
	maxHeadingLines   = 3
)

// Segment reads a raw text into sections and passages.
//
// Headings are told by grammar alone. A standalone heading is a short paragraph without punctuation at its end, before text that has
// sentences. A run-in heading is a phrase at the beginning of a paragraph up to a colon, before at least one whole sentence. A heading
// that names an annex begins a part of its own, as high as the first heading of the text; headings that follow the heading of a part at
// once are its title, and what comes later lies inside. Numbered headings are as high as their sign: part, chapter, section, article.
func Segment(raw string) *Document {
	d := &Document{Normalised: Normalise(raw)}
	for _, p := range d.Apart {
		if p.Kind == Footnote {
			d.Notes = append(d.Notes, p)
		}
	}
	heading := headings(d.Paragraphs)
	o := outline{document: d}
	for i := range d.Paragraphs {
		p := &d.Paragraphs[i]
		if heading[i] {
			o.open(standaloneLevel(p.Text, &o), p.Text, p.RawStart, p.RawEnd, span{p.Start, p.End}, false)
			continue
		}
		start, clean := p.RawStart, span{p.Start, p.End}
		if head, rest := runIn(p.Text); head > 0 {
			_, headEnd, _ := d.RawSpan(p.Start, p.Start+head)
			o.open(o.standalone()+1, p.Text[:byteOffset(p.Text, head)], p.RawStart, headEnd, span{p.Start, p.Start + head}, true)
			clean.start = p.Start + rest
			start, _, _ = d.RawSpan(clean.start, p.End)
		}
		text := p.Text
		if start != p.RawStart {
			text = d.part(start, p.RawEnd).Clean
		}
		d.Passages = append(d.Passages, Passage{Section: o.current(), Text: text, Start: start, End: p.RawEnd, clean: clean})
		o.body = o.body || endsText(p.Text)
		o.extend(p.RawEnd)
	}
	return d
}

// An outline is the open sections while a document is read.
type outline struct {
	document *Document
	stack    []int // indexes of the open sections
	counts   []int // sections opened so far, for each depth of the stack
	body     bool  // a sentence has come since the last heading of a part
	part     bool  // the last part heading was followed by its title
}

func (o *outline) current() int {
	if len(o.stack) == 0 {
		return -1
	}
	return o.stack[len(o.stack)-1]
}

// standalone returns the level of the innermost open section that is no run-in one, 0 for none.
func (o *outline) standalone() int {
	for i := len(o.stack) - 1; i >= 0; i-- {
		if s := &o.document.Sections[o.stack[i]]; !s.RunIn {
			return s.level
		}
	}
	return 0
}

func (o *outline) open(level int, heading string, start, end int, clean span, isRunIn bool) {
	sections := o.document.Sections
	for len(o.stack) > 0 && sections[o.current()].level >= level {
		o.stack = o.stack[:len(o.stack)-1]
	}
	depth := len(o.stack)
	if len(o.counts) <= depth {
		o.counts = append(o.counts, 0)
	}
	o.counts = o.counts[:depth+1]
	o.counts[depth]++
	s := Section{Parent: o.current(), Title: title(heading), RunIn: isRunIn, Start: start, End: end, HeadingEnd: end, heading: clean, level: level}
	s.Path = strconv.Itoa(o.counts[depth])
	if s.Parent >= 0 {
		s.Path = sections[s.Parent].Path + "." + s.Path
	}
	o.document.Sections = append(sections, s)
	o.stack = append(o.stack, len(o.document.Sections)-1)
	o.extend(end)
}

func (o *outline) extend(end int) {
	for _, i := range o.stack {
		o.document.Sections[i].End = end
	}
}

// The levels of standalone headings.
const (
	levelPart = iota + 1
	levelTitle
	levelDivision // unnumbered, and the highest numbered ones
	levelChapter
	levelSection
	levelArticle
)

func standaloneLevel(text string, o *outline) int {
	switch {
	case len(o.document.Sections) == 0 && !o.body && len(o.document.Passages) == 0, namesAnnex(text):
		o.body, o.part = false, false
		return levelPart
	case isNumbered(text, "章", "Chapter"):
		return levelChapter
	case isNumbered(text, "节", "節", "Section"):
		return levelSection
	case isNumbered(text, "条", "條", "Article"):
		return levelArticle
	case !o.body && !o.part && len(o.stack) > 0:
		o.part = true
		return levelTitle
	default:
		o.part = true
		return levelDivision
	}
}

// headings tells which paragraphs are standalone headings.
func headings(paragraphs []Paragraph) []bool {
	is := make([]bool, len(paragraphs))
	signed := make([]bool, len(paragraphs)) // within a block of signatures
	for i := range paragraphs {
		p := &paragraphs[i]
		signed[i] = isSignature(p.Text) || i > 0 && signed[i-1] && isPhrase(p) && !namesAnnex(p.Text)
	}
	follows := false // text with sentences, or a heading before such text
	for i := len(paragraphs) - 1; i >= 0; i-- {
		p := &paragraphs[i]
		is[i] = follows && !signed[i] && isPhrase(p)
		follows = is[i] || !signed[i] && !isPhrase(p)
	}
	return is
}

// isPhrase tells whether a paragraph could be a heading by itself.
func isPhrase(p *Paragraph) bool {
	if p.Lines > maxHeadingLines || width(p.Text) > maxHeadingColumns {
		return false
	}
	words := []rune(title(p.Text))
	if strings.HasSuffix(p.Text, "：") || strings.HasSuffix(p.Text, ":") { // a clause before its list
		return false
	}
	if len(words) == 0 || !unicode.IsLetter(words[0]) && !unicode.IsDigit(words[0]) && words[0] != '《' && words[0] != '“' {
		return false
	}
	letters := false
	for i, r := range words {
		letters = letters || unicode.IsLetter(r)
		switch r {
		case '。', '！', '？', '；', '!', '?', ';':
			return false
		case '：', ':':
			if !isItem(words) && !namesAnnex(p.Text) { // else it is a field and its content
				return false
			}
		case '，', ',', '、', '.':
			if i == len(words)-1 {
				return false
			}
		}
	}
	return letters
}

func isSignature(text string) bool {
	for _, sign := range []string{"（签名）", "（簽名）", "（签字）", "(签名)", "(Signed)", "[Signed]", "(signed)"} {
		if strings.HasPrefix(text, sign) {
			return true
		}
	}
	return false
}

// namesAnnex tells whether a heading names an annex: by its first word, or in Chinese by its last, unless that is the title of an article.
func namesAnnex(text string) bool {
	words := title(text)
	for _, annex := range []string{"附件", "附录", "附錄", "Annex", "ANNEX", "Appendix", "APPENDIX", "Приложение"} {
		if rest, found := strings.CutPrefix(words, annex); found && width(rest) <= 60 && !endsText(text) {
			return true
		}
	}
	last := strings.HasSuffix(words, "附件") || strings.HasSuffix(words, "附录") || strings.HasSuffix(words, "附錄")
	return last && !isNumbered(words, "条", "條")
}

// isNumbered tells whether a heading begins with 第…unit or the Latin word for it.
func isNumbered(text string, units ...string) bool {
	for _, unit := range units {
		if strings.HasPrefix(text, unit) {
			return true
		}
	}
	rest, found := strings.CutPrefix(text, "第")
	if !found {
		return false
	}
	for _, r := range rest {
		switch {
		case isChineseNumeral(r), unicode.IsDigit(r), graph.IsBlank(r):
			continue
		}
		for _, unit := range units {
			if string(r) == unit {
				return true
			}
		}
		return false
	}
	return false
}

// runIn returns how many code points of a paragraph are a run-in heading with its colon, and where the text behind it begins; 0 where
// there is none. Such a heading is a phrase without other punctuation, no clause that leads to what it announces, and a whole sentence
// stands behind it.
func runIn(text string) (head, rest int) {
	columnsSoFar, runes, colon := 0, 0, -1
	for at, r := range text {
		if columnsSoFar > maxRunInColumns {
			return 0, 0
		}
		if r == '：' || r == ':' && strings.HasPrefix(text[at+1:], " ") {
			colon = at
			break
		}
		switch r {
		case '。', '，', '；', '！', '？', '.', ',', ';', '!', '?':
			return 0, 0
		}
		columnsSoFar += columns(r)
		runes++
	}
	if colon <= 0 || announces(text[:colon]) {
		return 0, 0
	}
	first, _ := utf8.DecodeRuneInString(text)
	if !unicode.IsLetter(first) && first != '《' && first != '“' {
		return 0, 0
	}
	behind := strings.TrimLeftFunc(text[colon:], func(r rune) bool { return r == '：' || r == ':' || graph.IsBlank(r) })
	if !endsText(behind) || isItem(beginning(text)) || isItem(beginning(behind)) && !strings.HasPrefix(behind, "第") {
		return 0, 0 // a clause before its list
	}
	between := text[colon : len(text)-len(behind)]
	head = runes + utf8.RuneCountInString(strings.TrimRightFunc(between, graph.IsBlank))
	return head, runes + utf8.RuneCountInString(between)
}

// announces tells whether the words before a colon lead to a list, a quotation or a preamble rather than name a subject.
func announces(head string) bool {
	for _, first := range []string{"本", "各", "兹", "茲", "我们", "我們", "鉴于", "鑒於", "下列", "The High", "The Parties", "The States"} {
		if strings.HasPrefix(head, first) {
			return true
		}
	}
	for _, last := range []string{"如下", "下列", "包括", "规定", "規定", "议定", "議定", "认为", "指出", "表示", "声明", "如次", "即", "时", "時", "者", "follows", "following", "that", "including", "agreed", "is", "are"} {
		if strings.HasSuffix(head, last) { // a title that ends so stands in its brackets
			return true
		}
	}
	return false
}

// beginning is the first characters of a text: what tells a list's item.
func beginning(text string) []rune {
	const enough = 8
	return []rune(text[:byteOffset(text, enough)])
}

// endsText tells whether a text ends with a sentence.
func endsText(text string) bool {
	const enough = 64 // bytes: closing marks, and what they close
	cut := max(len(text)-enough, 0)
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	s := []rune(text[cut:])
	return endsSentence(s, &line{start: 0, end: len(s)})
}

// title cuts what does not belong to a heading's words: the colon at its end and the marks of notes.
func title(heading string) string {
	return strings.TrimRightFunc(heading, func(r rune) bool { return graph.IsBlank(r) || r == '*' || r == '†' || r == '：' || r == ':' })
}

func width(s string) int {
	n := 0
	for _, r := range s {
		n += columns(r)
	}
	return n
}

func byteOffset(s string, runes int) int {
	for at := range s {
		if runes == 0 {
			return at
		}
		runes--
	}
	return len(s)
}
