package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"treatygraph/resolvers"
)

// An answer is what tests read of a response.
type answer struct {
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Extensions struct {
			Code       string
			RetryAfter int
		}
	}
	Extensions struct {
		Cost *struct{ Requested, Actual int }
	}
}

func (a answer) refusal() (code, message string) {
	if len(a.Errors) == 0 {
		return "", ""
	}
	return a.Errors[0].Extensions.Code, a.Errors[0].Message
}

func (s *service) answerTo(t *testing.T, query string, variables map[string]any) (answer, *httptest.ResponseRecorder) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r := s.ask(t, http.MethodPost, "/graphql", string(body), "Accept", mediaGraphQL)
	var a answer
	if err := json.Unmarshal(r.Body.Bytes(), &a); err != nil {
		t.Fatalf("%v in %s", err, r.Body)
	}
	return a, r
}

// numbered repeats a text with %d as 0, 1, 2 and so on.
func numbered(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "%d", fmt.Sprint(i)))
	}
	return b.String()
}

func TestEachLimitLetsItsBoundPassAndNamesTheNumberAboveIt(t *testing.T) {
	s := serve(t, Limits{
		Body: 4_000, Document: 3_000, Tokens: 200, Name: 20, Operations: 3, Fragments: 4, Fields: 60, Repeats: 12, FieldAliases: 5, Aliases: 8, PlaceDirectives: 2, Directives: 6,
		Depth: 4, IntrospectionDepth: 5, Variables: 3, String: 100, List: 7, ValueDepth: 4, Cost: 50,
	})
	repeat := strings.Repeat
	type request struct {
		query     string
		variables map[string]any
	}
	document := func(query string) request { return request{query, nil} }
	values := func(v any) request {
		return request{`query($v:[ID!]!){nodes(ids:$v){id}}`, map[string]any{"v": v}}
	}
	nested := func(n int) (v any) {
		for range n {
			v = []any{v}
		}
		return v
	}
	for name, test := range map[string]struct {
		with  func(n int) request
		bound int
		says  string
	}{
		"bytes of the body": {func(n int) request {
			n -= len(`{"query":"{__typename}","variables":null}`)
			return document("{__typename}" + repeat(" ", n%2) + repeat("\n", n/2)) // a line's end is two bytes in JSON
		}, 4_000, "longer than 4000 bytes"},
		"bytes of the document": {func(n int) request { return document("{__typename}" + repeat(" ", n-12)) }, 3_000, "more than 3000"},
		"tokens":                {func(n int) request { return document("{__typename}" + repeat("#\n", n-3)) }, 200, "limit of 200"},
		"bytes of a name":       {func(n int) request { return document("query " + repeat("n", n) + "{__typename}") }, 20, "more than 20"},
		"bytes of a number":     {func(n int) request { return document("{treaties(first:" + repeat("1", n) + "){totalCount}}") }, 20, "more than 20"},
		"operations":            {func(n int) request { return document(numbered(n, "query Q%d{__typename}") + "#") }, 3, "more than 3"},
		"fragments": {func(n int) request {
			return document("{" + numbered(n, "...F%d ") + "}" + numbered(n, "fragment F%d on Query{__typename}"))
		}, 4, "more than 4"},
		"fields in inline fragments": {func(n int) request {
			return document("{" + repeat("...{", n-1) + "__typename" + repeat("}", n-1) + "}")
		}, 60, "more than 60 fields"},
		"fields in fragments": {func(n int) request {
			return document("{...A}fragment A on Query{" + repeat("revision{number digest}", 10) + repeat("__typename ", n-60) + "}")
		}, 60, "more than 60 fields"},
		"repeats":                     {func(n int) request { return document("{" + repeat("__typename ", n) + "}") }, 12, "more than 12 times"},
		"repeats in inline fragments": {func(n int) request { return document("{" + repeat("...{__typename}", n) + "}") }, 12, "more than 12 times"},
		"repeats below each other":    {func(n int) request { return document("{" + repeat("revision{number}", n) + "}") }, 12, "more than 12 times"},
		"aliases of a field":          {func(n int) request { return document("{" + numbered(n, "a%d:__typename ") + "}") }, 5, "the field __typename has more than 5 aliases"},
		"aliases": {func(n int) request {
			return document("{" + numbered(n/2, "a%d:__typename ") + numbered(n-n/2, "b%d:revision{number}") + "}")
		}, 8, "more than 8 aliases"},
		"aliases in fragments": {func(n int) request {
			return document("{revision{...A}r:revision{...A}}fragment A on Revision{" + numbered(n/2, "a%d:number ") + "}")
		}, 7, "more than 8 aliases"},
		"directives in a place": {func(n int) request {
			return document("{__typename " + []string{"", "@skip(if:false)", "@skip(if:false)@include(if:true)", "@skip(if:false)@include(if:true)@skip(if:false)"}[n] + "}")
		}, 2, "more than 2"},
		"directives": {func(n int) request { return document("{" + repeat("...@skip(if:false){__typename}", n) + "}") }, 6, "more than 6 directives"},
		"depth": {func(n int) request {
			return document(map[int]string{4: "{treaties{nodes{statements{totalCount}}}}", 5: "{treaties{nodes{statements{pageInfo{endCursor}}}}}"}[n])
		}, 4, "nest 5 deep, more than 4"},
		"depth of introspection": {func(n int) request {
			return document(`{__type(name:"Revision"){fields{type{` + repeat("ofType{", n-4) + "name" + repeat("}", n-4) + "}}}}")
		}, 5, "nest 6 deep, more than 5"},
		"variables":               {func(n int) request { return request{"{__typename}", variables(n)} }, 3, "4 variables, more than 3"},
		"bytes of a string":       {func(n int) request { return document(`{lookup(text:"` + repeat("x", n) + `"){reason}}`) }, 100, "has 101 bytes, more than 100"},
		"bytes of a block string": {func(n int) request { return document(`{lookup(text:"""` + repeat("x", n) + `"""){reason}}`) }, 100, "has 101 bytes, more than 100"},
		"bytes of a string in variables": {func(n int) request {
			return request{`query($t:String!){lookup(text:$t){reason}}`, map[string]any{"t": repeat("x", n)}}
		}, 100, "has 101 bytes, more than 100"},
		"bytes of a name in variables": {func(n int) request {
			return request{`{__typename}`, map[string]any{"t": map[string]any{repeat("x", n): 1}}}
		}, 20, "has 21 bytes, more than 20"},
		"items": {func(n int) request {
			return document(`{nodes(ids:["treaty/one"` + repeat(`,"treaty/one"`, n-1) + `]){id}}`)
		}, 7, "more than 7 items"},
		"items in variables": {func(n int) request { return values(repeated("treaty/one", n)) }, 7, "more than 7 items"},
		"depth of values":    {func(n int) request { return document(`{__typename @skip(if:` + repeat("[", n) + repeat("]", n) + `)}`) }, 4, "nest more than 4 deep"},
		"depth of variables": {func(n int) request { return request{`{__typename}`, map[string]any{"v": nested(n)}} }, 4, "nest more than 4 deep"},
		"cost":               {func(n int) request { return document(fmt.Sprintf(`{treaties(first:%d){nodes{id}}}`, n)) }, 50, "51 items in all, more than 50"},
	} {
		t.Run(name, func(t *testing.T) {
			at, _ := s.answerTo(t, test.with(test.bound).query, test.with(test.bound).variables)
			if code, message := at.refusal(); code == "LIMIT_EXCEEDED" {
				t.Errorf("%d is refused: %s", test.bound, message)
			}
			above, _ := s.answerTo(t, test.with(test.bound+1).query, test.with(test.bound+1).variables)
			if code, message := above.refusal(); code != "LIMIT_EXCEEDED" || !strings.Contains(message, test.says) {
				t.Errorf("%d is answered with %q %q, which should say %q", test.bound+1, code, message, test.says)
			}
		})
	}
}

func variables(n int) map[string]any {
	all := map[string]any{}
	for i := range n {
		all[fmt.Sprint("v", i)] = i
	}
	return all
}

func repeated(text string, n int) []string {
	return strings.Split(strings.Repeat(text+" ", n-1)+text, " ")
}

func TestWhoMayWriteMaySendAsMuchAsOthers(t *testing.T) {
	for _, l := range []Limits{{Body: 300, WriteBody: 200}, {Body: 200, WriteBody: 300}} {
		if most := l.bodyOf(resolvers.Caller{Name: "someone", Write: true}); most != 300 {
			t.Errorf("%d and %d: %d bytes", l.Body, l.WriteBody, most)
		}
	}
}
