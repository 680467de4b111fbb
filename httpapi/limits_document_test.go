package httpapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"treatygraph/schema"
)

// newReader returns documents that read what the schema allows.
func newReader(t testing.TB, l Limits) *documents {
	t.Helper()
	loaded, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	d := newDocuments(l.withDefaults(), rulesOfDocuments(true, true))
	d.schema = loaded
	return d
}

func parse(t testing.TB, document string) *ast.QueryDocument {
	t.Helper()
	d, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// doubling is a chain of fragments, each of which leads to the next in two ways: with n of them, in two to the power of n ways to the last.
func doubling(n int, way string) string {
	var b strings.Builder
	b.WriteString(`{entity(id:"treaty/one"){...F0}}`)
	for i := range n {
		fmt.Fprintf(&b, "fragment F%d on Entity{%s}", i, strings.ReplaceAll(way, "%", fmt.Sprintf("...F%d", i+1)))
	}
	return b.String() + fmt.Sprintf("fragment F%d on Entity{id}", n)
}

func TestFragmentsThatAmplifyAreGoneThroughInBoundedSteps(t *testing.T) {
	d := newReader(t, Limits{})
	spread := doubling(50, "% ...on Entity{%}")
	e := newExpansion(d.Limits, parse(t, spread))
	if err := e.root(e.fragments["F0"].SelectionSet, nil); err != nil || e.fields > 51 {
		t.Errorf("of one field in one place %d are looked at: %v", e.fields, err)
	}
	fields := doubling(30, "neighbourhood{nodes{%}} statements{nodes{subject{%}}}")
	e = newExpansion(d.Limits, parse(t, fields))
	if err := e.root(e.fragments["F0"].SelectionSet, nil); err == nil || e.fields > d.Fields+1 {
		t.Errorf("%d fields were looked at, more than %d: %v", e.fields, d.Fields, err)
	}
}

func TestTheCostOfAFragmentIsCountedOnce(t *testing.T) {
	d := newReader(t, Limits{Fields: 1 << 20, Fragments: 100})
	document, errs := d.read(doubling(14, "neighbourhood{nodes{%}} statements{nodes{subject{%}}}"))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	c := newCosts(nil, nil)
	if cost := c.of(document.Operations[0].SelectionSet, 0); cost != mostCost {
		t.Errorf("the cost is %d, and counting ends at %d", cost, mostCost)
	}
	if most := 14*7*3 + 5; c.steps > most { // a fragment stands in lists of three sizes at most
		t.Errorf("%d selections were looked at, of a document with some hundred", c.steps)
	}
}

func TestValidationEndsWithTheFirstErrorsTooMany(t *testing.T) {
	d := newReader(t, Limits{Errors: 10})
	for name, document := range map[string]string{
		"unknown fields":    "{" + numbered(300, "f%d ") + "}",
		"unknown values":    "{lookup(text:\"x\",kinds:[" + numbered(300, "K%d ") + "]){reason}}",
		"unknown arguments": "{revision(" + numbered(200, "a%d:1 ") + "){number}}",
		"unknown fragments": "{" + numbered(300, "...F%d ") + "}",
		"conflicts":         "{" + numbered(90, "treaties(first:%d){totalCount}") + "}",
		"unused variables":  "query(" + numbered(200, "$v%d:Int ") + "){__typename}",
	} {
		if _, errs := d.read(document); len(errs) != 11 {
			t.Errorf("%s: validation went on to %d errors", name, len(errs))
		}
	}
}

func TestADocumentWithMoreErrorsThanAreToldSaysSo(t *testing.T) {
	s := serve(t, Limits{})
	for n, want := range map[int]int{1: 1, 10: 10, 11: 10, 300: 10} {
		a, r := s.answerTo(t, "{"+numbered(n, "f%d ")+"}", nil)
		note := strings.Count(r.Body.String(), "more errors are not shown")
		if len(a.Errors) != want || (note == 1) != (n > 10) || r.Code != map[bool]int{false: 400, true: 422}[n > 10] {
			t.Errorf("of %d errors %d are told, with %d notes and status %d", n, len(a.Errors), note, r.Code)
		}
		if message := a.Errors[0].Message; !strings.Contains(message, `"f0"`) {
			t.Errorf("the first error says %q", message)
		}
	}
}

func TestAFragmentThatSpreadsItselfIsAMistakeAndNoLimit(t *testing.T) {
	s := serve(t, Limits{})
	for _, document := range []string{
		"{...A}fragment A on Query{...A}", "{...A}fragment A on Query{...B}fragment B on Query{...A}",
		"{revision{...A}}fragment A on Revision{number ...on Revision{...A}}", "{__typename}fragment A on Entity{statements{nodes{subject{...A}}}}",
	} {
		a, _ := s.answerTo(t, document, nil)
		if code, message := a.refusal(); code != "BAD_USER_INPUT" || !strings.Contains(message, "spreads itself") {
			t.Errorf("%s: %s %s", document, code, message)
		}
	}
}

func TestADocumentIsReadOnceAndItsVariablesEachTime(t *testing.T) {
	s := serve(t, Limits{String: 20})
	const query = `query($t:String!){lookup(text:$t){reason}}`
	for range 2 {
		if a, _ := s.answerTo(t, query, map[string]any{"t": "one"}); len(a.Errors) > 0 {
			t.Error(a.Errors)
		}
		a, _ := s.answerTo(t, query, map[string]any{"t": strings.Repeat("x", 21)})
		if code, _ := a.refusal(); code != "LIMIT_EXCEEDED" {
			t.Errorf("a long string is answered with %q", code)
		}
	}
	d := newReader(t, Limits{})
	first, _ := d.read(query)
	d.kept.Set(query, first)
	if kept, found := d.kept.GetIfPresent(query); !found || kept != first {
		t.Error("the document is not kept")
	}
}

func TestNothingIsEchoedAtLength(t *testing.T) {
	s := serve(t, Limits{})
	long := strings.Repeat("\u6761", 5_000)
	for name, request := range map[string]struct {
		query     string
		variables map[string]any
	}{
		"a string that is no number":   {`{treaties(first:"` + long + `"){totalCount}}`, nil},
		"a string where none can be":   {`{treaties"` + long + `"}`, nil},
		"a string that is no value":    {`query($k:[EntityKind!]){lookup(text:"x",kinds:$k){reason}}`, map[string]any{"k": []string{long}}},
		"a string that is no ID":       {`query($id:ID!){node(id:$id){id}}`, map[string]any{"id": long}},
		"a string that is no language": {`{entity(id:"treaty/one"){label(language:"` + long + `")}}`, nil},
		"a string that is no cursor":   {`query($a:String){treaties(after:$a){totalCount}}`, map[string]any{"a": long}},
		"an operation that is not":     {`query A{__typename} query B{__typename}`, nil},
	} {
		a, r := s.answerTo(t, request.query, request.variables)
		if len(a.Errors) == 0 && name != "a string that is no cursor" || r.Body.Len() > 2_000 || strings.ContainsRune(r.Body.String(), '\uFFFD') {
			t.Errorf("%s: %d bytes: %.200s", name, r.Body.Len(), r.Body)
		}
	}
}

func TestErrorsOfFieldsAreFewAndNotComparedWithEachOther(t *testing.T) {
	s := serveCorpus(t)
	a, r := s.answerTo(t, `{entities(first:100){nodes{statements(first:20){nodes{subject{label(language:"no language")}}}}}}`, nil)
	if len(a.Errors) != DefaultLimits.Errors || !strings.Contains(r.Body.String(), "more errors are not shown") {
		t.Errorf("%d errors: %.300s", len(a.Errors), r.Body)
	}
	if a, _ := s.answerTo(t, `{entities(first:10){nodes{... on Treaty{id} label(language:"no language")}}}`, nil); len(a.Errors) != 10 {
		t.Errorf("of ten errors %d are told", len(a.Errors))
	}
}

func TestTheSchemaCanBeKept(t *testing.T) {
	s := serve(t, Limits{})
	s.Handler = NewHandler(Config{Source: s.source, Store: s.store, Now: now.Local, NoIntrospection: true, NoSuggestions: true})
	for _, query := range []string{"{__schema{types{name}}}", `{__type(name:"Query"){name}}`, "{...A}fragment A on Query{s:__schema{types{name}}}"} {
		a, r := s.answerTo(t, query, nil)
		if code, message := a.refusal(); code != "BAD_USER_INPUT" || !strings.Contains(message, "does not tell its schema") || r.Code != 400 {
			t.Errorf("%s: %d %s %s", query, r.Code, code, message)
		}
	}
	for _, query := range []string{"{treatys{id}}", "{treaties(frst:1){totalCount}}", "{revision}", `{lookup(text:"x",kinds:[TREATIES]){reason}}`} {
		if _, r := s.answerTo(t, query, nil); strings.Contains(r.Body.String(), "Did you mean") {
			t.Errorf("%s: %s", query, r.Body)
		}
		if _, r := serve(t, Limits{}).answerTo(t, query, nil); !strings.Contains(r.Body.String(), "Did you mean") {
			t.Errorf("%s: without a suggestion: %s", query, r.Body)
		}
	}
	if a, _ := s.answerTo(t, "{__typename}", nil); len(a.Errors) > 0 {
		t.Errorf("__typename: %v", a.Errors)
	}
}
