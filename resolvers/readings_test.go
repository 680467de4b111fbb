package resolvers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
)

// readings adds to a filled store what these tests read: documents d1 to d3 of three passages each, all but one of which mention treaty/t0, or
// treaty/t1, twice; and for each of nine states how it stands towards treaty/t0: s0 … s2 signed, p0 … p3 ratified, w0 and w1 ratified and withdrew in 2010.
func readings(t *testing.T, store graph.Store) {
	t.Helper()
	b := graph.Batch{Key: "readings"}
	for d := 1; d <= 3; d++ {
		document := graph.ID(fmt.Sprintf("document/d%d", d))
		text := graph.NewText("en", fmt.Sprintf("The treaty, the treaty %d.", d), nil)
		b.Texts = append(b.Texts, text)
		b.Assert = append(b.Assert, named(document, fmt.Sprint("Document ", d), "en", graph.NameOfficial))
		for p := 1; p <= 3; p++ {
			passage := graph.ID(fmt.Sprintf("passage/d%d/en/1/%d", d, p))
			b.Assert = append(b.Assert, claim(passage, graph.PredPartOf, object(document)))
			if d == 2 && p == 2 {
				continue
			}
			treaty := graph.ID(fmt.Sprint("treaty/t", p/3))
			b.Assert = append(b.Assert, claim(passage, graph.PredMentions, object(treaty), func(a *graph.Assertion) {
				for _, start := range []int{12, 0} {
					words := []string{0: "The treaty", 12: "the treaty"}[start]
					a.Evidence = append(a.Evidence, graph.Evidence{Text: text.Hash, Document: document, Passage: passage, Start: start, End: start + len(words), Quote: words, Lang: "en"})
				}
			}))
		}
	}
	for state, acts := range map[graph.ID][]graph.Predicate{
		"state/s0": {}, "state/s1": {}, "state/s2": {}, "state/p0": {graph.PredRatified}, "state/p1": {graph.PredRatified}, "state/p2": {graph.PredRatified}, "state/p3": {graph.PredRatified},
		"state/w0": {graph.PredRatified, graph.PredWithdrewFrom}, "state/w1": {graph.PredRatified, graph.PredWithdrewFrom},
	} {
		days := map[graph.Predicate]string{graph.PredSigned: "1999-03-01", graph.PredRatified: "1999-09-01", graph.PredWithdrewFrom: "2010-05-01"}
		for _, p := range append([]graph.Predicate{graph.PredSigned}, acts...) {
			b.Assert = append(b.Assert, claim(state, p, object("treaty/t0"), on(days[p]), cited("a gazette")))
		}
	}
	slices.SortFunc(b.Assert, func(x, y graph.Assertion) int { return strings.Compare(string(x.Claim.ID()), string(y.Claim.ID())) })
	apply(t, store, &b)
}

// A listed page is what tests read of any list.
type listed struct {
	Edges []struct {
		Cursor string
		Node   struct {
			Start   int
			Surface string
			Value   string
			Actor   struct{ ID string }
			Passage struct{ ID string }
			Entity  struct{ ID string }
		}
	}
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       *string
	}
}

func (l listed) keys() (keys []string) {
	for _, e := range l.Edges {
		n := e.Node
		keys = append(keys, strings.TrimSpace(fmt.Sprint(n.Actor.ID, n.Value, " ", n.Passage.ID, "@", n.Start, " ", n.Entity.ID)))
	}
	return keys
}

const pageInfo = `pageInfo{hasNextPage hasPreviousPage startCursor endCursor}`

// listsOfT0 are the lists of these tests: what to ask with arguments, where the list stands.
var listsOfT0 = map[string]string{
	"parties":     `{entity(id:"treaty/t0"){...on Treaty{list:parties(at:"2020-01-01" status:[PARTY,WITHDRAWN,SIGNATORY] %s){edges{cursor node{actor{id} value}}` + pageInfo + `}}}}`,
	"occurrences": `{entity(id:"treaty/t0"){list:occurrences(%s){edges{cursor node{start surface passage{id} entity{id}}}` + pageInfo + `}}}`,
}

func (a api) list(query, arguments string) listed {
	a.t.Helper()
	if arguments == "" {
		arguments = "first:20"
	}
	var data struct{ Entity struct{ List listed } }
	a.answer(fmt.Sprintf(query, arguments), nil, &data)
	return data.Entity.List
}

func TestPagesOfPartiesAndOccurrencesGiveTheWholeListOnce(t *testing.T) {
	store := openSQLite(t)
	fill(t, store, 3)
	readings(t, store)
	a := newAPI(t, follow(t, store), store)
	for name, query := range listsOfT0 {
		t.Run(name, func(t *testing.T) {
			a.t = t
			whole := a.list(query, "first:100")
			if len(whole.Edges) < 9 || whole.PageInfo.HasNextPage || whole.PageInfo.HasPreviousPage {
				t.Fatalf("the whole list is %+v", whole)
			}
			all := whole.keys()
			for size := 1; size <= len(all)+1; size++ {
				var forward, backward []string
				for arguments := fmt.Sprint("first:", size); ; {
					page := a.list(query, arguments)
					if page.PageInfo.HasPreviousPage != (len(forward) > 0) || len(page.Edges) != min(size, len(all)-len(forward)) {
						t.Fatalf("%s: %+v after %d", arguments, page, len(forward))
					}
					forward = append(forward, page.keys()...)
					if !page.PageInfo.HasNextPage {
						break
					}
					arguments = fmt.Sprintf("first:%d after:%q", size, *page.PageInfo.EndCursor)
				}
				for arguments := fmt.Sprint("last:", size); ; {
					page := a.list(query, arguments)
					if page.PageInfo.HasNextPage != (len(backward) > 0) || len(page.Edges) != min(size, len(all)-len(backward)) {
						t.Fatalf("%s: %+v before %d", arguments, page, len(backward))
					}
					backward = append(page.keys(), backward...)
					if !page.PageInfo.HasPreviousPage {
						break
					}
					arguments = fmt.Sprintf("last:%d before:%q", size, *page.PageInfo.StartCursor)
				}
				if !slices.Equal(forward, all) || !slices.Equal(backward, all) {
					t.Errorf("pages of %d: forward %q, backward %q, whole %q", size, forward, backward, all)
				}
			}
			for i := range all { // windows
				for j := i + 1; j < len(all); j++ {
					for _, size := range []string{"first:2", "last:2"} {
						page := a.list(query, fmt.Sprintf("%s after:%q before:%q", size, whole.Edges[i].Cursor, whole.Edges[j].Cursor))
						want := all[i+1 : j]
						if len(want) > 2 && size == "first:2" {
							want = want[:2]
						} else if len(want) > 2 {
							want = want[len(want)-2:]
						}
						if !slices.Equal(page.keys(), want) || !page.PageInfo.HasNextPage || !page.PageInfo.HasPreviousPage {
							t.Fatalf("%s between %d and %d: %+v, want %q", size, i, j, page, want)
						}
					}
				}
			}
		})
	}
}

func TestOccurrencesAreOrderedByDocumentThenReadingAndCountTheNamesOfWhatWasMerged(t *testing.T) {
	store := openSQLite(t)
	fill(t, store, 3)
	readings(t, store)
	idx := follow(t, store)
	a := newAPI(t, idx, store)
	query := listsOfT0["occurrences"]
	place := func(d, p, start int, treaty string) string {
		return fmt.Sprintf("passage/d%d/en/1/%d@%d %s", d, p, start, treaty)
	}
	var want, merged []string
	for d := 1; d <= 3; d++ {
		for p := 1; p <= 3; p++ {
			for _, start := range []int{0, 12} {
				if d == 2 && p == 2 {
					continue
				}
				if p < 3 {
					want = append(want, place(d, p, start, "treaty/t0"))
				}
				merged = append(merged, place(d, p, start, "treaty/t0"))
			}
		}
	}
	inFixture := []string{"passage/doc/1@0 treaty/t0"} // document/doc of fill follows d1 … d3
	if got := a.list(query, "first:100").keys(); !slices.Equal(got, append(want, inFixture...)) {
		t.Errorf("got %q", got)
	}
	cursor := *a.list(query, "first:3").PageInfo.EndCursor
	apply(t, store, &graph.Batch{Key: "merge", Assert: []graph.Assertion{claim("treaty/t1", graph.PredMergedInto, object("treaty/t0"))}})
	if _, err := idx.Wait(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	if got := a.list(query, "first:100").keys(); !slices.Equal(got, append(merged, "passage/doc/1@0 treaty/t0", "passage/doc/2@8 treaty/t0")) {
		t.Errorf("merged: got %q", got)
	}
	if got := a.list(query, fmt.Sprintf("first:2 after:%q", cursor)).keys(); !slices.Equal(got, merged[3:5]) {
		t.Errorf("after the same place: got %q, want %q", got, merged[3:5])
	}
	// What the cursor's own passage no longer says does not matter.
	apply(t, store, &graph.Batch{Key: "withdraw", Withdraw: []graph.AssertionKey{func() graph.AssertionKey {
		c := claim("passage/d1/en/1/2", graph.PredMentions, object("treaty/t0"))
		return c.Key()
	}()}})
	if _, err := idx.Wait(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	page := a.list(query, fmt.Sprintf("first:1 after:%q", cursor))
	if !slices.Equal(page.keys(), []string{place(1, 3, 0, "treaty/t0")}) || !page.PageInfo.HasPreviousPage {
		t.Errorf("after what was withdrawn: %+v", page)
	}
	if page := a.list(query, fmt.Sprintf("last:1 before:%q", a.list(query, "first:1").Edges[0].Cursor)); len(page.Edges) != 0 || page.PageInfo.HasPreviousPage || !page.PageInfo.HasNextPage {
		t.Errorf("before the first: %+v", page)
	}
}

func TestWrongArgumentsOfPartiesOccurrencesAndStatisticsAreNamed(t *testing.T) {
	a, store := counted(t, 3)
	readings(t, store)
	var data struct {
		Entity struct {
			Mentions, Occurrences, Parties struct{ Edges []struct{ Cursor string } }
		}
		Passage struct {
			Mentions struct{ Edges []struct{ Cursor string } }
		}
	}
	a.answer(`{entity(id:"treaty/t0"){occurrences(first:1){edges{cursor}} ...on Treaty{parties(first:1 status:[SIGNATORY] at:"1999-06-01"){edges{cursor}}}}
		passage:entity(id:"passage/doc/1"){...on Passage{mentions(first:1){edges{cursor}}}}}`, nil, &data)
	occurrence, party, mention := data.Entity.Occurrences.Edges[0].Cursor, data.Entity.Parties.Edges[0].Cursor, data.Passage.Mentions.Edges[0].Cursor
	for name, test := range map[string]struct{ field, argument string }{
		"nobody asked for":           {`parties(status:[]){nodes{value}}`, "status"},
		"everybody asked for":        {`parties(status:[PARTY,NONE]){nodes{value}}`, "status"},
		"a day left open":            {`parties(at:"1999"){nodes{value}}`, "at"},
		"too many parties":           {`parties(first:101){nodes{value}}`, "first"},
		"parties: another cursor":    {fmt.Sprintf(`parties(after:%q){nodes{value}}`, occurrence), "after"},
		"occurrences: of parties":    {fmt.Sprintf(`occurrences(before:%q){nodes{start}}`, party), "before"},
		"occurrences: of mentions":   {fmt.Sprintf(`occurrences(after:%q){nodes{start}}`, mention), "after"},
		"occurrences: first, last":   {`occurrences(first:1 last:1){nodes{start}}`, "last"},
		"occurrences: empty cursor":  {`occurrences(after:""){nodes{start}}`, "after"},
		"mentions: of an entity":     {fmt.Sprintf(`statements(first:1){nodes{subject{...on Passage{mentions(after:%q){nodes{start}}}}}}`, occurrence), "after"},
		"too many data sets counted": {`statements(first:1){nodes{id}}}statistics{assertionsByDataset(first:101){count}`, "first"},
		"no language counted":        {`statements(first:1){nodes{id}}}statistics{namesByLanguage(first:0){count}`, "first"},
	} {
		t.Run(name, func(t *testing.T) {
			a.t = t
			id := "treaty/t0"
			if strings.HasPrefix(name, "mentions") {
				id = "passage/doc/1"
			}
			field := test.field
			if strings.HasPrefix(field, "parties") {
				field = "...on Treaty{" + field + "}"
			}
			r := a.ask(fmt.Sprintf(`{entity(id:%q){%s}}`, id, field), nil)
			if len(r.Errors) == 0 || r.Errors[0].Extensions.Code != "BAD_USER_INPUT" || firstWord(r.Errors[0].Message) != test.argument {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestPartiesOnTheDayBeforeAndOnTheDayOfAnAccessionsEffect(t *testing.T) {
	store := openSQLite(t)
	fill(t, store, 1)
	effective := func(day string) func(*graph.Assertion) {
		return func(a *graph.Assertion) { a.Qualifiers.EffectiveOn = graph.MustDate(day) }
	}
	state := func(id graph.ID) graph.Assertion { return named(id, string(id), "en", graph.NameShort) }
	apply(t, store, &graph.Batch{Key: "accessions", Assert: []graph.Assertion{
		named("treaty/beijing", "Beijing Treaty", "en", graph.NameShort), claim("treaty/beijing", graph.PredEnteredIntoForce, on("2020-04-28"), cited("a notification")),
		state("state/early"), claim("state/early", graph.PredRatified, object("treaty/beijing"), on("2014-07-09"), effective("2020-04-28"), cited("an instrument")),
		state("state/late"), claim("state/late", graph.PredAccededTo, object("treaty/beijing"), on("2020-01-28"), effective("2020-04-29"), cited("an instrument")),
		state("state/unborn"), claim("state/unborn", graph.PredAccededTo, object("treaty/beijing"), on("2021-03-01"), effective("2021-06-01"), cited("an instrument")),
	}})
	a := newAPI(t, follow(t, store), store)
	var data struct {
		Entity map[string]struct {
			TotalCount int
			Nodes      []struct {
				Actor   struct{ ID string }
				Since   string
				Because []struct{ Evidence []struct{ Citation string } }
			}
		}
	}
	a.answer(`query @asOf(validOn:"2020-04-29") {entity(id:"treaty/beijing"){...on Treaty{
		before:parties(at:"2020-04-27"){...p} on:parties(at:"2020-04-28"){...p} asked:parties{...p} contracting:parties(at:"2020-04-28" status:[CONTRACTING]){...p}}}}
		fragment p on PartyConnection{totalCount nodes{actor{id} since because{evidence{citation}}}}`, nil, &data)
	for alias, want := range map[string][]string{"before": nil, "on": {"state/early"}, "asked": {"state/early", "state/late"}, "contracting": {"state/late"}} {
		var got []string
		list := data.Entity[alias]
		for _, n := range list.Nodes {
			got = append(got, n.Actor.ID)
			if len(n.Because) == 0 || len(n.Because[0].Evidence) == 0 {
				t.Errorf("%s: %s stands so for no reason", alias, n.Actor.ID)
			}
		}
		if !slices.Equal(got, want) || list.TotalCount != len(want) {
			t.Errorf("%s: %q (%d), want %q", alias, got, list.TotalCount, want)
		}
	}
	if on := data.Entity["on"].Nodes; len(on) > 0 && on[0].Since != "2020-04-28" {
		t.Errorf("since %s", on[0].Since)
	}
}
