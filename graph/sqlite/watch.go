package sqlite

import (
	"context"
	"database/sql"
	"time"
)

// watchEvery is how often the file is asked whether another handle wrote to it. Asking takes some 10 µs.
const watchEvery = 150 * time.Millisecond

// Changed implements graph.Store.
func (s *Store) Changed() <-chan struct{} { return s.changed }

// watch signals the writes of other handles and processes until the store closes. PRAGMA data_version tells a connection that
// another one has committed; the store's own writes show too, and at most repeat a signal.
func (s *Store) watch(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var conn *sql.Conn // its own: the number means something on one connection only
	defer func() {
		if conn != nil {
			conn.Close()
		}
	}()
	var seen int64
	for {
		var version int64
		err := error(nil)
		if conn == nil {
			conn, err = s.readers.Conn(ctx)
		}
		if err == nil {
			err = conn.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version)
		}
		switch {
		case err != nil && conn != nil: // a lost connection may have missed something
			conn.Close()
			conn, seen = nil, -1
		case err == nil && seen != 0 && version != seen:
			s.changed.Give()
			fallthrough
		case err == nil:
			seen = version
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
