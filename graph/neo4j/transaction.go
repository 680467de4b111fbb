package neo4j

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"treatygraph/graph"
)

// A transaction runs statements. Only parameters carry values.
type transaction struct {
	ctx context.Context
	tx  driver.ManagedTransaction
}

type params = map[string]any

// run runs a statement to its end, and visits its rows. A visitor that returns errEnough leaves the others out.
func (t *transaction) run(statement string, p params, visit func(row []any) error) error {
	result, err := t.tx.Run(t.ctx, statement, p)
	if err != nil {
		return err
	}
	for result.Next(t.ctx) {
		if visit == nil {
			continue
		}
		if err := visit(result.Record().Values); err != nil {
			_, _ = result.Consume(t.ctx) // what the visitor said counts
			return err
		}
	}
	return result.Err()
}

// begin begins a call of the port. Without a deadline of the caller's it ends after defaultWait.
func (s *Store) begin(ctx context.Context) (call context.Context, leave func(), err error) {
	call, end, err := s.calls.Enter(ctx)
	if err != nil {
		return nil, nil, err
	}
	if _, bounded := call.Deadline(); bounded {
		return call, end, nil
	}
	call, cancel := context.WithTimeout(call, defaultWait)
	return call, func() { cancel(); end() }, nil
}

// read runs work, which may be run again, in a transaction that any member of a cluster may answer, one that has seen what this store saw.
func (s *Store) read(ctx context.Context, work func(t *transaction) error) error {
	call, leave, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer leave()
	began, session := time.Now(), s.session(driver.AccessModeRead)
	defer closeSession(call, session)
	_, err = session.ExecuteRead(call, func(tx driver.ManagedTransaction) (any, error) {
		return nil, work(&transaction{call, tx})
	}, serverTimeout(call))
	if err != nil && errors.Is(call.Err(), context.DeadlineExceeded) {
		s.fellSilent(began)
	}
	return s.classify(ctx, err)
}

// write runs work, which may be run again, in a transaction that writes. Lost means that COMMIT was sent and what became of it is not
// known: from there on, the context may end and the answer is still waited for, for commitGrace.
func (s *Store) write(ctx context.Context, work func(t *transaction) error) (lost bool, err error) {
	var committing atomic.Bool
	patient, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	unlink := context.AfterFunc(ctx, func() {
		if committing.Load() {
			time.AfterFunc(commitGrace, cancel)
			return
		}
		cancel()
	})
	defer unlink()
	session := s.session(driver.AccessModeWrite)
	defer closeSession(patient, session)
	_, err = session.ExecuteWrite(patient, func(tx driver.ManagedTransaction) (any, error) {
		committing.Store(false)
		err := work(&transaction{patient, tx})
		committing.Store(err == nil)
		return nil, err
	}, serverTimeout(ctx))
	return err != nil && committing.Load(), err
}

// outlast returns a context that ends commitGrace after another.
func outlast(ctx context.Context) (context.Context, context.CancelFunc) {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	unlink := context.AfterFunc(ctx, func() { time.AfterFunc(commitGrace, cancel) })
	return late, func() { unlink(); cancel() }
}

// serverTimeout makes the server end a transaction whose client fell silent, so that a dead one does not hold the lock.
func serverTimeout(ctx context.Context) func(*driver.TransactionConfig) {
	wait := defaultWait
	if deadline, bounded := ctx.Deadline(); bounded {
		wait = max(time.Until(deadline), time.Millisecond) + commitGrace
	}
	return driver.WithTxTimeout(wait)
}

// lockCounter makes this transaction the only one that writes, and what all before it wrote visible: the lock is freed after a commit
// has been applied. Reading in the same statement would read before the lock.
const lockCounter = `MATCH (c:Counter {one: 1}) SET c.locked = true`

const readCounter = `
	MATCH (c:Counter {one: 1})
	OPTIONAL MATCH (r:Revision {number: c.number})
	RETURN c.store, c.number, c.digest, c.at, c.lastSeq, c.number = 0 OR r.digest = c.digest AND r.lastSeq = c.lastSeq`

// A counter is the head with what the next revision must know.
type counter struct {
	graph.Head
	at      time.Time
	lastSeq int64
}

// lock takes the write lock and then reads the counter, before the transaction reads anything else.
func (s *Store) lock(t *transaction) (c counter, err error) {
	c, fits, err := s.lockOnly(t)
	if err == nil && !fits {
		err = s.corrupt("has a counter that does not fit its newest revision: treatyctl verify --repair puts it right")
	}
	return c, err
}

// lockOnly is lock for what copes with a counter that does not fit the newest revision.
func (s *Store) lockOnly(t *transaction) (c counter, fits bool, err error) {
	if err := t.run(lockCounter, nil, nil); err != nil {
		return c, false, err
	}
	found := false
	err = t.run(readCounter, nil, func(row []any) error {
		found, fits = true, row[5] == true
		c.Store, c.Revision, c.Digest = str(row[0]), graph.RevisionNumber(integer(row[1])), graph.Digest(str(row[2]))
		c.at, c.lastSeq = instant(row[3]), integer(row[4])
		return nil
	})
	if _, ours := s.ours.Load(c.Store); err == nil && (!found || !ours) {
		err = s.corrupt("is no longer the database that was opened: it was redacted, emptied or replaced, so start again")
	}
	return c, fits, err
}

// lockedHead returns the head under the write lock, so that all it counts is there to be read.
func (s *Store) lockedHead(ctx context.Context) (c counter, err error) {
	call, leave, err := s.begin(ctx)
	if err != nil {
		return c, err
	}
	defer leave()
	_, err = s.write(call, func(t *transaction) (err error) {
		c, err = s.lock(t)
		return err
	})
	return c, s.classify(ctx, err)
}

// str, integer and instant read a value of a row; a null, or one of another type, is the zero value.
func str(v any) string { s, _ := v.(string); return s }

func integer(v any) int64 { n, _ := v.(int64); return n }

func instant(v any) time.Time { t, _ := v.(time.Time); return t.UTC() }
