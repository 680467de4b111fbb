package view

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"treatygraph/graph"
	"treatygraph/index"
)

// SearchScope is the GraphQL enum SearchScope.
type SearchScope uint8

// The scopes of a search.
const (
	ScopeNames SearchScope = iota
	ScopePassages
	ScopeAll
)

var searchScopeNames = []string{ScopeNames: "NAMES", ScopePassages: "PASSAGES", ScopeAll: "ALL"}

// MarshalSearchScope writes the enum SearchScope.
func MarshalSearchScope(s SearchScope) graphql.Marshaler {
	return graphql.MarshalString(searchScopeNames[s])
}

// UnmarshalSearchScope reads the enum SearchScope.
func UnmarshalSearchScope(v any) (SearchScope, error) {
	i, err := parseEnum("scope", searchScopeNames, v)
	return SearchScope(i), err
}

// SearchConnection is the GraphQL type SearchConnection.
type SearchConnection struct {
	op    *Op
	query index.SearchQuery
	page  index.SearchPage
	group *group // of the entities found

	once     sync.Once
	passages map[graph.Ref]passage // of the page, by what gives their text
	err      error
}

// A passage is the words of one; none when the record does not hold their text any more.
type passage struct {
	words string
	lang  graph.Language
}

// SearchEdge is the GraphQL type SearchEdge.
type SearchEdge struct {
	Cursor string
	Node   SearchHit
}

// SearchHit is the GraphQL type SearchHit.
type SearchHit struct {
	item *index.SearchItem
	list *SearchConnection
}

// Search returns a part of what a text may mean.
func (op *Op) Search(ctx context.Context, text string, languages []graph.Language, kinds graph.KindSet, filter *EntityFilter, in SearchScope, fuzzy bool,
	asOf *AsOf, first *int, after *string, last *int, before *string) (*SearchConnection, error) {
	op, err := op.AsOf(asOfPrefix, asOf)
	if err != nil {
		return nil, err
	}
	page, err := newPage(first, after, last, before)
	if err != nil {
		return nil, err
	}
	among, err := op.entityFilter("filter", filter)
	if err != nil {
		return nil, err
	}
	c := &SearchConnection{op: op, query: index.SearchQuery{
		Text: text, Kinds: kinds, Filter: among, Langs: languages, Names: in != ScopePassages, Passages: in != ScopeNames, Fuzzy: fuzzy, At: op.At,
		First: page.First, Last: page.Last, After: page.After, Before: page.Before, Facets: selectedFacets(ctx),
	}}
	if c.page, err = op.Snapshot.Search(ctx, c.query); err != nil {
		var invalid *graph.InvalidError
		if errors.As(err, &invalid) {
			return nil, inputError(invalid.Field, "%s", invalid.Reason)
		}
		return nil, pageError(err, page)
	}
	ids := make([]graph.ID, len(c.page.Items))
	for i := range c.page.Items {
		ids[i] = c.page.Items[i].Entity
	}
	c.group = op.newGroup(ids)
	return c, nil
}

// selectedFacets returns which facets the field now being resolved is asked for.
func selectedFacets(ctx context.Context) (set index.FacetSet) {
	operation := graphql.GetOperationContext(ctx)
	for _, field := range graphql.CollectFieldsCtx(ctx, []string{"SearchConnection"}) {
		if field.Name != "facets" {
			continue
		}
		for _, facet := range graphql.CollectFields(operation, field.Selections, []string{"SearchFacets"}) {
			switch facet.Name {
			case "kinds":
				set |= index.FacetKinds
			case "languages":
				set |= index.FacetLanguages
			case "years":
				set |= index.FacetYears
			}
		}
	}
	return set
}

// Edges resolves SearchConnection.edges.
func (c *SearchConnection) Edges() []SearchEdge {
	edges := make([]SearchEdge, len(c.page.Items))
	for i, node := range c.Nodes() {
		edges[i] = SearchEdge{c.page.Items[i].Cursor, node}
	}
	return edges
}

// Nodes resolves SearchConnection.nodes.
func (c *SearchConnection) Nodes() []SearchHit {
	nodes := make([]SearchHit, len(c.page.Items))
	for i := range nodes {
		nodes[i] = SearchHit{&c.page.Items[i], c}
	}
	return nodes
}

// PageInfo resolves SearchConnection.pageInfo.
func (c *SearchConnection) PageInfo() PageInfo {
	return newPageInfo(c.page.HasNext, c.page.HasPrevious, len(c.page.Items), func(i int) string { return c.page.Items[i].Cursor })
}

// TotalCount resolves SearchConnection.totalCount; finding a page has counted all.
func (c *SearchConnection) TotalCount() int { return c.page.Total }

// Facets resolves SearchConnection.facets.
func (c *SearchConnection) Facets() SearchFacets { return SearchFacets{&c.page.Facets} }

// Entity resolves SearchHit.entity.
func (h SearchHit) Entity() Entity { return h.list.group.entity(h.item.Entity) }

// Class resolves SearchHit.class.
func (h SearchHit) Class() MatchClass { return MatchClass(h.item.Class) }

// Reason resolves SearchHit.reason.
func (h SearchHit) Reason() string { return h.item.Reason }

// Importance resolves SearchHit.importance.
func (h SearchHit) Importance() int { return h.item.Statements }

// Name resolves SearchHit.name.
func (h SearchHit) Name() *Name { return Match{match: &h.item.Match}.Name() }

// Identifier resolves SearchHit.identifier.
func (h SearchHit) Identifier() *Identifier { return Match{match: &h.item.Match}.Identifier() }

// Fragments resolves SearchHit.fragments.
func (h SearchHit) Fragments(ctx context.Context) ([]Fragment, error) {
	words, lang := h.item.Name.Text, h.item.Name.Lang
	inPassage := h.item.Span != (graph.Ref{})
	if inPassage {
		h.list.once.Do(func() { h.list.err = h.list.load(ctx) })
		if h.list.err != nil {
			return nil, h.list.err
		}
		p := h.list.passages[h.item.Span]
		words, lang = p.words, p.lang
	}
	if words == "" {
		return []Fragment{}, nil
	}
	marks, err := index.Highlight(h.list.query.Text, h.item.Class, lang, words)
	if err != nil {
		return nil, err
	}
	if !inPassage {
		whole := []rune(words)
		return []Fragment{newFragment(whole, lang, 0, len(whole), marks)}, nil
	}
	return excerpts(words, lang, marks), nil
}

// load reads the words of all passages of the page: the spans with one call, the texts they are cut from with another.
func (c *SearchConnection) load(ctx context.Context) error {
	var refs []graph.Ref
	for i := range c.page.Items {
		if ref := c.page.Items[i].Span; ref != (graph.Ref{}) {
			refs = append(refs, ref)
		}
	}
	spans, err := c.op.Content.Assertions(ctx, refs)
	if err != nil {
		return fmt.Errorf("load %d spans: %w", len(refs), err)
	}
	ofText := map[graph.TextHash][]graph.Ref{}
	for _, ref := range refs {
		if spans[ref] == nil {
			return fmt.Errorf("%w: the store lacks assertion %v", graph.ErrCorrupt, ref)
		}
		if spans[ref].Value == nil { // redacted a moment ago
			continue
		}
		hash := spans[ref].Value.Hash
		ofText[hash] = append(ofText[hash], ref)
	}
	texts, err := c.op.Content.Texts(ctx, slices.Sorted(maps.Keys(ofText)))
	if err != nil {
		return fmt.Errorf("load %d texts: %w", len(ofText), err)
	}
	c.passages = make(map[graph.Ref]passage, len(refs))
	for hash, refs := range ofText {
		if texts[hash] == nil || texts[hash].Redacted {
			continue
		}
		slicer := graph.NewSlicer(texts[hash].Body)
		for _, ref := range refs {
			words, inside := slicer.Slice(spans[ref].Value.Start, spans[ref].Value.End)
			if !inside {
				return fmt.Errorf("%w: the span %v lies outside its text", graph.ErrCorrupt, ref)
			}
			c.passages[ref] = passage{words, texts[hash].Lang}
		}
	}
	return nil
}
