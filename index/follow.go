// Package index keeps the shape of a store in memory and answers from it: pages of an entity's statements, names, look-up, status, at
// any time and any past revision. Follow reads a store and keeps up with it; every answer comes from one immutable Snapshot.
package index

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// Options are what Follow may be told; the zero value is ready for use.
type Options struct {
	CacheBytes int64        // bound of the content cache; 0: DefaultCacheBytes
	Contents   Contents     // what Assertions and Texts load through, to be slower or to refuse; nil: the store itself
	Folder     string       // of the saved index, made when it is not there; empty: nothing is saved
	LateTexts  bool         // texts are indexed at the first search, not beside everything else after the start: for those who may never search
	Logger     *slog.Logger // nil: nothing is logged
}

const (
	// pollEvery bounds how long a change may go unnoticed when the store's signal is lost.
	pollEvery = 500 * time.Millisecond
	// A store that fails is tried again after firstRetry, then each time after twice as long, up to lastRetry.
	firstRetry = 50 * time.Millisecond
	lastRetry  = 2 * time.Second
	// headWait bounds asking the store where it stands: a connection that fell silent is given up, so that the next try takes another.
	headWait = 2 * time.Second
)

// ErrClosed is what waiting on a closed index ends with.
var ErrClosed = errors.New("index is closed")

// An Index follows one store. Its methods may be called from any number of goroutines.
type Index struct {
	store   graph.Store
	log     *slog.Logger
	content *content
	current atomic.Pointer[Snapshot]
	err     atomic.Pointer[error]
	known   atomic.Uint64 // newest revision that the store is known to have
	level   atomic.Int64  // when the index last was known to have all that the store had, in nanoseconds

	mu        sync.Mutex // guards what follows: held while a revision is taken over, never by readers
	shape     *shape
	published chan struct{} // closed with the next snapshot

	folder        string
	saved         graph.Head // what the saved index stands for; zero: nothing. This and the next are the saving goroutine's, then Close's
	savedVersions uint32     // how many versions there were when it was read or saved

	texts   *texts
	records records
	feed    *feed // of what revisions do; the follower's to tell

	turn   chan struct{} // holds one: of the follower while it takes revisions over, or of who holds it back
	cancel context.CancelFunc
	work   sync.WaitGroup // the followers of shape and texts, a merge and the saving
}

// Follow reads the saved index and what the store recorded since, or all of the store, and keeps up with it until Close. The context
// bounds the first reading only. The caller closes the store, after the index.
func Follow(ctx context.Context, store graph.Store, opts Options) (*Index, error) {
	if opts.Contents == nil {
		opts.Contents = store
	}
	cache, err := newContent(opts.Contents, opts.CacheBytes)
	if err != nil {
		return nil, fmt.Errorf("make content cache: %w", err)
	}
	x := &Index{store: store, log: opts.Logger, content: cache, published: make(chan struct{}), turn: make(chan struct{}, 1), folder: opts.Folder}
	if x.log == nil {
		x.log = slog.New(slog.DiscardHandler)
	}
	began := time.Now()
	if err := x.read(ctx); err != nil {
		cache.close()
		return nil, fmt.Errorf("read the store: %w", err)
	}
	x.isLevel(x.shape.head.Revision, began)
	background, cancel := context.WithCancel(context.Background())
	x.cancel, x.texts = cancel, newTexts(x, opts.LateTexts)
	x.feed = newFeed(x.shape.head.Revision)
	x.mu.Lock()
	x.publish(background)
	x.mu.Unlock()
	x.work.Go(func() { x.follow(background) })
	x.work.Go(func() { x.texts.follow(background) })
	if x.folder != "" {
		x.work.Go(func() { x.keepSaved(background) })
	}
	return x, nil
}

// read makes the shape from what was saved, if that stands for the store, else from the store alone.
func (x *Index) read(ctx context.Context) (err error) {
	if x.folder != "" {
		if x.shape, x.saved, err = loadShape(ctx, x.folder, x.store); err == nil {
			x.savedVersions = x.shape.graph.Len()
			return nil
		}
		x.log.Info("index is read from the store, not from what was saved", "reason", err)
		x.saved = graph.Head{}
	}
	x.shape = newShape()
	return x.shape.load(ctx, x.store)
}

// load reads a store from its beginning.
func (s *shape) load(ctx context.Context, store graph.Reader) error {
	head, versions, err := store.Scan(ctx)
	if err != nil {
		return err
	}
	if head.Revision > MaxRevision {
		return fmt.Errorf("revision %d is above %d", head.Revision, uint32(MaxRevision))
	}
	if err := s.read(versions); err != nil {
		return err
	}
	for r, err := range store.Revisions(ctx, 0) {
		if err != nil {
			return err
		}
		if r.Number > head.Revision {
			break
		}
		if uint64(r.Number) != uint64(len(s.revisions))+1 {
			return fmt.Errorf("%w: revision %d follows %d", graph.ErrCorrupt, r.Number, len(s.revisions))
		}
		revision, err := newRecorded(&r)
		if err != nil {
			return err
		}
		s.revisions = append(s.revisions, revision)
	}
	if uint64(len(s.revisions)) != uint64(head.Revision) {
		return fmt.Errorf("%w: the head is revision %d, but %d are recorded", graph.ErrCorrupt, head.Revision, len(s.revisions))
	}
	s.head = head
	return nil
}

// publish makes what the shape holds the current snapshot and wakes who waits for it. It is called with mu held.
func (x *Index) publish(ctx context.Context) {
	view, merge := x.shape.graph.Seal(uint32(x.shape.head.Revision))
	x.show(view)
	x.merge(ctx, merge)
}

func (x *Index) show(view *topology.View) {
	s := x.shape.snapshot(view)
	s.texts = x.texts
	x.current.Store(s)
	close(x.published)
	x.published = make(chan struct{})
}

// merge runs a merge of large segments beside everything else, and then the one that it makes due.
func (x *Index) merge(ctx context.Context, merge *topology.Merge) {
	if merge == nil {
		return
	}
	x.work.Go(func() {
		for merge != nil && ctx.Err() == nil {
			merge.Run()
			x.mu.Lock()
			merge = x.shape.graph.Adopt(merge)
			x.show(x.shape.graph.View(uint32(x.shape.head.Revision)))
			x.mu.Unlock()
		}
	})
}

// follow keeps up with the store until the context ends.
func (x *Index) follow(ctx context.Context) {
	signal, retry := x.store.Changed(), firstRetry
	timer := time.NewTimer(0) // something may have been written since the store was read
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-signal:
		case <-timer.C:
		}
		select {
		case <-ctx.Done():
			return
		case x.turn <- struct{}{}:
		}
		err := x.catchUp(ctx)
		<-x.turn
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			if x.err.Swap(nil) != nil {
				x.log.Info("index follows the store again", "revision", x.Snapshot().head.Revision)
			}
			signal, retry = x.store.Changed(), firstRetry
			timer.Reset(pollEvery)
		default:
			if x.err.Swap(&err) == nil {
				x.log.Warn("index cannot follow the store; it answers from memory", "error", err)
			}
			x.wake()
			signal = nil // the signals of a store that fails do not cut the wait
			timer.Reset(retry)
			retry = min(2*retry, lastRetry)
		}
	}
}

// catchUp takes over what came after the index's head, revision by revision.
func (x *Index) catchUp(ctx context.Context) error {
	ours, began := x.Snapshot().head, time.Now()
	head, err := x.askHead(ctx)
	if err == nil {
		x.known.Store(uint64(head.Revision))
	}
	switch {
	case err != nil:
		return err
	case head.Store != ours.Store:
		return fmt.Errorf("%w: the store is %s now, but the index was read from %s: start again", graph.ErrCorrupt, head.Store, ours.Store)
	case head.Revision < ours.Revision:
		return fmt.Errorf("%w: the store went back to revision %d, but the index is at %d: start again", graph.ErrCorrupt, head.Revision, ours.Revision)
	case head.Revision == ours.Revision && head.Digest != ours.Digest:
		return fmt.Errorf("%w: the store has another revision %d than the index: start again", graph.ErrCorrupt, head.Revision)
	case head.Revision == ours.Revision:
		x.isLevel(head.Revision, began)
		return nil
	}
	for change, err := range x.store.Changes(ctx, ours.Revision) {
		if err != nil {
			return err
		}
		if err := x.take(ctx, &change); err != nil {
			return err
		}
		told, err := x.Snapshot().delta(&change)
		if err != nil {
			return err
		}
		x.feed.tell(told)
	}
	x.isLevel(head.Revision, began)
	return nil
}

// askHead asks again once when there was no answer in time: a busy machine may miss one, and that alone is no reason to call the store away.
func (x *Index) askHead(ctx context.Context) (graph.Head, error) {
	head, err := x.askHeadOnce(ctx)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return x.askHeadOnce(ctx)
	}
	return head, err
}

func (x *Index) askHeadOnce(ctx context.Context) (graph.Head, error) {
	ctx, cancel := context.WithTimeout(ctx, headWait)
	defer cancel()
	return x.store.Head(ctx)
}

func (x *Index) take(ctx context.Context, change *graph.Change) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.shape.apply(change); err != nil {
		return err
	}
	x.publish(ctx)
	return nil
}

// Hold keeps the index where it is until release is called, once: for who writes many revisions and reads none of them meanwhile. It waits while revisions are taken over, or for
// another who holds the index, until the context ends.
func (x *Index) Hold(ctx context.Context) (release func(), err error) {
	select {
	case x.turn <- struct{}{}:
		return func() { <-x.turn }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("hold the index: %w", ctx.Err())
	}
}

// Snapshot returns the newest snapshot. It never waits.
func (x *Index) Snapshot() *Snapshot { return x.current.Load() }

// wake has those who wait look again.
func (x *Index) wake() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.published != nil {
		close(x.published)
		x.published = make(chan struct{})
	}
}

// Wait returns a snapshot at or after a revision as soon as there is one. It ends with the context's error, ErrClosed, or graph.ErrCorrupt when
// the index cannot follow its store there, as one that was redacted.
func (x *Index) Wait(ctx context.Context, after graph.RevisionNumber) (*Snapshot, error) {
	for {
		x.mu.Lock()
		published := x.published
		x.mu.Unlock()
		if s := x.Snapshot(); s.head.Revision >= after {
			return s, nil
		}
		if published == nil {
			return nil, fmt.Errorf("wait for revision %d: %w", after, ErrClosed)
		}
		if err := x.Err(); errors.Is(err, graph.ErrCorrupt) {
			return nil, fmt.Errorf("wait for revision %d: %w", after, err)
		}
		select {
		case <-published:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for revision %d: %w", after, ctx.Err())
		}
	}
}

// Err returns nil while the index keeps up with the store, else why it cannot now. It goes on trying, and answers from memory.
func (x *Index) Err() error {
	if err := x.err.Load(); err != nil {
		return fmt.Errorf("follow the store: %w", *err)
	}
	return nil
}

// MemoryBytes says what memory the index takes: the arrays of the shape, and apart the IDs, and the names and identifiers.
type MemoryBytes struct {
	Versions int64 // how many assertion versions there are
	Shape    int64
	IDs      int64
	Names    int64
}

// MemoryBytes sums the arrays themselves. It costs a pass over IDs and names, during which no revision is taken over.
func (x *Index) MemoryBytes() MemoryBytes {
	x.mu.Lock()
	defer x.mu.Unlock()
	size := x.shape.graph.Size()
	return MemoryBytes{size.Versions, size.Shape, size.Nodes, x.shape.names.bytes()}
}

// Close ends the index's goroutines and returns when they have ended and the index is saved. Snapshots stay good. A second Close does
// nothing.
func (x *Index) Close() error {
	x.cancel()
	x.work.Wait()
	x.mu.Lock()
	open := x.published != nil
	if open {
		close(x.published)
		x.published = nil
		x.feed.close()
		x.content.close()
	}
	x.mu.Unlock()
	if open && x.folder != "" {
		x.save()
	}
	return nil
}
