package view

import (
	"fmt"

	"treatygraph/graph"
	"treatygraph/index"
)

// How large filters may be.
const (
	MaxFilterDepth = 5   // of filters in filters
	MaxFilters     = 50  // in all
	MaxFilterItems = 100 // in one list
)

// EntityFilter is the GraphQL inputs EntityFilter and TreatyFilter.
type EntityFilter struct {
	Kinds       []graph.Kind
	IDs         []string
	Names       []string
	Identifiers []IdentifierInput
	Schemes     []graph.Scheme
	Dated       *DateRange
	Status      *StatusCondition
	Party       *PartyCondition
	MentionedIn []string
	Has         *StatementCondition
	And, Or     []EntityFilter
	Not         *EntityFilter
}

// StatementFilter is the GraphQL input StatementFilter.
type StatementFilter struct {
	IDs          []string
	Document     *string
	Subjects     []string
	Objects      []string
	Entities     []string
	SubjectKinds []graph.Kind
	ObjectKinds  []graph.Kind
	Predicates   []graph.Predicate
	Dated        *DateRange
	Methods      []graph.Method
	Datasets     []string
	Evidenced    *bool
	Ranks        []graph.Rank
	And, Or      []StatementFilter
	Not          *StatementFilter
}

// DateRange is the GraphQL input DateRange.
type DateRange struct{ From, To, On *graph.Date }

// StatusCondition is the GraphQL input StatusCondition.
type StatusCondition struct {
	Is []graph.InstrumentState
	At *graph.Date
}

// PartyCondition is the GraphQL input PartyCondition.
type PartyCondition struct {
	Actor string
	Is    []graph.PartyState
	At    *graph.Date
}

// StatementCondition is the GraphQL input StatementCondition.
type StatementCondition struct {
	Direction  Direction
	Predicates []graph.Predicate
	Others     []string
	OtherKinds []graph.Kind
	Dated      *DateRange
	Datasets   []string
	Methods    []graph.Method
	Evidenced  *bool
}

// entityFilter reads a filter; argument is its name.
func (op *Op) entityFilter(argument string, f *EntityFilter) (*index.EntityFilter, error) {
	r := filterReader{op: op}
	read := r.entity(argument, f, 1)
	return read, r.err
}

// statementFilter reads a filter; argument is its name.
func (op *Op) statementFilter(argument string, f *StatementFilter) (index.ClaimFilter, error) {
	r := filterReader{op: op}
	var read index.ClaimFilter
	if claim := r.claim(argument, f, 1); claim != nil {
		read = *claim
	}
	return read, r.err
}

// A filterReader reads filters and keeps the first error.
type filterReader struct {
	op    *Op
	count int
	err   error
}

func (r *filterReader) refuse(argument, format string, args ...any) {
	if r.err == nil {
		r.err = inputError(argument, format, args...)
	}
}

// enter counts a filter and tells whether it is to be read.
func (r *filterReader) enter(argument string, depth int) bool {
	switch r.count++; {
	case depth > MaxFilterDepth:
		r.refuse(argument, "filters stand in each other more than %d deep", MaxFilterDepth)
	case r.count > MaxFilters:
		r.refuse(argument, "there are more than %d filters in all", MaxFilters)
	}
	return r.err == nil
}

func (r *filterReader) entity(argument string, f *EntityFilter, depth int) *index.EntityFilter {
	if f == nil || !r.enter(argument, depth) {
		return nil
	}
	out := &index.EntityFilter{
		Kinds: graph.Set(items(r, argument+".kinds", f.Kinds)...), IDs: r.ids(argument+".ids", f.IDs), Names: items(r, argument+".names", f.Names),
		Schemes: items(r, argument+".schemes", f.Schemes), Dated: r.days(argument+".dated", f.Dated), MentionedIn: r.ids(argument+".mentionedIn", f.MentionedIn),
		Status: r.status(argument+".status", f.Status), Party: r.party(argument+".party", f.Party), Has: r.condition(argument+".has", f.Has),
		Not: r.entity(argument+".not", f.Not, depth+1),
	}
	for i, name := range out.Names {
		switch {
		case graph.NormalizeName(name) == "":
			r.refuse(item(argument+".names", i), "is empty")
		case len([]rune(name)) > graph.MaxNameRunes:
			r.refuse(item(argument+".names", i), "is longer than %d characters", graph.MaxNameRunes)
		}
	}
	for i, given := range items(r, argument+".identifiers", f.Identifiers) {
		identifier, err := graph.ParseIdentifier(given.Scheme, given.Value)
		if err != nil {
			r.refuse(item(argument+".identifiers", i), "%v", err)
		}
		out.Identifiers = append(out.Identifiers, identifier)
	}
	below := func(argument string, list []EntityFilter) (read []index.EntityFilter) {
		for i := range items(r, argument, list) {
			if sub := r.entity(item(argument, i), &list[i], depth+1); sub != nil {
				read = append(read, *sub)
			}
		}
		return read
	}
	out.All, out.Any = below(argument+".and", f.And), below(argument+".or", f.Or)
	return out
}

func (r *filterReader) claim(argument string, f *StatementFilter, depth int) *index.ClaimFilter {
	if f == nil || !r.enter(argument, depth) {
		return nil
	}
	out := &index.ClaimFilter{
		Subjects: r.ids(argument+".subjects", f.Subjects), Objects: r.ids(argument+".objects", f.Objects), Entities: r.ids(argument+".entities", f.Entities),
		SubjectKinds: graph.Set(items(r, argument+".subjectKinds", f.SubjectKinds)...), ObjectKinds: graph.Set(items(r, argument+".objectKinds", f.ObjectKinds)...),
		Predicates: items(r, argument+".predicates", f.Predicates), Dated: r.days(argument+".dated", f.Dated), Methods: items(r, argument+".methods", f.Methods),
		Datasets: r.ids(argument+".datasets", f.Datasets), Evidenced: f.Evidenced, Ranks: items(r, argument+".ranks", f.Ranks),
		Not: r.claim(argument+".not", f.Not, depth+1),
	}
	if f.Document != nil {
		out.Documents = []graph.ID{r.id(argument+".document", *f.Document)}
	}
	for i, id := range items(r, argument+".ids", f.IDs) {
		if _, _, err := graph.ParseStatementID(id); err != nil {
			r.refuse(item(argument+".ids", i), "%v", err)
		}
		out.IDs = append(out.IDs, graph.StatementID(id))
	}
	below := func(argument string, list []StatementFilter) (read []index.ClaimFilter) {
		for i := range items(r, argument, list) {
			if sub := r.claim(item(argument, i), &list[i], depth+1); sub != nil {
				read = append(read, *sub)
			}
		}
		return read
	}
	out.All, out.Any = below(argument+".and", f.And), below(argument+".or", f.Or)
	return out
}

func (r *filterReader) status(argument string, c *StatusCondition) *index.StatusCondition {
	if c == nil {
		return nil
	}
	r.some(argument+".is", len(c.Is), "name at least one status")
	return &index.StatusCondition{Is: items(r, argument+".is", c.Is), On: r.day(argument+".at", c.At)}
}

func (r *filterReader) party(argument string, c *PartyCondition) *index.PartyCondition {
	if c == nil {
		return nil
	}
	r.some(argument+".is", len(c.Is), "leave it out to ask for those for whom the treaty is in force")
	out := &index.PartyCondition{Is: items(r, argument+".is", c.Is), On: r.day(argument+".at", c.At)}
	actor, err := graph.ParseID(c.Actor)
	switch {
	case err != nil:
		r.refuse(argument+".actor", "%v", err)
	case !graph.Actors.Has(actor.Kind()):
		r.refuse(argument+".actor", "%q is of kind %s, which cannot act", actor, actor.Kind())
	}
	out.Actor = actor
	return out
}

// some refuses an empty list where leaving it out does not ask for all; instead says what to do.
func (r *filterReader) some(argument string, n int, instead string) {
	if n == 0 {
		r.refuse(argument, "an empty list asks for nothing; %s", instead)
	}
}

func (r *filterReader) condition(argument string, c *StatementCondition) *index.Condition {
	if c == nil {
		return nil
	}
	return &index.Condition{
		Direction: index.Direction(c.Direction), Predicates: items(r, argument+".predicates", c.Predicates), Others: r.ids(argument+".others", c.Others),
		OtherKinds: graph.Set(items(r, argument+".otherKinds", c.OtherKinds)...), Dated: r.days(argument+".dated", c.Dated),
		Datasets: r.ids(argument+".datasets", c.Datasets), Methods: items(r, argument+".methods", c.Methods), Evidenced: c.Evidenced,
	}
}

func (r *filterReader) ids(argument string, list []string) []graph.ID {
	var ids []graph.ID
	for i, text := range items(r, argument, list) {
		ids = append(ids, r.id(item(argument, i), text))
	}
	return ids
}

func (r *filterReader) id(argument, text string) graph.ID {
	id, err := graph.ParseID(text)
	if err != nil {
		r.refuse(argument, "%v", err)
	}
	return id
}

// day is a day of the operation, see Op.day, with the argument's name.
func (r *filterReader) day(argument string, d *graph.Date) graph.Day {
	if d != nil {
		day, err := FullDay(argument, *d)
		if err != nil && r.err == nil {
			r.err = err
		}
		return day
	}
	day, _ := r.op.day(nil)
	return day
}

func (r *filterReader) days(argument string, d *DateRange) *index.Days {
	if d == nil {
		return nil
	}
	from, to := d.From, d.To
	if on := d.On; on != nil {
		switch {
		case from != nil || to != nil:
			r.refuse(argument+".on", "stands together with from or to; give one or the other")
		case on.IsZero() || on.IsOpen():
			r.refuse(argument+".on", "is no date")
		}
		from, to = on, on
	}
	days := &index.Days{From: graph.MinDay, To: graph.MaxDay}
	for _, end := range []struct {
		name string
		date *graph.Date
		read func(graph.Date)
	}{{"from", from, func(d graph.Date) { days.From = d.Earliest() }}, {"to", to, func(d graph.Date) { days.To = d.Latest() }}} {
		switch {
		case end.date == nil:
		case end.date.IsZero() || end.date.IsOpen():
			r.refuse(argument+"."+end.name, "is no date; leave it out for a time without this end")
		default:
			end.read(*end.date)
		}
	}
	switch {
	case d.From == nil && d.To == nil && d.On == nil:
		r.refuse(argument, "says no date; give from, to or on")
	case days.From > days.To:
		r.refuse(argument, "begins after it ends")
	}
	return days
}

// items checks the length of a list.
func items[T any](r *filterReader, argument string, list []T) []T {
	if err := notEmpty(argument, list); err != nil && r.err == nil {
		r.err = err
	}
	if len(list) > MaxFilterItems {
		r.refuse(argument, "%d items are more than %d", len(list), MaxFilterItems)
		return nil
	}
	return list
}

// item names an item of a list.
func item(argument string, i int) string { return fmt.Sprintf("%s.%d", argument, i) }
