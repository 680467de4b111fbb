package topology

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"treatygraph/graph"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// grow adds n citations among some treaties.
func grow(g *Graph, random *rand.Rand, n, treaties int, revision uint32) {
	for range n {
		id := func() graph.ID { return graph.ID(fmt.Sprintf("treaty/t%d", random.IntN(treaties))) }
		a := graph.Assertion{Dataset: "dataset/d", Rank: graph.RankNormal, Method: graph.MethodCurated,
			Claim: graph.Claim{Subject: id(), Predicate: graph.PredCites, Object: id(), Valid: graph.Interval{From: graph.Day(random.IntN(1000)).Date()}}}
		var hash graph.StatementHash
		binary.BigEndian.PutUint64(hash[:], random.Uint64())
		binary.BigEndian.PutUint64(hash[8:], random.Uint64())
		g.Add(hash, &a, 0, revision, 0)
	}
}

// checkRows compares every node's rows with what a scan gives, and the order of nodes.
func checkRows(t *testing.T, g *Graph, v *View) {
	t.Helper()
	out, in := map[Node][]uint32{}, map[Node][]uint32{}
	for i := range v.versions {
		row := v.Row(i)
		out[row.Subject], in[row.Object] = append(out[row.Subject], i), append(in[row.Object], i)
	}
	for _, end := range []struct {
		want map[Node][]uint32
		of   func(*segment) *adjacency
	}{{out, func(s *segment) *adjacency { return &s.out }}, {in, func(s *segment) *adjacency { return &s.in }}} {
		for n := range v.nodes {
			var got []uint32
			for _, s := range v.segments {
				row := end.of(s).of(n)
				if !slices.IsSortedFunc(row, g.versions.compare) {
					t.Fatalf("row of node %d is not sorted", n)
				}
				got = append(got, row...)
			}
			slices.Sort(got)
			if !slices.Equal(got, end.want[n]) {
				t.Fatalf("node %d has %v, want %v", n, got, end.want[n])
			}
		}
	}
	var ids []graph.ID
	for _, s := range v.segments {
		if !slices.IsSortedFunc(s.ids, func(a, b Node) int { return slices.Compare([]byte(v.ID(a)), []byte(v.ID(b))) }) {
			t.Fatal("nodes are not in the order of their IDs")
		}
		for _, n := range s.ids {
			ids = append(ids, v.ID(n))
		}
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != int(v.nodes)-1 {
		t.Fatalf("%d nodes are listed, want %d", len(ids), v.nodes-1)
	}
}

func TestMergedSegmentsHoldWhatTheirPartsHeld(t *testing.T) {
	for _, treaties := range []int{50, 5_000, 200_000} {
		t.Run(fmt.Sprint(treaties, " treaties"), func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, uint64(treaties)))
			g := New()
			grow(g, random, 30_000, treaties, 1)
			v, merge := g.Seal(1)
			old, most, large := v, 0, 0
			for revision := uint32(2); revision < 300; revision++ {
				grow(g, random, 1+random.IntN(300), treaties, revision)
				var due *Merge
				v, due = g.Seal(revision)
				if merge == nil {
					merge = due
				} else if due != nil {
					t.Fatal("a second merge is handed out beside one under way")
				}
				if merge != nil && random.IntN(20) == 0 { // it runs for some revisions
					merge.Run()
					merge = g.Adopt(merge)
					v = g.View(revision)
					large++
				}
				most = max(most, len(v.segments))
			}
			checkRows(t, g, v)
			checkRows(t, g, old)
			if large == 0 || most > 16 {
				t.Errorf("%d large merges, up to %d segments", large, most)
			}
		})
	}
}

func TestChainsShowEachViewItsOwnEntries(t *testing.T) {
	var keys Column[uint64]
	c := NewChains(func(e uint32) uint64 { return *keys.At(e) % 7 << 40 }, func(a, b uint32) bool { return *keys.At(a) == *keys.At(b) }) // most keys collide
	random := rand.New(rand.NewPCG(3, 4))
	const n = 3_000
	for range n {
		keys.Append(random.Uint64N(200))
		c.Add()
	}
	for range 500 {
		key, seen := random.Uint64N(220), uint32(random.IntN(n))
		var want, got []uint32
		for e := int(seen) - 1; e >= 0; e-- {
			if *keys.At(uint32(e)) == key {
				want = append(want, uint32(e))
			}
		}
		for e, ok := c.Find(key%7<<40, seen, func(e uint32) bool { return *keys.At(e) == key }); ok; e, ok = c.Prev(e) {
			got = append(got, e)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("key %d among %d entries: %v, want %v", key, seen, got, want)
		}
	}
}
