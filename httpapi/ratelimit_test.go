package httpapi

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"treatygraph/resolvers"
)

// A clock stands until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// serveRated returns the service over the corpus for clients who may spend so many points in a minute, and its clock.
func serveRated(t *testing.T, rate int) (*service, *clock) {
	t.Helper()
	filled := serveCorpus(t)
	clock := &clock{at: now}
	s := &service{source: filled.source, store: filled.store}
	s.Handler = NewHandler(Config{
		Source: s.source, Store: s.store, Now: clock.now, Logger: slog.New(slog.DiscardHandler), Limits: Limits{Rate: rate},
		Auth: WriteToken("secret"), TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	})
	return s, clock
}

// from sends a query from an address, and returns the answer with its status and headers.
func (s *service) from(t *testing.T, remote, query string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(fmt.Sprintf(`{"query":%q}`, query)))
	r.Header.Set("Content-Type", "application/json")
	r.RemoteAddr = remote
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

const (
	home1 = "192.0.2.1:1234"
	home2 = "192.0.2.2:1234"
)

func left(w *httptest.ResponseRecorder) string { return w.Header().Get("RateLimit") }

func TestAnOperationCostsOnePointAndOneForEachItem(t *testing.T) {
	s, clock := serveRated(t, 1_200)
	for _, step := range []struct {
		query, says string
		wait        time.Duration
	}{
		{`{revision{number}}`, `"cost";r=1199;t=1`, 0},
		{`{treaties(first:5){nodes{id}}}`, `"cost";r=1193;t=1`, 0},
		{`{treaties(first:5){nodes{id} edges{cursor}}}`, `"cost";r=1182;t=1`, 0},
		{`{entity(id:"treaty/none"){names{text}}}`, `"cost";r=1181;t=1`, 0}, // what the list did not hold is given back
		{`query @cost(dryRun:true){treaties(first:100){nodes{names{text}}}}`, `"cost";r=1180;t=1`, 0},
		{`{nothing}`, `"cost";r=1080;t=6`, 0},
		{`{`, `"cost";r=980;t=11`, 0},
		{`{entities(first:100){nodes{statements(first:100){nodes{object{statements{nodes{id}}}}}}}}`, `"cost";r=880;t=16`, 0},
		{`{revision{number}}`, `"cost";r=979;t=12`, 5 * time.Second}, // twenty points a second come back
		{`{revision{number}}`, `"cost";r=1199;t=1`, time.Hour},
	} {
		clock.move(step.wait)
		w := s.from(t, home1, step.query)
		if left(w) != step.says || w.Header().Get("RateLimit-Policy") != `"cost";q=1200;w=60` || w.Header().Get("Retry-After") != "" {
			t.Errorf("%s: %v, not %s", step.query, w.Header(), step.says)
		}
	}
}

func TestAnAnswerThatTheClientHasCostsOnePoint(t *testing.T) {
	s, _ := serveRated(t, 1_200)
	const query = `query@asOf(revision:3,validOn:"2008-04-06"){treaties(first:100){nodes{id}}}`
	first := get(t, s, query)
	if again := get(t, s, query, "If-None-Match", first.Header().Get("ETag")); again.Code != http.StatusNotModified || left(again) == "" {
		t.Fatalf("%d %v", again.Code, again.Header())
	}
	var before, after int
	if _, err := fmt.Sscanf(left(first), `"cost";r=%d`, &before); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscanf(left(get(t, s, `{revision{number}}`)), `"cost";r=%d`, &after); err != nil || after != before-2 {
		t.Errorf("%d points are left of %d, after an answer that the client has and one more question: %v", after, before, err)
	}
}

func TestWhoHasSpentHisPointsIsToldHowLongToWait(t *testing.T) {
	s, clock := serveRated(t, 600)
	const query = `{treaties(first:100){nodes{names{text}}}}` // 1,100 items, so it needs all there is
	if w := s.from(t, home1, query); code(t, w) != "" {
		t.Fatalf("with all points: %s", w.Body)
	}
	w := s.from(t, home1, query)
	if code(t, w) != "LIMIT_EXCEEDED" || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), `"retryAfter":`+w.Header().Get("Retry-After")) {
		t.Errorf("without: %v %s", w.Header(), w.Body)
	}
	if w := s.from(t, home2, query); code(t, w) != "" {
		t.Errorf("another pays for it: %s", w.Body)
	}
	for range 10 {
		w = s.from(t, home1, `{nothing}`)
	}
	if code(t, w) != "LIMIT_EXCEEDED" || !strings.Contains(w.Body.String(), "try again in") || strings.Contains(w.Body.String(), "nothing") {
		t.Errorf("a document is read for who has no points: %s", w.Body)
	}
	var wait int
	if _, err := fmt.Sscan(w.Header().Get("Retry-After"), &wait); err != nil || wait < 1 || wait > 10 {
		t.Errorf("Retry-After is %q", w.Header().Get("Retry-After"))
	}
	clock.move(time.Duration(wait) * time.Second)
	if w := s.from(t, home1, `{revision{number}}`); code(t, w) != "" {
		t.Errorf("after the time that was told: %s", w.Body)
	}
	clock.move(-time.Hour) // a clock that was set back gives nothing and takes nothing
	s.from(t, home1, `{revision{number}}`)
	clock.move(2 * time.Hour)
	if w := s.from(t, home1, query); code(t, w) != "" {
		t.Errorf("with all points again: %s", w.Body)
	}
}

func TestTheRateLimitCanBeAsked(t *testing.T) {
	s, _ := serveRated(t, 1_200)
	w := s.from(t, home1, `{rateLimit{cost remaining limit resetAt} treaties(first:99){nodes{id}}}`)
	if want := `"rateLimit":{"cost":100,"remaining":1100,"limit":1200,"resetAt":"2026-01-15T12:00:05Z"}`; !strings.Contains(w.Body.String(), want) {
		t.Errorf("%s does not hold %s", w.Body, want)
	}
	if w := serveCorpus(t).from(t, home1, `{rateLimit{cost}}`); !strings.Contains(w.Body.String(), `"rateLimit":null`) || left(w) != "" {
		t.Errorf("without a limit: %v %s", w.Header(), w.Body)
	}
}

func TestAClientIsACallerOrAnAddress(t *testing.T) {
	s, _ := serveRated(t, 1_200)
	used := func(remote string, header ...string) bool {
		return left(s.from(t, remote, `{revision{number}}`, header...)) != `"cost";r=1199;t=1`
	}
	for i, step := range []struct {
		remote string
		header []string
		known  bool // by what was asked before
	}{
		{home1, nil, false},
		{"192.0.2.1:99", nil, true},
		{"[::ffff:192.0.2.1]:99", nil, true},
		{home2, nil, false},
		{"[2001:db8:0:1::1]:1", nil, false},
		{"[2001:db8:0:1:ffff::2]:1", nil, true},
		{"[2001:db8:0:2::1]:1", nil, false},
		{home1, []string{"Authorization", "Bearer secret"}, false},
		{home2, []string{"Authorization", "Bearer secret"}, true},
		{home2, []string{"X-Forwarded-For", "198.51.100.1"}, true}, // anybody can write that
		{"10.0.0.1:1", []string{"X-Forwarded-For", "198.51.100.1"}, false},
		{"10.0.0.2:1", []string{"X-Forwarded-For", "203.0.113.9, 198.51.100.1, 10.0.0.1"}, true},
		{"10.0.0.2:1", []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-For", "198.51.100.1"}, true},
		{"10.0.0.2:1", []string{"X-Forwarded-For", "somewhere"}, false}, // the proxy itself
		{"10.0.0.2:1", nil, true},
		{"10.0.0.2:1", []string{"X-Forwarded-For", "2001:db8:0:1::7"}, true},
	} {
		if got := used(step.remote, step.header...); got != step.known {
			t.Errorf("step %d, from %s with %v: known %t", i, step.remote, step.header, got)
		}
	}
}

func TestPointsAreTakenOnceBySimultaneousRequests(t *testing.T) {
	r := newRateLimiter(1_000, func() time.Time { return now })
	var wait sync.WaitGroup
	var mu sync.Mutex
	admitted := 0
	for range 50 {
		wait.Go(func() {
			for range 10 {
				if _, wait := r.take("one", 7); wait == 0 {
					mu.Lock()
					admitted++
					mu.Unlock()
				}
			}
		})
	}
	wait.Wait()
	if admitted != 1_000/7 {
		t.Errorf("%d times seven points were taken of a thousand", admitted)
	}
}

func TestWhoHasNotAskedForLongestIsForgottenFirst(t *testing.T) {
	r := newRateLimiter(1_000, func() time.Time { return now })
	r.take("first", 900)
	r.take("second", 900)
	for i := range mostClients - 1 {
		if i == mostClients/2 {
			r.take("first", 0)
		}
		r.take(fmt.Sprint(i), 1)
	}
	if left, _ := r.take("first", 0); left != 100 {
		t.Errorf("who asked lately has %d points", left)
	}
	if left, _ := r.take("second", 0); left != 1_000 {
		t.Errorf("more than %d clients are remembered: one who should be forgotten has %d points", mostClients, left)
	}
}

func TestARefusalForWantOfPointsIsALimitThatSaysWhenToComeBack(t *testing.T) {
	e := resolvers.RefuseFor(1_500 * time.Millisecond)
	if e.Message != "the points of this client are spent; try again in 2 seconds" {
		t.Errorf("it says %q", e.Message)
	}
}

func TestEachAnswerOfASubscriptionCosts(t *testing.T) {
	r := newRateLimiter(1_000, func() time.Time { return now })
	c := &graphql.OperationContext{}
	ctx := graphql.WithOperationContext(t.Context(), c)
	if err := r.MutateOperationParameters(ctx, &graphql.RawParams{}); err != nil {
		t.Fatal(err)
	}
	if err := r.begin(ctx, c, 20); err != nil {
		t.Fatal(err)
	}
	client := accountOf(ctx).client
	for i, want := range []int{994, 988, 982, 0} {
		if r.end(ctx, map[bool]int{true: 5, false: 5_000}[want > 0]); r.settle(client, 0) != want {
			t.Errorf("after answer %d %d points are left, not %d", i, r.settle(client, 0), want)
		}
	}
}

func TestAnAnswerThatAClientHasCostsOnePoint(t *testing.T) {
	s, _ := serveRated(t, 100_000)
	const query = `{treaties(first:100){nodes{names{text}}}}`
	tag := get(t, s, query).Header().Get("ETag")
	points := func(w *httptest.ResponseRecorder) (n int) {
		if _, err := fmt.Sscanf(left(w), `"cost";r=%d;`, &n); err != nil {
			t.Errorf("%d says of the points %q", w.Code, left(w))
		}
		return n
	}
	before := points(get(t, s, `{revision{number}}`))
	r := get(t, s, query, "If-None-Match", tag)
	if after := points(r); r.Code != http.StatusNotModified || after != before-1 {
		t.Errorf("got %d; of %d points %d are left", r.Code, before, after)
	}
}

func TestWhoOffersHTTP2InClearIsAnsweredAsOthersAre(t *testing.T) {
	s, _ := serveRated(t, 100_000)
	w := s.from(t, home1, `{treaties(first:100){nodes{id label}}}`, "Connection", "Upgrade, HTTP2-Settings", "Upgrade", "h2c", "Accept-Encoding", "gzip")
	if w.Code != 200 || left(w) == "" || w.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("got %d %v", w.Code, w.Header())
	}
}
