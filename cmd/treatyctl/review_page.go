package main

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"treatygraph/extract"
	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/ingest"
)

// A page is a review in the words of the page. All of it is plain text: the template escapes it.
type page struct {
	Title      string
	Facts      []fact
	Language   graph.Language // of the document
	Mentions   int
	Entities   []*entityGroup
	Unlinked   []unlinkedItem
	Unplaced   []string // marks whose words do not stand where they should
	Kinds      []kindCount
	Predicates []predicateCount
	Totals     predicateCount
	Blocks     []block
	Notes      []block
	Elsewhere  []card

	*review
	lang     graph.Language // of names
	entries  map[graph.ID]*entityEntry
	anchorOf map[graph.ID]string // of parts
	names    map[graph.ID]string
}

type fact struct{ Name, Text string }

type unlinkedItem struct{ Words, Part, Anchor, Reason string }

type kindCount struct {
	Class, Name        string
	Mentions, Entities int
}

// A predicateCount counts statements by who says them.
type predicateCount struct {
	Name                   string
	Machine, Curated, Both int
}

func (c predicateCount) All() int { return c.Machine + c.Curated + c.Both }

func (c *predicateCount) add(class string) {
	switch class {
	case byMachine:
		c.Machine++
	case byPerson:
		c.Curated++
	default:
		c.Both++
	}
}

// A block is a heading, a passage or a footnote with its statements, or what the page added between them.
type block struct {
	Kind   string // "heading", "passage", "note" or "furniture"
	Depth  int
	Anchor string
	Name   string
	ID     graph.ID
	Tokens []token
	Cards  []card
	Text   string // of furniture
}

// Level is the heading's level for screen readers: those of the page stand above it.
func (b block) Level() int { return b.Depth + 2 }

// Of is the block with the language of its words, for the template.
func (p *page) Of(b block) blockIn { return blockIn{b, p.Language} }

type blockIn struct {
	Block    block
	Language graph.Language
}

// A card is a statement as it stands beside a part, or several that differ in their subjects alone.
type card struct {
	Class      string
	Subjects   []numbered
	Predicate  string
	Object     *reference
	Value      string
	Valid      string
	Details    []string
	Assertions []assertionLine
	Deprecated bool
	Preferred  bool
}

// A numbered subject is that of the statement of the number.
type numbered struct {
	Number  int
	Anchor  string // at the first place
	Subject *reference
}

// A reference names an entity and leads to its entry.
type reference struct {
	Label  string
	ID     graph.ID
	Anchor string
}

// Kind is that of the entity, for its colour.
func (r *reference) Kind() string { return r.ID.Kind().Prefix() }

type assertionLine struct {
	Class, By, Dataset, Sure, Standing, Reason string
}

// What a statement's assertions are made by.
const (
	byMachine = "machine"
	byPerson  = "curated"
	byBoth    = "both"
)

type entityGroup struct {
	Class, Name string
	Entries     []*entityEntry
}

// An entityEntry stands in the index of entities.
type entityEntry struct {
	ID         graph.ID
	Label      string
	Anchor     string
	Places     []placeLink
	Statements []int
}

type placeLink struct {
	Anchor, Name string
	Times        int
}

func newPage(r *review, lang graph.Language) *page {
	p := &page{review: r, lang: lang, Language: r.language, entries: make(map[graph.ID]*entityEntry), anchorOf: make(map[graph.ID]string), names: make(map[graph.ID]string)}
	p.Title = p.label(r.document)
	p.names[r.document] = "this document"
	p.Facts = p.facts()
	for i, part := range r.parts {
		p.anchorOf[part.id] = fmt.Sprintf("p%d", i+1)
	}
	p.indexEntities()
	p.countKinds()
	p.countPredicates()
	p.addBlocks()
	for _, s := range r.statements {
		if s.elsewhere {
			p.Elsewhere = joinCard(p.Elsewhere, p.card(s, true))
		}
	}
	return p
}

// label names an entity for people, and the document's parts by their place.
func (p *page) label(id graph.ID) string {
	if name, known := p.names[id]; known {
		return name
	}
	name := partName(id)
	if p.anchorOf[id] == "" {
		name = visible(p.snapshot.Label(id, p.lang, index.AsOf{}).Text)
	}
	p.names[id] = name
	return name
}

func (p *page) facts() []fact {
	s, list := p.snapshot, []fact{{"Document", string(p.document)}}
	for _, i := range s.Identifiers(p.document, index.AsOf{}) {
		list = append(list, fact{strings.ReplaceAll(i.Scheme.String(), "_", " "), i.Value})
	}
	for _, n := range s.Names(p.document, index.AsOf{}) {
		list = append(list, fact{"Title (" + string(n.Lang) + ")", visible(n.Text)})
	}
	each(s, index.StatementQuery{Entity: p.document, Direction: index.Out, Predicates: []graph.Predicate{graph.PredExpresses, graph.PredIssued}}, func(item *index.StatementItem) {
		if item.Predicate == graph.PredIssued {
			list = append(list, fact{"Issued", item.Valid.From.String()})
		} else {
			list = append(list, fact{"Holds the text of", p.label(item.Object)})
		}
	})
	list = append(list, fact{"Language of the text", string(p.review.language)}, fact{"Text (SHA-256)", string(p.whole.Hash)})
	datasets := make(map[graph.ID]bool)
	for _, st := range p.statements {
		for _, a := range st.assertions {
			datasets[a.Dataset] = true
		}
	}
	var names []string
	for d := range datasets {
		names = append(names, p.label(d))
	}
	slices.Sort(names)
	if len(names) > 0 {
		list = append(list, fact{"Statements from", strings.Join(names, "; ")})
	}
	head := s.Head()
	return append(list, fact{"Record", fmt.Sprintf("revision %d of %s", head.Revision, s.At().Format("2006-01-02 15:04:05 MST"))})
}

// datasetName is short for what the document's own dataset says.
func (p *page) datasetName(id graph.ID) string {
	if id == (&ingest.Document{ID: p.document}).Dataset() {
		return "this document"
	}
	return p.label(id)
}

// isOwn tells whether an entity is the document's part, which the index of entities leaves out.
func (p *page) isOwn(id graph.ID) bool { return p.anchorOf[id] != "" }

// indexEntities gathers every entity that is mentioned or that a statement speaks of, by kind, then label.
func (p *page) indexEntities() {
	entry := func(id graph.ID) *entityEntry {
		e := p.entries[id]
		if e == nil {
			e = &entityEntry{ID: id, Label: p.label(id)}
			p.entries[id] = e
		}
		return e
	}
	n := 0
	for _, part := range p.parts {
		for _, m := range part.marks {
			n++
			if m.entity == "" {
				continue
			}
			p.Mentions++
			e := entry(m.entity)
			if last := len(e.Places) - 1; last >= 0 && e.Places[last].Name == placeName(part.id) {
				e.Places[last].Times++
				continue
			}
			e.Places = append(e.Places, placeLink{fmt.Sprintf("m%d", n), placeName(part.id), 1})
		}
	}
	for _, s := range p.statements {
		for _, id := range []graph.ID{s.claim.Subject, s.claim.Object} {
			if id != "" && !p.isOwn(id) {
				if e := entry(id); !slices.Contains(e.Statements, s.number) {
					e.Statements = append(e.Statements, s.number)
				}
			}
		}
	}
	list := make([]*entityEntry, 0, len(p.entries))
	for _, e := range p.entries {
		list = append(list, e)
	}
	tag, err := language.Parse(string(p.lang))
	if err != nil {
		tag = language.Und
	}
	order := collate.New(tag)
	slices.SortFunc(list, func(a, b *entityEntry) int {
		return cmp.Or(cmp.Compare(a.ID.Kind(), b.ID.Kind()), order.CompareString(a.Label, b.Label), cmp.Compare(a.ID, b.ID))
	})
	for i, e := range list {
		e.Anchor = fmt.Sprintf("e%d", i+1)
		name := kindWords(e.ID.Kind())
		if len(p.Entities) == 0 || p.Entities[len(p.Entities)-1].Name != name {
			p.Entities = append(p.Entities, &entityGroup{Class: e.ID.Kind().Prefix(), Name: name})
		}
		group := p.Entities[len(p.Entities)-1]
		group.Entries = append(group.Entries, e)
	}
}

// placeName is short, for long lists of places: "12", "§2.1", "note 1".
func placeName(id graph.ID) string {
	name := partName(id)
	if n, is := strings.CutPrefix(name, "passage "); is {
		return n
	}
	if path, is := strings.CutPrefix(name, "section "); is {
		return "§" + path
	}
	return name
}

func kindWords(k graph.Kind) string { return strings.ToLower(k.String()) }

func (p *page) countKinds() {
	for _, g := range p.Entities {
		c := kindCount{Class: g.Class, Name: g.Name}
		for _, e := range g.Entries {
			for _, place := range e.Places {
				c.Mentions += place.Times
			}
			if len(e.Places) > 0 {
				c.Entities++
			}
		}
		if c.Mentions > 0 {
			p.Kinds = append(p.Kinds, c)
		}
	}
}

func (p *page) countPredicates() {
	counts := make(map[graph.Predicate]*predicateCount)
	p.Totals.Name = "all"
	for _, s := range p.statements {
		c := counts[s.Predicate]
		if c == nil {
			c = &predicateCount{Name: predicateWords(s.Predicate)}
			counts[s.Predicate] = c
		}
		c.add(s.class())
		p.Totals.add(s.class())
	}
	for _, predicate := range graph.Predicates() {
		if c := counts[predicate]; c != nil {
			p.Predicates = append(p.Predicates, *c)
		}
	}
}

// class tells who makes a statement: a person, a machine (a rule, an import, a computation), or both.
func (s *statement) class() string {
	switch i := slices.Index(s.Methods, graph.MethodCurated); {
	case i < 0:
		return byMachine
	case len(s.Methods) == 1:
		return byPerson
	default:
		return byBoth
	}
}

// addBlocks lays the parts out in reading order, with what the page added between them.
func (p *page) addBlocks() {
	apart := p.furnitureBetween()
	number := 0
	first := make(map[*statement]bool)
	for _, part := range p.parts {
		for len(apart) > 0 && !part.note && part.hash == p.mainText() && apart[0].Start < part.start {
			p.Blocks = append(p.Blocks, block{Kind: "furniture", Text: visible(apart[0].Text)})
			apart = apart[1:]
		}
		b := block{Anchor: p.anchorOf[part.id], Name: placeName(part.id), ID: part.id, Depth: min(part.depth, 5)}
		b.Tokens, number = p.tokens(part, number)
		for _, s := range part.statements {
			b.Cards = joinCard(b.Cards, p.card(s, !first[s]))
			first[s] = true
		}
		switch {
		case part.note:
			b.Kind = "note"
			p.Notes = append(p.Notes, b)
			continue
		case part.id.Kind() == graph.KindSection:
			b.Kind = "heading"
		default:
			b.Kind = "passage"
		}
		p.Blocks = append(p.Blocks, b)
	}
	for _, piece := range apart {
		p.Blocks = append(p.Blocks, block{Kind: "furniture", Text: visible(piece.Text)})
	}
}

// mainText is the text that most parts lie in: after a correction that is the older one.
func (p *page) mainText() graph.TextHash {
	counts := make(map[graph.TextHash]int)
	for _, part := range p.parts {
		counts[part.hash]++
	}
	best := p.whole.Hash
	for hash, n := range counts {
		if hash != "" && (n > counts[best] || n == counts[best] && hash < best) {
			best = hash
		}
	}
	return best
}

// furnitureBetween lists what the page added outside every part.
func (p *page) furnitureBetween() (list []extract.Piece) {
	hash := p.mainText()
	for _, piece := range p.sources[hash].Apart {
		inside := slices.ContainsFunc(p.parts, func(part *part) bool {
			return part.hash == hash && !part.note && part.start <= piece.Start && piece.Start < part.end
		})
		if piece.Kind == extract.Furniture && !inside {
			list = append(list, piece)
		}
	}
	return list
}

// tokens weaves a part; before is how many marks stand in the parts before it.
func (p *page) tokens(part *part, before int) ([]token, int) {
	source, l := p.line(part)
	var marks []*placed
	for _, m := range part.marks {
		before++
		anchor := fmt.Sprintf("m%d", before)
		o := openMark{Anchor: anchor, Class: m.entity.Kind().Prefix()}
		if m.entity == "" {
			o.Class, o.Title = "unlinked", joined("not linked to anything known", m.reason)
			p.Unlinked = append(p.Unlinked, unlinkedItem{visible(extract.Clean(m.words)), partName(part.id), anchor, visible(m.reason)})
		} else {
			o.Title = joined(p.label(m.entity), string(m.entity), "score "+cmp.Or(degree(m.score), "not stated"), m.reason)
		}
		a, b, ok := spot(part, l, m.hash, m.from, m.to, m.words)
		if !ok {
			p.Unplaced = append(p.Unplaced, fmt.Sprintf("%s in %s: %s", visible(extract.Clean(m.words)), partName(part.id), o.Title))
			continue
		}
		marks = append(marks, &placed{a, b, o})
	}
	slices.SortStableFunc(marks, func(a, b *placed) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	insets := append(furnitureIn(source, part, l), citesIn(part, l)...)
	slices.SortStableFunc(insets, func(a, b inset) int { return cmp.Compare(a.at, b.at) })
	return tokens(l, marks, insets), before
}

func joined(words ...string) string {
	words = slices.DeleteFunc(words, func(s string) bool { return s == "" })
	return visible(strings.Join(words, " · "))
}

func (p *page) reference(id graph.ID) *reference {
	if id == "" {
		return nil
	}
	r := &reference{Label: p.label(id), ID: id, Anchor: p.anchorOf[id]}
	if e := p.entries[id]; e != nil && r.Anchor == "" {
		r.Anchor = e.Anchor
	}
	return r
}

func (p *page) card(s *statement, first bool) card {
	c := card{Class: s.class(), Subjects: []numbered{{Number: s.number, Subject: p.reference(s.claim.Subject)}}, Predicate: predicateWords(s.Predicate), Object: p.reference(s.claim.Object),
		Valid: validWords(s.Predicate, s.Valid), Deprecated: s.Rank == graph.RankDeprecated, Preferred: s.Rank == graph.RankPreferred}
	if first {
		c.Subjects[0].Anchor = fmt.Sprintf("s%d", s.number)
	}
	if s.claim.Value != nil {
		c.Value = visible(valueWords(s.claim.Value))
	}
	for _, d := range qualifierWords(&s.claim.Qualifiers, p.label) {
		c.Details = append(c.Details, visible(d))
	}
	for _, a := range s.assertions {
		c.Assertions = append(c.Assertions, p.assertion(a))
	}
	return c
}

// joinCard adds a card, to the one before where they say the same of different subjects: a text of two states says most things of both.
func joinCard(cards []card, c card) []card {
	if last := len(cards) - 1; last >= 0 {
		same := c
		same.Subjects = cards[last].Subjects
		if reflect.DeepEqual(same, cards[last]) {
			cards[last].Subjects = append(cards[last].Subjects, c.Subjects...)
			return cards
		}
	}
	return append(cards, c)
}

func (p *page) assertion(a *graph.Assertion) assertionLine {
	l := assertionLine{Class: byMachine, By: strings.ToLower(a.Method.String()), Dataset: p.datasetName(a.Dataset), Sure: degree(a.Confidence), Reason: visible(a.Reason)}
	switch a.Method {
	case graph.MethodCurated:
		l.Class = byPerson
	case graph.MethodExtracted:
		l.By = "rule " + a.Rule
	}
	if a.Rank != graph.RankNormal {
		l.Standing = strings.ToLower(a.Rank.String())
	}
	return l
}
