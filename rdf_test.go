package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"

	"treatygraph/export"
	"treatygraph/export/exporttest"
	"treatygraph/export/selection"
)

// TestTheToolsOfTheWebReadTheFormsOfRDF lets n3 and jsonld (npm) read exports, and compares the canonical forms that jsonld and json-gold find.
func TestTheToolsOfTheWebReadTheFormsOfRDF(t *testing.T) {
	if testing.Short() {
		t.Skip("needs packages from npm; left out by -short")
	}
	prepareClientTools(t)
	corpus, odd := exporttest.Corpus(t), exporttest.Odd(t)
	for name, c := range map[string]struct {
		source    export.Source
		canonical []string // of a few statements only: both libraries compare each quad with all; N-Quads not of texts that begin with @, which json-gold takes for languages
	}{
		"corpus":   {corpus.Source(t, selection.Query{Evidence: true}), nil},
		"subgraph": {corpus.Source(t, selection.Query{Selection: corpus.Around(t, "treaty/npt", 1), Evidence: true}), []string{".jsonld", ".nq"}},
		"odd":      {odd.Source(t, selection.Query{Evidence: true}), []string{".jsonld"}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			written := make(map[string][]byte)
			for _, f := range []*export.Format{export.NTriples, export.Turtle, export.NQuads, export.JSONLD} {
				written[f.Extension] = exporttest.Written(t, f, c.source)
				if err := os.WriteFile(filepath.Join(folder, name+f.Extension), written[f.Extension], 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var found struct {
				Quads []int
				Same  bool
			}
			if err := json.Unmarshal([]byte(clientTool(t, append([]string{"node", "rdf.mjs", folder, name}, c.canonical...)...)), &found); err != nil {
				t.Fatal(err)
			}
			triples, quads := distinct(written[".nt"]), distinct(written[".nq"])
			if len(found.Quads) != 3 || found.Quads[0] != triples || found.Quads[1] != triples || found.Quads[2] != quads || !found.Same || quads <= triples {
				t.Errorf("n3 finds %+v, want %d triples and %d quads", found, triples, quads)
			}
			var document any
			if err := json.Unmarshal(written[".jsonld"], &document); err != nil {
				t.Fatal(err)
			}
			for _, extension := range c.canonical {
				canonical, err := os.ReadFile(filepath.Join(folder, name+extension+".canonical"))
				if err != nil {
					t.Fatal(err)
				}
				options := ld.NewJsonLdOptions("")
				options.Algorithm, options.Format, options.SafeMode = ld.AlgorithmURDNA2015, "application/n-quads", true
				input := document
				if extension == ".nq" {
					input, options.InputFormat = string(written[".nq"]), "application/n-quads"
				}
				ours, err := ld.NewJsonLdProcessor().Normalize(input, options)
				if err != nil {
					t.Fatal(err)
				}
				if want, got := lines(string(canonical)), lines(ours.(string)); !slices.Equal(got, want) {
					t.Errorf("%s: jsonld and json-gold find other canonical forms: %s", extension, firstDifference(want, got))
				}
			}
		})
	}
}

// distinct counts the lines of a file, each once.
func distinct(file []byte) int {
	lines := make(map[string]bool)
	for line := range bytes.Lines(file) {
		lines[string(line)] = true
	}
	return len(lines)
}

// lines are the quads of a canonical form, sorted. RDFC-1.0 escapes controls that URDNA2015, its predecessor, leaves as they are.
func lines(canonical string) []string {
	list := strings.Split(escapes.ReplaceAllStringFunc(canonical, func(s string) string {
		text, err := strconv.Unquote(`"` + s + `"`)
		if err != nil || strings.ContainsAny(text, "\"\\\n\r\t") {
			return s
		}
		return text
	}), "\n")
	slices.Sort(list)
	return list
}

var escapes = regexp.MustCompile(`\\(u[0-9A-F]{4}|.)`)

func firstDifference(one, other []string) string {
	for i := range min(len(one), len(other)) {
		if one[i] != other[i] {
			return one[i] + "\nis\n" + other[i]
		}
	}
	return "one is longer"
}
