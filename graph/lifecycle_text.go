package graph

// A sentence is the explanation of a status while it is written. Every method adds a part.
type sentence []byte

func (s *sentence) say(parts ...string) {
	for _, part := range parts {
		*s = append(*s, part...)
	}
}

// on says when something happened; the day that counts is said where the date names none.
func (s *sentence) on(d Date) {
	switch {
	case d.Precision() == PrecisionDay:
		s.say(" on ", d.String())
	default:
		s.say(" in ", d.String(), " (counted from ", d.Earliest().String(), ")")
	}
}

// since says from when something has held.
func (s *sentence) since(d Date) {
	if d.Precision() == PrecisionDay {
		s.say(" since ", d.String())
		return
	}
	s.say(" since a day")
	s.on(d)
}

// by names the statement: its predicate and whose act it carries over.
func (s *sentence) by(e *Event) {
	s.say(" (", e.Predicate.String())
	if e.Via != "" {
		s.say(", carried over from ", string(e.Via))
	}
	s.say(")")
}

// end closes the sentence, with what is left out for want of a date.
func (s *sentence) end(undated *Event) string {
	if undated != nil {
		s.say("; ", undated.Predicate.String(), " without date does not count")
	}
	s.say(".")
	return string(*s)
}

// usualSentence is room for most explanations, so that writing one allocates little more than the result.
const usualSentence = 320

func explainInstrument(kind Kind, l *life, undated *Event, at Day) string {
	var buffer [usualSentence]byte
	s := sentence(buffer[:0])
	d := l.decided
	switch l.state {
	case StateUnknown:
		s.say("Nothing dated is on record for the instrument up to ", at.String())
		return s.end(undated)
	case StateForeseen:
		s.say(planWords(d.Predicate))
		s.on(d.date())
		s.by(d.Event)
		s.say("; no adoption or signature on record up to ", at.String())
	case StateAdopted:
		s.say(adoptionWords(d.Predicate))
		s.on(d.date())
		s.by(d.Event)
		if kind == KindResolution || kind == KindDeclaration { // which do not enter into force
			s.say("; nothing on record has ended it up to ", at.String())
		} else {
			s.say("; no entry into force on record up to ", at.String())
		}
	case StateProvisionallyApplied, StateInForce:
		s.applies(l, at)
	case StateSuspended:
		s.say("Operation suspended")
		s.since(d.date())
		s.by(d.Event)
	default:
		s.ended(d, true)
	}
	if l.also.set() {
		s.say("; also on record: ", l.also.Predicate.String())
		s.on(l.also.date())
	}
	return s.end(undated)
}

func (s *sentence) applies(l *life, at Day) {
	begun, words := l.force, "In force"
	if l.state == StateProvisionallyApplied {
		begun, words = l.provisional, "Provisionally applied"
	}
	s.say(words)
	if begun.set() {
		s.since(begun.date())
		s.by(begun.Event)
	}
	if l.resumed.set() && l.resumed != begun {
		s.say(", in operation again")
		s.since(l.resumed.date())
		s.by(l.resumed.Event)
	}
	if l.extended.set() && l.extended.day >= begun.day {
		s.say("; extended")
		s.on(l.extended.date())
		s.by(l.extended.Event)
	}
	if l.former.set() {
		s.say("; an earlier life had ended")
		s.on(l.former.date())
		s.by(l.former.Event)
	}
	if l.state == StateProvisionallyApplied {
		s.say("; no entry into force on record up to ", at.String())
	}
}

// ended says how an instrument ended, at the beginning of a sentence or within it.
func (s *sentence) ended(end mark, begins bool) {
	words := [...]string{"was superseded", "was terminated", "expired"}
	if begins {
		words = [...]string{"Superseded", "Terminated", "Expired"}
	}
	switch endState(end.Predicate) {
	case StateSuperseded:
		s.say(words[0])
		if end.Other != "" {
			s.say(" by ", string(end.Other))
		}
	case StateTerminated:
		s.say(words[1])
	default:
		s.say(words[2])
	}
	s.on(end.date())
	s.by(end.Event)
}

func planWords(p Predicate) string {
	switch p {
	case PredDraftingBegan:
		return "Drafting began"
	case PredInitialled:
		return "Initialled"
	}
	return "Foreseen by a text"
}

func adoptionWords(p Predicate) string {
	switch p {
	case PredConcluded:
		return "Concluded"
	case PredOpenedForSignature:
		return "Opened for signature"
	case PredSigned:
		return "First signed"
	}
	return "Adopted"
}

// status puts an answer together: reasons are what decided, in order, unset ones and repetitions left out.
func (p *partyCase) status(value PartyState, since mark, reasons ...mark) PartyStatus {
	st := PartyStatus{Value: value, At: p.at, Explanation: p.explain(value, since, reasons)}
	if since.set() {
		st.Since = since.date()
		st.Because = because(reasons...)
	}
	return st
}

func (p *partyCase) explain(value PartyState, since mark, reasons []mark) string {
	var buffer [usualSentence]byte
	s := sentence(buffer[:0])
	switch value {
	case PartyNone:
		p.explainNone(&s, since, reasons)
		return s.end(p.undated)
	case PartySignatory:
		s.say("Signatory")
		s.since(since.date())
		s.by(since.Event)
		s.say("; no consent to be bound on record up to ", p.at.String())
	case PartyContracting:
		p.explainContracting(&s, since, reasons[1])
	case PartyParty, PartyProvisional:
		p.explainBound(&s, value, since, reasons[0], reasons[1])
	case PartySuspended:
		p.explainSuspended(&s, since, reasons[0])
	case PartyWithdrawn:
		s.say("Withdrawn")
		s.since(since.date())
		s.by(since.Event)
		if p.also.set() {
			s.say("; also on record: ", p.also.Predicate.String())
			s.on(p.also.date())
		}
		return s.end(p.undated)
	case PartyDisputed:
		p.explainDisputed(&s)
		return s.end(p.undated)
	}
	p.explainPending(&s)
	return s.end(p.undated)
}

func (p *partyCase) explainNone(s *sentence, since mark, reasons []mark) {
	switch {
	case !since.set():
		s.say("No act of ", string(p.actor), " that gives it a standing is on record up to ", p.until.String())
		if p.life.ended.set() {
			s.say(", when the instrument ended")
		}
	case since.stop:
		s.say("No longer bound")
		s.since(since.date())
		s.say(": validity ended on ", since.Valid.To.String())
		s.by(since.Event)
		s.say(", and how is not on record")
	default:
		switch had := reasons[1]; had.Predicate {
		case PredSigned:
			s.say("No longer a signatory")
		case PredProvisionallyApplies:
			s.say("No longer applied provisionally")
		default:
			s.say("No longer bound")
		}
		if since.Predicate == PredDissolved {
			s.say(", because ", string(p.actor), " ceased to exist")
			s.on(since.date())
			s.by(since.Event)
			return
		}
		s.say(", because the instrument ")
		s.ended(since, false)
	}
}

func (p *partyCase) explainContracting(s *sentence, since, next mark) {
	s.say("Contracting")
	s.since(since.date())
	s.say(", ", contractingWords(since.Predicate))
	s.by(since.Event)
	switch {
	case next.set():
		s.say("; in force for ", string(p.actor), " only from ", next.date().String())
		s.by(next.Event)
	case !p.life.force.set():
		s.say("; no entry into force of the instrument on record up to ", p.at.String())
	default:
		s.say("; effective only from ", p.effective.date().String())
	}
}

func (p *partyCase) explainBound(s *sentence, value PartyState, since, own, other mark) {
	words := "Party"
	if value == PartyProvisional {
		words = "Applied provisionally"
	}
	s.say(words)
	s.since(since.date())
	s.say(": ", actWords(own.Predicate))
	switch {
	case own.Predicate != PredBoundBy:
		s.on(own.date())
	case own.day > MinDay:
		s.since(own.date())
	}
	s.by(own.Event)
	if other.set() {
		words = ", instrument in force"
		if other.Predicate == PredProvisionallyApplied {
			words = ", instrument provisionally applied"
		}
		s.say(words)
		s.since(other.date())
		s.by(other.Event)
	}
	if again := later(p.life.resumed, p.resumed); again.set() && again != other {
		s.say(", in operation again")
		s.since(again.date())
		s.by(again.Event)
	}
}

func contractingWords(p Predicate) string {
	if p == PredBoundBy {
		return "recorded as bound"
	}
	return "by consent"
}

func actWords(p Predicate) string {
	switch p {
	case PredSigned:
		return "signature"
	case PredBoundBy:
		return "bound"
	case PredProvisionallyApplies:
		return "its own decision"
	}
	return "consent effective"
}

func (p *partyCase) explainSuspended(s *sentence, since, by mark) {
	if by.Predicate == PredOperationSuspended {
		s.say("Suspended")
		s.since(since.date())
		s.say(": the instrument's operation was suspended")
		s.on(by.date())
		s.by(by.Event)
		return
	}
	s.say("Suspended by ", string(p.actor))
	s.since(since.date())
	s.by(by.Event)
	s.say("; not withdrawn")
}

func (p *partyCase) explainDisputed(s *sentence) {
	s.say("Disputed")
	s.since(p.ended.date())
	s.say(": the standing ended on that day by one account")
	s.by(p.ended.Event)
	s.say(", while another holds ", string(p.actor), " bound ", p.bound.Valid.String())
	s.by(p.bound.Event)
	if p.also.set() {
		s.say("; also on record: ", p.also.Predicate.String())
		s.on(p.also.date())
	}
}

func (p *partyCase) explainPending(s *sentence) {
	e := p.pending()
	if e == nil {
		return
	}
	if e.Predicate == PredAnnouncedWithdrawal {
		s.say("; withdrawal announced")
		s.on(e.Valid.From)
		s.by(e)
		s.say(", without effect")
		return
	}
	s.say("; withdrawal notified")
	s.on(e.Valid.From)
	s.by(e)
	if effective, dated := e.when(); dated {
		s.say(", effective only from ", effective.String())
	} else {
		s.say(", effective date not on record")
	}
}
