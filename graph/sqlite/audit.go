package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"slices"
	"strings"

	"treatygraph/graph"
)

// Audit implements graph.Auditor. What is derived here are the indexes, the last row of each revision, and the list of entities. It keeps a
// hash of each subject, some 20 bytes an entity.
func (s *Store) Audit(ctx context.Context, repair bool) iter.Seq2[graph.Flaw, error] {
	return func(yield func(graph.Flaw, error) bool) {
		a := &audit{s: s, repair: repair, yield: yield, seed: maphash.MakeSeed(), known: make(map[uint64]bool)}
		for _, part := range []func(context.Context) error{a.indexes, a.ends, a.subjects, a.strays} {
			if err := part(ctx); err != nil {
				if err != errTurnedAway {
					yield(graph.Flaw{}, s.classify(ctx, err))
				}
				return
			}
		}
	}
}

// errTurnedAway ends an audit whose reader has heard enough.
var errTurnedAway = errors.New("the reader turned away")

type audit struct {
	s      *Store
	repair bool
	yield  func(graph.Flaw, error) bool
	seed   maphash.Seed
	known  map[uint64]bool // hashes of all subjects
	end    int64           // the last row that was read for them
}

func (a *audit) tell(f graph.Flaw) error {
	if !a.yield(f, nil) {
		return errTurnedAway
	}
	return nil
}

// write runs work in a transaction of its own and commits it.
func (a *audit) write(ctx context.Context, work func(conn *sql.Conn) error) error {
	call, leave, err := a.s.calls.Enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	conn, err := a.s.writer.Conn(call)
	if err != nil {
		return err
	}
	defer conn.Close()
	return a.s.transaction(call, conn, func() error {
		if err := work(conn); err != nil {
			return err
		}
		return commit(call, conn)
	})
}

// indexes asks SQLite whether its indexes hold what the tables do, and lets it write them anew.
func (a *audit) indexes(ctx context.Context) error {
	const query = `PRAGMA integrity_check`
	check := func() (found []string, err error) {
		err = a.read(ctx, func(rows *sql.Rows) error {
			var said string
			err := rows.Scan(&said)
			if said != "ok" {
				found = append(found, said)
			}
			return err
		}, query)
		return found, err
	}
	found, err := check()
	if err != nil || len(found) == 0 {
		return err
	}
	var left []string
	if a.repair {
		if err := a.write(ctx, func(conn *sql.Conn) error {
			_, err := conn.ExecContext(ctx, `REINDEX`)
			return err
		}); err != nil {
			left = found // what is the matter with the tables an index cannot put right
		} else if left, err = check(); err != nil {
			return err
		}
	}
	for _, said := range found {
		if err := a.tell(graph.Flaw{What: "file", ID: a.s.path, Problem: said, Repaired: a.repair && !slices.Contains(left, said)}); err != nil {
			return err
		}
	}
	return nil
}

// ends checks of each revision that the row it names as its last is: rows enter in the order of revisions.
func (a *audit) ends(ctx context.Context) error {
	const query = `
		SELECT number, last_seq FROM (SELECT * FROM revision WHERE number > ?1 ORDER BY number LIMIT ?2) AS r
		WHERE last_seq > 0 AND coalesce((SELECT recorded_from FROM assertion WHERE seq = r.last_seq), number + 1) > number
		OR coalesce((SELECT recorded_from FROM assertion WHERE seq = r.last_seq + 1), number + 1) <= number`
	const right = `SELECT coalesce(max(seq), 0) FROM assertion WHERE recorded_from <= ?`
	const put = `UPDATE revision SET last_seq = ? WHERE number = ?`
	head, err := a.s.Head(ctx)
	if err != nil {
		return err
	}
	for after := int64(0); after < int64(head.Revision); after += revisionsPerPage {
		var flawed [][2]int64
		if err := a.read(ctx, func(rows *sql.Rows) error {
			var f [2]int64
			err := rows.Scan(&f[0], &f[1])
			flawed = append(flawed, f)
			return err
		}, query, after, revisionsPerPage); err != nil {
			return err
		}
		for _, f := range flawed {
			var want int64
			if err := a.read(ctx, func(rows *sql.Rows) error { return rows.Scan(&want) }, right, f[0]); err != nil {
				return err
			}
			if a.repair {
				if err := a.write(ctx, func(conn *sql.Conn) error {
					_, err := conn.ExecContext(ctx, put, want, f[0])
					return err
				}); err != nil {
					return err
				}
			}
			if err := a.tell(graph.Flaw{What: "revision", ID: fmt.Sprint(f[0]), Problem: fmt.Sprintf("names row %d as its last, which is row %d", f[1], want), Repaired: a.repair}); err != nil {
				return err
			}
		}
	}
	return nil
}

const (
	subjectHead = `{"subject":"`
	// subjectBytes is what the head of a body with the longest subject takes.
	subjectBytes = len(subjectHead) + graph.MaxIDBytes + 1
)

// subjects goes through the versions: each subject must be an entity. Version and entity are written together, so that a page read later than
// another only shows more.
func (a *audit) subjects(ctx context.Context) error {
	const query = `SELECT seq, substr(body, 1, ?) FROM assertion WHERE seq > ? ORDER BY seq LIMIT ?`
	const missing = `SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM entity)`
	const put = `INSERT OR IGNORE INTO entity (id) SELECT value FROM json_each(?)`
	for {
		var fresh []string
		before := a.end
		if err := a.read(ctx, func(rows *sql.Rows) error {
			var head string
			if err := rows.Scan(&a.end, &head); err != nil {
				return err
			}
			rest, found := strings.CutPrefix(head, subjectHead)
			id, _, whole := strings.Cut(rest, `"`)
			if hash := maphash.String(a.seed, id); found && whole && !a.known[hash] {
				a.known[hash] = true
				fresh = append(fresh, id)
			}
			return nil
		}, query, subjectBytes, a.end, rowsPerPage); err != nil {
			return err
		}
		if a.end == before {
			return nil
		}
		if err := a.differ(ctx, "is missing", missing, put, fresh); err != nil {
			return err
		}
	}
}

// strays goes through the entities: each must be a subject. One that came since the subjects were read is looked for among the versions since.
func (a *audit) strays(ctx context.Context) error {
	const query = `SELECT id FROM entity WHERE id > ? ORDER BY id LIMIT ?`
	const stray = `SELECT value FROM json_each(?1) WHERE value IN (SELECT id FROM entity) AND NOT EXISTS (
		SELECT 1 FROM assertion WHERE seq > ?2 AND substr(body, 1, length(value) + 13) = '{"subject":"' || value || '"')`
	const drop = `DELETE FROM entity WHERE id IN (SELECT value FROM json_each(?))`
	for after := ""; ; {
		before := after
		var unknown []string
		if err := a.read(ctx, func(rows *sql.Rows) error {
			if err := rows.Scan(&after); err != nil {
				return err
			}
			if !a.known[maphash.String(a.seed, after)] {
				unknown = append(unknown, after)
			}
			return nil
		}, query, after, rowsPerPage); err != nil {
			return err
		}
		if after == before {
			return nil
		}
		if err := a.differ(ctx, "is no subject of any statement", stray, drop, unknown, a.end); err != nil {
			return err
		}
	}
}

// differ asks which of the IDs a query finds, with repair puts them right, and tells of each.
func (a *audit) differ(ctx context.Context, problem, query, repair string, ids []string, more ...any) error {
	if len(ids) == 0 {
		return nil
	}
	asked, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	var found []string
	if err := a.read(ctx, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		found = append(found, id)
		return err
	}, query, append([]any{string(asked)}, more...)...); err != nil || len(found) == 0 {
		return err
	}
	if a.repair {
		wrong, err := json.Marshal(found)
		if err != nil {
			return err
		}
		if err := a.write(ctx, func(conn *sql.Conn) error {
			_, err := conn.ExecContext(ctx, repair, string(wrong))
			return err
		}); err != nil {
			return err
		}
	}
	for _, id := range found {
		if err := a.tell(graph.Flaw{What: "entity", ID: id, Problem: problem, Repaired: a.repair}); err != nil {
			return err
		}
	}
	return nil
}

// read reads some rows, with nothing held afterwards.
func (a *audit) read(ctx context.Context, visit func(*sql.Rows) error, query string, args ...any) error {
	call, leave, err := a.s.calls.Enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return visitRows(call, a.s.readers, visit, query, args...)
}
