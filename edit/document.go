package edit

import (
	"context"
	"errors"
	"fmt"

	"treatygraph/graph"
	"treatygraph/index"
)

// Documents reads texts; package ingest does.
type Documents interface {
	// Open opens a document that is held, to find words in it; ErrNotHeld where no text of it is.
	Open(ctx context.Context, s *index.Snapshot, document graph.ID) (Text, error)
	// Ingest reads a document, and unless it is a dry run makes its data set say what it found. What is wrong with the document is an *Error.
	Ingest(ctx context.Context, a Attempt, d Document) (*Reading, error)
}

// ErrNotHeld: the record holds no text of a document.
var ErrNotHeld = errors.New("no text is held")

// A Text is that of one document.
type Text interface {
	// Quote finds the words of a source. What is wrong with it is an *Error whose path is a field of it.
	Quote(ctx context.Context, source Source) (graph.Evidence, error)
}

// A Document is a text to be read, with what is said of it. What is not set stays as the record has it.
type Document struct {
	ID          graph.ID          // empty: made of the symbol
	Symbol      *graph.Identifier // in the scheme UN_SYMBOL
	Dataset     graph.ID
	Text        *string // nil: the text that is held is read once more
	Lang        graph.Language
	Titles      []graph.Name
	Date        graph.Date
	Expresses   []graph.ID
	TextVersion int
	Licence     string
}

// A Reading is what reading a document came to.
type Reading struct {
	Document graph.ID
	Dataset  graph.ID
	Revision *graph.Revision // the last one written, now or by an earlier attempt with the same key; nil: nothing was to do, or it is a dry run

	// What differs from what the data set said; only of a dry run.
	Texts    []*graph.Text
	Assert   []graph.Assertion
	Withdraw []graph.AssertionKey
}

// Ingest reads a document into the record.
func (d *Desk) Ingest(ctx context.Context, a Attempt, document Document) (*Result, *Reading, error) {
	reading, err := d.Documents.Ingest(ctx, a, document)
	if err != nil {
		return nil, nil, err
	}
	if reading.Revision != nil {
		result, err := d.done(ctx, *reading.Revision)
		return result, reading, err
	}
	draft, err := d.begin(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	if len(reading.Assert)+len(reading.Withdraw) == 0 {
		return &Result{Snapshot: draft.snapshot}, reading, nil
	}
	if n := len(reading.Assert) + len(reading.Withdraw); n > graph.MaxBatchRecords {
		return nil, nil, invalid("dryRun", "%d records are more than the %d that a dry run can show", n, graph.MaxBatchRecords)
	}
	draft.batch.Texts, draft.batch.Assert, draft.batch.Withdraw = reading.Texts, reading.Assert, reading.Withdraw
	if a.Reason == "" {
		draft.batch.Summary = fmt.Sprintf("%s was read", reading.Document)
	}
	result, err := draft.preview(ctx)
	return result, reading, err
}
