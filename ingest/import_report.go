package ingest

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"
	"unicode/utf8"

	"treatygraph/graph"
)

// A Remark is what is to be said of one place in a file.
type Remark struct {
	Place   string `json:"place"`            // "line 12"
	Column  string `json:"column,omitempty"` // empty: the row as a whole
	Message string `json:"message"`
}

func (r Remark) String() string {
	if r.Column == "" {
		return r.Place + ": " + r.Message
	}
	return r.Place + ", " + r.Column + ": " + r.Message
}

// A Column is how a column of a table was read.
type Column struct {
	Header string `json:"header"`
	Role   string `json:"role"`
	Dates  string `json:"dates,omitempty"` // how its dates are written, where it is not plain
}

// A Report says what became of an import: of each row that was not taken, and of what a person should look at.
type Report struct {
	File      string               `json:"file"`
	Kind      string               `json:"kind"`
	Dataset   graph.ID             `json:"dataset"`
	DryRun    bool                 `json:"dryRun"`
	Refused   bool                 `json:"refused"` // nothing was written, because rows are bad
	Rows      int                  `json:"rows"`
	Taken     int                  `json:"taken"`
	Rejected  int                  `json:"rejected"`
	Waiting   int                  `json:"waiting"` // for answers to Questions
	Skipped   int                  `json:"skipped"` // as a decision says
	Asserted  int                  `json:"asserted"`
	Withdrawn int                  `json:"withdrawn"`
	Revision  graph.RevisionNumber `json:"revision,omitempty"` // the last one written; 0: nothing was
	Columns   []Column             `json:"columns,omitempty"`
	Created   []graph.ID           `json:"created,omitempty"`   // new entities, in order
	Documents []graph.ID           `json:"documents,omitempty"` // that were read
	Bad       []Remark             `json:"bad,omitempty"`
	Notes     []Remark             `json:"notes,omitempty"`
	NotesLeft int                  `json:"notesLeftOut,omitempty"`
	BadLeft   int                  `json:"badLeftOut,omitempty"`
	Questions []Question           `json:"questions,omitempty"`
}

// maxRemarks bounds the remarks that a report lists of a sort: more are one fault of the whole file.
const maxRemarks = 2_000

func (r *Report) reject(remark Remark) { remember(&r.Bad, &r.BadLeft, remark) }
func (r *Report) note(remark Remark)   { remember(&r.Notes, &r.NotesLeft, remark) }

func remember(list *[]Remark, left *int, remark Remark) {
	if len(*list) == maxRemarks {
		*left++
		return
	}
	*list = append(*list, remark)
}

// Effect says in a line what was written.
func (r *Report) Effect() string {
	switch {
	case r.Refused:
		return "nothing was written"
	case r.Asserted == 0 && r.Withdrawn == 0:
		return "nothing has changed"
	case r.DryRun:
		return fmt.Sprintf("%d assertions would be written, %d withdrawn", r.Asserted, r.Withdrawn)
	}
	return fmt.Sprintf("%d assertions written, %d withdrawn, revision %d", r.Asserted, r.Withdrawn, r.Revision)
}

// Summary counts the rows in a line.
func (r *Report) Summary() string {
	return fmt.Sprintf("%s: %d rows read, %d taken, %d rejected, %d waiting for a decision, %d left out by one", r.Dataset, r.Rows, r.Taken, r.Rejected, r.Waiting, r.Skipped)
}

// WriteJSON writes the whole report.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// WriteText writes the report for a person at a terminal: at most so many remarks of each sort; 0: all.
func (r *Report) WriteText(w io.Writer, most int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s; %s\n", r.Summary(), r.Effect())
	if len(r.Columns) > 0 {
		b.WriteString("\nColumns\n")
		for _, c := range r.Columns {
			fmt.Fprintf(&b, "  %s: %s", c.Header, c.Role)
			if c.Dates != "" {
				fmt.Fprintf(&b, "; %s", c.Dates)
			}
			b.WriteByte('\n')
		}
	}
	section := func(title string, left, total int, line func(i int) string) {
		if total == 0 {
			return
		}
		shown := total
		if most > 0 {
			shown = min(total, most)
		}
		fmt.Fprintf(&b, "\n%s (%d)\n", title, total+left)
		for i := range shown {
			fmt.Fprintf(&b, "  %s\n", line(i))
		}
		if more := total + left - shown; more > 0 {
			fmt.Fprintf(&b, "  and %d more\n", more)
		}
	}
	section("Rejected", r.BadLeft, len(r.Bad), func(i int) string { return r.Bad[i].String() })
	section("Waiting for a decision", 0, len(r.Questions), func(i int) string { return r.Questions[i].String() })
	section("New", 0, len(r.Created), func(i int) string { return string(r.Created[i]) })
	section("Documents", 0, len(r.Documents), func(i int) string { return string(r.Documents[i]) })
	section("Notes", r.NotesLeft, len(r.Notes), func(i int) string { return r.Notes[i].String() })
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteHTML writes the report as a page that needs nothing else.
func (r *Report) WriteHTML(w io.Writer) error { return reportPage.Execute(w, r) }

var reportPage = template.Must(template.New("report").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Import of {{.File}}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1a1a1a; background: #fff }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 } th, td { text-align: start; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid #ccc; overflow-wrap: anywhere }
</style>
<h1>Import of {{.File}}</h1>
<p>{{.Summary}}; {{.Effect}}.</p>
{{with .Columns}}<h2>Columns</h2><table><tr><th scope="col">Header<th scope="col">Read as<th scope="col">Dates</tr>
{{range .}}<tr><td>{{.Header}}<td>{{.Role}}<td>{{.Dates}}</tr>
{{end}}</table>{{end}}
{{with .Bad}}<h2>Rejected</h2><table><tr><th scope="col">Place<th scope="col">Column<th scope="col">Why</tr>
{{range .}}<tr><td>{{.Place}}<td>{{.Column}}<td>{{.Message}}</tr>
{{end}}</table>{{end}}{{with .BadLeft}}<p>and {{.}} more</p>{{end}}
{{with .Questions}}<h2>Waiting for a decision</h2><table><tr><th scope="col">What<th scope="col">Text<th scope="col">Rows<th scope="col">Why<th scope="col">Candidates</tr>
{{range .}}<tr><td>{{.What}}<td>{{.Text}}<td>{{.Rows}}<td>{{.Reason}}<td>{{range .Candidates}}{{.ID}} ({{.Name}})<br>{{end}}</tr>
{{end}}</table>{{end}}
{{with .Created}}<h2>New</h2><ul>{{range .}}<li>{{.}}</li>
{{end}}</ul>{{end}}
{{with .Documents}}<h2>Documents</h2><ul>{{range .}}<li>{{.}}</li>
{{end}}</ul>{{end}}
{{with .Notes}}<h2>Notes</h2><table><tr><th scope="col">Place<th scope="col">Column<th scope="col">Note</tr>
{{range .}}<tr><td>{{.Place}}<td>{{.Column}}<td>{{.Message}}</tr>
{{end}}</table>{{end}}{{with .NotesLeft}}<p>and {{.}} more</p>{{end}}
</html>
`))

// validEnd tells whether a text ends with a whole character.
func validEnd(s string) bool {
	r, size := utf8.DecodeLastRuneInString(s)
	return r != utf8.RuneError || size != 1
}
