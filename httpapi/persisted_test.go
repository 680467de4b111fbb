package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func persistedBody(query, hash string) string {
	body, err := json.Marshal(map[string]any{"query": query, "extensions": map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hash}}})
	if err != nil {
		panic(err)
	}
	return string(body)
}

func TestADocumentIsSentOnceAndAskedForByItsHash(t *testing.T) {
	s := serveCorpus(t).with(func(*Config) {})
	const query, bad = `{entity(id:"treaty/start-i"){id}}`, `{nothing}`
	by := func(query, hash string) (int, string) {
		r := s.ask(t, "POST", "/graphql", persistedBody(query, hash), "Accept", mediaGraphQL)
		return r.Code, code(t, r) + r.Body.String()
	}
	for i, step := range []struct {
		query, hash string
		status      int
		says        string
	}{
		{"", digest(query), 400, "PERSISTED_QUERY_NOT_FOUND"},
		{"", digest(query), 400, `"message":"PersistedQueryNotFound"`},
		{query, digest("other"), 400, "is not the SHA-256"},
		{"", digest("other"), 400, "PERSISTED_QUERY_NOT_FOUND"}, // what did not fit was not kept
		{query, digest(query), 200, "treaty/start-i"},
		{"", digest(query), 200, "treaty/start-i"},
		{bad, digest(bad), 400, "nothing"},
		{"", digest(bad), 400, "PERSISTED_QUERY_NOT_FOUND"}, // nor what is not good
		{"", "", 400, "extensions.persistedQuery"},
	} {
		if status, body := by(step.query, step.hash); status != step.status || !strings.Contains(body, step.says) {
			t.Errorf("step %d: got %d %s", i, status, body)
		}
	}
	get := "/graphql?extensions=" + url.QueryEscape(`{"persistedQuery":{"version":1,"sha256Hash":"`+digest(query)+`"}}`)
	if r := s.ask(t, "GET", get, ""); r.Code != 200 || !strings.Contains(r.Body.String(), "treaty/start-i") {
		t.Errorf("by GET: %d %s", r.Code, r.Body)
	}
}

func TestAHashThatIsNotOfTheDocumentIsNotKeptForIt(t *testing.T) {
	const label, victim = `{entity(id:"treaty/start-i"){label}}`, `{entity(id:"treaty/start-i"){id}}`
	s := serveCorpus(t).with(func(c *Config) { c.Trusted = trusted(t, `{"a1":`+fmt.Sprintf("%q", label)+`}`) })
	if r := s.ask(t, "POST", "/graphql", strings.Replace(persistedBody("", digest(victim)), "{", `{"documentId":"a1",`, 1)); r.Code != 200 || !strings.Contains(r.Body.String(), "START I") {
		t.Fatalf("by ID, with another's hash: %d %s", r.Code, r.Body)
	}
	if r := s.ask(t, "POST", "/graphql", persistedBody("", digest(victim))); code(t, r) != "PERSISTED_QUERY_NOT_FOUND" {
		t.Errorf("the other's hash stands for %s", r.Body)
	}
}

func TestPersistedDocumentsAreBoundedByTheirBytes(t *testing.T) {
	d := newByName(Config{})
	document := strings.Repeat("x", 100<<10)
	const n = 3 * persistedBytes / (100 << 10)
	for i := range n {
		d.persisted.Set(fmt.Sprint(i), document)
	}
	d.persisted.CleanUp()
	if weight := d.persisted.WeightedSize(); weight > persistedBytes || weight == 0 {
		t.Errorf("%d bytes are kept of %d documents, %d are allowed", weight, n, persistedBytes)
	}
}

func trusted(t *testing.T, file string) *Trusted {
	t.Helper()
	trusted, err := ParseTrusted([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return trusted
}

func TestTrustedDocumentsAreAskedForByID(t *testing.T) {
	const query, other = `query Label($id:ID!){entity(id:$id){label}}`, `{__typename}`
	manifest := `{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"` + digest(query) + `","name":"Label","type":"query","body":"` + query + `"}]}`
	byHash := persistedBody("", digest(query))
	for _, only := range []bool{false, true} {
		relay := serveCorpus(t).with(func(c *Config) { c.Trusted, c.OnlyTrusted = trusted(t, `{"a1":"`+query+`"}`), only })
		apollo := serveCorpus(t).with(func(c *Config) { c.Trusted, c.OnlyTrusted = trusted(t, manifest), only })
		const variables = `,"variables":{"id":"treaty/start-i"}`
		status := map[bool]int{false: 200, true: 403}[only]
		for name, test := range map[string]struct {
			s      *service
			method string
			asked  string
			status int
			says   string
		}{
			"documentId":        {relay, "POST", `{"documentId":"a1"` + variables + `}`, 200, "START I"},
			"id":                {relay, "POST", `{"id":"a1"` + variables + `}`, 200, "START I"},
			"doc_id":            {relay, "POST", `{"doc_id":"a1"` + variables + `}`, 200, "START I"},
			"by GET":            {relay, "GET", `documentId=a1&variables=` + url.QueryEscape(`{"id":"treaty/start-i"}`), 200, "START I"},
			"hash":              {apollo, "POST", strings.TrimSuffix(byHash, "}") + variables + "}", 200, "START I"},
			"an unknown ID":     {relay, "POST", `{"documentId":"a2"}`, 400, "NOT_FOUND"},
			"the same text":     {relay, "POST", `{"query":"` + query + `"` + variables + `}`, 200, "START I"},
			"another text":      {relay, "POST", `{"query":"` + other + `"}`, status, map[bool]string{false: "Query", true: "FORBIDDEN"}[only]},
			"another with hash": {apollo, "POST", persistedBody(other, digest(other)), status, ""},
			"nothing":           {relay, "POST", `{}`, 400, "BAD_USER_INPUT"},
		} {
			target, body := "/graphql", test.asked
			if test.method == http.MethodGet {
				target, body = target+"?"+test.asked, ""
			}
			if r := test.s.ask(t, test.method, target, body, "Accept", mediaGraphQL); r.Code != test.status || !strings.Contains(r.Body.String(), test.says) {
				t.Errorf("%s, only trusted %t: got %d %s", name, only, r.Code, r.Body)
			}
		}
		want := map[bool]int{false: 200, true: 400}[only] // kept above, or never
		if r := apollo.ask(t, "POST", "/graphql", persistedBody("", digest(other)), "Accept", mediaGraphQL); r.Code != want {
			t.Errorf("a hash that is not trusted, only trusted %t: got %d %s", only, r.Code, r.Body)
		}
	}
}

func TestAFileOfTrustedDocumentsThatIsNotGoodSaysWhy(t *testing.T) {
	for file, says := range map[string]string{
		`[]`:                "neither",
		`{"a":5}`:           "neither",
		`{}`:                "no document",
		`{"a":"{nothing}"}`: `document "a": input:1:2: Cannot query field`,
		`{"a":"{"}`:         `document "a": input:1:`,
		`{"a":"# nothing"}`: `document "a"`,
		`{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}`:             "version 2",
		`{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"body":"x"}]}`: "operation 1",
	} {
		if _, err := ParseTrusted([]byte(file)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v", file, err)
		}
	}
}
