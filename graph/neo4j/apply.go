package neo4j

import (
	"context"
	"errors"
	"fmt"

	"treatygraph/graph"
)

// Apply implements graph.Writer.
func (s *Store) Apply(ctx context.Context, b *graph.Batch) (graph.Receipt, error) {
	p, err := graph.Prepare(b)
	if err != nil {
		return graph.Receipt{}, err
	}
	call, leave, err := s.begin(ctx)
	if err != nil {
		return graph.Receipt{}, err
	}
	defer leave()
	return s.attempt(ctx, call, b.Key, p.Repeats, func() (graph.Receipt, bool, error) { return s.apply(call, b, p) })
}

// attempt makes one attempt to write a revision when the writer's turn has come, and finds out what became of it.
func (s *Store) attempt(ctx, call context.Context, key string, repeats func(graph.Revision) (graph.Receipt, error), write func() (receipt graph.Receipt, lost bool, err error)) (graph.Receipt, error) {
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-call.Done():
		return graph.Receipt{}, s.classify(ctx, call.Err())
	}
	late, cancel := outlast(call)
	defer cancel()
	receipt, lost, err := write()
	if lost {
		receipt, err = s.resolve(late, key, repeats, err)
	}
	if err != nil {
		return graph.Receipt{}, s.classify(ctx, err)
	}
	if !receipt.Repeated {
		s.changed.Give()
	}
	return receipt, nil
}

func (s *Store) apply(ctx context.Context, b *graph.Batch, p *graph.Prepared) (receipt graph.Receipt, lost bool, err error) {
	lost, err = s.write(ctx, func(t *transaction) error {
		receipt = graph.Receipt{}
		last, err := s.lock(t)
		if err != nil {
			return err
		}
		found, first, err := revisionOfKey(t, b.Key)
		if err != nil {
			return err
		}
		if found {
			receipt, err = p.Repeats(first)
			return err
		}
		if err := p.Follows(last.Revision); err != nil {
			return err
		}
		known, open, err := load(t, p.Needs())
		if err != nil {
			return err
		}
		plan, err := p.Check(known)
		if err != nil {
			return err
		}
		plan.Number(last.Head, last.at, s.clock())
		receipt.Revision = plan.Change.Revision
		return writePlan(t, plan, &last, open)
	})
	if receipt.Repeated && lost { // it stood there under the lock; nothing was to be committed
		return receipt, false, nil
	}
	return receipt, lost, err
}

// errKnown ends a transaction that has learned what it wanted: there is nothing to commit, so nothing that could be lost again.
var errKnown = errors.New("known")

// resolve finds out what became of a COMMIT whose answer was lost. The lost transaction held the lock from its first statement to its
// end, so whoever has the lock sees what it wrote, or that it wrote nothing.
func (s *Store) resolve(ctx context.Context, key string, repeats func(graph.Revision) (graph.Receipt, error), cause error) (receipt graph.Receipt, err error) {
	var found bool
	_, err = s.write(ctx, func(t *transaction) error {
		_, err := s.lock(t)
		if err == nil {
			found, receipt.Revision, err = revisionOfKey(t, key)
		}
		if err == nil {
			err = errKnown
		}
		return err
	})
	switch {
	case !errors.Is(err, errKnown):
		return receipt, fmt.Errorf("%w: %s was lost while committing", graph.ErrUnknownOutcome, s.name)
	case !found:
		return receipt, cause
	default:
		_, err := repeats(receipt.Revision)
		return receipt, err
	}
}

// writePlan writes the record and brings the projection to what is current then.
func writePlan(t *transaction, plan *graph.Plan, last *counter, open openVersions) error {
	if err := writeRecord(t, plan, last, open); err != nil {
		return err
	}
	return project(t, plan, open)
}

// writeRecord writes what the service reads: records, texts, the revision, the counter.
func writeRecord(t *transaction, plan *graph.Plan, last *counter, open openVersions) error {
	const texts = `
		UNWIND $rows AS row
		CREATE (:Text {hash: row[0], lang: row[1], body: row[2], original: row[3]})`
	const closings = `
		UNWIND $rows AS seq
		MATCH (x:Record {seq: seq}) USING INDEX x:Record(seq)
		SET x.to = $number`
	const records = `
		UNWIND range(0, size($rows) - 1) AS i
		WITH i, $rows[i] AS row
		CREATE (:Record {seq: $after + 1 + i, statement: row[0], dataset: row[1], from: $number, subject: row[2], predicate: row[3], object: row[4], body: row[5], begins: row[6]})`
	const revision = `
		MATCH (c:Counter {one: 1})
		SET c.number = $number, c.digest = $digest, c.at = $at, c.lastSeq = $lastSeq
		CREATE (:Revision {number: $number, at: $at, key: $key, batchDigest: $batchDigest, digest: $digest, author: $author, summary: $summary,
			written: $written, closed: $closed, texts: $texts, bytes: $bytes, lastSeq: $lastSeq})`
	c := &plan.Change
	number := int64(c.Revision.Number)
	hashes := make([]string, len(plan.Texts))
	if len(plan.Texts) > 0 {
		rows := make([]any, len(plan.Texts))
		for i, text := range plan.Texts {
			hashes[i] = string(text.Hash)
			var original any
			if len(text.Original) > 0 {
				original = text.Original
			}
			rows[i] = []any{string(text.Hash), string(text.Lang), text.Body, original}
		}
		if err := t.run(texts, params{"rows": rows}, nil); err != nil {
			return err
		}
	}
	closed := make([]int64, len(c.Closed))
	for i, ref := range c.Closed {
		closed[i] = open.at(ref).seq
	}
	if len(closed) > 0 {
		if err := t.run(closings, params{"rows": closed, "number": number}, nil); err != nil {
			return err
		}
	}
	bytes := 0
	if len(c.Written) > 0 {
		begins := make(map[graph.ID]bool, len(plan.Entities))
		for _, id := range plan.Entities {
			begins[id] = true
		}
		rows := make([]any, len(c.Written))
		for i := range c.Written {
			v := &c.Written[i]
			var a graph.Assertion
			if err := a.Decode(v.Body, graph.Shape); err != nil {
				return err
			}
			var object, first any
			if a.Object != "" {
				object = string(a.Object)
			}
			if begins[a.Subject] {
				first = string(a.Subject)
				delete(begins, a.Subject)
			}
			rows[i] = []any{string(v.Ref.Statement), string(v.Ref.Dataset), string(a.Subject), a.Predicate.String(), object, v.Body, first}
			bytes += len(v.Body)
		}
		if err := t.run(records, params{"rows": rows, "number": number, "after": last.lastSeq}, nil); err != nil {
			return err
		}
	}
	r := &c.Revision
	return t.run(revision, params{"number": number, "at": r.At, "key": r.Key, "batchDigest": string(r.BatchDigest), "digest": string(r.Digest),
		"author": r.Author, "summary": r.Summary, "written": int64(r.Written), "closed": closed, "texts": hashes, "bytes": int64(bytes),
		"lastSeq": last.lastSeq + int64(r.Written)}, nil)
}
