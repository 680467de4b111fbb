package reconcile

import (
	"fmt"
	"slices"
	"strings"

	"treatygraph/graph"
)

// A Type is what the protocol calls a sort of entities: one of our kinds, or several of them.
type Type struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Broader []Type `json:"broader,omitempty"`

	kinds graph.KindSet
}

// Kinds are those of the type.
func (t *Type) Kinds() graph.KindSet { return t.kinds }

// groups are the types of several kinds. Lists of countries hold states and territories beside each other.
var groups = []Type{
	{ID: "instrument", Name: "Instrument", kinds: graph.Instruments},
	{ID: "actor", Name: "Actor", kinds: graph.Actors},
	{ID: "text-unit", Name: "Text or part of one", kinds: graph.TextUnits},
	{ID: "territory", Name: "State or territory", kinds: graph.Set(graph.KindState, graph.KindRegion)},
}

// Types are all types: the kinds in their order, then the groups.
var Types = func() []Type {
	var list []Type
	for _, k := range graph.Kinds() {
		t := Type{ID: k.Prefix(), Name: strings.ToUpper(k.Prefix()[:1]) + k.Prefix()[1:], kinds: graph.Set(k)}
		for _, g := range groups {
			if g.kinds.Has(k) {
				t.Broader = append(t.Broader, Type{ID: g.ID, Name: g.Name})
			}
		}
		list = append(list, t)
	}
	return append(list, groups...)
}()

// defaultTypes are what people have lists of.
var defaultTypes = []string{"territory", "state", "treaty", "resolution", "organisation", "body", "person"}

// DefaultTypes are the types that a service proposes.
func DefaultTypes() []Type {
	var list []Type
	for _, id := range defaultTypes {
		i := slices.IndexFunc(Types, func(t Type) bool { return t.ID == id })
		list = append(list, Type{ID: id, Name: Types[i].Name})
	}
	return list
}

// ParseType returns the type with an ID.
func ParseType(id string) (*Type, error) {
	for i := range Types {
		if Types[i].ID == id {
			return &Types[i], nil
		}
	}
	return nil, fmt.Errorf("there is no type %.40q", id)
}

// typeOf returns the type of one kind.
func typeOf(k graph.Kind) *Type {
	for i := range Types {
		if Types[i].ID == k.Prefix() {
			return &Types[i]
		}
	}
	return &Type{}
}
