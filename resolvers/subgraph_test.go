package resolvers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
)

// wholeSubgraph asks for all of a subgraph that is its own.
const wholeSubgraph = `{nodes{id label} statements{id subject{id} predicate object{id} valid{from to} rank evidence{quote citation} recorded{number}}
	truncated omitted{entity{id} count} omittedStatements revision{number at digest} permalink noPermalink}`

// subgraphsOfTheCorpusAreWholeAndComeAgain asks question 7: all within two hops of the NPT, twice, byte for byte the same, and by its permalink.
func subgraphsOfTheCorpusAreWholeAndComeAgain(t *testing.T, a api) {
	ask := func(field string) []byte {
		_, answer := a.bytes(t.Context(), map[string]any{"query": "{subgraph(" + field + ")" + wholeSubgraph + "}"})
		return answer
	}
	for _, field := range []string{
		`seeds:{ids:["treaty/npt"]} depth:2 maxNodes:5000`,
		`seeds:{ids:["treaty/npt"]} depth:2 maxNodes:30 without:["state/usa"]`,
		`seeds:{search:"nuclear"} asOf:{validOn:"2008-04-06"}`,
		`seeds:{document:"document/e-cn.15-2008-21"} kinds:[RESOLUTION] evidenced:true`,
		`seeds:{filter:{kinds:[RESOLUTION]}} depth:3 maxNodes:12 predicates:[CITES]`,
	} {
		first := ask(field)
		var data struct {
			Data struct {
				Subgraph struct {
					Nodes      []struct{ ID string }
					Statements []struct{ ID string }
					Truncated  bool
					Permalink  string
				}
			}
		}
		if err := json.Unmarshal(first, &data); err != nil {
			t.Fatal(err)
		}
		g := data.Data.Subgraph
		if len(g.Nodes) < 3 || len(g.Statements) == 0 || g.Permalink == "" || len(g.Permalink) > 1536 || g.Truncated != strings.Contains(field, "depth:2 maxNodes:30") && !strings.Contains(field, "maxNodes:12") {
			t.Errorf("%s: %d nodes, %d statements, truncated %v, permalink %d long: %.300s", field, len(g.Nodes), len(g.Statements), g.Truncated, len(g.Permalink), first)
		}
		if again := ask(field); !bytes.Equal(first, again) {
			t.Errorf("%s: the second answer is\n%s\nthe first\n%s", field, again, first)
		}
		if linked := ask(fmt.Sprintf("seeds:{permalink:%q}", g.Permalink)); !bytes.Equal(first, linked) {
			t.Errorf("%s: by permalink the answer is\n%s\nnot\n%s", field, linked, first)
		}
	}
	wholeTwoHopsOfTheNPT(t, a)
	var data struct {
		Document, Filter struct{ Nodes []struct{ ID string } }
	}
	a.answer(`{document: subgraph(seeds:{document:"document/e-cn.15-2008-21"} depth:0){nodes{id}}
		filter: subgraph(seeds:{filter:{or:[{mentionedIn:["document/e-cn.15-2008-21"]},{ids:["declaration/us-russia-strategic-framework-2008"]}]}} depth:0){nodes{id}}}`, nil, &data)
	if len(data.Document.Nodes) < 100 || !slices.Equal(data.Document.Nodes, data.Filter.Nodes) {
		t.Errorf("a document begins from\n%v\nwhat it mentions and its instrument are\n%v", data.Document.Nodes, data.Filter.Nodes)
	}
}

// wholeTwoHopsOfTheNPT compares with a walk over lists of statements, page by page.
func wholeTwoHopsOfTheNPT(t *testing.T, a api) {
	around := func(id string) (others []string) {
		for after := ""; ; {
			var data struct {
				Entity struct {
					Statements struct {
						Edges    []struct{ Other *struct{ ID string } }
						PageInfo struct {
							HasNextPage bool
							EndCursor   string
						}
					}
				}
			}
			a.answer(fmt.Sprintf(`{entity(id:%q){statements(first:100%s){edges{other{id}} pageInfo{hasNextPage endCursor}}}}`, id, after), nil, &data)
			for _, e := range data.Entity.Statements.Edges {
				if e.Other != nil {
					others = append(others, e.Other.ID)
				}
			}
			if !data.Entity.Statements.PageInfo.HasNextPage {
				return others
			}
			after = fmt.Sprintf(" after:%q", data.Entity.Statements.PageInfo.EndCursor)
		}
	}
	want := []string{"treaty/npt"}
	for _, id := range around("treaty/npt") {
		want = append(append(want, id), around(id)...)
	}
	slices.Sort(want)
	want = slices.Compact(want)
	var data struct {
		Entity struct {
			Neighbourhood struct{ Nodes []struct{ ID string } }
		}
	}
	a.answer(`{entity(id:"treaty/npt"){neighbourhood(depth:2,maxNodes:5000){nodes{id}}}}`, nil, &data)
	var got []string
	for _, n := range data.Entity.Neighbourhood.Nodes {
		got = append(got, n.ID)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%d nodes\n%v\nwant %d\n%v", len(got), got, len(want), want)
	}
}

func TestWrongArgumentsOfSubgraphsAreNamed(t *testing.T) {
	a, _ := counted(t, 3)
	var made struct{ Subgraph struct{ Permalink string } }
	a.answer(`{subgraph(seeds:{ids:["treaty/t0"]}){permalink}}`, nil, &made)
	link := made.Subgraph.Permalink
	for name, test := range map[string]struct{ field, code, argument string }{
		"no seeds":                     {`subgraph(seeds: {}`, "BAD_USER_INPUT", "seeds"},
		"no IDs":                       {`subgraph(seeds: {ids: []}`, "BAD_USER_INPUT", "seeds.ids"},
		"two sorts of seeds":           {`subgraph(seeds: {ids: ["treaty/t0"], search: "x"}`, "BAD_USER_INPUT", "seeds"},
		"ID without a kind":            {`subgraph(seeds: {ids: ["treaty/t0", "start-i"]}`, "BAD_USER_INPUT", "seeds.ids.1"},
		"unknown ID":                   {`subgraph(seeds: {ids: ["treaty/t0", "treaty/none"]}`, "NOT_FOUND", "seeds.ids.1"},
		"empty search":                 {`subgraph(seeds: {search: " "}`, "BAD_USER_INPUT", "seeds.search"},
		"long search":                  {`subgraph(seeds: {search: "` + strings.Repeat("a ", 500) + `"}`, "BAD_USER_INPUT", "seeds.search"},
		"filter of no kinds":           {`subgraph(seeds: {filter: {kinds: []}}`, "BAD_USER_INPUT", "seeds.filter.kinds"},
		"time without a date":          {`subgraph(seeds: {filter: {dated: {}}}`, "BAD_USER_INPUT", "seeds.filter.dated"},
		"a treaty as document":         {`subgraph(seeds: {document: "treaty/t0"}`, "BAD_USER_INPUT", "seeds.document"},
		"unknown document":             {`subgraph(seeds: {document: "document/none"}`, "NOT_FOUND", "seeds.document"},
		"malformed document":           {`subgraph(seeds: {document: "?"}`, "BAD_USER_INPUT", "seeds.document"},
		"depth 5":                      {`subgraph(seeds: {ids: ["treaty/t0"]} depth: 5`, "BAD_USER_INPUT", "depth"},
		"depth -1":                     {`subgraph(seeds: {ids: ["treaty/t0"]} depth: -1`, "BAD_USER_INPUT", "depth"},
		"no nodes":                     {`subgraph(seeds: {ids: ["treaty/t0"]} maxNodes: 0`, "BAD_USER_INPUT", "maxNodes"},
		"5001 nodes":                   {`subgraph(seeds: {ids: ["treaty/t0"]} maxNodes: 5001`, "BAD_USER_INPUT", "maxNodes"},
		"no kinds":                     {`subgraph(seeds: {ids: ["treaty/t0"]} kinds: []`, "BAD_USER_INPUT", "kinds"},
		"no predicates":                {`subgraph(seeds: {ids: ["treaty/t0"]} predicates: []`, "BAD_USER_INPUT", "predicates"},
		"without nothing":              {`subgraph(seeds: {ids: ["treaty/t0"]} without: []`, "BAD_USER_INPUT", "without"},
		"without an unknown entity":    {`subgraph(seeds: {ids: ["treaty/t0"]} without: ["state/s0", "state/atlantis"]`, "NOT_FOUND", "without.1"},
		"without its own seed":         {`subgraph(seeds: {ids: ["treaty/t0"]} without: ["treaty/t1", "treaty/t0"]`, "BAD_USER_INPUT", "without.1"},
		"as of a month":                {`subgraph(seeds: {ids: ["treaty/t0"]} asOf: {validOn: "2008-04"}`, "BAD_USER_INPUT", "asOf.validOn"},
		"a revision to come":           {`subgraph(seeds: {ids: ["treaty/t0"]} asOf: {revision: 9}`, "BAD_USER_INPUT", "asOf.revision"},
		"no permalink":                 {`subgraph(seeds: {permalink: ""}`, "BAD_USER_INPUT", "seeds.permalink"},
		"a changed permalink":          {`subgraph(seeds: {permalink: "` + link[:20] + "x" + link[21:] + `"}`, "BAD_USER_INPUT", "seeds.permalink"},
		"a cut permalink":              {`subgraph(seeds: {permalink: "` + link[:len(link)-5] + `"}`, "BAD_USER_INPUT", "seeds.permalink"},
		"an endless permalink":         {`subgraph(seeds: {permalink: "` + strings.Repeat("A", 5_000) + `"}`, "BAD_USER_INPUT", "seeds.permalink"},
		"a permalink with a depth":     {`subgraph(seeds: {permalink: "` + link + `"} depth: 1`, "BAD_USER_INPUT", "depth"},
		"a permalink with a time":      {`subgraph(seeds: {permalink: "` + link + `"} asOf: {revision: 1}`, "BAD_USER_INPUT", "asOf"},
		"neighbourhood too deep":       {`entity(id: "treaty/t0") {neighbourhood(depth: 5`, "BAD_USER_INPUT", "depth"},
		"neighbourhood of none":        {`entity(id: "treaty/t0") {neighbourhood(maxNodes: 0`, "BAD_USER_INPUT", "maxNodes"},
		"neighbourhood without itself": {`entity(id: "treaty/t0") {neighbourhood(without: ["treaty/t0"]`, "BAD_USER_INPUT", "without.0"},
		"lineage too deep":             {`entity(id: "treaty/t0") {... on Treaty {neighbourhood: lineage(depth: 11`, "BAD_USER_INPUT", "depth"},
	} {
		t.Run(name, func(t *testing.T) {
			a.t = t
			query := "{" + test.field + "){permalink}"
			r := a.ask(query+strings.Repeat("}", strings.Count(query, "{")-strings.Count(query, "}")), nil)
			if len(r.Errors) != 1 || r.Errors[0].Extensions.Code != test.code || firstWord(r.Errors[0].Message) != test.argument || len(r.Errors[0].Message) > 300 {
				t.Errorf("%+v", r.Errors)
			}
		})
	}
}

// TestAPermalinkGivesTheSameBytesWhateverWasWrittenSince merges, withdraws and renames after the permalinks were made.
func TestAPermalinkGivesTheSameBytesWhateverWasWrittenSince(t *testing.T) {
	store := openSQLite(t)
	fill(t, store, 4)
	idx := follow(t, store)
	a := newAPI(t, idx, store)
	fields := []string{
		`subgraph(seeds:{ids:["treaty/t0","state/s1"]} depth:2)`, `subgraph(seeds:{search:"Treaty"} maxNodes:3)`,
		`subgraph(seeds:{filter:{kinds:[STATE]}} maxNodes:2 depth:0)`, `subgraph(seeds:{document:"document/doc"} asOf:{validOn:"1999-06-01"})`,
	}
	was, links := map[string]string{}, map[string]string{}
	for _, field := range fields {
		var data struct{ Subgraph struct{ Permalink string } }
		r := a.answer("{"+field+wholeSubgraph+"}", nil, &data)
		was[field], links[field] = string(r.Data), data.Subgraph.Permalink
	}
	apply(t, store, &graph.Batch{Key: "later", Author: "test", Summary: "later",
		Assert: []graph.Assertion{
			named("treaty/t0", "Another name", "en", graph.NameShort), claim("treaty/t1", graph.PredMergedInto, object("treaty/t0")),
			claim("treaty/t2", graph.PredCites, object("treaty/t0")), named("treaty/t9", "Treaty 9", "en", graph.NameOfficial),
		},
		Withdraw: []graph.AssertionKey{key(claim("state/s1", graph.PredSigned, object("treaty/t0"), on("1999-01-01")))},
	})
	if _, err := idx.Wait(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	changed := 0
	for _, field := range fields {
		var data any
		link := fmt.Sprintf(`{subgraph(seeds:{permalink:%q})%s}`, links[field], wholeSubgraph)
		if got := string(a.answer(link, nil, &data).Data); got != was[field] {
			t.Errorf("%s was\n%s\nis\n%s", field, was[field], got)
		}
		if got := string(a.answer(`query @asOf(validOn:"1950-01-01")`+link, nil, &data).Data); got != was[field] {
			t.Errorf("%s is another when the operation asks as of another day", field)
		}
		if string(a.answer("{"+field+wholeSubgraph+"}", nil, &data).Data) != was[field] {
			changed++
		}
	}
	if changed < 3 {
		t.Errorf("the write changed only %d subgraphs", changed)
	}
}

// TestEachEntityOfALevelHasItsOwnNeighbourhood: one is barred for one of them only.
func TestEachEntityOfALevelHasItsOwnNeighbourhood(t *testing.T) {
	a, _ := counted(t, 3)
	r := a.ask(`{treaties(orderBy:ID){nodes{id ...on Treaty{neighbourhood(without:["treaty/t1"]){nodes{id}}}}}}`, nil)
	if len(r.Errors) != 1 || fmt.Sprint(r.Errors[0].Path) != "[treaties nodes 1 neighbourhood]" {
		t.Errorf("%+v", r.Errors)
	}
	var data struct {
		Treaties struct {
			Nodes []struct {
				ID            string
				Neighbourhood struct{ Nodes []struct{ ID string } }
			}
		}
	}
	a.answer(`{treaties(orderBy:ID){nodes{id neighbourhood(depth:1,kinds:[STATE]){nodes{id}}}}}`, nil, &data)
	for _, n := range data.Treaties.Nodes {
		if got := n.Neighbourhood.Nodes; len(got) != 4 || got[0].ID != n.ID || !strings.HasPrefix(got[3].ID, "state/") {
			t.Errorf("%s: %v", n.ID, got)
		}
	}
}
