package view

import (
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"treatygraph/index"
)

// The index's enums, as the API names them.
type (
	Direction      index.Direction
	EntityOrder    index.EntityOrder
	StatementOrder index.StatementOrder
	MatchClass     index.MatchClass
)

// The names of the index's enums in the API, in the order of its constants.
var (
	directionNames   = []string{index.Both: "BOTH", index.Out: "OUT", index.In: "IN"}
	entityOrderNames = []string{
		index.OrderID: "ID", index.OrderLabel: "LABEL", index.OrderOldest: "OLDEST", index.OrderNewest: "NEWEST", index.OrderStatements: "MOST_STATEMENTS",
	}
	statementOrderNames = []string{index.OrderPredicate: "PREDICATE", index.OrderOldestStatement: "OLDEST", index.OrderNewestStatement: "NEWEST"}
	matchClassNames     = []string{
		index.MatchID: "ID", index.MatchIdentifier: "IDENTIFIER", index.MatchExactName: "EXACT_NAME",
		index.MatchNormalisedName: "NORMALISED_NAME", index.MatchAcronym: "ACRONYM", index.MatchHistoricName: "HISTORIC_NAME",
		index.MatchPrefix: "PREFIX", index.MatchPhrase: "PHRASE", index.MatchAllWords: "ALL_WORDS", index.MatchFuzzy: "FUZZY",
	}
)

// MarshalDirection writes the enum Direction.
func MarshalDirection(d Direction) graphql.Marshaler {
	return graphql.MarshalString(directionNames[d])
}

// UnmarshalDirection reads the enum Direction.
func UnmarshalDirection(v any) (Direction, error) {
	i, err := parseEnum("direction", directionNames, v)
	return Direction(i), err
}

// MarshalEntityOrder writes the enum EntityOrder.
func MarshalEntityOrder(o EntityOrder) graphql.Marshaler {
	return graphql.MarshalString(entityOrderNames[o])
}

// UnmarshalEntityOrder reads the enum EntityOrder.
func UnmarshalEntityOrder(v any) (EntityOrder, error) {
	i, err := parseEnum("order", entityOrderNames, v)
	return EntityOrder(i), err
}

// MarshalStatementOrder writes the enum StatementOrder.
func MarshalStatementOrder(o StatementOrder) graphql.Marshaler {
	return graphql.MarshalString(statementOrderNames[o])
}

// UnmarshalStatementOrder reads the enum StatementOrder.
func UnmarshalStatementOrder(v any) (StatementOrder, error) {
	i, err := parseEnum("order", statementOrderNames, v)
	return StatementOrder(i), err
}

// MarshalMatchClass writes the enum MatchClass.
func MarshalMatchClass(c MatchClass) graphql.Marshaler {
	return graphql.MarshalString(matchClassNames[c])
}

// UnmarshalMatchClass reads the enum MatchClass.
func UnmarshalMatchClass(v any) (MatchClass, error) {
	i, err := parseEnum("class of match", matchClassNames, v)
	return MatchClass(i), err
}

func parseEnum(what string, names []string, v any) (int, error) {
	s, isString := v.(string)
	i := slices.Index(names, s)
	if !isString || s == "" || i < 0 {
		return 0, inputError(what, "%v is not known", fmt.Sprintf("%.60q", fmt.Sprint(v)))
	}
	return i, nil
}
