package view

import (
	"cmp"
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

// An occurrencePage is a part of the list of one text unit, or of one entity.
type occurrencePage struct {
	list              index.OccurrenceList
	items             []occurrence
	hasNext, hasPrior bool
}

func (p occurrencePage) cursor(i int) string {
	return index.EncodeOccurrence(p.list, p.items[i].place)
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
	page, err := u.listOccurrences(ctx, index.OccurrencesLinked, graph.TextUnits, first, after, last, before)
	return MentionConnection{page}, err
}

// UnlinkedMentions resolves TextUnit.unlinkedMentions.
func (u textUnit) UnlinkedMentions(ctx context.Context, first *int, after *string, last *int, before *string) (UnlinkedMentionConnection, error) {
	page, err := u.listOccurrences(ctx, index.OccurrencesUnlinked, graph.TextUnits, first, after, last, before)
	return UnlinkedMentionConnection{page}, err
}

// Occurrences resolves Entity.occurrences.
func (e entity) Occurrences(ctx context.Context, first *int, after *string, last *int, before *string) (MentionConnection, error) {
	page, err := e.listOccurrences(ctx, index.OccurrencesOfEntity, graph.AnyKind, first, after, last, before)
	return MentionConnection{page}, err
}

// An occurrencesQuestion is what is asked of all entities of a level.
type occurrencesQuestion struct {
	kinds graph.KindSet
	list  index.OccurrenceList
	page  index.Page
}

func (e entity) listOccurrences(ctx context.Context, list index.OccurrenceList, kinds graph.KindSet, first *int, after *string, last *int, before *string) (occurrencePage, error) {
	page, err := newPage(first, after, last, before)
	if err != nil {
		return occurrencePage{}, err
	}
	q := occurrencesQuestion{narrow(ctx, e.id) & kinds, list, page}
	level := ask(e.group, q, func() *occurrences { return e.group.occurrences(ctx, q) })
	return level.of(ctx, e.id)
}

// occurrences are the answers of one question for each entity of a group, with one batch for the content of all.
type occurrences struct {
	op       *Op
	question occurrencesQuestion
	batch    *batch
	byEntity map[graph.ID]*sought
}

// sought is the statements among which one page lies.
type sought struct {
	after, before  *index.Occurrence
	statements     []index.Statement
	units          []graph.ID // of each statement
	visited        map[graph.ID]visit
	earlier, later bool // there are statements in units before, or after, those visited
	first          int  // where its statements begin in the batch
	err            error
}

// A visit tells where a unit stands among those visited, in the order of reading.
type visit struct {
	order    int
	document graph.ID // in the list of an entity
}

// occurrences finds in the shape which statements hold the pages.
func (g *group) occurrences(ctx context.Context, q occurrencesQuestion) *occurrences {
	o := &occurrences{op: g.op, question: q, byEntity: map[graph.ID]*sought{}}
	var statements []index.Statement
	for _, id := range g.of(q.kinds) {
		s := &sought{first: len(statements), visited: map[graph.ID]visit{}, err: ctx.Err()}
		o.byEntity[id] = s
		if s.err == nil {
			s.err = s.bounds(q, id)
		}
		if s.err == nil {
			s.err = s.find(q.page, newReading(g.op, q.list, id))
		}
		statements = append(statements, s.statements...)
	}
	o.batch = g.op.newBatch(statements)
	return o
}

// bounds reads the cursors.
func (s *sought) bounds(q occurrencesQuestion, id graph.ID) error {
	for _, c := range []struct {
		argument, cursor string
		to               **index.Occurrence
	}{{"after", q.page.After, &s.after}, {"before", q.page.Before, &s.before}} {
		if c.cursor == "" {
			continue
		}
		place, err := index.DecodeOccurrence(q.list, c.cursor)
		if err != nil {
			return inputError(c.argument, "%v", index.ErrCursor)
		}
		if q.list == index.OccurrencesOfEntity {
			place.Entity = id
		}
		*c.to = &place
	}
	return nil
}

// find takes the statements of the units from the cursor on, or backwards, until they fill the page. Of the cursor's own unit it is not known
// how much lies on the page; of every other unit as much as it has at least.
func (s *sought) find(page index.Page, r reading) error {
	from, to := place{}, place{r.documents(), 0}
	for _, c := range []struct {
		argument string
		cursor   *index.Occurrence
		to       *place
		next     int // how far behind the cursor's own unit the bound lies
	}{{"after", s.after, &from, 0}, {"before", s.before, &to, 1}} {
		if c.cursor == nil {
			continue
		}
		at, found, known := r.locate(*c.cursor)
		if !known {
			return inputError(c.argument, "%v", index.ErrCursor)
		}
		if *c.to = at; found {
			c.to.unit += c.next
		}
	}
	if to.before(from) {
		to = from
	}
	wanted, order := page.First, 1
	steps := forward
	if page.Last > 0 {
		wanted, order = page.Last, -1
		steps = backward
	}
	count, visited := 0, 0
	low, high := to, to // what was visited: nothing yet
	if page.Last == 0 {
		low, high = from, from
	}
	steps(r, from, to, func(at place, unit graph.ID) bool {
		if count >= wanted {
			return false
		}
		visited += order
		s.visited[unit] = visit{visited, r.document(at.document)}
		if page.Last > 0 {
			low = at
		} else {
			high = place{at.document, at.unit + 1}
		}
		statements := r.statements(at.document, unit)
		for _, item := range statements {
			s.statements, s.units = append(s.statements, item), append(s.units, unit)
		}
		if (s.after == nil || s.after.Unit != unit) && (s.before == nil || s.before.Unit != unit) {
			count += r.atLeast(statements)
		}
		return true
	})
	exists := func(steps stepper, from, to place) (found bool) {
		steps(r, from, to, func(at place, unit graph.ID) bool {
			found = r.any(at.document, unit)
			return !found
		})
		return found
	}
	s.earlier = exists(backward, place{}, low)
	s.later = exists(forward, high, place{r.documents(), 0})
	return nil
}

// of loads the content and cuts the page of one entity.
func (o *occurrences) of(ctx context.Context, id graph.ID) (occurrencePage, error) {
	s, page := o.byEntity[id], occurrencePage{list: o.question.list}
	if s.err != nil {
		return page, s.err
	}
	all, err := o.expand(ctx, s)
	if err != nil {
		return page, err
	}
	from, to := 0, len(all)
	if s.after != nil {
		for from < len(all) && all[from].place.Unit == s.after.Unit && all[from].place.Compare(*s.after) <= 0 {
			from++
		}
	}
	if s.before != nil {
		for to > from && all[to-1].place.Unit == s.before.Unit && all[to-1].place.Compare(*s.before) >= 0 {
			to--
		}
	}
	if last := o.question.page.Last; last > 0 {
		from = max(from, to-last)
	} else {
		to = min(to, from+o.question.page.First)
	}
	page.hasPrior, page.hasNext = s.earlier || from > 0, s.later || to < len(all)
	page.items = all[from:to]
	return page, nil
}

// expand lists the occurrences of the sought statements in reading order. The same words that several datasets link alike are listed once.
func (o *occurrences) expand(ctx context.Context, s *sought) ([]occurrence, error) {
	var all []occurrence
	for k, unit := range s.units {
		statement := o.batch.statement(s.first + k)
		assertions, err := statement.Assertions(ctx)
		if err != nil {
			return nil, err
		}
		place := index.Occurrence{Unit: unit, Document: s.visited[unit].document}
		if o.question.list != index.OccurrencesUnlinked {
			place.Entity = o.op.canonical(statement.shape.Object)
		}
		for _, a := range assertions {
			for i := range a.a.Evidence {
				e := &a.a.Evidence[i]
				place.Start, place.End = e.Start, e.End
				all = append(all, occurrence{place, e, statement, o})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b occurrence) int {
		return cmp.Or(cmp.Compare(s.visited[a.place.Unit].order, s.visited[b.place.Unit].order), a.place.Compare(b.place))
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
