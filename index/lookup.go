package index

import (
	"cmp"
	"fmt"
	"slices"

	"treatygraph/graph"
)

// Lookup returns the entities that a text may mean, each once with its best match: by ID, by identifier, by name under
// graph.NormalizeName. Better classes come first, then the entity with more statements, then the lower ID. Deprecated statements do not
// count. Kinds 0: all.
func (s *Snapshot) Lookup(text string, kinds graph.KindSet, at AsOf) []Match {
	return s.LookupIn(text, kinds, nil, at)
}

// LookupIn is Lookup with names of some languages only, "zh" being also zh-Hant; none: of all.
func (s *Snapshot) LookupIn(text string, kinds graph.KindSet, langs []graph.Language, at AsOf) []Match {
	l := lookup{s: s, at: at, kinds: kinds}
	if id, err := graph.ParseID(text); err == nil {
		if e, ok := s.Entity(id, at); ok {
			l.add(Match{Entity: e.ID, Class: MatchID, Reason: "ID"})
		}
	}
	for _, i := range graph.GuessIdentifier(text) {
		s.identified(i, at, func(id graph.ID) {
			reason := "identifier"
			if i.Scheme == graph.SchemeUNSymbol {
				reason = "UN symbol"
			}
			l.add(Match{Entity: id, Class: MatchIdentifier, Reason: reason, Identifier: i})
		})
	}
	s.named(text, at, func(id graph.ID, name graph.Name) {
		if len(langs) > 0 && !slices.ContainsFunc(langs, func(l graph.Language) bool { return narrows(name.Lang, l) }) {
			return
		}
		class, reason := classOf(name, text)
		l.add(Match{Entity: id, Class: class, Reason: reason, Name: name})
	})
	return l.ordered()
}

// ByIdentifier returns the entity with an identifier, in its canonical form; of several the one with the lowest ID.
func (s *Snapshot) ByIdentifier(i graph.Identifier, at AsOf) (graph.ID, bool) {
	var best graph.ID
	s.identified(i, at, func(id graph.ID) {
		if best == "" || id < best {
			best = id
		}
	})
	return best, best != ""
}

// Identifying returns the statements that give an identifier, without deprecated ones.
func (s *Snapshot) Identifying(i graph.Identifier, at AsOf) []graph.StatementID {
	var list []graph.StatementID
	s.identifying(i, at, func(_ graph.ID, version uint32) {
		row := s.view.Row(version)
		list = append(list, graph.NewStatementID(row.Predicate, row.Hash))
	})
	return list
}

// identified visits the entities with an identifier.
func (s *Snapshot) identified(i graph.Identifier, at AsOf, visit func(graph.ID)) {
	s.identifying(i, at, func(id graph.ID, _ uint32) { visit(id) })
}

func (s *Snapshot) identifying(i graph.Identifier, at AsOf, visit func(id graph.ID, version uint32)) {
	n := s.names
	e, ok := n.byIdentifier.Find(n.hashIdentifier(i), s.identifiers, func(e uint32) bool { return n.identifiers.At(e).identifier() == i })
	for ; ok; e, ok = n.byIdentifier.Prev(e) {
		version := n.identifiers.At(e).version
		if id, current := s.says(version, at); current {
			visit(id, version)
		}
	}
}

// named visits the entities with a name, and the name as it is spelled there.
func (s *Snapshot) named(text string, at AsOf, visit func(graph.ID, graph.Name)) {
	n := s.names
	key := graph.NormalizeName(text)
	if key == "" {
		return
	}
	e, ok := n.byKey.Find(n.hashKey(key), s.nameCount, func(e uint32) bool { return n.list.At(e).key == key })
	for ; ok; e, ok = n.byKey.Prev(e) {
		if id, current := s.says(n.list.At(e).version, at); current {
			visit(id, n.list.At(e).name())
		}
	}
}

// says returns of whom a version speaks, and whether its statement counts at a time: recorded, holding, not deprecated.
func (s *Snapshot) says(version uint32, at AsOf) (graph.ID, bool) {
	when := s.at(at)
	if !s.view.Visible(version, when.Revision) || !s.view.Holds(version, when.ValidOn) {
		return "", false
	}
	row := s.view.Row(version)
	var room [8]uint32
	if s.view.Fold(s.view.Recorded(room[:0], row.Hash, when.Revision)).Rank == graph.RankDeprecated {
		return "", false
	}
	return s.view.ID(s.view.Merged(when).Canonical(row.Subject)), true
}

func classOf(name graph.Name, text string) (MatchClass, string) {
	switch name.Role {
	case graph.NameAcronym:
		return MatchAcronym, "acronym"
	case graph.NameHistoric:
		return MatchHistoricName, "historic name"
	}
	if name.Text != text {
		return MatchNormalisedName, "normalised name"
	}
	switch name.Role {
	case graph.NameOfficial:
		return MatchExactName, "official name"
	case graph.NameShort:
		return MatchExactName, "short name"
	case graph.NameAlias:
		return MatchExactName, "alias"
	default:
		return MatchExactName, "descriptive name"
	}
}

type lookup struct {
	s       *Snapshot
	at      AsOf
	kinds   graph.KindSet
	matches []Match
	place   map[graph.ID]int
}

// add keeps a match unless a better one of the entity is there. Between equals the choice does not depend on the order of recording.
func (l *lookup) add(m Match) {
	if l.kinds != 0 && !l.kinds.Has(m.Entity.Kind()) {
		return
	}
	if l.place == nil {
		l.place = make(map[graph.ID]int)
	}
	i, there := l.place[m.Entity]
	if !there {
		l.place[m.Entity] = len(l.matches)
		l.matches = append(l.matches, m)
		return
	}
	if old := &l.matches[i]; cmp.Or(cmp.Compare(m.Class, old.Class), compareNames(m.Name, old.Name), cmp.Compare(m.Identifier.Scheme, old.Identifier.Scheme),
		cmp.Compare(m.Identifier.Value, old.Identifier.Value)) < 0 {
		*old = m
	}
}

func (l *lookup) ordered() []Match {
	if len(l.matches) < 2 {
		return l.matches
	}
	weight := make(map[graph.ID]int, len(l.matches))
	inClass := make(map[MatchClass]int)
	for _, m := range l.matches {
		weight[m.Entity] = l.s.CountStatements(StatementQuery{Entity: m.Entity, At: l.at})
		inClass[m.Class]++
	}
	slices.SortFunc(l.matches, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(weight[b.Entity], weight[a.Entity]), cmp.Compare(a.Entity, b.Entity))
	})
	for i := range l.matches {
		switch others := inClass[l.matches[i].Class] - 1; others {
		case 0:
		case 1:
			l.matches[i].Reason += "; ambiguous with 1 other"
		default:
			l.matches[i].Reason += fmt.Sprintf("; ambiguous with %d others", others)
		}
	}
	return l.matches
}
