package httpapi

import (
	"bytes"
	"io"
	"math"

	"treatygraph/export"
	"treatygraph/export/rdf"
	"treatygraph/graph"
)

// inForce says of a status whether the instrument is law; the others are neither the one nor the other.
var inForce = map[string]string{
	"IN_FORCE": "InForce", "PROVISIONALLY_APPLIED": "PartiallyInForce",
	"FORESEEN": "NotInForce", "EXPIRED": "NotInForce", "TERMINATED": "NotInForce", "SUPERSEDED": "NotInForce",
}

// legalForce says whether an instrument is law, empty when its status does not tell. A treaty that is only adopted is not; a resolution of the
// Security Council binds from its adoption, a law by what the record may not hold, and a declaration was never meant to be one.
func legalForce(kind, status string) string {
	if kind == "TREATY" && status == "ADOPTED" {
		return "NotInForce"
	}
	return inForce[status]
}

// linkedData gives the entity in a form of RDF, as exports have it: the entity with its statements, each of which also stands by itself with
// its dates and evidence, and the label and type of everything that they name. What only this service can tell, the status and the texts of
// passages, is added.
func linkedData(form func(io.Writer) rdf.Writer, q entityRequest, data *entityData) []byte {
	var body bytes.Buffer
	g := &linkedGraph{base: q.Base + "/entity/", facts: export.NewFacts(q.Base+"/entity/", true), named: make(map[string]bool)}
	g.out = form(&body)
	g.entity(data.Entity)
	_ = g.out.End() // a buffer takes everything
	return body.Bytes()
}

// A linkedGraph writes what it is given.
type linkedGraph struct {
	base  string
	facts *export.Facts
	out   rdf.Writer
	named map[string]bool // entities whose label and type are told
}

// tell writes facts. All is written into a buffer, which takes everything.
func (g *linkedGraph) tell(facts []rdf.Fact) { _ = g.out.Write(facts) }

func (g *linkedGraph) entity(e *shownEntity) {
	g.named[e.ID] = true
	told := &export.Entity{ID: graph.ID(e.ID), Label: e.label()}
	for _, n := range e.Names {
		role, _ := graph.ParseNameRole(n.Role)
		told.Names = append(told.Names, export.Name{Name: graph.Name{Text: n.Text, Lang: graph.Language(n.Language), Role: role}})
	}
	for _, i := range e.Identifiers {
		told.Identifiers = append(told.Identifiers, i.identifier())
	}
	for i := range e.Namings.Nodes {
		if n := &e.Namings.Nodes[i]; n.Value != nil && n.Value.Type == "Identifier" && n.Rank != graph.RankDeprecated.String() {
			told.Own = append(told.Own, export.Naming{Statement: graph.StatementID(n.ID), Rank: graph.RankNormal, Identifier: n.Value.value().Identifier()})
		}
	}
	facts := g.facts.Entity(told)
	self := rdf.IRI(g.base + e.ID)
	say := func(subject rdf.Term, property string, object rdf.Term) {
		facts = append(facts, rdf.Fact{Subject: subject, Predicate: property, Object: object})
	}
	if e.Text != "" {
		say(self, "schema:text", rdf.Text(e.Text, languageOf(e.Text)))
	}
	if e.Section != nil {
		say(self, "dcterms:isPartOf", rdf.IRI(g.base+e.Section.ID))
	}
	for i := range e.Sections.Nodes {
		say(self, "dcterms:hasPart", rdf.IRI(g.base+e.Sections.Nodes[i].ID))
	}
	for i := range e.Passages.Nodes {
		say(self, "dcterms:hasPart", rdf.IRI(g.base+e.Passages.Nodes[i].ID))
	}
	if s := e.Status; s != nil {
		if force := legalForce(e.Kind, s.Value); force != "" {
			say(self, "schema:legislationLegalForce", rdf.Name("schema:"+force))
		}
		status := rdf.IRI(g.base + e.ID + "#status")
		say(self, "tg:status", status)
		say(status, rdf.Type, rdf.Name("tg:Status"))
		say(status, "rdf:value", rdf.Text(s.Value, ""))
		say(status, "tg:at", date(s.At))
		if s.Since != "" {
			say(status, "tg:since", date(s.Since))
		}
		say(status, "tg:explanation", rdf.Text(s.Explanation, "en"))
	}
	for i := range e.Passages.Nodes {
		if passage := &e.Passages.Nodes[i]; passage.Text != "" {
			say(rdf.IRI(g.base+passage.ID), "schema:text", rdf.Text(passage.Text, languageOf(passage.Text)))
		}
	}
	g.tell(facts)
	if e.Section != nil {
		g.name(e.Section)
	}
	for i := range e.Sections.Nodes {
		g.name(&e.Sections.Nodes[i])
	}
	for i := range e.Passages.Nodes {
		g.name(&e.Passages.Nodes[i].namedEntity)
	}
	for i := range e.Namings.Nodes {
		g.statement(&e.Namings.Nodes[i], &e.namedEntity, nil)
	}
	for i := range e.Statements.Edges {
		s := &e.Statements.Edges[i]
		if s.Incoming {
			g.statement(&s.Node, s.Other, &e.namedEntity)
		} else {
			g.statement(&s.Node, &e.namedEntity, s.Other)
		}
	}
}

// name tells label and type of an entity, once.
func (g *linkedGraph) name(e *namedEntity) graph.ID {
	if e == nil {
		return ""
	}
	if !g.named[e.ID] {
		g.named[e.ID] = true
		g.tell(g.facts.Entity(&export.Entity{ID: graph.ID(e.ID), Label: e.label()}))
	}
	return graph.ID(e.ID)
}

// statement writes a statement as exports have it, but that the API resolves the merges of its ends.
func (g *linkedGraph) statement(n *shownNode, subject, object *namedEntity) {
	s := &export.Statement{ID: graph.StatementID(n.ID), Source: g.name(subject), Target: g.name(object), Recorded: graph.RevisionNumber(n.Recorded.Number)}
	s.Subject, s.Object = s.Source, s.Target
	s.Predicate, _ = graph.ParsePredicate(n.Predicate)
	s.Rank, _ = graph.ParseRank(n.Rank)
	s.Valid = graph.Interval{From: dateOf(n.Valid.From), To: dateOf(n.Valid.To)}
	s.Value = n.Value.value()
	if q := n.Qualifiers; q != nil {
		s.Qualifiers = graph.Qualifiers{
			EffectiveOn: dateOf(q.EffectiveOn), Depositary: g.name(q.Depositary), Place: g.name(q.Place), OnBehalfOf: g.name(q.OnBehalfOf),
			Vote: q.Vote, Ordinal: q.Ordinal, Role: q.Role, Note: q.Note, About: graph.StatementID(q.About.ID),
		}
	}
	for i := range n.Assertions {
		a := &n.Assertions[i]
		said := &graph.Assertion{Dataset: g.name(&a.Dataset), Reason: a.Reason, Rule: a.Rule, Confidence: thousandths(a.Confidence)}
		said.Rank, _ = graph.ParseRank(a.Rank)
		said.Method, _ = graph.ParseMethod(a.Method)
		for i := range a.Evidence {
			said.Evidence = append(said.Evidence, g.evidence(&a.Evidence[i]))
		}
		s.Assertions = append(s.Assertions, said)
		s.Confidence = max(s.Confidence, said.Confidence)
	}
	g.tell(g.facts.Statement(s))
}

func (g *linkedGraph) evidence(e *linkedEvidence) graph.Evidence {
	out := graph.Evidence{
		Text: graph.TextHash(e.TextHash), Document: g.name(e.Document), Passage: g.name(e.Passage), Quote: e.Quote, Lang: graph.Language(e.Language),
		Score: thousandths(e.Score), Reason: e.Reason, Citation: e.Citation, URL: e.URL,
	}
	if e.Start != nil && e.End != nil {
		out.Start, out.End = *e.Start, *e.End
	}
	return out
}

// label returns the name that labels the entity, without language when it is part of the ID.
func (e namedEntity) label() graph.Name {
	return graph.Name{Text: e.Label, Lang: graph.Language(e.LabelLanguage())}
}

// value returns the value that the API shows.
func (v *shownValue) value() *graph.Value {
	if v == nil {
		return nil
	}
	switch v.Type {
	case "Name":
		role, _ := graph.ParseNameRole(v.Role)
		name := graph.NameValue(graph.Name{Text: v.Text, Lang: graph.Language(v.SpokenIn), Role: role})
		return &name
	case "Identifier":
		identifier := graph.IdentifierValue(shownIdentifier{v.Scheme, v.Value}.identifier())
		return &identifier
	case "Quantity":
		return &graph.Value{Kind: graph.ValueQuantity, Amount: v.Amount, Unit: v.Unit}
	case "DateValue":
		return &graph.Value{Kind: graph.ValueDate, Date: dateOf(v.Date)}
	default:
		return &graph.Value{Kind: graph.ValueText, Text: v.Text, Lang: graph.Language(v.Language)}
	}
}

// dateOf reads a date of the API; one that is not stated is empty, and no date.
func dateOf(s string) graph.Date {
	d, _ := graph.ParseDate(s)
	return d
}

func date(s string) rdf.Term { return rdf.Date(dateOf(s)) }

// thousandths reads a share of the API.
func thousandths(f float64) graph.Thousandths { return graph.Thousandths(math.Round(f * 1000)) }
