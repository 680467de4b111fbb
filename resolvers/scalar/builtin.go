package scalar

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalInt writes a GraphQL Int.
func MarshalInt(n int) graphql.Marshaler { return graphql.MarshalInt(n) }

// UnmarshalInt reads a GraphQL Int: a whole number of 32 bits, never a string (https://spec.graphql.org/September2025/#sec-Int).
func UnmarshalInt(v any) (int, error) {
	var n int64
	switch v := v.(type) {
	case json.Number:
		parsed, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil {
			return 0, refuse("%s is not a whole number of 32 bits", v)
		}
		n = parsed
	case int64:
		n = v
	case int:
		n = int64(v)
	default:
		return 0, refuse("Int is written as a number, not as %s", sort(v))
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return 0, refuse("%d is not a whole number of 32 bits", n)
	}
	return int(n), nil
}

// MarshalString writes a GraphQL String.
func MarshalString(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalString reads a GraphQL String: numbers are none.
func UnmarshalString(v any) (string, error) { return text("String", v) }

// MarshalID writes a GraphQL ID.
func MarshalID(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalID reads a GraphQL ID. Our IDs are never numbers, so a number is refused here and not looked for.
func UnmarshalID(v any) (string, error) { return text("ID", v) }
