package neo4j

import (
	"context"
	"errors"
	"iter"

	"treatygraph/graph"
)

// A page is what Scan and Changes read at a time: enough versions that a round trip does not count, and no more bytes of bodies than can
// be held with ease, though at least one body and what the driver fetched ahead. Between pages nothing is held, so a slow reader keeps no transaction open.
const (
	rowsPerPage  = 8192
	bytesPerPage = 8 << 20
)

// Scan implements graph.Reader. Records are only added, in the order of seq, and To beyond the head is left out, so pages read one after
// the other show one head; it is taken under the lock, so all that it counts is there.
func (s *Store) Scan(ctx context.Context) (graph.Head, iter.Seq2[graph.Version, error], error) {
	head, err := s.lockedHead(ctx)
	if err != nil {
		return graph.Head{}, nil, err
	}
	versions := func(yield func(graph.Version, error) bool) {
		page := make([]graph.Version, 0, min(rowsPerPage, head.lastSeq))
		for seq := int64(0); seq < head.lastSeq; {
			page, err := s.page(ctx, page[:0], seq, min(seq+rowsPerPage, head.lastSeq), bytesPerPage)
			if err != nil {
				yield(graph.Version{}, err)
				return
			}
			for i := range page {
				if err := s.calls.Stopped(ctx); err != nil {
					yield(graph.Version{}, err)
					return
				}
				if page[i].To > head.Revision {
					page[i].To = 0
				}
				if !yield(page[i], nil) {
					return
				}
			}
			seq += int64(len(page))
		}
	}
	return head.Head, versions, nil
}

var errEnough = errors.New("enough rows")

// page appends the versions of the places (after, end], or of fewer, but at least one, when their bodies take more than the bytes.
func (s *Store) page(ctx context.Context, page []graph.Version, after, end int64, bytes int) ([]graph.Version, error) {
	const query = `
		MATCH (x:Record) USING INDEX x:Record(seq)
		WHERE x.seq > $after AND x.seq <= $end
		RETURN x.seq, x.statement, x.dataset, x.from, x.to, x.body ORDER BY x.seq`
	start := len(page)
	taken := 0
	err := s.read(ctx, func(t *transaction) error {
		page, taken = page[:start], 0
		err := t.run(query, params{"after": after, "end": end}, func(row []any) error {
			v := graph.Version{Ref: graph.Ref{Statement: graph.StatementID(str(row[1])), Dataset: graph.ID(str(row[2])), From: graph.RevisionNumber(integer(row[3]))},
				To: graph.RevisionNumber(integer(row[4])), Body: str(row[5])}
			if taken += len(v.Body); taken > bytes && len(page) > start {
				return errEnough
			}
			page = append(page, v)
			if integer(row[0]) != after+int64(len(page)-start) {
				return s.corrupt("lacks versions that its revisions wrote")
			}
			return nil
		})
		if errors.Is(err, errEnough) {
			return nil
		}
		if err == nil && int64(len(page)-start) != end-after {
			err = s.corrupt("lacks versions that its revisions wrote")
		}
		return err
	})
	return page, err
}
