package view

import (
	"context"
	"fmt"
	"sync"

	"treatygraph/graph"
	"treatygraph/index"
)

// A batch is statements whose content is loaded together, with one call, when the content of the first is needed.
type batch struct {
	op         *Op
	statements []index.Statement

	once    sync.Once
	content map[graph.Ref]*graph.Assertion
	err     error

	mu        sync.Mutex
	groups    map[role]*group
	about     *batch
	history   *histories
	competing *competitors
}

// A role is the part in which entities stand in the statements of a batch; those of one role make a level of the query.
type role uint8

const (
	roleOther role = iota
	roleSubject
	roleObject
	roleDataset
	roleQualifier
	roleDocument
	rolePassage
)

func (op *Op) newBatch(statements []index.Statement) *batch {
	return &batch{op: op, statements: statements}
}

func (b *batch) statement(i int) Statement { return Statement{&b.statements[i], b} }

func (b *batch) byID(id graph.StatementID) (Statement, bool) {
	for i := range b.statements {
		if b.statements[i].ID == id {
			return b.statement(i), true
		}
	}
	return Statement{}, false
}

// assertion returns the content of one of the batch's Refs, loading all of them the first time.
func (b *batch) assertion(ctx context.Context, ref graph.Ref) (*graph.Assertion, error) {
	b.once.Do(func() {
		var refs []graph.Ref
		seen := map[graph.Ref]bool{}
		for i := range b.statements {
			for _, ref := range b.statements[i].Refs {
				if !seen[ref] {
					seen[ref] = true
					refs = append(refs, ref)
				}
			}
		}
		if b.content, b.err = b.op.Content.Assertions(ctx, refs); b.err != nil {
			b.err = fmt.Errorf("load the content of %d assertions: %w", len(refs), b.err)
		}
	})
	if b.err != nil {
		return nil, b.err
	}
	a, found := b.content[ref]
	if !found {
		return nil, fmt.Errorf("%w: the store lacks assertion %v", graph.ErrCorrupt, ref)
	}
	return a, nil
}

// group returns the group of the entities in a role, made the first time.
func (b *batch) group(r role, ids func() []graph.ID) *group {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.groups[r] == nil {
		if b.groups == nil {
			b.groups = map[role]*group{}
		}
		b.groups[r] = b.op.newGroup(ids())
	}
	return b.groups[r]
}

// named returns an entity that the loaded content names in a role, with merges resolved within the kinds that can stand there. Visit adds all
// that stand in the role.
func (b *batch) named(r role, kinds graph.KindSet, id graph.ID, visit func(a *graph.Assertion, add func(graph.ID))) entity {
	return entity{b.op.canonicalIn(kinds, id), b.loaded(r, func(a *graph.Assertion, add func(graph.ID)) {
		visit(a, func(id graph.ID) {
			if id != "" {
				add(b.op.canonicalIn(kinds, id))
			}
		})
	})}
}

// loaded returns the group of entities that the loaded content names.
func (b *batch) loaded(r role, visit func(a *graph.Assertion, add func(graph.ID))) *group {
	return b.group(r, func() []graph.ID {
		var ids []graph.ID
		for _, a := range b.content {
			visit(a, func(id graph.ID) {
				if id != "" {
					ids = append(ids, id)
				}
			})
		}
		return ids
	})
}

// abouts is the batch of the statements that the statements of this one speak of.
func (b *batch) abouts() *batch {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.about == nil {
		var statements []index.Statement
		seen := map[graph.StatementID]bool{}
		for i := range b.statements {
			id := b.statements[i].About
			if id == "" || seen[id] {
				continue
			}
			seen[id] = true
			if s, found := b.op.Snapshot.Statement(id, b.op.At); found {
				statements = append(statements, s)
			}
		}
		b.about = b.op.newBatch(statements)
	}
	return b.about
}
