package httpapi

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"treatygraph/graph"
)

// get asks by GET.
func get(t *testing.T, s *service, query string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return s.ask(t, "GET", "/graphql?query="+url.QueryEscape(query), "", headers...)
}

func TestAnAnswerThatAClientHasIsNotMadeAgain(t *testing.T) {
	s := serveCorpus(t)
	const query = `{entity(id:"treaty/start-i"){label ...on Treaty{status{value}}}}`
	first := get(t, s, query)
	tag := first.Header().Get("ETag")
	if !strings.HasPrefix(tag, `W/"`) || first.Header().Get("Cache-Control") != "public, no-cache" {
		t.Fatalf("got %v", first.Header())
	}
	for _, given := range []string{tag, `"x", ` + tag, strings.TrimPrefix(tag, "W/")} {
		if r := get(t, s, query, "If-None-Match", given); r.Code != 304 || r.Body.Len() > 0 || r.Header().Get("ETag") != tag || r.Header().Get("Cache-Control") == "" {
			t.Errorf("%s: got %d %v", given, r.Code, r.Header())
		}
	}
	tomorrow := s.with(func(c *Config) { c.Now = func() time.Time { return now.AddDate(0, 0, 1) } })
	for name, r := range map[string]*httptest.ResponseRecorder{
		"another document":   get(t, s, query+" ", "If-None-Match", tag),
		"another language":   get(t, s, query, "If-None-Match", tag, "Accept-Language", "ru"),
		"another media type": get(t, s, query, "If-None-Match", tag, "Accept", mediaGraphQL),
		"another day":        get(t, tomorrow, query, "If-None-Match", tag),
		"another revision":   get(t, s, "query@asOf(revision:1)"+query, "If-None-Match", tag),
	} {
		if r.Code != 200 || r.Header().Get("ETag") == tag {
			t.Errorf("%s: got %d %v", name, r.Code, r.Header())
		}
	}
	variable := "/graphql?query=" + url.QueryEscape(`query($id:ID!){entity(id:$id){id}}`) + "&variables="
	one, other := s.ask(t, "GET", variable+url.QueryEscape(`{"id":"treaty/start-i"}`), ""), s.ask(t, "GET", variable+url.QueryEscape(`{"id":"treaty/npt"}`), "")
	if one.Header().Get("ETag") == other.Header().Get("ETag") {
		t.Error("answers with other variables have the same tag")
	}
}

func TestOnlyAnAnswerThatNoWriteCanChangeIsKeptWithoutAsking(t *testing.T) {
	s := serveCorpus(t)
	for query, want := range map[string]string{
		`query@asOf(revision:3,validOn:"2008-04-06"){treaties{totalCount}}`:                                           "public, max-age=86400",
		`query@asOf(revision:3){treaties{totalCount}}`:                                                                "public, no-cache", // statuses are of today
		`query@asOf(recordedAt:"2099-01-01T00:00:00Z",validOn:"2008-04-06"){treaties{totalCount}}`:                    "public, no-cache", // is the newest until then
		`query@asOf(revision:3,validOn:"2008-04-06"){treaties(asOf:{recordedAt:"2099-01-01T00:00:00Z"}){totalCount}}`: "public, no-cache",
		`{treaties{totalCount}}`: "public, no-cache",
		`{paths(from:["treaty/start-i"],to:["treaty/npt"]){complete}}`: "no-store", // may be cut short by time
		`{nothing}`:             "no-store",
		`{entity(id:"??"){id}}`: "no-store",
	} {
		r := get(t, s, query)
		if got := r.Header().Get("Cache-Control"); got != want || (r.Header().Get("ETag") == "") != (want == "no-store") {
			t.Errorf("%s: got %q %s", query, got, r.Header().Get("ETag"))
		}
	}
	post := s.ask(t, "POST", "/graphql", `{"query":"{__typename}"}`)
	if post.Header().Get("Cache-Control") != "no-store" || post.Header().Get("ETag") != "" {
		t.Errorf("POST: %v", post.Header())
	}
	known := s.with(func(c *Config) { c.Auth = WriteToken("secret") })
	if r := get(t, known, `{treaties{totalCount}}`, "Authorization", "Bearer secret"); r.Code != 200 || r.Header().Get("Cache-Control") != "no-store" || r.Header().Get("ETag") != "" {
		t.Errorf("with a token: %d %v", r.Code, r.Header())
	}
}

func TestATagDoesNotHoldAfterAWrite(t *testing.T) {
	s := serve(t, Limits{})
	write := func(key, text string) {
		t.Helper()
		v := graph.NameValue(graph.Name{Text: text, Lang: "en", Role: graph.NameOfficial})
		a := graph.Assertion{Claim: graph.Claim{Subject: "treaty/two", Predicate: graph.PredNamed, Value: &v}, Dataset: "dataset/test", Rank: graph.RankNormal, Method: graph.MethodCurated}
		receipt, err := s.store.Apply(t.Context(), &graph.Batch{Key: key, Author: "test", Assert: []graph.Assertion{a}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.source.Wait(t.Context(), receipt.Revision.Number); err != nil {
			t.Fatal(err)
		}
	}
	const live, old, own = `{treaties{totalCount}}`, `query@asOf(revision:1){treaties{totalCount}}`, `query@asOf(revision:1){treaties(asOf:{validOn:"2008-04-06"}){totalCount}}`
	tags := map[string]string{}
	for _, query := range []string{live, old, own} {
		tags[query] = get(t, s, query).Header().Get("ETag")
	}
	write("2", "Two")
	for query, status := range map[string]int{live: 200, old: 304, own: 200} {
		if r := get(t, s, query, "If-None-Match", tags[query]); r.Code != status {
			t.Errorf("%s: got %d", query, r.Code)
		}
	}
}
