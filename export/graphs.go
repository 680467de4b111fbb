package export

import (
	"cmp"
	"io"
	"strconv"
	"strings"

	"treatygraph/graph"
)

// How the formats of graphs show a selection, for their descriptions.
const (
	graphsShow = "Nodes are the entities, with what is merged shown as one; edges are the statements with an object, each with its own ID, so that several may " +
		"join the same two. "
	graphsLack = "Names, identifiers and events stand on their nodes without their statements; descriptions, quantities, texts and other statements without " +
		"an object are left out, and so are statements whose two ends are merged into one. "
	xmlLacks = "Characters that XML 1.0 has no place for are replaced by U+FFFD. "
)

// A graphType is the type of an attribute of a graph.
type graphType uint8

const (
	graphText  graphType = iota
	graphList            // of texts
	graphWhole           // a whole number
	graphReal            // a number
)

// A graphKey is an attribute that nodes, edges or the graph may have. Those without a value are left out.
type graphKey[T any] struct {
	name     string
	typ      graphType
	evidence bool // only where evidence is asked for
	text     func(*T) string
	list     func([]string, *T) []string // appends to a list; of graphList
}

// An attribute is the value of a graphKey.
type attribute struct {
	name string
	typ  graphType
	text string
	list []string
}

var graphKeys = []graphKey[About]{
	{name: "revision", typ: graphWhole, text: func(a *About) string { return strconv.FormatUint(uint64(a.Revision), 10) }},
	{name: "digest", text: func(a *About) string { return string(a.Digest) }},
	{name: "selection", text: func(a *About) string { return a.Selection }},
	{name: "validOn", text: func(a *About) string {
		if a.ValidOn == nil {
			return ""
		}
		return a.ValidOn.String()
	}},
	{name: "sources", typ: graphList, list: func(list []string, a *About) []string {
		for _, d := range a.Datasets {
			source := cmp.Or(d.Title, string(d.ID)) + " (" + string(d.ID) + ")"
			for _, part := range []string{d.Version, d.Licence, d.Attribution, d.URL} {
				if part != "" {
					source += ", " + part
				}
			}
			list = append(list, source)
		}
		return list
	}},
}

// nodeKeys are those of nodes beside their label.
var nodeKeys = []graphKey[Entity]{
	{name: "kind", text: func(e *Entity) string { return e.ID.Kind().String() }},
	{name: "names", typ: graphList, list: func(list []string, e *Entity) []string {
		for i := range e.Names {
			list = append(list, e.Names[i].Text)
		}
		return list
	}},
	{name: "nameLangs", typ: graphList, list: func(list []string, e *Entity) []string {
		for i := range e.Names {
			list = append(list, string(e.Names[i].Lang))
		}
		return list
	}},
	{name: "nameRoles", typ: graphList, list: func(list []string, e *Entity) []string {
		for i := range e.Names {
			list = append(list, e.Names[i].Role.String())
		}
		return list
	}},
	{name: "identifiers", typ: graphList, list: func(list []string, e *Entity) []string {
		for _, i := range e.Identifiers {
			list = append(list, i.String())
		}
		return list
	}},
	{name: "date", text: func(e *Entity) string { return e.Date.String() }},
	{name: "dateDay", text: func(e *Entity) string { return firstDay(e.Date) }},
	{name: "events", typ: graphList, list: func(list []string, e *Entity) []string {
		for i := range e.Events {
			list = append(list, strings.TrimSuffix(e.Events[i].Predicate.String()+" "+e.Events[i].Date.String(), " "))
		}
		return list
	}},
}

var edgeKeys = []graphKey[Statement]{
	{name: "predicate", text: func(s *Statement) string { return s.Predicate.String() }},
	{name: "rank", text: func(s *Statement) string { return s.Rank.String() }},
	{name: "validFrom", text: func(s *Statement) string { return s.Valid.From.String() }},
	{name: "validTo", text: func(s *Statement) string { return s.Valid.To.String() }},
	{name: "validFromDay", text: func(s *Statement) string { return firstDay(s.Valid.From) }},
	{name: "validToDay", text: func(s *Statement) string { return lastDay(s.Valid.To) }},
	{name: "recorded", typ: graphWhole, text: func(s *Statement) string { return strconv.FormatUint(uint64(s.Recorded), 10) }},
	{name: "confidence", typ: graphReal, text: func(s *Statement) string { return thousandths(s.Confidence) }},
	{name: "datasets", typ: graphList, list: func(list []string, s *Statement) []string {
		for _, a := range s.Assertions {
			list = append(list, string(a.Dataset))
		}
		return list
	}},
	{name: "methods", typ: graphList, list: func(list []string, s *Statement) []string {
		for _, a := range s.Assertions {
			list = appendNew(list, a.Method.String())
		}
		return list
	}},
	{name: "effectiveOn", text: func(s *Statement) string { return s.Qualifiers.EffectiveOn.String() }},
	{name: "depositary", text: func(s *Statement) string { return string(s.Qualifiers.Depositary) }},
	{name: "place", text: func(s *Statement) string { return string(s.Qualifiers.Place) }},
	{name: "onBehalfOf", text: func(s *Statement) string { return string(s.Qualifiers.OnBehalfOf) }},
	{name: "vote", text: func(s *Statement) string { return s.Qualifiers.Vote }},
	{name: "ordinal", typ: graphWhole, text: func(s *Statement) string {
		if s.Qualifiers.Ordinal == 0 {
			return ""
		}
		return strconv.Itoa(s.Qualifiers.Ordinal)
	}},
	{name: "role", text: func(s *Statement) string { return s.Qualifiers.Role }},
	{name: "note", text: func(s *Statement) string { return s.Qualifiers.Note }},
	{name: "about", text: func(s *Statement) string { return string(s.Qualifiers.About) }},
	{name: "subject", text: func(s *Statement) string { return string(changed(s.Subject, s.Source)) }},
	{name: "object", text: func(s *Statement) string { return string(changed(s.Object, s.Target)) }},
	{name: "quotes", typ: graphList, evidence: true, list: shown(func(e *graph.Evidence) string { return e.Quote })},
	{name: "documents", typ: graphList, evidence: true, list: shown(func(e *graph.Evidence) string { return string(e.Document) })},
	{name: "citations", typ: graphList, evidence: true, list: shown(func(e *graph.Evidence) string { return e.Citation })},
	{name: "urls", typ: graphList, evidence: true, list: shown(func(e *graph.Evidence) string { return e.URL })},
}

// firstDay is the earliest day of a date, as text that sorts by time; empty for a date that has none.
func firstDay(d graph.Date) string {
	if d.IsZero() || d.IsOpen() {
		return ""
	}
	return d.Earliest().String()
}

// lastDay is the latest day of a date.
func lastDay(d graph.Date) string {
	if d.IsZero() || d.IsOpen() {
		return ""
	}
	return d.Latest().String()
}

// shown lists one thing of the evidence of a statement, each once.
func shown(part func(*graph.Evidence) string) func([]string, *Statement) []string {
	return func(list []string, s *Statement) []string {
		for _, a := range s.Assertions {
			for i := range a.Evidence {
				if text := part(&a.Evidence[i]); text != "" {
					list = appendNew(list, text)
				}
			}
		}
		return list
	}
}

// declared are the keys that an export has.
func declared[T any](keys []graphKey[T], evidence bool) []graphKey[T] {
	var list []graphKey[T]
	for _, k := range keys {
		if evidence || !k.evidence {
			list = append(list, k)
		}
	}
	return list
}

// A node is an entity as a graph shows it.
type node struct {
	id         graph.ID
	label      string
	attributes []attribute
}

// An edge is a statement as a graph shows it.
type edge struct {
	*Statement
	attributes []attribute
}

// A graphHead is what is known of a graph before its nodes.
type graphHead struct {
	about      *About
	attributes []attribute
	nodeKeys   []graphKey[Entity]
	edgeKeys   []graphKey[Statement]
}

// A graphSyntax is how a format writes a graph. Its functions append to a buffer, in the order in which they stand here.
type graphSyntax interface {
	begin(b []byte, head *graphHead) []byte
	node(b []byte, n *node) []byte
	edges(b []byte) []byte // between the nodes and the edges
	edge(b []byte, e *edge) []byte
	end(b []byte) []byte
}

// newGraph writes a graph in a syntax. Each text goes through clean, if there is one.
func newGraph(w io.Writer, about *About, syntax graphSyntax, clean func(string) string) Writer {
	head := &graphHead{about, attributes(nil, graphKeys, about, clean), nodeKeys, declared(edgeKeys, about.Evidence)}
	buffer := syntax.begin(nil, head)
	w.Write(buffer)
	put := func(b []byte) error {
		buffer = b
		_, err := w.Write(b)
		return err
	}
	var n node
	var e edge
	inEdges := false
	beginEdges := func() error {
		if inEdges {
			return nil
		}
		inEdges = true
		return put(syntax.edges(buffer[:0]))
	}
	return Writer{
		Entity: func(entity *Entity) error {
			if entity.MergedInto != "" {
				return nil
			}
			n.id, n.label = entity.ID, entity.Label.Text
			if clean != nil {
				n.label = clean(n.label)
			}
			n.attributes = attributes(n.attributes, head.nodeKeys, entity, clean)
			return put(syntax.node(buffer[:0], &n))
		},
		Statement: func(s *Statement) error {
			if err := beginEdges(); err != nil || s.Target == "" || s.Merged() {
				return err
			}
			e.Statement, e.attributes = s, attributes(e.attributes, head.edgeKeys, s, clean)
			return put(syntax.edge(buffer[:0], &e))
		},
		End: func() error {
			if err := beginEdges(); err != nil {
				return err
			}
			return put(syntax.end(buffer[:0]))
		},
	}
}

// attributes lists those that an item has, in memory that is used again.
func attributes[T any](list []attribute, keys []graphKey[T], item *T, clean func(string) string) []attribute {
	if list == nil {
		list = make([]attribute, 0, len(keys))
	}
	list = list[:0]
	for i := range keys {
		k := &keys[i]
		a := &list[:len(list)+1][len(list)]
		a.name, a.typ, a.list = k.name, k.typ, a.list[:0]
		if k.typ == graphList {
			a.text, a.list = "", k.list(a.list, item)
		} else {
			a.text = k.text(item)
		}
		if a.text == "" && len(a.list) == 0 {
			continue
		}
		if clean != nil {
			a.text = clean(a.text)
			for j, text := range a.list {
				a.list[j] = clean(text)
			}
		}
		list = list[:len(list)+1]
	}
	return list
}

// appendJSONList writes a list of texts as JSON.
func appendJSONList(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, text := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = graph.AppendString(b, text)
	}
	return append(b, ']')
}
