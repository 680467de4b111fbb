package scalar

import (
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"treatygraph/graph"
)

// MarshalDate writes a date in EDTF.
func MarshalDate(d graph.Date) graphql.Marshaler {
	if d.IsZero() {
		return graphql.Null
	}
	return write(d)
}

// UnmarshalDate reads a date in EDTF.
func UnmarshalDate(v any) (graph.Date, error) { return read("Date", v, graph.ParseDate) }

// MarshalDateTime writes a moment in UTC as RFC 3339 has it, with as many digits of the second as it has.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.MarshalString(t.UTC().Format(time.RFC3339Nano))
}

// UnmarshalDateTime reads a moment in the form of RFC 3339.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, err := text("DateTime", v)
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, refuse("%q is not a moment in the form of RFC 3339, such as 2008-04-06T00:00:00Z", cut(s))
	}
	return t, nil
}

// cut shortens an input so that no error repeats a long one.
func cut(s string) string {
	const most = 60 // bytes
	if len(s) <= most {
		return s
	}
	end := most
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
