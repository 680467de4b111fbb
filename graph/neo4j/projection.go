package neo4j

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"treatygraph/graph"
)

// maxQuotes bounds the quotes that a relationship or a fact shows: a person reads a few, and a mention may stand a thousand times.
const maxQuotes = 20

// A statement is one claim as the projection shows it: a relationship when it has an object, else a fact.
type statement struct {
	id         graph.StatementID
	claim      graph.Claim
	properties map[string]any
}

// row is what the statements of Cypher take: both ends and the properties.
func (s *statement) row() []any {
	return []any{string(s.claim.Subject), string(s.claim.Object), s.properties}
}

// statementOf folds what the datasets assert of one claim, in the order of the datasets.
func statementOf(id graph.StatementID, assertions []*graph.Assertion) *statement {
	slices.SortFunc(assertions, func(a, b *graph.Assertion) int { return cmp.Compare(a.Dataset, b.Dataset) })
	c := &assertions[0].Claim
	p := map[string]any{"id": string(id), "rank": graph.RankOf(assertions).String()}
	var methods, datasets, quotes []string
	for _, a := range assertions {
		datasets = append(datasets, string(a.Dataset))
		if m := a.Method.String(); !slices.Contains(methods, m) {
			methods = append(methods, m)
		}
		for i := range a.Evidence {
			if q := a.Evidence[i].Quote; q != "" && len(quotes) < maxQuotes && !slices.Contains(quotes, q) {
				quotes = append(quotes, q)
			}
		}
	}
	p["methods"], p["datasets"] = methods, datasets
	if len(quotes) > 0 {
		p["quotes"] = quotes
	}
	putValidity(p, c)
	putQualifiers(p, &c.Qualifiers)
	if c.Object == "" {
		p["predicate"] = c.Predicate.String()
		putValue(p, c.Value)
	}
	return &statement{id, *c, p}
}

// putValidity writes the ends as they are stated, in EDTF, and the days that count for comparing: the earliest of From, the latest of To.
func putValidity(p map[string]any, c *graph.Claim) {
	putText(p, "validFrom", c.Valid.From.String())
	putText(p, "validTo", c.Valid.To.String())
	if from := c.Valid.From; !from.IsZero() && !from.IsOpen() {
		p["validFromDay"] = day(from.Earliest())
	}
	if to := c.Valid.To; !to.IsZero() && !to.IsOpen() {
		p["validToDay"] = day(to.Latest())
	}
}

func day(d graph.Day) driver.Date {
	return driver.DateOf(time.Unix(int64(d)*24*60*60, 0).UTC())
}

func putQualifiers(p map[string]any, q *graph.Qualifiers) {
	putText(p, "effectiveOn", q.EffectiveOn.String())
	putText(p, "depositary", string(q.Depositary))
	putText(p, "place", string(q.Place))
	putText(p, "onBehalfOf", string(q.OnBehalfOf))
	putText(p, "vote", q.Vote)
	if q.Ordinal != 0 {
		p["ordinal"] = int64(q.Ordinal)
	}
	putText(p, "inRole", q.Role)
	putText(p, "note", q.Note)
	putText(p, "about", string(q.About))
}

func putValue(p map[string]any, v *graph.Value) {
	if v == nil {
		return
	}
	switch v.Kind {
	case graph.ValueText:
		p["value"] = v.Text
		putText(p, "lang", string(v.Lang))
	case graph.ValueName:
		p["value"], p["lang"], p["nameRole"] = v.Text, string(v.Lang), v.Role.String()
	case graph.ValueIdentifier:
		p["value"], p["scheme"] = v.ID, v.Scheme.String()
	case graph.ValueQuantity:
		p["value"] = v.Amount
		putText(p, "unit", v.Unit)
	case graph.ValueDate:
		p["value"], p["valueDay"] = v.Date.String(), day(v.Date.Earliest())
	case graph.ValueSpan:
		p["value"], p["start"], p["end"] = string(v.Hash), int64(v.Start), int64(v.End)
	}
}

func putText(p map[string]any, key, text string) {
	if text != "" {
		p[key] = text
	}
}

// labels of the kinds: Treaty, Resolution and so on, beside Entity.
var labels = func() map[graph.Kind]string {
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

// A naming fact is what an entity's names and identifiers are made of.
type naming struct{ predicate, value, lang, role, rank, scheme string }

// namingOf reads one from the columns of its fact.
func namingOf(row []any) naming {
	return naming{str(row[0]), str(row[1]), str(row[2]), str(row[3]), str(row[4]), str(row[5])}
}

// naming returns the name or identifier that a statement gives.
func (s *statement) naming() naming {
	p := s.properties
	return namingOf([]any{p["predicate"], p["value"], p["lang"], p["nameRole"], p["rank"], p["scheme"]})
}

// nameRoles orders roles as labels do: short before official, because lists and graphs show it.
var nameRoles = []string{graph.NameShort.String(), graph.NameOfficial.String(), graph.NameAlias.String(), graph.NameAcronym.String(),
	graph.NameHistoric.String(), graph.NameDescriptive.String()}

// entityProperties returns what an entity's node shows, by facts that are not deprecated: English names first, then preferred ones, then by
// role, language and text; without any, the ID's slug.
func entityProperties(id string, facts []naming) map[string]any {
	_, slug, _ := strings.Cut(id, "/")
	p := map[string]any{"id": id, "name": slug}
	facts = slices.DeleteFunc(facts, func(f naming) bool { return f.rank == graph.RankDeprecated.String() })
	slices.SortFunc(facts, func(a, b naming) int {
		return cmp.Or(cmp.Compare(english(a.lang), english(b.lang)), -cmp.Compare(a.rank, b.rank), // PREFERRED, NORMAL
			cmp.Compare(slices.Index(nameRoles, a.role), slices.Index(nameRoles, b.role)), cmp.Compare(a.lang, b.lang), cmp.Compare(a.scheme, b.scheme),
			cmp.Compare(a.value, b.value))
	})
	var names, langs, identifiers []string
	for _, f := range facts {
		if f.predicate == graph.PredNamed.String() {
			if !slices.Contains(names, f.value) {
				names, langs = append(names, f.value), append(langs, f.lang)
			}
			continue
		}
		identifiers = append(identifiers, f.scheme+" "+f.value)
		if key := identifierProperties[f.scheme]; p[key] == nil {
			p[key] = f.value
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

// A difference is what a revision changes in the projection.
type difference struct {
	entities map[graph.Kind][]string // new ones
	gone     []*statement
	made     []*statement
	changed  []*statement
	renamed  []string // entities one of whose names or identifiers changed
}

// A said is what the datasets assert of statements: bodies by statement and dataset.
type said map[graph.StatementID]map[graph.ID]string

// differenceOf works out what a plan changes, from the open versions of all statements it touches.
func differenceOf(plan *graph.Plan, open openVersions) (*difference, error) {
	touched := make(said)
	for _, ref := range plan.Change.Closed {
		touched[ref.Statement] = nil
	}
	for i := range plan.Change.Written {
		touched[plan.Change.Written[i].Ref.Statement] = nil
	}
	before, after := make(said, len(touched)), make(said, len(touched))
	for id := range touched {
		before[id], after[id] = open.bodies(id), open.bodies(id)
	}
	for _, ref := range plan.Change.Closed {
		delete(after[ref.Statement], ref.Dataset)
	}
	for i := range plan.Change.Written {
		v := &plan.Change.Written[i]
		after[v.Ref.Statement][v.Ref.Dataset] = v.Body
	}
	d, err := compareSaid(before, after)
	if err != nil {
		return nil, err
	}
	for _, id := range plan.Entities {
		d.entities[id.Kind()] = append(d.entities[id.Kind()], string(id))
		d.renamed = append(d.renamed, string(id)) // their nodes show a name from the beginning
	}
	slices.Sort(d.renamed)
	d.renamed = slices.Compact(d.renamed)
	return d, nil
}

// compareSaid works out what changes when what is said of the same statements does.
func compareSaid(before, after said) (*difference, error) {
	d := &difference{entities: make(map[graph.Kind][]string)}
	renamed := make(map[string]bool)
	for _, id := range slices.Sorted(maps.Keys(after)) {
		was, err := folded(id, before[id])
		if err != nil {
			return nil, err
		}
		is, err := folded(id, after[id])
		if err != nil {
			return nil, err
		}
		one := is
		switch {
		case is == nil && was == nil:
			continue
		case is == nil:
			d.gone, one = append(d.gone, was), was
		case was == nil:
			d.made = append(d.made, is)
		case reflect.DeepEqual(was.properties, is.properties):
			continue
		default:
			d.changed = append(d.changed, is)
		}
		if names(one.claim.Predicate) {
			renamed[string(one.claim.Subject)] = true
		}
	}
	d.renamed = slices.Sorted(maps.Keys(renamed))
	return d, nil
}

// names tells whether statements with a predicate are what an entity's names and identifiers are made of.
func names(p graph.Predicate) bool { return p == graph.PredNamed || p == graph.PredIdentifiedBy }

// folded returns what is shown of a statement: nothing when nobody asserts it, or tombstones alone.
func folded(id graph.StatementID, bodies map[graph.ID]string) (*statement, error) {
	list := make([]*graph.Assertion, 0, len(bodies))
	for _, body := range bodies {
		a, err := graph.DecodeAssertion(body)
		if err != nil {
			return nil, err
		}
		if a.Redacted == "" {
			list = append(list, a)
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	return statementOf(id, list), nil
}
