package index

import (
	"context"
	"fmt"
	"sync"

	"treatygraph/graph"
)

// keptRecords bounds how many records of revisions are kept, some hundred bytes each.
const keptRecords = 4_096

// records are the records of revisions that were asked for. They never change.
type records struct {
	mu   sync.Mutex
	kept map[graph.RevisionNumber]graph.Revision
}

// Recorded loads the record of a revision that there is: who made it, and why.
func (x *Index) Recorded(ctx context.Context, n graph.RevisionNumber) (graph.Revision, error) {
	x.records.mu.Lock()
	r, known := x.records.kept[n]
	x.records.mu.Unlock()
	if known {
		return r, nil
	}
	for r, err := range x.store.Revisions(ctx, n-1) {
		if err != nil {
			return r, fmt.Errorf("load revision %d: %w", n, err)
		}
		x.records.mu.Lock()
		defer x.records.mu.Unlock()
		if x.records.kept == nil || len(x.records.kept) >= keptRecords {
			x.records.kept = make(map[graph.RevisionNumber]graph.Revision)
		}
		x.records.kept[n] = r
		return r, nil
	}
	return r, fmt.Errorf("%w: the store lacks revision %d", graph.ErrCorrupt, n)
}
