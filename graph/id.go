// Package graph is the model of treatygraph: entities, the statements made about them, the assertions of those statements by
// datasets, and the Store port that keeps them. It knows nothing of GraphQL, SQL, Cypher or HTTP.
package graph

import (
	"fmt"
	"strings"
)

// An ID names an entity for ever: "kind/slug", lower-case ASCII, for example "treaty/start-i" or "passage/e-cn.15-2008-21/zh/1/12".
// The first part is the kind's prefix; each further part begins with a letter or digit and holds letters, digits, '.', '_' and '-'.
type ID string

// MaxIDBytes bounds an ID, so that keys of both stores' indexes stay short.
const MaxIDBytes = 200

// ParseID checks the form of an ID and that its kind is known. It changes nothing: an ID has one spelling.
func ParseID(s string) (ID, error) {
	if len(s) > MaxIDBytes {
		return "", fmt.Errorf("id %s is longer than %d bytes", quote(s), MaxIDBytes)
	}
	prefix, slug, found := strings.Cut(s, "/")
	if !found || prefix == "" || slug == "" {
		return "", fmt.Errorf(`id %s is not of the form "kind/slug"`, quote(s))
	}
	if kindOfPrefix(prefix) == KindUnknown {
		return "", fmt.Errorf("id %s: %s is not a kind", quote(s), quote(prefix))
	}
	for part := range strings.SplitSeq(slug, "/") {
		if err := checkSlug(part); err != nil {
			return "", fmt.Errorf("id %s: %w", quote(s), err)
		}
	}
	return ID(s), nil
}

func checkSlug(part string) error {
	if part == "" {
		return fmt.Errorf("a part between slashes is empty")
	}
	for i := range len(part) {
		c := part[i]
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		case (c == '.' || c == '_' || c == '-') && i > 0:
		case c >= 'A' && c <= 'Z':
			return fmt.Errorf("%q is not lower case", c)
		default:
			return fmt.Errorf("character %q at byte %d of %s is not allowed there", part[i:i+1], i, quote(part))
		}
	}
	return nil
}

// Kind returns the kind the ID begins with, KindUnknown for an ID that ParseID refuses for its kind.
func (id ID) Kind() Kind {
	prefix, _, _ := strings.Cut(string(id), "/")
	return kindOfPrefix(prefix)
}

// quote shows a user's input in an error, shortened so that no error repeats a long input.
func quote(s string) string {
	const most = 60
	if len(s) <= most {
		return fmt.Sprintf("%q", s)
	}
	cut := most
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return fmt.Sprintf("%q…", s[:cut])
}
