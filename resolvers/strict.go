package resolvers

import (
	"context"
	"fmt"
	"reflect"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"

	"treatygraph/graph"
	"treatygraph/resolvers/scalar"
)

// strict refuses what the specification does not allow and gqlparser lets pass: some of it would be read as something else, and some ends
// gqlgen with a panic. The differential test against graphql-js holds what is refused here.
type strict struct{ schema *ast.Schema }

var _ graphql.OperationContextMutator = (*strict)(nil)

// ExtensionName makes strict a graphql.HandlerExtension.
func (*strict) ExtensionName() string { return "Strict" }

// Validate makes strict a graphql.HandlerExtension; it learns the schema.
func (s *strict) Validate(schema graphql.ExecutableSchema) error {
	s.schema = schema.Schema()
	return nil
}

// MutateOperationContext checks the variables, and each value in the operation and in the fragments that it spreads.
func (s *strict) MutateOperationContext(_ context.Context, c *graphql.OperationContext) *gqlerror.Error {
	for _, v := range c.Operation.VariableDefinitions {
		if reason := s.variable(v.Type, c.Variables[v.Variable]); reason != "" {
			return Refuse(graph.ErrInvalid, "$%s: %s", v.Variable, reason)
		}
	}
	check := valueCheck{variables: c.Variables, seen: map[string]bool{}}
	for _, v := range c.Operation.VariableDefinitions {
		check.value("$"+v.Variable, v.DefaultValue)
	}
	check.directives(c.Operation.Directives)
	check.selections(c.Operation.SelectionSet)
	return check.refused
}

// variable tells what is wrong with the value of a variable, after gqlparser has looked at it; empty when nothing is.
func (s *strict) variable(t *ast.Type, value any) string {
	if value == nil {
		return ""
	}
	if t.Elem != nil {
		list := reflect.ValueOf(value) // a single value stands in a slice of its own type
		for i := range list.Len() {
			if reason := s.variable(t.Elem, list.Index(i).Interface()); reason != "" {
				return reason
			}
		}
		return ""
	}
	switch definition := s.schema.Types[t.NamedType]; definition.Kind {
	case ast.Enum: // gqlparser takes names in any case
		if name, _ := value.(string); definition.EnumValues.ForName(name) == nil {
			return fmt.Sprintf("%.60q is no value of the enum %s", name, t.NamedType)
		}
	case ast.InputObject:
		fields, _ := value.(map[string]any)
		for _, field := range definition.Fields {
			if reason := s.variable(field.Type, fields[field.Name]); reason != "" {
				return field.Name + ": " + reason
			}
		}
		if _, given := fields["__typename"]; given { // gqlparser lets it pass
			return "__typename: is no field of the input " + t.NamedType
		}
	case ast.Scalar: // to gqlparser a number as JSON has it is also a text, and anything a scalar of our own
		var err error
		switch t.NamedType {
		case "Int":
			_, err = scalar.UnmarshalInt(value)
		case "Boolean", "Float":
		default:
			err = scalar.IsText(t.NamedType, value)
		}
		if err != nil {
			return err.Error()
		}
	}
	return ""
}

// A valueCheck goes through an operation and keeps the first thing that is wrong.
type valueCheck struct {
	variables map[string]any
	seen      map[string]bool // fragments
	refused   *gqlerror.Error
}

func (c *valueCheck) refuse(at *ast.Position, format string, args ...any) {
	if c.refused == nil {
		c.refused = Refuse(graph.ErrInvalid, format, args...)
		core.At(at)(c.refused)
	}
}

func (c *valueCheck) selections(selections ast.SelectionSet) {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			for _, argument := range s.Arguments {
				c.value(argument.Name, argument.Value)
			}
			c.directives(s.Directives)
			c.selections(s.SelectionSet)
		case *ast.InlineFragment:
			c.directives(s.Directives)
			c.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			c.directives(s.Directives)
			if !c.seen[s.Name] {
				c.seen[s.Name] = true
				c.directives(s.Definition.Directives)
				c.selections(s.Definition.SelectionSet)
			}
		}
	}
}

func (c *valueCheck) directives(directives ast.DirectiveList) {
	for _, directive := range directives {
		for _, argument := range directive.Arguments {
			c.value("@"+directive.Name+" "+argument.Name, argument.Value)
		}
	}
}

// value checks a value as it is written. gqlparser looks at neither the size of an Int nor at what stands for a scalar of our own, and gqlgen
// panics at a number there that Go does not hold. A variable with a default may stand where nothing must not, and be null all the same: gqlgen
// panics at that in a directive, and takes it for an empty object elsewhere.
func (c *valueCheck) value(name string, v *ast.Value) {
	if v == nil || v.Definition == nil || v.ExpectedType == nil {
		return
	}
	if v.Kind == ast.ListValue && v.ExpectedType.Elem != nil || v.Kind == ast.ObjectValue && v.Definition.Kind == ast.InputObject {
		for _, child := range v.Children {
			c.value(name, child.Value)
		}
		return
	}
	if v.Kind == ast.Variable {
		if given, is := c.variables[v.Raw]; is && given == nil && v.ExpectedType.NonNull {
			c.refuse(v.Position, "%s: must not be null", name)
		}
		return
	}
	switch {
	case v.Definition.Kind != ast.Scalar || v.Kind == ast.NullValue:
	case v.Definition.Name == "Int":
		if _, err := strconv.ParseInt(v.Raw, 10, 32); err != nil {
			c.refuse(v.Position, "%s: %.20s is not a whole number of 32 bits", name, v.Raw)
		}
	case !v.Definition.BuiltIn && v.Kind != ast.StringValue && v.Kind != ast.BlockValue:
		c.refuse(v.Position, "%s: %s is written as a string", name, v.Definition.Name)
	}
}
