package httpapi

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator/core"

	"treatygraph/graph"
	"treatygraph/resolvers"
)

// documents reads and validates documents in the executor's place, which looks at nothing between the two and validates to the end: it
// would compare fields, and search for what may have been meant, long after it is clear that the document is refused. The executor takes
// what was found good here for what its cache holds.
type documents struct {
	Limits
	schema *ast.Schema
	rules  []core.Rule
	kept   *otter.Cache[string, *ast.QueryDocument] // by text
}

// newDocuments keeps the documents that were found good in a cache.
func newDocuments(l Limits, rules []core.Rule) *documents {
	kept, err := otter.New(&otter.Options[string, *ast.QueryDocument]{
		MaximumWeight: documentBytes,
		Weigher: func(text string, _ *ast.QueryDocument) uint32 {
			return uint32(documentEntry + documentGrowth*len(text))
		},
	})
	if err != nil {
		panic(err) // the options are ours
	}
	return &documents{Limits: l, rules: rules, kept: kept}
}

const (
	// documentBytes bounds the documents that were found good, as clients repeat few: some 5,000 of usual length.
	documentBytes = 32 << 20
	// documentEntry and documentGrowth are about how many bytes a document takes when it is read: at least, and for each of its own.
	documentEntry, documentGrowth = 2_000, 5
)

const (
	documentKey        = "Documents"
	documentsErrorsKey = "DocumentsErrors"
)

// ExtensionName makes documents a graphql.HandlerExtension.
func (*documents) ExtensionName() string { return documentKey }

// Validate makes documents a graphql.HandlerExtension.
func (d *documents) Validate(s graphql.ExecutableSchema) error {
	d.schema = s.Schema()
	return nil
}

// MutateOperationParameters checks the document and the variables of one request. What puts another query into the request, such as a
// store of documents, does so before.
func (d *documents) MutateOperationParameters(ctx context.Context, r *graphql.RawParams) *gqlerror.Error {
	stats := &graphql.GetOperationContext(ctx).Stats
	document, known := d.kept.GetIfPresent(r.Query)
	if !known {
		var errs gqlerror.List
		if document, errs = d.read(r.Query); len(errs) > 0 {
			stats.SetExtension(documentsErrorsKey, errs[1:]) // an extension returns one
			return errs[0]
		}
		d.kept.SetIfAbsent(r.Query, document)
	}
	stats.SetExtension(documentKey, document)
	operation := document.Operations.ForName(r.OperationName)
	return d.checkVariables(r.Variables, operation != nil && operation.Operation == ast.Mutation)
}

// errorsOfDocument returns what is wrong with a document beside the first error.
func errorsOfDocument(ctx context.Context) gqlerror.List {
	if !graphql.HasOperationContext(ctx) {
		return nil
	}
	errs, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(documentsErrorsKey).(gqlerror.List)
	return errs
}

// Get makes documents the executor's cache.
func (*documents) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	document, found := graphql.GetOperationContext(ctx).Stats.GetExtension(documentKey).(*ast.QueryDocument)
	return document, found
}

// Add makes documents the executor's cache, which has all that the executor asks for.
func (*documents) Add(context.Context, string, *ast.QueryDocument) {}

// read parses a document and checks it, the cheapest checks first. Each bounds the work of those after it.
func (d *documents) read(text string) (*ast.QueryDocument, gqlerror.List) {
	if err := d.checkTokens(text); err != nil {
		return nil, gqlerror.List{err}
	}
	document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, d.Tokens)
	if err != nil {
		parsed := gqlerror.WrapIfUnwrapped(err)
		errcode.Set(parsed, errcode.ParseFailed)
		return nil, gqlerror.List{parsed}
	}
	if len(document.Operations) == 0 {
		return nil, gqlerror.List{resolvers.Refuse(graph.ErrInvalid, "the document holds no operation")}
	}
	if err := d.checkDocument(document); err != nil {
		return nil, gqlerror.List{err}
	}
	return document, d.validate(document)
}

// validate holds a document against the rules, and ends with one error more than are told.
func (d *documents) validate(document *ast.QueryDocument) (errs gqlerror.List) {
	type enough struct{}
	defer func() {
		if r := recover(); r != nil && r != (enough{}) {
			panic(r)
		}
	}()
	observers := &core.Events{}
	for _, rule := range d.rules {
		rule.RuleFunc(observers, func(options ...core.ErrorOption) {
			e := &gqlerror.Error{Rule: rule.Name}
			for _, option := range options {
				option(e)
			}
			errcode.Set(e, errcode.ValidationFailed)
			if errs = append(errs, e); len(errs) > d.Errors {
				panic(enough{}) // the walk knows no other end
			}
		})
	}
	core.Walk(d.schema, document, observers)
	return errs
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
