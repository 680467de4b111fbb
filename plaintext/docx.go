package plaintext

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"treatygraph/graph"
	"treatygraph/ooxml"
)

// The parts of a DOCX that hold text (ECMA-376 part 1, chapter 17).
const (
	documentPart  = "word/document.xml"
	footnotesPart = "word/footnotes.xml"
	endnotesPart  = "word/endnotes.xml"
	numberingPart = "word/numbering.xml"
	stylesPart    = "word/styles.xml"
)

// maxPartBytes bounds a part, unpacked: markup takes several times the room of the text.
const maxPartBytes = 10 * graph.MaxTextBytes

// readDOCX reads a document of Office Open XML: what stands there when all changes are accepted.
func readDOCX(content []byte) (string, error) {
	archive, err := ooxml.Open(content)
	if err != nil {
		return "", err
	}
	r := &docxReader{archive: archive, footnotes: make(map[string]string), endnotes: make(map[string]string)}
	if err := r.numbering(); err != nil {
		return "", err
	}
	for _, notes := range []struct {
		part, element string
		to            map[string]string
	}{{footnotesPart, "footnote", r.footnotes}, {endnotesPart, "endnote", r.endnotes}} {
		if err := r.readNotes(notes.part, notes.element, notes.to); err != nil {
			return "", err
		}
	}
	var p docxPage
	if err := r.archive.Each(documentPart, maxPartBytes, func(d *ooxml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "body" {
			return r.inside(d, &p, 0)
		}
		return nil
	}); err != nil {
		return "", err
	}
	return p.String(), nil
}

type docxReader struct {
	archive             *ooxml.Archive
	footnotes, endnotes map[string]string
	abstract            map[string]map[int]*docxLevel // numbering by abstract ID and level
	numbers             map[string]string             // the abstract ID of each number
	styles              map[string]docxNumber         // numbering that a style of paragraphs brings
	counts              map[string][]int              // the counters of each abstract ID
	marks               int                           // of notes so far
}

// A docxLevel is how a level of a list is numbered.
type docxLevel struct {
	start        int
	format, text string
}

// A docxNumber says which list a paragraph belongs to, and at what level.
type docxNumber struct {
	id    string
	level int
}

// A docxPage is a page with what is known of the paragraph that is open.
type docxPage struct {
	page
	number docxNumber
	cell   bool // of a table
}

// skipped are elements that hold no text that stands in the document: deleted or moved words, codes of fields, the second form of what
// older programs cannot show, and drawings but for their text.
var skipped = map[string]bool{"del": true, "moveFrom": true, "instrText": true, "delText": true, "delInstrText": true, "Fallback": true, "sectPr": true, "pPrChange": true, "rPrChange": true, "binData": true, "annotationRef": true}

// maxDOCXDepth bounds how deep elements stand in each other.
const maxDOCXDepth = 500

// inside reads the content of an element up to its end.
func (r *docxReader) inside(d *ooxml.Decoder, p *docxPage, depth int) error {
	if depth > maxDOCXDepth {
		return refused("elements stand more than %d deep in each other", maxDOCXDepth)
	}
	for {
		token, err := d.Token()
		if err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if err := r.element(d, t, p, depth); err != nil {
				return err
			}
		}
	}
}

func (r *docxReader) element(d *ooxml.Decoder, e xml.StartElement, p *docxPage, depth int) error {
	switch name := e.Name.Local; {
	case skipped[name]:
		return d.Skip()
	case name == "p":
		return r.paragraph(d, p, depth)
	case name == "r":
		return r.run(d, p, depth)
	case name == "tc":
		if len(p.line) > 0 {
			p.mark('\t')
		}
		inCell := p.cell
		p.cell = true
		err := r.inside(d, p, depth+1)
		p.cell = inCell
		return err
	case name == "tr":
		if !p.cell {
			p.end(false)
		}
		if err := r.inside(d, p, depth+1); err != nil {
			return err
		}
		if p.cell { // a table in a cell
			p.mark('\n')
		} else {
			p.end(false)
		}
		return nil
	case name == "tbl":
		if err := r.inside(d, p, depth+1); err != nil {
			return err
		}
		if !p.cell {
			p.end(true)
		}
		return nil
	}
	return r.inside(d, p, depth+1)
}

// paragraph reads a paragraph. One inside another, as in a text box, comes before it.
func (r *docxReader) paragraph(d *ooxml.Decoder, p *docxPage, depth int) error {
	own := docxPage{cell: p.cell}
	if err := r.content(d, &own, depth); err != nil {
		return err
	}
	if box := own.text.String(); box != "" {
		p.text.WriteString(box)
		p.blank = own.blank
	}
	p.notes = append(p.notes, own.notes...)
	text := own.take()
	if mark := r.counted(own.number); mark != "" && text != "" {
		text = mark + " " + text
	}
	if text == "" {
		return nil
	}
	if p.cell {
		if n := len(p.line); n > 0 && p.line[n-1] != '\t' {
			p.mark(' ')
		}
		p.line = append(p.line, []rune(strings.ReplaceAll(text, "\n", " "))...)
		return nil
	}
	p.line = append(p.line, []rune(text)...)
	p.end(true)
	return nil
}

// content reads what stands in a paragraph, its properties first.
func (r *docxReader) content(d *ooxml.Decoder, p *docxPage, depth int) error {
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if t.Name.Local != "pPr" {
				if err := r.element(d, t, p, depth+1); err != nil {
					return err
				}
				continue
			}
			var properties struct {
				Style  ooxml.Value `xml:"pStyle"`
				Number struct {
					Level struct {
						Val int `xml:"val,attr"`
					} `xml:"ilvl"`
					ID ooxml.Value `xml:"numId"`
				} `xml:"numPr"`
			}
			if err := d.DecodeElement(&properties, &t); err != nil {
				return err
			}
			p.number = docxNumber{properties.Number.ID.Val, properties.Number.Level.Val}
			if p.number.id == "" {
				p.number = r.styles[properties.Style.Val]
			}
		}
	}
}

// run reads a run of text of one look, unless it is hidden.
func (r *docxReader) run(d *ooxml.Decoder, p *docxPage, depth int) error {
	hidden, raised := false, false
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		e, is := token.(xml.StartElement)
		if _, ends := token.(xml.EndElement); ends {
			return nil
		}
		if !is {
			continue
		}
		switch name := e.Name.Local; {
		case name == "rPr":
			var look struct {
				Vanish *ooxml.Value `xml:"vanish"`
				Align  ooxml.Value  `xml:"vertAlign"`
			}
			if err := d.DecodeElement(&look, &e); err != nil {
				return err
			}
			hidden = look.Vanish != nil && (look.Vanish.Val == "" || ooxml.IsOn(look.Vanish.Val))
			raised = look.Align.Val == "superscript"
		case hidden, skipped[name]:
			if err := d.Skip(); err != nil {
				return err
			}
		case name == "t":
			var text string
			if err := d.DecodeElement(&text, &e); err != nil {
				return err
			}
			if raised && noteMark.MatchString(strings.TrimSpace(text)) {
				text = superscript(text)
			}
			p.words(text)
		case name == "tab", name == "ptab":
			if len(p.line) > 0 {
				p.mark('\t')
			}
			if err := d.Skip(); err != nil {
				return err
			}
		case name == "br", name == "cr":
			p.mark('\n')
			if err := d.Skip(); err != nil {
				return err
			}
		case name == "noBreakHyphen":
			p.words("-")
			if err := d.Skip(); err != nil {
				return err
			}
		case name == "footnoteReference", name == "endnoteReference":
			notes := r.footnotes
			if name == "endnoteReference" {
				notes = r.endnotes
			}
			if text, there := notes[ooxml.Attribute(e, "id")]; there && r.marks < maxNotes {
				r.marks++
				mark := superscript(strconv.Itoa(r.marks))
				p.space = false
				p.words(mark)
				p.notes = append(p.notes, mark+" "+text)
			}
			if err := d.Skip(); err != nil {
				return err
			}
		default: // drawings, which may hold text boxes
			if err := r.inside(d, p, depth+1); err != nil {
				return err
			}
		}
	}
}

// readNotes reads foot- or endnotes by their IDs.
func (r *docxReader) readNotes(name, element string, to map[string]string) error {
	return r.archive.Each(name, maxPartBytes, func(d *ooxml.Decoder, e xml.StartElement) error {
		if e.Name.Local != element {
			return nil
		}
		if kind := ooxml.Attribute(e, "type"); kind != "" && kind != "normal" { // the line above notes
			return d.Skip()
		}
		var p docxPage
		if err := r.inside(d, &p, 0); err != nil {
			return err
		}
		if text := strings.Join(strings.Fields(p.String()), " "); text != "" && len(to) < maxNotes {
			to[ooxml.Attribute(e, "id")] = text
		}
		return nil
	})
}

// numbering reads how lists are numbered.
func (r *docxReader) numbering() error {
	r.abstract, r.numbers, r.styles, r.counts = make(map[string]map[int]*docxLevel), make(map[string]string), make(map[string]docxNumber), make(map[string][]int)
	if err := r.archive.Each(numberingPart, maxPartBytes, func(d *ooxml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "abstractNum":
			var a struct {
				ID     string `xml:"abstractNumId,attr"`
				Levels []struct {
					Level  int         `xml:"ilvl,attr"`
					Start  ooxml.Value `xml:"start"`
					Format ooxml.Value `xml:"numFmt"`
					Text   ooxml.Value `xml:"lvlText"`
				} `xml:"lvl"`
			}
			if err := d.DecodeElement(&a, &e); err != nil {
				return err
			}
			r.abstract[a.ID] = make(map[int]*docxLevel)
			for _, l := range a.Levels {
				start, err := strconv.Atoi(l.Start.Val)
				if err != nil {
					start = 1
				}
				r.abstract[a.ID][l.Level] = &docxLevel{start, l.Format.Val, l.Text.Val}
			}
		case "num":
			var n struct {
				ID       string      `xml:"numId,attr"`
				Abstract ooxml.Value `xml:"abstractNumId"`
			}
			if err := d.DecodeElement(&n, &e); err != nil {
				return err
			}
			r.numbers[n.ID] = n.Abstract.Val
		}
		return nil
	}); err != nil {
		return err
	}
	return r.archive.Each(stylesPart, maxPartBytes, func(d *ooxml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "style" {
			return nil
		}
		var s struct {
			ID     string `xml:"styleId,attr"`
			Number struct {
				Level struct {
					Val int `xml:"val,attr"`
				} `xml:"ilvl"`
				ID ooxml.Value `xml:"numId"`
			} `xml:"pPr>numPr"`
		}
		if err := d.DecodeElement(&s, &e); err != nil {
			return err
		}
		if s.Number.ID.Val != "" {
			r.styles[s.ID] = docxNumber{s.Number.ID.Val, s.Number.Level.Val}
		}
		return nil
	})
}

// maxLevels bounds the levels of a list; Word has nine.
const maxLevels = 9

// counted counts a paragraph of a list and returns its number as it is shown; empty: it has none.
func (r *docxReader) counted(n docxNumber) string {
	abstract := r.numbers[n.id]
	level := r.abstract[abstract][n.level]
	if n.id == "" || n.id == "0" || level == nil || n.level < 0 || n.level >= maxLevels {
		return ""
	}
	counts := r.counts[abstract]
	if counts == nil {
		counts = make([]int, maxLevels)
		r.counts[abstract] = counts
	}
	if counts[n.level] == 0 {
		counts[n.level] = level.start
	} else {
		counts[n.level]++
	}
	for i := n.level + 1; i < maxLevels; i++ {
		counts[i] = 0
	}
	if level.format == "bullet" {
		return "•"
	}
	text := level.text
	for i := 0; i <= n.level; i++ {
		l := r.abstract[abstract][i]
		if l == nil {
			continue
		}
		count := counts[i]
		if count == 0 {
			count = l.start
		}
		text = strings.ReplaceAll(text, fmt.Sprintf("%%%d", i+1), shown(count, l.format))
	}
	return strings.TrimSpace(text)
}

// shown writes a number in a format of Word.
func shown(n int, format string) string {
	switch format {
	case "lowerLetter":
		return counted(n, "a")
	case "upperLetter":
		return counted(n, "A")
	case "lowerRoman":
		return counted(n, "i")
	case "upperRoman":
		return counted(n, "I")
	case "decimalZero":
		return fmt.Sprintf("%02d", n)
	case "none":
		return ""
	case "chineseCounting", "chineseCountingThousand", "ideographDigital", "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseCounting":
		if n > 0 && n < 100 {
			return chinese(n)
		}
	}
	return strconv.Itoa(n)
}

// chinese writes a number below a hundred in Chinese numerals.
func chinese(n int) string {
	digits := []rune("〇一二三四五六七八九")
	var b strings.Builder
	if n >= 10 {
		if n >= 20 {
			b.WriteRune(digits[n/10])
		}
		b.WriteRune('十')
	}
	if n%10 > 0 || n == 0 {
		b.WriteRune(digits[n%10])
	}
	return b.String()
}
