package httpapi

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"

	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/transport"

	"treatygraph/resolvers"
)

// documentCache is how many parsed and validated documents are kept: clients repeat few, and each is at most a body long.
const documentCache = 500

// newGraphQL serves /graphql: POST with JSON, and GET for queries.
func newGraphQL(c Config) http.Handler {
	server := resolvers.NewExecutor(resolvers.Config{Source: c.Source, Now: c.Now, Logger: c.Logger, Errors: c.Limits.Errors + 1})
	server.AddTransport(transport.POST{})
	server.AddTransport(transport.GET{})
	documents := newDocuments(c.Limits, rulesOfDocuments(!c.NoSuggestions, !c.NoIntrospection))
	server.SetQueryCache(documents)
	rate := newRateLimiter(c.Limits.Rate, c.Now)
	if rate != nil {
		server.Use(rate) // before anything that is work
	}
	server.Use(documents)
	server.Use(errorsLimit{c.Limits})
	server.Use(extension.Introspection{})
	server.Use(deadline{c.Limits})
	server.Use(depthLimit{c.Limits})
	server.Use(costLimit{c.Limits, c.Source, rate}) // last: what it takes is for operations that nothing else refuses
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			if problem := checkParameters(r.URL.RawQuery); problem != "" {
				writeError(w, r, http.StatusBadRequest, resolvers.BadUserInput, problem)
				return
			}
		case http.MethodPost:
			if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/json" {
				writeError(w, r, http.StatusUnsupportedMediaType, resolvers.BadUserInput, "the content type must be application/json")
				return
			}
		default:
			w.Header().Set("Allow", "GET, POST")
			writeError(w, r, http.StatusMethodNotAllowed, resolvers.BadUserInput, "use POST, or GET for queries")
			return
		}
		server.ServeHTTP(w, r)
	})
}

// checkParameters says what is wrong with the parameters of a GET request; empty when nothing is. What gqlgen's transport would refuse it
// refuses without a code and a request ID.
func checkParameters(rawQuery string) string {
	params, err := url.ParseQuery(rawQuery)
	if err != nil {
		return "the query in the address cannot be read"
	}
	if params.Get("query") == "" {
		return "the parameter query is missing"
	}
	for _, name := range []string{"variables", "extensions"} {
		var content map[string]any
		if given := params.Get(name); given != "" && json.Unmarshal([]byte(given), &content) != nil {
			return name + ": is not an object in JSON"
		}
	}
	return ""
}
