package view

import (
	"strings"

	"treatygraph/graph"
)

// The GraphQL object types of the kinds, each an entity with the fields of its interface.
type (
	Treaty       struct{ instrument }
	Resolution   struct{ instrument }
	Declaration  struct{ instrument }
	Law          struct{ instrument }
	Provision    struct{ textUnit }
	Document     struct{ textUnit }
	Section      struct{ textUnit }
	Passage      struct{ textUnit }
	State        struct{ actor }
	Organisation struct{ actor }
	Body         struct{ actor }
	Forum        struct{ actor }
	Person       struct{ actor }
	Office       struct{ actor }
	Region       struct{ entity }
	Place        struct{ entity }
	Facility     struct{ entity }
	Initiative   struct{ entity }
	Regime       struct{ entity }
	Meeting      struct{ entity }
	Topic        struct{ entity }
	Dataset      struct{ entity }
)

// entity gives an ID the Go type of its kind.
func (g *group) entity(id graph.ID) Entity {
	e := entity{id, g}
	switch id.Kind() {
	case graph.KindTreaty:
		return Treaty{instrument{e}}
	case graph.KindResolution:
		return Resolution{instrument{e}}
	case graph.KindDeclaration:
		return Declaration{instrument{e}}
	case graph.KindLaw:
		return Law{instrument{e}}
	case graph.KindProvision:
		return Provision{textUnit{e}}
	case graph.KindDocument:
		return Document{textUnit{e}}
	case graph.KindSection:
		return Section{textUnit{e}}
	case graph.KindPassage:
		return Passage{textUnit{e}}
	case graph.KindState:
		return State{actor{e}}
	case graph.KindOrganisation:
		return Organisation{actor{e}}
	case graph.KindBody:
		return Body{actor{e}}
	case graph.KindForum:
		return Forum{actor{e}}
	case graph.KindPerson:
		return Person{actor{e}}
	case graph.KindOffice:
		return Office{actor{e}}
	case graph.KindRegion:
		return Region{e}
	case graph.KindPlace:
		return Place{e}
	case graph.KindFacility:
		return Facility{e}
	case graph.KindInitiative:
		return Initiative{e}
	case graph.KindRegime:
		return Regime{e}
	case graph.KindMeeting:
		return Meeting{e}
	case graph.KindTopic:
		return Topic{e}
	case graph.KindDataset:
		return Dataset{e}
	default:
		return nil
	}
}

// KindsOfType returns the kinds that the GraphQL object type or interface of this name stands for; 0 for other types.
func KindsOfType(name string) graph.KindSet {
	switch name {
	case "Node", "Entity":
		return graph.AnyKind
	case "Instrument":
		return graph.Instruments
	case "Actor":
		return graph.Actors
	case "TextUnit":
		return graph.TextUnits
	}
	kind, err := graph.ParseKind(strings.ToUpper(name))
	if err != nil {
		return 0
	}
	return graph.Set(kind)
}
