package httpapi

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/index"
)

// cliqueWhereOneAmends is an index over treaties each of which cites every one before; the first amends the second.
func cliqueWhereOneAmends(t *testing.T) (graph.Store, *index.Index) {
	t.Helper()
	opened, err := sqlite.Open(t.Context(), sqlite.Memory, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	b := &graph.Batch{Key: "1", Author: "test"}
	say := func(subject graph.ID, predicate graph.Predicate, object graph.ID, value *graph.Value) {
		b.Assert = append(b.Assert, graph.Assertion{Claim: graph.Claim{Subject: subject, Predicate: predicate, Object: object, Value: value},
			Dataset: "dataset/test", Rank: graph.RankNormal, Method: graph.MethodCurated})
	}
	name := graph.NameValue(graph.Name{Text: "Name", Lang: "en", Role: graph.NameOfficial})
	say("dataset/test", graph.PredNamed, "", &name)
	treaty := func(i int) graph.ID { return graph.ID(fmt.Sprint("treaty/n", i)) }
	for i := range 60 {
		say(treaty(i), graph.PredNamed, "", &name)
		for j := range i {
			say(treaty(i), graph.PredCites, treaty(j), nil)
		}
	}
	say(treaty(0), graph.PredAmends, treaty(1), nil)
	if _, err := opened.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	idx, err := index.Follow(t.Context(), opened, index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = idx.Close() })
	return opened, idx
}

// TestASearchThatItsDeadlineCutsSaysSo asks for what no path can be and only going through very many shows: one that goes over an only
// statement twice. The time is doubled until there is enough to begin, which is far from enough to end, on any machine.
func TestASearchThatItsDeadlineCutsSaysSo(t *testing.T) {
	const query = `{paths(from:["treaty/n2"],to:["treaty/n3"],maxHops:12,pattern:"CITES* AMENDS CITES* AMENDS CITES*"){complete reason explored paths{length}}}`
	opened, idx := cliqueWhereOneAmends(t)
	for deadline := time.Millisecond; ; deadline *= 2 {
		s := &service{Handler: NewHandler(Config{Source: idx, Store: opened, Now: time.Now, Logger: slog.New(slog.DiscardHandler), Limits: Limits{Deadline: deadline}})}
		r := s.post(t, query)
		var answer struct {
			Data struct {
				Paths struct {
					Complete bool
					Reason   string
					Explored int
					Paths    []any
				}
			}
		}
		if err := json.Unmarshal(r.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		switch found := answer.Data.Paths; {
		case code(t, r) == "TIMEOUT": // the operation did not begin
		case found.Complete || found.Reason != "DEADLINE" || len(found.Paths) != 0:
			t.Fatalf("with %v: %s", deadline, r.Body)
		case found.Explored > 0:
			return
		}
	}
}
