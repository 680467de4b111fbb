package export

import (
	"encoding/json"
	"io"
	"iter"
	"slices"
	"strings"

	"treatygraph/archive"
	"treatygraph/graph"
)

// NDJSON writes assertions as recorded, and the texts that they speak of.
var NDJSON = &Format{
	Name: "ndjson", Title: "NDJSON", Extension: ".ndjson", MediaType: "application/x-ndjson",
	Description: "One JSON object a line: each assertion of the selected statements word for word as recorded, with its dataset, evidence and the revision " +
		"that wrote it, then the texts that they quote. Nothing of the selection is lost; what was closed before the revision is left out, and merges are not resolved.",
	Files: []File{{New: newNDJSON}},
}

func newNDJSON(w io.Writer, about *About) Writer {
	head := struct {
		Treatygraph string               `json:"treatygraph"`
		Version     int                  `json:"version"`
		Revision    graph.RevisionNumber `json:"revision"`
		Digest      graph.Digest         `json:"digest"`
		Selection   string               `json:"selection"`
		ValidOn     string               `json:"validOn,omitempty"`
		Statements  int                  `json:"statements"`
		Assertions  int                  `json:"assertions"`
	}{"assertions", 1, about.Revision, about.Digest, about.Selection, "", about.Statements, about.Assertions}
	if about.ValidOn != nil {
		head.ValidOn = about.ValidOn.String()
	}
	line, _ := json.Marshal(head) // texts and numbers
	w.Write(append(line, '\n'))
	var buffer []byte
	put := func(b []byte) error {
		buffer = b
		_, err := w.Write(b)
		return err
	}
	texts := 0
	return Writer{
		Assertion: func(v *graph.Version) error { return put(archive.AppendAssertion(buffer[:0], v.Ref, v.Body)) },
		Text: func(t *graph.Text) error {
			texts++
			return put(archive.AppendText(buffer[:0], t))
		},
		End: func() error {
			end, _ := json.Marshal(map[string]any{"end": map[string]int{"assertions": about.Assertions, "texts": texts}})
			return put(append(end, '\n'))
		},
	}
}

// A textSet is the hashes of texts that assertions speak of.
type textSet struct{ hashes map[graph.TextHash]struct{} }

// gather passes assertions on and keeps the hashes in their bodies.
func (s *textSet) gather(versions iter.Seq2[*graph.Version, error], wanted bool) iter.Seq2[*graph.Version, error] {
	if !wanted {
		return versions
	}
	s.hashes = make(map[graph.TextHash]struct{})
	return func(yield func(*graph.Version, error) bool) {
		for v, err := range versions {
			if err == nil {
				s.find(v.Body, `"text":"`) // of evidence
				s.find(v.Body, `"hash":"`) // of a span
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// find keeps what stands after a key in a body and has the form of a hash. What is none, but words of a source, names no text.
func (s *textSet) find(body, key string) {
	const size = 64
	for {
		_, rest, found := strings.Cut(body, key)
		if !found {
			return
		}
		if len(rest) > size && rest[size] == '"' && strings.Trim(rest[:size], "0123456789abcdef") == "" {
			if hash := graph.TextHash(rest[:size]); !s.has(hash) {
				s.hashes[graph.TextHash(strings.Clone(string(hash)))] = struct{}{}
			}
		}
		body = rest
	}
}

func (s *textSet) has(hash graph.TextHash) bool {
	_, has := s.hashes[hash]
	return has
}

func (s *textSet) sorted() []graph.TextHash {
	list := make([]graph.TextHash, 0, len(s.hashes))
	for hash := range s.hashes {
		list = append(list, hash)
	}
	slices.Sort(list)
	return list
}
