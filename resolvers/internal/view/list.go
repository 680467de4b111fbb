package view

import (
	"context"

	"treatygraph/graph"
	"treatygraph/index"
)

// An EntityList is a part of a list of entities of one GraphQL type.
type EntityList[N Entity] struct {
	page  index.EntityPage
	group *group // of the entities of the page, or of the pages of the level
	count func(context.Context) (int, error)
}

// An EntityEdge is an entity in a list.
type EntityEdge[N Entity] struct {
	Cursor string
	Node   N
}

// Nodes resolves the connections' nodes.
func (l EntityList[N]) Nodes() []N {
	nodes := make([]N, len(l.page.Items))
	for i, item := range l.page.Items {
		nodes[i] = l.group.entity(item.ID).(N)
	}
	return nodes
}

// Edges resolves the connections' edges.
func (l EntityList[N]) Edges() []EntityEdge[N] {
	edges := make([]EntityEdge[N], len(l.page.Items))
	for i, node := range l.Nodes() {
		edges[i] = EntityEdge[N]{l.page.Items[i].Cursor, node}
	}
	return edges
}

// PageInfo resolves the connections' pageInfo.
func (l EntityList[N]) PageInfo() PageInfo {
	return newPageInfo(l.page.HasNext, l.page.HasPrevious, len(l.page.Items), func(i int) string { return l.page.Items[i].Cursor })
}

// TotalCount resolves the connections' totalCount; it counts only when asked.
func (l EntityList[N]) TotalCount(ctx context.Context) (int, error) { return l.count(ctx) }

// The connections of the kinds, and their edges.
type (
	EntityConnection       = EntityList[Entity]
	TreatyConnection       = EntityList[Treaty]
	ResolutionConnection   = EntityList[Resolution]
	DeclarationConnection  = EntityList[Declaration]
	LawConnection          = EntityList[Law]
	ProvisionConnection    = EntityList[Provision]
	DocumentConnection     = EntityList[Document]
	SectionConnection      = EntityList[Section]
	PassageConnection      = EntityList[Passage]
	StateConnection        = EntityList[State]
	RegionConnection       = EntityList[Region]
	PlaceConnection        = EntityList[Place]
	FacilityConnection     = EntityList[Facility]
	OrganisationConnection = EntityList[Organisation]
	BodyConnection         = EntityList[Body]
	ForumConnection        = EntityList[Forum]
	InitiativeConnection   = EntityList[Initiative]
	RegimeConnection       = EntityList[Regime]
	MeetingConnection      = EntityList[Meeting]
	PersonConnection       = EntityList[Person]
	OfficeConnection       = EntityList[Office]
	TopicConnection        = EntityList[Topic]
	DatasetConnection      = EntityList[Dataset]

	AnyEntityEdge    = EntityEdge[Entity]
	TreatyEdge       = EntityEdge[Treaty]
	ResolutionEdge   = EntityEdge[Resolution]
	DeclarationEdge  = EntityEdge[Declaration]
	LawEdge          = EntityEdge[Law]
	ProvisionEdge    = EntityEdge[Provision]
	DocumentEdge     = EntityEdge[Document]
	SectionEdge      = EntityEdge[Section]
	PassageEdge      = EntityEdge[Passage]
	StateEdge        = EntityEdge[State]
	RegionEdge       = EntityEdge[Region]
	PlaceEdge        = EntityEdge[Place]
	FacilityEdge     = EntityEdge[Facility]
	OrganisationEdge = EntityEdge[Organisation]
	BodyEdge         = EntityEdge[Body]
	ForumEdge        = EntityEdge[Forum]
	InitiativeEdge   = EntityEdge[Initiative]
	RegimeEdge       = EntityEdge[Regime]
	MeetingEdge      = EntityEdge[Meeting]
	PersonEdge       = EntityEdge[Person]
	OfficeEdge       = EntityEdge[Office]
	TopicEdge        = EntityEdge[Topic]
	DatasetEdge      = EntityEdge[Dataset]
)

// List returns a part of the list of all entities of some kinds, whose GraphQL type is N.
func List[N Entity](ctx context.Context, op *Op, kinds graph.KindSet, filter *EntityFilter, orderBy EntityOrder, language *graph.Language, asOf *AsOf,
	first *int, after *string, last *int, before *string) (*EntityList[N], error) {
	op, err := op.AsOf(asOfPrefix, asOf)
	if err != nil {
		return nil, err
	}
	page, err := newPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	query := index.EntityQuery{Kinds: kinds, Order: index.EntityOrder(orderBy), Language: op.language(language), At: op.At, Page: page}
	if query.Filter, err = op.entityFilter("filter", filter); err != nil {
		return nil, err
	}
	l := &EntityList[N]{count: func(ctx context.Context) (int, error) { return op.Snapshot.CountEntities(ctx, query) }}
	if l.page, err = op.Snapshot.Entities(ctx, query); err != nil {
		return nil, pageError(err, page)
	}
	l.group = op.newGroup(idsOf(l.page))
	return l, nil
}

func idsOf(page index.EntityPage) []graph.ID {
	ids := make([]graph.ID, len(page.Items))
	for i, item := range page.Items {
		ids[i] = item.ID
	}
	return ids
}
