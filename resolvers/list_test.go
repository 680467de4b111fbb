package resolvers_test

import (
	"fmt"
	"slices"
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
