package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"treatygraph/graph"
)

const (
	codeCantOpen = sqlite3.SQLITE_CANTOPEN
	codeReadOnly = sqlite3.SQLITE_READONLY
)

// A failure is an error of SQLite in the words and the class of the port. It keeps the result code for the decisions of this package.
type failure struct {
	class error
	text  string
	code  int
}

func (f *failure) Error() string { return f.class.Error() + ": " + f.text }
func (f *failure) Unwrap() error { return f.class }

// codeOf returns the primary result code behind an error, 0 without one.
func codeOf(err error) int {
	var known *failure
	if errors.As(err, &known) {
		return known.code
	}
	var raw *sqlite.Error
	if errors.As(err, &raw) {
		return raw.Code() & 0xff // the rest is the extended code
	}
	return 0
}

func (s *Store) unavailable(what string) error {
	return fmt.Errorf("%w: %s %s", graph.ErrUnavailable, s.path, what)
}

func (s *Store) closedError() error { return s.unavailable("was closed") }

// classify puts an error of database/sql or SQLite into the port's classes, with one sentence that names the file.
func (s *Store) classify(ctx context.Context, err error) error {
	var known *failure
	if err == nil || errors.As(err, &known) || errors.Is(err, graph.ErrUnavailable) || errors.Is(err, graph.ErrCorrupt) {
		return err
	}
	code := codeOf(err)
	if code == sqlite3.SQLITE_INTERRUPT || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, sql.ErrConnDone) {
		if stopped := s.calls.Stopped(ctx); stopped != nil {
			return stopped
		}
	}
	fail := func(class error, what string) error { return &failure{class, s.path + " " + what, code} }
	switch code {
	case sqlite3.SQLITE_FULL:
		return fail(graph.ErrUnavailable, "cannot grow: the disk, or the bound set for the file, is full")
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return fail(graph.ErrUnavailable, "cannot be written: the file or its folder is read-only")
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return fail(graph.ErrUnavailable, fmt.Sprintf("is locked by another program, and still was after %v", s.wait))
	case sqlite3.SQLITE_CANTOPEN:
		return fail(graph.ErrUnavailable, "cannot be opened: the file or its folder does not allow it")
	case sqlite3.SQLITE_IOERR:
		return fail(graph.ErrUnavailable, "cannot be read or written: the disk reports an error")
	case sqlite3.SQLITE_NOMEM:
		return fail(graph.ErrUnavailable, "needs more memory than there is")
	case sqlite3.SQLITE_NOTADB:
		return fail(graph.ErrCorrupt, "is not a SQLite file")
	case sqlite3.SQLITE_CORRUPT:
		return fail(graph.ErrCorrupt, "is damaged: restore it from a backup")
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_SCHEMA:
		return fail(graph.ErrCorrupt, "does not hold the tables this program made: something else changed it")
	case 0:
		if errors.Is(err, sql.ErrNoRows) {
			return fail(graph.ErrCorrupt, "lacks a row that is always there")
		}
		return fmt.Errorf("%w: %s: %w", graph.ErrUnavailable, s.path, err)
	default:
		return fail(graph.ErrUnavailable, "cannot be used now")
	}
}

func (s *Store) corrupt(what string) error {
	return fmt.Errorf("%w: %s %s", graph.ErrCorrupt, s.path, what)
}
