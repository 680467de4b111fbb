package ingest

import (
	"context"
	"regexp"

	"treatygraph/graph"
	"treatygraph/plaintext"
)

// htmlName is the name of a file that is a page.
var htmlName = regexp.MustCompile(`(?i)\.x?html?$`)

// ReadDocument takes the text out of a document: a plain text in any encoding that DecodeText finds, HTML, DOCX or PDF, told by what it holds. The bytes are kept beside the text. It also says what was found: an encoding, or a form.
// Errors are graph.ErrInvalid where the document is at fault.
func ReadDocument(ctx context.Context, lang graph.Language, original []byte) (text *graph.Text, found string, err error) {
	return ReadNamedDocument(ctx, lang, "", original)
}

// ReadNamedDocument is ReadDocument for a file with a name: what is of no form by what it holds is HTML where the name says so, as a piece of a page may begin like any text.
func ReadNamedDocument(ctx context.Context, lang graph.Language, name string, original []byte) (text *graph.Text, found string, err error) {
	decode := func(content []byte) (string, error) {
		body, encoding, err := DecodeText(lang, content)
		found = string(encoding)
		return body, err
	}
	content := original
	form := plaintext.FormOf(original)
	if form == "" && htmlName.MatchString(name) {
		form = plaintext.HTML
	}
	if form != "" {
		body, err := plaintext.Read(ctx, form, original, decode)
		if err != nil {
			return nil, "", err
		}
		content = []byte(body)
	}
	body, err := decode(content)
	if err != nil {
		return nil, "", err
	}
	if form != "" {
		found = string(form)
	}
	return graph.NewText(lang, body, original), found, nil
}
