package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
	"treatygraph/graph/storeurl"
	"treatygraph/index"
)

// settings are what all commands share.
type settings struct {
	store string
	index string
	env   func(string) string
}

func newSettings(flags *pflag.FlagSet, env func(string) string) *settings {
	s := &settings{env: env}
	or := func(variable, otherwise string) string {
		if value := env(variable); value != "" {
			return value
		}
		return otherwise
	}
	flags.StringVar(&s.store, "store", or("TREATYGRAPH_STORE", "sqlite:./treatygraph.db"), "where the record is kept: `URL` sqlite:PATH or neo4j://HOST:PORT/DATABASE (also neo4j+s, neo4j+ssc, bolt, bolt+s, bolt+ssc)")
	flags.StringVar(&s.index, "index", or("TREATYGRAPH_INDEX", ""), "`FOLDER` of the saved index; none: nothing is saved; default: PATH.index beside a SQLite file, none for others")
	for name, shown := range map[string]string{"store": "sqlite:./treatygraph.db", "index": ""} {
		flags.Lookup(name).DefValue = shown // an address in the environment may hold a password, which --help is not to show
	}
	return s
}

// A record is an open store with the index that follows it.
type record struct {
	graph.Store
	index *index.Index
}

// open opens the record. With existing, a SQLite file must be there: what only reads makes none.
func (s *settings) open(c *cobra.Command, existing bool) (*record, error) {
	ctx := c.Context()
	store, err := s.openStore(ctx, "--store", s.store, existing)
	if err != nil {
		return nil, err
	}
	logger := slog.New(slog.NewTextHandler(c.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	idx, err := index.Follow(ctx, store, index.Options{Folder: s.indexFolder(), LateTexts: true, Logger: logger})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &record{store, idx}, nil
}

// Close ends the index, then the store.
func (r *record) Close() error { return errors.Join(r.index.Close(), r.Store.Close()) }

// snapshot returns the index at the store's newest revision.
func (r *record) snapshot(ctx context.Context) (*index.Snapshot, error) {
	head, err := r.Head(ctx)
	if err != nil {
		return nil, err
	}
	return r.index.Wait(ctx, head.Revision)
}

// openStore opens a store by its address alone, which errors call by the name given. With existing, a SQLite file must be there.
func (s *settings) openStore(ctx context.Context, name, address string, existing bool) (graph.Store, error) {
	if path, isFresh := freshFile(address); isFresh && existing {
		return nil, usageError("%s: there is no file %s", name, path)
	}
	store, err := storeurl.Open(ctx, address, s.env)
	switch {
	case errors.Is(err, graph.ErrInvalid):
		return nil, usageError("%s: %w", name, err)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return store, nil
}

// file returns the path of a SQLite file.
func (s *settings) file() (string, bool) { return fileOf(s.store) }

func fileOf(address string) (string, bool) {
	path, is := strings.CutPrefix(address, "sqlite:")
	return path, is && path != sqlite.Memory && path != ""
}

// freshFile tells whether an address is that of a SQLite file which is not there yet.
func freshFile(address string) (string, bool) {
	path, isFile := fileOf(address)
	if !isFile {
		return "", false
	}
	_, err := os.Stat(path)
	return path, errors.Is(err, os.ErrNotExist)
}

// indexFolder returns the folder of the saved index, empty for none: as the server does.
func (s *settings) indexFolder() string {
	switch path, isFile := s.file(); {
	case s.index == "none":
		return ""
	case s.index != "":
		return s.index
	case isFile:
		return path + ".index"
	default:
		return ""
	}
}
