package view

import (
	"time"

	"treatygraph/graph"
)

// Revision is the GraphQL type Revision.
type Revision struct {
	Number int        `json:"number"`
	At     *time.Time `json:"at"`
	Digest *string    `json:"digest"`
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
	return Revision{int(r.Number), someTime(r.At), some(string(r.Digest))}
}

func someTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
