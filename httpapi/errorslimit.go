package httpapi

import (
	"context"
	"maps"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"treatygraph/resolvers"
)

// errorsLimit bounds what a response tells of errors.
type errorsLimit struct{ Limits }

// ExtensionName makes errorsLimit a graphql.HandlerExtension.
func (errorsLimit) ExtensionName() string { return "ErrorsLimit" }

// Validate makes errorsLimit a graphql.HandlerExtension.
func (errorsLimit) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse puts a note in the place of what is too much.
func (l errorsLimit) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	for _, e := range errorsOfDocument(ctx) {
		graphql.AddError(ctx, e)
	}
	response := next(ctx)
	if response == nil {
		return nil
	}
	if len(response.Errors) > l.Errors {
		note := resolvers.NewError(resolvers.LimitExceeded, resolvers.RequestID(ctx), "more errors are not shown")
		response.Errors = append(response.Errors[:l.Errors-1:l.Errors-1], note)
	}
	return response
}

// rulesOfDocuments are those of the specification, by name. Suggestions name fields that exist; without introspection nothing of the
// schema can be asked.
func rulesOfDocuments(suggestions, introspection bool) []core.Rule {
	all := rules.NewDefaultRules().GetInner()
	if !suggestions {
		for _, pair := range suggesting {
			delete(all, pair[0].Name)
			all[pair[1].Name] = pair[1].RuleFunc
		}
	}
	if !introspection {
		all["NoSchemaIntrospection"] = noIntrospection
	}
	var sorted []core.Rule
	for _, name := range slices.Sorted(maps.Keys(all)) {
		sorted = append(sorted, core.Rule{Name: name, RuleFunc: all[name]})
	}
	return sorted
}

// suggesting are the rules that suggest names, each with the same that does not.
var suggesting = [][2]core.Rule{
	{rules.FieldsOnCorrectTypeRule, rules.FieldsOnCorrectTypeRuleWithoutSuggestions},
	{rules.KnownArgumentNamesRule, rules.KnownArgumentNamesRuleWithoutSuggestions},
	{rules.KnownTypeNamesRule, rules.KnownTypeNamesRuleWithoutSuggestions},
	{rules.ScalarLeafsRule, rules.ScalarLeafsRuleWithoutSuggestions},
	{rules.ValuesOfCorrectTypeRule, rules.ValuesOfCorrectTypeRuleWithoutSuggestions},
}

// noIntrospection is the rule NoSchemaIntrospection of graphql-js, which the specification leaves to services.
func noIntrospection(observers *core.Events, addError core.AddErrFunc) {
	observers.OnField(func(_ *core.Walker, field *ast.Field) {
		if field.Name == "__schema" || field.Name == "__type" {
			addError(core.Message("This service does not tell its schema: %s cannot be asked.", field.Name), core.At(field.Position))
		}
	})
}
