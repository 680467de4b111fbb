package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"treatygraph/graph"
)

// refsPerQuery bounds the JSON parameter of one query to about half a megabyte.
const refsPerQuery = 5000

// Head implements graph.Reader.
func (s *Store) Head(ctx context.Context) (graph.Head, error) {
	call, leave, err := s.calls.Enter(ctx)
	if err != nil {
		return graph.Head{}, err
	}
	defer leave()
	l, err := lastRevision(call, s.readers)
	if err != nil {
		return graph.Head{}, s.classify(ctx, err)
	}
	return l.head(), nil
}

// Assertions implements graph.Reader. What a Ref names never changes, so several queries give one answer without a transaction.
func (s *Store) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	const query = `
		SELECT a.statement, a.dataset, a.recorded_from, a.body
		FROM json_each(?) AS wanted
		CROSS JOIN assertion AS a
		ON a.statement = wanted.value ->> 0 AND a.dataset = wanted.value ->> 1 AND a.recorded_from = wanted.value ->> 2`
	call, leave, err := s.calls.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	found := make(map[graph.Ref]*graph.Assertion, len(refs))
	for some := range slices.Chunk(refs, refsPerQuery) {
		wanted := make([][3]any, len(some))
		for i, ref := range some {
			wanted[i] = [3]any{ref.Statement, ref.Dataset, ref.From}
		}
		err := list(call, s.readers, query, wanted, func(rows *sql.Rows) error {
			var ref graph.Ref
			var body string
			if err := rows.Scan(&ref.Statement, &ref.Dataset, &ref.From, &body); err != nil {
				return err
			}
			a, err := graph.DecodeAssertion(body)
			if err != nil {
				return fmt.Errorf("%w in %s, version %v", err, s.path, ref)
			}
			found[ref] = a
			return nil
		})
		if err != nil {
			return nil, s.classify(ctx, err)
		}
	}
	return found, nil
}

// Texts implements graph.Reader.
func (s *Store) Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	const query = `SELECT t.hash, t.lang, t.body, t.original FROM json_each(?) AS wanted CROSS JOIN text AS t ON t.hash = wanted.value`
	call, leave, err := s.calls.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	found := make(map[graph.TextHash]*graph.Text, len(hashes))
	for some := range slices.Chunk(hashes, refsPerQuery) {
		err := list(call, s.readers, query, some, func(rows *sql.Rows) error {
			t := new(graph.Text)
			if err := rows.Scan(&t.Hash, &t.Lang, &t.Body, &t.Original); err != nil {
				return err
			}
			if t.Redacted = t.Body == ""; !t.Redacted && graph.HashText(t.Body) != t.Hash {
				return fmt.Errorf("%w: %s: text %s is not what its hash says", graph.ErrCorrupt, s.path, t.Hash)
			}
			found[t.Hash] = t
			return nil
		})
		if err != nil {
			return nil, s.classify(ctx, err)
		}
	}
	return found, nil
}

// visitRows runs a query and visits each of its rows.
func visitRows(ctx context.Context, q querier, visit func(*sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := visit(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
