package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"treatygraph/graph"
)

// Redact implements graph.Redactor.
func (s *Store) Redact(ctx context.Context, r *graph.Redaction) (graph.Receipt, error) {
	p, err := graph.PrepareRedaction(r)
	if err != nil {
		return graph.Receipt{}, err
	}
	call, leave, err := s.calls.Enter(ctx)
	if err != nil {
		return graph.Receipt{}, err
	}
	defer leave()
	receipt, err := s.attempt(call, r.Key, p.Repeats, func() (graph.Receipt, error) { return s.redact(call, r.Key, p) })
	if err != nil {
		return graph.Receipt{}, err
	}
	// Also when nothing was left to do: the call before may have failed here.
	if err := s.wipe(call); err != nil {
		return receipt, fmt.Errorf("redacted, but %s and its log hold what was removed until this is done again: %w", s.path, err)
	}
	return receipt, nil
}

func (s *Store) redact(ctx context.Context, key string, p *graph.PreparedRedaction) (receipt graph.Receipt, err error) {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return receipt, s.classify(ctx, err)
	}
	defer conn.Close()
	err = s.transaction(ctx, conn, func() error {
		found, first, err := revisionOfKey(ctx, conn, key)
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
		bodies, texts, err := loadRedacted(ctx, conn, p)
		if err != nil {
			return s.classify(ctx, err)
		}
		removal, err := p.Check(bodies, texts)
		if err != nil {
			return err
		}
		if removal == nil {
			receipt.Repeated = true
			return nil
		}
		removal.Plan.Number(last.head(), last.At, s.clock())
		identity := uuid.NewString()
		s.ours[identity] = true
		if err := remove(ctx, conn, removal, identity, last.lastSeq); err != nil {
			return s.classify(ctx, err)
		}
		if err := s.commit(ctx, conn); err != nil {
			return &lostCommit{err}
		}
		receipt.Revision = removal.Plan.Change.Revision
		return nil
	})
	return receipt, err
}

// loadRedacted returns the bodies of the versions, and which of the texts are redacted.
func loadRedacted(ctx context.Context, q querier, p *graph.PreparedRedaction) (map[graph.Ref]string, map[graph.TextHash]bool, error) {
	const versions = `
		SELECT a.statement, a.dataset, a.recorded_from, a.body
		FROM json_each(?) AS wanted
		CROSS JOIN assertion AS a
		ON a.statement = wanted.value ->> 0 AND a.dataset = wanted.value ->> 1 AND a.recorded_from = wanted.value ->> 2`
	const hashes = `SELECT t.hash, t.body = '' FROM json_each(?) AS wanted CROSS JOIN text AS t ON t.hash = wanted.value`
	bodies, texts := make(map[graph.Ref]string, len(p.Refs)), make(map[graph.TextHash]bool, len(p.Texts))
	for some := range slices.Chunk(p.Refs, refsPerQuery) {
		wanted := make([][3]any, len(some))
		for i, ref := range some {
			wanted[i] = [3]any{ref.Statement, ref.Dataset, ref.From}
		}
		if err := list(ctx, q, versions, wanted, func(rows *sql.Rows) error {
			var ref graph.Ref
			var body string
			err := rows.Scan(&ref.Statement, &ref.Dataset, &ref.From, &body)
			bodies[ref] = body
			return err
		}); err != nil {
			return nil, nil, err
		}
	}
	err := list(ctx, q, hashes, p.Texts, func(rows *sql.Rows) error {
		var hash graph.TextHash
		var redacted bool
		err := rows.Scan(&hash, &redacted)
		texts[hash] = redacted
		return err
	})
	return bodies, texts, err
}

// remove puts tombstones in place, and the revision that tells of it, into the open transaction.
func remove(ctx context.Context, conn *sql.Conn, r *graph.Removal, identity string, seq int64) error {
	const version = `UPDATE assertion SET body = ? WHERE statement = ? AND dataset = ? AND recorded_from = ?`
	const text = `UPDATE text SET body = '', original = NULL WHERE hash = ?`
	const rename = `UPDATE meta SET store = ?`
	if err := each(ctx, conn, version, len(r.Versions), func(i int) []any {
		v := &r.Versions[i]
		return []any{v.Body, string(v.Ref.Statement), string(v.Ref.Dataset), int64(v.Ref.From)}
	}); err != nil {
		return err
	}
	if err := each(ctx, conn, text, len(r.Texts), func(i int) []any { return []any{string(r.Texts[i])} }); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, rename, identity); err != nil {
		return err
	}
	return write(ctx, conn, r.Plan, seq)
}

// wipe writes the file anew and empties its log, so that no page of either holds what rows held before. Pages that SQLite took out of use,
// and the unused parts of others, may hold copies of rows, so nothing less is enough.
func (s *Store) wipe(ctx context.Context) error {
	if s.path == Memory {
		return nil
	}
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return s.classify(ctx, err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `VACUUM`); err != nil {
		return s.classify(ctx, err)
	}
	var busy, pages, moved int
	if err := conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved); err != nil {
		return s.classify(ctx, err)
	}
	if busy != 0 {
		return s.unavailable(fmt.Sprintf("was read by another program for longer than %v", s.wait))
	}
	return nil
}
