package index

import (
	"context"
	"errors"
	"sync"
	"time"

	"treatygraph/graph"
)

const (
	// The ring holds the last revisions: ringRevisions of them, fewer when they changed more than ringVersions assertions together, which are
	// kept as numbers of four bytes. Who falls further behind is told from the store.
	ringRevisions = 1_000
	ringVersions  = 1_000_000
	// A replay reads that many revisions from the store at once, fewer when they changed more than replayVersions assertions together: between
	// two replays nothing of the store is held, however slowly they are taken.
	replayRevisions = 16
	replayVersions  = 20_000
	// replaysAtOnce bounds the calls to the store: thousands may come back at once after a restart, and others need the store too.
	replaysAtOnce = 4
)

// A feed keeps what the last revisions did. It knows nothing of who reads it: each reader has its place in the order of revisions.
type feed struct {
	mu       sync.Mutex
	head     graph.RevisionNumber // the last that was told
	ring     []*Delta             // up to head, without a gap
	versions int                  // that the ring's deltas hold together
	next     chan struct{}        // closed with the next delta and by close
	closed   bool

	replays chan struct{} // has one item for each replay under way
}

func newFeed(head graph.RevisionNumber) *feed {
	return &feed{head: head, next: make(chan struct{}), replays: make(chan struct{}, replaysAtOnce)}
}

// tell adds the delta after head and wakes who waits for it. The snapshot that holds it has been published.
func (f *feed) tell(c *Delta) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c.Revision.Number != f.head+1 { // the one between could not be told, by a fault of the index: the store will be asked
		f.ring, f.versions = nil, 0
	}
	f.head = c.Revision.Number
	f.ring = append(f.ring, c)
	f.versions += c.size()
	for len(f.ring) > ringRevisions || f.versions > ringVersions && len(f.ring) > 1 {
		f.versions -= f.ring[0].size()
		f.ring[0] = nil // append moves the rest one day
		f.ring = f.ring[1:]
	}
	close(f.next)
	f.next = make(chan struct{})
}

func (f *feed) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	close(f.next)
}

// after returns the delta that follows a revision; nil when it is no longer in the ring, or is still to come: then next is closed with it.
func (f *feed) after(n graph.RevisionNumber) (c *Delta, head graph.RevisionNumber, next <-chan struct{}, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, f.head, nil, ErrClosed
	}
	if oldest := f.head + 1 - graph.RevisionNumber(len(f.ring)); n+1 >= oldest && n < f.head {
		c = f.ring[n+1-oldest]
	}
	return c, f.head, f.next, nil
}

// A Feed is a place in the order of revisions, from which one reader goes on. It holds nothing that must be freed, and nothing waits for it.
type Feed struct {
	index    *Index
	after    graph.RevisionNumber
	replayed []*Delta // read from the store and not taken yet
}

// Feed returns the feed of what comes after a revision, which may be one that is still to come.
func (x *Index) Feed(after graph.RevisionNumber) *Feed { return &Feed{index: x, after: after} }

// Next returns what the next revision did, each exactly once and in order, as soon as there is one, and a snapshot that holds it. While the
// store cannot be asked for what the ring has no longer, it waits. The errors are the context's, ErrClosed, and graph.ErrCorrupt.
func (f *Feed) Next(ctx context.Context) (*Delta, *Snapshot, error) {
	retry := firstRetry
	for {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if len(f.replayed) > 0 {
			c := f.replayed[0]
			f.replayed = f.replayed[1:]
			f.after = c.Revision.Number
			return c, f.index.Snapshot(), nil
		}
		c, head, next, err := f.index.feed.after(f.after)
		switch {
		case err != nil:
			return nil, nil, err
		case c != nil:
			f.after = c.Revision.Number
			return c, f.index.Snapshot(), nil
		case f.after < head:
			if f.replayed, err = f.index.replay(ctx, f.after, head); err == nil || errors.Is(err, graph.ErrCorrupt) || ctx.Err() != nil {
				if err != nil {
					return nil, nil, err
				}
				continue
			}
			f.index.log.Warn("changes cannot be replayed now", "after", f.after, "error", err)
			select {
			case <-time.After(retry):
				retry = min(2*retry, lastRetry)
			case <-ctx.Done():
			}
		default:
			select {
			case <-next:
			case <-ctx.Done():
			}
		}
	}
}

// replay reads some of the deltas after a revision from the store, at least one, and none beyond head.
func (x *Index) replay(ctx context.Context, after, head graph.RevisionNumber) ([]*Delta, error) {
	select {
	case x.feed.replays <- struct{}{}:
		defer func() { <-x.feed.replays }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var list []*Delta
	versions := 0
	s := x.Snapshot()
	for stored, err := range x.store.Changes(ctx, after) {
		if err != nil {
			return nil, err
		}
		c, err := s.delta(&stored)
		if err != nil {
			return nil, err
		}
		list, versions = append(list, c), versions+c.size()
		if c.Revision.Number >= head || len(list) == replayRevisions || versions >= replayVersions {
			break
		}
	}
	if len(list) == 0 {
		return nil, graph.ErrUnavailable // the store is behind the index: another was put in its place, which the follower tells of
	}
	return list, nil
}
