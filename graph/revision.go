package graph

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"
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
	Store    string // the store's identity, a UUID given at its creation
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
// bodies and texts enter by their own hashes, so that a redacted body can be replaced by its hash.
func (c *Change) Seal(before Digest) Digest {
	h := sha256.New()
	r := &c.Revision
	line(h, "treatygraph revision 1", string(before), strconv.FormatUint(uint64(r.Number), 10), strconv.FormatInt(r.At.UnixMicro(), 10),
		r.Key, string(r.BatchDigest), r.Author, r.Summary)
	for i := range c.Written {
		v := &c.Written[i]
		line(h, "+", string(v.Ref.Statement), string(v.Ref.Dataset), string(digestOf(v.Body)))
	}
	for _, ref := range c.Closed {
		line(h, "-", string(ref.Statement), string(ref.Dataset), strconv.FormatUint(uint64(ref.From), 10))
	}
	for _, text := range c.Texts {
		line(h, "t", string(text))
	}
	return sumOf(h)
}

// Verify returns ErrCorrupt unless the change is whole, in order and chained to the digest before.
func (c *Change) Verify(before Digest) error {
	if got := c.Seal(before); got != c.Revision.Digest {
		return fmt.Errorf("%w: revision %d: its digest does not match what was read", ErrCorrupt, c.Revision.Number)
	}
	if len(c.Written) != c.Revision.Written || len(c.Closed) != c.Revision.Closed {
		return fmt.Errorf("%w: revision %d: its counts do not match what was read", ErrCorrupt, c.Revision.Number)
	}
	return nil
}

func (c *Change) sort() {
	slices.SortFunc(c.Written, func(a, b Version) int { return a.Ref.Compare(b.Ref) })
	slices.SortFunc(c.Closed, Ref.Compare)
	slices.SortFunc(c.Texts, func(a, b TextHash) int { return cmp.Compare(a, b) })
}

// line writes fields with their lengths, so that no two lists of fields read the same.
func line(h hash.Hash, fields ...string) {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString(strconv.Itoa(len(f)))
		b.WriteByte(':')
		b.WriteString(f)
	}
	b.WriteByte('\n')
	h.Write([]byte(b.String()))
}

func digestOf(s string) Digest {
	sum := sha256.Sum256([]byte(s))
	return Digest(hex.EncodeToString(sum[:]))
}

func sumOf(h hash.Hash) Digest { return Digest(hex.EncodeToString(h.Sum(nil))) }
