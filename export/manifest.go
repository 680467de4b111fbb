package export

import (
	"cmp"
	"encoding/json"
	"path"
	"slices"
	"strings"
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
	LineEnd                                 string // see File
	Bytes                                   int64
	Hash                                    string // "sha256:" and 64 hexadecimal digits
	Columns                                 []Column
	Key                                     []string
	References                              []Reference
	Entities, Statements, Assertions, Texts int // told of in the file
}

func newManifest(f *Format, about *About) *Manifest {
	return &Manifest{Format: f, About: about, File: f.FileName()}
}

// JSON returns the manifest as a data package. It holds no time but the revision's: the same export has the same manifest.
func (m *Manifest) JSON() []byte {
	type counts struct {
		Entities   int `json:"entities,omitempty"`
		Statements int `json:"statements,omitempty"`
		Assertions int `json:"assertions,omitempty"`
		Texts      int `json:"texts,omitempty"`
	}
	type resource struct {
		Name      string       `json:"name"`
		Path      string       `json:"path"`
		Format    string       `json:"format,omitempty"`
		MediaType string       `json:"mediatype,omitempty"`
		Encoding  string       `json:"encoding,omitempty"`
		Bytes     int64        `json:"bytes"`
		Hash      string       `json:"hash"`
		Dialect   *dialect     `json:"dialect,omitempty"`
		Schema    *tableSchema `json:"schema,omitempty"`
		Counts    counts       `json:"counts"`
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
		if l := licenceOf(d.Licence); d.Licence != "" && !slices.Contains(out.Licences, l) {
			out.Licences = append(out.Licences, l)
		}
	}
	for _, r := range m.Resources {
		item := resource{
			Name: strings.ToLower(cmp.Or(r.Name, m.File)), Path: cmp.Or(r.Name, m.File), MediaType: r.MediaType, Bytes: r.Bytes, Hash: r.Hash,
			Counts: counts{r.Entities, r.Statements, r.Assertions, r.Texts},
		}
		if r.Columns != nil {
			item.Schema = schemaOf(&r)
		}
		if strings.HasPrefix(r.MediaType, "text/csv") {
			item.Format, item.Encoding, item.Dialect = "csv", "utf-8", &dialect{",", cmp.Or(r.LineEnd, csvLineEnd), `"`, true, true}
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

// A tableSchema says what the columns of a table are (https://datapackage.org/standard/table-schema/).
type tableSchema struct {
	Fields  []field      `json:"fields"`
	Key     []string     `json:"primaryKey,omitempty"`
	Foreign []foreignKey `json:"foreignKeys,omitempty"`
}

type field struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Delimiter   string `json:"delimiter,omitempty"` // of a list
	Description string `json:"description,omitempty"`
}

type foreignKey struct {
	Fields    []string  `json:"fields"`
	Reference reference `json:"reference"`
}

type reference struct {
	Resource string   `json:"resource,omitempty"` // none: the table itself
	Fields   []string `json:"fields"`
}

func schemaOf(r *Resource) *tableSchema {
	s := &tableSchema{Key: r.Key}
	for _, c := range r.Columns {
		f := field{Name: c.Name, Type: c.Type, Description: c.Description}
		if c.Type == TypeList {
			f.Delimiter = ListDelimiter
		}
		s.Fields = append(s.Fields, f)
	}
	for _, to := range r.References {
		key := foreignKey{to.Columns, reference{to.Table + path.Ext(r.Name), to.Key}}
		if key.Reference.Resource == r.Name {
			key.Reference.Resource = ""
		}
		s.Foreign = append(s.Foreign, key)
	}
	return s
}

// A dialect says how rows are written (https://datapackage.org/standard/table-dialect/).
type dialect struct {
	Delimiter      string `json:"delimiter"`
	LineTerminator string `json:"lineTerminator"`
	QuoteChar      string `json:"quoteChar"`
	DoubleQuote    bool   `json:"doubleQuote"`
	Header         bool   `json:"header"`
}

// A licence has a name, which must be one of the Open Definition, or a path.
type licence struct {
	Name  string `json:"name,omitempty"`
	Path  string `json:"path,omitempty"`
	Title string `json:"title,omitempty"`
}

// openLicences are the licences of data and texts that the Open Definition knows, by their identifiers there and in SPDX where it has another.
var openLicences = map[string]licence{
	"CC0-1.0":      {"CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/", "Creative Commons CC0 1.0"},
	"CC-BY-4.0":    {"CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/", "Creative Commons Attribution 4.0"},
	"CC-BY-SA-4.0": {"CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/", "Creative Commons Attribution-ShareAlike 4.0"},
	"ODC-PDDL-1.0": odcPDDL,
	"PDDL-1.0":     odcPDDL,
	"ODC-BY-1.0":   odcBy,
	"ODC-By-1.0":   odcBy,
	"ODbL-1.0":     {"ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/", "Open Data Commons Open Database License 1.0"},
}

var (
	odcPDDL = licence{"ODC-PDDL-1.0", "https://opendatacommons.org/licenses/pddl/1-0/", "Open Data Commons Public Domain Dedication and License 1.0"}
	odcBy   = licence{"ODC-BY-1.0", "https://opendatacommons.org/licenses/by/1-0/", "Open Data Commons Attribution License 1.0"}
)

// licenceOf describes a licence that a dataset states. Words that name none lead to the address in them, or to the manifest, which has them.
func licenceOf(words string) licence {
	if known, is := openLicences[words]; is {
		return known
	}
	at := max(strings.Index(words, "https://"), strings.Index(words, "http://"))
	if at < 0 {
		return licence{Path: ManifestName, Title: words}
	}
	address, _, _ := strings.Cut(words[at:], " ")
	return licence{Path: strings.TrimRight(address, ".,;)"), Title: words}
}
