package export

import (
	"io"

	"treatygraph/graph"
)

// Cytoscape writes a graph as Cytoscape and Cytoscape.js take it (https://js.cytoscape.org/#notation/elements-json).
var Cytoscape = &Format{
	Name: "cytoscape", Title: "Cytoscape JSON", Extension: ".cyjs", MediaType: "application/json",
	Description: "For Cytoscape, Cytoscape.js and web pages: JSON in one object, elements by nodes and edges. " + graphsShow +
		"A node's name is its label; numbers and lists are those of JSON. " + graphsLack,
	Files: []File{{New: func(w io.Writer, about *About) Writer { return newGraph(w, about, &cytoscape{}, nil) }}},
}

type cytoscape struct{ comma bool }

// begin tells NetworkX too what the graph is: directed, and a multigraph.
func (c *cytoscape) begin(b []byte, head *graphHead) []byte {
	b = append(b, `{"format_version":"1.0","generated_by":"treatygraph","directed":true,"multigraph":true,"data":{"name":"treatygraph"`...)
	return append(c.data(b, head.attributes), "},\"elements\":{\"nodes\":["...)
}

// next begins an element on a line of its own.
func (c *cytoscape) next(b []byte) []byte {
	if c.comma {
		b = append(b, ',')
	}
	c.comma = true
	return append(b, "\n{\"data\":{\"id\":"...)
}

// node writes the ID as value too: NetworkX takes that for its key.
func (c *cytoscape) node(b []byte, n *node) []byte {
	b = graph.AppendString(c.next(b), string(n.id))
	b = graph.AppendString(append(b, `,"value":`...), string(n.id))
	b = graph.AppendString(append(b, `,"name":`...), n.label)
	return append(c.data(b, n.attributes), "}}"...)
}

func (c *cytoscape) edges(b []byte) []byte {
	c.comma = false
	return append(b, "\n],\"edges\":["...)
}

// edge writes the ID as key too, by which NetworkX keeps parallel edges apart.
func (c *cytoscape) edge(b []byte, e *edge) []byte {
	b = graph.AppendString(c.next(b), string(e.ID))
	b = graph.AppendString(append(b, `,"key":`...), string(e.ID))
	b = graph.AppendString(append(b, `,"source":`...), string(e.Source))
	b = graph.AppendString(append(b, `,"target":`...), string(e.Target))
	return append(c.data(b, e.attributes), "}}"...)
}

func (c *cytoscape) end(b []byte) []byte { return append(b, "\n]}}\n"...) }

func (c *cytoscape) data(b []byte, attributes []attribute) []byte {
	for i := range attributes {
		a := &attributes[i]
		b = append(append(append(b, `,"`...), a.name...), `":`...)
		switch a.typ {
		case graphText:
			b = graph.AppendString(b, a.text)
		case graphList:
			b = appendJSONList(b, a.list)
		default:
			b = append(b, a.text...)
		}
	}
	return b
}
