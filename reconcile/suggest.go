package reconcile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"treatygraph/graph"
	"treatygraph/index"
)

const (
	// SuggestLimit is how many suggestions come at once.
	SuggestLimit = 20
	// MaxSkipped is how many suggestions can be skipped: nobody looks through more.
	MaxSkipped = 200
)

// SuggestEntities returns entities whose names begin with a text or have its words, without the first few.
func (r *Reconciler) SuggestEntities(ctx context.Context, text string, kinds graph.KindSet, skip int) ([]graph.ID, error) {
	skip = min(max(skip, 0), MaxSkipped)
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	page, err := r.Snapshot.Search(ctx, index.SearchQuery{Text: text, Kinds: kinds, Names: true, First: skip + SuggestLimit})
	switch {
	case errors.Is(err, graph.ErrInvalid): // longer than a search takes
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("suggest: %w", err)
	}
	var list []graph.ID
	for i := skip; i < len(page.Items); i++ {
		list = append(list, page.Items[i].Entity)
	}
	return list, nil
}

// SuggestTypes returns the types whose ID or name has a text in it, without the first few.
func SuggestTypes(text string, skip int) []Type {
	return suggest(Types, text, skip, func(t *Type) (id, name string) { return t.ID, t.Name })
}

// SuggestProperties returns the properties whose ID or name has a text in it, without the first few.
func SuggestProperties(text string, skip int) []Property {
	list := suggest(Properties, text, skip, func(p *Property) (id, name string) { return p.ID, p.Name })
	if p, err := ParseProperty(strings.TrimSpace(text)); err == nil && skip <= 0 && !slices.ContainsFunc(list, func(known Property) bool { return known.ID == p.ID }) {
		list = append(list, p)
	}
	return list
}

// suggest puts first what begins with the text.
func suggest[T any](all []T, text string, skip int, of func(*T) (id, name string)) []T {
	key := strings.ToLower(strings.TrimSpace(text))
	var first, other []T
	for i := range all {
		id, name := of(&all[i])
		id, name = strings.ToLower(id), strings.ToLower(name)
		switch {
		case strings.HasPrefix(id, key) || strings.HasPrefix(name, key):
			first = append(first, all[i])
		case strings.Contains(id, key) || strings.Contains(name, key):
			other = append(other, all[i])
		}
	}
	list := append(first, other...)
	list = list[min(max(skip, 0), len(list)):]
	return list[:min(len(list), SuggestLimit)]
}

// Propose returns the properties that entities of some kinds can have.
func Propose(kinds graph.KindSet) []Property {
	var list []Property
	for _, p := range Properties {
		if p.kinds&kinds != 0 {
			list = append(list, p)
		}
	}
	return list
}
