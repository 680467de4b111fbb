package ingest

import (
	"strings"
	"testing"

	"treatygraph/graph"
)

// A text may be mostly blanks, as tables turned into text are: what stands far apart is no quote, and no claim stands without one.
func TestReadingTextsOfBlanksGivesWhatAStoreTakes(t *testing.T) {
	v := vocabularyOf(func(yield func(*graph.Assertion) bool) {
		for id, name := range map[graph.ID]string{"state/usa": "United States", "treaty/npt": "Treaty on the Non-Proliferation of Nuclear Weapons"} {
			a := curated("dataset/test", graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: nameValue(graph.Name{Text: name, Lang: "en", Role: graph.NameShort})})
			if !yield(&a) {
				return
			}
		}
	})
	blanks := strings.Repeat(" ", graph.MaxQuoteBytes)
	body := strings.ReplaceAll("United_States and more\n\nThe United_States supports the Treaty on the Non-Proliferation of Nuclear_Weapons. It is law.\n\nThe United States is named here.\n", "_", blanks) + strings.Repeat("\nIt is law.\n", 40)
	h := hold(&Document{ID: "document/test", Language: "en", Date: graph.MustDate("2008-04-15")}, graph.NewText("en", body, nil))
	ds := h.dataset()
	reading := h.read(ds, v)
	if len(h.parts.Sections) != 1 || len(reading.Mentions) != 4 {
		t.Fatalf("%d sections, mentions %+v", len(h.parts.Sections), reading.Mentions)
	}
	for i := range ds.Desired {
		a := &ds.Desired[i]
		if _, err := graph.Prepare(&graph.Batch{Key: "check", Assert: []graph.Assertion{*a}}); err != nil {
			t.Errorf("%s %s: %v", a.Subject, a.Predicate, err)
		}
		if a.Method == graph.MethodExtracted && a.Rule != ruleSegment && len(a.Evidence) == 0 {
			t.Errorf("%s %s %s has no evidence", a.Subject, a.Predicate, a.Object)
		}
	}
}
