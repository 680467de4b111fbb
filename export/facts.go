package export

import (
	"io"
	"slices"
	"strconv"
	"time"

	"treatygraph/export/rdf"
	"treatygraph/graph"
)

// linkedShape is how all forms of RDF show the record: they are written from the same facts.
const linkedShape = "Each statement stands by itself, with its dates, rank, qualifiers, data sets and how they came to say so, and as one triple from subject to object, " +
	"value or date, merges resolved, unless it is deprecated; public vocabularies are used where they fit, and the rest is documented at /ns. There are no blank nodes. "

// The forms of RDF.
var (
	Turtle = &Format{
		Name: "turtle", Title: "Turtle", Extension: ".ttl", MediaType: "text/turtle",
		Description: "RDF to read and to load. " + linkedShape + "Which data set says what stands at the statements, not in graphs: take N-Quads for that. " +
			"Left out: texts in full, and how an assertion stood before.",
		Files: []File{{New: newLinked(rdf.NewTurtle)}},
	}
	NTriples = &Format{
		Name: "ntriples", Title: "N-Triples", Extension: ".nt", MediaType: "application/n-triples",
		Description: "RDF, one triple a line, for tools that read line by line; a triple that is told of an entity and of a statement stands twice. " + linkedShape +
			"Which data set says what stands at the statements, not in graphs: take N-Quads for that. Left out: texts in full, and how an assertion stood before.",
		Files: []File{{New: newLinked(rdf.NewNTriples)}},
	}
	NQuads = &Format{
		Name: "nquads", Title: "N-Quads", Extension: ".nq", MediaType: "application/n-quads",
		Description: "RDF with a named graph for each data set: what it says stands in the graph of its IRI, what several say in the graph of each. The default graph has what is told of " +
			"entities, the ranks that all together give a statement, and the data sets with their licences. " + linkedShape + "Left out: texts in full, and how an assertion stood before.",
		Files: []File{{New: newLinked(rdf.NewNQuads)}},
	}
	JSONLD = &Format{
		Name: "jsonld", Title: "JSON-LD", Extension: ".jsonld", MediaType: "application/ld+json",
		Description: "RDF as JSON-LD 1.1 with its context inside, one node a line. " + linkedShape + "It is one JSON document: most programs hold it in memory, several times over, so that for more than " +
			"some hundred thousand statements the other forms do better. Which data set says what stands at the statements, not in graphs. Left out: texts in full, and how an assertion stood before.",
		Files: []File{{New: newLinked(rdf.NewJSONLD)}},
	}
)

func newLinked(form func(io.Writer) rdf.Writer) func(io.Writer, *About) Writer {
	return func(w io.Writer, about *About) Writer {
		out := form(w)
		l := NewFacts(about.Base, about.Evidence)
		_ = out.Write(l.About(about)) // Write looks at the buffer's errors
		return Writer{
			Entity:    func(e *Entity) error { return out.Write(l.Entity(e)) },
			Statement: func(s *Statement) error { return out.Write(l.Statement(s)) },
			End: func() error {
				if err := out.Write(l.Close(about)); err != nil {
					return err
				}
				return out.End()
			},
		}
	}
}

// Facts turn what a Writer is told of into facts of RDF. What a function returns is good until the next is called.
type Facts struct {
	base     string
	evidence bool
	facts    []rdf.Fact

	subject rdf.Term // of what is said
	graphs  []string // and where
}

// NewFacts returns facts of entities whose IRIs begin with a base, with evidence or without.
func NewFacts(base string, evidence bool) *Facts { return &Facts{base: base, evidence: evidence} }

// on begins facts of a subject, and names the graphs that hold them.
func (l *Facts) on(subject rdf.Term, graphs []string) { l.subject, l.graphs = subject, graphs }

func (l *Facts) say(property string, object rdf.Term) {
	l.facts = append(l.facts, rdf.Fact{Subject: l.subject, Predicate: property, Object: object, Graphs: l.graphs})
}

// text says words, unless there are none.
func (l *Facts) text(property, words string, language graph.Language) {
	if words != "" {
		l.say(property, rdf.Text(words, string(language)))
	}
}

// to says an entity, unless there is none.
func (l *Facts) to(property string, id graph.ID) {
	if id != "" {
		l.say(property, l.iri(id))
	}
}

// date says a date, unless it is not stated.
func (l *Facts) date(property string, d graph.Date) {
	if !d.IsZero() {
		l.say(property, rdf.Date(d))
	}
}

func (l *Facts) number(property string, n int) {
	l.say(property, rdf.Typed(strconv.Itoa(n), "xsd:integer"))
}

// share says a part of one, unless it is not stated.
func (l *Facts) share(property string, n graph.Thousandths) {
	if n != 0 {
		l.say(property, rdf.Typed(thousandths(n), "xsd:decimal"))
	}
}

func (l *Facts) iri(id graph.ID) rdf.Term { return rdf.IRI(l.base + string(id)) }

func (l *Facts) revision(n graph.RevisionNumber) rdf.Term {
	return rdf.IRI(l.base + "revision/" + strconv.FormatUint(uint64(n), 10))
}

// About says of which revision the export is, and who says what is in it.
func (l *Facts) About(a *About) []rdf.Fact {
	l.facts = l.facts[:0]
	l.on(l.revision(a.Revision), nil)
	l.say(rdf.Type, rdf.Name("tg:Revision"))
	l.text("tg:digest", string(a.Digest), "")
	if !a.Recorded.IsZero() {
		l.say("prov:generatedAtTime", rdf.Typed(a.Recorded.Format(time.RFC3339Nano), "xsd:dateTime"))
	}
	for i := range a.Datasets {
		d := &a.Datasets[i]
		l.on(l.iri(d.ID), nil)
		l.class(d.ID.Kind())
		l.text("dcterms:title", d.Title, "")
		l.text("schema:version", d.Version, "")
		l.text("dcterms:license", d.Licence, "")
		l.text("schema:creditText", d.Attribution, "")
		if d.URL != "" {
			l.say("schema:url", rdf.IRI(d.URL))
		}
		l.number("tg:assertions", d.Assertions)
	}
	return l.facts
}

// Close says how many statements were told. It is told last: lines and Turtle that are cut off lack it, and have nothing else at their end by
// which that would show.
func (l *Facts) Close(a *About) []rdf.Fact {
	l.facts = l.facts[:0]
	l.on(l.revision(a.Revision), nil)
	l.number("tg:statements", a.Statements)
	return l.facts
}

func (l *Facts) class(kind graph.Kind) {
	l.say(rdf.Type, rdf.Name(rdf.Class(kind)))
	for _, class := range rdf.Classes[kind] {
		l.say(rdf.Type, rdf.Name(class))
	}
}

// Entity says what is known of an entity whoever says it, for those who take no statements of it: its names, identifiers and dates.
func (l *Facts) Entity(e *Entity) []rdf.Fact {
	l.facts = l.facts[:0]
	l.on(l.iri(e.ID), nil)
	l.class(e.ID.Kind())
	l.to("dcterms:isReplacedBy", e.MergedInto)
	if e.Label.Lang != "" {
		l.text("skos:prefLabel", e.Label.Text, e.Label.Lang)
	}
	names, identifiers := e.Names, e.Identifiers
	if e.MergedInto != "" { // all that is known of both stands at the other
		names, identifiers = nil, nil
		for _, own := range e.Own {
			switch {
			case own.Rank == graph.RankDeprecated:
			case own.Name != graph.Name{}:
				names = append(names, Name{own.Name, own.Statement})
			default:
				identifiers = append(identifiers, own.Identifier)
			}
		}
	}
	for _, property := range rdf.NameProperties {
		for _, n := range names {
			if slices.Contains(rdf.NamesAs(n.Role), property) && (property != "skos:altLabel" || n.Text != e.Label.Text || n.Lang != e.Label.Lang) {
				l.text(property, n.Text, n.Lang)
			}
		}
	}
	for _, i := range identifiers {
		l.text("dcterms:identifier", i.Value, "")
	}
	for _, i := range identifiers {
		if address := rdf.Address(i); address != "" && i.Scheme == graph.SchemeURL {
			l.say("schema:url", rdf.IRI(address))
		} else if address != "" {
			l.say("schema:sameAs", rdf.IRI(address))
		}
	}
	l.date("dcterms:date", e.Date)
	for _, event := range e.Events {
		if !event.Date.IsZero() {
			l.direct(event.Predicate, rdf.Date(event.Date))
		}
	}
	for _, own := range e.Own {
		if own.Rank != graph.RankDeprecated && own.Identifier != (graph.Identifier{}) {
			l.on(l.iri(e.ID), nil)
			l.say("schema:identifier", l.part(own.Statement, "value"))
			l.on(l.part(own.Statement, "value"), nil)
			l.identifier(own.Identifier)
		}
	}
	return l.facts
}

// direct says a statement as one triple, in our words and in public ones. Public properties of dates are given days alone, as most programs
// know no other.
func (l *Facts) direct(p graph.Predicate, what rdf.Term) {
	l.say(rdf.Property(p), what)
	if row := p.Row(); row.Objects == 0 && row.Value == graph.ValueNone && !what.Is("xsd:date") {
		return
	}
	for _, property := range rdf.Properties[p] {
		l.say(property, what)
	}
}

// part is something that a statement has, by the statement's IRI: its value, an assertion, its evidence.
func (l *Facts) part(id graph.StatementID, name string) rdf.Term {
	return rdf.IRI(rdf.StatementIRI(l.base, id) + "#" + name)
}

func (l *Facts) identifier(i graph.Identifier) {
	l.say(rdf.Type, rdf.Name("schema:PropertyValue"))
	l.text("schema:propertyID", i.Scheme.String(), "")
	l.text("schema:value", i.Value, "")
}

// Statement says what a statement says, in the graph of each data set that says so; what all together make of it, in the default graph. It
// keeps its ends as claimed; the one triple has those to which merges lead, and is left out when they are one.
func (l *Facts) Statement(s *Statement) []rdf.Fact {
	l.facts = l.facts[:0]
	claimed := make([]string, len(s.Assertions)) // the graphs of those who say so
	var held []string                            // of those who do not deprecate it
	for i, a := range s.Assertions {
		claimed[i] = l.base + string(a.Dataset)
		if a.Rank != graph.RankDeprecated {
			held = append(held, claimed[i])
		}
	}
	what, has := l.what(s)
	if has && s.Rank != graph.RankDeprecated && !s.Merged() {
		l.on(l.iri(s.Source), held)
		if s.Target != "" {
			l.direct(s.Predicate, l.iri(s.Target))
		} else {
			l.direct(s.Predicate, what)
		}
	}
	statement := rdf.IRI(rdf.StatementIRI(l.base, s.ID))
	l.on(statement, claimed)
	l.say(rdf.Type, rdf.Name("rdf:Statement"))
	l.to("rdf:subject", s.Subject)
	l.say("rdf:predicate", rdf.Name(rdf.Property(s.Predicate)))
	if has {
		l.say("rdf:object", what)
	}
	if v := s.Value; v != nil && v.Kind == graph.ValueName {
		l.text("tg:nameRole", v.Role.String(), "")
	}
	l.date("tg:validFrom", s.Valid.From)
	l.date("tg:validTo", s.Valid.To)
	l.qualifiers(&s.Qualifiers)
	l.on(statement, nil)
	l.text("tg:rank", s.Rank.String(), "")
	l.share("tg:confidence", s.Confidence)
	l.say("tg:recordedIn", l.revision(s.Recorded))
	for i, a := range s.Assertions {
		l.on(statement, claimed[i:i+1])
		l.to("prov:wasDerivedFrom", a.Dataset)
	}
	for i, a := range s.Assertions {
		l.on(statement, claimed[i:i+1])
		l.say("tg:assertion", l.part(s.ID, string(a.Dataset)))
	}
	for i, a := range s.Assertions {
		if l.evidence {
			l.on(statement, claimed[i:i+1])
			for n := range a.Evidence {
				l.say("tg:evidence", l.evidenceIRI(s.ID, a, n))
			}
		}
	}
	if has && s.Value != nil {
		l.on(l.part(s.ID, "value"), claimed)
		l.value(s.Value)
	}
	for i, a := range s.Assertions {
		l.assertion(s.ID, a, claimed[i:i+1])
	}
	return l.facts
}

// what is the object, value or date of a statement. It has none when its event has no date, or when what it said was removed.
func (l *Facts) what(s *Statement) (rdf.Term, bool) {
	switch v := s.Value; {
	case s.Object != "":
		return l.iri(s.Object), true
	case v == nil:
		row := s.Predicate.Row()
		return rdf.Date(s.Valid.From), row.Objects == 0 && row.Value == graph.ValueNone && !s.Valid.From.IsZero()
	default:
		switch v.Kind {
		case graph.ValueText, graph.ValueName:
			return rdf.Text(v.Text, string(v.Lang)), true
		case graph.ValueDate:
			return rdf.Date(v.Date), true
		}
		return l.part(s.ID, "value"), true
	}
}

// value says what a value of several parts has. Others are literals.
func (l *Facts) value(v *graph.Value) {
	switch v.Kind {
	case graph.ValueIdentifier:
		l.identifier(v.Identifier())
	case graph.ValueQuantity:
		l.say(rdf.Type, rdf.Name("schema:QuantitativeValue"))
		l.say("schema:value", rdf.Typed(v.Amount, "xsd:decimal"))
		l.text("schema:unitText", v.Unit, "")
	case graph.ValueSpan:
		l.say(rdf.Type, rdf.Name("tg:Span"))
		l.text("tg:textHash", string(v.Hash), "")
		l.number("tg:start", v.Start)
		l.number("tg:end", v.End)
	}
}

func (l *Facts) qualifiers(q *graph.Qualifiers) {
	l.date("tg:effectiveOn", q.EffectiveOn)
	l.to("tg:depositary", q.Depositary)
	l.to("tg:place", q.Place)
	l.to("tg:onBehalfOf", q.OnBehalfOf)
	l.text("tg:vote", q.Vote, "")
	if q.Ordinal != 0 {
		l.number("tg:ordinal", q.Ordinal)
	}
	l.text("tg:role", q.Role, "")
	l.text("tg:note", q.Note, "")
	if q.About != "" {
		l.say("tg:about", rdf.IRI(rdf.StatementIRI(l.base, q.About)))
	}
}

// assertion says how a data set came to say a statement.
func (l *Facts) assertion(id graph.StatementID, a *graph.Assertion, graphs []string) {
	l.on(l.part(id, string(a.Dataset)), graphs)
	l.say(rdf.Type, rdf.Name("tg:Assertion"))
	l.to("prov:wasAttributedTo", a.Dataset)
	l.text("tg:rank", a.Rank.String(), "")
	l.text("tg:reason", a.Reason, "")
	l.text("tg:method", a.Method.String(), "")
	l.text("tg:rule", a.Rule, "")
	l.share("tg:confidence", a.Confidence)
	l.text("tg:redacted", string(a.Redacted), "")
	if !l.evidence {
		return
	}
	for n := range a.Evidence {
		l.say("tg:evidence", l.evidenceIRI(id, a, n))
	}
	for n := range a.Evidence {
		e := &a.Evidence[n]
		l.on(l.evidenceIRI(id, a, n), graphs)
		l.say(rdf.Type, rdf.Name("schema:Quotation"))
		l.text("schema:text", e.Quote, e.Lang)
		l.to("dcterms:source", e.Document)
		l.to("dcterms:source", e.Passage)
		if e.Text != "" {
			l.text("tg:textHash", string(e.Text), "")
			l.number("tg:start", e.Start)
			l.number("tg:end", e.End)
		}
		l.share("tg:score", e.Score)
		l.text("tg:reason", e.Reason, "")
		l.text("dcterms:bibliographicCitation", e.Citation, "")
		if e.URL != "" {
			l.say("schema:url", rdf.IRI(e.URL))
		}
	}
}

func (l *Facts) evidenceIRI(id graph.StatementID, a *graph.Assertion, n int) rdf.Term {
	return l.part(id, string(a.Dataset)+"/"+strconv.Itoa(n+1))
}
