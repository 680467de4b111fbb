package index

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"treatygraph/graph"
)

const (
	// MaxPermalink bounds a permalink, in characters.
	MaxPermalink = 1536
	// maxPermalinkBody bounds what a permalink unfolds to.
	maxPermalinkBody = 1 << 16

	permalinkFormat = 1
	permalinkSum    = 8 // bytes of the checksum
	permalinkDigest = 8 // bytes of the revision's digest
	// maxPermalinkMore bounds the seeds that may have been left out.
	maxPermalinkMore = 1 << 31
)

// ErrPermalink is the class of errors of OpenPermalink. Their text says to people what is wrong.
var ErrPermalink = errors.New("permalink")

// ErrPermalinkLength: the query names more than a permalink has room for.
var ErrPermalinkLength = fmt.Errorf("%w would be longer than %d characters", ErrPermalink, MaxPermalink)

// Permalink returns a text from which OpenPermalink makes the query again, with its seeds, in whatever way they were found, and the
// revision it is asked of, so that its answer is the same whatever is written later. It is
//
//	base64url(format, checksum of the rest, deflate(body))
//
// where the body is the version of the ranking, the revision with the beginning of its digest, the day, the numbers, and the names of
// predicates, kinds and entities, each list sorted. Numbers of predicates and kinds are no part of it, since they change as the model
// grows. It needs no key: whoever can make one can as well ask the query.
func (s *Snapshot) Permalink(q SubgraphQuery) (string, error) {
	body, err := s.permalinkBody(&q)
	if err != nil {
		return "", err
	}
	var folded bytes.Buffer
	w, _ := flate.NewWriter(&folded, flate.BestCompression) // the level is one there is
	w.Write(body)
	w.Close()
	token := sealPermalink(folded.Bytes())
	if len(token) > MaxPermalink || len(body) > maxPermalinkBody {
		return "", ErrPermalinkLength
	}
	return token, nil
}

func sealPermalink(folded []byte) string {
	sum := sha256.Sum256(folded)
	return cursorText.EncodeToString(slices.Concat([]byte{permalinkFormat}, sum[:permalinkSum], folded))
}

// permalinkBody writes a query. The same query is always the same bytes.
func (s *Snapshot) permalinkBody(q *SubgraphQuery) ([]byte, error) {
	revision := graph.RevisionNumber(s.at(q.At).Revision)
	digest, err := s.permalinkDigest(revision)
	if err != nil {
		return nil, err
	}
	b := binary.AppendUvarint(nil, SubgraphRanking)
	b = binary.AppendUvarint(b, uint64(revision))
	b = append(b, digest...)
	if q.At.ValidOn == nil {
		b = append(b, 0)
	} else {
		b = binary.AppendVarint(append(b, 1), int64(*q.At.ValidOn))
	}
	evidenced := byte(0)
	if q.Evidenced != nil {
		if evidenced = 1; *q.Evidenced {
			evidenced = 2
		}
	}
	b = append(b, evidenced, byte(q.Order))
	for _, n := range []int{q.Depth, q.MaxNodes, q.MaxStatements, q.MoreSeeds} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	var predicates, kinds, document, without, seeds []string
	for _, p := range q.Predicates {
		predicates = append(predicates, p.String())
	}
	for _, k := range graph.Kinds() {
		if q.Kinds.Has(k) {
			kinds = append(kinds, k.String())
		}
	}
	if q.Document != "" {
		document = []string{string(q.Document)}
	}
	for _, id := range q.Without {
		without = append(without, string(id))
	}
	for _, id := range q.Seeds {
		seeds = append(seeds, string(id))
	}
	for _, list := range [][]string{predicates, kinds, document, without, seeds} {
		b = appendSorted(b, list)
	}
	return b, nil
}

func (s *Snapshot) permalinkDigest(n graph.RevisionNumber) ([]byte, error) {
	r, ok := s.Revision(n)
	if !ok {
		return nil, fmt.Errorf("%w: nothing is recorded yet", ErrPermalink)
	}
	digest, err := hex.DecodeString(string(r.Digest))
	if err != nil || len(digest) < permalinkDigest {
		return nil, fmt.Errorf("%w: revision %d has no digest", graph.ErrCorrupt, n)
	}
	return digest[:permalinkDigest], nil
}

// appendSorted writes a list in order, each item once.
func appendSorted(b []byte, list []string) []byte {
	list = slices.Clone(list)
	slices.Sort(list)
	list = slices.Compact(list)
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, item := range list {
		b = append(append(b, item...), '\n')
	}
	return b
}

func badPermalink(format string, args ...any) error {
	return &permalinkError{fmt.Sprintf(format, args...)}
}

// A permalinkError is an ErrPermalink with nothing but its reason in the text.
type permalinkError struct{ reason string }

func (e *permalinkError) Error() string        { return e.reason }
func (e *permalinkError) Is(target error) bool { return target == ErrPermalink }

// OpenPermalink returns the query that a permalink holds, as of its revision. It trusts nothing of the text and unfolds no more than
// maxPermalinkBody bytes. All errors are ErrPermalink, but for a corrupt record.
func (s *Snapshot) OpenPermalink(token string) (SubgraphQuery, error) {
	var none SubgraphQuery
	if len(token) > MaxPermalink {
		return none, badPermalink("it is longer than %d characters", MaxPermalink)
	}
	raw, err := cursorText.DecodeString(token)
	if err != nil || len(raw) <= 1+permalinkSum {
		return none, badPermalink("it is no permalink of a subgraph; was it copied whole?")
	}
	if raw[0] != permalinkFormat {
		return none, badPermalink("it has another form than those of this version")
	}
	folded := raw[1+permalinkSum:]
	if sum := sha256.Sum256(folded); !bytes.Equal(sum[:permalinkSum], raw[1:1+permalinkSum]) {
		return none, badPermalink("it was changed or cut; its checksum does not match")
	}
	source := bytes.NewReader(folded)
	body, err := io.ReadAll(io.LimitReader(flate.NewReader(source), maxPermalinkBody+1))
	if err != nil || len(body) > maxPermalinkBody || source.Len() > 0 {
		return none, badPermalink("it does not unfold to what a permalink holds")
	}
	q, digest, err := readPermalink(body)
	if err != nil {
		return none, err
	}
	if newest := s.head.Revision; q.At.Revision > newest {
		return none, badPermalink("it is of revision %d; the newest here is %d", q.At.Revision, newest)
	}
	switch here, err := s.permalinkDigest(q.At.Revision); {
	case err != nil:
		return none, err
	case !bytes.Equal(here, digest):
		return none, badPermalink("it is of another record: revision %d has other contents here", q.At.Revision)
	}
	// One query has one body: what reads the same but is written otherwise was made by nobody.
	if again, err := s.permalinkBody(&q); err != nil || !bytes.Equal(again, body) {
		return none, badPermalink("it is not written as permalinks are")
	}
	return q, nil
}

// readPermalink reads a body.
func readPermalink(body []byte) (q SubgraphQuery, digest []byte, err error) {
	r := permalinkReader{rest: body}
	if version := r.number(1 << 31); r.err == nil && version != SubgraphRanking {
		return q, nil, badPermalink("it was made under version %d of the rules that choose what a subgraph keeps; those here are version %d", version, SubgraphRanking)
	}
	q.At.Revision = graph.RevisionNumber(r.number(MaxRevision))
	digest = r.bytes(permalinkDigest)
	if r.number(1) == 1 {
		day := graph.Day(r.signed(int64(graph.MinDay), int64(graph.MaxDay)))
		q.At.ValidOn = &day
	}
	if evidenced := r.number(2); evidenced > 0 {
		yes := evidenced == 2
		q.Evidenced = &yes
	}
	q.Order = StatementOrder(r.number(uint64(OrderNewestStatement)))
	q.Depth, q.MaxNodes, q.MaxStatements = int(r.number(MaxSubgraphDepth)), int(r.number(MaxSubgraphNodes)), int(r.number(MaxSubgraphStatements))
	q.MoreSeeds = int(r.number(maxPermalinkMore))
	for _, name := range r.list() {
		p, err := graph.ParsePredicate(name)
		r.check(err)
		q.Predicates = append(q.Predicates, p)
	}
	for _, name := range r.list() {
		k, err := graph.ParseKind(name)
		r.check(err)
		q.Kinds |= graph.Set(k)
	}
	var document []graph.ID
	for _, ids := range []*[]graph.ID{&document, &q.Without, &q.Seeds} {
		for _, text := range r.list() {
			id, err := graph.ParseID(text)
			r.check(err)
			*ids = append(*ids, id)
		}
	}
	if len(document) == 1 {
		q.Document = document[0]
	}
	if len(document) > 1 || len(r.rest) > 0 || q.MaxNodes == 0 || q.MaxStatements == 0 || len(q.Seeds) > q.MaxNodes {
		r.fail()
	}
	return q, digest, r.err
}

// A permalinkReader reads a body and remembers the first error, after which it gives zeros.
type permalinkReader struct {
	rest []byte
	err  error
}

func (r *permalinkReader) fail() {
	if r.err == nil {
		r.err = badPermalink("it does not hold what a permalink holds")
	}
	r.rest = nil
}

func (r *permalinkReader) check(err error) {
	if err != nil {
		r.fail()
	}
}

func (r *permalinkReader) number(most uint64) uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n > most {
		r.fail()
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *permalinkReader) signed(least, most int64) int64 {
	n, size := binary.Varint(r.rest)
	if size <= 0 || n < least || n > most {
		r.fail()
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *permalinkReader) bytes(n int) []byte {
	if n > len(r.rest) {
		r.fail()
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *permalinkReader) list() (list []string) {
	for n := r.number(uint64(len(r.rest))); n > 0 && r.err == nil; n-- {
		item, rest, ended := bytes.Cut(r.rest, []byte{'\n'})
		if !ended {
			r.fail()
			return nil
		}
		list, r.rest = append(list, string(item)), rest
	}
	return list
}
