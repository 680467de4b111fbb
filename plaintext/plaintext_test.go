package plaintext

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/plaintext/plaintexttest"
)

// utf8Only decodes nothing: the tests of decoding are where it is done.
func utf8Only(b []byte) (string, error) { return string(b), nil }

func readForm(t testing.TB, form Form, content string) (string, error) {
	t.Helper()
	if got := FormOf([]byte(content)); got != form {
		t.Fatalf("form %q, want %q", got, form)
	}
	return Read(t.Context(), form, []byte(content), utf8Only)
}

func TestHTMLIsReadAsABrowserShowsIt(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"paragraphs":       {"<p>One\n  two.</p><p>Three &amp; four&nbsp;five.</p>", "One two.\n\nThree & four five.\n"},
		"headings":         {"<h1>Title</h1>text<h2>Next</h2>", "Title\n\ntext\n\nNext\n"},
		"line ends":        {"<p>One<br>two</p>", "One\ntwo\n"},
		"Chinese":          {"<p>中国\n政府</p><p>a\n中</p>", "中国政府\n\na 中\n"},
		"what is no text":  {"<nav>Menu</nav><script>x()</script><style>p{}</style><p hidden>h</p><p style='display: none'>h</p><div role=banner>b</div><header>Site</header><p>Text.</p><footer>f</footer><noscript>n</noscript>", "Text.\n"},
		"an article":       {"<main><header><h1>T</h1></header><p>x</p><footer>Done at Sochi.</footer></main>", "T\n\nx\n\nDone at Sochi.\n"},
		"lists":            {"<ol><li>One</li><li value=4>Four</li><li>Five</li></ol><ul><li>x</li></ul><ol type=a start=2><li>b</li><li><p>c</p></li></ol><ol><li>(a) own</li></ol>", "1. One\n4. Four\n5. Five\n\n• x\n\nb. b\nc. c\n\n(a) own\n"},
		"reversed":         {"<ol reversed start=3 type=I><li>x<li>y</ol>", "III. x\nII. y\n"},
		"a table":          {"<table><caption>C</caption><tr><th>A<th>B<tr><td>1<td></td><td>3</table>after", "C\n\nA\tB\n1\t\t3\n\nafter\n"},
		"preformatted":     {"<pre>a  b\n c</pre>", "a  b\n c\n"},
		"ruby":             {"<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p>", "漢\n"},
		"a soft hyphen":    {"<p>dis&shy;armament</p>", "disarmament\n"},
		"a footnote":       {`<p>Text<sup><a href="#n1">1</a></sup>, more.<a href="#n2" role="doc-noteref">[2]</a></p><ol><li id="n1">First note. <a href="#r1">↩</a></li><li id="n2">2 Second note.</li></ol>`, "Text¹, more.²\n\n__________\n¹ First note.\n² Second note.\n"},
		"a named footnote": {`<p>Text<a href="#f"><sup>3</sup></a></p><p><a name="f">3</a> Note.</p>`, "Text³\n\n__________\n³ Note.\n"},
		"superscript":      {"<p>10<sup>3</sup> m<sup>th</sup></p>", "10³ mth\n"},
		"unclosed":         {"<p>One<p>Two<b>bold", "One\n\nTwobold\n"},
	} {
		got, err := readForm(t, HTML, "<!DOCTYPE html><html><head><meta charset=utf-8><title>x</title></head><body>"+c.body)
		if err != nil || c.want != got {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestHTMLIsDecodedAsItSaysOrElseAsAText(t *testing.T) {
	decoded := errors.New("as a text")
	asText := func([]byte) (string, error) { return "", decoded }
	for name, c := range map[string]struct{ content, want string }{
		"GBK":        {"<html><meta charset=gbk><p>\xd6\xd0\xb9\xfa</p>", "中国\n"},
		"1251":       {"<html><meta http-equiv=content-type content='text/html; charset=windows-1251'><p>\xc4\xee\xe3\xee\xe2\xee\xf0</p>", "Договор\n"},
		"UTF-8 mark": {"\xef\xbb\xbf<html><p>中</p>", "中\n"},
		"UTF-16":     {"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00<\x00p\x00>\x00-N", "中\n"},
	} {
		if got, err := Read(t.Context(), FormOf([]byte(c.content)), []byte(c.content), asText); err != nil || got != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := Read(t.Context(), HTML, []byte("<html><p>\xd6\xd0"), asText); !errors.Is(err, decoded) {
		t.Errorf("a page that does not say: %v", err)
	}
	if _, err := Read(t.Context(), HTML, []byte("<html><meta charset=utf-8><p>\xd6\xd0"), asText); !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "says that it is in utf-8, and is not") {
		t.Errorf("a page that says what it is not: %v", err)
	}
}

const wordNamespace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"`

// docxOf packs parts into a document; the body alone is documentPart's.
func docxOf(t testing.TB, body string, parts ...string) string {
	t.Helper()
	return plaintexttest.Archive(t, append([]string{documentPart, fmt.Sprintf("<?xml version=\"1.0\"?><w:document %s><w:body>%s</w:body></w:document>", wordNamespace, body)}, parts...)...)
}

func matches(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) }

func run(text string) string { return "<w:r><w:t xml:space=\"preserve\">" + text + "</w:t></w:r>" }

func TestDOCXIsReadAsItStandsWithAllChangesAccepted(t *testing.T) {
	numbering := fmt.Sprintf(`<w:numbering %s><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="Article %%1"/></w:lvl>`+
		`<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%%2)"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:start w:val="9"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%%1条"/></w:lvl></w:abstractNum>`+
		`<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num></w:numbering>`, wordNamespace)
	styles := fmt.Sprintf(`<w:styles %s><w:style w:styleId="Clause"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style></w:styles>`, wordNamespace)
	notes := fmt.Sprintf(`<w:footnotes %s><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>no</w:t></w:r></w:p></w:footnote><w:footnote w:id="5"><w:p>%s</w:p></w:footnote></w:footnotes>`, wordNamespace, run(" A note."))
	item := func(level, text string) string {
		return `<w:p><w:pPr><w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="1"/></w:numPr></w:pPr>` + run(text) + "</w:p>"
	}
	for name, c := range map[string]struct{ body, want string }{
		"paragraphs":       {"<w:p>" + run("One ") + run("two.") + "</w:p><w:p/><w:p>" + run("Three.") + "</w:p>", "One two.\n\nThree.\n"},
		"tabs and breaks":  {"<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r></w:p>", "a\tb\nc-d\n"},
		"changes":          {"<w:p><w:ins>" + run("in ") + "</w:ins><w:del><w:r><w:delText>out</w:delText></w:r></w:del><w:moveFrom>" + run("from") + "</w:moveFrom><w:moveTo>" + run("to") + "</w:moveTo></w:p>", "in to\n"},
		"hidden":           {"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>yes</w:t></w:r></w:p>", "yes\n"},
		"fields":           {"<w:p><w:r><w:fldChar/><w:instrText>PAGE</w:instrText></w:r>" + run("5") + "</w:p>", "5\n"},
		"numbers":          {item("0", "first") + item("1", "x") + item("1", "y") + item("0", "second") + item("1", "z"), "Article I first\n\n(a) x\n\n(b) y\n\nArticle II second\n\n(a) z\n"},
		"numbers by style": {`<w:p><w:pPr><w:pStyle w:val="Clause"/></w:pPr>` + run("甲") + `</w:p><w:p><w:pPr><w:pStyle w:val="Clause"/></w:pPr>` + run("乙") + "</w:p>", "第九条 甲\n\n第十条 乙\n"},
		"a table":          {"<w:tbl><w:tr><w:tc><w:p>" + run("A") + "</w:p></w:tc><w:tc><w:p>" + run("B") + "</w:p><w:p>" + run("b") + "</w:p></w:tc></w:tr><w:tr><w:tc><w:p>" + run("1") + "</w:p></w:tc><w:tc><w:p>" + run("2") + "</w:p></w:tc></w:tr></w:tbl><w:p>" + run("after") + "</w:p>", "A\tB b\n1\t2\n\nafter\n"},
		"a footnote":       {`<w:p>` + run("Text") + `<w:r><w:footnoteReference w:id="5"/></w:r>` + run(", more.") + "</w:p>", "Text¹, more.\n\n__________\n¹ A note.\n"},
		"a text box":       {`<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent><w:p>` + run("box") + `</w:p></w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:p>` + run("again") + `</w:p></mc:Fallback></mc:AlternateContent></w:r>` + run("text") + "</w:p>", "box\n\ntext\n"},
		"Chinese":          {"<w:p>" + run("中国") + run("政府") + "</w:p>", "中国政府\n"},
	} {
		got, err := readForm(t, DOCX, docxOf(t, c.body, numberingPart, numbering, stylesPart, styles, footnotesPart, notes))
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestBrokenDocumentsAreRefusedWithTheReason(t *testing.T) {
	for name, c := range map[string]struct {
		form          Form
		content, says string
	}{
		"HTML: very deep": {HTML, "<html><meta charset=utf-8>" + strings.Repeat("<div>", 100_000), "nested more than 500 deep"},
		"PDF: cut short":  {PDF, "%PDF-1.7\n1 0 obj", "damaged|not installed|no text"},
		"PDF: empty":      {PDF, "%PDF-", "damaged|not installed|no text"},
	} {
		_, err := Read(t.Context(), c.form, []byte(c.content), utf8Only)
		if !errors.Is(err, graph.ErrInvalid) || !matches(c.says, err.Error()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, content := range map[string]string{"another archive": "PK\x03\x04xxxx", "an old Word file": "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "text": "Article 1. <html> is a word here", "nothing": "", "an XML file": "<?xml version='1.0'?><doc/>"} {
		if form := FormOf([]byte(content)); form != "" {
			t.Errorf("%s is taken for %s", name, form)
		}
	}
	if _, err := Read(t.Context(), "ODT", nil, utf8Only); !errors.Is(err, graph.ErrInvalid) {
		t.Errorf("ODT: %v", err)
	}
}

func TestAPDFIsReadByPoppler(t *testing.T) {
	if !havePDFProgram(t) { // only its absence can be tried
		if _, err := readForm(t, PDF, plaintexttest.PDF("x")); !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "poppler-utils") {
			t.Errorf("error %v", err)
		}
		return
	}
	got, err := readForm(t, PDF, plaintexttest.PDF("The treaty shall enter into force\non 5 March 1970.", "Article II"))
	if err != nil || !strings.Contains(got, "The treaty shall enter into force\non 5 March 1970.\n\n") || !strings.HasSuffix(strings.TrimSpace(got), "Article II") || strings.Contains(got, "\f") {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := readForm(t, PDF, plaintexttest.PDF("")); !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "pictures and no text") {
		t.Errorf("a page without text: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ended, PDF, []byte(plaintexttest.PDF("x")), utf8Only); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
	long := []byte(plaintexttest.PDF(slices.Repeat([]string{"x"}, 5_000)...))
	late, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond) // which is over before so many pages are read
	defer cancel()
	if _, err := Read(late, PDF, long, utf8Only); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, graph.ErrInvalid) {
		t.Errorf("the caller's time is over: %v", err)
	}
}

func FuzzHTML(f *testing.F) {
	f.Add([]byte("<html><p>One<sup><a href=#a>1</a></sup><li id=a>x<ol type=i start=-3><li>y"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if s, err := Read(t.Context(), HTML, content, utf8Only); err != nil && !errors.Is(err, graph.ErrInvalid) || err == nil && strings.ContainsRune(s, '\u00AD') {
			t.Errorf("%q, %v", s, err)
		}
	})
}

func FuzzDOCX(f *testing.F) {
	f.Add("<w:p><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>x</w:t><w:footnoteReference w:id='1'/></w:r></w:p>", "<w:numbering><w:abstractNum/><w:num w:numId='1'/></w:numbering>")
	f.Fuzz(func(t *testing.T, body, numbering string) {
		if _, err := Read(t.Context(), DOCX, []byte(docxOf(t, body, numberingPart, numbering)), utf8Only); err != nil && !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("%v", err)
		}
	})
}
