package exporttest

import (
	"io"
	"strings"
	"testing"

	"treatygraph/export"
	"treatygraph/graph"
)

// A Table is a table of an export as JSON, for those who judge the formats of tables from outside.
type Table struct {
	Columns []export.Column
	Rows    [][]any // text, a number, true or false, a day as YYYY-MM-DD, a list of texts; of decimals their digits as text
}

// Tables returns the tables of a selection by name.
func Tables(t testing.TB, source export.Source) map[string]*Table {
	t.Helper()
	tables := make(map[string]*Table)
	collect := &export.Format{Name: "collect", Files: export.TableFiles("", "", func(_ io.Writer, table *export.Table, about *export.About) export.Writer {
		out := &Table{Columns: table.Columns}
		tables[table.Name] = out
		return table.Rows(about, func(cells []export.Cell) error {
			row := make([]any, len(cells))
			for i := range cells {
				row[i] = plain(table.Columns[i].Type, &cells[i])
			}
			out.Rows = append(out.Rows, row)
			return nil
		})
	})}
	if _, err := export.Write(t.Context(), io.Discard, collect, source, nil); err != nil {
		t.Fatal(err)
	}
	return tables
}

func plain(columnType string, c *export.Cell) any {
	switch {
	case columnType == export.TypeList:
		return append([]string{}, c.List...)
	case c.Null:
		return nil
	case columnType == export.TypeInteger:
		return c.Number
	case columnType == export.TypeBoolean:
		return c.Number != 0
	case columnType == export.TypeDate:
		return graph.Day(c.Number).String()
	}
	return strings.Clone(c.Text)
}
