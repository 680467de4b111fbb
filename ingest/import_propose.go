package ingest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"treatygraph/graph"
	"treatygraph/index"
)

// Limits of a draft and of the sample that it is made from. What a column is shows in few rows, and a draft is for a person to read.
const (
	sampledRows  = 1_000
	sampledCells = 100_000 // of all rows, for each is looked up in the record
	sampledBytes = 8 << 20 // of all cells as they stand in the file
	// sampledCellBytes are kept of a cell: more than a name may have, so that the trial tells of those that are too long.
	sampledCellBytes = 4 << 10
	// draftedHeaderBytes bounds the header of a column that a draft names, and draftedStatements its statements: so it stays within what is read of a mapping.
	draftedHeaderBytes = 400
	draftedStatements  = 100
	draftedWords       = 500
	// draftedRemarks are shown of the rows that are not taken, for each column.
	draftedRemarks = 5
)

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
	kinds    graph.KindSet               // of the instruments that the cells name
	symbols  int                         // cells that are symbols of resolutions
	titles   int                         // cells that call themselves treaties
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
// Its comments say why each column is taken for what it is, and which rows of the sample it does not take.
func ProposeMapping(ctx context.Context, idx *index.Index, file Source, language graph.Language) (string, error) {
	s, err := sampleOf(file)
	if err != nil {
		return "", err
	}
	snapshot := idx.Snapshot()
	im := &importing{Import: &Import{Language: language}, ctx: ctx, snapshot: snapshot}
	im.matcher = newMatcher(im)
	p := &proposal{sample: s, language: cmp.Or(language, "en"), bad: make(map[string][]string)}
	for i, header := range s.table.header {
		if header == "" || len(header) > draftedHeaderBytes {
			p.unnamed++
			continue
		}
		c := sampledColumn{header: header, same: make(map[string]int), fits: make(map[string]int), acts: make(map[string]graph.Predicate), ids: make(map[graph.Scheme][]graph.ID)}
		for row, cells := range s.rows {
			c.see(im.matcher, s.lines[row], cells[i])
		}
		p.columns = append(p.columns, c)
	}
	if len(p.columns) == 0 {
		return "", refused("%s: no column has a header of 1 to %d bytes, by which a mapping could name it", file.Name, draftedHeaderBytes)
	}
	p.write(file.Name)
	if err := p.try(ctx, snapshot, file); err != nil {
		return "", err
	}
	p.write(file.Name)
	return p.text.String(), ctx.Err() // a record that was read in part would say little
}

// A sample is the first rows of a table.
type sample struct {
	table *table
	rows  [][]string
	lines []int
	wrong []string // what is wrong with rows that no mapping could take
}

// sampleOf reads the first rows of a table, and no further but for what is buffered. Of a sheet the rest is passed over: a workbook is in memory as a whole.
func sampleOf(file Source) (*sample, error) {
	t, err := openTable(file)
	if err != nil {
		return nil, err
	}
	s, stop, size, read := &sample{table: t}, false, 0, 0
	t.source.Open = func() (io.ReadCloser, error) {
		f, err := file.Open()
		if err != nil {
			return nil, err
		}
		return &stoppable{f, &stop}, nil
	}
	err = t.each(func(line int, cells []string, wrong string) {
		if stop {
			return
		}
		read++
		for _, cell := range cells {
			size += len(cell)
		}
		if wrong != "" {
			s.wrong = append(s.wrong, fmt.Sprintf("line %d: %s", line, wrong))
		} else {
			row := make([]string, len(cells))
			for i, cell := range cells {
				row[i] = strings.Clone(cut(strings.TrimSpace(cell), sampledCellBytes))
			}
			s.rows, s.lines = append(s.rows, row), append(s.lines, line)
		}
		stop = read == sampledRows || read*len(t.header) >= sampledCells || size >= sampledBytes
	})
	switch {
	case err != nil && !stop: // of a file that is not read to its end nothing is said
		return nil, err
	case read == 0:
		return nil, refused("%s: there is no row in it", file.Name)
	case len(s.rows) == 0:
		return nil, refused("%s: none of its first rows can be read; %s", file.Name, s.wrong[0])
	}
	return s, nil
}

// stoppable ends where whoever reads it has had enough.
type stoppable struct {
	io.ReadCloser
	stop *bool
}

func (s *stoppable) Read(p []byte) (int, error) {
	if *s.stop {
		return 0, io.EOF
	}
	return s.ReadCloser.Read(p)
}

// asTable makes a table of the sample. Lines tells where its rows stand in the file, by their lines in the table.
func (s *sample) asTable() (t *table, lines map[int]int, err error) {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	_ = w.Write([]string{"header"}) // is passed over; Error reports
	lines = make(map[int]int)
	at := 2
	for i, row := range s.rows {
		line := make([]string, len(row))
		lines[at] = s.lines[i]
		at++
		for j, cell := range row {
			line[j] = cmp.Or(cell, " ") // a row of nothing would be no row
			at += strings.Count(cell, "\n")
		}
		_ = w.Write(line)
	}
	w.Flush()
	return &table{source: BytesSource("the sample", text.Bytes()), header: s.table.header, first: 1, comma: ','}, lines, w.Error()
}

// try imports the sample as the draft says, without writing, and remembers what is not taken.
func (p *proposal) try(ctx context.Context, snapshot *index.Snapshot, file Source) error {
	draft := BytesSource("the draft", []byte(p.text.String()))
	m, err := readMapping(draft, file)
	if err != nil {
		return fmt.Errorf("%s: the draft does not load: %w", file.Name, err)
	}
	var lines map[int]int
	if m.table, lines, err = p.sample.asTable(); err != nil {
		return err
	}
	im := &importing{Import: &Import{Language: p.language, Mapping: draft, Dataset: DatasetHeader{ID: "dataset/draft", Title: "A draft"}, Progress: func(string, int, int) {}}, ctx: ctx, snapshot: snapshot, mapping: m,
		first: make(map[graph.StatementHash]uint32), subjects: make(map[graph.ID]bool), hasName: make(map[graph.ID]bool), made: make(map[graph.ID]bool)}
	im.matcher = newMatcher(im)
	if err := m.settle(im); err != nil {
		return err
	}
	if err := im.checkRows((*importing).mapped); err != nil {
		return err
	}
	im.matcher.finish()
	for _, b := range im.report.Bad {
		var at int
		if _, err := fmt.Sscanf(b.Place, "line %d", &at); err != nil {
			return fmt.Errorf("%s: %w", b.Place, err)
		}
		p.bad[b.Column] = append(p.bad[b.Column], fmt.Sprintf("line %d: %s", lines[at], b.Message))
	}
	p.tried = &im.report
	return nil
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
	if symbolOfResolution.MatchString(cell) {
		c.symbols++
	}
	if titleWords.MatchString(cell) {
		c.titles++
	}
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
			if sort == sortInstrument {
				c.kinds |= graph.Set(id.Kind())
			}
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

var (
	// symbolOfResolution is the symbol of a resolution of a body of the United Nations.
	symbolOfResolution = regexp.MustCompile(`(?i)^[A-Z.]+/(?:[A-Z0-9.-]+/)*RES[/.]`)
	// titleWords are in the titles of treaties.
	titleWords = regexp.MustCompile(`(?i)\b(?:treaty|convention|agreement|protocol|pact|covenant|traité|accord|tratado|acuerdo)\b|条约|公约|协定|议定书|договор|конвенц|соглашен|протокол`)
)

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
	sample     *sample
	columns    []sampledColumn // those that have a header
	unnamed    int             // columns that have none, or one that is too long
	language   graph.Language
	given      DateOrder // what dates says
	text       strings.Builder
	used       []string // headers
	statements int

	// Of the trial; nil and empty before it.
	tried *Report
	bad   map[string][]string // what is wrong with rows, by the column
	shown map[string]bool     // of bad
}

func (p *proposal) line(format string, args ...any) {
	fmt.Fprintf(&p.text, format+"\n", args...)
}

// room tells whether there may be another statement.
func (p *proposal) room() bool { return p.statements < draftedStatements }

func (p *proposal) statement(format string, args ...any) {
	p.statements++
	p.line("      - {"+format+"}", args...)
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
	p.because(c, indent, fmt.Sprintf("%d %% of the filled cells are %s", percent, as))
}

// because is use for other reasons.
func (p *proposal) because(c *sampledColumn, indent, why string) {
	p.line("%s# %s: %s", indent, quoted(c.header), why)
	p.used = append(p.used, c.header)
	p.refusals(c.header, indent)
}

// refusals says, once, which rows are not taken because of a column.
func (p *proposal) refusals(header, indent string) {
	if bad := p.bad[header]; len(bad) > 0 && !p.shown[header] {
		p.shown[header] = true
		what := quoted(header)
		if header == "" {
			what = "the row"
		}
		p.remarks(indent, "NOT TAKEN, for "+what, bad)
	}
}

func (p *proposal) remarks(indent, what string, list []string) {
	for _, remark := range list[:min(len(list), draftedRemarks)] {
		p.line("%s# %s: %s", indent, what, oneLine(remark))
	}
	if more := len(list) - draftedRemarks; more > 0 {
		p.line("%s# %s: and %d more", indent, what, more)
	}
}

// oneLine keeps a remark in its comment.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))), " ")
}

func (p *proposal) write(file string) {
	p.text.Reset()
	p.used, p.statements, p.shown = nil, 0, make(map[string]bool)
	p.line("# A draft for %s, from %d rows. Read each line, mend what is wrong, and try it:", quoted(filepath.Base(file)), len(p.sample.rows)+len(p.sample.wrong))
	p.line("#   treatyctl import mapping FILE --mapping THIS --dataset ID --title TITLE --dry-run")
	p.remarks("", "NOT TAKEN by any mapping", p.sample.wrong)
	if t := p.tried; t != nil && t.Taken < t.Rows {
		p.line("# As it is, %d of the rows are taken, %d are rejected, and %d wait for a decision what a name in them means.", t.Taken, t.Rejected, t.Waiting)
		var waits []string
		for _, q := range t.Questions {
			waits = append(waits, fmt.Sprintf("%s %s: %s", q.What, quoted(q.Text), q.Reason))
		}
		p.remarks("", "WAITS", waits)
	}
	p.line("language: %s", yamlText(string(p.language)))
	p.order()
	p.line("rows:")
	p.refusals("", "  ")
	actor := p.best(sortActor)
	instrument := p.instrument(actor)
	act := p.act(actor, instrument)
	member, whole := actor, p.best(sortActor, actor)
	if whole != nil && len(whole.same) > len(member.same) {
		member, whole = whole, member
	}
	switch {
	case actor != nil && instrument != nil:
		p.acts(actor, instrument, act)
	case whole != nil && p.codes(member) == nil && p.codes(whole) == nil && whole.repeats():
		p.members(member, whole)
	default:
		key := p.best(graph.SchemeISO31661A3.String())
		if key != nil {
			if _, known := key.is(sortActor); !known { // three letters may be anything
				key = nil
			}
		}
		p.entities(cmp.Or(key, actor, instrument))
	}
	var left []string
	for _, c := range p.columns {
		p.refusals(c.header, "")
		if !slices.Contains(p.used, c.header) {
			left = append(left, quoted(c.header))
		}
	}
	if len(left) > 0 {
		p.line("# not used: %s", strings.Join(left, ", "))
	}
	if p.unnamed > 0 {
		p.line("# not used: %d columns whose header is empty or longer than %d bytes, for a mapping names columns by it", p.unnamed, draftedHeaderBytes)
	}
}

// instrument returns the column of instruments: that which names those of the record, else that of symbols or titles, else one whose header says so; nil: there is none.
func (p *proposal) instrument(actor *sampledColumn) *sampledColumn {
	if c := p.best(sortInstrument, actor); c != nil {
		return c
	}
	for i := range p.columns {
		if c := &p.columns[i]; c != actor && c.filled > 0 && 100*max(c.symbols, c.titles) >= leastFit*c.filled {
			return c
		}
	}
	if actor == nil { // the header of a table of anything says little
		return nil
	}
	return p.named(actor)
}

// act returns the column of acts: few words that return; nil: there is none.
func (p *proposal) act(but ...*sampledColumn) *sampledColumn {
	if c := p.best(sortAct, but...); c != nil && len(c.words()) > 0 {
		return c
	}
	return nil
}

// words returns what the cells of a column of acts mean.
func (c *sampledColumn) words() map[string]graph.Predicate {
	words := make(map[string]graph.Predicate)
	for _, cell := range slices.Sorted(maps.Keys(c.acts)) {
		if word := wordOf(cell); len(word) <= maxYAMLKeyBytes && len(words) < draftedWords {
			words[word] = c.acts[cell]
		}
	}
	return words
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
	p.given = DateOrderUnknown
	switch {
	case len(shown) == 1 && shown[DayFirst] != "":
		p.given = DayFirst
		p.line("dates: day-first # as %s shows; that others are written so is a guess", quoted(shown[DayFirst]))
	case len(shown) == 1 && shown[MonthFirst] != "":
		p.given = MonthFirst
		p.line("dates: month-first # as %s shows; that others are written so is a guess", quoted(shown[MonthFirst]))
	case open:
		p.line("# dates: day-first or month-first must be said here; the table does not tell")
	}
}

// told returns the columns of dates whose order is known; of the others it says that they are left out.
func (p *proposal) told(indent string, but ...*sampledColumn) (list []*sampledColumn) {
	for _, d := range p.dates() {
		switch order, _ := d.order.settle(p.given); {
		case slices.Contains(but, d):
		case order == DateOrderUnknown && d.order.open > 0:
			p.line("%s# %s: dates, left out, for line %d can be read with the day first or the month first: say which in dates above, and where they belong", indent, quoted(d.header), d.order.open)
		default:
			list = append(list, d)
		}
	}
	return list
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

// named returns the first column whose header speaks of treaties and whose cells may be names.
func (p *proposal) named(but ...*sampledColumn) *sampledColumn {
	for i := range p.columns {
		c := &p.columns[i]
		_, isDate := c.is(sortDate)
		if !slices.Contains(but, c) && !isDate && p.codes(c) == nil && 100*c.lettered >= leastFit*c.filled && c.filled > 0 && c.role() == roleTreaty {
			return c
		}
	}
	return nil
}

// role tells what a column is by its header, as in tables of acts; empty: that says nothing.
func (c *sampledColumn) role() string {
	for _, h := range headers {
		if h.is.MatchString(strings.ToLower(c.header)) {
			return h.role
		}
	}
	return ""
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

// instrumentRef says why a column holds instruments, and writes which. A new one is made only where all names that the record does not know can be of one kind.
func (p *proposal) instrumentRef(c *sampledColumn, indent string) string {
	known := c.fits[sortInstrument]
	why := fmt.Sprintf("%d of %d filled cells are names or symbols of instruments in the record", known, c.filled)
	kinds, others := "[treaty, resolution, declaration, law]", c.filled-known
	treaties := c.kinds == 0 || c.kinds == graph.Set(graph.KindTreaty)
	switch {
	case c.symbols == c.filled:
		kinds, why = "resolution, new: true", why+"; all are symbols of resolutions, and others that resemble none become new resolutions"
	case others == 0:
	case c.symbols == 0 && treaties && (c.role() == roleTreaty || c.titles == c.filled):
		kinds, why = "treaty, new: true", why+"; others that resemble none become new treaties, which is a guess by the header and the titles"
	default:
		why += "; others wait, for of which kind they are cannot be told"
	}
	p.because(c, indent, why)
	return fmt.Sprintf("{column: %s, kinds: %s}", yamlText(c.header), kinds)
}

// acts drafts rows of actors, instruments and acts.
func (p *proposal) acts(actor, instrument, act *sampledColumn) {
	object := p.instrumentRef(instrument, "  ")
	p.use(actor, "  ", "names or codes of actors in the record", sortActor)
	dates := p.told("  ", actor, instrument, act)
	dated, by := make(map[*sampledColumn]graph.Predicate), (*sampledColumn)(nil)
	for _, d := range dates {
		switch role := d.role(); role {
		case roleForce:
			dated[d] = graph.PredBoundBy
		case roleSignature, roleConsent, roleWithdrawal, roleProvisional:
			if a, known := actOf(d.header); known && a != predDefinitiveSignature {
				dated[d] = a
			}
		case roleEnd:
		default:
			if act != nil && by == nil {
				by = d
			}
		}
	}
	if act == nil && len(dated) == 0 {
		p.line("  # No column says what was done, by a word or by the header of its dates. That the instrument concerns the actor is a guess: say what the rows tell.")
		p.line("  - subject: %s", object)
		p.line("    statements:")
		p.statement("predicate: CONCERNS, object: {column: %s, kinds: [state, organisation, body, forum, region]}", yamlText(actor.header))
		return
	}
	p.line("  - subject: {column: %s, kinds: [state, organisation, body, forum]}", yamlText(actor.header))
	p.line("    statements:")
	for _, d := range dates {
		if predicate, is := dated[d]; is && p.room() {
			p.use(d, "      ", "dates"+d.order.told()+"; of what, the header says", sortDate)
			p.statement("predicate: %s, object: %s, from: %s", predicate, object, yamlText(d.header))
		}
	}
	if act == nil {
		return
	}
	p.statements++
	p.use(act, "      ", "acts", sortAct)
	if by == nil {
		p.line("      # no column of their dates was found")
	} else {
		p.use(by, "      ", "dates"+by.order.told()+"; that they are those of the acts is a guess", sortDate)
	}
	p.line("      - by: %s", yamlText(act.header))
	p.line("        words:")
	words := act.words()
	for _, word := range slices.Sorted(maps.Keys(words)) {
		p.line("          %s: %s", yamlText(word), words[word])
	}
	p.line("        object: %s", object)
	if by != nil {
		p.line("        from: %s", yamlText(by.header))
	}
}

// members drafts rows that say who belongs to what.
func (p *proposal) members(member, whole *sampledColumn) {
	p.use(member, "  ", "names or codes of actors in the record", sortActor)
	p.line("  - subject: {column: %s, kinds: [state, organisation, body, forum]}", yamlText(member.header))
	p.line("    statements:")
	p.use(whole, "      ", "names or codes of actors in the record; that those of the other column are its members is a guess", sortActor)
	var dated string
	for i, d := range p.told("      ", member, whole) {
		if i < 2 {
			p.use(d, "      ", "dates"+d.order.told()+"; that they are those of "+[]string{"the beginning", "the end"}[i]+" is a guess by their place", sortDate)
			dated += fmt.Sprintf(", %s: %s", []string{"from", "to"}[i], yamlText(d.header))
		}
	}
	p.statement("predicate: MEMBER_OF, object: {column: %s, kinds: [organisation, body, forum, region]}%s", yamlText(whole.header), dated)
}

// fallback returns the column that may name what the rows are about where nothing in them is known: the first with words in most rows, else the fullest.
func (p *proposal) fallback() *sampledColumn {
	best := &p.columns[0]
	for i := range p.columns {
		c := &p.columns[i]
		if c.filled == len(p.sample.rows) && 100*c.lettered >= leastFit*c.filled && p.codes(c) == nil {
			return c
		}
		if c.filled > best.filled {
			best = c
		}
	}
	return best
}

// entities drafts rows of which each tells of one entity: its names and identifiers.
func (p *proposal) entities(key *sampledColumn) {
	var subject string
	if key == nil {
		key = p.fallback()
		p.because(key, "  ", "no column holds names that the record knows; that this one names what the rows are about, and that it is organisations, is a guess: say of which kind they are")
		subject = fmt.Sprintf("{column: %s, kinds: [organisation], new: true}", yamlText(key.header))
	} else if _, isActor := key.is(sortActor); isActor {
		p.use(key, "  ", "names or codes of actors in the record", sortActor)
		subject = fmt.Sprintf("{column: %s, kinds: [state, region, organisation, body, forum]}", yamlText(key.header))
	} else {
		subject = p.instrumentRef(key, "  ")
	}
	p.line("  - subject: %s", subject)
	p.line("    statements:")
	schemes := make(map[graph.Scheme]bool)
	for i := range p.columns {
		c := &p.columns[i]
		scheme := p.codes(c)
		_, isDate := c.is(sortDate)
		switch {
		case c.filled == 0, !p.room(), scheme != nil && (schemes[*scheme] || c.contradicts(key, *scheme)):
		case scheme != nil:
			schemes[*scheme] = true
			p.use(c, "      ", "of the form of this identifier; that they are those of the entity is a guess, which the record does not contradict", scheme.String())
			p.statement("predicate: IDENTIFIED_BY, value: %s, scheme: %s", yamlText(c.header), *scheme)
		case isDate, !c.hasNames():
		default:
			p.because(c, "      ", "words, hardly any twice, and a header of names; that they are names of the entity is a guess")
			language := ""
			if l := c.languageOf(); l != "" {
				language = ", language: " + string(l)
			}
			p.statement("predicate: NAMED, value: %s%s, role: ALIAS", yamlText(c.header), language)
		}
	}
	if p.statements == 0 {
		p.line("      # no column of other names or of identifiers was found: say what the rows tell")
		p.statement("predicate: NAMED, value: %s, role: SHORT", yamlText(key.header))
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
func yamlText(s string) string { return ast.String(token.DoubleQuote(s, s, nil)).String() }
