package neo4j

import (
	"slices"

	"treatygraph/graph"
)

// An openVersion is a version that no revision has closed, with its place.
type openVersion struct {
	dataset graph.ID
	from    graph.RevisionNumber
	seq     int64
	body    string
}

// openVersions are those of the statements a batch touches, whatever their dataset.
type openVersions map[graph.StatementID][]openVersion

func (o openVersions) at(ref graph.Ref) *openVersion {
	for i, v := range o[ref.Statement] {
		if v.dataset == ref.Dataset {
			return &o[ref.Statement][i]
		}
	}
	return &openVersion{}
}

// bodies returns what each dataset asserts of a statement.
func (o openVersions) bodies(id graph.StatementID) map[graph.ID]string {
	m := make(map[graph.ID]string, len(o[id])+1)
	for _, v := range o[id] {
		m[v.dataset] = v.body
	}
	return m
}

// load looks up what a batch refers to, with one statement for each sort of thing.
func load(t *transaction, needs graph.Needs) (known graph.Known, open openVersions, err error) {
	known = graph.Known{
		Entities:   make(map[graph.ID]bool, len(needs.Entities)),
		Statements: make(map[graph.StatementID]bool, len(needs.Statements)),
		Texts:      make(map[graph.TextHash]*graph.Text, len(needs.Texts)),
		Open:       make(map[graph.AssertionKey]graph.OpenVersion),
	}
	const entities = `
		UNWIND $list AS id
		MATCH (x:Record {begins: id}) USING INDEX x:Record(begins)
		RETURN id`
	if err := list(t, entities, needs.Entities, func(row []any) error {
		known.Entities[graph.ID(str(row[0]))] = true
		return nil
	}); err != nil {
		return known, nil, err
	}
	const statements = `
		UNWIND $list AS id
		CALL (id) {
			MATCH (x:Record) USING INDEX x:Record(statement, dataset, from)
			WHERE x.statement = id AND x.dataset IS NOT NULL AND x.from IS NOT NULL
			RETURN 1 AS one LIMIT 1
		}
		RETURN id`
	if err := list(t, statements, needs.Statements, func(row []any) error {
		known.Statements[graph.StatementID(str(row[0]))] = true
		return nil
	}); err != nil {
		return known, nil, err
	}
	const texts = `
		UNWIND $list AS hash
		MATCH (t:Text {hash: hash}) USING INDEX t:Text(hash)
		RETURN t.hash, t.lang, t.body`
	if err := list(t, texts, needs.Texts, func(row []any) error {
		text := &graph.Text{Hash: graph.TextHash(str(row[0])), Lang: graph.Language(str(row[1])), Body: str(row[2])}
		text.Redacted = text.Body == ""
		known.Texts[text.Hash] = text
		return nil
	}); err != nil {
		return known, nil, err
	}
	touched := make([]graph.StatementID, len(needs.Assertions))
	for i, key := range needs.Assertions {
		touched[i] = key.Statement
	}
	slices.Sort(touched)
	if open, err = loadOpen(t, slices.Compact(touched)); err != nil {
		return known, nil, err
	}
	for statement, versions := range open {
		for _, v := range versions {
			known.Open[graph.AssertionKey{Statement: statement, Dataset: v.dataset}] = graph.OpenVersion{From: v.from, Body: v.body}
		}
	}
	return known, open, nil
}

// loadOpen returns the open versions of statements.
func loadOpen(t *transaction, statements []graph.StatementID) (openVersions, error) {
	const versions = `
		UNWIND $list AS id
		MATCH (x:Record) USING INDEX x:Record(statement, dataset, from)
		WHERE x.statement = id AND x.dataset IS NOT NULL AND x.from IS NOT NULL AND x.to IS NULL
		RETURN id, x.dataset, x.from, x.seq, x.body`
	open := make(openVersions)
	err := list(t, versions, statements, func(row []any) error {
		statement := graph.StatementID(str(row[0]))
		open[statement] = append(open[statement], openVersion{graph.ID(str(row[1])), graph.RevisionNumber(integer(row[2])), integer(row[3]), str(row[4])})
		return nil
	})
	return open, err
}

// list runs a statement over the items. Without items nothing is asked.
func list[T ~string](t *transaction, statement string, items []T, visit func(row []any) error) error {
	if len(items) == 0 {
		return nil
	}
	plain := make([]string, len(items))
	for i, item := range items {
		plain[i] = string(item)
	}
	return t.run(statement, params{"list": plain}, visit)
}
