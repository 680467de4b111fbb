package httpapi

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"treatygraph/export"
	"treatygraph/export/selection"
	"treatygraph/tools/python"
)

// rdflib asks the judge of exports.
func rdflib(t *testing.T, answer any, args ...string) {
	t.Helper()
	python.Ask(t, answer, "../export/testdata/rdf.py", args...)
}

func writeFile(t *testing.T, folder, name string, content []byte) string {
	t.Helper()
	file := filepath.Join(folder, name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAnEntitysTurtleSaysWhatItsJSONLDSaysAndKeepsToTheShapes(t *testing.T) {
	s := serveCorpus(t)
	folder := t.TempDir()
	files := []string{writeFile(t, folder, "shapes.ttl", s.get(t, "/ns/shapes").Body.Bytes())}
	for n, id := range []string{"treaty/start-i", "resolution/s-res-1540-2004", "document/e-cn.15-2008-21", "passage/e-cn.15-2008-21/zh/1/1", "state/rus", "dataset/authority"} {
		document := writeFile(t, folder, "entity.jsonld", s.get(t, "/entity/"+id, "Accept", formJSONLD).Body.Bytes())
		r := s.get(t, "/entity/"+id, "Accept", formTurtle)
		if r.Code != 200 || r.Header().Get("Content-Type") != "text/turtle; charset=utf-8" || r.Header().Get("Etag") == "" {
			t.Fatalf("%d %v", r.Code, r.Header())
		}
		text := writeFile(t, folder, fmt.Sprintf("entity%d.ttl", n), r.Body.Bytes())
		files = append(files, text)
		var found struct {
			Triples    int
			Isomorphic bool
			Different  []string
		}
		if rdflib(t, &found, "isomorphic", "https://elsewhere.example/", document, text); !found.Isomorphic || found.Triples < 10 {
			t.Errorf("%s: %+v", id, found)
		}
	}
	var conform []struct {
		Conforms bool
		Text     string
	}
	rdflib(t, &conform, append([]string{"shapes"}, files...)...)
	for i, c := range conform {
		if !c.Conforms {
			t.Errorf("%s: %s", files[i+1], c.Text)
		}
	}
}

// TestAnEntityTellsItsStatementsInTheWordsOfTheExport: but for merges, which the API resolves, what /entity says of a statement is what exports say.
func TestAnEntityTellsItsStatementsInTheWordsOfTheExport(t *testing.T) {
	s := serveCorpus(t)
	source, err := selection.Open(t.Context(), s.source.Snapshot(), s.store.Store, selection.Query{Evidence: true, Base: "http://example.com/entity/"})
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	if _, err := export.Write(t.Context(), &all, export.Turtle, source, nil); err != nil {
		t.Fatal(err)
	}
	exported := make(map[string]bool)
	for part := range strings.SplitSeq(all.String(), "\n\n") {
		exported[strings.TrimSpace(part)] = true
	}
	for _, id := range []string{"treaty/start-i", "resolution/s-res-1540-2004", "document/e-cn.15-2008-21", "state/rus"} {
		n := 0
		for part := range strings.SplitSeq(s.get(t, "/entity/"+id, "Accept", formTurtle).Body.String(), "\n\n") {
			if part = strings.TrimSpace(part); strings.HasPrefix(part, "<http://example.com/entity/statement/") {
				n++
				if !exported[part] {
					t.Errorf("%s: no export says %s", id, part)
				}
			}
		}
		if n < 10 {
			t.Errorf("%s: only %d parts of statements", id, n)
		}
	}
}

func TestTheVocabularyIsShownToPeopleAndAsTurtle(t *testing.T) {
	s := serveCorpus(t)
	r := s.get(t, "/ns")
	page := r.Body.String()
	if r.Code != 200 || r.Header().Get("Content-Security-Policy") != pagePolicy || r.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("%d %v", r.Code, r.Header())
	}
	for _, want := range []string{
		`<section id="Treaty">`, `<a href="https://schema.org/Legislation"><code>schema:Legislation</code></a>`, `<section id="CITES">`, `<a href="http://data.europa.eu/eli/ontology#cites">`,
		`<dt>Of</dt><dd><a href="#Actor"><code>tg:Actor</code></a></dd>`, "The actor ratified the instrument (VCLT article 14).",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	for _, link := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(page, ` id="`+link[1]+`"`) {
			t.Errorf("a link leads to #%s, which is not there", link[1])
		}
	}
	text := s.get(t, "/ns", "Accept", formTurtle)
	if got := strings.Join(text.Header().Values("Vary"), ", "); !strings.Contains(got, "Accept") || text.Header().Get("Content-Type") != "text/turtle; charset=utf-8" {
		t.Errorf("%v", text.Header())
	}
	for _, want := range []string{
		"tg:CITES a rdf:Property ;\n  rdfs:label \"cites\"@en ;", "schema:domainIncludes tg:Instrument, tg:TextUnit ;", "rdfs:subPropertyOf eli:cites, schema:citation ;",
		"tg:Treaty a rdfs:Class ;", "rdfs:subClassOf tg:Entity, tg:Instrument, schema:Legislation, eli:LegalResource ;",
	} {
		if !strings.Contains(text.Body.String(), want) {
			t.Errorf("Turtle has no %s", want)
		}
	}
	folder := t.TempDir()
	file := writeFile(t, folder, "ns.ttl", text.Body.Bytes())
	var found struct{ Triples int }
	if rdflib(t, &found, "isomorphic", "https://elsewhere.example/", file, file); found.Triples < 5*len(vocabulary()) {
		t.Errorf("%d triples", found.Triples)
	}
}

func TestEveryTermIsDescribed(t *testing.T) {
	for _, d := range vocabulary() {
		if d.Comment == "" {
			t.Errorf("%s is not described", d.Name)
		}
	}
}
