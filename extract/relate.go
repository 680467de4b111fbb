package extract

import (
	"cmp"
	"slices"

	"treatygraph/graph"
)

// The kinds that rules ask for.
var (
	kindGroups      = graph.Set(graph.KindOrganisation, graph.KindBody, graph.KindForum)
	kindMakers      = graph.Set(graph.KindState, graph.KindOrganisation, graph.KindBody, graph.KindForum, graph.KindOffice) // those who make instruments and undertakings
	kindObjects     = graph.Instruments | graph.Set(graph.KindProvision, graph.KindInitiative, graph.KindRegime, graph.KindForum, graph.KindBody, graph.KindOrganisation, graph.KindFacility, graph.KindTopic, graph.KindMeeting)
	kindUndertaking = graph.Set(graph.KindInitiative, graph.KindFacility, graph.KindOrganisation, graph.KindBody, graph.KindForum, graph.KindRegime)
)

// A rule's confidence: what its readings were right about on texts that were read by hand, roughly.
const (
	sure     graph.Thousandths = 950
	probable graph.Thousandths = 850
)

// A sentence is the tokens between two stops of a unit.
type sentence struct {
	*reader
	*unit
	tokens  []token
	clauses []clause
}

// A clause is the tokens between two breaks of a sentence, with who acts in it.
type clause struct {
	tokens  []token
	span           // of the unit
	subject actors // of this clause, its own or taken over from the one before
	own     bool   // the subject stands in the clause
	first   int    // the first token behind the subject
}

// actors are who acts: the entities, and where they stand.
type actors struct {
	ids []graph.ID
	span
}

// relate applies all rules. Events come first, since they date the text's own instrument.
func (r *reader) relate() {
	r.findBody()
	r.findSpeakers()
	var sentences []sentence
	for i := range r.units {
		sentences = r.sentences(sentences, &r.units[i])
	}
	for i := range sentences {
		sentences[i].events()
	}
	r.dateBody()
	for i := range r.units {
		r.structure(&r.units[i], i)
	}
	for i := range sentences {
		s := &sentences[i]
		s.neighbours()
		s.positions()
		s.disagreements()
		s.undertakings()
		s.subjects()
	}
	r.citations()
	for i := range r.list {
		slices.SortStableFunc(r.list[i].Evidence, func(a, b Quote) int { return cmp.Compare(a.Start, b.Start) })
	}
	slices.SortStableFunc(r.list, func(a, b Statement) int { return cmp.Compare(a.Evidence[0].Start, b.Evidence[0].Start) })
}

// findBody finds the section whose heading is the title of an expressed instrument: what stands in it is the instrument's text.
func (r *reader) findBody() {
	for i := range r.units {
		u := &r.units[i]
		if u.Kind == InHeading && len(u.mentions) == 1 && slices.Contains(r.about.Expresses, u.mentions[0].entity) {
			r.body = u.Index
			return
		}
	}
}

// inBody tells whether a unit belongs to the text of the expressed instrument.
func (r *reader) inBody(u *unit) bool {
	if len(r.about.Expresses) == 0 {
		return false
	}
	for s := u.section; s >= 0; s = r.document.Sections[s].Parent {
		if s == r.body {
			return true
		}
	}
	return r.body < 0
}

// speaker is what a unit's text is: the expressed instrument or the document.
func (r *reader) speaker(u *unit) graph.ID {
	if r.inBody(u) {
		return r.about.Expresses[0]
	}
	return r.about.Document
}

// dateBody takes the date of the text's own instrument from the text, else from the vocabulary.
func (r *reader) dateBody() {
	if len(r.about.Expresses) == 0 {
		return
	}
	for _, s := range r.list {
		if s.Claim.Subject == r.about.Expresses[0] && s.Claim.Predicate == graph.PredAdopted {
			r.now = s.Claim.Valid.From
			return
		}
	}
	if e := r.byID[r.about.Expresses[0]]; e != nil && len(e.Dates) > 0 {
		r.now = e.Dates[0]
	}
}

// A saidKey is what makes two claims of rules the same one.
type saidKey struct {
	subject, object graph.ID
	predicate       graph.Predicate
	valid           graph.Interval
	amount, unit    string // of a quantity
}

// say takes a claim, read by a rule from words of a unit. A claim that was read before gets one more piece of evidence.
func (r *reader) say(u *unit, rule string, confidence graph.Thousandths, c graph.Claim, words span) {
	if c.Subject == c.Object || c.Subject == "" {
		return
	}
	words.end = min(words.end, len(u.text))
	for words.end > words.start && u.text[words.end-1] == ' ' {
		words.end--
	}
	for words.start < words.end && u.text[words.start] == ' ' {
		words.start++
	}
	if words.end <= words.start || words.end-words.start > maxEvidence {
		return
	}
	start, end := u.raw(words)
	quote := Quote{u.Place, start, end, confidence, ""}
	key := saidKey{subject: c.Subject, predicate: c.Predicate, object: c.Object, valid: c.Valid}
	if c.Value != nil {
		key.amount, key.unit = c.Value.Amount, c.Value.Unit
	}
	i, there := r.said[key]
	if !there {
		r.said[key] = len(r.list)
		r.list = append(r.list, Statement{Claim: c, Rule: rule, Confidence: confidence, Evidence: []Quote{quote}})
		return
	}
	s := &r.list[i]
	s.Confidence = max(s.Confidence, confidence)
	if len(s.Evidence) >= graph.MaxEvidence {
		return
	}
	for _, q := range s.Evidence[max(len(s.Evidence)-lastQuotes, 0):] { // the same words are read twice in a row, if at all
		if q.Place == quote.Place && q.Start < quote.End && quote.Start < q.End {
			return
		}
	}
	s.Evidence = append(s.Evidence, quote)
}

// maxSentence bounds the tokens of a sentence: what rules look through again and again. Sentences of treaties have some 300.
const maxSentence = 1000

// maxEvidence bounds the words that a rule takes for one reading, in code points: longer ones are no sentence.
const maxEvidence = 2000

// lastQuotes is how many pieces of evidence a new one is compared with.
const lastQuotes = 4

// since is the validity of what holds from a date on.
func since(d graph.Date) graph.Interval { return graph.Interval{From: d} }

// sentences cuts a unit at its stops, and each sentence at its breaks, and tells who acts in each clause. It adds them to the list.
func (r *reader) sentences(list []sentence, u *unit) []sentence {
	begin, at, before := 0, 0, len(list)
	ends := 1
	for i := range u.tokens {
		if c := u.tokens[i].class; c == classStop || c == classBreak {
			ends++
		}
	}
	clauses := make([]clause, 0, ends+len(u.tokens)/maxSentence)
	cut := func(i, end, next int) {
		if i > begin {
			s := sentence{reader: r, unit: u, tokens: u.tokens[begin:i]}
			first := len(clauses)
			clauses = s.cut(clauses, span{at, end})
			s.clauses = clauses[first:]
			s.findSubjects(len(list) == before)
			list = append(list, s)
		}
		begin, at = next, end
	}
	for i := range u.tokens {
		if t := &u.tokens[i]; t.class == classStop {
			cut(i, t.end, i+1)
		} else if i-begin >= maxSentence {
			cut(i, t.start, i)
		}
	}
	cut(len(u.tokens), len(u.text), len(u.tokens))
	return list
}

// cut adds the clauses of a sentence to a list.
func (s *sentence) cut(list []clause, whole span) []clause {
	begin, at := 0, whole.start
	for i := range s.tokens {
		if s.tokens[i].class == classBreak {
			list = append(list, clause{tokens: s.tokens[begin:i], span: span{at, s.tokens[i].start}})
			begin, at = i+1, s.tokens[i].end
		}
	}
	return append(list, clause{tokens: s.tokens[begin:], span: span{at, whole.end}})
}

// maxAdverb is how many characters of filler may stand before a clause's subject: 但, 目前, moreover.
const maxAdverb = 12

// findSubjects tells for each clause who acts. A clause without a subject of its own goes on with the one before; one that begins with
// another subject has none that acts. A passage that begins with a position and no subject, as preambles do, is spoken by all.
func (s *sentence) findSubjects(opens bool) {
	var current, listed actors
	for i := range s.clauses {
		c := &s.clauses[i]
		subject, found, other := s.subjectOf(c, len(listed.ids) > 0)
		subject, listed = s.joinList(c, subject, listed, found)
		switch {
		case found:
			current, c.own = subject, true
		case other:
			current = actors{}
		case i == 0 && opens && len(c.tokens) > 0 && (c.tokens[0].class == classPosition || c.tokens[0].class == classReaffirm) && c.tokens[0].start == c.start:
			current = actors{s.speakers(), span{c.start, c.start}}
		}
		c.subject = current
	}
}

// joinList joins the clauses of a list such as "A, B and C" or "A, B, and C", which begins a sentence: what A does comes behind C. It returns the clause's
// subject, and the list as far as it goes, if it may go on.
func (s *sentence) joinList(c *clause, subject, before actors, found bool) (joined, listed actors) {
	if !found || c.first < 1 || c.tokens[c.first-1].class == classWe {
		return subject, listed
	}
	whole := actors{append(slices.Clone(before.ids), subject.ids...), subject.span}
	if len(before.ids) > 0 {
		whole.start = before.start
	}
	if c.first == len(c.tokens) && gapRunes(s.text, subject.end, c.end) == 0 {
		return subject, whole
	}
	if len(before.ids) > 0 && slices.ContainsFunc(c.tokens[:c.first], func(t token) bool { return t.class == classAnd }) {
		return whole, listed
	}
	return subject, listed
}

// subjectOf reads a clause's beginning: "we", or a list of actors that no other noun follows. Other is true where something else is the
// subject.
func (s *sentence) subjectOf(c *clause, inList bool) (subject actors, found, other bool) {
	i := 0
	if inList && len(c.tokens) > 0 && c.tokens[0].class == classAnd {
		i++
	}
	for i < len(c.tokens) && c.tokens[i].isDate() {
		i++
	}
	if i == len(c.tokens) {
		return subject, false, false
	}
	t := &c.tokens[i]
	filler := gapRunes(s.text, c.start, t.start)
	if i > 0 {
		filler = gapRunes(s.text, c.tokens[i-1].end, t.start)
	}
	switch {
	case t.class == classWe && filler <= maxAdverb:
		c.first = i + 1
		return actors{s.speakers(), t.span}, true, false
	case (t.class == classOther || t.class == classThat || t.class == classOwn) && filler <= 1:
		return subject, false, true
	case !t.isMention() || filler > maxAdverb:
		return subject, false, false
	}
	subject.span = t.span
	for i < len(c.tokens) && c.tokens[i].isMention() {
		m := &s.mentions[c.tokens[i].mention]
		if !kindMakers.Has(m.entity.Kind()) {
			return actors{}, false, true
		}
		subject.ids = append(subject.ids, m.entity)
		subject.end = c.tokens[i].end
		i++
		if i >= len(c.tokens) || c.tokens[i].class != classAnd || i+1 >= len(c.tokens) || !c.tokens[i+1].isMention() || c.tokens[i].start != subject.end && gapRunes(s.text, subject.end, c.tokens[i].start) > 0 {
			break
		}
		i++
	}
	if i < len(c.tokens) && gapRunes(s.text, subject.end, c.tokens[i].start) == 0 && (c.tokens[i].class == classOf || c.tokens[i].class == classMember || c.tokens[i].isMention()) {
		return actors{}, false, true
	}
	c.first = i
	return subject, true, false
}

// speakers are those who say "we" in a unit.
func (s *sentence) speakers() []graph.ID {
	if s.inBody(s.unit) {
		return s.speaking
	}
	return s.parties
}

// findSpeakers takes the actors that stand alone at the beginning of the text's body, else the states that its first heading names.
func (r *reader) findSpeakers() {
	r.speaking = r.parties
	for i := range r.units {
		if u := &r.units[i]; u.Kind == InPassage && r.inBody(u) {
			if ids := enacting(u); len(ids) > 0 {
				r.speaking = ids
				for _, id := range ids {
					r.say(u, "enacting formula", sure, graph.Claim{Subject: r.speaker(u), Predicate: graph.PredAuthoredBy, Object: id}, span{0, len(u.text)})
				}
			}
			return
		}
	}
}

// enacting reads the formula with which joint texts begin: actors, "and" between them, and a comma; nothing else.
func enacting(u *unit) []graph.ID {
	var ids []graph.ID
	at := 0
	for i := range u.tokens {
		t := &u.tokens[i]
		switch {
		case gapRunes(u.text, at, t.start) > 0:
			return nil
		case t.isMention() && kindMakers.Has(u.entityOf(t).Kind()):
			ids = append(ids, u.entityOf(t))
		case t.class == classAnd, t.class == classBreak && i == len(u.tokens)-1:
		default:
			return nil
		}
		at = t.end
	}
	if gapRunes(u.text, at, len(u.text)) > 0 {
		return nil
	}
	return ids
}
