package httpapi

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// stream asks for events; of a GET, body is the query.
func (l *live) stream(t *testing.T, method, body string) *http.Response {
	t.Helper()
	target := l.url
	if method == http.MethodGet {
		target, body = target+"?query="+url.QueryEscape(body), ""
	}
	request, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		response.Body.Close()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	})
	return response
}

// A heard event of a stream.
type heard struct{ name, data string }

// listen returns a function that takes the next event, without comments; false at the end.
func listen(response *http.Response) func() (heard, bool) {
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	return func() (e heard, more bool) {
		for lines.Scan() {
			key, value, _ := strings.Cut(lines.Text(), ":")
			switch value = strings.TrimPrefix(value, " "); key {
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				if lines.Text() == "" && e.name != "" {
					return e, true
				}
			}
		}
		return e, false
	}
}

// events asks for events and returns all of them.
func (l *live) events(t *testing.T, method, body string) (status int, all []heard) {
	t.Helper()
	response := l.stream(t, method, body)
	next := listen(response)
	for {
		e, more := next()
		if !more {
			return response.StatusCode, all
		}
		all = append(all, e)
	}
}

func TestAnOperationIsAnsweredByEventsToWhomWantsThem(t *testing.T) {
	live := goLive(t, SocketLimits{})
	for name, test := range map[string]struct {
		method, body string
		says         string
	}{
		"a query":             {"POST", `{"query":"query($id:ID!){node(id:$id){id}}","variables":{"id":"treaty/one"}}`, `"data":{"node":{"id":"treaty/one"}}`},
		"a query by GET":      {"GET", `{node(id:"treaty/one"){id}}`, `"data":{"node":{"id":"treaty/one"}}`},
		"a mistake":           {"POST", `{"query":"{nonsense}"}`, `"code":"BAD_USER_INPUT"`},
		"beyond the newest":   {"POST", `{"query":"subscription{changes(afterRevision:9){summary}}"}`, `"code":"BAD_USER_INPUT"`},
		"a document too long": {"POST", fmt.Sprintf(`{"query":"{%s}"}`, strings.Repeat("a:__typename ", 400)), `"code":"LIMIT_EXCEEDED"`},
	} {
		t.Run(name, func(t *testing.T) {
			status, got := live.events(t, test.method, test.body)
			if status != 200 || len(got) != 2 || got[0].name != "next" || !strings.Contains(got[0].data, test.says) || got[1] != (heard{"complete", ""}) {
				t.Errorf("got %d %q", status, got)
			}
		})
	}
	for name, body := range map[string]string{"a list": `[1]`, "no query that is text": `{"query":5}`} {
		if response := live.stream(t, http.MethodPost, body); response.StatusCode != http.StatusBadRequest {
			t.Errorf("%s is answered %s", name, response.Status)
		}
	}
}

func TestASubscriptionByEventsTellsEachRevisionAndOutlivesTheTimesOfTheServer(t *testing.T) {
	short := func(s *http.Server) { s.ReadTimeout, s.WriteTimeout = 100*time.Millisecond, 100*time.Millisecond }
	live := goLiveAs(t, short, SocketLimits{Ping: 10 * time.Millisecond})
	response := live.stream(t, http.MethodGet, changesAfter(0))
	if kind := response.Header.Get("Content-Type"); kind != "text/event-stream; charset=utf-8" {
		t.Errorf("the type is %s", kind)
	}
	next := listen(response)
	for n := 1; n <= 6; n++ {
		if n > 1 {
			time.Sleep(50 * time.Millisecond) // in all longer than the server's times
			live.write()
		}
		e, more := next()
		var got event
		if err := json.Unmarshal([]byte(e.data), &got); !more || err != nil || e.name != "next" || got.Data.Changes.Revision.Number != n || got.Extensions.Revision.Number != n {
			t.Fatalf("got %+v, want revision %d", e, n)
		}
	}
	response.Body.Close()
	eventually(t, func() bool { return live.sockets.Open() == 0 })
}

func TestAStreamThatIsNotReadIsDropped(t *testing.T) {
	live := goLive(t, SocketLimits{Write: 200 * time.Millisecond})
	live.stream(t, http.MethodPost, `{"query":"subscription{changes(afterRevision:0){entities{nodes{id names{text}}}}}"}`)
	for range 5_000 {
		if live.write(); live.sockets.Open() == 0 {
			return
		}
	}
	t.Error("the stream is still there")
}

func TestASubscriptionThatWouldBeAnsweredOnceIsRefused(t *testing.T) {
	s := serve(t, Limits{})
	if r := s.post(t, onlyNumbers); code(t, r) != "BAD_USER_INPUT" || !strings.Contains(r.Body.String(), "text/event-stream") {
		t.Errorf("got %d %s", r.Code, r.Body)
	}
	if r := s.do(t, http.MethodGet, "/graphql?query="+url.QueryEscape(onlyNumbers), "", nil); code(t, r) == "" {
		t.Errorf("got %d %s", r.Code, r.Body)
	}
}
