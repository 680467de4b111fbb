package neo4j

import (
	"treatygraph/graph"
	"treatygraph/graph/projection"
)

// Labels and relationship types cannot be parameters. They come from the closed tables, and so do these statements, one for each.
var (
	makeEntities = func() map[graph.Kind]string {
		m := make(map[graph.Kind]string)
		for kind, label := range projection.Labels {
			m[kind] = `UNWIND $rows AS id CREATE (:Entity:` + label + ` {id: id})`
		}
		return m
	}()
	makeRelations = forEachRelation(` CREATE (a)-[r:`, `]->(b) SET r = row[2]`)
	setRelations  = forEachRelation(` MATCH (a)-[r:`, ` {id: row[2].id}]->(b) SET r = row[2]`)
	findRelations = forEachRelation(` OPTIONAL MATCH (a)-[r:`, ` {id: row[2].id}]->(b) RETURN row[2].id, collect(properties(r))`)
	dropRelations = forEachRelation(` MATCH (a)-[r:`, ` {id: row[2].id}]->(b) DELETE r`)
)

// forEachRelation returns a statement for each predicate with an object, between the ends that its rows name.
func forEachRelation(before, after string) map[graph.Predicate]string {
	const ends = `
		UNWIND $rows AS row
		MATCH (a:Entity {id: row[0]}) USING INDEX a:Entity(id)
		MATCH (b:Entity {id: row[1]}) USING INDEX b:Entity(id)
		WITH row, a, b`
	m := make(map[graph.Predicate]string)
	for _, p := range graph.Predicates() {
		if p.Row().Objects != 0 {
			m[p] = ends + before + p.String() + after
		}
	}
	return m
}

const (
	makeFacts = `
		UNWIND $rows AS row
		MATCH (e:Entity {id: row[0]}) USING INDEX e:Entity(id)
		CREATE (e)-[:HAS_FACT]->(f:Fact) SET f = row[2]`
	setFacts = `
		UNWIND $rows AS row
		MATCH (f:Fact {id: row[2].id}) USING INDEX f:Fact(id)
		SET f = row[2]`
	dropFacts = `
		UNWIND $rows AS row
		MATCH (f:Fact {id: row[2].id}) USING INDEX f:Fact(id)
		DETACH DELETE f`
)

// project brings the projection to what is current once the plan is done, within the plan's transaction.
func project(t *transaction, plan *graph.Plan, open openVersions) error {
	d, err := differenceOf(plan, open)
	if err != nil {
		return err
	}
	return d.write(t)
}

// write brings the difference into the projection.
func (d *difference) write(t *transaction) error {
	for kind, ids := range d.entities {
		if err := t.run(makeEntities[kind], params{"rows": ids}, nil); err != nil {
			return err
		}
	}
	for _, step := range []struct {
		statements []*statement
		relations  map[graph.Predicate]string
		facts      string
	}{
		{d.gone, dropRelations, dropFacts},
		{d.made, makeRelations, makeFacts},
		{d.changed, setRelations, setFacts},
	} {
		rows := make(map[string][]any)
		for _, s := range step.statements {
			cypher := step.facts
			if s.claim.Object != "" {
				cypher = step.relations[s.claim.Predicate]
			}
			rows[cypher] = append(rows[cypher], s.row())
		}
		for cypher, rows := range rows {
			if err := t.run(cypher, params{"rows": rows}, nil); err != nil {
				return err
			}
		}
	}
	return rename(t, d.renamed)
}

// rename writes the names and identifiers of entities anew, from their facts.
func rename(t *transaction, ids []string) error {
	const facts = `
		UNWIND $rows AS id
		MATCH (e:Entity {id: id}) USING INDEX e:Entity(id)
		MATCH (e)-[:HAS_FACT]->(f:Fact) WHERE f.predicate IN ['NAMED', 'IDENTIFIED_BY']
		RETURN id, f.predicate, f.value, f.lang, f.nameRole, f.rank, f.scheme`
	const write = `
		UNWIND $rows AS row
		MATCH (e:Entity {id: row.id}) USING INDEX e:Entity(id)
		SET e = row`
	if len(ids) == 0 {
		return nil
	}
	of := make(map[string][]projection.Naming)
	if err := t.run(facts, params{"rows": ids}, func(row []any) error {
		id := str(row[0])
		of[id] = append(of[id], namingOf(row[1:]))
		return nil
	}); err != nil {
		return err
	}
	rows := make([]any, len(ids))
	for i, id := range ids {
		rows[i] = projection.EntityProperties(id, of[id])
	}
	return t.run(write, params{"rows": rows}, nil)
}
