package graph_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"treatygraph/graph"
)

// lifeOf reads events, one a line: PREDICATE DATE [ACTOR] [key=value …]. The keys are effective, via, other and rank; DATE is an
// interval or "undated". An event's statement ID is its line up to the actor, in lower case with dots.
func lifeOf(lines string) (events []graph.Event) {
	for line := range strings.Lines(lines) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		p, err := graph.ParsePredicate(fields[0])
		if err != nil {
			panic(err)
		}
		e := graph.Event{Predicate: p, Rank: graph.RankNormal}
		if fields[1] != "undated" {
			if e.Valid, err = graph.ParseInterval(fields[1]); err != nil {
				panic(err)
			}
		}
		name := strings.ToLower(fields[0]) + "." + fields[1]
		for _, field := range fields[2:] {
			switch key, value, _ := strings.Cut(field, "="); key {
			case "effective":
				e.Effective = graph.MustDate(value)
			case "via":
				e.Via = graph.ID(value)
			case "other":
				e.Other = graph.ID(value)
			case "rank":
				if e.Rank, err = graph.ParseRank(value); err != nil {
					panic(err)
				}
			default:
				e.Actor = graph.ID(field)
				name += "." + strings.TrimPrefix(field, "state/")
			}
		}
		e.Statement = graph.StatementID(name)
		events = append(events, e)
	}
	return events
}

func lifeDay(s string) graph.Day { return graph.MustDate(s).Earliest() }

func lifeIDs(ids []graph.StatementID) string {
	var names []string
	for _, id := range ids {
		names = append(names, string(id))
	}
	return strings.Join(names, " ")
}

// The facts are those of the data model's list; the acts of single states are general reference.
const (
	startI = `
		CONCLUDED 1991-07-31
		ENTERED_INTO_FORCE 1994-12-05
		EXPIRED 2009-12-05`
	sort = `
		CONCLUDED 2002-05-24
		ENTERED_INTO_FORCE 2003-06-01
		SUPERSEDES 2011-02-05 other=treaty/new-start`
	npt = `
		OPENED_FOR_SIGNATURE 1968-07-01
		ENTERED_INTO_FORCE 1970-03-05
		EXTENDED 1995-05-11`
	inf = `
		CONCLUDED 1987-12-08
		ENTERED_INTO_FORCE 1988-06-01
		TERMINATED 2019-08-02`
	cfe = `
		CONCLUDED 1990-11-19
		PROVISIONALLY_APPLIED 1992-07-17
		ENTERED_INTO_FORCE 1992-11-09`
	adaptedCFE = `ADOPTED 1999-11-19`
	cfeRussia  = `
		SIGNED 1990-11-19 state/rus via=state/sun
		RATIFIED 1992-09-03 state/rus
		SUSPENDED 2007-12-12 state/rus
		NOTIFIED_WITHDRAWAL 2023-05-29 state/rus effective=2023-11-07
		WITHDREW_FROM 2023-11-07 state/rus`
)

type instrumentCase struct {
	events, at, value, since, because, explanation string
}

func checkInstruments(t *testing.T, cases []instrumentCase) {
	t.Helper()
	for _, c := range cases {
		got := graph.DeriveInstrumentStatus(graph.KindTreaty, lifeOf(c.events), lifeDay(c.at))
		if got.Value.String() != c.value || got.Since.String() != c.since || lifeIDs(got.Because) != c.because ||
			got.Explanation != c.explanation || got.At != lifeDay(c.at) {
			t.Errorf("%s\non %s\n got %v since %v because %s\n     %s\nwant %s since %s because %s\n     %s", c.events, c.at,
				got.Value, got.Since, lifeIDs(got.Because), got.Explanation, c.value, c.since, c.because, c.explanation)
		}
	}
}

type partyTest struct {
	actor, actions, instrument, at, value, since, because, explanation string
}

func checkParties(t *testing.T, cases []partyTest) {
	t.Helper()
	for _, c := range cases {
		got := graph.DerivePartyStatus(graph.ID(c.actor), lifeOf(c.actions), lifeOf(c.instrument), lifeDay(c.at))
		if got.Value.String() != c.value || got.Since.String() != c.since || lifeIDs(got.Because) != c.because ||
			got.Explanation != c.explanation || got.At != lifeDay(c.at) {
			t.Errorf("%s\n%s\non %s\n got %v since %v because %s\n     %s\nwant %s since %s because %s\n     %s", c.actions, c.instrument, c.at,
				got.Value, got.Since, lifeIDs(got.Because), got.Explanation, c.value, c.since, c.because, c.explanation)
		}
	}
}

func TestTheStatusOfKnownTreatiesIsThatOfTheReferenceWorks(t *testing.T) {
	checkInstruments(t, []instrumentCase{
		{startI, "1991-07-30", "UNKNOWN", "", "", "Nothing dated is on record for the instrument up to 1991-07-30."},
		{startI, "1991-07-31", "ADOPTED", "1991-07-31", "concluded.1991-07-31", "Concluded on 1991-07-31 (CONCLUDED); no entry into force on record up to 1991-07-31."},
		{startI, "1994-12-04", "ADOPTED", "1991-07-31", "concluded.1991-07-31", "Concluded on 1991-07-31 (CONCLUDED); no entry into force on record up to 1994-12-04."},
		{startI, "1994-12-05", "IN_FORCE", "1994-12-05", "entered_into_force.1994-12-05", "In force since 1994-12-05 (ENTERED_INTO_FORCE)."},
		{startI, "2008-04-06", "IN_FORCE", "1994-12-05", "entered_into_force.1994-12-05", "In force since 1994-12-05 (ENTERED_INTO_FORCE)."},
		{startI, "2009-12-04", "IN_FORCE", "1994-12-05", "entered_into_force.1994-12-05", "In force since 1994-12-05 (ENTERED_INTO_FORCE)."},
		{startI, "2009-12-05", "EXPIRED", "2009-12-05", "expired.2009-12-05", "Expired on 2009-12-05 (EXPIRED)."},
		{startI, "2009-12-06", "EXPIRED", "2009-12-05", "expired.2009-12-05", "Expired on 2009-12-05 (EXPIRED)."},
		{sort, "2011-02-04", "IN_FORCE", "2003-06-01", "entered_into_force.2003-06-01", "In force since 2003-06-01 (ENTERED_INTO_FORCE)."},
		{sort, "2011-02-05", "SUPERSEDED", "2011-02-05", "supersedes.2011-02-05", "Superseded by treaty/new-start on 2011-02-05 (SUPERSEDES)."},
		{npt, "1970-03-04", "ADOPTED", "1968-07-01", "opened_for_signature.1968-07-01", "Opened for signature on 1968-07-01 (OPENED_FOR_SIGNATURE); no entry into force on record up to 1970-03-04."},
		{npt, "1995-05-10", "IN_FORCE", "1970-03-05", "entered_into_force.1970-03-05", "In force since 1970-03-05 (ENTERED_INTO_FORCE)."},
		{npt, "2008-04-06", "IN_FORCE", "1970-03-05", "entered_into_force.1970-03-05", "In force since 1970-03-05 (ENTERED_INTO_FORCE); extended on 1995-05-11 (EXTENDED)."},
		{inf, "2019-08-01", "IN_FORCE", "1988-06-01", "entered_into_force.1988-06-01", "In force since 1988-06-01 (ENTERED_INTO_FORCE)."},
		{inf, "2019-08-02", "TERMINATED", "2019-08-02", "terminated.2019-08-02", "Terminated on 2019-08-02 (TERMINATED)."},
		{inf, "2019-08-03", "TERMINATED", "2019-08-02", "terminated.2019-08-02", "Terminated on 2019-08-02 (TERMINATED)."},
		{cfe, "1992-07-16", "ADOPTED", "1990-11-19", "concluded.1990-11-19", "Concluded on 1990-11-19 (CONCLUDED); no entry into force on record up to 1992-07-16."},
		{cfe, "1992-07-17", "PROVISIONALLY_APPLIED", "1992-07-17", "provisionally_applied.1992-07-17", "Provisionally applied since 1992-07-17 (PROVISIONALLY_APPLIED); no entry into force on record up to 1992-07-17."},
		{cfe, "1992-11-08", "PROVISIONALLY_APPLIED", "1992-07-17", "provisionally_applied.1992-07-17", "Provisionally applied since 1992-07-17 (PROVISIONALLY_APPLIED); no entry into force on record up to 1992-11-08."},
		{cfe, "1992-11-09", "IN_FORCE", "1992-11-09", "entered_into_force.1992-11-09", "In force since 1992-11-09 (ENTERED_INTO_FORCE)."},
		{cfe + cfeRussia, "2023-11-07", "IN_FORCE", "1992-11-09", "entered_into_force.1992-11-09", "In force since 1992-11-09 (ENTERED_INTO_FORCE)."},
		{adaptedCFE, "2008-04-06", "ADOPTED", "1999-11-19", "adopted.1999-11-19", "Adopted on 1999-11-19 (ADOPTED); no entry into force on record up to 2008-04-06."},
		{adaptedCFE, "2025-01-01", "ADOPTED", "1999-11-19", "adopted.1999-11-19", "Adopted on 1999-11-19 (ADOPTED); no entry into force on record up to 2025-01-01."},
	})
}

func TestAResolutionStaysAdoptedUntilSomethingEndsIt(t *testing.T) {
	checkInstruments(t, []instrumentCase{
		{"ADOPTED 2004-04-28", "2025-01-01", "ADOPTED", "2004-04-28", "adopted.2004-04-28", "Adopted on 2004-04-28 (ADOPTED); no entry into force on record up to 2025-01-01."},
		{"ADOPTED 2006-12-23\nTERMINATED 2016-01-16", "2016-01-16", "TERMINATED", "2016-01-16", "terminated.2016-01-16", "Terminated on 2016-01-16 (TERMINATED)."},
	})
}

func TestAnInstrumentIsForeseenUntilItIsAdoptedOrSigned(t *testing.T) {
	planned := "FORESEEN 2008-04-06\nDRAFTING_BEGAN 2007-06-29\nINITIALLED 2007-06-29 state/usa\nSIGNED 2008-05-06 state/usa"
	checkInstruments(t, []instrumentCase{
		{planned, "2007-06-28", "UNKNOWN", "", "", "Nothing dated is on record for the instrument up to 2007-06-28."},
		{planned, "2008-04-06", "FORESEEN", "2007-06-29", "drafting_began.2007-06-29", "Drafting began on 2007-06-29 (DRAFTING_BEGAN); no adoption or signature on record up to 2008-04-06."},
		{"INITIALLED 2007-06-29 state/usa", "2008-04-06", "FORESEEN", "2007-06-29", "initialled.2007-06-29.usa", "Initialled on 2007-06-29 (INITIALLED); no adoption or signature on record up to 2008-04-06."},
		{"FORESEEN 2008-04-06", "2008-04-06", "FORESEEN", "2008-04-06", "foreseen.2008-04-06", "Foreseen by a text on 2008-04-06 (FORESEEN); no adoption or signature on record up to 2008-04-06."},
		{planned, "2008-05-06", "ADOPTED", "2008-05-06", "signed.2008-05-06.usa", "First signed on 2008-05-06 (SIGNED); no entry into force on record up to 2008-05-06."},
	})
}

func TestAStepAlreadyPassedDoesNotTakeATreatyBack(t *testing.T) {
	late := npt + "\nSIGNED 1970-06-01 state/aaa\nFORESEEN 1971\nADOPTED 1972-01-01\nPROVISIONALLY_APPLIED 1973-01-01\nREGISTERED 1974-01-01"
	checkInstruments(t, []instrumentCase{
		{late, "1980-01-01", "IN_FORCE", "1970-03-05", "entered_into_force.1970-03-05", "In force since 1970-03-05 (ENTERED_INTO_FORCE)."},
	})
}

func TestSuspensionOfTheOperationLastsUntilItResumes(t *testing.T) {
	events := "ENTERED_INTO_FORCE 1990-01-01\nOPERATION_SUSPENDED 1995-01-01\nRESUMED 1996-01-01\nSUSPENDED 1997-01-01 state/aaa\nRESUMED 1995-06-01 state/aaa"
	checkInstruments(t, []instrumentCase{
		{events, "1995-12-31", "SUSPENDED", "1995-01-01", "operation_suspended.1995-01-01", "Operation suspended since 1995-01-01 (OPERATION_SUSPENDED)."},
		{events, "1998-01-01", "IN_FORCE", "1996-01-01", "resumed.1996-01-01 entered_into_force.1990-01-01", "In force since 1990-01-01 (ENTERED_INTO_FORCE), in operation again since 1996-01-01 (RESUMED)."},
		{"PROVISIONALLY_APPLIED 1990-01-01\nOPERATION_SUSPENDED 1995-01-01\nRESUMED 1996-01-01", "1996-01-01", "PROVISIONALLY_APPLIED", "1996-01-01", "resumed.1996-01-01",
			"Provisionally applied since 1990-01-01 (PROVISIONALLY_APPLIED), in operation again since 1996-01-01 (RESUMED); no entry into force on record up to 1996-01-01."},
		{"OPERATION_SUSPENDED 1995-01-01\nRESUMED 1996-01-01\nENTERED_INTO_FORCE 1997-01-01", "1998-01-01", "IN_FORCE", "1996-01-01", "resumed.1996-01-01",
			"In force since 1996-01-01 (RESUMED); also on record: ENTERED_INTO_FORCE on 1997-01-01."},
		{"ENTERED_INTO_FORCE 1990-01-01\nOPERATION_SUSPENDED 1995-01-01\nENTERED_INTO_FORCE 1996-01-01", "1998-01-01", "IN_FORCE", "1996-01-01", "entered_into_force.1996-01-01 entered_into_force.1990-01-01",
			"In force since 1990-01-01 (ENTERED_INTO_FORCE), in operation again since 1996-01-01 (ENTERED_INTO_FORCE)."},
		{"PROVISIONALLY_APPLIED 1990-01-01\nPROVISIONALLY_APPLIED 1991-01-01", "1998-01-01", "PROVISIONALLY_APPLIED", "1990-01-01", "provisionally_applied.1990-01-01",
			"Provisionally applied since 1990-01-01 (PROVISIONALLY_APPLIED); no entry into force on record up to 1998-01-01; also on record: PROVISIONALLY_APPLIED on 1991-01-01."},
		{"PROVISIONALLY_APPLIED 1990-01-01\nOPERATION_SUSPENDED 1995-01-01\nPROVISIONALLY_APPLIED 1996-01-01", "1996-01-01", "PROVISIONALLY_APPLIED", "1996-01-01", "provisionally_applied.1996-01-01",
			"Provisionally applied since 1990-01-01 (PROVISIONALLY_APPLIED), in operation again since 1996-01-01 (PROVISIONALLY_APPLIED); no entry into force on record up to 1996-01-01."},
		{"RESUMED 1996-01-01\nADOPTED 1996-01-01", "1996-01-01", "ADOPTED", "1996-01-01", "adopted.1996-01-01", "Adopted on 1996-01-01 (ADOPTED); no entry into force on record up to 1996-01-01."},
	})
}

func TestTheFirstEndStandsAndOnlyEntryIntoForceOrProvisionalApplicationBeginsAnew(t *testing.T) {
	checkInstruments(t, []instrumentCase{
		{startI + "\nSUPERSEDES 2011-02-05 other=treaty/new-start", "2012-01-01", "EXPIRED", "2009-12-05", "expired.2009-12-05", "Expired on 2009-12-05 (EXPIRED); also on record: SUPERSEDES on 2011-02-05."},
		{startI + "\nOPERATION_SUSPENDED 2010-01-01\nEXTENDED 2010-01-01\nADOPTED 2010-01-01", "2012-01-01", "EXPIRED", "2009-12-05", "expired.2009-12-05", "Expired on 2009-12-05 (EXPIRED); also on record: OPERATION_SUSPENDED on 2010-01-01."},
		{startI + "\nENTERED_INTO_FORCE 2010-01-01", "2012-01-01", "IN_FORCE", "2010-01-01", "entered_into_force.2010-01-01", "In force since 2010-01-01 (ENTERED_INTO_FORCE); an earlier life had ended on 2009-12-05 (EXPIRED)."},
		{startI + "\nPROVISIONALLY_APPLIED 2010-01-01", "2012-01-01", "PROVISIONALLY_APPLIED", "2010-01-01", "provisionally_applied.2010-01-01",
			"Provisionally applied since 2010-01-01 (PROVISIONALLY_APPLIED); an earlier life had ended on 2009-12-05 (EXPIRED); no entry into force on record up to 2012-01-01."},
	})
}

func TestOnTheSameDayTheLaterStageDecidesAndNamesWhatItOverrode(t *testing.T) {
	// Each adds one event of the same day, from the weakest to the strongest.
	sameDay := []struct{ event, value, because string }{
		{"INITIALLED 2000-01-01 state/aaa", "FORESEEN", "initialled.2000-01-01.aaa"},
		{"DRAFTING_BEGAN 2000-01-01", "FORESEEN", "drafting_began.2000-01-01"},
		{"FORESEEN 2000-01-01", "FORESEEN", "foreseen.2000-01-01"},
		{"SIGNED 2000-01-01 state/aaa", "ADOPTED", "signed.2000-01-01.aaa"},
		{"OPENED_FOR_SIGNATURE 2000-01-01", "ADOPTED", "opened_for_signature.2000-01-01"},
		{"CONCLUDED 2000-01-01", "ADOPTED", "concluded.2000-01-01"},
		{"ADOPTED 2000-01-01", "ADOPTED", "adopted.2000-01-01"},
		{"PROVISIONALLY_APPLIED 2000-01-01", "PROVISIONALLY_APPLIED", "provisionally_applied.2000-01-01"},
		{"EXTENDED 2000-01-01", "PROVISIONALLY_APPLIED", "provisionally_applied.2000-01-01"},
		{"ENTERED_INTO_FORCE 2000-01-01", "IN_FORCE", "entered_into_force.2000-01-01"},
		{"OPERATION_SUSPENDED 2000-01-01", "SUSPENDED", "operation_suspended.2000-01-01 entered_into_force.2000-01-01"},
		{"EXPIRED 2000-01-01", "EXPIRED", "expired.2000-01-01 entered_into_force.2000-01-01 operation_suspended.2000-01-01"},
		{"TERMINATED 2000-01-01", "TERMINATED", "terminated.2000-01-01 entered_into_force.2000-01-01 operation_suspended.2000-01-01 expired.2000-01-01"},
		{"SUPERSEDES 2000-01-01 other=treaty/b", "SUPERSEDED", "supersedes.2000-01-01 entered_into_force.2000-01-01 operation_suspended.2000-01-01 terminated.2000-01-01 expired.2000-01-01"},
	}
	var events string
	for _, s := range sameDay {
		events += s.event + "\n"
		got := graph.DeriveInstrumentStatus(graph.KindTreaty, lifeOf(events), lifeDay("2000-01-01"))
		if got.Value.String() != s.value || lifeIDs(got.Because) != s.because {
			t.Errorf("with %s: %v because %s, want %s because %s", s.event, got.Value, lifeIDs(got.Because), s.value, s.because)
		}
	}
	got := graph.DeriveInstrumentStatus(graph.KindTreaty, lifeOf(events), lifeDay("2000-01-01"))
	if want := "Superseded by treaty/b on 2000-01-01 (SUPERSEDES); also on record: OPERATION_SUSPENDED on 2000-01-01."; got.Explanation != want {
		t.Errorf("got %s, want %s", got.Explanation, want)
	}
}

func TestAnImpreciseDateCountsFromItsEarliestDayAndIsPrintedAsStated(t *testing.T) {
	checkInstruments(t, []instrumentCase{
		{"ENTERED_INTO_FORCE 2007", "2006-12-31", "UNKNOWN", "", "", "Nothing dated is on record for the instrument up to 2006-12-31."},
		{"ENTERED_INTO_FORCE 2007", "2007-01-01", "IN_FORCE", "2007", "entered_into_force.2007", "In force since a day in 2007 (counted from 2007-01-01) (ENTERED_INTO_FORCE)."},
		{"ADOPTED 200X~", "2007-01-01", "ADOPTED", "200X~", "adopted.200X~", "Adopted in 200X~ (counted from 2000-01-01) (ADOPTED); no entry into force on record up to 2007-01-01."},
	})
}

func TestADateGivesWayToAMorePreciseOneWithinIt(t *testing.T) {
	checkInstruments(t, []instrumentCase{
		{startI + "\nENTERED_INTO_FORCE 1994\nEXPIRED 2009", "1994-12-04", "ADOPTED", "1991-07-31", "concluded.1991-07-31", "Concluded on 1991-07-31 (CONCLUDED); no entry into force on record up to 1994-12-04."},
		{startI + "\nENTERED_INTO_FORCE 1994\nEXPIRED 2009", "2009-12-04", "IN_FORCE", "1994-12-05", "entered_into_force.1994-12-05", "In force since 1994-12-05 (ENTERED_INTO_FORCE)."},
		{"ENTERED_INTO_FORCE 1995\nENTERED_INTO_FORCE 1994-12-05\nENTERED_INTO_FORCE 1994-12-05 rank=DEPRECATED", "1995-01-01", "IN_FORCE", "1994-12-05", "entered_into_force.1994-12-05",
			"In force since 1994-12-05 (ENTERED_INTO_FORCE); also on record: ENTERED_INTO_FORCE in 1995 (counted from 1995-01-01)."},
		{"ENTERED_INTO_FORCE 1994 rank=PREFERRED\nENTERED_INTO_FORCE 1994-12-05", "1994-12-04", "IN_FORCE", "1994", "entered_into_force.1994", "In force since a day in 1994 (counted from 1994-01-01) (ENTERED_INTO_FORCE)."},
	})
}

func TestWhatHasNoDateDecidesNothingButIsNamed(t *testing.T) {
	checkInstruments(t, []instrumentCase{
		{"TERMINATED undated\nENTERED_INTO_FORCE 2007-01-01", "2010-01-01", "IN_FORCE", "2007-01-01", "entered_into_force.2007-01-01", "In force since 2007-01-01 (ENTERED_INTO_FORCE); TERMINATED without date does not count."},
		{"ADOPTED undated", "2010-01-01", "UNKNOWN", "", "", "Nothing dated is on record for the instrument up to 2010-01-01; ADOPTED without date does not count."},
	})
	checkInstruments(t, []instrumentCase{
		{"EXPIRED undated\nADOPTED undated", "2010-01-01", "UNKNOWN", "", "", "Nothing dated is on record for the instrument up to 2010-01-01; ADOPTED without date does not count."},
		{"ADOPTED undated\nEXPIRED undated", "2010-01-01", "UNKNOWN", "", "", "Nothing dated is on record for the instrument up to 2010-01-01; ADOPTED without date does not count."},
	})
	checkParties(t, []partyTest{
		{"state/aaa", "RATIFIED undated state/aaa effective=1980-04-01", npt, "1980-04-01", "PARTY", "1980-04-01", "ratified.undated.aaa entered_into_force.1970-03-05",
			"Party since 1980-04-01: consent effective on 1980-04-01 (RATIFIED), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)."},
		{"state/aaa", "RATIFIED undated state/aaa", npt, "2000-01-01", "NONE", "", "", "No act of state/aaa that gives it a standing is on record up to 2000-01-01; RATIFIED without date does not count."},
		{"state/aaa", "BOUND_BY undated state/aaa", npt, "1970-03-04", "NONE", "", "", "No act of state/aaa that gives it a standing is on record up to 1970-03-04; BOUND_BY without date does not count."},
		{"state/aaa", "BOUND_BY undated state/aaa", npt, "1970-03-05", "PARTY", "1970-03-05", "bound_by.undated.aaa entered_into_force.1970-03-05", "Party since 1970-03-05: bound (BOUND_BY), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)."},
	})
}

func TestEffectiveDayCountsWhereStated(t *testing.T) {
	checkInstruments(t, []instrumentCase{
		{"ADOPTED 2000-01-01\nTERMINATED 2001-01-01 effective=2002-01-01", "2001-12-31", "ADOPTED", "2000-01-01", "adopted.2000-01-01", "Adopted on 2000-01-01 (ADOPTED); no entry into force on record up to 2001-12-31."},
		{"ADOPTED 2000-01-01\nTERMINATED 2001-01-01 effective=2002-01-01", "2002-01-01", "TERMINATED", "2002-01-01", "terminated.2001-01-01", "Terminated on 2002-01-01 (TERMINATED)."},
		{"ENTERED_INTO_FORCE 2000-01-01 effective=1999-01-01", "1999-01-01", "IN_FORCE", "1999-01-01", "entered_into_force.2000-01-01", "In force since 1999-01-01 (ENTERED_INTO_FORCE)."},
	})
}

func TestDeprecatedNeverCountsAndPreferredSilencesItsRivals(t *testing.T) {
	checkInstruments(t, []instrumentCase{
		{startI + "\nTERMINATED 2000-01-01 rank=DEPRECATED", "2008-04-06", "IN_FORCE", "1994-12-05", "entered_into_force.1994-12-05", "In force since 1994-12-05 (ENTERED_INTO_FORCE)."},
		{"ENTERED_INTO_FORCE 1994-12-01\nENTERED_INTO_FORCE 1994-12-05 rank=PREFERRED", "1994-12-04", "UNKNOWN", "", "", "Nothing dated is on record for the instrument up to 1994-12-04."},
		{"ENTERED_INTO_FORCE 1994-12-01\nENTERED_INTO_FORCE 1994-12-05 rank=PREFERRED", "1995-01-01", "IN_FORCE", "1994-12-05", "entered_into_force.1994-12-05", "In force since 1994-12-05 (ENTERED_INTO_FORCE)."},
		{"SUPERSEDES 2001-01-01 other=treaty/c rank=PREFERRED\nSUPERSEDES 2000-01-01 other=treaty/b", "2002-01-01", "SUPERSEDED", "2000-01-01", "supersedes.2000-01-01", "Superseded by treaty/b on 2000-01-01 (SUPERSEDES); also on record: SUPERSEDES on 2001-01-01."},
		{"ENTERED_INTO_FORCE 1994-12-06\nENTERED_INTO_FORCE 1994-12-05", "1995-01-01", "IN_FORCE", "1994-12-05", "entered_into_force.1994-12-05", "In force since 1994-12-05 (ENTERED_INTO_FORCE); also on record: ENTERED_INTO_FORCE on 1994-12-06."},
	})
	checkParties(t, []partyTest{
		{"state/aaa", "RATIFIED 1980-01-01 state/aaa\nRATIFIED 1990-01-01 state/bbb rank=PREFERRED", npt, "1985-01-01", "PARTY", "1980-01-01", "ratified.1980-01-01.aaa entered_into_force.1970-03-05",
			"Party since 1980-01-01: consent effective on 1980-01-01 (RATIFIED), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)."},
		{"state/aaa", "RATIFIED 1980-01-01 state/aaa\nWITHDREW_FROM 1982-01-01 state/aaa rank=DEPRECATED\nNOTIFIED_WITHDRAWAL 1984-01-01 state/aaa effective=1986-01-01 rank=DEPRECATED", npt, "1985-01-01", "PARTY", "1980-01-01", "ratified.1980-01-01.aaa entered_into_force.1970-03-05",
			"Party since 1980-01-01: consent effective on 1980-01-01 (RATIFIED), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)."},
	})
}

func TestRussiaSuspendedThenWithdrewFromTheCFETreaty(t *testing.T) {
	const rus = "state/rus"
	checkParties(t, []partyTest{
		{rus, cfeRussia, cfe, "1990-11-18", "NONE", "", "", "No act of state/rus that gives it a standing is on record up to 1990-11-18."},
		{rus, cfeRussia, cfe, "1992-07-16", "SIGNATORY", "1990-11-19", "signed.1990-11-19.rus", "Signatory since 1990-11-19 (SIGNED, carried over from state/sun); no consent to be bound on record up to 1992-07-16."},
		{rus, cfeRussia, cfe, "1992-07-17", "PROVISIONAL", "1992-07-17", "signed.1990-11-19.rus provisionally_applied.1992-07-17",
			"Applied provisionally since 1992-07-17: signature on 1990-11-19 (SIGNED, carried over from state/sun), instrument provisionally applied since 1992-07-17 (PROVISIONALLY_APPLIED)."},
		{rus, cfeRussia, cfe, "1992-11-08", "PROVISIONAL", "1992-07-17", "signed.1990-11-19.rus provisionally_applied.1992-07-17",
			"Applied provisionally since 1992-07-17: signature on 1990-11-19 (SIGNED, carried over from state/sun), instrument provisionally applied since 1992-07-17 (PROVISIONALLY_APPLIED)."},
		{rus, cfeRussia, cfe, "1992-11-09", "PARTY", "1992-11-09", "ratified.1992-09-03.rus entered_into_force.1992-11-09",
			"Party since 1992-11-09: consent effective on 1992-09-03 (RATIFIED), instrument in force since 1992-11-09 (ENTERED_INTO_FORCE)."},
		{rus, cfeRussia, cfe, "2007-12-11", "PARTY", "1992-11-09", "ratified.1992-09-03.rus entered_into_force.1992-11-09",
			"Party since 1992-11-09: consent effective on 1992-09-03 (RATIFIED), instrument in force since 1992-11-09 (ENTERED_INTO_FORCE)."},
		{rus, cfeRussia, cfe, "2008-04-06", "SUSPENDED", "2007-12-12", "suspended.2007-12-12.rus", "Suspended by state/rus since 2007-12-12 (SUSPENDED); not withdrawn."},
		{rus, cfeRussia, cfe, "2023-11-06", "SUSPENDED", "2007-12-12", "suspended.2007-12-12.rus",
			"Suspended by state/rus since 2007-12-12 (SUSPENDED); not withdrawn; withdrawal notified on 2023-05-29 (NOTIFIED_WITHDRAWAL), effective only from 2023-11-07."},
		{rus, cfeRussia, cfe, "2023-11-07", "WITHDRAWN", "2023-11-07", "withdrew_from.2023-11-07.rus notified_withdrawal.2023-05-29.rus",
			"Withdrawn since 2023-11-07 (WITHDREW_FROM); also on record: NOTIFIED_WITHDRAWAL on 2023-11-07."},
		{"state/usa", cfeRussia, cfe, "2008-04-06", "NONE", "", "", "No act of state/usa that gives it a standing is on record up to 2008-04-06."},
		{rus, "SUSPENDED 2007-12-12 state/rus", cfe, "2008-04-06", "SUSPENDED", "2007-12-12", "suspended.2007-12-12.rus", "Suspended by state/rus since 2007-12-12 (SUSPENDED); not withdrawn."},
	})
}

func TestTheActsOfThePredecessorCountForTheSuccessorAndSaySo(t *testing.T) {
	acts := `
		SIGNED 1968-07-01 state/sun
		RATIFIED 1970-03-05 state/sun
		SIGNED 1968-07-01 state/rus via=state/sun
		RATIFIED 1970-03-05 state/rus via=state/sun`
	checkParties(t, []partyTest{
		{"state/rus", acts, npt, "2008-04-06", "PARTY", "1970-03-05", "ratified.1970-03-05.rus entered_into_force.1970-03-05",
			"Party since 1970-03-05: consent effective on 1970-03-05 (RATIFIED, carried over from state/sun), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)."},
		{"state/sun", acts, npt, "1970-03-04", "SIGNATORY", "1968-07-01", "signed.1968-07-01.sun", "Signatory since 1968-07-01 (SIGNED); no consent to be bound on record up to 1970-03-04."},
		{"state/rus", "RATIFIED 1970-03-05 state/rus via=state/sun\nRATIFIED 1992-01-01 state/rus rank=PREFERRED", npt, "1980-01-01", "PARTY", "1970-03-05", "ratified.1970-03-05.rus entered_into_force.1970-03-05",
			"Party since 1970-03-05: consent effective on 1970-03-05 (RATIFIED, carried over from state/sun), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)."},
	})
}

func TestWhatDoesNotExistAnyMoreIsNoPartyAndItsSuccessorsAre(t *testing.T) {
	acts := `
		RATIFIED 1970-03-05 state/sun
		DISSOLVED 1991-12-26 state/sun
		RATIFIED 1970-03-05 state/rus via=state/sun`
	const ended = "No longer bound, because state/sun ceased to exist on 1991-12-26 (DISSOLVED)."
	checkParties(t, []partyTest{
		{"state/sun", acts, npt, "1991-12-25", "PARTY", "1970-03-05", "ratified.1970-03-05.sun entered_into_force.1970-03-05",
			"Party since 1970-03-05: consent effective on 1970-03-05 (RATIFIED), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)."},
		{"state/sun", acts, npt, "1991-12-26", "NONE", "1991-12-26", "dissolved.1991-12-26.sun ratified.1970-03-05.sun", ended},
		{"state/rus", acts, npt, "2008-04-06", "PARTY", "1970-03-05", "ratified.1970-03-05.rus entered_into_force.1970-03-05",
			"Party since 1970-03-05: consent effective on 1970-03-05 (RATIFIED, carried over from state/sun), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)."},
		{"state/sun", "RATIFIED 1970-03-05 state/sun\nDISSOLVED 1991 state/sun\nDISSOLVED 1991-12-26 state/sun", npt, "2008-04-06", "NONE", "1991-12-26", "dissolved.1991-12-26.sun ratified.1970-03-05.sun", ended},
		{"state/sun", "RATIFIED 1970-03-05 state/sun\nDISSOLVED 1991 state/sun rank=DEPRECATED", npt, "2008-04-06", "PARTY", "1970-03-05", "ratified.1970-03-05.sun entered_into_force.1970-03-05",
			"Party since 1970-03-05: consent effective on 1970-03-05 (RATIFIED), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)."},
		{"state/sun", "RATIFIED 1970-03-05 state/sun\nWITHDREW_FROM 1980-01-01 state/sun\nDISSOLVED 1991-12-26 state/sun", npt, "2008-04-06", "WITHDRAWN", "1980-01-01", "withdrew_from.1980-01-01.sun",
			"Withdrawn since 1980-01-01 (WITHDREW_FROM)."},
		{"state/sun", "DISSOLVED 1991-12-26 state/sun", npt, "2008-04-06", "NONE", "", "", "No act of state/sun that gives it a standing is on record up to 2008-04-06."},
		{"state/sun", "RATIFIED 1970-03-05 state/sun\nDISSOLVED 1991-12-26 state/sun", npt + "\nTERMINATED 1990-01-01", "2008-04-06", "NONE", "1990-01-01", "terminated.1990-01-01 ratified.1970-03-05.sun",
			"No longer bound, because the instrument was terminated on 1990-01-01 (TERMINATED)."},
	})
}

func TestAContractingActorBecomesPartyOnTheLaterOfBothDays(t *testing.T) {
	consents := []string{"RATIFIED", "ACCEPTED", "APPROVED", "ACCEDED_TO", "SUCCEEDED_TO", "CONFIRMED", "CONSENTED_TO"}
	for _, consent := range consents {
		before := lifeOf(consent + " 1969-01-01 state/aaa")
		after := lifeOf(consent + " 1980-01-01 state/aaa effective=1980-04-01")
		instrument := lifeOf(npt)
		for _, c := range []struct {
			acts      []graph.Event
			at, value string
			since     string
		}{
			{before, "1968-12-31", "NONE", ""}, {before, "1969-01-01", "CONTRACTING", "1969-01-01"}, {before, "1970-03-04", "CONTRACTING", "1969-01-01"},
			{before, "1970-03-05", "PARTY", "1970-03-05"},
			{after, "1979-12-31", "NONE", ""}, {after, "1980-01-01", "CONTRACTING", "1980-01-01"}, {after, "1980-03-31", "CONTRACTING", "1980-01-01"},
			{after, "1980-04-01", "PARTY", "1980-04-01"},
		} {
			got := graph.DerivePartyStatus("state/aaa", c.acts, instrument, lifeDay(c.at))
			if got.Value.String() != c.value || got.Since.String() != c.since {
				t.Errorf("%s on %s: %v since %v, want %s since %s", consent, c.at, got.Value, got.Since, c.value, c.since)
			}
		}
	}
	for _, other := range []string{"INITIALLED", "RESERVED", "DECLARED", "OBJECTED", "ANNOUNCED_WITHDRAWAL", "RESUMED"} {
		got := graph.DerivePartyStatus("state/aaa", lifeOf(other+" 1969-01-01 state/aaa"), lifeOf(npt), lifeDay("1980-01-01"))
		if got.Value != graph.PartyNone {
			t.Errorf("%s alone makes %v", other, got.Value)
		}
	}
}

func TestBoundByDecidesWhenTheInstrumentIsInForceForTheActor(t *testing.T) {
	const aaa = "state/aaa"
	acts := "RATIFIED 2020-01-28 state/aaa\nBOUND_BY 2020-04-28 state/aaa"
	inForce := "ADOPTED 2012-06-24\nENTERED_INTO_FORCE 2020-04-28"
	checkParties(t, []partyTest{
		{aaa, acts, inForce, "2020-04-27", "CONTRACTING", "2020-01-28", "ratified.2020-01-28.aaa bound_by.2020-04-28.aaa",
			"Contracting since 2020-01-28, by consent (RATIFIED); in force for state/aaa only from 2020-04-28 (BOUND_BY)."},
		{aaa, acts, inForce, "2020-04-28", "PARTY", "2020-04-28", "bound_by.2020-04-28.aaa entered_into_force.2020-04-28",
			"Party since 2020-04-28: bound since 2020-04-28 (BOUND_BY), instrument in force since 2020-04-28 (ENTERED_INTO_FORCE)."},
		{aaa, acts + "\nBOUND_BY 2020-04-29 state/aaa\nBOUND_BY 2020-04-28 state/bbb\nBOUND_BY 2020-03-01 state/aaa rank=DEPRECATED", npt, "2020-04-27", "CONTRACTING", "2020-01-28", "ratified.2020-01-28.aaa bound_by.2020-04-28.aaa",
			"Contracting since 2020-01-28, by consent (RATIFIED); in force for state/aaa only from 2020-04-28 (BOUND_BY)."},
		{aaa, acts, npt, "2020-04-27", "CONTRACTING", "2020-01-28", "ratified.2020-01-28.aaa bound_by.2020-04-28.aaa",
			"Contracting since 2020-01-28, by consent (RATIFIED); in force for state/aaa only from 2020-04-28 (BOUND_BY)."},
		{aaa, "BOUND_BY 1969-01-01 state/aaa", npt, "1970-03-04", "CONTRACTING", "1969-01-01", "bound_by.1969-01-01.aaa",
			"Contracting since 1969-01-01, recorded as bound (BOUND_BY); no entry into force of the instrument on record up to 1970-03-04."},
		{aaa, "BOUND_BY 1969-01-01 state/aaa", npt, "1970-03-05", "PARTY", "1970-03-05", "bound_by.1969-01-01.aaa entered_into_force.1970-03-05",
			"Party since 1970-03-05: bound since 1969-01-01 (BOUND_BY), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)."},
		{aaa, "BOUND_BY 1969-01-01 state/aaa", "CONCLUDED 1968-01-01", "1969-01-01", "PARTY", "1969-01-01", "bound_by.1969-01-01.aaa", "Party since 1969-01-01: bound since 1969-01-01 (BOUND_BY)."},
		{aaa, "RATIFIED 1969-01-01 state/aaa", "CONCLUDED 1968-01-01", "1980-01-01", "CONTRACTING", "1969-01-01", "ratified.1969-01-01.aaa",
			"Contracting since 1969-01-01, by consent (RATIFIED); no entry into force of the instrument on record up to 1980-01-01."},
		{aaa, "RATIFIED 1980-01-01 state/aaa effective=1980-04-01", npt, "1980-03-31", "CONTRACTING", "1980-01-01", "ratified.1980-01-01.aaa",
			"Contracting since 1980-01-01, by consent (RATIFIED); effective only from 1980-04-01."},
		{aaa, "BOUND_BY 1980-01-01/1989-12-31 state/aaa", npt, "1989-12-31", "PARTY", "1980-01-01", "bound_by.1980-01-01/1989-12-31.aaa entered_into_force.1970-03-05",
			"Party since 1980-01-01: bound since 1980-01-01 (BOUND_BY), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)."},
		{aaa, "BOUND_BY 1980-01-01/1989-12-31 state/aaa", npt, "1990-01-01", "NONE", "1990-01-01", "bound_by.1980-01-01/1989-12-31.aaa",
			"No longer bound since 1990-01-01: validity ended on 1989-12-31 (BOUND_BY), and how is not on record."},
		{aaa, "BOUND_BY 1980-01-01/1989-12-31 state/aaa\nWITHDREW_FROM 1990-01-01 state/aaa", npt, "1990-01-01", "WITHDRAWN", "1990-01-01", "withdrew_from.1990-01-01.aaa bound_by.1980-01-01/1989-12-31.aaa", "Withdrawn since 1990-01-01 (WITHDREW_FROM)."},
		{aaa, "BOUND_BY 1980-01-01/1989-11 state/aaa\nWITHDREW_FROM 1990-01-01 state/aaa", npt, "1990-01-01", "WITHDRAWN", "1990-01-01", "withdrew_from.1990-01-01.aaa", "Withdrawn since 1990-01-01 (WITHDREW_FROM)."},
	})
}

func TestProvisionalApplicationLastsUntilTheTreatyIsInForceForTheActor(t *testing.T) {
	const aaa = "state/aaa"
	own := "SIGNED 1990-11-19 state/aaa\nPROVISIONALLY_APPLIES 1991-01-01/1994-12-31 state/aaa"
	byDecision := "Applied provisionally since 1991-01-01: its own decision on 1991-01-01 (PROVISIONALLY_APPLIES)."
	checkParties(t, []partyTest{
		{aaa, own, startI, "1991-01-01", "PROVISIONAL", "1991-01-01", "provisionally_applies.1991-01-01/1994-12-31.aaa", byDecision},
		{aaa, own, startI, "1994-12-31", "PROVISIONAL", "1991-01-01", "provisionally_applies.1991-01-01/1994-12-31.aaa", byDecision},
		{aaa, own, startI, "1995-01-01", "SIGNATORY", "1990-11-19", "signed.1990-11-19.aaa", "Signatory since 1990-11-19 (SIGNED); no consent to be bound on record up to 1995-01-01."},
		{aaa, own + "\nRATIFIED 1992-01-01 state/aaa", startI, "1994-12-04", "PROVISIONAL", "1991-01-01", "provisionally_applies.1991-01-01/1994-12-31.aaa", byDecision},
		{aaa, own + "\nRATIFIED 1992-01-01 state/aaa", startI, "1994-12-05", "PARTY", "1994-12-05", "ratified.1992-01-01.aaa entered_into_force.1994-12-05",
			"Party since 1994-12-05: consent effective on 1992-01-01 (RATIFIED), instrument in force since 1994-12-05 (ENTERED_INTO_FORCE)."},
		{aaa, own, cfe, "1992-08-01", "PROVISIONAL", "1991-01-01", "provisionally_applies.1991-01-01/1994-12-31.aaa", byDecision},
		{aaa, "RATIFIED 1992-08-01 state/aaa", cfe, "1992-08-01", "PROVISIONAL", "1992-08-01", "ratified.1992-08-01.aaa provisionally_applied.1992-07-17",
			"Applied provisionally since 1992-08-01: consent effective on 1992-08-01 (RATIFIED), instrument provisionally applied since 1992-07-17 (PROVISIONALLY_APPLIED)."},
		{aaa, "SIGNED 1990-11-19 state/aaa", cfe, "1993-01-01", "PROVISIONAL", "1992-07-17", "signed.1990-11-19.aaa provisionally_applied.1992-07-17",
			"Applied provisionally since 1992-07-17: signature on 1990-11-19 (SIGNED), instrument provisionally applied since 1992-07-17 (PROVISIONALLY_APPLIED)."},
		{"state/bbb", "SIGNED 1990-11-19 state/aaa", cfe, "1992-08-01", "NONE", "", "", "No act of state/bbb that gives it a standing is on record up to 1992-08-01."},
		{aaa, own + "\nWITHDREW_FROM 1992-01-01 state/aaa", startI, "1993-01-01", "WITHDRAWN", "1992-01-01", "withdrew_from.1992-01-01.aaa", "Withdrawn since 1992-01-01 (WITHDREW_FROM)."},
	})
}

func TestAnActorSuspendsOnlyForItselfAndUntilItResumes(t *testing.T) {
	const aaa = "state/aaa"
	acts := "RATIFIED 1980-01-01 state/aaa\nSUSPENDED 1990-01-01 state/aaa\nRESUMED 1991-01-01 state/aaa"
	suspended := npt + "\nOPERATION_SUSPENDED 1985-01-01\nRESUMED 1986-01-01"
	checkParties(t, []partyTest{
		{aaa, acts, npt, "1990-12-31", "SUSPENDED", "1990-01-01", "suspended.1990-01-01.aaa", "Suspended by state/aaa since 1990-01-01 (SUSPENDED); not withdrawn."},
		{aaa, acts, npt, "1991-01-01", "PARTY", "1991-01-01", "ratified.1980-01-01.aaa entered_into_force.1970-03-05 resumed.1991-01-01.aaa",
			"Party since 1991-01-01: consent effective on 1980-01-01 (RATIFIED), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE), in operation again since 1991-01-01 (RESUMED)."},
		{aaa, acts + "\nSUSPENDED 1991-01-01 state/aaa", npt, "1991-01-01", "SUSPENDED", "1991-01-01", "suspended.1991-01-01.aaa", "Suspended by state/aaa since 1991-01-01 (SUSPENDED); not withdrawn."},
		{aaa, acts, suspended, "1985-12-31", "SUSPENDED", "1985-01-01", "operation_suspended.1985-01-01 ratified.1980-01-01.aaa",
			"Suspended since 1985-01-01: the instrument's operation was suspended on 1985-01-01 (OPERATION_SUSPENDED)."},
		{aaa, acts, suspended, "1986-01-01", "PARTY", "1986-01-01", "ratified.1980-01-01.aaa entered_into_force.1970-03-05 resumed.1986-01-01",
			"Party since 1986-01-01: consent effective on 1980-01-01 (RATIFIED), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE), in operation again since 1986-01-01 (RESUMED)."},
		{aaa, acts, "OPERATION_SUSPENDED 1985-01-01\nRESUMED 1986-01-01", "1986-01-01", "PARTY", "1986-01-01", "ratified.1980-01-01.aaa resumed.1986-01-01",
			"Party since 1986-01-01: consent effective on 1980-01-01 (RATIFIED), instrument in force since 1986-01-01 (RESUMED)."},
		{aaa, "SIGNED 1980-01-01 state/aaa", suspended, "1985-12-31", "SIGNATORY", "1980-01-01", "signed.1980-01-01.aaa", "Signatory since 1980-01-01 (SIGNED); no consent to be bound on record up to 1985-12-31."},
	})
}

func TestWithdrawalChangesNothingUntilItIsEffective(t *testing.T) {
	const aaa = "state/aaa"
	party := "Party since 1980-01-01: consent effective on 1980-01-01 (RATIFIED), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)"
	because := "ratified.1980-01-01.aaa entered_into_force.1970-03-05"
	announced := "RATIFIED 1980-01-01 state/aaa\nANNOUNCED_WITHDRAWAL 1990-01-01 state/aaa\n"
	notified := announced + "NOTIFIED_WITHDRAWAL 1990-02-01 state/aaa\n"
	effective := notified + "NOTIFIED_WITHDRAWAL 1990-02-02 state/aaa effective=1990-05-02\n"
	denounced := announced + "DENOUNCED 1990-02-02 state/aaa effective=1990-05-02\n"
	twice := effective + "WITHDREW_FROM 1990-02-03 state/aaa effective=1990-05-02\nDENOUNCED 1990-02-02 state/aaa effective=1990-05-02\n"
	back := effective + "ACCEDED_TO 1995-01-01 state/aaa\n"
	checkParties(t, []partyTest{
		{aaa, announced, npt, "1989-12-31", "PARTY", "1980-01-01", because, party + "."},
		{aaa, announced, npt, "2020-01-01", "PARTY", "1980-01-01", because, party + "; withdrawal announced on 1990-01-01 (ANNOUNCED_WITHDRAWAL), without effect."},
		{aaa, notified, npt, "2020-01-01", "PARTY", "1980-01-01", because, party + "; withdrawal notified on 1990-02-01 (NOTIFIED_WITHDRAWAL), effective date not on record."},
		{aaa, effective, npt, "1990-02-01", "PARTY", "1980-01-01", because, party + "; withdrawal notified on 1990-02-01 (NOTIFIED_WITHDRAWAL), effective date not on record."},
		{aaa, effective, npt, "1990-05-01", "PARTY", "1980-01-01", because, party + "; withdrawal notified on 1990-02-02 (NOTIFIED_WITHDRAWAL), effective only from 1990-05-02."},
		{aaa, twice, npt, "1990-05-01", "PARTY", "1980-01-01", because, party + "; withdrawal notified on 1990-02-02 (DENOUNCED), effective only from 1990-05-02."},
		{aaa, effective, npt, "1990-05-02", "WITHDRAWN", "1990-05-02", "notified_withdrawal.1990-02-02.aaa", "Withdrawn since 1990-05-02 (NOTIFIED_WITHDRAWAL)."},
		{aaa, denounced, npt, "1990-05-01", "PARTY", "1980-01-01", because, party + "; withdrawal notified on 1990-02-02 (DENOUNCED), effective only from 1990-05-02."},
		{aaa, denounced, npt, "1990-05-02", "WITHDRAWN", "1990-05-02", "denounced.1990-02-02.aaa", "Withdrawn since 1990-05-02 (DENOUNCED)."},
		{aaa, back, npt, "1994-12-31", "WITHDRAWN", "1990-05-02", "notified_withdrawal.1990-02-02.aaa", "Withdrawn since 1990-05-02 (NOTIFIED_WITHDRAWAL)."},
		{aaa, back, npt, "1995-01-01", "PARTY", "1995-01-01", "acceded_to.1995-01-01.aaa entered_into_force.1970-03-05",
			"Party since 1995-01-01: consent effective on 1995-01-01 (ACCEDED_TO), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)."},
		{aaa, "RATIFIED 1980-01-01 state/aaa\nWITHDREW_FROM 1980-01-01 state/aaa", npt, "1980-01-01", "WITHDRAWN", "1980-01-01", "withdrew_from.1980-01-01.aaa", "Withdrawn since 1980-01-01 (WITHDREW_FROM)."},
	})
}

func TestDPRKAndTheNPTIsDisputedWithBothSides(t *testing.T) {
	const prk = "state/prk"
	acceded := "ACCEDED_TO 1985-12-12 state/prk\nANNOUNCED_WITHDRAWAL 2003-01-10 state/prk\n"
	withdrew := "WITHDREW_FROM 2003-01-10 state/prk effective=2003-04-11\n"
	earlier := "NOTIFIED_WITHDRAWAL 2003-01-10 state/prk effective=2003-01-11\n"
	stillBound := "BOUND_BY 1985-12-12/.. state/prk\n"
	party := "Party since 1985-12-12: bound since 1985-12-12 (BOUND_BY), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)"
	disputed := "Disputed since 2003-04-11: the standing ended on that day by one account (WITHDREW_FROM), while another holds state/prk bound 1985-12-12/.. (BOUND_BY)."
	checkParties(t, []partyTest{
		{prk, acceded + withdrew + stillBound, npt, "2003-04-10", "PARTY", "1985-12-12", "bound_by.1985-12-12/...prk entered_into_force.1970-03-05", party + "; withdrawal notified on 2003-01-10 (WITHDREW_FROM), effective only from 2003-04-11."},
		{prk, acceded + withdrew + stillBound, npt, "2003-04-11", "DISPUTED", "2003-04-11", "withdrew_from.2003-01-10.prk bound_by.1985-12-12/...prk", disputed},
		{prk, acceded + withdrew + stillBound, npt, "2008-04-06", "DISPUTED", "2003-04-11", "withdrew_from.2003-01-10.prk bound_by.1985-12-12/...prk", disputed},
		{prk, acceded + withdrew + earlier + stillBound, npt, "2008-04-06", "DISPUTED", "2003-01-11", "notified_withdrawal.2003-01-10.prk withdrew_from.2003-01-10.prk bound_by.1985-12-12/...prk",
			"Disputed since 2003-01-11: the standing ended on that day by one account (NOTIFIED_WITHDRAWAL), while another holds state/prk bound 1985-12-12/.. (BOUND_BY); also on record: WITHDREW_FROM on 2003-04-11."},
		{prk, acceded + withdrew, npt, "2008-04-06", "WITHDRAWN", "2003-04-11", "withdrew_from.2003-01-10.prk", "Withdrawn since 2003-04-11 (WITHDREW_FROM)."},
		// A BOUND_BY with no end stated is ended by the withdrawal, one with a later end is not.
		{prk, withdrew + "BOUND_BY 1985-12-12 state/prk", npt, "2008-04-06", "WITHDRAWN", "2003-04-11", "withdrew_from.2003-01-10.prk", "Withdrawn since 2003-04-11 (WITHDREW_FROM)."},
		{prk, withdrew + "BOUND_BY 1985-12-12/2008-04 state/prk", npt, "2008-04-30", "DISPUTED", "2003-04-11", "withdrew_from.2003-01-10.prk bound_by.1985-12-12/2008-04.prk", strings.Replace(disputed, "..", "2008-04", 1)},
		{prk, withdrew + "BOUND_BY 1985-12-12/2008-04 state/prk", npt, "2008-05-01", "WITHDRAWN", "2003-04-11", "withdrew_from.2003-01-10.prk", "Withdrawn since 2003-04-11 (WITHDREW_FROM)."},
		{prk, withdrew + "BOUND_BY 1985-12-12/2003-04-11 state/prk", npt, "2003-04-11", "WITHDRAWN", "2003-04-11", "withdrew_from.2003-01-10.prk", "Withdrawn since 2003-04-11 (WITHDREW_FROM)."},
		{prk, withdrew + "BOUND_BY 1985-12-12/2003 state/prk", npt, "2003-06-01", "WITHDRAWN", "2003-04-11", "withdrew_from.2003-01-10.prk", "Withdrawn since 2003-04-11 (WITHDREW_FROM)."},
		// One side preferred, both, one deprecated, begun anew.
		{prk, acceded + withdrew + "BOUND_BY 1985-12-12/.. state/prk rank=PREFERRED", npt, "2008-04-06", "PARTY", "1985-12-12", "bound_by.1985-12-12/...prk entered_into_force.1970-03-05", party + "; withdrawal announced on 2003-01-10 (ANNOUNCED_WITHDRAWAL), without effect."},
		{prk, "WITHDREW_FROM 2003-01-10 state/prk effective=2003-04-11 rank=PREFERRED\n" + stillBound, npt, "2008-04-06", "WITHDRAWN", "2003-04-11", "withdrew_from.2003-01-10.prk", "Withdrawn since 2003-04-11 (WITHDREW_FROM)."},
		{prk, "WITHDREW_FROM 2003-01-10 state/prk effective=2003-04-11 rank=PREFERRED\nBOUND_BY 1985-12-12/.. state/prk rank=PREFERRED", npt, "2008-04-06", "DISPUTED", "2003-04-11", "withdrew_from.2003-01-10.prk bound_by.1985-12-12/...prk", disputed},
		{prk, withdrew + "BOUND_BY 1985-12-12/.. state/prk rank=DEPRECATED", npt, "2008-04-06", "WITHDRAWN", "2003-04-11", "withdrew_from.2003-01-10.prk", "Withdrawn since 2003-04-11 (WITHDREW_FROM)."},
		{prk, withdrew + "BOUND_BY 2005-01-01/.. state/prk", npt, "2008-04-06", "PARTY", "2005-01-01", "bound_by.2005-01-01/...prk entered_into_force.1970-03-05",
			"Party since 2005-01-01: bound since 2005-01-01 (BOUND_BY), instrument in force since 1970-03-05 (ENTERED_INTO_FORCE)."},
		// Two sources, one of which lets the validity end.
		{prk, "BOUND_BY 1985-12-12/2003-04-10 state/prk\n" + stillBound, npt, "2008-04-06", "DISPUTED", "2003-04-11", "bound_by.1985-12-12/2003-04-10.prk bound_by.1985-12-12/...prk", strings.Replace(disputed, "WITHDREW_FROM", "BOUND_BY", 1)},
	})
}

func TestEveryStandingEndsWithTheTreatyButAWithdrawalBeforeStays(t *testing.T) {
	checkParties(t, []partyTest{
		{"state/usa", "RATIFIED 1992-10-01 state/usa", startI, "2009-12-04", "PARTY", "1994-12-05", "ratified.1992-10-01.usa entered_into_force.1994-12-05",
			"Party since 1994-12-05: consent effective on 1992-10-01 (RATIFIED), instrument in force since 1994-12-05 (ENTERED_INTO_FORCE)."},
		{"state/usa", "RATIFIED 1992-10-01 state/usa", startI, "2009-12-05", "NONE", "2009-12-05", "expired.2009-12-05 ratified.1992-10-01.usa", "No longer bound, because the instrument expired on 2009-12-05 (EXPIRED)."},
		{"state/usa", "BOUND_BY 1994-12-05/.. state/usa", startI, "2009-12-06", "NONE", "2009-12-05", "expired.2009-12-05 bound_by.1994-12-05/...usa", "No longer bound, because the instrument expired on 2009-12-05 (EXPIRED)."},
		{"state/usa", "BOUND_BY 1994-12-05/2009-12-04 state/usa", startI, "2009-12-06", "NONE", "2009-12-05", "expired.2009-12-05 bound_by.1994-12-05/2009-12-04.usa", "No longer bound, because the instrument expired on 2009-12-05 (EXPIRED)."},
		{"state/usa", "SIGNED 2002-05-24 state/usa", sort, "2011-02-05", "NONE", "2011-02-05", "supersedes.2011-02-05 signed.2002-05-24.usa", "No longer a signatory, because the instrument was superseded by treaty/new-start on 2011-02-05 (SUPERSEDES)."},
		{"state/usa", "PROVISIONALLY_APPLIES 1988-01-01 state/usa", inf, "2019-08-02", "NONE", "2019-08-02", "terminated.2019-08-02 provisionally_applies.1988-01-01.usa", "No longer applied provisionally, because the instrument was terminated on 2019-08-02 (TERMINATED)."},
		{"state/usa", "RATIFIED 1988-06-01 state/usa\nWITHDREW_FROM 2019-02-02 state/usa effective=2019-08-02", inf, "2019-08-03", "WITHDRAWN", "2019-08-02", "withdrew_from.2019-02-02.usa", "Withdrawn since 2019-08-02 (WITHDREW_FROM)."},
		{"state/rus", "RATIFIED 1988-06-01 state/rus via=state/sun\nSUSPENDED 2019-07-03 state/rus\nWITHDREW_FROM 2019-08-03 state/rus", inf, "2019-08-03", "NONE", "2019-08-02", "terminated.2019-08-02 ratified.1988-06-01.rus",
			"No longer bound, because the instrument was terminated on 2019-08-02 (TERMINATED)."},
		{"state/fra", "RATIFIED 2020-01-01 state/fra", inf, "2020-01-01", "NONE", "", "", "No act of state/fra that gives it a standing is on record up to 2019-08-02, when the instrument ended."},
		{"state/aaa", "BOUND_BY 1990-01-01/.. state/aaa\nWITHDREW_FROM 2000-01-01 state/aaa", inf, "2019-08-01", "DISPUTED", "2000-01-01", "withdrew_from.2000-01-01.aaa bound_by.1990-01-01/...aaa",
			"Disputed since 2000-01-01: the standing ended on that day by one account (WITHDREW_FROM), while another holds state/aaa bound 1990-01-01/.. (BOUND_BY)."},
		{"state/aaa", "BOUND_BY 1990-01-01/.. state/aaa\nWITHDREW_FROM 2000-01-01 state/aaa", inf, "2019-08-02", "NONE", "2019-08-02", "terminated.2019-08-02 bound_by.1990-01-01/...aaa", "No longer bound, because the instrument was terminated on 2019-08-02 (TERMINATED)."},
	})
}

func TestNamesOfStatesReadBack(t *testing.T) {
	var instruments, parties []string
	for _, s := range graph.InstrumentStates() {
		if back, err := graph.ParseInstrumentState(s.String()); err != nil || back != s {
			t.Errorf("%v reads back as %v, %v", s, back, err)
		}
		instruments = append(instruments, s.String())
	}
	for _, s := range graph.PartyStates() {
		if back, err := graph.ParsePartyState(s.String()); err != nil || back != s {
			t.Errorf("%v reads back as %v, %v", s, back, err)
		}
		parties = append(parties, s.String())
	}
	if got, want := strings.Join(instruments, " "), "UNKNOWN FORESEEN ADOPTED PROVISIONALLY_APPLIED IN_FORCE SUSPENDED EXPIRED TERMINATED SUPERSEDED"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := strings.Join(parties, " "), "NONE SIGNATORY CONTRACTING PARTY PROVISIONAL SUSPENDED WITHDRAWN DISPUTED"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := graph.ParseInstrumentState("PARTY"); err == nil || err.Error() != `instrument state "PARTY" is not known` {
		t.Errorf("PARTY as an instrument state: %v", err)
	}
	if _, err := graph.ParsePartyState(""); err == nil {
		t.Error("the empty party state is read")
	}
}

func TestAStatusAllocatesLittleMoreThanItsResult(t *testing.T) {
	actions, instrument, at := lifeOf(cfeRussia), lifeOf(cfe), lifeDay("2000-01-01")
	for range 600 { // acts of others cost no memory
		actions = append(actions, graph.Event{Predicate: graph.PredRatified, Actor: "state/aaa", Valid: graph.Interval{From: graph.MustDate("1995")}})
	}
	// Because, the explanation, and the dates printed in it.
	if got := testing.AllocsPerRun(100, func() { graph.DerivePartyStatus("state/rus", actions, instrument, at) }); got > 6 {
		t.Errorf("a party status allocates %v times", got)
	}
	if got := testing.AllocsPerRun(100, func() { graph.DeriveInstrumentStatus(graph.KindTreaty, instrument, at) }); got > 4 {
		t.Errorf("an instrument status allocates %v times", got)
	}
}

// The properties work on three weeks and two actors, so that days, acts and ends collide.

const lifeWeeks = 21

var lifeFirst = lifeDay("2000-01-01")

var (
	lifePlans     = []graph.Predicate{graph.PredForeseen, graph.PredDraftingBegan, graph.PredInitialled}
	lifeAdoptions = []graph.Predicate{graph.PredAdopted, graph.PredConcluded, graph.PredOpenedForSignature, graph.PredSigned}
	lifeEnds      = []graph.Predicate{graph.PredSupersedes, graph.PredTerminated, graph.PredExpired}
	lifeConsents  = []graph.Predicate{graph.PredRatified, graph.PredAccepted, graph.PredAccededTo, graph.PredConsentedTo}
	lifeLeaving   = []graph.Predicate{graph.PredWithdrewFrom, graph.PredDenounced, graph.PredNotifiedWithdrawal}
)

func drawLife(t *rapid.T, label string, predicates []graph.Predicate, actors []graph.ID, ranks ...graph.Rank) []graph.Event {
	day := rapid.IntRange(0, lifeWeeks-1)
	events := make([]graph.Event, rapid.IntRange(0, 7).Draw(t, label))
	for i := range events {
		e := &events[i]
		e.Statement = graph.StatementID(label + string(rune('a'+i)))
		e.Predicate = rapid.SampledFrom(predicates).Draw(t, "predicate")
		e.Actor = rapid.SampledFrom(actors).Draw(t, "actor")
		e.Rank = rapid.SampledFrom(ranks).Draw(t, "rank")
		from := lifeFirst + graph.Day(day.Draw(t, "from"))
		e.Valid.From = from.Date()
		if rapid.IntRange(0, 3).Draw(t, "effective?") == 0 {
			e.Effective = (lifeFirst + graph.Day(day.Draw(t, "effective"))).Date()
		}
		if e.Predicate == graph.PredBoundBy {
			e.Effective = graph.Date{}
			switch rapid.IntRange(0, 3).Draw(t, "to?") {
			case 0:
				e.Valid.To = graph.Open
			case 1:
				e.Valid.To = (from + graph.Day(day.Draw(t, "to"))).Date()
			}
		}
	}
	return events
}

func drawInstrument(t *rapid.T, ranks ...graph.Rank) []graph.Event {
	predicates := slices.Concat(lifePlans, lifeAdoptions, lifeEnds, []graph.Predicate{graph.PredProvisionallyApplied, graph.PredEnteredIntoForce,
		graph.PredEnteredIntoForce, graph.PredEnteredIntoForce, graph.PredResumed, graph.PredOperationSuspended, graph.PredOperationSuspended, graph.PredExtended, graph.PredRegistered})
	return drawLife(t, "event", predicates, []graph.ID{"", "", "", "state/aaa"}, ranks...)
}

func drawActions(t *rapid.T, ranks ...graph.Rank) []graph.Event {
	predicates := slices.Concat(lifeConsents, lifeLeaving, []graph.Predicate{graph.PredSigned, graph.PredBoundBy, graph.PredBoundBy, graph.PredProvisionallyApplies,
		graph.PredSuspended, graph.PredResumed, graph.PredAnnouncedWithdrawal, graph.PredDeclared})
	return drawLife(t, "act", predicates, []graph.ID{"state/aaa", "state/aaa", "state/aaa", "state/bbb"}, ranks...)
}

func drawAt(t *rapid.T) graph.Day {
	return lifeFirst + graph.Day(rapid.IntRange(-1, lifeWeeks+2).Draw(t, "at"))
}

func sameInstrument(a, b graph.InstrumentStatus) bool {
	return a.Value == b.Value && a.Since == b.Since && slices.Equal(a.Because, b.Because) && a.Explanation == b.Explanation
}

func sameParty(a, b graph.PartyStatus) bool {
	return a.Value == b.Value && a.Since == b.Since && slices.Equal(a.Because, b.Because) && a.Explanation == b.Explanation
}

var everyRank = []graph.Rank{graph.RankNormal, graph.RankNormal, graph.RankPreferred, graph.RankDeprecated}

func TestTheOrderOfTheInputChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events, actions, at := drawInstrument(t, everyRank...), drawActions(t, everyRank...), drawAt(t)
		mixed, acted := rapid.Permutation(events).Draw(t, "mixed"), rapid.Permutation(actions).Draw(t, "acted")
		kept := slices.Clone(mixed)
		if a, b := graph.DeriveInstrumentStatus(graph.KindTreaty, events, at), graph.DeriveInstrumentStatus(graph.KindTreaty, mixed, at); !sameInstrument(a, b) {
			t.Fatalf("%+v\n%+v", a, b)
		}
		if a, b := graph.DerivePartyStatus("state/aaa", actions, events, at), graph.DerivePartyStatus("state/aaa", acted, mixed, at); !sameParty(a, b) {
			t.Fatalf("%+v\n%+v", a, b)
		}
		if !slices.Equal(mixed, kept) {
			t.Fatal("the input was changed")
		}
	})
}

// upTo leaves the events that have begun in any sense by at. A later BOUND_BY stays, and so does an entry into force where a BOUND_BY
// may lean on it: they say what is known.
func upTo(events []graph.Event, at graph.Day) []graph.Event {
	return slices.DeleteFunc(slices.Clone(events), func(e graph.Event) bool {
		known := e.Predicate == graph.PredBoundBy || e.Predicate == graph.PredEnteredIntoForce
		return !known && e.Valid.From.Earliest() > at && (e.Effective.IsZero() || e.Effective.Earliest() > at)
	})
}

func TestWhatComesLaterChangesNothing(t *testing.T) {
	ranks := []graph.Rank{graph.RankNormal, graph.RankDeprecated}
	rapid.Check(t, func(t *rapid.T) {
		events, actions, at := drawInstrument(t, ranks...), drawActions(t, ranks...), drawAt(t)
		if a, b := graph.DeriveInstrumentStatus(graph.KindTreaty, events, at), graph.DeriveInstrumentStatus(graph.KindTreaty, upTo(events, at), at); !sameInstrument(a, b) {
			t.Fatalf("%+v\n%+v", a, b)
		}
		a := graph.DerivePartyStatus("state/aaa", actions, events, at)
		b := graph.DerivePartyStatus("state/aaa", upTo(actions, at), upTo(events, at), at)
		if !sameParty(a, b) {
			t.Fatalf("%+v\n%+v", a, b)
		}
	})
}

func TestTheValueHoldsOnEveryDayFromSinceOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events, actions, at := drawInstrument(t, graph.RankNormal), drawActions(t, graph.RankNormal), drawAt(t)
		instrument := graph.DeriveInstrumentStatus(graph.KindTreaty, events, at)
		if !instrument.Since.IsZero() {
			since := instrument.Since.Earliest()
			for d := since; d < at; d++ {
				if got := graph.DeriveInstrumentStatus(graph.KindTreaty, events, d); got.Value != instrument.Value {
					t.Fatalf("%+v, but on %v %+v", instrument, d, got)
				}
			}
			// And for an instrument Since is the first such day, but for what began anew and stopped again on that day.
			alone := len(slices.DeleteFunc(slices.Clone(events), func(e graph.Event) bool { return slowDay(e) != since })) == 1
			if got := graph.DeriveInstrumentStatus(graph.KindTreaty, events, since-1); got.Value == instrument.Value && alone {
				t.Fatalf("%+v, and on the day before %+v", instrument, got)
			}
		}
		party := graph.DerivePartyStatus("state/aaa", actions, events, at)
		if party.Since.IsZero() {
			return
		}
		for d := at - 1; d >= party.Since.Earliest(); d-- {
			if over := slowInstrument(events, d).over; over != 0 && over != slowInstrument(events, at).over {
				return // in the life before, which ended every standing
			}
			got := graph.DerivePartyStatus("state/aaa", actions, events, d)
			if got.Value == graph.PartySuspended && (party.Value == graph.PartyContracting || party.Value == graph.PartySignatory) {
				continue // what was not in force for the actor is as it was once the suspension is over
			}
			if got.Value == graph.PartyDisputed && (party.Value == graph.PartyWithdrawn || party.Value == graph.PartyNone) {
				continue // by now all agree that it ended
			}
			if got.Value != party.Value {
				t.Fatalf("%+v, but on %v %+v", party, d, got)
			}
		}
	})
}

func TestAStatusSaysWhyItIsWhatItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events, actions, at := drawInstrument(t, everyRank...), drawActions(t, everyRank...), drawAt(t)
		ranks := map[graph.StatementID]graph.Rank{}
		for _, e := range slices.Concat(events, actions) {
			ranks[e.Statement] = e.Rank
		}
		check := func(decided bool, since graph.Date, because []graph.StatementID, explanation string) {
			if decided != (len(because) > 0) || decided == since.IsZero() || since.Earliest() > at && decided {
				t.Fatalf("since %v because %v: %s", since, because, explanation)
			}
			for i, id := range because {
				if rank, known := ranks[id]; !known || rank == graph.RankDeprecated || slices.Contains(because[:i], id) {
					t.Fatalf("because %v: %s", because, explanation)
				}
			}
			if !strings.HasSuffix(explanation, ".") || strings.Contains(explanation, "UNKNOWN") || strings.Contains(explanation, "not stated") || strings.Contains(explanation, "  ") {
				t.Fatal(explanation)
			}
		}
		instrument := graph.DeriveInstrumentStatus(graph.KindTreaty, events, at)
		check(instrument.Value != graph.StateUnknown, instrument.Since, instrument.Because, instrument.Explanation)
		party := graph.DerivePartyStatus("state/aaa", actions, events, at)
		check(party.Value != graph.PartyNone || len(party.Because) > 0, party.Since, party.Because, party.Explanation)
	})
}

// slowLife walks every day up to at and applies each day's events in the order of the rules. Slow, and as plain as they are.
type slowLife struct {
	state                string
	force, applied, over graph.Day // the first day in the present life, 0 when not yet
}

func slowInstrument(events []graph.Event, at graph.Day) slowLife {
	l := slowLife{state: "UNKNOWN"}
	ended := func() bool { return l.over != 0 }
	for d := lifeFirst; d <= at; d++ {
		on := func(ps ...graph.Predicate) bool {
			return slices.ContainsFunc(events, func(e graph.Event) bool {
				return slices.Contains(ps, e.Predicate) && slowDay(e) == d && e.Rank != graph.RankDeprecated && (e.Predicate != graph.PredResumed || e.Actor == "")
			})
		}
		if on(lifePlans...) && l.state == "UNKNOWN" {
			l.state = "FORESEEN"
		}
		if on(lifeAdoptions...) && (l.state == "UNKNOWN" || l.state == "FORESEEN") {
			l.state = "ADOPTED"
		}
		if on(graph.PredProvisionallyApplied) && (ended() || l.force == 0) {
			if ended() || l.applied == 0 || l.state == "SUSPENDED" {
				l.applied = d
			}
			if ended() {
				l.force, l.over = 0, 0
			}
			l.state = "PROVISIONALLY_APPLIED"
		}
		if on(graph.PredEnteredIntoForce) {
			if ended() {
				l = slowLife{}
			}
			if l.force == 0 {
				l.force = d
			}
			l.state = "IN_FORCE"
		}
		if on(graph.PredResumed) && l.state == "SUSPENDED" {
			l.state = "IN_FORCE"
			if l.force == 0 && l.applied != 0 {
				l.state = "PROVISIONALLY_APPLIED"
			} else if l.force == 0 {
				l.force = d
			}
		}
		if on(graph.PredOperationSuspended) && !ended() {
			l.state = "SUSPENDED"
		}
		for _, end := range lifeEnds {
			if on(end) && !ended() {
				l.over = d
				l.state = map[graph.Predicate]string{graph.PredExpired: "EXPIRED", graph.PredTerminated: "TERMINATED", graph.PredSupersedes: "SUPERSEDED"}[end]
			}
		}
	}
	return l
}

func slowDay(e graph.Event) graph.Day {
	if !e.Effective.IsZero() {
		return e.Effective.Earliest()
	}
	if e.Predicate == graph.PredNotifiedWithdrawal {
		return graph.MaxDay
	}
	return e.Valid.From.Earliest()
}

func slowParty(actions, events []graph.Event, at graph.Day) string {
	l := slowInstrument(events, at)
	until := at
	if l.over != 0 {
		until = l.over
	}
	actions = slices.DeleteFunc(slices.Clone(actions), func(e graph.Event) bool { return e.Actor != "state/aaa" || e.Rank == graph.RankDeprecated })

	// What the acts since the last end amount to. Days are 0 when there is none.
	var signed, consented, effective, applies, bound, suspended, ended, ranOut graph.Day
	for d := lifeFirst; d <= until; d++ {
		on := func(ps ...graph.Predicate) bool {
			return slices.ContainsFunc(actions, func(e graph.Event) bool { return slices.Contains(ps, e.Predicate) && slowDay(e) == d })
		}
		joins := on(graph.PredSigned, graph.PredProvisionallyApplies, graph.PredBoundBy)
		for _, e := range actions {
			if slices.Contains(lifeConsents, e.Predicate) && min(slowDay(e), e.Valid.From.Earliest()) == d {
				joins = true
				if consented == 0 {
					consented = d
				}
				if effective == 0 || slowDay(e) < effective {
					effective = slowDay(e)
				}
			}
		}
		if joins {
			ended, ranOut = 0, 0
		}
		if on(graph.PredSigned) && signed == 0 {
			signed = d
		}
		if on(graph.PredProvisionallyApplies) && applies == 0 {
			applies = d
		}
		if on(graph.PredBoundBy) && bound == 0 {
			bound = d
		}
		if on(graph.PredResumed) {
			suspended = 0
		}
		if on(graph.PredSuspended) && ended == 0 && ranOut == 0 {
			suspended = d
		}
		leaves := on(lifeLeaving...)
		lapses := slices.ContainsFunc(actions, func(e graph.Event) bool { return e.Predicate == graph.PredBoundBy && e.Valid.End()+1 == d })
		if leaves && ended == 0 {
			ended, ranOut = d, 0
		} else if lapses && ended == 0 && ranOut == 0 {
			ranOut = d
		}
		if leaves || lapses {
			signed, consented, effective, applies, bound, suspended = 0, 0, 0, 0, 0, 0
		}
	}

	if end := max(ended, ranOut); end != 0 {
		disputed := slices.ContainsFunc(actions, func(e graph.Event) bool {
			return e.Predicate == graph.PredBoundBy && e.Valid.From.Earliest() < end && !e.Valid.To.IsZero() && e.Valid.End() > end && e.Valid.End() >= until
		})
		switch {
		case disputed && l.over == 0:
			return "DISPUTED"
		case disputed || ranOut != 0:
			return "NONE"
		}
		return "WITHDRAWN"
	}
	forceOnRecord := slices.ContainsFunc(events, func(e graph.Event) bool {
		return e.Predicate == graph.PredEnteredIntoForce && e.Rank != graph.RankDeprecated
	})
	boundLater := slices.ContainsFunc(actions, func(e graph.Event) bool { return e.Predicate == graph.PredBoundBy && slowDay(e) > until })
	party := bound != 0 && (l.force != 0 || !forceOnRecord) || effective != 0 && effective <= at && l.force != 0 && !boundLater
	provisional := applies != 0 || l.applied != 0 && (signed != 0 || consented != 0 || bound != 0)
	switch {
	case l.over != 0:
		return "NONE"
	case suspended != 0, (party || provisional) && l.state == "SUSPENDED":
		return "SUSPENDED"
	case party:
		return "PARTY"
	case provisional:
		return "PROVISIONAL"
	case consented != 0 || bound != 0:
		return "CONTRACTING"
	case signed != 0:
		return "SIGNATORY"
	}
	return "NONE"
}

func TestTheStatusIsThatOfASlowDayByDayWalk(t *testing.T) {
	ranks := []graph.Rank{graph.RankNormal, graph.RankNormal, graph.RankNormal, graph.RankDeprecated}
	rapid.Check(t, func(t *rapid.T) {
		events, actions := drawInstrument(t, ranks...), drawActions(t, ranks...)
		for at := lifeFirst - 1; at <= lifeFirst+lifeWeeks; at++ {
			instrument := graph.DeriveInstrumentStatus(graph.KindTreaty, events, at)
			if want := slowInstrument(events, at); instrument.Value.String() != want.state {
				t.Fatalf("on %v %+v, want %s", at, instrument, want.state)
			}
			party := graph.DerivePartyStatus("state/aaa", actions, events, at)
			if want := slowParty(actions, events, at); party.Value.String() != want {
				t.Fatalf("on %v %+v, want %s", at, party, want)
			}
		}
	})
}

func TestWhatDoesNotEnterIntoForceIsNotSaidToLackIt(t *testing.T) {
	events := lifeOf("ADOPTED 2004-04-28")
	for kind, want := range map[graph.Kind]string{
		graph.KindResolution:  "Adopted on 2004-04-28 (ADOPTED); nothing on record has ended it up to 2008-04-06.",
		graph.KindDeclaration: "Adopted on 2004-04-28 (ADOPTED); nothing on record has ended it up to 2008-04-06.",
		graph.KindTreaty:      "Adopted on 2004-04-28 (ADOPTED); no entry into force on record up to 2008-04-06.",
		graph.KindLaw:         "Adopted on 2004-04-28 (ADOPTED); no entry into force on record up to 2008-04-06.",
	} {
		if got := graph.DeriveInstrumentStatus(kind, events, lifeDay("2008-04-06")).Explanation; got != want {
			t.Errorf("%v: %s\nwant %s", kind, got, want)
		}
	}
}
