package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/vektah/gqlparser/v2/ast"

	"treatygraph/schema"
)

// A textPlace is where an operation takes a text: an argument, or a field of an input in one.
type textPlace struct {
	name  string // for example treaties filter.party.actor
	leaf  string // the name of the argument or field itself
	typ   string // of the text
	query func(value string) string
	again bool // another field has just this argument
}

// textPlaces finds all places where operations take a text. What every kind of entity has is taken once.
func textPlaces(t testing.TB) []textPlace {
	t.Helper()
	loaded, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	f := placeFinder{schema: loaded, types: map[string]bool{}, seen: map[string]bool{}}
	for _, part := range []string{"validOn", "recordedAt"} {
		f.places = append(f.places, textPlace{"@asOf " + part, part, loaded.Directives["asOf"].Arguments.ForName(part).Type.Name(),
			func(value string) string { return `query @asOf(` + part + `:` + value + `){__typename}` }, false})
	}
	for root, definition := range map[string]*ast.Definition{"query": loaded.Query, "mutation": loaded.Mutation} {
		if definition == nil {
			continue
		}
		f.open = append(f.open, reached{definition, func(selection string) string { return root + "{" + selection + "}" }, ""})
	}
	for len(f.open) > 0 { // the nearest first, so that each place is reached the shortest way
		next := f.open[0]
		f.open = f.open[1:]
		f.visit(next)
	}
	return f.places
}

// reached is a type, and how a selection of it is asked for.
type reached struct {
	definition *ast.Definition
	query      func(selection string) string
	way        string
}

type placeFinder struct {
	schema *ast.Schema
	types  map[string]bool // that were visited
	seen   map[string]bool // fields with an argument, and arguments with what they lead to
	open   []reached
	places []textPlace
}

func (f *placeFinder) visit(r reached) {
	if f.types[r.definition.Name] {
		return
	}
	f.types[r.definition.Name] = true
	for _, field := range r.definition.Fields {
		if strings.HasPrefix(field.Name, "__") {
			continue
		}
		result := f.schema.Types[field.Type.Name()]
		selection := ""
		if result.IsCompositeType() {
			selection = "{__typename}"
			if result.Fields.ForName("totalCount") != nil {
				selection = "{totalCount}"
			}
		}
		for _, argument := range field.Arguments {
			f.argument(r, field, argument, selection)
		}
		if result.IsCompositeType() && r.definition != f.schema.Mutation {
			ask := func(inner string) string { return r.query(field.Name + f.arguments(field, "", "") + "{" + inner + "}") }
			f.open = append(f.open, reached{result, ask, r.way + field.Name + " "})
			for _, possible := range f.schema.GetPossibleTypes(result) {
				if possible != result {
					f.open = append(f.open, reached{possible, func(inner string) string { return ask("...on " + possible.Name + "{" + inner + "}") }, r.way + field.Name + " "})
				}
			}
		}
	}
}

func (f *placeFinder) argument(r reached, field *ast.FieldDefinition, argument *ast.ArgumentDefinition, selection string) {
	key := field.Name + "(" + argument.Name + ":" + argument.Type.String() + ")"
	if r.way != "" && f.seen[key] {
		return
	}
	f.seen[key] = true
	key = argument.Name + ":" + argument.Type.String() + selection
	again := f.seen[key]
	f.seen[key] = true
	f.inputs(argument.Type, argument.Name, nil, func(path, leaf, typ string, write func(string) string) {
		f.places = append(f.places, textPlace{r.way + field.Name + " " + path, leaf, typ, func(value string) string {
			return r.query(field.Name + f.arguments(field, argument.Name, write(value)) + selection)
		}, again})
	})
}

// inputs goes through a type of an argument, and names each place for a text in it.
func (f *placeFinder) inputs(t *ast.Type, path string, within []string, found func(path, leaf, typ string, write func(string) string)) {
	wrap := func(value string) string { return value }
	if t.Elem != nil {
		wrap = func(value string) string { return "[" + value + "]" }
	}
	switch definition := f.schema.Types[t.Name()]; definition.Kind {
	case ast.Scalar:
		if !definition.OneOf("Int", "Float", "Boolean") {
			found(path, path[strings.LastIndex(path, ".")+1:], definition.Name, wrap)
		}
	case ast.InputObject:
		if slices.Contains(within, definition.Name) {
			return
		}
		for _, field := range definition.Fields {
			f.inputs(field.Type, path+"."+field.Name, append(slices.Clone(within), definition.Name), func(path, leaf, typ string, write func(string) string) {
				found(path, leaf, typ, func(value string) string { return wrap("{" + f.fields(definition, field.Name, write(value)) + "}") })
			})
		}
	}
}

// arguments writes the arguments that a field needs, and one of them as given.
func (f *placeFinder) arguments(field *ast.FieldDefinition, name, value string) string {
	var written []string
	for _, a := range field.Arguments {
		switch {
		case a.Name == name:
			written = append(written, name+":"+value)
		case a.Type.NonNull && a.DefaultValue == nil:
			written = append(written, a.Name+":"+f.usual(a.Name, a.Type))
		}
	}
	if field.Name == "entity" && name == "" && field.Arguments.ForName("identifier") != nil {
		written = append(written, `id:"treaty/start-i"`) // which needs one of several
	}
	if len(written) == 0 {
		return ""
	}
	return "(" + strings.Join(written, ",") + ")"
}

func (f *placeFinder) fields(definition *ast.Definition, name, value string) string {
	written := []string{name + ":" + value}
	for _, field := range definition.Fields {
		switch {
		case field.Name == name:
		case field.Name == "dryRun":
			written = append(written, "dryRun:true") // what is tried here is not to change the record
		case field.Type.NonNull && field.DefaultValue == nil:
			written = append(written, field.Name+":"+f.usual(field.Name, field.Type))
		}
	}
	return strings.Join(written, ",")
}

// usual is a value that nothing is wrong with.
func (f *placeFinder) usual(name string, t *ast.Type) string {
	if t.Elem != nil {
		return "[" + f.usual(name, t.Elem) + "]"
	}
	definition := f.schema.Types[t.Name()]
	switch definition.Kind {
	case ast.Enum:
		return definition.EnumValues[0].Name
	case ast.InputObject:
		switch definition.Name {
		case "SubgraphSeeds":
			return `{ids:["treaty/npt"]}`
		case "AsOf":
			return `{validOn:"2008-04-06"}`
		}
		var written []string
		for _, field := range definition.Fields {
			if field.Type.NonNull && field.DefaultValue == nil {
				written = append(written, field.Name+":"+f.usual(field.Name, field.Type))
			}
		}
		return "{" + strings.Join(written, ",") + "}"
	}
	if value, known := map[string]string{"from": `"state/rus"`, "to": `"state/usa"`, "actor": `"state/rus"`}[name]; known {
		return value
	}
	return map[string]string{
		"Int": "1", "Float": "1", "Boolean": "true", "ID": `"treaty/npt"`, "String": `"treaty"`, "Date": `"2008-04-06"`, "DateTime": `"2008-04-06T00:00:00Z"`, "Language": `"en"`,
	}[definition.Name]
}

// injections are the texts of testdata/injections.yaml by what they try, sorted.
func injections(t testing.TB) (names []string, texts map[string]string) {
	t.Helper()
	content, err := os.ReadFile("testdata/injections.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(content, &texts); err != nil {
		t.Fatal(err)
	}
	var failed error
	for name, text := range texts {
		texts[name] = writeOut(text, &failed)
		names = append(names, name)
	}
	if failed != nil || len(names) == 0 {
		t.Fatalf("no texts: %v", failed)
	}
	slices.Sort(names)
	return names, texts
}

func quoted(text string) string {
	encoded, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always can be
	}
	return string(encoded)
}

func TestATextIsTakenForNothingElseInAnyArgument(t *testing.T) {
	s := serveHostile(t)
	names, texts := injections(t)
	places := textPlaces(t)
	if len(places) < 80 {
		t.Fatalf("only %d places take a text", len(places))
	}
	before, err := s.store.Store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for n, place := range places {
		t.Run(place.name, func(t *testing.T) {
			for i, name := range names {
				if place.again && (i+n)%9 != 0 { // the lists of each kind are one and the same code: a ninth of the texts, of each another ninth
					continue
				}
				c := hostileCase{Name: name, Want: "OK BAD_USER_INPUT NOT_FOUND LIMIT_EXCEEDED", Header: map[string]string{"Authorization": "Bearer " + hostileToken}}
				if i%2 == 0 { // half of them as they are written, half as variables
					c.Query = place.query(quoted(texts[name]))
				} else {
					c.Query, c.Variables = place.query("$v"), `{"v":`+quoted(texts[name])+`}`
					if strings.HasPrefix(c.Query, "query ") {
						c.Query = "query($v:" + place.typ + "!)" + strings.TrimPrefix(c.Query, "query ")
					} else {
						c.Query = strings.Replace(c.Query, "{", "($v:"+place.typ+"!){", 1)
					}
				}
				r := s.send(t, &c)
				if !s.finds(r.Body.Bytes(), place) {
					t.Errorf("%s: %s finds something: %s", name, c.Query, r.Body)
				}
				if t.Failed() {
					t.Fatalf("%s: %.500s %.500s is answered %d %.1000s", name, c.Query, c.Variables, r.Code, r.Body)
				}
			}
			if again := s.ask(t); !bytes.Equal(again, s.innocent) {
				t.Errorf("afterwards the innocent request is answered %s", again)
			}
		})
	}
	if after, err := s.store.Store.Head(t.Context()); err != nil || after != before {
		t.Errorf("the record went from %+v to %+v (%v)", before, after, err)
	}
	t.Logf("%d texts in %d places", len(names), len(places))
}

// finds tells whether what a list has is what it should have: nothing bears such a name. Searches may find the words of a text, and what a
// filter keeps out leaves the rest.
func (s *hostileService) finds(body []byte, place textPlace) bool {
	if !strings.Contains(place.name, "filter") || strings.Contains(place.name, ".not.") || strings.Contains(place.name, "search ") || strings.Contains(place.name, "subgraph") || strings.Contains(place.name, "compare") {
		return true
	}
	return bytes.Contains(body, []byte(`"errors"`)) || bytes.Contains(body, []byte(`"totalCount":0`))
}

func TestAnAddressIsTakenForNothingElse(t *testing.T) {
	s := serveHostile(t)
	names, texts := injections(t)
	for what, address := range map[string]func(text string) string{
		"entity ID":            func(text string) string { return "/entity/" + url.PathEscape(text) },
		"entity slug":          func(text string) string { return "/entity/treaty/" + url.PathEscape(text) },
		"entity slug as bytes": func(text string) string { return "/entity/treaty/npt" + fmt.Sprintf("%%%02x", []byte(text + "x")[0]) },
		"after":                func(text string) string { return "/entity/treaty/npt?after=x" + url.QueryEscape(text) },
		"passagesAfter": func(text string) string {
			return "/entity/document/e-cn.15-2008-21?passagesAfter=x" + url.QueryEscape(text)
		},
		"validOn":  func(text string) string { return "/entity/treaty/npt?validOn=x" + url.QueryEscape(text) },
		"revision": func(text string) string { return "/entity/treaty/npt?revision=x" + url.QueryEscape(text) },
		"query":    func(text string) string { return "/graphql?query=" + url.QueryEscape("{"+text) },
		"variables": func(text string) string {
			return "/graphql?query=%7B__typename%7D&variables=" + url.QueryEscape(text+"}")
		},
		"operationName": func(text string) string {
			return "/graphql?query=query+A%7Ba%7D&operationName=x" + url.QueryEscape(text)
		},
		"extensions": func(text string) string {
			return "/graphql?query=%7B__typename%7D&extensions=" + url.QueryEscape(text+"}")
		},
	} {
		for _, accept := range []string{"text/html", "application/ld+json", "application/json"} {
			t.Run(what+" as "+accept, func(t *testing.T) {
				for _, name := range names {
					c := hostileCase{Name: name, Method: "GET", Target: address(texts[name]), Want: "BAD_USER_INPUT NOT_FOUND LIMIT_EXCEEDED 301 307",
						Header: map[string]string{"Accept": accept, "Apollo-Require-Preflight": "true", "Content-Type": ""}}
					if r := s.send(t, &c); t.Failed() {
						t.Fatalf("%s: %.300s is answered %d %v %.1000s", name, c.Target, r.Code, r.Header(), r.Body)
					}
				}
				if again := s.ask(t); !bytes.Equal(again, s.innocent) {
					t.Errorf("afterwards the innocent request is answered %s", again)
				}
			})
		}
	}
}
