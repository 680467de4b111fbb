package graph

import "fmt"

// A Predicate is what a statement says of its subject. The table is closed: rows are added where the material needs them, at the
// end of their group; the name is what is recorded, so the order is free to change.
type Predicate uint8

// The predicates. Actions use the terms of the Vienna Convention on the Law of Treaties (VCLT), articles 2 and 10 to 17.
const (
	PredUnknown Predicate = iota
	PredNamed
	PredIdentifiedBy
	PredDescribed
	PredForeseen
	PredMergedInto
	PredSigned
	PredInitialled
	PredRatified
	PredAccepted
	PredApproved
	PredAccededTo
	PredSucceededTo
	PredConfirmed
	PredConsentedTo
	PredBoundBy
	PredProvisionallyApplies
	PredReserved
	PredDeclared
	PredObjected
	PredSuspended
	PredResumed
	PredAnnouncedWithdrawal
	PredNotifiedWithdrawal
	PredWithdrewFrom
	PredDenounced
	PredAdopted
	PredOpenedForSignature
	PredConcluded
	PredDraftingBegan
	PredProvisionallyApplied
	PredEnteredIntoForce
	PredExtended
	PredOperationSuspended
	PredExpired
	PredTerminated
	PredRegistered
	PredAmends
	PredSupplements
	PredSupersedes
	PredFollowsUp
	PredImplements
	PredBasedOn
	PredCites
	PredProvisionOf
	PredEstablishes
	PredExpresses
	PredMemberOf
	PredObserverOf
	PredParticipatesIn
	PredFounded
	PredBodyOf
	PredPartOf
	PredAdoptedBy
	PredAdoptedAt
	PredDepositaryOf
	PredHosts
	PredLocatedIn
	PredHolds
	PredOfficeOf
	PredSuccessorOf
	PredDissolved
	PredSupplies
	PredFunds
	PredReaffirms
	PredSupports
	PredOpposes
	PredIntends
	PredCommitsTo
	PredCallsFor
	PredWelcomes
	PredRecalls
	PredDisagreesOn
	PredMentions
	PredUnlinked
	PredSpan
	PredConcerns
	PredAuthoredBy
	PredAddressedTo
	PredAnnexedTo
	PredIssued
	PredQuantity
	PredVersion
	PredLicence
	PredAttribution
	predicateEnd
)

// Tempo tells how a predicate's time is read.
type Tempo uint8

// An Event has a date (From) and holds from then on; a State holds while its interval does.
const (
	TempoEvent Tempo = iota
	TempoState
)

// A Competition tells which statements of one predicate cannot all be true at once.
type Competition uint8

// CompeteNone: any number may stand together. CompeteSubject: one for each subject. CompetePair: one for each subject and object.
const (
	CompeteNone Competition = iota
	CompeteSubject
	CompetePair
)

// A PredicateGroup gathers predicates of one sort, in the order of the data model.
type PredicateGroup uint8

// The groups of predicates.
const (
	GroupIdentity PredicateGroup = iota
	GroupAction
	GroupEvent
	GroupInstrument
	GroupBody
	GroupPosition
	GroupText
	GroupValue
)

// A PredicateRow is what the closed table says of one predicate. Exactly one of Objects and Value is set, or neither: then the
// statement has only a date.
type PredicateRow struct {
	Name     string         // as recorded and as in the API
	Inverse  string         // how the statement reads from its object; empty without one
	Subjects KindSet        // the kinds a subject may be of
	Objects  KindSet        // the kinds an object may be of
	Value    ValueKind      // the value, for statements without an object
	Tempo    Tempo          // event or state
	Compete  Competition    // which statements exclude each other
	Group    PredicateGroup // for people
}

var predicateTable = [predicateEnd]PredicateRow{
	PredNamed:                {Name: "NAMED", Subjects: AnyKind, Value: ValueName, Tempo: TempoState, Compete: CompeteNone, Group: GroupIdentity},
	PredIdentifiedBy:         {Name: "IDENTIFIED_BY", Subjects: AnyKind, Value: ValueIdentifier, Tempo: TempoState, Compete: CompeteNone, Group: GroupIdentity},
	PredDescribed:            {Name: "DESCRIBED", Subjects: AnyKind, Value: ValueText, Tempo: TempoState, Compete: CompeteNone, Group: GroupIdentity},
	PredForeseen:             {Name: "FORESEEN", Subjects: Instruments, Tempo: TempoEvent, Compete: CompeteSubject, Group: GroupIdentity},
	PredMergedInto:           {Name: "MERGED_INTO", Inverse: "merged from", Subjects: AnyKind, Objects: AnyKind, Tempo: TempoEvent, Compete: CompeteSubject, Group: GroupIdentity},
	PredSigned:               {Name: "SIGNED", Inverse: "signed by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompetePair, Group: GroupAction},
	PredInitialled:           {Name: "INITIALLED", Inverse: "initialled by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompetePair, Group: GroupAction},
	PredRatified:             {Name: "RATIFIED", Inverse: "ratified by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompetePair, Group: GroupAction},
	PredAccepted:             {Name: "ACCEPTED", Inverse: "accepted by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompetePair, Group: GroupAction},
	PredApproved:             {Name: "APPROVED", Inverse: "approved by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompetePair, Group: GroupAction},
	PredAccededTo:            {Name: "ACCEDED_TO", Inverse: "acceded to by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompetePair, Group: GroupAction},
	PredSucceededTo:          {Name: "SUCCEEDED_TO", Inverse: "succeeded to by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompetePair, Group: GroupAction},
	PredConfirmed:            {Name: "CONFIRMED", Inverse: "confirmed by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompetePair, Group: GroupAction},
	PredConsentedTo:          {Name: "CONSENTED_TO", Inverse: "consented to by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompetePair, Group: GroupAction},
	PredBoundBy:              {Name: "BOUND_BY", Inverse: "binds", Subjects: Actors, Objects: Instruments, Tempo: TempoState, Compete: CompetePair, Group: GroupAction},
	PredProvisionallyApplies: {Name: "PROVISIONALLY_APPLIES", Inverse: "provisionally applied by", Subjects: Actors, Objects: Instruments, Tempo: TempoState, Compete: CompetePair, Group: GroupAction},
	PredReserved:             {Name: "RESERVED", Inverse: "subject of a reservation by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupAction},
	PredDeclared:             {Name: "DECLARED", Inverse: "subject of a declaration by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupAction},
	PredObjected:             {Name: "OBJECTED", Inverse: "subject of an objection by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupAction},
	PredSuspended:            {Name: "SUSPENDED", Inverse: "suspended by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupAction},
	PredResumed:              {Name: "RESUMED", Inverse: "resumed by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupAction},
	PredAnnouncedWithdrawal:  {Name: "ANNOUNCED_WITHDRAWAL", Inverse: "withdrawal announced by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupAction},
	PredNotifiedWithdrawal:   {Name: "NOTIFIED_WITHDRAWAL", Inverse: "withdrawal notified by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupAction},
	PredWithdrewFrom:         {Name: "WITHDREW_FROM", Inverse: "withdrawn from by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupAction},
	PredDenounced:            {Name: "DENOUNCED", Inverse: "denounced by", Subjects: Actors, Objects: Instruments, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupAction},
	PredAdopted:              {Name: "ADOPTED", Subjects: Instruments, Tempo: TempoEvent, Compete: CompeteSubject, Group: GroupEvent},
	PredOpenedForSignature:   {Name: "OPENED_FOR_SIGNATURE", Subjects: Instruments, Tempo: TempoEvent, Compete: CompeteSubject, Group: GroupEvent},
	PredConcluded:            {Name: "CONCLUDED", Subjects: Instruments, Tempo: TempoEvent, Compete: CompeteSubject, Group: GroupEvent},
	PredDraftingBegan:        {Name: "DRAFTING_BEGAN", Subjects: Instruments, Tempo: TempoEvent, Compete: CompeteSubject, Group: GroupEvent},
	PredProvisionallyApplied: {Name: "PROVISIONALLY_APPLIED", Subjects: Instruments, Tempo: TempoEvent, Compete: CompeteSubject, Group: GroupEvent},
	PredEnteredIntoForce:     {Name: "ENTERED_INTO_FORCE", Subjects: Instruments, Tempo: TempoEvent, Compete: CompeteSubject, Group: GroupEvent},
	PredExtended:             {Name: "EXTENDED", Subjects: Instruments, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupEvent},
	PredOperationSuspended:   {Name: "OPERATION_SUSPENDED", Subjects: Instruments, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupEvent},
	PredExpired:              {Name: "EXPIRED", Subjects: Instruments, Tempo: TempoEvent, Compete: CompeteSubject, Group: GroupEvent},
	PredTerminated:           {Name: "TERMINATED", Subjects: Instruments, Tempo: TempoEvent, Compete: CompeteSubject, Group: GroupEvent},
	PredRegistered:           {Name: "REGISTERED", Subjects: Instruments, Tempo: TempoEvent, Compete: CompeteSubject, Group: GroupEvent},
	PredAmends:               {Name: "AMENDS", Inverse: "amended by", Subjects: Instruments | TextUnits, Objects: Instruments | TextUnits, Tempo: TempoEvent, Compete: CompetePair, Group: GroupInstrument},
	PredSupplements:          {Name: "SUPPLEMENTS", Inverse: "supplemented by", Subjects: Instruments | TextUnits, Objects: Instruments | TextUnits, Tempo: TempoEvent, Compete: CompetePair, Group: GroupInstrument},
	PredSupersedes:           {Name: "SUPERSEDES", Inverse: "superseded by", Subjects: Instruments | TextUnits, Objects: Instruments | TextUnits, Tempo: TempoEvent, Compete: CompetePair, Group: GroupInstrument},
	PredFollowsUp:            {Name: "FOLLOWS_UP", Inverse: "followed up by", Subjects: Instruments | TextUnits | Set(KindInitiative, KindRegime), Objects: Instruments | TextUnits | Set(KindInitiative, KindRegime, KindMeeting, KindTopic), Tempo: TempoEvent, Compete: CompetePair, Group: GroupInstrument},
	PredImplements:           {Name: "IMPLEMENTS", Inverse: "implemented by", Subjects: Instruments | TextUnits | Set(KindInitiative, KindRegime), Objects: Instruments | TextUnits | Set(KindInitiative, KindRegime, KindMeeting, KindTopic), Tempo: TempoEvent, Compete: CompetePair, Group: GroupInstrument},
	PredBasedOn:              {Name: "BASED_ON", Inverse: "basis of", Subjects: Instruments | TextUnits | Set(KindInitiative, KindRegime), Objects: Instruments | TextUnits | Set(KindInitiative, KindRegime, KindMeeting, KindTopic), Tempo: TempoEvent, Compete: CompetePair, Group: GroupInstrument},
	PredCites:                {Name: "CITES", Inverse: "cited by", Subjects: Instruments | TextUnits, Objects: Instruments | TextUnits, Tempo: TempoEvent, Compete: CompetePair, Group: GroupInstrument},
	PredProvisionOf:          {Name: "PROVISION_OF", Inverse: "has provision", Subjects: Set(KindProvision), Objects: Instruments, Tempo: TempoState, Compete: CompeteNone, Group: GroupInstrument},
	PredEstablishes:          {Name: "ESTABLISHES", Inverse: "established by", Subjects: Instruments | Set(KindProvision), Objects: Instruments | Actors | Set(KindInitiative, KindRegime, KindFacility, KindMeeting), Tempo: TempoEvent, Compete: CompetePair, Group: GroupInstrument},
	PredExpresses:            {Name: "EXPRESSES", Inverse: "expressed in", Subjects: Set(KindDocument, KindSection), Objects: Instruments | Set(KindProvision), Tempo: TempoState, Compete: CompeteNone, Group: GroupInstrument},
	PredMemberOf:             {Name: "MEMBER_OF", Inverse: "has member", Subjects: Actors, Objects: Set(KindOrganisation, KindBody, KindForum, KindInitiative, KindRegime, KindRegion), Tempo: TempoState, Compete: CompeteNone, Group: GroupBody},
	PredObserverOf:           {Name: "OBSERVER_OF", Inverse: "has observer", Subjects: Actors, Objects: Set(KindOrganisation, KindBody, KindForum, KindInitiative, KindRegime, KindMeeting), Tempo: TempoState, Compete: CompeteNone, Group: GroupBody},
	PredParticipatesIn:       {Name: "PARTICIPATES_IN", Inverse: "has participant", Subjects: Actors, Objects: Set(KindOrganisation, KindBody, KindForum, KindInitiative, KindRegime, KindMeeting), Tempo: TempoState, Compete: CompeteNone, Group: GroupBody},
	PredFounded:              {Name: "FOUNDED", Inverse: "founded by", Subjects: Actors, Objects: Set(KindOrganisation, KindBody, KindForum, KindInitiative, KindRegime, KindFacility), Tempo: TempoEvent, Compete: CompetePair, Group: GroupBody},
	PredBodyOf:               {Name: "BODY_OF", Inverse: "has body", Subjects: Set(KindBody), Objects: Set(KindOrganisation, KindBody, KindForum, KindState, KindInitiative), Tempo: TempoState, Compete: CompeteNone, Group: GroupBody},
	PredPartOf:               {Name: "PART_OF", Inverse: "has part", Subjects: AnyKind, Objects: AnyKind, Tempo: TempoState, Compete: CompeteNone, Group: GroupBody},
	PredAdoptedBy:            {Name: "ADOPTED_BY", Inverse: "adopted", Subjects: Instruments, Objects: Actors | Set(KindMeeting), Tempo: TempoEvent, Compete: CompetePair, Group: GroupBody},
	PredAdoptedAt:            {Name: "ADOPTED_AT", Inverse: "place or meeting of adoption of", Subjects: Instruments, Objects: Set(KindMeeting, KindPlace, KindForum), Tempo: TempoEvent, Compete: CompetePair, Group: GroupBody},
	PredDepositaryOf:         {Name: "DEPOSITARY_OF", Inverse: "has depositary", Subjects: Actors, Objects: Instruments, Tempo: TempoState, Compete: CompeteNone, Group: GroupBody},
	PredHosts:                {Name: "HOSTS", Inverse: "hosted by", Subjects: Actors, Objects: Set(KindOrganisation, KindBody, KindFacility, KindMeeting, KindForum, KindInitiative), Tempo: TempoState, Compete: CompeteNone, Group: GroupBody},
	PredLocatedIn:            {Name: "LOCATED_IN", Inverse: "location of", Subjects: Actors | Set(KindFacility, KindPlace, KindRegion, KindMeeting), Objects: Set(KindState, KindRegion, KindPlace), Tempo: TempoState, Compete: CompeteNone, Group: GroupBody},
	PredHolds:                {Name: "HOLDS", Inverse: "held by", Subjects: Set(KindPerson), Objects: Set(KindOffice), Tempo: TempoState, Compete: CompeteNone, Group: GroupBody},
	PredOfficeOf:             {Name: "OFFICE_OF", Inverse: "has office", Subjects: Set(KindOffice), Objects: Set(KindState, KindOrganisation, KindBody, KindForum), Tempo: TempoState, Compete: CompeteNone, Group: GroupBody},
	PredSuccessorOf:          {Name: "SUCCESSOR_OF", Inverse: "succeeded by", Subjects: AnyKind, Objects: AnyKind, Tempo: TempoEvent, Compete: CompetePair, Group: GroupBody},
	PredDissolved:            {Name: "DISSOLVED", Subjects: Actors | Set(KindInitiative, KindRegime), Tempo: TempoEvent, Compete: CompeteSubject, Group: GroupBody},
	PredSupplies:             {Name: "SUPPLIES", Inverse: "supplied by", Subjects: Actors, Objects: AnyKind, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupBody},
	PredFunds:                {Name: "FUNDS", Inverse: "funded by", Subjects: Actors, Objects: AnyKind, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupBody},
	PredReaffirms:            {Name: "REAFFIRMS", Inverse: "reaffirmed by", Subjects: Actors, Objects: AnyKind, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupPosition},
	PredSupports:             {Name: "SUPPORTS", Inverse: "supported by", Subjects: Actors, Objects: AnyKind, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupPosition},
	PredOpposes:              {Name: "OPPOSES", Inverse: "opposed by", Subjects: Actors, Objects: AnyKind, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupPosition},
	PredIntends:              {Name: "INTENDS", Inverse: "intended by", Subjects: Actors, Objects: AnyKind, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupPosition},
	PredCommitsTo:            {Name: "COMMITS_TO", Inverse: "commitment of", Subjects: Actors, Objects: AnyKind, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupPosition},
	PredCallsFor:             {Name: "CALLS_FOR", Inverse: "called for by", Subjects: Actors, Objects: AnyKind, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupPosition},
	PredWelcomes:             {Name: "WELCOMES", Inverse: "welcomed by", Subjects: Actors, Objects: AnyKind, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupPosition},
	PredRecalls:              {Name: "RECALLS", Inverse: "recalled by", Subjects: Actors, Objects: AnyKind, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupPosition},
	PredDisagreesOn:          {Name: "DISAGREES_ON", Inverse: "disagreement of", Subjects: Actors, Objects: AnyKind, Tempo: TempoEvent, Compete: CompeteNone, Group: GroupPosition},
	PredMentions:             {Name: "MENTIONS", Inverse: "mentioned in", Subjects: TextUnits, Objects: AnyKind, Tempo: TempoState, Compete: CompeteNone, Group: GroupText},
	PredUnlinked:             {Name: "UNLINKED", Subjects: TextUnits, Value: ValueText, Tempo: TempoState, Compete: CompeteNone, Group: GroupText},
	PredSpan:                 {Name: "SPAN", Subjects: TextUnits, Value: ValueSpan, Tempo: TempoState, Compete: CompeteSubject, Group: GroupText},
	PredConcerns:             {Name: "CONCERNS", Inverse: "concern of", Subjects: AnyKind, Objects: AnyKind, Tempo: TempoState, Compete: CompeteNone, Group: GroupText},
	PredAuthoredBy:           {Name: "AUTHORED_BY", Inverse: "author of", Subjects: TextUnits | Instruments, Objects: Actors, Tempo: TempoState, Compete: CompeteNone, Group: GroupText},
	PredAddressedTo:          {Name: "ADDRESSED_TO", Inverse: "addressee of", Subjects: TextUnits, Objects: Actors, Tempo: TempoState, Compete: CompeteNone, Group: GroupText},
	PredAnnexedTo:            {Name: "ANNEXED_TO", Inverse: "has annex", Subjects: TextUnits | Instruments, Objects: TextUnits | Instruments, Tempo: TempoState, Compete: CompeteNone, Group: GroupText},
	PredIssued:               {Name: "ISSUED", Subjects: Set(KindDocument), Tempo: TempoEvent, Compete: CompeteSubject, Group: GroupText},
	PredQuantity:             {Name: "QUANTITY", Subjects: AnyKind, Value: ValueQuantity, Tempo: TempoState, Compete: CompeteNone, Group: GroupValue},
	PredVersion:              {Name: "VERSION", Subjects: Set(KindDataset), Value: ValueText, Tempo: TempoState, Compete: CompeteSubject, Group: GroupValue},
	PredLicence:              {Name: "LICENCE", Subjects: Set(KindDataset), Value: ValueText, Tempo: TempoState, Compete: CompeteNone, Group: GroupValue},
	PredAttribution:          {Name: "ATTRIBUTION", Subjects: Set(KindDataset), Value: ValueText, Tempo: TempoState, Compete: CompeteNone, Group: GroupValue},
}

var predicateOfName = func() map[string]Predicate {
	m := make(map[string]Predicate, predicateEnd)
	for p := PredUnknown + 1; p < predicateEnd; p++ {
		m[predicateTable[p].Name] = p
	}
	return m
}()

// Row returns the predicate's row of the table; the zero row for an unknown one.
func (p Predicate) Row() *PredicateRow {
	if p >= predicateEnd {
		p = PredUnknown
	}
	return &predicateTable[p]
}

// String returns the name as recorded, for example "ENTERED_INTO_FORCE".
func (p Predicate) String() string {
	if name := p.Row().Name; name != "" {
		return name
	}
	return "UNKNOWN"
}

// ParsePredicate reads the name that String gives.
func ParsePredicate(s string) (Predicate, error) {
	if p, ok := predicateOfName[s]; ok {
		return p, nil
	}
	return PredUnknown, fmt.Errorf("predicate %s is not known", quote(s))
}

// Predicates lists every predicate in the order of the table.
func Predicates() []Predicate {
	ps := make([]Predicate, 0, predicateEnd-1)
	for p := PredUnknown + 1; p < predicateEnd; p++ {
		ps = append(ps, p)
	}
	return ps
}
