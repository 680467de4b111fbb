package resolvers_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"treatygraph/corpus"
	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/ingest"
	"treatygraph/tools/shareddata"
)

// sharedData returns the path of a file that is not part of the project; where it is absent the test is left out.
func sharedData(t *testing.T, name string) string {
	t.Helper()
	return shareddata.File(t, name)
}

// importedTests are run one after the other against a service whose store holds the corpus and what was imported.
var importedTests = []struct {
	name string
	run  func(t *testing.T, a api)
}{
	{"question 6: which resolutions cite 1540", resolutionsThatCite1540DirectlyOrThroughOthersAreFoundAsOf2008},
	{"question 6: the most cited", theMostCitedResolutionsAreThoseThatTheDataShow},
	{"question 8: parties to the Beijing Treaty", thePartiesToTheBeijingTreatyAreThoseOfTheTableWithTheReasons},
}

func TestQuestionsAboutImportedDataOverEachStore(t *testing.T) {
	citations, actions := sharedData(t, "unsc-resolution-citations.json"), sharedData(t, "copyright-treaty-actions.csv")
	shipped, err := ingest.Load(corpus.Files)
	if err != nil {
		t.Fatal(err)
	}
	decisions, err := ingest.ReadDecisions(ingest.FileSource("../ingest/testdata/import/copyright.decisions.csv"))
	if err != nil {
		t.Fatal(err)
	}
	imports := []ingest.Import{
		{Kind: "citations", File: ingest.FileSource(citations), Dataset: ingest.DatasetHeader{ID: "dataset/unsc-citations", Title: "Security Council resolution references", Licence: "GPL-3.0-only"}},
		{Kind: "participation", File: ingest.FileSource(actions), Language: "en", Decisions: decisions, Dataset: ingest.DatasetHeader{
			ID: "dataset/copyright-treaties", Title: "Membership of copyright treaties", Licence: "ODC-PDDL-1.0", URL: "https://github.com/datasets/membership-to-copyright-treaties"}},
	}
	for name, open := range storesOf(t) {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			idx := follow(t, store)
			if _, err := ingest.ApplyCorpus(t.Context(), store, idx, shipped, "test"); err != nil {
				t.Fatal(err)
			}
			for _, i := range imports {
				report, err := ingest.ImportFile(t.Context(), store, idx, i)
				if err != nil || report.Taken != report.Rows {
					t.Fatalf("%+v, error %v", report, err)
				}
			}
			a := newAPI(t, idx, store)
			a.snapshot = idx.Snapshot
			for _, test := range importedTests {
				t.Run(test.name, func(t *testing.T) {
					a := a
					a.t = t
					test.run(t, a)
				})
			}
		})
	}
}

// a citing resolution, with what says so.
type citing struct {
	ID       string
	Dataset  string
	Citation string
}

// citedBy returns the resolutions that cite one, as of a day; empty: of any.
func (a api) citedBy(resolution, validOn string) (list []citing) {
	a.t.Helper()
	after := "null"
	for {
		asOf := ""
		if validOn != "" {
			asOf = fmt.Sprintf(`, asOf: {validOn: %q}`, validOn)
		}
		r := a.ask(fmt.Sprintf(`{ entity(id: %q) { ... on Resolution { citedBy(first: 100, after: %s%s) { pageInfo { hasNextPage endCursor } edges { other { id kind } node { assertions { dataset { id } evidence { citation } } } } } } } }`, resolution, after, asOf), nil)
		var data struct {
			Entity struct {
				CitedBy struct {
					PageInfo struct {
						HasNextPage bool
						EndCursor   string
					}
					Edges []struct {
						Other struct{ ID, Kind string }
						Node  struct {
							Assertions []struct {
								Dataset  struct{ ID string }
								Evidence []struct{ Citation string }
							}
						}
					}
				}
			}
		}
		if err := json.Unmarshal(r.Data, &data); err != nil || len(r.Errors) > 0 {
			a.t.Fatalf("%v: %+v", err, r.Errors)
		}
		for _, e := range data.Entity.CitedBy.Edges {
			if e.Other.Kind != "RESOLUTION" {
				continue
			}
			c := citing{ID: e.Other.ID}
			for _, s := range e.Node.Assertions {
				if c.Dataset = s.Dataset.ID; len(s.Evidence) > 0 {
					c.Citation = s.Evidence[0].Citation
				}
			}
			list = append(list, c)
		}
		if !data.Entity.CitedBy.PageInfo.HasNextPage {
			return list
		}
		after = fmt.Sprintf("%q", data.Entity.CitedBy.PageInfo.EndCursor)
	}
}

// numbersOf returns the numbers of resolutions of the Security Council, in order.
func numbersOf(list []citing) (numbers []int) {
	for _, c := range list {
		var number, year int
		if _, err := fmt.Sscanf(c.ID, "resolution/s-res-%d-%d", &number, &year); err == nil {
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	return numbers
}

func resolutionsThatCite1540DirectlyOrThroughOthersAreFoundAsOf2008(t *testing.T, a api) {
	if got := fmt.Sprint(numbersOf(a.citedBy("resolution/s-res-1803-2008", ""))); got != "[1835 1887 1929 1984]" {
		t.Errorf("1803 is cited by %s", got)
	}
	r := a.ask(`{ entity(identifier: {scheme: UN_SYMBOL, value: "S/RES/1803"}) { id ... on Resolution { cites(first: 100) { nodes { object { id } } } } } }`, nil)
	var cites struct {
		Entity struct {
			ID    string
			Cites struct {
				Nodes []struct{ Object struct{ ID string } }
			}
		}
	}
	if err := json.Unmarshal(r.Data, &cites); err != nil {
		t.Fatal(err)
	}
	var cited []citing
	for _, n := range cites.Entity.Cites.Nodes {
		cited = append(cited, citing{ID: n.Object.ID})
	}
	if got := fmt.Sprint(numbersOf(cited)); got != "[1696 1737 1747]" || cites.Entity.ID != "resolution/s-res-1803-2008" {
		t.Errorf("%s cites %s", cites.Entity.ID, got)
	}

	reached := func(validOn string) []int {
		found := make(map[string]bool)
		for next := []string{"resolution/s-res-1540-2004"}; len(next) > 0; {
			for _, c := range a.citedBy(next[0], validOn) {
				if c.Dataset != "dataset/unsc-citations" || !strings.HasPrefix(c.Citation, "Security Council resolution references: S/RES/") {
					t.Errorf("that %s cites %s is said by %q: %q", c.ID, next[0], c.Dataset, c.Citation)
				}
				if !found[c.ID] {
					found[c.ID] = true
					next = append(next, c.ID)
				}
			}
			next = next[1:]
		}
		var list []citing
		for id := range maps.Keys(found) {
			list = append(list, citing{ID: id})
		}
		return numbersOf(list)
	}
	for validOn, until := range map[string]int{"2008-12-31": 2008, "": 9999} {
		if got, want := fmt.Sprint(reached(validOn)), fmt.Sprint(citersIn(t, 1540, until)); got != want || got == "[]" {
			t.Errorf("1540 is cited as of %q, directly or through others, by\n%s, want\n%s", validOn, got, want)
		}
	}
}

// citersIn finds in the file itself which resolutions of a year at most cite one, directly or through others.
func citersIn(t *testing.T, number, year int) []int {
	t.Helper()
	content, err := os.ReadFile(sharedData(t, "unsc-resolution-citations.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Nodes []struct{ Res, Year int }
		Edges []struct{ Source, Target int }
	}
	if err := json.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	late := make(map[int]bool)
	for _, n := range file.Nodes {
		late[n.Res] = n.Year > year
	}
	reached := map[int]bool{number: true}
	for grows := true; grows; {
		grows = false
		for _, e := range file.Edges {
			if reached[e.Target] && !reached[e.Source] && !late[e.Source] {
				reached[e.Source], grows = true, true
			}
		}
	}
	delete(reached, number)
	return slices.Sorted(maps.Keys(reached))
}

func theMostCitedResolutionsAreThoseThatTheDataShow(t *testing.T, a api) {
	type node struct {
		ID      string
		CitedBy struct{ TotalCount int }
	}
	var all []node
	for after := "null"; ; {
		r := a.ask(fmt.Sprintf(`{ resolutions(first: 100, after: %s, orderBy: ID) { pageInfo { hasNextPage endCursor } nodes { id citedBy { totalCount } } } }`, after), nil)
		var data struct {
			Resolutions struct {
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
				Nodes []node
			}
		}
		if err := json.Unmarshal(r.Data, &data); err != nil || len(r.Errors) > 0 {
			t.Fatalf("%v: %+v", err, r.Errors)
		}
		all = append(all, data.Resolutions.Nodes...)
		if !data.Resolutions.PageInfo.HasNextPage {
			break
		}
		after = fmt.Sprintf("%q", data.Resolutions.PageInfo.EndCursor)
	}
	slices.SortStableFunc(all, func(a, b node) int { return b.CitedBy.TotalCount - a.CitedBy.TotalCount })
	var got []string
	for _, n := range all[:3] {
		got = append(got, fmt.Sprintf("%s %d", n.ID, n.CitedBy.TotalCount))
	}
	if want := "[resolution/s-res-1325-2000 138 resolution/s-res-1612-2005 85 resolution/s-res-1820-2008 72]"; fmt.Sprint(got) != want {
		t.Errorf("the most cited are %v, want %s", got, want)
	}
}

func thePartiesToTheBeijingTreatyAreThoseOfTheTableWithTheReasons(t *testing.T, a api) {
	file := "testdata/imported/parties_to_the_beijing_treaty"
	query, err := os.ReadFile(file + ".graphql")
	if err != nil {
		t.Fatal(err)
	}
	r := a.ask(string(query), nil)
	if got := []byte(readable(t, r)); *update {
		if err := os.WriteFile(file+".golden.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want, err := os.ReadFile(file + ".golden.json"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("error %v, got\n%s", err, got)
	}
	var data struct {
		Entity struct {
			TheDayBefore, ContractingTheDayBefore struct{ TotalCount int }
			ThatDay                               struct {
				TotalCount int
				Nodes      []struct {
					Actor              struct{ ID, Label string }
					Since, Explanation string
					Because            []struct{ Predicate string }
				}
			}
		}
	}
	if err := json.Unmarshal(r.Data, &data); err != nil {
		t.Fatal(err)
	}
	want := partiesInTable(t, "Beijing", "2020-04-28")
	if got := data.Entity; got.TheDayBefore.TotalCount != 0 || got.ContractingTheDayBefore.TotalCount < len(want) || got.ThatDay.TotalCount != len(want) || len(want) < 30 {
		t.Errorf("%d parties the day before, %d contracting; %d that day, want %d", got.TheDayBefore.TotalCount, got.ContractingTheDayBefore.TotalCount, got.ThatDay.TotalCount, len(want))
	}
	for _, n := range data.Entity.ThatDay.Nodes {
		if n.Since != "2020-04-28" || n.Explanation == "" || len(n.Because) == 0 {
			t.Errorf("%+v", n)
		}
	}
	for _, party := range want {
		matches := a.snapshot().Lookup(party, graph.Actors, index.AsOf{})
		if !slices.ContainsFunc(data.Entity.ThatDay.Nodes, func(n struct {
			Actor              struct{ ID, Label string }
			Since, Explanation string
			Because            []struct{ Predicate string }
		}) bool {
			return len(matches) > 0 && n.Actor.ID == string(matches[0].Entity)
		}) {
			t.Errorf("%s is not among the parties", party)
		}
	}
}

// partiesInTable reads from the file itself who was bound by a treaty on a day.
func partiesInTable(t *testing.T, treaty, day string) (parties []string) {
	t.Helper()
	file, err := os.Open(sharedData(t, "copyright-treaty-actions.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		if row[1] == treaty && row[5] != "" && row[5] <= day {
			parties = append(parties, row[0])
		}
	}
	return parties
}
