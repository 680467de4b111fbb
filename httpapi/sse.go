package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/graph"
	"treatygraph/resolvers"
)

const eventStreamType = "text/event-stream"

// eventStreams answers operations with server-sent events, as graphql-sse's distinct connections mode has them:
// https://github.com/enisdenj/graphql-sse/blob/master/PROTOCOL.md. Each answer is an event next; complete follows the last.
type eventStreams struct{ Config }

// Supports makes eventStreams a graphql.Transport: of requests that want events more than JSON.
func (eventStreams) Supports(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodPost) &&
		negotiate(r.Header.Values("Accept"), mediaGraphQL, mediaJSON, eventStreamType) == eventStreamType
}

// Do makes eventStreams a graphql.Transport.
func (t eventStreams) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	params, err := readRequest(r)
	if err != nil {
		writeError(w, r, http.StatusBadRequest, resolvers.BadUserInput, err.Error())
		return
	}
	params.Headers = r.Header
	leave, admitted := t.admit(w, r)
	if !admitted {
		return
	}
	defer leave()
	ctx, cancel := context.WithCancel(r.Context())
	s := &eventStream{w: w, control: http.NewResponseController(w), within: t.Limits.Sockets.Write, drop: cancel}
	s.begin()
	defer s.end()
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	work.Go(func() { s.keepAlive(ctx, t.Limits.Sockets.Ping) })
	answers(ctx, exec, params, func(operation *ast.OperationDefinition) *gqlerror.Error {
		switch {
		case operation.Operation == ast.Mutation && r.Method == http.MethodGet:
			return resolvers.Refuse(graph.ErrInvalid, "a mutation must be sent by POST")
		case operation.Operation == ast.Subscription:
			work.Go(func() { // cut without complete, so that the client goes on elsewhere
				select {
				case <-t.Sockets.ending:
					cancel()
				case <-ctx.Done():
				}
			})
		}
		return nil
	}, func(response *graphql.Response) bool {
		content, err := json.Marshal(response)
		return err == nil && s.write("event: next\ndata: %s\n\n", content) && !isRefusal(response)
	})
	if ctx.Err() == nil {
		s.write("event: complete\ndata:\n\n") // browsers do not tell of an event without data
	}
}

// An eventStream is an answer of events. Each is written within a time of its own, and a client that does not take it is dropped; the server's
// time for a whole answer does not hold.
type eventStream struct {
	mu      sync.Mutex
	w       http.ResponseWriter
	control *http.ResponseController
	within  time.Duration
	drop    context.CancelFunc
}

func (s *eventStream) begin() {
	_ = s.control.SetReadDeadline(time.Time{}) // the request has been read; its end would count as the client's
	header := s.w.Header()
	header.Set("Content-Type", eventStreamType+"; charset=utf-8")
	header.Set("Cache-Control", "no-cache, no-transform")
	header.Set("X-Accel-Buffering", "no") // proxies that know it pass each event on at once
	s.write(":\n\n")
}

// end bounds what the server itself writes last.
func (s *eventStream) end() { _ = s.control.SetWriteDeadline(time.Now().Add(s.within)) }

func (s *eventStream) write(format string, args ...any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.control.SetWriteDeadline(time.Now().Add(s.within))
	defer func() { _ = s.control.SetWriteDeadline(time.Time{}) }() // over HTTP/2 it would end the stream while nothing is written
	_, err := fmt.Fprintf(s.w, format, args...)
	if err == nil {
		err = s.control.Flush()
	}
	if err != nil {
		s.drop()
	}
	return err == nil
}

func (s *eventStream) keepAlive(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.write(":\n\n")
		}
	}
}
