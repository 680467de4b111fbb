package reconcile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"treatygraph/graph"
	"treatygraph/index"
)

// A Property is something that the record says of entities: one of
//
//   - "name", and "name:zh" and so on: names, of all languages or of one;
//   - "identifier:ISO3166_1_A2" and so on: identifiers of a scheme, as the API spells it;
//   - "type": the kind;
//   - "status": what became of an instrument, as of today;
//   - "ADOPTED", "MEMBER_OF" and so on: the dates of statements that have nothing but a date, and what stands at the other end of others;
//   - "inverse:SIGNED" and so on: the same, read from the other end.
type Property struct {
	ID   string `json:"id"`
	Name string `json:"name"`

	sort      propertySort
	lang      graph.Language
	scheme    graph.Scheme
	predicate graph.Predicate
	kinds     graph.KindSet // that can have it
}

type propertySort uint8

const (
	sortName propertySort = iota
	sortIdentifier
	sortType
	sortStatus
	sortDate
	sortLink
	sortInverse
)

// The beginnings of the IDs of properties.
const (
	namePrefix       = "name:"
	identifierPrefix = "identifier:"
	inversePrefix    = "inverse:"
)

// suggestedLanguages are those of the names in the record; others can be asked for too.
var suggestedLanguages = []graph.Language{"en", "ru", "zh", "zh-Hant"}

// Properties are all properties, but for names in other languages.
var Properties = func() []Property {
	list := []Property{{ID: "name", Name: "Name in any language", sort: sortName, kinds: graph.AnyKind}}
	for _, l := range suggestedLanguages {
		list = append(list, nameIn(l))
	}
	for _, s := range graph.Schemes() {
		list = append(list, Property{ID: identifierPrefix + s.String(), Name: "Identifier: " + words(s.String()), sort: sortIdentifier, scheme: s, kinds: graph.AnyKind})
	}
	list = append(list,
		Property{ID: "type", Name: "Type", sort: sortType, kinds: graph.AnyKind},
		Property{ID: "status", Name: "Status today", sort: sortStatus, kinds: graph.Instruments})
	for _, p := range graph.Predicates() {
		switch row := p.Row(); {
		case row.Value != 0 || p == graph.PredMergedInto: // values are contents, which are asked of the API; a merge is no property of anything
		case row.Objects == 0:
			list = append(list, Property{ID: p.String(), Name: words(p.String()), sort: sortDate, predicate: p, kinds: row.Subjects})
		default:
			list = append(list,
				Property{ID: p.String(), Name: words(p.String()), sort: sortLink, predicate: p, kinds: row.Subjects},
				Property{ID: inversePrefix + p.String(), Name: strings.ToUpper(row.Inverse[:1]) + row.Inverse[1:], sort: sortInverse, predicate: p, kinds: row.Objects})
		}
	}
	return list
}()

func nameIn(l graph.Language) Property {
	return Property{ID: namePrefix + string(l), Name: "Name in " + string(l), sort: sortName, lang: l, kinds: graph.AnyKind}
}

// words writes a constant for people: "ENTERED_INTO_FORCE" is "Entered into force". Names of schemes stay in capitals.
func words(constant string) string {
	s := strings.ReplaceAll(constant, "_", " ")
	if _, err := graph.ParseScheme(constant); err == nil {
		return s
	}
	return s[:1] + strings.ToLower(s[1:])
}

// ParseProperty returns the property with an ID.
func ParseProperty(id string) (Property, error) {
	for _, p := range Properties {
		if p.ID == id {
			return p, nil
		}
	}
	if tag, is := strings.CutPrefix(id, namePrefix); is {
		if l, err := graph.ParseLanguage(tag); err == nil {
			return nameIn(l), nil
		}
	}
	return Property{}, fmt.Errorf("there is no property %.80q", id)
}

// languages are those of a property of names; nil: all.
func (p *Property) languages() []graph.Language {
	if p.lang == "" {
		return nil
	}
	return []graph.Language{p.lang}
}

// has tells whether a name is one of the property.
func (p *Property) has(n graph.Name) bool {
	return p.lang == "" || n.Lang == p.lang || strings.HasPrefix(string(n.Lang), string(p.lang)+"-")
}

// A Value is what an entity has for a property: an entity with its name, or a text. Day tells that the text is a whole day.
type Value struct {
	Entity graph.ID
	Text   string
	Day    bool
}

// Values returns what an entity has for a property, at most so many.
func (r *Reconciler) Values(id graph.ID, p *Property, most int) []Value {
	list := r.values(id, p, most)
	for i := range list {
		if v := &list[i]; v.Entity != "" {
			v.Text = r.Label(v.Entity)
		}
	}
	return list
}

// values is Values without the names of entities.
func (r *Reconciler) values(id graph.ID, p *Property, most int) (list []Value) {
	switch p.sort {
	case sortName:
		for _, n := range r.Snapshot.Names(id, index.AsOf{}) {
			if p.has(n.Name) {
				list = append(list, Value{Text: n.Text})
			}
		}
	case sortIdentifier:
		for _, i := range r.Snapshot.Identifiers(id, index.AsOf{}) {
			if i.Scheme == p.scheme {
				list = append(list, Value{Text: i.Value})
			}
		}
	case sortType:
		list = append(list, Value{Text: id.Kind().Prefix()})
	case sortStatus:
		if !graph.Instruments.Has(id.Kind()) {
			break
		}
		if status := r.Snapshot.InstrumentStatus(id, r.Today, index.AsOf{}).Value; status != graph.StateUnknown {
			list = append(list, Value{Text: status.String()})
		}
	case sortDate, sortLink, sortInverse:
		return r.stated(id, p, most)
	}
	return list[:min(len(list), most)]
}

// stated returns the dates of statements, or what stands at their other ends, each once.
func (r *Reconciler) stated(id graph.ID, p *Property, most int) (list []Value) {
	if most <= 0 {
		return nil
	}
	q := index.StatementQuery{Entity: id, Direction: index.Out, Predicates: []graph.Predicate{p.predicate}, Page: index.Page{First: most}}
	if p.sort == sortInverse {
		q.Direction = index.In
	}
	page, err := r.Snapshot.Statements(q)
	if err != nil {
		return nil // of wrong cursors alone, and there is none
	}
	for i := range page.Items {
		s := &page.Items[i]
		v := Value{Entity: s.Other}
		if p.sort == sortDate {
			from := s.Valid.From
			if from.IsZero() || from.IsOpen() {
				continue
			}
			v = Value{Text: from.String(), Day: from.Earliest() == from.Latest() && from.String() == from.Earliest().String()}
		}
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// A Condition says what the entity that is meant should have for a property: one of some values.
type Condition struct {
	Property Property
	Values   []Value
}

// What a condition says of an entity.
type verdict uint8

const (
	silent verdict = iota // nothing: the record or the values do not tell
	agrees
	excludes
)

// valuesCompared is how many values of an entity a condition is held against: the parties of the largest treaties.
const valuesCompared = 300

// A test is a condition made ready: what tells of a value whether it is one of those given. Values that can be none are left out.
type test struct {
	*Condition
	fits []func(Value) bool
}

func (r *Reconciler) test(c *Condition) test {
	t := test{Condition: c}
	for _, given := range c.Values {
		if fits, err := r.comparison(&c.Property, given); err == nil {
			t.fits = append(t.fits, fits)
		}
	}
	return t
}

// holds holds an entity against a condition. Only what an entity has one of can exclude it: a scheme gives an identifier once, and there is
// one type, status and date of an event. Of names and links the record need not know all.
func (r *Reconciler) holds(t *test, id graph.ID) verdict {
	if len(t.fits) == 0 {
		return silent
	}
	has := r.values(id, &t.Property, valuesCompared)
	for _, fits := range t.fits {
		if slices.ContainsFunc(has, fits) {
			return agrees
		}
	}
	switch t.Property.sort {
	case sortIdentifier, sortType, sortStatus, sortDate:
		if len(has) > 0 {
			return excludes
		}
	}
	return silent
}

var errUnreadable = errors.New("the value cannot be one of the property")

// comparison returns what tells whether a value of an entity is the given one. The error says that none can be.
func (r *Reconciler) comparison(p *Property, given Value) (func(Value) bool, error) {
	text := strings.TrimSpace(given.Text)
	if text == "" && given.Entity == "" {
		return nil, errUnreadable
	}
	switch p.sort {
	case sortName:
		var keys []string
		for _, s := range spellings(text) {
			keys = append(keys, graph.NormalizeName(s))
		}
		return func(v Value) bool { return slices.Contains(keys, graph.NormalizeName(v.Text)) }, nil
	case sortIdentifier:
		identifier, err := graph.ParseIdentifier(p.scheme, text)
		return func(v Value) bool { return v.Text == identifier.Value }, err
	case sortType:
		t, err := ParseType(strings.ToLower(text))
		if err != nil {
			return nil, err
		}
		return func(v Value) bool {
			return slices.ContainsFunc(graph.Kinds(), func(k graph.Kind) bool { return k.Prefix() == v.Text && t.kinds.Has(k) })
		}, nil
	case sortStatus:
		state, err := graph.ParseInstrumentState(strings.ToUpper(strings.ReplaceAll(text, " ", "_")))
		return func(v Value) bool { return v.Text == state.String() }, err
	case sortDate:
		date, err := graph.ParseDate(text)
		return func(v Value) bool {
			other, err := graph.ParseDate(v.Text)
			return err == nil && date.Earliest() <= other.Latest() && other.Earliest() <= date.Latest()
		}, err
	default:
		wanted := map[graph.ID]bool{}
		if e, found := r.Snapshot.Entity(given.Entity, index.AsOf{}); found {
			wanted[e.ID] = true
		} else {
			for _, m := range r.Snapshot.Lookup(text, 0, index.AsOf{}) {
				wanted[m.Entity] = true
			}
		}
		return func(v Value) bool { return wanted[v.Entity] }, nil
	}
}
