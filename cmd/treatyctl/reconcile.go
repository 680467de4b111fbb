package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"treatygraph/graph"
	"treatygraph/reconcile"
)

const reconcileUsage = `Finds for each name in a table the entity that it means.

FILE is a table in UTF-8 with a header, its cells divided by commas, semicolons, tabs or bars, whichever its header has most of; "-" is standard
input. The result is the table as CSV with six columns more: the id and label of the best candidate, its score from 0 to 100, whether it is a
match (yes: no other has the name, or an identifier proves it; no: let a person look), the reason, and further candidates with their scores.

What a row of the table says beside the name can be held against the record: --property identifier:ISO3166_1_A2=Code compares the codes in
the column Code. docs/reconciliation.md lists the properties.

A row that cannot be used stays in the result, without a candidate, and is told with its line on standard error. Of a table
that cannot be read to the end, --out has nothing. Cells that a spreadsheet would take for formulas get an apostrophe before them.`

const reconcileExample = `  treatyctl reconcile names.csv --kind state --out matched.csv
  treatyctl reconcile staaten.csv --column Land --kind territory --property identifier:ISO3166_1_A2=Code
  treatyctl reconcile - --language zh < 国家.csv`

type reconcileFlags struct {
	column, kind, language, delimiter, out string
	properties                             []string
}

func newReconcileCommand(s *settings) *cobra.Command {
	var f reconcileFlags
	c := &cobra.Command{
		Use:     "reconcile FILE",
		Short:   "Find the entities that the names in a table mean",
		Long:    reconcileUsage,
		Example: reconcileExample,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError("want one table; %d are given", len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return runReconcile(c, s, &f, args[0]) },
	}
	flags := c.Flags()
	flags.StringVar(&f.column, "column", "", "the `NAME` of the column with the names; default: the first")
	flags.StringVar(&f.kind, "kind", "", "what the names are of, such as state, territory, treaty: a `KIND` or a group of them; default: anything")
	flags.StringVar(&f.language, "language", "", "the `LANGUAGE` of the names as a BCP 47 tag, of the labels too; default: any, with English labels")
	flags.StringArrayVar(&f.properties, "property", nil, "what another column says, as `PROPERTY=COLUMN`; may be given several times")
	flags.StringVar(&f.delimiter, "delimiter", "", "the `CHARACTER` that divides cells; tab for a tab; default: as the header has it")
	flags.StringVar(&f.out, "out", "-", "the `FILE` to write, which appears when all is written")
	return c
}

func runReconcile(c *cobra.Command, s *settings, f *reconcileFlags, path string) (err error) {
	asks := asker{query: reconcile.Query{Limit: furtherShown + 1}}
	asks.Language = "en"
	if f.language != "" {
		if asks.Language, err = graph.ParseLanguage(f.language); err != nil {
			return usageError("--language: %w", err)
		}
		asks.query.Languages = []graph.Language{asks.Language}
	}
	if f.kind != "" {
		t, err := reconcile.ParseType(f.kind)
		if err != nil {
			return usageError("--kind: %w; there are %s", err, strings.Join(typeNames(), ", "))
		}
		asks.query.Kinds = t.Kinds()
	}
	in, name := c.InOrStdin(), "standard input"
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return usageError("%w", err)
		}
		defer closing(file.Close, &err)
		in, name = file, path
	}
	names, err := openNames(in, f.delimiter)
	if err != nil {
		return usageError("%s: %w", name, err)
	}
	if err := asks.choose(names.header, f); err != nil {
		return usageError("%s: %w", name, err)
	}
	record, err := s.open(c, true)
	if err != nil {
		return err
	}
	defer closing(record.Close, &err)
	if asks.Snapshot, err = record.snapshot(c.Context()); err != nil {
		return err
	}
	asks.Today = graph.DayOf(time.Now())
	var told tally
	write := func(w io.Writer) error { return asks.table(c.Context(), names, w, &told) }
	if f.out == "-" {
		err = write(c.OutOrStdout())
	} else {
		err = writeFile("--out", f.out, write)
	}
	for _, bad := range told.bad {
		fmt.Fprintf(c.ErrOrStderr(), "%s: %s\n", visible(name), visible(bad))
	}
	var broken *csv.ParseError
	switch {
	case errors.As(err, &broken), errors.Is(err, errRow):
		return usageError("%s: %w", name, err)
	case err != nil:
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), "%s: %s matched, %d to look at, %d without a candidate, %d not usable\n", visible(name), count(told.matched, "name"), told.unsure, told.none, told.unusable)
	return nil
}

func typeNames() (names []string) {
	for _, t := range reconcile.Types {
		names = append(names, t.ID)
	}
	return names
}

// A tally is what became of the rows.
type tally struct {
	matched, unsure, none, unusable int

	bad []string // the first that cannot be used, each with its line
}

// badTold is how many rows that cannot be used are told; of the others the number is.
const badTold = 100

func (t *tally) refuse(line int, reason string) {
	t.unusable++
	switch {
	case len(t.bad) < badTold:
		t.bad = append(t.bad, fmt.Sprintf("line %d: %s", line, reason))
	case len(t.bad) == badTold:
		t.bad = append(t.bad, "more rows that cannot be used are not told")
	}
}

// An asker asks for each row of a table.
type asker struct {
	reconcile.Reconciler
	query      reconcile.Query
	column     int
	properties []columnProperty
}

// A columnProperty is a property whose values stand in a column.
type columnProperty struct {
	reconcile.Property
	column int
}

// choose finds the columns.
func (a *asker) choose(header []string, f *reconcileFlags) error {
	find := func(flag, name string) (int, error) {
		i := slices.Index(header, name)
		if i < 0 {
			return 0, fmt.Errorf("%s: there is no column %.80q; there are %.500q", flag, name, header)
		}
		return i, nil
	}
	var err error
	if f.column != "" {
		if a.column, err = find("--column", f.column); err != nil {
			return err
		}
	}
	for _, given := range f.properties {
		id, column, has := strings.Cut(given, "=")
		if !has {
			return fmt.Errorf("--property: %.80q has no column; want PROPERTY=COLUMN", given)
		}
		p, err := reconcile.ParseProperty(id)
		if err != nil {
			return fmt.Errorf("--property: %w", err)
		}
		place, err := find("--property", column)
		if err != nil {
			return err
		}
		a.properties = append(a.properties, columnProperty{p, place})
	}
	return nil
}

// added are the columns that the result has more; one that the table has already gets addedPrefix.
var added = []string{"id", "label", "score", "match", "reason", "candidates"}

const (
	addedPrefix = "treatygraph_"
	// furtherShown is how many candidates stand beside the best.
	furtherShown = 4
)

// table writes the table with what was found.
func (a *asker) table(ctx context.Context, names *names, w io.Writer, told *tally) error {
	out := csv.NewWriter(w)
	title := slices.Clone(names.header)
	for _, name := range added {
		for slices.Contains(title, name) {
			name = addedPrefix + name
		}
		title = append(title, name)
	}
	if err := out.Write(guarded(title)); err != nil {
		return err
	}
	for {
		row, line, err := names.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		found, reason := []string{"", "", "", "no", "", ""}, ""
		switch {
		case len(row) != len(names.header):
			reason = fmt.Sprintf("the row has %d cells, the header %d", len(row), len(names.header))
			row = append(row, make([]string, len(names.header))...)[:len(names.header)]
		case !utf8.ValidString(strings.Join(row, "")):
			reason = "the row is not in UTF-8"
			for i := range row {
				row[i] = strings.ToValidUTF8(row[i], "\uFFFD")
			}
		case strings.TrimSpace(row[a.column]) == "":
			reason = "there is no name"
		case utf8.RuneCountInString(row[a.column]) > graph.MaxNameRunes:
			reason = fmt.Sprintf("the name is longer than %d characters", graph.MaxNameRunes)
		}
		if reason != "" {
			told.refuse(line, reason)
			found[4] = "not usable: " + reason
		} else if found, err = a.find(ctx, row, told); err != nil {
			return err
		}
		if err := out.Write(guarded(append(row, found...))); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// find returns the cells of a row that the result has more.
func (a *asker) find(ctx context.Context, row []string, told *tally) ([]string, error) {
	q := a.query
	q.Text = row[a.column]
	for _, p := range a.properties {
		if value := strings.TrimSpace(row[p.column]); value != "" { // an empty cell says nothing
			q.Conditions = append(q.Conditions, reconcile.Condition{Property: p.Property, Values: []reconcile.Value{{Text: value}}})
		}
	}
	list, err := a.Find(ctx, &q)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		told.none++
		return []string{"", "", "", "no", "nothing is found", ""}, nil
	}
	best, match := &list[0], "no"
	if best.Match {
		match = "yes"
		told.matched++
	} else {
		told.unsure++
	}
	var others []string
	for i := range list[1:] {
		others = append(others, fmt.Sprintf("%s (%s)", list[i+1].ID, score(list[i+1].Score)))
	}
	return []string{string(best.ID), best.Name, score(best.Score), match, best.Reason, strings.Join(others, "; ")}, nil
}

func score(s float64) string { return strconv.FormatFloat(s, 'f', -1, 64) }

// guarded puts an apostrophe before cells that a spreadsheet would take for a formula. Numbers with a sign stay.
func guarded(cells []string) []string {
	for i, cell := range cells {
		if cell == "" || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
			continue
		}
		if _, err := strconv.ParseFloat(cell, 64); err != nil {
			cells[i] = "'" + cell
		}
	}
	return cells
}

const (
	// maxRow bounds a row, which is held in memory: one quote that is not closed would make a row of the rest of the table.
	maxRow = 1 << 20
	// maxColumns is how many columns a table may have.
	maxColumns = 1_000
	// peeked is how much of a table is looked at to find out what divides its cells.
	peeked = 64 << 10
)

// errRow says that the table cannot be read on.
var errRow = errors.New("the table cannot be read")

// names is a table with names, read row by row.
type names struct {
	header []string
	rows   *csv.Reader
	bound  *boundedReader
	line   int // in which the last row begins
}

// openNames reads the header.
func openNames(in io.Reader, delimiter string) (*names, error) {
	buffered := bufio.NewReaderSize(in, peeked)
	start, err := buffered.Peek(peeked)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		_, _ = buffered.Discard(3)
		start = start[3:]
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return nil, errors.New("the table is in UTF-16; save it in UTF-8")
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return nil, errors.New("this is a workbook or another ZIP; save the sheet as CSV")
	case bytes.HasPrefix(start, []byte("\x1f\x8b")):
		return nil, errors.New("the table is compressed; decompress it first")
	}
	n := &names{bound: &boundedReader{in: buffered, left: maxRow}}
	n.rows = csv.NewReader(n.bound)
	n.rows.FieldsPerRecord = -1 // a row with other cells is told with its line
	if n.rows.Comma, err = dividing(start, delimiter); err != nil {
		return nil, err
	}
	header, err := n.rows.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the table is empty")
	case errors.Is(err, errTooLong):
		return nil, fmt.Errorf("%w: the header is longer than %d bytes", errRow, maxRow)
	case err != nil:
		return nil, err
	case !utf8.ValidString(strings.Join(header, "")):
		return nil, errors.New("line 1: the header is not in UTF-8")
	case len(header) > maxColumns:
		return nil, fmt.Errorf("line 1: %d columns are more than %d", len(header), maxColumns)
	}
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
	}
	n.header, n.line = header, 1
	return n, nil
}

// dividers are what can divide cells; the first is that of a table with one column.
const dividers = ",;\t|"

// dividing returns what divides cells: as told, else what the header has most of outside quotes.
func dividing(start []byte, told string) (rune, error) {
	if told == "tab" {
		told = "\t"
	}
	if told != "" {
		r, size := utf8.DecodeRuneInString(told)
		if size != len(told) || r == utf8.RuneError || strings.ContainsRune("\"\r\n", r) {
			return 0, fmt.Errorf("--delimiter: %.20q is not one character that can divide cells", told)
		}
		return r, nil
	}
	counts := map[rune]int{}
	quoted := false
	for _, r := range string(start) {
		if r == '"' {
			quoted = !quoted
		}
		if r == '\n' && !quoted {
			break
		}
		if !quoted {
			counts[r]++
		}
	}
	best := ','
	for _, r := range dividers {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best, nil
}

// next returns a row and the line that it begins in.
func (n *names) next() ([]string, int, error) {
	n.bound.left = maxRow
	row, err := n.rows.Read()
	switch {
	case errors.Is(err, errTooLong):
		return nil, 0, fmt.Errorf("%w: the row after that of line %d is longer than %d bytes; is a quote not closed?", errRow, n.line, maxRow)
	case err != nil:
		return nil, 0, err
	}
	n.line, _ = n.rows.FieldPos(0)
	return row, n.line, nil
}

var errTooLong = errors.New("too long")

// A boundedReader reads so much until it is told to go on. What reads from it reads a buffer ahead.
type boundedReader struct {
	in   io.Reader
	left int
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.in.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
