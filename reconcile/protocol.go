package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"treatygraph/graph"
	"treatygraph/index"
)

// Limits of one request.
const (
	// MaxQueries is how many queries a batch may hold. OpenRefine sends ten, newer ones as many as the manifest says.
	MaxQueries = 100
	// MaxConditions is how many properties a query may give, and MaxGiven how many values of one.
	MaxConditions = 10
	MaxGiven      = 20
	// MaxExtended is how many entities and MaxColumns how many properties a data extension may ask for; MaxCell how many values come of one,
	// MaxValues how many in all: some megabytes.
	MaxExtended = 200
	MaxColumns  = 20
	MaxCell     = 100
	MaxValues   = 20_000
)

// ErrTooMuch says that a request is beyond a limit.
var ErrTooMuch = errors.New("too much is asked for at once")

// A Batch is queries by the keys under which their answers are expected.
type Batch map[string]*Query

// Cost is how many candidates the batch may get, and as many again for each property that they are held against.
func (b Batch) Cost() (n int) {
	for _, q := range b {
		n += q.Limit * (1 + len(q.Conditions))
	}
	return n
}

// ParseBatch reads a reconciliation query batch. Its errors are for the client: ErrTooMuch, or what is wrong. Fields that the protocol does not
// have are ignored, and so is type_strict, since an entity has one type.
func ParseBatch(text string) (Batch, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil || raw == nil {
		return nil, errors.New("queries: want a JSON object of queries")
	}
	if len(raw) > MaxQueries {
		return nil, fmt.Errorf("queries: %d are more than %d: %w", len(raw), MaxQueries, ErrTooMuch)
	}
	batch := make(Batch, len(raw))
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		q, err := parseQuery(raw[key])
		if err != nil {
			return nil, fmt.Errorf("query %.40q: %w", key, err)
		}
		batch[key] = q
	}
	return batch, nil
}

func parseQuery(raw json.RawMessage) (*Query, error) {
	var given struct {
		Query      *string
		Type       oneOrMore[string]
		Limit      float64
		Properties []struct {
			PID *string
			V   oneOrMore[givenValue]
		}
	}
	if err := json.Unmarshal(raw, &given); err != nil {
		return nil, errors.New(`want an object with "query", "type", "limit" and "properties" as the protocol has them`)
	}
	if given.Query == nil && len(given.Properties) == 0 {
		return nil, errors.New(`it has neither "query" nor "properties"`)
	}
	if len(given.Properties) > MaxConditions {
		return nil, fmt.Errorf("%d properties are more than %d: %w", len(given.Properties), MaxConditions, ErrTooMuch)
	}
	q := &Query{Limit: DefaultLimit}
	if given.Query != nil {
		q.Text = *given.Query
	}
	if given.Limit >= 1 {
		q.Limit = int(min(given.Limit, MaxLimit))
	}
	for _, id := range given.Type {
		if id == "" { // "no particular type", as clients write it
			continue
		}
		t, err := ParseType(id)
		if err != nil {
			return nil, err
		}
		q.Kinds |= t.kinds
	}
	for _, c := range given.Properties {
		if c.PID == nil {
			return nil, errors.New(`a property has no "pid"`)
		}
		p, err := ParseProperty(*c.PID)
		if err != nil {
			return nil, err
		}
		if len(c.V) > MaxGiven {
			return nil, fmt.Errorf("%d values of a property are more than %d: %w", len(c.V), MaxGiven, ErrTooMuch)
		}
		condition := Condition{Property: p}
		for _, v := range c.V {
			condition.Values = append(condition.Values, Value(v))
		}
		q.Conditions = append(q.Conditions, condition)
	}
	return q, nil
}

// oneOrMore is a list that may be written as its only item.
type oneOrMore[T any] []T

func (l *oneOrMore[T]) UnmarshalJSON(text []byte) error {
	if text[0] == '[' {
		return json.Unmarshal(text, (*[]T)(l))
	}
	*l = make([]T, 1)
	return json.Unmarshal(text, &(*l)[0])
}

// A givenValue is a string, a number, a boolean, or an entity that was reconciled before.
type givenValue Value

func (v *givenValue) UnmarshalJSON(text []byte) error {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	switch value := value.(type) {
	case nil:
	case string:
		v.Text = value
	case float64:
		v.Text = strconv.FormatFloat(value, 'f', -1, 64)
	case bool:
		v.Text = strconv.FormatBool(value)
	case map[string]any:
		id, is := value["id"].(string)
		if !is {
			return errors.New("an entity has no ID")
		}
		v.Entity = graph.ID(id)
		v.Text, _ = value["name"].(string)
	default:
		return errors.New("a list in a list")
	}
	return nil
}

// A Feature is one number or truth of which a score is made.
type Feature struct {
	ID    string `json:"id"`
	Value any    `json:"value"`
}

// A ResultCandidate is a Candidate as the protocol writes it.
type ResultCandidate struct {
	ID          graph.ID  `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Type        []Type    `json:"type"`
	Score       float64   `json:"score"`
	Match       bool      `json:"match"`
	Features    []Feature `json:"features"`
}

// A Result is what a query finds.
type Result struct {
	Candidates []ResultCandidate `json:"result"`
}

// Answer answers a batch. The errors are those of Find.
func (r *Reconciler) Answer(ctx context.Context, batch Batch) (map[string]Result, error) {
	results := make(map[string]Result, len(batch))
	for key, q := range batch {
		found, err := r.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		list := make([]ResultCandidate, len(found))
		for i := range found {
			c := &found[i]
			list[i] = ResultCandidate{
				ID: c.ID, Name: c.Name, Description: r.Describe(c.ID), Type: []Type{briefTypeOf(c.ID)}, Score: c.Score, Match: c.Match,
				Features: []Feature{{"name", c.NameScore}, {"identifier", c.Identified}, {"properties", c.Agreement}, {"rivals", c.Rivals}, {"statements", c.Statements}},
			}
		}
		results[key] = Result{list}
	}
	return results, nil
}

func briefTypeOf(id graph.ID) Type {
	t := typeOf(id.Kind())
	return Type{ID: t.ID, Name: t.Name}
}

// A Suggestion is an entity that a person may choose.
type Suggestion struct {
	ID          graph.ID `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Notable     []Type   `json:"notable"`
}

// Suggestions writes entities as the protocol does.
func (r *Reconciler) Suggestions(ids []graph.ID) []Suggestion {
	list := make([]Suggestion, len(ids))
	for i, id := range ids {
		list[i] = Suggestion{id, r.Label(id), r.Describe(id), []Type{briefTypeOf(id)}}
	}
	return list
}

// An Extension asks for what entities have for properties.
type Extension struct {
	IDs     []string
	Columns []Column
}

// A Column is a property that is asked for, with what settings.
type Column struct {
	Property
	Limit    int            // of values
	Language graph.Language // of the names of entities; empty: the reconciler's
}

// Cells is how many cells the extension has: what it costs.
func (e *Extension) Cells() int { return len(e.IDs) * len(e.Columns) }

// ParseExtension reads a data extension query. Its errors are as ParseBatch's.
func ParseExtension(text string) (*Extension, error) {
	var given struct {
		IDs        []string
		Properties []struct {
			ID       string
			Settings map[string]any
		}
	}
	if err := json.Unmarshal([]byte(text), &given); err != nil || given.IDs == nil || given.Properties == nil {
		return nil, errors.New(`extend: want an object with "ids" and "properties" as the protocol has them`)
	}
	switch {
	case len(given.IDs) > MaxExtended:
		return nil, fmt.Errorf("extend: %d ids are more than %d: %w", len(given.IDs), MaxExtended, ErrTooMuch)
	case len(given.Properties) > MaxColumns:
		return nil, fmt.Errorf("extend: %d properties are more than %d: %w", len(given.Properties), MaxColumns, ErrTooMuch)
	}
	e := &Extension{IDs: given.IDs}
	for _, g := range given.Properties {
		p, err := ParseProperty(g.ID)
		if err != nil {
			return nil, fmt.Errorf("extend: %w", err)
		}
		column := Column{Property: p, Limit: MaxCell}
		if limit, err := strconv.ParseFloat(fmt.Sprint(g.Settings[limitSetting]), 64); err == nil && limit >= 1 { // OpenRefine sends numbers as texts
			column.Limit = int(min(limit, MaxCell))
		}
		if tag, _ := g.Settings[languageSetting].(string); tag != "" {
			if column.Language, err = graph.ParseLanguage(tag); err != nil {
				return nil, fmt.Errorf("extend: property %.80q: language: %w", g.ID, err)
			}
		}
		e.Columns = append(e.Columns, column)
	}
	return e, nil
}

// The settings of a property in a data extension.
const (
	limitSetting    = "limit"
	languageSetting = "language"
)

// A Setting is what a person may choose for a property that is fetched.
type Setting struct {
	Name    string `json:"name"`
	Label   string `json:"label"`
	Type    string `json:"type"`
	Default any    `json:"default"`
	Help    string `json:"help_text"`
}

// Settings are those of every property.
var Settings = []Setting{
	{limitSetting, "Limit", "number", MaxCell, "how many values are fetched at most"},
	{languageSetting, "Language", "text", "", "in which entities are named, such as zh; empty: that of the browser"},
}

// An Extended is what entities have for properties.
type Extended struct {
	Meta []Property                    `json:"meta"`
	Rows map[string]map[string][]Value `json:"rows"`
}

// Extend answers a data extension. An entity that does not exist has no values. The errors are ErrTooMuch and the context's.
func (r *Reconciler) Extend(ctx context.Context, e *Extension) (*Extended, error) {
	out := &Extended{Meta: []Property{}, Rows: make(map[string]map[string][]Value, len(e.IDs))}
	for i := range e.Columns {
		out.Meta = append(out.Meta, e.Columns[i].Property)
	}
	all := 0
	for _, asked := range e.IDs {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("extend: %w", err)
		}
		row := make(map[string][]Value, len(e.Columns))
		entity, found := r.Snapshot.Entity(graph.ID(asked), index.AsOf{})
		for i := range e.Columns {
			c := &e.Columns[i]
			row[c.ID] = []Value{}
			if !found {
				continue
			}
			in := *r
			if c.Language != "" {
				in.Language = c.Language
			}
			row[c.ID] = append(row[c.ID], in.Values(entity.ID, &c.Property, c.Limit)...)
			if all += len(row[c.ID]); all > MaxValues {
				return nil, fmt.Errorf("extend: there are more than %d values: %w", MaxValues, ErrTooMuch)
			}
		}
		out.Rows[asked] = row
	}
	return out, nil
}

// MarshalJSON writes a value as a data extension does.
func (v Value) MarshalJSON() ([]byte, error) {
	switch {
	case v.Entity != "":
		return json.Marshal(struct {
			ID   graph.ID `json:"id"`
			Name string   `json:"name"`
		}{v.Entity, v.Text})
	case v.Day:
		return json.Marshal(map[string]string{"date": v.Text + "T00:00:00Z"})
	default:
		return json.Marshal(map[string]string{"str": v.Text})
	}
}

// A Manifest says what a service can do and where.
type Manifest struct {
	Versions        []string           `json:"versions"`
	Name            string             `json:"name"`
	IdentifierSpace string             `json:"identifierSpace"`
	SchemaSpace     string             `json:"schemaSpace"`
	DefaultTypes    []Type             `json:"defaultTypes"`
	ServiceVersion  string             `json:"serviceVersion"`
	View            address            `json:"view"`
	Preview         preview            `json:"preview"`
	Suggest         map[string]service `json:"suggest"`
	Extend          extend             `json:"extend"`
	BatchSize       int                `json:"batchSize"`
}

type address struct {
	URL string `json:"url"`
}

type preview struct {
	URL    string `json:"url"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

type service struct {
	URL  string `json:"service_url"`
	Path string `json:"service_path"`
}

type extend struct {
	Propose  service   `json:"propose_properties"`
	Settings []Setting `json:"property_settings"`
}

// NewManifest makes the manifest of a service at an address, without a slash at the end.
func NewManifest(base, version string) *Manifest {
	return &Manifest{
		Versions: []string{"0.2"}, Name: "treatygraph", ServiceVersion: version, DefaultTypes: DefaultTypes(),
		IdentifierSpace: base + "/entity/",
		SchemaSpace:     "urn:treatygraph:", // of the kinds, as the JSON-LD of entities has them
		View:            address{base + "/entity/{{id}}"},
		Preview:         preview{base + "/reconcile/preview?id={{id}}", 400, 240},
		Suggest: map[string]service{
			"entity":   {base, "/reconcile/suggest/entity"},
			"type":     {base, "/reconcile/suggest/type"},
			"property": {base, "/reconcile/suggest/property"},
		},
		Extend:    extend{service{base, "/reconcile/extend/propose"}, Settings},
		BatchSize: MaxQueries,
	}
}
