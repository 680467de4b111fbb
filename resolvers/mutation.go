package resolvers

import (
	"context"

	"treatygraph/resolvers/internal/view"
)

// mayWrite tells whether who asks may write, before anything is executed.
func (c Config) mayWrite(ctx context.Context) error {
	switch caller := CallerOf(ctx); {
	case c.Desk == nil:
		return &refusal{code: Forbidden, reason: "nothing can be written here: neither a write token nor an OpenID Connect issuer is configured"}
	case caller == Caller{}:
		return &refusal{code: Unauthenticated, reason: "writing needs a bearer token"}
	case !caller.Write:
		return &refusal{code: Forbidden, reason: "the bearer token does not allow writing"}
	}
	return nil
}

// IngestDocument resolves Mutation.ingestDocument.
func (mutation) IngestDocument(ctx context.Context, input view.IngestDocumentInput) (*view.IngestDocumentPayload, error) {
	return operation(ctx).IngestDocument(ctx, input)
}

// AssertStatements resolves Mutation.assertStatements.
func (mutation) AssertStatements(ctx context.Context, input view.AssertStatementsInput) (*view.AssertStatementsPayload, error) {
	return operation(ctx).AssertStatements(ctx, input)
}

// WithdrawStatements resolves Mutation.withdrawStatements.
func (mutation) WithdrawStatements(ctx context.Context, input view.WithdrawStatementsInput) (*view.WithdrawStatementsPayload, error) {
	return operation(ctx).WithdrawStatements(ctx, input)
}

// MergeEntities resolves Mutation.mergeEntities.
func (mutation) MergeEntities(ctx context.Context, input view.MergeEntitiesInput) (*view.MergeEntitiesPayload, error) {
	return operation(ctx).MergeEntities(ctx, input)
}

// UnmergeEntities resolves Mutation.unmergeEntities.
func (mutation) UnmergeEntities(ctx context.Context, input view.UnmergeEntitiesInput) (*view.UnmergeEntitiesPayload, error) {
	return operation(ctx).UnmergeEntities(ctx, input)
}
