package neo4j

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"pgregory.net/rapid"

	"treatygraph/graph"
	"treatygraph/graph/projection"
	server "treatygraph/tools/neo4j"
)

// A picture is the projection in plain values: properties by ID, and the ends of each relationship.
type picture struct {
	entities, facts, relations map[string]map[string]any
	ends                       map[string]string // "subject PREDICATE object", or "subject PREDICATE" for a fact
	labels                     map[string]string
}

func newPicture() picture {
	return picture{make(map[string]map[string]any), make(map[string]map[string]any), make(map[string]map[string]any), make(map[string]string), make(map[string]string)}
}

// expected draws the projection anew from all that a store holds.
func expected(t *testing.T, s *Store) picture {
	p := newPicture()
	_, versions, err := s.Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	open := make(map[graph.StatementID][]*graph.Assertion)
	named := make(map[string][]projection.Naming)
	for v, err := range versions {
		if err != nil {
			t.Fatal(err)
		}
		a, err := graph.DecodeAssertion(v.Body)
		if err != nil {
			t.Fatal(err)
		}
		named[string(a.Subject)] = nil
		if v.To == 0 {
			open[v.Ref.Statement] = append(open[v.Ref.Statement], a)
		}
	}
	for id, list := range open {
		s := statementOf(id, list) // of what is whole
		subject, predicate := string(s.claim.Subject), s.claim.Predicate.String()
		if s.claim.Object != "" {
			p.relations[string(id)], p.ends[string(id)] = s.properties, subject+" "+predicate+" "+string(s.claim.Object)
			continue
		}
		p.facts[string(id)], p.ends[string(id)] = s.properties, subject+" "+predicate
		if s.claim.Predicate == graph.PredNamed || s.claim.Predicate == graph.PredIdentifiedBy {
			named[subject] = append(named[subject], s.naming())
		}
	}
	for id, facts := range named {
		p.entities[id], p.labels[id] = projection.EntityProperties(id, facts), projection.Labels[graph.ID(id).Kind()]
	}
	return p
}

// shown reads the projection as people do.
func shown(t *testing.T, s *Store) picture {
	p := newPicture()
	err := s.read(t.Context(), func(tx *transaction) error {
		if err := tx.run(`MATCH (e:Entity) RETURN e, [l IN labels(e) WHERE l <> 'Entity'][0]`, nil, func(row []any) error {
			node := row[0].(driver.Node)
			id := str(node.Props["id"])
			p.entities[id], p.labels[id] = plain(node.Props), str(row[1])
			return nil
		}); err != nil {
			return err
		}
		if err := tx.run(`MATCH (e:Entity)-[:HAS_FACT]->(f:Fact) RETURN e.id, f`, nil, func(row []any) error {
			node := row[1].(driver.Node)
			id := str(node.Props["id"])
			if p.facts[id] != nil {
				return fmt.Errorf("fact %s stands twice", id)
			}
			p.facts[id], p.ends[id] = plain(node.Props), str(row[0])+" "+str(node.Props["predicate"])
			return nil
		}); err != nil {
			return err
		}
		return tx.run(`MATCH (a:Entity)-[r]->(b:Entity) RETURN a.id, r, b.id`, nil, func(row []any) error {
			r := row[1].(driver.Relationship)
			id := str(r.Props["id"])
			if p.relations[id] != nil {
				return fmt.Errorf("relationship %s stands twice", id)
			}
			p.relations[id], p.ends[id] = plain(r.Props), str(row[0])+" "+r.Type+" "+str(row[2])
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheProjectionShowsWhatIsCurrentAfterAnySequenceOfBatches(t *testing.T) {
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			store, err := Open(t.Context(), server.Lease(t, version).URL(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			everything := &graph.Batch{Key: "everything", Assert: []graph.Assertion{{Claim: projected[1], Dataset: "dataset/two", Rank: graph.RankNormal, Method: graph.MethodCurated}}}
			for _, c := range projected {
				everything.Assert = append(everything.Assert, graph.Assertion{Claim: c, Dataset: "dataset/one", Rank: graph.RankNormal, Method: graph.MethodCurated})
			}
			if _, err := store.Apply(t.Context(), everything); err != nil {
				t.Fatal(err)
			}
			compare(t, shown(t, store), expected(t, store))
			round, written, relations, facts := 0, 0, 0, 0
			rapid.Check(t, func(rt *rapid.T) {
				for range 3 {
					round++
					if _, err := store.Apply(t.Context(), drawProjected(rt, fmt.Sprint(round))); err == nil {
						written++
					}
				}
				if round%12 == 0 {
					got := shown(t, store)
					compare(rt, got, expected(t, store))
					relations, facts = max(relations, len(got.relations)), max(facts, len(got.facts))
				}
			})
			compare(t, shown(t, store), expected(t, store))
			if written < 5 || relations == 0 || facts == 0 {
				t.Errorf("%d batches written, %d relationships, %d facts at most", written, relations, facts)
			}
		})
	}
}

func TestTheProjectionOfARestoredStoreIsThatOfTheOriginal(t *testing.T) {
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			database := server.Lease(t, version)
			original, err := Open(t.Context(), database.URL(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer original.Close()
			everything := &graph.Batch{Key: "everything"}
			for _, c := range projected {
				everything.Assert = append(everything.Assert, graph.Assertion{Claim: c, Dataset: "dataset/one", Rank: graph.RankNormal, Method: graph.MethodCurated})
			}
			if _, err := original.Apply(t.Context(), everything); err != nil {
				t.Fatal(err)
			}
			round := 0
			rapid.Check(t, func(rt *rapid.T) {
				round++
				_, _ = original.Apply(t.Context(), drawProjected(rt, fmt.Sprint(round))) // some withdraw what is not there
			})
			var history []graph.Change
			for c, err := range original.Changes(t.Context(), 0) {
				if err != nil {
					t.Fatal(err)
				}
				history = append(history, c)
			}
			want := shown(t, original)
			if len(history) < 5 || len(want.relations)+len(want.facts) == 0 {
				t.Fatalf("only %d revisions, %d relationships and %d facts", len(history), len(want.relations), len(want.facts))
			}
			if err := original.Close(); err != nil {
				t.Fatal(err)
			}
			if err := database.Empty(t.Context()); err != nil {
				t.Fatal(err)
			}
			restored, err := Open(t.Context(), database.URL(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer restored.Close()
			for i := range history {
				if err := restored.Restore(t.Context(), &history[i], nil); err != nil {
					t.Fatal(err)
				}
			}
			got := shown(t, restored)
			compare(t, got, want)
			compare(t, got, expected(t, restored))
		})
	}
}

// projected are few claims about few entities, with and without an object, so that statements come, change and go, by one dataset and by two.
var projected = func() []graph.Claim {
	text := func(s string) *graph.Value { return &graph.Value{Kind: graph.ValueText, Text: s} }
	name := func(s string, lang graph.Language, role graph.NameRole) *graph.Value {
		v := graph.NameValue(graph.Name{Text: s, Lang: lang, Role: role})
		return &v
	}
	wikidata := graph.IdentifierValue(graph.Identifier{Scheme: graph.SchemeWikidata, Value: "Q1"})
	since := func(s string) graph.Interval { return graph.Interval{From: graph.MustDate(s)} }
	return []graph.Claim{
		{Subject: "dataset/one", Predicate: graph.PredDescribed, Value: text("one")},
		{Subject: "dataset/two", Predicate: graph.PredDescribed, Value: text("two")},
		{Subject: "state/usa", Predicate: graph.PredNamed, Value: name("United States", "en", graph.NameShort)},
		{Subject: "state/usa", Predicate: graph.PredNamed, Value: name("美国", "zh", graph.NameShort)},
		{Subject: "state/usa", Predicate: graph.PredNamed, Value: name("USA", "en", graph.NameAcronym)},
		{Subject: "state/usa", Predicate: graph.PredIdentifiedBy, Value: &wikidata},
		{Subject: "treaty/npt", Predicate: graph.PredDescribed, Value: text("a treaty")},
		{Subject: "treaty/npt", Predicate: graph.PredEnteredIntoForce, Valid: since("1970-03-05")},
		{Subject: "state/usa", Predicate: graph.PredSigned, Object: "treaty/npt", Valid: since("1968-07")},
		{Subject: "state/usa", Predicate: graph.PredSigned, Object: "treaty/npt", Valid: since("1968-07-01")},
		{Subject: "state/usa", Predicate: graph.PredBoundBy, Object: "treaty/npt", Valid: graph.Interval{From: graph.MustDate("1970"), To: graph.Open}, Qualifiers: graph.Qualifiers{Note: "a note", Ordinal: 2}},
	}
}()

func drawProjected(t *rapid.T, key string) *graph.Batch {
	b := &graph.Batch{Key: key}
	used := make(map[int]bool)
	for i := range rapid.IntRange(1, 5).Draw(t, "records") {
		n := rapid.IntRange(0, 2*len(projected)-1).Draw(t, fmt.Sprint("record ", i))
		if used[n] {
			continue
		}
		used[n] = true
		a := graph.Assertion{Claim: projected[n/2], Dataset: []graph.ID{"dataset/one", "dataset/two"}[n%2], Rank: graph.Rank(rapid.IntRange(1, 3).Draw(t, "rank")), Method: graph.MethodCurated}
		if a.Rank == graph.RankDeprecated {
			a.Reason = "wrong"
		}
		if rapid.Bool().Draw(t, "imported") {
			a.Method = graph.MethodImported
		}
		if rapid.IntRange(0, 2).Draw(t, "withdraw") == 0 {
			b.Withdraw = append(b.Withdraw, a.Key())
		} else {
			b.Assert = append(b.Assert, a)
		}
	}
	return b
}

func compare(t interface{ Errorf(string, ...any) }, got, want picture) {
	for what, pair := range map[string][2]map[string]map[string]any{"entity": {got.entities, want.entities}, "fact": {got.facts, want.facts}, "relationship": {got.relations, want.relations}} {
		for _, id := range slices.Sorted(maps.Keys(pair[1])) {
			if !reflect.DeepEqual(pair[0][id], pair[1][id]) {
				t.Errorf("%s %s shows\n%v, not\n%v", what, id, pair[0][id], pair[1][id])
			}
		}
		for id := range pair[0] {
			if pair[1][id] == nil {
				t.Errorf("%s %s is not current", what, id)
			}
		}
	}
	if !maps.Equal(got.ends, want.ends) || !maps.Equal(got.labels, want.labels) {
		t.Errorf("ends %v, not %v; labels %v, not %v", got.ends, want.ends, got.labels, want.labels)
	}
}
