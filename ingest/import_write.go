package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
	"slices"

	"treatygraph/graph"
	"treatygraph/index"
)

// A multisetHash is the sum of the SHA-256 of its members: in whatever order rows come, the same rows make the same version, and none is kept.
type multisetHash [4]uint64

func (m *multisetHash) add(body []byte) {
	sum := sha256.Sum256(body)
	var carry uint64
	for i := range m {
		m[i], carry = bits.Add64(m[i], binary.LittleEndian.Uint64(sum[8*i:]), carry)
	}
}

func (m *multisetHash) String() string {
	var b [32]byte
	for i, word := range m {
		binary.LittleEndian.PutUint64(b[8*i:], word)
	}
	return hex.EncodeToString(b[:])
}

// write reads the file once more and writes what differs from what the dataset says, in batches, while the next is read. The VERSION comes last: it says that the rest is
// there. So an import that was cut short is finished by the next, and nothing of it is written twice.
func (im *importing) write(target *indexTarget, read func(*importing) error) error {
	id := im.Dataset.ID
	refs := target.DatasetRefs(id)
	im.claims = len(im.first)
	for i := range im.self {
		im.take(&im.self[i], 0)
	}
	if im.Dataset.Edition != "" {
		im.version.add([]byte(im.Dataset.Edition))
	}
	version := im.version.String()
	if same, err := hasVersion(im.ctx, target, refs, version); same || err != nil {
		return err
	}
	w := &importWriter{
		store: target.Store, ctx: im.ctx, dry: im.DryRun, snapshot: im.snapshot, dataset: id, compares: len(refs) > 0,
		header: graph.Batch{Author: im.Author, Summary: fmt.Sprintf("%s as of version %.16s", id, version), Key: fmt.Sprintf("import %.100s %.16s at %d", id, version, im.snapshot.Head().Revision)},
		queue:  make(chan *graph.Batch, 1), written: make(chan error, 1),
	}
	release, err := target.index.Hold(im.ctx) // the import reads nothing of what it writes, and both would want the same processors
	if err != nil {
		return err
	}
	defer release()
	go w.write()
	im.writer, im.rows, im.documents = w, 0, nil
	versions := versionsOf(refs)
	for _, ref := range versions { // from now on the dataset is neither the old nor the new
		w.withdraw(graph.AssertionKey{Statement: ref.Statement, Dataset: id})
	}
	for _, a := range im.self {
		if im.first[hashOf(&a)] == 0 { // else a row says it, too
			w.assert(a)
		}
	}
	err = read(im)
	if ended := im.ctx.Err(); ended != nil {
		err = ended
	}
	if err == nil {
		if im.writeLate(); im.claims > 0 {
			err = refused("the file is another than it was a moment ago, so not all is written: import it once more")
		}
	}
	if err == nil {
		for _, ref := range refs {
			if slices.Contains(versions, ref) {
				continue
			}
			if _, hash, e := graph.ParseStatementID(string(ref.Statement)); e == nil {
				if _, wanted := im.first[hash]; !wanted {
					w.withdraw(graph.AssertionKey{Statement: ref.Statement, Dataset: id})
				}
			}
		}
		w.assert(curated(id, graph.Claim{Subject: id, Predicate: graph.PredVersion, Value: textValue(version, ""), Qualifiers: graph.Qualifiers{Note: im.Dataset.Edition}}))
	}
	if e := w.end(err != nil); err == nil {
		err = e
	}
	im.report.Asserted, im.report.Withdrawn, im.report.Revision = w.asserted, w.withdrawn, w.revision
	if err != nil {
		return fmt.Errorf("%s: %w", id, err)
	}
	return nil
}

// An importWriter writes one dataset in batches, in a goroutine of its own.
type importWriter struct {
	store    graph.Store
	ctx      context.Context
	dry      bool
	snapshot *index.Snapshot
	dataset  graph.ID
	compares bool        // the dataset says something already
	header   graph.Batch // key, author, summary
	batches  int

	pending []graph.Assertion
	closing []graph.AssertionKey
	bytes   int // of the texts in pending

	queue   chan *graph.Batch
	written chan error // what the goroutine ended with

	asserted, withdrawn int // the goroutine's until it ends, as is revision; nobody else's but of a dry run
	revision            graph.RevisionNumber
	failed              error // why the goroutine ended early, once that is known
}

// assert adds an assertion to what is to be written.
func (w *importWriter) assert(a graph.Assertion) {
	w.pending = append(w.pending, a)
	if a.Value != nil {
		w.bytes += len(a.Value.Text)
	}
	for _, e := range a.Evidence {
		w.bytes += len(e.Citation)
	}
	w.bytes += len(a.Qualifiers.Note)
	w.flushFull()
}

// withdraw closes what the dataset says no longer.
func (w *importWriter) withdraw(key graph.AssertionKey) {
	w.closing = append(w.closing, key)
	w.flushFull()
}

// maxPendingBytes bounds the texts of a batch. Encoded, with all that stands around them and what is escaped in them, they may take several times that.
const maxPendingBytes = graph.MaxBatchBytes / 8

// flushFull hands on a batch as large as a store takes.
func (w *importWriter) flushFull() {
	if len(w.pending)+len(w.closing) == graph.MaxBatchRecords || w.bytes > maxPendingBytes {
		w.flush()
	}
}

// flush hands what differs on to be written.
func (w *importWriter) flush() {
	w.bytes = 0
	if w.failed != nil || len(w.pending)+len(w.closing) == 0 {
		w.pending, w.closing = w.pending[:0], w.closing[:0]
		return
	}
	if w.compares {
		w.failed = w.dropSame()
	}
	b := w.header
	b.Assert, b.Withdraw = w.pending, w.closing
	w.pending, w.closing = make([]graph.Assertion, 0, len(w.pending)), nil
	if w.failed != nil || len(b.Assert)+len(b.Withdraw) == 0 {
		return
	}
	if w.dry {
		w.count(&b)
		return
	}
	if w.batches++; w.batches > 1 {
		b.Key = fmt.Sprintf("%s#%d", b.Key, w.batches)
	}
	if w.failed = b.Ready(); w.failed != nil {
		return
	}
	select {
	case w.queue <- &b:
	case w.failed = <-w.written:
		w.written <- w.failed
	}
}

// dropSame leaves out what the dataset says already, equal in every byte.
func (w *importWriter) dropSame() error {
	refs := make([]graph.Ref, 0, len(w.pending))
	at := make([]int, 0, len(w.pending))
	for i := range w.pending {
		s, there := w.snapshot.Statement(w.pending[i].Claim.ID(), index.AsOf{})
		if !there {
			continue
		}
		for _, ref := range s.Refs {
			if ref.Dataset == w.dataset {
				refs, at = append(refs, ref), append(at, i)
			}
		}
	}
	loaded, err := w.store.Assertions(w.ctx, refs)
	if err != nil {
		return err
	}
	same := make(map[int]bool, len(refs))
	for j, ref := range refs {
		a := loaded[ref]
		if a == nil {
			return fmt.Errorf("%w: %s is missing", graph.ErrCorrupt, ref)
		}
		same[at[j]] = bytes.Equal(graph.AppendAssertion(nil, a), graph.AppendAssertion(nil, &w.pending[at[j]]))
	}
	kept := make([]graph.Assertion, 0, len(w.pending))
	for i := range w.pending {
		if !same[i] {
			kept = append(kept, w.pending[i])
		}
	}
	w.pending = kept
	return nil
}

// write writes batches until there are no more, or one fails.
func (w *importWriter) write() {
	for b := range w.queue {
		receipt, err := w.store.Apply(w.ctx, b)
		if err != nil {
			w.written <- err
			return
		}
		w.revision = receipt.Revision.Number
		w.count(b)
	}
	w.written <- nil
}

func (w *importWriter) count(b *graph.Batch) {
	w.asserted += len(b.Assert)
	w.withdrawn += len(b.Withdraw)
}

// end writes what is left, unless all is given up, waits for the goroutine and returns what went wrong.
func (w *importWriter) end(givenUp bool) error {
	if !givenUp {
		w.flush()
	}
	close(w.queue)
	if err := <-w.written; w.failed == nil {
		w.failed = err
	}
	return w.failed
}
