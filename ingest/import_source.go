package ingest

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"treatygraph/graph"
	"treatygraph/ooxml"
)

// Limits of what is imported. They bound memory and time: a file within them is read in flat memory, row by row.
const (
	// MaxImportBytes bounds a file, unpacked: several times the largest tables of treaty actions there are.
	MaxImportBytes = 1 << 30
	// maxCellBytes bounds a cell of a table. What is longer is a document, or a quote that is not closed.
	maxCellBytes = graph.MaxValueBytes
	// maxRowBytes bounds what is read for one row before it is given up.
	maxRowBytes = 1 << 20
	// signatureBytes are enough to tell what sort of file it is.
	signatureBytes = 16
	// maxColumns bounds a table's columns.
	maxColumns = 1_000
)

// A Source is a file that can be opened more than once.
type Source struct {
	Name  string // for messages
	Sheet string // of a workbook; empty: the first that is not hidden
	Open  func() (io.ReadCloser, error)
}

// FileSource is a file of the file system.
func FileSource(path string) Source {
	return Source{Name: path, Open: func() (io.ReadCloser, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		info, err := f.Stat()
		if err == nil && !info.Mode().IsRegular() {
			err = refused("%s is no file", path) // a pipe cannot be read twice
		}
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		return f, nil
	}}
}

// BytesSource is a file that is in memory.
func BytesSource(name string, content []byte) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}

// text opens the file for reading as text: unpacked if it is packed with gzip or bzip2, in UTF-8 without a byte order mark.
func (s Source) text() (io.Reader, func() error, error) {
	f, err := s.Open()
	if err != nil {
		return nil, nil, err
	}
	fail := func(err error) (io.Reader, func() error, error) {
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", s.Name, err), f.Close())
	}
	buffered := bufio.NewReaderSize(f, 1<<16)
	start, err := buffered.Peek(signatureBytes)
	if err != nil && err != io.EOF {
		return fail(err)
	}
	var r io.Reader = buffered
	var unpacked *packed
	switch {
	case bytes.HasPrefix(start, []byte("\x1f\x8b")):
		content, err := gzip.NewReader(buffered)
		if err != nil {
			return fail(refused("the gzip file is damaged: %v", err))
		}
		unpacked = &packed{content, "gzip"}
	case bytes.HasPrefix(start, []byte("BZh")) && bytes.HasPrefix(start[min(len("BZh1"), len(start)):], bzip2Block):
		unpacked = &packed{bzip2.NewReader(buffered), "bzip2"}
	}
	if unpacked != nil {
		buffered = bufio.NewReaderSize(unpacked, 1<<16)
		if start, err = buffered.Peek(signatureBytes); err != nil && err != io.EOF {
			return fail(err)
		}
		r = buffered
	}
	switch kind := binaryKind(start); {
	case len(start) == 0:
		return fail(refused("the file is empty"))
	case kind != "":
		return fail(refused("the file is %s, not text", kind))
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		r = transform.NewReader(buffered, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	case bytes.HasPrefix(start, []byte("\uFEFF")):
		_, _ = buffered.Discard(len("\uFEFF"))
	}
	return &limited{r, MaxImportBytes, refused("the file is longer than %d bytes", int64(MaxImportBytes))}, f.Close, nil
}

// bzip2Block begins a block of bzip2, behind BZh and the size of its blocks: a table may begin with BZh, too.
var bzip2Block = []byte("1AY&SY")

// packed says of a damaged archive that it is one.
type packed struct {
	r    io.Reader
	form string
}

func (p *packed) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if err != nil && err != io.EOF {
		err = refused("the %s file is cut short or damaged: %v", p.form, err)
	}
	return n, err
}

// limited refuses what is longer than it should be, where io.LimitReader would pretend that it ends.
type limited struct {
	r       io.Reader
	left    int64
	tooLong error
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, l.tooLong
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	return n, err
}

// until gives the file up when the context ends.
func (s Source) until(ctx context.Context) Source {
	open := s.Open
	s.Open = func() (io.ReadCloser, error) {
		f, err := open()
		if err != nil {
			return nil, err
		}
		return &ending{f, ctx}, nil
	}
	return s
}

type ending struct {
	io.ReadCloser
	ctx context.Context
}

func (e *ending) Read(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	return e.ReadCloser.Read(p)
}

// A table is read row by row.
type table struct {
	source Source
	header []string
	first  int       // the line of the header
	comma  rune      // between the cells of a text
	book   *workbook // what holds it; nil: it is a text
	sheet  sheetPart
}

// openTable reads the header of a table: its first row. The table is a text, in which the character that the header holds most of separates the cells, or a sheet of a workbook.
func openTable(s Source) (*table, error) {
	t := &table{source: s, first: 1}
	cells, err := t.open()
	if err != nil {
		return nil, err
	}
	wrong := func(format string, args ...any) error {
		return Problems{{s.Name, t.first, fmt.Sprintf(format, args...)}}
	}
	seen := make(map[string]int)
	for i, name := range cells {
		name = strings.TrimSpace(name)
		switch {
		case !utf8.ValidString(name):
			return nil, wrong("the header of column %d is not UTF-8: save the file as UTF-8", i+1)
		case strings.ContainsRune(name, 0):
			return nil, wrong("the header of column %d holds NUL: the file is binary, or its encoding is not known", i+1)
		case len(name) > maxCellBytes:
			return nil, wrong("the header of column %d is longer than %d bytes", i+1, maxCellBytes)
		case name != "" && seen[name] > 0:
			return nil, wrong("columns %d and %d are both called %q", seen[name], i+1, name)
		}
		seen[name] = i + 1
		t.header = append(t.header, name)
	}
	if len(t.header) > maxColumns {
		return nil, wrong("%d columns are more than %d", len(t.header), maxColumns)
	}
	return t, nil
}

// open finds out what the file is, and returns the cells of its header.
func (t *table) open() ([]string, error) {
	book, err := t.source.workbook()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.source.Name, err)
	}
	if book != nil {
		return t.openSheet(book)
	}
	if t.source.Sheet != "" {
		return nil, refused("%s is no workbook, so it has no sheet %s", t.source.Name, quoted(t.source.Sheet))
	}
	r, done, err := t.source.text()
	if err != nil {
		return nil, err
	}
	defer done()
	buffered := bufio.NewReaderSize(r, maxRowBytes)
	first, err := buffered.Peek(maxRowBytes)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("%s: %w", t.source.Name, err)
	}
	line, _, _ := strings.Cut(string(first), "\n")
	t.comma = separator(line)
	cells, err := t.reader(buffered).Read()
	if err != nil {
		return nil, Problems{{t.source.Name, 1, fmt.Sprintf("the header cannot be read: %v", rowError(err))}}
	}
	return cells, nil
}

// workbook reads the file as a workbook; nil: it is none.
func (s Source) workbook() (*workbook, error) {
	f, err := s.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	start := make([]byte, len(zipSignature))
	if _, err := io.ReadFull(f, start); err != nil || string(start) != zipSignature {
		return nil, nil // whoever reads it as a text says what is wrong
	}
	content, err := io.ReadAll(io.LimitReader(f, maxWorkbookBytes))
	switch {
	case err != nil:
		return nil, err
	case len(content) == maxWorkbookBytes:
		return nil, refused("the workbook is longer than %d bytes: save the sheet as CSV", maxWorkbookBytes)
	}
	return openWorkbook(append(start, content...))
}

func (t *table) openSheet(book *workbook) (header []string, err error) {
	t.book = book
	if t.sheet, err = book.sheet(t.source.Sheet); err != nil {
		return nil, fmt.Errorf("%s: %w", t.source.Name, err)
	}
	err = book.rows(t.sheet, func(line int, cells []string, wrong string) error {
		t.first, header = line, cells
		if wrong != "" {
			return Problems{{t.source.Name, line, "the header cannot be read: " + wrong}}
		}
		return ooxml.ErrStop
	})
	switch {
	case errors.Is(err, ooxml.ErrStop):
		return header, nil
	case err == nil:
		return nil, refused("%s: sheet %s is empty", t.source.Name, quoted(t.sheet.name))
	}
	return nil, fmt.Errorf("%s: %w", t.source.Name, err)
}

// asides are what a person should know of a table that was read whole.
func (t *table) asides() []string {
	if t.book == nil {
		return nil
	}
	return t.book.asides(t.sheet)
}

// separator guesses what stands between the cells; a comma where nothing tells.
func separator(header string) rune {
	best, most := ',', 0
	for _, c := range ",;\t|" {
		if n := strings.Count(header, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

func (t *table) reader(r io.Reader) *csv.Reader {
	rows := csv.NewReader(r)
	rows.Comma, rows.FieldsPerRecord, rows.ReuseRecord = t.comma, -1, true
	return rows
}

// each visits the rows after the header. A row that cannot be read comes with what is wrong with it, and no cells; after a file that cannot be read on
// an error is returned. The cells are valid until the next row.
func (t *table) each(visit func(line int, cells []string, wrong string)) error {
	if t.book != nil {
		return t.eachOfSheet(visit)
	}
	r, done, err := t.source.text()
	if err != nil {
		return err
	}
	defer done()
	guard := &rowGuard{r: r, most: maxRowBytes, tooLong: refused("the row is longer than %d bytes: a quotation mark is not closed?", maxRowBytes)}
	rows := t.reader(guard)
	last := 1
	for first := true; ; first = false {
		guard.read = 0
		cells, err := rows.Read()
		if err == io.EOF {
			return nil
		}
		var syntax *csv.ParseError
		switch {
		case errors.As(err, &syntax):
			visit(syntax.StartLine, nil, rowError(err).Error())
			continue
		case err != nil:
			return Problems{{t.source.Name, last + 1, err.Error()}}
		case first:
			continue
		}
		last, _ = rows.FieldPos(0)
		visit(last, cells, t.wrong(cells))
	}
}

func (t *table) eachOfSheet(visit func(line int, cells []string, wrong string)) error {
	last := t.first
	err := t.book.rows(t.sheet, func(line int, cells []string, wrong string) error {
		if line == t.first {
			return nil
		}
		last = line
		for len(cells) < len(t.header) { // a sheet has no cells where nothing stands
			cells = append(cells, "")
		}
		if wrong == "" {
			wrong = t.wrong(cells)
		}
		visit(line, cells, wrong)
		return nil
	})
	if err != nil {
		return Problems{{t.source.Name, last + 1, err.Error()}}
	}
	return nil
}

// wrong says what is wrong with the cells of a row as cells; empty if nothing is.
func (t *table) wrong(cells []string) string {
	if len(cells) != len(t.header) {
		return fmt.Sprintf("the row has %d cells, the header %d", len(cells), len(t.header))
	}
	for i, cell := range cells {
		switch {
		case len(cell) > maxCellBytes:
			return fmt.Sprintf("the cell of column %q has %d bytes, more than %d", t.header[i], len(cell), maxCellBytes)
		case !utf8.ValidString(cell):
			return fmt.Sprintf("the cell of column %q is not UTF-8", t.header[i])
		case strings.ContainsRune(cell, 0):
			return fmt.Sprintf("the cell of column %q holds NUL", t.header[i])
		case cell != "" && strings.ContainsRune("=@", rune(cell[0])):
			return fmt.Sprintf("the cell of column %q is a formula, %s, not a value", t.header[i], quoted(cell))
		}
	}
	return ""
}

// rowError says what is wrong with a row as a person would.
func rowError(err error) error {
	switch {
	case errors.Is(err, csv.ErrQuote), errors.Is(err, csv.ErrBareQuote):
		return errors.New(`a quotation mark stands where none can: within a cell it is written twice, and around the cell once`)
	}
	return err
}

// A rowGuard gives a row up that does not end.
type rowGuard struct {
	r       io.Reader
	read    int
	most    int
	tooLong error
}

func (g *rowGuard) Read(p []byte) (int, error) {
	if g.read > g.most {
		return 0, g.tooLong
	}
	n, err := g.r.Read(p)
	g.read += n
	return n, err
}

// quoted shows a text of the file in a message, shortened.
func quoted(s string) string {
	const most = 60
	return fmt.Sprintf("%q", cut(s, most))
}
