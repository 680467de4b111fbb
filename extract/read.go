package extract

import (
	"slices"
	"strings"

	"treatygraph/graph"
)

// About is what a reader is told of a document besides its text.
type About struct {
	Document  graph.ID
	Language  graph.Language
	Date      graph.Date           // of the document; may be zero
	Expresses []graph.ID           // the instruments whose text it holds
	PartID    func(Place) graph.ID // names the document's parts
}

// A PlaceKind is a sort of part of a document.
type PlaceKind uint8

// The parts of a document in which words stand.
const (
	InHeading PlaceKind = iota
	InPassage
	InNote
)

// A Place is a heading, a passage or a note, by its index among the document's sections, passages or notes.
type Place struct {
	Kind  PlaceKind
	Index int
}

// A Quote is words of the raw text: [Start, End) in a place, with how sure the reader is of them and why.
type Quote struct {
	Place
	Start, End int
	Score      graph.Thousandths
	Reason     string
}

// A Mention is one occurrence of an entity.
type Mention struct {
	Entity graph.ID
	Quote
}

// An Unlinked mention is words that name something which the vocabulary does not hold.
type Unlinked struct {
	Text string // clean
	Quote
}

// A Statement is a claim that the text makes, as one rule reads it.
type Statement struct {
	Claim      graph.Claim
	Rule       string
	Confidence graph.Thousandths
	Evidence   []Quote
}

// A Reading is what a text mentions and says, each list in reading order.
type Reading struct {
	Mentions   []Mention
	Unlinked   []Unlinked
	Statements []Statement
}

// Read finds what a document mentions and says. It never fails: what it does not understand it leaves out, and what it sees named but
// does not know it reports as unlinked.
func Read(d *Document, about About, v *Vocabulary) *Reading {
	r := newReader(d, about, v)
	for i := range r.units {
		r.recognise(i)
	}
	r.relate()
	return r.reading()
}

// A reader is the state of reading one document.
type reader struct {
	*Vocabulary
	document *Document
	about    About
	units    []unit
	headings []int      // the unit of each section's heading
	speaking []graph.ID // those who say "we" in the body
	parties  []graph.ID // the states that the first heading names, sorted
	context  *Lexicon   // names that may stand without these parties; nil for none
	organOf  map[graph.ID]graph.ID
	body     int        // the section that holds the expressed instrument's text; -1: the whole document
	now      graph.Date // when the expressed instrument was adopted, else the document's date
	said     map[saidKey]int
	list     []Statement
	within   map[string][]NameMatch // the names found inside words, by the words
	words    []byte                 // to look them up with
	room     []token                // for the tokens of a unit while it is scanned
}

// A unit is a heading, a passage or a note while it is read. Offsets into it count its code points.
type unit struct {
	Place
	section    int // the innermost section; -1 for none
	source     *Normalised
	clean      span // of the source's clean text
	text, fold []rune
	names      []NameMatch // of the vocabulary
	partyless  []NameMatch // of the names that may stand without the parties of the text
	mentions   []mention   // top level, in order
	inner      []mention   // inside the open ones
	unlinked   []unlinked
	tokens     []token
}

// raw maps [start, end) of the unit to the raw text.
func (u *unit) raw(s span) (start, end int) {
	start, end, _ = u.source.RawSpan(u.clean.start+s.start, u.clean.start+s.end)
	return start, end
}

// entityOf returns what a token mentions.
func (u *unit) entityOf(t *token) graph.ID { return u.mentions[t.mention].entity }

// A mention is one while the document is read.
type mention struct {
	span
	entity graph.ID
	score  graph.Thousandths
	reason string
	role   graph.NameRole // of the name that stands there; zero where none does
	inner  span           // of the unit's inner mentions
	points bool           // words that point back, or part of a list's shared head: no citation by name

	amends   graph.ID // named only as what amends this
	attached bool     // named as what is attached
}

type unlinked struct {
	span
	reason string
}

func newReader(d *Document, about About, v *Vocabulary) *reader {
	r := &reader{Vocabulary: v, document: d, about: about, body: -1, now: about.Date, said: make(map[saidKey]int), within: make(map[string][]NameMatch)}
	r.cut()
	names := v.lexicon.Find(d.Clean, nil)
	r.share(names, func(u *unit, matches []NameMatch) { u.names = matches })
	r.parties = r.firstParties()
	if len(r.parties) > 0 {
		if r.context, r.organOf = v.context(r.parties); r.context != nil {
			r.share(r.context.Find(d.Clean, nil), func(u *unit, matches []NameMatch) { u.partyless = matches })
		}
	}
	for i := range d.Notes {
		r.units = append(r.units, noteUnit(d, i, v))
	}
	return r
}

// cut makes the units of headings and passages, in reading order.
func (r *reader) cut() {
	d := r.document
	text, fold := d.clean, foldRunes(d.clean)
	r.units = make([]unit, 0, len(d.Sections)+len(d.Passages)+len(d.Notes))
	r.headings = make([]int, len(d.Sections))
	add := func(place Place, section int, s span) {
		r.units = append(r.units, unit{Place: place, section: section, source: d.Normalised, clean: s, text: text[s.start:s.end], fold: fold[s.start:s.end]})
	}
	next := 0
	headingsBefore := func(at int) {
		for ; next < len(d.Sections) && d.Sections[next].heading.start < at; next++ {
			r.headings[next] = len(r.units)
			add(Place{InHeading, next}, next, d.Sections[next].heading)
		}
	}
	for i := range d.Passages {
		headingsBefore(d.Passages[i].clean.start)
		add(Place{InPassage, i}, d.Passages[i].Section, d.Passages[i].clean)
	}
	headingsBefore(len(text) + 1)
}

// share gives each unit the matches that lie in it, counted from its beginning.
func (r *reader) share(matches []NameMatch, give func(*unit, []NameMatch)) {
	for i := range r.units {
		u := &r.units[i]
		matches = from(matches, u.clean.start)
		n := 0
		for ; n < len(matches) && matches[n].End <= u.clean.end; n++ {
			matches[n].Start -= u.clean.start
			matches[n].End -= u.clean.start
		}
		give(u, matches[:n])
		matches = matches[n:]
	}
}

func noteUnit(d *Document, i int, v *Vocabulary) unit {
	note := d.part(d.Notes[i].Start, d.Notes[i].End)
	return unit{Place: Place{InNote, i}, section: -1, source: note, text: note.clean, fold: foldRunes(note.clean), names: v.lexicon.Find(note.Clean, nil)}
}

// firstParties returns the states that the headings before the first passage name: those that a letter or a joint text comes from.
func (r *reader) firstParties() []graph.ID {
	var states []graph.ID
	for i := range r.units {
		if r.units[i].Kind != InHeading {
			break
		}
		u := &r.units[i]
		add := func(m *NameMatch) {
			if id := r.state(m); id != "" && !slices.Contains(states, id) {
				states = append(states, id)
			}
		}
		for i := range u.names {
			add(&u.names[i])
			inside := r.inside(u, span{u.names[i].Start, u.names[i].End})
			for k := range inside {
				add(&inside[k])
			}
		}
	}
	slices.Sort(states)
	return states
}

// reading gathers what was found, in reading order.
func (r *reader) reading() *Reading {
	out := &Reading{Statements: r.list}
	count := 0
	for i := range r.units {
		count += len(r.units[i].mentions) + len(r.units[i].inner)
	}
	out.Mentions = make([]Mention, 0, count)
	for i := range r.units {
		u := &r.units[i]
		quote := func(s span, score graph.Thousandths, reason string) Quote {
			start, end := u.raw(s)
			return Quote{u.Place, start, end, score, reason}
		}
		all := u.mentions
		if len(u.inner) > 0 {
			all = slices.Concat(u.mentions, u.inner)
		}
		slices.SortStableFunc(all, func(a, b mention) int {
			if a.start != b.start {
				return a.start - b.start
			}
			return b.end - a.end
		})
		for _, m := range all {
			out.Mentions = append(out.Mentions, Mention{m.entity, quote(m.span, m.score, m.reason)})
		}
		for _, n := range u.unlinked {
			out.Unlinked = append(out.Unlinked, Unlinked{strings.TrimSpace(string(u.text[n.start:n.end])), quote(n.span, 0, n.reason)})
		}
	}
	return out
}
