package graph

// An InstrumentState is where an instrument stands in its life. The zero value is UNKNOWN.
type InstrumentState uint8

// The states of instruments. Treaties pass through most of them; ADOPTED is the whole life of a resolution or a declaration
// until something ends it, since neither enters into force.
const (
	StateUnknown              InstrumentState = iota // nothing dated is on record yet
	StateForeseen                                    // planned, being drafted, or initialled only
	StateAdopted                                     // the text is settled or signed (VCLT articles 9 to 12), without entry into force
	StateProvisionallyApplied                        // VCLT article 25
	StateInForce                                     // VCLT article 24
	StateSuspended                                   // in force, its operation suspended (VCLT articles 57, 58, 60 and 72)
	StateExpired                                     // ended by its own terms (VCLT article 54 (a))
	StateTerminated                                  // ended otherwise (VCLT articles 54 (b), 60 to 62)
	StateSuperseded                                  // ended by a later instrument (VCLT article 59)
)

var instrumentStateNames = []string{"UNKNOWN", "FORESEEN", "ADOPTED", "PROVISIONALLY_APPLIED", "IN_FORCE", "SUSPENDED", "EXPIRED",
	"TERMINATED", "SUPERSEDED"}

// String returns the name of the state, for example "IN_FORCE".
func (s InstrumentState) String() string { return nameOf(instrumentStateNames, int(s)) }

// ParseInstrumentState reads the name that String gives.
func ParseInstrumentState(s string) (InstrumentState, error) {
	i, err := parseName(instrumentStateNames, "instrument state", s)
	return InstrumentState(i), err
}

// InstrumentStates lists every state, UNKNOWN first, then in the order of a life.
func InstrumentStates() []InstrumentState {
	return []InstrumentState{StateUnknown, StateForeseen, StateAdopted, StateProvisionallyApplied, StateInForce, StateSuspended,
		StateExpired, StateTerminated, StateSuperseded}
}

// An InstrumentStatus is the state of an instrument on one day and why.
type InstrumentStatus struct {
	Value       InstrumentState
	Since       Date          // from when the deciding statement gives Value, as it is stated; zero when nothing decides
	Because     []StatementID // the deciding statement, then those of the same day that it overrode or that agree with it
	Explanation string        // one sentence in English
	At          Day
}

// DeriveInstrumentStatus tells where an instrument of a kind stands on the day at; the kind decides words only. The order of events has no influence; actions of
// actors may be among them, of which only SIGNED and INITIALLED are read. It neither keeps nor changes events.
//
// The rules, after part II, section 3 and part V of the Vienna Convention on the Law of Treaties (VCLT):
//   - An event counts from its effective day: the earliest day of Effective, or of Valid.From when Effective is not stated.
//     What has no date decides nothing; the explanation names it.
//   - DEPRECATED never counts. Among statements of the same predicate, actor, predecessor and successor instrument that are
//     PREFERRED only these count, whatever their day. A date that merely contains a more precise one of the same (1994 beside
//     1994-12-05) gives way to it.
//   - The latest event that changes something decides. On the same day: end of life, suspension, entry into force (also
//     RESUMED, of the instrument), provisional application, adoption, plan. Among ends SUPERSEDES, TERMINATED, EXPIRED; among
//     adoptions ADOPTED, CONCLUDED, OPENED_FOR_SIGNATURE, SIGNED; then the lower statement ID.
//   - What changes nothing: a step to a stage already reached or passed (a late signature, a second date of entry into force, EXTENDED);
//     suspension, resumption or another end after the end. So Since is the first day on which the state was reached, and what a
//     competing statement says is mentioned.
//   - Entry into force or provisional application after the end begins a new life, for the actors with the standing that all their
//     acts give.
//   - INITIALLED is no more than a plan: initialling authenticates a text (VCLT article 10) and is signature only where so agreed
//     (article 12 (2) (a)).
func DeriveInstrumentStatus(kind Kind, events []Event, at Day) InstrumentStatus {
	var buffer [usualSteps]step
	steps, undated := instrumentSteps(buffer[:0], events, at)
	l := live(steps)
	status := InstrumentStatus{Value: l.state, At: at}
	if l.decided.set() {
		status.Since = l.decided.date()
		status.Because = l.because(steps)
	}
	status.Explanation = explainInstrument(kind, &l, undated, at)
	return status
}

// The stages of an instrument, in the order in which a day's events are taken: the last one stands.
const (
	stagePlan = iota
	stageAdoption
	stageProvisional
	stageForce
	stageSuspension
	stageEnd
)

// instrumentPlace gives an event's stage; within a stage the first one taken stands.
func instrumentPlace(e *Event) (place uint8, ok bool) {
	switch e.Predicate {
	case PredForeseen:
		return stagePlan << stageShift, true
	case PredDraftingBegan:
		return stagePlan<<stageShift | 1, true
	case PredInitialled:
		return stagePlan<<stageShift | 2, true
	case PredAdopted:
		return stageAdoption << stageShift, true
	case PredConcluded:
		return stageAdoption<<stageShift | 1, true
	case PredOpenedForSignature:
		return stageAdoption<<stageShift | 2, true
	case PredSigned:
		return stageAdoption<<stageShift | 3, true
	case PredProvisionallyApplied:
		return stageProvisional << stageShift, true
	case PredEnteredIntoForce:
		return stageForce << stageShift, true
	case PredResumed: // by an actor: only its own suspension ends
		return stageForce<<stageShift | 1, e.Actor == ""
	case PredExtended:
		return stageForce<<stageShift | 2, true
	case PredOperationSuspended:
		return stageSuspension << stageShift, true
	case PredSupersedes:
		return stageEnd << stageShift, true
	case PredTerminated:
		return stageEnd<<stageShift | 1, true
	case PredExpired:
		return stageEnd<<stageShift | 2, true
	}
	return 0, false
}

func instrumentSteps(steps []step, events []Event, at Day) (_ []step, undated *Event) {
	c := newContest(events)
	for i := range events {
		e := &events[i]
		place, ok := instrumentPlace(e)
		if !ok || !c.counts(e) {
			continue
		}
		switch d, dated := e.when(); {
		case !dated:
			undated = firstOf(undated, e)
		case d.Earliest() <= at:
			steps = append(steps, step{mark{Event: e, day: d.Earliest()}, place})
		}
	}
	order(steps)
	return steps, undated
}

func firstOf(a, b *Event) *Event {
	if a == nil || b.Statement < a.Statement {
		return b
	}
	return a
}

// A life is what has become of an instrument: the state, what decided it, and the steps of the present life that still matter.
type life struct {
	state                                                   InstrumentState
	decided                                                 mark
	provisional, force, extended, suspended, resumed, ended mark
	former                                                  mark // the end of an earlier life
	also                                                    mark // what says something else than decided, or the same of another day
}

func live(steps []step) (l life) {
	for _, s := range steps {
		l.take(s)
	}
	return l
}

func (l *life) take(s step) {
	m := s.mark
	switch s.stage() {
	case stagePlan:
		if l.state < StateForeseen {
			l.decide(StateForeseen, m)
		}
	case stageAdoption:
		if l.state < StateAdopted {
			l.decide(StateAdopted, m)
		}
	case stageProvisional:
		l.beginProvisional(m)
	case stageForce:
		switch s.Predicate {
		case PredEnteredIntoForce:
			l.enter(m)
		case PredResumed:
			l.resume(m)
		case PredExtended:
			l.extended = m
		}
	case stageSuspension:
		switch {
		case l.ended.set() || l.state == StateSuspended:
			l.aside(m)
		default:
			l.decide(StateSuspended, m)
			l.suspended, l.resumed = m, mark{}
		}
	case stageEnd:
		if l.ended.set() {
			l.aside(m)
			return
		}
		l.decide(endState(m.Predicate), m)
		l.ended = m
	}
}

func endState(p Predicate) InstrumentState {
	switch p {
	case PredExpired:
		return StateExpired
	case PredTerminated:
		return StateTerminated
	}
	return StateSuperseded
}

func (l *life) decide(s InstrumentState, m mark) {
	overridden := l.decided
	l.state, l.decided, l.also = s, m, mark{}
	if overridden.set() && overridden.day == m.day && conflicts(overridden.Event) {
		l.also = overridden
	}
}

// conflicts tells whether an event contradicts another one of the same day; plans, adoption and provisional application only lead up to it.
func conflicts(e *Event) bool {
	place, _ := instrumentPlace(e)
	return place>>stageShift >= stageForce && e.Predicate != PredExtended
}

// because lists what decided. A resumption brings back what the entry into force began.
func (l *life) because(steps []step) []StatementID {
	ids := because(l.decided)
	if l.decided == l.resumed && l.force.set() && l.force != l.decided {
		ids = append(ids, l.force.Statement)
	}
	for _, s := range steps {
		if s.day == l.decided.day && s.mark != l.decided && conflicts(s.Event) && conflicts(l.decided.Event) {
			ids = append(ids, s.Statement)
		}
	}
	return ids
}

func (l *life) aside(m mark) {
	if !l.also.set() {
		l.also = m
	}
}

// reborn forgets an ended life.
func (l *life) reborn() {
	if l.ended.set() {
		*l = life{former: l.ended}
	}
}

func (l *life) beginProvisional(m mark) {
	l.reborn()
	switch {
	case l.force.set():
	case l.state == StateProvisionallyApplied:
		l.aside(m)
	case l.provisional.set():
		l.resume(m)
	default:
		l.begin(StateProvisionallyApplied, &l.provisional, m)
	}
}

func (l *life) enter(m mark) {
	l.reborn()
	switch {
	case l.state == StateInForce:
		l.aside(m)
	case l.state == StateSuspended && l.force.set():
		l.resume(m)
	default:
		l.begin(StateInForce, &l.force, m)
	}
}

// begin enters a stage; a suspension before it, of what the record does not tell, is over.
func (l *life) begin(state InstrumentState, stage *mark, m mark) {
	if l.state == StateSuspended {
		l.suspended, l.resumed = mark{}, m
	}
	l.decide(state, m)
	*stage = m
}

// resume ends a suspension. What operates again is in force by then, unless only its provisional application is on record.
func (l *life) resume(m mark) {
	if l.state != StateSuspended {
		return
	}
	state := StateInForce
	switch {
	case l.force.set():
	case l.provisional.set():
		state = StateProvisionallyApplied
	default:
		l.force = m
	}
	l.decide(state, m)
	l.suspended, l.resumed = mark{}, m
}
