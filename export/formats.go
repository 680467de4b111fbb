package export

// Formats are those of this package; the packages below it have more.
var Formats = []*Format{
	NDJSON,
	CSV, Neo4jCSV,
	GraphML, GEXF, GEXF12,
	Turtle, NTriples, NQuads, JSONLD,
	Cypher, DOT, Cytoscape,
}
