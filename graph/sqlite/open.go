// Package sqlite keeps the record in one SQLite file, or in memory. Several handles, also of several processes, may share a file:
// one writes at a time, readers never wait for it (write-ahead log), and a written revision survives a power cut (synchronous=FULL).
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"treatygraph/graph"
	"treatygraph/graph/internal/calls"
)

// Memory is the path of a store that lives in memory, private to its handle, and ends with it.
const Memory = ":memory:"

const (
	// defaultLockWait is how long a write waits for another process's: ten times the longest batch, measured.
	defaultLockWait = 5 * time.Second
	// readConnections bounds the reads at once; more wait their turn. Reading is bound by the processor, and each connection keeps a
	// page cache of its own.
	readConnections = 8
	// writeCacheKiB holds the inner pages of the index on (statement, dataset, recorded_from) of 10 M versions: statement IDs are
	// hashes, so each insert lands on another leaf.
	writeCacheKiB = 64 << 10
	// readCacheKiB is per connection. A scan needs next to nothing, seeks need the inner pages.
	readCacheKiB = 8 << 10
	// logPages is how long the log grows before it is folded into the file: some batches of the largest size. Each writes many pages of the index
	// that the next writes again, and of those only the last state is folded. It bounds the log to some 100 MB.
	logPages = 16 << 10
)

// Options tune a store. The zero Options are right for nearly everyone.
type Options struct {
	Clock    func() time.Time // gives revisions their times; nil: time.Now
	LockWait time.Duration    // how long to wait for another process's lock before ErrUnavailable; 0: 5 s
	MaxPages int              // bounds the file to this many pages of 4 KiB, as a full disk would; 0: no bound
}

// A Store is a graph.Store on SQLite.
type Store struct {
	path    string          // as given, for errors
	ours    map[string]bool // the identities that this handle opened the store by or gave it; whoever has the writer reads and changes them
	clock   func() time.Time
	wait    time.Duration
	writer  *sql.DB // one connection
	readers *sql.DB // query_only; the writer itself for a store in memory
	changed calls.Signal
	commit  func(context.Context, *sql.Conn) error // commit, but for tests of a lost one
	calls   *calls.Group
}

var _ graph.Store = (*Store)(nil)

// Open opens the store at path and makes it when nothing is there. The folder must exist. A file that cannot be written opens for
// reading where SQLite can; Apply is then ErrUnavailable. Errors are ErrUnavailable or ErrCorrupt and name the path.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	s := &Store{path: path, ours: make(map[string]bool), clock: o.Clock, wait: o.LockWait, changed: calls.NewSignal(), commit: commit}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.wait == 0 {
		s.wait = defaultLockWait
	}
	s.calls = calls.New(s.closedError())
	if path == Memory {
		return s.openMemory(ctx, o)
	}
	if err := s.checkPath(); err != nil {
		return nil, err
	}
	err := s.openFile(ctx, o, "")
	if err != nil && s.onReadOnlyMedium(err) {
		err = s.openFile(ctx, o, "1")
	}
	if err != nil {
		return nil, err
	}
	s.calls.Go(s.watch)
	return s, nil
}

// openMemory uses one connection for all: a second one would have a database of its own. That is safe because no method holds a
// connection while the caller's code runs.
func (s *Store) openMemory(ctx context.Context, o Options) (*Store, error) {
	db, err := sql.Open("sqlite", Memory+"?"+url.Values{"_pragma": writerPragmas(o)}.Encode())
	if err != nil {
		return nil, s.classify(ctx, err)
	}
	db.SetMaxOpenConns(1)
	s.writer, s.readers = db, db
	if err := s.prepare(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return s, nil
}

// openFile opens both pools. With immutable "1" SQLite reads the file alone, without locks and without the log beside it.
func (s *Store) openFile(ctx context.Context, o Options, immutable string) error {
	wait := "busy_timeout(" + strconv.FormatInt(s.wait.Milliseconds(), 10) + ")"
	var err error
	if s.writer, err = openPool(s.path, 1, immutable, append(writerPragmas(o), wait)); err != nil {
		return s.classify(ctx, err)
	}
	if err := s.prepare(ctx); err != nil {
		s.writer.Close()
		return err
	}
	if s.readers, err = openPool(s.path, readConnections, immutable, []string{wait, "query_only(1)", "cache_size(-" + strconv.Itoa(readCacheKiB) + ")"}); err != nil {
		s.writer.Close()
		return s.classify(ctx, err)
	}
	return nil
}

func writerPragmas(o Options) []string {
	pragmas := []string{"synchronous(FULL)", "cache_size(-" + strconv.Itoa(writeCacheKiB) + ")", "wal_autocheckpoint(" + strconv.Itoa(logPages) + ")"}
	if o.MaxPages > 0 {
		pragmas = append(pragmas, "max_page_count("+strconv.Itoa(o.MaxPages)+")")
	}
	return pragmas
}

func openPool(path string, connections int, immutable string, pragmas []string) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	settings := url.Values{"_pragma": pragmas}
	if immutable != "" {
		settings.Set("immutable", immutable)
	}
	// A URI, so that no character of the path has a meaning of its own.
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(absolute)}).EscapedPath()+"?"+settings.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// checkPath says in words of its own what SQLite would call "unable to open database file".
func (s *Store) checkPath() error {
	if s.path == "" {
		return fmt.Errorf("%w: the path of the store is empty", graph.ErrUnavailable)
	}
	info, err := os.Stat(s.path)
	switch {
	case err == nil && info.IsDir():
		return s.unavailable("is a folder, not a file")
	case err == nil && !info.Mode().IsRegular():
		return s.unavailable("is not a regular file")
	case err == nil:
		return s.checkMagic()
	case !errors.Is(err, fs.ErrNotExist):
		return s.unavailable("cannot be reached")
	}
	if parent, err := os.Stat(filepath.Dir(s.path)); err != nil || !parent.IsDir() {
		return s.unavailable("lies in a folder that does not exist")
	}
	return nil
}

// checkMagic refuses a file that is not SQLite's before SQLite sees it: it takes one of a few bytes for an empty database, and would
// write over it. An unfinished journal means that the beginning is not as it is going to be.
func (s *Store) checkMagic() error {
	const magic = "SQLite format 3\x00"
	if _, err := os.Stat(s.path + "-journal"); err == nil {
		return nil
	}
	file, err := os.Open(s.path)
	if err != nil {
		return s.unavailable("cannot be opened: its permissions do not allow it")
	}
	defer file.Close()
	start := make([]byte, len(magic))
	n, err := io.ReadFull(file, start)
	switch {
	case err == nil && string(start) == magic, n == 0 && err == io.EOF:
		return nil
	case err == nil, err == io.ErrUnexpectedEOF:
		return s.corrupt("is not a SQLite file")
	default:
		return s.unavailable("cannot be read: the disk reports an error")
	}
}

// onReadOnlyMedium tells whether the file lies where SQLite cannot put its log and its shared memory, and needs neither: then nobody
// else can write it either.
func (s *Store) onReadOnlyMedium(err error) bool {
	code := codeOf(err)
	if code != codeCantOpen && code != codeReadOnly {
		return false
	}
	if _, err := os.Stat(s.path); err != nil {
		return false
	}
	log, err := os.Stat(s.path + "-wal")
	return errors.Is(err, fs.ErrNotExist) || err == nil && log.Size() == 0
}

// Close implements graph.Store.
func (s *Store) Close() error {
	if !s.calls.Close() {
		return nil
	}
	// The last connection to close folds the log into the file; it must be one that may write.
	return errors.Join(s.readers.Close(), s.writer.Close())
}
