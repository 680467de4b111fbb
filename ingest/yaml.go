package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// A yamlFile reads one YAML file as a tree, not into Go types: so every problem has its line, all are found and not only the first,
// and a scalar is the text as written: 2008-04 is no number, "no" is Norwegian.
type yamlFile struct {
	name     string
	problems *Problems
}

// Limits of a file. The parser takes some 300 bytes of memory for each byte, calls itself for each level and for each field of a mapping,
// and keeps for each value the path of keys to it, so that a small file could take all memory or the whole stack.
const (
	// maxYAMLBytes bounds a file: 10,000 statements. More go in further files.
	maxYAMLBytes = 1 << 20
	// maxYAMLDepth bounds how deep lists and mappings stand in each other; the formats need six.
	maxYAMLDepth = 10
	// maxYAMLFields bounds the fields of one mapping: the citations of one file are the most there are.
	maxYAMLFields = 1_000
	// maxYAMLKeyBytes bounds a key: a field, or the short name of a citation.
	maxYAMLKeyBytes = 64
	// maxYAMLRefusals bounds what is reported of a file that is written with what is not read.
	maxYAMLRefusals = 20
)

// open parses the file and returns its only document, nil when there is none.
func (f yamlFile) open(content []byte) ast.Node {
	if len(content) > maxYAMLBytes {
		f.report(0, "the file has %d bytes, more than %d: divide it", len(content), maxYAMLBytes)
		return nil
	}
	text, ok := f.characters(content)
	if !ok {
		return nil
	}
	tokens := lexer.Tokenize(text)
	if wrong := tokens.InvalidToken(); wrong != nil {
		f.report(wrong.Position.Line, "%s", wrong.Error)
		return nil
	}
	if !f.plain(tokens) {
		return nil
	}
	file, err := parser.Parse(tokens, 0)
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

// characters returns the text of a file: without a byte order mark, each line ended by one line feed, so that lines are counted as
// editors do. It reports bytes and control characters that YAML does not allow.
func (f yamlFile) characters(content []byte) (string, bool) {
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(content), "\uFEFF"))
	line := 1
	for at, r := range text {
		switch {
		case r == '\n':
			line++
		case r == utf8.RuneError && !strings.HasPrefix(text[at:], "\uFFFD"):
			f.report(line, "the file is not UTF-8: byte %02X", text[at])
			return "", false
		case unicode.IsControl(r) && r != '\t' && r != '\u0085', r == '\uFEFF':
			f.report(line, "character %U is not allowed", r)
			return "", false
		}
	}
	return text, true
}

// notRead says of what YAML has and the formats here have no use for why it is refused. A value stands where it is meant, written out: so
// that whoever reads a line sees all of it, and no file is larger than it looks.
var notRead = map[token.Type]string{
	token.AnchorType:     "anchors (&) are not read: write the value out where it is meant",
	token.AliasType:      "aliases (*) are not read: write the value out where it is meant",
	token.MergeKeyType:   "merge keys (<<) are not read: write the fields out where they are meant",
	token.TagType:        "tags (!) are not read: every value is text as it is written",
	token.DirectiveType:  "directives (%) are not read",
	token.MappingKeyType: "keys marked by ? are not read: write the key alone",
}

// plain reports what is not read and values that are missing, the first of each line, and what is beyond the limits, before the parser
// works on it.
func (f yamlFile) plain(tokens token.Tokens) bool {
	var (
		levels      yamlLevels
		refused     []int        // lines
		before, key *token.Token // the token before, and the one before that
	)
	refuse := func(line int, why string) {
		if !slices.Contains(refused, line) {
			f.report(line, "%s", why)
			refused = append(refused, line)
		}
	}
	for _, t := range tokens {
		line := t.Position.Line
		if t.Type == token.CommentType {
			continue
		}
		if why := notRead[t.Type]; why != "" {
			refuse(line, why)
		}
		if levels.lackValue(key, before, t) {
			refuse(before.Position.Line, "a value is missing")
		}
		depth, fields := levels.add(t, before)
		switch {
		case depth > maxYAMLDepth:
			f.report(line, "lists and mappings stand more than %d deep in each other", maxYAMLDepth)
			return false
		case fields > maxYAMLFields:
			f.report(line, "a mapping has more than %d fields", maxYAMLFields)
			return false
		case t.Type == token.MappingValueType && before != nil && len(before.Value) > maxYAMLKeyBytes:
			f.report(line, "a key is longer than %d bytes", maxYAMLKeyBytes)
			return false
		case before != nil && len(refused) == 0 && (t.Type == token.DocumentHeaderType || before.Type == token.DocumentEndType):
			f.report(line, "a second YAML document in the file")
			return false
		case len(refused) >= maxYAMLRefusals:
			return false
		}
		key, before = before, t
	}
	if levels.lackValue(key, before, nil) {
		refuse(before.Position.Line, "a value is missing")
	}
	return len(refused) == 0
}

// yamlLevels are the lists and mappings around a token: first those that columns tell apart, then those in brackets.
type yamlLevels struct {
	blocks, flows []yamlLevel
}

type yamlLevel struct {
	list   bool
	column int // of a block
	fields int
}

// add takes the next token and the one before it, and returns how deep it stands and how many fields its mapping has until here.
func (l *yamlLevels) add(t, before *token.Token) (depth, fields int) {
	switch in := len(l.flows); t.Type {
	case token.MappingStartType, token.SequenceStartType:
		l.flows = append(l.flows, yamlLevel{list: t.Type == token.SequenceStartType})
	case token.MappingEndType, token.SequenceEndType:
		l.flows = l.flows[:max(0, in-1)]
	case token.SequenceEntryType:
		if in == 0 {
			l.block(t.Position.Column, true)
		}
	case token.MappingValueType:
		switch {
		case in > 0:
			l.flows[in-1].fields++
			fields = l.flows[in-1].fields
		case before != nil && before.Position.Line == t.Position.Line:
			fields = l.block(before.Position.Column, false) // that of the key
		default:
			fields = l.block(t.Position.Column, false)
		}
	}
	return len(l.blocks) + len(l.flows), fields
}

// block enters or goes on with the list or mapping at a column, and leaves those that stand deeper. A list may stand at the column of
// the field that holds it.
func (l *yamlLevels) block(column int, list bool) (fields int) {
	in := len(l.blocks)
	for in > 0 && (l.blocks[in-1].column > column || l.blocks[in-1].column == column && l.blocks[in-1].list && !list) {
		in--
	}
	l.blocks = l.blocks[:in]
	if in == 0 || l.blocks[in-1].column < column || l.blocks[in-1].list != list {
		l.blocks = append(l.blocks, yamlLevel{column: column, list: list})
		in++
	}
	l.blocks[in-1].fields++
	if list {
		return 0
	}
	return l.blocks[in-1].fields
}

// lackValue tells whether no value stands between two tokens where one is meant, for which the parser puts null, and moves all that comes
// after to do so. The token before the two is the key where the first is a colon. After the last token comes nil.
func (l *yamlLevels) lackValue(key, before, t *token.Token) bool {
	if before == nil {
		return false
	}
	if in := len(l.flows); in > 0 {
		ends := t != nil && (t.Type == token.CollectEntryType || t.Type == token.MappingEndType || t.Type == token.SequenceEndType)
		name := !l.flows[in-1].list && key != nil && (key.Type == token.MappingStartType || key.Type == token.CollectEntryType) && // alone in braces
			before.Type != token.MappingEndType && before.Type != token.SequenceEndType
		return ends && (before.Type == token.MappingValueType || name)
	}
	if t != nil && t.Position.Line == before.Position.Line {
		return false
	}
	switch before.Type {
	case token.SequenceEntryType:
		column := before.Position.Column
		return t == nil || t.Position.Column < column || t.Position.Column == column && t.Type == token.SequenceEntryType
	case token.MappingValueType:
		return t == nil || key != nil && (t.Position.Column < key.Position.Column || t.Position.Column == key.Position.Column && t.Type != token.SequenceEntryType)
	}
	return false
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
			if _, single := v.Key.(ast.ScalarNode); !single {
				f.fail(v.Key, "the name of a field is a single value")
				continue
			}
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
