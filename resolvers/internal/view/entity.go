package view

import (
	"context"
	"net/url"
	"strings"

	"treatygraph/graph"
	"treatygraph/index"
)

// Node is the GraphQL interface Node.
type Node interface{ ID() string }

// Entity is the GraphQL interface Entity. All object types of the kinds implement it by embedding entity.
type Entity interface {
	Node
	Kind() graph.Kind
	Label(language *graph.Language) string
}

// Instrument is the GraphQL interface Instrument.
type Instrument interface {
	Entity
	Status(ctx context.Context, at *graph.Date) (InstrumentStatus, error)
}

// Actor is the GraphQL interface Actor.
type Actor interface {
	Entity
	isActor()
}

// TextUnit is the GraphQL interface TextUnit.
type TextUnit interface {
	Entity
	isTextUnit()
}

// entity holds the fields that all entities have.
type entity struct {
	id    graph.ID // canonical
	group *group
}

// actor is an entity that can act.
type actor struct{ entity }

func (actor) isActor() {}

// ID resolves Entity.id.
func (e entity) ID() string { return string(e.id) }

// Kind resolves Entity.kind.
func (e entity) Kind() graph.Kind { return e.id.Kind() }

// Label resolves Entity.label.
func (e entity) Label(language *graph.Language) string {
	op := e.group.op
	return op.Snapshot.Label(e.id, op.language(language), op.At).Text
}

// Names resolves Entity.names.
func (e entity) Names() []Name {
	op := e.group.op
	named := op.Snapshot.Names(e.id, op.At)
	names := make([]Name, len(named))
	for i, n := range named {
		names[i] = newName(n.Name)
	}
	return names
}

// Identifiers resolves Entity.identifiers.
func (e entity) Identifiers() []Identifier {
	op := e.group.op
	given := op.Snapshot.Identifiers(e.id, op.At)
	identifiers := make([]Identifier, len(given))
	for i, id := range given {
		identifiers[i] = newIdentifier(id)
	}
	return identifiers
}

// URL resolves Entity.url.
func (e entity) URL() string {
	parts := strings.Split(string(e.id), "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return "/entity/" + strings.Join(parts, "/")
}

// Description resolves Entity.description.
func (e entity) Description(ctx context.Context, language *graph.Language) (*string, error) {
	type question struct{ kinds graph.KindSet }
	kinds := narrow(ctx, e.id)
	level := ask(e.group, question{kinds}, func() *pages {
		return e.group.pages(ctx, kinds, index.StatementQuery{
			Direction: index.Out, Predicates: []graph.Predicate{graph.PredDescribed}, Page: index.Page{First: MaxPage},
		})
	})
	statements, err := level.of(e.id)
	if err != nil {
		return nil, err
	}
	texts := map[graph.Language]string{}
	var languages []graph.Language
	for _, s := range statements {
		a, err := s.claim(ctx)
		if err != nil {
			return nil, err
		}
		if _, found := texts[a.Value.Lang]; !found {
			texts[a.Value.Lang] = a.Value.Text
			languages = append(languages, a.Value.Lang)
		}
	}
	if nearest, found := index.NearestLanguage(languages, e.group.op.language(language)); found {
		text := texts[nearest]
		return &text, nil
	}
	return nil, nil // null: none is recorded
}

// FallbackLanguage is the language of operations that ask for none.
const FallbackLanguage graph.Language = "en"

// Statements resolves Entity.statements.
func (e entity) Statements(ctx context.Context, direction Direction, predicates []graph.Predicate, otherKinds []graph.Kind, evidenced *bool,
	datasets []string, methods []graph.Method, ranks []graph.Rank, orderBy StatementOrder, asOf *AsOf, first *int, after *string, last *int, before *string) (StatementConnection, error) {
	r := filterReader{op: e.group.op}
	q := index.StatementQuery{
		Direction: index.Direction(direction), Predicates: items(&r, "predicates", predicates), OtherKinds: graph.Set(items(&r, "otherKinds", otherKinds)...),
		Evidenced: evidenced, Datasets: r.ids("datasets", datasets), Methods: items(&r, "methods", methods), Ranks: items(&r, "ranks", ranks),
		Order: index.StatementOrder(orderBy),
	}
	if r.err != nil {
		return StatementConnection{}, r.err
	}
	return e.list(ctx, q, asOf, first, after, last, before)
}

// list returns a part of a list of the entity's statements, asked for the whole level at once.
func (e entity) list(ctx context.Context, query index.StatementQuery, asOf *AsOf, first *int, after *string, last *int, before *string) (c StatementConnection, err error) {
	if query.Page, err = newPage(first, after, last, before); err != nil {
		return c, err
	}
	g, err := e.group.asOf(asOf)
	if err != nil {
		return c, err
	}
	kinds := narrow(ctx, e.id)
	return ask(g, newStatementsQuestion(&query, kinds), func() *pages { return g.pages(ctx, kinds, query) }).connection(e.id)
}
