package httpapi

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"treatygraph/corpus"
	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
	"treatygraph/ingest"
)

// now is the time by which the service over the corpus runs: today is 2026-01-15.
var now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// filled is the shipped corpus in a store, filled once for all tests of the package, and one merge: treaty/old was merged into START I.
var filled = sync.OnceValues(func() (*service, error) {
	ctx := context.Background()
	opened, err := sqlite.Open(ctx, sqlite.Memory, sqlite.Options{Clock: func() time.Time { return now }})
	if err != nil {
		return nil, err
	}
	idx, err := index.Follow(ctx, opened, index.Options{})
	if err != nil {
		return nil, err
	}
	closeFilled = func() { _, _ = idx.Close(), opened.Close() }
	shipped, err := ingest.Load(corpus.Files)
	if err != nil {
		return nil, err
	}
	if _, err := ingest.ApplyCorpus(ctx, opened, idx, shipped, "test"); err != nil {
		return nil, err
	}
	merged := graph.Assertion{Claim: graph.Claim{Subject: "treaty/old", Predicate: graph.PredMergedInto, Object: "treaty/start-i"}, Dataset: "dataset/authority", Rank: graph.RankNormal, Method: graph.MethodCurated}
	receipt, err := opened.Apply(ctx, &graph.Batch{Key: "merge", Author: "test", Assert: []graph.Assertion{merged}})
	if err != nil {
		return nil, err
	}
	if _, err := idx.Wait(ctx, receipt.Revision.Number); err != nil {
		return nil, err
	}
	s := &service{source: &source{Index: idx}, store: &store{Store: opened}, log: &bytes.Buffer{}}
	s.Handler = NewHandler(Config{Source: s.source, Store: s.store, Now: func() time.Time { return now }, Logger: slog.New(slog.DiscardHandler)})
	return s, nil
})

var closeFilled = func() {}

// withCorpus closes what filled opened, before leaks are looked for.
type withCorpus struct{ *testing.M }

func (m withCorpus) Run() int {
	defer func() { closeFilled() }()
	return m.M.Run()
}

// serveCorpus returns the service over the shipped corpus. Tests share it and do not write.
func serveCorpus(t *testing.T) *service {
	t.Helper()
	s, err := filled()
	if err != nil {
		t.Fatal(err)
	}
	return s
}
