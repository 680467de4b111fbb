package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"html"
	"strings"
	"testing"

	"treatygraph/corpus"
	"treatygraph/extract"
)

// Whatever form a document comes in, the text is the same, and so is all that is read in it.
func TestADocumentIsTheSameTextInEveryForm(t *testing.T) {
	raw, err := corpus.Files.ReadFile("documents/declaration.zh.txt")
	if err != nil {
		t.Fatal(err)
	}
	var plain, page, word []string
	for _, p := range extract.Normalise(string(raw)).Paragraphs {
		var escaped bytes.Buffer
		if err := xml.EscapeText(&escaped, []byte(p.Text)); err != nil {
			t.Fatal(err)
		}
		plain = append(plain, p.Text)
		page = append(page, "<p>"+html.EscapeString(p.Text)+"</p>")
		word = append(word, "<w:p><w:r><w:t xml:space=\"preserve\">"+escaped.String()+"</w:t></w:r></w:p>")
	}
	var docx bytes.Buffer
	archive := zip.NewWriter(&docx)
	part, err := archive.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + strings.Join(word, "") + "</w:body></w:document>")); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	want := strings.Join(plain, "\n\n") + "\n"
	if len(plain) < 50 {
		t.Fatalf("%d paragraphs", len(plain))
	}
	for form, content := range map[string][]byte{
		"UTF-8": []byte(want),
		"DOCX":  docx.Bytes(),
		"HTML":  []byte("<!DOCTYPE html><html lang=zh><head><meta charset=utf-8><title>x</title></head><body><nav>x</nav>" + strings.Join(page, "\n") + "</body></html>"),
	} {
		text, found, err := ReadDocument(t.Context(), "zh", content)
		if err != nil || found != form {
			t.Errorf("%s: found %s, %v", form, found, err)
			continue
		}
		if text.Body != want {
			t.Errorf("%s: another text, of %d bytes instead of %d", form, len(text.Body), len(want))
		}
		if form != "UTF-8" && !bytes.Equal(text.Original, content) {
			t.Errorf("%s: the original is not kept", form)
		}
	}
}
