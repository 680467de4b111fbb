// Package bench generates graphs of any size from a seed and measures the service on them.
package bench

import (
	"context"
	"fmt"
	"math/rand/v2"

	"treatygraph/graph"
)

// A Shape describes a generated graph. The same shape and seed give the same graph everywhere.
type Shape struct {
	Assertions int    // in all, at least 10 times the hub's degree to leave room for the rest
	Entities   int    // resolutions, each with a name
	HubDegree  int    // statements of the hub, resolution/hub
	Seed       uint64 // of the random choices
}

// OneMillion is the graph that docs/performance.md speaks of: 1 M assertions over 100,000 entities, a hub of degree 24,000 (and a
// node of degree 20 beside it).
var OneMillion = Shape{Assertions: 1_000_000, Entities: 100_000, HubDegree: 24_000, Seed: 20080406}

// Hub and Small are the IDs of the node of the hub's degree and of a node of degree 20.
const (
	Hub   graph.ID = "resolution/hub"
	Small graph.ID = "resolution/small"
)

const smallDegree = 20

// Batches yields the graph as batches of at most graph.MaxBatchRecords, in an order a store takes: names first.
func (s Shape) Batches(yield func(*graph.Batch) bool) {
	random := rand.New(rand.NewPCG(s.Seed, 1))
	var batch *graph.Batch
	written, stopped := 0, false
	add := func(a graph.Assertion) {
		if stopped {
			return
		}
		if batch == nil {
			batch = &graph.Batch{Author: "bench", Summary: "generated", Key: fmt.Sprintf("bench %d", written)}
		}
		batch.Assert = append(batch.Assert, a)
		written++
		if len(batch.Assert) == graph.MaxBatchRecords || written == s.Assertions {
			stopped = !yield(batch)
			batch = nil
		}
	}
	for _, d := range datasets {
		add(named(d, "Dataset "+string(d)))
	}
	add(named("document/source", "Source"))
	add(named(Hub, "Hub"))
	add(named(Small, "Small"))
	for i := range s.Entities {
		add(named(entity(i), fmt.Sprintf("Resolution %d on matter %d", i, i%997)))
	}
	for i := range s.HubDegree {
		add(s.cites(random, entity(i%s.Entities), Hub, i))
	}
	for i := range smallDegree {
		add(s.cites(random, entity(i), Small, i))
	}
	for i := 0; written < s.Assertions && !stopped; i++ {
		from := random.IntN(s.Entities)
		to := random.IntN(s.Entities)
		if from != to {
			add(s.cites(random, entity(from), entity(to), i))
		}
	}
}

var datasets = []graph.ID{"dataset/one", "dataset/two", "dataset/three"}

func entity(i int) graph.ID { return graph.ID(fmt.Sprintf("resolution/s-res-%d", i)) }

func named(id graph.ID, words string) graph.Assertion {
	v := graph.NameValue(graph.Name{Text: words, Lang: "en", Role: graph.NameShort})
	return graph.Assertion{Claim: graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: &v}, Dataset: "dataset/one", Rank: graph.RankNormal, Method: graph.MethodImported}
}

// cites makes a statement about as long as a mined one: a date, a note that keeps it apart from its like, one evidence item.
func (s Shape) cites(random *rand.Rand, from, to graph.ID, i int) graph.Assertion {
	a := graph.Assertion{
		Claim: graph.Claim{Subject: from, Predicate: graph.PredCites, Object: to,
			Valid:      graph.Interval{From: (graph.Day(random.IntN(20_000))).Date()},
			Qualifiers: graph.Qualifiers{Ordinal: i + 1}},
		Dataset: datasets[random.IntN(len(datasets))], Rank: graph.RankNormal, Method: graph.MethodImported, Confidence: 900,
		Evidence: []graph.Evidence{{Document: "document/source", Quote: fmt.Sprintf("recalling its previous resolutions, and in particular resolution %s", to), Lang: "en", Citation: fmt.Sprintf("row %d", i)}},
	}
	if random.IntN(50) == 0 {
		a.Rank, a.Reason = graph.RankDeprecated, "superseded by a later reading"
	}
	return a
}

// Fill applies the whole graph to a store and returns the last revision.
func (s Shape) Fill(ctx context.Context, w graph.Writer) (graph.RevisionNumber, error) {
	var last graph.RevisionNumber
	for b := range s.Batches {
		receipt, err := w.Apply(ctx, b)
		if err != nil {
			return last, err
		}
		last = receipt.Revision.Number
	}
	return last, nil
}
