package index

import (
	"time"

	"github.com/maypok86/otter/v2"

	"treatygraph/graph"
)

// Metrics say how an index does.
type Metrics struct {
	Revision          graph.RevisionNumber // of the newest snapshot
	Store             graph.RevisionNumber // the newest that the store is known to have
	Level             time.Time            // when the index last was known to have all that the store had
	Versions          int64                // of assertions, in the shape
	Assertions, Texts CacheMetrics
}

// CacheMetrics say how a half of the content cache does. Numbers are since the start.
type CacheMetrics struct {
	Hits, Misses, Evictions uint64
	Bytes, MaxBytes         uint64
}

// Metrics returns how the index does. It costs next to nothing.
func (x *Index) Metrics() Metrics {
	s := x.Snapshot()
	return Metrics{
		Revision: s.head.Revision, Store: max(graph.RevisionNumber(x.known.Load()), s.head.Revision), Level: time.Unix(0, x.level.Load()),
		Versions: int64(s.view.Versions()), Assertions: cacheMetrics(x.content.assertions), Texts: cacheMetrics(x.content.texts),
	}
}

func cacheMetrics[K comparable, V any](c *otter.Cache[K, V]) CacheMetrics {
	s := c.Stats()
	return CacheMetrics{s.Hits, s.Misses, s.Evictions, c.WeightedSize(), c.GetMaximum()}
}

// isLevel notes that the index has all that the store had at a time.
func (x *Index) isLevel(revision graph.RevisionNumber, at time.Time) {
	x.known.Store(uint64(revision))
	x.level.Store(at.UnixNano())
}
