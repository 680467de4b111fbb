package extract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"treatygraph/graph"
)

// How sure a reader is of a link, by what it rests on.
const (
	scoreName        graph.Thousandths = 990 // a name of one entity
	scoreNumber      graph.Thousandths = 990 // a number that one instrument has
	scoreChosen      graph.Thousandths = 850 // a name of several, of which the text speaks of one already
	scoreContext     graph.Thousandths = 930 // a name without the parties that the text is between
	scoreShared      graph.Thousandths = 950 // a member of a list that shares its head
	scoreDated       graph.Thousandths = 950 // what it is called, and its date
	scoreLetter      graph.Thousandths = 900
	scorePointing    graph.Thousandths = 900 // words that point back at what is called so
	scorePointingFar graph.Thousandths = 750 // at something of the kind that is called otherwise
	scoreReduced     graph.Thousandths = 880 // the end of a name that stands before
)

// open tells whether names inside the name of an entity are mentions of their own: designations that describe are open, proper titles closed.
func open(id graph.ID, role graph.NameRole) bool {
	switch id.Kind() {
	case graph.KindOffice, graph.KindMeeting, graph.KindTopic, graph.KindProvision:
		return true
	}
	return role == graph.NameDescriptive
}

// named takes a name as a mention. It tells whether it took it.
func (s *scanner) named(from *Lexicon, match NameMatch) bool {
	m, others := s.choose(from, match)
	if m.entity == "" {
		s.unlinked = append(s.unlinked, unlinked{m.span, "ambiguous: " + others})
		s.at = m.end
		return true
	}
	if from == s.context {
		if state := s.organOf[m.entity]; state != "" && !s.namedBefore(state) {
			return false
		}
		m.score, m.reason = scoreContext, "name without the parties of the text"
	}
	s.splitMaker(&m)
	s.fillInside(&m)
	s.shareHead(&m)
	s.pushMention(m)
	return true
}

// splitMaker takes the body before a resolution's number for a mention of its own: [Security Council] [resolution 1540].
func (s *scanner) splitMaker(m *mention) {
	if m.entity.Kind() != graph.KindResolution {
		return
	}
	inside := s.inside(s.unit, m.span)
	if len(inside) == 0 || inside[0].Start > 0 {
		return
	}
	if body := s.linkName(inside[0].from(m.start)); body.entity.Kind() == graph.KindBody {
		s.pushMention(body)
		m.start = skipBlanks(s.fold, body.end)
	}
}

func (s *scanner) linkName(match NameMatch) mention {
	m, _ := s.choose(s.lexicon, match)
	return m
}

// choose links a name to one of the entities that have it: the only one, the one the text speaks of already, the one whose name of the
// better role it is. Otherwise the mention has no entity, and the entities are named.
func (s *scanner) choose(from *Lexicon, match NameMatch) (m mention, others string) {
	m = mention{span: span{match.Start, match.End}}
	if len(match.Entries) == 1 {
		e := from.Entry(match.Entries[0])
		m.entity, m.role, m.score, m.reason = e.Entity, e.Name.Role, scoreName, roleReasons[e.Name.Role]
		return m, ""
	}
	var best []Entry
	for _, i := range match.Entries {
		e := from.Entry(i)
		k := slices.IndexFunc(best, func(b Entry) bool { return b.Entity == e.Entity })
		if k < 0 {
			best = append(best, e)
		} else if e.Name.Role < best[k].Name.Role {
			best[k] = e
		}
	}
	reason := func(e Entry) string { return roleReasons[e.Name.Role] }
	if len(best) == 1 {
		m.entity, m.role, m.score, m.reason = best[0].Entity, best[0].Name.Role, scoreName, reason(best[0])
		return m, ""
	}
	if i := s.spokenOf(best); i >= 0 {
		m.entity, m.role, m.score, m.reason = best[i].Entity, best[i].Name.Role, scoreChosen, reason(best[i])+", shared with others that the text does not speak of"
		return m, ""
	}
	slices.SortStableFunc(best, func(a, b Entry) int { return int(a.Name.Role) - int(b.Name.Role) })
	if best[0].Name.Role < best[1].Name.Role {
		m.entity, m.role, m.score, m.reason = best[0].Entity, best[0].Name.Role, scoreChosen, reason(best[0])+", of others a lesser one"
		return m, ""
	}
	ids := make([]string, len(best))
	for i, e := range best {
		ids[i] = string(e.Entity)
	}
	return m, strings.Join(ids, ", ")
}

// roleReasons say which name of an entity stands there.
var roleReasons = func() map[graph.NameRole]string {
	m := make(map[graph.NameRole]string)
	for _, r := range graph.NameRoles() {
		m[r] = strings.ToLower(r.String()) + " name"
	}
	return m
}()

// spokenOf returns which of several entities was mentioned last before this place in the text; -1 for none.
func (s *scanner) spokenOf(entries []Entry) int {
	found := -1
	s.backwards(func(m *mention) bool {
		found = slices.IndexFunc(entries, func(e Entry) bool { return e.Entity == m.entity })
		return found < 0
	})
	return found
}

// namedBefore tells whether an entity is mentioned earlier in this sentence.
func (s *scanner) namedBefore(id graph.ID) bool {
	for i := len(s.tokens) - 1; i >= max(len(s.tokens)-maxSentence, 0) && s.tokens[i].class != classStop; i-- {
		if t := &s.tokens[i]; t.isMention() && s.entityOf(t) == id {
			return true
		}
	}
	return false
}

// inside finds the names within words of a unit that are shorter than these, the leftmost and longest first. They are counted from the first of
// the words, and not to be changed.
func (r *reader) inside(u *unit, words span) []NameMatch {
	if words.end-words.start < 3 {
		return nil
	}
	r.words = r.words[:0]
	for _, c := range u.text[words.start:words.end] {
		r.words = utf8.AppendRune(r.words, c)
	}
	list, known := r.within[string(r.words)]
	if !known {
		list = r.shorter(u.text[words.start:words.end])
		r.within[string(r.words)] = list
	}
	return list
}

// shorter finds the names in words that are not all of them, the leftmost and longest first.
func (r *reader) shorter(words []rune) []NameMatch {
	list := r.lexicon.Find(string(words[:len(words)-1]), nil)
	for _, m := range r.lexicon.Find(string(words[1:]), nil) {
		m.Start, m.End = m.Start+1, m.End+1
		list = append(list, m)
	}
	slices.SortStableFunc(list, func(a, b NameMatch) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	kept := list[:0]
	at := 0
	for _, m := range list {
		if m.Start >= at {
			at = m.End
			kept = append(kept, m)
		}
	}
	return kept
}

// fillInside adds the mentions within an open one.
func (s *scanner) fillInside(m *mention) {
	from := len(s.inner)
	if open(m.entity, m.role) {
		for _, match := range s.inside(s.unit, m.span) {
			if in := s.linkName(match.from(m.start)); in.entity != "" && in.entity != m.entity {
				s.inner = append(s.inner, in)
			}
		}
	}
	m.inner = span{from, len(s.inner)}
}

// shareHead looks at an open name that begins with an actor, such as the office of a state. Where another actor stands before it and an
// "and", and has an office of the same words, that actor's words are a mention of this office, too.
func (s *scanner) shareHead(m *mention) {
	if m.inner.start == m.inner.end || s.inner[m.inner.start].start != m.start {
		return
	}
	head := string(s.text[s.inner[m.inner.start].end:m.end])
	for i := len(s.tokens) - 1; i >= 1 && s.tokens[i].class == classAnd; i -= 2 {
		t := &s.tokens[i-1]
		if !t.isMention() || t.end != s.tokens[i].start {
			return
		}
		actor := s.mentions[t.mention]
		office := s.fullName(actor, head, m.entity.Kind())
		if office == "" {
			return
		}
		s.inner = append(s.inner, actor)
		s.mentions[t.mention] = mention{span: actor.span, entity: office, score: scoreShared, reason: "shares its head with the next", inner: span{len(s.inner) - 1, len(s.inner)}, points: true}
	}
}

// fullName finds what is called by an actor's name and a head.
func (s *scanner) fullName(actor mention, head string, kind graph.Kind) graph.ID {
	e := s.byID[actor.entity]
	if e == nil {
		return ""
	}
	names := []string{string(s.text[actor.start:actor.end])}
	for _, n := range e.Names {
		names = append(names, n.Text)
	}
	for _, n := range names {
		for _, i := range s.lexicon.Lookup(n + head) {
			if id := s.lexicon.Entry(i).Entity; id.Kind() == kind {
				return id
			}
		}
	}
	return ""
}

// title takes what stands between title marks. Where a name fills it, the name is taken next; where it is a word for a sort of instrument, it points back;
// else it is a title that the vocabulary does not hold.
func (s *scanner) title(names []NameMatch) {
	end, depth := s.at, 0
	for ; end < len(s.text) && end-s.at < graph.MaxNameRunes; end++ {
		switch s.text[end] {
		case '《', '〈':
			depth++
		case '》', '〉':
			depth--
		}
		if depth == 0 {
			break
		}
	}
	inside := span{s.at + 1, end}
	if depth != 0 || inside.end <= inside.start {
		s.at++
		return
	}
	for _, m := range names {
		if m.Start == inside.start && m.End >= inside.end {
			s.at++ // the name comes next
			return
		}
		if m.Start > inside.start {
			break
		}
	}
	if ids := s.lexicon.Lookup(string(s.text[inside.start:inside.end])); len(ids) > 0 {
		if s.named(s.lexicon, NameMatch{inside.start, inside.end, ids}) {
			return
		}
	}
	if w, n := grammar.at(s.fold, inside.start); w != nil && w.class == classType && n == inside.end-inside.start {
		if s.amendedTitle(w, inside) || s.pointBack(w, inside, inside) {
			return
		}
	}
	s.unlinked = append(s.unlinked, unlinked{inside, "a title that the vocabulary does not hold"})
	s.at = end + 1
}

// amendedTitle links 经修订的《条约》.
func (s *scanner) amendedTitle(w *word, inside span) bool {
	last := len(s.tokens) - 1
	return last >= 0 && s.tokens[last].class == classAmended && gapRunes(s.text, s.tokens[last].end, inside.start) == 0 && s.instead(s.amended(w, span{s.tokens[last].start, inside.end}))
}

// typeWord looks at a word for a sort of thing that is no part of a name: with what stands before, it may point back, or name something by its date
// or as the end of a name. It tells whether it took a mention.
func (s *scanner) typeWord(w *word, here span) bool {
	last := len(s.tokens) - 1
	if last >= 0 && gapRunes(s.text, s.tokens[last].end, here.start) == 0 {
		t := &s.tokens[last]
		whole := span{t.start, here.end}
		switch t.class {
		case classThat, classAttached:
			if isWordLetter(s.fold[here.start]) && here.start > t.end+1 {
				break // a conjunction: "that the treaty"
			}
			attached := t.class == classAttached
			took := s.instead(s.pointBack(w, here, whole))
			if took {
				s.mentions[len(s.mentions)-1].attached = attached
			}
			return took
		case classSelf:
			return s.instead(s.pointAtSelf(w, whole))
		case classAmended:
			return s.instead(s.amended(w, whole))
		case classBetween:
			if s.agreementBetween(w, here) {
				return true
			}
		}
	}
	took, missing := s.datedBy(w, here)
	if took || s.reduced(w, here) || s.definite(w, here) || s.bare(w, here) || s.composed(w, here) {
		return true
	}
	if missing.reason != "" {
		s.unlinked = append(s.unlinked, missing)
	}
	return false
}

// instead drops the token before a mention that took its words in.
func (s *scanner) instead(took bool) bool {
	if took {
		i := len(s.tokens) - 2
		s.tokens = slices.Delete(s.tokens, i, i+1)
	}
	return took
}

// pointBack links words such as "that treaty" to what was called so last.
func (s *scanner) pointBack(w *word, here, whole span) bool {
	if s.selfNamed(w) && isWordLetter(s.fold[here.start]) && unicode.IsUpper(s.text[here.start]) {
		return s.pointAtSelf(w, whole)
	}
	id, exact := s.antecedent(w)
	if id == "" {
		if w.kinds&graph.Instruments != 0 {
			s.unlinked = append(s.unlinked, unlinked{whole, "points at nothing that stands before"})
		}
		return false
	}
	m := mention{span: whole, entity: id, score: scorePointing, reason: fmt.Sprintf("points back at the last %s", w.text), points: true}
	if !exact {
		m.score = scorePointingFar
	}
	s.pushMention(m)
	return true
}

// antecedent returns what of the kind was mentioned last: in this unit, before it in the section, or in the headings above. What is called by the
// very word comes before what is only of the kind; the text's own instrument is not meant by another word, since it is called this one.
func (s *scanner) antecedent(w *word) (id graph.ID, exact bool) {
	var ofKind graph.ID
	s.backwards(func(m *mention) bool {
		if !w.kinds.Has(m.entity.Kind()) {
			return true
		}
		if s.endsWith(m.entity, w.text) {
			id, exact = m.entity, true
			return false
		}
		if ofKind == "" && !slices.Contains(s.about.Expresses, m.entity) {
			ofKind = m.entity
		}
		return true
	})
	if id == "" {
		id = ofKind
	}
	return id, exact
}

// Bounds of how far words point back, in units before this one and in mentions.
const (
	maxLookBack     = 4
	maxBackMentions = 200
)

// backwards visits the mentions before this place, the last first, and with an article the instrument in it: in the unit, in the units before it
// within the section, and in the headings around it. It ends where visit returns false.
func (s *scanner) backwards(visit func(*mention) bool) {
	left := maxBackMentions
	each := func(u *unit) bool {
		for i := len(u.mentions) - 1; i >= 0; i-- {
			m := &u.mentions[i]
			if left--; left < 0 || !visit(m) {
				return false
			}
			if article := m.entity.Kind() == graph.KindProvision; article && m.inner.end > m.inner.start && !visit(&u.inner[m.inner.start]) {
				return false
			}
		}
		return true
	}
	if !each(s.unit) {
		return
	}
	for i, n := s.place-1, 0; i >= 0 && n < maxLookBack && s.units[i].section == s.section; i, n = i-1, n+1 {
		if !each(&s.units[i]) {
			return
		}
		if s.units[i].Kind == InHeading {
			break
		}
	}
	for section := s.section; section >= 0; section = s.document.Sections[section].Parent {
		if i := s.headings[section]; i < s.place && !each(&s.units[i]) {
			return
		}
	}
}

// selfNamed tells whether an instrument whose text this is is called by the word.
func (s *scanner) selfNamed(w *word) bool {
	return slices.ContainsFunc(s.about.Expresses, func(id graph.ID) bool { return w.kinds.Has(id.Kind()) && s.endsWith(id, w.text) })
}

// pointAtSelf links "the present Convention" to the instrument whose text this is, and "this letter" to the document.
func (s *scanner) pointAtSelf(w *word, whole span) bool {
	id := graph.ID("")
	for _, e := range s.about.Expresses {
		if w.kinds.Has(e.Kind()) && (id == "" || s.endsWith(e, w.text)) {
			id = e
		}
	}
	if w.kinds.Has(graph.KindDocument) {
		id = s.about.Document
	}
	if id == "" {
		return false
	}
	s.pushMention(mention{span: whole, entity: id, score: scorePointing, reason: "points at the text itself", points: true})
	return true
}

// amended links "the amended treaty" to what amends the treaty mentioned last.
func (s *scanner) amended(w *word, whole span) bool {
	var id, amends graph.ID
	s.backwards(func(m *mention) bool {
		if by := s.amending[m.entity]; len(by) > 0 && w.kinds.Has(m.entity.Kind()) {
			id, amends = by[0], m.entity
		}
		return id == ""
	})
	if id == "" {
		return false
	}
	s.pushMention(mention{span: whole, entity: id, score: scorePointing, reason: "what amends the last " + w.text, points: true, amends: amends})
	return true
}

// agreementBetween links "the bilateral agreement between A and B" to an agreement that stands before: in a heading, as a rule.
func (s *scanner) agreementBetween(w *word, here span) bool {
	i := len(s.tokens) - 2
	start, actors := here.start, 0
	for ; i >= 0 && s.tokens[i].isMention() && s.entityOf(&s.tokens[i]).Kind() == graph.KindState; i -= 2 {
		start, actors = s.tokens[i].start, actors+1
		if i == 0 || s.tokens[i-1].class != classAnd {
			break
		}
	}
	if actors < 2 {
		return false
	}
	id, _ := s.antecedent(w)
	if id == "" {
		return false
	}
	first := len(s.tokens) - 2*actors
	from := len(s.inner)
	for _, t := range s.tokens[first:] {
		if t.isMention() {
			s.inner = append(s.inner, s.mentions[t.mention])
		}
	}
	s.mentions, s.tokens = s.mentions[:s.tokens[first].mention], s.tokens[:first]
	s.pushMention(mention{span: span{start, here.end}, entity: id, score: scorePointing, reason: "the " + w.text + " between them that the text speaks of", inner: span{from, len(s.inner)}, points: true})
	return true
}

// datedBy links "the declaration of 24 May 2002" by what it is called and its date. Where no instrument, or several, fit it tells what is
// missing.
func (s *scanner) datedBy(w *word, here span) (took bool, missing unlinked) {
	if w.kinds&graph.Instruments == 0 {
		return false, missing
	}
	last := len(s.tokens) - 1
	date := -1
	switch {
	case last >= 0 && s.tokens[last].isDate() && gapRunes(s.text, s.tokens[last].end, here.start) == 0:
		date = last
	case last >= 1 && s.tokens[last].class == classOf && s.tokens[last-1].isDate() && gapRunes(s.text, s.tokens[last].end, here.start) == 0:
		date = last - 1
	}
	if date >= 0 {
		return s.linkDated(w, s.tokens[date].date, span{s.tokens[date].start, here.end}, date)
	}
	// the head comes first: "declaration of 24 May 2002"
	for _, of := range []string{" of ", " dated ", " signed on ", " adopted on ", " concluded on ", " issued on ", " от "} {
		if follows(s.fold, here.end, of) {
			if date, end := dateAt(s.fold, here.end+utf8.RuneCountInString(of)); end > 0 {
				return s.linkDated(w, date, span{here.start, end}, -1)
			}
		}
	}
	return false, missing
}

func (s *scanner) linkDated(w *word, date graph.Date, whole span, at int) (took bool, missing unlinked) {
	var found []graph.ID
	exact := false
	for _, e := range s.dated[date] {
		if !w.kinds.Has(e.ID.Kind()) {
			continue
		}
		if is := s.endsWith(e.ID, w.text); is == exact {
			found = append(found, e.ID)
		} else if is {
			found, exact = []graph.ID{e.ID}, true
		}
	}
	if len(found) != 1 {
		return false, unlinked{whole, fmt.Sprintf("%d instruments of that date are known", len(found))}
	}
	m := mention{span: whole, entity: found[0], score: scoreDated, reason: "what it is called and its date"}
	if at >= 0 {
		s.mentions = append(s.mentions, m)
		s.tokens = s.tokens[:at+1]
		s.push(token{span: span{s.tokens[at].end, whole.end}, mention: len(s.mentions) - 1})
		return true, missing
	}
	s.pushMention(m)
	return true, missing
}

// reduced links the end of a name, longer than the word alone, where the name stands before or in a heading above: 全球倡议.
func (s *scanner) reduced(w *word, here span) bool {
	limit := 0
	if last := len(s.tokens) - 1; last >= 0 {
		limit = s.tokens[last].end
	}
	var best mention
	s.backwards(func(m *mention) bool {
		e := s.byID[m.entity]
		if e == nil || !w.kinds.Has(m.entity.Kind()) {
			return true
		}
		for _, n := range e.Names {
			if !strings.HasSuffix(n.Text, w.text) {
				continue
			}
			name := []rune(n.Text)
			k := 0
			for k < len(name) && here.end-k > limit && foldRune(name[len(name)-1-k]) == s.fold[here.end-1-k] {
				k++
			}
			if k >= here.end-here.start+minRest && k < len(name) && graph.IsCJK(s.text[here.end-k]) && k > best.end-best.start {
				best = mention{span: span{here.end - k, here.end}, entity: m.entity, score: scoreReduced, reason: "end of a name that stands before", points: true}
			}
		}
		return true
	})
	if best.entity == "" {
		return false
	}
	s.pushMention(best)
	return true
}

// definite links "the Treaty", with a capital, to what was called so last, else to the text's own instrument.
func (s *scanner) definite(w *word, here span) bool {
	if !isWordLetter(s.fold[here.start]) || !unicode.IsUpper(s.text[here.start]) || here.start < 4 || string(s.fold[here.start-4:here.start]) != "the " || !s.standsAlone(here.end) {
		return false
	}
	return s.pointAtOne(w, here)
}

// standsAlone tells whether what follows a word does not make it the beginning of a title.
func (s *scanner) standsAlone(end int) bool {
	return !followsAny(s.fold, end, titleWords)
}

// pointedAt returns what a word that stands for one thing means: the text's own instrument, or what was called by the very word last.
func (s *scanner) pointedAt(w *word) graph.ID {
	for _, id := range s.about.Expresses {
		if w.kinds.Has(id.Kind()) && s.endsWith(id, w.text) {
			return id
		}
	}
	if id, exact := s.antecedent(w); exact {
		return id
	}
	return ""
}

// pointAtOne links a word to what pointedAt returns for it.
func (s *scanner) pointAtOne(w *word, here span) bool {
	if s.selfNamed(w) {
		return s.pointAtSelf(w, here)
	}
	id := s.pointedAt(w)
	if id != "" {
		s.pushMention(mention{span: here, entity: id, score: scorePointing, reason: "points back at the last " + w.text, points: true})
	}
	return id != ""
}

// bare links 宪章 behind a word of the grammar or a sign, as definite does "the Charter".
func (s *scanner) bare(w *word, here span) bool {
	if !slices.Contains(bareWords, w.text) || here.start > 0 && graph.IsCJK(s.text[here.start-1]) && s.wordEnd != here.start {
		return false
	}
	return s.pointAtOne(w, here)
}

// composed links "the Statute of the Court", where the Court stands for one that was named, to what is called the statute of it.
func (s *scanner) composed(w *word, here span) bool {
	const of = " of the "
	if !isWordLetter(s.fold[here.start]) || !unicode.IsUpper(s.text[here.start]) || !follows(s.fold, here.end, of) {
		return false
	}
	at := here.end + len(of)
	whose, n := grammar.at(s.fold, min(at, len(s.fold)-1))
	if whose == nil || whose.class != classType || !unicode.IsUpper(s.text[at]) {
		return false
	}
	owner, exact := s.antecedent(whose)
	if !exact {
		return false
	}
	for _, name := range s.byID[owner].Names {
		for _, i := range s.lexicon.Lookup(w.text + of + name.Text) {
			if id := s.lexicon.Entry(i).Entity; w.kinds.Has(id.Kind()) {
				s.inner = append(s.inner, mention{span: span{at, at + n}, entity: owner, score: scorePointing, reason: "points back at the last " + whose.text, points: true})
				s.pushMention(mention{span: span{here.start, at + n}, entity: id, score: scorePointing, reason: "the " + w.text + " of what stands before", inner: span{len(s.inner) - 1, len(s.inner)}, points: true})
				return true
			}
		}
	}
	return false
}
