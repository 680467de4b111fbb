package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// A madeRequest is a document with its variables, and what was made wrong in it.
type madeRequest struct {
	query     string
	variables string // JSON
	fault     string
}

func (r madeRequest) body() []byte {
	body, err := json.Marshal(map[string]any{"query": r.query, "variables": json.RawMessage(r.variables)})
	if err != nil {
		panic(fmt.Errorf("%s: %w", r.variables, err)) // the maker made no JSON
	}
	return body
}

// mistakes are what may be wrong with a request; some are not wrong everywhere, such as a text for an enum, which variables may hold.
var mistakes = []string{
	"unknown field", "leaf with fields", "object without fields", "conflicting aliases",
	"unknown argument", "missing argument", "argument twice",
	"unknown fragment", "unused fragment", "fragment in a ring", "fragment that fits nothing", "fragment on a scalar", "fragment on an unknown type", "fragment twice",
	"unknown directive", "misplaced directive", "directive twice", "directive without its argument", "null for a directive",
	"undefined variable", "unused variable", "variable twice", "variable of an unknown type", "variable of an output type", "variable of another type", "nullable variable", "missing variable",
	"null for a default", "default of another type", "unknown variable is given",
	"wrong type", "null for non-null", "null in a list", "list in a list", "unknown enum value", "enum in small letters", "enum as a text", "text as an enum",
	"unknown field of an input", "missing field of an input", "field of an input twice", "type name in an input",
	"int overflow", "int of 64 bits", "int with an exponent", "int with a fraction", "int as a text", "float for an int", "number for an ID", "number for a text", "number for a scalar", "object for a scalar", "list for a scalar", "text that is none of a scalar",
	"two operations without names", "operation twice", "character left out", "character doubled", "escape that is none", "surrogate alone",
}

// A documentMaker makes requests to a schema: half of them right, half with one fault.
type documentMaker struct {
	random *rand.Rand
	schema *ast.Schema
	types  []string // the composite ones

	fault     string
	left      bool // the fault is still to be made
	variables []string
	given     []string // "name":value
	fragments []string
}

func newDocumentMaker(s *ast.Schema, seed uint64) *documentMaker {
	m := &documentMaker{random: rand.New(rand.NewPCG(seed, seed)), schema: s}
	for name, definition := range s.Types {
		if definition.IsCompositeType() && !strings.HasPrefix(name, "__") {
			m.types = append(m.types, name)
		}
	}
	slices.Sort(m.types)
	return m
}

func (m *documentMaker) chance(in int) bool { return m.random.IntN(in) == 0 }

func pick[T any](m *documentMaker, list []T) T { return list[m.random.IntN(len(list))] }

// wrong tells whether this is the place for a fault.
func (m *documentMaker) wrong(fault string) bool {
	if m.left && m.fault == fault && m.chance(2) {
		m.left = false
		return true
	}
	return false
}

func (m *documentMaker) make() madeRequest {
	fault := ""
	if m.chance(2) {
		fault = pick(m, mistakes)
	}
	for range 30 { // until the document has a place for the fault
		m.fault, m.left, m.variables, m.given, m.fragments = fault, fault != "", nil, nil, nil
		query := m.document()
		if !m.left {
			return madeRequest{query, "{" + strings.Join(m.given, ",") + "}", fault}
		}
	}
	return m.make()
}

func (m *documentMaker) document() string {
	selection := m.selection(m.schema.Query, 0)
	if m.wrong("unused variable") {
		m.variables = append(m.variables, "$unused:Int")
	}
	if m.wrong("unknown variable is given") {
		m.given = append(m.given, `"nobody":1`)
	}
	if len(m.variables) > 0 && m.wrong("variable twice") {
		m.variables = append(m.variables, pick(m, m.variables))
	}
	head := pick(m, []string{"query A", "query"})
	if len(m.variables) > 0 {
		head += "(" + strings.Join(m.variables, pick(m, []string{",", " ", "\n"})) + ")"
	} else if head == "query" && m.chance(2) {
		head = ""
	}
	if m.wrong("directive twice") {
		head = "query A @asOf(validOn:\"2008-04-06\") @asOf(validOn:\"2008-04-06\")"
	}
	if m.wrong("unused fragment") {
		m.fragments = append(m.fragments, "fragment Unused on Query{__typename}")
	}
	if len(m.fragments) > 0 && m.wrong("fragment twice") {
		m.fragments = append(m.fragments, pick(m, m.fragments))
	}
	parts := append([]string{head + selection}, m.fragments...)
	if m.wrong("two operations without names") {
		parts = append(parts, "{__typename}")
	}
	if m.wrong("operation twice") {
		parts = []string{"query A{__typename}", "query A{__typename}"}
	}
	if len(m.variables) == 0 { // the order of definitions makes no difference, and the first operation is run
		m.random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	}
	text := strings.Join(parts, " ")
	at := m.random.IntN(len(text))
	if text[at] < 0x80 {
		if m.wrong("character left out") {
			text = text[:at] + text[at+1:]
		} else if m.wrong("character doubled") {
			text = text[:at] + text[at:at+1] + text[at:]
		}
	}
	return text
}

// selection writes what is asked of a type.
func (m *documentMaker) selection(on *ast.Definition, depth int) string {
	var parts []string
	fields := slices.DeleteFunc(slices.Clone(on.Fields), func(f *ast.FieldDefinition) bool { return strings.HasPrefix(f.Name, "__") })
	m.random.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	for _, field := range fields[:min(len(fields), 1+m.random.IntN(3))] {
		if depth >= 3 && m.schema.Types[field.Type.Name()].IsCompositeType() {
			continue
		}
		written := m.field(field, depth)
		switch {
		case m.chance(8):
			written = "..." + m.directive() + "{" + written + "}"
		case m.chance(8):
			written = "...on " + on.Name + "{" + written + "}"
		case m.chance(10) || m.fault == "fragment in a ring" || m.fault == "fragment twice":
			name := fmt.Sprintf("F%d", len(m.fragments))
			ring := ""
			if m.wrong("fragment in a ring") {
				ring = "..." + name + " "
			}
			m.fragments = append(m.fragments, "fragment "+name+" on "+on.Name+"{"+ring+written+"}")
			written = "..." + name + m.directive()
		}
		parts = append(parts, written)
	}
	possible := m.schema.GetPossibleTypes(on)
	if len(possible) > 1 && m.chance(2) && depth < 3 {
		parts = append(parts, "...on "+pick(m, possible).Name+"{__typename}")
	}
	if m.wrong("unknown field") {
		parts = append(parts, "nothing")
	}
	if m.wrong("unknown fragment") {
		parts = append(parts, "...Nothing")
	}
	if m.wrong("fragment that fits nothing") {
		parts = append(parts, "...on "+pick(m, m.types)+"{__typename}")
	}
	if m.wrong("fragment on a scalar") {
		parts = append(parts, "...on Date{__typename}")
	}
	if m.wrong("fragment on an unknown type") {
		parts = append(parts, "...on Nothing{__typename}")
	}
	if len(parts) == 0 || m.chance(6) {
		parts = append(parts, "__typename"+m.directive())
	}
	return "{" + strings.Join(parts, pick(m, []string{" ", ",", "\n", " #x\n"})) + "}"
}

func (m *documentMaker) field(field *ast.FieldDefinition, depth int) string {
	var arguments []string
	for _, a := range field.Arguments {
		needed := a.Type.NonNull && a.DefaultValue == nil
		if needed && m.wrong("missing argument") {
			continue
		}
		if needed || m.chance(4) {
			arguments = append(arguments, a.Name+":"+m.argument(a.Type, a.DefaultValue != nil))
		}
	}
	if m.wrong("unknown argument") {
		arguments = append(arguments, "nothing:1")
	}
	if len(arguments) > 0 && m.wrong("argument twice") {
		arguments = append(arguments, arguments[0])
	}
	m.random.Shuffle(len(arguments), func(i, j int) { arguments[i], arguments[j] = arguments[j], arguments[i] })
	written := field.Name
	if m.chance(4) {
		written = fmt.Sprintf("a%d:%s", m.random.IntN(1000), field.Name)
	}
	if len(arguments) > 0 {
		written += "(" + strings.Join(arguments, pick(m, []string{",", " "})) + ")"
	}
	written += m.directive()
	definition := m.schema.Types[field.Type.Name()]
	switch {
	case definition.IsCompositeType():
		if !m.wrong("object without fields") {
			written += m.selection(definition, depth+1)
		}
	case m.wrong("leaf with fields"):
		written += "{id}"
	}
	if m.wrong("conflicting aliases") {
		written += " same:" + field.Name + " same:__typename"
	}
	return written
}

func (m *documentMaker) directive() string {
	switch {
	case m.wrong("unknown directive"):
		return " @nothing"
	case m.wrong("misplaced directive"):
		return pick(m, []string{" @asOf(revision:1)", " @deprecated", ` @specifiedBy(url:"x")`})
	case m.wrong("directive twice"):
		return " @skip(if:false) @skip(if:false)"
	case m.wrong("directive without its argument"):
		return " @skip"
	case m.wrong("null for a directive"):
		m.variables, m.given = append(m.variables, "$null:Boolean=false"), append(m.given, `"null":null`)
		return " @include(if:$null)"
	case m.chance(15):
		return pick(m, []string{" @skip(if:", " @include(if:"}) + m.argument(ast.NonNullNamedType("Boolean", nil), false) + ")"
	}
	return ""
}

// argument writes a value for an argument: as it is, or as a variable.
func (m *documentMaker) argument(t *ast.Type, hasDefault bool) string {
	if !m.chance(3) && !strings.Contains(m.fault, "variable") && !strings.Contains(m.fault, "default") {
		return literal(m.value(t, 0))
	}
	name := fmt.Sprintf("v%d", len(m.variables))
	if m.wrong("undefined variable") {
		return "$" + name
	}
	declared := *t
	if declared.NonNull && hasDefault && m.chance(2) {
		declared.NonNull = false // which may stand there, for there is a default
	}
	if t.NonNull && m.wrong("nullable variable") {
		declared.NonNull = false
	}
	typ, value, fallback := declared.String(), m.value(t, 0), ""
	switch {
	case m.wrong("variable of an unknown type"):
		typ = "Nothing"
	case m.wrong("variable of an output type"):
		typ = "Treaty"
	case m.wrong("variable of another type"):
		typ = pick(m, []string{"Int", "String!", "[ID!]", "EntityFilter", "Boolean", "[[Int]]"})
	}
	if !declared.NonNull || m.chance(6) || strings.Contains(m.fault, "default") {
		if m.chance(3) || strings.Contains(m.fault, "default") {
			declared.NonNull = false
			typ = strings.TrimSuffix(typ, "!")
			fallback = "=" + literal(m.value(t, 0))
			if m.wrong("default of another type") {
				fallback = "=" + literal(m.other())
			}
		}
	}
	m.variables = append(m.variables, "$"+name+":"+typ+fallback)
	switch {
	case m.wrong("missing variable"):
	case fallback != "" && m.wrong("null for a default"):
		m.given = append(m.given, `"`+name+`":null`)
	case fallback != "" && m.chance(2):
	default:
		m.given = append(m.given, `"`+name+`":`+asJSON(value))
	}
	return "$" + name
}

// Values are nil, bool, string and the following.
type (
	number string
	symbol string // an enum value
	object []property
	list   []any
	// written is a literal as it stands, for texts that JSON writes otherwise.
	written struct{ literal, json string }
)

type property struct {
	name  string
	value any
}

func (m *documentMaker) other() any {
	return pick(m, []any{number("7"), number("1.5"), true, "text", symbol("NOTHING"), object{{"nothing", number("1")}}, list{number("1"), "text"}, list{}, object{}})
}

func (m *documentMaker) value(t *ast.Type, depth int) any {
	switch {
	case t.NonNull && m.wrong("null for non-null"):
		return nil
	case m.wrong("wrong type"):
		return m.other()
	case !t.NonNull && m.chance(10):
		return nil
	}
	if t.Elem != nil {
		if m.chance(5) {
			return m.value(t.Elem, depth) // stands for a list of one
		}
		items := list{}
		for range m.random.IntN(3) {
			items = append(items, m.value(t.Elem, depth))
		}
		if m.wrong("null in a list") {
			items = append(items, nil)
		}
		if m.wrong("list in a list") {
			items = append(items, list{m.value(t.Elem, depth)})
		}
		return items
	}
	definition := m.schema.Types[t.Name()]
	switch definition.Kind {
	case ast.Enum:
		name := pick(m, definition.EnumValues).Name
		switch {
		case m.wrong("unknown enum value"):
			return symbol("NOTHING")
		case m.wrong("enum in small letters"):
			return symbol(strings.ToLower(name))
		case m.wrong("enum as a text"):
			return name
		}
		return symbol(name)
	case ast.InputObject:
		return m.input(definition, depth)
	}
	return m.scalar(definition.Name)
}

func (m *documentMaker) input(definition *ast.Definition, depth int) any {
	var o object
	for _, field := range definition.Fields {
		needed := field.Type.NonNull && field.DefaultValue == nil
		if needed && m.wrong("missing field of an input") {
			continue
		}
		if needed || depth < 3 && m.chance(5) {
			o = append(o, property{field.Name, m.value(field.Type, depth+1)})
		}
	}
	if m.wrong("unknown field of an input") {
		o = append(o, property{"nothing", number("1")})
	}
	if m.wrong("type name in an input") {
		o = append(o, property{"__typename", definition.Name})
	}
	if len(o) > 0 && m.wrong("field of an input twice") {
		o = append(o, o[0])
	}
	m.random.Shuffle(len(o), func(i, j int) { o[i], o[j] = o[j], o[i] })
	return o
}

func (m *documentMaker) scalar(name string) any {
	switch name {
	case "Int":
		switch {
		case m.wrong("int overflow"):
			return number(pick(m, []string{"2147483648", "-2147483649"}))
		case m.wrong("int of 64 bits"):
			return number(pick(m, []string{"9223372036854775808", "99999999999999999999", "9007199254740993"}))
		case m.wrong("int with an exponent"):
			return number("1e1")
		case m.wrong("int with a fraction"):
			return number("2.0")
		case m.wrong("int as a text"):
			return "5"
		case m.wrong("float for an int"):
			return number("2.5")
		}
		return number(pick(m, []string{"1", "0", "-7", "100", "2147483647", "-2147483648"}))
	case "Boolean":
		return m.chance(2)
	}
	switch {
	case name == "ID" && m.wrong("number for an ID"):
		return number("7")
	case name == "String" && m.wrong("number for a text"):
		return number("7")
	}
	if own := name != "ID" && name != "String"; own {
		switch {
		case m.wrong("number for a scalar"):
			return number(pick(m, []string{"7", "1.5", "9223372036854775808"}))
		case m.wrong("object for a scalar"):
			return object{{"year", number("2008")}}
		case m.wrong("list for a scalar"):
			return list{"2008-04-06"}
		case m.wrong("text that is none of a scalar"):
			return "none"
		}
	}
	if m.wrong("text as an enum") {
		return symbol("TEXT")
	}
	switch name {
	case "Date":
		return pick(m, []string{"2008-04-06", "1991-07", "2007"})
	case "DateTime":
		return pick(m, []string{"2008-04-06T00:00:00Z", "1991-07-31T12:30:59Z"})
	case "Language":
		return pick(m, []string{"en", "ru", "zh-Hant"})
	case "ID":
		return pick(m, []string{"treaty/npt", "", "x y", "договор"})
	}
	switch {
	case m.wrong("escape that is none"):
		return written{`"\x41"`, `"A"`}
	case m.wrong("surrogate alone"):
		return written{`"\uD83D"`, `"?"`}
	}
	return pick(m, []any{
		"treaty", "", "莫斯科条约", "СНВ-1", "a \"quote\" \\ \t\n", "𝓽 👩‍👩‍👧", "#no comment", "{$v}",
		written{`"""block"""`, `"block"`}, written{"\"\"\"\n    one\n      two\n\n    three\n  \"\"\"", `"one\n  two\n\nthree"`}, written{`"""a \""" b"""`, `"a \"\"\" b"`},
		written{`"\u0041\/\b\f"`, `"A/\b\f"`}, written{`"\uD83D\uDE00"`, `"😀"`}, written{`"\u{1F600}"`, `"😀"`},
	})
}

func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return fmt.Sprint(v)
	case number:
		return string(v)
	case symbol:
		return string(v)
	case written:
		return v.literal
	case object:
		var parts []string
		for _, p := range v {
			parts = append(parts, p.name+":"+literal(p.value))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case list:
		var parts []string
		for _, item := range v {
			parts = append(parts, literal(item))
		}
		return "[" + strings.Join(parts, ",") + "]"
	default:
		return asJSON(v)
	}
}

func asJSON(v any) string {
	switch v := v.(type) {
	case nil, bool, number:
		return literal(v)
	case symbol:
		return asJSON(string(v))
	case written:
		return v.json
	case object:
		var parts []string
		for _, p := range v {
			parts = append(parts, asJSON(p.name)+":"+asJSON(p.value))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case list:
		var parts []string
		for _, item := range v {
			parts = append(parts, asJSON(item))
		}
		return "[" + strings.Join(parts, ",") + "]"
	default:
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // a string always can be
		}
		return string(text)
	}
}
