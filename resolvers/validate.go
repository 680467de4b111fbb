package resolvers

import (
	"errors"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"treatygraph/resolvers/internal/gen"
)

// CheckDocument returns the first thing that the schema has against a document.
func CheckDocument(text string) error {
	document, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		return err
	}
	if len(document.Operations) == 0 {
		return errors.New("there is no operation in it")
	}
	schema := gen.NewExecutableSchema(gen.Config{Resolvers: resolver{}}).Schema()
	if errs := validator.ValidateWithRules(schema, document, rules.NewDefaultRules()); len(errs) > 0 {
		return errs[0]
	}
	return nil
}
