package ingest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"treatygraph/graph"
	"treatygraph/index"
)

// A Target is where datasets are applied: a store, and one consistent view of it that the difference is taken against.
type Target interface {
	graph.Writer
	// Refresh moves the view on to the store's newest revision and returns its number.
	Refresh(ctx context.Context) (graph.RevisionNumber, error)
	// DatasetRefs lists the open assertions of a dataset.
	DatasetRefs(dataset graph.ID) []graph.Ref
	// Redacted lists the tombstones that stand for what a dataset said last.
	Redacted(dataset graph.ID) []graph.Ref
	// Assertions loads them; all must be there.
	Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error)
	// Texts loads texts.
	Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error)
	// Spans lists the assertions that say where parts of texts stand.
	Spans(parts []graph.ID) []graph.Ref
	// Exists tells whether anything was ever said of an entity.
	Exists(id graph.ID) bool
}

// maxAttempts bounds how often a dataset is compared again because others wrote in between.
const maxAttempts = 5

// ApplyCorpus makes the store say what the corpus says, dataset by dataset, and returns the receipts of those that changed. A dataset
// whose recorded VERSION is that of the corpus is left alone without being read.
func ApplyCorpus(ctx context.Context, store graph.Store, idx *index.Index, c *Corpus, author string) (applied []graph.Receipt, err error) {
	target := &indexTarget{Store: store, index: idx}
	for _, ds := range c.Datasets {
		receipt, err := Apply(ctx, target, ds, author)
		if err != nil {
			return applied, fmt.Errorf("apply corpus: %w", err)
		}
		if receipt != nil {
			applied = append(applied, *receipt)
		}
	}
	_, err = target.Refresh(ctx) // so that the index shows what was written
	return applied, err
}

// Apply makes one dataset equal to what is desired, and returns the last receipt, nil when nothing was to do. Where others write at
// the same time it compares again. A difference writes the VERSION last, so a dataset whose writing was cut short is recognised and finished
// next time.
func Apply(ctx context.Context, target Target, ds *Dataset, author string) (*graph.Receipt, error) {
	return apply(ctx, target, ds, headerOf(ds, author))
}

// headerOf says who writes a dataset, and what; the key is made when the head is known.
func headerOf(ds *Dataset, author string) graph.Batch {
	return graph.Batch{Author: author, Summary: fmt.Sprintf("%s as of version %.16s", ds.ID, ds.Version), Texts: ds.Texts}
}

// apply is Apply with a header. With IfHead it writes on that head or not at all.
func apply(ctx context.Context, target Target, ds *Dataset, header graph.Batch) (*graph.Receipt, error) {
	var err error
	for range maxAttempts {
		var receipt *graph.Receipt
		if receipt, err = applyOnce(ctx, target, ds, header); !errors.Is(err, graph.ErrConflict) || header.IfHead != nil {
			if err != nil {
				return nil, fmt.Errorf("%s: %w", ds.ID, err)
			}
			return receipt, nil
		}
	}
	return nil, fmt.Errorf("%s: gave up after %d attempts: %w", ds.ID, maxAttempts, err)
}

func applyOnce(ctx context.Context, target Target, ds *Dataset, header graph.Batch) (*graph.Receipt, error) {
	head, err := target.Refresh(ctx)
	if err != nil {
		return nil, err
	}
	if want := header.IfHead; want != nil && *want != head {
		return nil, fmt.Errorf("%w: the head is revision %d, not %d", graph.ErrConflict, head, *want)
	}
	p, err := compare(ctx, target, ds)
	if err != nil || p == nil {
		return nil, err
	}
	if header.Key == "" {
		header.Key = fmt.Sprintf("dataset %.100s %.16s at %d", ds.ID, ds.Version, head)
	}
	receipt, err := p.difference.Apply(ctx, target, header, head)
	if err != nil {
		return nil, err
	}
	return &receipt, nil
}

// A plan is what makes a dataset say what is desired, with both sides.
type plan struct {
	difference *graph.Difference
	desired    []graph.Assertion
	current    map[graph.AssertionKey]string // bodies
}

// compare takes the difference between a dataset and what the target says of it; nil where there is none.
func compare(ctx context.Context, target Target, ds *Dataset) (*plan, error) {
	refs := target.DatasetRefs(ds.ID)
	if same, err := hasVersion(ctx, target, refs, ds.Version); same || err != nil {
		return nil, err
	}
	current, err := bodies(ctx, target, append(target.Redacted(ds.ID), refs...))
	if err != nil {
		return nil, err
	}
	desired, err := settled(ctx, target, ds)
	if err != nil {
		return nil, err
	}
	if desired, err = withoutRedacted(ctx, target, desired); err != nil {
		return nil, err
	}
	d, err := graph.Diff(ds.ID, desired, current, target.Exists)
	if err != nil || d.Empty() {
		return nil, err
	}
	return &plan{d, desired, current}, nil
}

// withoutRedacted leaves out what stands in texts that were redacted: it can be shown no more.
func withoutRedacted(ctx context.Context, target Target, desired []graph.Assertion) ([]graph.Assertion, error) {
	in := make(map[graph.TextHash]bool)
	for i := range desired {
		desired[i].Texts(func(hash graph.TextHash) { in[hash] = false })
	}
	texts, err := target.Texts(ctx, slices.Sorted(maps.Keys(in)))
	if err != nil {
		return nil, err
	}
	some := false
	for hash, text := range texts {
		in[hash] = text.Redacted
		some = some || text.Redacted
	}
	if !some {
		return desired, nil
	}
	return slices.DeleteFunc(slices.Clone(desired), func(a graph.Assertion) (redacted bool) {
		a.Texts(func(hash graph.TextHash) { redacted = redacted || in[hash] })
		return redacted
	}), nil
}

// hasVersion tells whether the dataset's VERSION is the given one; only that statement is loaded.
func hasVersion(ctx context.Context, target Target, refs []graph.Ref, version string) (bool, error) {
	versions := versionsOf(refs)
	if len(versions) != 1 {
		return false, nil
	}
	loaded, err := target.Assertions(ctx, versions)
	if err != nil {
		return false, err
	}
	a := loaded[versions[0]]
	return a != nil && a.Value != nil && a.Value.Text == version, nil
}

// versionsOf picks the VERSION statements out of those of a dataset.
func versionsOf(refs []graph.Ref) []graph.Ref { return only(graph.PredVersion, refs) }

// only picks the statements with a predicate.
func only(p graph.Predicate, refs []graph.Ref) (list []graph.Ref) {
	prefix := strings.ToLower(p.String()) + "."
	for _, ref := range refs {
		if strings.HasPrefix(string(ref.Statement), prefix) {
			list = append(list, ref)
		}
	}
	return list
}

func bodies(ctx context.Context, target Target, refs []graph.Ref) (map[graph.AssertionKey]string, error) {
	loaded, err := target.Assertions(ctx, refs)
	if err != nil {
		return nil, err
	}
	current := make(map[graph.AssertionKey]string, len(refs))
	for _, ref := range refs {
		a := loaded[ref]
		if a == nil {
			return nil, fmt.Errorf("%w: %s is missing", graph.ErrCorrupt, ref)
		}
		current[graph.AssertionKey{Statement: ref.Statement, Dataset: ref.Dataset}] = string(graph.AppendAssertion(nil, a))
	}
	return current, nil
}

// An indexTarget is a store with the index that follows it.
type indexTarget struct {
	graph.Store
	index    *index.Index
	snapshot *index.Snapshot
}

func (t *indexTarget) Refresh(ctx context.Context) (graph.RevisionNumber, error) {
	head, err := t.Head(ctx)
	if err != nil {
		return 0, err
	}
	if t.snapshot, err = t.index.Wait(ctx, head.Revision); err != nil {
		return 0, err
	}
	return t.snapshot.Head().Revision, nil
}

func (t *indexTarget) DatasetRefs(dataset graph.ID) []graph.Ref {
	return t.snapshot.DatasetRefs(dataset)
}

func (t *indexTarget) Redacted(dataset graph.ID) []graph.Ref { return t.snapshot.Redacted(dataset) }

func (t *indexTarget) Spans(parts []graph.ID) []graph.Ref {
	var refs []graph.Ref
	for _, id := range parts {
		page, err := t.snapshot.Statements(index.StatementQuery{Entity: id, Direction: index.Out, Predicates: []graph.Predicate{graph.PredSpan}, Page: index.Page{First: 1}})
		if err == nil && len(page.Items) > 0 {
			refs = append(refs, page.Items[0].Refs...)
		}
	}
	return refs
}

func (t *indexTarget) Exists(id graph.ID) bool {
	_, exists := t.snapshot.Entity(id, index.AsOf{})
	return exists
}
