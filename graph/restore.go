package graph

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Restoration is a revision of another store's history that has passed every check that needs no store, and knows what the store must
// look up for the rest. A store asks Follows or Repeats, then Check, all under its lock.
type Restoration struct {
	change   Change
	texts    []*Text // in the order of the change's
	subjects []ID
}

// PrepareRestore checks all of a revision that can be checked without a store. Change and texts must not change afterwards.
func PrepareRestore(c *Change, texts []*Text) (*Restoration, error) {
	r := &Restoration{change: *c, texts: slices.Clone(texts)}
	r.change.Revision.At = c.Revision.At.UTC()
	if field, err := checkRevision(c); err != nil {
		return nil, r.invalid("", field, "%v", err)
	}
	size := 0
	var a Assertion
	var buffer []byte
	for i := range c.Written {
		v := &c.Written[i]
		if i > 0 && c.Written[i-1].Ref.Compare(v.Ref) >= 0 {
			return nil, r.invalid(fmt.Sprintf("written[%d]", i), "ref", "%v does not come after %v", v.Ref, c.Written[i-1].Ref)
		}
		field, err := checkVersion(v, c.Revision.Number, &a, &buffer)
		if err != nil {
			return nil, r.invalid(fmt.Sprintf("written[%d] %s", i, v.Ref.Statement), field, "%v", err)
		}
		r.subjects = append(r.subjects, a.Subject)
		if a.Redacted == "" { // a tombstone may be longer than what it stands for
			size += len(v.Body)
		}
	}
	r.subjects = unique(r.subjects)
	for i, ref := range c.Closed {
		if i > 0 && c.Closed[i-1].Compare(ref) >= 0 {
			return nil, r.invalid(fmt.Sprintf("closed[%d]", i), "ref", "%v does not come after %v", ref, c.Closed[i-1])
		}
	}
	for i, t := range r.texts {
		check := checkText
		if t != nil && t.Redacted {
			check = checkRedactedText
		}
		if field, err := check(t); err != nil {
			return nil, r.invalid(fmt.Sprintf("text[%d]", i), field, "%v", err)
		}
		size += len(t.Body) + len(t.Original)
	}
	slices.SortFunc(r.texts, func(a, b *Text) int { return strings.Compare(string(a.Hash), string(b.Hash)) })
	if !slices.EqualFunc(r.texts, c.Texts, func(t *Text, hash TextHash) bool { return t.Hash == hash }) {
		return nil, r.invalid("", "texts", "those that came are not those of the revision, in the order of their hashes")
	}
	if size > MaxBatchBytes {
		return nil, r.invalid("", "size", "%d bytes are more than %d", size, MaxBatchBytes)
	}
	return r, nil
}

// checkRedactedText asks that nothing is left of a text but what it is called and its language.
func checkRedactedText(t *Text) (field string, err error) {
	if t.Body != "" || len(t.Original) > 0 {
		return "redacted", fmt.Errorf("nothing may be left of its words")
	}
	if err := t.Hash.check(); err != nil {
		return "hash", err
	}
	if err := t.Lang.check(); err != nil {
		return "lang", err
	}
	return "", nil
}

// Number is the revision's.
func (r *Restoration) Number() RevisionNumber { return r.change.Revision.Number }

func (r *Restoration) invalid(record, field, format string, args ...any) error {
	name := fmt.Sprintf("revision %d", r.change.Revision.Number)
	if record != "" {
		name += ": " + record
	}
	return &InvalidError{name, field, fmt.Sprintf(format, args...)}
}

func checkRevision(c *Change) (field string, err error) {
	r := &c.Revision
	switch {
	case r.Number == 0:
		return "number", fmt.Errorf("begins at 1")
	case r.At.Nanosecond()%int(time.Microsecond) != 0:
		return "at", fmt.Errorf("is not in whole microseconds")
	case r.At.UTC().Year() < 1 || r.At.UTC().Year() > 9999:
		return "at", fmt.Errorf("is not of the years 1 to 9999")
	case r.Key == "" || len(r.Key) > MaxKeyBytes || checkUTF8(r.Key) != nil:
		return "key", fmt.Errorf("must be a text of 1 to %d bytes", MaxKeyBytes)
	case len(c.Written) != r.Written || len(c.Written) > MaxBatchRecords:
		return "written", fmt.Errorf("%d came, %d were announced, and %d are the most", len(c.Written), r.Written, MaxBatchRecords)
	case len(c.Closed) != r.Closed || len(c.Closed) > MaxBatchRecords:
		return "closed", fmt.Errorf("%d came, %d were announced, and %d are the most", len(c.Closed), r.Closed, MaxBatchRecords)
	}
	for _, d := range []struct {
		field  string
		digest Digest
	}{{"batchDigest", r.BatchDigest}, {"digest", r.Digest}} {
		if !d.digest.isWhole() {
			return d.field, fmt.Errorf("is not 64 lower-case hexadecimal digits")
		}
	}
	if err := checkNote(r.Author); err != nil {
		return "author", err
	}
	if err := checkNote(r.Summary); err != nil {
		return "summary", err
	}
	return "", nil
}

// isWhole tells whether the digest has the form of one that is not empty.
func (d Digest) isWhole() bool {
	return len(d) == 2*sha256.Size && strings.Trim(string(d), hexDigits) == ""
}

// checkVersion decodes a recorded body into a, whose memory and the buffer's are used again, and holds it against its Ref. It asks for what
// stores and indexes rely on, not for every rule that an assertion must keep today: a history may be older than a rule.
func checkVersion(v *Version, number RevisionNumber, a *Assertion, buffer *[]byte) (field string, err error) {
	if v.Ref.From != number {
		return "from", fmt.Errorf("%d is not the revision's number", v.Ref.From)
	}
	p, _, err := ParseStatementID(string(v.Ref.Statement))
	if err != nil {
		return "statement", err
	}
	if err := checkKind(v.Ref.Dataset, Set(KindDataset)); err != nil {
		return "dataset", err
	}
	if err := checkUTF8(v.Body); err != nil {
		return "body", err
	}
	if err := a.Decode(v.Body, Full); err != nil {
		return "body", err
	}
	claim := AppendClaim((*buffer)[:0], &a.Claim)
	id := statementID(a.Predicate, claim)
	*buffer = appendProvenance(claim[:len(claim)-1], a)
	if string(*buffer) != v.Body {
		return "body", fmt.Errorf("is not in the canonical encoding")
	}
	if a.Dataset != v.Ref.Dataset {
		return "dataset", fmt.Errorf("the body is of %s", quote(string(a.Dataset)))
	}
	if _, err := ParseID(string(a.Subject)); err != nil {
		return "subject", err
	}
	if a.Redacted != "" {
		left := Assertion{Claim: Claim{Subject: a.Subject, Predicate: a.Predicate}, Dataset: a.Dataset, Rank: a.Rank, Method: a.Method, Redacted: a.Redacted}
		if a.Predicate != p || !a.Redacted.isWhole() || string(AppendAssertion(nil, &left)) != v.Body {
			return "redacted", fmt.Errorf("a tombstone keeps only subject, predicate, dataset, rank, method and the digest of what it stands for")
		}
		return "", nil
	}
	if id != v.Ref.Statement {
		return "statement", fmt.Errorf("the body's claim is %s", id)
	}
	return checkForm(a)
}

// checkForm asks that object and value stand where the predicate takes them.
func checkForm(a *Assertion) (field string, err error) {
	row := a.Predicate.Row()
	if (a.Object != "") != (row.Objects != 0) {
		return "object", fmt.Errorf("does not fit %s", row.Name)
	}
	if a.Object != "" {
		if _, err := ParseID(string(a.Object)); err != nil {
			return "object", err
		}
	}
	kind := ValueNone
	if a.Value != nil {
		kind = a.Value.Kind
	}
	if kind != row.Value {
		return "value", fmt.Errorf("%s needs one of kind %s, not %s", row.Name, row.Value, kind)
	}
	return "", nil
}

// Repeats returns the receipt for a revision of which one of its number or key is there already: ErrConflict when that is another.
func (r *Restoration) Repeats(there Revision) (Receipt, error) {
	if there.Digest != r.change.Revision.Digest {
		return Receipt{}, fmt.Errorf("%w: revision %d is another one here", ErrConflict, there.Number)
	}
	return Receipt{Revision: there, Repeated: true}, nil
}

// Follows returns ErrConflict unless the revision follows the head, which was written at the given time.
func (r *Restoration) Follows(head Head, at time.Time) error {
	c := &r.change
	if c.Revision.Number != head.Revision+1 {
		return fmt.Errorf("%w: the head is revision %d, which revision %d does not follow", ErrConflict, head.Revision, c.Revision.Number)
	}
	if c.Verify(head.Digest) != nil {
		return fmt.Errorf("%w: revision %d does not follow the head: chained to its digest, what came has another digest", ErrConflict, c.Revision.Number)
	}
	if head.Revision > 0 && !c.Revision.At.After(at) {
		return r.invalid("", "at", "%s is not after the revision before", c.Revision.At.Format(time.RFC3339Nano))
	}
	return nil
}

// KeyTaken is the error for a revision whose key another revision has.
func (r *Restoration) KeyTaken(by Revision) error {
	return fmt.Errorf("%w: key %q of revision %d is that of revision %d", ErrConflict, by.Key, r.change.Revision.Number, by.Number)
}

// Needs lists what the store must look up for Check.
func (r *Restoration) Needs() Needs {
	n := Needs{Entities: r.subjects, Texts: r.change.Texts}
	for i := range r.change.Written {
		n.Assertions = append(n.Assertions, r.change.Written[i].Ref.key())
	}
	for _, ref := range r.change.Closed {
		n.Assertions = append(n.Assertions, ref.key())
	}
	return n
}

func (r Ref) key() AssertionKey { return AssertionKey{r.Statement, r.Dataset} }

// Check holds the revision against what the store knows, and returns what is to be done.
func (r *Restoration) Check(known Known) (*Plan, error) {
	c := &r.change
	closed := make(map[AssertionKey]bool, len(c.Closed))
	for i, ref := range c.Closed {
		if open, there := known.Open[ref.key()]; !there || open.From != ref.From {
			return nil, r.invalid(fmt.Sprintf("closed[%d] %s", i, ref.Statement), "from", "version %v is not open", ref)
		}
		closed[ref.key()] = true
	}
	for i := range c.Written {
		key := c.Written[i].Ref.key()
		if open, there := known.Open[key]; there && !closed[key] {
			return nil, r.invalid(fmt.Sprintf("written[%d] %s", i, key.Statement), "statement", "the version of revision %d is still open", open.From)
		}
	}
	for i, hash := range c.Texts {
		if known.Texts[hash] != nil {
			return nil, r.invalid(fmt.Sprintf("text[%d]", i), "hash", "%s is held already", hash)
		}
	}
	plan := &Plan{Change: *c, Texts: r.texts}
	for _, id := range r.subjects {
		if !known.Entities[id] {
			plan.Entities = append(plan.Entities, id)
		}
	}
	return plan, nil
}
