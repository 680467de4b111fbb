package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// What must be removed for legal reasons leaves a tombstone: the canonical encoding of an assertion of which nothing is left but subject,
// predicate, dataset, rank and method, with the digest of the body that stood there as its last field. The digests of revisions cover
// bodies by their digests, so that they stay what they were.

const (
	redactedField = `,"redacted":"`
	// redactedTail is what ends a tombstone. No other canonical encoding ends so: within a string the quotes would be escaped.
	redactedTail = len(redactedField) + 2*sha256.Size + len(`"}`)
)

// Tombstone returns what is to stand in place of a body. A tombstone is its own.
func Tombstone(body string) (string, error) {
	if IsTombstone(body) {
		return body, nil
	}
	a, err := DecodeAssertion(body)
	if err != nil {
		return "", fmt.Errorf("redact: %w", err)
	}
	left := Assertion{Claim: Claim{Subject: a.Subject, Predicate: a.Predicate}, Dataset: a.Dataset, Rank: a.Rank, Method: a.Method, Redacted: bodyDigest(body)}
	return string(AppendAssertion(nil, &left)), nil
}

// IsTombstone tells whether a body is a tombstone.
func IsTombstone(body string) bool {
	_, is := redactedDigest(body)
	return is
}

// redactedDigest returns the digest that a tombstone keeps; false for a body that is whole.
func redactedDigest(body string) (Digest, bool) {
	if len(body) < redactedTail || !strings.HasPrefix(body[len(body)-redactedTail:], redactedField) || !strings.HasSuffix(body, `"}`) {
		return "", false
	}
	return Digest(body[len(body)-redactedTail+len(redactedField) : len(body)-len(`"}`)]), true
}

// bodyDigest returns the digest by which a body, or its tombstone, stands in the digest of its revision.
func bodyDigest(body string) Digest {
	if digest, is := redactedDigest(body); is {
		return digest
	}
	sum := sha256.Sum256([]byte(body))
	return Digest(hex.EncodeToString(sum[:]))
}

// Texts visits the texts in which an assertion stands: the one it is a span of, and those it quotes.
func (a *Assertion) Texts(visit func(TextHash)) {
	if v := a.Value; v != nil && v.Kind == ValueSpan {
		visit(v.Hash)
	}
	for i := range a.Evidence {
		if hash := a.Evidence[i].Text; hash != "" {
			visit(hash)
		}
	}
}

// StandsFor tells whether a recorded body is the given one, or the tombstone of it.
func StandsFor(recorded, body string) bool {
	return recorded == body || bodyDigest(recorded) == bodyDigest(body)
}
