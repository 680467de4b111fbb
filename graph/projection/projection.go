// Package projection says how the record shows in a Neo4j in which people ask by Cypher: entities as nodes, statements with an object as
// relationships, those without as facts beside their subject. Our store over Neo4j keeps such a projection beside the record, and exports
// write one; both say it by this package, so that a query answers alike on either.
package projection

import (
	"cmp"
	"slices"
	"strings"

	"treatygraph/graph"
)

// MaxQuotes bounds the quotes that a relationship or a fact shows: a person reads a few, and a mention may stand a thousand times.
const MaxQuotes = 20

const (
	// EntityLabel is that of all entities, beside the label of their kind.
	EntityLabel = "Entity"
	// FactLabel is that of statements without an object.
	FactLabel = "Fact"
	// HasFact is the type of the relationship from an entity to what is said of it without an object.
	HasFact = "HAS_FACT"
)

// The schema that the projection is asked by, each as a statement of Cypher that changes nothing where it was run before.
const (
	EntityConstraint = `CREATE CONSTRAINT treatygraph_entity IF NOT EXISTS FOR (e:Entity) REQUIRE e.id IS UNIQUE`
	FactConstraint   = `CREATE CONSTRAINT treatygraph_fact IF NOT EXISTS FOR (f:Fact) REQUIRE f.id IS UNIQUE`
	NamesIndex       = "CREATE FULLTEXT INDEX treatygraph_names IF NOT EXISTS FOR (e:Entity) ON EACH [e.names] " +
		"OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk', `fulltext.eventually_consistent`: true}}"
)

// Properties are those of a node or a relationship: string, []string, int64 or graph.Day, by name.
type Properties map[string]any

// A Statement is one claim as it shows.
type Statement struct {
	ID         graph.StatementID
	Claim      *graph.Claim // with an object: a relationship from Subject to Object; else a fact of Subject
	Properties Properties
}

// Of folds what the datasets assert of one claim, in the order of the datasets. It is nil when nothing is left but tombstones.
func Of(id graph.StatementID, assertions []*graph.Assertion) *Statement {
	list := make([]*graph.Assertion, 0, len(assertions))
	for _, a := range assertions {
		if a.Redacted == "" {
			list = append(list, a)
		}
	}
	if len(list) == 0 {
		return nil
	}
	slices.SortFunc(list, func(a, b *graph.Assertion) int { return cmp.Compare(a.Dataset, b.Dataset) })
	c := &list[0].Claim
	p := Properties{"id": string(id), "rank": graph.RankOf(list).String()}
	var methods, datasets, quotes []string
	for _, a := range list {
		datasets = append(datasets, string(a.Dataset))
		if m := a.Method.String(); !slices.Contains(methods, m) {
			methods = append(methods, m)
		}
		for i := range a.Evidence {
			if q := a.Evidence[i].Quote; q != "" && len(quotes) < MaxQuotes && !slices.Contains(quotes, q) {
				quotes = append(quotes, q)
			}
		}
	}
	p["methods"], p["datasets"] = methods, datasets
	if len(quotes) > 0 {
		p["quotes"] = quotes
	}
	p.putValidity(c)
	p.putQualifiers(&c.Qualifiers)
	if c.Object == "" {
		p["predicate"] = c.Predicate.String()
		p.putValue(c.Value)
	}
	return &Statement{id, c, p}
}

// putValidity writes the ends as they are stated, in EDTF, and the days that count for comparing: the earliest of From, the latest of To.
func (p Properties) putValidity(c *graph.Claim) {
	p.putText("validFrom", c.Valid.From.String())
	p.putText("validTo", c.Valid.To.String())
	if from := c.Valid.From; !from.IsZero() && !from.IsOpen() {
		p["validFromDay"] = from.Earliest()
	}
	if to := c.Valid.To; !to.IsZero() && !to.IsOpen() {
		p["validToDay"] = to.Latest()
	}
}

func (p Properties) putQualifiers(q *graph.Qualifiers) {
	p.putText("effectiveOn", q.EffectiveOn.String())
	p.putText("depositary", string(q.Depositary))
	p.putText("place", string(q.Place))
	p.putText("onBehalfOf", string(q.OnBehalfOf))
	p.putText("vote", q.Vote)
	if q.Ordinal != 0 {
		p["ordinal"] = int64(q.Ordinal)
	}
	p.putText("inRole", q.Role)
	p.putText("note", q.Note)
	p.putText("about", string(q.About))
}

func (p Properties) putValue(v *graph.Value) {
	if v == nil {
		return
	}
	switch v.Kind {
	case graph.ValueText:
		p["value"] = v.Text
		p.putText("lang", string(v.Lang))
	case graph.ValueName:
		p["value"], p["lang"], p["nameRole"] = v.Text, string(v.Lang), v.Role.String()
	case graph.ValueIdentifier:
		p["value"], p["scheme"] = v.ID, v.Scheme.String()
	case graph.ValueQuantity:
		p["value"] = v.Amount
		p.putText("unit", v.Unit)
	case graph.ValueDate:
		p["value"], p["valueDay"] = v.Date.String(), v.Date.Earliest()
	case graph.ValueSpan:
		p["value"], p["start"], p["end"] = string(v.Hash), int64(v.Start), int64(v.End)
	}
}

func (p Properties) putText(key, text string) {
	if text != "" {
		p[key] = text
	}
}

// Labels of the kinds: Treaty, Resolution and so on, beside EntityLabel.
var Labels = func() map[graph.Kind]string {
	m := make(map[graph.Kind]string)
	for _, k := range graph.Kinds() {
		name := k.String()
		m[k] = name[:1] + strings.ToLower(name[1:])
	}
	return m
}()

// identifierProperties are where an entity shows its identifiers, the first of each scheme.
var identifierProperties = map[string]string{
	graph.SchemeUNSymbol.String(): "unSymbol", graph.SchemeUNTS.String(): "unts", graph.SchemeMTDSG.String(): "mtdsg",
	graph.SchemeWikidata.String(): "wikidata", graph.SchemeISO31661A2.String(): "iso2", graph.SchemeISO31661A3.String(): "iso3",
	graph.SchemeISO31663.String(): "iso3166Part3", graph.SchemeDOI.String(): "doi", graph.SchemeURL.String(): "url",
}

// A Naming is a fact of which an entity's names and identifiers are made, by the properties that show it.
type Naming struct{ Predicate, Value, Lang, Role, Rank, Scheme string }

// nameRoles orders roles as labels do: short before official, because lists and graphs show it.
var nameRoles = []string{graph.NameShort.String(), graph.NameOfficial.String(), graph.NameAlias.String(), graph.NameAcronym.String(),
	graph.NameHistoric.String(), graph.NameDescriptive.String()}

// EntityProperties returns what an entity's node shows, by facts that are not deprecated: English names first, then preferred ones, then by
// role, language and text; without any, the ID's slug. It puts the facts into another order.
func EntityProperties(id string, facts []Naming) Properties {
	_, slug, _ := strings.Cut(id, "/")
	p := Properties{"id": id, "name": slug}
	facts = slices.DeleteFunc(facts, func(f Naming) bool { return f.Rank == graph.RankDeprecated.String() })
	slices.SortFunc(facts, func(a, b Naming) int {
		return cmp.Or(cmp.Compare(english(a.Lang), english(b.Lang)), -cmp.Compare(a.Rank, b.Rank), // PREFERRED, NORMAL
			cmp.Compare(slices.Index(nameRoles, a.Role), slices.Index(nameRoles, b.Role)), cmp.Compare(a.Lang, b.Lang), cmp.Compare(a.Scheme, b.Scheme),
			cmp.Compare(a.Value, b.Value))
	})
	var names, langs, identifiers []string
	for _, f := range facts {
		if f.Predicate == graph.PredNamed.String() {
			if !slices.Contains(names, f.Value) {
				names, langs = append(names, f.Value), append(langs, f.Lang)
			}
			continue
		}
		identifiers = append(identifiers, f.Scheme+" "+f.Value)
		if key := identifierProperties[f.Scheme]; p[key] == nil {
			p[key] = f.Value
		}
	}
	if len(names) > 0 {
		p["name"], p["names"], p["nameLangs"] = names[0], names, langs
	}
	if len(identifiers) > 0 {
		p["identifiers"] = identifiers
	}
	return p
}

func english(lang string) int {
	switch {
	case lang == "en":
		return 0
	case strings.HasPrefix(lang, "en-"):
		return 1
	default:
		return 2
	}
}
