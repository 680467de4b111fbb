package graph

import (
	"context"
	"fmt"
	"slices"
)

// A Difference is what makes one dataset equal to what is wanted of it.
type Difference struct {
	Assert   []Assertion
	Withdraw []AssertionKey
}

// Diff compares what a dataset is to say (desired) with the bodies of its open assertions (current). What stands on both sides, equal
// in every byte, is left alone, as is what a tombstone in current stands for: reading a source again does not bring back what was removed.
// Nor is a tombstone withdrawn, which says nothing. Everything desired must belong to the dataset and stand once; what it refers to must be a subject of
// desired or exist already: so that no batch of several can fail after the first. Errors are ErrInvalid.
func Diff(dataset ID, desired []Assertion, current map[AssertionKey]string, exists func(ID) bool) (*Difference, error) {
	d := &Difference{}
	subjects := make(map[ID]bool)
	for i := range desired {
		subjects[desired[i].Subject] = true
	}
	wanted := make(map[AssertionKey]bool, len(desired))
	for i := range desired {
		a := &desired[i]
		key := a.Key()
		invalid := func(field, format string, args ...any) error {
			return &InvalidError{recordName(i, key) + " of " + string(a.Subject), field, fmt.Sprintf(format, args...)}
		}
		if a.Dataset != dataset {
			return nil, invalid("dataset", "%s is not %s", quote(string(a.Dataset)), dataset)
		}
		if wanted[key] {
			return nil, invalid("claim", "stands twice in %s", dataset)
		}
		wanted[key] = true
		var missing error
		refersTo(a, func(field string, id ID) {
			if missing == nil && !subjects[id] && !exists(id) {
				missing = invalid(field, "%s does not exist: nothing was ever said of it", quote(string(id)))
			}
		})
		if missing != nil {
			return nil, missing
		}
		if body, there := current[key]; !there || !StandsFor(body, string(AppendAssertion(nil, a))) {
			d.Assert = append(d.Assert, *a)
		}
	}
	for key, body := range current {
		if !wanted[key] && !IsTombstone(body) {
			d.Withdraw = append(d.Withdraw, key)
		}
	}
	d.sort()
	return d, nil
}

// sort puts what is said of datasets first, then statements without an object, so that whatever a later batch refers to exists when it comes.
func (d *Difference) sort() {
	slices.SortStableFunc(d.Assert, func(a, b Assertion) int { return dependence(&a) - dependence(&b) })
	slices.SortFunc(d.Withdraw, func(a, b AssertionKey) int {
		return Ref{Statement: a.Statement, Dataset: a.Dataset}.Compare(Ref{Statement: b.Statement, Dataset: b.Dataset})
	})
}

func dependence(a *Assertion) int {
	switch {
	case a.Object == "" && a.Subject.Kind() == KindDataset:
		return 0
	case a.Object == "" && len(a.Evidence) == 0:
		return 1
	case a.Object == "":
		return 2
	default:
		return 3
	}
}

// Empty tells whether there is nothing to do.
func (d *Difference) Empty() bool { return len(d.Assert) == 0 && len(d.Withdraw) == 0 }

// Apply writes the difference under IfHead, in as many batches as the limits ask for, and returns the last receipt. The texts go with
// the first, the dataset's VERSION with the last. All batches are prepared before the first is written. The header gives key, author and summary; the key of batch n > 1 is
// the key with "#n", so that the whole can be tried again.
func (d *Difference) Apply(ctx context.Context, w Writer, header Batch, head RevisionNumber) (Receipt, error) {
	batches := d.batches(header)
	for i, b := range batches {
		if _, err := Prepare(b); err != nil {
			return Receipt{}, fmt.Errorf("batch %d of %d: %w", i+1, len(batches), err)
		}
	}
	var last Receipt
	for i, b := range batches {
		ifHead := head
		b.IfHead = &ifHead
		receipt, err := w.Apply(ctx, b)
		if err != nil {
			return last, fmt.Errorf("batch %d of %d: %w", i+1, len(batches), err)
		}
		last, head = receipt, receipt.Revision.Number
	}
	return last, nil
}

// batches cuts the difference at the limits of records and bytes. A VERSION comes last of all: it says that the rest is there.
func (d *Difference) batches(header Batch) []*Batch {
	var list []*Batch
	size, buffer := 0, []byte(nil)
	current := func(adding int) *Batch {
		if n := len(list); n > 0 {
			b := list[n-1]
			if len(b.Assert)+len(b.Withdraw) < MaxBatchRecords && size+adding <= MaxBatchBytes {
				size += adding
				return b
			}
		}
		b := &Batch{Key: header.Key, Author: header.Author, Summary: header.Summary}
		if n := len(list); n > 0 {
			b.Key = fmt.Sprintf("%s#%d", header.Key, n+1)
		}
		list, size = append(list, b), adding
		return b
	}
	for _, t := range header.Texts {
		b := current(len(t.Body) + len(t.Original))
		b.Texts = append(b.Texts, t)
	}
	assert := func(version bool) {
		for i := range d.Assert {
			if (d.Assert[i].Predicate == PredVersion) == version {
				buffer = AppendAssertion(buffer[:0], &d.Assert[i])
				b := current(len(buffer))
				b.Assert = append(b.Assert, d.Assert[i])
			}
		}
	}
	assert(false)
	for _, key := range d.Withdraw {
		b := current(0)
		b.Withdraw = append(b.Withdraw, key)
	}
	assert(true)
	return list
}
