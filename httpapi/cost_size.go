package httpapi

import (
	"encoding/json"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"treatygraph/resolvers"
)

// The arguments that say how many items a field may have, itself when it is a list, else the lists right below it.
var sizeArguments = []string{"maxNodes", "first", "last", "ids", "treaties"}

// usualSizes say how many items count for fields without such an argument: for lists that nobody pages through, more than nearly all of
// them have. The name of a field stands alone where it is of the same size in every type.
var usualSizes = map[string]int{
	"names":                            10,
	"downloads":                        15,
	"identifiers":                      5,
	"timeline":                         20,
	"because":                          5,
	"assertions":                       2,
	"evidence":                         2,
	"history":                          2,
	"competing":                        2,
	"fragments":                        3,
	"highlights":                       3,
	"hops":                             6,
	"lineage":                          50,
	"lookup":                           10,
	"omitted":                          20,
	"PathHop.statements":               2,
	"SharedParties.treaties":           2,
	"SearchFacets.kinds":               25,
	"SearchFacets.languages":           20,
	"SearchFacets.years":               100,
	"Statistics.entitiesByKind":        25,
	"Statistics.statementsByPredicate": 100,
	"Statistics.assertionsByMethod":    5,
	// Of what a mutation touches, as many as its input may name.
	"AssertStatementsPayload.entities":   100,
	"WithdrawStatementsPayload.entities": 100,
	"MergeEntitiesPayload.entities":      100,
	"UnmergeEntitiesPayload.entities":    100,
	// Introspection, by the averages of this schema, so that what tools ask in one go passes and what multiplies it does not.
	"__Schema.types":       200,
	"__Schema.directives":  10,
	"__Type.fields":        8,
	"__Type.inputFields":   2,
	"__Type.interfaces":    2,
	"__Type.possibleTypes": 2,
	"__Type.enumValues":    3,
	"__Field.args":         3,
	"__Directive.args":     3,
}

// size returns how many items a field may have, itself when it is a list, else the lists right below it: as its arguments say, or as is
// usual, or as many as the field above has, which stands in a page of so many.
func (c *costs) size(f *ast.Field, page int) int {
	if f.Definition == nil {
		return 0
	}
	if nodes, is := c.linked(f); is {
		return nodes
	}
	for _, name := range sizeArguments {
		argument := f.Definition.Arguments.ForName(name)
		if argument == nil {
			continue
		}
		given := argument.DefaultValue
		if own := f.Arguments.ForName(name); own != nil {
			given = own.Value
		}
		if given == nil {
			continue
		}
		value, err := given.Value(c.variables)
		if err != nil || value == nil {
			continue
		}
		return asked(name, value)
	}
	if strings.HasSuffix(f.Definition.Type.Name(), "Connection") {
		return resolvers.DefaultPage
	}
	usual, found := usualSizes[f.Name]
	if !found && f.ObjectDefinition != nil {
		usual, found = usualSizes[f.ObjectDefinition.Name+"."+f.Name]
	}
	if found {
		return usual
	}
	return page
}

// linked returns how many nodes a graph may have that is asked for by its permalink, which says what the arguments leave out.
func (c *costs) linked(f *ast.Field) (nodes int, is bool) {
	seeds := f.Arguments.ForName("seeds")
	if seeds == nil {
		return 0, false
	}
	value, err := seeds.Value.Value(c.variables)
	if err != nil {
		return 0, false
	}
	given, _ := value.(map[string]any)
	permalink, is := given["permalink"].(string)
	if !is {
		return 0, false
	}
	return c.nodesOf(permalink), true
}

// asked returns how many items the value of an argument asks for; what is wrong with it its resolver says, and does nothing else.
func asked(argument string, value any) int {
	switch argument {
	case "ids":
		ids, _ := value.([]any)
		return max(len(ids), 1) // one alone stands for a list
	case "treaties": // each two of them
		treaties, _ := value.([]any)
		return len(treaties) * (len(treaties) - 1) / 2
	case "maxNodes":
		return min(max(number(value), 0), mostCost)
	default:
		if n := number(value); n >= 1 && n <= resolvers.MaxPage {
			return n
		}
		return 0
	}
}

// number reads an Int as literals and variables give it.
func number(value any) int {
	switch v := value.(type) {
	case int64:
		return int(v)
	case int:
		return v
	case float64:
		return int(v)
	case json.Number:
		n, _ := v.Int64()
		return int(n)
	default:
		return 0
	}
}
