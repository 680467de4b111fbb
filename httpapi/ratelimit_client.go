package httpapi

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"treatygraph/resolvers"
)

// A client is where a request comes from, and where the headers of its answer go.
type client struct {
	address netip.Addr
	header  http.Header // nil where the answer has none, as on a WebSocket
}

type clientKey struct{}

// clientOf returns where the request comes from; zero for one that did not come through withClient.
func clientOf(ctx context.Context) client {
	c, _ := ctx.Value(clientKey{}).(client)
	return c
}

// withClient finds out where a request comes from.
func withClient(trusted []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := client{address: remoteAddress(r, trusted), header: w.Header()}
		if isUpgrade(r) {
			c.header = nil
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), clientKey{}, c)))
	})
}

// remoteAddress returns who sent a request: who opened the connection, or, when that is a trusted proxy, whom it and the trusted proxies
// before it name in X-Forwarded-For. What stands left of that anybody may have written.
func remoteAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	address := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(address) }) {
			break
		}
		before, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		address = before.Unmap().WithZone("")
	}
	return address
}

// key names who is limited together: a known caller from wherever he asks, else an address, of IPv6 the network of 64 bits that one
// customer commonly has.
func (c client) key(caller resolvers.Caller) string {
	if caller.Name != "" {
		return "caller " + caller.Name
	}
	return c.network()
}

// network names where a client asks from.
func (c client) network() string {
	if c.address.Is6() {
		network, _ := c.address.WithZone("").Prefix(64) // an IPv6 address has one
		return network.String()
	}
	return c.address.String()
}
