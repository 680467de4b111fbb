package extract

import (
	"treatygraph/graph"
)

// neighbours reads what things say by standing side by side: whose resolution, in which state, of which organisation, adopted where, whose dialogue.
func (s *sentence) neighbours() {
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.class == classOwn && i+1 < len(s.tokens) && s.tokens[i+1].isMention() && gapRunes(s.text, t.end, s.tokens[i+1].start) == 0 {
			s.own(i)
		}
		if t.class == classWe || t.class == classOwn {
			s.ownInstruments(i)
		}
		if t.class == classObserver {
			s.observers(i)
		}
		if !t.isMention() || i+1 >= len(s.tokens) {
			continue
		}
		gap := gapRunes(s.text, t.end, s.tokens[i+1].start)
		switch next := &s.tokens[i+1]; {
		case gap == 0 && next.isMention():
			s.sideBySide(i)
		case gap == 0 && next.class == classAbout:
			s.instrumentAbout(i)
		case gap == 0 && next.class == classOf && i+2 < len(s.tokens) && s.tokens[i+2].isMention() && gapRunes(s.text, next.end, s.tokens[i+2].start) == 0:
			s.possessed(i)
		case s.entityOf(t).Kind() == graph.KindMeeting:
			s.adoptedAt(i)
		}
	}
}

// entity returns what the i-th token of the sentence mentions.
func (s *sentence) entity(i int) graph.ID { return s.entityOf(&s.tokens[i]) }

// sideBySide: "[Security Council] [resolution 1540]" and the rest of the list, "[Iran]'s [Bushehr]".
func (s *sentence) sideBySide(i int) {
	a, b := s.entity(i), s.entity(i+1)
	switch {
	case a.Kind() == graph.KindResolution && kindGroups.Has(b.Kind()) && isWordLetter(s.fold[s.tokens[i+1].start]): // in Russian the genitive alone
		s.makerBehind(i, i+1)
	case kindGroups.Has(a.Kind()) && graph.Instruments.Has(b.Kind()):
		for k := i + 1; k < len(s.tokens); k++ {
			if k > i+1 {
				if s.tokens[k].class == classAnd {
					continue
				}
				if !s.tokens[k].isMention() || s.entity(k).Kind() != b.Kind() || s.tokens[k-1].class != classAnd {
					break
				}
			}
			s.say(s.unit, "maker", sure, graph.Claim{Subject: s.entity(k), Predicate: graph.PredAdoptedBy, Object: a}, span{s.tokens[i].start, s.tokens[k].end})
		}
	case a.Kind() == graph.KindState && graph.Set(graph.KindPlace, graph.KindFacility).Has(b.Kind()):
		s.say(s.unit, "place", sure, graph.Claim{Subject: b, Predicate: graph.PredLocatedIn, Object: a}, span{s.tokens[i].start, s.tokens[i+1].end})
	}
}

// makerBehind: "resolutions 1737 (2006) and 1747 (2007) of the Security Council".
func (s *sentence) makerBehind(last, maker int) {
	for i := last; i >= 0; i -= 2 {
		s.say(s.unit, "maker", sure, graph.Claim{Subject: s.entity(i), Predicate: graph.PredAdoptedBy, Object: s.entity(maker)}, span{s.tokens[i].start, s.tokens[maker].end})
		if i < 2 || s.tokens[i-1].class != classAnd || !s.tokens[i-2].isMention() || s.entity(i-2).Kind() != graph.KindResolution {
			return
		}
	}
}

// instrumentAbout: "[Security Council] on [the DPRK]'s weapons [resolution 1718]".
func (s *sentence) instrumentAbout(i int) {
	maker := s.entity(i)
	if !kindGroups.Has(maker.Kind()) {
		return
	}
	about := graph.ID("")
	for k := i + 2; k < len(s.tokens) && s.tokens[k].class != classBreak && s.tokens[k].class != classVerb; k++ {
		if !s.tokens[k].isMention() {
			continue
		}
		id := s.entity(k)
		words := span{s.tokens[i].start, s.tokens[k].end}
		if graph.Instruments.Has(id.Kind()) && s.tokens[k-1].class == classOf {
			s.say(s.unit, "maker", sure, graph.Claim{Subject: id, Predicate: graph.PredAdoptedBy, Object: maker}, words)
			if about != "" {
				s.say(s.unit, "title", probable, graph.Claim{Subject: id, Predicate: graph.PredConcerns, Object: about}, words)
			}
			return
		}
		if about == "" {
			about = id
		}
	}
}

// possessed: "the [Agency]'s [programme]".
func (s *sentence) possessed(i int) {
	whole, part := s.entity(i), s.entity(i+2)
	if whole.Kind() == graph.KindResolution && kindGroups.Has(part.Kind()) && isWordLetter(s.fold[s.tokens[i+1].start]) {
		s.makerBehind(i, i+2)
		return
	}
	if whole.Kind() != graph.KindOrganisation {
		return
	}
	words := span{s.tokens[i].start, s.tokens[i+2].end}
	switch part.Kind() {
	case graph.KindInitiative, graph.KindFacility:
		s.say(s.unit, "whose", probable, graph.Claim{Subject: part, Predicate: graph.PredPartOf, Object: whole}, words)
	case graph.KindBody:
		s.say(s.unit, "whose", probable, graph.Claim{Subject: part, Predicate: graph.PredBodyOf, Object: whole}, words)
	}
}

// adoptedAt: "the statement at [the session]": 在[会议]上的[声明].
func (s *sentence) adoptedAt(i int) {
	if i == 0 || s.tokens[i-1].class != classUnder {
		return
	}
	for k := i + 1; k < len(s.tokens) && k <= i+3; k++ {
		t := &s.tokens[k]
		if t.isMention() && graph.Instruments.Has(s.entity(k).Kind()) && s.tokens[k-1].class != classBreak && gapRunes(s.text, s.tokens[k-1].end, t.start) == 0 {
			s.say(s.unit, "adopted at", probable, graph.Claim{Subject: s.entity(k), Predicate: graph.PredAdoptedAt, Object: s.entity(i)}, span{s.tokens[i-1].start, t.end})
			return
		}
		if t.class != classOf && t.class != classAdopt && t.class != classLocative {
			return
		}
	}
}

// own: "our [dialogue]": those who speak take part in it.
func (s *sentence) own(i int) {
	forum := s.entity(i + 1)
	if forum.Kind() != graph.KindForum && forum.Kind() != graph.KindBody {
		return
	}
	for _, actor := range s.speakers() {
		s.say(s.unit, "own forum", probable, graph.Claim{Subject: actor, Predicate: graph.PredParticipatesIn, Object: forum}, span{s.tokens[i].start, s.tokens[i+1].end})
	}
}

// ownInstruments: "our joint statement of 2001 and the joint declaration of 2002": those who speak made them.
func (s *sentence) ownInstruments(at int) {
	for i := at + 1; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		switch {
		case t.isMention() && s.entity(i).Kind() == graph.KindDeclaration:
			for _, actor := range s.speakers() {
				s.say(s.unit, "own instrument", probable, graph.Claim{Subject: s.entity(i), Predicate: graph.PredAuthoredBy, Object: actor}, span{s.tokens[at].start, t.end})
			}
		case t.isDate(), t.class == classAnd, t.class == classOf, t.class == classLocative, t.class == classAbout:
		case t.class == classUnder && i == at+1, t.isMention() && s.entity(i).Kind() == graph.KindMeeting:
		default:
			return
		}
		if gapRunes(s.text, s.tokens[i-1].end, t.start) > 0 {
			return
		}
	}
}

// observers: "A and B are observers" of what the sentence is about.
func (s *sentence) observers(at int) {
	first := at
	for i := at - 1; i >= 0; i-- {
		if t := &s.tokens[i]; t.isMention() && graph.Actors.Has(s.entity(i).Kind()) || t.class == classAnd {
			first = i
			continue
		}
		break
	}
	for i := 0; i < first; i++ {
		if !s.tokens[i].isMention() || !graph.PredObserverOf.Row().Objects.Has(s.entity(i).Kind()) {
			continue
		}
		for k := first; k < at; k++ {
			if s.tokens[k].isMention() {
				s.say(s.unit, "observers", probable, graph.Claim{Subject: s.entity(k), Predicate: graph.PredObserverOf, Object: s.entity(i)}, span{s.tokens[i].start, s.tokens[at].end})
			}
		}
		return
	}
}
