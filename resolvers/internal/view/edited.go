package view

import (
	"context"
	"maps"
	"slices"

	"treatygraph/edit"
	"treatygraph/graph"
	"treatygraph/index"
)

// The GraphQL payloads of mutations.
type (
	AssertStatementsPayload   struct{ edited }
	WithdrawStatementsPayload struct{ edited }
	MergeEntitiesPayload      struct{ edited }
	UnmergeEntitiesPayload    struct{ edited }
	IngestDocumentPayload     struct {
		edited
		document, dataset graph.ID
	}
)

// edited shows what an edit changed, as of its revision.
type edited struct {
	result *edit.Result
	op     *Op // as of the edit
	before *Op
}

// edited moves the operation on to the record with the edit, and shows what it changed.
func (op *Op) edited(r *edit.Result) edited {
	op.Snapshot, op.At = r.Snapshot, index.AsOf{}
	if r.Revision != nil {
		op.At.Revision = r.Revision.Number
	}
	shown, before := *op, *op
	if len(r.Planned) > 0 {
		shown.Content = planned{op.Content, r.Planned}
	}
	if r.Revision != nil {
		before.At.Revision = r.Revision.Number - 1
	}
	return edited{r, &shown, &before}
}

// planned is content with assertions that a dry run would write.
type planned struct {
	Content
	assertions map[graph.Ref]*graph.Assertion
}

// Assertions makes planned a Content.
func (p planned) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	var recorded []graph.Ref
	for _, ref := range refs {
		if p.assertions[ref] == nil {
			recorded = append(recorded, ref)
		}
	}
	loaded, err := p.Content.Assertions(ctx, recorded)
	if err != nil {
		return nil, err
	}
	all := maps.Clone(loaded)
	for _, ref := range refs {
		if a := p.assertions[ref]; a != nil {
			all[ref] = a
		}
	}
	return all, nil
}

// Revision resolves the field revision of a payload.
func (e edited) Revision() *Revision {
	if e.result.Revision == nil {
		return nil
	}
	r := e.op.revision(e.result.Revision.Number)
	return &r
}

// Written resolves the field written of a payload.
func (e edited) Written() int { return e.result.Written }

// Closed resolves the field closed of a payload.
func (e edited) Closed() int { return e.result.Closed }

// Asserted resolves the field asserted of a payload.
func (e edited) Asserted(first int) ([]Statement, error) {
	return firstStatements(e.op, e.result.Asserted, first)
}

// Withdrawn resolves the field withdrawn of a payload.
func (e edited) Withdrawn(first int) ([]Statement, error) {
	return firstStatements(e.before, e.result.Withdrawn, first)
}

func firstStatements(op *Op, list []index.Statement, first int) ([]Statement, error) {
	if first < 1 || first > MaxPage {
		return nil, inputError("first", "%d is not between 1 and %d", first, MaxPage)
	}
	b := op.newBatch(list[:min(first, len(list))])
	statements := make([]Statement, len(b.statements))
	for i := range statements {
		statements[i] = b.statement(i)
	}
	return statements, nil
}

// Entities resolves the field entities of a payload.
func (e edited) Entities() []Entity {
	var ids []graph.ID
	for _, list := range [][]index.Statement{e.result.Asserted, e.result.Withdrawn} {
		for i := range list {
			ids = append(ids, e.op.canonical(list[i].Subject))
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	group := e.op.newGroup(ids)
	entities := make([]Entity, len(ids))
	for i, id := range ids {
		entities[i] = group.entity(id)
	}
	return entities
}

// Document resolves IngestDocumentPayload.document.
func (p IngestDocumentPayload) Document() *Document {
	e, found := p.op.only(graph.KindDocument, p.document)
	if !found {
		return nil
	}
	return &Document{textUnit{e}}
}

// Dataset resolves IngestDocumentPayload.dataset.
func (p IngestDocumentPayload) Dataset() *Dataset {
	e, found := p.op.only(graph.KindDataset, p.dataset)
	if !found {
		return nil
	}
	return &Dataset{e}
}

// only returns an entity as the only one of its level, with merges resolved within its kind; false when the record does not hold it.
func (op *Op) only(kind graph.Kind, id graph.ID) (entity, bool) {
	_, found := op.Snapshot.Entity(id, op.At)
	id = op.canonicalIn(graph.Set(kind), id)
	return entity{id, op.newGroup([]graph.ID{id})}, found
}
