package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/99designs/gqlgen/graphql"
	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"treatygraph/resolvers"
)

const (
	// persistedBytes bounds the documents that clients had this service remember: some 5,000 of usual length. What falls out is sent again.
	persistedBytes = 8 << 20
	// persistedEntry is about what the cache itself keeps for a document, its hash included.
	persistedEntry = 300

	// persistedQuery is the extension by which Apollo's clients send a hash in the place of a document.
	persistedQuery = "persistedQuery"
	// documentID is the extension in which the ID of a trusted document comes to the executor, from any transport.
	documentID = "documentId"
)

// byName finds the document that a request names by an ID or a hash, and refuses those that are not trusted where only such are run. It stands in the
// executor, so that it holds for every transport.
type byName struct {
	trusted     *Trusted
	onlyTrusted bool
	persisted   *otter.Cache[string, string] // by hash
}

func newByName(c Config) byName {
	persisted, err := otter.New(&otter.Options[string, string]{
		MaximumWeight: persistedBytes,
		Weigher:       func(_, document string) uint32 { return uint32(persistedEntry + len(document)) },
	})
	if err != nil {
		panic(err) // the options are ours
	}
	return byName{c.Trusted, c.OnlyTrusted, persisted}
}

// ExtensionName makes byName a graphql.HandlerExtension.
func (byName) ExtensionName() string { return "DocumentsByName" }

// Validate makes byName a graphql.HandlerExtension.
func (byName) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters puts the document in the place of its name.
func (d byName) MutateOperationParameters(_ context.Context, p *graphql.RawParams) *gqlerror.Error {
	hash, err := hashOf(p.Extensions)
	if err != nil {
		return err
	}
	if p.Query == "" {
		if p.Query, err = d.named(p.Extensions, hash); err != nil {
			return err
		}
	} else if hash != "" && hash != digest(p.Query) {
		return resolvers.RefuseAs(resolvers.BadUserInput, "extensions.persistedQuery.sha256Hash: is not the SHA-256 of the query")
	}
	if d.onlyTrusted && !d.trusted.holds(p.Query) {
		return resolvers.RefuseAs(resolvers.Forbidden, "only trusted documents are run here, and this is none; ask who runs the service to add it")
	}
	return nil
}

// MutateOperationContext keeps a document that came with its hash, once it has proven to be good: others would only take its place. The operations of
// trusted documents are few, so that they are observed by name.
func (d byName) MutateOperationContext(_ context.Context, c *graphql.OperationContext) *gqlerror.Error {
	if c.Operation.Name != "" && d.trusted.holds(c.RawQuery) {
		setTrustedName(c, c.Operation.Name)
	}
	if hash, err := hashOf(c.Extensions); err == nil && hash != "" && !d.onlyTrusted {
		d.keep(hash, c.RawQuery)
	}
	return nil
}

// keep keeps a document, unless the hash is not its own: that of a trusted document stands beside the ID by which the document was found.
func (d byName) keep(hash, document string) {
	if _, kept := d.persisted.GetIfPresent(hash); !kept && hash == digest(document) {
		d.persisted.Set(hash, document)
	}
}

// named returns the document that a request without one asks for.
func (d byName) named(extensions map[string]any, hash string) (string, *gqlerror.Error) {
	id, _ := extensions[documentID].(string)
	for _, name := range []string{id, hash} {
		if document, found := d.trusted.document(name); found {
			return document, nil
		}
	}
	switch {
	case id != "" || d.onlyTrusted:
		return "", resolvers.RefuseAs(resolvers.NotFound, "no trusted document has the ID or hash %q", id+hash)
	case hash == "":
		return "", resolvers.RefuseAs(resolvers.BadUserInput, "query: is missing")
	}
	document, found := d.persisted.GetIfPresent(hash)
	if !found {
		return "", resolvers.RefuseAs(resolvers.PersistedQueryNotFound, "PersistedQueryNotFound")
	}
	return document, nil
}

// hashOf reads the extension persistedQuery; empty without one.
func hashOf(extensions map[string]any) (string, *gqlerror.Error) {
	given, is := extensions[persistedQuery]
	if !is || given == nil {
		return "", nil
	}
	fields, _ := given.(map[string]any)
	hash, _ := fields["sha256Hash"].(string)
	if number(fields["version"]) != 1 || hash == "" {
		return "", resolvers.RefuseAs(resolvers.BadUserInput, "extensions.persistedQuery: is not of the form {version: 1, sha256Hash: …}")
	}
	return hash, nil
}

func digest(document string) string {
	sum := sha256.Sum256([]byte(document))
	return hex.EncodeToString(sum[:])
}
