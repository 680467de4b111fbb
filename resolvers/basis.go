package resolvers

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/resolvers/internal/view"
)

// A Basis is what an answer depends on beside the words and variables of its operation: where two are equal, so are the answers.
type Basis struct {
	Revision index.Revision // that answers
	Newest   index.Revision // zero when no field asks as of another revision than the operation's
	Today    graph.Day      // zero when the operation says itself which day it asks
	Language graph.Language
}

// BasisOf returns the basis of an operation that an executor has begun, and whether it is fixed: the operation says itself which revision and
// which day it asks, so that no later write and no later day changes its answer. There is none for answers that depend on more.
func BasisOf(c *graphql.OperationContext) (b Basis, fixed, known bool) {
	op, begun := c.Stats.GetExtension(operationKey).(*view.Op)
	at, err := asOf(c)
	if !begun || err != nil || selects(c.Doc, isUnsteady) {
		return Basis{}, false, false
	}
	newest := op.Snapshot.Head().Revision
	b = Basis{Today: op.Today, Language: op.Language}
	if b.Revision, known = op.Snapshot.Revision(newest); op.At.Revision != 0 {
		b.Revision, known = op.Snapshot.Revision(op.At.Revision)
	}
	if selects(c.Doc, hasOwnTime) {
		b.Newest, _ = op.Snapshot.Revision(newest)
	} else if at != nil && at.Revision != nil && at.ValidOn != nil {
		b.Today, fixed = 0, true
	}
	return b, fixed, known
}

// isUnsteady tells of a field whose answer changes while the record does not: what the caller may still ask, and a search that time cut short.
func isUnsteady(f *ast.Field) bool {
	switch f.Definition.Type.Name() {
	case "RateLimit", "PathResult":
		return true
	default:
		return false
	}
}

// hasOwnTime tells whether a field can be asked as of another time than its operation.
func hasOwnTime(f *ast.Field) bool {
	for _, argument := range f.Arguments {
		if definition := f.Definition.Arguments.ForName(argument.Name); definition != nil && definition.Type.Name() == "AsOf" {
			return true
		}
	}
	return false
}

// selects tells whether a document has such a field, in an operation or a fragment.
func selects(document *ast.QueryDocument, is func(*ast.Field) bool) bool {
	for _, operation := range document.Operations {
		if has(operation.SelectionSet, is) {
			return true
		}
	}
	for _, fragment := range document.Fragments {
		if has(fragment.SelectionSet, is) {
			return true
		}
	}
	return false
}

func has(selections ast.SelectionSet, is func(*ast.Field) bool) bool {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Definition != nil && is(s) || has(s.SelectionSet, is) {
				return true
			}
		case *ast.InlineFragment:
			if has(s.SelectionSet, is) {
				return true
			}
		}
	}
	return false
}
