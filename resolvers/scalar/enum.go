package scalar

import (
	"github.com/99designs/gqlgen/graphql"

	"treatygraph/graph"
)

// The enums mirror the model's closed tables: their names are those of the tables.

// MarshalEntityKind writes the enum EntityKind.
func MarshalEntityKind(k graph.Kind) graphql.Marshaler { return write(k) }

// UnmarshalEntityKind reads the enum EntityKind.
func UnmarshalEntityKind(v any) (graph.Kind, error) { return read("EntityKind", v, graph.ParseKind) }

// MarshalPredicate writes the enum Predicate.
func MarshalPredicate(p graph.Predicate) graphql.Marshaler { return write(p) }

// UnmarshalPredicate reads the enum Predicate.
func UnmarshalPredicate(v any) (graph.Predicate, error) {
	return read("Predicate", v, graph.ParsePredicate)
}

// MarshalNameRole writes the enum NameRole.
func MarshalNameRole(r graph.NameRole) graphql.Marshaler { return write(r) }

// UnmarshalNameRole reads the enum NameRole.
func UnmarshalNameRole(v any) (graph.NameRole, error) {
	return read("NameRole", v, graph.ParseNameRole)
}

// MarshalIdentifierScheme writes the enum IdentifierScheme.
func MarshalIdentifierScheme(s graph.Scheme) graphql.Marshaler { return write(s) }

// UnmarshalIdentifierScheme reads the enum IdentifierScheme.
func UnmarshalIdentifierScheme(v any) (graph.Scheme, error) {
	return read("IdentifierScheme", v, graph.ParseScheme)
}

// MarshalRank writes the enum Rank.
func MarshalRank(r graph.Rank) graphql.Marshaler { return write(r) }

// UnmarshalRank reads the enum Rank.
func UnmarshalRank(v any) (graph.Rank, error) { return read("Rank", v, graph.ParseRank) }

// MarshalMethod writes the enum Method.
func MarshalMethod(m graph.Method) graphql.Marshaler { return write(m) }

// UnmarshalMethod reads the enum Method.
func UnmarshalMethod(v any) (graph.Method, error) { return read("Method", v, graph.ParseMethod) }

// MarshalInstrumentState writes the enum InstrumentState.
func MarshalInstrumentState(s graph.InstrumentState) graphql.Marshaler { return write(s) }

// UnmarshalInstrumentState reads the enum InstrumentState.
func UnmarshalInstrumentState(v any) (graph.InstrumentState, error) {
	return read("InstrumentState", v, graph.ParseInstrumentState)
}

// MarshalPartyState writes the enum PartyState.
func MarshalPartyState(s graph.PartyState) graphql.Marshaler { return write(s) }

// UnmarshalPartyState reads the enum PartyState.
func UnmarshalPartyState(v any) (graph.PartyState, error) {
	return read("PartyState", v, graph.ParsePartyState)
}
