package httpapi

import (
	"net/http"
	"strings"
	"testing"
)

func TestThePageShowsQueriesThatRunAndNothingFromElsewhere(t *testing.T) {
	s := serveCorpus(t)
	r := s.do(t, http.MethodGet, "/", "", nil)
	if r.Code != 200 || !strings.Contains(r.Body.String(), "莫斯科条约") || !strings.HasPrefix(r.Header().Get("Content-Security-Policy"), "default-src 'none'") ||
		r.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("got %d %v %s", r.Code, r.Header(), r.Body)
	}
	for _, example := range examples {
		if r := s.do(t, http.MethodGet, example.Raw(), "", nil); r.Code != 200 || code(t, r) != "" || strings.Contains(r.Body.String(), `"entity":null`) {
			t.Errorf("%s: %d %s", example.Title, r.Code, r.Body)
		}
		if r := s.do(t, http.MethodGet, example.GraphiQL(), "", nil); r.Code != 200 {
			t.Errorf("%s: GraphiQL answers %d", example.Title, r.Code)
		}
	}
	for _, entity := range exampleEntities {
		if r := s.do(t, http.MethodGet, "/entity/"+entity.ID, "", nil); r.Code != 200 {
			t.Errorf("%s: %d", entity.ID, r.Code)
		}
	}
	if r := s.do(t, http.MethodGet, "/nothing", "", nil); r.Code != 404 {
		t.Errorf("an unknown path answers %d", r.Code)
	}
}
