// Package parquet writes the tables of an export as Apache Parquet. It is apart from package export for what it depends on.
package parquet

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"treatygraph/export"
)

// Parquet writes tables for programs.
var Parquet = &export.Format{
	Name: "parquet", Title: "Parquet", Extension: ".parquet.zip", MediaType: "application/zip",
	Description: "The tables of CSV with types for programs, in a ZIP: days are DATE, lists are LIST, numbers are INT64 or DOUBLE, what is not stated is null, and texts are as recorded. Compressed " +
		"with Zstandard. An amount of more than 15 digits is rounded as DOUBLE; value has it as recorded. History and the texts of documents are not in it.",
	Files: export.TableFiles(".parquet", "application/vnd.apache.parquet", begin),
}

const (
	// maxGroupRows and maxGroupBytes bound a row group, which is held in memory until it is whole: the first where rows are short, the second where
	// texts are long. Readers are best served by groups that are not much smaller.
	maxGroupRows  = 64 << 10
	maxGroupBytes = 8 << 20
	// pageBytes is what a column gathers before it is compressed.
	pageBytes = 64 << 10
)

func begin(w io.Writer, t *export.Table, about *export.About) export.Writer {
	out := parquet.NewWriter(w, schemaOf(t), parquet.Compression(&zstd.Codec{}), parquet.PageBufferSize(pageBytes), parquet.MaxRowsPerRowGroup(maxGroupRows),
		parquet.CreatedBy("treatygraph", "1", ""))
	row := make(parquet.Row, 0, len(t.Columns))
	size := 0
	writer := t.Rows(about, func(cells []export.Cell) error {
		row = row[:0]
		for i := range cells {
			var err error
			if row, err = appendCell(row, i, t.Columns[i].Type, &cells[i]); err != nil {
				return fmt.Errorf("%s: %w", t.Columns[i].Name, err)
			}
			size += len(cells[i].Text)
		}
		if _, err := out.WriteRows([]parquet.Row{row}); err != nil {
			return err
		}
		if size < maxGroupBytes {
			return nil
		}
		size = 0
		return out.Flush()
	})
	rows := writer.End
	writer.End = func() error {
		if rows != nil {
			if err := rows(); err != nil {
				return err
			}
		}
		return out.Close()
	}
	return writer
}

// appendCell appends the values of a cell with their levels. Every column but a list is optional and has a definition level of 1 where it is
// stated; a list is required and has one where it is not empty, and a repetition level of 1 from its second item on.
func appendCell(row parquet.Row, column int, columnType string, c *export.Cell) (parquet.Row, error) {
	if columnType == export.TypeList {
		for i, item := range c.List {
			row = append(row, parquet.ByteArrayValue([]byte(item)).Level(min(i, 1), 1, column))
		}
		if len(c.List) > 0 {
			return row, nil
		}
		return append(row, parquet.NullValue().Level(0, 0, column)), nil
	}
	value, defined := parquet.NullValue(), 0
	if !c.Null {
		var err error
		if value, err = valueOf(columnType, c); err != nil {
			return nil, err
		}
		defined = 1
	}
	return append(row, value.Level(0, defined, column)), nil
}

func valueOf(columnType string, c *export.Cell) (parquet.Value, error) {
	switch columnType {
	case export.TypeInteger:
		return parquet.Int64Value(c.Number), nil
	case export.TypeBoolean:
		return parquet.BooleanValue(c.Number != 0), nil
	case export.TypeDate:
		return parquet.Int32Value(int32(c.Number)), nil
	case export.TypeNumber:
		number, err := strconv.ParseFloat(c.Text, 64)
		return parquet.DoubleValue(number), err
	}
	return parquet.ByteArrayValue([]byte(c.Text)), nil
}

// A table is a group whose fields keep the order of its columns; a parquet.Group sorts them.
type table struct {
	parquet.Group
	fields []parquet.Field
}

func (t *table) Fields() []parquet.Field { return t.fields }

func schemaOf(t *export.Table) *parquet.Schema {
	group := parquet.Group{}
	for _, c := range t.Columns {
		group[c.Name] = node(c.Type)
	}
	place := func(f parquet.Field) int {
		return slices.IndexFunc(t.Columns, func(c export.Column) bool { return c.Name == f.Name() })
	}
	fields := group.Fields()
	slices.SortFunc(fields, func(a, b parquet.Field) int { return place(a) - place(b) })
	return parquet.NewSchema(t.Name, &table{group, fields})
}

func node(columnType string) parquet.Node {
	switch columnType {
	case export.TypeList:
		return parquet.List(parquet.String())
	case export.TypeInteger:
		return parquet.Optional(parquet.Int(64))
	case export.TypeBoolean:
		return parquet.Optional(parquet.Leaf(parquet.BooleanType))
	case export.TypeDate:
		return parquet.Optional(parquet.Date())
	case export.TypeNumber:
		return parquet.Optional(parquet.Leaf(parquet.DoubleType))
	}
	return parquet.Optional(parquet.String())
}
