package extract

import (
	"slices"

	"treatygraph/graph"
)

// events reads what happened to an instrument on a day, and who did it where.
func (s *sentence) events() {
	for i := range s.tokens {
		t := &s.tokens[i]
		switch {
		case t.class == classEvent:
			s.event(i)
		case t.class == classAdopt:
			s.adoption(i)
		case t.isDate():
			s.datedTitle(i)
		}
	}
}

// event reads "the agreement entered into force on …": instrument, date and word in any order, close together, none of it denied.
func (s *sentence) event(at int) {
	var date graph.Date
	instrument := graph.ID("")
	words := s.tokens[at].span
	if next := at + 1; isWordLetter(s.fold[words.start]) && next < len(s.tokens) && s.tokens[next].isDate() {
		date, words.end = s.tokens[next].date, s.tokens[next].end // "entered into force on": the head comes first
	}
	for i := at - 1; i >= 0 && s.tokens[i].class != classBreak && s.tokens[i].class != classVerb && s.tokens[i].class != classNot; i-- {
		t := &s.tokens[i]
		if t.isDate() && date.IsZero() {
			date, words.start = t.date, t.start
		}
		if t.isMention() && graph.Instruments.Has(s.entityOf(t).Kind()) {
			instrument, words.start = s.entityOf(t), t.start
			break
		}
	}
	for i := at + 1; i < len(s.tokens) && i <= at+2 && date.IsZero(); i++ {
		if s.tokens[i].isDate() {
			date, words.end = s.tokens[i].date, s.tokens[i].end
		}
	}
	if instrument == "" || date.IsZero() {
		return
	}
	s.say(s.unit, "event", sure, graph.Claim{Subject: instrument, Predicate: s.tokens[at].word.predicate, Valid: since(date)}, words)
}

// adoption reads "A and B adopted X at P on D", in the order of any of the languages.
func (s *sentence) adoption(at int) {
	if at > 0 && s.tokens[at-1].class == classNot {
		return
	}
	object := -1
	for i := at + 1; i < len(s.tokens) && s.tokens[i].class != classBreak; i++ {
		if t := &s.tokens[i]; t.isMention() {
			if graph.Instruments.Has(s.entityOf(t).Kind()) {
				object = i
			}
			break
		}
	}
	if object < 0 {
		return
	}
	words := span{s.tokens[at].start, s.tokens[object].end}
	var date graph.Date
	var place graph.ID
	breaks, before := 0, at
	for i := at - 1; i >= 0 && breaks <= 1; i-- {
		t := &s.tokens[i]
		switch {
		case t.class == classBreak:
			breaks++
		case t.isDate() && date.IsZero():
			date, words.start, before = t.date, t.start, min(before, i)
		case breaks == 0 && t.isMention() && graph.Set(graph.KindPlace, graph.KindMeeting).Has(s.entityOf(t).Kind()) && place == "":
			place, words.start, before = s.entityOf(t), t.start, i
		}
	}
	for i := object + 1; i < len(s.tokens) && i <= object+3 && date.IsZero(); i++ {
		if s.tokens[i].isDate() {
			date, words.end = s.tokens[i].date, s.tokens[i].end
		}
	}
	if date.IsZero() {
		return
	}
	who, start := s.actorsBefore(before, at)
	if len(who) == 0 {
		return
	}
	words.start = min(words.start, start)
	instrument := s.entity(object)
	happened := graph.PredAdopted
	if instrument.Kind() == graph.KindTreaty {
		happened = graph.PredConcluded
	}
	s.say(s.unit, "adoption", sure, graph.Claim{Subject: instrument, Predicate: happened, Valid: since(date)}, words)
	for _, actor := range who {
		c := graph.Claim{Subject: instrument, Predicate: graph.PredAdoptedBy, Object: actor, Valid: since(date)}
		if instrument.Kind() == graph.KindTreaty {
			c = graph.Claim{Subject: actor, Predicate: graph.PredSigned, Object: instrument, Valid: since(date)}
		}
		s.say(s.unit, "adoption", sure, c, words)
	}
	if place != "" {
		s.say(s.unit, "adoption", sure, graph.Claim{Subject: instrument, Predicate: graph.PredAdoptedAt, Object: place, Valid: since(date)}, words)
	}
}

// actorsBefore returns the list of actors, or "we", that stands last before a token, with where it begins.
func (s *sentence) actorsBefore(first, at int) (who []graph.ID, start int) {
	for i := at - 1; i >= 0; i-- {
		t := &s.tokens[i]
		if t.class == classWe {
			return s.speakers(), t.start
		}
		if !t.isMention() || !kindMakers.Has(s.entityOf(t).Kind()) || i > first && i+1 < len(s.tokens) && s.tokens[i+1].isMention() || s.isGenitive(i) {
			continue
		}
		for {
			who = append(who, s.entity(i))
			start = s.tokens[i].start
			if i < 2 || s.tokens[i-1].class != classAnd || !s.tokens[i-2].isMention() || !kindMakers.Has(s.entity(i-2).Kind()) {
				slices.Reverse(who)
				return who, start
			}
			i -= 2
		}
	}
	return nil, 0
}

// isGenitive tells whether a mention or a date only says whose or of what something is: "the members of the United Nations". In Chinese such words stand before
// their noun and need no looking after.
func (s *sentence) isGenitive(i int) bool {
	return i > 0 && s.tokens[i-1].class == classOf && isWordLetter(s.fold[s.tokens[i-1].start]) && gapRunes(s.text, s.tokens[i-1].end, s.tokens[i].start) == 0
}

// datedTitle reads "the declaration of 3 July 2007": a date with an instrument right behind it dates the instrument. Whoever stands before the date made
// it.
func (s *sentence) datedTitle(at int) {
	if i := at - 2; i >= 0 && s.isGenitive(at) && s.tokens[i].isMention() && gapRunes(s.text, s.tokens[i].end, s.tokens[at-1].start) == 0 {
		s.datedInstrument(s.unit, s.entity(i), s.tokens[at].date, span{s.tokens[i].start, s.tokens[at].end}) // "resolution 110 (II) of 3 November 1947"
		return
	}
	i := at + 1
	if i < len(s.tokens) && (s.tokens[i].class == classOf || s.tokens[i].class == classAbout) {
		i++
	}
	if i >= len(s.tokens) || !s.tokens[i].isMention() || gapRunes(s.text, s.tokens[i-1].end, s.tokens[i].start) > 0 {
		return
	}
	instrument := s.entity(i)
	words := span{s.tokens[at].start, s.tokens[i].end}
	if !s.datedInstrument(s.unit, instrument, s.tokens[at].date, words) {
		return
	}
	if at > 0 && s.tokens[at-1].isMention() && gapRunes(s.text, s.tokens[at-1].end, s.tokens[at].start) <= maxOffice {
		if maker := s.entity(at - 1); kindGroups.Has(maker.Kind()) {
			s.say(s.unit, "maker", probable, graph.Claim{Subject: instrument, Predicate: graph.PredAdoptedBy, Object: maker, Valid: since(s.tokens[at].date)}, span{s.tokens[at-1].start, words.end})
		}
	}
}

// datedInstrument says on which day an instrument was made that a text calls by its date. It tells whether it is an instrument of such a kind.
func (r *reader) datedInstrument(u *unit, instrument graph.ID, date graph.Date, words span) bool {
	predicate := graph.PredAdopted
	switch instrument.Kind() {
	case graph.KindDeclaration, graph.KindResolution:
	case graph.KindTreaty:
		predicate = graph.PredConcluded
	default:
		return false
	}
	r.say(u, "dated title", sure, graph.Claim{Subject: instrument, Predicate: predicate, Valid: since(date)}, words)
	return true
}

// maxOffice is how many characters may say which of a group's people acted: 外长.
const maxOffice = 4
