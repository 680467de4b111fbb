package index

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// A nameEntry is the name that one version of a NAMED assertion gives.
type nameEntry struct {
	text    string
	key     string // after graph.NormalizeName
	lang    graph.Language
	version uint32
	role    graph.NameRole
}

func (e *nameEntry) name() graph.Name {
	return graph.Name{Text: e.text, Lang: e.lang, Role: e.role}
}

// An identifierEntry is the identifier that one version of an IDENTIFIED_BY assertion gives.
type identifierEntry struct {
	value   string
	version uint32
	scheme  graph.Scheme
}

func (e *identifierEntry) identifier() graph.Identifier {
	return graph.Identifier{Scheme: e.scheme, Value: e.value}
}

// names holds names and identifiers whole, and finds their versions by normalised key and by scheme and value.
type names struct {
	seed         maphash.Seed
	list         topology.Column[nameEntry]
	byKey        *topology.Chains
	identifiers  topology.Column[identifierEntry]
	byIdentifier *topology.Chains
	langs        map[graph.Language]graph.Language // one copy of each; the writer's
}

func newNames() *names {
	n := &names{seed: maphash.MakeSeed(), langs: make(map[graph.Language]graph.Language)}
	n.byKey = topology.NewChains(
		func(e uint32) uint64 { return n.hashKey(n.list.At(e).key) },
		func(a, b uint32) bool { return n.list.At(a).key == n.list.At(b).key })
	n.byIdentifier = topology.NewChains(
		func(e uint32) uint64 { return n.hashIdentifier(n.identifiers.At(e).identifier()) },
		func(a, b uint32) bool { return n.identifiers.At(a).identifier() == n.identifiers.At(b).identifier() })
	return n
}

func (n *names) hashKey(key string) uint64 { return maphash.String(n.seed, key) }

func (n *names) hashIdentifier(i graph.Identifier) uint64 { return maphash.Comparable(n.seed, i) }

// add keeps the name or identifier of a version, if its value is one, and returns its number. Before is an older version of the same
// claim, whose strings are shared.
func (n *names) add(v *graph.Value, version uint32, before *uint32) uint32 {
	switch v.Kind {
	case graph.ValueName:
		e := nameEntry{version: version, role: v.Role}
		if before != nil {
			old := n.list.At(*before)
			e.text, e.key, e.lang = old.text, old.key, old.lang
		} else {
			e.text, e.lang = strings.Clone(v.Text), n.lang(v.Lang)
			e.key = keyOf(e.text)
		}
		number := n.list.Append(e)
		n.byKey.Add()
		return number
	case graph.ValueIdentifier:
		e := identifierEntry{version: version, scheme: v.Scheme}
		if before != nil {
			e.value = n.identifiers.At(*before).value
		} else {
			e.value = strings.Clone(v.ID)
		}
		number := n.identifiers.Append(e)
		n.byIdentifier.Add()
		return number
	default:
		return 0
	}
}

// keyOf returns what a name is found by, in the name's own memory where that is the name itself.
func keyOf(text string) string {
	if key := graph.NormalizeName(text); key != text {
		return key
	}
	return text
}

func (n *names) lang(l graph.Language) graph.Language {
	if one, ok := n.langs[l]; ok {
		return one
	}
	l = graph.Language(strings.Clone(string(l)))
	n.langs[l] = l
	return l
}

func (n *names) bytes() int64 {
	size := n.list.Bytes() + n.byKey.Bytes() + n.identifiers.Bytes() + n.byIdentifier.Bytes()
	for i := range n.list.Len() {
		e := n.list.At(i)
		size += int64(len(e.text))
		if e.key != e.text {
			size += int64(len(e.key))
		}
	}
	for i := range n.identifiers.Len() {
		size += int64(len(n.identifiers.At(i).value))
	}
	return size
}

var (
	namedOnly      = []graph.Predicate{graph.PredNamed}
	identifiedOnly = []graph.Predicate{graph.PredIdentifiedBy}
)

// Names returns the names of an entity and of all that is merged into it, without deprecated ones, by role, language, text. A name
// that several statements give stands once, with the best ranked of them, then the one of the lowest ID.
func (s *Snapshot) Names(id graph.ID, at AsOf) []NamedName {
	w, done := s.walk(id, topology.Query{Out: true, Predicates: namedOnly}, at)
	defer done()
	if w == nil {
		return nil
	}
	var list []NamedName
	for w.Next() {
		row := s.view.Row(w.Rows[0])
		list = append(list, NamedName{s.names.list.At(row.Value).name(), graph.NewStatementID(row.Predicate, row.Hash), w.Fold.Rank})
	}
	slices.SortFunc(list, func(a, b NamedName) int {
		return cmp.Or(compareNames(a.Name, b.Name), cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Statement, b.Statement))
	})
	return slices.CompactFunc(list, func(a, b NamedName) bool { return a.Name == b.Name })
}

func compareNames(a, b graph.Name) int {
	return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Lang, b.Lang), cmp.Compare(a.Text, b.Text))
}

// Identifiers returns the identifiers of an entity and of all that is merged into it, without deprecated ones, each once, by scheme
// and value.
func (s *Snapshot) Identifiers(id graph.ID, at AsOf) []graph.Identifier {
	w, done := s.walk(id, topology.Query{Out: true, Predicates: identifiedOnly}, at)
	defer done()
	if w == nil {
		return nil
	}
	var list []graph.Identifier
	for w.Next() {
		list = append(list, s.names.identifiers.At(s.view.Row(w.Rows[0]).Value).identifier())
	}
	slices.SortFunc(list, func(a, b graph.Identifier) int {
		return cmp.Or(cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Value, b.Value))
	})
	return slices.Compact(list)
}
