package httpapi

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"

	"treatygraph/resolvers"
)

// documentLimit refuses documents and variables before they are validated, where validating them would be the attack. A document that the
// cache holds was found good before; any other is read twice, here and by the executor, which costs little beside validating it.
type documentLimit struct {
	Limits
	known graphql.Cache[*ast.QueryDocument]
}

// ExtensionName makes documentLimit a graphql.HandlerExtension.
func (documentLimit) ExtensionName() string { return "DocumentLimit" }

// Validate makes documentLimit a graphql.HandlerExtension.
func (documentLimit) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters checks one request. What stands in place of its query must do so before.
func (l documentLimit) MutateOperationParameters(ctx context.Context, r *graphql.RawParams) *gqlerror.Error {
	document, known := l.known.Get(ctx, r.Query)
	if !known {
		if err := l.checkTokens(r.Query); err != nil {
			return err
		}
		var err error
		if document, err = parser.ParseQueryWithTokenLimit(&ast.Source{Input: r.Query}, l.Tokens); err != nil {
			return nil // the executor says what is wrong
		}
		if err := l.checkDocument(document); err != nil {
			return err
		}
	}
	operation := document.Operations.ForName(r.OperationName)
	return l.checkVariables(r.Variables, operation != nil && operation.Operation == ast.Mutation)
}

// checkTokens bounds the length of a document and of each of its tokens, which errors repeat.
func (l Limits) checkTokens(document string) *gqlerror.Error {
	if len(document) > l.Document {
		return resolvers.Refuse(resolvers.ErrLimit, "the document has %d bytes, more than %d", len(document), l.Document)
	}
	tokens := lexer.New(&ast.Source{Input: document})
	for range l.Tokens {
		token, err := tokens.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			break
		}
		what, limit := "a name or number", l.Name
		switch token.Kind {
		case lexer.String, lexer.BlockString:
			what, limit = "a string", l.String
		case lexer.Comment:
			limit = l.Document
		}
		if len(token.Value) > limit {
			return resolvers.Refuse(resolvers.ErrLimit, "%s in line %d of the document has %d bytes, more than %d", what, token.Pos.Line, len(token.Value), limit)
		}
	}
	return nil
}

// checkDocument checks what a parsed document says, and what it would say with its fragments filled in.
func (l Limits) checkDocument(d *ast.QueryDocument) *gqlerror.Error {
	if n := len(d.Operations); n > l.Operations {
		return resolvers.Refuse(resolvers.ErrLimit, "the document holds %d operations, more than %d", n, l.Operations)
	}
	if n := len(d.Fragments); n > l.Fragments {
		return resolvers.Refuse(resolvers.ErrLimit, "the document holds %d fragments, more than %d", n, l.Fragments)
	}
	w := writing{Limits: l}
	for _, operation := range d.Operations {
		for _, variable := range operation.VariableDefinitions {
			w.value(variable.DefaultValue, 0)
			w.directives(variable.Directives)
		}
		w.directives(operation.Directives)
		w.selections(operation.SelectionSet)
	}
	for _, fragment := range d.Fragments {
		w.directives(fragment.Directives)
		w.selections(fragment.SelectionSet)
	}
	if w.refused != nil {
		return w.refused
	}
	return l.checkExpansion(d)
}

// writing counts what a document says as it is written; the number of its tokens bounds the work.
type writing struct {
	Limits
	directivesInAll, items int
	refused                *gqlerror.Error // the first reason
}

func (w *writing) refuse(format string, args ...any) {
	if w.refused == nil {
		w.refused = resolvers.Refuse(resolvers.ErrLimit, format, args...)
	}
}

func (w *writing) selections(selections ast.SelectionSet) {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			w.arguments(s.Arguments)
			w.directives(s.Directives)
			w.selections(s.SelectionSet)
		case *ast.InlineFragment:
			w.directives(s.Directives)
			w.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			w.directives(s.Directives)
		}
	}
}

func (w *writing) directives(directives ast.DirectiveList) {
	if n := len(directives); n > w.PlaceDirectives {
		w.refuse("%d directives stand in one place, more than %d", n, w.PlaceDirectives)
	}
	if w.directivesInAll += len(directives); w.directivesInAll > w.Directives {
		w.refuse("the document holds more than %d directives", w.Directives)
	}
	for _, directive := range directives {
		w.arguments(directive.Arguments)
	}
}

func (w *writing) arguments(arguments ast.ArgumentList) {
	for _, argument := range arguments {
		w.value(argument.Value, 0)
	}
}

func (w *writing) value(v *ast.Value, depth int) {
	if v == nil || v.Kind != ast.ListValue && v.Kind != ast.ObjectValue {
		return
	}
	if depth++; depth > w.ValueDepth {
		w.refuse("lists and objects in the document nest more than %d deep", w.ValueDepth)
		return
	}
	if v.Kind == ast.ListValue {
		if w.items += len(v.Children); w.items > w.List {
			w.refuse("the lists in the document have more than %d items", w.List)
		}
	}
	for _, child := range v.Children {
		w.value(child.Value, depth)
	}
}
