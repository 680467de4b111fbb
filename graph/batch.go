package graph

import (
	"fmt"
	"slices"
	"strconv"
)

// A Batch is what one revision is to do.
type Batch struct {
	Key      string // names the attempt; 1 to MaxKeyBytes bytes
	Author   string // who
	Summary  string // why
	IfHead   *RevisionNumber
	Texts    []*Text        // a text that is there already is left as it is
	Assert   []Assertion    // in any order; a key at most once
	Withdraw []AssertionKey // each must have an open version, and not be asserted in the same batch

	prepared *Prepared // by Ready
}

// Ready prepares the batch in the caller's goroutine, so that Apply, which has one turn after another, need not. The batch must not change afterwards.
func (b *Batch) Ready() (err error) {
	b.prepared, err = Prepare(b)
	return err
}

// A Receipt says what became of a batch.
type Receipt struct {
	Revision Revision
	Repeated bool // an earlier attempt with the same key had written it
}

// Digest tells batches apart: it covers everything but the key.
func (b *Batch) Digest() Digest {
	bodies := make([]string, len(b.Assert))
	for i := range b.Assert {
		bodies[i] = string(AppendAssertion(nil, &b.Assert[i]))
	}
	return b.digest(bodies)
}

func (b *Batch) digest(bodies []string) Digest {
	bodies = slices.Clone(bodies)
	slices.Sort(bodies)
	texts := make([]string, len(b.Texts))
	for i, t := range b.Texts {
		texts[i] = string(t.Hash) + string(t.Lang) + string(digestOf(string(t.Original)))
	}
	slices.Sort(texts)
	withdrawn := make([]string, len(b.Withdraw))
	for i, k := range b.Withdraw {
		withdrawn[i] = string(k.Statement) + " " + string(k.Dataset)
	}
	slices.Sort(withdrawn)
	ifHead := ""
	if b.IfHead != nil {
		ifHead = strconv.FormatUint(uint64(*b.IfHead), 10)
	}
	h := newHasher()
	h.line("treatygraph batch 1", b.Author, b.Summary, ifHead, fmt.Sprint(len(bodies), len(withdrawn), len(texts)))
	for _, body := range bodies {
		h.line(body)
	}
	h.line(withdrawn...)
	h.line(texts...)
	return h.digest()
}
