package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"treatygraph/graph"
	"treatygraph/ingest"
)

const importUsage = `Reads a file of rows into one dataset of the record. KIND is one of:

%s
All of the file is read and checked before anything is written. A row that cannot be read is reported with its line and the reason, and then
nothing is written, unless --skip-rejected leaves such rows out. What a name in the file means is looked up in the record; where that is not
certain the row waits: --review FILE lists what is asked, and the same file, with its column "decision" filled in, is given as --decisions FILE.

Of a workbook (.xlsx) the first sheet that is not hidden is read, or --sheet NAME. A table of any other form is read as --mapping FILE says; --propose
prints a draft of such a mapping, made from the header and the first rows of FILE.

The same file again changes nothing, a changed one changes what differs. Nothing is ever fetched from an address in a file.`

const importExample = `  treatyctl import participation actions.csv --dataset dataset/copyright-treaties --title "Copyright treaties" --licence ODC-PDDL-1.0 --review review.csv
  treatyctl import participation actions.csv --dataset dataset/copyright-treaties --title "Copyright treaties" --licence ODC-PDDL-1.0 --decisions review.csv --report report.html
  treatyctl import --propose members.xlsx > members.yaml
  treatyctl import mapping members.xlsx --mapping members.yaml --dataset dataset/members --title "Members" --dry-run`

// importFlags are what is said of a file on the command line.
type importFlags struct {
	dataset                     ingest.DatasetHeader
	id, language, treaty, dates string
	columns                     []string
	decisions, review, report   string
	author                      string
	mapping, sheet              string
	skipRejected, dryRun        bool
	propose                     bool
}

func newImportCommand(s *settings) *cobra.Command {
	var f importFlags
	var kinds strings.Builder
	for _, k := range ingest.ImportKinds() {
		fmt.Fprintf(&kinds, "  %-14s %s\n", k[0], k[1])
	}
	c := &cobra.Command{
		Use:     "import KIND FILE --dataset ID --title TITLE",
		Short:   "Read a table or another file of data into a dataset",
		Long:    fmt.Sprintf(importUsage, kinds.String()),
		Example: importExample,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case f.propose && len(args) != 1:
				return usageError("--propose needs FILE, and nothing else")
			case !f.propose && len(args) != 2:
				return usageError("KIND and FILE are needed, and nothing else")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if f.propose {
				return runPropose(c, s, &f, args[0])
			}
			return runImport(c, s, &f, args[0], args[1])
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.id, "dataset", "", "the `ID` of the dataset that is to say what the file says, such as dataset/copyright-treaties")
	flags.StringVar(&f.dataset.Title, "title", "", "what the dataset is called in English; evidence cites it by this `TITLE`")
	flags.StringVar(&f.dataset.Licence, "licence", "", "the `LICENCE` of the source")
	flags.StringVar(&f.dataset.Attribution, "attribution", "", "who must be named when it is used: a `TEXT`")
	flags.StringVar(&f.dataset.Edition, "version", "", "the `VERSION` of the source, as it calls it")
	flags.StringVar(&f.dataset.URL, "url", "", "where the source is published: a `URL`, which is recorded and never fetched")
	flags.StringVar(&f.language, "language", "en", "the `LANGUAGE` of the names in the file as a BCP 47 tag")
	flags.StringVar(&f.treaty, "treaty", "", "the `TREATY` that a participation table without a column for it is about: a name or an ID")
	flags.StringArrayVar(&f.columns, "column", nil, "HEADER=ROLE where a column is to be read otherwise than its header looks, one of "+strings.Join(ingest.Roles(), ", ")+"; may be repeated")
	flags.StringVar(&f.mapping, "mapping", "", "`FILE` that says what the columns mean, for the kind mapping, in YAML")
	flags.StringVar(&f.sheet, "sheet", "", "the `NAME` of the sheet of a workbook")
	flags.BoolVar(&f.propose, "propose", false, "print a draft of a mapping for FILE, and import nothing")
	flags.StringVar(&f.dates, "dates", "", "`ORDER` of dates such as 03/04/1975 where the column does not tell: day-first or month-first")
	flags.StringVar(&f.decisions, "decisions", "", "`FILE` with a person's answers, made from a review file")
	flags.StringVar(&f.review, "review", "", "`FILE` to write what a person must decide, as CSV")
	flags.StringVar(&f.report, "report", "", "`FILE` to write the whole report: .json, .html or .txt")
	flags.StringVar(&f.author, "author", "treatyctl", "the `NAME` that the revisions are recorded under")
	flags.BoolVar(&f.skipRejected, "skip-rejected", false, "leave rows that cannot be read out and write the rest")
	flags.BoolVar(&f.dryRun, "dry-run", false, "read and compare, write nothing")
	return c
}

// request checks what the flags say, before anything is read.
func (f *importFlags) request(kind, path string) (r ingest.Import, err error) {
	r = ingest.Import{Kind: kind, File: ingest.FileSource(path), Dataset: f.dataset, Treaty: f.treaty, Columns: make(map[string]string), SkipRejected: f.skipRejected, DryRun: f.dryRun, Author: f.author}
	r.File.Sheet = f.sheet
	if (kind == "mapping") != (f.mapping != "") {
		return r, usageError("--mapping is for the kind mapping, which needs it")
	}
	if f.mapping != "" {
		r.Mapping = ingest.FileSource(f.mapping)
	}
	if f.id == "" {
		return r, usageError("--dataset is missing")
	}
	if r.Dataset.ID, err = graph.ParseID(f.id); err != nil {
		return r, usageError("--dataset: %w", err)
	}
	if r.Language, err = graph.ParseLanguage(f.language); err != nil {
		return r, usageError("--language: %w", err)
	}
	if r.Dates, err = ingest.ParseDateOrder(f.dates); err != nil {
		return r, usageError("--dates: %w", err)
	}
	for _, c := range f.columns {
		at := strings.LastIndexByte(c, '=')
		if at < 1 {
			return r, usageError("--column: %q is not of the form HEADER=ROLE", c)
		}
		r.Columns[c[:at]] = c[at+1:]
	}
	switch filepath.Ext(f.report) {
	case ".json", ".html", ".txt":
	default:
		if f.report != "" {
			return r, usageError("--report: %q ends in none of .json, .html, .txt", f.report)
		}
	}
	if f.decisions != "" {
		r.Decisions, err = ingest.ReadDecisions(ingest.FileSource(f.decisions))
	}
	return r, missingFile(err)
}

// missingFile makes a wrong usage of a file that is not there.
func missingFile(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return usageError("FILE: %w", err)
	}
	return err
}

// maxRemarksShown bounds what is printed of each sort; the report file has all.
const maxRemarksShown = 20

func runImport(c *cobra.Command, s *settings, f *importFlags, kind, path string) (err error) {
	request, err := f.request(kind, path)
	if err != nil {
		return err
	}
	record, err := s.open(c, f.dryRun)
	if err != nil {
		return err
	}
	defer closing(record.Close, &err)
	progress, end := newProgress(c.ErrOrStderr())
	request.Progress = progress
	report, err := ingest.ImportFile(c.Context(), record, record.index, request)
	end()
	if report == nil {
		return missingFile(headerFlagged(err))
	}
	if failed := f.write(report); failed != nil {
		return errors.Join(err, failed)
	}
	var shown strings.Builder
	if e := report.WriteText(&shown, maxRemarksShown); e != nil {
		return e
	}
	out := c.OutOrStdout()
	if err != nil {
		out = c.ErrOrStderr() // standard output is for what was done
	}
	for line := range strings.Lines(shown.String()) {
		fmt.Fprintln(out, visible(strings.TrimSuffix(line, "\n")))
	}
	return err
}

// runPropose prints a draft of a mapping.
func runPropose(c *cobra.Command, s *settings, f *importFlags, path string) (err error) {
	language, err := graph.ParseLanguage(f.language)
	if err != nil {
		return usageError("--language: %w", err)
	}
	record, err := s.open(c, true)
	if err != nil {
		return err
	}
	defer closing(record.Close, &err)
	file := ingest.FileSource(path)
	file.Sheet = f.sheet
	draft, err := ingest.ProposeMapping(c.Context(), record.index, file, language)
	if err != nil {
		return missingFile(err)
	}
	_, err = io.WriteString(c.OutOrStdout(), draft)
	return err
}

// headerFlagged names the flag at fault where one is.
func headerFlagged(err error) error {
	var invalid *graph.InvalidError
	if errors.As(err, &invalid) && invalid.Record == "dataset" {
		return usageError("--%s: %s", invalid.Field, invalid.Reason)
	}
	return err
}

// write writes the review file and the report.
func (f *importFlags) write(report *ingest.Report) error {
	if f.review != "" {
		if err := toFile("--review", f.review, func(w io.Writer) error { return ingest.WriteReview(w, report.Questions) }); err != nil {
			return err
		}
	}
	switch filepath.Ext(f.report) {
	case ".json":
		return toFile("--report", f.report, report.WriteJSON)
	case ".html":
		return toFile("--report", f.report, report.WriteHTML)
	case ".txt":
		return toFile("--report", f.report, func(w io.Writer) error { return report.WriteText(w, 0) })
	}
	return nil
}

// toFile writes a file whole. By then the record may have been written, so that a file which cannot be is no wrong usage any more.
func toFile(flag, path string, write func(io.Writer) error) error {
	err := writeFile(flag, path, write)
	var wrong *flawed
	if errors.As(err, &wrong) {
		return wrong.error
	}
	return err
}
