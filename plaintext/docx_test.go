package plaintext

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"treatygraph/graph"
	"treatygraph/plaintext/plaintexttest"
)

// The parts of documents in tests, beside documentPart.
const (
	stylesPart    = "word/styles.xml"
	numberingPart = "word/numbering.xml"
	footnotesPart = "word/footnotes.xml"
	endnotesPart  = "word/endnotes.xml"
)

func paragraph(properties, text string) string {
	return "<w:p><w:pPr>" + properties + "</w:pPr>" + run(text) + "</w:p>"
}

func row(cells ...string) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteString("<w:tc><w:p>" + run(c) + "</w:p></w:tc>")
	}
	return "<w:tr>" + b.String() + "</w:tr>"
}

func look(look, text string) string {
	return "<w:r><w:rPr>" + look + "</w:rPr><w:t xml:space=\"preserve\">" + text + "</w:t></w:r>"
}

// A document shows what it would in Word with all changes accepted and nothing hidden shown.
func TestWhatIsHiddenOrDeletedInDOCXIsLeftOut(t *testing.T) {
	styles := `<w:styles>
		<w:style w:type="character" w:styleId="Hidden"><w:rPr><w:vanish/></w:rPr></w:style>
		<w:style w:type="character" w:styleId="Heir"><w:basedOn w:val="Hidden"/></w:style>
		<w:style w:type="character" w:styleId="Shown"><w:basedOn w:val="Heir"/><w:rPr><w:vanish w:val="false"/></w:rPr></w:style>
		<w:style w:type="paragraph" w:styleId="Note"><w:rPr><w:vanish/></w:rPr></w:style>
		<w:style w:styleId="A"><w:basedOn w:val="B"/></w:style><w:style w:styleId="B"><w:basedOn w:val="A"/></w:style></w:styles>`
	const deleted, box = "<w:rPr><w:del/></w:rPr>", "<w:drawing><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></w:drawing>"
	for name, c := range map[string]struct{ body, want string }{
		"a style that hides":          {"<w:p>" + look(`<w:rStyle w:val="Hidden"/>`, "no") + look(`<w:rStyle w:val="Heir"/>`, "no") + run("yes") + "</w:p>", "yes\n"},
		"a style that shows":          {"<w:p>" + look(`<w:rStyle w:val="Shown"/>`, "yes") + look(`<w:rStyle w:val="Hidden"/><w:vanish w:val="0"/>`, " too") + "</w:p>", "yes too\n"},
		"a paragraph's style":         {paragraph(`<w:pStyle w:val="Note"/>`, "no") + "<w:p>" + run("yes") + "</w:p>", "yes\n"},
		"styles that undo each other": {`<w:p><w:pPr><w:pStyle w:val="Note"/></w:pPr>` + look(`<w:rStyle w:val="Hidden"/>`, "yes") + "</w:p>", "yes\n"},
		"styles in a circle":          {paragraph(`<w:pStyle w:val="A"/>`, "yes"), "yes\n"},
		"a deleted row":               {"<w:tbl>" + row("A", "B") + "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p>" + run("no") + "</w:p></w:tc></w:tr>" + row("1", "2") + "</w:tbl>", "A\tB\n1\t2\n"},
		"a deleted cell":              {"<w:tbl><w:tr><w:tc><w:tcPr><w:cellDel/></w:tcPr><w:p>" + run("no") + "</w:p></w:tc><w:tc><w:p>" + run("yes") + "</w:p></w:tc></w:tr></w:tbl>", "yes\n"},
		"a deleted end":               {paragraph(deleted, "One ") + paragraph(deleted, "two ") + "<w:p>" + run("three.") + "</w:p><w:p>" + run("Four.") + "</w:p>", "One two three.\n\nFour.\n"},
		"a deleted end before tables": {paragraph(deleted, "One") + "<w:tbl>" + row("A") + "</w:tbl>" + paragraph(deleted, "Last"), "One\n\nA\n\nLast\n"},
		"a hidden end":                {paragraph("<w:rPr><w:vanish/><w:specVanish/></w:rPr>", "Heading. ") + "<w:p>" + run("Text.") + "</w:p>", "Heading. Text.\n"},
		"an end that stays":           {paragraph(`<w:rPr><w:ins/><w:vanish w:val="0"/></w:rPr>`, "One") + "<w:p>" + run("Two") + "</w:p>", "One\n\nTwo\n"},
		"a deleted paragraph":         {"<w:p><w:pPr>" + deleted + "</w:pPr><w:del>" + run("no") + "</w:del></w:p><w:p>" + run("yes") + "</w:p>", "yes\n"},
		"empty cells":                 {"<w:tbl>" + row("", "B", "", "D", "") + row("", "", "", "", "") + row("1", "2", "3", "4", "5") + "</w:tbl>", "\tB\t\tD\n1\t2\t3\t4\t5\n"},
		"a cell of several lines":     {"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p><w:p>" + run("d") + "</w:p><w:tbl>" + row("e", "f") + "</w:tbl><w:p/></w:tc><w:tc><w:p>" + run("B") + "</w:p></w:tc></w:tr></w:tbl>", "a b c d e f\tB\n"},
		"a box in a word":             {"<w:p>" + run("One ") + "<w:r>" + box + "</w:r>" + run("text.") + "</w:p>", "box\n\nOne text.\n"},
		"a box in two forms":          {"<w:p>" + run("be") + "<w:r><mc:AlternateContent><mc:Choice>" + box + "</mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p>" + run("box") + "</w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>" + run("fore") + "</w:p>", "box\n\nbefore\n"},
		"a box in a cell":             {"<w:tbl><w:tr><w:tc><w:p>" + run("a") + "<w:r>" + box + "</w:r>" + run("b") + "</w:p></w:tc><w:tc><w:p>" + run("B") + "</w:p></w:tc></w:tr></w:tbl>", "box ab\tB\n"},
		"the older form alone":        {"<w:p><w:r><mc:AlternateContent><mc:Fallback><w:t>x</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>", "x\n"},
		"ruby":                        {"<w:p><w:r><w:ruby><w:rubyPr/><w:rt>" + run("kan") + "</w:rt><w:rubyBase>" + run("漢") + "</w:rubyBase></w:ruby></w:r>" + run("字") + "</w:p>", "漢字\n"},
		"symbols":                     {`<w:p><w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:sym w:font="Symbol" w:char="61"/><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="Arial" w:char="2192"/></w:r></w:p>`, "≥α☑→\n"},
		"symbols that are not known":  {`<w:p>` + run("a") + `<w:r><w:sym w:font="Wingdings" w:char="F022"/><w:sym w:font="Own" w:char="F041"/><w:sym w:font="Symbol" w:char="x"/><w:sym/></w:r></w:p>`, "a\uFFFD\uFFFD\uFFFD\uFFFD\n"},
	} {
		got, err := readForm(t, DOCX, docxOf(t, c.body, stylesPart, strings.ReplaceAll(styles, "<w:styles>", "<w:styles "+wordNamespace+">")))
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestListsOfDOCXAreNumberedAsTheyAreShown(t *testing.T) {
	level := func(n int, start, format, text, more string) string {
		return fmt.Sprintf(`<w:lvl w:ilvl="%d"><w:start w:val="%s"/><w:numFmt w:val="%s"/>%s<w:lvlText w:val="%s"/></w:lvl>`, n, start, format, more, text)
	}
	abstract := func(id, levels string) string {
		return `<w:abstractNum w:abstractNumId="` + id + `">` + levels + "</w:abstractNum>"
	}
	number := func(id, abstract, more string) string {
		return `<w:num w:numId="` + id + `"><w:abstractNumId w:val="` + abstract + `"/>` + more + "</w:num>"
	}
	numbering := "<w:numbering " + wordNamespace + ">" +
		abstract("1", level(0, "1", "decimal", "%1.", "")+level(1, "1", "lowerLetter", "%1(%2)", "")) +
		abstract("2", level(0, "0", "decimal", "%1.", "")) +
		abstract("3", level(0, "1", "upperRoman", "Part %1", `<w:pStyle w:val="Part"/>`)+level(1, "1", "decimal", "Article %2", `<w:lvlRestart w:val="0"/><w:pStyle w:val="Article"/>`)+level(2, "1", "decimal", "%1.%3", "<w:isLgl/>")) +
		abstract("4", `<w:numStyleLink w:val="List"/>`) + abstract("5", `<w:numStyleLink w:val="Circle"/>`) +
		number("1", "1", "") + number("2", "1", `<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>`) + number("3", "2", "") + number("4", "3", "") +
		abstract("7", level(0, "26", "lowerLetter", "%1)", "")) + number("11", "7", "") + abstract("8", level(0, "10", "russianLower", "%1)", "")) + number("12", "8", "") + abstract("9", level(0, "999999999", "russianUpper", "%1)", "")) + number("13", "9", "") +
		number("5", "4", "") + number("6", "5", "") + number("7", "none", "") + number("8", "1", `<w:lvlOverride w:ilvl="0">`+level(0, "1", "upperLetter", "[%1]", "")+`</w:lvlOverride>`) +
		abstract("6", level(0, "1", "bullet", "\uF0B7", "")) + number("10", "6", "") + number("9", "2", `<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>`) + "</w:numbering>"
	styles := "<w:styles " + wordNamespace + ">" +
		`<w:style w:type="paragraph" w:styleId="Part"><w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Article"><w:basedOn w:val="Part"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Linked"><w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Own"><w:basedOn w:val="Article"/></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Plain"><w:basedOn w:val="Article"/><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>` +
		`<w:style w:type="numbering" w:styleId="List"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>` +
		`<w:style w:type="numbering" w:styleId="Circle"><w:pPr><w:numPr><w:numId w:val="6"/></w:numPr></w:pPr></w:style></w:styles>`
	item := func(id, level string) string {
		return paragraph(`<w:numPr><w:ilvl w:val="`+level+`"/><w:numId w:val="`+id+`"/></w:numPr>`, "x")
	}
	styled := func(style string) string { return paragraph(`<w:pStyle w:val="`+style+`"/>`, "x") }
	for name, c := range map[string]struct{ body, want string }{
		"a list that starts elsewhere":   {item("1", "0") + item("2", "0") + item("2", "0") + item("2", "1"), "1. x|5. x|6. x|6(a) x"},
		"a list that goes on":            {item("1", "0") + item("8", "0") + item("1", "0"), "1. x|[B] x|3. x"},
		"from nought":                    {item("3", "0") + item("3", "0") + item("9", "0") + item("9", "0"), "0. x|1. x|1. x|2. x"},
		"levels without the one above":   {item("1", "1") + item("1", "0"), "1(a) x|1. x"},
		"articles that count on":         {styled("Part") + styled("Article") + styled("Article") + styled("Part") + styled("Own") + item("4", "2"), "Part I x|Article 1 x|Article 2 x|Part II x|Article 3 x|2.1 x"},
		"a style without a number":       {styled("Plain") + paragraph(`<w:pStyle w:val="Article"/><w:numPr><w:numId w:val="0"/></w:numPr>`, "x"), "x|x"},
		"a style's level":                {paragraph(`<w:pStyle w:val="Article"/><w:numPr><w:ilvl w:val="0"/></w:numPr>`, "x"), "Part I x"},
		"levels of a style":              {item("5", "0") + item("5", "1"), "1. x|1(a) x"},
		"letters":                        {item("11", "0") + item("11", "0") + item("11", "0") + item("12", "0") + item("13", "0"), "z) x|aa) x|bb) x|к) x|999999999) x"},
		"a number alone":                 {paragraph(`<w:pStyle w:val="Part"/>`, "") + paragraph(`<w:numPr><w:numId w:val="10"/></w:numPr>`, "") + paragraph(`<w:numPr><w:numId w:val="10"/></w:numPr>`, "x"), "Part I|• x"},
		"links in a circle":              {item("6", "0"), "x"},
		"no such list":                   {item("7", "0") + item("77", "0") + item("1", "7") + item("1", "99") + item("1", "-1"), "x|x|x|x|x"},
		"a level that is no number":      {item("1", "x"), "1. x"},
		"what is deleted is not counted": {item("1", "0") + paragraph(`<w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr>`, "") + item("1", "0"), "1. x|2. x"},
	} {
		got, err := readForm(t, DOCX, docxOf(t, c.body, stylesPart, styles, numberingPart, numbering))
		if want := strings.ReplaceAll(c.want, "|", "\n\n") + "\n"; err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
}

func TestTheMainPartOfDOCXMayHaveAnotherName(t *testing.T) {
	relation := func(kind, target string) string {
		return `<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` + kind + `" Target="` + target + `"/>`
	}
	relations := func(list ...string) string { return "<Relationships>" + strings.Join(list, "") + "</Relationships>" }
	text := "<w:document " + wordNamespace + "><w:body><w:p>" + run("Text") + `<w:r><w:footnoteReference w:id="1"/></w:r></w:p></w:body></w:document>`
	notes := "<w:footnotes " + wordNamespace + `><w:footnote w:id="1"><w:p>` + run("Note.") + "</w:p></w:footnote></w:footnotes>"
	for _, target := range []string{"/word/text2.xml", "word/text2.xml", "./word/x/../text2.xml"} {
		got, err := readForm(t, DOCX, plaintexttest.Archive(t, "_rels/.rels", relations(relation("officeDocument", target)), "word/text2.xml", text,
			"word/_rels/text2.xml.rels", relations(relation("footnotes", "notes/own.xml")), "word/notes/own.xml", notes))
		if want := "Text¹\n\n__________\n¹ Note.\n"; err != nil || got != want {
			t.Errorf("%s: %q, %v", target, got, err)
		}
	}
	for name, content := range map[string]string{
		"a workbook":        plaintexttest.Archive(t, "_rels/.rels", relations(relation("officeDocument", "xl/workbook.xml")), "xl/workbook.xml", "<workbook/>"),
		"a book":            plaintexttest.Archive(t, "mimetype", "application/epub+zip", "OEBPS/text.xhtml", "<html/>"),
		"an old Word file":  compoundFile + strings.Repeat("\x00", 4000),
		"an archive inside": plaintexttest.Archive(t, "other/word/document.xml", text),
	} {
		if form := FormOf([]byte(content)); form != "" {
			t.Errorf("%s is taken for %s", name, form)
		}
	}
}

// bomb is a document that says that it unpacks to more than is read: no archive unpacks to more than it says.
func bomb(t *testing.T) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	_, err := w.CreateRaw(&zip.FileHeader{Name: documentPart, Method: zip.Deflate, UncompressedSize64: maxPartBytes + 1})
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// brokenDOCX are documents that are refused with a reason.
func brokenDOCX(t *testing.T) map[string]struct{ content, says string } {
	good := docxOf(t, "<w:p>"+run("x")+"</w:p>")
	return map[string]struct{ content, says string }{
		"cut short":                {good[:len(good)/2], "the archive is cut short or damaged"},
		"cut short in a name":      {good[:40], "the archive is cut short or damaged"},
		"damaged within":           {strings.Replace(good, good[60:80], strings.Repeat("\xff", 20), 1), "cannot be read"},
		"no main part":             {plaintexttest.Archive(t, "[Content_Types].xml", "<Types/>", rootRelations, "<Relationships/>"), "the archive has no word/document.xml"},
		"a main part far away":     {plaintexttest.Archive(t, rootRelations, `<Relationships><Relationship Type="x/officeDocument" Target="../../../etc/passwd"/></Relationships>`), "the archive has no etc/passwd"},
		"a bomb":                   {bomb(t), "word/document.xml is longer than"},
		"entities":                 {plaintexttest.Archive(t, documentPart, `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document><w:body/></w:document>`), "declares a document type"},
		"an entity":                {docxOf(t, "<w:p>&a;</w:p>"), "entity"},
		"not closed":               {docxOf(t, "<w:p>"), "cannot be read"},
		"deep paragraphs":          {docxOf(t, strings.Repeat("<w:p><w:r>", 1_000)), "more than 500 deep"},
		"entities of styles":       {docxOf(t, "", stylesPart, `<!DOCTYPE x [<!ENTITY a "aaaa">]><w:styles/>`), "word/styles.xml declares a document type"},
		"a file from outside":      {plaintexttest.Archive(t, documentPart, `<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>`), "declares a document type"},
		"deep":                     {docxOf(t, strings.Repeat("<w:x>", 2_001)+strings.Repeat("</w:x>", 2_001)), "more than 500 deep"},
		"deep tables":              {docxOf(t, strings.Repeat("<w:tbl><w:tr><w:tc>", 1_000)), "more than 500 deep"},
		"deep boxes":               {docxOf(t, strings.Repeat("<w:p><w:r><w:drawing><w:txbxContent>", 1_000)), "more than 500 deep"},
		"deep in front of it":      {plaintexttest.Archive(t, documentPart, strings.Repeat("<x>", 2_001)), "more than 2000 deep"},
		"bad UTF-8":                {docxOf(t, "<w:p>"+run("\xff")+"</w:p>"), "cannot be read"},
		"bad UTF-8 in a note":      {docxOf(t, "", footnotesPart, "<w:footnotes><w:footnote><w:p>"+run("\xff")), "word/footnotes.xml cannot be read"},
		"another encoding":         {plaintexttest.Archive(t, documentPart, `<?xml version="1.0" encoding="utf-16"?><x/>`), "cannot be read"},
		"elements that cross":      {docxOf(t, "<w:p><w:r></w:p></w:r>"), "cannot be read"},
		"a long word":              {docxOf(t, "<w:p>"+run(strings.Repeat("x", 2<<20))+"</w:p>"), "a piece of word/document.xml is longer than"},
		"a password":               {compoundFile + strings.Repeat("\x00", 1024-8) + strings.ReplaceAll("EncryptedPackage", "", "\x00")[1:] + strings.Repeat("\x00", 100), "the document has a password"},
		"a note many times":        {docxOf(t, "<w:p>"+strings.Repeat(`<w:r><w:footnoteReference w:id="1"/></w:r>`, 10_000)+"</w:p>", footnotesPart, `<w:footnotes><w:footnote w:id="1"><w:p>`+run(strings.Repeat("x", 10_000))+"</w:p></w:footnote></w:footnotes>"), "the text of the document is longer than"},
		"a number many times":      {docxOf(t, strings.Repeat(paragraph(`<w:numPr><w:numId w:val="1"/></w:numPr>`, "x"), 5_000), numberingPart, `<w:numbering><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="900000000"/><w:lvlText w:val="`+strings.Repeat("%1", maxNumberBytes/2)+`"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>`), "the text of the document is longer than"},
		"a level that is no level": {docxOf(t, "", numberingPart, `<w:numbering><w:abstractNum><w:lvl w:ilvl="x"/></w:abstractNum></w:numbering>`), "word/numbering.xml cannot be read"},
	}
}

// mostAllocated is a few times the longest text, whatever a file asks for; ten thousand copies of a note would take more.
const mostAllocated = 20 * graph.MaxTextBytes

func TestBrokenDOCXIsRefusedWithTheReasonAndWithinBounds(t *testing.T) {
	for name, c := range brokenDOCX(t) {
		content := []byte(c.content)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		form := FormOf(content)
		text, err := Read(t.Context(), DOCX, content, utf8Only)
		runtime.ReadMemStats(&after)
		if form != DOCX || !errors.Is(err, graph.ErrInvalid) || !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%s: form %q, %.100q, %v; want %s", name, form, text, err, c.says)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > mostAllocated {
			t.Errorf("%s: %d bytes were allocated", name, took)
		}
	}
}

func TestDOCXThatIsOddIsReadAsFarAsItGoes(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"nothing":                 {docxOf(t, ""), "\n"},
		"no body":                 {plaintexttest.Archive(t, documentPart, "<w:document/>"), "\n"},
		"an absurd span":          {docxOf(t, `<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999999999"/></w:tcPr><w:p>`+run("A")+"</w:p></w:tc><w:tc><w:p>"+run("B")+"</w:p></w:tc></w:tr></w:tbl>"), "A\tB\n"},
		"a list that is not":      {docxOf(t, paragraph(`<w:numPr><w:numId w:val="9"/></w:numPr>`, "x")), "x\n"},
		"a note that is not":      {docxOf(t, `<w:p><w:r><w:footnoteReference w:id="9"/></w:r>`+run("x")+"</w:p>"), "x\n"},
		"notes of notes":          {docxOf(t, `<w:p>`+run("x")+`<w:r><w:footnoteReference w:id="1"/></w:r></w:p>`, footnotesPart, `<w:footnotes><w:footnote w:id="1"><w:p>`+run("a")+`<w:r><w:footnoteReference w:id="1"/><w:endnoteReference w:id="1"/></w:r></w:p></w:footnote></w:footnotes>`, endnotesPart, `<w:endnotes><w:endnote w:id="1"><w:p>`+run("b")+`<w:r><w:footnoteReference w:id="1"/></w:r></w:p></w:endnote></w:endnotes>`), "x¹\n\n__________\n¹ a\n"},
		"a part twice":            {plaintexttest.Archive(t, documentPart, "<w:document><w:body><w:p>"+run("one")+"</w:p></w:body></w:document>", documentPart, "<w:document><w:body><w:p>"+run("two")+"</w:p></w:body></w:document>"), "two\n"},
		"styles in a circle":      {docxOf(t, paragraph(`<w:pStyle w:val="a"/>`, "x"), stylesPart, `<w:styles><w:style w:styleId="a"><w:basedOn w:val="a"/></w:style></w:styles>`), "x\n"},
		"text in front of a root": {plaintexttest.Archive(t, documentPart, "\uFEFF<w:document><w:body><w:p>"+run("x")+"</w:p></w:body></w:document>"), "x\n"},
		"numbers out of bounds":   {docxOf(t, paragraph(`<w:numPr><w:ilvl w:val="99999999999999999999"/><w:numId w:val="1"/></w:numPr>`, "x"), numberingPart, `<w:numbering><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="-1"/><w:lvl w:ilvl="99"/><w:lvl w:ilvl="0"><w:start w:val="9223372036854775807"/><w:lvlText w:val="%1%9"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="77"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>`), "9223372036854775807%9 x\n"},
	} {
		if got, err := readForm(t, DOCX, c.content); err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}
