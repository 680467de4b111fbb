package ingest

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"treatygraph/graph"
	"treatygraph/index"
)

// What a text in a file may name.
const (
	askActor      = "actor"
	askTreaty     = "treaty"
	askDepositary = "depositary"
)

// kindsAsked are the kinds among which a text is looked for. Territories are, so that the answer can say why one cannot act.
var kindsAsked = map[string]graph.KindSet{
	askActor:      graph.Set(graph.KindState, graph.KindOrganisation, graph.KindBody, graph.KindForum, graph.KindRegion),
	askTreaty:     graph.Instruments,
	askDepositary: graph.Set(graph.KindState, graph.KindOrganisation, graph.KindBody),
}

// A Candidate is an entity that a text may mean.
type Candidate struct {
	ID   graph.ID `json:"id"`
	Name string   `json:"name"`
}

// A Question is what a person must decide: what a text means. Rows that hold it wait.
type Question struct {
	What       string      `json:"what"` // actor, treaty or depositary; of a mapping, the kinds among which it is looked for
	Text       string      `json:"text"`
	Rows       int         `json:"rows"`
	First      string      `json:"first"` // the place of the first row
	Reason     string      `json:"reason"`
	Candidates []Candidate `json:"candidates,omitempty"`
	Proposal   string      `json:"proposal,omitempty"` // what could be answered if no candidate is right
}

func (q Question) String() string {
	var list []string
	for _, c := range q.Candidates {
		list = append(list, string(c.ID))
	}
	s := fmt.Sprintf("%s %s (%d rows, first %s): %s", q.What, quoted(q.Text), q.Rows, q.First, q.Reason)
	if len(list) > 0 {
		s += "; candidates: " + strings.Join(list, ", ")
	}
	return s
}

// An asked text is a question as a key: texts that compare alike are one.
type asked struct{ what, text string }

func askedOf(what, text string) asked { return asked{what, graph.NormalizeName(text)} }

// A Decision is a person's answer.
type Decision struct {
	ID   graph.ID // empty: rows with the text are left out
	New  bool     // the entity is made, with Name
	Name string   // of a new entity; empty: the text itself
}

// Decisions are the answers to questions.
type Decisions map[asked]Decision

// reviewColumns are the columns of a review file, in which a person fills in "decision" (and "name") to make it a file of decisions.
var reviewColumns = []string{"what", "text", "decision", "name", "rows", "first", "reason", "candidates", "proposal"}

// WriteReview writes questions as a table in CSV. An answer in its column "decision" is one of: an ID that exists; "new ID", with the new entity's name in
// "name"; "skip", which leaves the rows out; or nothing yet.
func WriteReview(w io.Writer, questions []Question) error {
	rows := csv.NewWriter(w)
	_ = rows.Write(reviewColumns) // Flush reports
	for _, q := range questions {
		var candidates []string
		for _, c := range q.Candidates {
			candidates = append(candidates, fmt.Sprintf("%s (%s)", c.ID, c.Name))
		}
		_ = rows.Write([]string{q.What, q.Text, "", "", fmt.Sprint(q.Rows), q.First, q.Reason, strings.Join(candidates, "; "), q.Proposal})
	}
	rows.Flush()
	return rows.Error()
}

// ReadDecisions reads a review file with its answers. All that is wrong is reported, as Problems.
func ReadDecisions(s Source) (Decisions, error) {
	t, err := openTable(s)
	if err != nil {
		return nil, err
	}
	at := make(map[string]int)
	for _, name := range reviewColumns[:4] {
		at[name] = slices.Index(t.header, name)
		if at[name] < 0 && name != "name" {
			return nil, Problems{{s.Name, 1, fmt.Sprintf("column %q is missing", name)}}
		}
	}
	decisions := make(Decisions)
	var problems Problems
	err = t.each(func(line int, cells []string, wrong string) {
		if wrong == "" {
			wrong = decisions.take(at, cells)
		}
		if wrong != "" {
			problems = append(problems, Problem{s.Name, line, wrong})
		}
	})
	if err == nil && len(problems) > 0 {
		err = problems
	}
	return decisions, err
}

// take reads one answer and returns what is wrong with it.
func (d Decisions) take(at map[string]int, cells []string) string {
	cell := func(name string) string {
		if at[name] < 0 {
			return ""
		}
		return strings.TrimSpace(cells[at[name]])
	}
	what, answer := cell("what"), cell("decision")
	if askedKinds(what) == 0 {
		return fmt.Sprintf("what: %s is none of actor, treaty, depositary, and no kinds", quoted(what))
	}
	if answer == "" {
		return ""
	}
	key := askedOf(what, cell("text"))
	if _, twice := d[key]; twice {
		return fmt.Sprintf("%s %s is decided twice", what, quoted(cell("text")))
	}
	decision := Decision{Name: strings.Clone(cell("name"))}
	if answer != "skip" {
		id, isNew := strings.CutPrefix(answer, "new ")
		parsed, err := graph.ParseID(strings.TrimSpace(id))
		switch {
		case err != nil:
			return fmt.Sprintf(`decision: %v; an ID, "new ID" or "skip" is expected`, err)
		case !askedKinds(what).Has(parsed.Kind()) || parsed.Kind() == graph.KindRegion && kindsAsked[what] != 0:
			return fmt.Sprintf("decision: %s is of kind %s, which cannot be a %s", parsed, parsed.Kind(), what)
		}
		decision.ID, decision.New = graph.ID(strings.Clone(string(parsed))), isNew
	}
	d[key] = decision
	return ""
}

// An answer is what a text was found to mean.
type answer struct {
	id       graph.ID
	created  []graph.Claim // of an entity that the dataset makes
	lacks    string        // why rows are refused unless another names it; empty: it is there
	skip     bool
	question *Question
	note     string

	territory string // for which id acted, as was decided; empty: for itself
}

// A matcher finds what texts mean, by the names that others than the dataset itself give: so the second import finds what the first did.
type matcher struct {
	im      *importing
	answers map[asked]*answer
	spelled map[asked]*answer // the same by the texts as they stand
	names   map[graph.KindSet]*nameIndex
	order   []*Question
	made    map[graph.ID]string // of which text a new ID was made: long ones may have the same beginning
}

func newMatcher(im *importing) *matcher {
	return &matcher{im: im, answers: make(map[asked]*answer), spelled: make(map[asked]*answer), names: make(map[graph.KindSet]*nameIndex), made: make(map[graph.ID]string)}
}

// match finds what a text of a row means. Where it is not known the row waits, and ok is false.
func (r *row) match(what, column, text string) (id graph.ID, ok bool) {
	return r.matchName(what, column, text, graph.Name{})
}

// matchName is match for a text that stands for a name; it has no marks of a table, and what is made for it bears it. The zero name: it is a text of a table.
func (r *row) matchName(what, column, text string, name graph.Name) (id graph.ID, ok bool) {
	m := r.im.matcher
	a := m.spelled[asked{what, text}]
	if a == nil {
		a = m.answers[askedOf(what, text)]
	}
	if a == nil {
		found, err := m.find(what, strings.Clone(text), name)
		if err != nil {
			r.reject(column, "%v", err)
			return "", false
		}
		a = &found
		m.answers[askedOf(what, text)] = a
		if a.note != "" {
			r.note(column, "%s", a.note)
		}
		if a.question != nil {
			a.question.First = r.place
			m.order = append(m.order, a.question)
		}
	}
	if len(a.created) > 0 {
		r.created(a.id)
	}
	if m.spelled[asked{what, text}] == nil {
		m.spelled[asked{what, strings.Clone(text)}] = a
	}
	switch {
	case a.question != nil:
		a.question.Rows++
		r.waits = true
		return "", false
	case a.skip:
		r.skipped = true
		return "", false
	}
	if a.lacks != "" {
		r.lacks = append(r.lacks, lack{a.id, a.lacks})
	}
	r.introduce(a.created...)
	return a.id, true
}

// ask makes what a text means a question, whatever it would be found to mean. It has none yet.
func (r *row) ask(what, text, reason string, candidates []Candidate) {
	m := r.im.matcher
	a := &answer{question: &Question{What: what, Text: text, Rows: 1, First: r.place, Reason: reason, Candidates: candidates}}
	m.answers[askedOf(what, text)], m.spelled[asked{what, text}] = a, a
	m.order = append(m.order, a.question)
	r.waits = true
}

// finish puts the questions into the report.
func (m *matcher) finish() {
	for _, q := range m.order {
		m.im.report.Questions = append(m.im.report.Questions, *q)
	}
}

// find looks a text up: what a person decided, an ID or code, a name as it stands, a name with the same words.
func (m *matcher) find(what, text string, name graph.Name) (answer, error) {
	if d, decided := m.im.Decisions[askedOf(what, text)]; decided {
		return m.decided(what, text, name, d)
	}
	kinds := askedKinds(what)
	if id, found := m.coded(text, kinds); found {
		return m.told(what, text, []graph.ID{id}, "")
	}
	if id, err := graph.ParseID(text); err == nil && kinds.Has(id.Kind()) { // which is no name to make an entity of
		return answer{question: &Question{What: what, Text: text, Reason: "no other dataset has an entity with this ID"}}, nil
	}
	names := m.namesOf(kinds)
	if found := names.exact[graph.NormalizeName(text)]; len(found) > 0 {
		return m.told(what, text, found, "")
	}
	bare := text
	if name == (graph.Name{}) {
		bare = withoutMarks(text)
		name = graph.Name{Text: bare, Lang: m.im.Language, Role: graph.NameShort}
	}
	if found := names.exact[graph.NormalizeName(bare)]; len(found) > 0 {
		return m.told(what, text, found, "read without its footnote marks")
	}
	if found := names.loose[looseKey(bare)]; len(found) > 0 {
		return m.told(what, text, found, byItsWords)
	}
	candidates := names.near(bare)
	kind, byItself := makes(what)
	id, err := newID(kind, bare)
	first := m.made[id]
	if byItself && len(candidates) == 0 && err == nil && !m.elsewhere(id) && (first == "" || spelledOut(first) == spelledOut(bare)) {
		m.made[id] = bare
		return m.create(id, name)
	}
	q := &Question{What: what, Text: text, Reason: "no entity has this name", Candidates: candidates}
	switch {
	case err != nil:
	case m.elsewhere(id):
		q.Reason = fmt.Sprintf("no entity has this name, and %s is another", id)
	case first != "":
		q.Reason = fmt.Sprintf("no entity has this name, and %s is made of another in the file", id)
	default:
		q.Proposal = "new " + string(id)
	}
	return answer{question: q}, nil
}

// byItsWords is how a loose match is noted.
const byItsWords = "found by its words, in another order or spelling"

// told answers with what was found, if it is one entity and can act.
func (m *matcher) told(what, text string, found []graph.ID, how string) (answer, error) {
	question := func(reason string) (answer, error) {
		q := &Question{What: what, Text: text, Reason: reason}
		for _, id := range found {
			q.Candidates = append(q.Candidates, m.candidate(id))
		}
		return answer{question: q}, nil
	}
	switch id := found[0]; {
	case len(found) > 1:
		return question("it names more than one entity")
	case id.Kind() == graph.KindRegion && kindsAsked[what] != 0:
		return question(fmt.Sprintf("%s is a territory: say which state acted for it, or skip", id))
	case how != "":
		return answer{id: id, note: fmt.Sprintf("%s is %s, %s", quoted(text), id, how)}, nil
	default:
		return answer{id: id}, nil
	}
}

func (m *matcher) candidate(id graph.ID) Candidate {
	return Candidate{id, m.im.snapshot.Label(id, "en", index.AsOf{}).Text}
}

// decided answers as a person did.
func (m *matcher) decided(what, text string, name graph.Name, d Decision) (answer, error) {
	switch {
	case d.ID == "":
		return answer{skip: true}, nil
	case d.New:
		if d.Name != "" || name == (graph.Name{}) {
			name = graph.Name{Text: cmp.Or(d.Name, withoutMarks(text)), Lang: m.im.Language, Role: graph.NameOfficial}
		}
		return m.create(d.ID, name)
	}
	a := answer{id: d.ID}
	if !m.saidElsewhere(d.ID) {
		a.lacks = fmt.Sprintf("%s %s was decided to be %s, which no other dataset has and no row that is taken names; to make it, say \"new %s\"", what, quoted(text), d.ID, d.ID)
	}
	if what == askActor {
		a.territory = m.territory(text)
	}
	return a, nil
}

// territory returns the name of the territory that a text means, without marks; empty: it means none, or not it alone. The record has no act of a territory,
// but what a state did for one must stay apart from what it did for itself.
func (m *matcher) territory(text string) string {
	bare := withoutMarks(text)
	id, found := m.coded(text, kindsAsked[askActor])
	if !found {
		names := m.namesOf(kindsAsked[askActor])
		known := names.exact[graph.NormalizeName(bare)]
		if len(known) == 0 {
			known = names.loose[looseKey(bare)]
		}
		if len(known) != 1 {
			return ""
		}
		id = known[0]
	}
	if id.Kind() != graph.KindRegion {
		return ""
	}
	return bare
}

// create answers with an entity that the dataset itself names.
func (m *matcher) create(id graph.ID, name graph.Name) (answer, error) {
	if err := name.Valid(); err != nil {
		return answer{}, err
	}
	return answer{id: id, created: []graph.Claim{{Subject: id, Predicate: graph.PredNamed, Value: nameValue(name)}}}, nil
}

// coded finds an entity by its ID, or by an identifier in a public scheme.
func (m *matcher) coded(text string, kinds graph.KindSet) (graph.ID, bool) {
	identifiers := graph.GuessIdentifier(text)
	if len(text) <= 3 && strings.ToUpper(text) == text {
		for _, scheme := range []graph.Scheme{graph.SchemeISO31661A2, graph.SchemeISO31661A3} {
			if i, err := graph.ParseIdentifier(scheme, text); err == nil {
				identifiers = append(identifiers, i)
			}
		}
	}
	for _, i := range identifiers {
		if id, found := m.identified(i); found && kinds.Has(id.Kind()) {
			return id, true
		}
	}
	if id, err := graph.ParseID(text); err == nil && kinds.Has(id.Kind()) {
		if e, there := m.im.snapshot.Entity(id, index.AsOf{}); there && m.saidElsewhere(e.ID) {
			return e.ID, true
		}
	}
	return "", false
}

// identified finds the entity to which another dataset gives an identifier; of several the one with the lowest ID.
func (m *matcher) identified(i graph.Identifier) (id graph.ID, found bool) {
	list := m.bearers(i)
	if len(list) == 0 {
		return "", false
	}
	return slices.Min(list), true
}

// bearers are the entities to which other datasets give an identifier.
func (m *matcher) bearers(i graph.Identifier) (list []graph.ID) {
	for _, statement := range m.im.snapshot.Identifying(i, index.AsOf{}) {
		if s, there := m.im.snapshot.Statement(statement, index.AsOf{}); there && m.im.byOthers(s) {
			e, _ := m.im.snapshot.Entity(s.Subject, index.AsOf{}) // which the statement makes be there
			list = append(list, e.ID)
		}
	}
	return list
}

// elsewhere tells whether another dataset names or identifies an entity.
func (m *matcher) elsewhere(id graph.ID) bool {
	e, there := m.im.snapshot.Entity(id, index.AsOf{})
	return there && (slices.ContainsFunc(m.im.snapshot.Names(id, index.AsOf{}), m.givenByOthers) ||
		slices.ContainsFunc(m.im.snapshot.Identifiers(id, index.AsOf{}), func(i graph.Identifier) bool { return slices.Contains(m.bearers(i), e.ID) }))
}

// saidElsewhere tells whether another dataset says anything of an entity.
func (m *matcher) saidElsewhere(id graph.ID) bool {
	if m.elsewhere(id) {
		return true
	}
	q := index.StatementQuery{Entity: id, Direction: index.Out, Page: index.Page{First: vocabularyPage}}
	for {
		page, err := m.im.snapshot.Statements(q)
		if err != nil || slices.ContainsFunc(page.Items, func(i index.StatementItem) bool { return m.im.byOthers(i.Statement) }) {
			return err == nil
		}
		if !page.HasNext {
			return false
		}
		q.Page.After = page.Items[len(page.Items)-1].Cursor
	}
}

// givenByOthers tells whether another dataset gives a name.
func (m *matcher) givenByOthers(n index.NamedName) bool {
	s, there := m.im.snapshot.Statement(n.Statement, index.AsOf{})
	return there && m.im.byOthers(s)
}

// byOthers tells whether another dataset than the one that is written makes a statement.
func (im *importing) byOthers(s index.Statement) bool {
	return slices.ContainsFunc(s.Refs, func(r graph.Ref) bool { return r.Dataset != im.Dataset.ID })
}

// A nameIndex finds entities by their names.
type nameIndex struct {
	m     *matcher
	exact map[string][]graph.ID // by graph.NormalizeName; current names come before historic ones
	loose map[string][]graph.ID // by looseKey
	words map[string][]string   // of the keys of loose

	bearing map[string][]string // the keys of loose, by their words
	alikes  map[string][]string // the words that are like one that was asked for
}

// namesOf gathers the names of entities of some kinds, as others give them.
func (m *matcher) namesOf(kinds graph.KindSet) *nameIndex {
	if n := m.names[kinds]; n != nil {
		return n
	}
	n := &nameIndex{m: m, exact: make(map[string][]graph.ID), loose: make(map[string][]graph.ID), words: make(map[string][]string), bearing: make(map[string][]string), alikes: make(map[string][]string)}
	m.names[kinds] = n
	weaker := make(map[string][]graph.ID)
	add := func(to map[string][]graph.ID, key string, id graph.ID) {
		if key != "" && !slices.Contains(to[key], id) {
			to[key] = append(to[key], id)
		}
	}
	for id := range entitiesOf(m.im.ctx, m.im.snapshot, kinds) {
		for _, name := range m.im.snapshot.Names(id, index.AsOf{}) {
			if !m.givenByOthers(name) {
				continue
			}
			to := n.exact
			if name.Role == graph.NameHistoric || name.Role == graph.NameDescriptive {
				to = weaker
			}
			add(to, graph.NormalizeName(name.Text), id)
			if name.Role != graph.NameAcronym {
				add(n.loose, looseKey(name.Text), id)
			}
		}
	}
	for key, ids := range weaker {
		if len(n.exact[key]) == 0 {
			n.exact[key] = ids
		}
	}
	for key := range n.loose {
		n.words[key] = strings.Fields(key)
		for _, word := range n.words[key] {
			n.bearing[word] = append(n.bearing[word], key)
		}
	}
	return n
}

// entitiesOf goes through the entities of some kinds, by ID.
func entitiesOf(ctx context.Context, s *index.Snapshot, kinds graph.KindSet) func(func(graph.ID) bool) {
	return func(yield func(graph.ID) bool) {
		after := ""
		for {
			page, err := s.Entities(ctx, index.EntityQuery{Kinds: kinds, Page: index.Page{First: vocabularyPage, After: after}})
			if err != nil { // the context has ended: whoever writes is told
				return
			}
			for _, item := range page.Items {
				if after = item.Cursor; !yield(item.ID) {
					return
				}
			}
			if !page.HasNext {
				return
			}
		}
	}
}

// Limits of what is offered for a text that no name fits.
const (
	maxCandidates = 5
	// leastShared is how many of the words of two names, in percent of all their words, must be the same.
	leastShared = 50
)

// near finds entities with names like a text: half the words the same.
func (n *nameIndex) near(text string) []Candidate {
	words := strings.Fields(looseKey(text))
	best := make(map[graph.ID]int)
	for key, most := range n.sharing(words) {
		other := n.words[key]
		if 100*most < leastShared*(len(words)+len(other)-most) {
			continue
		}
		score := shared(words, other)
		if score < leastShared {
			continue
		}
		for _, id := range n.loose[key] {
			best[id] = max(best[id], score)
		}
	}
	ids := make([]graph.ID, 0, len(best))
	for id := range best {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b graph.ID) int { return cmp.Or(cmp.Compare(best[b], best[a]), cmp.Compare(a, b)) })
	var list []Candidate
	for _, id := range ids[:min(len(ids), maxCandidates)] {
		list = append(list, n.m.candidate(id))
	}
	return list
}

// sharing returns the keys that have a word, or one like it, in common with a name, and how many at most. Of thousands of names few are left to be compared.
func (n *nameIndex) sharing(words []string) map[string]int {
	most := make(map[string]int)
	for _, word := range words {
		alikes, known := n.alikes[word]
		if !known {
			for other := range n.bearing {
				if word == other || alike(word, other) {
					alikes = append(alikes, other)
				}
			}
			n.alikes[word] = alikes
		}
		for _, other := range alikes {
			for _, key := range n.bearing[other] {
				most[key]++
			}
		}
	}
	return most
}

// shared tells how many words of two sorted lists are the same or nearly so, in percent of all.
func shared(a, b []string) int {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if fewer, more := min(len(a), len(b)), max(len(a), len(b)); 100*fewer < leastShared*more {
		return 0
	}
	same, taken := 0, make([]bool, len(b))
	for _, word := range a {
		for i, other := range b {
			if !taken[i] && (word == other || alike(word, other)) {
				same, taken[i] = same+1, true
				break
			}
		}
	}
	return 100 * same / (len(a) + len(b) - same)
}

// leastAlike is how long words must be to be taken for misspellings of each other.
const leastAlike = 5

// alike tells whether one letter too many, too few or wrong, or two exchanged, make one word of the other.
func alike(a, b string) bool {
	if len(a) < leastAlike || len(b) < leastAlike || a[0] != b[0] && a[len(a)-1] != b[len(b)-1] {
		return false // no such slip changes both the first and the last letter
	}
	x, y := []rune(a), []rune(b)
	if len(x) < leastAlike || len(y) < leastAlike || len(x)-len(y) > 1 || len(y)-len(x) > 1 {
		return false
	}
	start := 0
	for start < min(len(x), len(y)) && x[start] == y[start] {
		start++
	}
	end := 0
	for end < min(len(x), len(y))-start && x[len(x)-1-end] == y[len(y)-1-end] {
		end++
	}
	x, y = x[start:len(x)-end], y[start:len(y)-end]
	return len(x) <= 1 && len(y) <= 1 || len(x) == 2 && len(y) == 2 && x[0] == y[1] && x[1] == y[0]
}

// withoutMarks drops what tables put behind names: marks and numbers of footnotes, and an abbreviation in brackets.
func withoutMarks(text string) string {
	for {
		before := text
		text = strings.TrimRightFunc(text, func(r rune) bool {
			return unicode.IsSpace(r) || strings.ContainsRune("*†‡§,", r) || unicode.Is(unicode.No, r) // superscript digits
		})
		if i := strings.LastIndexFunc(text, func(r rune) bool { return !unicode.IsDigit(r) }); i > 0 && i < len(text)-1 && len(text)-1-i <= 2 && (text[i] == ' ' || text[i] == ',') {
			text = text[:i]
		}
		if open := strings.LastIndexAny(text, "(["); open > 0 && strings.HasSuffix(text, closing[text[open]]) && isMark(text[open+1:len(text)-1]) {
			text = text[:open]
		}
		if text == before {
			return strings.TrimSpace(text)
		}
	}
}

var closing = map[byte]string{'(': ")", '[': "]"}

// isMark tells whether what stands in brackets is a mark of a footnote or an abbreviation: no small letters but a single one.
func isMark(s string) bool {
	if len(s) == 1 {
		return true
	}
	return s != "" && len(s) <= 8 && strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsUpper(r) && !unicode.IsDigit(r) && r != '-' && r != ',' && r != ' '
	}) < 0
}

// smallWords do not tell names apart.
var smallWords = func() map[string]bool {
	small := make(map[string]bool)
	for _, word := range strings.Fields("the of and a an for in on to de la le les l du des d et el los las y del da do das dos e") {
		small[word] = true
	}
	return small
}()

// shortened words stand for whole ones.
var shortenedWords = map[string]string{
	"st": "saint", "ste": "sainte", "rep": "republic", "dem": "democratic", "is": "islands", "isl": "islands", "fed": "federal", "peoples": "people", "people's": "people", "s": "",
}

// looseKey is under what names with the same words meet: without accents, small words and punctuation, in the order of the alphabet. "Bolivia
// (Plurinational State of)" and "Plurinational State of Bolivia" have the same; so have "Cote d'Ivoire" and "Côte d’Ivoire".
func looseKey(name string) string {
	folded := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) && r < '\u0400': // accents of Latin letters; marks of other scripts tell letters apart
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			return r
		case r == '\'' || r == '.':
			return r
		}
		return ' '
	}, norm.NFKD.String(graph.NormalizeName(strings.ReplaceAll(name, "&", " and "))))
	folded = strings.ReplaceAll(strings.ReplaceAll(folded, ".", ""), "'", " ")
	var words []string
	for _, word := range strings.Fields(folded) {
		if whole, short := shortenedWords[word]; short {
			word = whole
		}
		if word != "" && !smallWords[word] {
			words = append(words, word)
		}
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// maxSlugBytes bounds the part of a new ID that is made of a name.
const maxSlugBytes = 100

// newID makes the ID of a new entity: the kind, and the name in lower case without accents, its words joined by "-". A name without Latin letters
// makes none: a person gives one.
func newID(kind graph.Kind, name string) (graph.ID, error) {
	var b strings.Builder
	gap, foreign := false, false
	for _, r := range norm.NFKD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case unicode.IsMark(r), r == '\'', r == '’', r == '.':
		case unicode.IsLetter(r):
			foreign = true
		default:
			gap = true
		}
	}
	slug := b.String()
	if slug == "" || foreign {
		return "", errors.New("the name cannot be written in plain letters")
	}
	if len(slug) > maxSlugBytes {
		slug = slug[:maxSlugBytes]
		if at := strings.LastIndexByte(slug, '-'); at > 0 {
			slug = slug[:at]
		}
	}
	return graph.ParseID(kind.Prefix() + "/" + slug)
}
