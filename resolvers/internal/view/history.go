package view

import (
	"context"

	"treatygraph/graph"
	"treatygraph/index"
)

// StatementVersion is the GraphQL type StatementVersion: what one dataset recorded, and from when to when.
type StatementVersion struct {
	assertion Assertion
	op        *Op
	version   index.Version
}

// Assertion resolves StatementVersion.assertion.
func (v StatementVersion) Assertion() Assertion { return v.assertion }

// From resolves StatementVersion.from.
func (v StatementVersion) From() Revision { return v.op.revision(v.version.Ref.From) }

// To resolves StatementVersion.to.
func (v StatementVersion) To() *Revision {
	if v.version.To == 0 {
		return nil
	}
	r := v.op.revision(v.version.To)
	return &r
}

// History resolves Statement.history.
func (s Statement) History(ctx context.Context) ([]StatementVersion, error) {
	h := s.batch.histories()
	versions := h.versions[s.shape.ID]
	list := make([]StatementVersion, len(versions))
	for i, v := range versions {
		a, err := h.batch.assertion(ctx, v.Ref)
		if err != nil {
			return nil, err
		}
		list[i] = StatementVersion{Assertion{a, h.batch}, s.batch.op, v}
	}
	return list, nil
}

// Competing resolves Statement.competing.
func (s Statement) Competing() []Statement {
	c := s.batch.competitors()
	statements := make([]Statement, 0)
	for _, i := range c.places[s.shape.ID] {
		statements = append(statements, c.batch.statement(i))
	}
	return statements
}

// histories are all versions of a batch's statements up to the operation's revision, with one batch for their content.
type histories struct {
	versions map[graph.StatementID][]index.Version
	batch    *batch
}

func (b *batch) histories() *histories {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.history == nil {
		h := &histories{versions: map[graph.StatementID][]index.Version{}}
		var statements []index.Statement
		for i := range b.statements {
			id := b.statements[i].ID
			if _, known := h.versions[id]; known {
				continue
			}
			with := b.statements[i]
			with.Refs = nil
			for _, v := range b.op.Snapshot.Versions(id) {
				if asked := b.op.At.Revision; asked != 0 {
					if v.Ref.From > asked {
						continue
					}
					if v.To > asked {
						v.To = 0
					}
				}
				h.versions[id], with.Refs = append(h.versions[id], v), append(with.Refs, v.Ref)
			}
			statements = append(statements, with)
		}
		h.batch = b.op.newBatch(statements)
		b.history = h
	}
	return b.history
}

// competitors are the statements that compete with those of a batch, each once, as a batch of their own.
type competitors struct {
	places map[graph.StatementID][]int
	batch  *batch
}

func (b *batch) competitors() *competitors {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.competing == nil {
		c := &competitors{places: map[graph.StatementID][]int{}}
		var statements []index.Statement
		at := map[graph.StatementID]int{}
		for i := range b.statements {
			id := b.statements[i].ID
			if _, known := c.places[id]; known {
				continue
			}
			c.places[id] = []int{}
			for _, other := range b.op.Snapshot.Competing(id, b.op.At) {
				place, known := at[other.ID]
				if !known {
					place = len(statements)
					at[other.ID], statements = place, append(statements, other)
				}
				c.places[id] = append(c.places[id], place)
			}
		}
		c.batch = b.op.newBatch(statements)
		b.competing = c
	}
	return b.competing
}
