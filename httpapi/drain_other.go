//go:build !linux

package httpapi

import (
	"context"
	"net"
)

// closeListener closes a listener. A client that connects in this very moment may be turned away.
func closeListener(_ context.Context, listener net.Listener) error { return listener.Close() }
