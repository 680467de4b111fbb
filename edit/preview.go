package edit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"treatygraph/graph"
	"treatygraph/index"
)

// preview makes the store's own checks on what the index knows, and says what the batch would do.
func (d *draft) preview(ctx context.Context) (*Result, error) {
	p, err := graph.Prepare(&d.batch)
	if err != nil {
		return nil, d.explain(err)
	}
	head := d.snapshot.Head()
	if err := p.Follows(head.Revision); err != nil {
		return nil, err
	}
	known, err := d.known(ctx, p.Needs())
	if err != nil {
		return nil, err
	}
	plan, err := p.Check(known)
	if err != nil {
		return nil, d.explain(err)
	}
	plan.Number(head, d.snapshot.At(), time.Time{})
	return d.show(ctx, &plan.Change)
}

// known looks up in the index what a store looks up in itself.
func (d *draft) known(ctx context.Context, needs graph.Needs) (known graph.Known, err error) {
	known.Entities = make(map[graph.ID]bool, len(needs.Entities))
	for _, id := range needs.Entities {
		_, known.Entities[id] = d.snapshot.Entity(id, index.AsOf{})
	}
	known.Statements = make(map[graph.StatementID]bool, len(needs.Statements))
	for _, id := range needs.Statements {
		known.Statements[id] = len(d.snapshot.Versions(id)) > 0
	}
	var refs []graph.Ref
	for _, key := range needs.Assertions {
		for _, v := range d.snapshot.Versions(key.Statement) {
			if v.To == 0 && v.Ref.Dataset == key.Dataset {
				refs = append(refs, v.Ref)
			}
		}
	}
	open, err := d.Index.Assertions(ctx, refs)
	if err != nil {
		return known, fmt.Errorf("check an edit: %w", err)
	}
	known.Open = make(map[graph.AssertionKey]graph.OpenVersion, len(open))
	for ref, a := range open {
		known.Open[keyOf(ref)] = graph.OpenVersion{From: ref.From, Body: string(graph.AppendAssertion(nil, a))}
	}
	if known.Texts, err = d.Index.Texts(ctx, needs.Texts); err != nil {
		return known, fmt.Errorf("check an edit: %w", err)
	}
	return known, nil
}

// show tells what a change that was not written would do.
func (d *draft) show(ctx context.Context, change *graph.Change) (*Result, error) {
	result := &Result{Snapshot: d.snapshot, Written: len(change.Written), Closed: len(change.Closed), Planned: make(map[graph.Ref]*graph.Assertion)}
	written := make(map[graph.AssertionKey]bool, len(change.Written))
	standing := make([]index.Statement, len(change.Written))
	var others []graph.Ref
	for i, v := range change.Written {
		planned, err := graph.DecodeAssertion(v.Body)
		if err != nil {
			return nil, err
		}
		result.Planned[v.Ref], written[keyOf(v.Ref)] = planned, true
		standing[i], _ = d.snapshot.Statement(v.Ref.Statement, index.AsOf{})
		standing[i].Refs = slices.DeleteFunc(slices.Clone(standing[i].Refs), func(r graph.Ref) bool { return r.Dataset == v.Ref.Dataset })
		others = append(others, standing[i].Refs...)
	}
	loaded, err := d.Index.Assertions(ctx, others)
	if err != nil {
		return nil, fmt.Errorf("show an edit: %w", err)
	}
	for i, v := range change.Written {
		planned := result.Planned[v.Ref]
		assertions := []*graph.Assertion{planned}
		for _, ref := range standing[i].Refs {
			if a := loaded[ref]; a != nil {
				assertions = append(assertions, a)
			}
		}
		s := index.Statement{ID: v.Ref.Statement, Subject: planned.Subject, Predicate: planned.Predicate, Object: planned.Object, Valid: planned.Valid,
			Effective: planned.Qualifiers.EffectiveOn, About: planned.Qualifiers.About, Rank: graph.RankOf(assertions), Refs: append(standing[i].Refs, v.Ref)}
		if planned.Value != nil {
			s.ValueKind = planned.Value.Kind
		}
		slices.SortFunc(s.Refs, func(a, b graph.Ref) int { return cmp.Compare(a.Dataset, b.Dataset) })
		result.Asserted = append(result.Asserted, s)
	}
	result.Withdrawn = before(d.snapshot, change.Closed, written, d.snapshot.Head().Revision)
	result.sort()
	return result, nil
}

func (r *Result) sort() {
	byID := func(a, b index.Statement) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(r.Asserted, byID)
	slices.SortFunc(r.Withdrawn, byID)
}
