package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"treatygraph/graph"
)

// errLost is what a caller of COMMIT sees when the disk or the machine fails at that moment.
var errLost = errors.New("disk I/O error")

func TestTheOutcomeOfALostCommitIsFoundOut(t *testing.T) {
	batch := &graph.Batch{Key: "key", Texts: []*graph.Text{graph.NewText("en", "text", nil)}}
	for _, c := range []struct {
		sentence string
		commit   func(s *Store) func(context.Context, *sql.Conn) error
		want     error
		revision graph.RevisionNumber // of the head afterwards
	}{
		{"it was committed", func(*Store) func(context.Context, *sql.Conn) error {
			return func(ctx context.Context, conn *sql.Conn) error { return errors.Join(commit(ctx, conn), errLost) }
		}, nil, 1},
		{"it was not", func(*Store) func(context.Context, *sql.Conn) error {
			return func(ctx context.Context, conn *sql.Conn) error {
				_, err := conn.ExecContext(ctx, `ROLLBACK`)
				return errors.Join(err, errLost)
			}
		}, graph.ErrUnavailable, 0},
		{"it was committed, but nobody can ask", func(s *Store) func(context.Context, *sql.Conn) error {
			return func(ctx context.Context, conn *sql.Conn) error {
				return errors.Join(commit(ctx, conn), s.writer.Close(), errLost)
			}
		}, graph.ErrUnknownOutcome, 1},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "commit.db")
			s, err := Open(t.Context(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			s.commit = c.commit(s)
			receipt, err := s.Apply(t.Context(), batch)
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) || err == nil && (receipt.Repeated || receipt.Revision.Number != 1) {
				t.Fatalf("got %+v, %v", receipt, err)
			}
			again, err := Open(t.Context(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			if head, err := again.Head(t.Context()); err != nil || head.Revision != c.revision {
				t.Fatalf("head %v, %v", head, err)
			}
			if receipt, err := again.Apply(t.Context(), batch); err != nil || receipt.Revision.Number != 1 || receipt.Repeated != (c.revision == 1) {
				t.Fatalf("asked again: %+v, %v", receipt, err)
			}
		})
	}
}

func TestTheOutcomeOfALostCommitOfARestoredRevisionIsFoundOut(t *testing.T) {
	original, err := Open(t.Context(), Memory, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer original.Close()
	text := graph.NewText("en", "text", nil)
	if _, err := original.Apply(t.Context(), &graph.Batch{Key: "key", Texts: []*graph.Text{text}}); err != nil {
		t.Fatal(err)
	}
	for change, err := range original.Changes(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), filepath.Join(t.TempDir(), "restore.db"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for _, c := range []struct {
			commit func(ctx context.Context, conn *sql.Conn) error
			want   error
		}{
			{func(ctx context.Context, conn *sql.Conn) error {
				_, err := conn.ExecContext(ctx, `ROLLBACK`)
				return errors.Join(err, errLost)
			}, graph.ErrUnavailable},
			{func(ctx context.Context, conn *sql.Conn) error { return errors.Join(commit(ctx, conn), errLost) }, nil},
		} {
			s.commit = c.commit
			if err := s.Restore(t.Context(), &change, []*graph.Text{text}); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		}
		if head, err := s.Head(t.Context()); err != nil || head.Digest != change.Revision.Digest {
			t.Errorf("head %v, %v", head, err)
		}
		s.commit = commit
		if err := s.Restore(t.Context(), &change, []*graph.Text{text}); err != nil {
			t.Error("asked again:", err)
		}
	}
}

func TestEveryStatementOfAReadUsesAnIndex(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "plan.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, query := range []string{
		`SELECT statement FROM assertion WHERE recorded_to = ? ORDER BY seq`,
		`SELECT statement FROM assertion WHERE seq > ? AND seq <= ? ORDER BY seq`,
		`SELECT hash FROM text WHERE revision = ? ORDER BY hash`,
		`SELECT a.body FROM json_each(?) AS wanted CROSS JOIN assertion AS a ON a.statement = wanted.value ->> 0 AND a.dataset = wanted.value ->> 1 AND a.recorded_from = wanted.value ->> 2`,
	} {
		rows, err := s.readers.Query(`EXPLAIN QUERY PLAN `+query, 1, 1)
		if err != nil {
			rows, err = s.readers.Query(`EXPLAIN QUERY PLAN `+query, 1)
		}
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			if detail == "SCAN assertion" || detail == "SCAN a" || detail == "SCAN text" || detail == "USE TEMP B-TREE FOR ORDER BY" {
				t.Errorf("%s: %s", query, detail)
			}
		}
		rows.Close()
	}
}
