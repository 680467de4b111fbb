package sqlite

import (
	"context"
	"database/sql"
	"iter"

	"treatygraph/graph"
)

// rowsPerPage is how many versions Scan reads at a time: few enough to hold (about 2 MB), enough that the seek between two does not
// count. Between pages nothing is held, so a slow reader blocks no checkpoint of the log, and the loop's body may use the store.
const rowsPerPage = 4096

// Scan implements graph.Reader. Rows are only added, in order, and To beyond the head is left out, so pages read one after the other
// show one head without a transaction around them.
func (s *Store) Scan(ctx context.Context) (graph.Head, iter.Seq2[graph.Version, error], error) {
	call, leave, err := s.enter(ctx)
	if err != nil {
		return graph.Head{}, nil, err
	}
	defer leave()
	head, err := lastRevision(call, s.readers)
	if err != nil {
		return graph.Head{}, nil, s.classify(ctx, err)
	}
	versions := func(yield func(graph.Version, error) bool) {
		page := make([]graph.Version, 0, min(rowsPerPage, head.lastSeq))
		for seq := int64(0); seq < head.lastSeq; {
			end := min(seq+rowsPerPage, head.lastSeq)
			var err error
			if page, err = s.page(ctx, page[:0], seq, end); err != nil {
				yield(graph.Version{}, err)
				return
			}
			for i := range page {
				if err := s.stopped(ctx); err != nil {
					yield(graph.Version{}, err)
					return
				}
				if page[i].To > head.Number {
					page[i].To = 0
				}
				if !yield(page[i], nil) {
					return
				}
			}
			seq = end
		}
	}
	return graph.Head{Store: s.id, Revision: head.Number, Digest: head.Digest}, versions, nil
}

// page appends the versions of the rows (after, end].
func (s *Store) page(ctx context.Context, page []graph.Version, after, end int64) ([]graph.Version, error) {
	const query = `SELECT statement, dataset, recorded_from, coalesce(recorded_to, 0), body FROM assertion WHERE seq > ? AND seq <= ? ORDER BY seq`
	call, leave, err := s.enter(ctx)
	if err != nil {
		return page, err
	}
	defer leave()
	err = visitRows(call, s.readers, func(rows *sql.Rows) error {
		page = append(page, graph.Version{})
		v := &page[len(page)-1]
		return rows.Scan(&v.Ref.Statement, &v.Ref.Dataset, &v.Ref.From, &v.To, &v.Body)
	}, query, after, end)
	if err == nil && int64(len(page)) != end-after {
		err = s.corrupt("lacks versions that its revisions wrote")
	}
	return page, s.classify(ctx, err)
}
