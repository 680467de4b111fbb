// Package guard stands between those who ask and a store: one that is slow or gone costs a bounded number of calls, and a bounded time each.
package guard

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"treatygraph/graph"
)

// Options bound the calls. Zero fields stand for the defaults.
type Options struct {
	Calls int           // under way at once; 0: DefaultCalls
	Wait  time.Duration // for a place among them; 0: DefaultWait
	Limit time.Duration // of one call, for every keysPerLimit keys; 0: DefaultLimit
}

const (
	// DefaultCalls leaves a quarter of the 32 connections of a Neo4j store to following, writing and probes. With more, calls would wait for
	// a connection, and a busy store would look like one that is gone.
	DefaultCalls = 24
	// DefaultWait is as long as a wait that nobody notices.
	DefaultWait = 100 * time.Millisecond
	// DefaultLimit is fifty times what a page takes from a busy store, and leaves an operation of 10 s time to say what is wrong.
	DefaultLimit = 3 * time.Second
	// keysPerLimit is how many keys the contract of graph.Reader allows for one query.
	keysPerLimit = 500
	// A store that did not answer is tried again after firstRetry, by one call while others are shed, then each time after twice as long, up
	// to lastRetry: so that one lost connection costs little, and a store that is back is found within a second.
	firstRetry = 50 * time.Millisecond
	lastRetry  = time.Second
)

// A Reader loads contents: the part of graph.Reader that answers to clients need.
type Reader interface {
	Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error)
	Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error)
}

// Contents is a Reader that sheds what the store cannot serve now: when all places stay taken for the wait, and, after a call that was not
// answered, until a call is. What is shed is graph.ErrUnavailable, as is a call that outlasts its limit; that call keeps its place until the
// store ends it.
type Contents struct {
	store   Reader
	options Options
	places  chan struct{}

	mu    sync.Mutex
	state State
	retry time.Duration // between the last try and the next
	next  time.Time     // no try before
	tried bool          // a try is under way
}

// State says how a guard does.
type State struct {
	Calls    int    // under way
	Away     bool   // the last call was not answered
	ShedFull uint64 // calls that found no place
	ShedAway uint64 // calls that were not tried, as the store was away
}

// NewContents returns a guard before a store.
func NewContents(store Reader, o Options) *Contents {
	if o.Calls == 0 {
		o.Calls = DefaultCalls
	}
	if o.Wait == 0 {
		o.Wait = DefaultWait
	}
	if o.Limit == 0 {
		o.Limit = DefaultLimit
	}
	return &Contents{store: store, options: o, places: make(chan struct{}, o.Calls)}
}

// State returns how the guard does now.
func (c *Contents) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.state
	s.Calls = len(c.places)
	return s
}

// Assertions loads as the store does.
func (c *Contents) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	return load(ctx, c, refs, c.store.Assertions)
}

// Texts loads as the store does.
func (c *Contents) Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	return load(ctx, c, hashes, c.store.Texts)
}

// load asks the store beside itself, as a store may be stuck in a system call that knows no context.
func load[K comparable, V any](ctx context.Context, c *Contents, keys []K, from func(context.Context, []K) (map[K]V, error)) (map[K]V, error) {
	try, err := c.enter(ctx)
	if err != nil {
		return nil, err
	}
	limit := c.options.Limit * time.Duration(1+len(keys)/keysPerLimit)
	call, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	type answer struct {
		found map[K]V
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			if value := recover(); value != nil { // nobody above this goroutine would
				a = answer{err: fmt.Errorf("panic in the store: %v\n%s", value, debug.Stack())}
			}
			<-c.places
			answers <- a
		}()
		a.found, a.err = from(call, keys)
	}()
	var a answer
	select {
	case a = <-answers:
	case <-call.Done():
		a.err = call.Err()
	}
	switch {
	case a.err != nil && ctx.Err() != nil: // who asked is gone, and what the store would have answered is not known
		c.leave(try, unknown)
		return nil, ctx.Err()
	case errors.Is(a.err, context.DeadlineExceeded):
		c.leave(try, unanswered)
		return nil, fmt.Errorf("%w: the store did not answer within %v", graph.ErrUnavailable, limit)
	case errors.Is(a.err, graph.ErrUnavailable):
		c.leave(try, unanswered)
	default: // also with an error: the store is there
		c.leave(try, answered)
	}
	return a.found, a.err
}

// enter takes a place. Try is true for the one call that finds out whether a store that was away is back.
func (c *Contents) enter(ctx context.Context) (try bool, err error) {
	if try, err = c.admit(); err != nil {
		return false, err
	}
	select {
	case c.places <- struct{}{}:
		return try, nil
	default:
	}
	wait := time.NewTimer(c.options.Wait)
	defer wait.Stop()
	select {
	case c.places <- struct{}{}:
		return try, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-wait.C:
		err = fmt.Errorf("%w: the store has %d calls under way, and none ended within %v", graph.ErrUnavailable, c.options.Calls, c.options.Wait)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() == nil {
		c.state.ShedFull++
	}
	if try {
		c.tried = false
	}
	return false, err
}

// admit refuses all calls to a store that is away but the next try.
func (c *Contents) admit() (try bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !c.state.Away:
		return false, nil
	case c.tried || time.Now().Before(c.next):
		c.state.ShedAway++
		return false, fmt.Errorf("%w: the store did not answer, and will be tried again", graph.ErrUnavailable)
	}
	c.tried = true
	return true, nil
}

// An outcome is what a call tells of the store.
type outcome int

const (
	unknown outcome = iota
	answered
	unanswered
)

func (c *Contents) leave(try bool, o outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if try {
		c.tried = false
	}
	switch {
	case o == answered:
		c.state.Away = false
	case o == unanswered && !c.state.Away:
		c.state.Away, c.retry = true, firstRetry
		c.next = time.Now().Add(c.retry)
	case o == unanswered && try:
		c.retry = min(2*c.retry, lastRetry)
		c.next = time.Now().Add(c.retry)
	}
}
