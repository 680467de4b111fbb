package sqlite

import (
	"context"
	"iter"
	"strconv"
	"strings"

	"treatygraph/graph"
)

// A page is what Scan reads at a time: enough versions that the seek between two does not count, and no more bytes of bodies than can be
// held with ease, though at least one body. Between pages nothing is held, so a slow reader blocks no checkpoint of the log, and the loop's
// body may use the store.
const (
	rowsPerPage  = 4096
	bytesPerPage = 8 << 20
)

// Scan implements graph.Reader. Rows are only added, in order, and To beyond the head is left out, so pages read one after the other
// show one head without a transaction around them.
func (s *Store) Scan(ctx context.Context) (graph.Head, iter.Seq2[graph.Version, error], error) {
	call, leave, err := s.calls.Enter(ctx)
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
			end, err := s.pageEnd(ctx, seq, min(seq+rowsPerPage, head.lastSeq))
			if err == nil {
				page, err = s.page(ctx, page[:0], seq, end)
			}
			if err != nil {
				yield(graph.Version{}, err)
				return
			}
			for i := range page {
				if err := s.calls.Stopped(ctx); err != nil {
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
	return head.head(), versions, nil
}

// pageEnd returns the last row of the page after a row: end, or as much before as the bytes ask for. Sizes stand at the head of a row,
// so this reads no body.
func (s *Store) pageEnd(ctx context.Context, after, end int64) (int64, error) {
	const query = `SELECT coalesce(sum(octet_length(body)), 0) FROM assertion WHERE seq > ? AND seq <= ?`
	call, leave, err := s.calls.Enter(ctx)
	if err != nil {
		return end, err
	}
	defer leave()
	for ; end > after+1; end -= (end - after) / 2 {
		var bytes int64
		if err := s.readers.QueryRowContext(call, query, after, end).Scan(&bytes); err != nil {
			return end, s.classify(ctx, err)
		}
		if bytes <= bytesPerPage {
			break
		}
	}
	return end, nil
}

// Between the parts of a version and after it stand characters that no ID and no canonical encoding holds.
const (
	partSeparator    = "\x1f"
	versionSeparator = "\x1e"
)

// page appends the versions of the rows (after, end]. SQLite joins them into one string, which is cut here: a row fetched by itself
// costs a microsecond and six allocations.
func (s *Store) page(ctx context.Context, page []graph.Version, after, end int64) ([]graph.Version, error) {
	const query = `SELECT coalesce(group_concat(statement || ?3 || dataset || ?3 || recorded_from || ?3 || coalesce(recorded_to, 0) || ?3 || body || ?4, ''), '')
		FROM (SELECT * FROM assertion WHERE seq > ?1 AND seq <= ?2 ORDER BY seq)`
	call, leave, err := s.calls.Enter(ctx)
	if err != nil {
		return page, err
	}
	defer leave()
	var joined string
	if err := s.readers.QueryRowContext(call, query, after, end, partSeparator, versionSeparator).Scan(&joined); err != nil {
		return page, s.classify(ctx, err)
	}
	for joined != "" {
		var v graph.Version
		if v, joined, err = cutVersion(joined); err != nil {
			break
		}
		page = append(page, v)
	}
	if err != nil || int64(len(page)) != end-after {
		return page, s.classify(ctx, s.corrupt("lacks versions that its revisions wrote"))
	}
	return page, nil
}

// cutVersion takes the first version of a joined page.
func cutVersion(joined string) (v graph.Version, rest string, err error) {
	row, rest, _ := strings.Cut(joined, versionSeparator)
	var parts [5]string
	for i := range parts {
		parts[i], row, _ = strings.Cut(row, partSeparator)
	}
	from, err := strconv.ParseUint(parts[2], 10, 63)
	if err != nil {
		return v, rest, err
	}
	to, err := strconv.ParseUint(parts[3], 10, 63)
	v.Ref = graph.Ref{Statement: graph.StatementID(parts[0]), Dataset: graph.ID(parts[1]), From: graph.RevisionNumber(from)}
	v.To, v.Body = graph.RevisionNumber(to), parts[4]
	return v, rest, err
}
