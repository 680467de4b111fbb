package httpapi

import (
	"context"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"treatygraph/resolvers"
)

// longestMessage is how many bytes of an error's message are shown. Validation repeats what it refuses, which may be all of a request.
const longestMessage = 1_000

// errorsLimit bounds what a response tells of errors.
type errorsLimit struct{ Limits }

// ExtensionName makes errorsLimit a graphql.HandlerExtension.
func (errorsLimit) ExtensionName() string { return "ErrorsLimit" }

// Validate makes errorsLimit a graphql.HandlerExtension.
func (errorsLimit) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse shortens long messages, and puts a note in the place of what is too much.
func (l errorsLimit) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil {
		return nil
	}
	if len(response.Errors) > l.Errors {
		note := resolvers.NewError(resolvers.LimitExceeded, resolvers.RequestID(ctx), "more errors are not shown")
		response.Errors = append(response.Errors[:l.Errors-1:l.Errors-1], note)
	}
	for _, e := range response.Errors {
		if len(e.Message) > longestMessage {
			e.Message = cut(e.Message, longestMessage) + "…"
		}
	}
	return response
}

// cut returns the beginning of a text, at most n bytes, without the half of a character.
func cut(text string, n int) string {
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// validation returns the rules that documents are held against, made anew for each document: those of the specification, which say no more
// than one error too many. Suggestions name fields that exist; without introspection nothing of the schema can be asked.
func validation(l Limits, suggestions, introspection bool) func() *rules.Rules {
	return func() *rules.Rules {
		said := 0
		bounded := func(rule core.RuleFunc) core.RuleFunc {
			return func(observers *core.Events, addError core.AddErrFunc) {
				rule(observers, func(options ...core.ErrorOption) {
					if said++; said <= l.Errors+1 {
						addError(options...)
					}
				})
			}
		}
		all := rules.NewRules()
		for name, rule := range rules.NewDefaultRules().GetInner() {
			if plain, has := withoutSuggestions[name]; has {
				name = plain.Name // also with them: the executor takes what has this name, and adds its own rule otherwise
				if !suggestions {
					rule = plain.RuleFunc
				}
			}
			all.AddRule(name, bounded(rule))
		}
		if !introspection {
			all.AddRule("NoSchemaIntrospection", bounded(noIntrospection))
		}
		return all
	}
}

// withoutSuggestions are the rules that suggest names, and the same that do not.
var withoutSuggestions = map[string]core.Rule{
	rules.FieldsOnCorrectTypeRule.Name: rules.FieldsOnCorrectTypeRuleWithoutSuggestions,
	rules.KnownArgumentNamesRule.Name:  rules.KnownArgumentNamesRuleWithoutSuggestions,
	rules.KnownTypeNamesRule.Name:      rules.KnownTypeNamesRuleWithoutSuggestions,
	rules.ScalarLeafsRule.Name:         rules.ScalarLeafsRuleWithoutSuggestions,
	rules.ValuesOfCorrectTypeRule.Name: rules.ValuesOfCorrectTypeRuleWithoutSuggestions,
}

// noIntrospection is the rule NoSchemaIntrospection of graphql-js, which the specification leaves to services.
func noIntrospection(observers *core.Events, addError core.AddErrFunc) {
	observers.OnField(func(_ *core.Walker, field *ast.Field) {
		if field.Name == "__schema" || field.Name == "__type" {
			addError(core.Message("This service does not tell its schema: %s cannot be asked.", field.Name), core.At(field.Position))
		}
	})
}
