package view

import "time"

// Revision is the GraphQL type Revision.
type Revision struct {
	Number int        `json:"number"`
	At     *time.Time `json:"at"`
	Digest *string    `json:"digest"`
}

// Revision returns the revision that the operation's answers come from.
func (op *Op) Revision() Revision {
	head := op.Snapshot.Head()
	if asked := op.At.Revision; asked != 0 && asked < head.Revision {
		number, at, _ := op.Snapshot.Revision(asked)
		return Revision{Number: int(number), At: someTime(at)}
	}
	return Revision{int(head.Revision), someTime(op.Snapshot.At()), some(string(head.Digest))}
}

func someTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
