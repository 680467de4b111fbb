package export

import "io"

// GraphML writes a graph as most tools read one (http://graphml.graphdrawing.org/).
var GraphML = &Format{
	Name: "graphml", Title: "GraphML", Extension: ".graphml", MediaType: "application/graphml+xml",
	Description: "For NetworkX, igraph, yEd, Cytoscape and Gephi. " + graphsShow + "An edge has its ID as statement too. Attributes have declared types; lists are JSON in a text. " + graphsLack + xmlLacks +
		"IDs of nodes are those of the record; their slash is more than the schema of GraphML allows in an ID, which only readers that validate mind.",
	Files: []File{{New: func(w io.Writer, about *About) Writer { return newGraph(w, about, &graphML{}, cleanXML) }}},
}

type graphML struct{ json []byte }

var graphMLTypes = [...]string{graphText: "string", graphList: "string", graphWhole: "long", graphReal: "double"}

func (g *graphML) begin(b []byte, head *graphHead) []byte {
	b = append(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"...)
	for i := range graphKeys {
		b = graphMLKey(b, "graph", graphKeys[i].name, graphKeys[i].typ)
	}
	b = graphMLKey(b, "node", "label", graphText)
	for i := range head.nodeKeys {
		b = graphMLKey(b, "node", head.nodeKeys[i].name, head.nodeKeys[i].typ)
	}
	b = graphMLKey(b, "edge", "statement", graphText)
	for i := range head.edgeKeys {
		b = graphMLKey(b, "edge", head.edgeKeys[i].name, head.edgeKeys[i].typ)
	}
	b = append(b, "<graph id=\"treatygraph\" edgedefault=\"directed\">\n"...)
	return append(g.data(b, head.attributes), '\n')
}

// graphMLKey declares an attribute. No two of the graph, nodes and edges have one name, so that it can be the key's ID.
func graphMLKey(b []byte, of, name string, typ graphType) []byte {
	b = append(append(b, `<key id="`...), name...)
	b = append(append(b, `" for="`...), of...)
	b = append(append(b, `" attr.name="`...), name...)
	b = append(append(b, `" attr.type="`...), graphMLTypes[typ]...)
	return append(b, "\"/>\n"...)
}

func (g *graphML) data(b []byte, attributes []attribute) []byte {
	for i := range attributes {
		a := &attributes[i]
		b = append(append(append(b, `<data key="`...), a.name...), `">`...)
		if a.typ == graphList {
			g.json = appendJSONList(g.json[:0], a.list)
			b = appendXML(b, g.json)
		} else {
			b = appendXML(b, a.text)
		}
		b = append(b, "</data>"...)
	}
	return b
}

func (g *graphML) node(b []byte, n *node) []byte {
	b = append(append(b, `<node id="`...), n.id...)
	b = appendXML(append(b, `"><data key="label">`...), n.label)
	return append(g.data(append(b, "</data>"...), n.attributes), "</node>\n"...)
}

func (g *graphML) edges(b []byte) []byte { return b }

// edge writes the statement's ID as an attribute too: igraph 1.0 gives edges the IDs of nodes.
func (g *graphML) edge(b []byte, e *edge) []byte {
	b = append(append(b, `<edge id="`...), e.ID...)
	b = append(append(b, `" source="`...), e.Source...)
	b = append(append(b, `" target="`...), e.Target...)
	b = append(append(b, `"><data key="statement">`...), e.ID...)
	return append(g.data(append(b, "</data>"...), e.attributes), "</edge>\n"...)
}

func (g *graphML) end(b []byte) []byte { return append(b, "</graph>\n</graphml>\n"...) }
