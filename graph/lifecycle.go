package graph

import (
	"cmp"
	"slices"
)

// An Event is one dated act or event of an instrument as the rules of status see it: a few fields of a statement, taken from
// the shape without the store.
type Event struct {
	Statement StatementID
	Predicate Predicate
	Actor     ID       // who acted; empty for an event of the instrument itself
	Other     ID       // of SUPERSEDES, seen from the instrument superseded: its successor
	Via       ID       // the predecessor whose act SUCCESSOR_OF carries over to Actor; empty for the actor's own
	Valid     Interval // of the statement; an EVENT predicate has From only
	Effective Date     // qualifier effectiveOn; when not stated, Valid.From counts
	Rank      Rank     // DEPRECATED never counts
}

// A mark is an event and the day on which it begins to count or, of a STATE predicate, ceases to.
type mark struct {
	*Event
	day  Day
	stop bool // day is the first after Valid.To
}

func (m mark) set() bool { return m.Event != nil }

// date returns the stated date that gives the mark's day.
func (m mark) date() Date {
	if m.stop {
		return m.day.Date()
	}
	d, _ := m.when()
	if d.Earliest() != m.day { // a consent, on the day it was given
		return m.Valid.From
	}
	return d
}

func (m mark) before(o mark) bool {
	return cmp.Or(cmp.Compare(m.day, o.day), cmp.Compare(m.Statement, o.Statement)) < 0
}

// later returns the mark with the later day, the first when equal; an unset one is earlier than all.
func later(a, b mark) mark {
	if !b.set() || a.set() && a.day >= b.day {
		return a
	}
	return b
}

func earlier(a, b mark) mark {
	if !b.set() || a.set() && a.day <= b.day {
		return a
	}
	return b
}

func because(marks ...mark) []StatementID {
	ids := make([]StatementID, 0, len(marks))
	for _, m := range marks {
		if m.set() && !slices.Contains(ids, m.Statement) {
			ids = append(ids, m.Statement)
		}
	}
	return ids
}

// when returns the date from which e counts, false when none is stated. A notice of withdrawal counts only from a stated effective
// date. A BOUND_BY is a state: one without beginning has held as far back as can be asked.
func (e *Event) when() (d Date, dated bool) {
	d = e.Effective
	if d.Precision() == PrecisionNone {
		if d = e.Valid.From; e.Predicate == PredNotifiedWithdrawal {
			d = Date{}
		}
	}
	return d, d.Precision() != PrecisionNone || e.Predicate == PredBoundBy
}

// deposit returns the day on which a consent was given, be it effective later: the earlier of its two days.
func (e *Event) deposit() Day {
	d, _ := e.when()
	if e.Valid.From.Precision() == PrecisionNone {
		return d.Earliest()
	}
	return min(d.Earliest(), e.Valid.From.Earliest())
}

// consents tells whether p is a means of expressing consent to be bound (VCLT article 11).
func (p Predicate) consents() bool {
	switch p {
	case PredRatified, PredAccepted, PredApproved, PredAccededTo, PredSucceededTo, PredConfirmed, PredConsentedTo:
		return true
	}
	return false
}

// A contest is a set of events among which rank and precision decide what counts.
type contest struct {
	events    []Event
	preferred bool // one of them is
}

func newContest(events []Event) contest {
	c := contest{events: events}
	for i := range events {
		c.preferred = c.preferred || events[i].Rank == RankPreferred
	}
	return c
}

// counts tells whether e is to be heard. Most events are day-precise and no rank is stated, so most need no look at the others.
func (c *contest) counts(e *Event) bool {
	if e.Rank == RankDeprecated {
		return false
	}
	d, dated := e.when()
	if !c.preferred && (!dated || d.Earliest() == d.Latest()) {
		return true
	}
	for i := range c.events {
		f := &c.events[i]
		if f.Predicate != e.Predicate || f.Rank == RankDeprecated || f.Actor != e.Actor || f.Via != e.Via || f.Other != e.Other {
			continue
		}
		better, worse := f.Rank == RankPreferred, e.Rank == RankPreferred
		if better && !worse || better == worse && dated && f.refines(e, d) {
			return false
		}
	}
	return true
}

// refines tells whether f gives a more precise date than e, which gives d, and does not contradict it.
func (f *Event) refines(e *Event, d Date) bool {
	g, dated := f.when()
	return dated && f.Valid.To == e.Valid.To && d.Precision() != PrecisionNone && g.Precision() != PrecisionNone &&
		d.Earliest() <= g.Earliest() && g.Latest() <= d.Latest() && g.Latest()-g.Earliest() < d.Latest()-d.Earliest()
}

// A step is one change on the line of time. Its place orders the steps of one day: the stage, then the place within it.
type step struct {
	mark
	place uint8
}

// usualSteps is how many steps fit without allocating; a bilateral treaty has about ten, few actors have more towards one instrument.
const usualSteps = 32

const stageShift = 4

func (s step) stage() uint8 { return s.place >> stageShift }

func order(steps []step) {
	slices.SortFunc(steps, func(a, b step) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.place, b.place), cmp.Compare(a.Statement, b.Statement))
	})
}
