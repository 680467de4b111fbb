// Package edit writes what people change: statements in data sets of their own, merges, and documents. Each edit is one attempt, which its key
// names, and one revision; a dry run makes the same checks and writes nothing.
package edit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"treatygraph/graph"
	"treatygraph/index"
)

// Store is the part of a graph.Store that edits need.
type Store interface {
	graph.Writer
	// Head returns where the store stands.
	Head(ctx context.Context) (graph.Head, error)
	// Changes streams what was written and closed after a revision.
	Changes(ctx context.Context, after graph.RevisionNumber) iter.Seq2[graph.Change, error]
}

// Index follows the store; *index.Index does.
type Index interface {
	// Wait returns a snapshot at or after a revision as soon as there is one.
	Wait(ctx context.Context, after graph.RevisionNumber) (*index.Snapshot, error)
	// Assertions loads versions by Ref. Missing ones are absent.
	Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error)
	// Texts loads texts by hash. Missing ones are absent.
	Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error)
}

// A Desk is where edits are made.
type Desk struct {
	Store     Store
	Index     Index
	Documents Documents
}

// An Attempt is what all edits have.
type Attempt struct {
	Key    string // names the attempt: the same key again has the first answer
	Author string // who
	Reason string // why
	IfHead *graph.RevisionNumber
	DryRun bool
}

// A Result is what an edit changed, or in a dry run would change.
type Result struct {
	Snapshot  *index.Snapshot   // shows the revision; in a dry run, what the edit was checked against
	Revision  *graph.Revision   // nil where nothing was written
	Written   int               // assertion versions
	Closed    int               // assertion versions
	Asserted  []index.Statement // as they stand with the edit, by ID
	Withdrawn []index.Statement // as they stood before, by ID

	// Planned holds the assertions that a dry run would write, under the Refs that its statements name: no store has them.
	Planned map[graph.Ref]*graph.Assertion
}

// An Error says what is wrong with what was asked for, in its terms. It is graph.ErrInvalid.
type Error struct {
	Path   string // for example "statements[3].object"
	Reason string
}

func (e *Error) Error() string { return e.Path + ": " + e.Reason }

// Is makes errors.Is(err, graph.ErrInvalid) true.
func (e *Error) Is(target error) bool { return target == graph.ErrInvalid }

func invalid(path, format string, args ...any) error {
	return &Error{path, fmt.Sprintf(format, args...)}
}

// A draft is an edit on its way to a batch. It knows for every record of the batch which part of what was asked for it came from.
type draft struct {
	*Desk
	snapshot  *index.Snapshot
	batch     graph.Batch
	asserts   []origin
	withdraws []origin
	texts     map[graph.ID]Text // that were opened
}

// An origin is where a record came from: its fields are named below the path, or all stand for the path itself.
type origin struct {
	path  string
	whole bool
}

// begin starts an edit against the newest state of the record, whoever wrote it.
func (d *Desk) begin(ctx context.Context, a Attempt) (*draft, error) {
	head, err := d.Store.Head(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin an edit: %w", err)
	}
	snapshot, err := d.Index.Wait(ctx, head.Revision)
	if err != nil {
		return nil, fmt.Errorf("begin an edit: %w", err)
	}
	return &draft{Desk: d, snapshot: snapshot, texts: make(map[graph.ID]Text), batch: graph.Batch{Key: a.Key, Author: a.Author, Summary: a.Reason, IfHead: a.IfHead}}, nil
}

func (d *draft) assert(from origin, a graph.Assertion) {
	d.batch.Assert, d.asserts = append(d.batch.Assert, a), append(d.asserts, from)
}

func (d *draft) withdraw(from origin, key graph.AssertionKey) {
	d.batch.Withdraw, d.withdraws = append(d.batch.Withdraw, key), append(d.withdraws, from)
}

// finish writes the draft, or says what writing it would do.
func (d *draft) finish(ctx context.Context, dryRun bool) (*Result, error) {
	if dryRun {
		return d.preview(ctx)
	}
	receipt, err := Patient(d.Store).Apply(ctx, &d.batch)
	if err != nil {
		return nil, d.explain(err)
	}
	return d.done(ctx, receipt.Revision)
}

// done tells what a revision did, once the index shows it. What it tells is the revision's own, so that an attempt that is repeated has the first answer.
func (d *Desk) done(ctx context.Context, r graph.Revision) (*Result, error) {
	snapshot, err := d.Index.Wait(ctx, r.Number)
	if err != nil {
		return nil, fmt.Errorf("show revision %d: %w", r.Number, err)
	}
	for change, err := range d.Store.Changes(ctx, r.Number-1) {
		if err != nil {
			return nil, fmt.Errorf("show revision %d: %w", r.Number, err)
		}
		result := &Result{Snapshot: snapshot, Revision: &r, Written: r.Written, Closed: r.Closed}
		written := make(map[graph.AssertionKey]bool, len(change.Written))
		for _, v := range change.Written {
			written[keyOf(v.Ref)] = true
			if s, found := snapshot.Statement(v.Ref.Statement, index.AsOf{Revision: r.Number}); found {
				result.Asserted = append(result.Asserted, s)
			}
		}
		result.Withdrawn = before(snapshot, change.Closed, written, r.Number-1)
		result.sort()
		return result, nil
	}
	return nil, fmt.Errorf("%w: revision %d is not among the changes", graph.ErrCorrupt, r.Number)
}

// before returns the statements of the assertions that were closed and not written anew, as they stood at a revision.
func before(s *index.Snapshot, closed []graph.Ref, written map[graph.AssertionKey]bool, at graph.RevisionNumber) (list []index.Statement) {
	for _, ref := range closed {
		if written[keyOf(ref)] {
			continue
		}
		if statement, found := s.Statement(ref.Statement, index.AsOf{Revision: at}); found {
			list = append(list, statement)
		}
	}
	return list
}

func keyOf(ref graph.Ref) graph.AssertionKey {
	return graph.AssertionKey{Statement: ref.Statement, Dataset: ref.Dataset}
}

// explain says what is wrong with a record in terms of what was asked for.
func (d *draft) explain(err error) error {
	var wrong *graph.InvalidError
	if !errors.As(err, &wrong) {
		return err
	}
	var i int
	if n, _ := fmt.Sscanf(wrong.Record, "assert[%d]", &i); n == 1 && i < len(d.asserts) {
		return d.asserts[i].explain(wrong)
	}
	if n, _ := fmt.Sscanf(wrong.Record, "withdraw[%d]", &i); n == 1 && i < len(d.withdraws) {
		return d.withdraws[i].explain(wrong)
	}
	switch {
	case wrong.Record == "batch" && wrong.Field == "summary":
		return invalid("reason", "%s", wrong.Reason)
	case wrong.Record == "batch" && wrong.Field == "key":
		return invalid("key", "%s", wrong.Reason)
	}
	return err
}

func (o origin) explain(wrong *graph.InvalidError) error {
	path := o.path
	switch {
	case o.whole, wrong.Field == "claim":
	case wrong.Field == "reason":
		path += ".deprecatedBecause"
	default:
		path += "." + wrong.Field
	}
	return invalid(path, "%s", wrong.Reason)
}

// How often, and after which pauses, an attempt of unknown outcome is asked again: long enough for a connection to come back, short enough for who waits.
const (
	patientTries = 4
	patientPause = 100 * time.Millisecond
)

// Patient returns a writer that asks again, with the same key, what became of a batch whose outcome is unknown.
func Patient(w graph.Writer) graph.Writer { return patient{w} }

type patient struct{ graph.Writer }

func (p patient) Apply(ctx context.Context, b *graph.Batch) (receipt graph.Receipt, err error) {
	for try := range patientTries {
		if try > 0 {
			select {
			case <-ctx.Done():
				return receipt, err
			case <-time.After(time.Duration(try) * patientPause):
			}
		}
		if receipt, err = p.Writer.Apply(ctx, b); !errors.Is(err, graph.ErrUnknownOutcome) {
			break
		}
	}
	return receipt, err
}
