package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"treatygraph/extract"
	"treatygraph/graph"
	"treatygraph/ingest"
)

// maxChanges bounds the changes that are printed one by one: more are a new document, or rules that changed throughout.
const maxChanges = 60

// report prints what a document was read as and what changed.
func report(w io.Writer, document graph.ID, out *ingest.Outcome, dryRun bool) {
	if dryRun {
		reportMentions(w, out.Dataset)
		reportStatements(w, out.Dataset)
	}
	reportChanges(w, out.Changes)
	if out.Remark != "" {
		fmt.Fprintf(w, "%s: %s\n", document, out.Remark)
	}
	fmt.Fprintf(w, "%s: %s; %s\n", document, contents(out), effect(out, dryRun))
}

// contents counts what was found in the document.
func contents(out *ingest.Outcome) string {
	parts := make(map[string]map[graph.ID]bool)
	for i := range out.Dataset.Desired {
		a := &out.Dataset.Desired[i]
		if a.Predicate != graph.PredPartOf || a.Method != graph.MethodExtracted {
			continue
		}
		kind, _, _ := strings.Cut(partName(a.Subject), " ")
		if parts[kind] == nil {
			parts[kind] = make(map[graph.ID]bool)
		}
		parts[kind][a.Subject] = true
	}
	entities := make(map[graph.ID]bool)
	for _, m := range out.Reading.Mentions {
		entities[m.Entity] = true
	}
	found := count(len(parts["passage"]), "passage")
	if n := len(parts["section"]); n > 0 {
		found += " in " + count(n, "section")
	}
	if n := len(parts["note"]); n > 0 {
		found += ", " + count(n, "footnote")
	}
	return fmt.Sprintf("%s, %s of %s, %s, %s", found, count(len(out.Reading.Mentions), "mention"),
		count(len(entities), "entity"), count(len(out.Reading.Statements), "statement"), count(len(out.Reading.Unlinked), "unlinked mention"))
}

func effect(out *ingest.Outcome, dryRun bool) string {
	switch {
	case out.Asserted == 0 && out.Withdrawn == 0:
		return "nothing has changed"
	case dryRun:
		return fmt.Sprintf("%s would be written, %s withdrawn", count(out.Asserted, "assertion"), thousands(out.Withdrawn))
	case out.Receipt == nil: // another process wrote the same meanwhile
		return "nothing is left to change"
	default:
		return fmt.Sprintf("%s written, %s withdrawn, revision %d", count(out.Asserted, "assertion"), thousands(out.Withdrawn), out.Receipt.Revision.Number)
	}
}

// reportChanges prints what parts of the text came to say and no longer say. Where the parts stand is left out: it follows from the text.
func reportChanges(w io.Writer, all []ingest.Change) {
	changes := slices.DeleteFunc(slices.Clone(all), func(c ingest.Change) bool { return c.Said.Predicate == graph.PredSpan || isOutline(&c.Said) })
	if len(changes) == 0 {
		return
	}
	t := table{title: []string{"CHANGE", "PART", "SUBJECT", "PREDICATE", "OBJECT", "DATES", "DETAILS"}}
	slices.SortStableFunc(changes, func(a, b ingest.Change) int {
		x, y := &a.Said, &b.Said
		return cmp.Or(comparePartNames(partName(a.Part), partName(b.Part)), cmp.Compare(x.Predicate, y.Predicate), cmp.Compare(x.Object, y.Object), cmp.Compare(x.Subject, y.Subject))
	})
	for _, c := range changes[:min(len(changes), maxChanges)] {
		change := "loses"
		if c.Gains {
			change = "gains"
		}
		t.add(append([]string{change, partName(c.Part)}, claimCells(&c.Said)...)...)
	}
	t.print(w)
	if more := len(changes) - maxChanges; more > 0 {
		fmt.Fprintf(w, "and %s\n", count(more, "more change"))
	}
	fmt.Fprintln(w)
}

// comparePartNames puts passage 9 before passage 12.
func comparePartNames(a, b string) int {
	kindA, placeA, _ := strings.Cut(a, " ")
	kindB, placeB, _ := strings.Cut(b, " ")
	if c := cmp.Compare(kindA, kindB); c != 0 {
		return c
	}
	x, y := strings.Split(placeA, "."), strings.Split(placeB, ".")
	return slices.CompareFunc(x, y, func(p, q string) int { return cmp.Or(cmp.Compare(len(p), len(q)), cmp.Compare(p, q)) })
}

func claimCells(c *graph.Claim) []string {
	object := string(c.Object)
	if c.Value != nil {
		object = valueWords(c.Value)
	}
	if kind := c.Object.Kind(); kind == graph.KindPassage || kind == graph.KindSection {
		object = partName(c.Object)
	}
	details := qualifierWords(&c.Qualifiers, func(id graph.ID) string { return string(id) })
	return []string{partName(c.Subject), c.Predicate.String(), object, validWords(c.Predicate, c.Valid), strings.Join(details, "; ")}
}

// A shown assertion stands at its first evidence, or a mention at each of its places.
type shown struct {
	said *graph.Assertion
	at   *graph.Evidence
}

// inOrder returns assertions in reading order, each at every place or at the first.
func inOrder(ds *ingest.Dataset, everyPlace bool, is func(*graph.Assertion) bool) []shown {
	var list []shown
	for i := range ds.Desired {
		a := &ds.Desired[i]
		if a.Method != graph.MethodExtracted || !is(a) {
			continue
		}
		for j := range a.Evidence {
			if j == 0 || everyPlace {
				list = append(list, shown{a, &a.Evidence[j]})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b shown) int {
		return cmp.Or(cmp.Compare(a.at.Start, b.at.Start), cmp.Compare(b.at.End, a.at.End), cmp.Compare(a.said.Object, b.said.Object))
	})
	return list
}

func (s *shown) place() string { return fmt.Sprintf("%d-%d", s.at.Start, s.at.End) }

func reportMentions(w io.Writer, ds *ingest.Dataset) {
	t := table{title: []string{"PART", "AT", "SCORE", "ENTITY", "WHY", "WORDS"}}
	for _, m := range inOrder(ds, true, func(a *graph.Assertion) bool {
		return a.Predicate == graph.PredMentions || a.Predicate == graph.PredUnlinked
	}) {
		entity := string(m.said.Object)
		if m.said.Predicate == graph.PredUnlinked {
			entity = "(unlinked)"
		}
		t.add(partName(m.said.Subject), m.place(), degree(m.at.Score), entity, m.at.Reason, extract.Clean(m.at.Quote))
	}
	if len(t.rows) > 0 {
		t.print(w)
		fmt.Fprintln(w)
	}
}

// maxWords bounds the words shown of a statement's evidence, in columns.
const maxWords = 80

func reportStatements(w io.Writer, ds *ingest.Dataset) {
	t := table{title: []string{"PART", "AT", "SURE", "RULE", "SUBJECT", "PREDICATE", "OBJECT", "DATES", "DETAILS", "WORDS"}}
	for _, s := range inOrder(ds, false, func(a *graph.Assertion) bool {
		return a.Predicate != graph.PredMentions && a.Predicate != graph.PredUnlinked && a.Predicate != graph.PredSpan && !isOutline(&a.Claim)
	}) {
		cells := []string{partName(s.at.Passage), s.place(), degree(s.said.Confidence), s.said.Rule}
		t.add(append(append(cells, claimCells(&s.said.Claim)...), shorten(extract.Clean(s.at.Quote), maxWords))...)
	}
	if len(t.rows) > 0 {
		t.print(w)
		fmt.Fprintln(w)
	}
}

// isOutline tells whether a claim only says how a text is made up: its parts and their headings.
func isOutline(c *graph.Claim) bool {
	kind := c.Subject.Kind()
	return (kind == graph.KindSection || kind == graph.KindPassage) && (c.Predicate == graph.PredPartOf || c.Predicate == graph.PredNamed)
}
