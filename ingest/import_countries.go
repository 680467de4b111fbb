package ingest

import (
	"fmt"
	"regexp"
	"strings"

	"treatygraph/graph"
)

// The columns of datasets/country-codes that are read. All but the first two may be missing.
const (
	columnAlpha3      = "ISO3166-1-Alpha-3"
	columnIndependent = "is_independent"
)

// codeTaiwan is of what the table calls independent and the Secretary-General of the United Nations, as depositary, does not treat as a state. That it becomes a
// territory here, as in the authority files, says nothing of its status.
const codeTaiwan = "TWN"

// countryIdentifiers are the columns with identifiers.
var countryIdentifiers = []struct {
	header string
	scheme graph.Scheme
}{{"ISO3166-1-Alpha-2", graph.SchemeISO31661A2}, {columnAlpha3, graph.SchemeISO31661A3}, {"wikidata_id", graph.SchemeWikidata}}

// countryNames are the columns with names, the best first: a name that a better column of its language has is not said again.
var countryNames = []struct {
	header string
	lang   graph.Language
	role   graph.NameRole
}{
	{"UNTERM English Formal", "en", graph.NameOfficial}, {"UNTERM English Short", "en", graph.NameShort}, {"official_name_en", "en", graph.NameShort}, {"CLDR display name", "en", graph.NameShort},
	{"UNTERM French Formal", "fr", graph.NameOfficial}, {"UNTERM French Short", "fr", graph.NameShort}, {"official_name_fr", "fr", graph.NameShort},
	{"UNTERM Spanish Formal", "es", graph.NameOfficial}, {"UNTERM Spanish Short", "es", graph.NameShort}, {"official_name_es", "es", graph.NameShort},
	{"UNTERM Russian Formal", "ru", graph.NameOfficial}, {"UNTERM Russian Short", "ru", graph.NameShort}, {"official_name_ru", "ru", graph.NameShort},
	{"UNTERM Chinese Formal", "zh", graph.NameOfficial}, {"UNTERM Chinese Short", "zh", graph.NameShort}, {"official_name_cn", "zh", graph.NameShort},
	{"UNTERM Arabic Formal", "ar", graph.NameOfficial}, {"UNTERM Arabic Short", "ar", graph.NameShort}, {"official_name_ar", "ar", graph.NameShort},
}

var (
	articleBehind = regexp.MustCompile(`\s*\((?:the|l'|l’|le|la|les|el|los|las)\)$`)
	articleBefore = regexp.MustCompile(`^(?:the |l'|l’|le |la |les |el |los |las )`)
)

// countries reads the table of datasets/country-codes: names in the six languages of the United Nations, and codes.
func (im *importing) countries() error {
	t, err := openTable(im.File)
	if err != nil {
		return err
	}
	at := make(map[string]int)
	for i, header := range t.header {
		at[header] = i
	}
	for _, header := range []string{columnAlpha3, columnIndependent} {
		if _, there := at[header]; !there {
			return Problems{{im.File.Name, 1, fmt.Sprintf("column %q is missing", header)}}
		}
	}
	places := make(map[graph.ID]string)
	return im.eachRow(t, func(r *row, cells []string) {
		cell := func(header string) string {
			if i, there := at[header]; there {
				return strings.Join(strings.Fields(strings.TrimRight(cells[i], "* ")), " ")
			}
			return ""
		}
		id := r.country(cell)
		if before := places[id]; before != "" && id != "" {
			r.reject(columnAlpha3, "%s stands on %s already", id, before)
		}
		places[id] = r.place
	})
}

// country reads a row and returns whose it is.
func (r *row) country(cell func(string) string) graph.ID {
	alpha3, err := graph.ParseIdentifier(graph.SchemeISO31661A3, cell(columnAlpha3))
	if err != nil {
		r.reject(columnAlpha3, "%v", err)
		return ""
	}
	id := r.countryID(alpha3, alpha3.Value != codeTaiwan && (cell(columnIndependent) == "Yes" || cell("UNTERM English Formal") != ""))
	for _, c := range countryIdentifiers {
		if text := cell(c.header); text != "" {
			identifier, err := graph.ParseIdentifier(c.scheme, text)
			if err != nil {
				r.reject(c.header, "%v", err)
				continue
			}
			r.say(graph.Claim{Subject: id, Predicate: graph.PredIdentifiedBy, Value: identifierValue(identifier)}, "")
		}
	}
	type said struct {
		lang graph.Language
		text string
	}
	names := make(map[said]bool)
	roles := make(map[graph.Language]graph.NameRole)
	for _, c := range countryNames {
		text := articleBehind.ReplaceAllString(cell(c.header), "")
		if c.role == graph.NameOfficial {
			text = articleBefore.ReplaceAllString(text, "")
		}
		key := said{c.lang, graph.NormalizeName(text)}
		if text == "" || names[key] {
			continue
		}
		names[key] = true
		role := c.role
		switch {
		case roles[c.lang] == 0:
			role = graph.NameOfficial // the only name is the official one
		case role == graph.NameShort && roles[c.lang] == graph.NameShort:
			role = graph.NameAlias
		}
		roles[c.lang] = role
		r.say(graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: nameValue(graph.Name{Text: text, Lang: c.lang, Role: role})}, "")
	}
	if len(names) == 0 {
		r.reject("", "there is no name of %s", alpha3.Value)
	}
	return id
}

// countryID returns the entity that others identify by a code, else makes its ID of the code: a state, or a region where it is a territory.
func (r *row) countryID(alpha3 graph.Identifier, state bool) graph.ID {
	kind := graph.KindRegion
	if state {
		kind = graph.KindState
	}
	made := graph.ID(kind.Prefix() + "/" + strings.ToLower(alpha3.Value))
	if id, found := r.im.matcher.identified(alpha3); found {
		return id
	}
	r.created(made)
	return made
}
