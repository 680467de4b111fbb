package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"treatygraph/graph"
)

// revisionsPerPage bounds what Revisions holds at a time to about 100 kB.
const revisionsPerPage = 256

// A record is a revision with the last row of assertion as of it.
type record struct {
	graph.Revision
	lastSeq int64
}

func (r *record) scan(row interface{ Scan(...any) error }, more ...any) error {
	var micros int64
	err := row.Scan(append([]any{&r.Number, &micros, &r.Key, &r.BatchDigest, &r.Digest, &r.Author, &r.Summary, &r.Written, &r.Closed, &r.lastSeq}, more...)...)
	r.At = time.UnixMicro(micros).UTC()
	return err
}

// last is the newest revision with the store's identity at the same time.
type last struct {
	record
	store string
}

func (l *last) head() graph.Head {
	return graph.Head{Store: l.store, Revision: l.Number, Digest: l.Digest}
}

// lastRevision returns the newest revision, a zero record in an empty store.
func lastRevision(ctx context.Context, q querier) (l last, err error) {
	const query = `SELECT number, at, key, batch_digest, digest, author, summary, written, closed, last_seq, (SELECT store FROM meta) FROM revision ORDER BY number DESC LIMIT 1`
	const empty = `SELECT store FROM meta`
	err = l.scan(q.QueryRowContext(ctx, query), &l.store)
	if errors.Is(err, sql.ErrNoRows) {
		l = last{}
		err = q.QueryRowContext(ctx, empty).Scan(&l.store)
	}
	return l, err
}

// revisionOfKey returns the revision that a batch with the key became.
func revisionOfKey(ctx context.Context, q querier, key string) (found bool, _ graph.Revision, err error) {
	const query = `SELECT number, at, key, batch_digest, digest, author, summary, written, closed, last_seq FROM revision WHERE key = ?`
	var r record
	err = r.scan(q.QueryRowContext(ctx, query, key))
	if errors.Is(err, sql.ErrNoRows) {
		return false, graph.Revision{}, nil
	}
	return err == nil, r.Revision, err
}

// records returns the records of the revisions (after, end], which must all be there.
func (s *Store) records(ctx context.Context, after, end graph.RevisionNumber) (list []record, err error) {
	const query = `SELECT number, at, key, batch_digest, digest, author, summary, written, closed, last_seq FROM revision WHERE number > ? AND number <= ? ORDER BY number`
	call, leave, err := s.calls.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	err = visitRows(call, s.readers, func(rows *sql.Rows) error {
		var r record
		err := r.scan(rows)
		list = append(list, r)
		return err
	}, query, int64(after), int64(end))
	if err == nil && len(list) != int(end-after) {
		err = s.corrupt(fmt.Sprintf("lacks a revision between %d and %d", after, end))
	}
	return list, s.classify(ctx, err)
}

// Revisions implements graph.Reader. Revisions never change, so pages read one after the other fit together.
func (s *Store) Revisions(ctx context.Context, after graph.RevisionNumber) iter.Seq2[graph.Revision, error] {
	return func(yield func(graph.Revision, error) bool) {
		for r, err := range s.revisions(ctx, after) {
			if !yield(r.Revision, err) {
				return
			}
		}
	}
}

func (s *Store) revisions(ctx context.Context, after graph.RevisionNumber) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		head, err := s.Head(ctx)
		if err != nil {
			yield(record{}, err)
			return
		}
		for after < head.Revision {
			end := min(after+revisionsPerPage, head.Revision)
			page, err := s.records(ctx, after, end)
			if err != nil {
				yield(record{}, err)
				return
			}
			for i := range page {
				if err := s.calls.Stopped(ctx); err != nil {
					yield(record{}, err)
					return
				}
				if !yield(page[i], nil) {
					return
				}
			}
			after = end
		}
	}
}

// Changes implements graph.Reader. It holds one revision at a time, which the limits of a batch bound.
func (s *Store) Changes(ctx context.Context, after graph.RevisionNumber) iter.Seq2[graph.Change, error] {
	return func(yield func(graph.Change, error) bool) {
		var before record // the revision before, for its digest and its last row
		first := after
		if after > 0 {
			first-- // read the revision `after` too, the link of the chain
		}
		for r, err := range s.revisions(ctx, first) {
			if err != nil {
				yield(graph.Change{}, err)
				return
			}
			if r.Number > after {
				c, err := s.change(ctx, &before, &r)
				if err != nil {
					yield(graph.Change{}, err)
					return
				}
				if !yield(c, nil) {
					return
				}
			}
			before = r
		}
	}
}

// change reads what the revision r did and holds it against its digest.
func (s *Store) change(ctx context.Context, before, r *record) (c graph.Change, err error) {
	c.Revision = r.Revision
	c.Written = make([]graph.Version, 0, r.Written)
	if c.Written, err = s.page(ctx, c.Written, before.lastSeq, r.lastSeq); err != nil {
		return c, err
	}
	for i := range c.Written {
		c.Written[i].To = 0
	}
	call, leave, err := s.calls.Enter(ctx)
	if err != nil {
		return c, err
	}
	defer leave()
	if r.Closed > 0 {
		const query = `SELECT statement, dataset, recorded_from FROM assertion WHERE recorded_to = ? ORDER BY seq`
		err = visitRows(call, s.readers, func(rows *sql.Rows) error {
			var ref graph.Ref
			err := rows.Scan(&ref.Statement, &ref.Dataset, &ref.From)
			c.Closed = append(c.Closed, ref)
			return err
		}, query, int64(r.Number))
		if err != nil {
			return c, s.classify(ctx, err)
		}
	}
	const query = `SELECT hash FROM text WHERE revision = ? ORDER BY hash`
	err = visitRows(call, s.readers, func(rows *sql.Rows) error {
		var hash graph.TextHash
		err := rows.Scan(&hash)
		c.Texts = append(c.Texts, hash)
		return err
	}, query, int64(r.Number))
	if err != nil {
		return c, s.classify(ctx, err)
	}
	if err := c.Verify(before.Digest); err != nil {
		return c, fmt.Errorf("%s: %w", s.path, err)
	}
	return c, nil
}
