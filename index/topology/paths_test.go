package topology

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"testing"

	"treatygraph/graph"
)

func charted(i int) graph.ID { return graph.ID(fmt.Sprintf("treaty/n%05d", i)) }

// chart makes a graph of citations among numbered treaties.
func chart(edges func(cite func(i, j int))) *View {
	g := New()
	common := graph.Assertion{Dataset: "dataset/d", Rank: graph.RankNormal, Method: graph.MethodCurated, Claim: graph.Claim{Predicate: graph.PredCites}}
	edges(func(i, j int) {
		a := common
		a.Subject, a.Object = charted(i), charted(j)
		var hash graph.StatementHash
		binary.BigEndian.PutUint64(hash[:], uint64(i)<<32|uint64(j))
		binary.BigEndian.PutUint64(hash[8:], uint64(j)<<40^uint64(i)*0x9e3779b97f4a7c15)
		g.Add(hash, &a, 0, 1, 0)
	})
	v, _ := g.Seal(1)
	return v
}

func clique(size int) func(cite func(i, j int)) {
	return func(cite func(i, j int)) {
		for i := range size {
			for j := range i {
				cite(i, j)
			}
		}
	}
}

func TestASearchIsBoundedWhateverTheShapeOfTheGraph(t *testing.T) {
	const side = 30
	star := func(cite func(i, j int)) {
		for i := 1; i < 24_000; i++ {
			cite(i, 0)
		}
	}
	grid := func(cite func(i, j int)) {
		for i := range side * side {
			if i%side < side-1 {
				cite(i, i+1)
			}
			if i+side < side*side {
				cite(i, i+side)
			}
		}
	}
	line := func(cite func(i, j int)) {
		for i := range 2999 {
			cite(i, i+1)
		}
	}
	parallel := func(cite func(i, j int)) {
		for i := range 5000 {
			cite(i, 5000)
			cite(i, 5001)
		}
	}
	whole := 2000
	if testing.Short() {
		whole = 300
	}
	for name, test := range map[string]struct {
		edges    func(cite func(i, j int))
		from, to int
		first    int
		budget   int
		found    int // -1: some
		bound    PathBound
		explored int // at most
	}{
		"star, leaf to leaf":                {star, 1, 23_999, 100, 0, 1, PathsAll, 24_010},
		"star, the first":                   {star, 1, 23_999, 1, 0, 1, PathsAll, 24_010},
		"star, a small budget":              {star, 1, 23_999, 100, 2, 0, PathsBudget, 2},
		"line, within reach":                {line, 10, 22, 100, 0, 1, PathsAll, 50},
		"line, out of reach":                {line, 10, 23, 100, 0, 0, PathsAll, 50},
		"grid, the shortest":                {grid, 0, side + 1, 2, 0, 2, PathsFirst, 300},
		"grid, more than can be shown":      {grid, 0, 3*side + 3, 100, 0, 100, PathsFirst, 5000},
		"grid, out of reach":                {grid, 0, side*side - 1, 100, 0, 0, PathsAll, 500},
		"two hubs":                          {parallel, 5000, 5001, 100, 0, 100, PathsFirst, 11_000},
		"between what two hubs have":        {parallel, 0, 1, 100, 0, 100, PathsFirst, 11_000},
		"clique, the shortest":              {clique(whole), 0, 1, 3, 0, 3, PathsFirst, 3 * whole},
		"clique, past the shortest lengths": {clique(500), 0, 1, 600, 0, 600, PathsFirst, 10_000},
		"clique, all of a small one":        {clique(7), 0, 1, 1000, 0, 326, PathsAll, 5000},
		"clique, more than the budget":      {clique(40), 0, 1, 100_000, 5000, -1, PathsBudget, 5000},
	} {
		t.Run(name, func(t *testing.T) {
			v := chart(test.edges)
			from, _ := v.Number(charted(test.from))
			to, _ := v.Number(charted(test.to))
			q := PathQuery{From: []Node{from}, To: []Node{to}, MaxHops: MaxHops, First: test.first, Budget: test.budget, At: At{Revision: 1}}
			found, err := v.Paths(t.Context(), q)
			if err != nil || found.Bound != test.bound || test.found >= 0 && len(found.Paths) != test.found || test.found < 0 && len(found.Paths) == 0 || found.Explored > test.explored {
				t.Errorf("%v: bound %d, %d paths, %d explored", err, found.Bound, len(found.Paths), found.Explored)
			}
			if again, _ := v.Paths(t.Context(), q); !reflect.DeepEqual(again, found) {
				t.Error("the same question gives another answer")
			}
		})
	}
}
