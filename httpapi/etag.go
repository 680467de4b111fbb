package httpapi

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"treatygraph/resolvers"
)

// fixedAge is how many seconds an answer that no write and no day can change may be kept without asking again: a day and not for ever, since a newer
// version of the service may answer better.
const fixedAge = 24 * 60 * 60

// caching is what a client is told of keeping an answer.
type caching struct {
	tag     string // empty: the answer has none
	control string
}

// uncached is for what is written, what failed, and what was asked with a token.
var uncached = caching{control: "no-store"}

// build stands in every tag, as another build may answer otherwise: the version, or where the build does not know its own, this run.
var build = func() string {
	if v := version(); v != "unknown" && v != "(devel)" && !strings.HasSuffix(v, "+dirty") {
		return v
	}
	return rand.Text()
}()

// cachingOf says how long the answer of an operation that was not yet executed stays what it is. The tag is made of all that the answer depends on,
// so that a client's is known to be fresh without asking the store. It is a weak one: the answer is sent in several codings.
func cachingOf(r *http.Request, c *graphql.OperationContext) caching {
	if r.Method != http.MethodGet || r.Header.Get("Authorization") != "" {
		return uncached
	}
	basis, fixed, known := resolvers.BasisOf(c)
	if !known {
		return uncached
	}
	question, err := json.Marshal([]any{build, basis, responseType(r), c.RawQuery, c.OperationName, c.Variables, c.Extensions})
	if err != nil {
		return uncached
	}
	sum := sha256.Sum256(question)
	keep := caching{tag: `W/"` + hex.EncodeToString(sum[:16]) + `"`, control: "public, no-cache"}
	if fixed {
		keep.control = fmt.Sprintf("public, max-age=%d", fixedAge)
	}
	return keep
}

// matches tells whether the client has the answer already (RFC 9110, section 13.1.2).
func (k caching) matches(r *http.Request) bool {
	if k.tag == "" {
		return false
	}
	for tag := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		if tag = strings.TrimSpace(tag); tag == k.tag || "W/"+tag == k.tag {
			return true
		}
	}
	return false
}

func (k caching) write(header http.Header) {
	header.Set("Cache-Control", k.control)
	if k.tag != "" {
		header.Set("ETag", k.tag)
	}
}
