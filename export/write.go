package export

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"iter"
	"time"
)

// buffered is how many bytes of a file are written at once.
const buffered = 64 << 10

// A Progress is told after every few hundred items how many of all were written; all is what About says of what the files ask for.
type Progress func(written, all int)

// progressEvery is how many items lie between two reports of progress.
const progressEvery = 512

// Write writes a selection in a format: its file, or a ZIP of its files with a data package that describes them. The manifest describes
// what was written. An error leaves w with a beginning, which never reads as whole: a ZIP lacks its directory, and of what else is written
// the caller must see to it that it is not taken for whole.
func Write(ctx context.Context, w io.Writer, f *Format, src Source, progress Progress) (*Manifest, error) {
	r := &run{src: src, progress: progress, all: items(f, src.About())}
	m := newManifest(f, src.About())
	if !f.Packed() {
		resource, err := r.file(ctx, w, &f.Files[0], f.MediaType)
		m.Resources = append(m.Resources, *resource)
		return m, err
	}
	archive := zip.NewWriter(w)
	for i := range f.Files {
		file := &f.Files[i]
		if !file.in(src.About()) {
			continue
		}
		part, err := create(archive, file.Name)
		if err != nil {
			return nil, err
		}
		resource, err := r.file(ctx, part, file, file.MediaType)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name, err)
		}
		m.Resources = append(m.Resources, *resource)
	}
	part, err := create(archive, ManifestName)
	if err != nil {
		return nil, err
	}
	if _, err := part.Write(m.JSON()); err != nil {
		return nil, err
	}
	return m, archive.Close()
}

// zipTime is the time of all files in a ZIP, the earliest that it can tell: the same selection makes the same bytes, whenever it is exported.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func create(archive *zip.Writer, name string) (io.Writer, error) {
	return archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: zipTime})
}

// A run counts the items over all files.
type run struct {
	src      Source
	progress Progress
	written  int
	all      int
}

// items counts what the files of an export are told of, texts left aside. It asks writers that write nowhere.
func items(f *Format, about *About) (n int) {
	for i := range f.Files {
		if !f.Files[i].in(about) {
			continue
		}
		out := f.Files[i].New(io.Discard, about)
		if out.Entity != nil {
			n += about.Entities
		}
		if out.Statement != nil {
			n += about.Statements
		}
		if out.Assertion != nil {
			n += about.Assertions
		}
	}
	return n
}

// file writes one file and says what it holds.
func (r *run) file(ctx context.Context, w io.Writer, file *File, mediaType string) (*Resource, error) {
	sum := &summing{w: w, hash: sha256.New()}
	buffer := bufio.NewWriterSize(sum, buffered)
	about := r.src.About()
	out := file.New(buffer, about)
	resource := &Resource{Name: file.Name, MediaType: mediaType, LineEnd: file.LineEnd, Columns: file.Columns, Key: file.Key, References: file.References}
	var err error
	if out.Entity != nil {
		resource.Entities, err = each(r, about.Entities, r.src.Entities(ctx), out.Entity)
	}
	if out.Statement != nil && err == nil {
		resource.Statements, err = each(r, about.Statements, r.src.Statements(ctx), out.Statement)
	}
	texts := &textSet{}
	if out.Assertion != nil && err == nil {
		resource.Assertions, err = each(r, about.Assertions, texts.gather(r.src.Assertions(ctx), out.Text != nil), out.Assertion)
	}
	if out.Text != nil && err == nil {
		resource.Texts, err = each(r, unknown, r.src.Texts(ctx, texts.sorted()), out.Text)
	}
	if out.End != nil && err == nil {
		err = out.End()
	}
	if err == nil {
		err = buffer.Flush()
	}
	resource.Bytes, resource.Hash = sum.bytes, "sha256:"+hex.EncodeToString(sum.hash.Sum(nil))
	return resource, err
}

// unknown is the number of items that About does not tell.
const unknown = -1

// each tells a function of all items and counts them. Other than all are an error: something was removed from the store meanwhile, as by order
// of a court, and what lacks it must not look whole.
func each[T any](r *run, all int, items iter.Seq2[T, error], tell func(T) error) (n int, err error) {
	for item, err := range items {
		if err != nil {
			return n, err
		}
		if err := tell(item); err != nil {
			return n, err
		}
		n++
		if r.written++; r.progress != nil && r.written%progressEvery == 0 {
			r.progress(r.written, r.all)
		}
	}
	if n != all && all != unknown {
		return n, fmt.Errorf("there are %d items where there were %d: the store changed", n, all)
	}
	return n, nil
}

// A summing writer passes on what is written, counts its bytes and sums them up.
type summing struct {
	w     io.Writer
	hash  hash.Hash
	bytes int64
}

func (s *summing) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.hash.Write(p[:n])
	s.bytes += int64(n)
	return n, err
}
