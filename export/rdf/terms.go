package rdf

import "treatygraph/graph"

// An OwnProperty is one of ours that no predicate stands for: what a statement, an assertion, a quotation and the like have.
type OwnProperty struct {
	Name    string
	Comment string
	Of      []string // the classes of what has it
	Is      Range
	Within  []string // public properties that say as much in general
}

// A Range is what a property has for its value.
type Range uint8

const (
	IsText        Range = iota // words without a language
	IsWords                    // words in a language
	IsDate                     // see Date
	IsInteger                  // a number from 0
	IsShare                    // a decimal from 0 to 1
	IsEntity                   // the IRI of an entity
	IsStatement                // the IRI of a statement, which may not be told itself
	IsAssertion                // a tg:Assertion
	IsQuotation                // a schema:Quotation
	IsStatus                   // a tg:Status
	IsRevision                 // the IRI of a revision
	IsRank                     // PREFERRED, NORMAL or DEPRECATED
	IsMethod                   // CURATED, EXTRACTED, IMPORTED or DERIVED
	IsRole                     // a role of names
	IsWordsOrText              // words with or without a language
)

// ranges are the classes and datatypes of a Range.
var ranges = [...][]string{
	IsText: {"xsd:string"}, IsWords: {"rdf:langString"}, IsDate: Dates, IsInteger: {"xsd:integer"}, IsShare: {"xsd:decimal"},
	IsEntity: {"tg:Entity"}, IsStatement: {"rdf:Statement"}, IsAssertion: {"tg:Assertion"}, IsQuotation: {"schema:Quotation"}, IsStatus: {"tg:Status"},
	IsRevision: {"tg:Revision"}, IsRank: {"xsd:string"}, IsMethod: {"xsd:string"}, IsRole: {"xsd:string"}, IsWordsOrText: {"rdf:langString", "xsd:string"},
}

// Dates are the datatypes of dates.
var Dates = []string{"xsd:date", "xsd:gYearMonth", "xsd:gYear", EDTF}

// An OwnClass is a class of ours that is no kind of entity.
type OwnClass struct {
	Name    string
	Comment string
	Within  []string // what it is a kind of
	Kinds   graph.KindSet
}

// OwnClasses are the classes of ours beside those of kinds: those above kinds first.
var OwnClasses = []OwnClass{
	{"tg:Entity", "Anything of which the record speaks.", []string{"prov:Entity"}, graph.AnyKind},
	{"tg:Instrument", "What states and organisations agree on, decide or declare.", []string{"tg:Entity"}, graph.Instruments},
	{"tg:TextUnit", "What has words: a document, a part of one, or a provision.", []string{"tg:Entity"}, graph.TextUnits},
	{"tg:Actor", "Who acts: a state, an organisation, a body, a forum, a person or an office.", []string{"tg:Entity"}, graph.Actors},
	{"tg:Assertion", "That one data set says a statement: how it ranks it and how it came to say so.", []string{"prov:Entity"}, 0},
	{"tg:Revision", "A state of the record.", []string{"prov:Entity"}, 0},
	{"tg:Span", "A part of a text that is held.", nil, 0},
	{"tg:Status", "Whether an instrument is in force, as computed from its statements for a day.", nil, 0},
}

// OwnProperties are all of ours beside those of predicates.
var OwnProperties = []OwnProperty{
	{"tg:rank", "How it stands: PREFERRED, NORMAL or DEPRECATED. That of a statement is the lowest that curated assertions give it, or the highest of the others when none is curated.", []string{"rdf:Statement", "tg:Assertion"}, IsRank, nil},
	{"tg:validFrom", "From when the statement holds; of an event, when it happened.", []string{"rdf:Statement"}, IsDate, nil},
	{"tg:validTo", "Until when the statement holds, that day included.", []string{"rdf:Statement"}, IsDate, nil},
	{"tg:effectiveOn", "When an act takes effect, if not when it was done (VCLT article 24).", []string{"rdf:Statement"}, IsDate, nil},
	{"tg:depositary", "With whom an instrument was deposited (VCLT article 76).", []string{"rdf:Statement"}, IsEntity, nil},
	{"tg:place", "Where it happened.", []string{"rdf:Statement"}, IsEntity, nil},
	{"tg:onBehalfOf", "For whom the subject acted.", []string{"rdf:Statement"}, IsEntity, nil},
	{"tg:vote", "Votes for, against and abstaining, for example 14-0-1.", []string{"rdf:Statement"}, IsText, nil},
	{"tg:ordinal", "A place in an order, from 1.", []string{"rdf:Statement"}, IsInteger, nil},
	{"tg:role", "In what capacity.", []string{"rdf:Statement"}, IsText, nil},
	{"tg:note", "What a reader must know.", []string{"rdf:Statement"}, IsText, nil},
	{"tg:about", "The statement this one speaks of, for example the reservation that is objected to.", []string{"rdf:Statement"}, IsStatement, nil},
	{"tg:nameRole", "What a name is to its entity: OFFICIAL, SHORT, ALIAS, ACRONYM, HISTORIC or DESCRIPTIVE.", []string{"rdf:Statement"}, IsRole, nil},
	{"tg:recordedIn", "The revision that recorded the statement first.", []string{"rdf:Statement"}, IsRevision, nil},
	{"tg:confidence", "How sure its source is, from 0 to 1; of a statement the highest of its assertions.", []string{"rdf:Statement", "tg:Assertion"}, IsShare, nil},
	{"tg:assertion", "That a data set says the statement.", []string{"rdf:Statement"}, IsAssertion, nil},
	{"tg:evidence", "Where it can be seen.", []string{"rdf:Statement", "tg:Assertion"}, IsQuotation, nil},
	{"tg:reason", "Why an assertion is deprecated; why words were read as evidence.", []string{"tg:Assertion", "schema:Quotation"}, IsText, nil},
	{"tg:method", "How an assertion came to be: CURATED, EXTRACTED, IMPORTED or DERIVED.", []string{"tg:Assertion"}, IsMethod, nil},
	{"tg:rule", "The name of the rule that read it from a text.", []string{"tg:Assertion"}, IsText, nil},
	{"tg:redacted", "The SHA-256 of what was removed for legal reasons.", []string{"tg:Assertion"}, IsText, nil},
	{"tg:textHash", "The text in which start and end count, by the SHA-256 of its UTF-8 bytes.", []string{"schema:Quotation", "tg:Span"}, IsText, nil},
	{"tg:start", "The first character (Unicode code point), counted from 0.", []string{"schema:Quotation", "tg:Span"}, IsInteger, nil},
	{"tg:end", "The character after the last.", []string{"schema:Quotation", "tg:Span"}, IsInteger, nil},
	{"tg:score", "How well the words fit what is said, from 0 to 1.", []string{"schema:Quotation"}, IsShare, nil},
	{"tg:officialName", "The full title, as in the authentic text or on the entity's own seal.", []string{"tg:Entity"}, IsWords, []string{"dcterms:title"}},
	{"tg:shortName", "The accepted short title.", []string{"tg:Entity"}, IsWords, []string{"skos:altLabel"}},
	{"tg:alias", "Another name in use.", []string{"tg:Entity"}, IsWords, []string{"skos:altLabel"}},
	{"tg:acronym", "Initials.", []string{"tg:Entity"}, IsWords, []string{"skos:altLabel"}},
	{"tg:historicName", "A name it once had.", []string{"tg:Entity"}, IsWords, []string{"skos:altLabel"}},
	{"tg:descriptiveName", "Words that describe rather than name.", []string{"tg:Entity"}, IsWords, []string{"skos:altLabel"}},
	{"tg:assertions", "How many assertions a data set makes in an export.", []string{"tg:Dataset"}, IsInteger, nil},
	{"tg:statements", "How many statements of a revision an export has: the last that it tells, so that one without it was cut off.", []string{"tg:Revision"}, IsInteger, nil},
	{"tg:digest", "The SHA-256 that a revision has for all that was recorded up to it.", []string{"tg:Revision"}, IsText, nil},
	{"tg:status", "The status of an instrument.", []string{"tg:Instrument"}, IsStatus, nil},
	{"tg:at", "The day for which a status is computed.", []string{"tg:Status"}, IsDate, nil},
	{"tg:since", "Since when it has the status.", []string{"tg:Status"}, IsDate, nil},
	{"tg:explanation", "Why it has the status.", []string{"tg:Status"}, IsWords, nil},
}

// classes are those of a set of kinds, by those above the kinds where they fit.
func classes(set graph.KindSet) (names []string) {
	for _, above := range OwnClasses {
		if above.Kinds != 0 && set&above.Kinds == above.Kinds {
			names = append(names, above.Name)
			set &^= above.Kinds
		}
	}
	for _, k := range graph.Kinds() {
		if set.Has(k) {
			names = append(names, Class(k))
		}
	}
	return names
}

// rangeOf returns what the object of a predicate is: the classes of entities, or those of its value.
func rangeOf(row *graph.PredicateRow) []string {
	switch {
	case row.Objects != 0:
		return classes(row.Objects)
	case row.Value == graph.ValueNone:
		return Dates
	default:
		return valueRanges[row.Value]
	}
}

var valueRanges = map[graph.ValueKind][]string{
	graph.ValueText: ranges[IsWordsOrText], graph.ValueName: ranges[IsWords], graph.ValueDate: Dates,
	graph.ValueIdentifier: {"schema:PropertyValue"}, graph.ValueQuantity: {"schema:QuantitativeValue"}, graph.ValueSpan: {"tg:Span"},
}
