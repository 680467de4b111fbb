package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/goccy/go-yaml"

	"treatygraph/graph"
)

// hostileWait bounds the waiting for an answer that never comes.
const hostileWait = 30 * time.Second

// listen serves over a loopback port until the test ends, and returns the address.
func (s *hostileService) listen(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.NewTextHandler(s.log, nil))
	server := NewServer(Config{Source: s.content, Store: s.store, Now: func() time.Time { return now }, Auth: WriteToken(hostileToken), Logger: logger})
	server.ErrorLog = slog.NewLogLogger(logger.Handler(), slog.LevelWarn)
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Serve(listener) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), hostileWait)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		<-ended
	})
	return listener.Addr().String()
}

// unharmed checks that nothing ended in a panic and that the service answers as before.
func (s *hostileService) unharmed(t *testing.T) {
	t.Helper()
	if log := s.log.take(); strings.Contains(log, "panic") || strings.Contains(log, "INTERNAL") || len(log) > hostileLog {
		t.Errorf("the log has %d bytes: %.2000s", len(log), log)
	}
	if again := s.ask(t); string(again) != string(s.innocent) {
		t.Errorf("afterwards the innocent request is answered %s", again)
	}
}

func TestHostileSocketsAreClosedWithTheirCode(t *testing.T) {
	content, err := os.ReadFile("testdata/hostile_sockets.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name, Protocol string
		Send           []string
		Close          websocket.StatusCode
	}
	if err := yaml.UnmarshalWithOptions(content, &cases, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	s := serveHostile(t)
	url := "ws://" + s.listen(t) + "/graphql"
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), hostileWait)
			defer cancel()
			options := &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}}
			switch c.Protocol {
			case "":
			case "none":
				options.Subprotocols = nil
			default:
				options.Subprotocols = []string{c.Protocol}
			}
			conn, _, err := websocket.Dial(ctx, url, options)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.CloseNow() }()
			conn.SetReadLimit(hostileAnswer)
			var failed error
			sent := []string{}
			for _, text := range c.Send {
				text = writeOut(text, &failed)
				sent = append(sent, text)
				if err := conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
					break // it is closed already, and reading says with which code
				}
			}
			if failed != nil {
				t.Fatal(failed)
			}
			if c.Close == 0 {
				if err := conn.Write(ctx, websocket.MessageText, []byte(`{"id":"innocent","type":"subscribe","payload":{"query":"{entity(name:\"莫斯科条约\"){label(language:\"en\")}}"}}`)); err != nil {
					t.Fatal(err)
				}
			}
			code, shown := readAll(ctx, conn)
			if code != c.Close {
				t.Errorf("the code is %d, not %d; received %.2000v", code, c.Close, shown)
			}
			if repeated := longEcho(sent, shown); repeated != "" {
				t.Errorf("what is sent repeats much of what was received: %.200q", repeated)
			}
			s.unharmed(t)
		})
	}
}

// readAll reads until the connection ends, or the innocent query is answered, and returns the code of the end, and all that was said.
func readAll(ctx context.Context, conn *websocket.Conn) (code websocket.StatusCode, shown []string) {
	for total := 0; total <= hostileAnswer; {
		_, content, err := conn.Read(ctx)
		if err != nil {
			var end websocket.CloseError
			if errors.As(err, &end) {
				return end.Code, append(shown, end.Reason)
			}
			return -1, append(shown, err.Error())
		}
		total += len(content)
		shown = append(shown, string(content))
		var message struct{ ID, Type string }
		if json.Unmarshal(content, &message) == nil && message.ID == "innocent" && message.Type == "next" && strings.Contains(string(content), "Moscow Treaty") {
			return 0, shown
		}
	}
	return -1, append(shown, "too much")
}

func TestBytesThatAreNoRequestAreRefused(t *testing.T) {
	s := serveHostile(t)
	address := s.listen(t)
	const head = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
	for name, test := range map[string]struct {
		bytes  string
		status string
	}{
		"headers of 200,000 bytes":               {head + "X-A: " + strings.Repeat("a", 200_000) + "\r\n\r\n", "431"},
		"5,000 headers":                          {head + strings.Repeat("X-A: aaaaaaaaaaaaaaaaaaaa\r\n", 5_000) + "\r\n", "431"},
		"a NUL in a header":                      {head + "X-A: a\x00b\r\n\r\n", "400"},
		"a header without a name":                {head + ": a\r\n\r\n", "400"},
		"a header with a blank before the colon": {head + "Transfer-Encoding : chunked\r\n\r\n", "400"},
		"a request that is no HTTP":              {"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", "400"},
		"a version that is none":                 {"POST /graphql HTTP/9.9\r\n\r\n", "505"},
		"an address with the end of a line":      {"GET /entity/treaty/a\rX: 1 HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
		"an address with a blank":                {"GET /entity/treaty/a b HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
		"no host":                                {"GET /entity/treaty/npt HTTP/1.1\r\n\r\n", "400"},
		"two hosts":                              {"GET /entity/treaty/npt HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
		"a host that is a script":                {"GET /entity/treaty/npt HTTP/1.1\r\nHost: <script>\r\n\r\n", "400"},
		"a length that is negative":              {head + "Content-Length: -1\r\n\r\n", "400"},
		"two lengths":                            {head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "400"},
		"a length of 2^63":                       {head + "Content-Length: 9223372036854775808\r\n\r\n", "400"},
		"an encoding of transfer that is none":   {head + "Transfer-Encoding: gzip, chunked\r\n\r\n", "501"},
		"a chunk of a length that is none":       {head + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
		"a chunk with much behind its length":    {head + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n1;" + strings.Repeat("a", 100_000) + "\r\n", "400"},
		"the beginning of HTTP/2":                {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := conn.SetDeadline(time.Now().Add(hostileWait)); err != nil {
				t.Fatal(err)
			}
			_, _ = io.WriteString(conn, test.bytes) // the server may have closed before it has all
			answer, _ := io.ReadAll(io.LimitReader(bufio.NewReader(conn), hostileAnswer+1))
			if !strings.HasPrefix(string(answer), "HTTP/1.1 "+test.status) && !strings.HasPrefix(string(answer), "HTTP/1.0 "+test.status) || len(answer) > hostileAnswer {
				t.Errorf("answered %.500q", answer)
			}
			if repeated := longEcho([]string{test.bytes}, []string{string(answer)}); repeated != "" {
				t.Errorf("the answer repeats much of the request: %.200q", repeated)
			}
			s.unharmed(t)
		})
	}
}

func TestWhatTheStoreSaysOfItsErrorsStaysInTheLog(t *testing.T) {
	const canary = "canary-5f1c"
	for name, class := range map[string]error{"unavailable": graph.ErrUnavailable, "corrupt": graph.ErrCorrupt, "invalid": graph.ErrInvalid, "conflict": graph.ErrConflict, "plain": nil} {
		s := serveHostile(t)
		failure := errors.New(canary + " at neo4j://reader:" + canary + "@db.internal:7687")
		if class != nil {
			failure = fmt.Errorf("%w: %w", class, failure)
		}
		s.content.err, s.store.err, s.content.source.err = failure, failure, failure
		for _, c := range []hostileCase{
			{Name: "quotes", Query: `{entity(id:"treaty/start-i"){statements(first:5){nodes{evidence{quote} assertions{confidence}}}}}`},
			{Name: "text", Query: `{entity(id:"document/e-cn.15-2008-21"){...on Document{text passages(first:3){nodes{text}}}}}`},
			{Name: "history", Query: `{entity(id:"treaty/start-i"){statements(first:3){nodes{history{revision{number}} recorded{from{number}} value{__typename}}}}}`},
			{Name: "search", Query: `{search(text:"核",in:PASSAGES){nodes{fragments{text}}}}`},
			{Name: "graph", Query: `{subgraph(seeds:{ids:["treaty/npt"]}){statements{evidence{quote}}}}`},
			{Name: "page", Method: "GET", Target: "/entity/treaty/start-i", Header: map[string]string{"Accept": "text/html"}},
			{Name: "JSON", Method: "GET", Target: "/entity/treaty/start-i", Header: map[string]string{"Accept": "application/json"}},
			{Name: "JSON-LD", Method: "GET", Target: "/entity/document/e-cn.15-2008-21", Header: map[string]string{"Accept": "application/ld+json"}},
			{Name: "readiness", Method: "GET", Target: "/readyz"},
			{Name: "home", Method: "GET", Target: "/"},
			{Name: "health", Method: "GET", Target: "/healthz"},
			{Name: "metrics", Method: "GET", Target: "/metrics"},
		} {
			t.Run(name+" "+c.Name, func(t *testing.T) {
				r := s.answer(t, &c)
				if said := fmt.Sprint(r.Code, r.Header(), r.Body); strings.Contains(said, canary) || strings.Contains(said, "db.internal") {
					t.Errorf("the answer is %s", said)
				}
			})
		}
		if log := s.log.take(); !strings.Contains(log, canary) {
			t.Errorf("%s: the log does not tell the cause: %s", name, log)
		}
	}
}

// answer sends a request and returns what comes back.
func (s *hostileService) answer(t *testing.T, c *hostileCase) *httptest.ResponseRecorder {
	t.Helper()
	request, err := c.request(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRecorder()
	s.ServeHTTP(r, request)
	return r
}
