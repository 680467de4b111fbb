package httpapi

import (
	"net/http"
	"strings"

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
		l := acceptedLanguage(r.Header.Values("Accept-Language"))
		next.ServeHTTP(w, r.WithContext(resolvers.WithLanguage(r.Context(), l)))
	})
}

// acceptedLanguage returns what the fields of an Accept-Language header (RFC 9110, section 12.5.4) like best; English when they cannot be read or
// like nothing in particular.
func acceptedLanguage(fields []string) graph.Language {
	const otherwise graph.Language = "en"
	header := strings.Join(fields, ",")
	if len(header) > maxAcceptLanguage {
		return otherwise
	}
	tags, weights, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return otherwise
	}
	for i, tag := range tags {
		if weights[i] == 0 || tag == language.Und || tag.String() == "mul" { // "*" is read as mul
			continue
		}
		if l, err := graph.ParseLanguage(tag.String()); err == nil {
			return l
		}
	}
	return otherwise
}
