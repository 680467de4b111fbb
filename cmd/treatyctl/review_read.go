package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"treatygraph/extract"
	"treatygraph/graph"
	"treatygraph/index"
)

// A review is a document as the record holds it: its parts in reading order, and what was read in them.
type review struct {
	snapshot   *index.Snapshot
	document   graph.ID
	whole      graph.Value // the span of the document's text
	language   graph.Language
	parts      []*part
	statements []*statement // in reading order of their first evidence
	sources    map[graph.TextHash]*source
}

// A part is a heading, a passage or a footnote. Its text is [start, end) of the text named by hash.
type part struct {
	id         graph.ID
	depth      int // of a heading: how many sections it lies in, from 1
	note       bool
	hash       graph.TextHash
	start, end int
	marks      []mark
	statements []*statement // with evidence here, in order of their numbers
	cites      []cite
}

// A mark is an occurrence of an entity, or of words that could not be linked.
type mark struct {
	entity   graph.ID // empty: unlinked
	words    string   // as they stand in the text
	score    graph.Thousandths
	reason   string
	hash     graph.TextHash
	from, to int // code points of the text
}

// A cite is where in a part evidence of a statement stands.
type cite struct {
	statement *statement
	words     string
	hash      graph.TextHash
	from, to  int
}

// A statement is one that has evidence in the document, with all its assertions by dataset.
type statement struct {
	index.Statement
	number     int
	claim      graph.Claim
	assertions []*graph.Assertion
	elsewhere  bool // none of its evidence lies in a part
}

// A loader loads what the snapshot does not hold.
type loader interface {
	Assertions(ctx context.Context, refs []graph.Ref) (map[graph.Ref]*graph.Assertion, error)
	Texts(ctx context.Context, hashes []graph.TextHash) (map[graph.TextHash]*graph.Text, error)
}

// readReview gathers a document: from the snapshot what there is, then its contents with one call and the texts with another.
func readReview(ctx context.Context, s *index.Snapshot, load loader, document graph.ID) (*review, error) {
	if _, exists := s.Entity(document, index.AsOf{}); !exists {
		return nil, usageError("%s is not in the record", document)
	}
	r := &review{snapshot: s, document: document, sources: make(map[graph.TextHash]*source)}
	outline := outlineRefs(s, document)
	evidenced := s.EvidencedIn(document, index.AsOf{})
	refs := slices.Clone(outline)
	for _, e := range evidenced {
		refs = append(refs, e.Refs...)
	}
	loaded, err := load.Assertions(ctx, refs)
	if err != nil {
		return nil, err
	}
	for _, ref := range refs {
		if loaded[ref] == nil {
			return nil, fmt.Errorf("%w: %s is missing", graph.ErrCorrupt, ref)
		}
	}
	byID := r.arrange(outline, loaded)
	if r.whole.Kind != graph.ValueSpan {
		return nil, usageError("no text of %s is held", document)
	}
	r.place(evidenced, loaded, byID)
	return r, r.loadTexts(ctx, load)
}

// outlinePage is how many statements are taken from the index at once.
const outlinePage = 1000

// outlineRefs lists what says how the document is made up: PART_OF and SPAN of it and of its parts.
func outlineRefs(s *index.Snapshot, document graph.ID) (refs []graph.Ref) {
	seen := map[graph.ID]bool{document: true}
	for open := []graph.ID{document}; len(open) > 0; open = open[1:] {
		each(s, index.StatementQuery{Entity: open[0], Direction: index.Out, Predicates: []graph.Predicate{graph.PredSpan}}, func(item *index.StatementItem) {
			refs = append(refs, item.Refs...)
		})
		each(s, index.StatementQuery{Entity: open[0], Direction: index.In, Predicates: []graph.Predicate{graph.PredPartOf}, OtherKinds: graph.Set(graph.KindSection, graph.KindPassage)}, func(item *index.StatementItem) {
			refs = append(refs, item.Refs...)
			if !seen[item.Subject] {
				seen[item.Subject] = true
				open = append(open, item.Subject)
			}
		})
	}
	return refs
}

// each visits every statement of a query.
func each(s *index.Snapshot, q index.StatementQuery, visit func(*index.StatementItem)) {
	q.Page.First = outlinePage
	for {
		page, err := s.Statements(q)
		if err != nil { // only cursors can be wrong, and these are its own
			return
		}
		for i := range page.Items {
			visit(&page.Items[i])
			q.Page.After = page.Items[i].Cursor
		}
		if !page.HasNext {
			return
		}
	}
}

// arrange puts the parts in reading order: in each section its passages, then the sections inside it; footnotes last.
func (r *review) arrange(outline []graph.Ref, loaded map[graph.Ref]*graph.Assertion) map[graph.ID]*part {
	byID := make(map[graph.ID]*part)
	ordinal := make(map[graph.ID]int)
	inside := make(map[graph.ID][]*part)
	for _, ref := range outline {
		if a := loaded[ref]; a.Predicate == graph.PredPartOf && byID[a.Subject] == nil {
			p := &part{id: a.Subject, note: a.Qualifiers.Role != ""}
			byID[p.id], ordinal[p.id] = p, a.Qualifiers.Ordinal
			inside[a.Object] = append(inside[a.Object], p)
		}
	}
	for _, ref := range outline {
		if a := loaded[ref]; a.Predicate == graph.PredSpan {
			if a.Subject == r.document {
				r.whole = *a.Value
			} else if p := byID[a.Subject]; p != nil {
				p.hash, p.start, p.end = a.Value.Hash, a.Value.Start, a.Value.End
			}
		}
	}
	var notes []*part
	var visit func(id graph.ID, depth int)
	visit = func(id graph.ID, depth int) {
		list := inside[id]
		slices.SortStableFunc(list, func(a, b *part) int {
			return cmp.Or(cmp.Compare(b.id.Kind(), a.id.Kind()), cmp.Compare(ordinal[a.id], ordinal[b.id]), cmp.Compare(a.id, b.id)) // KindPassage is above KindSection
		})
		for _, p := range list {
			switch {
			case p.note:
				notes = append(notes, p)
			case p.id.Kind() == graph.KindSection:
				p.depth = depth
				r.parts = append(r.parts, p)
				visit(p.id, depth+1)
			default:
				r.parts = append(r.parts, p)
			}
		}
		inside[id] = nil
	}
	visit(r.document, 1)
	r.parts = append(r.parts, notes...)
	return byID
}

// place puts what has evidence in the document at the parts that hold it.
func (r *review) place(evidenced []index.Statement, loaded map[graph.Ref]*graph.Assertion, byID map[graph.ID]*part) {
	for _, e := range evidenced { // headings first: a section's own span is all of it
		for _, ref := range e.Refs {
			if a := loaded[ref]; a.Predicate == graph.PredNamed && isOutline(&a.Claim) && len(a.Evidence) > 0 && byID[a.Subject] != nil {
				h := &a.Evidence[0]
				p := byID[a.Subject]
				p.hash, p.start, p.end = h.Text, h.Start, h.End
			}
		}
	}
	at := func(e *graph.Evidence) *part {
		if p := byID[e.Passage]; p != nil {
			return p
		}
		for _, p := range r.parts {
			if p.hash == e.Text && p.start <= e.Start && e.End <= p.end {
				return p
			}
		}
		return nil
	}
	for _, e := range evidenced {
		s := &statement{Statement: e, elsewhere: true, claim: loaded[e.Refs[0]].Claim}
		for _, ref := range e.Refs {
			a := loaded[ref]
			s.assertions = append(s.assertions, a)
			for i := range a.Evidence {
				e := &a.Evidence[i]
				p := at(e)
				if e.Document != r.document || p == nil {
					continue
				}
				switch a.Predicate {
				case graph.PredMentions, graph.PredUnlinked:
					m := mark{a.Object, e.Quote, e.Score, e.Reason, e.Text, e.Start, e.End}
					if !slices.Contains(p.marks, m) { // two datasets may say the same
						p.marks = append(p.marks, m)
					}
				default:
					s.elsewhere = false
					if c := (cite{s, e.Quote, e.Text, e.Start, e.End}); !slices.Contains(p.cites, c) {
						p.cites = append(p.cites, c)
					}
				}
			}
		}
		if e.Predicate != graph.PredMentions && e.Predicate != graph.PredUnlinked && !isOutline(&s.claim) {
			r.statements = append(r.statements, s)
		}
	}
	r.number()
}

// number sorts marks in reading order, and numbers statements in the order in which their evidence ends: as the numbers stand in the text.
func (r *review) number() {
	n := 0
	for _, p := range r.parts {
		slices.SortFunc(p.marks, func(a, b mark) int {
			return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(a.entity, b.entity))
		})
		p.cites = slices.DeleteFunc(p.cites, func(c cite) bool { return isOutline(&c.statement.claim) })
		slices.SortFunc(p.cites, func(a, b cite) int {
			x, y := a.statement, b.statement
			return cmp.Or(cmp.Compare(a.to, b.to), cmp.Compare(a.from, b.from), cmp.Compare(x.Predicate, y.Predicate), cmp.Compare(x.Object, y.Object),
				cmp.Compare(y.Subject, x.Subject), cmp.Compare(x.ID, y.ID))
		})
		for _, c := range p.cites {
			if c.statement.number == 0 {
				n++
				c.statement.number = n
			}
			if !slices.Contains(p.statements, c.statement) {
				p.statements = append(p.statements, c.statement)
			}
		}
		slices.SortFunc(p.statements, func(a, b *statement) int { return cmp.Compare(a.number, b.number) })
	}
	for _, s := range r.statements {
		if s.number == 0 {
			n++
			s.number = n
		}
	}
	slices.SortFunc(r.statements, func(a, b *statement) int { return cmp.Compare(a.number, b.number) })
}

// loadTexts prepares the texts that the parts lie in.
func (r *review) loadTexts(ctx context.Context, load loader) error {
	hashes := []graph.TextHash{r.whole.Hash}
	for _, p := range r.parts {
		if p.hash != "" && !slices.Contains(hashes, p.hash) {
			hashes = append(hashes, p.hash)
		}
	}
	texts, err := load.Texts(ctx, hashes)
	if err != nil {
		return err
	}
	for _, h := range hashes {
		if texts[h] == nil {
			return fmt.Errorf("%w: the text %s is missing", graph.ErrCorrupt, h)
		}
		if texts[h].Redacted {
			return usageError("a text of %s was redacted: there is nothing to review", r.document)
		}
		r.sources[h] = newSource(extract.Normalise(texts[h].Body), 0)
	}
	r.language = texts[r.whole.Hash].Lang
	return nil
}
