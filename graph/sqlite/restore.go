package sqlite

import (
	"context"

	"treatygraph/graph"
)

// Restore implements graph.Restorer.
func (s *Store) Restore(ctx context.Context, c *graph.Change, texts []*graph.Text) error {
	r, err := graph.PrepareRestore(c, texts)
	if err != nil {
		return err
	}
	call, leave, err := s.calls.Enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	_, err = s.attempt(call, c.Revision.Key, r.Repeats, func() (graph.Receipt, error) { return s.restore(call, r, c.Revision.Key) })
	return err
}

// restore writes the revision unless it is there.
func (s *Store) restore(ctx context.Context, r *graph.Restoration, key string) (receipt graph.Receipt, err error) {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return receipt, s.classify(ctx, err)
	}
	defer conn.Close()
	err = s.transaction(ctx, conn, func() error {
		last, err := s.lastOfOurs(ctx, conn)
		if err != nil {
			return err
		}
		if r.Number() <= last.Number {
			there, err := revisionOfNumber(ctx, conn, r.Number())
			if err != nil {
				return s.classify(ctx, err)
			}
			receipt, err = r.Repeats(there)
			return err
		}
		if err := r.Follows(last.head(), last.At); err != nil {
			return err
		}
		found, other, err := revisionOfKey(ctx, conn, key)
		if err != nil {
			return s.classify(ctx, err)
		}
		if found {
			return r.KeyTaken(other)
		}
		known, err := load(ctx, conn, r.Needs())
		if err != nil {
			return s.classify(ctx, err)
		}
		plan, err := r.Check(known)
		if err != nil {
			return err
		}
		receipt.Revision = plan.Change.Revision
		return s.finish(ctx, conn, plan, last.lastSeq)
	})
	return receipt, err
}

// revisionOfNumber returns a revision that must be there.
func revisionOfNumber(ctx context.Context, q querier, number graph.RevisionNumber) (graph.Revision, error) {
	const query = `SELECT number, at, key, batch_digest, digest, author, summary, written, closed, last_seq FROM revision WHERE number = ?`
	var r record
	err := r.scan(q.QueryRowContext(ctx, query, int64(number)))
	return r.Revision, err
}
