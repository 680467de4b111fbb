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
	// scanAhead is how many batches exist: one being read, one being taken over, one between.
	scanAhead = 3
)

// A scanned batch holds copies of versions; their strings lie in bytes and are good until the batch is used again.
type scanned struct {
	versions []graph.Version
	bytes    []byte
	err      error
}

// copy returns s as a string in the batch's own memory. Memory that was outgrown lives on as long as the strings in it.
func (b *scanned) copy(s string) string {
	at := len(b.bytes)
	b.bytes = append(b.bytes, s...)
	return unsafe.String(unsafe.SliceData(b.bytes[at:]), len(s))
}

// read takes over all versions: they are read from the store in one goroutine and added in this one, so that both cores work.
func (s *shape) read(versions iter.Seq2[graph.Version, error]) error {
	free, full := make(chan *scanned, scanAhead), make(chan *scanned, scanAhead)
	for range scanAhead {
		free <- new(scanned)
	}
	stop := make(chan struct{})
	go func() {
		defer close(full)
		b := <-free
		for v, err := range versions {
			if err != nil {
				b.err = err
				break
			}
			b.versions = append(b.versions, graph.Version{To: v.To, Body: b.copy(v.Body),
				Ref: graph.Ref{Statement: graph.StatementID(b.copy(string(v.Ref.Statement))), Dataset: graph.ID(b.copy(string(v.Ref.Dataset))), From: v.Ref.From}})
			if len(b.versions) < scanBatch {
				continue
			}
			full <- b
			select {
			case b = <-free:
				b.versions, b.bytes = b.versions[:0], b.bytes[:0]
			case <-stop:
				return
			}
		}
		full <- b
	}()
	err := s.addAll(full, free)
	close(stop)
	for range full { // until the reader has ended
	}
	return err
}

func (s *shape) addAll(full <-chan *scanned, free chan<- *scanned) error {
	var a graph.Assertion
	for b := range full {
		for i := range b.versions {
			v := &b.versions[i]
			if err := a.Decode(v.Body, graph.Shape); err != nil {
				return fmt.Errorf("%s: %w", v.Ref, err)
			}
			if err := s.add(v.Ref, &a, v.To); err != nil {
				return err
			}
		}
		if b.err != nil {
			return b.err
		}
		free <- b
	}
	return nil
}
