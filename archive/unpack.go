package archive

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxWindow bounds the memory that a file compressed with zstd may ask for: as much as zstd itself gives without being told.
const maxWindow = 128 << 20

// lines takes lines from a file, plain or compressed with gzip or zstd, as its first bytes tell.
type lines struct {
	source *source
	plain  *bufio.Reader // what the file unfolds to
	close  func()
	number int    // of the last line taken
	long   []byte // a line that is longer than the buffer of plain
}

// A source is a file with its errors, which are not those of the compression, and with an end when the context has one.
type source struct {
	ctx context.Context
	io.Reader
	err error
}

func (s *source) Read(b []byte) (n int, err error) {
	if err = s.ctx.Err(); err == nil {
		n, err = s.Reader.Read(b)
	}
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func newLines(ctx context.Context, file io.Reader) (*lines, error) {
	const buffer = 1 << 18
	l := &lines{source: &source{ctx: ctx, Reader: file}, close: func() {}}
	packed := bufio.NewReaderSize(l.source, buffer)
	start, _ := packed.Peek(4) // a file of fewer bytes is one that is cut off
	switch {
	case l.source.err != nil:
		return nil, l.source.err
	case len(start) == 0:
		return nil, &DamageError{1, "line 1 is missing: the file is empty"}
	case len(start) >= 2 && string(start[:2]) == "\x1f\x8b":
		unfolded, err := gzip.NewReader(packed)
		if err != nil {
			return nil, l.failed(err)
		}
		l.plain, l.close = bufio.NewReaderSize(unfolded, buffer), func() { _ = unfolded.Close() } // it was only read
	case string(start) == "\x28\xb5\x2f\xfd":
		// One at a time, so that no goroutine stands beside it.
		unfolded, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		l.plain, l.close = bufio.NewReaderSize(unfolded, buffer), unfolded.Close
	default:
		l.plain = packed
	}
	return l, nil
}

// next takes the next line, which must be there, without its end. It is valid until the one after.
func (l *lines) next() ([]byte, error) {
	part, err := l.plain.ReadSlice('\n')
	line := part
	if err == bufio.ErrBufferFull {
		l.long = append(l.long[:0], part...)
		for err == bufio.ErrBufferFull && len(l.long) <= MaxLineBytes {
			part, err = l.plain.ReadSlice('\n')
			l.long = append(l.long, part...)
		}
		line = l.long
	}
	switch {
	case len(line) > MaxLineBytes:
		return nil, &DamageError{l.number + 1, fmt.Sprintf("line %d is longer than %d bytes", l.number+1, MaxLineBytes)}
	case err != nil:
		return nil, l.failed(err)
	}
	l.number++
	line = line[:len(line)-1]
	switch {
	case len(line) > 0 && line[len(line)-1] == '\r':
		return nil, l.damage("ends in CR and LF: something changed the ends of lines on the way")
	case !utf8.Valid(line):
		return nil, l.damage("is not valid UTF-8")
	}
	return line, nil
}

// end asks that no line comes any more.
func (l *lines) end() error {
	switch _, err := l.plain.Peek(1); err {
	case io.EOF:
		return l.source.err
	case nil:
		return &DamageError{l.number + 1, fmt.Sprintf("line %d stands behind the last line", l.number+1)}
	default:
		return l.failed(err)
	}
}

// failed is the error of reading: the file's own, that it ends too early, or that of what it unfolds to.
func (l *lines) failed(err error) error {
	switch {
	case l.source.err != nil:
		return l.source.err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		if l.number == 0 {
			return &DamageError{1, "the file is cut off within line 1"}
		}
		return &DamageError{l.number, fmt.Sprintf("the file is cut off after line %d", l.number)}
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		return &DamageError{l.number + 1, fmt.Sprintf("line %d cannot be read: to unfold it takes a window of more than %d bytes", l.number+1, maxWindow)}
	default:
		return &DamageError{l.number + 1, fmt.Sprintf("line %d cannot be read: what is compressed is damaged: %v", l.number+1, err)}
	}
}

// damage is what is wrong with the line taken last.
func (l *lines) damage(reason string) error {
	return &DamageError{l.number, fmt.Sprintf("line %d %s", l.number, reason)}
}

// damaged is the error of a line's fields.
func (l *lines) damaged(f *fields) error {
	if f.err == "" {
		return nil
	}
	return l.damage("is wrong: " + f.err)
}
