package rdf

import (
	"fmt"
	"slices"
	"strings"

	"treatygraph/graph"
)

// Shapes returns what every graph in our vocabulary keeps to, in SHACL Core (https://www.w3.org/TR/shacl/) written as Turtle. It is made from
// the same tables that decide what may be recorded. Entities that are only referred to, as places and documents, need not be described.
func Shapes() []byte {
	s := &shapes{kinds: make(map[graph.KindSet]string)}
	for _, n := range Namespaces {
		s.line("@prefix %s: <%s> .", n.Prefix, n.IRI)
	}
	s.line("@prefix sh: <http://www.w3.org/ns/shacl#> .")
	s.line("@prefix shape: <urn:treatygraph:shape:> .")
	s.line("\nshape:Date a sh:NodeShape ; sh:or ( %s ) .", alternatives("sh:datatype", Dates))
	for _, k := range graph.Kinds() {
		s.line("\nshape:%s a sh:NodeShape ; sh:targetClass %s ; sh:nodeKind sh:IRI ; sh:pattern \"[/:]%s/[a-z0-9][a-z0-9._/-]*$\" ;", local(Class(k)), Class(k), k.Prefix())
		s.line("  sh:property [ sh:path skos:prefLabel ; sh:datatype rdf:langString ; sh:maxCount 1 ] ;")
		s.line("  sh:property [ sh:path dcterms:date ; sh:node shape:Date ; sh:maxCount 1 ] ;")
		s.line("  sh:property [ sh:path dcterms:isReplacedBy ; sh:nodeKind sh:IRI ; sh:maxCount 1 ] .")
	}
	s.statement()
	for _, class := range []string{"tg:Assertion", "schema:Quotation", "tg:Span", "tg:Revision", "tg:Status"} {
		s.own(class, required[class])
	}
	s.line("\nshape:PropertyValue a sh:NodeShape ; sh:targetClass schema:PropertyValue ;")
	s.line("  sh:property [ sh:path schema:propertyID ; sh:in ( %s ) ; sh:minCount 1 ; sh:maxCount 1 ] ;", quoted(graph.Schemes()))
	s.line("  sh:property [ sh:path schema:value ; sh:datatype xsd:string ; sh:minCount 1 ; sh:maxCount 1 ] .")
	s.line("\nshape:QuantitativeValue a sh:NodeShape ; sh:targetClass schema:QuantitativeValue ;")
	s.line("  sh:property [ sh:path schema:value ; sh:datatype xsd:decimal ; sh:minCount 1 ; sh:maxCount 1 ] ;")
	s.line("  sh:property [ sh:path schema:unitText ; sh:datatype xsd:string ; sh:maxCount 1 ] .")
	for _, p := range graph.Predicates() {
		s.predicate(p)
	}
	return []byte(s.b.String())
}

// required are properties that whatever is of a class has, beside those that all have once at most.
var required = map[string][]string{
	"rdf:Statement":    {"tg:rank", "tg:recordedIn", "tg:assertion"},
	"tg:Assertion":     {"tg:rank", "tg:method"},
	"schema:Quotation": nil,
	"tg:Span":          {"tg:textHash", "tg:start", "tg:end"},
	"tg:Revision":      nil,
	"tg:Status":        {"tg:at", "tg:explanation"},
}

type shapes struct {
	b     strings.Builder
	kinds map[graph.KindSet]string // the shapes of sets of kinds that are written
}

func (s *shapes) line(format string, args ...any) {
	fmt.Fprintf(&s.b, format, args...)
	s.b.WriteByte('\n')
}

func local(name string) string { return name[strings.IndexByte(name, ':')+1:] }

// alternatives writes a list of shapes of one constraint each.
func alternatives(constraint string, names []string) string {
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = "[ " + constraint + " " + name + " ]"
	}
	return strings.Join(parts, " ")
}

// quoted writes names that a table has as strings.
func quoted[T fmt.Stringer](list []T) string {
	parts := make([]string, len(list))
	for i, item := range list {
		parts[i] = `"` + item.String() + `"`
	}
	return strings.Join(parts, " ")
}

// statement is what all statements keep to.
func (s *shapes) statement() {
	s.own("rdf:Statement", required["rdf:Statement"],
		"sh:property [ sh:path rdf:subject ; sh:nodeKind sh:IRI ; sh:minCount 1 ; sh:maxCount 1 ]",
		"sh:property [ sh:path rdf:predicate ; sh:nodeKind sh:IRI ; sh:minCount 1 ; sh:maxCount 1 ]",
		"sh:property [ sh:path rdf:object ; sh:maxCount 1 ]",
		"sh:property [ sh:path prov:wasDerivedFrom ; sh:class tg:Dataset ; sh:minCount 1 ]")
}

// several are the properties that one may have more than once.
var several = map[string]bool{"tg:assertion": true, "tg:evidence": true, "tg:statements": true}

// own writes the shape of a class that is no kind: the properties that OwnProperties gives it, and more.
func (s *shapes) own(class string, needs []string, more ...string) {
	s.line("\nshape:%s a sh:NodeShape ; sh:targetClass %s ; sh:nodeKind sh:IRI", local(class), class)
	for _, p := range OwnProperties {
		if !slices.Contains(p.Of, class) {
			continue
		}
		s.b.WriteString("  ; sh:property [ sh:path " + p.Name + " ; " + constraints[p.Is])
		if slices.Contains(needs, p.Name) {
			s.b.WriteString(" ; sh:minCount 1")
		}
		if !several[p.Name] {
			s.b.WriteString(" ; sh:maxCount 1")
		}
		s.line(" ]")
	}
	for _, part := range more {
		s.line("  ; %s", part)
	}
	s.line("  .")
}

// constraints are what a value of a Range keeps to.
var constraints = [...]string{
	IsText: "sh:datatype xsd:string", IsWords: "sh:datatype rdf:langString", IsDate: "sh:node shape:Date",
	IsInteger: "sh:datatype xsd:integer ; sh:minInclusive 0", IsShare: "sh:datatype xsd:decimal ; sh:minInclusive 0 ; sh:maxInclusive 1",
	IsEntity: "sh:nodeKind sh:IRI", IsStatement: "sh:nodeKind sh:IRI", IsAssertion: "sh:class tg:Assertion", IsQuotation: "sh:class schema:Quotation",
	IsStatus: "sh:class tg:Status", IsRevision: "sh:nodeKind sh:IRI",
	IsRank:        "sh:in ( " + quoted([]graph.Rank{graph.RankPreferred, graph.RankNormal, graph.RankDeprecated}) + " )",
	IsMethod:      "sh:in ( " + quoted([]graph.Method{graph.MethodCurated, graph.MethodExtracted, graph.MethodImported, graph.MethodDerived}) + " )",
	IsRole:        "sh:in ( " + quoted(graph.NameRoles()) + " )",
	IsWordsOrText: "sh:or ( [ sh:datatype rdf:langString ] [ sh:datatype xsd:string ] )",
}

// kindsShape returns the shape of entities of some kinds, and writes it when it is new.
func (s *shapes) kindsShape(set graph.KindSet) string {
	if name, written := s.kinds[set]; written {
		return name
	}
	var all []string
	for _, k := range graph.Kinds() {
		if set.Has(k) {
			all = append(all, Class(k))
		}
	}
	name := ""
	for _, class := range classes(set) {
		name += "-or-" + local(class)
	}
	name = "shape:any-" + strings.TrimPrefix(name, "-or-")
	s.kinds[set] = name
	s.line("\n%s a sh:NodeShape ; sh:nodeKind sh:IRI ;", name)
	s.line("  sh:property [ sh:path rdf:type ; sh:qualifiedValueShape [ sh:in ( %s ) ] ; sh:qualifiedMinCount 1 ] .", strings.Join(all, " "))
	return name
}

// predicate writes what statements with a predicate keep to, and the triples that say the same.
func (s *shapes) predicate(p graph.Predicate) {
	row := p.Row()
	subject, object := "sh:node "+s.kindsShape(row.Subjects), ""
	switch {
	case row.Objects != 0:
		object = "sh:node " + s.kindsShape(row.Objects)
	case row.Value == graph.ValueNone:
		object = constraints[IsDate]
	case row.Value == graph.ValueText:
		object = constraints[IsWordsOrText]
	case row.Value == graph.ValueName:
		object = constraints[IsWords]
	case row.Value == graph.ValueDate:
		object = constraints[IsDate]
	default:
		object = "sh:class " + valueRanges[row.Value][0]
	}
	name := local(Property(p))
	s.line("\nshape:%s a sh:NodeShape ; sh:targetSubjectsOf %s ; %s ; sh:property [ sh:path %s ; %s ] .", name, Property(p), subject, Property(p), object)
	s.line("shape:%s-statements a sh:NodeShape ; sh:targetNode %s ; sh:property [ sh:path [ sh:inversePath rdf:predicate ] ; sh:node shape:%s-statement ] .", name, Property(p), name)
	s.line("shape:%s-statement a sh:NodeShape ; sh:property [ sh:path rdf:subject ; %s ] ; sh:property [ sh:path rdf:object ; %s ]", name, subject, object)
	if row.Objects != 0 || row.Value != graph.ValueNone { // what says a date may have none, and what was removed says nothing
		s.line("  ; sh:or ( [ sh:path rdf:object ; sh:minCount 1 ] [ sh:path ( tg:assertion tg:redacted ) ; sh:minCount 1 ] )")
	}
	if row.Tempo == graph.TempoEvent {
		s.line("  ; sh:property [ sh:path tg:validTo ; sh:maxCount 0 ]")
	}
	s.line("  .")
}
