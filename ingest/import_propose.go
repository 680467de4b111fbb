package ingest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"treatygraph/graph"
	"treatygraph/index"
)

// proposeRows bounds the sample that a mapping is drafted from.
const proposeRows = 1_000

// leastFit is how many in a hundred of a column's cells must be what the column is taken for.
const leastFit = 60

// A sampledColumn is what the cells of a column look like.
type sampledColumn struct {
	header   string
	filled   int
	same     map[string]int // the different texts, and how often each stands
	fits     map[string]int // how many of the cells are of a sort
	order    dateColumn     // of its dates
	acts     map[string]graph.Predicate
	means    []graph.ID                  // of each row, as names or codes of actors; empty: of none
	ids      map[graph.Scheme][]graph.ID // of each row, as identifiers
	lettered int                         // cells that hold a letter
	script   graph.Language              // of its letters; empty: Latin or none
}

// The sorts of cells, besides the schemes of identifiers.
const (
	sortActor      = "actor"
	sortInstrument = "instrument"
	sortDate       = "date"
	sortAct        = "act"
)

// sampledKinds are the kinds among which the names of a sample are looked for.
var sampledKinds = map[string]graph.KindSet{
	sortActor:      graph.Set(graph.KindState, graph.KindRegion, graph.KindOrganisation, graph.KindBody, graph.KindForum),
	sortInstrument: graph.Instruments,
}

// proposedSchemes are the schemes whose identifiers are told by their form alone, the narrowest first.
var proposedSchemes = []graph.Scheme{graph.SchemeWikidata, graph.SchemeDOI, graph.SchemeURL, graph.SchemeISO31661A2, graph.SchemeISO31661A3, graph.SchemeUNSymbol}

// ProposeMapping drafts a mapping for a table from its header and its first rows: a file to be read by a person, and taken as it is by an import of kind "mapping".
// Its comments say why each column is taken for what it is.
func ProposeMapping(ctx context.Context, idx *index.Index, file Source, language graph.Language) (string, error) {
	t, err := openTable(file)
	if err != nil {
		return "", err
	}
	im := &importing{Import: &Import{Language: language}, ctx: ctx, snapshot: idx.Snapshot()}
	im.matcher = newMatcher(im)
	columns := make([]sampledColumn, len(t.header))
	for i := range columns {
		columns[i] = sampledColumn{header: t.header[i], same: make(map[string]int), fits: make(map[string]int), acts: make(map[string]graph.Predicate), ids: make(map[graph.Scheme][]graph.ID)}
	}
	rows := 0
	err = t.each(func(line int, cells []string, wrong string) {
		if wrong != "" || rows == proposeRows {
			return
		}
		rows++
		for i, cell := range cells {
			columns[i].see(im.matcher, line, strings.Clone(strings.TrimSpace(cell)))
		}
	})
	switch {
	case err != nil:
		return "", err
	case rows == 0:
		return "", refused("%s: there is no row in it", file.Name)
	}
	p := &proposal{columns: columns, rows: rows, language: language}
	p.write(file.Name)
	return p.text.String(), nil
}

// see takes a cell into account.
func (c *sampledColumn) see(m *matcher, line int, cell string) {
	actor, _ := m.known(cell, sampledKinds[sortActor])
	c.means = append(c.means, actor)
	for _, scheme := range proposedSchemes {
		identifier, err := graph.ParseIdentifier(scheme, cell)
		id := graph.ID("")
		if err == nil {
			c.fits[scheme.String()]++
			id, _ = m.im.snapshot.ByIdentifier(identifier, index.AsOf{})
		}
		c.ids[scheme] = append(c.ids[scheme], id)
	}
	if cell == "" {
		return
	}
	c.filled++
	c.same[cell]++
	if at := strings.IndexFunc(cell, unicode.IsLetter); at >= 0 {
		c.lettered++
		if c.script == "" {
			r, _ := utf8.DecodeRuneInString(cell[at:])
			c.script = scriptOf(r)
		}
	}
	for sort, kinds := range sampledKinds {
		if id, _ := m.known(cell, kinds); id != "" {
			c.fits[sort]++
		}
	}
	_, first := parseDate(cell, DayFirst)
	_, second := parseDate(cell, MonthFirst)
	if first == nil || second == nil {
		c.fits[sortDate]++
		c.order.see(line, cell)
	}
	if act, known := actOf(cell); known && act != predDefinitiveSignature && len(cell) > 1 { // a letter alone may be anything
		c.fits[sortAct]++
		c.acts[cell] = act
	}
}

// known finds the entity of some kinds that alone bears a name or a code; empty: there is none. Loosely: it bears one with the same words.
func (m *matcher) known(text string, kinds graph.KindSet) (id graph.ID, loosely bool) {
	if text == "" {
		return "", false
	}
	if id, found := m.coded(text, kinds); found {
		return id, false
	}
	names := m.namesOf(kinds)
	if found := names.exact[graph.NormalizeName(text)]; len(found) == 1 {
		return found[0], false
	}
	if found := names.loose[looseKey(withoutMarks(text))]; len(found) == 1 {
		return found[0], true
	}
	return "", false
}

// contradicts tells whether the identifiers of a column are those of others than the entities of the rows: codes of one list look like those of another.
func (c *sampledColumn) contradicts(key *sampledColumn, scheme graph.Scheme) bool {
	for i, id := range c.ids[scheme] {
		if id != "" && key.means[i] != "" && id != key.means[i] {
			return true
		}
	}
	return false
}

// hasNames tells whether a column may hold the names of what the rows are about: words, and hardly any twice.
func (c *sampledColumn) hasNames() bool {
	return nameHeader.MatchString(c.header) && 100*c.lettered >= leastFit*c.filled && 20*len(c.same) >= 19*c.filled
}

// is tells whether the cells of a column are of a sort, and how surely, in percent. Identifiers are told by their form, and other codes look like them: all must be.
func (c *sampledColumn) is(sort string) (percent int, is bool) {
	if c.filled == 0 {
		return 0, false
	}
	percent = 100 * c.fits[sort] / c.filled
	if _, err := graph.ParseScheme(sort); err == nil {
		return percent, c.fits[sort] == c.filled
	}
	return percent, percent >= leastFit
}

// scriptOf tells the language that a letter speaks for; empty: letters of many languages.
func scriptOf(r rune) graph.Language {
	switch {
	case r >= 0x4E00 && r <= 0x9FFF:
		return "zh"
	case r >= 0x0400 && r <= 0x04FF:
		return "ru"
	case r >= 0x0600 && r <= 0x06FF:
		return "ar"
	}
	return ""
}

// headerLanguages tell the language of a column by its header.
var headerLanguages = []struct {
	is   *regexp.Regexp
	lang graph.Language
}{
	{regexp.MustCompile(`(?i)(^|[ _-])(en|eng|english)($|[ _-])`), "en"}, {regexp.MustCompile(`(?i)(^|[ _-])(fr|fra|french)($|[ _-])|^titre$|^nom$|^pays$`), "fr"},
	{regexp.MustCompile(`(?i)(^|[ _-])(es|spa|spanish)($|[ _-])`), "es"}, {regexp.MustCompile(`(?i)(^|[ _-])(ru|rus|russian)($|[ _-])`), "ru"},
	{regexp.MustCompile(`(?i)(^|[ _-])(zh|cn|chinese)($|[ _-])`), "zh"}, {regexp.MustCompile(`(?i)(^|[ _-])(ar|ara|arabic)($|[ _-])`), "ar"},
}

// languageOf returns the language of a column; empty where neither header nor letters tell.
func (c *sampledColumn) languageOf() graph.Language {
	for _, h := range headerLanguages {
		if h.is.MatchString(c.header) {
			return h.lang
		}
	}
	return c.script
}

// A proposal is a mapping that is being drafted.
type proposal struct {
	columns  []sampledColumn
	rows     int
	language graph.Language
	text     strings.Builder
	used     []string // headers
}

func (p *proposal) line(format string, args ...any) {
	fmt.Fprintf(&p.text, format+"\n", args...)
}

// best returns the column that is most surely of a sort; nil: none is.
func (p *proposal) best(sort string, but ...*sampledColumn) (best *sampledColumn) {
	most := 0
	for i := range p.columns {
		c := &p.columns[i]
		if percent, is := c.is(sort); is && percent > most && !slices.Contains(but, c) {
			best, most = c, percent
		}
	}
	return best
}

// use notes that a column is used, and says why.
func (p *proposal) use(c *sampledColumn, indent, as, sort string) {
	percent, _ := c.is(sort)
	p.line("%s# %s: %d %% of the filled cells are %s", indent, comment(c.header), percent, as)
	p.used = append(p.used, c.header)
}

// comment writes a header so that it stays in its comment.
func comment(header string) string { return quoted(header) }

func (p *proposal) write(file string) {
	p.line("# A draft for %s, from %d rows. Read each line, mend what is wrong, and try it:", comment(filepath.Base(file)), p.rows)
	p.line("#   treatyctl import mapping FILE --mapping THIS --dataset ID --title TITLE --dry-run")
	p.line("language: %s", cmp.Or(p.language, "en"))
	p.order()
	p.line("rows:")
	actor, instrument := p.best(sortActor), p.best(sortInstrument)
	act := p.best(sortAct)
	switch {
	case actor != nil && act != nil && instrument == nil: // treaties that the record does not know
		instrument = p.named(actor, act)
	}
	member, whole := actor, p.best(sortActor, actor)
	if whole != nil && len(whole.same) > len(member.same) {
		member, whole = whole, member
	}
	switch {
	case actor != nil && instrument != nil && actor != instrument:
		p.acts(actor, instrument, act)
	case whole != nil && p.codes(member) == nil && p.codes(whole) == nil && whole.repeats():
		p.members(member, whole)
	default:
		p.entities(cmp.Or(p.best(graph.SchemeISO31661A3.String()), actor, instrument))
	}
	var left []string
	for _, c := range p.columns {
		if c.header != "" && !slices.Contains(p.used, c.header) {
			left = append(left, comment(c.header))
		}
	}
	if len(left) > 0 {
		p.line("# not used: %s", strings.Join(left, ", "))
	}
}

// order says which comes first in dates, the day or the month, where a column of the table shows it, for those that do not.
func (p *proposal) order() {
	shown, open := make(map[DateOrder]string), false
	for _, d := range p.dates() {
		order, _ := d.order.settle(DateOrderUnknown)
		if order != DateOrderUnknown {
			shown[order] = d.header
		}
		open = open || order == DateOrderUnknown && d.order.open > 0
	}
	switch {
	case len(shown) == 1 && shown[DayFirst] != "":
		p.line("dates: day-first # as %s shows", comment(shown[DayFirst]))
	case len(shown) == 1 && shown[MonthFirst] != "":
		p.line("dates: month-first # as %s shows", comment(shown[MonthFirst]))
	case open:
		p.line("# dates: day-first or month-first must be said here; the table does not tell")
	}
}

// repeats tells whether the texts of a column stand there more than once, as those do of which rows tell several things.
func (c *sampledColumn) repeats() bool { return c.filled > len(c.same) }

// codes returns the scheme of a column of codes.
func (p *proposal) codes(c *sampledColumn) *graph.Scheme {
	for _, s := range proposedSchemes {
		if _, is := c.is(s.String()); is {
			return &s
		}
	}
	return nil
}

// named returns the first column of names whose header speaks of treaties.
func (p *proposal) named(but ...*sampledColumn) *sampledColumn {
	for i := range p.columns {
		c := &p.columns[i]
		for _, h := range headers {
			if h.role == roleTreaty && h.is.MatchString(strings.ToLower(c.header)) && !slices.Contains(but, c) && p.codes(c) == nil && c.filled > 0 {
				if _, isDate := c.is(sortDate); !isDate {
					return c
				}
			}
		}
	}
	return nil
}

// dates returns the columns of dates.
func (p *proposal) dates() (list []*sampledColumn) {
	for i := range p.columns {
		if _, is := p.columns[i].is(sortDate); is {
			list = append(list, &p.columns[i])
		}
	}
	return list
}

// acts drafts rows of actors, instruments and acts.
func (p *proposal) acts(actor, instrument, act *sampledColumn) {
	p.use(actor, "  ", "names or codes of actors in the record", sortActor)
	p.line("  - subject: {column: %s, kinds: [state, organisation, body, forum]}", yamlText(actor.header))
	p.line("    statements:")
	p.use(instrument, "      ", "names or symbols of instruments in the record; others become new treaties", sortInstrument)
	object := fmt.Sprintf("object: {column: %s, kinds: treaty, new: true}", yamlText(instrument.header))
	dates := p.dates()
	role := func(c *sampledColumn) string {
		for _, h := range headers {
			if h.is.MatchString(strings.ToLower(c.header)) {
				return h.role
			}
		}
		return ""
	}
	said := false
	for _, d := range dates {
		switch role(d) {
		case roleSignature:
			p.use(d, "      ", "dates"+d.order.told(), sortDate)
			p.line("      - {predicate: SIGNED, %s, from: %s}", object, yamlText(d.header))
		case roleForce:
			p.use(d, "      ", "dates"+d.order.told(), sortDate)
			p.line("      - {predicate: BOUND_BY, %s, from: %s}", object, yamlText(d.header))
		default:
			if act == nil || said {
				continue
			}
			said = true
			p.use(act, "      ", "acts", sortAct)
			p.use(d, "      ", "dates"+d.order.told(), sortDate)
			p.line("      - by: %s", yamlText(act.header))
			p.line("        words:")
			words := make(map[string]graph.Predicate)
			for word, a := range act.acts {
				if word = wordOf(word); len(word) <= maxYAMLKeyBytes {
					words[word] = a
				}
			}
			for _, word := range slices.Sorted(maps.Keys(words)) {
				p.line("          %s: %s", yamlText(word), words[word])
			}
			p.line("        %s", object)
			p.line("        from: %s", yamlText(d.header))
			continue
		}
		said = said || act == nil
	}
	if !said && len(dates) == 0 {
		p.line("      - {predicate: BOUND_BY, %s} # no column of dates or acts was found: say what the rows tell", object)
	}
}

// members drafts rows that say who belongs to what.
func (p *proposal) members(member, whole *sampledColumn) {
	p.use(member, "  ", "names or codes of actors in the record", sortActor)
	p.line("  - subject: {column: %s, kinds: [state, region, organisation, body, forum]}", yamlText(member.header))
	p.line("    statements:")
	p.use(whole, "      ", "names or codes of actors in the record", sortActor)
	var dated string
	for i, d := range p.dates() {
		if i < 2 {
			p.use(d, "      ", "dates"+d.order.told(), sortDate)
			dated += fmt.Sprintf(", %s: %s", []string{"from", "to"}[i], yamlText(d.header))
		}
	}
	p.line("      - {predicate: MEMBER_OF, object: {column: %s, kinds: [organisation, body, forum]}%s}", yamlText(whole.header), dated)
}

// entities drafts rows of which each tells of one entity: its names and identifiers.
func (p *proposal) entities(key *sampledColumn) {
	kinds := "[organisation], new: true"
	switch {
	case key == nil:
		for i := range p.columns {
			if c := &p.columns[i]; c.filled > 0 && p.codes(c) == nil && key == nil {
				key = c
			}
		}
		if key == nil {
			key = &p.columns[0]
		}
		p.line("  # no column holds names that the record knows: say of which kind the entities are")
		p.used = append(p.used, key.header)
	case p.best(sortInstrument) == key:
		kinds = "[treaty, resolution, declaration]"
		p.use(key, "  ", "names or symbols of instruments in the record", sortInstrument)
	default:
		kinds = "[state, region, organisation, body, forum]"
		p.use(key, "  ", "names or codes of actors in the record", sortActor)
	}
	p.line("  - subject: {column: %s, kinds: %s}", yamlText(key.header), kinds)
	p.line("    statements:")
	schemes := make(map[graph.Scheme]bool)
	for i := range p.columns {
		c := &p.columns[i]
		scheme := p.codes(c)
		if scheme != nil && c.contradicts(key, *scheme) {
			continue
		}
		if c.header == "" || c.filled == 0 {
			continue
		}
		_, isDate := c.is(sortDate)
		switch {
		case scheme != nil && !schemes[*scheme]:
			schemes[*scheme] = true
			p.use(c, "      ", "identifiers of this form", scheme.String())
			p.line("      - {predicate: IDENTIFIED_BY, value: %s, scheme: %s}", yamlText(c.header), *scheme)
		case scheme != nil, isDate, !c.hasNames():
		default:
			p.use(c, "      ", "names of actors in the record", sortActor)
			language := ""
			if l := c.languageOf(); l != "" {
				language = ", language: " + string(l)
			}
			p.line("      - {predicate: NAMED, value: %s%s, role: ALIAS}", yamlText(c.header), language)
		}
	}
	if !strings.Contains(p.text.String(), "predicate:") {
		p.line("      - {predicate: DESCRIBED, value: %s} # no column of names or identifiers was found: say what the rows tell", yamlText(key.header))
	}
}

// nameHeader is the header of a column of names.
var nameHeader = regexp.MustCompile(`(?i)name|title|titre|nom\b|label|名|назван|заглав`)

// told says what is known of the order of dates.
func (c *dateColumn) told() string {
	if _, how := c.settle(DateOrderUnknown); how != "" {
		return "; " + how
	}
	return ""
}

// yamlText writes a text as YAML does within quotes, so that nothing in it is anything else.
func yamlText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(s) + `"`
}
