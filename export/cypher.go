package export

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf16"

	"treatygraph/graph"
	"treatygraph/graph/projection"
)

// cypherRows and cypherBytes bound the rows of a statement: what is read, planned and done in a moment. A statement ends with the row that
// reaches one of them. The script holds one that is not yet full for each kind and each predicate, so a few megabytes at the most.
const (
	cypherRows  = 200
	cypherBytes = 64 << 10
)

// Cypher writes a script.
var Cypher = &Format{
	Name: "cypher", Title: "Cypher", Extension: ".cypher", MediaType: "application/x-cypher-query",
	Description: "A script for cypher-shell or a driver that fills a running Neo4j, 5.26 or newer: first constraints, then small transactions. `;` at the end of a line ends a statement and " +
		"stands nowhere else, and no text breaks a line. Run again it changes nothing, so what was interrupted can be begun anew; it ends with a RETURN of how much it holds. For some ten thousand statements: Neo4j plans each, and neo4j-csv is for more. " + asInNeo4j,
	Files: []File{{New: newCypher}},
}

func newCypher(w io.Writer, about *About) Writer {
	fmt.Fprintf(w, "// treatygraph, revision %d (%s): %d entities, %d statements\n", about.Revision, about.Digest, about.Entities, about.Statements)
	newNeo4jSchema(w, about)
	entities, statements := newCypherScript(w), newCypherScript(w)
	return Writer{
		Entity: func(e *Entity) error {
			b := entities.batch("MERGE (e:" + projection.EntityLabel + " {id: row.id}) SET e = row, e:" + projection.Labels[e.ID.Kind()])
			b.text = appendCypherMap(b.text, neo4jEntity(e))
			return b.added(w)
		},
		Statement: func(s *Statement) error {
			if err := entities.end(); err != nil { // what statements are between comes first
				return err
			}
			shown := projection.Of(s.ID, s.Assertions)
			if shown == nil {
				return nil
			}
			b := statements.batch(cypherOf(shown.Claim))
			b.text = appendCypherText(append(b.text, "{a: "...), string(shown.Claim.Subject))
			if object := shown.Claim.Object; object != "" {
				b.text = appendCypherText(append(b.text, ", b: "...), string(object))
			}
			b.text = append(appendCypherMap(append(b.text, ", is: "...), shown.Properties), '}')
			return b.added(w)
		},
		End: func() error {
			if err := entities.end(); err != nil {
				return err
			}
			if err := statements.end(); err != nil {
				return err
			}
			_, err := fmt.Fprintf(w, "RETURN %d AS entities, %d AS statements;\n", about.Entities, about.Statements) // a script without it was cut off
			return err
		},
	}
}

const (
	cypherFacts = "MATCH (e:" + projection.EntityLabel + " {id: row.a}) MERGE (f:" + projection.FactLabel + " {id: row.is.id}) SET f = row.is MERGE (e)-[:" + projection.HasFact + "]->(f)"
	cypherEnds  = "MATCH (a:" + projection.EntityLabel + " {id: row.a}) MATCH (b:" + projection.EntityLabel + " {id: row.b}) "
)

// cypherOf says what makes statements like this one of rows.
func cypherOf(c *graph.Claim) string {
	if c.Object == "" {
		return cypherFacts
	}
	return cypherEnds + "MERGE (a)-[r:" + c.Predicate.String() + " {id: row.is.id}]->(b) SET r = row.is"
}

// A cypherScript gathers rows for statements of several kinds.
type cypherScript struct {
	w     io.Writer
	of    map[string]*cypherBatch // by what is done with a row
	kinds []string                // in the order in which they came
}

// A cypherBatch is a statement that is being written.
type cypherBatch struct {
	each string // what is done with a row
	text []byte
	rows int
}

func newCypherScript(w io.Writer) *cypherScript {
	return &cypherScript{w: w, of: make(map[string]*cypherBatch)}
}

// batch returns the statement whose next row may be appended.
func (s *cypherScript) batch(each string) *cypherBatch {
	b := s.of[each]
	if b == nil {
		b = &cypherBatch{each: each}
		s.of[each], s.kinds = b, append(s.kinds, each)
	}
	if b.rows == 0 {
		b.text = append(b.text[:0], "UNWIND [\n"...)
	} else {
		b.text = append(b.text, ",\n"...)
	}
	b.rows++
	return b
}

// added writes the statement once it is full.
func (b *cypherBatch) added(w io.Writer) error {
	if b.rows < cypherRows && len(b.text) < cypherBytes {
		return nil
	}
	return b.write(w)
}

func (b *cypherBatch) write(w io.Writer) error {
	b.text = append(append(append(b.text, "\n] AS row "...), b.each...), ";\n"...)
	b.rows = 0
	_, err := w.Write(b.text)
	return err
}

// end writes what is not yet full, and lets go of it.
func (s *cypherScript) end() error {
	for _, each := range s.kinds {
		if b := s.of[each]; b.rows > 0 {
			if err := b.write(s.w); err != nil {
				return err
			}
		}
	}
	s.kinds = nil
	clear(s.of)
	return nil
}

// appendCypherMap writes properties as a literal map, in the order of their names.
func appendCypherMap(b []byte, p projection.Properties) []byte {
	b = append(b, '{')
	for i, name := range slices.Sorted(maps.Keys(p)) {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(append(b, name...), ": "...)
		switch v := p[name].(type) {
		case string:
			b = appendCypherText(b, v)
		case []string:
			b = append(b, '[')
			for j, item := range v {
				if j > 0 {
					b = append(b, ", "...)
				}
				b = appendCypherText(b, item)
			}
			b = append(b, ']')
		case int64:
			b = strconv.AppendInt(b, v, 10)
		case graph.Day:
			b = append(append(append(b, "date('"...), v.String()...), "')"...)
		}
	}
	return append(b, '}')
}

// appendCypherText writes a literal. What does not show, or breaks a line for some reader, is written by its number.
func appendCypherText(b []byte, s string) []byte {
	b = append(b, '\'')
	for _, r := range s {
		switch {
		case r == '\\' || r == '\'':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case unicode.IsPrint(r):
			b = append(b, string(r)...)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				b = fmt.Appendf(b, `\u%04X`, unit)
			}
		}
	}
	return append(b, '\'')
}
