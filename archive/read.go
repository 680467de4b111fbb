package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"treatygraph/graph"
)

// A reader reads a history revision by revision. It holds every line against its sum, every revision against its digest, and at the end all
// against the last line.
type reader struct {
	lines  *lines
	sum    hash.Hash
	header header
	got    Summary
}

// An entry is one revision as it stands in a file.
type entry struct {
	change      graph.Change
	texts       []*graph.Text
	first, last int // lines
}

func newReader(ctx context.Context, source io.Reader) (*reader, error) {
	l, err := newLines(ctx, source)
	if err != nil {
		return nil, err
	}
	r := &reader{lines: l, sum: sha256.New()}
	if err := r.readHeader(); err != nil {
		l.close()
		return nil, err
	}
	return r, nil
}

func (r *reader) close() { r.lines.close() }

func (r *reader) readHeader() error {
	f, err := r.next()
	if err != nil {
		return err
	}
	r.header = f.header()
	if f.err == "" && (r.header.revision == 0) != (r.header.digest == "") {
		f.err = "there is a digest where there is a revision, and only there"
	}
	return r.lines.damaged(f)
}

// next takes a line, which is not the last, into the sum.
func (r *reader) next() (*fields, error) {
	line, err := r.lines.next()
	if err != nil {
		return nil, err
	}
	r.take(line)
	return &fields{rest: line}, nil
}

func (r *reader) take(line []byte) {
	r.sum.Write(line)
	r.sum.Write([]byte{'\n'})
}

// revision returns the next revision, io.EOF behind the last: then the file was whole.
func (r *reader) revision() (*entry, error) {
	line, err := r.lines.next()
	if err != nil {
		return nil, err
	}
	f := &fields{rest: line}
	if bytes.HasPrefix(line, []byte(`{"end":`)) {
		return nil, r.end(f)
	}
	r.take(line)
	e := &entry{first: r.lines.number}
	c := &e.change
	var texts int
	c.Revision, texts = f.revision()
	switch due := graph.RevisionNumber(r.got.Revisions) + 1; {
	case f.err != "":
	case c.Revision.Number != due:
		f.err = fmt.Sprintf("revision %d stands where revision %d is due", c.Revision.Number, due)
	case due > r.header.revision:
		f.err = fmt.Sprintf("revision %d stands behind the last, which the first line says is %d", due, r.header.revision)
	case c.Revision.Written > graph.MaxBatchRecords || c.Revision.Closed > graph.MaxBatchRecords:
		f.err = fmt.Sprintf("no revision writes or closes more than %d assertions", graph.MaxBatchRecords)
	}
	if err := r.lines.damaged(f); err != nil {
		return nil, err
	}
	if err := r.parts(e, texts); err != nil {
		return nil, err
	}
	e.last = r.lines.number
	if err := c.Verify(r.got.Digest); err != nil {
		return nil, r.unfit(e, fmt.Sprintf("revision %d is not what its digest says: it was changed, or the one before", c.Revision.Number))
	}
	r.got.add(c)
	return e, nil
}

// parts reads what follows the line of a revision.
func (r *reader) parts(e *entry, texts int) error {
	c, size := &e.change, 0
	due := func(what string, i, of int) string {
		return fmt.Sprintf("%s is due, number %d of %d of revision %d", what, i+1, of, c.Revision.Number)
	}
	for i := range texts {
		f, err := r.next()
		if err != nil {
			return err
		}
		t := f.text()
		switch {
		case f.err != "":
			f.err = due("a text", i, texts) + ": " + f.err
		case !t.Redacted && t.Hash != graph.HashText(t.Body):
			f.err = "the text is not what its hash says: it was changed, or the hash was"
		case i > 0 && c.Texts[i-1] >= t.Hash:
			f.err = "the text does not come after the one before, in the order of their hashes"
		}
		if size += len(t.Body) + len(t.Original); size > maxRevisionBytes {
			f.err = fmt.Sprintf("no revision holds more than %d bytes", maxRevisionBytes)
		}
		if err := r.lines.damaged(f); err != nil {
			return err
		}
		c.Texts, e.texts = append(c.Texts, t.Hash), append(e.texts, t)
	}
	c.Written = make([]graph.Version, 0, c.Revision.Written)
	for i := range c.Revision.Written {
		f, err := r.next()
		if err != nil {
			return err
		}
		v := f.assertion()
		switch {
		case f.err != "":
			f.err = due("an assertion", i, c.Revision.Written) + ": " + f.err
		case v.Ref.From != c.Revision.Number:
			f.err = fmt.Sprintf("the assertion is of revision %d, not of %d", v.Ref.From, c.Revision.Number)
		case i > 0 && c.Written[i-1].Ref.Compare(v.Ref) >= 0:
			f.err = "the assertion does not come after the one before, in the order of statement and dataset"
		}
		if size += len(v.Body); size > maxRevisionBytes {
			f.err = fmt.Sprintf("no revision holds more than %d bytes", maxRevisionBytes)
		}
		if err := r.lines.damaged(f); err != nil {
			return err
		}
		c.Written = append(c.Written, v)
	}
	for i := range c.Revision.Closed {
		f, err := r.next()
		if err != nil {
			return err
		}
		ref := f.closing()
		switch {
		case f.err != "":
			f.err = due("a closing", i, c.Revision.Closed) + ": " + f.err
		case i > 0 && c.Closed[i-1].Compare(ref) >= 0:
			f.err = "the closing does not come after the one before, in the order of revision, statement and dataset"
		}
		if err := r.lines.damaged(f); err != nil {
			return err
		}
		c.Closed = append(c.Closed, ref)
	}
	return nil
}

// end holds the last line against what was read, and returns io.EOF when all is well.
func (r *reader) end(f *fields) error {
	said, sum := f.endLine()
	got := r.got
	got.Digest = "" // the last line does not say it, the first does
	switch {
	case f.err != "":
	case said != got:
		f.err = fmt.Sprintf("the file holds %s, and the last line says %s", got.counts(), said.counts())
	case graph.RevisionNumber(got.Revisions) != r.header.revision || r.got.Digest != r.header.digest:
		f.err = fmt.Sprintf("the history ends with revision %d and its digest, and line 1 says revision %d or another digest", got.Revisions, r.header.revision)
	case sum != hex.EncodeToString(r.sum.Sum(nil)):
		f.err = "the lines before it are not what its SHA-256 says: one was changed, or the sum was"
	}
	if err := r.lines.damaged(f); err != nil {
		return err
	}
	if err := r.lines.end(); err != nil {
		return err
	}
	return io.EOF
}

func (s *Summary) counts() string {
	return fmt.Sprintf("%d revisions, %d assertions, %d closings and %d texts", s.Revisions, s.Assertions, s.Closings, s.Texts)
}

// unfit is the damage of a revision that does not fit as a whole.
func (r *reader) unfit(e *entry, reason string) error {
	return &DamageError{e.first, fmt.Sprintf("line %d (to line %d): %s", e.first, e.last, reason)}
}
