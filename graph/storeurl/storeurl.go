// Package storeurl opens a store by its address.
package storeurl

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"treatygraph/graph"
	"treatygraph/graph/neo4j"
	"treatygraph/graph/sqlite"
)

// A store is reached by what stands after the scheme's colon.
type opener func(ctx context.Context, scheme, rest string, env func(string) string) (graph.Store, error)

// openers holds one function for each scheme. The neo4j and bolt schemes are the driver's: neo4j routes within a cluster, bolt stays with
// one server, +s encrypts and checks the certificate, +ssc encrypts and trusts any.
var openers = map[string]opener{
	"sqlite": openSQLite,
	"neo4j":  openNeo4j, "neo4j+s": openNeo4j, "neo4j+ssc": openNeo4j,
	"bolt": openNeo4j, "bolt+s": openNeo4j, "bolt+ssc": openNeo4j,
}

// known is what an error offers.
const known = "known are sqlite:, neo4j: and bolt:"

// The environment variables with the credentials of an address that has none.
const (
	UserVariable     = "TREATYGRAPH_NEO4J_USER"
	PasswordVariable = "TREATYGRAPH_NEO4J_PASSWORD"
)

// Open opens the store at an address:
//
//	sqlite:PATH                              a file, made when it is not there; its folder must exist
//	sqlite::memory:                          a store in memory, which ends with its handle
//	neo4j://[USER:PASSWORD@]HOST[:PORT][/DATABASE]   a Neo4j database, in a cluster too; also neo4j+s, neo4j+ssc, bolt, bolt+s, bolt+ssc
//
// What the address lacks of user and password is taken from the environment; without a user there is no authentication. A wrong address is ErrInvalid, what
// cannot be opened ErrUnavailable or ErrCorrupt, each with one sentence. No error repeats credentials.
func Open(ctx context.Context, address string, env func(string) string) (graph.Store, error) {
	scheme, rest, found := strings.Cut(address, ":")
	switch {
	case address == "":
		return nil, invalid("is empty; " + known)
	case !found:
		return nil, invalid("has no scheme; " + known)
	}
	open := openers[scheme]
	if open == nil {
		if !isScheme(scheme, rest) {
			return nil, invalid("does not begin with a scheme; " + known)
		}
		return nil, invalid("has the unknown scheme " + scheme + ":; " + known)
	}
	return open(ctx, scheme, rest, env)
}

func invalid(what string) error {
	return fmt.Errorf("%w: the store's address %s", graph.ErrInvalid, what)
}

func openSQLite(ctx context.Context, _, path string, _ func(string) string) (graph.Store, error) {
	switch {
	case path == "":
		return nil, invalid("sqlite: lacks the path of a file")
	case strings.HasPrefix(path, "//"):
		return nil, invalid("is written sqlite:PATH, without //")
	}
	store, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return nil, err // not the nil *Store in a graph.Store
	}
	return store, nil
}

func openNeo4j(ctx context.Context, scheme, rest string, env func(string) string) (graph.Store, error) {
	u, err := url.Parse(scheme + ":" + rest)
	if err != nil || u.Host == "" {
		return nil, invalid("is not of the form " + scheme + "://USER:PASSWORD@HOST:PORT/DATABASE; special characters are percent-encoded")
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return nil, invalid("of a Neo4j takes nothing after the database's name")
	}
	o := neo4j.Options{Database: strings.Trim(u.Path, "/")}
	if strings.Contains(o.Database, "/") {
		return nil, invalid("names more than one database")
	}
	o.User, o.Password = env(UserVariable), env(PasswordVariable)
	if u.User != nil {
		o.User = u.User.Username()
		if password, given := u.User.Password(); given {
			o.Password = password
		}
	}
	if o.User == "" && o.Password != "" {
		return nil, invalid("has a password without a user")
	}
	store, err := neo4j.Open(ctx, scheme+"://"+u.Host, o)
	if err != nil {
		return nil, err
	}
	return store, nil
}

// isScheme tells whether s can be shown: an address without scheme, user:password@host, begins with what nobody should see.
func isScheme(s, rest string) bool {
	const most = 16
	return s != "" && len(s) <= most && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789+") == "" &&
		(strings.HasPrefix(rest, "//") || !strings.Contains(rest, "@"))
}
