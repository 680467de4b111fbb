package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"treatygraph/corpus"
	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
	server "treatygraph/tools/neo4j"
)

// The questions that the declaration must answer, asked of the index over each store. What is wanted is written here, from the text and the
// reference works.

const strategicFramework graph.ID = "declaration/us-russia-strategic-framework-2008"

// an asker asks the index of a store that holds the shipped corpus.
type asker struct {
	*testing.T
	world
	snapshot *index.Snapshot
}

func overEachStore(t *testing.T, ask func(a asker)) {
	stores := map[string]func(*testing.T) (graph.Store, error){
		"SQLite": func(t *testing.T) (graph.Store, error) {
			return sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{})
		},
	}
	for _, version := range server.VersionsToTest(t) {
		stores["Neo4j "+version] = func(t *testing.T) (graph.Store, error) {
			return neo4j.Open(t.Context(), server.Lease(t, version).URL(), neo4j.Options{})
		}
	}
	c := load(t, corpus.Files)
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			store, err := open(t)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = store.Close() })
			idx, err := index.Follow(t.Context(), store, index.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = idx.Close() })
			w := world{store, idx}
			w.apply(t, c)
			ask(asker{t, w, idx.Snapshot()})
		})
	}
}

// statements returns what is said of an entity, and the words that say it in the declaration.
func (a asker) statements(id graph.ID, direction index.Direction, predicates ...graph.Predicate) []*graph.Assertion {
	a.Helper()
	page, err := a.snapshot.Statements(index.StatementQuery{Entity: id, Direction: direction, Predicates: predicates, Page: index.Page{First: 1000}})
	if err != nil {
		a.Fatal(err)
	}
	var refs []graph.Ref
	for _, item := range page.Items {
		refs = append(refs, item.Refs...)
	}
	loaded, err := a.store.Assertions(a.Context(), refs)
	if err != nil {
		a.Fatal(err)
	}
	var list []*graph.Assertion
	for _, ref := range refs {
		list = append(list, loaded[ref])
	}
	return list
}

func (a asker) equal(what string, got, want []string) {
	a.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		a.Errorf("%s:\ngot  %s\nwant %s", what, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

// sectionOf returns the title of the section around a passage.
func (a asker) sectionOf(passage graph.ID) string {
	for _, part := range a.statements(passage, index.Out, graph.PredPartOf) {
		for _, name := range a.snapshot.Names(part.Object, index.AsOf{}) {
			return name.Text
		}
	}
	return ""
}

func TestQuestion1WhichResolutionsDoesTheDeclarationCiteAndWhere(t *testing.T) {
	overEachStore(t, func(a asker) {
		var got []string
		for _, s := range a.statements(strategicFramework, index.Out, graph.PredCites) {
			if s.Object.Kind() != graph.KindResolution {
				continue
			}
			for _, e := range s.Evidence {
				got = append(got, fmt.Sprintf("%s in %s: %s [%d,%d)", s.Object, a.sectionOf(e.Passage), e.Quote, e.Start, e.End))
			}
		}
		a.equal("resolutions cited", got, []string{
			"resolution/s-res-1540-2004 in 防扩散安全倡议: 第 1540 号决议 [4666,4676)",
			"resolution/s-res-1718-2006 in 朝鲜: 第 1718 号决议 [3879,3889)",
			"resolution/s-res-1737-2006 in 伊朗: 第 1737 [3621,3627)",
			"resolution/s-res-1747-2007 in 伊朗: 1747 [3628,3632)",
			"resolution/s-res-1803-2008 in 伊朗: 1803 号决议 [3635,3643)",
		})
		mentioned := a.statements("regime/unsc-1267-sanctions", index.In, graph.PredMentions)
		if len(mentioned) != 1 || !strings.Contains(mentioned[0].Evidence[0].Quote, "1267 号制裁制度") {
			a.Errorf("the sanctions regime of 1267 is mentioned %d times", len(mentioned))
		}
		if named := a.statements("resolution/s-res-1267-1999", index.In, graph.PredMentions, graph.PredCites); slices.ContainsFunc(named, func(s *graph.Assertion) bool { return s.Method == graph.MethodExtracted }) {
			a.Error("resolution 1267 appears as a cited resolution")
		}
	})
}

func TestQuestion2WhatWasInForceWhen(t *testing.T) {
	overEachStore(t, func(a asker) {
		day := func(s string) graph.Day { return graph.MustDate(s).Earliest() }
		for _, q := range []struct{ treaty, on, want, since string }{
			{"treaty/start-i", "2008-04-06", "IN_FORCE", "1994-12-05"}, {"treaty/start-i", "2009-12-06", "EXPIRED", "2009-12-05"},
			{"treaty/inf", "2019-08-03", "TERMINATED", "2019-08-02"}, {"treaty/cfe-adapted", "2008-04-06", "ADOPTED", "1999-11-19"},
			{"treaty/moscow", "2008-04-06", "IN_FORCE", "2003-06-01"}, {"treaty/post-start-arrangement", "2008-04-06", "FORESEEN", "2008-04-06"},
			{"treaty/us-russia-123-agreement", "2008-04-06", "FORESEEN", "2007-06-29"},
		} {
			s := a.snapshot.InstrumentStatus(graph.ID(q.treaty), day(q.on), index.AsOf{})
			if s.Value.String() != q.want || s.Since.String() != q.since {
				a.Errorf("%s on %s: %s since %s, want %s since %s", q.treaty, q.on, s.Value, s.Since, q.want, q.since)
			}
		}
		s := a.snapshot.PartyStatus("state/rus", "treaty/cfe", day("2008-04-06"), index.AsOf{})
		if s.Value.String() != "SUSPENDED" || s.Since.String() != "2007-12-12" {
			a.Errorf("Russia and the CFE Treaty: %s since %s", s.Value, s.Since)
		}
	})
}

func TestQuestion3WhichInstrumentsDoesTheTextForesee(t *testing.T) {
	overEachStore(t, func(a asker) {
		page, err := a.snapshot.Entities(t.Context(), index.EntityQuery{Kinds: graph.Instruments, Page: index.Page{First: 1000}})
		if err != nil {
			a.Fatal(err)
		}
		var got []string
		for _, item := range page.Items {
			for _, s := range a.statements(item.ID, index.Out, graph.PredForeseen) {
				if len(s.Evidence) == 0 || s.Evidence[0].Document != declarationID || s.Valid.From.String() != "2008-04-06" {
					a.Errorf("%s is foreseen without the words of the declaration: %+v", item.ID, s)
				}
				got = append(got, string(item.ID))
			}
		}
		a.equal("foreseen", got, []string{"treaty/post-2012-climate-framework", "treaty/post-start-arrangement", "treaty/us-russia-123-agreement",
			"treaty/us-russia-bilateral-investment", "treaty/us-russia-defence-technology-cooperation"})
	})
}

func TestQuestion4WhatDidTheTwoSidesDisagreeOnAndWhoOpposesOrSupportsWhat(t *testing.T) {
	overEachStore(t, func(a asker) {
		stand := func(state graph.ID, predicates ...graph.Predicate) []string {
			var list []string
			for _, s := range a.statements(state, index.Out, predicates...) {
				for _, e := range s.Evidence {
					if e.Document == declarationID {
						list = append(list, s.Predicate.String()+" "+string(s.Object))
						if !strings.Contains(strings.ReplaceAll(a.passage(e.Passage), "\n", ""), strings.ReplaceAll(e.Quote, "\n", "")) {
							a.Errorf("%s %s: the sentence %q is not in its passage", s.Predicate, s.Object, e.Quote)
						}
					}
				}
			}
			return list
		}
		differ := []string{"DISAGREES_ON regime/conventional-forces-in-europe", "DISAGREES_ON topic/military-space-activities", "DISAGREES_ON topic/nato-enlargement", "DISAGREES_ON treaty/cfe-adapted"}
		a.equal("the United States disagrees", stand("state/usa", graph.PredDisagreesOn), slices.Clone(differ))
		a.equal("Russia disagrees", stand("state/rus", graph.PredDisagreesOn), differ)
		a.equal("Russia opposes", stand("state/rus", graph.PredOpposes), []string{"OPPOSES topic/missile-defence-sites-in-poland-and-czechia", "OPPOSES topic/proliferation-financing", "OPPOSES topic/wmd-proliferation"})
		a.equal("the United States opposes", stand("state/usa", graph.PredOpposes), []string{"OPPOSES topic/proliferation-financing", "OPPOSES topic/wmd-proliferation"})
		both := []string{"body/unsc-counter-terrorism-committee", "body/us-russia-counterterrorism-working-group", "declaration/p5-plus-1-statement-2008-03-03", "forum/six-party-talks",
			"initiative/inpro", "regime/unsc-1267-sanctions", "resolution/s-res-1540-2004", "topic/counter-terrorism", "topic/economic-cooperation", "topic/russia-wto-accession", "treaty/npt"}
		supports := func(more ...string) (list []string) {
			for _, id := range append(slices.Clone(both), more...) {
				list = append(list, "SUPPORTS "+id)
			}
			return list
		}
		a.equal("Russia supports", stand("state/rus", graph.PredSupports), supports())
		a.equal("the United States supports", stand("state/usa", graph.PredSupports), supports("initiative/global-nuclear-power-infrastructure"))
	})
}

// passage returns the words of a passage.
func (a asker) passage(id graph.ID) string {
	spans := a.statements(id, index.Out, graph.PredSpan)
	if len(spans) != 1 {
		a.Fatalf("%s has %d spans", id, len(spans))
	}
	span := spans[0].Value
	texts, err := a.store.Texts(a.Context(), []graph.TextHash{span.Hash})
	if err != nil {
		a.Fatal(err)
	}
	slice, _ := graph.NewSlicer(texts[span.Hash].Body).Slice(span.Start, span.End)
	return slice
}
