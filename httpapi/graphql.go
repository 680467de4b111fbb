package httpapi

import (
	"mime"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"

	"treatygraph/resolvers"
)

// documentCache is how many parsed and validated documents are kept: clients repeat few, and each is at most a body long.
const documentCache = 500

// newGraphQL serves /graphql: POST with JSON, and GET for queries.
func newGraphQL(c Config) http.Handler {
	server := resolvers.NewExecutor(resolvers.Config{Source: c.Source, Now: c.Now, Logger: c.Logger})
	server.AddTransport(overHTTP{})
	server.SetParserTokenLimit(c.Limits.Tokens)
	server.SetQueryCache(lru.New[*ast.QueryDocument](documentCache))
	server.Use(newDocuments(c))
	server.Use(extension.Introspection{})
	server.Use(deadline{c.Limits})
	server.Use(depthLimit{c.Limits})
	server.Use(costLimit{c.Limits})
	foreign := newForeign(c.Origins)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept")
		if foreign.asks(r) {
			writeError(w, r, http.StatusForbidden, resolvers.Forbidden, foreignPage)
			return
		}
		switch r.Method {
		case http.MethodGet:
		case http.MethodPost:
			if !isJSON(r) {
				writeError(w, r, http.StatusUnsupportedMediaType, resolvers.BadUserInput, "the content type must be application/json, in UTF-8")
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

// isJSON tells whether a body is sent as JSON, which is always UTF-8.
func isJSON(r *http.Request) bool {
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset, given := params["charset"]
	return err == nil && mediaType == mediaJSON && (!given || strings.EqualFold(charset, "utf-8"))
}
