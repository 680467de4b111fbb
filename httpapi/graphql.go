package httpapi

import (
	"mime"
	"net/http"

	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"treatygraph/resolvers"
)

// documentCache is how many parsed and validated documents are kept: clients repeat few, and each is at most a body long.
const documentCache = 500

// newGraphQL serves /graphql: POST with JSON, and GET for queries.
func newGraphQL(c Config) http.Handler {
	server := resolvers.NewExecutor(resolvers.Config{Source: c.Source, Now: c.Now, Logger: c.Logger})
	server.AddTransport(transport.POST{})
	server.AddTransport(transport.GET{})
	server.SetParserTokenLimit(c.Limits.Tokens)
	server.SetQueryCache(lru.New[*ast.QueryDocument](documentCache))
	server.Use(extension.Introspection{})
	server.Use(depthLimit{c.Limits})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			if r.URL.Query().Get("query") == "" {
				writeError(w, r, http.StatusBadRequest, resolvers.BadUserInput, "the parameter query is missing")
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
