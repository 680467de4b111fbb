package view

import (
	"context"
	"errors"
	"fmt"
	"math"

	"treatygraph/edit"
	"treatygraph/graph"
)

// The GraphQL inputs of mutations.
type (
	NewDatasetInput struct {
		Title       string
		Language    graph.Language
		Licence     string
		Attribution string
	}
	AttemptInput struct {
		Key        string
		IfRevision *int
		DryRun     bool
	}
	IngestDocumentInput struct {
		AttemptInput
		Reason      *string
		ID          *string
		Symbol      *string
		Dataset     *string
		Text        *string
		Language    *graph.Language
		Titles      []NameInput
		Date        *graph.Date
		Expresses   []string
		TextVersion *int
		Licence     *string
	}
	AssertStatementsInput struct {
		AttemptInput
		Reason     string
		Dataset    string
		NewDataset *NewDatasetInput
		Statements []StatementInput
	}
	StatementInput struct {
		Statement         *string
		Subject           *string
		Predicate         *graph.Predicate
		Object            *string
		Value             *ValueInput
		Valid             *ValidityInput
		Qualifiers        *QualifiersInput
		Rank              graph.Rank
		DeprecatedBecause *string
		Confidence        *float64
		Evidence          []EvidenceInput
	}
	ValueInput struct {
		Text       *TextInput
		Name       *NameInput
		Identifier *IdentifierInput
		Quantity   *QuantityInput
		Date       *graph.Date
	}
	TextInput struct {
		Text     string
		Language *graph.Language
	}
	NameInput struct {
		Text     string
		Language graph.Language
		Role     graph.NameRole
	}
	QuantityInput struct {
		Amount string
		Unit   *string
	}
	ValidityInput   struct{ From, To *graph.Date }
	QualifiersInput struct {
		EffectiveOn                   *graph.Date
		Depositary, Place, OnBehalfOf *string
		Vote                          *string
		Ordinal                       *int
		Role, Note                    *string
		About                         *string
	}
	EvidenceInput struct {
		Document *string
		Quote    *string
		Passage  *string
		Start    *int
		Citation *string
		URL      *string
	}
	WithdrawStatementsInput struct {
		AttemptInput
		Reason  string
		Dataset string
		IDs     []string
	}
	MergeEntitiesInput struct {
		UnmergeEntitiesInput
		Evidence []EvidenceInput
	}
	UnmergeEntitiesInput struct {
		AttemptInput
		Reason     string
		Dataset    string
		NewDataset *NewDatasetInput
		Into       string
		From       []string
	}
)

// IngestDocument resolves Mutation.ingestDocument.
func (op *Op) IngestDocument(ctx context.Context, in IngestDocumentInput) (*IngestDocumentPayload, error) {
	document := edit.Document{ID: graph.ID(or(in.ID)), Dataset: graph.ID(or(in.Dataset)), Text: in.Text, Lang: or(in.Language), Date: or(in.Date), Licence: or(in.Licence)}
	switch {
	case in.ID == nil && in.Symbol == nil:
		return nil, inputError("input.symbol", "it or id must say which document it is")
	case document.Date.IsOpen():
		return nil, inputError("input.date", "cannot be open")
	}
	if in.Symbol != nil {
		symbol, err := graph.ParseIdentifier(graph.SchemeUNSymbol, *in.Symbol)
		if err != nil {
			return nil, inputError("input.symbol", "%v", err)
		}
		document.Symbol = &symbol
	}
	if in.TextVersion != nil {
		if document.TextVersion = *in.TextVersion; document.TextVersion < 1 {
			return nil, inputError("input.textVersion", "%d is not a number from 1", document.TextVersion)
		}
	}
	for _, n := range in.Titles {
		document.Titles = append(document.Titles, n.name())
	}
	for _, id := range in.Expresses {
		document.Expresses = append(document.Expresses, graph.ID(id))
	}
	a, err := op.attempt(in.AttemptInput, or(in.Reason))
	if err != nil {
		return nil, err
	}
	result, reading, err := op.Desk.Ingest(ctx, a, document)
	if err != nil {
		return nil, ofInput(err)
	}
	return &IngestDocumentPayload{op.edited(result), reading.Document, reading.Dataset}, nil
}

// AssertStatements resolves Mutation.assertStatements.
func (op *Op) AssertStatements(ctx context.Context, in AssertStatementsInput) (*AssertStatementsPayload, error) {
	said := make([]edit.Said, len(in.Statements))
	for i := range in.Statements {
		if err := in.Statements[i].read(&said[i]); err != nil {
			var wrong *InputError
			if errors.As(err, &wrong) {
				err = inputError(fmt.Sprintf("input.statements[%d].%s", i, wrong.Argument), "%s", wrong.Reason)
			}
			return nil, err
		}
	}
	return answer(op, in.AttemptInput, in.Reason, func(a edit.Attempt) (*edit.Result, error) {
		return op.Desk.Assert(ctx, a, graph.ID(in.Dataset), in.NewDataset.made(), said)
	}, func(e edited) *AssertStatementsPayload { return &AssertStatementsPayload{e} })
}

// WithdrawStatements resolves Mutation.withdrawStatements.
func (op *Op) WithdrawStatements(ctx context.Context, in WithdrawStatementsInput) (*WithdrawStatementsPayload, error) {
	ids := make([]graph.StatementID, len(in.IDs))
	for i, id := range in.IDs {
		if _, _, err := graph.ParseStatementID(id); err != nil {
			return nil, inputError(fmt.Sprintf("input.ids[%d]", i), "%v", err)
		}
		ids[i] = graph.StatementID(id)
	}
	return answer(op, in.AttemptInput, in.Reason, func(a edit.Attempt) (*edit.Result, error) {
		return op.Desk.Withdraw(ctx, a, graph.ID(in.Dataset), ids)
	}, func(e edited) *WithdrawStatementsPayload { return &WithdrawStatementsPayload{e} })
}

// MergeEntities resolves Mutation.mergeEntities.
func (op *Op) MergeEntities(ctx context.Context, in MergeEntitiesInput) (*MergeEntitiesPayload, error) {
	m := in.merge()
	m.Evidence = sources(in.Evidence)
	return answer(op, in.AttemptInput, in.Reason, func(a edit.Attempt) (*edit.Result, error) {
		return op.Desk.Merge(ctx, a, graph.ID(in.Dataset), in.NewDataset.made(), m)
	}, func(e edited) *MergeEntitiesPayload { return &MergeEntitiesPayload{e} })
}

// UnmergeEntities resolves Mutation.unmergeEntities.
func (op *Op) UnmergeEntities(ctx context.Context, in UnmergeEntitiesInput) (*UnmergeEntitiesPayload, error) {
	return answer(op, in.AttemptInput, in.Reason, func(a edit.Attempt) (*edit.Result, error) {
		return op.Desk.Unmerge(ctx, a, graph.ID(in.Dataset), in.NewDataset.made(), in.merge())
	}, func(e edited) *UnmergeEntitiesPayload { return &UnmergeEntitiesPayload{e} })
}

// answer makes an edit, and the payload that shows what it did.
func answer[P any](op *Op, in AttemptInput, reason string, change func(edit.Attempt) (*edit.Result, error), payload func(edited) P) (none P, _ error) {
	if reason == "" {
		return none, inputError("input.reason", "is empty")
	}
	a, err := op.attempt(in, reason)
	if err != nil {
		return none, err
	}
	result, err := change(a)
	if err != nil {
		return none, ofInput(err)
	}
	return payload(op.edited(result)), nil
}

func (op *Op) attempt(in AttemptInput, reason string) (edit.Attempt, error) {
	a := edit.Attempt{Key: in.Key, Author: op.Caller, Reason: reason, DryRun: in.DryRun}
	if in.Key == "" || len(in.Key) > graph.MaxKeyBytes {
		return a, inputError("input.key", "must be a text of 1 to %d bytes", graph.MaxKeyBytes)
	}
	if n := in.IfRevision; n != nil {
		if *n < 0 {
			return a, inputError("input.ifRevision", "%d is no revision", *n)
		}
		head := graph.RevisionNumber(*n)
		a.IfHead = &head
	}
	return a, nil
}

// ofInput puts what is wrong with an edit in terms of the argument that all mutations have.
func ofInput(err error) error {
	var wrong *edit.Error
	if errors.As(err, &wrong) {
		return inputError("input."+wrong.Path, "%s", wrong.Reason)
	}
	return err
}

func (in *NewDatasetInput) made() *edit.NewDataset {
	if in == nil {
		return nil
	}
	return &edit.NewDataset{Title: in.Title, Lang: in.Language, Licence: in.Licence, Attribution: in.Attribution}
}

func (in *UnmergeEntitiesInput) merge() edit.Merge {
	m := edit.Merge{Into: graph.ID(in.Into), From: make([]graph.ID, len(in.From))}
	for i, id := range in.From {
		m.From[i] = graph.ID(id)
	}
	return m
}

// read reads one statement; errors name its fields.
func (in *StatementInput) read(said *edit.Said) error {
	said.Rank, said.Reason, said.Evidence = in.Rank, or(in.DeprecatedBecause), sources(in.Evidence)
	if c := in.Confidence; c != nil {
		if !(*c > 0 && *c <= 1) {
			return inputError("confidence", "%v is not above 0 and at most 1", *c)
		}
		said.Confidence = graph.Thousandths(math.Round(*c * 1000))
	}
	if in.Statement != nil {
		if in.Subject != nil || in.Predicate != nil || in.Object != nil || in.Value != nil || in.Valid != nil || in.Qualifiers != nil {
			return inputError("statement", "stands for all that is said; leave subject, predicate, object, value, valid and qualifiers out")
		}
		if _, _, err := graph.ParseStatementID(*in.Statement); err != nil {
			return inputError("statement", "%v", err)
		}
		said.Known = graph.StatementID(*in.Statement)
		return nil
	}
	switch {
	case in.Subject == nil:
		return inputError("subject", "is missing")
	case in.Predicate == nil:
		return inputError("predicate", "is missing")
	}
	c := &said.Claim
	c.Subject, c.Predicate, c.Object = graph.ID(*in.Subject), *in.Predicate, graph.ID(or(in.Object))
	if in.Valid != nil {
		c.Valid = graph.Interval{From: or(in.Valid.From), To: or(in.Valid.To)}
	}
	if q := in.Qualifiers; q != nil {
		c.Qualifiers = graph.Qualifiers{EffectiveOn: or(q.EffectiveOn), Depositary: graph.ID(or(q.Depositary)), Place: graph.ID(or(q.Place)),
			OnBehalfOf: graph.ID(or(q.OnBehalfOf)), Vote: or(q.Vote), Ordinal: or(q.Ordinal), Role: or(q.Role), Note: or(q.Note), About: graph.StatementID(or(q.About))}
		if q.Ordinal != nil && *q.Ordinal < 1 {
			return inputError("qualifiers.ordinal", "is below 1")
		}
	}
	var err error
	c.Value, err = in.Value.read()
	return err
}

func (in *ValueInput) read() (*graph.Value, error) {
	if in == nil {
		return nil, nil
	}
	var values []graph.Value
	if t := in.Text; t != nil {
		values = append(values, graph.Value{Kind: graph.ValueText, Text: t.Text, Lang: or(t.Language)})
	}
	if in.Name != nil {
		values = append(values, graph.NameValue(in.Name.name()))
	}
	if in.Identifier != nil {
		parsed, err := graph.ParseIdentifier(in.Identifier.Scheme, in.Identifier.Value)
		if err != nil {
			return nil, inputError("value.identifier", "%v", err)
		}
		values = append(values, graph.IdentifierValue(parsed))
	}
	if q := in.Quantity; q != nil {
		values = append(values, graph.Value{Kind: graph.ValueQuantity, Amount: q.Amount, Unit: or(q.Unit)})
	}
	if in.Date != nil {
		values = append(values, graph.Value{Kind: graph.ValueDate, Date: *in.Date})
	}
	if len(values) != 1 {
		return nil, inputError("value", "takes exactly one of text, name, identifier, quantity and date; %d are given", len(values))
	}
	return &values[0], nil
}

func (in *NameInput) name() graph.Name {
	return graph.Name{Text: in.Text, Lang: in.Language, Role: in.Role}
}

func sources(in []EvidenceInput) []edit.Source {
	var list []edit.Source
	for _, e := range in {
		list = append(list, edit.Source{Document: graph.ID(or(e.Document)), Words: or(e.Quote), Passage: graph.ID(or(e.Passage)), Start: e.Start, Citation: or(e.Citation), URL: or(e.URL)})
	}
	return list
}

// or is the zero value for what is left out.
func or[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
