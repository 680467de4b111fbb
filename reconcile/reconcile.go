// Package reconcile finds for names in other people's lists the entities of the record that they may mean, and says how sure it is. It is
// what the reconciliation endpoint of package httpapi and `treatyctl reconcile` share; see docs/reconciliation.md.
package reconcile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"treatygraph/graph"
	"treatygraph/index"
)

const (
	// DefaultLimit is how many candidates a query gets that asks for no number: what a person looks through.
	DefaultLimit = 5
	// MaxLimit is how many candidates a query can get.
	MaxLimit = 50
	// searchDepth is how many entities a search finds before the properties of a query choose among them.
	searchDepth = 100
)

// A Reconciler answers of one snapshot. It may be used by any number of goroutines.
type Reconciler struct {
	Snapshot *index.Snapshot
	Language graph.Language // of the labels
	Today    graph.Day      // of which statuses are told
}

// A Query asks for what a name may mean.
type Query struct {
	Text       string           // empty: the conditions alone find
	Kinds      graph.KindSet    // 0: all
	Languages  []graph.Language // of the names that are compared, "zh" being also zh-Hant; none: all
	Limit      int              // 0: DefaultLimit
	Conditions []Condition
}

// A Candidate is an entity that may be meant.
type Candidate struct {
	ID     graph.ID
	Name   string // the label
	Score  float64
	Match  bool   // this and no other is meant, as far as names and identifiers can tell
	Reason string // for people

	NameScore  float64 // what the name alone is worth; 0: it was found by an identifier only
	Identified bool    // its ID, or an identifier of it, was given
	Agreement  float64 // the share of the conditions that hold; 1 without conditions
	Rivals     int     // how many others match as well
	Statements int     // that it stands in

	class    index.MatchClass // 0: its name was not found
	spelled  bool             // after a rule of spelling
	agreeing int
}

// scores are what a match is worth by its class: what is the same, up to 80; what is found by words is worth so much when the names are the
// same to the letter, and half when they share none.
var scores = map[index.MatchClass]float64{
	index.MatchID: 100, index.MatchIdentifier: 100, index.MatchExactName: 100, index.MatchNormalisedName: 98, index.MatchAcronym: 90, index.MatchHistoricName: 85,
	index.MatchPrefix: 75, index.MatchPhrase: 75, index.MatchAllWords: 75, index.MatchFuzzy: 70,
}

const (
	spelledScore    = 95 // of a name that is the same after a rule of spelling
	identifiedScore = 70 // of an entity that has the identifier but, as far as is known, not the name
	provenScore     = 95 // of a name that was found somehow when an identifier says the same
	silence         = .3 // what a score loses when no condition is known to hold
)

// Find returns the candidates of a query, the best first. The errors are the context's and those of index.Snapshot.Search.
func (r *Reconciler) Find(ctx context.Context, q *Query) ([]Candidate, error) {
	if err := ctx.Err(); err != nil { // what is looked up does not ask it
		return nil, fmt.Errorf("reconcile: %w", err)
	}
	f := finder{r: r, q: q, place: map[graph.ID]int{}}
	for i := range q.Conditions {
		f.tests = append(f.tests, r.test(&q.Conditions[i]))
	}
	text := strings.TrimSpace(q.Text)
	if utf8.RuneCountInString(text) > graph.MaxNameRunes {
		return nil, nil // no name is so long
	}
	if text != "" {
		f.lookup(text)
	}
	f.byConditions(text == "")
	list, err := f.settled(ctx)
	if err != nil || text == "" || len(list) > 0 && list[0].Match {
		return f.shown(list), err
	}
	page, err := r.Snapshot.Search(ctx, index.SearchQuery{Text: text, Kinds: q.Kinds, Langs: q.Languages, Names: true, Fuzzy: true, First: searchDepth})
	switch {
	case errors.Is(err, graph.ErrInvalid): // more words than a search takes
	case err != nil:
		return nil, fmt.Errorf("reconcile: %w", err)
	}
	for i := range page.Items {
		f.add(page.Items[i].Match, similarity(text, page.Items[i].Name.Text), false)
	}
	list, err = f.settled(ctx)
	return f.shown(list), err
}

// A finder gathers the candidates of one query.
type finder struct {
	r     *Reconciler
	q     *Query
	tests []test // of the conditions
	list  []Candidate
	place map[graph.ID]int // in list
}

// lookup finds what bears the name, by the first spelling of it that anything bears.
func (f *finder) lookup(text string) {
	for i, spelling := range spellings(text) {
		matches := f.r.Snapshot.LookupIn(spelling, f.q.Kinds, f.q.Languages, index.AsOf{})
		for _, m := range matches {
			f.add(m, 1, i > 0)
		}
		if len(matches) > 0 {
			return
		}
	}
}

// byConditions adds what the identifiers among the conditions name and, when there is no other name to find by, the names.
func (f *finder) byConditions(names bool) {
	for i := range f.q.Conditions {
		c := &f.q.Conditions[i]
		for _, given := range c.Values {
			switch {
			case c.Property.sort == sortIdentifier:
				identifier, err := graph.ParseIdentifier(c.Property.scheme, given.Text)
				if err != nil {
					continue
				}
				if id, found := f.r.Snapshot.ByIdentifier(identifier, index.AsOf{}); found {
					f.add(index.Match{Entity: id}, 0, false)
				}
			case c.Property.sort == sortName && names:
				for _, m := range f.r.Snapshot.LookupIn(given.Text, f.q.Kinds, c.Property.languages(), index.AsOf{}) {
					f.add(m, 1, false)
				}
			}
		}
	}
}

// add adds what was found, unless it was found as well before. like is how far the name is the one that was asked for.
func (f *finder) add(m index.Match, like float64, spelled bool) {
	place, there := f.place[m.Entity]
	if there && (f.list[place].class != 0 || m.Class == 0) || f.q.Kinds != 0 && !f.q.Kinds.Has(m.Entity.Kind()) {
		return
	}
	reason, _, _ := strings.Cut(m.Reason, ";") // how many others there are is told of those that fit the conditions
	c := Candidate{ID: m.Entity, Reason: reason, class: m.Class, spelled: spelled, Identified: m.Class == index.MatchID || m.Class == index.MatchIdentifier}
	switch {
	case m.Class == 0:
		c.Reason = "identifier"
	case m.Class > index.MatchHistoricName:
		c.NameScore = scores[m.Class] * (1 + like) / 2
	case spelled:
		c.NameScore = min(scores[m.Class], spelledScore)
		c.Reason += ", spelled otherwise"
	default:
		c.NameScore = scores[m.Class]
	}
	if there { // by an identifier only
		f.list[place] = c
		return
	}
	f.place[m.Entity] = len(f.list)
	f.list = append(f.list, c)
}

// settled judges what was found by the conditions, and puts the best first. Equals stay as they were found: the one with more statements first.
// The only error is the context's: the conditions are held against each candidate.
func (f *finder) settled(ctx context.Context) ([]Candidate, error) {
	var list []Candidate
	for _, c := range f.list {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("reconcile: %w", err)
		}
		if f.judge(&c) {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b Candidate) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.class, b.class)) })
	for i := range list {
		c := &list[i]
		for j := range list {
			if i != j && (c.level() <= levelHistoric || c.Identified) && list[j].rivals(c) {
				c.Rivals++
			}
		}
		switch {
		case c.Rivals == 1:
			c.Reason += "; ambiguous with 1 other"
		case c.Rivals > 1:
			c.Reason += fmt.Sprintf("; ambiguous with %d others", c.Rivals)
		}
	}
	if len(list) > 0 {
		best := &list[0]
		best.Match = best.Rivals == 0 && best.agreeing == len(f.q.Conditions) && best.certain(f.q.Text == "")
	}
	return list, nil
}

// judge holds a candidate against the conditions and gives it its score; false: one of them excludes it.
func (f *finder) judge(c *Candidate) bool {
	for i := range f.tests {
		t := &f.tests[i]
		switch f.r.holds(t, c.ID) {
		case excludes:
			return false
		case agrees:
			c.agreeing++
			c.Identified = c.Identified || t.Property.sort == sortIdentifier
		}
	}
	c.Agreement, c.Score = 1, c.NameScore
	if n := len(f.q.Conditions); n > 0 {
		c.Agreement = float64(c.agreeing) / float64(n)
	}
	switch {
	case c.Identified && f.q.Text == "":
		c.Score = scores[index.MatchIdentifier]
	case c.Identified && c.class == 0:
		c.Score = identifiedScore
	case c.Identified:
		c.Score = max(c.Score, provenScore)
	}
	c.Score *= 1 - silence*(1-c.Agreement)
	c.Score = math.Round(c.Score*10) / 10
	return true
}

// A level gathers classes of matches between which nobody would choose by the class alone; the lower, the better.
type level uint8

const (
	levelIdentifier level = iota
	levelName
	levelAcronym
	levelHistoric
	levelWords // of a name
	levelNone  // the name was not found
)

func (c *Candidate) level() level {
	switch c.class {
	case index.MatchID, index.MatchIdentifier:
		return levelIdentifier
	case index.MatchExactName, index.MatchNormalisedName:
		return levelName
	case index.MatchAcronym:
		return levelAcronym
	case index.MatchHistoricName:
		return levelHistoric
	case 0:
		return levelNone
	default:
		return levelWords
	}
}

// rivals tells whether a candidate is as good a match as another.
func (c *Candidate) rivals(other *Candidate) bool {
	return (c.level() <= other.level() || c.Identified) && (c.Identified || !other.Identified) && c.agreeing >= other.agreeing
}

// certain tells whether a candidate without rivals is what was meant: it bears the name now, or an identifier names it, and its name, if one
// was given, was found somehow.
func (c *Candidate) certain(unnamed bool) bool {
	return c.level() <= levelAcronym || c.Identified && (unnamed || c.class != 0)
}

// shown cuts the list to what was asked for and completes it.
func (f *finder) shown(list []Candidate) []Candidate {
	limit := f.q.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	list = list[:min(len(list), limit, MaxLimit)]
	for i := range list {
		c := &list[i]
		c.Name = f.r.Label(c.ID)
		c.Statements = f.r.Snapshot.CountStatements(index.StatementQuery{Entity: c.ID})
	}
	return list
}

// Label returns the name to show for an entity.
func (r *Reconciler) Label(id graph.ID) string {
	return r.Snapshot.Label(id, r.Language, index.AsOf{}).Text
}

// Describe tells an entity from its namesakes: its kind, its official name where that is not the label, and its first identifier.
func (r *Reconciler) Describe(id graph.ID) string {
	parts := []string{typeOf(id.Kind()).Name}
	label := r.Label(id)
	var official []graph.Language
	texts := map[graph.Language]string{}
	for _, n := range r.Snapshot.Names(id, index.AsOf{}) {
		if n.Role == graph.NameOfficial && texts[n.Lang] == "" {
			official, texts[n.Lang] = append(official, n.Lang), n.Text
		}
	}
	if nearest, found := index.NearestLanguage(official, r.Language); found && texts[nearest] != label {
		parts = append(parts, texts[nearest])
	}
	if identifiers := r.Snapshot.Identifiers(id, index.AsOf{}); len(identifiers) > 0 {
		parts = append(parts, identifiers[0].Value)
	}
	return strings.Join(parts, " · ")
}
