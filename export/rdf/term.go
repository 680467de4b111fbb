// Package rdf has the terms of RDF, small writers of its forms, and the vocabulary in which the record is told.
package rdf

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A Term is an IRI, a name of a vocabulary that stands for one, or a literal. There are no blank nodes: two graphs are the same when they
// hold the same triples.
type Term struct {
	kind  termKind
	value string
	tag   string // of a text its language, of a typed literal the name of its datatype
}

type termKind uint8

const (
	iri termKind = iota
	name
	text
	typed
)

// IRI returns an absolute IRI. What an IRI may not hold is percent-encoded: addresses of the web are recorded as their sources have them.
func IRI(s string) Term {
	if !strings.ContainsFunc(s, notInIRI) && !strings.Contains(s, "%") {
		return Term{kind: iri, value: s}
	}
	var b strings.Builder
	for i, r := range s {
		if !notInIRI(r) && (r != '%' || escape.MatchString(s[i:])) {
			b.WriteRune(r)
			continue
		}
		for _, c := range utf8.AppendRune(nil, r) {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return Term{kind: iri, value: b.String()}
}

var escape = regexp.MustCompile("^%[0-9A-Fa-f]{2}")

// notInIRI tells of what RFC 3987 leaves out of IRIs and RDF's forms cannot write in them. Unescaped controls beyond ASCII are among them.
func notInIRI(r rune) bool {
	return r <= ' ' || r >= 0x7f && r <= 0x9f || strings.ContainsRune("<>\"{}|^`\\", r) || unseen(r)
}

// Name returns a name of the vocabularies of Namespaces: "schema:text".
func Name(s string) Term { return Term{kind: name, value: s} }

// Text returns words in a language; empty: without one.
func Text(words, language string) Term { return Term{text, words, language} }

// Typed returns a literal with the name of its datatype: "xsd:date".
func Typed(value, datatype string) Term { return Term{typed, value, datatype} }

// Is tells whether the term is a literal of a datatype.
func (t Term) Is(datatype string) bool { return t.kind == typed && t.tag == datatype }

// A Fact is a triple.
type Fact struct {
	Subject   Term
	Predicate string // a name
	Object    Term
	Graphs    []string // the IRIs of the named graphs in which it stands; none: the default graph
}

// unseen tells of characters that are escaped in all forms, as RDF allows for every character: controls, the separators and noncharacters at
// which programs break lines or stop, and marks that change how the text around them reads.
func unseen(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r <= 0x9f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff, r == 0xfffe, r == 0xffff:
		return true
	}
	return false
}

// appendEscaped writes a text between quotes. What it writes is a string of JSON, Turtle and N-Triples alike.
func appendEscaped(b []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	b = append(b, '"')
	from := 0
	for i, r := range s {
		var escape string
		switch {
		case r == '"':
			escape = `\"`
		case r == '\\':
			escape = `\\`
		case r == '\n':
			escape = `\n`
		case r == '\r':
			escape = `\r`
		case r == '\t':
			escape = `\t`
		case unseen(r):
		default:
			continue
		}
		b = append(b, s[from:i]...)
		from = i + utf8.RuneLen(r)
		if escape == "" {
			b = append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		}
		b = append(b, escape...)
	}
	return append(append(b, s[from:]...), '"')
}
