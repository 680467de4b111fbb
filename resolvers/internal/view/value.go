package view

import "treatygraph/graph"

// StatementValue is the GraphQL union StatementValue.
type StatementValue interface{ isStatementValue() }

// The members of StatementValue.
type (
	TextValue struct {
		Text     string
		Language graph.Language
	}
	Name struct {
		Text     string
		Language graph.Language
		Role     graph.NameRole
	}
	Identifier struct {
		Scheme graph.Scheme
		Value  string
	}
	Quantity struct {
		Amount string
		Unit   *string
	}
	DateValue struct{ Date graph.Date }
	TextSpan  struct {
		TextHash   string
		Start, End int
	}
)

func (TextValue) isStatementValue()  {}
func (Name) isStatementValue()       {}
func (Identifier) isStatementValue() {}
func (Quantity) isStatementValue()   {}
func (DateValue) isStatementValue()  {}
func (TextSpan) isStatementValue()   {}

func newValue(v *graph.Value) StatementValue {
	switch v.Kind {
	case graph.ValueText:
		return TextValue{v.Text, v.Lang}
	case graph.ValueName:
		return newName(v.Name())
	case graph.ValueIdentifier:
		return newIdentifier(v.Identifier())
	case graph.ValueQuantity:
		return Quantity{v.Amount, some(v.Unit)}
	case graph.ValueDate:
		return DateValue{v.Date}
	case graph.ValueSpan:
		return TextSpan{string(v.Hash), v.Start, v.End}
	default:
		return nil
	}
}

func newName(n graph.Name) Name { return Name{n.Text, n.Lang, n.Role} }

func newIdentifier(i graph.Identifier) Identifier { return Identifier{i.Scheme, i.Value} }

// IdentifierInput is the GraphQL input IdentifierInput.
type IdentifierInput struct {
	Scheme graph.Scheme
	Value  string
}
