package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"treatygraph/graph"
	"treatygraph/ingest"
)

const alignUsage = `Lays the documents that express one instrument side by side: Chinese in either script, English, Russian and others. Sections that are the same part
of it come to EXPRESS one provision, so that whoever reads a section in one language finds it in the others. They are found by the numbers of
articles, else by length, place and the figures that stand in both; what is uncertain and what has no counterpart is printed.

Which documents express the instrument is what "ingest --expresses" says. The same again changes nothing; after a document was corrected or added,
what differs.`

const alignExample = `  treatyctl align treaty/outer-space-treaty`

func newAlignCommand(s *settings) *cobra.Command {
	var author string
	var dryRun bool
	c := &cobra.Command{
		Use:     "align INSTRUMENT",
		Short:   "Lay the documents of one instrument side by side",
		Long:    alignUsage,
		Example: alignExample,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError("INSTRUMENT, the ID of one, is needed, and nothing else")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return runAlign(c, s, args[0], author, dryRun) },
	}
	flags := c.Flags()
	flags.StringVar(&author, "author", "treatyctl", "the `NAME` that the revision is recorded under")
	flags.BoolVar(&dryRun, "dry-run", false, "print what would be said, write nothing")
	return c
}

// maxHeadingsShown bounds the headings of a sort that are printed of one document.
const maxHeadingsShown = 40

func printHeadings(out io.Writer, sort string, headings []string) {
	for i, heading := range headings {
		if i == maxHeadingsShown {
			fmt.Fprintf(out, "  %s: %d more\n", sort, len(headings)-i)
			return
		}
		fmt.Fprintf(out, "  %s: %s\n", sort, visible(heading))
	}
}

func runAlign(c *cobra.Command, s *settings, text, author string, dryRun bool) (err error) {
	instrument, err := graph.ParseID(text)
	if err != nil {
		return usageError("INSTRUMENT: %w", err)
	}
	record, err := s.open(c, dryRun)
	if err != nil {
		return err
	}
	defer closing(record.Close, &err)
	report, err := ingest.AlignDocuments(c.Context(), record, record.index, ingest.Alignment{Instrument: instrument, Author: author, DryRun: dryRun})
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	for _, v := range report.Versions {
		if v.NotHeld {
			fmt.Fprintf(out, "%s: no text of it is held\n", v.Document)
			continue
		}
		fmt.Fprintf(out, "%s (%s): %d of %s stand beside one of %s\n", v.Document, v.Language, v.Aligned, count(v.Sections, "section"), report.Reference)
		printHeadings(out, "uncertain", v.Doubtful)
		printHeadings(out, "alone", v.Alone)
	}
	for _, remark := range report.Remarks {
		fmt.Fprintln(out, remark)
	}
	fmt.Fprintf(out, "%s: %s\n", report.Dataset, effect(&ingest.Outcome{Asserted: report.Asserted, Withdrawn: report.Withdrawn, Receipt: report.Receipt}, dryRun))
	return nil
}
