package ingest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
)

const (
	membersTable = "Organisation,Acronym,Item,Country,Since,Until,Remark\n" +
		"International Energy Forum,IEF,Q1668174,Japan,15 Oct 1996,,\n" +
		"International Energy Forum,IEF,Q1668174,France,1996,31.12.2001,left\n" +
		"Club of Rivers,CR,,Chad,1997-11,,\n"
	membersMapping = `language: en
rows:
  - subject: {column: Organisation, kinds: [organisation], new: true}
    statements:
      - {predicate: NAMED, value: Acronym, role: ACRONYM}
      - {predicate: IDENTIFIED_BY, value: Item, scheme: WIKIDATA}
  - subject: {column: Country, kinds: [state, region]}
    statements:
      - {predicate: MEMBER_OF, object: {column: Organisation, kinds: organisation, new: true}, from: Since, to: Until, note: Remark}
`
)

func mappingOf(rows, mapping string) Import {
	return Import{Kind: "mapping", File: BytesSource("table.csv", []byte(rows)), Mapping: BytesSource("map.yaml", []byte(mapping)), Language: "en", Author: "test",
		Dataset: DatasetHeader{ID: "dataset/table", Title: "A table", Licence: "CC0-1.0"}}
}

func TestATableSaysWhatAMappingSaysOfItsColumns(t *testing.T) {
	w := withNames(t)
	r := w.imported(t, mappingOf(membersTable, membersMapping))
	if want := []graph.ID{"organisation/international-energy-forum", "organisation/club-of-rivers"}; !slices.Equal(r.Created, want) || r.Taken != 3 {
		t.Errorf("%+v", r)
	}
	want := []string{
		"organisation/club-of-rivers NAMED CR en ACRONYM",
		"organisation/club-of-rivers NAMED Club of Rivers en SHORT",
		"organisation/international-energy-forum IDENTIFIED_BY WIKIDATA:Q1668174",
		"organisation/international-energy-forum NAMED IEF en ACRONYM",
		"organisation/international-energy-forum NAMED International Energy Forum en SHORT",
		"state/fra MEMBER_OF organisation/international-energy-forum 1996/2001-12-31 left",
		"state/jpn MEMBER_OF organisation/international-energy-forum 1996-10-15",
		"state/tcd MEMBER_OF organisation/club-of-rivers 1997-11",
	}
	if got := w.claims(t, "dataset/table"); !slices.Equal(got, want) {
		t.Errorf("claims\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	head := w.head(t)
	if again := w.imported(t, mappingOf(membersTable, membersMapping)); again.Effect() != "nothing has changed" || w.head(t) != head {
		t.Errorf("again: %s", again.Effect())
	}
	if changed := w.imported(t, mappingOf(strings.Replace(membersTable, "1997-11", "1998-11", 1), membersMapping)); changed.Asserted != 2 || changed.Withdrawn != 2 { // the statement and the VERSION
		t.Errorf("changed: %s", changed.Effect())
	}
}

func TestAMappingMakesIDsAndReadsActsAmountsAndListsFromCells(t *testing.T) {
	w := withNames(t)
	const (
		rows = "No;Title;Titre;Acts;Who;Day;Parties;Budget\n" +
			"I-5;Treaty of the Two Lakes;Traité des deux lacs;ratified;Japan;03/04/1975;France|Chad;1,200.50\n" +
			"I-6;Treaty of the Three Lakes;;Signed;;24/04/1975;;\n"
		mapping = `dates: day-first
rows:
  - subject: {id: "treaty/unts-{No}"}
    statements:
      - {predicate: NAMED, value: Title, role: OFFICIAL}
      - {predicate: NAMED, value: Titre, language: fr, role: OFFICIAL}
      - {predicate: CONCLUDED, from: Day}
      - {predicate: QUANTITY, value: Budget, unit: USD}
      - {predicate: DESCRIBED, value: Acts}
      - {predicate: CONCERNS, object: {column: Parties, kinds: [state, organisation]}, separator: "|"}
  - subject: {column: Who, kinds: state}
    statements:
      - by: Acts
        words: {Ratified: RATIFIED, signed: SIGNED}
        object: {id: "treaty/unts-{No}"}
        from: Day
        depositary: {id: state/fra}
`
	)
	r, err := ImportFile(t.Context(), w.store, w.index, mappingOf(strings.Replace(rows, "I-6;", ";", 1), mapping))
	if !errors.Is(err, graph.ErrInvalid) || len(r.Bad) != 1 || r.Bad[0].String() != "line 3: what the row is about is missing" {
		t.Fatalf("%v\n%+v", err, r)
	}
	w.imported(t, mappingOf(strings.Replace(rows, "Signed;;", "Signed;Chad;", 1), mapping))
	want := []string{
		"state/jpn RATIFIED treaty/unts-i-5 1975-04-03 state/fra",
		"state/tcd SIGNED treaty/unts-i-6 1975-04-24 state/fra",
		"treaty/unts-i-5 CONCERNS state/fra",
		"treaty/unts-i-5 CONCERNS state/tcd",
		"treaty/unts-i-5 CONCLUDED  1975-04-03",
		"treaty/unts-i-5 DESCRIBED ratified en UNKNOWN",
		"treaty/unts-i-5 NAMED Traité des deux lacs fr OFFICIAL",
		"treaty/unts-i-5 NAMED Treaty of the Two Lakes en OFFICIAL",
		"treaty/unts-i-5 QUANTITY 1200.50 USD",
		"treaty/unts-i-6 CONCLUDED  1975-04-24",
		"treaty/unts-i-6 DESCRIBED Signed en UNKNOWN",
		"treaty/unts-i-6 NAMED Treaty of the Three Lakes en OFFICIAL",
	}
	if got := w.claims(t, "dataset/table"); !slices.Equal(got, want) {
		t.Errorf("claims\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestANameThatAMappingDoesNotFindWaitsAndADecisionSettlesIt(t *testing.T) {
	w := withNames(t)
	const (
		rows    = "Country,Body\nZembla,Q1065\n"
		mapping = "rows:\n  - subject: {column: Country, kinds: [state, region]}\n    statements:\n      - {predicate: DESCRIBED, value: Body}\n"
	)
	r := w.imported(t, mappingOf(rows, mapping))
	if r.Waiting != 1 || len(r.Questions) != 1 || r.Questions[0].What != "state or region" {
		t.Fatalf("%+v", r)
	}
	var review strings.Builder
	if err := WriteReview(&review, r.Questions); err != nil {
		t.Fatal(err)
	}
	answered := strings.Replace(review.String(), "Zembla,,", "Zembla,new region/zembla,", 1)
	decided := mappingOf(rows, mapping)
	var err error
	if decided.Decisions, err = ReadDecisions(BytesSource("review.csv", []byte(answered))); err != nil {
		t.Fatal(err)
	}
	if r := w.imported(t, decided); r.Taken != 1 || !slices.Equal(r.Created, []graph.ID{"region/zembla"}) {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsWrongWithAMappingIsToldByItsLine(t *testing.T) {
	w := withNames(t)
	before := w.head(t)
	const (
		start = "rows:\n  - subject: {column: Country, kinds: [state]}\n    statements:\n"
		good  = start + "      - {predicate: DESCRIBED, value: Item}\n"
	)
	for mapping, says := range map[string]string{
		"":                              "map.yaml: invalid: the file is empty",
		"- a":                           "map.yaml:1: a mapping of fields is expected",
		"rows: {}":                      "map.yaml:1: field \"(subject|statements)\" is missing",
		"rows: []":                      "map.yaml:1: rows says nothing",
		"row: 1":                        "map.yaml:1: unknown field \"row\"",
		"language: 12\n" + good:         "map.yaml:1: language:",
		"dates: sometimes\n" + good:     "map.yaml:1: dates:",
		"a: &x 1\nb: *x":                "map.yaml:1: anchors",
		start + "      - {value: Item}": "map.yaml:4: a statement needs a predicate",
		start + "      - {predicate: LOVES, value: Item}":                                                           "map.yaml:4: predicate:",
		start + "      - {predicate: NAMED, value: Itm}":                                                            `map.yaml:4: there is no column "Itm" in table.csv`,
		start + "      - {predicate: NAMED}":                                                                        "map.yaml:4: NAMED needs a field value",
		start + "      - {predicate: IDENTIFIED_BY, value: Item}":                                                   "map.yaml:4: IDENTIFIED_BY needs a field scheme",
		start + "      - {predicate: IDENTIFIED_BY, value: Item, scheme: ISBN}":                                     "map.yaml:4: scheme:",
		start + "      - {predicate: NAMED, value: Item, scheme: URL}":                                              "map.yaml:4: NAMED has no scheme",
		start + "      - {predicate: ADOPTED, from: Since}":                                                         "map.yaml:4: ADOPTED is never said of kind|subject",
		start + "      - {predicate: MEMBER_OF, object: {column: Organisation, kinds: [treaty]}}":                   "map.yaml:4: object cannot be of kind TREATY",
		start + "      - {predicate: MEMBER_OF, object: {column: Organisation}}":                                    "map.yaml:4: object: kinds says",
		start + "      - {predicate: MEMBER_OF, object: {id: Organisation}}":                                        "map.yaml:4: id: .* does not begin with a kind",
		start + "      - {predicate: MEMBER_OF, object: {id: \"organisation/{Nobody}\"}}":                           `map.yaml:4: there is no column "Nobody"`,
		start + "      - {predicate: MEMBER_OF, object: {column: Organisation, id: organisation/un}}":               "map.yaml:4: object needs a column with its kinds, or an id",
		start + "      - {by: Acronym, value: Item}":                                                                "map.yaml:4: by names a column, and words",
		start + "      - {by: Acronym, words: {a: RATIFIED, b: NAMED}, from: Since}":                                "map.yaml:4: .* take different things",
		start + "      - {predicate: VERSION, value: Item}":                                                         "map.yaml:4: VERSION is not imported",
		"rows:\n  - subject: {column: Country, kinds: [state, body], new: true}\n    statements: []":                "map.yaml:2: new entities need one kind",
		"rows:\n  - subject: {column: Country, kinds: [planet]}\n    statements: []":                                "map.yaml:2: kinds: there is no kind",
		"rows:\n  - subject: {id: \"state/{Country}\"}\n    statements:\n      - {predicate: ADOPTED, from: Since}": "map.yaml:4: ADOPTED is never said of kind STATE",
	} {
		report, err := ImportFile(t.Context(), w.store, w.index, mappingOf(membersTable, mapping))
		if !errors.Is(err, graph.ErrInvalid) || !regexp.MustCompile(says).MatchString(err.Error()) || len(err.Error()) > 2_000 {
			t.Errorf("%q: %v\n%+v\nwant %s", mapping, err, report, says)
		}
	}
	for rows, says := range map[string]string{
		strings.Replace(membersTable, "1997-11", "1997-13", 1):               "line 4, Since: ",
		strings.Replace(membersTable, "Q1668174,Japan", "1668174,Japan", 1):  "line 2, Item: ",
		strings.Replace(membersTable, "31.12.2001", "31.12.1901", 1):         "line 3, Since: ",
		strings.Replace(membersTable, "Club of Rivers,CR,,Chad", ",CR,,", 1): "line 4, Organisation: what the row is about is missing",
		strings.Replace(membersTable, "IEF,Q", "I\u202eEF,Q", 1):             "line 2: value of NAMED",
		strings.Replace(membersTable, "IEF,Q", "=IEF,Q", 1):                  "line 2: the cell of column \"Acronym\" is a formula",
	} {
		_, err := ImportFile(t.Context(), w.store, w.index, mappingOf(rows, membersMapping))
		if !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %s", err, says)
		}
	}
	if after := w.head(t); after != before {
		t.Errorf("head %d, was %d", after, before)
	}
}

const linkedMapping = `rows:
  - subject: {id: "treaty/x-{No}"}
    statements:
      - {predicate: NAMED, value: Title}
      - {predicate: CONCLUDED, from: Day}
      - {predicate: AMENDS, object: {id: "treaty/x-{Amends}"}}
`

func TestTheOrderOfRowsMakesNoDifference(t *testing.T) {
	if testing.Short() {
		t.Skip("batches of the largest size take the race detector long; tables at random are held back as these are")
	}
	const header = "No,Title,Day,Amends\n"
	var many strings.Builder // so that the entity is named batches after it is referred to
	for i := range graph.MaxBatchRecords {
		fmt.Fprintf(&many, "M%d,Pact %d,,\n", i, i)
	}
	rows := []string{"A,,1975,B\n", "B,,,A\n", many.String(), "A,Pact of A,,\n", "B,Pact of B,,\n"}
	var want []string
	for _, order := range [][]int{{3, 4, 2, 0, 1}, {0, 1, 2, 3, 4}} {
		w := withNames(t)
		var table strings.Builder
		for _, at := range order {
			table.WriteString(rows[at])
		}
		r := w.imported(t, mappingOf(header+table.String(), linkedMapping))
		got := w.claims(t, "dataset/table")
		if want == nil {
			want = got
		}
		if r.Rejected != 0 || !slices.Equal(got, want) || !slices.Contains(got, "treaty/x-b AMENDS treaty/x-a") {
			t.Errorf("order %v: %s, %d claims, want %d", order, r.Summary(), len(got), len(want))
		}
		head := w.head(t)
		if again := w.imported(t, mappingOf(header+table.String(), linkedMapping)); again.Effect() != "nothing has changed" || w.head(t) != head {
			t.Errorf("order %v, again: %s", order, again.Effect())
		}
	}
}

func TestTablesAtRandomSayTheSameInWhateverOrderAndNothingTheSecondTime(t *testing.T) {
	w := withNames(t)
	random := rand.New(rand.NewPCG(3, 4))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	refused, late := 0, 0
	for n := range 25 {
		var rows []string
		for range 1 + random.IntN(9) {
			rows = append(rows, fmt.Sprintf("%s,%s,%s,%s\n", pick("A", "B", "C", "D"), pick("", "", "Pact of a name"), pick("", "", "1975", "never"), pick("", "A", "B", "C", "E")))
		}
		var claims [2][]string
		var taken [2]int
		for i := range claims {
			random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
			mapping := strings.ReplaceAll(linkedMapping, "treaty/x-", fmt.Sprintf("treaty/%d-%d-", n, i))
			table := mappingOf("No,Title,Day,Amends\n"+strings.Join(rows, ""), mapping)
			table.SkipRejected, table.Dataset.ID = true, graph.ID(fmt.Sprintf("dataset/table-%d-%d", n, i))
			r := w.imported(t, table)
			taken[i], refused = r.Taken, refused+r.Rejected
			for _, c := range w.claims(t, table.Dataset.ID) {
				claims[i] = append(claims[i], strings.ReplaceAll(c, fmt.Sprintf("treaty/%d-%d-", n, i), "treaty/"))
			}
			named := make(map[string]bool)
			for _, row := range rows {
				if cells := strings.Split(row, ","); cells[3] != "\n" && !named[strings.TrimSpace(cells[3])] {
					late++
				}
				if cells := strings.Split(row, ","); cells[1] != "" {
					named[cells[0]] = true
				}
			}
			if again := w.imported(t, table); again.Effect() != "nothing has changed" || again.Taken != r.Taken {
				t.Errorf("again: %s\n%s", again.Effect(), rows)
			}
		}
		if taken[0] != taken[1] || !slices.Equal(claims[0], claims[1]) {
			t.Errorf("%d and %d rows taken of %q:\n%q\n%q", taken[0], taken[1], rows, claims[0], claims[1])
		}
	}
	if refused == 0 || late == 0 {
		t.Errorf("%d rows refused, %d before what they refer to", refused, late)
	}
}

func TestAWorkbookReadByAMappingSaysTheSameOverEachStore(t *testing.T) {
	var want []string
	overEachStore(t, func(a asker) {
		i := mappingOf("", linkedMapping)
		i.File = BytesSource("table.xlsx", workbookOf(t, [][]any{{"No", "Title", "Day", "Amends"}, {"A", nil, 1975, "B"}, {"A", "Pact of A"}, {"B", "Pact of B", "1971-02"}}))
		a.imported(t, i)
		got := a.claims(t, "dataset/table")
		if want == nil {
			want = got
		}
		if len(got) != 5 || !slices.Equal(got, want) {
			a.Errorf("%q\nwant %q", got, want)
		}
		if again := a.imported(t, i); again.Effect() != "nothing has changed" {
			a.Error(again.Effect())
		}
	})
}

func TestRowsThatReferToWhatNoTakenRowNamesAreRejectedAndMakeNothing(t *testing.T) {
	w := withNames(t)
	const rows = "No,Title,Day,Amends\nA,Pact of A,,B\nB,Pact of B,,C\nC,Pact of C,never,\nD,Pact of D,,\n"
	i := mappingOf(rows, linkedMapping)
	i.SkipRejected = true
	r := w.imported(t, i)
	var bad []string
	for _, b := range r.Bad {
		bad = append(bad, b.String())
	}
	want := []string{`line 4, Day: "never" is no date`, "line 2: treaty/x-b does not exist", "line 3: treaty/x-c does not exist"}
	if len(bad) != 3 || !strings.HasPrefix(bad[0], want[0]) || !slices.Equal(bad[1:], want[1:]) || !slices.Equal(r.Created, []graph.ID{"treaty/x-d"}) {
		t.Errorf("%q, created %v", bad, r.Created)
	}

	// What an edition before named does not stand for what this one leaves out.
	w.imported(t, mappingOf("No,Title,Day,Amends\nE,Pact of E,,\nF,Pact of F,,E\n", linkedMapping))
	_, err := ImportFile(t.Context(), w.store, w.index, mappingOf("No,Title,Day,Amends\nF,Pact of F,,E\n", linkedMapping))
	if !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "line 2: treaty/x-e is known by an earlier edition of the dataset alone") {
		t.Errorf("error %v", err)
	}
}

func TestCellsThatMakeTheSameIDAreNotOneEntityByChance(t *testing.T) {
	w := withNames(t)
	long := strings.Repeat("long ", 30)
	for name, cells := range map[string][2]string{"a point": {"1.11", "11.1"}, "a minus": {"5", "-5"}, "long": {long + "a", long + "b"}, "an apostrophe": {"d'or", "dor"}} {
		_, err := ImportFile(t.Context(), w.store, w.index, mappingOf(fmt.Sprintf("No,Title,Day,Amends\n%s,One,,\n%s,Other,,\n", cells[0], cells[1]), linkedMapping))
		if !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "line 3: the cells make the ID treaty/x-") || !strings.Contains(err.Error(), "which row 1 makes of other cells") {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := w.imported(t, mappingOf("No,Title,Day,Amends\nÉtat  no. 1,One,,\nEtat no 1,One,1975,\n", linkedMapping))
	if got := w.claims(t, "dataset/table"); r.Taken != 2 || len(got) != 2 {
		t.Errorf("spellings of one: %q", got)
	}
}

func TestANewEntityIsNamedByARowThatIsTaken(t *testing.T) {
	w := withNames(t)
	before := w.head(t)
	const mapping = `rows:
  - subject: {id: "treaty/x-{No}"}
    statements:
      - {predicate: NAMED, value: Title}
      - {predicate: CONCLUDED, from: Day}
      - {predicate: CONCERNS, object: {column: Who, kinds: state}}
`
	for name, first := range map[string]string{"rejected": "A,Pact of One,never,", "waiting": "A,Pact of One,,Zembla"} {
		i := mappingOf("No,Title,Day,Who\n"+first+"\nA,,1975,\n", mapping)
		i.SkipRejected = true
		r, err := ImportFile(t.Context(), w.store, w.index, i)
		if err != nil || r.Taken != 0 || !slices.ContainsFunc(r.Bad, func(b Remark) bool { return strings.HasPrefix(b.String(), "line 3: treaty/x-a is new") }) {
			t.Errorf("the row with the name is %s: %v, %+v", name, err, r)
		}
		if got := w.claims(t, "dataset/table"); len(got) != 0 {
			t.Errorf("the row with the name is %s: %q", name, got)
		}
	}
	if r := w.imported(t, mappingOf("No,Title,Day,Who\nA,Pact of One,,\nA,,1975,\n", mapping)); r.Taken != 2 || w.head(t) == before {
		t.Errorf("%+v", r)
	}
}

func TestAPlaceThatDoesNotExistIsToldByItsRowAndNothingIsWritten(t *testing.T) {
	w := withNames(t)
	before := w.head(t)
	var rows strings.Builder
	rows.WriteString("State,Note,Where\n")
	for i := range graph.MaxBatchRecords { // so that a batch is full before the row is written
		fmt.Fprintf(&rows, "France,remark %d,\n", i)
	}
	rows.WriteString("France,the last,zembla\n")
	_, err := ImportFile(t.Context(), w.store, w.index, mappingOf(rows.String(), "rows:\n  - subject: {column: State, kinds: state}\n    statements:\n      - {predicate: DESCRIBED, value: Note, place: {id: \"region/{Where}\"}}\n"))
	if !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "line 10002: region/zembla does not exist") {
		t.Errorf("error %v", err)
	}
	if after := w.head(t); after != before {
		t.Errorf("head %d, was %d", after, before)
	}
}
