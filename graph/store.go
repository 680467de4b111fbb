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

	// Texts loads texts by content hash, with their original bytes. Missing ones are absent from the map.
	Texts(ctx context.Context, hashes []TextHash) (map[TextHash]*Text, error)

	// Scan streams every version, closed ones included, as of one head (To is 0 where a later revision closed it), ordered by Ref.
	// The head comes first, so that a reader knows what it got. A Version is valid until the next one: copy what is kept.
	// An error is the last thing yielded; leaving the loop early frees everything.
	Scan(ctx context.Context) (Head, iter.Seq2[Version, error], error)

	// Revisions streams the records of the revisions after the given one in order, up to the head when called.
	Revisions(ctx context.Context, after RevisionNumber) iter.Seq2[Revision, error]

	// Changes streams what was written and closed after the revision, in revision order, up to the head when called. A revision is
	// delivered whole or not at all, and has been checked against its digest. After the head or beyond it: nothing.
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

// A Store is the durable record.
type Store interface {
	Reader
	Writer
	Restorer

	// Changed returns a channel that receives (without blocking the store, so signals may fold) after another revision may have been
	// written, by this or another process. How soon is the store's: at once within a process, else within a second. The channel stays the
	// same and is never closed.
	Changed() <-chan struct{}

	// Close ends the store's goroutines and frees its files and connections. Calls under way end with ErrUnavailable. A second Close does nothing.
	Close() error
}
