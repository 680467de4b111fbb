package httpapi

import (
	"mime"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql/handler/extension"

	"treatygraph/resolvers"
)

// newGraphQL serves /graphql: POST with JSON, GET for queries, WebSockets, and server-sent events to those who accept them.
func newGraphQL(c Config, rate *rateLimiter) http.Handler {
	if c.Auth == nil {
		c.Desk = nil // nobody could be known to be allowed to
	}
	server := resolvers.NewExecutor(resolvers.Config{Source: c.Source, Now: c.Now, Logger: c.Logger, Desk: c.Desk, Formats: c.Formats, Errors: c.Limits.Errors + 1})
	foreign := newForeign(c.Origins)
	server.AddTransport(webSockets{c, foreign.allowed})
	server.AddTransport(eventStreams{c})
	server.AddTransport(overHTTP{c.Limits})
	documents := newDocuments(c.Limits, rulesOfDocuments(!c.NoSuggestions, !c.NoIntrospection))
	server.SetQueryCache(documents)
	if rate != nil {
		server.Use(rate) // before anything that is work
	}
	server.Use(newByName(c)) // before what is asked for by its ID is looked at
	server.Use(documents)
	server.Use(errorsLimit{c.Limits})
	server.Use(extension.Introspection{})
	server.Use(operationObserver{c})
	server.Use(deadline{c.Limits})
	server.Use(depthLimit{c.Limits})
	server.Use(costLimit{c.Limits, c.Source, rate}) // last: what it takes is for operations that nothing else refuses
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isUpgrade(r) {
			server.ServeHTTP(w, r)
			return
		}
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
