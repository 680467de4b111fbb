package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/rs/cors"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/resolvers"
)

// subprotocol is the one WebSocket protocol spoken here: https://github.com/enisdenj/graphql-ws/blob/master/PROTOCOL.md.
const subprotocol = "graphql-transport-ws"

// The protocol's codes for ending a connection.
const (
	closeInvalid     websocket.StatusCode = 4400
	closeUnauthorize websocket.StatusCode = 4401 // an operation before the connection was acknowledged
	closeForbidden   websocket.StatusCode = 4403
	closeSubprotocol websocket.StatusCode = 4406
	closeInitTimeout websocket.StatusCode = 4408
	closeDuplicate   websocket.StatusCode = 4409
	closeManyInits   websocket.StatusCode = 4429
)

const (
	// maxOperationID is how long a client's name of an operation may be; clients use UUIDs and counters.
	maxOperationID = 128
	// goAwayTime is how long a client may take to answer that the service ends.
	goAwayTime = 3 * time.Second
)

// webSockets serves operations over WebSockets. gqlgen's own transport ends connections with other codes and takes two operations of one ID.
type webSockets struct {
	Config
	allowed *cors.Cors // pages of other hosts
}

// Supports makes webSockets a graphql.Transport.
func (webSockets) Supports(r *http.Request) bool { return isUpgrade(r) }

// isUpgrade tells whether a request asks for a WebSocket.
func isUpgrade(r *http.Request) bool {
	return r.Method == http.MethodGet && hasToken(r.Header.Values("Connection"), "upgrade") && hasToken(r.Header.Values("Upgrade"), "websocket")
}

func hasToken(fields []string, token string) bool {
	return slices.ContainsFunc(strings.Split(strings.Join(fields, ","), ","), func(t string) bool { return strings.EqualFold(strings.TrimSpace(t), token) })
}

// Do makes webSockets a graphql.Transport. It returns when the socket and all that ran on it have ended.
func (t webSockets) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	const version, keyLength = "13", 24 // RFC 6455, section 4.1
	switch {
	case r.Header.Get("Sec-WebSocket-Version") != version:
		w.Header().Set("Sec-WebSocket-Version", version)
		writeError(w, r, http.StatusUpgradeRequired, resolvers.BadUserInput, "the version of WebSocket must be 13")
		return
	case len(r.Header.Get("Sec-WebSocket-Key")) != keyLength:
		writeError(w, r, http.StatusBadRequest, resolvers.BadUserInput, "the key of the WebSocket is not one of 16 bytes")
		return
	case !ofThisHost(r, t.allowed): // a page elsewhere must not speak with what the browser knows of this host
		writeError(w, r, http.StatusForbidden, resolvers.Forbidden, "pages of this origin may not open a WebSocket here")
		return
	}
	leave, admitted := t.admit(w, r)
	if !admitted {
		return
	}
	defer leave()
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{subprotocol}, InsecureSkipVerify: true, // the origin was checked
		CompressionMode: websocket.CompressionNoContextTakeover, CompressionThreshold: compressFrom})
	if err != nil {
		return // Accept has answered
	}
	conn.SetReadLimit(t.Limits.Body)
	if conn.Subprotocol() != subprotocol {
		_ = conn.Close(closeSubprotocol, "Subprotocol not acceptable")
		return
	}
	s := &socket{conn: conn, exec: exec, config: t.Config, request: r, authorization: r.Header.Get("Authorization"), running: map[string]*running{},
		places: make(chan struct{}, t.Limits.Sockets.Operations)}
	s.serve(r.Context())
}

// A socket is one connection and what runs on it.
type socket struct {
	conn    *websocket.Conn
	exec    graphql.GraphExecutor
	config  Config
	request *http.Request      // that became the socket
	end     context.CancelFunc // drops the connection
	work    sync.WaitGroup     // all goroutines of the socket
	places  chan struct{}      // has one item for each operation that has not ended, also of those that the client has completed

	mu            sync.Mutex
	acknowledged  bool
	authorization string // of the request, or as connection_init says it
	running       map[string]*running
	count         int            // of the operations begun
	ending        bool           // no operation begins any more
	answering     sync.WaitGroup // the queries and mutations under way
}

// A running operation.
type running struct{ cancel context.CancelFunc }

// A message of the protocol, in either direction.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// A closing is why a connection ends.
type closing struct {
	code   websocket.StatusCode
	reason string
}

var invalidMessage = &closing{closeInvalid, "Invalid message received"}

// serve reads messages until the connection ends.
func (s *socket) serve(ctx context.Context) {
	ctx, s.end = context.WithCancel(ctx)
	late := time.AfterFunc(s.config.Limits.Sockets.Init, func() { _ = s.conn.Close(closeInitTimeout, "Connection initialisation timeout") })
	defer s.work.Wait()
	defer func() { _ = s.conn.CloseNow() }() // which has no effect after a Close
	defer s.end()
	defer late.Stop()
	s.work.Go(func() { s.keepAlive(ctx) })
	s.work.Go(func() { s.goAway(ctx) })
	for {
		kind, content, err := s.conn.Read(ctx)
		if err != nil {
			return
		}
		why := invalidMessage
		var m message
		if kind == websocket.MessageText && json.Unmarshal(content, &m) == nil {
			why = s.receive(ctx, &m, late)
		}
		if why != nil {
			_ = s.conn.Close(why.code, why.reason)
			return
		}
	}
}

// receive acts on one message of the client, and returns why it ends the connection, if it does.
func (s *socket) receive(ctx context.Context, m *message, late *time.Timer) *closing {
	switch m.Type {
	case "connection_init":
		return s.init(ctx, m, late)
	case "ping":
		s.send(ctx, &message{Type: "pong"})
		return nil
	case "pong":
		return nil
	case "subscribe":
		return s.subscribe(ctx, m)
	case "complete":
		s.mu.Lock()
		defer s.mu.Unlock()
		if o := s.running[m.ID]; o != nil {
			o.cancel()
			delete(s.running, m.ID)
		}
		return nil
	default:
		return invalidMessage
	}
}

func (s *socket) init(ctx context.Context, m *message, late *time.Timer) *closing {
	var given struct{ Authorization string }
	if m.Payload != nil && json.Unmarshal(m.Payload, &given) != nil {
		return invalidMessage
	}
	s.mu.Lock()
	again := s.acknowledged
	if !again && given.Authorization != "" {
		s.authorization = given.Authorization
	}
	s.mu.Unlock()
	if again {
		return &closing{closeManyInits, "Too many initialisation requests"}
	}
	late.Stop()
	caller, refused := s.authenticate(ctx)
	if refused != nil {
		return refused
	}
	s.conn.SetReadLimit(s.config.Limits.bodyOf(caller))
	s.mu.Lock()
	s.acknowledged = true
	s.mu.Unlock()
	s.send(ctx, &message{Type: "connection_ack"})
	return nil
}

// authenticate says who asks, now: a token may have expired since it was taken.
func (s *socket) authenticate(ctx context.Context) (resolvers.Caller, *closing) {
	s.mu.Lock()
	authorization := s.authorization
	s.mu.Unlock()
	caller, err := authenticate(ctx, s.config.Auth, authorization)
	switch {
	case errors.Is(err, ErrUnauthenticated):
		return caller, &closing{closeForbidden, "Forbidden"}
	case err != nil:
		return caller, &closing{websocket.StatusTryAgainLater, ErrAuthUnavailable.Error()}
	}
	return caller, nil
}

// subscribe begins an operation.
func (s *socket) subscribe(ctx context.Context, m *message) *closing {
	if m.ID == "" || len(m.ID) > maxOperationID {
		return invalidMessage
	}
	var given map[string]json.RawMessage
	if json.Unmarshal(m.Payload, &given) != nil {
		return invalidMessage
	}
	params, err := paramsOf(given)
	if err != nil {
		return invalidMessage
	}
	params.Headers = s.request.Header
	s.mu.Lock()
	acknowledged, taken, full, ending := s.acknowledged, s.running[m.ID] != nil, len(s.running) >= s.config.Limits.Sockets.Operations, s.ending
	s.mu.Unlock() // only this goroutine adds operations
	switch {
	case !acknowledged:
		return &closing{closeUnauthorize, "Unauthorized"}
	case taken:
		return &closing{closeDuplicate, duplicate(m.ID)}
	case ending:
		return nil // the client will ask elsewhere
	}
	caller, refused := s.authenticate(ctx)
	if refused != nil {
		return refused
	}
	id := resolvers.RequestID(ctx)
	if full {
		refusal := resolvers.NewError(resolvers.LimitExceeded, id, fmt.Sprintf("%d operations run on this socket; complete one first", s.config.Limits.Sockets.Operations))
		s.sendErrors(ctx, m.ID, gqlerror.List{refusal})
		return nil
	}
	select {
	case s.places <- struct{}{}: // one that was completed may take a moment to end: who completes and begins without end waits for it
	case <-ctx.Done():
		return nil
	}
	running, ctx := s.begin(ctx, m.ID)
	if running == nil {
		<-s.places
		return nil
	}
	ctx = resolvers.WithCaller(resolvers.WithRequestID(ctx, fmt.Sprintf("%s.%d", id, s.count)), caller)
	s.work.Go(func() {
		defer func() { <-s.places }()
		s.run(ctx, m.ID, running, params)
	})
	return nil
}

// duplicate is the protocol's reason for a second operation of one ID, as far as it fits into the frame.
func duplicate(id string) string {
	const most = 123 // bytes: RFC 6455, section 5.5
	if reason := "Subscriber for " + id + " already exists"; len(reason) <= most {
		return reason
	}
	return "Subscriber already exists"
}

// begin registers an operation; nil when the service has begun to end.
func (s *socket) begin(ctx context.Context, id string) (*running, context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending {
		return nil, nil
	}
	ctx, cancel := context.WithCancel(ctx)
	o := &running{cancel}
	s.running[id] = o
	s.count++
	s.answering.Add(1)
	return o, ctx
}

// finish takes an operation away, and tells whether the client still waits for it.
func (s *socket) finish(id string, o *running) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running[id] != o {
		return false
	}
	delete(s.running, id)
	return true
}

// run answers an operation. Its answers are made one at a time, each when the one before has been written: a client that is slow to read holds
// up its own socket only, and one that does not read at all is dropped.
func (s *socket) run(ctx context.Context, id string, o *running, params *graphql.RawParams) {
	defer o.cancel()
	answered := sync.OnceFunc(s.answering.Done)
	defer answered()
	ended := false
	answers(ctx, s.exec, params, func(operation *ast.OperationDefinition) *gqlerror.Error {
		if operation.Operation == ast.Subscription {
			answered() // nothing waits for its end
		}
		return nil
	}, func(response *graphql.Response) bool {
		switch {
		case ctx.Err() != nil:
			return false
		case isRefusal(response):
			ended = true
			if s.finish(id, o) { // first, so that the client may use the ID at once
				s.sendErrors(ctx, id, response.Errors)
			}
			return false
		}
		payload, err := json.Marshal(response)
		return err == nil && s.send(ctx, &message{ID: id, Type: "next", Payload: payload})
	})
	if !ended && ctx.Err() == nil && s.finish(id, o) {
		s.send(ctx, &message{ID: id, Type: "complete"})
	}
	s.finish(id, o)
}

func (s *socket) sendErrors(ctx context.Context, id string, list gqlerror.List) {
	if payload, err := json.Marshal(list); err == nil {
		s.send(ctx, &message{ID: id, Type: "error", Payload: payload})
	}
}

// send writes a message. A client that does not take it in time is dropped. That an operation ends does not cut a message short, since that
// would end the connection.
func (s *socket) send(ctx context.Context, m *message) bool {
	content, err := json.Marshal(m)
	if err == nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.Limits.Sockets.Write)
		defer cancel()
		err = s.conn.Write(ctx, websocket.MessageText, content)
	}
	if err != nil {
		s.end()
	}
	return err == nil
}

// keepAlive asks for a sign of life again and again, drops a client that gives none, and ends the connection of one whose token has expired.
func (s *socket) keepAlive(ctx context.Context) {
	ticker := time.NewTicker(s.config.Limits.Sockets.Ping)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if _, refused := s.authenticate(ctx); refused != nil && refused.code == closeForbidden { // one that cannot be checked now was good when it was
			_ = s.conn.Close(refused.code, refused.reason)
			return
		}
		ping, cancel := context.WithTimeout(ctx, s.config.Limits.Sockets.Ping)
		err := s.conn.Ping(ping)
		cancel()
		if err != nil {
			s.end()
			return
		}
	}
}

// goAway waits for the service to end. Then queries and mutations are answered to their end; subscriptions are cut, without being completed, so that
// the client goes on elsewhere after the last change it got.
func (s *socket) goAway(ctx context.Context) {
	select {
	case <-ctx.Done():
		return
	case <-s.config.Sockets.ending:
	}
	s.mu.Lock()
	s.ending = true
	s.mu.Unlock()
	s.answering.Wait()
	defer time.AfterFunc(goAwayTime, s.end).Stop()
	_ = s.conn.Close(websocket.StatusGoingAway, "going away")
}
