package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"treatygraph/export"
	"treatygraph/export/parquet"
	"treatygraph/export/selection"
	"treatygraph/graph"
)

const exportUsage = `Writes a selection of the record in a format that other tools read.

What is selected is all, a subgraph by its permalink (Subgraph.permalink of the API), or the statements of a filter: a StatementFilter of the
API as JSON, such as '{"predicates":["CITES"]}', with the entities at their ends. The same selection of the same revision is the same bytes.

FILE appears when all is written, so that half an export is never taken for one; beside a format of one file stands FILE.datapackage.json,
which tells the counts, the SHA-256, the revision, and the data sets with their licences. In a ZIP that stands inside. "-" is standard
output.`

const exportExample = `  treatyctl export --format graphml --out treaties.graphml
  treatyctl export --format csv --selection '{"predicates":["RATIFIED","ACCEDED_TO"]}' --evidence --out parties.zip
  treatyctl export --format ndjson --revision 12 | zstd > record.ndjson.zst`

// formats are those that can be exported.
var formats = slices.Concat(export.Formats, []*export.Format{parquet.Parquet})

type exportFlags struct {
	format, language, out string
	selection.Query
	revision uint64
}

func newExportCommand(s *settings) *cobra.Command {
	var f exportFlags
	var list strings.Builder
	for _, format := range formats {
		fmt.Fprintf(&list, "\n  %-10s %s", format.Name, format.Title)
	}
	c := &cobra.Command{
		Use:     "export --format FORMAT",
		Short:   "Write a selection of the record for other tools",
		Long:    exportUsage + "\n\nFormats:" + list.String(),
		Example: exportExample,
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return runExport(c, s, &f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.format, "format", "", "the `FORMAT`: "+strings.Join(export.Names(formats), ", "))
	flags.StringVar(&f.Selection, "selection", selection.All, "all, a `PERMALINK`, or a filter as JSON")
	flags.Uint64Var(&f.revision, "revision", 0, "the `NUMBER` of the revision; default: the newest. A permalink has its own")
	flags.StringVar(&f.RecordedAt, "recorded-at", "", "the newest revision at or before this `TIME`, such as 2026-11-27T08:00:00Z, in the place of --revision")
	flags.StringVar(&f.ValidOn, "valid-on", "", "only what holds on this `DAY`, such as 2008-04-06. A permalink has its own")
	flags.BoolVar(&f.Evidence, "evidence", false, "with the evidence of each statement, where the format has a place for it")
	flags.StringVar(&f.language, "language", "en", "the `LANGUAGE` of labels as a BCP 47 tag")
	flags.StringVar(&f.Base, "base", selection.DefaultBase, "the `URL` that addresses of entities begin with, before their IDs, such as https://example.org/entity/")
	flags.StringVar(&f.out, "out", "-", "the `FILE` to write")
	return c
}

func runExport(c *cobra.Command, s *settings, f *exportFlags) (err error) {
	format := export.Find(formats, f.format)
	if format == nil {
		return usageError("--format: %q is none; there are %s", f.format, strings.Join(export.Names(formats), ", "))
	}
	if f.Language, err = graph.ParseLanguage(f.language); err != nil {
		return usageError("--language: %w", err)
	}
	if u, err := url.Parse(f.Base); err != nil || !u.IsAbs() || !strings.ContainsAny(f.Base[len(f.Base)-1:], "/:#=") {
		return usageError("--base: %q is no address that an ID may follow, as https://example.org/entity/ is", f.Base)
	}
	f.Revision = graph.RevisionNumber(f.revision)
	record, err := s.open(c, true)
	if err != nil {
		return err
	}
	defer closing(record.Close, &err)
	snapshot, err := record.snapshot(c.Context())
	if err != nil {
		return err
	}
	source, err := selection.Open(c.Context(), snapshot, record.Store, f.Query)
	if errors.Is(err, selection.ErrSelection) {
		return usageError("--%s", strings.NewReplacer("validOn", "valid-on", "recordedAt", "recorded-at").Replace(err.Error()))
	}
	if err != nil {
		return err
	}
	show, end := newProgress(c.ErrOrStderr())
	progress := func(written, all int) { show(format.Name, written, all) }
	if f.out == "-" {
		_, err = export.Write(c.Context(), c.OutOrStdout(), format, source, progress)
		end()
		return err
	}
	manifest, err := writeExport(c.Context(), f.out, format, source, progress)
	end()
	if err != nil {
		return err
	}
	about := source.About()
	fmt.Fprintf(c.OutOrStdout(), "%s: %s, %s, %s, revision %d\n", visible(f.out), count(about.Entities, "entity"), count(about.Statements, "statement"),
		bytesOf(manifest), about.Revision)
	return nil
}

func bytesOf(m *export.Manifest) string {
	all := 0
	for _, r := range m.Resources {
		all += int(r.Bytes)
	}
	return count(all, "byte")
}

// writeExport writes a file, and its manifest beside it unless the file is a device or a pipe.
func writeExport(ctx context.Context, path string, format *export.Format, source export.Source, progress export.Progress) (manifest *export.Manifest, err error) {
	err = writeFile("--out", path, func(w io.Writer) (err error) {
		manifest, err = export.Write(ctx, w, format, source, progress)
		return err
	})
	if err != nil || format.Packed() || isSpecial(path) {
		return manifest, err
	}
	manifest.File = filepath.Base(path)
	return manifest, writeFile("--out", path+"."+export.ManifestName, func(w io.Writer) error {
		_, err := w.Write(manifest.JSON())
		return err
	})
}
