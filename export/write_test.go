package export_test

import (
	"bytes"
	"io"
	"slices"
	"testing"

	"treatygraph/export"
	"treatygraph/export/exporttest"
	"treatygraph/export/selection"
)

// TestAFileThatIsCutOffDoesNotEndAsAWholeOneDoes looks at formats of one file; of a ZIP what is cut off is its directory.
func TestAFileThatIsCutOffDoesNotEndAsAWholeOneDoes(t *testing.T) {
	odd := exporttest.Odd(t)
	for name, q := range map[string]selection.Query{"odd": {Evidence: true}, "nothing": {Selection: `{"subjects":["treaty/none"]}`}} {
		source := odd.Source(t, q)
		for _, f := range export.Formats {
			if f.Packed() {
				continue
			}
			lines := slices.Collect(bytes.Lines(exporttest.Written(t, f, source)))
			last := lines[len(lines)-1]
			if !bytes.HasSuffix(last, []byte("\n")) || slices.ContainsFunc(lines[:len(lines)-1], func(line []byte) bool { return bytes.Equal(line, last) }) {
				t.Errorf("%s, %s: it ends with %q, as a part of it may", name, f.Name, last)
			}
			if form := []*export.Format{export.Turtle, export.NTriples, export.NQuads}; slices.Contains(form, f) && !bytes.Contains(last, []byte("statements")) {
				t.Errorf("%s, %s: it ends with %q, which does not tell that it is the end", name, f.Name, last)
			}
			if f == export.Cypher && !bytes.HasPrefix(last, []byte("RETURN ")) {
				t.Errorf("%s: it ends with %q", name, last)
			}
		}
	}
}

func TestProgressGoesFromNothingToAllOnceOverAllFiles(t *testing.T) {
	source := exporttest.Corpus(t).Source(t, selection.Query{})
	for _, f := range export.Formats {
		all, last := 0, 0
		if _, err := export.Write(t.Context(), io.Discard, f, source, func(written, of int) {
			if written <= last || written > of || all != 0 && of != all {
				t.Errorf("%s: %d of %d after %d of %d", f.Name, written, of, last, all)
			}
			last, all = written, of
		}); err != nil {
			t.Fatal(err)
		}
		if all == 0 || all-last >= 512 {
			t.Errorf("%s: %d of %d at the end", f.Name, last, all)
		}
	}
}
