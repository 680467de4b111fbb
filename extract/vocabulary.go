package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"treatygraph/graph"
)

// An Entity is what is known of an entity before a text is read.
type Entity struct {
	ID          graph.ID
	Names       []graph.Name
	Identifiers []graph.Identifier
	Dates       []graph.Date // of an instrument: when it was adopted, concluded, signed, opened for signature or entered into force
	Provision   Provision    // of a provision: where it stands
	Amends      []graph.ID   // of an instrument: those that it amends
}

// A Provision is the place of a provision in its instrument: the number of its article.
type Provision struct {
	Of     graph.ID
	Number int
}

// A Vocabulary is what a reader knows of the world: names, and the few facts that tell one thing from another. It never changes and
// may be used from any number of goroutines.
type Vocabulary struct {
	entities   []Entity
	byID       map[graph.ID]*Entity
	lexicon    *Lexicon
	identified map[graph.Identifier]graph.ID
	provisions map[Provision]graph.ID
	amending   map[graph.ID][]graph.ID // by what they amend, in order of ID
	dated      map[graph.Date][]*Entity
	letters    map[rune]graph.ID // states by the one character that stands for them: 美, 俄
	bilateral  []bilateral
}

// A bilateral name begins with the names of those it is between. In a text of the same parties the rest may stand alone.
type bilateral struct {
	parties []graph.ID // sorted
	entry   Entry      // with the rest of the name
}

// NewVocabulary takes over the entities, in any order.
func NewVocabulary(entities []Entity) *Vocabulary {
	v := &Vocabulary{
		entities: slices.Clone(entities), byID: make(map[graph.ID]*Entity, len(entities)), identified: make(map[graph.Identifier]graph.ID),
		provisions: make(map[Provision]graph.ID), amending: make(map[graph.ID][]graph.ID), dated: make(map[graph.Date][]*Entity),
		letters: make(map[rune]graph.ID),
	}
	slices.SortFunc(v.entities, func(a, b Entity) int { return strings.Compare(string(a.ID), string(b.ID)) })
	var entries []Entry
	for i := range v.entities {
		e := &v.entities[i]
		v.byID[e.ID] = e
		for _, id := range e.Identifiers {
			v.identified[id] = e.ID
		}
		if e.Provision.Of != "" {
			v.provisions[e.Provision] = e.ID
		}
		for _, amended := range e.Amends {
			v.amending[amended] = append(v.amending[amended], e.ID)
		}
		for _, d := range e.Dates {
			if same := v.dated[d]; len(same) == 0 || same[len(same)-1] != e {
				v.dated[d] = append(same, e)
			}
		}
		for _, n := range e.Names {
			entries = append(entries, Entry{e.ID, n})
			if r, size := utf8.DecodeRuneInString(n.Text); size == len(n.Text) && graph.IsCJK(r) && e.ID.Kind() == graph.KindState {
				v.letters[r] = e.ID
			}
		}
	}
	v.lexicon = NewLexicon(entries)
	v.findBilateral(entries)
	return v
}

// findBilateral collects the names that begin with states.
func (v *Vocabulary) findBilateral(entries []Entry) {
	var matches []NameMatch
	for _, entry := range entries {
		if k := entry.Entity.Kind(); k == graph.KindState || k == graph.KindRegion || k == graph.KindPlace || k == graph.KindOffice {
			continue
		}
		runes := []rune(entry.Name.Text)
		matches = v.lexicon.Find(string(runes[:min(len(runes)-1, maxParties)]), matches[:0]) // without the last character, so that the name itself is not found
		parties, rest := v.leadingParties(runes, matches)
		kind, left := entry.Entity.Kind(), len(runes)-rest
		if len(parties) == 0 || left < minRest || kind != graph.KindBody && left < minAlone || len(parties) == 1 && !ownedKinds.Has(kind) {
			continue
		}
		entry.Name.Text = string(runes[rest:])
		v.bilateral = append(v.bilateral, bilateral{parties, entry})
	}
}

// Bounds of what is looked at and left of a name that begins with its parties.
const (
	maxParties = 100 // characters
	minRest    = 2
	minAlone   = 4 // of what is not an organ whose state stands in the same sentence
)

// ownedKinds are the kinds of things whose names may begin with the one state that has them.
var ownedKinds = graph.Set(graph.KindBody, graph.KindFacility, graph.KindInitiative)

// leadingParties reads states at the beginning of a name, in full or by their letters, and returns them sorted, with the place where the rest
// begins.
func (v *Vocabulary) leadingParties(name []rune, matches []NameMatch) (parties []graph.ID, rest int) {
	at := 0
	begins := func(at int) bool { return at < len(name) && v.letters[name[at]] != "" }
	take := func(id graph.ID, end int) {
		if !slices.Contains(parties, id) {
			parties = append(parties, id)
		}
		at = end
	}
	for at < len(name) {
		matches = from(matches, at)
		if len(matches) > 0 && matches[0].Start == at && v.state(&matches[0]) != "" {
			take(v.state(&matches[0]), matches[0].End)
			matches = matches[1:]
			continue
		}
		if id := v.letters[name[at]]; id != "" && (len(parties) > 0 || at+1 < len(name) && v.letters[name[at+1]] != "") {
			take(id, at+1)
			continue
		}
		joint := name[at] == '和' || name[at] == '与' || name[at] == '、' || name[at] == ' ' || graph.IsHyphen(name[at])
		if len(parties) > 0 && joint && (len(matches) > 0 && matches[0].Start == at+1 || begins(at+1)) {
			at++
			continue
		}
		break
	}
	for _, link := range []string{"之间的", "之间", "的", "关于"} {
		if follows(name, at, link) {
			at += utf8.RuneCountInString(link)
			break
		}
	}
	slices.Sort(parties)
	return parties, at
}

// state returns the only state that a match names.
func (v *Vocabulary) state(m *NameMatch) graph.ID {
	id := v.lexicon.Entry(m.Entries[0]).Entity
	if len(m.Entries) > 1 || id.Kind() != graph.KindState {
		return ""
	}
	return id
}

// context returns a lexicon of the names that may stand without their parties in a text of these parties, sorted; nil for none. The organs of one
// of them are told apart: they are meant only where their state was named before.
func (v *Vocabulary) context(parties []graph.ID) (names *Lexicon, organOf map[graph.ID]graph.ID) {
	var entries []Entry
	organOf = make(map[graph.ID]graph.ID)
	for _, b := range v.bilateral {
		switch {
		case len(b.parties) == 1 && slices.Contains(parties, b.parties[0]):
			if b.entry.Entity.Kind() == graph.KindBody {
				organOf[b.entry.Entity] = b.parties[0]
			}
		case !slices.Equal(b.parties, parties) || utf8.RuneCountInString(b.entry.Name.Text) < minAlone:
			continue
		}
		entries = append(entries, b.entry)
	}
	if len(entries) == 0 {
		return nil, nil
	}
	return NewLexicon(entries), organOf
}

// exists tells whether an instrument is known to have been there on a day.
func (v *Vocabulary) exists(id graph.ID, on graph.Date) bool {
	e := v.byID[id]
	if e == nil {
		return false
	}
	for _, d := range e.Dates {
		if d.Earliest() <= on.Latest() {
			return true
		}
	}
	return false
}

// endsWith tells whether a name of the entity in the text's script ends with a word, as "《…条约》" does with 条约; for languages that put
// the head first, whether the word stands in it.
func (v *Vocabulary) endsWith(id graph.ID, word string) bool {
	e := v.byID[id]
	if e == nil {
		return false
	}
	first, _ := utf8.DecodeRuneInString(word)
	for _, n := range e.Names {
		if strings.HasSuffix(n.Text, word) {
			return true
		}
	}
	for _, n := range e.Names {
		text := strings.ToLower(simplified(n.Text))
		if graph.IsCJK(first) && strings.HasSuffix(text, word) || unicode.IsLetter(first) && !graph.IsCJK(first) && strings.Contains(text, word) {
			return true
		}
	}
	return false
}
