package neo4j

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"treatygraph/graph"
)

const (
	// revisionsPerPage bounds what Revisions holds at a time to about 100 kB.
	revisionsPerPage = 256
	// readings is how often a revision that does not match its digest is read before it counts as damaged.
	readings = 4
	// firstWait is between the first two readings; each further wait is four times as long.
	firstWait = 20 * time.Millisecond
)

// A record is a revision with what reading it takes.
type record struct {
	graph.Revision
	lastSeq int64 // the last place as of it
	bytes   int64 // of the bodies it wrote
	texts   []graph.TextHash
}

const recordColumns = ` RETURN r.number, r.at, r.key, r.batchDigest, r.digest, r.author, r.summary, r.written, size(r.closed), r.lastSeq, r.bytes, r.texts ORDER BY r.number`

func recordOf(row []any) (r record) {
	r.Number, r.At, r.Key = graph.RevisionNumber(integer(row[0])), instant(row[1]), str(row[2])
	r.BatchDigest, r.Digest, r.Author, r.Summary = graph.Digest(str(row[3])), graph.Digest(str(row[4])), str(row[5]), str(row[6])
	r.Written, r.Closed, r.lastSeq, r.bytes = int(integer(row[7])), int(integer(row[8])), integer(row[9]), integer(row[10])
	texts, _ := row[11].([]any)
	for _, hash := range texts {
		r.texts = append(r.texts, graph.TextHash(str(hash)))
	}
	return r
}

// revisionOfKey returns the revision that a batch with the key became.
func revisionOfKey(t *transaction, key string) (found bool, r graph.Revision, err error) {
	const query = `MATCH (r:Revision {key: $key}) USING INDEX r:Revision(key)` + recordColumns
	err = t.run(query, params{"key": key}, func(row []any) error {
		found, r = true, recordOf(row).Revision
		return nil
	})
	return found, r, err
}

// records returns the records of the revisions (after, end], which must all be there.
func (s *Store) records(ctx context.Context, after, end graph.RevisionNumber) (list []record, err error) {
	const query = `MATCH (r:Revision) USING INDEX r:Revision(number) WHERE r.number > $after AND r.number <= $end` + recordColumns
	err = s.read(ctx, func(t *transaction) error {
		list = list[:0]
		return t.run(query, params{"after": int64(after), "end": int64(end)}, func(row []any) error {
			list = append(list, recordOf(row))
			return nil
		})
	})
	if err == nil && len(list) != int(end-after) {
		err = s.corrupt(fmt.Sprintf("lacks a revision between %d and %d", after, end))
	}
	return list, err
}

// revisions streams records in pages, as of one head, which is taken under the lock.
func (s *Store) revisions(ctx context.Context, after graph.RevisionNumber) iter.Seq2[[]record, error] {
	return func(yield func([]record, error) bool) {
		head, err := s.lockedHead(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		for after < head.Revision {
			end := min(after+revisionsPerPage, head.Revision)
			page, err := s.records(ctx, after, end)
			if !yield(page, err) || err != nil {
				return
			}
			after = end
		}
	}
}

// Revisions implements graph.Reader. Revisions never change, so pages read one after the other fit together.
func (s *Store) Revisions(ctx context.Context, after graph.RevisionNumber) iter.Seq2[graph.Revision, error] {
	return func(yield func(graph.Revision, error) bool) {
		for page, err := range s.revisions(ctx, after) {
			if err != nil {
				yield(graph.Revision{}, err)
				return
			}
			for i := range page {
				if err := s.calls.Stopped(ctx); err != nil {
					yield(graph.Revision{}, err)
					return
				}
				if !yield(page[i].Revision, nil) {
					return
				}
			}
		}
	}
}

// Changes implements graph.Reader. It reads as many revisions at a time as make a page, at least one, which the limits of a batch bound.
func (s *Store) Changes(ctx context.Context, after graph.RevisionNumber) iter.Seq2[graph.Change, error] {
	return func(yield func(graph.Change, error) bool) {
		var before record // the revision before, for its digest and its last place
		first := after
		if after > 0 {
			first-- // read the revision `after` too, the link of the chain
		}
		for page, err := range s.revisions(ctx, first) {
			if err != nil {
				yield(graph.Change{}, err)
				return
			}
			if page[0].Number == after {
				before, page = page[0], page[1:]
			}
			for len(page) > 0 {
				n := together(page)
				list, damaged := s.changes(ctx, &before, page[:n])
				for _, c := range list {
					if err := s.calls.Stopped(ctx); err != nil {
						yield(graph.Change{}, err)
						return
					}
					if !yield(c, nil) {
						return
					}
				}
				if damaged != nil {
					yield(graph.Change{}, damaged)
					return
				}
				before, page = page[n-1], page[n:]
			}
		}
	}
}

// together returns how many of the next revisions are read at once.
func together(page []record) (n int) {
	rows, bytes := 0, int64(0)
	for i := range page {
		rows, bytes = rows+page[i].Written+page[i].Closed, bytes+page[i].bytes
		if i > 0 && (rows > rowsPerPage || bytes > bytesPerPage) {
			return i
		}
	}
	return len(page)
}

// changes reads what some revisions did and holds each against its digest. What does not match is read again, some moments later and
// when the lock was free again; then it is damaged, and what came before it is returned with the error.
func (s *Store) changes(ctx context.Context, before *record, page []record) ([]graph.Change, error) {
	wait := firstWait
	for reading := 1; ; reading++ {
		list, err := s.readChanges(ctx, before, page)
		whole := 0
		if err == nil {
			whole, err = verify(before.Digest, list)
		}
		if !errors.Is(err, graph.ErrCorrupt) {
			return list[:whole], err
		}
		s.torn.Add(1)
		if reading == readings {
			return list[:whole], fmt.Errorf("%s: %w", s.name, err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
		wait *= 4
		if _, err := s.lockedHead(ctx); err != nil {
			return nil, err
		}
	}
}

// verify returns how many changes, from the first, match their digests, and why the next does not.
func verify(before graph.Digest, list []graph.Change) (int, error) {
	for i := range list {
		if err := list[i].Verify(before); err != nil {
			return i, err
		}
		before = list[i].Revision.Digest
	}
	return len(list), nil
}

func (s *Store) readChanges(ctx context.Context, before *record, page []record) ([]graph.Change, error) {
	const closings = `
		MATCH (r:Revision) USING INDEX r:Revision(number) WHERE r.number >= $first AND r.number <= $last
		UNWIND r.closed AS seq
		MATCH (x:Record {seq: seq}) USING INDEX x:Record(seq)
		RETURN r.number, x.statement, x.dataset, x.from ORDER BY r.number, seq`
	first, last := page[0].Number, &page[len(page)-1]
	list := make([]graph.Change, len(page))
	written, closes, place := 0, false, before.lastSeq
	for i := range page {
		if page[i].Written < 0 || page[i].lastSeq-place != int64(page[i].Written) {
			return nil, s.corrupt(fmt.Sprintf("does not say alike how much revision %d wrote", page[i].Number))
		}
		place = page[i].lastSeq
		list[i].Revision, list[i].Texts = page[i].Revision, page[i].texts
		written += page[i].Written
		closes = closes || page[i].Closed > 0
	}
	versions, err := s.page(ctx, make([]graph.Version, 0, written), before.lastSeq, last.lastSeq, 1<<62)
	if err != nil {
		return nil, err
	}
	for i := range versions {
		versions[i].To = 0
	}
	for i := range page {
		n := page[i].Written
		list[i].Written, versions = versions[:n:n], versions[n:]
	}
	if !closes {
		return list, nil
	}
	err = s.read(ctx, func(t *transaction) error {
		for i := range list {
			list[i].Closed = nil
		}
		return t.run(closings, params{"first": int64(first), "last": int64(last.Number)}, func(row []any) error {
			c := &list[graph.RevisionNumber(integer(row[0]))-first]
			c.Closed = append(c.Closed, graph.Ref{Statement: graph.StatementID(str(row[1])), Dataset: graph.ID(str(row[2])), From: graph.RevisionNumber(integer(row[3]))})
			return nil
		})
	})
	return list, err
}
