package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"treatygraph/graph"
)

// statementsBetweenChecks is how many statements run between two looks at the context: some 10 ms of work.
const statementsBetweenChecks = 16

// Apply implements graph.Writer.
func (s *Store) Apply(ctx context.Context, b *graph.Batch) (graph.Receipt, error) {
	p, err := graph.Prepare(b)
	if err != nil {
		return graph.Receipt{}, err
	}
	call, leave, err := s.calls.Enter(ctx)
	if err != nil {
		return graph.Receipt{}, err
	}
	defer leave()
	return s.attempt(call, b.Key, p.Repeats, func() (graph.Receipt, error) { return s.apply(call, b, p) })
}

// attempt makes one attempt to write a revision, and finds out what became of it.
func (s *Store) attempt(ctx context.Context, key string, repeats func(graph.Revision) (graph.Receipt, error), write func() (graph.Receipt, error)) (graph.Receipt, error) {
	receipt, err := write()
	var lost *lostCommit
	if errors.As(err, &lost) {
		receipt, err = s.resolve(ctx, key, repeats, lost.cause)
	}
	if err != nil {
		return graph.Receipt{}, err
	}
	if !receipt.Repeated {
		s.changed.Give()
	}
	return receipt, nil
}

// A lostCommit says that COMMIT itself failed, so that the transaction may or may not stand.
type lostCommit struct{ cause error }

func (l *lostCommit) Error() string { return l.cause.Error() }

func (s *Store) apply(ctx context.Context, b *graph.Batch, p *graph.Prepared) (receipt graph.Receipt, err error) {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return receipt, s.classify(ctx, err)
	}
	defer conn.Close()
	err = s.transaction(ctx, conn, func() error {
		found, first, err := revisionOfKey(ctx, conn, b.Key)
		if err != nil {
			return s.classify(ctx, err)
		}
		if found {
			receipt, err = p.Repeats(first)
			return err
		}
		last, err := s.lastOfOurs(ctx, conn)
		if err != nil {
			return err
		}
		if err := p.Follows(last.Number); err != nil {
			return err
		}
		known, err := load(ctx, conn, p.Needs())
		if err != nil {
			return s.classify(ctx, err)
		}
		plan, err := p.Check(known)
		if err != nil {
			return err
		}
		plan.Number(last.head(), last.At, s.clock())
		receipt.Revision = plan.Change.Revision
		return s.finish(ctx, conn, plan, last.lastSeq)
	})
	return receipt, err
}

// finish writes the plan's rows and ends the transaction.
func (s *Store) finish(ctx context.Context, conn *sql.Conn, plan *graph.Plan, seq int64) error {
	if err := write(ctx, conn, plan, seq); err != nil {
		return s.classify(ctx, err)
	}
	if err := ctx.Err(); err != nil {
		return s.classify(ctx, err)
	}
	if err := s.commit(ctx, conn); err != nil {
		return &lostCommit{err}
	}
	return nil
}

// lastOfOurs returns the newest revision of the store that was opened; redacted since by another handle it is another, of which this one's
// caller knows nothing yet.
func (s *Store) lastOfOurs(ctx context.Context, conn *sql.Conn) (last, error) {
	l, err := lastRevision(ctx, conn)
	if err == nil && !s.ours[l.store] {
		err = s.corrupt("is no longer the store that was opened: it was redacted or replaced, so start again")
	}
	return l, s.classify(ctx, err)
}

// commit ends the transaction. From here on a cancelled context changes nothing: half a commit would be an unknown outcome.
func commit(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(context.WithoutCancel(ctx), `COMMIT`)
	return err
}

// resolve finds out what became of a commit that reported an error: under the write lock the key is there or it is not.
func (s *Store) resolve(ctx context.Context, key string, repeats func(graph.Revision) (graph.Receipt, error), cause error) (receipt graph.Receipt, err error) {
	ctx = context.WithoutCancel(ctx)
	unknown := fmt.Errorf("%w: %s was lost while committing", graph.ErrUnknownOutcome, s.path)
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return receipt, unknown
	}
	defer conn.Close()
	var found bool
	err = s.transaction(ctx, conn, func() (err error) {
		found, receipt.Revision, err = revisionOfKey(ctx, conn, key)
		return err
	})
	switch {
	case err != nil:
		return receipt, unknown
	case !found:
		return receipt, s.refused(ctx, cause)
	default:
		_, err := repeats(receipt.Revision)
		return receipt, err
	}
}

// refused is the error of a commit that is known not to have happened.
func (s *Store) refused(ctx context.Context, cause error) error {
	err := s.classify(ctx, cause)
	if errors.Is(err, graph.ErrUnavailable) || errors.Is(err, graph.ErrCorrupt) {
		return err
	}
	return s.unavailable("could not commit")
}

// write puts the plan's rows into the open transaction, in the order of their Refs.
func write(ctx context.Context, conn *sql.Conn, plan *graph.Plan, seq int64) error {
	c := &plan.Change
	if err := insert(ctx, conn, `INSERT OR FAIL INTO entity (id) VALUES `, `(?)`, len(plan.Entities), func(to []any, i int) []any {
		return append(to, string(plan.Entities[i]))
	}); err != nil {
		return err
	}
	if err := each(ctx, conn, `INSERT INTO text (hash, lang, body, original, revision) VALUES (?, ?, ?, ?, ?)`, len(plan.Texts), func(i int) []any {
		t := plan.Texts[i]
		var original any
		if len(t.Original) > 0 {
			original = t.Original
		}
		return []any{string(t.Hash), string(t.Lang), t.Body, original, int64(c.Revision.Number)}
	}); err != nil {
		return err
	}
	if err := each(ctx, conn, `UPDATE assertion SET recorded_to = ? WHERE statement = ? AND dataset = ? AND recorded_from = ?`, len(c.Closed), func(i int) []any {
		return []any{int64(c.Revision.Number), string(c.Closed[i].Statement), string(c.Closed[i].Dataset), int64(c.Closed[i].From)}
	}); err != nil {
		return err
	}
	if err := insert(ctx, conn, `INSERT OR FAIL INTO assertion (seq, statement, dataset, recorded_from, body) VALUES `, `(?, ?, ?, ?, ?)`, len(c.Written), func(to []any, i int) []any {
		v := &c.Written[i]
		return append(to, seq+1+int64(i), string(v.Ref.Statement), string(v.Ref.Dataset), int64(v.Ref.From), v.Body)
	}); err != nil {
		return err
	}
	const query = `INSERT INTO revision (number, at, key, batch_digest, digest, author, summary, written, closed, last_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	r := &c.Revision
	_, err := conn.ExecContext(ctx, query, int64(r.Number), r.At.UnixMicro(), r.Key, string(r.BatchDigest), string(r.Digest), r.Author, r.Summary,
		r.Written, r.Closed, seq+int64(len(c.Written)))
	return err
}

// rowsPerInsert is how many rows one statement inserts: from some tens on, what a statement costs by itself is lost among its rows.
const rowsPerInsert = 64

// insert inserts n rows, of which arguments appends the values, many with each statement. Into is an INSERT OR FAIL, for which SQLite keeps no journal to undo
// half a statement by: what fails is undone with its transaction.
func insert(ctx context.Context, conn *sql.Conn, into, row string, n int, arguments func(to []any, i int) []any) error {
	for _, part := range []struct{ from, rows int }{{0, rowsPerInsert}, {n - n%rowsPerInsert, n % rowsPerInsert}} {
		if part.rows == 0 {
			continue
		}
		var list []any
		err := each(ctx, conn, into+strings.Repeat(row+", ", part.rows-1)+row, (n-part.from)/part.rows, func(i int) []any {
			list = list[:0]
			for j := range part.rows {
				list = arguments(list, part.from+i*part.rows+j)
			}
			return list
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// each runs a statement n times with the arguments of each turn. The rows run under a context that cannot be cancelled, because for
// one that can the driver starts a goroutine per row; the real one is looked at now and then.
func each(ctx context.Context, conn *sql.Conn, query string, n int, arguments func(i int) []any) error {
	if n == 0 {
		return nil
	}
	statement, err := conn.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	defer statement.Close()
	quiet := context.WithoutCancel(ctx)
	for i := range n {
		if i%statementsBetweenChecks == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if _, err := statement.ExecContext(quiet, arguments(i)...); err != nil {
			return err
		}
	}
	return nil
}
