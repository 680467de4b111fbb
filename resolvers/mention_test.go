package resolvers_test

import (
	"fmt"
	"slices"
	"testing"
)

// mentionPage is a part of a list of mentions as the API gives it.
type mentionPage struct {
	Edges []struct {
		Cursor string
		Node   struct {
			Surface    string
			Start, End int
			Entity     struct{ ID string }
			Passage    struct{ ID string }
		}
	}
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       *string
	}
}

func (a api) mentions(arguments string) mentionPage {
	a.t.Helper()
	var data struct {
		Entity struct{ Mentions mentionPage }
	}
	a.answer(fmt.Sprintf(`{entity(id:"document/e-cn.15-2008-21"){...on Document{mentions(%s){edges{cursor node{surface start end entity{id} passage{id}}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}}}}}`, arguments), nil, &data)
	return data.Entity.Mentions
}

// through reads the whole list page by page and returns what identifies each mention.
func (a api) through(size int, forward bool) (list []string) {
	a.t.Helper()
	direction, cursor := "first", "after"
	if !forward {
		direction, cursor = "last", "before"
	}
	at := ""
	for range 1000 {
		arguments := fmt.Sprintf("%s:%d", direction, size)
		if at != "" {
			arguments += fmt.Sprintf(" %s:%q", cursor, at)
		}
		page := a.mentions(arguments)
		var part []string
		for _, e := range page.Edges {
			part = append(part, fmt.Sprintf("%s [%d,%d) %s %s", e.Node.Passage.ID, e.Node.Start, e.Node.End, e.Node.Entity.ID, e.Node.Surface))
		}
		more := page.PageInfo.HasNextPage
		if forward {
			list = append(list, part...)
		} else {
			list, more = append(part, list...), page.PageInfo.HasPreviousPage
		}
		if !more || len(part) == 0 {
			return list
		}
		if at = *page.PageInfo.EndCursor; !forward {
			at = *page.PageInfo.StartCursor
		}
	}
	a.t.Fatal("the list has no end")
	return nil
}

func mentionsAreListedOnceInReadingOrderHoweverTheyArePaged(t *testing.T, a api) {
	all := a.through(100, true)
	if len(all) < 280 {
		t.Fatalf("only %d mentions", len(all))
	}
	sorted := slices.Clone(all)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != len(all) {
		t.Error("a mention is listed twice")
	}
	for _, size := range []int{1, 7, 100} {
		for _, forward := range []bool{true, false} {
			if size == 1 && !forward {
				continue // as slow as the other way, and no different from 7
			}
			if got := a.through(size, forward); !slices.Equal(got, all) {
				t.Errorf("pages of %d, forward %v: %d mentions in another order or number than %d", size, forward, len(got), len(all))
			}
		}
	}
}

// What a section mentions is what the document mentions between its heading and the next: its text holds those words too.
func theMentionsOfASectionAreThoseOfItsText(t *testing.T, a api) {
	for section, last := range map[string]int{"2.1.2.10": 35, "2.1.2": 0} {
		id := "section/e-cn.15-2008-21/zh/1/" + section
		var data struct {
			Entity struct{ Mentions mentionPage }
		}
		a.answer(`query($id:ID!){entity(id:$id){...on Section{mentions(first:100){edges{cursor node{surface start end entity{id} passage{id}}} pageInfo{hasNextPage hasPreviousPage}}}}}`, map[string]any{"id": id}, &data)
		got, at := data.Entity.Mentions.Edges, 0
		if len(got) < 7 || got[0].Node.Passage.ID != id {
			t.Fatalf("%s: %+v", section, got)
		}
		for _, e := range got {
			if e.Node.Start < at {
				t.Errorf("%s: %+v is out of order", section, e)
			}
			at = e.Node.Start
		}
		if passage := got[len(got)-1].Node.Passage.ID; last != 0 && passage != fmt.Sprint("passage/e-cn.15-2008-21/zh/1/", last) {
			t.Errorf("%s ends with %s", section, passage)
		}
	}
}

func TestMentionsOfAWholeLevelAreLoadedWithOneCall(t *testing.T) {
	for _, n := range []int{2, 9} {
		a, store := counted(t, n)
		var data any
		a.answer(`{entity(id:"document/doc"){...on Document{
			mentions(first:9){nodes{surface entity{label} passage{id}}}
			passages{totalCount nodes{mentions{nodes{surface score entity{...on Treaty{status{value}}}}}}}}}}`, nil, &data)
		if got := store.assertions.Load(); got > 2 {
			t.Errorf("%d passages: %d calls for assertions, not 2", n, got)
		}
		if got := store.texts.Load(); got != 0 {
			t.Errorf("%d passages: %d calls for texts", n, got)
		}
	}
}

func TestWrongArgumentsOfMentionsAreNamed(t *testing.T) {
	a, _ := counted(t, 3)
	statement := func() string {
		var data struct {
			Entity struct {
				Statements struct{ Edges []struct{ Cursor string } }
			}
		}
		a.answer(`{entity(id:"treaty/t0"){statements(first:1){edges{cursor}}}}`, nil, &data)
		return data.Entity.Statements.Edges[0].Cursor
	}()
	for name, test := range map[string]struct{ field, argument string }{
		"cursor of another list":      {fmt.Sprintf(`mentions(after:%q){nodes{start}}`, statement), "after"},
		"cursor that is none":         {`mentions(before:"?"){nodes{start}}`, "before"},
		"first and last":              {`mentions(first:1 last:1){nodes{start}}`, "last"},
		"too many":                    {`unlinkedMentions(first:101){nodes{start}}`, "first"},
		"passages: cursor of nothing": {`passages(after:"cGFzc2FnZQ"){nodes{id}}`, "after"},
		"sections: none":              {`sections(first:0){nodes{id}}`, "first"},
	} {
		t.Run(name, func(t *testing.T) {
			a.t = t
			r := a.ask(`{entity(id:"document/doc"){...on Document{`+test.field+`}}}`, nil)
			if len(r.Errors) != 1 || r.Errors[0].Extensions.Code != "BAD_USER_INPUT" || !slices.Contains([]string{test.argument}, firstWord(r.Errors[0].Message)) {
				t.Errorf("%+v", r.Errors)
			}
		})
	}
}

// firstWord is the argument that a message of BAD_USER_INPUT begins with.
func firstWord(message string) string {
	for i, c := range message {
		if c == ' ' || c == ':' {
			return message[:i]
		}
	}
	return message
}
