package ingest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
	"treatygraph/index"
)

// snakOf is a value of an item as Wikibase writes it.
func snakOf(value string) string {
	switch {
	case strings.HasPrefix(value, "Q"):
		return fmt.Sprintf(`{"snaktype":"value","datavalue":{"type":"wikibase-entityid","value":{"entity-type":"item","id":%q}}}`, value)
	case strings.HasPrefix(value, "+"):
		return fmt.Sprintf(`{"snaktype":"value","datavalue":{"type":"time","value":{"time":%q,"timezone":0,"before":0,"after":0,"precision":11,"calendarmodel":"http://www.wikidata.org/entity/Q1985727"}}}`, value)
	case value == "somevalue" || value == "novalue":
		return fmt.Sprintf(`{"snaktype":%q}`, value)
	}
	return fmt.Sprintf(`{"snaktype":"value","datavalue":{"type":"string","value":%q}}`, value)
}

// statementOf is a statement of an item, with a rank and with qualifiers as property and value in turn.
func statementOf(rank, value string, qualifiers ...string) string {
	var list []string
	for i := 0; i < len(qualifiers); i += 2 {
		list = append(list, fmt.Sprintf("%q:[%s]", qualifiers[i], snakOf(qualifiers[i+1])))
	}
	return fmt.Sprintf(`{"mainsnak":%s,"type":"statement","rank":%q,"qualifiers":{%s}}`, snakOf(value), rank, strings.Join(list, ","))
}

// itemOf is an item with labels in JSON, and properties with their statements.
func itemOf(id, labels string, claims ...string) string {
	return fmt.Sprintf(`{"pageid":1,"ns":0,"type":"item","id":%q,"labels":%s,"descriptions":[],"aliases":[],"claims":{%s},"sitelinks":[]}`, id, labels, strings.Join(claims, ","))
}

func label(pairs ...string) string {
	var list []string
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, fmt.Sprintf("%q:{%q:%q,%q:%q}", pairs[i], "language", pairs[i], "value", pairs[i+1]))
	}
	return "{" + strings.Join(list, ",") + "}"
}

func claimOf(property string, statements ...string) string {
	return fmt.Sprintf("%q:[%s]", property, strings.Join(statements, ","))
}

// Items that Wikidata does not have: what is tried here is how they are read.
var (
	lakePact = strings.Replace(itemOf("Q900000001", label("en", "Lake Pact", "zh-hant", "湖條約", "de", "Seepakt", "fi", "Järvi"),
		claimOf("P31", statementOf("normal", "Q131569")),
		claimOf("P1891", statementOf("normal", "Q142", "P585", "+1968-07-01T00:00:00Z"), statementOf("deprecated", "Q17"), statementOf("normal", "Q900000009"), statementOf("normal", "somevalue")),
		claimOf("P2058", statementOf("preferred", "Q900000002")),
		claimOf("P7588", statementOf("normal", "+1970-03-05T00:00:00Z")),
		claimOf("P18", statementOf("normal", "Lake.jpg")),
	), `"aliases":[]`, `"aliases":{"en":[{"language":"en","value":"LP"},{"language":"en","value":"Pact of the Lake"},{"language":"en","value":"lake pact"}]}`, 1)
	lakeBody = itemOf("Q900000002", label("fr", "Organisation du lac"), claimOf("P31", statementOf("normal", "Q484652")),
		claimOf("P463", statementOf("normal", "Q1065", "P580", "+1990-01-01T00:00:00Z", "P582", "+1999-12-31T00:00:00Z")))
)

func wikidataOf(content string) Import {
	return Import{Kind: "wikidata", File: BytesSource("items.json", []byte(content)), Language: "de", Author: "test", Dataset: DatasetHeader{ID: "dataset/wikidata", Title: "Wikidata", Licence: "CC0-1.0"}}
}

func TestEntitiesOfWikidataAreReadInAllTheirForms(t *testing.T) {
	w := withCorpus(t)
	api := `{"entities":{"Q900000001":` + lakePact + `,"Q900000002":` + lakeBody + `},"success":1}`
	r := w.imported(t, wikidataOf(api))
	want := []string{
		"organisation/organisation-du-lac DEPOSITARY_OF treaty/seepakt",
		"organisation/organisation-du-lac IDENTIFIED_BY WIKIDATA:Q900000002",
		"organisation/organisation-du-lac MEMBER_OF organisation/un 1990-01-01/1999-12-31",
		"organisation/organisation-du-lac NAMED Organisation du lac fr SHORT",
		"state/fra SIGNED treaty/seepakt 1968-07-01",
		"state/jpn SIGNED treaty/seepakt",
		"treaty/seepakt ENTERED_INTO_FORCE  1970-03-05",
		"treaty/seepakt IDENTIFIED_BY WIKIDATA:Q900000001",
		"treaty/seepakt NAMED LP en ACRONYM",
		"treaty/seepakt NAMED Lake Pact en SHORT",
		"treaty/seepakt NAMED Pact of the Lake en ALIAS",
		"treaty/seepakt NAMED Seepakt de SHORT",
		"treaty/seepakt NAMED 湖條約 zh-Hant SHORT",
	}
	if got := w.claims(t, "dataset/wikidata"); !slices.Equal(got, want) {
		t.Errorf("claims\n%s\nwant\n%s\n%+v", strings.Join(got, "\n"), strings.Join(want, "\n"), r)
	}
	var notes []string
	for _, n := range r.Notes {
		notes = append(notes, n.String())
	}
	for _, want := range []string{"the file: 1 times P18, for which nothing is read", "the file: 1 times P1891 with a value that neither the record nor the file has", "the file: 1 times P1891 without a value that is known", "the file: 1 times a text in a language that is not read"} {
		if !slices.Contains(notes, want) {
			t.Errorf("no %q in %q", want, notes)
		}
	}
	head := w.head(t)
	for name, content := range map[string]string{"a dump": "[\n" + lakePact + ",\n" + lakeBody + "\n]\n", "lines": lakePact + "\n" + lakeBody + "\n", "packed": gzipOf(t, api), "indented": strings.Replace(api, "{", "{\r\n        ", 1), "in another order": "[" + lakeBody + "," + lakePact + "]"} {
		if r := w.imported(t, wikidataOf(content)); r.Effect() != "nothing has changed" || w.head(t) != head {
			t.Errorf("%s: %s", name, r.Effect())
		}
	}
}

func TestItemsOfWikidataAreFoundByTheirIdentifierOrAskedByTheirLabel(t *testing.T) {
	w := withCorpus(t)
	r := w.imported(t, wikidataOf("["+itemOf("Q142", label("de", "Frankreich", "en", "Something else"), claimOf("P297", statementOf("normal", "FR")))+","+itemOf("Q900000003", label("de", "Nirgendwo"))+"]"))
	if r.Taken != 1 || r.Waiting != 1 || len(r.Questions) != 1 || r.Questions[0].Text != "Nirgendwo" || r.Questions[0].What != askAnything {
		t.Errorf("%+v", r)
	}
	if got := w.claims(t, "dataset/wikidata"); !slices.Contains(got, "state/fra NAMED Frankreich de SHORT") {
		t.Errorf("%q", got)
	}
}

func TestBrokenFilesOfWikidataAreRefusedAndNothingIsWritten(t *testing.T) {
	w := withNames(t)
	before := w.head(t)
	in := func(item string) string { return "[" + lakeBody + "," + item + "]" }
	for name, c := range map[string]struct{ content, says string }{
		"empty":                  {"", "the file is empty"},
		"white space":            {" \n ", "unexpected EOF"},
		"no JSON":                {"Q1;France\n", "no JSON of Wikidata begins like this"},
		"a number":               {"42", "no JSON of Wikidata begins like this"},
		"an empty list":          {"[]", "there is no row"},
		"no entities":            {`{"entities":{}}`, "there is no row"},
		"cut short in a list":    {"[" + lakeBody + ",", "behind entity 1: unexpected EOF"},
		"cut short in an entity": {"[" + lakeBody[:80], "behind entity 0: unexpected EOF"},
		"cut short in an answer": {`{"entities":{"Q1":` + lakeBody, "behind entity 1: unexpected EOF"},
		"cut short at its end":   {`{"entities":{"Q1":` + lakeBody + "}", "behind entity 1: unexpected EOF"},
		"cut short behind":       {`{"entities":{"Q1":` + lakeBody + `},"success":`, "behind entity 1: unexpected EOF"},
		"something behind it":    {"[" + lakeBody + "] []", "something follows"},
		"no comma":               {"[" + lakeBody + lakeBody + "]", "behind entity 1: "},
		"entities in a list":     {`{"entities":[1]}`, "entity 1: |behind entity"},
		"a number for an entity": {in("12"), "entity 2: json: cannot unmarshal"},
		"a list for an entity":   {in("[]"), "entity 2: json: cannot unmarshal"},
		"labels in a text":       {in(`{"type":"item","id":"Q5","labels":"x"}`), "entity 2: json: cannot unmarshal"},
		"a full list of labels":  {in(`{"type":"item","id":"Q5","labels":[1]}`), "entity 2: json: cannot unmarshal"},
		"claims in a list":       {in(`{"type":"item","id":"Q5","labels":{},"claims":[{}]}`), "entity 2: json: cannot unmarshal"},
		"a property":             {in(`{"type":"property","id":"P31","labels":{}}`), `entity 2, type: "P31" is of type "property"`},
		"no type":                {in(`{"id":"Q31"}`), `entity 2, type: "Q31" is of type ""`},
		"no ID":                  {in(`{"type":"item","labels":{}}`), "entity 2: id: "},
		"an ID that is none":     {in(`{"type":"item","id":"Q0x","labels":{}}`), "entity 2: id: "},
		"missing":                {in(`{"id":"Q5","missing":""}`), `"Q5" does not exist in Wikidata`},
		"twice":                  {in(lakeBody), `entity 2, id: "Q900000002" stands twice`},
		"no label":               {in(itemOf("Q900000007", "{}")), "Q900000007, labels: Q900000007 has no label"},
		"a label with a trick":   {in(itemOf("Q900000007", label("en", "Tr\u202eick"), claimOf("P31", statementOf("normal", "Q131569")))), "Q900000007, labels: "},
		"very deep":              {"[" + strings.Repeat("[", 20_000), "exceeded max depth|unexpected EOF"},
		"an endless entity":      {`[{"id":"` + strings.Repeat("x", maxEntityBytes+1<<20), "an entity is longer than"},
		"bad UTF-16":             {"\xff\xfe\x00\xd8", "no JSON|unexpected|behind entity"},
	} {
		_, err := ImportFile(t.Context(), w.store, w.index, wikidataOf(c.content))
		if !errors.Is(err, graph.ErrInvalid) || !regexp.MustCompile(c.says).MatchString(err.Error()) || len(err.Error()) > 2_000 {
			t.Errorf("%s: %.300v\nwant %s", name, err, c.says)
		}
	}
	if after := w.head(t); after != before {
		t.Errorf("head %d, was %d", after, before)
	}
}

func TestTimesOfWikidataAreAsExactAsTheySay(t *testing.T) {
	for content, want := range map[string]string{
		`{"time":"+1968-07-01T00:00:00Z","precision":11,"calendarmodel":"http://www.wikidata.org/entity/Q1985727"}`: "1968-07-01",
		`{"time":"+1968-07-00T00:00:00Z","precision":10,"calendarmodel":"http://www.wikidata.org/entity/Q1985727"}`: "1968-07",
		`{"time":"+1968-00-00T00:00:00Z","precision":9,"calendarmodel":"http://www.wikidata.org/entity/Q1985727"}`:  "1968",
		`{"time":"+1968-00-00T00:00:00Z","precision":8,"calendarmodel":"http://www.wikidata.org/entity/Q1985727"}`:  "196X",
		`{"time":"+1968-00-00T00:00:00Z","precision":7,"calendarmodel":"http://www.wikidata.org/entity/Q1985727"}`:  "",
		`{"time":"+1648-10-24T00:00:00Z","precision":11,"calendarmodel":"http://www.wikidata.org/entity/Q1985786"}`: "",
		`{"time":"-0044-03-15T00:00:00Z","precision":11,"calendarmodel":"http://www.wikidata.org/entity/Q1985727"}`: "",
		`{"time":"+1968-02-30T00:00:00Z","precision":11,"calendarmodel":"http://www.wikidata.org/entity/Q1985727"}`: "",
		`"1968"`: "",
	} {
		d, err := wikidataTime([]byte(content))
		if (err == nil) != (want != "") || err == nil && d.String() != want {
			t.Errorf("%s: %s, %v; want %q", content, d, err, want)
		}
	}
}

// notesOf lists what a report notes, one line each.
func notesOf(r *Report) (list []string) {
	for _, n := range r.Notes {
		list = append(list, n.String())
	}
	return list
}

func TestAStatementOfWikidataSaysNoMoreThanItsQualifiersAndRanksAllow(t *testing.T) {
	const unread = `{"snaktype":"value","datavalue":{"type":"time","value":{"time":"+1990-00-00T00:00:00Z","precision":7,"calendarmodel":"http://www.wikidata.org/entity/Q1985727"}}}`
	membership := func(qualifiers ...string) string {
		return itemOf("Q142", label("en", "France"), claimOf("P463", statementOf("normal", "Q1065", qualifiers...)))
	}
	raw := func(qualifiers string) string {
		return itemOf("Q142", label("en", "France"), claimOf("P463", fmt.Sprintf(`{"mainsnak":%s,"rank":"normal","qualifiers":{%s}}`, snakOf("Q1065"), qualifiers)))
	}
	pact := func(claims ...string) string { return itemOf("Q900000001", label("en", "Lake Pact"), claims...) }
	const member = "state/fra MEMBER_OF organisation/un"
	w := withNames(t)
	for _, c := range []struct{ name, items, says, notes string }{
		{"ended", membership("P580", "+1990-01-01T00:00:00Z", "P582", "+1999-12-31T00:00:00Z"), member + " 1990-01-01/1999-12-31", ""},
		{"stands", membership("P580", "+1990-01-01T00:00:00Z", "P582", "novalue"), member + " 1990-01-01/..", ""},
		{"begun nobody knows when", membership("P580", "somevalue"), member, ""},
		{"ended nobody knows when", membership("P580", "+1990-01-01T00:00:00Z", "P582", "somevalue"), "", "the file: 1 times P463 with P582 that is not known, cannot be read or stands several times"},
		{"an end that cannot be read", raw(`"P582":[` + unread + `]`), "", "the file: 1 times P463 with P582 that is"},
		{"an end of another form", raw(`"P582":[{"snaktype":"value","datavalue":{"type":"string","value":"1999"}}]`), "", "the file: 1 times P463 with P582 that is"},
		{"several ends", raw(`"P582":[` + snakOf("+1999-12-31T00:00:00Z") + "," + snakOf("+2000-12-31T00:00:00Z") + `]`), "", "the file: 1 times P463 with P582 that is"},
		{"a beginning that cannot be read", raw(`"P580":[` + unread + `]`), "", "the file: 1 times P463 with P580 that cannot be read or stands several times"},
		{"several beginnings", raw(`"P585":[` + snakOf("+1999-12-31T00:00:00Z") + "," + snakOf("+2000-12-31T00:00:00Z") + `]`), "", "the file: 1 times P463 with P585 that cannot be read or stands several times"},
		{"in a role", membership("P3831", "Q17"), "", "the file: 1 times P463 with a role, which may be less than what the record would say"},
		{"with a qualifier", membership("P1545", "7"), member, "the file: 1 times the qualifier P1545, for which nothing is read"},
		{"signed in a role, until some day", pact(claimOf("P31", statementOf("normal", "Q131569")), claimOf("P1891", statementOf("normal", "Q142", "P2868", "Q17", "P582", "somevalue"))), "state/fra SIGNED treaty/lake-pact",
			"the file: 1 times the qualifier P2868, for which nothing is read\nthe file: 1 times the qualifier P582 of what is done on one day"},
		{"the date of an event beside a bad qualifier", pact(claimOf("P31", statementOf("normal", "Q131569")), claimOf("P7588", fmt.Sprintf(`{"mainsnak":%s,"rank":"normal","qualifiers":{"P580":[%s]}}`, snakOf("+1970-03-05T00:00:00Z"), unread))),
			"treaty/lake-pact ENTERED_INTO_FORCE  1970-03-05", ""},
		{"a kind that is deprecated", pact(claimOf("P31", statementOf("deprecated", "Q484652"), statementOf("normal", "Q131569"))), "treaty/lake-pact NAMED Lake Pact en SHORT", ""},
		{"a kind that is preferred", pact(claimOf("P31", statementOf("normal", "Q484652"), statementOf("preferred", "Q131569"))), "treaty/lake-pact NAMED Lake Pact en SHORT", ""},
		{"the same thrice", itemOf("Q142", label("en", "France"), claimOf("P463", statementOf("deprecated", "Q1065"), statementOf("preferred", "Q1065"), statementOf("normal", "Q1065"))), member + " PREFERRED", ""},
		{"the same, deprecated", itemOf("Q142", label("en", "France"), claimOf("P463", statementOf("deprecated", "Q1065"), statementOf("normal", "Q1065"))), member, ""},
		{"names that no property has", itemOf("Q142", label("en", "France"), claimOf("P0"), claimOf("p31"), claimOf(strings.Repeat("P1", 1000)), claimOf("P18")), "", "the file: 1 times P18, for which nothing is read\nthe file: 3 times what stands under no name of a property"},
		{"a redirect", `{"entities":{"Q99":` + membership() + `}}`, member, `entity 1, Q142: stands under "Q99": Wikidata has made them one`},
		{"another redirect", strings.Replace(membership(), `"ns":0`, `"redirects":{"from":"Q98","to":"Q142"}`, 1), member, `entity 1, Q142: stands under "Q98": Wikidata has made them one`},
	} {
		r := w.imported(t, wikidataOf(c.items))
		var said []string
		for _, s := range w.ranked(t, "dataset/wikidata") {
			if strings.HasPrefix(s, member) || c.says != "" && s == c.says {
				said = append(said, s)
			}
		}
		if notes := strings.Join(notesOf(r), "\n"); strings.Join(said, "\n") != c.says || (notes == "") != (c.notes == "") || !strings.HasPrefix(notes, c.notes) {
			t.Errorf("%s: says %q\n%s\nwant %q\n%s", c.name, said, notes, c.says, c.notes)
		}
	}
}

// ranked is claims, with the ranks that are not normal.
func (w world) ranked(t testing.TB, dataset graph.ID) []string {
	t.Helper()
	list := w.claims(t, dataset)
	for _, ref := range w.index.Snapshot().DatasetRefs(dataset) {
		s, there := w.index.Snapshot().Statement(ref.Statement, index.AsOf{})
		if !there || s.Rank == graph.RankNormal {
			continue
		}
		for i, line := range list {
			if strings.HasPrefix(line, fmt.Sprint(s.Subject, " ", s.Predicate, " ", s.Object)) {
				list[i] += " " + s.Rank.String()
			}
		}
	}
	return list
}

func TestWhatTheDatasetSaidBeforeDecidesNothingAndAPersonComesFirst(t *testing.T) {
	w := withNames(t)
	nowhere := wikidataOf(itemOf("Q900000003", label("de", "Nirgendwo"), claimOf("P31", statementOf("normal", "Q6256"))))
	key := askedOf("state or region", "Nirgendwo")
	for _, id := range []graph.ID{"state/fra", "state/fra", "state/jpn"} {
		nowhere.Decisions = Decisions{key: {ID: id}}
		w.imported(t, nowhere)
		if got, want := w.claims(t, "dataset/wikidata"), string(id)+" IDENTIFIED_BY WIKIDATA:Q900000003"; !slices.Contains(got, want) || len(got) != 2 {
			t.Errorf("decided as %s: %q", id, got)
		}
	}
	table := participationOf("State,Treaty,Signature\nQ900000003,NPT,1968-07-01\n")
	table.Dataset.ID = "dataset/wikidata"
	if r := w.imported(t, table); r.Waiting != 1 {
		t.Errorf("by the identifier that only the dataset gave: %+v", r)
	}
	w.imported(t, nowhere)
	nowhere.Decisions = nil
	if r := w.imported(t, nowhere); r.Waiting != 1 || len(w.claims(t, "dataset/wikidata")) != 0 {
		t.Errorf("without the decision: %+v", r)
	}
	france := wikidataOf(itemOf("Q142", label("de", "Frankreich"), claimOf("P31", statementOf("normal", "Q6256"))))
	france.Decisions = Decisions{askedOf("state or region", "Frankreich"): {ID: "state/jpn"}}
	w.imported(t, france)
	if got := w.claims(t, "dataset/wikidata"); !slices.Contains(got, "state/jpn NAMED Frankreich de SHORT") {
		t.Errorf("against the identifier that the record has: %q", got)
	}
}

func TestANewItemOfWikidataIsNamedAsItsLabelIs(t *testing.T) {
	w := withNames(t)
	i := wikidataOf(itemOf("Q900000003", label("fr", "Cité du lac"), claimOf("P31", statementOf("normal", "Q6256"))) +
		itemOf("Q900000004", label("mul", "Protocol 14"), claimOf("P31", statementOf("normal", "Q131569"))) +
		itemOf("Q900000005", label("mul", "Protocol 12"), claimOf("P31", statementOf("normal", "Q131569")), claimOf("P2058", statementOf("normal", "Q900000003"))))
	i.Decisions = Decisions{askedOf("state or region", "Cité du lac"): {ID: "state/lac", New: true}}
	w.imported(t, i)
	want := []string{
		"state/lac DEPOSITARY_OF treaty/protocol-12",
		"state/lac IDENTIFIED_BY WIKIDATA:Q900000003",
		"state/lac NAMED Cité du lac fr SHORT",
		"treaty/protocol-12 IDENTIFIED_BY WIKIDATA:Q900000005",
		"treaty/protocol-12 NAMED Protocol 12 mul SHORT",
		"treaty/protocol-14 IDENTIFIED_BY WIKIDATA:Q900000004",
		"treaty/protocol-14 NAMED Protocol 14 mul SHORT",
	}
	if got := w.claims(t, "dataset/wikidata"); !slices.Equal(got, want) {
		t.Errorf("claims\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestItemsThatShareALabelOrAreNotWhomTheRecordKnowsByItAreAsked(t *testing.T) {
	w := withNames(t)
	treaty := claimOf("P31", statementOf("normal", "Q131569"))
	i := wikidataOf(itemOf("Q900000011", label("en", "Treaty of Atlantis"), treaty) + itemOf("Q900000012", label("en", "Treaty of atlantis"), treaty) +
		itemOf("Q900000013", label("en", "France")) + itemOf("Q900000014", label("en", "Pact of Atlantis"), treaty, claimOf("P1891", statementOf("normal", "Q900000013"))))
	r := w.imported(t, i)
	var asked []string
	for _, q := range r.Questions {
		asked = append(asked, q.String())
	}
	want := []string{
		`new treaty "Treaty of Atlantis (Q900000011)" (1 rows, first entity 1, Q900000011): several items of the file have this label; candidates: treaty/north-atlantic`,
		`new treaty "Treaty of atlantis (Q900000012)" (1 rows, first entity 2, Q900000012): several items of the file have this label; candidates: treaty/north-atlantic`,
		askAnything + ` "France" (2 rows, first entity 3, Q900000013): state/fra has this name, and is another item of Wikidata; candidates: state/fra`,
	}
	if !slices.Equal(asked, want) || r.Waiting != 4 || r.Taken != 0 {
		t.Errorf("%+v\nasks\n%s\nwant\n%s", r, strings.Join(asked, "\n"), strings.Join(want, "\n"))
	}
	i.Decisions = Decisions{
		askedOf("new treaty", "Treaty of Atlantis (Q900000011)"): {ID: "treaty/atlantis-1", New: true, Name: "First Treaty of Atlantis"}, askedOf("new treaty", "Treaty of atlantis (Q900000012)"): {ID: "treaty/atlantis-2", New: true},
		askedOf(askAnything, "France"): {ID: "organisation/france", New: true}}
	w.imported(t, i)
	want = []string{
		"organisation/france IDENTIFIED_BY WIKIDATA:Q900000013",
		"organisation/france NAMED France en SHORT",
		"organisation/france SIGNED treaty/pact-of-atlantis",
		"treaty/atlantis-1 IDENTIFIED_BY WIKIDATA:Q900000011",
		"treaty/atlantis-1 NAMED First Treaty of Atlantis de OFFICIAL",
		"treaty/atlantis-1 NAMED Treaty of Atlantis en SHORT",
		"treaty/atlantis-2 IDENTIFIED_BY WIKIDATA:Q900000012",
		"treaty/atlantis-2 NAMED Treaty of atlantis en SHORT",
		"treaty/pact-of-atlantis IDENTIFIED_BY WIKIDATA:Q900000014",
		"treaty/pact-of-atlantis NAMED Pact of Atlantis en SHORT",
	}
	if got := w.claims(t, "dataset/wikidata"); !slices.Equal(got, want) {
		t.Errorf("claims\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
