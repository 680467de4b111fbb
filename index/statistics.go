package index

import (
	"cmp"
	"slices"
	"sync"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// Statistics count what the record holds at a time. Everything is counted the first time that something of its sort is asked for and kept:
// the same time of any snapshot is counted once.
type Statistics struct {
	s  *Snapshot
	at AsOf
	c  *counted
}

// Claims are what one pass over the versions counts. The maps hold no zeros.
type Claims struct {
	Statements, Evidenced, Deprecated, Assertions, Names int

	ByPredicate map[graph.Predicate]int
	ByMethod    map[graph.Method]int    // assertions
	ByDataset   []Facet[graph.ID]       // assertions; the most first, then by ID
	ByLanguage  []Facet[graph.Language] // statements that give a name, by its language as recorded; the most first, then by tag
	First, Last graph.Date              // of the dated events that are not deprecated; zero without any
}

// Statistics returns what is counted as of a time.
func (s *Snapshot) Statistics(at AsOf) Statistics {
	return Statistics{s, at, s.counts.of(s.at(at))}
}

// Claims counts statements, assertions and names, whatever their rank.
func (t Statistics) Claims() *Claims {
	t.c.claimsOnce.Do(func() { t.c.claims = t.s.countClaims(t.s.at(t.at)) })
	return &t.c.claims
}

// Entities counts the entities that CountEntities counts, by kind.
func (t Statistics) Entities() map[graph.Kind]int {
	t.c.entitiesOnce.Do(func() {
		t.c.entities = make(map[graph.Kind]int)
		t.s.view.Entities(topology.EntityQuery{At: t.s.at(t.at)}, func(n topology.Node) bool {
			t.c.entities[t.s.view.Kind(n)]++
			return true
		})
	})
	return t.c.entities
}

// DocumentsWithText counts the documents whose SPAN is shown.
func (t Statistics) DocumentsWithText() int {
	t.c.textsOnce.Do(func() {
		t.s.view.Entities(topology.EntityQuery{Kinds: graph.Set(graph.KindDocument), At: t.s.at(t.at)}, func(n topology.Node) bool {
			if t.s.CountStatements(StatementQuery{Entity: t.s.view.ID(n), Direction: Out, Predicates: spanOnly, At: t.at}) > 0 {
				t.c.texts++
			}
			return true
		})
	})
	return t.c.texts
}

var spanOnly = []graph.Predicate{graph.PredSpan}

// counts keep what was counted as of the times asked last. Like a sorted list, it belongs to a revision and not to a snapshot.
type counts struct {
	mu   sync.Mutex
	kept []*counted // the one used last at the end
}

// keptCounts bounds the times; one takes a few kilobytes and some 40 bytes a dataset.
const keptCounts = 8

type counted struct {
	timeKey

	claimsOnce, entitiesOnce, textsOnce sync.Once
	claims                              Claims
	entities                            map[graph.Kind]int
	texts                               int
}

func (c *counts) of(at topology.At) *counted {
	want := &counted{timeKey: newTimeKey(at)}
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.kept, func(k *counted) bool { return k.timeKey == want.timeKey })
	if i >= 0 {
		want = c.kept[i]
		c.kept = slices.Delete(c.kept, i, i+1)
	} else if len(c.kept) == keptCounts {
		c.kept = slices.Delete(c.kept, 0, 1)
	}
	c.kept = append(c.kept, want)
	return want
}

// countClaims goes through the versions from the newest on, so that the first of a statement leads to all others that are visible.
func (s *Snapshot) countClaims(at topology.At) Claims {
	var predicates [1 << 8]int
	var methods [graph.MethodDerived + 1]int
	c := Claims{ByPredicate: make(map[graph.Predicate]int), ByMethod: make(map[graph.Method]int)}
	datasets, languages := make(map[topology.Node]int), make(map[graph.Language]int)
	met := make(map[uint32]bool) // older versions of statements that were met; few statements have several
	v := s.view
	var room [8]uint32
	for i := v.Versions(); i > 0; {
		i--
		if !v.Visible(i, at.Revision) || !v.Holds(i, at.ValidOn) {
			continue
		}
		row := v.Row(i)
		c.Assertions++
		methods[row.Method]++
		datasets[row.Dataset]++
		if met[i] {
			delete(met, i)
			continue
		}
		rows := append(room[:0], i)
		for older, ok := v.Older(i); ok; older, ok = v.Older(older) {
			if v.Visible(older, at.Revision) {
				rows = append(rows, older)
				met[older] = true
			}
		}
		fold := v.Fold(rows)
		c.Statements++
		predicates[row.Predicate]++
		if fold.Evidenced {
			c.Evidenced++
		}
		if row.Kind == graph.ValueName {
			c.Names++
			languages[s.names.list.At(row.Value).name().Lang]++
		}
		if fold.Rank == graph.RankDeprecated {
			c.Deprecated++
		} else if from := row.Valid.From; row.Predicate.Row().Tempo == graph.TempoEvent && !from.IsZero() && !from.IsOpen() {
			if c.First.IsZero() || compareEnds(from.Earliest(), c.First.Earliest(), from, c.First) < 0 {
				c.First = from
			}
			if c.Last.IsZero() || compareEnds(from.Latest(), c.Last.Latest(), from, c.Last) > 0 {
				c.Last = from
			}
		}
	}
	for _, p := range graph.Predicates() {
		if n := predicates[p]; n > 0 {
			c.ByPredicate[p] = n
		}
	}
	for m, n := range methods {
		if n > 0 {
			c.ByMethod[graph.Method(m)] = n
		}
	}
	byID, merged := make(map[graph.ID]int, len(datasets)), v.Merged(at)
	for n, count := range datasets {
		if canonical := merged.Canonical(n); v.Kind(canonical) == graph.KindDataset {
			n = canonical
		}
		byID[v.ID(n)] += count
	}
	c.ByDataset, c.ByLanguage = frequent(byID), frequent(languages)
	return c
}

// compareEnds compares two days and, when they are one, the dates that they are the ends of as they are written, so that the order of
// recording has no influence.
func compareEnds(a, b graph.Day, from, other graph.Date) int {
	if a != b || from == other {
		return cmp.Compare(a, b)
	}
	return cmp.Compare(from.String(), other.String())
}
