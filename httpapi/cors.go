package httpapi

import (
	"net/http"
	"time"

	"github.com/rs/cors"
)

// preflightAge is how long a browser may keep what it was told of a page; browsers take two hours at most.
const preflightAge = 2 * time.Hour

// exposed are the headers of answers that a page of another host may read, beside those that it always may.
var exposed = []string{requestIDHeader, "ETag", "Retry-After", "RateLimit", "RateLimit-Policy"}

// newCORS says which pages of other hosts may read answers. Credentials are never the browser's: a page sends its token itself.
func newCORS(origins []string) *cors.Cors {
	if len(origins) == 0 {
		return cors.New(cors.Options{AllowOriginFunc: func(string) bool { return false }}) // an empty list would stand for all
	}
	return cors.New(cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: []string{http.MethodGet, http.MethodPost},
		AllowedHeaders: []string{"*"},
		ExposedHeaders: exposed,
		MaxAge:         int(preflightAge.Seconds()),
	})
}
