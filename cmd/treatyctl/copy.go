package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"treatygraph/archive"
)

const copyUsage = `Copies a record with its whole history from one store to another: every revision with its number, time, author, digest, assertions, closings
and texts. FROM and TO are addresses as --store takes them; the stores may be of different kinds.

TO must be empty or hold a beginning of the same history. So a copy that was ended goes on where it was when it is asked for again, and one that
is done takes over what came since. At the end both stores are read again and compared.`

const copyExample = `  treatyctl copy sqlite:treatygraph.db neo4j://localhost/treaties
  treatyctl copy neo4j://localhost/treaties sqlite:copy.db`

func newCopyCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use:     "copy FROM TO",
		Short:   "Copy a record with its history from one store to another",
		Long:    copyUsage,
		Example: copyExample,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usageError("FROM and TO, two addresses of stores, are needed")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return runCopy(c, s, args[0], args[1]) },
	}
}

func runCopy(c *cobra.Command, s *settings, fromAddress, toAddress string) (err error) {
	from, err := s.openStore(c.Context(), "FROM", fromAddress, true)
	if err != nil {
		return err
	}
	defer closing(from.Close, &err)
	to, err := s.openStore(c.Context(), "TO", toAddress, false)
	if err != nil {
		return err
	}
	defer closing(to.Close, &err)
	show, end := newProgress(c.ErrOrStderr())
	sum, err := archive.Copy(c.Context(), from, to, show)
	end()
	if err != nil {
		return refused("TO", err)
	}
	reportHistory(c.OutOrStdout(), "copied and compared", &sum)
	return nil
}

// refused is a usage error where a store holds another history: then nothing was written.
func refused(name string, err error) error {
	var parted *archive.PartedError
	if errors.As(err, &parted) {
		return usageError("%s: %s", name, parted.Reason)
	}
	return err
}

// reportHistory says what a history holds and where it ends.
func reportHistory(w io.Writer, done string, sum *archive.Summary) {
	head := "no revision"
	if sum.Digest != "" {
		head = "head digest " + string(sum.Digest)
	}
	fmt.Fprintf(w, "%s: %s, %s, %s, %s; %s\n", done, count(sum.Revisions, "revision"), count(sum.Assertions, "assertion"), count(sum.Closings, "closing"), count(sum.Texts, "text"), head)
}
