package rdf

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/piprate/json-gold/ld"

	"treatygraph/graph"
)

func TestADateHasTheTypeThatSaysItExactly(t *testing.T) {
	for date, want := range map[string]string{
		"1991-07-31": "xsd:date", "1991-07": "xsd:gYearMonth", "1991": "xsd:gYear", "0000": EDTF, "0000-01-01": EDTF,
		"199X": EDTF, "1991-XX": EDTF, "1991-07-31~": EDTF, "1991?": EDTF, "..": EDTF,
	} {
		d := graph.Open
		if date != ".." {
			d = graph.MustDate(date)
		}
		if got := Date(d); got != Typed(date, want) {
			t.Errorf("%s: %+v", date, got)
		}
	}
}

func TestAnIRIHoldsNothingThatItMayNot(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.org/a?b=c&d#e":    "https://example.org/a?b=c&d#e",
		"https://example.org/%e4?%zz%":     "https://example.org/%e4?%25zz%25",
		"https://example.org/条约":           "https://example.org/条约",
		"https://example.org/<a b>\"{|}\\": "https://example.org/%3Ca%20b%3E%22%7B%7C%7D%5C",
		"https://example.org/^`\n\x7f":     "https://example.org/%5E%60%0A%7F",
		"https://example.org/\u202e\ufffe": "https://example.org/%E2%80%AE%EF%BF%BE",
	} {
		if got := IRI(address); got.value != want {
			t.Errorf("%q is written %q", address, got.value)
		}
	}
}

func TestAFactStandsInEachOfItsGraphsInNQuadsAndOnceElsewhere(t *testing.T) {
	facts := []Fact{{IRI("urn:a"), Type, Name("tg:Law"), []string{"urn:g", "urn:h"}}, {IRI("urn:a"), "tg:note", Text("x", ""), nil}}
	for form, want := range map[string]struct {
		new func(io.Writer) Writer
		is  string
	}{
		"N-Triples": {NewNTriples, "<urn:a> <" + Expand(Type) + "> <urn:treatygraph:Law> .\n<urn:a> <urn:treatygraph:note> \"x\" .\n"},
		"N-Quads": {NewNQuads, "<urn:a> <" + Expand(Type) + "> <urn:treatygraph:Law> <urn:g> .\n<urn:a> <" + Expand(Type) + "> <urn:treatygraph:Law> <urn:h> .\n" +
			"<urn:a> <urn:treatygraph:note> \"x\" .\n"},
	} {
		var b bytes.Buffer
		w := want.new(&b)
		if err := w.Write(facts); err != nil || b.String() != want.is {
			t.Errorf("%s: %v %s", form, err, &b)
		}
	}
}

func TestNothingToldIsAWholeFileStill(t *testing.T) {
	for _, form := range []func(io.Writer) Writer{NewTurtle, NewJSONLD, NewNTriples, NewNQuads} {
		var b bytes.Buffer
		w := form(&b)
		if err := w.End(); err != nil {
			t.Error(err)
		}
		if text := b.String(); strings.HasPrefix(text, "{") != json.Valid(b.Bytes()) {
			t.Error(text)
		}
	}
}

func TestEveryPredicateAndKindIsDescribedAndShaped(t *testing.T) {
	list := Vocabulary(graph.Kind.String, graph.Predicate.String)
	shapes := string(Shapes())
	seen := make(map[string]bool)
	for _, d := range list {
		if seen[d.Name] || d.Label == "" || d.Comment == "" || !d.IsClass && (len(d.Of) == 0 || len(d.Is) == 0) {
			t.Errorf("%+v", d)
		}
		seen[d.Name] = true
	}
	for _, d := range list { // what is referred to is described
		for _, name := range slices.Concat(d.Of, d.Is, d.Within) {
			if strings.HasPrefix(name, "tg:") && !seen[name] {
				t.Errorf("%s speaks of %s", d.Name, name)
			}
		}
	}
	for _, p := range graph.Predicates() {
		if !seen[Property(p)] || strings.Count(shapes, "sh:targetSubjectsOf "+Property(p)+" ") != 1 {
			t.Errorf("%s is not there", p)
		}
	}
	for _, k := range graph.Kinds() {
		if !seen[Class(k)] || strings.Count(shapes, "sh:targetClass "+Class(k)+" ") != 1 {
			t.Errorf("%s is not there", k)
		}
	}
}

// triple is a line of N-Triples, as its grammar has it.
var triple = regexp.MustCompile("^<[^\\x00-\\x20<>\"{}|^`\\\\]+> <[^\\x00-\\x20<>\"{}|^`\\\\]+> (?:<([^\\x00-\\x20<>\"{}|^`\\\\]+)>|(\"(?:[^\"\\\\\n\r]|\\\\[tbnrf\"'\\\\]|\\\\u[0-9A-F]{4})*\")(?:@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*)?) \\.$")

// FuzzLiteralsComeBackAsTheyWere writes texts and addresses, and reads them as N-Triples by their grammar and as JSON-LD by json-gold.
func FuzzLiteralsComeBackAsTheyWere(f *testing.F) {
	for _, s := range []string{"", `"\`, "a\nb\rc\t\b\f", "\x00\x01\x1f\x7f\u0085\u2028\ufeff\ufffe\uffff", "条约 𠀀 👩‍👩‍👧", `\u0041 \n`, "'''\"\"\"", "> . <x>", "@en", "^^"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) { // what cannot be recorded
			t.Skip()
		}
		address := IRI("urn:" + s)
		facts := []Fact{{IRI("urn:a"), "tg:note", Text(s, ""), nil}, {IRI("urn:a"), "tg:alias", Text(s, "zh-Hant"), nil}, {IRI("urn:a"), "schema:url", address, nil}}
		lines := strings.Split(strings.TrimSuffix(written(t, NewNTriples, facts), "\n"), "\n")
		for i, line := range lines {
			parts := triple.FindStringSubmatch(line)
			if parts == nil {
				t.Fatalf("%q is written %s", s, line)
			}
			if text, err := strconv.Unquote(parts[2]); i < 2 && (err != nil || text != s) || i == 2 && parts[1] != address.value {
				t.Errorf("%q is written %s", s, line)
			}
		}
		var document any
		if err := json.Unmarshal([]byte(written(t, NewJSONLD, facts)), &document); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		options := ld.NewJsonLdOptions("")
		options.SafeMode = true
		converted, err := ld.NewJsonLdProcessor().ToRDF(document, options)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		quads := converted.(*ld.RDFDataset).GetQuads("@default")
		n := 0
		for _, q := range quads {
			if q.Object.GetValue() == s || q.Object.GetValue() == address.value {
				n++
			}
		}
		if len(lines) != 3 || len(quads) != 3 || n != 3 {
			t.Errorf("%q has %d lines, and %d quads of which %d say it", s, len(lines), len(quads), n)
		}
	})
}

func written(t *testing.T, form func(io.Writer) Writer, facts []Fact) string {
	t.Helper()
	var b bytes.Buffer
	w := form(&b)
	if err := errors.Join(w.Write(facts), w.End()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
