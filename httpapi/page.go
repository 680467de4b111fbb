package httpapi

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"

	"treatygraph/graph"
)

//go:embed *.html
var pageFiles embed.FS

//go:embed style.css
var style string

// pages are the templates of all pages, by file name.
var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"style":  func() template.CSS { return template.CSS(style) }, //nolint:gosec // our own file
	"quiet":  quiet,
	"flow":   graph.JoinLines,
	"speaks": languageOf,
}).ParseFS(pageFiles, "*.html"))

// pagePolicy lets a page without scripts show itself, its one style sheet and its icon, and nothing else.
var pagePolicy = "default-src 'none'; style-src 'sha256-" + sha256Base64(style) + "'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func sha256Base64(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// secure sets the headers that keep a page to itself.
func secure(header http.Header, policy string) {
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
}

// render makes a page whole, so that a mistake in it is an error and not half a page.
func render(file string, data any) []byte {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, file, data); err != nil {
		panic(err) // the templates are ours and tested; the request is answered with an internal error
	}
	return page.Bytes()
}

func writePage(w http.ResponseWriter, status int, policy, file string, data any) {
	page := render(file, data)
	header := w.Header()
	secure(header, policy)
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = w.Write(page) // a client that is gone needs no page
}
