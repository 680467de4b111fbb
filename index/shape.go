package index

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// shape is what a follower builds from a store, and snapshots are taken of. One goroutine at a time changes it.
type shape struct {
	graph  *topology.Graph
	names  *names
	sorted *sortedLists
	counts *counts

	listCounts *listCounts
	analyses   *analyses
	head       graph.Head

	revisions []recorded
}

// A recorded is what is kept of a revision itself.
type recorded struct {
	at     int64 // microseconds since 1970
	digest [sha256.Size]byte
}

func newRecorded(r *graph.Revision) (out recorded, err error) {
	out.at = r.At.UnixMicro()
	if n, err := hex.Decode(out.digest[:], []byte(r.Digest[:min(len(r.Digest), 2*sha256.Size)])); err != nil || n != sha256.Size || len(r.Digest) != 2*sha256.Size {
		return out, fmt.Errorf("%w: the digest of revision %d is not 64 hexadecimal digits", graph.ErrCorrupt, r.Number)
	}
	return out, nil
}

func newShape() *shape {
	return &shape{graph: topology.New(), names: newNames(), sorted: &sortedLists{}, counts: &counts{}, listCounts: &listCounts{}, analyses: &analyses{}}
}

// MaxRevision bounds a store's revisions: columns keep them in 32 bits, which last 136 years at one a second.
const MaxRevision = math.MaxUint32

// add adds one version of an assertion, which was decoded as Shape at least.
func (s *shape) add(hash graph.StatementHash, ref graph.Ref, a *graph.Assertion, to graph.RevisionNumber) error {
	if ref.From > MaxRevision || to > MaxRevision {
		return fmt.Errorf("%s: revisions above %d cannot be kept", ref, uint32(MaxRevision))
	}
	s.put(hash, ref, a, to)
	return nil
}

// put adds a version. A tombstone is closed by the revision that wrote it: it is visible at none, but its subject exists since.
func (s *shape) put(hash graph.StatementHash, ref graph.Ref, a *graph.Assertion, to graph.RevisionNumber) {
	if a.Redacted != "" {
		to = ref.From
	}
	var value uint32
	if v := a.Value; v != nil && (v.Kind == graph.ValueName || v.Kind == graph.ValueIdentifier) {
		var before *uint32
		if old, ok := s.graph.Value(hash); ok {
			before = &old
		}
		value = s.names.add(v, s.graph.Len(), before)
	}
	s.graph.Add(hash, a, value, uint32(ref.From), uint32(to))
}

// apply verifies one revision and takes it over: wholly, or not at all.
func (s *shape) apply(c *graph.Change) error {
	if err := c.Verify(s.head.Digest); err != nil {
		return err
	}
	if c.Revision.Number != s.head.Revision+1 || c.Revision.Number > MaxRevision {
		return fmt.Errorf("%w: revision %d follows %d", graph.ErrCorrupt, c.Revision.Number, s.head.Revision)
	}
	decoded := make([]graph.Assertion, len(c.Written))
	hashes := make([]graph.StatementHash, len(c.Written))
	for i := range c.Written {
		v := &c.Written[i]
		if err := decoded[i].Decode(v.Body, graph.Shape); err != nil {
			return fmt.Errorf("%s: %w", v.Ref, err)
		}
		var err error
		if _, hashes[i], err = graph.ParseStatementID(string(v.Ref.Statement)); err != nil {
			return fmt.Errorf("%w: %s: %w", graph.ErrCorrupt, v.Ref, err)
		}
	}
	closed := make([]uint32, len(c.Closed))
	for i, ref := range c.Closed {
		_, hash, err := graph.ParseStatementID(string(ref.Statement))
		if err == nil {
			closed[i], err = s.graph.Open(hash, ref.Dataset, uint32(ref.From))
		}
		if err != nil {
			return fmt.Errorf("%w: revision %d closes %s: %w", graph.ErrCorrupt, c.Revision.Number, ref, err)
		}
	}
	revision, err := newRecorded(&c.Revision)
	if err != nil {
		return err
	}
	for _, row := range closed {
		s.graph.Close(row, uint32(c.Revision.Number))
	}
	for i := range c.Written {
		s.put(hashes[i], c.Written[i].Ref, &decoded[i], 0)
	}
	s.head.Revision, s.head.Digest = c.Revision.Number, c.Revision.Digest
	s.revisions = append(s.revisions, revision)
	return nil
}

// snapshot returns what view shows, at the head.
func (s *shape) snapshot(view *topology.View) *Snapshot {
	return &Snapshot{view: view, names: s.names, sorted: s.sorted, counts: s.counts, listCounts: s.listCounts, analyses: s.analyses, head: s.head, revisions: s.revisions, nameCount: s.names.list.Len(),
		identifiers: s.names.identifiers.Len()}
}
