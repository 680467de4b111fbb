// Package calls is what stores share about their lives: calls under way, which end when the store closes, and signals of change.
package calls

import (
	"context"
	"sync"
)

// A Group is the calls under way on one store, and the goroutines beside them.
type Group struct {
	mu         sync.Mutex
	closed     bool
	closing    context.Context // done once the store is being closed
	stop       context.CancelFunc
	under      sync.WaitGroup
	background sync.WaitGroup
	errClosed  error
}

// New returns a group whose calls end with errClosed once it is closed.
func New(errClosed error) *Group {
	g := &Group{errClosed: errClosed}
	g.closing, g.stop = context.WithCancel(context.Background())
	return g
}

// Enter begins a call: it ends when the caller's context or the group does. leave ends it.
func (g *Group) Enter(ctx context.Context) (call context.Context, leave func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, nil, g.errClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	g.under.Add(1)
	call, cancel := context.WithCancel(ctx)
	unlink := context.AfterFunc(g.closing, cancel)
	return call, func() {
		unlink()
		cancel()
		g.under.Done()
	}, nil
}

// Stopped returns why an iteration under way must end, nil while it may go on. It costs two atomic loads, so it is asked for each row.
func (g *Group) Stopped(ctx context.Context) error {
	if g.closing.Err() != nil {
		return g.errClosed
	}
	return ctx.Err()
}

// Go runs f beside the calls, until its context ends: when the group closes.
func (g *Group) Go(f func(ctx context.Context)) { g.background.Go(func() { f(g.closing) }) }

// Close ends all calls and goroutines and waits for them. Only the first Close returns true.
func (g *Group) Close() (first bool) {
	g.mu.Lock()
	first = !g.closed
	g.closed = true
	g.mu.Unlock()
	if first {
		g.stop()
		g.under.Wait()
		g.background.Wait()
	}
	return first
}

// A Signal tells whoever receives from it that something happened; signals that nobody reads fold into one.
type Signal chan struct{}

// NewSignal returns a signal that has not been given.
func NewSignal() Signal { return make(Signal, 1) }

// Give gives the signal and never blocks.
func (s Signal) Give() {
	select {
	case s <- struct{}{}:
	default: // one is waiting already
	}
}
