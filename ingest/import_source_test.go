package ingest

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"treatygraph/graph"
)

// Go packs nothing with bzip2; Python's bz2 has made these.
const (
	// signaturePacked is a table of one signature, signatureInTwo the same in two streams one behind the other, as large dumps are.
	signaturePacked = "QlpoOTFBWSZTWROr1hIAAApfgAAQAAZh4AEBTAAqoRYgIAAip7VNqNpqbUDT9KFBo0aDIDTpYEo17UZnD3dcIIHxMJrmoOSTMrXS1PxdyRThQkBOr1hI"
	signatureInTwo  = "QlpoOTFBWSZTWYbC08YAAANXgAAQAAQBAAwAKqEWICAAIgCBmUKYAA2WR4XAKaLlx4DCaleJ8XckU4UJCGwtPGBCWmg5MUFZJlNZcDQp1AAABl4AABAABmHgAAFEACAAMQNA0CAGmhPDLQAucO94u5IpwoSDgaFOoA=="
	// bombPacked is the letter x, 32 Mi times.
	bombPacked = "QlpoOTFBWSZTWZXGgJcBAQGAgIBAAAggADCAKRtoAgGiAQDi7kinChISuNAS4A=="
)

func unpacked(t *testing.T, text string) string {
	t.Helper()
	content, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestAFilePackedWithBzip2IsReadAsItIsUnpacked(t *testing.T) {
	w := withNames(t)
	for _, text := range []string{signaturePacked, signatureInTwo} {
		w.imported(t, participationOf(unpacked(t, text)))
		if got := w.claims(t, "dataset/table"); !slices.Contains(got, "state/fra SIGNED treaty/npt 1968-07-01") {
			t.Errorf("%q", got)
		}
	}
	before := w.head(t)
	whole := unpacked(t, signaturePacked)
	for name, c := range map[string]struct{ content, says string }{
		"cut short":           {whole[:len(whole)-12], "the bzip2 file is cut short or damaged"},
		"cut short in two":    {unpacked(t, signatureInTwo)[:len(whole)+20], "the bzip2 file is cut short or damaged"},
		"a beginning alone":   {whole[:12], "the bzip2 file is cut short or damaged"},
		"with a wrong sum":    {strings.Replace(whole, "1AY&SY", "1AY&SYx", 1), "the bzip2 file is cut short or damaged"},
		"a bomb":              {unpacked(t, bombPacked), "is longer than"},
		"a table called so":   {"BZhA,1AY&SY\nx,y\n", "no column"},
		"something behind it": {whole + "\nmore", "the bzip2 file is cut short or damaged"},
	} {
		_, err := ImportFile(t.Context(), w.store, w.index, participationOf(c.content))
		if !errors.Is(err, graph.ErrInvalid) || !strings.Contains(err.Error(), c.says) || len(err.Error()) > 2_000 {
			t.Errorf("%s: %.300v\nwant %s", name, err, c.says)
		}
	}
	if after := w.head(t); after != before {
		t.Errorf("head %d, was %d", after, before)
	}
}
