package export

// Formats are those of this package; the packages below it have more.
var Formats = []*Format{
	NDJSON,
	GraphML, GEXF, GEXF12, DOT, Cytoscape,
	Turtle, NTriples, NQuads, JSONLD,
	Neo4jCSV, Cypher,
}
