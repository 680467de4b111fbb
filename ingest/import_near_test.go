package ingest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
)

// sampledNames is which of the names are asked for: every so many, since each is compared with all.
const sampledNames = 20

func TestNamesThatShareWordsAreFoundAsByComparingWithAll(t *testing.T) {
	w := withNames(t)
	im := &importing{Import: &Import{}, ctx: t.Context(), snapshot: w.index.Snapshot()}
	m := newMatcher(im)
	asked, found := 0, 0
	for _, kinds := range []graph.KindSet{kindsAsked[askActor], kindsAsked[askTreaty]} {
		n := m.namesOf(kinds)
		for i, key := range slices.Sorted(maps.Keys(n.loose)) {
			if i%sampledNames != 0 {
				continue
			}
			words := strings.Fields(key)
			longest := words[0]
			for _, word := range words {
				if len(word) > len(longest) {
					longest = word
				}
			}
			for _, name := range []string{key, "new " + key, strings.Replace(key, longest, longest+"x", 1), strings.Join(words[1:], " ")} {
				words := strings.Fields(looseKey(name))
				sharing := n.sharing(words)
				for other := range n.words {
					score := shared(words, n.words[other])
					if most := sharing[other]; score >= leastShared && 100*most < leastShared*(len(words)+len(n.words[other])-most) {
						t.Errorf("%q and %q share %d %%, and %d words at most are said to be shared", name, other, score, most)
					} else if score >= leastShared {
						found++
					}
				}
				asked++
			}
		}
	}
	if asked < 100 || found < asked/2 {
		t.Errorf("%d names asked for, %d found", asked, found)
	}
}
