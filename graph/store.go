package graph

import (
	"context"
	"iter"
)

// A Reader reads what a store keeps. All methods may be called at once from many goroutines; each sees whole revisions only.
// A cancelled context ends a call with the context's error. What cannot be reached is ErrUnavailable, what contradicts itself ErrCorrupt.
type Reader interface {
	// Head returns the store's identity, its newest revision and its digest. An empty store has revision 0 and an empty digest.
	Head(ctx context.Context) (Head, error)

	// Assertions loads versions by Ref, closed ones too, in one call with a number of queries bounded by len(refs)/500+1.
	// Missing ones are absent from the map; the caller owns what it gets.
	Assertions(ctx context.Context, refs []Ref) (map[Ref]*Assertion, error)

	// Texts loads texts by content hash, with their original bytes. Missing ones are absent from the map; of redacted ones Redacted is true and
	// there is no body.
	Texts(ctx context.Context, hashes []TextHash) (map[TextHash]*Text, error)

	// Scan streams every version, closed ones included, as of one head (To is 0 where a later revision closed it), ordered by Ref.
	// The head comes first, so that a reader knows what it got. A Version is valid until the next one: copy what is kept.
	// An error is the last thing yielded; leaving the loop early frees everything.
	Scan(ctx context.Context) (Head, iter.Seq2[Version, error], error)

	// Revisions streams the records of the revisions after the given one in order, up to the head when called.
	Revisions(ctx context.Context, after RevisionNumber) iter.Seq2[Revision, error]

	// Changes streams what was written and closed after the revision, in revision order, up to the head when called. A revision is
	// delivered whole or not at all, and has been checked against its digest: the first that does not match ends them with a *DigestError.
	// After the head or beyond it: nothing.
	Changes(ctx context.Context, after RevisionNumber) iter.Seq2[Change, error]
}

// A Writer writes to a store.
type Writer interface {
	// Apply writes the whole batch as one revision or nothing. Concurrent calls are put in an order.
	//
	// Assertions that stand already, equal in every byte, are left as they are; one that differs from the open version of its key closes
	// it and is written; withdrawing closes. Key belongs to the attempt: the same key with the same digest returns the first receipt and
	// writes nothing; with another digest ErrConflict. IfHead, when set, must equal the number of the head (ErrConflict).
	// ErrInvalid names record and field. ErrUnavailable: nothing was written. ErrUnknownOutcome: ask again with the same key.
	//
	// What stands for an assertion is its tombstone too: asserting it again leaves the tombstone. A text that was redacted stays so, and nothing
	// new can quote it.
	Apply(ctx context.Context, b *Batch) (Receipt, error)
}

// A Restorer takes over another store's history.
type Restorer interface {
	// Restore writes one revision of another store's history as it was there: number, time, key, author, summary, digests, every body byte
	// for byte. All of it is written or nothing.
	//
	// It must follow the head, by its number and by its digest, which is chained to that of the head: else ErrConflict. A revision that is
	// there already with the same digest is left as it is, so that asking again is safe, also after ErrUnknownOutcome; one with another digest is
	// ErrConflict. The texts are those of change.Texts, in any order.
	//
	// ErrInvalid names the revision and the record: counts and order, encodings, a body that is not of its Ref, a closing of what is not open, a
	// second open version of a key, a text that is missing or not what its hash says. A tombstone stands for the body that it took the
	// place of. Whether quotes stand in their texts and all that is referred to exists is not looked at; `treatyctl verify` does.
	//
	// The store's identity stays its own: the chain of digests says that two stores hold the same.
	Restore(ctx context.Context, change *Change, texts []*Text) error
}

// A Redactor removes content for legal reasons.
type Redactor interface {
	// Redact puts a Tombstone in the place of each version's body and empties the texts, all in one transaction, which also writes a revision
	// that says why, brings to date what the store derives, and gives the store another identity: whoever keeps something of it must start
	// again, and other handles write nothing more. What is redacted already is left alone; when all is, nothing is written and the receipt is
	// Repeated, without a revision. Key works as Apply's do, and so do the errors: ErrInvalid names versions and texts that are not recorded.
	// What was removed is no longer in the store's files, unless the error says so: then call again.
	Redact(ctx context.Context, r *Redaction) (Receipt, error)
}

// An Auditor compares what a store derives from its record with the record.
type Auditor interface {
	// Audit streams what differs, piece by piece as the store holds it, beside which others may read and write: what they do at the same time is
	// no flaw. With repair each piece is put right in a transaction of its own before its flaws are told, unless a flaw says that it stays.
	// The record itself is taken as it is: Verify checks that.
	Audit(ctx context.Context, repair bool) iter.Seq2[Flaw, error]
}

// A Flaw is a difference between what a store derives and its record.
type Flaw struct {
	What     string // for example "entity", "relationship" or "counter", in the store's own words
	ID       string // which; for what is not ours the store's own name of it
	Problem  string // what is wrong with it
	Repaired bool
}

// A Store is the durable record.
type Store interface {
	Reader
	Writer
	Restorer
	Redactor
	Auditor

	// Changed returns a channel that receives (without blocking the store, so signals may fold) after another revision may have been
	// written, by this or another process. How soon is the store's: at once within a process, else within a second. The channel stays the
	// same and is never closed.
	Changed() <-chan struct{}

	// Close ends the store's goroutines and frees its files and connections. Calls under way end with ErrUnavailable. A second Close does nothing.
	Close() error
}
