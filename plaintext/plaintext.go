// Package plaintext takes the text out of documents in HTML, DOCX and PDF, so that they are read like any other text: a paragraph is a line,
// blank lines stand between paragraphs, the cells of a table's row between tabs, and footnotes behind a rule at the end. What is no text of
// the document (scripts, navigation, running headers, deleted words) is left out. Nothing is fetched.
package plaintext

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"unicode"

	"treatygraph/graph"
)

// A Form is a form of documents that is read.
type Form string

// The forms.
const (
	HTML Form = "HTML"
	DOCX Form = "DOCX"
	PDF  Form = "PDF"
)

// startBytes are enough to tell PDF: other bytes may come first.
const startBytes = 1 << 10

// FormOf tells the form of a document by what it holds, whatever its name; empty: it is of none.
func FormOf(content []byte) Form {
	start := content[:min(len(content), startBytes)]
	switch {
	case isPDF(start):
		return PDF
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		if isDOCX(content) {
			return DOCX
		}
	case hasOfficePassword(content):
		return DOCX
	case beginsHTML(content):
		return HTML
	}
	return ""
}

// Read takes the text out of a document. An HTML page that does not say its encoding is decoded as a plain text would be. Errors are graph.ErrInvalid where the document is at fault.
func Read(ctx context.Context, form Form, content []byte, decode func([]byte) (string, error)) (string, error) {
	switch form {
	case HTML:
		return readHTML(content, decode)
	case DOCX:
		return readDOCX(content)
	case PDF:
		return readPDF(ctx, content)
	}
	return "", refused("%s is no form of documents", form)
}

func refused(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{graph.ErrInvalid}, args...)...)
}

// A page is the text as it is put together.
type page struct {
	text  strings.Builder
	line  []rune // the paragraph that is open
	space bool   // a blank is due before the next word
	wraps bool   // it was the end of a line of the source
	blank bool   // a blank line stands at the end of the text
	notes []string
}

// maxNotes bounds the footnotes of a document.
const maxNotes = 10_000

// words adds text of a paragraph, whose white space is one blank; between Chinese characters the end of a line of the source is none.
func (p *page) words(s string) {
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			p.space, p.wraps = true, p.wraps || r == '\n' || r == '\r'
		case r == '\u00AD': // a soft hyphen
		default:
			if n := len(p.line); p.space && n > 0 && p.line[n-1] != '\n' && p.line[n-1] != '\t' && !(p.wraps && graph.IsCJK(p.line[n-1]) && graph.IsCJK(r)) {
				p.line = append(p.line, ' ')
			}
			p.line, p.space, p.wraps = append(p.line, r), false, false
		}
	}
}

// mark adds a character that stands as it is: a tab, or the end of a line within a paragraph.
func (p *page) mark(r rune) {
	p.line, p.space, p.wraps = append(p.line, r), false, false
}

// take returns the paragraph that is open, and opens another.
func (p *page) take() string {
	s := strings.TrimFunc(string(p.line), unicode.IsSpace)
	p.line, p.space, p.wraps = p.line[:0], false, false
	return s
}

// end ends a paragraph; with a blank line behind it, or the next one stands on the next line, as rows of a table and items of a list do.
func (p *page) end(blank bool) {
	if s := p.take(); s != "" {
		p.text.WriteString(s)
		p.text.WriteByte('\n')
		p.blank = false
	}
	if blank && p.text.Len() > 0 && !p.blank {
		p.text.WriteByte('\n')
		p.blank = true
	}
}

// rule stands before footnotes, as typists draw it.
const rule = "__________"

// String returns the text with its footnotes.
func (p *page) String() string {
	p.end(true)
	s := strings.TrimRight(p.text.String(), "\n") + "\n"
	if len(p.notes) > 0 {
		s += "\n" + rule + "\n" + strings.Join(p.notes, "\n") + "\n"
	}
	return s
}

// superscript writes a number as the mark of a note.
func superscript(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[r-'0']
		}
		return r
	}, s)
}
