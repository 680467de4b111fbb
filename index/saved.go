package index

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"treatygraph/graph"
	"treatygraph/index/topology"
)

const (
	// savedName is the file's in the folder; it is written under a name of savedTemporary first.
	savedName      = "shape"
	savedTemporary = "shape-*.tmp"
	// savedMagic begins the file; its end is the version of the format, to be raised when what is written or its meaning changes.
	savedMagic = "treatygraph shape 2\n"
	// saveEvery is how often it is looked whether saving is due. Taking over again what came within it costs less than it took to write.
	saveEvery = 5 * time.Minute
	// saveAfter is how many versions make saving due before Close: they are taken over at a start in a fraction of a second.
	saveAfter = 10_000
	// staleAfter is the age at which a temporary file is taken for one that a crash left. Writing takes seconds.
	staleAfter = time.Hour
)

// stands tells whether what was saved at a head can be gone on from: the store has the same identity, and its record of that revision
// the same digest. Every store of the same identity went through revision 0.
func stands(ctx context.Context, store graph.Reader, saved graph.Head) (bool, error) {
	head, err := store.Head(ctx)
	switch {
	case err != nil:
		return false, err
	case head.Store != saved.Store || head.Revision < saved.Revision:
		return false, nil
	case saved.Revision == 0 || head.Revision == saved.Revision:
		return saved.Revision == 0 || head.Digest == saved.Digest, nil
	}
	for r, err := range store.Revisions(ctx, saved.Revision-1) {
		return err == nil && r.Number == saved.Revision && r.Digest == saved.Digest, err
	}
	return false, nil
}

// loadShape reads the saved shape and takes over what the store recorded since.
func loadShape(ctx context.Context, folder string, store graph.Reader) (s *shape, saved graph.Head, err error) {
	f, err := os.Open(filepath.Join(folder, savedName))
	if err != nil {
		return nil, saved, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, saved, err
	}
	s, err = decodeShape(f, info.Size(), func(head graph.Head) error {
		saved = head
		if ok, err := stands(ctx, store, head); err != nil || ok {
			return err
		}
		return fmt.Errorf("the store has another revision %d than the saved index", head.Revision)
	})
	if err != nil {
		return nil, saved, fmt.Errorf("%s: %w", f.Name(), err)
	}
	for change, err := range store.Changes(ctx, s.head.Revision) {
		if err == nil {
			err = s.apply(&change)
		}
		if err != nil {
			return nil, saved, err
		}
	}
	return s, saved, nil
}

// keepSaved saves the index when it was built anew, and then whenever much was taken over, until the context ends.
func (x *Index) keepSaved(ctx context.Context) {
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	for {
		if x.saved.Store == "" || x.Snapshot().view.Versions() >= x.savedVersions+saveAfter {
			x.save()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// save saves the current snapshot unless it was saved. The snapshot does not change, so nobody waits for it. One goroutine at a time calls it.
func (x *Index) save() {
	s := x.Snapshot()
	if s.head == x.saved {
		return
	}
	// What was removed from the store since must not be written down again.
	if head, err := x.askHead(context.Background()); err == nil && head.Store != s.head.Store {
		x.log.Warn("the index is not saved: the store is another one now", "folder", x.folder)
		return
	}
	if err := s.saveTo(x.folder); err != nil {
		x.log.Warn("the index cannot be saved; the next start takes longer", "folder", x.folder, "error", err)
		return
	}
	x.saved, x.savedVersions = s.head, s.view.Versions()
}

// saveTo writes the file whole or not at all. Of processes that save to one folder the last wins.
func (s *Snapshot) saveTo(folder string) (err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	removeStale(folder)
	f, err := os.CreateTemp(folder, savedTemporary) // for its owner only
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := s.encode(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(folder, savedName))
}

// Forget removes what is saved in a folder, texts too, also by processes that crashed: for when something was removed from the store. The next start reads
// the store. There may be nothing.
func Forget(folder string) error {
	left, err := filepath.Glob(filepath.Join(folder, savedTemporary))
	if err != nil {
		return err
	}
	for _, name := range append(left, filepath.Join(folder, savedName), filepath.Join(folder, textName)) {
		err = errors.Join(err, os.RemoveAll(name))
	}
	return err
}

// removeStale removes what crashes left; another process may be writing what is younger.
func removeStale(folder string) {
	left, _ := filepath.Glob(filepath.Join(folder, savedTemporary)) // the only error is a bad pattern
	for _, name := range left {
		if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > staleAfter {
			os.Remove(name)
		}
	}
}

// byteOrder reads differently on a machine of the other byte order, whose columns would too.
const byteOrder = 0x01020304

// vocabulary changes when a number in a column would mean something else.
func vocabulary() uint32 {
	var b strings.Builder
	for _, p := range graph.Predicates() {
		fmt.Fprintln(&b, p, p.Row().Value)
	}
	fmt.Fprintln(&b, graph.Schemes(), graph.NameRoles(), graph.RankPreferred, graph.RankNormal, graph.RankDeprecated)
	for m := graph.MethodCurated; m <= graph.MethodDerived; m++ {
		fmt.Fprintln(&b, m)
	}
	return crc32.ChecksumIEEE([]byte(b.String()))
}

// encode writes the snapshot: a header, the revisions' times and digests, the topology, names and identifiers, and a checksum over all.
func (s *Snapshot) encode(w io.Writer) error {
	e := topology.NewEncoder(w)
	e.Bytes([]byte(savedMagic))
	e.Uint32(byteOrder)
	e.Uint32(vocabulary())
	head := []string{s.head.Store, string(s.head.Digest)}
	e.Strings(uint32(len(head)), func(i uint32) string { return head[i] })
	e.Uint32(uint32(s.head.Revision))
	for i := range s.revisions {
		r := &s.revisions[i]
		e.Uint32(uint32(r.at))
		e.Uint32(uint32(r.at >> 32))
		e.Bytes(r.digest[:])
	}
	s.view.Save(e)
	s.encodeNames(e)
	return e.Close()
}

// encodeNames writes names and identifiers. One whose claim has an older version is that one's, and written as empty.
func (s *Snapshot) encodeNames(e *topology.Encoder) {
	n := s.names
	once := func(version uint32, text string) string {
		if _, again := s.view.OlderWhole(version); again {
			return ""
		}
		return text
	}
	e.Uint32(s.nameCount)
	e.Strings(s.nameCount, func(i uint32) string { return once(n.list.At(i).version, n.list.At(i).text) })
	e.Strings(s.nameCount, func(i uint32) string { return once(n.list.At(i).version, string(n.list.At(i).lang)) })
	roles := make([]byte, s.nameCount)
	for i := range roles {
		roles[i] = byte(n.list.At(uint32(i)).role)
	}
	e.Bytes(roles)
	e.Uint32(s.identifiers)
	e.Strings(s.identifiers, func(i uint32) string { return once(n.identifiers.At(i).version, n.identifiers.At(i).value) })
	schemes := make([]byte, s.identifiers)
	for i := range schemes {
		schemes[i] = byte(n.identifiers.At(uint32(i)).scheme)
	}
	e.Bytes(schemes)
}

// decodeShape reads what encode wrote. Whether the head is wanted is asked before more is read.
func decodeShape(r io.Reader, size int64, wanted func(graph.Head) error) (*shape, error) {
	d := topology.NewDecoder(r, size)
	magic := make([]byte, len(savedMagic))
	d.Bytes(magic)
	if order, words := d.Uint32(), d.Uint32(); string(magic) != savedMagic || order != byteOrder || words != vocabulary() {
		d.Fail("it was not written by this version of the program on a machine like this")
	}
	var head []string
	d.Strings(2, func(s string) { head = append(head, strings.Clone(s)) })
	revisions := d.Count(8 + sha256.Size)
	if d.Err() != nil {
		return nil, d.Err()
	}
	s := newShape()
	s.head = graph.Head{Store: head[0], Revision: graph.RevisionNumber(revisions), Digest: graph.Digest(head[1])}
	if err := wanted(s.head); err != nil {
		return nil, err
	}
	s.revisions = make([]recorded, revisions)
	for i := range s.revisions {
		r := &s.revisions[i]
		r.at = int64(d.Uint32()) | int64(d.Uint32())<<32
		d.Bytes(r.digest[:])
	}
	var err error
	if s.graph, err = topology.Load(d, revisions); err != nil {
		return nil, err
	}
	s.decodeNames(d)
	if err := d.Close(); err != nil {
		return nil, err
	}
	return s, nil
}

// decodeNames reads names and identifiers, and finds their versions: both were numbered as versions came.
func (s *shape) decodeNames(d *topology.Decoder) {
	n := s.names
	d.Strings(d.Count(topology.StringBytes), func(text string) { n.list.Append(nameEntry{text: text}) })
	i := uint32(0)
	d.Strings(n.list.Len(), func(lang string) {
		n.list.At(i).lang = n.lang(graph.Language(lang))
		i++
	})
	roles := make([]byte, n.list.Len())
	d.Bytes(roles)
	d.Strings(d.Count(topology.StringBytes), func(value string) { n.identifiers.Append(identifierEntry{value: value}) })
	schemes := make([]byte, n.identifiers.Len())
	d.Bytes(schemes)
	if d.Err() != nil {
		return
	}
	for version := range s.graph.Len() {
		kind, number, before, again := s.graph.Valued(version)
		switch {
		case kind != graph.ValueName && kind != graph.ValueIdentifier:
			continue
		case kind == graph.ValueName && (number != n.byKey.Len() || number >= n.list.Len() || roles[number]-1 >= uint8(graph.NameDescriptive)),
			kind == graph.ValueIdentifier && (number != n.byIdentifier.Len() || number >= n.identifiers.Len() || schemes[number]-1 >= uint8(graph.SchemeURL)):
			d.Fail("the name or identifier of version %d is not valid", version)
			return
		}
		var old uint32
		if again {
			var same graph.ValueKind
			if same, old, _, _ = s.graph.Valued(before); same != kind {
				d.Fail("versions %d and %d of one claim are of different kinds", before, version)
				return
			}
		}
		if kind == graph.ValueName {
			e := n.list.At(number)
			e.version, e.role = version, graph.NameRole(roles[number])
			if again {
				first := n.list.At(old)
				e.text, e.key, e.lang = first.text, first.key, first.lang
			} else {
				e.key = keyOf(e.text)
			}
			n.byKey.Add()
			continue
		}
		e := n.identifiers.At(number)
		e.version, e.scheme = version, graph.Scheme(schemes[number])
		if again {
			e.value = n.identifiers.At(old).value
		}
		n.byIdentifier.Add()
	}
	if n.byKey.Len() != n.list.Len() || n.byIdentifier.Len() != n.identifiers.Len() {
		d.Fail("there are more names or identifiers than versions with one")
	}
}
