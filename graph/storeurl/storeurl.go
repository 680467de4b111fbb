// Package storeurl opens a store by its address.
package storeurl

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"treatygraph/graph"
	"treatygraph/graph/sqlite"
)

// openers holds one function for each scheme; it gets what stands after the colon.
var openers = map[string]func(ctx context.Context, rest string) (graph.Store, error){
	"sqlite": openSQLite,
}

// Open opens the store at an address:
//
//	sqlite:PATH        a file, made when it is not there; its folder must exist
//	sqlite::memory:    a store in memory, which ends with its handle
//
// A wrong address is ErrUnavailable, with one sentence. No error repeats more of an address than its scheme and the path of a file,
// because addresses of servers hold credentials.
func Open(ctx context.Context, url string) (graph.Store, error) {
	scheme, rest, found := strings.Cut(url, ":")
	switch {
	case url == "":
		return nil, fmt.Errorf("%w: the store's address is empty; known are %s", graph.ErrUnavailable, known())
	case !found:
		return nil, fmt.Errorf("%w: the store's address has no scheme; known are %s", graph.ErrUnavailable, known())
	}
	open := openers[scheme]
	if open == nil {
		if !isScheme(scheme, rest) {
			return nil, fmt.Errorf("%w: the store's address does not begin with a scheme; known are %s", graph.ErrUnavailable, known())
		}
		return nil, fmt.Errorf("%w: the store's address has the unknown scheme %s:; known are %s", graph.ErrUnavailable, scheme, known())
	}
	return open(ctx, rest)
}

func openSQLite(ctx context.Context, path string) (graph.Store, error) {
	switch {
	case path == "":
		return nil, fmt.Errorf("%w: the store's address sqlite: lacks the path of a file", graph.ErrUnavailable)
	case strings.HasPrefix(path, "//"):
		return nil, fmt.Errorf("%w: the store's address is written sqlite:PATH, without //", graph.ErrUnavailable)
	}
	store, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return nil, err // not the nil *Store in a graph.Store
	}
	return store, nil
}

// isScheme tells whether s can be shown: an address without scheme, user:password@host, begins with what nobody should see.
func isScheme(s, rest string) bool {
	const most = 16
	return s != "" && len(s) <= most && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789+") == "" &&
		(strings.HasPrefix(rest, "//") || !strings.Contains(rest, "@"))
}

func known() string {
	var list []string
	for scheme := range openers {
		list = append(list, scheme+":")
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}
