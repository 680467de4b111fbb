package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"treatygraph/export"
	"treatygraph/export/exporttest"
	"treatygraph/export/selection"
	"treatygraph/graph"
)

// lines splits an NDJSON export into its objects.
func lines(t *testing.T, file []byte) []map[string]json.RawMessage {
	t.Helper()
	var list []map[string]json.RawMessage
	for line := range bytes.Lines(file) {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(line, &object); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		list = append(list, object)
	}
	return list
}

func TestNDJSONHoldsEveryAssertionWordForWordAndTheTextsTheyQuote(t *testing.T) {
	for name, record := range map[string]*exporttest.Record{"corpus": exporttest.Corpus(t), "odd": exporttest.Odd(t)} {
		t.Run(name, func(t *testing.T) {
			want := make(map[string]bool)
			texts := make(map[string]bool)
			_, versions, err := record.Store.Scan(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for v, err := range versions {
				if err != nil {
					t.Fatal(err)
				}
				a, err := graph.DecodeAssertion(v.Body)
				if err != nil {
					t.Fatal(err)
				}
				if v.To != 0 {
					continue
				}
				want[fmt.Sprintf("%q %q %d %s", v.Ref.Statement, v.Ref.Dataset, v.Ref.From, v.Body)] = true
				if a.Value != nil && a.Value.Hash != "" {
					texts[fmt.Sprintf("%q", a.Value.Hash)] = true
				}
				for _, e := range a.Evidence {
					if e.Text != "" {
						texts[fmt.Sprintf("%q", e.Text)] = true
					}
				}
			}
			list := lines(t, exporttest.Written(t, export.NDJSON, record.Source(t, selection.Query{})))
			for _, object := range list[1 : len(list)-1] {
				key := fmt.Sprintf("%s %s %s %s", object["statement"], object["dataset"], object["from"], object["body"])
				switch {
				case want[key]:
					delete(want, key)
				case texts[string(object["text"])]:
					delete(texts, string(object["text"]))
				default:
					t.Errorf("more than was recorded: %.200s", key)
				}
			}
			if len(want) > 0 || len(texts) > 0 {
				t.Errorf("%d assertions and %d texts are missing", len(want), len(texts))
			}
		})
	}
}

func TestOneSelectionIsTheSameBytesEachTimeAndAsOfARevision(t *testing.T) {
	record := exporttest.Odd(t)
	first := record.Snapshot.Head().Revision - 1
	before := exporttest.Written(t, export.NDJSON, record.Source(t, selection.Query{Revision: first}))
	if again := exporttest.Written(t, export.NDJSON, record.Source(t, selection.Query{Revision: first})); !bytes.Equal(before, again) {
		t.Error("two exports of one revision differ")
	}
	if newest := exporttest.Written(t, export.NDJSON, record.Source(t, selection.Query{})); bytes.Equal(before, newest) {
		t.Error("a revision is exported as another")
	}
	if bytes.Contains(before, []byte("dataset/odd")) {
		t.Error("an earlier revision holds what came later")
	}
}

func TestAFilterSelectsItsStatementsAndTheirEnds(t *testing.T) {
	record := exporttest.Odd(t)
	source := record.Source(t, selection.Query{Selection: `{"subjects":["state/usa"],"predicates":["SIGNED"]}`})
	ends := make(map[graph.ID]bool)
	n := 0
	for s, err := range source.Statements(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if s.Subject != "state/usa" || s.Predicate != graph.PredSigned {
			t.Errorf("%+v", s)
		}
		ends[s.Source], ends[s.Target] = true, true
		n++
	}
	for e, err := range source.Entities(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if !ends[e.ID] {
			t.Errorf("%s stands at no end", e.ID)
		}
		delete(ends, e.ID)
	}
	if n != 6 || len(ends) > 0 || source.About().Statements != n {
		t.Errorf("%d statements, %v missing, %+v", n, ends, source.About())
	}
}

func TestAPermalinkSelectsTheNodesAndStatementsOfItsSubgraph(t *testing.T) {
	record := exporttest.Corpus(t)
	link := record.Around(t, "treaty/npt", 2)
	query, err := record.Snapshot.OpenPermalink(link)
	if err != nil {
		t.Fatal(err)
	}
	g, err := record.Snapshot.Subgraph(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	nodes, statements := make(map[graph.ID]bool), make(map[graph.StatementID]bool)
	source := record.Source(t, selection.Query{Selection: link})
	for e := range source.Entities(t.Context()) {
		if e.MergedInto == "" {
			nodes[e.ID] = true
		}
	}
	for s := range source.Statements(t.Context()) {
		statements[s.ID] = true
	}
	for _, id := range g.Nodes {
		if !nodes[id] {
			t.Errorf("%s is missing", id)
		}
	}
	for _, s := range g.Statements {
		if !statements[s.ID] {
			t.Errorf("%s is missing", s.ID)
		}
	}
	if len(nodes) != len(g.Nodes) || len(statements) != len(g.Statements) {
		t.Errorf("%d nodes, %d statements of %d, %d", len(nodes), len(statements), len(g.Nodes), len(g.Statements))
	}
}

func TestWhatIsAskedForWronglySaysWhatIsWrong(t *testing.T) {
	record := exporttest.Corpus(t)
	link := record.Around(t, "treaty/npt", 1)
	for says, q := range map[string]selection.Query{
		"revision: there is no revision 99":            {Revision: 99},
		"validOn: \"2008\" is not one day":             {ValidOn: "2008"},
		"validOn: ":                                    {ValidOn: "yesterday"},
		"neither \"all\" nor a filter nor a permalink": {Selection: "everything"},
		"checksum":                                                  {Selection: link[:len(link)-2] + "AA"},
		"a time of its own":                                         {Selection: link, Revision: 1},
		"unknown field \"subject\"":                                 {Selection: `{"subject":"treaty/npt"}`},
		"selection.subjects":                                        {Selection: `{"subjects":["Treaty"]}`},
		"selection.predicates":                                      {Selection: `{"predicates":["SAYS"]}`},
		"selection.and.ids":                                         {Selection: `{"and":[{"ids":["x"]}]}`},
		"selection.dated.on":                                        {Selection: `{"dated":{"on":"soon"}}`},
		"selection.subjects: an empty list":                         {Selection: `{"subjects":[]}`},
		"selection.ranks: an empty list":                            {Selection: `{"ranks":[]}`},
		"selection.and.or: an empty list":                           {Selection: `{"and":[{"or":[]}]}`},
		"selection.and: an empty list":                              {Selection: `{"and":[]}`},
		"selection.ids: an empty list":                              {Selection: `{"ids":[]}`},
		"selection.dated: it says no date":                          {Selection: `{"dated":{}}`},
		"selection.dated: it begins after it ends":                  {Selection: `{"dated":{"from":"1992","to":"1991"}}`},
		"selection.dated.from: \"..\" is no date; leave it out for": {Selection: `{"dated":{"from":".."}}`},
		"cut off":            {Selection: `{"subjects":`},
		"follows the filter": {Selection: `{} {}`},
		"more than 5 deep":   {Selection: strings.Repeat(`{"not":`, 6) + "{}" + strings.Repeat("}", 6)},
		"longer than":        {Selection: strings.Repeat("x", selection.MaxLength+1)},
	} {
		_, err := selection.Open(t.Context(), record.Snapshot, record.Store, q)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.60q: %v", says, err)
		}
	}
}
