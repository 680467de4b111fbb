package httpapi

import (
	"context"
	"encoding/json"
	"math"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/resolvers"
)

// costLimit refuses operations whose lists may hold too many items in all, before they are executed: each list multiplies what stands below
// it, so that a few lines can ask for more than any memory holds.
type costLimit struct{ Limits }

// ExtensionName makes costLimit a graphql.HandlerExtension.
func (costLimit) ExtensionName() string { return "CostLimit" }

// Validate makes costLimit a graphql.HandlerExtension.
func (costLimit) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext checks one operation.
func (l costLimit) MutateOperationContext(_ context.Context, c *graphql.OperationContext) *gqlerror.Error {
	cost := (costs{c.Variables, map[string]int{}}).of(c.Operation.SelectionSet)
	setRequestedCost(c, cost)
	if cost > l.Cost {
		return resolvers.Refuse(resolvers.ErrLimit, "the lists may hold %d items in all, more than %d; ask for fewer with first or last", cost, l.Cost)
	}
	return nil
}

// costs count the items that the lists of selections may hold; of each fragment once. Validation has refused fragments that spread themselves.
type costs struct {
	variables map[string]any
	fragments map[string]int
}

func (c costs) of(selections ast.SelectionSet) (sum int) {
	for _, selection := range selections {
		cost := 0
		switch s := selection.(type) {
		case *ast.Field:
			cost = c.of(s.SelectionSet)
			if size, isList := c.size(s); isList {
				cost = times(size, cost+1)
			}
		case *ast.InlineFragment:
			cost = c.of(s.SelectionSet)
		case *ast.FragmentSpread:
			known, found := c.fragments[s.Name]
			if !found && s.Definition != nil {
				known = c.of(s.Definition.SelectionSet)
				c.fragments[s.Name] = known
			}
			cost = known
		}
		sum = min(sum+cost, mostCost)
	}
	return sum
}

// mostCost is where counting ends: sums of two of them are no numbers that an int does not hold.
const mostCost = math.MaxInt32

// times multiplies, up to mostCost.
func times(size, cost int) int {
	if size > 0 && cost > mostCost/size {
		return mostCost
	}
	return size * cost
}

// size returns how many items a field may have, as its arguments say; false for one whose size is not asked for.
func (c costs) size(f *ast.Field) (n int, isList bool) {
	if f.Definition == nil {
		return 0, false
	}
	connection := strings.HasSuffix(f.Definition.Type.Name(), "Connection")
	isGraph := f.Definition.Arguments.ForName("maxNodes") != nil
	if !connection && !isGraph && len(f.Arguments) == 0 {
		return 0, false
	}
	given := f.ArgumentMap(c.variables)
	if isGraph { // which is counted by its nodes; those of a lineage are few
		nodes, _ := number(given["maxNodes"])
		return max(nodes, 0), true
	}
	for _, name := range []string{"first", "last"} {
		if n, isNumber := number(given[name]); isNumber {
			if n < 1 || n > resolvers.MaxPage {
				n = 0 // its resolver refuses it and says why
			}
			return n, true
		}
	}
	if ids, is := given["ids"].([]any); is {
		return len(ids), true
	}
	return resolvers.DefaultPage, connection
}

// number reads an Int as literals and variables give it; what is wrong with one its resolver says.
func number(v any) (int, bool) {
	var n int64
	switch v := v.(type) {
	case int64:
		n = v
	case int:
		n = int64(v)
	case float64:
		n = int64(v)
	case json.Number:
		var err error
		if n, err = v.Int64(); err != nil {
			return 0, false
		}
	default:
		return 0, false
	}
	return int(min(max(n, -1), mostCost)), true
}
