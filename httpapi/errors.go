package httpapi

import (
	"encoding/json"
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/resolvers"
)

// writeError answers with an error in GraphQL's form, for requests that never reach the executor.
func writeError(w http.ResponseWriter, r *http.Request, status int, code resolvers.Code, message string) {
	w.Header().Set("Content-Type", responseType(r)+"; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	body, err := json.Marshal(map[string]gqlerror.List{"errors": {resolvers.NewError(code, resolvers.RequestID(r.Context()), message)}})
	if err == nil {
		_, _ = w.Write(body) // a client that is gone needs no answer
	}
}
