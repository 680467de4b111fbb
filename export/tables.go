package export

import (
	"slices"

	"treatygraph/graph"
)

// Tables are those of a selection, in the order in which one is best read.
var Tables = []*Table{entityTable, nameTable, identifierTable, statementTable, assertionTable, evidenceTable, datasetTable}

type entityRow struct {
	*Entity
	about *About
}

var entityTable = func() *Table {
	t := newTable("entities", slices.Concat([]column[entityRow]{
		text("id", "The entity: its kind and a name within it.", func(e *entityRow) graph.ID { return e.ID }),
		text("kind", "What it is: TREATY, STATE, DOCUMENT and so on.", func(e *entityRow) string { return e.ID.Kind().String() }),
		text("label", "What it is called, in the language of the export or the nearest.", func(e *entityRow) string { return e.Label.Text }),
		text("label_language", "The language of the label; empty where the label is a part of the ID.", func(e *entityRow) graph.Language { return e.Label.Lang }),
		text("merged_into", "The entity that it is one with, which statements name in its place; empty where it stands for itself.", func(e *entityRow) graph.ID { return e.MergedInto }),
	}, date("date", "Of a treaty or resolution its making, of a document its issue.", func(e *entityRow) graph.Date { return e.Date }), []column[entityRow]{
		text("url", "Its address.", func(e *entityRow) string { return e.about.Base + string(e.ID) }),
	}), func(about *About, row func(*entityRow) error) Writer {
		return Writer{Entity: func(e *Entity) error { return row(&entityRow{e, about}) }}
	}).keyed("id")
	return t.refers(t, "merged_into")
}()

// A namingRow is a name or an identifier.
type namingRow struct {
	*Entity
	*Naming
}

// of is the entity that has the name, merges resolved.
func (n *namingRow) of() graph.ID {
	if n.MergedInto != "" {
		return n.MergedInto
	}
	return n.ID
}

// claimed is the entity that was said to have it, where merges changed that.
func (n *namingRow) claimed() graph.ID {
	if n.MergedInto != "" {
		return n.ID
	}
	return ""
}

const (
	entityDescription  = "The entity, merges resolved."
	claimedDescription = "The entity as recorded, where it was merged into another since."
	sayingDescription  = "The statement that says so."
	rankDescription    = "PREFERRED, NORMAL or DEPRECATED."
)

var nameTable = newTable("names", []column[namingRow]{
	text("statement", sayingDescription, func(n *namingRow) graph.StatementID { return n.Statement }),
	text("entity", entityDescription, (*namingRow).of),
	text("name", "The name.", func(n *namingRow) string { return n.Name.Text }),
	text("language", "Its language (BCP 47).", func(n *namingRow) graph.Language { return n.Name.Lang }),
	text("role", "OFFICIAL, SHORT, ALIAS, ACRONYM, HISTORIC or DESCRIPTIVE.", func(n *namingRow) string { return n.Name.Role.String() }),
	text("rank", rankDescription, func(n *namingRow) string { return n.Rank.String() }),
	text("claimed_entity", claimedDescription, (*namingRow).claimed),
}, namings(func(n *Naming) bool { return n.Name.Text != "" })).keyed("statement").refers(entityTable, "entity").refers(entityTable, "claimed_entity")

var identifierTable = newTable("identifiers", []column[namingRow]{
	text("statement", sayingDescription, func(n *namingRow) graph.StatementID { return n.Statement }),
	text("entity", entityDescription, (*namingRow).of),
	text("scheme", "Who gives such identifiers: WIKIDATA, UNTS, UN_SYMBOL and so on.", func(n *namingRow) string { return n.Identifier.Scheme.String() }),
	text("identifier", "The identifier, in its canonical form.", func(n *namingRow) string { return n.Identifier.Value }),
	text("rank", rankDescription, func(n *namingRow) string { return n.Rank.String() }),
	text("claimed_entity", claimedDescription, (*namingRow).claimed),
}, namings(func(n *Naming) bool { return n.Identifier.Value != "" })).keyed("statement").refers(entityTable, "entity").refers(entityTable, "claimed_entity")

func namings(wanted func(*Naming) bool) func(*About, func(*namingRow) error) Writer {
	return func(_ *About, row func(*namingRow) error) Writer {
		return Writer{Entity: func(e *Entity) error {
			for i := range e.Own {
				if n := &e.Own[i]; wanted(n) {
					if err := row(&namingRow{e, n}); err != nil {
						return err
					}
				}
			}
			return nil
		}}
	}
}

// A statementRow is a statement and its value, which is empty where it has none.
type statementRow struct {
	*Statement
	value graph.Value
	about *About
}

func (s *statementRow) label(id graph.ID) string {
	if id == "" {
		return ""
	}
	return s.about.Label(id).Text
}

// changed is an end as claimed, where merges changed it.
func changed(claimed, resolved graph.ID) graph.ID {
	if claimed == resolved {
		return ""
	}
	return claimed
}

// words are a value as text.
func words(v *graph.Value) string {
	switch v.Kind {
	case graph.ValueIdentifier:
		return v.ID
	case graph.ValueQuantity:
		return v.Amount
	case graph.ValueDate:
		return v.Date.String()
	case graph.ValueSpan:
		return string(v.Hash)
	}
	return v.Text
}

// named is a name of an enum, nothing for none.
func named[T interface {
	~uint8
	String() string
}](value T) string {
	if value == 0 {
		return ""
	}
	return value.String()
}

var statementTable = newTable("statements", slices.Concat([]column[statementRow]{
	text("id", "The statement, the same in every export.", func(s *statementRow) graph.StatementID { return s.ID }),
	text("subject", "Of whom or what something is said, merges resolved.", func(s *statementRow) graph.ID { return s.Source }),
	text("subject_label", "What the subject is called.", func(s *statementRow) string { return s.label(s.Source) }),
	text("predicate", "What is said of it.", func(s *statementRow) string { return s.Predicate.String() }),
	text("object", "The entity that it is said with, merges resolved; empty where there is a value or nothing but a date.", func(s *statementRow) graph.ID { return s.Target }),
	text("object_label", "What the object is called.", func(s *statementRow) string { return s.label(s.Target) }),
	text("value", "The value as text, of any kind: words, an identifier, an amount as recorded, the hash of a text.", func(s *statementRow) string { return words(&s.value) }),
	text("value_kind", "TEXT, NAME, IDENTIFIER, QUANTITY, DATE or SPAN.", func(s *statementRow) string { return named(s.value.Kind) }),
	text("value_language", "Of a text or name its language (BCP 47).", func(s *statementRow) graph.Language { return s.value.Lang }),
	text("value_role", "Of a name its role.", func(s *statementRow) string { return named(s.value.Role) }),
	text("value_scheme", "Of an identifier its scheme.", func(s *statementRow) string { return named(s.value.Scheme) }),
	number("amount", "Of a quantity its amount.", func(s *statementRow) string { return s.value.Amount }),
	text("unit", "Of a quantity its unit (UCUM, ISO 4217 or a word).", func(s *statementRow) string { return s.value.Unit }),
	integer("span_start", "Of a span of a text its first code point, from 0.", func(s *statementRow) (int, bool) { return s.value.Start, s.value.Kind == graph.ValueSpan }),
	integer("span_end", "Of a span of a text the code point after its last.", func(s *statementRow) (int, bool) { return s.value.End, s.value.Kind == graph.ValueSpan }),
},
	date("valid_from", "When it happened, or since when it holds.", func(s *statementRow) graph.Date { return s.Valid.From }),
	date("valid_to", "Until when it holds.", func(s *statementRow) graph.Date { return s.Valid.To }),
	date("effective_on", "When an act takes effect, where that is not when it was done.", func(s *statementRow) graph.Date { return s.Qualifiers.EffectiveOn }),
	[]column[statementRow]{
		text("depositary", "With whom an instrument was deposited.", func(s *statementRow) graph.ID { return s.Qualifiers.Depositary }),
		text("place", "Where.", func(s *statementRow) graph.ID { return s.Qualifiers.Place }),
		text("on_behalf_of", "For whom the subject acted.", func(s *statementRow) graph.ID { return s.Qualifiers.OnBehalfOf }),
		text("vote", "For, against and abstaining: 14-0-1.", func(s *statementRow) string { return s.Qualifiers.Vote }),
		integer("ordinal", "A place in an order, from 1.", func(s *statementRow) (int, bool) { return s.Qualifiers.Ordinal, s.Qualifiers.Ordinal != 0 }),
		text("role", "In what capacity.", func(s *statementRow) string { return s.Qualifiers.Role }),
		text("note", "What a reader must know.", func(s *statementRow) string { return s.Qualifiers.Note }),
		text("about", "The statement that this one speaks of, as an objection of a reservation.", func(s *statementRow) graph.StatementID { return s.Qualifiers.About }),
		text("rank", "PREFERRED, NORMAL or DEPRECATED, from the ranks of its assertions.", func(s *statementRow) string { return s.Rank.String() }),
		number("confidence", "From 0 to 1, the highest of its assertions; empty where none states it.", func(s *statementRow) string { return thousandths(s.Confidence) }),
		list("methods", "How its assertions came about: CURATED, EXTRACTED, IMPORTED, DERIVED.", func(s *statementRow) []string { return s.Methods() }),
		list("datasets", "Those that assert it.", func(s *statementRow) []string { return s.Datasets() }),
		integer("recorded", "The revision that recorded it first.", func(s *statementRow) (int, bool) { return int(s.Recorded), true }),
		text("claimed_subject", "The subject as recorded, where it was merged into another since.", func(s *statementRow) graph.ID { return changed(s.Subject, s.Source) }),
		text("claimed_object", "The object as recorded, where it was merged into another since.", func(s *statementRow) graph.ID { return changed(s.Object, s.Target) }),
	}), func(about *About, row func(*statementRow) error) Writer {
	return Writer{Statement: func(s *Statement) error {
		r := statementRow{Statement: s, about: about}
		if s.Value != nil {
			r.value = *s.Value
		}
		return row(&r)
	}}
}).keyed("id").refers(entityTable, "subject").refers(entityTable, "object").refers(entityTable, "claimed_subject").refers(entityTable, "claimed_object")

type assertionRow struct {
	statement graph.StatementID
	*graph.Assertion
}

var assertionTable = newTable("assertions", []column[assertionRow]{
	text("statement", "What is asserted.", func(a *assertionRow) graph.StatementID { return a.statement }),
	text("dataset", "Who asserts it.", func(a *assertionRow) graph.ID { return a.Dataset }),
	text("rank", rankDescription, func(a *assertionRow) string { return a.Rank.String() }),
	text("method", "How it came about: CURATED, EXTRACTED, IMPORTED or DERIVED.", func(a *assertionRow) string { return a.Method.String() }),
	text("rule", "Of what was extracted, the rule that read it.", func(a *assertionRow) string { return a.Rule }),
	text("reason", "Why it is deprecated.", func(a *assertionRow) string { return a.Reason }),
	number("confidence", "From 0 to 1; empty where it is not stated.", func(a *assertionRow) string { return thousandths(a.Confidence) }),
	integer("evidence", "How many items of evidence it has.", func(a *assertionRow) (int, bool) { return len(a.Evidence), true }),
	boolean("redacted", "Whether its content was removed, as by order of a court.", func(a *assertionRow) bool { return a.Redacted != "" }),
}, func(_ *About, row func(*assertionRow) error) Writer {
	return Writer{Statement: func(s *Statement) error {
		for _, a := range s.Assertions {
			if err := row(&assertionRow{s.ID, a}); err != nil {
				return err
			}
		}
		return nil
	}}
}).keyed("statement", "dataset").refers(statementTable, "statement").refers(datasetTable, "dataset")

type evidenceRow struct {
	statement graph.StatementID
	dataset   graph.ID
	n         int
	*graph.Evidence
}

var evidenceTable = func() *Table {
	t := newTable("evidence", []column[evidenceRow]{
		text("statement", "What is shown.", func(e *evidenceRow) graph.StatementID { return e.statement }),
		text("dataset", "Who shows it.", func(e *evidenceRow) graph.ID { return e.dataset }),
		integer("n", "Its place among the evidence of the assertion, from 1.", func(e *evidenceRow) (int, bool) { return e.n, true }),
		text("document", "The document.", func(e *evidenceRow) graph.ID { return e.Document }),
		text("passage", "The passage of the document.", func(e *evidenceRow) graph.ID { return e.Passage }),
		integer("start", "The first code point of the words in the text, from 0; empty without a text.", func(e *evidenceRow) (int, bool) { return e.Start, e.Text != "" }),
		integer("end", "The code point after the last.", func(e *evidenceRow) (int, bool) { return e.End, e.Text != "" }),
		text("quote", "The words.", func(e *evidenceRow) string { return e.Quote }),
		text("language", "Their language (BCP 47).", func(e *evidenceRow) graph.Language { return e.Lang }),
		number("score", "How sure the reading is, from 0 to 1; empty where it is not stated.", func(e *evidenceRow) string { return thousandths(e.Score) }),
		text("reason", "Why it is so sure.", func(e *evidenceRow) string { return e.Reason }),
		text("citation", "Where the words stand, for people.", func(e *evidenceRow) string { return e.Citation }),
		text("url", "Where they stand on the web.", func(e *evidenceRow) string { return e.URL }),
		text("text", "The SHA-256 of the text that start and end count in.", func(e *evidenceRow) graph.TextHash { return e.Text }),
	}, func(_ *About, row func(*evidenceRow) error) Writer {
		return Writer{Statement: func(s *Statement) error {
			for _, a := range s.Assertions {
				for i := range a.Evidence {
					if err := row(&evidenceRow{s.ID, a.Dataset, i + 1, &a.Evidence[i]}); err != nil {
						return err
					}
				}
			}
			return nil
		}}
	}).keyed("statement", "dataset", "n").refers(assertionTable, "statement", "dataset")
	t.Only = func(about *About) bool { return about.Evidence }
	return t
}()

var datasetTable = newTable("datasets", []column[Dataset]{
	text("id", "The dataset, an entity of the record.", func(d *Dataset) graph.ID { return d.ID }),
	text("title", "Its name.", func(d *Dataset) string { return d.Title }),
	text("version", "Its version, as its source counts.", func(d *Dataset) string { return d.Version }),
	text("licence", "The licence of what it asserts.", func(d *Dataset) string { return d.Licence }),
	text("attribution", "The words under which it is to be named.", func(d *Dataset) string { return d.Attribution }),
	text("url", "Its source on the web.", func(d *Dataset) string { return d.URL }),
	integer("assertions", "How many of the assertions here are its own.", func(d *Dataset) (int, bool) { return d.Assertions, true }),
}, func(about *About, row func(*Dataset) error) Writer {
	return Writer{End: func() error {
		for i := range about.Datasets {
			if err := row(&about.Datasets[i]); err != nil {
				return err
			}
		}
		return nil
	}}
}).keyed("id")
