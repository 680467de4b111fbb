package neo4j

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
	server "treatygraph/tools/neo4j"
)

func flawsOf(t *testing.T, s *Store, repair bool) (flaws []graph.Flaw) {
	t.Helper()
	for flaw, err := range s.Audit(t.Context(), repair) {
		if err != nil {
			t.Fatal(err)
		}
		flaws = append(flaws, flaw)
	}
	return flaws
}

// The store holds the claims of the projection tests, asserted by one data set and by two, some of them closed.
func TestEachDamageToWhatIsDerivedIsNamedAndPutRight(t *testing.T) {
	signed, bound := string(projected[8].ID()), string(projected[10].ID())
	name, described := string(projected[2].ID()), string(projected[6].ID())
	damages := []struct {
		name   string
		cypher string
		params params
		what   string
		id     string // of one of the flaws
		only   bool   // it is the only one
	}{
		{"a relationship deleted", `MATCH ()-[r:SIGNED {id: $id}]->() DELETE r`, params{"id": signed}, "relationship", signed, true},
		{"a property of a relationship", `MATCH ()-[r:BOUND_BY {id: $id}]->() SET r.note = 'forged'`, params{"id": bound}, "relationship", bound, true},
		{"a property too many", `MATCH ()-[r:SIGNED {id: $id}]->() SET r.weight = 1.5`, params{"id": signed}, "relationship", signed, true},
		{"a relationship twice", `MATCH (a)-[r:SIGNED {id: $id}]->(b) CREATE (a)-[s:SIGNED]->(b) SET s = r`, params{"id": signed}, "relationship", signed, true},
		{"a relationship turned round", `MATCH (a)-[r:SIGNED {id: $id}]->(b) CREATE (b)-[s:SIGNED]->(a) SET s = r DELETE r`, params{"id": signed}, "relationship", signed, false},
		{"a relationship of nobody's", `MATCH (a:Entity {id: 'state/usa'}), (b:Entity {id: 'treaty/npt'}) CREATE (a)-[:LIKES {id: 'x'}]->(b)`, nil, "relationship", "x", true},
		{"a relationship that was withdrawn", `MATCH (a:Entity {id: 'state/usa'}), (b:Entity {id: 'treaty/npt'}) CREATE (a)-[:SIGNED {id: $id}]->(b)`, params{"id": string(projected[9].ID())}, "relationship", string(projected[9].ID()), true},
		{"a fact deleted", `MATCH (f:Fact {id: $id}) DETACH DELETE f`, params{"id": name}, "fact", name, true},
		{"a fact changed", `MATCH (f:Fact {id: $id}) SET f.value = 'forged'`, params{"id": name}, "fact", name, true},
		{"a fact of nobody's", `MATCH (e:Entity {id: 'treaty/npt'}) CREATE (e)-[:HAS_FACT]->(:Fact {id: 'stray', predicate: 'NAMED', value: 'forged'})`, nil, "fact", "stray", true},
		{"a fact without an ID", `MATCH (e:Entity {id: 'treaty/npt'}) CREATE (e)-[:HAS_FACT]->(:Fact {value: 'forged'})`, nil, "node", "", true},
		{"a fact on another entity", `MATCH (f:Fact {id: $id})<-[h]-() DELETE h WITH f MATCH (e:Entity {id: 'state/usa'}) CREATE (e)-[:HAS_FACT]->(f)`, params{"id": described}, "fact", described, true},
		{"a fact with a label", `MATCH (f:Fact {id: $id}) SET f:Odd`, params{"id": described}, "fact", described, true},
		{"a name dropped", `MATCH (e:Entity {id: 'state/usa'}) SET e.names = e.names[1..], e.nameLangs = e.nameLangs[1..]`, nil, "entity", "state/usa", true},
		{"an identifier changed", `MATCH (e:Entity {id: 'state/usa'}) SET e.wikidata = 'Q2'`, nil, "entity", "state/usa", true},
		{"a label removed", `MATCH (e:Entity {id: 'treaty/npt'}) REMOVE e:Treaty`, nil, "entity", "treaty/npt", true},
		{"a label too many", "MATCH (e:Entity {id: 'treaty/npt'}) SET e:`Odd ``label`", nil, "entity", "treaty/npt", true},
		{"the label of all", `MATCH (e:Entity {id: 'treaty/npt'}) REMOVE e:Entity`, nil, "entity", "treaty/npt", false},
		{"an entity deleted", `MATCH (e:Entity {id: 'state/usa'}) DETACH DELETE e`, nil, "entity", "state/usa", false},
		{"an entity of nobody's", `CREATE (:Entity:Treaty {id: 'treaty/stray'})`, nil, "entity", "treaty/stray", true},
		{"a node of a kind", `CREATE (:Treaty {id: 'treaty/stray'})`, nil, "node", "treaty/stray", true},
		{"a column of a record", `MATCH (x:Record {seq: 1}) SET x.subject = 'treaty/other', x.object = 'x'`, nil, "record", "", false},
		{"a first record", `MATCH (x:Record {begins: 'treaty/npt'}) SET x.begins = null`, nil, "record", "", false},
		{"a record that shows an end", `MATCH (x:Record) WHERE x.to IS NULL WITH x LIMIT 1 SET x.to = 2`, nil, "record", "", false},
		{"a record that shows none", `MATCH (x:Record) WHERE x.to IS NOT NULL SET x.to = null`, nil, "record", "", false},
		{"the last place of a revision", `MATCH (r:Revision {number: 1}) SET r.lastSeq = r.lastSeq - 1`, nil, "revision", "1", true},
		{"the counter", `MATCH (c:Counter) SET c.number = 1, c.digest = 'x'`, nil, "counter", "", true},
	}
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
			withdrawn := &graph.Batch{Key: "withdrawn", Withdraw: []graph.AssertionKey{{Statement: projected[9].ID(), Dataset: "dataset/one"}}}
			for _, b := range []*graph.Batch{everything, withdrawn} {
				if _, err := store.Apply(t.Context(), b); err != nil {
					t.Fatal(err)
				}
			}
			before := shown(t, store)
			for _, d := range damages {
				if _, err := store.write(t.Context(), func(tx *transaction) error { return tx.run(d.cypher, d.params, nil) }); err != nil {
					t.Fatalf("%s: %v", d.name, err)
				}
				named := func(f graph.Flaw) bool { return f.What == d.what && (d.id == "" || f.ID == d.id) }
				for _, repair := range []bool{false, true} {
					flaws := flawsOf(t, store, repair)
					if !slices.ContainsFunc(flaws, named) || d.only && len(flaws) != 1 {
						t.Errorf("%s, repair %v: found %+v", d.name, repair, flaws)
					}
					for _, f := range flaws {
						if f.Repaired != repair || f.Problem == "" {
							t.Errorf("%s, repair %v: %+v", d.name, repair, f)
						}
					}
				}
				if flaws := flawsOf(t, store, false); len(flaws) > 0 {
					t.Fatalf("%s, afterwards: %+v", d.name, flaws)
				}
				if after := shown(t, store); !reflect.DeepEqual(after, before) {
					t.Fatalf("%s: the projection is %v, was %v", d.name, after, before)
				}
			}
			if _, err := store.Apply(t.Context(), &graph.Batch{Key: "on", Assert: everything.Assert[:2]}); err != nil {
				t.Errorf("the store is no longer written: %v", err)
			}
		})
	}
}

func TestOfWhatWasRedactedTheProjectionShowsNothing(t *testing.T) {
	for _, version := range server.VersionsToTest(t) {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			store, err := Open(t.Context(), server.Lease(t, version).URL(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			b := &graph.Batch{Key: "everything"}
			r := &graph.Redaction{Key: "r", Reason: "a test"}
			for i, c := range projected {
				for _, dataset := range []graph.ID{"dataset/one", "dataset/two"}[:1+i%2] {
					a := graph.Assertion{Claim: c, Dataset: dataset, Rank: graph.RankNormal, Method: graph.MethodCurated, Evidence: []graph.Evidence{{Citation: "x", Quote: "quoted by " + string(dataset)}}}
					b.Assert = append(b.Assert, a)
					if dataset == "dataset/one" {
						r.Refs = append(r.Refs, graph.Ref{Statement: c.ID(), Dataset: dataset, From: 1})
					}
				}
			}
			if _, err := store.Apply(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			before := shown(t, store)
			if _, err := store.Redact(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			after := shown(t, store)
			for i, c := range projected {
				id := string(c.ID())
				properties := after.facts[id]
				if c.Object != "" {
					properties = after.relations[id]
				}
				if stays := i%2 == 1; stays != (properties != nil) {
					t.Errorf("%s shows %v", id, properties)
				} else if stays && !reflect.DeepEqual(properties["quotes"], []string{"quoted by dataset/two"}) {
					t.Errorf("%s shows %v", id, properties)
				}
			}
			if len(after.entities) != len(before.entities) || reflect.DeepEqual(after.entities["state/usa"], before.entities["state/usa"]) {
				t.Errorf("entities %v, were %v", after.entities, before.entities)
			}
			columns := 0
			if err := store.read(t.Context(), func(tx *transaction) error {
				return tx.run(`MATCH (x:Record) WHERE x.dataset = 'dataset/one' RETURN x.object, x.body`, nil, func(row []any) error {
					columns++
					if row[0] != nil || !strings.Contains(str(row[1]), `"redacted":`) {
						t.Errorf("a record shows %v", row)
					}
					return nil
				})
			}); err != nil || columns != len(projected) {
				t.Errorf("%d records, error %v", columns, err)
			}
			if flaws := flawsOf(t, store, false); len(flaws) > 0 {
				t.Errorf("flaws %+v", flaws)
			}
		})
	}
}
