package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"treatygraph/archive"
	"treatygraph/graph"
)

const restoreUsage = `Brings a record with its whole history back from a file that backup wrote, plain or compressed with gzip or zstd. "-" reads standard input,
which is put into a temporary file first, as it is read twice.

The file is checked to its end before anything is written: its lines, sums, digests, order and counts. The store, of any kind, must be empty or
hold a beginning of the same history; so what was ended goes on where it was when it is asked for again.`

const restoreExample = `  treatyctl restore record.ndjson.zst --store neo4j://localhost/treaties
  zstdcat record.ndjson.zst | treatyctl restore - --store sqlite:new.db`

func newRestoreCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:     "restore FILE",
		Short:   "Bring a record with its history back from a file",
		Long:    restoreUsage,
		Example: restoreExample,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError(`one FILE is needed ("-" for standard input)`)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return runRestore(c, s, args[0]) },
	}
}

func runRestore(c *cobra.Command, s *settings, path string) (err error) {
	file, name, end, err := openTwice(path, c.InOrStdin())
	if err != nil {
		return err
	}
	defer closing(end, &err)
	var store graph.Store
	defer func() {
		if store != nil {
			closing(store.Close, &err)
		}
	}()
	open := func() (err error) {
		store, err = s.openStore(c.Context(), "--store", s.store, false)
		return err
	}
	_, fresh := freshFile(s.store) // then it is made only for a file that is whole; else what cannot be opened is told at once
	if !fresh {
		if err := open(); err != nil {
			return err
		}
	}
	show, clear := newProgress(c.ErrOrStderr())
	sum, err := archive.Check(c.Context(), file, show)
	if err == nil && fresh {
		err = open()
	}
	if err == nil {
		err = archive.Fill(c.Context(), file, store, show)
	}
	clear()
	var damage *archive.DamageError
	if errors.As(err, &damage) {
		return usageError("%s: %s", name, damage.Reason)
	}
	if err != nil {
		return refused("--store", err)
	}
	reportHistory(c.OutOrStdout(), "restored", &sum)
	return nil
}

// openTwice opens what is read twice: a file, or for "-" a temporary file of what standard input gives.
func openTwice(path string, stdin io.Reader) (file io.ReadSeeker, name string, end func() error, err error) {
	if path != "-" {
		f, err := os.Open(path)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
			return nil, "", nil, usageError("FILE: %w", err)
		case err != nil:
			return nil, "", nil, err
		}
		if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
			return nil, "", nil, errors.Join(usageError("FILE: %s is not a regular file", path), err, f.Close())
		}
		return f, path, f.Close, nil
	}
	f, err := os.CreateTemp("", "treatyctl-restore-*")
	if err != nil {
		return nil, "", nil, err
	}
	end = func() error { return errors.Join(f.Close(), os.Remove(f.Name())) }
	if _, err = io.Copy(f, stdin); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, "", nil, errors.Join(fmt.Errorf("standard input: %w", err), end())
	}
	return f, "standard input", end, nil
}
