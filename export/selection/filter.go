package selection

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"treatygraph/graph"
	"treatygraph/index"
)

// How large filters may be: as those of the API, but for longer lists, as those of a data frame are.
const (
	maxFilterDepth = 5
	maxFilters     = 50
	maxItems       = 1_000 // in one list
)

// A filter is a StatementFilter of the API as JSON.
type filter struct {
	IDs          []graph.StatementID `json:"ids"`
	Document     graph.ID            `json:"document"`
	Subjects     []graph.ID          `json:"subjects"`
	Objects      []graph.ID          `json:"objects"`
	Entities     []graph.ID          `json:"entities"`
	SubjectKinds []string            `json:"subjectKinds"`
	ObjectKinds  []string            `json:"objectKinds"`
	Predicates   []string            `json:"predicates"`
	Dated        *dated              `json:"dated"`
	Methods      []string            `json:"methods"`
	Datasets     []graph.ID          `json:"datasets"`
	Evidenced    *bool               `json:"evidenced"`
	Ranks        []string            `json:"ranks"`
	And          []filter            `json:"and"`
	Or           []filter            `json:"or"`
	Not          *filter             `json:"not"`
}

// dated is a DateRange of the API.
type dated struct {
	From string `json:"from"`
	To   string `json:"to"`
	On   string `json:"on"`
}

func parseFilter(text string) (*index.ClaimFilter, error) {
	var f filter
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return nil, refuse("selection", "it is no filter: %s", reasonOf(err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, refuse("selection", "something follows the filter")
	}
	r := reader{}
	out := r.filter("selection", &f, 1)
	return out, r.err
}

// reasonOf says what is wrong with JSON in words that name no Go type.
func reasonOf(err error) string {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		return wrong.Field + " cannot be a " + wrong.Value
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it is cut off"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// A reader turns filters into those of the index and keeps the first error.
type reader struct {
	count int
	err   error
}

func (r *reader) refuse(field, format string, args ...any) {
	if r.err == nil {
		r.err = refuse(field, format, args...)
	}
}

func (r *reader) filter(field string, f *filter, depth int) *index.ClaimFilter {
	switch r.count++; {
	case depth > maxFilterDepth:
		r.refuse(field, "filters stand in each other more than %d deep", maxFilterDepth)
	case r.count > maxFilters:
		r.refuse(field, "there are more than %d filters in all", maxFilters)
	}
	if r.err != nil {
		return &index.ClaimFilter{}
	}
	out := &index.ClaimFilter{
		IDs: f.IDs, Subjects: r.ids(field+".subjects", f.Subjects), Objects: r.ids(field+".objects", f.Objects), Entities: r.ids(field+".entities", f.Entities),
		SubjectKinds: graph.Set(parsed(r, field+".subjectKinds", f.SubjectKinds, graph.ParseKind)...),
		ObjectKinds:  graph.Set(parsed(r, field+".objectKinds", f.ObjectKinds, graph.ParseKind)...),
		Predicates:   parsed(r, field+".predicates", f.Predicates, graph.ParsePredicate), Dated: r.dated(field+".dated", f.Dated),
		Methods: parsed(r, field+".methods", f.Methods, graph.ParseMethod), Datasets: r.ids(field+".datasets", f.Datasets), Evidenced: f.Evidenced,
		Ranks: parsed(r, field+".ranks", f.Ranks, graph.ParseRank),
	}
	for _, id := range f.IDs {
		if _, _, err := graph.ParseStatementID(string(id)); err != nil {
			r.refuse(field+".ids", "%v", err)
		}
	}
	bound(r, field+".ids", f.IDs)
	if f.Document != "" {
		out.Documents = r.ids(field+".document", []graph.ID{f.Document})
	}
	bound(r, field+".and", f.And)
	for i := range f.And {
		out.All = append(out.All, *r.filter(field+".and", &f.And[i], depth+1))
	}
	bound(r, field+".or", f.Or)
	for i := range f.Or {
		out.Any = append(out.Any, *r.filter(field+".or", &f.Or[i], depth+1))
	}
	if f.Not != nil {
		out.Not = r.filter(field+".not", f.Not, depth+1)
	}
	return out
}

// bound checks the length of a list. An empty one is refused, as by the API: whose question found nothing does not want everything.
func bound[T any](r *reader, field string, list []T) {
	switch {
	case list != nil && len(list) == 0:
		r.refuse(field, "an empty list asks for nothing; leave it out to ask for all")
	case len(list) > maxItems:
		r.refuse(field, "it holds more than %d items", maxItems)
	}
}

func (r *reader) ids(field string, ids []graph.ID) []graph.ID {
	bound(r, field, ids)
	for _, id := range ids {
		if _, err := graph.ParseID(string(id)); err != nil {
			r.refuse(field, "%v", err)
		}
	}
	return ids
}

func parsed[T any](r *reader, field string, names []string, parse func(string) (T, error)) []T {
	bound(r, field, names)
	var list []T
	for _, name := range names {
		value, err := parse(name)
		if err != nil {
			r.refuse(field, "%v", err)
		}
		list = append(list, value)
	}
	return list
}

func (r *reader) dated(field string, d *dated) *index.Days {
	if d == nil {
		return nil
	}
	switch {
	case *d == dated{}:
		r.refuse(field, "it says no date; give from, to or on")
	case d.On != "" && (d.From != "" || d.To != ""):
		r.refuse(field, "give on, or from and to")
	}
	days := &index.Days{From: graph.MinDay, To: graph.MaxDay}
	read := func(name, text string) (date graph.Date, given bool) {
		if text == "" {
			return date, false
		}
		date, err := graph.ParseDate(text)
		switch {
		case err != nil:
			r.refuse(field+"."+name, "%v", err)
		case date.IsOpen():
			r.refuse(field+"."+name, "%q is no date; leave it out for a time without this end", text)
		}
		return date, r.err == nil
	}
	if on, given := read("on", d.On); given {
		days.From, days.To = on.Earliest(), on.Latest()
	}
	if from, given := read("from", d.From); given {
		days.From = from.Earliest()
	}
	if to, given := read("to", d.To); given {
		days.To = to.Latest()
	}
	if days.From > days.To {
		r.refuse(field, "it begins after it ends")
	}
	return days
}
