package archive

import (
	"context"
	"fmt"
	"io"
	"iter"

	"treatygraph/graph"
)

// Restore writes the history of a file to a store that is empty or holds a beginning of it, as one does where Restore was ended before it was
// done. The file is read twice: it is checked before anything is written. Errors: *DamageError and *PartedError, with which nothing was
// written, the store's, and those of reading.
func Restore(ctx context.Context, file io.ReadSeeker, to graph.Store, progress Progress) (s Summary, err error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return s, err
	}
	if s, err = Check(ctx, file, progress); err != nil {
		return s, err
	}
	return s, Fill(ctx, file, to, progress)
}

// Fill is what Restore does once the file was checked: for those who make a store only for a file that is whole.
func Fill(ctx context.Context, file io.ReadSeeker, to graph.Store, progress Progress) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r, err := newReader(ctx, file)
	if err != nil {
		return err
	}
	defer r.close()
	head, err := to.Head(ctx)
	if err != nil {
		return err
	}
	if err := within(head, r.header.revision); err != nil {
		return err
	}
	there, stop := iter.Pull2(to.Revisions(ctx, 0))
	defer stop()
	for {
		e, err := r.revision()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if number := e.change.Revision.Number; number <= head.Revision {
			err = stands(there, &e.change.Revision)
		} else if err = to.Restore(ctx, &e.change, e.texts); err != nil {
			err = fmt.Errorf("restoring revision %d: %w", number, err)
		}
		if err != nil {
			return err
		}
		progress.tell("restoring", e.change.Revision.Number, r.header.revision)
	}
}

// stands takes the next of a store's revisions and holds it against the history's.
func stands(there func() (graph.Revision, error, bool), due *graph.Revision) error {
	r, err, more := there()
	switch {
	case err != nil:
		return err
	case !more:
		return fmt.Errorf("%w: the store lacks revision %d", graph.ErrCorrupt, due.Number)
	default:
		return beginning(&r, due)
	}
}
