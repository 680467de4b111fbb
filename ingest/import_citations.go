package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"treatygraph/graph"
	"treatygraph/index"
)

// A citationNode is a resolution of the Security Council as the file has it.
type citationNode struct {
	Number int  `json:"res"`
	Year   int  `json:"year"`
	In     *int `json:"in"` // how often it is cited, as the file says
}

// A citationEdge says that one resolution cites another, by their numbers.
type citationEdge struct {
	Source int `json:"source"`
	Target int `json:"target"`
}

// citations reads which resolutions of the Security Council cite which: {"nodes": [{"res": 1540, "year": 2004}, …], "edges": [{"source": 1673, "target": 1540}, …]}.
func (im *importing) citations() error {
	content, err := im.File.whole()
	if err != nil {
		return err
	}
	var file struct {
		Nodes []json.RawMessage `json:"nodes"`
		Edges []json.RawMessage `json:"edges"`
	}
	if err := decodeStrict(content, &file); err != nil {
		return Problems{{im.File.Name, lineOfError(content, err), err.Error()}}
	}
	years := make(map[int]int, len(file.Nodes))
	adopted := make(map[int]graph.Date, len(file.Nodes)) // as exactly as it is known: a resolution cites when it is adopted
	ids := make(map[int]graph.ID, len(file.Nodes))
	cited := make(map[int]int)
	edges := make([]citationEdge, len(file.Edges))
	wrong := make([]error, len(file.Edges))
	for i, raw := range file.Edges {
		if wrong[i] = decodeStrict(raw, &edges[i]); wrong[i] == nil {
			cited[edges[i].Target]++
		}
	}
	for i, raw := range file.Nodes {
		r := im.row("nodes[" + strconv.Itoa(i) + "]")
		var n citationNode
		if err := decodeStrict(raw, &n); err != nil {
			r.reject("", "%v", err)
		} else if _, twice := ids[n.Number]; twice {
			r.reject("res", "resolution %d stands twice", n.Number)
		} else if ids[n.Number], adopted[n.Number] = r.resolution(n); n.In != nil && *n.In != cited[n.Number] {
			r.note("in", "resolution %d is said to be cited %d times, and is %d times", n.Number, *n.In, cited[n.Number])
		}
		years[n.Number] = n.Year
		r.end()
	}
	for i, e := range edges {
		r := im.row("edges[" + strconv.Itoa(i) + "]")
		for _, end := range []struct {
			column string
			number int
		}{{"source", e.Source}, {"target", e.Target}} {
			if wrong[i] == nil && ids[end.number] == "" {
				r.reject(end.column, "resolution %d is not among the nodes", end.number)
			}
		}
		switch {
		case wrong[i] != nil:
			r.reject("", "%v", wrong[i])
		case years[e.Source] < years[e.Target]:
			r.reject("", "resolution %d of %d cannot cite resolution %d of %d", e.Source, years[e.Source], e.Target, years[e.Target])
		default:
			r.say(graph.Claim{Subject: ids[e.Source], Predicate: graph.PredCites, Object: ids[e.Target], Valid: graph.Interval{From: adopted[e.Source]}},
				fmt.Sprintf("S/RES/%d cites S/RES/%d", e.Source, e.Target))
		}
		r.end()
		if (i+1)%progressRows == 0 || i+1 == len(edges) {
			im.Progress(StageRead, i+1, len(edges))
		}
	}
	return nil
}

// resolution returns the resolution of a node and when it was adopted. One that others name is known by its symbol, and dated by them; another is named here,
// and dated by its year.
func (r *row) resolution(n citationNode) (graph.ID, graph.Date) {
	symbol := graph.SecurityCouncilResolution(n.Number, n.Year)
	if symbol == (graph.UNSymbol{}) || n.Year == 0 {
		r.reject("res", "there is no resolution %d of %d of the Security Council", n.Number, n.Year)
		return "", graph.Date{}
	}
	identifier := graph.Identifier{Scheme: graph.SchemeUNSymbol, Value: symbol.Key()}
	id := graph.ID(fmt.Sprintf("resolution/s-res-%d-%d", n.Number, n.Year))
	if known, found := r.im.matcher.identified(identifier); found {
		id = known
	} else {
		title := fmt.Sprintf("esolution %d (%d)", n.Number, n.Year)
		for _, name := range []graph.Name{{Text: "R" + title, Lang: "en", Role: graph.NameOfficial}, {Text: "Security Council r" + title, Lang: "en", Role: graph.NameShort}} {
			r.say(graph.Claim{Subject: id, Predicate: graph.PredNamed, Value: nameValue(name)}, "")
		}
		r.created(id)
	}
	r.say(graph.Claim{Subject: id, Predicate: graph.PredIdentifiedBy, Value: identifierValue(identifier)}, "")

	year := yearDate(n.Year)
	on := r.im.adopted(id)
	if on.Earliest() >= year.Earliest() && on.Latest() <= year.Latest() {
		return id, on
	}
	if !on.IsZero() {
		r.note("year", "resolution %d is of %d here, and was adopted on %s as others say", n.Number, n.Year, on)
	}
	r.say(graph.Claim{Subject: id, Predicate: graph.PredAdopted, Valid: graph.Interval{From: year}}, "")
	return id, year
}

// adopted returns when an instrument was adopted as another dataset says; the zero date where none does.
func (im *importing) adopted(id graph.ID) (on graph.Date) {
	page, err := im.snapshot.Statements(index.StatementQuery{Entity: id, Direction: index.Out, Predicates: []graph.Predicate{graph.PredAdopted}, Page: index.Page{First: 1_000}})
	if err != nil { // of cursors, and there is none
		return on
	}
	for _, s := range page.Items {
		if on.IsZero() && im.byOthers(s.Statement) {
			on = s.Valid.From
		}
	}
	return on
}

func yearDate(year int) graph.Date {
	d, _ := graph.ParseDate(fmt.Sprintf("%04d", year)) // of a year that a symbol has
	return d
}

// whole reads a file that is taken in one piece.
func (s Source) whole() ([]byte, error) {
	r, done, err := s.text()
	if err != nil {
		return nil, err
	}
	defer done()
	content, err := io.ReadAll(io.LimitReader(r, graph.MaxTextBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	case len(content) > graph.MaxTextBytes:
		return nil, refused("%s is longer than %d bytes", s.Name, graph.MaxTextBytes)
	}
	return content, nil
}

// decodeStrict reads JSON that is all of v and nothing else.
func decodeStrict(content []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("something follows where the JSON ends")
		}
	}
	return err
}

// lineOfError tells the line of a mistake in JSON; 0 where it is not known. What is cut short is wrong at its end.
func lineOfError(content []byte, err error) int {
	var syntax *json.SyntaxError
	var form *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return 1 + bytes.Count(content, []byte("\n"))
	case errors.As(err, &syntax):
		return 1 + bytes.Count(content[:min(int(syntax.Offset), len(content))], []byte("\n"))
	case errors.As(err, &form):
		return 1 + bytes.Count(content[:min(int(form.Offset), len(content))], []byte("\n"))
	}
	return 0
}
