package plaintext

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/transform"

	"treatygraph/graph"
)

// notText are elements that hold no text of the document.
var notText = map[atom.Atom]bool{
	atom.Head: true, atom.Title: true, atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Noframes: true, atom.Noembed: true, atom.Template: true, atom.Nav: true, atom.Iframe: true, atom.Object: true, atom.Embed: true, atom.Svg: true, atom.Canvas: true,
	atom.Audio: true, atom.Video: true, atom.Button: true, atom.Select: true, atom.Textarea: true, atom.Input: true, atom.Datalist: true, atom.Rt: true, atom.Rp: true, atom.Dialog: true,
	atom.Del: true, atom.S: true, atom.Strike: true, // struck out
}

// aroundText are roles of what stands around a document on its page.
var aroundText = map[string]bool{"navigation": true, "banner": true, "contentinfo": true, "search": true, "complementary": true, "menu": true, "menubar": true, "doc-toc": true}

// blocks are elements that stand on lines of their own.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Main: true, atom.Header: true, atom.Footer: true, atom.Aside: true, atom.Address: true, atom.Blockquote: true, atom.Center: true, atom.Dd: true, atom.Dl: true, atom.Dt: true,
	atom.Fieldset: true, atom.Legend: true, atom.Figcaption: true, atom.Figure: true, atom.Form: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Hgroup: true, atom.Hr: true, atom.Li: true, atom.Ol: true, atom.Pre: true,
	atom.Table: true, atom.Caption: true, atom.Tbody: true, atom.Thead: true, atom.Tfoot: true, atom.Tr: true, atom.Ul: true, atom.Body: true, atom.Details: true, atom.Summary: true,
}

// htmlStart is how a page begins, or a piece of one that stands alone.
var htmlStart = regexp.MustCompile(`(?i)^<(?:!doctype\s+html|html|head|body|title|meta|link|base|style|script|p|div|h[1-6]|hr|br|table|ul|ol|dl|pre|blockquote|center|section|article|main|header|nav|aside|figure|details|form|address|span|font|a|b|i|u|em|strong|small|img)[\s/>]`)

// tagBytes are more than htmlStart looks at.
const tagBytes = 64

// beginsHTML tells whether a document begins as a page does, behind comments and declarations of any length.
func beginsHTML(content []byte) bool {
	if bytes.IndexByte(content[:min(len(content), 4)], 0) >= 0 { // UTF-16: what of it is ASCII
		content = bytes.ReplaceAll(bytes.TrimPrefix(bytes.TrimPrefix(content, []byte("\xFF\xFE")), []byte("\xFE\xFF")), []byte{0}, nil)
	}
	content = bytes.TrimPrefix(content, []byte("\uFEFF"))
	xml := false
	for {
		content = bytes.TrimSpace(content)
		end := ""
		switch {
		case bytes.HasPrefix(content, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(content, []byte("<?")):
			end, xml = ">", true
		default:
			start := htmlStart.Find(content[:min(len(content), tagBytes)])
			return start != nil && (!xml || xmlPage.Match(start))
		}
		_, rest, ended := bytes.Cut(content, []byte(end))
		if !ended {
			return false
		}
		content = rest
	}
}

// xmlPage is how a page begins that is XML: other XML has elements of the names that HTML has.
var xmlPage = regexp.MustCompile(`(?i)^<(?:!doctype|html)`)

// readHTML reads a page as browsers do, however it is written.
func readHTML(content []byte, decode func([]byte) (string, error)) (string, error) {
	text, err := decodedHTML(content, decode)
	if err != nil {
		return "", err
	}
	root, err := parseHTML(text)
	if err != nil {
		return "", err
	}
	r := &htmlReader{notes: make(map[string]*htmlNote)}
	r.findNotes(root, make(map[string]bool))
	r.walk(root, false)
	if text = r.String(); len(text) > graph.MaxTextBytes {
		return "", refused("the page's text of %d bytes is longer than %d", len(text), graph.MaxTextBytes)
	}
	return text, nil
}

// decodedHTML decodes a page by its byte order mark; else as UTF-8 where all bytes are, whatever it says of itself: what is written in another encoding is UTF-8 by accident only when it is a few
// bytes long; else by what it says, and where it says nothing as a plain text.
func decodedHTML(content []byte, decode func([]byte) (string, error)) (string, error) {
	encoding, label, marked := charset.DetermineEncoding(content, "")
	if marked && bytes.HasPrefix(content, []byte("\xFF\xFE\x00\x00")) { // UTF-32
		return decode(content)
	}
	if !marked {
		if label = statedEncoding(content); label == "" {
			return decode(content)
		}
		ascii, unicode := !bytes.ContainsFunc(content, func(r rune) bool { return r >= utf8.RuneSelf }), utf8.Valid(content)
		var name string
		encoding, name = charset.Lookup(label)
		known := encoding != nil && !notEncoding[name]
		switch {
		case unicode && (!ascii || !known || strings.HasPrefix(name, "utf-16")): // UTF-16 cannot be said in ASCII
			return string(content), nil
		case !known:
			return "", refused("the page says that it is in %q, which is not known: convert it to UTF-8", label)
		}
	}
	text, _, err := transform.Bytes(encoding.NewDecoder(), content)
	if err != nil {
		return "", refused("the page says that it is in %s, and is not: %v", label, err)
	}
	if at := bytes.Index(text, []byte("\uFFFD")); at >= 0 && !bytes.Contains(content, []byte("\uFFFD")) {
		return "", refused("the page says that it is in %s, and is not: a character before byte %d of its text is none", label, at)
	}
	return string(bytes.TrimPrefix(text, []byte("\uFEFF"))), nil
}

// notEncoding are names that stand for no encoding of texts.
var notEncoding = map[string]bool{"replacement": true, "x-user-defined": true}

// saysEncoding is how a declaration of XML, or the content of <meta http-equiv=content-type>, says an encoding.
var saysEncoding = regexp.MustCompile(`(?i)\b(?:charset|encoding)\s*=\s*["']?\s*([^\s"';,?>]+)`)

// maxLabel is longer than any label of an encoding.
const maxLabel = 40

// statedEncoding is what a page says of its encoding, wherever it does. Browsers look at its first 1024 bytes, and read it again when it says so later.
func statedEncoding(content []byte) string {
	z := html.NewTokenizer(bytes.NewReader(content))
	for {
		var said []byte
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.CommentToken:
			if raw := z.Raw(); bytes.HasPrefix(raw, []byte("<?xml")) {
				said = raw
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			meta := make(map[string]string)
			for count := 1; more; count++ {
				if count > maxAttributes { // the page is going to be refused
					return ""
				}
				var key, value []byte
				key, value, more = z.TagAttr()
				if string(name) == "meta" {
					meta[string(key)] = string(value)
				}
			}
			if said = []byte("charset=" + meta["charset"]); meta["charset"] == "" && strings.EqualFold(meta["http-equiv"], "content-type") {
				said = []byte(meta["content"])
			}
		}
		if m := saysEncoding.FindSubmatch(said); m != nil {
			return string(m[1][:min(len(m[1]), maxLabel)])
		}
	}
}

type htmlReader struct {
	page
	notes map[string]*htmlNote // by their IDs
	pre   int                  // how many <pre> are open
	lists []*htmlList
	items int      // how long the line is when nothing stands in it but the number of an item
	row   bool     // a row of a table is read, and no block stands on lines of its own
	cells []string // those of the row that have been read
}

// A htmlNote is a footnote that a link leads to.
type htmlNote struct {
	mark string
	read bool
}

// A htmlList is a list that is open.
type htmlList struct {
	ordered bool
	kind    string
	next    int
	step    int
}

// noteMark is what a link to a footnote shows.
var noteMark = regexp.MustCompile(`^[\[(]?(\d{1,4}|[*†‡]{1,3}|[a-z])[\])]?$`)

// noteMarks are several of them: "Article 5" with 1 and 2 raised behind it is not Article 51.
var noteMarks = regexp.MustCompile(`^[\[(]?[\d*†‡][\d\s,;*†‡()\[\]–-]*$`)

// findNotes finds the links to footnotes: marks in superscript, or links that say that they are. A link to what has been passed is none: notes stand behind their marks, and lead back to them.
func (r *htmlReader) findNotes(n *html.Node, passed map[string]bool) {
	for _, a := range n.Attr {
		if a.Key == "id" || a.Key == "name" {
			passed[a.Val] = true
		}
	}
	if id, is := target(n); is && id != "" && !passed[id] && r.notes[id] == nil && (inSuperscript(n) || strings.Contains(attr(n, "role")+attr(n, "epub:type"), "noteref") || strings.HasPrefix(id, "_ftn") || strings.HasPrefix(id, "_edn")) { // the last two are Word's
		if m := noteMark.FindStringSubmatch(strings.TrimSpace(textOf(n))); m != nil {
			r.notes[id] = &htmlNote{mark: m[1]}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.findNotes(c, passed)
	}
}

// target returns the ID that a link within the page leads to.
func target(n *html.Node) (string, bool) {
	if n.DataAtom != atom.A {
		return "", false
	}
	return strings.CutPrefix(attr(n, "href"), "#")
}

func inSuperscript(n *html.Node) bool {
	for p := n.Parent; p != nil && !blocks[p.DataAtom]; p = p.Parent {
		if p.DataAtom == atom.Sup {
			return true
		}
	}
	return n.FirstChild != nil && n.FirstChild == n.LastChild && n.FirstChild.DataAtom == atom.Sup
}

// beginning bounds what is looked at of an element, in bytes of its text and in nodes, to tell a mark or a number.
const beginning = 64

// textOf returns the beginning of an element's text, and dots where there may be more.
func textOf(n *html.Node) string {
	var b strings.Builder
	nodes := 0
	var add func(*html.Node) bool
	add = func(n *html.Node) bool {
		if n.Type == html.TextNode {
			b.WriteString(n.Data[:min(len(n.Data), beginning)])
		}
		if nodes++; b.Len() >= beginning || nodes > beginning {
			return false
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if !add(c) {
				return false
			}
		}
		return true
	}
	if !add(n) {
		return b.String() + "…"
	}
	return b.String()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// hiddenStyle is a style that shows nothing, or strikes it out. The tree has no other.
var hiddenStyle = regexp.MustCompile(`(?i)(?:display\s*:\s*none|visibility\s*:\s*hidden|text-decoration(?:-line)?\s*:[^;]*line-through)`)

// leftOut tells whether an element holds no text of the document. A header or footer does inside an article.
func leftOut(n *html.Node, inside bool) bool {
	return notText[n.DataAtom] || aroundText[attr(n, "role")] || has(n, "hidden") || attr(n, "aria-hidden") == "true" || has(n, "style") ||
		!inside && (n.DataAtom == atom.Header || n.DataAtom == atom.Footer)
}

// walk reads a node; inside tells whether an article or the main part of the page is around it.
func (r *htmlReader) walk(n *html.Node, inside bool) {
	switch n.Type {
	case html.TextNode:
		r.textNode(n.Data)
		return
	case html.ElementNode:
		if leftOut(n, inside) || r.note(n, inside) {
			return
		}
	}
	inside = inside || n.DataAtom == atom.Article || n.DataAtom == atom.Main
	if n.DataAtom == atom.Tr && !r.row && isRow(n) {
		r.readRow(n, inside)
		return
	}
	block, blank := blocks[n.DataAtom], n.DataAtom != atom.Tr && n.DataAtom != atom.Li
	if cells[n.DataAtom] { // of a row that is none they stand below each other
		block, blank = true, hasCell(n)
	}
	if block {
		r.breakLine(blank)
	}
	switch n.DataAtom {
	case atom.Br:
		r.lineEnd()
	case atom.Ol, atom.Ul, atom.Menu:
		r.lists = append(r.lists, newList(n))
		defer func() { r.lists = r.lists[:len(r.lists)-1] }()
	case atom.Li:
		r.item(n)
		r.items = len(r.line)
	case atom.Pre:
		r.pre++
		defer func() { r.pre-- }()
	case atom.Sup:
		text := strings.TrimSpace(textOf(n))
		if m := noteMark.FindStringSubmatch(text); m != nil {
			r.raised(m[1])
			return
		}
		if noteMarks.MatchString(text) {
			r.raised(text)
			return
		}
	case atom.A:
		if id, is := target(n); is {
			text := strings.TrimSpace(textOf(n))
			if m := noteMark.FindStringSubmatch(text); m != nil && r.notes[id] != nil {
				r.raised(m[1])
				return
			}
			if r.notes == nil && backLetter.MatchString(text) || text != "" && strings.Trim(text, arrows) == "" { // back to a mark, or to the top
				return
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.walk(c, inside)
	}
	switch {
	case r.row && cells[n.DataAtom]:
		r.cells = append(r.cells, r.take())
	case n.DataAtom == atom.Li:
		r.items = 0
		fallthrough
	case block:
		r.breakLine(blank)
	}
}

// backLetter is what one of several links from a note back to its marks shows.
var backLetter = regexp.MustCompile(`^(?:[a-z]|\d+[.,]\d+)$`)

// arrows are what links back show.
const arrows = "↑↩⤴↵^\uFE0E\uFE0F"

// breakLine ends a line where a block begins or ends, unless nothing stands in it but the number of an item.
func (r *htmlReader) breakLine(blank bool) {
	switch {
	case r.row:
		r.space = true
	case r.items == 0 || len(r.line) != r.items:
		r.items = 0
		r.end(blank)
	}
}

// lineEnd ends a line within a paragraph.
func (r *htmlReader) lineEnd() {
	if r.row {
		r.space = true
		return
	}
	r.mark('\n')
}

// maxCell is how long a cell of several blocks may be to stand on one line with the others of its row.
const maxCell = 1_000

// isRow tells whether a row is one of a table, and not there for the looks of the page: it has several cells, and none holds headings, tables or a long text.
func isRow(tr *html.Node) bool {
	count := 0
	var fits func(n *html.Node, cell *htmlCell) bool
	fits = func(n *html.Node, cell *htmlCell) bool {
		switch {
		case n.DataAtom == atom.Table || headings[n.DataAtom]:
			return false
		case cells[n.DataAtom]:
			count++
			cell = new(htmlCell)
		case cell != nil && n.Type == html.TextNode:
			cell.bytes += len(n.Data)
		case cell != nil && (blocks[n.DataAtom] || n.DataAtom == atom.Br):
			cell.blocks++
		}
		if cell != nil && cell.blocks > 1 && cell.bytes > maxCell {
			return false
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if !fits(c, cell) {
				return false
			}
		}
		return true
	}
	return fits(tr, nil) && count > 1
}

// A htmlCell is what a cell of a table holds.
type htmlCell struct{ blocks, bytes int }

// readRow reads a row of a table: its cells stand between tabs, the empty ones, too, but for the last: blanks at the end of some lines would be taken for the marks of paragraphs' ends.
func (r *htmlReader) readRow(tr *html.Node, inside bool) {
	r.items = 0
	r.end(false)
	r.row, r.cells = true, nil
	for c := tr.FirstChild; c != nil; c = c.NextSibling {
		r.walk(c, inside)
	}
	r.row = false
	if rest := r.take(); rest != "" {
		r.cells = append(r.cells, rest)
	}
	if line := strings.TrimRightFunc(strings.Join(r.cells, "\t"), unicode.IsSpace); line != "" {
		r.text.WriteString(line + "\n")
		r.blank = false
	}
}

// raised adds the mark of a note behind the word before it.
func (r *htmlReader) raised(mark string) {
	r.space = false
	r.words(superscript(mark))
}

func (r *htmlReader) textNode(s string) {
	if r.pre == 0 || r.row {
		r.words(s)
		return
	}
	first := true
	for line := range strings.SplitSeq(s, "\n") {
		if !first {
			r.lineEnd()
		}
		first = false
		r.line = append(r.line, []rune(strings.ReplaceAll(strings.TrimRight(line, "\r"), "\u00AD", ""))...)
	}
}

// hasCell tells whether another cell stands before one.
func hasCell(n *html.Node) bool {
	for p := n.PrevSibling; p != nil; p = p.PrevSibling {
		if p.DataAtom == atom.Td || p.DataAtom == atom.Th {
			return true
		}
	}
	return false
}

// note reads a footnote and puts it with the others, if the node is one that a link leads to.
func (r *htmlReader) note(n *html.Node, inside bool) bool {
	if !blocks[n.DataAtom] && n.DataAtom != atom.Span {
		return false
	}
	id := attr(n, "id")
	found := r.notes[id]
	if found == nil && n.DataAtom != atom.Span {
		for c := n.FirstChild; c != nil && found == nil; c = c.NextSibling { // <p><a id="fn1">
			switch {
			case c.Type == html.TextNode && strings.TrimSpace(c.Data) == "":
				continue
			case c.Type == html.ElementNode && !blocks[c.DataAtom]:
				if id = attr(c, "id"); id == "" {
					id = attr(c, "name")
				}
				found = r.notes[id]
			}
			break
		}
	}
	if found == nil || found.read || len(r.page.notes) >= maxNotes {
		return false
	}
	if found.read = true; r.holdsMore(n, id) { // nor is one in it that has the same ID, however deep: each would be looked through
		return false
	}
	mark := found.mark
	var note htmlReader
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		note.walk(c, inside)
	}
	text := strings.Join(strings.Fields(note.String()), " ")
	text = strings.Trim(text, arrows+" ")
	for _, before := range []string{superscript(mark), mark, "[" + mark, "(" + mark} {
		if rest, is := strings.CutPrefix(text, before); is {
			text = strings.TrimLeftFunc(rest, func(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune(".)]/", c) })
			break
		}
	}
	r.page.notes = append(r.page.notes, superscript(mark)+" "+text)
	return true
}

// holdsMore tells whether an element holds more than one note: headings, or other notes.
func (r *htmlReader) holdsMore(n *html.Node, id string) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if headings[c.DataAtom] || r.isOther(attr(c, "id"), id) || r.isOther(attr(c, "name"), id) || r.holdsMore(c, id) {
			return true
		}
	}
	return false
}

// isOther tells whether an ID is that of another note.
func (r *htmlReader) isOther(own, id string) bool { return own != id && r.notes[own] != nil }

func newList(n *html.Node) *htmlList {
	l := &htmlList{ordered: n.DataAtom == atom.Ol || has(n, listStyle), kind: listKind(n), next: 1, step: 1}
	if start, err := strconv.Atoi(attr(n, "start")); err == nil {
		l.next = start
	}
	if has(n, "reversed") {
		l.step = -1
	}
	return l
}

// listStyle is the attribute by which the tree has the kind of a list that a style says.
const listStyle = "list-style"

var saysListStyle = regexp.MustCompile(`(?i)list-style(?:-type)?\s*:[^;]*?\b(none|disc|circle|square|decimal|(?:lower|upper)-(?:alpha|latin|roman))\b`)

// listKinds are the kinds of lists that styles name, as attributes do; the items of unmarked ones show nothing.
var listKinds = map[string]string{"none": unmarked, "disc": "disc", "circle": "disc", "square": "disc", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i", "upper-roman": "I", "decimal": "1"}

const unmarked = "none"

// listKind is the kind that a list, or an item of it, says: a style comes before an attribute.
func listKind(n *html.Node) string { return cmp.Or(listKinds[attr(n, listStyle)], attr(n, "type")) }

// ownMark is a number that an item of a list brings itself. "U.S. forces" and "No. 5" bring none.
var ownMark = regexp.MustCompile(`^\s*(?:[(（\[]?[\dA-Za-z一二三四五六七八九十]{1,4}[)）、\]]|(?:\d{1,4}|[一二三四五六七八九十]{1,4})\.|(?:[A-Za-z]|[IVXLivxl]{2,5})\.(?:[^A-Za-z]|$)|[•·–—-]\s)`)

// item numbers an item of a list as a browser does, unless it brings its number.
func (r *htmlReader) item(n *html.Node) {
	if len(r.lists) == 0 {
		return
	}
	l := r.lists[len(r.lists)-1]
	if value, err := strconv.Atoi(attr(n, "value")); err == nil {
		l.next = value
	}
	if kind := cmp.Or(listKind(n), l.kind); kind != unmarked && !ownMark.MatchString(textOf(n)) {
		if l.ordered && kind != "disc" {
			r.words(fmt.Sprintf("%s. ", counted(l.next, kind)))
		} else {
			r.words("• ")
		}
		r.space = true
	}
	l.next += l.step
}

// counted writes a number as a list does.
func counted(n int, kind string) string {
	switch {
	case kind == "a" && n > 0:
		return letters(n)
	case kind == "A" && n > 0:
		return strings.ToUpper(letters(n))
	case kind == "i" && n > 0 && n < 4000:
		return roman(n)
	case kind == "I" && n > 0 && n < 4000:
		return strings.ToUpper(roman(n))
	}
	return strconv.Itoa(n)
}

// letters counts a, b, … z, aa, ab.
func letters(n int) (s string) {
	for ; n > 0; n = (n - 1) / 26 {
		s = string(rune('a'+(n-1)%26)) + s
	}
	return s
}

func roman(n int) string {
	var b strings.Builder
	for _, d := range []struct {
		value int
		sign  string
	}{{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}} {
		for ; n >= d.value; n -= d.value {
			b.WriteString(d.sign)
		}
	}
	return b.String()
}
