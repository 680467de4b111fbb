package resolvers_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// listsComeInPagesThatFitTogether reads lists of every sort in pages, forward and backward.
func listsComeInPagesThatFitTogether(t *testing.T, a api) {
	type connection struct {
		Edges []struct {
			Cursor string
			Node   struct{ ID string }
		}
		PageInfo   struct{ HasNextPage, HasPreviousPage bool }
		TotalCount int
	}
	ask := func(t *testing.T, field, page string) connection {
		a.t = t
		var data struct{ List connection }
		a.answer(fmt.Sprintf(`{list: %s %s){edges{cursor node{id}} pageInfo{hasNextPage hasPreviousPage} totalCount}}`, field, page), nil, &data)
		return data.List
	}
	for _, field := range []string{
		`treaties(`,
		`entities(filter: {kinds: [RESOLUTION, INITIATIVE]} orderBy: ID`,
		`entities(filter: {mentionedIn: ["document/e-cn.15-2008-21"]} orderBy: MOST_STATEMENTS`,
		`treaties(orderBy: OLDEST`,
		`treaties(orderBy: NEWEST filter: {status: {is: [IN_FORCE], at: "2008-04-06"}}`,
		`treaties(orderBy: LABEL language: "zh" filter: {party: {actor: "state/rus", at: "2008-04-06"}}`,
		`treaties(orderBy: LABEL language: "ru" filter: {or: [{names: ["NPT", "СНВ-1"]}, {not: {has: {predicates: [ENTERED_INTO_FORCE]}}}]}`,
		`statements(filter: {document: "document/e-cn.15-2008-21", predicates: [SUPPORTS, OPPOSES, INTENDS, WELCOMES]}`,
		`statements(orderBy: NEWEST filter: {objects: ["treaty/npt"], dated: {from: "1968", to: "1993"}}`,
		`statements(orderBy: OLDEST filter: {predicates: [ENTERED_INTO_FORCE]}`,
		`statements(filter: {datasets: ["dataset/authority"], subjectKinds: [FORUM]}`,
		`statements(filter: {and: [{methods: [CURATED]}, {or: [{subjects: ["treaty/cfe"]}, {objects: ["treaty/cfe"]}]}]}`,
	} {
		t.Run(field, func(t *testing.T) {
			whole, after := []string{}, ""
			for {
				page := ask(t, field, "first: 100"+after)
				for _, e := range page.Edges {
					whole = append(whole, e.Node.ID)
					after = fmt.Sprintf(" after: %q", e.Cursor)
				}
				if !page.PageInfo.HasNextPage {
					break
				}
			}
			total := ask(t, field, "first: 1").TotalCount
			if len(whole) != total || total < 4 {
				t.Fatalf("%d items, total %d", len(whole), total)
			}
			if unique := slices.Compact(slices.Sorted(slices.Values(whole))); len(unique) != len(whole) {
				t.Errorf("only %d of %d are different", len(unique), len(whole))
			}
			size := max(3, total/7)
			var forward, backward []string
			for at, more := "", true; more; {
				page := ask(t, field, fmt.Sprintf("first: %d%s", min(size, 100), at))
				if page.PageInfo.HasPreviousPage != (len(forward) > 0) {
					t.Errorf("hasPreviousPage %v after %d", page.PageInfo.HasPreviousPage, len(forward))
				}
				for _, e := range page.Edges {
					forward, at = append(forward, e.Node.ID), fmt.Sprintf(" after: %q", e.Cursor)
				}
				more = page.PageInfo.HasNextPage
			}
			for at, more := "", true; more; {
				page := ask(t, field, fmt.Sprintf("last: %d%s", min(size, 100), at))
				if page.PageInfo.HasNextPage != (len(backward) > 0) {
					t.Errorf("hasNextPage %v before %d", page.PageInfo.HasNextPage, len(backward))
				}
				for i := len(page.Edges) - 1; i >= 0; i-- {
					backward, at = append(backward, page.Edges[i].Node.ID), fmt.Sprintf(" before: %q", page.Edges[i].Cursor)
				}
				more = page.PageInfo.HasPreviousPage
			}
			if slices.Reverse(backward); !slices.Equal(forward, whole) || !slices.Equal(backward, whole) {
				t.Errorf("whole\n%v\nforward\n%v\nbackward\n%v", whole, forward, backward)
			}
		})
	}
}

func TestWrongArgumentsOfListsAreNamed(t *testing.T) {
	a, _ := counted(t, 3)
	cursorOf := func(list string) string {
		var data struct {
			List struct{ PageInfo struct{ EndCursor string } }
		}
		a.answer(fmt.Sprintf(`{list: %s first: 1){pageInfo{endCursor}}}`, list), nil, &data)
		return data.List.PageInfo.EndCursor
	}
	byLabel, byID, byDay, claims := cursorOf(`treaties(orderBy: LABEL`), cursorOf(`treaties(orderBy: ID`), cursorOf(`treaties(orderBy: OLDEST`), cursorOf(`statements(orderBy: PREDICATE`)
	nested, broad := "{ids: [\"treaty/t0\"]}", "{ids: [\"treaty/t0\"]}"
	for range 5 {
		nested = "{not: " + nested + "}"
	}
	broad = "{or: [" + strings.Repeat(broad+" ", 50) + "]}"
	manyIDs := `["treaty/t0"` + strings.Repeat(` "treaty/t0"`, 100) + "]"
	for name, test := range map[string]struct{ field, argument string }{
		"cursor of another order":        {fmt.Sprintf(`treaties(orderBy: NEWEST after: %q`, byDay), "after"},
		"cursor of IDs for labels":       {fmt.Sprintf(`treaties(orderBy: LABEL after: %q`, byID), "after"},
		"cursor of another language":     {fmt.Sprintf(`treaties(language: "zh" before: %q`, byLabel), "before"},
		"cursor of statements":           {fmt.Sprintf(`treaties(orderBy: ID after: %q`, claims), "after"},
		"cursor of entities":             {fmt.Sprintf(`statements(after: %q`, byID), "after"},
		"cursor of statements by day":    {fmt.Sprintf(`statements(orderBy: OLDEST after: %q`, claims), "after"},
		"cursor that ends early":         {fmt.Sprintf(`treaties(orderBy: OLDEST after: %q`, byDay[:8]), "after"},
		"first and last":                 {`entities(first: 1 last: 1`, "last"},
		"first 101":                      {`states(first: 101`, "first"},
		"number as a string":             {`states(first: "5"`, ""},
		"no language":                    {`laws(language: "no language"`, "language"},
		"ID without a kind":              {`entities(filter: {ids: ["start-i"]}`, "filter.ids.0"},
		"second ID":                      {`entities(filter: {or: [{}, {not: {ids: ["treaty/a", "treaty/B"]}}]}`, "filter.or.1.not.ids.1"},
		"no IDs":                         {`entities(filter: {ids: []}`, "filter.ids"},
		"101 IDs":                        {`entities(filter: {ids: ` + manyIDs + `}`, "filter.ids"},
		"no kinds":                       {`entities(filter: {kinds: []}`, "filter.kinds"},
		"kinds of treaties":              {`treaties(filter: {kinds: [TREATY]}`, ""},
		"empty name":                     {`entities(filter: {names: ["a", " "]}`, "filter.names.1"},
		"long name":                      {`entities(filter: {names: ["` + strings.Repeat("x", 10_000) + `"]}`, "filter.names.0"},
		"malformed identifier":           {`entities(filter: {identifiers: [{scheme: WIKIDATA, value: "seven"}]}`, "filter.identifiers.0"},
		"status on a month":              {`treaties(filter: {status: {is: [IN_FORCE], at: "2008-04"}}`, "filter.status.at"},
		"no status":                      {`treaties(filter: {status: {is: []}}`, "filter.status.is"},
		"actor that cannot act":          {`treaties(filter: {party: {actor: "treaty/t0"}}`, "filter.party.actor"},
		"malformed actor":                {`treaties(filter: {party: {actor: "Russia"}}`, "filter.party.actor"},
		"time without a date":            {`treaties(filter: {dated: {}}`, "filter.dated"},
		"time that ends before":          {`treaties(filter: {dated: {from: "2000", to: "1999"}}`, "filter.dated"},
		"time and day":                   {`treaties(filter: {dated: {from: "2000", on: "1999"}}`, "filter.dated.on"},
		"open date":                      {`treaties(filter: {dated: {to: ".."}}`, "filter.dated.to"},
		"open day":                       {`treaties(filter: {dated: {on: ".."}}`, "filter.dated.on"},
		"date of another form":           {`treaties(filter: {dated: {on: "6.4.2008"}}`, ""},
		"no predicates of a condition":   {`entities(filter: {has: {predicates: []}}`, "filter.has.predicates"},
		"malformed far end":              {`entities(filter: {has: {others: ["?"]}}`, "filter.has.others.0"},
		"no alternatives":                {`entities(filter: {or: []}`, "filter.or"},
		"filters too deep":               {`entities(filter: ` + nested, "filter.not.not.not.not.not"},
		"filters too many":               {`entities(filter: ` + broad, "filter.or.49"},
		"ID of a statement":              {`statements(filter: {ids: ["treaty/t0"]}`, "filter.ids.0"},
		"document that is none":          {`statements(filter: {document: "?"}`, "filter.document"},
		"statements too deep":            {`statements(filter: {not: {not: {not: {not: {not: {}}}}}}`, "filter.not.not.not.not.not"},
		"subjects":                       {`statements(filter: {and: [{subjects: ["state/s0", ""]}]}`, "filter.and.0.subjects.1"},
		"as of a month":                  {`treaties(asOf: {validOn: "2008-04"}`, "asOf.validOn"},
		"as of two states of the record": {`statements(asOf: {revision: 1, recordedAt: "2026-01-16T00:00:00Z"}`, "asOf.revision"},
		"no kinds of an analysis":        {`analysis(kinds: []`, "kinds"},
		"one treaty":                     {`sharedParties(treaties: ["treaty/t0"]`, "treaties"},
		"the same treaty":                {`sharedParties(treaties: ["treaty/t0", "treaty/t0"]`, "treaties.1"},
		"a state as a treaty":            {`sharedParties(treaties: ["treaty/t0", "state/s0"]`, "treaties.1"},
		"no status of parties":           {`sharedParties(treaties: ["treaty/t0", "treaty/t1"] status: []`, "status"},
		"co-mentions of a word":          {`coMentions(entity: "IAEA"`, "entity"},
		"co-mentions without number":     {`coMentions(entity: "treaty/t0" first: 0`, "first"},
		"comparison of a month":          {`compare(seeds: {ids: ["treaty/t0"]} from: {validOn: "1998-01"} to: {}`, "from.validOn"},
		"comparison of two records":      {`compare(seeds: {ids: ["treaty/t0"]} from: {} to: {revision: 1, recordedAt: "2026-01-16T00:00:00Z"}`, "to.revision"},
		"comparison without seeds":       {`compare(seeds: {} from: {} to: {}`, "seeds"},
		"comparison of no seeds":         {`compare(seeds: {ids: []} from: {} to: {}`, "seeds.ids"},
		"comparison of a permalink":      {`compare(seeds: {permalink: "x"} from: {} to: {}`, "seeds.permalink"},
		"comparison of a word":           {`compare(seeds: {ids: ["NPT"]} from: {} to: {}`, "seeds.ids.0"},
		"comparison too deep":            {`compare(seeds: {ids: ["treaty/t0"]} from: {} to: {} depth: 5`, "depth"},
		"comparison without its seed":    {`compare(seeds: {ids: ["treaty/t0"]} from: {} to: {} without: ["treaty/t0"]`, "without.0"},
		"as of a revision to come":       {`lookup(text: "x" asOf: {revision: 9}`, "asOf.revision"},
		"no standing":                    {`treaties(filter: {party: {actor: "state/s0", is: []}}`, "filter.party.is"},
	} {
		t.Run(name, func(t *testing.T) {
			a.t = t
			fields := `{pageInfo{endCursor}}`
			for field, some := range map[string]string{"lookup": `{reason}`, "analysis": `{exact}`, "sharedParties": `{count}`, "coMentions": `{units}`, "compare": `{gained{id}}`} {
				if strings.HasPrefix(test.field, field) {
					fields = some
				}
			}
			r := a.ask(fmt.Sprintf(`{%s)%s}`, test.field, fields), nil)
			if len(r.Errors) != 1 || r.Errors[0].Extensions.Code != "BAD_USER_INPUT" || test.argument != "" && firstWord(r.Errors[0].Message) != test.argument {
				t.Errorf("%+v", r.Errors)
			} else if len(r.Errors[0].Message) > 300 {
				t.Errorf("the message repeats what was given: %s", r.Errors[0].Message)
			} else if strings.HasSuffix(test.argument, ".is") && strings.Contains(r.Errors[0].Message, "ask for all") {
				t.Errorf("leaving it out does not ask for all: %s", r.Errors[0].Message)
			}
		})
	}
}

// TestNoCharacterOfAFilterIsAnOperator asks for names that would be patterns in other languages.
func TestNoCharacterOfAFilterIsAnOperator(t *testing.T) {
	a, _ := counted(t, 3)
	for _, name := range []string{"*", "%", "Treat_", "Treaty %", "Treaty*", "Treaty ?", "/.*/", "' OR 1=1 --", `\`, "Treaty 1) RETURN n //", "$name", "text:Treaty", "AND", "{}"} {
		r := a.ask(`query($n:[String!]){entities(filter:{names:$n}){totalCount}}`, map[string]any{"n": []string{name}})
		var data struct{ Entities struct{ TotalCount int } }
		if len(r.Errors) > 0 {
			if e := r.Errors[0]; e.Extensions.Code != "BAD_USER_INPUT" || firstWord(e.Message) != "filter.names.0" {
				t.Errorf("%q: %+v", name, e)
			}
			continue
		}
		if err := json.Unmarshal(r.Data, &data); err != nil || data.Entities.TotalCount != 0 {
			t.Errorf("%q finds %s", name, r.Data)
		}
	}
	var data struct{ Entities struct{ TotalCount int } }
	if a.answer(`{entities(filter:{names:["  TREATY 1 ","条约2"]}){totalCount}}`, nil, &data); data.Entities.TotalCount != 2 {
		t.Errorf("%d entities have the names", data.Entities.TotalCount)
	}
}

// TestAListIsAnsweredAsOfItsOwnTime: a field's asOf wins, and what it leaves out stays as the operation has it.
func TestAListIsAnsweredAsOfItsOwnTime(t *testing.T) {
	a := twoRevisions(t)
	type list struct {
		TotalCount int
		Nodes      []struct{ Label string }
	}
	var data struct {
		Now, Then, Renamed list
		Expired, Before    list
		Searched, Gone     struct{ TotalCount int }
		Entity             struct{ Now, Then, Day struct{ TotalCount int } }
		Looked             []struct{ Entity struct{ Label string } }
		Below              struct {
			Nodes []struct {
				Status     struct{ At string }
				Statements struct{ TotalCount int }
			}
		}
	}
	a.answer(`query @asOf(validOn: "2026-01-15") {
		below: treaties(filter: {ids: ["treaty/t0"]} asOf: {validOn: "2009-12-31"}) {nodes{status{at} statements(predicates: [EXPIRED] asOf: {revision: 2}) {totalCount}}}
		now: treaties(filter: {names: ["Treaty Nought"]}) {totalCount nodes{label}}
		then: treaties(filter: {names: ["Treaty Nought"]} asOf: {revision: 1}) {totalCount nodes{label}}
		renamed: treaties(filter: {ids: ["treaty/t0"]} asOf: {revision: 1}) {totalCount nodes{label}}
		expired: treaties(filter: {status: {is: [EXPIRED]}}) {totalCount}
		before: treaties(filter: {status: {is: [EXPIRED]}} asOf: {validOn: "2009-12-31"}) {totalCount}
		searched: search(text: "Nought") {totalCount}
		gone: search(text: "Nought" asOf: {recordedAt: "2026-01-15T12:00:00Z"}) {totalCount}
		entity(id: "treaty/t0") {
			now: statements(predicates: [EXPIRED]) {totalCount}
			then: statements(predicates: [EXPIRED] asOf: {revision: 1}) {totalCount}
			day: statements(predicates: [EXPIRED] asOf: {validOn: "2009-12-31"}) {totalCount}
		}
		looked: lookup(text: "Treaty 0" asOf: {revision: 1}) {entity{label}}
	}`, nil, &data)
	if data.Now.TotalCount != 1 || data.Now.Nodes[0].Label != "Treaty Nought" || data.Then.TotalCount != 0 || data.Renamed.TotalCount != 1 || data.Renamed.Nodes[0].Label != "Treaty 0" ||
		data.Expired.TotalCount != 1 || data.Before.TotalCount != 0 || data.Searched.TotalCount != 1 || data.Gone.TotalCount != 0 ||
		data.Entity.Now.TotalCount != 1 || data.Entity.Then.TotalCount != 0 || data.Entity.Day.TotalCount != 0 || len(data.Looked) != 1 || data.Looked[0].Entity.Label != "Treaty 0" {
		t.Errorf("got %+v", data)
	}
	if below := data.Below.Nodes; len(below) != 1 || below[0].Status.At != "2009-12-31" || below[0].Statements.TotalCount != 0 {
		t.Errorf("below a list as of another time: %+v", below)
	}
}
