package index

import (
	"cmp"
	"strings"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

// fallbackLanguage is what a reader is shown when there is nothing in the language asked for.
const fallbackLanguage graph.Language = "en"

// labelRoles orders roles by how well a name of the role serves as label: short before official, because lists and graphs show it.
var labelRoles = [...]uint8{graph.NameShort: 0, graph.NameOfficial: 1, graph.NameAlias: 2, graph.NameAcronym: 3, graph.NameHistoric: 4, graph.NameDescriptive: 5}

// Label returns the name to show for an entity in a language. First counts the language: the one asked for, then what it narrows
// (zh-Hant for zh-Hant-TW, then zh), then any variety of the same language, then English likewise, then any other. Within one, preferred
// names come first, then roles: SHORT, OFFICIAL, ALIAS, ACRONYM, HISTORIC, DESCRIPTIVE; then language and text in byte order. An entity
// without a name is shown by its ID's slug, without language and role.
func (s *Snapshot) Label(id graph.ID, lang graph.Language, at AsOf) graph.Name {
	w, done := s.walk(id, topology.Query{Out: true, Predicates: namedOnly}, at)
	defer done()
	var best graph.Name
	var bestScore uint32
	if w != nil {
		for w.Next() {
			name := s.names.list.At(s.view.Row(w.Rows[0]).Value).name()
			score := uint32(closeness(name.Lang, lang))<<16 | uint32(w.Fold.Rank)<<8 | uint32(labelRoles[name.Role])
			if best.Text == "" || score < bestScore || score == bestScore && cmp.Or(cmp.Compare(name.Lang, best.Lang), cmp.Compare(name.Text, best.Text)) < 0 {
				best, bestScore = name, score
			}
		}
	}
	if best.Text == "" {
		_, slug, _ := strings.Cut(string(id), "/")
		return graph.Name{Text: slug}
	}
	return best
}

// NearestLanguage returns which of some languages is shown to a reader of one, chosen as by Label; false when only others than it and
// English are there.
func NearestLanguage(languages []graph.Language, wanted graph.Language) (nearest graph.Language, found bool) {
	best := closeNone
	for _, l := range languages {
		if c := closeness(l, wanted); c < best || c == best && found && l < nearest {
			nearest, best, found = l, c, true
		}
	}
	return nearest, found
}

// The degrees of closeness between a name's language and the one asked for; the steps of narrowing lie between.
const (
	closeExact    = 0
	closeVariety  = 100
	closeFallback = 200
	closeNone     = 400
)

func closeness(has, want graph.Language) int {
	if d := distance(has, want); d < closeNone {
		return d
	}
	if d := distance(has, fallbackLanguage); d < closeNone {
		return closeFallback + d
	}
	return closeNone
}

func distance(has, want graph.Language) int {
	if want == "" {
		return closeNone
	}
	h, w := string(has), string(want)
	for step := closeExact; ; step++ {
		if h == w {
			return step
		}
		cut := strings.LastIndexByte(w, '-')
		if cut < 0 {
			break
		}
		w = w[:cut]
	}
	if strings.HasPrefix(h, w) && (len(h) == len(w) || h[len(w)] == '-') {
		return closeVariety
	}
	return closeNone
}
