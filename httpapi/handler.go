// Package httpapi is the service's face on HTTP: routes, limits, health, and errors as clients see them.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"go.opentelemetry.io/otel/trace"

	"treatygraph/edit"
	"treatygraph/export"
	"treatygraph/export/selection"
	"treatygraph/graph"
	"treatygraph/resolvers"
)

// Config is what the service's face needs. Auth, Logger and Limits may be left at zero.
type Config struct {
	Source  Source
	Store   Store
	Formats []*export.Format // that /export has; nil: export.Formats
	Now     func() time.Time // the clock that says what today is
	Auth    Authenticator    // says who asks; nil: nobody is known, so nothing can be written
	Desk    *edit.Desk       // where mutations write; nil, as without Auth: nothing can be written
	Logger  *slog.Logger     // zero: slog.Default()
	Limits  Limits           // zero fields: their defaults
	Metrics *Metrics         // counts what is asked and answered; nil: counted for /metrics alone
	Tracer  trace.Tracer     // traces it; nil: nothing does

	Origins         []string       // that pages of other hosts may ask from
	Trusted         *Trusted       // documents that are asked for by their IDs; nil: none
	OnlyTrusted     bool           // whether no other document is run
	TrustedProxies  []netip.Prefix // whose X-Forwarded-For says who asks
	NoIntrospection bool           // nobody can ask for the schema
	NoSuggestions   bool           // errors do not name fields that exist
	Drain           *Drain         // tells when the service is about to end; nil: never
	Sockets         *Sockets       // keeps the connections that stay open; nil: its own
}

// Store is what is asked of the store itself.
type Store interface {
	// Head returns where the store stands.
	Head(ctx context.Context) (graph.Head, error)
	selection.Contents
}

// Source is what answers come from; *index.Index is one.
type Source interface {
	resolvers.Source
	// Err tells why the index no longer follows the store; nil while it does.
	Err() error
}

// NewHandler returns all routes.
func NewHandler(c Config) http.Handler {
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics()
	}
	c.Limits = c.Limits.withDefaults()
	if c.Sockets == nil {
		c.Sockets = NewSockets()
	}
	if c.Formats == nil {
		c.Formats = export.Formats
	}
	rate := newRateLimiter(c.Limits.Rate, c.Now)
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", home{c.Source, c.Formats})
	mux.Handle("GET /healthz", http.HandlerFunc(healthz))
	mux.Handle("GET /readyz", readyz{c})
	mux.Handle("GET /metrics", c.Metrics.Handler())
	mux.Handle("/graphql", authenticated(c.Auth, withClient(c.TrustedProxies, limited(c.Limits, withLanguage(newGraphQL(c, rate))))))
	mux.Handle("GET /entity/{id...}", limited(c.Limits, newEntity(c)))
	mux.Handle("GET /export", authenticated(c.Auth, withClient(c.TrustedProxies, limited(c.Limits, newExports(c, rate)))))
	mux.Handle("GET /ns", http.HandlerFunc(serveVocabulary))
	mux.Handle("GET /ns/shapes", http.HandlerFunc(serveShapes))
	reconciliation{c, rate}.register(mux)
	newGraphiQL().register(mux)
	return withRequestID(observed(c, onTheWire(c, recovering(c.Logger, mux))))
}

// answerTime is how long a client may take to send its request and to take the answer.
const answerTime = 20 * time.Second

// NewServer returns a server with time limits on every phase of a connection, so that slow clients hold nothing for long. Its Shutdown tells the
// sockets to end, and does not wait for those that are WebSockets: Config.Sockets does.
func NewServer(c Config) *http.Server {
	limits := c.Limits.withDefaults()
	if c.Sockets == nil {
		c.Sockets = NewSockets()
	}
	server := &http.Server{
		Handler:           NewHandler(c),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      limits.Deadline + answerTime, // the operation's own deadline comes first and says so
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	server.RegisterOnShutdown(c.Sockets.End)
	return server
}
