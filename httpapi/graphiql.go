package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"path"

	"treatygraph/explorer/graphiql"
)

// graphiqlPolicy lets GraphiQL run its own scripts and workers and ask this service, and nothing else. Monaco, its editor, makes style
// elements and attributes while it runs, so styles may be inline; scripts may not, and nothing is evaluated.
const graphiqlPolicy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// graphiqlPath is where GraphiQL is served; its files lie below, in a folder named for their contents.
const graphiqlPath = "/graphiql"

// graphiqlBundle serves GraphiQL: its page, and its files as they are embedded.
type graphiqlBundle struct {
	files  fs.FS
	folder string // of the files' addresses, with a slash at both ends
}

func newGraphiQL() *graphiqlBundle {
	files, err := fs.Sub(graphiql.Files, "files")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return &graphiqlBundle{files: files, folder: graphiqlPath + "/" + fingerprint(files) + "/"}
}

// fingerprint changes whenever a file does, so that a browser may keep each address for ever.
func fingerprint(files fs.FS) string {
	hash := sha256.New()
	entries, err := fs.ReadDir(files, ".")
	for _, entry := range entries {
		var content []byte
		content, err = fs.ReadFile(files, entry.Name())
		if err != nil {
			break
		}
		sum := sha256.Sum256(content)
		io.WriteString(hash, entry.Name())
		hash.Write(sum[:])
	}
	if err != nil {
		panic(err) // embedded files can be read
	}
	return hex.EncodeToString(hash.Sum(nil))[:16]
}

// register adds the routes.
func (b *graphiqlBundle) register(mux *http.ServeMux) {
	mux.HandleFunc("GET "+graphiqlPath, b.page)
	mux.HandleFunc("GET "+b.folder+"{file}", b.file)
}

func (b *graphiqlBundle) page(w http.ResponseWriter, _ *http.Request) {
	writePage(w, http.StatusOK, graphiqlPolicy, "graphiql.html", map[string]any{"Files": b.folder, "Examples": examples})
}

// file serves one file compressed, as it is embedded, to all who can read that.
func (b *graphiqlBundle) file(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	header := w.Header()
	if content, err := fs.ReadFile(b.files, name+".gz"); err == nil {
		b.headers(header, name)
		if accepts(r.Header.Values("Accept-Encoding"), "gzip") {
			header.Set("Content-Encoding", "gzip")
			_, _ = w.Write(content) // a client that is gone needs no file
			return
		}
		unpacked, err := gzip.NewReader(bytes.NewReader(content))
		if err != nil {
			panic(err) // the files are made by gzip
		}
		_, _ = io.Copy(w, unpacked) //nolint:gosec // our own files
		return
	}
	content, err := fs.ReadFile(b.files, name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	b.headers(header, name)
	_, _ = w.Write(content)
}

func (b *graphiqlBundle) headers(header http.Header, name string) {
	secure(header, graphiqlPolicy) // a worker lives by the policy of its own script
	header.Set("Content-Type", contentType(name))
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".ttf":
		return "font/ttf"
	default:
		return "text/plain; charset=utf-8"
	}
}
