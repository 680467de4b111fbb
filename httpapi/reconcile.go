package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rs/cors"

	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/reconcile"
	"treatygraph/resolvers"
)

// reconcilePath is the endpoint of the Reconciliation Service API 0.2; its other services are below it. See docs/reconciliation.md.
const reconcilePath = "/reconcile"

// isReconciliation tells paths that the protocol wants open to the pages of all hosts.
func isReconciliation(path string) bool {
	return path == reconcilePath || strings.HasPrefix(path, reconcilePath+"/")
}

// openCORS lets the pages of all hosts read, as the protocol demands. What can be read so is public, and nothing is known of who asks but
// what a page itself sends.
var openCORS = cors.New(cors.Options{
	AllowedOrigins: []string{"*"},
	AllowedMethods: []string{http.MethodGet, http.MethodPost},
	AllowedHeaders: []string{"*"},
	ExposedHeaders: exposed,
	MaxAge:         int(preflightAge.Seconds()),
})

// reconciliation serves the endpoint.
type reconciliation struct {
	Config
	rate *rateLimiter // nil: clients may spend what they like
}

// register adds the routes.
func (h reconciliation) register(mux *http.ServeMux) {
	for path, s := range map[string]struct {
		forms  bool // can be asked by POST, too
		answer func(*inquiry) (any, error)
	}{
		"":                  {true, h.endpoint},
		"/extend":           {true, h.extend},
		"/extend/propose":   {false, h.propose},
		"/suggest/entity":   {false, h.suggestEntity},
		"/suggest/type":     {false, h.suggestType},
		"/suggest/property": {false, h.suggestProperty},
		"/preview":          {false, h.preview},
	} {
		mux.Handle(reconcilePath+path, openCORS.Handler(authenticated(h.Auth, withClient(h.TrustedProxies, h.service(s.forms, s.answer)))))
	}
}

// An inquiry is a request that has been read, answered of one snapshot.
type inquiry struct {
	*reconcile.Reconciler
	request *http.Request
	header  http.Header
	values  url.Values
}

// A previewPage is the answer that is not JSON: what reconcile.html shows.
type previewPage struct {
	Label, Kind, ID, Path string
	Lang                  graph.Language
	Names                 []index.NamedName
	Identifiers           []graph.Identifier
	Status                string
}

// The errors for which a request is refused.
type (
	mistaken struct{ error }              // says what is wrong with it
	early    struct{ wait time.Duration } // it costs more than is left
)

func (m mistaken) Unwrap() error { return m.error }

func (e early) Error() string {
	return fmt.Sprintf("this costs more points than are left; wait %d s", seconds(e.wait))
}

var errUnknownEntity = errors.New("the record knows nothing of it")

func (h reconciliation) service(forms bool, answer func(*inquiry) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		values, ok := h.parameters(w, r, forms)
		if !ok {
			return
		}
		w.Header().Add("Vary", "Accept-Language")
		ctx, cancel := context.WithTimeout(r.Context(), h.Limits.Deadline)
		defer cancel()
		in := &reconcile.Reconciler{Snapshot: h.Source.Snapshot(), Language: acceptedLanguage(r.Header.Values("Accept-Language")), Today: graph.DayOf(h.Now())}
		result, err := answer(&inquiry{in, r.WithContext(ctx), w.Header(), values})
		if err != nil {
			h.fail(w, r, err)
			return
		}
		if page, is := result.(*previewPage); is {
			writePage(w, http.StatusOK, previewPolicy, "reconcile.html", page)
			return
		}
		body, err := json.Marshal(result)
		if err != nil {
			panic(err) // answers are made of what can be written; the request is answered with an internal error
		}
		w.Header().Set("Content-Type", mediaJSON+"; charset=utf-8")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(body) // a client that is gone needs no answer
	})
}

// parameters reads what is asked, from the address or from a form; false: it was refused.
func (h reconciliation) parameters(w http.ResponseWriter, r *http.Request, forms bool) (url.Values, bool) {
	refuse := func(status int, code resolvers.Code, message string) (url.Values, bool) {
		writeError(w, r, status, code, message)
		return nil, false
	}
	text := r.URL.RawQuery
	switch {
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		if int64(len(text)) > h.Limits.Body {
			return refuse(http.StatusRequestURITooLong, resolvers.LimitExceeded, fmt.Sprintf("the query in the address is longer than %d bytes", h.Limits.Body))
		}
	case r.Method == http.MethodPost && forms:
		media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || media != "application/x-www-form-urlencoded" {
			return refuse(http.StatusUnsupportedMediaType, resolvers.BadUserInput, "send a form: application/x-www-form-urlencoded")
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.Limits.Body))
		var tooLong *http.MaxBytesError
		switch {
		case errors.As(err, &tooLong):
			return refuse(http.StatusRequestEntityTooLarge, resolvers.LimitExceeded, fmt.Sprintf("the request body is longer than %d bytes", h.Limits.Body))
		case err != nil:
			return refuse(http.StatusBadRequest, resolvers.BadUserInput, "the request body could not be read")
		}
		text = string(body)
	default:
		allowed := "GET, HEAD"
		if forms {
			allowed += ", POST"
		}
		w.Header().Set("Allow", allowed)
		return refuse(http.StatusMethodNotAllowed, resolvers.BadUserInput, "use "+allowed)
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return refuse(http.StatusBadRequest, resolvers.BadUserInput, "the parameters cannot be read")
	}
	return values, true
}

// charge takes points from who asks, before the work is done.
func (h reconciliation) charge(a *inquiry, points int) error {
	if h.rate == nil {
		return nil
	}
	ctx := a.request.Context()
	left, wait := h.rate.take(h.client(a.request), min(points, h.rate.limit))
	h.rate.tell(ctx, left)
	if wait > 0 {
		return early{wait}
	}
	return nil
}

func (h reconciliation) client(r *http.Request) string {
	return clientOf(r.Context()).key(resolvers.CallerOf(r.Context()))
}

// fail says why there is no answer. A request that is wrong costs what one of the API does.
func (h reconciliation) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, code, message := http.StatusInternalServerError, resolvers.Internal, "internal error"
	var wrong mistaken
	var soon early
	switch {
	case errors.As(err, &soon):
		status, code, message = http.StatusTooManyRequests, resolvers.LimitExceeded, soon.Error()
		w.Header().Set("Retry-After", strconv.Itoa(seconds(soon.wait)))
	case errors.Is(err, reconcile.ErrTooMuch):
		status, code, message = http.StatusRequestEntityTooLarge, resolvers.LimitExceeded, err.Error()
	case errors.Is(err, errUnknownEntity):
		status, code, message = http.StatusNotFound, resolvers.NotFound, errUnknownEntity.Error()
	case errors.As(err, &wrong):
		status, code, message = http.StatusBadRequest, resolvers.BadUserInput, wrong.Error()
	case errors.Is(err, context.DeadlineExceeded):
		status, code, message = http.StatusGatewayTimeout, resolvers.Timeout, "there was no time to find all; ask for less at once"
	case errors.Is(err, graph.ErrUnavailable), errors.Is(err, index.ErrClosed):
		status, code, message = http.StatusServiceUnavailable, resolvers.Unavailable, "the texts cannot be searched now"
		w.Header().Set("Retry-After", strconv.Itoa(int(storeRetry.Seconds())))
	case r.Context().Err() != nil:
		return // the client is gone
	}
	switch code {
	case resolvers.BadUserInput:
		if h.rate != nil {
			h.rate.settle(h.client(r), refusedCost)
		}
	case resolvers.Internal, resolvers.Unavailable, resolvers.Timeout:
		h.Logger.ErrorContext(r.Context(), "reconcile", "requestId", resolvers.RequestID(r.Context()), "error", err)
	}
	writeError(w, r, status, code, message)
}

// endpoint answers queries and data extensions, and without either tells what there is.
func (h reconciliation) endpoint(a *inquiry) (any, error) {
	switch {
	case a.values.Has("queries") && a.values.Has("extend"):
		return nil, mistaken{errors.New("ask for queries or for extend, not for both")}
	case a.values.Has("extend"):
		return h.extend(a)
	case !a.values.Has("queries") && a.request.Method == http.MethodPost:
		return nil, mistaken{errors.New("the form has neither queries nor extend")}
	case !a.values.Has("queries"):
		return reconcile.NewManifest(base(a.request), version()), nil
	}
	batch, err := reconcile.ParseBatch(a.values.Get("queries"))
	if err != nil {
		return nil, mistaken{err}
	}
	if err := h.charge(a, 1+batch.Cost()); err != nil {
		return nil, err
	}
	return a.Answer(a.request.Context(), batch)
}

func (h reconciliation) extend(a *inquiry) (any, error) {
	extension, err := reconcile.ParseExtension(a.values.Get("extend"))
	if err != nil {
		return nil, mistaken{err}
	}
	if err := h.charge(a, 1+extension.Cells()); err != nil {
		return nil, err
	}
	return a.Extend(a.request.Context(), extension)
}

// A proposal is what properties entities of a type can have.
type proposal struct {
	Type       string               `json:"type"`
	Limit      *int                 `json:"limit,omitempty"`
	Properties []reconcile.Property `json:"properties"`
}

func (h reconciliation) propose(a *inquiry) (any, error) {
	kinds, err := a.kinds()
	if err != nil {
		return nil, err
	}
	p := proposal{Type: a.values.Get("type"), Properties: reconcile.Propose(kinds)}
	if text := a.values.Get("limit"); text != "" {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 1 {
			return nil, mistaken{fmt.Errorf("limit: %.20q is not a number of properties", text)}
		}
		p.Limit, p.Properties = &limit, p.Properties[:min(limit, len(p.Properties))]
	}
	return p, h.charge(a, 1)
}

// kinds reads the parameter type; without it, all.
func (a *inquiry) kinds() (graph.KindSet, error) {
	id := a.values.Get("type")
	if id == "" {
		return graph.AnyKind, nil
	}
	t, err := reconcile.ParseType(id)
	if err != nil {
		return 0, mistaken{err}
	}
	return t.Kinds(), nil
}

// prefix reads what a suggest service is asked, and how many suggestions are skipped.
func (a *inquiry) prefix() (text string, skip int, err error) {
	if cursor := a.values.Get("cursor"); cursor != "" {
		if skip, err = strconv.Atoi(cursor); err != nil || skip < 0 {
			return "", 0, mistaken{fmt.Errorf("cursor: %.20q is not a number of suggestions", cursor)}
		}
	}
	return a.values.Get("prefix"), skip, nil
}

// A suggested list is the answer of every suggest service.
type suggested[T any] struct {
	Result []T `json:"result"`
}

func (h reconciliation) suggestEntity(a *inquiry) (any, error) {
	text, skip, err := a.prefix()
	if err != nil {
		return nil, err
	}
	kinds, err := a.kinds()
	if err != nil {
		return nil, err
	}
	if err := h.charge(a, 1+reconcile.SuggestLimit); err != nil {
		return nil, err
	}
	ids, err := a.SuggestEntities(a.request.Context(), text, kinds, skip)
	return suggested[reconcile.Suggestion]{a.Suggestions(ids)}, err
}

func (h reconciliation) suggestType(a *inquiry) (any, error) {
	text, skip, err := a.prefix()
	if err != nil {
		return nil, err
	}
	return suggested[reconcile.Type]{append([]reconcile.Type{}, reconcile.SuggestTypes(text, skip)...)}, h.charge(a, 1)
}

func (h reconciliation) suggestProperty(a *inquiry) (any, error) {
	text, skip, err := a.prefix()
	if err != nil {
		return nil, err
	}
	return suggested[reconcile.Property]{append([]reconcile.Property{}, reconcile.SuggestProperties(text, skip)...)}, h.charge(a, 1)
}

// previewPolicy is pagePolicy for a page that clients of all hosts show in a frame.
var previewPolicy = strings.Replace(pagePolicy, "frame-ancestors 'none'", "frame-ancestors *", 1)

// What a preview has room for.
const (
	previewNames       = 6
	previewIdentifiers = 4
)

func (h reconciliation) preview(a *inquiry) (any, error) {
	entity, found := a.Snapshot.Entity(graph.ID(a.values.Get("id")), index.AsOf{})
	if !found {
		return nil, errUnknownEntity
	}
	if err := h.charge(a, 1); err != nil {
		return nil, err
	}
	label := a.Snapshot.Label(entity.ID, a.Language, index.AsOf{})
	p := &previewPage{Label: label.Text, Lang: label.Lang, Kind: entity.ID.Kind().String(), ID: string(entity.ID), Path: (&url.URL{Path: "/entity/" + string(entity.ID)}).EscapedPath()}
	names, identifiers := a.Snapshot.Names(entity.ID, index.AsOf{}), a.Snapshot.Identifiers(entity.ID, index.AsOf{})
	p.Names, p.Identifiers = names[:min(len(names), previewNames)], identifiers[:min(len(identifiers), previewIdentifiers)]
	if status, err := reconcile.ParseProperty("status"); err == nil {
		for _, v := range a.Values(entity.ID, &status, 1) {
			p.Status = v.Text
		}
	}
	return p, nil
}
