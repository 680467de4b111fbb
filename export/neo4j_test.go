package export_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"treatygraph/corpus"
	"treatygraph/export"
	"treatygraph/export/exporttest"
	"treatygraph/export/selection"
	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/storetest"
	"treatygraph/index"
	"treatygraph/ingest"
	server "treatygraph/tools/neo4j"
)

// A shown is what a Neo4j shows: nodes by ID, relationships by their ends, type and ID.
type shown struct{ nodes, relationships map[string]shownItem }

type shownItem struct {
	labels     []string // or the type, with the ends
	properties map[string]any
}

// inNeo4j reads all that a Neo4j shows; of our own store the projection.
func inNeo4j(t *testing.T, address string) shown {
	t.Helper()
	s := shown{make(map[string]shownItem), make(map[string]shownItem)}
	put := func(m map[string]shownItem, key string, item shownItem) {
		if _, twice := m[key]; twice {
			t.Errorf("%s stands twice", key)
		}
		m[key] = item
	}
	for _, record := range ask(t, address, `MATCH (n) WHERE NOT (n:Counter OR n:Revision OR n:Record OR n:Text) RETURN n`) {
		n := record.Values[0].(driver.Node)
		slices.Sort(n.Labels)
		put(s.nodes, fmt.Sprint(n.Props["id"]), shownItem{n.Labels, n.Props})
	}
	for _, record := range ask(t, address, `MATCH (a)-[r]->(b) RETURN a.id, r, b.id`) {
		r := record.Values[1].(driver.Relationship)
		item := shownItem{[]string{fmt.Sprint(record.Values[0]), r.Type, fmt.Sprint(record.Values[2])}, r.Props}
		put(s.relationships, fmt.Sprint(item.labels, r.Props["id"]), item)
	}
	return s
}

func ask(t *testing.T, address string, statements ...string) (records []*driver.Record) {
	t.Helper()
	d, err := driver.NewDriverWithContext(address, driver.NoAuth())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close(context.WithoutCancel(t.Context()))
	for _, statement := range statements {
		result, err := driver.ExecuteQuery(t.Context(), d, statement, nil, driver.EagerResultTransformer)
		if err != nil {
			t.Fatalf("%v in %.300s", err, statement)
		}
		records = result.Records
	}
	return records
}

// statements splits a script as its description says: by lines that end with a semicolon.
func statements(script []byte) (list []string) {
	var statement strings.Builder
	for line := range strings.Lines(string(script)) {
		statement.WriteString(line)
		if strings.HasSuffix(line, ";\n") {
			list = append(list, statement.String())
			statement.Reset()
		}
	}
	if statement.Len() > 0 {
		list = append(list, statement.String())
	}
	return list
}

// same compares what two Neo4j show.
func (s shown) same(t *testing.T, want shown) {
	t.Helper()
	for what, pair := range map[string][2]map[string]shownItem{"node": {s.nodes, want.nodes}, "relationship": {s.relationships, want.relationships}} {
		if len(pair[0]) != len(pair[1]) {
			t.Errorf("%d of %d: %ss", len(pair[0]), len(pair[1]), what)
		}
		failed := 0
		for _, key := range slices.Sorted(maps.Keys(pair[1])) {
			if got := pair[0][key]; !reflect.DeepEqual(got, pair[1][key]) && failed < 5 {
				t.Errorf("%s %s is\n%q, not\n%q", what, key, got, pair[1][key])
				failed++
			}
		}
	}
}

// properties counts them.
func (s shown) properties() (n int) {
	for _, m := range []map[string]shownItem{s.nodes, s.relationships} {
		for _, item := range m {
			n += len(item.properties)
		}
	}
	return n
}

// fillForNeo4j writes the fixture and what a format may stumble over, in lists too; before it the shipped corpus where that is asked for.
func fillForNeo4j(t *testing.T, whole bool) func(graph.Store, *index.Index) error {
	return func(store graph.Store, idx *index.Index) error {
		if whole {
			shipped, err := ingest.Load(corpus.Files)
			if err != nil {
				return err
			}
			if _, err := ingest.ApplyCorpus(t.Context(), store, idx, shipped, "exporttest"); err != nil {
				return err
			}
		}
		for _, b := range []*graph.Batch{storetest.Fixture(), exporttest.Oddities(), oddForNeo4j()} {
			if _, err := store.Apply(t.Context(), b); err != nil {
				return fmt.Errorf("%s: %w", b.Key, err)
			}
		}
		// What was withdrawn leaves its entity behind.
		gone := described("topic/gone", "soon gone")
		for i, b := range []graph.Batch{{Assert: []graph.Assertion{gone}}, {Withdraw: []graph.AssertionKey{gone.Key()}}} {
			b.Key = fmt.Sprint("gone ", i)
			if _, err := store.Apply(t.Context(), &b); err != nil {
				return fmt.Errorf("%s: %w", b.Key, err)
			}
		}
		return nil
	}
}

func described(subject graph.ID, words string) graph.Assertion {
	return graph.Assertion{
		Claim:   graph.Claim{Subject: subject, Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: words}},
		Dataset: "dataset/odd", Rank: graph.RankNormal, Method: graph.MethodImported,
	}
}

// oddForNeo4j is what only these formats may take for something else, and every odd text as a quote: in a list.
func oddForNeo4j() *graph.Batch {
	own := []string{`\u0041`, `\\u0041`, `\\\u0041`, `ends with \`, `ends with "`, `"`, `""`, `\"`, `\'`, "'", "ends with ;", ";\n", "a;\nb", "\U000e0001", "\ue000", "$param", "`", "\x1e\x1d", "  "}
	b := &graph.Batch{Key: "odd for neo4j", Author: "test"}
	for _, words := range own {
		b.Assert = append(b.Assert, described("topic/texts", words))
	}
	const each = 15 // no more than a statement shows
	for texts := range slices.Chunk(append(own, exporttest.Texts...), each) {
		a := graph.Assertion{
			Claim:   graph.Claim{Subject: "treaty/odd", Predicate: graph.PredCites, Object: "treaty/start-i", Qualifiers: graph.Qualifiers{Note: texts[0] + "; " + texts[1], Ordinal: len(b.Assert)}},
			Dataset: "dataset/odd", Rank: graph.RankNormal, Method: graph.MethodImported,
		}
		for _, words := range texts {
			a.Evidence = append(a.Evidence, graph.Evidence{Citation: "a citation that is not carried", Quote: words, Lang: "en"})
		}
		b.Assert = append(b.Assert, a)
	}
	always := graph.Assertion{Claim: graph.Claim{Subject: "state/usa", Predicate: graph.PredBoundBy, Object: "treaty/odd"}, Dataset: "dataset/odd", Rank: graph.RankNormal, Method: graph.MethodDerived}
	always.Valid = graph.Interval{From: graph.MustDate("0000-01-01"), To: graph.MustDate("9999-12-31")}
	b.Assert = append(b.Assert, always)
	return b
}

// commands are those that a document tells people to run, each in a line of its own.
func commands(document []byte) (list [][]string) {
	for _, found := range regexp.MustCompile(`(?m)^ *((?:neo4j-admin|cypher-shell) .*)$`).FindAllSubmatch(document, -1) {
		list = append(list, strings.Fields(string(found[1])))
	}
	return list
}

// guide is what people are told of the formats.
func guide(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../docs/exports.md")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// admin unpacks an export and runs the command of its README over an empty home. It returns what it said.
func admin(t *testing.T, version, home string, packed []byte) (said string, files map[string][]byte) {
	t.Helper()
	dir := t.TempDir()
	files = exporttest.Files(t, packed)
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	said, err := server.Admin(t.Context(), version, home, dir, commands(files["README.md"])[0][1:]...)
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return said, files
}

func TestANeo4jThatImportsTheCSVOrRunsTheScriptShowsWhatOurStoreDoes(t *testing.T) {
	for i, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			// The corpus goes through the newest alone: Neo4j 5.26 plans a row of the script in 20 ms.
			whole := !testing.Short() && i == len(server.VersionsToTest(t))-1
			lease := server.Lease(t, version)
			var want shown
			var packed, script []byte
			t.Run("ours", func(t *testing.T) {
				store, err := neo4j.Open(t.Context(), lease.URL(), neo4j.Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer store.Close()
				source := exporttest.Follow(t, store, fillForNeo4j(t, whole)).Source(t, selection.Query{})
				packed, script = exporttest.Written(t, export.Neo4jCSV, source), exporttest.Written(t, export.Cypher, source)
				want = inNeo4j(t, lease.URL())
			})
			t.Run("csv", func(t *testing.T) {
				home := t.TempDir()
				_, files := admin(t, version, home, packed)
				s, err := server.Start(t.Context(), server.Config{Version: version, Home: home})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Stop()
				ask(t, s.URL(), statements(files["schema.cypher"])...)
				inNeo4j(t, s.URL()).same(t, want)
				query := regexp.MustCompile("(?s)```cypher\n(.*?)```").FindSubmatch(guide(t))
				if query == nil || len(ask(t, s.URL(), string(query[1]))) == 0 {
					t.Errorf("the guide asks in vain: %s", query)
				}
			})
			t.Run("script", func(t *testing.T) {
				if err := lease.Empty(t.Context()); err != nil {
					t.Fatal(err)
				}
				ask(t, lease.URL(), statements(script)...)
				inNeo4j(t, lease.URL()).same(t, want)
				ask(t, lease.URL(), statements(script)...)
				inNeo4j(t, lease.URL()).same(t, want)
			})
		})
	}
}

// imported are the numbers that neo4j-admin gives at its end.
var imported = regexp.MustCompile(`(\d+) (nodes|relationships|properties)`)

func TestASelectionForNeo4jIsAPartOfTheWholeWithoutLooseEnds(t *testing.T) {
	record := exporttest.Odd(t)
	versions := server.VersionsToTest(t)
	version := versions[len(versions)-1] // what is selected is the same for all
	lease := server.Lease(t, version)
	shows := func(source export.Source) shown {
		if err := lease.Empty(t.Context()); err != nil {
			t.Fatal(err)
		}
		ask(t, lease.URL(), statements(exporttest.Written(t, export.Cypher, source))...)
		return inNeo4j(t, lease.URL())
	}
	whole := shows(record.Source(t, selection.Query{}))
	for name, q := range map[string]selection.Query{
		"a graph":  {Selection: record.Around(t, "treaty/odd", 1)},
		"a filter": {Selection: `{"predicates":["RATIFIED","MERGED_INTO","NAMED"]}`},
		"a day":    {ValidOn: "1991-08-15"},
		"nothing":  {Selection: `{"subjects":["state/none"]}`},
	} {
		source := record.Source(t, q)
		got := shows(source)
		facts := 0
		for s, err := range source.Statements(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if s.Object == "" {
				facts++
			}
		}
		about := source.About()
		if len(got.nodes) != about.Entities+facts || len(got.relationships) != about.Statements {
			t.Errorf("%s: %d nodes and %d relationships of %d entities, %d facts, %d statements", name, len(got.nodes), len(got.relationships), about.Entities, facts, about.Statements)
		}
		for key, item := range got.relationships {
			if !reflect.DeepEqual(item, whole.relationships[key]) {
				t.Errorf("%s: %s is %q, not %q", name, key, item, whole.relationships[key])
			}
		}
		if q.ValidOn == "" { // what an entity is called is asked at the day too
			for key, item := range got.nodes {
				if !reflect.DeepEqual(item, whole.nodes[key]) {
					t.Errorf("%s: %s is %q, not %q", name, key, item, whole.nodes[key])
				}
			}
		}
		if testing.Short() && name != "a graph" {
			continue
		}
		said, _ := admin(t, version, t.TempDir(), exporttest.Written(t, export.Neo4jCSV, source))
		numbers := make(map[string]string)
		for _, found := range imported.FindAllStringSubmatch(said, -1) {
			numbers[found[2]] = found[1]
		}
		for what, n := range map[string]int{"nodes": len(got.nodes), "relationships": len(got.relationships), "properties": got.properties()} {
			if numbers[what] != strconv.Itoa(n) {
				t.Errorf("%s: %s %s of %d imported: %s", name, numbers[what], what, n, said)
			}
		}
	}
}

func TestTheFormatsForNeo4jAreUsedAsTheGuideSays(t *testing.T) {
	source := exporttest.Odd(t).Source(t, selection.Query{})
	files := exporttest.Files(t, exporttest.Written(t, export.Neo4jCSV, source))
	told := commands(guide(t))
	if len(told) != 3 || !reflect.DeepEqual(told[:2], commands(files["README.md"])) {
		t.Errorf("the guide says %q, README.md %q", told, commands(files["README.md"]))
	}
	for _, words := range told {
		for i, word := range words {
			if word == "-f" && files[words[i+1]] == nil && words[i+1] != export.Cypher.FileName() {
				t.Errorf("%s is no file of an export", words[i+1])
			}
			if name, is := strings.CutPrefix(word, "@"); is && files[name] == nil {
				t.Errorf("%s is no file of an export", name)
			}
		}
	}
}

func TestAScriptIsMadeOfBoundedStatementsInLinesOfTheirOwn(t *testing.T) {
	source := exporttest.Corpus(t).Source(t, selection.Query{})
	script := exporttest.Written(t, export.Cypher, source)
	if again := exporttest.Written(t, export.Cypher, source); !bytes.Equal(script, again) {
		t.Error("two scripts of one selection differ")
	}
	list := statements(script)
	rows, most := 0, 0
	for _, statement := range list {
		n := strings.Count(statement, "\n{")
		rows, most = rows+n, max(most, n)
		if !strings.HasSuffix(statement, ";\n") {
			t.Errorf("%.100s… does not end", statement)
		}
		const bytes, row = 64 << 10, 16 << 10 // no row of the corpus is longer
		if n > 200 || len(statement) > bytes+row {
			t.Errorf("%d rows and %d bytes in %.200s", n, len(statement), statement)
		}
	}
	if about := source.About(); rows != about.Entities+about.Statements || most < 200 {
		t.Errorf("%d rows of %d entities and %d statements, %d at most", rows, about.Entities, about.Statements, most)
	}
}

func TestNoTextOfAScriptBreaksALineForAnyReader(t *testing.T) {
	script := exporttest.Written(t, export.Cypher, exporttest.Odd(t).Source(t, selection.Query{}))
	for _, r := range string(script) {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Errorf("%U stands as it is", r)
		}
	}
}

func TestTheFormatsForNeo4jSayWhatTheyDoNotCarry(t *testing.T) {
	source := exporttest.Odd(t).Source(t, selection.Query{Evidence: true})
	csv := exporttest.Files(t, exporttest.Written(t, export.Neo4jCSV, source))
	delete(csv, export.ManifestName)
	for _, f := range []struct {
		format *export.Format
		files  map[string][]byte
	}{
		{export.Neo4jCSV, csv},
		{export.Cypher, map[string][]byte{"": exporttest.Written(t, export.Cypher, source)}},
	} {
		for says, lost := range map[string]string{
			"texts of documents":   "The Parties reaffirm START",
			"evidence":             "1974 UNTS 483",
			"confidence":           "930", // of the fixture's mention
			"history":              exporttest.Oddities().Summary,
			"why it is deprecated": "nobody calls it so",
		} {
			if !strings.Contains(f.format.Description, says) {
				t.Errorf("%s does not speak of %q", f.format.Name, says)
			}
			for name, content := range f.files {
				if bytes.Contains(content, []byte(lost)) {
					t.Errorf("%s says that %q is not carried, and %s carries %q", f.format.Name, says, name, lost)
				}
			}
		}
	}
}
