package resolvers_test

import (
	"testing"

	"treatygraph/corpus"
	"treatygraph/graph"
	"treatygraph/ingest"
)

// corpusTests are run one after the other against a service whose store holds the shipped corpus. Filling a store takes most of the time,
// so they share it: only the last two write.
var corpusTests = []struct {
	name string
	run  func(t *testing.T, a api)
}{
	{"the answers are as written", theAnswersAreAsWritten},
	{"statuses of the arms control treaties", theStatusesOfTheArmsControlTreatiesAreThoseOfTheReferenceWorks},
	{"mentions in pages", mentionsAreListedOnceInReadingOrderHoweverTheyArePaged},
	{"mentions of sections", theMentionsOfASectionAreThoseOfItsText},
	{"searches in pages", aSearchGivesTheSameListHoweverItIsPaged},
	{"words found", aSearchShowsTheWordsThatItFoundWhereTheyStand},
	{"facets", facetsCountWhatASearchWithTheirValueFinds},
	{"lists in pages", listsComeInPagesThatFitTogether},
	{"statistics", statisticsOfTheCorpusAgreeWithItsListsAndWithThemselves},
	{"subgraphs", subgraphsOfTheCorpusAreWholeAndComeAgain},
	{"the guide to writing", theGuideToWritingIsAsWritten},
	{"earlier answers come again", earlierAnswersComeAgainByteForByte},
}

func TestTheCorpusOverEachStore(t *testing.T) {
	shipped, err := ingest.Load(corpus.Files)
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range storesOf(t) {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			idx := follow(t, store)
			if _, err := ingest.ApplyCorpus(t.Context(), store, idx, shipped, "test"); err != nil {
				t.Fatal(err)
			}
			a := newAPI(t, idx, store)
			a.snapshot = idx.Snapshot
			a.write = func(t *testing.T, b *graph.Batch) {
				t.Helper()
				receipt, err := store.Apply(t.Context(), b)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := idx.Wait(t.Context(), receipt.Revision.Number); err != nil {
					t.Fatal(err)
				}
			}
			for _, test := range corpusTests {
				t.Run(test.name, func(t *testing.T) {
					a := a
					a.t = t
					test.run(t, a)
				})
			}
		})
	}
}
