package resolvers

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/resolvers/internal/gen"
	"treatygraph/resolvers/internal/view"
)

// A RateLimit is what a client may spend, as of when an operation begins; the answer of Query.rateLimit.
type RateLimit = view.RateLimit

// A Tally counts what an operation's answer comes to while it is made.
type Tally = gen.Tally

// NewTally begins to count for an operation.
func NewTally(c *graphql.OperationContext) *Tally { return gen.NewTally(c) }

const rateLimitKey = "rateLimit"

// SetRateLimit keeps what Query.rateLimit answers in the operation.
func SetRateLimit(c *graphql.OperationContext, r RateLimit) { c.Stats.SetExtension(rateLimitKey, &r) }

// RateLimit resolves Query.rateLimit.
func (query) RateLimit(ctx context.Context) (*view.RateLimit, error) {
	r, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(rateLimitKey).(*view.RateLimit)
	return r, nil
}

// A RateLimitError refuses a client that has spent its points. It is ErrLimit, and clients read extensions.retryAfter.
type RateLimitError struct{ Wait time.Duration }

func (e *RateLimitError) Error() string {
	return fmt.Sprintf("the points of this client are spent; try again in %d seconds", e.Seconds())
}

// Is makes errors.Is(err, ErrLimit) true.
func (e *RateLimitError) Is(target error) bool { return target == ErrLimit }

// Seconds is how long to wait, in whole seconds, as Retry-After has it.
func (e *RateLimitError) Seconds() int { return int(math.Ceil(e.Wait.Seconds())) }

// RefuseFor refuses an operation until a time has passed.
func RefuseFor(wait time.Duration) *gqlerror.Error { return refused(&RateLimitError{wait}) }
