package export_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"treatygraph/export"
	"treatygraph/export/exporttest"
	"treatygraph/export/rdf"
	"treatygraph/export/selection"
	"treatygraph/graph"
	"treatygraph/tools/python"
)

var rdfFormats = []*export.Format{export.NTriples, export.Turtle, export.JSONLD, export.NQuads}

// rdflib asks testdata/rdf.py.
func rdflib(t *testing.T, answer any, args ...string) {
	t.Helper()
	python.Ask(t, answer, "testdata/rdf.py", args...)
}

func writeFile(t *testing.T, folder, name string, content []byte) string {
	t.Helper()
	file := filepath.Join(folder, name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestRDFLibFindsTheSameGraphInAllForms(t *testing.T) {
	corpus, odd := exporttest.Corpus(t), exporttest.Odd(t)
	for name, c := range map[string]struct {
		record *exporttest.Record
		query  selection.Query
	}{
		"corpus":   {corpus, selection.Query{Evidence: true, Base: "https://treaties.example/entity/"}},
		"subgraph": {corpus, selection.Query{Selection: corpus.Around(t, "treaty/npt", 1)}},
		"odd":      {odd, selection.Query{Evidence: true}},
		"bare":     {odd, selection.Query{}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			source := c.record.Source(t, c.query)
			for _, f := range rdfFormats {
				written := exporttest.Written(t, f, source)
				if again := exporttest.Written(t, f, source); !bytes.Equal(written, again) {
					t.Errorf("%s is not the same again", f.Name)
				}
				writeFile(t, folder, name+f.Extension, written)
			}
			var found struct {
				Triples, Quads, Blank, Strangers int
				Differ                           []any
				Graphs                           map[string]int
				Texts                            map[string][]string
			}
			rdflib(t, &found, "forms", folder, name)
			about := source.About()
			want := make(map[string]int)
			for _, d := range about.Datasets {
				want[about.Base+string(d.ID)] = d.Assertions
			}
			if len(found.Differ) > 0 || found.Blank > 0 || found.Strangers > 0 || !maps.Equal(found.Graphs, want) || found.Quads < found.Triples || found.Triples < 8*about.Statements {
				t.Errorf("%d statements are %+v, want the graphs %v", about.Statements, found, want)
			}
			texts := descriptions(t, source)
			for form, got := range found.Texts {
				if !slices.Equal(got, texts) {
					t.Errorf("%s has the texts %q, want %q", form, got, texts)
				}
			}
			if name == "odd" && len(texts) < len(exporttest.Texts) {
				t.Errorf("only %d texts of %d", len(texts), len(exporttest.Texts))
			}
		})
	}
}

// described returns the texts that describe something, sorted by code point.
func descriptions(t *testing.T, source export.Source) []string {
	texts := []string{}
	for s, err := range source.Statements(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if s.Predicate == graph.PredDescribed && s.Rank != graph.RankDeprecated {
			texts = append(texts, s.Value.Text)
		}
	}
	slices.Sort(texts)
	return texts
}

func TestTheShapesHoldForWhatIsExportedAndForNothingElse(t *testing.T) {
	folder := t.TempDir()
	shapes := writeFile(t, folder, "shapes.ttl", rdf.Shapes())
	sound := exporttest.Written(t, export.NTriples, exporttest.Odd(t).Source(t, selection.Query{Evidence: true}))
	corpus := exporttest.Corpus(t)
	files := []string{
		writeFile(t, folder, "odd.nt", sound),
		writeFile(t, folder, "subgraph.nt", exporttest.Written(t, export.NTriples, corpus.Source(t, selection.Query{Selection: corpus.Around(t, "treaty/npt", 1)}))),
		writeFile(t, folder, "corpus.nt", exporttest.Written(t, export.NTriples, corpus.Source(t, selection.Query{}))),
	}
	whole := len(files)
	const signed = `<urn:treatygraph:entity:statement/signed\.[0-9a-z]+>`
	damages := []struct{ what, from, to string }{
		{"a statement without rank", `<urn:treatygraph:entity:statement/signed\.\w+> <urn:treatygraph:rank> .*\n`, ""},
		{"a rank that is none", `(<urn:treatygraph:rank>) "NORMAL"`, `$1 "BEST"`},
		{"a statement without subject", `(?m)^` + signed + ` <[^>]*#subject> .*\n`, ""},
		{"a treaty that signs", `(?m)^(` + signed + ` <[^>]*#subject>) .*`, `$1 <urn:treatygraph:entity:treaty/npt> .`},
		{"a state that is signed", `(?m)^(` + signed + ` <[^>]*#object>) .*`, `$1 <urn:treatygraph:entity:state/usa> .`},
		{"a triple that signs a state", `(<urn:treatygraph:SIGNED>) <[^>]*>`, `$1 <urn:treatygraph:entity:state/usa>`},
		{"a statement without object", `(?m)^` + signed + ` <[^>]*#object> .*\n`, ""},
		{"a day that is none", `"1991-07-31"(\^\^<[^>]*#date>)`, `"1991-07-32"$1`},
		{"an event that ends", `(?m)^(` + signed + `) <urn:treatygraph:validFrom>`, `$1 <urn:treatygraph:validTo>`},
		{"an entity of another kind", `<urn:treatygraph:Treaty>`, `<urn:treatygraph:Law>`},
		{"a quantity that is no number", `"17\.4"`, `"many"`},
		{"nobody who says so", `<http://www\.w3\.org/ns/prov#wasDerivedFrom>`, `<urn:x>`},
		{"an assertion without a method", `<urn:treatygraph:method>`, `<urn:x>`},
		{"a name without a language", `(<urn:treatygraph:NAMED> "[^"]*")@en`, `$1`},
	}
	for _, d := range damages {
		at := regexp.MustCompile(d.from).FindIndex(sound)
		if at == nil {
			t.Fatalf("%s: nothing to damage", d.what)
		}
		damaged := slices.Concat(sound[:at[0]], regexp.MustCompile(d.from).ReplaceAll(sound[at[0]:at[1]], []byte(d.to)), sound[at[1]:])
		files = append(files, writeFile(t, folder, strings.ReplaceAll(d.what, " ", "-")+".nt", damaged))
	}
	var found []struct {
		Conforms bool
		Text     string
	}
	rdflib(t, &found, append([]string{"shapes", shapes}, files...)...)
	for i, f := range found {
		if f.Conforms != (i < whole) {
			t.Errorf("%s: conforms %v: %s", filepath.Base(files[i]), f.Conforms, f.Text)
		}
	}
	if len(found) != len(files) {
		t.Errorf("%d answers for %d files", len(found), len(files))
	}
}

func TestEveryTermOfOursIsInTheVocabulary(t *testing.T) {
	known := make(map[string]bool)
	for _, d := range rdf.Vocabulary(func(graph.Kind) string { return "" }, func(graph.Predicate) string { return "" }) {
		known["<"+rdf.Expand(d.Name)+">"] = true
	}
	term := regexp.MustCompile(`<urn:treatygraph:[A-Za-z_]+>`)
	for _, record := range []*exporttest.Record{exporttest.Corpus(t), exporttest.Odd(t)} {
		for _, found := range term.FindAll(exporttest.Written(t, export.NTriples, record.Source(t, selection.Query{Evidence: true})), -1) {
			if !known[string(found)] {
				known[string(found)] = true
				t.Errorf("%s is not described", found)
			}
		}
	}
}

func TestMergedEntitiesKeepTheirStatementsAndLeadToTheOneThatStands(t *testing.T) {
	written := string(exporttest.Written(t, export.NTriples, exporttest.Odd(t).Source(t, selection.Query{})))
	for says, times := range map[string]int{
		"<urn:treatygraph:entity:treaty/odd-triplet> <http://purl.org/dc/terms/isReplacedBy> <urn:treatygraph:entity:treaty/odd> .\n":                    1,
		"#object> <urn:treatygraph:entity:treaty/odd-triplet> .\n":                                                                                       1,
		"<urn:treatygraph:entity:state/rus> <urn:treatygraph:RATIFIED> <urn:treatygraph:entity:treaty/odd> .\n":                                          1,
		"<urn:treatygraph:entity:treaty/odd> <http://data.europa.eu/eli/ontology#cites> <urn:treatygraph:entity:treaty/npt> .\n":                         1,
		"<urn:treatygraph:entity:treaty/odd> <urn:treatygraph:CITES> <urn:treatygraph:entity:treaty/odd> .\n":                                            0,
		"<urn:treatygraph:RATIFIED> <urn:treatygraph:entity:treaty/start-i> .\n":                                                                         0, // deprecated
		"<urn:treatygraph:entity:treaty/odd> <http://www.w3.org/2004/02/skos/core#altLabel> \"Wrong Treaty\"@en .\n":                                     0,
		"<urn:treatygraph:entity:treaty/odd-twin> <http://www.w3.org/2004/02/skos/core#prefLabel> ":                                                      1,
		"<urn:treatygraph:entity:state/usa> <urn:treatygraph:SIGNED> <urn:treatygraph:entity:treaty/odd> .\n":                                            5,
		"<urn:treatygraph:entity:treaty/odd> <http://data.europa.eu/eli/ontology#first_date_entry_in_force> ":                                            0, // a month is no day
		"<urn:treatygraph:entity:treaty/start-i> <http://data.europa.eu/eli/ontology#first_date_entry_in_force> \"1994-12-05\"^^<http://www.w3.org/2001": 2, // of the entity and of the statement
	} {
		if got := strings.Count(written, says); got != times {
			t.Errorf("%d times, want %d: %s", got, times, says)
		}
	}
}
