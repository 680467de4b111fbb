package index_test

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"treatygraph/graph"
)

// memory is a graph.Store in memory: as small as can be, for tests that build thousands of graphs, and to make stores fail.
type memory struct {
	graph.Redactor // not asked here, as is what follows
	graph.Auditor

	mu       sync.Mutex
	head     graph.Head
	last     time.Time
	changes  []graph.Change
	versions []graph.Version
	open     map[graph.AssertionKey]int // place in versions
	entities map[graph.ID]bool
	known    map[graph.StatementID]bool
	texts    map[graph.TextHash]*graph.Text
	changed  chan struct{}

	fail  error // what every call returns, if set
	calls int   // of Assertions and Texts
	asked int   // refs and hashes in them
}

func newMemory() *memory {
	return &memory{head: graph.Head{Store: "memory"}, open: map[graph.AssertionKey]int{}, entities: map[graph.ID]bool{},
		known: map[graph.StatementID]bool{}, texts: map[graph.TextHash]*graph.Text{}, changed: make(chan struct{}, 1)}
}

func (m *memory) setFail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

func (m *memory) Head(ctx context.Context) (graph.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.head, m.fail
}

func (m *memory) Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	m.asked += len(refs)
	found := map[graph.Ref]*graph.Assertion{}
	for _, v := range m.versions {
		if slices.Contains(refs, v.Ref) {
			found[v.Ref], _ = graph.DecodeAssertion(v.Body)
		}
	}
	return found, m.fail
}

func (m *memory) Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	m.asked += len(hashes)
	found := map[graph.TextHash]*graph.Text{}
	for _, h := range hashes {
		if t := m.texts[h]; t != nil {
			found[h] = t
		}
	}
	return found, m.fail
}

func (m *memory) Scan(ctx context.Context) (graph.Head, iter.Seq2[graph.Version, error], error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.Clone(m.versions)
	return m.head, func(yield func(graph.Version, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}, m.fail
}

func (m *memory) Revisions(ctx context.Context, after graph.RevisionNumber) iter.Seq2[graph.Revision, error] {
	return func(yield func(graph.Revision, error) bool) {
		for c, err := range m.Changes(ctx, after) {
			if !yield(c.Revision, err) {
				return
			}
		}
	}
}

func (m *memory) Changes(ctx context.Context, after graph.RevisionNumber) iter.Seq2[graph.Change, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	list, fail := m.changes[min(int(after), len(m.changes)):], m.fail
	return func(yield func(graph.Change, error) bool) {
		if fail != nil {
			yield(graph.Change{}, fail)
			return
		}
		for _, c := range list {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func (m *memory) Apply(ctx context.Context, b *graph.Batch) (graph.Receipt, error) {
	p, err := graph.Prepare(b)
	if err != nil {
		return graph.Receipt{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return graph.Receipt{}, m.fail
	}
	plan, err := p.Check(m.load(p.Needs()))
	if err != nil {
		return graph.Receipt{}, err
	}
	plan.Number(m.head, m.last, m.last.Add(time.Second))
	m.write(plan)
	return graph.Receipt{Revision: plan.Change.Revision}, nil
}

func (m *memory) Restore(ctx context.Context, c *graph.Change, texts []*graph.Text) error {
	r, err := graph.PrepareRestore(c, texts)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	if r.Number() <= m.head.Revision {
		_, err := r.Repeats(m.changes[r.Number()-1].Revision)
		return err
	}
	if err := r.Follows(m.head, m.last); err != nil {
		return err
	}
	plan, err := r.Check(m.load(r.Needs()))
	if err != nil {
		return err
	}
	m.write(plan)
	return nil
}

func (m *memory) load(needs graph.Needs) graph.Known {
	known := graph.Known{Entities: m.entities, Statements: m.known, Texts: map[graph.TextHash]*graph.Text{}, Open: map[graph.AssertionKey]graph.OpenVersion{}}
	for _, h := range needs.Texts {
		if t := m.texts[h]; t != nil {
			known.Texts[h] = t
		}
	}
	for _, k := range needs.Assertions {
		if i, ok := m.open[k]; ok {
			known.Open[k] = graph.OpenVersion{From: m.versions[i].Ref.From, Body: m.versions[i].Body}
		}
	}
	return known
}

func (m *memory) write(plan *graph.Plan) {
	c := plan.Change
	m.head.Revision, m.head.Digest, m.last = c.Revision.Number, c.Revision.Digest, c.Revision.At
	for _, ref := range c.Closed {
		key := graph.AssertionKey{Statement: ref.Statement, Dataset: ref.Dataset}
		m.versions[m.open[key]].To = c.Revision.Number
		delete(m.open, key)
	}
	for _, v := range c.Written {
		m.open[graph.AssertionKey{Statement: v.Ref.Statement, Dataset: v.Ref.Dataset}] = len(m.versions)
		m.versions = append(m.versions, v)
		m.known[v.Ref.Statement] = true
	}
	for _, id := range plan.Entities {
		m.entities[id] = true
	}
	for _, t := range plan.Texts {
		m.texts[t.Hash] = t
	}
	m.changes = append(m.changes, c)
	select {
	case m.changed <- struct{}{}:
	default:
	}
}

func (m *memory) Changed() <-chan struct{} { return m.changed }

func (m *memory) Close() error { return nil }
