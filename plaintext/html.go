package plaintext

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/transform"
)

// notText are elements that hold no text of the document.
var notText = map[atom.Atom]bool{
	atom.Head: true, atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Nav: true, atom.Iframe: true, atom.Object: true, atom.Embed: true, atom.Svg: true, atom.Canvas: true,
	atom.Audio: true, atom.Video: true, atom.Button: true, atom.Select: true, atom.Textarea: true, atom.Input: true, atom.Datalist: true, atom.Rt: true, atom.Rp: true, atom.Dialog: true,
}

// aroundText are roles of what stands around a document on its page.
var aroundText = map[string]bool{"navigation": true, "banner": true, "contentinfo": true, "search": true, "complementary": true, "menu": true, "menubar": true, "doc-toc": true}

// blocks are elements that stand on lines of their own.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Main: true, atom.Header: true, atom.Footer: true, atom.Aside: true, atom.Address: true, atom.Blockquote: true, atom.Center: true, atom.Dd: true, atom.Dl: true, atom.Dt: true,
	atom.Fieldset: true, atom.Figcaption: true, atom.Figure: true, atom.Form: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Hgroup: true, atom.Hr: true, atom.Li: true, atom.Ol: true, atom.Pre: true,
	atom.Table: true, atom.Caption: true, atom.Tbody: true, atom.Thead: true, atom.Tfoot: true, atom.Tr: true, atom.Ul: true, atom.Body: true, atom.Details: true, atom.Summary: true,
}

// readHTML reads a page as browsers do, however it is written.
func readHTML(content []byte, decode func([]byte) (string, error)) (string, error) {
	text, err := decodedHTML(content, decode)
	if err != nil {
		return "", err
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return "", refused("the page cannot be read: %v", err)
	}
	r := &htmlReader{notes: make(map[string]string)}
	r.findNotes(root)
	r.walk(root, false)
	return r.String(), nil
}

// saysEncoding is how a page says its encoding.
var saysEncoding = regexp.MustCompile(`(?i)<meta[^>]+charset`)

// decodedHTML decodes a page by its byte order mark or by what it says of itself, else as a plain text.
func decodedHTML(content []byte, decode func([]byte) (string, error)) (string, error) {
	start := content[:min(len(content), startBytes)]
	encoding, name, certain := charset.DetermineEncoding(start, "")
	if !certain && !saysEncoding.Match(start) {
		return decode(content)
	}
	text, _, err := transform.Bytes(encoding.NewDecoder(), content)
	if err != nil {
		return "", refused("the page says that it is in %s, and is not: %v", name, err)
	}
	if at := bytes.Index(text, []byte("\uFFFD")); at >= 0 && !bytes.Contains(content, []byte("\uFFFD")) {
		return "", refused("the page says that it is in %s, and is not: a character before byte %d of its text is none", name, at)
	}
	return string(bytes.TrimPrefix(text, []byte("\uFEFF"))), nil
}

type htmlReader struct {
	page
	notes map[string]string // the marks of footnotes by their IDs
	pre   int               // how many <pre> are open
	lists []*htmlList
	items int // how long the line is when nothing stands in it but the number of an item
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

// findNotes finds the links to footnotes: marks in superscript, or links that say that they are.
func (r *htmlReader) findNotes(n *html.Node) {
	if n.DataAtom == atom.A && strings.HasPrefix(attr(n, "href"), "#") && (inSuperscript(n) || strings.Contains(attr(n, "role"), "noteref") || strings.Contains(attr(n, "epub:type"), "noteref")) {
		if m := noteMark.FindStringSubmatch(strings.TrimSpace(textOf(n))); m != nil {
			r.notes[attr(n, "href")[1:]] = m[1]
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.findNotes(c)
	}
}

func inSuperscript(n *html.Node) bool {
	for p := n.Parent; p != nil && !blocks[p.DataAtom]; p = p.Parent {
		if p.DataAtom == atom.Sup {
			return true
		}
	}
	return n.FirstChild != nil && n.FirstChild == n.LastChild && n.FirstChild.DataAtom == atom.Sup
}

// beginning bounds what is looked at of an element's text to tell a mark or a number.
const beginning = 64

// textOf returns the beginning of an element's text.
func textOf(n *html.Node) string {
	var b strings.Builder
	var add func(*html.Node)
	add = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data[:min(len(n.Data), beginning)])
		}
		for c := n.FirstChild; c != nil && b.Len() < beginning; c = c.NextSibling {
			add(c)
		}
	}
	add(n)
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

// hiddenStyle is a style that shows nothing.
var hiddenStyle = regexp.MustCompile(`(?i)(?:display\s*:\s*none|visibility\s*:\s*hidden)`)

// leftOut tells whether an element holds no text of the document. A header or footer does inside an article.
func leftOut(n *html.Node, inside bool) bool {
	return notText[n.DataAtom] || aroundText[attr(n, "role")] || has(n, "hidden") || attr(n, "aria-hidden") == "true" || hiddenStyle.MatchString(attr(n, "style")) ||
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
	block := blocks[n.DataAtom]
	if block && (r.items == 0 || len(r.line) != r.items) {
		r.end(n.DataAtom != atom.Tr && n.DataAtom != atom.Li)
	}
	switch n.DataAtom {
	case atom.Br:
		r.mark('\n')
	case atom.Td, atom.Th:
		if len(r.line) > 0 || n.PrevSibling != nil && hasCell(n) {
			r.mark('\t')
		}
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
		if m := noteMark.FindStringSubmatch(strings.TrimSpace(textOf(n))); m != nil {
			r.raised(m[1])
			return
		}
	case atom.A:
		if mark := r.notes[strings.TrimPrefix(attr(n, "href"), "#")]; mark != "" && strings.HasPrefix(attr(n, "href"), "#") && noteMark.MatchString(strings.TrimSpace(textOf(n))) {
			r.raised(mark)
			return
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.walk(c, inside)
	}
	if block {
		r.end(n.DataAtom != atom.Tr && n.DataAtom != atom.Li)
	}
}

// raised adds the mark of a note behind the word before it.
func (r *htmlReader) raised(mark string) {
	r.space = false
	r.words(superscript(mark))
}

func (r *htmlReader) textNode(s string) {
	if r.pre == 0 {
		r.words(s)
		return
	}
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			r.mark('\n')
		}
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
	mark := r.notes[id]
	if mark == "" && n.DataAtom != atom.Span {
		for c := n.FirstChild; c != nil && mark == ""; c = c.NextSibling { // <p><a id="fn1">
			switch {
			case c.Type == html.TextNode && strings.TrimSpace(c.Data) == "":
				continue
			case c.Type == html.ElementNode && !blocks[c.DataAtom]:
				if id = attr(c, "id"); id == "" {
					id = attr(c, "name")
				}
				mark = r.notes[id]
			}
			break
		}
	}
	if mark == "" || len(r.page.notes) >= maxNotes {
		return false
	}
	delete(r.notes, id) // it is a note once
	var note htmlReader
	note.notes = map[string]string{}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		note.walk(c, inside)
	}
	text := strings.Join(strings.Fields(note.String()), " ")
	text = strings.TrimLeft(strings.TrimRight(text, "↑↩︎^ "), "↑↩︎^ ")
	for _, before := range []string{superscript(mark), mark} {
		if rest, is := strings.CutPrefix(text, before); is {
			text = strings.TrimLeftFunc(rest, func(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune(".)]/", c) })
			break
		}
	}
	r.page.notes = append(r.page.notes, superscript(mark)+" "+text)
	return true
}

func newList(n *html.Node) *htmlList {
	l := &htmlList{ordered: n.DataAtom == atom.Ol, kind: attr(n, "type"), next: 1, step: 1}
	if start, err := strconv.Atoi(attr(n, "start")); err == nil {
		l.next = start
	}
	if has(n, "reversed") {
		l.step = -1
	}
	return l
}

// ownMark is a number that an item of a list brings itself.
var ownMark = regexp.MustCompile(`^\s*(?:[(（\[]?[\dA-Za-z一二三四五六七八九十]{1,4}[.)）、\]]|[•·–—-]\s)`)

// item numbers an item of a list as a browser does, unless it brings its number.
func (r *htmlReader) item(n *html.Node) {
	if len(r.lists) == 0 {
		return
	}
	l := r.lists[len(r.lists)-1]
	if value, err := strconv.Atoi(attr(n, "value")); err == nil {
		l.next = value
	}
	if !ownMark.MatchString(textOf(n)) {
		if l.ordered {
			r.words(fmt.Sprintf("%s. ", counted(l.next, l.kind)))
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
