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
	call, leave, err := s.beginWriting(ctx)
	if err != nil {
		return err
	}
	defer leave()
	late, cancel := outlast(call)
	defer cancel()
	written, lost, err := s.restore(call, r, c.Revision.Key)
	if lost {
		var there graph.Revision
		if there, err = s.resolve(late, c.Revision.Key, err); err == nil {
			err = r.Stands(there)
		}
	}
	if err != nil {
		return s.classify(ctx, err)
	}
	if written {
		s.changed.Give()
	}
	return nil
}

// restore writes the revision unless it is there.
func (s *Store) restore(ctx context.Context, r *graph.Restoration, key string) (written, lost bool, err error) {
	lost, err = s.write(ctx, func(t *transaction) error {
		written = false
		last, err := s.lock(t)
		if err != nil {
			return err
		}
		if r.Number() <= last.Revision {
			there, err := s.revisionOfNumber(t, r.Number())
			if err != nil {
				return err
			}
			return r.Stands(there)
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
		written = true
		return writePlan(t, plan, &last, open)
	})
	if lost && !written { // it stood there under the lock; nothing was to be committed
		return false, false, nil
	}
	return written, lost, err
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
