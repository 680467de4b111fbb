package gen

import (
	"context"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
)

// A Tally counts what an operation's answer comes to while it is made.
type Tally struct {
	Items  atomic.Int64 // of its lists of objects
	Errors atomic.Int64
}

const tallyKey = "tally"

// NewTally begins to count for an operation.
func NewTally(c *graphql.OperationContext) *Tally {
	t := &Tally{}
	c.Stats.SetExtension(tallyKey, t)
	return t
}

// TallyOf returns the tally of the operation under way, nil when nothing is counted.
func TallyOf(ctx context.Context) *Tally {
	if !graphql.HasOperationContext(ctx) {
		return nil
	}
	t, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(tallyKey).(*Tally)
	return t
}
