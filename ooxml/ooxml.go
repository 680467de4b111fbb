// Package ooxml reads the parts of files in Office Open XML (ECMA-376), workbooks and documents alike, as streams: no part is held, no entity is
// declared, and no single piece of a part fills the memory.
package ooxml

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"treatygraph/graph"
)

// maxPieceBytes bounds what is read at once: a cell, a run of text, a style. Cells have 32,767 characters at most.
const maxPieceBytes = 1 << 20

// maxDepth bounds how deep elements stand in each other: the parser holds some 100 bytes for each that is open, however short it is. What reads a part may want less.
const maxDepth = 2_000

// An Archive is a file of Office Open XML.
type Archive struct {
	parts map[string]*zip.File
}

// Open opens an archive that is in memory.
func Open(content []byte) (*Archive, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, refused("the archive is cut short or damaged: %v", err)
	}
	a := &Archive{make(map[string]*zip.File, len(archive.File))}
	for _, f := range archive.File {
		a.parts[strings.TrimPrefix(f.Name, "/")] = f
	}
	return a, nil
}

// Has tells whether there is a part.
func (a *Archive) Has(part string) bool { return a.parts[part] != nil }

// A Decoder reads a part. A token, or an element that is decoded as a whole, is a piece.
type Decoder struct {
	*xml.Decoder
	guard *guard
	depth int
}

// Token returns the next token.
func (d *Decoder) Token() (xml.Token, error) {
	d.guard.piece = 0
	token, err := d.Decoder.Token()
	switch token.(type) {
	case xml.StartElement:
		if d.depth++; d.depth > maxDepth {
			return nil, refused("elements of %s stand more than %d deep in each other", d.guard.part, maxDepth)
		}
	case xml.EndElement:
		d.depth--
	}
	return token, err
}

// DecodeElement reads the rest of an element that Token gave, as one piece.
func (d *Decoder) DecodeElement(v any, start *xml.StartElement) error {
	d.depth--
	return d.Decoder.DecodeElement(v, start)
}

// Skip leaves out the rest of the element that Token gave last, as one piece.
func (d *Decoder) Skip() error {
	d.depth--
	return d.Decoder.Skip()
}

// Each visits the elements of a part that is no longer than a limit, unpacked, at whatever depth; what a visit reads is not visited. A part that is not there has none. Errors are
// graph.ErrInvalid and name the part.
func (a *Archive) Each(part string, limit int64, visit func(*Decoder, xml.StartElement) error) error {
	file := a.parts[part]
	if file == nil {
		return nil
	}
	g := &guard{part: part, limit: limit}
	if file.UncompressedSize64 > uint64(limit) {
		return g.tooLong()
	}
	r, err := file.Open()
	if err != nil {
		return refused("%s cannot be read: %v", part, err)
	}
	defer r.Close()
	g.r = r
	d := &Decoder{Decoder: xml.NewDecoder(g), guard: g}
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			switch t := token.(type) {
			case xml.Directive: // its entities may grow without end
				err = refused("%s declares a document type, which no part of a file of Office does", part)
			case xml.StartElement:
				err = visit(d, t)
			}
		}
		if err != nil {
			return damaged(part, err)
		}
	}
}

// ErrStop is what a visit returns that wants no more.
var ErrStop = errors.New("stop")

// damaged says of errors of XML and of the archive which part they are of.
func damaged(part string, err error) error {
	if errors.Is(err, graph.ErrInvalid) || errors.Is(err, ErrStop) {
		return err
	}
	return refused("%s cannot be read: %v", part, err)
}

// A guard refuses a part, or a piece of it, that is too long.
type guard struct {
	r           io.Reader
	part        string
	limit, read int64
	piece       int
}

func (g *guard) tooLong() error { return refused("%s is longer than %d bytes", g.part, g.limit) }

func (g *guard) Read(p []byte) (int, error) {
	switch {
	case g.read > g.limit:
		return 0, g.tooLong()
	case g.piece > maxPieceBytes:
		return 0, refused("a piece of %s is longer than %d bytes", g.part, maxPieceBytes)
	}
	n, err := g.r.Read(p)
	g.read, g.piece = g.read+int64(n), g.piece+n
	return n, err
}

// Attribute returns an attribute of an element by its name, in whatever namespace; empty: it has none.
func Attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// Value is an element that is nothing but its attribute val.
type Value struct {
	Val string `xml:"val,attr"`
}

// IsOn tells whether a text of an attribute says yes.
func IsOn(s string) bool { return s == "1" || s == "true" || s == "on" }

func refused(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{graph.ErrInvalid}, args...)...)
}
