package index

import (
	"context"
	"math"
	"unsafe"

	"github.com/maypok86/otter/v2"
	"github.com/maypok86/otter/v2/stats"

	"treatygraph/graph"
)

// DefaultCacheBytes bounds the content kept in memory: some 50,000 assertions with a quote each, or a few hundred long texts.
const DefaultCacheBytes = 64 << 20

// Contents load what is not in the shape, as graph.Reader does.
type Contents interface {
	Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error)
	Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error)
}

// content loads assertions and texts through a cache, half of the bytes for each. What is recorded never changes, so nothing in it grows old.
type content struct {
	store      Contents
	assertions *otter.Cache[graph.Ref, *graph.Assertion]
	texts      *otter.Cache[graph.TextHash, *graph.Text]
}

func newContent(store Contents, bytes int64) (*content, error) {
	if bytes <= 0 {
		bytes = DefaultCacheBytes
	}
	c := &content{store: store}
	var err error
	if c.assertions, err = otter.New(&otter.Options[graph.Ref, *graph.Assertion]{MaximumWeight: uint64(bytes / 2), Weigher: weighAssertion, StatsRecorder: stats.NewCounter()}); err != nil {
		return nil, err
	}
	c.texts, err = otter.New(&otter.Options[graph.TextHash, *graph.Text]{MaximumWeight: uint64(bytes / 2), Weigher: weighText, StatsRecorder: stats.NewCounter()})
	return c, err
}

func (c *content) close() {
	c.assertions.InvalidateAll()
	c.texts.InvalidateAll()
	c.assertions.StopAllGoroutines()
	c.texts.StopAllGoroutines()
}

// entryBytes is about what the cache itself keeps for an entry.
const entryBytes = 200

func weighAssertion(ref graph.Ref, a *graph.Assertion) uint32 {
	size := entryBytes + len(ref.Statement) + len(ref.Dataset) + int(unsafe.Sizeof(*a)) + len(a.Subject) + len(a.Object) + len(a.Reason) + len(a.Rule)
	q := &a.Qualifiers
	size += len(q.Depositary) + len(q.Place) + len(q.OnBehalfOf) + len(q.Vote) + len(q.Role) + len(q.Note) + len(q.About)
	if v := a.Value; v != nil {
		size += int(unsafe.Sizeof(*v)) + len(v.Text) + len(v.Lang) + len(v.ID) + len(v.Amount) + len(v.Unit) + len(v.Hash)
	}
	for i := range a.Evidence {
		e := &a.Evidence[i]
		size += int(unsafe.Sizeof(*e)) + len(e.Text) + len(e.Document) + len(e.Passage) + len(e.Quote) + len(e.Lang) + len(e.Reason) + len(e.Citation) + len(e.URL)
	}
	return uint32(size)
}

func weighText(hash graph.TextHash, t *graph.Text) uint32 {
	return uint32(min(int64(entryBytes+len(hash)+int(unsafe.Sizeof(*t))+len(t.Body)+len(t.Original)), math.MaxUint32))
}

// Assertions loads by Ref, at most one store call for all that are not in the cache. Missing ones are absent. The values are shared with
// other callers and must not be modified.
func (x *Index) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	return load(ctx, x.content.assertions, refs, x.content.store.Assertions)
}

// Texts loads by hash, as Assertions does.
func (x *Index) Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	return load(ctx, x.content.texts, hashes, x.content.store.Texts)
}

func load[K comparable, V any](ctx context.Context, cache *otter.Cache[K, V], keys []K, from func(context.Context, []K) (map[K]V, error)) (map[K]V, error) {
	found := make(map[K]V, len(keys))
	var missing []K
	asked := make(map[K]bool)
	for _, k := range keys {
		if _, there := found[k]; there || asked[k] {
			continue
		}
		if v, ok := cache.GetIfPresent(k); ok {
			found[k] = v
			continue
		}
		asked[k] = true
		missing = append(missing, k)
	}
	if len(missing) == 0 {
		return found, nil
	}
	loaded, err := from(ctx, missing)
	if err != nil {
		return nil, err
	}
	for k, v := range loaded {
		cache.Set(k, v)
		found[k] = v
	}
	return found, nil
}
