package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"treatygraph/export"
	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
)

// aroundNPT returns the permalink of what lies within two statements of the NPT.
func aroundNPT(t *testing.T, s *service) string {
	t.Helper()
	link, err := s.source.Snapshot().Permalink(index.SubgraphQuery{Seeds: []graph.ID{"treaty/npt"}, Depth: 2, MaxNodes: 500, MaxStatements: 2000})
	if err != nil {
		t.Fatal(err)
	}
	return link
}

func TestEveryFormatIsTheSameBytesTwiceWithAManifestThatTellsTheirDigest(t *testing.T) {
	s := serveCorpus(t)
	link := aroundNPT(t, s)
	for _, f := range export.Formats {
		t.Run(f.Name, func(t *testing.T) {
			target := "/export?" + url.Values{"format": {f.Name}, "selection": {link}, "evidence": {"true"}}.Encode()
			first, second := s.do(t, http.MethodGet, target, "", nil), s.do(t, http.MethodGet, target, "", nil)
			if first.Code != http.StatusOK || !bytes.Equal(first.Body.Bytes(), second.Body.Bytes()) || first.Body.Len() == 0 {
				t.Fatalf("status %d, %d and %d bytes", first.Code, first.Body.Len(), second.Body.Len())
			}
			header := first.Header()
			if mediaType, _, _ := strings.Cut(header.Get("Content-Type"), ";"); mediaType != f.MediaType || header.Get("Content-Disposition") != `attachment; filename="`+f.FileName()+`"` {
				t.Errorf("%v", header)
			}
			described, _, _ := strings.Cut(strings.TrimPrefix(header.Get("Link"), "<"), ">")
			var manifest struct {
				Resources []struct {
					Hash  string
					Bytes int
				}
				Treatygraph struct{ Revision, Statements int }
			}
			if err := json.Unmarshal(s.do(t, http.MethodGet, described, "", nil).Body.Bytes(), &manifest); err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(first.Body.Bytes())
			if !f.Packed() && (manifest.Resources[0].Hash != "sha256:"+hex.EncodeToString(sum[:]) || manifest.Resources[0].Bytes != first.Body.Len()) {
				t.Errorf("the manifest %+v is of something else", manifest)
			}
			if manifest.Treatygraph.Statements == 0 || header.Get("Treatygraph-Revision") == "" {
				t.Errorf("%+v, %v", manifest, header)
			}
		})
	}
}

func TestAnExportIsCompressedForWhoReadsThat(t *testing.T) {
	server := httptest.NewServer(serveCorpus(t))
	defer server.Close()
	get := func(coding string) []byte {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/export?format=ndjson", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", coding)
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var body io.Reader = response.Body
		switch got := response.Header.Get("Content-Encoding"); {
		case coding == "identity" && got == "":
		case got != coding:
			t.Fatalf("%q for %q", got, coding)
		case coding == "gzip":
			if body, err = gzip.NewReader(response.Body); err != nil {
				t.Fatal(err)
			}
		default:
			decoder, err := zstd.NewReader(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			defer decoder.Close()
			body = decoder
		}
		content, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	plain := get("identity")
	if len(plain) < 1<<20 || !bytes.Equal(plain, get("gzip")) || !bytes.Equal(plain, get("zstd")) {
		t.Errorf("%d bytes, and others when compressed", len(plain))
	}
}

func TestWhatIsAskedOfExportWronglySaysWhatIsWrong(t *testing.T) {
	s := serveCorpus(t)
	link := aroundNPT(t, s)
	changed := []byte(link)
	changed[len(changed)/2] ^= 1
	for says, query := range map[string]string{
		"format: \"\" is none; there are ndjson": "",
		"format: \"xls\" is none":                "format=xls",
		"no parameter \"seleciton\"":             "format=ndjson&seleciton=" + link,
		"format: it is given 2 times":            "format=ndjson&format=csv",
		"revision: \"-1\"":                       "format=ndjson&revision=-1",
		"revision: \"0\"":                        "format=ndjson&revision=0",
		"there is no revision 1000":              "format=ndjson&revision=1000",
		"recordedAt: \"yesterday\"":              "format=ndjson&recordedAt=yesterday",
		"recordedAt: nothing was recorded":       "format=ndjson&recordedAt=1999-01-01T00:00:00Z",
		"recordedAt: stands together":            "format=ndjson&revision=1&recordedAt=2030-01-01T00:00:00Z",
		"validOn":                                "format=ndjson&validOn=2008",
		"language":                               "format=ndjson&language=qqqq",
		"evidence: \"yes\"":                      "format=ndjson&evidence=yes",
		"selection: it is neither":               "format=ndjson&selection=" + url.QueryEscape(string(changed)),
		"selection: it is no filter":             "format=ndjson&selection=" + url.QueryEscape(`{"subjects":[1]}`),
		"the query of the address":               "format=%zz",
	} {
		r := s.do(t, http.MethodGet, "/export?"+query, "", nil)
		if r.Code != http.StatusBadRequest || code(t, r) != "BAD_USER_INPUT" || !strings.Contains(strings.ReplaceAll(r.Body.String(), `\"`, `"`), says) || r.Header().Get("Content-Disposition") != "" {
			t.Errorf("%s: %d %s %v", query, r.Code, r.Body, r.Header())
		}
	}
	if r := s.do(t, http.MethodPost, "/export?format=ndjson", "", nil); r.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", r.Code)
	}
}

func TestAClientThatHasAnExportIsToldSoAndHeadSendsNothing(t *testing.T) {
	s := serveCorpus(t)
	first := s.do(t, http.MethodHead, "/export?format=ndjson", "", nil)
	if first.Code != http.StatusOK || first.Body.Len() != 0 || first.Header().Get("ETag") == "" || first.Header().Get("Cache-Control") != "public, no-cache" {
		t.Fatalf("%d, %d bytes, %v", first.Code, first.Body.Len(), first.Header())
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/export?format=ndjson", nil)
	request.Header.Set("If-None-Match", first.Header().Get("ETag"))
	again := httptest.NewRecorder()
	s.ServeHTTP(again, request)
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("%d, %d bytes", again.Code, again.Body.Len())
	}
	other := s.do(t, http.MethodHead, "/export?format=ndjson&validOn=2008-04-06", "", nil)
	pinned := s.do(t, http.MethodHead, "/export?format=ndjson&revision=1", "", nil)
	if other.Header().Get("ETag") == first.Header().Get("ETag") || !strings.Contains(pinned.Header().Get("Cache-Control"), "max-age") {
		t.Errorf("%v, %v", other.Header(), pinned.Header())
	}
}

func TestALongSelectionMakesNoLongHeader(t *testing.T) {
	s := serveCorpus(t)
	for _, ids := range []int{1, 400} {
		selected := `{"subjects":["state/usa"` + strings.Repeat(`,"state/rus"`, ids) + `]}`
		r := s.do(t, http.MethodHead, "/export?format=ndjson&selection="+url.QueryEscape(selected), "", nil)
		size := 0
		for name, values := range r.Header() {
			size += len(name) + len(strings.Join(values, ""))
		}
		if told := r.Header().Get("Link") != ""; r.Code != http.StatusOK || size > 4<<10 || told != (ids == 1) {
			t.Errorf("%d IDs: status %d, a link %v, headers of %d bytes", ids, r.Code, told, size)
		}
	}
}

// A narrow listener's connections hold little of what is written, as those over a far network.
type narrow struct{ net.Listener }

func (l narrow) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		err = conn.(*net.TCPConn).SetWriteBuffer(4 << 10)
	}
	return conn, err
}

func TestClientsThatStopReadingHoldUpNobodyAndHaveNoMorePlacesThanOthers(t *testing.T) {
	s, log := serveCorpus(t), &lockedBuffer{}
	server := httptest.NewUnstartedServer(NewHandler(Config{Source: s.source, Store: s.store, Now: time.Now, Logger: slog.New(slog.NewTextHandler(log, nil))}))
	server.Listener = narrow{server.Listener}
	server.Start()
	defer server.Close()
	var stalled []net.Conn
	for range DefaultLimits.Exports {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, "GET /export?format=ndjson HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(conn, make([]byte, 1<<10)); err != nil {
			t.Fatal(err)
		}
		stalled = append(stalled, conn)
	}
	get := func(path string) (status int, length int) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, len(body)
	}
	if status, _ := get("/graphql?query=" + url.QueryEscape(`{treaties(first:1){nodes{id}}}`)); status != http.StatusOK {
		t.Errorf("a query beside them: %d", status)
	}
	if status, _ := get("/export?format=ndjson"); status != http.StatusTooManyRequests {
		t.Errorf("one more export of the same address: %d", status)
	}
	for _, conn := range stalled {
		_ = conn.Close()
	}
	for status := 0; status != http.StatusOK; { // until the server has seen that they are gone
		var length int
		if status, length = get("/export?format=ndjson"); status == http.StatusOK && length < 1<<20 {
			t.Errorf("only %d bytes", length)
		}
		time.Sleep(time.Millisecond)
	}
	if said := log.take(); strings.Contains(said, "level=ERROR") {
		t.Errorf("what clients do is no fault of ours: %s", said)
	}
}

func TestAnExportCostsAPointForEachHundredItemsAndItsHeadersOne(t *testing.T) {
	s := serveCorpus(t)
	limited := &service{Handler: NewHandler(Config{Source: s.source, Store: s.store, Now: func() time.Time { return now }, Logger: slog.New(slog.DiscardHandler), Limits: Limits{Rate: 100}})}
	for i, test := range []struct {
		method string
		status int
	}{{http.MethodHead, http.StatusOK}, {http.MethodGet, http.StatusOK}, {http.MethodHead, http.StatusOK}, {http.MethodGet, http.StatusTooManyRequests}} {
		if r := limited.do(t, test.method, "/export?format=ndjson", "", nil); r.Code != test.status || (r.Header().Get("Retry-After") != "") != (test.status == http.StatusTooManyRequests) {
			t.Errorf("request %d: %d, %v", i, r.Code, r.Header())
		} else if !strings.Contains(r.Header().Get("RateLimit"), `"cost";r=`) {
			t.Errorf("request %d tells nothing of what is left: %v", i, r.Header())
		}
	}
	limited = &service{Handler: NewHandler(Config{Source: s.source, Store: s.store, Now: func() time.Time { return now }, Logger: slog.New(slog.DiscardHandler), Limits: Limits{Rate: 2}})}
	for i, status := range []int{http.StatusBadRequest, http.StatusOK, http.StatusTooManyRequests} { // the last before anything is selected
		if r := limited.do(t, http.MethodHead, "/export?format=ndjson&selection="+url.QueryEscape([]string{`{"subjects":["?"]}`, `{}`, `{"subjects":["?"]}`}[i]), "", nil); r.Code != status {
			t.Errorf("request %d: %d, want %d", i, r.Code, status)
		}
	}
}

// closingStore is a store that is closed while it is being scanned.
type closingStore struct{ graph.Store }

func (s closingStore) Scan(ctx context.Context) (graph.Head, iter.Seq2[graph.Version, error], error) {
	head, versions, err := s.Store.Scan(ctx)
	return head, func(yield func(graph.Version, error) bool) {
		n := 0
		for v, err := range versions {
			if n++; n == 4000 {
				_ = s.Store.Close()
			}
			if !yield(v, err) {
				return
			}
		}
	}, err
}

func TestAnExportThatTheStoreCutsOffIsNeverTakenForWhole(t *testing.T) {
	store, err := sqlite.Open(t.Context(), t.TempDir()+"/cut.db", sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	batch := &graph.Batch{Key: "many", Author: "test"}
	for i := range 6_000 {
		batch.Assert = append(batch.Assert, graph.Assertion{Dataset: "dataset/test", Rank: graph.RankNormal, Method: graph.MethodCurated,
			Claim: graph.Claim{Subject: "dataset/test", Predicate: graph.PredDescribed, Value: &graph.Value{Kind: graph.ValueText, Text: strings.Repeat("x", i%100+1) + time.Duration(i).String()}}})
	}
	if _, err := store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	idx, err := index.Follow(t.Context(), store, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer idx.Close()
	server := httptest.NewServer(NewHandler(Config{Source: idx, Store: closingStore{store}, Now: time.Now, Logger: slog.New(slog.DiscardHandler)}))
	defer server.Close()
	for _, coding := range []string{"gzip", "identity"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/export?format=ndjson", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", coding)
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		switch {
		case coding == "gzip" && (response.StatusCode != http.StatusOK || !errors.Is(err, io.ErrUnexpectedEOF)):
			t.Errorf("status %d, %d bytes, then %v", response.StatusCode, len(body), err)
		case coding == "identity" && (response.StatusCode != http.StatusServiceUnavailable || err != nil || !strings.Contains(string(body), "UNAVAILABLE")): // the store is closed from the beginning
			t.Errorf("status %d: %s, %v", response.StatusCode, body, err)
		}
	}
}

func TestASubgraphTellsWhereItCanBeDownloaded(t *testing.T) {
	s := serveCorpus(t)
	r := s.post(t, `{subgraph(seeds:{ids:["treaty/npt"]},depth:1){permalink statements{id} downloads{format url mediaType}}}`)
	var answer struct {
		Data struct {
			Subgraph struct {
				Permalink  string
				Statements []struct{ ID graph.StatementID }
				Downloads  []struct{ Format, URL, MediaType string }
			}
		}
	}
	if err := json.Unmarshal(r.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	g := answer.Data.Subgraph
	if len(g.Downloads) != len(export.Formats) || len(g.Statements) == 0 {
		t.Fatalf("%s", r.Body)
	}
	for _, d := range g.Downloads {
		if got := s.do(t, http.MethodGet, d.URL, "", nil); got.Code != http.StatusOK || !strings.HasPrefix(got.Header().Get("Content-Type"), d.MediaType) {
			t.Errorf("%+v: %d %v", d, got.Code, got.Header())
		}
	}
	exported := make(map[graph.StatementID]bool)
	for line := range strings.Lines(s.do(t, http.MethodGet, g.Downloads[0].URL, "", nil).Body.String()) {
		var of struct{ Statement graph.StatementID }
		if err := json.Unmarshal([]byte(line), &of); err != nil {
			t.Fatal(err)
		}
		if of.Statement != "" {
			exported[of.Statement] = true
		}
	}
	for _, statement := range g.Statements {
		if !exported[statement.ID] {
			t.Errorf("%s is missing", statement.ID)
		}
	}
	if len(exported) != len(g.Statements) {
		t.Errorf("%d statements of %d", len(exported), len(g.Statements))
	}
}
