package resolvers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"treatygraph/graph"
	"treatygraph/httpapi"
)

// searchPage is a part of what a search found as the API gives it.
type searchPage struct {
	TotalCount int
	Edges      []struct {
		Cursor string
		Node   searchHit
	}
	Nodes    []searchHit
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       *string
	}
}

type searchHit struct {
	Entity     struct{ ID, Text string }
	Class      string
	Importance int
	Fragments  []struct {
		Text                    string
		Start, End, WholeLength int
		Highlights              []struct{ Start, End int }
	}
}

const searchFields = `{totalCount edges{cursor node{entity{id} class importance}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}}`

func (a api) search(arguments string) searchPage {
	a.t.Helper()
	var data struct{ Search searchPage }
	a.answer(`{search(`+arguments+`)`+searchFields+`}`, nil, &data)
	return data.Search
}

func (p searchPage) ids() (ids []string) {
	for _, e := range p.Edges {
		ids = append(ids, e.Node.Entity.ID)
	}
	return ids
}

func aSearchGivesTheSameListHoweverItIsPaged(t *testing.T, a api) {
	classes := []string{"ID", "IDENTIFIER", "EXACT_NAME", "NORMALISED_NAME", "ACRONYM", "HISTORIC_NAME", "PREFIX", "PHRASE", "ALL_WORDS", "FUZZY"}
	for _, arguments := range []string{`text:"nuclear" fuzzy:true`, `text:"核"`, `text:"恐怖主义" in:PASSAGES`, `text:"договор" languages:["ru"]`, `text:"treaty" kinds:[TREATY,PROVISION]`} {
		whole := a.search(arguments + ` first:100`)
		if len(whole.Edges) != whole.TotalCount || whole.TotalCount < 4 || whole.PageInfo.HasNextPage || whole.PageInfo.HasPreviousPage {
			t.Fatalf("%s: %d of %d, %+v", arguments, len(whole.Edges), whole.TotalCount, whole.PageInfo)
		}
		for i := 1; i < len(whole.Edges); i++ {
			x, y := whole.Edges[i-1].Node, whole.Edges[i].Node
			cx, cy := slices.Index(classes, x.Class), slices.Index(classes, y.Class)
			if cx > cy || cx == cy && (x.Importance < y.Importance || x.Importance == y.Importance && x.Entity.ID >= y.Entity.ID) {
				t.Errorf("%s: %+v stands before %+v", arguments, x, y)
			}
		}
		for _, size := range []int{1, 3} {
			var forward, backward []string
			for page, more := a.search(fmt.Sprintf(`%s first:%d`, arguments, size)), true; more; {
				if page.PageInfo.HasPreviousPage != (len(forward) > 0) || page.TotalCount != whole.TotalCount {
					t.Errorf("%s: page after %d: %+v of %d", arguments, len(forward), page.PageInfo, page.TotalCount)
				}
				forward = append(forward, page.ids()...)
				if more = page.PageInfo.HasNextPage; more {
					page = a.search(fmt.Sprintf(`%s first:%d after:%q`, arguments, size, *page.PageInfo.EndCursor))
				}
			}
			for page, more := a.search(fmt.Sprintf(`%s last:%d`, arguments, size)), true; more; {
				if page.PageInfo.HasNextPage != (len(backward) > 0) {
					t.Errorf("%s: page before %d: %+v", arguments, len(backward), page.PageInfo)
				}
				backward = append(page.ids(), backward...)
				if more = page.PageInfo.HasPreviousPage; more {
					page = a.search(fmt.Sprintf(`%s last:%d before:%q`, arguments, size, *page.PageInfo.StartCursor))
				}
			}
			if !slices.Equal(forward, whole.ids()) || !slices.Equal(backward, whole.ids()) {
				t.Errorf("%s in pages of %d:\nwhole    %v\nforward  %v\nbackward %v", arguments, size, whole.ids(), forward, backward)
			}
		}
		if n := len(whole.Edges); n > 3 { // between two cursors
			page := a.search(fmt.Sprintf(`%s first:100 after:%q before:%q`, arguments, whole.Edges[0].Cursor, whole.Edges[n-1].Cursor))
			if !slices.Equal(page.ids(), whole.ids()[1:n-1]) || !page.PageInfo.HasNextPage || !page.PageInfo.HasPreviousPage {
				t.Errorf("%s between two cursors: %v, %+v", arguments, page.ids(), page.PageInfo)
			}
		}
	}
}

func aSearchShowsTheWordsThatItFoundWhereTheyStand(t *testing.T, a api) {
	for _, text := range []string{"恐怖主义", "莫斯科條約", "核", "合作 伙伴", "2008", "nuclear weapons", "reduction of arms", "ядерного оружия", "договора", "nucleer wepons", "non-prolif", "1540 号决议"} {
		var data struct{ Search searchPage }
		a.answer(`query($t:String!){search(text:$t fuzzy:true first:100){totalCount nodes{entity{id ...on TextUnit{text}} class fragments{text start end wholeLength highlights{start end}}}}}`,
			map[string]any{"t": text}, &data)
		if data.Search.TotalCount == 0 {
			t.Errorf("%q finds nothing", text)
		}
		for _, hit := range data.Search.Nodes {
			if hit.Class == "ID" || hit.Class == "IDENTIFIER" {
				continue
			}
			marked := 0
			for _, f := range hit.Fragments {
				runes, last := []rune(f.Text), -1
				if f.End-f.Start != len(runes) || f.End > f.WholeLength || f.Start < 0 {
					t.Errorf("%q: %+v has wrong offsets", text, f)
				}
				if strings.HasPrefix(hit.Entity.ID, "passage/") && string([]rune(hit.Entity.Text)[f.Start:f.End]) != f.Text {
					t.Errorf("%q: %s has other words at [%d,%d) than %q", text, hit.Entity.ID, f.Start, f.End, f.Text)
				}
				for _, h := range f.Highlights {
					if h.Start <= last || h.End <= h.Start || h.End > len(runes) {
						t.Errorf("%q: wrong highlight %+v in %+v", text, h, f)
					}
					last = h.End
					marked++
				}
			}
			if marked == 0 || len(hit.Fragments) > 3 {
				t.Errorf("%q: %s (%s) shows %+v", text, hit.Entity.ID, hit.Class, hit.Fragments)
			}
		}
	}
}

func facetsCountWhatASearchWithTheirValueFinds(t *testing.T, a api) {
	for _, text := range []string{"nuclear", "核", "договор", "2010"} {
		var data struct {
			Search struct {
				TotalCount int
				Facets     struct {
					Kinds []struct {
						Kind  string
						Count int
					}
					Languages []struct {
						Language string
						Count    int
					}
					Years []struct{ Year, Count int }
				}
			}
		}
		a.answer(fmt.Sprintf(`{search(text:%q){totalCount facets{kinds{kind count} languages{language count} years{year count}}}}`, text), nil, &data)
		found, sum, last := data.Search, 0, 1<<30
		for _, k := range found.Facets.Kinds {
			if k.Count > last {
				t.Errorf("%q: %+v is not in order", text, found.Facets.Kinds)
			}
			sum, last = sum+k.Count, k.Count
			if got := a.search(fmt.Sprintf(`text:%q kinds:[%s]`, text, k.Kind)).TotalCount; got != k.Count {
				t.Errorf("%q: %s counts %d, found are %d", text, k.Kind, k.Count, got)
			}
		}
		if sum != found.TotalCount || sum == 0 {
			t.Errorf("%q: kinds sum up to %d of %d", text, sum, found.TotalCount)
		}
		for _, l := range found.Facets.Languages {
			if got := a.search(fmt.Sprintf(`text:%q languages:[%q]`, text, l.Language)).TotalCount; got != l.Count {
				t.Errorf("%q: %s counts %d, found are %d", text, l.Language, l.Count, got)
			}
		}
		for i, y := range found.Facets.Years {
			if y.Count < 1 || y.Year < 1900 || y.Year > 2026 || i > 0 && found.Facets.Years[i-1].Year >= y.Year {
				t.Errorf("%q: years %+v", text, found.Facets.Years)
			}
		}
	}
}

func TestNoCharacterOfASearchIsAnOperator(t *testing.T) {
	a, _ := counted(t, 3)
	for _, text := range []string{
		"*", "?", "%", "_", "+", "-", "--", "&&", "||", "!", "(", ")", "{}", "[a TO z]", "^2", `"`, `"treaty`, "~", "treaty~2", ":", "text:treaty", `\`, `\\`, "/", "/.*/",
		"'", "';--", ".", ".*", "#", "<b>", "&", "=", "$", "^", "|", "T*", "Trea*", "Treat?", "T%", "Treat_", "\x00a", "\u202e", "�", "(Treaty", "Treaty)", "AND", "NOT treaty", "a OR b", "MATCH",
		"\U0001F600", "e\u0301", "\u0301", "ﷺ",
	} {
		r := a.ask(`query($t:String!){fuzzy:search(text:$t fuzzy:true){nodes{fragments{text}}} search(text:$t){totalCount nodes{entity{id} class fragments{text highlights{start end}}} facets{kinds{count} languages{count} years{count}}}}`, map[string]any{"t": text})
		if len(r.Errors) > 0 && (r.Errors[0].Extensions.Code != "BAD_USER_INPUT" || firstWord(r.Errors[0].Message) != "text") {
			t.Errorf("%q: %+v", text, r.Errors)
		}
		var data struct{ Search searchPage }
		if err := json.Unmarshal(r.Data, &data); err != nil {
			t.Fatal(err)
		}
		if slices.Contains([]string{"T*", "Trea*", "Treat?", "T%", "Treat_"}, text) && data.Search.TotalCount > 0 { // as patterns they would find all treaties
			t.Errorf("%q finds %s", text, r.Data)
		}
	}
	for _, text := range []string{`"Treaty 1"`, "«Treaty 1»", "  treaty   1 ", "TREATY 1", "Ｔｒｅａｔｙ １", "(Treaty) 1", "Treaty\t1", "Treaty: 1"} {
		if page := a.search(fmt.Sprintf(`text:%q`, text)); len(page.Edges) == 0 || page.Edges[0].Node.Entity.ID != "treaty/t1" {
			t.Errorf("%q finds %v", text, page.ids())
		}
	}
}

func TestWrongArgumentsOfASearchAreNamed(t *testing.T) {
	a, _ := counted(t, 3)
	cursor := a.search(`text:"Treaty" first:1`).Edges[0].Cursor
	var treaties struct {
		Treaties struct{ Edges []struct{ Cursor string } }
	}
	a.answer(`{treaties(first:1){edges{cursor}}}`, nil, &treaties)
	other := treaties.Treaties.Edges[0].Cursor
	for name, test := range map[string]struct{ arguments, argument string }{
		"no text":                         {`text:""`, "text"},
		"white text":                      {`text:" \t\u3000\u00a0"`, "text"},
		"text of quotation marks":         {`text:"《》“”"`, "text"},
		"text of 257 characters":          {`text:"` + strings.Repeat("条", 257) + `"`, "text"},
		"text of 10,000 characters":       {`text:"` + strings.Repeat("x", 10_000) + `"`, "text"},
		"text of 10,000 characters alone": {`in:PASSAGES text:"` + strings.Repeat("条约", 5_000) + `"`, "text"},
		"17 words":                        {`text:"` + strings.Repeat("word ", 17) + `"`, "text"},
		"no kinds":                        {`text:"a" kinds:[]`, "kinds"},
		"no languages":                    {`text:"a" languages:[]`, "languages"},
		"unknown language":                {`text:"a" languages:["no language"]`, "languages[0]"},
		"unknown scope":                   {`text:"a" in:TITLES`, ""},
		"first 0":                         {`text:"a" first:0`, "first"},
		"first 101":                       {`text:"a" first:101`, "first"},
		"first and last":                  {`text:"a" first:1 last:1`, "last"},
		"cursor that is none":             {`text:"a" after:"?"`, "after"},
		"empty cursor":                    {`text:"a" before:""`, "before"},
		"cursor of another list":          {fmt.Sprintf(`text:"Treaty" after:%q`, other), "after"},
		"cursor of another text":          {fmt.Sprintf(`text:"State" after:%q`, cursor), "after"},
		"cursor of another scope":         {fmt.Sprintf(`text:"Treaty" in:NAMES last:1 before:%q`, cursor), "before"},
		"cursor of another language":      {fmt.Sprintf(`text:"Treaty" languages:["en"] after:%q`, cursor), "after"},
		"cursor cut off":                  {fmt.Sprintf(`text:"Treaty" after:%q`, cursor[:6]), "after"},
	} {
		t.Run(name, func(t *testing.T) {
			a.t = t
			r := a.ask(`{search(`+test.arguments+`){totalCount nodes{entity{id}}}}`, nil)
			if len(r.Errors) != 1 || r.Errors[0].Extensions.Code != "BAD_USER_INPUT" || test.argument != "" && firstWord(r.Errors[0].Message) != test.argument {
				t.Errorf("%+v", r.Errors)
			}
		})
	}
	a.t = t
	if page := a.search(fmt.Sprintf(`text:"Treaty" kinds:[TREATY] after:%q`, cursor)); len(page.Edges) != 2 {
		t.Errorf("a cursor does not hold when other kinds are asked for: %v", page.ids())
	}
}

// A countingSource counts the calls that load content, before any cache.
type countingSource struct {
	httpapi.Source
	assertions, texts atomic.Int32
}

func (s *countingSource) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	s.assertions.Add(1)
	return s.Source.Assertions(ctx, refs)
}

func (s *countingSource) Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	s.texts.Add(1)
	return s.Source.Texts(ctx, hashes)
}

func TestContentOfASearchIsLoadedOncePerPage(t *testing.T) {
	for name, test := range map[string]struct {
		fields            string
		assertions, texts int32
	}{
		"shape alone":            {`totalCount nodes{entity{id label} class importance name{text}} pageInfo{endCursor} facets{kinds{count} languages{count} years{count}}`, 0, 0},
		"fragments":              {`nodes{fragments{text highlights{start end}}}`, 1, 1},
		"fragments of two views": {`edges{node{fragments{text}}} nodes{fragments{text}}`, 1, 1},
		"fragments and texts":    {`nodes{fragments{text} entity{...on Passage{text}}}`, 2, 2}, // from the store once, through the cache
		"what passages mention":  {`nodes{entity{...on Passage{mentions{nodes{surface}}}}}`, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{2, 9} {
				store := openSQLite(t)
				fill(t, store, n)
				source := &countingSource{Source: follow(t, store)}
				var data any
				newAPI(t, source, store).answer(`{search(text:"条约" in:PASSAGES first:100){`+test.fields+`}}`, nil, &data)
				if a, b := source.assertions.Load(), source.texts.Load(); a != test.assertions || b != test.texts {
					t.Errorf("%d passages: %d calls for assertions and %d for texts, not %d and %d", n, a, b, test.assertions, test.texts)
				}
			}
		})
	}
}

func TestOfALongPassageThePartsAreShownThatWereFound(t *testing.T) {
	store := openSQLite(t)
	fill(t, store, 1)
	words := strings.Repeat("many other words ", 40)
	text := graph.NewText("en", words+"needle and needle "+words+"Needle "+words+"needles "+words+"needle", nil)
	apply(t, store, &graph.Batch{Key: "long", Author: "test", Summary: "long", Texts: []*graph.Text{text}, Assert: []graph.Assertion{
		claim("passage/doc/9", graph.PredSpan, value(graph.Value{Kind: graph.ValueSpan, Hash: text.Hash, End: len(text.Body)})),
		claim("passage/doc/9", graph.PredPartOf, object("document/doc")),
	}})
	var data struct{ Search searchPage }
	newAPI(t, follow(t, store), store).answer(`{search(text:"needle"){nodes{fragments{text start end wholeLength highlights{start end}}}}}`, nil, &data)
	if len(data.Search.Nodes) != 1 || len(data.Search.Nodes[0].Fragments) != 3 {
		t.Fatalf("%+v", data.Search.Nodes)
	}
	last := 0
	for i, f := range data.Search.Nodes[0].Fragments {
		if f.Start <= last || f.End-f.Start > 300 || text.Body[f.Start:f.End] != f.Text || text.Body[f.Start-1] != ' ' || f.WholeLength != len(text.Body) {
			t.Errorf("%+v", f)
		}
		if want := []int{2, 1, 1}[i]; len(f.Highlights) != want { // the phrase is found as it stands: its inflected form is not
			t.Errorf("%d highlights in %q", len(f.Highlights), f.Text)
		}
		last = f.End
	}
}

func TestASearchWhosePassagesCannotBeReadSaysSo(t *testing.T) {
	a, store := counted(t, 2)
	a.search(`text:"条约"`)
	store.fail = func(context.Context) error { return fmt.Errorf("secret: %w", graph.ErrUnavailable) }
	r := a.ask(`{search(text:"条约" in:PASSAGES){nodes{fragments{text}}}}`, nil)
	if len(r.Errors) == 0 || r.Errors[0].Extensions.Code != "UNAVAILABLE" || strings.Contains(fmt.Sprint(r), "secret") {
		t.Errorf("%+v", r)
	}
}

func TestASearchOfAnOlderRevisionGivesItsOldAnswer(t *testing.T) {
	a := twoRevisions(t)
	for query, want := range map[string]int{`{x:search(text:"Nought"){totalCount}}`: 1, `query @asOf(revision:1){x:search(text:"Nought"){totalCount}}`: 0,
		`query @asOf(revision:1){x:search(text:"Treaty 0"){totalCount}}`: 1, `{x:search(text:"Treaty 0"){totalCount}}`: 0} {
		var data struct{ X struct{ TotalCount int } }
		if a.answer(query, nil, &data); data.X.TotalCount != want {
			t.Errorf("%s finds %d, not %d", query, data.X.TotalCount, want)
		}
	}
}
