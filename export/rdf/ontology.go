package rdf

import (
	"strings"

	"treatygraph/graph"
)

// A Description is one class or property of our vocabulary, for people and programs.
type Description struct {
	Name      string // "tg:Treaty"
	Label     string
	Comment   string
	Of        []string // of a property: the classes of what has it
	Is        []string // of a property: the classes or datatypes of its values
	Within    []string // public and wider classes or properties that say as much in general
	IsClass   bool
	Statement bool // a property that says what a predicate says
}

// Local is the name without its prefix.
func (d *Description) Local() string { return d.Name[len("tg:"):] }

// Vocabulary describes all classes and properties of ours. Kinds and predicates are described as the API describes them.
func Vocabulary(kind func(graph.Kind) string, predicate func(graph.Predicate) string) []Description {
	var list []Description
	for _, c := range OwnClasses {
		list = append(list, Description{Name: c.Name, Label: words(c.Name), Comment: c.Comment, Within: c.Within, IsClass: true})
	}
	for _, k := range graph.Kinds() {
		d := Description{Name: Class(k), Label: words(k.String()), Comment: kind(k), IsClass: true}
		for _, c := range OwnClasses {
			if c.Kinds.Has(k) {
				d.Within = append(d.Within, c.Name)
			}
		}
		d.Within = append(d.Within, Classes[k]...)
		list = append(list, d)
	}
	for _, p := range graph.Predicates() {
		row := p.Row()
		list = append(list, Description{
			Name: Property(p), Label: words(row.Name), Comment: predicate(p), Of: classes(row.Subjects), Is: rangeOf(row), Within: Properties[p], Statement: true,
		})
	}
	for _, p := range OwnProperties {
		list = append(list, Description{Name: p.Name, Label: words(p.Name), Comment: p.Comment, Of: p.Of, Is: ranges[p.Is], Within: p.Within})
	}
	return list
}

// words writes a name in words: "entered into force", "text hash".
func words(name string) string {
	_, name, _ = strings.Cut(":"+name, ":")
	if i := strings.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	if strings.ToUpper(name) == name {
		return strings.ToLower(strings.ReplaceAll(name, "_", " "))
	}
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// Ontology returns the vocabulary as facts.
func Ontology(list []Description) []Fact {
	var facts []Fact
	self := Name("tg:")
	facts = append(facts,
		Fact{Subject: self, Predicate: "dcterms:title", Object: Text("The vocabulary of treatygraph", "en")},
		Fact{Subject: self, Predicate: "dcterms:description", Object: Text("The kinds of entities, what statements say of them, and how statements are shown to stand.", "en")})
	for i := range list {
		d := &list[i]
		say := func(property string, objects ...Term) {
			for _, object := range objects {
				facts = append(facts, Fact{Subject: Name(d.Name), Predicate: property, Object: object})
			}
		}
		class, within := "rdf:Property", "rdfs:subPropertyOf"
		if d.IsClass {
			class, within = "rdfs:Class", "rdfs:subClassOf"
		}
		say(Type, Name(class))
		say("rdfs:label", Text(d.Label, "en"))
		say("rdfs:comment", Text(d.Comment, "en"))
		say("schema:domainIncludes", namesOf(d.Of)...)
		say("schema:rangeIncludes", namesOf(d.Is)...)
		say(within, namesOf(d.Within)...)
		say("rdfs:isDefinedBy", self)
	}
	return facts
}

func namesOf(list []string) []Term {
	terms := make([]Term, len(list))
	for i, s := range list {
		terms[i] = Name(s)
	}
	return terms
}
