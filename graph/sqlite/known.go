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
	statementsOf := make(map[graph.ID][]graph.StatementID) // by dataset, of which a batch has few
	for _, key := range needs.Assertions {
		statementsOf[key.Dataset] = append(statementsOf[key.Dataset], key.Statement)
	}
	// Only the newest version of a key can be open.
	const open = `
		SELECT a.statement, a.recorded_from, a.body
		FROM json_each(?) AS wanted
		CROSS JOIN assertion AS a ON a.seq = (
			SELECT seq FROM assertion
			WHERE statement = wanted.value AND dataset = ?
			ORDER BY recorded_from DESC LIMIT 1)
		WHERE a.recorded_to IS NULL`
	for dataset, statements := range statementsOf {
		err = list(ctx, q, open, statements, func(rows *sql.Rows) error {
			key := graph.AssertionKey{Dataset: dataset}
			var version graph.OpenVersion
			err := rows.Scan(&key.Statement, &version.From, &version.Body)
			known.Open[key] = version
			return err
		}, string(dataset))
		if err != nil {
			return known, err
		}
	}
	return known, nil
}

// list runs a query over the items, which it gets as one JSON array before its other arguments, and visits its rows. Without items nothing is asked.
func list[T any](ctx context.Context, q querier, query string, items []T, visit func(*sql.Rows) error, args ...any) error {
	if len(items) == 0 {
		return nil
	}
	parameter, err := json.Marshal(items)
	if err != nil {
		return err
	}
	return visitRows(ctx, q, visit, query, append([]any{string(parameter)}, args...)...)
}
