package edit

import (
	"context"
	"fmt"

	"treatygraph/graph"
	"treatygraph/index"
)

// A Merge says that entities are one.
type Merge struct {
	Into     graph.ID
	From     []graph.ID
	Evidence []Source // of Merge only
}

// Merge merges entities.
func (d *Desk) Merge(ctx context.Context, a Attempt, dataset graph.ID, made *NewDataset, m Merge) (*Result, error) {
	draft, err := d.beginMerge(ctx, a, dataset, made, m)
	if err != nil {
		return nil, err
	}
	evidence, err := draft.evidence(ctx, "evidence", m.Evidence)
	if err != nil {
		return nil, err
	}
	into, _ := draft.snapshot.Entity(m.Into, index.AsOf{})
	for i, from := range m.From {
		path := fmt.Sprintf("from[%d]", i)
		switch target, merged := draft.target(from); {
		case merged && target != m.Into:
			return nil, invalid(path, "%s is merged into %s; unmerge it first", from, target)
		case into.ID == from:
			return nil, invalid("into", "%s is merged into %s, so both would be merged into each other", m.Into, from)
		}
		draft.assert(origin{path, true}, merging(dataset, from, m.Into, evidence))
	}
	return draft.finish(ctx, a.DryRun)
}

// Unmerge parts merged entities: where the data set alone asserts the merge it is withdrawn, else deprecated in the data set. Which of the two does not
// depend on whether the data set still asserts it, so that an attempt can be repeated.
func (d *Desk) Unmerge(ctx context.Context, a Attempt, dataset graph.ID, made *NewDataset, m Merge) (*Result, error) {
	draft, err := d.beginMerge(ctx, a, dataset, made, m)
	if err != nil {
		return nil, err
	}
	for i, from := range m.From {
		path := fmt.Sprintf("from[%d]", i)
		merges := draft.merges(from, m.Into)
		if len(merges) == 0 {
			return nil, invalid(path, "%s was never merged into %s", from, m.Into)
		}
		for _, id := range merges {
			own, others := false, false
			for _, v := range draft.snapshot.Versions(id) {
				own = own || v.Ref.Dataset == dataset
				others = others || v.Ref.Dataset != dataset && v.To == 0
			}
			key := graph.AssertionKey{Statement: id, Dataset: dataset}
			switch {
			case others:
				recorded, err := draft.recorded(ctx, id)
				if err != nil {
					return nil, err
				}
				draft.assert(origin{path, true}, graph.Assertion{Claim: recorded.Claim, Dataset: dataset, Rank: graph.RankDeprecated, Reason: a.Reason, Method: graph.MethodCurated})
			case own:
				draft.withdraw(origin{path, true}, key)
			default:
				return nil, invalid(path, "%s is not merged into %s", from, m.Into)
			}
		}
	}
	return draft.finish(ctx, a.DryRun)
}

func (d *Desk) beginMerge(ctx context.Context, a Attempt, dataset graph.ID, made *NewDataset, m Merge) (*draft, error) {
	if err := checkCount("from", len(m.From)); err != nil {
		return nil, err
	}
	draft, err := d.begin(ctx, a)
	if err != nil {
		return nil, err
	}
	if err := draft.dataset(dataset, made); err != nil {
		return nil, err
	}
	check := func(path string, id graph.ID) error {
		if _, err := graph.ParseID(string(id)); err != nil {
			return invalid(path, "%v", err)
		}
		if !draft.exists(id) {
			return invalid(path, "%s does not exist: nothing was ever said of it", id)
		}
		return nil
	}
	if err := check("into", m.Into); err != nil {
		return nil, err
	}
	for i, id := range m.From {
		path := fmt.Sprintf("from[%d]", i)
		if err := check(path, id); err != nil {
			return nil, err
		}
		if id == m.Into {
			return nil, invalid(path, "%s cannot be merged into itself", id)
		}
	}
	return draft, nil
}

func merging(dataset, from, into graph.ID, evidence []graph.Evidence) graph.Assertion {
	return graph.Assertion{Claim: graph.Claim{Subject: from, Predicate: graph.PredMergedInto, Object: into}, Dataset: dataset,
		Rank: graph.RankNormal, Method: graph.MethodCurated, Evidence: evidence}
}

// target returns what an entity is merged into by a statement of its own.
func (d *draft) target(id graph.ID) (graph.ID, bool) {
	for _, s := range d.mergesOf(id) {
		if s.Rank != graph.RankDeprecated {
			return s.Object, true
		}
	}
	return "", false
}

// merges returns the statements, standing or once recorded by a merge by hand, that merge one entity into another.
func (d *draft) merges(from, into graph.ID) (ids []graph.StatementID) {
	byHand := (&graph.Claim{Subject: from, Predicate: graph.PredMergedInto, Object: into}).ID()
	if len(d.snapshot.Versions(byHand)) > 0 {
		ids = append(ids, byHand)
	}
	for _, s := range d.mergesOf(from) {
		if s.Object == into && s.ID != byHand {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// mergesOf lists the standing MERGED_INTO statements of an entity, whatever their rank.
func (d *draft) mergesOf(id graph.ID) (list []index.Statement) {
	entity, _ := d.snapshot.Entity(id, index.AsOf{})
	// A merge in effect is shown as incoming at the entity it leads to, and one that is not as outgoing at its subject; either way at where the ID leads.
	query := index.StatementQuery{Entity: entity.ID, Predicates: []graph.Predicate{graph.PredMergedInto},
		Ranks: []graph.Rank{graph.RankPreferred, graph.RankNormal, graph.RankDeprecated}, Page: index.Page{First: MaxRecords}}
	for {
		page, err := d.snapshot.Statements(query)
		if err != nil { // never: the cursors are the list's own
			return list
		}
		for _, item := range page.Items {
			if item.Subject == id {
				list = append(list, item.Statement)
			}
		}
		if !page.HasNext {
			return list
		}
		query.Page.After = page.Items[len(page.Items)-1].Cursor
	}
}
