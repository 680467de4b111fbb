package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"treatygraph/export"
	"treatygraph/export/selection"
	"treatygraph/graph"
	"treatygraph/resolvers"
)

const (
	// exportsInAll bounds the exports that run at once, whoever asks: each holds up to some ten megabytes of what it reads ahead.
	exportsInAll = 32
	// itemsPerPoint is how many entities and statements an export writes for a point of the rate limit: a hundredth of what they cost in
	// an operation of the API, as they are read in bulk.
	itemsPerPoint = 100
	// maxLink bounds the header that leads to the manifest, in bytes. It repeats the selection, and proxies refuse answers whose headers are longer
	// than some 4 KiB.
	maxLink = 2 << 10
)

// exports serves /export: a selection of the record in one of the formats, streamed. See docs/exports.md.
type exports struct {
	Config
	rate *rateLimiter // nil: clients may spend what they like
	gate *exportGate
}

func newExports(c Config, rate *rateLimiter) http.Handler {
	return exports{c, rate, &exportGate{perClient: c.Limits.Exports, of: map[string]int{}}}
}

// ServeHTTP answers GET and HEAD.
func (e exports) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q, err := e.query(r)
	if err != nil {
		writeError(w, r, http.StatusBadRequest, resolvers.BadUserInput, err.Error())
		return
	}
	client := clientOf(r.Context()).key(resolvers.CallerOf(r.Context()))
	leave, err := e.gate.enter(client)
	if err != nil {
		w.Header().Set("Retry-After", "1")
		writeError(w, r, http.StatusTooManyRequests, resolvers.LimitExceeded, err.Error())
		return
	}
	defer leave()
	if !e.charge(w, r, client, 1) { // before anything is selected
		return
	}
	source, err := e.open(r.Context(), q)
	if err != nil {
		e.fail(w, r, err)
		return
	}
	kept := q.caching(r, source.About())
	if kept.matches(r) {
		kept.write(w.Header())
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if about := source.About(); r.Method != http.MethodHead && !e.charge(w, r, client, (about.Entities+about.Statements)/itemsPerPoint) {
		return
	}
	kept.write(w.Header())
	header := w.Header()
	header.Set("Treatygraph-Revision", strconv.FormatUint(uint64(source.About().Revision), 10))
	if q.manifest {
		header.Set("Content-Type", mediaJSON)
		header.Set("Content-Disposition", `inline; filename="`+q.format.FileName()+"."+export.ManifestName+`"`)
	} else {
		header.Set("Content-Type", typeOf(q.format.MediaType))
		header.Set("Content-Disposition", `attachment; filename="`+q.format.FileName()+`"`)
		if link := "<" + q.manifestURL(r, source.About()) + `>; rel="describedby"; type="application/json"`; len(link) <= maxLink {
			header.Set("Link", link)
		}
	}
	if r.Method == http.MethodHead {
		return
	}
	e.write(w, r, q, source)
}

// typeOf names the encoding of what is text.
func typeOf(mediaType string) string {
	if strings.HasPrefix(mediaType, "text/") {
		return mediaType + "; charset=utf-8"
	}
	return mediaType
}

// write streams the export, or its manifest. What fails before anything has left is told; after that the connection is cut, which no
// client takes for the end.
func (e exports) write(w http.ResponseWriter, r *http.Request, q exportQuery, source export.Source) {
	out := &patient{w: w, control: http.NewResponseController(w)}
	var to io.Writer = out
	if q.manifest {
		to = io.Discard
	}
	began := time.Now()
	manifest, err := export.Write(r.Context(), to, q.format, source, nil)
	if err == nil && q.manifest {
		_, err = out.Write(manifest.JSON())
	}
	e.Metrics.export(q.format.Name, source.About(), time.Since(began), err)
	switch {
	case err == nil:
	case !out.begun:
		for _, name := range []string{"Content-Disposition", "Link", "ETag"} {
			w.Header().Del(name)
		}
		e.fail(w, r, err)
	default:
		if !out.failed && r.Context().Err() == nil { // else the client is gone, or took nothing for too long
			e.Logger.ErrorContext(r.Context(), "an export was cut off", "requestId", resolvers.RequestID(r.Context()), "format", q.format.Name, "error", err)
		}
		panic(http.ErrAbortHandler)
	}
}

// fail tells why there is no export.
func (e exports) fail(w http.ResponseWriter, r *http.Request, err error) {
	code, message := resolvers.Internal, "internal error"
	switch {
	case errors.Is(err, selection.ErrSelection):
		code, message = resolvers.BadUserInput, err.Error()
	case errors.Is(err, context.DeadlineExceeded):
		code, message = resolvers.Timeout, "what is selected could not be found in time; ask for less"
	case errors.Is(err, graph.ErrUnavailable):
		code, message = resolvers.Unavailable, "the store cannot be reached now"
	case r.Context().Err() != nil:
		return // the client is gone
	}
	if code != resolvers.BadUserInput {
		e.Logger.ErrorContext(r.Context(), "export", "requestId", resolvers.RequestID(r.Context()), "error", err)
	}
	writeError(w, r, statusOf(code), code, message)
}

// open finds what is selected, within the time of an operation.
func (e exports) open(ctx context.Context, q exportQuery) (*selection.Source, error) {
	ctx, cancel := context.WithTimeout(ctx, e.Limits.Deadline)
	defer cancel()
	return selection.Open(ctx, e.Source.Snapshot(), e.Store, q.Query)
}

// charge takes points from a client, or answers that there are too few; what costs more than anybody can have takes all there is.
func (e exports) charge(w http.ResponseWriter, r *http.Request, client string, points int) (paid bool) {
	if e.rate == nil {
		return true
	}
	left, wait := e.rate.take(client, min(points, e.rate.limit-1)) // one was taken first
	e.rate.tell(r.Context(), left)
	if wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds(wait)))
		writeError(w, r, http.StatusTooManyRequests, resolvers.LimitExceeded, fmt.Sprintf("this export costs more points than are left; wait %d s", seconds(wait)))
	}
	return wait == 0
}

// An exportQuery is what is asked of /export.
type exportQuery struct {
	selection.Query
	format   *export.Format
	manifest bool
}

// exportParameters are all there are: another is a mistake, and without the one it stands for much would be exported that nobody asked for.
var exportParameters = []string{"format", "selection", "revision", "recordedAt", "validOn", "evidence", "language", "manifest"}

func (e exports) query(r *http.Request) (q exportQuery, err error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return q, errors.New("the query of the address cannot be read")
	}
	for name, given := range values {
		if !slices.Contains(exportParameters, name) {
			return q, fmt.Errorf("there is no parameter %.40q; there are %s", name, strings.Join(exportParameters, ", "))
		}
		if len(given) > 1 {
			return q, fmt.Errorf("%s: it is given %d times", name, len(given))
		}
	}
	name := values.Get("format")
	if q.format = export.Find(e.Formats, name); q.format == nil {
		return q, fmt.Errorf("format: %.40q is none; there are %s", name, strings.Join(export.Names(e.Formats), ", "))
	}
	q.Selection, q.RecordedAt, q.ValidOn, q.Base = values.Get("selection"), values.Get("recordedAt"), values.Get("validOn"), base(r)+"/entity/"
	if v := values.Get("revision"); v != "" {
		n, err := strconv.ParseUint(v, 10, 63)
		if err != nil || n == 0 {
			return q, fmt.Errorf("revision: %.20q is not the number of a revision", v)
		}
		q.Revision = graph.RevisionNumber(n)
	}
	if v := values.Get("language"); v != "" {
		if q.Language, err = graph.ParseLanguage(v); err != nil {
			return q, fmt.Errorf("language: %w", err)
		}
	}
	if q.Evidence, err = flagOf(values, "evidence"); err != nil {
		return q, err
	}
	q.manifest, err = flagOf(values, "manifest")
	return q, err
}

func flagOf(values url.Values, name string) (bool, error) {
	switch v := values.Get(name); v {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, fmt.Errorf("%s: %.20q is neither true nor false", name, v)
	}
}

// manifestURL is where the manifest of an export is, at the export's revision.
func (q exportQuery) manifestURL(r *http.Request, about *export.About) string {
	values := r.URL.Query()
	values.Set("manifest", "true")
	if q.pinned() {
		return r.URL.Path + "?" + values.Encode()
	}
	values.Del("recordedAt")
	values.Set("revision", strconv.FormatUint(uint64(about.Revision), 10))
	return r.URL.Path + "?" + values.Encode()
}

// pinned tells whether the export is of a revision that the client named, so that it is the same for ever.
func (q exportQuery) pinned() bool {
	return q.Revision != 0 || q.Selection != "" && q.Selection != selection.All && !strings.HasPrefix(q.Selection, "{")
}

// caching is what a client is told of keeping the export. The tag is made of all that it depends on.
func (q exportQuery) caching(r *http.Request, about *export.About) caching {
	if r.Header.Get("Authorization") != "" {
		return uncached
	}
	question, err := json.Marshal([]any{build, "export", q.format.Name, q.manifest, about.Selection, about.Revision, about.Digest, q.ValidOn, q.Evidence, about.Language, about.Base})
	if err != nil {
		return uncached
	}
	sum := sha256.Sum256(question)
	keep := caching{tag: `W/"` + hex.EncodeToString(sum[:16]) + `"`, control: "public, no-cache"}
	if q.pinned() {
		keep.control = fmt.Sprintf("public, max-age=%d", fixedAge)
	}
	return keep
}

// A patient writer gives the client answerTime for each piece, so that an export takes as long as it has to, and who takes nothing is
// dropped.
type patient struct {
	w       io.Writer
	control *http.ResponseController
	begun   bool
	failed  bool // the client took no more
}

func (p *patient) Write(b []byte) (int, error) {
	p.begun = true
	if err := p.control.SetWriteDeadline(time.Now().Add(answerTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, fmt.Errorf("export: %w", err)
	}
	n, err := p.w.Write(b)
	p.failed = p.failed || err != nil
	return n, err
}

// An exportGate bounds how many exports run at once, of one client and in all.
type exportGate struct {
	perClient int

	mu  sync.Mutex
	of  map[string]int
	all int
}

// enter counts an export until leave is called, or says why it has to wait.
func (g *exportGate) enter(client string) (leave func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.of[client] >= g.perClient:
		return nil, fmt.Errorf("%d exports of yours are running, which is as many as may be", g.perClient)
	case g.all >= exportsInAll:
		return nil, fmt.Errorf("%d exports are running, which is as many as may be", exportsInAll)
	}
	g.of[client]++
	g.all++
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.of[client]--; g.of[client] == 0 {
			delete(g.of, client)
		}
		g.all--
	}, nil
}
