package neo4j

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"treatygraph/graph"
	"treatygraph/graph/projection"
)

const (
	// pieceRecords, pieceStatements and pieceEntities are what an audit looks at in one transaction: with flaws it holds the lock meanwhile, for
	// some tenths of a second.
	pieceRecords    = 2000
	pieceStatements = 1000
	pieceEntities   = 500
	// lastText stands after every ID.
	lastText = "\U0010FFFF"
)

// errTurnedAway ends an audit whose reader has heard enough.
var errTurnedAway = errors.New("the reader turned away")

// Audit implements graph.Auditor. Derived here are the counter, what a Record shows beside its body, and the whole projection. Each piece is
// looked at beside all others, and again under the lock when something differs: writers cannot cause a flaw.
func (s *Store) Audit(ctx context.Context, repair bool) iter.Seq2[graph.Flaw, error] {
	return func(yield func(graph.Flaw, error) bool) {
		a := &audit{s: s, repair: repair, yield: yield, flawed: make(map[string]bool), should: make(map[string]map[string]projection.Naming)}
		for _, part := range []func(context.Context) error{a.counter, a.revisions, a.records, a.nodes, a.entities, a.statements, a.surroundings} {
			if err := part(ctx); err != nil {
				if !errors.Is(err, errTurnedAway) {
					yield(graph.Flaw{}, s.classify(ctx, err))
				}
				return
			}
		}
	}
}

type audit struct {
	s      *Store
	repair bool
	yield  func(graph.Flaw, error) bool
	// Of facts that are flawed and stay so: which they are, and which names and identifiers they should give, by entity and statement.
	flawed map[string]bool
	should map[string]map[string]projection.Naming
}

// A findings is what is wrong in one piece, and the statements that put it right, in order.
type findings struct {
	flaws   []graph.Flaw
	repairs []repair
	facts   map[string]*statement // flawed ones, with what they should show; nil: nothing
}

type repair struct {
	cypher string
	params params
}

func (f *findings) add(what, id, problem string, args ...any) {
	f.flaws = append(f.flaws, graph.Flaw{What: what, ID: id, Problem: fmt.Sprintf(problem, args...), Repaired: true})
}

func (f *findings) repairBy(cypher string, p params) {
	f.repairs = append(f.repairs, repair{cypher, p})
}

// look looks at a piece. What it finds without the lock only counts if it is still there under the lock.
func (a *audit) look(ctx context.Context, piece func(t *transaction, f *findings) error) error {
	var found findings
	if err := a.s.read(ctx, func(t *transaction) error {
		found = findings{}
		return piece(t, &found)
	}); err != nil || len(found.flaws) == 0 {
		return err
	}
	if err := a.underLock(ctx, func(t *transaction) error {
		found = findings{}
		if err := piece(t, &found); err != nil || !a.repair {
			return err
		}
		for _, r := range found.repairs {
			if err := t.run(r.cypher, r.params, nil); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if !a.repair {
		a.remember(found.facts)
	}
	for _, flaw := range found.flaws {
		flaw.Repaired = flaw.Repaired && a.repair
		if !a.yield(flaw, nil) {
			return errTurnedAway
		}
	}
	return nil
}

func (a *audit) remember(facts map[string]*statement) {
	for id, s := range facts {
		a.flawed[id] = true
		if s == nil || !names(s.claim.Predicate) {
			continue
		}
		subject := string(s.claim.Subject)
		if a.should[subject] == nil {
			a.should[subject] = make(map[string]projection.Naming)
		}
		a.should[subject][id] = s.naming()
	}
}

// fact adds a flaw of a fact and remembers what it should show.
func (f *findings) fact(id string, s *statement, problem string, args ...any) {
	f.add("fact", id, problem, args...)
	if f.facts == nil {
		f.facts = make(map[string]*statement)
	}
	f.facts[id] = s
}

func (a *audit) underLock(ctx context.Context, work func(t *transaction) error) error {
	call, leave, err := a.s.begin(ctx)
	if err != nil {
		return err
	}
	defer leave()
	select {
	case a.s.writing <- struct{}{}:
		defer func() { <-a.s.writing }()
	case <-call.Done():
		return call.Err()
	}
	_, err = a.s.write(call, func(t *transaction) error {
		if _, _, err := a.s.lockOnly(t); err != nil {
			return err
		}
		return work(t)
	})
	return err
}

// counter holds the counter against the newest revision.
func (a *audit) counter(ctx context.Context) error {
	const query = `
		MATCH (c:Counter {one: 1})
		OPTIONAL CALL () {
			MATCH (r:Revision) USING INDEX r:Revision(number) WHERE r.number > 0
			RETURN r ORDER BY r.number DESC LIMIT 1
		}
		RETURN c.number, c.digest, c.at, c.lastSeq, coalesce(r.number, 0), coalesce(r.digest, ''), coalesce(r.at, c.at), coalesce(r.lastSeq, 0)`
	const beyond = `MATCH (x:Record) USING INDEX x:Record(seq) WHERE x.seq > $seq RETURN x.seq LIMIT 1`
	const put = `MATCH (c:Counter {one: 1}) SET c.number = $number, c.digest = $digest, c.at = $at, c.lastSeq = $lastSeq`
	return a.look(ctx, func(t *transaction, f *findings) error {
		var row []any
		if err := t.run(query, nil, func(r []any) error { row = r; return nil }); err != nil || row == nil {
			return err
		}
		if row[0] == row[4] && row[1] == row[5] && instant(row[2]).Equal(instant(row[6])) && row[3] == row[7] {
			return nil
		}
		more := false
		if err := t.run(beyond, params{"seq": row[7]}, func([]any) error { more = true; return nil }); err != nil {
			return err
		}
		f.add("counter", "", "stands at revision %v and version %v, the newest revision is %v with version %v", row[0], row[3], row[4], row[7])
		if more { // then the revision is what is missing
			f.flaws[0].Problem += ", but later versions are recorded"
			f.flaws[0].Repaired = false
			return nil
		}
		f.repairBy(put, params{"number": row[4], "digest": row[5], "at": row[6], "lastSeq": row[7]})
		return nil
	})
}

// revisions checks that each revision names its last version, and that what it closed shows so.
func (a *audit) revisions(ctx context.Context) error {
	const places = `
		MATCH (r:Revision) USING INDEX r:Revision(number) WHERE r.number > $after AND r.number <= $end
		OPTIONAL MATCH (x:Record {seq: r.lastSeq}) USING INDEX x:Record(seq)
		OPTIONAL MATCH (y:Record {seq: r.lastSeq + 1}) USING INDEX y:Record(seq)
		WITH r, x, y WHERE r.lastSeq IS NULL OR r.lastSeq > 0 AND (x IS NULL OR x.from > r.number) OR y.from <= r.number
		RETURN r.number, r.lastSeq`
	const right = `MATCH (x:Record) WHERE x.from <= $number RETURN coalesce(max(x.seq), 0)`
	const putPlace = `MATCH (r:Revision {number: $number}) SET r.lastSeq = $seq`
	const closings = `
		MATCH (r:Revision) USING INDEX r:Revision(number) WHERE r.number > $after AND r.number <= $end
		UNWIND r.closed AS seq
		MATCH (x:Record {seq: seq}) USING INDEX x:Record(seq) WHERE x.to IS NULL OR x.to <> r.number
		RETURN r.number, seq, x.statement, x.dataset, x.from`
	const putClosing = `UNWIND $rows AS row MATCH (x:Record {seq: row[0]}) SET x.to = row[1]`
	head, err := a.s.Head(ctx)
	if err != nil {
		return err
	}
	for after := int64(0); after < int64(head.Revision); after += revisionsPerPage {
		window := params{"after": after, "end": after + revisionsPerPage}
		if err := a.look(ctx, func(t *transaction, f *findings) error {
			wrong := make(map[int64]int64)
			if err := t.run(places, window, func(row []any) error { wrong[integer(row[0])] = integer(row[1]); return nil }); err != nil {
				return err
			}
			for _, number := range slices.Sorted(maps.Keys(wrong)) {
				var want int64
				if err := t.run(right, params{"number": number}, func(row []any) error { want = integer(row[0]); return nil }); err != nil {
					return err
				}
				f.add("revision", fmt.Sprint(number), "names version %d as its last, which is version %d", wrong[number], want)
				f.repairBy(putPlace, params{"number": number, "seq": want})
			}
			var rows []any
			if err := t.run(closings, window, func(row []any) error {
				f.add("record", refOf(row[2:]).String(), "does not show that revision %d closed it", integer(row[0]))
				rows = append(rows, []any{row[1], row[0]})
				return nil
			}); err != nil {
				return err
			}
			if len(rows) > 0 {
				f.repairBy(putClosing, params{"rows": rows})
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// refOf reads a Ref from three columns.
func refOf(row []any) graph.Ref {
	return graph.Ref{Statement: graph.StatementID(str(row[0])), Dataset: graph.ID(str(row[1])), From: graph.RevisionNumber(integer(row[2]))}
}

// records holds what Records show beside their bodies against these, in the order they were written.
func (a *audit) records(ctx context.Context) error {
	const query = `
		MATCH (x:Record) USING INDEX x:Record(seq) WHERE x.seq > $after AND x.seq <= $end
		RETURN x.statement, x.dataset, x.from, x.seq, x.to, x.subject, x.predicate, x.object, x.begins, x.body ORDER BY x.seq`
	const closings = `
		UNWIND $numbers AS number
		MATCH (r:Revision {number: number}) USING INDEX r:Revision(number)
		UNWIND r.closed AS seq
		WITH number, seq WHERE seq > $after AND seq <= $end
		RETURN number, seq`
	const firsts = `UNWIND $list AS id MATCH (x:Record {begins: id}) USING INDEX x:Record(begins) RETURN id, x.seq`
	const put = `UNWIND $rows AS row MATCH (x:Record {seq: row[0]}) SET x.subject = row[1], x.predicate = row[2], x.object = row[3]`
	const reopen = `UNWIND $rows AS seq MATCH (x:Record {seq: seq}) SET x.to = null`
	const forget = `UNWIND $rows AS seq MATCH (x:Record {seq: seq}) SET x.begins = null`
	const begin = `UNWIND $rows AS row MATCH (x:Record {seq: row[0]}) SET x.begins = row[1]`
	const next = `MATCH (x:Record) USING INDEX x:Record(seq) WHERE x.seq > $end RETURN x.seq ORDER BY x.seq LIMIT 1`
	type shown struct {
		ref                                graph.Ref
		seq, to                            int64
		subject, predicate, object, begins string
		said                               graph.Assertion
	}
	for after, more := int64(0), true; more; after += pieceRecords {
		if err := a.look(ctx, func(t *transaction, f *findings) error {
			window := params{"after": after, "end": after + pieceRecords}
			var page []shown
			numbers, subjects := make(map[int64]bool), make(map[graph.ID]bool)
			more = false
			if err := t.run(next, window, func([]any) error { more = true; return nil }); err != nil {
				return err
			}
			if err := t.run(query, window, func(row []any) error {
				x := shown{refOf(row), integer(row[3]), integer(row[4]), str(row[5]), str(row[6]), str(row[7]), str(row[8]), graph.Assertion{}}
				if x.said.Decode(str(row[9]), graph.Shape) != nil {
					return nil // the record itself is damaged
				}
				page = append(page, x)
				subjects[x.said.Subject] = true
				if x.to != 0 {
					numbers[x.to] = true
				}
				return nil
			}); err != nil {
				return err
			}
			closed := make(map[[2]int64]bool)
			window["numbers"] = slices.Collect(maps.Keys(numbers))
			if err := t.run(closings, window, func(row []any) error {
				closed[[2]int64{integer(row[0]), integer(row[1])}] = true
				return nil
			}); err != nil {
				return err
			}
			first := make(map[string]int64, len(subjects))
			if err := list(t, firsts, slices.Collect(maps.Keys(subjects)), func(row []any) error {
				first[str(row[0])] = integer(row[1])
				return nil
			}); err != nil {
				return err
			}
			var columns, open, no, yes []any
			for i := range page {
				x := &page[i]
				subject := string(x.said.Subject)
				if x.subject != subject || x.predicate != x.said.Predicate.String() || x.object != string(x.said.Object) {
					f.add("record", x.ref.String(), "shows %s %s %s, not what its body says", x.subject, x.predicate, x.object)
					var object any
					if x.said.Object != "" {
						object = string(x.said.Object)
					}
					columns = append(columns, []any{x.seq, subject, x.said.Predicate.String(), object})
				}
				if x.to != 0 && !closed[[2]int64{x.to, x.seq}] {
					f.add("record", x.ref.String(), "shows that revision %d closed it, which did not", x.to)
					open = append(open, x.seq)
				}
				seq, there := first[subject]
				if x.begins != "" && (x.begins != subject || seq < x.seq) {
					f.add("record", x.ref.String(), "stands as the first of %s, which it is not", x.begins)
					no = append(no, x.seq)
				}
				if !there || seq > x.seq {
					f.add("record", x.ref.String(), "does not stand as the first of %s", subject)
					if there {
						no = append(no, seq)
					}
					yes = append(yes, []any{x.seq, subject})
					first[subject] = x.seq
				}
			}
			for _, r := range []struct {
				cypher string
				rows   []any
			}{{put, columns}, {reopen, open}, {forget, no}, {begin, yes}} {
				if len(r.rows) > 0 {
					f.repairBy(r.cypher, params{"rows": r.rows})
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
