// Package scalar reads and writes the API's scalars and enums: each GraphQL name has a Marshal and an Unmarshal function that gqlgen
// binds. Input is taken strictly, by type and by form, and refused with a message for people.
package scalar

import (
	"encoding/json"
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"treatygraph/graph"
)

// An InputError says what is wrong with a value from outside. It is graph.ErrInvalid.
type InputError struct{ Reason string }

func (e *InputError) Error() string { return e.Reason }

// Is makes errors.Is(err, graph.ErrInvalid) true.
func (e *InputError) Is(target error) bool { return target == graph.ErrInvalid }

func refuse(format string, args ...any) error { return &InputError{fmt.Sprintf(format, args...)} }

// text accepts a string and nothing that only looks like one.
func text(what string, v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	return "", refuse("%s is written as a string, not as %s", what, sort(v))
}

// IsText says what is wrong with a value of a scalar that is written as a string, nil when it is one.
func IsText(what string, v any) error {
	_, err := text(what, v)
	return err
}

// sort names the JSON type of a value for an error.
func sort(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case json.Number, int, int32, int64, float32, float64:
		return "a number"
	case []any:
		return "a list"
	default:
		return "an object"
	}
}

// read parses a string with one of the model's parsers, whose error is for people already.
func read[T any](what string, v any, parse func(string) (T, error)) (T, error) {
	s, err := text(what, v)
	if err != nil {
		var zero T
		return zero, err
	}
	value, err := parse(s)
	if err != nil {
		return value, &InputError{err.Error()}
	}
	return value, nil
}

func write(s fmt.Stringer) graphql.Marshaler { return graphql.MarshalString(s.String()) }
