package httpapi

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
)

// get asks with header fields, given as names and values in turn.
func (s *service) get(t *testing.T, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Add(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return recorder
}

func TestGraphiQLRunsNoScriptButItsOwn(t *testing.T) {
	s := serve(t, Limits{})
	r := s.get(t, "/graphiql?query=%7B__typename%7D")
	policy := directives(r.Header().Get("Content-Security-Policy"))
	for directive, want := range map[string]string{
		"default-src": "'none'", "script-src": "'self'", "worker-src": "'self'", "connect-src": "'self'", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'",
	} {
		if policy[directive] != want {
			t.Errorf("%s is %q, want %q", directive, policy[directive], want)
		}
	}
	if r.Code != 200 || r.Header().Get("Content-Type") != "text/html; charset=utf-8" || r.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("got %d %v", r.Code, r.Header())
	}
	for _, script := range regexp.MustCompile(`<script[^>]*>`).FindAllString(r.Body.String(), -1) {
		if !strings.Contains(script, `type="application/json"`) && !strings.Contains(script, `src="/graphiql/`) {
			t.Errorf("the page has the script %s", script)
		}
	}
}

func directives(policy string) map[string]string {
	m := map[string]string{}
	for directive := range strings.SplitSeq(policy, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), " ")
		m[name] = value
	}
	return m
}

func TestGraphiQLHasTheExamplesOfTheHomePage(t *testing.T) {
	r := serve(t, Limits{}).get(t, "/graphiql")
	data := regexp.MustCompile(`(?s)<script type="application/json" id="examples">(.*?)</script>`).FindStringSubmatch(r.Body.String())
	if data == nil {
		t.Fatalf("the page has no examples: %s", r.Body)
	}
	var got []example
	if err := json.Unmarshal([]byte(html.UnescapeString(data[1])), &got); err != nil || len(got) != len(examples) || got[0] != examples[0] {
		t.Errorf("got %v, %v", got, err)
	}
}

// reference finds what scripts, style sheets and the page load.
var reference = regexp.MustCompile(`["'](?:\./|/graphiql/)([\w./-]+\.(?:js|css|ttf))["']`)

func TestEverythingThatGraphiQLLoadsIsThere(t *testing.T) {
	s := serve(t, Limits{})
	bundle := newGraphiQL()
	seen := map[string]bool{}
	var load func(from, name string)
	load = func(from, name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		r := s.get(t, bundle.folder+name)
		if r.Code != 200 || r.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || r.Header().Get("Content-Security-Policy") != graphiqlPolicy {
			t.Errorf("%s, of which %s speaks: %d %v", name, from, r.Code, r.Header())
		}
		for _, found := range reference.FindAllStringSubmatch(r.Body.String(), -1) {
			load(name, found[1])
		}
	}
	for _, found := range reference.FindAllStringSubmatch(s.get(t, "/graphiql").Body.String(), -1) {
		load("the page", path.Base(found[1]))
	}
	entries, err := fs.ReadDir(bundle.files, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := strings.TrimSuffix(entry.Name(), ".gz"); !seen[name] && name != "LICENSES.txt" {
			t.Errorf("nothing loads %s", name)
		}
	}
	if r := s.get(t, bundle.folder+"LICENSES.txt"); r.Code != 200 || !strings.Contains(r.Body.String(), "\ngraphiql ") {
		t.Errorf("the licences: %d", r.Code)
	}
	for _, missing := range []string{bundle.folder + "main.js.gz.gz", bundle.folder + "no.js", "/graphiql/0123456789abcdef/main.js", bundle.folder} {
		if r := s.get(t, missing); r.Code != 404 {
			t.Errorf("%s: %d", missing, r.Code)
		}
	}
}

func TestFilesAreSentCompressedToThoseWhoCanReadThat(t *testing.T) {
	s := serve(t, Limits{})
	address := newGraphiQL().folder + "main.js"
	plain, packed := s.get(t, address), s.get(t, address, "Accept-Encoding", "br, gzip;q=0.5")
	if packed.Header().Get("Content-Encoding") != "gzip" || plain.Header().Get("Content-Encoding") != "" || plain.Header().Get("Vary") != "Accept-Encoding" {
		t.Errorf("got %v and %v", plain.Header(), packed.Header())
	}
	unpacked, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(got, plain.Body.Bytes()) {
		t.Errorf("both differ (%v)", err)
	}
	if r := s.get(t, address, "Accept-Encoding", "gzip;q=0"); r.Header().Get("Content-Encoding") != "" {
		t.Errorf("a client that refuses gzip got it")
	}
}
