package neo4j

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"treatygraph/graph"
	"treatygraph/graph/projection"
)

// nodes finds what carries a label of the projection and is no part of it: a node of a kind that is no Entity, and nodes without an ID.
func (a *audit) nodes(ctx context.Context) error {
	kinds := strings.Join(slices.Sorted(maps.Values(projection.Labels)), "|")
	query := `
		MATCH (n:` + kinds + `|Entity|Fact)
		WHERE n.id IS NULL OR NOT n:Entity AND NOT n:Fact
		WITH n, elementId(n) AS element WHERE element > $after
		OPTIONAL MATCH (e:Entity {id: n.id})
		OPTIONAL MATCH (x:Record {begins: n.id})
		RETURN element, labels(n), n.id, e IS NULL AND x IS NOT NULL ORDER BY element LIMIT $limit`
	const drop = `UNWIND $list AS element MATCH (n) WHERE elementId(n) = element DETACH DELETE n`
	const restore = `UNWIND $list AS element MATCH (n) WHERE elementId(n) = element SET n:Entity`
	for after, more := "", true; more; {
		from := after
		if err := a.look(ctx, func(t *transaction, f *findings) error {
			var gone, back []string
			if err := t.run(query, params{"after": from, "limit": int64(pieceEntities)}, func(row []any) error {
				after = str(row[0])
				name := fmt.Sprint(row[2])
				if row[2] == nil {
					name = after
				}
				if row[3] == true {
					back = append(back, after)
					f.add("entity", name, "lacks the label Entity")
				} else {
					gone = append(gone, after)
					f.add("node", name, "is none of the record's, with labels %s", strings.Join(words(row[1]), " "))
				}
				return nil
			}); err != nil {
				return err
			}
			more = len(f.flaws) == pieceEntities
			if len(back) > 0 {
				f.repairBy(restore, params{"list": back})
			}
			if len(gone) > 0 {
				f.repairBy(drop, params{"list": gone})
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// A window is a part of an order of IDs: those after one, up to another.
type window struct{ after, end string }

func (w window) params() params { return params{"after": w.after, "end": w.end} }

// windows cuts an order of IDs into windows of n, and looks at each. The last goes on to the end, beyond the last ID.
func (a *audit) windows(ctx context.Context, query string, n int, look func(w window) error) error {
	for w := (window{}); w.end != lastText; {
		w = window{after: w.end}
		count := 0
		if err := a.s.read(ctx, func(t *transaction) error {
			count, w.end = 0, lastText
			return t.run(query, params{"after": w.after, "limit": int64(n)}, func(row []any) error {
				count, w.end = count+1, str(row[0])
				return nil
			})
		}); err != nil {
			return err
		}
		if count < n {
			w.end = lastText
		}
		if err := look(w); err != nil {
			return err
		}
	}
	return nil
}

const subjectsAfter = `MATCH (x:Record) USING INDEX x:Record(begins) WHERE x.begins > $after RETURN x.begins ORDER BY x.begins LIMIT $limit`

// subjects returns the IDs that the record knows in a window.
func subjects(t *transaction, w window) (map[string]bool, error) {
	const query = `MATCH (x:Record) USING INDEX x:Record(begins) WHERE x.begins > $after AND x.begins <= $end RETURN x.begins`
	known := make(map[string]bool)
	err := t.run(query, w.params(), func(row []any) error { known[str(row[0])] = true; return nil })
	return known, err
}

// entities checks that each subject is an Entity of its kind, and each Entity a subject.
func (a *audit) entities(ctx context.Context) error {
	const query = `MATCH (e:Entity) USING INDEX e:Entity(id) WHERE e.id > $after AND e.id <= $end RETURN e.id, labels(e)`
	const drop = `UNWIND $list AS id MATCH (e:Entity {id: id}) DETACH DELETE e`
	return a.windows(ctx, subjectsAfter, pieceEntities, func(w window) error {
		return a.look(ctx, func(t *transaction, f *findings) error {
			missing, err := subjects(t, w)
			if err != nil {
				return err
			}
			var strays []string
			if err := t.run(query, w.params(), func(row []any) error {
				id := str(row[0])
				if !missing[id] {
					strays = append(strays, id)
					return nil
				}
				delete(missing, id)
				label := projection.Labels[graph.ID(id).Kind()]
				var extra []string
				has := false
				for _, l := range words(row[1]) {
					has = has || l == label
					if l != label && l != "Entity" {
						extra = append(extra, l)
					}
				}
				if has && len(extra) == 0 {
					return nil
				}
				f.add("entity", id, "has the labels %s, not Entity %s", strings.Join(words(row[1]), " "), label)
				f.repairBy(`MATCH (e:Entity {id: $id}) SET e:`+label+withoutLabels("e", extra), params{"id": id})
				return nil
			}); err != nil {
				return err
			}
			for _, id := range slices.Sorted(maps.Keys(missing)) {
				f.add("entity", id, "is missing")
				f.repairBy(makeEntities[graph.ID(id).Kind()], params{"rows": []string{id}})
			}
			for _, id := range strays {
				f.add("entity", id, "is no subject of any statement")
			}
			if len(strays) > 0 {
				f.repairBy(drop, params{"list": strays})
			}
			return nil
		})
	})
}

// withoutLabels returns the clause that takes labels off a node; their names come from the database.
func withoutLabels(node string, list []string) string {
	clause := ""
	for _, l := range list {
		clause += " REMOVE " + node + ":`" + strings.ReplaceAll(l, "`", "``") + "`"
	}
	return clause
}

// statements holds facts and relationships against the open versions of their statements.
func (a *audit) statements(ctx context.Context) error {
	const after = `
		MATCH (x:Record) USING INDEX x:Record(statement, dataset, from)
		WHERE x.statement > $after AND x.dataset IS NOT NULL AND x.from IS NOT NULL
		WITH DISTINCT x.statement AS id ORDER BY id LIMIT $limit
		RETURN id`
	return a.windows(ctx, after, pieceStatements, func(w window) error {
		return a.look(ctx, func(t *transaction, f *findings) error {
			expected, err := foldedIn(t, w)
			if err != nil {
				return err
			}
			if err := facts(t, w, expected, f); err != nil {
				return err
			}
			return relationships(t, expected, f)
		})
	})
}

// foldedIn returns what the projection should show of the statements in a window.
func foldedIn(t *transaction, w window) (map[string]*statement, error) {
	const query = `
		MATCH (x:Record) USING INDEX x:Record(statement, dataset, from)
		WHERE x.statement > $after AND x.statement <= $end AND x.dataset IS NOT NULL AND x.from IS NOT NULL AND x.to IS NULL
		RETURN x.statement, x.dataset, x.body`
	open := make(said)
	if err := t.run(query, w.params(), func(row []any) error {
		id := graph.StatementID(str(row[0]))
		if open[id] == nil {
			open[id] = make(map[graph.ID]string)
		}
		open[id][graph.ID(str(row[1]))] = str(row[2])
		return nil
	}); err != nil {
		return nil, err
	}
	expected := make(map[string]*statement, len(open))
	for id, bodies := range open {
		s, err := folded(id, bodies)
		if err != nil {
			return nil, err
		}
		if s != nil {
			expected[string(id)] = s
		}
	}
	return expected, nil
}

func facts(t *transaction, w window, expected map[string]*statement, f *findings) error {
	const query = `
		MATCH (f:Fact) USING INDEX f:Fact(id) WHERE f.id > $after AND f.id <= $end
		RETURN f.id, properties(f), labels(f), COUNT { (f)-->() }, [(e)-[h]->(f) | [type(h), CASE WHEN e:Entity THEN e.id END, properties(h)]]`
	const drop = `UNWIND $list AS id MATCH (f:Fact {id: id}) DETACH DELETE f`
	const hang = `
		MATCH (f:Fact {id: $id})
		OPTIONAL MATCH (f)-[r]-() DELETE r
		WITH DISTINCT f
		MATCH (e:Entity {id: $subject})
		CREATE (e)-[:HAS_FACT]->(f)`
	there := make(map[string]bool)
	var changed, made []any
	var strays []string
	if err := t.run(query, w.params(), func(row []any) error {
		id := str(row[0])
		there[id] = true
		s := expected[id]
		if s == nil || s.claim.Object != "" {
			strays = append(strays, id)
			f.fact(id, nil, "is not asserted")
			return nil
		}
		if is := plain(row[1].(map[string]any)); !reflect.DeepEqual(is, s.properties) {
			changed = append(changed, s.row())
			f.fact(id, s, "does not show what is asserted: %s", differing(is, s.properties))
		}
		if extra := slices.DeleteFunc(words(row[2]), func(l string) bool { return l == "Fact" }); len(extra) > 0 {
			f.add("fact", id, "has the labels %s beside Fact", strings.Join(extra, " "))
			f.repairBy(`MATCH (f:Fact {id: $id})`+withoutLabels("f", extra), params{"id": id})
		}
		hangs, _ := row[4].([]any)
		want := []any{"HAS_FACT", string(s.claim.Subject), map[string]any{}}
		if integer(row[3]) != 0 || len(hangs) != 1 || !reflect.DeepEqual(hangs[0], want) {
			f.fact(id, s, "does not hang on %s alone", s.claim.Subject)
			f.repairBy(hang, params{"id": id, "subject": string(s.claim.Subject)})
		}
		return nil
	}); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(expected)) {
		if s := expected[id]; s.claim.Object == "" && !there[id] {
			f.fact(id, s, "is missing")
			made = append(made, s.row())
		}
	}
	for _, r := range []struct {
		cypher string
		rows   []any
	}{{setFacts, changed}, {makeFacts, made}} {
		if len(r.rows) > 0 {
			f.repairBy(r.cypher, params{"rows": r.rows})
		}
	}
	if len(strays) > 0 {
		f.repairBy(drop, params{"list": strays})
	}
	return nil
}

// relationships holds the relationships that are expected against those between the same ends.
func relationships(t *transaction, expected map[string]*statement, f *findings) error {
	of := make(map[graph.Predicate][]any)
	for _, id := range slices.Sorted(maps.Keys(expected)) {
		if s := expected[id]; s.claim.Object != "" {
			of[s.claim.Predicate] = append(of[s.claim.Predicate], s.row())
		}
	}
	for _, p := range slices.Sorted(maps.Keys(of)) {
		found := make(map[string][]any)
		if err := t.run(findRelations[p], params{"rows": of[p]}, func(row []any) error {
			found[str(row[0])], _ = row[1].([]any)
			return nil
		}); err != nil {
			return err
		}
		var made, changed, doubled []any
		for _, row := range of[p] {
			want := row.([]any)[2].(map[string]any)
			id := str(want["id"])
			switch list := found[id]; len(list) {
			case 0:
				f.add("relationship", id, "is missing")
				made = append(made, row)
			case 1:
				if is := plain(list[0].(map[string]any)); !reflect.DeepEqual(is, want) {
					f.add("relationship", id, "does not show what is asserted: %s", differing(is, want))
					changed = append(changed, row)
				}
			default:
				f.add("relationship", id, "stands %d times", len(list))
				doubled = append(doubled, row)
			}
		}
		for _, r := range []struct {
			cypher string
			rows   []any
		}{{dropRelations[p], doubled}, {makeRelations[p], append(made, doubled...)}, {setRelations[p], changed}} {
			if len(r.rows) > 0 {
				f.repairBy(r.cypher, params{"rows": r.rows})
			}
		}
	}
	return nil
}

// surroundings checks what each entity shows itself, and that the record knows each relationship that begins at it.
func (a *audit) surroundings(ctx context.Context) error {
	return a.windows(ctx, subjectsAfter, pieceEntities, func(w window) error {
		return a.look(ctx, func(t *transaction, f *findings) error {
			known, err := subjects(t, w)
			if err != nil {
				return err
			}
			if err := a.properties(t, w, known, f); err != nil {
				return err
			}
			return strayRelationships(t, w, f)
		})
	})
}

// properties holds what entities show against their facts, which were checked before.
func (a *audit) properties(t *transaction, w window, known map[string]bool, f *findings) error {
	const facts = `
		MATCH (e:Entity) USING INDEX e:Entity(id) WHERE e.id > $after AND e.id <= $end
		MATCH (e)-[:HAS_FACT]->(f:Fact) WHERE f.predicate IN ['NAMED', 'IDENTIFIED_BY']
		RETURN e.id, f.id, f.predicate, f.value, f.lang, f.nameRole, f.rank, f.scheme`
	const query = `MATCH (e:Entity) USING INDEX e:Entity(id) WHERE e.id > $after AND e.id <= $end RETURN e.id, properties(e)`
	const write = `UNWIND $rows AS row MATCH (e:Entity {id: row.id}) SET e = row`
	of := make(map[string][]projection.Naming)
	if err := t.run(facts, w.params(), func(row []any) error {
		if id := str(row[0]); !a.flawed[str(row[1])] {
			of[id] = append(of[id], namingOf(row[2:]))
		}
		return nil
	}); err != nil {
		return err
	}
	var changed []any
	if err := t.run(query, w.params(), func(row []any) error {
		id := str(row[0])
		if !known[id] {
			return nil // a stray, which was told of
		}
		for _, n := range a.should[id] {
			of[id] = append(of[id], n)
		}
		want := map[string]any(projection.EntityProperties(id, of[id]))
		if is := plain(row[1].(map[string]any)); !reflect.DeepEqual(is, want) {
			f.add("entity", id, "does not show what its facts say: %s", differing(is, want))
			changed = append(changed, want)
		}
		return nil
	}); err != nil {
		return err
	}
	if len(changed) > 0 {
		f.repairBy(write, params{"rows": changed})
	}
	return nil
}

// strayRelationships finds relationships that begin at entities and stand for no open statement between their ends.
func strayRelationships(t *transaction, w window, f *findings) error {
	const query = `
		MATCH (e:Entity) USING INDEX e:Entity(id) WHERE e.id > $after AND e.id <= $end
		MATCH (e)-[r]->(n) WHERE NOT (type(r) = 'HAS_FACT' AND n:Fact)
		RETURN elementId(r), r.id, e.id + ' ' + type(r) + ' ' + CASE WHEN n:Entity THEN n.id ELSE '' END`
	const open = `
		UNWIND $list AS id
		MATCH (x:Record) USING INDEX x:Record(statement, dataset, from)
		WHERE x.statement = id AND x.dataset IS NOT NULL AND x.from IS NOT NULL AND x.to IS NULL AND x.object IS NOT NULL
		RETURN DISTINCT id, x.subject + ' ' + x.predicate + ' ' + x.object`
	const drop = `MATCH ()-[r]->() WHERE elementId(r) IN $list DELETE r`
	type relation struct{ element, id, ends string }
	var found []relation
	var ids []string
	if err := t.run(query, w.params(), func(row []any) error {
		r := relation{str(row[0]), str(row[1]), str(row[2])}
		found = append(found, r)
		if r.id != "" {
			ids = append(ids, r.id)
		}
		return nil
	}); err != nil {
		return err
	}
	ends := make(map[string]string, len(ids))
	if err := list(t, open, ids, func(row []any) error { ends[str(row[0])] = str(row[1]); return nil }); err != nil {
		return err
	}
	var strays []string
	for _, r := range found {
		if r.id != "" && ends[r.id] == r.ends {
			continue
		}
		name := r.id
		if name == "" {
			name = r.element
		}
		f.add("relationship", name, "is not asserted: %s", r.ends)
		strays = append(strays, r.element)
	}
	if len(strays) > 0 {
		f.repairBy(drop, params{"list": strays})
	}
	return nil
}

// differing names the properties in which two differ.
func differing(is, want map[string]any) string {
	var keys []string
	for key := range want {
		if !reflect.DeepEqual(is[key], want[key]) {
			keys = append(keys, key)
		}
	}
	for key := range is {
		if _, wanted := want[key]; !wanted {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return strings.Join(keys, ", ")
}

// plain turns the driver's lists into lists of strings, as they are written.
func plain(properties map[string]any) map[string]any {
	m := maps.Clone(properties)
	for key, value := range m {
		if _, is := value.([]any); is {
			m[key] = words(value)
		}
	}
	return m
}

func words(list any) []string {
	values, _ := list.([]any)
	out := make([]string, len(values))
	for i := range values {
		out[i] = str(values[i])
	}
	return out
}
