package neo4j

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"treatygraph/graph/projection"
)

const (
	// schemaVersion is the newest layout this program knows.
	schemaVersion = 1
	// The oldest Neo4j with everything the statements use.
	oldestMajor, oldestMinor = 5, 26
	// indexWait bounds the wait for the indexes of an empty database.
	indexWait = 60 * time.Second
	// schemaTries is how often a statement is repeated that met another process's: each of those ends with its part made.
	schemaTries = 10
)

// schema is what makes the layout, each statement under the name of the constraint or index it makes. A version's Record is found by its
// place (a scan, a revision), by its Ref, and, the first of each subject, by the entity it brought into being.
var schema = []struct{ name, statement string }{
	{"treatygraph_counter", `CREATE CONSTRAINT treatygraph_counter IF NOT EXISTS FOR (c:Counter) REQUIRE c.one IS UNIQUE`},
	{"treatygraph_revision_number", `CREATE CONSTRAINT treatygraph_revision_number IF NOT EXISTS FOR (r:Revision) REQUIRE r.number IS UNIQUE`},
	{"treatygraph_revision_key", `CREATE CONSTRAINT treatygraph_revision_key IF NOT EXISTS FOR (r:Revision) REQUIRE r.key IS UNIQUE`},
	{"treatygraph_record_ref", `CREATE CONSTRAINT treatygraph_record_ref IF NOT EXISTS FOR (x:Record) REQUIRE (x.statement, x.dataset, x.from) IS UNIQUE`},
	{"treatygraph_record_seq", `CREATE CONSTRAINT treatygraph_record_seq IF NOT EXISTS FOR (x:Record) REQUIRE x.seq IS UNIQUE`},
	{"treatygraph_record_begins", `CREATE CONSTRAINT treatygraph_record_begins IF NOT EXISTS FOR (x:Record) REQUIRE x.begins IS UNIQUE`},
	{"treatygraph_text", `CREATE CONSTRAINT treatygraph_text IF NOT EXISTS FOR (t:Text) REQUIRE t.hash IS UNIQUE`},
	{"treatygraph_entity", projection.EntityConstraint},
	{"treatygraph_fact", projection.FactConstraint},
	{"treatygraph_names", projection.NamesIndex},
}

// prepare makes sure that the server can do what is needed and the database is ours or empty, makes what is missing, and reads the
// store's identity. Schema is changed outside of every writing transaction, and only when something is missing: a statement that does
// waits for all transactions under way.
func (s *Store) prepare(ctx context.Context) error {
	call, leave, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if err := s.checkVersion(call); err != nil {
		return s.classify(ctx, err)
	}
	version, err := s.readCounter(call)
	if err != nil {
		return s.classify(ctx, err)
	}
	if version > schemaVersion {
		return s.unavailable(fmt.Sprintf("was written by a newer treatygraph: its schema is version %d, this program knows up to %d", version, schemaVersion))
	}
	if err := s.makeSchema(call); err != nil {
		return s.classify(ctx, err)
	}
	if version == 0 {
		if err := s.makeCounter(call); err != nil {
			return s.classify(ctx, err)
		}
	}
	// A member that only reads would fail at the first Scan: better now, with the reason.
	_, err = s.write(call, func(t *transaction) error {
		_, err := s.lock(t)
		return err
	})
	return s.classify(ctx, err)
}

func (s *Store) checkVersion(ctx context.Context) error {
	const query = `CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0]`
	var version string
	err := s.read(ctx, func(t *transaction) error {
		return t.run(query, nil, func(row []any) error {
			version = str(row[0])
			return nil
		})
	})
	if err != nil {
		return err
	}
	if !supported(version) {
		return s.unavailable(fmt.Sprintf("runs Neo4j %s; %d.%d or later is needed", version, oldestMajor, oldestMinor))
	}
	return nil
}

// supported tells whether a version such as "5.26.3", "5.27-aura" or "2026.08.1" is new enough.
func supported(version string) bool {
	number, _, _ := strings.Cut(version, "-")
	parts := strings.Split(number, ".")
	if len(parts) < 2 {
		return false
	}
	major, err := strconv.Atoi(parts[0])
	if err != nil {
		return false
	}
	minor, err := strconv.Atoi(parts[1])
	return err == nil && (major > oldestMajor || major == oldestMajor && minor >= oldestMinor)
}

// readCounter returns the schema's version, 0 in an empty database, and reads the store's identity.
func (s *Store) readCounter(ctx context.Context) (version int64, err error) {
	const query = `MATCH (c:Counter {one: 1}) RETURN c.store, c.schema`
	const foreign = `MATCH (n) RETURN count(n) > 0`
	err = s.read(ctx, func(t *transaction) error {
		version = 0
		read := func(row []any) error {
			version = integer(row[1])
			s.ours.Store(str(row[0]), true)
			return nil
		}
		if err := t.run(query, nil, read); err != nil || version > 0 {
			return err
		}
		full := false
		if err := t.run(foreign, nil, func(row []any) error {
			full = row[0] == true
			return nil
		}); err != nil || !full {
			return err
		}
		if err := t.run(query, nil, read); err != nil || version > 0 { // another process may have made the counter just now
			return err
		}
		return s.unavailable("holds another program's data: give treatygraph a database of its own")
	})
	return version, err
}

func (s *Store) makeSchema(ctx context.Context) error {
	const constraints = `SHOW CONSTRAINTS YIELD name RETURN name`
	const indexes = `SHOW INDEXES YIELD name, state WHERE state = 'ONLINE' RETURN name`
	const await = `CALL db.awaitIndexes($seconds)`
	there := make(map[string]bool)
	note := func(row []any) error {
		there[str(row[0])] = true
		return nil
	}
	err := s.read(ctx, func(t *transaction) error {
		if err := t.run(indexes, nil, note); err != nil {
			return err
		}
		return t.run(constraints, nil, note)
	})
	if err != nil {
		return err
	}
	missing := false
	session := s.session(driver.AccessModeWrite)
	defer closeSession(ctx, session)
	run := func(statement string, p params) (err error) {
		for range schemaTries {
			var result driver.ResultWithContext
			if result, err = session.Run(ctx, statement, p, serverTimeout(ctx)); err == nil {
				_, err = result.Consume(ctx)
			}
			if !meetsAnother(err) {
				return err
			}
		}
		return err
	}
	for _, part := range schema {
		if there[part.name] {
			continue
		}
		missing = true
		if err := run(part.statement, nil); err != nil {
			return err
		}
	}
	if !missing {
		return nil
	}
	return run(await, params{"seconds": int64(indexWait.Seconds())})
}

// meetsAnother tells whether a schema statement failed because another process ran the same one at the same time.
func meetsAnother(err error) bool {
	var server *driver.Neo4jError
	return errors.As(causeOf(err), &server) && (server.IsRetriable() || strings.HasPrefix(server.Code, "Neo.ClientError.Schema."))
}

// makeCounter makes the counter, unless another process was faster, and reads which identity it has.
func (s *Store) makeCounter(ctx context.Context) error {
	const statement = `
		MERGE (c:Counter {one: 1})
		ON CREATE SET c.store = $store, c.schema = $schema, c.number = 0, c.digest = '', c.at = datetime({epochMillis: 0}), c.lastSeq = 0
		RETURN c.store`
	_, err := s.write(ctx, func(t *transaction) error {
		return t.run(statement, params{"store": uuid.NewString(), "schema": int64(schemaVersion)}, func(row []any) error {
			s.ours.Store(str(row[0]), true)
			return nil
		})
	})
	return err
}
