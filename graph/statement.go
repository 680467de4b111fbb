package graph

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
)

// A Claim is what is said, whoever says it. Exactly one of Object and Value is set, or neither, as the predicate's row says.
type Claim struct {
	Subject    ID
	Predicate  Predicate
	Object     ID
	Value      *Value
	Valid      Interval
	Qualifiers Qualifiers
}

// Qualifiers are the closed set of details of a claim. Zero fields are not stated.
type Qualifiers struct {
	EffectiveOn Date        // when an act takes effect (VCLT art. 24); zero: when it is done
	Depositary  ID          // with whom an instrument was deposited (VCLT art. 76)
	Place       ID          // where
	OnBehalfOf  ID          // for whom the subject acted
	Vote        string      // for-against-abstaining, for example "14-0-1"
	Ordinal     int         // a place in an order, from 1
	Role        string      // in what capacity
	Note        string      // what a reader must know
	About       StatementID // the statement this one speaks of: an objection's reservation
}

// A StatementID names a claim: the predicate in lower case, a point, the version of the hash and the hash,
// for example "cites.1k3v9…". The same claim has the same ID everywhere.
type StatementID string

// HashSize is the number of bytes of a statement's hash.
const HashSize = 16

// A StatementHash is the hash in a StatementID: the first 16 bytes of the SHA-256 of the claim's canonical encoding.
type StatementHash [HashSize]byte

const (
	hashVersion = '1'
	// hashAlphabet has digits before letters, so that hashes sort the same as bytes and as text.
	hashAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	hashDigits   = (HashSize*8 + 4) / 5
)

var hashText = base32.NewEncoding(hashAlphabet).WithPadding(base32.NoPadding)

var lowerNames, predicateOfLowerName = func() (names [predicateEnd]string, predicates map[string]Predicate) {
	predicates = make(map[string]Predicate, predicateEnd)
	for p, row := range predicateTable {
		names[p] = strings.ToLower(row.Name)
		predicates[names[p]] = Predicate(p)
	}
	delete(predicates, "")
	names[PredUnknown] = "unknown"
	return names, predicates
}()

// lower returns the predicate's name as it stands in a statement ID.
func (p Predicate) lower() string {
	if p >= predicateEnd {
		p = PredUnknown
	}
	return lowerNames[p]
}

// ID returns the statement ID of the claim.
func (c *Claim) ID() StatementID {
	return statementID(c.Predicate, AppendClaim(nil, c))
}

// statementID returns the ID of the claim with the given encoding.
func statementID(p Predicate, claim []byte) StatementID {
	sum := sha256.Sum256(claim)
	return NewStatementID(p, StatementHash(sum[:HashSize]))
}

// NewStatementID joins a predicate and the hash of a claim.
func NewStatementID(p Predicate, hash StatementHash) StatementID {
	id := append(make([]byte, 0, 64), p.lower()...)
	return StatementID(hashText.AppendEncode(append(id, '.', hashVersion), hash[:]))
}

// ParseStatementID checks the form of a statement ID and splits it.
func ParseStatementID(s string) (Predicate, StatementHash, error) {
	var hash StatementHash
	name, text, found := strings.Cut(s, ".")
	p, known := predicateOfLowerName[name]
	if !found || !known {
		return 0, hash, fmt.Errorf(`statement id %s is not of the form "predicate.hash"`, quote(s))
	}
	if text == "" || text[0] != hashVersion {
		return 0, hash, fmt.Errorf("statement id %s has a hash of an unknown version", quote(s))
	}
	var digits [hashDigits]byte
	n := copy(digits[:], text[1:])
	spare := strings.IndexByte(hashAlphabet, digits[hashDigits-1]) & (1<<(hashDigits*5-HashSize*8) - 1)
	if decoded, err := hashText.Decode(hash[:], digits[:]); err != nil || decoded != HashSize || n != len(text)-1 || spare != 0 {
		return 0, hash, fmt.Errorf("statement id %s has a malformed hash", quote(s))
	}
	return p, hash, nil
}

// A Rank is how an assertion stands among others, as its dataset sees it.
type Rank uint8

// The ranks, best first. A deprecated assertion carries a reason.
const (
	RankPreferred Rank = iota + 1
	RankNormal
	RankDeprecated
)

// RankOf returns the rank that assertions of one claim give their statement: the lowest among the curated if there are any, else the highest.
func RankOf(assertions []*Assertion) (rank Rank) {
	curated := Rank(0)
	for _, a := range assertions {
		if a.Method == MethodCurated {
			curated = max(curated, a.Rank)
		}
		if rank == 0 {
			rank = a.Rank
		}
		rank = min(rank, a.Rank)
	}
	if curated != 0 {
		return curated
	}
	return rank
}

// A Method is how an assertion came to be.
type Method uint8

// The methods: written by a person, read from a text by a named rule, taken over from a data set, computed.
const (
	MethodCurated Method = iota + 1
	MethodExtracted
	MethodImported
	MethodDerived
)

var (
	rankNames   = []string{RankPreferred: "PREFERRED", RankNormal: "NORMAL", RankDeprecated: "DEPRECATED"}
	methodNames = []string{MethodCurated: "CURATED", MethodExtracted: "EXTRACTED", MethodImported: "IMPORTED", MethodDerived: "DERIVED"}
)

// String returns the name of the rank, for example "NORMAL".
func (r Rank) String() string { return nameOf(rankNames, int(r)) }

// ParseRank reads the name that String gives.
func ParseRank(s string) (Rank, error) {
	i, err := parseName(rankNames, "rank", s)
	return Rank(i), err
}

// String returns the name of the method, for example "CURATED".
func (m Method) String() string { return nameOf(methodNames, int(m)) }

// ParseMethod reads the name that String gives.
func ParseMethod(s string) (Method, error) {
	i, err := parseName(methodNames, "method", s)
	return Method(i), err
}

func nameOf(names []string, i int) string {
	if i >= len(names) || names[i] == "" {
		return "UNKNOWN"
	}
	return names[i]
}

func parseName(names []string, what, s string) (int, error) {
	for i, name := range names {
		if name == s && name != "" {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s %s is not known", what, quote(s))
}

// Thousandths is a degree of confidence or a score between 0 and 1, exact in a hashable encoding: 0 means not stated, 1,000 is certain.
type Thousandths uint16

// An Assertion is one claim made by one dataset: the unit that is recorded, versioned, loaded and closed.
type Assertion struct {
	Claim
	Dataset    ID
	Rank       Rank
	Reason     string // why it is deprecated; else empty
	Method     Method
	Rule       string // the name of the rule that read it, with MethodExtracted; else empty
	Confidence Thousandths
	Evidence   []Evidence // in reading order
	Redacted   Digest     // of the body that was removed: nothing but Subject, Predicate, Dataset, Rank and Method is left; empty: it is whole
}

// Evidence is where an assertion can be seen. For a text that is held: the text, a span of it and the quote that stands there.
// For a source that is not: a citation, with a URL if there is one.
type Evidence struct {
	Text     TextHash
	Document ID
	Passage  ID
	Start    int // first code point of the text
	End      int // the code point after the last
	Quote    string
	Lang     Language
	Score    Thousandths
	Reason   string
	Citation string
	URL      string
}

// An AssertionKey names an assertion without its version: at most one version of it is open.
type AssertionKey struct {
	Statement StatementID
	Dataset   ID
}

// Key returns the assertion's key.
func (a *Assertion) Key() AssertionKey { return AssertionKey{a.Claim.ID(), a.Dataset} }

// A RevisionNumber counts a store's revisions from 1; 0 is the empty store.
type RevisionNumber uint64

// A Ref names one recorded version of one assertion: claim, dataset, and the revision that wrote it. What it names never changes.
type Ref struct {
	Statement StatementID
	Dataset   ID
	From      RevisionNumber
}

// Compare orders Refs by the revision that wrote them, then statement, then dataset: the order in which a store grows.
func (r Ref) Compare(o Ref) int {
	switch {
	case r.From != o.From:
		if r.From < o.From {
			return -1
		}
		return 1
	case r.Statement != o.Statement:
		return strings.Compare(string(r.Statement), string(o.Statement))
	default:
		return strings.Compare(string(r.Dataset), string(o.Dataset))
	}
}

// String is for logs and errors.
func (r Ref) String() string { return fmt.Sprintf("%s by %s at %d", r.Statement, r.Dataset, r.From) }
