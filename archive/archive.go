// Package archive keeps a record with its whole history in one file of JSON lines (NDJSON), and brings it back into a store of any kind.
//
//	{"treatygraph":"history","version":1,"revision":2,"digest":"…"}
//	{"revision":{"number":1,"at":"2026-01-02T03:04:05.000000Z","key":"…","batchDigest":"…","digest":"…","author":"…","summary":"…","written":2,"closed":0,"texts":1}}
//	{"text":"SHA-256 of the body","lang":"zh","body":"…","original":"base64, where it is not the body"}
//	{"statement":"…","dataset":"…","from":1,"sum":"CRC-32C of the body's bytes","body":{…}}
//	…
//	{"closes":{"statement":"…","dataset":"…","from":1}}
//	{"end":{"revisions":2,"assertions":3,"closings":1,"texts":1,"sha256":"of all bytes before this line"}}
//
// After the line of a revision come its texts, its assertions and its closings, each in its order. Bodies are the canonical encoding, byte for
// byte. Each line has one form only, so that the same history is the same bytes everywhere, and what was read and written again is what
// was read. The store's identity is not in it.
package archive

import (
	"fmt"

	"treatygraph/graph"
)

const (
	// version is that of the form of the lines.
	version = 1
	// MaxLineBytes bounds a line: a text of graph.MaxTextBytes may be six times as long when every byte must be escaped, and has its
	// original in base64 beside it. It also bounds what a compressed file can unfold to before it must show something that is right.
	MaxLineBytes = 128 << 20
	// maxRevisionBytes bounds the bodies and texts of one revision, which are held together. A store takes half of that; tombstones, which
	// may be longer than what they stand for, do not count there.
	maxRevisionBytes = 2 * graph.MaxBatchBytes
	// timeLayout shows whole microseconds, always.
	timeLayout = "2006-01-02T15:04:05.000000Z"
)

// A Progress is told how many revisions of how many a stage has done. Nil is told nothing.
type Progress func(stage string, done, total int)

func (p Progress) tell(stage string, done, total graph.RevisionNumber) {
	if p != nil {
		p(stage, int(done), int(total))
	}
}

// A Summary is what a history holds.
type Summary struct {
	Revisions, Assertions, Closings, Texts int
	Digest                                 graph.Digest // of the last revision, empty without one
}

func (s *Summary) add(c *graph.Change) {
	s.Revisions++
	s.Assertions += len(c.Written)
	s.Closings += len(c.Closed)
	s.Texts += len(c.Texts)
	s.Digest = c.Revision.Digest
}

// A DamageError says on which line a file is not what Write writes, and how. It is graph.ErrInvalid.
type DamageError struct {
	Line   int // from 1; of a file that is cut off the last whole one; of a revision that does not fit as a whole its first
	Reason string
}

func (e *DamageError) Error() string { return e.Reason }

// Is makes errors.Is(err, graph.ErrInvalid) true.
func (e *DamageError) Is(target error) bool { return target == graph.ErrInvalid }

// A PartedError says at which revision a store is not a beginning of the history that was to be written to it. It is graph.ErrConflict, and
// nothing was written.
type PartedError struct {
	Revision graph.RevisionNumber
	Reason   string
}

func (e *PartedError) Error() string { return "conflict: " + e.Reason }

// Is makes errors.Is(err, graph.ErrConflict) true.
func (e *PartedError) Is(target error) bool { return target == graph.ErrConflict }

// beginning holds a store's revision against the history's of the same number.
func beginning(there, due *graph.Revision) error {
	if there.Number == due.Number && there.Digest == due.Digest {
		return nil
	}
	return &PartedError{due.Number, fmt.Sprintf("the store has another history: it parts from this one at revision %d", due.Number)}
}

// within asks that a store does not reach beyond the history.
func within(store graph.Head, last graph.RevisionNumber) error {
	if store.Revision <= last {
		return nil
	}
	return &PartedError{last + 1, fmt.Sprintf("the store is at revision %d, and the history ends with revision %d", store.Revision, last)}
}
