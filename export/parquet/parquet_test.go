package parquet_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	format "github.com/parquet-go/parquet-go"

	"treatygraph/export"
	"treatygraph/export/exporttest"
	"treatygraph/export/parquet"
	"treatygraph/export/selection"
	"treatygraph/graph"
	"treatygraph/tools/python"
)

// TestDuckDBAndPandasReadEveryCellOfTheTablesAsItIs gives the files of both formats, and what they should hold, to programs that people read them with.
func TestDuckDBAndPandasReadEveryCellOfTheTablesAsItIs(t *testing.T) {
	if testing.Short() {
		t.Skip("needs packages from PyPI; left out by -short")
	}
	for name, record := range map[string]*exporttest.Record{"corpus": exporttest.Corpus(t), "odd": exporttest.Odd(t)} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			source := record.Source(t, selection.Query{Evidence: true})
			for _, format := range []*export.Format{export.CSV, parquet.Parquet} {
				for file, content := range exporttest.Files(t, exporttest.Written(t, format, source)) {
					write(t, filepath.Join(folder, file), content)
				}
			}
			text, err := json.Marshal(exporttest.Tables(t, source))
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(folder, "want.json"), text)
			python.Ask(t, nil, "testdata/tables.py", folder)
		})
	}
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOneSelectionIsTheSameParquetEachTime(t *testing.T) {
	record := exporttest.Odd(t)
	first := exporttest.Written(t, parquet.Parquet, record.Source(t, selection.Query{Evidence: true}))
	if again := exporttest.Written(t, parquet.Parquet, record.Source(t, selection.Query{Evidence: true})); !bytes.Equal(first, again) {
		t.Error("two exports differ")
	}
}

// TestMemoryIsFlatHoweverManyRowsAreWritten gives the table that has most columns ten times as many statements.
func TestMemoryIsFlatHoweverManyRowsAreWritten(t *testing.T) {
	for _, format := range []*export.Format{export.CSV, parquet.Parquet} {
		few, many := heapAfter(t, format, 20_000), heapAfter(t, format, 200_000)
		t.Logf("%s: %d KiB, then %d KiB", format.Name, few>>10, many>>10)
		if many > few+8<<20 {
			t.Errorf("%s holds %d KiB after ten times as many rows, not %d KiB", format.Name, many>>10, few>>10)
		}
	}
}

// heapAfter writes statements and returns by how much the heap has grown before the end of the file.
func heapAfter(t *testing.T, format *export.Format, statements int) int {
	t.Helper()
	i := slices.IndexFunc(format.Files, func(f export.File) bool { return strings.HasPrefix(f.Name, "statements.") })
	before := heap()
	writer := format.Files[i].New(io.Discard, &export.About{Label: func(id graph.ID) graph.Name { return graph.Name{Text: string(id)} }})
	a := &graph.Assertion{Dataset: "dataset/d", Method: graph.MethodImported, Rank: graph.RankNormal}
	for n := range statements {
		s := &export.Statement{
			ID: graph.StatementID(fmt.Sprintf("cites.%032x", n*2654435761)), Source: graph.ID(fmt.Sprintf("resolution/r-%d", n%9973)), Target: "treaty/npt", Recorded: 1,
			Claim:      graph.Claim{Predicate: graph.PredCites, Qualifiers: graph.Qualifiers{Note: fmt.Sprintf("a note of some length that is not like another: %x", n*2654435761), Ordinal: n + 1}},
			Assertions: []*graph.Assertion{a}, Rank: graph.RankNormal,
		}
		if err := writer.Statement(s); err != nil {
			t.Fatal(err)
		}
	}
	grown := heap() - before
	if writer.End != nil {
		if err := writer.End(); err != nil {
			t.Fatal(err)
		}
	}
	return grown
}

func heap() int {
	runtime.GC()
	runtime.GC() // pools give up what they hold at the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapInuse)
}

func TestARowGroupIsBoundedByItsRowsAndByTheirLength(t *testing.T) {
	i := slices.IndexFunc(parquet.Parquet.Files, func(f export.File) bool { return f.Name == "datasets.parquet" })
	for name, c := range map[string]struct{ rows, length, groups int }{
		"many short rows": {150_000, 1, 3},
		"few long rows":   {400, 60_000, 3},
	} {
		about := &export.About{Datasets: make([]export.Dataset, c.rows)}
		for n := range about.Datasets {
			about.Datasets[n] = export.Dataset{ID: graph.ID(fmt.Sprint("dataset/", n)), Title: strings.Repeat("x", c.length)}
		}
		var file bytes.Buffer
		if err := parquet.Parquet.Files[i].New(&file, about).End(); err != nil {
			t.Fatal(err)
		}
		read, err := format.OpenFile(bytes.NewReader(file.Bytes()), int64(file.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if read.NumRows() != int64(c.rows) || len(read.RowGroups()) != c.groups {
			t.Errorf("%s: %d rows in %d groups", name, read.NumRows(), len(read.RowGroups()))
		}
	}
}
