package export

import (
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"treatygraph/graph"
)

// CSV writes tables for people and their spreadsheets.
var CSV = &Format{
	Name: "csv", Title: "CSV", Extension: ".csv.zip", MediaType: "application/zip",
	Description: "Tables for people and spreadsheets, in a ZIP: entities, names, identifiers, statements, assertions, evidence on request, and datasets. RFC 4180 in UTF-8 with a byte " +
		"order mark, without which Excel misreads Chinese and Russian. In cells of text, an apostrophe stands before what begins with = + - @, with their full-width forms, a tab, the end " +
		"of a line or an apostrophe, so that no spreadsheet takes it for a formula; taking one apostrophe away gives the text back. Cells of numbers are left as they are, -3 too, and of dates. " +
		"Several values in a cell are parted by |. An empty cell is no value; readers that guess must be kept from taking NA or NULL for that. History and the texts of documents are not in it.",
	Files: TableFiles(".csv", "text/csv", newCSV),
}

// TableFiles are the files of a format of tables, one for each table.
func TableFiles(extension, mediaType string, begin func(w io.Writer, t *Table, about *About) Writer) []File {
	var files []File
	for _, t := range Tables {
		files = append(files, File{
			Name: t.Name + extension, MediaType: mediaType, Columns: t.Columns, Key: t.Key, References: t.References, Only: t.Only,
			New: func(w io.Writer, about *About) Writer { return begin(w, t, about) },
		})
	}
	return files
}

const (
	// byteOrderMark tells Excel that the file is in UTF-8.
	byteOrderMark = "\ufeff"
	// ListDelimiter parts the values of a list in one cell. Lists are of IDs and of names of enums, which never have it.
	ListDelimiter = "|"
	// csvLineEnd is that of RFC 4180.
	csvLineEnd = "\r\n"
)

func newCSV(w io.Writer, t *Table, about *About) Writer {
	line := []byte(byteOrderMark)
	for i, c := range t.Columns {
		line = appendCSVText(appendComma(line, i), c.Name)
	}
	_, _ = w.Write(append(line, csvLineEnd...))
	return t.Rows(about, func(cells []Cell) error {
		line = line[:0]
		for i := range cells {
			line = appendCSVCell(appendComma(line, i), t.Columns[i].Type, &cells[i])
		}
		_, err := w.Write(append(line, csvLineEnd...))
		return err
	})
}

func appendComma(line []byte, i int) []byte {
	if i > 0 {
		line = append(line, ',')
	}
	return line
}

func appendCSVCell(line []byte, columnType string, c *Cell) []byte {
	if c.Null {
		return line
	}
	switch columnType {
	case TypeInteger:
		return strconv.AppendInt(line, c.Number, 10)
	case TypeBoolean:
		return strconv.AppendBool(line, c.Number != 0)
	case TypeNumber:
		return append(line, c.Text...)
	case TypeDate:
		return append(line, graph.Day(c.Number).String()...)
	case TypeList:
		return appendCSVText(line, strings.Join(c.List, ListDelimiter))
	}
	return appendCSVText(line, guarded(c.Text))
}

// dangerous is what a spreadsheet may take for the beginning of a formula (https://owasp.org/www-community/attacks/CSV_Injection), and the
// apostrophe that guards it.
const dangerous = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20'"

// guarded is a text that no spreadsheet takes for a formula, and that can be told from every other text.
func guarded(s string) string {
	if first, size := utf8.DecodeRuneInString(s); size > 0 && strings.ContainsRune(dangerous, first) {
		return "'" + s
	}
	return s
}

// appendCSVText quotes what needs it. Unlike encoding/csv it leaves the ends of lines in a text as they are.
func appendCSVText(line []byte, s string) []byte {
	if !strings.ContainsAny(s, "\",\r\n") && s == strings.TrimSpace(s) {
		return append(line, s...)
	}
	line = append(line, '"')
	for i := range len(s) {
		if s[i] == '"' {
			line = append(line, '"')
		}
		line = append(line, s[i])
	}
	return append(line, '"')
}
