// Command treatygraph serves a graph of treaties by GraphQL over HTTP. `treatygraph --help` says what can be set.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"treatygraph/corpus"
	"treatygraph/graph"
	"treatygraph/graph/storeurl"
	"treatygraph/httpapi"
	"treatygraph/index"
	"treatygraph/ingest"
)

const (
	exitFailure = 1 // something outside failed
	exitUsage   = 2 // a person set something wrongly

	// writeToken is the environment variable of the secret that lets write; it is no flag, as others see those.
	writeToken = "TREATYGRAPH_WRITE_TOKEN"

	// drainTime bounds how long requests under way are waited for after a signal to end.
	drainTime = 10 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run serves until ctx is done and returns the exit code.
func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	logger := slog.New(slog.NewTextHandler(stderr, nil))
	command := newCommand(env, func(c *cobra.Command, s settings) error { return serve(c.Context(), s, env, stdout, logger) })
	command.SetArgs(args)
	command.SetOut(stdout)
	command.SetErr(stderr)
	err := command.ExecuteContext(ctx)
	switch {
	case err == nil, errors.Is(err, context.Canceled) && ctx.Err() != nil: // asked to end, perhaps before it was ready
		return 0
	case errors.Is(err, errSettings):
		fmt.Fprintln(stderr, "treatygraph:", oneLine(err))
		return exitUsage
	default:
		fmt.Fprintln(stderr, "treatygraph:", oneLine(err))
		return exitFailure
	}
}

// serve opens the record, follows it, applies the corpus, and answers until ctx is done.
func serve(ctx context.Context, s settings, env func(string) string, stdout io.Writer, logger *slog.Logger) (err error) {
	shipped, err := loadCorpus(s.Corpus)
	if err != nil {
		return err
	}
	store, err := openStore(ctx, s.Store, env)
	if err != nil {
		return err
	}
	defer closing(store.Close, &err)
	idx, err := index.Follow(ctx, store, index.Options{Folder: s.indexFolder(), Logger: logger})
	if err != nil {
		return err
	}
	defer closing(idx.Close, &err)
	if err := applyCorpus(ctx, store, idx, shipped, logger); err != nil {
		return err
	}
	face := httpapi.Config{Source: idx, Store: store, Now: time.Now, Logger: logger, Sockets: httpapi.NewSockets()}
	if token := env(writeToken); token != "" {
		face.Auth = httpapi.WriteToken(token)
	}
	server := httpapi.NewServer(face)
	server.ErrorLog = slog.NewLogLogger(logger.Handler(), slog.LevelWarn)
	return listen(ctx, s.Listen, server, face.Sockets, stdout, logger)
}

func loadCorpus(name string) (*ingest.Corpus, error) {
	switch name {
	case "none":
		return &ingest.Corpus{}, nil
	case "builtin":
		return ingest.Load(corpus.Files)
	}
	c, err := ingest.Load(os.DirFS(name))
	if errors.Is(err, graph.ErrInvalid) {
		return nil, fmt.Errorf("%w: --corpus %s: %w", errSettings, name, err)
	}
	return c, err
}

func openStore(ctx context.Context, url string, env func(string) string) (graph.Store, error) {
	store, err := storeurl.Open(ctx, url, env)
	switch {
	case errors.Is(err, graph.ErrInvalid):
		return nil, fmt.Errorf("%w: --store: %w", errSettings, err)
	case err != nil:
		return nil, fmt.Errorf("--store: %w", err)
	}
	return store, nil
}

func applyCorpus(ctx context.Context, store graph.Store, idx *index.Index, c *ingest.Corpus, logger *slog.Logger) error {
	receipts, err := ingest.ApplyCorpus(ctx, store, idx, c, "treatygraph")
	for _, r := range receipts {
		logger.Info("applied", "revision", r.Revision.Number, "written", r.Revision.Written, "closed", r.Revision.Closed, "what", r.Revision.Summary)
	}
	return err
}

// listen serves until ctx is done, then lets the requests and sockets under way end.
func listen(ctx context.Context, address string, server *http.Server, sockets *httpapi.Sockets, stdout io.Writer, logger *slog.Logger) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Fprintf(stdout, "http://%s\n", listener.Addr())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	logger.Info("draining", "most", drainTime)
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		logger.Warn("requests were cut off", "error", err)
		_ = server.Close() // what is left ends here
	}
	if err := sockets.Wait(drain); err != nil {
		logger.Warn("sockets were cut off", "error", err)
	}
	<-failed
	return nil
}

// closing closes at the end of a function and keeps the first error.
func closing(close func() error, err *error) {
	if e := close(); e != nil && *err == nil {
		*err = e
	}
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
