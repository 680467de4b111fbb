package httpapi

import (
	"time"

	"treatygraph/graph"
)

// entityData is the answer to the operation of entity.graphql.
type entityData struct {
	Revision struct {
		Number int
		At     *time.Time
	}
	Entity *shownEntity
}

// A namedEntity is an entity as far as a link to it says.
type namedEntity struct {
	ID, Kind, URL, Label string
	Names                []shownName
}

type shownName struct{ Text, Language, Role string }

// LabelLanguage is the language of the label, empty when it is no name but part of the ID.
func (e namedEntity) LabelLanguage() string {
	for _, name := range e.Names {
		if name.Text == e.Label {
			return name.Language
		}
	}
	return ""
}

type shownEntity struct {
	namedEntity
	Description string
	Identifiers []shownIdentifier
	Status      *shownStatus
	Text        string
	Section     *namedEntity
	Sections    struct {
		Nodes    []namedEntity
		PageInfo pageInfo
	}
	Passages struct {
		Nodes []struct {
			namedEntity
			Text string
		}
		PageInfo pageInfo
	}
	Statements struct {
		TotalCount int
		PageInfo   pageInfo
		Edges      []shownStatement
	}
	Namings struct{ Nodes []shownNode } // of the forms of RDF
}

type shownIdentifier struct{ Scheme, Value string }

func (i shownIdentifier) identifier() graph.Identifier {
	scheme, _ := graph.ParseScheme(i.Scheme)
	return graph.Identifier{Scheme: scheme, Value: i.Value}
}

type shownStatus struct{ Value, Since, Explanation, At string }

type pageInfo struct {
	HasNextPage, HasPreviousPage bool
	EndCursor                    string
}

// A shownStatement is a statement as seen from the entity.
type shownStatement struct {
	Incoming bool
	Other    *namedEntity
	Node     shownNode
}

type shownNode struct {
	ID, Predicate, Rank string
	Valid               struct{ From, To string }
	Value               *shownValue
	Qualifiers          *shownQualifiers
	Evidence            []shownEvidence
	Recorded            struct{ Number int } // of the forms of RDF
	Assertions          []linkedAssertion    // of the forms of RDF
}

type shownValue struct {
	Type           string `json:"__typename"`
	Text, Language string // of a TextValue, the text of a Name too
	SpokenIn, Role string // of a Name
	Scheme, Value  string // of an Identifier
	Amount, Unit   string // of a Quantity
	Date           string // of a DateValue
}

type shownQualifiers struct {
	EffectiveOn, Vote, Role, Note string
	Ordinal                       int
	Depositary, Place, OnBehalfOf *namedEntity
	About                         struct{ ID string }
}

type shownEvidence struct {
	Quote, Language, Citation, URL string
	Start, End                     *int
	Document, Passage              *namedEntity
}

type linkedAssertion struct {
	Dataset                    namedEntity
	Rank, Reason, Method, Rule string
	Confidence                 float64
	Evidence                   []linkedEvidence
}

type linkedEvidence struct {
	shownEvidence
	TextHash, Reason string
	Score            float64
}

// predicate returns the row of the statement's predicate.
func (s shownStatement) predicate() *graph.PredicateRow {
	p, _ := graph.ParsePredicate(s.Node.Predicate) // an unknown one has the zero row
	return p.Row()
}
