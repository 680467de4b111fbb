package resolvers_test

import (
	"fmt"
	"slices"
	"testing"
)

func TestPagesForwardAndBackwardGiveTheWholeListInItsOrder(t *testing.T) {
	store := openSQLite(t)
	fill(t, store, 7)
	a := newAPI(t, follow(t, store), store)
	type connection struct {
		Nodes    []struct{ ID string }
		PageInfo struct {
			HasNextPage, HasPreviousPage bool
			StartCursor, EndCursor       string
		}
		TotalCount int
	}
	const fields = `{nodes{id} pageInfo{hasNextPage hasPreviousPage startCursor endCursor} totalCount}`
	ids := func(c connection) (ids []string) {
		for _, n := range c.Nodes {
			ids = append(ids, n.ID)
		}
		return ids
	}
	for name, ask := range map[string]func(args string) connection{
		"treaties": func(args string) connection {
			var data struct{ List connection }
			a.answer(`{list:treaties(`+args+`)`+fields+`}`, nil, &data)
			return data.List
		},
		"statements": func(args string) connection {
			var data struct{ Entity struct{ List connection } }
			a.answer(`{entity(id:"treaty/t3"){list:statements(`+args+`)`+fields+`}}`, nil, &data)
			return data.Entity.List
		},
	} {
		t.Run(name, func(t *testing.T) {
			whole := ask("first:100")
			if len(whole.Nodes) != whole.TotalCount || whole.TotalCount < 7 || whole.PageInfo.HasNextPage || whole.PageInfo.HasPreviousPage {
				t.Fatalf("the whole list is %+v", whole)
			}
			var forward, backward []string
			for page, args := ask("first:3"), ""; ; page = ask(args) {
				forward = append(forward, ids(page)...)
				if page.PageInfo.HasPreviousPage != (len(forward) > 3) {
					t.Errorf("hasPreviousPage is wrong at %d", len(forward))
				}
				if !page.PageInfo.HasNextPage {
					break
				}
				args = fmt.Sprintf("first:3,after:%q", page.PageInfo.EndCursor)
			}
			for page, args := ask("last:3"), ""; ; page = ask(args) {
				backward = append(ids(page), backward...)
				if !page.PageInfo.HasPreviousPage {
					break
				}
				args = fmt.Sprintf("last:3,before:%q", page.PageInfo.StartCursor)
			}
			if !slices.Equal(forward, ids(whole)) || !slices.Equal(backward, ids(whole)) {
				t.Errorf("whole %v, forward %v, backward %v", ids(whole), forward, backward)
			}
		})
	}
}
