package extract

import (
	"slices"
	"unicode"

	"treatygraph/graph"
)

// A lineClass is what a line of the raw text is.
type lineClass uint8

const (
	classContent lineClass = iota
	classBlank
	classFurniture
	classFootnote
)

// A line is [start, end) of the raw text, without the blanks around it.
type line struct {
	start, end int
	width      int  // columns: two for a wide character
	indent     int  // columns of blanks before it
	marked     bool // blanks between it and its end: what many converters leave of a paragraph's end
	begins     bool // it is the first of its footnote
	class      lineClass
}

func splitLines(raw []rune) []line {
	count := 1
	for _, r := range raw {
		if graph.IsLineEnd(r) {
			count++
		}
	}
	lines := make([]line, 0, count)
	for at := 0; at < len(raw); {
		end := at
		for end < len(raw) && !graph.IsLineEnd(raw[end]) {
			end++
		}
		l := line{start: at, end: end}
		for l.start < l.end && graph.IsBlank(raw[l.start]) {
			l.indent += columns(raw[l.start])
			l.start++
		}
		for l.end > l.start && graph.IsBlank(raw[l.end-1]) {
			l.end--
		}
		l.marked = l.end < end
		for _, r := range raw[l.start:l.end] {
			l.width += columns(r)
		}
		if l.start == l.end {
			l.class = classBlank
		}
		lines = append(lines, l)
		at = end + 1
		if end+1 < len(raw) && raw[end] == '\r' && raw[end+1] == '\n' {
			at++
		}
	}
	return lines
}

func columns(r rune) int {
	if r >= 0x4E00 && r <= 0x9FFF {
		return 2
	}
	switch {
	case r < 0x1100, r == '\uFEFF', r == '\u200B':
		return 1
	case r >= 0x3000 && r <= 0x303F, r >= 0xFF01 && r <= 0xFF60, graph.IsCJK(r), unicode.Is(unicode.Hangul, r), graph.IsSharedPunctuation(r):
		return 2
	default:
		return 1
	}
}

// Bounds of what is taken for page furniture and notes: longer things are text.
const (
	maxPageDigits  = 4
	maxSymbolRunes = 40
	minRuleRunes   = 5
	maxNoteLines   = 12
)

// classify finds furniture and footnotes by what stands on and directly around a line, so that a slice of the text is read as the
// whole is. Of a slice (whole is false) the first and the last line are content: that is where it was cut.
func classify(raw []rune, lines []line, whole bool) {
	first, last := 0, len(lines)-1
	if !whole {
		for first <= last && lines[first].class == classBlank {
			first++
		}
		for last >= first && lines[last].class == classBlank {
			last--
		}
		first, last = first+1, last-1
	}
	for i := first; i <= last; i++ {
		if lines[i].class == classContent && isRule(raw[lines[i].start:lines[i].end]) {
			lines[i].class = classFurniture
			i = noteEnd(raw, lines, i+1, last)
		}
	}
	alone := func(i int) bool {
		before, after := i == 0, i == len(lines)-1
		return (before || lines[i-1].class == classBlank) && (after || lines[i+1].class == classBlank)
	}
	number := make([]bool, len(lines))
	for i := first; i <= last; i++ {
		if lines[i].class == classContent && alone(i) && isPageNumber(raw[lines[i].start:lines[i].end]) {
			lines[i].class, number[i] = classFurniture, true
		}
	}
	running(raw, lines, number, first, last, whole)
}

// running takes a document's symbol alone on its line for furniture where it stands next to a page number or at an end of the text.
func running(raw []rune, lines []line, number []bool, first, last int, whole bool) {
	var content []int
	for i := range lines {
		if lines[i].class != classBlank {
			content = append(content, i)
		}
	}
	for k, i := range content {
		if i < first || i > last || lines[i].class != classContent || !isSymbol(raw[lines[i].start:lines[i].end]) {
			continue
		}
		before := k > 0 && number[content[k-1]] || k == 0 && whole
		after := k < len(content)-1 && number[content[k+1]] || k == len(content)-1 && whole
		if (before || after) && (k > 0 || k < len(content)-1) {
			lines[i].class = classFurniture
		}
	}
}

// noteEnd marks the notes after a footnote rule and returns the index of the last line it took. A note begins with a mark and ends
// with the line that ends a sentence; where none does soon, it is that one line.
func noteEnd(raw []rune, lines []line, from, last int) int {
	taken := from - 1
	for {
		i := taken + 1
		for i <= last && lines[i].class == classBlank {
			i++
		}
		if i > last || !isNoteMark(raw[lines[i].start:lines[i].end]) {
			return taken
		}
		end, counted := -1, 0
		for j := i; j <= last && counted < maxNoteLines; j++ {
			if lines[j].class == classBlank {
				continue
			}
			counted++
			if endsSentence(raw, &lines[j]) {
				end = j
				break
			}
		}
		if end < 0 {
			lines[i].class, lines[i].begins = classFootnote, true
			return i
		}
		for j := i; j <= end; j++ {
			if lines[j].class != classBlank {
				lines[j].class = classFootnote
			}
		}
		lines[i].begins = true
		taken = end
	}
}

func isRule(s []rune) bool {
	if len(s) < minRuleRunes {
		return false
	}
	for _, r := range s {
		switch r {
		case '_', '-', '—', '–', '─', '━', '=', '*':
		default:
			return false
		}
	}
	return true
}

// isNoteMark: an asterisk or dagger, a number in superscript, or a short number followed by a blank, a slash or a bracket.
func isNoteMark(s []rune) bool {
	switch r := s[0]; {
	case r == '*' || r == '†' || r == '‡' || r == '＊':
		return true
	case unicode.Is(unicode.No, r):
		return true
	case r < '0' || r > '9':
		return false
	}
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	return digits <= 3 && digits < len(s) && (graph.IsBlank(s[digits]) || s[digits] == '/' || s[digits] == ')')
}

// isPageNumber: "5", "- 5 -", "5/12", "Page 5", "第5页".
func isPageNumber(s []rune) bool {
	digits, signs := 0, 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case graph.IsBlank(r) || graph.IsHyphen(r) || r == '/' || r == '第' || r == '页' || r == '頁':
			signs++
		case len(s) > 5 && slices.Contains([]rune("PageOof."), r):
		default:
			return false
		}
	}
	return digits > 0 && digits <= 2*maxPageDigits && (digits <= maxPageDigits || signs > 0) && len(s) <= 20
}

// isSymbol: capitals, digits, points and brackets with slashes between, as UN bodies number their documents.
func isSymbol(s []rune) bool {
	slashes := 0
	for _, r := range s {
		switch {
		case r == '/':
			slashes++
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '(', r == ')', r == ' ':
		default:
			return false
		}
	}
	return slashes >= 2 && len(s) <= maxSymbolRunes && s[0] >= 'A' && s[0] <= 'Z'
}

// endsSentence looks at the last character behind closing quotes, brackets and note marks.
func endsSentence(raw []rune, l *line) bool {
	for i := l.end - 1; i >= l.start; i-- {
		switch raw[i] {
		case '”', '’', '"', '\'', '」', '』', '）', ')', ']', '》', '*', '†', ' ':
			continue
		case '。', '！', '？', '；', '：', '.', '!', '?', ';', ':', '．':
			return true
		}
		return false
	}
	return false
}

// A layout is how the lines of one text were made, measured on the text itself.
type layout struct {
	width   int  // columns at which lines were wrapped
	wrapped bool // lines were wrapped at all: else each line is a paragraph
	marks   bool // blanks at a line's end mark the paragraph's end
	blanks  bool // a blank line stands between paragraphs: else it stands between lines
	indents bool // an indented line begins a paragraph
}

// Shares of lines, in percent, above which a habit is taken for the text's own.
const (
	shareNear      = 25 // of all lines end near the width
	shareOpen      = 40 // of those end in mid-sentence
	shareMarks     = 90 // of the lines with blanks at the end look like a paragraph's end
	mostMarked     = 60 // of all lines may have them
	shareBlanks    = 70 // of the lines before a blank line look like a paragraph's end
	nearWidth      = 85 // of the width make a line full
	farFromWidth   = 60 // of the width make a line short for sure
	minWrapColumns = 40 // narrower texts are lists, not wrapped
	wideSlack      = 4  // columns a line may lack when a wide character or two moved down with its punctuation
)

func measure(raw []rune, lines []line) layout {
	var l layout
	var content []*line
	for i := range lines {
		if lines[i].class == classContent {
			content = append(content, &lines[i])
		}
	}
	if len(content) < 2 {
		return l
	}
	widths := make([]int, len(content))
	for i, c := range content {
		widths[i] = c.width
	}
	slices.Sort(widths)
	l.width = widths[(len(widths)-1)*9/10]

	near, open, marked, markedEnds, indented := 0, 0, 0, 0, 0
	for _, c := range content[:len(content)-1] {
		isNear := c.width*100 >= l.width*nearWidth
		ends := endsSentence(raw, c)
		if isNear {
			near++
		}
		if isNear && !ends {
			open++
		}
		if c.marked {
			marked++
			if ends || !isNear {
				markedEnds++
			}
		}
		if c.indent >= 2 {
			indented++
		}
	}
	n := len(content) - 1
	l.wrapped = l.width >= minWrapColumns && near*100 >= n*shareNear && open > 0 && open*100 >= near*shareOpen
	l.marks = marked > 0 && markedEnds*100 >= marked*shareMarks && marked*100 <= n*mostMarked
	l.indents = indented > 0 && indented*2 < n

	pairs, ends := 0, 0
	var before *line
	blank := false
	for i := range lines {
		switch lines[i].class {
		case classBlank:
			blank = true
		case classContent:
			if blank && before != nil {
				pairs++
				if endsSentence(raw, before) || before.width*100 < l.width*nearWidth {
					ends++
				}
			}
			before, blank = &lines[i], false
		}
	}
	l.blanks = pairs > 0 && ends*100 >= pairs*shareBlanks
	return l
}

// breaks tells whether a paragraph ends between two lines of content; blank, whether a blank line stands between them.
func (l *layout) breaks(raw []rune, a, b *line, blank bool) bool {
	if !l.wrapped {
		return true
	}
	ends := endsSentence(raw, a)
	roomy := l.fits(raw, a, b) // the next word had room on the line: its end was meant
	switch {
	case l.indents && b.indent >= 2 && a.indent < b.indent && (ends || roomy):
		return true
	case l.marks && a.marked:
		return ends || roomy
	case l.marks:
		return ends && a.width*100 < l.width*farFromWidth
	case l.blanks && blank:
		return ends || roomy
	case l.blanks:
		return ends && roomy && isItem(raw[b.start:b.end])
	default:
		return roomy && (ends || a.width*100 < l.width*nearWidth)
	}
}

func (l *layout) fits(raw []rune, a, b *line) bool {
	if first := raw[b.start]; graph.IsCJK(first) || graph.IsWidePunctuation(first) {
		return a.width+columns(first)+wideSlack <= l.width
	}
	word := 0
	for i := b.start; i < b.end && !graph.IsBlank(raw[i]) && !graph.IsCJK(raw[i]); i++ {
		word += columns(raw[i])
		if word > l.width {
			break
		}
	}
	return a.width+1+word <= l.width
}

// isItem tells whether a line begins with the sign of a list or of a numbered clause: "(a)", "1.", "（一）", "一、", "第三条", "•", "-".
func isItem(s []rune) bool {
	switch s[0] {
	case '(', '（', '•', '-', '–', '—', '·', '第', '[':
		return true
	}
	for i, r := range s {
		switch {
		case i > 0 && (r == '.' || r == ')' || r == '、' || r == '．'):
			return true
		case i > 4 || !unicode.IsDigit(r) && !isChineseNumeral(r):
			return false
		}
	}
	return false
}

func isChineseNumeral(r rune) bool {
	switch r {
	case '〇', '零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百':
		return true
	}
	return false
}
