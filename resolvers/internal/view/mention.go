package view

import (
	"context"
	"slices"

	"treatygraph/graph"
	"treatygraph/index"
)

// Mention is the GraphQL type Mention: one occurrence of an entity in a text.
type Mention struct{ occurrence }

// UnlinkedMention is the GraphQL type UnlinkedMention.
type UnlinkedMention struct{ occurrence }

// An occurrence is one piece of evidence of a statement that a text unit mentions something.
type occurrence struct {
	place     index.Occurrence
	evidence  *graph.Evidence
	statement Statement
	level     *occurrences
}

// Entity resolves Mention.entity.
func (m Mention) Entity() Entity {
	return m.level.entities().entity(m.place.Entity)
}

// Statement resolves Mention.statement.
func (m Mention) Statement() Statement { return m.statement }

// Surface resolves the words.
func (o occurrence) Surface() string { return o.evidence.Quote }

// Start resolves where the words begin.
func (o occurrence) Start() int { return o.evidence.Start }

// End resolves where the words end.
func (o occurrence) End() int { return o.evidence.End }

// TextHash resolves the text that start and end count in.
func (o occurrence) TextHash() string { return string(o.evidence.Text) }

// Passage resolves the text unit in which the words stand.
func (o occurrence) Passage() TextUnit {
	unit, _ := o.level.units().entity(o.place.Unit).(TextUnit)
	return unit
}

// Score resolves how sure the link is.
func (o occurrence) Score() *float64 { return fraction(o.evidence.Score) }

// Reason resolves why it was made, or why it was not.
func (o occurrence) Reason() *string { return some(o.evidence.Reason) }

// MentionConnection is the GraphQL type MentionConnection.
type MentionConnection struct{ occurrencePage }

// UnlinkedMentionConnection is the GraphQL type UnlinkedMentionConnection.
type UnlinkedMentionConnection struct{ occurrencePage }

// MentionEdge is the GraphQL type MentionEdge.
type MentionEdge struct {
	Cursor string
	Node   Mention
}

// UnlinkedMentionEdge is the GraphQL type UnlinkedMentionEdge.
type UnlinkedMentionEdge struct {
	Cursor string
	Node   UnlinkedMention
}

// An occurrencePage is a part of the list of one text unit.
type occurrencePage struct {
	linked            bool
	items             []occurrence
	hasNext, hasPrior bool
}

func (p occurrencePage) cursor(i int) string {
	return index.EncodeOccurrence(p.linked, p.items[i].place)
}

// PageInfo resolves the connections' pageInfo.
func (p occurrencePage) PageInfo() PageInfo {
	return newPageInfo(p.hasNext, p.hasPrior, len(p.items), p.cursor)
}

// Nodes resolves MentionConnection.nodes.
func (c MentionConnection) Nodes() []Mention {
	nodes := make([]Mention, len(c.items))
	for i := range nodes {
		nodes[i] = Mention{c.items[i]}
	}
	return nodes
}

// Edges resolves MentionConnection.edges.
func (c MentionConnection) Edges() []MentionEdge {
	edges := make([]MentionEdge, len(c.items))
	for i := range edges {
		edges[i] = MentionEdge{c.cursor(i), Mention{c.items[i]}}
	}
	return edges
}

// Nodes resolves UnlinkedMentionConnection.nodes.
func (c UnlinkedMentionConnection) Nodes() []UnlinkedMention {
	nodes := make([]UnlinkedMention, len(c.items))
	for i := range nodes {
		nodes[i] = UnlinkedMention{c.items[i]}
	}
	return nodes
}

// Edges resolves UnlinkedMentionConnection.edges.
func (c UnlinkedMentionConnection) Edges() []UnlinkedMentionEdge {
	edges := make([]UnlinkedMentionEdge, len(c.items))
	for i := range edges {
		edges[i] = UnlinkedMentionEdge{c.cursor(i), UnlinkedMention{c.items[i]}}
	}
	return edges
}

// Mentions resolves TextUnit.mentions.
func (u textUnit) Mentions(ctx context.Context, first *int, after *string, last *int, before *string) (MentionConnection, error) {
	page, err := u.occurrences(ctx, graph.PredMentions, first, after, last, before)
	return MentionConnection{page}, err
}

// UnlinkedMentions resolves TextUnit.unlinkedMentions.
func (u textUnit) UnlinkedMentions(ctx context.Context, first *int, after *string, last *int, before *string) (UnlinkedMentionConnection, error) {
	page, err := u.occurrences(ctx, graph.PredUnlinked, first, after, last, before)
	return UnlinkedMentionConnection{page}, err
}

// An occurrencesQuestion is what is asked of all text units of a level.
type occurrencesQuestion struct {
	kinds     graph.KindSet
	predicate graph.Predicate
	page      index.Page
}

func (u textUnit) occurrences(ctx context.Context, predicate graph.Predicate, first *int, after *string, last *int, before *string) (occurrencePage, error) {
	page, err := newPage(first, after, last, before)
	if err != nil {
		return occurrencePage{}, err
	}
	q := occurrencesQuestion{narrow(ctx, u.id) & graph.TextUnits, predicate, page}
	level := ask(u.group, q, func() *occurrences { return u.group.occurrences(ctx, q) })
	return level.of(ctx, u.id)
}

// occurrences are the answers of one question for each text unit of a group, with one batch for the content of all.
type occurrences struct {
	op       *Op
	question occurrencesQuestion
	batch    *batch
	byUnit   map[graph.ID]*sought
}

// sought is the statements among which one text unit's page lies.
type sought struct {
	after, before *index.Occurrence
	units         []graph.ID // in reading order
	first         int        // where its statements begin in the batch
	at            []int      // of each statement, which of the units it is of
	beyond        bool       // units with statements follow in the direction of reading that were not looked at
	err           error
}

// occurrences finds in the shape which statements hold a page: each of them has an occurrence at least, so as many statements as the page is long are
// enough, besides those of the cursor's own unit.
func (g *group) occurrences(ctx context.Context, q occurrencesQuestion) *occurrences {
	o := &occurrences{op: g.op, question: q, byUnit: map[graph.ID]*sought{}}
	var statements []index.Statement
	for _, id := range g.of(q.kinds) {
		s := &sought{first: len(statements), units: []graph.ID{id}, err: ctx.Err()}
		o.byUnit[id] = s
		if s.err == nil {
			s.err = s.bounds(q)
		}
		if s.err != nil {
			continue
		}
		if id.Kind() == graph.KindDocument {
			s.units = s.units[:0]
			for _, p := range g.op.Snapshot.Outline(id, g.op.At) {
				s.units = append(s.units, p.ID)
			}
		}
		statements = s.find(g.op, q, statements)
	}
	o.batch = g.op.newBatch(statements)
	return o
}

// bounds reads the cursors.
func (s *sought) bounds(q occurrencesQuestion) error {
	for _, c := range []struct {
		argument, cursor string
		to               **index.Occurrence
	}{{"after", q.page.After, &s.after}, {"before", q.page.Before, &s.before}} {
		if c.cursor == "" {
			continue
		}
		place, err := index.DecodeOccurrence(q.predicate == graph.PredMentions, c.cursor)
		if err != nil {
			return inputError(c.argument, "%v", err)
		}
		*c.to = &place
	}
	return nil
}

// find adds the statements of the units from the cursor on, or backwards, until they fill the page and one more.
func (s *sought) find(op *Op, q occurrencesQuestion, statements []index.Statement) []index.Statement {
	from, to := 0, len(s.units)
	if s.after != nil {
		if from = slices.Index(s.units, s.after.Unit); from < 0 {
			s.err = inputError("after", "%v", index.ErrCursor)
			return statements
		}
	}
	if s.before != nil {
		if to = slices.Index(s.units, s.before.Unit) + 1; to == 0 {
			s.err = inputError("before", "%v", index.ErrCursor)
			return statements
		}
	}
	count := 0
	take := func(i int) (enough bool) {
		bound := s.after != nil && s.units[i] == s.after.Unit || s.before != nil && s.units[i] == s.before.Unit
		if !bound && count > q.page.First+q.page.Last {
			s.beyond = s.beyond || op.Snapshot.CountStatements(unitQuery(op, q.predicate, s.units[i])) > 0
			return s.beyond
		}
		for _, item := range unitStatements(op, q.predicate, s.units[i]) {
			statements, s.at = append(statements, item), append(s.at, i)
			if !bound {
				count++
			}
		}
		return false
	}
	if q.page.Last > 0 {
		for i := to - 1; i >= from && !take(i); i-- {
		}
	} else {
		for i := from; i < to && !take(i); i++ {
		}
	}
	return statements
}

func unitQuery(op *Op, predicate graph.Predicate, unit graph.ID) index.StatementQuery {
	return index.StatementQuery{Entity: unit, Direction: index.Out, Predicates: []graph.Predicate{predicate}, At: op.At, Page: index.Page{First: unitPage}}
}

// unitPage is how many statements of a unit are taken from the index at once.
const unitPage = 1000

func unitStatements(op *Op, predicate graph.Predicate, unit graph.ID) []index.Statement {
	var list []index.Statement
	q := unitQuery(op, predicate, unit)
	for {
		page, err := op.Snapshot.Statements(q)
		if err != nil { // its own cursors are never refused
			return list
		}
		for _, item := range page.Items {
			list = append(list, item.Statement)
			q.Page.After = item.Cursor
		}
		if !page.HasNext {
			return list
		}
	}
}

// of loads the content and cuts the page of one text unit.
func (o *occurrences) of(ctx context.Context, id graph.ID) (occurrencePage, error) {
	s, page := o.byUnit[id], occurrencePage{linked: o.question.predicate == graph.PredMentions}
	if s.err != nil {
		return page, s.err
	}
	all, err := o.expand(ctx, s)
	if err != nil {
		return page, err
	}
	position := func(p *index.Occurrence) func(occurrence) int {
		unit := slices.Index(s.units, p.Unit)
		return func(x occurrence) int {
			if u := slices.Index(s.units, x.place.Unit); u != unit {
				return u - unit
			}
			return x.place.Compare(*p)
		}
	}
	from, to := 0, len(all)
	if s.after != nil {
		compare := position(s.after)
		for from < len(all) && compare(all[from]) <= 0 {
			from++
		}
	}
	if s.before != nil {
		compare := position(s.before)
		for to > from && compare(all[to-1]) >= 0 {
			to--
		}
	}
	if last := o.question.page.Last; last > 0 {
		cut := max(from, to-last)
		page.hasPrior, page.hasNext = cut > 0 || s.beyond || s.after != nil, to < len(all) || s.before != nil
		from = cut
	} else {
		cut := min(to, from+o.question.page.First)
		page.hasNext, page.hasPrior = cut < len(all) || s.beyond || s.before != nil, from > 0 || s.after != nil
		to = cut
	}
	page.items = all[from:to]
	return page, nil
}

// expand lists the occurrences of the sought statements in reading order. The same words that several datasets link alike are listed once.
func (o *occurrences) expand(ctx context.Context, s *sought) ([]occurrence, error) {
	var all []occurrence
	for k, unit := range s.at {
		statement := o.batch.statement(s.first + k)
		assertions, err := statement.Assertions(ctx)
		if err != nil {
			return nil, err
		}
		entity := graph.ID("")
		if o.question.predicate == graph.PredMentions {
			entity = o.op.canonical(statement.shape.Object)
		}
		for _, a := range assertions {
			for i := range a.a.Evidence {
				e := &a.a.Evidence[i]
				all = append(all, occurrence{index.Occurrence{Unit: s.units[unit], Start: e.Start, End: e.End, Entity: entity}, e, statement, o})
			}
		}
	}
	order := make(map[graph.ID]int, len(s.units))
	for i, id := range s.units {
		order[id] = i
	}
	slices.SortStableFunc(all, func(a, b occurrence) int {
		if a.place.Unit != b.place.Unit {
			return order[a.place.Unit] - order[b.place.Unit]
		}
		return a.place.Compare(b.place)
	})
	return slices.CompactFunc(all, func(a, b occurrence) bool { return a.place == b.place }), nil
}

// entities is the group of what is mentioned on the level.
func (o *occurrences) entities() *group {
	return o.batch.group(roleObject, func() []graph.ID {
		var ids []graph.ID
		for i := range o.batch.statements {
			if object := o.batch.statements[i].Object; object != "" {
				ids = append(ids, o.op.canonical(object))
			}
		}
		return ids
	})
}

// units is the group of the text units in which the words of the level stand.
func (o *occurrences) units() *group {
	return o.batch.group(roleSubject, func() []graph.ID {
		var ids []graph.ID
		for i := range o.batch.statements {
			ids = append(ids, o.op.canonical(o.batch.statements[i].Subject))
		}
		return ids
	})
}
