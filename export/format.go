// Package export writes a selection of the record in the formats of the tools that people use.
//
// A Format is a value. One loop, Write, goes through a Source and tells the files of a format of what they asked for; memory stays flat
// however large the selection is. Of one Source, Write makes the same bytes each time.
package export

import (
	"io"

	"treatygraph/graph"
)

// A Format is one way to write a selection.
type Format struct {
	Name        string // as in ?format=graphml
	Title       string // for people
	Description string // for whom it is, how it shows things, and what it cannot carry
	Extension   string // of the name of a file, with its point: ".graphml"
	MediaType   string // of an export of one file
	Files       []File // one, or the files of a ZIP
}

// Packed tells whether the format's files come in a ZIP.
func (f *Format) Packed() bool { return len(f.Files) > 1 }

// A File is one file of a format.
type File struct {
	Name       string            // in the ZIP: "statements.csv"; empty in a format of one file
	MediaType  string            // in the ZIP
	LineEnd    string            // of CSV that has not that of RFC 4180
	Columns    []Column          // of a table; nil for what is none
	Key        []string          // the columns that name a row of a table
	References []Reference       // of a table to others
	Only       func(*About) bool // whether it belongs to an export; nil: to every one
	// New begins the file. What is written is buffered by Write; errors of writing need not be looked at.
	New func(w io.Writer, about *About) Writer
}

// in tells whether the file belongs to an export.
func (f *File) in(about *About) bool { return f.Only == nil || f.Only(about) }

// A Column is one column of a table, as a data package describes it (https://datapackage.org/standard/table-schema/).
type Column struct {
	Name        string
	Type        string // string, integer, number, boolean, date, list
	Description string
}

// A Reference says that columns name a row of a table by its key: of a file in the same format, whose name is that of the table and what
// stands after the point in the file's own.
type Reference struct {
	Columns []string
	Table   string
	Key     []string
}

// A Writer is told of a selection. Functions that are nil ask for nothing, and what no file asks for is not read. They are called in the
// order of the fields; what they are given is good until they return.
type Writer struct {
	Entity    func(*Entity) error        // by ID
	Statement func(*Statement) error     // in the order in which they were recorded
	Assertion func(*graph.Version) error // those of the statements, by Ref
	Text      func(*graph.Text) error    // that the assertions speak of, by hash
	End       func() error
}

// Names returns the names of formats.
func Names(formats []*Format) []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.Name
	}
	return names
}

// Find returns the format of a name; nil when there is none.
func Find(formats []*Format, name string) *Format {
	for _, f := range formats {
		if f.Name == name {
			return f
		}
	}
	return nil
}
