package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// A yamlFile reads one YAML file as a tree, not into Go types: so every problem has its line, all are found and not only the first,
// and a scalar is the text as written: 2008-04 is no number, "no" is Norwegian.
type yamlFile struct {
	name     string
	problems *Problems
}

// open parses the file and returns its only document, nil when there is none.
func (f yamlFile) open(content []byte) ast.Node {
	file, err := parser.ParseBytes(content, 0)
	if err != nil {
		var syntax yaml.Error
		if errors.As(err, &syntax) && syntax.GetToken() != nil {
			f.report(syntax.GetToken().Position.Line, "%s", syntax.GetMessage())
		} else {
			f.report(0, "%v", err)
		}
		return nil
	}
	var body ast.Node
	for _, document := range file.Docs {
		if document.Body == nil {
			continue
		}
		if body != nil {
			f.fail(document.Body, "a second YAML document in the file")
			return nil
		}
		body = document.Body
	}
	if body == nil {
		f.report(0, "the file is empty")
	}
	return body
}

func (f yamlFile) report(line int, format string, args ...any) {
	*f.problems = append(*f.problems, Problem{f.name, line, fmt.Sprintf(format, args...)})
}

func (f yamlFile) fail(at ast.Node, format string, args ...any) {
	f.report(lineOf(at), format, args...)
}

// lineOf returns the line where a node begins; of a mapping that of its first key.
func lineOf(n ast.Node) int {
	switch n := n.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 {
			return lineOf(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return lineOf(n.Key)
	}
	if n == nil || n.GetToken() == nil {
		return 0
	}
	return n.GetToken().Position.Line
}

// A mapping is the fields of a node, each known by its name.
type mapping struct {
	yamlFile
	fields map[string]ast.Node
}

// mapping reads a node as fields, of which it knows the given ones; "!" before a name asks for the field.
func (f yamlFile) mapping(n ast.Node, known ...string) mapping {
	m := mapping{f, make(map[string]ast.Node)}
	if !isMapping(n) {
		f.fail(n, "a mapping of fields is expected here")
		return m
	}
	for key, value := range f.pairs(n) {
		if !slices.Contains(known, key.name) && !slices.Contains(known, "!"+key.name) {
			f.report(key.line, "unknown field %q", key.name)
			continue
		}
		m.fields[key.name] = value
	}
	for _, name := range known {
		if asked, found := strings.CutPrefix(name, "!"); found && m.fields[asked] == nil {
			f.fail(n, "field %q is missing", asked)
		}
	}
	return m
}

func isMapping(n ast.Node) bool {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return true
	}
	return false
}

type yamlKey struct {
	name string
	line int
}

// pairs yields the pairs of a mapping in the order of the file, each key once.
func (f yamlFile) pairs(n ast.Node) func(yield func(yamlKey, ast.Node) bool) {
	var values []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		f.fail(n, "a mapping is expected here")
	}
	return func(yield func(yamlKey, ast.Node) bool) {
		seen := make(map[string]bool, len(values))
		for _, v := range values {
			key := yamlKey{v.Key.GetToken().Value, lineOf(v.Key)}
			if seen[key.name] {
				f.report(key.line, "field %q stands twice", key.name)
				continue
			}
			seen[key.name] = true
			if !yield(key, v.Value) {
				return
			}
		}
	}
}

// list reads a field as a sequence; a single item may stand without one.
func (m mapping) list(name string) []ast.Node {
	n := m.fields[name]
	switch n := n.(type) {
	case nil:
		return nil
	case *ast.SequenceNode:
		return n.Values
	}
	return []ast.Node{n}
}

// text reads a field as a scalar, "" when it is not there.
func (m mapping) text(name string) string {
	if n := m.fields[name]; n != nil {
		return m.scalar(n)
	}
	return ""
}

// number reads a field as a whole number of at least 0, and tells whether it is there.
func (m mapping) number(name string) (int, bool) {
	text := m.text(name)
	if text == "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		m.fail(m.fields[name], "%s: %q is not a whole number", name, text)
		return 0, false
	}
	return n, true
}

func (f yamlFile) scalar(n ast.Node) string {
	switch n := n.(type) {
	case *ast.LiteralNode: // a block: | or >
		return strings.TrimSuffix(n.Value.Value, "\n")
	case *ast.NullNode:
		f.fail(n, "the field is empty")
		return ""
	case ast.ScalarNode:
		return n.GetToken().Value
	}
	f.fail(n, "a single value is expected here")
	return ""
}

// parsed reads a field with one of the graph package's parsers; its zero value stands where the field is absent or wrong.
func parsed[T any](m mapping, name string, parse func(string) (T, error)) T {
	var zero T
	if m.fields[name] == nil {
		return zero
	}
	return parsedNode(m.yamlFile, m.fields[name], name, parse)
}

func parsedNode[T any](f yamlFile, n ast.Node, name string, parse func(string) (T, error)) T {
	var zero T
	v, err := parse(f.scalar(n))
	if err != nil {
		f.fail(n, "%s: %v", name, err)
		return zero
	}
	return v
}
