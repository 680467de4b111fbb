package export

import "io"

// DOT writes a graph for Graphviz (https://graphviz.org/doc/info/lang.html).
var DOT = &Format{
	Name: "dot", Title: "DOT", Extension: ".dot", MediaType: "text/vnd.graphviz",
	Description: "For Graphviz and pydot: small graphs to draw. " + graphsShow + "The key of an edge is its statement's ID and its label the predicate; what Graphviz has no use " +
		"for stands in attributes of other names, lists as JSON. DOT has no types: all are texts, in which \\n is the end of a line, of whichever sort it was, and " +
		"\\\\ a backslash. " + graphsLack,
	Files: []File{{New: func(w io.Writer, about *About) Writer { return newGraph(w, about, &dot{}, nil) }}},
}

type dot struct{ json []byte }

func (d *dot) begin(b []byte, head *graphHead) []byte {
	b = append(b, "digraph treatygraph {\ngraph ["...)
	return append(d.attributes(b, head.attributes), "];\n"...)
}

func (d *dot) node(b []byte, n *node) []byte {
	b = append(append(append(b, '"'), n.id...), `" [label=`...)
	b = append(appendDOT(b, n.label), ", "...)
	return append(d.attributes(b, n.attributes), "];\n"...)
}

func (d *dot) edges(b []byte) []byte { return b }

func (d *dot) edge(b []byte, e *edge) []byte {
	b = append(append(append(b, '"'), e.Source...), `" -> "`...)
	b = append(append(append(b, e.Target...), `" [key="`...), e.ID...)
	b = append(append(append(b, `", label="`...), e.Predicate.String()...), `", `...)
	return append(d.attributes(b, e.attributes), "];\n"...)
}

func (d *dot) end(b []byte) []byte { return append(b, "}\n"...) }

func (d *dot) attributes(b []byte, attributes []attribute) []byte {
	for i := range attributes {
		a := &attributes[i]
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(append(b, a.name...), '=')
		if a.typ == graphList {
			d.json = appendJSONList(d.json[:0], a.list)
			b = appendDOT(b, d.json)
		} else {
			b = appendDOT(b, a.text)
		}
	}
	return b
}

// appendDOT writes a text in quotes, as Graphviz reads labels (https://graphviz.org/docs/attr-types/escString/): a backslash alone would
// begin the name of a node or graph, or quote what ends the text.
func appendDOT[T ~string | ~[]byte](b []byte, s T) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\r' && i+1 < len(s) && s[i+1] == '\n': // the line ends with the \n
		case c == '\n' || c == '\r':
			b = append(b, `\n`...)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
