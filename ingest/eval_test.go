package ingest

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"treatygraph/corpus"
	"treatygraph/extract"
	"treatygraph/graph"
)

var (
	updateEval = flag.Bool("update", false, "write the golden files anew")
	showEval   = flag.Bool("show", false, "list what was missed and what was wrong")
)

// A score counts what of a reader's marks was found, and what was found that the reader did not mark.
type score struct {
	name                     string
	found, wanted, got, good int
}

func (s score) precision() float64 { return ratio(s.good, s.got) }
func (s score) recall() float64    { return ratio(s.found, s.wanted) }

func (s score) String() string {
	return fmt.Sprintf("%-46s precision %.3f (%d of %d)  recall %.3f (%d of %d)", s.name, s.precision(), s.good, s.got, s.recall(), s.found, s.wanted)
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// textPredicates are what a document's dataset says of its parts, not of the world.
var textPredicates = []graph.Predicate{graph.PredNamed, graph.PredIdentifiedBy, graph.PredDescribed, graph.PredExpresses, graph.PredIssued, graph.PredSpan, graph.PredMentions, graph.PredUnlinked, graph.PredVersion, graph.PredLicence}

// TestEvalTheMachineReadsTheDeclarationAsWellAsIsAsked compares the machine's reading with a reader's, and fails where a target of the design or a golden
// figure is missed. It prints the figures that `make eval` shows.
func TestEvalTheMachineReadsTheDeclarationAsWellAsIsAsked(t *testing.T) {
	e := evaluate(t, corpusFiles(t), "declaration.zh", "document/e-cn.15-2008-21", "dataset/declaration")
	e.atLeast(t, "mentions", 0.97, 0.95)
	e.atLeast(t, "statements, machine alone", 0.90, 0.60)
	e.atLeast(t, "statements, with the curated file", 0, 0.95)
	e.golden(t, "testdata/gold/declaration.zh.figures")
}

type evaluation struct {
	scores []score
	detail bytes.Buffer
}

func evaluate(t *testing.T, c *Corpus, name string, document graph.ID, curated ...graph.ID) *evaluation {
	t.Helper()
	h := c.held[document]
	lines, marks := readGoldMentions(t, "testdata/gold/"+name+".mentions.txt", h.parts)
	e := &evaluation{}
	e.sections(h, lines)
	machine := dataset(t, c, h.Dataset())
	e.mentions(machine, marks)
	statements := readGoldStatements(t, "testdata/gold/"+name+".statements.yaml")
	e.statements("statements, machine alone", statements, machine)
	all := slices.Clone(machine.Desired)
	for _, id := range curated {
		if ds := dataset(t, c, id); ds != nil {
			all = append(all, ds.Desired...)
		}
	}
	e.statements("statements, with the curated file", statements, &Dataset{ID: machine.ID, Desired: all})
	e.print()
	return e
}

func dataset(t *testing.T, c *Corpus, id graph.ID) *Dataset {
	t.Helper()
	for _, ds := range c.Datasets {
		if ds.ID == id {
			return ds
		}
	}
	return nil
}

func (e *evaluation) add(s score) { e.scores = append(e.scores, s) }

func (e *evaluation) sections(h *held, lines []goldLine) {
	want := make(map[string]bool)
	for _, l := range lines {
		if path, is := strings.CutPrefix(l.mark, "§"); is {
			want[path+" "+l.plain] = true
		}
	}
	s := score{name: "sections", wanted: len(want), got: len(h.parts.Sections)}
	for _, section := range h.parts.Sections {
		for line := range want {
			if path, title, _ := strings.Cut(line, " "); path == section.Path && strings.HasPrefix(title, section.Title) {
				s.found, s.good = s.found+1, s.good+1
			}
		}
	}
	e.add(s)
}

// A foundMention is one that the machine read.
type foundMention struct {
	entity     graph.ID
	start, end int
	quote      string
}

func (e *evaluation) mentions(machine *Dataset, marks []goldMention) {
	var got []foundMention
	unlinked := 0
	for i := range machine.Desired {
		a := &machine.Desired[i]
		for _, ev := range a.Evidence {
			switch a.Predicate {
			case graph.PredMentions:
				got = append(got, foundMention{a.Object, ev.Start, ev.End, ev.Quote})
			case graph.PredUnlinked:
				unlinked++
				fmt.Fprintf(&e.detail, "unlinked: %s (%s)\n", a.Value.Text, ev.Reason)
			}
		}
	}
	for _, s := range e.compareMentions(got, marks) {
		e.add(s)
	}
	e.add(score{name: "unlinked mentions (none is wanted)", got: unlinked})
}

// compareMentions compares places first, then what is linked there. A mention is found where one of the same entity overlaps with it.
func (e *evaluation) compareMentions(got []foundMention, marks []goldMention) [3]score {
	names := [3]string{"places of mentions", "mentions", "mentions, to the character"}
	agree := [3]func(goldMention, foundMention) bool{
		func(m goldMention, f foundMention) bool { return f.start < m.end && m.start < f.end },
		func(m goldMention, f foundMention) bool {
			return f.start < m.end && m.start < f.end && f.entity == m.entity
		},
		func(m goldMention, f foundMention) bool {
			return f.entity == m.entity && f.start == m.start && f.end == m.end
		},
	}
	var scores [3]score
	for k := range scores {
		scores[k] = score{name: names[k], wanted: len(marks), got: len(got)}
		for _, m := range marks {
			if slices.ContainsFunc(got, func(f foundMention) bool { return agree[k](m, f) }) {
				scores[k].found++
			} else if k == 1 {
				fmt.Fprintf(&e.detail, "missed: %s %s %s\n", m.line, m.words, m.entity)
			}
		}
		for _, f := range got {
			if slices.ContainsFunc(marks, func(m goldMention) bool { return agree[k](m, f) }) {
				scores[k].good++
			} else if k == 1 {
				fmt.Fprintf(&e.detail, "wrong: %q at %d as %s\n", f.quote, f.start, f.entity)
			}
		}
	}
	return scores
}

// TestEvalTheMachineReadsATreatyThatNoRuleWasWrittenFor compares the machine with marks that a reader made of the Outer Space Treaty, in both languages, knowing nothing of
// the rules, after they stood. What the authority does not hold is left out of the comparison. There is no target but the accepted figures.
func TestEvalTheMachineReadsATreatyThatNoRuleWasWrittenFor(t *testing.T) {
	v := vocabularyOf(everything(corpusFiles(t)))
	e := &evaluation{}
	for _, lang := range []graph.Language{"zh-Hant", "en"} {
		var total [3]score
		for _, line := range readMarkedLines(t, "testdata/gold/outer-space."+lang.Base()+".mentions.txt") {
			parts := extract.Segment(line.plain)
			about := extract.About{Document: "document/test", Language: lang, Expresses: []graph.ID{"treaty/outer-space"},
				PartID: func(p extract.Place) graph.ID { return graph.ID(fmt.Sprintf("passage/test/%d-%d", p.Kind, p.Index)) }}
			var got []foundMention
			for _, m := range extract.Read(parts, about, v).Mentions {
				got = append(got, foundMention{m.Entity, m.Start, m.End, parts.Raw(m.Start, m.End)})
			}
			var marks []goldMention
			for _, s := range line.spans {
				if s.entity != unknown {
					marks = append(marks, goldMention{s.entity, string([]rune(line.plain)[s.start:s.end]), s.start, s.end, lang.Base() + " " + line.mark})
				}
			}
			for k, s := range e.compareMentions(got, marks) {
				total[k] = score{"Outer Space Treaty, " + lang.Base() + ": " + s.name, total[k].found + s.found, total[k].wanted + s.wanted, total[k].got + s.got, total[k].good + s.good}
			}
		}
		e.scores = append(e.scores, total[:]...)
	}
	e.print()
	e.golden(t, "testdata/gold/outer-space.figures")
}

// print shows the figures, and on request what makes them.
func (e *evaluation) print() {
	for _, s := range e.scores {
		fmt.Println(s)
	}
	if *showEval {
		fmt.Print(e.detail.String())
	}
}

func (e *evaluation) statements(name string, gold []goldStatement, machine *Dataset) {
	want := make(map[string]string)
	for _, g := range gold {
		want[g.key] = g.quote
	}
	seen := make(map[string]bool)
	all := score{name: name, wanted: len(want)}
	plain := score{name: name + ", without headings"}
	byPredicate := make(map[string]*score)
	row := func(p string) *score {
		if byPredicate[p] == nil {
			byPredicate[p] = &score{name: "  " + p}
		}
		return byPredicate[p]
	}
	heading := func(key string) bool { return strings.HasPrefix(key, "section/") }
	for key := range want {
		row(strings.Fields(key)[1]).wanted++
		if !heading(key) {
			plain.wanted++
		}
	}
	for i := range machine.Desired {
		a := &machine.Desired[i]
		if slices.Contains(textPredicates, a.Predicate) || a.Predicate == graph.PredPartOf && graph.TextUnits.Has(a.Subject.Kind()) {
			continue
		}
		dated, undated := claimKeys(&a.Claim)
		key := dated
		if _, there := want[dated]; !there {
			key = undated
		}
		if seen[key] {
			continue
		}
		seen[key] = true
		r := row(a.Predicate.String())
		_, good := want[key]
		for _, s := range []*score{&all, r, &plain} {
			if s == &plain && heading(key) {
				continue
			}
			s.got++
			if good {
				s.good, s.found = s.good+1, s.found+1
			}
		}
		if !good {
			quote := ""
			if len(a.Evidence) > 0 {
				quote = a.Evidence[0].Quote
			}
			fmt.Fprintf(&e.detail, "%s: wrong: %s (%s) %s\n", name, dated, a.Rule, strings.ReplaceAll(quote, "\n", ""))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if !seen[key] {
			fmt.Fprintf(&e.detail, "%s: missed: %s (%s)\n", name, key, want[key])
		}
	}
	e.add(all)
	e.add(plain)
	for _, p := range slices.Sorted(maps.Keys(byPredicate)) {
		e.add(*byPredicate[p])
	}
}

func (e *evaluation) atLeast(t *testing.T, name string, precision, recall float64) {
	t.Helper()
	for _, s := range e.scores {
		if s.name != name {
			continue
		}
		if s.precision() < precision || s.recall() < recall {
			t.Errorf("%v; wanted are %.2f and %.2f", s, precision, recall)
		}
		return
	}
	t.Errorf("no figure named %q", name)
}

// golden compares the figures with those that were accepted. Better ones fail, too, until they are.
func (e *evaluation) golden(t *testing.T, file string) {
	t.Helper()
	var b bytes.Buffer
	for _, s := range e.scores {
		fmt.Fprintln(&b, s)
	}
	if *updateEval {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, b.Bytes()) {
		t.Errorf("the figures differ from %s: read what changed, then accept them with -update", file)
	}
}

func corpusFiles(t *testing.T) *Corpus {
	t.Helper()
	return load(t, corpus.Files)
}
