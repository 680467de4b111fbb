// Package text is full-text search over names and passages in any language. It finds by class of match and keeps no statistics of the
// corpus, so what a query finds among documents does not depend on what else is there or on when it was added.
package text

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	bleve "github.com/blevesearch/bleve_index_api"
	bolt "go.etcd.io/bbolt/errors"

	"treatygraph/graph"
)

// A Document is one text to be found: a name, or a passage of a text.
type Document struct {
	Number uint32         // of the version that gives it; documents come in rising order and never change
	Kind   graph.Kind     // of the entity it is a text of
	Lang   graph.Language // at most graph.MaxLanguageBytes
	Name   bool           // a name, else a passage
	Text   string
}

// The ways in which a folder cannot be used.
var (
	ErrLocked  = errors.New("text index is open in another process")
	ErrDamaged = errors.New("text index cannot be read")
	ErrClosed  = errors.New("text index is closed")
)

const (
	// format numbers what stands in the index and how texts are taken apart. A folder of another format is ErrDamaged: it is built anew.
	format = 1
	// lockWait bounds how long Open waits for the lock of a folder that a process may just be leaving.
	lockWait = "200ms"
)

// markKey is where the state after the last batch is kept: format (1 byte), next (4 bytes), the caller's mark.
var markKey = []byte("mark")

const markFixed = 5

// An Index is a text index that one process has open. Its methods may be called from any number of goroutines.
type Index struct {
	mu        sync.RWMutex // held for writing by Close
	adding    sync.Mutex   // one batch at a time
	scorch    *scorch.Scorch
	queue     *bleve.AnalysisQueue
	temporary string // a folder that ends with the index
	mark      []byte
	next      uint32
	closed    bool
}

// Open opens the index in a folder, and makes both when they are not there. With an empty path it lies in a temporary folder that Close
// removes: an index that is never written out is never merged either, and thousands of small batches would make it slow. A folder open
// in another process is ErrLocked, after 200 ms; one that is no index or of another format is ErrDamaged, unless scorch itself falls back
// to what it can read: then the index is empty, without a mark.
func Open(path string) (x *Index, err error) {
	x = &Index{}
	if path == "" {
		if path, err = os.MkdirTemp("", "treatygraph-text-"); err != nil {
			return nil, fmt.Errorf("open text index: %w", err)
		}
		x.temporary = path
	}
	if err := x.open(path); err != nil {
		x.Close()
		return nil, fmt.Errorf("open text index %s: %w", path, err)
	}
	return x, nil
}

func (x *Index) open(path string) (err error) {
	defer func() { // scorch trusts the lengths and offsets in its files
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	x.queue = bleve.NewAnalysisQueue(runtime.GOMAXPROCS(0))
	s, err := scorch.NewScorch(scorch.Name, map[string]any{"path": path, "bolt_timeout": lockWait, "unsafe_batch": x.temporary != ""}, x.queue)
	if err != nil {
		return err
	}
	switch err := s.Open(); {
	case errors.Is(err, bolt.ErrTimeout):
		return ErrLocked
	case err != nil:
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	x.scorch = s.(*scorch.Scorch)
	r, err := x.scorch.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	state, err := r.GetInternal(markKey)
	if err != nil {
		return err
	}
	if state == nil {
		if n, _ := r.DocCount(); n > 0 {
			return fmt.Errorf("%w: it has %d documents but no mark", ErrDamaged, n)
		}
		return nil
	}
	if len(state) < markFixed || state[0] != format {
		return fmt.Errorf("%w: it is not of format %d", ErrDamaged, format)
	}
	x.next, x.mark = binary.BigEndian.Uint32(state[1:]), state[markFixed:]
	return nil
}

// Mark returns what the last Add left: its mark, and the number up to which documents were added; nil and 0 before the first.
func (x *Index) Mark() (mark []byte, next uint32) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.mark, x.next
}

// Add adds documents and replaces the mark, all or nothing. Each must have a number at or above the last next, and below this one.
//
// In a folder it returns when everything is on the disk: scorch writes the segment and syncs it, then names it and the mark in one bolt
// transaction, so a kill at any time leaves the state after a whole Add. After an error the index must be closed and its folder given
// up: what was added may be found and may reach the disk later.
func (x *Index) Add(documents []Document, mark []byte, next uint32) error {
	x.adding.Lock()
	defer x.adding.Unlock()
	if x.closed { // Close holds adding too
		return ErrClosed
	}
	batch := bleve.NewBatch()
	last := x.next
	for i := range documents {
		d := &documents[i]
		if d.Number < last || d.Number >= next {
			return fmt.Errorf("add to text index: document %d does not lie in [%d, %d)", d.Number, last, next)
		}
		last = d.Number + 1
		batch.Update(newDocument(d))
	}
	state := binary.BigEndian.AppendUint32([]byte{format}, next)
	state = append(state, mark...)
	batch.SetInternal(markKey, state)
	if err := x.scorch.Batch(batch); err != nil {
		return fmt.Errorf("add to text index: %w", err)
	}
	x.mu.Lock()
	x.next, x.mark = next, state[markFixed:]
	x.mu.Unlock()
	return nil
}

// Close ends the index's goroutines and frees its files, after searches and an Add that are under way. A second Close does nothing.
func (x *Index) Close() error {
	x.adding.Lock()
	defer x.adding.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return nil
	}
	x.closed = true
	var err error
	if x.scorch != nil {
		err = x.scorch.Close()
	}
	if x.queue != nil {
		x.queue.Close()
	}
	if x.temporary != "" {
		err = errors.Join(err, os.RemoveAll(x.temporary))
	}
	return err
}
