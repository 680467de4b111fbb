package extract

import (
	"slices"
	"strings"

	"treatygraph/graph"
)

// structure reads what headings, letters, signatures and the names themselves say.
func (r *reader) structure(u *unit, at int) {
	switch u.Kind {
	case InHeading:
		r.headingConcerns(u)
		r.letter(u)
	case InPassage:
		r.signature(u, at)
	}
	for i := range u.mentions {
		r.composition(u, &u.mentions[i])
	}
	for i := range u.inner {
		r.composition(u, &u.inner[i])
	}
}

// headingConcerns takes a heading that is one name, or hardly more, for what its section is about; not the title of the text itself.
func (r *reader) headingConcerns(u *unit) {
	if len(u.mentions) != 1 {
		return
	}
	m := &u.mentions[0]
	words := gapRunes(u.text, 0, len(u.text))
	if slices.Contains(r.about.Expresses, m.entity) || m.entity == r.about.Document || (m.end-m.start)*100 < words*leastShare {
		return
	}
	r.say(u, "heading", sure, graph.Claim{Subject: r.about.PartID(u.Place), Predicate: graph.PredConcerns, Object: m.entity}, m.span)
}

// leastShare is the percentage of a heading that a name must be for the section to be about it.
const leastShare = 60

// letter reads "letter dated D from A and B addressed to C": in Chinese A和B D致C的信函.
func (r *reader) letter(u *unit) {
	to := slices.IndexFunc(u.tokens, func(t token) bool { return t.class == classLetter })
	if to < 1 || !slices.ContainsFunc(u.tokens, func(t token) bool { return t.class == classType && t.word.kinds.Has(graph.KindDocument) }) {
		return
	}
	date := r.about.Date
	for i := range u.tokens {
		if u.tokens[i].isDate() {
			date = u.tokens[i].date
			break
		}
	}
	whole := span{0, len(u.text)}
	for i := range u.tokens {
		t := &u.tokens[i]
		if !t.isMention() || !graph.Actors.Has(u.entityOf(t).Kind()) {
			continue
		}
		who := u.entityOf(t)
		if i < to {
			r.say(u, "letter", sure, graph.Claim{Subject: r.about.Document, Predicate: graph.PredAuthoredBy, Object: who, Valid: since(date)}, whole)
		} else if i == to+1 {
			r.say(u, "letter", sure, graph.Claim{Subject: r.about.Document, Predicate: graph.PredAddressedTo, Object: who, Valid: since(date)}, whole)
		}
	}
}

// signature reads "(Signed) N" with the office in the same passage or the next.
func (r *reader) signature(u *unit, at int) {
	if len(u.tokens) < 2 || u.tokens[0].class != classSigned || !u.tokens[1].isMention() {
		return
	}
	person := &u.mentions[u.tokens[1].mention]
	if person.entity.Kind() != graph.KindPerson {
		return
	}
	r.say(u, "signature", sure, graph.Claim{Subject: r.speaker(u), Predicate: graph.PredAuthoredBy, Object: person.entity, Valid: since(r.dateOf(u))}, person.span)
	for _, in := range []*unit{u, r.next(at)} {
		if in == nil {
			continue
		}
		for i := range in.mentions {
			if m := &in.mentions[i]; m.entity.Kind() == graph.KindOffice {
				r.say(in, "signature", sure, graph.Claim{Subject: person.entity, Predicate: graph.PredHolds, Object: m.entity}, m.span)
				r.say(u, "signature", sure, graph.Claim{Subject: person.entity, Predicate: graph.PredHolds, Object: m.entity}, person.span)
				return
			}
		}
	}
}

func (r *reader) next(at int) *unit {
	if at+1 < len(r.units) && r.units[at+1].Kind == InPassage {
		return &r.units[at+1]
	}
	return nil
}

// composition reads what a name says by how it is made: whose office, whose organ, where a meeting is, what an article belongs to, what a title is
// about, what comes after what.
func (r *reader) composition(u *unit, m *mention) {
	claim := func(rule string, s graph.ID, p graph.Predicate, o graph.ID) {
		r.say(u, rule, sure, graph.Claim{Subject: s, Predicate: p, Object: o}, m.span)
	}
	inner := u.inner[m.inner.start:m.inner.end]
	if graph.Instruments.Has(m.entity.Kind()) {
		if date, end := dateAt(u.fold[:m.end], m.start); end > 0 && !m.points {
			r.datedInstrument(u, m.entity, date, m.span)
		}
	}
	switch kind := m.entity.Kind(); {
	case kind == graph.KindOffice && len(inner) > 0 && graph.PredOfficeOf.Row().Objects.Has(inner[0].entity.Kind()) && (inner[0].start == m.start || inner[0].end == m.end && r.headFirst(u, m.start, inner[0].start)):
		claim("office of", m.entity, graph.PredOfficeOf, inner[0].entity)
	case kind == graph.KindMeeting:
		for _, in := range inner {
			switch k := in.entity.Kind(); {
			case k == graph.KindPlace:
				claim("meeting place", m.entity, graph.PredLocatedIn, in.entity)
			case graph.Instruments.Has(k):
				claim("title", m.entity, graph.PredConcerns, in.entity)
			}
		}
	case kind == graph.KindTopic:
		for _, in := range inner {
			if in.entity.Kind() != graph.KindTopic {
				claim("title", m.entity, graph.PredConcerns, in.entity)
			}
		}
	case kind == graph.KindFacility:
		for _, match := range r.inside(u, m.span) {
			if whole := r.linkAlone(match); match.Start == 0 && whole.Kind() == graph.KindOrganisation {
				claim("whose", m.entity, graph.PredPartOf, whole)
			}
		}
	case kind == graph.KindInitiative && !m.points:
		r.titleTopics(u, m)
	case kind == graph.KindProvision && len(inner) > 0:
		r.say(u, "article of", sure, graph.Claim{Subject: m.entity, Predicate: graph.PredProvisionOf, Object: inner[0].entity,
			Qualifiers: graph.Qualifiers{Ordinal: r.byID[m.entity].Provision.Number}}, m.span)
	case kind == graph.KindBody:
		for _, match := range r.inside(u, m.span) {
			whole := r.linkAlone(match)
			if !graph.PredBodyOf.Row().Objects.Has(whole.Kind()) {
				continue
			}
			match = match.from(m.start)
			if match.Start == m.start && isOrgan(u.fold[match.End:m.end]) || match.End == m.end && r.headFirst(u, m.start, match.Start) && isOrgan(u.fold[m.start:headEnd(u.fold, match.Start)]) {
				claim("organ of", m.entity, graph.PredBodyOf, whole)
			}
		}
	case kind == graph.KindDeclaration && !m.points:
		r.titleTopics(u, m)
		for _, match := range r.inside(u, m.span) {
			about := r.linkAlone(match)
			match = match.from(m.start)
			if graph.Instruments.Has(about.Kind()) && (follows(u.fold, match.End, "问题") || follows(u.fold, match.Start-2, "关于")) {
				claim("title", m.entity, graph.PredConcerns, about)
			}
		}
	case kind == graph.KindTreaty:
		if !m.points {
			r.titleTopics(u, m)
		}
		for _, in := range inner {
			if w, _ := grammar.at(u.fold, min(skipMarks(u.text, in.end), len(u.fold)-1)); w != nil && w.class == classAfter && graph.Instruments.Has(in.entity.Kind()) {
				claim("what follows", m.entity, graph.PredFollowsUp, in.entity)
			}
		}
	}
	if k := m.entity.Kind(); (k == graph.KindBody || k == graph.KindForum) && !m.points {
		r.bilateral(u, m)
	}
	if m.amends != "" {
		claim("amended", m.entity, graph.PredAmends, m.amends)
	}
	if m.attached {
		claim("annex", m.entity, graph.PredAnnexedTo, r.about.Document)
	}
}

// titleTopics reads the topics that a title names: what it is about.
func (r *reader) titleTopics(u *unit, m *mention) {
	for _, match := range r.inside(u, m.span) {
		if topic := r.linkAlone(match); topic.Kind() == graph.KindTopic {
			r.say(u, "title", probable, graph.Claim{Subject: m.entity, Predicate: graph.PredConcerns, Object: topic}, m.span)
		}
	}
}

// bilateral reads who belongs to a body or forum that is named for its members: 美俄反恐工作组.
func (r *reader) bilateral(u *unit, m *mention) {
	parties, _ := r.leadingParties(u.text[m.start:m.end], r.inside(u, m.span))
	if len(parties) < 2 {
		return
	}
	predicate := graph.PredMemberOf
	if m.entity.Kind() == graph.KindForum {
		predicate = graph.PredParticipatesIn
	}
	for _, state := range parties {
		r.say(u, "named for its members", probable, graph.Claim{Subject: state, Predicate: predicate, Object: m.entity}, m.span)
	}
}

func skipMarks(text []rune, at int) int {
	for at < len(text) && (text[at] == '》' || text[at] == ' ') {
		at++
	}
	return at
}

// linkAlone returns the entity of a match that only one entity has, else nothing.
func (r *reader) linkAlone(m NameMatch) graph.ID {
	id := r.lexicon.Entry(m.Entries[0]).Entity
	for _, i := range m.Entries[1:] {
		if r.lexicon.Entry(i).Entity != id {
			return ""
		}
	}
	return id
}

// headFirst tells whether a name that ends with another one, which begins at a place, has its head before it: "Secretary-General of the United Nations",
// and in Russian the genitive alone.
func (r *reader) headFirst(u *unit, start, at int) bool {
	return isWordLetter(u.fold[at]) && (u.fold[at] >= 0x400 || headEnd(u.fold, at) < at-1) && start < at
}

// headEnd returns where the head of a name ends, before "of" or "of the" or a blank.
func headEnd(fold []rune, at int) int {
	for _, of := range []string{" of the ", " of "} {
		if n := len(of); follows(fold, at-n, of) {
			return at - n
		}
	}
	return at - 1
}

// isOrgan tells whether what remains of a body's name besides its organisation's is a word for an organ.
func isOrgan(rest []rune) bool {
	return slices.Contains(organWords, strings.TrimSpace(string(rest)))
}

// citations says which instruments a text cites: those that it names, by name, number or date, and that are not only foreseen.
func (r *reader) citations() {
	foreseen := make(map[graph.ID]bool)
	for _, s := range r.list {
		if s.Claim.Predicate == graph.PredForeseen {
			foreseen[s.Claim.Subject] = true
		}
	}
	cite := func(u *unit, m *mention) {
		kind := m.entity.Kind()
		if !graph.Instruments.Has(kind) && kind != graph.KindProvision || m.points && m.amends == "" && kind != graph.KindProvision || foreseen[m.entity] || slices.Contains(r.about.Expresses, m.entity) {
			return
		}
		r.say(u, "citation", sure, graph.Claim{Subject: r.speaker(u), Predicate: graph.PredCites, Object: m.entity, Valid: since(r.dateOf(u))}, m.span)
	}
	for i := range r.units {
		u := &r.units[i]
		for k := range u.mentions {
			cite(u, &u.mentions[k])
		}
		for k := range u.inner {
			cite(u, &u.inner[k])
		}
	}
}

func (r *reader) dateOf(u *unit) graph.Date {
	if r.inBody(u) {
		return r.now
	}
	return r.about.Date
}
