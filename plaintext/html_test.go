package plaintext

import "testing"

func TestAPageIsReadAsItsReaderSeesIt(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"blocks behind a list":              {"<ul><li>x</li></ul><div>A<p>B</p></div>", "• x\n\nA\n\nB\n"},
		"a list item of two paragraphs":     {"<ol><li><p>a</p><p>b</p></li></ol>", "1. a\n\nb\n"},
		"a back-link that shows the number": {`<p>Text<sup id="r1"><a href="#n1">1</a></sup> more.</p><p id="n1"><sup><a href="#r1">1</a></sup> Note.</p>`, "Text¹ more.\n\n__________\n¹ Note.\n"},
		"a back-link to a part":             {`<div id="top"><p>One<a href="#n1"><sup>1</sup></a></p><p>Two</p></div><p id="n1"><sup><a href="#top">1</a></sup> Note.</p>`, "One¹\n\nTwo\n\n__________\n¹ Note.\n"},
		"a back-link that is an arrow":      {`<p id="p">Text<sup><a href="#n1">1</a></sup></p><div><p id="n1">Note. <a href="#p">↩</a></p></div><p>Last. <a href="#p">↑</a></p>`, "Text¹\n\nLast.\n\n__________\n¹ Note.\n"},
		"a link to all notes":               {`<p>A<sup><a href="#n">1</a></sup>, b<sup><a href="#n">2</a></sup>.</p><div id="n"><h2>Notes</h2><p>First.</p><p>Second.</p></div>`, "A¹, b².\n\nNotes\n\nFirst.\n\nSecond.\n"},
		"one note, twice":                   {`<p>A<a role=doc-noteref href="#n">[1]</a></p><p id=n>1. Note.</p><p>B<a role=doc-noteref href="#n">[1]</a></p>`, "A¹\n\nB¹\n\n__________\n¹ Note.\n"},
		"paragraphs in cells":               {"<table><tr><td><p>A</p></td><td><p>B</p><p>b</p></td></tr><tr><td>1<td>2<br>3</table>after", "A\tB b\n1\t2 3\n\nafter\n"},
		"an empty first cell":               {"<table><tr><th></th><th>A</th><th></th></tr><tr><td>&nbsp;</td><td>1</td></tr></table>", "\tA\t\n\t1\n"},
		"a table that lays out the page":    {"<table><tr><td>Menu</td><td><h1>Title</h1><p>One</p><p>Two</p></td></tr></table>", "Menu\n\nTitle\n\nOne\n\nTwo\n"},
		"a table in a table":                {"<table><tr><td><p>A</p><table><tr><td>1<td><p>2</table><p>B</table>", "A\n\n1\t2\n\nB\n"},
		"what is struck out":                {"<p>The <del>old</del><ins>new</ins> <s>x</s><strike>y</strike><span style='text-decoration:line-through'>z</span>text</p><del><p>No.</p></del>", "The new text\n"},
		"what is hidden":                    {"<p>A<span hidden>b</span><b style='DISPLAY : none'>c</b><i style='visibility:hidden'>d</i></p><div hidden><p>No.</p></div>", "A\n"},
	} {
		got, err := Read(t.Context(), HTML, []byte("<!DOCTYPE html><meta charset=utf-8><title>x</title>"+c.body), utf8Only)
		if err != nil || c.want != got {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}
