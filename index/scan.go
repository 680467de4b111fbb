package index

import (
	"fmt"
	"iter"
	"unsafe"

	"treatygraph/graph"
)

const (
	// scanBatch is how many versions are handed over at once: enough that handing over costs nothing.
	scanBatch = 1024
	// scanAhead is how many batches exist: one being read, one being decoded, one being added, and one between each.
	scanAhead = 5
)

// A scanned batch holds copies of versions; their strings lie in bytes and are good until the batch is used again.
type scanned struct {
	versions []graph.Version
	hashes   []graph.StatementHash
	decoded  []graph.Assertion // as many as versions; their memory is used again
	bytes    []byte
	err      error
}

// copy returns s as a string in the batch's own memory. Memory that was outgrown lives on as long as the strings in it.
func (b *scanned) copy(s string) string {
	at := len(b.bytes)
	b.bytes = append(b.bytes, s...)
	return unsafe.String(unsafe.SliceData(b.bytes[at:]), len(s))
}

// take copies a version into the batch.
func (b *scanned) take(v *graph.Version) error {
	_, hash, err := graph.ParseStatementID(string(v.Ref.Statement))
	if err != nil {
		return fmt.Errorf("%w: %s: %w", graph.ErrCorrupt, v.Ref, err)
	}
	b.hashes = append(b.hashes, hash)
	b.versions = append(b.versions, graph.Version{To: v.To, Body: b.copy(v.Body),
		Ref: graph.Ref{Statement: graph.StatementID(b.copy(string(v.Ref.Statement))), Dataset: graph.ID(b.copy(string(v.Ref.Dataset))), From: v.Ref.From}})
	return nil
}

// decode reads the shapes out of the bodies.
func (b *scanned) decode() error {
	for len(b.decoded) < len(b.versions) {
		b.decoded = append(b.decoded, graph.Assertion{})
	}
	for i := range b.versions {
		if err := b.decoded[i].Decode(b.versions[i].Body, graph.Shape); err != nil {
			return fmt.Errorf("%s: %w", b.versions[i].Ref, err)
		}
	}
	return nil
}

// read takes over all versions: they are read from the store in one goroutine, decoded in another and added in this one, so that all
// cores work.
func (s *shape) read(versions iter.Seq2[graph.Version, error]) error {
	free, full, ready := make(chan *scanned, scanAhead), make(chan *scanned, scanAhead), make(chan *scanned, scanAhead)
	for range scanAhead {
		free <- new(scanned)
	}
	stop := make(chan struct{})
	go func() {
		defer close(full)
		b := <-free
		for v, err := range versions {
			if err == nil {
				err = b.take(&v)
			}
			if err != nil {
				b.err = err
				break
			}
			if len(b.versions) < scanBatch {
				continue
			}
			full <- b
			select {
			case b = <-free:
				b.versions, b.hashes, b.bytes = b.versions[:0], b.hashes[:0], b.bytes[:0]
			case <-stop:
				return
			}
		}
		full <- b
	}()
	go func() {
		defer close(ready)
		for b := range full {
			if err := b.decode(); err != nil {
				b.err = err
			}
			ready <- b
		}
	}()
	err := s.addAll(ready, free)
	close(stop)
	for range ready { // until both have ended
	}
	return err
}

func (s *shape) addAll(ready <-chan *scanned, free chan<- *scanned) error {
	for b := range ready {
		if b.err != nil {
			return b.err
		}
		for i := range b.versions {
			v := &b.versions[i]
			if err := s.add(b.hashes[i], v.Ref, &b.decoded[i], v.To); err != nil {
				return err
			}
		}
		free <- b
	}
	return nil
}
