package httpapi

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"treatygraph/export"
	"treatygraph/graph"
	"treatygraph/graph/guard"
	"treatygraph/index"
)

// Metrics are what the service counts, for Prometheus. docs/operations.md lists them.
//
// Labels take few values, whatever clients send: routes, methods and codes are ours, and an operation has a name only when it is of a trusted document.
type Metrics struct {
	// Sockets and Subscriptions are how many are open; who serves them counts them up and down.
	Sockets, Subscriptions prometheus.Gauge

	registry          *prometheus.Registry
	requests          *prometheus.CounterVec
	requestSeconds    *prometheus.HistogramVec
	requestBody       prometheus.Histogram
	inFlight          prometheus.Gauge
	operations        *prometheus.CounterVec
	operationSeconds  *prometheus.HistogramVec
	operationCost     prometheus.Histogram
	events            prometheus.Counter
	exports           *prometheus.CounterVec
	exportItems       *prometheus.CounterVec
	exportSeconds     *prometheus.HistogramVec
	storeCalls        *prometheus.CounterVec
	storeCallsSeconds *prometheus.HistogramVec
}

// fast are the bounds in seconds of what takes from some microseconds in memory to an operation's deadline.
var fast = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// slow are the bounds in seconds of what takes as long as there is much of it.
var slow = []float64{.01, .05, .1, .5, 1, 5, 10, 30, 60, 300, 900}

// NewMetrics returns metrics of their own registry.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry:      prometheus.NewRegistry(),
		Sockets:       prometheus.NewGauge(prometheus.GaugeOpts{Name: "treatygraph_sockets", Help: "WebSocket and SSE connections open now."}),
		Subscriptions: prometheus.NewGauge(prometheus.GaugeOpts{Name: "treatygraph_subscriptions", Help: "Subscriptions open now."}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "treatygraph_http_requests_total",
			Help: "HTTP requests answered, by route, method and status. A refusal for the rate or the load is a 429 or 503."}, []string{"route", "method", "status"}),
		requestSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "treatygraph_http_request_duration_seconds",
			Help: "Time to answer an HTTP request, by route; of a socket, how long it was open.", Buckets: fast}, []string{"route"}),
		requestBody: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "treatygraph_http_request_body_bytes",
			Help: "Size of the bodies of HTTP requests that have one, as far as they were read.", Buckets: prometheus.ExponentialBuckets(256, 4, 7)}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "treatygraph_http_requests_in_flight", Help: "HTTP requests that are being answered now, sockets included."}),
		operations: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "treatygraph_operations_total",
			Help: "GraphQL operations ended, by kind, name of the trusted document (other: of none) and code of the first error (OK: none)."}, []string{"kind", "name", "code"}),
		operationSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "treatygraph_operation_duration_seconds",
			Help: "Time to answer a query or mutation, by kind and name of the trusted document.", Buckets: fast}, []string{"kind", "name"}),
		operationCost: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "treatygraph_operation_requested_cost_items",
			Help: "Items that the lists of an operation may hold in all, as asked for.", Buckets: prometheus.ExponentialBuckets(1, 4, 10)}),
		events: prometheus.NewCounter(prometheus.CounterOpts{Name: "treatygraph_subscription_events_total", Help: "Events of subscriptions given to their transport."}),
		exports: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "treatygraph_exports_total",
			Help: "Exports that were begun, by format and how they ended: ok, or failed (the client left, or the store could not answer)."}, []string{"format", "outcome"}),
		exportItems: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "treatygraph_export_statements_total",
			Help: "Statements of the exports that were written whole, by format."}, []string{"format"}),
		exportSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "treatygraph_export_duration_seconds",
			Help: "Time to write an export, by format; with what the client took to read it.", Buckets: slow}, []string{"format"}),
		storeCalls: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "treatygraph_store_calls_total",
			Help: "Calls of the store that ended, by method and outcome."}, []string{"method", "outcome"}),
		storeCallsSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "treatygraph_store_call_duration_seconds",
			Help: "Time of a call of the store, by method; of a stream, with what its reader did meanwhile.", Buckets: fast}, []string{"method"}),
	}
	for _, method := range guard.Methods { // a series that begins with its first event shows no increase
		for _, outcome := range storeOutcomes {
			m.storeCalls.WithLabelValues(method, outcome.name)
		}
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "treatygraph_build_info", Help: "Always 1; the labels say which build runs.",
		ConstLabels: prometheus.Labels{"version": version(), "goversion": runtime.Version()}})
	build.Set(1)
	m.registry.MustRegister(m.Sockets, m.Subscriptions, m.requests, m.requestSeconds, m.requestBody, m.inFlight, m.operations, m.operationSeconds, m.operationCost,
		m.events, m.exports, m.exportItems, m.exportSeconds, m.storeCalls, m.storeCallsSeconds, build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler answers with the metrics as Prometheus reads them.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// WatchIndex adds what an index tells of itself. It is called once.
func (m *Metrics) WatchIndex(x *index.Index) { m.registry.MustRegister(&indexCollector{index: x}) }

// WatchContents adds what the guard before the store tells of itself. It is called once.
func (m *Metrics) WatchContents(c *guard.Contents) { m.registry.MustRegister(contentsCollector{c}) }

// export counts an export that was begun.
func (m *Metrics) export(format string, about *export.About, took time.Duration, err error) {
	outcome := "ok"
	if err != nil {
		outcome = "failed"
	} else {
		m.exportItems.WithLabelValues(format).Add(float64(about.Statements))
	}
	m.exports.WithLabelValues(format, outcome).Inc()
	m.exportSeconds.WithLabelValues(format).Observe(took.Seconds())
}

// storeCall counts a call of the store.
func (m *Metrics) storeCall(method string, took time.Duration, err error) {
	m.storeCalls.WithLabelValues(method, storeOutcome(err)).Inc()
	m.storeCallsSeconds.WithLabelValues(method).Observe(took.Seconds())
}

// storeOutcomes name how calls end; the first that fits counts.
var storeOutcomes = []struct {
	name string
	fits func(error) bool
}{
	{"ok", func(err error) bool { return err == nil }},
	{"unknown", is(graph.ErrUnknownOutcome)},
	{"unavailable", is(graph.ErrUnavailable)},
	{"conflict", is(graph.ErrConflict)},
	{"invalid", is(graph.ErrInvalid)},
	{"corrupt", is(graph.ErrCorrupt)},
	{"late", is(context.DeadlineExceeded)},
	{"canceled", is(context.Canceled)},
	{"error", func(error) bool { return true }},
}

func is(class error) func(error) bool { return func(err error) bool { return errors.Is(err, class) } }

func storeOutcome(err error) (name string) {
	for _, o := range storeOutcomes {
		if name = o.name; o.fits(err) {
			break
		}
	}
	return name
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("treatygraph_"+name, help, labels, nil)
}

var (
	indexRevision   = describe("index_revision", "Revision that answers come from.")
	storeRevision   = describe("store_revision", "Newest revision that the store is known to have.")
	indexLag        = describe("index_lag_revisions", "Revisions of the store that the index does not have yet.")
	indexLagSeconds = describe("index_lag_seconds", "Seconds since the index was last known to have all that the store has; below one while it follows.")
	indexFollowing  = describe("index_following", "1 while the index keeps up with the store, 0 while it cannot.")
	indexVersions   = describe("index_assertion_versions", "Versions of assertions in memory, closed ones included.")
	statements      = describe("statements", "Statements that stand now. Counted anew as seldom as keeps it below one percent of a core.")
	entities        = describe("entities", "Entities that exist now, by kind. Counted as statements are.", "kind")
	cacheHits       = describe("cache_hits_total", "Contents asked for that were in the cache.", "cache")
	cacheMisses     = describe("cache_misses_total", "Contents asked for that were not in the cache, and were loaded from the store.", "cache")
	cacheEvictions  = describe("cache_evictions_total", "Contents that had to leave the cache.", "cache")
	cacheBytes      = describe("cache_size_bytes", "Weight of what the cache holds.", "cache")
	cacheMaxBytes   = describe("cache_max_bytes", "Weight of what the cache may hold.", "cache")
)

// indexCollector asks an index when Prometheus does.
type indexCollector struct {
	index *index.Index

	mu         sync.Mutex // guards what follows
	nextCount  time.Time  // not counted anew before
	statements int
	entities   map[graph.Kind]int
}

// Describe implements prometheus.Collector.
func (*indexCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{indexRevision, storeRevision, indexLag, indexLagSeconds, indexFollowing, indexVersions, statements, entities,
		cacheHits, cacheMisses, cacheEvictions, cacheBytes, cacheMaxBytes} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (c *indexCollector) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	counter := func(d *prometheus.Desc, v uint64, label string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), label)
	}
	m, following := c.index.Metrics(), 1.0
	if c.index.Err() != nil {
		following = 0
	}
	gauge(indexRevision, float64(m.Revision))
	gauge(storeRevision, float64(m.Store))
	gauge(indexLag, float64(m.Store-m.Revision))
	gauge(indexLagSeconds, max(0, time.Since(m.Level).Seconds()))
	gauge(indexFollowing, following)
	gauge(indexVersions, float64(m.Versions))
	for name, cache := range map[string]index.CacheMetrics{"assertions": m.Assertions, "texts": m.Texts} {
		counter(cacheHits, cache.Hits, name)
		counter(cacheMisses, cache.Misses, name)
		counter(cacheEvictions, cache.Evictions, name)
		gauge(cacheBytes, float64(cache.Bytes), name)
		gauge(cacheMaxBytes, float64(cache.MaxBytes), name)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count()
	gauge(statements, float64(c.statements))
	for kind, n := range c.entities {
		gauge(entities, float64(n), kind.String())
	}
}

// count goes through all of the record, which takes 0.14 s a million versions, unless it did so lately.
func (c *indexCollector) count() {
	const rest = 100 // times as long as the counting
	began := time.Now()
	if began.Before(c.nextCount) {
		return
	}
	s := c.index.Snapshot().Statistics(index.AsOf{})
	c.statements, c.entities = s.Claims().Statements, s.Entities()
	ended := time.Now()
	c.nextCount = ended.Add(rest * ended.Sub(began))
}

var (
	contentsCalls = describe("store_guard_calls", "Loads of contents under way in the store.")
	contentsAway  = describe("store_guard_away", "1 from a load of contents that the store did not answer until one that it does, else 0.")
	contentsShed  = describe("store_guard_shed_total", "Loads of contents refused, because all places were taken (full) or the store did not answer (away).", "reason")
)

// contentsCollector asks a guard when Prometheus does.
type contentsCollector struct{ contents *guard.Contents }

// Describe implements prometheus.Collector.
func (contentsCollector) Describe(to chan<- *prometheus.Desc) {
	to <- contentsCalls
	to <- contentsAway
	to <- contentsShed
}

// Collect implements prometheus.Collector.
func (c contentsCollector) Collect(to chan<- prometheus.Metric) {
	s, away := c.contents.State(), 0.0
	if s.Away {
		away = 1
	}
	to <- prometheus.MustNewConstMetric(contentsCalls, prometheus.GaugeValue, float64(s.Calls))
	to <- prometheus.MustNewConstMetric(contentsAway, prometheus.GaugeValue, away)
	to <- prometheus.MustNewConstMetric(contentsShed, prometheus.CounterValue, float64(s.ShedFull), "full")
	to <- prometheus.MustNewConstMetric(contentsShed, prometheus.CounterValue, float64(s.ShedAway), "away")
}
