package export

import (
	"io"
	"strings"
	"time"
)

const gexfDescription = graphsShow + "Attributes have declared types. The graph is dynamic: an edge has the earliest day on which its statement holds as its start and the " +
	"latest as its end, where they are stated, beside the dates as stated; nodes are always there. "

// GEXF writes a graph for Gephi (https://gexf.net/schema.html).
var GEXF = &Format{
	Name: "gexf", Title: "GEXF 1.3", Extension: ".gexf", MediaType: "application/gexf+xml",
	Description: "For Gephi 0.9.3 and later and graphology (Sigma). " + gexfDescription + "Lists are lists of strings; an edge's kind is its predicate. " + graphsLack + xmlLacks +
		"NetworkX does not read this version: it reads gexf12.",
	Files: []File{{New: func(w io.Writer, about *About) Writer {
		return newGraph(w, about, &gexf{namespace: "http://gexf.net/1.3", version: "1.3", lists: "liststring", kinds: true}, cleanXML)
	}}},
}

// GEXF12 writes a graph for readers that stop at the draft of 1.2.
var GEXF12 = &Format{
	Name: "gexf12", Title: "GEXF 1.2draft", Extension: ".gexf", MediaType: "application/gexf+xml",
	Description: "For NetworkX, older versions of Gephi and other readers that stop at this version. " + gexfDescription + "Lists are JSON in a text, since this version " +
		"does not say how a list is written. " + graphsLack + xmlLacks,
	Files: []File{{New: func(w io.Writer, about *About) Writer {
		return newGraph(w, about, &gexf{namespace: "http://www.gexf.net/1.2draft", version: "1.2", lists: "string"}, cleanXML)
	}}},
}

type gexf struct {
	namespace, version string
	lists              string // the type of lists
	kinds              bool   // edges have kinds, by which Gephi keeps parallel ones apart
	list               []byte
}

func (g *gexf) begin(b []byte, head *graphHead) []byte {
	b = append(append(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gexf xmlns=\""...), g.namespace...)
	b = append(append(b, `" version="`...), g.version...)
	b = append(b, "\">\n<meta"...)
	if !head.about.Recorded.IsZero() {
		b = head.about.Recorded.UTC().AppendFormat(append(b, ` lastmodifieddate="`...), time.DateOnly)
		b = append(b, '"')
	}
	b = append(b, "><creator>treatygraph</creator><description>"...)
	for i := range head.attributes { // a graph has no attributes of its own
		a := &head.attributes[i]
		if i > 0 {
			b = append(b, "; "...)
		}
		b = append(append(b, a.name...), ": "...)
		b = appendXML(appendXML(b, a.text), strings.Join(a.list, " | "))
	}
	b = append(b, "</description></meta>\n<graph defaultedgetype=\"directed\" mode=\"dynamic\" timeformat=\"date\">\n<attributes class=\"node\">\n"...)
	for i := range head.nodeKeys {
		b = g.declare(b, head.nodeKeys[i].name, head.nodeKeys[i].typ)
	}
	b = append(b, "</attributes>\n<attributes class=\"edge\">\n"...)
	for i := range head.edgeKeys {
		b = g.declare(b, head.edgeKeys[i].name, head.edgeKeys[i].typ)
	}
	return append(b, "</attributes>\n<nodes>\n"...)
}

var gexfTypes = [...]string{graphText: "string", graphWhole: "long", graphReal: "double"}

func (g *gexf) declare(b []byte, name string, typ graphType) []byte {
	b = append(append(b, `<attribute id="`...), name...)
	b = append(append(b, `" title="`...), name...)
	b = append(b, `" type="`...)
	if typ == graphList {
		b = append(b, g.lists...)
	} else {
		b = append(b, gexfTypes[typ]...)
	}
	return append(b, "\"/>\n"...)
}

func (g *gexf) node(b []byte, n *node) []byte {
	b = append(append(b, `<node id="`...), n.id...)
	b = appendXML(append(b, `" label="`...), n.label)
	return append(g.values(append(b, `">`...), n.attributes), "</node>\n"...)
}

func (g *gexf) edges(b []byte) []byte { return append(b, "</nodes>\n<edges>\n"...) }

func (g *gexf) edge(b []byte, e *edge) []byte {
	b = append(append(b, `<edge id="`...), e.ID...)
	b = append(append(b, `" source="`...), e.Source...)
	b = append(append(b, `" target="`...), e.Target...)
	b = append(append(b, `" label="`...), e.Predicate.String()...)
	if g.kinds {
		b = append(append(b, `" kind="`...), e.Predicate.String()...)
	}
	if day := firstDay(e.Valid.From); day != "" {
		b = append(append(b, `" start="`...), day...)
	}
	if day := lastDay(e.Valid.To); day != "" {
		b = append(append(b, `" end="`...), day...)
	}
	return append(g.values(append(b, `">`...), e.attributes), "</edge>\n"...)
}

func (g *gexf) values(b []byte, attributes []attribute) []byte {
	b = append(b, "<attvalues>"...)
	for i := range attributes {
		a := &attributes[i]
		b = append(append(append(b, `<attvalue for="`...), a.name...), `" value="`...)
		switch {
		case a.typ != graphList:
			b = appendXML(b, a.text)
		case g.lists == "string":
			g.list = appendJSONList(g.list[:0], a.list)
			b = appendXML(b, g.list)
		default:
			g.list = appendListString(g.list[:0], a.list)
			b = appendXML(b, g.list)
		}
		b = append(b, `"/>`...)
	}
	return append(b, "</attvalues>"...)
}

// appendListString writes a list as Gephi does: in brackets, quoted, with a backslash before quotes and backslashes and before nothing else.
func appendListString(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, text := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(b, '"')
		for j := range len(text) {
			if text[j] == '"' || text[j] == '\\' {
				b = append(b, '\\')
			}
			b = append(b, text[j])
		}
		b = append(b, '"')
	}
	return append(b, ']')
}

func (g *gexf) end(b []byte) []byte { return append(b, "</edges>\n</graph>\n</gexf>\n"...) }
