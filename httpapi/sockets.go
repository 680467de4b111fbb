package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/rs/cors"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/resolvers"
)

// SocketLimits bound the connections that stay open: WebSockets and streams of events. Zero fields stand for the defaults.
type SocketLimits struct {
	PerAddress int           // open at once from one address
	Operations int           // running at once on one WebSocket
	Init       time.Duration // in which a client must say connection_init
	Write      time.Duration // in which a client must take a message; one that does not is dropped
	Ping       time.Duration // between two signs of life; a WebSocket that does not answer in this time is dropped
}

// DefaultSocketLimits are far above what a page in a few windows takes. Proxies cut connections that are silent for a minute.
var DefaultSocketLimits = SocketLimits{PerAddress: 20, Operations: 50, Init: 10 * time.Second, Write: 10 * time.Second, Ping: 25 * time.Second}

func (l SocketLimits) withDefaults() SocketLimits {
	d := DefaultSocketLimits
	if l.PerAddress == 0 {
		l.PerAddress = d.PerAddress
	}
	if l.Operations == 0 {
		l.Operations = d.Operations
	}
	if l.Init == 0 {
		l.Init = d.Init
	}
	if l.Write == 0 {
		l.Write = d.Write
	}
	if l.Ping == 0 {
		l.Ping = d.Ping
	}
	return l
}

// Sockets are the connections that stay open. A server knows nothing of those that were taken over from it, so they are kept here: counted, told
// when the service ends, and waited for.
type Sockets struct {
	mu        sync.Mutex
	byAddress map[string]int
	open      int
	ended     chan struct{} // closed when none is open, of a service that ends
	ending    chan struct{} // closed by End
}

// NewSockets returns the sockets of one service.
func NewSockets() *Sockets {
	return &Sockets{byAddress: map[string]int{}, ending: make(chan struct{}), ended: make(chan struct{})}
}

// Open returns how many sockets are open.
func (s *Sockets) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}

// End tells all sockets that the service ends, and refuses further ones. It does not wait.
func (s *Sockets) End() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isEnding() {
		return
	}
	close(s.ending)
	if s.open == 0 {
		close(s.ended)
	}
}

// isEnding is called with mu held.
func (s *Sockets) isEnding() bool {
	select {
	case <-s.ending:
		return true
	default:
		return false
	}
}

// Wait returns when all sockets have ended after End, or with the context's error.
func (s *Sockets) Wait(ctx context.Context) error {
	select {
	case <-s.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%d sockets have not ended: %w", s.Open(), ctx.Err())
	}
}

var (
	errManySockets = errors.New("too many sockets are open from this address")
	errEnding      = errors.New("the service is ending")
)

// enter counts a socket until leave is called.
func (s *Sockets) enter(address string, most int) (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.isEnding():
		return nil, errEnding
	case s.byAddress[address] >= most:
		return nil, errManySockets
	}
	s.byAddress[address]++
	s.open++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.byAddress[address]--; s.byAddress[address] == 0 {
			delete(s.byAddress, address)
		}
		if s.open--; s.open == 0 && s.isEnding() {
			close(s.ended)
		}
	}, nil
}

// admit counts a request as a socket until leave is called, or answers it when there is no room.
func (c Config) admit(w http.ResponseWriter, r *http.Request) (leave func(), admitted bool) {
	left, err := c.Sockets.enter(clientOf(r.Context()).network(), c.Limits.Sockets.PerAddress)
	switch {
	case errors.Is(err, errEnding):
		writeError(w, r, http.StatusServiceUnavailable, resolvers.Unavailable, err.Error())
	case err != nil:
		writeError(w, r, http.StatusTooManyRequests, resolvers.LimitExceeded, err.Error())
	default:
		c.Metrics.Sockets.Inc()
	}
	return func() { c.Metrics.Sockets.Dec(); left() }, err == nil
}

// ofThisHost tells whether the page that sends a request may: one of this host, one that is allowed, or none at all, as programs that are no browsers do.
func ofThisHost(r *http.Request, allowed *cors.Cors) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || allowed.OriginAllowed(r) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, r.Host)
}

// answers runs an operation and sends its answers one after the other, until the context ends or send says no. Begun may refuse it.
func answers(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams, begun func(*ast.OperationDefinition) *gqlerror.Error, send func(*graphql.Response) bool) {
	ctx = graphql.StartOperationTrace(resolvers.WithStreaming(ctx))
	defer func() {
		if value := recover(); value != nil { // which would end the whole process
			err := fmt.Errorf("panic: %v\n%s", value, debug.Stack())
			send(exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(err)}))
		}
	}()
	params.ReadTime = graphql.TraceTiming{Start: graphql.Now(), End: graphql.Now()}
	operation, problems := exec.CreateOperationContext(ctx, params)
	if problems == nil {
		if problem := begun(operation.Operation); problem != nil {
			problems = gqlerror.List{problem}
		}
	}
	if problems != nil {
		send(exec.DispatchError(graphql.WithOperationContext(ctx, operation), problems))
		return
	}
	defer settleUnanswered(graphql.WithOperationContext(ctx, operation))
	next, inner := exec.DispatchOperation(ctx, operation)
	for {
		response := next(inner)
		if response == nil || ctx.Err() != nil || !send(response) || operation.Operation.Operation != ast.Subscription {
			return
		}
	}
}

// isRefusal tells whether a response has no data, not even null: nothing was executed, or nothing more will be.
func isRefusal(r *graphql.Response) bool { return len(r.Data) == 0 && len(r.Errors) > 0 }
