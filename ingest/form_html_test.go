package ingest

import (
	"errors"
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"treatygraph/corpus"
	"treatygraph/extract"
	"treatygraph/graph"
)

// A treaty as a file of text, its lines wrapped by hand, and as a page with headings, a table and footnotes is read alike: sections, passages, notes, mentions and statements.
func TestATreatyIsReadAlikeFromAPageAndFromAFileOfText(t *testing.T) {
	texts, _ := bilingualTexts(t)
	length := func(b *bilingualText) (n int) {
		for _, p := range b.parts() {
			n += len(p.zh) + len(p.en)
		}
		return n
	}
	treaty := slices.MinFunc(texts, func(a, b *bilingualText) int { return length(a) - length(b) })
	c := load(t, corpus.Files)
	raised := []string{"", "¹", "²"}
	vocabulary := vocabularyOf(everything(c))
	for lang, rows := range map[graph.Language][][]string{
		"en":      {{"State", "Signature", "Reservation"}, {"Canada", "28 November 1949", ""}, {"China", "20 July 1949", "Article IX"}, {"", "Total", "2"}},
		"zh-Hant": {{"國家", "簽署", "保留"}, {"加拿大", "1949年11月28日", ""}, {"中國", "1949年7月20日", "第九條"}, {"", "合計", "2"}},
	} {
		d := &Document{ID: "document/x", Language: lang, TextVersion: 1, Expresses: expressedBy(c, treaty)}
		if len(d.Expresses) == 0 {
			t.Fatalf("nobody knows %s", treaty.TitleEn)
		}
		english := lang == "en"
		var file, page strings.Builder
		page.WriteString("<!-- saved by hand -->\n<title>x</title><nav><a href='/'>Home</a></nav>\n")
		paragraph := func(tag, text string, note int) {
			file.WriteString(wrapped(text+raised[note], english) + "\n\n")
			link := ""
			if note > 0 {
				link = fmt.Sprintf("<sup id='r%[1]d'><a href='#n%[1]d'>%[1]d</a></sup>", note)
			}
			fmt.Fprintf(&page, "<%s>%s%s</%[1]s>\n", tag, wrapped(html.EscapeString(text), english), link)
		}
		title, preamble := treaty.TitleZh, treaty.PreambleZh
		notes := []string{"聯合國大會決議二六〇通過。", "見聯合國憲章。"}
		if english {
			title, preamble = treaty.TitleEn, treaty.PreambleEn
			notes = []string{"Adopted by the General Assembly of the United Nations.", "See the Charter of the United Nations."}
		}
		paragraph("h1", title, 0)
		paragraph("p", preamble, 1)
		for i, a := range treaty.Articles {
			heading, content, note := "第"+a.Article+"條", a.ContentZh, 0
			if english {
				heading, content = fmt.Sprintf("Article %d", i+1), a.ContentEn
			}
			paragraph("h2", heading, 0)
			if i == 1 {
				note = 2
			}
			for text := range strings.SplitSeq(content, "\n") {
				if text = strings.TrimSpace(text); text != "" {
					paragraph("p", text, note)
					note = 0
				}
			}
		}
		page.WriteString("<table>")
		for _, row := range rows {
			file.WriteString(strings.TrimRight(strings.Join(row, "\t"), "\t") + "\n\n") // in a file of wrapped lines a row needs blank lines, as a paragraph does
			page.WriteString("<tr><td><p>" + strings.Join(row, "</p></td>\n<td><p>") + "</p></td></tr>\n")
		}
		page.WriteString("</table><hr><ol>")
		file.WriteString("__________\n")
		for i, note := range notes {
			file.WriteString(raised[i+1] + " " + note + "\n")
			fmt.Fprintf(&page, "<li id='n%d'><a href='#r%[1]d'>^</a> %s</li>\n", i+1, html.EscapeString(note))
		}
		page.WriteString("</ol><footer>Printed today</footer>")

		plain, found, err := ReadDocument(t.Context(), lang, []byte(file.String()))
		if err != nil || found != "UTF-8" {
			t.Fatalf("%s: found %s, %v", lang, found, err)
		}
		want := partsAndReading(d, plain, vocabulary)
		wide, err := utf16LE.NewEncoder().String(page.String())
		if err != nil {
			t.Fatal(err)
		}
		for form, content := range map[string]string{"HTML": page.String(), "HTML in UTF-16": "\xFF\xFE" + wide} {
			text, found, err := ReadDocument(t.Context(), lang, []byte(content))
			if err != nil || found != "HTML" {
				t.Fatalf("%s in %s: found %s, %v", lang, form, found, err)
			}
			got := partsAndReading(d, text, vocabulary)
			for i := range max(len(want), len(got)) {
				if i >= len(want) || i >= len(got) || want[i] != got[i] {
					t.Errorf("%s in %s: of %d and %d parts these differ first:\n%.300q\n%.300q", lang, form, len(want), len(got), want[min(i, len(want)):min(i+2, len(want))], got[min(i, len(got)):min(i+2, len(got))])
					break
				}
			}
		}
		t.Logf("%s in %s: %d parts, mentions and statements", treaty.name, lang, len(want))
		kinds := make(map[string]int)
		for _, s := range want {
			kinds[strings.Fields(s)[0]]++
		}
		if kinds["section"] < len(treaty.Articles) || kinds["note"] != 2 || kinds["mention"] < 20 || kinds["statement"] == 0 || !slices.ContainsFunc(want, func(s string) bool { return strings.Contains(s, strings.Join(rows[2], " ")) }) {
			t.Errorf("%s: too little is read to compare: %v", lang, kinds)
		}
	}
}

// wrapped breaks lines of English words at 90 characters.
func wrapped(text string, breaks bool) string {
	if !breaks {
		return text
	}
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		if n := utf8.RuneCountInString(word); column > 0 && column+1+n > 90 {
			b.WriteByte('\n')
			column = 0
		} else if column > 0 {
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += utf8.RuneCountInString(word)
	}
	return b.String()
}

// partsAndReading lists what is read in a text, without where in the raw text it stands.
func partsAndReading(d *Document, text *graph.Text, v *extract.Vocabulary) (list []string) {
	h := hold(d, text)
	for _, s := range h.parts.Sections {
		list = append(list, fmt.Sprintf("section %s under %d: %s", s.Path, s.Parent, s.Title))
	}
	for _, p := range h.parts.Passages {
		list = append(list, fmt.Sprintf("passage of %d: %s", p.Section, extract.Clean(h.parts.Raw(p.Start, p.End))))
	}
	for _, n := range h.parts.Notes {
		list = append(list, "note "+extract.Clean(h.parts.Raw(n.Start, n.End)))
	}
	r := h.read(h.dataset(), v)
	quote := func(q extract.Quote) string {
		return fmt.Sprintf("%v %s %q %d %s", q.Place, d.ID, extract.Clean(h.parts.Raw(q.Start, q.End)), q.Score, q.Reason)
	}
	for _, m := range r.Mentions {
		list = append(list, fmt.Sprintf("mention %s %s", m.Entity, quote(m.Quote)))
	}
	for _, u := range r.Unlinked {
		list = append(list, fmt.Sprintf("unlinked %s %s", u.Text, quote(u.Quote)))
	}
	for _, s := range r.Statements {
		line := fmt.Sprintf("statement %s %s %s %+v %s %d", s.Claim.Subject, s.Claim.Predicate, s.Claim.Object, s.Claim.Qualifiers, s.Rule, s.Confidence)
		for _, q := range s.Evidence {
			line += " " + quote(q)
		}
		list = append(list, line)
	}
	return list
}

func TestAFileThatIsNamedAPageIsReadAsOne(t *testing.T) {
	const piece = "The Parties <b>agree</b><p>as follows"
	for name, want := range map[string][2]string{
		"x.html": {"The Parties agree\n\nas follows\n", "HTML"}, "X.HTM": {"The Parties agree\n\nas follows\n", "HTML"}, "x.txt": {piece, "UTF-8"}, "html": {piece, "UTF-8"},
	} {
		text, found, err := ReadNamedDocument(t.Context(), "en", name, []byte(piece))
		if err != nil || text.Body != want[0] || found != want[1] {
			t.Errorf("%s: %+v, found %s, %v", name, text, found, err)
		}
	}
	for name, original := range map[string]string{"x.html": "", "y.html": "<title>x</title><!-- y -->", "z.html": "\x1F\x8Bx"} {
		if _, _, err := ReadNamedDocument(t.Context(), "en", name, []byte(original)); !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
