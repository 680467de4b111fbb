package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"treatygraph/graph"
	"treatygraph/ingest"
)

const ingestUsage = `Reads a document from a file into the record: its parts, what it mentions, and what it says, each with the words that show it.

FILE is plain text in UTF-8, UTF-16, GB18030, windows-1251 or KOI8-R, the encoding of which is found and printed; or HTML, DOCX, or PDF, for which
pdftotext must be installed. "-" reads standard input. What the
flags say of the document replaces what was said of it before. Reading the same again changes nothing; a corrected text changes what the
correction touches.

With --again the text that is held is read once more, for names and rules that came since; FILE and what describes the document are left out.
With --dry-run nothing is written: what would be is printed.`

const ingestExample = `  treatyctl ingest declaration.txt --symbol E/CN.15/2008/21 --language zh --date 2008-04-15 --expresses declaration/us-russia-strategic-framework-2008
  treatyctl ingest --again --symbol E/CN.15/2008/21 --dry-run`

// ingestFlags are what is said of a document on the command line.
type ingestFlags struct {
	symbol, id, dataset, language, date, licence, author string
	titles, expresses                                    []string
	textVersion                                          int
	dryRun, again                                        bool
}

func newIngestCommand(s *settings) *cobra.Command {
	var f ingestFlags
	c := &cobra.Command{
		Use:     "ingest FILE --symbol SYMBOL --language LANGUAGE",
		Short:   "Read a document into the record",
		Long:    ingestUsage,
		Example: ingestExample,
		Args:    f.checkArgs,
		RunE:    func(c *cobra.Command, args []string) error { return runIngest(c, s, &f, args) },
	}
	flags := c.Flags()
	flags.StringVar(&f.symbol, "symbol", "", "the document's UN `SYMBOL`, for example E/CN.15/2008/21")
	flags.StringVar(&f.id, "id", "", "the document's `ID`; default: document/ and the symbol in lower case, with - for /")
	flags.StringVar(&f.dataset, "dataset", "", "the `ID` of the dataset that says what the document holds; default: dataset/document- and the document's name, or where it is recorded")
	flags.StringVar(&f.language, "language", "", "the `LANGUAGE` of the text as a BCP 47 tag: zh, zh-Hant, en, ru")
	flags.StringArrayVar(&f.titles, "title", nil, "a `TITLE` in the document's language, or LANGUAGE=TITLE in another one (recorded as descriptive); may be repeated")
	flags.StringVar(&f.date, "date", "", "the `DATE` of the document in EDTF: 2008-04-15, 2008-04, 2008")
	flags.StringArrayVar(&f.expresses, "expresses", nil, "the `ID` of an instrument whose text the document holds; may be repeated")
	flags.IntVar(&f.textVersion, "text-version", 0, "the `NUMBER` of the text's edition, from 1: left when a text is corrected, raised when another edition takes its place")
	flags.StringVar(&f.licence, "licence", "", "the `LICENCE` of the text")
	flags.StringVar(&f.author, "author", "treatyctl", "the `NAME` that the revision is recorded under")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print mentions and statements and what would change, write nothing")
	flags.BoolVar(&f.again, "again", false, "read the held text of the document once more")
	return c
}

// describing are the flags that say what a document is, which --again takes from the record.
var describing = []string{"language", "title", "date", "expresses", "text-version", "licence"}

func (f *ingestFlags) checkArgs(c *cobra.Command, args []string) error {
	switch {
	case len(args) > 1:
		return usageError("one FILE at a time: %q is too many", args[1])
	case f.again && len(args) > 0:
		return usageError("--again reads the text that is held: leave out %q", args[0])
	case !f.again && len(args) == 0:
		return usageError(`FILE is missing ("-" for standard input), or --again`)
	case f.symbol == "" && f.id == "":
		return usageError("--symbol or --id must say which document it is")
	case c.Flags().Changed("text-version") && f.textVersion < 1:
		return usageError("--text-version: %d is not a number from 1", f.textVersion)
	}
	for _, name := range describing {
		if f.again && c.Flags().Changed(name) {
			return usageError("--again takes what describes the document from the record: leave out --%s", name)
		}
	}
	return nil
}

// document checks what the flags say, before anything is read.
func (f *ingestFlags) document() (*ingest.Document, error) {
	d := &ingest.Document{TextVersion: f.textVersion, Licence: f.licence}
	if f.symbol != "" {
		symbol, err := graph.ParseIdentifier(graph.SchemeUNSymbol, f.symbol)
		if err != nil {
			return nil, usageError("--symbol: %w", err)
		}
		d.ID, d.Identifiers = ingest.DocumentID(symbol), []graph.Identifier{symbol}
	}
	var err error
	if f.id != "" {
		if d.ID, err = parseDocumentID(f.id); err != nil {
			return nil, usageError("--id: %w", err)
		}
	} else if _, err := graph.ParseID(string(d.ID)); err != nil {
		return nil, usageError("--symbol: %w; give the document an --id", err)
	}
	if f.dataset != "" {
		if d.In, err = graph.ParseID(f.dataset); err != nil {
			return nil, usageError("--dataset: %w", err)
		}
	}
	if f.again {
		return d, nil
	}
	if d.Language, err = graph.ParseLanguage(f.language); err != nil {
		return nil, usageError("--language: %w", err)
	}
	if f.date != "" {
		d.Date, err = graph.ParseDate(f.date)
		if err == nil && d.Date.IsOpen() {
			err = fmt.Errorf("%q is no date", f.date)
		}
		if err != nil {
			return nil, usageError("--date: %w", err)
		}
	}
	for _, title := range f.titles {
		name := titleOf(title, d.Language)
		if err := name.Valid(); err != nil {
			return nil, usageError("--title: %w", err)
		}
		d.Names = append(d.Names, name)
	}
	for _, id := range f.expresses {
		instrument, err := graph.ParseID(id)
		if err != nil {
			return nil, usageError("--expresses: %w", err)
		}
		d.Expresses = append(d.Expresses, instrument)
	}
	return d, nil
}

func parseDocumentID(s string) (graph.ID, error) {
	id, err := graph.ParseID(s)
	if err == nil && id.Kind() != graph.KindDocument {
		err = fmt.Errorf("%s is of kind %s, not a document", id, id.Kind())
	}
	return id, err
}

// titleOf reads TITLE or LANGUAGE=TITLE. What stands before the sign is part of the title unless it is a language.
func titleOf(s string, own graph.Language) graph.Name {
	if tag, rest, found := strings.Cut(s, "="); found {
		if lang, err := graph.ParseLanguage(tag); err == nil {
			role := graph.NameDescriptive
			if lang == own {
				role = graph.NameOfficial
			}
			return graph.Name{Text: strings.TrimSpace(rest), Lang: lang, Role: role}
		}
	}
	return graph.Name{Text: strings.TrimSpace(s), Lang: own, Role: graph.NameOfficial}
}

func runIngest(c *cobra.Command, s *settings, f *ingestFlags, args []string) (err error) {
	d, err := f.document()
	if err != nil {
		return err
	}
	request := ingest.Request{Document: d, Author: f.author, DryRun: f.dryRun}
	source := ""
	if !f.again {
		if request.Text, source, err = readText(c.Context(), args[0], d.Language, c.InOrStdin()); err != nil {
			return err
		}
	}
	record, err := s.open(c, f.again || f.dryRun)
	if err != nil {
		return err
	}
	defer closing(record.Close, &err)
	head, err := record.Head(c.Context())
	if err != nil {
		return err
	}
	progress, end := newProgress(c.ErrOrStderr())
	request.Progress = progress
	out, err := ingest.IngestDocument(c.Context(), record, record.index, request)
	end()
	if err != nil {
		return flagged(err)
	}
	if source != "" {
		fmt.Fprintln(c.OutOrStdout(), source)
	}
	report(c.OutOrStdout(), d.ID, out, f.dryRun)
	if head.Revision == 0 {
		fmt.Fprintln(c.ErrOrStderr(), "treatyctl: the record was empty, so no names were known: start treatygraph on it once, then ingest --again")
	}
	return nil
}

// readText reads a file, or standard input for "-", and says what it found.
func readText(ctx context.Context, path string, lang graph.Language, stdin io.Reader) (*graph.Text, string, error) {
	var original []byte
	var err error
	if path == "-" {
		path = "standard input"
		if original, err = io.ReadAll(io.LimitReader(stdin, graph.MaxTextBytes+1)); err != nil {
			return nil, "", fmt.Errorf("%s: %w", path, err)
		}
	} else if original, err = ingest.ReadFile(path, graph.MaxTextBytes); err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			return nil, "", usageError("FILE: %w", err)
		}
		return nil, "", err
	}
	if len(original) > graph.MaxTextBytes {
		return nil, "", usageError("%s is longer than %d bytes", path, graph.MaxTextBytes)
	}
	text, form, err := ingest.ReadNamedDocument(ctx, lang, path, original)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", path, err)
	}
	found := fmt.Sprintf("%s: %s, %s, %s", visible(path), form, count(len(original), "byte"), count(len([]rune(text.Body)), "character"))
	return text, found, nil
}

// flagOfField names the flag that gave a field of a document.
var flagOfField = map[string]string{"dataset": "dataset", "id": "id", "language": "language", "expresses": "expresses", "names": "title"}

// flagged names the flag at fault where one is.
func flagged(err error) error {
	var invalid *graph.InvalidError
	if errors.As(err, &invalid) && flagOfField[invalid.Field] != "" {
		return usageError("--%s: %s", flagOfField[invalid.Field], invalid.Reason)
	}
	return err
}
