package index

import (
	"bytes"

	"treatygraph/graph"
)

// SavedName and SaveAfter are for tests.
const (
	SavedName = savedName
	SaveAfter = saveAfter
	SaveEvery = saveEvery
)

// Stands is for tests.
var Stands = stands

// Saved returns the file of a snapshot.
func (s *Snapshot) Saved() []byte {
	var b bytes.Buffer
	if err := s.encode(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// Decode reads the file of a snapshot.
func Decode(file []byte) (*Snapshot, error) {
	s, err := decodeShape(bytes.NewReader(file), int64(len(file)), func(graph.Head) error { return nil })
	if err != nil {
		return nil, err
	}
	view, _ := s.graph.Seal(uint32(s.head.Revision))
	return s.snapshot(view), nil
}

// SealPermalink is for tests.
var SealPermalink = sealPermalink

// PermalinkBody is for tests.
func (s *Snapshot) PermalinkBody(q *SubgraphQuery) ([]byte, error) { return s.permalinkBody(q) }

// MaxKeptAnalyses is for tests.
const MaxKeptAnalyses = keptAnalyses

// KeptAnalyses are the graphs that are kept, without the graphs: of revisions, as large as a test says.
type KeptAnalyses struct{ of analyses }

// Ask asks for the graph of a revision.
func (k *KeptAnalyses) Ask(revision int) {
	k.of.find(analysisKey{timeKey: timeKey{revision: uint32(revision)}})
}

// Keep gathers the graph of a revision.
func (k *KeptAnalyses) Keep(revision, statements int) {
	k.of.weigh(k.of.find(analysisKey{timeKey: timeKey{revision: uint32(revision)}}), statements)
}

// Kept returns the revisions, the one used last at the end.
func (k *KeptAnalyses) Kept() (revisions []int) {
	for _, g := range k.of.kept {
		revisions = append(revisions, int(g.revision))
	}
	return revisions
}

// RingRevisions is how many revisions the feed's ring holds at most.
const RingRevisions = ringRevisions

// RingLength returns how many it holds.
func (x *Index) RingLength() int {
	x.feed.mu.Lock()
	defer x.feed.mu.Unlock()
	return len(x.feed.ring)
}
