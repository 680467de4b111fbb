package httpapi

import (
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"treatygraph/schema"
)

func TestEveryListOfObjectsHasASizeByWhichItIsCounted(t *testing.T) {
	loaded, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	sized := func(of *ast.Definition, f *ast.FieldDefinition) bool {
		for _, argument := range sizeArguments {
			if f.Arguments.ForName(argument) != nil {
				return true
			}
		}
		_, alone := usualSizes[f.Name]
		_, inType := usualSizes[of.Name+"."+f.Name]
		return alone || inType || strings.HasSuffix(f.Type.Name(), "Connection")
	}
	// A list may be as large as the field above it says, if every field with what the list is in says how large.
	var above func(name string, seen map[string]bool) bool
	above = func(name string, seen map[string]bool) bool {
		if seen[name] {
			return true
		}
		seen[name] = true
		found := false
		for _, of := range loaded.Types {
			for _, f := range of.Fields {
				if of.IsInputType() || f.Type.Name() != name {
					continue
				}
				if found = true; !sized(of, f) && (f.Type.Elem != nil || !above(of.Name, seen)) {
					return false
				}
			}
		}
		return found
	}
	used := map[string]bool{}
	for _, of := range loaded.Types {
		for _, f := range of.Fields {
			used[f.Name], used[of.Name+"."+f.Name] = true, true
			if of.IsInputType() || f.Type.Elem == nil || loaded.Types[f.Type.Name()].IsLeafType() || sized(of, f) || above(of.Name, map[string]bool{}) {
				continue
			}
			t.Errorf("nothing says how many items %s.%s counts as: give it first, or a row in usualSizes", of.Name, f.Name)
		}
	}
	for row := range usualSizes {
		if !used[row] {
			t.Errorf("usualSizes has a row %s, and no field is called so", row)
		}
	}
}

func TestTheCostIsWhatTheListsMayHold(t *testing.T) {
	d := newReader(t, Limits{Cost: 1 << 30})
	for query, want := range map[string]int{
		"{revision{number}}":                             0,
		"{treaties{totalCount pageInfo{endCursor}}}":     0,
		"{treaties{nodes{id}}}":                          20,
		"{treaties(first:7){nodes{id}}}":                 7,
		"{treaties(last:7){edges{node{id}}}}":            7,
		"{treaties(first:7){nodes{id} edges{node{id}}}}": 14,
		"{treaties(first:7){...A}}fragment A on TreatyConnection{nodes{...on Treaty{id}}}":            7,
		"{treaties(first:3){...A}t:treaties(first:4){...A}}fragment A on TreatyConnection{nodes{id}}": 7,
		"query($n:Int){treaties(first:$n){nodes{id}}}":                                                9,
		"query($m:Int=8){treaties(first:$m){nodes{id}}}":                                              8,
		"query($u:Int){treaties(first:$u){nodes{id}}}":                                                20,
		"{treaties(first:null){nodes{id}}}":                                                           20,
		"{treaties(first:0){nodes{id}}}":                                                              0,
		"{treaties(first:101){nodes{id}}}":                                                            0,
		"{treaties(first:10){nodes{statements(first:5){nodes{id}}}}}":                                 60,
		"{treaties(first:10){nodes{names{text} identifiers{value}}}}":                                 160,
		`{nodes(ids:["a","b","c"]){id}}`:                                                              3,
		`{nodes(ids:"a"){id}}`:                                                                        1,
		`query($i:[ID!]!){nodes(ids:$i){id}}`:                                                         2,
		`{subgraph(seeds:{ids:["a"]},maxNodes:30){nodes{id} statements{id}}}`:                         60,
		`{subgraph(seeds:{ids:["a"]}){nodes{id}}}`:                                                    500,
		`{subgraph(seeds:{permalink:"30"}){nodes{id}}}`:                                               30,
		`query($s:SubgraphSeeds!){subgraph(seeds:$s){nodes{id}}}`:                                     40,
		`{compare(seeds:{ids:["a"]},from:{},to:{},maxNodes:30){gained{id} from{nodes{id}}}}`:          60,
		`{paths(from:["a"],to:["b"]){paths{hops{from{id}}}}}`:                                         3 + 3*6,
		`{sharedParties(treaties:["a","b","c"]){actors(first:10){id}}}`:                               3 + 3*10,
		`{analysis{degrees{degree} pageRank(first:5){share}}}`:                                        25,
		`{lookup(text:"x"){reason}}`:                                                                  10,
		`{search(text:"x",first:5){edges{node{fragments{text}}} facets{years{count}}}}`:               5 + 5*3 + 100,
		"{__schema{types{name}} revision{number}}":                                                    4 * 200,
	} {
		document, errs := d.read(query)
		if len(errs) > 0 {
			t.Errorf("%s: %v", query, errs)
			continue
		}
		variables := map[string]any{"n": int64(9), "m": int64(8), "i": []any{"a", "b"}, "s": map[string]any{"permalink": "40"}}
		nodesOf := func(permalink string) int { n, _ := strconv.Atoi(permalink); return n }
		if got := newCosts(variables, nodesOf).of(document.Operations[0].SelectionSet, 0); got != want {
			t.Errorf("%s costs %d, not %d", query, got, want)
		}
	}
}

func TestAnAnswerTellsWhatItMightHaveCostAndWhatItDid(t *testing.T) {
	s := serveCorpus(t)
	for query, want := range map[string][2]int{
		"{revision{number}}":                                         {0, 0},
		`{treaties(first:5){nodes{id} edges{node{id}}}}`:             {10, 10},
		`{treaties(first:5){nodes{statements(first:1){nodes{id}}}}}`: {10, 10},
		`{nodes(ids:["treaty/start-i","treaty/none"]){id}}`:          {2, 2},
		`{entity(id:"treaty/none"){names{text}}}`:                    {10, 0},
		`{treaties(first:0){nodes{id}}}`:                             {0, 0},
	} {
		a, _ := s.answerTo(t, query, nil)
		if c := a.Extensions.Cost; c == nil || c.Requested != want[0] || c.Actual != want[1] {
			t.Errorf("%s: %+v, not %v", query, c, want)
		}
	}
	a, _ := s.answerTo(t, `{entities(first:100){nodes{statements(first:100){nodes{object{statements{nodes{id}}}}}}}}`, nil)
	if code, _ := a.refusal(); code != "LIMIT_EXCEEDED" || a.Extensions.Cost == nil || a.Extensions.Cost.Requested <= 50_000 || a.Extensions.Cost.Actual != 0 {
		t.Errorf("refused for its cost: %+v", a)
	}
	if a, _ := s.answerTo(t, strings.Replace(introspection, "{", "{again:__schema{types{fields{args{name}}}}", 1), nil); len(a.Errors) == 0 {
		t.Error("the schema can be asked for twice in one operation")
	}
	if a, _ := s.answerTo(t, introspection, nil); a.Extensions.Cost.Actual < 1_000 || a.Extensions.Cost.Requested < 1_000 {
		t.Errorf("introspection: %+v", a.Extensions.Cost)
	}
}

func TestAPreviewTellsTheCostAndRunsNothing(t *testing.T) {
	s := serve(t, Limits{})
	for query, want := range map[string]bool{
		`query @cost(dryRun:true){treaties(first:7){nodes{id}}}`:               true,
		`query($d:Boolean=true)@cost(dryRun:$d){treaties(first:7){nodes{id}}}`: true,
		`query @cost{treaties(first:7){nodes{id}}}`:                            false,
		`query @cost(dryRun:false){treaties(first:7){nodes{id}}}`:              false,
	} {
		a, r := s.answerTo(t, query, nil)
		c := a.Extensions.Cost
		if len(a.Errors) > 0 || c == nil || c.Requested != 7 || (string(a.Data) == "null") != want || (c.Actual == 0) != want {
			t.Errorf("%s: %s", query, r.Body)
		}
		if !strings.Contains(r.Body.String(), `"revision"`) {
			t.Errorf("%s: the answer does not state its revision", query)
		}
	}
	a, _ := s.answerTo(t, `query @cost(dryRun:true){entities(first:100){nodes{statements(first:100){nodes{object{statements{nodes{id}}}}}}}}`, nil)
	if len(a.Errors) > 0 || a.Extensions.Cost == nil || a.Extensions.Cost.Requested != 100+100*100+100*100*20 {
		t.Errorf("of what costs too much: %+v", a)
	}
	if a, _ := s.answerTo(t, `query @cost(dryRun:true){nothing}`, nil); len(a.Errors) == 0 {
		t.Error("a preview of what is wrong has no error")
	}
}

// BenchmarkCost walks a document as large as tools write.
func BenchmarkCost(b *testing.B) {
	document, errs := newReader(b, Limits{}).read(introspection)
	if len(errs) > 0 {
		b.Fatal(errs)
	}
	lists, errs := newReader(b, Limits{}).read(`query($n:Int){entities(first:$n){nodes{...A statements(first:20){nodes{subject{...A} object{...A} evidence{quote}}}}}}
		fragment A on Entity{id label names{text language} identifiers{scheme value} ...on Treaty{status{value} parties(first:5){nodes{value actor{id label}}}}}`)
	if len(errs) > 0 {
		b.Fatal(errs)
	}
	for name, d := range map[string]*ast.QueryDocument{"introspection": document, "lists": lists} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				newCosts(map[string]any{"n": int64(10)}, nil).of(d.Operations[0].SelectionSet, 0)
			}
		})
	}
}

// BenchmarkRead parses, checks and validates documents anew, as it is done with each that is not known yet.
func BenchmarkRead(b *testing.B) {
	repeat := strings.Repeat
	for name, document := range map[string]string{
		"introspection":            introspection,
		"unknown fields":           "{" + numbered(900, "f%d ") + "}",
		"long unknown fields":      "{" + numbered(600, repeat("f", 96)+"%d ") + "}",
		"unknown values":           `{lookup(text:"x",kinds:[` + repeat(repeat("A", 60)+" ", 950) + `]){reason}}`,
		"fields beside each other": "{" + repeat("revision{number at digest __typename}", 99) + "}",
		"in inline fragments":      `{entity(id:"treaty/one"){` + repeat("...{", 6) + repeat("id kind label description url __typename ", 99) + repeat("}", 6) + "}}",
		"in fragments":             "{" + numbered(90, "...F%d ") + "}" + numbered(90, "fragment F%d on Query{__typename}"),
		"doubling fragments":       doubling(30, "neighbourhood{nodes{%}} statements{nodes{subject{%}}}"),
	} {
		d := newReader(b, Limits{})
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, _ = d.read(document)
			}
		})
	}
}
