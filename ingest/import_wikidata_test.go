package ingest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
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
		"organisation/organisation-du-lac NAMED Organisation du lac de SHORT",
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
	for name, content := range map[string]string{"a dump": "[\n" + lakePact + ",\n" + lakeBody + "\n]\n", "lines": lakePact + "\n" + lakeBody + "\n", "packed": gzipOf(t, api), "in another order": "[" + lakeBody + "," + lakePact + "]"} {
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
