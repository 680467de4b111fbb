package extract

import "testing"

// The table is made from a map: a word of two classes would be now of one, now of the other.
func TestEveryWordOfTheGrammarHasOneClassAndIsFolded(t *testing.T) {
	seen := make(map[string]wordClass)
	for _, w := range grammar.words {
		if before, there := seen[w.text]; there {
			t.Errorf("%q is of class %d and of class %d", w.text, before, w.class)
		}
		seen[w.text] = w.class
		for i, r := range w.runes {
			if foldRune(r) != r {
				t.Errorf("%q: character %d is not folded, so it is never found", w.text, i)
			}
		}
	}
}
