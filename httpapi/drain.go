package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

const (
	// drainTime bounds how long requests under way are waited for.
	drainTime = 10 * time.Second
	// lingerTime bounds how long a connection without a request is kept for one that may be on its way: clients that are busy send their next within it.
	lingerTime = 500 * time.Millisecond
	// drainPoll is how often connections are looked at while they end.
	drainPoll = 2 * time.Millisecond
)

// A Drain says that the service is about to end, so that who asks goes elsewhere. The zero value has not begun.
type Drain struct {
	Delay   time.Duration // how long it goes on to take connections, so that balancers see that it is not ready any more
	Sockets *Sockets      // those that the server tells to end, and that are waited for; nil: none

	started atomic.Bool
}

func (d *Drain) begun() bool { return d != nil && d.started.Load() }

// draining has each answer end its connection once the service drains. A server that closes idle connections instead meets requests
// that are on their way, and those are lost.
func draining(d *Drain, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.begun() {
			w.Header().Set("Connection", "close") // in HTTP/2 it is a GOAWAY
		}
		next.ServeHTTP(w, r)
	})
}

// Listen opens a listener whose connections Serve can end. Go's own would be one of MPTCP, whose sockets take no filter.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	config.SetMultipathTCP(false)
	return config.Listen(ctx, "tcp", address)
}

// Serve answers on a listener until ctx is done, and then so that no request that has come is lost: it is not ready any more, takes no
// more connections, answers on each that is open what still comes, and closes it. The server speaks TLS when it has a TLSConfig.
func (d *Drain) Serve(ctx context.Context, listener net.Listener, server *http.Server, logger *slog.Logger) error {
	var open atomic.Int64
	server.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed, http.StateHijacked:
			open.Add(-1)
		}
	}
	failed := make(chan error, 1)
	go func() {
		if server.TLSConfig != nil {
			failed <- server.ServeTLS(listener, "", "")
		} else {
			failed <- server.Serve(listener)
		}
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	d.started.Store(true)
	logger.Info("draining", "delay", d.Delay, "most", drainTime)
	time.Sleep(d.Delay)
	most, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	err := closeListener(most, listener)
	<-failed
	if err != nil {
		logger.Warn("connections that were waiting were turned away", "error", err)
	}
	linger, cancel := context.WithTimeout(most, lingerTime)
	defer cancel()
	_ = poll(linger, func() bool { return open.Load() == 0 }) // what is idle until then is closed by Shutdown
	if err := server.Shutdown(most); err != nil {
		logger.Warn("requests were cut off", "error", err)
		return server.Close() // what is left ends here
	}
	if d.Sockets != nil { // WebSockets, of which the server knows no more; Shutdown has told them
		if err := d.Sockets.Wait(most); err != nil {
			logger.Warn("sockets were cut off", "error", err)
		}
	}
	return nil
}

// poll waits until something is so.
func poll(ctx context.Context, is func() bool) error {
	ticker := time.NewTicker(drainPoll)
	defer ticker.Stop()
	for !is() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("not in time: %w", ctx.Err())
		case <-ticker.C:
		}
	}
	return nil
}
