package export

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"treatygraph/graph"
)

// ManifestName is the file that describes an export: a data package (https://datapackage.org/standard/data-package/).
const ManifestName = "datapackage.json"

// A Manifest says what an export holds: its files with their sizes and digests, its revision, and who said it under which licence.
type Manifest struct {
	Format    *Format
	About     *About
	File      string // the name of the file, of a format of one; Format.FileName unless it has another
	Resources []Resource
}

// A Resource is one file of an export.
type Resource struct {
	Name                                    string // empty in a format of one file
	MediaType                               string
	Bytes                                   int64
	Hash                                    string // "sha256:" and 64 hexadecimal digits
	Columns                                 []Column
	Key                                     []string
	References                              []Reference
	Entities, Statements, Assertions, Texts int // told of in the file
}

func newManifest(f *Format, about *About) *Manifest { return &Manifest{Format: f, About: about, File: f.FileName()} }

// JSON returns the manifest as a data package. It holds no time but the revision's: the same export has the same manifest.
func (m *Manifest) JSON() []byte {
	type counts struct {
		Entities   int `json:"entities,omitempty"`
		Statements int `json:"statements,omitempty"`
		Assertions int `json:"assertions,omitempty"`
		Texts      int `json:"texts,omitempty"`
	}
	type field struct {
		Name        string `json:"name"`
		Type        string `json:"type"`
		Description string `json:"description,omitempty"`
	}
	type schema struct {
		Fields []field `json:"fields"`
	}
	type resource struct {
		Name      string  `json:"name"`
		Path      string  `json:"path"`
		Format    string  `json:"format,omitempty"`
		MediaType string  `json:"mediatype,omitempty"`
		Encoding  string  `json:"encoding,omitempty"`
		Bytes     int64   `json:"bytes"`
		Hash      string  `json:"hash"`
		Schema    *schema `json:"schema,omitempty"`
		Counts    counts  `json:"counts"`
	}
	type source struct {
		ID          graph.ID `json:"id"`
		Title       string   `json:"title"`
		Path        string   `json:"path,omitempty"`
		Version     string   `json:"version,omitempty"`
		Licence     string   `json:"licence,omitempty"`
		Attribution string   `json:"attribution,omitempty"`
		Assertions  int      `json:"assertions"`
	}
	type licence struct {
		Title string `json:"title"`
	}
	about := m.About
	out := struct {
		Profile   string     `json:"$schema"`
		Name      string     `json:"name"`
		Title     string     `json:"title"`
		Created   string     `json:"created,omitempty"` // the revision's time
		Licences  []licence  `json:"licenses,omitempty"`
		Sources   []source   `json:"sources,omitempty"`
		Resources []resource `json:"resources"`
		Export    struct {
			Format    string               `json:"format"`
			Selection string               `json:"selection"`
			Revision  graph.RevisionNumber `json:"revision"`
			Digest    graph.Digest         `json:"digest"`
			ValidOn   string               `json:"validOn,omitempty"`
			Evidence  bool                 `json:"evidence"`
			Language  graph.Language       `json:"language"`
			Base      string               `json:"base"`
			counts
		} `json:"treatygraph"`
	}{Profile: "https://datapackage.org/profiles/2.0/datapackage.json", Name: "treatygraph-" + m.Format.Name, Title: "treatygraph: " + m.Format.Title}
	if !about.Recorded.IsZero() {
		out.Created = about.Recorded.Format(time.RFC3339Nano)
	}
	for _, d := range about.Datasets {
		out.Sources = append(out.Sources, source{d.ID, cmp.Or(d.Title, string(d.ID)), d.URL, d.Version, d.Licence, d.Attribution, d.Assertions})
		if l := (licence{d.Licence}); d.Licence != "" && !slices.Contains(out.Licences, l) {
			out.Licences = append(out.Licences, l)
		}
	}
	for _, r := range m.Resources {
		item := resource{
			Name: cmp.Or(r.Name, m.File), Path: cmp.Or(r.Name, m.File), MediaType: r.MediaType, Bytes: r.Bytes, Hash: r.Hash,
			Counts: counts{r.Entities, r.Statements, r.Assertions, r.Texts},
		}
		if r.Columns != nil {
			item.Schema = &schema{}
			for _, c := range r.Columns {
				item.Schema.Fields = append(item.Schema.Fields, field{c.Name, c.Type, c.Description})
			}
		}
		out.Resources = append(out.Resources, item)
	}
	e := &out.Export
	e.Format, e.Selection, e.Revision, e.Digest, e.Evidence, e.Language, e.Base = m.Format.Name, about.Selection, about.Revision, about.Digest, about.Evidence, about.Language, about.Base
	e.counts = counts{Entities: about.Entities, Statements: about.Statements, Assertions: about.Assertions}
	if about.ValidOn != nil {
		e.ValidOn = about.ValidOn.String()
	}
	text, _ := json.MarshalIndent(out, "", "  ") // texts and numbers
	return append(text, '\n')
}

// FileName is the name of an export in the format.
func (f *Format) FileName() string { return "treatygraph" + f.Extension }
