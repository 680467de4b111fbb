package graph

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"maps"
	"slices"
	"strings"
)

// A Finding is something in a record that breaks a rule, or, as a notice, that a person may want to know of.
type Finding struct {
	Revision  RevisionNumber // that wrote it; 0 where none is at fault
	Statement StatementID    // empty where none is at fault
	Dataset   ID             // that asserted it
	Field     string         // for example "evidence[0].quote", "digest" or "text"
	Reason    string
	Notice    bool // it breaks no rule
}

// Verified is how much was looked at.
type Verified struct {
	Head       Head
	Versions   int // of assertions, closed ones and tombstones included
	Tombstones int
	Texts      int // redacted ones included
	Redacted   int // texts
}

const (
	// textBytesKept bounds the texts that are held for checking quotes; those of one document come one after another.
	textBytesKept = 4 * MaxTextBytes
	// progressEvery is how many versions are checked between two calls of the progress.
	progressEvery = 4096
)

// VerifyOptions say who is told while a record is verified.
type VerifyOptions struct {
	Found    func(Finding)                       // of each finding, as it is found
	Progress func(stage string, done, total int) // now and then; nil: nobody
}

// Verify walks through a record and checks what its store does not derive: that each revision has its digest, that each body is what its ID
// says and keeps the rules that it was written under, that what it refers to was there by then, that quotes stand in their texts, and that an
// assertion has one open version at most. It reads the record twice, first by Changes, then by Scan, up to the head at the beginning, so others
// may write meanwhile. In memory it keeps hashes: about 20 bytes for each entity, 50 for each statement, 100 for each text, and the texts around
// the place where it stands. An error means that the record could not be read.
func Verify(ctx context.Context, store Reader, o VerifyOptions) (Verified, error) {
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	v := &verifier{store: store, o: o, seed: maphash.MakeSeed(), entities: make(map[uint64]struct{}), statements: make(map[uint64]struct{}),
		keys: make(map[uint64]RevisionNumber), closed: make(map[RevisionNumber]uint64), texts: make(map[TextHash]*heldText), bodies: make(map[TextHash]*Slicer)}
	head, versions, err := store.Scan(ctx)
	if err != nil {
		return v.done, err
	}
	v.done.Head = head
	if err := v.chain(ctx); err != nil {
		return v.done, err
	}
	if err := v.scan(ctx, versions); err != nil {
		return v.done, err
	}
	return v.done, v.leftTexts(ctx)
}

// A heldText is what is known of a text from the revision that added it.
type heldText struct {
	from     RevisionNumber
	used     bool
	loaded   bool // and checked
	redacted bool
	flawed   bool
}

type verifier struct {
	store Reader
	o     VerifyOptions
	done  Verified
	seed  maphash.Seed

	entities   map[uint64]struct{}       // hashes of the subjects so far
	statements map[uint64]struct{}       // of the statements so far
	keys       map[uint64]RevisionNumber // by hash of AssertionKey, when its newest version so far was closed; 0: it is open
	closed     map[RevisionNumber]uint64 // what each revision closed by Changes, less what it closed by Scan: a sum of hashes, 0 when they agree
	unread     map[RevisionNumber]bool   // revisions that Changes could not give
	texts      map[TextHash]*heldText

	bodies      map[TextHash]*Slicer // of texts that were needed lately
	bodiesBytes int
}

func (v *verifier) found(f Finding) { v.o.Found(f) }

// chain follows the digests, and notes what each revision closed and which texts it added.
func (v *verifier) chain(ctx context.Context) error {
	head := v.done.Head.Revision
	v.unread = make(map[RevisionNumber]bool)
	for after, before := RevisionNumber(0), RevisionNumber(0); after < head; before = after {
		for c, err := range v.store.Changes(ctx, after) {
			var mismatch *DigestError
			if errors.As(err, &mismatch) && mismatch.Revision > after {
				v.found(Finding{Revision: mismatch.Revision, Field: "digest", Reason: mismatch.Reason})
				v.unread[mismatch.Revision] = true
				after = mismatch.Revision
				break
			}
			if errors.Is(err, ErrCorrupt) { // what comes after it cannot be read one by one
				v.found(Finding{Revision: after + 1, Field: "revision", Reason: err.Error()})
				for n := after + 1; n <= head; n++ {
					v.unread[n] = true
				}
				return nil
			}
			if err != nil {
				return err
			}
			if after = c.Revision.Number; after > head {
				break
			}
			for _, ref := range c.Closed {
				v.closed[after] += maphash.Comparable(v.seed, ref)
			}
			for _, hash := range c.Texts {
				if v.texts[hash] != nil {
					v.found(Finding{Revision: after, Field: "text", Reason: fmt.Sprintf("%s was added before", hash)})
				}
				v.texts[hash] = &heldText{from: after}
			}
			v.o.Progress("digests", int(after), int(head))
			if after == head {
				break
			}
		}
		if after == before {
			return fmt.Errorf("%w: the store gives no changes after revision %d of %d", ErrCorrupt, after, head)
		}
	}
	return nil
}

// scan checks the versions, revision by revision: what a revision wrote may refer to all of it.
func (v *verifier) scan(ctx context.Context, versions iter.Seq2[Version, error]) error {
	var group []Version // of one revision, which the limits of a batch bound
	total := 0          // unknown before the end, so the revision tells how far it is
	for version, err := range versions {
		if err != nil {
			if errors.Is(err, ErrCorrupt) {
				v.found(Finding{Field: "scan", Reason: err.Error()})
				break
			}
			return err
		}
		if len(group) > 0 && group[0].Ref.From != version.Ref.From {
			if err := v.revision(ctx, group); err != nil {
				return err
			}
			group = group[:0]
		}
		version.Ref = Ref{StatementID(strings.Clone(string(version.Ref.Statement))), ID(strings.Clone(string(version.Ref.Dataset))), version.Ref.From}
		version.Body = strings.Clone(version.Body)
		group = append(group, version)
		if total++; total%progressEvery == 0 {
			v.o.Progress("assertions", int(version.Ref.From), int(v.done.Head.Revision))
		}
	}
	if err := v.revision(ctx, group); err != nil {
		return err
	}
	for n := RevisionNumber(1); n <= v.done.Head.Revision; n++ {
		if v.closed[n] != 0 && !v.unread[n] {
			v.found(Finding{Revision: n, Field: "closed", Reason: "the versions that show it as their end are not those that it closed"})
		}
	}
	return nil
}

func (v *verifier) hash(s string) uint64 { return maphash.String(v.seed, s) }

// revision checks what one revision wrote.
func (v *verifier) revision(ctx context.Context, group []Version) error {
	assertions := make([]*Assertion, len(group))
	for i := range group {
		version := &group[i]
		v.done.Versions++
		v.statements[v.hash(string(version.Ref.Statement))] = struct{}{}
		a, err := DecodeAssertion(version.Body)
		if err != nil {
			v.assertion(version, "body", "%v", err)
			continue
		}
		assertions[i] = a
		v.entities[v.hash(string(a.Subject))] = struct{}{}
	}
	if err := v.loadTexts(ctx, assertions); err != nil {
		return err
	}
	for i, a := range assertions {
		v.span(&group[i])
		if a != nil {
			v.check(&group[i], a)
		}
	}
	return nil
}

// assertion tells of a finding in a version.
func (v *verifier) assertion(version *Version, field, format string, args ...any) {
	v.found(Finding{Revision: version.Ref.From, Statement: version.Ref.Statement, Dataset: version.Ref.Dataset, Field: field, Reason: fmt.Sprintf(format, args...)})
}

// span checks from when to when a version was recorded, against those of its key before.
func (v *verifier) span(version *Version) {
	ref := version.Ref
	if version.To != 0 && version.To <= ref.From {
		v.assertion(version, "closed", "revision %d closed it before it was written", version.To)
	}
	key := maphash.Comparable(v.seed, AssertionKey{ref.Statement, ref.Dataset})
	switch before, there := v.keys[key]; {
	case there && before == 0:
		v.assertion(version, "closed", "an older version of it was not closed")
	case there && before > ref.From:
		v.assertion(version, "closed", "an older version of it was closed later, by revision %d", before)
	}
	v.keys[key] = version.To
	if version.To != 0 {
		v.closed[version.To] -= maphash.Comparable(v.seed, ref)
	}
}

// check checks what a version says.
func (v *verifier) check(version *Version, a *Assertion) {
	if string(AppendAssertion(nil, a)) != version.Body {
		v.assertion(version, "body", "is not in the canonical encoding")
	}
	if a.Dataset != version.Ref.Dataset {
		v.assertion(version, "dataset", "%s is not %s, by which it is recorded", quote(string(a.Dataset)), version.Ref.Dataset)
	}
	if a.Redacted != "" {
		v.done.Tombstones++
		v.tombstone(version, a)
		return
	}
	if id := a.Claim.ID(); id != version.Ref.Statement {
		v.assertion(version, "claim", "has the ID %s, not the one it is recorded by", id)
	}
	if field, err := checkAssertion(a); err != nil {
		v.assertion(version, field, "%v", err)
	}
	refersTo(a, func(field string, id ID) {
		if _, there := v.entities[v.hash(string(id))]; !there {
			v.assertion(version, field, "%s did not exist by then", quote(string(id)))
		}
	})
	if about := a.Qualifiers.About; about != "" {
		if _, there := v.statements[v.hash(string(about))]; !there {
			v.assertion(version, "qualifiers.about", "statement %s did not exist by then", quote(string(about)))
		}
	}
	checkable := make(map[TextHash]*Slicer)
	var late []TextHash
	a.Texts(func(hash TextHash) {
		t := v.texts[hash]
		switch {
		case t == nil:
		case t.redacted || t.flawed:
			return
		case t.from > version.Ref.From:
			late = append(late, hash)
		}
		checkable[hash] = v.bodies[hash]
	})
	for _, hash := range late {
		v.assertion(version, "text", "%s was added later, by revision %d", hash, v.texts[hash].from)
	}
	v.quotes(version, a, checkable)
}

// quotes checks the span and every quote, not only up to the first that is wrong. What stands in texts that are redacted, or damaged, cannot be
// checked.
func (v *verifier) quotes(version *Version, a *Assertion, checkable map[TextHash]*Slicer) {
	missing := func(TextHash) error { return fmt.Errorf("the text is not held") }
	one := *a
	one.Evidence = nil
	if value := a.Value; value != nil && value.Kind == ValueSpan {
		if _, check := checkable[value.Hash]; check {
			if field, err := checkTexts(&one, checkable, missing); err != nil {
				v.assertion(version, field, "%v", err)
			}
		}
	}
	for i := range a.Evidence {
		if _, check := checkable[a.Evidence[i].Text]; !check {
			continue
		}
		if field, err := checkQuote(&a.Evidence[i], checkable, missing); err != nil {
			v.assertion(version, fmt.Sprintf("evidence[%d].%s", i, field), "%v", err)
		}
	}
}

// tombstone checks what is left of a body that was removed.
func (v *verifier) tombstone(version *Version, a *Assertion) {
	if predicate, _, err := ParseStatementID(string(version.Ref.Statement)); err != nil || predicate != a.Predicate {
		v.assertion(version, "predicate", "%s is not that of its ID", a.Predicate)
	}
	if err := checkKind(a.Subject, a.Predicate.Row().Subjects); err != nil {
		v.assertion(version, "subject", "%v", err)
	}
	if err := TextHash(a.Redacted).check(); err != nil {
		v.assertion(version, "redacted", "is no digest")
	}
}

// loadTexts makes the texts ready in which assertions stand, and lets others go when they are too many.
func (v *verifier) loadTexts(ctx context.Context, assertions []*Assertion) error {
	needed := make(map[TextHash]bool)
	for _, a := range assertions {
		if a != nil {
			a.Texts(func(hash TextHash) { needed[hash] = true })
		}
	}
	for hash := range needed {
		if t := v.texts[hash]; t != nil {
			t.used = true
		}
		if v.bodies[hash] != nil {
			continue
		}
		if v.bodiesBytes > textBytesKept {
			for other := range v.bodies {
				if !needed[other] {
					v.bodiesBytes -= len(v.bodies[other].body)
					delete(v.bodies, other)
				}
			}
		}
		text, err := v.loadText(ctx, hash)
		if err != nil {
			return err
		}
		if text != nil {
			v.bodies[hash] = NewSlicer(text.Body)
			v.bodiesBytes += len(text.Body)
		}
	}
	return nil
}

// loadText loads a text, and checks it the first time; nil for one that is not there, or not to be read.
func (v *verifier) loadText(ctx context.Context, hash TextHash) (*Text, error) {
	t := v.texts[hash]
	if t != nil && t.loaded && (t.redacted || t.flawed) {
		return nil, nil
	}
	loaded, err := v.store.Texts(ctx, []TextHash{hash})
	text := loaded[hash]
	switch {
	case err != nil && !errors.Is(err, ErrCorrupt):
		return nil, err
	case t == nil && err == nil && (text == nil || !text.Redacted): // added by a revision that could not be read, or by none: then its quotes tell
		return text, nil
	case t == nil:
		t = &heldText{used: true}
		v.texts[hash] = t
	}
	if t.loaded {
		return text, nil
	}
	t.loaded = true
	v.done.Texts++
	flawed := func(reason string) (*Text, error) {
		t.flawed = true
		v.found(Finding{Revision: t.from, Field: "text", Reason: fmt.Sprintf("%s %s", hash, reason)})
		return nil, nil
	}
	switch {
	case err != nil:
		return flawed("is not what its hash says")
	case text == nil:
		return flawed("is not held")
	case text.Redacted:
		t.redacted = true
		v.done.Redacted++
		return nil, nil
	}
	if field, err := checkText(text); err != nil {
		return flawed(fmt.Sprintf("%s: %v", field, err))
	}
	return text, nil
}

// leftTexts checks the texts that no assertion stands in.
func (v *verifier) leftTexts(ctx context.Context) error {
	for _, hash := range slices.Sorted(maps.Keys(v.texts)) {
		t := v.texts[hash]
		if t.used {
			continue
		}
		text, err := v.loadText(ctx, hash)
		if err != nil {
			return err
		}
		if text != nil {
			v.found(Finding{Revision: t.from, Field: "text", Reason: fmt.Sprintf("%s: no assertion stands in it", hash), Notice: true})
		}
	}
	return nil
}
