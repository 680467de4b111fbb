// Command treatyctl works on the record that treatygraph serves: it reads documents into it and shows what was read. `treatyctl --help`
// lists what it can do.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"treatygraph/graph"
)

const (
	exitFailure  = 1 // something outside failed
	exitUsage    = 2 // a person asked for something wrong
	exitFindings = 3 // verify found something, and it is still there
)

// errUsage is the class of errors for what a person gave wrongly; the program ends with exitUsage.
var errUsage = errors.New("wrong usage")

const usage = `Works on the record that treatygraph serves: reads documents into it, shows what was read, and writes it for other tools.

User and password of a Neo4j may stand in its URL or in TREATYGRAPH_NEO4J_USER and TREATYGRAPH_NEO4J_PASSWORD. --store and --index can be
given as TREATYGRAPH_STORE and TREATYGRAPH_INDEX; a flag wins.

Results go to standard output, progress and errors to standard error. The exit code is 0; 1 when something outside failed; 2 when what was
asked for is wrong: then nothing was written; 3 when verify found something that is still there.`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once: a read of standard input ends by nothing else
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run does what the arguments ask for and returns the exit code.
func run(ctx context.Context, args []string, env func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	command := newCommand(env)
	command.SetArgs(args)
	command.SetIn(stdin)
	command.SetOut(stdout)
	command.SetErr(stderr)
	err := command.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage), errors.Is(err, graph.ErrInvalid):
		fmt.Fprintln(stderr, "treatyctl:", oneLine(err))
		return exitUsage
	case errors.Is(err, errFindings):
		return exitFindings
	default:
		fmt.Fprintln(stderr, "treatyctl:", oneLine(err))
		return exitFailure
	}
}

func newCommand(env func(string) string) *cobra.Command {
	root := &cobra.Command{
		Use:           "treatyctl",
		Short:         "Work on the record that treatygraph serves",
		Long:          usage,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError("%q is no command; treatyctl --help lists them", args[0])
			}
			return nil
		},
		RunE: func(*cobra.Command, []string) error {
			return usageError("a command is missing; treatyctl --help lists them")
		},
	}
	s := newSettings(root.PersistentFlags(), env)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError("%w", err) })
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(newIngestCommand(s), newImportCommand(s), newAlignCommand(s), newReviewCommand(s), newExportCommand(s), newReconcileCommand(s))
	root.AddCommand(newBackupCommand(s), newRestoreCommand(s), newCopyCommand(s), newVerifyCommand(s), newRedactCommand(s))
	return root
}

func usageError(format string, args ...any) error {
	return &flawed{fmt.Errorf(format, args...)}
}

// A flawed error is errUsage and says only what is wrong.
type flawed struct{ error }

func (f *flawed) Is(target error) bool { return target == errUsage }
func (f *flawed) Unwrap() error        { return f.error }

// closing closes at the end of a function and keeps the first error.
func closing(close func() error, err *error) {
	if e := close(); e != nil && *err == nil {
		*err = e
	}
}

// oneLine shows an error on one line, without what would change how a terminal shows it.
func oneLine(err error) string { return visible(strings.Join(strings.Fields(err.Error()), " ")) }
