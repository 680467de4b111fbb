package topology

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"unsafe"
)

// castagnoli is the CRC that processors compute themselves, at several gigabytes a second.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// memory returns the bytes that a list lies in, in this machine's byte order. T is of a fixed size and holds no pointers.
func memory[T any](list []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(list))), len(list)*int(unsafe.Sizeof(*new(T))))
}

// An Encoder writes numbers, lists and strings one after another, and at the end a checksum over all. It remembers the first error.
type Encoder struct {
	w   *bufio.Writer
	sum uint32
	err error
}

// NewEncoder makes an encoder that writes to w in large pieces.
func NewEncoder(w io.Writer) *Encoder { return &Encoder{w: bufio.NewWriterSize(w, 1<<16)} }

// Bytes writes b without its length.
func (e *Encoder) Bytes(b []byte) {
	if e.err == nil {
		e.sum = crc32.Update(e.sum, castagnoli, b)
		_, e.err = e.w.Write(b)
	}
}

// Uint32 writes a number.
func (e *Encoder) Uint32(n uint32) { e.Bytes(memory([]uint32{n})) }

// Strings writes n strings without their number: of each block of chunkSize the lengths, then the bytes.
func (e *Encoder) Strings(n uint32, at func(i uint32) string) {
	for from := uint32(0); from < n; from += chunkSize {
		block := make([]string, min(n-from, chunkSize))
		lengths := make([]uint32, len(block))
		for i := range block {
			block[i] = at(from + uint32(i))
			lengths[i] = uint32(len(block[i]))
		}
		e.Bytes(memory(lengths))
		for _, s := range block {
			e.Bytes(unsafe.Slice(unsafe.StringData(s), len(s)))
		}
	}
}

// Close writes the checksum and returns the first error.
func (e *Encoder) Close() error {
	e.Uint32(e.sum)
	if e.err != nil {
		return e.err
	}
	return e.w.Flush()
}

// A Decoder reads what an Encoder wrote and trusts nothing of it: no list is made that the bytes left cannot fill. It remembers the first
// error, after which it gives zeros.
type Decoder struct {
	r    *bufio.Reader
	left int64
	sum  uint32
	err  error
}

// NewDecoder makes a decoder of size bytes.
func NewDecoder(r io.Reader, size int64) *Decoder {
	return &Decoder{r: bufio.NewReaderSize(r, 1<<16), left: size}
}

// Fail makes an error the first, unless there was one.
func (d *Decoder) Fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
}

// Err returns the first error.
func (d *Decoder) Err() error { return d.err }

// Bytes fills b.
func (d *Decoder) Bytes(b []byte) {
	if d.err == nil && int64(len(b)) > d.left {
		d.err = io.ErrUnexpectedEOF
	}
	if d.err == nil {
		_, d.err = io.ReadFull(d.r, b)
	}
	if d.err != nil {
		clear(b)
		return
	}
	d.left -= int64(len(b))
	d.sum = crc32.Update(d.sum, castagnoli, b)
}

// Uint32 reads a number.
func (d *Decoder) Uint32() uint32 {
	var n [1]uint32
	d.Bytes(memory(n[:]))
	return n[0]
}

// Count reads the number of things to come that take size bytes each at least; 0 after an error.
func (d *Decoder) Count(size int64) uint32 {
	n := d.Uint32()
	if int64(n) > d.left/size {
		d.Fail("%d elements are announced, but %d bytes are left", n, d.left)
		return 0
	}
	return n
}

// StringBytes is the least that a string takes.
const StringBytes = 4

// Strings reads n strings. Those of one block share their memory: that is one allocation, and a string that outlives the others keeps a
// few hundred kilobytes alive and not all.
func (d *Decoder) Strings(n uint32, add func(s string)) {
	for ; n > 0 && d.err == nil; n -= min(n, chunkSize) {
		lengths := make([]uint32, min(n, chunkSize))
		d.Bytes(memory(lengths))
		total := int64(0)
		for _, length := range lengths {
			total += int64(length)
		}
		if total > d.left {
			d.Fail("strings of %d bytes are announced, but %d bytes are left", total, d.left)
			return
		}
		block := make([]byte, total)
		d.Bytes(block)
		if d.err != nil {
			return
		}
		for _, length := range lengths {
			add(unsafe.String(unsafe.SliceData(block), length))
			block = block[length:]
		}
	}
}

// Close reads the checksum, after which nothing may come, and returns the first error.
func (d *Decoder) Close() error {
	want := d.sum
	if got := d.Uint32(); got != want {
		d.Fail("the checksum does not match")
	}
	if d.left != 0 && d.err == nil {
		d.err = errors.New("it does not end where it should")
	}
	return d.err
}
