package topology

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"

	"treatygraph/graph"
)

// How large patterns may be.
const (
	MaxPatternRunes  = 500
	MaxPatternStates = 1000
	maxPatternRepeat = 100
	maxPatternDepth  = 50 // of parentheses
)

// A Step is a way along a statement: its predicate, and on which end the way begins.
type Step uint16

// NewStep makes the step from the object to the subject (against) or the other way.
func NewStep(p graph.Predicate, against bool) Step {
	s := Step(p) << 1
	if against {
		s |= 1
	}
	return s
}

// Turned is the same statement gone the other way.
func (s Step) Turned() Step { return s ^ 1 }

func (s Step) predicate() graph.Predicate { return graph.Predicate(s >> 1) }

// A Pattern is a regular expression over steps, which a whole path must match. As an automaton, each step written in it is a state, in which
// one is after having taken it; state 0 is the beginning.
type Pattern struct {
	labels []patternLabel
	follow [][]uint16 // the states that may come after a state
	before [][]uint16 // the same the other way
	accept []bool
	any    bool // a step with any predicate is among the labels
}

type patternLabel struct {
	predicate graph.Predicate // PredUnknown: any
	ways      uint8           // bits 1: along, 2: against
}

func (l patternLabel) fits(s Step) bool {
	return l.ways&(1<<(s&1)) != 0 && (l.predicate == graph.PredUnknown || l.predicate == s.predicate())
}

// A PatternError says where a pattern is wrong.
type PatternError struct {
	Character int // the first is 1
	Reason    string
}

func (e *PatternError) Error() string { return fmt.Sprintf("character %d: %s", e.Character, e.Reason) }

// ParsePattern reads a pattern. A step is a predicate's name or _ for any, then > when it leads from the subject to the object, < when from
// the object to the subject, nothing when either. Steps follow each other, separated by blanks; | parts alternatives, parentheses hold
// together; behind a step or parentheses * stands for any number of times, + for once or more, ? for once or not, {m}, {m,} and {m,n} for so many times.
// The errors are PatternErrors.
func ParsePattern(text string) (*Pattern, error) {
	p := &patternParser{text: []rune(text), p: &Pattern{labels: []patternLabel{{}}}}
	if len(p.text) > MaxPatternRunes {
		return nil, &PatternError{MaxPatternRunes + 1, fmt.Sprintf("the pattern goes on; %d characters are the most", MaxPatternRunes)}
	}
	whole := p.alternatives(0)
	if p.err == nil && p.at < len(p.text) {
		p.fail(p.at, "this closes no parenthesis") // all else ends an expression only with an error
	}
	if p.err == nil {
		p.build(whole)
	}
	if p.err != nil {
		return nil, p.err
	}
	return p.p, nil
}

// A patternPart is a parsed part of a pattern.
type patternPart struct {
	op       rune // 0: a step; '.': a sequence; '|': alternatives; '*': the only part, least to most times
	label    patternLabel
	parts    []*patternPart
	least    int
	most     int // -1: any number
	position int // for errors
}

type patternParser struct {
	text []rune
	at   int
	p    *Pattern
	err  error

	follow []stateBits
}

func (p *patternParser) fail(at int, format string, args ...any) {
	if p.err == nil {
		p.err = &PatternError{at + 1, fmt.Sprintf(format, args...)}
	}
}

// peek returns the next character, 0 at the end.
func (p *patternParser) peek() rune {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

func isNameRune(r rune) bool {
	return r == '_' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
}

func (p *patternParser) blanks() {
	for isBlank(p.peek()) {
		p.at++
	}
}

func (p *patternParser) alternatives(depth int) *patternPart {
	out := &patternPart{op: '|', position: p.at}
	for {
		out.parts = append(out.parts, p.sequence(depth))
		if p.err != nil || p.peek() != '|' {
			return out
		}
		p.at++
	}
}

func (p *patternParser) sequence(depth int) *patternPart {
	out := &patternPart{op: '.', position: p.at}
	for {
		p.blanks()
		if r := p.peek(); p.at == len(p.text) || r == '|' || r == ')' {
			break
		}
		if out.parts = append(out.parts, p.repeated(depth)); p.err != nil {
			return out
		}
	}
	if len(out.parts) == 0 {
		p.fail(p.at, "a step is missing here, such as CITES> or _")
	}
	return out
}

func (p *patternParser) repeated(depth int) *patternPart {
	part := p.single(depth)
	for p.err == nil {
		start := p.at
		least, most := 0, -1
		switch p.peek() {
		case '*':
		case '+':
			least = 1
		case '?':
			most = 1
		case '{':
			least, most = p.times()
		default:
			return part
		}
		p.at++
		part = &patternPart{op: '*', parts: []*patternPart{part}, least: least, most: most, position: start}
	}
	return part
}

// times reads {m}, {m,} or {m,n} up to the closing brace, which it leaves.
func (p *patternParser) times() (least, most int) {
	start := p.at
	p.at++
	least = p.number()
	most = least
	if p.peek() == ',' {
		p.at++
		if most = -1; p.peek() != '}' {
			most = p.number()
		}
	}
	switch {
	case p.peek() != '}':
		p.fail(p.at, "a closing brace is missing here, as in {2} or {1,3}")
	case most >= 0 && most < least:
		p.fail(start, "at least %d and at most %d times is never", least, most)
	case most == 0:
		p.fail(start, "what stands there no time can be left out")
	}
	return least, most
}

func (p *patternParser) number() int {
	start := p.at
	for r := p.peek(); '0' <= r && r <= '9'; r = p.peek() {
		p.at++
	}
	if start == p.at {
		p.fail(p.at, "a number is missing here, as in {2} or {1,3}")
		return 0
	}
	n, err := strconv.Atoi(string(p.text[start:p.at]))
	if err != nil || n > maxPatternRepeat {
		p.fail(start, "more than %d times is too often", maxPatternRepeat)
		return 0
	}
	return n
}

func (p *patternParser) single(depth int) *patternPart {
	start := p.at
	switch r := p.peek(); {
	case r == '(':
		if depth == maxPatternDepth {
			p.fail(start, "parentheses stand in each other more than %d deep", maxPatternDepth)
			return nil
		}
		p.at++
		part := p.alternatives(depth + 1)
		if p.err == nil && p.peek() != ')' {
			p.fail(start, "this parenthesis is not closed")
		}
		p.at++
		return part
	case !isNameRune(r):
		p.fail(start, "%q cannot stand here; a step begins with a predicate's name or _", r)
		return nil
	}
	for isNameRune(p.peek()) {
		p.at++
	}
	part := &patternPart{label: patternLabel{ways: 3}, position: start}
	if name := string(p.text[start:p.at]); name != "_" {
		predicate, err := graph.ParsePredicate(name)
		switch {
		case err != nil:
			p.fail(start, "%v", err)
		case predicate.Row().Objects == 0:
			p.fail(start, "%s leads to no entity", name)
		}
		part.label.predicate = predicate
	}
	switch p.peek() {
	case '>':
		part.label.ways = 1
		p.at++
	case '<':
		part.label.ways = 2
		p.at++
	}
	return part
}

// A stateBits is a set of states, while an automaton is built.
type stateBits [(MaxPatternStates + 64) / 64]uint64

func (b *stateBits) add(q uint16) { b[q/64] |= 1 << (q % 64) }

func (b *stateBits) addAll(other *stateBits) {
	for i, word := range other {
		b[i] |= word
	}
}

func (b *stateBits) list() (states []uint16) {
	for i, word := range b {
		for ; word != 0; word &= word - 1 {
			states = append(states, uint16(i*64+bits.TrailingZeros64(word)))
		}
	}
	return states
}

// A fragment is a part of an automaton: the states it may begin and end with, and whether it may be nothing.
type fragment struct {
	first, last stateBits
	empty       bool
}

// build makes the automaton (Glushkov's): it has no steps that are not taken, so that a state is a place in the pattern.
func (p *patternParser) build(whole *patternPart) {
	p.follow = make([]stateBits, 1)
	f := p.add(whole)
	if p.err != nil {
		return
	}
	a := p.p
	p.follow[0] = f.first
	a.accept, a.before = make([]bool, len(a.labels)), make([][]uint16, len(a.labels))
	a.accept[0] = f.empty
	for _, q := range f.last.list() {
		a.accept[q] = true
	}
	for q := range p.follow {
		a.follow = append(a.follow, p.follow[q].list())
		for _, next := range a.follow[q] {
			a.before[next] = append(a.before[next], uint16(q))
		}
	}
	for _, l := range a.labels[1:] {
		a.any = a.any || l.predicate == graph.PredUnknown
	}
}

// join lets b come after a.
func (p *patternParser) join(a, b *fragment) {
	for _, q := range a.last.list() {
		p.follow[q].addAll(&b.first)
	}
}

// then is a followed by b.
func (p *patternParser) then(a, b fragment) fragment {
	p.join(&a, &b)
	out := fragment{first: a.first, last: b.last, empty: a.empty && b.empty}
	if a.empty {
		out.first.addAll(&b.first)
	}
	if b.empty {
		out.last.addAll(&a.last)
	}
	return out
}

func (p *patternParser) add(part *patternPart) (f fragment) {
	switch part.op {
	case 0:
		if len(p.p.labels) > MaxPatternStates {
			p.fail(part.position, "repetitions written out, the pattern has more than %d steps", MaxPatternStates)
			return f
		}
		q := uint16(len(p.p.labels))
		p.p.labels, p.follow = append(p.p.labels, part.label), append(p.follow, stateBits{})
		f.first.add(q)
		f.last.add(q)
		return f
	case '|':
		for _, sub := range part.parts {
			s := p.add(sub)
			f.first.addAll(&s.first)
			f.last.addAll(&s.last)
			if f.empty = f.empty || s.empty; p.err != nil {
				return f
			}
		}
		return f
	case '.':
		f.empty = true
		for _, sub := range part.parts {
			if f = p.then(f, p.add(sub)); p.err != nil {
				return f
			}
		}
		return f
	}
	f.empty = true
	copies := part.most
	if part.most < 0 {
		copies = max(part.least, 1)
	}
	for i := range copies {
		s := p.add(part.parts[0])
		if p.err != nil {
			return f
		}
		if i >= part.least {
			s.empty = true
		}
		if part.most < 0 && i == copies-1 {
			p.join(&s, &s)
		}
		f = p.then(f, s)
	}
	return f
}

// An automaton tells, as a path grows, which states of a pattern it may be in. Sets of states are numbered as they come up, 0 is the empty one.
type automaton struct {
	pattern *Pattern // nil: one state, begin and end
	allowed func(Step) bool
	sets    [][]uint64
	numbers map[string]stateSet
	after   map[uint64]stateSet // by set and step
	earlier map[uint64]stateSet
	united  map[uint64]stateSet
	words   int
	ended   stateSet // the accepting states
	begun   stateSet
}

type stateSet uint32

// maxStateSets bounds the memory that sets of states take; no pattern that people write comes near.
const maxStateSets = 1 << 15

func newAutomaton(p *Pattern, allowed func(Step) bool) *automaton {
	a := &automaton{pattern: p, allowed: allowed, begun: 1, ended: 1}
	if p == nil {
		return a
	}
	a.words = (len(p.labels) + 63) / 64
	a.numbers, a.after, a.earlier, a.united = map[string]stateSet{}, map[uint64]stateSet{}, map[uint64]stateSet{}, map[uint64]stateSet{}
	a.number(make([]uint64, a.words))
	begun, ended := make([]uint64, a.words), make([]uint64, a.words)
	begun[0] = 1
	for q, is := range p.accept {
		if is {
			ended[q/64] |= 1 << (q % 64)
		}
	}
	a.begun, a.ended = a.number(begun), a.number(ended)
	return a
}

// full tells that too many sets came up.
func (a *automaton) full() bool { return len(a.sets) > maxStateSets }

func (a *automaton) number(set []uint64) stateSet {
	key := string(memory(set))
	n, there := a.numbers[key]
	if !there {
		n = stateSet(len(a.sets))
		a.sets = append(a.sets, set)
		a.numbers[key] = n
	}
	return n
}

// states visits the members of a set.
func (a *automaton) states(set stateSet, visit func(q int)) {
	for i, word := range a.sets[set] {
		for q := i * 64; word != 0; q, word = q+1, word>>1 {
			if word&1 != 0 {
				visit(q)
			}
		}
	}
}

// next returns where a step leads from some states.
func (a *automaton) next(set stateSet, s Step) stateSet {
	if set == 0 || !a.allowed(s) {
		return 0
	}
	if a.pattern == nil {
		return 1
	}
	key := uint64(set)<<16 | uint64(s)
	to, known := a.after[key]
	if !known {
		out := make([]uint64, a.words)
		a.states(set, func(q int) {
			for _, p := range a.pattern.follow[q] {
				if a.pattern.labels[p].fits(s) {
					out[p/64] |= 1 << (p % 64)
				}
			}
		})
		to = a.number(out)
		a.after[key] = to
	}
	return to
}

// previous returns from where a step leads to one of some states.
func (a *automaton) previous(set stateSet, s Step) stateSet {
	if set == 0 || !a.allowed(s) {
		return 0
	}
	if a.pattern == nil {
		return 1
	}
	key := uint64(set)<<16 | uint64(s)
	from, known := a.earlier[key]
	if !known {
		out := make([]uint64, a.words)
		a.states(set, func(q int) {
			if q == 0 || !a.pattern.labels[q].fits(s) {
				return
			}
			for _, p := range a.pattern.before[q] {
				out[p/64] |= 1 << (p % 64)
			}
		})
		from = a.number(out)
		a.earlier[key] = from
	}
	return from
}

func (a *automaton) union(x, y stateSet) stateSet {
	if x == y || y == 0 {
		return x
	}
	if x == 0 {
		return y
	}
	key := uint64(min(x, y))<<32 | uint64(max(x, y))
	u, known := a.united[key]
	if !known {
		out := slices.Clone(a.sets[x])
		for i, word := range a.sets[y] {
			out[i] |= word
		}
		u = a.number(out)
		a.united[key] = u
	}
	return u
}

// meet tells whether two sets have a state in common.
func (a *automaton) meet(x, y stateSet) bool {
	if a.pattern == nil || x == y {
		return x != 0 && y != 0
	}
	for i, word := range a.sets[x] {
		if word&a.sets[y][i] != 0 {
			return true
		}
	}
	return false
}

// predicates returns what a step can have, sorted; nil: any.
func (p *Pattern) predicates() []graph.Predicate {
	if p == nil || p.any {
		return nil
	}
	var list []graph.Predicate
	for _, l := range p.labels[1:] {
		list = append(list, l.predicate)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
