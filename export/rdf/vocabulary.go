package rdf

import (
	"strings"

	"treatygraph/graph"
)

// A Namespace is a vocabulary with the prefix of its names.
type Namespace struct{ Prefix, IRI string }

// Namespaces are the vocabularies in use. The first is that of what no public one has a term for: kinds in camel case, predicates as
// recorded. It belongs to no host, so that what different services say can be put together.
var Namespaces = []Namespace{
	{"tg", "urn:treatygraph:"},
	{"schema", "https://schema.org/"},
	{"skos", "http://www.w3.org/2004/02/skos/core#"},
	{"dcterms", "http://purl.org/dc/terms/"},
	{"eli", "http://data.europa.eu/eli/ontology#"},
	{"prov", "http://www.w3.org/ns/prov#"},
	{"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
	{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
	{"xsd", "http://www.w3.org/2001/XMLSchema#"},
	{"edtf", "http://id.loc.gov/datatypes/edtf/"},
}

// Type is the property that names the class of a thing.
const Type = "rdf:type"

// Class returns the name of our class of a kind: "tg:Treaty".
func Class(k graph.Kind) string {
	s := k.String()
	return "tg:" + s[:1] + strings.ToLower(s[1:])
}

// Property returns the name of our property of a predicate: "tg:SIGNED".
func Property(p graph.Predicate) string { return "tg:" + p.String() }

// Classes are the public classes of our kinds.
var Classes = map[graph.Kind][]string{
	graph.KindTreaty:       {"schema:Legislation", "eli:LegalResource"},
	graph.KindResolution:   {"schema:Legislation", "eli:LegalResource"},
	graph.KindLaw:          {"schema:Legislation", "eli:LegalResource"},
	graph.KindDeclaration:  {"schema:CreativeWork"},
	graph.KindProvision:    {"eli:LegalResourceSubdivision"},
	graph.KindDocument:     {"schema:DigitalDocument", "dcterms:BibliographicResource"},
	graph.KindSection:      {"schema:CreativeWork"},
	graph.KindPassage:      {"schema:CreativeWork"},
	graph.KindState:        {"schema:Country"},
	graph.KindRegion:       {"schema:Place"},
	graph.KindPlace:        {"schema:Place"},
	graph.KindFacility:     {"schema:Place"},
	graph.KindOrganisation: {"schema:Organization"},
	graph.KindBody:         {"schema:Organization"},
	graph.KindForum:        {"schema:Organization"},
	graph.KindMeeting:      {"schema:Event"},
	graph.KindPerson:       {"schema:Person"},
	graph.KindTopic:        {"skos:Concept"},
	graph.KindDataset:      {"schema:Dataset", "prov:Entity"},
}

// Properties are the public properties that say what a predicate says, from subject to object or to the date.
var Properties = map[graph.Predicate][]string{
	graph.PredCites:            {"eli:cites", "schema:citation"},
	graph.PredAmends:           {"eli:amends"},
	graph.PredSupersedes:       {"dcterms:replaces"},
	graph.PredBasedOn:          {"eli:based_on"},
	graph.PredImplements:       {"eli:implements"},
	graph.PredPartOf:           {"dcterms:isPartOf"},
	graph.PredProvisionOf:      {"dcterms:isPartOf", "eli:is_part_of"},
	graph.PredMemberOf:         {"schema:memberOf"},
	graph.PredConcerns:         {"dcterms:subject"},
	graph.PredAuthoredBy:       {"dcterms:creator"},
	graph.PredMentions:         {"schema:mentions"},
	graph.PredDescribed:        {"dcterms:description"},
	graph.PredIssued:           {"dcterms:issued"},
	graph.PredAdopted:          {"schema:legislationDate", "eli:date_document"},
	graph.PredEnteredIntoForce: {"eli:first_date_entry_in_force"},
	graph.PredLicence:          {"dcterms:license"},
	graph.PredVersion:          {"schema:version"},
}

// StatementIRI is the IRI of a statement. No kind of entity is called so, and what speaks of a statement knows its ID alone.
func StatementIRI(base string, id graph.StatementID) string { return base + "statement/" + string(id) }

// Date returns a date: with a type that every program knows where it is exact, else with that of the Extended Date/Time Format. XML Schema
// 1.0, which many programs follow, has no year 0.
func Date(d graph.Date) Term {
	s := d.String()
	if strings.HasPrefix(s, "0000") || strings.Trim(s, "0123456789-") != "" {
		return Typed(s, EDTF)
	}
	switch len(s) {
	case len("2006-01-02"):
		return Typed(s, "xsd:date")
	case len("2006-01"):
		return Typed(s, "xsd:gYearMonth")
	default:
		return Typed(s, "xsd:gYear")
	}
}

// EDTF is the datatype of the Extended Date/Time Format.
const EDTF = "edtf:EDTF"

// addresses are what an identifier's address on the web begins with, where one follows from it.
var addresses = map[graph.Scheme]string{graph.SchemeWikidata: "http://www.wikidata.org/entity/", graph.SchemeDOI: "https://doi.org/"}

// Address is where an identifier leads on the web, empty when that does not follow from it.
func Address(i graph.Identifier) string {
	if i.Scheme == graph.SchemeURL {
		return i.Value
	}
	if address := addresses[i.Scheme]; address != "" {
		return address + i.Value
	}
	return ""
}

// NameProperties are the properties of names: public ones, and ours by what a name is to its entity.
var NameProperties = []string{"dcterms:title", "skos:altLabel", "tg:officialName", "tg:shortName", "tg:alias", "tg:acronym", "tg:historicName", "tg:descriptiveName"}

// NamesAs returns the properties by which names of a role are told.
func NamesAs(role graph.NameRole) []string {
	if role == graph.NameOfficial {
		return []string{"dcterms:title", "tg:officialName"}
	}
	return []string{"skos:altLabel", NameProperties[1+int(role)]}
}
