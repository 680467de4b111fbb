package index

import (
	"slices"
	"sort"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// A PartySet is a set of party states.
type PartySet uint16

// Parties returns the set of some states.
func Parties(states ...graph.PartyState) (set PartySet) {
	for _, s := range states {
		set |= 1 << s
	}
	return set
}

// Has tells whether a state is in the set.
func (p PartySet) Has(s graph.PartyState) bool { return p&(1<<s) != 0 }

// A PartyQuery asks who stands towards an instrument in one of some ways on a day. NONE is what everybody else has: it lists nobody.
type PartyQuery struct {
	Instrument graph.ID
	States     PartySet
	On         graph.Day
	At         AsOf // ValidOn has no influence
	Page       Page
}

// A PartyItem is one actor with its status, as PartyStatus gives it.
type PartyItem struct {
	Actor  graph.ID
	Status graph.PartyStatus
	Cursor string
}

// A PartyPage is a part of a list of parties.
type PartyPage struct {
	Items                []PartyItem
	HasNext, HasPrevious bool // exact
}

// Parties returns a page of those who stand towards an instrument as a query asks, by ID. The only error is ErrCursor.
func (s *Snapshot) Parties(q PartyQuery) (PartyPage, error) {
	var page PartyPage
	after, before := graph.ID(""), graph.ID("")
	for _, c := range []struct {
		text string
		to   *graph.ID
	}{{q.Page.After, &after}, {q.Page.Before, &before}} {
		if c.text == "" {
			continue
		}
		id, err := decodePartyCursor(c.text)
		if err != nil {
			return page, err
		}
		*c.to = id
	}
	t := s.standings(&q)
	from, to := 0, len(t.actors)
	if after != "" {
		from = sort.Search(to, func(i int) bool { return t.actors[i] > after })
	}
	if before != "" {
		to = max(from, sort.Search(to, func(i int) bool { return t.actors[i] >= before }))
	}
	limit, backward := q.Page.First, q.Page.Last > 0
	if backward {
		limit = q.Page.Last
	}
	lo, hi := from, to // what is on the page or is known to be nobody asked for
	more := false
	for i := range to - from {
		at := from + i
		if backward {
			at = to - 1 - i
		}
		status := t.status(at)
		if !q.States.Has(status.Value) {
			continue
		}
		if len(page.Items) == limit {
			if more = true; backward {
				lo = at + 1
			} else {
				hi = at
			}
			break
		}
		page.Items = append(page.Items, PartyItem{t.actors[at], status, encodePartyCursor(t.actors[at])})
	}
	if backward {
		slices.Reverse(page.Items)
	}
	any := func(at, end, step int) bool {
		for ; at != end; at += step {
			if q.States.Has(t.status(at).Value) {
				return true
			}
		}
		return false
	}
	page.HasPrevious = backward && more || any(lo-1, -1, -1)
	page.HasNext = !backward && more || any(hi, len(t.actors), 1)
	return page, nil
}

// CountParties returns how many actors all pages of a query hold together.
func (s *Snapshot) CountParties(q PartyQuery) int {
	t, count := s.standings(&q), 0
	for i := range t.actors {
		if q.States.Has(t.status(i).Value) {
			count++
		}
	}
	return count
}

// standings are those who may stand in any way towards an instrument on a day: who acted, and on whom acts devolved.
type standings struct {
	s      *Snapshot
	q      *PartyQuery
	acts   acts
	rules  graph.Standings
	actors []graph.ID // sorted
}

func (s *Snapshot) standings(q *PartyQuery) *standings {
	q.States &^= Parties(graph.PartyNone)
	t := &standings{s: s, q: q, acts: s.acts(q.Instrument, q.At, isActor), rules: graph.NewStandings(s.instrumentEvents(q.Instrument, q.At), q.On)}
	for actor := range t.acts {
		t.actors = append(t.actors, actor)
	}
	t.actors = s.line(t.actors, topology.Query{In: true, Predicates: successorOnly}, q.On, q.At)
	t.actors = slices.DeleteFunc(t.actors, func(id graph.ID) bool { return !isActor(id) })
	slices.Sort(t.actors)
	return t
}

func isActor(id graph.ID) bool { return graph.Actors.Has(id.Kind()) }

func (t *standings) status(i int) graph.PartyStatus {
	actor := t.actors[i]
	acts := t.acts.of(actor, t.s.predecessors(actor, t.q.On, t.q.At))
	return t.rules.Of(actor, append(acts, t.s.end(actor, t.q.At)...))
}

// party: 'a', ID of the actor.
func encodePartyCursor(id graph.ID) string {
	return cursorText.EncodeToString(append([]byte{partyCursor}, id...))
}

func decodePartyCursor(cursor string) (graph.ID, error) {
	b, err := cursorText.DecodeString(cursor)
	if err != nil || len(b) < 2 || b[0] != partyCursor {
		return "", badCursor(cursor)
	}
	id, err := graph.ParseID(string(b[1:]))
	if err != nil || !isActor(id) {
		return "", badCursor(cursor)
	}
	return id, nil
}
