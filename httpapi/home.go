package httpapi

import (
	_ "embed"
	"html/template"
	"net/http"
	"net/url"

	"treatygraph/resolvers"
)

//go:embed home.html
var homeText string

var homeTemplate = template.Must(template.New("home").Parse(homeText))

// home is the page that says what runs.
type home struct{ source resolvers.Source }

type example struct{ Title, Query string }

// Link runs the example.
func (e example) Link() string { return "/graphql?query=" + url.QueryEscape(e.Query) }

var examples = []example{
	{"What became of the Moscow Treaty, found by its Chinese name", `{
  entity(name: "莫斯科条约") {
    id
    label(language: "en")
    ... on Treaty {
      status(at: "2008-04-06") { value since explanation }
    }
  }
}`},
	{"Where Russia stood towards the CFE Treaty, and why", `{
  entity(id: "treaty/cfe") {
    ... on Treaty {
      partyStatus(actor: "state/rus", at: "2008-04-06") {
        value since explanation
        because { id evidence { citation url } }
      }
    }
  }
}`},
	{"The first ten treaties and their names", `{
  treaties(first: 10) {
    totalCount
    nodes { id label names { text language role } }
  }
}`},
}

// contentPolicy lets the page show itself and nothing else.
const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (h home) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", contentPolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	_ = homeTemplate.Execute(w, map[string]any{"Head": h.source.Snapshot().Head(), "Examples": examples}) // a client that is gone needs no page
}

// entityPage answers Entity.url: until there is a page for people, with what the API says of the entity.
func entityPage(w http.ResponseWriter, r *http.Request) {
	const query = `query Entity($id: ID!) { entity(id: $id) { id kind label names { text language role } identifiers { scheme value } statements { nodes { id predicate object { id label } valid { from to } } } } }`
	variables := `{"id":` + quoteJSON(r.PathValue("id")) + `}`
	http.Redirect(w, r, "/graphql?query="+url.QueryEscape(query)+"&variables="+url.QueryEscape(variables), http.StatusSeeOther)
}
