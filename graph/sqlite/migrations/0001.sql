-- Schema 1. Rows are only ever added; the one column that changes is assertion.recorded_to, from NULL to the revision that closed
-- the version. Only a redaction changes more: it puts tombstones into assertion.body and empties texts, which are never empty else. Bodies are the canonical encoding of graph/codec.go, byte for byte.

PRAGMA application_id = 1953654642; -- 'trgr', so that tools and this program know the file
PRAGMA user_version = 1;

-- One row: the store's identity, until a redaction gives it another.
CREATE TABLE meta (
	one   INTEGER PRIMARY KEY CHECK (one = 1),
	store TEXT NOT NULL -- a UUID
) STRICT;

-- last_seq is the last row of assertion as of the revision: what revision n wrote is the rowid range (last_seq of n-1, last_seq of n],
-- so a revision is read as one contiguous range without an index on recorded_from.
CREATE TABLE revision (
	number       INTEGER PRIMARY KEY,
	at           INTEGER NOT NULL, -- microseconds since 1970-01-01 UTC
	key          TEXT NOT NULL UNIQUE,
	batch_digest TEXT NOT NULL,
	digest       TEXT NOT NULL,
	author       TEXT NOT NULL,
	summary      TEXT NOT NULL,
	written      INTEGER NOT NULL,
	closed       INTEGER NOT NULL,
	last_seq     INTEGER NOT NULL
) STRICT;

-- Rows enter in the order of their Refs, so the order of seq is the order of Ref and a scan reads the table from front to back.
CREATE TABLE assertion (
	seq           INTEGER PRIMARY KEY,
	statement     TEXT NOT NULL,
	dataset       TEXT NOT NULL,
	recorded_from INTEGER NOT NULL,
	recorded_to   INTEGER, -- NULL while current
	body          TEXT NOT NULL
) STRICT;

-- Finds a Ref, and the newest version of a key with one seek: only the newest can be open, so open versions need no index of their own.
CREATE UNIQUE INDEX assertion_ref ON assertion (statement, dataset, recorded_from);

-- What a revision closed, in the order of seq. Most versions are never closed and take no room here.
CREATE INDEX assertion_closed ON assertion (recorded_to) WHERE recorded_to IS NOT NULL;

-- Every ID that was ever a subject.
CREATE TABLE entity (
	id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE text (
	hash     TEXT PRIMARY KEY,
	lang     TEXT NOT NULL,
	body     TEXT NOT NULL,
	original BLOB, -- NULL when it is the body's bytes
	revision INTEGER NOT NULL
) STRICT;

CREATE INDEX text_revision ON text (revision, hash);

-- For people who open the file with sqlite3; the program does not read it.
CREATE VIEW current AS
SELECT
	a.statement,
	a.body ->> 'subject'   AS subject,
	a.body ->> 'predicate' AS predicate,
	a.body ->> 'object'    AS object,
	a.body -> 'value'      AS value,
	a.body ->> 'from'      AS valid_from,
	a.body ->> 'to'        AS valid_to,
	a.dataset,
	a.body ->> 'rank'      AS rank,
	a.body ->> 'method'    AS method,
	a.recorded_from        AS revision,
	a.body
FROM assertion AS a
WHERE a.recorded_to IS NULL;
