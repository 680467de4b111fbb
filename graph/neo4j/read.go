package neo4j

import (
	"context"
	"fmt"
	"slices"

	"treatygraph/graph"
)

// refsPerQuery bounds the rows of one query.
const refsPerQuery = 5000

// Head implements graph.Reader. The revision a counter names may not be there to be seen yet; then the lock tells.
func (s *Store) Head(ctx context.Context) (graph.Head, error) {
	const query = `
		MATCH (c:Counter {one: 1})
		OPTIONAL MATCH (r:Revision {number: c.number})
		RETURN c.store, c.number, r.digest`
	head, whole := graph.Head{}, false
	err := s.read(ctx, func(t *transaction) error {
		return t.run(query, nil, func(row []any) error {
			head = graph.Head{Store: str(row[0]), Revision: graph.RevisionNumber(integer(row[1])), Digest: graph.Digest(str(row[2]))}
			whole = (head.Revision == 0) == (head.Digest == "")
			return nil
		})
	})
	if err == nil && !whole {
		var c counter
		c, err = s.lockedHead(ctx)
		head = c.Head
	}
	if err != nil {
		return graph.Head{}, err
	}
	return head, nil
}

// Assertions implements graph.Reader. What a Ref names never changes, so several queries give one answer without a transaction.
func (s *Store) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	const query = `
		UNWIND $rows AS row
		MATCH (x:Record {statement: row[0], dataset: row[1], from: row[2]}) USING INDEX x:Record(statement, dataset, from)
		RETURN x.statement, x.dataset, x.from, x.body`
	if err := s.calls.Stopped(ctx); err != nil {
		return nil, err
	}
	found := make(map[graph.Ref]*graph.Assertion, len(refs))
	for some := range slices.Chunk(refs, refsPerQuery) {
		rows := make([]any, len(some))
		for i, ref := range some {
			rows[i] = []any{string(ref.Statement), string(ref.Dataset), int64(ref.From)}
		}
		err := s.read(ctx, func(t *transaction) error {
			return t.run(query, params{"rows": rows}, func(row []any) error {
				ref := graph.Ref{Statement: graph.StatementID(str(row[0])), Dataset: graph.ID(str(row[1])), From: graph.RevisionNumber(integer(row[2]))}
				a, err := graph.DecodeAssertion(str(row[3]))
				if err != nil {
					return fmt.Errorf("%w in %s, version %v", err, s.name, ref)
				}
				found[ref] = a
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Texts implements graph.Reader.
func (s *Store) Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	const query = `
		UNWIND $list AS hash
		MATCH (t:Text {hash: hash}) USING INDEX t:Text(hash)
		RETURN t.hash, t.lang, t.body, t.original`
	if err := s.calls.Stopped(ctx); err != nil {
		return nil, err
	}
	found := make(map[graph.TextHash]*graph.Text, len(hashes))
	for some := range slices.Chunk(hashes, refsPerQuery) {
		err := s.read(ctx, func(t *transaction) error {
			return list(t, query, some, func(row []any) error {
				text := &graph.Text{Hash: graph.TextHash(str(row[0])), Lang: graph.Language(str(row[1])), Body: str(row[2])}
				text.Original, _ = row[3].([]byte)
				if text.Redacted = text.Body == ""; !text.Redacted && graph.HashText(text.Body) != text.Hash {
					return s.corrupt(fmt.Sprintf("holds a text that is not what its hash %s says", text.Hash))
				}
				found[text.Hash] = text
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}
