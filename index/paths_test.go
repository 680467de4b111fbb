package index_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/index"
	"treatygraph/tools/cases"
)

// A walked is a path as the model finds it: entities, and the statements between them.
type walked struct {
	ids   []graph.ID
	items []index.StatementItem
}

func (p *walked) rank() (worst graph.Rank) {
	for i := range p.items {
		worst = max(worst, p.items[i].Rank)
	}
	return worst
}

func (p *walked) confidence() graph.Thousandths {
	least := graph.Thousandths(1000)
	for i := range p.items {
		if c := p.items[i].Confidence; c != 0 {
			least = min(least, c)
		}
	}
	return least
}

// A stepRune writes a step as one character, so that Go's regular expressions can tell whether a path matches.
func stepRune(p graph.Predicate, against bool) rune {
	if against {
		return 0x5000 + rune(p)
	}
	return 0x4000 + rune(p)
}

// paths finds all simple paths by going every way.
func (o *model) paths(q index.PathQuery, matches *regexp.Regexp) (all []walked) {
	canonical := o.canonical(q.At)
	edges := map[graph.ID][]index.StatementItem{}
	for _, id := range o.entities(0, q.At) {
		edges[id] = slices.DeleteFunc(o.statements(index.StatementQuery{Entity: id, Evidenced: q.Evidenced, At: q.At}), func(i index.StatementItem) bool {
			return i.Other == "" || canonical(i.Other) == id
		})
	}
	resolved := func(ids []graph.ID) (list []graph.ID) {
		for _, id := range ids {
			list = append(list, canonical(id))
		}
		slices.Sort(list)
		return slices.Compact(list)
	}
	ends, without := resolved(q.To), resolved(q.Without)
	allowed := func(i *index.StatementItem) bool {
		if q.Predicates != nil && !slices.Contains(q.Predicates, i.Predicate) {
			return false
		}
		return q.Steps == nil || slices.ContainsFunc(q.Steps, func(s index.PathStep) bool {
			return s.Predicate == i.Predicate && (s.Direction == index.Both || i.Incoming == (s.Direction == index.In))
		})
	}
	var path walked
	var went strings.Builder
	var follow func(id graph.ID)
	follow = func(id graph.ID) {
		if slices.Contains(without, id) {
			return
		}
		path.ids = append(path.ids, id)
		defer func() { path.ids = path.ids[:len(path.ids)-1] }()
		if len(path.items) > 0 && slices.Contains(ends, id) {
			went.Reset()
			for i := range path.items {
				went.WriteRune(stepRune(path.items[i].Predicate, path.items[i].Incoming))
			}
			if matches == nil || matches.MatchString(went.String()) {
				all = append(all, walked{slices.Clone(path.ids), slices.Clone(path.items)})
			}
		}
		if len(path.items) == q.MaxHops || len(path.items) > 0 && q.Kinds != 0 && !q.Kinds.Has(id.Kind()) {
			return
		}
		for _, i := range edges[id] {
			if !slices.Contains(path.ids, i.Other) && allowed(&i) {
				path.items = append(path.items, i)
				follow(i.Other)
				path.items = path.items[:len(path.items)-1]
			}
		}
	}
	for _, id := range resolved(q.From) {
		follow(id)
	}
	slices.SortFunc(all, func(a, b walked) int {
		return cmp.Or(cmp.Compare(len(a.items), len(b.items)), cmp.Compare(a.rank(), b.rank()), cmp.Compare(b.confidence(), a.confidence()),
			slices.Compare(a.ids, b.ids), slices.CompareFunc(a.items, b.items, func(a, b index.StatementItem) int { return cmp.Compare(a.ID, b.ID) }))
	})
	return all
}

// written writes listed paths, or of those through the same entities the first with all that can stand in its place.
func written(all []walked, listed bool) (lines []string) {
	parallel := map[string][]map[graph.StatementID]*index.StatementItem{}
	key := func(p *walked) string { return fmt.Sprint(p.ids) }
	for i := range all {
		p := &all[i]
		if parallel[key(p)] == nil {
			parallel[key(p)] = make([]map[graph.StatementID]*index.StatementItem, len(p.items))
		}
		for j := range p.items {
			if parallel[key(p)][j] == nil {
				parallel[key(p)][j] = map[graph.StatementID]*index.StatementItem{}
			}
			parallel[key(p)][j][p.items[j].ID] = &p.items[j]
		}
	}
	done := map[string]bool{}
	for i := range all {
		p := &all[i]
		if !listed && done[key(p)] {
			continue
		}
		done[key(p)] = true
		line := string(p.ids[0])
		for j, item := range p.items {
			ids := []graph.StatementID{item.ID}
			if !listed {
				var list []*index.StatementItem
				for _, other := range parallel[key(p)][j] {
					list = append(list, other)
				}
				full := func(c graph.Thousandths) graph.Thousandths {
					if c == 0 {
						return 1000
					}
					return c
				}
				slices.SortFunc(list, func(a, b *index.StatementItem) int {
					return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(full(b.Confidence), full(a.Confidence)), cmp.Compare(a.ID, b.ID))
				})
				ids = nil
				for _, other := range list {
					ids = append(ids, other.ID)
				}
			}
			line += fmt.Sprintf(" -%v %v %v-> %s", item.ID, item.Incoming, ids, p.ids[j+1])
		}
		lines = append(lines, line)
	}
	return lines
}

func writtenPaths(t interface{ Fatalf(string, ...any) }, paths [][]index.PathHop) (lines []string) {
	for _, path := range paths {
		line := string(path[0].From)
		for j, h := range path {
			if j > 0 && path[j-1].To != h.From || h.Count != len(h.Parallel) {
				t.Fatalf("hops do not fit together: %+v", path)
			}
			var ids []graph.StatementID
			for _, s := range h.Parallel {
				ids = append(ids, s.ID)
			}
			line += fmt.Sprintf(" -%v %v %v-> %s", h.Statement.ID, h.Against, ids, h.To)
		}
		lines = append(lines, line)
	}
	return lines
}

var pathPredicates = []graph.Predicate{graph.PredSigned, graph.PredBoundBy, graph.PredCites, graph.PredAmends, graph.PredMergedInto}

// drawRelation draws a statement between two entities, or anything.
func drawRelation(t *rapid.T) graph.Assertion {
	if rapid.IntRange(0, 9).Draw(t, "anything") == 0 {
		return drawAssertion(t)
	}
	a := graph.Assertion{Dataset: rapid.SampledFrom(someDatasets).Draw(t, "dataset"), Rank: rapid.SampledFrom([]graph.Rank{1, 2, 2, 2, 2, 3}).Draw(t, "rank"),
		Method: graph.MethodImported, Confidence: rapid.SampledFrom([]graph.Thousandths{0, 400, 500, 1000}).Draw(t, "confidence")}
	if a.Rank == graph.RankDeprecated {
		a.Reason = "wrong"
	}
	if rapid.Bool().Draw(t, "evidenced") {
		a.Evidence = []graph.Evidence{{Citation: "a book"}}
	}
	if a.Predicate = rapid.SampledFrom(pathPredicates[:4]).Draw(t, "predicate"); a.Predicate == graph.PredSigned || a.Predicate == graph.PredBoundBy {
		a.Subject = rapid.SampledFrom(someStates).Draw(t, "state")
	} else {
		a.Subject = rapid.SampledFrom(someTreaties).Draw(t, "one")
	}
	a.Object = rapid.SampledFrom(someTreaties).Draw(t, "treaty")
	a.Valid.From = rapid.SampledFrom(someDates).Draw(t, "from")
	return a
}

// drawRelations fills a store with a few revisions.
func drawRelations(t *rapid.T, m *memory, draw func(*rapid.T) graph.Assertion) {
	if _, err := m.Apply(context.Background(), base()); err != nil {
		t.Fatal(err)
	}
	for n := range rapid.IntRange(1, 4).Draw(t, "revisions") {
		b := &graph.Batch{Key: fmt.Sprint("batch ", n)}
		seen := map[graph.AssertionKey]bool{}
		for range rapid.IntRange(1, 8).Draw(t, "assertions") {
			if a := draw(t); a.Subject != a.Object && !seen[a.Key()] {
				seen[a.Key()] = true
				b.Assert = append(b.Assert, a)
			}
		}
		if len(b.Assert) > 0 {
			if _, err := m.Apply(context.Background(), b); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// drawPattern draws a pattern, as it is written and as a regular expression over stepRunes.
func drawPattern(t *rapid.T, depth int) (pattern, regular string) {
	what := 0
	if depth > 0 {
		what = rapid.IntRange(0, 5).Draw(t, "pattern")
	}
	switch what {
	case 1, 2:
		for i := range rapid.IntRange(1, 3).Draw(t, "sequence") {
			p, r := drawPattern(t, depth-1)
			if i > 0 {
				pattern += " "
			}
			pattern, regular = pattern+p, regular+r
		}
		return "(" + pattern + ")", "(?:" + regular + ")"
	case 3:
		p, r := drawPattern(t, depth-1)
		pattern, regular = drawPattern(t, depth-1)
		return "(" + p + " | " + pattern + ")", "(?:" + r + "|" + regular + ")"
	case 4, 5:
		times := rapid.SampledFrom([]string{"*", "+", "?", "{2}", "{1,}", "{0,2}", "{1,3}"}).Draw(t, "times")
		p, r := drawPattern(t, depth-1)
		return "(" + p + ")" + times, "(?:" + r + ")" + times
	}
	p := rapid.SampledFrom([]graph.Predicate{0, 0, 0, 0, graph.PredSigned, graph.PredCites, graph.PredAmends}).Draw(t, "step")
	way := rapid.SampledFrom([]string{"", "", "", ">", "<"}).Draw(t, "way")
	pattern = "_"
	runes := func(against bool) string {
		if p != 0 {
			return string(stepRune(p, against))
		}
		return fmt.Sprintf("%c-%c", stepRune(0, against), stepRune(0xFF, against))
	}
	if p != 0 {
		pattern = p.String()
	}
	if way != "<" {
		regular = runes(false)
	}
	if way != ">" {
		regular += runes(true)
	}
	return pattern + way, "[" + regular + "]"
}

func drawPathQuery(t *rapid.T, head graph.RevisionNumber) (q index.PathQuery, matches *regexp.Regexp) {
	ids := rapid.Permutation(slices.Concat(someTreaties, someStates)).Draw(t, "entities")
	n, m := rapid.IntRange(1, 2).Draw(t, "starts"), rapid.IntRange(1, 2).Draw(t, "ends")
	q = index.PathQuery{From: ids[:n], To: ids[n : n+m], MaxHops: rapid.IntRange(1, 6).Draw(t, "hops"), First: rapid.SampledFrom([]int{1, 3, 10, 100}).Draw(t, "first"),
		Listed: rapid.Bool().Draw(t, "listed"), At: drawAsOf(t, head)}
	if rapid.IntRange(0, 2).Draw(t, "avoiding") == 0 {
		q.Without = ids[n+m : n+m+1]
	}
	some := func(what string) bool { return rapid.IntRange(0, 4).Draw(t, what) == 0 }
	if some("of kinds") {
		q.Kinds = graph.Set(rapid.SampledFrom([]graph.Kind{graph.KindTreaty, graph.KindState}).Draw(t, "kind"))
	}
	if some("by evidence") {
		yes := rapid.Bool().Draw(t, "evidenced")
		q.Evidenced = &yes
	}
	if some("by predicates") {
		q.Predicates = rapid.SampledFrom([][]graph.Predicate{{graph.PredCites}, {graph.PredSigned, graph.PredAmends}, {graph.PredNamed}, pathPredicates}).Draw(t, "predicates")
	}
	if some("by steps") {
		for range rapid.IntRange(1, 3).Draw(t, "steps") {
			q.Steps = append(q.Steps, index.PathStep{Predicate: rapid.SampledFrom(pathPredicates).Draw(t, "step"),
				Direction: rapid.SampledFrom([]index.Direction{index.Both, index.Out, index.In}).Draw(t, "direction")})
		}
	}
	if rapid.Bool().Draw(t, "by pattern") {
		text, regular := drawPattern(t, 3)
		p, err := index.ParsePattern(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		q.Pattern, matches = p, regexp.MustCompile("^(?:"+regular+")$")
	}
	return q, matches
}

func findPaths(t *rapid.T, s *index.Snapshot, q index.PathQuery) index.Paths {
	found, err := s.Paths(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestPathsAreThoseOfATrialOfEveryWay(t *testing.T) {
	cut, many, matched := 0, 0, 0
	cases.Check(t, 10_000, func(t *rapid.T) {
		m := newMemory()
		drawRelations(t, m, drawRelation)
		s, o := follow(t, m).Snapshot(), newModel(m)
		for range 4 {
			q, matches := drawPathQuery(t, o.head)
			canonical := o.canonical(q.At)
			if slices.ContainsFunc(q.From, func(a graph.ID) bool {
				return slices.ContainsFunc(q.To, func(b graph.ID) bool { return canonical(a) == canonical(b) })
			}) {
				continue
			}
			all := written(o.paths(q, matches), q.Listed)
			found := findPaths(t, s, q)
			want, bound := all[:min(len(all), q.First)], index.PathsAll
			if len(all) > q.First {
				bound = index.PathsFirst
				many++
			}
			if matches != nil && len(all) > 0 {
				matched++
			}
			if got := writtenPaths(t, found.Paths); !slices.Equal(got, want) || found.Bound != bound {
				t.Fatalf("%+v (%v): bound %d, paths\n%s\nwant %d,\n%s", q, matches, found.Bound, strings.Join(got, "\n"), bound, strings.Join(want, "\n"))
			}
			q.Budget = rapid.IntRange(1, 30).Draw(t, "budget")
			some := findPaths(t, s, q)
			got := writtenPaths(t, some.Paths)
			if some.Explored > q.Budget || len(got) > len(want) || !slices.Equal(got, want[:len(got)]) || some.Bound != index.PathsBudget && (some.Bound != bound || len(got) != len(want)) {
				t.Fatalf("%+v: explored %d, bound %d, paths\n%s\nwant of\n%s", q, some.Explored, some.Bound, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if some.Bound == index.PathsBudget {
				cut++
			}
		}
	})
	if !testing.Short() && (cut == 0 || many == 0 || matched == 0) { // with few draws it may so happen
		t.Errorf("%d searches were cut, %d found more than was asked for, %d matched a pattern", cut, many, matched)
	}
}

// turnedLines writes paths from the far end.
func turnedLines(all []walked) (lines []string) {
	for _, p := range all {
		line := ""
		for i := len(p.items) - 1; i >= 0; i-- {
			line += fmt.Sprintf("%s %s %v ", p.ids[i+1], p.items[i].ID, !p.items[i].Incoming)
		}
		lines = append(lines, line+string(p.ids[0]))
	}
	slices.Sort(lines)
	return lines
}

func straightLines(paths [][]index.PathHop) (lines []string) {
	for _, p := range paths {
		line := ""
		for _, h := range p {
			line += fmt.Sprintf("%s %s %v ", h.From, h.Statement.ID, h.Against)
		}
		lines = append(lines, line+string(p[len(p)-1].To))
	}
	slices.Sort(lines)
	return lines
}

func asWalked(paths [][]index.PathHop) (all []walked) {
	for _, p := range paths {
		w := walked{ids: []graph.ID{p[0].From}}
		for _, h := range p {
			w.ids = append(w.ids, h.To)
			w.items = append(w.items, index.StatementItem{Statement: h.Statement, Incoming: h.Against})
		}
		all = append(all, w)
	}
	return all
}

// TestPathsChangeAsTheirQuestionDoes compares answers with answers: backward, without an entity, as of a time.
func TestPathsChangeAsTheirQuestionDoes(t *testing.T) {
	cases.Check(t, 10_000, func(t *rapid.T) {
		m := newMemory()
		drawRelations(t, m, func(t *rapid.T) graph.Assertion {
			for {
				if a := drawRelation(t); a.Predicate != graph.PredMergedInto || a.Rank != graph.RankPreferred {
					return a
				}
			}
		})
		s, o := follow(t, m).Snapshot(), newModel(m)
		ids := rapid.Permutation(slices.Concat(someTreaties, someStates)).Draw(t, "entities")
		q := index.PathQuery{From: ids[:1], To: ids[1:2], MaxHops: 6, First: 10_000, Listed: true, At: drawAsOf(t, o.head)}
		canonical := o.canonical(q.At)
		if canonical(ids[0]) == canonical(ids[1]) {
			return
		}
		there := findPaths(t, s, q)
		back := q
		back.From, back.To = q.To, q.From
		if a, b := turnedLines(asWalked(findPaths(t, s, back).Paths)), straightLines(there.Paths); !slices.Equal(a, b) {
			t.Fatalf("there\n%s\nand back\n%s", strings.Join(b, "\n"), strings.Join(a, "\n"))
		}

		// What stands then, as a store of its own.
		then := newMemory()
		b := base()
		facts := o.facts(q.At)
		for _, f := range facts {
			if !f.holds(q.At) || f.rank() == graph.RankDeprecated || f.rank() == graph.RankNormal && o.outranked(facts, f, canonical) && f.claim().Predicate != graph.PredMergedInto {
				continue
			}
			for _, a := range f.assertions {
				if a.Predicate != graph.PredNamed || a.Dataset != "dataset/a" {
					b.Assert = append(b.Assert, *a)
				}
			}
		}
		if _, err := then.Apply(context.Background(), b); err != nil {
			t.Fatal(err)
		}
		now := q
		now.At = index.AsOf{}
		if a, b := writtenPaths(t, there.Paths), writtenPaths(t, findPaths(t, follow(t, then).Snapshot(), now).Paths); !slices.Equal(a, b) {
			t.Fatalf("%+v: as of then\n%s\nof what stood then\n%s", q, strings.Join(a, "\n"), strings.Join(b, "\n"))
		}

		avoid := canonical(ids[2])
		if avoid == canonical(ids[0]) || avoid == canonical(ids[1]) {
			return
		}
		q.Without = ids[2:3]
		var kept []string
		for _, line := range writtenPaths(t, there.Paths) {
			if !strings.Contains(line+" ", " "+string(avoid)+" ") {
				kept = append(kept, line)
			}
		}
		if got := writtenPaths(t, findPaths(t, s, q).Paths); !slices.Equal(got, kept) {
			t.Fatalf("without %s\n%s\nwant\n%s", avoid, strings.Join(got, "\n"), strings.Join(kept, "\n"))
		}
	})
}

// chart fills a store with citations among numbered treaties.
func chart(t *testing.T, n int, edges func(cite func(i, j int))) *index.Snapshot {
	t.Helper()
	m := newMemory()
	if _, err := m.Apply(t.Context(), base()); err != nil {
		t.Fatal(err)
	}
	var list []graph.Assertion
	for i := range n {
		v := graph.NameValue(graph.Name{Text: fmt.Sprint("Treaty ", i), Lang: "en", Role: graph.NameOfficial})
		list = append(list, says("dataset/a", graph.Claim{Subject: charted(i), Predicate: graph.PredNamed, Value: &v}))
	}
	edges(func(i, j int) {
		list = append(list, says("dataset/a", graph.Claim{Subject: charted(i), Predicate: graph.PredCites, Object: charted(j)}))
	})
	for i, part := 0, 0; i < len(list); i, part = i+graph.MaxBatchRecords, part+1 {
		if _, err := m.Apply(t.Context(), &graph.Batch{Key: fmt.Sprint("chart ", part), Assert: list[i:min(len(list), i+graph.MaxBatchRecords)]}); err != nil {
			t.Fatal(err)
		}
	}
	return follow(t, m).Snapshot()
}

func charted(i int) graph.ID { return graph.ID(fmt.Sprintf("treaty/n%05d", i)) }

// A failing context is done once it was asked so often.
type failing struct {
	context.Context
	left  int
	fails error
}

func (f *failing) Err() error {
	if f.left--; f.left < 0 {
		return f.fails
	}
	return nil
}

func TestASearchEndsWithItsContext(t *testing.T) {
	s := chart(t, 60, func(cite func(i, j int)) {
		for i := range 60 {
			for j := range i {
				cite(i, j)
			}
		}
	})
	q := index.PathQuery{From: []graph.ID{charted(0)}, To: []graph.ID{charted(1)}, MaxHops: index.MaxHops, First: 1 << 30}
	for _, asked := range []int{0, 1, 5} {
		found, err := s.Paths(&failing{t.Context(), asked, context.DeadlineExceeded}, q)
		if err != nil || found.Bound != index.PathsDeadline || found.Explored > 1000*(asked+1) {
			t.Errorf("%v, bound %d after %d", err, found.Bound, found.Explored)
		}
		if _, err := s.Paths(&failing{t.Context(), asked, context.Canceled}, q); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	<-ctx.Done()
	if found, err := s.Paths(ctx, q); err != nil || found.Bound != index.PathsDeadline || found.Explored != 0 {
		t.Errorf("%v, bound %d after %d", err, found.Bound, found.Explored)
	}
}
