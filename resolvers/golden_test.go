package resolvers_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"

	"treatygraph/graph"
	"treatygraph/index"
)

var update = flag.Bool("update", false, "write the golden answers anew")

// A golden is a query with the answer that is kept of it.
type golden struct {
	query, answer string
	keep          func(answer string) error
	drawn         bool
	drawing       string // of the answer, in Mermaid
}

// guides are the documents whose worked queries are run.
var guides = []string{"../docs/api.md", "../docs/relationships.md"}

// workedQuery finds in a guide a query, the answer below it, and a drawing of the answer where there is one.
var workedQuery = regexp.MustCompile("(?s)```graphql\n(.*?)```\n+```json\n(.*?)```(?:\n+```mermaid\n(.*?)```)?")

// goldens reads the queries of testdata/queries, each with its answer beside it, and those of the guides.
func goldens(t *testing.T) map[string]golden {
	t.Helper()
	all := map[string]golden{}
	files, err := filepath.Glob("testdata/queries/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no queries: %v", err)
	}
	read := func(file string, missing bool) string {
		text, err := os.ReadFile(file)
		if err != nil && !missing {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".graphql")
		kept := strings.TrimSuffix(file, ".graphql") + ".golden.json"
		all[name] = golden{query: read(file, false), answer: read(kept, *update), keep: func(answer string) error { return os.WriteFile(kept, []byte(answer), 0o644) }}
	}
	for _, guide := range guides {
		for i, match := range workedQuery.FindAllStringSubmatch(read(guide, false), -1) {
			all[fmt.Sprintf("%s %d", strings.TrimSuffix(filepath.Base(guide), ".md"), i+1)] = golden{query: match[1], answer: indented(match[2]), drawn: strings.Contains(match[0], "```mermaid"), drawing: match[3], keep: func(answer string) error {
				text := read(guide, false)
				at := workedQuery.FindAllStringSubmatchIndex(text, -1)[i]
				kept := text[:at[4]] + inLines(t, answer)
				if at[6] >= 0 {
					kept += text[at[5]:at[6]] + draw(t, answer) + text[at[7]:]
				} else {
					kept += text[at[5]:]
				}
				return os.WriteFile(guide, []byte(kept), 0o644)
			}}
		}
	}
	return all
}

// draw draws the statements and hops of an answer in Mermaid: what has a subject, a predicate and an object, or leads from one to another.
func draw(t *testing.T, answer string) string {
	t.Helper()
	type end struct{ ID, Label string }
	type statement struct {
		Subject, Object *end
		Predicate       string
		From, To        *end // of a hop
		Direction       string
		Statement       *struct{ Predicate string }
	}
	arrows := map[string]bool{}
	words := func(e *end) string {
		if e.Label != "" {
			return e.Label
		}
		return e.ID
	}
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				look(item)
			}
		case map[string]any:
			var s statement
			if text, err := json.Marshal(v); err == nil && json.Unmarshal(text, &s) == nil {
				from, predicate, to := s.Subject, s.Predicate, s.Object
				if s.Statement != nil && s.From != nil && s.To != nil {
					from, predicate, to = s.From, s.Statement.Predicate, s.To
					if s.Direction == "IN" {
						from, to = to, from
					}
				}
				if from != nil && to != nil && predicate != "" {
					arrows[fmt.Sprintf("  %s[%q] -->|%s| %s[%q]", nameOf(from.ID), words(from), predicate, nameOf(to.ID), words(to))] = true
				}
			}
			for _, item := range v {
				look(item)
			}
		}
	}
	var data any
	if err := json.Unmarshal([]byte(answer), &data); err != nil {
		t.Fatal(err)
	}
	look(data)
	return "graph LR\n" + strings.Join(slices.Sorted(maps.Keys(arrows)), "\n") + "\n"
}

// nameOf makes of an ID what Mermaid takes for the name of a node.
func nameOf(id string) string { return regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(id, "_") }

// indented lays JSON out as readable does.
func indented(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}

// inLines lays JSON out for the guide: what fits on a line stands on one.
func inLines(t *testing.T, text string) string {
	t.Helper()
	const width = 150
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	token := func() json.Token {
		token, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	plain := func(v any) string {
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(v); err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(b.String())
	}
	var lay func(first json.Token, indent string) string
	lay = func(first json.Token, indent string) string {
		delimiter, composed := first.(json.Delim)
		if !composed {
			return plain(first)
		}
		closing, deeper := map[json.Delim]string{'{': "}", '[': "]"}[delimiter], indent+"  "
		var items []string
		for decoder.More() {
			key := ""
			if delimiter == '{' {
				key = plain(token()) + ": "
			}
			items = append(items, key+lay(token(), deeper))
		}
		token()
		if line := delimiter.String() + strings.Join(items, ", ") + closing; len([]rune(indent+line)) <= width && !strings.Contains(line, "\n") {
			return line
		}
		return delimiter.String() + "\n" + deeper + strings.Join(items, ",\n"+deeper) + "\n" + indent + closing
	}
	return lay(token(), "") + "\n"
}

// wholeAnswers are the answers of the store that was asked first, with the revision, its time and its digest.
var wholeAnswers = map[string][]byte{}

// theAnswersAreAsWritten compares each answer with the one kept, without the revision, which moves with every change of the corpus and has
// its own tests; and the bytes of the whole answer with those of the other stores.
func theAnswersAreAsWritten(t *testing.T, a api) {
	all := goldens(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			a.t = t
			g := all[name]
			_, whole := a.bytes(t.Context(), map[string]any{"query": g.query})
			switch first, asked := wholeAnswers[name]; {
			case !asked:
				wholeAnswers[name] = whole
			case !bytes.Equal(first, whole):
				t.Errorf("another store answers\n%s\nthis one\n%s", first, whole)
			}
			var r response
			if err := json.Unmarshal(whole, &r); err != nil {
				t.Fatal(err)
			}
			got := readable(t, r)
			switch {
			case *update:
				if err := g.keep(got); err != nil {
					t.Fatal(err)
				}
			case got != g.answer:
				t.Errorf("got\n%s", got)
			case g.drawn && draw(t, got) != g.drawing:
				t.Errorf("the drawing is not\n%s", draw(t, got))
			}
		})
	}
}

// readable is the answer without what changes from run to run.
func readable(t *testing.T, r response) string {
	t.Helper()
	shown := map[string]any{"data": r.Data}
	if len(r.Errors) > 0 {
		var errors []string
		for _, e := range r.Errors {
			errors = append(errors, e.Extensions.Code+" "+e.Message)
		}
		shown["errors"] = errors
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(shown); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// asOf adds @asOf to a query; false when it has one.
func asOf(t *testing.T, query string, arguments ...*ast.Argument) (string, bool) {
	t.Helper()
	document, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil {
		t.Fatal(err)
	}
	operation := document.Operations[0]
	if operation.Directives.ForName("asOf") != nil {
		return "", false
	}
	operation.Directives = append(operation.Directives, &ast.Directive{Name: "asOf", Arguments: arguments})
	var b strings.Builder
	formatter.NewFormatter(&b).FormatQueryDocument(document)
	return b.String(), true
}

// earlierAnswersComeAgainByteForByte asks, writes, and asks again as of the revision and the time before. It writes what touches most: other
// names, merges, deprecations, withdrawals in every data set.
func earlierAnswersComeAgainByteForByte(t *testing.T, a api) {
	before, _ := a.snapshot().Revision(a.snapshot().Head().Revision)
	times := map[string]*ast.Argument{
		"revision":   {Name: "revision", Value: &ast.Value{Kind: ast.IntValue, Raw: fmt.Sprint(before.Number)}},
		"recordedAt": {Name: "recordedAt", Value: &ast.Value{Kind: ast.StringValue, Raw: before.At.Format("2006-01-02T15:04:05.999999Z07:00")}},
	}
	type asked struct{ query, answer string }
	questions := map[string]asked{}
	for name, g := range goldens(t) {
		for part, argument := range times {
			if query, plain := asOf(t, g.query, argument); plain {
				_, answer := a.bytes(t.Context(), map[string]any{"query": query})
				questions[name+" by "+part] = asked{query, string(answer)}
			}
		}
		// What was asked without a time is the same as what is asked as of the newest revision.
		if query, plain := asOf(t, g.query, times["revision"]); plain {
			if _, now := a.bytes(t.Context(), map[string]any{"query": g.query}); string(now) != questions[name+" by revision"].answer {
				t.Errorf("%s: the newest revision answers\n%s\nwithout @asOf\n%s", query, questions[name+" by revision"].answer, now)
			}
		}
	}
	a.write(t, upheaval(t, a.snapshot()))
	changed := 0
	for name, was := range questions {
		if _, again := a.bytes(t.Context(), map[string]any{"query": was.query}); string(again) != was.answer {
			t.Errorf("%s: %s\nwas\n%s\nis\n%s", name, was.query, was.answer, again)
		}
	}
	for _, g := range goldens(t) {
		if readable(t, a.ask(g.query, nil)) != g.answer {
			changed++
		}
	}
	if changed < len(questions)/4 {
		t.Errorf("the write changed only %d answers", changed)
	}
}

// upheaval is a batch that touches what most answers rest on.
func upheaval(t *testing.T, s *index.Snapshot) *graph.Batch {
	t.Helper()
	b := &graph.Batch{Key: "upheaval", Author: "test", Summary: "much changes", Assert: []graph.Assertion{
		named(testDataset, "Test data", "en", graph.NameOfficial),
		named("treaty/npt", "Another name", "en", graph.NameShort), named("treaty/npt", "另一个名称", "zh", graph.NameShort),
		named("treaty/start-i", "Another treaty", "en", graph.NameShort), named("state/rus", "A state", "en", graph.NameShort),
		claim("treaty/npt", graph.PredTerminated, on("2007-01-01"), cited("a newspaper")),
		claim("treaty/moscow", graph.PredMergedInto, object("treaty/start-i")),
		claim("state/usa", graph.PredWithdrewFrom, object("treaty/npt"), on("2005-01-01")),
	}}
	page, err := s.Entities(t.Context(), index.EntityQuery{Kinds: graph.Set(graph.KindDataset), Page: index.Page{First: 100}})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range page.Items {
		for i, ref := range s.DatasetRefs(item.ID) {
			if i%3 == 0 {
				b.Withdraw = append(b.Withdraw, graph.AssertionKey{Statement: ref.Statement, Dataset: ref.Dataset})
			}
		}
	}
	return b
}
