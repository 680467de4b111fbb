package graph

import (
	"errors"
	"fmt"
)

// The classes of errors that a Store returns, wrapped with what was being done. Test with errors.Is.
var (
	// ErrInvalid: the input breaks a rule; an *InvalidError inside names the record and the field. Nothing was written.
	ErrInvalid = errors.New("invalid")
	// ErrConflict: the head is another one than the batch asks for, or its key was used by another batch. Nothing was written.
	ErrConflict = errors.New("conflict")
	// ErrUnavailable: the store cannot be reached or cannot write now. Nothing was written.
	ErrUnavailable = errors.New("unavailable")
	// ErrUnknownOutcome: the store was lost while committing. Apply the same batch with the same key again to learn, and have, the outcome.
	ErrUnknownOutcome = errors.New("unknown outcome")
	// ErrCorrupt: what the store holds contradicts itself (a digest, an encoding, a file's structure).
	ErrCorrupt = errors.New("corrupt")
)

// An InvalidError says which record of a batch breaks a rule, in which field, and how. It is ErrInvalid.
type InvalidError struct {
	Record string // for example "assert[12] cites.1k3v9…" or "text[0]"
	Field  string // for example "evidence[0].quote"
	Reason string
}

func (e *InvalidError) Error() string { return fmt.Sprintf("%s: %s: %s", e.Record, e.Field, e.Reason) }

// Is makes errors.Is(err, ErrInvalid) true.
func (e *InvalidError) Is(target error) bool { return target == ErrInvalid }
