package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/spf13/cobra"

	"treatygraph/graph"
)

const reviewUsage = `Writes one HTML page that shows a document as it was read: its text with every mention coloured by kind, and beside each passage the
statements that the text is evidence of, from every dataset, read by machine and curated told apart. What is named but could not be linked stands
at the top. The page needs no network and no script, and prints.`

// reviewTemplate lays the page out. It is given a page.
//
//go:embed review.html
var reviewTemplate string

func newReviewCommand(s *settings) *cobra.Command {
	var out, language string
	c := &cobra.Command{
		Use:     "review DOCUMENT",
		Short:   "Write a page that shows what was read in a document",
		Long:    reviewUsage,
		Example: "  treatyctl review document/e-cn.15-2008-21 --out review.html",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError("one DOCUMENT, given by its ID, is wanted")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			document, err := parseDocumentID(args[0])
			if err != nil {
				return usageError("DOCUMENT: %w", err)
			}
			lang, err := graph.ParseLanguage(language)
			if err != nil {
				return usageError("--language: %w", err)
			}
			return runReview(c, s, document, lang, out)
		},
	}
	c.Flags().StringVar(&out, "out", "", "the `FILE` to write; default: standard output")
	c.Flags().StringVar(&language, "language", "en", "the `LANGUAGE` of names, as a BCP 47 tag")
	return c
}

func runReview(c *cobra.Command, s *settings, document graph.ID, lang graph.Language, out string) (err error) {
	record, err := s.open(c, true)
	if err != nil {
		return err
	}
	defer closing(record.Close, &err)
	snapshot, err := record.snapshot(c.Context())
	if err != nil {
		return err
	}
	r, err := readReview(c.Context(), snapshot, record.index, document)
	if err != nil {
		return err
	}
	layout, err := template.New("review").Parse(reviewTemplate)
	if err != nil {
		return err
	}
	p := newPage(r, lang)
	if out == "" {
		var html bytes.Buffer // whole, so that of a page that cannot be made nothing is printed
		if err := layout.Execute(&html, p); err != nil {
			return err
		}
		_, err = html.WriteTo(c.OutOrStdout())
		return err
	}
	if err := writeFile("--out", out, func(w io.Writer) error { return layout.Execute(w, p) }); err != nil {
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), "%s at revision %d: %s, %s, %s: %s\n", document, snapshot.Head().Revision,
		count(p.Mentions, "mention"), count(len(r.statements), "statement"), count(len(p.Unlinked), "unlinked mention"), visible(out))
	return nil
}
