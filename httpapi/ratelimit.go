package httpapi

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/resolvers"
)

const (
	// rateWindow is the time in which all points of a client come back.
	rateWindow = time.Minute

	// refusedCost is what a request costs that is refused, by a limit or as it is wrong: finding that out may be as much work as
	// answering. It is taken from every request first, so that nobody who has spent his points has documents read.
	refusedCost = 100

	// mostClients is how many clients are remembered; who has not asked for longest is forgotten first. Each takes some 200 bytes.
	mostClients = 20_000
)

// A rateLimiter keeps what each client may still spend: points that come back evenly, as in a bucket that is filled again.
type rateLimiter struct {
	limit int // of points, and how many come back in a rateWindow
	now   func() time.Time

	mu      sync.Mutex
	clients *lru.LRU[*bucket]
}

// A bucket holds the points of one client at a time.
type bucket struct {
	points float64
	at     time.Time
}

// newRateLimiter returns nil, which limits nothing, for no points.
func newRateLimiter(limit int, now func() time.Time) *rateLimiter {
	if limit <= 0 {
		return nil
	}
	return &rateLimiter{limit: limit, now: now, clients: lru.New[*bucket](mostClients)}
}

// take takes points from a client, if he has them all; otherwise it says how long it takes until he has. It returns how many are left.
func (r *rateLimiter) take(client string, points int) (left int, wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.bucket(client)
	if missing := float64(points) - b.points; missing > 0 {
		return int(b.points), r.timeFor(missing)
	}
	b.points -= float64(points)
	return int(b.points), 0
}

// settle takes points, or gives them back when they are negative, and asks nobody. Nobody has less than none or more than all.
func (r *rateLimiter) settle(client string, points int) (left int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.bucket(client)
	b.points = min(max(b.points-float64(points), 0), float64(r.limit))
	return int(b.points)
}

// bucket returns the bucket of a client with what has come back.
func (r *rateLimiter) bucket(client string) *bucket {
	ctx := context.Background() // the cache does not look at it
	now := r.now()
	b, found := r.clients.Get(ctx, client)
	if !found {
		b = &bucket{points: float64(r.limit), at: now}
		r.clients.Add(ctx, client, b)
	}
	if passed := now.Sub(b.at); passed > 0 {
		b.points = min(b.points+passed.Seconds()*r.perSecond(), float64(r.limit))
		b.at = now
	}
	return b
}

func (r *rateLimiter) perSecond() float64 { return float64(r.limit) / rateWindow.Seconds() }

// timeFor is how long it takes until so many points have come back.
func (r *rateLimiter) timeFor(points float64) time.Duration {
	return time.Duration(math.Ceil(points / r.perSecond() * float64(time.Second)))
}

// timeToFill is how long it takes until all points have come back.
func (r *rateLimiter) timeToFill(left int) time.Duration { return r.timeFor(float64(r.limit - left)) }

// An account is what one operation has taken, and from whom.
type account struct {
	at     *rateLimiter
	client string
	taken  int
	begun  bool // the operation was not refused
	told   bool // so are the headers
}

const accountKey = "RateLimit"

// accountOf returns the account of the operation under way; nil when nothing is limited or the operation was refused for want of points.
func accountOf(ctx context.Context) *account {
	if !graphql.HasOperationContext(ctx) {
		return nil
	}
	a, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(accountKey).(*account)
	return a
}

// ExtensionName makes rateLimiter a graphql.HandlerExtension.
func (*rateLimiter) ExtensionName() string { return accountKey }

// Validate makes rateLimiter a graphql.HandlerExtension.
func (*rateLimiter) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters takes what a refused request costs, before anything is read.
func (r *rateLimiter) MutateOperationParameters(ctx context.Context, _ *graphql.RawParams) *gqlerror.Error {
	a := &account{at: r, client: clientOf(ctx).key(resolvers.CallerOf(ctx)), taken: min(refusedCost, r.limit)}
	if left, wait := r.take(a.client, a.taken); wait > 0 {
		return r.refuse(ctx, left, wait)
	}
	graphql.GetOperationContext(ctx).Stats.SetExtension(accountKey, a)
	return nil
}

// begin takes one point and one for each item that an operation may have, in the place of what a refused one costs. What may cost more
// than anybody can have takes all there is.
func (r *rateLimiter) begin(ctx context.Context, c *graphql.OperationContext, items int) *gqlerror.Error {
	a := accountOf(ctx)
	if a == nil {
		return nil
	}
	cost := min(1+items, r.limit)
	r.settle(a.client, -a.taken)
	left, wait := r.take(a.client, cost)
	if wait > 0 {
		return r.refuse(ctx, r.settle(a.client, a.taken), wait)
	}
	a.taken, a.begun = cost, true
	resolvers.SetRateLimit(c, resolvers.RateLimit{Cost: cost, Remaining: left, Limit: r.limit, ResetAt: r.now().Add(r.timeToFill(left))})
	return nil
}

// end settles what an answer cost: one point, and one for each item. What was refused keeps its cost. Each answer of a subscription is one.
func (r *rateLimiter) end(ctx context.Context, items int) {
	a := accountOf(ctx)
	if a == nil {
		return
	}
	due := 0
	if a.begun {
		due, a.taken = 1+items-a.taken, 0
	}
	left := r.settle(a.client, due)
	if !a.told { // before the transport has written its headers
		a.told = true
		r.tell(ctx, left)
	}
}

// settleUnanswered settles an operation that ends without an answer: a client has it already, or asks for no more before the first event. It costs a point.
func settleUnanswered(ctx context.Context) {
	if a := accountOf(ctx); a != nil && a.begun && a.taken > 0 {
		a.at.end(ctx, 0)
	}
}

// refuse tells a client to wait.
func (r *rateLimiter) refuse(ctx context.Context, left int, wait time.Duration) *gqlerror.Error {
	e := resolvers.RefuseFor(wait)
	if header := clientOf(ctx).header; header != nil {
		header.Set("Retry-After", strconv.Itoa(seconds(wait)))
	}
	r.tell(ctx, left)
	return e
}

// tell writes what is left into the headers of draft-ietf-httpapi-ratelimit-headers-10.
func (r *rateLimiter) tell(ctx context.Context, left int) {
	if header := clientOf(ctx).header; header != nil {
		header.Set("RateLimit-Policy", fmt.Sprintf(`"cost";q=%d;w=%d`, r.limit, seconds(rateWindow)))
		header.Set("RateLimit", fmt.Sprintf(`"cost";r=%d;t=%d`, left, seconds(r.timeToFill(left))))
	}
}

func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
