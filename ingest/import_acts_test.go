package ingest

import (
	"slices"
	"strings"
	"testing"
)

// treatyTable is in the form of the depositary's own tables: acts of several sorts in a column, told apart by codes; marks of footnotes; what has ended in brackets.
const treatyTable = `Participant,"Signature, Succession to signature(d), Definitive signature(s)","Formal confirmation(c), Accession(a), Acceptance(A), Approval(AA), Succession(d), Provisional application(n), Consent to be bound(P), Ratification"
Afghanistan,,24 Sep 2003 a
Albania,12 Jul 1994,22 Jan 2002
Australia 1,17 Jul 1980,28 Jul 1983 2
Austria,17 Jul 1980,31 Mar 1982 A
Bulgaria,17 Jul 1980,8 Feb 1982 AA
China [3],17 Jul 1980,4 Nov 1980 [4]
Croatia,,9 Sep 1992 d
Czechia 5,22 Feb 1993 d,
Cuba,17 Jul 1980 s,
European Union,30 Mar 2007,23 Dec 2010 c
Finland,17 Jul 1980,4 Sep 1986 A 1
France,17 Jul 1980,14 Dec 1983 (AA)
Georgia,,26 Oct 1994 P
Ghana,,2 Jan 1986 n; 3 Mar 1987
"Korea, Republic of",25 May 1983,27 Dec 1984
[Peru],23 Jul 1981,13 Sep 1982
Japan,17 Jul 1980,25 Jun 1985 [Denunciation: 4 Sep 2001]
Slovakia 5,22 Feb 1993 d,28 May 1993 d
Türkiye,,20 Dec 1985 a
Viet Nam,29 Jul 1980,
`

func TestATableInTheFormOfTheDepositaryIsReadByItsCodes(t *testing.T) {
	w := withNames(t)
	r := w.imported(t, participationOf(treatyTable, func(i *Import) { i.Treaty = "treaty/npt" }))
	if r.Rows != 20 || r.Taken != 20 {
		t.Errorf("%+v", r)
	}
	want := strings.Split(`organisation/eu CONFIRMED treaty/npt 2010-12-23
organisation/eu SIGNED treaty/npt 2007-03-30
state/afg ACCEDED_TO treaty/npt 2003-09-24
state/alb RATIFIED treaty/npt 2002-01-22
state/alb SIGNED treaty/npt 1994-07-12
state/aus RATIFIED treaty/npt 1983-07-28
state/aus SIGNED treaty/npt 1980-07-17
state/aut ACCEPTED treaty/npt 1982-03-31
state/aut SIGNED treaty/npt 1980-07-17
state/bgr APPROVED treaty/npt 1982-02-08
state/bgr SIGNED treaty/npt 1980-07-17
state/chn RATIFIED treaty/npt 1980-11-04
state/chn SIGNED treaty/npt 1980-07-17
state/cub CONSENTED_TO treaty/npt 1980-07-17 definitive signature
state/cub SIGNED treaty/npt 1980-07-17
state/cze SIGNED treaty/npt 1993-02-22 succession to signature
state/fin ACCEPTED treaty/npt 1986-09-04
state/fin SIGNED treaty/npt 1980-07-17
state/fra APPROVED treaty/npt 1983-12-14
state/fra SIGNED treaty/npt 1980-07-17
state/geo CONSENTED_TO treaty/npt 1994-10-26
state/gha PROVISIONALLY_APPLIES treaty/npt 1986-01-02
state/gha RATIFIED treaty/npt 1987-03-03
state/hrv SUCCEEDED_TO treaty/npt 1992-09-09
state/jpn DENOUNCED treaty/npt 2001-09-04 Denunciation: 4 Sep 2001
state/jpn RATIFIED treaty/npt 1985-06-25
state/jpn SIGNED treaty/npt 1980-07-17
state/kor RATIFIED treaty/npt 1984-12-27
state/kor SIGNED treaty/npt 1983-05-25
state/per RATIFIED treaty/npt 1982-09-13
state/per SIGNED treaty/npt 1981-07-23
state/svk SIGNED treaty/npt 1993-02-22 succession to signature
state/svk SUCCEEDED_TO treaty/npt 1993-05-28
state/tur ACCEDED_TO treaty/npt 1985-12-20
state/vnm SIGNED treaty/npt 1980-07-29`, "\n")
	got := w.claims(t, "dataset/table")
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if !slices.ContainsFunc(r.Notes, func(n Remark) bool {
		return n.String() == `line 17, Participant: "[Peru]" stands in brackets, as one who has withdrawn does, and no withdrawal is given`
	}) {
		t.Errorf("notes %v", r.Notes)
	}
}

func TestADateInBracketsIsNeitherTakenNorDroppedSilently(t *testing.T) {
	w := withNames(t)
	for cell, date := range map[string]string{"[3 Aug 1992]": "3 Aug 1992", "(1992)": "1992", "[1992-08-03 a]": "1992-08-03 a", "3 Aug 1992 [4 Aug 1993]": "4 Aug 1993", "[03.08.1992]": "03.08.1992"} {
		table := "State,Treaty,Ratification\nChina,NPT,1992\nFrance,NPT," + cell + "\n"
		before := w.head(t)
		r, err := ImportFile(t.Context(), w.store, w.index, participationOf(table))
		want := `line 3, Ratification: the date "` + date + `" stands in brackets`
		if err == nil || !strings.Contains(err.Error(), want) || len(r.Bad) != 1 || w.head(t) != before {
			t.Errorf("%s: error %v, %v", cell, err, r.Bad)
		}
	}
}

func TestWhatAStateDidForATerritoryStaysApartFromWhatItDidForItself(t *testing.T) {
	w := withNames(t)
	const rows = "State,Treaty,Ratification,In force\nUnited Kingdom,NPT,1968-11-27,1970-03-05\nHong Kong [1],NPT,1968-11-27,1970-03-05\n"
	r := w.imported(t, participationOf(rows))
	if r.Waiting != 1 || r.Taken != 1 {
		t.Fatalf("%+v", r)
	}
	var review strings.Builder
	if err := WriteReview(&review, r.Questions); err != nil {
		t.Fatal(err)
	}
	answered := strings.Replace(review.String(), "actor,Hong Kong [1],,", "actor,Hong Kong [1],state/gbr,", 1)
	decisions, err := ReadDecisions(BytesSource("review.csv", []byte(answered)))
	if err != nil || len(decisions) != 1 {
		t.Fatalf("%v, error %v", decisions, err)
	}
	decided := participationOf(rows, func(i *Import) { i.Decisions = decisions })
	if r = w.imported(t, decided); r.Waiting != 0 || r.Taken != 2 {
		t.Errorf("%+v", r)
	}
	want := []string{
		"state/gbr BOUND_BY treaty/npt 1970-03-05", "state/gbr BOUND_BY treaty/npt 1970-03-05 for Hong Kong",
		"state/gbr RATIFIED treaty/npt 1968-11-27", "state/gbr RATIFIED treaty/npt 1968-11-27 for Hong Kong",
	}
	got := w.claims(t, "dataset/table")
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if again := w.imported(t, decided); again.Asserted+again.Withdrawn != 0 {
		t.Errorf("the second time: %+v", again)
	}
}
