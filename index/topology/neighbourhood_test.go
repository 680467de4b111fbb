package topology

import (
	"math/rand/v2"
	"testing"
)

func TestANodeSetHoldsWhatWasAddedSinceItWasCleared(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var s NodeSet
	for _, size := range []int{0, 1, 100, fewTouched, fewTouched + 1, 5_000, 10} { // emptied one by one and at once
		model := map[Node]bool{}
		for range size {
			n := random.Uint32N(20_000)
			if s.Add(n) == model[n] {
				t.Fatalf("of %d: %d is new: %v", size, n, !model[n])
			}
			model[n] = true
		}
		s.Clear()
	}
}
