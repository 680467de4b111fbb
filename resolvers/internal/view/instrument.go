package view

import (
	"cmp"
	"context"
	"slices"

	"treatygraph/graph"
	"treatygraph/index"
)

// TimelineEntry is the GraphQL type TimelineEntry.
type TimelineEntry struct {
	On        graph.Date
	Statement Statement
}

// lifePredicates are what befalls an instrument itself, and what other instruments do to it.
var lifePredicates = func() (list []graph.Predicate) {
	for _, p := range graph.Predicates() {
		if p.Row().Group == graph.GroupEvent {
			list = append(list, p)
		}
	}
	return append(list, graph.PredForeseen, graph.PredAmends, graph.PredSupersedes, graph.PredSupplements)
}()

// actionPredicates are what actors do about an instrument.
var actionPredicates = func() (list []graph.Predicate) {
	for _, p := range graph.Predicates() {
		if p.Row().Group == graph.GroupAction {
			list = append(list, p)
		}
	}
	return list
}()

// Timeline resolves Instrument.timeline: dated statements of the life of the instrument, by day, then predicate, then ID.
func (i instrument) Timeline(ctx context.Context) ([]TimelineEntry, error) {
	type question struct{ kinds graph.KindSet }
	kinds := narrow(ctx, i.id)
	level := ask(i.group, question{kinds}, func() *pages {
		return i.group.pages(ctx, kinds, index.StatementQuery{Predicates: lifePredicates, Page: index.Page{First: maxTimeline}})
	})
	statements, err := level.of(i.id)
	if err != nil {
		return nil, err
	}
	entries := []TimelineEntry{}
	for _, s := range statements {
		if on := s.shape.Valid.From; !on.IsZero() && !on.IsOpen() {
			entries = append(entries, TimelineEntry{on, s})
		}
	}
	slices.SortStableFunc(entries, func(a, b TimelineEntry) int {
		return cmp.Or(cmp.Compare(a.On.Earliest(), b.On.Earliest()), cmp.Compare(a.Statement.Predicate(), b.Statement.Predicate()), cmp.Compare(a.Statement.ID(), b.Statement.ID()))
	})
	return entries, nil
}

// maxTimeline bounds the entries of a timeline; instruments have some ten.
const maxTimeline = 1000

// Cites resolves Instrument.cites.
func (i instrument) Cites(ctx context.Context, asOf *AsOf, first *int, after *string, last *int, before *string) (StatementConnection, error) {
	return i.list(ctx, index.StatementQuery{Direction: index.Out, Predicates: citesOnly}, asOf, first, after, last, before)
}

// CitedBy resolves Instrument.citedBy.
func (i instrument) CitedBy(ctx context.Context, asOf *AsOf, first *int, after *string, last *int, before *string) (StatementConnection, error) {
	return i.list(ctx, index.StatementQuery{Direction: index.In, Predicates: citesOnly}, asOf, first, after, last, before)
}

// MentionedIn resolves Instrument.mentionedIn.
func (i instrument) MentionedIn(ctx context.Context, asOf *AsOf, first *int, after *string, last *int, before *string) (StatementConnection, error) {
	return i.list(ctx, index.StatementQuery{Direction: index.In, Predicates: mentionsOnly}, asOf, first, after, last, before)
}

var (
	citesOnly    = []graph.Predicate{graph.PredCites}
	mentionsOnly = []graph.Predicate{graph.PredMentions}
)

// Actions resolves Instrument.actions.
func (i instrument) Actions(ctx context.Context, predicates []graph.Predicate, asOf *AsOf, first *int, after *string, last *int, before *string) (StatementConnection, error) {
	if err := notEmpty("predicates", predicates); err != nil {
		return StatementConnection{}, err
	}
	for _, p := range predicates {
		if p.Row().Group != graph.GroupAction {
			return StatementConnection{}, inputError("predicates", "%s is no act of a state or organisation in treaty matters", p)
		}
	}
	if predicates == nil {
		predicates = actionPredicates
	}
	return i.list(ctx, index.StatementQuery{Direction: index.In, Predicates: predicates}, asOf, first, after, last, before)
}
