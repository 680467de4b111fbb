package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"treatygraph/corpus"
	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/tools/shareddata"
)

// sharedData returns the path of a file that is not part of the project; where it is absent the test is left out.
func sharedData(t testing.TB, name string) string {
	t.Helper()
	return shareddata.File(t, name)
}

func decisionsIn(t testing.TB, path string) Decisions {
	t.Helper()
	d, err := ReadDecisions(FileSource(path))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// table is an import of a small participation table.
func participationOf(rows string, change ...func(*Import)) Import {
	i := Import{Kind: "participation", File: BytesSource("table.csv", []byte(rows)), Language: "en", Dataset: DatasetHeader{ID: "dataset/table", Title: "A table", Licence: "CC0-1.0"}, Author: "test"}
	for _, c := range change {
		c(&i)
	}
	return i
}

func withCorpus(t testing.TB) world {
	t.Helper()
	w := newWorld(t)
	w.apply(t, load(t, corpus.Files))
	return w
}

// imported imports and expects it to end well.
func (w world) imported(t testing.TB, i Import) *Report {
	t.Helper()
	report, err := ImportFile(t.Context(), w.store, w.index, i)
	if err != nil {
		t.Fatalf("%v\n%+v", err, report)
	}
	if _, err := w.index.Wait(t.Context(), report.Revision); err != nil {
		t.Fatal(err)
	}
	return report
}

// claims lists what a dataset says of everything but itself, one line each, sorted.
func (w world) claims(t testing.TB, dataset graph.ID) (list []string) {
	t.Helper()
	refs := w.index.Snapshot().DatasetRefs(dataset)
	loaded, err := w.store.Assertions(t.Context(), refs)
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range refs {
		a := loaded[ref]
		if a.Subject == dataset {
			continue
		}
		parts := []string{string(a.Subject), a.Predicate.String(), string(a.Object)}
		if a.Value != nil {
			parts[2] = strings.Join([]string{a.Value.Text, string(a.Value.Lang), a.Value.Role.String()}, " ")
			switch a.Value.Kind {
			case graph.ValueIdentifier:
				parts[2] = a.Value.Identifier().String()
			case graph.ValueQuantity:
				parts[2] = a.Value.Amount + " " + a.Value.Unit
			}
		}
		for _, detail := range []string{a.Valid.String(), a.Qualifiers.EffectiveOn.String(), string(a.Qualifiers.Depositary), a.Qualifiers.Note} {
			if detail != "" {
				parts = append(parts, detail)
			}
		}
		list = append(list, strings.Join(parts, " "))
	}
	slices.Sort(list)
	return list
}

// sharedImports are the imports of all the data that the project is developed with, in the order in which they build on each other.
func sharedImports(t testing.TB) []Import {
	file := func(name string) Source { return FileSource(sharedData(t, name)) }
	return []Import{
		{Kind: "countries", File: file("country-codes.csv"), Dataset: DatasetHeader{ID: "dataset/country-codes", Title: "Country codes", Licence: "ODC-PDDL-1.0", URL: "https://github.com/datasets/country-codes"}},
		{Kind: "citations", File: file("unsc-resolution-citations.json"), Dataset: DatasetHeader{ID: "dataset/unsc-citations", Title: "Security Council resolution references", Licence: "GPL-3.0-only"}},
		{Kind: "participation", File: file("copyright-treaty-actions.csv"), Language: "en", Decisions: decisionsIn(t, "testdata/import/copyright.decisions.csv"), Dataset: DatasetHeader{
			ID: "dataset/copyright-treaties", Title: "Membership of copyright treaties", Licence: "ODC-PDDL-1.0", Attribution: "datasets", Edition: "2025-09", URL: "https://github.com/datasets/membership-to-copyright-treaties"}},
	}
}

func TestImportingAllSharedDataTwiceChangesNothingTheSecondTime(t *testing.T) {
	imports := sharedImports(t)
	if !testing.Short() { // reading texts under the race detector is left to the tests of documents
		for _, name := range []string{"un-charter", "vclt", "vcdr", "genocide", "outer-space"} {
			imports = append(imports, textImport(t, name))
		}
	}
	w := withCorpus(t)
	for i, want := range []string{"249 249 0 0", "7049 7049 0 0", "1501 1501 0 0", "111 111 0 0", "85 85 0 0", "53 53 0 0", "19 19 0 0", "17 17 0 0"}[:len(imports)] {
		r := w.imported(t, imports[i])
		if got := fmt.Sprint(r.Rows, r.Taken, r.Rejected, r.Waiting); got != want || r.Asserted == 0 || r.Withdrawn != 0 || r.Revision == 0 {
			t.Errorf("%s of %s: %s, want %s; %s", r.Kind, r.File, got, want, r.Effect())
		}
	}
	before := w.head(t)
	for _, i := range imports {
		if r := w.imported(t, i); r.Asserted != 0 || r.Withdrawn != 0 || r.Effect() != "nothing has changed" {
			t.Errorf("%s again: %s", r.Kind, r.Effect())
		}
	}
	if after := w.head(t); after != before {
		t.Errorf("head %d, was %d", after, before)
	}
}

func TestCountriesAreTheStatesAndTerritoriesThatTheRecordHolds(t *testing.T) {
	i := sharedImports(t)[0]
	w := withCorpus(t)
	if r := w.imported(t, i); len(r.Created) != 0 {
		t.Errorf("countries that the corpus does not hold: %v", r.Created)
	}
	s := w.index.Snapshot()
	for name, want := range map[string]graph.ID{
		"Îles Marshall": "state/mhl", "Costa de Marfil": "", "Côte d'Ivoire": "state/civ", "Alemania": "state/deu", "République de Moldova": "state/mda", "الصين": "state/chn", "Saint-Siège": "state/vat",
	} {
		got := s.Lookup(name, graph.Set(graph.KindState, graph.KindRegion), index.AsOf{})
		if want == "" && len(got) != 0 || want != "" && (len(got) != 1 || got[0].Entity != want) {
			t.Errorf("%s: %+v, want %s", name, got, want)
		}
	}

	bare := newWorld(t)
	r := bare.imported(t, i)
	var missing []graph.ID
	for _, id := range r.Created {
		if _, there := s.Entity(id, index.AsOf{}); !there {
			missing = append(missing, id) // of another kind than in the corpus
		}
	}
	if len(r.Created) != 249 || len(missing) != 0 {
		t.Errorf("%d countries made on an empty record, of them %v elsewhere in the corpus", len(r.Created), missing)
	}
	if again := bare.imported(t, i); again.Asserted != 0 || again.Withdrawn != 0 {
		t.Errorf("again: %s", again.Effect())
	}
}

func TestAChangedSourceChangesOnlyWhatDiffers(t *testing.T) {
	w := withCorpus(t)
	const before = "Party,Treaty,Signature,Ratification,Entry into force\nFrance,NPT,,1992-08-03,1992-08-03\nChina,NPT,,,\n"
	const first = "Party,Treaty,Signature,Ratification,Entry into force\nFrance,NPT,,1992-08-03,1992-08-03\nJapan,NPT,1970-02-03,1976-06-08,1976-06-08\n"
	const second = "Party,Treaty,Signature,Ratification,Entry into force\nItaly,NPT,1969-01-28,1975-05-02,1975-05-02\nFrance,NPT,,1992-08-03,1992-08-03\nJapan,NPT,1970-02-03,1976-06-09,1976-06-08\n"
	if _, err := ImportFile(t.Context(), w.store, w.index, participationOf(before)); !errors.Is(err, graph.ErrInvalid) {
		t.Errorf("a row without an act: error %v", err)
	}
	w.imported(t, participationOf(first))
	r := w.imported(t, participationOf(second))
	var changed []string
	for change, err := range w.store.Changes(t.Context(), r.Revision-1) {
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range change.Written {
			changed = append(changed, "+"+predicateOf(t, v.Ref))
		}
		for _, ref := range change.Closed {
			changed = append(changed, "-"+predicateOf(t, ref))
		}
	}
	slices.Sort(changed)
	// Italy's three, Japan's ratification and with it the words that its other statements cite.
	if got := strings.Join(changed, " "); got != "+BOUND_BY +BOUND_BY +RATIFIED +RATIFIED +SIGNED +SIGNED +VERSION -BOUND_BY -RATIFIED -SIGNED -VERSION" {
		t.Errorf("changed: %s", got)
	}
}

func TestTwoSourcesOfOneTreatyStandBesideEachOtherAndTheirDisagreementShows(t *testing.T) {
	w := withCorpus(t)
	const header = "Party,Treaty,Ratification\n"
	w.imported(t, participationOf(header+"France,NPT,1992-08-03\n"))
	w.imported(t, participationOf(header+"France,Nuclear Non-Proliferation Treaty,1992-08-02\nChina,NPT,1992-03-09\n", func(i *Import) { i.Dataset.ID, i.Dataset.Title = "dataset/other", "Another table" }))
	one, other := w.claims(t, "dataset/table"), w.claims(t, "dataset/other")
	if len(one) != 1 || one[0] != "state/fra RATIFIED treaty/npt 1992-08-03" || !slices.Contains(other, "state/fra RATIFIED treaty/npt 1992-08-02") {
		t.Fatalf("%v\n%v", one, other)
	}
	s := w.index.Snapshot()
	claim := graph.Claim{Subject: "state/fra", Predicate: graph.PredRatified, Object: "treaty/npt", Valid: graph.Interval{From: graph.MustDate("1992-08-03")}}
	competing := s.Competing(claim.ID(), index.AsOf{})
	if len(competing) == 0 || !slices.ContainsFunc(competing, func(c index.Statement) bool { return c.Refs[0].Dataset == "dataset/other" }) {
		t.Errorf("competing: %+v", competing)
	}
	w.imported(t, participationOf(header+"France,NPT,1992-08-03\n"))
	if again := w.claims(t, "dataset/other"); !slices.Equal(again, other) {
		t.Errorf("the other source became %v", again)
	}
}

func TestTheActsOfAParticipationTableAreReadAsTheDepositaryMeansThem(t *testing.T) {
	const npt, french = "treaty/npt", "state/fra "
	w := withNames(t)
	for name, test := range map[string]struct {
		table string
		want  []string
		note  string // a part of one note; empty: there is none
	}{
		"codes beside dates": {"Participant,Treaty,\"Ratification, Acceptance (A), Accession (a), Succession (d)\"\nFrance,NPT,3 Aug 1992 a\nChina,NPT,9 Mar 1992 A\nJapan,NPT,8 Jun 1976\nItaly,NPT,2 May 1975 d\nCuba,NPT,4 Nov 2002 AA\nPeru,NPT,3 Mar 1970 c\nChad,NPT,10 Mar 1971 P\nMali,NPT,10 Feb 1970 n\n",
			[]string{"state/chn ACCEPTED treaty/npt 1992-03-09", "state/cub APPROVED treaty/npt 2002-11-04", "state/fra ACCEDED_TO treaty/npt 1992-08-03", "state/ita SUCCEEDED_TO treaty/npt 1975-05-02",
				"state/jpn RATIFIED treaty/npt 1976-06-08", "state/mli PROVISIONALLY_APPLIES treaty/npt 1970-02-10", "state/per CONFIRMED treaty/npt 1970-03-03", "state/tcd CONSENTED_TO treaty/npt 1971-03-10"}, ""},
		"a signature that binds": {"State,Treaty,Signature\nFrance,NPT,3 Aug 1992 s\n", []string{french + "CONSENTED_TO treaty/npt 1992-08-03 definitive signature", french + "SIGNED treaty/npt 1992-08-03"}, ""},
		"marks of footnotes": {"State,Treaty,Signature,Ratification\nFrance 1,NPT,3 Aug 1992 2,4 Aug 1992 a 3\nChina [4],NPT,5 Aug 1992[1],\n",
			[]string{"state/chn SIGNED treaty/npt 1992-08-05", french + "ACCEDED_TO treaty/npt 1992-08-04", french + "SIGNED treaty/npt 1992-08-03"}, "without its footnote marks"},
		"a denunciation in brackets": {"State,Treaty,Ratification\nFrance,NPT,3 Aug 1992 [Denunciation: 4 Sep 2001]\n",
			[]string{french + "DENOUNCED treaty/npt 2001-09-04 Denunciation: 4 Sep 2001", french + "RATIFIED treaty/npt 1992-08-03"}, ""},
		"a column of withdrawals":                 {"State,Treaty,Ratification,Withdrawal\nFrance,NPT,03.08.1992,24/09/2001\n", []string{french + "RATIFIED treaty/npt 1992-08-03", french + "WITHDREW_FROM treaty/npt 2001-09-24"}, ""},
		"a withdrawal with the day of its effect": {"State,Treaty,Action,Date,Effective date\nFrance,NPT,Withdrawal,2001-01-10,2001-04-10\n", []string{french + "WITHDREW_FROM treaty/npt 2001-01-10 2001-04-10"}, ""},
		"an end that is open":                     {"State,Treaty,Accession,In force,Until\nFrance,NPT,03.08.1992,03.08.1992,31.12.9999\n", []string{french + "ACCEDED_TO treaty/npt 1992-08-03", french + "BOUND_BY treaty/npt 1992-08-03/.."}, ""},
		"three depositaries": {"State,Treaty,Action,Date,Depositary,Effective\nFrance,NPT,Accession,1992-08-03,United Kingdom,1992-08-03\nFrance,NPT,Accession,1992-08-03,United States,1992-08-03\nFrance,NPT,Accession,1992-08-03,Russian Federation,1992-08-03\n",
			[]string{french + "ACCEDED_TO treaty/npt 1992-08-03 state/gbr", french + "ACCEDED_TO treaty/npt 1992-08-03 state/rus", french + "ACCEDED_TO treaty/npt 1992-08-03 state/usa", french + "BOUND_BY treaty/npt 1992-08-03"}, ""},
		"two columns telling the same act": {"State,Treaty,Ratification,Instrument type,Instrument date\nFrance,NPT,3 Aug 1992,Ratification,1992-08-03\n", []string{french + "RATIFIED treaty/npt 1992-08-03"}, ""},
		"the same row twice":               {"State,Treaty,Ratification\nFrance,NPT,3 Aug 1992\nFrance,NPT,3 Aug 1992\n", []string{french + "RATIFIED treaty/npt 1992-08-03"}, "line 3: says nothing that row 1 does not say"},
		"a table of one treaty":            {"State;Ratification\nFrance;3 Aug 1992\n", []string{french + "RATIFIED treaty/npt 1992-08-03"}, ""},
		"spellings": {"State,Treaty,Signature\nThe Gambia,NPT,1968\n\"Korea, Republic of\",NPT,1968\nCote d'Ivoire,NPT,1968\n\"Congo, Democratic Republic of the\",NPT,1968\nSt Lucia,NPT,1968\nBolivia (Plurinational State of),NPT,1968\nTrinidad & Tobago,NPT,1968\nUSSR,NPT,1968\nCHN,NPT,1968\n俄罗斯联邦,NPT,1968\n",
			[]string{"state/bol SIGNED treaty/npt 1968", "state/chn SIGNED treaty/npt 1968", "state/civ SIGNED treaty/npt 1968", "state/cod SIGNED treaty/npt 1968", "state/gmb SIGNED treaty/npt 1968", "state/kor SIGNED treaty/npt 1968",
				"state/lca SIGNED treaty/npt 1968", "state/rus SIGNED treaty/npt 1968", "state/sun SIGNED treaty/npt 1968", "state/tto SIGNED treaty/npt 1968"}, "found by its words"},
		"headers in Chinese":   {"缔约方,条约,签署日期,批准日期\n法国,不扩散核武器条约,1992年8月3日,1992年8月4日\n", []string{french + "RATIFIED treaty/npt 1992-08-04", french + "SIGNED treaty/npt 1992-08-03"}, ""},
		"headers in Russian":   {"Участник\tДоговор\tДата подписания\tРатификация\nФранция\tДоговор о нераспространении ядерного оружия\t3 августа 1992 г.\t04.08.1992\n", []string{french + "RATIFIED treaty/npt 1992-08-04", french + "SIGNED treaty/npt 1992-08-03"}, ""},
		"a slip that is noted": {"State,Treaty,Signature,Ratification\nFrance,NPT,4 Aug 1992,3 Aug 1992\n", []string{french + "RATIFIED treaty/npt 1992-08-03", french + "SIGNED treaty/npt 1992-08-04"}, "line 2: bound itself on 1992-08-03, and signed later"},
		"a new treaty":         {"State,Treaty,Signature\nFrance,Convention on Imaginary Rivers,1992\n", []string{french + "SIGNED treaty/convention-on-imaginary-rivers 1992", "treaty/convention-on-imaginary-rivers NAMED Convention on Imaginary Rivers en SHORT"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			i := participationOf(test.table, func(i *Import) {
				i.Dataset.ID = graph.ID("dataset/" + strings.ReplaceAll(strings.ToLower(name), " ", "-"))
			})
			if !strings.Contains(strings.SplitN(test.table, "\n", 2)[0], "reaty") && !strings.ContainsAny(test.table, "条Д") {
				i.Treaty = npt
			}
			r := w.imported(t, i)
			if got := w.claims(t, i.Dataset.ID); !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
			if noted := slices.ContainsFunc(r.Notes, func(n Remark) bool { return strings.Contains(n.String(), test.note) }); noted != (test.note != "" || len(r.Notes) > 0) || test.note == "" && len(r.Notes) > 0 {
				t.Errorf("notes %v, want %q", r.Notes, test.note)
			}
		})
	}
}

// withNames is a record that holds the names of the authority files.
func withNames(t testing.TB) world {
	t.Helper()
	w := newWorld(t)
	c := load(t, corpus.Files)
	w.apply(t, &Corpus{Datasets: c.Datasets[:1]})
	return w
}

func TestWhatIsUncertainWaitsAndADecisionSettlesIt(t *testing.T) {
	w := withNames(t)
	const rows = "State,Treaty,Signature\nHong Kong,NPT,1968-07-01\nAtlantis,NPT,1968-07-02\nFrance,NPT,1968-07-03\nFrence,NPT,1968-07-04\nAtlantis,NPT,1968-07-05\n"
	r := w.imported(t, participationOf(rows))
	if r.Waiting != 4 || r.Taken != 1 || len(r.Questions) != 3 {
		t.Fatalf("%+v", r)
	}
	if q := r.Questions[0]; q.Text != "Hong Kong" || q.Candidates[0].ID != "region/hkg" || !strings.Contains(q.Reason, "territory") {
		t.Errorf("%+v", q)
	}
	if q := r.Questions[1]; q.Text != "Atlantis" || q.Rows != 2 || q.First != "line 3" || q.Proposal != "new organisation/atlantis" {
		t.Errorf("%+v", q)
	}
	if q := r.Questions[2]; len(q.Candidates) == 0 || q.Candidates[0].ID != "state/fra" {
		t.Errorf("%+v", q)
	}

	var review strings.Builder
	if err := WriteReview(&review, r.Questions); err != nil {
		t.Fatal(err)
	}
	if d, err := ReadDecisions(BytesSource("review.csv", []byte(review.String()))); err != nil || len(d) != 0 {
		t.Errorf("a review file without answers: %v, %v", d, err)
	}
	answered := strings.NewReplacer("actor,Hong Kong,,", "actor,Hong Kong,skip,", "actor,Atlantis,,", "actor,Atlantis,new organisation/atlantis,Atlantean League", "actor,Frence,,", "actor,Frence,state/fra,").Replace(review.String())
	decisions, err := ReadDecisions(BytesSource("review.csv", []byte(answered)))
	if err != nil {
		t.Fatal(err)
	}
	r = w.imported(t, participationOf(rows, func(i *Import) { i.Decisions = decisions }))
	if r.Waiting != 0 || r.Skipped != 1 || r.Taken != 4 {
		t.Errorf("%+v", r)
	}
	want := []string{"organisation/atlantis NAMED Atlantean League en OFFICIAL", "organisation/atlantis SIGNED treaty/npt 1968-07-02", "organisation/atlantis SIGNED treaty/npt 1968-07-05", "state/fra SIGNED treaty/npt 1968-07-03", "state/fra SIGNED treaty/npt 1968-07-04"}
	if got := w.claims(t, "dataset/table"); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestWrongDecisionsAreToldByTheirLine(t *testing.T) {
	for rows, want := range map[string]string{
		"what,text\nactor,France\n":                                  `d.csv:1: column "decision" is missing`,
		"what,text,decision\nplanet,France,state/fra\n":              `d.csv:2: what: "planet" is none of actor, treaty, depositary`,
		"what,text,decision\nactor,France,France\n":                  "d.csv:2: decision: id ",
		"what,text,decision\nactor,France,treaty/npt\n":              "d.csv:2: decision: treaty/npt is of kind TREATY, which cannot be a actor",
		"what,text,decision\nactor,A,skip\nactor,a,skip\n":           `d.csv:3: actor "a" is decided twice`,
		"what,text,decision\nactor,Hong Kong,region/hkg\n":           "d.csv:2: decision: region/hkg is of kind REGION",
		"what,text,decision\nactor,France,state/fra,more\nactor,x\n": "d.csv:2: the row has 4 cells, the header 3",
	} {
		_, err := ReadDecisions(BytesSource("d.csv", []byte(rows)))
		if err == nil || !strings.HasPrefix(err.Error(), want) || !errors.Is(err, graph.ErrInvalid) {
			t.Errorf("%q: error %v, want %s", rows, err, want)
		}
	}
	w := withNames(t)
	i := participationOf("State,Treaty,Signature\nAtlantis,NPT,1968-07-02\n", func(i *Import) { i.Decisions = Decisions{askedOf(askActor, "Atlantis"): {ID: "state/nowhere"}} })
	if r, err := ImportFile(t.Context(), w.store, w.index, i); err == nil || !strings.Contains(err.Error(), "state/nowhere, which no other dataset has") || r.Rejected != 1 {
		t.Errorf("error %v", err)
	}
}

func TestARejectedRowStopsAllUnlessSuchRowsAreSkipped(t *testing.T) {
	w := withNames(t)
	rows := "State,Treaty,Signature\nFrance,NPT,1968-07-01\nChina,NPT,1968-02-30\nItaly,,1968-07-01\n"
	before := w.head(t)
	r, err := ImportFile(t.Context(), w.store, w.index, participationOf(rows))
	if !errors.Is(err, graph.ErrInvalid) || w.head(t) != before || !r.Refused {
		t.Fatalf("error %v, head %d, %+v", err, w.head(t), r)
	}
	if got := fmt.Sprint(r.Bad); got != `[line 3, Signature: "1968-02-30" is no date of the calendar line 4, Treaty: the treaty is missing]` {
		t.Errorf("%s", got)
	}
	r = w.imported(t, participationOf(rows, func(i *Import) { i.SkipRejected = true }))
	if got := w.claims(t, "dataset/table"); len(got) != 1 || r.Rejected != 2 || r.Taken != 1 {
		t.Errorf("%v, %+v", got, r)
	}
}

func TestADryRunTellsWhatWouldBeWrittenAndWritesNothing(t *testing.T) {
	w := withNames(t)
	before := w.head(t)
	r := w.imported(t, participationOf("State,Treaty,Signature\nFrance,NPT,1968-07-01\n", func(i *Import) { i.DryRun = true }))
	if w.head(t) != before || r.Asserted != 4 || r.Revision != 0 || !strings.Contains(r.Effect(), "4 assertions would be written") {
		t.Errorf("head %d, was %d; %+v", w.head(t), before, r)
	}
}

func TestADatasetThatNoImportMadeIsNotOverwritten(t *testing.T) {
	w := withCorpus(t)
	byHand := graph.Assertion{Claim: graph.Claim{Subject: "treaty/npt", Predicate: graph.PredDescribed, Value: textValue("By hand.", "en")}, Dataset: "dataset/hand", Rank: graph.RankNormal, Method: graph.MethodCurated}
	if _, err := w.store.Apply(t.Context(), &graph.Batch{Key: "hand", Assert: []graph.Assertion{curated("dataset/hand", graph.Claim{Subject: "dataset/hand", Predicate: graph.PredNamed, Value: nameValue(graph.Name{Text: "Hand", Lang: "en", Role: graph.NameShort})}), byHand}}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []graph.ID{"dataset/authority", "dataset/reference", "dataset/document-e-cn.15-2008-21", "dataset/hand", "treaty/npt", "dataset/"} {
		_, err := ImportFile(t.Context(), w.store, w.index, participationOf("State,Treaty,Signature\nFrance,NPT,1968-07-01\n", func(i *Import) { i.Dataset.ID = id }))
		var invalid *graph.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != "dataset" {
			t.Errorf("%s: error %v", id, err)
		}
	}
}

func TestTheDatasetOfAnImportSaysWhereItComesFrom(t *testing.T) {
	w := withNames(t)
	i := participationOf("State,Treaty,Signature\nFrance,NPT,1968-07-01\n", func(i *Import) {
		i.Dataset.Attribution, i.Dataset.Edition, i.Dataset.URL = "The Registry", "2024", "https://example.org/table.csv"
	})
	w.imported(t, i)
	said := make(map[graph.Predicate]*graph.Assertion)
	refs := w.index.Snapshot().DatasetRefs("dataset/table")
	loaded, err := w.store.Assertions(t.Context(), refs)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range loaded {
		if a.Subject == "dataset/table" {
			said[a.Predicate] = a
		} else if a.Method != graph.MethodImported || len(a.Evidence) != 1 || a.Evidence[0].Citation != "A table: France | NPT | 1968-07-01" || a.Evidence[0].URL != "https://example.org/table.csv" {
			t.Errorf("%+v", a)
		}
	}
	if said[graph.PredNamed].Value.Text != "A table" || said[graph.PredLicence].Value.Text != "CC0-1.0" || said[graph.PredVersion].Qualifiers.Note != "2024" || said[graph.PredIdentifiedBy].Value.ID != "https://example.org/table.csv" {
		t.Errorf("%+v", said)
	}
	i.Dataset.Edition = "2025"
	if r := w.imported(t, i); r.Asserted != 1 || r.Withdrawn != 1 {
		t.Errorf("another edition with the same rows: %s", r.Effect())
	}
}

func TestAReportIsTheSameAsTextJSONAndAPage(t *testing.T) {
	w := withNames(t)
	r, err := ImportFile(t.Context(), w.store, w.index, participationOf("State,Treaty,Signature\nFrance,NPT,<b>never</b>\nAtlantis,NPT,1968\n"))
	if err == nil {
		t.Fatal("no error")
	}
	var text, encoded, page strings.Builder
	if err := errors.Join(r.WriteText(&text, 0), r.WriteJSON(&encoded), r.WriteHTML(&page)); err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal([]byte(encoded.String()), &back); err != nil || fmt.Sprintf("%+v", back) != fmt.Sprintf("%+v", *r) {
		t.Errorf("JSON reads back as %+v, %v", back, err)
	}
	for _, want := range []string{"2 rows read, 0 taken, 1 rejected, 1 waiting", "nothing was written", "line 2, Signature: ", "Atlantis"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, text.String())
		}
	}
	if p := page.String(); strings.Contains(p, "<b>never") || !strings.Contains(p, "&lt;b&gt;never") || !strings.Contains(p, "line 2") || !strings.Contains(p, "Atlantis") {
		t.Errorf("the page is\n%s", p)
	}
}
