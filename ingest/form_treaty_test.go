package ingest

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"treatygraph/extract"
	"treatygraph/graph"
	"treatygraph/plaintext/plaintexttest"
)

// A treatySample is a treaty as a person would type it: it numbers its articles, has a footnote in its first one, and a table behind the last.
type treatySample struct {
	title, preamble string
	articles        []string
	note            string
	table           [][]string
}

var romans = strings.Fields("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX")

func (s *treatySample) plain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s\n\n", s.title, s.preamble)
	for i, text := range s.articles {
		if i == 0 && s.note != "" {
			text += "¹"
		}
		fmt.Fprintf(&b, "Article %s\n\n%s\n\n", romans[i], text)
	}
	for _, row := range s.table {
		b.WriteString(strings.Join(row, "\t") + "\n")
	}
	if s.note != "" {
		fmt.Fprintf(&b, "\n__________\n¹ %s\n", s.note)
	}
	return b.String()
}

// docx numbers the articles by a style, and holds words that do not show.
func (s *treatySample) docx(t *testing.T) string {
	const namespace = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	run := func(text string) string {
		var escaped bytes.Buffer
		if err := xml.EscapeText(&escaped, []byte(text)); err != nil {
			t.Fatal(err)
		}
		return `<w:r><w:t xml:space="preserve">` + escaped.String() + "</w:t></w:r>"
	}
	var b strings.Builder
	b.WriteString("<w:p>" + run(s.title) + "</w:p><w:p>" + run(s.preamble) + `<w:r><w:rPr><w:rStyle w:val="Hidden"/></w:rPr><w:t>The Charter of the United Nations.</w:t></w:r></w:p>`)
	for i, text := range s.articles {
		b.WriteString(`<w:p><w:pPr><w:pStyle w:val="Heading"/></w:pPr></w:p>`)
		begin, end, _ := strings.Cut(text, " ")
		b.WriteString("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run(begin) + "</w:p><w:p>" + run(" "+end))
		if i == 0 {
			b.WriteString(`<w:r><w:footnoteReference w:id="7"/></w:r>`)
		}
		b.WriteString("</w:p>")
	}
	b.WriteString("<w:tbl>")
	for _, row := range s.table {
		b.WriteString("<w:tr>")
		for _, cell := range row {
			b.WriteString("<w:tc><w:p>" + run(cell) + "</w:p></w:tc>")
		}
		b.WriteString("</w:tr>")
	}
	b.WriteString("</w:tbl>")
	return plaintexttest.Archive(t,
		"word/document.xml", "<w:document"+namespace+"><w:body>"+b.String()+"</w:body></w:document>",
		"word/footnotes.xml", "<w:footnotes"+namespace+`><w:footnote w:id="7"><w:p>`+run(s.note)+"</w:p></w:footnote></w:footnotes>",
		"word/styles.xml", "<w:styles"+namespace+`><w:style w:type="character" w:styleId="Hidden"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="Base"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="Heading"><w:basedOn w:val="Base"/></w:style></w:styles>`,
		"word/numbering.xml", "<w:numbering"+namespace+`><w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="Article %1"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="3"/></w:num></w:numbering>`)
}

// Lines of a page of the sample, in characters, and how many of them.
const (
	pdfColumns = 75
	pdfLines   = 40
)

// pdf wraps the lines, and has the title run at the heads of pages and numbers at their feet.
func (s *treatySample) pdf() string {
	var lines []string
	for paragraph := range strings.SplitSeq(strings.TrimSpace(s.plain()), "\n\n") {
		line := ""
		for word := range strings.FieldsSeq(paragraph) {
			if line != "" && len(line)+1+len(word) > pdfColumns {
				lines, line = append(lines, line), ""
			}
			line = strings.TrimSpace(line + " " + word)
		}
		lines = append(lines, line, "", "")
	}
	var pages []string
	for page := range slices.Chunk(lines, pdfLines) {
		pages = append(pages, fmt.Sprintf("%.30s, page %d\n\n\n%s\n\n\n%d", s.title, len(pages)+1, strings.Join(page, "\n"), len(pages)+1))
	}
	return plaintexttest.PDF(pages...)
}

// What is found in a text, without where.
type foundIn struct{ sections, mentions, notes []string }

func (f foundIn) compare(t *testing.T, form string, want foundIn) {
	t.Helper()
	for what, lists := range map[string][2][]string{"sections": {f.sections, want.sections}, "mentions": {f.mentions, want.mentions}, "notes": {f.notes, want.notes}} {
		got, want := lists[0], lists[1]
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				t.Errorf("%s: %d %s instead of %d, which differ from %q on, wanted %q", form, len(got), what, len(want), got[min(i, len(got)):min(i+3, len(got))], want[min(i, len(want)):min(i+3, len(want))])
				break
			}
		}
	}
}

func readIn(t *testing.T, content, form string, own []graph.ID, v *extract.Vocabulary) (found foundIn) {
	t.Helper()
	text, is, err := ReadDocument(t.Context(), "en", []byte(content))
	if err != nil || is != form {
		t.Fatalf("%s: %s, %v", form, is, err)
	}
	h := hold(&Document{ID: "document/test", Language: "en", Expresses: own}, text)
	for _, s := range h.parts.Sections {
		found.sections = append(found.sections, s.Path+" "+s.Title)
	}
	for _, n := range h.parts.Notes {
		found.notes = append(found.notes, n.Text)
	}
	for _, m := range h.read(h.dataset(), v).Mentions {
		found.mentions = append(found.mentions, fmt.Sprint(m.Place.Kind, " ", m.Entity, " ", extract.Clean(h.parts.Raw(m.Start, m.End))))
	}
	return found
}

// A reader does not care how a treaty was saved: its sections, notes and mentions are the same.
func TestATreatyHasTheSameSectionsAndMentionsInEveryForm(t *testing.T) {
	texts, _ := bilingualTexts(t)
	length := func(text *bilingualText) (n int) {
		for _, part := range text.parts() {
			n += len(part.en)
		}
		return n
	}
	text := slices.MinFunc(texts, func(a, b *bilingualText) int { return length(a) - length(b) })
	c := corpusFiles(t)
	own, v := expressedBy(c, text), vocabularyOf(everything(c))
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	s := &treatySample{title: words(text.TitleEn), preamble: words(text.PreambleEn), note: "See the Charter of the United Nations.",
		table: [][]string{{"State", "Signature", "Ratification"}, {"France", "1948", ""}, {"", "China", "1951"}}}
	for _, a := range text.Articles[:min(len(text.Articles), len(romans))] {
		s.articles = append(s.articles, words(a.ContentEn))
	}
	want := readIn(t, s.plain(), "UTF-8", own, v)
	if len(want.sections) < len(s.articles) || len(want.mentions) < 20 || len(want.notes) != 1 {
		t.Fatalf("only %d sections, %d mentions and %d notes", len(want.sections), len(want.mentions), len(want.notes))
	}
	readIn(t, s.docx(t), "DOCX", own, v).compare(t, "DOCX", want)

	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("PDF: pdftotext is not installed; the tests of plaintext leave the notice")
	}
	s.note, s.table = "", nil // a PDF has places on a page, and neither tables nor notes
	readIn(t, s.pdf(), "PDF", own, v).compare(t, "PDF", readIn(t, s.plain(), "UTF-8", own, v))
}
