package httpapi

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"treatygraph/graph/guard"
	"treatygraph/resolvers"
)

// observed counts requests, writes a line of the log for each, and traces it. Nothing that a client sent gets into any of them but the
// request's ID, which is plain: no address, no header, no parameter.
func observed(c Config, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		c.Metrics.inFlight.Inc()
		defer c.Metrics.inFlight.Dec()
		var span trace.Span
		if c.Tracer != nil {
			var ctx context.Context
			ctx, span = c.Tracer.Start(fromCaller(r), "HTTP", trace.WithSpanKind(trace.SpanKindServer))
			r = r.WithContext(ctx)
		}
		body := &countedBody{ReadCloser: r.Body}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = body
		}
		recorded := &recorder{ResponseWriter: w}
		defer func() { // also of a connection that is dropped by a panic
			o := request{route: routeOf(r), method: methodOf(r), status: recorded.Status(), bytes: recorded.bytes, took: time.Since(began)}
			c.Metrics.request(o, body.bytes)
			c.logRequest(r.Context(), o)
			if span != nil {
				o.end(span, resolvers.RequestID(r.Context()))
			}
		}()
		next.ServeHTTP(recorded, r)
	})
}

// A request as it was answered.
type request struct {
	route, method string
	status        int
	bytes         int64 // of the answer, before the server's own framing
	took          time.Duration
}

// routeOf returns the pattern by which the mux found the handler; not the path, of which there is no end.
func routeOf(r *http.Request) string {
	_, route, hasMethod := strings.Cut(r.Pattern, " ")
	switch {
	case r.Pattern == "":
		return "none"
	case !hasMethod:
		return r.Pattern
	default:
		return route
	}
}

func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions:
		return r.Method
	default:
		return "other"
	}
}

func (m *Metrics) request(o request, body int64) {
	m.requests.WithLabelValues(o.route, o.method, strconv.Itoa(o.status)).Inc()
	m.requestSeconds.WithLabelValues(o.route).Observe(o.took.Seconds())
	if body > 0 {
		m.requestBody.Observe(float64(body))
	}
}

// logRequest writes one line; of what is asked every few seconds by machines only for who wants all.
func (c Config) logRequest(ctx context.Context, o request) {
	level := slog.LevelInfo
	switch o.route {
	case "/healthz", "/readyz", "/metrics":
		level = slog.LevelDebug
	}
	c.Logger.LogAttrs(ctx, level, "request", slog.String("requestId", resolvers.RequestID(ctx)), slog.String("method", o.method), slog.String("route", o.route),
		slog.Int("status", o.status), slog.Int64("bytes", o.bytes), milliseconds(o.took), traceID(ctx))
}

func (o request) end(span trace.Span, requestID string) {
	span.SetName(o.method + " " + o.route)
	span.SetAttributes(attribute.String("http.request.method", o.method), attribute.String("http.route", o.route), attribute.Int("http.response.status_code", o.status),
		attribute.String("treatygraph.request_id", requestID))
	if o.status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

func milliseconds(d time.Duration) slog.Attr {
	return slog.Float64("ms", float64(d.Microseconds())/1000)
}

// traceID names the trace in the log; nothing where none is kept.
func traceID(ctx context.Context) slog.Attr {
	if s := trace.SpanContextFromContext(ctx); s.IsValid() {
		return slog.String("traceId", s.TraceID().String())
	}
	return slog.Attr{}
}

// A recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// Status returns the status of the answer; one that was never begun is what net/http makes of it.
func (w *recorder) Status() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// WriteHeader keeps the final status: 1xx are followed by another, but 101.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Flush is for those who look for http.Flusher.
func (w *recorder) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() } // the interface has no error

// Unwrap is for http.ResponseController, and for who takes over the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

type countedBody struct {
	io.ReadCloser
	bytes int64
}

// Read counts the bytes.
func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.bytes += int64(n)
	return n, err
}

// operationObserver counts operations, writes a line of the log for each, and traces it.
type operationObserver struct{ Config }

// Keys of what other extensions say of an operation, in its Stats.
const (
	observedKey    = "observed"
	trustedNameKey = "trustedName"
)

// setTrustedName says that the operation is one of a trusted document, and how that is called. There must be a bounded number of them.
func setTrustedName(o *graphql.OperationContext, name string) {
	o.Stats.SetExtension(trustedNameKey, name)
}

// ExtensionName makes operationObserver a graphql.HandlerExtension.
func (operationObserver) ExtensionName() string { return "Observer" }

// Validate makes operationObserver a graphql.HandlerExtension.
func (operationObserver) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation observes an operation that is executed.
func (o operationObserver) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	op.Stats.SetExtension(observedKey, true)
	about := aboutOf(op) // now: a subscription may end while its next answer sets more of the Stats
	var span trace.Span
	if o.Tracer != nil {
		ctx, span = o.Tracer.Start(ctx, about.kind+" "+about.name,
			trace.WithAttributes(attribute.String("graphql.operation.type", about.kind), attribute.String("graphql.operation.name", about.name)))
	}
	ended := func(ctx context.Context, code string, errors int) {
		o.operation(ctx, about, code, errors)
		if span != nil {
			span.SetAttributes(attribute.String("treatygraph.code", code))
			if code != codeOK {
				span.SetStatus(codes.Error, code)
			}
			span.End()
		}
	}
	answer := next(ctx)
	if op.Operation.Operation != ast.Subscription {
		return func(ctx context.Context) *graphql.Response {
			response := answer(ctx)
			if response == nil { // it ran out of time before it began
				ended(ctx, string(resolvers.Timeout), 1)
			} else {
				ended(ctx, codeOf(response), len(response.Errors))
			}
			return response
		}
	}
	o.Metrics.Subscriptions.Inc()
	var mu sync.Mutex
	code, errors := codeOK, 0
	end := sync.OnceFunc(func() {
		mu.Lock()
		defer mu.Unlock()
		o.Metrics.Subscriptions.Dec()
		ended(ctx, code, errors)
	})
	context.AfterFunc(ctx, end) // the client asks for no more
	return func(ctx context.Context) *graphql.Response {
		response := answer(ctx)
		if response == nil {
			end()
			return nil
		}
		o.Metrics.events.Inc()
		if len(response.Errors) > 0 {
			mu.Lock()
			defer mu.Unlock()
			code, errors = codeOf(response), errors+len(response.Errors)
		}
		return response
	}
}

// InterceptResponse observes an operation that is refused before it is executed.
func (o operationObserver) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if !graphql.HasOperationContext(ctx) {
		return response
	}
	if op := graphql.GetOperationContext(ctx); op.Stats.GetExtension(observedKey) == nil && response != nil {
		o.operation(ctx, aboutOf(op), codeOf(response), len(response.Errors))
	}
	return response
}

// about is what is known of an operation before it is executed.
type about struct {
	kind, name string
	began      time.Time
	cost       *spending // nil: it was refused before that was known
}

func aboutOf(op *graphql.OperationContext) about {
	cost, _ := op.Stats.GetExtension(spendingKey).(*spending)
	return about{kindOf(op), nameOf(op), op.Stats.OperationStart, cost}
}

// operation counts an operation that ended, and writes its line of the log.
func (o operationObserver) operation(ctx context.Context, a about, code string, errors int) {
	took := time.Since(a.began)
	o.Metrics.operations.WithLabelValues(a.kind, a.name, code).Inc()
	if a.kind != string(ast.Subscription) {
		o.Metrics.operationSeconds.WithLabelValues(a.kind, a.name).Observe(took.Seconds())
	}
	if a.cost != nil {
		o.Metrics.operationCost.Observe(float64(a.cost.requested))
	}
	if !o.Logger.Enabled(ctx, slog.LevelInfo) {
		return
	}
	line := []slog.Attr{slog.String("requestId", resolvers.RequestID(ctx)), slog.String("kind", a.kind), slog.String("name", a.name), slog.String("code", code),
		slog.Int("errors", errors), milliseconds(took), traceID(ctx)}
	if a.cost != nil {
		line = append(line, slog.Int("cost", a.cost.requested))
	}
	o.Logger.LogAttrs(ctx, slog.LevelInfo, "operation", line...)
}

// codeOK is the code of an operation without errors.
const codeOK = "OK"

// codeOf returns the code of the first error.
func codeOf(r *graphql.Response) string {
	if len(r.Errors) == 0 {
		return codeOK
	}
	if code, ours := r.Errors[0].Extensions["code"].(resolvers.Code); ours {
		return string(code)
	}
	return string(resolvers.Internal)
}

// kindOf returns query, mutation or subscription; none of what could not be read.
func kindOf(op *graphql.OperationContext) string {
	if op.Operation == nil {
		return "none"
	}
	return string(op.Operation.Operation)
}

// nameOf returns the name of a trusted document. Other operations may have any name, which may say anything.
func nameOf(op *graphql.OperationContext) string {
	if name, trusted := op.Stats.GetExtension(trustedNameKey).(string); trusted {
		return name
	}
	return "other"
}

// ObserveStore returns the observer of a store's calls: each is counted, and traced where it belongs to a request.
func ObserveStore(m *Metrics, tracer trace.Tracer) guard.Observer {
	return func(ctx context.Context, method string) (context.Context, func(error)) {
		began := time.Now()
		var span trace.Span
		if tracer != nil && trace.SpanContextFromContext(ctx).IsValid() {
			ctx, span = tracer.Start(ctx, "store "+method, trace.WithSpanKind(trace.SpanKindClient))
		}
		return ctx, func(err error) {
			m.storeCall(method, time.Since(began), err)
			if span != nil {
				if err != nil { // not in its own words, which name hosts
					span.SetStatus(codes.Error, storeOutcome(err))
				}
				span.End()
			}
		}
	}
}
