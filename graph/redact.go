package graph

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Redaction names what must be removed for legal reasons, and says why. It becomes a revision that writes nothing and closes nothing, whose
// summary gives the reason: its time and its digest are the revision's.
type Redaction struct {
	Key    string // names the attempt, as a Batch's
	Author string
	Reason string // 1 to MaxReasonBytes bytes
	Refs   []Ref  // versions of which the tombstone stays
	Texts  []TextHash
}

const (
	// MaxReasonBytes leaves room for the counts in a summary.
	MaxReasonBytes = MaxNoteBytes - 100
	// maxNamed bounds what an error about unknown versions lists one by one.
	maxNamed = 10
)

// A PreparedRedaction has passed every check that needs no store. Refs and Texts are sorted and without doubles.
type PreparedRedaction struct {
	Refs   []Ref
	Texts  []TextHash
	asked  *Redaction
	digest Digest
}

// PrepareRedaction checks a redaction as far as it goes without a store.
func PrepareRedaction(r *Redaction) (*PreparedRedaction, error) {
	invalid := func(field, format string, args ...any) (*PreparedRedaction, error) {
		return nil, &InvalidError{"redaction", field, fmt.Sprintf(format, args...)}
	}
	if r.Key == "" || len(r.Key) > MaxKeyBytes || checkUTF8(r.Key) != nil {
		return invalid("key", "must be a text of 1 to %d bytes", MaxKeyBytes)
	}
	if err := checkNote(r.Author); err != nil {
		return invalid("author", "%v", err)
	}
	if strings.TrimSpace(r.Reason) == "" || len(r.Reason) > MaxReasonBytes || checkUTF8(r.Reason) != nil {
		return invalid("reason", "must be a text of 1 to %d bytes", MaxReasonBytes)
	}
	p := &PreparedRedaction{Refs: slices.Clone(r.Refs), Texts: slices.Clone(r.Texts), asked: r}
	slices.SortFunc(p.Refs, Ref.Compare)
	p.Refs, p.Texts = slices.Compact(p.Refs), unique(p.Texts)
	switch n := len(p.Refs) + len(p.Texts); {
	case n == 0:
		return invalid("size", "it is empty")
	case n > MaxBatchRecords:
		return invalid("size", "%d records are more than %d", n, MaxBatchRecords)
	}
	h := newHasher()
	h.line("treatygraph redaction 1", r.Author, r.Reason, strconv.Itoa(len(p.Refs)))
	for _, ref := range p.Refs {
		h.line(string(ref.Statement), string(ref.Dataset), strconv.FormatUint(uint64(ref.From), 10))
	}
	for _, hash := range p.Texts {
		h.line(string(hash))
	}
	p.digest = h.digest()
	return p, nil
}

// Repeats returns the receipt for a redaction whose key had become a revision already: ErrConflict when that was something else.
func (p *PreparedRedaction) Repeats(first Revision) (Receipt, error) {
	return repeats(first, p.asked.Key, p.digest)
}

// Check holds the redaction against what the store found: bodies by Ref, and whether a text is redacted by its hash. It returns the bodies
// to be written, in the order of Refs, and the texts to be emptied, with the plan of the revision; nil when all is redacted already.
func (p *PreparedRedaction) Check(bodies map[Ref]string, texts map[TextHash]bool) (*Removal, error) {
	removal := &Removal{Plan: &Plan{}}
	var unknown []string
	for _, ref := range p.Refs {
		body, there := bodies[ref]
		if !there {
			unknown = append(unknown, strconv.Quote(ref.String()))
			continue
		}
		stone, err := Tombstone(body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", ref, err)
		}
		if stone != body {
			removal.Versions = append(removal.Versions, Version{Ref: ref, Body: stone})
		}
	}
	if len(unknown) > 0 {
		return nil, unknownRecords("refs", unknown)
	}
	for _, hash := range p.Texts {
		redacted, there := texts[hash]
		switch {
		case !there:
			unknown = append(unknown, strconv.Quote(string(hash)))
		case !redacted:
			removal.Texts = append(removal.Texts, hash)
		}
	}
	if len(unknown) > 0 {
		return nil, unknownRecords("texts", unknown)
	}
	if len(removal.Versions)+len(removal.Texts) == 0 {
		return nil, nil
	}
	removal.Plan.Change.Revision = Revision{Key: p.asked.Key, BatchDigest: p.digest, Author: p.asked.Author,
		Summary: fmt.Sprintf("redacted: %s (assertion versions: %d, texts: %d)", p.asked.Reason, len(removal.Versions), len(removal.Texts))}
	return removal, nil
}

// A Removal is what a store has to do for a redaction.
type Removal struct {
	Plan     *Plan      // of the revision that tells of it
	Versions []Version  // with the tombstones as bodies
	Texts    []TextHash // of which only hash and language stay
}

func unknownRecords(field string, names []string) error {
	list := strings.Join(names[:min(len(names), maxNamed)], ", ")
	if more := len(names) - maxNamed; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return &InvalidError{"redaction", field, "not recorded: " + list}
}
