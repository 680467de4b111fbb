package rdf

import (
	"io"
	"slices"
	"strings"
)

// A Writer writes facts in one form. It holds nothing of them between two calls.
type Writer interface {
	Write(told []Fact) error // facts of one subject that follow each other are written together
	End() error
}

// NewNTriples writes N-Triples (https://www.w3.org/TR/n-triples/).
func NewNTriples(w io.Writer) Writer { return &lines{w: w} }

// NewNQuads writes N-Quads (https://www.w3.org/TR/n-quads/).
func NewNQuads(w io.Writer) Writer { return &lines{w: w, graphs: true} }

// lines writes a fact a line.
type lines struct {
	w      io.Writer
	graphs bool
	b      []byte
}

func (l *lines) Write(told []Fact) error {
	b := l.b[:0]
	for i := range told {
		f := &told[i]
		begins := len(b)
		b = append(appendFull(b, f.Subject), ' ')
		b = append(appendFull(b, Name(f.Predicate)), ' ')
		b = append(appendFull(b, f.Object), ' ')
		ends := len(b)
		for n, graph := range f.Graphs {
			if !l.graphs {
				break
			}
			if n > 0 {
				b = append(append(b, ".\n"...), b[begins:ends]...)
			}
			b = append(appendFull(b, IRI(graph)), ' ')
		}
		b = append(b, ".\n"...)
	}
	l.b = b
	_, err := l.w.Write(b)
	return err
}

func (l *lines) End() error { return nil }

// appendFull writes a term without abbreviations.
func appendFull(b []byte, t Term) []byte {
	switch t.kind {
	case iri:
		return append(append(append(b, '<'), t.value...), '>')
	case name:
		return append(appendExpanded(append(b, '<'), t.value), '>')
	}
	b = appendEscaped(b, t.value)
	switch {
	case t.kind == typed:
		b = append(appendExpanded(append(b, "^^<"...), t.tag), '>')
	case t.tag != "":
		b = append(append(b, '@'), t.tag...)
	}
	return b
}

// Expand returns the IRI for which a name stands.
func Expand(name string) string { return string(appendExpanded(nil, name)) }

// appendExpanded writes the IRI for which a name stands.
func appendExpanded(b []byte, name string) []byte {
	prefix, local, _ := strings.Cut(name, ":")
	for i := range Namespaces {
		if Namespaces[i].Prefix == prefix {
			return append(append(b, Namespaces[i].IRI...), local...)
		}
	}
	panic("rdf: " + name + " has an unknown prefix") // names stand in our own tables, which tests write out
}

// NewTurtle writes Turtle (https://www.w3.org/TR/turtle/).
func NewTurtle(w io.Writer) Writer {
	t := &turtle{w: w}
	for _, n := range Namespaces {
		t.b = append(append(append(append(append(t.b, "@prefix "...), n.Prefix...), ": <"...), n.IRI...), "> .\n"...)
	}
	return t
}

type turtle struct {
	w io.Writer
	b []byte // what was written and not yet sent: at first the prefixes
}

func (t *turtle) Write(told []Fact) error {
	b := t.b
	for node := range subjects(told) {
		b = appendShort(append(b, '\n'), node[0].Subject)
		for i := range node {
			f := &node[i]
			switch {
			case i > 0 && f.Predicate == node[i-1].Predicate:
				b = append(b, ", "...)
			default:
				if i > 0 {
					b = append(b, " ;\n "...)
				}
				b = append(b, ' ')
				if f.Predicate == Type {
					b = append(b, "a "...)
				} else {
					b = append(append(b, f.Predicate...), ' ')
				}
			}
			b = appendShort(b, f.Object)
		}
		b = append(b, " .\n"...)
	}
	t.b = b[:0]
	_, err := t.w.Write(b)
	return err
}

func (t *turtle) End() error { return t.Write(nil) } // the prefixes, when nothing was told

// appendShort writes a term with names as they are.
func appendShort(b []byte, t Term) []byte {
	switch t.kind {
	case name:
		return append(b, t.value...)
	case typed:
		return append(append(appendEscaped(b, t.value), "^^"...), t.tag...)
	default:
		return appendFull(b, t)
	}
}

// subjects parts facts where the subject changes.
func subjects(told []Fact) func(yield func([]Fact) bool) {
	return func(yield func([]Fact) bool) {
		for len(told) > 0 {
			n := slices.IndexFunc(told, func(f Fact) bool { return f.Subject != told[0].Subject })
			if n < 0 {
				n = len(told)
			}
			if !yield(told[:n]) {
				return
			}
			told = told[n:]
		}
	}
}

// NewJSONLD writes JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/): a context that expands the prefixes, and one node a line.
func NewJSONLD(w io.Writer) Writer {
	j := &jsonld{w: w, b: []byte(`{"@context":{"@version":1.1`)}
	for _, n := range Namespaces {
		j.b = appendEscaped(append(appendEscaped(append(j.b, ','), n.Prefix), ':'), n.IRI)
	}
	j.b = append(j.b, `},"@graph":[`...)
	return j
}

type jsonld struct {
	w     io.Writer
	b     []byte // what was written and not yet sent: at first the context
	nodes int
}

func (j *jsonld) Write(told []Fact) error {
	b := j.b
	for node := range subjects(told) {
		if j.nodes++; j.nodes > 1 {
			b = append(b, ',')
		}
		b = appendEscaped(append(b, "\n{\"@id\":"...), node[0].Subject.value)
		for i := 0; i < len(node); {
			same := i + 1
			for same < len(node) && node[same].Predicate == node[i].Predicate {
				same++
			}
			b = append(b, ',')
			if node[i].Predicate == Type {
				b = append(b, `"@type":[`...)
			} else {
				b = append(appendEscaped(b, node[i].Predicate), ":["...)
			}
			for n := i; n < same; n++ {
				if n > i {
					b = append(b, ',')
				}
				b = appendJSON(b, node[n].Predicate, node[n].Object)
			}
			b = append(b, ']')
			i = same
		}
		b = append(b, '}')
	}
	j.b = b[:0]
	_, err := j.w.Write(b)
	return err
}

func (j *jsonld) End() error {
	j.b = append(j.b, "\n]}\n"...)
	return j.Write(nil)
}

func appendJSON(b []byte, predicate string, t Term) []byte {
	switch {
	case predicate == Type, t.kind == text && t.tag == "":
		return appendEscaped(b, t.value)
	case t.kind == iri, t.kind == name:
		b = appendEscaped(append(b, `{"@id":`...), t.value)
	case t.kind == typed:
		b = appendEscaped(append(appendEscaped(append(b, `{"@value":`...), t.value), `,"@type":`...), t.tag)
	default:
		b = appendEscaped(append(appendEscaped(append(b, `{"@value":`...), t.value), `,"@language":`...), t.tag)
	}
	return append(b, '}')
}
