package httpapi

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// vocabulary is the namespace of what no public vocabulary has a term for: kinds in camel case, predicates as recorded. It belongs to no
// host, so that what different services say can be put together.
const vocabulary = "urn:treatygraph:"

type object = map[string]any

// linkedContext expands the prefixes; IDs are relative to the service's own address.
func linkedContext(base string) object {
	return object{
		"@version": 1.1,
		"@base":    base + "/entity/",
		"tg":       vocabulary,
		"schema":   "https://schema.org/",
		"skos":     "http://www.w3.org/2004/02/skos/core#",
		"dcterms":  "http://purl.org/dc/terms/",
		"eli":      "http://data.europa.eu/eli/ontology#",
		"rdf":      "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
		"xsd":      "http://www.w3.org/2001/XMLSchema#",
	}
}

// kindTypes are the public classes of our kinds.
var kindTypes = map[string][]string{
	"TREATY":       {"schema:Legislation", "eli:LegalResource"},
	"RESOLUTION":   {"schema:Legislation", "eli:LegalResource"},
	"LAW":          {"schema:Legislation", "eli:LegalResource"},
	"DECLARATION":  {"schema:CreativeWork"},
	"PROVISION":    {"eli:LegalResourceSubdivision"},
	"DOCUMENT":     {"schema:DigitalDocument", "dcterms:BibliographicResource"},
	"SECTION":      {"schema:CreativeWork"},
	"PASSAGE":      {"schema:CreativeWork"},
	"STATE":        {"schema:Country"},
	"REGION":       {"schema:Place"},
	"PLACE":        {"schema:Place"},
	"FACILITY":     {"schema:Place"},
	"ORGANISATION": {"schema:Organization"},
	"BODY":         {"schema:Organization"},
	"FORUM":        {"schema:Organization"},
	"MEETING":      {"schema:Event"},
	"PERSON":       {"schema:Person"},
	"TOPIC":        {"skos:Concept"},
	"DATASET":      {"schema:Dataset"},
}

// predicateTerms are the public properties that say what a predicate says, from subject to object or to the date.
var predicateTerms = map[string][]string{
	"CITES":              {"eli:cites", "schema:citation"},
	"AMENDS":             {"eli:amends"},
	"SUPERSEDES":         {"dcterms:replaces"},
	"BASED_ON":           {"eli:based_on"},
	"IMPLEMENTS":         {"eli:implements"},
	"PART_OF":            {"dcterms:isPartOf"},
	"PROVISION_OF":       {"dcterms:isPartOf", "eli:is_part_of"},
	"MEMBER_OF":          {"schema:memberOf"},
	"CONCERNS":           {"dcterms:subject"},
	"AUTHORED_BY":        {"dcterms:creator"},
	"MENTIONS":           {"schema:mentions"},
	"ISSUED":             {"dcterms:issued"},
	"ADOPTED":            {"schema:legislationDate", "eli:date_document"},
	"ENTERED_INTO_FORCE": {"eli:first_date_entry_in_force"},
}

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

// linkedData gives the entity as JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/): the entity with its statements, each of which also
// stands by itself with its dates and evidence, and the label and type of everything that they name.
func linkedData(q entityRequest, data *entityData) []byte {
	g := linkedGraph{nodes: map[string]object{}}
	e := data.Entity
	node := g.entity(e.namedEntity)
	for _, name := range e.Names {
		text := literal(name.Text, name.Language)
		add(node, "tg:name", object{"rdf:value": text, "tg:role": name.Role})
		switch {
		case name.Text == e.Label && name.Language == e.LabelLanguage(): // skos:prefLabel already
		case name.Role == "OFFICIAL":
			add(node, "dcterms:title", text)
		default:
			add(node, "skos:altLabel", text)
		}
	}
	for _, description := range e.Descriptions.Nodes {
		add(node, "dcterms:description", literal(description.Value.Text, description.Value.Language))
	}
	for _, i := range e.Identifiers {
		add(node, "dcterms:identifier", i.Value)
		add(node, "schema:identifier", object{"@type": "schema:PropertyValue", "schema:propertyID": i.Scheme, "schema:value": i.Value})
		if address := i.Address(); address != "" {
			property := "schema:sameAs"
			if i.Scheme == "URL" {
				property = "schema:url"
			}
			add(node, property, object{"@id": address})
		}
	}
	if s := e.Status; s != nil {
		status := object{"rdf:value": s.Value, "tg:at": date(s.At), "tg:explanation": literal(s.Explanation, "en")}
		if s.Since != "" {
			status["tg:since"] = date(s.Since)
		}
		node["tg:status"] = status
		if force := legalForce(e.Kind, s.Value); force != "" {
			node["schema:legislationLegalForce"] = object{"@id": "schema:" + force}
		}
	}
	if e.Text != "" {
		node["schema:text"] = literal(e.Text, languageOf(e.Text))
	}
	if e.Section != nil {
		add(node, "dcterms:isPartOf", g.ref(e.Section))
	}
	for _, section := range e.Sections.Nodes {
		add(node, "dcterms:hasPart", g.ref(&section))
	}
	for _, passage := range e.Passages.Nodes {
		add(node, "dcterms:hasPart", g.ref(&passage.namedEntity))
		if passage.Text != "" {
			g.nodes[passage.ID]["schema:text"] = literal(passage.Text, languageOf(passage.Text))
		}
	}
	for _, s := range e.Statements.Edges {
		g.statement(&e.namedEntity, s)
	}
	document := object{"@context": linkedContext(q.Base), "@graph": g.list()}
	body, err := json.MarshalIndent(document, "", " ")
	if err != nil {
		panic(err) // maps, lists and strings always have a JSON form
	}
	return body
}

// A linkedGraph gathers nodes by ID, in the order in which they are named first.
type linkedGraph struct {
	nodes map[string]object
	order []string
}

func (g *linkedGraph) list() []object {
	list := make([]object, len(g.order))
	for i, id := range g.order {
		list[i] = g.nodes[id]
	}
	return list
}

// entity returns the node of an entity; a new one says type and label.
func (g *linkedGraph) entity(e namedEntity) object {
	if node, known := g.nodes[e.ID]; known {
		return node
	}
	node := object{"@id": e.ID, "@type": append([]string{"tg:" + e.Kind[:1] + strings.ToLower(e.Kind[1:])}, kindTypes[e.Kind]...)}
	if language := e.LabelLanguage(); language != "" {
		node["skos:prefLabel"] = literal(e.Label, language)
	}
	g.nodes[e.ID] = node
	g.order = append(g.order, e.ID)
	return node
}

func (g *linkedGraph) ref(e *namedEntity) object {
	g.entity(*e)
	return object{"@id": e.ID}
}

// statement adds a statement twice: as what it says, and as something that has a time and evidence.
func (g *linkedGraph) statement(shown *namedEntity, s shownStatement) {
	subject, far := shown, s.Other
	if s.Incoming {
		subject, far = s.Other, shown
	}
	about := g.entity(*subject)
	says := object{"@id": subject.ID + "#" + s.Node.ID, "@type": "rdf:Statement", "rdf:subject": object{"@id": subject.ID}, "rdf:predicate": object{"@id": "tg:" + s.Node.Predicate}, "tg:rank": s.Node.Rank}
	var what any
	switch {
	case far != nil:
		what = g.ref(far)
	case s.Node.Value != nil:
		what = s.Node.Value.literal()
	case s.Node.Valid.From != "":
		what = date(s.Node.Valid.From)
	}
	if what != nil {
		says["rdf:object"] = what
		for _, property := range append([]string{"tg:" + s.Node.Predicate}, predicateTerms[s.Node.Predicate]...) {
			add(about, property, what)
		}
	}
	if s.Node.Valid.From != "" {
		says["tg:validFrom"] = date(s.Node.Valid.From)
	}
	if s.Node.Valid.To != "" {
		says["tg:validTo"] = date(s.Node.Valid.To)
	}
	if q := s.Node.Qualifiers; q != nil {
		g.qualifiers(says, q)
	}
	for _, e := range s.Node.Evidence {
		add(says, "tg:evidence", g.evidence(e))
	}
	g.nodes[says["@id"].(string)] = says
	g.order = append(g.order, says["@id"].(string))
}

func (g *linkedGraph) qualifiers(says object, q *shownQualifiers) {
	if q.EffectiveOn != "" {
		says["tg:effectiveOn"] = date(q.EffectiveOn)
	}
	for property, text := range map[string]string{"tg:vote": q.Vote, "tg:role": q.Role, "tg:note": q.Note} {
		if text != "" {
			says[property] = text
		}
	}
	if q.Ordinal != 0 {
		says["tg:ordinal"] = q.Ordinal
	}
	for _, to := range []struct {
		property string
		entity   *namedEntity
	}{{"tg:depositary", q.Depositary}, {"tg:place", q.Place}, {"tg:onBehalfOf", q.OnBehalfOf}} {
		if to.entity != nil {
			says[to.property] = g.ref(to.entity)
		}
	}
}

func (g *linkedGraph) evidence(e shownEvidence) object {
	quotation := object{"@type": "schema:Quotation"}
	if e.Quote != "" {
		quotation["schema:text"] = literal(e.Quote, e.Language)
	}
	if e.Start != nil && e.End != nil {
		quotation["tg:start"], quotation["tg:end"] = *e.Start, *e.End
	}
	for _, source := range []*namedEntity{e.Document, e.Passage} {
		if source != nil {
			add(quotation, "dcterms:source", g.ref(source))
		}
	}
	if e.Citation != "" {
		quotation["dcterms:bibliographicCitation"] = e.Citation
	}
	if e.URL != "" {
		quotation["schema:url"] = object{"@id": e.URL}
	}
	return quotation
}

func (v *shownValue) literal() any {
	switch v.Type {
	case "Quantity":
		return object{"schema:value": v.Amount, "schema:unitText": v.Unit}
	case "DateValue":
		return date(v.Date)
	default:
		return literal(v.Text, v.Language)
	}
}

// add adds a value to a property of a node, once.
func add(node object, property string, value any) {
	list, _ := node[property].([]any)
	if ref, is := value.(object); is && ref["@id"] != nil && slices.ContainsFunc(list, func(v any) bool { o, is := v.(object); return is && o["@id"] == ref["@id"] }) {
		return
	}
	node[property] = append(list, value)
}

func literal(text, language string) object {
	if language == "" {
		return object{"@value": text}
	}
	return object{"@value": text, "@language": language}
}

var fullDay = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

// date gives a full day the type that every program knows, and others that of the Extended Date/Time Format.
func date(d string) object {
	if fullDay.MatchString(d) {
		return object{"@value": d, "@type": "xsd:date"}
	}
	return object{"@value": d, "@type": "http://id.loc.gov/datatypes/edtf/EDTF"}
}
