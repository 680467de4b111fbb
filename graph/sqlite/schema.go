package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/google/uuid"
)

// migrations holds one file per schema version, in order. Each sets user_version to its number.
//
//go:embed migrations/*.sql
var migrations embed.FS

const (
	// schemaVersion is the newest schema this program knows.
	schemaVersion = 1
	// applicationID marks our files; it is the number that migrations/0001.sql sets.
	applicationID = 1953654642
)

// prepare makes sure that the file is ours and its schema is this program's, and reads the store's identity. It changes nothing of a
// file that is not ours.
func (s *Store) prepare(ctx context.Context) error {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return s.classify(ctx, err)
	}
	defer conn.Close()
	version, err := s.schemaOf(ctx, conn)
	if err != nil {
		return err
	}
	if version < schemaVersion {
		if err := s.migrate(ctx, conn); err != nil {
			return err
		}
	}
	var id string
	if err := conn.QueryRowContext(ctx, `SELECT store FROM meta`).Scan(&id); err != nil {
		return s.classify(ctx, err)
	}
	s.ours[id] = true
	return nil
}

// schemaOf returns the file's schema version, 0 for an empty file, and refuses what this program must not touch.
func (s *Store) schemaOf(ctx context.Context, conn *sql.Conn) (version int, err error) {
	const query = `SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_master)`
	var application, objects int
	if err := conn.QueryRowContext(ctx, query).Scan(&application, &version, &objects); err != nil {
		return 0, s.classify(ctx, err)
	}
	switch {
	case application == applicationID && version > schemaVersion:
		return 0, s.unavailable(fmt.Sprintf("was written by a newer treatygraph: its schema is version %d, this program knows up to %d", version, schemaVersion))
	case application == applicationID && version > 0:
		return version, nil
	case application == 0 && version == 0 && objects == 0:
		return 0, nil
	default:
		return 0, s.unavailable("is a SQLite file of another program")
	}
}

func (s *Store) migrate(ctx context.Context, conn *sql.Conn) error {
	// The journal mode stays with the file and cannot change within a transaction.
	if _, err := conn.ExecContext(ctx, `PRAGMA journal_mode = WAL`); err != nil {
		return s.classify(ctx, err)
	}
	return s.transaction(ctx, conn, func() error {
		version, err := s.schemaOf(ctx, conn) // again: another process may have been faster
		if err != nil {
			return err
		}
		files, err := fs.Glob(migrations, "migrations/*.sql")
		if err != nil {
			return err
		}
		for _, file := range files[version:] {
			script, err := migrations.ReadFile(file)
			if err != nil {
				return err
			}
			if _, err := conn.ExecContext(ctx, string(script)); err != nil {
				return s.classify(ctx, err)
			}
		}
		if version == 0 {
			if _, err := conn.ExecContext(ctx, `INSERT INTO meta (one, store) VALUES (1, ?)`, uuid.NewString()); err != nil {
				return s.classify(ctx, err)
			}
		}
		if _, err := conn.ExecContext(ctx, `COMMIT`); err != nil {
			return s.classify(ctx, err)
		}
		return nil
	})
}

// transaction runs work, which must commit, under the write lock, and rolls back what it did not commit.
func (s *Store) transaction(ctx context.Context, conn *sql.Conn, work func() error) error {
	// Without a transaction to roll back, after a commit or because SQLite did so itself, this fails without harm.
	defer conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
	if _, err := conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return s.classify(ctx, err)
	}
	return work()
}
