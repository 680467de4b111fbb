package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"

	"treatygraph/graph"
)

// A querier is a pool or a connection.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// load looks up what a batch refers to, with one query for each sort of thing. Lists go in as one JSON parameter, so that every
// statement is constant.
func load(ctx context.Context, q querier, needs graph.Needs) (known graph.Known, err error) {
	known = graph.Known{
		Entities:   make(map[graph.ID]bool, len(needs.Entities)),
		Statements: make(map[graph.StatementID]bool, len(needs.Statements)),
		Texts:      make(map[graph.TextHash]*graph.Text, len(needs.Texts)),
		Open:       make(map[graph.AssertionKey]graph.OpenVersion),
	}
	const entities = `SELECT e.id FROM json_each(?) AS wanted CROSS JOIN entity AS e ON e.id = wanted.value`
	err = list(ctx, q, entities, needs.Entities, func(rows *sql.Rows) error {
		var id graph.ID
		err := rows.Scan(&id)
		known.Entities[id] = true
		return err
	})
	if err != nil {
		return known, err
	}
	const statements = `SELECT wanted.value FROM json_each(?) AS wanted WHERE EXISTS (SELECT 1 FROM assertion WHERE statement = wanted.value)`
	err = list(ctx, q, statements, needs.Statements, func(rows *sql.Rows) error {
		var id graph.StatementID
		err := rows.Scan(&id)
		known.Statements[id] = true
		return err
	})
	if err != nil {
		return known, err
	}
	const texts = `SELECT t.hash, t.lang, t.body FROM json_each(?) AS wanted CROSS JOIN text AS t ON t.hash = wanted.value`
	err = list(ctx, q, texts, needs.Texts, func(rows *sql.Rows) error {
		t := new(graph.Text)
		err := rows.Scan(&t.Hash, &t.Lang, &t.Body)
		t.Redacted = t.Body == ""
		known.Texts[t.Hash] = t
		return err
	})
	if err != nil {
		return known, err
	}
	keys := make([][2]string, len(needs.Assertions))
	for i, key := range needs.Assertions {
		keys[i] = [2]string{string(key.Statement), string(key.Dataset)}
	}
	// Only the newest version of a key can be open.
	const open = `
		SELECT a.statement, a.dataset, a.recorded_from, a.body
		FROM json_each(?) AS wanted
		CROSS JOIN assertion AS a ON a.seq = (
			SELECT seq FROM assertion
			WHERE statement = wanted.value ->> 0 AND dataset = wanted.value ->> 1
			ORDER BY recorded_from DESC LIMIT 1)
		WHERE a.recorded_to IS NULL`
	err = list(ctx, q, open, keys, func(rows *sql.Rows) error {
		var key graph.AssertionKey
		var version graph.OpenVersion
		err := rows.Scan(&key.Statement, &key.Dataset, &version.From, &version.Body)
		known.Open[key] = version
		return err
	})
	return known, err
}

// list runs a query over the items, which it gets as one JSON array, and visits its rows. Without items nothing is asked.
func list[T any](ctx context.Context, q querier, query string, items []T, visit func(*sql.Rows) error) error {
	if len(items) == 0 {
		return nil
	}
	parameter, err := json.Marshal(items)
	if err != nil {
		return err
	}
	return visitRows(ctx, q, visit, query, string(parameter))
}
