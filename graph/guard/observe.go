package guard

import (
	"context"
	"iter"

	"treatygraph/graph"
)

// An Observer is told of a call before it begins. The context it returns is the call's; what it returns beside that is called at the end,
// with the call's error.
type Observer func(ctx context.Context, method string) (context.Context, func(err error))

// Observe returns a store whose calls an observer is told of. A stream lasts until its reader has read it or turned away.
func Observe(store graph.Store, o Observer) graph.Store { return &observed{store, o} }

type observed struct {
	graph.Store // Changed and Close are no calls
	observe     Observer
}

// Methods are the names that observers are told.
var Methods = []string{"head", "assertions", "texts", "scan", "revisions", "changes", "apply", "restore", "redact", "audit"}

// Head implements graph.Reader.
func (s *observed) Head(ctx context.Context) (head graph.Head, err error) {
	ctx, end := s.observe(ctx, "head")
	defer func() { end(err) }()
	return s.Store.Head(ctx)
}

// Assertions implements graph.Reader.
func (s *observed) Assertions(ctx context.Context, refs []graph.Ref) (found map[graph.Ref]*graph.Assertion, err error) {
	ctx, end := s.observe(ctx, "assertions")
	defer func() { end(err) }()
	return s.Store.Assertions(ctx, refs)
}

// Texts implements graph.Reader.
func (s *observed) Texts(ctx context.Context, hashes []graph.TextHash) (found map[graph.TextHash]*graph.Text, err error) {
	ctx, end := s.observe(ctx, "texts")
	defer func() { end(err) }()
	return s.Store.Texts(ctx, hashes)
}

// Apply implements graph.Writer.
func (s *observed) Apply(ctx context.Context, b *graph.Batch) (receipt graph.Receipt, err error) {
	ctx, end := s.observe(ctx, "apply")
	defer func() { end(err) }()
	return s.Store.Apply(ctx, b)
}

// Restore implements graph.Restorer.
func (s *observed) Restore(ctx context.Context, c *graph.Change, texts []*graph.Text) (err error) {
	ctx, end := s.observe(ctx, "restore")
	defer func() { end(err) }()
	return s.Store.Restore(ctx, c, texts)
}

// Redact implements graph.Redactor.
func (s *observed) Redact(ctx context.Context, r *graph.Redaction) (receipt graph.Receipt, err error) {
	ctx, end := s.observe(ctx, "redact")
	defer func() { end(err) }()
	return s.Store.Redact(ctx, r)
}

// Audit implements graph.Auditor.
func (s *observed) Audit(ctx context.Context, repair bool) iter.Seq2[graph.Flaw, error] {
	return func(yield func(graph.Flaw, error) bool) {
		ctx, end := s.observe(ctx, "audit")
		stream(s.Store.Audit(ctx, repair), end)(yield)
	}
}

// Scan implements graph.Reader.
func (s *observed) Scan(ctx context.Context) (graph.Head, iter.Seq2[graph.Version, error], error) {
	ctx, end := s.observe(ctx, "scan")
	head, versions, err := s.Store.Scan(ctx)
	if err != nil {
		end(err)
		return head, versions, err
	}
	return head, stream(versions, end), nil
}

// Revisions implements graph.Reader.
func (s *observed) Revisions(ctx context.Context, after graph.RevisionNumber) iter.Seq2[graph.Revision, error] {
	return func(yield func(graph.Revision, error) bool) {
		ctx, end := s.observe(ctx, "revisions")
		stream(s.Store.Revisions(ctx, after), end)(yield)
	}
}

// Changes implements graph.Reader.
func (s *observed) Changes(ctx context.Context, after graph.RevisionNumber) iter.Seq2[graph.Change, error] {
	return func(yield func(graph.Change, error) bool) {
		ctx, end := s.observe(ctx, "changes")
		stream(s.Store.Changes(ctx, after), end)(yield)
	}
}

// stream passes a stream on and tells of its end.
func stream[T any](items iter.Seq2[T, error], end func(error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var last error
		defer func() { end(last) }()
		for item, err := range items {
			last = err
			if !yield(item, err) {
				return
			}
		}
	}
}
