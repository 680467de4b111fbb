package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"treatygraph/graph"
	"treatygraph/resolvers"
)

// A live service is one over a network, into whose store a test writes.
type live struct {
	*service
	t       *testing.T
	url     string
	sockets *Sockets
	server  *http.Server
	written int
}

// patience bounds what a test waits for; a busy machine needs seconds.
const patience = 60 * time.Second

// goLive serves over a loopback port. Edit changes the configuration before.
func goLive(t *testing.T, limits SocketLimits, edit ...func(*Config)) *live {
	t.Helper()
	return goLiveAs(t, func(*http.Server) {}, limits, edit...)
}

// goLiveAs is goLive with a server that prepare changes.
func goLiveAs(t *testing.T, prepare func(*http.Server), limits SocketLimits, edit ...func(*Config)) *live {
	t.Helper()
	s := serve(t, Limits{})
	l := &live{service: s, t: t, sockets: NewSockets()}
	c := Config{Source: s.source, Store: s.store, Now: time.Now, Logger: slog.New(slog.DiscardHandler), Limits: Limits{Sockets: limits}, Sockets: l.sockets}
	for _, e := range edit {
		e(&c)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.url, l.server = "http://"+listener.Addr().String()+"/graphql", NewServer(c)
	prepare(l.server)
	ended := make(chan struct{})
	go func() { defer close(ended); _ = l.server.Serve(listener) }()
	t.Cleanup(func() {
		l.end()
		<-ended
	})
	return l
}

// end ends the service as a signal does, and fails when something of it is left.
func (l *live) end() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := errors.Join(l.server.Shutdown(ctx), l.sockets.Wait(ctx)); err != nil {
		l.t.Error(err)
	}
	if n := l.sockets.Open(); n != 0 {
		l.t.Errorf("%d sockets are left", n)
	}
}

// write records one more revision, of a long name, and returns its number.
func (l *live) write() int {
	l.t.Helper()
	l.written++
	v := graph.NameValue(graph.Name{Text: fmt.Sprintf("%d %s", l.written, strings.Repeat("name ", 80)), Lang: "en", Role: graph.NameAlias})
	a := graph.Assertion{Claim: graph.Claim{Subject: "treaty/one", Predicate: graph.PredNamed, Value: &v}, Dataset: "dataset/test", Rank: graph.RankNormal, Method: graph.MethodCurated}
	receipt, err := l.store.Apply(context.Background(), &graph.Batch{Key: fmt.Sprint("live ", l.written), Author: "writer", Summary: "a name", Assert: []graph.Assertion{a}})
	if err != nil {
		l.t.Fatal(err)
	}
	return int(receipt.Revision.Number)
}

// A wire is a client's end of a WebSocket.
type wire struct {
	*websocket.Conn
	t *testing.T
}

// open opens a WebSocket. Edit changes what it asks for.
func (l *live) open(edit ...func(*websocket.DialOptions)) *wire {
	l.t.Helper()
	options := &websocket.DialOptions{Subprotocols: []string{subprotocol}, HTTPHeader: http.Header{}}
	for _, e := range edit {
		e(options)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, l.url, options)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { _ = conn.CloseNow() })
	conn.SetReadLimit(1 << 20)
	return &wire{conn, l.t}
}

// ready opens a WebSocket and has it acknowledged.
func (l *live) ready(edit ...func(*websocket.DialOptions)) *wire {
	l.t.Helper()
	w := l.open(edit...)
	w.say(`{"type":"connection_init"}`)
	w.hears("connection_ack", "")
	return w
}

func (w *wire) say(messages ...string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, m := range messages {
		if err := w.Write(ctx, websocket.MessageText, []byte(m)); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *wire) hear() (m message, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, content, err := w.Read(ctx)
	if err == nil {
		err = json.Unmarshal(content, &m)
	}
	return m, err
}

// hears takes the next message and expects its type and operation.
func (w *wire) hears(kind, id string) json.RawMessage {
	w.t.Helper()
	m, err := w.hear()
	if err != nil || m.Type != kind || m.ID != id {
		w.t.Fatalf("got %+v %s (%v), want %s of %q", m, m.Payload, err, kind, id)
	}
	return m.Payload
}

// closes expects the connection to be closed with a code and reason, whatever messages come before.
func (w *wire) closes(code websocket.StatusCode, reason string) {
	w.t.Helper()
	for {
		_, err := w.hear()
		if err == nil {
			continue
		}
		var closed websocket.CloseError
		if !errors.As(err, &closed) || closed.Code != code || closed.Reason != reason {
			w.t.Fatalf("closed with %v, want %d %q", err, code, reason)
		}
		return
	}
}

func subscribe(id, query string) string {
	payload, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":%s}`, id, payload)
}

// changesAfter is a subscription to everything after a revision.
func changesAfter(n int) string {
	return fmt.Sprintf(`subscription{changes(afterRevision:%d){revision{number author summary} asserted{totalCount nodes{value{... on Name{text}}}} withdrawn{totalCount} entities{nodes{id label}}}}`, n)
}

const onlyNumbers = `subscription{changes{revision{number}}}`

// An event is what a subscription to changes gets.
type event struct {
	Data *struct {
		Changes struct {
			Revision struct {
				Number          int
				Author, Summary string
			}
			Asserted struct{ TotalCount int }
			Entities struct{ Nodes []struct{ ID, Label string } }
		}
	}
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
	Extensions struct{ Revision struct{ Number int } }
}

func readEvent(t *testing.T, payload []byte) (e event) {
	t.Helper()
	if err := json.Unmarshal(payload, &e); err != nil || e.Data == nil {
		t.Fatalf("%v in %s", err, payload)
	}
	return e
}

// number is the revision of the next change of an operation.
func (w *wire) number(id string) int {
	w.t.Helper()
	return readEvent(w.t, w.hears("next", id)).Data.Changes.Revision.Number
}

func TestASocketThatKeepsNotToTheProtocolIsClosedWithItsCode(t *testing.T) {
	const initial = `{"type":"connection_init"}`
	query := subscribe("1", "{__typename}")
	live := goLive(t, SocketLimits{}, func(c *Config) { c.Auth = WriteToken("secret") })
	for name, test := range map[string]struct {
		messages []string
		code     websocket.StatusCode
		reason   string
	}{
		"no JSON":                       {[]string{initial, "nonsense"}, 4400, "Invalid message received"},
		"an array":                      {[]string{"[]"}, 4400, "Invalid message received"},
		"no type":                       {[]string{"{}"}, 4400, "Invalid message received"},
		"a type that is none":           {[]string{`{"type":"start"}`}, 4400, "Invalid message received"},
		"a type of the server":          {[]string{initial, `{"type":"next","id":"1","payload":{}}`}, 4400, "Invalid message received"},
		"a payload that is no object":   {[]string{`{"type":"connection_init","payload":[]}`}, 4400, "Invalid message received"},
		"an operation without an ID":    {[]string{initial, `{"type":"subscribe","payload":{"query":"{__typename}"}}`}, 4400, "Invalid message received"},
		"an ID that is a number":        {[]string{initial, `{"type":"subscribe","id":1,"payload":{"query":"{__typename}"}}`}, 4400, "Invalid message received"},
		"an ID that is too long":        {[]string{initial, subscribe(strings.Repeat("x", 129), "{__typename}")}, 4400, "Invalid message received"},
		"an operation without payload":  {[]string{initial, `{"type":"subscribe","id":"1"}`}, 4400, "Invalid message received"},
		"an operation without query":    {[]string{initial, `{"type":"subscribe","id":"1","payload":{"variables":{}}}`}, 4400, "Invalid message received"},
		"variables that are a list":     {[]string{initial, `{"type":"subscribe","id":"1","payload":{"query":"{__typename}","variables":[]}}`}, 4400, "Invalid message received"},
		"an operation before the rest":  {[]string{query}, 4401, "Unauthorized"},
		"a wrong token":                 {[]string{`{"type":"connection_init","payload":{"authorization":"Bearer wrong"}}`}, 4403, "Forbidden"},
		"another scheme":                {[]string{`{"type":"connection_init","payload":{"Authorization":"Basic secret"}}`}, 4403, "Forbidden"},
		"two operations of one ID":      {[]string{initial, subscribe("same", onlyNumbers), subscribe("same", onlyNumbers)}, 4409, "Subscriber for same already exists"},
		"a long ID twice":               {[]string{initial, subscribe(strings.Repeat("x", 128), onlyNumbers), subscribe(strings.Repeat("x", 128), onlyNumbers)}, 4409, "Subscriber already exists"},
		"two initialisations":           {[]string{initial, initial}, 4429, "Too many initialisation requests"},
		"a message that is too long":    {[]string{initial, strings.Repeat(" ", 256<<10) + initial}, 1009, ""},
		"two initialisations, one late": {[]string{initial, query, initial}, 4429, "Too many initialisation requests"},
	} {
		t.Run(name, func(t *testing.T) {
			w := live.open()
			w.t = t
			w.say(test.messages...)
			if test.code == websocket.StatusMessageTooBig {
				for {
					if _, err := w.hear(); err != nil {
						if websocket.CloseStatus(err) != test.code {
							t.Errorf("closed with %v", err)
						}
						return
					}
				}
			}
			w.closes(test.code, test.reason)
		})
	}
	t.Run("binary", func(t *testing.T) {
		w := live.open()
		w.t = t
		if err := w.Write(t.Context(), websocket.MessageBinary, []byte(initial)); err != nil {
			t.Fatal(err)
		}
		w.closes(4400, "Invalid message received")
	})
	t.Run("another subprotocol", func(t *testing.T) {
		w := live.open(func(o *websocket.DialOptions) { o.Subprotocols = []string{"graphql-ws"} })
		w.t = t
		w.closes(4406, "Subprotocol not acceptable")
	})
	t.Run("no initialisation in time", func(t *testing.T) {
		live := goLive(t, SocketLimits{Init: time.Millisecond})
		live.open().closes(4408, "Connection initialisation timeout")
	})
}

func TestASocketAnswersQueriesMistakesAndPings(t *testing.T) {
	live := goLive(t, SocketLimits{})
	w := live.open()
	w.say(`{"type":"ping"}`)
	w.hears("pong", "")
	w.say(`{"type":"connection_init","payload":null}`)
	w.hears("connection_ack", "")
	w.say(subscribe("q", `{entity(id:"treaty/one"){label}}`))
	if got := string(w.hears("next", "q")); !strings.Contains(got, `{"entity":{"label":"Name"}}`) || !strings.Contains(got, `"revision":{"number":1`) {
		t.Errorf("got %s", got)
	}
	w.hears("complete", "q")
	for query, code := range map[string]string{
		`{nonsense}`:                "BAD_USER_INPUT",
		`{`:                         "BAD_USER_INPUT",
		`subscription{__typename}`:  "BAD_USER_INPUT",
		`subscription{changes{id}}`: "BAD_USER_INPUT",
		changesAfter(-1):            "BAD_USER_INPUT",
		changesAfter(2):             "BAD_USER_INPUT",
		`subscription{changes(filter:{entities:[]}){revision{summary}}}`:                                                            "BAD_USER_INPUT",
		`subscription{changes(filter:{documents:["nonsense"]}){revision{summary}}}`:                                                 "BAD_USER_INPUT",
		`subscription{a:changes{revision{summary}} b:changes{revision{summary}}}`:                                                   "BAD_USER_INPUT",
		`subscription{changes{entities(first:100){nodes{statements(first:100){nodes{object{statements(first:100){nodes{id}}}}}}}}}`: "LIMIT_EXCEEDED",
	} {
		w.say(subscribe("e", query)) // the ID is free again each time
		var problems []struct {
			Extensions struct{ Code, RequestID string }
		}
		payload := w.hears("error", "e")
		if err := json.Unmarshal(payload, &problems); err != nil || len(problems) == 0 || problems[0].Extensions.Code != code || problems[0].Extensions.RequestID == "" {
			t.Errorf("%s: got %s (%v), want %s", query, payload, err, code)
		}
	}
	w.say(`{"type":"complete","id":"unknown"}`, `{"type":"pong","payload":{"a":1}}`, `{"type":"ping"}`)
	w.hears("pong", "")
}

func TestAThousandOperationsRunOnOneSocketOneAfterTheOtherUnderOneID(t *testing.T) {
	w := goLive(t, SocketLimits{}).ready()
	for range 1_000 {
		w.say(subscribe("1", `{revision{number}}`))
		w.hears("next", "1")
		w.hears("complete", "1")
	}
}

func TestASubscriptionTellsEachRevisionOnceAsItStoodThen(t *testing.T) {
	live := goLive(t, SocketLimits{})
	w := live.ready()
	w.say(subscribe("all", changesAfter(0)))
	first := readEvent(t, w.hears("next", "all"))
	if c := first.Data.Changes; c.Revision.Number != 1 || c.Revision.Author != "test" || c.Asserted.TotalCount != 2 || len(c.Entities.Nodes) != 2 || first.Extensions.Revision.Number != 1 {
		t.Errorf("the first is %+v", first)
	}
	w.say(subscribe("label", `subscription{changes(filter:{entities:["treaty/one"]}){entities{nodes{names{text}}}}}`),
		subscribe("none", `subscription{changes(filter:{kinds:[STATE]}){revision{summary}}}`))
	w.say(`{"type":"ping"}`)
	w.hears("pong", "") // but they may not have begun: so each is asked for until it comes
	var last int
	for range 5 {
		last = live.write()
	}
	seen := map[string]int{"all": 1}
	for seen["all"] < last {
		m, err := w.hear()
		if err != nil {
			t.Fatal(err)
		}
		e := readEvent(t, m.Payload)
		switch m.ID {
		case "all":
			seen["all"]++
			if n := e.Data.Changes.Revision.Number; n != seen["all"] || e.Extensions.Revision.Number != n || e.Data.Changes.Revision.Author != "writer" || e.Data.Changes.Revision.Summary != "a name" {
				t.Errorf("got %+v, want revision %d", e, seen["all"])
			}
		case "label":
			n := e.Extensions.Revision.Number
			if names := strings.Count(string(m.Payload), `"text":`); names != n {
				t.Errorf("at revision %d there are %d names", n, names)
			}
		default:
			t.Errorf("got %s for %s", m.Payload, m.ID)
		}
	}
}

func TestALostSubscriptionGoesOnAfterTheLastChangeItGot(t *testing.T) {
	live := goLive(t, SocketLimits{})
	got := 0
	for got < 12 {
		w := live.ready()
		w.say(subscribe("1", changesAfter(got)))
		for range 2 {
			if got+1 > live.written+1 {
				live.write()
			}
			if n := w.number("1"); n != got+1 {
				t.Fatalf("revision %d comes after %d", n, got)
			}
			got++
		}
		_ = w.CloseNow() // and what comes now is missed
		live.write()
		live.write()
	}
}

func TestACompletedOperationSaysNothingMoreAndFreesItsPlace(t *testing.T) {
	live := goLive(t, SocketLimits{Operations: 2})
	w := live.ready()
	w.say(subscribe("1", changesAfter(0)), subscribe("2", changesAfter(0)))
	for range 2 {
		if m, err := w.hear(); err != nil || m.Type != "next" {
			t.Fatalf("%+v %v", m, err)
		}
	}
	w.say(subscribe("3", changesAfter(0)))
	if payload := string(w.hears("error", "3")); !strings.Contains(payload, `"LIMIT_EXCEEDED"`) {
		t.Errorf("got %s", payload)
	}
	w.say(`{"type":"complete","id":"1"}`, subscribe("3", changesAfter(0)))
	if n := w.number("3"); n != 1 {
		t.Errorf("revision %d", n)
	}
	live.write()
	for range 2 {
		if m, err := w.hear(); err != nil || m.ID == "1" {
			t.Errorf("got %+v %v", m, err)
		}
	}
}

func TestSocketsOfOneAddressAreLimited(t *testing.T) {
	live := goLive(t, SocketLimits{PerAddress: 2})
	first := live.ready()
	live.ready()
	refused := func() int {
		_, response, err := websocket.Dial(t.Context(), live.url, &websocket.DialOptions{Subprotocols: []string{subprotocol}})
		if err == nil {
			t.Fatal("a third socket was opened")
		}
		return response.StatusCode
	}
	if status := refused(); status != http.StatusTooManyRequests {
		t.Errorf("status %d", status)
	}
	if status, _ := live.events(t, "POST", `{"query":"{__typename}"}`); status != http.StatusTooManyRequests {
		t.Errorf("a stream of events is answered %d", status)
	}
	_ = first.Close(websocket.StatusNormalClosure, "")
	eventually(t, func() bool { return live.sockets.Open() == 1 })
	live.ready()
}

func eventually(t *testing.T, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come about")
		}
	}
}

func TestAnAddressIsThatOfOneSubscriber(t *testing.T) {
	for remote, want := range map[string]string{"192.0.2.7:80": "192.0.2.7", "[::ffff:192.0.2.7]:80": "192.0.2.7", "[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64",
		"[fe80::1%eth0]:80": "fe80::/64", "@": "invalid IP"} {
		if got := (client{address: remoteAddress(&http.Request{RemoteAddr: remote}, nil)}).network(); got != want {
			t.Errorf("%s is of %s, want %s", remote, got, want)
		}
	}
}

func TestPagesOfOtherHostsMayOpenNoSocket(t *testing.T) {
	live := goLive(t, SocketLimits{}, func(c *Config) { c.Origins = []string{"https://allowed.example", "https://*.many.example"} })
	for origin, status := range map[string]int{"": 101, live.url[:strings.LastIndex(live.url, "/")]: 101, "https://ALLOWED.example": 101, "https://one.many.example": 101,
		"https://elsewhere.example": 403, "http://allowed.example": 403, "null": 403, "https://allowed.example.evil": 403} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		conn, response, err := websocket.Dial(t.Context(), live.url, &websocket.DialOptions{Subprotocols: []string{subprotocol}, HTTPHeader: header})
		if err == nil {
			_ = conn.CloseNow()
		}
		if response == nil || response.StatusCode != status {
			t.Errorf("%q: %v, want %d", origin, err, status)
		}
	}
}

func TestAnUpgradeThatIsNoneIsRefusedInAFewWords(t *testing.T) {
	s := serve(t, Limits{})
	long := strings.Repeat("x", 10_000)
	for name, test := range map[string]struct {
		version, key string
		status       int
	}{"another version": {"8", "AAAAAAAAAAAAAAAAAAAAAA==", 426}, "a long key": {"13", long, 400}, "no key": {"13", "", 400}, "no base64": {"13", strings.Repeat("!", 24), 400}} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/graphql", nil)
		for key, value := range map[string]string{"Connection": "keep-alive, Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": test.version, "Sec-WebSocket-Key": test.key} {
			request.Header.Set(key, value)
		}
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, request)
		if recorder.Code != test.status || recorder.Body.Len() > 300 {
			t.Errorf("%s: %d %.400s", name, recorder.Code, recorder.Body)
		}
	}
}

// A fading token is good until it has faded.
type fading struct{ faded atomic.Bool }

func (f *fading) Authenticate(context.Context, string) (resolvers.Caller, error) {
	if f.faded.Load() {
		return resolvers.Caller{}, ErrUnauthenticated
	}
	return resolvers.Caller{Name: "someone", Write: true}, nil
}

func TestATokenThatHasExpiredEndsTheConnection(t *testing.T) {
	const initial = `{"type":"connection_init","payload":{"authorization":"Bearer token"}}`
	t.Run("at the next operation", func(t *testing.T) {
		auth := &fading{}
		w := goLive(t, SocketLimits{}, func(c *Config) { c.Auth = auth }).open()
		w.say(initial, subscribe("1", `{__typename}`))
		w.hears("connection_ack", "")
		w.hears("next", "1")
		w.hears("complete", "1")
		auth.faded.Store(true)
		w.say(subscribe("2", `{__typename}`))
		w.closes(4403, "Forbidden")
	})
	t.Run("while a subscription runs", func(t *testing.T) {
		auth := &fading{}
		w := goLive(t, SocketLimits{Ping: 200 * time.Millisecond}, func(c *Config) { c.Auth = auth }).
			open(func(o *websocket.DialOptions) { o.HTTPHeader.Set("Authorization", "Bearer token") })
		w.say(`{"type":"connection_init"}`, subscribe("1", changesAfter(0)))
		w.hears("connection_ack", "")
		w.number("1")
		auth.faded.Store(true)
		w.closes(4403, "Forbidden")
	})
	t.Run("before the connection", func(t *testing.T) {
		live := goLive(t, SocketLimits{})
		_, response, err := websocket.Dial(t.Context(), live.url, &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer token"}}})
		if err == nil || response.StatusCode != http.StatusUnauthorized {
			t.Errorf("got %v", err)
		}
	})
}

// away is an authenticator whose issuer can be reached at first, or not at all.
type away struct{ checks, before atomic.Int32 }

func (a *away) Authenticate(context.Context, string) (resolvers.Caller, error) {
	if a.checks.Add(1) > a.before.Load() {
		return resolvers.Caller{}, ErrAuthUnavailable
	}
	return resolvers.Caller{Name: "someone"}, nil
}

func TestATokenThatCannotBeCheckedIsNoWrongOne(t *testing.T) {
	const initial = `{"type":"connection_init","payload":{"authorization":"Bearer token"}}`
	t.Run("at the beginning", func(t *testing.T) {
		w := goLive(t, SocketLimits{}, func(c *Config) { c.Auth = &away{} }).open()
		w.say(initial)
		w.closes(websocket.StatusTryAgainLater, "the bearer token cannot be checked now")
	})
	t.Run("while a subscription runs", func(t *testing.T) {
		auth := &away{}
		auth.before.Store(2) // for connection_init and the subscription
		live := goLive(t, SocketLimits{Ping: 500 * time.Millisecond}, func(c *Config) { c.Auth = auth })
		w := live.open()
		w.say(initial, subscribe("1", changesAfter(1)))
		w.hears("connection_ack", "")
		for auth.checks.Load() < 4 { // twice in vain
			if written, told := live.write(), w.number("1"); told != written {
				t.Fatalf("revision %d is told, not %d", told, written)
			}
		}
	})
}

func TestAMessageOfWhoMayWriteMayCarryADocument(t *testing.T) {
	const long = 300 << 10 // bytes: more than others may send
	for authorization, mayWrite := range map[string]bool{"": false, "Bearer secret": true} {
		w := goLive(t, SocketLimits{}, func(c *Config) { c.Auth = WriteToken("secret") }).open()
		w.say(fmt.Sprintf(`{"type":"connection_init","payload":{"authorization":%q}}`, authorization))
		w.hears("connection_ack", "")
		err := w.Write(t.Context(), websocket.MessageText, fmt.Appendf(nil, `{"id":"1","type":"subscribe","payload":{"query":"{__typename}","extensions":{"text":%q}}}`, strings.Repeat("a", long)))
		if err == nil { // who is refused may see the end while he still writes
			_, err = w.hear()
		}
		if (err == nil) != mayWrite {
			t.Errorf("%q: %v", authorization, err)
		}
	}
}

// deaf opens a connection that takes nothing of what it is sent after the acknowledgement, with a small buffer.
func (l *live) deaf() {
	var conn net.Conn
	dialer := &net.Dialer{}
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		var err error
		if conn, err = dialer.DialContext(ctx, network, address); err == nil {
			err = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
		}
		return conn, err
	}}}
	w := l.ready(func(o *websocket.DialOptions) { o.HTTPClient = client })
	for i := range 5 {
		w.say(subscribe(fmt.Sprint(i), `subscription{changes(afterRevision:0){revision{number at digest summary} asserted{nodes{id subject{id names{text}} value{... on Name{text}}}} entities{nodes{id names{text}}}}}`))
	}
}

func TestAClientThatDoesNotReadIsDroppedAndHarmsNoOther(t *testing.T) {
	live := goLive(t, SocketLimits{Write: 2 * time.Second}) // a busy machine may take long for what is no wait
	healthy := live.ready()
	healthy.say(subscribe("1", changesAfter(1)))
	live.deaf()
	last := 0
	for range 100 { // a change with all names is 80 KB by the end, and the buffers between the two some megabytes
		last = live.write()
	}
	for n := 2; n <= last; n++ {
		if got := healthy.number("1"); got != n {
			t.Fatalf("revision %d comes, want %d", got, n)
		}
	}
	for dropped := false; !dropped; dropped = live.sockets.Open() == 1 {
		last = live.write()
		if got := healthy.number("1"); got != last {
			t.Fatalf("revision %d comes, want %d", got, last)
		}
		if last > 5_000 {
			t.Fatal("the deaf client is still there")
		}
	}
}

func TestAClientWithoutASignOfLifeIsDropped(t *testing.T) {
	live := goLive(t, SocketLimits{Ping: 20 * time.Millisecond})
	live.deaf() // the library answers pings only while it reads
	eventually(t, func() bool { return live.sockets.Open() == 0 })
}

func TestSocketsAreToldThatTheServiceEnds(t *testing.T) {
	live := goLive(t, SocketLimits{})
	w := live.ready()
	w.say(subscribe("1", changesAfter(0)))
	w.number("1")
	idle := live.open() // not even initialised
	response := live.stream(t, "POST", `{"query":"subscription{changes(afterRevision:0){revision{number}}}"}`)
	defer response.Body.Close()
	go live.end()
	w.closes(websocket.StatusGoingAway, "going away")
	idle.closes(websocket.StatusGoingAway, "going away")
	rest, err := io.ReadAll(response.Body)
	if err != nil || strings.Contains(string(rest), "complete") {
		t.Errorf("the stream of events ends with %q (%v): a client that is told complete does not come again", rest, err)
	}
	live.end()
	if _, admitted := (Config{Sockets: live.sockets, Metrics: NewMetrics(), Limits: DefaultLimits}).admit(httptest.NewRecorder(), &http.Request{RemoteAddr: "192.0.2.1:1"}); admitted {
		t.Error("a socket is admitted after the end")
	}
}

// A gated source loads content only through its gate.
type gated struct {
	*source
	begun, gate chan struct{}
}

func (g *gated) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	close(g.begun)
	<-g.gate
	return g.source.Assertions(ctx, refs)
}

func TestAQueryUnderWayIsAnsweredBeforeItsSocketEndsWithTheService(t *testing.T) {
	g := &gated{begun: make(chan struct{}), gate: make(chan struct{})}
	live := goLive(t, SocketLimits{}, func(c *Config) {
		g.source = c.Source.(*source)
		c.Source = g
	})
	w, other := live.ready(), live.ready()
	w.say(subscribe("1", `{entity(id:"treaty/one"){statements{nodes{value{... on Name{text}}}}}}`))
	<-g.begun
	go live.end()
	other.closes(websocket.StatusGoingAway, "going away")
	close(g.gate)
	if payload := string(w.hears("next", "1")); !strings.Contains(payload, `"text":"Name"`) {
		t.Errorf("got %s", payload)
	}
	w.hears("complete", "1")
	w.closes(websocket.StatusGoingAway, "going away")
}

// A crowded source counts who loads content at once, and lets nobody go before its gate is open, whether they are still waited for or not.
type crowded struct {
	*source
	inside, most atomic.Int32
	gate         chan struct{}
}

func (c *crowded) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	c.most.Store(max(c.most.Load(), c.inside.Add(1)))
	defer c.inside.Add(-1)
	<-c.gate
	return c.source.Assertions(ctx, refs)
}

func TestWhoCompletesAndBeginsWithoutEndRunsNoMoreOperationsThanAllowed(t *testing.T) {
	c := &crowded{gate: make(chan struct{})}
	live := goLive(t, SocketLimits{Operations: 2}, func(config *Config) {
		c.source = config.Source.(*source)
		config.Source = c
	})
	w := live.ready()
	query := subscribe("1", `{entity(id:"treaty/one"){statements{nodes{value{... on Name{text}}}}}}`)
	for n := range int32(2) {
		w.say(query)
		eventually(t, func() bool { return c.inside.Load() == n+1 })
		w.say(`{"type":"complete","id":"1"}`)
	}
	w.say(query)
	time.Sleep(50 * time.Millisecond) // in which one too many would come in
	close(c.gate)
	w.hears("next", "1")
	w.hears("complete", "1")
	if most := c.most.Load(); most != 2 {
		t.Errorf("%d operations ran at once", most)
	}
}

func TestASubscriptionThatTellsNothingCostsOnePoint(t *testing.T) {
	for name, after := range map[string]string{"it is completed before the first event": "1", "its beginning is refused": "1000"} {
		w := goLive(t, SocketLimits{Operations: 1}, func(c *Config) {
			c.Limits.Rate, c.Now = 1_000, func() time.Time { return now }
		}).ready()
		w.say(subscribe("1", `subscription{changes(afterRevision:`+after+`){asserted(first:100){nodes{id}}}}`), `{"type":"complete","id":"1"}`, subscribe("2", `{rateLimit{remaining}}`))
		m, err := w.hear()
		for m.ID == "1" && err == nil {
			m, err = w.hear()
		}
		if want := `"remaining":998`; err != nil || !strings.Contains(string(m.Payload), want) {
			t.Errorf("%s: got %s %v, not %s", name, m.Payload, err, want)
		}
	}
}

func TestAPanicInAnOperationEndsIt(t *testing.T) {
	live := goLive(t, SocketLimits{}, func(c *Config) { c.Now = func() time.Time { panic("secret") } })
	w := live.ready()
	for range 2 {
		w.say(subscribe("1", `{__typename}`))
		if payload := string(w.hears("error", "1")); !strings.Contains(payload, `"INTERNAL"`) || strings.Contains(payload, "secret") {
			t.Errorf("got %s", payload)
		}
	}
	if status, got := live.events(t, http.MethodPost, `{"query":"{__typename}"}`); status != 200 || len(got) != 2 || !strings.Contains(got[0].data, `"INTERNAL"`) {
		t.Errorf("got %d %v", status, got)
	}
}
