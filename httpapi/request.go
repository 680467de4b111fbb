package httpapi

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"

	"treatygraph/resolvers"
)

// requestIDHeader names a request in answers, errors and logs. A client's own name is kept when it is short and plain.
const requestIDHeader = "X-Request-Id"

func withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(requestIDHeader)
		if !isPlain(id) {
			id = rand.Text()
		}
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r.WithContext(resolvers.WithRequestID(r.Context(), id)))
	})
}

// isPlain accepts 1 to 64 letters, digits, '-', '_' and '.': nothing that could forge a line of a log.
func isPlain(id string) bool {
	for i := range len(id) {
		c := id[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return id != "" && len(id) <= 64
}

// recovering turns a panic outside of resolvers into an answer.
func recovering(logger *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if value == http.ErrAbortHandler {
				panic(value) // net/http's own way to drop a connection
			}
			logger.ErrorContext(r.Context(), "panic", "requestId", resolvers.RequestID(r.Context()), "value", value, "stack", string(debug.Stack()))
			writeError(w, r, http.StatusInternalServerError, resolvers.Internal, "internal error")
		}()
		next.ServeHTTP(w, r)
	})
}
