// Package view holds what the API shows: one Go type for each GraphQL type, made of an ID and the operation it belongs to. Shape comes
// from the operation's snapshot at once; content (quotes, values, texts) is loaded for a whole level of the query with one call.
package view

import (
	"context"
	"strings"

	"treatygraph/edit"
	"treatygraph/export"
	"treatygraph/graph"
	"treatygraph/index"
)

// Content loads what the snapshot does not hold; *index.Index does.
type Content interface {
	// Assertions loads versions by Ref. Missing ones are absent.
	Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error)
	// Texts loads texts by hash. Missing ones are absent.
	Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error)
	// Recorded loads the record of a revision that there is.
	Recorded(ctx context.Context, n graph.RevisionNumber) (graph.Revision, error)
	// Feed tells what revisions do after one.
	Feed(after graph.RevisionNumber) *index.Feed
}

// An Op is what all answers of one operation share: one snapshot, one as-of, one today.
type Op struct {
	Snapshot *index.Snapshot
	Content  Content
	At       index.AsOf
	Today    graph.Day        // in UTC, when the operation began
	Language graph.Language   // of labels, descriptions and alphabets, where none is asked for
	Desk     *edit.Desk       // where mutations write; nil: nowhere
	Caller   string           // who writes
	Formats  []*export.Format // that subgraphs can be downloaded in
}

// language is what a field is asked in.
func (op *Op) language(asked *graph.Language) graph.Language {
	if asked != nil {
		return *asked
	}
	return op.Language
}

// Entity returns what an ID stands for, as the only one of its level; nil when the record holds no such entity.
func (op *Op) Entity(id graph.ID) Entity {
	e, found := op.Snapshot.Entity(id, op.At)
	if !found {
		return nil
	}
	return op.newGroup([]graph.ID{e.ID}).entity(e.ID)
}

// Nodes returns the entities and statements with these IDs in their order, nil where the record holds none.
func (op *Op) Nodes(ids []string) ([]Node, error) {
	var entities []graph.ID
	var statements []index.Statement
	for i, id := range ids {
		if err := checkNodeID(id); err != nil {
			return nil, inputError("ids", "item %d: %v", i, err)
		}
		if e, found := op.Snapshot.Entity(graph.ID(id), op.At); found {
			entities = append(entities, e.ID)
		} else if s, found := op.Snapshot.Statement(graph.StatementID(id), op.At); found {
			statements = append(statements, s)
		}
	}
	group, batch := op.newGroup(entities), op.newBatch(statements)
	nodes := make([]Node, len(ids))
	for i, id := range ids {
		if e, found := op.Snapshot.Entity(graph.ID(id), op.At); found {
			nodes[i] = group.entity(e.ID)
		} else if s, found := batch.byID(graph.StatementID(id)); found {
			nodes[i] = s
		}
	}
	return nodes, nil
}

// Node returns the entity or statement with this ID, nil when the record holds none.
func (op *Op) Node(id string) (Node, error) {
	if err := checkNodeID(id); err != nil {
		return nil, inputError("id", "%v", err)
	}
	nodes, err := op.Nodes([]string{id})
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

// canonical resolves merges; an ID the snapshot does not know stays as it is.
func (op *Op) canonical(id graph.ID) graph.ID {
	if e, found := op.Snapshot.Entity(id, op.At); found {
		return e.ID
	}
	return id
}

// canonicalIn resolves merges within some kinds; an ID that was merged into something of another kind stays as it is, since the schema
// promises one of these.
func (op *Op) canonicalIn(kinds graph.KindSet, id graph.ID) graph.ID {
	if merged := op.canonical(id); kinds.Has(merged.Kind()) {
		return merged
	}
	return id
}

// day is the day that `at` asks for: itself, else the operation's validOn, else today.
func (op *Op) day(at *graph.Date) (graph.Day, error) {
	switch {
	case at != nil:
		return FullDay("at", *at)
	case op.At.ValidOn != nil:
		return *op.At.ValidOn, nil
	default:
		return op.Today, nil
	}
}

// FullDay returns the day that a date names, and an error for dates that leave the day open.
func FullDay(argument string, d graph.Date) (graph.Day, error) {
	if d.Earliest() != d.Latest() || d.IsZero() || d.IsOpen() {
		return 0, inputError(argument, "%q leaves the day open; give year, month and day, such as 2008-04-06", d.String())
	}
	return d.Earliest(), nil
}

func checkNodeID(id string) error {
	_, err := graph.ParseID(id)
	if err != nil && !strings.Contains(id, "/") && strings.Contains(id, ".") {
		_, _, err = graph.ParseStatementID(id)
	}
	return err
}
