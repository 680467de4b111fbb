package index

import (
	"errors"

	"treatygraph/graph"
)

// ErrCursor: a cursor that was made by another list, or by nobody.
var ErrCursor = errors.New("cursor is not one of this list")

// AsOf is the time a question is asked of; both parts are optional. The zero AsOf asks of the snapshot's own revision and shows
// statements of all times.
type AsOf struct {
	ValidOn  *graph.Day           // only what holds on that day: events from their date on, states while they last
	Revision graph.RevisionNumber // what was recorded at that revision; 0 or beyond the snapshot: the snapshot's own
}

// An Entity is what an ID stands for.
type Entity struct {
	ID    graph.ID // canonical: merges resolved
	Asked graph.ID // as asked for
}

// A Statement is one claim as folded from its visible assertions.
type Statement struct {
	ID         graph.StatementID
	Subject    graph.ID // as claimed, merges unresolved
	Predicate  graph.Predicate
	Object     graph.ID // as claimed, merges unresolved; empty without one
	ValueKind  graph.ValueKind
	Valid      graph.Interval
	Effective  graph.Date        // when an act takes effect; zero: not stated
	About      graph.StatementID // the statement it speaks of; empty without one
	Rank       graph.Rank        // the lowest among its curated assertions if there are any, else the highest
	Refs       []graph.Ref       // its visible assertions, by dataset, then From
	Methods    []graph.Method    // of its visible assertions, each once, in the order of the constants
	Confidence graph.Thousandths // the highest of its visible assertions; 0: not stated
	Evidenced  bool              // one of its visible assertions has evidence
}

// A Version is one recorded version of an assertion.
type Version struct {
	Ref      graph.Ref
	To       graph.RevisionNumber // the revision that closed it; 0: none up to the snapshot's
	Redacted bool                 // it is a tombstone: To is the revision that wrote it
}

// A Direction tells on which end of a statement an entity stands.
type Direction uint8

// Both ends, subject (Out), object (In).
const (
	Both Direction = iota
	Out
	In
)

// A Page asks for a part of a list: exactly one of First and Last is above 0.
type Page struct {
	First, Last   int
	After, Before string // cursors of the same list; empty: none
}

// A StatementQuery asks for statements of one entity.
type StatementQuery struct {
	Entity     graph.ID // any ID; merges are resolved
	Direction  Direction
	Predicates []graph.Predicate // nil: all
	OtherKinds graph.KindSet     // kinds of the far end; 0: all. When set, statements without an object are left out
	Methods    []graph.Method    // nil: all; else one assertion must fit both Methods and Datasets
	Datasets   []graph.ID        // nil: all; any IDs, merges are resolved
	Evidenced  *bool             // nil: either
	Ranks      []graph.Rank      // nil: not deprecated, and where statements compete and one is preferred only it
	Order      StatementOrder
	At         AsOf
	Page       Page
}

// A StatementItem is a statement as seen from the entity that was asked for.
type StatementItem struct {
	Statement
	Other    graph.ID // the far end, merges resolved; empty without one
	Incoming bool     // the entity is the object
	Cursor   string
}

// A StatementPage is a part of a list, in the order of the list for First and Last alike.
type StatementPage struct {
	Items                []StatementItem
	HasNext, HasPrevious bool // exact
}

// A NamedName is a name with the statement that gives it.
type NamedName struct {
	graph.Name
	Statement graph.StatementID
	Rank      graph.Rank
}

// A MatchClass tells how well a text meant an entity; the lower, the better.
type MatchClass uint8

// The classes of matches, best first.
const (
	MatchID MatchClass = iota + 1
	MatchIdentifier
	MatchExactName      // an official, short, alias or descriptive name, character by character
	MatchNormalisedName // the same after graph.NormalizeName
	MatchAcronym
	MatchHistoricName
)

// A Match is an entity that a text may mean.
type Match struct {
	Entity     graph.ID
	Class      MatchClass
	Reason     string           // for people: "UN symbol", "identifier", "official name", "historic name; ambiguous with 2 others"
	Name       graph.Name       // the name that matched; zero for IDs and identifiers
	Identifier graph.Identifier // the identifier that matched; zero for others
}

// An EntityOrder is an order of entities; equals follow each other by ID.
type EntityOrder uint8

// The orders of entities.
const (
	OrderID         EntityOrder = iota
	OrderLabel                  // in a language's collation
	OrderOldest                 // by their dates, see dates; the undated last
	OrderNewest                 // the newest first, the undated last
	OrderStatements             // those that stand in most statements first
)

// An EntityQuery asks for entities.
type EntityQuery struct {
	Kinds    graph.KindSet // 0: all
	Filter   *EntityFilter // nil: all
	Order    EntityOrder
	Language graph.Language // of the labels, for OrderLabel
	At       AsOf
	Page     Page
}

// An EntityItem is one entity of a list.
type EntityItem struct {
	ID     graph.ID
	Cursor string
}

// An EntityPage is a part of a list of entities.
type EntityPage struct {
	Items                []EntityItem
	HasNext, HasPrevious bool
}
