package index

import (
	"fmt"
	"math"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// shape is what a follower builds from a store, and snapshots are taken of. One goroutine at a time changes it.
type shape struct {
	graph  *topology.Graph
	names  *names
	labels *labelLists
	counts *counts
	head   graph.Head
	times  []int64
}

func newShape() *shape {
	return &shape{graph: topology.New(), names: newNames(), labels: &labelLists{}, counts: &counts{}}
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

func (s *shape) put(hash graph.StatementHash, ref graph.Ref, a *graph.Assertion, to graph.RevisionNumber) {
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
	for _, row := range closed {
		s.graph.Close(row, uint32(c.Revision.Number))
	}
	for i := range c.Written {
		s.put(hashes[i], c.Written[i].Ref, &decoded[i], 0)
	}
	s.head.Revision, s.head.Digest = c.Revision.Number, c.Revision.Digest
	s.times = append(s.times, c.Revision.At.UnixMicro())
	return nil
}

// snapshot returns what view shows, at the head.
func (s *shape) snapshot(view *topology.View) *Snapshot {
	return &Snapshot{view: view, names: s.names, labels: s.labels, counts: s.counts, head: s.head, times: s.times, nameCount: s.names.list.Len(),
		identifiers: s.names.identifiers.Len()}
}
