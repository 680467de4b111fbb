package httpapi

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"treatygraph/edit"
	"treatygraph/ingest"
)

// serveWriters returns the service over a store with one treaty, to which the token "secret" lets write.
func serveWriters(t *testing.T) *service {
	t.Helper()
	s := serve(t, Limits{})
	s.Handler = NewHandler(Config{Source: s.source, Store: s.store, Now: time.Now, Auth: WriteToken("secret"),
		Desk: &edit.Desk{Store: s.store, Index: s.source, Documents: ingest.Documents{Store: s.store, Index: s.source.Index}}})
	return s
}

func (s *service) as(t *testing.T, token, method, target string, body io.Reader) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, target, body)
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return recorder
}

const anIngestion = `mutation($text: String!) {ingestDocument(input: {key: "k", id: "document/long", language: "en", text: $text}) {written}}`

func TestTheBodyOfWhoMayWriteMayCarryADocument(t *testing.T) {
	s := serveWriters(t)
	body := func(size int) io.Reader {
		text := strings.Repeat("1. The parties agree on one more thing.\n\n", size/41)
		content, err := json.Marshal(map[string]any{"query": anIngestion, "variables": map[string]any{"text": text}})
		if err != nil {
			t.Fatal(err)
		}
		return strings.NewReader(string(content))
	}
	if r := s.as(t, "", http.MethodPost, "/graphql", body(300<<10)); r.Code != http.StatusRequestEntityTooLarge || code(t, r) != "LIMIT_EXCEEDED" {
		t.Errorf("without a token: %d %s", r.Code, r.Body)
	}
	if r := s.as(t, "secret", http.MethodPost, "/graphql", body(17<<20)); r.Code != http.StatusRequestEntityTooLarge || code(t, r) != "LIMIT_EXCEEDED" {
		t.Errorf("too long for writers too: %d %s", r.Code, r.Body)
	}
	if r := s.as(t, "secret", http.MethodPost, "/graphql", body(300<<10)); r.Code != http.StatusOK || code(t, r) != "" {
		t.Errorf("with a token: %d %.300s", r.Code, r.Body)
	}
}

func TestMutationsComeByPOSTOnly(t *testing.T) {
	s := serveWriters(t)
	before, err := s.store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	query := url.Values{"query": {anIngestion}, "variables": {`{"text": "1. The parties agree."}`}}
	if r := s.as(t, "secret", http.MethodGet, "/graphql?"+query.Encode(), nil); r.Code < 400 || r.Code >= 500 {
		t.Errorf("%d %s", r.Code, r.Body)
	}
	if after, err := s.store.Head(t.Context()); err != nil || after != before {
		t.Errorf("%+v, %v", after, err)
	}
}
