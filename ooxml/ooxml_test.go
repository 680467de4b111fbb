package ooxml

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"treatygraph/graph"
)

func archiveOf(t *testing.T, part, content string) *Archive {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	out, err := w.Create(part)
	if err == nil {
		_, err = io.WriteString(out, content)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	a, err := Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestThePartsOfAnArchiveAreVisitedElementByElement(t *testing.T) {
	a := archiveOf(t, "/x/part.xml", `<a n:k="v"><b>text</b><c><d/></c></a>`)
	if !a.Has("x/part.xml") || a.Has("x") {
		t.Error("the parts are not those of the archive")
	}
	var seen []string
	if err := a.Each("x/part.xml", 100, func(d *Decoder, e xml.StartElement) error {
		seen = append(seen, e.Name.Local+Attribute(e, "k")+Attribute(e, "none"))
		if e.Name.Local == "c" {
			return d.Skip()
		}
		return nil
	}); err != nil || strings.Join(seen, " ") != "av b c" {
		t.Errorf("%q, %v", seen, err)
	}
	if err := a.Each("nothing.xml", 100, func(*Decoder, xml.StartElement) error { return io.ErrNoProgress }); err != nil {
		t.Error(err)
	}
	if err := a.Each("x/part.xml", 100, func(*Decoder, xml.StartElement) error { return ErrStop }); !errors.Is(err, ErrStop) {
		t.Error(err)
	}
}

func TestWhatIsTooLongOrDeclaresEntitiesIsRefusedWithThePart(t *testing.T) {
	whole := func(d *Decoder, e xml.StartElement) error {
		var text string
		return d.DecodeElement(&text, &e)
	}
	for name, c := range map[string]struct {
		content string
		limit   int64
		says    string
	}{
		"too long":       {"<a>" + strings.Repeat("<b/>", 100) + "</a>", 200, "part.xml is longer than 200 bytes"},
		"a long piece":   {"<a>" + strings.Repeat("x", maxPieceBytes+10_000) + "</a>", 1 << 30, "a piece of part.xml is longer than"},
		"a declaration":  {"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", 1_000, "part.xml declares a document type"},
		"no declaration": {"<a>&e;</a>", 1_000, "part.xml cannot be read"},
		"not closed":     {"<a>", 1_000, "part.xml cannot be read"},
		"nothing closed": {"</a>", 1_000, "part.xml cannot be read"},
	} {
		err := archiveOf(t, "part.xml", c.content).Each("part.xml", c.limit, whole)
		if !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	deep := archiveOf(t, "part.xml", strings.Repeat("<a>", maxDepth+1))
	if err := deep.Each("part.xml", 1<<30, func(*Decoder, xml.StartElement) error { return nil }); !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), "elements of part.xml stand more than 2000 deep") {
		t.Errorf("too deep: %v", err)
	}
	flat := "<a>" + strings.Repeat("<b>x</b>", 3*maxDepth) + "</a>"
	for name, read := range map[string]func(*Decoder, xml.StartElement) error{
		"decoded": whole, "skipped": func(d *Decoder, _ xml.StartElement) error { return d.Skip() }, "visited": func(*Decoder, xml.StartElement) error { return nil },
	} {
		if err := archiveOf(t, "part.xml", flat).Each("part.xml", 1<<30, func(d *Decoder, e xml.StartElement) error {
			if e.Name.Local == "a" {
				return nil
			}
			return read(d, e)
		}); err != nil {
			t.Errorf("many elements beside each other, %s: %v", name, err)
		}
	}
	pieces := strings.Repeat("<b>"+strings.Repeat("x", 1_000)+"</b>", 3*maxPieceBytes/1_000)
	n := 0
	if err := archiveOf(t, "part.xml", "<a>"+pieces+"</a>").Each("part.xml", 1<<30, func(*Decoder, xml.StartElement) error { n++; return nil }); err != nil || n < 3_000 {
		t.Errorf("many pieces: %d, %v", n, err)
	}
	if _, err := Open([]byte("PK\x03\x04")); !errors.Is(err, graph.ErrInvalid) {
		t.Error(err)
	}
}
