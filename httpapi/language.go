package httpapi

import (
	"net/http"

	"golang.org/x/text/language"

	"treatygraph/graph"
	"treatygraph/resolvers"
)

// maxAcceptLanguage is how long an Accept-Language header is read; browsers send some 50 characters.
const maxAcceptLanguage = 1_000

// withLanguage makes the language that a request likes best the one of labels, descriptions and alphabets that are asked for in none.
func withLanguage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Language")
		if l, stated := acceptedLanguage(r.Header.Get("Accept-Language")); stated {
			r = r.WithContext(resolvers.WithLanguage(r.Context(), l))
		}
		next.ServeHTTP(w, r)
	})
}

// acceptedLanguage returns what an Accept-Language header (RFC 9110, section 12.5.4) likes best. A header that cannot be read states nothing,
// and neither does "*".
func acceptedLanguage(header string) (graph.Language, bool) {
	if len(header) > maxAcceptLanguage {
		return "", false
	}
	tags, weights, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return "", false
	}
	for i, tag := range tags {
		if weights[i] == 0 || tag == language.Und || tag.String() == "mul" { // "*" is read as mul
			continue
		}
		if l, err := graph.ParseLanguage(tag.String()); err == nil {
			return l, true
		}
	}
	return "", false
}
