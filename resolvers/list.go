package resolvers

import (
	"context"

	"treatygraph/graph"
	"treatygraph/resolvers/internal/view"
)

// Statements resolves Query.statements.
func (query) Statements(ctx context.Context, filter *view.StatementFilter, orderBy view.StatementOrder, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.StatementConnection, error) {
	return operation(ctx).Statements(ctx, filter, orderBy, asOf, first, after, last, before)
}

// Entities resolves Query.entities.
func (query) Entities(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.EntityConnection, error) {
	return view.List[view.Entity](ctx, operation(ctx), graph.AnyKind, filter, orderBy, language, asOf, first, after, last, before)
}

// Treaties resolves Query.treaties.
func (query) Treaties(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.TreatyConnection, error) {
	return view.List[view.Treaty](ctx, operation(ctx), graph.Set(graph.KindTreaty), filter, orderBy, language, asOf, first, after, last, before)
}

// Resolutions resolves Query.resolutions.
func (query) Resolutions(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.ResolutionConnection, error) {
	return view.List[view.Resolution](ctx, operation(ctx), graph.Set(graph.KindResolution), filter, orderBy, language, asOf, first, after, last, before)
}

// Declarations resolves Query.declarations.
func (query) Declarations(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.DeclarationConnection, error) {
	return view.List[view.Declaration](ctx, operation(ctx), graph.Set(graph.KindDeclaration), filter, orderBy, language, asOf, first, after, last, before)
}

// Laws resolves Query.laws.
func (query) Laws(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.LawConnection, error) {
	return view.List[view.Law](ctx, operation(ctx), graph.Set(graph.KindLaw), filter, orderBy, language, asOf, first, after, last, before)
}

// Provisions resolves Query.provisions.
func (query) Provisions(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.ProvisionConnection, error) {
	return view.List[view.Provision](ctx, operation(ctx), graph.Set(graph.KindProvision), filter, orderBy, language, asOf, first, after, last, before)
}

// Documents resolves Query.documents.
func (query) Documents(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.DocumentConnection, error) {
	return view.List[view.Document](ctx, operation(ctx), graph.Set(graph.KindDocument), filter, orderBy, language, asOf, first, after, last, before)
}

// Sections resolves Query.sections.
func (query) Sections(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.SectionConnection, error) {
	return view.List[view.Section](ctx, operation(ctx), graph.Set(graph.KindSection), filter, orderBy, language, asOf, first, after, last, before)
}

// Passages resolves Query.passages.
func (query) Passages(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.PassageConnection, error) {
	return view.List[view.Passage](ctx, operation(ctx), graph.Set(graph.KindPassage), filter, orderBy, language, asOf, first, after, last, before)
}

// States resolves Query.states.
func (query) States(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.StateConnection, error) {
	return view.List[view.State](ctx, operation(ctx), graph.Set(graph.KindState), filter, orderBy, language, asOf, first, after, last, before)
}

// Regions resolves Query.regions.
func (query) Regions(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.RegionConnection, error) {
	return view.List[view.Region](ctx, operation(ctx), graph.Set(graph.KindRegion), filter, orderBy, language, asOf, first, after, last, before)
}

// Places resolves Query.places.
func (query) Places(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.PlaceConnection, error) {
	return view.List[view.Place](ctx, operation(ctx), graph.Set(graph.KindPlace), filter, orderBy, language, asOf, first, after, last, before)
}

// Facilities resolves Query.facilities.
func (query) Facilities(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.FacilityConnection, error) {
	return view.List[view.Facility](ctx, operation(ctx), graph.Set(graph.KindFacility), filter, orderBy, language, asOf, first, after, last, before)
}

// Organisations resolves Query.organisations.
func (query) Organisations(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.OrganisationConnection, error) {
	return view.List[view.Organisation](ctx, operation(ctx), graph.Set(graph.KindOrganisation), filter, orderBy, language, asOf, first, after, last, before)
}

// Bodies resolves Query.bodies.
func (query) Bodies(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.BodyConnection, error) {
	return view.List[view.Body](ctx, operation(ctx), graph.Set(graph.KindBody), filter, orderBy, language, asOf, first, after, last, before)
}

// Forums resolves Query.forums.
func (query) Forums(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.ForumConnection, error) {
	return view.List[view.Forum](ctx, operation(ctx), graph.Set(graph.KindForum), filter, orderBy, language, asOf, first, after, last, before)
}

// Initiatives resolves Query.initiatives.
func (query) Initiatives(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.InitiativeConnection, error) {
	return view.List[view.Initiative](ctx, operation(ctx), graph.Set(graph.KindInitiative), filter, orderBy, language, asOf, first, after, last, before)
}

// Regimes resolves Query.regimes.
func (query) Regimes(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.RegimeConnection, error) {
	return view.List[view.Regime](ctx, operation(ctx), graph.Set(graph.KindRegime), filter, orderBy, language, asOf, first, after, last, before)
}

// Meetings resolves Query.meetings.
func (query) Meetings(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.MeetingConnection, error) {
	return view.List[view.Meeting](ctx, operation(ctx), graph.Set(graph.KindMeeting), filter, orderBy, language, asOf, first, after, last, before)
}

// Persons resolves Query.persons.
func (query) Persons(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.PersonConnection, error) {
	return view.List[view.Person](ctx, operation(ctx), graph.Set(graph.KindPerson), filter, orderBy, language, asOf, first, after, last, before)
}

// Offices resolves Query.offices.
func (query) Offices(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.OfficeConnection, error) {
	return view.List[view.Office](ctx, operation(ctx), graph.Set(graph.KindOffice), filter, orderBy, language, asOf, first, after, last, before)
}

// Topics resolves Query.topics.
func (query) Topics(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.TopicConnection, error) {
	return view.List[view.Topic](ctx, operation(ctx), graph.Set(graph.KindTopic), filter, orderBy, language, asOf, first, after, last, before)
}

// Datasets resolves Query.datasets.
func (query) Datasets(ctx context.Context, filter *view.EntityFilter, orderBy view.EntityOrder, language *graph.Language, asOf *view.AsOf,
	first *int, after *string, last *int, before *string) (*view.DatasetConnection, error) {
	return view.List[view.Dataset](ctx, operation(ctx), graph.Set(graph.KindDataset), filter, orderBy, language, asOf, first, after, last, before)
}
