package export

import (
	"context"
	"iter"
	"time"

	"treatygraph/graph"
)

// A Source is one selection of one snapshot. It can be gone through as often as wanted, and is the same each time. What it yields is good
// until the next; an error is the last thing it yields.
type Source interface {
	About() *About
	Entities(ctx context.Context) iter.Seq2[*Entity, error]
	Statements(ctx context.Context) iter.Seq2[*Statement, error]
	// Assertions are those of the statements, by Ref.
	Assertions(ctx context.Context) iter.Seq2[*graph.Version, error]
	// Texts are the texts of some hashes, in their order.
	Texts(ctx context.Context, hashes []graph.TextHash) iter.Seq2[*graph.Text, error]
}

// About is what is known of a selection before it is read.
type About struct {
	Selection string               // as it was asked for: "all", a permalink or a filter
	Revision  graph.RevisionNumber // that it is of
	Digest    graph.Digest         // of the revision
	Recorded  time.Time            // when the revision was
	ValidOn   *graph.Day           // only what holds on this day; nil: whenever it holds
	Evidence  bool                 // whether rows show their evidence
	Language  graph.Language       // of labels
	Base      string               // what the address of an entity begins with, before its ID: "https://host/entity/"

	Entities, Statements, Assertions int
	Datasets                         []Dataset // that assert the statements, by ID

	Label func(graph.ID) graph.Name // what an entity is called, as its Label
}

// A Dataset is one of those that assert what is exported.
type Dataset struct {
	ID          graph.ID
	Title       string
	Version     string
	Licence     string
	Attribution string
	URL         string
	Assertions  int // that it makes here
}

// An Entity is an entity of a selection.
type Entity struct {
	ID          graph.ID
	MergedInto  graph.ID   // the entity that it is one with; empty: it stands for itself
	Label       graph.Name // in About.Language or the nearest; without language it is a part of the ID
	Names       []Name     // of all that is merged into it too, by role, language and text, deprecated ones left out
	Identifiers []graph.Identifier
	Date        graph.Date // of an instrument its making, of a document its issue; zero: none
	Events      []Event    // of an instrument: what happened to it and when
	Own         []Naming   // its own names and identifiers as recorded, without those of what is merged into it, by statement
}

// A Name is a name of an entity.
type Name struct {
	graph.Name
	Statement graph.StatementID
}

// An Event is a statement of an event without an object: an instrument's entry into force.
type Event struct {
	Predicate graph.Predicate
	Date      graph.Date
	Statement graph.StatementID
}

// A Naming is a statement that gives a name or an identifier.
type Naming struct {
	Statement  graph.StatementID
	Rank       graph.Rank
	Name       graph.Name       // zero for an identifier
	Identifier graph.Identifier // zero for a name
}

// A Statement is a statement of a selection.
type Statement struct {
	ID             graph.StatementID
	graph.Claim                         // with its ends as claimed
	Source, Target graph.ID             // its ends with merges resolved; Target is empty without an object
	Rank           graph.Rank           // of the statement, as graph.RankOf gives it
	Confidence     graph.Thousandths    // the highest of its assertions; 0: not stated
	Recorded       graph.RevisionNumber // by which it was recorded first
	Assertions     []*graph.Assertion   // by dataset
}

// Merged tells whether merges make the ends of the statement one, as those of a MERGED_INTO in effect.
func (s *Statement) Merged() bool { return s.Source == s.Target }

// Datasets are those that assert the statement, in order.
func (s *Statement) Datasets() []string {
	list := make([]string, len(s.Assertions))
	for i, a := range s.Assertions {
		list[i] = string(a.Dataset)
	}
	return list
}

// Methods are those by which the assertions came about, each once, in the order of the datasets.
func (s *Statement) Methods() []string {
	var list []string
	for _, a := range s.Assertions {
		list = appendNew(list, a.Method.String())
	}
	return list
}

// Quotes are the words that show the statement, each once.
func (s *Statement) Quotes() []string {
	var list []string
	for _, a := range s.Assertions {
		for i := range a.Evidence {
			if q := a.Evidence[i].Quote; q != "" {
				list = appendNew(list, q)
			}
		}
	}
	return list
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
