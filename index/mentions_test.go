package index_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"treatygraph/graph"
	"treatygraph/index"
)

func mentions(unit, entity graph.ID, evidence ...graph.Evidence) graph.Assertion {
	a := says("dataset/a", graph.Claim{Subject: unit, Predicate: graph.PredMentions, Object: entity})
	a.Evidence = evidence
	return a
}

func partOf(id, of graph.ID) graph.Assertion {
	return says("dataset/a", graph.Claim{Subject: id, Predicate: graph.PredPartOf, Object: of})
}

// The fixture is two documents and an article of a treaty that mention treaty/a; one passage mentions it under another ID that is merged into it, one
// says so without evidence:
//
//	document/a ── section 1 (mentions) ── passages 2 (mentions), 10 (mentions), note-1 (mentions)
//	document/b ── passage 1 (mentions treaty/b, merged into treaty/a), passage 2 (without evidence)
//	provision/p (mentions)
func TestMentionsOfAnEntityAreOrderedByDocumentAndReading(t *testing.T) {
	store := openSQLite(t)
	applyBase(t, store)
	seen := graph.Evidence{Citation: "there"}
	before := apply(t, store, "documents", named("document/a", "A"), named("document/b", "B"), named("provision/p", "P"),
		partOf("section/a/1", "document/a"), partOf("passage/a/10", "section/a/1"), partOf("passage/a/2", "section/a/1"), partOf("passage/a/note-1", "document/a"),
		partOf("passage/b/1", "document/b"), partOf("passage/b/2", "document/b"),
		mentions("passage/a/note-1", "treaty/a", seen), mentions("passage/a/10", "treaty/a", seen), mentions("passage/a/2", "treaty/a", seen), mentions("section/a/1", "treaty/a", seen),
		mentions("passage/b/1", "treaty/b", seen), mentions("passage/b/2", "treaty/a"), mentions("provision/p", "treaty/a", seen))
	after := apply(t, store, "merge", says("dataset/a", graph.Claim{Subject: "treaty/b", Predicate: graph.PredMergedInto, Object: "treaty/a"}))
	s := reach(t, follow(t, store), after)
	list := func(id graph.ID, at index.AsOf) (list []string) {
		m := s.Mentions(id, at)
		for d := range m.Documents() {
			for u, unit := range m.Units(d) {
				if at, place, found := m.Locate(m.Document(d), unit); !found || at != d || place != u {
					t.Errorf("%s is located at %d, %d, %v", unit, at, place, found)
				}
				list = append(list, fmt.Sprint(m.Document(d), " ", unit, " ", len(m.Statements(d, unit))))
			}
		}
		return list
	}
	ofA := []string{"document/a section/a/1 1", "document/a passage/a/2 1", "document/a passage/a/10 1", "document/a passage/a/note-1 1"}
	for _, test := range []struct {
		id   graph.ID
		at   index.AsOf
		want []string
	}{
		{"treaty/a", index.AsOf{}, append(slices.Clone(ofA), "document/b passage/b/1 1", "provision/p provision/p 1")},
		{"treaty/b", index.AsOf{}, append(slices.Clone(ofA), "document/b passage/b/1 1", "provision/p provision/p 1")},
		{"treaty/a", index.AsOf{Revision: before}, append(slices.Clone(ofA), "provision/p provision/p 1")},
		{"treaty/c", index.AsOf{}, nil},
		{"treaty/none", index.AsOf{}, nil},
	} {
		if got := list(test.id, test.at); !slices.Equal(got, test.want) {
			t.Errorf("%s at %+v: %q, want %q", test.id, test.at, got, test.want)
		}
	}
	m := s.Mentions("treaty/a", index.AsOf{})
	for _, test := range []struct {
		document, unit graph.ID
		d, u           int
	}{
		{"document/a", "passage/a/1", 0, 1},   // of what is no part any more: before the next
		{"document/a", "passage/a/3", 0, 2},   // between two
		{"document/a", "document/a", 0, 0},    // before all
		{"document/aa", "passage/aa/1", 1, 0}, // between documents
		{"document/z", "passage/z/1", 2, 0},
		{"topic/z", "topic/z", 3, 0},
	} {
		if d, u, found := m.Locate(test.document, test.unit); d != test.d || u != test.u || found {
			t.Errorf("%s %s is at %d, %d, %v", test.document, test.unit, d, u, found)
		}
	}
}

// BenchmarkMentions looks for a page of an entity that 50,000 passages of 100 documents mention.
func BenchmarkMentions(b *testing.B) {
	const documents, passages = 100, 500
	r := &recording{memory: newMemory()}
	r.head = graph.Head{Store: "recording", Revision: 1}
	say := func(a graph.Assertion) {
		r.list = append(r.list, graph.Version{Ref: graph.Ref{Statement: a.Claim.ID(), Dataset: a.Dataset, From: 1}, Body: string(graph.AppendAssertion(nil, &a))})
	}
	say(named("treaty/a", "A"))
	for d := range documents {
		document := graph.ID(fmt.Sprintf("document/d%d", d))
		say(named(document, "D"))
		for p := range passages {
			section, passage := graph.ID(fmt.Sprintf("section/d%d/en/1/%d", d, p/10+1)), graph.ID(fmt.Sprintf("passage/d%d/en/1/%d", d, p+1))
			if p%10 == 0 {
				say(partOf(section, document))
			}
			say(partOf(passage, section))
			say(mentions(passage, "treaty/a", graph.Evidence{Citation: "there"}))
		}
	}
	x, err := index.Follow(context.Background(), r, index.Options{LateTexts: true})
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	s := x.Snapshot()
	b.ReportAllocs()
	for b.Loop() {
		m := s.Mentions("treaty/a", index.AsOf{})
		if m.Documents() != documents || len(m.Units(50)) != passages || len(m.Statements(50, m.Units(50)[7])) != 1 {
			b.Fatal(m.Documents())
		}
	}
}
