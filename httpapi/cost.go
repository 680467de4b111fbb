package httpapi

import (
	"context"
	"encoding/json"
	"math"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/resolvers"
)

// costLimit refuses operations whose lists may hold too many items in all, before they are executed: each list multiplies what stands below
// it, so that a few lines can ask for more than any memory holds. It tells what an operation costs, takes it from the client's points, and
// gives back what was not needed.
type costLimit struct {
	Limits
	source resolvers.Source // opens permalinks
	rate   *rateLimiter     // nil: clients may spend what they like
}

// ExtensionName makes costLimit a graphql.HandlerExtension.
func (costLimit) ExtensionName() string { return spendingKey }

// Validate makes costLimit a graphql.HandlerExtension.
func (costLimit) Validate(graphql.ExecutableSchema) error { return nil }

const spendingKey = "CostLimit"

// spending is what one operation costs.
type spending struct {
	requested int
	tally     *resolvers.Tally
	preview   bool
	told      bool // the preview was
}

// spendingOf returns what the operation under way costs; nil when it was refused before that was known.
func spendingOf(ctx context.Context) *spending {
	if !graphql.HasOperationContext(ctx) {
		return nil
	}
	s, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(spendingKey).(*spending)
	return s
}

// MutateOperationContext checks one operation. What else may refuse operations does so before, as this takes the points.
func (l costLimit) MutateOperationContext(ctx context.Context, c *graphql.OperationContext) *gqlerror.Error {
	s := &spending{requested: newCosts(c.Variables, l.nodesOf).of(c.Operation.SelectionSet, 0), tally: resolvers.NewTally(c)}
	c.Stats.SetExtension(spendingKey, s)
	if isPreview(c) {
		err := l.rate.begin(ctx, c, 0)
		s.preview = err == nil
		return err
	}
	if s.requested > l.Cost {
		return resolvers.Refuse(resolvers.ErrLimit, "the lists may hold %d items in all, more than %d; ask for fewer with first or last", s.requested, l.Cost)
	}
	return l.rate.begin(ctx, c, s.requested)
}

// nodesOf returns how many nodes the graph of a permalink may have; what is wrong with it its resolver says.
func (l costLimit) nodesOf(permalink string) int {
	query, err := l.source.Snapshot().OpenPermalink(permalink)
	if err != nil {
		return 0
	}
	return query.MaxNodes
}

// isPreview reads the operation's @cost. The directive is not one of a field, so gqlgen leaves reading it to us.
func isPreview(c *graphql.OperationContext) bool {
	directive := c.Operation.Directives.ForName("cost")
	if directive == nil {
		return false
	}
	dryRun, _ := directive.ArgumentMap(c.Variables)["dryRun"].(bool)
	return dryRun
}

// InterceptResponse tells the cost, and gives back the points for what the lists did not hold. Each answer of a subscription costs again.
func (l costLimit) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	s := spendingOf(ctx)
	if s == nil {
		response := next(ctx)
		l.rate.end(ctx, 0)
		return response
	}
	var response *graphql.Response
	switch {
	case !s.preview:
		response = next(ctx)
	case !s.told:
		s.told = true
		response = &graphql.Response{Data: json.RawMessage("null"), Extensions: graphql.GetExtensions(ctx)}
	}
	if response == nil {
		return nil
	}
	actual := int(s.tally.Items.Swap(0))
	s.tally.Errors.Store(0)
	if response.Extensions == nil {
		response.Extensions = map[string]any{}
	}
	response.Extensions["cost"] = map[string]int{"requested": s.requested, "actual": actual}
	l.rate.end(ctx, actual)
	return response
}

// costs count the items that the lists of selections may hold; of each fragment once for each size of the list that it stands in.
// Validation has refused fragments that spread themselves.
type costs struct {
	variables map[string]any
	nodesOf   func(permalink string) int
	fragments map[fragmentOf]int
	steps     int // selections looked at
}

type fragmentOf struct {
	name string
	page int
}

func newCosts(variables map[string]any, nodesOf func(permalink string) int) *costs {
	return &costs{variables: variables, nodesOf: nodesOf, fragments: map[fragmentOf]int{}}
}

// of counts what stands below a field with a page of so many items.
func (c *costs) of(selections ast.SelectionSet, page int) (sum int) {
	for _, selection := range selections {
		c.steps++
		cost := 0
		switch s := selection.(type) {
		case *ast.Field:
			if len(s.SelectionSet) == 0 {
				continue
			}
			size := c.size(s, page)
			cost = c.of(s.SelectionSet, size)
			if s.Definition != nil && s.Definition.Type.Elem != nil {
				cost = times(size, cost+1)
			}
			if s.Name == "__schema" || s.Name == "__type" {
				cost = times(introspectionWeight, cost)
			}
		case *ast.InlineFragment:
			cost = c.of(s.SelectionSet, page)
		case *ast.FragmentSpread:
			known, found := c.fragments[fragmentOf{s.Name, page}]
			if !found && s.Definition != nil {
				known = c.of(s.Definition.SelectionSet, page)
				c.fragments[fragmentOf{s.Name, page}] = known
			}
			cost = known
		}
		sum = min(sum+cost, mostCost)
	}
	return sum
}

// introspectionWeight is how often items of introspection count. They come with descriptions, 300 KB in all, so that an operation may ask
// for the whole schema once and not twice.
const introspectionWeight = 4

// mostCost is where counting ends: sums of two of them are no numbers that an int does not hold.
const mostCost = math.MaxInt32

// times multiplies, up to mostCost.
func times(size, cost int) int {
	if size > 0 && cost > mostCost/size {
		return mostCost
	}
	return size * cost
}
