package plaintext

import (
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"strconv"
	"strings"

	"treatygraph/graph"
	"treatygraph/ooxml"
)

// documentPart is where programs put the text, and where it is looked for when the archive does not say (ECMA-376 part 1, chapter 17).
const documentPart = "word/document.xml"

// rootRelations say which part is the main one.
const rootRelations = "_rels/.rels"

// maxPartBytes bounds a part, unpacked: markup takes several times the room of the text.
const maxPartBytes = 10 * graph.MaxTextBytes

// isDOCX tells whether an archive is a document, also one that is damaged: reading says what is wrong with it.
func isDOCX(content []byte) bool {
	archive, err := ooxml.Open(content)
	if err != nil { // the list of parts is at the end, and the first ones tell
		start := content[:min(len(content), startBytes)]
		return bytes.Contains(start, []byte("[Content_Types].xml")) || bytes.Contains(start, []byte("word/"))
	}
	main, err := mainPart(archive)
	switch {
	case err != nil:
		return archive.Has(documentPart)
	case !archive.Has(main):
		return archive.Has(rootRelations)
	case main == documentPart:
		return true
	}
	document := false // workbooks and presentations have main parts, too
	_ = archive.Each(main, maxPartBytes, func(_ *ooxml.Decoder, e xml.StartElement) error {
		document = e.Name.Local == "document"
		return ooxml.ErrStop
	})
	return document
}

// What Office makes of a document with a password is a compound file of the old kind, with a stream of this name ([MS-OFFCRYPTO] 2.3.4); entries of its
// directory begin with their name in UTF-16 and stand at multiples of their length ([MS-CFB] 2.6).
const (
	compoundFile    = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
	encryptedStream = "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"
	directoryEntry  = 128
)

// hasOfficePassword tells whether a file is one of Office with a password.
func hasOfficePassword(content []byte) bool {
	if !bytes.HasPrefix(content, []byte(compoundFile)) {
		return false
	}
	for at := directoryEntry; at < len(content); at += directoryEntry {
		if bytes.HasPrefix(content[at:], []byte(encryptedStream)) {
			return true
		}
	}
	return false
}

// related puts the names of the parts that a part goes with, by the last word of their type, in place of those that are there; the archive itself is the part "".
func related(archive *ooxml.Archive, part string, names map[string]string) error {
	dir, file := path.Split(part)
	return archive.Each(dir+"_rels/"+file+".rels", maxPartBytes, func(_ *ooxml.Decoder, e xml.StartElement) error {
		kind, target := path.Base(ooxml.Attribute(e, "Type")), ooxml.Attribute(e, "Target")
		if _, wanted := names[kind]; !wanted || e.Name.Local != "Relationship" || ooxml.Attribute(e, "TargetMode") == "External" {
			return nil
		}
		if !strings.HasPrefix(target, "/") {
			target = "/" + dir + target
		}
		names[kind] = strings.TrimPrefix(path.Clean(target), "/")
		return nil
	})
}

func mainPart(archive *ooxml.Archive) (string, error) {
	names := map[string]string{"officeDocument": documentPart}
	err := related(archive, "", names)
	return names["officeDocument"], err
}

// readDOCX reads a document of Office Open XML: what stands there when all changes are accepted.
func readDOCX(content []byte) (string, error) {
	if hasOfficePassword(content) {
		return "", refused("the document has a password: save it without one")
	}
	archive, err := ooxml.Open(content)
	if err != nil {
		return "", err
	}
	main, err := mainPart(archive)
	if err != nil {
		return "", err
	}
	if !archive.Has(main) {
		return "", refused("the archive has no %s, which would hold the text", main)
	}
	dir := path.Dir(main)
	names := make(map[string]string)
	for _, kind := range []string{"styles", "numbering", "footnotes", "endnotes"} {
		names[kind] = path.Join(dir, kind+".xml")
	}
	if err := related(archive, main, names); err != nil {
		return "", err
	}
	r := &docxReader{archive: archive}
	if r.styles, err = readDOCXStyles(archive, names["styles"]); err != nil {
		return "", err
	}
	if r.lists, err = readDOCXLists(archive, names["numbering"]); err != nil {
		return "", err
	}
	footnotes, err := r.readNotes(names["footnotes"], "footnote")
	if err != nil {
		return "", err
	}
	if r.endnotes, err = r.readNotes(names["endnotes"], "endnote"); err != nil {
		return "", err
	}
	r.footnotes = footnotes
	r.begin()
	var p docxPage
	if err := archive.Each(main, maxPartBytes, func(d *ooxml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "body" {
			return r.whole(d, &p, 0)
		}
		return nil
	}); err != nil {
		return "", err
	}
	return p.String(), nil
}

type docxReader struct {
	archive             *ooxml.Archive
	styles              docxStyles
	lists               *docxLists
	footnotes, endnotes map[string]string // none while they are read: notes of notes are left out
	marks               int               // of notes so far
	room                int               // bytes that the text may still take
}

// begin begins a text: lists count from their start, and there is room.
func (r *docxReader) begin() {
	r.lists.restart()
	r.room = graph.MaxTextBytes
}

// A docxPage is a page with what is known of the paragraph, the run or the row that is open.
type docxPage struct {
	page
	cell           bool // of a table: paragraphs stand behind each other
	cells          []string
	style          string // of the paragraph
	number         docxNumber
	joins          bool // the end of the paragraph is deleted or hidden
	hidden, raised bool // the run
	open           *docxPage
}

// charge takes room for a piece of the text. A piece of a part may stand in the text many times: a footnote at each reference, a number's words at each paragraph.
func (r *docxReader) charge(bytes int) error {
	if r.room -= bytes; r.room < 0 {
		return refused("the text of the document is longer than %d bytes", graph.MaxTextBytes)
	}
	return nil
}

func (r *docxReader) words(p *docxPage, s string) error {
	p.words(s)
	return r.charge(len(s))
}

func (r *docxReader) mark(p *docxPage, mark rune) error {
	p.mark(mark)
	return r.charge(1)
}

// skipped are elements that hold no text that stands in the document: deleted or moved words, codes of fields, how ruby is read, and what things looked
// like before changes.
var skipped = map[string]bool{"del": true, "moveFrom": true, "instrText": true, "delText": true, "delInstrText": true, "rt": true, "sectPr": true, "pPrChange": true, "rPrChange": true, "binData": true, "annotationRef": true}

// maxDOCXDepth bounds how deep elements stand in each other.
const maxDOCXDepth = 500

// children visits the elements that stand directly in the one that Token gave last, up to its end; a visit reads what it is given.
func children(d *ooxml.Decoder, visit func(xml.StartElement) error) error {
	for {
		token, err := d.Token()
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := visit(t); err != nil {
				return err
			}
		}
	}
}

// inside reads the content of an element up to its end.
func (r *docxReader) inside(d *ooxml.Decoder, p *docxPage, depth int) error {
	return children(d, func(e xml.StartElement) error { return r.element(d, e, p, depth+1) })
}

// whole reads what is a text of its own: the body, a note, a cell, a text box.
func (r *docxReader) whole(d *ooxml.Decoder, p *docxPage, depth int) error {
	if err := r.inside(d, p, depth); err != nil {
		return err
	}
	return r.closeOpen(p)
}

func (r *docxReader) element(d *ooxml.Decoder, e xml.StartElement, p *docxPage, depth int) error {
	if depth > maxDOCXDepth {
		return refused("elements stand more than %d deep in each other", maxDOCXDepth)
	}
	switch name := e.Name.Local; {
	case skipped[name]:
		return d.Skip()
	case name == "p":
		return r.paragraph(d, p, depth)
	case name == "r":
		return r.run(d, p, depth)
	case name == "tbl":
		return r.table(d, p, depth)
	case name == "tr":
		return r.row(d, p, depth)
	case name == "tc":
		return r.tableCell(d, p, depth)
	case name == "AlternateContent": // the same once for each kind of program
		taken := false
		return children(d, func(e xml.StartElement) error {
			if taken {
				return d.Skip()
			}
			taken = true
			return r.inside(d, p, depth+1)
		})
	case name == "drawing", name == "pict", name == "object", name == "txbxContent": // what is written in it stands before the paragraph
		var box docxPage
		if err := r.whole(d, &box, depth+1); err != nil {
			return err
		}
		box.end(true)
		if box.text.Len() > 0 {
			p.text.WriteString(box.text.String())
			p.blank = true
		}
		p.notes = append(p.notes, box.notes...)
		return nil
	case name == "t":
		var text string
		if err := d.DecodeElement(&text, &e); err != nil {
			return err
		}
		if p.raised && noteMark.MatchString(strings.TrimSpace(text)) {
			text = superscript(text)
		}
		return r.words(p, text)
	}
	if err := r.sign(e, p); err != nil {
		return err
	}
	return r.inside(d, p, depth)
}

// sign writes what an element that holds nothing stands for.
func (r *docxReader) sign(e xml.StartElement, p *docxPage) error {
	switch e.Name.Local {
	case "tab", "ptab":
		if len(p.line) > 0 {
			return r.mark(p, '\t')
		}
	case "br", "cr":
		return r.mark(p, '\n')
	case "noBreakHyphen":
		return r.words(p, "-")
	case "sym", "symEx":
		return r.words(p, symbol(ooxml.Attribute(e, "font"), ooxml.Attribute(e, "char")))
	case "footnoteReference":
		return r.note(p, r.footnotes[ooxml.Attribute(e, "id")])
	case "endnoteReference":
		return r.note(p, r.endnotes[ooxml.Attribute(e, "id")])
	}
	return nil
}

// note numbers a note that is referred to.
func (r *docxReader) note(p *docxPage, text string) error {
	if text == "" {
		return nil
	}
	r.marks++
	mark := superscript(strconv.Itoa(r.marks))
	p.space = false
	p.notes = append(p.notes, mark+" "+text)
	if err := r.charge(len(mark) + len(" \n") + len(text)); err != nil {
		return err
	}
	return r.words(p, mark)
}

// paragraph reads a paragraph. One whose end is deleted goes on in the next.
func (r *docxReader) paragraph(d *ooxml.Decoder, p *docxPage, depth int) error {
	own := p.open
	if p.open = nil; own == nil {
		own = new(docxPage)
	}
	own.style, own.number, own.joins = "", r.styles.of("").number, false
	if err := children(d, func(e xml.StartElement) error {
		if e.Name.Local == "pPr" {
			return r.properties(d, e, own)
		}
		return r.element(d, e, own, depth+1)
	}); err != nil {
		return err
	}
	if own.joins {
		p.open = own
		return nil
	}
	return r.close(p, own)
}

// properties reads what comes first in a paragraph.
func (r *docxReader) properties(d *ooxml.Decoder, e xml.StartElement, p *docxPage) error {
	var own struct {
		Style  ooxml.Value   `xml:"pStyle"`
		Number docxNumbering `xml:"numPr"`
		End    struct {
			Deleted *struct{} `xml:"del"`
			Moved   *struct{} `xml:"moveFrom"`
			Vanish  *onOff    `xml:"vanish"`
			Special *onOff    `xml:"specVanish"`
		} `xml:"rPr"`
	}
	if err := d.DecodeElement(&own, &e); err != nil {
		return err
	}
	p.style = own.Style.Val
	look := r.styles.of(p.style)
	if p.number = own.Number.over(look.number); look.hidden.is() {
		p.number = docxNumber{}
	}
	p.joins = own.End.Deleted != nil || own.End.Moved != nil || own.End.Vanish.is() || own.End.Special.is()
	return nil
}

// closeOpen ends the paragraph that would have gone on in a next one.
func (r *docxReader) closeOpen(p *docxPage) error {
	own := p.open
	if p.open = nil; own == nil {
		return nil
	}
	return r.close(p, own)
}

// close puts a paragraph on the page, behind what stands in boxes that are anchored in it.
func (r *docxReader) close(p, own *docxPage) error {
	p.notes = append(p.notes, own.notes...)
	text := own.take()
	if mark := r.lists.count(own.number, r.styles); mark != "" && (text != "" || mark != bullet) { // "Article 1" may stand alone
		text = strings.TrimSpace(mark + " " + text)
		if err := r.charge(len(mark) + 1); err != nil {
			return err
		}
	}
	box := own.text.String()
	if p.cell {
		for _, s := range []string{box, text} {
			p.words(" ")
			p.words(s)
		}
		return r.charge(len(" ")) // the words themselves were charged when they were read
	}
	if box != "" {
		p.text.WriteString(box)
		p.blank = own.blank
	}
	if text != "" {
		p.line = append(p.line, []rune(text)...)
		p.end(true)
	}
	return r.charge(len("\n\n"))
}

// run reads a run of text of one look, unless it is hidden.
func (r *docxReader) run(d *ooxml.Decoder, p *docxPage, depth int) error {
	hidden, raised := p.hidden, p.raised
	defer func() { p.hidden, p.raised = hidden, raised }()
	byStyle := r.styles.of(p.style).hidden.is()
	p.hidden, p.raised = byStyle, false
	return children(d, func(e xml.StartElement) error {
		switch {
		case e.Name.Local == "rPr":
			var look struct {
				Style  ooxml.Value `xml:"rStyle"`
				Vanish *onOff      `xml:"vanish"`
				Align  ooxml.Value `xml:"vertAlign"`
			}
			if err := d.DecodeElement(&look, &e); err != nil {
				return err
			}
			if p.hidden = look.Vanish.is(); look.Vanish == nil { // styles of paragraphs and of characters undo each other (17.7.3)
				p.hidden = byStyle != (look.Style.Val != "" && r.styles.of(look.Style.Val).hidden.is())
			}
			p.raised = look.Align.Val == "superscript"
			return nil
		case p.hidden:
			return d.Skip()
		}
		return r.element(d, e, p, depth+1)
	})
}

// table reads a table, whose rows are lines and whose cells stand between tabs; one in a cell is words of the cell.
func (r *docxReader) table(d *ooxml.Decoder, p *docxPage, depth int) error {
	if err := r.closeOpen(p); err != nil {
		return err
	}
	if err := r.inside(d, p, depth); err != nil {
		return err
	}
	if !p.cell {
		p.end(true)
	}
	return nil
}

// row reads a row. The first and the middle cells may be empty: the others keep their columns.
func (r *docxReader) row(d *ooxml.Decoder, p *docxPage, depth int) error {
	row := p
	if !p.cell {
		row = new(docxPage)
	}
	gone := false
	if err := children(d, func(e xml.StartElement) error {
		switch {
		case e.Name.Local == "trPr":
			var own struct {
				Deleted *struct{} `xml:"del"`
				Hidden  *onOff    `xml:"hidden"`
			}
			err := d.DecodeElement(&own, &e)
			gone = own.Deleted != nil || own.Hidden.is()
			return err
		case gone:
			return d.Skip()
		}
		return r.element(d, e, row, depth+1)
	}); err != nil || p.cell {
		return err
	}
	p.end(false)
	p.notes = append(p.notes, row.notes...)
	if line := strings.TrimRight(strings.Join(row.cells, "\t"), "\t"); line != "" {
		p.text.WriteString(line + "\n")
		p.blank = false
	}
	return nil
}

func (r *docxReader) tableCell(d *ooxml.Decoder, p *docxPage, depth int) error {
	cell := p
	if !p.cell {
		cell = &docxPage{cell: true}
	}
	gone := false
	if err := children(d, func(e xml.StartElement) error {
		switch {
		case e.Name.Local == "tcPr":
			var own struct {
				Deleted *struct{} `xml:"cellDel"`
			}
			err := d.DecodeElement(&own, &e)
			gone = own.Deleted != nil
			return err
		case gone:
			return d.Skip()
		}
		return r.element(d, e, cell, depth+1)
	}); err != nil {
		return err
	}
	if err := r.closeOpen(cell); err != nil || gone || p.cell {
		return err
	}
	p.cells, p.notes = append(p.cells, cell.take()), append(p.notes, cell.notes...)
	return r.charge(len("\t"))
}

// readNotes reads foot- or endnotes by their IDs.
func (r *docxReader) readNotes(name, element string) (map[string]string, error) {
	notes := make(map[string]string)
	r.begin()
	return notes, r.archive.Each(name, maxPartBytes, func(d *ooxml.Decoder, e xml.StartElement) error {
		if e.Name.Local != element {
			return nil
		}
		if kind := ooxml.Attribute(e, "type"); kind != "" && kind != "normal" { // the line above notes
			return d.Skip()
		}
		var p docxPage
		if err := r.whole(d, &p, 0); err != nil {
			return err
		}
		notes[ooxml.Attribute(e, "id")] = strings.Join(strings.Fields(p.String()), " ")
		return nil
	})
}
