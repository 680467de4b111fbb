package graph

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"time"
)

// A Digest is a SHA-256 in 64 lower-case hexadecimal digits. The empty Digest is that of the empty store.
type Digest string

// A Revision is what one applied batch became. Times are UTC in whole microseconds and strictly increasing.
type Revision struct {
	Number      RevisionNumber
	At          time.Time
	Key         string // the key of the attempt
	BatchDigest Digest // tells the same batch from another under the same key
	Digest      Digest // of this revision, chained to the one before
	Author      string
	Summary     string
	Written     int // assertion versions written
	Closed      int // assertion versions closed
}

// A Head is where a store stands.
type Head struct {
	Store    string // the store's identity, a UUID given at its creation and anew by each redaction
	Revision RevisionNumber
	Digest   Digest
}

// A Version is one recorded version of an assertion, recorded in the revisions [From, To).
type Version struct {
	Ref  Ref
	To   RevisionNumber // the revision that closed it; 0: it is current
	Body string         // the canonical encoding; use Assertion.Decode
}

// A Change is one whole revision: what it wrote, closed and added, each in the order of its Compare.
type Change struct {
	Revision Revision
	Written  []Version // To is 0 even when a later revision closed it
	Closed   []Ref
	Texts    []TextHash
}

// Seal returns the digest of the change, chained to the digest of the revision before. It covers everything but the digest itself;
// bodies and texts enter by their own hashes, so that a body can be replaced by its tombstone.
func (c *Change) Seal(before Digest) Digest {
	h := newHasher()
	r := &c.Revision
	h.line("treatygraph revision 1", string(before), strconv.FormatUint(uint64(r.Number), 10), strconv.FormatInt(r.At.UnixMicro(), 10),
		r.Key, string(r.BatchDigest), r.Author, r.Summary)
	for i := range c.Written {
		v := &c.Written[i]
		h.line("+", string(v.Ref.Statement), string(v.Ref.Dataset), string(bodyDigest(v.Body)))
	}
	for _, ref := range c.Closed {
		h.line("-", string(ref.Statement), string(ref.Dataset), strconv.FormatUint(uint64(ref.From), 10))
	}
	for _, text := range c.Texts {
		h.line("t", string(text))
	}
	return h.digest()
}

// Verify returns ErrCorrupt unless the change is whole, in order and chained to the digest before.
func (c *Change) Verify(before Digest) error {
	if got := c.Seal(before); got != c.Revision.Digest {
		return &DigestError{c.Revision.Number, "its digest does not match what was read"}
	}
	if len(c.Written) != c.Revision.Written || len(c.Closed) != c.Revision.Closed {
		return &DigestError{c.Revision.Number, "its counts do not match what was read"}
	}
	return nil
}

// A DigestError says which revision is not what it was when it was written. It is ErrCorrupt.
type DigestError struct {
	Revision RevisionNumber
	Reason   string
}

func (e *DigestError) Error() string {
	return fmt.Sprintf("%v: revision %d: %s", ErrCorrupt, e.Revision, e.Reason)
}

// Unwrap makes errors.Is(err, ErrCorrupt) true.
func (e *DigestError) Unwrap() error { return ErrCorrupt }

func (c *Change) sort() {
	slices.SortFunc(c.Written, func(a, b Version) int { return a.Ref.Compare(b.Ref) })
	slices.SortFunc(c.Closed, Ref.Compare)
	slices.SortFunc(c.Texts, func(a, b TextHash) int { return cmp.Compare(a, b) })
}

// A hasher writes lines of fields with their lengths into a digest, so that no two lists of fields read the same.
type hasher struct {
	hash.Hash
	buffer []byte
}

func newHasher() *hasher { return &hasher{Hash: sha256.New()} }

func (h *hasher) line(fields ...string) {
	h.buffer = h.buffer[:0]
	for _, f := range fields {
		h.buffer = strconv.AppendInt(h.buffer, int64(len(f)), 10)
		h.buffer = append(append(h.buffer, ':'), f...)
	}
	h.Write(append(h.buffer, '\n'))
}

func (h *hasher) digest() Digest { return Digest(hex.EncodeToString(h.Sum(nil))) }

func digestOf(s string) Digest {
	h := newHasher()
	io.WriteString(h, s)
	return h.digest()
}
