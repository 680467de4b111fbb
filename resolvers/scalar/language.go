package scalar

import (
	"github.com/99designs/gqlgen/graphql"

	"treatygraph/graph"
)

// MarshalLanguage writes a BCP 47 tag; a language that is not stated is null.
func MarshalLanguage(l graph.Language) graphql.Marshaler {
	if l == "" {
		return graphql.Null
	}
	return graphql.MarshalString(string(l))
}

// UnmarshalLanguage reads a BCP 47 tag in any case and gives its canonical form.
func UnmarshalLanguage(v any) (graph.Language, error) {
	return read("Language", v, graph.ParseLanguage)
}
