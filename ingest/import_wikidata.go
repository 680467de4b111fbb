package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"treatygraph/graph"
	"treatygraph/index"
)

// Limits of a file of Wikidata.
const (
	// maxEntityBytes bounds one entity; those of the largest states have some three million bytes.
	maxEntityBytes = 16 << 20
	// maxItems bounds the entities of a file: what may refer to each other is remembered.
	maxItems = 1_000_000
)

// propertyName is how Wikidata calls its properties, of which it has some 13,000. Others are no more than counted, for the report has a line for each.
var propertyName = regexp.MustCompile(`^P[1-9]\d{0,4}$`)

// A wikidataItem is an entity in the JSON of Wikibase, as far as it is read.
type wikidataItem struct {
	ID           string                      `json:"id"`
	Type         string                      `json:"type"`
	Missing      *string                     `json:"missing"`
	Labels       phpMap[wikidataText]        `json:"labels"`
	Descriptions phpMap[wikidataText]        `json:"descriptions"`
	Aliases      phpMap[[]wikidataText]      `json:"aliases"`
	Claims       phpMap[[]wikidataStatement] `json:"claims"`
	Redirect     struct {
		From string `json:"from"`
	} `json:"redirects"` // of an item that was asked for under an ID it had before it was merged
}

type wikidataText struct {
	Language string `json:"language"`
	Value    string `json:"value"`
}

type wikidataStatement struct {
	Snak       wikidataSnak           `json:"mainsnak"`
	Rank       string                 `json:"rank"`
	Qualifiers phpMap[[]wikidataSnak] `json:"qualifiers"`
}

// A wikidataSnak is a value, or that there is one that nobody knows (somevalue), or none (novalue).
type wikidataSnak struct {
	Type  string `json:"snaktype"`
	Value struct {
		Type  string          `json:"type"`
		Value json.RawMessage `json:"value"`
	} `json:"datavalue"`
}

// A phpMap is an object in JSON, which PHP writes as a list where it is empty.
type phpMap[T any] map[string]T

func (m *phpMap[T]) UnmarshalJSON(content []byte) error {
	if bytes.Equal(bytes.TrimSpace(content), []byte("[]")) {
		return nil
	}
	return json.Unmarshal(content, (*map[string]T)(m))
}

// itemKinds are the kinds of what items are instances of (P31). Others are asked among all kinds that act or are agreed on.
var itemKinds = map[string]graph.Kind{
	"Q131569": graph.KindTreaty, "Q625298": graph.KindTreaty, // treaty, peace treaty
	"Q877358": graph.KindResolution,                         // United Nations Security Council resolution
	"Q6256":   graph.KindState, "Q3624078": graph.KindState, // country, sovereign state
	"Q484652": graph.KindOrganisation, "Q245065": graph.KindOrganisation, "Q43229": graph.KindOrganisation, // international organization, intergovernmental organization, organization
}

// An itemProperty is what a property of Wikidata says here. Of an inverse one the value is the subject.
type itemProperty struct {
	predicate graph.Predicate
	inverse   bool
	scheme    graph.Scheme
	role      graph.NameRole
}

// itemProperties are the properties that are read; the report counts the others.
var itemProperties = map[string]itemProperty{
	"P297":  {predicate: graph.PredIdentifiedBy, scheme: graph.SchemeISO31661A2},
	"P298":  {predicate: graph.PredIdentifiedBy, scheme: graph.SchemeISO31661A3},
	"P356":  {predicate: graph.PredIdentifiedBy, scheme: graph.SchemeDOI},
	"P1448": {predicate: graph.PredNamed, role: graph.NameOfficial}, // official name
	"P1476": {predicate: graph.PredNamed, role: graph.NameOfficial}, // title
	"P1813": {predicate: graph.PredNamed, role: graph.NameShort},    // short name
	"P7588": {predicate: graph.PredEnteredIntoForce},                // effective date
	"P576":  {predicate: graph.PredDissolved},                       // dissolved, abolished or demolished date
	"P1891": {predicate: graph.PredSigned, inverse: true},           // signatory
	"P2058": {predicate: graph.PredDepositaryOf, inverse: true},     // depositary
	"P463":  {predicate: graph.PredMemberOf},                        // member of
	"P361":  {predicate: graph.PredPartOf},                          // part of
	"P112":  {predicate: graph.PredFounded, inverse: true},          // founded by
	"P159":  {predicate: graph.PredLocatedIn},                       // headquarters location
}

// The qualifiers that date a statement.
const (
	qualifierPoint = "P585"
	qualifierStart = "P580"
	qualifierEnd   = "P582"
)

var timeQualifiers = []string{qualifierPoint, qualifierStart, qualifierEnd}

// roleQualifiers tell in what role the subject or the object of a statement is: a member with one may be an observer.
var roleQualifiers = []string{"P2868", "P3831"}

// itemInstanceOf is the property that tells the kind.
const itemInstanceOf = "P31"

// itemLanguages are the languages in which names are read, beside the one that is asked for: those of the United Nations, and "mul", of names that are the
// same in many. Wikidata has hundreds. An item is looked up by its label in the first that it has one in.
var itemLanguages = []string{"en", "fr", "es", "ru", "zh", "ar", "mul"}

// A namedItem is what an item of the file is looked up by.
type namedItem struct {
	what string
	name graph.Name
	twin bool // another is looked up by the same
}

// wikidata reads entities of Wikidata: what its API and its Special:EntityData give, a dump (a list) or one entity on each line.
func (im *importing) wikidata() error {
	if im.items == nil {
		im.items, im.left = make(map[string]namedItem), make(map[string]int)
		first := make(map[asked]string)
		if err := im.eachItem(func(item *wikidataItem, wrong error) error {
			if im.lines++; im.lines > maxItems {
				return refused("%s: more than %d entities: divide it", im.File.Name, maxItems)
			}
			if wrong == nil && item.Type == "item" {
				named := im.named(item)
				key := askedOf(named.what, named.name.Text)
				if other, there := first[key]; !there {
					first[key] = item.ID
				} else if other != item.ID {
					twin := im.items[other]
					twin.twin, named.twin = true, true
					im.items[other] = twin
				}
				im.items[item.ID] = named
			}
			return nil
		}); err != nil {
			return err
		}
	}
	done, stage, places := 0, StageRead, make(map[string]bool)
	if im.writer != nil {
		stage = StageWrite
	}
	return im.eachItem(func(item *wikidataItem, wrong error) error {
		done++
		r := im.row(fmt.Sprintf("entity %d", done))
		switch {
		case wrong != nil:
			r.reject("", "%v", wrong)
		case item.Missing != nil:
			r.reject("", "%s does not exist in Wikidata", quoted(item.ID))
		case item.Type != "item":
			r.reject("type", "%s is of type %s: only items are read", quoted(item.ID), quoted(item.Type))
		case places[item.ID]:
			r.reject("id", "%s stands twice", quoted(item.ID))
		default:
			places[item.ID] = true
			r.place += ", " + item.ID
			if from := item.Redirect.From; from != "" && from != item.ID {
				r.note("", "stands under %s: Wikidata has made them one", quoted(from))
			}
			r.item(item)
		}
		r.end()
		if done%progressRows == 0 || done == im.lines {
			im.Progress(stage, done, im.lines)
		}
		return nil
	})
}

// eachItem visits the entities of the file; one that cannot be read comes with what is wrong with it.
func (im *importing) eachItem(visit func(*wikidataItem, error) error) error {
	r, done, err := im.File.text()
	if err != nil {
		return err
	}
	defer done()
	guard := &rowGuard{r: r, most: maxEntityBytes, tooLong: refused("an entity is longer than %d bytes", maxEntityBytes)}
	reader := bufio.NewReader(guard)
	d := json.NewDecoder(reader)
	entities := 0
	wrong := func(err error) error {
		return fmt.Errorf("%w: %s: behind entity %d: %v", graph.ErrInvalid, im.File.Name, entities, err)
	}
	one := func(key string) error {
		guard.read = 0
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return wrong(unexpectedEnd(err))
		}
		entities++
		var item wikidataItem
		if err := json.Unmarshal(raw, &item); err != nil {
			return visit(nil, err)
		}
		if key != "" && key != item.ID {
			item.Redirect.From = key
		}
		return visit(&item, itemID(&item))
	}
	first, err := firstByte(reader)
	if err != nil {
		return wrong(err)
	}
	switch first {
	case '[':
		_, _ = d.Token() // the bracket
		for d.More() {
			if err := one(""); err != nil {
				return err
			}
		}
	case '{':
		head, _ := reader.Peek(entitiesBytes)
		if !entitiesBehind.Match(head) { // one entity after the other
			for d.More() {
				if err := one(""); err != nil {
					return err
				}
			}
			return ended(d, wrong)
		}
		for range 3 { // {"entities":{
			if _, err := d.Token(); err != nil {
				return wrong(unexpectedEnd(err))
			}
		}
		for d.More() {
			key, err := d.Token() // the ID
			if err != nil {
				return wrong(unexpectedEnd(err))
			}
			if err := one(fmt.Sprint(key)); err != nil {
				return err
			}
		}
		if _, err := d.Token(); err != nil {
			return wrong(unexpectedEnd(err))
		}
		for d.More() { // "success": 1
			var ignored json.RawMessage
			_, err := d.Token()
			if err == nil {
				err = d.Decode(&ignored)
			}
			if err != nil {
				return wrong(unexpectedEnd(err))
			}
		}
	default:
		return wrong(errors.New("no JSON of Wikidata begins like this"))
	}
	if _, err := d.Token(); err != nil { // what closes the whole
		return wrong(unexpectedEnd(err))
	}
	return ended(d, wrong)
}

// entitiesBytes are enough to tell such an answer, however it is indented.
const entitiesBytes = 128

// entitiesBehind begins what the API of Wikidata answers.
var entitiesBehind = regexp.MustCompile(`^\{\s*"entities"\s*`)

// itemID says what is wrong with the ID of an entity.
func itemID(item *wikidataItem) error {
	if _, err := graph.ParseIdentifier(graph.SchemeWikidata, item.ID); err != nil && item.Type == "item" {
		return fmt.Errorf("id: %v", err)
	}
	return nil
}

// firstByte finds where the JSON begins, and leaves the reader there.
func firstByte(r *bufio.Reader) (byte, error) {
	for {
		b, err := r.ReadByte()
		if err != nil {
			return 0, unexpectedEnd(err)
		}
		if !bytes.ContainsRune([]byte(" \t\r\n"), rune(b)) {
			return b, r.UnreadByte()
		}
	}
}

func unexpectedEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func ended(d *json.Decoder, wrong func(error) error) error {
	if _, err := d.Token(); err != io.EOF {
		if err == nil {
			err = errors.New("something follows where the JSON ends")
		}
		return wrong(err)
	}
	return nil
}

// named tells what an item is looked up by: its Wikidata identifier where the record has it, else its label among the entities of its kind.
func (im *importing) named(item *wikidataItem) namedItem {
	named := namedItem{}
	for _, code := range slices.Concat([]string{string(im.Language)}, itemLanguages) {
		if name := itemName(item.Labels[code].Value, graph.Language(code), graph.NameShort); named.name.Text == "" && name.Valid() == nil {
			named.name = name
		}
	}
	kind, rank := graph.KindUnknown, graph.RankDeprecated
	for _, s := range item.Claims[itemInstanceOf] {
		if k := itemKinds[s.Snak.item()]; k != graph.KindUnknown && itemRank(s.Rank) < rank {
			kind, rank = k, itemRank(s.Rank)
		}
	}
	switch kind {
	case graph.KindUnknown:
		named.what = askAnything
	case graph.KindState:
		named.what = "state or region"
	default:
		named.what = newThing + kind.Prefix()
	}
	return named
}

func itemName(text string, lang graph.Language, role graph.NameRole) graph.Name {
	return graph.Name{Text: strings.Join(strings.Fields(text), " "), Lang: lang, Role: role}
}

func itemRank(rank string) graph.Rank {
	switch rank {
	case "preferred":
		return graph.RankPreferred
	case "deprecated":
		return graph.RankDeprecated
	}
	return graph.RankNormal
}

// askAnything is what is asked of an item that may be of any kind that acts or is agreed on.
const askAnything = "state or region or organisation or body or forum or treaty or resolution or declaration"

// itemEntity finds the entity of an item; where it waits, ok is false. An empty ID: neither the record nor the file knows it.
func (r *row) itemEntity(column, item string) (id graph.ID, ok bool) {
	identifier, err := graph.ParseIdentifier(graph.SchemeWikidata, item)
	if err != nil {
		return "", true
	}
	known := r.im.items[item] // the zero one, if the file does not have it
	text := known.name.Text
	if known.twin {
		text += " (" + item + ")"
	}
	m := r.im.matcher
	_, decided := r.im.Decisions[askedOf(known.what, text)]
	if !decided {
		if id, found := m.identified(identifier); found {
			return id, true
		}
	}
	switch {
	case known.name.Text == "":
		return "", true
	case known.twin && !decided && m.answers[askedOf(known.what, text)] == nil:
		r.ask(known.what, text, "several items of the file have this label", m.namesOf(askedKinds(known.what)).near(known.name.Text))
		return "", false
	}
	if id, ok = r.matchName(known.what, column, text, known.name); !ok || decided || !r.isItem(id) {
		return id, ok
	}
	r.ask(known.what, text, fmt.Sprintf("%s has this name, and is another item of Wikidata", id), []Candidate{m.candidate(id)})
	return "", false
}

// isItem tells whether another dataset knows an entity as an item of Wikidata.
func (r *row) isItem(id graph.ID) bool {
	return slices.ContainsFunc(r.im.snapshot.Identifiers(id, index.AsOf{}), func(i graph.Identifier) bool {
		return i.Scheme == graph.SchemeWikidata && slices.Contains(r.im.matcher.bearers(i), id)
	})
}

// item says what an item says.
func (r *row) item(item *wikidataItem) {
	id, ok := r.itemEntity("labels", item.ID)
	switch {
	case !ok:
		return
	case id == "":
		r.reject("labels", "%s has no label in %s or a language of the United Nations", item.ID, r.im.Language)
		return
	}
	identifier, _ := graph.ParseIdentifier(graph.SchemeWikidata, item.ID) // checked before
	r.say(graph.Claim{Subject: id, Predicate: graph.PredIdentifiedBy, Value: identifierValue(identifier)}, item.ID)
	r.itemNames(id, item)
	for _, property := range slices.Sorted(maps.Keys(item.Claims)) {
		p, read := itemProperties[property]
		switch {
		case !propertyName.MatchString(property):
			r.leave("what stands under no name of a property")
		case property != itemInstanceOf && !read:
			r.leave("%s, for which nothing is read", property)
		}
		for _, s := range item.Claims[property] {
			if read {
				r.itemStatement(id, item.ID, property, p, &s)
			}
		}
	}
	r.keepBestRanked()
}

// keepBestRanked leaves of equal claims one, with the best of their ranks.
func (r *row) keepBestRanked() {
	at := make(map[graph.StatementHash]int)
	kept := r.said[:r.known]
	for _, a := range r.said[r.known:] {
		hash := hashOf(&a)
		if before, twice := at[hash]; !twice {
			at[hash] = len(kept)
			kept = append(kept, a)
		} else if a.Rank < kept[before].Rank {
			kept[before] = a
		}
	}
	r.said = kept
}

// itemNames says labels, aliases and descriptions.
func (r *row) itemNames(id graph.ID, item *wikidataItem) {
	seen := make(map[graph.Name]bool)
	name := func(code, text string, role graph.NameRole) {
		lang, ok := r.itemLanguage(code)
		if !ok {
			return
		}
		n := itemName(text, lang, role)
		key := graph.Name{Text: graph.NormalizeName(n.Text), Lang: lang}
		if err := n.Valid(); err != nil {
			r.note("labels", "left out: %v", err)
		} else if !seen[key] {
			seen[key] = true
			r.say(graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: nameValue(n)}, item.ID)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(item.Labels)) {
		name(code, item.Labels[code].Value, graph.NameShort)
	}
	for _, code := range slices.Sorted(maps.Keys(item.Aliases)) {
		for _, alias := range item.Aliases[code] {
			role := graph.NameAlias
			if isAcronym(alias.Value) {
				role = graph.NameAcronym
			}
			name(code, alias.Value, role)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(item.Descriptions)) {
		if lang, ok := r.itemLanguage(code); ok {
			r.say(graph.Claim{Subject: id, Predicate: graph.PredDescribed, Value: textValue(item.Descriptions[code].Value, lang)}, item.ID)
		}
	}
}

// isAcronym tells whether a name is written in capitals alone, as initials are.
func isAcronym(s string) bool {
	return utf8.RuneCountInString(s) <= 8 && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsUpper(r) && !strings.ContainsRune(".-0123456789", r) }) < 0 && strings.IndexFunc(s, unicode.IsUpper) >= 0
}

// itemLanguage reads a code of Wikidata as a language; not ok: names in it are not read.
func (r *row) itemLanguage(code string) (graph.Language, bool) {
	lang, err := graph.ParseLanguage(code)
	if err != nil || !slices.Contains(itemLanguages, lang.Base()) && lang.Base() != r.im.Language.Base() {
		r.leave("a text in a language that is not read")
		return "", false
	}
	return lang, true
}

// item returns the item that a snak has as its value; empty: it has none.
func (s *wikidataSnak) item() string {
	var v struct {
		ID string `json:"id"`
	}
	if s.Type != "value" || s.Value.Type != "wikibase-entityid" || json.Unmarshal(s.Value.Value, &v) != nil {
		return ""
	}
	return v.ID
}

// itemStatement says one statement of an item.
func (r *row) itemStatement(id graph.ID, item, property string, p itemProperty, s *wikidataStatement) {
	words := item + " " + property
	if s.Snak.Type != "value" {
		r.leave("%s without a value that is known", property)
		return
	}
	claim := graph.Claim{Subject: id, Predicate: p.predicate}
	row := p.predicate.Row()
	if row.Objects != 0 || row.Value != graph.ValueNone {
		var ok bool
		if claim.Valid, ok = r.itemTime(property, row.Tempo, s.Qualifiers); !ok {
			return
		}
	}
	if p.predicate == graph.PredMemberOf && slices.ContainsFunc(roleQualifiers, func(name string) bool { return len(s.Qualifiers[name]) > 0 }) {
		r.leave("%s with a role, which may be less than what the record would say", property)
		return
	}
	switch {
	case row.Objects != 0:
		other := s.Snak.item()
		object, ok := r.itemEntity(property, other)
		if !ok {
			return
		}
		if object == "" {
			r.leave("%s with a value that neither the record nor the file has", property)
			return
		}
		claim.Object = object
		if p.inverse {
			claim.Subject, claim.Object = object, id
		}
		words += " " + other
	case row.Value == graph.ValueNone:
		var ok bool
		if claim.Valid, ok = r.itemEvent(property, &s.Snak); !ok {
			return
		}
	default:
		value, err := r.itemValue(p, &s.Snak)
		if err != nil {
			r.note(property, "left out: %v", err)
			return
		}
		if value == nil {
			return
		}
		claim.Value = value
	}
	if !row.Subjects.Has(claim.Subject.Kind()) || row.Objects != 0 && !row.Objects.Has(claim.Object.Kind()) {
		r.leave("%s between kinds of which the record does not say it", property)
		return
	}
	if err := claim.Valid.Valid(); err != nil {
		r.note(property, "left out: %v", err)
		return
	}
	for name, list := range s.Qualifiers {
		switch {
		case len(list) == 0 || slices.Contains(timeQualifiers, name):
		case propertyName.MatchString(name):
			r.leave("the qualifier %s, for which nothing is read", name)
		default:
			r.leave("what stands under no name of a property")
		}
	}
	r.say(claim, words)
	said := &r.said[len(r.said)-1]
	if said.Rank = itemRank(s.Rank); said.Rank == graph.RankDeprecated {
		said.Reason = "deprecated in Wikidata"
	}
}

// itemTime reads when a statement holds from its qualifiers. Where they do not tell, not ok, it is left out: without its end it would stand for ever.
func (r *row) itemTime(property string, tempo graph.Tempo, qualifiers phpMap[[]wikidataSnak]) (v graph.Interval, ok bool) {
	for _, name := range []string{qualifierStart, qualifierPoint} {
		from, well := itemDate(qualifiers[name])
		if !well {
			r.leave("%s with %s that cannot be read or stands several times", property, name)
			return v, false
		}
		if v.From.IsZero() {
			v.From = from
		}
	}
	ends := qualifiers[qualifierEnd]
	switch to, well := itemDate(ends); {
	case len(ends) == 0:
	case tempo == graph.TempoEvent:
		r.leave("the qualifier %s of what is done on one day", qualifierEnd)
	case len(ends) == 1 && ends[0].Type == "novalue":
		v.To = graph.Open
	case !well || to.IsZero():
		r.leave("%s with %s that is not known, cannot be read or stands several times", property, qualifierEnd)
		return v, false
	default:
		v.To = to
	}
	return v, true
}

// itemDate reads the date of a qualifier; zero where there is none, or none that is known. Of several nothing tells which it is.
func itemDate(list []wikidataSnak) (d graph.Date, well bool) {
	if len(list) != 1 || list[0].Type != "value" {
		return d, len(list) <= 1
	}
	d, err := wikidataTime(list[0].Value.Value)
	return d, err == nil
}

// itemEvent reads the date that is all of a statement.
func (r *row) itemEvent(property string, s *wikidataSnak) (graph.Interval, bool) {
	d, err := wikidataTime(s.Value.Value)
	if err != nil {
		r.note(property, "left out: %v", err)
		return graph.Interval{}, false
	}
	return graph.Interval{From: d}, true
}

// itemValue reads a name or an identifier; nil: its language is not read.
func (r *row) itemValue(p itemProperty, s *wikidataSnak) (*graph.Value, error) {
	if p.scheme != 0 {
		var text string
		if err := json.Unmarshal(s.Value.Value, &text); err != nil {
			return nil, err
		}
		identifier, err := graph.ParseIdentifier(p.scheme, text)
		return identifierValue(identifier), err
	}
	var text struct {
		Text     string `json:"text"`
		Language string `json:"language"`
	}
	if err := json.Unmarshal(s.Value.Value, &text); err != nil {
		return nil, err
	}
	lang, ok := r.itemLanguage(text.Language)
	if !ok {
		return nil, nil
	}
	name := itemName(text.Text, lang, p.role)
	return nameValue(name), name.Valid()
}

// gregorian is the calendar whose dates are read. Of the other, the Julian, descriptions differ on whether the JSON holds the date converted.
const gregorian = "Q1985727"

// wikidataDate is the form of a time: +1968-07-01T00:00:00Z, with zeros for what is not known.
var wikidataDate = regexp.MustCompile(`^\+(\d{4})-(\d\d)-(\d\d)T00:00:00Z$`)

// wikidataTime reads a time of Wikidata by its precision: 11 is a day, 10 a month, 9 a year, 8 a decade.
func wikidataTime(content json.RawMessage) (graph.Date, error) {
	var t struct {
		Time      string `json:"time"`
		Precision int    `json:"precision"`
		Calendar  string `json:"calendarmodel"`
	}
	if err := json.Unmarshal(content, &t); err != nil {
		return graph.Date{}, err
	}
	m := wikidataDate.FindStringSubmatch(t.Time)
	switch {
	case m == nil:
		return graph.Date{}, fmt.Errorf("%s is no date that the record has", quoted(t.Time))
	case !strings.HasSuffix(t.Calendar, "/"+gregorian):
		return graph.Date{}, fmt.Errorf("%s is not of the Gregorian calendar", quoted(t.Time))
	}
	switch t.Precision {
	case 11:
		return graph.ParseDate(m[1] + "-" + m[2] + "-" + m[3])
	case 10:
		return graph.ParseDate(m[1] + "-" + m[2])
	case 9:
		return graph.ParseDate(m[1])
	case 8:
		return graph.ParseDate(m[1][:3] + "X")
	}
	return graph.Date{}, fmt.Errorf("%s has the precision %d, which is none of a day, month, year or decade", quoted(t.Time), t.Precision)
}
