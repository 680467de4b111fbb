package httpapi

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/resolvers"
)

// with returns the service over the shipped corpus with another configuration.
func (s *service) with(change func(*Config)) *service {
	c := Config{Source: s.source, Store: s.store, Now: func() time.Time { return now }, Logger: slog.New(slog.DiscardHandler)}
	change(&c)
	other := *s
	other.Handler = NewHandler(c)
	return &other
}

// ask sends a request with headers: name, value, name, value.
func (s *service) ask(t *testing.T, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return recorder
}

func TestTheMediaTypeIsTheOneThatTheClientNames(t *testing.T) {
	s := serveCorpus(t)
	for accept, want := range map[string]string{
		"":                                  mediaJSON,
		"*/*":                               mediaJSON,
		"application/*":                     mediaJSON,
		"text/html,*/*;q=0.8":               mediaJSON,
		"text/plain":                        mediaJSON,
		mediaJSON:                           mediaJSON,
		mediaGraphQL:                        mediaGraphQL,
		mediaGraphQL + ", " + mediaJSON:     mediaGraphQL,
		mediaJSON + ", " + mediaGraphQL:     mediaGraphQL,
		mediaGraphQL + ";q=0.5, */*":        mediaJSON,
		mediaGraphQL + ", */*;q=0.1":        mediaGraphQL,
		mediaGraphQL + "; charset=utf-8":    mediaGraphQL,
		mediaJSON + ";q=0, " + mediaGraphQL: mediaGraphQL,
	} {
		for _, body := range []string{`{"query":"{__typename}"}`, `{"query":5}`, `{"query":"{"}`} {
			if got := s.ask(t, "POST", "/graphql", body, "Accept", accept).Header().Get("Content-Type"); got != want+"; charset=utf-8" {
				t.Errorf("%q, %s: got %s, want %s", accept, body, got, want)
			}
		}
	}
}

func TestWhatIsNoRequestIsRefusedAndNamesTheParameter(t *testing.T) {
	s := serveCorpus(t)
	for body, says := range map[string]string{
		`[{"query":"{__typename}"}]`: "batches",
		` [1]`:                       "batches",
		`null`:                       "not an object",
		`"x"`:                        "not an object",
		`{}`:                         "query: is missing",
		`{"query":null}`:             "query: is missing",
		`{"Query":"{__typename}"}`:   "query: is missing",
		`{"query":["{__typename}"]}`: "query: is not a string",
		`{"query":"{__typename}","variables":"{}"}`:                       "variables: is not an object",
		`{"query":"{__typename}","extensions":[]}`:                        "extensions: is not an object",
		`{"query":"{__typename}","operationName":1}`:                      "operationName: is not a string",
		`{"documentId":7}`:                                                "documentId: is not a string",
		"{\"query\":\"{__typename}\",\"operationName\":\"\xff\"}":         "UTF-8",
		`{"extensions":{"persistedQuery":{"version":2,"sha256Hash":""}}}`: "extensions.persistedQuery",
	} {
		r := s.ask(t, "POST", "/graphql", body, "Accept", mediaGraphQL)
		if got := code(t, r); r.Code != 400 || got != "BAD_USER_INPUT" || !strings.Contains(r.Body.String(), says) || strings.Contains(r.Body.String(), `"data"`) {
			t.Errorf("%s: got %d %s", body, r.Code, r.Body)
		}
	}
	if r := s.ask(t, "GET", "/graphql?query=%7B__typename%7D&query=%7Ba%7D", ""); r.Code != 400 {
		t.Errorf("two queries: %d %s", r.Code, r.Body)
	}
	if r := s.ask(t, "POST", "/graphql", `{"query":"{__typename}","id":5,"unknown":[]}`); r.Code != 200 || code(t, r) != "" {
		t.Errorf("keys that are not of the request: %d %s", r.Code, r.Body)
	}
	if r := s.ask(t, "POST", "/graphql", `{"query":"{__typename}"}`, "Content-Type", "application/json; charset=utf-16"); r.Code != 415 {
		t.Errorf("UTF-16: %d %s", r.Code, r.Body)
	}
}

func TestAStatusSaysWhatBecameOfTheOperation(t *testing.T) {
	failed := func(data string, codes ...resolvers.Code) *graphql.Response {
		r := &graphql.Response{Data: json.RawMessage(data)}
		for _, code := range codes {
			r.Errors = append(r.Errors, &gqlerror.Error{Extensions: map[string]any{"code": code}})
		}
		return r
	}
	for name, test := range map[string]struct {
		response      *graphql.Response
		later         bool
		graphql, json int
	}{
		"data":                       {failed(`{}`), false, 200, 200},
		"data and an error":          {failed(`{"a":null}`, resolvers.Unavailable), false, 200, 200},
		"refused":                    {failed("", resolvers.BadUserInput), false, 400, 200},
		"document not known":         {failed("", resolvers.PersistedQueryNotFound), false, 400, 200},
		"beyond a limit":             {failed("", resolvers.LimitExceeded), false, 422, 422},
		"too often":                  {failed("", resolvers.LimitExceeded), true, 429, 429},
		"nobody":                     {failed("", resolvers.Unauthenticated), false, 401, 401},
		"forbidden":                  {failed("null", resolvers.Forbidden), false, 403, 403},
		"away":                       {failed("null", resolvers.Unavailable), false, 503, 503},
		"too late":                   {failed("null", resolvers.Timeout), false, 504, 200},
		"too late before it began":   {failed("", resolvers.Timeout), false, 504, 200},
		"a fault":                    {failed("null", resolvers.Internal), false, 500, 200},
		"null for a wrong argument":  {failed("null", resolvers.BadUserInput), false, 200, 200},
		"null, not found":            {failed("null", resolvers.NotFound), false, 200, 200},
		"the gravest of several":     {failed("null", resolvers.NotFound, resolvers.Unavailable, resolvers.Internal), false, 503, 503},
		"null for a limit of a list": {failed("null", resolvers.LimitExceeded), false, 200, 200},
	} {
		if got := statusFor(test.response, mediaGraphQL, test.later); got != test.graphql {
			t.Errorf("%s: %d in GraphQL's type, want %d", name, got, test.graphql)
		}
		if got := statusFor(test.response, mediaJSON, test.later); got != test.json {
			t.Errorf("%s: %d in JSON, want %d", name, got, test.json)
		}
	}
}

func TestAnErrorOfTheServiceSaysWhatHTTPNeeds(t *testing.T) {
	for code, header := range map[resolvers.Code][2]string{
		resolvers.Unavailable:     {"Retry-After", "5"},
		resolvers.Unauthenticated: {"WWW-Authenticate", "Bearer"},
	} {
		recorder := httptest.NewRecorder()
		response := &graphql.Response{Errors: gqlerror.List{resolvers.NewError(code, "", "x")}}
		writeResponse(recorder, httptest.NewRequest(http.MethodGet, "/graphql", nil), response, caching{tag: `W/"x"`, control: "public"})
		if got := recorder.Header().Get(header[0]); got != header[1] || recorder.Header().Get("Cache-Control") != "no-store" || recorder.Header().Get("ETag") != "" {
			t.Errorf("%s: %v", code, recorder.Header())
		}
	}
}

func TestGetDoesNotWriteAndNoSingleAnswerIsASubscription(t *testing.T) {
	s := serveWriters(t)
	for name, test := range map[string]struct {
		method, query string
		status        int
		allow         string
	}{
		"query by GET":     {"GET", "query{__typename}", 200, ""},
		"mutation by GET":  {"GET", "mutation{__typename}", 405, "POST"},
		"mutation by POST": {"POST", "mutation{__typename}", 200, ""},
		"subscription":     {"POST", "subscription{changes{revision{number}}}", 400, ""},
	} {
		target, body := "/graphql", `{"query":"`+test.query+`"}`
		if test.method == "GET" {
			target, body = "/graphql?query="+url.QueryEscape(test.query), ""
		}
		r := s.ask(t, test.method, target, body, "Accept", mediaGraphQL, "Authorization", "Bearer secret")
		if r.Code != test.status || r.Header().Get("Allow") != test.allow {
			t.Errorf("%s: got %d %v %s", name, r.Code, r.Header(), r.Body)
		}
	}
}

func TestAnErrorDoesNotRepeatARequestAtLength(t *testing.T) {
	s := serveCorpus(t)
	long := strings.Repeat("x", 20_000)
	for name, query := range map[string]string{
		"field":          `{` + long + `}`,
		"quoted":         `{entity(id:"` + strings.Repeat("x ", 10_000) + `"){id}}`,
		"with quotes":    `{entity(id:"` + strings.Repeat(`\"x`, 10_000) + `"){id}}`,
		"enum":           `{lookup(text:"x",kinds:[` + long + `]){reason}}`,
		"number":         `{treaties(first:` + strings.Repeat("9", 20_000) + `){nodes{id}}}`,
		"not closed":     `{entity(id:"` + long,
		"operation name": `query ` + long + `{nothing}`,
	} {
		body, err := json.Marshal(map[string]string{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		r := s.ask(t, "POST", "/graphql", string(body))
		var answer struct{ Errors []struct{ Message string } }
		if err := json.Unmarshal(r.Body.Bytes(), &answer); err != nil || len(answer.Errors) == 0 {
			t.Errorf("%s: %v, %.300s", name, err, r.Body)
			continue
		}
		if message := answer.Errors[0].Message; len([]rune(message)) > 501 || strings.Contains(message, strings.Repeat("x", 81)) || strings.Contains(message, strings.Repeat("9", 81)) {
			t.Errorf("%s: a message of %d bytes: %.300s", name, len(message), message)
		}
	}
}

func TestAPageOfAnotherHostAsksOnlyWhenItsBrowserAskedFirst(t *testing.T) {
	s := serveCorpus(t).with(func(c *Config) { c.Origins = []string{"https://friend.example"} })
	const get = "/graphql?query=%7B__typename%7D"
	for name, test := range map[string]struct {
		method  string
		headers []string
		status  int
	}{
		"a program":                        {"GET", nil, 200},
		"the address bar":                  {"GET", []string{"Sec-Fetch-Site", "none"}, 200},
		"our own page":                     {"GET", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		"our own page, an older browser":   {"POST", []string{"Origin", "http://example.com"}, 200},
		"an image elsewhere":               {"GET", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"an image on a sister host":        {"GET", []string{"Sec-Fetch-Site", "same-site"}, 403},
		"a script elsewhere":               {"GET", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
		"a script in an older browser":     {"GET", []string{"Origin", "https://evil.example"}, 403},
		"from nowhere":                     {"GET", []string{"Origin", "null"}, 403},
		"a friend's script":                {"GET", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://friend.example"}, 200},
		"a friend's image":                 {"GET", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"with a preflight header":          {"GET", []string{"Sec-Fetch-Site", "cross-site", "GraphQL-Require-Preflight", "1"}, 200},
		"with Apollo's":                    {"GET", []string{"Sec-Fetch-Site", "cross-site", "Apollo-Require-Preflight", "true"}, 200},
		"a form elsewhere":                 {"POST", []string{"Sec-Fetch-Site", "cross-site", "Content-Type", "text/plain"}, 403},
		"a form of our own":                {"POST", []string{"Sec-Fetch-Site", "same-origin", "Content-Type", "text/plain"}, 415},
		"JSON, which a browser asks first": {"POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 200},
	} {
		target, body := get, ""
		if test.method == "POST" {
			target, body = "/graphql", `{"query":"{__typename}"}`
		}
		if r := s.ask(t, test.method, target, body, test.headers...); r.Code != test.status {
			t.Errorf("%s: got %d, want %d: %s", name, r.Code, test.status, r.Body)
		}
	}
}

func TestOnlyPagesOfTheOriginsMayReadAnswers(t *testing.T) {
	preflight := []string{"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type"}
	closed, open := serveCorpus(t), serveCorpus(t).with(func(c *Config) { c.Origins = []string{"https://friend.example", "https://*.wide.example"} })
	for name, test := range map[string]struct {
		s       *service
		origin  string
		allowed bool
	}{
		"no origins":   {closed, "https://friend.example", false},
		"a friend":     {open, "https://friend.example", true},
		"of a pattern": {open, "https://a.wide.example", true},
		"a stranger":   {open, "https://evil.example", false},
		"by HTTP":      {open, "http://friend.example", false},
	} {
		want := ""
		if test.allowed {
			want = test.origin
		}
		asked := test.s.ask(t, "OPTIONS", "/graphql", "", append([]string{"Origin", test.origin}, preflight...)...).Header()
		answer := test.s.ask(t, "POST", "/graphql", `{"query":"{__typename}"}`, "Origin", test.origin).Header()
		if asked.Get("Access-Control-Allow-Origin") != want || answer.Get("Access-Control-Allow-Origin") != want || asked.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %v, %v", name, asked, answer)
		}
		exposes := answer.Get("Access-Control-Expose-Headers")
		for _, header := range exposed {
			if test.allowed != strings.Contains(strings.ToLower(exposes), strings.ToLower(header)) {
				t.Errorf("%s: exposes %q", name, exposes)
			}
		}
		if test.s == open && !slices.Contains(answer.Values("Vary"), "Origin") {
			t.Errorf("%s: Vary %q", name, answer.Values("Vary"))
		}
	}
}

func TestLongAnswersAreCompressedAndStreamsAreNot(t *testing.T) {
	s := serveCorpus(t)
	const long, short = `{"query":"{treaties{nodes{id label names{text}}}}"}`, `{"query":"{__typename}"}`
	plain := s.ask(t, "POST", "/graphql", long)
	if plain.Header().Get("Content-Encoding") != "" || plain.Body.Len() < compressFrom {
		t.Fatalf("%d bytes, %v", plain.Body.Len(), plain.Header())
	}
	for name, test := range map[string]struct{ body, accept, coding string }{
		"gzip":      {long, "gzip, deflate", "gzip"},
		"zstd":      {long, "gzip, deflate, br, zstd", "zstd"},
		"neither":   {long, "br", ""},
		"refused":   {long, "gzip;q=0", ""},
		"too short": {short, "gzip", ""},
	} {
		r := s.ask(t, "POST", "/graphql", test.body, "Accept-Encoding", test.accept)
		if r.Header().Get("Content-Encoding") != test.coding || !slices.Contains(r.Header().Values("Vary"), "Accept-Encoding") || test.coding != "" && r.Body.Len() >= plain.Body.Len() {
			t.Errorf("%s: %d bytes, %v", name, r.Body.Len(), r.Header())
		}
	}
	stream := compressed(nil, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, strings.Repeat("data: x\n\n", 1000))
	}))
	for _, header := range []string{"Accept", "X-None"} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		request.Header.Set("Accept-Encoding", "gzip")
		request.Header.Set(header, "text/event-stream")
		recorder := httptest.NewRecorder()
		if stream.ServeHTTP(recorder, request); recorder.Header().Get("Content-Encoding") != "" {
			t.Errorf("a stream of events is compressed: %v", recorder.Header())
		}
	}
}
