package plaintext

import (
	"bytes"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"treatygraph/graph"
)

func TestAPageIsReadAsItsReaderSeesIt(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"blocks behind a list":              {"<ul><li>x</li></ul><div>A<p>B</p></div>", "• x\n\nA\n\nB\n"},
		"blocks in a list":                  {"<ul><li>x<div>A<p>B</p></div></ul>", "• x\n\nA\n\nB\n"},
		"a list item of two paragraphs":     {"<ol><li><p>a</p><p>b</p></li></ol>", "1. a\n\nb\n"},
		"a back-link that shows the number": {`<p>Text<sup id="r1"><a href="#n1">1</a></sup> more.</p><p id="n1"><sup><a href="#r1">1</a></sup> Note.</p>`, "Text¹ more.\n\n__________\n¹ Note.\n"},
		"a back-link to a part":             {`<div id="top"><p>One<a href="#n1"><sup>1</sup></a></p><p>Two</p></div><p id="n1"><sup><a href="#top">1</a></sup> Note.</p>`, "One¹\n\nTwo\n\n__________\n¹ Note.\n"},
		"a back-link that is an arrow":      {`<p id="p">Text<sup><a href="#n1">1</a></sup></p><div><p id="n1">Note. <a href="#p">↩</a></p></div><p>Last. <a href="#p">↑</a></p>`, "Text¹\n\nLast.\n\n__________\n¹ Note.\n"},
		"a link to all notes":               {`<p>A<sup><a href="#n">1</a></sup>, b<sup><a href="#n">2</a></sup>.</p><div id="n"><h2>Notes</h2><p>First.</p><p>Second.</p></div>`, "A¹, b².\n\nNotes\n\nFirst.\n\nSecond.\n"},
		"a link that leads nowhere":         {`<p>x<sup><a href="#">1</a></sup></p><p>Article 2</p><p>Text.</p>`, "x¹\n\nArticle 2\n\nText.\n"},
		"notes by name in one element":      {`<p>A<sup><a href="#n1">1</a></sup> b<sup><a href="#n2">2</a></sup></p><div><a name="n1">1</a> First.<br><a name="n2">2</a> Second.</div>`, "A¹ b²\n\n1 First.\n2 Second.\n"},
		"a note of two marks":               {`<p>A<sup id=r1><a href="#n">[1]</a></sup> b<sup id=r2><a href="#n">[1]</a></sup></p><ol><li id=n><span>^ <a href="#r1"><sup><i>a</i></sup></a> <a href="#r2"><sup>1.1</sup></a></span> Note.</ol>`, "A¹ b¹\n\n__________\n¹ Note.\n"},
		"several marks in one":              {"<p>Article 5<sup>1, 2</sup> or 6<sup>(3)(4)</sup>, not 7<sup>bis</sup> or 8<sup>1 or 2</sup></p>", "Article 5¹, ² or 6(³)(⁴), not 7bis or 81 or 2\n"},
		"what is longer than a mark":        {"<p>x<sup>1" + strings.Repeat(" ", beginning) + "and more</sup></p>", "x1 and more\n"},
		"numbers by style":                  {"<ol type=I style='color: red; List-Style-Type: lower-alpha'><li>x<li style='list-style:none'>y<li type=i>z</ol><ol style='list-style: none'><li>x</ol><ul style='list-style: upper-roman inside'><li>x</ul><ol style='list-style: disc'><li>x</ol><ol style='list-style: none; display:none'><li>x</ol>", "a. x\ny\niii. z\n\nx\n\nI. x\n\n• x\n"},
		"items that bring no number":        {"<ol><li>U.S. forces<li>Cuba.<li>No. 5<li>Art. 3<li>5. own<li>iv. own<li>b. own<li>C.</ol>", "1. U.S. forces\n2. Cuba.\n3. No. 5\n4. Art. 3\n5. own\niv. own\nb. own\nC.\n"},
		"preformatted lines in a cell":      {"<table><tr><td><pre>one\n  two</pre><td>x</table>", "one two\tx\n"},
		"links of a wiki's headings":        {"<h2><span id=a>Article 1</span><span class='x mw-editsection'>[<a href='/x'>edit</a>]</span></h2><p class='mw-editsections'>Text", "Article 1\n\nText\n"},
		"a legend":                          {"<fieldset><legend>A</legend>b</fieldset>", "A\n\nb\n"},
		"one note, twice":                   {`<p>A<a role=doc-noteref href="#n">[1]</a></p><p id=n>1. Note.</p><p>B<a role=doc-noteref href="#n">[1]</a></p>`, "A¹\n\nB¹\n\n__________\n¹ Note.\n"},
		"two notes of one name":             {`<p>A<sup><a href="#n">1</a></sup></p><p id=n>1. Note.</p><p id=n>B</p>`, "A¹\n\nB\n\n__________\n¹ Note.\n"},
		"a footnote of Word":                {`<p>Text<a href="#_ftn1" name="_ftnref1"><span>[1]</span></a>.</p><div><hr><div id=ftn1><p><a href="#_ftnref1" name="_ftn1"><span>[1]</span></a> Note.</p></div></div>`, "Text¹.\n\n__________\n¹ Note.\n"},
		"paragraphs in cells":               {"<table><tr><td><p>A</p></td><td><p>B</p><p>b</p></td></tr><tr><td>1<td>2<br>3</table>after", "A\tB b\n1\t2 3\n\nafter\n"},
		"paragraphs in the only cell":       {"<table><tr><td><p>A</p><p>B</p></td></tr></table>", "A\n\nB\n"},
		"long paragraphs in a cell":         {"<table><tr><td>A<td><p>" + strings.Repeat("b", maxCell) + "</p><p>c</p></table>", "A\n\n" + strings.Repeat("b", maxCell) + "\n\nc\n"},
		"an empty first cell":               {"<table><tr><th></th><th>A</th><th></th></tr><tr><td>&nbsp;</td><td>1</td></tr></table>", "\tA\n\t1\n"},
		"a table that lays out the page":    {"<table><tr><td>Menu</td><td><h1>Title</h1><p>One</p><p>Two</p></td></tr></table>", "Menu\n\nTitle\n\nOne\n\nTwo\n"},
		"a table in a table":                {"<table><tr><td><p>A</p><table><tr><td>1<td><p>2</table><p>B</table>", "A\n\n1\t2\n\nB\n"},
		"what is struck out":                {"<p>The <del>old</del><ins>new</ins> <s>x</s><strike>y</strike><span style='text-decoration:line-through'>z</span>text</p><del><p>No.</p></del>", "The new text\n"},
		"a style that hides nothing":        {"<p style='color: red'>A</p>", "A\n"},
		"what is hidden":                    {"<p>A<span hidden>b</span><b style='DISPLAY : none'>c</b><i style='visibility:hidden'>d</i></p><div hidden><p>No.</p></div>", "A\n"},
	} {
		got, err := Read(t.Context(), HTML, []byte("<!DOCTYPE html><meta charset=utf-8><title>x</title>"+c.body), utf8Only)
		if err != nil || c.want != got {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestAPageIsToldByItsBeginningHoweverFarItStands(t *testing.T) {
	comment := "<!-- " + strings.Repeat("long ", 1<<10) + "-->"
	for content, want := range map[string]Form{
		"<p>A piece.</p>": HTML, " \n<h2 class=x>Article 1</h2>": HTML, "<TABLE><tr><td>x": HTML, "<a name=top></a>Text": HTML, "<br/>x": HTML,
		comment + "<!DOCTYPE html><p>x": HTML, "<?xml version='1.0'?>" + comment + "\n<html><p>x": HTML, comment + comment + "<p>x": HTML, "<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><p>x": HTML,
		"\xff\xfe<\x00p\x00>\x00x\x00": HTML, "\x00<\x00p\x00>\x00x": HTML,
		"<?xml version='1.0'?><article><p>x</p></article>": "", "<TEI><p>x": "", "<p": "", "<pp>": "", "<": "", comment: "", "<!-- <p>x": "", "a <p>b": "", "<1> The Parties": "",
	} {
		if got := FormOf([]byte(content)); got != want {
			t.Errorf("%.60q is of form %q, want %q", content, got, want)
		}
	}
}

func TestWhatAPageSaysOfItsEncodingGivesWayToItsBytes(t *testing.T) {
	late := "<html><script>" + strings.Repeat("x", 2<<10) + "</script>"
	for name, c := range map[string]struct{ content, want, refused string }{
		"an unknown label, UTF-8":          {"<meta charset=utf8mb4><p>中国", "中国\n", ""},
		"an unknown label, ASCII":          {"<meta charset=klingon><p>China", "China\n", ""},
		"an unknown label, other bytes":    {"<meta charset=klingon><p>\xd6\xd0", "", `says that it is in "klingon", which is not known`},
		"a label that stands for none":     {"<meta charset=iso-2022-kr><p>\xd6\xd0", "", `"iso-2022-kr", which is not known`},
		"another label, UTF-8":             {"<meta charset=iso-8859-1><p>中国", "中国\n", ""},
		"a late label":                     {late + "<meta charset=windows-1251><p>\xc4\xe0", "Да\n", ""},
		"a late label in words":            {late + "<meta content='text/html; charset=\"koi8-r\"' http-equiv=Content-Type><p>\xe4\xc1", "Да\n", ""},
		"a label of XML":                   {"<?xml version='1.0' encoding='windows-1251'?><html><p>\xc4\xe0", "Да\n", ""},
		"a label in a comment":             {"<!-- <meta charset=klingon> --><meta charset=windows-1251><p>\xc4\xe0", "Да\n", ""},
		"a description that speaks of one": {"<meta name=description content='charset=klingon'><meta charset=windows-1251><p>\xc4\xe0", "Да\n", ""},
		"letters behind escapes":           {"<meta charset=iso-2022-jp><p>\x1b$BCf9q\x1b(B", "中国\n", ""},
		"UTF-16, said in ASCII":            {"<meta charset=utf-16><p>China", "China\n", ""},
		"windows-1252":                     {"<meta charset=latin1><p>Trait\xe9 \x96 \x80", "Traité – €\n", ""},
	} {
		got, err := Read(t.Context(), HTML, []byte(c.content), func([]byte) (string, error) { return "as a text", nil })
		if c.refused == "" && (err != nil || got != c.want) || c.refused != "" && (!errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), c.refused)) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// What is broken is read as a browser reads it, or refused.
func TestBrokenPagesAreReadOrRefusedWithTheReason(t *testing.T) {
	deep := strings.Repeat("<div>", 2*maxDepth)
	for name, c := range map[string]struct{ page, want, refused string }{
		"a tag that is cut":                       {"<p>One</p><p clas", "One\n", ""},
		"an attribute that is cut":                {"<p>One</p><a href='x>Two", "One\n", ""},
		"an end tag that is cut":                  {"<p>One</", "One</\n", ""},
		"a comment that never ends":               {"<p>One</p><!-- <p>Two</p>", "One\n", ""},
		"a script that never ends":                {"<p>One</p><script>if (a<b) '<p>Two</p>'", "One\n", ""},
		"a script in a script":                    {"<script><!-- <script> </script> x</script><p>One", "One\n", ""},
		"a title that never ends":                 {"<title>x<p>One", "\n", ""},
		"a head that never ends":                  {"<head><title>x</title><link rel=x><p>One", "One\n", ""},
		"text in a head":                          {"<head><title>x</title>One<p>Two", "One\n\nTwo\n", ""},
		"elements that end where the next begins": {strings.Repeat("<li>", maxDepth) + strings.Repeat("<dt><dd>", maxDepth) + strings.Repeat("<a id=x>", maxDepth) + strings.Repeat("<h1>", maxDepth) + strings.Repeat("<o:p id=x />", maxDepth) + "x", "x\n", ""},
		"ends that belong outside the table":      {"<table><tr><td>1<table></td></tr><tr><td>2<td>3</table>", "1\n\n2\t3\n", ""},
		"ends that belong outside the list":       {"<ol><li>a<ul></li>b<li>c</ul></ol>", "1. a\n\nb\n• c\n", ""},
		"ends that belong outside the block":      {"<i id=x><ol><li>a</i><li>b</ol>", "1. a\n2. b\n", ""},
		"bad UTF-8":                               {"<meta charset=utf-8><p>One\xff", "", "says that it is in utf-8, and is not"},
		"NULs in text":                            {"<meta charset=utf-8><p>On\x00e<p\x00>", "One\n", ""},
		"NULs in a tag":                           {"<meta charset=utf-8><p>One<b\x00 id=x>, two", "One, two\n", ""},
		"entities of no character":                {"<p>A&#0;B&#x110000;C&#xD800;D&#99999999999999999999;E&bogus;F&amp", "A\uFFFDB\uFFFDC\uFFFDD\uFFFDE&bogus;F&\n", ""},
		"tables in tables":                        {"<table><tr><td>A<table><tr><td>1<td>2</table>B</table></table>C", "A\n\n1\t2\n\nB\n\nC\n", ""},
		"a table that begins anew":                {"<table><tr><table><tr><td>1<td>2", "1\t2\n", ""},
		"cells without rows":                      {"<table><td>1<td>2<tr><td>3<td>4</table>", "1\t2\n3\t4\n", ""},
		"cells without a table":                   {"<tr><td>1</td><td>2</td></tr><p>x", "1\t2\n\nx\n", ""},
		"text between cells":                      {"<table><tr>x<td>1</td><td>2</td>y</tr></table>", "x 1\t2\ty\n", ""},
		"a form through a table":                  {"<table><form><tr><td>1</td><td>2</td></form></tr></table><p>x", "1\t2\n\nx\n", ""},
		"ends of nothing":                         {"</div></b></table>One</br>two</p>three</x-y>", "One\ntwo\n\nthree\n", ""},
		"crossed tags":                            {"<b><p>One</b> two</p><i><ol><li>a</i><li>b</ol><p>Three<span id=x><div>four</span></div>", "One two\n\n1. a\n2. b\n\nThree\n\nfour\n", ""},
		"what is struck out, crossed":             {"<p><s>a<p>b</s>c", "bc\n", ""},
		"paragraphs in paragraphs":                {"<p>a<p>b<div>c<p>d</div>e", "a\n\nb\n\nc\n\nd\n\ne\n", ""},
		"headings that never end":                 {"<h1>A<h2>B</h3>c", "A\n\nB\n\nc\n", ""},
		"terms that never end":                    {"<dl><dt>a<dd>b<dt>c<dd>d</dl>", "a\n\nb\n\nc\n\nd\n", ""},
		"notes in a circle":                       {`<p>x<sup><a href="#a">1</a></sup></p><p id=a>1. A<sup><a href="#b">2</a></sup></p><p id=b>2. B<sup><a href="#a">1</a></sup></p>`, "x¹\n\n__________\n¹ A²\n² B¹\n", ""},
		"a note that leads to itself":             {`<p id=a>x<sup><a href="#a" id=a>1</a></sup></p>`, "x¹\n", ""},
		"a note in its own note":                  {`<p>x<sup><a href="#a">1</a></sup></p><div id=a>1 A<div id=a>B</div></div>`, "x¹\n\n__________\n¹ A B\n", ""},
		"a mark without a note":                   {`<p>x<sup><a href="#a">1</a></sup> y<a href="#">2</a></p>`, "x¹ y2\n", ""},
		"numbers beyond counting":                 {"<ol start=99999999999999999999><li>a</ol><ol start=-2147483648 type=i><li>b<li value=4000>c</ol><ol type=a start=0><li>d</ol>", "1. a\n\n-2147483648. b\n4000. c\n\n0. d\n", ""},
		"a picture drawn with tags":               {"<p>A<svg><title/><style/><path id=x /><g/>no</svg>B</p>", "AB\n", ""},
		"XML":                                     {"<?xml version='1.0'?><html><head><script src='x'/></head><body><p>A</p><p/><a id='x'/><p>B</p><td/></body></html>", "A\n\nB\n", ""},
		"UTF-16":                                  {"\xff\xfe<\x00p\x00>\x00-N", "中\n", ""},
		"UTF-16 of the other order":               {"\xfe\xff\x00<\x00p\x00>N-", "中\n", ""},
		"UTF-16 that is cut":                      {"\xff\xfe<\x00p\x00>\x00-", "", "says that it is in utf-16le, and is not"},
		"UTF-32":                                  {"\xff\xfe\x00\x00<\x00\x00\x00p\x00\x00\x00>\x00\x00\x00", "", "not read here"},
		"elements that are too deep":              {deep, "", "nested more than 500 deep"},
		"deep tags that change nothing":           {strings.Repeat("<b><font color=red>", 2*maxDepth) + "x", "x\n", ""},
	} {
		page := c.page
		got, err := Read(t.Context(), HTML, []byte(page), func(b []byte) (string, error) {
			if bytes.IndexByte(b, 0) >= 0 {
				return "", refused("not read here")
			}
			return string(b), nil
		})
		if c.refused == "" && (err != nil || got != c.want) || c.refused != "" && (!errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), c.refused)) {
			t.Errorf("%s: %q, %v; want %q %s", name, got, err, c.want, c.refused)
		}
	}
}

// A page costs no more than a multiple of its length, whatever it does. A browser's way of building the tree costs thousands of it for some of these.
func TestAHostilePageCostsWhatItsLengthCosts(t *testing.T) {
	const size, multiple = 1 << 18, 200
	filled := func(pattern string) string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			b.WriteString(strings.ReplaceAll(pattern, "#", strconv.Itoa(i)))
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		page, refused string
		most          int // bytes of text
	}{
		"a root that comes again with other attributes":    {filled("<html a#>") + "x", "", 2},
		"unclosed elements that each paragraph may repeat": {filled("<b id=x#>")[:4_000] + filled("<p>x"), "", size},
		"text in pieces":                      {filled("x</q>"), "", size},
		"text that belongs to no cell":        {"<table>" + filled("x<tr>"), "", size},
		"tables":                              {filled("<table>") + "x", "", 2},
		"tables in a cell":                    {"<table><tr><td>" + filled("<table><tr><td>1<td>2</table>"), "", size},
		"paragraphs that end":                 {filled("</p>") + "x", "", 2},
		"attributes of one tag":               {"<p " + filled("a# ") + ">x", "more than 1000 attributes", 0},
		"tags behind one of many attributes":  {"\xff<p " + filled("a# ") + ">" + filled("<p b>"), "more than 1000 attributes", 0},
		"attributes of what says an encoding": {"\xff<meta " + filled("a# ") + ">x", "more than 1000 attributes", 0},
		"items":                               {"<ol type=i>" + filled("<li>"), "", 2 * size},
		"notes that are not there":            {filled(`<sup><a href="#a#">1</a></sup>`), "", size},
		"marks around all":                    {strings.Repeat("<sup>", 400) + filled("<hr>"), "", 2 * size},
		"items around all":                    {strings.Repeat("<ul><li>", 200) + filled("<hr>"), "", 2 * size},
		"notes around all":                    {"<sup><a href=#n>1</a></sup>" + strings.Repeat("<div id=n>", 400) + filled("<hr>") + "<h1>x", "", 2 * size},
		"items that end where none began":     {strings.Repeat("<div>", 400) + filled("</li>") + "x", "", 2},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := Read(t.Context(), HTML, []byte(c.page), utf8Only)
		runtime.ReadMemStats(&after)
		if cost := (after.TotalAlloc - before.TotalAlloc) / uint64(len(c.page)); cost > multiple {
			t.Errorf("%s: %d bytes were needed for each one", name, cost)
		}
		if c.refused == "" && (err != nil || len(got) > c.most) || c.refused != "" && (!errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), c.refused)) {
			t.Errorf("%s: %d bytes of text, %v", name, len(got), err)
		}
	}
	got, err := Read(t.Context(), HTML, []byte("<p>"+strings.Repeat("x<sup><a href='#n'>1</a></sup> ", 10_000)+"<p id=n>"+strings.Repeat("Note ", 1_000)), utf8Only)
	if err != nil || strings.Count(got, "x¹") != 10_000 || strings.Count(got, "Note") != 1_000 {
		t.Errorf("a note of 10,000 marks: %d bytes, %v", len(got), err)
	}
	if _, err = Read(t.Context(), HTML, []byte(strings.Repeat("<hr>", maxNodes+1)), utf8Only); !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "more than 2097152 elements") {
		t.Errorf("too many elements: %v", err)
	}
	if _, err = Read(t.Context(), HTML, []byte("<meta charset=latin1><p>"+strings.Repeat("\x96", graph.MaxTextBytes/3+1)), utf8Only); !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "is longer than") {
		t.Errorf("a text that is longer than the page: %v", err)
	}
}
