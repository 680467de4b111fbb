package extract

import (
	"slices"

	"treatygraph/graph"
)

// positions reads who takes which position on what: subject, words of position with their modality, objects. "reaffirms support for X" is a
// reaffirmation of X and a support of X; "will" before any other verb is an intention.
func (s *sentence) positions() {
	var pending []graph.Predicate // of a clause whose object has not come yet
	var from int
	for i := range s.clauses {
		c := &s.clauses[i]
		if len(c.subject.ids) == 0 {
			pending = nil
			continue
		}
		p := s.readPosition(c)
		own := p.predicates
		if len(pending) > 0 && !c.own {
			p.predicates = append(slices.Clone(pending), p.predicates...)
			p.will = false
			p.objects = s.objects(c, c.first, len(c.tokens))
		} else {
			from = c.start
			if c.own {
				from = c.subject.start
			}
		}
		pending = nil
		objects := s.firstGroup(c, p.objects)
		switch {
		case len(objects) > 0:
			s.takePositions(c, p, objects, from)
		case p.last >= 0 && s.endsClause(c, p.last):
			s.elided(i, p.predicates)
		default:
			pending = own
		}
		s.purposes(c, p)
		s.means(c)
		s.partnership(c)
	}
}

// A position is what a clause says of its subject's stand, before its objects are known.
type position struct {
	predicates []graph.Predicate
	will       bool
	against    bool  // what is intended is to prevent or fight the object
	last       int   // index of the last word of position
	objects    []int // tokens
	purpose    int   // index of the word that begins a purpose, -1 for none
}

func (s *sentence) readPosition(c *clause) position {
	p := position{last: -1, purpose: -1}
	add := func(i int, predicate graph.Predicate) {
		if !slices.Contains(p.predicates, predicate) {
			p.predicates = append(p.predicates, predicate)
		}
		p.last = i
	}
	governed, foreign, must := false, false, false
	begin, end := -1, len(c.tokens)
	for i := c.first; i < end; i++ {
		t := &c.tokens[i]
		switch t.class {
		case classNot: // what follows is not done
			end = i
			p.will = p.will && i > c.first && c.tokens[i-1].class != classWill
		case classPosition:
			if !governed { // else a noun: "according to its commitments"
				add(i, t.word.predicate)
				begin = i + 1
			}
		case classReaffirm:
			add(i, graph.PredReaffirms)
			begin = i + 1
		case classWill:
			p.will, governed = true, false
			if begin < 0 {
				begin = i + 1
			}
		case classMust:
			must = true
		case classComply:
			governed = false
			switch {
			case !slices.Contains(p.predicates, graph.PredReaffirms):
			case foreign && must:
				add(i, graph.PredCallsFor)
			case !foreign:
				add(i, graph.PredCommitsTo)
			}
		case classAgainst:
			p.against, governed = true, false
		case classUnder:
			governed = true
		case classVerb, classPromote, classAchieve, classStrengthen, classGive:
			governed = false
		case classPurpose:
			switch {
			case begin < 0:
				governed = true // 旨在鼓励: what somebody else aims at
			case s.beginsPurpose(c, i):
				p.purpose, end = i, i
			}
		case classNone:
			if t.isMention() && begin >= 0 && !governed && graph.Actors.Has(s.entityOf(t).Kind()) {
				foreign = true
			}
		}
	}
	if begin >= 0 {
		p.objects = s.objects(c, begin, end)
		if len(p.objects) == 0 && p.purpose >= 0 && c.tokens[p.purpose+1].class == classVerb { // "works with A to conclude B"
			p.objects = s.objects(c, p.purpose+1, len(c.tokens))
		}
	}
	return p
}

// beginsPurpose tells whether a word such as 以 leads a purpose: a verb of aim follows at once, or after what it rests on.
func (s *sentence) beginsPurpose(c *clause, i int) bool {
	for k := i + 1; k < len(c.tokens); k++ {
		switch c.tokens[k].class {
		case classPromote, classAchieve, classVerb, classAgainst, classStrengthen, classGive, classSupply, classFound:
			return k > i+1 || gapRunes(s.text, c.tokens[i].end, c.tokens[k].start) <= maxAdverb
		case classUnder, classAnd, classOf:
		default:
			if !c.tokens[k].isMention() {
				return false
			}
		}
	}
	return false
}

// objects lists the mentions among tokens [from, to) that can be an object: not what a preposition governs, not what only qualifies another
// noun, nothing behind an accession.
func (s *sentence) objects(c *clause, from, to int) []int {
	var list []int
	governed := false
	for i := from; i < to; i++ {
		t := &c.tokens[i]
		switch t.class {
		case classUnder:
			governed = true
			if i+1 < to && c.tokens[i+1].class == classStrengthen && gapRunes(s.text, t.end, c.tokens[i+1].start) == 0 {
				return list // a means, to the end
			}
		case classVerb, classPromote, classAchieve, classStrengthen, classGive, classAgainst, classComply, classFound, classTerritory, classLocative, classWill:
			governed = false
		case classAccede:
			return list
		}
		if t.isMention() && !governed && s.isObject(c, i) {
			list = append(list, i)
		}
	}
	return list
}

func (s *sentence) isObject(c *clause, i int) bool {
	t := &c.tokens[i]
	kind := s.entityOf(t).Kind()
	if !kindObjects.Has(kind) {
		return false
	}
	if i > 0 && c.tokens[i-1].class == classAbout && gapRunes(s.text, c.tokens[i-1].end, t.start) == 0 {
		return false
	}
	actor := kindGroups.Has(kind)
	if i+1 < len(c.tokens) && gapRunes(s.text, t.end, c.tokens[i+1].start) == 0 {
		switch next := &c.tokens[i+1]; {
		case next.class == classBelow, next.class == classAfter, next.isMention(), next.class == classOf && actor && graph.IsCJK(s.fold[next.start]):
			return false
		case next.class == classOf && graph.IsCJK(s.fold[next.start]) && i+2 < len(c.tokens) && c.tokens[i+2].isMention():
			return false
		}
	}
	if i > 0 && c.tokens[i-1].class == classOf && isWordLetter(s.fold[c.tokens[i-1].start]) && i > 1 && c.tokens[i-2].isMention() {
		return false // "the resolution of the Council"
	}
	if actor { // "the statement of the Group": the instrument is meant
		for k := i + 1; k < len(c.tokens); k++ {
			n := &c.tokens[k]
			if n.isMention() && graph.Instruments.Has(s.entityOf(n).Kind()) {
				return false
			}
			if !n.isMention() && !n.isDate() && n.class != classOf && n.class != classAbout {
				break
			}
		}
	}
	return true
}

// firstGroup keeps the first object and those joined to it.
func (s *sentence) firstGroup(c *clause, objects []int) []int {
	for k := 1; k < len(objects); k++ {
		joined := false
		for i := objects[k-1] + 1; i < objects[k]; i++ {
			t := &c.tokens[i]
			switch {
			case t.class == classAnd:
				joined = true
			case t.isMention(), t.isDate(), t.class == classOf, t.class == classAbout:
			default:
				return objects[:k]
			}
		}
		if !joined {
			return objects[:k]
		}
	}
	return objects
}

// endsClause tells whether nothing follows a word in its clause.
func (s *sentence) endsClause(c *clause, i int) bool {
	return i == len(c.tokens)-1 && gapRunes(s.text, c.tokens[i].end, c.end) <= 1
}

func (s *sentence) takePositions(c *clause, p position, objects []int, from int) {
	predicates, rule := p.predicates, "position"
	if len(predicates) == 0 && p.will {
		predicates, rule = []graph.Predicate{graph.PredIntends}, "intention"
	}
	for _, i := range objects {
		t := &c.tokens[i]
		m := &s.mentions[t.mention]
		for _, predicate := range predicates {
			if p.against && m.entity.Kind() == graph.KindTopic && !s.holdsAgainst(t.span) {
				switch predicate {
				case graph.PredIntends, graph.PredCommitsTo:
					predicate = graph.PredOpposes
				case graph.PredReaffirms:
					continue
				}
			}
			s.position(rule, c.subject.ids, predicate, m.entity, span{from, t.end})
		}
	}
}

// holdsAgainst tells whether a topic is named with the fight against it: 打击洗钱.
func (s *sentence) holdsAgainst(topic span) bool {
	w, _ := grammar.at(s.fold, topic.start)
	return w != nil && w.class == classAgainst
}

// position says one position of each actor. What is intended or promised and is an instrument that nobody knows to have been there by then is
// foreseen.
func (s *sentence) position(rule string, who []graph.ID, predicate graph.Predicate, object graph.ID, words span) {
	allowed := kindObjects
	switch predicate {
	case graph.PredRecalls:
		allowed = graph.Instruments | graph.Set(graph.KindMeeting, graph.KindProvision)
	case graph.PredCallsFor:
		allowed = graph.Instruments | graph.Set(graph.KindTopic, graph.KindInitiative, graph.KindRegime, graph.KindProvision, graph.KindBody)
	}
	if !allowed.Has(object.Kind()) {
		return
	}
	for _, actor := range who {
		s.say(s.unit, rule, probable, graph.Claim{Subject: actor, Predicate: predicate, Object: object, Valid: since(s.now)}, words)
	}
	if (predicate == graph.PredIntends || predicate == graph.PredCommitsTo) && graph.Instruments.Has(object.Kind()) && !s.exists(object, s.now) && s.byID[object] != nil {
		s.say(s.unit, "foreseen", probable, graph.Claim{Subject: object, Predicate: graph.PredForeseen, Valid: since(s.now)}, words)
	}
}

// elided takes the object from the clause before: "Russia announced an initiative, the United States expressed support".
func (s *sentence) elided(i int, predicates []graph.Predicate) {
	if i == 0 {
		return
	}
	before, c := &s.clauses[i-1], &s.clauses[i]
	for k := len(before.tokens) - 1; k >= before.first; k-- {
		t := &before.tokens[k]
		if !t.isMention() || !kindObjects.Has(s.entityOf(t).Kind()) {
			continue
		}
		for _, predicate := range predicates {
			s.position("position on what was just said", c.subject.ids, predicate, s.entityOf(t), span{before.start, c.end})
		}
		return
	}
}

// purposes reads "in order to promote X" behind a position or an intention.
func (s *sentence) purposes(c *clause, p position) {
	at := p.purpose
	if at < 0 {
		if len(c.tokens) == 0 || c.own || c.tokens[0].class != classPurpose || gapRunes(s.text, c.start, c.tokens[0].start) > 0 || !s.intends(c) {
			return
		}
		at = 0
	}
	predicate := graph.PredUnknown
	begin := 0
	for i := at + 1; i < len(c.tokens) && begin == 0; i++ {
		switch c.tokens[i].class {
		case classPromote:
			predicate, begin = graph.PredSupports, i+1
		case classAchieve:
			predicate, begin = graph.PredIntends, i+1
		case classVerb, classAgainst, classStrengthen, classGive, classSupply, classFound, classNot:
			return
		}
	}
	if begin == 0 {
		return
	}
	for _, i := range s.firstGroup(c, s.objects(c, begin, len(c.tokens))) {
		t := &c.tokens[i]
		s.position("purpose", c.subject.ids, predicate, s.entityOf(t), span{c.tokens[at].start, t.end})
	}
}

// intends tells whether a clause before this one says what its subject will do or stands for.
func (s *sentence) intends(c *clause) bool {
	for i := range s.clauses {
		before := &s.clauses[i]
		if before.start >= c.start {
			return false
		}
		for _, t := range before.tokens {
			if t.class == classWill || t.class == classPosition || t.class == classReaffirm {
				return true
			}
		}
	}
	return false
}

// means reads "by strengthening X": what one strengthens one supports.
func (s *sentence) means(c *clause) {
	for i := 0; i+1 < len(c.tokens); i++ {
		if c.tokens[i].class != classUnder || c.tokens[i+1].class != classStrengthen || gapRunes(s.text, c.tokens[i].end, c.tokens[i+1].start) > 0 {
			continue
		}
		for _, k := range s.firstGroup(c, s.objects(c, i+2, len(c.tokens))) {
			t := &c.tokens[k]
			s.position("means", c.subject.ids, graph.PredSupports, s.entityOf(t), span{c.tokens[i].start, t.end})
		}
	}
}

// partnership reads "partnership in A, B and C".
func (s *sentence) partnership(c *clause) {
	for i := range c.tokens {
		if c.tokens[i].class != classPartner {
			continue
		}
		for k := i - 1; k >= 0 && c.tokens[k].class != classUnder; k-- {
			t := &c.tokens[k]
			if !t.isMention() || !kindGroups.Has(s.entityOf(t).Kind()) {
				continue
			}
			for _, actor := range c.subject.ids {
				s.say(s.unit, "partnership", probable, graph.Claim{Subject: actor, Predicate: graph.PredParticipatesIn, Object: s.entityOf(t)}, span{c.start, c.tokens[i].end})
			}
		}
	}
}

// disagreements reads a list of what two sides differ on: of each item the last thing named.
func (s *sentence) disagreements() {
	for i := range s.clauses {
		c := &s.clauses[i]
		for k := range c.tokens {
			if c.tokens[k].class == classNot {
				break
			}
			if c.tokens[k].class == classDiffer && len(c.subject.ids) > 1 {
				s.differences(c.subject.ids, i, k+1)
				return
			}
		}
	}
}

func (s *sentence) differences(who []graph.ID, at, from int) {
	start := s.clauses[at].subject.start
	if s.clauses[at].subject.start < s.clauses[at].start && !s.clauses[at].own {
		start = s.clauses[at].start
	}
	last := -1
	take := func() {
		if last < 0 {
			return
		}
		for _, actor := range who {
			s.say(s.unit, "disagreement", probable, graph.Claim{Subject: actor, Predicate: graph.PredDisagreesOn, Object: s.mentions[last].entity, Valid: since(s.now)}, span{start, s.mentions[last].end})
		}
		last = -1
	}
	for i := at; i < len(s.clauses); i++ {
		for k := from; k < len(s.clauses[i].tokens); k++ {
			t := &s.clauses[i].tokens[k]
			if t.isMention() && kindObjects.Has(s.entityOf(t).Kind()) {
				last = t.mention
			}
		}
		from = 0
		take()
	}
}
