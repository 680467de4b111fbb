package neo4j

import (
	"context"
	"fmt"

	"treatygraph/graph"
)

// Restore implements graph.Restorer.
func (s *Store) Restore(ctx context.Context, c *graph.Change, texts []*graph.Text) error {
	r, err := graph.PrepareRestore(c, texts)
	if err != nil {
		return err
	}
	call, leave, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer leave()
	_, err = s.attempt(ctx, call, c.Revision.Key, r.Repeats, func() (graph.Receipt, bool, error) { return s.restore(call, r, c.Revision.Key) })
	return err
}

// restore writes the revision unless it is there.
func (s *Store) restore(ctx context.Context, r *graph.Restoration, key string) (receipt graph.Receipt, lost bool, err error) {
	lost, err = s.write(ctx, func(t *transaction) error {
		receipt = graph.Receipt{}
		last, err := s.lock(t)
		if err != nil {
			return err
		}
		if r.Number() <= last.Revision {
			there, err := s.revisionOfNumber(t, r.Number())
			if err != nil {
				return err
			}
			receipt, err = r.Repeats(there)
			return err
		}
		if err := r.Follows(last.Head, last.at); err != nil {
			return err
		}
		found, other, err := revisionOfKey(t, key)
		if err != nil {
			return err
		}
		if found {
			return r.KeyTaken(other)
		}
		known, open, err := load(t, r.Needs())
		if err != nil {
			return err
		}
		plan, err := r.Check(known)
		if err != nil {
			return err
		}
		receipt.Revision = plan.Change.Revision
		return writePlan(t, plan, &last, open)
	})
	if receipt.Repeated && lost { // it stood there under the lock; nothing was to be committed
		return receipt, false, nil
	}
	return receipt, lost, err
}

// revisionOfNumber returns a revision that must be there.
func (s *Store) revisionOfNumber(t *transaction, number graph.RevisionNumber) (r graph.Revision, err error) {
	const query = `MATCH (r:Revision {number: $number}) USING INDEX r:Revision(number)` + recordColumns
	found := false
	err = t.run(query, params{"number": int64(number)}, func(row []any) error {
		found, r = true, recordOf(row).Revision
		return nil
	})
	if err == nil && !found {
		err = s.corrupt(fmt.Sprintf("lacks revision %d", number))
	}
	return r, err
}
