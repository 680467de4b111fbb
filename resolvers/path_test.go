package resolvers_test

import (
	"fmt"
	"slices"
	"testing"

	"treatygraph/graph"
)

type pathAnswer struct {
	Paths struct {
		Paths []struct {
			Length int
			Hops   []struct {
				From, To       struct{ ID string }
				Direction      string
				Statement      struct{ ID, Predicate string }
				Statements     []struct{ ID, Predicate string }
				StatementCount int
			}
		}
		Complete bool
		Reason   *string
		Explored int
	}
}

// words writes paths as "a >SIGNED b <SIGNED c", with what else could stand there.
func (p *pathAnswer) words() (lines []string) {
	for _, path := range p.Paths.Paths {
		line := path.Hops[0].From.ID
		for _, h := range path.Hops {
			arrow := map[string]string{"OUT": ">", "IN": "<"}[h.Direction]
			line += fmt.Sprintf(" %s%s", arrow, h.Statement.Predicate)
			for _, s := range h.Statements {
				if s.ID != h.Statement.ID {
					line += "+" + s.Predicate
				}
			}
			line += " " + h.To.ID
		}
		lines = append(lines, line)
	}
	return lines
}

const pathFields = `{complete reason explored paths{length hops{from{id} to{id} direction statement{id predicate} statements{id predicate} statementCount}}}`

func TestPathsAreAskedAndAnswered(t *testing.T) {
	store := openSQLite(t)
	fill(t, store, 2)
	apply(t, store, &graph.Batch{Key: "more", Assert: []graph.Assertion{
		claim("state/s0", graph.PredRatified, object("treaty/t0"), on("2001-01-01"), func(a *graph.Assertion) { a.Rank = graph.RankPreferred }),
		claim("treaty/t1", graph.PredAmends, object("treaty/t0"), on("2005-01-01")),
		named("treaty/old", "Old", "en", graph.NameShort),
		claim("treaty/old", graph.PredMergedInto, object("treaty/t0")),
		claim("treaty/t1", graph.PredCites, object("treaty/old"), on("2005-01-01")),
	}})
	a := newAPI(t, follow(t, store), store)
	for arguments, want := range map[string]struct {
		lines  []string
		reason string
	}{
		`from:["state/s0"] to:["treaty/t0"] maxHops:1`:                                         {[]string{"state/s0 >RATIFIED+SIGNED treaty/t0"}, ""},
		`from:["state/s0"] to:["treaty/old"] maxHops:1`:                                        {[]string{"state/s0 >RATIFIED+SIGNED treaty/t0"}, ""},
		`from:["state/s0"] to:["treaty/t0"] maxHops:1 parallel:LISTED`:                         {[]string{"state/s0 >RATIFIED treaty/t0", "state/s0 >SIGNED treaty/t0"}, ""},
		`from:["state/s0"] to:["treaty/t0"] maxHops:1 parallel:LISTED first:1`:                 {[]string{"state/s0 >RATIFIED treaty/t0"}, "FIRST"},
		`from:["treaty/t0"] to:["treaty/t1"] maxHops:1`:                                        {[]string{"treaty/t0 <AMENDS+CITES treaty/t1"}, ""},
		`from:["treaty/t0"] to:["treaty/t1"] maxHops:1 pattern:"AMENDS<"`:                      {[]string{"treaty/t0 <AMENDS treaty/t1"}, ""},
		`from:["treaty/t0"] to:["treaty/t1"] maxHops:1 asOf:{revision:1}`:                      {nil, ""},
		`from:["treaty/t0"] to:["treaty/t1"] maxHops:1 asOf:{validOn:"2004-12-31"}`:            {nil, ""},
		`from:["treaty/t0"] to:["treaty/t1"] maxHops:1 evidenced:true`:                         {nil, ""},
		`from:["treaty/t0"] to:["treaty/t1"] maxHops:2 evidenced:true without:["state/s1"]`:    {[]string{"treaty/t0 <SIGNED state/s0 >SIGNED treaty/t1"}, ""},
		`from:["state/s0"] to:["state/s1"] maxHops:2 first:5 predicates:[SIGNED]`:              {[]string{"state/s0 >SIGNED treaty/t0 <SIGNED state/s1", "state/s0 >SIGNED treaty/t1 <SIGNED state/s1"}, ""},
		`from:["state/s0"] to:["state/s1"] maxHops:2 steps:[{predicate:SIGNED,direction:OUT}]`: {nil, ""},
		`from:["state/s0"] to:["state/s1"] maxHops:3 pattern:"RATIFIED> CITES< _"`:             {[]string{"state/s0 >RATIFIED treaty/t0 <CITES treaty/t1 <SIGNED state/s1"}, ""},
		`from:["state/s0"] to:["document/doc"] kinds:[TREATY,PASSAGE] maxHops:3 first:1`:       {[]string{"state/s0 >RATIFIED+SIGNED treaty/t0 <MENTIONS passage/doc/1 >PART_OF document/doc"}, "FIRST"},
		`from:["state/s0"] to:["document/doc"] kinds:[TREATY]`:                                 {nil, ""},
	} {
		t.Run(arguments, func(t *testing.T) {
			a.t = t
			var data pathAnswer
			a.answer(fmt.Sprintf(`{paths(%s)%s}`, arguments, pathFields), nil, &data)
			reason := ""
			if data.Paths.Reason != nil {
				reason = *data.Paths.Reason
			}
			if got := data.words(); !slices.Equal(got, want.lines) || reason != want.reason || data.Paths.Complete != (reason == "") {
				t.Errorf("%q, reason %s, complete %v; want %q, %s", got, reason, data.Paths.Complete, want.lines, want.reason)
			}
			for _, p := range data.Paths.Paths {
				if p.Length != len(p.Hops) || p.Hops[0].StatementCount != len(p.Hops[0].Statements) {
					t.Errorf("%+v", p)
				}
			}
		})
	}
}
