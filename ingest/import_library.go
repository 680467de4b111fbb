package ingest

import (
	"fmt"
	"regexp"
	"strings"

	"treatygraph/graph"
)

// What a column of a catalogue may hold.
const (
	fieldSymbol   = "symbol"
	fieldTitle    = "title"
	fieldRest     = "rest of the title"
	fieldDate     = "date"
	fieldURL      = "url"
	fieldAuthor   = "author"
	fieldSubject  = "subject"
	fieldLanguage = "language"
	fieldRelated  = "related"
)

// marcLanguages are the codes of MARC for the languages of the United Nations.
var marcLanguages = map[string]graph.Language{"ara": "ar", "chi": "zh", "eng": "en", "fre": "fr", "rus": "ru", "spa": "es"}

// marcFields are the fields of MARC 21 and of the United Nations' own (191, 269, 993), by tag and subfield.
var marcFields = map[string]string{
	"191a": fieldSymbol, "245a": fieldTitle, "245b": fieldRest, "269a": fieldDate, "856u": fieldURL, "110a": fieldAuthor, "710a": fieldAuthor, "650a": fieldSubject, "041a": fieldLanguage,
	"993a": fieldRelated,
}

// marcHeader is the header of such a column: 245$a, 245__a, "245 1 a", 245__$$a.
var marcHeader = regexp.MustCompile(`^(\d{3})[_# \d]{0,4}\$*([a-z])$`)

// catalogueHeaders are the headers that people give them. The first that fits counts.
var catalogueHeaders = []struct {
	is    *regexp.Regexp
	field string
}{
	{regexp.MustCompile(`symbol|^cote$|signatura|文号|условное обозначение`), fieldSymbol},
	{regexp.MustCompile(`^(subtitle|remainder of title)$`), fieldRest},
	{regexp.MustCompile(`^(title|titre|título|题名|标题|название|заглавие)$`), fieldTitle},
	{regexp.MustCompile(`^(date|publication date|date of publication|fecha|日期|дата)$`), fieldDate},
	{regexp.MustCompile(`^(url|link|full text|lien)$`), fieldURL},
	{regexp.MustCompile(`^(authors?|corporate bod(y|ies)|corporate authors?|auteurs?|autor(es)?|作者|автор)$`), fieldAuthor},
	{regexp.MustCompile(`^(languages?|langues?|idiomas?|语言|язык)$`), fieldLanguage},
	{regexp.MustCompile(`^(subjects?|topics?|sujets?|temas?|主题|тема)$`), fieldSubject},
}

// manyValues parts the values of a cell that may have several.
var manyValues = regexp.MustCompile(`\s*(?:\||;|\n)\s*`)

// titleEnd is how a catalogue ends a title before what follows it.
var titleEnd = regexp.MustCompile(`\s*[:/=.,;]?\s*$`)

// A catalogue is a table of documents.
type catalogue struct {
	fields []string // by column; empty: it is not read
	dates  []dateColumn
	orders []DateOrder

	bearers map[string]placedID // by symbol, so far
	noted   map[string]bool     // names that were found by their words
}

// A placedID is an entity, and where in the file it stands.
type placedID struct {
	id    graph.ID
	place string
}

// library reads the catalogue of a library of documents, as it comes out of MARC: a row is a document with a symbol.
func (im *importing) library() error {
	t, err := openTable(im.File)
	if err != nil {
		return err
	}
	c := &catalogue{
		fields: make([]string, len(t.header)), dates: make([]dateColumn, len(t.header)), orders: make([]DateOrder, len(t.header)),
		bearers: make(map[string]placedID), noted: make(map[string]bool),
	}
	if err := c.read(t); err != nil {
		return err
	}
	im.lines = 0
	if err := t.each(func(line int, cells []string, wrong string) {
		im.lines++
		for i, field := range c.fields {
			if field == fieldDate && wrong == "" {
				c.dates[i].see(line, cells[i])
			}
		}
	}); err != nil {
		return err
	}
	var told []Column
	for i, header := range t.header {
		column := Column{Header: header, Role: c.fields[i]}
		if column.Role == "" {
			column.Role = roleIgnored
		}
		c.orders[i], column.Dates = c.dates[i].settle(im.Dates)
		told = append(told, column)
	}
	im.report.Columns = told
	im.left = make(map[string]int)
	places := make(map[graph.ID]string)
	return im.eachRow(t, func(r *row, cells []string) {
		if id := r.catalogued(c, t.header, cells); id != "" {
			if places[id] != "" {
				r.note("", "%s stands on %s, too", id, places[id])
			} else {
				places[id] = r.place
			}
		}
	})
}

// read finds what the columns are.
func (c *catalogue) read(t *table) error {
	seen := make(map[string]string)
	for i, header := range t.header {
		plain := strings.ToLower(strings.Join(strings.Fields(header), " "))
		if m := marcHeader.FindStringSubmatch(plain); m != nil {
			c.fields[i] = marcFields[m[1]+m[2]]
		} else {
			for _, h := range catalogueHeaders {
				if c.fields[i] == "" && h.is.MatchString(plain) {
					c.fields[i] = h.field
				}
			}
		}
		switch field := c.fields[i]; field {
		case fieldSymbol, fieldTitle, fieldRest, fieldDate, fieldLanguage:
			if before := seen[field]; before != "" {
				return Problems{{t.source.Name, t.first, fmt.Sprintf("columns %q and %q both look like the %s", before, header, field)}}
			}
			seen[field] = header
		}
	}
	for _, field := range []string{fieldSymbol, fieldTitle} {
		if seen[field] == "" {
			return Problems{{t.source.Name, t.first, fmt.Sprintf("no column looks like the %s", field)}}
		}
	}
	return nil
}

// catalogued reads a row, and returns its document or resolution; empty: there is none.
func (r *row) catalogued(c *catalogue, header, cells []string) (id graph.ID) {
	values := func(field string) (column string, list []string) {
		for i, f := range c.fields {
			if f == field {
				column = header[i]
				for _, part := range manyValues.Split(strings.TrimSpace(cells[i]), -1) {
					if part != "" {
						list = append(list, part)
					}
				}
			}
		}
		return column, list
	}
	text := func(field string) string {
		for i, f := range c.fields {
			if f == field {
				return strings.Join(strings.Fields(cells[i]), " ")
			}
		}
		return ""
	}
	column, symbols := values(fieldSymbol)
	var identifiers []graph.Identifier
	for _, s := range symbols {
		identifier, err := graph.ParseIdentifier(graph.SchemeUNSymbol, s)
		if err != nil {
			r.reject(column, "%v", err)
			return ""
		}
		identifiers = append(identifiers, identifier)
	}
	if len(identifiers) == 0 {
		r.reject(column, "the symbol is missing: it is what a document is known by")
		return ""
	}
	title := titleEnd.ReplaceAllString(text(fieldTitle), "")
	switch rest := titleEnd.ReplaceAllString(text(fieldRest), ""); {
	case rest == "":
	case title == "":
		r.leave("the rest of a title that has no beginning")
	default:
		title += ": " + rest
	}
	language, told := r.titleLanguage(values(fieldLanguage))
	if strings.Contains(title, "|") || !told {
		r.leave("a title in several languages, or in one that is not known")
		title = ""
	}
	id, known := r.cataloguedID(c, column, identifiers)
	if id == "" {
		return ""
	}
	if title == "" && !known {
		r.reject("", "%s is new, and has no title that can be taken", id)
		return id
	}
	words := strings.Join(symbols, " | ")
	for _, identifier := range identifiers {
		r.say(graph.Claim{Subject: id, Predicate: graph.PredIdentifiedBy, Value: identifierValue(identifier)}, words)
	}
	if title != "" {
		r.say(graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: nameValue(graph.Name{Text: title, Lang: language, Role: graph.NameOfficial})}, words)
	}
	column, urls := values(fieldURL)
	for _, u := range urls {
		identifier, err := graph.ParseIdentifier(graph.SchemeURL, u)
		if err != nil {
			r.reject(column, "%v", err)
			continue
		}
		r.say(graph.Claim{Subject: id, Predicate: graph.PredIdentifiedBy, Value: identifierValue(identifier)}, words)
	}
	r.issued(c, header, cells, id, words)
	for _, of := range []struct {
		field     string
		kinds     graph.KindSet
		predicate graph.Predicate
	}{{fieldAuthor, graph.Actors, graph.PredAuthoredBy}, {fieldSubject, graph.Set(graph.KindTopic), graph.PredConcerns}} {
		column, names := values(of.field)
		for _, name := range names {
			bare := titleEnd.ReplaceAllString(name, "")
			other, loosely := r.im.matcher.known(bare, of.kinds)
			if other == "" {
				r.leave("the %s, which the record does not have", of.field)
				continue
			}
			if key := of.field + bare; loosely && !c.noted[key] {
				c.noted[strings.Clone(key)] = true
				r.note(column, "%s is %s, %s", quoted(bare), other, byItsWords)
			}
			r.say(graph.Claim{Subject: id, Predicate: of.predicate, Object: other}, words+" | "+name)
		}
	}
	_, related := values(fieldRelated)
	for range related {
		r.leave("a related document, since the catalogue does not say how it is related")
	}
	return id
}

// titleLanguage tells the language of a title: that of the document where it has one, else that of the catalogue. A document in several languages is catalogued in the catalogue's.
func (r *row) titleLanguage(_ string, codes []string) (lang graph.Language, told bool) {
	if len(codes) != 1 {
		return r.im.Language, true
	}
	code := strings.ToLower(codes[0])
	if lang = marcLanguages[code]; lang != "" {
		return lang, true
	}
	if len(code) > 3 && len(code)%3 == 0 && marcLanguages[code[:3]] != "" && marcLanguages[code[len(code)-3:]] != "" { // engfre, as older records have it
		return r.im.Language, true
	}
	lang, err := graph.ParseLanguage(code)
	return lang, err == nil
}

// cataloguedID finds what symbols name, else makes an ID of the first: of a resolution, or of a document. Where a symbol is of another, the row is rejected and the ID empty.
func (r *row) cataloguedID(c *catalogue, column string, identifiers []graph.Identifier) (id graph.ID, known bool) {
	for _, identifier := range identifiers {
		found, there := r.im.matcher.identified(identifier)
		if there && known && found != id {
			r.reject(column, "the symbols are those of %s and of %s, which are not one", id, found)
			return "", false
		}
		if there {
			id, known = found, true
		}
	}
	if !known {
		id = DocumentID(identifiers[0])
		if symbol := identifiers[0].Value; resolutionSymbol.MatchString(symbol) && !correctingSymbol.MatchString(symbol) {
			id = graph.ID(graph.KindResolution.Prefix() + "/" + strings.TrimPrefix(string(id), graph.KindDocument.Prefix()+"/"))
		}
	}
	for _, identifier := range identifiers {
		if of := c.bearers[identifier.Value]; of.id != "" && of.id != id {
			r.reject(column, "%s is %s on %s, and the row is %s", quoted(identifier.Value), of.id, of.place, id)
			return "", false
		}
	}
	for _, identifier := range identifiers {
		if c.bearers[identifier.Value].id == "" {
			c.bearers[strings.Clone(identifier.Value)] = placedID{id, r.place}
		}
	}
	if !known {
		r.created(id)
	}
	return id, known
}

// resolutionSymbol is the symbol of a resolution, of whatever body; with correctingSymbol, of a document that corrects it, adds to it or takes its place.
var (
	resolutionSymbol = regexp.MustCompile(`/RES/`)
	correctingSymbol = regexp.MustCompile(`/(Add|Amend|Corr|Rev)\.`)
)

// issued says when a document was issued. What the date of a resolution is, of its adoption or of its printing, a catalogue does not say.
func (r *row) issued(c *catalogue, header, cells []string, id graph.ID, words string) {
	for i, field := range c.fields {
		cell := strings.Trim(strings.TrimSpace(cells[i]), "[].")
		if field != fieldDate || cell == "" {
			continue
		}
		if id.Kind() != graph.KindDocument {
			r.leave("the date of a resolution, which may be that of its adoption or of its printing")
			continue
		}
		d, err := parseDate(cell, c.orders[i])
		if err == nil && d.IsOpen() {
			err = fmt.Errorf("%s is no date", quoted(cell))
		}
		if err != nil {
			r.reject(header[i], "%v", err)
			continue
		}
		r.say(graph.Claim{Subject: id, Predicate: graph.PredIssued, Valid: graph.Interval{From: d}}, words+" | "+cell)
	}
}
