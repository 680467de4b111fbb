package view

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"treatygraph/graph"
	"treatygraph/index"
)

// How much a subgraph may be asked for.
const (
	MaxSubgraphDepth = 4
	MaxLineageDepth  = index.MaxSubgraphDepth
	MaxSubgraphNodes = index.MaxSubgraphNodes
	// MaxLevelStatements bounds the statements of all subgraphs that stand at one level of a query.
	MaxLevelStatements = 100_000
	// SearchSeeds is how many of the best hits of a search a subgraph begins from.
	SearchSeeds = 10
	// lineageNodes bounds the instruments of a lineage.
	lineageNodes = 500
)

// lineagePredicates are what makes an instrument the successor of another.
var lineagePredicates = []graph.Predicate{graph.PredAmends, graph.PredSupplements, graph.PredSupersedes, graph.PredFollowsUp, graph.PredBasedOn}

// SubgraphSeeds is the GraphQL input SubgraphSeeds.
type SubgraphSeeds struct {
	IDs       []string
	Search    *string
	Filter    *EntityFilter
	Document  *string
	Permalink *string
}

// one refuses seeds that are not exactly one.
func (s *SubgraphSeeds) one() error {
	given := 0
	for _, is := range []bool{s.IDs != nil, s.Search != nil, s.Filter != nil, s.Document != nil, s.Permalink != nil} {
		if is {
			given++
		}
	}
	if given != 1 {
		return inputError("seeds", "takes exactly one of ids, search, filter, document and permalink; %d are given", given)
	}
	return nil
}

// Subgraph is the GraphQL type Subgraph.
type Subgraph struct {
	op    *Op
	query index.SubgraphQuery // with the seeds that were found
	found index.Subgraph
	level *subgraphLevel
	first int // where its statements begin in the level's batch

	once      sync.Once
	permalink string // the one it was opened by, else made when it is asked for
	err       error
}

// A subgraphLevel is what the subgraphs of one level of a query share.
type subgraphLevel struct {
	group    *group
	batch    *batch
	byEntity map[graph.ID]*Subgraph
	errs     map[graph.ID]error
}

// SubgraphOmission is the GraphQL type SubgraphOmission.
type SubgraphOmission struct {
	Entity Entity
	Count  int
}

// Nodes resolves Subgraph.nodes.
func (g *Subgraph) Nodes() []Entity {
	nodes := make([]Entity, len(g.found.Nodes))
	for i, id := range g.found.Nodes {
		nodes[i] = g.level.group.entity(id)
	}
	return nodes
}

// Statements resolves Subgraph.statements.
func (g *Subgraph) Statements() []Statement {
	statements := make([]Statement, len(g.found.Statements))
	for i := range statements {
		statements[i] = g.level.batch.statement(g.first + i)
	}
	return statements
}

// Truncated resolves Subgraph.truncated.
func (g *Subgraph) Truncated() bool {
	return g.found.MoreSeeds > 0 || len(g.found.Omitted) > 0 || g.found.OmittedStatements > 0
}

// Omitted resolves Subgraph.omitted.
func (g *Subgraph) Omitted() []SubgraphOmission {
	list := []SubgraphOmission{}
	if g.found.MoreSeeds > 0 {
		list = append(list, SubgraphOmission{nil, g.found.MoreSeeds})
	}
	for _, o := range g.found.Omitted {
		list = append(list, SubgraphOmission{g.level.group.entity(o.Entity), o.Count})
	}
	return list
}

// OmittedStatements resolves Subgraph.omittedStatements.
func (g *Subgraph) OmittedStatements() int { return g.found.OmittedStatements }

// Analysis resolves Subgraph.analysis.
func (g *Subgraph) Analysis() *Analysis {
	return &Analysis{op: g.op, graph: g.op.Snapshot.AnalysisOf(g.found.Statements, g.query.At)}
}

// Revision resolves Subgraph.revision.
func (g *Subgraph) Revision() Revision { return g.op.Revision() }

// Permalink resolves Subgraph.permalink.
func (g *Subgraph) Permalink() (*string, error) {
	if err := g.seal(); err != nil && !errors.Is(err, index.ErrPermalink) {
		return nil, err
	}
	return some(g.permalink), nil // null: noPermalink says why
}

// NoPermalink resolves Subgraph.noPermalink.
func (g *Subgraph) NoPermalink() (*string, error) {
	switch err := g.seal(); {
	case err == nil:
		return nil, nil // null: there is one
	case errors.Is(err, index.ErrPermalink):
		return some(err.Error()), nil
	default:
		return nil, err
	}
}

// seal makes the permalink, once.
func (g *Subgraph) seal() error {
	g.once.Do(func() {
		if g.permalink == "" {
			g.permalink, g.err = g.op.Snapshot.Permalink(g.query)
		}
	})
	return g.err
}

// Subgraph returns the part of the graph around some seeds.
func (op *Op) Subgraph(ctx context.Context, seeds SubgraphSeeds, depth int, predicates []graph.Predicate, kinds []graph.Kind, without []string, evidenced *bool,
	maxNodes int, asOf *AsOf) (*Subgraph, error) {
	if err := seeds.one(); err != nil {
		return nil, err
	}
	if seeds.Permalink != nil {
		return op.openSubgraph(ctx, *seeds.Permalink)
	}
	op, err := op.AsOf(asOfPrefix, asOf)
	if err != nil {
		return nil, err
	}
	q, err := op.subgraphQuery(depth, MaxSubgraphDepth, predicates, kinds, without, evidenced, maxNodes)
	if err != nil {
		return nil, err
	}
	if err := op.seed(ctx, &q, &seeds); err != nil {
		return nil, err
	}
	return op.subgraph(ctx, q, "")
}

// openSubgraph returns the subgraph that a permalink stands for.
func (op *Op) openSubgraph(ctx context.Context, token string) (*Subgraph, error) {
	if field := graphql.GetFieldContext(ctx); field != nil && field.Field.Field != nil {
		variables := graphql.GetOperationContext(ctx).Variables
		for _, argument := range field.Field.Arguments {
			if value, err := argument.Value.Value(variables); argument.Name != "seeds" && (err != nil || value != nil) {
				return nil, inputError(argument.Name, "stands together with a permalink, which says it already; leave it out")
			}
		}
	}
	q, err := op.Snapshot.OpenPermalink(token)
	if err != nil {
		if errors.Is(err, index.ErrPermalink) {
			return nil, inputError("seeds.permalink", "%v", err)
		}
		return nil, err
	}
	then := *op
	then.At = q.At
	return then.subgraph(ctx, q, token)
}

// subgraphQuery checks the arguments that all subgraphs take.
func (op *Op) subgraphQuery(depth, maxDepth int, predicates []graph.Predicate, kinds []graph.Kind, without []string, evidenced *bool, maxNodes int) (q index.SubgraphQuery, err error) {
	if depth < 0 || depth > maxDepth {
		return q, inputError("depth", "%d is not between 0 and %d", depth, maxDepth)
	}
	if maxNodes < 1 || maxNodes > MaxSubgraphNodes {
		return q, inputError("maxNodes", "%d is not between 1 and %d", maxNodes, MaxSubgraphNodes)
	}
	r := filterReader{op: op}
	q = index.SubgraphQuery{
		Depth: depth, Predicates: items(&r, "predicates", predicates), Kinds: graph.Set(items(&r, "kinds", kinds)...), Without: r.ids("without", without),
		Evidenced: evidenced, MaxNodes: maxNodes, MaxStatements: index.MaxSubgraphStatements, At: op.At,
	}
	if r.err != nil {
		return q, r.err
	}
	return q, op.mustExist("without", q.Without)
}

func (op *Op) mustExist(argument string, ids []graph.ID) error {
	for i, id := range ids {
		if _, found := op.Snapshot.Entity(id, op.At); !found {
			return &NotFoundError{item(argument, i), id}
		}
	}
	return nil
}

// notBarred refuses seeds that must not be entered.
func (op *Op) notBarred(q *index.SubgraphQuery, seeds ...graph.ID) error {
	for i, w := range q.Without {
		for _, seed := range seeds {
			if op.canonical(w) == op.canonical(seed) {
				return inputError(item("without", i), "%q is where the subgraph begins", seed)
			}
		}
	}
	return nil
}

// seed finds the seeds of a query.
func (op *Op) seed(ctx context.Context, q *index.SubgraphQuery, seeds *SubgraphSeeds) error {
	switch {
	case seeds.IDs != nil:
		r := filterReader{op: op}
		if q.Seeds = r.ids("seeds.ids", seeds.IDs); r.err != nil {
			return r.err
		}
		if err := op.mustExist("seeds.ids", q.Seeds); err != nil {
			return err
		}
		return op.notBarred(q, q.Seeds...)
	case seeds.Search != nil:
		return op.seedBySearch(ctx, q, *seeds.Search)
	case seeds.Filter != nil:
		filter, err := op.entityFilter("seeds.filter", seeds.Filter)
		if err != nil {
			return err
		}
		return op.seedByFilter(ctx, q, *filter)
	default:
		return op.seedByDocument(q, *seeds.Document)
	}
}

func (op *Op) seedBySearch(ctx context.Context, q *index.SubgraphQuery, text string) error {
	if graph.NormalizeName(text) == "" {
		return inputError("seeds.search", "is empty")
	}
	found, err := op.Snapshot.Search(ctx, index.SearchQuery{Text: text, Names: true, Filter: but(q.Without), At: op.At, First: SearchSeeds})
	if err != nil {
		var invalid *graph.InvalidError
		if errors.As(err, &invalid) {
			return inputError("seeds.search", "%s", invalid.Reason)
		}
		return err
	}
	for i := range found.Items {
		q.Seeds = append(q.Seeds, found.Items[i].Entity)
	}
	return nil
}

// but lets all pass but some entities; nil: all.
func but(without []graph.ID) *index.EntityFilter {
	if without == nil {
		return nil
	}
	return &index.EntityFilter{Not: &index.EntityFilter{IDs: without}}
}

// seedByFilter takes what the filter lets through, what stands in most statements first.
func (op *Op) seedByFilter(ctx context.Context, q *index.SubgraphQuery, filter index.EntityFilter) error {
	if without := but(q.Without); without != nil {
		filter = index.EntityFilter{All: []index.EntityFilter{filter, *without}}
	}
	list := index.EntityQuery{Filter: &filter, Order: index.OrderStatements, At: op.At, Page: index.Page{First: q.MaxNodes}}
	page, err := op.Snapshot.Entities(ctx, list)
	if err != nil {
		return err
	}
	q.Seeds = idsOf(page)
	if !page.HasNext {
		return nil
	}
	total, err := op.Snapshot.CountEntities(ctx, list)
	q.MoreSeeds = total - len(q.Seeds)
	return err
}

// seedByDocument takes what a text mentions, and the instrument that it expresses. A permalink names the text and not these.
func (op *Op) seedByDocument(q *index.SubgraphQuery, text string) error {
	id, err := graph.ParseID(text)
	if err != nil {
		return inputError("seeds.document", "%v", err)
	}
	if !graph.TextUnits.Has(id.Kind()) {
		return inputError("seeds.document", "%q is of kind %s and has no text", id, id.Kind())
	}
	document, found := op.Snapshot.Entity(id, op.At)
	if !found {
		return &NotFoundError{"seeds.document", id}
	}
	q.Document = document.ID
	return nil
}

// subgraph answers a query that stands alone at its level. The permalink is the one it was opened by; empty: a new one is made.
func (op *Op) subgraph(ctx context.Context, q index.SubgraphQuery, permalink string) (*Subgraph, error) {
	level := new(subgraphLevel)
	g, err := op.find(ctx, q)
	if err != nil {
		return nil, err
	}
	g.permalink = permalink
	level.of(op, g)
	return g, nil
}

// find answers a query.
func (op *Op) find(ctx context.Context, q index.SubgraphQuery) (*Subgraph, error) {
	found, err := op.Snapshot.Subgraph(ctx, q)
	if err != nil {
		return nil, err
	}
	if q.Document == "" {
		q.Seeds, q.MoreSeeds = found.Nodes[:found.Seeds], found.MoreSeeds
	}
	return &Subgraph{op: op, query: q, found: found}, nil
}

// of makes one level of some subgraphs.
func (l *subgraphLevel) of(op *Op, graphs ...*Subgraph) {
	var ids []graph.ID
	var statements []index.Statement
	for _, g := range graphs {
		g.level, g.first = l, len(statements)
		ids = append(ids, g.found.Nodes...)
		statements = append(statements, g.found.Statements...)
	}
	l.group, l.batch = op.newGroup(ids), op.newBatch(statements)
}

// A subgraphQuestion is what all entities of a level are asked, in a form that can be compared.
type subgraphQuestion struct {
	kinds               graph.KindSet
	depth, maxNodes     int
	predicates, without string
	reached             graph.KindSet
	evidenced           [2]bool // given, and what
	order               index.StatementOrder
}

// Neighbourhood resolves Entity.neighbourhood.
func (e entity) Neighbourhood(ctx context.Context, depth int, predicates []graph.Predicate, kinds []graph.Kind, without []string, evidenced *bool, maxNodes int, asOf *AsOf) (*Subgraph, error) {
	g, err := e.group.asOf(asOf)
	if err != nil {
		return nil, err
	}
	q, err := g.op.subgraphQuery(depth, MaxSubgraphDepth, predicates, kinds, without, evidenced, maxNodes)
	if err != nil {
		return nil, err
	}
	if err := g.op.notBarred(&q, e.id); err != nil {
		return nil, err
	}
	return g.subgraphs(ctx, q, narrow(ctx, e.id)).byID(e.id)
}

// Lineage resolves Instrument.lineage.
func (i instrument) Lineage(ctx context.Context, depth int, asOf *AsOf) (*Subgraph, error) {
	g, err := i.group.asOf(asOf)
	if err != nil {
		return nil, err
	}
	q, err := g.op.subgraphQuery(depth, MaxLineageDepth, lineagePredicates, nil, nil, nil, lineageNodes)
	if err != nil {
		return nil, err
	}
	q.Kinds, q.Order = graph.Instruments, index.OrderOldestStatement
	return g.subgraphs(ctx, q, narrow(ctx, i.id)&graph.Instruments).byID(i.id)
}

// subgraphs asks for the part of the graph around each entity of the kinds.
func (g *group) subgraphs(ctx context.Context, q index.SubgraphQuery, kinds graph.KindSet) *subgraphLevel {
	question := subgraphQuestion{kinds: kinds, depth: q.Depth, maxNodes: q.MaxNodes, predicates: bytesOf(q.Predicates), reached: q.Kinds, order: q.Order}
	if q.Evidenced != nil {
		question.evidenced = [2]bool{true, *q.Evidenced}
	}
	var without strings.Builder
	for _, id := range q.Without {
		without.WriteString(string(id) + " ")
	}
	question.without = without.String()
	return ask(g, question, func() *subgraphLevel {
		l := &subgraphLevel{byEntity: map[graph.ID]*Subgraph{}, errs: map[graph.ID]error{}}
		var graphs []*Subgraph
		statements := 0
		for _, id := range g.of(kinds) {
			q := q
			if q.Seeds = []graph.ID{id}; g.op.notBarred(&q, id) != nil {
				continue // it says so itself
			}
			if statements > MaxLevelStatements {
				l.errs[id] = inputError("maxNodes", "the subgraphs of %d entities hold more than %d statements; ask for less of each, or for fewer", len(g.ids), MaxLevelStatements)
				continue
			}
			found, err := g.op.find(ctx, q)
			if err != nil {
				l.errs[id] = err
				continue
			}
			statements += len(found.found.Statements)
			l.byEntity[id] = found
			graphs = append(graphs, found)
		}
		l.of(g.op, graphs...)
		return l
	})
}

func (l *subgraphLevel) byID(id graph.ID) (*Subgraph, error) {
	return l.byEntity[id], l.errs[id]
}
