package httpapi

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"sync"

	"treatygraph/export/rdf"
	"treatygraph/graph"
	"treatygraph/schema"
)

// vocabulary are the classes and properties of ours, described as the API describes kinds and predicates.
var vocabulary = sync.OnceValue(func() []rdf.Description {
	api, err := schema.Load()
	if err != nil {
		panic(err) // it is in the binary, and tested
	}
	describe := func(enum, value string) string {
		return strings.Join(strings.Fields(api.Types[enum].EnumValues.ForName(value).Description), " ")
	}
	return rdf.Vocabulary(
		func(k graph.Kind) string { return describe("EntityKind", k.String()) },
		func(p graph.Predicate) string { return describe("Predicate", p.String()) },
	)
})

// serveVocabulary serves /ns: the vocabulary in which the forms of RDF are written, for people or as Turtle.
func serveVocabulary(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Accept")
	if negotiate(r.Header.Values("Accept"), formHTML, formTurtle) == formHTML {
		writePage(w, http.StatusOK, pagePolicy, "ns.html", vocabularyPage{vocabulary()})
		return
	}
	var body bytes.Buffer
	out := rdf.NewTurtle(&body)
	_ = out.Write(rdf.Ontology(vocabulary())) // a buffer takes everything
	writeTurtle(w, body.Bytes())
}

// serveShapes serves /ns/shapes: what every graph in the vocabulary keeps to, in SHACL.
func serveShapes(w http.ResponseWriter, _ *http.Request) { writeTurtle(w, rdf.Shapes()) }

func writeTurtle(w http.ResponseWriter, body []byte) {
	header := w.Header()
	header.Set("Content-Type", formTurtle+"; charset=utf-8")
	header.Set("Cache-Control", "no-cache")
	header.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(body) // a client that is gone needs nothing
}

// vocabularyPage is what ns.html shows.
type vocabularyPage struct{ all []rdf.Description }

// Namespaces are the vocabularies in use.
func (vocabularyPage) Namespaces() []rdf.Namespace { return rdf.Namespaces }

// A vocabularyGroup is a part of the page.
type vocabularyGroup struct {
	ID, Title string
	Terms     []vocabularyTerm
}

// Groups are classes, the properties that predicates stand for, and the others.
func (p vocabularyPage) Groups() []vocabularyGroup {
	groups := []vocabularyGroup{{ID: "classes", Title: "Classes"}, {ID: "predicates", Title: "What statements say"}, {ID: "properties", Title: "What else is told"}}
	for _, d := range p.all {
		i := 2
		switch {
		case d.IsClass:
			i = 0
		case d.Statement:
			i = 1
		}
		groups[i].Terms = append(groups[i].Terms, vocabularyTerm{d})
	}
	return groups
}

type vocabularyTerm struct{ rdf.Description }

// A vocabularyLink is a name with the place where it is described, if that is on this page or follows from its namespace.
type vocabularyLink struct{ Name, Address string }

// Facets are what the page says of a term in a row each.
func (t vocabularyTerm) Facets() []vocabularyFacet {
	within := "Said in public terms by"
	if t.IsClass {
		within = "A kind of"
	}
	facets := []vocabularyFacet{{"Of", links(t.Of)}, {"Value", links(t.Is)}, {within, links(t.Within)}}
	return slices.DeleteFunc(facets, func(f vocabularyFacet) bool { return len(f.Links) == 0 })
}

type vocabularyFacet struct {
	Title string
	Links []vocabularyLink
}

func links(names []string) []vocabularyLink {
	list := make([]vocabularyLink, len(names))
	for i, name := range names {
		list[i] = vocabularyLink{name, rdf.Expand(name)}
		if local, ours := strings.CutPrefix(name, "tg:"); ours {
			list[i].Address = "#" + local
		}
	}
	return list
}
