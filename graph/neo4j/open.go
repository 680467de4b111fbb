// Package neo4j keeps the record in a Neo4j database, and beside it, in the same transactions, a projection of what is current: entities,
// relationships and facts for people and their Cypher. docs/data-model.md draws both. The service reads the record alone.
package neo4j

import (
	"context"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/notifications"

	"treatygraph/graph"
	"treatygraph/graph/internal/calls"
)

const (
	// defaultWait bounds a call whose context has no deadline: thirty times what the largest batch takes, locks included, because a
	// server that was just started, on a busy machine, takes ten times as long.
	defaultWait = 60 * time.Second
	// commitGrace is how long a COMMIT under way, and finding out what became of it, may outlast the caller's context.
	commitGrace = 800 * time.Millisecond
	// acquireWait bounds the wait for a connection, and connectWait that for a socket.
	acquireWait, connectWait = 2 * time.Second, 2 * time.Second
	// retryTime bounds how long the driver repeats a transaction that the server calls transient: an election takes some seconds.
	retryTime = 5 * time.Second
	// idleBeforeCheck is how long a connection may lie unused before it is tried: firewalls forget them after a minute or more.
	idleBeforeCheck = 30 * time.Second
	// connections bounds the transactions at once: a page needs one, and a server of a few cores gains nothing from more.
	connections = 32
	// fetchSize bounds the rows that are on their way at once.
	fetchSize = 1000
	// silence is how long a read without an answer must have lasted before its connection counts as dead: many times what a working one takes.
	silence = 1500 * time.Millisecond
	// watchEvery is how often the server is asked whether another process wrote; the contract says a second.
	watchEvery = 400 * time.Millisecond
	// watchWait is how long that question may take: more than a busy server needs, as long as one over a dead connection should last.
	watchWait = 4 * time.Second
)

// Options tune a store.
type Options struct {
	Database string           // empty: the user's home database
	User     string           // empty: the server asks for none
	Password string           //
	Clock    func() time.Time // gives revisions their times; nil: time.Now
}

// A Store is a graph.Store on Neo4j, version 5.26 or later.
type Store struct {
	name      string // for errors: the address, without credentials
	database  string
	ours      sync.Map // the identities that this handle opened the store by or gave it
	clock     func() time.Time
	dial      func() (driver.DriverWithContext, error)
	bookmarks driver.BookmarkManager
	changed   calls.Signal
	writing   chan struct{} // holds one token while a batch is written: writers are serial anyway, and each that waits for the lock would keep a connection
	calls     *calls.Group
	torn      atomic.Int64 // readings that did not match their digests

	mu   sync.Mutex // guards pool
	pool *pool
}

// A pool is a driver, which holds connections, and who uses it: it may not be closed before they are done.
type pool struct {
	driver driver.DriverWithContext
	made   time.Time
	users  sync.WaitGroup
}

// A session is one of a pool's users, until closeSession.
type session struct {
	driver.SessionWithContext
	of *pool
}

var _ graph.Store = (*Store)(nil)

// Open opens the store in the database at an address such as neo4j://host:7687, neo4j+s://host or bolt://host, and prepares an empty
// database. A database with another program's data is refused. Errors are ErrUnavailable or ErrCorrupt, and hold no credentials.
func Open(ctx context.Context, address string, o Options) (*Store, error) {
	s := &Store{name: display(address, o.Database), database: o.Database, clock: o.Clock, changed: calls.NewSignal(), writing: make(chan struct{}, 1)}
	if s.clock == nil {
		s.clock = time.Now
	}
	s.calls = calls.New(s.closedError())
	auth := driver.NoAuth()
	if o.User != "" {
		auth = driver.BasicAuth(o.User, o.Password, "")
	}
	s.dial = func() (driver.DriverWithContext, error) {
		return driver.NewDriverWithContext(address, auth, func(c *config.Config) {
			c.UserAgent = "treatygraph"
			c.MaxTransactionRetryTime = retryTime
			c.MaxConnectionPoolSize = connections
			c.ConnectionAcquisitionTimeout = acquireWait
			c.SocketConnectTimeout = connectWait
			c.ConnectionLivenessCheckTimeout = idleBeforeCheck
			c.FetchSize = fetchSize
			c.TelemetryDisabled = true
			c.NotificationsMinSeverity = notifications.DisabledLevel
		})
	}
	var err error
	if s.pool, err = s.newPool(); err != nil {
		return nil, s.unavailable("is not an address of a Neo4j server")
	}
	s.bookmarks = driver.NewBookmarkManager(driver.BookmarkManagerConfig{})
	if err := s.prepare(ctx); err != nil {
		_ = s.pool.driver.Close(context.WithoutCancel(ctx)) // why it could not be opened says more
		return nil, err
	}
	s.calls.Go(s.watch)
	return s, nil
}

// display returns what errors call the store.
func display(address, database string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the Neo4j server"
	}
	name := u.Scheme + "://" + u.Host
	if database != "" {
		name += "/" + database
	}
	return name
}

// Changed implements graph.Store.
func (s *Store) Changed() <-chan struct{} { return s.changed }

// watch signals the writes of others until the store closes.
func (s *Store) watch(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var seen graph.Head
	for {
		if head, err := s.headWithin(ctx, watchWait); err == nil {
			if head != seen { // so too at the first answer: something may have been written since the store was opened
				s.changed.Give()
			}
			seen = head
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// headWithin gives up on a connection that fell silent, so that the next question takes another.
func (s *Store) headWithin(ctx context.Context, wait time.Duration) (graph.Head, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	return s.Head(ctx)
}

// Close implements graph.Store.
func (s *Store) Close() error {
	if !s.calls.Close() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pool.close()
	return nil
}

// newPool connects to nothing yet.
func (s *Store) newPool() (*pool, error) {
	d, err := s.dial()
	return &pool{driver: d, made: time.Now()}, err
}

// session begins one in the newest pool.
func (s *Store) session(mode driver.AccessMode) session {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pool.users.Add(1)
	return session{s.pool.driver.NewSession(context.Background(), driver.SessionConfig{AccessMode: mode, DatabaseName: s.database, BookmarkManager: s.bookmarks, FetchSize: fetchSize}), s.pool}
}

func closeSession(ctx context.Context, session session) {
	_ = session.Close(ctx) // gives its connection back; it is only used after its transaction
	session.of.users.Done()
}

// fellSilent is told of a read that was not answered until its deadline. The connections that lie unused are as old as that read's, and may be as
// dead; one after another they would each cost a read its deadline, long after the server is back. So a new driver takes over.
func (s *Store) fellSilent(began time.Time) {
	if time.Since(began) < silence {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if began.Before(s.pool.made) { // it was of the pool before
		return
	}
	fresh, err := s.newPool()
	if err != nil { // the address was good before
		return
	}
	fresh.settle()
	old := s.pool
	s.pool = fresh
	s.calls.Go(func(context.Context) { // calls under way keep their connections to the end, and each has one
		old.users.Wait()
		old.close()
	})
}

// settle has the driver do alone what it does without a lock at the first connection, which a context that has ended keeps it from.
func (p *pool) settle() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = p.driver.VerifyConnectivity(ctx) // it cannot
}

func (p *pool) close() {
	ctx, cancel := context.WithTimeout(context.Background(), connectWait)
	defer cancel()
	_ = p.driver.Close(ctx) // it says goodbye to each server; one that is gone needs none
}
