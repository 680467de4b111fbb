package archive

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"treatygraph/graph"
)

// Write writes the history of a record up to a revision, 0 for the head. It holds one revision at a time. What it wrote is whole only when it
// returns no error: before that the last line is missing.
func Write(ctx context.Context, w io.Writer, from graph.Reader, until graph.RevisionNumber, progress Progress) (s Summary, err error) {
	h, err := headerOf(ctx, from, until)
	if err != nil {
		return s, err
	}
	out := &writer{out: bufio.NewWriterSize(w, 1<<18), sum: sha256.New()}
	out.line = appendHeader(out.line, h)
	out.flush()
	for c, err := range from.Changes(ctx, 0) {
		if err != nil {
			return s, err
		}
		if c.Revision.Number > h.revision {
			break
		}
		texts, err := textsOf(ctx, from, &c)
		if err != nil {
			return s, err
		}
		out.change(&c, texts)
		if out.err != nil {
			return s, out.err
		}
		s.add(&c)
		progress.tell("history", c.Revision.Number, h.revision)
	}
	if s.Digest != h.digest {
		return s, fmt.Errorf("%w: the store gave %d revisions of %d", graph.ErrCorrupt, s.Revisions, h.revision)
	}
	out.line = appendEnd(out.line, &s, hex.EncodeToString(out.sum.Sum(nil)))
	out.flush()
	if out.err == nil {
		out.err = out.out.Flush()
	}
	return s, out.err
}

func headerOf(ctx context.Context, from graph.Reader, until graph.RevisionNumber) (header, error) {
	head, err := from.Head(ctx)
	switch {
	case err != nil:
		return header{}, err
	case until > head.Revision:
		return header{}, &graph.InvalidError{Record: "history", Field: "revision", Reason: fmt.Sprintf("%d is not yet: the head is %d", until, head.Revision)}
	case until == 0 || until == head.Revision:
		return header{head.Revision, head.Digest}, nil
	}
	for r, err := range from.Revisions(ctx, until-1) {
		return header{until, r.Digest}, err
	}
	return header{}, fmt.Errorf("%w: the store lacks revision %d", graph.ErrCorrupt, until)
}

// textsOf loads the texts of a change, in its order.
func textsOf(ctx context.Context, from graph.Reader, c *graph.Change) ([]*graph.Text, error) {
	if len(c.Texts) == 0 {
		return nil, nil
	}
	held, err := from.Texts(ctx, c.Texts)
	if err != nil {
		return nil, err
	}
	texts := make([]*graph.Text, len(c.Texts))
	for i, hash := range c.Texts {
		if texts[i] = held[hash]; texts[i] == nil {
			return nil, fmt.Errorf("%w: the store lacks text %s of revision %d", graph.ErrCorrupt, hash, c.Revision.Number)
		}
	}
	return texts, nil
}

// A writer writes lines and sums them up. After an error it writes nothing.
type writer struct {
	out  *bufio.Writer
	sum  hash.Hash
	line []byte
	err  error
}

func (w *writer) change(c *graph.Change, texts []*graph.Text) {
	w.line = appendRevision(w.line, &c.Revision, len(texts))
	w.flush()
	for _, t := range texts {
		w.line = AppendText(w.line, t)
		w.flush()
	}
	for i := range c.Written {
		w.line = AppendAssertion(w.line, c.Written[i].Ref, c.Written[i].Body)
		w.flush()
	}
	for _, ref := range c.Closed {
		w.line = appendClosing(w.line, ref)
		w.flush()
	}
}

// flush writes the line.
func (w *writer) flush() {
	if w.err == nil {
		w.sum.Write(w.line)
		_, w.err = w.out.Write(w.line)
	}
	w.line = w.line[:0]
}
