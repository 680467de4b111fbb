package ingest

import (
	"fmt"
	"hash/maphash"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"
	"golang.org/x/text/unicode/norm"

	"treatygraph/graph"
)

// A tableMapping says what the rows of a table mean: docs/imports.md shows its file.
type tableMapping struct {
	yamlFile
	table    *table
	language graph.Language
	columns  []Column // as they are read, for the report
	dates    []dateColumn
	orders   []DateOrder
	things   []mappedThing
	cells    map[graph.ID]madeOfCells
	seed     maphash.Seed
}

// madeOfCells remembers what an ID was made of first.
type madeOfCells struct {
	words uint64 // a hash of spelledOut
	row   uint32
}

// A mappedThing is an entity that each row speaks of, with what it says of it.
type mappedThing struct {
	subject    *mappedRef
	statements []mappedStatement
}

// A mappedRef says which entity a row means: one that is looked up by what a cell holds, or one whose ID is written out or made of cells.
type mappedRef struct {
	column int // -1: the ID tells
	what   string
	id     []string // the pieces of an ID: texts and, at odd places, headers
	kind   graph.Kind
}

// A mappedStatement is one thing that each row says.
type mappedStatement struct {
	predicate graph.Predicate            // PredUnknown: the cell of by tells
	by        int                        // column; -1: none
	words     map[string]graph.Predicate // what the cells of by mean, in lower case
	object    *mappedRef
	value     int // column; -1: none
	language  graph.Language
	role      graph.NameRole
	scheme    graph.Scheme
	unit      string
	separator string // between several values or objects in a cell; empty: there is one
	from, to  int    // columns of dates; -1: none
	effective int
	note      int
	depositary,
	place *mappedRef
}

// mapped reads a table as a mapping says.
func (im *importing) mapped() error {
	if im.Mapping.Open == nil {
		return refused("a mapping says what the columns of the file mean, and none is given")
	}
	if im.mapping == nil {
		m, err := readMapping(im.Mapping, im.File)
		if err != nil {
			return err
		}
		if m.language != "" {
			im.Language = m.language
		}
		if err := m.settle(im); err != nil {
			return err
		}
		im.mapping = m
	}
	return im.eachRow(im.mapping.table, im.mapping.row)
}

// readMapping reads a mapping and holds it against the header of the table.
func readMapping(source, file Source) (*tableMapping, error) {
	content, err := source.whole()
	if err != nil {
		return nil, err
	}
	var problems Problems
	m := &tableMapping{yamlFile: yamlFile{source.Name, &problems}, cells: make(map[graph.ID]madeOfCells), seed: maphash.MakeSeed()}
	body := m.open(content)
	if len(problems) > 0 {
		return nil, problems
	}
	if m.table, err = openTable(file); err != nil {
		return nil, err
	}
	m.dates, m.columns = make([]dateColumn, len(m.table.header)), make([]Column, len(m.table.header))
	for i, header := range m.table.header {
		m.columns[i] = Column{Header: header, Role: roleIgnored}
	}
	top := m.mapping(body, "language", "dates", "!rows")
	m.language = parsed(top, "language", graph.ParseLanguage)
	order := parsed(top, "dates", ParseDateOrder)
	m.orders = make([]DateOrder, len(m.table.header))
	for i := range m.orders {
		m.orders[i] = order
	}
	for _, n := range top.list("rows") {
		t := m.mapping(n, "!subject", "!statements")
		thing := mappedThing{subject: m.ref(t, "subject", graph.AnyKind)}
		for _, s := range t.list("statements") {
			thing.statements = append(thing.statements, m.statement(s, thing.subject))
		}
		m.things = append(m.things, thing)
	}
	if len(m.things) == 0 && len(problems) == 0 {
		m.fail(body, "rows says nothing of the rows")
	}
	if len(problems) > 0 {
		problems.sort()
		return nil, problems
	}
	return m, nil
}

// columnIn finds the column that a field names; -1 where the field is not there or there is no such column.
func (m *tableMapping) columnIn(f mapping, field, role string) int {
	if f.fields[field] == nil {
		return -1
	}
	return m.columnAt(f.fields[field], f.text(field), role)
}

func (m *tableMapping) columnAt(n ast.Node, header, role string) int {
	at := slices.Index(m.table.header, header)
	if at < 0 {
		m.fail(n, "there is no column %s in %s", quoted(header), m.table.source.Name)
		return -1
	}
	if c := &m.columns[at]; c.Role == roleIgnored {
		c.Role = role
	} else if !strings.Contains(c.Role, role) {
		c.Role += ", " + role
	}
	return at
}

// idPart is a header in the ID of a mapping: treaty/unts-{Number}.
var idPart = regexp.MustCompile(`\{([^{}]*)\}`)

// ref reads which entity is meant: {column: Country, kinds: [state, region]}, {column: Treaty, kinds: treaty, new: true} or {id: "treaty/unts-{Number}"}.
func (m *tableMapping) ref(f mapping, field string, allowed graph.KindSet) *mappedRef {
	n := f.fields[field]
	if n == nil {
		return nil
	}
	r := &mappedRef{column: -1}
	t := m.mapping(n, "column", "kinds", "new", "id")
	if (t.fields["column"] == nil) == (t.fields["id"] == nil) {
		m.fail(n, "%s needs a column with its kinds, or an id", field)
		return r
	}
	if t.fields["id"] != nil {
		m.idRef(t, r, field, allowed)
		return r
	}
	r.column = m.columnIn(t, "column", field)
	var kinds []graph.Kind
	var names []string
	for _, k := range t.list("kinds") {
		kind := parsedNode(m.yamlFile, k, "kinds", parseKindName)
		if kind != graph.KindUnknown && !allowed.Has(kind) {
			m.fail(k, "%s cannot be of kind %s here", field, kind)
		}
		if kind != graph.KindUnknown && !slices.Contains(kinds, kind) {
			kinds, names = append(kinds, kind), append(names, kind.Prefix())
		}
	}
	if t.fields["kinds"] == nil {
		m.fail(n, "%s: kinds says among which kinds the name is looked for", field)
	}
	r.what = strings.Join(names, " or ")
	if t.fields["new"] != nil {
		if parsed(t, "new", strconv.ParseBool) {
			if len(kinds) != 1 {
				m.fail(t.fields["new"], "new entities need one kind")
			} else {
				r.kind, r.what = kinds[0], newThing+r.what
			}
		}
	}
	return r
}

// newThing begins what is asked of a name that makes a new entity where it resembles none.
const newThing = "new "

// askedKinds are the kinds among which a text is looked for, by what is asked: one of the three of participation tables, or kinds as a mapping names them, "state or region". 0: nothing is asked so.
func askedKinds(what string) (kinds graph.KindSet) {
	if kinds = kindsAsked[what]; kinds != 0 {
		return kinds
	}
	for name := range strings.SplitSeq(strings.TrimPrefix(what, newThing), " or ") {
		kind, err := parseKindName(name)
		if err != nil {
			return 0
		}
		kinds |= graph.Set(kind)
	}
	return kinds
}

// makes tells of which kind a new entity is that a text stands for, and whether the text makes it by itself where it resembles none.
func makes(what string) (kind graph.Kind, byItself bool) {
	if what == askTreaty {
		return graph.KindTreaty, true
	}
	name, byItself := strings.CutPrefix(what, newThing)
	if kind, err := parseKindName(name); err == nil {
		return kind, byItself
	}
	if askedKinds(what).Has(graph.KindOrganisation) {
		return graph.KindOrganisation, false
	}
	return graph.KindUnknown, false
}

func parseKindName(s string) (graph.Kind, error) {
	for _, k := range graph.Kinds() {
		if s == k.Prefix() || s == k.String() {
			return k, nil
		}
	}
	return graph.KindUnknown, fmt.Errorf("there is no kind %s", quoted(s))
}

// idRef reads an ID that is written out, or made of cells.
func (m *tableMapping) idRef(t mapping, r *mappedRef, field string, allowed graph.KindSet) {
	n, text := t.fields["id"], t.text("id")
	for _, other := range []string{"kinds", "new"} {
		if t.fields[other] != nil {
			m.fail(t.fields[other], "%s: an id tells the kind, and is as it stands", other)
		}
	}
	last := 0
	for _, at := range idPart.FindAllStringSubmatchIndex(text, -1) {
		header := text[at[2]:at[3]]
		m.columnAt(n, header, field)
		r.id = append(r.id, text[last:at[0]], header)
		last = at[1]
	}
	r.id = append(r.id, text[last:])
	prefix, _, _ := strings.Cut(r.id[0], "/")
	kind, err := parseKindName(prefix)
	switch {
	case err != nil || !strings.Contains(r.id[0], "/"):
		m.fail(n, "id: %s does not begin with a kind and a stroke, as treaty/ does", quoted(text))
		return
	case !allowed.Has(kind):
		m.fail(n, "%s cannot be of kind %s here", field, kind)
	case len(r.id) == 1:
		if _, err := graph.ParseID(text); err != nil {
			m.fail(n, "id: %v", err)
		}
	}
	r.kind = kind
}

// statement reads one statement of a mapping, and holds it against the table of predicates.
func (m *tableMapping) statement(n ast.Node, subject *mappedRef) mappedStatement {
	f := m.mapping(n, strings.Fields("predicate by words object value language role scheme unit separator from to effectiveOn note depositary place")...)
	s := mappedStatement{
		predicate: parsed(f, "predicate", graph.ParsePredicate), by: m.columnIn(f, "by", "predicate"), separator: f.text("separator"),
		language: parsed(f, "language", graph.ParseLanguage), role: parsed(f, "role", graph.ParseNameRole), scheme: parsed(f, "scheme", graph.ParseScheme), unit: f.text("unit"),
	}
	if (f.fields["predicate"] == nil) == (f.fields["by"] == nil) {
		m.fail(n, "a statement needs a predicate, or by and words that tell it")
		return s
	}
	list := []graph.Predicate{s.predicate}
	if s.by >= 0 || f.fields["words"] != nil {
		list = m.words(f, n, &s)
	}
	var row graph.PredicateRow
	for _, p := range list {
		if p == graph.PredUnknown {
			return s // was reported
		}
		r := *p.Row()
		if row.Name != "" && (r.Value != row.Value || (r.Objects == 0) != (row.Objects == 0)) {
			m.fail(n, "%s and %s take different things: a statement of each is needed", row.Name, r.Name)
			return s
		}
		row = r
		if subject != nil && subject.kind != graph.KindUnknown && !row.Subjects.Has(subject.kind) {
			m.fail(n, "%s is never said of kind %s", row.Name, subject.kind)
		}
		if row.Name == graph.PredMergedInto.String() || row.Name == graph.PredSpan.String() || row.Name == graph.PredVersion.String() {
			m.fail(n, "%s is not imported", row.Name)
		}
	}
	m.fits(f, n, &s, row)
	role := strings.ToLower(row.Name)
	if s.by >= 0 {
		role = "statements"
	}
	s.object = m.ref(f, "object", row.Objects)
	s.value = m.columnIn(f, "value", role)
	s.from, s.to, s.effective = m.columnIn(f, "from", role+" from"), m.columnIn(f, "to", role+" to"), m.columnIn(f, "effectiveOn", role+" effective on")
	s.note = m.columnIn(f, "note", "note")
	s.depositary, s.place = m.ref(f, "depositary", graph.Actors), m.ref(f, "place", graph.Set(graph.KindPlace, graph.KindState, graph.KindRegion, graph.KindFacility))
	return s
}

// words reads what the cells of a column mean.
func (m *tableMapping) words(f mapping, n ast.Node, s *mappedStatement) (list []graph.Predicate) {
	if f.fields["by"] == nil || f.fields["words"] == nil {
		m.fail(n, "by names a column, and words says what its cells mean: each needs the other")
		return []graph.Predicate{graph.PredUnknown}
	}
	s.words = make(map[string]graph.Predicate)
	for key, value := range m.pairs(f.fields["words"]) {
		p := parsedNode(m.yamlFile, value, key.name, graph.ParsePredicate)
		s.words[wordOf(key.name)] = p
		list = append(list, p)
	}
	return list
}

func wordOf(cell string) string { return strings.ToLower(strings.Join(strings.Fields(cell), " ")) }

// fits reports fields that a predicate has no use for, and those that it lacks.
func (m *tableMapping) fits(f mapping, n ast.Node, s *mappedStatement, row graph.PredicateRow) {
	uses := map[string]bool{
		"object": row.Objects != 0, "value": row.Value != graph.ValueNone, "language": row.Value == graph.ValueName || row.Value == graph.ValueText,
		"role": row.Value == graph.ValueName, "scheme": row.Value == graph.ValueIdentifier, "unit": row.Value == graph.ValueQuantity,
		"separator": row.Objects != 0 || row.Value != graph.ValueNone,
	}
	for _, field := range []string{"object", "value", "language", "role", "scheme", "unit", "separator"} {
		if f.fields[field] != nil && !uses[field] {
			m.fail(f.fields[field], "%s has no %s", row.Name, field)
		}
	}
	for _, field := range []string{"object", "value", "scheme", "unit"} {
		if f.fields[field] == nil && uses[field] {
			m.fail(n, "%s needs a field %s", row.Name, field)
		}
	}
	if row.Objects == 0 && row.Value == graph.ValueNone && f.fields["from"] == nil {
		m.fail(n, "%s needs a field from: its date is all that it says", row.Name)
	}
	if row.Value == graph.ValueName && s.role == 0 {
		s.role = graph.NameShort
	}
}

// settle reads the table once, to tell how the dates of each column are written.
func (m *tableMapping) settle(im *importing) error {
	dated := make([]bool, len(m.columns))
	for _, t := range m.things {
		for _, s := range t.statements {
			for _, at := range []int{s.from, s.to, s.effective} {
				if at >= 0 {
					dated[at] = true
				}
			}
		}
	}
	if err := m.table.each(func(line int, cells []string, wrong string) {
		im.lines++
		for i := range dated {
			if dated[i] && wrong == "" && !isPlainDate(cells[i]) {
				m.dates[i].see(line, cells[i])
			}
		}
	}); err != nil {
		return err
	}
	for i := range m.columns {
		given := m.orders[i]
		if given == DateOrderUnknown {
			given = im.Dates
		}
		m.orders[i], m.columns[i].Dates = m.dates[i].settle(given)
	}
	im.report.Columns = m.columns
	return nil
}

// A mappedRow is a row that is being read.
type mappedRow struct {
	*row
	m     *tableMapping
	cells []string
}

func (m *tableMapping) row(r *row, cells []string) {
	p := mappedRow{r, m, cells}
	found := false
	for i := range m.things {
		t := &m.things[i]
		id, ok := p.ref(t.subject, p.cell(t.subject.column))
		found = found || !ok || id != ""
		if !ok || id == "" {
			continue
		}
		before := len(p.said)
		for j := range t.statements {
			p.statement(t.subject, id, &t.statements[j])
		}
		if t.subject.column < 0 {
			p.introduced(id, p.said[before:])
		}
	}
	switch {
	case !found:
		p.reject(p.header(m.things[0].subject.column), "what the row is about is missing")
	case len(r.said) == r.known && len(r.bad) == 0 && !r.waits && !r.skipped:
		p.note("", "the row says nothing")
	}
}

// introduced holds that an entity whose ID was made of cells has a name, by others, by the row or by another that is taken.
func (p *mappedRow) introduced(id graph.ID, said []graph.Assertion) {
	switch {
	case p.im.matcher.elsewhere(id):
	case !slices.ContainsFunc(said, func(a graph.Assertion) bool { return a.Subject == id && a.Predicate == graph.PredNamed }):
		p.lacks = append(p.lacks, lack{id, fmt.Sprintf("%s is new, and no row that is taken names it", id)})
	default:
		p.created(id)
	}
}

func (p *mappedRow) cell(column int) string {
	if column < 0 {
		return ""
	}
	return strings.TrimSpace(p.cells[column])
}

func (p *mappedRow) header(column int) string {
	if column < 0 {
		return ""
	}
	return p.m.table.header[column]
}

// ref finds the entity that a row means; an empty ID where the row names none. It is not ok where the row waits or is bad.
func (p *mappedRow) ref(ref *mappedRef, text string) (id graph.ID, ok bool) {
	if ref == nil {
		return "", true
	}
	if ref.column >= 0 {
		if text == "" {
			return "", true
		}
		return p.match(ref.what, p.header(ref.column), text)
	}
	made, words := ref.id[0], ref.id[0]
	for i := 1; i < len(ref.id); i += 2 {
		column := slices.Index(p.m.table.header, ref.id[i])
		cell := p.cell(column)
		if cell == "" {
			return "", true
		}
		part, err := newID(graph.KindTreaty, cell) // of any kind: what counts is how the text is written in an ID
		if err != nil {
			p.reject(ref.id[i], "%s cannot stand in an ID: %v", quoted(cell), err)
			return "", false
		}
		made += strings.TrimPrefix(string(part), graph.KindTreaty.Prefix()+"/") + ref.id[i+1]
		words += spelledOut(cell) + ref.id[i+1]
	}
	parsed, err := graph.ParseID(made)
	if err != nil {
		p.reject("", "%v", err)
		return "", false
	}
	if len(ref.id) > 1 {
		of := madeOfCells{maphash.String(p.m.seed, words), p.number}
		switch first, known := p.m.cells[parsed]; {
		case !known:
			p.m.cells[parsed] = of
		case first.words != of.words:
			p.reject("", "the cells make the ID %s, which row %d makes of other cells", parsed, first.row)
			return "", false
		}
	}
	return parsed, true
}

// spelledOut writes a cell so that two which make the same part of an ID can be told apart: 1.11 and 11.1, 5 and -5, long ones that differ at their ends. Capital letters, accents
// and what stands between words make no difference.
func spelledOut(cell string) string {
	var b strings.Builder
	gap := ""
	for _, r := range norm.NFKD.String(strings.ToLower(cell)) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteString(gap)
			gap = ""
			b.WriteRune(r)
		case unicode.IsMark(r):
		case b.Len() > 0 || r == '-' || r == '−':
			gap = "-"
		}
	}
	return b.String()
}

// wordsOf are the words of the row that make a statement, and no others: what changes elsewhere in the row leaves it as it was.
func (p *mappedRow) wordsOf(subject *mappedRef, s *mappedStatement) string {
	columns := append(p.columnsOf(subject), s.by)
	columns = append(append(columns, p.columnsOf(s.object)...), s.value, s.from, s.to, s.effective, s.note)
	columns = append(append(columns, p.columnsOf(s.depositary)...), p.columnsOf(s.place)...)
	var words []string
	for _, c := range columns {
		if text := strings.Join(strings.Fields(p.cell(c)), " "); text != "" {
			words = append(words, text)
		}
	}
	return strings.Join(words, " | ")
}

func (p *mappedRow) columnsOf(ref *mappedRef) (list []int) {
	if ref == nil {
		return nil
	}
	for i := 1; i < len(ref.id); i += 2 {
		list = append(list, slices.Index(p.m.table.header, ref.id[i]))
	}
	return append(list, ref.column)
}

// statement says what a row says by one statement of the mapping; cells that are empty say nothing.
func (p *mappedRow) statement(about *mappedRef, subject graph.ID, s *mappedStatement) {
	claim, words := graph.Claim{Subject: subject, Predicate: s.predicate}, p.wordsOf(about, s)
	if s.by >= 0 {
		word := p.cell(s.by)
		if word == "" {
			return
		}
		known := false
		if claim.Predicate, known = s.words[wordOf(word)]; !known {
			p.reject(p.header(s.by), "%s is none of the words of the mapping", quoted(word))
			return
		}
	}
	ok := true
	date := func(column int) (d graph.Date) {
		if text := p.cell(column); text != "" {
			var err error
			if d, err = parseDate(text, p.m.orders[column]); err != nil {
				p.reject(p.header(column), "%v", err)
				ok = false
			}
		}
		return d
	}
	claim.Valid = graph.Interval{From: date(s.from), To: date(s.to)}
	claim.Qualifiers = graph.Qualifiers{EffectiveOn: date(s.effective), Note: cut(p.cell(s.note), graph.MaxNoteBytes)}
	qualified := func(ref *mappedRef, to *graph.ID) {
		if ref != nil {
			id, found := p.ref(ref, p.cell(ref.column))
			*to, ok = id, ok && found
		}
	}
	qualified(s.depositary, &claim.Qualifiers.Depositary)
	qualified(s.place, &claim.Qualifiers.Place)
	if !ok {
		return
	}
	if err := claim.Valid.Valid(); err != nil {
		p.reject(p.header(s.from), "%v", err)
		return
	}
	switch {
	case s.object != nil && s.object.column < 0:
		if id, found := p.ref(s.object, ""); found && id != "" {
			claim.Object = id
			p.say(claim, words)
		}
	case s.object != nil:
		for _, text := range parts(p.cell(s.object.column), s.separator) {
			if id, found := p.ref(s.object, text); found {
				claim.Object = id
				p.say(claim, words)
			}
		}
	case s.value >= 0:
		for _, text := range parts(p.cell(s.value), s.separator) {
			value, err := s.valueOf(text, p.im.Language)
			if err != nil {
				p.reject(p.header(s.value), "%v", err)
				continue
			}
			claim.Value = value
			p.say(claim, words)
		}
	case !claim.Valid.From.IsZero():
		p.say(claim, words)
	}
}

// parts divides a cell into its values; an empty one has none.
func parts(cell, separator string) (list []string) {
	if separator == "" {
		separator = "\x00" // which no cell holds
	}
	for part := range strings.SplitSeq(cell, separator) {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// valueOf reads a text as the value of a statement.
func (s *mappedStatement) valueOf(text string, language graph.Language) (*graph.Value, error) {
	if s.language != "" {
		language = s.language
	}
	switch {
	case s.role != 0:
		return nameValue(graph.Name{Text: strings.Join(strings.Fields(text), " "), Lang: language, Role: s.role}), nil
	case s.scheme != 0:
		identifier, err := graph.ParseIdentifier(s.scheme, text)
		return identifierValue(identifier), err
	case s.unit != "":
		amount, err := decimal(text)
		return &graph.Value{Kind: graph.ValueQuantity, Amount: amount, Unit: s.unit}, err
	}
	return textValue(text, language), nil
}

// plainNumber is a number with a point before its fraction, and commas or spaces between thousands.
var plainNumber = regexp.MustCompile(`^-?(?:\d+|\d{1,3}(?:[, \x{a0}\x{202f}]\d{3})+)(?:\.\d+)?$`)

func decimal(text string) (string, error) {
	if !plainNumber.MatchString(text) {
		return "", fmt.Errorf("%s is no number", quoted(text))
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(", \u00a0\u202f", r) {
			return -1
		}
		return r
	}, text), nil
}
