package main

import (
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/spf13/cobra"

	"treatygraph/archive"
)

const backupUsage = `Writes a record with its whole history to a file of lines of JSON, from which restore brings it back into a store of any kind. The same record
gives the same bytes. The service may run and write meanwhile: the history is taken up to the head at the beginning.

The file takes its name when it is whole; what was ended leaves none. A name that ends in .gz or .zst is compressed. "-" is standard output.`

const backupExample = `  treatyctl backup --out record.ndjson.zst
  treatyctl backup --out - --store neo4j://localhost/treaties | ssh other 'cat > record.ndjson'`

func newBackupCommand(s *settings) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:     "backup --out FILE",
		Short:   "Write a record with its history to a file",
		Long:    backupUsage,
		Example: backupExample,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError("backup takes no argument: the file is named by --out")
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error {
			if out == "" {
				return usageError(`--out is missing ("-" for standard output)`)
			}
			return runBackup(c, s, out)
		},
	}
	c.Flags().StringVar(&out, "out", "", `the `+"`FILE`"+` to write; "-" for standard output`)
	return c
}

func runBackup(c *cobra.Command, s *settings, out string) (err error) {
	store, err := s.openStore(c.Context(), "--store", s.store, true)
	if err != nil {
		return err
	}
	defer closing(store.Close, &err)
	show, end := newProgress(c.ErrOrStderr())
	defer end()
	var sum archive.Summary
	write := func(w io.Writer) (err error) {
		sum, err = archive.Write(c.Context(), w, store, 0, show)
		return err
	}
	if out == "-" {
		err = write(c.OutOrStdout())
	} else {
		err = writeFile("--out", out, func(w io.Writer) error { return compressed(out, w, write) })
	}
	end()
	if err != nil {
		return err
	}
	reportHistory(c.ErrOrStderr(), "wrote", &sum)
	return nil
}

// compressed writes as the ending of a file's name asks for. The same content is the same bytes.
func compressed(name string, w io.Writer, write func(io.Writer) error) (err error) {
	switch {
	case strings.HasSuffix(name, ".gz"):
		packed := gzip.NewWriter(w)
		defer closing(packed.Close, &err)
		return write(packed)
	case strings.HasSuffix(name, ".zst"):
		// One at a time, so that nothing is left beside an end in the middle.
		packed, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return err
		}
		defer closing(packed.Close, &err)
		return write(packed)
	default:
		return write(w)
	}
}
