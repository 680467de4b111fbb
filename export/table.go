package export

import (
	"strconv"

	"treatygraph/graph"
)

// The types of columns. The names are those of the Table Schema of data packages.
const (
	TypeString  = "string"
	TypeInteger = "integer"
	TypeNumber  = "number" // decimal
	TypeBoolean = "boolean"
	TypeDate    = "date" // a day
	TypeList    = "list" // of strings; empty, but never null
)

// A Table is rows of one kind. The formats of tables share it, so that a column is the same in all of them.
type Table struct {
	Name       string
	Columns    []Column
	Key        []string // the columns that name a row
	References []Reference
	Only       func(*About) bool // see File
	rows       func(about *About, put func([]Cell) error) Writer
}

// Rows returns a writer that puts the rows of the table. Cells are good until put returns.
func (t *Table) Rows(about *About, put func([]Cell) error) Writer { return t.rows(about, put) }

// A Cell is one value, read as the type of its column says.
type Cell struct {
	Null   bool
	Text   string   // a string; of a number its decimal digits as recorded
	Number int64    // an integer; a day, counted from 1970-01-01; of a boolean 1 or 0
	List   []string // a list
}

// A column says how it is filled from what a row is of. Its type is that of the function that made it.
type column[R any] struct {
	Column
	cell func(*R) Cell
}

// text is null where it is empty: no text of the record is.
func text[R any, T ~string](name, description string, of func(*R) T) column[R] {
	return column[R]{Column{name, TypeString, description}, func(r *R) Cell { return textCell(string(of(r))) }}
}

func textCell(s string) Cell { return Cell{Null: s == "", Text: s} }

// number is null where it is empty.
func number[R any](name, description string, of func(*R) string) column[R] {
	return column[R]{Column{name, TypeNumber, description}, func(r *R) Cell { return textCell(of(r)) }}
}

func integer[R any](name, description string, of func(*R) (n int, stated bool)) column[R] {
	return column[R]{Column{name, TypeInteger, description}, func(r *R) Cell {
		n, stated := of(r)
		return Cell{Null: !stated, Number: int64(n)}
	}}
}

func boolean[R any](name, description string, of func(*R) bool) column[R] {
	return column[R]{Column{name, TypeBoolean, description}, func(r *R) Cell {
		if of(r) {
			return Cell{Number: 1}
		}
		return Cell{}
	}}
}

func list[R any](name, description string, of func(*R) []string) column[R] {
	return column[R]{Column{name, TypeList, description}, func(r *R) Cell { return Cell{List: of(r)} }}
}

// date is three columns: the date as stated, and the days between which it lies.
func date[R any](name, description string, of func(*R) graph.Date) []column[R] {
	day := func(suffix, which string, bound func(graph.Date) graph.Day) column[R] {
		return column[R]{Column{name + suffix, TypeDate, "The " + which + " day that " + name + " can mean; empty where it is not stated or open."}, func(r *R) Cell {
			d := of(r)
			return Cell{Null: d.IsZero() || d.IsOpen(), Number: int64(bound(d))}
		}}
	}
	return []column[R]{
		text(name, description+" In EDTF (ISO 8601-2), as stated: 1991-07-31, 1991-07, 199X, 1991~, .. for open.", func(r *R) string { return of(r).String() }),
		day("_earliest", "first", graph.Date.Earliest),
		day("_latest", "last", graph.Date.Latest),
	}
}

// thousandths are a number from 0 to 1, empty where not stated.
func thousandths(t graph.Thousandths) string {
	if t == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(t)/1000, 'f', -1, 64)
}

// newTable returns a table of columns and of what tells it what its rows are of.
func newTable[R any](name string, columns []column[R], of func(about *About, row func(*R) error) Writer) *Table {
	t := &Table{Name: name}
	for _, c := range columns {
		t.Columns = append(t.Columns, c.Column)
	}
	t.rows = func(about *About, put func([]Cell) error) Writer {
		cells := make([]Cell, len(columns))
		return of(about, func(r *R) error {
			for i := range columns {
				cells[i] = columns[i].cell(r)
			}
			return put(cells)
		})
	}
	return t
}

func (t *Table) keyed(columns ...string) *Table {
	t.Key = columns
	return t
}

// refers says that columns name a row of another table, or of the same, by its key.
func (t *Table) refers(to *Table, columns ...string) *Table {
	t.References = append(t.References, Reference{Columns: columns, Table: to.Name, Key: to.Key})
	return t
}
