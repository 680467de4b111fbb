package export

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"treatygraph/graph"
	"treatygraph/graph/projection"
)

const (
	// neo4jDelimiter parts the items of a list. No text of the record holds it, and any other character may stand in a quote.
	neo4jDelimiter = '\x00'
	// neo4jArguments is the file of what neo4j-admin is to know.
	neo4jArguments = "import.args"
)

// asInNeo4j says what both formats for Neo4j show, and what they do not carry.
const asInNeo4j = "What our own Neo4j store shows, property for property: entities as recorded (one that is merged into another is a node with a MERGED_INTO), statements with an " +
	"object as relationships, others as Fact nodes, deprecated ones too. Not carried: the texts of documents, history, which of several datasets asserts by which method and rank, confidence, " +
	"why it is deprecated, and of evidence all but 20 quotes a statement."

// Neo4jCSV writes the files that neo4j-admin imports into an empty database.
var Neo4jCSV = &Format{
	Name: "neo4j-csv", Title: "CSV for neo4j-admin", Extension: ".neo4j.zip", MediaType: "application/zip",
	Description: "A ZIP of CSV for `neo4j-admin database import full`, the fastest way to fill an empty Neo4j, 5.26 or newer, with the command in its README.md. " + asInNeo4j,
	Files: []File{
		{Name: "README.md", MediaType: "text/markdown", New: newNeo4jReadme},
		{Name: neo4jArguments, MediaType: "text/plain", New: newNeo4jArguments},
		{Name: "entities.csv", MediaType: "text/csv", LineEnd: "\n", Columns: neo4jColumns(entityHeader, projection.OfEntities[1:]), New: newNeo4jEntities},
		{Name: "facts.csv", MediaType: "text/csv", LineEnd: "\n", Columns: neo4jColumns(factHeader, projection.OfFacts[1:]), New: newNeo4jFacts},
		{Name: "relationships.csv", MediaType: "text/csv", LineEnd: "\n", Columns: neo4jColumns(relationshipHeader, projection.OfRelationships), New: newNeo4jRelationships},
		{Name: "schema.cypher", MediaType: "application/x-cypher-query", New: newNeo4jSchema},
	},
}

// What rows begin with, before their properties. IDs of entities and of statements are never alike: the former have a slash.
var (
	entityHeader       = []Column{{"id:ID", "string", "the ID: kind/slug"}, {":LABEL", "string", "the kind, as a label beside Entity"}}
	factHeader         = []Column{{"id:ID", "string", "the ID of the statement"}}
	relationshipHeader = []Column{
		{":START_ID", "string", "the subject"}, {":END_ID", "string", "the object, or the fact of a HAS_FACT"}, {":TYPE", "string", "the predicate, or HAS_FACT"},
	}
)

// neo4jTypes are the types of properties as the importer names them, and as a data package does.
var neo4jTypes = map[projection.Type]struct{ header, column string }{
	projection.Text: {"string", "string"}, projection.Texts: {"string[]", "string"}, projection.Number: {"long", "integer"}, projection.Day: {"date", "date"},
}

func neo4jColumns(first []Column, properties []projection.Property) []Column {
	list := slices.Clone(first)
	for _, p := range properties {
		list = append(list, Column{p.Name + ":" + neo4jTypes[p.Type].header, neo4jTypes[p.Type].column, p.Description})
	}
	return list
}

func newNeo4jReadme(w io.Writer, about *About) Writer {
	fmt.Fprintf(w, `# treatygraph for Neo4j

Revision %d (%s), selection %q: %d entities, %d statements.

In the folder of these files, with a Neo4j that is stopped and whose database %[6]sneo4j%[6]s is empty:

    neo4j-admin database import full neo4j @import.args

Then start it and make the constraints and the index of names:

    cypher-shell -f schema.cypher

`, about.Revision, about.Digest, about.Selection, about.Entities, about.Statements, "`")
	io.WriteString(w, asInNeo4j+"\n\n"+
		"The CSV is for this importer: lists are parted by U+0000, texts may go over several lines, and no cell is guarded against spreadsheets.\n"+
		"An empty cell is a property that is not there. Who says what under which licence stands in "+ManifestName+".\n")
	return Writer{}
}

func newNeo4jArguments(w io.Writer, _ *About) Writer {
	io.WriteString(w, "--nodes="+projection.EntityLabel+"=./entities.csv\n"+ // Neo4j 2026 asks every path for its folder
		"--nodes="+projection.FactLabel+"=./facts.csv\n"+
		"--relationships=./relationships.csv\n"+
		"--id-type=string\n"+
		fmt.Sprintf("--array-delimiter=U+%04X\n", neo4jDelimiter)+
		"--multiline-fields=true\n")
	return Writer{}
}

func newNeo4jSchema(w io.Writer, _ *About) Writer {
	for _, statement := range []string{projection.EntityConstraint, projection.FactConstraint, projection.NamesIndex} {
		io.WriteString(w, statement+";\n")
	}
	return Writer{}
}

func newNeo4jEntities(w io.Writer, about *About) Writer {
	t := newNeo4jTable(w, entityHeader, projection.OfEntities[1:])
	return Writer{Entity: func(e *Entity) error {
		p := neo4jEntity(e)
		t.text(string(e.ID))
		t.text(projection.Labels[e.ID.Kind()])
		return t.row(p, 1)
	}}
}

func newNeo4jFacts(w io.Writer, about *About) Writer {
	t := newNeo4jTable(w, factHeader, projection.OfFacts[1:])
	return Writer{Statement: func(s *Statement) error {
		shown := projection.Of(s.ID, s.Assertions)
		if shown == nil || shown.Claim.Object != "" {
			return nil
		}
		t.text(string(s.ID))
		return t.row(shown.Properties, 1)
	}}
}

func newNeo4jRelationships(w io.Writer, about *About) Writer {
	t := newNeo4jTable(w, relationshipHeader, projection.OfRelationships)
	return Writer{Statement: func(s *Statement) error {
		shown := projection.Of(s.ID, s.Assertions)
		if shown == nil {
			return nil
		}
		t.text(string(shown.Claim.Subject))
		if shown.Claim.Object == "" {
			t.text(string(s.ID))
			t.text(projection.HasFact)
			return t.row(nil, 0)
		}
		t.text(string(shown.Claim.Object))
		t.text(shown.Claim.Predicate.String())
		return t.row(shown.Properties, 0)
	}}
}

// neo4jEntity returns what the node of an entity shows: its own names, since merges are not resolved.
func neo4jEntity(e *Entity) projection.Properties {
	facts := make([]projection.Naming, len(e.Own))
	for i, n := range e.Own {
		if n.Name.Text != "" {
			facts[i] = projection.Naming{Predicate: graph.PredNamed.String(), Value: n.Name.Text, Lang: string(n.Name.Lang), Role: n.Name.Role.String(), Rank: n.Rank.String()}
		} else {
			facts[i] = projection.Naming{Predicate: graph.PredIdentifiedBy.String(), Value: n.Identifier.Value, Rank: n.Rank.String(), Scheme: n.Identifier.Scheme.String()}
		}
	}
	return projection.EntityProperties(string(e.ID), facts)
}

// A neo4jTable writes rows as the importer reads them: what is text stands in quotes, and what is not there is an empty cell.
type neo4jTable struct {
	w          io.Writer
	properties []projection.Property
	line       []byte
}

func newNeo4jTable(w io.Writer, first []Column, properties []projection.Property) *neo4jTable {
	var names []string
	for _, c := range neo4jColumns(first, properties) {
		names = append(names, c.Name)
	}
	io.WriteString(w, strings.Join(names, ",")+"\n")
	return &neo4jTable{w: w, properties: properties}
}

// text appends a cell before the properties.
func (t *neo4jTable) text(s string) {
	t.line = append(appendQuoted(append(t.line, '"'), s), '"', ',')
}

// row ends a row with its properties, of which some stand in its first cells. A property that has no column is an error, so that none is
// lost in silence.
func (t *neo4jTable) row(p projection.Properties, written int) error {
	for i, property := range t.properties {
		if i > 0 {
			t.line = append(t.line, ',')
		}
		value, has := p[property.Name]
		if !has {
			continue
		}
		written++
		switch v := value.(type) {
		case string:
			t.line = append(appendQuoted(append(t.line, '"'), v), '"')
		case []string:
			t.line = append(t.line, '"')
			for j, item := range v {
				if j > 0 {
					t.line = append(t.line, neo4jDelimiter)
				}
				t.line = appendQuoted(t.line, item)
			}
			t.line = append(t.line, '"')
		case int64:
			t.line = strconv.AppendInt(t.line, v, 10)
		case graph.Day:
			t.line = append(t.line, v.String()...)
		}
	}
	if p != nil && written != len(p) {
		return fmt.Errorf("%s shows a property for which there is no column", p["id"])
	}
	_, err := t.w.Write(append(t.line, '\n'))
	t.line = t.line[:0]
	return err
}

func appendQuoted(line []byte, s string) []byte {
	for {
		before, after, found := strings.Cut(s, `"`)
		line = append(line, before...)
		if !found {
			return line
		}
		line, s = append(line, `""`...), after
	}
}
