package archive

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"

	"treatygraph/graph"
)

// Copy writes the history of a store, up to the head it has now, to another that is empty or holds a beginning of it, as one does where Copy was
// ended before it was done. Then it reads both again and compares every revision, body, closing and text: a difference is graph.ErrCorrupt.
// It holds a revision of each at a time.
func Copy(ctx context.Context, from graph.Reader, to graph.Store, progress Progress) (s Summary, err error) {
	source, err := from.Head(ctx)
	if err != nil {
		return s, err
	}
	head, err := to.Head(ctx)
	if err != nil {
		return s, err
	}
	if source.Store == head.Store {
		return s, &graph.InvalidError{Record: "copy", Field: "to", Reason: "it is the same store"}
	}
	if err := within(head, source.Revision); err != nil {
		return s, err
	}
	if err := compareBeginning(ctx, from, to, head.Revision); err != nil {
		return s, err
	}
	for c, err := range from.Changes(ctx, head.Revision) {
		if err != nil {
			return s, err
		}
		if c.Revision.Number > source.Revision {
			break
		}
		texts, err := textsOf(ctx, from, &c)
		if err != nil {
			return s, err
		}
		if err := to.Restore(ctx, &c, texts); err != nil {
			return s, fmt.Errorf("restoring revision %d: %w", c.Revision.Number, err)
		}
		progress.tell("copying", c.Revision.Number, source.Revision)
	}
	return compare(ctx, from, to, source, progress)
}

// compareBeginning holds the revisions of to, which has so many, against those of from.
func compareBeginning(ctx context.Context, from, to graph.Reader, n graph.RevisionNumber) error {
	if n == 0 {
		return nil
	}
	there, stop := iter.Pull2(to.Revisions(ctx, 0))
	defer stop()
	for r, err := range from.Revisions(ctx, 0) {
		if err == nil {
			err = stands(there, &r)
		}
		if err != nil || r.Number == n {
			return err
		}
	}
	return fmt.Errorf("%w: the store that is copied lacks revision %d", graph.ErrCorrupt, n)
}

// compare reads two stores up to the head of the first, and returns what both hold.
func compare(ctx context.Context, from, to graph.Reader, head graph.Head, progress Progress) (s Summary, err error) {
	differs := func(number graph.RevisionNumber, what string) error {
		return fmt.Errorf("%w: revision %d of the copy is not that of the original: %s", graph.ErrCorrupt, number, what)
	}
	copied, stop := iter.Pull2(to.Changes(ctx, 0))
	defer stop()
	for c, err := range from.Changes(ctx, 0) {
		if err != nil {
			return s, err
		}
		number := c.Revision.Number
		if number > head.Revision {
			break
		}
		d, err, more := copied()
		switch {
		case err != nil:
			return s, err
		case !more:
			return s, differs(number, "it is missing")
		case c.Revision != d.Revision:
			return s, differs(number, "its record differs")
		case !slices.Equal(c.Closed, d.Closed) || !slices.Equal(c.Texts, d.Texts):
			return s, differs(number, "its closings or its texts differ")
		}
		for i := range c.Written {
			if v := c.Written[i]; v != d.Written[i] {
				return s, differs(number, fmt.Sprintf("version %v differs; was it redacted in one of them?", v.Ref))
			}
		}
		if err := sameTexts(ctx, from, to, &c); err != nil {
			return s, err
		}
		s.add(&c)
		progress.tell("comparing", number, head.Revision)
	}
	if s.Digest != head.Digest {
		return s, fmt.Errorf("%w: the store that is copied gave %d revisions of %d", graph.ErrCorrupt, s.Revisions, head.Revision)
	}
	return s, nil
}

// sameTexts asks that both stores hold a change's texts alike, with language and original bytes, which no digest of a revision covers.
func sameTexts(ctx context.Context, from, to graph.Reader, c *graph.Change) error {
	texts, err := textsOf(ctx, from, c)
	if err != nil {
		return err
	}
	copies, err := textsOf(ctx, to, c)
	if err != nil {
		return err
	}
	for i, t := range texts {
		if !bytes.Equal(AppendText(nil, t), AppendText(nil, copies[i])) {
			return fmt.Errorf("%w: text %s of the copy is not that of the original; was it redacted in one of them?", graph.ErrCorrupt, t.Hash)
		}
	}
	return nil
}
