package view

import (
	"context"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"treatygraph/graph"
)

// A group is the entities that stand at one level of a query. What one of them is asked, the others are about to be asked too: so the
// first one asked answers for all, and content for the whole level is loaded with one call.
type group struct {
	op     *Op
	ids    []graph.ID // sorted, each once
	mu     sync.Mutex
	shared map[any]any // question → func() answer
}

func (op *Op) newGroup(ids []graph.ID) *group {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return &group{op: op, ids: slices.Compact(ids)}
}

// ask answers a question for the whole group, once. The key tells questions apart by type and content.
func ask[A any](g *group, key any, answer func() A) A {
	g.mu.Lock()
	once, found := g.shared[key].(func() A)
	if !found {
		once = sync.OnceValue(answer)
		if g.shared == nil {
			g.shared = map[any]any{}
		}
		g.shared[key] = once
	}
	g.mu.Unlock()
	return once()
}

// narrow returns the kinds that the field now being resolved was asked of: `... on Treaty {…}` asks treaties alone. The entity itself
// is always among them.
func narrow(ctx context.Context, id graph.ID) graph.KindSet {
	field := graphql.GetFieldContext(ctx)
	if field == nil || field.Field.Field == nil || field.Field.ObjectDefinition == nil {
		return graph.AnyKind
	}
	if kinds := KindsOfType(field.Field.ObjectDefinition.Name); kinds.Has(id.Kind()) {
		return kinds
	}
	return graph.AnyKind
}

// of returns the group's entities of the kinds.
func (g *group) of(kinds graph.KindSet) []graph.ID {
	if kinds == graph.AnyKind {
		return g.ids
	}
	return slices.DeleteFunc(slices.Clone(g.ids), func(id graph.ID) bool { return !kinds.Has(id.Kind()) })
}
