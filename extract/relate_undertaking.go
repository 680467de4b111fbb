package extract

import (
	"treatygraph/graph"
)

// undertakings reads who founded what and where, who pays or supplies, and what things measure.
func (s *sentence) undertakings() {
	for i := range s.clauses {
		c := &s.clauses[i]
		s.founded(c)
		s.funded(c)
		s.supplied(c)
	}
	s.measured()
}

// founded reads "A and B established X in C" and "X, launched by A in 2006". What is only intended, supported or paid for is not founded.
func (s *sentence) founded(c *clause) {
	var date graph.Date
	var where graph.ID
	under := false
	for i := range c.tokens {
		t := &c.tokens[i]
		switch {
		case t.isDate():
			date = t.date
		case t.class == classTerritory && i > 0 && c.tokens[i-1].isMention():
			where = s.entityOf(&c.tokens[i-1])
		case t.class == classPosition, t.class == classReaffirm, t.class == classWill, t.class == classNot, t.class == classMust, t.class == classSupport, t.class == classOf && i > c.first:
			under = true
		case t.class == classFound:
			object := s.mentionAfter(c, i)
			if under || object < 0 || len(c.subject.ids) == 0 {
				continue
			}
			m := &s.mentions[c.tokens[object].mention]
			if !kindUndertaking.Has(m.entity.Kind()) {
				continue
			}
			words := span{c.start, c.tokens[object].end}
			for _, actor := range c.subject.ids {
				s.say(s.unit, "founded", probable, graph.Claim{Subject: actor, Predicate: graph.PredFounded, Object: m.entity, Valid: since(date)}, words)
			}
			if where != "" && graph.PredLocatedIn.Row().Objects.Has(where.Kind()) && graph.PredLocatedIn.Row().Subjects.Has(m.entity.Kind()) {
				s.say(s.unit, "founded", probable, graph.Claim{Subject: m.entity, Predicate: graph.PredLocatedIn, Object: where}, words)
			}
		}
	}
}

// mentionAfter returns the token of the first mention behind a word, when no verb stands between.
func (s *sentence) mentionAfter(c *clause, at int) int {
	for i := at + 1; i < len(c.tokens); i++ {
		switch t := &c.tokens[i]; {
		case t.isMention():
			return i
		case t.class == classVerb, t.class == classPosition, t.class == classUnder, t.class == classPurpose, t.class == classAnd:
			return -1
		}
	}
	return -1
}

// funded reads "A provides 50 million dollars towards X".
func (s *sentence) funded(c *clause) {
	gives := false
	amount, unit := "", ""
	for i := range c.tokens {
		t := &c.tokens[i]
		switch {
		case t.class == classNot:
			return
		case t.class == classGive:
			gives = true
		case t.measure != nil && gives && t.measure.isMoney():
			amount, unit = t.measure.amount, t.measure.unit
		case t.class == classSupport && amount != "":
			for k := i + 1; k < len(c.tokens) && c.tokens[k].class != classPurpose; k++ {
				if !c.tokens[k].isMention() {
					continue
				}
				m := &s.mentions[c.tokens[k].mention]
				if !kindUndertaking.Has(m.entity.Kind()) {
					continue
				}
				words := span{c.start, c.tokens[k].end}
				for _, actor := range c.subject.ids {
					s.say(s.unit, "funded", probable, graph.Claim{Subject: actor, Predicate: graph.PredFunds, Object: m.entity, Valid: since(s.now)}, words)
				}
				s.say(s.unit, "funded", probable, graph.Claim{Subject: m.entity, Predicate: graph.PredQuantity, Value: &graph.Value{Kind: graph.ValueQuantity, Amount: amount, Unit: unit}}, words)
				return
			}
		}
	}
}

// supplied reads "A delivers fuel to X".
func (s *sentence) supplied(c *clause) {
	for i := c.first; i < len(c.tokens); i++ {
		if c.tokens[i].class == classNot {
			return
		}
		if c.tokens[i].class != classSupply || len(c.subject.ids) == 0 {
			continue
		}
		for k := i + 1; k < len(c.tokens) && c.tokens[k].class != classPurpose; k++ {
			if !c.tokens[k].isMention() || s.entityOf(&c.tokens[k]).Kind() != graph.KindFacility {
				continue
			}
			for _, actor := range c.subject.ids {
				s.say(s.unit, "supplied", probable, graph.Claim{Subject: actor, Predicate: graph.PredSupplies, Object: s.entityOf(&c.tokens[k]), Valid: since(s.now)}, span{c.start, c.tokens[k].end})
			}
			return
		}
	}
}

// measured reads what has how many members, and how much there is of what the section is about.
func (s *sentence) measured() {
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.measure == nil || t.measure.isMoney() {
			continue // money belongs to what it is paid for
		}
		value := &graph.Value{Kind: graph.ValueQuantity, Amount: t.measure.amount, Unit: t.measure.unit}
		counts := t.measure.unit == "participants" || t.measure.unit == "members" || t.measure.unit == "parties"
		subject, start := graph.ID(""), t.start
		if counts {
			for k := i - 1; k >= 0; k-- {
				if s.tokens[k].isMention() && (kindUndertaking | graph.Instruments).Has(s.entity(k).Kind()) {
					subject, start = s.entity(k), s.tokens[k].start
					break
				}
			}
		} else if heading := s.headingEntity(); heading.Kind() == graph.KindInitiative || heading.Kind() == graph.KindFacility {
			subject, start = heading, s.clauseStart(t.start)
		}
		if subject != "" {
			s.say(s.unit, "quantity", probable, graph.Claim{Subject: subject, Predicate: graph.PredQuantity, Value: value}, span{start, t.end})
		}
	}
}

func (s *sentence) clauseStart(at int) int {
	start := at
	for i := range s.clauses {
		if s.clauses[i].start <= at {
			start = s.clauses[i].start
		}
	}
	return start
}

// headingEntity returns what the heading of the section names, if it names one thing.
func (s *sentence) headingEntity() graph.ID {
	if s.section >= 0 {
		if u := &s.units[s.headings[s.section]]; len(u.mentions) == 1 {
			return u.mentions[0].entity
		}
	}
	return ""
}

// subjects reads what an instrument is about: "the declaration concerns A and B", "the agreement will lay the legal basis for co-operation in the
// field of T"; and a framework that is based on the convention under which it is negotiated.
func (s *sentence) subjects() {
	instrument, at := graph.ID(""), 0
	for i := range s.clauses {
		c := &s.clauses[i]
		if len(c.tokens) > 0 && c.tokens[0].isMention() && graph.Instruments.Has(s.entityOf(&c.tokens[0]).Kind()) && gapRunes(s.text, c.start, c.tokens[0].start) == 0 {
			instrument, at = s.entityOf(&c.tokens[0]), c.tokens[0].start
		} else if c.own {
			instrument = ""
		}
		if instrument == "" {
			continue
		}
		field, concerns := -1, false
		for k := range c.tokens {
			t := &c.tokens[k]
			switch {
			case t.class == classConcerns:
				concerns = true
			case t.class == classField && k > 0 && c.tokens[k-1].isMention():
				field = k - 1
			case t.class == classBasis && field >= 0:
				s.say(s.unit, "legal basis", probable, graph.Claim{Subject: instrument, Predicate: graph.PredConcerns, Object: s.entityOf(&c.tokens[field])}, span{at, t.end})
			case concerns && t.isMention():
				s.say(s.unit, "concerns", probable, graph.Claim{Subject: instrument, Predicate: graph.PredConcerns, Object: s.entityOf(t)}, span{at, t.end})
			}
		}
	}
	s.negotiatedUnder()
}

// negotiatedUnder reads "negotiations under [convention], to achieve [framework]".
func (s *sentence) negotiatedUnder() {
	basis := -1
	for i := range s.tokens {
		t := &s.tokens[i]
		switch {
		case t.class == classBelow && i > 0 && s.tokens[i-1].isMention() && graph.Instruments.Has(s.entity(i-1).Kind()):
			if i+1 < len(s.tokens) && s.tokens[i+1].class == classVerb && gapRunes(s.text, t.end, s.tokens[i+1].start) == 0 && s.tokens[i+1].word.text == "谈判" {
				basis = i - 1
			}
		case basis >= 0 && t.isMention() && i > basis && graph.Instruments.Has(s.entity(i).Kind()):
			s.say(s.unit, "negotiated under", probable, graph.Claim{Subject: s.entity(i), Predicate: graph.PredBasedOn, Object: s.entity(basis)}, span{s.tokens[basis].start, t.end})
			return
		}
	}
}
