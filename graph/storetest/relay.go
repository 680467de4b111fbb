package storetest

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A moment is a point in the talk of a client with its server at which a relay does something to it.
type moment int

const (
	inBatch      moment = iota + 1 // fault.after bytes of a large batch were passed on, and COMMIT not yet
	beforeCommit                   // the COMMIT of a large batch came, and is not passed on
	withCommit                     // it was passed on, and the answer is not waited for
	beforeAnswer                   // the server has answered it, and that is not passed on
	inAnswer                       // the first byte of the answer was passed on
	afterAnswer                    // the whole answer was
	inReply                        // fault.after bytes of answers were passed on, on all connections together, whatever they answer
)

// A deed is what a relay does then.
type deed int

const (
	cut     deed = iota + 1 // closes the connection, at both ends
	reset                   // the same with RST, which discards what was not read yet
	hold                    // this connection falls silent for ever, and stays open at both ends; others go on
	silence                 // every connection does, and new ones are taken and fall silent too, until heal
	ruin                    // closes every connection, and new ones at once, until heal
)

// A fault is met once.
type fault struct {
	moment moment
	deed   deed
	after  int
}

// muchSent tells a connection's large batches from the small transactions that any store has beside them: to look for a signal, to
// take a lock, to find out what became of a batch. It is what the client sent since its last COMMIT.
const muchSent = 16 << 10

// A relay passes bytes between clients and a server. It knows moments of a transaction, which toxiproxy does not.
type relay struct {
	listener net.Listener
	upstream string
	isCommit func(chunk []byte) bool
	wait     sync.WaitGroup

	mu      sync.Mutex
	links   map[*link]bool
	state   relayState
	armed   fault // zero: none
	replied int   // bytes of answers since it was armed
}

type relayState int

const (
	passing relayState = iota
	silent
	ruined
	closed
)

// A link is one connection through the relay.
type link struct {
	client, server net.Conn // server is nil for a client that came into silence
	silent         atomic.Bool
	sent           int // since the last COMMIT
	due            atomic.Pointer[fault]
}

func newRelay(t testing.TB, upstream string, isCommit func(chunk []byte) bool) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{listener: listener, upstream: upstream, isCommit: isCommit, links: make(map[*link]bool)}
	r.wait.Go(r.serve)
	t.Cleanup(r.close)
	return r
}

func (r *relay) address() string { return r.listener.Addr().String() }

// arm waits for the moment of a fault.
func (r *relay) arm(f fault) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.armed, r.replied = f, 0
}

// heal passes on again what comes on new connections, and tells whether the fault was met. What fell silent stays so.
func (r *relay) heal() (met bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	met = r.armed == fault{}
	r.armed, r.state = fault{}, passing
	return met
}

func (r *relay) met() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.armed == fault{}
}

func (r *relay) close() {
	r.mu.Lock()
	r.state = closed
	r.listener.Close()
	for l := range r.links {
		l.close()
	}
	r.mu.Unlock()
	r.wait.Wait()
}

func (r *relay) serve() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return // closed
		}
		r.wait.Go(func() { r.pass(&link{client: client}) })
	}
}

func (r *relay) pass(l *link) {
	if !r.add(l) {
		return
	}
	server, err := net.Dial("tcp", r.upstream)
	if err != nil {
		r.remove(l)
		return
	}
	r.mu.Lock()
	l.server = server
	over := !r.links[l] // cut meanwhile
	r.mu.Unlock()
	if over {
		l.close()
		return
	}
	var both sync.WaitGroup
	both.Go(func() { r.copy(l, l.client, r.up) })
	both.Go(func() { r.copy(l, l.server, r.down) })
	both.Wait()
}

// add takes a new client, as the state of the relay has it.
func (r *relay) add(l *link) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch r.state {
	case passing:
		r.links[l] = true
		return true
	case silent:
		r.links[l] = true
		l.silent.Store(true)
	default:
		l.close()
	}
	return false
}

func (r *relay) remove(l *link) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.links, l)
	l.close()
}

func (l *link) close() {
	l.client.Close()
	if l.server != nil {
		l.server.Close()
	}
}

// copy reads until the link ends or falls silent: then the other end learns nothing of what happens here.
func (r *relay) copy(l *link, from net.Conn, pass func(l *link, chunk []byte) bool) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		switch {
		case l.silent.Load():
			return
		case n > 0 && !pass(l, buffer[:n]):
			return
		case err != nil:
			r.remove(l)
			return
		}
	}
}

// up passes on what the client says, and tells whether to go on.
func (r *relay) up(l *link, chunk []byte) bool {
	commit := r.isCommit(chunk)
	l.sent += len(chunk)
	large := l.sent >= muchSent
	if commit {
		l.sent = 0
	}
	switch f := r.fault(); {
	case !large:
	case f.moment == inBatch && !commit && l.sent >= f.after, f.moment == beforeCommit && commit:
		if r.do(l, f) {
			return false
		}
	case f.moment == withCommit && commit:
		return r.write(l, l.server, chunk) && !r.do(l, f)
	case commit && (f.moment == beforeAnswer || f.moment == inAnswer || f.moment == afterAnswer):
		l.due.Store(&f)
	}
	return r.write(l, l.server, chunk)
}

// down passes on what the server says.
func (r *relay) down(l *link, chunk []byte) bool {
	if f := l.due.Swap(nil); f != nil {
		switch f.moment {
		case inAnswer:
			l.client.Write(chunk[:1])
			chunk = chunk[1:]
		case afterAnswer:
			l.client.Write(chunk)
			chunk = nil
		}
		if r.do(l, *f) {
			return false
		}
	}
	if f := r.fault(); f.moment == inReply {
		r.mu.Lock()
		before := r.replied
		r.replied += len(chunk)
		r.mu.Unlock()
		if before <= f.after && before+len(chunk) > f.after {
			l.client.Write(chunk[:f.after-before])
			chunk = chunk[f.after-before:]
			if r.do(l, f) {
				return false
			}
		}
	}
	return r.write(l, l.client, chunk)
}

func (r *relay) write(l *link, to net.Conn, chunk []byte) bool {
	if _, err := to.Write(chunk); err != nil {
		if !l.silent.Load() {
			r.remove(l)
		}
		return false
	}
	return true
}

func (r *relay) fault() fault {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.armed
}

// do tells whether it did it: another connection may have met the fault first.
func (r *relay) do(l *link, f fault) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.armed != f {
		return false
	}
	r.armed = fault{}
	switch f.deed {
	case reset:
		for _, end := range []net.Conn{l.client, l.server} {
			end.(*net.TCPConn).SetLinger(0)
		}
		fallthrough
	case cut:
		delete(r.links, l)
		l.close()
	case hold:
		l.silent.Store(true)
	case silence:
		r.state = silent
		for every := range r.links {
			every.silent.Store(true)
		}
	case ruin:
		r.state = ruined
		for every := range r.links {
			delete(r.links, every)
			every.close()
		}
	}
	return true
}

// eventually asks until something is so, for as long as may be.
func eventually(t testing.TB, within time.Duration, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after %v: not %s", within, what)
		}
	}
}
