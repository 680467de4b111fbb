package graph

import "fmt"

// A Kind is what sort of thing an entity is. The zero Kind is unknown and never stored.
type Kind uint8

// The kinds of entities. Protocols and amending agreements are treaties too; a declaration is a political document without
// the form of a treaty (declarations, joint statements, principles); a law is domestic.
const (
	KindUnknown Kind = iota
	KindTreaty
	KindResolution
	KindDeclaration
	KindLaw
	KindProvision
	KindDocument
	KindSection
	KindPassage
	KindState
	KindRegion
	KindPlace
	KindFacility
	KindOrganisation
	KindBody
	KindForum
	KindInitiative
	KindRegime
	KindMeeting
	KindPerson
	KindOffice
	KindTopic
	KindDataset
	kindEnd
)

var kindNames = [kindEnd]struct{ name, prefix string }{
	KindUnknown:      {"UNKNOWN", ""},
	KindTreaty:       {"TREATY", "treaty"},
	KindResolution:   {"RESOLUTION", "resolution"},
	KindDeclaration:  {"DECLARATION", "declaration"},
	KindLaw:          {"LAW", "law"},
	KindProvision:    {"PROVISION", "provision"},
	KindDocument:     {"DOCUMENT", "document"},
	KindSection:      {"SECTION", "section"},
	KindPassage:      {"PASSAGE", "passage"},
	KindState:        {"STATE", "state"},
	KindRegion:       {"REGION", "region"},
	KindPlace:        {"PLACE", "place"},
	KindFacility:     {"FACILITY", "facility"},
	KindOrganisation: {"ORGANISATION", "organisation"},
	KindBody:         {"BODY", "body"},
	KindForum:        {"FORUM", "forum"},
	KindInitiative:   {"INITIATIVE", "initiative"},
	KindRegime:       {"REGIME", "regime"},
	KindMeeting:      {"MEETING", "meeting"},
	KindPerson:       {"PERSON", "person"},
	KindOffice:       {"OFFICE", "office"},
	KindTopic:        {"TOPIC", "topic"},
	KindDataset:      {"DATASET", "dataset"},
}

// kindOfPrefix returns the kind whose IDs begin with a prefix. IDs are asked for their kind all the time, and a switch takes a fifth of what a map takes.
func kindOfPrefix(prefix string) Kind {
	switch prefix {
	case "treaty":
		return KindTreaty
	case "resolution":
		return KindResolution
	case "declaration":
		return KindDeclaration
	case "law":
		return KindLaw
	case "provision":
		return KindProvision
	case "document":
		return KindDocument
	case "section":
		return KindSection
	case "passage":
		return KindPassage
	case "state":
		return KindState
	case "region":
		return KindRegion
	case "place":
		return KindPlace
	case "facility":
		return KindFacility
	case "organisation":
		return KindOrganisation
	case "body":
		return KindBody
	case "forum":
		return KindForum
	case "initiative":
		return KindInitiative
	case "regime":
		return KindRegime
	case "meeting":
		return KindMeeting
	case "person":
		return KindPerson
	case "office":
		return KindOffice
	case "topic":
		return KindTopic
	case "dataset":
		return KindDataset
	default:
		return KindUnknown
	}
}

// String returns the kind's name as the API spells it, for example "TREATY".
func (k Kind) String() string {
	if k >= kindEnd {
		return kindNames[KindUnknown].name
	}
	return kindNames[k].name
}

// Prefix returns the first part of the IDs of this kind, for example "treaty".
func (k Kind) Prefix() string { return kindNames[k].prefix }

// ParseKind reads the name that String gives.
func ParseKind(s string) (Kind, error) {
	for k := KindUnknown + 1; k < kindEnd; k++ {
		if kindNames[k].name == s {
			return k, nil
		}
	}
	return KindUnknown, fmt.Errorf("kind %s is not known", quote(s))
}

// Kinds lists every kind in its fixed order.
func Kinds() []Kind {
	ks := make([]Kind, 0, kindEnd-1)
	for k := KindUnknown + 1; k < kindEnd; k++ {
		ks = append(ks, k)
	}
	return ks
}

// A KindSet is a set of kinds.
type KindSet uint32

// Set returns the set of the given kinds.
func Set(kinds ...Kind) KindSet {
	var s KindSet
	for _, k := range kinds {
		s |= 1 << k
	}
	return s
}

// Has tells whether k is in the set.
func (s KindSet) Has(k Kind) bool { return k != KindUnknown && s&(1<<k) != 0 }

// The interfaces that the API puts above the kinds.
var (
	Instruments = Set(KindTreaty, KindResolution, KindDeclaration, KindLaw)
	Actors      = Set(KindState, KindOrganisation, KindBody, KindForum, KindPerson, KindOffice)
	TextUnits   = Set(KindDocument, KindSection, KindPassage, KindProvision)
	AnyKind     = Set(Kinds()...)
)
