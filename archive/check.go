package archive

import (
	"context"
	"errors"
	"io"
	"time"

	"treatygraph/graph"
)

// Check reads a file, plain or compressed with gzip or zstd, to its end, and returns what it holds. Without an error every store can restore
// it: each line is in its form and what its sum says, revisions follow each other by number and digest, closings name open versions,
// counts are right, and the last line is there. What is wrong is a *DamageError that names the line.
//
// It holds one revision at a time, and some 70 bytes for each open assertion.
func Check(ctx context.Context, file io.Reader, progress Progress) (Summary, error) {
	r, err := newReader(ctx, file)
	if err != nil {
		return Summary{}, err
	}
	defer r.close()
	l := newLedger()
	for {
		e, err := r.revision()
		if err == io.EOF {
			return r.got, nil
		}
		if err == nil {
			err = l.take(r, e)
		}
		if err != nil {
			return r.got, err
		}
		progress.tell("checking", e.change.Revision.Number, r.header.revision)
	}
}

// A ledger is a store that forgets what assertions and texts say, to ask of a file all that a store would.
type ledger struct {
	head     graph.Head
	at       time.Time
	keys     map[string]graph.Revision
	texts    map[graph.TextHash]*graph.Text
	datasets map[graph.ID]uint32 // numbers in place of IDs
	open     map[openKey]graph.RevisionNumber
}

// An openKey is a graph.AssertionKey in 24 bytes.
type openKey struct {
	hash      graph.StatementHash
	dataset   uint32
	predicate graph.Predicate
}

func newLedger() *ledger {
	return &ledger{keys: map[string]graph.Revision{}, texts: map[graph.TextHash]*graph.Text{}, datasets: map[graph.ID]uint32{}, open: map[openKey]graph.RevisionNumber{}}
}

// key returns the key in brief. One that is malformed is that of no open version.
func (l *ledger) key(k graph.AssertionKey) openKey {
	number, there := l.datasets[k.Dataset]
	if !there {
		number = uint32(len(l.datasets))
		l.datasets[k.Dataset] = number
	}
	p, hash, err := graph.ParseStatementID(string(k.Statement))
	if err != nil {
		return openKey{}
	}
	return openKey{hash, number, p}
}

func (l *ledger) take(r *reader, e *entry) error {
	plan, err := l.plan(e)
	if err != nil {
		var invalid *graph.InvalidError
		if !errors.As(err, &invalid) && !errors.Is(err, graph.ErrConflict) {
			return err
		}
		return r.unfit(e, err.Error())
	}
	c := &plan.Change
	for _, ref := range c.Closed {
		delete(l.open, l.key(graph.AssertionKey{Statement: ref.Statement, Dataset: ref.Dataset}))
	}
	for i := range c.Written {
		ref := c.Written[i].Ref
		l.open[l.key(graph.AssertionKey{Statement: ref.Statement, Dataset: ref.Dataset})] = ref.From
	}
	for _, hash := range c.Texts {
		l.texts[hash] = new(graph.Text)
	}
	l.keys[c.Revision.Key] = c.Revision
	l.head.Revision, l.head.Digest, l.at = c.Revision.Number, c.Revision.Digest, c.Revision.At
	return nil
}

// plan asks what a store asks.
func (l *ledger) plan(e *entry) (*graph.Plan, error) {
	p, err := graph.PrepareRestore(&e.change, e.texts)
	if err != nil {
		return nil, err
	}
	if err := p.Follows(l.head, l.at); err != nil {
		return nil, err
	}
	if other, taken := l.keys[e.change.Revision.Key]; taken {
		return nil, p.KeyTaken(other)
	}
	known := graph.Known{Texts: l.texts, Open: map[graph.AssertionKey]graph.OpenVersion{}}
	for _, key := range p.Needs().Assertions {
		if from := l.open[l.key(key)]; from != 0 {
			known.Open[key] = graph.OpenVersion{From: from}
		}
	}
	return p.Check(known)
}
