// Command treatygraph serves a graph of treaties by GraphQL over HTTP. `treatygraph --help` says what can be set.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"treatygraph/corpus"
	"treatygraph/edit"
	"treatygraph/export"
	"treatygraph/export/parquet"
	"treatygraph/graph"
	"treatygraph/graph/guard"
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
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run serves until ctx is done and returns the exit code.
func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	command := newCommand(env, func(c *cobra.Command, s settings) error {
		return serve(c.Context(), s, env, stdout, s.Log.logger(stderr))
	})
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
	trusted, err := loadTrusted(s.Trusted)
	if err != nil {
		return err
	}
	keys, err := loadTLS(s, logger)
	if err != nil {
		return err
	}
	store, err := openStore(ctx, s.Store, env)
	if err != nil {
		return err
	}
	defer closing(store.Close, &err)
	tracer, endTraces, err := httpapi.NewTracer(ctx, env, logger)
	if err != nil {
		return fmt.Errorf("%w: %w", errSettings, err)
	}
	defer closing(endTraces, &err)
	metrics := httpapi.NewMetrics()
	store = guard.Observe(store, httpapi.ObserveStore(metrics, tracer))
	contents := guard.NewContents(store, s.Guard)
	idx, err := index.Follow(ctx, store, index.Options{Folder: s.indexFolder(), Logger: logger, Contents: contents})
	if err != nil {
		return err
	}
	defer closing(idx.Close, &err)
	if err := applyCorpus(ctx, store, idx, shipped, logger); err != nil {
		return err
	}
	metrics.WatchIndex(idx)
	metrics.WatchContents(contents)
	sockets := httpapi.NewSockets()
	face := httpapi.Config{
		Source: idx, Store: store, Now: time.Now, Logger: logger, Metrics: metrics, Tracer: tracer,
		Auth:    authenticator(s, env, logger),
		Desk:    &edit.Desk{Store: store, Index: idx, Documents: ingest.Documents{Store: store, Index: idx}},
		Formats: slices.Concat(export.Formats, []*export.Format{parquet.Parquet}),
		Origins: s.Origins, Trusted: trusted, OnlyTrusted: s.OnlyTrusted, Sockets: sockets, Drain: &httpapi.Drain{Delay: s.DrainDelay, Sockets: sockets},
	}
	s.Limits.face(&face)
	server := httpapi.NewServer(face)
	server.ErrorLog = slog.NewLogLogger(logger.Handler(), slog.LevelWarn)
	server.TLSConfig = keys
	if s.Debug != "" {
		end, err := listenForDebugging(s.Debug, logger)
		if err != nil {
			return err
		}
		defer end()
	}
	return listen(ctx, s.Listen, server, face.Drain, stdout, logger)
}

// authenticator returns who tells who asks; nil when nothing is configured.
func authenticator(s settings, env func(string) string, logger *slog.Logger) httpapi.Authenticator {
	var all httpapi.Authenticators
	if token := env(writeToken); token != "" {
		all = append(all, httpapi.WriteToken(token))
	}
	if o := s.OIDC; o.Issuer != "" {
		all = append(all, httpapi.NewOIDC(o.Issuer, o.Audience, o.WriteScope, time.Now, logger))
	}
	if len(all) == 0 {
		return nil
	}
	return all
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

func loadTrusted(file string) (*httpapi.Trusted, error) {
	if file == "" {
		return nil, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%w: --trusted-documents: %w", errSettings, err)
	}
	trusted, err := httpapi.ParseTrusted(content)
	if err != nil {
		return nil, fmt.Errorf("%w: --trusted-documents %s: %w", errSettings, file, err)
	}
	return trusted, nil
}

func loadTLS(s settings, logger *slog.Logger) (*tls.Config, error) {
	if s.TLSCert == "" {
		return nil, nil
	}
	keys, err := httpapi.NewTLS(s.TLSCert, s.TLSKey, logger)
	if err != nil {
		return nil, fmt.Errorf("%w: --tls-cert: %w", errSettings, err)
	}
	return keys, nil
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
func listen(ctx context.Context, address string, server *http.Server, drain *httpapi.Drain, stdout io.Writer, logger *slog.Logger) error {
	listener, err := httpapi.Listen(ctx, address)
	if err != nil {
		return err
	}
	scheme := "http"
	if server.TLSConfig != nil {
		scheme = "https"
	}
	fmt.Fprintf(stdout, "%s://%s\n", scheme, listener.Addr())
	return drain.Serve(ctx, listener, server, logger)
}

// listenForDebugging serves Go's profiles until end is called.
func listenForDebugging(address string, logger *slog.Logger) (end func(), err error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--debug-listen: %w", err)
	}
	server, ended := httpapi.NewDebugServer(), make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener) // it ends with the program
	}()
	logger.Info("profiles", "url", fmt.Sprintf("http://%s/debug/pprof/", listener.Addr()))
	return func() {
		_ = server.Close() // a profile under way ends here
		<-ended
	}, nil
}

// closing closes at the end of a function and keeps the first error.
func closing(close func() error, err *error) {
	if e := close(); e != nil && *err == nil {
		*err = e
	}
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
