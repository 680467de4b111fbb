package view

import (
	"context"
	"time"

	"treatygraph/graph"
)

// Revision is the GraphQL type Revision.
type Revision struct {
	Number int        `json:"number"`
	At     *time.Time `json:"at"`
	Digest *string    `json:"digest"`

	content Content
}

// Author resolves Revision.author.
func (r Revision) Author(ctx context.Context) (*string, error) {
	return r.recorded(ctx, func(record *graph.Revision) string { return record.Author })
}

// Summary resolves Revision.summary.
func (r Revision) Summary(ctx context.Context) (*string, error) {
	return r.recorded(ctx, func(record *graph.Revision) string { return record.Summary })
}

func (r Revision) recorded(ctx context.Context, field func(*graph.Revision) string) (*string, error) {
	if r.Number == 0 {
		return nil, nil // null: nobody made the empty record
	}
	record, err := r.content.Recorded(ctx, graph.RevisionNumber(r.Number))
	if err != nil {
		return nil, err
	}
	return some(field(&record)), nil
}

// Revision returns the revision that the operation's answers come from.
func (op *Op) Revision() Revision {
	newest := op.Snapshot.Head().Revision
	if asked := op.At.Revision; asked != 0 && asked < newest {
		return op.revision(asked)
	}
	return op.revision(newest)
}

// revision returns a revision that the snapshot knows.
func (op *Op) revision(n graph.RevisionNumber) Revision {
	r, _ := op.Snapshot.Revision(n)
	return Revision{int(r.Number), someTime(r.At), some(string(r.Digest)), op.Content}
}

func someTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
