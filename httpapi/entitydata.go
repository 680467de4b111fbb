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
	Description  string
	Descriptions struct {
		Nodes []struct{ Value shownText }
	}
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
}

type shownText struct{ Text, Language string }

type shownIdentifier struct{ Scheme, Value string }

type shownStatus struct{ Value, Since, Explanation, At string }

type pageInfo struct {
	HasNextPage, HasPreviousPage bool
	EndCursor                    string
}

// A shownStatement is a statement as seen from the entity.
type shownStatement struct {
	Incoming bool
	Other    *namedEntity
	Node     struct {
		ID, Predicate, Rank string
		Valid               struct{ From, To string }
		Value               *shownValue
		Qualifiers          *shownQualifiers
		Evidence            []shownEvidence
	}
}

type shownValue struct {
	Type         string `json:"__typename"`
	shownText           // of a TextValue
	Amount, Unit string // of a Quantity
	Date         string // of a DateValue
}

type shownQualifiers struct {
	EffectiveOn, Vote, Role, Note string
	Ordinal                       int
	Depositary, Place, OnBehalfOf *namedEntity
}

type shownEvidence struct {
	Quote, Language, Citation, URL string
	Start, End                     *int
	Document, Passage              *namedEntity
}

// predicate returns the row of the statement's predicate.
func (s shownStatement) predicate() *graph.PredicateRow {
	p, _ := graph.ParsePredicate(s.Node.Predicate) // an unknown one has the zero row
	return p.Row()
}
