package graph

// A PartyState is how an actor stands towards an instrument. The zero value is NONE.
type PartyState uint8

// The states of actors towards an instrument.
const (
	PartyNone        PartyState = iota // no act on record, or every standing ended with the instrument
	PartySignatory                     // signed, without consent to be bound (VCLT articles 10, 12 and 18)
	PartyContracting                   // consented to be bound, not yet in force for it (VCLT article 2 (1) (f))
	PartyParty                         // consented to be bound, in force for it (VCLT article 2 (1) (g))
	PartyProvisional                   // applies it provisionally (VCLT article 25)
	PartySuspended                     // remains a party, its operation suspended (VCLT articles 57 and 72)
	PartyWithdrawn                     // withdrew or denounced with effect (VCLT articles 54, 56 and 70 (2))
	PartyDisputed                      // sources disagree on whether it withdrew
)

var partyStateNames = []string{"NONE", "SIGNATORY", "CONTRACTING", "PARTY", "PROVISIONAL", "SUSPENDED", "WITHDRAWN", "DISPUTED"}

// String returns the name of the state, for example "SIGNATORY".
func (s PartyState) String() string { return nameOf(partyStateNames, int(s)) }

// ParsePartyState reads the name that String gives.
func ParsePartyState(s string) (PartyState, error) {
	i, err := parseName(partyStateNames, "party state", s)
	return PartyState(i), err
}

// PartyStates lists every state, NONE first.
func PartyStates() []PartyState {
	return []PartyState{PartyNone, PartySignatory, PartyContracting, PartyParty, PartyProvisional, PartySuspended, PartyWithdrawn,
		PartyDisputed}
}

// A PartyStatus is how an actor stands towards an instrument on one day and why.
type PartyStatus struct {
	Value       PartyState
	Since       Date          // from when the deciding statements give Value; zero when nothing decides
	Because     []StatementID // the deciding statements in order; of PARTY consent before entry into force, of DISPUTED the end before BOUND_BY
	Explanation string        // one sentence in English
	At          Day
}

// DerivePartyStatus tells how actor stands towards an instrument on the day at. Of actions only those of actor are read; instrument
// is what DeriveInstrumentStatus takes. Neither order has any influence; neither slice is kept or changed. Acts that a state
// succeeded to come with Actor set to it and Via to the predecessor, and count on their own dates; the caller decides from when
// it hands them in (1978 Vienna Convention on Succession of States in respect of Treaties, part III).
//
// Effective days, ranks and imprecise dates are read as by DeriveInstrumentStatus. Then:
//   - PARTY: from the later of the instrument's entry into force and the actor's own day, which is that of BOUND_BY when there is
//     one, else the effective day of its consent (VCLT articles 2 (1) (g), 11 to 17 and 24). A BOUND_BY alone suffices where
//     no entry into force is on record at all. Until then CONTRACTING, from the day of the consent.
//   - PROVISIONAL: by its own PROVISIONALLY_APPLIES, or the instrument's PROVISIONALLY_APPLIED once the actor has signed or
//     consented; until in force for the actor (International Law Commission, Guide to Provisional Application of Treaties, guideline 9).
//   - SUSPENDED: by its own SUSPENDED until RESUMED, or with the instrument's operation. The instrument's status is untouched by the first.
//   - WITHDRAWN: from the effective day of WITHDREW_FROM or DENOUNCED, or of NOTIFIED_WITHDRAWAL where Effective is stated. A notice
//     without it, or an announcement, changes nothing (VCLT articles 54, 65 and 67); the explanation says what is pending.
//     Any later consent, BOUND_BY, provisional application or signature begins anew.
//   - A BOUND_BY whose stated To has passed ends the standing like a withdrawal, but as NONE, since the manner is not on record.
//   - DISPUTED: beside such an end there is a BOUND_BY that began before it and expressly still holds: To is "..", or later than the
//     end and not before at. With To not stated it is simply ended. Where one side alone has a PREFERRED statement, that side decides.
//   - When the instrument ends, every standing under it does: NONE since that day, with the end as the reason (VCLT article 70 (1);
//     what was created before is not affected). An actor that had withdrawn by then, or on that day, stays WITHDRAWN. Later acts change nothing.
//   - When the actor itself ends (DISSOLVED, among actions), so does every standing that it had: NONE since that day. An actor that had
//     withdrawn by then stays WITHDRAWN. What its successors have is theirs.
//   - On the same day: end, suspension, resumption, BOUND_BY, provisional application, consent, signature; among ends
//     WITHDREW_FROM, DENOUNCED, NOTIFIED_WITHDRAWAL.
//
// What is dated after at has no influence but for two things that are known, not happening: competition as above, and a later BOUND_BY,
// which fixes that an earlier consent was not yet in force for the actor.
func DerivePartyStatus(actor ID, actions []Event, instrument []Event, at Day) PartyStatus {
	return NewStandings(instrument, at).Of(actor, actions)
}

// Standings tell how any number of actors stand towards one instrument on one day: what became of the instrument is read once.
type Standings struct {
	instrument []Event
	life       life
	at         Day
}

// NewStandings keeps instrument, which is what DeriveInstrumentStatus takes; nobody may change it while Standings are in use.
func NewStandings(instrument []Event, at Day) Standings {
	var buffer [usualSteps]step
	line, _ := instrumentSteps(buffer[:0], instrument, at)
	return Standings{instrument, live(line), at}
}

// Of is DerivePartyStatus.
func (s Standings) Of(actor ID, actions []Event) PartyStatus {
	var buffer [usualSteps]step
	at := s.at
	p := partyCase{actor: actor, contest: newContest(actions), life: s.life, at: at, until: at}
	p.instrument = s.instrument
	if p.life.ended.set() {
		p.until = p.life.ended.day
	}
	line, undated := p.actSteps(buffer[:0])
	p.undated = undated
	p.standing = stand(line, MaxDay+1)

	if end := p.ended; end.set() {
		side, disputed := p.dispute(line)
		ranOut := end.stop && p.life.ended.set() && end.day == p.life.ended.day
		switch {
		case ranOut, disputed && side == boundSide, disputed && side == bothSides && p.life.ended.set():
			p.standing = stand(line, end.day)
		case disputed && side == bothSides:
			return p.disputed(line)
		default:
			return p.withdrawn(line)
		}
	}
	if end := p.dissolution(); end.set() && !(p.life.ended.set() && p.life.ended.day <= end.day) {
		return p.endedBy(end)
	}
	if p.life.ended.set() {
		return p.endedBy(p.life.ended)
	}
	return p.member()
}

// dissolution finds the first day on which the actor does not exist any more.
func (p *partyCase) dissolution() (end mark) {
	for i := range p.events {
		e := &p.events[i]
		if e.Predicate != PredDissolved || e.Actor != p.actor || !p.counts(e) {
			continue
		}
		if d, dated := e.when(); dated && d.Earliest() <= p.at {
			end = earlier(end, mark{Event: e, day: d.Earliest()})
		}
	}
	return end
}

// partyCase is one question about one actor: what is known, and the answers, one method each.
type partyCase struct {
	standing
	contest    // the actions
	actor      ID
	instrument []Event
	life       life
	undated    *Event
	at         Day
	until      Day // the last day on which acts count: at, or the instrument's end
}

// withdrawn answers for an actor whose last standing ended before the instrument did.
func (p *partyCase) withdrawn(line []step) PartyStatus {
	reasons := []mark{p.ended}
	for _, s := range line {
		if s.stage() == actEnd && s.day == p.ended.day {
			reasons = append(reasons, s.mark)
		}
	}
	if p.ended.stop {
		return p.status(PartyNone, p.ended, reasons...)
	}
	return p.status(PartyWithdrawn, p.ended, reasons...)
}

// disputed answers where sources disagree, with every statement of both sides.
func (p *partyCase) disputed(line []step) PartyStatus {
	reasons := []mark{p.ended}
	for _, s := range line {
		if s.stage() == actEnd && s.day >= p.ended.day {
			reasons = append(reasons, s.mark)
		}
	}
	for _, s := range line {
		if p.contradicts(s) {
			p.bound = s.mark // the last one stands in the explanation
			reasons = append(reasons, s.mark)
		}
	}
	return p.status(PartyDisputed, p.ended, reasons...)
}

// endedBy answers for an actor that had not withdrawn when the instrument ended, or itself did.
func (p *partyCase) endedBy(end mark) PartyStatus {
	for _, had := range [...]mark{p.bound, p.effective, p.provisional, p.suspended, p.signed} {
		if had.set() {
			return p.status(PartyNone, end, end, had)
		}
	}
	return p.status(PartyNone, mark{})
}

// member answers for an actor that has not withdrawn from an instrument that has not ended.
func (p *partyCase) member() PartyStatus {
	if p.suspended.set() {
		return p.status(PartySuspended, p.suspended, p.suspended)
	}
	value, own, other := p.binding()
	since := later(own, other)
	if value == PartyParty || value == PartyProvisional {
		if p.life.state == StateSuspended {
			return p.status(PartySuspended, later(since, p.life.suspended), p.life.suspended, own)
		}
		since = later(later(since, p.life.resumed), p.resumed)
		return p.status(value, since, own, other, p.life.resumed, p.resumed)
	}
	if value == PartyContracting {
		return p.status(value, own, own, other)
	}
	return p.status(value, own, own)
}

// binding tells what the actor's own acts amount to, by which of them, and by what other statement.
func (p *partyCase) binding() (value PartyState, own, other mark) {
	force, begun := p.life.force, p.bound.set() && p.bound.day > MinDay
	switch {
	case p.bound.set() && (force.set() || begun && !p.forceOnRecord()):
		return PartyParty, p.bound, force
	case p.bound.set() && !begun:
		p.undated = p.bound.Event
	}
	next := p.boundLater()
	if p.effective.set() && p.effective.day <= p.at && force.set() && !next.set() {
		return PartyParty, p.effective, force
	}

	consent := p.consent
	if begun {
		consent = earlier(consent, p.bound)
	}
	applied := earlier(p.signed, consent)
	if applied.set() && p.life.provisional.set() && !(p.provisional.set() && p.provisional.day <= later(applied, p.life.provisional).day) {
		return PartyProvisional, applied, p.life.provisional
	}
	switch {
	case p.provisional.set():
		return PartyProvisional, p.provisional, mark{}
	case consent.set():
		return PartyContracting, consent, next
	case p.signed.set():
		return PartySignatory, p.signed, mark{}
	}
	return PartyNone, mark{}, mark{}
}

// forceOnRecord tells whether the record dates the instrument's entry into force at all, be it after the day asked about.
func (p *partyCase) forceOnRecord() bool {
	c := newContest(p.instrument)
	for i := range c.events {
		e := &c.events[i]
		if _, dated := e.when(); e.Predicate == PredEnteredIntoForce && dated && c.counts(e) {
			return true
		}
	}
	return false
}

// boundLater finds the first BOUND_BY that begins after the day asked about.
func (p *partyCase) boundLater() (first mark) {
	for i := range p.events {
		e := &p.events[i]
		if e.Predicate != PredBoundBy || e.Actor != p.actor || !p.counts(e) {
			continue
		}
		if d, dated := e.when(); dated && d.Earliest() > p.until {
			if m := (mark{Event: e, day: d.Earliest()}); !first.set() || m.before(first) {
				first = m
			}
		}
	}
	return first
}

// The sides of a dispute that speak.
const (
	bothSides = iota
	endSide
	boundSide
)

// dispute tells whether a BOUND_BY contradicts the end, and which side is preferred.
func (p *partyCase) dispute(line []step) (side int, disputed bool) {
	var endPreferred, boundPreferred bool
	for _, s := range line {
		preferred := s.Rank == RankPreferred
		if s.stage() == actEnd && s.day >= p.ended.day {
			endPreferred = endPreferred || preferred
		}
		if p.contradicts(s) {
			disputed = true
			boundPreferred = boundPreferred || preferred
		}
	}
	switch {
	case endPreferred && !boundPreferred:
		return endSide, disputed
	case boundPreferred && !endPreferred:
		return boundSide, disputed
	}
	return bothSides, disputed
}

// contradicts tells whether s is a BOUND_BY from before the end that expressly holds beyond it. A validity to the very day, or to
// the year, in which the withdrawal took effect agrees with it.
func (p *partyCase) contradicts(s step) bool {
	to := s.Valid.To
	return s.stage() == actBound && s.day < p.ended.day &&
		(to.IsOpen() || to.Earliest() > p.ended.day && to.Latest() >= p.until)
}

// The stages of an actor's acts towards an instrument, in the order in which a day's acts are taken: the last one stands.
const (
	actSignature = iota
	actConsent
	actProvisional
	actBound
	actResumption
	actSuspension
	actEnd
)

// lapsePlace is the end of a stated validity: after every withdrawal of the same day, so that these decide.
const lapsePlace = actEnd<<stageShift | 3

func actPlace(p Predicate) (place uint8, ok bool) {
	switch p {
	case PredSigned:
		return actSignature << stageShift, true
	case PredProvisionallyApplies:
		return actProvisional << stageShift, true
	case PredBoundBy:
		return actBound << stageShift, true
	case PredResumed:
		return actResumption << stageShift, true
	case PredSuspended:
		return actSuspension << stageShift, true
	case PredWithdrewFrom:
		return actEnd << stageShift, true
	case PredDenounced:
		return actEnd<<stageShift | 1, true
	case PredNotifiedWithdrawal:
		return actEnd<<stageShift | 2, true
	}
	return actConsent << stageShift, p.consents()
}

func (p *partyCase) actSteps(steps []step) (_ []step, undated *Event) {
	for i := range p.events {
		e := &p.events[i]
		if e.Actor != p.actor {
			continue
		}
		place, ok := actPlace(e.Predicate)
		if !ok || !p.counts(e) {
			continue
		}
		d, dated := e.when()
		day := d.Earliest()
		switch {
		case !dated && e.Predicate == PredNotifiedWithdrawal: // a notice, told as pending
			continue
		case !dated:
			undated = firstOf(undated, e)
			continue
		case e.Predicate.consents():
			day = e.deposit()
		}
		if day <= p.until {
			steps = append(steps, step{mark{Event: e, day: day}, place})
		}
		if e.Predicate.Row().Tempo == TempoState && e.Valid.End() < p.until {
			if place = lapsePlace; e.Predicate == PredProvisionallyApplies {
				place = actProvisional<<stageShift | 1
			}
			steps = append(steps, step{mark{Event: e, day: e.Valid.End() + 1, stop: true}, place})
		}
	}
	order(steps)
	return steps, undated
}

// A standing is what an actor's acts since its last withdrawal amount to.
type standing struct {
	signed      mark
	consent     mark // the first given
	effective   mark // the one first effective, on that day, which may be still to come
	provisional mark
	bound       mark
	suspended   mark
	resumed     mark
	ended       mark
	also        mark // another end
	renewed     Day  // the last end that was taken; notices until then are spent
}

// stand takes the steps in order, without the ends from the day ignore on.
func stand(steps []step, ignore Day) standing {
	st := standing{renewed: MinDay - 1}
	for _, s := range steps {
		if s.stage() != actEnd || s.day < ignore {
			st.take(s)
		}
	}
	return st
}

func (st *standing) take(s step) {
	m := s.mark
	if s.stage() <= actBound && !s.stop {
		st.ended, st.also = mark{}, mark{}
	}
	switch s.stage() {
	case actSignature:
		first(&st.signed, m)
	case actConsent:
		first(&st.consent, m)
		d, _ := m.when()
		m.day = d.Earliest()
		if !st.effective.set() || m.day < st.effective.day {
			st.effective = m
		}
	case actProvisional:
		if !s.stop {
			first(&st.provisional, m)
		} else if st.provisional.Event == s.Event {
			st.provisional = mark{}
		}
	case actBound:
		first(&st.bound, m)
	case actResumption:
		if st.suspended.set() {
			st.suspended, st.resumed = mark{}, m
		}
	case actSuspension:
		if !st.ended.set() {
			first(&st.suspended, m)
			st.resumed = mark{}
		}
	case actEnd:
		st.end(m)
	}
}

func (st *standing) end(m mark) {
	switch {
	case !st.ended.set() || st.ended.stop && !m.stop: // a withdrawal on record says more than a validity that ran out
		*st = standing{ended: m}
	case !m.stop:
		first(&st.also, m)
	}
	st.renewed = m.day
}

func first(m *mark, by mark) {
	if !m.set() {
		*m = by
	}
}

// pending finds the notice or announcement of withdrawal that is on record but without effect: the one effective first, else a notice
// without effective date, else the latest announcement.
func (p *partyCase) pending() (notice *Event) {
	var best int
	var bestDay Day
	for i := range p.events {
		e := &p.events[i]
		from := e.Valid.From
		if e.Actor != p.actor || from.Precision() == PrecisionNone || from.Earliest() > p.at || from.Earliest() <= p.renewed || !p.counts(e) {
			continue
		}
		effective, dated := e.when()
		day, class := effective.Earliest(), 0
		switch place, _ := actPlace(e.Predicate); {
		case e.Predicate == PredAnnouncedWithdrawal:
			day, class = -from.Earliest(), 1
		case e.Predicate == PredNotifiedWithdrawal && !dated:
			day, class = -from.Earliest(), 2
		case place>>stageShift == actEnd && day > p.at:
			class = 3
		}
		if class == 0 || class < best {
			continue
		}
		if class > best || day < bestDay || day == bestDay && e.Statement < notice.Statement {
			notice, best, bestDay = e, class, day
		}
	}
	return notice
}
