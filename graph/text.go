package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"
)

// A TextHash names a text by its content: the SHA-256 of its UTF-8 bytes in 64 lower-case hexadecimal digits.
type TextHash string

// A Text is the text of one document version: decoded to UTF-8 once, never changed. Offsets into it count code points.
type Text struct {
	Hash     TextHash
	Lang     Language
	Body     string
	Original []byte // the bytes as they came, where decoding changed them; nil when they are Body's
	Redacted bool   // Body and Original were removed for legal reasons; hash and language stay
}

// NewText returns the text of body with its hash.
func NewText(lang Language, body string, original []byte) *Text {
	t := &Text{Hash: HashText(body), Lang: lang, Body: body}
	if string(original) != body {
		t.Original = original
	}
	return t
}

// HashText returns the hash of a text's body.
func HashText(body string) TextHash {
	sum := sha256.Sum256([]byte(body))
	return TextHash(hex.EncodeToString(sum[:]))
}

func (h TextHash) check() error {
	if len(h) != 2*sha256.Size || strings.Trim(string(h), "0123456789abcdef") != "" {
		return fmt.Errorf("text hash %s is not 64 lower-case hexadecimal digits", quote(string(h)))
	}
	return nil
}

// A Slicer cuts a string by code points in constant time, after one pass over it.
type Slicer struct {
	body  string
	marks []int // byte offset of every 64th code point
	runes int
}

const slicerStep = 64

// NewSlicer prepares body.
func NewSlicer(body string) *Slicer {
	s := &Slicer{body: body}
	for at := range body {
		if s.runes%slicerStep == 0 {
			s.marks = append(s.marks, at)
		}
		s.runes++
	}
	return s
}

// Len returns the number of code points.
func (s *Slicer) Len() int { return s.runes }

// Slice returns the code points [start, end), and false when they lie outside the text.
func (s *Slicer) Slice(start, end int) (string, bool) {
	if start < 0 || end < start || end > s.runes {
		return "", false
	}
	return s.body[s.byteOffset(start):s.byteOffset(end)], true
}

func (s *Slicer) byteOffset(runes int) int {
	if runes == s.runes {
		return len(s.body)
	}
	at := s.marks[runes/slicerStep]
	for range runes % slicerStep {
		_, size := utf8.DecodeRuneInString(s.body[at:])
		at += size
	}
	return at
}

func checkUTF8(s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("not valid UTF-8")
	}
	if strings.IndexByte(s, 0) >= 0 {
		return fmt.Errorf("holds a NUL character")
	}
	return nil
}
