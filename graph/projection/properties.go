package projection

// A Type is that of a property.
type Type uint8

// The types of properties, and what stands for them in Properties.
const (
	Text   Type = iota // string
	Texts              // []string
	Number             // int64
	Day                // graph.Day
)

// A Property is one that something of the projection may have.
type Property struct {
	Name        string
	Type        Type
	Description string
}

// OfEntities are the properties of entities. They begin with their ID.
var OfEntities = []Property{
	{"id", Text, "the ID: kind/slug"},
	{"name", Text, "the label: English before other languages, preferred before others, short before official; else a part of the ID"},
	{"names", Texts, "all names, best first"},
	{"nameLangs", Texts, "the languages of names, in the same order"},
	{"identifiers", Texts, "all identifiers, each with its scheme"},
	{"unSymbol", Text, "the symbol of a UN document"},
	{"unts", Text, "the place in the United Nations Treaty Series"},
	{"mtdsg", Text, "chapter and number in Multilateral Treaties Deposited with the Secretary-General"},
	{"wikidata", Text, "the item of Wikidata"},
	{"iso2", Text, "ISO 3166-1 alpha-2"},
	{"iso3", Text, "ISO 3166-1 alpha-3"},
	{"iso3166Part3", Text, "ISO 3166-3, of a former country"},
	{"doi", Text, "the Digital Object Identifier"},
	{"url", Text, "the address on the web"},
}

// OfRelationships are the properties of statements with an object. They begin with their ID.
var OfRelationships = []Property{
	{"id", Text, "the ID of the statement"},
	{"rank", Text, "PREFERRED, NORMAL or DEPRECATED"},
	{"methods", Texts, "how the datasets came by it: CURATED, EXTRACTED, IMPORTED, DERIVED"},
	{"datasets", Texts, "who asserts it"},
	{"quotes", Texts, "words that show it, 20 at most"},
	{"validFrom", Text, "since when it holds, as stated, in EDTF"},
	{"validTo", Text, "until when it holds, as stated, in EDTF"},
	{"validFromDay", Day, "the earliest day of validFrom"},
	{"validToDay", Day, "the latest day of validTo"},
	{"effectiveOn", Text, "when an act takes effect, in EDTF"},
	{"depositary", Text, "with whom an instrument was deposited"},
	{"place", Text, "where"},
	{"onBehalfOf", Text, "for whom the subject acted"},
	{"vote", Text, "for-against-abstaining"},
	{"ordinal", Number, "a place in an order, from 1"},
	{"inRole", Text, "in what capacity"},
	{"note", Text, "what a reader must know"},
	{"about", Text, "the statement that this one speaks of"},
}

// OfFacts are the properties of statements without an object. They begin as OfRelationships do.
var OfFacts = append(OfRelationships[:len(OfRelationships):len(OfRelationships)], []Property{
	{"predicate", Text, "what is said"},
	{"value", Text, "a text, a name, an identifier, an amount, a date in EDTF, or the hash of a text"},
	{"lang", Text, "the language of a text or a name"},
	{"nameRole", Text, "OFFICIAL, SHORT, ALIAS, ACRONYM, HISTORIC or DESCRIPTIVE"},
	{"scheme", Text, "of an identifier"},
	{"unit", Text, "of an amount"},
	{"valueDay", Day, "the earliest day of a date"},
	{"start", Number, "the first code point of a span of a text"},
	{"end", Number, "the code point after the last of a span"},
}...)
