package plaintext

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of a page. What a browser's way of building the tree may make of 16 MiB has none: it opens unclosed elements again in each paragraph, and joins text piece by piece.
// So the tree is built here, in one pass, of the elements that matter to the text.
const (
	maxNodes      = 1 << 21 // of elements and texts: a page of 16 MiB with as many has 8 bytes for each; they take some 250 MB
	maxDepth      = 500     // as in DOCX
	maxAttributes = 1_000   // of one tag: the tokenizer clears as many for each tag that follows
)

// readAttributes are those that the text depends on; elements without meaning of their own are kept for them.
var readAttributes = map[string]bool{
	"id": true, "name": true, "href": true, "role": true, "epub:type": true, "hidden": true, "aria-hidden": true, "style": true, "type": true, "start": true, "value": true, "reversed": true,
}

// editLink is the class of what MediaWiki, and so Wikisource, puts into each heading for those who edit.
var editLink = regexp.MustCompile(`(?:^|\s)mw-editsection(?:\s|$)`)

var (
	void = map[atom.Atom]bool{
		atom.Area: true, atom.Base: true, atom.Basefont: true, atom.Bgsound: true, atom.Br: true, atom.Col: true, atom.Embed: true, atom.Frame: true, atom.Hr: true, atom.Img: true, atom.Input: true, atom.Link: true, atom.Meta: true,
		atom.Param: true, atom.Source: true, atom.Track: true, atom.Wbr: true,
	}
	inHead   = map[atom.Atom]bool{atom.Base: true, atom.Basefont: true, atom.Bgsound: true, atom.Link: true, atom.Meta: true, atom.Title: true, atom.Style: true, atom.Script: true, atom.Noscript: true, atom.Noframes: true, atom.Template: true}
	headings = map[atom.Atom]bool{atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true}
	cells    = map[atom.Atom]bool{atom.Td: true, atom.Th: true}
	// tableParts are numbered from the outer to the inner: one ends those that are not outside it.
	tableParts = map[atom.Atom]int{atom.Tbody: 1, atom.Thead: 1, atom.Tfoot: 1, atom.Tr: 2, atom.Td: 3, atom.Th: 3, atom.Caption: 3}
)

// A kind is what the elements that may be open are to each other. They are asked for it for each tag, hundreds deep.
type kind uint8

const (
	isBlock kind = 1 << iota
	isHeading
	isTerm
	isTable
	ofTable // and its cells: what is open around one is not ended in it
	isList
	ofLine kind = 0 // stands within a line
)

func kindOf(a atom.Atom) kind {
	k := ofLine
	if blocks[a] {
		k = isBlock
	}
	switch {
	case headings[a]:
		k |= isHeading
	case a == atom.Dd, a == atom.Dt:
		k |= isTerm
	case a == atom.Table:
		k |= isTable | ofTable
	case a == atom.Caption, cells[a]:
		k |= ofTable
	case a == atom.Ul, a == atom.Ol, a == atom.Menu, a == atom.Dl:
		k |= isList
	}
	return k
}

// A tree is a page's as it is built.
type tree struct {
	open  []openElement // from the root to the innermost
	nodes int
}

type openElement struct {
	*html.Node
	kind kind
}

// parseHTML builds the tree of a page. As in a browser no page is wrong: tags that are left out are made up for, and those that fit nowhere are passed over.
func parseHTML(page string) (*html.Node, error) {
	root := &html.Node{Type: html.DocumentNode}
	t := &tree{open: []openElement{{Node: root}}}
	xhtml := strings.HasPrefix(strings.TrimSpace(page), "<?xml")
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		token := z.Next()
		switch token {
		case html.ErrorToken: // the end, as reading a string does not fail
			return root, nil
		case html.TextToken:
			t.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			n, err := element(z)
			if err != nil {
				return nil, err
			}
			closed := token == html.SelfClosingTagToken && (xhtml || n.DataAtom == 0 || t.nearest(atom.Svg, 0, 0) > 0)
			if closed {
				z.NextIsNotRawText()
			}
			t.start(n, closed || void[n.DataAtom])
		case html.EndTagToken:
			name, _ := z.TagName()
			t.end(atom.Lookup(name), name)
		}
		switch {
		case t.nodes > maxNodes:
			return nil, refused("the page has more than %d elements and pieces of text", maxNodes)
		case len(t.open) > maxDepth:
			return nil, refused("the page's elements are nested more than %d deep", maxDepth)
		}
	}
}

// element reads a start tag with the attributes that are read.
func element(z *html.Tokenizer) (*html.Node, error) {
	name, more := z.TagName()
	n := &html.Node{Type: html.ElementNode, DataAtom: atom.Lookup(name), Data: atom.String(name)}
	for count := 1; more; count++ {
		if count > maxAttributes {
			return nil, refused("a tag of the page has more than %d attributes", maxAttributes)
		}
		var key, value []byte
		key, value, more = z.TagAttr()
		switch k := string(key); {
		case k == "class" && editLink.Match(value):
			n.Attr = append(n.Attr, html.Attribute{Key: "hidden"})
		case k == "style" && !hiddenStyle.Match(value):
			if list := saysListStyle.FindSubmatch(value); list != nil {
				n.Attr = append(n.Attr, html.Attribute{Key: listStyle, Val: strings.ToLower(string(list[1]))})
			}
		case readAttributes[k]:
			n.Attr = append(n.Attr, html.Attribute{Key: k, Val: string(value)})
		}
	}
	return n, nil
}

func (t *tree) top() openElement { return t.open[len(t.open)-1] }

func (t *tree) add(n *html.Node) {
	t.top().AppendChild(n)
	t.nodes++
}

func (t *tree) push(n *html.Node) {
	t.add(n)
	t.open = append(t.open, openElement{n, kindOf(n.DataAtom)})
}

func elementOf(a atom.Atom) *html.Node {
	return &html.Node{Type: html.ElementNode, DataAtom: a, Data: a.String()}
}

func (t *tree) text(s string) {
	s = strings.ReplaceAll(s, "\x00", "")
	if t.top().DataAtom == atom.Head && strings.TrimSpace(s) != "" {
		t.closeTo(len(t.open) - 1)
	}
	if s != "" {
		t.add(&html.Node{Type: html.TextNode, Data: s})
	}
}

// nearest returns where the innermost element of a name or kind is open, unless a barrier stands before it; 0: there is none.
func (t *tree) nearest(name atom.Atom, of, barrier kind) int {
	for i := len(t.open) - 1; i > 0; i-- {
		switch e := &t.open[i]; {
		case name != 0 && e.DataAtom == name || e.kind&of != 0:
			return i
		case e.kind&barrier != 0:
			return 0
		}
	}
	return 0
}

// closeTo ends the element that is open at a place, and all in it; 0: none.
func (t *tree) closeTo(at int) {
	if at > 0 {
		t.open = t.open[:at]
	}
}

// start opens an element, or adds it where it is closed already.
func (t *tree) start(n *html.Node, closed bool) {
	a := n.DataAtom
	if t.top().DataAtom == atom.Head && !inHead[a] {
		t.closeTo(len(t.open) - 1)
	}
	if a == atom.Html || a == atom.Body || void[a] && a != atom.Br && a != atom.Hr || !blocks[a] && !notText[a] && !cells[a] && a != atom.Sup && a != atom.Br && a != atom.Menu && len(n.Attr) == 0 {
		return // it changes nothing of the text
	}
	k := kindOf(a)
	switch {
	case tableParts[a] > 0:
		t.startPart(a)
	case a == atom.Table:
		if i := t.nearest(0, ofTable, 0); t.open[i].DataAtom == atom.Table { // it stands in no cell
			t.closeTo(i)
		}
	case a == atom.Li:
		t.closeTo(t.nearest(a, 0, ofTable|isList))
	case k&isTerm != 0:
		t.closeTo(t.nearest(0, isTerm, ofTable|isList))
	case a == atom.A:
		t.closeTo(t.nearest(a, 0, ofTable|isBlock))
	case k&isHeading != 0 && t.top().kind&isHeading != 0:
		t.closeTo(len(t.open) - 1)
	}
	if k&isBlock != 0 {
		t.closeTo(t.nearest(atom.P, 0, ofTable))
	}
	if closed {
		t.add(n)
	} else {
		t.push(n)
	}
}

// startPart ends the parts of the table that a new one follows, and makes a row for a cell that has none.
func (t *tree) startPart(a atom.Atom) {
	row := false
	for i := len(t.open) - 1; i > 0 && t.open[i].DataAtom != atom.Table; i-- {
		part := tableParts[t.open[i].DataAtom]
		if part >= tableParts[a] {
			t.closeTo(i)
		}
		row = row || part == tableParts[atom.Tr]
	}
	if cells[a] && !row {
		t.push(elementOf(atom.Tr))
	}
}

// end ends the innermost element of a name that may end here.
func (t *tree) end(a atom.Atom, name []byte) {
	if a == 0 { // by its name
		for i := len(t.open) - 1; i > 0 && t.open[i].kind&(isBlock|ofTable) == 0; i-- {
			if t.open[i].DataAtom == 0 && t.open[i].Data == string(name) {
				t.closeTo(i)
				break
			}
		}
		return
	}
	barrier, k := ofTable, kindOf(a)
	switch {
	case a == atom.Table:
		barrier = 0
	case tableParts[a] > 0:
		barrier = isTable
	case a == atom.Li:
		barrier = ofTable | isList
	case k == ofLine && !notText[a]:
		barrier = ofTable | isBlock
	}
	i := t.nearest(a, k&isHeading, barrier)
	if a == atom.Br || a == atom.P && i == 0 { // as browsers do
		t.start(elementOf(a), true)
		return
	}
	t.closeTo(i)
}
