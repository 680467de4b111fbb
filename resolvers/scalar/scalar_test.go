package scalar

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"treatygraph/graph"
)

func TestScalarsAreReadStrictlyAndWrittenInOneForm(t *testing.T) {
	for name, test := range map[string]struct {
		read func(any) (graphql.Marshaler, error)
		in   any
		out  string // empty: refused
	}{
		"Int":                     {readWith(UnmarshalInt, MarshalInt), json.Number("-5"), "-5"},
		"Int of a literal":        {readWith(UnmarshalInt, MarshalInt), int64(7), "7"},
		"Int as a string":         {readWith(UnmarshalInt, MarshalInt), "7", ""},
		"Int as a fraction":       {readWith(UnmarshalInt, MarshalInt), json.Number("1.0"), ""},
		"Int beyond 32 bits":      {readWith(UnmarshalInt, MarshalInt), int64(1) << 31, ""},
		"Int null":                {readWith(UnmarshalInt, MarshalInt), nil, ""},
		"ID as a number":          {readWith(UnmarshalID, MarshalID), json.Number("1"), ""},
		"String as a boolean":     {readWith(UnmarshalString, MarshalString), true, ""},
		"Date":                    {readWith(UnmarshalDate, MarshalDate), "1991-07", `"1991-07"`},
		"Date that is not":        {readWith(UnmarshalDate, MarshalDate), "1991-13", ""},
		"DateTime":                {readWith(UnmarshalDateTime, MarshalDateTime), "2008-04-06T02:00:00+02:00", `"2008-04-06T00:00:00Z"`},
		"DateTime without zone":   {readWith(UnmarshalDateTime, MarshalDateTime), "2008-04-06T02:00:00", ""},
		"Language":                {readWith(UnmarshalLanguage, MarshalLanguage), "ZH-hans", `"zh-Hans"`},
		"Language that is not":    {readWith(UnmarshalLanguage, MarshalLanguage), "chinese, simplified", ""},
		"EntityKind":              {readWith(UnmarshalEntityKind, MarshalEntityKind), "TREATY", `"TREATY"`},
		"EntityKind of no kind":   {readWith(UnmarshalEntityKind, MarshalEntityKind), "UNKNOWN", ""},
		"Predicate":               {readWith(UnmarshalPredicate, MarshalPredicate), "CITES", `"CITES"`},
		"Predicate as a list":     {readWith(UnmarshalPredicate, MarshalPredicate), []any{"CITES"}, ""},
		"NameRole":                {readWith(UnmarshalNameRole, MarshalNameRole), "SHORT", `"SHORT"`},
		"IdentifierScheme":        {readWith(UnmarshalIdentifierScheme, MarshalIdentifierScheme), "UN_SYMBOL", `"UN_SYMBOL"`},
		"Rank":                    {readWith(UnmarshalRank, MarshalRank), "PREFERRED", `"PREFERRED"`},
		"Method":                  {readWith(UnmarshalMethod, MarshalMethod), "CURATED", `"CURATED"`},
		"InstrumentState":         {readWith(UnmarshalInstrumentState, MarshalInstrumentState), "IN_FORCE", `"IN_FORCE"`},
		"PartyState":              {readWith(UnmarshalPartyState, MarshalPartyState), "PARTY", `"PARTY"`},
		"PartyState in lower":     {readWith(UnmarshalPartyState, MarshalPartyState), "party", ""},
		"DateTime that is long":   {readWith(UnmarshalDateTime, MarshalDateTime), strings.Repeat("x", 9999), ""},
		"Date as a map of things": {readWith(UnmarshalDate, MarshalDate), map[string]any{}, ""},
	} {
		value, err := test.read(test.in)
		if test.out == "" {
			if !errors.Is(err, graph.ErrInvalid) || len(err.Error()) > 200 {
				t.Errorf("%s: got %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var b strings.Builder
		value.MarshalGQL(&b)
		if b.String() != test.out {
			t.Errorf("%s: wrote %s, not %s", name, &b, test.out)
		}
	}
}

func readWith[T any](read func(any) (T, error), write func(T) graphql.Marshaler) func(any) (graphql.Marshaler, error) {
	return func(v any) (graphql.Marshaler, error) {
		value, err := read(v)
		return write(value), err
	}
}

func TestWhatIsNotStatedIsNull(t *testing.T) {
	for _, m := range []graphql.Marshaler{MarshalDate(graph.Date{}), MarshalLanguage("")} {
		var b strings.Builder
		m.MarshalGQL(&b)
		if b.String() != "null" {
			t.Errorf("wrote %s", &b)
		}
	}
	if s := cut(strings.Repeat("条", 61)); len([]rune(s)) != 21 { // of three bytes each, and the mark
		t.Errorf("cut to %q", s)
	}
}
